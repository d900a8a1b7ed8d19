"""All payoffs that a shared future sustains, certified from within and without."""
