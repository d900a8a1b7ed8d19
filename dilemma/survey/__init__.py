"""Coded cases in, estimates out.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.survey.coding.cases import LEVELS, MISSING, CaseSurvey
    from dilemma.survey.coding.classes import (
        Classification,
        StrategyPairs,
        classify,
        strategy_pairs,
    )
    from dilemma.survey.coding.problems import Problem, SurveyError
    from dilemma.survey.designs.simulating import SimulatedTruth, simulate_survey

# Loaded when they are first asked for.
_MODULE_OF = {
    "CaseSurvey": "coding.cases",
    "Classification": "coding.classes",
    "LEVELS": "coding.cases",
    "MISSING": "coding.cases",
    "Problem": "coding.problems",
    "SimulatedTruth": "designs.simulating",
    "StrategyPairs": "coding.classes",
    "SurveyError": "coding.problems",
    "classify": "coding.classes",
    "simulate_survey": "designs.simulating",
    "strategy_pairs": "coding.classes",
}

__all__ = [
    "LEVELS",
    "MISSING",
    "CaseSurvey",
    "Classification",
    "Problem",
    "SimulatedTruth",
    "StrategyPairs",
    "SurveyError",
    "classify",
    "simulate_survey",
    "strategy_pairs",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.survey.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
