"""Random games and alliances for property tests, as Hypothesis strategies.

Tests of code that builds on this library draw from them:

    >>> from hypothesis import given, settings
    >>> from dilemma.equilibria import nash
    >>> @settings(database=None, derandomize=True, max_examples=5)
    ... @given(game=games(largest=3))
    ... def every_equilibrium_has_no_regret(game):
    ...     assert all(equilibrium.regret == 0 for equilibrium in nash(game))
    >>> every_equilibrium_has_no_regret()
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from dilemma.alliance import STRATEGIES, TERMS, Alliance, Strategy, Term
from dilemma.collective import (
    CONSORTIUM_TERMS,
    GOAL_TERMS,
    Coalitions,
    Consortium,
    GoalNetwork,
    Institution,
    PublicGoods,
)
from dilemma.game import Game, StrategicGame

__all__ = [
    "alliances",
    "coalitions",
    "consortia",
    "degenerate_games",
    "games",
    "goal_networks",
    "institutions",
    "payoffs",
    "public_goods",
    "strategic_games",
    "symmetric_games",
    "term_values",
]

Numbers = st.SearchStrategy[Fraction]

HALF_OPAQUE = Strategy("half", Fraction(1), Fraction(1, 2))


def payoffs(bound: int = 100, largest_denominator: int = 20) -> Numbers:
    """Rational payoffs between −bound and bound, with small denominators.

    >>> isinstance(payoffs(), st.SearchStrategy)
    True
    """
    return st.fractions(-bound, bound, max_denominator=largest_denominator)


@st.composite
def games(draw: st.DrawFn, largest: int = 5, entries: Numbers | None = None) -> Game:
    """Games with 1 to ``largest`` strategies a player; payoffs from ``entries``.

    >>> isinstance(games(), st.SearchStrategy)
    True
    """
    m, n = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    return Game(_matrices(draw, 2, m, n, entries if entries is not None else payoffs()))


@st.composite
def symmetric_games(draw: st.DrawFn, largest: int = 5, entries: Numbers | None = None) -> Game:
    """Symmetric games with 1 to ``largest`` strategies.

    >>> isinstance(symmetric_games(), st.SearchStrategy)
    True
    """
    m = draw(st.integers(1, largest))
    return Game.symmetric(
        _matrices(draw, 1, m, m, entries if entries is not None else payoffs())[0]
    )


@st.composite
def degenerate_games(draw: st.DrawFn, largest: int = 4) -> Game:
    """Games in which ties are the rule: small integers, constant rows, duplicated strategies.

    Most of them are degenerate; a few are not.

    >>> isinstance(degenerate_games(), st.SearchStrategy)
    True
    """
    small = st.integers(0, draw(st.integers(0, 3))).map(Fraction)
    kind = draw(st.sampled_from(["small", "symmetric", "constant row", "duplicated"]))
    m, n = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    if kind == "symmetric":
        return Game.symmetric(_matrices(draw, 1, m, m, small)[0])
    both = _matrices(draw, 2, m, n, small)
    if kind == "constant row":
        player = draw(st.integers(0, 1))
        both[player, draw(st.integers(0, m - 1)), :] = draw(small)
    if kind == "duplicated":
        both = np.concatenate([both, both[:, [draw(st.integers(0, m - 1))], :]], axis=1)
        both = np.concatenate([both, both[:, :, [draw(st.integers(0, n - 1))]]], axis=2)
    return Game(both)


@st.composite
def strategic_games(
    draw: st.DrawFn,
    most_players: int = 4,
    largest: int = 3,
    entries: Numbers | None = None,
    fewest_players: int = 1,
) -> StrategicGame:
    """Games of up to ``most_players``, each with 1 to ``largest`` strategies.

    Half of them have small integers for payoffs, with ties, unless ``entries`` are given.

    >>> isinstance(strategic_games(), st.SearchStrategy)
    True
    """
    count = draw(st.integers(fewest_players, most_players))
    sizes = draw(st.lists(st.integers(1, largest), min_size=count, max_size=count))
    if entries is None:
        entries = draw(st.sampled_from([st.integers(0, 3).map(Fraction), payoffs()]))
    array = np.empty(count * math.prod(sizes), dtype=object)
    array[:] = draw(st.lists(entries, min_size=array.size, max_size=array.size))
    return StrategicGame(array.reshape(count, *sizes))


@st.composite
def alliances(draw: st.DrawFn, unequal: bool = True) -> Alliance:
    """Alliances with exact terms all over their domains, their ends included.

    >>> isinstance(alliances(), st.SearchStrategy)
    True
    """
    terms: dict[str, Any] = {}
    for term in TERMS:
        if draw(st.booleans()):
            continue
        one = term_values(term)
        pair = term.per_firm and unequal and draw(st.booleans())
        terms[term.name] = (draw(one), draw(one)) if pair else draw(one)
    if not unequal:
        terms.pop("power", None)
    return Alliance(**terms)


@st.composite
def coalitions(
    draw: st.DrawFn, largest: int = 5, values: Numbers | st.SearchStrategy[int] | None = None
) -> Coalitions:
    """Games of 1 to so many firms, any value for each coalition: small integers unless given.

    They need be neither superadditive nor balanced, and ties are frequent.

    >>> isinstance(coalitions(), st.SearchStrategy)
    True
    """
    names = [f"f{k}" for k in range(draw(st.integers(1, largest)))]
    drawn = st.integers(-4, 9) if values is None else values
    worth = {
        tuple(name for k, name in enumerate(names) if mask >> k & 1): draw(drawn)
        for mask in range(1, 1 << len(names))
    }
    return Coalitions(names, worth)


@st.composite
def consortia(
    draw: st.DrawFn, largest: int = 4, unequal: bool = True, goal: bool = True
) -> Consortium:
    """Consortia of up to so many firms with exact terms all over their domains, their ends too.

    Half of those that may have a goal have one, some with a threshold that a posture just meets.

    >>> isinstance(consortia(), st.SearchStrategy)
    True
    """
    size = draw(st.integers(2, largest))
    terms: dict[str, Any] = {}
    for term in CONSORTIUM_TERMS:
        if term.name in ("power", "goal", "threshold") or draw(st.booleans()):
            continue
        one = term_values(term)
        each = term.per_firm and unequal and draw(st.booleans())
        terms[term.name] = tuple(draw(one) for _ in range(size)) if each else draw(one)
    if unequal and draw(st.booleans()):
        share = st.fractions(Fraction(-1, size), Fraction(1, size), max_denominator=20)
        shares = [draw(share) for _ in range(size - 1)]
        terms["power"] = (*shares, -sum(shares))
    if goal and draw(st.booleans()):
        terms["goal"] = draw(st.fractions(0, 10, max_denominator=20))
        terms["threshold"] = draw(st.integers(0, 4 * size + 1).map(lambda k: Fraction(k, 4)))
    return Consortium(size, **terms)


@st.composite
def public_goods(draw: st.DrawFn, largest: int = 5) -> PublicGoods:
    """Public goods of 2 to ``largest`` players, with some strategies or all, in any order.

    >>> isinstance(public_goods(), st.SearchStrategy)
    True
    """
    whole = PublicGoods()
    order = draw(st.permutations(whole.strategies))
    goods = whole.replace(
        size=draw(st.integers(2, largest)),
        strategies=order[: draw(st.integers(1, len(order)))],
    )
    return goods.replace(**_some_terms(draw, goods.domains))


@st.composite
def institutions(draw: st.DrawFn, largest: int = 4) -> Institution:
    """Governed consortia of 2 to ``largest`` firms: postures in several roles, and loners.

    The postures are the five, or two of which one is half opaque.

    >>> isinstance(institutions(), st.SearchStrategy)
    True
    """
    size = draw(st.integers(2, largest))
    known = draw(st.sampled_from([STRATEGIES, (STRATEGIES[0], HALF_OPAQUE)]))
    institution = Institution(Consortium(size, strategies=known))
    postures = [one.name for one in institution.consortium.strategies]
    choices = [name + role for name in postures for role in ("", " + pool", " + peer")]
    institution = institution.replace(
        strategies=draw(
            st.lists(st.sampled_from([*choices, "loner"]), min_size=1, max_size=6, unique=True)
        )
    )
    return institution.replace(**_some_terms(draw, institution.domains))


def _some_terms(draw: st.DrawFn, domains: Any) -> dict[str, Fraction]:
    """Values for some of the terms, up to 3 where they are unbounded."""
    chosen = draw(st.lists(st.sampled_from(sorted(domains)), unique=True, max_size=6))
    found = {}
    for name in chosen:
        low, high = domains[name].low, domains[name].high or Fraction(3)
        value = draw(st.fractions(low, high, max_denominator=12))
        if value in domains[name]:
            found[name] = value
    return found


@st.composite
def goal_networks(
    draw: st.DrawFn, largest: int = 5, dimensions: int = 1, settles: bool = True
) -> GoalNetwork:
    """Networks of 1 to so many firms, with and without directions, exact terms to their ends.

    Unless they have to settle, some views go round for ever.

    >>> isinstance(goal_networks(), st.SearchStrategy)
    True
    """
    size = draw(st.integers(1, largest))
    small = st.integers(0, 3)
    table = [[draw(small) if i != j else 0 for j in range(size)] for i in range(size)]
    if draw(st.booleans()):
        table = [[table[min(i, j)][max(i, j)] for j in range(size)] for i in range(size)]
    unit = st.fractions(0, 1, max_denominator=12)
    ends = st.one_of(st.sampled_from([Fraction(0), Fraction(1)]), unit)
    views = [[draw(unit) for _ in range(dimensions)] for _ in range(size)]
    terms: dict[str, Any] = {
        "positions": [draw(unit) for _ in range(size)],
        "susceptibility": [draw(unit if settles else ends) for _ in range(size)],
        "exponent": draw(st.integers(1, 3)),
        "goal": draw(st.one_of(ends, st.just("mean"))),
    }
    for term in GOAL_TERMS:
        if term.name not in {"views", *terms} and draw(st.booleans()):
            terms[term.name] = draw(term_values(term))
    if settles:
        # A consensus of all firms has a limit; a little hold on one's own view, too.
        terms["own_weight"] = max(terms.get("own_weight", Fraction(0)), Fraction(1, 10))
    return GoalNetwork(table, views, **terms)


def term_values(term: Term) -> Numbers:
    """Exact values of a term within its domain; unbounded ones up to 10.

    >>> isinstance(term_values(TERMS[0]), st.SearchStrategy)
    True
    """
    domain = term.domain
    high = Fraction(10) if domain.high is None else domain.high
    return st.fractions(domain.low, high, max_denominator=20).filter(lambda v: v in domain)


def _matrices(draw: st.DrawFn, count: int, m: int, n: int, entries: Numbers) -> Any:
    flat = draw(st.lists(entries, min_size=count * m * n, max_size=count * m * n))
    array = np.empty(count * m * n, dtype=object)
    array[:] = flat
    return array.reshape(count, m, n)
