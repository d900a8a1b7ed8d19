"""What a shared future sustains: repeated play of a game.

`critical_discount` is loaded at once; everything else when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dilemma.repeated.reversion import CriticalDiscount, critical_discount

if TYPE_CHECKING:
    from dilemma.repeated.automata import Automaton
    from dilemma.repeated.averages import LongRunPlay, Regularity, long_run
    from dilemma.repeated.beyond import Comparison, StageComparison, compare_with_stage
    from dilemma.repeated.contests import policy_game
    from dilemma.repeated.deviations import Deviation, PolicyEquilibrium, is_equilibrium
    from dilemma.repeated.enforcing import LinearRelation, enforced_relation, zero_determinant
    from dilemma.repeated.formulas import DiscountFormulas, critical_discount_formula
    from dilemma.repeated.guarantees import Minmax, minmax
    from dilemma.repeated.horizons import BackwardInduction, backward_induction
    from dilemma.repeated.ladders import PunishmentLadder, punishment_ladder
    from dilemma.repeated.many_pairs import long_run_payoffs
    from dilemma.repeated.markov import markov_perfect
    from dilemma.repeated.markov_answers import MarkovEquilibria, MarkovEquilibrium
    from dilemma.repeated.monitoring import PublicMonitoring, public_monitoring
    from dilemma.repeated.policies import Policy
    from dilemma.repeated.regions import FeasibleSet, PayoffPolygon, feasible_set
    from dilemma.repeated.repertoire import (
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
    from dilemma.repeated.replies import BestReply, best_reply
    from dilemma.repeated.rivalry import Stance, partner_or_rival
    from dilemma.repeated.shapes import Shape, ShapeChange, ShapeChanges, payoff_set_changes
    from dilemma.repeated.signals import misread_signals, trembling
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
    from dilemma.repeated.sustained import PayoffSet, Support
    from dilemma.repeated.sustaining import exact_payoff_set, payoff_set

# Loaded when they are first asked for.
_MODULE_OF = {
    "Automaton": "automata",
    "BackwardInduction": "horizons",
    "BestReply": "replies",
    "Comparison": "beyond",
    "Deviation": "deviations",
    "DiscountFormulas": "formulas",
    "FeasibleSet": "regions",
    "LinearRelation": "enforcing",
    "LongRunPlay": "averages",
    "LongRunStates": "state_runs",
    "MarkovEquilibria": "markov_answers",
    "MarkovEquilibrium": "markov_answers",
    "Minmax": "guarantees",
    "PayoffPolygon": "regions",
    "PayoffSet": "sustained",
    "Policy": "policies",
    "PolicyEquilibrium": "deviations",
    "PublicMonitoring": "monitoring",
    "PunishmentLadder": "ladders",
    "ReachingTimes": "state_runs",
    "Regularity": "averages",
    "Shape": "shapes",
    "ShapeChange": "shapes",
    "ShapeChanges": "shapes",
    "StageComparison": "beyond",
    "Stance": "rivalry",
    "StateClass": "state_runs",
    "StatePolicy": "state_policies",
    "StatePolicyPlay": "state_meetings",
    "Support": "sustained",
    "always": "repertoire",
    "backward_induction": "horizons",
    "best_reply": "replies",
    "cautious_reciprocity": "repertoire",
    "compare_with_stage": "beyond",
    "critical_discount_formula": "formulas",
    "enforced_relation": "enforcing",
    "exact_payoff_set": "sustaining",
    "expected_states": "state_paths",
    "feasible_set": "regions",
    "forgiving_grim": "repertoire",
    "generous_tit_for_tat": "repertoire",
    "grim": "repertoire",
    "is_equilibrium": "deviations",
    "learn_and_leave": "repertoire",
    "long_run": "averages",
    "long_run_payoffs": "many_pairs",
    "long_run_states": "state_runs",
    "markov_perfect": "markov",
    "minmax": "guarantees",
    "misread_signals": "signals",
    "named_policies": "repertoire",
    "partner_or_rival": "rivalry",
    "payoff_set": "sustaining",
    "payoff_set_changes": "shapes",
    "policy_game": "contests",
    "public_monitoring": "monitoring",
    "punishment_ladder": "ladders",
    "pure_state_policies": "state_policies",
    "reaching_times": "state_runs",
    "reciprocate": "repertoire",
    "simulate_states": "state_paths",
    "state_policy_play": "state_meetings",
    "stochastic_policy_game": "state_meetings",
    "tit_for_tat": "repertoire",
    "trembling": "signals",
    "win_stay_lose_shift": "repertoire",
    "zero_determinant": "enforcing",
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
