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
    from dilemma.collective.mobilizing.cascades import Cascade, cascade
    from dilemma.collective.mobilizing.followers import ThresholdFollowers
    from dilemma.collective.mobilizing.interests import (
        FirmThresholds,
        SelfInterest,
        firm_thresholds,
    )
    from dilemma.collective.mobilizing.lasting import LastingRange, lasting_range
    from dilemma.collective.mobilizing.maintaining import Maintenance, maintenance
    from dilemma.collective.mobilizing.populations import ShareCascade, cascade_of_shares
    from dilemma.collective.mobilizing.producing import JointProduction, OrderEffect, order_effect
    from dilemma.collective.mobilizing.recovering import Recovery, expected_recovery
    from dilemma.collective.mobilizing.seeding import CriticalMass, critical_mass
    from dilemma.collective.mobilizing.shocks import ShockSurvival, shock
    from dilemma.collective.mobilizing.tipping import Tipping, tipping_share
    from dilemma.collective.mobilizing.tipping_curves import TippingCurve, tipping_curve

# Loaded when they are first asked for.
_MODULE_OF = {
    "CONSORTIUM_TERMS": "consortium.terms",
    "Cascade": "mobilizing.cascades",
    "Coalitions": "dividing.coalitions",
    "Consortium": "consortium.model",
    "Core": "dividing.answers",
    "CriticalMass": "mobilizing.seeding",
    "Division": "dividing.answers",
    "FirmThresholds": "mobilizing.interests",
    "JointProduction": "mobilizing.producing",
    "LastingRange": "mobilizing.lasting",
    "Maintenance": "mobilizing.maintaining",
    "OrderEffect": "mobilizing.producing",
    "Recovery": "mobilizing.recovering",
    "SelfInterest": "mobilizing.interests",
    "ShareCascade": "mobilizing.populations",
    "PayoffLine": "consortium.lines",
    "SharedLearning": "consortium.learning",
    "ShockSurvival": "mobilizing.shocks",
    "ThresholdFollowers": "mobilizing.followers",
    "Tipping": "mobilizing.tipping",
    "TippingCurve": "mobilizing.tipping_curves",
    "cascade": "mobilizing.cascades",
    "cascade_of_shares": "mobilizing.populations",
    "critical_mass": "mobilizing.seeding",
    "expected_recovery": "mobilizing.recovering",
    "firm_thresholds": "mobilizing.interests",
    "lasting_range": "mobilizing.lasting",
    "maintenance": "mobilizing.maintaining",
    "order_effect": "mobilizing.producing",
    "shock": "mobilizing.shocks",
    "tipping_curve": "mobilizing.tipping_curves",
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
    "FirmThresholds",
    "JointProduction",
    "LastingRange",
    "Maintenance",
    "OrderEffect",
    "PayoffLine",
    "Recovery",
    "SelfInterest",
    "ShareCascade",
    "SharedLearning",
    "ShockSurvival",
    "ThresholdFollowers",
    "Tipping",
    "TippingCurve",
    "cascade",
    "cascade_of_shares",
    "critical_mass",
    "expected_recovery",
    "firm_thresholds",
    "lasting_range",
    "maintenance",
    "order_effect",
    "shock",
    "tipping_curve",
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
