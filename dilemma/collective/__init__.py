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
    from dilemma.collective.dividing.answers import (
        Core,
        Division,
        Membership,
        StableMemberships,
        StablePartitions,
    )
    from dilemma.collective.dividing.coalitions import Coalitions
    from dilemma.collective.searching.answers import (
        FavouredPiece,
        Lifetime,
        PatternComparison,
        TrackingConditions,
    )
    from dilemma.collective.searching.comparing import compare_patterns
    from dilemma.collective.searching.ecosystems import Ecosystem
    from dilemma.collective.searching.lives import (
        both_patterns,
        continuous_search,
        orchestration,
    )
    from dilemma.collective.searching.tracking import tracking_conditions

# Loaded when they are first asked for.
_MODULE_OF = {
    "CONSORTIUM_TERMS": "consortium.terms",
    "Coalitions": "dividing.coalitions",
    "Consortium": "consortium.model",
    "Core": "dividing.answers",
    "Division": "dividing.answers",
    "Ecosystem": "searching.ecosystems",
    "FavouredPiece": "searching.answers",
    "Lifetime": "searching.answers",
    "Membership": "dividing.answers",
    "PatternComparison": "searching.answers",
    "StableMemberships": "dividing.answers",
    "StablePartitions": "dividing.answers",
    "TrackingConditions": "searching.answers",
    "both_patterns": "searching.lives",
    "compare_patterns": "searching.comparing",
    "continuous_search": "searching.lives",
    "orchestration": "searching.lives",
    "tracking_conditions": "searching.tracking",
    "PayoffLine": "consortium.lines",
    "SharedLearning": "consortium.learning",
}

__all__ = [
    "CONSORTIUM_TERMS",
    "Coalitions",
    "Consortium",
    "Core",
    "Division",
    "Ecosystem",
    "FavouredPiece",
    "Lifetime",
    "Membership",
    "PatternComparison",
    "PayoffLine",
    "SharedLearning",
    "StableMemberships",
    "StablePartitions",
    "TrackingConditions",
    "both_patterns",
    "compare_patterns",
    "continuous_search",
    "orchestration",
    "tracking_conditions",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.collective.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
