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
    from dilemma.survey.designs.planning import PowerAnalysis, power
    from dilemma.survey.designs.simulating import SimulatedTruth, simulate_survey
    from dilemma.survey.dynamics.policy_answers import FirmPolicy, PolicyFit
    from dilemma.survey.dynamics.policy_fit import fit_policies
    from dilemma.survey.dynamics.transitions import Transitions, transition_counts
    from dilemma.survey.fitting.answers import LikelihoodRatio, LogitFit, ProfileInterval, Share
    from dilemma.survey.fitting.logit_fit import fit_logit
    from dilemma.survey.fitting.one_game import fit_rationality
    from dilemma.survey.fitting.profiles import profile_intervals
    from dilemma.survey.fitting.rater_errors import rater_confusion
    from dilemma.survey.fitting.resampling import BootstrapFit, bootstrap_fit
    from dilemma.survey.raters.agreeing import Agreement, agreement
    from dilemma.survey.raters.ratings import ratings_from_counts

# Loaded when they are first asked for.
_MODULE_OF = {
    "Agreement": "raters.agreeing",
    "BootstrapFit": "fitting.resampling",
    "CaseSurvey": "coding.cases",
    "Classification": "coding.classes",
    "FirmPolicy": "dynamics.policy_answers",
    "LEVELS": "coding.cases",
    "LikelihoodRatio": "fitting.answers",
    "LogitFit": "fitting.answers",
    "MISSING": "coding.cases",
    "PolicyFit": "dynamics.policy_answers",
    "PowerAnalysis": "designs.planning",
    "Problem": "coding.problems",
    "ProfileInterval": "fitting.answers",
    "Share": "fitting.answers",
    "SimulatedTruth": "designs.simulating",
    "StrategyPairs": "coding.classes",
    "SurveyError": "coding.problems",
    "Transitions": "dynamics.transitions",
    "agreement": "raters.agreeing",
    "bootstrap_fit": "fitting.resampling",
    "classify": "coding.classes",
    "fit_logit": "fitting.logit_fit",
    "fit_policies": "dynamics.policy_fit",
    "fit_rationality": "fitting.one_game",
    "power": "designs.planning",
    "profile_intervals": "fitting.profiles",
    "rater_confusion": "fitting.rater_errors",
    "ratings_from_counts": "raters.ratings",
    "simulate_survey": "designs.simulating",
    "strategy_pairs": "coding.classes",
    "transition_counts": "dynamics.transitions",
}

__all__ = [
    "LEVELS",
    "MISSING",
    "Agreement",
    "BootstrapFit",
    "CaseSurvey",
    "Classification",
    "FirmPolicy",
    "LikelihoodRatio",
    "LogitFit",
    "PolicyFit",
    "PowerAnalysis",
    "Problem",
    "ProfileInterval",
    "Share",
    "SimulatedTruth",
    "StrategyPairs",
    "SurveyError",
    "Transitions",
    "agreement",
    "bootstrap_fit",
    "classify",
    "fit_logit",
    "fit_policies",
    "fit_rationality",
    "power",
    "profile_intervals",
    "rater_confusion",
    "ratings_from_counts",
    "simulate_survey",
    "strategy_pairs",
    "transition_counts",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.survey.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
