"""Orbits that lead from one rest point to another."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution import Connections, RestContinuum
from dilemma.show.pictures.faces import polygon
from dilemma.show.pictures.marks import (
    draw_continua,
    draw_rest_points,
    fill_box,
    legend_of,
    plane_corners,
)
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    MUTED,
    OTHERS,
    canvas,
    caption,
    colours_of,
    look,
    plain,
    short_names,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]


@draws(Connections)
def connection_map(found: Connections, ax: Axes | None = None) -> Axes:
    """Draw rest points and the orbits that connect them, as straight arrows.

    One population: strategies are the corners of a regular polygon, and a mixture lies at the mean
    of its strategies' corners, weighted by their shares. Two populations: rest points lie on a
    circle.

    Parameters
    ----------
    found : Connections
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    rest = found.rest
    marks = [*rest.points, *rest.continua]
    one = rest.populations == 1
    names = rest.strategies[0]
    corners = polygon(len(names))
    if len(names) == 2:
        corners = np.array([[-1.0, 0.0], [1.0, 0.0]])
    circle = {id(mark): at for mark, at in zip(marks, polygon(len(marks)), strict=True)}

    def place_of(mark: Any) -> Floats:
        if not one:
            return np.asarray(circle[id(mark)])
        if isinstance(mark, RestContinuum):
            return np.asarray(np.mean([at((state,)) for state in mark.extreme[0]], axis=0))
        return at(mark.shares)

    def at(shares: Sequence[Any]) -> Floats:
        return np.asarray(np.array([float(weight) for weight in shares[0]]) @ corners)

    with look():
        flat = one and len(names) == 2
        ax = canvas(ax, (7.2 if one else 8.2, 2.4 if flat else 5.4))
        ax.set_axis_off()
        for exact, colour, style in ((True, MUTED, "-"), (False, OTHERS[4], (0, (4, 2)))):
            for link in found:
                if link.exact is not exact:
                    continue
                ax.annotate(
                    "",
                    xy=tuple(place_of(link.target)),
                    xytext=tuple(place_of(link.source)),
                    arrowprops={
                        "arrowstyle": "-|>",
                        "color": colour,
                        "linestyle": style,
                        "linewidth": 1.3,
                        "mutation_scale": 12,
                        "shrinkA": 6,
                        "shrinkB": 6,
                    },
                    zorder=3,
                    gid="connection",
                )
            if any(link.exact is exact for link in found):
                words = "exact, on an edge" if exact else "followed numerically"
                ax.plot([], [], color=colour, linestyle=style, label=words)
        if one:
            draw_continua(ax, [plane_corners(each, at, lambda _: True) for each in rest.continua])
            draw_rest_points(ax, rest.points, at)
            _names(ax, corners, names)
        else:
            where = {id(mark.shares): circle[id(mark)] for mark in rest.points}
            draw_rest_points(ax, rest.points, lambda shares: where[id(shares)])
            for wide in rest.continua:
                ax.plot(*circle[id(wide)], "s", color=OTHERS[1], markersize=9, clip_on=False)
            for each, name in zip(marks, found.names, strict=True):
                x, y = circle[id(each)]
                ax.text(
                    1.1 * x,
                    1.1 * y,
                    textwrap.fill(plain(textwrap.shorten(name, 64, placeholder="…")), 22),
                    ha="left" if x > 0.1 else "right" if x < -0.1 else "center",
                    va="bottom" if y > 0.1 else "top" if y < -0.1 else "center",
                    fontsize=8,
                )
        fill_box(ax, 1.15 if one else 1.9, 0.5 if flat else 1.3)
        ax.set_title("Which rest points orbits connect", pad=24)
        legend_of(ax)
        caption(ax, f"{found.status} Arrows are straight; orbits need not be.")
    return ax


def _names(ax: Axes, corners: Floats, names: Sequence[str]) -> None:
    for corner, name, colour in zip(corners, short_names(names), colours_of(names), strict=True):
        ax.annotate(
            name,
            tuple(corner),
            (14 * corner[0] / math.hypot(*corner), 14 * corner[1] / math.hypot(*corner)),
            textcoords="offset points",
            ha="left" if corner[0] > 0.1 else "right" if corner[0] < -0.1 else "center",
            va="bottom" if corner[1] > 0.1 else "top" if corner[1] < -0.1 else "center",
            color=colour,
            fontweight="bold",
            annotation_clip=False,
        )
