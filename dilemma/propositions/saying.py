"""How users say things: statements and quantities by the names of the field."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dilemma.propositions.quantities import Measured, Quantity, Text, read_quantity
from dilemma.propositions.statements import (
    OPPOSITE,
    Comparison,
    Every,
    Lasting,
    Monotone,
    Settled,
    Some,
    Statement,
    read_statement,
)
from dilemma.propositions.vocabulary import payoff


def equal(left: Any, right: Any) -> Statement:
    """Two quantities are equal; where a measure returns texts, that it returns this one.

    Examples
    --------
    >>> from dilemma.propositions import measured
    >>> print(equal(measured("kind_of_dilemma"), "chicken"))
    kind_of_dilemma() == 'chicken'
    >>> print(equal(payoff("row", "avoidance"), 0))
    u_row(avoidance, avoidance) == 0
    """
    one, two = read_quantity(left, "left"), right
    if isinstance(right, str) and any(isinstance(part, Measured) for part in one.walk()):
        two = Text(right)
    return Comparison(one, "==", read_quantity(two, "right"))


def ordered(*chain: Any) -> Statement:
    """A chain of comparisons.

    Examples
    --------
    >>> print(ordered(payoff("row", "collaboration"), ">", payoff("row", "avoidance"), ">=", 0))
    u_row(collaboration, collaboration) > u_row(avoidance, avoidance) and \
u_row(avoidance, avoidance) >= 0
    """
    quantities, relations = chain[::2], chain[1::2]
    if len(chain) < 3 or len(chain) % 2 == 0 or any(one not in OPPOSITE for one in relations):
        raise ValueError(
            "chain: requires quantities with one of >, >=, <, <=, == and != between them, "
            f"got {chain!r}"
        )
    read = [read_quantity(one) for one in quantities]
    parts = tuple(
        Comparison(left, relation, right)
        for (left, right), relation in zip(pairwise(read), relations, strict=True)
    )
    return parts[0] if len(parts) == 1 else Every(parts)


def equilibrium(row: str, column: str | None = None) -> Statement:
    """A pure profile is an equilibrium: no deviation pays.

    Examples
    --------
    >>> print(equilibrium("collaboration"))
    mutual collaboration is an equilibrium
    """
    return Settled(_pair(row, column), strict=False)


def strict_equilibrium(row: str, column: str | None = None) -> Statement:
    """A pure profile is a strict equilibrium: every deviation costs the deviator.

    Examples
    --------
    >>> print(strict_equilibrium("competition", "accommodation"))
    competition with accommodation is a strict equilibrium
    """
    return Settled(_pair(row, column), strict=True)


def nash_product(own: Any, other: Any) -> Quantity:
    """What both firms lose by leaving a profile for another one, multiplied (harsanyi1988).

    Parameters
    ----------
    own, other : str, or pair (row firm, column firm)
        Profiles; a single strategy stands for both firms.

    Examples
    --------
    >>> print(nash_product("collaboration", "avoidance") > 0)
    (u_row(collaboration, collaboration) - u_row(avoidance, \
collaboration))*(u_column(collaboration, collaboration) - u_column(collaboration, avoidance)) > 0
    """
    (i, j), (k, s) = _profile_of(own, "own"), _profile_of(other, "other")
    first = payoff("row", i, j) - payoff("row", k, j)
    return first * (payoff("column", i, j) - payoff("column", i, s))


def risk_dominates(own: Any, other: Any) -> Statement:
    """A strict equilibrium risk-dominates another one: its product of losses is larger.

    It speaks of the game on these two profiles alone, and is meant where both are strict
    equilibria there: say so among the assumptions where it matters. Source: harsanyi1988.

    Examples
    --------
    >>> print(type(risk_dominates("collaboration", "avoidance")).__name__)
    Comparison
    """
    return nash_product(own, other) > nash_product(other, own)


def grim_discount(
    deviation: str = "competition",
    target: str = "collaboration",
    punishment: str = "avoidance",
    firm: str = "row",
) -> Quantity:
    r"""The discount factor from which on grim reversion deters one deviation from a target.

    :math:`\\delta^* = (T - R)/(T - P)`, where T is the payoff of the deviation, R that of the
    target and P that of the punishment (friedman1971). It is the critical discount factor where
    T > R > P, this deviation is the best one and the punishment an equilibrium.

    Examples
    --------
    >>> from dilemma.propositions.setting import Setting
    >>> print(grim_discount() < 1)  # doctest: +ELLIPSIS
    (u_row(competition, collaboration) - u_row(collaboration, ...)) < 1
    """
    cell = (deviation, target) if firm == "row" else (target, deviation)
    temptation = payoff(firm, *cell)
    return (temptation - payoff(firm, target)) / (temptation - payoff(firm, punishment))


def learning_dilemma(
    deviation: str = "competition", target: str = "collaboration", punishment: str = "avoidance"
) -> Statement:
    """The dilemma, T > R > P for both firms: each is tempted, and both would lose.

    Examples
    --------
    >>> len(list(learning_dilemma().comparisons()))
    4
    """
    firms = (("row", (deviation, target)), ("column", (target, deviation)))
    return Every(
        tuple(
            one
            for firm, cell in firms
            for one in (
                payoff(firm, *cell) > payoff(firm, target),
                payoff(firm, target) > payoff(firm, punishment),
            )
        )
    )


def rises(quantity: Quantity, name: str) -> Statement:
    """A quantity never falls as a term grows: of two alliances that differ in it alone.

    Examples
    --------
    >>> from dilemma.propositions import measured
    >>> print(rises(measured("basin"), "trust"))
    basin() never falls as trust grows
    """
    return Monotone(read_quantity(quantity), name, rising=True)


def falls(quantity: Quantity, name: str) -> Statement:
    """A quantity never rises as a term grows: of two alliances that differ in it alone.

    Examples
    --------
    >>> print(falls(payoff("row", "competition", "collaboration"), "trust"))
    u_row(competition, collaboration) never rises as trust grows
    """
    return Monotone(read_quantity(quantity), name, rising=False)


def keeps(statement: Statement, name: str, growing: bool = True) -> Statement:
    """Once a statement holds, it holds at every larger value of a term, all else equal.

    So does the region in which it holds widen with the term. For smaller values, pass
    ``growing=False``.

    Raises
    ------
    TypeError
        If it is no statement on one alliance.

    Examples
    --------
    >>> print(keeps(strict_equilibrium("collaboration"), "trust"))
    once mutual collaboration is a strict equilibrium, it stays so as trust grows
    """
    if not isinstance(name, str):
        raise TypeError(f"name: requires the name of a term (str), got {name!r}")
    waiting = [read_statement(statement)]
    for one in waiting:
        if isinstance(one, (Monotone, Lasting)):
            raise TypeError(f"statement: requires one on a single alliance, got: {one}")
        waiting += one.parts if isinstance(one, (Every, Some)) else ()
    return Lasting(waiting[0], name, growing)


def implies(condition: Statement, consequence: Statement) -> Statement:
    """Wherever the one holds, so does the other.

    Examples
    --------
    >>> print(implies(strict_equilibrium("collaboration"), equilibrium("collaboration")))
    mutual collaboration is not a strict equilibrium or mutual collaboration is an equilibrium
    """
    return read_statement(condition, "condition").negated() | read_statement(consequence)


def _pair(row: Any, column: Any) -> tuple[str, str]:
    if isinstance(row, (tuple, list)) and column is None and len(row) == 2:
        row, column = row
    return _profile_of((row, row if column is None else column), "profile")


def _profile_of(profile: Any, name: str) -> tuple[str, str]:
    pair: Sequence[Any] = (profile, profile) if isinstance(profile, str) else profile
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(f"{name}: requires a strategy, or a pair of these, got {profile!r}")
    if not all(isinstance(one, str) for one in pair):
        raise TypeError(f"{name}: requires names of strategies (str), got {profile!r}")
    return pair[0], pair[1]
