"""What every picture is held to, whoever draws it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection, PathCollection
from matplotlib.figure import FigureBase
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture
def assert_nothing_clipped():
    """Return a check (figure, overlap=1): everything drawn can be read.

    Draws the figure, then requires that

    - every visible text and legend lies within the canvas, and no annotation was dropped because
      its point is out of view;
    - no two texts overlap (by more than `overlap` pixels both ways), tick labels included;
    - no legend covers a line, a point, an area or an image.
    """
    return check_readable


def check_readable(figure, overlap: float = 1) -> None:
    figure.canvas.draw()
    canvas = figure.bbox
    texts = [(text, text.get_window_extent()) for text in visible_texts(figure)]
    for text, box in texts:
        # What matplotlib leaves out, such as an annotation of a point out of view, has a unit box.
        drawn = np.isfinite(box.extents).all() and box.extents.tolist() != [0, 0, 1, 1]
        assert drawn, f"text not drawn: {text.get_text()!r}"
        if text.get_clip_on() and text.get_clip_box() is not None:
            assert within(text.get_clip_box(), box), f"clipped by its axes: {text.get_text()!r}"
        assert within(canvas, box), f"clipped: {text.get_text()!r} at {box.extents.round()}"
    for (first, one), (second, other) in overlapping(texts, overlap):
        raise AssertionError(
            f"texts overlap: {first.get_text()!r} at {one.extents.round()} and "
            f"{second.get_text()!r} at {other.extents.round()}"
        )
    artists = list(visible(figure))
    for legend in (one for one in artists if isinstance(one, Legend)):
        box = legend.get_window_extent()
        assert within(canvas, box), f"clipped: legend at {box.extents.round()}"
        inside = set(map(id, legend.findobj()))
        for artist in artists:
            if id(artist) not in inside and isinstance(artist.axes, Axes):
                assert not covers(box, artist), f"legend over {artist}"


def visible(artist: Artist) -> Iterator[Artist]:
    """Walk what is drawn: children of hidden things are hidden, as are axes switched off."""
    if not artist.get_visible():
        return
    yield artist
    for child in artist.get_children():
        hidden = isinstance(artist, Axes) and (
            (not artist.axison and isinstance(child, Axis))
            or child is artist.patch
            or child in artist.spines.values()
        )
        if not hidden and not (isinstance(artist, FigureBase) and child is artist.patch):
            yield from visible(child)


def visible_texts(figure) -> list[Text]:
    """Return the texts that are drawn: of tick labels, those of ticks in view."""
    artists = list(visible(figure))
    unseen = set()
    for axis in (one for one in artists if isinstance(one, Axis)):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-9 * (high - low)
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if not low - slack <= tick.get_loc() <= high + slack:
                unseen |= {id(tick.label1), id(tick.label2)}
    texts = [one for one in artists if isinstance(one, Text) and id(one) not in unseen]
    return [one for one in texts if one.get_text().strip() and one.get_alpha() != 0]


def within(canvas: Bbox, box: Bbox, slack: float = 1) -> bool:
    return bool(
        box.x0 >= canvas.x0 - slack
        and box.y0 >= canvas.y0 - slack
        and box.x1 <= canvas.x1 + slack
        and box.y1 <= canvas.y1 + slack
    )


def overlapping(texts, slack: float):
    """Yield the pairs of texts that overlap; slanted ones are compared along their slant."""
    for first, second in itertools.combinations(texts, 2):
        one, other = first[1], second[1]
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        high = min(one.y1, other.y1) - max(one.y0, other.y0)
        if wide <= slack or high <= slack:
            continue
        angle = first[0].get_rotation()
        if angle % 90 and angle == second[0].get_rotation():
            gap = abs(across(first[0], angle) - across(second[0], angle))
            if gap >= min(upright_height(first[0]), upright_height(second[0])) - slack:
                continue
        yield first, second


def across(text: Text, angle: float) -> float:
    """Return where a slanted text stands, measured across its slant."""
    x, y = text.get_transform().transform(text.get_position())
    return float(y * np.cos(np.radians(angle)) - x * np.sin(np.radians(angle)))


def upright_height(text: Text) -> float:
    angle = text.get_rotation()
    text.set_rotation(0)
    height = text.get_window_extent().height
    text.set_rotation(angle)
    return float(height)


def covers(box: Bbox, artist: Artist) -> bool:
    """Say whether a box hides part of a line, a point, an area or an image."""
    if isinstance(artist, Text | Annotation | Axis | Axes | Legend):
        return False
    if artist.get_clip_on() and artist.axes is not None:
        seen = Bbox.intersection(box, artist.axes.bbox)
        if seen is None or seen.width <= 1 or seen.height <= 1:
            return False
        box = seen
    if isinstance(artist, AxesImage):
        return bool(box.overlaps(artist.get_window_extent()))
    if isinstance(artist, Line2D):
        path = artist.get_transform().transform_path(artist.get_path())
        if artist.get_linestyle() not in ("None", "none", "", " "):
            return meets(path, box, filled=False)
        return any(box.contains(x, y) for x, y in path.vertices)
    if isinstance(artist, PathCollection):
        points = artist.get_offset_transform().transform(np.asarray(artist.get_offsets()))
        return any(box.contains(x, y) for x, y in points)
    if isinstance(artist, Collection):
        moved = [artist.get_transform().transform_path(path) for path in artist.get_paths()]
        return any(meets(path, box, filled=artist.get_fill()) for path in moved)
    if isinstance(artist, Patch):
        path = artist.get_transform().transform_path(artist.get_path())
        return meets(path, box, filled=artist.get_fill())
    return False


def meets(path: Path, box: Bbox, filled: bool) -> bool:
    return bool(len(path.vertices) and path.intersects_bbox(box, filled=filled))
