"""Zeros of polynomial systems in a box: nothing missed, everything proved."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.boxes import NARROWEST, bounds_in, value_at, zeros_in_box
from dilemma.arrays.exact import fractions

X, Y = sympy.symbols("x y")


def tensor(expression, variables):
    polynomial = sympy.Poly(expression, *variables)
    shape = [polynomial.degree(v) + 1 for v in variables]
    result = np.full(shape, Fraction(0), dtype=object)
    for powers, value in polynomial.terms():
        result[powers] = Fraction(int(value.p), int(value.q))
    return result


@given(st.lists(st.fractions(-2, 2, max_denominator=8), min_size=1, max_size=4, unique=True))
@settings(max_examples=30, deadline=None)
def test_distinct_roots_of_a_product_are_found_exactly(roots):
    polynomial = sympy.prod([X - sympy.Rational(r.numerator, r.denominator) for r in roots])
    zeros = zeros_in_box([tensor(polynomial, [X])], [0.0], [1.0])
    inside = sorted(r for r in roots if 0 <= r <= 1)
    assert [one.exact[0] for one in zeros.found] == inside
    assert all(one.proved for one in zeros.found)
    assert len(zeros.unresolved) == 0


@pytest.mark.parametrize("power", [-400, -320, 307, 400])
def test_the_size_of_coefficients_does_not_matter(power):
    factor = Fraction(10) ** power
    zeros = zeros_in_box([fractions([-factor / 3, 0, factor])], [0], [1], [fractions([factor])])
    assert [one.proved for one in zeros.found] == [True]
    assert zeros.found[0].lower[0] <= np.sqrt(1 / 3) <= zeros.found[0].upper[0]
    assert len(zeros.unresolved) == 0
    assert not zeros_in_box([fractions([factor, factor])], [0], [1]).found


@given(st.lists(st.integers(-5, 5), min_size=3, max_size=6).filter(lambda c: any(c[1:])))
@settings(max_examples=40, deadline=None)
def test_roots_of_one_polynomial_are_those_of_sturm(coefficients):
    polynomial = sympy.Poly(coefficients[::-1], X)
    if polynomial.gcd(polynomial.diff()).degree() > 0:
        return  # double roots: another test
    expected = [float(r) for r in polynomial.real_roots() if 0 <= r <= 1]
    zeros = zeros_in_box([fractions(coefficients)], [0.0], [1.0])
    assert len(zeros.unresolved) == 0
    assert [one.point[0] for one in zeros.found] == pytest.approx(expected, abs=1e-13)
    for one, root in zip(zeros.found, polynomial.real_roots(), strict=False):
        assert np.all(one.upper - one.lower < 1e-12), root


@pytest.mark.parametrize("seed", range(6))
def test_systems_of_two_agree_with_resultants(seed):
    random = np.random.default_rng(seed)
    monomials = [X**i * Y**j for i in range(3) for j in range(3 - i)]
    equations = [
        sum(int(c) * m for c, m in zip(random.integers(-4, 5, 6), monomials, strict=True))
        for _ in range(2)
    ]
    zeros = zeros_in_box([tensor(e, [X, Y]) for e in equations], [0.0, 0.0], [1.0, 1.0])
    # Independently: eliminate y by a resultant, and solve for y at every root.
    expected = set()
    eliminated = sympy.Poly(sympy.resultant(*equations, Y), X)
    for x in eliminated.nroots(n=40, maxsteps=200) if eliminated.degree() > 0 else []:
        if abs(sympy.im(x)) > 1e-20 or not 0 <= sympy.re(x) <= 1:
            continue
        first = sympy.Poly(equations[0].subs(X, sympy.re(x)), Y)
        for y in first.nroots(n=30) if first.degree() > 0 else []:
            there = complex(equations[1].subs({X: sympy.re(x), Y: y}).evalf())
            if abs(there) < 1e-12 and abs(sympy.im(y)) < 1e-15 and 0 <= sympy.re(y) <= 1:
                expected.add((round(float(sympy.re(x)), 9), round(float(sympy.re(y)), 9)))
    assert {tuple(float(v) for v in one.point.round(9)) for one in zeros.found} == expected
    assert len(zeros.unresolved) == 0


def test_a_double_zero_is_said_to_be_unresolved_and_named():
    zeros = zeros_in_box([fractions([Fraction(1, 9), Fraction(-2, 3), 1])], [0.0], [1.0])
    assert [one.exact for one in zeros.found] == [(Fraction(1, 3),)]
    assert not zeros.found[0].proved
    assert len(zeros.unresolved) > 0
    # A box of width w survives while the square of its distance is of the order of w.
    assert np.all(np.abs(zeros.unresolved - 1 / 3) < NARROWEST**0.5)


def test_a_curve_of_zeros_ends_and_is_unresolved():
    same = tensor(X * Y - sympy.Rational(1, 4), [X, Y])
    zeros = zeros_in_box([same, same], [0.0, 0.0], [1.0, 1.0])
    assert len(zeros.unresolved) > 100


def test_signs_that_are_required_prune():
    both = tensor((X - sympy.Rational(1, 4)) * (X - sympy.Rational(3, 4)), [X])
    above = tensor(X - sympy.Rational(1, 2), [X])
    assert [z.exact for z in zeros_in_box([both], [0.0], [1.0], [above]).found] == [
        (Fraction(3, 4),)
    ]


@given(
    st.lists(st.fractions(-3, 3, max_denominator=9), min_size=6, max_size=6),
    st.lists(st.fractions(0, 1, max_denominator=9), min_size=4, max_size=4),
)
@settings(max_examples=30, deadline=None)
def test_bounds_hold_the_values(coefficients, ends):
    polynomial = fractions(np.array(coefficients, dtype=object).reshape(2, 3))
    low = [min(ends[0], ends[1]), min(ends[2], ends[3])]
    high = [max(ends[0], ends[1]), max(ends[2], ends[3])]
    floats = [np.array([float(x) for x in side]) for side in (low, high)]
    bounds = bounds_in(polynomial, np.nextafter(floats[0], -1), np.nextafter(floats[1], 2))
    for weight in (0, Fraction(1, 3), 1):
        point = [a + weight * (b - a) for a, b in zip(low, high, strict=True)]
        assert bounds[0] <= value_at(polynomial, point) <= bounds[1]
