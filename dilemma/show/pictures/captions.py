"""What finds its place when a figure is drawn: captions as wide as their picture, and labels."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox


class Caption(Annotation):
    """Text below an Axes, wrapped anew to its width whenever the figure is laid out or drawn.

    A layout makes room for its height, and never for its width: it would narrow the Axes, and so
    the caption.
    """

    def __init__(self, ax: Axes, words: str, below: Any, **options: Any) -> None:
        super().__init__(
            "",
            xy=(0, 0),
            xycoords=("axes fraction", below),
            xytext=(0, -8),
            textcoords="offset points",
            ha="left",
            va="top",
            annotation_clip=False,
            gid="caption",
            zorder=6,  # after the panels below which it stands
            **options,
        )
        self.paragraphs = [words]
        # The Axes beside which it stands, which is not known while it is wrapped first.
        self.beside = ax
        self.below = below
        self.wrap_again()

    def add(self, words: str) -> None:
        """Write more on a line of its own."""
        self.paragraphs.append(words)
        self.wrap_again()

    def wrap_again(self) -> None:
        """Break lines at the present width of the Axes."""
        width = self.beside.get_window_extent().width / self.beside.figure.dpi * 72
        letters = max(24, int(width / (0.56 * float(self.get_fontsize()))))
        self.set_text("\n".join(textwrap.fill(one, letters) for one in self.paragraphs))

    def get_tightbbox(self, renderer: Any = None) -> Bbox:
        """Return the room that it needs: its height."""
        self.wrap_again()
        # The labels of panels stand where the last drawing left them until their own room is asked
        # for; without this, a second drawing would leave no room for the caption.
        for panel in self.beside.child_axes:
            if panel.get_visible():
                panel.get_tightbbox(renderer)
        box = super().get_window_extent(renderer)
        return Bbox.from_extents(box.x0, box.y0, box.x0, box.y1)

    def draw(self, renderer: Any) -> None:
        """Draw it."""
        self.wrap_again()
        super().draw(renderer)


class Placing(Artist):
    """Nothing to be seen: it places other artists when the Axes is drawn, its layout being known.

    It is drawn before what it places, by its order.
    """

    def __init__(self, place: Callable[[], None]) -> None:
        super().__init__()
        self.place = place
        self.set_zorder(-100)
        self.set_in_layout(False)

    def draw(self, renderer: Any) -> None:
        """Place them."""
        self.place()
