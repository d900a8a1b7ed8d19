"""Who stays together: survival, which pattern is better where, and what tracking holds out."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.collective import Lifetime, PatternComparison, TrackingConditions
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    FRAME,
    INK,
    MUTED,
    OTHERS,
    canvas,
    caption,
    legend_beside,
    look,
    plain,
    term_label,
    tint,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES = {
    "collective orchestration": (OTHERS[4], "-"),
    "continuous search": (OTHERS[3], "--"),
}
_UNITS = {
    "present value": "present value",
    "value": "value per period",
    "survival": "survival (periods)",
    "turnover": "turnover (firms per period)",
    "outside": "outside options (value per period)",
    "rise": "rise of value (probability per period)",
    "fall": "fall of value (probability per period)",
    "search": "search (probability per period)",
    "redesign": "redesign (probability when somebody would leave)",
    "redesign_cost": "cost of redesign (value, each member)",
    "turnover_cost": "cost of turnover (value, each move)",
    "tracking": "quality of tracking (0: equal shares, 1: by contribution)",
    "tracking_cost": "cost of full tracking (value per period, each member)",
}


@draws(Lifetime)
def survival_curve(
    lifetime: Lifetime, ax: Axes | None = None, *, periods: int | None = None
) -> Axes:
    """Draw the probability that an ecosystem still lasts, period after period.

    Curves of several can be drawn into the same Axes.

    Parameters
    ----------
    lifetime : Lifetime
    ax : matplotlib Axes, optional
    periods : int, optional
        How many to show; three times what is expected unless given, at most 1,000.

    Returns
    -------
    matplotlib Axes
    """
    if periods is None:
        known = lifetime.survival
        periods = 50 if known is None else int(min(max(3 * float(known), 10), 1000))
    curve = lifetime.curve(periods)
    colour, line = STYLES[lifetime.pattern]
    with look():
        ax = canvas(ax, (7.2, 4.0))
        ax.step(
            np.arange(len(curve)), curve, where="post", color=colour, linestyle=line, linewidth=2,
            label=lifetime.pattern, gid="survival",
        )  # fmt: skip
        ax.set(
            xlabel="period",
            ylabel="probability to last longer",
            ylim=(0, 1.04),
        )
        ax.set_xlim(0, max(len(curve) - 1, 1, ax.get_xlim()[1] if len(ax.lines) > 1 else 0))
        ax.set_title("How long the ecosystem lasts")
        legend_beside(ax)
        caption(ax, lifetime.status)
    return ax


@draws(PatternComparison)
def patterns_along(found: PatternComparison, ax: Axes | None = None) -> Axes:
    """Draw the criterion of both patterns along the parameter, and where they cross.

    Parameters
    ----------
    found : PatternComparison
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    with look():
        ax = canvas(ax, (7.6, 4.2))
        drawn: list[Any] = []
        for piece in found.pieces:
            low, high = float(piece.low), float(piece.high)
            # Inside: at an end a criterion may jump.
            inner = [
                Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(k, 60)
                for k in range(1, 60)
            ]
            inner = [one for one in inner if piece.low < one < piece.high]
            values = found.along(inner)
            drawn.append(values[np.isfinite(values)])
            for name, row in zip(STYLES, values, strict=True):
                if np.isfinite(row).all():
                    colour, line = STYLES[name]
                    ax.plot(
                        [float(one) for one in inner], row, color=colour, linestyle=line,
                        linewidth=2, gid=name, label=name if _first(ax, name) else None,
                    )  # fmt: skip
        for one in found.jumps:
            ax.axvline(
                float(one), color=MUTED, linewidth=1, linestyle=":", gid="jump",
                label="somebody leaves or stays" if _first(ax, "somebody leaves or stays")
                else None,
            )  # fmt: skip
        heights = found.along([_near(one) for one in found.crossings])
        points = [
            (float(one), float(height))
            for one, height in zip(found.crossings, heights[0], strict=True)
        ]
        where = ", ".join(f"{x:.4g}" for x, _ in points)
        ax.plot(
            [x for x, _ in points], [y for _, y in points], "D", color=FRAME, linestyle="none",
            markeredgecolor="white", label=f"equal at {where}" if points else None,
            gid="crossing", zorder=3,
        )  # fmt: skip
        every = np.concatenate([*drawn, [0.0]])
        room = 0.08 * (every.max() - every.min()) or 1.0
        ax.set(
            xlim=(float(found.low), float(found.high)),
            ylim=(every.min() - (room if every.min() < 0 else 0), every.max() + room),
            xlabel=_label(found.parameter),
            ylabel=_UNITS[found.criterion],
        )
        ax.set_title("Which pattern is better")
        legend_beside(ax)
        caption(ax, found.status)
        if any(None in (one.orchestration, one.search) for one in found.pieces):
            caption(ax, "Where a line is missing, it is infinite.")
    return ax


@draws(TrackingConditions)
def tracking_region(found: TrackingConditions, ax: Axes | None = None) -> Axes:
    """Draw where everybody stays: the quality of tracking against how good outside options are.

    Parameters
    ----------
    found : TrackingConditions
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    with look():
        ax = canvas(ax, (7.2, 4.2))
        region = np.array([[float(x), float(y)] for x, y in found.region]).reshape(-1, 2)
        if len(region):
            ax.fill(
                region[:, 0], region[:, 1], facecolor=tint(OTHERS[4], 0.3), edgecolor=OTHERS[4],
                linewidth=2, hatch="//", label="everybody stays", gid="region",
            )  # fmt: skip
        top = max([1.0, *region[:, 1]])
        ax.axhline(1, color=INK, linewidth=1, linestyle="--", label="as they are", gid="now")
        if found.strongest is not None and any(found.outside):
            x, y = map(float, found.strongest)
            ax.plot(
                [x], [y], "D", color=FRAME, markeredgecolor="white", linestyle="none",
                label="holds out longest", gid="strongest", zorder=3, clip_on=False,
            )  # fmt: skip
        if found.tracking is not None:
            low, high = map(float, found.tracking)
            ax.plot(
                [low, high], [1, 1], color=FRAME, linewidth=4, solid_capstyle="butt",
                label="tracking that keeps all", gid="tracking", clip_on=False,
            )  # fmt: skip
        ax.set(
            xlim=(0, 1),
            ylim=(0, 1.12 * top),
            xlabel="quality of tracking (0: equal shares, 1: by contribution)",
            ylabel=plain("outside options (times what they are)"),
        )
        ax.set_title("When tracking keeps everybody")
        legend_beside(ax)
        caption(ax, found.status)
    return ax


def _label(parameter: str) -> str:
    whole, _, firm = parameter.partition(".")
    if firm:
        return plain(f"outside option of firm {firm} (value per period)")
    return _UNITS.get(whole, term_label(parameter))


def _first(ax: Axes, label: str) -> bool:
    return label not in [one.get_label() for one in ax.lines]


def _near(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(float(value))
