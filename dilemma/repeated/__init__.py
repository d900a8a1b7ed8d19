"""What a shared future sustains: repeated play of a game.

`critical_discount` is loaded at once; everything else when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dilemma.repeated.grim import CriticalDiscount, critical_discount

if TYPE_CHECKING:
    from dilemma.repeated.markov import markov_perfect
    from dilemma.repeated.markov_answers import MarkovEquilibria, MarkovEquilibrium
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

_MODULE_OF = {
    "LongRunStates": "state_runs",
    "MarkovEquilibria": "markov_answers",
    "MarkovEquilibrium": "markov_answers",
    "ReachingTimes": "state_runs",
    "StateClass": "state_runs",
    "StatePolicy": "state_policies",
    "StatePolicyPlay": "state_meetings",
    "expected_states": "state_paths",
    "long_run_states": "state_runs",
    "markov_perfect": "markov",
    "pure_state_policies": "state_policies",
    "reaching_times": "state_runs",
    "simulate_states": "state_paths",
    "state_policy_play": "state_meetings",
    "stochastic_policy_game": "state_meetings",
}

__all__ = [
    "CriticalDiscount",
    "LongRunStates",
    "MarkovEquilibria",
    "MarkovEquilibrium",
    "ReachingTimes",
    "StateClass",
    "StatePolicy",
    "StatePolicyPlay",
    "critical_discount",
    "expected_states",
    "long_run_states",
    "markov_perfect",
    "pure_state_policies",
    "reaching_times",
    "simulate_states",
    "state_policy_play",
    "stochastic_policy_game",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.repeated.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
