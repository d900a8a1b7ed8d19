"""Strips along one term: where each of several things holds, thick where it holds strictly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.show.pictures.labels import spread, when_drawn
from dilemma.show.pictures.theme import INK, MUTED, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

THICK, THIN = 7.0, 2.0


@dataclass(frozen=True)
class Strip:
    """What holds where along one term.

    Attributes
    ----------
    words : str
    pieces : tuple of (low, high, strictly)
    colour : colour
    """

    words: str
    pieces: tuple[tuple[float, float, bool], ...]
    colour: Any


def draw_strips(
    ax: Axes,
    strips: Sequence[Strip],
    over: tuple[float, float],
    critical: Sequence[tuple[float, str]] = (),
    thick_means: str = "strict",
) -> None:
    """Draw a line for each piece of each strip, and critical values as labelled lines across.

    Parameters
    ----------
    ax : matplotlib Axes
    strips : sequence of Strip
        From the top down.
    over : pair of float
        The limits of the term.
    critical : sequence of (value, words)
        Written above the Axes, upright.
    thick_means : str
        What thick lines are; no legend if empty.
    """
    from matplotlib.lines import Line2D

    for place, strip in enumerate(strips):
        for low, high, firm in strip.pieces:
            # What is too short to be seen as a line is a mark.
            short = high - low < 0.006 * (over[1] - over[0])
            ax.plot(
                [low, high],
                [place, place],
                color=strip.colour,
                marker="|" if short else None,
                markersize=THICK + 4,
                linewidth=THICK if firm else THIN,
                solid_capstyle="butt",
                gid=strip.words,
                zorder=2,
            )
    ax.set(ylim=(len(strips) - 0.4, -0.6), yticks=range(len(strips)))
    room = 0.01 * (over[1] - over[0])
    ax.set_xlim(over[0] - room, over[1] + room)
    ax.set_yticklabels(["\n".join(map(plain, strip.words.split("\n"))) for strip in strips])
    row = ax.get_window_extent().height / ax.figure.dpi * 72 / max(len(strips), 1)
    ax.tick_params(axis="y", length=0, labelsize=min(9.0, max(4.0, 0.7 * row)))
    if not strips:
        ax.text(
            0.5,
            0.5,
            "none anywhere",
            transform=ax.transAxes,
            ha="center",
            va="center",
            color=MUTED,
        )
    kinds = {piece[2] for strip in strips for piece in strip.pieces}
    if thick_means and kinds:
        samples = [
            (THICK, thick_means, True),
            (THIN, f"not {thick_means}", False),
        ]
        shown = [one for one in samples if one[2] in kinds]
        ax.legend(
            [Line2D([], [], color=MUTED, linewidth=one[0]) for one in shown],
            [one[1] for one in shown],
            loc="upper left",
            bbox_to_anchor=(1.01, 1.0),
            borderaxespad=0,
        )
    label_values(ax, critical)


def label_values(ax: Axes, critical: Sequence[tuple[float, str]]) -> None:
    """Mark values of the x axis by lines across, and write what they are above, upright."""
    if not critical:
        return
    across = ax.get_xaxis_transform()
    written, joints = [], []
    for value, words in critical:
        ax.axvline(value, color=INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        (joint,) = ax.plot(
            [value, value],
            [1.0, 1.035],
            transform=across,
            color=MUTED,
            linewidth=0.6,
            clip_on=False,
            zorder=1,
        )
        joints.append(joint)
        written.append(
            ax.text(
                value,
                1.045,
                plain(words),
                transform=across,
                rotation=90,
                ha="center",
                va="bottom",
                fontsize=8,
                gid="critical value",
            )
        )

    def place() -> None:
        """Move labels apart along the axis, by as much as a line of text is high."""
        box = ax.get_window_extent()
        gap = 12.0 / 72 * ax.figure.dpi / box.width
        parts = ax.transAxes.inverted().transform(
            ax.transData.transform([(value, ax.get_ylim()[0]) for value, _ in critical])
        )[:, 0]
        moved = spread(parts.tolist(), gap, 0.0, 1.0)
        places = ax.transData.inverted().transform(
            ax.transAxes.transform(np.column_stack([moved, np.zeros(len(moved))]))
        )[:, 0]
        for (value, _), x, joint, label in zip(critical, places, joints, written, strict=True):
            joint.set_xdata([value, x])
            label.set_x(x)

    when_drawn(ax, place)
    title = ax.get_title(loc="left")
    if title:
        # Above the labels, which would stand in it.
        tallest = max(text.get_window_extent().height for text in written)
        axes = 0.05 * ax.get_window_extent().height
        ax.set_title(title, loc="left", pad=(tallest + axes) / ax.figure.dpi * 72 + 6)


def height_of(critical: Sequence[tuple[float, str]]) -> float:
    """Return how many inches the labels of critical values take above the Axes."""
    return 0.07 * max((len(words) for _, words in critical), default=0) + 0.2
