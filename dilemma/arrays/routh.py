r"""How many eigenvalues lie right and left of the imaginary axis: Routh's array, over any field.

`dilemma.arrays.spectra` decides more, over the rationals. Here entries may be numbers of a number
field, or balls that hold them: all that is asked of them is arithmetic, and signs where they can
be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any

from dilemma.arrays.located_points import sign_of


def signs_of_real_parts(matrix: Sequence[Sequence[Any]]) -> tuple[int, int] | None:
    """Count the eigenvalues with positive and with negative real parts.

    Parameters
    ----------
    matrix : sequence of d sequences of d numbers
        Fractions, numbers of one number field, or balls.

    Returns
    -------
    pair of int, or None
        They sum to d; None if an entry of the first column of Routh's array is 0, or too close to
        it: then some real part may be 0.

    Examples
    --------
    >>> from fractions import Fraction
    >>> signs_of_real_parts([[Fraction(-1), Fraction(2)], [Fraction(-2), Fraction(-1)]])
    (0, 2)
    >>> signs_of_real_parts([[Fraction(0), Fraction(1)], [Fraction(-1), Fraction(0)]]) is None
    True
    """
    polynomial = characteristic(matrix)
    upper, lower = polynomial[0::2], polynomial[1::2]
    size = len(matrix)
    column: list[int] = []
    for _ in range(size + 1):
        sign = sign_of(upper[0])
        if not sign:
            return None
        column.append(sign)
        if not lower:
            break
        if not sign_of(lower[0]):
            return None
        ratio = upper[0] / lower[0]
        padded = [*lower[1:], *([0] * (len(upper) - len(lower)))]
        upper, lower = lower, [
            a - ratio * b for a, b in zip(upper[1:], padded, strict=False)
        ]  # fmt: skip
    right = sum(a != b for a, b in pairwise(column))
    return right, size - right


def characteristic(matrix: Sequence[Sequence[Any]]) -> list[Any]:
    """The characteristic polynomial, its leading coefficient 1 first (Faddeev and LeVerrier).

    >>> from fractions import Fraction
    >>> characteristic([[Fraction(2), Fraction(1)], [Fraction(0), Fraction(3)]])
    [1, Fraction(-5, 1), Fraction(6, 1)]
    """
    size = range(len(matrix))
    found: list[Any] = [1]
    current: list[list[Any]] = [[int(i == j) for j in size] for i in size]
    for step in range(1, len(matrix) + 1):
        moved = [[_total(matrix[i][k] * current[k][j] for k in size) for j in size] for i in size]
        trace = _total(moved[i][i] for i in size)
        value = -trace / step
        found.append(value)
        current = [[moved[i][j] + (value if i == j else 0) for j in size] for i in size]
    return found


def _total(values: Iterable[Any]) -> Any:
    """A sum that does not begin with 0, which is no ball."""
    return reduce(lambda one, other: one + other, values)
