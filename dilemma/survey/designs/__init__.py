"""Surveys that do not exist yet: simulated, and planned."""
