"""How many tip a settlement, what a shock does to it, and what its upkeep buys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.collective import (
    Maintenance,
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

LATE = OTHERS[3]


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
        many = "an infinite number of" if found.population is None else found.population
        caption(
            ax,
            f"{found.status} Groups of {found.size} from {many} players. "
            "Who takes over: as long as these two strategies are all there is.",
        )
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
    for value in np.linspace(start, stop, 27)[1:-1] if piece.moves else ():
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
    # Without a path, any unit of time will do.
    length = times[-1] or 1.0
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
                color=LATE,
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
        lost = f" Replaced: {found.replaced} of its players." if found.replaced else ""
        caption(ax, f"{found.status}{after}{lost}")
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
