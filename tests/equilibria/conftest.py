"""What several oracles of this room share: membership of a convex hull, decided exactly."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from flint import fmpq, fmpq_mat

from dilemma.equilibria import Equilibria

Point = tuple[Fraction, ...]


@pytest.fixture(scope="session")
def in_hull() -> Callable[[Point, Sequence[Point]], bool]:
    """Whether a mixture is a convex combination of some others."""
    return _in_hull


@pytest.fixture(scope="session")
def in_a_subset() -> Callable[[Equilibria, Point, Point], bool]:
    """Whether a pair of mixtures lies in one of the maximal Nash subsets of an answer."""

    def found(equilibria: Equilibria, row: Point, column: Point) -> bool:
        return any(
            _in_hull(row, subset.rows) and _in_hull(column, subset.columns)
            for subset in equilibria.subsets
        )

    return found


def _in_hull(point: Point, hull: Sequence[Point]) -> bool:
    # Carathéodory: a point of the hull is in a simplex of affinely independent points, which use
    # no strategy that the point does not use. Mixtures sum to 1, so that affine independence is
    # linear independence.
    useful = [one for one in hull if all(w == 0 or p > 0 for w, p in zip(one, point, strict=True))]
    return any(
        _in_simplex(point, corners)
        for size in range(1, min(len(useful), len(point)) + 1)
        for corners in combinations(useful, size)
    )


def _in_simplex(point: Point, corners: Sequence[Point]) -> bool:
    if len(corners) == 1:
        return point == corners[0]
    matrix = fmpq_mat(
        len(point),
        len(corners) + 1,
        [_flint(row[i]) for i in range(len(point)) for row in (*corners, point)],
    )
    reduced, rank = matrix.rref()
    size = len(corners)
    independent = all(reduced[i, i] == 1 for i in range(size))
    return independent and rank == size and all(reduced[i, size] >= 0 for i in range(size))


def _flint(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
