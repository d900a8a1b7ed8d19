"""Coded cases: read from tables, checked row by row, classified to strategies."""
