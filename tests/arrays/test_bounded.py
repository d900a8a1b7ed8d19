"""Error bounds of formulas, against exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dilemma.arrays.bounded import Bounded, decimal_denominator

NUMBERS = st.fractions(-100, 100, max_denominator=1000)


def formula(a: Any, b: Any, c: Any) -> Any:
    return (1 + a) * b * c - 3 * (a - b) * (a - b) + c / 4 - (c - 2) ** 3 + (-b) * 0.1


@given(NUMBERS, NUMBERS, NUMBERS)
def test_law_a_formula_misses_by_no_more_than_its_bound(
    a: Fraction, b: Fraction, c: Fraction
) -> None:
    exact = (1 + a) * b * c - 3 * (a - b) * (a - b) + c / 4 - (c - 2) ** 3 - b * Fraction(1, 10)
    rounded = formula(float(a), float(b), float(c))
    bound = formula(Bounded.of(a), Bounded.of(b), Bounded.of(c))
    assert abs(Fraction(rounded) - exact) <= Fraction(float(bound.error))
    assert abs(exact) <= Fraction(float(bound.magnitude))
    assert abs(rounded) <= bound.magnitude
    assert bound.denominator is None or (exact * bound.denominator).denominator == 1


def test_the_bound_is_not_wide() -> None:
    bound = formula(*map(Bounded.of, (Fraction(1, 3), Fraction(2, 7), Fraction(5, 9))))
    assert bound.error < 50 * 2.0**-53 * bound.magnitude


def test_exact_numbers_have_no_error_of_their_own() -> None:
    assert Bounded.of(3).error == Bounded.of(Fraction(1, 4)).error == 0
    assert 0 < Bounded.of(0.1).error <= 2.0**-53 * 0.1
    assert Bounded.of(0.1).denominator == 10


@pytest.mark.parametrize(
    "operation",
    [
        lambda x: x == 1,
        lambda x: x != 1,
        lambda x: x < 1,
        bool,
        abs,
        float,
        np.sqrt,
        np.exp,
        lambda x: np.maximum(x, 0),
        lambda x: 1 / x,
        lambda x: x / 0.3,
        lambda x: x**0.5,
        lambda x: x**-1,
        lambda x: np.ones(3) * x,
        lambda x: x + "1",
        lambda x: x * True,
        hash,
    ],
)
def test_whatever_is_not_bounded_is_refused(operation: Any) -> None:
    with pytest.raises(TypeError):
        operation(Bounded.of(Fraction(1, 3)))


def test_denominators() -> None:
    third, quarter = Bounded.of(Fraction(1, 3)), Bounded.of(Fraction(1, 4))
    assert (third + quarter).denominator == (third * quarter).denominator == 12
    assert (quarter * quarter - 1).denominator == 16
    assert Bounded.of(Fraction(1, 2**60)).denominator is None
    assert (Bounded.of(Fraction(1, 2**40)) * Bounded.of(Fraction(1, 2**40))).denominator is None


@pytest.mark.parametrize(
    ("values", "denominator"),
    [([1.0, 2.0], 1), ([0.1, 0.25], 100), ([1e-5], 10**5), ([0.1 + 0.2], None), ([1 / 3], None)],
)
def test_decimals_of_floats(values: list[float], denominator: int | None) -> None:
    assert decimal_denominator(np.array(values)) == denominator
