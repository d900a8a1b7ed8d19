"""Exact real roots: against NumPy's, and the laws of order."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.algebraic import (
    AlgebraicNumber,
    between,
    integer_polynomial,
    roots_in,
    sign_at,
    united,
    where_nonnegative,
)

polynomials = st.lists(st.integers(-6, 6), min_size=1, max_size=6).filter(any)
LAWS = settings(max_examples=60, deadline=None)


@LAWS
@given(polynomial=polynomials)
def test_roots_are_where_the_polynomial_vanishes_and_all_of_them(polynomial):
    found = roots_in(polynomial, -20, 20)
    for one in found:
        assert sign_at(polynomial, one) == 0
        assert abs(np.polyval(polynomial[::-1], float(one))) < 1e-6
    near = np.roots(polynomial[::-1])
    for one in near[np.abs(near.imag) < 1e-12].real:
        assert min(abs(float(root) - one) for root in found) < 1e-3
    assert list(found) == sorted(found)
    assert len(set(found)) == len(found)


@LAWS
@given(first=polynomials, second=polynomials)
def test_order_is_that_of_the_floats(first, second):
    for one in roots_in(first, -20, 20):
        for two in roots_in(second, -20, 20):
            if abs(float(one) - float(two)) > 1e-9:
                assert (one < two) == (float(one) < float(two))
                middle = between(min(one, two), max(one, two))
                assert min(one, two) < middle < max(one, two)
            assert (one == two) == (not one < two and not two < one)


@LAWS
@given(family=st.lists(polynomials, min_size=1, max_size=3))
def test_where_all_are_nonnegative_against_a_grid(family):
    found = where_nonnegative(family)
    for k in range(40):
        place = Fraction(k, 40)
        inside = any(low <= place <= high for low, high in found)
        assert inside == all(sign_at(one, place) >= 0 for one in family)
    assert found == united(found)


def test_a_single_point_and_a_touching_one():
    assert where_nonnegative([(-1, 4, -4)]) == ((Fraction(1, 2), Fraction(1, 2)),)
    assert where_nonnegative([(1, -4, 4)]) == ((0, 1),)
    assert where_nonnegative([(0, -1)]) == ((0, 0),)
    root = where_nonnegative([(-1, 0, 4, 0, -4)])
    assert len(root) == 1
    assert root[0][0] == root[0][1]
    assert float(root[0][0]) == pytest.approx(0.5**0.5)


def test_the_same_number_from_other_polynomials():
    (one,) = roots_in((-2, 0, 1), 0, 2)
    (two,) = roots_in((2, 0, -3, 0, 1), Fraction(11, 10), 2)
    assert isinstance(one, AlgebraicNumber)
    assert one == two
    assert hash(one) == hash(two)
    assert one.within(Fraction(1, 10**30)) == one
    assert one != Fraction(3, 2)
    assert one < Fraction(3, 2)
    assert two > Fraction(7, 5)
    assert -one.sign_of((-3, 2)) == 1


def test_nothing_and_constants():
    assert integer_polynomial([0, 0]) == ()
    assert roots_in((5,), 0, 1) == ()
    assert where_nonnegative([]) == ((0, 1),)
    assert where_nonnegative([(-1,)]) == ()
    with pytest.raises(ValueError, match="polynomial: requires one that is not 0"):
        roots_in((0,), 0, 1)
    with pytest.raises(ValueError, match="high: requires more than"):
        between(Fraction(1), Fraction(1))
