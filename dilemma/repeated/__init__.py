"""What a shared future sustains: repeated play of a game.

`critical_discount` is loaded at once; everything else when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dilemma.repeated.grim import CriticalDiscount, critical_discount

if TYPE_CHECKING:
    from dilemma.repeated.beyond import Comparison, StageComparison, compare_with_stage
    from dilemma.repeated.formulas import DiscountFormulas, critical_discount_formula
    from dilemma.repeated.guarantees import Minmax, minmax
    from dilemma.repeated.horizons import BackwardInduction, backward_induction
    from dilemma.repeated.ladders import PunishmentLadder, punishment_ladder
    from dilemma.repeated.monitoring import PublicMonitoring, public_monitoring
    from dilemma.repeated.regions import FeasibleSet, PayoffPolygon, feasible_set
    from dilemma.repeated.shapes import Shape, ShapeChange, ShapeChanges, payoff_set_changes
    from dilemma.repeated.signals import misread_signals, trembling
    from dilemma.repeated.sustained import PayoffSet, Support
    from dilemma.repeated.sustaining import exact_payoff_set, payoff_set

_MODULE_OF: dict[str, str] = {
    "BackwardInduction": "horizons",
    "Comparison": "beyond",
    "DiscountFormulas": "formulas",
    "FeasibleSet": "regions",
    "Minmax": "guarantees",
    "PayoffPolygon": "regions",
    "PayoffSet": "sustained",
    "PublicMonitoring": "monitoring",
    "PunishmentLadder": "ladders",
    "Shape": "shapes",
    "ShapeChange": "shapes",
    "ShapeChanges": "shapes",
    "StageComparison": "beyond",
    "Support": "sustained",
    "backward_induction": "horizons",
    "compare_with_stage": "beyond",
    "critical_discount_formula": "formulas",
    "exact_payoff_set": "sustaining",
    "feasible_set": "regions",
    "minmax": "guarantees",
    "misread_signals": "signals",
    "payoff_set": "sustaining",
    "payoff_set_changes": "shapes",
    "public_monitoring": "monitoring",
    "punishment_ladder": "ladders",
    "trembling": "signals",
}

__all__ = [
    "BackwardInduction",
    "Comparison",
    "CriticalDiscount",
    "DiscountFormulas",
    "FeasibleSet",
    "Minmax",
    "PayoffPolygon",
    "PayoffSet",
    "PublicMonitoring",
    "PunishmentLadder",
    "Shape",
    "ShapeChange",
    "ShapeChanges",
    "StageComparison",
    "Support",
    "backward_induction",
    "compare_with_stage",
    "critical_discount",
    "critical_discount_formula",
    "exact_payoff_set",
    "feasible_set",
    "minmax",
    "misread_signals",
    "payoff_set",
    "payoff_set_changes",
    "public_monitoring",
    "punishment_ladder",
    "trembling",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.repeated.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
