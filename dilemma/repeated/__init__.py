"""What a shared future sustains: repeated play of a game.

`critical_discount` is loaded at once; everything else when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dilemma.repeated.reversion import CriticalDiscount, critical_discount

if TYPE_CHECKING:
    from dilemma.repeated.automata import Automaton
    from dilemma.repeated.averages import LongRun, Regularity, long_run
    from dilemma.repeated.contests import policy_game
    from dilemma.repeated.deviations import Deviation, PolicyEquilibrium, is_equilibrium
    from dilemma.repeated.enforcing import LinearRelation, enforced_relation, zero_determinant
    from dilemma.repeated.many_pairs import long_run_payoffs
    from dilemma.repeated.policies import Policy
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

_MODULE_OF: dict[str, str] = {
    "Automaton": "automata",
    "BestReply": "replies",
    "Deviation": "deviations",
    "LinearRelation": "enforcing",
    "LongRun": "averages",
    "Policy": "policies",
    "PolicyEquilibrium": "deviations",
    "Regularity": "averages",
    "Stance": "rivalry",
    "always": "repertoire",
    "best_reply": "replies",
    "cautious_reciprocity": "repertoire",
    "enforced_relation": "enforcing",
    "forgiving_grim": "repertoire",
    "generous_tit_for_tat": "repertoire",
    "grim": "repertoire",
    "is_equilibrium": "deviations",
    "learn_and_leave": "repertoire",
    "long_run": "averages",
    "long_run_payoffs": "many_pairs",
    "named_policies": "repertoire",
    "partner_or_rival": "rivalry",
    "policy_game": "contests",
    "reciprocate": "repertoire",
    "tit_for_tat": "repertoire",
    "win_stay_lose_shift": "repertoire",
    "zero_determinant": "enforcing",
}

__all__ = [
    "Automaton",
    "BestReply",
    "CriticalDiscount",
    "Deviation",
    "LinearRelation",
    "LongRun",
    "Policy",
    "PolicyEquilibrium",
    "Regularity",
    "Stance",
    "always",
    "best_reply",
    "cautious_reciprocity",
    "critical_discount",
    "enforced_relation",
    "forgiving_grim",
    "generous_tit_for_tat",
    "grim",
    "is_equilibrium",
    "learn_and_leave",
    "long_run",
    "long_run_payoffs",
    "named_policies",
    "partner_or_rival",
    "policy_game",
    "reciprocate",
    "tit_for_tat",
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
