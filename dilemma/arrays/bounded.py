r"""Numbers that know how wrong they can be: error bounds of any formula of +, − and ×.

A formula written for numbers is evaluated once more on bounds. Each `Bounded` stands for an exact
value and a floating-point one that approximates it: both are at most `magnitude` in size, and they
differ by at most `error`. With u the unit roundoff (higham2002, §3.1),

.. math::

    |x \pm y| \le |x| + |y|, \quad &e_{x \pm y} = e_x + e_y + u (|x| + |y|), \\
    |x y| \le |x| |y|, \quad &e_{xy} = e_x |y| + |x| e_y + u |x| |y|.

Magnitudes can be those of one number or the largest of a batch: then the one evaluation bounds the
error for the whole batch, at no cost for each. Beside it goes the `denominator`: the exact value
is a whole multiple of its inverse (None if that is not known, or beyond `LARGEST_DENOMINATOR`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNIT_ROUNDOFF = 2.0**-53
LARGEST_DENOMINATOR = 2**50
# The bounds are computed in floating point themselves; a formula of a thousand operations
# misses them by less than this factor.
_SAFETY = 1.0 + 1e-12
_DIGITS = 15
# What a product below the range of floats misses, and more.
_SMALLEST = 2.0**-1022


class Bounded:
    """A number, or an array of them, by bounds on its size and on its rounding error.

    Examples
    --------
    >>> tenth = Bounded.of(Fraction(1, 10))
    >>> product = (1 - tenth) * tenth
    >>> product.denominator, bool(product.error < 1e-16)
    (100, True)
    """

    __slots__ = ("denominator", "error", "magnitude")

    # NumPy scalars and arrays leave the operation to this class.
    __array_ufunc__ = None

    def __init__(self, magnitude: Any, error: Any, denominator: int | None) -> None:
        self.magnitude = magnitude
        self.error = error
        self.denominator = denominator

    @classmethod
    def of(cls, value: Any) -> Bounded:
        """Bound one exact number, as it is rounded to a float."""
        if isinstance(value, Bounded):
            return value
        if isinstance(value, bool) or not isinstance(value, (Rational, float)):
            raise TypeError(f"value: requires a number, got {value!r}")
        if isinstance(value, float):
            # A constant in a formula: a float means the decimal that prints it.
            value = Fraction(repr(float(value)))
        exact = Fraction(value)
        rounded = exact.numerator / exact.denominator
        error = abs(Fraction(rounded) - exact)
        return cls(
            abs(rounded) * (1 + 2 * UNIT_ROUNDOFF),
            float(error) * (1 + 2 * UNIT_ROUNDOFF),
            _limited(exact.denominator),
        )

    @classmethod
    def of_largest(cls, magnitude: Any, denominator: int | None) -> Bounded:
        """Bound numbers up to some size, each read from or rounded to the nearest float."""
        return cls(magnitude * (1 + 2 * UNIT_ROUNDOFF), magnitude * UNIT_ROUNDOFF * 2, denominator)

    def _sum(self, other: Any) -> Any:
        try:
            other = Bounded.of(other)
        except TypeError:
            return NotImplemented
        magnitude = (self.magnitude + other.magnitude) * _SAFETY
        return Bounded(
            magnitude,
            (self.error + other.error + UNIT_ROUNDOFF * magnitude) * _SAFETY,
            _both(self.denominator, other.denominator, math.lcm),
        )

    __add__ = __radd__ = __sub__ = __rsub__ = _sum

    def __mul__(self, other: Any) -> Any:
        try:
            other = Bounded.of(other)
        except TypeError:
            return NotImplemented
        # Magnitudes beyond the range of floats make the error infinite, which is said below.
        with np.errstate(over="ignore", invalid="ignore"):
            magnitude = self.magnitude * other.magnitude * _SAFETY + _SMALLEST
            error = (
                self.error * other.magnitude
                + self.magnitude * other.error
                + UNIT_ROUNDOFF * magnitude
            ) * _SAFETY + _SMALLEST
        return Bounded(
            magnitude,
            np.where(magnitude < np.inf, error, np.inf)[()],
            _both(self.denominator, other.denominator, lambda one, two: one * two),
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, bool) or not isinstance(other, int) or not 0 < abs(other) < 2**53:
            return NotImplemented
        magnitude = self.magnitude / abs(other) * _SAFETY
        return Bounded(
            magnitude,
            (self.error / abs(other) + UNIT_ROUNDOFF * magnitude) * _SAFETY,
            _both(self.denominator, abs(other), lambda one, two: one * two),
        )

    def __eq__(self, other: object) -> bool:
        raise TypeError("a Bounded number has no one value to compare")

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise TypeError("a Bounded number has no one value to decide by")

    def __neg__(self) -> Bounded:
        return self

    def __pos__(self) -> Bounded:
        return self

    def __pow__(self, power: Any) -> Any:
        if isinstance(power, bool) or not isinstance(power, int) or not 1 <= power <= 8:
            return NotImplemented
        result = self
        for _ in range(power - 1):
            result = result * self
        # The C library's pow may miss by an ulp or two beyond what repeated products do.
        slack = 4 * UNIT_ROUNDOFF * result.magnitude
        return Bounded(result.magnitude, result.error + slack, result.denominator)


def _limited(denominator: int) -> int | None:
    return denominator if denominator <= LARGEST_DENOMINATOR else None


def _both(one: int | None, two: int | None, join: Callable[[int, int], int]) -> int | None:
    return None if one is None or two is None else _limited(int(join(one, two)))


def decimal_denominator(values: NDArray[np.float64]) -> int | None:
    """Return a power of ten that makes whole numbers of all decimals that print some floats.

    None if more than 15 significant digits would be needed.

    Examples
    --------
    >>> decimal_denominator(np.array([0.25, 1.5])), decimal_denominator(np.array([0.1 + 0.2]))
    (100, None)
    """
    for digits in range(_DIGITS + 1):
        power = 10.0**digits
        scaled = np.rint(values * power)
        if np.all(np.abs(scaled) < 10.0**_DIGITS) and np.all(scaled / power == values):
            return int(10**digits)
    return None
