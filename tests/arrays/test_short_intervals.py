"""Intervals with short ends: around the same number, and around no other root."""

import math
from fractions import Fraction

import pytest

from dilemma.arrays.algebraic import AlgebraicNumber, roots_in
from dilemma.arrays.located_points import Enclosed
from dilemma.arrays.short_intervals import shortened


def longest(value):
    return max(len(str(end)) for end in (value.low, value.high))


def test_of_a_very_narrow_interval():
    (root,) = roots_in((-2, 0, 1), 0, 2)
    near, scale = math.isqrt(2 * 10**12000), 10**6000
    narrow = AlgebraicNumber((-2, 0, 1), Fraction(near, scale), Fraction(near + 1, scale))
    short = shortened(narrow)
    assert short == root == narrow
    assert short.high - short.low < Fraction(1, 10**37)
    assert longest(short) < 90


def test_of_a_wide_interval_with_long_ends():
    wide = AlgebraicNumber((-2, 0, 1), -Fraction(1, 3**9999), 2 + Fraction(1, 3**9999))
    short = shortened(wide)
    assert short == roots_in((-2, 0, 1), 0, 2)[0]
    assert longest(short) < 90


@pytest.mark.parametrize("sign", [1, -1])
def test_close_roots_stay_apart(sign):
    """x⁴ − 2 (a x − 1)² (mignotte) has two roots that differ by 2 ^ −749, near 2 ^ −250."""
    a = sign * 2**250
    roots = roots_in((-2, 4 * a, -2 * a * a, 0, 1), -1, 1)
    close = [one for one in roots if abs(float(one)) < 2**-240]
    assert len(close) == 2
    for root in close:
        short = shortened(root.within(Fraction(1, 2**3000)))
        assert [one for one in roots if short.low < one < short.high] == [root]
        assert longest(short) < 1000


@pytest.mark.parametrize("power", [200, 2000])
def test_bounds_keep_their_side_of_zero(power):
    tiny = Fraction(1, 3**power)
    for low, high in ((tiny, 2 * tiny), (-2 * tiny, -tiny), (-tiny, tiny), (tiny, tiny)):
        short = shortened(Enclosed(low, high))
        assert short.low <= low <= high <= short.high
        assert (short.low > 0, short.high < 0) == (low > 0, high < 0)
        assert short.high - short.low <= (high - low) * Fraction(65, 64) + tiny / 2**127


def test_bounds_next_to_zero_are_true_and_short():
    short = shortened(Enclosed(Fraction(1, 3**20000), Fraction(2, 3**20000)))
    assert 0 == short.low < Fraction(2, 3**20000) < short.high < Fraction(1, 2**4000)
    assert longest(short) < 1500
    (root,) = roots_in((-1, 0, 2 * 9**20000), 0, 1)
    assert shortened(root) == root


def test_short_ones_are_kept():
    given = Enclosed(Fraction(33333333333, 10**11), Fraction(33333333334, 10**11))
    assert shortened(given) is given
    (root,) = roots_in((-2, 0, 1), 0, 2)
    assert shortened(root) is root
