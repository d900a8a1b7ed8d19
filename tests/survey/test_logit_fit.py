"""Logit fits: against likelihoods written here, published estimates, closed forms and laws."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq, minimize

from dilemma import Alliance
from dilemma.equilibria import logit_equilibrium
from dilemma.game import Game
from dilemma.show import table
from dilemma.show.records import record
from dilemma.survey import CaseSurvey, fit_logit, fit_rationality, simulate_survey

OCHS = Game([[["1.1141", 0], [0, "0.2785"]], [[0, "1.1141"], ["1.1141", 0]]])
SHARES = [[0.527, 0.473], [0.366, 0.634]]


def softmax(values):
    raised = np.exp(values - values.max())
    return raised / raised.sum()


def log_likelihood(survey, alliance, rationality):
    """Of the observed form, from its definition, choice by choice."""
    strategy = survey.pairs(alliance.strategies).strategy
    m = len(alliance.strategies)
    q = [np.bincount(side[side >= 0], minlength=m) / (side >= 0).sum() for side in strategy.T]
    payoffs = np.array(alliance.payoffs(), dtype=float)
    same = np.array_equal(payoffs[0], payoffs[1].T)
    if same:
        everyone = strategy[strategy >= 0]
        q = [np.bincount(everyone, minlength=m) / len(everyone)] * 2
    total = 0.0
    for row, column in strategy:
        if row >= 0:
            total += math.log(softmax(rationality * payoffs[0] @ q[1])[row])
        if column >= 0:
            total += math.log(softmax(rationality * payoffs[1].T @ q[0])[column])
    return total


def survey_of(choices, **moderators):
    """A survey of pairs of choices, one case each, as indices of the five strategies."""
    points = [(one.receptivity, one.transparency) for one in Alliance().strategies]
    rows = [
        {"case": k, "period": 1, "firm": firm, "receptivity": float(points[which][0]),
         "transparency": float(points[which][1]), **{n: v[k] for n, v in moderators.items()}}
        for k, pair in enumerate(choices) for firm, which in zip("ij", pair, strict=True)
    ]  # fmt: skip
    return CaseSurvey.read(pd.DataFrame(rows), moderators=list(moderators) or None)


@pytest.fixture(scope="module")
def survey():
    return simulate_survey(Alliance(trust=0.8), cases=150, seed=7, missing=0.02)


class TestPublished:
    def test_ochs_data_as_mckelvey_and_palfrey_fit_them(self):
        fit = fit_rationality(OCHS, [[128 * one for one in player] for player in SHARES])
        assert fit.estimates["rationality"] == pytest.approx(1.8456, abs=5e-5)
        assert fit.log_likelihood == pytest.approx(-174.7645, abs=5e-5)
        assert fit.converged
        assert fit.starts == 4


class TestDefinition:
    def test_the_observed_form_against_a_likelihood_written_here(self, survey):
        fit = fit_logit(survey, Alliance(), free=("trust", "rationality"))

        def loss(point):
            return -log_likelihood(survey, Alliance(trust=point[0]), point[1])

        found = minimize(
            loss,
            [0.5, 2],
            method="Nelder-Mead",
            bounds=[(0, 1), (0, 50)],
            options={"xatol": 1e-8, "fatol": 1e-10},
        )
        assert list(fit.estimates.values()) == pytest.approx(found.x, abs=1e-5)
        assert fit.log_likelihood == pytest.approx(-found.fun, abs=1e-8)
        assert fit.aic == pytest.approx(4 + 2 * found.fun)
        assert fit.bic == pytest.approx(2 * math.log(fit.choices) + 2 * found.fun)
        assert fit.choices + fit.missing == 300
        assert fit.uniform_log_likelihood == pytest.approx(-fit.choices * math.log(5))

    def test_rationality_alone_solves_the_first_order_condition_of_conditional_logit(self):
        """Chosen strategies earn on average what the model expects them to (mcfadden1974)."""
        alliance = Alliance(stakes=(1, 2), opportunism=(0.5, 0.9))
        survey = simulate_survey(alliance, cases=100, seed=3, response="population")
        fit = fit_logit(survey, alliance, free="rationality")
        strategy = survey.pairs().strategy
        counts = [np.bincount(side, minlength=5) for side in strategy.T]
        A, B = np.array(alliance.payoffs(), dtype=float)
        values = [A @ counts[1] / 100, B.T @ counts[0] / 100]

        def excess(rate):
            return sum(
                float(n @ v - 100 * softmax(rate * v) @ v)
                for n, v in zip(counts, values, strict=True)
            )

        assert fit.estimates["rationality"] == pytest.approx(brentq(excess, 0.1, 40), abs=1e-9)

    def test_the_equilibrium_form_against_logit_equilibria_one_by_one(self):
        alliance = Alliance(stakes=(1, "3/2"))
        survey = simulate_survey(alliance.replace(trust=0.8), cases=200, seed=5)
        fit = fit_logit(survey, alliance, free=("trust", "rationality"), response="equilibrium")
        counts = [np.bincount(side, minlength=5) for side in survey.pairs().strategy.T]

        def value(trust, rate):
            answer = logit_equilibrium(alliance.replace(trust=float(trust)).game(), float(rate))
            return float(counts[0] @ answer.log_row + counts[1] @ answer.log_column)

        trust, rate = fit.estimates.values()
        assert fit.log_likelihood == pytest.approx(value(trust, rate), abs=1e-8)
        for step in ((1e-4, 0), (-1e-4, 0), (0, 1e-3), (0, -1e-3)):
            assert value(trust + step[0], rate + step[1]) < fit.log_likelihood
        # The standard errors are from the curvature of these same values.
        h = 1e-3
        second = value(trust, rate + h) - 2 * value(trust, rate) + value(trust, rate - h)
        other = fit_logit(
            survey, alliance.replace(trust=float(trust)), free="rationality",
            response="equilibrium", errors="information",
        )  # fmt: skip
        assert other.standard_errors["rationality"] == pytest.approx(
            1 / math.sqrt(-second / h**2), rel=1e-3
        )

    @pytest.mark.parametrize("response", ["observed", "equilibrium"])
    def test_scores_of_all_parameters_are_the_derivatives_of_the_likelihood(self, response):
        """Terms of one firm and of both, moderators, errors of raters, and the last period."""
        draw = np.random.default_rng(2)
        survey = simulate_survey(
            Alliance(), cases=40, periods=3, seed=2, noise=0.1,
            moderators={"ties": draw.normal(size=40), "stakes": draw.uniform(1, 2, 40)},
        )  # fmt: skip
        fit = fit_logit(
            survey, Alliance(), free=("trust", "opportunism.row", "synergy", "rationality"),
            moderators={"trust": "ties", "synergy": "ties"}, confusion=0.1, response=response,
            starts=1,
        )  # fmt: skip
        base = fit._estimation.likelihood
        from dilemma.survey.fitting.choices import grouped

        groups = tuple(grouped(fit._estimation.choices, role, past=True) for role in (0, 1))
        whole = replace(base, groups=groups, free=np.arange(len(base.full)))
        at = np.array([0.4, 0.3, 0.6, -0.7, 0.2, 2.0, 0.8, 0.3, 0.4])
        exact = whole(at).score
        for k, derivative in enumerate(exact):
            up, down = at.copy(), at.copy()
            up[k] += 1e-6
            down[k] -= 1e-6
            numeric = (whole(up).value - whole(down).value) / 2e-6
            assert derivative == pytest.approx(numeric, rel=2e-6, abs=2e-6), k


class TestLaws:
    def test_twice_the_payoffs_is_half_the_rationality(self, survey):
        double = Alliance(stakes=2, receptivity_cost=1, transparency_cost=1)
        one = fit_logit(survey, Alliance(), free="rationality")
        two = fit_logit(survey, double, free="rationality")
        assert one.log_likelihood == pytest.approx(two.log_likelihood, abs=1e-9)
        assert one.estimates["rationality"] == pytest.approx(2 * two.estimates["rationality"])

    def test_which_firm_comes_first_does_not_matter_to_equals(self, survey):
        swapped = survey.noted(side=1 - survey.side)
        one, two = (fit_logit(each, Alliance()) for each in (survey, swapped))
        assert list(one.estimates.values()) == pytest.approx(list(two.estimates.values()))
        assert {share.role for share in one.shares} == {"firm"}

    def test_a_choice_counts_once_whatever_the_cells(self, survey):
        """A measured term that is the same everywhere is the alliance's own."""
        measured = survey.noted(moderators={"stakes": np.full(len(survey), 1.5)})
        one = fit_logit(measured, Alliance())
        two = fit_logit(survey, Alliance(stakes=1.5))
        assert list(one.estimates.values()) == pytest.approx(list(two.estimates.values()))

    def test_predicted_shares_sum_to_one_and_inputs_stay(self, survey):
        before = survey.receptivity.copy()
        fit = fit_logit(survey, Alliance())
        assert sum(one.predicted for one in fit.shares) == pytest.approx(1)
        assert sum(one.observed for one in fit.shares) == pytest.approx(1)
        assert np.array_equal(before, survey.receptivity, equal_nan=True)
        assert not fit.covariance.flags.writeable

    def test_moderators_move_terms_on_their_scale(self):
        draw = np.random.default_rng(1)
        ties = draw.normal(size=1500)
        trust = 1 / (1 + np.exp(-(0.5 + 1.2 * ties)))
        survey = simulate_survey(
            Alliance(), 1500, seed=4, response="population",
            moderators={"trust": trust, "ties": ties},
        )  # fmt: skip
        fit = fit_logit(survey, Alliance(), moderators={"trust": ["ties"]}, measured=[])
        assert fit.names == ("trust: intercept", "trust: slope of ties", "rationality")
        for name, truth in zip(fit.names, (0.5, 1.2, 4), strict=True):
            assert abs(fit.estimates[name] - truth) < 3 * fit.standard_errors[name]
        # Trust as it was measured leaves rationality alone to be estimated, just as well.
        alone = fit_logit(survey, Alliance(), free="rationality")
        assert abs(alone.estimates["rationality"] - 4) < 3 * alone.standard_errors["rationality"]
        assert alone.log_likelihood == pytest.approx(fit.log_likelihood, abs=5)

    def test_frequencies_in_cells_against_each_cell_by_itself(self):
        """With one parameter in each cell, the likelihood is the sum of those of the cells."""
        stakes = np.repeat([1.0, 2.0], 150)
        survey = simulate_survey(Alliance(), 300, seed=8, moderators={"stakes": stakes})
        fit = fit_logit(
            survey, Alliance(), free="rationality", partners="cells", errors="information"
        )
        rate = fit.estimates["rationality"]
        total = 0.0
        for value in (1.0, 2.0):
            mine = survey.moderators["stakes"] == value
            kept = {
                name: getattr(survey, name)[mine]
                for name in ("case", "period", "firm", "receptivity", "transparency", "rater",
                             "outcome", "side", "rows")
            }  # fmt: skip
            part = CaseSurvey(**kept)
            total += log_likelihood(part, Alliance(stakes=value), rate)
        assert fit.log_likelihood == pytest.approx(total, abs=1e-8)


class TestEnds:
    def test_where_every_choice_is_a_best_reply_rationality_is_infinite(self):
        race = Alliance(trust=0, stakes=4)
        fit = fit_logit(survey_of([(1, 1)] * 20), race, free="rationality")
        assert fit.estimates["rationality"] == math.inf
        assert math.isnan(fit.standard_errors["rationality"])
        assert not fit.complete
        assert "every choice is a best reply" in fit.status
        (interval,) = fit.intervals
        assert interval.high == math.inf
        assert interval.high_at_bound
        assert 0 < interval.low < 20
        assert (
            "never observed: collaboration, compromise, accommodation and avoidance" in fit.status
        )
        assert "no interaction: cannot be tested here, since rationality is infinite" in str(fit)
        json.dumps(record(fit))

    def test_in_one_game_too(self):
        game = Game.symmetric([[3, 0], [5, 1]])
        for response in ("equilibrium", "observed"):
            fit = fit_rationality(game, [[0, 10], [0, 7]], response=response)
            assert fit.estimates["rationality"] == math.inf, response

    def test_choices_that_shun_payoffs_have_rationality_zero(self):
        fit = fit_logit(
            survey_of([(3, 3)] * 10 + [(4, 3), (0, 1), (2, 2)]), Alliance(), free="rationality"
        )
        assert fit.estimates["rationality"] == 0
        assert fit.at_bounds == ("rationality",)
        assert "choices do not respond to these payoffs" in fit.status
        (interval,) = fit.intervals
        assert (interval.low, interval.low_at_bound) == (0, True)
        assert interval.high > 0

    def test_an_estimate_at_the_end_of_a_domain_has_no_error_and_says_so(self):
        survey = simulate_survey(Alliance(trust=1), cases=100, seed=2)
        fits = [
            fit_logit(simulate_survey(Alliance(trust=1), cases=60, seed=seed), Alliance())
            for seed in range(3)
        ]
        (ended, *_) = [one for one in fits if one.at_bounds == ("trust",)]
        assert ended.estimates["trust"] == 1
        assert math.isnan(ended.standard_errors["trust"])
        assert ended.standard_errors["rationality"] > 0
        assert ended.intervals[0].high_at_bound
        assert ended.intervals[0].low < 1
        assert len(survey) == 200

    def test_one_case_has_no_errors_from_cases(self):
        one = survey_of([(4, 0)])
        with pytest.raises(ValueError, match="requires 'information' where there is one case"):
            fit_logit(one, Alliance(), free="rationality")
        assert fit_logit(one, Alliance(), free="rationality", errors="information").choices == 2


class TestIdentification:
    def test_rationality_with_all_that_scales_payoffs_is_refused_by_name(self, survey):
        free = ("rationality", "stakes", "receptivity_cost", "transparency_cost")
        with pytest.raises(
            ValueError, match="down leaves every choice probability as it is"
        ) as error:
            fit_logit(survey, Alliance(), free=free)
        for name in free:
            assert name in str(error.value)
        assert "trust" not in str(error.value)

    @pytest.mark.parametrize("response", ["observed", "equilibrium"])
    def test_in_both_forms_and_beside_other_terms(self, survey, response):
        free = ("trust", "rationality", "stakes", "receptivity_cost", "transparency_cost")
        with pytest.raises(ValueError, match="fix at least one of"):
            fit_logit(survey, Alliance(), free=free, response=response)

    def test_one_of_them_fixed_is_enough(self, survey):
        fit = fit_logit(survey, Alliance(), free=("rationality", "stakes"))
        assert fit.converged

    def test_what_no_choice_depends_on_is_refused(self, survey):
        with pytest.raises(ValueError, match="no choice probability depends on power here"):
            # Without synergy there is nothing to share.
            fit_logit(survey, Alliance(synergy=0), free=("power", "rationality"))

    def test_trust_with_what_it_multiplies(self, survey):
        """Trust enters as ητ and as (1 − τ)ω, so one of the three must be fixed."""
        free = ("trust", "relational_return", "opportunism", "rationality")
        words = "trust and opportunism up with relational_return down leaves every"
        with pytest.raises(ValueError, match=words):
            fit_logit(survey, Alliance(), free=free)

    def test_terms_that_enter_as_a_product(self, survey):
        """Absorptive and communicative capacity count by their product alone."""
        free = ("absorptive_capacity", "communicative_capacity")
        with pytest.raises(ValueError, match="absorptive_capacity and communicative_capacity"):
            fit_logit(survey, Alliance(), free=free, rationality=4)

    def test_constant_payoffs(self, survey):
        nothing = Alliance(
            model=lambda focal, partner, terms: (0 * focal.stakes, 0 * partner.stakes)
        )
        with pytest.raises(ValueError, match="no choice probability depends on rationality"):
            fit_logit(survey, nothing, free="rationality")
        with pytest.raises(ValueError, match="requires payoffs that differ"):
            fit_rationality(Game.symmetric([[1, 2], [1, 2]]), [[1, 1], [1, 1]])

    def test_more_parameters_than_shares_are_refused(self, survey):
        """One population of five strategies has four free shares: no five parameters."""
        free = ("rationality", "stakes", "receptivity_cost", "trust", "synergy")
        with pytest.raises(ValueError, match="leaves every choice probability as it is"):
            fit_logit(survey, Alliance(), free=free)

    def test_weak_identification_is_said(self):
        survey = simulate_survey(Alliance(trust=0.6), 400, seed=6)
        free = ("trust", "stakes", "relational_return", "rationality")
        fit = fit_logit(survey, Alliance(), free=free, starts=2)
        assert fit.condition > 1e3
        assert "weakly identified" in fit.status


class TestArguments:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"free": ("trsut",)}, "free: requires rationality or terms among trust"),
            ({"free": ()}, "free: requires at least one name"),
            ({"free": ("trust", "trust")}, "requires each name once"),
            ({"free": ("stakes", "stakes.row")}, "requires 'stakes' or the terms of each firm"),
            ({"free": ("trust",)}, "rationality: requires a value, since it is not free"),
            ({"free": ("trust",), "rationality": 0}, "rationality: requires a number > 0"),
            ({"rationality": 2}, "rationality: requires no value where it is free"),
            ({"response": "nash"}, "response: requires one of 'observed', 'equilibrium'"),
            ({"partners": "own"}, "partners: requires one of"),
            ({"errors": "none"}, "errors: requires one of"),
            ({"moderators": {"stakes": "ties"}}, "moderators: requires free terms as keys"),
            ({"moderators": {"trust": "ties"}}, r"moderators\[trust\]: requires moderators"),
            ({"measured": ["stakes"]}, "measured: requires terms that the survey has"),
            ({"starts": 0}, "starts: requires at least 1 starts"),
            ({"confusion": [[1, 0], [0, 1]]}, "confusion: requires the shape"),
            ({"confusion": 1.5}, r"confusion: requires a number in \[0, 1\)"),
            ({"confusion": "guess"}, "confusion: requires a matrix, a number or 'raters'"),
            ({"confusion": np.full((5, 5), 0.2)}, "strategies that raters can tell apart"),
        ],
    )  # fmt: skip
    def test_wrong_ones_are_named(self, survey, arguments, words):
        with pytest.raises(ValueError, match=words):
            fit_logit(survey, Alliance(), **arguments)

    def test_wrong_kinds(self, survey):
        with pytest.raises(TypeError, match="survey: requires a CaseSurvey"):
            fit_logit([1], Alliance())
        with pytest.raises(TypeError, match="alliance: requires an Alliance"):
            fit_logit(survey, Alliance().game())
        with pytest.raises(TypeError, match="alliance: requires numbers"):
            fit_logit(survey, Alliance(trust=np.array([0.1])))

    def test_no_choice_at_all(self, survey):
        blank = survey.noted(receptivity=np.full(len(survey), np.nan))
        with pytest.raises(ValueError, match="requires at least one choice with a code, got 300"):
            fit_logit(blank, Alliance())

    def test_choices_without_moderators_are_counted(self, survey):
        stakes = np.full(len(survey), 2.0)
        stakes[:6] = np.nan
        fit = fit_logit(survey.noted(moderators={"stakes": stakes}), Alliance())
        assert "choices are left out, since stakes is missing there" in fit.status

    def test_several_raters_need_a_rule(self):
        survey = simulate_survey(Alliance(), 20, raters=2, seed=1)
        with pytest.raises(ValueError, match="requires one rating of each firm"):
            fit_logit(survey, Alliance())

    @pytest.mark.parametrize(
        ("counts", "words"),
        [
            ([[1, 2]], "counts: requires one sequence for each player, got 1"),
            ([[1, 2], [1, 2, 3]], "counts: requires"),
            ([[1, -2], [1, 2]], "counts: requires numbers of at least 0, got -2"),
            ([[0, 0], [0, 0]], "counts: requires at least one choice"),
        ],
    )
    def test_counts(self, counts, words):
        with pytest.raises(ValueError, match=words):
            fit_rationality(OCHS, counts)

    def test_nobody_to_respond_to(self):
        with pytest.raises(ValueError, match="requires choices of the column firms"):
            fit_rationality(OCHS, [[1, 2], [0, 0]], response="observed")
        assert fit_rationality(OCHS, [[7, 2], [0, 0]]).converged


class TestShown:
    def test_text_fits_eighty_columns_and_records_are_json(self, survey):
        fit = fit_logit(survey, Alliance(), free=("trust", "rationality"))
        assert max(map(len, str(fit).splitlines())) <= 80
        assert table(fit) == str(fit)
        held = json.loads(json.dumps(record(fit)))
        assert held["estimates"]["trust"] == str(fit.estimates["trust"])
        assert held["intervals"][0]["name"] == "trust"
        assert "_estimation" not in held


class TestWithin:
    """A model is not lower than those within it, whatever the starts."""

    @pytest.mark.parametrize("seed", [107, 111, 139])
    def test_law_no_fit_is_lower_than_those_within_it(self, seed):
        ties = np.arange(50) % 3 - 1.0
        alliance = Alliance(trust=0.6)
        survey = simulate_survey(
            alliance, 50, seed=seed, response="population",
            moderators={"ties": ties}, effects={"trust": {"ties": 0.5}},
        )  # fmt: skip
        whole = fit_logit(survey, alliance, moderators={"trust": "ties"}, starts=2)
        without = fit_logit(survey, alliance, starts=2)
        alone = fit_logit(survey, alliance, free="rationality", starts=2)
        assert whole.log_likelihood >= without.log_likelihood - 1e-8
        assert without.log_likelihood >= alone.log_likelihood - 1e-8

    def test_coefficients_that_go_to_infinity_together_are_infinite(self):
        """Trust of 1 in two of three groups: intercept and slope rise together for ever."""
        alliance = Alliance(trust=0.6)
        survey = simulate_survey(
            alliance, 50, seed=13, response="population",
            moderators={"ties": np.arange(50) % 3 - 1.0}, effects={"trust": {"ties": 0.5}},
        )  # fmt: skip
        fit = fit_logit(survey, alliance, moderators={"trust": "ties"}, starts=2)
        assert fit.infinite == ("trust: intercept", "trust: slope of ties")
        assert not fit.complete

    def test_screened_starts_end_where_all_do(self, monkeypatch):
        from dilemma.survey.fitting import estimating

        ties = np.random.default_rng(1).normal(size=120)
        survey = simulate_survey(
            Alliance(trust=0.6), 120, seed=2, moderators={"ties": ties},
            effects={"trust": {"ties": 0.5}},
        )  # fmt: skip
        options = {"moderators": {"trust": "ties"}, "response": "equilibrium", "starts": 2}
        plain = fit_logit(survey, Alliance(trust=0.6), **options)
        monkeypatch.setattr(estimating, "_SCREENED", 40)
        screened = fit_logit(survey, Alliance(trust=0.6), **options)
        assert list(screened.estimates.values()) == pytest.approx(
            list(plain.estimates.values()), rel=1e-6
        )


def test_cases_that_are_all_alike_give_no_errors_of_zero():
    fit = fit_logit(survey_of([(2, 2)] * 40), Alliance(trust=0.7), free="rationality")
    assert math.isnan(fit.standard_errors["rationality"])
    assert "cases are all alike" in fit.status
    (interval,) = fit.intervals
    assert 0 <= interval.low < fit.estimates["rationality"] < interval.high


def test_a_profile_counts_what_has_no_curvature_at_the_maximum():
    """At rationality 0 trust has none, but away from there it does."""
    survey = survey_of(np.random.default_rng(0).integers(0, 5, (60, 2)))
    fit = fit_logit(survey, Alliance(trust=0.7), errors="information")
    interval = fit.intervals[fit.names.index("rationality")]

    def height(trust):
        return log_likelihood(survey, Alliance(trust=trust), interval.high)

    best = max(height(k / 200) for k in range(201))
    assert 2 * (fit.log_likelihood - best) == pytest.approx(3.8415, abs=2e-3)


def test_a_moderator_in_large_units_can_be_fitted():
    draw = np.random.default_rng(0)
    survey = survey_of(draw.integers(0, 5, (60, 2)), ties=1e9 * draw.normal(size=60))
    assert len(fit_logit(survey, Alliance(), moderators={"trust": "ties"}).names) == 3
