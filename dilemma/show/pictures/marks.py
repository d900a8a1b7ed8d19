"""Marks of rest points, by whether they keep what comes near; the same in every portrait."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution import RestContinuum, RestPoint
from dilemma.show.pictures.theme import INK, MUTED, legend_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
Plane = Callable[[Sequence[Any]], Floats]

CONTINUUM = "#c0518d"
# Filled: states nearby are kept. Open: they are not. Half: from some directions.
STYLES: dict[str, dict[str, Any]] = {
    "stable": {"marker": "o", "fillstyle": "full"},
    "saddle": {"marker": "o", "fillstyle": "left"},
    "unstable": {"marker": "o", "fillstyle": "none"},
    "centre": {"marker": "h", "fillstyle": "none"},
    "undecided": {"marker": "D", "fillstyle": "none"},
}


def draw_rest_points(
    ax: Axes,
    points: Iterable[RestPoint],
    at: Plane,
    size: float = 9,
    names: Mapping[str, str] | None = None,
) -> None:
    """Draw rest points, one artist for each kind.

    Parameters
    ----------
    ax : matplotlib Axes
    points : iterable of RestPoint
    at : function from a point's shares, one tuple for each population, to (x, y)
    size : float
        Of the marks, in points.
    names : mapping of str to str, optional
        What a kind is called in the legend, where that differs.
    """
    kept = list(points)
    for kind, style in STYLES.items():
        places = [at(point.shares) for point in kept if point.kind == kind]
        if not places:
            continue
        x, y = np.array(places).T
        open_mark = style["fillstyle"] == "none"
        (drawn,) = ax.plot(
            x,
            y,
            linestyle="none",
            markersize=size,
            markeredgewidth=1.4,
            color="white" if open_mark else INK,
            markerfacecoloralt="white",
            markeredgecolor=INK,
            label=(names or {}).get(kind, kind),
            zorder=6,
            clip_on=False,
            marker=style["marker"],
            fillstyle="full" if open_mark else style["fillstyle"],
            transform=ax.transData,
        )
        drawn.set_gid(f"rest points: {kind}")


def draw_continua(ax: Axes, hulls: Iterable[tuple[Floats, Floats]]) -> None:
    """Draw continua of rest points: dotted, and solid where no absent strategy earns more.

    Parameters
    ----------
    ax : matplotlib Axes
    hulls : iterable of pairs of numpy.ndarray of shape (corners, 2)
        The corners of each continuum in the plane and those of its stable part.
    """
    named: set[str] = set()
    for whole, part in hulls:
        for corners, words, style in (
            (whole, "continuum of rest points", (0, (1, 1.2))),
            (part, "its part without invaders", "-"),
        ):
            if not len(corners):
                continue
            ring = hull(corners)
            if len(ring) > 2:
                (area,) = ax.fill(*ring.T, color=CONTINUUM, alpha=0.18, zorder=4, linewidth=0)
                area.set_transform(ax.transData)
                ring = np.concatenate([ring, ring[:1]])
            (line,) = ax.plot(
                *ring.T,
                color=CONTINUUM,
                linestyle=style,
                linewidth=3.2,
                marker="." if len(ring) == 1 else None,
                markersize=12,
                zorder=5,
                clip_on=False,
                label="_" if words in named else words,
                transform=ax.transData,
            )
            line.set_gid(words)
            named.add(words)


def hull(points: Floats) -> Floats:
    """Return the corners of the convex hull of points in the plane, counterclockwise.

    Examples
    --------
    >>> hull(np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0.5, 0.5]])).tolist()
    [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
    """
    rounded = np.round(np.asarray(points, dtype=np.float64), 12)
    ordered: Floats = np.asarray(np.unique(rounded, axis=0), dtype=np.float64)
    if len(ordered) < 3:
        return ordered

    def chain(some: Floats) -> list[Floats]:
        kept: list[Floats] = []
        for point in some:
            while len(kept) > 1:
                (ax, ay), (bx, by) = kept[-1] - kept[-2], point - kept[-2]
                if ax * by - ay * bx > 1e-12:
                    break
                kept.pop()
            kept.append(point)
        return kept

    return np.array([*chain(ordered)[:-1], *chain(ordered[::-1])[:-1]])


def plane_corners(
    one: RestContinuum, at: Plane, kept: Callable[[Sequence[Any]], bool]
) -> tuple[Floats, Floats]:
    """Return where the extreme points of a continuum and of its stable part lie in the plane.

    Parameters
    ----------
    one : RestContinuum
    at, kept : functions of shares, one tuple for each population
        Where they lie, and whether the picture shows them.
    """
    from itertools import product

    found = []
    for part in (one.extreme, one.stable_part):
        states = product(*part) if part else ()
        places = [at(state) for state in states if kept(state)]
        found.append(np.array(places, dtype=np.float64).reshape(-1, 2))
    return found[0], found[1]


def legend_of(
    ax: Axes, anchor: tuple[float, float] = (1.02, 1.0), of: Axes | None = None, **settings: Any
) -> None:
    """Put a legend to the right of the axes, if there is anything to tell.

    It tells what is drawn on the axes `of`, or else on the same ones.
    """
    handles, labels = (ax if of is None else of).get_legend_handles_labels()
    if handles:
        legend_beside(ax, handles, labels, bbox_to_anchor=anchor, **settings)


def fill_box(ax: Axes, wide: float, high: float) -> None:
    """Show −wide to wide and −high to high at least, to scale, in all of the room there is."""
    # Limits that may move: otherwise matplotlib says in its log that it moves them. Counted as
    # data, the corners stay in view.
    ax.update_datalim([(-wide, -high), (wide, high)])
    ax.set_xlim(-wide, wide, auto=True)
    ax.set_ylim(-high, high, auto=True)
    ax.set_aspect("equal", adjustable="datalim")


def settle(ax: Axes) -> None:
    """Lay the figure out until a box of fixed shape and what is beside it have found their places.

    matplotlib's constrained layout takes two steps at each draw, which are not enough where a box
    gives way on both sides: labels beside it would be cut.
    """
    figure: Any = ax.figure.figure
    if figure.get_layout_engine() is not None:
        for _ in range(3):
            figure.draw_without_rendering()


STREAM = MUTED
