"""A claim: a statement for all alliances in a box of terms."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from dilemma.alliance import Alliance
from dilemma.alliance.terms import Domain
from dilemma.arrays.exact import fraction
from dilemma.game.checking import Names
from dilemma.game.display import listed
from dilemma.propositions.quantities import (
    Derivative,
    Elsewhere,
    Number,
    Outcome,
    Payoff,
    TermValue,
)
from dilemma.propositions.saying import learning_dilemma
from dilemma.propositions.statements import (
    Every,
    Lasting,
    Monotone,
    Settled,
    Some,
    Statement,
    later_name,
    leaves,
    read_statement,
)
from dilemma.writing.pages import Displayed

DILEMMA = "dilemma"
# The strategies of a claim that names none.
NOBODY: tuple[Names, Names] = ((), ())


@dataclass(frozen=True, eq=False)
class Claim(Displayed):
    """A statement for all alliances whose terms lie in a box, and that satisfy assumptions.

    Parameters
    ----------
    statement : Statement
        What is claimed: comparisons of quantities (`payoff`, `joint_learning`, `term`,
        `derivative`, `grim_discount`, `computed`, `measured`, …) by <, <=, >, >= and `equal`,
        joined by & and |; or `equilibrium`, `strict_equilibrium`, `risk_dominates`, `rises`,
        `falls`.
    over : mapping of terms to ranges, or sequence of terms
        The box: each range a pair (low, high), with None or infinity for no high end; a `Domain`
        where an end is open (an end outside the term's own domain always is); None for all of
        the term's domain, as for each of a mere sequence of terms. ``"opportunism.row"`` moves one
        firm's, ``"stakes"`` both firms'. All other terms are those of the model.
    assuming : Statement, "dilemma", or sequence of these
        What holds in all alliances that the claim speaks of; "dilemma" is `learning_dilemma()`.
    model : Model, optional
        An `Alliance` with its terms at their defaults, unless another is given; all its terms are
        numbers. Anything with ``domains`` and ``replace``; and with ``payoffs`` and ``game`` of
        two firms, if the claim names what the two of them do.
    words : str
        The claim in plain words; the statement itself unless given.
    source : str
        Where it is made.

    Raises
    ------
    TypeError, ValueError
        If a term is none of the model's, a range is empty or outside its domain, a strategy is
        unknown, or something is no statement.

    Notes
    -----
    Where a ratio in the claim has a denominator of 0 the claim says nothing.

    Examples
    --------
    A claim in five lines:

    >>> from dilemma.propositions import Claim, derivative, examine, payoff
    >>> temptation = payoff("row", "competition", "collaboration")
    >>> curbed = derivative(temptation, "trust") <= 0
    >>> claim = Claim(curbed, over=["trust", "opportunism", "stakes"])
    >>> verdict = examine(claim)
    >>> print(verdict.kind, "if", verdict.condition)
    conditional if opportunism >= 1/18
    """

    statement: Statement
    over: Mapping[str, Domain]
    assuming: tuple[Statement, ...] = ()
    model: Any = None
    words: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        model = Alliance() if self.model is None else self.model
        if not isinstance(getattr(model, "domains", None), Mapping) or not callable(
            getattr(model, "replace", None)
        ):
            raise TypeError(
                "model: requires a model with domains and replace, such as an Alliance, "
                f"got {type(model).__name__}"
            )
        statement = read_statement(self.statement)
        for name in ("words", "source"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"{name}: requires a text, got {getattr(self, name)!r}")
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "over", MappingProxyType(_box(self.over, model.domains)))
        object.__setattr__(self, "assuming", _assumptions(self.assuming))
        object.__setattr__(self, "words", self.words or str(statement))
        names = NOBODY
        if any(_speaks_of_pairs(one) for one in (statement, *self.assuming)):
            names = _names_of(model)
        object.__setattr__(self, "_names", names)
        for k, one in enumerate(self.assuming):
            if any(isinstance(leaf, (Lasting, Monotone)) for leaf in leaves(one)):
                raise TypeError(
                    f"assuming[{k}]: requires a statement on each alliance, got one on pairs of "
                    f"them: {one}"
                )
        for one in (statement, *self.assuming):
            _known_names(one.plain(names), names, model.domains)

    @property
    def names(self) -> tuple[Names, Names]:
        """The strategies of the row firm and of the column firm, if the claim speaks of any."""
        names: tuple[Names, Names] = self.__dict__["_names"]
        return names

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms that vary, in order."""
        return tuple(self.over)

    def at(self, point: Mapping[str, Any]) -> Any:
        """The model at one point of the box.

        Examples
        --------
        >>> from dilemma.propositions import term
        >>> Claim(term("trust") > 0, over=["trust"]).at({"trust": 0.3}).trust
        Fraction(3, 10)
        """
        return self.model.replace(**dict(point))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Claim):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.statement, self.assuming, tuple(self.over), self.words))

    def _key(self) -> tuple[Any, ...]:
        own = (self.statement, self.assuming, tuple(self.over.items()), self.words, self.source)
        return (*own, self.model)

    def __reduce__(self) -> tuple[Any, ...]:
        own = (self.statement, dict(self.over), self.assuming, self.model, self.words, self.source)
        return Claim, own

    def __str__(self) -> str:
        return self.words

    def __repr__(self) -> str:
        return f"<Claim: {self.words}>"

    @property
    def where(self) -> str:
        """The box and the assumptions, in words.

        Examples
        --------
        >>> from dilemma.propositions import term
        >>> Claim(term("trust") >= 0, over=["trust", "stakes"]).where
        'for all trust in [0, 1] and stakes > 0'
        """
        box = listed([f"{name} {side.words}" for name, side in self.over.items()])
        if not self.assuming:
            return f"for all {box}"
        return f"for all {box} with {listed([f'{one}' for one in self.assuming])}"


def _speaks_of_pairs(statement: Statement) -> bool:
    """Whether a statement names what two firms do, so that the model must be a game of two."""
    if isinstance(statement, (Every, Some)):
        return any(map(_speaks_of_pairs, statement.parts))
    if isinstance(statement, Lasting):
        return _speaks_of_pairs(statement.statement)
    if isinstance(statement, Settled):
        return True
    sides = [side for one in statement.comparisons() for side in (one.left, one.right)]
    return any(isinstance(part, (Payoff, Outcome)) for side in sides for part in side.walk())


def _names_of(model: Any) -> tuple[Names, Names]:
    """The strategies of both firms."""
    if not all(callable(getattr(model, name, None)) for name in ("payoffs", "game")):
        raise TypeError(
            "model: requires a model with payoffs and game where a claim speaks of what two firms "
            f"do, got {type(model).__name__}"
        )
    names = model.game().strategies
    if len(names) != 2:
        raise ValueError(
            f"model: requires two firms where a claim speaks of pairs of strategies, got "
            f"{len(names)}; claims on more use computed or measured"
        )
    return names[0], names[1]


def _known_names(statement: Statement, names: tuple[Names, Names], domains: Any) -> None:
    """Refuse strategies and terms that the model does not know."""
    pairs = {one.term for one in leaves(statement) if isinstance(one, (Lasting, Monotone))}
    terms, later = set(pairs), {later_name(one) for one in pairs}
    sides = [side for one in statement.comparisons() for side in (one.left, one.right)]
    for one in dict.fromkeys(part for side in sides for part in side.walk()):
        if isinstance(one, (Payoff, Outcome)):
            for own, known in zip((one.row, one.column), names, strict=True):
                if own not in known:
                    raise ValueError(
                        f"claim: requires strategies among {', '.join(known)}, got {own!r}"
                    )
        elif isinstance(one, TermValue):
            terms.add(one.name)
        elif isinstance(one, Derivative):
            terms.add(one.term)
        elif isinstance(one, Elsewhere):
            for name, value in one.terms:
                terms.add(name)
                if (
                    isinstance(value, Number)
                    and name in domains
                    and value.number not in domains[name]
                ):
                    raise ValueError(
                        f"{name}: requires a number {domains[name].words}, got {value}"
                    )
    for name in sorted(terms - later):
        if name not in domains:
            raise ValueError(f"claim: requires terms among {', '.join(domains)}, got {name!r}")


def _assumptions(given: Any) -> tuple[Statement, ...]:
    if isinstance(given, (Statement, str)):
        given = (given,)
    if not isinstance(given, Iterable):
        raise TypeError(f"assuming: requires statements, got {given!r}")
    read: list[Statement] = []
    for k, one in enumerate(given):
        if isinstance(one, str):
            if one != DILEMMA:
                raise ValueError(f'assuming: requires statements or "dilemma", got {one!r}')
            one = learning_dilemma()
        read.append(read_statement(one, f"assuming[{k}]"))
    return tuple(read)


def _box(over: Any, domains: Mapping[str, Any]) -> dict[str, Domain]:
    if isinstance(over, str):
        over = (over,)
    if not isinstance(over, Mapping):
        if not isinstance(over, Iterable):
            raise TypeError(f"over: requires ranges of terms, got {over!r}")
        over = dict.fromkeys(over)
    box: dict[str, Domain] = {}
    for name, given in over.items():
        if name not in domains:
            raise ValueError(f"over: requires terms among {', '.join(domains)}, got {name!r}")
        box[name] = _range(given, domains[name], name)
    if not box:
        raise ValueError("over: requires at least one term, got none")
    for name in box:
        whole = name.partition(".")[0]
        if whole != name and whole in box:
            raise ValueError(f"over: requires {whole} or {name}, got both")
    return box


def _range(given: Any, domain: Any, name: str) -> Domain:
    own = Domain(domain.low, domain.high, domain.low_open, domain.high_open)
    if domain.low is None:
        raise ValueError(f"{name}: requires a term whose domain has a low end")
    if given is None:
        return own
    low: Fraction | None
    if isinstance(given, Domain):
        low, high, open_ends = given.low, given.high, (given.low_open, given.high_open)
    else:
        if isinstance(given, str) or not hasattr(given, "__len__") or len(given) != 2:
            raise TypeError(
                f"{name}: requires a pair (low, high), a Domain, or None for all of its domain, "
                f"got {given!r}"
            )
        low = None if given[0] is None else fraction(given[0], f"{name}[0]")
        high = None if _endless(given[1]) else fraction(given[1], f"{name}[1]")
        open_ends = (False, False)
    if low is None:
        raise TypeError(f"{name}: requires a low end, got None; only the high end may be None")
    if high is not None and low >= high:
        raise ValueError(f"{name}: requires low < high, got {low} and {high}")
    if low < own.low or (own.high is not None and (high is None or high > own.high)):
        shown = "no end" if high is None else high
        raise ValueError(f"{name}: requires a range {own.words}, got {low} to {shown}")
    return Domain(
        low,
        high,
        open_ends[0] or (own.low_open and low == own.low),
        high is not None and (open_ends[1] or (own.high_open and high == own.high)),
    )


def _endless(value: Any) -> bool:
    if value is None or (isinstance(value, float) and math.isinf(value) and value > 0):
        return True
    return isinstance(value, str) and value in ("oo", "inf", "infinity")


def sides_of(claim: Claim) -> dict[str, tuple[Fraction, Fraction | None, bool, bool]]:
    """The box as plain numbers."""
    return {
        name: (one.low, one.high, one.low_open, one.high_open) for name, one in claim.over.items()
    }
