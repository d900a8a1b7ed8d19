"""The check of readability itself: it passes what can be read and catches what cannot."""

import matplotlib.pyplot as plt
import pytest


@pytest.fixture
def ax():
    return plt.figure(figsize=(4, 3), layout="constrained").add_subplot()


def test_a_plain_picture_passes(ax, assert_nothing_clipped):
    ax.plot([0, 1], [0, 1], label="up")
    ax.set(xlabel="trust", ylabel="payoff", title="A line")
    ax.legend(loc="lower right")
    assert_nothing_clipped(ax.figure)


def test_slanted_tick_labels_may_stand_close(ax, assert_nothing_clipped):
    ax.set_xlim(0, 9)
    ax.set_xticks(range(10), [f"strategy {k}" for k in range(10)], rotation=45, ha="right")
    assert_nothing_clipped(ax.figure)


def clipped(ax):
    ax.text(1.05, 0.5, "beyond the edge of the picture", transform=ax.transAxes).set_in_layout(
        False
    )


def dropped(ax):
    ax.annotate("out of view", (5, 5), annotation_clip=True)
    ax.set(xlim=(0, 1), ylim=(0, 1))


def cut_by_the_axes(ax):
    ax.text(0.95, 0.5, "half of it", clip_on=True)


def overlapping(ax):
    ax.text(0.5, 0.5, "one")
    ax.text(0.51, 0.5, "two")


def crowded(ax):
    ax.set_xticks([0, 0.01], ["collaboration", "competition"])
    ax.set_xlim(-1, 1)


def covering(ax):
    ax.plot([0, 1], [0, 1], label="a legend over the line")
    ax.legend(loc="center")


def covering_points(ax):
    ax.scatter([0, 1, 0.5], [0, 1, 0.5], label="a legend over a point")
    ax.legend(loc="center")


def covering_bars(ax):
    ax.bar([0, 1, 2], [1, 1, 1], label="a legend over the bars")
    ax.legend(loc="center")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (clipped, "clipped"),
        (dropped, "not drawn"),
        (cut_by_the_axes, "clipped by"),
        (overlapping, "texts overlap"),
        (crowded, "texts overlap"),
        (covering, "legend over"),
        (covering_points, "legend over"),
        (covering_bars, "legend over"),
    ],
)
def test_what_cannot_be_read_is_caught(ax, fault, words, assert_nothing_clipped):
    fault(ax)
    with pytest.raises(AssertionError, match=words):
        assert_nothing_clipped(ax.figure)
