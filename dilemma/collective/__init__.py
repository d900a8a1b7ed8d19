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
    from dilemma.collective.governing.answers import (
        Deviation,
        FundingThresholds,
        SecondOrderDilemma,
    )
    from dilemma.collective.governing.deterring import (
        deviation_gain,
        first_order_gain,
        funding_thresholds,
        second_order_dilemma,
        second_order_gain,
    )
    from dilemma.collective.governing.institution import Institution
    from dilemma.collective.governing.intervals import Interval
    from dilemma.collective.governing.lasting import (
        GovernedLongRun,
        InstitutionComparison,
        compare_institutions,
        compliance_share,
        funding_share,
        long_run_payoff,
    )
    from dilemma.collective.governing.public_goods import PublicGoods

# Loaded when they are first asked for.
_MODULE_OF = {
    "CONSORTIUM_TERMS": "consortium.terms",
    "Coalitions": "dividing.coalitions",
    "Consortium": "consortium.model",
    "Core": "dividing.answers",
    "Deviation": "governing.answers",
    "Division": "dividing.answers",
    "FundingThresholds": "governing.answers",
    "GovernedLongRun": "governing.lasting",
    "Institution": "governing.institution",
    "InstitutionComparison": "governing.lasting",
    "Interval": "governing.intervals",
    "PublicGoods": "governing.public_goods",
    "SecondOrderDilemma": "governing.answers",
    "PayoffLine": "consortium.lines",
    "SharedLearning": "consortium.learning",
    "compare_institutions": "governing.lasting",
    "compliance_share": "governing.lasting",
    "deviation_gain": "governing.deterring",
    "first_order_gain": "governing.deterring",
    "funding_share": "governing.lasting",
    "funding_thresholds": "governing.deterring",
    "long_run_payoff": "governing.lasting",
    "second_order_dilemma": "governing.deterring",
    "second_order_gain": "governing.deterring",
}

__all__ = [
    "CONSORTIUM_TERMS",
    "Coalitions",
    "Consortium",
    "Core",
    "Deviation",
    "Division",
    "FundingThresholds",
    "GovernedLongRun",
    "Institution",
    "InstitutionComparison",
    "Interval",
    "PayoffLine",
    "PublicGoods",
    "SecondOrderDilemma",
    "SharedLearning",
    "compare_institutions",
    "compliance_share",
    "deviation_gain",
    "first_order_gain",
    "funding_share",
    "funding_thresholds",
    "long_run_payoff",
    "second_order_dilemma",
    "second_order_gain",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.collective.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
