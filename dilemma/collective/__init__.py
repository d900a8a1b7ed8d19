"""More than two partners: the games they play, and how the value they make can be divided.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.collective.aligning.along import SignRange
    from dilemma.collective.aligning.answers import GoalPath, Goals
    from dilemma.collective.aligning.architects import ArchitectEffect, architect
    from dilemma.collective.aligning.ensembles import (
        ModerationSample,
        random_goal_network,
        sampled_moderation,
    )
    from dilemma.collective.aligning.moderating import Moderation, moderation
    from dilemma.collective.aligning.networks import GoalNetwork
    from dilemma.collective.aligning.terms import GOAL_TERMS
    from dilemma.collective.aligning.working import GoalsAtWork, goals_at_work
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
    "ArchitectEffect": "aligning.architects",
    "CONSORTIUM_TERMS": "consortium.terms",
    "Coalitions": "dividing.coalitions",
    "Consortium": "consortium.model",
    "Core": "dividing.answers",
    "Division": "dividing.answers",
    "Ecosystem": "searching.ecosystems",
    "FavouredPiece": "searching.answers",
    "GOAL_TERMS": "aligning.terms",
    "GoalNetwork": "aligning.networks",
    "GoalPath": "aligning.answers",
    "Goals": "aligning.answers",
    "GoalsAtWork": "aligning.working",
    "Lifetime": "searching.answers",
    "Membership": "dividing.answers",
    "Moderation": "aligning.moderating",
    "ModerationSample": "aligning.ensembles",
    "PatternComparison": "searching.answers",
    "PayoffLine": "consortium.lines",
    "SharedLearning": "consortium.learning",
    "SignRange": "aligning.along",
    "StableMemberships": "dividing.answers",
    "StablePartitions": "dividing.answers",
    "TrackingConditions": "searching.answers",
    "architect": "aligning.architects",
    "both_patterns": "searching.lives",
    "compare_patterns": "searching.comparing",
    "continuous_search": "searching.lives",
    "goals_at_work": "aligning.working",
    "moderation": "aligning.moderating",
    "orchestration": "searching.lives",
    "random_goal_network": "aligning.ensembles",
    "sampled_moderation": "aligning.ensembles",
    "tracking_conditions": "searching.tracking",
}

__all__ = [
    "CONSORTIUM_TERMS",
    "GOAL_TERMS",
    "ArchitectEffect",
    "Coalitions",
    "Consortium",
    "Core",
    "Division",
    "Ecosystem",
    "FavouredPiece",
    "GoalNetwork",
    "GoalPath",
    "Goals",
    "GoalsAtWork",
    "Lifetime",
    "Membership",
    "Moderation",
    "ModerationSample",
    "PatternComparison",
    "PayoffLine",
    "SharedLearning",
    "SignRange",
    "StableMemberships",
    "StablePartitions",
    "TrackingConditions",
    "architect",
    "both_patterns",
    "compare_patterns",
    "continuous_search",
    "goals_at_work",
    "moderation",
    "orchestration",
    "random_goal_network",
    "sampled_moderation",
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
