"""What a shared future sustains: repeated play of a game.

`critical_discount` is loaded at once; everything else when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dilemma.repeated.grim import CriticalDiscount, critical_discount

if TYPE_CHECKING:
    from dilemma.repeated.formulas import DiscountFormulas, critical_discount_formula
    from dilemma.repeated.guarantees import Minmax, minmax
    from dilemma.repeated.horizons import BackwardInduction, backward_induction
    from dilemma.repeated.markov import markov_perfect
    from dilemma.repeated.markov_answers import MarkovEquilibria, MarkovEquilibrium
    from dilemma.repeated.monitoring import (
        PublicMonitoring,
        misread_signals,
        public_monitoring,
        trembling,
    )
    from dilemma.repeated.regions import FeasibleSet, PayoffPolygon, feasible_set
    from dilemma.repeated.state_meetings import (
        StatePolicyPlay,
        state_policy_play,
        stochastic_policy_game,
    )
    from dilemma.repeated.state_paths import expected_states, simulate_states
    from dilemma.repeated.state_policies import StatePolicy, pure_state_policies
    from dilemma.repeated.state_runs import (
        LongRunStates,
        ReachingTimes,
        StateClass,
        long_run_states,
        reaching_times,
    )

_MODULE_OF: dict[str, str] = {
    "BackwardInduction": "horizons",
    "DiscountFormulas": "formulas",
    "FeasibleSet": "regions",
    "LongRunStates": "state_runs",
    "MarkovEquilibria": "markov_answers",
    "MarkovEquilibrium": "markov_answers",
    "Minmax": "guarantees",
    "PayoffPolygon": "regions",
    "PublicMonitoring": "monitoring",
    "ReachingTimes": "state_runs",
    "StateClass": "state_runs",
    "StatePolicy": "state_policies",
    "StatePolicyPlay": "state_meetings",
    "backward_induction": "horizons",
    "critical_discount_formula": "formulas",
    "expected_states": "state_paths",
    "feasible_set": "regions",
    "long_run_states": "state_runs",
    "markov_perfect": "markov",
    "minmax": "guarantees",
    "misread_signals": "monitoring",
    "public_monitoring": "monitoring",
    "pure_state_policies": "state_policies",
    "reaching_times": "state_runs",
    "simulate_states": "state_paths",
    "state_policy_play": "state_meetings",
    "stochastic_policy_game": "state_meetings",
    "trembling": "monitoring",
}

__all__ = [
    "BackwardInduction",
    "CriticalDiscount",
    "DiscountFormulas",
    "FeasibleSet",
    "LongRunStates",
    "MarkovEquilibria",
    "MarkovEquilibrium",
    "Minmax",
    "PayoffPolygon",
    "PublicMonitoring",
    "ReachingTimes",
    "StateClass",
    "StatePolicy",
    "StatePolicyPlay",
    "backward_induction",
    "critical_discount",
    "critical_discount_formula",
    "expected_states",
    "feasible_set",
    "long_run_states",
    "markov_perfect",
    "minmax",
    "misread_signals",
    "public_monitoring",
    "pure_state_policies",
    "reaching_times",
    "simulate_states",
    "state_policy_play",
    "stochastic_policy_game",
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
