"""Basins of attraction: how large they are, and which starts come to which end."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.evolution import Basins, RestPoint
from dilemma.show.pictures.marks import draw_rest_points, settle
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    COLOURS,
    OTHERS,
    canvas,
    caption,
    colours_of,
    legend_beside,
    look,
    markers_of,
    plain,
)
from dilemma.show.pictures.triangles import on_plane, triangle

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

VIEWS = ("shares", "starts")
SPARE = "ox+1v^s*"


@draws(Basins)
def basins_of_attraction(
    basins: Basins, ax: Axes | None = None, *, view: str | None = None
) -> Axes:
    """Draw basins of attraction: as bars, or by the starts that come to each end.

    Parameters
    ----------
    basins : Basins
    ax : matplotlib Axes, optional
    view : str, optional
        ``"shares"``: bars with standard errors. ``"starts"``: the starts of trajectories, coloured
        by where they came to, in the triangle of three strategies or the square of two populations
        of two. Left out: starts where they can be drawn.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is no such view, or the starts cannot be drawn.
    """
    if view is not None and view not in VIEWS:
        raise ValueError(f"view: requires one of {', '.join(VIEWS)}, got {view!r}")
    widths = tuple(one.shape[1] for one in basins.starts)
    possible = widths in ((3,), (2, 2))
    if view == "starts" and not possible:
        shape = " and ".join(map(str, widths)) or "none: the shares are exact"
        raise ValueError(
            "view: requires starts of three strategies, or of two populations of two, for starts, "
            f"got {shape}"
        )
    labels = [one.words for one in basins]
    shares = [float(one.share) for one in basins]
    errors = [one.standard_error for one in basins]
    colours, markers = _styles(basins)
    words = f"Rule: {basins.rule}. {basins.status}"
    with look():
        if view == "shares" or not possible:
            return _bars(ax, labels, shares, errors, colours, words)
        return _starts(basins, ax, labels, colours, markers, words)


@draws("basins")
def basin_shares(basins: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the shares of basins as bars, with standard errors.

    Parameters
    ----------
    basins : xarray.Dataset
        Of `dilemma.evolution.Basins.to_dataset`.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    labels = [str(one) for one in basins["attractor"].values]
    heads = [one.split(" (")[0] for one in labels]
    spare = iter(OTHERS * (1 + len(labels)))
    colours = [COLOURS.get(head) or next(spare) for head in heads]
    with look():
        return _bars(
            ax,
            labels,
            basins["share"].values.tolist(),
            basins["standard_error"].values.tolist(),
            colours,
            f"Rule: {basins.attrs['rule']}. {basins.attrs['status']}",
        )


def _styles(basins: Basins) -> tuple[list[str], list[str]]:
    """A colour and marker for each end: those of a strategy where all end with that."""
    names = basins.rest.strategies[0]
    own_colours, own_markers = colours_of(names), markers_of(names)
    spare = iter([(colour, mark) for mark, colour in zip(SPARE, OTHERS, strict=True)] * 20)
    used = set()
    colours, markers = [], []
    for one in basins:
        pure = None
        if isinstance(one.attractor, RestPoint) and len(one.attractor.shares) == 1:
            shares = list(one.attractor.shares[0])
            pure = shares.index(1) if 1 in shares else None
        if pure is not None:
            style = own_colours[pure], own_markers[pure]
        else:
            style = next(pair for pair in spare if pair[0] not in used)
        used.add(style[0])
        colours.append(style[0])
        markers.append(style[1])
    return colours, markers


def _bars(
    ax: Axes | None,
    labels: Sequence[str],
    shares: Sequence[float],
    errors: Sequence[float],
    colours: Sequence[str],
    words: str,
) -> Axes:
    ax = canvas(ax, (7.0, 1.6 + 0.55 * len(labels)))
    places = range(len(labels))
    bars = ax.barh(places, shares, color=colours, height=0.62)
    for bar in bars:
        bar.set_gid("basin")
    if any(errors):
        ax.errorbar(
            shares, places, xerr=errors, fmt="none", ecolor="#1c1c1c", capsize=3, linewidth=1.2
        )
    for place, share, error in zip(places, shares, errors, strict=True):
        value = f"{share:.3f}" + (f" ± {error:.3f}" if error else "")
        ax.text(share + error + 0.015, place, value, va="center", fontsize=9)
    ax.set_yticks(places, [textwrap.fill(plain(label), 34) for label in labels])
    ax.set(
        xlim=(0, 1.22),
        ylim=(len(labels) - 0.4, -0.6),
        xticks=[0, 0.2, 0.4, 0.6, 0.8, 1],
        xlabel="share of the state space (± standard error)",
        title="Basins of attraction",
    )
    ax.tick_params(axis="y", length=0)
    ax.spines["bottom"].set_bounds(0, 1)
    caption(ax, words)
    return ax


def _starts(
    basins: Basins,
    ax: Axes | None,
    labels: Sequence[str],
    colours: Sequence[str],
    markers: Sequence[str],
    words: str,
) -> Axes:
    three = len(basins.starts) == 1
    names, players = basins.rest.strategies, basins.rest.players
    if three:
        ax, own = triangle(ax, names[0], size=(7.6, 4.6))
        points = on_plane(basins.starts[0])
    else:
        ax = own = canvas(ax, (7.6, 4.6))
        points = np.stack([one[:, 0] for one in basins.starts], axis=-1)
    for number, basin in enumerate(basins):
        here = points[basins.reached == number]
        (drawn,) = own.plot(
            *here.T,
            linestyle="none",
            marker=markers[number],
            markersize=2.6,
            color=colours[number],
            transform=own.transData,
            zorder=2,
        )
        drawn.set_gid("starts")
        words_here = textwrap.fill(plain(labels[number]), 30)
        share = f"{float(basin.share):.3f} ± {basin.standard_error:.3f}"
        drawn.set_label(f"{words_here}\n{share}")
    draw_rest_points(
        own,
        [point for point in basins.rest if point.kind == "stable"],
        lambda shares: (
            on_plane([float(one) for one in shares[0]])
            if three
            else np.array([float(one[0]) for one in shares])
        ),
        names={"stable": "stable rest point"},
    )
    if not three:
        (row, other), (column, last) = names
        own.set(
            xlim=(0, 1),
            ylim=(0, 1),
            aspect="equal",
            anchor="NW",
            xlabel=plain(f"{players[0]}: share of {row} (0: all {other})"),
            ylabel=f"{plain(players[1])}: share of {plain(column)}\n(0: all {plain(last)})",
        )
    ax.set_title("Basins of attraction: starts by where they come to", pad=12)
    handles, labels = own.get_legend_handles_labels()
    shown: list[Any] = [copy(handle) for handle in handles]
    for handle in shown:
        handle.set_markersize(7)
    legend_beside(ax, shown, labels, bbox_to_anchor=(0.98 if three else 1.04, 0.98))
    caption(ax, f"{words} Shares in the legend: of the state space, ± standard error.")
    if not three:
        settle(ax)
    return ax
