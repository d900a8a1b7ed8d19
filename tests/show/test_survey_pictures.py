"""Pictures of the survey room: what is drawn is what the answers say."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PathCollection

from dilemma import Alliance, CaseSurvey, plot
from dilemma.alliance import Strategy, strategy_grid
from dilemma.game import Game
from dilemma.survey import (
    agreement,
    fit_logit,
    fit_policies,
    fit_rationality,
    power,
    ratings_from_counts,
    simulate_survey,
    transition_counts,
)

ALLIANCE = Alliance(trust=0.6)
GRADES = {"low": 0, "medium": "1/2", "high": 1}


def gids(ax, of):
    return [one for one in ax.get_children() if one.get_gid() == of]


def caption_of(ax):
    return " ".join(one.get_text() for one in ax.texts).replace("\n", " ")


@pytest.fixture(scope="module")
def rated():
    return simulate_survey(
        ALLIANCE, 60, periods=2, raters=3, seed=9, response="population", noise=0.1, missing=0.02
    )


@pytest.fixture(scope="module")
def policies_seen():
    shares = {"reciprocate": 0.5, "always competition": 0.5}
    return simulate_survey(ALLIANCE, 40, periods=5, seed=4, policies=shares, suspicion=0.05)


@pytest.fixture(scope="module")
def fit(rated):
    return fit_logit(rated.consensus("majority"), ALLIANCE, ("trust", "rationality"), starts=2)


def three_levels():
    import pandas

    levels = list(GRADES)
    rows = [(r, t) for r in levels for t in levels] + [("high", "high"), ("low", None)]
    rows.append(("high", "high"))
    return CaseSurvey.read(
        pandas.DataFrame(
            {
                "case": [f"c{k // 2}" for k in range(len(rows))],
                "period": 1,
                "firm": ["focal", "partner"] * (len(rows) // 2),
                "receptivity": [r for r, _ in rows],
                "transparency": [t for _, t in rows],
            }
        )
    )


def test_points_are_the_codes_with_their_strategies(assert_nothing_clipped):
    survey = three_levels()
    ax = plot(survey)
    found = survey.classified()
    drawn = {}
    for one in ax.collections:
        if isinstance(one, PathCollection):
            drawn[one.get_gid()] = {tuple(point) for point in one.get_offsets().tolist()}
    codes = list(zip(survey.receptivity.tolist(), survey.transparency.tolist(), strict=True))
    for k, one in enumerate(found.strategies):
        assert drawn[one.name] == {codes[i] for i in np.flatnonzero(found.strategy == k)}
    assert drawn["tied"] == {(0.5, 0), (0, 0.5), (1, 0.5), (0.5, 1)}
    # The largest point is the one that was coded three times.
    largest = {one.get_gid(): one.get_sizes().max() for one in ax.collections if one.get_gid()}
    assert max(largest, key=largest.get) == "collaboration"
    words = [one.get_text() for one in ax.texts]
    assert {"COL 3", "AVO 1", "1"} <= set(words)
    assert "1 of 12 observations lack a code; 4 are tied" in caption_of(ax)
    assert [one.get_text() for one in ax.get_legend().get_texts()][-1] == "tied"
    assert_nothing_clipped(ax.figure)


def test_areas_are_nearest_to_their_strategy():
    ax = plot(three_levels())
    sizes = {}
    for patch in ax.patches:
        x, y = patch.get_xy()[:-1].T
        shift = np.roll(np.arange(len(x)), -1)
        sizes[patch.get_gid()] = abs(x @ y[shift] - y @ x[shift]) / 2
    assert sizes["nearest to compromise"] == pytest.approx(0.5)
    assert sizes["nearest to avoidance"] == pytest.approx(0.125)
    assert sum(sizes.values()) == pytest.approx(1)


def test_a_simulated_survey_says_so(rated, assert_nothing_clipped):
    ax = plot(rated.consensus("mean"))
    assert "simulated: nothing in it was observed" in caption_of(ax)
    assert_nothing_clipped(ax.figure)
    assert "simulated" not in caption_of(plot(three_levels()))


def test_codes_among_other_strategies(rated, assert_nothing_clipped):
    for many in (
        strategy_grid(5),
        [Strategy("<script>", 1, 1), Strategy("$x_1$ with a very long name", 0, 0)],
    ):
        ax = plot(rated, strategies=many)
        assert len(ax.patches) == len(many)
        assert_nothing_clipped(ax.figure)


def test_a_survey_without_a_code(assert_nothing_clipped):
    nothing = simulate_survey(ALLIANCE, 3, seed=1, missing=1)
    for thing in (nothing, nothing.pairs(), transition_counts(nothing)):
        assert_nothing_clipped(plot(thing).figure)
    assert "6 of 6 observations lack a code" in caption_of(plot(nothing))


def test_intervals_of_agreement(rated, assert_nothing_clipped):
    found = [
        agreement(rated, measure, variable=variable, seed=1, resamples=100)
        for measure, variable in (("alpha", "strategy"), ("percent", "receptivity"))
    ]
    ax = plot(found[0], beside=found[1:])
    for one, interval, value in zip(found, gids(ax, "interval"), gids(ax, "value"), strict=True):
        assert list(interval.get_xdata()) == [one.low, one.high]
        assert list(value.get_xdata()) == [one.value]
    labels = [one.get_text() for one in ax.get_yticklabels()]
    assert labels == [
        "Krippendorff's alpha (nominal)\nof strategy", "Percent agreement\nof receptivity",
    ]  # fmt: skip
    assert_nothing_clipped(ax.figure)
    assert_nothing_clipped(plot(found[0]).figure)
    with pytest.raises(TypeError, match="beside: requires answers of agreement, got float"):
        plot(found[0], beside=[0.5])


def test_agreement_below_chance_and_without_an_interval(assert_nothing_clipped):
    worse = agreement(ratings_from_counts([[1, 1], [1, 1], [1, 1]]), resamples=0)
    assert worse.value < 0
    ax = plot(worse)
    assert not gids(ax, "interval")
    assert ax.get_xlim()[0] < worse.value
    assert_nothing_clipped(ax.figure)


def test_pairs_are_cells_with_their_counts(rated, assert_nothing_clipped):
    pairs = rated.consensus("majority").pairs()
    ax = plot(pairs)
    (mesh,) = gids(ax, "shares")
    shares = mesh.get_array().reshape(5, 5)
    np.testing.assert_allclose(shares, pairs.counts / pairs.counts.sum())
    written = {
        (round(one.get_position()[1]), round(one.get_position()[0])): one.get_text()
        for one in ax.texts
        if one.get_text().isdigit()
    }
    assert written == {
        (int(i), int(j)): str(pairs.counts[i, j]) for i, j in np.argwhere(pairs.counts)
    }
    assert_nothing_clipped(ax.figure)


def test_transitions_are_shares_of_what_followed(policies_seen, assert_nothing_clipped):
    found = transition_counts(policies_seen)
    ax = plot(found)
    names = [one.get_text() for one in ax.get_yticklabels()]
    short = [one.short for one in found.strategies]
    places = [[short.index(part) for part in name.split("–")] for name in names]
    at = [5 * i + j for i, j in places]
    counts = found.matrix[np.ix_(at, at)]
    assert counts.sum() == found.observed == 160
    (mesh,) = gids(ax, "shares")
    shares = mesh.get_array().reshape(counts.shape)
    totals = counts.sum(axis=1)
    np.testing.assert_array_equal(shares.mask.all(axis=1), totals == 0)
    followed = totals > 0
    np.testing.assert_allclose(shares[followed], counts[followed] / totals[followed, None])
    assert_nothing_clipped(ax.figure)


def test_maps_of_many_strategies(assert_nothing_clipped):
    survey = simulate_survey(
        Alliance(strategies=strategy_grid(4)), 200, periods=2, seed=1, rationality=1
    )
    grid = strategy_grid(4)
    assert_nothing_clipped(plot(survey.pairs(grid)).figure)
    assert_nothing_clipped(plot(transition_counts(survey, grid)).figure)


def test_estimates_have_their_intervals(fit, assert_nothing_clipped):
    ax = plot(fit, truth={"rationality": 4})
    assert caption_of(ax).count("profile-likelihood") == 1
    *rows, shares = ax.child_axes
    for row, name, interval in zip(rows, fit.names, fit.intervals, strict=True):
        assert row.get_title(loc="left") == name
        (line,), (estimate,) = gids(row, "interval"), gids(row, "estimate")
        assert list(line.get_xdata()) == [interval.low, interval.high]
        assert list(estimate.get_xdata()) == [fit.estimates[name]]
    assert not gids(rows[0], "truth")
    assert list(gids(rows[1], "truth")[0].get_xdata()) == [4]
    labels = [one.get_text() for one in shares.get_yticklabels()]
    for gid in ("observed", "predicted"):
        drawn = dict(zip(labels, [one.get_xdata()[0] for one in gids(shares, gid)], strict=True))
        assert drawn == {one.strategy: getattr(one, gid) for one in fit.shares}
    assert_nothing_clipped(ax.figure)
    with pytest.raises(ValueError, match="truth: requires names among trust, rationality"):
        plot(fit, truth={"stakes": 1})


def test_shares_of_two_roles(assert_nothing_clipped):
    pennies = Game([[[9, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    ax = plot(fit_rationality(pennies, [[70, 30], [40, 60]]))
    labels = [one.get_text() for one in ax.child_axes[-1].get_yticklabels()]
    assert len(set(labels)) == 4
    assert_nothing_clipped(ax.figure)


def test_an_estimate_without_end_is_an_arrow(assert_nothing_clipped):
    # Every choice is the best reply: rationality has no maximum.
    survey = simulate_survey(Alliance(trust=0.2), 30, seed=1, rationality=200)
    fit = fit_logit(survey, Alliance(trust=0.2), "rationality", starts=2)
    assert fit.infinite == ("rationality",)
    row = plot(fit).child_axes[0]
    assert not gids(row, "estimate")
    assert row.get_title(loc="right") == "infinite"
    assert [one.get_marker() for one in gids(row, "end")][1] == ">"
    assert_nothing_clipped(row.figure)


def test_weights_of_policies(policies_seen, assert_nothing_clipped):
    named = ["grim", "reciprocate", "always competition", "always avoidance"]
    fit = fit_policies(policies_seen, ALLIANCE, named)
    ax = plot(fit)
    labels = [one.get_text().replace("\n", " ") for one in ax.get_yticklabels()]
    bars = [one.get_width() for one in ax.containers[0]]
    assert dict(zip(labels, bars, strict=True)) == dict(fit.weights)
    assert bars == sorted(bars, reverse=True)
    for name, segment in zip(labels, ax.containers[1][2][0].get_segments(), strict=False):
        half = (segment[1, 0] - segment[0, 0]) / 2
        assert half == pytest.approx(fit.standard_errors[name])
    assert_nothing_clipped(ax.figure)


def test_policies_that_nothing_tells_apart(assert_nothing_clipped):
    survey = simulate_survey(ALLIANCE, 20, periods=3, seed=1, policies={"grim": 1})
    fit = fit_policies(survey, ALLIANCE)
    assert fit.indistinguishable
    assert_nothing_clipped(plot(fit).figure)


@pytest.mark.parametrize("effect", [0, 3])
def test_power_with_its_errors(effect, assert_nothing_clipped):
    found = power(
        ALLIANCE, effect, cases=(120, 30), simulations=4, starts=1, seed=1, progress=False
    )
    ax = plot(found)
    points, _, (bars,) = ax.containers[0]
    np.testing.assert_array_equal(points.get_xdata(), [30, 120])
    np.testing.assert_array_equal(points.get_ydata(), found.power[::-1])
    for segment, value, error in zip(
        bars.get_segments(), found.power[::-1], found.standard_error[::-1], strict=True
    ):
        np.testing.assert_allclose(segment[:, 1], [value - error, value + error])
    np.testing.assert_array_equal(gids(ax, "law")[0].get_ydata(), found.expected_power[::-1])
    need, low, high = found.cases_needed()
    if np.isfinite(need):
        (bar,) = gids(ax, "needed")
        assert list(bar.get_xdata()) == [low, min(high, ax.get_xlim()[1])]
    else:
        assert not gids(ax, "needed")
        assert "no number of cases is enough" in caption_of(ax)
    assert_nothing_clipped(ax.figure)
    with pytest.raises(ValueError, match="power: requires a number"):
        plot(found, power=2)


def test_axes_that_are_given(rated, fit, policies_seen, assert_nothing_clipped):
    figure, axes = plt.subplots(2, 2, figsize=(15, 11), layout="constrained")
    things = [rated, fit, transition_counts(policies_seen), rated.consensus("majority").pairs()]
    for ax, thing in zip(axes.flat, things, strict=True):
        assert plot(thing, ax=ax) is ax
    assert_nothing_clipped(figure)
