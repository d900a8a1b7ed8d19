"""Phase portraits of four strategies or more: all faces of three, or one projection."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.show.pictures.marks import (
    STREAM,
    STYLES,
    draw_continua,
    draw_rest_points,
    fill_box,
    legend_of,
    plane_corners,
)
from dilemma.show.pictures.planes import Plot, overlaid, trajectories_of
from dilemma.show.pictures.streams import draw_streams, streamlines
from dilemma.show.pictures.theme import (
    INK,
    OTHERS,
    canvas,
    caption,
    colours_of,
    short_names,
)
from dilemma.show.pictures.triangles import from_plane, on_plane, triangle

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

# How many orbits a projection shows, and how far apart in shares their points are.
ORBITS, PACE = 40, 0.01
# An orbit that ends this close to a stable rest point, in shares, comes to it.
NEAR = 0.05


def fill_face(
    ax: Axes,
    plot: Plot,
    trajectories: Sequence[Floats] = (),
    density: int = 11,
    size: float = 9,
) -> None:
    """Draw streamlines, rest points and trajectories of three strategies on ternary axes.

    Parameters
    ----------
    ax : matplotlib Axes
        Ternary.
    plot : Plot
        Of three strategies.
    trajectories : sequence of numpy.ndarray of shape (times, 3)
    density : int
        How many streamlines fit beside each other, about.
    size : float
        Of rest points.
    """

    def velocity(points: Floats) -> Floats:
        return on_plane(plot.velocity(_shares(points)))

    def at(shares: Sequence[Any]) -> Floats:
        return on_plane([float(shares[0][i]) for i in plot.picked[0]])

    lines = streamlines(
        velocity, lambda points: on_plane(_shares(points)), _seeds(density), 0.62 / density, 1.2
    )
    draw_streams(ax, lines, 0.028 if density > 8 else 0.055, colour=STREAM)
    draw_continua(ax, [plane_corners(one, at, plot.shows) for one in plot.continua()])
    draw_rest_points(ax, plot.points(), at, size)
    for number, line in enumerate(trajectories):
        places = on_plane(line)
        for points, style in ((places, "-"), (places[:1], "o")):
            ax.plot(
                *points.T, style, color=OTHERS[4], linewidth=1.8, markersize=4, zorder=5,
                transform=ax.transData, gid="trajectory",
                label="trajectory, from its dot" if style == "-" and number == 0 else None,
            )  # fmt: skip


def _shares(points: Floats) -> Floats:
    """Shares at points of the plane, put back into the triangle."""
    shares = from_plane(points)
    shares = np.where(shares < 1e-12, 0.0, shares)
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


def _seeds(density: int) -> Floats:
    """Where streamlines start: on the edges first, then inside, from the border inwards."""
    edges = [
        np.eye(3)[i] * (1 - part) + np.eye(3)[j] * part
        for i, j in combinations(range(3), 2)
        for part in (0.5, 0.25, 0.75, 0.12, 0.88)
    ]
    n = 2 * density
    inside = [np.array([i, j, n - i - j]) / n for i in range(1, n) for j in range(1, n - i)]
    inside.sort(key=lambda shares: (round(float(shares.min()), 9) < 1.5 / n, -shares.min()))
    return on_plane(np.array([*edges, *inside]))


def faces_sheet(plot: Plot, ax: Axes | None, trajectories: xarray.Dataset | None) -> Axes:
    """Draw all faces of three strategies, each a small triangle."""
    n = len(plot.picked[0])
    triples = list(combinations(range(n), 3))
    columns = {4: 2, 5: 4, 6: 5}[n]
    rows = math.ceil(len(triples) / columns)
    parent = canvas(ax, (2.3 * columns + (2.0 if n != 5 else 0), 2.25 * rows + 0.8))
    parent.set_axis_off()
    # Within a small Axes, such as a part of a figure, marks and names are smaller too.
    inches = parent.get_window_extent().width / parent.figure.dpi / columns
    scale = min(1.0, max(0.62, inches / 1.6))
    if trajectories is not None:
        _require_faces(plot, trajectories)
    for place, triple in enumerate(triples):
        row, column = divmod(place, columns)
        width, height = 1 / columns, 1 / rows
        box = (
            (column + 0.1) * width,
            1 - (row + 0.9) * height,
            0.8 * width,
            0.78 * height,
        )
        face = plot.on(tuple(plot.picked[0][i] for i in triple))
        cell = parent.inset_axes(box)
        small = triangle(cell, face.names[0], small=True, letters=8 * scale)[1]
        small.set_gid("face")
        fill_face(small, face, overlaid(face, trajectories, True), density=7, size=7 * scale)
    handles: dict[str, Any] = {}
    for inner in _insets(parent):
        for handle, label in zip(*inner.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    corner = len(triples) % columns
    anchor = ((corner + 0.1) / columns, 1 / rows * 0.85) if corner else (1.0, 1.0)
    if handles:
        told = sorted(handles, key=lambda one: [*STYLES, one].index(one))
        parent.legend(
            [handles[one] for one in told],
            told,
            loc="upper left",
            bbox_to_anchor=anchor,
            title="rest points, in the whole game",
            fontsize=9 * scale,
            title_fontsize=9 * scale,
            alignment="left",
        )
    parent.set_title("All faces of three strategies")
    caption(parent, plot.words())
    return parent


def _insets(ax: Any) -> list[Any]:
    found: list[Any] = []
    for child in ax.child_axes:
        found += [child, *_insets(child)]
    return found


def _require_faces(plot: Plot, trajectories: xarray.Dataset) -> None:
    for (line,) in trajectories_of(plot.rest, trajectories):
        used = int(np.sum(line.max(axis=0) >= 1e-9))
        if used > 3:
            raise ValueError(
                "trajectories: requires at most three strategies in use on each, to lie in a "
                f'face, got {used}; take view="projection"'
            )


def polygon(n: int) -> Floats:
    """Return the corners of a regular polygon, from the top counterclockwise: (n, 2).

    Examples
    --------
    >>> polygon(4).round(6).tolist()
    [[0.0, 1.0], [-1.0, 0.0], [-0.0, -1.0], [1.0, -0.0]]
    """
    angles = np.pi / 2 + 2 * np.pi * np.arange(n) / n
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def projected_flow(plot: Plot, ax: Axes | None, trajectories: xarray.Dataset | None) -> Axes:
    """Draw orbits of all strategies at once, with strategies at the corners of a polygon."""
    ax = canvas(ax, (7.4, 5.6))
    names = plot.names[0]
    n = len(names)
    corners = polygon(n)
    for i, j in combinations(range(n), 2):
        ax.plot(*corners[[i, j]].T, color=STREAM, linewidth=0.6, alpha=0.5, zorder=1)

    def at(shares: Sequence[Any]) -> Floats:
        return np.asarray(np.array([float(shares[0][i]) for i in plot.picked[0]]) @ corners)

    lines = [line[0] for line in trajectories_of(plot.rest, trajectories)] if (
        trajectories is not None
    ) else []  # fmt: skip
    if lines:
        for number, line in enumerate(lines):
            places = line[:, plot.picked[0]] @ corners
            (drawn,) = ax.plot(
                *places.T, color=OTHERS[4], linewidth=1.6, gid="trajectory", zorder=3
            )
            if number == 0:
                drawn.set_label("trajectory, from its dot")
            ax.plot(*places[0], "o", color=OTHERS[4], markersize=4, zorder=3)
    else:
        _draw_orbits(ax, plot, corners)
    draw_continua(ax, [plane_corners(one, at, plot.shows) for one in plot.continua()])
    draw_rest_points(ax, plot.points(), at)
    for corner, name, colour in zip(corners, short_names(names), colours_of(names), strict=True):
        ax.text(
            float(corner[0] * 1.1),
            float(corner[1] * 1.1),
            name,
            color=colour,
            fontweight="bold",
            ha=_side(corner[0], "right", "left"),
            va=_side(corner[1], "top", "bottom"),
        )
    fill_box(ax, 1.12, 1.12)
    ax.set_axis_off()
    ax.set_title("Where shares move, all strategies at once", color=INK, pad=18)
    legend_of(ax)
    caption(
        ax,
        f"{plot.words()} Projection: a state is drawn at the mean of the corners, weighted by the "
        "shares of firms; states that differ may fall on one place.",
    )
    return ax


def _side(value: float, low: str, high: str) -> str:
    return "center" if abs(value) < 0.1 else high if value > 0 else low


def _draw_orbits(ax: Axes, plot: Plot, corners: Floats) -> None:
    """Draw orbits in the colours of the stable rest points that they come to."""
    groups: dict[str, list[Floats]] = {}
    ends: dict[str, str] = {}
    stable = [point for point in plot.points() if point.kind == "stable"]
    spare = iter(OTHERS * (1 + len(stable)))
    for point in stable:
        weights = [float(point.shares[0][i]) for i in plot.picked[0]]
        used = [name for name, weight in zip(plot.names[0], weights, strict=True) if weight > 0]
        words = f"orbit to {' and '.join(short_names(used)) if len(used) < 4 else 'a mixture'}"
        while words in ends:
            words += "'"
        ends[words] = colours_of(plot.names[0])[weights.index(1)] if 1 in weights else next(spare)
        groups[words] = []
    groups["other orbit"], ends["other orbit"] = [], STREAM
    places = np.array(
        [[float(point.shares[0][i]) for i in plot.picked[0]] for point in stable]
    ).reshape(-1, len(corners))
    for orbit in _orbits(plot, len(corners)):
        away = np.abs(places - orbit[-1]).max(axis=1)
        to = int(away.argmin()) if len(away) and away.min() < NEAR else -1
        groups[[*groups][to]].append(orbit @ corners)
    for words, orbits in groups.items():
        drawn = [one for one in orbits if len(one) > 4]
        if drawn:
            lines = draw_streams(ax, drawn, 0.05, colour=ends[words], gid="orbits")
            lines.set_label(words)
            (dots,) = ax.plot(
                *np.array([one[0] for one in drawn]).T, ".", color=ends[words], markersize=4
            )
            dots.set_gid("starts")


def _orbits(plot: Plot, n: int) -> list[Floats]:
    """Orbits from starts that are spread over the simplex, until they hardly move."""
    from scipy.stats import qmc

    spread = qmc.Halton(n, scramble=False).random(ORBITS + 1)[1:]
    logs = -np.log(np.clip(spread, 1e-12, 1))
    here = logs / logs.sum(axis=1, keepdims=True)
    first = plot.velocity(here)
    still = 1e-4 * float(np.linalg.norm(first, axis=1).max(initial=0.0))
    trail, lengths = [here], np.ones(len(here), dtype=int)
    going = np.ones(len(here), dtype=bool)
    for _ in range(300):
        first = plot.velocity(here)
        sizes = np.linalg.norm(first, axis=1)
        ahead = _inside(here + PACE / 2 * first / np.maximum(sizes, 1e-300)[:, None])
        middle = plot.velocity(ahead)
        between = np.linalg.norm(middle, axis=1)
        there = _inside(here + PACE * middle / np.maximum(between, 1e-300)[:, None])
        turned = np.sum(first * middle, axis=1) < 0
        going &= (sizes > still) & (between > still) & ~turned
        if not going.any():
            break
        here = np.where(going[:, None], there, here)
        trail.append(here)
        lengths += going
    stacked = np.stack(trail, axis=1)
    return [one[:length] for one, length in zip(stacked, lengths, strict=True)]


def _inside(shares: Floats) -> Floats:
    kept = np.clip(shares, 0, None)
    return np.asarray(kept / kept.sum(axis=1, keepdims=True))
