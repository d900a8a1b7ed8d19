"""How value can be divided: the core of three firms in a triangle, and shares as bars."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.arrays.polygons import clip, hull
from dilemma.collective import Coalitions, Core, Division
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
    tint,
)
from dilemma.show.pictures.triangles import CORNERS, on_plane

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

CORE, SHAPLEY, NUCLEOLUS = OTHERS[4], OTHERS[3], OTHERS[0]
# Of firms that differ; the core and the nucleolus of 12 take seconds, and are left out.
_MOST_SOLVED = 10


@draws(Coalitions)
def divisions_of_value(coalitions: Coalitions, ax: Axes | None = None) -> Axes:
    """Draw the core with Shapley shares and the nucleolus: of three firms, in a triangle.

    A corner of the triangle is the division in which that firm gets all that three firms can make
    beyond what each is worth alone. Of other numbers of firms, and where there is nothing to
    divide, bars: Shapley shares, the range of each share over the core, and the nucleolus. With
    more than 10 firms that differ, Shapley shares alone.

    Parameters
    ----------
    coalitions : Coalitions
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    firms = coalitions.firms
    alone = [coalitions.value([name]) for name in firms]
    whole = coalitions.value(firms)
    with look():
        if len(firms) == 3 and whole > sum(alone):
            return _triangle(coalitions, alone, whole - sum(alone), ax)
        return _bars(coalitions, whole >= sum(alone), ax)


@draws(Division)
def shares_of_division(division: Division, ax: Axes | None = None) -> Axes:
    """Draw each firm's share as a bar, with two standard errors if shares were sampled.

    Parameters
    ----------
    division : Division
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    with look():
        ax = _room(len(division.firms), ax)
        _draw_bars(ax, division, "share")
        if any(division.errors):
            legend_beside(ax)
        _finish(ax, division.firms, division.status)
    return ax


@draws(Core)
def ranges_of_core(core: Core, ax: Axes | None = None) -> Axes:
    """Draw the range of each firm's share over the core, or the least core's point if it is empty.

    Parameters
    ----------
    core : Core
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    with look():
        ax = _room(len(core.firms), ax)
        _draw_ranges(ax, core)
        places = range(len(core.firms))
        ax.plot(
            list(map(float, core.point)), places, "D", color=NUCLEOLUS, linestyle="none",
            label="a division in the least core" if core.empty else "a division in the core",
            gid="point",
        )  # fmt: skip
        legend_beside(ax)
        _finish(ax, core.firms, core.status)
    return ax


def _triangle(
    coalitions: Coalitions, alone: list[Fraction], surplus: Fraction, ax: Axes | None
) -> Axes:
    ax = canvas(ax, (7.0, 4.4))
    core, shapley, nucleolus = coalitions.core(), coalitions.shapley(), coalitions.nucleolus()
    ax.set_aspect("equal")
    ax.set_axis_off()

    def at(shares: Any) -> Any:
        parts = [float((share - own) / surplus) for share, own in zip(shares, alone, strict=True)]
        return on_plane(parts)

    edge = np.vstack([CORNERS, CORNERS[:1]])
    ax.plot(edge[:, 0], edge[:, 1], color=MUTED, linewidth=1, gid="triangle")
    if not core.empty:
        corners = np.array([at(one) for one in _corners(core)])
        ring = np.vstack([corners, corners[:1]])
        ax.fill(
            corners[:, 0], corners[:, 1], facecolor=tint(CORE, 0.3), edgecolor=CORE, linewidth=2,
            hatch="//" if len(corners) > 2 else None, label="core", gid="core",
        )  # fmt: skip
        if len(corners) < 3:
            ax.plot(
                ring[:, 0], ring[:, 1], color=CORE, linewidth=5, marker="s", markersize=11,
                alpha=0.6, gid="core line",
            )  # fmt: skip
    for found, colour, marker, size, words in (
        # The larger below, since the two may be one point.
        (shapley, SHAPLEY, "o", 13, "Shapley shares"),
        (nucleolus, NUCLEOLUS, "X", 8, "nucleolus"),
    ):
        x, y = at(found.shares)
        ax.plot(
            [x], [y], marker, color=colour, markersize=size, markeredgecolor="white",
            linestyle="none", label=words, gid=words, zorder=3, clip_on=False,
        )  # fmt: skip
    names = [
        _corner(ax, k, plain(name) if len(name) < 25 else short_names([name])[0],
                float(alone[k] + surplus))
        for k, name in enumerate(coalitions.firms)
    ]  # fmt: skip
    x, y = at(shapley.shares)
    outside = bool(min(_barycentric(shapley.shares, alone, surplus)) < 0)
    # Room for Shapley shares that give a firm less than alone.
    xs, ys = [*CORNERS[:, 0], x], [*CORNERS[:, 1], y]
    ax.set(xlim=(min(xs) - 0.22, max(xs) + 0.22), ylim=(min(ys) - 0.05, max(ys) + 0.05))
    # Above the two lines at the highest corner, however small the triangle is.
    ax.set_title("Divisions of what all firms can make", pad=34)
    legend_beside(ax)
    caption(ax, core.status, under=names)
    if outside:
        caption(ax, "Shapley shares give some firm less than it has alone.")
    return ax


def _barycentric(shares: Any, alone: list[Fraction], surplus: Fraction) -> list[Fraction]:
    return [(share - own) / surplus for share, own in zip(shares, alone, strict=True)]


def _corner(ax: Axes, place: int, name: str, most: float) -> Annotation:
    x, y = CORNERS[place]
    return ax.annotate(
        f"{name}\ngets {most:.4g}",
        xy=(x, y),
        xytext=(0, 6 if place == 0 else -6),
        textcoords="offset points",
        ha="center",
        va="bottom" if place == 0 else "top",
        fontsize=9,
        fontweight="bold",
        color=INK,
        gid="corner",
    )


def _corners(core: Core) -> list[tuple[Fraction, ...]]:
    """The vertices of three firms' core: each coalition bounds the share of one firm."""
    (a, b), (c, d), (low, high) = core.ranges
    whole = sum(core.point, Fraction(0))
    region = clip(hull([(a, c), (b, c), (b, d), (a, d)]), (-1, -1), low - whole)
    region = clip(region, (1, 1), whole - high)
    return [(x, y, whole - x - y) for x, y in region]


def _bars(coalitions: Coalitions, shared: bool, ax: Axes | None) -> Axes:
    firms = coalitions.firms
    ax = _room(len(firms), ax)
    solved = len(firms) <= _MOST_SOLVED or coalitions.sizes is not None
    division = coalitions.shapley()
    _draw_bars(ax, division, "Shapley shares")
    status = division.status
    if solved:
        core = coalitions.core()
        status = core.status
        _draw_ranges(ax, core)
        if shared:
            ax.plot(
                list(map(float, coalitions.nucleolus().shares)), range(len(firms)), "X",
                color=NUCLEOLUS, markeredgecolor="white", markersize=9, linestyle="none",
                label="nucleolus", gid="nucleolus", zorder=3,
            )  # fmt: skip
    legend_beside(ax)
    _finish(ax, firms, status)
    return ax


def _room(firms: int, ax: Axes | None) -> Axes:
    return canvas(ax, (7.2, min(1.6 + 0.36 * firms, 14)))


def _draw_bars(ax: Axes, division: Division, words: str) -> None:
    places = np.arange(len(division.firms))
    shares = np.array([float(share) for share in division.shares])
    ax.barh(
        places, shares, 0.5, color=tint(SHAPLEY, 0.55), edgecolor=SHAPLEY, label=words,
        gid="shares",
    )  # fmt: skip
    if any(division.errors):
        ax.errorbar(
            shares, places, xerr=2 * np.array(division.errors), fmt="none", ecolor=INK,
            capsize=3, label="two standard errors",
        )  # fmt: skip


def _draw_ranges(ax: Axes, core: Core) -> None:
    if core.empty:
        return
    for k, (low, high) in enumerate(core.ranges):
        ax.plot(
            [float(low), float(high)], [k, k], color=CORE, linewidth=2.5, marker="|",
            markersize=13, markeredgewidth=2, label="range over the core" if k == 0 else None,
            gid="range",
        )  # fmt: skip


def _finish(ax: Axes, firms: tuple[str, ...], status: str) -> None:
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set(
        yticks=range(len(firms)),
        ylim=(len(firms) - 0.4, -0.6),
        xlabel="share of the value",
    )
    ax.set_yticklabels(short_names(firms))
    ax.set_title("How the value is divided")
    caption(ax, status)
