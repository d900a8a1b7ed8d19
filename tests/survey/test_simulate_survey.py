"""Simulated surveys: drawn from the stated model, reproducible, and with their truth."""

import pickle

import numpy as np
import pytest

from dilemma import Alliance
from dilemma.alliance import strategy_grid
from dilemma.equilibria import logit_equilibrium
from dilemma.game import Game
from dilemma.repeated import long_run, named_policies, reciprocate
from dilemma.survey import CaseSurvey, simulate_survey
from dilemma.survey.designs.branch import _followed
from dilemma.survey.designs.responding import equilibrium_choices, population_choices

UNEQUAL = Alliance(trust="7/10", stakes=(1, 3), power="1/2")


def shares(strategy, m=5):
    return np.bincount(strategy.ravel(), minlength=m) / strategy.size


def margin(p, n):
    """Four standard errors of a share."""
    return 4 * np.sqrt(np.maximum(p * (1 - p), 1e-3) / n)


def softmax(values):
    return np.exp(values - values.max()) / np.exp(values - values.max()).sum()


class TestResponses:
    def test_equilibrium_choices_are_those_of_the_game_solver(self):
        trust = np.linspace(0, 1, 9)
        payoffs = np.asarray(UNEQUAL.replace(trust=trust).payoffs())
        for rationality in (0.0, 2.0, 12.0, 60.0):
            rows, columns = equilibrium_choices(payoffs[:, 0], payoffs[:, 1], rationality)
            for k in range(9):
                exact = logit_equilibrium(Game(payoffs[k]), rationality)
                np.testing.assert_allclose(rows[k], exact.row, atol=1e-9)
                np.testing.assert_allclose(columns[k], exact.column, atol=1e-9)

    def test_where_the_branch_turns_the_game_solver_decides(self):
        """Of random games some turn on the way, and are not followed in any number of steps."""
        games = np.random.default_rng(0).integers(0, 9, (60, 2, 3, 3)).astype(float)
        turned = np.swapaxes(games[:, 1], 1, 2)
        _, followed = _followed(games[:, 0], turned, np.linspace(0, 8, 1537))
        assert 0 < (~followed).sum() < 30
        rows, columns = equilibrium_choices(games[:, 0], games[:, 1], 8.0)
        for k in range(60):
            exact = logit_equilibrium(Game(games[k]), 8.0)
            np.testing.assert_allclose(rows[k], exact.row, atol=1e-8)
            np.testing.assert_allclose(columns[k], exact.column, atol=1e-8)

    def test_the_population_is_a_fixed_point_of_its_own_responses(self):
        payoffs = np.asarray(UNEQUAL.replace(trust=np.linspace(0, 1, 7)).payoffs())
        x, y = population_choices(payoffs[:, 0], payoffs[:, 1], 4.0)
        own = np.mean([softmax(4 * one[0] @ y) for one in payoffs], axis=0)
        other = np.mean([softmax(4 * one[1].T @ x) for one in payoffs], axis=0)
        np.testing.assert_allclose(own, x, atol=1e-12)
        np.testing.assert_allclose(other, y, atol=1e-12)

    def test_one_kind_of_case_makes_population_and_equilibrium_the_same(self):
        payoffs = np.asarray(UNEQUAL.game().payoffs)[None]
        rows, columns = equilibrium_choices(payoffs[:, 0], payoffs[:, 1], 3.0)
        x, y = population_choices(payoffs[:, 0], payoffs[:, 1], 3.0)
        np.testing.assert_allclose(rows[0], x, atol=1e-12)
        np.testing.assert_allclose(columns[0], y, atol=1e-12)

    @pytest.mark.parametrize("response", ["equilibrium", "population"])
    def test_shares_are_those_of_the_model(self, response):
        survey = simulate_survey(UNEQUAL, 4000, 2, seed=3, rationality=3, response=response)
        exact = logit_equilibrium(UNEQUAL.game(), 3)
        for side, chances in enumerate((exact.row, exact.column)):
            found = shares(survey.truth.strategy[:, :, side])
            assert np.all(np.abs(found - chances) < margin(chances, 8000))

    def test_last_period_answers_what_the_partner_did(self):
        survey = simulate_survey(UNEQUAL, 3000, 3, seed=5, rationality=2, response="last period")
        payoffs = UNEQUAL.game().payoffs
        strategy = survey.truth.strategy
        for before in range(5):
            met = strategy[:, :-1, 1] == before
            chances = softmax(2 * payoffs[0][:, before])
            found = shares(strategy[:, 1:, 0][met])
            assert np.all(np.abs(found - chances) < margin(chances, met.sum()))
            met = strategy[:, :-1, 0] == before
            chances = softmax(2 * payoffs[1][before])
            found = shares(strategy[:, 1:, 1][met])
            assert np.all(np.abs(found - chances) < margin(chances, met.sum()))

    def test_moderators_are_the_terms_of_their_cases(self):
        trust = np.repeat([0.1, 0.9], 3000)
        survey = simulate_survey(
            Alliance(), 6000, seed=2, rationality=5, moderators={"trust": trust}
        )
        for value in (0.1, 0.9):
            chances = logit_equilibrium(Alliance(trust=value).game(), 5).row
            found = shares(survey.truth.strategy[trust == value])
            assert np.all(np.abs(found - chances) < margin(chances, 6000))
        assert survey.moderators["trust"].tolist() == np.repeat(trust, 2).tolist()

    def test_effects_move_terms_on_the_scale_of_their_domain(self):
        ties = np.repeat([-1.0, 2.0], 3000)
        survey = simulate_survey(
            Alliance(trust=0.6), 6000, seed=2, rationality=5,
            moderators={"ties": ties},
            effects={"trust": {"ties": 0.8}, "stakes.row": {"ties": 0.5}},
        )  # fmt: skip
        assert list(survey.moderators) == ["ties"]
        for value in (-1, 2):
            trust = 1 / (1 + (0.4 / 0.6) * np.exp(-0.8 * value))
            alliance = Alliance(trust=trust, stakes=(np.exp(0.5 * value), 1))
            exact = logit_equilibrium(alliance.game(), 5)
            for side, chances in enumerate((exact.row, exact.column)):
                found = shares(survey.truth.strategy[ties == value, :, side])
                assert np.all(np.abs(found - chances) < margin(chances, 3000))
        assert survey.truth.effects == {"trust": {"ties": 0.8}, "stakes.row": {"ties": 0.5}}


class TestPolicies:
    @pytest.mark.parametrize("error", ["execution", "perception"])
    def test_errors_bring_the_long_run_of_the_policies(self, error):
        alliance = Alliance(trust="9/10")
        game = alliance.game()
        survey = simulate_survey(
            alliance, 400, 60, seed=1, policies={"reciprocate": 1}, suspicion="1/10", error=error
        )
        mirror = reciprocate(game)
        law = long_run(game, [mirror, mirror], 1, "1/10", error=error).law.astype(float)
        late = survey.truth.strategy[:, 30:]
        found = np.bincount(late[..., 0].ravel() * 5 + late[..., 1].ravel(), minlength=25)
        assert np.abs(found / found.sum() - law.ravel()).max() < 0.02
        assert survey.truth.response == "policies"
        opening = survey.truth.strategy[:, 0]
        assert (opening == 0).all() == (error == "perception")

    def test_each_firm_follows_one_policy_throughout(self):
        given = {"learn and leave": 0.5, "always accommodation": "1/2"}
        game = Alliance().game()
        assert set(given) <= set(named_policies(game))
        survey = simulate_survey(Alliance(), 300, 4, seed=1, policies=given)
        truth = survey.truth
        assert truth.policies == tuple(given)
        for side in (0, 1):
            learners = truth.policy[:, side] == 0
            assert 100 < learners.sum() < 200
            assert (truth.strategy[~learners, :, side] == 3).all()
            assert (truth.strategy[learners, 0, side] == 1).all()
            assert (truth.strategy[learners, 1:, side] == 4).all()

    def test_own_policies(self):
        mirror = reciprocate(Alliance().game())
        survey = simulate_survey(Alliance(), 5, 3, seed=1, policies={mirror: 1})
        assert (survey.truth.strategy == 0).all()


class TestCoding:
    def test_raters_err_as_often_as_was_said(self):
        survey = simulate_survey(Alliance(), 1000, 2, 3, seed=4, noise=0.2)
        truth = np.repeat(survey.truth.strategy.ravel(), 3)
        coded = survey.classified().strategy
        wrong = coded != truth
        assert abs(wrong.mean() - 0.2) < margin(0.2, len(coded))
        for one in range(5):
            others = shares(coded[wrong & (truth == one)])
            assert others[one] == 0
            assert np.all(np.abs(np.delete(others, one) - 0.25) < 0.1)

    def test_a_confusion_matrix(self):
        matrix = np.eye(5)
        matrix[0] = [0.5, 0.5, 0, 0, 0]
        survey = simulate_survey(Alliance(), 2000, seed=4, rationality=0, confusion=matrix)
        truth, coded = survey.truth.strategy.ravel(), survey.classified().strategy
        assert (coded[truth != 0] == truth[truth != 0]).all()
        assert abs((coded[truth == 0] == 1).mean() - 0.5) < margin(0.5, (truth == 0).sum())

    def test_missing_codes(self):
        survey = simulate_survey(Alliance(), 2000, seed=4, missing="1/4")
        for codes in (survey.receptivity, survey.transparency):
            assert abs(np.isnan(codes).mean() - 0.25) < margin(0.25, 4000)
        assert abs(survey.classified().missing.mean() - 7 / 16) < margin(7 / 16, 4000)

    def test_outcomes_are_payoffs(self):
        survey = simulate_survey(UNEQUAL, 50, 2, 2, seed=1)
        payoffs = UNEQUAL.game().payoffs
        strategy = survey.truth.strategy
        expected = payoffs[:, strategy[..., 0], strategy[..., 1]]  # player, case, period
        assert survey.outcome.tolist() == np.repeat(np.moveaxis(expected, 0, -1), 2).tolist()

    def test_other_strategies_and_what_is_read_back(self, tmp_path):
        alliance = Alliance(strategies=strategy_grid(3))
        survey = simulate_survey(alliance, 40, 2, 2, seed=9, moderators={"synergy": (0, 1)})
        survey.observations.to_csv(tmp_path / "a.csv", index=False)
        again = CaseSurvey.read(tmp_path / "a.csv")
        for name in ("case", "firm", "period", "rater", "side"):
            assert getattr(again, name).tolist() == getattr(survey, name).tolist()
        assert again.receptivity.tolist() == survey.receptivity.tolist()
        assert again.moderators["synergy"].tolist() == survey.moderators["synergy"].tolist()
        assert again.truth is None
        coded = survey.classified(strategy_grid(3)).strategy
        assert coded.tolist() == np.repeat(survey.truth.strategy.ravel(), 2).tolist()


class TestTruth:
    def test_seeds(self):
        options = {"cases": 20, "periods": 2, "raters": 2, "noise": 0.3, "missing": 0.1}
        first, again, other = (
            simulate_survey(Alliance(), seed=seed, **options) for seed in (1, 1, 2)
        )
        np.testing.assert_array_equal(first.receptivity, again.receptivity)
        assert not np.array_equal(first.receptivity, other.receptivity, equal_nan=True)
        assert first.truth.seed == "1"

    def test_it_says_that_it_is_simulated(self):
        survey = simulate_survey(Alliance(), 5, seed=1, moderators={"trust": (0, 1)})
        assert "simulated: nothing in it was observed" in str(survey)
        again = pickle.loads(pickle.dumps(survey))
        assert again.truth.strategy.tolist() == survey.truth.strategy.tolist()
        with pytest.raises(ValueError, match="read-only"):
            survey.truth.strategy[0] = 0
        with pytest.raises(TypeError):
            survey.truth.moderators["trust"] = 0

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"cases": 0}, "cases: requires an integer of at least 1"),
            ({"raters": True}, "raters: requires an integer"),
            ({"rationality": -1}, "rationality: requires a number ≥ 0"),
            ({"response": "now"}, "response: requires one of 'equilibrium'"),
            ({"error": "typing"}, "error: requires one of 'execution', 'perception'"),
            ({"noise": 2}, r"noise: requires a probability in \[0, 1\]"),
            ({"confusion": [[1]]}, r"confusion: requires shape \(5, 5\)"),
            ({"confusion": np.ones((5, 5))}, "rows of probabilities that sum to 1"),
            ({"confusion": np.eye(5), "noise": 0.1}, "requires noise=0"),
            ({"moderators": {"trust": (0, 2)}}, r"moderators\[trust\]: requires numbers in"),
            ({"moderators": {"trust": [0.5]}}, "or one value for each of 10 cases"),
            ({"moderators": {"trust": (1, 0)}}, "requires low ≤ high"),
            ({"effects": {"trust": {"ties": 1}}}, r"effects\[trust\]: requires moderators"),
            ({"effects": {"mood": {}}}, "effects: requires terms among"),
            ({"policies": {"grim": 0.5}}, "requires shares that sum to 1"),
            ({"policies": {"spite": 1}}, "policies: requires names among"),
        ],
    )
    def test_refusals(self, options, words):
        with pytest.raises(ValueError, match=words):
            simulate_survey(Alliance(), **{"cases": 10, "seed": 1, **options})

    def test_refusals_of_alliances(self):
        with pytest.raises(TypeError, match="what varies between cases is a moderator"):
            simulate_survey(Alliance(trust=np.array([0.1, 0.2])), 2)
        with pytest.raises(TypeError, match="requires an Alliance, got Game"):
            simulate_survey(Alliance().game(), 2)
        ends = {"moderators": {"ties": (0, 1)}, "effects": {"trust": {"ties": 1}}}
        with pytest.raises(ValueError, match="inside its domain, where the logit is finite"):
            simulate_survey(Alliance(trust=1), 2, **ends)
        with pytest.raises(ValueError, match=r"requires stakes\.row or stakes\.column"):
            simulate_survey(
                UNEQUAL, 2, moderators={"ties": (0, 1)}, effects={"stakes": {"ties": 1}}
            )
