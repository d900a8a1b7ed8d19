"""The logit equilibrium at one rationality, against closed forms, published values and Gambit."""

import math
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pygambit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

from dilemma import Alliance, nash
from dilemma.equilibria import logit_equilibrium, logit_path
from dilemma.game import Game
from dilemma.testing import degenerate_games, games

# Ochs (1995), payoffs as scaled by McKelvey & Palfrey (1995): asymmetric matching pennies.
OCHS = Game([[["1.1141", 0], [0, "0.2785"]], [[0, "1.1141"], ["1.1141", 0]]])
STATED = settings(max_examples=40, deadline=None, derandomize=True, database=None)


def logistic(value):
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


def two_by_two(game, rationality):
    """The only fixed point of a 2 x 2 game whose composed response falls: by bisection."""
    A, B = game.payoffs
    row_gain = A[0] - A[1]
    column_gain = B[:, 0] - B[:, 1]

    def column(p):
        return logistic(rationality * (p * column_gain[0] + (1 - p) * column_gain[1]))

    def excess(p):
        q = column(p)
        return p - logistic(rationality * (q * row_gain[0] + (1 - q) * row_gain[1]))

    p = brentq(excess, 0, 1, xtol=1e-15, rtol=1e-14)
    return p, column(p)


class TestPublished:
    def test_the_likelihood_of_ochs_data_is_largest_where_mckelvey_and_palfrey_found_it(self):
        """Rationality 1.8456, log-likelihood -174.7645, for frequencies .527 and .366 of 128."""

        def log_likelihood(rationality):
            answer = logit_equilibrium(OCHS, rationality)
            return 128 * (
                np.dot([0.527, 0.473], answer.log_row) + np.dot([0.366, 0.634], answer.log_column)
            )

        # The maximum on the path as it is stored, and then between its points.
        path = logit_path(OCHS)
        stored = 128 * (path.log_row @ [0.527, 0.473] + path.log_column @ [0.366, 0.634])
        best = int(stored.argmax())
        assert 0 < best < len(path) - 1
        found = minimize_scalar(
            lambda rationality: -log_likelihood(rationality),
            bounds=(path.rationality[best - 1], path.rationality[best + 1]),
            method="bounded",
            options={"xatol": 1e-9},
        )
        assert found.x == pytest.approx(1.8456, abs=5e-5)
        assert -found.fun == pytest.approx(-174.7645, abs=5e-5)

    def test_ochs_limit_is_the_only_equilibrium(self):
        limit = logit_path(OCHS).limit
        assert limit.equilibrium == nash(OCHS)[0]
        assert limit.equilibrium.column[0] == Fraction(2785, 13926)


class TestClosedForms:
    @pytest.mark.parametrize("rationality", [1e-3, 0.3, 1, 4, 20, 300])
    @pytest.mark.parametrize("prize", [1, 2, 9, Fraction(1, 4)])
    def test_asymmetric_matching_pennies(self, prize, rationality):
        game = Game([[[prize, -1], [-1, 1]], [[-1, 1], [1, -1]]])
        answer = logit_equilibrium(game, rationality)
        p, q = two_by_two(game, rationality)
        assert answer.row[0] == pytest.approx(p, abs=1e-12)
        assert answer.column[0] == pytest.approx(q, abs=1e-12)
        assert answer.residual < 1e-12
        assert answer.passes == 1

    @pytest.mark.parametrize("rationality", [0, 0.7, 30, 900])
    def test_one_strategy_against_many_is_a_plain_logit(self, rationality):
        """Also where probabilities are below the range of floats: their logarithms are right."""
        game = Game([[[0, 0, 0]], [[1, 3, -4]]])
        answer = logit_equilibrium(game, rationality)
        utilities = rationality * np.array([1.0, 3.0, -4.0])
        expected = utilities - np.logaddexp.reduce(utilities)
        np.testing.assert_allclose(answer.log_column, expected, rtol=1e-12, atol=1e-12)
        assert answer.row.tolist() == [1.0]

    def test_symmetric_play_solves_one_equation(self):
        chicken = Game.symmetric([[6, 2], [7, 0]])
        for rationality in (0.1, 1.0, 3.0, 50.0):
            p = brentq(lambda p, r=rationality: p - logistic(r * (2 - 3 * p)), 0, 1, xtol=1e-15)
            answer = logit_equilibrium(chicken, rationality)
            np.testing.assert_allclose(answer.row, [p, 1 - p], atol=1e-12)
            np.testing.assert_array_equal(answer.row, answer.column)

    def test_rock_paper_scissors_stays_uniform(self):
        game = Game.symmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
        for rationality in (0, 0.5, 10, 1e6):
            answer = logit_equilibrium(game, rationality)
            np.testing.assert_allclose(answer.row, np.full(3, 1 / 3), atol=1e-15)


class TestGambit:
    def test_on_random_games(self):
        draw = np.random.default_rng(7)
        for _ in range(12):
            m, n = draw.integers(2, 6, size=2)
            game = Game(draw.uniform(size=(2, m, n)).round(3))
            peer_game = game.to_gambit()
            for rationality in (0.5, 4.0, 15.0):
                peer = pygambit.qre.logit_solve_lambda(peer_game, [rationality])[0].profile
                answer = logit_equilibrium(game, rationality)
                for player, ours in zip(peer_game.players, (answer.row, answer.column)):  # noqa: B905
                    theirs = [float(value) for _, value in peer[player]]
                    np.testing.assert_allclose(ours, theirs, atol=1e-7)


class TestLaws:
    @STATED
    @given(game=st.one_of(games(), degenerate_games()))
    def test_without_rationality_play_is_uniform(self, game):
        answer = logit_equilibrium(game, 0)
        m, n = game.shape
        np.testing.assert_allclose(answer.row, np.full(m, 1 / m), rtol=1e-14)
        np.testing.assert_allclose(answer.column, np.full(n, 1 / n), rtol=1e-14)

    @STATED
    @given(
        game=st.one_of(games(largest=4), degenerate_games()),
        rationality=st.sampled_from([0.01, 0.1, 0.5]),
        order=st.randoms(use_true_random=False),
    )
    def test_names_and_constants_do_not_matter_and_units_cancel(self, game, rationality, order):
        answer = logit_equilibrium(game, rationality)
        A, B = game.exact_payoffs
        m, n = game.shape
        rows, columns = order.sample(range(m), m), order.sample(range(n), n)
        moved = logit_equilibrium(Game([A[rows][:, columns], B[rows][:, columns]]), rationality)
        np.testing.assert_allclose(moved.row, answer.row[rows], atol=1e-9)
        np.testing.assert_allclose(moved.column, answer.column[columns], atol=1e-9)
        swapped = logit_equilibrium(Game([B.T, A.T]), rationality)
        np.testing.assert_allclose(swapped.row, answer.column, atol=1e-9)
        np.testing.assert_allclose(swapped.column, answer.row, atol=1e-9)
        # What one player gets whatever it does itself may depend on the other.
        shifted = Game([A + [Fraction(j) for j in range(n)], B - 1000])
        np.testing.assert_allclose(
            logit_equilibrium(shifted, rationality).row, answer.row, atol=1e-9
        )
        scaled = logit_equilibrium(Game([A * 8, B * 8]), rationality / 8)
        np.testing.assert_allclose(scaled.column, answer.column, atol=1e-9)

    @STATED
    @given(game=games(largest=4), rationality=st.sampled_from([0.2, 2.0, 50.0]))
    def test_the_answer_is_the_logit_response_to_itself(self, game, rationality):
        answer = logit_equilibrium(game, rationality)
        for own, payoffs, other in (
            (answer.row, game.payoffs[0], answer.column),
            (answer.column, game.payoffs[1].T, answer.row),
        ):
            utilities = rationality * (payoffs @ other)
            response = np.exp(utilities - utilities.max())
            size = rationality * np.abs(payoffs).max()
            np.testing.assert_allclose(own, response / response.sum(), atol=1e-13 * (1 + size))

    def test_infinite_rationality_is_the_limit(self):
        answer = logit_equilibrium(Alliance(trust=0.75).game(), math.inf)
        assert answer.row.tolist() == [0, 0, 0, 0, 1]
        assert answer.residual == 0
        assert answer.rationality == math.inf


class TestRefusals:
    @pytest.mark.parametrize(
        ("rationality", "error", "words"),
        [
            (-1, ValueError, "rationality: requires a number of at least 0, got -1"),
            ("much", ValueError, "rationality: requires a finite number"),
            (True, TypeError, "rationality: requires a number"),
            (math.nan, ValueError, "rationality: requires a finite number"),
            (-math.inf, ValueError, "rationality: requires a finite number"),
            (1e15, ValueError, "rationality: requires at most .* or inf, got 1"),
        ],
    )
    def test_rationality(self, rationality, error, words):
        with pytest.raises(error, match=words):
            logit_equilibrium(OCHS, rationality)

    def test_what_is_no_game(self):
        with pytest.raises(TypeError, match="game: requires a Game, got Alliance"):
            logit_equilibrium(Alliance(), 1)

    def test_payoffs_out_of_range(self):
        with pytest.raises(ValueError, match="measure them in another unit"):
            logit_equilibrium(Game.symmetric([[1e300, 0], [0, 1]]), 1)


def test_a_single_call_loads_neither_numba_nor_scipy():
    code = (
        "import sys, dilemma\n"
        "from dilemma.equilibria import logit_equilibrium, logit_path\n"
        "game = dilemma.Alliance(trust=0.75).game()\n"
        "print(logit_equilibrium(game, 2).passes, logit_path(game).limit.exact)\n"
        "print(sorted({'numba', 'scipy', 'xarray'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["1 True", "[]"]
