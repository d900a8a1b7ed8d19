"""The claims of the article that gave the dilemma its name, each for several measures.

larsson1998 argues in words, and prints no payoffs. Each entry paraphrases a claim of its abstract
and states it for the payoffs of `dilemma.alliance`, which are derived from the article's
definitions; a verdict is on this formal statement, not on the article's evidence. "Empowers
collaboration" can mean several things, and they need not agree:

- **temptation**: competing against a collaborator gains less, T - R falls;
- **strict equilibrium**: once mutual collaboration is a strict equilibrium, it stays one;
- **critical discount**: where the learning dilemma holds, less patience sustains collaboration by
  reversion to avoidance;
- **risk dominance**: where collaboration and avoidance are both strict equilibria, collaboration,
  once risk-dominant, stays so;
- **basin**: from more of the state space a population comes to collaborate (replicator dynamics);
- **fixation**: among 100 firms, collaboration replaces avoidance more easily, relative to the way
  back (imitation of strength 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from dilemma.propositions.claiming import Claim
from dilemma.propositions.quantities import (
    Quantity,
    derivative,
    exploitation,
    joint_learning,
    learning,
    measured,
    payoff,
)
from dilemma.propositions.statements import (
    Statement,
    equal,
    falls,
    grim_discount,
    keeps,
    ordered,
    rises,
    risk_dominates,
    strict_equilibrium,
)
from dilemma.study.measures import basin, fixation_odds

SOURCE = "larsson1998"
COL, COM, CMP, ACC, AVO = (
    "collaboration", "competition", "compromise", "accommodation", "avoidance",
)  # fmt: skip
# The terms that the library's question names; all others are at their defaults.
BOX: dict[str, Any] = {"trust": None, "stakes": None, "opportunism": None}
# Where terms are sampled, stakes have an end.
SAMPLED: dict[str, Any] = {**BOX, "stakes": ("1/2", 8)}
ABILITIES = ("absorptive_capacity", "communicative_capacity")
# Terms that learning depends on.
LEARNING = ("leakage", *ABILITIES, "prior_interaction")


def _claims() -> dict[str, Claim]:
    found: dict[str, Claim] = {}

    def add(key: str, words: str, statement: Statement, over: Any, assuming: Any = ()) -> None:
        found[key] = Claim(statement, over, assuming=assuming, words=words, source=SOURCE)

    strict, reward = strict_equilibrium(COL), payoff("row", COL)
    temptation = payoff("row", COM, COL)

    # A good partner invites exploitation.
    add(
        "exploitation: who learns more",
        "a partner that takes without showing learns more from a collaborator than it teaches",
        learning("row", COM, COL) > learning("column", COM, COL),
        LEARNING,
    )
    add(
        "exploitation: transparency invites it",
        "the more a firm shows, the more a competitor gets out of it than out of a compromiser",
        ordered(
            exploitation("column", COM, COL), ">", exploitation("column", COM, CMP), ">",
            exploitation("column", COM, COM),
        ),
        LEARNING,
    )  # fmt: skip
    add(
        "exploitation: it pays",
        "competing with a collaborator pays more than collaborating",
        temptation > reward,
        BOX,
    )
    add(
        "exploitation: it hurts",
        "a collaborator is worse off with a competitor than with a collaborator",
        payoff("row", COL, COM) < reward,
        [*BOX, "leakage"],
    )
    # Opportunism undercuts the knowledge that the alliance could have developed.
    add(
        "collective knowledge: one competes",
        "competition against a collaborator leaves less joint learning than collaboration",
        joint_learning(COM, COL) < joint_learning(COL),
        LEARNING,
    )
    add(
        "collective knowledge: both compete",
        "mutual competition leaves less joint learning than one-sided competition does",
        joint_learning(COM) < joint_learning(COM, COL),
        LEARNING,
    )
    add(
        "collective knowledge: what partners settle on",
        "the joint learning of the best equilibrium never rises as opportunism grows",
        falls(measured("joint_learning"), "opportunism"),
        SAMPLED,
    )
    add(
        "asymmetry: joint learning",
        "any pair of different postures develops less knowledge than mutual collaboration",
        _below(joint_learning(COL)),
        LEARNING,
    )
    add(
        "asymmetry: competition with accommodation",
        "a competitor with an accommodator learns no more jointly than two compromisers",
        joint_learning(COM, ACC) <= joint_learning(CMP),
        LEARNING,
    )
    # Motivation and ability to absorb and to communicate are needed.
    add(
        "needs: receptivity",
        "without receptivity on either side nothing is learned, however open both are",
        equal(joint_learning(ACC), 0),
        LEARNING,
    )
    add(
        "needs: transparency",
        "without transparency two receptive firms learn less than two open ones",
        joint_learning(COM) < joint_learning(COL),
        LEARNING,
    )
    for name, words in (
        ("absorptive_capacity", "ability to absorb"),
        ("communicative_capacity", "ability to communicate"),
    ):
        add(
            f"needs: {words}",
            f"more {words} of both firms raises the joint learning of collaborators",
            rises(joint_learning(COL), name),
            LEARNING,
        )
        _empowers(add, name, words, [*BOX, name], sampled={**SAMPLED, name: ("1/2", 2)})
    for name, words in (
        ("receptivity_cost", "cost of absorbing"),
        ("transparency_cost", "cost of communicating"),
    ):
        _empowers(
            add, name, f"less {words}", [*BOX, name],
            sampled={**SAMPLED, name: (0, 1)}, growing=False,
        )  # fmt: skip
    # Barriers.
    _empowers(add, "opportunism", "less opportunism", BOX, sampled=SAMPLED, growing=False)
    tilted = {**BOX, "power": (0, 1)}
    add(
        "power: temptation of the weaker firm",
        "the more power its partner has, the more a firm gains by competing with a collaborator",
        rises(payoff("column", COL, COM) - payoff("column", COL), "power"),
        tilted,
    )
    add(
        "power: strict equilibrium",
        "equal power empowers: once mutual collaboration is a strict equilibrium, it stays so as "
        "power is shared more equally",
        keeps(strict, "power", growing=False),
        tilted,
    )
    add(
        "power: critical discount",
        "the more power its partner has, the more patience a firm needs to collaborate",
        rises(grim_discount(firm="column"), "power"),
        tilted,
        "dilemma",
    )
    add(
        "suspicion: value of reciprocity",
        "misread acts cost two reciprocators with a discount factor of 9/10 part of their payoff",
        measured(suspected) <= measured(trusted),
        SAMPLED,
        "dilemma",
    )
    # Enablers.
    _empowers(add, "trust", "trust", BOX, sampled=SAMPLED)
    _empowers(add, "stakes", "high stakes", BOX, sampled=SAMPLED)
    _empowers(
        add, "prior_interaction", "prior interaction", [*BOX, "prior_interaction"],
        sampled={**SAMPLED, "prior_interaction": None},
    )  # fmt: skip
    add(
        "long-term orientation: patience suffices",
        "in every learning dilemma enough patience sustains collaboration by the threat of "
        "avoidance",
        ordered(0, "<", grim_discount(), "<", 1),
        [*BOX, "synergy", "relational_return", "leakage"],
        "dilemma",
    )
    add(
        "long-term orientation: the threat is credible",
        "in every learning dilemma mutual avoidance, the threat, is itself an equilibrium",
        ordered(0, ">=", payoff("row", COM, AVO)),
        BOX,
        "dilemma",
    )
    return found


def _empowers(
    add: Any, name: str, words: str, over: Any, sampled: Any, growing: bool = True
) -> None:
    """State for each measure that a term empowers collaboration."""
    gain = payoff("row", COM, COL) - payoff("row", COL)
    better = rises if growing else falls

    def worse(quantity: Quantity, term: str) -> Statement:
        slope = derivative(quantity, term)
        return slope <= 0 if growing else slope >= 0

    both = (strict_equilibrium(COL), strict_equilibrium(AVO))
    title = words.removeprefix("less ").removeprefix("high ")
    for measure, said, statement, box, assumed in (
        ("temptation", "curbs the gain from competing with a collaborator", worse(gain, name),
         over, ()),
        ("strict equilibrium", "keeps mutual collaboration a strict equilibrium",
         keeps(strict_equilibrium(COL), name, growing), over, ()),
        ("critical discount", "lets less patience sustain collaboration",
         worse(grim_discount(), name), over, "dilemma"),
        ("risk dominance", "keeps collaboration risk-dominant over avoidance",
         keeps(risk_dominates(COL, AVO), name, growing), over, both),
        ("basin", "widens the basin of collaboration",
         better(measured(partial(basin, starts=64)), name), sampled, ()),
        ("fixation", "helps collaboration to replace avoidance among 100 firms",
         better(measured(fixation_odds, "replacement"), name), sampled, ()),
    ):  # fmt: skip
        add(f"{title}: {measure}", f"{words} {said}", statement, box, assumed)


def _below(quantity: Quantity) -> Statement:
    """Joint learning of every pair of different postures is less."""
    chain: Statement | None = None
    names = (COL, COM, CMP, ACC, AVO)
    for k, row in enumerate(names):
        for column in names[k + 1 :]:
            one = joint_learning(row, column) < quantity
            chain = one if chain is None else chain & one
    assert chain is not None
    return chain


def trusted(game: Any) -> float:
    """What each of two reciprocators gets when no act is misread, at a discount factor of 9/10."""
    return _reciprocity(game, 0)


def suspected(game: Any) -> float:
    """The same when one act in ten is misread."""
    return _reciprocity(game, "1/10")


def _reciprocity(game: Any, suspicion: Any) -> float:
    from dilemma.repeated import long_run, reciprocate

    policy = reciprocate(game)
    return float(long_run(game, (policy, policy), "9/10", suspicion).payoffs[0])


CLAIMS: Mapping[str, Claim] = MappingProxyType(_claims())
