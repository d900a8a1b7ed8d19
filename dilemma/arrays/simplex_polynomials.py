r"""Polynomials on a simplex, in Bernstein form: stable values, and the degree they truly have.

On the simplex of :math:`x \ge 0, \sum_j x_j = 1` the form of degree d is

.. math:: f(x) = \sum_{|o| = d} \frac{d!}{\prod_j o_j!} \prod_j x_j^{o_j}\, u(o),

a mean of the coefficients u(o), one for each composition o of d, by multinomial weights
(farin2002).

**Values.** With :math:`r_l = d - o_1 - \dots - o_{l-1}` the weights are products of
:math:`\binom{r_l}{o_l} x_l^{o_l}`, so that one variable after the other is summed out, the last
two first: about one multiplication for each coefficient. All weights are positive, so that the
error is a few d roundings of the largest coefficient, and no power matters that underflows.

**Degree.** A polynomial of degree m < d has such a form too, with the coefficients

.. math:: u(o) = \sum_{|b| = m} \binom{d}{m}^{-1} \prod_j \binom{o_j}{b_j}\, c(b).

Where coefficients c fit all u to rounding, they stand for u: since weights are positive and sum to
1, no value changes by more than the largest misfit.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# A misfit of so many units of rounding, of the largest difference of coefficients, is none.
ROUNDINGS = 32
# Of so many coefficients at most a fit is sought before it is checked on all.
SAMPLE = 4000
# Entries of a table of fitted weights that are held at once.
CHUNK = 2_000_000
# Reductions to higher degrees would save little, and take long to find.
HIGHEST = 6


@dataclass(frozen=True, eq=False)
class SimplexPolynomials:
    """Some polynomials of one degree on a simplex.

    Attributes
    ----------
    degree : int
        At least 1.
    variables : int
        n, at least 2.
    coefficients : numpy.ndarray of float64, shape (compositions, polynomials)
        Those of the Bernstein form, in lexicographic order of the compositions of the degree.

    Examples
    --------
    The polynomials x² and xy, at (1/2, 1/2) and (1, 0):

    >>> both = SimplexPolynomials(2, 2, np.array([[0, 0], [0, 0.5], [1, 0]]))
    >>> both([[0.5, 0.5], [1, 0]]).tolist()
    [[0.25, 0.25], [1.0, 0.0]]
    """

    degree: int
    variables: int
    coefficients: Floats

    def packed(self) -> Floats:
        """Return all that kernels need in one new row of numbers, room for them included."""
        rows, many = self.coefficients.shape
        rests, binomials = _tables(self.degree, self.variables)
        size = self.degree + 1
        prefixes = math.comb(self.degree + self.variables - 2, self.variables - 2)
        return np.concatenate(
            [
                [self.degree, rows, prefixes, len(rests)],
                self.coefficients.ravel(),
                rests,
                binomials.ravel(),
                np.zeros(size * size + 2 * size + prefixes * many),
            ]
        )

    def __call__(self, points: Any) -> Floats:
        """Return the values at points of shape (..., n): shape (..., polynomials)."""
        from dilemma.arrays.simplex_polynomial_kernels import write_all_values

        given = np.asarray(points, dtype=np.float64)
        flat = np.array(given.reshape(-1, self.variables), order="C")
        values = np.empty((len(flat), self.coefficients.shape[1]))
        write_all_values(flat, self.packed(), values)
        return values.reshape(*given.shape[:-1], -1)

    def at_points(self) -> Callable[[Floats], Floats]:
        """Return a function from one point (n,) to the values, with room of its own.

        It is faster than a call, and for one thread only.
        """
        from dilemma.arrays.simplex_polynomial_kernels import write_values

        packed, values = self.packed(), np.empty(self.coefficients.shape[1])

        def at(point: Floats) -> Floats:
            write_values(point, packed, values)
            return values.copy()

        return at

    def matrix(self) -> Floats:
        """Return M with f(x) = M x, of polynomials of degree 1: shape (polynomials, n)."""
        if self.degree != 1:
            raise ValueError(f"degree: requires 1 for a matrix, got {self.degree}")
        return np.ascontiguousarray(self.coefficients[::-1].T)


def compositions(total: int, parts: int) -> Integers:
    """Return all compositions of a number in lexicographic order, one a row.

    >>> compositions(2, 2).tolist()
    [[0, 2], [1, 1], [2, 0]]
    """
    return np.array(list(_splits(total, parts)), dtype=np.int64)


def _splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """By where the bars between stars are."""
    for bars in itertools.combinations(range(total + parts - 1), parts - 1):
        ends = (-1, *bars, total + parts - 1)
        yield tuple(after - before - 1 for before, after in itertools.pairwise(ends))


@lru_cache(maxsize=64)
def _tables(degree: int, variables: int) -> tuple[Integers, Floats]:
    """What prefixes leave of the degree, from the empty prefix on, and binomial numbers."""
    rests = [compositions(degree, level + 1)[:, -1] for level in range(variables - 1)]
    return np.concatenate(rests), _binomials(degree)


def _binomials(degree: int) -> Floats:
    """Row r holds the numbers of r over k, each rounded once; 0 for k > r."""
    return _pascal(1 << (degree + 1).bit_length())[: degree + 1, : degree + 1]


@lru_cache(maxsize=16)
def _pascal(size: int) -> Floats:
    table = np.zeros((size, size))
    row = [1]
    for r in range(size):
        table[r, : r + 1] = row
        row = [1, *(one + other for one, other in itertools.pairwise(row)), 1]
    table.setflags(write=False)
    return table


def reduced(polynomials: SimplexPolynomials) -> SimplexPolynomials:
    """Return the same polynomials in the form of their true degree, if that is at most 6.

    Examples
    --------
    x² + xy is x, since x + y = 1:

    >>> raised = SimplexPolynomials(2, 2, np.array([[0], [0.5], [1]]))
    >>> reduced(raised).degree
    1
    """
    degree, n = polynomials.degree, polynomials.variables
    values = polynomials.coefficients
    if degree == 1:
        return polynomials
    allowed = ROUNDINGS * np.finfo(float).eps * float(np.ptp(values, axis=0).max())
    exponents = compositions(degree, n)
    picked = np.unique(np.linspace(0, len(values) - 1, SAMPLE).astype(np.int64))
    for lower in range(1, min(degree, HIGHEST + 1)):
        unknowns = math.comb(lower + n - 1, n - 1)
        if 2 * unknowns > SAMPLE:
            break
        low = compositions(lower, n)
        table = _raising(exponents[picked], low, degree, lower)
        # Differences from one coefficient, whose rounding is that of what matters.
        found = np.linalg.lstsq(table, values[picked] - values[:1], rcond=None)[0] + values[:1]
        if np.abs(table @ found - values[picked]).max() > allowed:
            continue
        rows = max(1, CHUNK // unknowns)
        if all(
            np.abs(
                _raising(exponents[k : k + rows], low, degree, lower) @ found
                - values[k : k + rows]
            ).max()
            <= allowed
            for k in range(0, len(values), rows)
        ):
            return SimplexPolynomials(lower, n, found)
    return polynomials


def _raising(exponents: Integers, low: Integers, degree: int, lower: int) -> Floats:
    """How coefficients (rows) depend on those of a lower degree (columns)."""
    binomials = _binomials(degree)
    table = np.full((len(exponents), len(low)), 1 / math.comb(degree, lower))
    for j in range(exponents.shape[1]):
        table *= binomials[exponents[:, j, None], low[None, :, j]]
    return table


def largest_root(coefficients: Any) -> float:
    """Return the largest root in (0, 1) of a polynomial that is positive at 1; 0.0 if none.

    Parameters
    ----------
    coefficients : array_like
        Of the Bernstein form in one variable, that of the power 0 first.

    Notes
    -----
    The interval is halved, by de Casteljau's algorithm, until coefficients are positive. Roots at
    which the sign stays the same are found, too, if rounding lets them be seen.

    Examples
    --------
    (t − 1/4)(t − 3/4):

    >>> round(largest_root([3 / 16, -5 / 16, 3 / 16]), 12)
    0.75
    """
    waiting = [(0.0, 1.0, np.asarray(coefficients, dtype=np.float64))]
    while waiting:
        low, high, own = waiting.pop()
        if own.min() > 0:
            continue
        if own[-1] <= 0:
            return high
        if high - low <= np.finfo(float).eps * high:
            return high
        first, second = halves(own)
        middle = (low + high) / 2
        waiting += [(low, middle, first), (middle, high, second)]
    return 0.0


def halves(coefficients: Floats) -> tuple[Floats, Floats]:
    """Return the Bernstein coefficients of a polynomial on both halves of its interval.

    >>> [half.tolist() for half in halves(np.array([0.0, 1.0]))]
    [[0.0, 0.5], [0.5, 1.0]]
    """
    own = coefficients.copy()
    first, second = np.empty_like(own), np.empty_like(own)
    for k in range(len(first)):
        first[k], second[-1 - k] = own[0], own[-1]
        own = (own[:-1] + own[1:]) / 2
    return first, second
