"""Policies behind histories: cases by hand, a likelihood written here, and known mixtures."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from dilemma import Alliance
from dilemma.game import Game, RepeatedGame
from dilemma.repeated import Policy, named_policies
from dilemma.repeated.policies.encounters import conduct
from dilemma.show import table
from dilemma.show.records import record
from dilemma.survey import CaseSurvey, fit_policies, simulate_survey, transition_counts

COL, COM, CMP, ACC, AVO = range(5)
POINTS = [(one.receptivity, one.transparency) for one in Alliance().strategies]


def survey_of(*histories, periods=None):
    """Cases with their histories: (row's acts, column's acts); None is a missing code."""
    rows = []
    for k, pair in enumerate(histories):
        for firm, acts in zip("ij", pair, strict=True):
            for t, act in enumerate(acts):
                r, s = (np.nan, np.nan) if act is None else map(float, POINTS[act])
                period = t + 1 if periods is None else periods[t]
                rows.append(
                    {"case": k, "period": period, "firm": firm, "receptivity": r,
                     "transparency": s}
                )  # fmt: skip
    return CaseSurvey.read(pd.DataFrame(rows))


class TestByHand:
    def test_one_firm_that_mirrors(self):
        """Reciprocity explains all of the row firm's acts, grim all but the last."""
        survey = survey_of(([COL, COL, COM, COL], [COL, COM, COL, COL]))
        fit = fit_policies(survey, Alliance(), ["reciprocate", "grim"], suspicion="1/10")
        row = next(one for one in fit.firms if one.firm == "i")
        right, wrong = 0.9, 0.1 / 4
        assert row.periods == 4
        # Grim: opens COL, COL after COL-COL, AVO after COL-COM (it was COM), AVO after COM-COL.
        assert dict(row.deviations) == {"reciprocate": 0, "grim": 2}
        joint = [
            right**4 * fit.weights["reciprocate"],
            right**2 * wrong**2 * fit.weights["grim"],
        ]
        assert row.posterior["reciprocate"] == pytest.approx(joint[0] / sum(joint), abs=1e-9)
        assert row.best == ("reciprocate",)

    def test_the_likeliest_error_rate_of_one_policy_is_its_share_of_deviations(self):
        survey = survey_of(([COL, COL, COM, COL, COL], [COL, COL, COL, AVO, COL]))
        fit = fit_policies(survey, Alliance(), "always collaboration")
        assert fit.error_rate == pytest.approx(2 / 10)
        assert fit.log_likelihood == pytest.approx(8 * math.log(0.8) + 2 * math.log(0.2 / 4))
        assert fit.error_rate_error == pytest.approx(math.sqrt(0.2 * 0.8 / 10), rel=1e-4)
        assert fit.weights == {"always collaboration": 1}

    def test_openings_count_only_where_the_survey_begins_with_the_alliance(self):
        survey = survey_of(([CMP, COL, COL], [COL, COL, COL]))
        early = fit_policies(survey, Alliance(), ["reciprocate", "cautious reciprocity"])
        assert early.choices == 6
        late = fit_policies(
            survey, Alliance(), ["reciprocate", "cautious reciprocity"], opening=False
        )
        assert late.choices == 4
        # After the opening both mirror: nothing tells them apart any more.
        assert late.indistinguishable == (("reciprocate", "cautious reciprocity"),)
        assert late.names == ("reciprocate or cautious reciprocity",)
        assert "can't tell reciprocate and cautious reciprocity apart" in late.status

    def test_gaps_and_missing_codes_are_counted(self):
        survey = survey_of(([COL, None, COL, COL], [COL, COL, COL, COL]))
        fit = fit_policies(survey, Alliance(), ["grim"])
        # i: opening, last; j: opening, second, last. After the gap one choice each says nothing.
        assert (fit.choices, fit.unused, fit.missing) == (5, 2, 1)
        gap = survey_of(([COL, COL], [COL, COL]), periods=[1, 3])
        assert fit_policies(gap, Alliance(), ["grim"]).unused == 2

    def test_a_misreading_changes_replies_but_no_act(self):
        """After COL-COL a mirror that misreads may do anything; its opening never errs."""
        survey = survey_of(([COL, COM], [COL, COL]))
        fit = fit_policies(
            survey, Alliance(), ["reciprocate"], error="perception", suspicion="1/5"
        )
        assert fit.log_likelihood == pytest.approx(math.log(0.05) + math.log(0.8))
        with pytest.raises(ValueError, match="could have made every firm's choices"):
            fit_policies(
                survey_of(([COM], [COL])), Alliance(), ["reciprocate"], error="perception"
            )

    def test_transitions(self):
        survey = survey_of(([COL, COL, COM, None], [COL, COM, COM, COM]))
        found = transition_counts(survey)
        assert found.counts[COL, COL, COL, COM] == 1
        assert found.counts[COL, COM, COM, COM] == 1
        assert found.matrix[0, 1] == 1
        assert (found.observed, found.incomplete, found.firsts) == (2, 1, 1)
        row, column = found.replies
        assert row[COL, COM, COM] == 1
        assert column[COM, COL, COM] == 1
        assert row.sum() == column.sum() == 2
        assert "2 transitions; 1 with a missing choice" in table(found)


class TestDefinition:
    @pytest.mark.parametrize("error", ["execution", "perception"])
    def test_choices_have_the_law_that_repeated_play_gives_them(self, error):
        """The likelihood of one policy is that of its conduct under errors, act by act."""
        alliance = Alliance(trust=0.8)
        game = alliance.game()
        survey = simulate_survey(
            alliance, 10, periods=5, seed=1, policies={"grim": 1}, suspicion=0.3
        )
        play = RepeatedGame(game, 1, suspicion="3/10", error=error)
        strategy = survey.pairs().strategy.reshape(10, 5, 2)
        opens = all(act == COL for act in strategy[:, 0].ravel())
        for name, policy in named_policies(game).items():
            law = conduct(policy, play)
            total = 0.0
            for case in strategy:
                for t in range(1, 5):
                    for side in (0, 1):
                        own, other = case[t - 1, side], case[t - 1, 1 - side]
                        chance = float(law.replies[own][other][case[t, side]].p) / float(
                            law.replies[own][other][case[t, side]].q
                        )
                        total += math.log(chance) if chance else -math.inf
            if total == -math.inf:
                continue
            fit = fit_policies(
                survey, alliance, [name], suspicion="3/10", error=error, opening=False
            )
            assert fit.log_likelihood == pytest.approx(total, abs=1e-9), name
        assert not opens

    def test_the_mixture_against_a_likelihood_written_here(self):
        names = ["grim", "reciprocate", "always competition"]
        survey = simulate_survey(
            Alliance(), 60, periods=4, seed=3, suspicion=0.1,
            policies={"grim": 0.3, "reciprocate": 0.3, "always competition": 0.4},
        )  # fmt: skip
        fit = fit_policies(survey, Alliance(), names)
        strategy = survey.pairs().strategy.reshape(60, 4, 2)
        known = named_policies(Alliance().game())
        hits = np.zeros((120, 3))
        for f, (case, side) in enumerate((c, s) for c in strategy for s in (0, 1)):
            for k, name in enumerate(names):
                policy = known[name]
                meant = [policy.opening]
                meant += [policy.replies[case[t, side], case[t, 1 - side]] for t in range(3)]
                hits[f, k] = sum(float(law[case[t, side]]) for t, law in enumerate(meant))

        def loss(point):
            weights = np.exp(np.append(point[:2], 0))
            weights /= weights.sum()
            rate = 1 / (1 + math.exp(-point[2]))
            laws = (1 - rate) ** hits * (rate / 4) ** (4 - hits)
            return -float(np.log(laws @ weights).sum())

        found = minimize(loss, [0, 0, -2], method="BFGS", options={"gtol": 1e-8})
        assert fit.log_likelihood == pytest.approx(-found.fun, abs=1e-6)
        weights = np.exp(np.append(found.x[:2], 0))
        assert list(fit.weights.values()) == pytest.approx(weights / weights.sum(), abs=1e-4)
        assert fit.aic == pytest.approx(2 * 3 + 2 * found.fun, abs=1e-5)


class TestRecovery:
    def test_a_known_mixture_over_all_named_policies(self):
        truth = {"grim": 0.4, "reciprocate": 0.35, "learn and leave": 0.25}
        survey = simulate_survey(
            Alliance(), 250, periods=8, seed=2, policies=truth, suspicion=0.08
        )
        fit = fit_policies(survey, Alliance())
        for name, share in truth.items():
            assert abs(fit.weights[name] - share) < 3 * fit.standard_errors[name]
        assert sum(fit.weights.values()) == pytest.approx(1)
        assert sum(fit.weights[name] for name in truth) > 0.95
        assert abs(fit.error_rate - 0.08) < 3 * fit.error_rate_error
        needed = {one.name for one in fit.tests if one.p_value < 0.01}
        assert needed == set(truth)
        # Grim and a mirror do the same as long as nobody errs: some firms stay undecided.
        drawn = np.array(survey.truth.policies)[survey.truth.policy].ravel()
        right = [one.best == (name,) for one, name in zip(fit.firms, drawn, strict=True)]
        assert np.mean(right) > 0.8

    def test_a_policy_of_ones_own(self):
        half = Policy([0, 0, 1, 0, 0], [[[0, 0, 1, 0, 0]] * 5] * 5, Alliance().game(), "half")
        survey = simulate_survey(Alliance(), 40, periods=3, seed=1, policies={half: 1})
        fit = fit_policies(survey, Alliance(), [half, "grim"])
        assert fit.weights["half"] == pytest.approx(1, abs=1e-6)
        assert fit.error_rate == pytest.approx(0, abs=1e-9)
        assert math.isnan(fit.error_rate_error)


class TestArguments:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"policies": ["tit for tat"]}, "policies: requires a Policy or a name among always"),
            ({"policies": []}, "policies: requires at least one policy"),
            ({"policies": ["grim", "grim"]}, "policies: requires different names"),
            ({"suspicion": 1}, r"suspicion: requires a number in \[0, 1\)"),
            ({"error": "luck"}, "error: requires one of execution, perception"),
            ({"suspicion": 0, "policies": ["grim"]}, "could have made every firm's choices"),
        ],
    )
    def test_wrong_ones_are_named(self, arguments, words):
        survey = survey_of(([COL, COM], [COL, COL]))
        with pytest.raises(ValueError, match=words):
            fit_policies(survey, Alliance(), **arguments)

    def test_policies_with_other_strategies(self):
        other = Policy(0, [[0, 0], [0, 0]], Game.symmetric([[1, 0], [0, 1]]))
        with pytest.raises(ValueError, match="requires policies with the alliance's strategies"):
            fit_policies(survey_of(([COL], [COL])), Alliance(), [other])

    def test_no_choice_that_says_anything(self):
        with pytest.raises(ValueError, match="requires choices that follow a period"):
            fit_policies(survey_of(([COL], [COL])), Alliance(), opening=False)

    def test_kinds(self):
        with pytest.raises(TypeError, match="survey: requires a CaseSurvey"):
            fit_policies(3, Alliance())
        with pytest.raises(TypeError, match="alliance: requires an Alliance"):
            fit_policies(survey_of(([COL], [COL])), Alliance().game())


def test_text_fits_eighty_columns_and_records_are_json():
    survey = survey_of(([CMP, COL, COL], [COL, COL, COL]))
    fit = fit_policies(survey, Alliance(), opening=False)
    assert max(map(len, table(fit).splitlines())) <= 80
    assert json.loads(json.dumps(record(fit)))["choices"] == 4
