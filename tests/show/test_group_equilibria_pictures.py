"""Pictures of symmetric equilibria: their numbers are those of the answer."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dilemma import plot
from dilemma.equilibria import symmetric_equilibria
from dilemma.evolution import rest_points
from dilemma.game import GroupGame

SCRIPT, SPECIAL = "<script>alert(1)</script>", "R&D's $x_1$ and a long name"


def hunt(names=("hunt", "rest")):
    return GroupGame(5, names, lambda i, group: 4 * group[0] * (group[0] >= 3) - 5 * (i == 0))


def artists(ax, gid):
    return [one for one in ax.get_children() if one.get_gid() == gid]


@pytest.mark.parametrize("names", [("hunt", "rest"), (SCRIPT, SPECIAL)])
def test_the_curve_and_its_zeros_are_the_answers(names, assert_nothing_clipped):
    found = symmetric_equilibria(hunt(names))
    ax = plot(found)
    (curve,) = artists(ax, "advantage")
    assert np.allclose(curve.get_ydata(), found.advantage(curve.get_xdata()))
    shown = sorted(x for one in artists(ax, "equilibria") for x in one.get_xdata())
    assert shown == sorted(float(one.mixture[0]) for one in found)
    stable = next(one for one in artists(ax, "equilibria") if "ESS" in one.get_label())
    assert len(stable.get_xdata()) == 2
    assert_nothing_clipped(ax.figure)
    plt.close(ax.figure)


def test_arrows_lead_to_what_earns_more():
    found = symmetric_equilibria(hunt())
    ax = plot(found)
    arrows = [one for one in ax.texts if one.get_gid() == "arrow"]
    assert len(arrows) > 10
    for one in arrows:
        start, end = one.get_position()[0], one.xy[0]
        assert np.sign(end - start) == np.sign(found.advantage((start + end) / 2))
    plt.close(ax.figure)


def test_a_continuum_is_drawn_and_small_figures_hold_it():
    found = symmetric_equilibria(GroupGame(3, ["a", "b"], lambda i, group: 1))
    figure, ax = plt.subplots(figsize=(3.2, 2.4))
    plot(found, ax)
    (line,) = artists(ax, "continuum")
    assert list(line.get_xdata()) == [0, 1]
    plt.close(figure)


def test_other_numbers_of_strategies_are_refused():
    three = GroupGame(3, ["a", "b", "c"], lambda i, group: -(group[i] ** 2))
    with pytest.raises(
        ValueError, match="requires the equilibria of a game of two strategies, got 3"
    ):
        plot(symmetric_equilibria(three))


@pytest.mark.parametrize("count", [2, 3])
def test_rest_points_of_groups_have_portraits(count):
    names = ["a", "b", "c"][:count]
    found = rest_points(GroupGame(3, names, lambda i, group: -(group[i] ** 2)))
    ax = plot(found)
    assert ax.get_title() or ax.get_title(loc="left")
    plt.close(ax.figure)
