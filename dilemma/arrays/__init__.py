"""Numerics that never heard of a game: exact numbers, pivoting, polytopes, compiled kernels."""
