r"""An ecosystem of firms whose value drifts, and what each firm can get elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Set
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dilemma.alliance.terms import BELOW_ONE, NONNEGATIVE, UNIT, Domain
from dilemma.arrays.exact import fraction
from dilemma.collective.dividing.coalitions import Coalitions
from dilemma.collective.dividing.rules import read_rule
from dilemma.writing.pages import Displayed

DOMAINS = {
    "rise": UNIT,
    "fall": UNIT,
    "outside": NONNEGATIVE,
    "tracking": UNIT,
    "tracking_cost": NONNEGATIVE,
    "search": UNIT,
    "redesign": UNIT,
    "redesign_cost": NONNEGATIVE,
    "turnover_cost": NONNEGATIVE,
    "discount": BELOW_ONE,
}
"""The terms of an ecosystem that are numbers, and their domains."""


@dataclass(frozen=True, eq=False)
class Ecosystem(Displayed):
    r"""Firms that may develop value together, which drifts, and may leave for what is elsewhere.

    In every period the members S of a coalition develop :math:`x_k\, v(S)`, where x is the level
    at which the value stands. Then it moves: up a level with probability `rise`, down with `fall`,
    as far as there are levels. A firm stays a member while its share is at least what it gets
    outside.

    Parameters
    ----------
    coalitions : Coalitions
        v: what each coalition develops in a period at level 1. Firms that are alike
        (`Coalitions.by_size`) may be many; at most 8 may differ.
    levels : sequence of numbers
        x, in increasing order.
    rise, fall : in [0, 1]
        Probabilities a period; their sum is at most 1.
    outside : ≥ 0, one number or one for each firm
        What a firm gets in a period outside, whatever the level.
    tracking : in [0, 1]
        q, how well contributions are tracked: of its share, a firm gets the part q by its
        contribution and 1 − q as everybody else. If contributions are seen with noise, q is the
        reliability of what is seen: the best guess of a contribution lies by 1 − q towards the
        mean.
    tracking_cost : ≥ 0
        What full tracking costs each member a period; tracking of q costs q times as much.
    rule : str
        What a contribution is; see `dilemma.collective.dividing.rules.divided`.
    search : in [0, 1]
        The probability a period that a candidate is found among the firms outside.
    redesign : in [0, 1]
        The probability that the proposition is designed anew when some member would leave, which
        sets the value back to the level that it started from.
    redesign_cost : ≥ 0
        What that costs each member.
    turnover_cost : ≥ 0
        What it costs the members together that a firm joins or leaves.
    start : int, or sequence of str
        The first members, or how many of the firms, in their order; all unless given.
    start_level : int
        The place of the first level among `levels`, from 0; the middle one unless given.
    discount : in [0, 1)
        What the next period's value counts for now.

    Raises
    ------
    TypeError, ValueError
        If a term is outside its domain; the term is named.

    Notes
    -----
    Terms may be sympy expressions, for claims on `margins`; lives need numbers.

    oskam2021 finds two patterns in which actors of cross-sector innovation ecosystems search for a
    result that satisfies all of them ("valuing value"): *collective orchestration* and *continuous
    search*. The article tells them from case studies and has no formulas; that the first is a
    membership kept by dividing tracked value and the second a Markov chain over coalitions is our
    formalisation (`orchestration`, `continuous_search`).

    Examples
    --------
    >>> pairs = Coalitions.by_size([0, 4, 6, 7])
    >>> ecosystem = Ecosystem(pairs, levels=("1/2", 1, 2), outside=1)
    >>> ecosystem.replace(fall=0.2, start=2).members
    ('firm 1', 'firm 2')
    """

    coalitions: Coalitions
    levels: Any = (Fraction(1, 2), Fraction(1), Fraction(2))
    rise: Any = Fraction(1, 10)
    fall: Any = Fraction(1, 10)
    outside: Any = Fraction(0)
    tracking: Any = Fraction(1)
    tracking_cost: Any = Fraction(0)
    rule: str = "shapley"
    search: Any = Fraction(1, 4)
    redesign: Any = Fraction(1, 4)
    redesign_cost: Any = Fraction(0)
    turnover_cost: Any = Fraction(0)
    start: Any = None
    start_level: Any = None
    discount: Any = Fraction(9, 10)

    def __post_init__(self) -> None:
        if not isinstance(self.coalitions, Coalitions):
            raise TypeError(
                f"coalitions: requires Coalitions, got {type(self.coalitions).__name__}"
            )
        firms = self.coalitions.firms
        read_rule(self.rule)
        given: Any = self.levels
        if isinstance(given, (str, Set)) or not isinstance(given, Iterable):
            raise TypeError(f"levels: requires a sequence of numbers, got {given!r}")
        levels = tuple(fraction(one, f"levels[{k}]") for k, one in enumerate(given))
        if not levels or any(a >= b for a, b in pairwise(levels)):
            raise ValueError(f"levels: requires increasing numbers, got {_shown(levels)}")
        object.__setattr__(self, "levels", levels)
        for name in DOMAINS:
            value = getattr(self, name)
            if name == "outside" and isinstance(value, (tuple, list)):
                if len(value) != len(firms):
                    raise ValueError(
                        f"outside: requires one number, or {len(firms)}, got {len(value)}"
                    )
                each = tuple(
                    _in_domain(f"outside.{k + 1}", one, DOMAINS[name])
                    for k, one in enumerate(value)
                )
                same = all(one == each[0] for one in each)
                object.__setattr__(self, name, each[0] if same else each)
            else:
                object.__setattr__(self, name, _in_domain(name, value, DOMAINS[name]))
        if not {"rise", "fall"} & {*self.symbols} and self.rise + self.fall > 1:
            raise ValueError(
                f"rise, fall: require a sum of at most 1, got {self.rise} + {self.fall}"
            )
        object.__setattr__(self, "start", _read_start(self.start, firms))
        place = (len(levels) - 1) // 2 if self.start_level is None else self.start_level
        object.__setattr__(self, "start_level", _place("start_level", place, levels))

    @property
    def members(self) -> tuple[str, ...]:
        """The first members."""
        return tuple(self.start)

    @property
    def outside_options(self) -> tuple[Fraction, ...]:
        """What each firm gets outside, in the order of the firms."""
        if isinstance(self.outside, tuple):
            return self.outside
        return (self.outside,) * len(self.coalitions.firms)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The names of the terms that are sympy expressions: there are margins alone."""
        return tuple(
            name
            for name in DOMAINS
            for value in [getattr(self, name)]
            if any(map(_is_symbolic, value if isinstance(value, tuple) else (value,)))
        )

    def margins(self, level: int | None = None) -> tuple[Any, ...]:
        """Return how much more each first member gets than outside, when value is tracked.

        Parameters
        ----------
        level : int, optional
            The place of the level, from 0; the first period's unless given.

        Returns
        -------
        tuple of Fraction, or of sympy expressions if terms are
            A member with less than 0 leaves.

        Examples
        --------
        >>> import sympy
        >>> skills = {"a": 1, "c": 3}
        >>> game = Coalitions(list(skills), lambda those: sum(map(skills.get, those)))
        >>> Ecosystem(game, outside=1, tracking=sympy.Symbol("q")).margins()
        (1 - q, q + 1)
        """
        from dilemma.collective.searching.steps import slack

        place = self.start_level if level is None else _place("level", level, self.levels)
        return slack(self)[place]

    @property
    def alike(self) -> bool:
        """Whether the firms are known to be alike, so that coalitions differ in size only."""
        return self.coalitions.sizes is not None and not isinstance(self.outside, tuple)

    @property
    def terms(self) -> dict[str, Any]:
        """The terms that are numbers, by name, the start among them."""
        numbers = {name: getattr(self, name) for name in DOMAINS}
        return {**numbers, "start": len(self.start), "start_level": self.start_level}

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain of each term that `replace` takes, such as ``outside`` and ``outside.2``."""
        firms = range(1, len(self.coalitions.firms) + 1)
        return {
            **DOMAINS,
            **{f"outside.{k}": DOMAINS["outside"] for k in firms},
            "start": Domain(Fraction(2), Fraction(max(2, len(firms)))),
            "start_level": Domain(Fraction(0), Fraction(len(self.levels) - 1)),
        }

    def replace(self, **terms: Any) -> Ecosystem:
        """Return the ecosystem with some terms changed.

        Parameters
        ----------
        **terms
            Terms by name; ``outside`` changes every firm's, and ``**{"outside.2": value}`` the
            second's alone.

        Raises
        ------
        TypeError
            If there is no such term.
        """
        new = {one.name: getattr(self, one.name) for one in fields(self)}
        for name, value in sorted(terms.items(), key=lambda item: "." in item[0]):
            whole, _, firm = name.partition(".")
            if firm:
                if name not in self.domains:
                    raise TypeError(
                        f"{name}: requires a term among {', '.join(new)}, or outside.1 to "
                        f"outside.{len(self.coalitions.firms)}"
                    )
                given = new["outside"]
                count = len(self.coalitions.firms)
                each = list(given) if isinstance(given, (tuple, list)) else [given] * count
                each[int(firm) - 1] = value
                new["outside"] = tuple(each)
            elif whole not in new:
                raise TypeError(f"{name}: requires a term among {', '.join(new)}")
            else:
                new[whole] = value
        return Ecosystem(**new)

    def __repr__(self) -> str:
        return (
            f"<Ecosystem of {len(self.coalitions.firms)} firms, {len(self.start)} of them members "
            f"at first, with {len(self.levels)} levels of value>"
        )


def _is_symbolic(value: Any) -> bool:
    expression: Any = getattr(sys.modules.get("sympy"), "Expr", ())
    return isinstance(value, expression) and not value.is_number


def _in_domain(name: str, value: Any, domain: Domain) -> Any:
    if _is_symbolic(value):
        return value
    number = fraction(value, name)
    if number not in domain:
        raise ValueError(f"{name}: requires a number {domain.words}, got {value}")
    return number


def _whole(name: str, value: Any) -> int:
    number = fraction(value, name)
    if number.denominator != 1:
        raise ValueError(f"{name}: requires a whole number, got {value}")
    return int(number)


def _place(name: str, value: Any, levels: tuple[Fraction, ...]) -> int:
    place, last = _whole(name, value), len(levels) - 1
    if not 0 <= place <= last:
        raise ValueError(f"{name}: requires a place from 0 to {last}, got {place}")
    return place


def _read_start(start: Any, firms: tuple[str, ...]) -> tuple[str, ...]:
    if start is None:
        start = len(firms)
    if isinstance(start, str):
        raise TypeError(f"start: requires a number of firms or a sequence of names, got {start!r}")
    if isinstance(start, Iterable):
        names = tuple(start)
        for name in names:
            if name not in firms:
                raise ValueError(f"start: requires firms among {', '.join(firms)}, got {name!r}")
        if len(set(names)) < len(names):
            raise ValueError(f"start: requires each firm once, got {', '.join(names)}")
        count, members = len(names), tuple(name for name in firms if name in names)
    else:
        count = _whole("start", start)
        if count > len(firms):
            raise ValueError(f"start: requires at most {len(firms)} firms, got {count}")
        members = firms[: max(count, 0)]
    if count < 2:
        raise ValueError(f"start: requires at least 2 firms, got {count}")
    return members


def _shown(levels: tuple[Fraction, ...]) -> str:
    return ", ".join(map(str, levels)) or "none"
