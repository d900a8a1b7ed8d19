"""Answers as pictures, tables and records for machines; this room reads public fields only.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.show.explorer.exploring import Explorer, explore
    from dilemma.show.plotting import plot
    from dilemma.show.records import record
    from dilemma.show.reports.reporting import report
    from dilemma.show.tables import table

# Loaded when they are first asked for.
_MODULE_OF = {
    "Explorer": "explorer.exploring",
    "explore": "explorer.exploring",
    "plot": "plotting",
    "record": "records",
    "report": "reports.reporting",
    "table": "tables",
}

__all__ = ["Explorer", "explore", "plot", "record", "report", "table"]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.show.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
