"""The plane of two terms: regions of equilibria, with their exact borders."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.show.pictures.cells import label_classes
from dilemma.show.pictures.regimes import most_named, regime_colour, regime_in_short
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    MUTED,
    canvas,
    caption,
    legend_beside,
    look,
    plain,
    term_label,
)
from dilemma.study import Regions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Points each way at which the fill is computed; the borders on top are exact.
FINE = 400
ARC = 40


@draws(Regions)
def region_map(found: Regions, ax: Axes | None = None, *, borders: str = "all") -> Axes:
    """Draw the regions of two terms in which the equilibria are alike, with exact borders.

    Each area has its number inside, where it has room, and is named beside the map; it has the
    mixed colours of the pure equilibria in it. Borders at which strict equilibria come or go are
    heavy.

    Parameters
    ----------
    found : Regions
    ax : matplotlib Axes, optional
    borders : {"all", "strict"}
        Draw every border, or only those at which strict equilibria come or go.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If `borders` is neither.
    """
    from matplotlib.collections import LineCollection
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    if borders not in ("all", "strict"):
        raise ValueError(f'borders: requires "all" or "strict", got {borders!r}')
    (left, right), (bottom, top) = ([float(one) for one in pair] for pair in found.over)
    x, y = np.linspace(left, right, FINE + 1), np.linspace(bottom, top, FINE + 1)
    numbers = found.locate((x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2).T
    pairs = [[one.played for one in region.equilibria] for region in found.regions]
    colours = [regime_colour(one) for one in pairs]
    with look():
        ax = canvas(ax, (8.6, 5.2))
        mesh = ax.pcolormesh(
            x,
            y,
            numbers,
            cmap=ListedColormap(colours),
            vmin=-0.5,
            vmax=len(colours) - 0.5,
            rasterized=True,
        )
        mesh.set_gid("regions")
        strict = [{one.played for one in region.strict} for region in found.regions]
        light: list[Any] = []
        heavy: list[Any] = []
        for curve in found.curves:
            for arc in curve.arcs:
                changes = strict[arc.below] != strict[arc.above]
                if changes or borders == "all":
                    (heavy if changes else light).append(arc.points(ARC))
        for lines, width, name in ((light, 0.6, "borders"), (heavy, 1.6, "strict borders")):
            drawn = LineCollection(lines, colors=INK, linewidths=width, gid=name)
            ax.add_collection(drawn)
        ax.set(
            xlim=(left, right),
            ylim=(bottom, top),
            xlabel=term_label(found.first),
            ylabel=term_label(found.second),
            title="Regions of equilibria",
        )
        most = most_named(ax)
        named = found.regions[:most]
        handles: list[Any] = [
            Patch(facecolor=colours[k], edgecolor=MUTED) for k in range(len(named))
        ]
        words = [plain(f"{k + 1}: {regime_in_short(pairs[k])}") for k in range(len(named))]
        rest = found.regions[most:]
        if rest:
            share = sum(one.share for one in rest)
            handles.append(Patch(facecolor="none", edgecolor="none"))
            words.append(
                f"{most + 1}–{len(found.regions)}: {len(rest)} smaller regions, "
                f"{share:.1%} of the box"
            )
        legend_beside(
            ax,
            handles,
            [textwrap.fill(one, 38, subsequent_indent="     ") for one in words],
            fontsize=8,
            handlelength=1.2,
            labelspacing=0.35,
        )
        caption(ax, f"heavy borders: strict equilibria come or go. {found.status}")
        label_classes(ax, x, y, numbers, [str(k + 1) for k in range(len(colours))], colours)
    return ax
