"""Evenly spaced values of a term, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction


def axis(low: Any, high: Any, n: int) -> NDArray[np.object_]:
    """Return n evenly spaced rational numbers, ends included.

    ``numpy.linspace(0, 1, 11)[3]`` is not 3/10, and a game on a threshold is another game beside
    it. These are exact.

    Parameters
    ----------
    low, high : numbers
        low < high; a float means the decimal that prints it.
    n : int
        At least 2.

    Returns
    -------
    numpy.ndarray of Fraction, shape (n,), read-only

    Raises
    ------
    TypeError, ValueError
        If n is no integer of at least 2, or low is not below high.

    Examples
    --------
    >>> axis(0, 1, 11)[3]
    Fraction(3, 10)
    >>> from dilemma.alliance import Alliance
    >>> Alliance(trust=axis(0, 1, 3)).games().shape
    (3,)
    """
    first, last = fraction(low, "low"), fraction(high, "high")
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)):
        raise TypeError(f"n: requires an integer of at least 2, got {n!r}")
    if n < 2:
        raise ValueError(f"n: requires an integer of at least 2, got {n}")
    if first >= last:
        raise ValueError(f"high: requires more than low, {first}, got {last}")
    values: NDArray[np.object_] = np.empty(int(n), dtype=object)
    for k in range(int(n)):
        values[k] = first + (last - first) * Fraction(k, int(n) - 1)
    values.flags.writeable = False
    return values
