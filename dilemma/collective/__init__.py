"""More than two partners: the games they play, and how the value they make can be divided.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.collective.consortium.model import Consortium
    from dilemma.collective.consortium.terms import CONSORTIUM_TERMS
    from dilemma.collective.dividing.answers import Core, Division
    from dilemma.collective.dividing.coalitions import Coalitions
    from dilemma.collective.mobilizing.cascades import Cascade, cascade
    from dilemma.collective.mobilizing.followers import ThresholdFollowers
    from dilemma.collective.mobilizing.populations import ShareCascade, cascade_of_shares
    from dilemma.collective.mobilizing.producing import JointProduction, OrderEffect, order_effect
    from dilemma.collective.mobilizing.seeding import CriticalMass, critical_mass
    from dilemma.collective.mobilizing.tipping import Tipping, tipping_share

# Loaded when they are first asked for.
_MODULE_OF = {
    "Cascade": "mobilizing.cascades",
    "CONSORTIUM_TERMS": "consortium.terms",
    "Coalitions": "dividing.coalitions",
    "Consortium": "consortium.model",
    "Core": "dividing.answers",
    "CriticalMass": "mobilizing.seeding",
    "Division": "dividing.answers",
    "JointProduction": "mobilizing.producing",
    "OrderEffect": "mobilizing.producing",
    "ShareCascade": "mobilizing.populations",
    "ThresholdFollowers": "mobilizing.followers",
    "Tipping": "mobilizing.tipping",
    "cascade": "mobilizing.cascades",
    "cascade_of_shares": "mobilizing.populations",
    "critical_mass": "mobilizing.seeding",
    "order_effect": "mobilizing.producing",
    "tipping_share": "mobilizing.tipping",
}

__all__ = [
    "CONSORTIUM_TERMS",
    "Cascade",
    "Coalitions",
    "Consortium",
    "Core",
    "CriticalMass",
    "Division",
    "JointProduction",
    "OrderEffect",
    "ShareCascade",
    "ThresholdFollowers",
    "Tipping",
    "cascade",
    "cascade_of_shares",
    "critical_mass",
    "order_effect",
    "tipping_share",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.collective.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
