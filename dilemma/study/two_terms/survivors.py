r"""Which polynomials can matter where: bases that survive on the tiles of a box.

On a tile most bases are excluded by signs that some polynomials have all over it: a basis with two
conditions of opposite signs is feasible nowhere there, and one that no feasible basis of the other
player can meet (the support of each within the best replies of the other) makes no equilibrium.
What is left on a tile decides the equilibria at all of its points, and only the curves on which a
polynomial of these bases vanishes can change them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.bivariate import Terms, Tiling, factors_of, plane_polynomial, terms_of
from dilemma.arrays.parametric import CramerBasis, cramer_bases
from dilemma.study.patterns import Pattern, matched
from dilemma.study.two_terms.planes import Plane

# How often a box is halved at most, and how many tiles it is divided into.
DEEPEST = 7
MOST_TILES = 6000

# A polynomial as (sign, irreducible factors that are not of one sign in the box: number, odd?),
# or None for the zero polynomial.
Condition = tuple[int, tuple[tuple[int, bool], ...]] | None


@dataclass(frozen=True, eq=False)
class PlaneBasis:
    """A basis of one player, its polynomials split into factors.

    Attributes
    ----------
    formula : CramerBasis
    base : Condition
        The denominator.
    numerators, slacks : tuples of (strategy, Condition)
    tight : int
        The rows that are tight by choice, as a bit mask.
    """

    formula: CramerBasis
    base: Condition
    numerators: tuple[tuple[int, Condition], ...]
    slacks: tuple[tuple[int, Condition], ...]
    tight: int

    def labels(self, sign: Callable[[int], int]) -> tuple[int, int] | None:
        """Support and tight rows where each factor has a known sign; None if it is no vertex."""
        base = _sign_of(self.base, sign)
        if not base:
            return None
        support, tight = 0, self.tight
        for i, one in self.numerators:
            value = _sign_of(one, sign) * base
            if value < 0:
                return None
            support |= (value > 0) << i
        for j, one in self.slacks:
            value = _sign_of(one, sign) * base
            if value < 0:
                return None
            tight |= (value == 0) << j
        return support, tight

    def bounds(self, sign: Callable[[int], int]) -> tuple[int, int] | None:
        """On a tile: strategies surely in the support, and rows that may be tight.

        Here a sign of 0 means that it is not known. None if the basis is feasible nowhere.
        """
        known = _sign_of(self.base, sign)
        surely, maybe = 0, self.tight
        for i, one in self.numerators:
            value = _sign_of(one, sign)
            if value:
                if known == -value:
                    return None
                known, surely = value, surely | 1 << i
        for j, one in self.slacks:
            value = _sign_of(one, sign)
            if not value:
                maybe |= 1 << j
            elif known == -value:
                return None
            else:
                known = value
        return surely, maybe

    @property
    def factors(self) -> set[int]:
        """The numbers of all factors of its polynomials."""
        conditions = (self.base, *(one for _, one in (*self.numerators, *self.slacks)))
        return {k for one in conditions if one is not None for k, _ in one[1]}


def _sign_of(condition: Condition, sign: Callable[[int], int]) -> int:
    if condition is None:
        return 0
    result, parts = condition
    for k, odd in parts:
        value = sign(k)
        if not value:
            return 0
        if odd:
            result *= value
    return result


@dataclass(frozen=True, eq=False)
class Tile:
    """A part of the box with what can matter on it.

    Attributes
    ----------
    place : (depth, i, j)
    left, right, bottom, top : Fraction
    sides : pair of tuples of PlaneBasis
        What survives of each player's bases.
    curves : frozenset of int
        The factors that can vanish on it and matter.
    """

    place: tuple[int, int, int]
    left: Fraction
    right: Fraction
    bottom: Fraction
    top: Fraction
    sides: tuple[tuple[PlaneBasis, ...], tuple[PlaneBasis, ...]]
    curves: frozenset[int]


@dataclass(eq=False)
class Survivors:
    """The bases of both players over a box, and the tiles on which they are decided.

    Attributes
    ----------
    plane : Plane
    curves : list of terms
        The irreducible polynomials by number.
    poles : frozenset of int
        Those that divide a payoff.
    tiles : list of Tile
        They cover the box.
    """

    plane: Plane
    curves: list[Terms] = field(default_factory=list)
    poles: frozenset[int] = frozenset()
    tiles: list[Tile] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tiling = Tiling(self.plane.low, self.plane.high)
        self._numbers: dict[Terms, int] = {}
        self._conditions: dict[Terms, Condition] = {}
        A, B = (
            [[plane_polynomial(cell) for cell in row] for row in side]
            for side in self.plane.payoffs
        )
        # Vertices of the row player's x have columns as tight rows, and the other way round.
        tight_columns = [list(column) for column in zip(*B, strict=True)]
        first, second = (
            tuple(self._read(one) for one in cramer_bases(matrix, self._sign_over_box))
            for matrix in (tight_columns, A)
        )
        self.poles = frozenset(
            k for k in map(self._number, self.plane.poles) if k is not None
        )  # fmt: skip
        self._divide(first, second)

    def _sign_over_box(self, polynomial: Any) -> int | None:
        if polynomial.is_zero():
            return 0
        return self._tiling.sign(terms_of(polynomial), 0, 0, 0) or None

    def _number(self, factor: Terms) -> int | None:
        """The number of an irreducible polynomial; None if it is of one sign in the box."""
        if self._tiling.sign(factor, 0, 0, 0):
            return None
        if factor not in self._numbers:
            self._numbers[factor] = len(self.curves)
            self.curves.append(factor)
        return self._numbers[factor]

    def _condition(self, polynomial: Any) -> Condition:
        if polynomial.is_zero():
            return None
        terms = terms_of(polynomial)
        if terms not in self._conditions:
            sign, factors = factors_of(polynomial)
            parts = []
            for factor, power in factors:
                k = self._number(factor)
                if k is not None:
                    parts.append((k, power % 2 == 1))
                elif power % 2:
                    sign *= self._tiling.sign(factor, 0, 0, 0)
            self._conditions[terms] = sign, tuple(parts)
        return self._conditions[terms]

    def _read(self, basis: CramerBasis) -> PlaneBasis:
        return PlaneBasis(
            basis,
            self._condition(basis.denominator),
            tuple(
                (i, self._condition(one))
                for i, one in zip(basis.support, basis.numerators, strict=True)
            ),
            tuple((j, self._condition(one)) for j, one in basis.slacks),
            sum(1 << j for j in basis.tight),
        )

    def _divide(self, first: Sequence[PlaneBasis], second: Sequence[PlaneBasis]) -> None:
        """Halve the box until one curve at most matters on a tile, or it is small."""
        waiting = [((0, 0, 0), tuple(first), tuple(second))]
        while waiting:
            # Breadth first, so that a limit on tiles hits all of the box alike.
            following = []
            room = len(self.tiles) + len(waiting) < MOST_TILES
            for place, rows, columns in waiting:
                tile = self._tile(place, rows, columns)
                if len(tile.curves) < 2 or place[0] >= DEEPEST or not room:
                    self.tiles.append(tile)
                    continue
                depth, i, j = place
                following += [
                    ((depth + 1, 2 * i + k, 2 * j + s), *tile.sides)
                    for k in (0, 1)
                    for s in (0, 1)
                ]
            waiting = following

    def _tile(
        self,
        place: tuple[int, int, int],
        rows: tuple[PlaneBasis, ...],
        columns: tuple[PlaneBasis, ...],
    ) -> Tile:
        signs: dict[int, int] = {}

        def sign(k: int) -> int:
            if k not in signs:
                signs[k] = self._tiling.sign(self.curves[k], *place)
            return signs[k]

        first, second = ([(b, b.bounds(sign)) for b in side] for side in (rows, columns))
        one = [(b, bounds) for b, bounds in first if bounds is not None]
        two = [(b, bounds) for b, bounds in second if bounds is not None]
        here = {k for k in self.poles if not sign(k)}
        if one and two:
            (surely, maybe), (other, answers) = (
                np.array([bounds for _, bounds in side], dtype=np.int64).T for side in (one, two)
            )
            # The support of x within the best replies to y, and the other way round.
            fits = (surely[:, None] & ~answers[None, :] == 0) & (
                other[None, :] & ~maybe[:, None] == 0
            )
            one = [pair for pair, held in zip(one, fits.any(axis=1), strict=True) if held]
            two = [pair for pair, held in zip(two, fits.any(axis=0), strict=True) if held]
        kept = tuple(b for b, _ in one), tuple(b for b, _ in two)
        for side in kept:
            for basis in side:
                here.update(k for k in basis.factors if not sign(k))
        return Tile(place, *self._tiling.edges(*place), kept, frozenset(here))


def patterns_on(
    tile: Tile, sign: Callable[[int], int]
) -> dict[Pattern, tuple[CramerBasis, CramerBasis]]:
    """E at a point of a tile where each factor has a known sign, with bases of each."""
    sides = []
    for bases in tile.sides:
        found: dict[tuple[int, int], CramerBasis] = {}
        for basis in bases:
            labels = basis.labels(sign)
            if labels is not None:
                found.setdefault(labels, basis.formula)
        sides.append(found)
    return matched(*sides)


def ranges_of(
    tiles: Iterable[Tile],
) -> tuple[
    dict[int, list[tuple[Fraction, Fraction]]],
    dict[tuple[int, int], list[tuple[Fraction, Fraction]]],
]:
    """Where a curve matters, and where two matter close to one another, by ranges of x.

    Two curves count as close where they matter on one tile, or on two that touch.
    """
    busy = [tile for tile in tiles if tile.curves]
    alone: dict[int, set[tuple[Fraction, Fraction]]] = {}
    close: dict[tuple[int, int], set[tuple[Fraction, Fraction]]] = {}
    corners = np.array(
        [
            [i << DEEPEST - d, i + 1 << DEEPEST - d, j << DEEPEST - d, j + 1 << DEEPEST - d]
            for d, i, j in (tile.place for tile in busy)
        ],
        dtype=np.int64,
    ).reshape(-1, 4)
    left, right, bottom, top = corners.T
    for place, tile in enumerate(busy):
        for k in tile.curves:
            alone.setdefault(k, set()).add((tile.left, tile.right))
        touching = np.flatnonzero(
            (left <= right[place])
            & (right >= left[place])
            & (bottom <= top[place])
            & (top >= bottom[place])
        )
        for other in touching[touching >= place]:
            near = busy[other]
            shared = max(tile.left, near.left), min(tile.right, near.right)
            for k in tile.curves:
                for s in near.curves:
                    if k != s:
                        close.setdefault((min(k, s), max(k, s)), set()).add(shared)
    return (
        {k: sorted(found) for k, found in alone.items()},
        {pair: sorted(found) for pair, found in close.items()},
    )
