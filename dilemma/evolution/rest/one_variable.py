r"""Two strategies, one population: all rest points of `logit` and `replicator_mutator`.

With s the first strategy's share and :math:`d(s) = \alpha s + \beta` what it earns more than the
second:

**Logit.** :math:`\log(s/(1-s)) = \lambda d(s)`. The difference of both sides runs from −∞ to ∞,
and its derivative :math:`1/(s(1-s)) - \lambda\alpha` vanishes only where :math:`s(1-s) =
1/(\lambda\alpha)`, twice at most: between those shares it is monotone, and its signs there tell
how many roots there are. The roots are found in the variable :math:`\log(s/(1-s))`, so that shares
close to 0 and 1 lose nothing.

**Replicator with mutation.** A polynomial of degree 3 with rational coefficients; flint isolates
all its real roots.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq, fmpq_poly
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction
from dilemma.arrays.multinomials import forms, polynomials_on
from dilemma.arrays.reduced_systems import univariate
from dilemma.game import GroupGame

Floats = NDArray[np.float64]

# So many bits are tried before the two curves are said to touch.
MOST_BITS = 4096
# The share of the first strategy, and that of the second.
SHARE, REST = fmpq_poly([0, 1]), fmpq_poly([1, -1])


def logit_shares(A: Sequence[Sequence[Fraction]], rationality: float) -> list[Floats]:
    """Find all rest points of `logit` for two strategies.

    >>> [state.round(6).tolist() for state in logit_shares([[2, 0], [0, 2]], 2.0)]
    [[0.021248, 0.978752], [0.5, 0.5], [0.978752, 0.021248]]
    """
    exact = fraction(rationality)
    slope = exact * Fraction(A[0][0] - A[1][0] - A[0][1] + A[1][1])
    start = exact * Fraction(A[0][1] - A[1][1])

    def excess(y: float) -> float:
        return y - float(slope) * _share(y) - float(start)

    low, high = sorted((float(start), float(slope + start)))
    ends = [low - 1, high + 1]
    signs = [-1, 1]
    if slope > 4:
        turns = _turning_signs(slope, start)
        root = math.sqrt(1 - 4 / float(slope))
        # log(s/(1−s)) at s = (1 ∓ root)/2, without cancellation.
        corner = math.log((1 + root) ** 2 * float(slope) / 4)
        ends[1:1], signs[1:1] = [-corner, corner], turns
    found = []
    for (a, b), (first, second) in zip(pairwise(ends), pairwise(signs), strict=True):
        if first == 0:  # the curves touch: a double root
            found.append(a)
        elif first * second < 0:
            found.append(_bisected(excess, a, b, first))
    return [np.array([_share(y), _share(-y)]) for y in found]


def _turning_signs(slope: Fraction, start: Fraction) -> list[int]:
    """The signs of log(s/(1−s)) − λd(s) at the two shares where it turns, certified."""
    before = ctx.prec
    bits = 64
    try:
        while True:
            ctx.prec = bits
            a = arb(fmpq(slope.numerator, slope.denominator))
            b = arb(fmpq(start.numerator, start.denominator))
            root = (1 - 4 / a).sqrt()
            signs = []
            for sign in (-1, 1):
                s = (1 + sign * root) / 2
                value = (s / (1 - s)).log() - a * s - b
                signs.append(1 if value > 0 else -1 if value < 0 else 0)
            if 0 not in signs or bits >= MOST_BITS:
                return signs
            bits *= 2
    finally:
        ctx.prec = before


def _bisected(function: Callable[[float], float], a: float, b: float, first: int) -> float:
    for _ in range(200):
        middle = (a + b) / 2
        if middle in (a, b):
            break
        value = function(middle)
        if value == 0:
            return middle
        a, b = (middle, b) if (value > 0) == (first > 0) else (a, middle)
    return (a + b) / 2


def _share(y: float) -> float:
    return 1 / (1 + math.exp(-y)) if y > 0 else math.exp(y) / (1 + math.exp(y))


def mutator_shares(
    A: Sequence[Sequence[Fraction]], matrix: Sequence[Sequence[float]]
) -> list[Floats]:
    """Find all rest points of `replicator_mutator` for two strategies.

    >>> uniform = [[0.5, 0.5], [0.5, 0.5]]
    >>> [state.tolist() for state in mutator_shares([[1, 1], [1, 1]], uniform)]
    [[0.5, 0.5]]
    """
    f, g = (
        SHARE * fmpq(row[0].numerator, row[0].denominator)
        + REST * fmpq(row[1].numerator, row[1].denominator)
        for row in ([Fraction(value) for value in line] for line in A)
    )
    return _mutated(f, g, matrix)


def group_mutator_shares(game: GroupGame, matrix: Sequence[Sequence[float]]) -> list[Floats]:
    """Find all rest points of `replicator_mutator` for two strategies, played in groups.

    The polynomial has the degree N + 1.

    >>> uniform = [[0.5, 0.5], [0.5, 0.5]]
    >>> even = GroupGame(3, ["left", "right"], lambda i, group: 1)
    >>> [state.tolist() for state in group_mutator_shares(even, uniform)]
    [[0.5, 0.5]]
    """
    given = forms(game.others, game.exact_payoffs)
    f, g = (univariate(one, 0) * fmpq(1, given.scale) for one in polynomials_on(given, (0, 1)))
    return _mutated(f, g, matrix)


def _mutated(f: Any, g: Any, matrix: Sequence[Sequence[float]]) -> list[Floats]:
    """All rest points, from what both strategies earn at a share of the first."""
    leaving = [fraction(matrix[0][1]), fraction(matrix[1][0])]
    s, rest = SHARE, REST
    away, back = (fmpq(value.numerator, value.denominator) for value in leaving)
    change: Any = s * rest * (f - g) - s * f * away + rest * g * back
    if change == 0:
        raise ValueError("game: requires a rule that moves, got one under which all states rest")
    found = []
    roots: Any = change.numer().complex_roots()
    for root, _ in roots:
        if root.imag == 0:
            share = float(root.real.mid())
            if root.real >= 0 and root.real <= 1:
                found.append(share)
            elif not (root.real < 0 or root.real > 1):
                found.append(min(max(share, 0.0), 1.0))
    return [np.array([share, 1 - share]) for share in sorted(found)]
