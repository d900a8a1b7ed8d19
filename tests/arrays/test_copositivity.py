"""Copositivity: witnesses by definition, and a criterion of another kind as an oracle."""

from fractions import Fraction
from itertools import combinations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.copositivity import copositivity


@st.composite
def forms(draw, largest=5, bound=3):
    d = draw(st.integers(1, largest))
    entries = st.integers(-bound, bound)
    matrix = [[Fraction(0)] * d for _ in range(d)]
    for i in range(d):
        for j in range(i, d):
            low = 0 if i == j and draw(st.booleans()) else -bound
            matrix[i][j] = matrix[j][i] = Fraction(draw(entries.filter(lambda v, b=low: v >= b)))
    if draw(st.booleans()):  # squares of integer vectors: zeros on the boundary are common
        k = draw(st.integers(1, d))
        L = [[draw(st.integers(-2, 2)) for _ in range(d)] for _ in range(k)]
        matrix = [[Fraction(sum(r[i] * r[j] for r in L)) for j in range(d)] for i in range(d)]
    return matrix, draw(st.sets(st.integers(0, d - 1)))


def value(matrix, w):
    return sum(matrix[i][j] * a * b for i, a in enumerate(w) for j, b in enumerate(w))


def least_sign(matrix, free):
    """The least sign of the form over the stationary points of all faces of all orthants.

    Each free variable is split in its two signs, so that the cone is a union of orthants. On the
    simplex of a face a least value inside is at a stationary point, Cw = t1; and where the
    equations for it are singular, it is also taken on the boundary.
    """
    d = len(matrix)
    least = 1
    for signs in sorted({tuple(1 if j not in free or s >> j & 1 else -1 for j in range(d))
                         for s in range(1 << d)}):  # fmt: skip
        C = sympy.Matrix(d, d, lambda i, j, s=signs: matrix[i][j] * s[i] * s[j])
        for size in range(1, d + 1):
            for chosen in combinations(range(d), size):
                part = C.extract(list(chosen), list(chosen))
                bordered = part.row_join(-sympy.ones(size, 1)).col_join(
                    sympy.ones(1, size).row_join(sympy.zeros(1, 1))
                )
                if bordered.det() != 0:
                    solution = bordered.LUsolve(sympy.Matrix([0] * size + [1]))
                    if all(solution[i] > 0 for i in range(size)):
                        least = min(least, sympy.sign(solution[size]))
    return int(least)


@settings(max_examples=400, deadline=None)
@given(form=forms(largest=6))
def test_witnesses_are_what_they_are_said_to_be(form):
    matrix, free = form
    found = copositivity(matrix, free)
    w = found.witness
    if found.sign == 1:
        assert w == ()
        return
    assert any(w)
    assert all(w[j] >= 0 for j in range(len(w)) if j not in free)
    assert value(matrix, w) == 0 if found.sign == 0 else value(matrix, w) < 0


@settings(max_examples=40, deadline=None)
@given(form=forms(largest=3))
def test_stationary_points_of_all_faces_decide_the_same(form):
    matrix, free = form
    assert copositivity(matrix, free).sign == least_sign(matrix, free)


def test_horns_form_is_copositive_without_being_a_sum_of_a_square_and_nonnegative_ones():
    """Horn's form, in Hall & Newman (1963): zero at (1, 1, 0, 0, 0), nowhere negative."""
    horn = [[1, -1, 1, 1, -1], [-1, 1, -1, 1, 1], [1, -1, 1, -1, 1], [1, 1, -1, 1, -1],
            [-1, 1, 1, -1, 1]]  # fmt: skip
    assert copositivity(horn).sign == 0
    lower = [[Fraction(v) - Fraction(i == j, 1000) for j, v in enumerate(row)]
             for i, row in enumerate(horn)]  # fmt: skip
    assert copositivity(lower).sign == -1
    raised = [[Fraction(v) + Fraction(i == j, 10**9) for j, v in enumerate(row)]
              for i, row in enumerate(horn)]  # fmt: skip
    assert copositivity(raised).sign == 1


def test_a_block_that_is_too_large_is_refused_in_words():
    d = 6
    matrix = [[Fraction(d if i == j else -1) for j in range(d)] for i in range(d)]
    assert copositivity(matrix).sign == 1
    with pytest.raises(ValueError, match="requires at most 5 indices that hang together"):
        copositivity(matrix, largest_block=5)
