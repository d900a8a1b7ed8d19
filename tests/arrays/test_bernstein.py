"""Signs of polynomials over boxes: by hand, and never contradicted by a sample."""

import itertools
from fractions import Fraction

import sympy

from dilemma.arrays.bernstein import polynomial_sign


def test_signs_of_polynomials():
    x, y = sympy.symbols("x y")
    unit = {x: (Fraction(0), Fraction(1)), y: (Fraction(-1), Fraction(1))}
    for expression, sign in (
        (x**2 - x + sympy.Rational(3, 10), 1),
        (x**2 - x + sympy.Rational(1, 5), None),
        ((x - 2) * (y + 3), -1),
        ((x - y) ** 2 * (x + 1), 1),
        (x * (1 - x), 1),
        (sympy.Integer(0), 0),
        (sympy.Integer(-3), -1),
        (sympy.sin(1) + x, None),
    ):
        assert polynomial_sign(sympy.expand(expression), unit) == sign
    assert polynomial_sign(-x - 1, {x: (Fraction(0), None)}) == -1
    assert polynomial_sign(-x - 1, {x: (None, Fraction(-2))}) == 1
    assert polynomial_sign(x - 1, {x: (None, None)}) is None
    corners = list(itertools.product((0, Fraction(1)), (Fraction(-1), Fraction(1))))
    assert len({sympy.sign((x - 2 + y / 2).subs({x: a, y: b})) for a, b in corners}) == 1


def test_no_sample_contradicts_a_sign():
    x, y = sympy.symbols("x y")
    box = {x: (Fraction(0), Fraction(2)), y: (Fraction(-1), Fraction(1))}
    grid = [Fraction(k, 4) for k in range(9)]
    decided = 0
    for a, b, c in itertools.product((-2, 1, 3), repeat=3):
        expression = sympy.expand(a * x**2 * y + b * x * y**2 + c * x + 5 * a)
        sign = polynomial_sign(expression, box)
        values = [expression.subs({x: one, y: two - 1}) for one in grid for two in grid]
        if sign is not None:
            decided += 1
            assert all(sign * value >= 0 for value in values)
    assert decided
