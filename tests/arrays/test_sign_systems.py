"""Systems of polynomial inequalities: against direct evaluation on grids of rational points."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.algebraic import AlgebraicNumber
from dilemma.arrays.sign_identities import exact_tensor, identities, merged
from dilemma.arrays.sign_points import hidden_point
from dilemma.arrays.sign_search import bernstein_tensor, decide, search, signs_of
from dilemma.arrays.sign_systems import (
    ANY,
    SIGNS_OF,
    Constraint,
    Side,
    System,
    consistent,
    evaluated,
    integral,
    sign,
)

UNIT = Side(Fraction(0), Fraction(1))
SIDES = [UNIT, Side(Fraction(-1), Fraction(2), True, True), Side(Fraction(0), None, True)]
LAWS = settings(max_examples=30, deadline=None, derandomize=True, database=None)

polynomials = st.dictionaries(
    st.tuples(st.integers(0, 2), st.integers(0, 2)), st.integers(-4, 4), min_size=1, max_size=5
).map(lambda terms: integral({e: Fraction(c) for e, c in terms.items()})[0])


def grid(sides, size=6):
    places = [Fraction(k, size) for k in range(size + 1)]
    for place in product(places, repeat=len(sides)):
        point = [side.at(one) for side, one in zip(sides, place, strict=True)]
        if None not in point and all(v in s for v, s in zip(point, sides, strict=True)):
            yield place, point


@LAWS
@given(polynomials, st.sampled_from(SIDES), st.sampled_from(SIDES))
def test_signs_in_the_box_are_among_those_of_the_coefficients(polynomial, first, second):
    sides = (first, second)
    included = [(not one.low_open, one.high is not None and not one.high_open) for one in sides]
    signs = signs_of(bernstein_tensor(polynomial, sides), included)
    assert {sign(evaluated(polynomial, point)) for _, point in grid(sides)} <= signs


@LAWS
@given(polynomials, st.sampled_from(SIDES), st.sampled_from(SIDES))
def test_tensors_over_parts_are_the_polynomial_there(polynomial, first, second):
    sides = (first, second)
    part = ((Fraction(1, 4), Fraction(3, 4)), (Fraction(1, 8), Fraction(1, 2)))
    tensor = exact_tensor(polynomial, sides, part)
    degrees = [n - 1 for n in tensor.shape]
    for u in product([Fraction(1, 5), Fraction(2, 3)], repeat=2):
        value = sum(
            tensor[index]
            * np.prod(
                [x**k * (1 - x) ** (d - k) for x, k, d in zip(u, index, degrees, strict=True)]
            )
            for index in np.ndindex(tensor.shape)
        )
        place = [a + (b - a) * x for (a, b), x in zip(part, u, strict=True)]
        point = [side.at(one) for side, one in zip(sides, place, strict=True)]
        scale = np.prod(
            [(1 - t) ** d for t, d, s in zip(place, degrees, sides, strict=True) if s.high is None]
            or [Fraction(1)]
        )
        assert value == scale * evaluated(polynomial, point)


@LAWS
@given(
    st.lists(st.tuples(polynomials, st.sampled_from(sorted(SIGNS_OF))), min_size=1, max_size=3),
    st.sampled_from(SIDES),
    st.sampled_from(SIDES),
)
def test_a_search_says_what_a_grid_says(parts, first, second):
    sides = (first, second)
    constraints = tuple(
        Constraint(1 if one else 0, ((k, 1),) if one else (), SIGNS_OF[relation])
        for k, (one, relation) in enumerate(parts)
    )
    system = System(tuple(one for one, _ in parts), constraints, sides)
    found = decide(system, 150, identify=4)
    holds = [point for _, point in grid(sides) if system.holds_at(point)]
    if found.point is not None:
        assert system.holds_at(found.point)
    elif not found.left:
        assert not holds
    volume = sum(
        ((b - a) * (d - c) for (a, b), (c, d) in [*(p.part for p in found.done), *found.left]),
        Fraction(0),
    )
    assert volume == 1 or found.point is not None


def test_signs_on_open_and_closed_faces():
    edge = np.array([[0, 0], [1, 1]], dtype=object)  # x on the unit square
    assert signs_of(edge, [(True, True), (True, True)]) == {0, 1}
    assert signs_of(edge, [(False, True), (True, True)]) == {1}
    corner = np.array([[0, 1], [1, 1]], dtype=object)
    assert signs_of(corner, [(False, True), (True, True)]) == {1}
    assert signs_of(corner, [(True, True), (True, True)]) == {0, 1}
    assert signs_of(-corner, [(True, False), (False, True)]) == {-1}
    assert signs_of(np.zeros((2, 2), dtype=object), [(True, True)] * 2) == {0}
    assert signs_of(np.array([-1, 1], dtype=object), [(True, True)]) == ANY


def test_choices_of_signs():
    constraints = [Constraint(-1, ((0, 1), (1, 2)), SIGNS_OF[">="])]
    ways = consistent(constraints, {0: frozenset({1}), 1: ANY})
    assert ways == [{0: 1, 1: 0}]
    assert merged([{0: 1, 1: 0}, {0: 1, 1: 1}, {0: 1, 1: -1}])[0][0] == {1}
    assert consistent([Constraint(0, (), SIGNS_OF[">"])], {}) == []
    assert consistent([Constraint(0, (), SIGNS_OF["=="])], {}) == [{}]


def test_identities_are_found_only_where_there_is_one():
    x, y, total = (((1, 0), 1),), (((0, 1), 1),), (((0, 1), 1), ((1, 0), 1))
    square = [Side(Fraction(-1), Fraction(1))] * 2
    whole = ((Fraction(0), Fraction(1)),) * 2
    assert identities([x, y, total], square, whole, [{0: 1, 1: 1, 2: -1}])
    assert identities([x, y, total], square, whole, [{0: 1, 1: -1, 2: -1}]) is None
    # x >= 0, y >= 0 and x + y <= 0 do have a point, (0, 0).
    weak = [{0: a, 1: b, 2: -c} for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    assert identities([x, y, total], square, whole, weak) is None


class TestHiddenPoints:
    def hidden(self, factor, relation, sides, power=1):
        system = System((factor,), (Constraint(1, ((0, power),), SIGNS_OF[relation]),), sides)
        found = search(system, 300)
        assert found.point is None
        return system, hidden_point(system, found.left)

    def test_a_rational_touching_point(self):
        factor = integral({(1,): Fraction(7), (0,): Fraction(-3)})[0]
        _, point = self.hidden(factor, "<=", (UNIT,), 2)
        assert point == (Fraction(3, 7),)

    def test_an_irrational_one(self):
        factor = integral({(2,): Fraction(2), (0,): Fraction(-1)})[0]
        _, (root,) = self.hidden(factor, "==", (UNIT,))
        assert isinstance(root, AlgebraicNumber)
        assert float(root) == pytest.approx(0.5**0.5)

    def test_none_where_there_is_none(self):
        factor = integral({(2,): Fraction(1), (0,): Fraction(1)})[0]
        system = System((factor,), (Constraint(1, ((0, 1),), SIGNS_OF["<="]),), (UNIT,))
        assert hidden_point(system, [((Fraction(0), Fraction(1)),)]) is None
