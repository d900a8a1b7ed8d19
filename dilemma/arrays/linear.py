"""Systems of linear equations in rational numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from dilemma.arrays.exact import fractions


def solve_rational(matrix: Any, right: Any) -> NDArray[np.object_]:
    """Solve a square system of linear equations exactly, for several right-hand sides at once.

    Parameters
    ----------
    matrix : array of Fraction, shape (n, n)
    right : array of Fraction, shape (n, k)

    Returns
    -------
    numpy.ndarray of Fraction, shape (n, k)

    Raises
    ------
    ZeroDivisionError
        If the matrix is singular.

    Examples
    --------
    >>> solve_rational(fractions([[2, 1], [0, 3]]), fractions([[1], [1]])).tolist()
    [[Fraction(1, 3)], [Fraction(1, 3)]]
    """
    left, sides = (
        fmpq_mat([[fmpq(value.numerator, value.denominator) for value in row] for row in rows])
        for rows in (matrix, right)
    )
    return fractions(left.solve(sides).tolist())
