"""Games over the plane of two terms, as exact polynomials in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from dilemma.arrays.bivariate import RING, Terms, factors_of, sign_of_terms, terms_of, value_at
from dilemma.arrays.exact import fraction
from dilemma.game import Game
from dilemma.study.families import Model, interval_of
from dilemma.study.stage_games import game_of
from dilemma.writing.pages import Displayed

Pair = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Plane(Displayed):
    r"""Games over a box of two terms: every payoff is a ratio of polynomials in both.

    Attributes
    ----------
    first, second : str
        The terms.
    low, high : pairs of Fraction
        The corners of the box.
    open_low, open_high : pairs of bool
        True if an end is outside the term's domain, so that there is no game.
    payoffs : nested tuples of terms of polynomials, shape (2, m, n)
        Integer polynomials: ((power of first, power of second), coefficient), sorted. Each
        player's are scaled by a positive polynomial that all of that player's payoffs share,
        which changes no equilibrium.
    poles : tuple of terms of polynomials
        Irreducible; where one vanishes there is no game.
    strategies, players : pairs
        As in `Game`.
    """

    first: str
    second: str
    low: Pair
    high: Pair
    open_low: tuple[bool, bool]
    open_high: tuple[bool, bool]
    payoffs: tuple[tuple[tuple[Terms, ...], ...], ...]
    poles: tuple[Terms, ...]
    strategies: tuple[tuple[str, ...], tuple[str, ...]]
    players: tuple[str, str]

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and of columns."""
        return len(self.payoffs[0]), len(self.payoffs[0][0])

    def is_pole(self, first: Fraction, second: Fraction) -> bool:
        """Whether a payoff has a pole at a point."""
        return any(sign_of_terms(pole, first, second) == 0 for pole in self.poles)

    def game_at(self, first: Fraction, second: Fraction) -> Game:
        """Return the game at a point that is no pole, payoffs up to positive factors."""
        cells = [
            [[value_at(cell, first, second) for cell in row] for row in side]
            for side in self.payoffs
        ]
        return Game(np.array(cells, dtype=object), self.strategies, self.players)


def plane_of(model: Model, first: str, second: str, over: Any = None) -> Plane:
    """Read a model over two of its terms.

    Parameters
    ----------
    model : Model
        All of its other terms must be numbers.
    first, second : str
        Two of ``model.domains``.
    over : pair of pairs, or mapping from term to pair, optional
        (low, high) of both terms; None for a term, or leaving it out, takes its domain.

    Returns
    -------
    Plane

    Raises
    ------
    TypeError, ValueError
        If there are no such two terms, `over` is no box in their domains, or a payoff is no ratio
        of polynomials with rational coefficients.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> plane = plane_of(Alliance(), "trust", "stakes", {"stakes": (0, 4)})
    >>> plane.low, plane.high
    ((Fraction(0, 1), Fraction(0, 1)), (Fraction(1, 1), Fraction(4, 1)))
    """
    import sympy

    domains = getattr(model, "domains", None)
    if not isinstance(domains, Mapping) or not callable(getattr(model, "replace", None)):
        raise TypeError(
            "model: requires a model with domains, replace, payoffs and game, such as an "
            f"Alliance, got {type(model).__name__}"
        )
    for name, term in (("first", first), ("second", second)):
        if term not in domains:
            raise ValueError(f"{name}: requires a term among {', '.join(domains)}, got {term!r}")
    if first == second:
        raise ValueError(f"second: requires another term than the first, got {second!r} twice")
    if _overlap(first, second):
        raise ValueError(
            f"second: requires a term that the first does not move too, got {second!r} beside "
            f"{first!r}"
        )
    ranges = [
        interval_of(domains[term], term, one, f"over[{term!r}]")
        for term, one in zip((first, second), _ranges(over, first, second), strict=True)
    ]
    # Without assumptions, since a sign that sympy infers could hide a pole; and not mistaken for
    # a symbol of the model's own.
    symbols = sympy.Dummy("x"), sympy.Dummy("y")
    moved = model.replace(**{first: symbols[0], second: symbols[1]})
    payoffs = np.asarray(moved.payoffs(), dtype=object)
    if payoffs.ndim != 3 or len(payoffs) != 2:
        raise TypeError(
            "model: requires numbers for all terms but two, so that payoffs have the shape "
            f"(2, m, n), got the shape {payoffs.shape}"
        )
    sides: list[Any] = []
    poles: set[Terms] = set()
    for side in payoffs:
        ratios = [[_ratio(cell, symbols, (first, second)) for cell in row] for row in side]
        common = RING.constant(1)
        for row in ratios:
            for _, below in row:
                common = common * (below // common.gcd(below))
        if not common.is_constant():
            poles.update(terms for terms, _ in factors_of(common)[1])
        # The square is positive wherever there is a game, so that no payoffs change their order.
        sides.append(
            tuple(
                tuple(terms_of(above * (common // below) * common) for above, below in row)
                for row in ratios
            )
        )
    low, high = (ranges[0][0], ranges[1][0]), (ranges[0][1], ranges[1][1])
    sample = _sample(model, (first, second), low, high, tuple(poles))
    return Plane(
        first=first,
        second=second,
        low=low,
        high=high,
        open_low=(ranges[0][2], ranges[1][2]),
        open_high=(ranges[0][3], ranges[1][3]),
        payoffs=tuple(sides),
        poles=tuple(sorted(poles)),
        strategies=sample.strategies,
        players=sample.players,
    )


def _overlap(first: str, second: str) -> bool:
    """Whether one term moves the other too, as "stakes" does "stakes.row"."""
    return first.startswith(f"{second}.") or second.startswith(f"{first}.")


def _ranges(over: Any, first: str, second: str) -> tuple[Any, Any]:
    if over is None:
        return None, None
    if isinstance(over, Mapping):
        strange = [str(one) for one in over if one not in (first, second)]
        if strange:
            raise ValueError(
                f"over: requires ranges of {first} and {second} alone, got one of {strange[0]}"
            )
        return over.get(first), over.get(second)
    if isinstance(over, str) or not isinstance(over, (Sequence, np.ndarray)) or len(over) != 2:
        raise TypeError(
            f"over: requires ((low, high) of {first}, (low, high) of {second}), or these by name, "
            f"got {over!r}"
        )
    return over[0], over[1]


def _ratio(cell: Any, symbols: Any, names: tuple[str, str]) -> tuple[Any, Any]:
    """A payoff's numerator and denominator, with integer coefficients."""
    import sympy

    expression = sympy.sympify(cell)
    parts: list[Any]
    try:
        # Most payoffs are polynomials, which need no cancelling.
        parts = [sympy.Poly(expression, *symbols), sympy.Poly(1, *symbols)]
    except sympy.PolynomialError:
        try:
            fraction_parts = sympy.fraction(sympy.cancel(sympy.together(expression)))
            parts = [sympy.Poly(part, *symbols) for part in fraction_parts]
        except sympy.PolynomialError:
            raise ValueError(
                f"model: requires payoffs that are polynomials in {names[0]} and {names[1]}, or "
                f"ratios of them, got {cell}"
            ) from None
    scales, found = [], []
    for part in parts:
        terms = part.terms()
        if not all(c.is_Rational for _, c in terms):
            raise TypeError(
                "model: requires payoffs with rational coefficients, and numbers for all terms "
                f"but {names[0]} and {names[1]}, got {cell}"
            )
        scale = lcm(1, *(int(c.q) for _, c in terms))
        scales.append(scale)
        found.append(
            RING.from_dict({powers: int(c.p) * (scale // int(c.q)) for powers, c in terms if c})
        )
    return found[0] * scales[1], found[1] * scales[0]


def _sample(
    model: Model, names: tuple[str, str], low: Pair, high: Pair, poles: tuple[Terms, ...]
) -> Game:
    """A game of the plane, for its names."""
    k = 2
    while True:
        # Points of a curve that no polynomial follows for ever.
        first = low[0] + (high[0] - low[0]) / k
        second = low[1] + (high[1] - low[1]) / 2**k
        if all(sign_of_terms(one, first, second) for one in poles):
            game: Game = game_of(model.replace(**{names[0]: first, names[1]: second}))
            return game
        k += 1


def point_of(first: Any, second: Any, names: tuple[str, str]) -> Pair:
    """Read a point of the plane.

    >>> point_of(0.5, 2, ("trust", "stakes"))
    (Fraction(1, 2), Fraction(2, 1))
    """
    return fraction(first, names[0]), fraction(second, names[1])
