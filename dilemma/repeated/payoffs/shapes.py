"""At which discount factors a payoff set changes its shape."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.game import Game
from dilemma.repeated.payoffs.generation import Stage, inside
from dilemma.repeated.payoffs.sustained import PayoffSet
from dilemma.repeated.payoffs.sustaining import payoff_set
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

# Shares of the payoffs' size below which two numbers of an approximate answer count as equal.
EQUAL = 1e-7
# How close to a candidate, on either side, the shapes are compared.
BESIDE = Fraction(1, 2**24)


@dataclass(frozen=True)
class Shape(Displayed):
    """What a payoff set looks like.

    Attributes
    ----------
    dimension : int
        −1 if it is empty, 0 for a point, 1 for a segment, 2 for a polygon.
    size : int
        How many vertices it has.
    profiles : tuple of tuples of pairs of str
        For each vertex, in some order, the profiles with which it can begin.
    """

    dimension: int
    size: int
    profiles: tuple[tuple[tuple[str, str], ...], ...]

    @property
    def words(self) -> str:
        """The shape in words."""
        return {-1: "empty", 0: "a point", 1: "a segment"}.get(
            self.dimension, f"a polygon with {self.size} vertices"
        )

    @property
    def played(self) -> frozenset[tuple[str, str]]:
        """All profiles with which some vertex can begin."""
        return frozenset(profile for some in self.profiles for profile in some)


@dataclass(frozen=True)
class ShapeChange(Displayed):
    """Between which discount factors a payoff set changes its shape.

    Attributes
    ----------
    low, high : Fraction
        The payoff set was certified at both, with the two shapes; equal if the change is at that
        number exactly.
    before, after : Shape
        Below and above.
    exact : bool
        True if, at this discount factor, a profile's incentive constraint is an equality with a
        stage payoff as the threat, and the shapes differ from one side to the other, or from this
        point itself, within 6e-8.
    """

    low: Fraction
    high: Fraction
    before: Shape
    after: Shape
    exact: bool

    @property
    def words(self) -> str:
        """The change as a sentence."""
        at = f"at {self.low}" if self.exact else f"between {_short(self.low)} and "
        at = at if self.exact else at + _short(self.high)
        new = sorted(" with ".join(one) for one in self.after.played - self.before.played)
        old = sorted(" with ".join(one) for one in self.before.played - self.after.played)
        extra = f"; new: {', '.join(new)}" if new else ""
        extra += f"; gone: {', '.join(old)}" if old else ""
        return f"{at}: from {self.before.words} to {self.after.words}{extra}"

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class ShapeChanges(Solution):
    """The discount factors at which the set of equilibrium payoffs changes its shape.

    Attributes
    ----------
    changes : tuple of ShapeChange
        In order.
    shapes : tuple of pairs
        The discount factors looked at on the grid, each with the shape there.
    method, exact, complete, status
        As in every answer of the library. ``complete`` is never claimed: two changes between
        neighbouring points of the grid can cancel, and then go unseen.
    """

    changes: tuple[ShapeChange, ...]
    shapes: tuple[tuple[Fraction, Shape], ...]

    def __str__(self) -> str:
        return wrapped([self.status, *(f"  {one}" for one in self.changes)])


def payoff_set_changes(
    game: Game, low: Any = 0, high: Any = "99/100", points: int = 50, tolerance: Any = "1e-6"
) -> ShapeChanges:
    r"""Find the discount factors at which the set of equilibrium payoffs changes its shape.

    The shape: its dimension, whether it is empty, how many vertices it has, and with which
    profiles each vertex can begin. `payoff_set` is asked on a grid; where neighbours differ, at
    the discount factors in between at which an incentive constraint

    .. math:: \delta\,(g_i(a) - u_i) = (1 - \delta)\, h_i(a)

    is an equality for some profile a and a threat :math:`u_i` that is a stage payoff or a best
    reply's; and what is left is bisected.

    Parameters
    ----------
    game : Game
    low, high : numbers
        Between which discount factors to look, :math:`0 \le` low < high < 1.
    points : int
        How many points the grid has, at least 2.
    tolerance : number
        To which width a change is bracketed that no equality explains.

    Returns
    -------
    ShapeChanges

    Raises
    ------
    TypeError, ValueError
        If the arguments are out of their range.

    Notes
    -----
    Numbers of vertices, and what begins where, are read off polygons that are certified to within
    their gap; vertices closer than that are one.

    Examples
    --------
    >>> prisoners = Game.symmetric([[9, 1], [10, 3]], ["share", "hide"])
    >>> found = payoff_set_changes(prisoners, points=12)
    >>> first, second = found.changes
    >>> print(first)
    at 1/7: from a point to a segment; new: share with share
    >>> second.exact, round(float(second.low), 5), second.after.words
    (False, 0.24705, 'a polygon with 4 vertices')
    """
    if not isinstance(game, Game):
        raise TypeError(f"game: requires a Game, got {type(game).__name__}")
    first, last = fraction(low, "low"), fraction(high, "high")
    width = fraction(tolerance, "tolerance")
    if not 0 <= first < last < 1:
        raise ValueError(f"low, high: require 0 <= low < high < 1, got {first} and {last}")
    if isinstance(points, bool) or not isinstance(points, int) or points < 2:
        raise ValueError(f"points: requires an integer of at least 2, got {points!r}")
    if width <= 0:
        raise ValueError(f"tolerance: requires a positive number, got {width}")
    # Shapes are read off within tolerances, so that payoffs must not be far from 0 or uneven.
    m, n = game.shape
    units = np.array(Stage.of(game, Fraction(1, 2)).in_units().payoffs, dtype=object)
    game = Game(units.T.reshape(2, m, n), game.strategies, game.players)
    grid = [first + (last - first) * Fraction(k, points - 1) for k in range(points)]
    known: dict[Fraction, Shape | None] = {}

    def shape(discount: Fraction) -> Shape | None:
        if discount not in known:
            known[discount] = shape_of(payoff_set(game, discount))
        return known[discount]

    candidates = [one for one in equalities(game) if first <= one <= last]
    marks = sorted({*grid, *candidates})
    seen = [(mark, shape(mark)) for mark in marks]
    certified = [(mark, one) for mark, one in seen if one is not None]
    changes: list[ShapeChange] = []
    for (start, before), (end, after) in pairwise(certified):
        changes += _between(shape, start, before, end, after, set(candidates), width)
    merged = _merged(changes)
    unsure = len(seen) - len(certified)
    words = (
        f"{len(merged)} changes of shape were found between {first} and {last}, "
        f"{sum(one.exact for one in merged)} of them exactly"
    )
    if unsure:
        words += f"; at {unsure} discount factors the set was not certified"
    return ShapeChanges(
        method="grid, incentive equalities, and bisection",
        exact=all(one.exact for one in merged),
        complete=False,
        status=f"{words}; changes that cancel between points of the grid go unseen.",
        changes=merged,
        shapes=tuple(certified),
    )


def equalities(game: Game) -> list[Fraction]:
    """The discount factors at which a constraint with a stage payoff as threat binds."""
    stage = Stage.of(game, Fraction(1, 2))
    found = set()
    for i in (0, 1):
        levels = {g[i] for g in stage.payoffs}
        levels |= {g[i] + h[i] for g, h in zip(stage.payoffs, stage.gains, strict=True)}
        levels = {one for one in levels if one >= stage.minmax[i]}
        for g, h in zip(stage.payoffs, stage.gains, strict=True):
            found |= {h[i] / (h[i] + g[i] - u) for u in levels if h[i] > 0 and g[i] > u}
    return sorted(found)


def shape_of(answer: PayoffSet) -> Shape | None:
    """Read a shape off a payoff set; None if that is not certified."""
    if not answer.complete:
        return None
    if not answer.discount:
        profiles = [(one.profile,) for one in answer.supports]
        return Shape(answer.dimension, len(answer.vertices), tuple(sorted(profiles)))
    stage = Stage.of(answer.game, answer.discount).rough()
    rows, columns = answer.game.strategies
    polygon = [(float(x), float(y)) for x, y in answer.vertices.tolist()]
    size = max((abs(x) for g in stage.payoffs for x in g), default=0) or 1.0
    slack = EQUAL * float(size) / float(stage.discount)
    threats = [min((v[i] for v in polygon), default=0.0) for i in (0, 1)]
    found = []
    for vertex in polygon:
        some = []
        for a in range(len(stage.payoffs)):
            w, need = stage.following(a, vertex), stage.need(a, threats)
            if all(w[i] >= need[i] - slack for i in (0, 1)) and _near(polygon, w, slack):
                some.append((rows[a // len(columns)], columns[a % len(columns)]))
        found.append(tuple(some))
    return Shape(answer.dimension, len(polygon), tuple(sorted(found)))


def _near(polygon: list[tuple[float, float]], point: tuple[Any, Any], slack: float) -> bool:
    if len(polygon) > 2 and inside(polygon, point):
        return True
    for k, (x, y) in enumerate(polygon):
        u, v = polygon[k - 1]
        length = (u - x) ** 2 + (v - y) ** 2
        t = ((point[0] - x) * (u - x) + (point[1] - y) * (v - y)) / length if length else 0.0
        t = min(1.0, max(0.0, t))
        if max(abs(point[0] - x - t * (u - x)), abs(point[1] - y - t * (v - y))) <= slack:
            return True
    return False


def _between(
    shape: Any,
    start: Fraction,
    before: Shape,
    end: Fraction,
    after: Shape,
    candidates: set[Fraction],
    width: Fraction,
) -> list[ShapeChange]:
    """The changes between two discount factors whose shapes are known."""
    if before == after:
        return []
    if end in candidates and end - start > BESIDE:
        beside = shape(end - BESIDE)
        if beside is not None and beside != after:
            nearer = _between(shape, start, before, end - BESIDE, beside, set(), width)
            return [*nearer, ShapeChange(end, end, beside, after, True)]
    if start in candidates and end - start > BESIDE:
        beside = shape(start + BESIDE)
        if beside is not None and beside != before:
            further = _between(shape, start + BESIDE, beside, end, after, set(), width)
            return [ShapeChange(start, start, before, beside, True), *further]
    if end - start <= width:
        return [ShapeChange(start, end, before, after, False)]
    middle = (start + end) / 2
    middle = middle.limit_denominator(int(8 / (end - start)) + 1)
    there = shape(middle) if start < middle < end else None
    if there is None:
        return [ShapeChange(start, end, before, after, False)]
    return [
        *_between(shape, start, before, middle, there, set(), width),
        *_between(shape, middle, there, end, after, set(), width),
    ]


def _merged(changes: list[ShapeChange]) -> tuple[ShapeChange, ...]:
    """Changes that touch are one: at one discount factor, or in brackets side by side."""
    merged: list[ShapeChange] = []
    for one in changes:
        if merged and one.low == merged[-1].high and one.exact == merged[-1].exact:
            last = merged.pop()
            merged.append(ShapeChange(last.low, one.high, last.before, one.after, one.exact))
        else:
            merged.append(one)
    return tuple(merged)


def _short(value: Fraction) -> str:
    return f"{float(value):.8g}"
