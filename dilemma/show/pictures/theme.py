"""What all pictures share: one colour and marker per strategy, one look, captions that fit.

The five colours were chosen so that the least distance between two of them in CIELAB, over normal
sight and full protanopia, deuteranopia and tritanopia (the simulation of machado2009), is as large
as a search could make it (45, where about 2 can just be seen), with a contrast of at least 3 : 1
against white. Markers tell them apart where there is no colour.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dilemma.alliance import Alliance
    from dilemma.collective import Consortium

COLOURS = {
    "collaboration": "#43a0b3",
    "competition": "#8e002a",
    "compromise": "#b38e06",
    "accommodation": "#893dff",
    "avoidance": "#000143",
}
MARKERS = {
    "collaboration": "o",
    "competition": "^",
    "compromise": "D",
    "accommodation": "v",
    "avoidance": "s",
}
SHORT = {
    "collaboration": "COL",
    "competition": "COM",
    "compromise": "CMP",
    "accommodation": "ACC",
    "avoidance": "AVO",
}
# Where things other than strategies have to be told apart: never one of the five colours.
OTHERS = ("#3b6f3a", "#c0518d", "#6d6d6d", "#c4732b", "#2f5fb3", "#7a8f14", "#8a5a44", "#4f8f86")
# What frames equilibria.
FRAME = "#d8366b"
INK = "#1c1c1c"
MUTED = "#5f5f5f"

_LOOK: dict[str, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "text.color": INK,
    "text.usetex": False,
    "figure.dpi": 110,
    "savefig.dpi": 150,
    "image.interpolation": "nearest",
}


@contextmanager
def look() -> Iterator[None]:
    """Draw with the library's look, whatever the user's settings; they are left as they were.

    Examples
    --------
    >>> import matplotlib
    >>> before = matplotlib.rcParams["axes.spines.top"]
    >>> with look():
    ...     inside = matplotlib.rcParams["axes.spines.top"]
    >>> inside, matplotlib.rcParams["axes.spines.top"] == before
    (False, True)
    """
    from matplotlib import rcParams

    # Only these are put back: a backend that is loaded meanwhile sets others for good, such as
    # "interactive", without which Jupyter shows no figure after the first.
    before = {name: rcParams[cast(Any, name)] for name in _LOOK}
    rcParams.update(cast(Any, _LOOK))
    try:
        yield
    finally:
        rcParams.update(cast(Any, before))


def canvas(
    ax: Axes | None, size: tuple[float, float] = (6.0, 4.5), projection: str | None = None
) -> Axes:
    """Return the Axes to draw on: the one given, or that of a new figure.

    The new figure is laid out so that labels, legends beside the axes and captions fit in it.

    Parameters
    ----------
    ax : matplotlib Axes, optional
    size : pair of float
        Width and height of a new figure, in inches.
    projection : str, optional
        Of new Axes, such as "ternary".
    """
    if ax is not None:
        for side in ("top", "right"):
            if side in ax.spines:
                ax.spines[side].set_visible(False)
        return ax
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=size, layout="constrained")
    return figure.add_subplot(projection=projection)


def colours_of(strategies: Sequence[str]) -> list[str]:
    """Return a colour for each strategy: its own for the five, the others in turn.

    Parameters
    ----------
    strategies : sequence of str
        Names or short names.

    Examples
    --------
    >>> colours_of(["collaboration", "AVO", "wait"])
    ['#43a0b3', '#000143', '#3b6f3a']
    """
    known = {**COLOURS, **{SHORT[name]: colour for name, colour in COLOURS.items()}}
    others: list[str] = [one for one in strategies if one not in known]
    return [known.get(one) or OTHERS[others.index(one) % len(OTHERS)] for one in strategies]


def markers_of(strategies: Sequence[str]) -> list[str]:
    """Return a marker for each strategy, as `colours_of`.

    Examples
    --------
    >>> markers_of(["collaboration", "wait"])
    ['o', 'P']
    """
    known = {**MARKERS, **{SHORT[name]: marker for name, marker in MARKERS.items()}}
    spare = "PX*<>hp8"
    others = [one for one in strategies if one not in known]
    return [known.get(one) or spare[others.index(one) % len(spare)] for one in strategies]


def short_names(strategies: Sequence[str]) -> list[str]:
    """Return names that fit beside ticks: the five's short ones, others cut at 12 letters.

    Names that a cut would make alike keep their ends as well: their middles are left out. All are
    `plain`.

    Examples
    --------
    >>> short_names(["collaboration", "a very long strategy"])
    ['COL', 'a very long…']
    >>> short_names(["open in the first year", "open in the first month"])
    ['open i… year', 'open… month']
    """
    cut = [SHORT.get(one, one if len(one) <= 12 else f"{one[:11]}…") for one in strategies]
    if len(set(cut)) < len(cut):
        cut = [_abridged(one, short, cut) for one, short in zip(strategies, cut, strict=True)]
    return [plain(one) for one in cut]


def _abridged(name: str, short: str, others: Sequence[str]) -> str:
    """A long name without its middle, where another is cut to the same beginning."""
    if others.count(short) == 1 or len(name) <= 12:
        return short
    last = name.split()[-1]
    end = f" {last}" if len(last) < 7 else name[-5:]
    return f"{name[: 11 - len(end)].rstrip()}…{end}"


def plain(text: str) -> str:
    r"""Return a text that is drawn as it reads: no mathematics between dollars, on one line.

    Legends leave out labels that begin with an underscore; a space before it keeps them.

    Examples
    --------
    >>> print(plain("$x_1$"))
    \$x_1\$
    """
    line = " ".join(text.split("\n")).replace("$", r"\$")
    return f" {line}" if line.startswith("_") else line


# What terms count in; the names of terms stand in `dilemma.alliance`.
UNITS = {
    "stakes": "value of a unit of knowledge",
    "receptivity_cost": "value of knowledge",
    "transparency_cost": "value of knowledge",
    "trust": "0 to 1",
    "opportunism": "0 to 1",
    "leakage": "0 to 1",
    "prior_interaction": "0 to 1",
    "effort_convexity": "0: linear, 1: quadratic",
    "power": "−1 to 1",
    "goal": "value of knowledge",
    "threshold": "commitment, Σ r t",
    "second_order": "0 to 1",
    "discount": "per period",
    "suspicion": "per period",
}


def term_label(name: str) -> str:
    """Return a term as the label of an axis, with what it counts in.

    Examples
    --------
    >>> term_label("stakes.row"), term_label("relational_return")
    ("row firm's stakes (value of a unit of knowledge)", 'relational return')
    """
    whole, _, firm = name.partition(".")
    words = whole.replace("_", " ")
    if firm in ("row", "column"):
        words = f"{firm} firm's {words}"
    elif firm:
        whole, words = name, name
    return plain(f"{words} ({UNITS[whole]})" if whole in UNITS else words)


# Longer lines of a legend would leave little room to the picture.
LONGEST = 40


def legend_beside(ax: Axes, *arguments: Any, **options: Any) -> Any:
    """Put a legend to the right of the Axes, where it hides no data; long names are wrapped."""
    legend = ax.legend(
        *arguments,
        **{"loc": "upper left", "bbox_to_anchor": (1.02, 1.0), "borderaxespad": 0, **options},
    )
    for text in legend.get_texts():
        words = text.get_text()
        if len(words) > LONGEST and "\n" not in words:
            text.set_text(textwrap.fill(words, LONGEST))
    return legend


def panels(ax: Axes, rows: int, columns: int = 1, gap: tuple[float, float] = (0.3, 0.3)) -> Any:
    """Divide the Axes into a grid of smaller ones; its own frame is switched off.

    Parameters
    ----------
    ax : matplotlib Axes
    rows, columns : int
    gap : pair of float
        Between columns and between rows, as parts of a panel's width and height.

    Returns
    -------
    list of matplotlib Axes
        Row by row.
    """
    for side in ax.spines.values():
        side.set_visible(False)
    ax.xaxis.set_visible(False)
    ax.yaxis.set_visible(False)
    ax.patch.set_visible(False)
    width = 1 / (columns + gap[0] * (columns - 1))
    height = 1 / (rows + gap[1] * (rows - 1))
    return [
        ax.inset_axes(
            (
                j * width * (1 + gap[0]),
                (rows - 1 - i) * height * (1 + gap[1]),
                width,
                height,
            )
        )
        for i in range(rows)
        for j in range(columns)
    ]


# Axes lower than this, in points, have smaller captions and shorter legends.
SMALL = 190.0


def height_in_points(ax: Axes) -> float:
    """Return how high an Axes is, before its figure is laid out again."""
    return float(ax.get_window_extent().height / ax.figure.dpi * 72)


# What pictures are laid out for at least, in points; and the smallest letters.
LEAST, SMALLEST = (270.0, 190.0), 5.0


def shrink(ax: Axes) -> float:
    """Make words smaller in an Axes that is smaller than pictures are laid out for.

    Returns
    -------
    float
        What share of that size it has: at most 1.
    """
    from matplotlib.text import Text

    box = ax.get_window_extent()
    unit = ax.figure.dpi / 72
    share = min(box.width / unit / LEAST[0], box.height / unit / LEAST[1])
    if share >= 1:
        return 1.0
    coloured: list[Any] = ax.findobj(_has_bar)
    bars = [one.colorbar.ax for one in coloured]
    seen: set[int] = set()
    for part in [ax, *_insets(ax), *bars]:
        for axis in (part.xaxis, part.yaxis):
            labels = axis.get_ticklabels()
            seen |= {id(label) for label in labels}
            if labels:
                axis.set_tick_params(labelsize=_smaller(labels[0], share))
        for text in part.findobj(Text):
            if id(text) not in seen:
                seen.add(id(text))
                text.set_fontsize(_smaller(text, share))
    return float(share)


def _has_bar(artist: Any) -> bool:
    return getattr(artist, "colorbar", None) is not None


def _insets(ax: Any) -> list[Any]:
    return [one for child in ax.child_axes for one in (child, *_insets(child))]


def _smaller(text: Any, share: float) -> float:
    size = float(text.get_fontsize())
    return min(size, max(SMALLEST, share * size))


def fit_labels(ax: Axes, share: float = 1.0) -> None:
    """Break titles and labels that are longer than their Axes, or panel of it, into lines.

    The share is what a layout will leave of the present size, about.
    """
    from matplotlib.text import Text

    for inset in ax.child_axes:
        if inset.get_visible() and inset.axison:
            fit_labels(cast(Any, inset), share)

    box = ax.get_window_extent()
    texts = [(ax.xaxis.label, share * box.width), (ax.yaxis.label, share * box.height)]
    for text, length in texts:
        words = text.get_text()
        letters = int(length / ax.figure.dpi * 72 / (0.57 * float(text.get_fontsize())))
        if letters >= 12 and len(words) > letters and "\n" not in words:
            text.set_text(textwrap.fill(words, letters))
    title = ax.get_title(loc="left")
    letters = int(box.width / ax.figure.dpi * 72 / 7.0)
    if letters >= 12 and len(title) > letters and "\n" not in title:
        # The text alone: its pad, which labels above the Axes may need, is kept.
        for one in ax.get_children():
            if isinstance(one, Text) and one.get_text() == title:
                one.set_text(textwrap.fill(title, letters))


def tint(colour: Any, strength: float = 0.5) -> tuple[float, float, float]:
    """Return a lighter colour: a part of it in white.

    Examples
    --------
    >>> tint("black", 0.25)
    (0.75, 0.75, 0.75)
    """
    from matplotlib.colors import to_rgb

    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(colour))
    return red, green, blue


def ink_on(colour: Any) -> str:
    """Return black or white, whichever can be read better on a colour (WCAG contrast).

    Examples
    --------
    >>> ink_on("#000143"), ink_on("white")
    ('#ffffff', '#1c1c1c')
    """
    return "#ffffff" if contrast(colour, "#ffffff") > contrast(colour, INK) else INK


def contrast(first: Any, second: Any) -> float:
    """Return the contrast ratio of two colours by WCAG 2: from 1 (alike) to 21.

    Examples
    --------
    >>> round(contrast("black", "white"), 6)
    21.0
    """
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Any) -> float:
    from matplotlib.colors import to_rgb

    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def caption(ax: Axes, text: str, under: Sequence[Any] = ()) -> None:
    """Write a caption under a picture: the terms, and how the numbers were had.

    Text goes below the axis label, wrapped to the width of the Axes; below an earlier caption.
    Without axes, it goes below other texts that are named as `under`, too.
    """
    if not text:
        return
    from dilemma.show.pictures.captions import Caption

    words = plain(text)
    for one in ax.texts:
        if isinstance(one, Caption):
            one.add(words)
            return
    below: Any = "axes fraction"
    if ax.child_axes and not ax.xaxis.get_visible():
        # Insets find their places when they are drawn, and say before where these will be.
        shown = [child for child in ax.child_axes if child.get_visible()]
        below = min(shown, key=_bottom).xaxis.label if shown else below
    elif ax.xaxis.get_visible() and ax.axison:
        below = ax.xaxis.label
    elif under:
        below = partial(_around, [ax, *under])
    small = height_in_points(ax) < SMALL
    note = ax.add_artist(Caption(ax, words, below, fontsize=6 if small else 8, color=MUTED))
    note.set_clip_path(None)
    note.set_clip_box(None)
    note.set_clip_on(False)


def _around(artists: Sequence[Any], renderer: Any) -> Any:
    from matplotlib.transforms import Bbox

    return Bbox.union([one.get_window_extent(renderer) for one in artists])


def _bottom(child: Any) -> float:
    locator = child.get_axes_locator()
    return float((locator(child, None) if locator else child.get_position()).y0)


def terms_in_words(alliance: Alliance | Consortium) -> str:
    """Write the terms of an alliance or a consortium: those that differ from the defaults first.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> terms_in_words(Alliance(trust=0.75))[:43]
    'trust 3/4; the defaults for the rest: stake'
    """
    from dilemma.collective import CONSORTIUM_TERMS
    from dilemma.game.display import number

    def written(value: Any) -> str:
        if isinstance(value, tuple):
            return f"({', '.join(map(written, value))})"
        return number(value) if isinstance(value, Fraction) else "varied"

    described = (*CONSORTIUM_TERMS, *alliance.model.terms)
    default = {one.name: one.default for one in described}
    moved = [f"{k} {written(v)}" for k, v in alliance.terms.items() if str(v) != str(default[k])]
    rest = [f"{k} {written(v)}" for k, v in alliance.terms.items() if str(v) == str(default[k])]
    if moved and rest:
        return f"{', '.join(moved)}; the defaults for the rest: {', '.join(rest)}"
    return ", ".join([*moved, *rest])
