"""What moderates the formation of goals: interactions, where they hold, and samples of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dilemma.collective import Moderation, ModerationSample, SignRange
from dilemma.show.pictures.goals import shown
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    OTHERS,
    canvas,
    caption,
    legend_beside,
    look,
    plain,
    tint,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIGN_COLOURS = {1: OTHERS[0], -1: OTHERS[1], 0: OTHERS[2]}
SIGN_WORDS = {1: "above 0", -1: "below 0", 0: "0"}
SIGN_HATCH = {1: "", -1: "////", 0: ".."}


@draws(Moderation)
def interaction_plot(found: Moderation, ax: Axes | None = None) -> Axes:
    """Draw what goal formation does without and with a moderator, and where that holds.

    Lines that are not parallel interact. Below, if the answer has ranges along a term: where the
    interaction, and the effects of formation, are above and below 0.

    Parameters
    ----------
    found : Moderation
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork, moderation
    >>> network = GoalNetwork(3, [0, 0, 1], positions=[0, 1, 1])
    >>> ax = interaction_plot(moderation(network, "decay", (4, 0), along="goal"))
    >>> len(ax.child_axes)
    2
    """
    rows = [
        ("interaction", found.ranges),
        *(
            (f"effect {level}" if isinstance(level, str) else f"effect at {shown(level)}", ranges)
            for level, ranges in zip(found.levels, found.effect_ranges, strict=True)
        ),
        ("mixed derivative", found.derivative_ranges),
    ]
    rows = [row for row in rows if row[1]]
    with look():
        if rows:
            ax = canvas(ax, (7.6, 5.0 + 0.25 * len(rows)))
            for side in ax.spines.values():
                side.set_visible(False)
            ax.set(xticks=[], yticks=[])
            ax.xaxis.set_visible(False)
            ax.yaxis.set_visible(False)
            ax.patch.set_visible(False)
            share = 0.12 + 0.06 * len(rows)
            upper = ax.inset_axes((0.0, share + 0.17, 1.0, 1 - share - 0.17))
            lower = ax.inset_axes((0.0, 0.0, 1.0, share))
            _lines(upper, found)
            _ranges(lower, rows, found)
        else:
            ax = canvas(ax, (7.0, 4.2))
            _lines(ax, found)
        more = " Mixed derivative: as the moderator's number grows."
        caption(ax, found.status + (more if found.derivative_ranges else ""))
    return ax


def _lines(ax: Axes, found: Moderation) -> None:
    where = [float(one) for one in found.formation]
    pairs = zip(found.levels, (OTHERS[4], OTHERS[3]), ("o", "s"), ("-", (0, (5, 2))), strict=True)
    for k, (level, colour, marker, style) in enumerate(pairs):
        name = level if isinstance(level, str) else shown(level)
        (line,) = ax.plot(
            where,
            [float(found.outcomes[0][k]), float(found.outcomes[1][k])],
            color=colour,
            marker=marker,
            markersize=7,
            linestyle=style,
            linewidth=2,
            label=f"{name} moderator" if isinstance(level, str) else f"moderator at {name}",
        )
        line.set_gid(f"level {k}")
    units = {
        "value": "value of the network (value of commitment)",
        "commitment": "total commitment (firms' worth)",
        "alignment": "mean alignment (0 to 1)",
    }
    ax.set(
        xlabel="goal formation (0 to 1)",
        ylabel=units[found.measure],
        xticks=where if where[0] != where[1] else where[:1],
    )
    room = 0.08 * (abs(where[1] - where[0]) or 1.0)
    ax.set_xlim(min(where) - room, max(where) + room)
    ax.margins(y=0.12)
    title = found.moderator if len(found.moderator) < 48 else "What formation does"
    ax.set_title(plain(title), loc="left")
    legend_beside(ax)


def _ranges(ax: Axes, rows: Sequence[tuple[str, Sequence[SignRange]]], found: Moderation) -> None:
    from matplotlib.patches import Patch

    low, high = (float(one) for one in found.over or (0, 1))
    drawn: set[int] = set()
    for place, (name, ranges) in enumerate(rows):
        for one in ranges:
            start, end = float(one.low), float(one.high)
            colour = SIGN_COLOURS[one.sign]
            (bar,) = ax.barh(
                place,
                end - start,
                left=start,
                height=0.62,
                color=tint(colour, 0.8 if one.sign > 0 else 0.35),
                edgecolor=colour,
                hatch=SIGN_HATCH[one.sign],
                linewidth=1,
            )
            bar.set_gid(f"{name} {SIGN_WORDS[one.sign]}")
            drawn.add(one.sign)
    ax.set(
        ylim=(len(rows) - 0.5, -0.5),
        yticks=range(len(rows)),
        xlabel=plain(_label(found)),
    )
    ax.set_xlim(low, high)
    ax.set_yticklabels([plain(name) for name, _ in rows], fontsize=8)
    ax.tick_params(axis="y", length=0)
    samples = [
        Patch(
            facecolor=tint(SIGN_COLOURS[sign], 0.8 if sign > 0 else 0.35),
            edgecolor=SIGN_COLOURS[sign],
            hatch=SIGN_HATCH[sign],
            label=SIGN_WORDS[sign],
        )
        for sign in (1, 0, -1)
        if sign in drawn
    ]
    legend_beside(ax, handles=samples)


@draws(ModerationSample)
def interaction_sample(found: ModerationSample, ax: Axes | None = None) -> Axes:
    """Draw the interactions of a sample of networks: how often, their mean and its interval.

    Parameters
    ----------
    found : ModerationSample
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.collective import sampled_moderation
    >>> ax = interaction_sample(sampled_moderation(4, "decay", (4, 0), samples=20, seed=1))
    >>> ax.get_ylabel()
    'networks'
    """
    values = np.array(found.interactions)
    with look():
        from matplotlib.ticker import MaxNLocator

        ax = canvas(ax, (7.0, 4.2))
        count = max(5, min(30, round(len(values) ** 0.5) * 2))
        spread = (values.min(), values.max())
        if spread[0] == spread[1]:
            spread = (spread[0] - 0.5, spread[1] + 0.5)
        heights, edges = np.histogram(values, bins=count, range=spread)
        bars = ax.bar(
            edges[:-1], heights, np.diff(edges), align="edge",
            color=tint(OTHERS[4], 0.5), edgecolor=OTHERS[4],
        )  # fmt: skip
        for bar in bars:
            bar.set_gid("interactions")
        ax.axvline(0, color=INK, linewidth=1, linestyle=(0, (1, 2)), label="no interaction")
        top = ax.get_ylim()[1]
        ax.errorbar(
            found.mean,
            1.06 * top,
            xerr=[[found.mean - found.interval[0]], [found.interval[1] - found.mean]],
            fmt="D",
            color=OTHERS[3],
            capsize=4,
            label=f"mean, {100 * found.confidence:g} % interval",
        )
        ax.set(
            ylim=(0, 1.14 * top),
            xlabel=f"interaction of formation and moderator on {found.measure}",
            ylabel="networks",
        )
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_title("Moderation over random networks", loc="left")
        legend_beside(ax)
        caption(ax, found.status)
    return ax


def _label(found: Moderation) -> str:
    """The term along which signs are given, with its unit: those of networks are their own."""
    name = found.along or ""
    whole, _, firm = name.partition(".")
    words = whole.replace("_", " ") + (f" of firm {firm}" if firm else "")
    domain = found.network.domains[name]
    return f"{words} (0 to 1)" if domain.high == 1 else words
