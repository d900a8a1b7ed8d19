"""What a claim says: comparisons of quantities, and what is said by several of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dilemma.game.checking import Names
from dilemma.propositions.quantities import Derivative, Measured, Quantity, Text, read_quantity
from dilemma.propositions.vocabulary import payoff
from dilemma.writing.pages import Displayed

OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}


@dataclass(frozen=True, repr=False)
class Statement(Displayed):
    """What holds in some alliances: joined by &, |, and turned round by ~."""

    def plain(self, names: tuple[Names, Names]) -> Statement:
        """The same in comparisons, `Every` and `Some` only, given the strategies."""
        return self

    def negated(self) -> Statement:
        """What holds exactly where this does not."""
        raise NotImplementedError

    def comparisons(self) -> Iterator[Comparison]:
        """All comparisons in a plain statement."""
        raise NotImplementedError

    def __and__(self, other: Any) -> Statement:
        return Every((self, read_statement(other)))

    def __or__(self, other: Any) -> Statement:
        return Some((self, read_statement(other)))

    def __invert__(self) -> Statement:
        return self.negated()

    def __bool__(self) -> bool:
        raise TypeError(
            "statement: is true in some alliances and false in others; join statements by & and | "
            "(a chain a > b > c is written ordered(a, '>', b, '>', c))"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"


def read_statement(value: Any, name: str = "statement") -> Statement:
    """Refuse what is no statement."""
    if not isinstance(value, Statement):
        raise TypeError(
            f"{name}: requires a statement, such as payoff(...) > 0, got {type(value).__name__}"
        )
    return value


@dataclass(frozen=True, repr=False)
class Comparison(Statement):
    """Two quantities compared by one of >, >=, <, <=, == and !=."""

    left: Quantity
    relation: str
    right: Quantity

    def negated(self) -> Statement:
        """With the opposite relation."""
        return Comparison(self.left, OPPOSITE[self.relation], self.right)

    def comparisons(self) -> Iterator[Comparison]:
        """Itself."""
        yield self

    @property
    def sampled(self) -> bool:
        """True if a measure is in it, so that it is no matter of polynomials."""
        return any(
            isinstance(one, Measured) for side in (self.left, self.right) for one in side.walk()
        )

    def __str__(self) -> str:
        return f"{self.left} {self.relation} {self.right}"


@dataclass(frozen=True, repr=False)
class Every(Statement):
    """All of several statements."""

    parts: tuple[Statement, ...]

    def plain(self, names: tuple[Names, Names]) -> Statement:
        """All in plain words."""
        return Every(tuple(one.plain(names) for one in self.parts))

    def negated(self) -> Statement:
        """One of them fails."""
        return Some(tuple(one.negated() for one in self.parts))

    def comparisons(self) -> Iterator[Comparison]:
        """Those of all."""
        for one in self.parts:
            yield from one.comparisons()

    def __str__(self) -> str:
        return " and ".join(
            f"({one})" if isinstance(one, Some) else str(one) for one in self.parts
        )


@dataclass(frozen=True, repr=False)
class Some(Statement):
    """At least one of several statements."""

    parts: tuple[Statement, ...]

    def plain(self, names: tuple[Names, Names]) -> Statement:
        """All in plain words."""
        return Some(tuple(one.plain(names) for one in self.parts))

    def negated(self) -> Statement:
        """All of them fail."""
        return Every(tuple(one.negated() for one in self.parts))

    def comparisons(self) -> Iterator[Comparison]:
        """Those of all."""
        for one in self.parts:
            yield from one.comparisons()

    def __str__(self) -> str:
        return " or ".join(
            f"({one})" if isinstance(one, Every) else str(one) for one in self.parts
        )


@dataclass(frozen=True, repr=False)
class OfPairs(Some):
    """They are no pair of a present and a later alliance; or the last part holds of them."""


@dataclass(frozen=True, repr=False)
class Settled(Statement):
    """A pure profile is an equilibrium, or is not."""

    profile: tuple[str, str]
    strict: bool
    true: bool = True

    def plain(self, names: tuple[Names, Names]) -> Statement:
        """No deviation pays; for a strict one, each costs."""
        row, column = self.profile
        for own, known in zip(self.profile, names, strict=True):
            if own not in known:
                raise ValueError(
                    f"profile: requires strategies among {', '.join(known)}, got {own!r}"
                )
        relation = ">" if self.strict else ">="
        here = [payoff(firm, row, column) for firm in ("row", "column")]
        parts: list[Statement] = [
            Comparison(here[0], relation, payoff("row", other, column))
            for other in names[0]
            if other != row
        ]
        parts += [
            Comparison(here[1], relation, payoff("column", row, other))
            for other in names[1]
            if other != column
        ]
        whole = Every(tuple(parts))
        return whole if self.true else whole.negated()

    def negated(self) -> Statement:
        """It is not."""
        return Settled(self.profile, self.strict, not self.true)

    def comparisons(self) -> Iterator[Comparison]:
        """None before the strategies are known."""
        return iter(())

    def __str__(self) -> str:
        row, column = self.profile
        words = f"mutual {row}" if row == column else f"{row} with {column}"
        verb = "is" if self.true else "is not"
        return f"{words} {verb} {'a strict' if self.strict else 'an'} equilibrium"


@dataclass(frozen=True, repr=False)
class Monotone(Statement):
    """A quantity never falls (or never rises) as one term grows."""

    quantity: Quantity
    term: str
    rising: bool

    def negated(self) -> Statement:
        """Refused: it is a statement on two alliances."""
        raise TypeError("statement: rises and falls can't be turned round, or be assumed")

    def comparisons(self) -> Iterator[Comparison]:
        """The comparison of the later value with the present one."""
        from dilemma.propositions.quantities import Elsewhere, TermValue

        later = Elsewhere(self.quantity, ((self.term, TermValue(later_name(self.term))),))
        yield Comparison(later, ">=" if self.rising else "<=", self.quantity)

    def __str__(self) -> str:
        return f"{self.quantity} never {'falls' if self.rising else 'rises'} as {self.term} grows"


def leaves(statement: Statement) -> Iterator[Statement]:
    """The statements that are joined by "and" and "or"."""
    if isinstance(statement, (Every, Some)):
        for one in statement.parts:
            yield from leaves(one)
    else:
        yield statement


def failing(statement: Statement, holds: Callable[[Statement], bool]) -> Iterator[Comparison]:
    """The comparisons because of which a plain statement fails.

    Parameters
    ----------
    statement : Statement
    holds : function (Statement) -> bool
    """
    if holds(statement):
        return
    if isinstance(statement, Comparison):
        yield statement
        return
    assert isinstance(statement, (Every, Some))
    parts = statement.parts[-1:] if isinstance(statement, OfPairs) else statement.parts
    for one in parts:
        yield from failing(one, holds)


def later_name(name: str) -> str:
    """The name of the larger value of a term, where a statement compares two."""
    return f"later {name}"


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


__all__ = [
    "Comparison",
    "Derivative",
    "Every",
    "Monotone",
    "Some",
    "Statement",
    "equal",
    "equilibrium",
    "falls",
    "grim_discount",
    "implies",
    "learning_dilemma",
    "nash_product",
    "ordered",
    "rises",
    "risk_dominates",
    "strict_equilibrium",
]
