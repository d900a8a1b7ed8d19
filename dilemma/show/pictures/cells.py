"""Grids of cells: their edges, areas of one class with borders around them, labels inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.show.pictures.theme import INK, ink_on

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

# The least room of a label within its area: half its width, in points.
ROOM = 6.0
# Into so many points each way a map is divided to look for room.
FINE = 128


def edges_of(found: xarray.Dataset, dim: str) -> NDArray[np.float64]:
    """Return the edges of the cells along a dimension: half-way between its values.

    The first and the last cell end at their values, since a term may mean nothing beyond. A
    dimension without numbers has cells around its positions.

    Examples
    --------
    >>> import xarray
    >>> edges_of(xarray.Dataset(coords={"trust": [0.0, 0.5, 1.0]}), "trust").tolist()
    [0.0, 0.25, 0.75, 1.0]
    """
    values = np.arange(found.sizes[dim], dtype=np.float64)
    numbers = dim in found.coords and found[dim].dtype.kind in "iuf"
    if numbers:
        values = np.asarray(found[dim].values, dtype=np.float64)
    if len(values) == 1:
        half = 0.05 * max(1.0, abs(float(values[0])))
        return np.array([values[0] - half, values[0] + half])
    middle = (values[1:] + values[:-1]) / 2
    first, last = values[0], values[-1]
    if not numbers:
        first, last = first - 0.5, last + 0.5
    return np.concatenate([[first], middle, [last]])


def draw_classes(
    ax: Axes,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    classes: NDArray[np.intp],
    colours: Sequence[Any],
) -> None:
    """Fill cells by class, and draw the borders between classes.

    Parameters
    ----------
    ax : matplotlib Axes
    x, y : arrays of the edges, ascending
    classes : array of shape (len(y) − 1, len(x) − 1)
        Numbers from 0.
    colours : sequence of colours, one a class
    """
    from matplotlib.collections import LineCollection
    from matplotlib.colors import ListedColormap

    mesh = ax.pcolormesh(
        x,
        y,
        classes,
        cmap=ListedColormap(list(colours)),
        vmin=-0.5,
        vmax=len(colours) - 0.5,
        rasterized=classes.size > 2500,
    )
    mesh.set_gid("classes")
    rows, columns = np.nonzero(classes[:, 1:] != classes[:, :-1])
    upright = np.stack(
        [
            np.stack([x[columns + 1], y[rows]], axis=-1),
            np.stack([x[columns + 1], y[rows + 1]], axis=-1),
        ],
        axis=1,
    )
    rows, columns = np.nonzero(classes[1:] != classes[:-1])
    level = np.stack(
        [
            np.stack([x[columns], y[rows + 1]], axis=-1),
            np.stack([x[columns + 1], y[rows + 1]], axis=-1),
        ],
        axis=1,
    )
    borders = LineCollection(
        list(np.concatenate([upright, level])), colors=INK, linewidths=0.6, capstyle="projecting"
    )
    borders.set_gid("borders")
    ax.add_collection(borders)
    ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))


def label_classes(
    ax: Axes,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    classes: NDArray[np.intp],
    texts: Sequence[str],
    colours: Sequence[Any],
) -> list[Any]:
    """Write a label into the roomiest part of each class, where it has room.

    Returns
    -------
    list of matplotlib Text
    """
    from scipy.ndimage import distance_transform_edt

    figure: Any = ax.figure.figure
    figure.draw_without_rendering()
    box = ax.get_window_extent()
    # Cells need not be alike, and those at the ends are half as wide: even points stand for them.
    across, down = (
        low + (high - low) * (np.arange(FINE) + 0.5) / FINE
        for low, high in ((x[0], x[-1]), (y[0], y[-1]))
    )
    columns, rows = np.searchsorted(x, across) - 1, np.searchsorted(y, down) - 1
    fine = classes[np.ix_(rows, columns)]
    steps = box.height / figure.dpi * 72 / FINE, box.width / figure.dpi * 72 / FINE
    written = []
    for k, text in enumerate(texts):
        inside = np.pad(fine == k, 1)
        room = ROOM + 1.5 * len(text)
        if inside.sum() * steps[0] * steps[1] < room**2:
            continue
        depth = distance_transform_edt(inside, sampling=steps)[1:-1, 1:-1]
        i, j = np.unravel_index(int(depth.argmax()), depth.shape)
        if depth[i, j] < room:
            continue
        written.append(
            ax.text(
                across[j],
                down[i],
                text,
                ha="center",
                va="center",
                fontsize=9,
                fontweight="bold",
                color=ink_on(colours[k]),
            )
        )
    return written
