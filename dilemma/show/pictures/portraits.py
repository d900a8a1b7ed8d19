"""Phase portraits: where shares of strategies move, and where they rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution import RestPoints
from dilemma.show.pictures.faces import faces_sheet, fill_face, projected_flow
from dilemma.show.pictures.marks import (
    STREAM,
    draw_continua,
    draw_rest_points,
    legend_of,
    plane_corners,
    settle,
)
from dilemma.show.pictures.planes import Plot, chosen_strategies, overlaid
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.streams import draw_streams, streamlines
from dilemma.show.pictures.theme import (
    INK,
    OTHERS,
    canvas,
    caption,
    colours_of,
    look,
    plain,
    short_names,
)
from dilemma.show.pictures.triangles import triangle

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

VIEWS = ("faces", "projection")
# How many strategies a sheet of faces may have: 20 faces.
MOST_FACES = 6


@draws(RestPoints)
def portrait(
    rest: RestPoints,
    ax: Axes | None = None,
    *,
    strategies: Sequence[Any] | None = None,
    view: str | None = None,
    trajectories: xarray.Dataset | None = None,
) -> Axes:
    """Draw where shares of strategies move under a rule, and where they rest.

    The number of strategies says how:

    - two: the velocity of the first strategy's share, over that share, with arrows along the line;
    - three: a triangle, whose corners are the strategies, with streamlines;
    - two populations of two: the square of both shares, with streamlines;
    - four to six: a sheet of all faces of three strategies (``view="faces"``), or all states at
      once, seen from where the strategies are the corners of a regular polygon
      (``view="projection"``); more: the projection.

    Rest points are filled if stable, open if unstable and half filled if saddles, *in the whole
    game*: a saddle may look stable within a face, and be left through a strategy outside of it.

    Parameters
    ----------
    rest : RestPoints
    ax : matplotlib Axes, optional
    strategies : sequence of names or indices, optional
        Draw only the face of these. For two populations a pair of sequences. Needs a rule under
        which absent strategies stay absent, such as the replicator.
    view : str, optional
        ``"faces"`` or ``"projection"``, for four strategies or more. Left out: faces, if there
        are at most six strategies and absent ones stay absent.
    trajectories : xarray.Dataset, optional
        What `dilemma.evolution.flow` returned for the same strategies: drawn on top.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If the strategies, the view or the trajectories do not fit the rest points.
    """
    if view is not None and view not in VIEWS:
        raise ValueError(f"view: requires one of {', '.join(VIEWS)}, got {view!r}")
    picked = chosen_strategies(rest, strategies)
    sizes = tuple(map(len, picked))
    if view is not None and (len(sizes) == 2 or sizes[0] < 4):
        raise ValueError(
            "view: requires four strategies of one population or more, got "
            f"{' and '.join(map(str, sizes))}"
        )
    plot = Plot(rest, picked)
    with look():
        if len(sizes) == 2:
            if sizes != (2, 2):
                raise ValueError(
                    "rest: requires one population, or two of two strategies each, got "
                    f"{sizes[0]} and {sizes[1]}; draw the face of two of each: strategies=(rows, "
                    "columns)"
                )
            ax = square_portrait(plot, ax, trajectories)
        elif sizes[0] == 1:
            raise ValueError("rest: requires at least 2 strategies to draw, got 1")
        elif sizes[0] == 2:
            ax = line_portrait(plot, ax, trajectories)
        elif sizes[0] == 3:
            ax = triangle_portrait(plot, ax, trajectories)
        else:
            if view is None:
                apart = sizes[0] <= MOST_FACES and plot.faces_last
                view = "faces" if apart else "projection"
            if view == "faces":
                if sizes[0] > MOST_FACES:
                    raise ValueError(
                        f"view: requires at most {MOST_FACES} strategies for faces, got "
                        f"{sizes[0]}; name some with strategies=, or take the projection"
                    )
                plot.require_lasting_faces("view")
                ax = faces_sheet(plot, ax, trajectories)
            else:
                ax = projected_flow(plot, ax, trajectories)
    return ax


def line_portrait(plot: Plot, ax: Axes | None, trajectories: xarray.Dataset | None) -> Axes:
    """Draw two strategies: the velocity over the first one's share."""
    ax = canvas(ax, (7.2, 3.8))
    names = plot.names[0]
    first = short_names(names)[0]
    x = np.linspace(0, 1, 801)
    v = plot.velocity(np.stack([x, 1 - x], axis=-1))[:, 0]
    colours = colours_of(names)
    ax.axhline(0, color=INK, linewidth=1, zorder=1)
    (curve,) = ax.plot(x, v, color=STREAM, linewidth=1.8, zorder=3)
    curve.set_gid("velocity")
    ax.fill_between(x, v, 0, where=v > 0, color=colours[0], alpha=0.22, linewidth=0)
    ax.fill_between(x, v, 0, where=v < 0, color=colours[1], alpha=0.22, linewidth=0)
    for k in range(25, 800, 50):
        if abs(v[k]) > 1e-3 * max(np.abs(v).max(), 1e-300):
            way = 0.012 if v[k] > 0 else -0.012
            ax.annotate(
                "",
                xy=(x[k] + way, 0),
                xytext=(x[k] - way, 0),
                arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4},
                zorder=4,
                gid="arrow",
            )

    def at(shares: Sequence[Any]) -> Floats:
        return np.array([float(shares[0][plot.picked[0][0]]), 0.0])

    draw_continua(ax, [plane_corners(one, at, plot.shows) for one in plot.rest.continua])
    draw_rest_points(ax, plot.points(), at, size=11)
    for number, line in enumerate(overlaid(plot, trajectories)):
        shares = line[:, 0]
        speed = plot.velocity(np.stack([shares, 1 - shares], axis=-1))[:, 0]
        ax.plot(
            shares, speed, color=OTHERS[4], linewidth=3, alpha=0.8, gid="trajectory",
            label=None if number else "trajectory, from its dot",
        )  # fmt: skip
        ax.plot(shares[:1], speed[:1], "o", color=OTHERS[4], markersize=5)
    ax.set(
        xlim=(0, 1),
        xlabel=plain(f"share of {names[0]} (0: all {names[1]})"),
        ylabel=f"velocity of {first}\n(share per unit of time)",
        title="Where shares move",
    )
    if not np.any(v):
        ax.set_ylim(-1, 1)
    ax.margins(y=0.12)
    legend_of(ax)
    caption(ax, plot.words())
    return ax


def triangle_portrait(plot: Plot, ax: Axes | None, trajectories: xarray.Dataset | None) -> Axes:
    """Draw three strategies: streamlines in the triangle of their shares."""
    ax, own = triangle(ax, plot.names[0])
    fill_face(own, plot, overlaid(plot, trajectories))
    ax.set_title("Where shares move", pad=12)
    legend_of(ax, (0.98, 0.98), of=own)
    caption(ax, f"{plot.words()} Shares of firms: at a corner all use that strategy.")
    return ax


def square_portrait(plot: Plot, ax: Axes | None, trajectories: xarray.Dataset | None) -> Axes:
    """Draw two populations of two strategies: streamlines in the square of both shares."""
    ax = canvas(ax, (6.6, 4.6))
    rows, columns = plot.names

    def velocity(points: Floats) -> Floats:
        states = [np.stack([points[:, k], 1 - points[:, k]], axis=-1) for k in (0, 1)]
        return np.stack([one[:, 0] for one in plot.velocities(*states)], axis=-1)

    def at(shares: Sequence[Any]) -> Floats:
        return np.array([float(shares[k][plot.picked[k][0]]) for k in (0, 1)])

    ticks = np.linspace(0, 1, 13)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    order = np.argsort(np.abs(grid - 0.5).max(axis=1), kind="stable")[::-1]
    lines = streamlines(velocity, lambda points: np.clip(points, 0, 1), grid[order], 0.07, 0.9)
    draw_streams(ax, lines, 0.028, colour=STREAM)
    draw_continua(ax, [plane_corners(one, at, plot.shows) for one in plot.rest.continua])
    draw_rest_points(ax, plot.points(), at)
    for number, line in enumerate(overlaid(plot, trajectories)):
        ax.plot(
            *line.T, color=OTHERS[4], linewidth=1.8, gid="trajectory", zorder=5,
            label=None if number else "trajectory, from its dot",
        )  # fmt: skip
        ax.plot(*line[0], "o", color=OTHERS[4], markersize=4, zorder=5)
    players = plot.rest.players
    ax.set(
        xlim=(0, 1),
        ylim=(0, 1),
        aspect="equal",
        anchor="NW",
        xlabel=plain(f"{players[0]}: share of {rows[0]} (0: all {rows[1]})"),
        ylabel=f"{plain(players[1])}: share of {plain(columns[0])}\n(0: all {plain(columns[1])})",
        title="Where shares move",
    )
    for side in ax.spines.values():
        side.set_visible(True)
    legend_of(ax, (1.04, 1.0))
    caption(ax, plot.words())
    settle(ax)
    return ax
