"""Triangles whose corners are strategies, drawn through mpltern."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.show.pictures.theme import canvas, colours_of, short_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

# Where mpltern puts the three corners: the first on top, then the left and the right one.
CORNERS = np.array([[0.0, 1.0], [-1 / math.sqrt(3), 0.0], [1 / math.sqrt(3), 0.0]])
_SHARES_OF = np.linalg.inv(np.concatenate([CORNERS, np.ones((3, 1))], axis=1))


def on_plane(shares: Any) -> Floats:
    """Return where shares of three strategies, shape (..., 3), lie in the picture: (..., 2).

    Examples
    --------
    >>> on_plane([1, 0, 0]).tolist()
    [0.0, 1.0]
    """
    return np.asarray(np.asarray(shares, dtype=np.float64) @ CORNERS)


def from_plane(points: Any) -> Floats:
    """Return the shares (..., 3) at points of the picture (..., 2); the opposite of `on_plane`.

    Examples
    --------
    >>> from_plane([0.0, 1 / 3]).round(6).tolist()
    [0.333333, 0.333333, 0.333333]
    """
    at = np.asarray(points, dtype=np.float64)
    return np.asarray(np.concatenate([at, np.ones((*at.shape[:-1], 1))], axis=-1) @ _SHARES_OF)


def require_mpltern() -> None:
    """Make mpltern's axes known to matplotlib, or say what to install."""
    try:
        import mpltern  # noqa: F401
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "plot: requires mpltern for triangles of three strategies, which is not installed: "
            'pip install "dilemma[plot]"',
            name="mpltern",
        ) from None


def triangle(
    ax: Axes | None,
    names: Sequence[str],
    *,
    size: tuple[float, float] = (6.4, 4.6),
    small: bool = False,
    letters: float = 10,
) -> tuple[Axes, Axes]:
    """Return the axes to draw on, and an inset of them for the shares of three strategies.

    The axes are switched off, so that legends and captions beside the triangle find room; if those
    given are ternary, they are both.

    Parameters
    ----------
    ax : matplotlib Axes, optional
    names : sequence of three str
        The corners: top, left and right.
    size : pair of float
        Of a new figure, in inches.
    small : bool
        Whether the scales along the sides are left out.
    letters : float
        The size of the names, in points.
    """
    require_mpltern()
    parent: Any = canvas(ax, size)
    found = parent
    if parent.name != "ternary":
        parent.set_axis_off()
        box = [0.03, 0.06, 0.94, 0.86] if small else [0.02, 0.09, 0.96, 0.83]
        found = parent.inset_axes(box, projection="ternary")
    axes = (found.taxis, found.laxis, found.raxis)
    # mpltern slants the names of corners: these stand upright, clear of the scales.
    places = (((0, 9), "bottom"), ((0, -8), "top"), ((0, -8), "top"))
    colours = colours_of(names)
    for k, (axis, name) in enumerate(zip(axes, short_names(names), strict=True)):
        move, up = places[k]
        found.annotate(
            name,
            xy=tuple(CORNERS[k]),
            xycoords=found.transData,
            xytext=move,
            textcoords="offset points",
            ha="center",
            va=up,
            color=colours[k],
            fontweight="bold",
            fontsize=letters,
            annotation_clip=False,
            gid="corner",
        )
        axis.set_label_text("")
        if small:
            axis.set_ticks([])
        else:
            axis.set_ticks([0.2, 0.4, 0.6, 0.8])
            axis.set_tick_params(labelsize=8, colors=colours[k])
    found.grid(visible=False)
    return parent, found
