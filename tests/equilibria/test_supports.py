"""`pure_nash`, `support_enumeration` and `vertex_enumeration`: against definitions and peers."""

import warnings
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import quantecon.game_theory as quantecon
from hypothesis import given, settings

from dilemma.alliance import Alliance
from dilemma.equilibria import (
    EquilibriumList,
    nash,
    pure_nash,
    support_enumeration,
    vertex_enumeration,
)
from dilemma.game import Game
from dilemma.testing import degenerate_games, games

ALGORITHMS = [pure_nash, support_enumeration, vertex_enumeration]


def degenerate_batch():
    rng = np.random.default_rng(11)
    for _ in range(60):
        m, n = (int(size) for size in rng.integers(1, 6, 2))
        yield Game(rng.integers(0, int(rng.integers(1, 4)), (2, m, n)))
        A = rng.integers(0, 4, (m, m))
        yield Game.symmetric(A)
        twice = rng.integers(0, 4, (2, m, n))
        yield Game(np.concatenate([twice, twice[:, :1]], axis=1))


def test_three_algorithms_find_the_same_extreme_equilibria():
    # Linear systems for pairs of supports share nothing with pivoting but the payoffs.
    degenerate = 0
    for game in degenerate_batch():
        found = nash(game)
        degenerate += found.degenerate
        by_supports = support_enumeration(game)
        assert by_supports.equilibria == found.equilibria, game
        assert vertex_enumeration(game).equilibria == found.equilibria
        assert by_supports.complete
        assert by_supports.exact
        assert ("degenerate" in by_supports.status) <= found.degenerate
    assert degenerate >= 100


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(game=games(largest=4))
def test_every_equilibrium_found_has_no_regret(game):
    found = support_enumeration(game)
    assert len(found) >= 1
    assert all(game.regret(one.row, one.column) == one.regret == 0 for one in found)
    assert found.equilibria == nash(game).equilibria


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(game=degenerate_games())
def test_pure_equilibria_are_the_cells_without_regret(game):
    m, n = game.shape
    expected = set()
    for i, j in product(range(m), range(n)):
        row = tuple(Fraction(int(k == i)) for k in range(m))
        column = tuple(Fraction(int(k == j)) for k in range(n))
        if game.regret(row, column) == 0:
            expected.add((row, column))
    found = pure_nash(game)
    assert {(one.row, one.column) for one in found} == expected
    assert len(found) == len(expected)
    # Each is described as `nash` describes it: payoffs, regret, strictness, words.
    assert set(found) == {one for one in nash(game) if max(one.row) == max(one.column) == 1}


def test_pure_equilibria_of_a_game_too_large_to_enumerate():
    size = 60
    game = Game.symmetric(np.diag(range(1, size + 1)))
    found = pure_nash(game)
    assert [one.payoffs[0] for one in found] == list(range(1, size + 1))
    assert all(one.strict for one in found)


def test_a_game_without_pure_equilibria_says_where_to_look():
    found = pure_nash(Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    assert len(found) == 0
    assert found.complete
    assert "nash(game)" in found.status
    assert "mixed" in str(found)


def test_an_equilibrium_with_supports_of_different_sizes_is_found():
    # The row player's first row ties in both columns: x = (1, 0), y = (1/3, 2/3) is extreme, and
    # the linear system of its own supports, ({0}, {0, 1}), is not square.
    game = Game([[[2, 2], [0, 3]], [[1, 1], [0, 2]]])
    profiles = {(one.row, one.column) for one in support_enumeration(game)}
    assert ((1, 0), (Fraction(1, 3), Fraction(2, 3))) in profiles
    assert len(profiles) == 3


def test_singular_pairs_of_supports_are_counted_and_cost_nothing():
    # All 3 x 3 and 2 x 2 systems are singular: 9 + 1 pairs of 19.
    found = support_enumeration(Game(np.ones((2, 3, 3))))
    assert "from 19 pairs of supports (10 of them singular" in found.status
    assert len(found) == 9


def test_nashpy_drops_equilibria_that_we_find():
    # 148 of 254 on 100 random 5 x 5 games, where `prob >= 0` fails by a rounding error.
    rng = np.random.default_rng(0)
    theirs = ours = 0
    for _ in range(25):
        A, B = rng.normal(size=(2, 5, 5))
        game = Game.from_bimatrix(A, B)
        found = support_enumeration(game)
        assert found.equilibria == nash(game).equilibria
        points = [np.array(one.row + one.column, dtype=float) for one in found]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # that it found an even number
            by_nashpy = list(game.to_nashpy().support_enumeration(non_degenerate=True))
        for x, y in by_nashpy:
            assert min(np.abs(point - np.concatenate([x, y])).max() for point in points) < 1e-8
            theirs += 1
        ours += len(found)
    assert 0 < theirs <= ours
    assert ours % 2 == 1  # 25 odd numbers


def test_quantecon_misses_extreme_equilibria_of_degenerate_games_and_finds_none_that_we_miss():
    rng = np.random.default_rng(3)
    theirs = ours = 0
    for _ in range(40):
        A = rng.integers(0, 4, (5, 5))
        game = Game.symmetric(A)
        found = support_enumeration(game)
        points = np.array([one.row + one.column for one in found], dtype=float)
        player = quantecon.Player(A.astype(float))
        for x, y in quantecon.vertex_enumeration(quantecon.NormalFormGame((player, player))):
            gaps = np.abs(points - np.concatenate([x, y])).max(axis=1)
            theirs += gaps.min() < 1e-6
        ours += len(found)
    assert ours >= theirs >= 40


@pytest.mark.parametrize("trust", ["0", "13/20", "3/4", "9/10", "1"])
def test_alliances(trust):
    # Numbers of equilibria along trust, by an independent exact solver.
    counts = {"0": 1, "13/20": 3, "3/4": 5, "9/10": 7, "1": 5}
    game = Alliance(trust=trust).game()
    assert len(support_enumeration(game)) == len(vertex_enumeration(game)) == counts[trust]


@pytest.mark.parametrize("scale", [1e-9, 1e9, "1e300"])
def test_units_of_payoff_do_not_matter(scale):
    A = np.array([[3, 3, 0], [4, 0, 1], [0, 4, 1]], dtype=object)
    near = Fraction(scale)
    before = support_enumeration(Game.symmetric(A))
    after = support_enumeration(Game.symmetric(A * near - 5 * near))
    assert [(one.row, one.column) for one in before] == [(one.row, one.column) for one in after]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
class TestAnswers:
    def test_is_a_frozen_sequence_with_a_table(self, algorithm):
        game = Game.symmetric([[6, 2], [7, 0]], ["<yield>", "insist"])
        found = algorithm(game)
        assert isinstance(found, EquilibriumList)
        assert found[0] is found.equilibria[0]
        assert found[:2] == found.equilibria[:2]
        assert list(found) == list(found.equilibria)
        assert max(map(len, str(found).splitlines())) <= 80
        words = " ".join(str(found).split())
        assert words == " ".join([found.status, *map(str, found)])
        assert "&lt;yield&gt;" in found._repr_html_()
        with pytest.raises(AttributeError):
            found.equilibria = ()

    def test_refuses_what_is_no_game(self, algorithm):
        with pytest.raises(TypeError, match=r"^game: requires a Game, got Alliance \(an"):
            algorithm(Alliance())

    def test_one_row(self, algorithm):
        found = algorithm(Game([[[1, 2, 3, 3, 0]], [[0, 3, 3, 3, 1]]]))
        assert [one.column.index(1) for one in found] == [1, 2, 3]

    def test_the_input_is_unchanged(self, algorithm):
        payoffs = np.array([[[6.0, 2], [7, 0]], [[6, 7], [2, 0]]])
        before = payoffs.copy()
        algorithm(Game(payoffs))
        assert np.array_equal(payoffs, before)


@pytest.mark.parametrize(
    ("algorithm", "words"),
    [
        (support_enumeration, "requires at most 1,000,000 pairs of supports"),
        (vertex_enumeration, "requires at most 1,000,000 vertices"),
    ],
)
def test_large_games_are_refused_with_what_to_do(algorithm, words):
    with pytest.raises(ValueError, match=f"^game: {words}.* lemke_howson"):
        algorithm(Game(np.zeros((2, 30, 30))))
    with pytest.raises(TypeError, match=r"^limit: requires a number of"):
        algorithm(Game(np.zeros((2, 2, 2))), limit="many")
    with pytest.raises(ValueError, match=r"^game: requires at most 3"):
        algorithm(Game(np.zeros((2, 2, 2))), limit=3)
