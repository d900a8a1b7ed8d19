"""Where selection pushes a finite population: the gradient over the number of users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.evolution import SelectionGradient
from dilemma.show.pictures.marks import STREAM, STYLES, legend_of
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    canvas,
    caption,
    colours_of,
    look,
    plain,
    short_names,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Kinds of turns, as the marks of rest points are called, and in words.
_MARKS = {
    "stable": ("stable", "coexistence"),
    "unstable": ("unstable", "coordination"),
    "pause": ("undecided", "pause"),
}
# Of a population of at most so many players each count is a point of its own.
_FEW = 60
_ARROWS = 16


@draws(SelectionGradient)
def gradient_over_users(answer: SelectionGradient, ax: Axes | None = None) -> Axes:
    """Draw the gradient of selection over the share of users of the first strategy.

    Parameters
    ----------
    answer : SelectionGradient
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    first, second = answer.strategies
    share = answer.counts / answer.size
    g = answer.gradient
    colours = colours_of(answer.strategies)
    with look():
        ax = canvas(ax, (7.2, 3.8))
        ax.axhline(0, color=INK, linewidth=1, zorder=1)
        few = answer.size <= _FEW
        (curve,) = ax.plot(
            share, g, color=STREAM, linewidth=1.8, zorder=3, marker="." if few else None,
            markersize=4,
        )  # fmt: skip
        curve.set_gid("gradient")
        for side, colour in ((g > 0, colours[0]), (g < 0, colours[1])):
            ax.fill_between(
                share, g, 0, where=side, color=colour, alpha=0.22, linewidth=0, interpolate=True
            )
        _draw_arrows(ax, answer)
        for kind, (mark, words) in _MARKS.items():
            places = [turn.share for turn in answer.turns if turn.kind == kind]
            if places:
                open_mark = STYLES[mark]["fillstyle"] == "none"
                (drawn,) = ax.plot(
                    places, np.zeros(len(places)), linestyle="none", markersize=10,
                    marker=STYLES[mark]["marker"], color="white" if open_mark else INK,
                    markeredgecolor=INK, markeredgewidth=1.4, zorder=6, label=words,
                )  # fmt: skip
                drawn.set_gid(f"turns: {kind}")
        ax.set(
            xlim=(0, 1),
            xlabel=plain(f"share of {first} (0: all {second})"),
            ylabel=plain(f"gradient of selection for {short_names([first, second])[0]}")
            + "\n(players per step)",
            title="Where selection pushes",
        )
        if not np.any(g):
            ax.set_ylim(-1, 1)
        ax.margins(y=0.12)
        legend_of(ax)
        caption(ax, f"{answer.size} players. {answer.status}")
    return ax


def _draw_arrows(ax: Axes, answer: SelectionGradient) -> None:
    """Arrows along the axis, where the gradient has a sign."""
    places = np.unique(np.linspace(0, answer.size, _ARROWS + 2).astype(int)[1:-1])
    for k in places[(places > 0) & (answer.signs[places] != 0)]:
        way = 0.012 * int(answer.signs[k])
        x: Any = k / answer.size
        ax.annotate(
            "",
            xy=(x + way, 0),
            xytext=(x - way, 0),
            arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4},
            zorder=4,
            gid="arrow",
        )
