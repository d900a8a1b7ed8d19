"""Which equilibria a batch of games has: a map over two terms, strips along one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.show.pictures.cells import draw_classes, edges_of, label_classes
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.strips import Strip, draw_strips
from dilemma.show.pictures.theme import (
    COLOURS,
    MUTED,
    SHORT,
    canvas,
    caption,
    colours_of,
    height_in_points,
    legend_beside,
    look,
    plain,
    term_label,
    tint,
)

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

# So many regimes are named beside the map, the largest ones first.
MOST_NAMED = 14


@draws("nash_map")
def regime_map(found: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """Draw which pairs of strategies are in equilibrium where, from `nash_map`.

    Over two terms: an area for each regime (the set of support pairs of all extreme equilibria),
    numbered by its size, with the numbers in words beside the map. Areas have the mixed colours of
    the pure equilibria in them, and every border between regimes is drawn. Over one term: a strip
    for each support pair, where it is in equilibrium, thick where it is strict.

    Parameters
    ----------
    found : xarray.Dataset
        Of one or two batch dimensions.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there are no batch dimensions, or more than two; or one of them is empty.

    Examples
    --------
    >>> from dilemma.equilibria import nash_map
    >>> dilemma, stag_hunt = [[3, 0], [5, 1]], [[4, 0], [3, 3]]
    >>> games = np.array([[A, np.transpose(A)] for A in (dilemma, stag_hunt)])
    >>> ax = regime_map(nash_map(games, progress=False))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['2–2', '1–1', '{1, 2}']
    """
    dims = [str(dim) for dim in found.equilibria.dims]
    if len(dims) not in (1, 2) or not found.equilibria.size:
        raise ValueError(
            "found: requires one or two batch dimensions, none of them empty, got "
            f"{dict(found.equilibria.sizes) or 'none'}; choose by found.isel(...)"
        )
    for dim in dims:
        if dim in found.coords and found[dim].dtype.kind in "iuf":
            found = found.sortby(dim)
    note = found.attrs.get("status", "")
    if found.attrs.get("select"):
        note = f"one equilibrium of each game at most: {found.attrs['select']}. {note}"
    codes, pairs = _codes_and_pairs(found)
    with look():
        if len(dims) == 1:
            return _strip(found, dims[0], codes, pairs, ax, note)
        ax = canvas(ax, (8.4, 5.0))
        x, y = (edges_of(found, dim) for dim in dims)
        classes = order_by_size(codes)
        colours = [regime_colour(pairs[code]) for code in classes]
        place = {code: k for k, code in enumerate(classes)}
        ranks = np.vectorize(place.get, otypes=[np.intp])(codes).T
        draw_classes(ax, x, y, ranks, colours)
        ax.set(
            xlabel=axis_words(found, dims[0]),
            ylabel=axis_words(found, dims[1]),
            title="Regimes: which equilibria there are",
        )
        handles, words = _legend(classes, codes, pairs, colours, most_named(ax))
        legend_beside(ax, handles, words, fontsize=8, handlelength=1.2, labelspacing=0.35)
        caption(ax, f"{note} Mixed equilibria are counted; the Dataset has them in words.")
        label_classes(ax, x, y, ranks, [str(k + 1) for k in range(len(classes))], colours)
    return ax


Pair = tuple[tuple[str, ...], tuple[str, ...]]


def _codes_and_pairs(found: xarray.Dataset) -> tuple[NDArray[np.intp], list[tuple[Pair, ...]]]:
    """The regime of each game as a number, and the pairs of supports of each regime."""
    if "regime" in found:
        legend = [read_regime(text) for text in found.regimes.values]
        return np.asarray(found.regime.values, dtype=np.intp), legend
    rows, columns = ([str(one) for one in found.coords[name].values] for name in ("row", "column"))
    shape = found.equilibria.shape
    masks = np.stack([found.row_support.values, found.column_support.values], axis=-1)
    known: dict[tuple[tuple[int, int], ...], int] = {}
    codes = np.empty(shape, dtype=np.intp)
    for index in np.ndindex(shape):
        key = tuple(sorted({(int(a), int(b)) for a, b in masks[index] if a or b}))
        codes[index] = known.setdefault(key, len(known))
    legend = [tuple((_names(a, rows), _names(b, columns)) for a, b in key) for key in known]
    return codes, legend


def _names(mask: int, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for i, name in enumerate(names) if mask >> i & 1)


def read_regime(words: str) -> tuple[Pair, ...]:
    """Read a regime's legend: pairs of supports, as `nash_map` writes them.

    Examples
    --------
    >>> read_regime("stag × stag | {stag, hare} × {stag, hare}")
    ((('stag',), ('stag',)), (('stag', 'hare'), ('stag', 'hare')))
    """

    def side(text: str) -> tuple[str, ...]:
        return tuple(text[1:-1].split(", ")) if text.startswith("{") else (text,)

    if not words:
        return ()
    pairs = (one.split(" × ") for one in words.split(" | "))
    return tuple((side(one[0]), side(one[-1])) for one in pairs)


def in_short(pair: Pair) -> str:
    """Write a pair of supports with short names.

    Examples
    --------
    >>> in_short((("collaboration",), ("avoidance",)))
    'COL–AVO'
    >>> in_short((("collaboration", "competition"), ("collaboration", "competition")))
    '{COL, COM}'
    """
    one, two = (
        SHORT.get(side[0], side[0])
        if len(side) == 1
        else "{" + ", ".join(SHORT.get(name, name) for name in side) + "}"
        for side in pair
    )
    return one if one == two and len(pair[0]) > 1 else f"{one}–{two}"


def regime_colour(pairs: Sequence[Pair]) -> tuple[float, float, float]:
    """Return the mixed colours of the strategies that pure equilibria play; grey without any.

    Examples
    --------
    >>> [round(part, 2) for part in regime_colour(())]
    [0.78, 0.78, 0.78]
    """
    from matplotlib.colors import to_rgb

    played = [side[0] for pair in pairs if len(pair[0]) == len(pair[1]) == 1 for side in pair]
    if not played:
        return tint(MUTED, 0.35)
    known = [name for name in played if name in COLOURS] or played
    colours = np.array([to_rgb(one) for one in colours_of(known)])
    red, green, blue = np.sqrt((colours**2).mean(axis=0))
    return tint((red, green, blue), 0.75 if len(set(played)) == 1 else 0.55)


def order_by_size(codes: NDArray[np.intp]) -> list[int]:
    """Return the codes that occur, the most frequent first."""
    present, counts = np.unique(codes, return_counts=True)
    return [int(one) for one in present[np.argsort(-counts, kind="stable")]]


def most_named(ax: Axes) -> int:
    """Return how many regimes there is room to name beside the Axes: two lines each."""
    return int(min(MOST_NAMED, max(2, height_in_points(ax) // 20 - 1)))


def regime_in_short(pairs: Sequence[Pair]) -> str:
    """Write a regime: its pure equilibria by name, and its mixed ones counted if there are many.

    Examples
    --------
    >>> regime_in_short(read_regime("stag × stag | hare × hare | {stag, hare} × {stag, hare}"))
    'stag–stag, hare–hare, {stag, hare}'
    """
    if not pairs:
        return "none of this kind"
    pure = [in_short(pair) for pair in pairs if len(pair[0]) == len(pair[1]) == 1]
    mixed = [in_short(pair) for pair in pairs if not len(pair[0]) == len(pair[1]) == 1]
    if len(mixed) > 1 or (mixed and len(pure) > 2):
        mixed = [f"{len(mixed)} mixed"]
    return ", ".join([*pure, *mixed])


def _legend(
    classes: Sequence[int],
    codes: NDArray[np.intp],
    pairs: Sequence[Sequence[Pair]],
    colours: Sequence[Any],
    most: int,
) -> tuple[list[Any], list[str]]:
    """The largest regimes in words, and what share of the map the others have."""
    import textwrap

    from matplotlib.patches import Patch

    named = classes[:most]
    handles: list[Any] = [Patch(facecolor=colours[k], edgecolor=MUTED) for k in range(len(named))]
    words = []
    for k, code in enumerate(named):
        words.append(plain(f"{k + 1}: {regime_in_short(pairs[code])}"))
    left = classes[most:]
    if left:
        share = float(np.isin(codes, left).mean())
        handles.append(Patch(facecolor="none", edgecolor="none"))
        words.append(
            f"{most + 1}–{len(classes)}: {len(left)} smaller regimes, {share:.1%} of the map"
        )
    wrapped = (textwrap.fill(one, 38, subsequent_indent="     ") for one in words)
    return handles, list(wrapped)


def axis_words(found: xarray.Dataset, dim: str) -> str:
    """Return the label of a dimension: a term with its unit, or a position."""
    return term_label(dim) if dim in found.coords else f"{plain(dim)} (position)"


def _strip(
    found: xarray.Dataset,
    dim: str,
    codes: NDArray[np.intp],
    pairs: Sequence[Sequence[Pair]],
    ax: Axes | None,
    note: str,
) -> Axes:
    """A strip for each support pair along one term."""
    edges = edges_of(found, dim)
    different = list(dict.fromkeys(pair for code in codes for pair in pairs[code]))
    different.sort(key=lambda pair: len(pair[0]) + len(pair[1]))
    strict = found.strict.values if "strict" in found else None
    strips = []
    for pair in different:
        pieces: list[tuple[float, float, bool]] = []
        for k, code in enumerate(codes):
            if pair in pairs[code]:
                firm = strict is not None and bool(_strict_at(found, k, pair))
                if pieces and pieces[-1][1] == edges[k] and pieces[-1][2] == firm:
                    pieces[-1] = (pieces[-1][0], float(edges[k + 1]), firm)
                else:
                    pieces.append((float(edges[k]), float(edges[k + 1]), firm))
        strips.append(Strip(in_short(pair), tuple(pieces), _strip_colour(pair)))
    ax = canvas(ax, (7.4, 1.7 + 0.32 * len(strips)))
    draw_strips(ax, strips, (float(edges[0]), float(edges[-1])))
    ax.set(xlabel=axis_words(found, dim), title="Which equilibria there are")
    if strict is None:
        note = f"strictness was not kept; {note}"
    caption(ax, note)
    return ax


def _strip_colour(pair: Pair) -> Any:
    return colours_of([pair[0][0]])[0] if pair[0] == pair[1] and len(pair[0]) == 1 else MUTED


def _strict_at(found: xarray.Dataset, k: int, pair: Pair) -> bool:
    """Whether the equilibrium of game k with these supports is strict."""
    rows, columns = ([str(one) for one in found[name].values] for name in ("row", "column"))
    first, second = (
        sum(1 << names.index(name) for name in side)
        for names, side in zip((rows, columns), pair, strict=True)
    )
    here = (found.row_support.values[k] == first) & (found.column_support.values[k] == second)
    return bool((here & found.strict.values[k]).any())
