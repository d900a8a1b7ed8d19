"""Speed against other solvers, as ratios measured in one run on the same games."""
