"""Power: the share of simulated surveys that detect an effect, and the law behind it."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2, ncx2

from dilemma import Alliance
from dilemma.show import table
from dilemma.survey import PowerAnalysis, fit_logit, power, simulate_survey
from dilemma.survey.designs import planning

TRUSTING = Alliance(trust=0.6)


def by_hand(hits, cases, simulations=100):
    """An analysis in which so many surveys of each size were detections."""
    share = np.array(hits) / simulations
    return PowerAnalysis(
        term="trust", effect=1.0, cases=cases, power=share,
        standard_error=np.sqrt(share * (1 - share) / simulations),
        statistic=np.zeros((len(cases), simulations)),
        estimate=np.ones((len(cases), simulations)), significance=0.05,
        simulations=simulations, method="", exact=False, complete=True, status="By hand.",
    )  # fmt: skip


class TestLaw:
    def test_power_is_that_of_a_noncentral_chi_squared_variable(self):
        law = np.array([0.0, 0.3, 2.0, 7.85, 30.0])
        expected = ncx2.sf(chi2.isf(0.05, 1), 1, np.maximum(law, 1e-12))
        np.testing.assert_allclose(planning._law(law, 0.05), expected, atol=1e-7)

    def test_cases_needed_are_those_of_the_law_that_the_detections_follow(self):
        cases, rate = (50, 100, 200, 400), 0.02
        exact = ncx2.sf(chi2.isf(0.05, 1), 1, np.array(cases) * rate)
        found = by_hand(np.rint(exact * 100_000), cases, 100_000)
        need, low, high = found.cases_needed()
        # The textbook's non-centrality for power 0.8 at 5 % is (1.95996 + 0.84162)² = 7.849.
        assert need == pytest.approx(7.849 / rate, rel=0.01)
        assert low < 7.849 / rate < high
        np.testing.assert_allclose(found.expected_power, exact, atol=0.005)
        assert found.cases_needed(0.9)[0] > need

    def test_the_interval_holds_the_truth_as_often_as_it_should(self):
        generator = np.random.default_rng(6)
        cases, rate = (50, 200), 0.02
        exact = ncx2.sf(chi2.isf(0.05, 1), 1, np.array(cases) * rate)
        held = 0
        for _ in range(100):
            _, low, high = by_hand(generator.binomial(100, exact), cases).cases_needed()
            held += low <= 7.849 / rate <= high
        assert 0.9 <= held / 100 <= 0.99

    def test_no_power_and_full_power(self):
        need, _, high = by_hand([1, 2], (50, 100)).cases_needed()
        assert need == high == math.inf
        need, low, high = by_hand([100, 100], (50, 100)).cases_needed()
        assert 0 <= low <= need <= high < 50
        assert "infinitely many cases" in str(by_hand([0, 0], (50, 100)))
        with pytest.raises(ValueError, match=r"power: requires a number between 0\.05 and 1"):
            by_hand([1], (50,)).cases_needed(0.05)


@pytest.fixture(scope="module")
def strong():
    return power(TRUSTING, effect=1.2, cases=(30, 300), simulations=12, seed=1, progress=False)


class TestSimulated:
    def test_more_cases_see_more(self, strong):
        assert strong.power[1] > 0.9 > strong.power[0]
        assert abs(np.median(strong.estimate[1]) - 1.2) < 0.3
        assert strong.cases_needed()[0] < 300

    def test_each_statistic_is_that_of_two_fits(self, strong):
        generator = np.random.default_rng(1)
        survey = simulate_survey(
            TRUSTING, 30, seed=generator, response="population",
            moderators={"measured": np.arange(30) % 3 - 1.0}, effects={"trust": {"measured": 1.2}},
        )  # fmt: skip
        free = ("trust", "rationality")
        full = fit_logit(survey, TRUSTING, free, moderators={"trust": "measured"})
        null = fit_logit(survey, TRUSTING, free)
        expected = 2 * (full.log_likelihood - null.log_likelihood)
        assert strong.statistic[0, 0] == pytest.approx(expected, abs=1e-5)
        hits = (strong.statistic > chi2.isf(0.05, 1)).mean(axis=1)
        assert strong.power.tolist() == hits.tolist()

    def test_no_effect_is_seldom_detected(self):
        found = power(TRUSTING, effect=0, cases=(150,), simulations=30, seed=2, progress=False)
        assert found.power[0] <= 0.15

    def test_the_equilibrium_form_with_raters_who_err(self):
        found = power(
            TRUSTING, effect="3/2", cases=(120,), response="equilibrium", noise=0.1,
            simulations=2, seed=1, progress=False,
        )  # fmt: skip
        assert found.statistic.shape == (1, 2)
        assert not found.unresolved.any()

    def test_seeds_and_arrays(self, strong):
        again = power(TRUSTING, effect=1.2, cases=(30,), simulations=3, seed=1, progress=False)
        assert again.statistic[0].tolist() == strong.statistic[0, :3].tolist()
        with pytest.raises(ValueError, match="read-only"):
            strong.power[0] = 1

    def test_a_test_that_was_not_found_detects_nothing_and_is_said(self, monkeypatch):
        monkeypatch.setattr(planning, "_tested", lambda *_: (math.nan, math.nan))
        found = power(TRUSTING, effect=1, cases=(30,), simulations=3, seed=1, progress=False)
        assert found.power.tolist() == [0]
        assert found.unresolved.tolist() == [3]
        assert not found.complete
        assert "in 3 no test was found" in found.status

    def test_words_fit_a_page(self, strong):
        text = table(strong)
        assert "power 0.8 needs about" in text
        assert all(len(line) <= 80 for line in text.splitlines())
        assert str(replace(strong, status="Other.")).startswith("Other.")

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"cases": ()}, "cases: requires at least one size"),
            ({"cases": (0,)}, "cases: requires integers of at least 1"),
            ({"cases": (2,)}, "at least one case for each of 3 levels"),
            ({"simulations": 0}, "simulations: requires integers"),
            ({"levels": (1, 1)}, "levels: requires at least two different numbers"),
            ({"significance": 1}, "significance: requires a number between 0 and 1"),
            ({"response": "last period"}, "response: requires one of 'population'"),
            ({"term": "mood"}, "effects: requires terms among"),
        ],
    )
    def test_refusals(self, options, words):
        with pytest.raises(ValueError, match=words):
            power(TRUSTING, **{"effect": 1, "cases": (30,), "progress": False, **options})
