"""Which terms an answer hangs on: Sobol indices, Morris screening, tornado charts."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.show.pictures.labels import label_points
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    MUTED,
    OTHERS,
    canvas,
    caption,
    ink_on,
    legend_beside,
    look,
    plain,
    term_label,
    tint,
)

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

FIRST, TOTAL = OTHERS[4], OTHERS[3]


@draws("sensitivity")
def sobol_bars(
    found: xarray.Dataset,
    ax: Axes | None = None,
    *,
    output: str | None = None,
    pairs: bool = False,
) -> Axes:
    """Draw Sobol indices with their intervals: each term alone, and all that it takes part in.

    Parameters
    ----------
    found : xarray.Dataset
        What `sensitivity` returns.
    ax : matplotlib Axes, optional
    output : str, optional
        Which number of the measure; needed if there are several.
    pairs : bool
        Draw instead what is due to each pair of terms, beyond each alone.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If `pairs` is no truth value, or there is no such output.
    """
    if not isinstance(pairs, bool):
        raise TypeError(f"pairs: requires True or False, got {pairs!r}")
    name = _output(found, output)
    one = found.sel(output=name)
    terms = [str(term) for term in one.term.values]
    with look():
        if pairs:
            ax = _pairs(one, terms, ax)
        else:
            ax = canvas(ax, (7.6, 1.6 + 0.5 * len(terms)))
            order = np.argsort(np.nan_to_num(-one.total.values, nan=0.0), kind="stable")
            for variable, colour, shift, hatch, words in (
                ("first_order", FIRST, -0.19, None, "the term alone"),
                ("total", TOTAL, 0.19, "////", "all that it takes part in"),
            ):
                values = one[variable].values[order]
                ends = one[f"{variable}_interval"].values[order]
                places = np.arange(len(terms)) + shift
                ax.barh(
                    places,
                    np.nan_to_num(values),
                    0.34,
                    color=tint(colour, 0.75),
                    edgecolor=colour,
                    hatch=hatch,
                    label=words,
                    gid=variable,
                )
                known = np.isfinite(values)
                ax.errorbar(
                    values[known],
                    places[known],
                    xerr=np.stack(
                        [values[known] - ends[known, 0], ends[known, 1] - values[known]]
                    ),
                    fmt="none",
                    ecolor=INK,
                    elinewidth=1.2,
                    capsize=3,
                )
            ax.axvline(0, color=INK, linewidth=0.8)
            if not np.isfinite(one.total.values).any():
                ax.set_xlim(0, 1)
                ax.text(0.5, 0.5, "the measure does not vary", transform=ax.transAxes, ha="center")
            ax.set(
                yticks=range(len(terms)),
                ylim=(len(terms) - 0.4, -0.6),
                xlabel="share of the variance (with intervals)",
                title=_title(f"What {_words(name)} hangs on", ax),
            )
            ax.set_yticklabels([plain(terms[k].replace("_", " ")) for k in order])
            legend_beside(ax)
        _caption(ax, found)
    return ax


def _pairs(one: xarray.Dataset, terms: list[str], ax: Axes | None) -> Axes:
    size = len(terms)
    ax = canvas(ax, (3.2 + 0.9 * size, 2.2 + 0.7 * size))
    values = one.second_order.values
    largest = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 1.0
    mesh = ax.pcolormesh(
        np.arange(size + 1) - 0.5,
        np.arange(size + 1) - 0.5,
        np.ma.masked_invalid(values),
        cmap="PuOr",
        vmin=-largest or -1.0,
        vmax=largest or 1.0,
        edgecolor="white",
        linewidth=1,
    )
    mesh.set_gid("second_order")
    for i, j in np.ndindex(values.shape):
        if not np.isfinite(values[i, j]):
            continue
        low, high = one.second_order_interval.values[i, j]
        sure = low > 0 or high < 0
        ax.text(
            j, i, f"{values[i, j]:.2f}", ha="center", va="center", fontsize=9,
            fontweight="bold" if sure else "normal",
            color=ink_on(mesh.cmap(mesh.norm(values[i, j]))),
        )  # fmt: skip
    # The upper triangle: the last row and the first column are empty.
    labels = [textwrap.fill(plain(term.replace("_", " ")), 14) for term in terms]
    ax.set(
        xlim=(0.5, size - 0.5),
        ylim=(size - 1.5, -0.5),
        xticks=range(1, size),
        yticks=range(size - 1),
    )
    ax.set_xticklabels(labels[1:], rotation=90 if size > 4 else 0)
    ax.set_yticklabels(labels[:-1])
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_title(_title(f"Pairs of terms that {_words(str(one.output.values))} hangs on", ax))
    bar: Any = ax.figure.colorbar(mesh, ax=ax, fraction=0.05, pad=0.03)
    bar.set_label("share of the variance")
    bar.outline.set_visible(False)
    caption(ax, "beyond what is due to each alone; bold: the interval leaves out 0")
    return ax


@draws("screening")
def screening_map(
    found: xarray.Dataset, ax: Axes | None = None, *, output: str | None = None
) -> Axes:
    """Draw how much each term matters against how unevenly it does, from Morris screening.

    Terms far to the right matter; those high above the line do so differently from place to place,
    or together with others.

    Parameters
    ----------
    found : xarray.Dataset
        What `screening` returns.
    ax : matplotlib Axes, optional
    output : str, optional
        Which number of the measure; needed if there are several.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is no such output.
    """
    name = _output(found, output)
    one = found.sel(output=name)
    x, y = one.mean_absolute_effect.values, one.spread.values
    ends = one.mean_absolute_effect_interval.values
    with look():
        ax = canvas(ax, (6.8, 4.8))
        ax.errorbar(
            x,
            y,
            xerr=np.stack([x - ends[:, 0], ends[:, 1] - x]),
            fmt="o",
            color=FIRST,
            ecolor=MUTED,
            capsize=3,
            markersize=7,
            gid="terms",
        )
        right, top = float(max(ends.max(), x.max())), float(y.max())
        far = max(right, top) or 1.0
        ax.plot([0, 1.5 * far], [0, 1.5 * far], color=MUTED, linestyle=":", linewidth=1, zorder=0)
        ax.set(
            xlim=(min(-0.03 * (right or 1.0), 1.05 * float(ends.min())), 1.15 * (right or 1.0)),
            ylim=(-0.06 * (top or right or 1.0), 1.15 * (top or right or 1.0)),
            xlabel="μ*: mean size of its effects (in units of the measure)",
            ylabel="σ: spread of its effects",
            title=_title(f"Which terms {_words(name)} hangs on", ax),
        )
        names = [str(term).replace("_", " ") for term in one.term.values]
        bars = [(low, height, high, height) for (low, high), height in zip(ends, y, strict=True)]
        label_points(ax, np.column_stack([x, y]).tolist(), names, 9, bars)
        caption(ax, "dotted: σ = μ*; above it, an effect changes with the other terms' values")
        _caption(ax, found)
    return ax


@draws("tornado")
def tornado_chart(
    found: xarray.Dataset, ax: Axes | None = None, *, output: str | None = None
) -> Axes:
    """Draw how far each term alone moves a measure through its range, the widest first.

    Parameters
    ----------
    found : xarray.Dataset
        What `one_at_a_time` returns.
    ax : matplotlib Axes, optional
    output : str, optional
        Which number of the measure; needed if there are several.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is no such output.

    Examples
    --------
    >>> from dilemma.study import one_at_a_time
    >>> found = one_at_a_time(lambda a, b: a + 2 * b, float, base={"a": 0, "b": 0},
    ...                       a=(-1, 1), b=(-1, 1))
    >>> [label.get_text().split()[0] for label in tornado_chart(found).get_yticklabels()]
    ['b', 'a']
    """
    name = _output(found, output)
    one = found.sel(output=name)
    terms = [str(term) for term in one.term.values]
    base = float(one.base)
    order = np.argsort(-(one.greatest - one.least).values, kind="stable")
    with look():
        ax = canvas(ax, (7.8, 1.6 + 0.45 * len(terms)))
        for place, k in enumerate(order):
            least, greatest = float(one.least[k]), float(one.greatest[k])
            ax.barh(
                place, greatest - least, 0.55, left=least, color=tint(FIRST, 0.45),
                edgecolor=FIRST, gid=terms[k],
            )  # fmt: skip
        ax.axvline(base, color=INK, linewidth=1)
        # A little above and below each other, for both ends may give the same.
        for values, shift, marker, colour, words in (
            (one.at_low.values, -0.13, "<", TOTAL, "at the low end of its range"),
            (one.at_high.values, 0.13, ">", OTHERS[0], "at the high end"),
        ):
            ax.plot(
                values[order], np.arange(len(order)) + shift, marker=marker, color=colour,
                linestyle="none", markersize=8, label=words, clip_on=False,
            )  # fmt: skip
        unit = found.attrs.get("units", "1")
        ax.use_sticky_edges = False
        ax.margins(x=0.05)
        ax.set(
            yticks=range(len(order)),
            ylim=(len(order) - 0.4, -0.6),
            xlabel=plain(_words(name) + ("" if unit == "1" else f" ({unit})")),
            title=_title(f"How far each term alone moves {_words(name)}", ax),
        )
        ends = found.position.values
        ax.set_yticklabels(
            [
                textwrap.fill(
                    f"{term_label(terms[k]).split(' (')[0]} {ends[k, 0]:g} to {ends[k, -1]:g}", 30
                )
                for k in order
            ]
        )
        ax.tick_params(axis="y", length=0)
        legend_beside(ax)
        caption(ax, f"bars: all values in the range; line: {base:.4g}, where all terms are held")
        _caption(ax, found)
    return ax


def _output(found: xarray.Dataset, output: str | None) -> str:
    names = [str(name) for name in found.output.values]
    if output is None and len(names) == 1:
        return names[0]
    if output not in names:
        raise ValueError(f"output: requires one of {', '.join(names)}, got {output!r}")
    return str(output)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _title(words: str, ax: Axes) -> str:
    letters = ax.get_window_extent().width / ax.figure.dpi * 72 / 6.4
    return textwrap.fill(plain(words), max(20, int(letters)))


def _caption(ax: Axes, found: xarray.Dataset) -> None:
    about = found.attrs
    parts = [about.get("model", ""), about.get("ranges", ""), about.get("status", "")]
    caption(ax, "; ".join(part for part in parts if part))
