"""Labels that don't overlap: beside points of the plane, and along a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.show.pictures.theme import INK, MUTED, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Where a label may go: distances in points, and directions, right and left before up and down.
_DISTANCES = (6, 12, 20, 32, 46, 62, 80)
_DIRECTIONS = np.radians([0, 180, 45, 135, 315, 225, 90, 270, 20, 160, 340, 200])


def label_points(
    ax: Axes,
    points: Sequence[Sequence[float]],
    texts: Sequence[str],
    fontsize: float = 8,
    avoid: Sequence[Sequence[float]] = (),
) -> list[Any]:
    """Write labels beside points, so that none covers another, or another point.

    Each goes to the nearest free place around its point within the Axes; one that had to go far
    is joined to it by a line. They are placed when the figure is drawn, once its layout is known.

    Parameters
    ----------
    ax : matplotlib Axes
    points : sequence of pairs of float
        In data coordinates.
    texts : sequence of str
    fontsize : float
    avoid : sequence of (x0, y0, x1, y1)
        What else labels must not cover, such as intervals, in data coordinates.

    Returns
    -------
    list of matplotlib Annotation
    """
    notes = [
        ax.annotate(
            plain(text),
            xy=(float(x), float(y)),
            xytext=(0, 0),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=fontsize,
            color=INK,
            annotation_clip=False,
        )
        for (x, y), text in zip(points, texts, strict=True)
    ]
    lines = [
        ax.annotate(
            "",
            xy=note.xy,
            xytext=(0, 0),
            textcoords="offset points",
            arrowprops={"arrowstyle": "-", "linewidth": 0.6, "color": MUTED, "shrinkA": 0,
                        "shrinkB": 4},
            annotation_clip=False,
            zorder=note.get_zorder() - 1,
        )
        for note in notes
    ]  # fmt: skip
    if notes:
        when_drawn(ax, lambda: _place(ax, notes, lines, avoid))
    return notes


def when_drawn(ax: Axes, place: Callable[[], None]) -> None:
    """Have a function place artists whenever the Axes is drawn, after the figure is laid out."""
    from dilemma.show.pictures.captions import Placing

    ax.add_artist(Placing(place))


def _place(
    ax: Axes, notes: Sequence[Any], lines: Sequence[Any], avoid: Sequence[Sequence[float]]
) -> None:
    """Move each label to the first free place around its point, or to the freest."""
    unit = ax.figure.dpi / 72
    places = ax.transData.transform(np.array([note.xy for note in notes]))
    frame = ax.get_window_extent().extents
    # What is taken: every point with its marker, then labels as they are placed.
    taken = [(x - 5 * unit, y - 5 * unit, x + 5 * unit, y + 5 * unit) for x, y in places]
    for x0, y0, x1, y1 in avoid:
        (left, low), (right, high) = ax.transData.transform([(x0, y0), (x1, y1)])
        taken.append((left - unit, low - unit, right + unit, high + unit))
    for k, (place, note, line) in enumerate(zip(places, notes, lines, strict=True)):
        size = note.get_window_extent()
        half = np.array([size.width + 2 * unit, size.height + unit]) / 2
        best: tuple[float, Any, Any] | None = None
        for distance in _DISTANCES:
            for angle in _DIRECTIONS:
                way = np.array([np.cos(angle), np.sin(angle)])
                middle = place + distance * unit * way + way * half
                box = (*(middle - half), *(middle + half))
                cost = sum(_shared(box, other) for j, other in enumerate(taken) if j != k)
                cost += 4 * half[0] * half[1] - _shared(box, frame)
                if best is None or cost < best[0] - 1e-6:
                    best = cost, (middle - place) / unit, (distance, box)
                if cost <= 1e-6:
                    break
            if best is not None and best[0] <= 1e-6:
                break
        assert best is not None
        _, offset, (distance, box) = best
        note.set_position(tuple(offset))
        taken.append(box)
        line.set_visible(distance > 12)
        line.set_position(tuple((np.clip(place, box[:2], box[2:]) - place) / unit))


def _shared(first: Any, second: Any) -> float:
    """The area that two boxes (x0, y0, x1, y1) share."""
    wide = min(first[2], second[2]) - max(first[0], second[0])
    high = min(first[3], second[3]) - max(first[1], second[1])
    return float(wide * high) if wide > 0 and high > 0 else 0.0


def spread(positions: Sequence[float], gap: float, low: float, high: float) -> NDArray[np.float64]:
    """Move positions apart as little as it takes for neighbours to be `gap` apart.

    The sum of squared moves is least (pool adjacent violators), before all are shifted into
    [low, high]; where they don't fit there, they are spaced evenly.

    Parameters
    ----------
    positions : sequence of float
        In any order, which is kept.
    gap : float
    low, high : float

    Examples
    --------
    >>> spread([0.5, 0.52, 0.9], 0.1, 0, 1).round(2).tolist()
    [0.46, 0.56, 0.9]
    """
    count = len(positions)
    order = np.argsort(positions, kind="stable")
    wanted = np.asarray(positions, dtype=np.float64)[order]
    if count > 1 and (count - 1) * gap >= high - low:
        moved = np.linspace(low, high, count)
    else:
        level = wanted - gap * np.arange(count)
        pools: list[tuple[float, int]] = []
        for value in level:
            pool = (float(value), 1)
            while pools and pools[-1][0] > pool[0]:
                mean, size = pools.pop()
                total = size + pool[1]
                pool = ((mean * size + pool[0] * pool[1]) / total, total)
            pools.append(pool)
        flat = np.concatenate([np.full(size, mean) for mean, size in pools])
        moved = np.clip(flat, low, high - gap * (count - 1)) + gap * np.arange(count)
    result = np.empty(count)
    result[order] = moved
    return result
