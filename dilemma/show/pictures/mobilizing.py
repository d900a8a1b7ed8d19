"""Who moves first and what follows: cascades, tipping shares, shocks, and their upkeep."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.collective import (
    Cascade,
    Maintenance,
    OrderEffect,
    ShareCascade,
    ShockSurvival,
    Tipping,
    TippingCurve,
)
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    MUTED,
    OTHERS,
    canvas,
    caption,
    colours_of,
    legend_beside,
    look,
    plain,
    term_label,
    tint,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEP, PATH = OTHERS[4], OTHERS[3]


@draws(Cascade)
def cascade_diagram(found: Cascade, ax: Axes | None = None) -> Axes:
    """Draw a cascade: the classical staircase where firms count all others, else the rounds.

    With thresholds, how many firms wait for at most so many (mobilizers wait for nobody) against
    how many are active: the cascade climbs between that line and the diagonal, and ends where it
    cannot pass (granovetter1978). Otherwise how many act after each round.

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
        else:
            counts = found.counts
            ax.plot(range(len(counts)), counts, color=STEP, marker="o", gid="rounds")
            ax.axhline(n, color=MUTED, linestyle=(0, (4, 3)), linewidth=1, gid="all firms")
            ax.set(xlabel="round", ylabel="firms that act", ylim=(-0.04 * n, 1.08 * n))
            ax.set_xlim(-0.3, max(len(counts) - 0.7, 0.7))
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_title("Who moves whom")
        many = len(found.mobilizers)
        first = "" if not many else f" {many} mobilizer{'' if many == 1 else 's'} first."
        caption(ax, f"{found.status}{first}")
    return ax


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


@draws(Tipping)
def tipping_line(found: Tipping, ax: Axes | None = None) -> Axes:
    """Draw at which shares of committed players what is a best reply, and who takes over.

    Parameters
    ----------
    found : Tipping
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.collective import tipping_share
    >>> from dilemma.game import Game
    >>> hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
    >>> tipping_line(tipping_share(hunt, "stag", "hare")).get_xlabel()
    'share committed to stag'
    """
    from dilemma.show.pictures.strips import Strip, draw_strips

    mine, theirs = colours_of([found.committed, found.resident])
    over = [] if found.takeover is None else [(float(found.takeover), 1.0, True)]
    strips = [
        Strip(f"{found.resident}\na best reply", _pieces(found.holds), theirs),
        Strip(f"{found.committed}\na best reply", _pieces(found.joins), mine),
        Strip(f"{found.committed}\ntakes over", tuple(over), mine),
    ]
    critical = []
    if found.share is not None:
        critical = [(float(found.share), f"z* ≈ {float(found.share):.4g}")]
    with look():
        ax = canvas(ax, (7.2, 3.3))
        ax.set(
            title="How many tip the settlement",
            xlabel=plain(f"share committed to {found.committed}"),
        )
        draw_strips(ax, strips, (0.0, 1.0), critical, thick_means="")
        many = "an infinite number" if found.population is None else found.population
        caption(ax, f"{found.status} Groups of {found.size} from {many} of players.")
    return ax


def _pieces(intervals: Sequence[tuple[Any, Any]]) -> tuple[tuple[float, float, bool], ...]:
    return tuple((float(low), float(high), True) for low, high in intervals)


@draws(TippingCurve)
def tipping_diagram(found: TippingCurve, ax: Axes | None = None) -> Axes:
    """Draw how a tipping share moves with a term, each piece named by what residents turn to.

    Parameters
    ----------
    found : TippingCurve
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.collective import Consortium, tipping_curve
    >>> curve = tipping_curve(Consortium(3), "trust", "collaboration", "avoidance")
    >>> tipping_diagram(curve).get_xlabel()
    'trust (0 to 1)'
    """
    low, high = map(float, found.over)
    styles = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 2, 1, 2)))
    seen: dict[tuple[str, ...], int] = {}
    with look():
        ax = canvas(ax, (6.8, 4.0))
        for piece in found.pieces:
            start, stop = float(piece.low), float(piece.high)
            if piece.first is None:
                ax.axvspan(
                    start,
                    stop,
                    facecolor=tint(MUTED, 0.12),
                    edgecolor=tint(MUTED, 0.5),
                    hatch="//",
                    linewidth=0,
                    gid="no share tips",
                )
                continue
            x, y = _drawn(found, piece)
            new = piece.gainers not in seen
            kind = seen.setdefault(piece.gainers, len(seen))
            words = "" if found.kind == "takeover" else f"first to {' and '.join(piece.gainers)}"
            colour = colours_of([piece.gainers[0]])[0] if piece.gainers else INK
            ax.plot(
                x,
                y,
                color=colour,
                linestyle=styles[kind % len(styles)],
                linewidth=2,
                label=plain(words) if new and words else None,
                gid=f"piece {piece.gainers}",
                clip_on=False,
            )
        ax.set(
            xlim=(low, high),
            ylim=(0, 1),
            xlabel=term_label(found.term),
            ylabel=plain(f"share committed to {found.committed}"),
            title="What share tips"
            if found.kind == "settlement"
            else "What share takes all others along",
        )
        handles, labels = ax.get_legend_handles_labels()
        if any(piece.first is None for piece in found.pieces):
            from matplotlib.patches import Patch

            handles.append(
                Patch(facecolor=tint(MUTED, 0.12), edgecolor=tint(MUTED, 0.5), hatch="//")
            )
            labels.append("no share tips")
        if handles:
            legend_beside(ax, handles, labels)
        caption(ax, f"{found.status} Groups of {found.size}.")
    return ax


def _drawn(found: TippingCurve, piece: Any) -> tuple[list[float], list[float]]:
    """Exact shares at values inside a piece, and its limits at the ends."""
    from fractions import Fraction

    start, stop = float(piece.low), float(piece.high)
    x, y = [start], [float(piece.first)]
    for value in np.linspace(start, stop, 34)[1:-1] if piece.moves else ():
        at = Fraction(float(value)).limit_denominator(10**7)
        if piece.low < at < piece.high:
            here = found.at(at)
            share = here.share if found.kind == "settlement" else here.takeover
            if share is not None:
                x.append(float(at))
                y.append(float(share))
    return [*x, stop], [*y, float(piece.last)]


@draws(ShockSurvival)
def shock_path(found: ShockSurvival, ax: Axes | None = None) -> Axes:
    """Draw the path after a shock, the settlement, and where its basin begins.

    Parameters
    ----------
    found : ShockSurvival
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.collective import shock
    >>> from dilemma.game import Game
    >>> hunt = Game.symmetric([[6, 0], [3, 2]], ["stag", "hare"])
    >>> shock_path(shock(hunt, "stag", "hare", replaced="1/2")).get_ylabel()
    'share of stag'
    """
    times = [time for time, _ in found.path if np.isfinite(time)]
    shares = [share for time, share in found.path if np.isfinite(time)]
    colour = colours_of([found.settlement])[0]
    length = max(times[-1], 1e-9)
    before = -0.18 * length
    with look():
        ax = canvas(ax, (6.8, 4.0))
        settled = float(found.settled)
        if found.boundary is not None and found.settled_after is not None:
            ax.axhspan(
                float(found.boundary),
                max(1.0, float(found.settled_after)),
                facecolor=tint(colour, 0.18),
                linewidth=0,
                label="its basin after the shock",
                gid="basin",
            )
            ax.axhline(float(found.boundary), color=MUTED, linewidth=1, gid="boundary")
            ax.axhline(
                float(found.settled_after),
                color=INK,
                linestyle=(0, (4, 3)),
                linewidth=1,
                label="settlement after the shock",
                gid="settlement",
            )
        ax.plot(
            [before, 0, *times],
            [settled, settled, *shares],
            color=colour,
            linewidth=2,
            label="the path",
            gid="path",
            clip_on=False,
            zorder=3,
        )
        ax.plot(
            times[-1],
            shares[-1],
            marker="o" if found.survives else "X",
            color=colour,
            markersize=8,
            linestyle="",
            clip_on=False,
            zorder=4,
            label="survives" if found.survives else "does not survive",
            gid="end",
        )
        if found.grace:
            ax.axvline(
                found.grace,
                color=PATH,
                linestyle=(0, (1, 1.5)),
                linewidth=1.4,
                label="too late to undo",
                gid="grace",
            )
        ax.set(
            xlim=(before, 1.02 * length),
            ylim=(0, 1),
            xlabel="time since the shock",
            ylabel=plain(f"share of {found.settlement}"),
            title="What a shock does",
        )
        legend_beside(ax)
        change = ", ".join(f"{name} {value}" for name, value in found.change.items())
        after = f" After the shock: {change}." if change else ""
        caption(ax, f"{found.status}{after} Replaced: {found.replaced} of all.")
    return ax


@draws(Maintenance)
def maintenance_bars(found: Maintenance, ax: Axes | None = None) -> Axes:
    """Draw the long-run share of time at each level, settled or not, without and with maintenance.

    Parameters
    ----------
    found : Maintenance
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.collective import Consortium, maintenance
    >>> found = maintenance(Consortium(3), "trust", ["1/2", "9/10"], "collaboration", "avoidance",
    ...                     shocks=1, repair=1, maintained=3)
    >>> maintenance_bars(found).get_ylabel()
    'share of time'
    """
    from matplotlib.patches import Patch

    colours = dict(zip((True, False), colours_of([found.settlement, found.fallback]), strict=True))
    with look():
        ax = canvas(ax, (6.8, 3.8))
        for side, (law, shift) in enumerate(zip(found.laws, (-0.21, 0.21), strict=True)):
            for place, level in enumerate(found.levels):
                floor = 0.0
                for on in (True, False):
                    height = sum(
                        float(share)
                        for share, (at, settled) in zip(law, found.states, strict=True)
                        if at == level and settled == on
                    )
                    ax.bar(
                        place + shift,
                        height,
                        0.38,
                        bottom=floor,
                        color=colours[on] if side else tint(colours[on], 0.75),
                        edgecolor="white",
                        hatch="" if side else "//",
                        gid=f"{level} {on} {side}",
                    )
                    floor += height
        ax.set(
            xlabel=term_label(found.term),
            ylabel="share of time",
            title="What maintenance buys",
            xticks=range(len(found.levels)),
        )
        ax.set_xticklabels([f"{float(one):.4g}" for one in found.levels])
        handles: list[Any] = [
            Patch(facecolor=colours[True]),
            Patch(facecolor=colours[False]),
            Patch(facecolor=tint(MUTED, 0.5), edgecolor="white", hatch="//"),
            Patch(facecolor=MUTED),
        ]
        labels = [
            plain(f"settled on {found.settlement}"),
            plain(f"collapsed to {found.fallback}"),
            "left: without maintenance",
            "right: with maintenance",
        ]
        legend_beside(ax, handles, labels)
        caption(ax, f"{found.status} It is worth {float(found.worth):.4g} per unit of time.")
    return ax


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
        caption(ax, found.status)
    return ax
