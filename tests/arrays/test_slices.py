"""Linear programs over slices of cones: HiGHS, its exact confirmation, and the exact simplex."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from dilemma.arrays import slices
from dilemma.arrays.slices import best_on_slice


def random_program(rng, d, k):
    """Homogeneous rows with zeros and ties, all satisfied by a random positive point."""
    rows = []
    inside = rng.integers(1, 5, d)
    while len(rows) < k:
        row = rng.integers(-3, 4, d)
        if row @ inside <= 0 and row.any():
            rows.append(row)
    return [int(v) for v in rng.integers(1, 6, d)], rows


def sparse(row):
    places = tuple(int(k) for k in np.flatnonzero(row))
    return places, tuple(int(row[k]) for k in places)


def test_confirmed_vertices_are_those_of_the_simplex_method_and_of_highs():
    rng = np.random.default_rng(0)
    confirmed = 0
    for _ in range(120):
        d, k = (int(v) for v in rng.integers(1, 9, 2))
        objective, rows = random_program(rng, d, k)
        normal = [1] * d
        found = best_on_slice(objective, [sparse(row) for row in rows], normal)
        assert found.exact
        confirmed += "confirmed in" in found.method
        point = np.array(found.point)
        assert min(point) >= 0
        assert sum(point) <= 1
        assert all(row @ point <= 0 for row in rows)
        value = sum(point * objective)
        simplex = slices._by_simplex(objective, [sparse(row) for row in rows], normal)
        assert sum(np.array(simplex) * objective) == value
        matrix = np.array([*rows, normal])
        bound = [0.0] * len(rows) + [1.0]
        oracle = linprog(-np.array(objective), A_ub=matrix, b_ub=bound, method="highs-ipm")
        assert float(value) == pytest.approx(-oracle.fun, abs=1e-7)
    assert confirmed >= 100


@pytest.mark.parametrize("rows", [[], [((0, 1), (-1, 2))]])
def test_without_and_with_a_constraint(rows):
    found = best_on_slice([1, 3], rows, [1, 1])
    expected = (Fraction(2, 3), Fraction(1, 3)) if rows else (0, 1)
    assert found.point == expected


def test_a_wrong_vertex_is_not_believed(monkeypatch):
    # Floats that name a feasible vertex which is not the best one, and floats that name none.
    rows = [((0, 1), (-1, 2))]
    for floats in (([1.0, 0.0], [0.0, 1.0], [0.0, 1.0]), ([0.0, 1.0], [1.0, 1.0], [0.0, 0.0])):
        lie = tuple(np.array(one) for one in floats)
        monkeypatch.setattr(slices, "_by_highs", lambda *_, lie=lie: lie)
        found = best_on_slice([1, 3], rows, [1, 1])
        assert found.point == (Fraction(2, 3), Fraction(1, 3))
        assert found.method.startswith("exact simplex")
    monkeypatch.setattr(slices, "_by_highs", lambda *_: None)
    assert best_on_slice([1, 3], rows, [1, 1]).exact


def test_what_is_too_large_to_confirm_is_called_inexact(monkeypatch):
    monkeypatch.setattr(slices, "_certified", lambda *_: None)
    monkeypatch.setattr(slices, "LARGEST_TABLEAU", 0)
    found = best_on_slice([1, 3], [((0, 1), (-1, 2))], [1, 1])
    assert not found.exact
    assert "not confirmed" in found.method
    assert sum(found.point) == 1
    assert float(found.point[0]) == pytest.approx(2 / 3)


def test_integers_beyond_floats():
    huge = 10**400
    found = best_on_slice([1, 3 * huge], [((0, 1), (-huge, 2 * huge))], [1, 1])
    assert found.point == (Fraction(2, 3), Fraction(1, 3))


def test_where_nothing_helps_the_error_says_what_would(monkeypatch):
    monkeypatch.setattr(slices, "_by_highs", lambda *_: None)
    monkeypatch.setattr(slices, "LARGEST_TABLEAU", 0)
    with pytest.raises(ArithmeticError, match="restrict the game to fewer strategies"):
        best_on_slice([1, 3], [((0, 1), (-1, 2))], [1, 1])
