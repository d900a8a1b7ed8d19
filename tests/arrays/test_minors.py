"""Bordered minors: their tables, and the bounds on their errors, against exact determinants."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from dilemma.arrays.exact import fraction
from dilemma.arrays.minor_kernels import BLOCK, GROUPS, LANES, fill_minors, load_side, set_bounds
from dilemma.arrays.minors import error_constants, game_tables


def exact_minor(A: list[list[Fraction]], rows: Any, columns: Any) -> Fraction:
    entries = [
        fmpq(value.numerator, value.denominator)
        for i in rows
        for value in (Fraction(1), *(A[i][j] for j in columns))
    ]
    determinant = fmpq_mat(len(rows), len(rows), entries).det()
    return Fraction(int(determinant.p), int(determinant.q))


@pytest.mark.parametrize(("m", "n"), [(1, 1), (2, 2), (3, 5), (5, 3), (5, 5), (6, 6)])
@pytest.mark.parametrize("kind", ["normal", "near ties", "wide"])
def test_every_minor_is_within_its_bound(m: int, n: int, kind: str) -> None:
    rng = np.random.default_rng(m * 10 + n)
    payoffs = rng.normal(size=(2, m, n, 3))
    if kind == "near ties":
        payoffs = rng.integers(0, 3, size=payoffs.shape) + 1e-15 * payoffs + 0.1
    elif kind == "wide":
        payoffs *= 10.0 ** rng.integers(-5, 6, size=payoffs.shape)
    tables, (alpha, beta) = game_tables(m, n).column_side, error_constants()
    orders = len(alpha)
    entries, scales = np.zeros(m * n * BLOCK), np.empty(n * BLOCK)
    slack, work = np.empty(BLOCK), np.empty((4, BLOCK))
    bounds = np.empty(orders * BLOCK)
    minors = np.empty(tables.count * BLOCK)
    signs = np.zeros(2 * tables.count * GROUPS, dtype=np.uint8)
    flat = np.ascontiguousarray(payoffs.reshape(2 * m * n, 3))
    load_side(flat, np.zeros((2 * m * n, 1)), 0, 0, 3, m, n, entries, scales, slack, work)
    set_bounds(slack, alpha, beta, orders, GROUPS, bounds)
    fill_minors(
        entries, bounds, tables.first, tables.parents, tables.entries, m * n, orders, GROUPS,
        minors, signs,
    )  # fmt: skip
    assert tables.count == comb(m + n, m - 1)
    certain = 0
    for game in range(3):
        A = [[fraction(float(value)) for value in row] for row in payoffs[0, :, :, game]]
        position = 0
        for k in range(1, min(m, n + 1) + 1):
            for rows in combinations(range(m), k):
                for columns in combinations(range(n), k - 1):
                    exact = exact_minor(A, rows, columns)
                    for j in columns:
                        exact *= Fraction(float(scales[j * BLOCK + game]))
                    bound = bounds[k * LANES + game]
                    missed = abs(Fraction(float(minors[position * LANES + game])) - exact)
                    assert bound == np.inf or missed <= Fraction(float(bound))
                    above, below = (
                        bool(signs[(2 * position + which) * GROUPS] >> game & 1)
                        for which in (0, 1)
                    )
                    assert not above or exact > 0
                    assert not below or exact < 0
                    certain += above or below
                    position += 1
    assert certain > 0
    if kind == "normal":
        assert certain == 3 * tables.count


def test_the_bounds_grow_with_the_order_and_stay_small() -> None:
    alpha, beta = error_constants()
    assert np.all(np.diff(alpha[1:]) > 0)
    assert alpha[5] < 1e-12
    assert alpha[8] < 1e-8
    assert alpha[1] == beta[1] == 0


def test_pairs_are_in_the_order_of_the_exact_solver() -> None:
    tables = game_tables(3, 4)
    pairs = [
        (
            int(size),
            [i for i in range(3) if row >> i & 1],
            [j for j in range(4) if column >> j & 1],
        )
        for size, row, column in zip(
            tables.sizes, tables.row_masks, tables.column_masks, strict=True
        )
    ]
    assert pairs == sorted(pairs)
    for position, (_, rows, columns) in enumerate(pairs):
        place = sum(1 << i for i in rows) << 4 | sum(1 << j for j in columns)
        assert tables.pair_at[place] == position
