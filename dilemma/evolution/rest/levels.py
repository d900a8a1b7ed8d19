r"""Where some strategies earn the same: mixtures on a face that level others' payoffs, exactly.

All rest points of the replicator, and all equilibria, are made of sets of the kind

.. math:: \{x : x_i = 0 \text{ off } S,\; x \ge 0,\; \textstyle\sum_i x_i = 1,\;
          (Rx)_j = v \text{ for } j \in T,\; (Rx)_j \le v \text{ for } j \in L\},

polytopes that are most often empty or a point. A null space tells those cases; the others are
left to `dilemma.arrays.cones`, with a slack variable for each inequality. The relative interior
uses all strategies of S if and only if some extreme points together do.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpz_mat

from dilemma.arrays.cones import extreme_rays
from dilemma.evolution.rest.arenas import Mixture


def level_points(
    rows: Sequence[Sequence[int]],
    support: Sequence[int],
    level: Sequence[int],
    lower: Sequence[int] = (),
) -> list[Mixture]:
    """The extreme points of the mixtures on a face that level some rows, above some others.

    Parameters
    ----------
    rows : sequence of k sequences of n int
        R.
    support : sequence of int
        S: the columns that may be used.
    level : sequence of int
        T: the rows that must be equal; at least one.
    lower : sequence of int
        L: the rows that must not exceed them.

    Returns
    -------
    list of tuples of n Fraction
        Empty if there is no such mixture.

    Examples
    --------
    >>> level_points([[0, 2], [1, 1]], [0, 1], [0, 1])
    [(Fraction(1, 2), Fraction(1, 2))]
    >>> level_points([[0, 2], [1, 1]], [0, 1], [0], [1])
    [(Fraction(1, 2), Fraction(1, 2)), (Fraction(0, 1), Fraction(1, 1))]
    """
    base, size, extra = rows[level[0]], len(support), len(lower)
    equations = [
        [*(rows[t][i] - base[i] for i in support), *([0] * extra)]
        for t in level[1:]
    ]  # fmt: skip
    for place, t in enumerate(lower):
        slack = [-int(place == other) for other in range(extra)]
        equations.append([*(base[i] - rows[t][i] for i in support), *slack])
    if not extra and len(equations) >= size - 1 and size > 1:
        basis, nullity = fmpz_mat(equations).nullspace()
        if nullity == 0:
            return []
        if nullity == 1:
            ray = [int(basis[i, 0]) for i in range(size)]
            if min(ray) < 0 < max(ray):
                return []
            return [_mixture(ray, support, len(base))]
    rays = extreme_rays(equations, size + extra)
    return [_mixture(ray, support, len(base)) for ray in rays]


def fills(points: Sequence[Mixture], support: Sequence[int]) -> bool:
    """Whether the hull of some mixtures has a point that uses all of a support."""
    return bool(points) and all(any(point[i] for point in points) for i in support)


def middle(points: Sequence[Mixture]) -> Mixture:
    """The mean of some mixtures, in the relative interior of their hull."""
    return tuple(sum(values, Fraction(0)) / len(points) for values in zip(*points, strict=True))


def _mixture(ray: Sequence[int], support: Sequence[int], n: int) -> Mixture:
    weights = ray[: len(support)]
    total = sum(weights)
    point = [Fraction(0)] * n
    for i, weight in zip(support, weights, strict=True):
        point[i] = Fraction(weight, total)
    return tuple(point)
