"""What `regions` answers: boundary curves in the plane of two terms, and the regions between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.algebraic import Real, roots_in
from dilemma.arrays.bivariate import Terms, along_second, value_at
from dilemma.game.display import wrapped
from dilemma.solution import Solution
from dilemma.study.patterns import patterns_of
from dilemma.study.two_terms.planes import Pair, Plane, point_of
from dilemma.study.two_terms.tracing import branches_at
from dilemma.writing.pages import Displayed

# How many regions are printed, the largest.
MOST_SHOWN = 12

# How close to the ends of a strip its branches are traced, as a share of its width.
CLOSEST = 1e-12

Ratio = tuple[Terms, Terms]


@dataclass(frozen=True)
class PlaneEquilibrium(Displayed):
    r"""An extreme equilibrium that moves with two terms over a region.

    Attributes
    ----------
    row, column : tuples of pairs of polynomials
        For each strategy the numerator and the denominator of its probability, in lowest terms:
        ((power of the first term, power of the second), coefficient), sorted.
    played : pair of tuples of str
        The strategies in both supports.
    best_replies : pair of tuples of str
        The rows that are best against the column player's strategy, and the columns.
    strict : bool
    words : str
    """

    row: tuple[Ratio, ...]
    column: tuple[Ratio, ...]
    played: tuple[tuple[str, ...], tuple[str, ...]]
    best_replies: tuple[tuple[str, ...], tuple[str, ...]]
    strict: bool
    words: str

    def at(self, first: Any, second: Any) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
        """Return both mixed strategies at a rational point of the region, exactly."""
        point = point_of(first, second, ("first", "second"))
        row, column = (
            tuple(value_at(above, *point) / value_at(below, *point) for above, below in side)
            for side in (self.row, self.column)
        )
        return row, column

    def __str__(self) -> str:
        return f"{self.words}{', strict' if self.strict else ''}"


@dataclass(frozen=True)
class Arc(Displayed):
    """A piece of a boundary curve along which it separates the same two regions.

    Attributes
    ----------
    first : pair of Fraction or AlgebraicNumber
        The open range of the first term that it spans; the same value twice on a vertical line.
    second : pair of Fraction or AlgebraicNumber
        Where it arrives in the second term, at both ends of that range; on a vertical line, from
        where to where it goes.
    branch : int or None
        Which root of the polynomial in the second term it is, counted from 0 at the lower edge of
        the box; None on a vertical line.
    below, above : int
        The numbers of the regions on both sides: left and right of a vertical line.
    there : tuple of str or None
        The equilibria on the arc itself; None where a payoff has a pole.
    changes : tuple of str
        What changes across it, and on it.
    coefficients : Terms
        The polynomial.
    within : pair of Fraction
        The box's range of the second term, in which branches are counted.
    """

    first: tuple[Real, Real]
    second: tuple[Real, Real]
    branch: int | None
    below: int
    above: int
    there: tuple[str, ...] | None
    changes: tuple[str, ...]
    coefficients: Terms
    within: Pair

    @property
    def words(self) -> str:
        """What changes, as one sentence."""
        return "; ".join(self.changes)

    def points(self, count: int = 50) -> NDArray[np.float64]:
        """Return points along the arc, ends included, for drawing: shape (count, 2).

        Each is found exactly over a rational value of the first term, then rounded.

        Raises
        ------
        ValueError
            If `count` is below 2.
        """
        if count < 2:
            raise ValueError(f"count: requires at least 2 points, got {count}")
        (left, right), (start, end) = (
            [float(one) for one in pair] for pair in (self.first, self.second)
        )
        parts = np.linspace(0, 1, count)
        if self.branch is None:
            return np.column_stack([np.full(count, left), start + (end - start) * parts])
        # Closer to the ends, where an arc may be steep.
        firsts = left + (right - left) * parts**2 * (3 - 2 * parts)
        seconds = [start, *map(self._at, firsts[1:-1]), end]
        return np.column_stack([firsts, seconds])

    def _at(self, first: float) -> float:
        assert self.branch is not None
        value = Fraction(first)
        if not self.first[0] < value < self.first[1]:
            return float(self.second[0 if value <= self.first[0] else 1])
        return float(roots_in(along_second(self.coefficients, value), *self.within)[self.branch])

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Curve(Displayed):
    """An irreducible plane curve, some arcs of which are boundaries.

    Attributes
    ----------
    polynomial : str
        It is 0 on the curve.
    coefficients : tuple of ((power of first, power of second), coefficient)
        The same polynomial, sorted.
    solved : str or None
        One term by the other, where the polynomial is linear in one of them.
    names : pair of str
        The two terms.
    pole : bool
        True if a payoff has a pole on it.
    arcs : tuple of Arc
    words : str
        What changes across it all along: more may change on some of the arcs. Where the curve
        turns round, so that neither side is always above, "where it is positive" means the
        polynomial.
    """

    polynomial: str
    coefficients: Terms
    solved: str | None
    names: tuple[str, str]
    pole: bool
    arcs: tuple[Arc, ...]
    words: str

    def expression(self) -> Any:
        """Return the polynomial as a sympy expression in symbols named like the terms."""
        import sympy

        first, second = (sympy.Symbol(name) for name in self.names)
        return sympy.Add(*(c * first**i * second**j for (i, j), c in self.coefficients))

    def __str__(self) -> str:
        parts = self.words.split("; ")
        shown = [one for one in parts if "strict" in one or "pole" in one] or parts[:1]
        more = "" if len(shown) == len(parts) else "; and more"
        return f"{self.polynomial} = 0: {'; '.join(shown)}{more}"


@dataclass(frozen=True)
class Strip(Displayed):
    """An open range of the first term over which the same arcs lie in the same order.

    Attributes
    ----------
    low, high : Fraction or AlgebraicNumber
    branches : tuple of triples (curve, branch, branches)
        From below: the number of the curve, which of its branches, and how many it has inside the
        box.
    starts, ends : tuples of Fraction or AlgebraicNumber
        Where these arrive at `low` and at `high`.
    regions : tuple of int
        The regions below, between and above: one more than branches.
    """

    low: Real
    high: Real
    branches: tuple[tuple[int, int, int], ...]
    starts: tuple[Real, ...]
    ends: tuple[Real, ...]
    regions: tuple[int, ...]


@dataclass(frozen=True)
class Region(Displayed):
    """A connected open part of the plane in which the equilibria are alike.

    Attributes
    ----------
    number : int
        Its place among the regions, the largest first.
    sample : pair of Fraction
        A point inside.
    equilibria : tuple of PlaneEquilibrium
        All extreme equilibria there, strict ones first.
    share : float
        Its share of the box.
    cells : tuple of pairs of int
        (strip, place in the strip, from below) of the parts that make it.
    """

    number: int
    sample: Pair
    equilibria: tuple[PlaneEquilibrium, ...]
    share: float
    cells: tuple[tuple[int, int], ...]

    @property
    def strict(self) -> tuple[PlaneEquilibrium, ...]:
        """Those that are strict."""
        return tuple(one for one in self.equilibria if one.strict)

    @property
    def words(self) -> str:
        """How many equilibria, and which strict ones."""
        count = len(self.equilibria)
        some = f"{count} equilibri{'um' if count == 1 else 'a'}"
        strict = [one.words for one in self.strict]
        return f"{some}; strict: {', '.join(strict) if strict else 'none'}"

    def __str__(self) -> str:
        return f"{_percent(self.share)} of the box, {self.words}"


@dataclass(frozen=True, kw_only=True, repr=False)
class Regions(Solution):
    """The exact boundary curves in the plane of two terms, and the regions between them.

    Attributes
    ----------
    first, second : str
    over : pair of pairs of Fraction
        (low, high) of both terms.
    curves : tuple of Curve
    regions : tuple of Region
        The largest first.
    strips : tuple of Strip
        How the regions are put together, from left to right: all that a picture needs.
    accuracy : float
        By how much a region's share may be off, as seen from integrating with half as many
        points.
    plane : Plane
        The games.
    """

    first: str
    second: str
    over: tuple[Pair, Pair]
    curves: tuple[Curve, ...]
    regions: tuple[Region, ...]
    strips: tuple[Strip, ...]
    accuracy: float
    plane: Plane

    def at(self, first: Any, second: Any) -> Region:
        """Return the region that holds a rational point; on the edge of the box, the one beside.

        Raises
        ------
        ValueError
            If the point is on a boundary curve, outside, on an edge that is outside a term's
            domain, or on an edge (or a single point) with other equilibria than the region beside
            it.
        """
        point = point_of(first, second, (self.first, self.second))
        for k, name in enumerate((self.first, self.second)):
            value, (low, high) = point[k], self.over[k]
            if not low <= value <= high:
                raise ValueError(f"{name}: requires a value from {low} to {high}, got {value}")
            for end, is_open in ((low, self.plane.open_low[k]), (high, self.plane.open_high[k])):
                if is_open and value == end:
                    raise ValueError(
                        f"{name}: requires a value inside its domain, got its open end {value}"
                    )
        where = f"{self.first} {point[0]} and {self.second} {point[1]}"
        if self.plane.is_pole(*point):
            raise ValueError(f"at {where} a payoff has a pole: requires a point off the curves")
        beside = self._beside(*point)
        if len(beside) != 1:
            raise ValueError(
                f"{where} is on a boundary curve: requires a point off the curves, such as one "
                "beside it"
            )
        region = self.regions[beside.pop()]
        there = {_labels(one) for one in region.equilibria}
        if there != self._exactly(*point):
            raise ValueError(
                f"at {where} there are other equilibria than beside it: requires a point inside "
                "a region"
            )
        return region

    def _exactly(self, first: Fraction, second: Fraction) -> set[Any]:
        strategies = self.plane.strategies
        found = set()
        for pattern in patterns_of(self.plane.game_at(first, second)):
            names = [
                tuple(n for i, n in enumerate(strategies[k % 2]) if mask >> i & 1)
                for k, mask in enumerate(pattern)
            ]
            found.add(tuple(names))
        return found

    def _beside(self, first: Fraction, second: Fraction) -> set[int]:
        """The regions whose closures hold a point, as far as they reach it within a strip."""
        found: set[int] = set()
        for strip in self.strips:
            if not strip.low <= first <= strip.high:
                continue
            if first == strip.low:
                values: Sequence[Real] = strip.starts
            elif first == strip.high:
                values = strip.ends
            else:
                values = [
                    roots_in(along_second(self.curves[k].coefficients, first), *self.over[1])[b]
                    for k, b, _ in strip.branches
                ]
            below = sum(1 for one in values if one < second)
            upto = sum(1 for one in values if one <= second)
            found.update(strip.regions[below : upto + 1])
        for curve in self.curves:
            for arc in curve.arcs:
                upright = arc.branch is None and arc.first[0] == first
                if upright and arc.second[0] <= second <= arc.second[1]:
                    found.update((-1, arc.below, arc.above))
        return found

    def locate(self, first_values: Any, second_values: Any) -> NDArray[np.intp]:
        """Return the number of the region at each point of a grid, for drawing.

        Parameters
        ----------
        first_values, second_values : array_like of float, shapes (k,) and (n,)

        Returns
        -------
        array of int, shape (k, n)
            −1 outside of the box. Points on a curve, to rounding, count to a region beside it:
            `at` is exact.
        """
        firsts = np.asarray(first_values, dtype=np.float64)
        seconds = np.asarray(second_values, dtype=np.float64)
        for values, name in ((firsts, "first_values"), (seconds, "second_values")):
            if values.ndim != 1:
                raise ValueError(f"{name}: requires a row of values, got the shape {values.shape}")
        terms = [one.coefficients for one in self.curves]
        result = np.full((len(firsts), len(seconds)), -1, dtype=np.intp)
        lows = np.array([float(strip.low) for strip in self.strips])
        of_value = np.clip(np.searchsorted(lows, firsts, side="right") - 1, 0, None)
        (left, right), (bottom, top) = ([float(one) for one in pair] for pair in self.over)
        across = (firsts >= left) & (firsts <= right)
        upright = (seconds >= bottom) & (seconds <= top)
        for k, strip in enumerate(self.strips):
            here = np.flatnonzero(across & (of_value == k))
            if here.size:
                lines = trace(terms, strip, firsts[here], self.over[1])
                places = (lines[:, :, None] < seconds).sum(axis=1)
                result[here] = np.where(upright, np.array(strip.regions)[places], -1)
        return result

    def __str__(self) -> str:
        lines = [self.status]
        lines += [f"  {one}" for one in self.curves]
        shown = self.regions if len(self.regions) <= MOST_SHOWN + 1 else self.regions[:MOST_SHOWN]
        lines += [f"  region {one.number}: {one}" for one in shown]
        rest = self.regions[len(shown) :]
        if rest:
            share = _percent(sum(one.share for one in rest))
            lines.append(f"  and {len(rest)} smaller regions, together {share} of the box")
        return wrapped(lines)


def _labels(one: PlaneEquilibrium) -> tuple[Any, ...]:
    return (*one.played, *one.best_replies)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %" if share >= 1e-9 else "less than 1e-07 %"


def trace(
    curves: Sequence[Terms], strip: Strip, values: NDArray[np.float64], within: Pair
) -> NDArray[np.float64]:
    """The branches of a strip over some values of the first term: shape (values, branches)."""
    known: dict[int, NDArray[np.float64]] = {}
    low, high = float(strip.low), float(strip.high)
    # At the ends themselves branches may meet.
    values = np.clip(values, low + (high - low) * CLOSEST, high - (high - low) * CLOSEST)
    lines = np.empty((len(values), len(strip.branches)))
    for place, (k, branch, count) in enumerate(strip.branches):
        if k not in known:
            known[k] = branches_at(curves[k], count, values, *within)
        lines[:, place] = known[k][:, branch]
    return np.maximum.accumulate(lines, axis=1) if lines.size else lines


def polynomial_text(terms: Terms, names: tuple[str, str]) -> str:
    """Write a plane polynomial with the names of its terms, highest powers first.

    >>> polynomial_text((((0, 0), -2), ((0, 1), -1), ((1, 2), 3)), ("trust", "stakes"))
    '3*trust*stakes**2 - stakes - 2'
    """
    ordered = sorted(terms, key=lambda term: (-sum(term[0]), (-term[0][0], -term[0][1])))
    parts = []
    for powers, c in ordered:
        factors = [
            name if power == 1 else f"{name}**{power}"
            for name, power in zip(names, powers, strict=True)
            if power
        ]
        if abs(c) != 1 or not factors:
            factors.insert(0, str(abs(c)))
        parts.append(("-" if c < 0 else "+", "*".join(factors)))
    (sign, text), *rest = parts
    return ("-" if sign == "-" else "") + text + "".join(f" {s} {t}" for s, t in rest)


def solved_text(terms: Terms, names: tuple[str, str]) -> str | None:
    """Write one term by the other, where the polynomial is linear in the one.

    >>> solved_text((((0, 0), -2), ((0, 1), -1), ((1, 1), 3)), ("trust", "stakes"))
    'stakes = 2/(3*trust - 1)'
    """
    for k in (1, 0):
        if max(powers[k] for powers, _ in terms) != 1:
            continue
        factor, rest = (
            [((p[0], 0) if k else (0, p[1]), c) for p, c in terms if p[k] == degree]
            for degree in (1, 0)
        )
        turn = -1
        if max(factor)[1] < 0:
            factor, turn = [(p, -c) for p, c in factor], 1
        above = polynomial_text(tuple((p, turn * c) for p, c in rest), names) if rest else "0"
        below = polynomial_text(tuple(factor), names)
        if len(factor) == 1 and factor[0][0] == (0, 0):
            if len(rest) < 2 and (not rest or rest[0][0] == (0, 0)):
                value = Fraction(turn * (rest[0][1] if rest else 0), factor[0][1])
                return f"{names[k]} = {value}"
            if factor[0][1] == 1:
                return f"{names[k]} = {above}"
        top = above if len(rest) < 2 else f"({above})"
        bottom = below if len(factor) == 1 and "*" not in below else f"({below})"
        return f"{names[k]} = {top}/{bottom}"
    return None
