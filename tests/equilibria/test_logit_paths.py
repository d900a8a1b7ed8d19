"""The branch of logit equilibria from uniform play: turns, limits, scales, two ways to run."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from dilemma import Alliance, nash
from dilemma.equilibria import logit_equilibrium, logit_path
from dilemma.equilibria.logit import kernels as logit_kernels
from dilemma.equilibria.logit.curves import ENOUGH, LARGEST, SETTLING
from dilemma.equilibria.logit.symmetry import logit_problem
from dilemma.game import Game
from dilemma.testing import degenerate_games, games, symmetric_games

STATED = settings(max_examples=40, deadline=None, derandomize=True, database=None)

# Stag against twenty ways to hunt hare, each worth 1/100 for certain: with p the probability of
# stag, symmetric play satisfies log(p / (1 - p)) + log 20 = rationality * (p - 1/100).
COPIES, SURE = 20, 0.01
HUNT = Game.symmetric([[1] + [0] * COPIES] + [[SURE] * (COPIES + 1)] * COPIES)


def hunt_rationality(p):
    return (math.log(p / (1 - p)) + math.log(COPIES)) / (p - SURE)


def hunt_turns():
    """Where the derivative of the rationality by p is 0."""

    def slope(p):
        return (p - SURE) / (p * (1 - p)) - math.log(p / (1 - p)) - math.log(COPIES)

    return [brentq(slope, 1 / (COPIES + 1), 0.5), brentq(slope, 0.5, 1 - 1e-12)]


class TestTurningPoints:
    def test_are_where_calculus_puts_them(self):
        path = logit_path(HUNT)
        assert [turn.turns for turn in path.turning_points] == ["down", "up"]
        for turn, p in zip(path.turning_points, hunt_turns(), strict=True):
            assert turn.rationality == pytest.approx(hunt_rationality(p), rel=1e-12)
            assert turn.row[0] == pytest.approx(p, abs=1e-7)
        assert path.limit.equilibrium.words == "both play 1"
        assert "past 2 turning points" in path.status

    def test_the_whole_path_is_on_the_curve(self):
        path = logit_path(HUNT)
        for rationality, p in zip(path.rationality[1:20], path.row[1:20, 0], strict=True):
            assert hunt_rationality(p) == pytest.approx(rationality, rel=1e-9)

    def test_the_first_of_three_passages_is_returned(self):
        low, high = sorted(hunt_rationality(p) for p in hunt_turns())
        rationality = (low + high) / 2
        answer = logit_equilibrium(HUNT, rationality)
        first = brentq(
            lambda p: hunt_rationality(p) - rationality, 1 / (COPIES + 1), hunt_turns()[0]
        )
        assert answer.passes == 3
        assert answer.row[0] == pytest.approx(first, abs=1e-12)
        assert "first of 3 points" in answer.status
        assert logit_equilibrium(HUNT, 2 * high).passes == 1

    def test_close_to_a_turn(self):
        """Where rationality is a bad coordinate, the point is still on the curve."""
        p = hunt_turns()[0]
        rationality = hunt_rationality(p) * (1 - 1e-13)
        answer = logit_equilibrium(HUNT, rationality)
        assert answer.row[0] == pytest.approx(p, abs=1e-5)
        assert answer.residual < 1e-10


class TestLimits:
    def test_are_equilibria_of_index_one_in_random_games(self):
        """In a nondegenerate game the branch ends with the orientation it began with."""
        draw = np.random.default_rng(5)
        for _ in range(25):
            m, n = draw.integers(2, 5, size=2)
            game = Game(draw.uniform(-1, 1, size=(2, m, n)).round(3))
            limit = logit_path(game).limit
            assert limit.exact
            assert limit.equilibrium in nash(game).equilibria
            assert limit.component.index == 1
            assert limit.regret == 0

    @STATED
    @given(game=st.one_of(degenerate_games(), games(largest=4), symmetric_games(largest=4)))
    def test_every_path_settles_near_an_equilibrium(self, game):
        path = logit_path(game)
        assert path.complete, path.status
        limit = path.limit
        size = float(np.ptp(game.payoffs)) + 1
        assert limit.regret <= 1e-6 * size
        assert game.regret(limit.row.tolist(), limit.column.tolist()) <= 1e-6 * size
        assert limit.component is not None
        if limit.equilibrium is not None:
            assert limit.equilibrium.regret == 0
            np.testing.assert_allclose(path.row[-1], limit.row, atol=1e-4)

    @STATED
    @given(game=symmetric_games())
    def test_symmetric_games_are_played_symmetrically(self, game):
        path = logit_path(game)
        np.testing.assert_array_equal(path.row, path.column)

    def test_a_constant_game_stays_uniform_for_ever(self):
        path = logit_path(Game([[[3, 3, 3], [3, 3, 3]], [[-1, -1, -1], [-1, -1, -1]]]))
        assert path.complete
        assert (path.row == 0.5).all()
        np.testing.assert_allclose(path.column, 1 / 3, rtol=1e-15)
        assert path.limit.equilibrium.row == (0.5, 0.5)
        assert path.limit.component.dimension == 3

    def test_a_limit_inside_a_continuum_is_a_float_with_its_component(self):
        """The better the row player gets the less the column player's choice matters."""
        game = Game([[[1, 1], [0, 1]], [[1, 1], [1, 0]]])
        limit = logit_path(game).limit
        assert limit.equilibrium is None
        assert not limit.exact
        assert limit.component.dimension == 1
        assert limit.regret < 1e-9
        assert 0.1 < limit.column[0] < 0.9
        assert "continuum" in limit.status

    def test_duplicated_strategies_share_alike(self):
        path = logit_path(Game.symmetric([[3, 3, 0], [3, 3, 0], [0, 0, 1]]))
        np.testing.assert_array_equal(path.row[:, 0], path.row[:, 1])
        assert path.limit.equilibrium.row == (0.5, 0.5, 0)

    def test_the_alliance_leads_to_avoidance_without_a_turn(self):
        for trust in (0.5, 0.75, 1):
            path = logit_path(Alliance(trust=trust).game())
            assert path.limit.equilibrium.words == "both play avoidance"
            assert path.turning_points == ()
            assert path.bifurcations == ()

    def test_steps_that_run_out_are_confessed(self):
        path = logit_path(HUNT, steps=5)
        assert not path.complete
        assert "raise steps" in path.status
        assert not path.limit.complete
        assert "before it has settled" in path.limit.status
        with pytest.raises(ValueError, match="steps: requires a positive integer"):
            logit_path(HUNT, steps=0)
        with pytest.raises(TypeError, match="steps: requires an integer"):
            logit_path(HUNT, steps=1.5)


class TestScales:
    MATRIX = ((2, 0, 1), (0, 1, 3), (1, 2, 0))

    @pytest.mark.parametrize("unit", [1e-9, 1e-3, 1e9])
    def test_the_unit_of_payoffs_is_that_of_the_inverse_rationality(self, unit):
        one = logit_path(Game.symmetric(self.MATRIX))
        game = Game.symmetric([[value * unit for value in row] for row in self.MATRIX])
        other = logit_path(game)
        assert other.limit.exact
        np.testing.assert_allclose(other.limit.row, one.limit.row, atol=1e-12)
        assert other.bifurcations[0].rationality * unit == pytest.approx(
            one.bifurcations[0].rationality, rel=1e-9
        )

    def test_a_large_constant_is_taken_off_exactly(self):
        one = logit_path(Game.symmetric(self.MATRIX))
        other = logit_path(Game.symmetric([[10**15 + v for v in row] for row in self.MATRIX]))
        np.testing.assert_array_equal(one.row, other.row)

    @pytest.mark.parametrize("gap", [1e-4, 1e-9])
    def test_nearly_equal_payoffs_decide_in_the_end(self, gap):
        path = logit_path(Game([[[1, 0], [1 - gap, 0]], [[1, 0], [1, 0]]]))
        assert path.limit.equilibrium.words == "both play 1"

    def test_forbidden_strategies(self):
        worst = -1e9
        game = Game.symmetric([[1, 0, worst], [0, 2, worst], [worst, worst, worst]])
        assert logit_path(game).limit.equilibrium.words == "both play 2"


class TestFinishing:
    def test_every_path_of_300_random_symmetric_games_finishes(self):
        """Where naive continuation stalls: half of the paths pass a pitchfork."""
        draw = np.random.default_rng(1995)
        pitchforks = 0
        for trial in range(300):
            size = int(draw.integers(2, 7))
            matrix = (
                draw.uniform(size=(size, size))
                if trial % 2
                else draw.integers(-3, 4, size=(size, size))
            )
            path = logit_path(Game.symmetric(matrix))
            assert path.complete, (trial, path.status)
            pitchforks += any(one.kind == "pitchfork" for one in path.bifurcations)
        assert pitchforks > 100

    @pytest.mark.parametrize("error", [1e-2, 1e-4, 1e-6, 1e-8])
    def test_a_symmetry_that_is_missed_narrowly_is_not_jumped_over(self, error):
        """The battle of the sexes, with a first prize a little larger: the pitchfork comes apart.

        The row player's favourite is the one that the branch turns to, however small the error.
        """
        game = Game([[[2 + error, 0], [0, 1]], [[1, 0], [0, 2]]])
        path = logit_path(game)
        assert path.complete
        assert path.bifurcations == ()
        assert path.limit.equilibrium.words == "both play 1"


class TestTwoWaysToRun:
    def test_compiled_and_interpreted_agree(self):
        draw = np.random.default_rng(2)
        for _ in range(12):
            m, n = draw.integers(1, 6, size=2)
            problem = logit_problem(Game(draw.uniform(size=(2, m, n))))
            ends = []
            for functions in (logit_kernels.interpreted(), logit_kernels.compiled()):
                across = np.zeros(len(problem.uniform))
                across[-1] = 1.0
                point = problem.uniform
                equations = problem.payoffs, problem.weights, problem.starts
                _, _, _, sign, tangent = functions.correct(*equations, point, across, 1e-9, np.inf)
                points, _, signs, ended, _ = functions.follow(
                    *equations, point, tangent, sign, 0.1, ENOUGH, LARGEST, SETTLING, 1000
                )
                assert ended == logit_kernels.SETTLED
                assert (signs == 1).all()
                ends.append(np.exp(points[-1, :-1]))
            np.testing.assert_allclose(ends[0], ends[1], atol=1e-7)

    def test_elimination_is_numpys(self):
        draw = np.random.default_rng(3)
        for size in range(1, 7):
            system, right = draw.normal(size=(size, size)), draw.normal(size=(size, 2))
            sign = np.sign(np.linalg.det(system))
            expected = np.linalg.solve(system, right)
            for solver in (logit_kernels.solve, logit_kernels.eliminate):
                values = right.copy()
                assert solver(system.copy(), values) == sign
                np.testing.assert_allclose(values, expected, rtol=1e-9)
        for solver in (logit_kernels.solve, logit_kernels.eliminate):
            assert solver(np.zeros((2, 2)), np.ones((2, 2))) == 0

    def test_wide_systems_are_solved_alike(self):
        draw = np.random.default_rng(4)
        size = logit_kernels.LARGE + 1
        system, right = draw.normal(size=(size, size)), draw.normal(size=(size, 2))
        wide, narrow = right.copy(), right.copy()
        sign = logit_kernels.solve(system.copy(), wide)
        assert sign == logit_kernels.eliminate(system.copy(), narrow)
        np.testing.assert_allclose(wide, narrow, rtol=1e-7)


def test_answers_can_be_stored():
    path = logit_path(HUNT)
    again = pickle.loads(pickle.dumps(path))
    np.testing.assert_array_equal(again.row, path.row)
    assert again.limit.equilibrium == path.limit.equilibrium


def test_answers_cannot_be_changed():
    path = logit_path(HUNT)
    for array in (path.rationality, path.row, path.log_column, path.limit.row):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    assert str(path).count("turns") >= 2
