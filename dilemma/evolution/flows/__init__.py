"""Where shares of strategies go from where they start."""
