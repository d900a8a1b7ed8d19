"""Equilibria, selection, logit paths and correlated payoffs as pictures."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from dilemma import plot
from dilemma.alliance import Alliance
from dilemma.equilibria import (
    correlated_payoffs,
    expectations,
    logit_branches,
    logit_path,
    nash,
)
from dilemma.game import Game
from dilemma.show.pictures.theme import COLOURS, colours_of

CHICKEN = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
TIED = Game.symmetric([[1, 1, 0], [1, 1, 0], [0, 0, 2]], ["$x$", "_y", "a very long name of it"])


def gids(ax):
    return {one.get_gid(): one for one in ax.get_children() if one.get_gid()}


@pytest.mark.parametrize("game", [Alliance(trust="3/4").game(), TIED, Game([[[1]], [[2]]])])
def test_bars_are_as_long_as_the_probabilities(game, assert_nothing_clipped):
    found = nash(game)
    ax = plot(found)
    bars = gids(ax)
    for place, one in enumerate(found, 1):
        for player, mixture in enumerate((one.row, one.column), 1):
            left = 0.0
            for name, weight in zip(game.strategies[player - 1], mixture, strict=True):
                key = f"{name} of player {player} in equilibrium {place}"
                assert (key in bars) == (weight > 0)
                if weight:
                    assert bars[key].get_width() == pytest.approx(float(weight))
                    assert bars[key].get_x() == pytest.approx(left)
                    left += float(weight)
                    if name in COLOURS:
                        assert bars[key].get_facecolor() == to_rgba(COLOURS[name])
    words = [one.get_text() for one in ax.get_yticklabels()]
    assert ["strict" in one for one in words] == [one.strict for one in found]
    assert_nothing_clipped(ax.figure)


def test_many_equilibria_thin_their_labels(assert_nothing_clipped):
    found = nash(Game.symmetric(np.eye(5, dtype=int)))
    assert len(found) == 31
    figure, ax = plt.subplots(figsize=(5, 4), layout="constrained")
    plot(found, ax)
    assert len(ax.get_yticklabels()) < 31
    assert sum(key.endswith(" 31") for key in gids(ax)) == 10
    assert_nothing_clipped(figure)


def test_dots_stand_where_concepts_select(assert_nothing_clipped):
    found = expectations(Alliance(trust="3/4").game())
    ax = plot(found)
    dots = {key for key in gids(ax) if " selects " in key}
    assert dots == {
        f"{name} selects {place + 1}" for name, places in found.selected for place in places
    }
    marks = {line.get_gid(): line.get_marker() for line in ax.lines}
    assert {marks[key] for key in dots} == {"o"}
    assert_nothing_clipped(ax.figure)


def test_a_logit_path_is_drawn_through_its_points_to_its_limit(assert_nothing_clipped):
    path = logit_path(Alliance(trust="3/4").game())
    ax = plot(path)
    assert ax.get_xscale() == "log"
    lines = gids(ax)
    low = ax.get_xlim()[0]
    for k, name in enumerate(path.game.strategies[0]):
        shown = path.rationality >= low
        np.testing.assert_array_equal(lines[name].get_xdata(), path.rationality[shown])
        np.testing.assert_array_equal(lines[name].get_ydata(), path.row[shown, k])
        assert lines[f"limit of {name}"].get_ydata()[0] == path.limit.row[k]
        assert lines[f"limit of {name}"].get_xdata()[0] > path.rationality.max()
    # What is left out at the left has hardly moved from uniform play.
    left = path.row[path.rationality < low]
    assert np.abs(left - 1 / 5).max() < 0.02
    assert_nothing_clipped(ax.figure)


def test_decades_and_long_names_find_room(assert_nothing_clipped):
    names = ["the partner that shares all that it knows with nobody at all", "b", "c"]
    game = Game([[[3, 1, 0], [4, 2, 0]], [[2, 0, 7], [1, 5, 10_000]]], [["x", "y"], names])
    _, places = plt.subplots(2, 2, figsize=(11, 8), layout="constrained")
    ax = plot(logit_path(game), places[0, 1])
    legend = ax.child_axes[1].get_legend()
    assert " ".join(legend.get_texts()[0].get_text().split("\n")) == names[0]
    assert max(len(line) for line in legend.get_texts()[0].get_text().split("\n")) <= 40
    assert_nothing_clipped(ax.figure)


def test_branches_are_dashed_and_bifurcations_marked(assert_nothing_clipped):
    path = logit_path(CHICKEN)
    branches = [two for one in path.bifurcations for two in logit_branches(CHICKEN, one)]
    ax = plot(path, branches=branches)
    first, second = ax.child_axes
    for player, panel in enumerate((first, second)):
        lines = gids(panel)
        for order, one in enumerate(branches, 1):
            line = lines[f"yield on branch {order}"]
            assert line.get_linestyle() == "--"
            mixtures = one.row if player == 0 else one.column
            assert set(line.get_ydata()) <= set(mixtures[:, 0])
    (bifurcation,) = path.bifurcations
    marks = [text.get_text() for text in first.texts if text.get_gid() == "critical value"]
    assert marks == [f"{bifurcation.kind} {bifurcation.rationality:.3g}"]
    assert_nothing_clipped(ax.figure)
    with pytest.raises(TypeError, match="branches: requires"):
        plot(path, branches=[TIED])


def test_a_turning_point_is_marked(assert_nothing_clipped):
    # Stag against twenty ways to hunt hare: the path turns back, and on again.
    game = Game.symmetric([[1] + [0] * 20] + [["1/100"] * 21] * 20)
    path = logit_path(game)
    assert path.turning_points
    ax = plot(path)
    drawn = [one for one in ax.lines if one.get_gid() == "turning point"]
    assert [one.get_xdata()[0] for one in drawn] == [
        one.rationality for one in path.turning_points
    ]
    legend = [one.get_text() for one in ax.get_legend().get_texts()]
    assert legend[0] == "1"
    assert legend[-1] == "turning point"
    assert_nothing_clipped(ax.figure)


@pytest.mark.parametrize(
    ("game", "corners"),
    [(CHICKEN, 4), (Game.symmetric([[3, 0], [5, 1]]), 1), (Game([[[1, 1]], [[0, 1]]]), None)],
)
def test_correlated_payoffs_are_an_area_a_segment_or_a_point(
    game, corners, assert_nothing_clipped
):
    found = correlated_payoffs(game)
    assert corners is None or len(found.vertices) == corners
    ax = plot(found, game=game)
    drawn = gids(ax)
    expected = [[float(x), float(y)] for x, y in found.vertices]
    assert drawn["corners"].get_xydata().tolist() == expected
    if len(expected) > 2:
        assert drawn["attained"].get_xy()[:-1].tolist() == expected
    pure = {tuple(point) for point in drawn["pure profiles"].get_xydata().tolist()}
    assert pure == set(zip(game.payoffs[0].flat, game.payoffs[1].flat, strict=True))
    assert_nothing_clipped(ax.figure)


def test_a_segment_of_correlated_payoffs_is_a_line(assert_nothing_clipped):
    corners = correlated_payoffs(CHICKEN).vertices[:2]
    found = replace(correlated_payoffs(CHICKEN), vertices=corners)
    ax = plot(found)
    assert gids(ax)["corners"].get_linestyle() == "-"
    assert "attained" not in gids(ax)
    assert_nothing_clipped(ax.figure)


def test_others_than_the_five_have_colours_of_their_own():
    ax = plot(nash(CHICKEN))
    bars = gids(ax)
    assert bars["yield of player 1 in equilibrium 1"].get_facecolor() == to_rgba(
        colours_of(["yield", "insist"])[0]
    )
