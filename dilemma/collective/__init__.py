"""More than two partners: the games they play, and how the value they make can be divided.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.collective.consortium.learning import SharedLearning
    from dilemma.collective.consortium.lines import PayoffLine
    from dilemma.collective.consortium.model import Consortium
    from dilemma.collective.consortium.terms import CONSORTIUM_TERMS
    from dilemma.collective.dividing.answers import Core, Division
    from dilemma.collective.dividing.coalitions import Coalitions

# Loaded when they are first asked for.
_MODULE_OF = {
    "CONSORTIUM_TERMS": "consortium.terms",
    "Coalitions": "dividing.coalitions",
    "Consortium": "consortium.model",
    "Core": "dividing.answers",
    "Division": "dividing.answers",
    "PayoffLine": "consortium.lines",
    "SharedLearning": "consortium.learning",
}

__all__ = [
    "CONSORTIUM_TERMS",
    "Coalitions",
    "Consortium",
    "Core",
    "Division",
    "PayoffLine",
    "SharedLearning",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.collective.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
