"""Answers as pictures, tables and records for machines; this room reads public fields only."""

from dilemma.show.explorer.exploring import Explorer, explore
from dilemma.show.plotting import plot
from dilemma.show.records import record
from dilemma.show.reports.reporting import report
from dilemma.show.tables import table

__all__ = ["Explorer", "explore", "plot", "record", "report", "table"]
