"""Answers as tables for people and as records for machines; reads public fields only."""

from dilemma.show.records import record
from dilemma.show.tables import table

__all__ = ["record", "table"]
