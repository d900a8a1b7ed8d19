"""Logit quantal response equilibria: branches from uniform play, their turns and their limits."""
