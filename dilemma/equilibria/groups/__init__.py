"""What many players alike settle on: equilibria of symmetric games of groups."""
