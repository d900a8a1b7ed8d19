r"""A box of two terms cut into strips, in which the curves that change equilibria never meet.

This is a cylindrical decomposition (collins1975) of the plane, but for two things. Only curves
that can matter take part, each only where it can (`dilemma.study.two_terms.survivors`). And of
the points over which the picture may change (a curve turns, meets another, leaves the box), only
those count that lie where these curves matter: elsewhere they change nothing.

Why this loses nothing: walk along a curve. Whether the equilibria change across it can only
change at a point where it is singular, or through which another curve passes that matters on the
same tile, or on one that touches it. Both are among the cuts. So within a strip each branch
changes the equilibria everywhere or nowhere, and those that do never meet: one exact look along a
line within the strip tells all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import ceil, floor

import numpy as np

from dilemma.arrays.algebraic import Real, between, roots_in, sign_at, united
from dilemma.arrays.bivariate import (
    Terms,
    along_first,
    along_second,
    is_vertical,
    meeting_polynomial,
    on_line,
    sign_of_terms,
    turning_polynomial,
)
from dilemma.arrays.parametric import CramerBasis, Polynomial
from dilemma.study.patterns import Pattern
from dilemma.study.two_terms.survivors import (
    DEEPEST,
    Survivors,
    Tile,
    ranges_of,
)

# E at a point, with bases of each equilibrium; None at a pole.
Patterns = dict[Pattern, tuple[CramerBasis, CramerBasis]]


@dataclass(frozen=True, eq=False)
class Branch:
    """One branch of a curve over a strip, across which the equilibria change.

    Attributes
    ----------
    curve, branch : int
        The number of the curve, and which of its roots inside the box it is, from below.
    there : Patterns or None
    """

    curve: int
    branch: int
    there: Patterns | None


@dataclass(frozen=True, eq=False)
class RawStrip:
    """An open range of the first term, with the branches over it from below.

    Attributes
    ----------
    low, high : Fraction or AlgebraicNumber
    sample : Fraction
    branches : list of Branch
    sectors : list of Patterns
        E below, between and above the branches: one more than these.
    inside : list of Fraction
        A value of the second term in each sector, over the sample.
    """

    low: Real
    high: Real
    sample: Fraction
    branches: list[Branch]
    sectors: list[Patterns]
    inside: list[Fraction]


@dataclass(frozen=True, eq=False)
class Wall:
    """A part of a vertical line across which, or on which, the equilibria change.

    Attributes
    ----------
    curve : int
    low, high : Fraction or AlgebraicNumber
        From where to where in the second term.
    left, right : int
        The sectors of the strips on both sides.
    there : Patterns or None
    """

    curve: int
    low: Real
    high: Real
    left: int
    right: int
    there: Patterns | None


def simple_between(low: Real, high: Real) -> Fraction:
    """Return a simple rational number well inside an interval.

    >>> simple_between(Fraction(29, 45), Fraction(1))
    Fraction(3, 4)
    """
    middle = between(low, high)
    first, last = between(low, middle), between(middle, high)
    return _simplest(first, last)


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the least denominator in [low, high], by continued fractions."""
    whole = ceil(low)
    if whole <= high:
        return Fraction(min(max(0, whole), floor(high)))
    whole -= 1
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))


class Columns:
    """The tiles over a value of the first term, and E there."""

    def __init__(self, survivors: Survivors) -> None:
        self.survivors = survivors
        self.curves = survivors.curves
        self.low, self.high = survivors.plane.low, survivors.plane.high
        tiles = sorted(survivors.tiles, key=lambda tile: tile.bottom)
        self.tiles = tiles
        places = np.array([tile.place for tile in tiles], dtype=np.int64)
        self.left = places[:, 1] << DEEPEST - places[:, 0]
        self.right = places[:, 1] + 1 << DEEPEST - places[:, 0]

    def over(self, value: Real) -> list[Tile]:
        """The tiles over a value, from below."""
        near = value if isinstance(value, Fraction) else self._within_a_tile(value)
        spot = (near - self.low[0]) / (self.high[0] - self.low[0]) * (1 << DEEPEST)
        found = np.flatnonzero((self.left <= floor(spot)) & (self.right >= ceil(spot)))
        return [self.tiles[k] for k in found]

    def _within_a_tile(self, value: Real) -> Fraction:
        """A rational number beside an irrational one, in the same column of smallest tiles."""
        assert not isinstance(value, Fraction)
        unit = (self.high[0] - self.low[0]) / (1 << DEEPEST)
        near = value
        while True:
            first, last = ((one - self.low[0]) / unit for one in (near.low, near.high))
            if floor(first) == floor(last) and last != floor(last):
                return near.high
            near = near.within((near.high - near.low) / 4)

    def patterns(self, tiles: Sequence[Tile], first: Real, second: Real) -> Patterns | None:
        """E at a point of which a coordinate is rational; None at a pole."""
        tile = tiles[bisect_right(tiles, second, key=lambda one: one.bottom) - 1]
        signs: dict[int, int] = {}

        def sign(k: int) -> int:
            if k not in signs:
                signs[k] = self._sign(self.curves[k], first, second)
            return signs[k]

        if any(not sign(k) for k in self.survivors.poles & tile.curves):
            return None
        return self.survivors.patterns_on(tile, sign)

    def _sign(self, terms: Terms, first: Real, second: Real) -> int:
        if isinstance(second, Fraction):
            if isinstance(first, Fraction):
                return sign_of_terms(terms, first, second)
            return sign_at(along_first(terms, second), first)
        assert isinstance(first, Fraction)
        return sign_at(along_second(terms, first), second)


def cuts_of(survivors: Survivors) -> list[Real]:
    """The values of the first term over which the picture may change, in order."""
    low, high = survivors.plane.low, survivors.plane.high
    alone, close = ranges_of(survivors.tiles)
    cuts: set[Real] = set()

    def keep(polynomial: Polynomial, ranges: Sequence[tuple[Real, Real]]) -> None:
        if len(polynomial) > 1:
            for root in roots_in(polynomial, low[0], high[0]):
                if root not in cuts and any(a <= root <= b for a, b in ranges):
                    cuts.add(root)

    for k, found in alone.items():
        terms, ranges = survivors.curves[k], united(found)
        if is_vertical(terms):
            keep(along_first(terms, low[1]), ranges)
            continue
        keep(turning_polynomial(terms), ranges)
        for edge in (low[1], high[1]):
            keep(along_first(terms, edge), ranges)
    for (k, s), found in close.items():
        one, two = survivors.curves[k], survivors.curves[s]
        if not is_vertical(one) and not is_vertical(two):
            keep(meeting_polynomial(one, two), united(found))
    return sorted(cuts)


def strip_between(columns: Columns, first: Real, last: Real) -> RawStrip:
    """Look along a line within a strip: the branches that change E, and E between them."""
    at = simple_between(first, last)
    low, high = columns.low[1], columns.high[1]
    tiles = columns.over(at)
    roots: dict[int, tuple[Real, ...]] = {}
    cuts: dict[Real, int] = {}
    for tile in tiles:
        for k in sorted(tile.curves):
            if is_vertical(columns.curves[k]):
                continue
            if k not in roots:
                line = along_second(columns.curves[k], at)
                roots[k] = roots_in(line, low, high) if len(line) > 1 else ()
            for root in roots[k]:
                if tile.bottom <= root <= tile.top:
                    cuts.setdefault(root, k)
    ordered = sorted(cuts)
    spots = [simple_between(a, b) for a, b in pairwise([low, *ordered, high])]
    found = [columns.patterns(tiles, at, spot) or {} for spot in spots]
    branches, sectors, inside = [], [found[0]], [spots[0]]
    for place, root in enumerate(ordered):
        there = columns.patterns(tiles, at, root)
        below, above = found[place], found[place + 1]
        if there is None or there.keys() != below.keys() or there.keys() != above.keys():
            k = cuts[root]
            branches.append(Branch(k, roots[k].index(root), there))
            sectors.append(above)
            inside.append(spots[place + 1])
    return RawStrip(first, last, at, branches, sectors, inside)


def walls_on(
    columns: Columns,
    line: Real,
    strips: tuple[RawStrip, RawStrip],
    limits: tuple[Sequence[Real], Sequence[Real]],
) -> tuple[list[tuple[int, int]], list[Wall]]:
    """Where two strips meet: the pairs of sectors that are one region, and the walls between.

    Parameters
    ----------
    line : Fraction or AlgebraicNumber
        The value of the first term that parts them.
    strips : pair of RawStrip
        On its left and on its right.
    limits : pair of sequences of numbers
        Where their branches arrive on the line.
    """
    low, high = columns.low[1], columns.high[1]
    tiles = columns.over(line)
    upright = upright_on(columns, line)
    spots: set[Real] = {one for side in limits for one in side if low < one < high}
    if upright is not None:
        for k in {k for tile in tiles for k in tile.factors}:
            if not is_vertical(columns.curves[k]):
                crossed = on_line(columns.curves[k], line)
                if len(crossed) > 1:
                    spots.update(roots_in(crossed, low, high))
    ordered: list[Real] = [low, *sorted(spots), high]
    rank = partial(bisect_left, ordered)
    ranks = [[rank(one) for one in side] for side in limits]
    joined: list[tuple[int, int]] = []
    walls: list[Wall] = []
    for place, (a, b) in enumerate(pairwise(ordered)):
        left, right = (sum(1 for one in side if one <= place) for side in ranks)
        one, two = strips[0].sectors[left], strips[1].sectors[right]
        if upright is None:
            if one.keys() != two.keys():  # pragma: no cover
                raise RuntimeError(f"two strips do not fit at {line}: please report this model")
            joined.append((left, right))
            continue
        there = columns.patterns(tiles, line, between(a, b))
        if there is not None and one.keys() == two.keys() == there.keys():
            joined.append((left, right))
            continue
        wall = Wall(upright, a, b, left, right, there)
        if walls and walls[-1].high == a and _alike(walls[-1], wall):
            wall = Wall(upright, walls.pop().low, b, left, right, there)
        walls.append(wall)
    return joined, walls


def upright_on(columns: Columns, line: Real) -> int | None:
    """The number of the curve that is this vertical line, if it matters anywhere on it."""
    for k in sorted({k for tile in columns.over(line) for k in tile.curves}):
        terms = columns.curves[k]
        if is_vertical(terms) and sign_at(along_first(terms, Fraction(0)), line) == 0:
            return k
    return None


def _alike(one: Wall, two: Wall) -> bool:
    keys = [None if wall.there is None else wall.there.keys() for wall in (one, two)]
    return (one.left, one.right) == (two.left, two.right) and keys[0] == keys[1]
