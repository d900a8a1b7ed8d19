"""A mixed strategy as a cell in parts: each of a strategy's colour, as wide as its weight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dilemma.show.pictures.theme import colours_of, ink_on, legend_beside, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def cell_of(
    ax: Axes,
    box: tuple[float, float, float, float],
    mixture: Iterable[Any],
    colours: Sequence[str],
    names: Sequence[str],
) -> None:
    """Draw a mixture in a box of the Axes.

    Parameters
    ----------
    ax : matplotlib Axes
    box : (left, bottom, width, height) in data units
    mixture : sequence of numbers
        Probabilities, drawn in order from the left.
    colours, names : sequences of str
        Of the strategies; a name is written where its part is wide enough.
    """
    from matplotlib.patches import Rectangle

    left, bottom, width, height = box
    for weight, colour, name in zip(mixture, colours, names, strict=True):
        if not weight:
            continue
        part = float(weight) * width
        patch = Rectangle(
            (left, bottom), part, height, facecolor=colour, edgecolor="white", linewidth=1
        )
        patch.set_gid(name)
        ax.add_patch(patch)
        room = _inches(ax, part)
        size = 8 if _inches(ax, height, 1) > 0.2 else 6
        if room > 0.085 * len(name) * size / 8 + 0.05:
            ax.text(
                left + part / 2,
                bottom + height / 2,
                name,
                ha="center",
                va="center",
                fontsize=size,
                color=ink_on(colour),
                clip_on=False,
            )
        left += part


def key(ax: Axes, strategies: Sequence[str]) -> None:
    """Say beside the Axes which colour is which strategy."""
    from matplotlib.patches import Patch

    if len(strategies) > 25:
        return
    handles = [
        Patch(facecolor=colour, label=plain(name if len(name) <= 24 else f"{name[:23]}…"))
        for colour, name in zip(colours_of(strategies), strategies, strict=True)
    ]
    legend_beside(ax, handles=handles, fontsize=9 if len(handles) <= 12 else 7)


def _inches(ax: Axes, size: float, axis: int = 0) -> float:
    """How large a length in data units is on paper."""
    box = ax.get_window_extent()
    low, high = (ax.get_xlim(), ax.get_ylim())[axis]
    return abs(size / ((high - low) or 1)) * (box.width, box.height)[axis] / ax.figure.dpi
