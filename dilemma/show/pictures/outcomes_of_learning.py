"""What two firms learn together and how it is divided; temptation and reward as a ladder."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.alliance import Dilemma, Outcomes
from dilemma.game.display import number
from dilemma.show.pictures.labels import label_points, spread, when_drawn
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    FRAME,
    INK,
    MUTED,
    OTHERS,
    canvas,
    caption,
    colours_of,
    look,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# With more points than this, labels would hide what they name.
MOST_LABELS = 40


@draws(Outcomes)
def outcome_map(outcomes: Outcomes, ax: Axes | None = None) -> Axes:
    """Draw joint learning against its division, a point for each pair of strategies.

    The left half of a point has the colour of the row firm's strategy, the right half that of the
    column firm's. Pairs that learn and divide alike share a point and a label; pairs that learn
    nothing have no division, and are named below.

    Parameters
    ----------
    outcomes : Outcomes
        Of one alliance, all of whose terms are numbers.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError
        If the outcomes are those of a batch, or symbolic.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> ax = outcome_map(Alliance().outcomes())
    >>> [line.get_xydata().tolist() for line in ax.lines if line.get_gid() == "COL–CMP"]
    [[[0.5238095238095238, 1.05]]]
    """
    names = [one.short for one in outcomes.strategies]
    joint, division = outcomes.joint, outcomes.division
    if getattr(joint, "ndim", 0) != 2:
        raise TypeError("outcomes: requires those of one alliance, got those of a batch")
    places: dict[tuple[Any, Any], list[tuple[int, int]]] = {}
    nothing = []
    for i, j in np.ndindex(joint.shape):
        share = division[i, j]
        if share is None or share != share:
            nothing.append(f"{names[i]}–{names[j]}")
        else:
            places.setdefault((share, joint[i, j]), []).append((i, j))
    try:
        points = [(float(share), float(total)) for share, total in places]
    except TypeError as error:
        raise TypeError("outcomes: requires terms that are numbers, got symbolic ones") from error
    with look():
        ax = canvas(ax, (7.0, 5.2))
        colours = colours_of([one.name for one in outcomes.strategies])
        labels = []
        for (x, y), pairs in zip(points, places.values(), strict=True):
            labels.append(", ".join(f"{names[i]}–{names[j]}" for i, j in pairs))
            i, j = pairs[0]
            ax.plot(
                x,
                y,
                marker="o",
                markersize=9 if len(points) <= MOST_LABELS else 5,
                fillstyle="left",
                markerfacecolor=colours[i],
                markerfacecoloralt=colours[j],
                markeredgecolor=INK,
                markeredgewidth=0.6,
                linestyle="none",
                gid=labels[-1],
                clip_on=False,
                zorder=3,
            )
        top = max((y for _, y in points), default=1.0)
        ax.axvline(0.5, color=MUTED, linewidth=0.8, linestyle=":", zorder=0)
        ax.set(
            xlim=(-0.03, 1.03),
            ylim=(0, 1.12 * top),
            xlabel="row firm's share of the joint learning (0 to 1)",
            ylabel="joint learning (units of knowledge)",
            title="What partners learn, and how it is divided",
        )
        if len(points) <= MOST_LABELS:
            label_points(ax, points, labels)
        note = f"nothing is learned: {', '.join(nothing)}" if nothing else ""
        if len(nothing) > MOST_LABELS // 2:
            note = f"nothing is learned by {len(nothing)} pairs"
        if len(points) > MOST_LABELS:
            count = f"{len(points)} points for {joint.size} pairs, without labels"
            note = f"{count}; {note}" if note else count
        caption(ax, note)
    return ax


def _part(ax: Axes, values: list[float], joints: list[Any], written: list[Any]) -> None:
    """Move the words beside rungs apart by the height of a line."""
    low, high = ax.get_ylim()
    gap = 11 / 72 * ax.figure.dpi / ax.get_window_extent().height * (high - low)
    heights = spread(values, gap, low + gap / 2, high - gap / 2)
    for value, height, joint, text in zip(values, heights, joints, written, strict=True):
        joint.set_ydata([value, height])
        text.set_y(height)


LETTERS = (
    ("T", "temptation", "competes against a collaborator"),
    ("R", "reward", "both collaborate"),
    ("P", "punishment", "both compete"),
    ("S", "sucker", "collaborates with a competitor"),
    ("A", "avoidance", "both avoid"),
)


@draws(Dilemma)
def dilemma_ladder(dilemma: Dilemma, ax: Axes | None = None) -> Axes:
    """Draw temptation, reward, punishment, sucker's payoff and avoidance as two ladders.

    Parameters
    ----------
    dilemma : Dilemma
        Of one alliance, all of whose terms are numbers.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError
        If the dilemma is that of a batch, or symbolic.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> dilemma_ladder(Alliance().dilemma()).get_title(loc="left")
    "prisoner's dilemma"
    """
    if not isinstance(dilemma.kind, str):
        raise TypeError("dilemma: requires that of one alliance, got those of a batch")
    try:
        rungs = [
            [float(getattr(dilemma, name)[player]) for _, name, _ in LETTERS] for player in (0, 1)
        ]
    except TypeError as error:
        raise TypeError("dilemma: requires terms that are numbers, got symbolic ones") from error
    with look():
        ax = canvas(ax, (7.2, 4.6))
        low, high = min(map(min, rungs)), max(map(max, rungs))
        room = 0.08 * (high - low or 1.0)
        ax.set(
            xlim=(-0.25, 2.3),
            ylim=(low - room, high + room),
            xticks=(0.0, 1.0),
            ylabel="payoff (value of knowledge)",
            title=dilemma.kind,
        )
        ax.set_xticklabels(["row firm", "column firm"])
        ax.tick_params(axis="x", length=0)
        for player, values in enumerate(rungs):
            ax.plot([player] * 2, [min(values), max(values)], color=MUTED, linewidth=0.8)
            joints, written = [], []
            for k, (letter, name, words) in enumerate(LETTERS):
                exact = getattr(dilemma, name)[player]
                colour = (FRAME, OTHERS[0], OTHERS[2], OTHERS[3], OTHERS[4])[k]
                (rung,) = ax.plot(
                    [player - 0.1, player + 0.1], [values[k]] * 2, color=colour, linewidth=3,
                    solid_capstyle="butt",
                )  # fmt: skip
                rung.set_gid(f"{name} of the {('row', 'column')[player]} firm")
                joints += ax.plot(
                    [player + 0.1, player + 0.17], [values[k]] * 2, color=MUTED, linewidth=0.6
                )
                # Words stand beside the second ladder alone, letters and numbers beside both.
                text = f"{letter} = {number(exact)}"
                written.append(
                    ax.text(
                        player + 0.19,
                        values[k],
                        f"{text}: {words}" if player else text,
                        va="center",
                        fontsize=8,
                    )
                )
            when_drawn(ax, partial(_part, ax, values, joints, written))
        order = [one.replace("avoidance", "A") for one in dilemma.order]
        told = (
            f"each firm: {order[0]}"
            if order[0] == order[1]
            else f"row firm: {order[0]}; column firm: {order[1]}"
        )
        verdict = "a" if dilemma.learning_dilemma else "no"
        caption(ax, f"{told}; {verdict} learning dilemma (T > R > A for both firms)")
    return ax
