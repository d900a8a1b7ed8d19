"""Streamlines of a velocity field in the plane, evenly spread, with arrowheads.

Lines are followed in the velocities themselves, not in a grid of them, so that they come as close
to a border or a corner as they are drawn, and never leave the region.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
Field = Callable[[Floats], Floats]

# A velocity that is smaller than this part of the largest is no velocity.
STILL = 1e-6
# Steps, and the shortest line that is drawn, in units of the space between lines.
STEP, SHORTEST = 0.2, 1.2


def streamlines(
    velocity: Field, keep: Field, seeds: Floats, spacing: float, longest: float = 1.0
) -> list[Floats]:
    """Follow a field both ways from some points, and leave out what would crowd.

    Parameters
    ----------
    velocity : function of an array (k, 2) to one of velocities (k, 2)
    keep : function of an array (k, 2) to one of points of the region (k, 2)
        Puts points back that a step has taken out of it.
    seeds : numpy.ndarray of shape (k, 2)
        Where lines may start, the most wanted first.
    spacing : float
        The least distance between lines, about.
    longest : float
        To what length a line is followed each way.

    Returns
    -------
    list of numpy.ndarray of shape (points, 2)
        In the direction of the velocity.

    Examples
    --------
    >>> right = lambda points: np.broadcast_to([1.0, 0.0], points.shape)
    >>> inside = lambda points: np.clip(points, 0, 1)
    >>> [line] = streamlines(right, inside, np.array([[0.5, 0.5]]), 0.1)
    >>> line[0].round(6).tolist(), line[-1].round(6).tolist()
    ([0.0, 0.5], [1.0, 0.5])
    """
    seeds = np.asarray(seeds, dtype=np.float64).reshape(-1, 2)
    if not len(seeds):
        return []
    speeds = np.linalg.norm(velocity(seeds), axis=1)
    still = STILL * float(speeds.max(initial=0.0))
    if not still > 0:
        return []
    step = STEP * spacing
    count = int(np.ceil(longest / step))
    ways = [_followed(velocity, keep, seeds, sign * step, count, still) for sign in (-1, 1)]
    taken: set[tuple[int, int]] = set()
    lines = []
    for place in range(len(seeds)):
        halves = [_free(way[place], taken, spacing) for way in ways]
        line = np.concatenate([halves[0][:0:-1], halves[1]])
        if len(line) * STEP >= SHORTEST:
            taken |= set(_cells(line, spacing))
            lines.append(line)
    return lines


def _followed(
    velocity: Field, keep: Field, seeds: Floats, step: float, count: int, still: float
) -> list[Floats]:
    """Each seed's line in one direction, by the midpoint rule at speed 1."""

    def heading(points: Floats) -> tuple[Floats, Floats]:
        arrows = velocity(points)
        sizes = np.linalg.norm(arrows, axis=1)
        return arrows / np.where(sizes > 0, sizes, 1)[:, None], sizes

    lines: list[list[Floats]] = [[seed] for seed in seeds]
    here, moving = seeds, np.arange(len(seeds))
    for _ in range(count):
        first, sizes = heading(here)
        middle, between = heading(keep(here + step / 2 * first))
        there = keep(here + step * middle)
        moved = np.linalg.norm(there - here, axis=1)
        turned = np.sum(first * middle, axis=1) < 0
        going = (sizes > still) & (between > still) & ~turned & (moved > abs(step) / 20)
        here, moving = there[going], moving[going]
        if not len(moving):
            break
        for number, point in zip(moving, here, strict=True):
            lines[number].append(point)
    return [np.array(line) for line in lines]


def _cells(line: Floats, spacing: float) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in np.floor(line / spacing)]


def _free(line: Floats, taken: set[tuple[int, int]], spacing: float) -> Floats:
    """The part of a line up to where other lines have been."""
    for place, cell in enumerate(_cells(line, spacing)):
        if cell in taken:
            return line[:place]
    return line


def draw_streams(
    ax: Axes, lines: list[Floats], head: float, *, colour: str, gid: str = "streamlines"
) -> Any:
    """Draw lines with an arrowhead in the middle of each.

    Parameters
    ----------
    ax : matplotlib Axes
    lines : list of numpy.ndarray of shape (points, 2)
    head : float
        The length of an arrowhead, in data units.
    colour : str
    gid : str
        By which the lines can be found in the picture.

    Returns
    -------
    matplotlib LineCollection
    """
    from matplotlib.collections import LineCollection, PolyCollection

    drawn = LineCollection(lines, colors=colour, linewidths=0.9, zorder=2, clip_on=False)
    drawn.set_gid(gid)
    ax.add_collection(drawn)
    heads = [_head(line, head) for line in lines]
    arrows = PolyCollection(
        [one for one in heads if one is not None], facecolors=colour, linewidths=0, zorder=2.1,
        clip_on=False,
    )  # fmt: skip
    arrows.set_gid("arrowheads")
    ax.add_collection(arrows)
    return drawn


def _head(line: Floats, size: float) -> Floats | None:
    """A triangle on the middle of a line, that points where the line goes."""
    middle = len(line) // 2
    back = line[max(0, middle - 2)]
    along = line[middle] - back
    length = float(np.linalg.norm(along))
    if not length > 0:
        return None
    along = along / length
    across = np.array([-along[1], along[0]])
    tip = line[middle] + along * size / 2
    base = tip - along * size
    return np.stack([tip, base + across * size * 0.38, base - across * size * 0.38])
