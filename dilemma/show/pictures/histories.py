"""Shares of strategies over time: of large populations, and of simulated finite ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.show.pictures.marks import legend_of
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    MUTED,
    canvas,
    caption,
    colours_of,
    look,
    markers_of,
    panels,
    plain,
)
from dilemma.show.pictures.triangles import on_plane, triangle

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

VIEWS = ("time", "triangle")
# What velocities are in: per value, where they grow with payoffs; or per chance to revise.
_CLOCKS = {
    "1 / value of knowledge": ("replicator", "smith", "brown_von_neumann_nash"),
    "chances to revise": ("best_response", "logit", "imitation"),
    "generations": ("adjusted_replicator", "replicator_mutator"),
}
# With more strategies than this, those that stay below the least share anywhere are not named.
MOST_NAMED, LEAST = 8, 0.05


@draws("flow")
def shares_over_time(flow: xarray.Dataset, ax: Axes | None = None, *, view: str = "time") -> Axes:
    """Draw where shares of strategies went, from one start or from many.

    Parameters
    ----------
    flow : xarray.Dataset
        Of `dilemma.evolution.flow`. Trajectories of all starts and games are drawn alike; two
        populations get a panel each.
    ax : matplotlib Axes, optional
    view : str
        ``"time"``: shares over time. ``"triangle"``: three strategies of one population, as orbits
        in the triangle of their shares.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is no such view, or no triangle of these strategies.
    """
    two = "row_share" in flow
    wanted = [("row_share", "row"), ("column_share", "column")] if two else [("share", "strategy")]
    parts = []
    for name, dim in wanted:
        share = flow[name].transpose(..., "time", dim)
        parts.append(
            (
                {"row": "rows", "column": "columns"}.get(dim, ""),
                [str(one) for one in flow[dim].values],
                share.values.reshape(-1, *share.shape[-2:]),
            )
        )
    words = f"Rule: {flow.attrs['rule']}. {flow.attrs['status']}"
    if _in_triangle(view, parts):
        return _orbits(ax, parts[0][1], parts[0][2], words)
    return _histories(ax, flow["time"].values, parts, _clock(flow.attrs["rule"]), words)


@draws("simulated runs of a population")
def simulated_shares(runs: xarray.Dataset, ax: Axes | None = None, *, view: str = "time") -> Axes:
    """Draw simulated runs: the mean shares between records, and over all steps.

    Parameters
    ----------
    runs : xarray.Dataset
        Of `dilemma.evolution.simulate`. Each run is a line; the mean over all steps after the
        burn-in is dashed, with a band of two standard errors.
    ax : matplotlib Axes, optional
    view : str
        ``"time"`` or, for three strategies of one population, ``"triangle"``.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is no such view, or no triangle of these strategies.
    """
    labels = [str(one) for one in runs["strategy"].values]
    sizes = str(runs.attrs["sizes"]).split()
    groups: dict[str, list[int]] = {}
    for k, label in enumerate(labels):
        who = label.split(": ", 1)[0] if len(sizes) == 2 else ""
        groups.setdefault(who, []).append(k)
    shares = runs["mean_share"].transpose("run", "time", "strategy").values
    parts, means = [], []
    for who, places in groups.items():
        names = [labels[k].split(": ", 1)[-1] if who else labels[k] for k in places]
        parts.append(
            ({"row": "rows", "column": "columns"}.get(who, ""), names, shares[..., places])
        )
        means.append((runs["share"].values[places], runs["share_error"].values[places]))
    words = (
        f"{len(shares)} {'run' if len(shares) == 1 else 'runs'} of {' and '.join(sizes)} players, "
        f"{runs.attrs['process']}, selection {runs.attrs['selection']}, mutation "
        f"{runs.attrs['mutation']}; means between records. Dashed: over all steps after the first "
        f"{runs.attrs['burn_in']}, with two standard errors."
    )
    if _in_triangle(view, parts):
        return _orbits(ax, parts[0][1], parts[0][2], words.split(" Dashed")[0])
    return _histories(ax, runs["time"].values, parts, "time (steps)", words, means)


def _clock(rule: str) -> str:
    """What time counts in under a rule, for the axis."""
    kinds = {one.split("(")[0].strip() for one in str(rule).split(" and ")}
    for unit, known in _CLOCKS.items():
        if kinds <= set(known):
            return f"time ({unit})"
    return "time (units of the rule)"


def _in_triangle(view: str, parts: Sequence[Any]) -> bool:
    if view not in VIEWS:
        raise ValueError(f"view: requires one of {', '.join(VIEWS)}, got {view!r}")
    if view == "triangle" and (len(parts) != 1 or len(parts[0][1]) != 3):
        sizes = " and ".join(str(len(names)) for _, names, _ in parts)
        raise ValueError(
            f"view: requires three strategies of one population for a triangle, got {sizes}"
        )
    return view == "triangle"


def _orbits(ax: Axes | None, names: Sequence[str], shares: Floats, words: str) -> Axes:
    from matplotlib.collections import LineCollection

    with look():
        ax, own = triangle(ax, names)
        known = [one[~np.isnan(one).any(axis=1)] for one in shares]
        lines = [on_plane(one) for one in known if len(one)]
        drawn = LineCollection(lines, colors=MUTED, linewidths=1.1, zorder=3)
        drawn.set_gid("trajectories")
        own.add_collection(drawn)
        for place, marker, label in ((0, "o", "start"), (-1, "s", "end")):
            points = np.array([line[place] for line in lines], dtype=np.float64).reshape(-1, 2)
            own.plot(
                *points.T,
                marker,
                color="#2f5fb3" if marker == "o" else "#c4732b",
                markersize=4.5,
                label=label,
                transform=own.transData,
                clip_on=False,
                zorder=4,
                gid=label,
            )
        ax.set_title("Where shares went", pad=12)
        legend_of(ax, (0.98, 0.98), of=own)
        caption(ax, f"{words} Shares of firms: at a corner all use that strategy.")
    return ax


def _histories(
    ax: Axes | None,
    times: Floats,
    parts: Sequence[tuple[str, list[str], Floats]],
    unit: str,
    words: str,
    means: Sequence[tuple[Floats, Floats]] = (),
) -> Axes:
    with look():
        parent = canvas(ax, (7.4, 3.4 + 2.2 * (len(parts) - 1)))
        cells = [parent]
        if len(parts) == 2:
            cells = panels(parent, 2, 1, (0.0, 0.22))
            cells[0].tick_params(labelbottom=False)
        for k, (panel, (who, names, shares)) in enumerate(zip(cells, parts, strict=True)):
            told = bool(k) and names == parts[0][1]
            _panel(panel, times, names, shares, means[k] if means else None, not told)
            panel.set_ylabel(f"share of {who or 'firms'}")
            panel.set(ylim=(-0.02, 1.02), xlim=_span(times))
        cells[-1].set_xlabel(unit)
        parent.set_title("Shares over time", pad=12)
        caption(parent, words)
    return parent


def _span(times: Floats) -> tuple[float, float]:
    low, high = float(times[0]), float(times[-1])
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _panel(
    ax: Axes,
    times: Floats,
    names: list[str],
    shares: Floats,
    mean: Any = None,
    legend: bool = True,
) -> None:
    """One population: a line for each strategy and trajectory, with its marker here and there."""
    many = len(shares) > 1
    highest = np.max(np.nan_to_num(shares), axis=(0, 1), initial=0.0)
    named = [k for k in range(len(names)) if len(names) <= MOST_NAMED or not highest[k] < LEAST]
    colours, markers = colours_of(names), markers_of(names)
    gap = max(1, len(times) // 6)
    order = named + [k for k in range(len(names)) if k not in named]
    rest_named = False
    for k in order:
        for number, line in enumerate(shares[..., k]):
            seen = k in named
            label = plain(names[k]) if seen and number == 0 else None
            if not seen and not rest_named:
                left = len(names) - len(named)
                label = f"{left} others, below {100 * LEAST:.0f} %"
                rest_named = True
            (drawn,) = ax.plot(
                times,
                line,
                color=colours[k] if seen else MUTED,
                linewidth=(0.9 if many or mean is not None else 1.8) if seen else 0.7,
                alpha=0.45 if mean is not None else 0.75 if many and seen else 1,
                marker=markers[k] if seen else None,
                markersize=4.5 if not many else 3.5,
                markevery=(min(gap - 1, k * gap // max(1, len(names))), gap),
                label=label,
                clip_on=False,
                zorder=2 if seen else 1.5,
            )
            drawn.set_gid(f"share of {names[k]}")
        if mean is not None and k in named:
            value, error = float(mean[0][k]), float(mean[1][k])
            ax.axhline(
                value,
                color=colours[k],
                linestyle="--",
                linewidth=1.8,
                gid="long-run share",
                zorder=4,
            )
            if error > 0:
                ax.axhspan(
                    value - 2 * error, value + 2 * error, color=colours[k], alpha=0.2, linewidth=0
                )
    if legend:
        legend_of(ax, fontsize=9 if len(named) <= 9 else 7)
