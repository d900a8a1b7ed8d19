"""Boundary curves with their arcs and what changes across them, in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dilemma.arrays.algebraic import Real, between, roots_in, sign_at
from dilemma.arrays.bivariate import (
    Terms,
    along_second,
    is_vertical,
    sign_of_terms,
    terms_of,
    turning_polynomial,
)
from dilemma.arrays.parametric import CramerBasis
from dilemma.study.patterns import (
    Pattern,
    Sides,
    changes_in_words,
    is_strict,
    names_in,
    pattern_words,
    ties_in_words,
)
from dilemma.study.two_terms.partition import (
    Arc,
    Curve,
    PlaneEquilibrium,
    Ratio,
    Strip,
    polynomial_text,
    solved_text,
)
from dilemma.study.two_terms.planes import Plane
from dilemma.study.two_terms.strips import Branch, Patterns, RawStrip, Wall

# An arc, and its changes told by the sign of the polynomial.
Told = tuple[Arc, tuple[str, ...]]

ABOVE = Sides("above it", "below it", "on and above it", "on and below it", "on it")
SIGN = Sides(
    "where it is positive",
    "where it is negative",
    "where it is not negative",
    "where it is not positive",
    "on it",
)
RIGHT = Sides("right of it", "left of it", "on and right of it", "on and left of it", "on it")


class Pieces:
    """The strips of a plane, and what happens where they meet.

    Attributes
    ----------
    plane : Plane
    terms : list of Terms
        The curves by number.
    poles : frozenset of int
    strips : list of RawStrip
    starts, ends : lists of lists of numbers
        Where the branches of each strip arrive at its ends.
    walls : list of lists of Wall
        On the border to the right of each strip but the last.
    """

    plane: Plane
    terms: list[Terms]
    poles: frozenset[int]
    strips: list[RawStrip]
    starts: list[list[Real]]
    ends: list[list[Real]]
    walls: list[list[Wall]]

    def turns(self, k: int, first: Real) -> bool:
        """Whether a curve turns or crosses itself over a value, which hides branches there."""
        return sign_at(turning_polynomial(self.terms[k]), first) == 0


class Borders:
    """The boundary curves of a picture whose regions are numbered."""

    def __init__(self, pieces: Pieces, strips: Sequence[Strip]) -> None:
        self.pieces, self.strips = pieces, strips

    def curve(self, k: int) -> Curve:
        """One curve with its arcs."""
        names = self.pieces.plane.first, self.pieces.plane.second
        terms, pole = self.pieces.terms[k], k in self.pieces.poles
        pairs = self._walls(k) if is_vertical(terms) else self._arcs(k)
        arcs = [arc for arc, _ in pairs]
        return Curve(
            polynomial=polynomial_text(terms, names),
            coefficients=terms,
            solved=solved_text(terms, names),
            names=names,
            pole=pole,
            arcs=tuple(arcs),
            words=_all_along(pairs),
        )

    def _arcs(self, k: int) -> list[Told]:
        """The pieces of a curve, joined over strips where the same two regions lie beside it."""
        pieces = [
            (place, s, branch)
            for place, raw in enumerate(self.pieces.strips)
            for s, branch in enumerate(raw.branches)
            if branch.curve == k
        ]
        pieces.sort(key=lambda one: (one[2].branch, one[0]))
        found: list[tuple[Told, int, Branch]] = []
        for place, s, branch in pieces:
            strip = self.strips[place]
            below, above = strip.regions[s], strip.regions[s + 1]
            start, end, low = strip.starts[s], strip.ends[s], strip.low
            if found:
                (last, _), where, other = found[-1]
                if (
                    where == place - 1
                    and (last.branch, last.below, last.above) == (branch.branch, below, above)
                    and last.second[1] == start
                    and alike(other.there, branch.there)
                    and self._is_smooth(place - 1, last.second[1])
                    and not self.pieces.turns(k, strip.low)
                ):
                    found.pop()
                    low, start = last.first[0], last.second[0]
            sectors = self.pieces.strips[place].sectors
            arc = self._arc(
                k,
                (low, strip.high),
                (start, end),
                branch.branch,
                (below, above),
                (sectors[s], sectors[s + 1]),
                branch.there,
                self._rises(k, place, branch),
            )
            found.append((arc, place, branch))
        return [told for told, _, _ in sorted(found, key=lambda one: (one[1], one[2].branch))]

    def _rises(self, k: int, place: int, branch: Branch) -> bool:
        """Whether the polynomial is positive just above a branch."""
        raw, plane = self.pieces.strips[place], self.pieces.plane
        terms = self.pieces.terms[k]
        line = along_second(terms, raw.sample)
        roots = [*roots_in(line, plane.low[1], plane.high[1]), plane.high[1]]
        above = between(roots[branch.branch], roots[branch.branch + 1])
        return sign_of_terms(terms, raw.sample, above) > 0

    def _is_smooth(self, border: int, value: Real) -> bool:
        """Whether one arc alone goes through a point on a border between strips."""
        ends = [one for one in self.pieces.ends[border] if one == value]
        starts = [one for one in self.pieces.starts[border + 1] if one == value]
        walls = [one for one in self.pieces.walls[border] if one.low <= value <= one.high]
        return len(ends) == len(starts) == 1 and not walls

    def _walls(self, k: int) -> list[Told]:
        found = []
        for place, walls in enumerate(self.pieces.walls):
            line = self.strips[place].high
            for wall in walls:
                if wall.curve != k:
                    continue
                numbers = (
                    self.strips[place].regions[wall.left],
                    self.strips[place + 1].regions[wall.right],
                )
                beside = (
                    self.pieces.strips[place].sectors[wall.left],
                    self.pieces.strips[place + 1].sectors[wall.right],
                )
                found.append(
                    self._arc(
                        k,
                        (line, line),
                        (wall.low, wall.high),
                        None,
                        numbers,
                        beside,
                        wall.there,
                        None,
                    )
                )
        return found

    def _arc(
        self,
        k: int,
        first: tuple[Real, Real],
        second: tuple[Real, Real],
        branch: int | None,
        numbers: tuple[int, int],
        beside: tuple[Patterns, Patterns],
        there: Patterns | None,
        rises: bool | None,
    ) -> Told:
        """An arc, and what changes across it told by the sign of the polynomial.

        `rises` is whether that is positive above the arc; None for a vertical line.
        """
        words = partial(pattern_words, self.pieces.plane.strategies)

        def told(one: Patterns, two: Patterns, sides: Sides) -> tuple[str, ...]:
            parts = ["on it a payoff has a pole"] if there is None else []
            parts += changes_in_words(self.pieces.plane.strategies, one, two, there or (), sides)
            return tuple(parts or [ties_in_words("on it")])

        changes = told(*beside, ABOVE if branch is not None else RIGHT)
        by_sign = changes
        if rises is not None:
            by_sign = told(*(beside if rises else beside[::-1]), SIGN)
        arc = Arc(
            first=first,
            second=second,
            branch=branch,
            below=numbers[0],
            above=numbers[1],
            there=None if there is None else tuple(map(words, sorted(there))),
            changes=changes,
            coefficients=self.pieces.terms[k],
            within=(self.pieces.plane.low[1], self.pieces.plane.high[1]),
        )
        return arc, by_sign


def _all_along(pairs: Sequence[Told]) -> str:
    """What changes all along a curve; if nothing does, what changes somewhere along it."""
    by_side, by_sign = [arc.changes for arc, _ in pairs], [signs for _, signs in pairs]
    for changes in (by_side, by_sign):
        everywhere = [one for one in changes[0] if all(one in other for other in changes)]
        if everywhere:
            return "; ".join(everywhere)
    somewhere = dict.fromkeys(one for changes in by_side for one in changes)
    return "; ".join(f"along a part of it, {one}" for one in somewhere)


def moving_equilibrium(
    plane: Plane, pattern: Pattern, bases: tuple[CramerBasis, CramerBasis]
) -> PlaneEquilibrium:
    """Write an equilibrium of a region as ratios of polynomials."""
    rows, columns = plane.strategies
    m, n = plane.shape
    return PlaneEquilibrium(
        row=_ratios(bases[0], m),
        column=_ratios(bases[1], n),
        played=(names_in(rows, pattern[0]), names_in(columns, pattern[1])),
        best_replies=(names_in(rows, pattern[2]), names_in(columns, pattern[3])),
        strict=is_strict(pattern),
        words=pattern_words(plane.strategies, pattern),
    )


def alike(one: Patterns | None, two: Patterns | None) -> bool:
    """Whether E is the same at two points, both poles included."""
    if one is None or two is None:
        return one is two
    return one.keys() == two.keys()


def _ratios(basis: CramerBasis, size: int) -> tuple[Ratio, ...]:
    """Each strategy's probability in lowest terms."""
    one: Terms = (((0, 0), 1),)
    ratios: list[Ratio] = [((), one)] * size
    for i, above in zip(basis.support, basis.numerators, strict=True):
        if above.is_zero():
            continue
        shared = above.gcd(basis.denominator)
        ratios[i] = terms_of(above // shared), terms_of(basis.denominator // shared)
    return tuple(ratios)
