"""What each posture earns among ever more collaborators, as it is drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dilemma import Consortium, plot
from dilemma.alliance import Strategy, strategy_grid


def drawn(ax):
    return {line.get_gid(): line for line in ax.lines if line.get_gid()}


@pytest.fixture(scope="module")
def eight():
    return Consortium(8, trust="1/4", goal=1, threshold=5)


def test_lines_are_the_payoffs(eight, assert_nothing_clipped):
    ax = plot(eight)
    line = eight.along()
    for s, name in enumerate(line.strategies):
        found = drawn(ax)[name].get_xydata()
        assert found[:, 0].tolist() == list(range(8))
        assert found[:, 1].tolist() == [float(one) for one in line.payoffs[:, s]]
    assert ax.get_ylabel() == "payoff (value of knowledge)"
    assert "8 firms: trust 1/4, goal 1, threshold 5" in ax.texts[0].get_text().replace("\n", " ")
    assert_nothing_clipped(ax.figure)


def test_markers_say_where_the_goal_is_met(eight):
    parts = drawn(plot(eight))
    met = parts["collaboration, goal met"]
    missed = parts["collaboration, goal missed"]
    assert met.get_xdata().tolist() == [4, 5, 6, 7]
    assert missed.get_xdata().tolist() == [0, 1, 2, 3]
    assert met.get_markerfacecolor() == met.get_color()
    assert missed.get_markerfacecolor() == "white"
    assert parts["avoidance, goal met"].get_xdata().tolist() == [5, 6, 7]
    dotted = [line.get_xdata()[0] for line in plot(eight).lines if line.get_linestyle() == ":"]
    assert dotted == [3.5, 4.5]


def test_best_replies_have_rings(eight):
    ax = plot(eight, rest="competition")
    line = eight.along(rest="competition")
    for name in line.strategies:
        expected = [k for k, names in enumerate(line.best) if name in names]
        rings = drawn(ax).get(f"best: {name}")
        assert (rings.get_xdata().tolist() if rings else []) == expected
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == [*line.strategies, "best reply"]


@pytest.mark.parametrize(
    "consortium",
    [
        Consortium(2),
        Consortium(50, trust="3/4", goal=1, threshold=30),
        Consortium(4, goal=1),
        Consortium(4, goal=1, threshold=9),
        Consortium(5, strategies=[Strategy("only", 1, 1)]),
        Consortium(6, goal=2, threshold=2, strategies=strategy_grid(3)),
        Consortium(
            5,
            goal=2,
            threshold=3,
            strategies=[
                Strategy("<script>", 1, 1),
                Strategy("a $x_1$ very long name of a strategy that goes on", 1, 0),
            ],
        ),
    ],
)
def test_extremes_can_be_read(consortium, assert_nothing_clipped):
    ax = plot(consortium)
    assert_nothing_clipped(ax.figure)
    values = np.array(consortium.along().payoffs, dtype=float)
    low, high = ax.get_ylim()
    assert low < values.min()
    assert values.max() < high


def test_in_a_grid_of_pictures(eight, assert_nothing_clipped):
    figure, axes = plt.subplots(1, 2, figsize=(14, 5), layout="constrained")
    plot(eight, axes[0])
    plot(eight.along("competition"), axes[1], terms=eight)
    assert_nothing_clipped(figure)


def test_what_has_no_such_picture():
    with pytest.raises(ValueError, match="along: requires firms that are alike"):
        plot(Consortium(3, stakes=(1, 2, 3)))
    with pytest.raises(TypeError, match="along: requires numbers for all terms"):
        plot(Consortium(3, trust=np.array([0.1, 0.2])))
    with pytest.raises(
        TypeError, match="speed: the picture consortium_lines takes strategy, rest"
    ):
        plot(Consortium(3), speed=1)
