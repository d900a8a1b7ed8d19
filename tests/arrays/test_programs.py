"""Exact linear programs: certificates by definition, and HiGHS as an oracle."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dilemma.arrays.programs import linear_program

SMALL = st.integers(-3, 3).map(Fraction)
RATIONAL = st.fractions(-5, 5, max_denominator=7)


@st.composite
def programs(draw):
    """Small programs of all outcomes: ties, redundant and contradictory rows are common."""
    entries = draw(st.sampled_from([SMALL, RATIONAL]))
    d, k, e = draw(st.integers(1, 4)), draw(st.integers(0, 4)), draw(st.integers(0, 3))

    def vector(size):
        return draw(st.lists(entries, min_size=size, max_size=size))

    rows, equalities = [vector(d) for _ in range(k)], [vector(d) for _ in range(e)]
    values = vector(e)
    if e and draw(st.booleans()):
        equalities.append([2 * value for value in equalities[0]])
        values.append(2 * values[0])
    free = draw(st.sets(st.integers(0, d - 1)))
    return vector(d), rows, vector(k), equalities, values, free


def dot(first, second):
    return sum((a * b for a, b in zip(first, second, strict=True)), Fraction(0))


def combined(rows, multipliers, j):
    return sum((m * row[j] for row, m in zip(rows, multipliers, strict=True)), Fraction(0))


def check_certificate(program, found):
    objective, rows, bounds, equalities, values, free = program
    if found.outcome != "infeasible":
        z = found.point
        assert all(z[j] >= 0 for j in range(len(z)) if j not in free)
        assert all(dot(row, z) <= bound for row, bound in zip(rows, bounds, strict=True))
        assert all(dot(row, z) == value for row, value in zip(equalities, values, strict=True))
    if found.outcome == "unbounded":
        ray = found.ray
        assert all(ray[j] >= 0 for j in range(len(ray)) if j not in free)
        assert all(dot(row, ray) <= 0 for row in rows)
        assert all(dot(row, ray) == 0 for row in equalities)
        assert dot(objective, ray) > 0
        return
    u, v = found.row_multipliers, found.equality_multipliers
    assert all(value >= 0 for value in u)
    price = dot(bounds, u) + dot(values, v)
    for j, cost in enumerate(objective):
        total = combined(rows, u, j) + combined(equalities, v, j)
        least = cost if found.outcome == "optimal" else 0
        assert total == least if j in free else total >= least
    if found.outcome == "optimal":
        assert price == found.value == dot(objective, found.point)
    else:
        assert price < 0


@settings(max_examples=300, deadline=None)
@given(program=programs())
def test_every_outcome_is_proved_by_its_certificate(program):
    check_certificate(program, linear_program(*program))


@settings(max_examples=60, deadline=None)
@given(program=programs())
def test_highs_comes_to_the_same(program):
    objective, rows, bounds, equalities, values, free = program
    d = len(objective)
    found = linear_program(*program)

    def floats(matrix, width=None):
        array = np.array([[float(v) for v in row] for row in matrix])
        return array if len(matrix) else None

    oracle = linprog(
        [-float(value) for value in objective],
        A_ub=floats(rows),
        b_ub=[float(v) for v in bounds] if rows else None,
        A_eq=floats(equalities),
        b_eq=[float(v) for v in values] if equalities else None,
        bounds=[(None, None) if j in free else (0, None) for j in range(d)],
        method="highs",
        options={"presolve": False},
    )
    outcome = {0: "optimal", 2: "infeasible", 3: "unbounded"}[oracle.status]
    assert found.outcome == outcome
    if outcome == "optimal":
        assert float(found.value) == pytest.approx(-oracle.fun, abs=1e-7)


def test_beales_example_which_makes_the_plain_method_cycle():
    """Beale (1955): with the largest coefficient and first ties the simplex method cycles."""
    program = (
        ["3/4", -150, "1/50", -6],
        [["1/4", -60, "-1/25", 9], ["1/2", -90, "-1/50", 3], [0, 0, 1, 0]],
        [0, 0, 1],
    )
    found = linear_program(*program)
    assert (found.outcome, found.value) == ("optimal", Fraction(1, 20))
    assert found.pivots < 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1], [[1, 2]], [1]), r"rows\[0\]: requires 1 numbers, got 2"),
        (([1], [[1]], []), "bounds: requires 1 numbers, got 0"),
        (([1], (), (), [[1]], []), "values: requires 1 numbers, got 0"),
        (([1], (), (), (), (), [1]), r"free: requires variables from 0 to 0, got \[1\]"),
        ((["high"],), r"objective\[0\]: requires a finite number"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        linear_program(*arguments)


def test_a_program_without_constraints():
    assert linear_program([-1, 0]).value == 0
    assert linear_program([-1, 0], free=[0]).ray == (-1, 0)
