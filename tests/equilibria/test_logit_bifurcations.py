"""Bifurcations of logit branches: closed-form places, names, and the branches that leave there."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from dilemma import nash
from dilemma.equilibria import logit_branches, logit_equilibrium, logit_path
from dilemma.equilibria.logit.curves import follow_from_uniform
from dilemma.equilibria.logit.following import path_of
from dilemma.equilibria.logit.symmetry import logit_problem, plain_problem
from dilemma.game import Game

BATTLE = Game([[[2, 0], [0, 1]], [[1, 0], [0, 2]]], ["ball", "play"])


class TestClosedForms:
    @pytest.mark.parametrize("prize", [1, 3, 0.25, 1e-9, 1e9])
    def test_pure_coordination_breaks_where_the_response_has_slope_one(self, prize):
        """Of p = logistic(λ k (2 p - 1)) the slope at 1/2 is λ k / 2."""
        path = logit_path(Game.symmetric([[prize, 0], [0, prize]]))
        (bifurcation,) = path.bifurcations
        assert bifurcation.rationality == pytest.approx(2 / prize, rel=1e-12)
        assert bifurcation.kind == "pitchfork"
        assert bifurcation.side == "beyond"
        assert bifurcation.breaks_symmetry
        assert (path.row == 0.5).all()

    @pytest.mark.parametrize(
        ("a", "b", "c", "d"), [(6, 2, 7, 0), (-1, 4, 0, 0), (0, 3, 1, 0), (0, 1, 5, 0.5)]
    )
    def test_chicken_breaks_where_the_response_has_slope_minus_one(self, a, b, c, d):
        """With s = b + c - a - d > 0: log(p/(1-p)) = λ(b - d - s p) and λ s p (1 - p) = 1."""
        s = b + c - a - d

        def excess(p):
            return math.log(p / (1 - p)) - (b - d - s * p) / (s * p * (1 - p))

        p = brentq(excess, 1e-9, 1 - 1e-9, xtol=1e-15)
        path = logit_path(Game.symmetric([[a, b], [c, d]]))
        (bifurcation,) = path.bifurcations
        assert bifurcation.rationality == pytest.approx(1 / (s * p * (1 - p)), rel=1e-10)
        assert bifurcation.row[0] == pytest.approx(p, abs=1e-10)
        assert bifurcation.kind == "pitchfork"

    def test_the_battle_of_the_sexes_keeps_both_players_in_the_same_place(self):
        """Its symmetry exchanges the strategies with the players."""
        path = logit_path(BATTLE)
        np.testing.assert_array_equal(path.row, path.column[:, ::-1])
        (bifurcation,) = path.bifurcations
        # The opponent plays one's favourite with 1 - p; the response's slope: 3 λ p (1 - p) = 1.
        p = bifurcation.row[0]
        assert math.log(p / (1 - p)) == pytest.approx(bifurcation.rationality * (2 - 3 * p))
        assert 3 * bifurcation.rationality * p * (1 - p) == pytest.approx(1, abs=1e-10)

    @pytest.mark.parametrize("size", [3, 4, 5])
    def test_many_ways_to_coordinate_break_at_once(self, size):
        """In pure coordination on k places all but one rank are lost at rationality k."""
        path = logit_path(Game.symmetric(np.eye(size)))
        (bifurcation,) = path.bifurcations
        assert bifurcation.kind == "multiple"
        assert bifurcation.rank_lost == size - 1
        assert bifurcation.rationality == pytest.approx(size, rel=1e-9)

    def test_equal_sums_without_a_symmetry_are_transcritical(self):
        """Uniform play for ever; λ where 1/λ is an eigenvalue of the projected payoffs over 3."""
        matrix = np.array([[4, 3, -1], [1, 1, 4], [0, 0, 6]])
        path = logit_path(Game.symmetric(matrix))
        centred = (np.eye(3) - 1 / 3) @ matrix @ (np.eye(3) - 1 / 3) / 3
        values = np.abs(np.linalg.eigvals(centred))
        expected = sorted(1 / value for value in values if value > 1e-9)
        found = [one.rationality for one in path.bifurcations]
        np.testing.assert_allclose(found, expected, rtol=1e-9)
        assert [one.kind for one in path.bifurcations] == ["transcritical"] * 2
        assert [one.side for one in path.bifurcations] == ["both"] * 2
        np.testing.assert_allclose(path.row, 1 / 3, rtol=1e-15)

    def test_a_game_without_a_bifurcation_reports_none(self):
        assert logit_path(Game.symmetric([[3, 0], [5, 1]])).bifurcations == ()
        assert logit_path(Game.symmetric([[9, 0], [8, 7]])).bifurcations == ()

    def test_the_equations_are_singular_where_a_bifurcation_is_reported(self):
        """By the definition of the response's derivative, in random symmetric games."""
        draw = np.random.default_rng(11)
        seen = 0
        for _ in range(40):
            size = int(draw.integers(2, 5))
            game = Game.symmetric(draw.uniform(size=(size, size)).round(3))
            A = game.payoffs[0]
            for one in logit_path(game).bifurcations:
                covariance = np.diag(one.row) - np.outer(one.row, one.row)
                # The players part in opposite directions.
                whole = np.eye(size) + one.rationality * covariance @ A
                smallest = np.linalg.svd(whole, compute_uv=False)[-1]
                assert smallest < 1e-8
                seen += 1
        assert seen > 10


class TestBranches:
    def test_those_of_chicken_lead_to_its_pure_equilibria(self):
        chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
        path = logit_path(chicken)
        branches = logit_branches(chicken, path.bifurcations[0])
        limits = [path.limit.equilibrium, *(branch.limit.equilibrium for branch in branches)]
        assert sorted(map(str, limits)) == sorted(map(str, nash(chicken)))
        for branch in branches:
            assert branch.complete
            assert branch.residual < 1e-6
            assert branch.rationality[0] > path.bifurcations[0].rationality
            # Mirror images: what one player does on the one, the other does on the other.
        np.testing.assert_allclose(branches[0].row[5], branches[1].column[5], atol=1e-9)

    def test_those_of_the_battle_of_the_sexes(self):
        (bifurcation,) = logit_path(BATTLE).bifurcations
        words = {branch.limit.equilibrium.words for branch in logit_branches(BATTLE, bifurcation)}
        assert words == {"both play ball", "both play play"}

    def test_those_of_three_places_are_found_by_symmetry(self):
        """Three on which one place gains, which turn back first, and three on which one loses."""
        game = Game.symmetric(np.eye(3))
        (bifurcation,) = logit_path(game).bifurcations
        branches = logit_branches(game, bifurcation)
        limits = {branch.limit.equilibrium.words for branch in branches}
        assert limits == {
            "both play 1",
            "both play 2",
            "both play 3",
            "both mix 1 (1/2) and 2 (1/2)",
            "both mix 1 (1/2) and 3 (1/2)",
            "both mix 2 (1/2) and 3 (1/2)",
        }
        assert len(branches) == 6
        assert sum(len(branch.turning_points) for branch in branches) == 3

    def test_a_transcritical_branch_passes_to_both_sides(self):
        game = Game.symmetric([[4, 3, -1], [1, 1, 4], [0, 0, 6]])
        first = logit_path(game).bifurcations[0]
        sides = sorted(
            branch.rationality[1] > first.rationality for branch in logit_branches(game, first)
        )
        assert sides == [False, True]

    def test_each_point_of_a_branch_is_a_logit_equilibrium(self):
        game = Game.symmetric([[6, 2], [7, 0]])
        (bifurcation,) = logit_path(game).bifurcations
        for branch in logit_branches(game, bifurcation):
            for k in range(len(branch)):
                utilities = branch.rationality[k] * (game.payoffs[0] @ branch.column[k])
                response = np.exp(utilities - utilities.max())
                np.testing.assert_allclose(branch.row[k], response / response.sum(), atol=1e-7)
        # And another one than that of the principal branch.
        rationality = float(branch.rationality[3])
        principal = logit_equilibrium(game, rationality)
        assert np.abs(branch.row[3] - principal.row).max() > 1e-3

    def test_refusals(self):
        chicken = Game.symmetric([[6, 2], [7, 0]])
        (bifurcation,) = logit_path(chicken).bifurcations
        with pytest.raises(TypeError, match="bifurcation: requires one of logit_path"):
            logit_branches(chicken, 3)
        with pytest.raises(
            ValueError, match="requires one of this 3 x 3 game, got one of a 2 x 2"
        ):
            logit_branches(Game.symmetric(np.eye(3)), bifurcation)
        with pytest.raises(ValueError, match="bifurcation: requires one of this game's"):
            logit_branches(Game.symmetric([[5, 2], [7, 0]]), bifurcation)


class TestWithinTheEquations:
    @pytest.mark.parametrize("game", [BATTLE, Game.symmetric([[6, 2], [7, 0]])])
    def test_a_pitchfork_is_crossed_also_where_symmetry_is_not_used(self, game):
        """The full equations are singular there: the sign of their determinant turns."""
        (expected,) = logit_path(game).bifurcations
        reduced = logit_problem(game)
        full = plain_problem(game, reduced.gains, reduced.scale, reduced.least)
        curve = follow_from_uniform(full, 0.0, 1000)
        assert curve.signs[0] == 1
        assert curve.signs[-1] == -1
        path = path_of(game, curve, "uniform play")
        assert path.complete
        (found,) = path.bifurcations
        assert found.kind == "pitchfork"
        assert not found.breaks_symmetry
        assert found.side == expected.side
        assert found.rationality == pytest.approx(expected.rationality, rel=1e-8)
        assert path.limit.equilibrium == logit_path(game).limit.equilibrium

    def test_a_crossing_that_no_symmetry_explains_is_stepped_over(self):
        """Between two games whose branches end differently the branch is singular in one.

        At t = 1 all strategies would earn the same; next to it, two of them differ by rounding.
        Whatever the floats make of that, the branch must not stall there.
        """

        def game(t):
            return Game(
                [[[3, 0, 0], [0, 2 + t, 0], [1, 1, 1]], [[3, 0, 1], [0, 2 + t, 1], [0, 0, 1]]]
            )

        def end(t):
            return int(logit_path(game(t)).limit.row.argmax())

        low, high = 0.0, 4.0
        assert end(low) != end(high)
        start = end(low)
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if end(middle) == start else (low, middle)
            if high - low < 1e-15 * high:
                break
        for t in (low, high):
            path = logit_path(game(t))
            assert path.complete
            assert path.limit.regret < 1e-9
