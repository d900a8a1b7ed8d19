"""The game: its numbers, its definitions, and what it refuses."""

import copy
import math
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pygambit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.game import Game
from dilemma.testing import degenerate_games, games

PRISONERS = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])


def mixed(size):
    """Exact mixed strategies of some size."""
    weights = st.lists(st.integers(0, 5), min_size=size, max_size=size).filter(any)
    return weights.map(lambda w: [Fraction(one, sum(w)) for one in w])


@st.composite
def games_with_play(draw):
    game = draw(games())
    return game, draw(mixed(game.shape[0])), draw(mixed(game.shape[1]))


class TestNumbers:
    def test_floats_are_the_decimals_that_print_them(self):
        game = Game([[[0.1 + 0.2]], [[0.3]]])
        assert game.exact_payoffs[0, 0, 0] == Fraction("0.30000000000000004")
        assert game.exact_payoffs[1, 0, 0] == Fraction(3, 10)
        assert game.payoffs[0, 0, 0] == 0.1 + 0.2

    def test_arrays_of_floats_too(self):
        array = np.random.default_rng(1).normal(size=(2, 3, 4))
        game = Game(array)
        assert np.array_equal(game.payoffs, array)
        assert all(
            exact == Fraction(repr(float(value)))
            for exact, value in zip(game.exact_payoffs.flat, array.flat, strict=True)
        )

    @pytest.mark.parametrize(
        "third", [Fraction(1, 3), "1/3", Decimal("0.25"), np.float32(0.1), np.int8(3), 10**30]
    )
    def test_kinds_of_number(self, third):
        game = Game([[[third]], [[0]]])
        assert isinstance(game.exact_payoffs[0, 0, 0], Fraction)
        assert game.payoffs[0, 0, 0] == pytest.approx(float(Fraction(str(third))))

    def test_single_precision_prints_shorter_decimals(self):
        game = Game(np.full((2, 1, 1), 0.1, dtype=np.float32))
        assert game.exact_payoffs[0, 0, 0] == Fraction(1, 10)

    def test_arrays_are_read_only_and_the_input_is_copied(self):
        array = np.zeros((2, 2, 2))
        game = Game(array)
        array[0, 0, 0] = 7
        assert game.payoffs[0, 0, 0] == 0
        for own in (game.payoffs, game.exact_payoffs):
            with pytest.raises(ValueError, match="read-only"):
                own[0, 0, 0] = 1

    def test_a_list_and_its_array_make_the_same_game(self):
        values = [[[0.5, 1], [2, 3]], [[1, 2], [3, 0.25]]]
        assert Game(values) == Game(np.array(values)) == Game.from_bimatrix(*values)


class TestDefinitions:
    @settings(max_examples=60, deadline=None)
    @given(play=games_with_play())
    def test_expected_payoffs_and_regret_by_definition(self, play):
        game, x, y = play
        m, n = game.shape
        expected = [
            sum(x[i] * y[j] * game.exact_payoffs[p, i, j] for i in range(m) for j in range(n))
            for p in (0, 1)
        ]
        assert list(game.expected_payoffs(x, y)) == expected
        pure = [[int(i == k) for i in range(m)] for k in range(m)]
        gains = [game.expected_payoffs(e, y)[0] - expected[0] for e in pure]
        pure = [[int(j == k) for j in range(n)] for k in range(n)]
        gains += [game.expected_payoffs(x, e)[1] - expected[1] for e in pure]
        assert game.regret(x, y) == max(gains)

    @settings(max_examples=60, deadline=None)
    @given(play=games_with_play())
    def test_best_replies_are_those_without_regret(self, play):
        game, x, y = play
        rows, columns = game.best_replies(x, y)
        on_rows = [Fraction(int(i == rows[0])) for i in range(game.shape[0])]
        on_columns = [Fraction(int(j == columns[0])) for j in range(game.shape[1])]
        assert game.deviation_payoffs(x, y)[0][rows[0]] == game.expected_payoffs(on_rows, y)[0]
        assert game.expected_payoffs(x, on_columns)[1] >= game.expected_payoffs(x, y)[1]

    @settings(max_examples=40, deadline=None)
    @given(play=games_with_play())
    def test_floating_point_follows_the_exact_arithmetic(self, play):
        game, x, y = play
        floats = ([float(one) for one in x], [float(one) for one in y])
        assert game.regret(*floats) == pytest.approx(float(game.regret(x, y)), abs=1e-11)
        assert all(type(value) is float for value in game.expected_payoffs(*floats))

    def test_pure_strategies_go_by_name(self):
        assert PRISONERS.regret("share", "hide") == PRISONERS.regret([1, 0], [0, 1])
        assert PRISONERS.expected_payoffs("hide", [0.5, 0.5]) == (3.0, 0.5)
        with pytest.raises(ValueError, match=r"x: requires a strategy among .* got 'steal'"):
            PRISONERS.best_replies("steal", "hide")

    def test_symmetry(self):
        assert PRISONERS.is_symmetric
        assert not Game.from_bimatrix([[1, 2]], [[1, 2]]).is_symmetric
        assert not Game.from_bimatrix([[1, 2], [3, 4]], [[1, 2], [3, 4]]).is_symmetric
        assert Game(np.array([[[0.1, 2], [3, 4]], [[0.1, 3], [2, 4]]])).is_symmetric

    def test_the_library_reads_a_nash_equilibrium_as_peers_do(self):
        assert PRISONERS.regret([0, 1], [0, 1]) == 0
        assert PRISONERS.regret([1, 0], [1, 0]) == 2


class TestRestriction:
    def test_by_name_and_index_in_the_order_given(self):
        game = Game(np.arange(12).reshape(2, 2, 3), [["a", "b"], ["x", "y", "z"]], ["me", "you"])
        small = game.restrict(["b"], ["z", 0])
        assert small.exact_payoffs.tolist() == [[[5, 3]], [[11, 9]]]
        assert small.strategies == (("b",), ("z", "x"))
        assert small.players == ("me", "you")

    @settings(max_examples=40, deadline=None)
    @given(game=degenerate_games())
    def test_restriction_to_everything_changes_nothing(self, game):
        m, n = game.shape
        assert game.restrict(range(m), range(n)) == game

    @pytest.mark.parametrize(
        ("rows", "kind", "words"),
        [
            ([], ValueError, "rows: requires at least one strategy"),
            ([2], ValueError, "rows: requires indices from 0 to 1, got 2"),
            ([-1], ValueError, "rows: requires indices from 0 to 1, got -1"),
            (["steal"], ValueError, "rows: requires strategies among"),
            ([0, "share"], ValueError, "rows: requires each strategy once"),
            ([0.5], TypeError, "rows: requires indices or names"),
            ([True], TypeError, "rows: requires indices or names"),
        ],
    )
    def test_refusals(self, rows, kind, words):
        with pytest.raises(kind, match=words):
            PRISONERS.restrict(rows, [0])


class TestIdentity:
    def test_equal_payoffs_and_names_equal_games(self):
        assert Game.symmetric([[0.5]]) == Game.symmetric([["1/2"]])
        assert hash(Game.symmetric([[0.5]])) == hash(Game.symmetric([["1/2"]]))
        assert PRISONERS != Game.symmetric([[3, 0], [5, 1]])
        assert PRISONERS != "a game"

    def test_survives_pickling_and_copying(self):
        assert pickle.loads(pickle.dumps(PRISONERS)) == PRISONERS
        assert copy.deepcopy(PRISONERS) == PRISONERS

    def test_frozen(self):
        with pytest.raises(AttributeError):
            PRISONERS.players = ("a", "b")


class TestHandOver:
    def test_to_nashpy(self):
        handed = PRISONERS.to_nashpy()
        assert np.array_equal(handed.payoff_matrices[0], PRISONERS.payoffs[0])
        assert np.array_equal(handed.payoff_matrices[1], PRISONERS.payoffs[1])
        handed.payoff_matrices[0][0, 0] = 99
        assert PRISONERS.payoffs[0, 0, 0] == 3

    def test_to_gambit_is_exact(self):
        game = Game.symmetric([[0.1, "1/3"], [2, -5]], ["share", "hide"])
        handed = game.to_gambit()
        assert isinstance(handed, pygambit.Game)
        assert '"row player" "column player"' in handed.to_nfg()
        assert '"share" "hide"' in handed.to_nfg()
        assert "1/3" in handed.to_nfg()


class TestBadInput:
    @pytest.mark.parametrize(
        ("payoffs", "kind", "words"),
        [
            ([[1, 2], [3, 4]], ValueError, r"payoffs: requires the shape \(2, m, n\).* \(2, 2\)"),
            (np.zeros((3, 2, 2)), ValueError, r"got the shape \(3, 2, 2\)"),
            (np.zeros((2, 0, 2)), ValueError, r"got the shape \(2, 0, 2\)"),
            ([[[1, 2], [3]], [[1, 2], [3, 4]]], ValueError, "rows of equal length|shape"),
            ([[[math.inf]], [[1]]], ValueError, r"payoffs\[0, 0, 0\]: requires a finite number"),
            (np.array([[[1.0]], [[np.nan]]]), ValueError, r"payoffs\[1, 0, 0\]: .* got nan"),
            (np.array([[[1.0]], [[-np.inf]]]), ValueError, r"payoffs\[1, 0, 0\]: .* got -inf"),
            ([[["much"]], [[1]]], ValueError, r"payoffs\[0, 0, 0\]: requires a finite number"),
            ([[[None]], [[1]]], TypeError, r"payoffs\[0, 0, 0\]: requires a number, got None"),
            ([[[True]], [[1]]], TypeError, r"payoffs\[0, 0, 0\]: .* truth value"),
            (np.array([[[1j]], [[1]]]), TypeError, "payoffs: requires real numbers"),
            ("game", ValueError, "payoffs: requires the shape"),
            (None, ValueError, "payoffs: requires the shape"),
        ],
    )
    def test_payoffs(self, payoffs, kind, words):
        with pytest.raises(kind, match=words):
            Game(payoffs)

    def test_a_payoff_beyond_a_float_is_refused_where_floats_are_wanted(self):
        game = Game([[["1e400"]], [[0]]])
        assert game.exact_payoffs[0, 0, 0] == 10**400
        with pytest.raises(ValueError, match="within the range of a float"):
            game.payoffs  # noqa: B018

    @pytest.mark.parametrize(
        ("strategies", "kind", "words"),
        [
            ([["a"], ["b", "c"]], ValueError, "strategies: requires 2 names of the rows, got 1"),
            (["a", ""], ValueError, "strategies: requires names of the rows that are not empty"),
            (["a", "a"], ValueError, "strategies: requires different names of the rows"),
            ([["a", "b"]], ValueError, "got 1 lists"),
            ("ab", TypeError, "strategies: requires two sequences"),
            ([[1, 2], [3, 4]], TypeError, "strategies: requires names"),
        ],
    )
    def test_strategies(self, strategies, kind, words):
        with pytest.raises(kind, match=words):
            Game(np.zeros((2, 2, 2)), strategies)

    @pytest.mark.parametrize(
        ("players", "kind"), [(["a"], ValueError), ("ab", TypeError), ([1, 2], TypeError)]
    )
    def test_players(self, players, kind):
        with pytest.raises(kind, match="players: requires two names"):
            Game(np.zeros((2, 2, 2)), players=players)

    def test_matrices(self):
        with pytest.raises(ValueError, match="A: requires a square matrix"):
            Game.symmetric([[1, 2]])
        with pytest.raises(ValueError, match="B: requires the shape of A"):
            Game.from_bimatrix([[1, 2]], [[1], [2]])
        with pytest.raises(ValueError, match="A: requires a matrix"):
            Game.symmetric([1, 2])

    @pytest.mark.parametrize(
        ("x", "words"),
        [
            ([1], "x: requires 2 probabilities, got 1"),
            ([Fraction(1, 2), Fraction(1, 3)], "x: requires probabilities that sum to 1"),
            ([0.5, 0.4], "x: requires probabilities that sum to 1"),
            ([2, -1], "x: requires probabilities of at least 0, got -1"),
            ([math.nan, 1.0], "x: requires finite probabilities"),
        ],
    )
    def test_mixed_strategies(self, x, words):
        with pytest.raises(ValueError, match=words):
            PRISONERS.expected_payoffs(x, [1, 0])
