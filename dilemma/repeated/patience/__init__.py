"""How much patience sustains what, and what can be secured without any."""
