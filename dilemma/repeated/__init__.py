"""What a shared future sustains: repeated play of a game.

`critical_discount` is loaded at once; everything else when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dilemma.repeated.patience.reversion import CriticalDiscount, critical_discount

if TYPE_CHECKING:
    from dilemma.repeated.patience.formulas import DiscountFormulas, critical_discount_formula
    from dilemma.repeated.patience.guarantees import Minmax, minmax
    from dilemma.repeated.patience.horizons import BackwardInduction, backward_induction
    from dilemma.repeated.patience.ladders import PunishmentLadder, punishment_ladder
    from dilemma.repeated.patience.monitoring import PublicMonitoring, public_monitoring
    from dilemma.repeated.patience.regions import FeasibleSet, PayoffPolygon, feasible_set
    from dilemma.repeated.patience.signals import misread_signals, trembling
    from dilemma.repeated.payoffs.beyond import Comparison, StageComparison, compare_with_stage
    from dilemma.repeated.payoffs.shapes import (
        Shape,
        ShapeChange,
        ShapeChanges,
        payoff_set_changes,
    )
    from dilemma.repeated.payoffs.sustained import PayoffSet, Support
    from dilemma.repeated.payoffs.sustaining import exact_payoff_set, payoff_set
    from dilemma.repeated.policies.automata import Automaton
    from dilemma.repeated.policies.averages import LongRunPlay, Regularity, long_run
    from dilemma.repeated.policies.contests import policy_game
    from dilemma.repeated.policies.deviations import Deviation, PolicyEquilibrium, is_equilibrium
    from dilemma.repeated.policies.enforcing import (
        LinearRelation,
        enforced_relation,
        zero_determinant,
    )
    from dilemma.repeated.policies.many_pairs import long_run_payoffs
    from dilemma.repeated.policies.memory import Policy
    from dilemma.repeated.policies.repertoire import (
        always,
        cautious_reciprocity,
        forgiving_grim,
        generous_tit_for_tat,
        grim,
        learn_and_leave,
        named_policies,
        reciprocate,
        tit_for_tat,
        win_stay_lose_shift,
    )
    from dilemma.repeated.policies.replies import BestReply, best_reply
    from dilemma.repeated.policies.rivalry import Stance, partner_or_rival
    from dilemma.repeated.states.answers import MarkovEquilibria, MarkovEquilibrium
    from dilemma.repeated.states.deviating import (
        MarkovPerfection,
        StateDeviation,
        is_markov_perfect,
    )
    from dilemma.repeated.states.markov import markov_perfect
    from dilemma.repeated.states.meetings import (
        StatePolicyPlay,
        state_policy_play,
        stochastic_policy_game,
    )
    from dilemma.repeated.states.paths import expected_states, simulate_states
    from dilemma.repeated.states.policies import StatePolicy, pure_state_policies
    from dilemma.repeated.states.runs import (
        LongRunStates,
        ReachingTimes,
        StateClass,
        long_run_states,
        reaching_times,
    )

# Loaded when they are first asked for.
_MODULE_OF = {
    "Automaton": "policies.automata",
    "BackwardInduction": "patience.horizons",
    "BestReply": "policies.replies",
    "Comparison": "payoffs.beyond",
    "Deviation": "policies.deviations",
    "DiscountFormulas": "patience.formulas",
    "FeasibleSet": "patience.regions",
    "LinearRelation": "policies.enforcing",
    "LongRunPlay": "policies.averages",
    "LongRunStates": "states.runs",
    "MarkovEquilibria": "states.answers",
    "MarkovEquilibrium": "states.answers",
    "MarkovPerfection": "states.deviating",
    "Minmax": "patience.guarantees",
    "PayoffPolygon": "patience.regions",
    "PayoffSet": "payoffs.sustained",
    "Policy": "policies.memory",
    "PolicyEquilibrium": "policies.deviations",
    "PublicMonitoring": "patience.monitoring",
    "PunishmentLadder": "patience.ladders",
    "ReachingTimes": "states.runs",
    "Regularity": "policies.averages",
    "Shape": "payoffs.shapes",
    "ShapeChange": "payoffs.shapes",
    "ShapeChanges": "payoffs.shapes",
    "StageComparison": "payoffs.beyond",
    "Stance": "policies.rivalry",
    "StateClass": "states.runs",
    "StateDeviation": "states.deviating",
    "StatePolicy": "states.policies",
    "StatePolicyPlay": "states.meetings",
    "Support": "payoffs.sustained",
    "always": "policies.repertoire",
    "backward_induction": "patience.horizons",
    "best_reply": "policies.replies",
    "cautious_reciprocity": "policies.repertoire",
    "compare_with_stage": "payoffs.beyond",
    "critical_discount_formula": "patience.formulas",
    "enforced_relation": "policies.enforcing",
    "exact_payoff_set": "payoffs.sustaining",
    "expected_states": "states.paths",
    "feasible_set": "patience.regions",
    "forgiving_grim": "policies.repertoire",
    "generous_tit_for_tat": "policies.repertoire",
    "grim": "policies.repertoire",
    "is_equilibrium": "policies.deviations",
    "is_markov_perfect": "states.deviating",
    "learn_and_leave": "policies.repertoire",
    "long_run": "policies.averages",
    "long_run_payoffs": "policies.many_pairs",
    "long_run_states": "states.runs",
    "markov_perfect": "states.markov",
    "minmax": "patience.guarantees",
    "misread_signals": "patience.signals",
    "named_policies": "policies.repertoire",
    "partner_or_rival": "policies.rivalry",
    "payoff_set": "payoffs.sustaining",
    "payoff_set_changes": "payoffs.shapes",
    "policy_game": "policies.contests",
    "public_monitoring": "patience.monitoring",
    "punishment_ladder": "patience.ladders",
    "pure_state_policies": "states.policies",
    "reaching_times": "states.runs",
    "reciprocate": "policies.repertoire",
    "simulate_states": "states.paths",
    "state_policy_play": "states.meetings",
    "stochastic_policy_game": "states.meetings",
    "tit_for_tat": "policies.repertoire",
    "trembling": "patience.signals",
    "win_stay_lose_shift": "policies.repertoire",
    "zero_determinant": "policies.enforcing",
}

__all__ = [
    "Automaton",
    "BackwardInduction",
    "BestReply",
    "Comparison",
    "CriticalDiscount",
    "Deviation",
    "DiscountFormulas",
    "FeasibleSet",
    "LinearRelation",
    "LongRunPlay",
    "LongRunStates",
    "MarkovEquilibria",
    "MarkovEquilibrium",
    "MarkovPerfection",
    "Minmax",
    "PayoffPolygon",
    "PayoffSet",
    "Policy",
    "PolicyEquilibrium",
    "PublicMonitoring",
    "PunishmentLadder",
    "ReachingTimes",
    "Regularity",
    "Shape",
    "ShapeChange",
    "ShapeChanges",
    "StageComparison",
    "Stance",
    "StateClass",
    "StateDeviation",
    "StatePolicy",
    "StatePolicyPlay",
    "Support",
    "always",
    "backward_induction",
    "best_reply",
    "cautious_reciprocity",
    "compare_with_stage",
    "critical_discount",
    "critical_discount_formula",
    "enforced_relation",
    "exact_payoff_set",
    "expected_states",
    "feasible_set",
    "forgiving_grim",
    "generous_tit_for_tat",
    "grim",
    "is_equilibrium",
    "is_markov_perfect",
    "learn_and_leave",
    "long_run",
    "long_run_payoffs",
    "long_run_states",
    "markov_perfect",
    "minmax",
    "misread_signals",
    "named_policies",
    "partner_or_rival",
    "payoff_set",
    "payoff_set_changes",
    "policy_game",
    "public_monitoring",
    "punishment_ladder",
    "pure_state_policies",
    "reaching_times",
    "reciprocate",
    "simulate_states",
    "state_policy_play",
    "stochastic_policy_game",
    "tit_for_tat",
    "trembling",
    "win_stay_lose_shift",
    "zero_determinant",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.repeated.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
