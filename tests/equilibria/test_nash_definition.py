"""`nash` against the definitions alone: brute force that shares no algorithm with it.

First the extreme equilibria: every subset of tight inequalities is tried, one linear system each,
without a pivot, a change of payoffs or a tie-breaking rule. Then the set of all equilibria:
on a grid of mixed profiles, a profile is in equilibrium if and only if it lies in one of the
maximal Nash subsets.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from dilemma.equilibria import Equilibria, nash
from dilemma.game import Game

Point = tuple[Fraction, ...]
Payoffs = Sequence[Sequence[Fraction]]


def vertices_by_force(payoffs: Payoffs) -> set[Point]:
    """Mixtures y at the vertices of {(y, u): y ≥ 0, Σy = 1, payoffs · y ≤ u}.

    All sets of n of the inequalities are made equalities; where they determine (y, u), and the
    other inequalities hold, it is a vertex.
    """
    n = len(payoffs[0])
    unplayed = [[int(i == j) for j in range(n)] + [0] for i in range(n)]
    best = [[*row, -1] for row in payoffs]
    found = set()
    for tight in combinations(unplayed + best, n):
        rows = [[1] * n + [0], *tight]
        matrix = fmpq_mat([[fmpq(v.numerator, v.denominator) for v in row] for row in rows])
        if matrix.det() == 0:
            continue
        solution = matrix.solve(fmpq_mat([[1]] + [[0]] * n))
        *y, u = (Fraction(int(v.numerator), int(v.denominator)) for v in solution.entries())
        if min(y) >= 0 and max(earned(payoffs, y)) <= u:
            found.add(tuple(y))
    return found


def earned(payoffs: Payoffs, y: Sequence[Fraction]) -> list[Fraction]:
    return [sum((a * p for a, p in zip(row, y, strict=True)), Fraction(0)) for row in payoffs]


def in_equilibrium(A: Payoffs, B: Payoffs, x: Point, y: Point) -> bool:
    """Each pure strategy that is played earns the most: Nash's definition."""
    rows, columns = earned(A, y), earned(list(zip(*B, strict=True)), x)
    return all(v == max(rows) for p, v in zip(x, rows, strict=True) if p) and all(
        v == max(columns) for p, v in zip(y, columns, strict=True) if p
    )


def extreme_by_force(game: Game) -> set[tuple[Point, Point]]:
    A, B = game.exact_payoffs.tolist()
    return {
        (x, y)
        for x in vertices_by_force(list(zip(*B, strict=True)))
        for y in vertices_by_force(A)
        if in_equilibrium(A, B, x, y)
    }


def profiles(equilibria: Equilibria) -> set[tuple[Point, Point]]:
    return {(equilibrium.row, equilibrium.column) for equilibrium in equilibria}


def is_degenerate(game: Game) -> bool:
    """A vertex at which more inequalities are tight than it has dimensions: a tie too many."""
    A, B = game.exact_payoffs.tolist()
    for payoffs in (A, list(zip(*B, strict=True))):
        for y in vertices_by_force(payoffs):
            best = max(earned(payoffs, y))
            if earned(payoffs, y).count(best) > sum(p > 0 for p in y):
                return True
    return False


@pytest.mark.parametrize("high", [1, 2, 4, 50])
def test_extreme_equilibria_are_those_of_brute_force(high: int) -> None:
    rng = np.random.default_rng(high)
    for shape in [*product(range(1, 5), repeat=2), (5, 2), (2, 5), (4, 4), (4, 4)]:
        game = Game(rng.integers(-high, high + 1, (2, *shape)))
        found = nash(game)
        assert profiles(found) == extreme_by_force(game), game
        assert found.degenerate == is_degenerate(game), game


def test_extreme_equilibria_of_symmetric_and_constant_games_are_those_of_brute_force() -> None:
    rng = np.random.default_rng(44)
    games = [Game.symmetric(rng.integers(0, 3, (m, m))) for m in (2, 3, 4) for _ in range(8)]
    games += [Game(np.zeros((2, m, n), dtype=int)) for m, n in [(1, 1), (2, 3), (3, 3)]]
    games += [Game.from_bimatrix(A, -A) for A in rng.integers(-2, 3, (8, 3, 4))]
    for game in games:
        assert profiles(nash(game)) == extreme_by_force(game), game


def grid(size: int, steps: int) -> list[Point]:
    """All mixtures of some strategies with weights in multiples of 1/steps."""
    return [
        tuple(Fraction(count, steps) for count in counts)
        for counts in product(range(steps + 1), repeat=size)
        if sum(counts) == steps
    ]


@pytest.mark.parametrize(
    ("shape", "steps"), [((2, 2), 12), ((2, 3), 12), ((3, 2), 6), ((3, 3), 6)]
)
def test_a_profile_is_in_equilibrium_exactly_if_it_lies_in_a_nash_subset(
    shape: tuple[int, int],
    steps: int,
    in_a_subset: Callable[[Equilibria, Point, Point], bool],
) -> None:
    rng = np.random.default_rng(steps)
    inside = 0
    for _ in range(12):
        game = Game(rng.integers(0, 3, (2, *shape)))
        A, B = game.exact_payoffs.tolist()
        found = nash(game)
        for x, y in product(grid(shape[0], steps), grid(shape[1], steps)):
            expected = in_equilibrium(A, B, x, y)
            assert in_a_subset(found, x, y) == expected, (game, x, y)
            inside += expected
    assert inside >= 12


def test_coordination_on_n_strategies_has_an_equilibrium_for_each_set_of_them() -> None:
    n = 7
    found = profiles(nash(Game.symmetric(np.eye(n, dtype=int))))
    expected = set()
    for size in range(1, n + 1):
        for chosen in combinations(range(n), size):
            x = tuple(Fraction(i in chosen, size) for i in range(n))
            expected.add((x, x))
    assert found == expected
    assert len(found) == 2**n - 1


def test_more_strategies_than_a_machine_word_has_bits() -> None:
    # One row, 70 columns: 71 labels. The equilibria are the column player's best replies.
    rng = np.random.default_rng(70)
    A, B = rng.integers(0, 4, (2, 1, 70))
    found = nash(Game.from_bimatrix(A, B))
    unit = np.eye(70, dtype=int).tolist()
    assert [equilibrium.column for equilibrium in found] == [
        tuple(unit[j]) for j in range(70) if B[0, j] == B.max()
    ]
    (component,) = found.components
    assert component.dimension == len(found) - 1
    assert component.index == 1


def test_a_game_in_which_nothing_matters() -> None:
    # The bound on its vertices is beyond the one above which a progress bar is kept.
    found = nash(Game(np.zeros((2, 12, 13), dtype=int)))
    assert len(found) == 12 * 13
    assert all(
        equilibrium.row.count(1) == equilibrium.column.count(1) == 1 for equilibrium in found
    )
    (component,) = found.components
    assert len(component.subsets) == 1
    assert component.dimension == 11 + 12
    assert component.index == 1


def test_ten_strategies_each() -> None:
    game = Game(np.random.default_rng(10).integers(0, 1000, (2, 10, 10)))
    found = nash(game)
    assert len(found) % 2 == 1
    assert all(game.regret(one.row, one.column) == 0 for one in found)
    assert sum(component.index for component in found.components) == 1
