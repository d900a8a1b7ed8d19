r"""Which polynomials can matter where: bases that survive on the tiles of a box.

On a tile most bases are excluded by signs that some polynomials have all over it: a basis with two
conditions of opposite signs is feasible nowhere there, and one that no feasible basis of the other
player can meet (the support of each within the best replies of the other) makes no equilibrium.
What is left on a tile decides the equilibria at all of its points, and only the curves on which a
polynomial of these bases vanishes can change them.

Many pairs that are left meet by chance alone: one plays a strategy that is no best reply to the
other unless some polynomial vanishes. Such a pair matters on that curve, and its other polynomials
only where they meet it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.bivariate import Terms, Tiling, factors_of, plane_polynomial, terms_of
from dilemma.arrays.parametric import CramerBasis, cramer_bases
from dilemma.study.patterns import Pattern, matched
from dilemma.study.two_terms.planes import Plane

# How often a box is halved at most, and how many tiles it is divided into.
DEEPEST = 7
MOST_TILES = 6000
# Pairs of bases beyond which a tile is divided before they are looked at one by one.
MOST_PAIRS = 64

# A polynomial as (sign, irreducible factors that are not of one sign in the box: number, odd?),
# or None for the zero polynomial.
Condition = tuple[int, tuple[tuple[int, bool], ...]] | None


@dataclass(frozen=True, eq=False)
class Bases:
    """The bases of one player, one a row, and the numbers of their conditions.

    Attributes
    ----------
    formulas : list of CramerBasis
    conditions : array of int, shape (bases, 1 + strategies + rows)
        Number of the denominator's condition, of each strategy's numerator, and of each row's
        slack; −1 for strategies outside of the support and for rows that are tight.
    tight : array of int, shape (bases,)
        The rows that are tight by choice, as bit masks.
    strategies : int
    """

    formulas: list[CramerBasis]
    conditions: NDArray[np.int64]
    tight: NDArray[np.int64]
    strategies: int

    @cached_property
    def generic(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Support and tight rows of each basis wherever nothing vanishes by chance."""
        count = self.strategies
        support = (self.conditions[:, 1 : count + 1] > 0) @ (1 << np.arange(count))
        always = self.conditions[:, count + 1 :] == 0
        return support, self.tight | always @ (1 << np.arange(always.shape[1]))

    def signs(self, rows: NDArray[np.intp], of_condition: NDArray[np.int8]) -> NDArray[np.int8]:
        """Signs of the conditions of some bases; 0 for those that there are not."""
        numbers = self.conditions[rows]
        return np.where(numbers < 0, np.int8(0), of_condition[numbers])

    def masks(
        self, rows: NDArray[np.intp], signs: NDArray[np.int8]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Strategies whose numerator has a sign, and rows whose slack has none, as bit masks."""
        count = self.strategies
        strategies = (signs[:, 1 : count + 1] != 0) @ (1 << np.arange(count))
        open_rows = (self.conditions[rows, count + 1 :] >= 0) & (signs[:, count + 1 :] == 0)
        return strategies, self.tight[rows] | open_rows @ (1 << np.arange(open_rows.shape[1]))


@dataclass(frozen=True, eq=False)
class Tile:
    """A part of the box with what can matter on it.

    Attributes
    ----------
    place : (depth, i, j)
    left, right, bottom, top : Fraction
    sides : pair of arrays of int
        What survives of each player's bases, by number.
    curves : frozenset of int
        The factors on whose zeros on the tile the equilibria may change.
    meetings : frozenset of pairs of int
        Pairs of factors that matter where both vanish, beyond pairs of `curves`.
    factors : frozenset of int
        All that can vanish on it, of the bases that survive.
    """

    place: tuple[int, int, int]
    left: Fraction
    right: Fraction
    bottom: Fraction
    top: Fraction
    sides: tuple[NDArray[np.intp], NDArray[np.intp]]
    curves: frozenset[int]
    meetings: frozenset[tuple[int, int]]
    factors: frozenset[int]


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
        A, B = (
            [[plane_polynomial(cell) for cell in row] for row in side]
            for side in self.plane.payoffs
        )
        # Vertices of the row player's x have columns as tight rows, and the other way round.
        tight_columns = [list(column) for column in zip(*B, strict=True)]
        self.conditions: list[Condition] = [None]
        self._condition_numbers: dict[Terms, int] = {(): 0}
        first, second = (self._read(matrix) for matrix in (tight_columns, A))
        self.sides = first, second
        numbers = (self._number(pole) for pole in self.plane.poles)
        self.poles = frozenset(k for k in numbers if k is not None)
        self._divide()

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

    def _condition(self, polynomial: Any) -> int:
        """The number of a polynomial among the conditions."""
        terms = terms_of(polynomial)
        if terms not in self._condition_numbers:
            sign, factors = factors_of(polynomial)
            parts = []
            for factor, power in factors:
                k = self._number(factor)
                if k is not None:
                    parts.append((k, power % 2 == 1))
                elif power % 2:
                    sign *= self._tiling.sign(factor, 0, 0, 0)
            self._condition_numbers[terms] = len(self.conditions)
            self.conditions.append((sign, tuple(parts)))
        return self._condition_numbers[terms]

    def _read(self, matrix: Any) -> Bases:
        """The bases of one player, their polynomials split into factors."""
        rows, strategies = len(matrix), len(matrix[0])
        formulas = list(cramer_bases(matrix, self._sign_over_box))
        conditions = np.full((len(formulas), 1 + strategies + rows), -1, dtype=np.int64)
        tight = np.zeros(len(formulas), dtype=np.int64)
        for place, one in enumerate(formulas):
            conditions[place, 0] = self._condition(one.denominator)
            for i, numerator in zip(one.support, one.numerators, strict=True):
                conditions[place, 1 + i] = self._condition(numerator)
            for j, slack in one.slacks:
                conditions[place, 1 + strategies + j] = self._condition(slack)
            tight[place] = sum(1 << j for j in one.tight)
        return Bases(formulas, conditions, tight, strategies)

    def _signs(
        self, sides: Sequence[NDArray[np.intp]], sign: Callable[[int], int]
    ) -> list[NDArray[np.int8]]:
        """The signs of the conditions of some bases of both players."""
        numbers: set[int] = set()
        for bases, rows in zip(self.sides, sides, strict=True):
            numbers.update(np.unique(bases.conditions[rows]).tolist())
        numbers -= {-1, 0}
        of_condition = np.zeros(len(self.conditions), dtype=np.int8)
        for k in numbers:
            of_condition[k] = _sign_of(self.conditions[k], sign)
        return [
            bases.signs(rows, of_condition) for bases, rows in zip(self.sides, sides, strict=True)
        ]

    def patterns_on(
        self, tile: Tile, sign: Callable[[int], int]
    ) -> dict[Pattern, tuple[CramerBasis, CramerBasis]]:
        """E at a point of a tile where each factor has a known sign, with bases of each."""
        vertices = []
        found = self._signs(tile.sides, sign)
        for bases, rows, signs in zip(self.sides, tile.sides, found, strict=True):
            base = signs[:, :1]
            feasible = (base[:, 0] != 0) & (signs * base >= 0).all(axis=1)
            rows, signs = rows[feasible], signs[feasible]
            labels: dict[tuple[int, int], CramerBasis] = {}
            for row, support, tight in zip(rows, *bases.masks(rows, signs), strict=True):
                labels.setdefault((int(support), int(tight)), bases.formulas[row])
            vertices.append(labels)
        return matched(*vertices)

    def _divide(self) -> None:
        """Halve the box until one curve at most matters on a tile, or it is small."""
        first, second = (np.arange(len(bases.formulas)) for bases in self.sides)
        nothing: dict[int, int] = {}
        waiting = [((0, 0, 0), (first, second), nothing)]
        while waiting:
            # Breadth first, so that a limit on tiles hits all of the box alike.
            following = []
            room = len(self.tiles) + len(waiting) < MOST_TILES
            for place, sides, known in waiting:
                depth, i, j = place
                last = depth >= DEEPEST or not room
                signs = dict(known)
                tile = self._tile(place, sides, signs, MOST_PAIRS if not last else None)
                if last or (len(tile.curves) < 2 and not tile.meetings):
                    self.tiles.append(tile)
                    continue
                strict = {k: sign for k, sign in signs.items() if sign}
                following += [
                    ((depth + 1, 2 * i + k, 2 * j + s), tile.sides, strict)
                    for k in (0, 1)
                    for s in (0, 1)
                ]
            waiting = following

    def _tile(
        self,
        place: tuple[int, int, int],
        sides: tuple[NDArray[np.intp], NDArray[np.intp]],
        signs: dict[int, int],
        most: int | None,
    ) -> Tile:
        """What survives on a tile; with more pairs than `most`, just that a lot may matter.

        `signs` are those known from the tile around it, and are completed.
        """

        def sign(k: int) -> int:
            value = signs.get(k)
            if value is None:
                value = signs[k] = self._tiling.sign(self.curves[k], *place)
            return value

        found = self._signs(sides, sign)
        kept, masks = [], []
        for bases, rows, known in zip(self.sides, sides, found, strict=True):
            # Two conditions of opposite signs: feasible nowhere on the tile.
            possible = ~((known > 0).any(axis=1) & (known < 0).any(axis=1))
            kept.append(rows[possible])
            masks.append(bases.masks(rows[possible], known[possible]))
        (surely, maybe), (other, answers) = masks
        # The support of x within the best replies to y, and the other way round.
        fits = (surely[:, None] & ~answers == 0) & (other & ~maybe[:, None] == 0)
        here = _Here(self, sign)
        here.curves.update(k for k in self.poles if not sign(k))
        (support, tight), (other_support, other_tight) = (
            tuple(labels[rows] for labels in bases.generic)
            for bases, rows in zip(self.sides, kept, strict=True)
        )
        # What each plays beyond the best replies of the other, unless something vanishes.
        excess = support[:, None] & ~other_tight, other_support[None, :] & ~tight[:, None]
        always = fits & (excess[0] == 0) & (excess[1] == 0)
        for bases, rows, axis in ((self.sides[0], kept[0], 1), (self.sides[1], kept[1], 0)):
            here.always(bases, rows[always.any(axis=axis)])
        by_chance = np.argwhere(fits & ~always)
        if most is not None and len(by_chance) > most:
            here.curves.update(range(len(self.curves)))
            by_chance = by_chance[:0]
        for x, y in by_chance:
            here.by_chance(int(kept[0][x]), int(kept[1][y]), *(int(one[x, y]) for one in excess))
        sides = kept[0][fits.any(axis=1)], kept[1][fits.any(axis=0)]
        return Tile(
            place,
            *self._tiling.edges(*place),
            sides,
            frozenset(here.curves),
            frozenset(pair for pair in here.meetings if not here.curves.issuperset(pair)),
            frozenset(here.factors),
        )


class _Here:
    """What can matter on one tile, pair of bases by pair."""

    def __init__(self, survivors: Survivors, sign: Callable[[int], int]) -> None:
        self.survivors = survivors
        self.sign = sign
        self.curves: set[int] = set()
        self.meetings: set[tuple[int, int]] = set()
        self.factors: set[int] = set()
        self.known: dict[int, frozenset[int]] = {-1: frozenset(), 0: frozenset()}
        self.of_bases: dict[tuple[int, int], frozenset[int]] = {}

    def of_condition(self, number: int) -> frozenset[int]:
        """The factors of a condition that can vanish here."""
        if number not in self.known:
            condition = self.survivors.conditions[number]
            parts = () if condition is None else condition[1]
            self.known[number] = frozenset(k for k, _ in parts if not self.sign(k))
        return self.known[number]

    def of_basis(self, player: int, row: int) -> frozenset[int]:
        """All factors of a basis that can vanish here."""
        if (player, row) not in self.of_bases:
            numbers = self.survivors.sides[player].conditions[row].tolist()
            self.of_bases[player, row] = frozenset().union(*map(self.of_condition, numbers))
        return self.of_bases[player, row]

    def always(self, bases: Bases, rows: NDArray[np.intp]) -> None:
        """Bases that may make an equilibrium on an open part of the tile: all of them matters."""
        for number in np.unique(bases.conditions[rows]).tolist():
            self.curves |= self.of_condition(number)
        self.factors |= self.curves

    def by_chance(self, x: int, y: int, rows: int, columns: int) -> None:
        """Two bases that meet only where each of some excess strategies falls away.

        An excess strategy falls away where its numerator vanishes, or where it becomes a best
        reply. If there is one, that is on curves, and all else about the two bases matters only
        where it meets these; if there are more, on curves that they share, or at points.
        """
        first, second = self.survivors.sides
        one, two = first.conditions[x].tolist(), second.conditions[y].tolist()
        ways = [
            self.of_condition(one[1 + i]) | self.of_condition(two[1 + second.strategies + i])
            for i in range(first.strategies)
            if rows >> i & 1
        ] + [
            self.of_condition(two[1 + j]) | self.of_condition(one[1 + first.strategies + j])
            for j in range(second.strategies)
            if columns >> j & 1
        ]
        shared = ways[0] & ways[1] if len(ways) > 1 else ways[0]
        self.curves |= shared
        others = self.of_basis(0, x) | self.of_basis(1, y)
        self.factors |= others
        self._meet(others, shared)
        if len(ways) > 1:
            self._meet(ways[0], ways[1])

    def _meet(self, some: Iterable[int], others: Iterable[int]) -> None:
        self.meetings.update((min(k, s), max(k, s)) for k in some for s in others if k != s)


def _sign_of(condition: Condition, sign: Callable[[int], int]) -> int:
    """The sign of a condition by those of its factors; 0 if one of these is 0, or not known."""
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


def ranges_of(
    tiles: Sequence[Tile],
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
    for tile in tiles:
        for pair in tile.meetings:
            close.setdefault(pair, set()).add((tile.left, tile.right))
    return (
        {k: sorted(found) for k, found in alone.items()},
        {pair: sorted(found) for pair, found in close.items()},
    )
