"""Who moves whom: the staircase of a cascade, and what the order of contributions does."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.collective import (
    Cascade,
    OrderEffect,
    ShareCascade,
)
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    MUTED,
    OTHERS,
    canvas,
    caption,
    legend_beside,
    look,
    plain,
    short_names,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEP, PATH = OTHERS[4], OTHERS[3]
# So few firms are named below the rounds in which they move, in so many lines at most.
MOST_NAMED, MOST_LINES = 12, 4


@draws(Cascade)
def cascade_diagram(found: Cascade, ax: Axes | None = None) -> Axes:
    """Draw a cascade: the classical staircase where firms count all others, else the rounds.

    With thresholds, how many firms wait for at most so many (mobilizers wait for nobody) against
    how many are active: the cascade climbs between that line and the diagonal, and ends where it
    cannot pass (granovetter1978). Otherwise how many act after each round, and who moves in it, of
    up to 12 firms and where rounds leave room for their names.

    Parameters
    ----------
    found : Cascade
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.collective import cascade
    >>> cascade_diagram(cascade([0, 1, 3])).get_xlabel()
    'firms that act'
    """
    from matplotlib.ticker import MaxNLocator

    with look():
        ax = canvas(ax, (5.8, 4.4))
        n = len(found.firms)
        if found.needed:
            start = set(found.mobilizers)
            waits = [
                0 if name in start else wait
                for name, wait in zip(found.firms, found.needed, strict=True)
            ]
            moved = [sum(one is not None and one <= k for one in waits) for k in range(n + 1)]
            counts = found.counts
            if not found.mobilizers:
                counts = counts[1:] if len(counts) > 1 else counts
            _staircase(
                ax,
                np.arange(n + 1, dtype=float),
                np.array(moved, dtype=float),
                [0.0, *map(float, counts)],
                n,
            )
            ax.set(xlabel="firms that act", ylabel="firms then moved to act")
            for one in (ax.xaxis, ax.yaxis):
                one.set_major_locator(MaxNLocator(integer=True))
        else:
            counts = found.counts
            ax.plot(range(len(counts)), counts, color=STEP, marker="o", gid="rounds")
            ax.axhline(n, color=MUTED, linestyle=(0, (4, 3)), linewidth=1, gid="all firms")
            ax.set(xlabel="round", ylabel="firms that act", ylim=(-0.04 * n, 1.08 * n))
            ax.set_xlim(-0.3, max(len(counts) - 0.7, 0.7))
            for one in (ax.xaxis, ax.yaxis):
                one.set_major_locator(MaxNLocator(integer=True))
            if n <= MOST_NAMED:
                _name_movers(ax, found.firms, found.rounds)
        ax.set_title("Who moves whom")
        many = len(found.mobilizers)
        first = "" if not many else f" {many} mobilizer{'' if many == 1 else 's'} first."
        caption(ax, f"{found.status}{first}")
    return ax


def _name_movers(ax: Axes, firms: Sequence[str], rounds: Sequence[Sequence[str]]) -> None:
    """Write below each round who moves in it, if the longest word is no wider than a round."""
    low, high = ax.get_xlim()
    # A layout will leave less than the present width; letters are some 4.6 points wide.
    letters = int(ax.get_window_extent().width / ax.figure.dpi * 72 / (high - low) / 5.5)
    called = dict(zip(firms, short_names(firms), strict=True))
    if max(len(word) for name in called.values() for word in name.split()) >= letters:
        return
    labels = []
    for k, movers in enumerate(rounds):
        names = [called[name] for name in movers]
        for count in range(len(names), -1, -1):
            rest = "" if count == len(names) else f" +{len(names) - count}"
            words = ", ".join(names[:count]) + rest
            lines = textwrap.wrap(words, letters, break_long_words=False, break_on_hyphens=False)
            if len(lines) <= MOST_LINES:
                break
        labels.append("\n".join([str(k), *(lines or ["nobody"])]))
    ax.set_xticks(range(len(rounds)), labels, fontsize=8, linespacing=1.3)
    ax.set_xlabel("round, and who moves in it")


@draws(ShareCascade)
def share_cascade_diagram(found: ShareCascade, ax: Axes | None = None) -> Axes:
    """Draw the staircase of a cascade in an infinite population, and its equilibria.

    Parameters
    ----------
    found : ShareCascade
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.collective import cascade_of_shares
    >>> ax = share_cascade_diagram(cascade_of_shares({0: "1/2", "2/3": "1/2"}))
    >>> ax.get_xlabel()
    'share that acts'
    """
    z = float(found.mobilizers)
    places = np.array([float(x) for x, _ in found.distribution if x <= 1])
    values = z + (1 - z) * np.array([float(f) for x, f in found.distribution if x <= 1])
    if not len(places) or places[0] > 0:
        places, values = np.r_[0.0, places], np.r_[z, values]
    if places[-1] < 1:
        places, values = np.r_[places, 1.0], np.r_[values, values[-1]]
    with look():
        ax = canvas(ax, (5.8, 4.4))
        _staircase(ax, places, values, list(map(float, found.shares)), 1)
        ax.plot(
            [float(one) for one in found.equilibria],
            [float(one) for one in found.equilibria],
            linestyle="",
            marker="o",
            markersize=7,
            markerfacecolor="white",
            markeredgecolor=INK,
            clip_on=False,
            zorder=4,
            label="equilibria",
            gid="equilibria",
        )
        ax.set(xlabel="share that acts", ylabel="share then moved to act", title="Who moves whom")
        legend_beside(ax)
        caption(ax, f"{found.status} A share of {z:.4g} acts whatever others do.")
    return ax


def _staircase(
    ax: Axes, places: Any, values: Any, stations: Sequence[float], whole: float
) -> None:
    """How many are moved by so many, the diagonal, and the way up between them."""
    where = np.append(places, places[-1])
    ax.plot(
        where,
        np.append(values, values[-1]),
        drawstyle="steps-post",
        color=INK,
        linewidth=1.6,
        label="moved by so many",
        gid="moved",
    )
    ax.plot(
        [0, whole],
        [0, whole],
        color=MUTED,
        linestyle=(0, (4, 3)),
        linewidth=1,
        label="as many as act",
        gid="diagonal",
    )
    x, y = [stations[0]], [0.0 if stations[0] == 0 else stations[0]]
    for before, after in pairwise(stations):
        x += [before, after]
        y += [after, after]
    ax.plot(x, y, color=PATH, linewidth=1.4, label="the cascade", gid="cascade", zorder=3)
    ax.plot(
        x[-1],
        y[-1],
        marker="D",
        markersize=7,
        color=PATH,
        clip_on=False,
        zorder=5,
        linestyle="",
        label="its end",
        gid="end",
    )
    room = 0.03 * whole
    ax.set(xlim=(-room, whole + room), ylim=(-room, whole + room))
    legend_beside(ax)


@draws(OrderEffect)
def order_bars(found: OrderEffect, ax: Axes | None = None) -> Axes:
    """Draw what is provided in each order that ends differently, the least first.

    Parameters
    ----------
    found : OrderEffect
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.collective import JointProduction, order_effect
    >>> found = order_effect(JointProduction([3, 5], lambda total: total / (1 + total)))
    >>> order_bars(found).get_xlabel()
    'level of the good'
    """
    shown = list(zip(found.levels, found.orders, strict=True))
    if len(shown) > 16:
        shown = [*shown[:8], *shown[-8:]]
    with look():
        ax = canvas(ax, (6.8, 1.6 + 0.3 * len(shown)))
        for place, (level, _) in enumerate(shown):
            ax.barh(place, float(level), 0.7, color=STEP, gid=f"outcome {place}")
            if not level:
                ax.plot(0, place, marker="|", color=STEP, markersize=10, clip_on=False)
        names = [" → ".join(order) if order else "nobody" for _, order in shown]
        ax.set(
            ylim=(len(shown) - 0.4, -0.6),
            yticks=range(len(shown)),
            xlabel="level of the good",
            title="What the order of contributions does",
        )
        ax.set_yticklabels([plain(name if len(name) <= 44 else f"{name[:43]}…") for name in names])
        if not any(level for level, _ in shown):
            ax.set_xlim(0, 1)
        less = ""
        if len(shown) < len(found.levels):
            less = f" Of {len(found.levels)} ends the first 8 and the last 8."
        caption(ax, f"{found.status}{less}")
    return ax
