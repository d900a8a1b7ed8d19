"""Pictures of goal formation: what is drawn is what the answers hold."""

from fractions import Fraction

import matplotlib.pyplot as plt
import networkx
import numpy as np
import pytest

from dilemma.collective import (
    GoalNetwork,
    architect,
    moderation,
    random_goal_network,
    sampled_moderation,
)
from dilemma.show import plot

ROW = GoalNetwork([[0, 1, 0], [1, 0, 1], [0, 1, 0]], [0, "1/2", 1], positions=[0, "1/4", 1])
NAMED = networkx.DiGraph([("Alpha", "$x_1$"), ("$x_1$", "Alpha"), ("<script>", "Alpha")])


def with_gid(ax, gid):
    return [one for one in ax.findobj() if one.get_gid() == gid]


def caption_of(ax):
    [found] = with_gid(ax, "caption")
    return " ".join(found.get_text().split())


def test_a_network_is_drawn_before_and_after(assert_nothing_clipped):
    led = architect(ROW.with_architect("stubborn", "1"), "ties").network
    found = led.goals()
    ax = plot(found)
    before, after = ax.child_axes[:2]
    for pane, views in ((before, led.beginnings), (after, found.views)):
        assert [text.get_text() for text in with_gid(pane, "view")] == [
            str(view) if view in (0, 1) else f"{float(view):.2f}".removeprefix("0")
            for (view,) in views
        ]
        firms, heads = with_gid(pane, "firm"), with_gid(pane, "architect")
        assert (len(firms), len(heads)) == (2, 1)
        shade = plt.colormaps["viridis"](float(views[0][0]))
        assert heads[0].get_facecolor()[0] == pytest.approx(shade)
        assert len(with_gid(pane, "tie")) == 2
        [built] = with_gid(pane, "built tie")
        assert built.get_linestyle() == "--"
    first, second = (
        [one.get_offsets()[0].tolist() for one in with_gid(pane, "firm")]
        for pane in (before, after)
    )
    assert first == second
    assert "Dashed: ties that an architect has built" in caption_of(ax)
    assert_nothing_clipped(ax.figure)


def test_networks_of_a_direction_and_with_names(assert_nothing_clipped):
    ax = plot(GoalNetwork(NAMED, [0, 1, "1/2"], susceptibility=[1, 1, "1/2"]).goals())
    assert [t.get_text() for t in with_gid(ax.child_axes[0], "name")] == [
        "Alpha", r"\$x_1\$", "<script>",
    ]  # fmt: skip
    shown = [text.get_text() for text in with_gid(ax.child_axes[1], "view")]
    assert shown[:2] == ["–", "–"]
    assert "White: views that never settle" in caption_of(ax)
    assert_nothing_clipped(ax.figure)


def test_one_firm_many_firms_and_too_many(assert_nothing_clipped):
    for network in (
        GoalNetwork(1, 1),
        GoalNetwork(np.zeros((3, 3), dtype=int), 0),
        random_goal_network(40, 1, density="1/10"),
        GoalNetwork(2, [[0, 1], [1, 0]], goal="mean"),
    ):
        ax = plot(network.goals())
        assert len(with_gid(ax.child_axes[0], "firm")) == network.size
        assert_nothing_clipped(ax.figure)
        plt.close(ax.figure)
    with pytest.raises(ValueError, match="at most 150 firms"):
        plot(GoalNetwork(np.zeros((151, 151)), 0).goals())
    two = GoalNetwork(2, [[0, 1], [1, 0]]).goals()
    assert with_gid(plot(two, dimension=2).child_axes[0], "view")[0].get_text() == "1"
    with pytest.raises(ValueError, match="dimension: requires a number from 1 to 2, got 3"):
        plot(two, dimension=3)


def test_a_path_is_a_line_for_each_firm(assert_nothing_clipped):
    network = ROW.with_architect("stubborn", "3", view="3/4")
    path = network.path(9)
    ax = plot(path)
    for k, name in enumerate(network.firms):
        [line] = with_gid(ax, f"firm {name}")
        assert line.get_ydata() == pytest.approx([float(one[k][0]) for one in path.views])
    [goal] = with_gid(ax, "goal")
    assert goal.get_ydata()[0] == 1
    assert "3 (architect)" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert_nothing_clipped(ax.figure)
    assert_nothing_clipped(plot(ROW.path(0)).figure)
    assert plot(random_goal_network(20, 1).path(3)).get_legend() is None


def test_an_interaction_is_two_lines_and_ranges(assert_nothing_clipped):
    found = moderation(ROW, "decay", (4, 0), along="goal")
    ax = plot(found)
    upper, lower = ax.child_axes
    for k in range(2):
        [line] = with_gid(upper, f"level {k}")
        assert line.get_xdata() == pytest.approx([0, 1])
        assert line.get_ydata() == pytest.approx([float(one[k]) for one in found.outcomes])
    [below] = with_gid(lower, "interaction below 0")
    assert (below.get_x(), below.get_width()) == pytest.approx((0, 17 / 36))
    assert below.get_hatch()
    [above] = with_gid(lower, "interaction above 0")
    assert (above.get_x(), above.get_width()) == pytest.approx((17 / 36, 19 / 36))
    assert lower.get_xlabel() == "goal (0 to 1)"
    assert "changes its sign along goal" in caption_of(ax)
    assert_nothing_clipped(ax.figure)


def test_an_interaction_without_ranges_and_in_a_grid(assert_nothing_clipped):
    def led(one):
        return one.with_architect("stubborn", 0)

    found = moderation(ROW, led, measure="alignment")
    ax = plot(found)
    assert ax.get_ylabel() == "mean alignment (0 to 1)"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "without moderator", "with moderator",
    ]  # fmt: skip
    assert_nothing_clipped(ax.figure)
    figure, pair = plt.subplots(1, 2, figsize=(13, 5), layout="constrained")
    plot(found, ax=pair[0])
    plot(moderation(ROW, led, along="goal"), ax=pair[1])
    assert_nothing_clipped(figure)


def test_a_sample_is_counted(assert_nothing_clipped):
    found = sampled_moderation(4, "decay", (4, 0), samples=30, seed=2)
    ax = plot(found)
    assert sum(bar.get_height() for bar in with_gid(ax, "interactions")) == 30
    assert_nothing_clipped(ax.figure)
    still = sampled_moderation(
        lambda generator: GoalNetwork(2, Fraction(1, 2)), "synergy", (0, 1), samples=3, seed=1
    )
    assert_nothing_clipped(plot(still).figure)


@pytest.mark.parametrize("size", [(9.0, 4.9), (5.0, 4.9), (9.0, 2.6)])
def test_the_scale_is_as_high_as_the_network(size):
    figure, ax = plt.subplots(figsize=size, layout="constrained")
    plot(ROW.goals(), ax=ax)
    figure.canvas.draw()
    network = ax.child_axes[1].get_window_extent()
    [line] = with_gid(ax, "goal")
    scale = line.axes.get_window_extent()
    assert (scale.y0, scale.y1) == pytest.approx((network.y0, network.y1), abs=1)
    [words] = with_gid(ax, "caption")
    assert words.get_window_extent().y1 < scale.y0
