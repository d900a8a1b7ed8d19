r"""Intervals around real numbers, with short ends: rounded outwards, so that they stay true.

Ends that come out of exact arithmetic may have thousands of digits, none of which says more than
where the number is. Rounded outwards they are multiples of a power of two; an interval around a
root must moreover hold no other root, which Descartes' rule of signs proves.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

from flint import fmpz_poly

from dilemma.arrays.algebraic import AlgebraicNumber, Coefficients
from dilemma.arrays.located_points import Enclosed

# Ends of no more bits, some 58 digits, are short: they are kept.
SHORT = 192
# Bits that are kept of longer ones, some 38 digits.
BITS = 128
# The finest step of rounding, unless close roots need a finer one: ends next to 0 would have many
# digits again.
FINEST = Fraction(1, 2**4096)


def shortened(value: AlgebraicNumber | Enclosed) -> AlgebraicNumber | Enclosed:
    r"""Return the same number in an interval with short ends around the given one's number.

    Parameters
    ----------
    value : AlgebraicNumber or Enclosed

    Returns
    -------
    AlgebraicNumber or Enclosed
        The value itself if its ends have at most 192 bits. Otherwise, of an algebraic number, an
        isolating interval narrower than :math:`2^{-126}` of its size, or narrower still if other
        roots are that near. Bounds of an `Enclosed` move apart by a 128th of their distance at
        most, or :math:`2^{-127}` of the number's size if that is more; those on one side of 0
        stay there if they are at least :math:`2^{-4096}` from it. Sizes below
        :math:`2^{-3968}` count as that.

    Examples
    --------
    >>> third = Fraction(1, 3)
    >>> bounds = shortened(Enclosed(third - Fraction(1, 7**999), third + Fraction(1, 7**999)))
    >>> bounds.high.denominator.bit_length() < 140, bounds.low < third < bounds.high
    (True, True)
    """
    if max(map(_bits, (value.low, value.high))) <= SHORT:
        return value
    if isinstance(value, Enclosed):
        low, high = value.low, value.high
        return Enclosed(*_outwards(low, high, max((high - low) / 256, _step(low, high, BITS))))
    while value.low < 0 < value.high:
        value = value.within((value.high - value.low) / 4)
    bits = BITS
    while True:
        step = _step(value.low, value.high, bits)
        near = value.within(step)
        low, high = _outwards(near.low, near.high, step)
        # In an interval that is narrow enough the rule counts one variation (two-circle theorem).
        if _variations(value.polynomial, low, high) == 1:
            return AlgebraicNumber(value.polynomial, low, high)
        bits *= 2


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _step(low: Fraction, high: Fraction, bits: int) -> Fraction:
    """So many bits below the smallest number of an interval; 0 may be in it."""
    size = Fraction(0) if low < 0 < high else min(abs(low), abs(high))
    step: Fraction = max(size, FINEST * 2**BITS) / 2**bits
    return step


def _outwards(low: Fraction, high: Fraction, step: Fraction) -> tuple[Fraction, Fraction]:
    """Round to multiples of the power of two that is next below a step, or the one below that."""
    exponent = step.numerator.bit_length() - step.denominator.bit_length() - 1
    power = Fraction(2**exponent) if exponent >= 0 else Fraction(1, 2**-exponent)
    return math.floor(low / power) * power, math.ceil(high / power) * power


def _variations(polynomial: Coefficients, low: Fraction, high: Fraction) -> int:
    """Descartes' bound of the number of roots between two numbers; 0 and 1 are exact.

    >>> _variations((-2, 0, 1), Fraction(1), Fraction(2))
    1
    """
    # The roots t > 0 of (1 + t)^d p((low + high t) / (1 + t)), times powers of the denominator.
    scale = math.lcm(low.denominator, high.denominator)
    above = fmpz_poly([int(low * scale), int(high * scale)])
    below = fmpz_poly([scale, scale])
    total, power = fmpz_poly([polynomial[-1]]), fmpz_poly([1])
    for one in reversed(polynomial[:-1]):
        power *= below
        total = total * above + power * one
    signs = [one > 0 for one in map(int, total.coeffs()) if one]
    return sum(one != two for one, two in pairwise(signs))
