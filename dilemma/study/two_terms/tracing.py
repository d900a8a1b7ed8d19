"""Branches of plane curves to float accuracy, for areas, grids and pictures."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.algebraic import roots_in
from dilemma.arrays.bivariate import Terms, along_second

# Imaginary parts below which a root may be real, and distances at which two may be one.
NARROW = 1e-6


def branches_at(
    terms: Terms, count: int, values: NDArray[np.float64], low: Fraction, high: Fraction
) -> NDArray[np.float64]:
    """Trace a curve: its roots in the second variable over many values of the first.

    Where rounding leaves it open which roots are real and inside, they are isolated exactly.

    Parameters
    ----------
    terms : Terms
    count : int
        How many roots there are strictly between low and high, over each of the values.
    values : array, shape (k,)
    low, high : Fraction

    Returns
    -------
    array, shape (k, count)
        In order.

    Examples
    --------
    >>> from dilemma.arrays.bivariate import X, Y, terms_of
    >>> circle = terms_of(X**2 + Y**2 - 1)
    >>> branches_at(circle, 2, np.array([0, 0.6]), Fraction(-2), Fraction(2)).tolist()
    [[-1.0, 1.0], [-0.8, 0.8]]
    """
    coefficients = _coefficients(terms, values)
    degree = coefficients.shape[1] - 1
    bottom, top = float(low), float(high)
    result = np.empty((len(values), count))
    if degree == 1:
        with np.errstate(divide="ignore", invalid="ignore"):
            roots = -coefficients[:, :1] / coefficients[:, 1:]
        clear = np.isfinite(roots).all(axis=1)
        result[clear] = roots[clear]
    else:
        clear = np.zeros(len(values), dtype=bool)
        leading = abs(coefficients[:, -1]) > 1e-9 * abs(coefficients).max(axis=1)
        if leading.any():
            sure, found = _eigenvalues(coefficients[leading], count, bottom, top)
            places = np.flatnonzero(leading)[sure]
            clear[places] = True
            result[places] = found
    for k in np.flatnonzero(~clear):
        result[k] = _exactly(terms, count, float(values[k]), low, high)
    return np.clip(result, bottom, top)


def _coefficients(terms: Terms, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The coefficients of p(value, y), constant first, all scaled alike."""
    scale = max(abs(c) for _, c in terms)
    degree = max(j for (_, j), _ in terms)
    result = np.zeros((len(values), degree + 1))
    for (i, j), c in terms:
        result[:, j] += float(Fraction(c, scale)) * values**i
    return result


def _eigenvalues(
    coefficients: NDArray[np.float64], count: int, low: float, high: float
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Real roots between low and high as eigenvalues: where they are clear, and what they are."""
    degree = coefficients.shape[1] - 1
    companion = np.zeros((len(coefficients), degree, degree))
    companion[:, 0, :] = -coefficients[:, -2::-1] / coefficients[:, -1:]
    companion[:, range(1, degree), range(degree - 1)] = 1
    roots: NDArray[Any] = np.linalg.eigvals(companion).astype(complex)
    size = 1 + abs(roots)
    real = abs(roots.imag) <= 1e-12 * size
    doubtful = ~real & (abs(roots.imag) <= NARROW * size)
    near = np.minimum(abs(roots.real - low), abs(roots.real - high)) <= NARROW * (high - low)
    doubtful |= real & near
    inside = real & (roots.real > low) & (roots.real < high)
    sure = ~doubtful.any(axis=1) & (inside.sum(axis=1) == count)
    found = np.sort(np.where(inside[sure], roots[sure].real, np.inf), axis=1)[:, :count]
    if count > 1:
        apart = np.diff(found, axis=1).min(axis=1) > NARROW * (high - low)
        sure[np.flatnonzero(sure)[~apart]] = False
        found = found[apart]
    return sure, found


def _exactly(terms: Terms, count: int, value: float, low: Fraction, high: Fraction) -> list[float]:
    line = along_second(terms, Fraction(value))
    roots = [float(one) for one in roots_in(line, low, high)] if len(line) > 1 else []
    if len(roots) != count:
        # The value is so near the end of its range that it rounds beyond it: two roots are one.
        edges = [float(low), float(high)]
        spare = roots or edges
        while len(roots) < count:
            roots.append(spare[-1])
        roots = sorted(roots)[:count]
    return roots
