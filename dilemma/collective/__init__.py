"""More than two partners: what a coalition is worth, and how it can be divided.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.collective.dividing.answers import (
        Core,
        Division,
        Membership,
        StableMemberships,
        StablePartitions,
    )
    from dilemma.collective.dividing.coalitions import Coalitions

# Loaded when they are first asked for.
_MODULE_OF = {
    "Coalitions": "dividing.coalitions",
    "Core": "dividing.answers",
    "Division": "dividing.answers",
    "Membership": "dividing.answers",
    "StableMemberships": "dividing.answers",
    "StablePartitions": "dividing.answers",
}

__all__ = [
    "Coalitions",
    "Core",
    "Division",
    "Membership",
    "StableMemberships",
    "StablePartitions",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.collective.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
