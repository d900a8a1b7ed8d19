"""Claims on firms that act first: who pays for the rules, and how many must be committed.

**Three firms** collaborate, compete, or collaborate and pay into a pool that fines competition,
and in a part those who do not pay (`Institution`). Mobilizers are firms that pay whatever others
do; they solve the second-order problem if paying is then a best reply for each of the rest,
whatever the others of the rest choose. Or, among **four firms**, they are committed to
collaboration where the rest would avoid each other: the share that tips these is a root of
polynomials (`tipping_share`), so that claims on it are sampled.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

from dilemma.alliance.terms import Domain
from dilemma.collective import Consortium, Institution, deviation_gain, tipping_share
from dilemma.propositions.collecting import Collected, all_of
from dilemma.propositions.common_goals import ACTION, FIRMS, HALF, POSTURES
from dilemma.propositions.quantities import Quantity
from dilemma.propositions.saying import falls, implies
from dilemma.propositions.statements import Statement
from dilemma.propositions.vocabulary import computed, measured
from dilemma.study.measures.marks import model_measure

COLLABORATION, COMPETITION = POSTURES[:2]
PAYING = "collaboration + pool"
CHOICES = (COLLABORATION, COMPETITION, PAYING)
GOVERNED = 3
# Where nothing tips, the share that is needed is more than all.
NEVER = Fraction(2)
SCALE = 10**9


def free_riding_gain(institution: Institution) -> Any:
    """What a free-rider on governance gains where all others pay for it.

    Examples
    --------
    >>> free_riding_gain(Institution(Consortium(4), CHOICES, second_order=0, pool_fee=0.3))
    Fraction(3, 10)
    """
    return deviation_gain(institution, COLLABORATION, PAYING)


def over_paying(choice: str, collaborate: int, compete: int, pay: int) -> Quantity:
    """What another choice brings more than paying, by what so many others do.

    Examples
    --------
    >>> gain = over_paying("collaboration", 1, 0, 1)
    >>> print(gain)
    collaboration over paying (others: 1 pay, 1 collaborate, 0 compete)
    >>> gain.function(Institution(Consortium(3), CHOICES, second_order=1, pool_fine=1))
    Fraction(-9, 10)
    """
    others = dict(zip(CHOICES, (collaborate, compete, pay), strict=True))

    def gained(institution: Institution) -> Any:
        def gets(own: str) -> Any:
            return institution.payoff(own, {**others, own: others[own] + 1})

        return gets(choice) - gets(PAYING)

    words = f"others: {pay} pay, {collaborate} collaborate, {compete} compete"
    return computed(gained, f"{choice} over paying ({words})")


def _others(mobilizers: int) -> Iterator[tuple[int, int, int]]:
    """What the others of one firm may do, so many of them mobilizers."""
    rest = GOVERNED - 1 - mobilizers
    for collaborate in range(rest + 1):
        for compete in range(rest + 1 - collaborate):
            yield collaborate, compete, mobilizers + rest - collaborate - compete


def paying_is_best(mobilizers: int) -> Statement:
    """Whoever is no mobilizer does best to pay, too, whatever the others of the rest choose.

    Examples
    --------
    >>> print(paying_is_best(2))
    collaboration over paying (others: 2 pay, 0 collaborate, 0 compete) <= 0 and competition over \
paying (others: 2 pay, 0 collaborate, 0 compete) <= 0
    """
    return all_of(
        over_paying(choice, *others) <= 0
        for others in _others(mobilizers)
        for choice in CHOICES[:-1]
    )


def second_order(found: Collected) -> None:
    """Whether paying for the rules pays, alone and after mobilizers."""
    pool = Institution(Consortium(GOVERNED), CHOICES)
    unsanctioned = pool.replace(second_order=0)
    fee = {"pool_fee": Domain(Fraction(0), None, low_open=True), "pool_fine": None}
    learning = dict.fromkeys(("trust", "stakes", "opportunism"))
    gain = computed(free_riding_gain, "what not paying gains where all others pay")
    found.add(
        "second order: without sanctions",
        "where all others pay into a pool that sanctions no free-rider, not to pay pays",
        gain > 0,
        {**fee, **learning},
        unsanctioned,
        ACTION,
    )
    found.add(
        "second order: with sanctions",
        "where all others pay into a pool that also sanctions who does not pay, not to pay loses",
        gain < 0,
        {**fee, "second_order": None},
        pool,
        ACTION,
    )
    for count, number in enumerate(("one", "two"), 1):
        found.add(
            f"mobilizers pay: {number} of three",
            f"once {number} of three firms pay for the rules whatever happens, to pay is a best "
            "reply for each of the rest, whatever the others do",
            paying_is_best(count),
            {**fee, "second_order": None, "trust": None},
            pool,
            ACTION,
        )
    found.add(
        "mobilizers pay: more of them",
        "once so many mobilizers make paying a best reply for the rest, so do more of them",
        all_of(implies(paying_is_best(k), paying_is_best(k + 1)) for k in range(GOVERNED - 1)),
        {**fee, "second_order": None, "trust": None},
        pool,
        ACTION,
    )
    found.add(
        "mobilizers pay: without sanctions",
        "where free-riders are not sanctioned, not to pay pays, however many mobilizers pay and "
        "whatever the rest do",
        all_of(over_paying(COLLABORATION, *others) > 0 for others in _others(0)),
        {**fee, **learning},
        unsanctioned,
        ACTION,
    )


@cache
def _tipping(consortium: Consortium) -> Fraction:
    share = tipping_share(consortium, POSTURES[0], POSTURES[4]).takeover
    if share is None:
        return NEVER
    return Fraction(round(float(share) * SCALE), SCALE)


@model_measure(unit="share of firms")
def takeover(consortium: Consortium) -> Fraction:
    """The committed share above which collaboration takes over from avoidance, to nine digits.

    2 if no share does.

    Examples
    --------
    >>> takeover(Consortium(4, trust=0.9))
    Fraction(66974761, 125000000)
    """
    return _tipping(consortium)


@model_measure(unit="share of firms")
def takeover_of_more(consortium: Consortium) -> Fraction:
    """The same among twice as many firms.

    Examples
    --------
    >>> takeover_of_more(Consortium(4, trust=0.9)) > takeover(Consortium(4, trust=0.9))
    True
    """
    return _tipping(consortium.replace(size=2 * consortium.size))


def tipping(found: Collected) -> None:
    """How many must be committed for collaboration to take over."""
    learning = {"trust": None, "stakes": (HALF, 8), "opportunism": None}
    four = Consortium(FIRMS)
    for name, words in (("trust", "more trust"), ("stakes", "higher stakes")):
        found.add(
            f"mobilizers: {name}",
            f"with {words}, no larger share of firms must be committed for collaboration to take "
            "over from avoidance",
            falls(measured(takeover), name),
            learning,
            four,
            ACTION,
        )
    found.add(
        "mobilizers: more partners",
        "in a consortium twice as large, no smaller share must be committed",
        measured(takeover_of_more) >= measured(takeover),
        learning,
        four,
        ACTION,
    )
    found.add(
        "mobilizers: a common goal",
        "the more a goal is worth that needs three of four, the smaller the share that must be "
        "committed",
        falls(measured(takeover), "goal"),
        {"goal": (0, 4), "trust": None},
        four.replace(threshold=3),
        ACTION,
    )
