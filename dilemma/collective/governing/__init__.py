"""Who pays for the rules that keep partners open, and when someone does."""
