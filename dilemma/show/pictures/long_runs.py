"""Where finite populations are found in the long run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution import FullChainLaw, LongRun
from dilemma.show.pictures.invasions import percent
from dilemma.show.pictures.marks import legend_of
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    MUTED,
    canvas,
    caption,
    colours_of,
    look,
    markers_of,
    plain,
    short_names,
)
from dilemma.show.pictures.triangles import on_plane, triangle

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

# The most states that have a bar of their own.
MOST_BARS = 25
# Probabilities below this part of the largest are drawn in the palest colour.
FLOOR = 1e-8
HATCHES = ("", "//", "..", "xx", "\\\\", "++", "oo", "--")


@draws(LongRun)
def long_run_bars(law: LongRun, ax: Axes | None = None) -> Axes:
    """Draw how much of its time a population spends in each state, as bars.

    If several classes of states last, each has bars of its own, and the start decides between
    them. At most 25 states have a bar, the most frequent ones; the others are summed up in one.

    Parameters
    ----------
    law : LongRun
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    population = law.population
    numbers = population.numbers
    rows: list[tuple[str, float, str, str]] = []
    for place, one in enumerate(law.classes):
        order = np.argsort(-one.log_probabilities, kind="stable")
        if len(order) <= MOST_BARS:
            order = np.arange(len(order))
        shown = order[:MOST_BARS]
        if len(law.classes) > 1:
            shown = np.array([k for k in shown if one.log_probabilities[k] > -math.inf])
        for k in shown:
            words, colour = _state(population.strategies, law.states[k], numbers)
            rows.append((words, float(one.probabilities[k]), colour, HATCHES[place % 8]))
        left = np.setdiff1d(order, shown)
        if len(left) and len(law.classes) == 1:
            rest = float(one.probabilities[left].sum())
            rows.append((f"{len(left):,} others together", rest, MUTED, ""))
    with look():
        ax = canvas(ax, (6.8, 1.6 + 0.34 * max(3, len(rows))))
        for place, (_, share, colour, hatch) in enumerate(rows):
            (bar,) = ax.barh(
                [place], [share], height=0.66, color=colour, hatch=hatch, edgecolor="white"
            )
            bar.set_gid("state")
            ax.text(share + 0.012, place, percent(share), va="center", fontsize=8)
        size = 9 if len(rows) <= 12 else 7
        ax.set_yticks(range(len(rows)), [row[0] for row in rows], fontsize=size)
        ax.set(
            xlim=(0, 1.16),
            ylim=(len(rows) - 0.4, -0.6),
            xticks=[0, 0.2, 0.4, 0.6, 0.8, 1],
            xlabel="long-run share of time",
            title="The long run",
        )
        ax.spines["bottom"].set_bounds(0, 1)
        ax.tick_params(axis="y", length=0)
        if len(law.classes) > 1:
            from matplotlib.patches import Patch

            ax.legend(
                [Patch(facecolor=MUTED, edgecolor="white", hatch=HATCHES[k % 8])
                 for k in range(len(law.classes))],
                [f"class {k + 1}" for k in range(len(law.classes))],
                loc="upper left", bbox_to_anchor=(1.02, 1), borderaxespad=0,
                title="once there, never left", alignment="left",
            )  # fmt: skip
        caption(ax, law.status)
    return ax


def _state(
    strategies: Sequence[Sequence[str]], counts: Any, numbers: Sequence[int]
) -> tuple[str, str]:
    """A composition in short words, and its colour: that of the (row) strategy if it is one."""
    parts, colour = [], MUTED
    ends = np.cumsum([0, *numbers])
    for k, names in enumerate(strategies):
        here = np.asarray(counts[ends[k] : ends[k + 1]])
        used = np.flatnonzero(here)
        if len(used) == 1:
            parts.append(f"all {short_names(names)[used[0]]}")
            if k == 0:
                colour = colours_of(names)[used[0]]
        else:
            short = short_names(names)
            parts.append(", ".join(f"{here[i]} {short[i]}" for i in used))
    return " / ".join(parts), colour


@draws(FullChainLaw)
def composition_law(law: FullChainLaw, ax: Axes | None = None) -> Axes:
    """Draw the long-run law over all compositions of a population.

    Two strategies: the density over the share of the first. Three: a heat map of the triangle. Two
    populations of two: a heat map of the square. Others: for each strategy, the density over its
    share.

    Parameters
    ----------
    law : FullChainLaw
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    return _composition_law(
        ax,
        [list(names) for names in law.population.strategies],
        list(law.population.sizes),
        np.asarray(law.states),
        law.probabilities,
        law.status,
    )


@draws("stationary law of a population")
def composition_dataset(law: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the Dataset of a long-run law as `composition_law`.

    Parameters
    ----------
    law : xarray.Dataset
        Of ``FullChainLaw.dataset``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    labels = [str(one) for one in law["strategy"].values]
    sizes = [int(one) for one in str(law.attrs["sizes"]).split()]
    names = [labels]
    if len(sizes) == 2:
        names = [
            [one.split(": ", 1)[1] for one in labels if one.startswith(f"{who}: ")]
            for who in ("row", "column")
        ]
    counts = law["count"].transpose("state", "strategy").values
    return _composition_law(
        ax, names, sizes, counts, law["probability"].values, str(law.attrs["status"])
    )


def _composition_law(
    ax: Axes | None,
    names: list[list[str]],
    sizes: list[int],
    counts: NDArray[Any],
    law: Floats,
    words: str,
) -> Axes:
    parts = tuple(map(len, names))
    with look():
        if parts == (3,):
            ax = _triangle(ax, names[0], counts / sizes[0], law, words)
        elif parts == (2, 2):
            ax = _square(ax, names, sizes, counts, law)
            caption(ax, words)
        else:
            ax = _densities(ax, names, sizes, counts, law)
            caption(ax, words)
    return ax


def _densities(
    ax: Axes | None, names: list[list[str]], sizes: list[int], counts: NDArray[Any], law: Floats
) -> Axes:
    """For each strategy, how probable each share of it is."""
    ax = canvas(ax, (7.2, 3.8))
    one = names == names[:1]
    two = one and len(names[0]) == 2
    first = 0
    styles = ("-", "--")
    for k, group in enumerate(names):
        colours, markers = colours_of(group), markers_of(group)
        for i, name in enumerate(group[:1] if two else group):
            density = np.bincount(counts[:, first + i], law, sizes[k] + 1)
            share = np.arange(sizes[k] + 1) / sizes[k]
            who = "" if one else ("rows: ", "columns: ")[k]
            (line,) = ax.plot(
                share,
                density,
                color=colours[i],
                linestyle=styles[k],
                marker=markers[i],
                markersize=3.5,
                markevery=max(1, sizes[k] // 12),
                linewidth=1.6,
                label=None if two else plain(f"{who}{name}"),
                clip_on=False,
            )
            line.set_gid(f"density of {name}")
            if two:
                ax.fill_between(share, density, color=colours[i], alpha=0.22, linewidth=0)
        first += len(group)
    what = f"share of {names[0][0]} (0: all {names[0][1]})" if two else "share of the strategy"
    ax.set(
        xlim=(0, 1),
        xlabel=plain(what),
        ylabel="long-run probability",
        title="The long run, over compositions",
    )
    ax.set_ylim(bottom=0)
    if not two:
        legend_of(ax)
    return ax


def _colours(law: Floats) -> tuple[Floats, Any]:
    from matplotlib.colors import LogNorm

    top = float(law.max())
    bottom = max(top * FLOOR, float(law[law > 0].min()))
    if bottom == top:
        bottom = top / 10
    return np.maximum(law, bottom), LogNorm(bottom, top)


def _bar_label(law: Floats) -> str:
    low = float(law.min()) < float(law.max()) * FLOOR
    return "long-run probability" + (" (palest: or less)" if low else "")


def _triangle(ax: Axes | None, names: list[str], shares: Floats, law: Floats, words: str) -> Axes:
    from matplotlib.collections import PolyCollection

    ax, own = triangle(ax, names)
    values, norm = _colours(law)
    size = 1 / max(1, round(1 / np.min(shares[shares > 0])))
    middles = on_plane(shares)
    angles = np.pi / 6 + np.pi / 3 * np.arange(6)
    # Each composition is a hexagon around its point: they fill the plane.
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * size * 2 / 3
    cells = PolyCollection(
        [middle + ring for middle in middles],
        array=values,
        norm=norm,
        cmap="cividis_r",
        edgecolors="face",
        linewidths=0.2,
        zorder=1,
    )
    cells.set_gid("law")
    own.add_collection(cells)
    ax.set_title("The long run, over compositions", pad=12)
    bar = ax.figure.colorbar(cells, ax=ax, fraction=0.045, pad=0.02)
    bar.set_label(_bar_label(law))
    bar.outline.set_visible(False)
    caption(ax, f"{words} Shares of players: at a corner all use that strategy.")
    return ax


def _square(
    ax: Axes | None, names: list[list[str]], sizes: list[int], counts: NDArray[Any], law: Floats
) -> Axes:
    ax = canvas(ax, (6.2, 4.8))
    grid = np.zeros((sizes[1] + 1, sizes[0] + 1))
    grid[counts[:, 2], counts[:, 0]] = law
    values, norm = _colours(grid)
    half = [0.5 / size for size in sizes]
    image = ax.imshow(
        values,
        norm=norm,
        cmap="cividis_r",
        origin="lower",
        extent=(-half[0], 1 + half[0], -half[1], 1 + half[1]),
        aspect="auto",
    )
    image.set_gid("law")
    (row, other), (column, last) = names
    ax.set(
        xlabel=plain(f"rows: share of {row} (0: all {other})"),
        ylabel=f"columns: share of {plain(column)}\n(0: all {plain(last)})",
        title="The long run, over compositions",
    )
    bar = ax.figure.colorbar(image, ax=ax, fraction=0.05, pad=0.03)
    bar.set_label(_bar_label(grid))
    bar.outline.set_visible(False)
    return ax
