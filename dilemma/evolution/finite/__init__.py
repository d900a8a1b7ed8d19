"""Finite populations: who takes over, and where they are found in the long run."""
