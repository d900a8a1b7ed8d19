"""A measure over terms: a line along one, a heat map over two, small multiples beyond."""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.show.pictures.cells import draw_classes, edges_of, label_classes
from dilemma.show.pictures.regimes import read_regime, regime_colour, regime_in_short
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.strips import Strip, draw_strips
from dilemma.show.pictures.theme import (
    MUTED,
    OTHERS,
    canvas,
    caption,
    colours_of,
    legend_beside,
    look,
    markers_of,
    panels,
    plain,
    term_label,
    tint,
)

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

MOST_PANELS = 16
# A measure that is no strategy's has none of their colours.
MEASURE = OTHERS[4]
MOST_MARKED = 40


@draws("sweep")
def measure_over_terms(
    found: xarray.Dataset, ax: Axes | None = None, *, variable: str | None = None
) -> Axes:
    """Draw a sweep: numbers as lines or heat maps, texts and truths as strips or areas.

    Along one term numbers are a line, and texts and truths a strip for each; over two, a heat map
    or numbered areas. Further dimensions, and several variables, make small multiples. Missing
    numbers leave gaps. The terms that were held are written below.

    Parameters
    ----------
    found : xarray.Dataset
        What `sweep` returns.
    ax : matplotlib Axes, optional
        Divided, if there are several panels.
    variable : str, optional
        Draw this one alone.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is no such variable, nothing to draw, or more than 16 panels.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> from dilemma.study import axis, sweep
    >>> def welfare(game):
    ...     return game.payoffs.sum(axis=0).max()
    >>> ax = measure_over_terms(sweep(Alliance(), welfare, trust=axis(0, 1, 3)))
    >>> ax.get_xlabel(), ax.lines[0].get_ydata().tolist()
    ('trust (0 to 1)', [1.0, 1.5, 2.0])
    """
    names = [str(name) for name in found.data_vars if not _is_legend(found, str(name))]
    if variable is not None:
        if variable not in names:
            raise ValueError(f"variable: requires one of {', '.join(names)}, got {variable!r}")
        names = [variable]
    parts = [part for name in names for part in _parts(found, name)]
    if not parts or any(not part.size for _, part, _ in parts):
        raise ValueError("found: requires a variable over at least one term, with values")
    if len(parts) > MOST_PANELS:
        raise ValueError(
            f"found: requires at most {MOST_PANELS} panels, got {len(parts)}; "
            "choose by found.sel(...), or by variable=..."
        )
    ranges = {name: _range(found[name]) for name in names}
    with look():
        columns = math.ceil(math.sqrt(len(parts)))
        rows = math.ceil(len(parts) / columns)
        beside = any(_wide(found, name, part) for name, part, _ in parts)
        size = (6.6, 4.6) if len(parts) == 1 else (4.4 * columns + 2 * beside, 3.6 * rows)
        if len(parts) == 1 and beside:
            size = (8.2, 4.8)
        ax = canvas(ax, size)
        gap = (0.8 if beside else 0.5, 0.55)
        places = [ax] if len(parts) == 1 else panels(ax, rows, columns, gap)
        for place, (name, part, words) in zip(places, parts, strict=False):
            _draw(place, found, name, part, ranges[name])
            title = f"{name.replace('_', ' ')}{', ' if words else ''}{words}"
            room = place.get_window_extent().width / place.figure.dpi * 72 / 6.2
            place.set_title(textwrap.fill(plain(title), max(int(room), 16)))
        for place in places[len(parts) :]:
            place.set_visible(False)
        terms = found.attrs.get("terms", "")
        status = found.attrs.get("status", "")
        caption(ax, f"{terms}. {status}" if terms else status)
    return ax


def _is_legend(found: xarray.Dataset, name: str) -> bool:
    dims = found[name].dims
    return len(dims) == 1 and str(dims[0]).endswith("_code") and name == f"{str(dims[0])[:-5]}s"


def _is_term(found: xarray.Dataset, dim: Any) -> bool:
    return dim not in found.coords or found[dim].dtype.kind in "iuf"


def _parts(found: xarray.Dataset, name: str) -> list[tuple[str, xarray.DataArray, str]]:
    """Split a variable into what fits into one panel: its name, the part, and what is fixed."""
    whole = found[name]
    for dim in whole.dims:
        if dim in whole.coords and whole[dim].dtype.kind in "iuf":
            whole = whole.sortby(dim)
    terms = [dim for dim in whole.dims if _is_term(found, dim)]
    if not terms:
        return []
    others = [dim for dim in whole.dims if dim not in terms]
    fixed = terms[2:] + (others if len(terms) > 1 else [])
    parts = []
    for index in itertools.product(*(range(whole.sizes[dim]) for dim in fixed)):
        part = whole.isel(dict(zip(fixed, index, strict=True)))
        words = ", ".join(
            f"{dim} {_member(whole, dim, k)}" for dim, k in zip(fixed, index, strict=True)
        )
        parts.append((name, part, words))
    return parts


def _member(whole: xarray.DataArray, dim: Any, k: int) -> str:
    if dim not in whole.coords:
        return str(k)
    value = whole[dim].values[k]
    return f"{value:.4g}" if whole[dim].dtype.kind in "iuf" else str(value)


def _range(whole: xarray.DataArray) -> tuple[float, float] | None:
    if whole.dtype.kind not in "iuf" or not np.isfinite(whole.values).any():
        return None
    finite = whole.values[np.isfinite(whole.values)]
    return float(finite.min()), float(finite.max())


def _wide(found: xarray.Dataset, name: str, part: xarray.DataArray) -> bool:
    """Whether something stands beside its panel."""
    return f"{name}s" in found or part.ndim > 1


def _draw(
    ax: Axes,
    found: xarray.Dataset,
    name: str,
    part: xarray.DataArray,
    limits: tuple[float, float] | None,
) -> None:
    kinds = [str(one) for one in found[f"{name}s"].values] if f"{name}s" in found else None
    if kinds is None and part.dtype.kind == "b":
        kinds = ["no", "yes"]
    terms = [str(dim) for dim in part.dims if _is_term(found, dim)]
    unit = part.attrs.get("units", "1")
    label = plain(name.replace("_", " ") + ("" if unit in ("1", "") else f" ({unit})"))
    if kinds is not None:
        if len(terms) == 1 and part.ndim == 1:
            _strips_of_kinds(ax, part, terms[0], kinds)
        elif part.ndim == 2 and len(terms) == 2:
            _areas_of_kinds(ax, part, terms, kinds)
        else:
            part = part.astype(float)
            kinds = None
    if kinds is None and len(terms) == 1:
        _lines(ax, part, terms[0], label)
    elif kinds is None:
        _heat(ax, part, terms, label, limits)
    ax.set_xlabel(term_label(terms[0]) if terms[0] in part.coords else f"{terms[0]} (position)")
    if len(terms) == 2:
        ax.set_ylabel(
            term_label(terms[1]) if terms[1] in part.coords else f"{terms[1]} (position)"
        )


def _lines(ax: Axes, part: xarray.DataArray, term: str, label: str) -> None:
    from matplotlib.ticker import MaxNLocator

    where = part[term].values if term in part.coords else np.arange(part.sizes[term])
    others = [dim for dim in part.dims if dim != term]
    members = list(itertools.product(*(range(part.sizes[dim]) for dim in others)))
    words = [
        ", ".join(_member(part, dim, k) for dim, k in zip(others, one, strict=True))
        for one in members
    ]
    styles = ("solid", "dashed", "dashdot", "dotted")
    for k, (one, colour, marker) in enumerate(
        zip(members, colours_of(words), markers_of(words), strict=True)
    ):
        values = part.isel(dict(zip(others, one, strict=True))).values
        ax.plot(
            where,
            values,
            color=colour if others else MEASURE,
            linestyle=styles[k // 8 % len(styles)],
            # Few points are marked: between them, the line knows nothing.
            marker=marker if others else "o" if len(where) <= MOST_MARKED else None,
            markevery=max(1, len(where) // 8) if others else 1,
            markersize=5 if others or len(where) == 1 else 3.5,
            linewidth=1.8,
            label=plain(words[k]) if others else None,
            clip_on=False,
        )
        alone = np.isfinite(values) & ~_beside_a_number(values)
        if alone.any() and len(where) > 1:
            # Numbers between gaps, which a line does not show.
            ax.plot(
                where[alone], values[alone], "o", color=colour if others else MEASURE, markersize=3
            )
    ax.set_ylabel(label)
    ax.margins(x=0.01)
    if len(where) > 2 and np.issubdtype(where.dtype, np.number) and (where % 1 == 0).all():
        # Such as thresholds of so many firms: there are none between.
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if not np.isfinite(part.values.astype(float)).any():
        ax.text(0.5, 0.5, "no numbers", transform=ax.transAxes, ha="center", va="center")
    if others:
        legend_beside(ax)


def _beside_a_number(values: Any) -> Any:
    finite = np.isfinite(values)
    found = np.zeros(len(finite), dtype=bool)
    found[1:] |= finite[:-1]
    found[:-1] |= finite[1:]
    return found


def _heat(
    ax: Axes,
    part: xarray.DataArray,
    terms: Sequence[str],
    label: str,
    limits: tuple[float, float] | None,
) -> None:
    from matplotlib.patches import Patch

    values = np.asarray(part.transpose(terms[1], terms[0]).values, dtype=np.float64)
    whole = part.to_dataset(name="values")
    x, y = (edges_of(whole, term) for term in terms)
    low, high = limits if limits is not None else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    mesh = ax.pcolormesh(
        x,
        y,
        np.ma.masked_invalid(values),
        cmap="cividis",
        vmin=low,
        vmax=high,
        rasterized=values.size > 2500,
    )
    mesh.set_gid("values")
    bar = ax.figure.colorbar(mesh, cax=ax.inset_axes((1.03, 0, 0.045, 1)))
    bar.set_label(textwrap.fill(label, 34))
    outline: Any = bar.outline
    outline.set_visible(False)
    if not np.isfinite(values).all():
        ax.set_facecolor("white")
        ax.patch.set_hatch("////")
        ax.patch.set_edgecolor(MUTED)
        ax.legend(
            [Patch(facecolor="white", edgecolor=MUTED, hatch="////")],
            ["missing"],
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            borderaxespad=0.1,
        )


def _strips_of_kinds(ax: Axes, part: xarray.DataArray, term: str, kinds: Sequence[str]) -> None:
    edges = edges_of(part.to_dataset(name="values"), term)
    codes = part.values.astype(int)
    strips = []
    for k in dict.fromkeys(codes.tolist()):
        pieces: list[tuple[float, float, bool]] = []
        for place in np.flatnonzero(codes == k):
            low, high = float(edges[place]), float(edges[place + 1])
            if pieces and pieces[-1][1] == low:
                low = pieces.pop()[0]
            pieces.append((low, high, True))
        words = _in_short(kinds[k]) if 0 <= k < len(kinds) else "missing"
        strips.append(Strip(_wrapped(words), tuple(pieces), _kind_colours(kinds)[k % len(kinds)]))
    draw_strips(ax, strips, (float(edges[0]), float(edges[-1])), thick_means="")


def _areas_of_kinds(
    ax: Axes, part: xarray.DataArray, terms: Sequence[str], kinds: Sequence[str]
) -> None:
    from matplotlib.patches import Patch

    whole = part.to_dataset(name="values")
    x, y = (edges_of(whole, term) for term in terms)
    codes = part.transpose(terms[1], terms[0]).values.astype(np.intp)
    words = list(kinds)
    if (codes < 0).any():
        codes = np.where(codes < 0, len(words), codes)
        words.append("missing")
    colours = [tint(one, 0.6) for one in _kind_colours(words)]
    if any(" × " in one for one in words):
        colours = [regime_colour(read_regime(one) if " × " in one else ()) for one in words]
    # Texts have numbers, for want of room; truths are short enough.
    names = words if words[:2] == ["no", "yes"] else [str(k + 1) for k in range(len(words))]
    draw_classes(ax, x, y, codes, colours)
    present = np.unique(codes).tolist()
    legend_beside(
        ax,
        [Patch(facecolor=colours[k], edgecolor=MUTED) for k in present[:16]],
        [
            _wrapped(f"{names[k]}: {_in_short(words[k])}".removeprefix(f"{words[k]}: "))
            for k in present[:16]
        ],
        fontsize=8,
        title=None if len(present) <= 16 else f"the first 16 of {len(present)}",
    )
    label_classes(ax, x, y, codes, names, colours)


def _kind_colours(kinds: Sequence[str]) -> list[str]:
    if list(kinds) == ["no", "yes"]:
        return [OTHERS[2], OTHERS[0]]
    return colours_of(list(kinds))


def _in_short(words: str) -> str:
    """A regime by the short names of its strategies, and anything else as it is."""
    return regime_in_short(read_regime(words)) if " × " in words else words


def _wrapped(words: str) -> str:
    return textwrap.fill(textwrap.shorten(plain(words), 90, placeholder=" …"), 32)
