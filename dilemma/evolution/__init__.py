"""What populations drift to: the evolution of strategies among many players.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.evolution.invasion import Invasion, InvasionGraph, InvasionTest
    from dilemma.evolution.populations import Population
    from dilemma.evolution.stationarity import LastingStates, LongRun

_MODULE_OF: dict[str, str] = {
    "Invasion": "invasion",
    "InvasionGraph": "invasion",
    "InvasionTest": "invasion",
    "LastingStates": "stationarity",
    "LongRun": "stationarity",
    "Population": "populations",
}

__all__ = [
    "Invasion",
    "InvasionGraph",
    "InvasionTest",
    "LastingStates",
    "LongRun",
    "Population",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.evolution.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
