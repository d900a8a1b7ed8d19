"""`nash` against Gambit: the same set of extreme equilibria, exactly, on hundreds of games.

Gambit's rational `enummixed` enumerates the vertices of the two best-reply polyhedra by a code
that shares nothing with ours. Games are handed to it as text that is written here, not by
`dilemma.game`, and answers are compared as sets of tuples of `Fraction`: no tolerance.
"""

import io
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pygambit
import pytest

from dilemma.equilibria import nash
from dilemma.game import Game

Matrix = list[list[object]]
Bimatrix = tuple[Matrix, Matrix]
Profile = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


def by_gambit(A: Matrix, B: Matrix) -> set[Profile]:
    m, n = len(A), len(A[0])
    payoffs = " ".join(f"{A[i][j]} {B[i][j]}" for j in range(n) for i in range(m))
    text = f'NFG 1 R "game" {{ "1" "2" }} {{ {m} {n} }}\n\n{payoffs}\n'
    answer = pygambit.nash.enummixed_solve(pygambit.read_nfg(io.StringIO(text)), rational=True)
    return {
        tuple(
            tuple(Fraction(int(p.numerator), int(p.denominator)) for _, p in strategy)
            for strategy in profile
        )
        for profile in answer.equilibria
    }


def by_us(A: Matrix, B: Matrix) -> tuple[set[Profile], bool]:
    answer = nash(Game.from_bimatrix(A, B))
    profiles = [(equilibrium.row, equilibrium.column) for equilibrium in answer]
    assert len(profiles) == len(set(profiles)), "an equilibrium is listed twice"
    assert answer.complete
    assert answer.exact
    assert all(equilibrium.regret == 0 for equilibrium in answer)
    assert sum(component.index for component in answer.components) == 1
    return set(profiles), answer.degenerate


def integers(rng: np.random.Generator, high: int, m: int, n: int) -> Bimatrix:
    """Payoffs 0 to high; the lower it is, the more ties there are."""
    A, B = rng.integers(0, high + 1, (2, m, n)).tolist()
    return A, B


def symmetric(rng: np.random.Generator, high: int, m: int) -> Bimatrix:
    A = rng.integers(0, high + 1, (m, m))
    return A.tolist(), A.T.tolist()


def zero_rows(rng: np.random.Generator, m: int, n: int) -> Bimatrix:
    """A row that earns its player nothing, and a column that earns its player nothing."""
    A, B = rng.integers(-2, 3, (2, m, n))
    A[rng.integers(m)] = 0
    B[:, rng.integers(n)] = 0
    return A.tolist(), B.tolist()


def duplicated(rng: np.random.Generator, m: int, n: int) -> Bimatrix:
    """A random game of m x n with one row and one column twice."""
    both = rng.integers(0, 10, (2, m, n))
    both = np.concatenate([both, both[:, [rng.integers(m)], :]], axis=1)
    both = np.concatenate([both, both[:, :, [rng.integers(n)]]], axis=2)
    A, B = both.tolist()
    return A, B


def wide_range(rng: np.random.Generator, m: int, n: int) -> Bimatrix:
    """Payoffs of either sign from 1e-6 to 1e6, in size, as decimals."""

    def one() -> str:
        return f"{'-' * int(rng.integers(2))}{rng.integers(1, 1000)}e{rng.integers(-6, 4)}"

    A, B = ([[one() for _ in range(n)] for _ in range(m)] for _ in range(2))
    return A, B


def two_decimals(rng: np.random.Generator, m: int, n: int) -> Bimatrix:
    """Floats such as 0.29, which are no multiples of 1/100 in binary."""
    A, B = (rng.integers(-100, 101, (2, m, n)) / 100).tolist()
    return A, B


def shapes(rng: np.random.Generator, count: int, largest: int) -> Iterator[tuple[int, int]]:
    for _ in range(count):
        yield int(rng.integers(1, largest + 1)), int(rng.integers(1, largest + 1))


def compare(games: list[Bimatrix]) -> int:
    """Require the same equilibria of both solvers; return how many games are degenerate."""
    degenerate = 0
    for A, B in games:
        ours, tied = by_us(A, B)
        assert ours == by_gambit(A, B), f"A = {A}, B = {B}"
        degenerate += tied
    return degenerate


def test_two_hundred_symmetric_games_of_five_strategies_with_payoffs_0_to_3() -> None:
    rng = np.random.default_rng(1998)
    assert compare([symmetric(rng, 3, 5) for _ in range(200)]) >= 195


def test_small_integers_make_ties_the_rule() -> None:
    rng = np.random.default_rng(305)
    games = [
        integers(rng, high, m, n) for high in (1, 2, 3) for m, n in shapes(rng, 30, largest=5)
    ]
    assert len(games) == 90
    assert compare(games) >= 60


def test_symmetric_games_of_every_size_up_to_six() -> None:
    rng = np.random.default_rng(285)
    games = [symmetric(rng, 2, m) for m in range(1, 7) for _ in range(6)]
    assert compare(games) >= 25


def test_rows_and_columns_of_zeros() -> None:
    rng = np.random.default_rng(9)
    games = [zero_rows(rng, m, n) for m, n in shapes(rng, 30, largest=5)]
    games += [([[0] * n] * m, [[0] * n] * m) for m, n in [(1, 1), (2, 2), (2, 4), (4, 3)]]
    assert compare(games) >= 20


def test_duplicated_strategies() -> None:
    rng = np.random.default_rng(3)
    games = [duplicated(rng, m, n) for m, n in shapes(rng, 30, largest=4)]
    assert compare(games) == 30


def test_one_player_with_one_strategy() -> None:
    rng = np.random.default_rng(1)
    games = [integers(rng, 3, 1, n) for n in range(1, 9)]
    games += [integers(rng, 3, m, 1) for m in range(1, 9)]
    games += [two_decimals(rng, 1, 6), two_decimals(rng, 6, 1), wide_range(rng, 1, 5)]
    assert compare(games) >= 5


def test_games_that_are_not_square() -> None:
    rng = np.random.default_rng(27)
    games = [
        integers(rng, high, m, n)
        for high in (2, 100)
        for m, n in [
            (2, 3),
            (3, 2),
            (2, 6),
            (6, 2),
            (3, 5),
            (5, 3),
            (4, 6),
            (6, 4),
            (2, 9),
            (7, 3),
        ]
    ]
    assert compare(games) >= 8


def test_payoffs_from_a_millionth_to_a_million() -> None:
    rng = np.random.default_rng(6)
    games = [wide_range(rng, m, n) for m, n in [(2, 2), (3, 3), (3, 4), (4, 4), (5, 5)] * 5]
    sizes = [abs(Fraction(str(v))) for A, B in games for one in (A, B) for row in one for v in row]
    assert min(sizes) < Fraction(1, 10**5) < 10**5 < max(sizes)
    assert compare(games) == 0


def test_two_decimals_as_floats() -> None:
    rng = np.random.default_rng(100)
    games = [two_decimals(rng, m, n) for m, n in [(2, 2), (3, 4), (4, 4), (5, 5), (6, 6)] * 6]
    assert compare(games) >= 1, "a tie or two is expected of hundredths"


# Both published forms of the game, the payoffs of the second much smaller. As printed in the
# data of Gambit's catalog (journals/dcg/vonstengel1999), which cites von Stengel (1997, 1999) for
# the first and Savani & von Stengel (2006) for the second.
VON_STENGEL_1997 = (
    [
        [9504, -660, 19976, -20526, 1776, -8976],
        [-111771, 31680, -130944, 168124, -8514, 52764],
        [397584, -113850, 451176, -586476, 29216, -178761],
        [171204, -45936, 208626, -263076, 14124, -84436],
        [1303104, -453420, 1227336, -1718376, 72336, -461736],
        [737154, -227040, 774576, -1039236, 48081, -300036],
    ],
    [
        [72336, 48081, 29216, 14124, 1776, -8514],
        [-461736, -300036, -178761, -84436, -8976, 52764],
        [1227336, 774576, 451176, 208626, 19976, -130944],
        [-1718376, -1039236, -586476, -263076, -20526, 168124],
        [1303104, 737154, 397584, 171204, 9504, -111771],
        [-453420, -227040, -113850, -45936, -660, 31680],
    ],
)
SAVANI_VON_STENGEL_2006 = (
    [
        [-81, 36, -126, 126, -36, 90],
        [-180, 72, -333, 297, -153, 270],
        [20, -3, 42, -33, 17, -30],
        [-30, 17, -33, 42, -3, 20],
        [270, -153, 297, -333, 72, -180],
        [90, -36, 126, -126, 36, -81],
    ],
    [
        [72, 36, 17, -3, -36, -153],
        [-180, -81, -30, 20, 90, 270],
        [297, 126, 42, -33, -126, -333],
        [-333, -126, -33, 42, 126, 297],
        [270, 90, 20, -30, -81, -180],
        [-153, -36, -3, 17, 36, 72],
    ],
)


@pytest.mark.parametrize(
    "game",
    [VON_STENGEL_1997, SAVANI_VON_STENGEL_2006],
    ids=["payoffs in millions", "payoffs in hundreds"],
)
def test_the_game_of_six_strategies_with_75_equilibria(game: Bimatrix) -> None:
    ours, degenerate = by_us(*game)
    assert len(ours) == 75
    assert not degenerate
    assert ours == by_gambit(*game)


def test_gambit_reads_our_text_as_the_game_that_we_mean() -> None:
    # The column player's third column is dominated, and the first row is best against the others.
    game = ([[1, 2, 0], [0, 0, 9]], [["1/2", "0.75", 0], [4, "3e-1", 1]])
    assert by_gambit(*game) == {((1, 0), (0, 1, 0))} == by_us(*game)[0]
