"""Nash subsets, connected components and their indices, against their definitions.

- A *Nash subset* is a product of mixtures, all pairs of which are in equilibrium.
- A *component* is a connected part of their union: decided here by linear programs.
- Its *index* is checked where it can be computed otherwise: an isolated, regular equilibrium has
  the sign of det(−J), J the Jacobian of the replicator dynamics there (ritzberger1994); a
  component has the sum of the indices of the equilibria near it once the game is perturbed.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray
from scipy.optimize import linprog

from dilemma.equilibria import Component, Equilibria, NashSubset, nash
from dilemma.game import Game

Point = tuple[Fraction, ...]


def tied_games(seed: int, count: int) -> Iterator[Game]:
    """Games of many kinds, nearly all with ties and most with equilibria that are not isolated."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        m, n = (int(size) for size in rng.integers(2, 6, 2))
        kind = number % 4
        if kind == 0:
            yield Game(rng.integers(0, 2, (2, m, n)))
        elif kind == 1:
            yield Game.symmetric(rng.integers(0, 3, (m, m)))
        elif kind == 2:
            both = rng.integers(0, 3, (2, m, n))
            yield Game(np.concatenate([both, both[:, :1]], axis=1))
        else:
            both = rng.integers(0, 3, (2, m, n))
            both[0, 0], both[1, :, 0] = 0, 0
            yield Game(both)


def mixture(rng: np.random.Generator, points: Sequence[Point]) -> Point:
    """A random rational convex combination of some points."""
    weights = [Fraction(int(weight)) for weight in rng.integers(1, 100, len(points))]
    total = sum(weights)
    return tuple(
        sum((w * p for w, p in zip(weights, column, strict=True)), Fraction(0)) / total
        for column in zip(*points, strict=True)
    )


# ---- subsets ------------------------------------------------------------------------------------


def test_every_pair_of_mixtures_of_a_subset_is_in_equilibrium() -> None:
    rng = np.random.default_rng(0)
    seen = 0
    for game in tied_games(seed=1, count=80):
        for subset in nash(game).subsets:
            seen += subset.dimension > 0
            for _ in range(3):
                x, y = mixture(rng, subset.rows), mixture(rng, subset.columns)
                assert game.regret(x, y) == 0
    assert seen >= 80


def test_subsets_are_products_of_extreme_equilibria_and_cover_all_of_them() -> None:
    for game in tied_games(seed=2, count=80):
        found = nash(game)
        pairs = [(x, y) for subset in found.subsets for x in subset.rows for y in subset.columns]
        assert set(pairs) == {(one.row, one.column) for one in found}


def test_no_subset_contains_another_or_can_be_made_larger() -> None:
    for game in tied_games(seed=3, count=80):
        found = nash(game)
        rows = {one.row for one in found}
        columns = {one.column for one in found}
        for subset in found.subsets:
            more_rows = {x for x in rows if all(game.regret(x, y) == 0 for y in subset.columns)}
            more_columns = {y for y in columns if all(game.regret(x, y) == 0 for x in subset.rows)}
            assert more_rows == set(subset.rows)
            assert more_columns == set(subset.columns)
        for one, other in combinations(found.subsets, 2):
            assert not (
                set(one.rows) <= set(other.rows) and set(one.columns) <= set(other.columns)
            )


def test_dimension_counts_the_ways_to_move_within_a_subset() -> None:
    for game in tied_games(seed=4, count=60):
        for component in nash(game).components:
            for subset in component.subsets:
                spans = [
                    np.linalg.matrix_rank(
                        np.array(points, dtype=float) - np.array(points[0], float)
                    )
                    for points in (subset.rows, subset.columns)
                ]
                assert subset.dimension == sum(spans)
            assert component.dimension == max(subset.dimension for subset in component.subsets)


# ---- components ---------------------------------------------------------------------------------


def distance(first: NashSubset, x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """The largest coordinate of the way from (x, y) to a Nash subset: a linear program."""
    return _gap(first, [x], [y])


def touch(first: NashSubset, second: NashSubset) -> bool:
    return _gap(first, second.rows, second.columns) < 1e-9


def _gap(subset: NashSubset, rows: Sequence[object], columns: Sequence[object]) -> float:
    U, V, R, C = (
        np.array(points, dtype=float).T for points in (subset.rows, subset.columns, rows, columns)
    )
    (m, u), (n, v), r, c = U.shape, V.shape, R.shape[1], C.shape[1]
    # Weights on U, V, R and C, then the bound t on |Uλ − Rμ| and |Vλ' − Cμ'|.
    difference = np.block([[U, np.zeros((m, v)), -R, np.zeros((m, c))],
                           [np.zeros((n, u)), V, np.zeros((n, r)), -C]])  # fmt: skip
    bound = np.ones((m + n, 1))
    sums = np.zeros((4, u + v + r + c + 1))
    start = 0
    for one, size in enumerate((u, v, r, c)):
        sums[one, start : start + size] = 1
        start += size
    answer = linprog(
        [0] * start + [1],
        A_ub=np.block([[difference, -bound], [-difference, -bound]]),
        b_ub=np.zeros(2 * (m + n)),
        A_eq=sums,
        b_eq=np.ones(4),
    )
    assert answer.status == 0
    return float(answer.fun)


def test_components_are_the_connected_parts_of_the_union_of_the_subsets() -> None:
    several = joined = 0
    for game in tied_games(seed=5, count=60):
        found = nash(game)
        place = [i for i, component in enumerate(found.components) for _ in component.subsets]
        part = list(range(len(found.subsets)))
        for i, j in combinations(range(len(part)), 2):
            if touch(found.subsets[i], found.subsets[j]):
                part = [part[i] if one == part[j] else one for one in part]
                joined += 1
        for i, j in combinations(range(len(part)), 2):
            assert (part[i] == part[j]) == (place[i] == place[j]), game
        several += len(found.components) > 1
    assert several >= 10
    assert joined >= 50


def test_components_share_out_the_extreme_equilibria() -> None:
    for game in tied_games(seed=6, count=60):
        found = nash(game)
        members = [one for component in found.components for one in component.equilibria]
        assert len(members) == len(found)
        assert set(members) == set(found)
        for component in found.components:
            corners = {
                (x, y) for subset in component.subsets for x in subset.rows for y in subset.columns
            }
            assert corners == {(one.row, one.column) for one in component.equilibria}


# ---- indices ------------------------------------------------------------------------------------


def replicator_index(game: Game, x: Point, y: Point) -> int:
    """The sign of det(−J) of the replicator dynamics of both players at an equilibrium.

    ẋ_i = x_i((Ay)_i − x·Ay), ẏ_j = y_j((Bᵀx)_j − y·Bᵀx); one strategy in each support depends on
    the others, since weights sum to 1.
    """
    A, B = game.exact_payoffs
    m, n = game.shape
    rows, columns = A @ np.array(y), np.array(x) @ B
    u, v = np.array(x) @ rows, columns @ np.array(y)
    # d(mean)/dx_k = rows[k], d(mean)/dy_l = (xA)_l, and the same for the other player.
    xA, By = np.array(x) @ A, B @ np.array(y)
    J = np.zeros((m + n, m + n), dtype=object)
    for i in range(m):
        for k in range(m):
            J[i, k] = (rows[i] - u) * int(i == k) - x[i] * rows[k]
        for j in range(n):
            J[i, m + j] = x[i] * (A[i, j] - xA[j])
    for j in range(n):
        for k in range(n):
            J[m + j, m + k] = (columns[j] - v) * int(j == k) - y[j] * columns[k]
        for i in range(m):
            J[m + j, i] = y[j] * (B[i, j] - By[i])
    first, second = x.index(max(x)), m + y.index(max(y))
    free = [k for k in range(m + n) if k not in (first, second)]
    # dx_first = −Σ dx_k over the others.
    reduced = [[J[k, e] - J[k, first if e < m else second] for e in free] for k in free]
    if not reduced:
        return 1
    matrix = fmpq_mat([[-fmpq(e.numerator, e.denominator) for e in row] for row in reduced])
    determinant = matrix.det()
    assert determinant != 0, "the equilibrium is not regular"
    return 1 if determinant > 0 else -1


def indices(equilibria: Equilibria) -> list[int]:
    return [component.index for component in equilibria.components]


def test_indices_sum_to_one_everywhere() -> None:
    rng = np.random.default_rng(7)
    games = [
        *tied_games(seed=7, count=200),
        *(Game(g) for g in rng.random((50, 2, 4, 4)).round(2)),
    ]
    for game in games:
        assert sum(indices(nash(game))) == 1, game


def test_index_of_an_isolated_regular_equilibrium_is_the_sign_of_a_jacobian() -> None:
    rng = np.random.default_rng(8)
    seen = {1: 0, -1: 0}
    for _ in range(150):
        m, n = (int(size) for size in rng.integers(1, 6, 2))
        game = Game(rng.integers(0, 1000, (2, m, n)))
        found = nash(game)
        if found.degenerate:
            continue
        for component in found.components:
            (one,) = component.equilibria
            assert component.index == replicator_index(game, one.row, one.column)
            seen[component.index] += 1
    assert min(seen.values()) >= 30


def test_strict_equilibria_are_components_of_their_own_with_index_one() -> None:
    seen = 0
    for game in tied_games(seed=9, count=200):
        for component in nash(game).components:
            if any(one.strict for one in component.equilibria):
                assert len(component.equilibria) == 1
                assert (component.dimension, component.index) == (0, 1)
                seen += 1
    assert seen >= 40


def nearest(component: Component, x: Point, y: Point) -> float:
    first, second = np.array(x, dtype=float), np.array(y, dtype=float)
    return min(distance(subset, first, second) for subset in component.subsets)


def test_index_of_a_component_survives_in_a_perturbed_game() -> None:
    # Payoffs move by about 1e-9; each equilibrium of the perturbed game, found anew, must be near
    # one component, and the indices near each component (by the Jacobian) must add up to its own.
    rng = np.random.default_rng(10)
    flat = 0
    seen = set()
    for game in tied_games(seed=11, count=160):
        found = nash(game)
        flat += any(component.dimension for component in found.components)
        shift = rng.integers(-999, 1000, (2, *game.shape)).astype(object) * Fraction(1, 10**12)
        perturbed = Game(game.exact_payoffs + shift)
        around = nash(perturbed)
        assert not around.degenerate
        sums = [0] * len(found.components)
        for one in around:
            gaps = [nearest(component, one.row, one.column) for component in found.components]
            close = [i for i, gap in enumerate(gaps) if gap < 1e-5]
            assert len(close) == 1
            assert all(gap > 1e-3 for i, gap in enumerate(gaps) if i != close[0])
            sums[close[0]] += replicator_index(perturbed, one.row, one.column)
        assert sums == indices(found), game
        seen |= set(sums)
    assert flat >= 100
    assert seen >= {-1, 0, 1}


@pytest.mark.parametrize("seed", range(3))
def test_index_does_not_depend_on_the_order_of_strategies(seed: int) -> None:
    # Lexicographic ties favour early strategies: another order is another perturbation.
    rng = np.random.default_rng(seed)
    for game in tied_games(seed=12 + seed, count=40):
        m, n = game.shape
        rows, columns = rng.permutation(m), rng.permutation(n)
        moved = nash(Game(game.exact_payoffs[:, rows][:, :, columns]))
        found = nash(game)
        expected = {
            frozenset(
                (tuple(one.row[i] for i in rows), tuple(one.column[j] for j in columns))
                for one in component.equilibria
            ): (component.index, component.dimension)
            for component in found.components
        }
        assert expected == {
            frozenset((one.row, one.column) for one in component.equilibria): (
                component.index,
                component.dimension,
            )
            for component in moved.components
        }


# ---- known games --------------------------------------------------------------------------------


def test_matching_pennies_has_one_equilibrium_of_index_one() -> None:
    found = nash(Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    (only,) = found
    half = Fraction(1, 2)
    assert (only.row, only.column) == ((half, half), (half, half))
    assert indices(found) == [1]
    assert not only.strict


def test_coordination_has_two_equilibria_of_index_one_and_between_them_one_of_minus_one() -> None:
    found = nash(Game.symmetric([[2, 0], [0, 1]]))
    assert [(one.row, one.strict) for one in found] == [
        ((1, 0), True),
        ((0, 1), True),
        ((Fraction(1, 3), Fraction(2, 3)), False),
    ]
    assert indices(found) == [1, 1, -1]


def test_index_of_coordination_alternates_with_the_size_of_the_support() -> None:
    found = nash(Game.symmetric(np.eye(4, dtype=int)))
    for component in found.components:
        (one,) = component.equilibria
        assert component.index == (-1) ** (len(one.supports[0]) + 1)


def test_deterrence_of_entry_is_a_component_of_index_zero() -> None:
    # An entrant stays out or enters; the incumbent yields or fights. That it stays out for fear
    # of a fight is an equilibrium as long as a fight has a probability of at least 1/2; the
    # component vanishes under perturbations that cost the incumbent a little where nobody enters.
    entry = Game.from_bimatrix(
        [[0, 0], [1, -1]], [[2, 2], [1, -1]], [["out", "enter"], ["yield", "fight"]]
    )
    found = nash(entry)
    assert {(one.dimension, one.index) for one in found.components} == {(1, 0), (0, 1)}
    (stay_out,) = (component for component in found.components if component.dimension)
    half = Fraction(1, 2)
    assert [(one.row, one.column) for one in stay_out.equilibria] == [
        ((1, 0), (0, 1)),
        ((1, 0), (half, half)),
    ]
    assert stay_out.words == (
        "the row player plays out; the column player mixes yield with weight between 0 and 1/2 "
        "and fight with weight between 1/2 and 1"
    )
    tiny = Fraction(1, 10**9)
    costly = nash(Game.from_bimatrix([[0, 0], [1, -1]], [[2, 2 - tiny], [1, -1]]))
    assert [one.supports for one in costly] == [((1,), (0,))], "inessential: nothing is left of it"


def test_the_game_of_kohlberg_and_mertens_has_a_circle_of_equilibria() -> None:
    # Kohlberg & Mertens (1986): six segments that form a closed curve.
    A = [[1, 0, -1], [-1, 0, -1], [1, 0, -2]]
    game = Game.from_bimatrix(A, np.array(A).T)
    (circle,) = nash(game).components
    assert (circle.dimension, circle.index) == (1, 1)
    assert len(circle.subsets) == len(circle.equilibria) == 6
    unit = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    corners = [(0, 0), (0, 2), (1, 2), (1, 1), (2, 1), (2, 0), (0, 0)]
    expected = {frozenset(pair) for pair in pairwise(corners)}
    sides = {
        frozenset((unit.index(x), unit.index(y)) for x in subset.rows for y in subset.columns)
        for subset in circle.subsets
    }
    assert sides == expected


def test_indices_beyond_one_exist() -> None:
    # Three ways to coordinate and an outside option of the row player that pays 9/10: at the
    # option, one component whose index makes up for the three strict equilibria.
    A = [[1, 0, 0], [0, 1, 0], [0, 0, 1], ["9/10"] * 3]
    B = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]
    found = nash(Game.from_bimatrix(A, B))
    (option,) = (component for component in found.components if component.dimension)
    assert option.index == -2
    assert sorted(indices(found)) == [-2, 1, 1, 1]


def test_a_component_of_several_subsets_is_told_in_words() -> None:
    game = Game.symmetric([[1, 1], [1, 0]], ["share", "hide"])
    (component,) = nash(game).components
    assert len(component.subsets) == 2
    assert component.index == 1
    assert component.words == ", or ".join(subset.words for subset in component.subsets)
    assert {subset.words for subset in component.subsets} == {
        "the row player mixes share with weight between 0 and 1 and hide with weight between "
        "0 and 1; the column player plays share",
        "the row player plays share; the column player mixes share with weight between 0 and 1 "
        "and hide with weight between 0 and 1",
    }


# ---- the oracles --------------------------------------------------------------------------------


def test_the_linear_program_sees_a_gap_where_there_is_one() -> None:
    one, zero = Fraction(1), Fraction(0)
    segment = NashSubset(
        rows=((one, zero),), columns=((one, zero), (zero, one)), dimension=1, words=""
    )
    corner = NashSubset(rows=((one, zero),), columns=((zero, one),), dimension=0, words="")
    apart = NashSubset(rows=((zero, one),), columns=((zero, one),), dimension=0, words="")
    assert distance(segment, np.array([1, 0]), np.array([0.3, 0.7])) < 1e-12
    assert distance(segment, np.array([0.5, 0.5]), np.array([0.3, 0.7])) == pytest.approx(0.5)
    assert touch(segment, corner)
    assert not touch(segment, apart)


def test_the_jacobian_has_the_signs_that_are_known() -> None:
    third, half = Fraction(1, 3), Fraction(1, 2)
    coordination = Game.symmetric([[2, 0], [0, 1]])
    pennies = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert (
        replicator_index(coordination, (Fraction(1), Fraction(0)), (Fraction(1), Fraction(0))) == 1
    )
    assert replicator_index(coordination, (third, 2 * third), (third, 2 * third)) == -1
    assert replicator_index(pennies, (half, half), (half, half)) == 1
