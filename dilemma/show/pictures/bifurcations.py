"""Bifurcation diagrams: rest points along a parameter, and where they are born, meet or turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    FRAME,
    INK,
    MUTED,
    OTHERS,
    canvas,
    caption,
    colours_of,
    legend_beside,
    look,
    panels,
    short_names,
    term_label,
)
from dilemma.study import Continuation

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

# How branches are drawn, by whether they keep what is near.
LINES: dict[str, Any] = {
    "stable": "-",
    "saddle": (0, (5, 2)),
    "unstable": (0, (1, 1.6)),
    "centre": (0, (6, 2, 1, 2)),
    "undecided": (0, (6, 2, 1, 2, 1, 2)),
}
# How special points are drawn.
POINTS = {
    "fold": "o",
    "transcritical": "X",
    "pitchfork": "D",
    "Hopf": "*",
    "degenerate": "s",
}
# From how many panels on the axes are two panels wide.
WIDE = 4


@draws(Continuation)
def bifurcation_diagram(
    found: Continuation, ax: Axes | None = None, *, strategies: Sequence[str] | None = None
) -> Axes:
    """Draw the branches of rest points along a parameter: a panel for each strategy's share.

    Stable branches are solid, all others broken: dashed for saddles, dotted for unstable ones.
    Special points have a mark for their kind, and the value of the parameter beside it where there
    is room. Two strategies need one panel: that of the first.

    Parameters
    ----------
    found : Continuation
    ax : matplotlib Axes, optional
        Divided if there are several panels.
    strategies : sequence of str, optional
        Whose shares to show. With two populations shares of both are shown for each name.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is no such strategy.
    """
    pieces = []
    for branch in found.branches:
        values = np.asarray(branch.values, dtype=np.float64)
        for low, high, kind in branch.kinds:
            inside = (values >= float(low) - 1e-12) & (values <= float(high) + 1e-12)
            pieces.append((kind, values[inside], branch.states[inside]))
    points = [
        (one.kind, float(one.value), np.concatenate([np.asarray(part) for part in one.state]))
        for one in found.special
    ]
    spans = [(float(one.low), float(one.high)) for one in found.continua]
    words = f"Rule: {found.rule}. {found.status}"
    low, high = map(float, found.over)
    return _diagram(
        ax,
        found.parameter,
        (low, high),
        found.strategies,
        strategies,
        pieces,
        points,
        spans,
        words,
    )


@draws("continuation")
def bifurcation_dataset(
    found: xarray.Dataset, ax: Axes | None = None, *, strategies: Sequence[str] | None = None
) -> Axes:
    """Draw the Dataset of a continuation as `bifurcation_diagram`: what is not stable is dashed.

    Parameters
    ----------
    found : xarray.Dataset
        Of ``Continuation.to_dataset``.
    ax : matplotlib Axes, optional
    strategies : sequence of str, optional
        Names as in the Dataset.

    Returns
    -------
    matplotlib Axes
    """
    names = tuple(str(one) for one in found["strategy"].values)
    branch, value = found["branch"].values, found["value"].values
    stable = found["stable"].values
    states = found["state"].transpose("point", "strategy").values
    pieces = []
    for one in np.unique(branch):
        here = np.flatnonzero(branch == one)
        cuts = np.flatnonzero(np.diff(stable[here].astype(int))) + 1
        for run in np.split(here, cuts):
            # Up to the first point of what follows, so that no gap is left between pieces.
            whole = np.append(run, run[-1] + 1) if run[-1] != here[-1] else run
            kind = "stable" if stable[run[0]] else "not stable"
            pieces.append((kind, value[whole], states[whole]))
    special = [
        (str(kind), float(at), np.full(len(names), np.nan))
        for kind, at in zip(
            found["special_kind"].values, found["special_value"].values, strict=True
        )
    ]
    span = (float(value.min()), float(value.max())) if len(value) else (0.0, 1.0)
    words = f"Rule: {found.attrs['rule']}. {found.attrs['status']}"
    parameter = str(found.attrs["parameter"])
    return _diagram(ax, parameter, span, (names,), strategies, pieces, special, [], words)


def _diagram(
    ax: Axes | None,
    parameter: str,
    over: tuple[float, float],
    names: Sequence[Sequence[str]],
    chosen: Sequence[str] | None,
    pieces: Sequence[tuple[str, Floats, Floats]],
    points: Sequence[tuple[str, float, Floats]],
    spans: Sequence[tuple[float, float]],
    words: str,
) -> Axes:
    shown = _shown(names, chosen)
    columns = 2 if len(shown) >= WIDE else 1
    rows = -(-len(shown) // columns)
    with look():
        ax = canvas(ax, (4.4 + 3.2 * (columns - 1) + 1.8, 1.6 + 1.9 * rows))
        cells = panels(ax, rows, columns, (0.28, 0.28)) if len(shown) > 1 else [ax]
        for spare in cells[len(shown) :]:
            spare.set_axis_off()
        ends = np.cumsum([0, *map(len, names)])
        for number, (panel, (side, place)) in enumerate(zip(cells, shown, strict=False)):
            column = int(ends[side]) + place
            colour = colours_of(names[side])[place] if len(shown) > 1 else INK
            _panel(panel, column, colour, pieces, points, spans)
            who = "" if len(names) == 1 else (", rows", ", columns")[side]
            panel.set(xlim=over, ylim=(-0.04, 1.04))
            panel.set_ylabel(f"share of {short_names(names[side])[place]}{who}")
            if number + columns >= len(shown):
                panel.set_xlabel(term_label(parameter))
            else:
                panel.tick_params(labelbottom=False)
        ax.set_title("Rest points and where they change", pad=12)
        handles, labels = _legend(pieces, points, spans)
        if handles and len(cells) > len(shown):
            cells[-1].legend(handles, labels, loc="upper left")
        elif handles:
            legend_beside(ax, handles, labels)
        caption(ax, words)
    return ax


def _shown(names: Sequence[Sequence[str]], chosen: Sequence[str] | None) -> list[tuple[int, int]]:
    """Which shares have a panel: (population, strategy)."""
    every = [(side, place) for side, group in enumerate(names) for place in range(len(group))]
    if chosen is None:
        return [one for one in every if len(names[one[0]]) > 2 or one[1] == 0]
    wanted = [chosen] if isinstance(chosen, str) else list(chosen)
    known = {names[side][place] for side, place in every}
    for one in wanted:
        if one not in known:
            raise ValueError(
                f"strategies: requires names among {', '.join(sorted(known))}, got {one!r}"
            )
    if not wanted:
        raise ValueError("strategies: requires at least one name, got none")
    return [one for one in every if names[one[0]][one[1]] in wanted]


def _panel(
    ax: Axes,
    column: int,
    colour: str,
    pieces: Sequence[tuple[str, Floats, Floats]],
    points: Sequence[tuple[str, float, Floats]],
    spans: Sequence[tuple[float, float]],
) -> None:
    for low, high in spans:
        if low == high:
            ax.axvline(low, color=OTHERS[1], linewidth=1, linestyle=(0, (1, 2)), zorder=1)
        else:
            ax.axvspan(low, high, color=OTHERS[1], alpha=0.12, linewidth=0, zorder=1)
    for kind, values, states in pieces:
        (line,) = ax.plot(
            values,
            states[:, column],
            color=colour if kind == "stable" else MUTED,
            linestyle=LINES.get(kind, LINES["saddle"]),
            linewidth=2.4 if kind == "stable" else 1.2,
            zorder=4 if kind == "stable" else 3,
            clip_on=False,
        )
        line.set_gid(f"branch: {kind}")
    for kind, marker in POINTS.items():
        here = [(at, state[column]) for one, at, state in points if one == kind]
        if not here:
            continue
        x, y = np.array(here).T
        for at in x[np.isnan(y)]:
            ax.axvline(at, color=FRAME, linewidth=0.8, zorder=2)
        (drawn,) = ax.plot(
            x,
            y,
            linestyle="none",
            marker=marker,
            markersize=9 if marker == "*" else 6,
            color=FRAME,
            markeredgecolor="white",
            markeredgewidth=0.6,
            zorder=6,
            clip_on=False,
        )
        drawn.set_gid(f"special: {kind}")


def _legend(
    pieces: Sequence[tuple[str, Floats, Floats]],
    points: Sequence[tuple[str, float, Floats]],
    spans: Sequence[tuple[float, float]],
) -> tuple[list[Any], list[str]]:
    from matplotlib.lines import Line2D

    handles: list[Any] = []
    labels = []
    kinds = [kind for kind, _, _ in pieces]
    for kind in [*LINES, "not stable"]:
        if kind in kinds:
            handles.append(
                Line2D(
                    [], [], color=INK if kind == "stable" else MUTED,
                    linestyle=LINES.get(kind, LINES["saddle"]),
                    linewidth=2.4 if kind == "stable" else 1.2,
                )
            )  # fmt: skip
            labels.append(kind)
    for kind, marker in POINTS.items():
        places = sorted({round(at, 12) for one, at, _ in points if one == kind})
        if places:
            handles.append(
                Line2D([], [], linestyle="none", marker=marker, color=FRAME, markersize=7)
            )
            labels.append(f"{kind}:\n{_listed(places)}")
    if spans:
        handles.append(Line2D([], [], color=OTHERS[1], linestyle=(0, (1, 2))))
        labels.append("a continuum of\nrest points there")
    return handles, labels


def _listed(places: Sequence[float]) -> str:
    """Values of the parameter, three a line; at most nine."""
    texts = [f"{one:.4g}" for one in places[:9]]
    lines = [", ".join(texts[k : k + 3]) for k in range(0, len(texts), 3)]
    if len(places) > 9:
        lines.append(f"and {len(places) - 9} more")
    return "\n".join(lines)
