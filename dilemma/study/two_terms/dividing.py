r"""The exact curves, in the plane of two terms, at which what partners can settle on changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from dilemma.arrays.algebraic import Real, roots_in, sign_at
from dilemma.arrays.bivariate import (
    Terms,
    along_first,
    along_second,
    limit_of_branch,
    meeting_polynomial,
    turning_polynomial,
)
from dilemma.arrays.parametric import Polynomial, basis_count
from dilemma.game.display import number
from dilemma.study.families import Model
from dilemma.study.patterns import (
    is_strict,
)
from dilemma.study.two_terms.bordering import Borders, Pieces, alike, moving_equilibrium
from dilemma.study.two_terms.partition import (
    Curve,
    Region,
    Regions,
    Strip,
    trace,
)
from dilemma.study.two_terms.planes import Plane, plane_of
from dilemma.study.two_terms.strips import (
    Branch,
    Columns,
    RawStrip,
    Wall,
    cuts_of,
    strip_between,
    upright_on,
    walls_on,
)
from dilemma.study.two_terms.survivors import Survivors

# Bases of one player beyond which enumeration would take minutes.
MOST_BASES = 4_000
# Points a strip at which its branches are traced for areas: from, to.
FEWEST_POINTS, MOST_POINTS = 16, 256
ACCURACY = 1e-9


def regions(model: Model, first: str, second: str, over: Any = None) -> Regions:
    r"""Divide the plane of two terms into regions with the same equilibria, exactly.

    Write E(a, b) for the set of (support of x, support of y, best replies to y, best replies to
    x) over all extreme equilibria (x, y) of the game at a = first, b = second. The regions are
    the connected open parts of the box in which E is the same; the boundaries between them are
    arcs of irreducible curves p(a, b) = 0 with integer coefficients.

    Every payoff is a polynomial in both terms (or a ratio of two, whose poles are boundaries
    too); so is, by Cramer's rule, all that decides whether a choice of a support and of as many
    best replies makes a vertex of a player's best-reply polyhedron. Bases that are excluded on
    tiles of the box, by exact Bernstein coefficients, are dropped there
    (`dilemma.study.two_terms.survivors`); what is left is decomposed into strips between the
    roots of discriminants and resultants (`dilemma.study.two_terms.strips`). E is compared by
    exact signs on both sides of each branch over a rational value of each strip, and on it; the
    parts are joined across strips where exact limits of the branches say that they meet.

    Parameters
    ----------
    model : Model
        An `Alliance`, or anything with ``domains``, ``replace``, ``payoffs`` and ``game``, all of
        whose other terms are numbers.
    first, second : str
        Two terms, such as "trust" and "stakes.row". The first is drawn to the right, the second
        upwards.
    over : pair of pairs, or mapping from term to pair, optional
        (low, high) of both terms; None for a term, or leaving it out of the mapping, takes its
        domain, which must then be finite: stakes have no upper end, so that theirs must be given.

    Returns
    -------
    Regions
        ``curves``: the boundaries, with what changes across them in words; ``regions``: the
        largest first, with their equilibria as ratios of polynomials; ``at(a, b)``: the region
        of a rational point; ``locate``: those of all points of a grid, for drawing.

    Raises
    ------
    TypeError, ValueError
        As `plane_of`; if the game is so large that it has more than 4,000 bases a player.

    Notes
    -----
    The box is taken without its edges. A single point at which E differs from all around it
    bounds no region: it is not listed, but ``at`` refuses it.

    With m and n strategies there are :math:`\binom{m + n}{m} - 1` bases a player (251 for 5 × 5).
    The cylindrical decomposition is that of collins1975, the tiles by garloff1993; that only what
    survives on a tile has to be decomposed is derived here from the definition.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> found = regions(Alliance(), "trust", "opportunism")
    >>> found.curves[1].polynomial
    '18*trust*opportunism + 9*trust - 18*opportunism - 1'
    >>> found.curves[1].words.partition(";")[0]
    'below it, mutual collaboration is a strict equilibrium'
    >>> found.at(0.9, 0.1).words
    '5 equilibria; strict: mutual collaboration, mutual compromise, mutual avoidance'
    """
    plane = plane_of(model, first, second, over)
    m, n = plane.shape
    if basis_count(m, n) > MOST_BASES:
        raise ValueError(
            f"model: requires a game with at most {MOST_BASES} bases a player, got "
            f"{basis_count(m, n)} ({m} x {n} strategies)"
        )
    return _Picture(plane).regions()


class _Picture(Pieces):
    """The strips of a plane, put together."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        survivors = Survivors(plane)
        self.terms: list[Terms] = survivors.curves
        self.poles = survivors.poles
        columns = Columns(survivors)
        borders: list[Real] = [plane.low[0], *cuts_of(survivors), plane.high[0]]
        self.strips: list[RawStrip] = []
        self.starts: list[list[Real]] = []
        self.ends: list[list[Real]] = []
        # What happens on the border to the right of each strip but the last.
        self.joined: list[list[tuple[int, int]]] = []
        self.walls: list[list[Wall]] = []
        for a, b in pairwise(borders):
            strip = strip_between(columns, a, b)
            if self.strips:
                last = self.strips[-1]
                if upright_on(columns, a) is None and self._goes_on(last, strip):
                    # Nothing happens on the border: the two are one strip.
                    self.strips[-1] = replace(last, high=b)
                    continue
                self.ends.append(self._limits(last, a))
                self.starts.append(self._limits(strip, a))
                joined, walls = walls_on(
                    columns, a, (last, strip), (self.ends[-1], self.starts[-1])
                )
                self.joined.append(joined)
                self.walls.append(walls)
            else:
                self.starts.append(self._limits(strip, a))
            self.strips.append(strip)
        self.ends.append(self._limits(self.strips[-1], plane.high[0]))

    def _limits(self, strip: RawStrip, end: Real) -> list[Real]:
        """Where the branches of a strip arrive at one of its ends."""
        low, high = self.plane.low[1], self.plane.high[1]
        return [
            limit_of_branch(self.terms[one.curve], one.branch, strip.sample, end, low, high)
            for one in strip.branches
        ]

    def _goes_on(self, one: RawStrip, two: RawStrip) -> bool:
        """Whether each branch goes on by itself from one strip to the next.

        So it does if it neither turns, nor leaves the box, nor meets its neighbour on the border.
        """
        if self._order(one) != self._order(two):
            return False
        if not all(
            alike(b.there, c.there) for b, c in zip(one.branches, two.branches, strict=True)
        ):
            return False
        for branch in two.branches:
            terms = self.terms[branch.curve]
            edges = [along_first(terms, end) for end in (self.plane.low[1], self.plane.high[1])]
            if any(sign_at(part, two.low) == 0 for part in (turning_polynomial(terms), *edges)):
                return False
        return all(
            b.curve == c.curve or sign_at(self._meeting(b.curve, c.curve), two.low)
            for b, c in pairwise(two.branches)
        )

    def _order(self, strip: RawStrip) -> list[tuple[int, int, int]]:
        return [(one.curve, one.branch, self._count(one, strip)) for one in strip.branches]

    def _meeting(self, k: int, s: int) -> Polynomial:
        one, two = sorted((k, s))
        return meeting_polynomial(self.terms[one], self.terms[two])

    def _count(self, branch: Branch, strip: RawStrip) -> int:
        """How many branches a curve has inside the box over a strip."""
        line = along_second(self.terms[branch.curve], strip.sample)
        return len(roots_in(line, self.plane.low[1], self.plane.high[1]))

    def regions(self) -> Regions:
        (left, bottom), (right, top) = self.plane.low, self.plane.high
        over = (left, right), (bottom, top)
        of_cell = self._components()
        used = sorted(
            {b.curve for strip in self.strips for b in strip.branches}
            | {wall.curve for walls in self.walls for wall in walls},
            key=self._weight,
        )
        places = {k: place for place, k in enumerate(used)}
        strips = [
            Strip(
                low=strip.low,
                high=strip.high,
                branches=tuple(
                    (places[b.curve], b.branch, self._count(b, strip)) for b in strip.branches
                ),
                starts=tuple(starts),
                ends=tuple(ends),
                regions=tuple(of_cell[k, s] for s in range(len(strip.sectors))),
            )
            for k, (strip, starts, ends) in enumerate(
                zip(self.strips, self.starts, self.ends, strict=True)
            )
        ]
        terms = [self.terms[k] for k in used]
        shares, accuracy = _shares(terms, strips, over)
        # The largest first; equal ones from left to right.
        order = sorted(shares, key=lambda one: (-round(shares[one], 12), one))
        new = {one: place for place, one in enumerate(order)}
        strips = [
            Strip(
                low=one.low,
                high=one.high,
                branches=one.branches,
                starts=one.starts,
                ends=one.ends,
                regions=tuple(new[old] for old in one.regions),
            )
            for one in strips
        ]
        borders = Borders(self, strips)
        curves = tuple(borders.curve(k) for k in used)
        found_regions = tuple(
            self._region(place, shares[old], strips) for place, old in enumerate(order)
        )
        return Regions(
            method="tiles by Bernstein coefficients, cylindrical decomposition of what survives",
            exact=True,
            complete=True,
            status=_status(self.plane, curves, found_regions),
            first=self.plane.first,
            second=self.plane.second,
            over=over,
            curves=curves,
            regions=found_regions,
            strips=tuple(strips),
            accuracy=accuracy,
            plane=self.plane,
        )

    def _weight(self, k: int) -> tuple[Any, ...]:
        """By which curves are ordered: those at which strict equilibria change, simple ones first.

        An equilibrium is strict on an open set, so that it is enough to look beside the curve.
        """
        strict = any(
            {p for p in strip.sectors[s] if is_strict(p)}
            != {p for p in strip.sectors[s + 1] if is_strict(p)}
            for strip in self.strips
            for s, branch in enumerate(strip.branches)
            if branch.curve == k
        ) or any(
            {p for p in self.strips[border].sectors[wall.left] if is_strict(p)}
            != {p for p in self.strips[border + 1].sectors[wall.right] if is_strict(p)}
            for border, walls in enumerate(self.walls)
            for wall in walls
            if wall.curve == k
        )
        terms = self.terms[k]
        return not strict, max(sum(p) for p, _ in terms), len(terms), terms

    def _components(self) -> dict[tuple[int, int], int]:
        """The cells (strip, place) that are one region, numbered from left to right."""
        parent = {
            (k, s): (k, s) for k, one in enumerate(self.strips) for s in range(len(one.sectors))
        }

        def root(cell: tuple[int, int]) -> tuple[int, int]:
            while parent[cell] != cell:
                cell = parent[cell]
            return cell

        for k, joined in enumerate(self.joined):
            for left, right in joined:
                one, two = sorted((root((k, left)), root((k + 1, right))))
                parent[two] = one
        numbers: dict[tuple[int, int], int] = {}
        return {cell: numbers.setdefault(root(cell), len(numbers)) for cell in sorted(parent)}

    def _region(self, place: int, share: float, strips: Sequence[Strip]) -> Region:
        cells = tuple(
            (k, s) for k, one in enumerate(strips) for s, r in enumerate(one.regions) if r == place
        )
        k, s = max(cells, key=lambda cell: self._size(*cell))
        raw = self.strips[k]
        patterns = raw.sectors[s]
        return Region(
            number=place,
            sample=(raw.sample, raw.inside[s]),
            equilibria=tuple(
                moving_equilibrium(self.plane, pattern, patterns[pattern])
                for pattern in sorted(patterns, key=lambda p: (not is_strict(p), p))
            ),
            share=share,
            cells=cells,
        )

    def _size(self, k: int, s: int) -> float:
        """About how much room there is around a cell's inner point."""
        raw = self.strips[k]
        low, high = self.plane.low[1], self.plane.high[1]
        lines = [
            roots_in(along_second(self.terms[b.curve], raw.sample), low, high)[b.branch]
            for b in raw.branches
        ]
        spots = [float(one) for one in (low, *lines, high)]
        return (spots[s + 1] - spots[s]) * (float(raw.high) - float(raw.low))


def _shares(
    terms: Sequence[Terms], strips: Sequence[Strip], over: Any
) -> tuple[dict[int, float], float]:
    """Each region's share of the box, and how much more points changed it."""
    previous: dict[int, float] = {}
    points = FEWEST_POINTS
    while True:
        shares = dict.fromkeys((r for strip in strips for r in strip.regions), 0.0)
        nodes, weights = np.polynomial.legendre.leggauss(points)
        # Branches may start and end as square roots: t²(3 − 2t) makes these smooth.
        t, weights = (nodes + 1) / 2, weights / 2
        places, weights = t * t * (3 - 2 * t), weights * 6 * t * (1 - t)
        (left, right), (bottom, top) = ([float(one) for one in pair] for pair in over)
        for strip in strips:
            low, width = float(strip.low), float(strip.high) - float(strip.low)
            lines = trace(terms, strip, low + width * places, over[1])
            edges = [np.full((points, 1), one) for one in (bottom, top)]
            heights = np.diff(np.hstack([edges[0], lines, edges[1]]), axis=1)
            parts = weights @ heights * width / ((right - left) * (top - bottom))
            for r, part in zip(strip.regions, parts, strict=True):
                shares[r] += float(part)
        change = max((abs(shares[r] - previous.get(r, 1.0)) for r in shares), default=0.0)
        if change <= ACCURACY or points >= MOST_POINTS:
            return shares, change
        previous, points = shares, 2 * points


def _status(plane: Plane, curves: Sequence[Curve], found: Sequence[Region]) -> str:
    where = " and ".join(
        f"{name} from {number(low)} to {number(high)}"
        for name, low, high in zip((plane.first, plane.second), plane.low, plane.high, strict=True)
    )
    if not curves:
        return f"{where}: one region, the equilibria are alike everywhere."
    one, two = len(found), len(curves)
    return (
        f"{where}: {one} region{'' if one == 1 else 's'}, bounded by {two} "
        f"curve{'' if two == 1 else 's'}, and no other."
    )
