"""Policies: what to play after what happened, and what that brings."""
