"""Vertices of polytopes against brute force, against counts that are known, and their bases."""

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from math import comb, lcm

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.polytope import (
    Tableau,
    affine_dimension,
    determinant_sign,
    vertex_bound,
    vertices,
)

Matrix = Sequence[Sequence[int]]
law = settings(database=None, derandomize=True, deadline=None, max_examples=100)


def by_force(rows: Matrix) -> dict[tuple[Fraction, ...], int]:
    """Each vertex of {z ≥ 0, Mz ≤ 1} with the mask of its tight inequalities.

    Every d of the d + k inequalities are made equalities: a solution that is unique, and keeps
    the other inequalities, is a vertex.
    """
    d = len(rows[0])
    left = [[int(i == j) for j in range(d)] for i in range(d)] + [list(row) for row in rows]
    right = [0] * d + [1] * len(rows)
    found = {}
    for tight in combinations(range(len(left)), d):
        matrix = fmpq_mat([[fmpq(v) for v in left[i]] for i in tight])
        if matrix.det() == 0:
            continue
        entries = matrix.solve(fmpq_mat([[fmpq(right[i])] for i in tight])).entries()
        point = tuple(Fraction(int(v.numerator), int(v.denominator)) for v in entries)
        values = [sum(a * z for a, z in zip(row, point, strict=True)) for row in left]
        if min(values[:d]) >= 0 and max(values[d:]) <= 1:
            found[point] = sum(1 << i for i, v in enumerate(values) if v == right[i])
    return found


def random_rows(seed: int, count: int, high: int) -> list[Matrix]:
    rng = np.random.default_rng(seed)
    shapes = [(int(k), int(d)) for k, d in rng.integers(1, 6, (count, 2))]
    return [rng.integers(1, high + 1, shape).tolist() for shape in shapes]


@pytest.mark.parametrize("high", [1, 2, 3, 10, 10**6])
def test_vertices_and_their_tight_inequalities_are_those_of_brute_force(high: int) -> None:
    for rows in random_rows(seed=high, count=40, high=high):
        found = vertices(rows).vertices
        assert {vertex.point: vertex.tight for vertex in found} == by_force(rows), rows
        assert len({vertex.point for vertex in found}) == len(found)


@law
@given(st.data())
def test_integers_of_any_size_are_exact(data: st.DataObject) -> None:
    d, k = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    entry = st.integers(1, 10**40)
    rows = [data.draw(st.lists(entry, min_size=d, max_size=d)) for _ in range(k)]
    assert {v.point: v.tight for v in vertices(rows).vertices} == by_force(rows)


@pytest.mark.parametrize("rows", [[[1, 1]] * 4, [[2, 2, 2]], [[1] * 4] * 3 + [[2, 1, 1, 1]] * 2])
def test_repeated_rows_add_bases_and_no_vertices(rows: Matrix) -> None:
    once = [row for i, row in enumerate(rows) if row not in rows[:i]]
    repeated, single = vertices(rows), vertices(once)
    assert {v.point for v in repeated.vertices} == {v.point for v in single.vertices}
    assert {v.point: v.tight for v in repeated.vertices} == by_force(rows)


def test_rows_that_touch_the_polytope_in_a_face_only() -> None:
    # z1 + z2 + z3 ≤ 1 touched by (z1 + z2)/1 ≤ 1 in an edge, and by z3 ≤ 1 in a vertex.
    rows = [[2, 2, 2], [2, 2, 1], [1, 1, 2]]
    assert {v.point: v.tight for v in vertices(rows).vertices} == by_force(rows)
    assert max(v.tight.bit_count() for v in vertices(rows).vertices) > 3


def test_a_row_that_cuts_nothing_off_is_harmless() -> None:
    rows = [[4, 4], [1, 3]]
    assert len(vertices(rows).vertices) == 3
    assert len(vertices(rows).bases) == 3


def test_the_first_vertex_is_the_origin() -> None:
    for rows in random_rows(seed=0, count=20, high=3):
        first = vertices(rows).vertices[0]
        assert set(first.point) == {0}
        assert first.tight == (1 << len(rows[0])) - 1


# ---- bases: the vertices of the perturbed polytope ----------------------------------------------


def test_every_vertex_has_a_basis_and_every_basis_is_tight_at_its_vertex() -> None:
    for rows in random_rows(seed=1, count=80, high=2):
        d = len(rows[0])
        found = vertices(rows)
        assert set(found.bases.values()) == set(range(len(found.vertices)))
        for mask, place in found.bases.items():
            assert mask.bit_count() == d
            assert mask & found.vertices[place].tight == mask


def test_bases_are_the_vertices_of_a_polytope_that_is_really_perturbed() -> None:
    # Right-hand sides 1 + ε, 1 + ε², … with a small number for ε.
    e = Fraction(1, 10**6)
    for rows in random_rows(seed=2, count=40, high=2):
        scales = [1 + e ** (i + 1) for i in range(len(rows))]
        # (row / scale)·z ≤ 1, in integers: a factor common to all rows only changes the unit of z.
        common = lcm(*(scale.numerator for scale in scales))
        integral = [
            [int(value / scale * common) for value in row]
            for row, scale in zip(rows, scales, strict=True)
        ]
        expected = set(by_force(integral).values())
        assert all(mask.bit_count() == len(rows[0]) for mask in expected), "still degenerate"
        assert set(vertices(rows).bases) == expected


def test_simple_polytopes_have_one_basis_a_vertex() -> None:
    random.seed(3)
    for d, k in product(range(1, 5), range(1, 5)):
        rows = [[random.randint(1, 10**9) for _ in range(d)] for _ in range(k)]
        found = vertices(rows)
        assert len(found.bases) == len(found.vertices)
        assert set(found.bases) == {vertex.tight for vertex in found.vertices}


def test_progress_is_told_of_each_basis_once() -> None:
    steps: list[int] = []
    found = vertices([[1, 1, 1]] * 3, steps.append)
    assert steps == [1] * len(found.bases)


# ---- how many vertices there can be -------------------------------------------------------------


def dual_cyclic(d: int, k: int) -> Matrix:
    """Rows of {z ≥ 0, Mz ≤ 1}, combinatorially the dual of a cyclic polytope with d + k vertices.

    Points (t, t², …, t^d), t = 1, 2, …; their dual, seen from the vertex of its first d facets,
    is {z ≥ 0, Cz ≤ 1}. Adding a number to all of C is a projective map, which leaves the
    combinatorics of a bounded polytope as they are, and makes C positive.
    """
    n = d + k
    points = [[Fraction(t) ** power for power in range(1, d + 1)] for t in range(1, n + 1)]
    centre = [sum(column) / n for column in zip(*points, strict=True)]
    facets = [
        [fmpq((v - c).numerator, (v - c).denominator) for v, c in zip(point, centre, strict=True)]
        for point in points
    ]
    inverse = fmpq_mat(facets[:d]).inv()
    C = []
    for facet in facets[d:]:
        coefficients = (fmpq_mat([facet]) * inverse).entries()
        room = 1 - sum(coefficients, fmpq(0))
        assert room > 0
        C.append([-value / room for value in coefficients])
    least = min(value for row in C for value in row)
    common = lcm(*(int((value - least).denominator) for row in C for value in row))
    return [[int((value - least) * common) + common for value in row] for row in C]


@pytest.mark.parametrize(("d", "k"), [*product(range(1, 6), range(1, 6)), (6, 6), (4, 9), (9, 4)])
def test_the_bound_is_attained_by_duals_of_cyclic_polytopes(d: int, k: int) -> None:
    rows = dual_cyclic(d, k)
    assert min(map(min, rows)) > 0
    found = vertices(rows)
    assert len(found.vertices) == len(found.bases) == vertex_bound(d, k)


def test_the_bound_holds_for_bases_too_whatever_the_ties() -> None:
    for rows in random_rows(seed=4, count=100, high=2):
        found = vertices(rows)
        assert len(found.vertices) <= len(found.bases) <= vertex_bound(len(rows[0]), len(rows))


def test_the_bound_in_closed_form() -> None:
    # Polygons have as many vertices as edges; in three dimensions there are 2n − 4 at most, and in
    # even dimension d = 2s there are n/(n − s)·C(n − s, s).
    for k in range(1, 12):
        assert vertex_bound(1, k) == 2
        assert vertex_bound(2, k) == 2 + k
        assert vertex_bound(3, k) == 2 * (3 + k) - 4
        n = 4 + k
        assert vertex_bound(4, k) == n * comb(n - 2, 2) // (n - 2)
    # A simplex has d + 1 vertices.
    assert all(vertex_bound(d, 1) == d + 1 for d in range(1, 12))


# ---- tableaux -----------------------------------------------------------------------------------


def test_a_pivot_makes_a_new_tableau_and_pivoting_back_restores_the_old_one() -> None:
    start = Tableau.at_origin([[1, 2], [3, 1]])
    before = (start.basis, start.matrix.tolist(), start.denominator)
    row = start.leaving_row(0)
    there = start.pivot(row, 0)
    assert there.vertex().point == (Fraction(1, 3), 0)
    assert (start.basis, start.matrix.tolist(), start.denominator) == before
    back = there.pivot(row, start.basis[row])
    assert back.basis == start.basis
    assert back.vertex() == start.vertex()
    assert back.cobasis() == start.cobasis() == 0b0011


@pytest.mark.parametrize("rows", [[[0]], [[1, 0]], [[1, -1], [2, 0]]])
def test_an_unbounded_polytope_is_refused(rows: Matrix) -> None:
    with pytest.raises(ValueError, match=r"^rows: requires positive entries"):
        vertices(rows)


# ---- dimensions and determinants ----------------------------------------------------------------


def test_affine_dimension_of_points_that_are_known() -> None:
    third = Fraction(1, 3)
    one, two, three = (1, 0, 0), (0, 1, 0), (0, 0, 1)
    as_fractions = [[Fraction(v) for v in point] for point in (one, two, three)]
    centre = [third] * 3
    assert affine_dimension(as_fractions[:1]) == 0
    assert affine_dimension(as_fractions[:1] * 4) == 0
    assert affine_dimension(as_fractions[:2]) == 1
    assert affine_dimension(as_fractions) == 2
    assert affine_dimension([*as_fractions, centre]) == 2
    middle = [Fraction(1, 2), Fraction(1, 2), Fraction(0)]
    assert affine_dimension([as_fractions[0], middle, as_fractions[1]]) == 1


def test_affine_dimension_sees_what_floats_cannot() -> None:
    tiny = Fraction(1, 10**30)
    line = [[Fraction(0)] * 2, [Fraction(1), Fraction(1)], [Fraction(2), Fraction(2)]]
    assert affine_dimension(line) == 1
    line[2][1] += tiny
    assert affine_dimension(line) == 2


@law
@given(st.data())
def test_affine_dimension_does_not_depend_on_the_order_or_the_origin(data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 4))
    point = st.lists(st.fractions(-3, 3, max_denominator=3), min_size=width, max_size=width)
    points = data.draw(st.lists(point, min_size=1, max_size=6))
    expected = affine_dimension(points)
    assert affine_dimension(data.draw(st.permutations(points))) == expected
    assert affine_dimension([[v + 7 for v in one] for one in points]) == expected
    assert expected == np.linalg.matrix_rank(
        np.array([[float(a - b) for a, b in zip(one, points[0], strict=True)] for one in points])
    )


def leibniz(rows: Matrix) -> int:
    """The determinant by expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    return sum(
        (-1) ** j * value * leibniz([[*row[:j], *row[j + 1 :]] for row in rows[1:]])
        for j, value in enumerate(rows[0])
    )


@law
@given(st.data())
def test_determinant_sign_is_that_of_the_expansion(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 4))
    row = st.lists(st.integers(-3, 3), min_size=size, max_size=size)
    rows = data.draw(st.lists(row, min_size=size, max_size=size))
    determinant = leibniz(rows)
    assert determinant_sign(rows) == (determinant > 0) - (determinant < 0)


def test_determinant_sign_is_exact_where_floats_are_not() -> None:
    big = 10**20
    assert determinant_sign([[big, big + 1], [big - 1, big]]) == 1  # the determinant is 1
    assert determinant_sign([[big, big + 1], [big, big + 1]]) == 0
