"""Polynomials in two variables: signs over tiles, and where branches arrive."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from dilemma.arrays.algebraic import roots_in
from dilemma.arrays.bivariate import (
    Tiling,
    X,
    Y,
    factors_of,
    limit_of_branch,
    meeting_polynomial,
    plane_polynomial,
    sign_of_terms,
    terms_of,
    turning_polynomial,
)

LOW, HIGH = (Fraction(0), Fraction(-1)), (Fraction(2), Fraction(1))


@pytest.mark.parametrize("seed", range(5))
def test_a_strict_sign_over_a_tile_holds_at_all_its_points(seed):
    """Corners and edges inside the box included; those on its edge may be zeros."""
    random = np.random.default_rng(seed)
    terms = tuple(
        ((i, j), int(c))
        for (i, j), c in zip(product(range(3), range(3)), random.integers(-3, 4, 9), strict=True)
        if c
    )
    tiling = Tiling(LOW, HIGH)
    strict = 0
    for i, j in product(range(8), range(8)):
        sign = tiling.sign(terms, 3, i, j)
        strict += bool(sign)
        left, right, bottom, top = tiling.edges(3, i, j)
        for s, t in product(range(5), range(5)):
            point = (
                left + (right - left) * Fraction(s, 4),
                bottom + (top - bottom) * Fraction(t, 4),
            )
            inside = all(a < v < b for a, v, b in zip(LOW, point, HIGH, strict=True))
            if sign and inside:
                assert sign_of_terms(terms, *point) == sign
    assert strict > 8


def test_zeros_on_the_edge_of_the_box_do_not_count_and_inside_they_do():
    tiling = Tiling((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1)))
    assert tiling.sign(terms_of(X * Y), 0, 0, 0) == 1
    assert tiling.sign(terms_of(X - Y), 0, 0, 0) == 0
    # Zero at one corner of each of these tiles, which is inside the box.
    touch = terms_of((2 * X - 1) + (2 * Y - 1))
    assert tiling.sign(touch, 1, 1, 1) == 0
    assert tiling.sign(terms_of(2 * X - 1), 1, 1, 0) == 0
    assert tiling.sign(terms_of(2 * X - 1), 2, 3, 0) == 1


def test_where_branches_arrive():
    """The circle at its ends, at an irrational line, and a branch that leaves the box."""
    circle = terms_of(X**2 + Y**2 - 1)
    box = Fraction(-2), Fraction(2)
    for branch in (0, 1):
        assert limit_of_branch(circle, branch, Fraction(1, 2), Fraction(1), *box) == 0
    (line,) = roots_in((-1, 0, 2), 0, 1)
    for branch, sign in ((0, -1), (1, 1)):
        limit = limit_of_branch(circle, branch, Fraction(1, 2), line, *box)
        assert limit.polynomial == (-1, 0, 2)
        assert (limit > 0) == (sign > 0)
    crossing = terms_of(X - Y)
    assert limit_of_branch(crossing, 0, Fraction(1, 2), Fraction(1), Fraction(0), Fraction(1)) == 1
    # A node: two branches arrive at one point, from either side.
    node = terms_of(X**2 * (X + 1) - Y**2)
    for branch in (0, 1):
        assert limit_of_branch(node, branch, Fraction(1, 2), Fraction(0), *box) == 0
        assert limit_of_branch(node, branch, Fraction(-1, 2), Fraction(0), *box) == 0


def test_factors_multiply_to_the_polynomial():
    polynomial = -6 * (X - Y) ** 2 * (1 - X * Y) * (Y - 2 * X)
    sign, factors = factors_of(polynomial)
    product_of = plane_polynomial((((0, 0), 6 * sign),))
    for terms, power in factors:
        product_of *= plane_polynomial(terms) ** power
    assert product_of == polynomial


def test_turning_and_meeting_points_by_hand():
    circle, line = terms_of(X**2 + Y**2 - 1), terms_of(Y - X)
    assert roots_in(turning_polynomial(circle), -2, 2) == (-1, 1)
    assert [float(one) for one in roots_in(meeting_polynomial(circle, line), -2, 2)] == (
        pytest.approx([-(0.5**0.5), 0.5**0.5])
    )
