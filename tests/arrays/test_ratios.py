"""Formulas along an interval, and numbers with derivatives, against plain numbers and sympy."""

from fractions import Fraction
from itertools import pairwise

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.exact import fractions
from dilemma.arrays.jets import Jet, KinkError, eliminated
from dilemma.arrays.linear import solve_rational
from dilemma.arrays.ratios import Asked, pieces, variable

few = settings(max_examples=25, deadline=None, derandomize=True, database=None)
small = st.fractions(-3, 3, max_denominator=4)


@few
@given(a=small, b=small, c=small)
def test_pieces_are_the_formula_at_every_point(a, b, c):
    def formula(t):
        inner = abs(t * t - a) + b * t
        return [(inner if inner > c else c - t) / (1 + abs(t)), 1 / (2 + t) ** 2]

    low, high = Fraction(-1), Fraction(2)
    found = pieces(formula, low, high)
    assert (found[0][0], found[-1][1]) == (low, high)
    assert all(one[1] == two[0] for one, two in pairwise(found))
    for k in range(31):
        at = low + (high - low) * Fraction(k, 30)
        here = [values for first, last, values in found if first < at < last]
        for values in here:
            assert [one.at(at) for one in values] == formula(at)


def test_ratios_are_in_lowest_terms():
    t = variable(Asked(Fraction(1)))
    assert (t * t - 1) / (t - 1) == t + 1
    assert hash((t * t - 1) / (2 * t - 2)) == hash((t + 1) / 2)
    assert ((t * t - 1) / (2 * t - 2)).parts == ((Fraction(1, 2), Fraction(1, 2)), (1,))
    assert 3 - t == -(t - 3)
    with pytest.raises(ZeroDivisionError):
        1 / (t - t)
    with pytest.raises(TypeError):
        t + 0.5


def test_a_jet_is_the_derivatives_of_a_formula():
    x, y = sympy.symbols("x y")

    def formula(one, two):
        return (one * two - 3) ** 3 / (1 + two * two) - abs(one - 5) + 2 / (one + two)

    at = {x: sympy.Rational(3, 2), y: sympy.Rational(-1, 3)}
    found = formula(Jet(Fraction(3, 2), 1, 0), Jet(Fraction(-1, 3), 0, 1))
    wanted = formula(x, y).subs(sympy.Abs(x - 5), 5 - x)
    for own, by in ((found.value, ()), (found.x, (x,)), (found.y, (y,)), (found.xy, (x, y))):
        there = sympy.diff(wanted, *by).subs(at) if by else wanted.subs(at)
        assert own == Fraction(int(there.p), int(there.q))
    with pytest.raises(KinkError):
        abs(Jet(Fraction(0), 1))
    assert abs(Jet(Fraction(0))) == 0
    assert Jet(Fraction(1), 1) != 1
    with pytest.raises(KinkError):
        Jet(Fraction(1), 1) > 1  # noqa: B015


@few
@given(st.lists(st.lists(small, min_size=3, max_size=3), min_size=3, max_size=3))
def test_elimination_solves_as_rational_solvers_do(rows):
    right = [[Fraction(1)], [Fraction(2)], [Fraction(-1)]]
    try:
        wanted = solve_rational(fractions(rows), fractions(right)).tolist()
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            eliminated(rows, right)
    else:
        assert eliminated(rows, right) == wanted
