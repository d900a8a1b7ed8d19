"""The core in its triangle, shares as bars, survival, and where patterns and tracking hold."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dilemma import plot
from dilemma.collective import (
    Coalitions,
    Ecosystem,
    compare_patterns,
    continuous_search,
    orchestration,
    tracking_conditions,
)
from dilemma.show.pictures.triangles import CORNERS

LEAN = Ecosystem(
    Coalitions.by_size([0, 5, 6]),
    levels=("1/4", "1/2", 1),
    start_level=2,
    outside="6/5",
    redesign=0,
)


def named(ax, gid):
    return [one for one in ax.get_children() if one.get_gid() == gid]


def talmud():
    claims = {"a": 100, "<b>": 200, "$x_1$": 300}
    return Coalitions(
        list(claims), lambda those: max(0, 400 - sum(claims[k] for k in claims if k not in those))
    )


class TestTriangle:
    def test_shares_lie_where_they_are(self, assert_nothing_clipped):
        game = talmud()
        ax = plot(game)
        for gid, division in (("Shapley shares", game.shapley()), ("nucleolus", game.nucleolus())):
            (point,) = named(ax, gid)
            expected = np.array(division.shares, dtype=float)
            alone = np.array([float(game.value([name])) for name in game.firms])
            where = (expected - alone) / (400 - alone.sum()) @ CORNERS
            np.testing.assert_allclose(np.ravel(point.get_data()), where, atol=1e-12)
        assert_nothing_clipped(ax.figure)

    def test_the_core_is_its_polygon(self):
        """A claim of 100 and what others leave: 0 <= a <= 100, b <= 200, 100 <= c <= 300."""
        (area,) = named(plot(talmud()), "core")
        shares = np.linalg.solve(
            np.concatenate([CORNERS, np.ones((3, 1))], axis=1).T,
            np.concatenate([area.get_xy()[:-1], np.ones((4, 1))], axis=1).T,
        ).T
        divisions = {tuple(row) for row in np.round(shares * 300 + [0, 0, 100], 6).tolist()}
        assert divisions == {(0, 200, 200), (0, 100, 300), (100, 0, 300), (100, 200, 100)}

    @pytest.mark.parametrize(
        "worth",
        [
            lambda those: int(len(those) >= 2),  # empty
            lambda those: min(len(those - {"c"}), int("c" in those)),  # a point
            lambda those: 4 * int({"a", "b"} <= those),  # a segment
            lambda those: 5 * int("a" in those) - len(those) + 2 * int(len(those) == 3),
        ],
    )
    def test_cores_of_all_dimensions(self, worth, assert_nothing_clipped):
        game = Coalitions(["a", "b", "c"], lambda those: worth(those) if those else 0)
        ax = plot(game)
        assert len(named(ax, "core")) == int(not game.core().empty)
        assert_nothing_clipped(ax.figure)

    @pytest.mark.parametrize("size", [(7, 4.4), (2.8, 2.6)])
    def test_names_of_corners_meet_neither_title_nor_caption(self, size):
        figure, ax = plt.subplots(figsize=size, layout="constrained")
        # Shapley shares lie far below, so that the triangle is small.
        lone = Coalitions(["a", "b", "c"], lambda those: 10 * ("a" in those) + (len(those) == 3))
        far = Coalitions(lone.firms, lambda those: lone.value(those) * (len(those) != 2))
        plot(far, ax=ax)
        figure.canvas.draw()
        boxes = [one.get_window_extent() for one in ax.texts if one.get_gid() == "corner"]
        others = [one for one in (ax.title, ax._left_title) if one.get_text()]
        others += [one for one in ax.texts if one.get_gid() != "corner"]
        assert len(boxes) == 3
        for box in boxes:
            assert not any(box.overlaps(one.get_window_extent()) for one in others)

    def test_in_a_small_place(self, assert_nothing_clipped):
        figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
        for ax in axes:
            assert plot(talmud(), ax=ax) is ax
        assert_nothing_clipped(figure)


class TestBars:
    def test_shares_ranges_and_nucleolus(self, assert_nothing_clipped):
        costs = {"small": 8, "$x_1$": 11, "large": 13, "a firm with a long name": 15}
        game = Coalitions(list(costs), lambda those: -max(map(costs.get, those), default=0))
        ax = plot(game)
        bars = [one.get_width() for one in ax.containers[0]]
        np.testing.assert_allclose(bars, np.array(game.shapley().shares, dtype=float))
        ranges = [one.get_xdata() for one in named(ax, "range")]
        np.testing.assert_allclose(
            np.array(ranges, dtype=float), np.array(game.core().ranges, dtype=float)
        )
        (points,) = named(ax, "nucleolus")
        np.testing.assert_allclose(
            points.get_xdata(), np.array(game.nucleolus().shares, dtype=float)
        )
        assert_nothing_clipped(ax.figure)

    def test_sampled_shares_have_their_errors(self, assert_nothing_clipped):
        game = Coalitions(22, lambda those: sum(int(one.split()[1]) for one in those) ** 3)
        found = game.shapley(samples=40, seed=1)
        ax = plot(found)
        (whiskers,) = ax.containers[1][2]
        for k, segment in enumerate(whiskers.get_segments()):
            expected = found.shares[k] + 2 * found.errors[k] * np.array([-1, 1])
            np.testing.assert_allclose(segment[:, 0], expected)
        assert_nothing_clipped(ax.figure)

    @pytest.mark.parametrize("of", ["one firm", "core", "empty core", "losing"])
    def test_others(self, of, assert_nothing_clipped):
        thing = {
            "one firm": Coalitions(["a"], {"a": -2}),
            "core": talmud().core(),
            "empty core": Coalitions.by_size([0, 1, 1]).core(),
            "losing": Coalitions.by_size([1, 1]),
        }[of]
        assert_nothing_clipped(plot(thing).figure)


class TestEcosystems:
    def test_curves_of_both_patterns(self, assert_nothing_clipped):
        kept, searched = orchestration(LEAN), continuous_search(LEAN)
        ax = plot(kept, periods=40)
        assert plot(searched, ax=ax, periods=40) is ax
        for line, one in zip(named(ax, "survival"), (kept, searched), strict=True):
            np.testing.assert_allclose(line.get_ydata(), one.curve(40))
            assert line.get_label() == one.pattern
        assert len({line.get_linestyle() for line in named(ax, "survival")}) == 2
        assert_nothing_clipped(ax.figure)

    def test_what_does_not_begin_or_never_ends(self, assert_nothing_clipped):
        assert_nothing_clipped(plot(orchestration(LEAN.replace(outside=9))).figure)
        assert_nothing_clipped(plot(continuous_search(LEAN.replace(fall=0))).figure)

    def test_the_crossing_of_patterns(self, assert_nothing_clipped):
        found = compare_patterns(LEAN, "turnover_cost", (0, 40))
        ax = plot(found)
        (point,) = named(ax, "crossing")
        assert point.get_xdata()[0] == pytest.approx(float(found.crossings[0]))
        assert point.get_ydata()[0] == pytest.approx(float(orchestration(LEAN).present_value))
        for line in named(ax, "continuous search"):
            there = LEAN.replace(turnover_cost=float(line.get_xdata()[7]))
            assert line.get_ydata()[7] == pytest.approx(
                float(continuous_search(there).present_value), rel=1e-9
            )
        assert_nothing_clipped(ax.figure)

    def test_jumps_and_what_is_infinite(self, assert_nothing_clipped):
        found = compare_patterns(LEAN, "outside", (0, 3), "survival")
        ax = plot(found)
        assert [line.get_xdata()[0] for line in named(ax, "jump")] == list(map(float, found.jumps))
        assert_nothing_clipped(ax.figure)

    def test_the_region_of_tracking(self, assert_nothing_clipped):
        skills = {"a": 1, "b": 1, "c": 4}
        game = Coalitions(list(skills), lambda those: sum(map(skills.get, those)))
        for options in ({"a": "1/2", "b": "1/2", "c": 3}, {"a": 1, "b": 1, "c": 7}, 0):
            found = tracking_conditions(game, options)
            ax = plot(found)
            (area,) = named(ax, "region")
            np.testing.assert_allclose(
                area.get_xy()[:-1], np.array(found.region, dtype=float), atol=1e-12
            )
            assert len(named(ax, "tracking")) == int(found.tracking is not None)
            assert_nothing_clipped(ax.figure)
