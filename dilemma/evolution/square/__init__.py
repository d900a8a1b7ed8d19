"""Strategies that may be any point of the (receptivity, transparency) square."""
