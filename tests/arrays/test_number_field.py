"""Number fields: laws of arithmetic and of order, against floating point and known relations."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dilemma.arrays.algebraic import AlgebraicNumber, roots_in
from dilemma.arrays.number_field import Element, generator

# The one real root of x³ − x − 1, and the golden section.
PLASTIC = generator(roots_in((-1, -1, 0, 1), 1, 2)[0])
GOLDEN = generator(roots_in((-1, -1, 1), 1, 2)[0])
small = st.fractions(-5, 5, max_denominator=9)
elements = st.builds(lambda a, b, c: a + b * PLASTIC + c * PLASTIC * PLASTIC, small, small, small)


@settings(max_examples=60, deadline=None)
@given(a=elements, b=elements, c=elements)
def test_it_is_an_ordered_field(a, b, c):
    assert a * (b + c) == a * b + a * c
    assert (a - b) + b == a
    assert (a < b) + (a == b) + (b < a) == 1
    assert (a < b) == (a + c < b + c)
    assert math.isclose(float(a * b), float(a) * float(b), rel_tol=1e-9, abs_tol=1e-9)
    assert abs(a) >= 0
    assume(b != 0)
    assert a / b * b == a
    assert 1 / b * b == 1


def test_relations_of_the_generator_are_known():
    assert PLASTIC * PLASTIC * PLASTIC == PLASTIC + 1
    assert 1 / GOLDEN == GOLDEN - 1
    assert GOLDEN * GOLDEN - GOLDEN == 1
    assert GOLDEN > Fraction(809016994, 500000000)
    assert Fraction(809016995, 500000000) > GOLDEN
    assert {GOLDEN * GOLDEN, GOLDEN + 1} == {GOLDEN + 1}
    assert {GOLDEN * GOLDEN - GOLDEN, GOLDEN - GOLDEN} == {1, Fraction(0)}


def test_elements_become_plain_numbers():
    root = (3 * GOLDEN - 1).plain()
    assert isinstance(root, AlgebraicNumber)
    # (y + 1)/3 solves x² = x + 1, so y² − y − 11 = 0.
    assert root.polynomial == (-11, -1, 1)
    assert math.isclose(float(root), 3 * (1 + 5**0.5) / 2 - 1)
    assert (GOLDEN * GOLDEN - GOLDEN).plain() == 1
    assert Element((GOLDEN - GOLDEN + Fraction(2, 3)).polynomial, GOLDEN.root).plain() == (
        Fraction(2, 3)
    )


def test_division_by_zero_is_refused():
    with pytest.raises(ZeroDivisionError):
        GOLDEN / (GOLDEN * GOLDEN - GOLDEN - 1)


def test_numbers_of_two_roots_of_one_polynomial():
    low, high = (generator(root) for root in roots_in((-2, 0, 1), -2, 2))
    assert low != high
    assert low == -high
    assert hash(low) == hash(-high)
    assert high == generator(roots_in((-2, 0, 1), 1, 2)[0])
    assert low - low + 1 == high - high + 1
    with pytest.raises(ValueError, match="other: requires a number of the same field"):
        low + high
