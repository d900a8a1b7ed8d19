"""What a claim says: comparisons of quantities, and what is said by several of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dilemma.game.checking import Names
from dilemma.propositions.quantities import Derivative, Measured, Quantity
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


@dataclass(frozen=True, repr=False)
class Lasting(Statement):
    """Where a statement holds, it holds at all larger (or at all smaller) values of a term."""

    statement: Statement
    term: str
    growing: bool

    def plain(self, names: tuple[Names, Names]) -> Statement:
        """The same of the plain statement."""
        return Lasting(self.statement.plain(names), self.term, self.growing)

    def negated(self) -> Statement:
        """Refused: it is a statement on two alliances."""
        raise TypeError("statement: keeps can't be turned round, or be assumed")

    def comparisons(self) -> Iterator[Comparison]:
        """Those of the statement."""
        yield from self.statement.comparisons()

    def __str__(self) -> str:
        way = "grows" if self.growing else "shrinks"
        return f"once {self.statement}, it stays so as {self.term} {way}"


def later_name(name: str) -> str:
    """The name of the larger value of a term, where a statement compares two."""
    return f"later {name}"


__all__ = [
    "Comparison",
    "Derivative",
    "Every",
    "Lasting",
    "Monotone",
    "Some",
    "Statement",
]
