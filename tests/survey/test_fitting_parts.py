"""Parts of a fit: raters' errors, climbs between bounds, and profiles to their crossings."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from scipy.stats import chi2

from dilemma import Alliance
from dilemma.game import Game
from dilemma.survey import (
    fit_logit,
    fit_rationality,
    profile_intervals,
    rater_confusion,
    simulate_survey,
)
from dilemma.survey.fitting.likelihood import Evaluation
from dilemma.survey.fitting.maximum import climb

PENNIES = Game([[[9, -1], [-1, 1]], [[-1, 1], [1, -1]]])


class TestProfiles:
    def test_one_parameter_crosses_where_its_likelihood_has_fallen(self):
        counts = [[70, 30], [40, 60]]
        fit = fit_rationality(PENNIES, counts)
        (interval,) = profile_intervals(fit, 0.9)
        function = fit._estimation.likelihood
        for end in (interval.low, interval.high):
            fall = 2 * (fit.log_likelihood - function(np.array([end])).value)
            assert fall == pytest.approx(chi2.ppf(0.9, 1), abs=1e-6)
        assert interval.low < fit.estimates["rationality"] < interval.high
        assert fit.estimates["rationality"] in interval

    @pytest.mark.parametrize("errors", ["information", "cases"])
    def test_two_parameters_against_a_search_over_the_other_one(self, errors):
        survey = simulate_survey(Alliance(trust=0.6), 150, seed=4)
        fit = fit_logit(survey, Alliance(), errors=errors)
        function = fit._estimation.likelihood
        plain = fit_logit(survey, Alliance(), errors="information")
        for k, (name, interval) in enumerate(zip(fit.names, fit.intervals, strict=True)):
            ratio = (fit.standard_errors[name] / plain.standard_errors[name]) ** 2
            for end in (interval.low, interval.high):

                def loss(other, end=end, k=k):
                    return -function(np.insert([other], k, end)).value

                best = minimize_scalar(
                    loss, bounds=[(0, 20), (0, 1)][k], method="bounded", options={"xatol": 1e-10}
                )
                fall = 2 * (fit.log_likelihood + best.fun)
                assert fall == pytest.approx(ratio * chi2.ppf(0.95, 1), rel=1e-6)

    @pytest.mark.parametrize("level", [0, 1, 1.5, -0.1])
    def test_levels(self, level):
        with pytest.raises(ValueError, match=r"level: requires a number in \(0, 1\)"):
            profile_intervals(fit_rationality(PENNIES, [[3, 1], [1, 3]]), level)


class TestClimbs:
    def test_a_concave_quadratic_in_one_step_and_at_its_bounds(self):
        metric = np.array([[2.0, 0.5], [0.5, 1.0]])
        top = np.array([3.0, -1.0])

        def function(x):
            return Evaluation(
                float(-(x - top) @ metric @ (x - top) / 2), -metric @ (x - top), metric
            )

        free = climb(function, np.zeros(2), np.full(2, -10.0), np.full(2, 10.0))
        assert free.values == pytest.approx(top, abs=1e-9)
        assert free.converged
        assert not free.held.any()
        cut = climb(function, np.zeros(2), np.full(2, -10.0), np.array([1.0, 10.0]))
        # With the first held at 1 the second is where its own derivative is 0.
        assert cut.values == pytest.approx([1.0, -1 - 0.5 * (1 - 3)], abs=1e-9)
        assert cut.held.tolist() == [True, False]

    def test_a_parameter_that_begins_at_a_wrong_bound_is_let_go(self):
        def function(x):
            return Evaluation(float(-((x[0] - 2) ** 2)), -2 * (x - 2), np.array([[2.0]]))

        found = climb(function, np.array([0.0]), np.array([0.0]), np.array([5.0]))
        assert found.values == pytest.approx([2.0])

    def test_a_hill_that_is_not_concave_everywhere(self):
        """Against scipy: the density of Cauchy's law, from where it is convex."""

        def function(x):
            value = -math.log1p((x[0] - 1) ** 2)
            score = -2 * (x - 1) / (1 + (x[0] - 1) ** 2)
            return Evaluation(value, score, np.array([[0.5]]))

        found = climb(function, np.array([5.0]), np.array([-99.0]), np.array([99.0]))
        other = minimize(lambda x: -function(x).value, [5.0])
        assert found.values == pytest.approx(other.x, abs=1e-5)


class TestRaters:
    def test_choices_with_errors_have_the_mixture_as_their_likelihood(self):
        survey = simulate_survey(Alliance(trust=0.8), 120, raters=2, seed=3, noise=0.2)
        fit = fit_logit(survey, Alliance(), confusion=0.2)
        matrix = np.full((5, 5), 0.05) + 0.75 * np.eye(5)
        codes = survey.classified().strategy.reshape(240, 2)
        chances = matrix[:, codes[:, 0]] * matrix[:, codes[:, 1]]
        # The shares that make the codes likeliest, by an independent search.
        point = np.zeros(4)

        def loss(point):
            shares = np.exp(np.append(point, 0))
            return -float(np.log((shares / shares.sum()) @ chances).sum())

        found = minimize(loss, point, method="BFGS", options={"gtol": 1e-9})
        shares = np.exp(np.append(found.x, 0))
        shares /= shares.sum()
        assert [one.observed for one in fit.shares] == pytest.approx(shares, abs=1e-5)
        trust, rate = fit.estimates.values()
        values = rate * (Alliance(trust=trust).game().payoffs[0] @ shares)
        law = np.exp(values) / np.exp(values).sum()
        assert fit.log_likelihood == pytest.approx(float(np.log(law @ chances).sum()), abs=1e-4)
        assert "raters' errors are taken as given" in fit.status

    def test_no_errors_are_the_plain_likelihood(self):
        survey = simulate_survey(Alliance(trust=0.8), 80, seed=3)
        one, two = (fit_logit(survey, Alliance(), confusion=c) for c in (None, np.eye(5)))
        assert one.log_likelihood == pytest.approx(two.log_likelihood, abs=1e-9)
        assert list(one.estimates.values()) == pytest.approx(list(two.estimates.values()))

    def test_errors_that_are_left_out_bias_and_counted_they_do_not(self):
        survey = simulate_survey(Alliance(trust=0.8), 1500, raters=3, seed=5, noise=0.3)
        naive = fit_logit(survey.consensus("rater rater 1"), Alliance())
        told = fit_logit(survey, Alliance(), confusion="raters")
        assert naive.estimates["rationality"] < 3
        assert abs(told.estimates["rationality"] - 4) < 3 * told.standard_errors["rationality"]

    def test_a_matrix_that_is_not_symmetric_is_found(self):
        matrix = 0.1 * np.ones((5, 5)) / 4 + (0.9 - 0.025) * np.eye(5)
        matrix[0] = [0.6, 0.3, 0.1, 0, 0]
        survey = simulate_survey(Alliance(trust=0.9), 1500, raters=4, seed=2, confusion=matrix)
        assert rater_confusion(survey) == pytest.approx(matrix, abs=0.05)

    def test_two_ratings_are_too_few_to_estimate_a_matrix(self):
        survey = simulate_survey(Alliance(), 50, raters=2, seed=2, noise=0.1)
        with pytest.raises(ValueError, match="at least 3 ratings"):
            rater_confusion(survey)

    def test_ratings_that_a_matrix_excludes(self):
        survey = simulate_survey(Alliance(), 50, raters=2, seed=2, noise=0.4)
        with pytest.raises(ValueError, match="every set of ratings is possible"):
            fit_logit(survey, Alliance(), confusion=np.eye(5))
