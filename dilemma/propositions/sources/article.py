"""The claims of the article that gave the dilemma its name, each for several measures.

larsson1998 argues in words, and prints no payoffs. Each entry of `ARTICLE` paraphrases a claim of
its abstract and states it for the payoffs of `dilemma.alliance`, which are derived from the
article's definitions; a verdict is on this formal statement, not on the article's evidence. Unless
a claim says otherwise, trust, stakes and opportunism take all their values, and all other terms
are at their defaults.

"Empowers collaboration" can mean several things, and they need not agree:

- **temptation**: competing with a collaborator gains less; T - R falls;
- **strict equilibrium**: once mutual collaboration is a strict equilibrium, it stays one;
- **critical discount**: in a learning dilemma, less patience deters competition by the threat of
  avoidance; (T - R)/(T - P) falls;
- **risk dominance**: while collaboration and avoidance are both strict equilibria, collaboration,
  once risk-dominant over avoidance, stays so;
- **basin**: from no less of the state space a population comes to collaborate (replicator
  dynamics among all five postures);
- **fixation**: among 100 firms, one collaborator replaces avoidance more easily, relative to the
  way back (imitation of strength 1; no other posture is present);
- **long run**: among 100 firms with rare mutants of all five postures, collaboration, once it
  takes most of the time, still does.

The last three are sampled, with stakes in [1/2, 8], and never proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import partial, reduce
from itertools import combinations
from operator import and_
from types import MappingProxyType
from typing import Any

from dilemma.propositions.claiming import Claim
from dilemma.propositions.quantities import Quantity
from dilemma.propositions.saying import (
    equal,
    equilibrium,
    falls,
    grim_discount,
    keeps,
    ordered,
    rises,
    risk_dominates,
    strict_equilibrium,
)
from dilemma.propositions.statements import Statement
from dilemma.propositions.vocabulary import (
    derivative,
    exploitation,
    joint_learning,
    learning,
    measured,
    payoff,
)
from dilemma.study.measures import basin, fixation_odds, stationary_share

SOURCE = "larsson1998"
MEASURES = (
    "temptation", "strict equilibrium", "critical discount", "risk dominance", "basin",
    "fixation", "long run",
)  # fmt: skip
COL, COM, CMP, ACC, AVO = POSTURES = (
    "collaboration", "competition", "compromise", "accommodation", "avoidance",
)  # fmt: skip
# The terms that the library's question names; all others are at their defaults.
BOX: dict[str, Any] = {"trust": None, "stakes": None, "opportunism": None}
# Where terms are sampled, stakes have an end.
SAMPLED: dict[str, Any] = {**BOX, "stakes": ("1/2", 8)}
# Terms that learning depends on.
LEARNING = ("leakage", "absorptive_capacity", "communicative_capacity", "prior_interaction")
# Measures of whole populations.
BASIN = partial(basin, starts=64)
SHARE = partial(stationary_share, strategy=COL)


class _Collected(dict[str, Claim]):
    """Claims by name, "family: measure"."""

    def add(
        self, key: str, words: str, statement: Statement, over: Any, assuming: Any = ()
    ) -> None:
        self[key] = Claim(statement, over, assuming=assuming, words=words, source=SOURCE)


def _claims() -> dict[str, Claim]:
    found = _Collected()
    _exploitation(found)
    _collective_knowledge(found)
    _needs(found)
    _barriers(found)
    _enablers(found)
    return found


def _exploitation(found: _Collected) -> None:
    """A good partner invites exploitation."""
    reward = payoff("row", COL)
    found.add(
        "exploitation: who learns more",
        "a partner that takes without showing learns more from a collaborator than it teaches",
        learning("row", COM, COL) > learning("column", COM, COL),
        LEARNING,
    )
    found.add(
        "exploitation: openness invites it",
        "of two equally receptive partners, a competitor out-learns the transparent one by more",
        ordered(exploitation("column", COM, COL), ">", exploitation("column", COM))
        & ordered(exploitation("column", COM, ACC), ">", exploitation("column", COM, AVO)),
        LEARNING,
    )
    found.add(
        "exploitation: compromise protects",
        "a competitor out-learns a compromiser by less than a collaborator",
        exploitation("column", COM, CMP) < exploitation("column", COM, COL),
        LEARNING,
    )
    found.add(
        "exploitation: it pays",
        "competing with a collaborator pays more than collaborating",
        payoff("row", COM, COL) > reward,
        BOX,
    )
    found.add(
        "exploitation: it hurts",
        "a collaborator is worse off with a competitor than with a collaborator",
        payoff("row", COL, COM) < reward,
        [*BOX, "leakage"],
    )


def _collective_knowledge(found: _Collected) -> None:
    """Opportunism and asymmetry undercut what the alliance could have developed."""
    both = joint_learning(COL)
    found.add(
        "collective knowledge: one competes",
        "competition with a collaborator develops less knowledge than mutual collaboration",
        joint_learning(COM, COL) < both,
        LEARNING,
    )
    found.add(
        "collective knowledge: both compete",
        "mutual competition develops less knowledge than competition with a collaborator",
        joint_learning(COM) < joint_learning(COM, COL),
        LEARNING,
    )
    found.add(
        "collective knowledge: equilibrium",
        "the joint learning of the best equilibrium never rises as opportunism grows",
        falls(measured("joint_learning"), "opportunism"),
        SAMPLED,
    )
    found.add(
        "asymmetry: against collaboration",
        "any pair of different postures develops less knowledge than mutual collaboration",
        _all(joint_learning(*pair) < both for pair in combinations(POSTURES, 2)),
        LEARNING,
    )
    found.add(
        "asymmetry: against compromise",
        "a competitor with an accommodator develops no more knowledge than two compromisers",
        joint_learning(COM, ACC) <= joint_learning(CMP),
        LEARNING,
    )


def _needs(found: _Collected) -> None:
    """Motivation and ability to absorb and to communicate."""
    found.add(
        "needs: receptivity",
        "without receptivity on either side nothing is learned, however open both are",
        equal(joint_learning(ACC), 0),
        LEARNING,
    )
    found.add(
        "needs: transparency",
        "two receptive firms learn less together if neither is transparent",
        joint_learning(COM) < joint_learning(COL),
        LEARNING,
    )
    for name, family in (
        ("absorptive_capacity", "ability to absorb"),
        ("communicative_capacity", "ability to communicate"),
    ):
        found.add(
            f"needs: {family}",
            f"the more {family}, the more collaborators learn together",
            derivative(joint_learning(COL), name) > 0,
            LEARNING,
        )
        box = {**BOX, name: ("1/2", 2)}
        _empowers(found, family, f"more {family}", name, box, {**SAMPLED, name: ("1/2", 2)})
    for name, verb in (
        ("receptivity_cost", "absorb"),
        ("transparency_cost", "communicate"),
    ):
        box, sampled = {**BOX, name: (0, 1)}, {**SAMPLED, name: (0, 1)}
        family = f"motivation to {verb}"
        words = f"more {family} (a smaller cost of it)"
        _empowers(found, family, words, name, box, sampled, growing=False)


def _barriers(found: _Collected) -> None:
    """Power, opportunism and suspicion hinder; asymmetry stands with collective knowledge."""
    _empowers(found, "opportunism", "less opportunism", "opportunism", BOX, SAMPLED, growing=False)
    tilted = {**BOX, "power": (0, 1)}
    found.add(
        "power: temptation",
        "the more equal power is, the less the weaker firm gains by competing with a collaborator",
        derivative(payoff("column", COL, COM) - payoff("column", COL), "power") >= 0,
        tilted,
    )
    found.add(
        "power: strict equilibrium",
        "once mutual collaboration is a strict equilibrium, it stays so as power gets more equal",
        keeps(strict_equilibrium(COL), "power", growing=False),
        tilted,
    )
    found.add(
        "power: critical discount",
        "in a learning dilemma, the more equal power is, the less patience the weaker firm needs",
        derivative(grim_discount(firm="column"), "power") >= 0,
        tilted,
        "dilemma",
    )
    found.add(
        "power: risk dominance",
        "while collaboration and avoidance are strict equilibria, collaboration, once "
        "risk-dominant, stays so as power gets more equal",
        keeps(risk_dominates(COL, AVO), "power", growing=False),
        tilted,
        (strict_equilibrium(COL), strict_equilibrium(AVO)),
    )
    found.add(
        "suspicion: reciprocity",
        "in a learning dilemma, misread acts cost two reciprocators part of their payoff (one act "
        "in ten, at a discount factor of 9/10)",
        measured(suspected) < payoff("row", COL),
        SAMPLED,
        "dilemma",
    )


def _enablers(found: _Collected) -> None:
    """Prior interaction, stakes, trust and a long-term orientation empower."""
    _empowers(found, "trust", "more trust", "trust", BOX, SAMPLED)
    _empowers(found, "stakes", "higher stakes", "stakes", BOX, SAMPLED)
    name = "prior_interaction"
    _empowers(
        found, "prior interaction", "more prior interaction", name, [*BOX, name],
        {**SAMPLED, name: None},
    )  # fmt: skip
    found.add(
        "long-term orientation: critical discount",
        "in every learning dilemma enough patience deters competition by the threat of avoidance",
        ordered(0, "<", grim_discount(), "<", 1),
        [*BOX, "synergy", "relational_return", "leakage"],
        "dilemma",
    )
    found.add(
        "long-term orientation: the threat",
        "in every learning dilemma the threat is credible: mutual avoidance is an equilibrium",
        equilibrium(AVO),
        BOX,
        "dilemma",
    )
    found.add(
        "long-term orientation: the deviation",
        "in every learning dilemma competition is the best reply to a partner who collaborates",
        _all(payoff("row", COM, COL) >= payoff("row", other, COL) for other in (CMP, ACC, AVO)),
        BOX,
        "dilemma",
    )


def _empowers(
    found: _Collected,
    family: str,
    words: str,
    name: str,
    box: Any,
    sampled: Any,
    growing: bool = True,
) -> None:
    """State for each measure that a term empowers collaboration as it grows (or shrinks)."""
    better = rises if growing else falls
    gain = payoff("row", COM, COL) - payoff("row", COL)
    strict = strict_equilibrium(COL)

    def shrinks(quantity: Quantity) -> Statement:
        slope = derivative(quantity, name)
        return slope <= 0 if growing else slope >= 0

    def add(measure: str, said: str, statement: Statement, over: Any, assuming: Any = ()) -> None:
        found.add(f"{family}: {measure}", said, statement, over, assuming)

    add(
        "temptation",
        f"competing with a collaborator gains no more with {words}",
        shrinks(gain),
        box,
    )
    add(
        "strict equilibrium",
        f"once mutual collaboration is a strict equilibrium, it stays so with {words}",
        keeps(strict, name, growing),
        box,
    )
    add(
        "critical discount",
        f"in a learning dilemma, no more patience deters competition with {words}",
        shrinks(grim_discount()),
        box,
        "dilemma",
    )
    add(
        "risk dominance",
        "while collaboration and avoidance are strict equilibria, collaboration, once "
        f"risk-dominant, stays so with {words}",
        keeps(risk_dominates(COL, AVO), name, growing),
        box,
        (strict, strict_equilibrium(AVO)),
    )
    add(
        "basin",
        f"with {words}, collaboration attracts no less of the state space",
        better(measured(BASIN), name),
        sampled,
    )
    add(
        "fixation",
        f"with {words}, one collaborator replaces avoidance among 100 firms no less easily",
        better(measured(fixation_odds, "replacement"), name),
        sampled,
    )
    add(
        "long run",
        f"once 100 firms spend most of their time in collaboration, they still do with {words}",
        keeps(measured(SHARE) > Fraction(1, 2), name, growing),
        sampled,
    )


def _all(statements: Iterable[Statement]) -> Statement:
    whole: Statement = reduce(and_, statements)
    return whole


def suspected(game: Any) -> Fraction:
    """What two reciprocators get if one act in ten is misread, at a discount factor of 9/10.

    If none is, they collaborate for ever.
    """
    from dilemma.repeated import long_run, reciprocate

    pair = (reciprocate(game),) * 2
    return long_run(game, pair, "9/10", "1/10", "perception").payoffs[0]


ARTICLE: Mapping[str, Claim] = MappingProxyType(_claims())
