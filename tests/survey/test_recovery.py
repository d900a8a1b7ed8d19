"""Whether fits find what choices were drawn from, with errors as large as they say."""

import numpy as np
import pytest

from dilemma import Alliance
from dilemma.equilibria import logit_equilibrium
from dilemma.survey import CaseSurvey, bootstrap_fit, fit_logit, simulate_survey

TRUTH = {"trust": 0.7, "rationality": 4.0}
SURVEYS = 200
FIELDS = (
    "case",
    "period",
    "firm",
    "receptivity",
    "transparency",
    "rater",
    "outcome",
    "side",
    "rows",
)


def surveys(cases):
    """Surveys of choices drawn from the logit equilibrium at the truth, a firm at a time."""
    alliance = Alliance(trust=TRUTH["trust"])
    answer = logit_equilibrium(alliance.game(), TRUTH["rationality"])
    points = np.array(
        [(float(one.receptivity), float(one.transparency)) for one in alliance.strategies]
    )
    draw = np.random.default_rng(11)
    for _ in range(SURVEYS):
        chosen = np.stack(
            [draw.choice(5, cases, p=mixture) for mixture in (answer.row, answer.column)], axis=1
        ).ravel()
        yield CaseSurvey(
            case=np.repeat([f"case {k}" for k in range(cases)], 2),
            period=np.ones(2 * cases),
            firm=np.tile(["i", "j"], cases),
            receptivity=points[chosen, 0],
            transparency=points[chosen, 1],
            rater=np.full(2 * cases, ""),
            outcome=np.full(2 * cases, np.nan),
            side=np.tile([0, 1], cases),
            rows=np.arange(2 * cases) + 1,
        )


def test_intervals_of_the_observed_form_cover_the_truth_as_often_as_they_say():
    """Of 200 surveys of 300 cases: profile intervals, which count that shares are estimated."""
    covered, found, errors = [], [], []
    for survey in surveys(300):
        fit = fit_logit(survey, Alliance(), starts=1)
        covered.append([TRUTH[one.name] in one for one in fit.intervals])
        found.append(list(fit.estimates.values()))
        errors.append(list(fit.standard_errors.values()))
    shares = np.mean(covered, axis=0)
    assert ((shares >= 0.90) & (shares <= 0.99)).all(), shares
    bias = np.mean(found, axis=0) - list(TRUTH.values())
    spread = np.std(found, axis=0)
    assert (np.abs(bias) < spread / 4).all(), bias
    # Standard errors are what they estimate: how much estimates vary.
    assert np.nanmedian(errors, axis=0) == pytest.approx(spread, rel=0.15)


def test_so_do_standard_errors_of_the_equilibrium_form():
    covered, found = [], []
    for survey in surveys(300):
        fit = fit_logit(survey, Alliance(), response="equilibrium", starts=1, errors="information")
        covered.append(
            [
                abs(fit.estimates[name] - TRUTH[name]) <= 1.96 * fit.standard_errors[name]
                or fit.at_bounds == (name,)
                for name in fit.names
            ]
        )
        found.append(list(fit.estimates.values()))
    shares = np.mean(covered, axis=0)
    assert ((shares >= 0.90) & (shares <= 0.99)).all(), shares
    bias = np.mean(found, axis=0) - list(TRUTH.values())
    assert (np.abs(bias) < np.std(found, axis=0) / 4).all(), bias


def test_errors_from_cases_agree_with_the_bootstrap_and_those_of_the_information_are_too_small():
    survey = simulate_survey(Alliance(trust=0.7), cases=600, seed=3, response="population")
    fit = fit_logit(survey, Alliance())
    again = bootstrap_fit(fit, repetitions=150, seed=4)
    for name in fit.names:
        assert fit.standard_errors[name] == pytest.approx(again.standard_errors[name], rel=0.2)
        low, high = again.intervals[name]
        assert low < fit.estimates[name] < high
    known = fit_logit(survey, Alliance(), errors="information")
    assert known.standard_errors["trust"] < 0.9 * fit.standard_errors["trust"]
    assert known.intervals[0].high < fit.intervals[0].high
    assert again.failed == 0


def test_errors_from_cases_against_leaving_out_one_case_at_a_time():
    """The jackknife is nearly the sandwich: frequencies and likelihood, each case counted out."""
    survey = simulate_survey(
        Alliance(trust=0.6, stakes=(1, 2)), cases=120, periods=2, seed=9, response="population"
    )
    alliance = Alliance(stakes=(1, 2))
    fit = fit_logit(survey, alliance)
    found = []
    for case in survey.cases:
        kept = survey.case != case
        part = CaseSurvey(**{name: getattr(survey, name)[kept] for name in FIELDS})
        found.append(list(fit_logit(part, alliance, starts=1).estimates.values()))
    spread = np.sqrt(119 / 120 * np.square(np.array(found) - np.mean(found, axis=0)).sum(axis=0))
    assert list(fit.standard_errors.values()) == pytest.approx(spread, rel=0.03)


def test_the_tests_of_both_omissions_have_their_size_and_power():
    static = simulate_survey(Alliance(trust=0.7), 400, periods=3, seed=5, response="population")
    still = fit_logit(static, Alliance())
    interaction, dynamics = still.tests
    assert interaction.p_value < 1e-6
    assert dynamics.p_value > 0.05
    assert dynamics.degrees_of_freedom == 2
    moving = simulate_survey(Alliance(trust=0.7), 400, periods=3, seed=5, response="last period")
    dynamics = fit_logit(moving, Alliance()).tests[1]
    assert dynamics.p_value < 1e-6
    assert dynamics.estimates["reaction"] == pytest.approx(1, abs=0.3)
    assert "choices depend on the last period" in str(dynamics)
    # Firms that ignore their partners: logit choices against a uniform draw.
    values = np.array(Alliance(trust=0.7).payoffs()[0], dtype=float).mean(axis=1)
    chances = np.exp(4 * values) / np.exp(4 * values).sum()
    draw = np.random.default_rng(0)
    chosen = draw.choice(5, len(static), p=chances)
    points = np.array(
        [(float(s.receptivity), float(s.transparency)) for s in Alliance().strategies]
    )
    ignoring = static.noted(receptivity=points[chosen, 0], transparency=points[chosen, 1])
    assert fit_logit(ignoring, Alliance()).tests[0].p_value > 0.05
