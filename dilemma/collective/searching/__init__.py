"""Who stays together as value drifts: a membership that is kept, or one that is searched anew."""
