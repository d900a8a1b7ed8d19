"""Which strategies invade which, in finite populations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.evolution import InvasionGraph
from dilemma.show.pictures.marks import fill_box
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    MUTED,
    canvas,
    caption,
    colours_of,
    look,
    markers_of,
    short_names,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Up to so many arrows all are drawn, and labelled.
MOST_ARROWS = 20


@draws(InvasionGraph)
def invasions(graph: InvasionGraph, ax: Axes | None = None, *, each: int | None = None) -> Axes:
    """Draw what invades what, how likely it is, and where the population spends its time.

    An arrow leads from a resident to an invader that selection favours: both to invade and to
    replace it. Its width and number give the invader's odds: its fixation probability over that
    of a neutral mutant. Dashed lines: mutants drift. The area and number of a node: the long-run
    share of time in that state.

    Parameters
    ----------
    graph : InvasionGraph
    ax : matplotlib Axes, optional
    each : int, optional
        How many arrows to draw from each state, those with the greatest odds. Left out: all if
        there are at most 20, otherwise 2. The caption says how many are hidden.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ModuleNotFoundError
        If networkx is not installed.
    ValueError
        If `each` is no positive integer.
    """
    if each is not None and (isinstance(each, bool) or not isinstance(each, (int, np.integer))):
        raise ValueError(f"each: requires a positive integer, got {each!r}")
    if each is not None and each < 1:
        raise ValueError(f"each: requires a positive integer, got {each!r}")
    graph.to_networkx()  # says what to install if networkx is missing
    import networkx

    # From the top counterclockwise, as the corners of triangles and polygons are.
    layout = networkx.circular_layout(graph.states) if len(graph.states) > 1 else {}
    places = {
        state: np.array([-layout[state][1], layout[state][0]], dtype=np.float64).round(6)
        if layout
        else np.zeros(2)
        for state in graph.states
    }
    shown = _strongest(graph, each)
    known = len(graph.long_run.classes) == 1
    few = len(graph.states) <= 8
    with look():
        ax = canvas(ax, (6.6, 6.2) if few else (8.4, 8.2))
        ax.set_axis_off()
        inches = ax.get_window_extent().width / ax.figure.dpi
        scale = min(1.0, max(0.25, (inches / (5 if few else 7)) ** 2))
        largest, least = [scale * size for size in ((2000, 300) if few else (900, 60))]
        areas = {
            state: least + (largest - least) * (graph.long_run[k] if known else 0.2)
            for k, state in enumerate(graph.states)
        }
        _arrows(ax, shown, places, areas, few)
        drawn = [one for one in graph.neutral if _first(graph, one)]
        for one in drawn:
            start, end = places[one.resident], places[one.invader]
            (line,) = ax.plot(
                *np.array([start, end]).T,
                linestyle=(0, (4, 3)),
                color=MUTED,
                linewidth=1,
                zorder=1,
            )
            line.set_gid("drift")
        _nodes(ax, graph, areas, places, known, few)
        reach = 1.75 if few else 1.55
        fill_box(ax, reach, reach)
        ax.set_title("Invasion by single mutants", pad=12)
        hidden = len(graph.arrows) - len(shown)
        words = [
            "Arrows: to an invader that selection favours to invade and replace the resident; "
            "their width"
            + (" and number" if len(shown) <= MOST_ARROWS else "")
            + ": its fixation probability, in units of the neutral one.",
            "Dashed: mutants drift." if drawn else "",
            (
                f"{hidden} of {len(graph.arrows)} arrows are hidden: from each state the "
                f"{len(shown) and _each(graph, each)} with the greatest odds are drawn."
                if hidden
                else ""
            ),
            "Nodes: share of time in the long run, with rare mutations."
            if known
            else f"The long run depends on the start: {len(graph.long_run.classes)} classes of "
            "states last; nodes do not show it.",
        ]
        caption(ax, " ".join(one for one in words if one))
    return ax


def _each(graph: InvasionGraph, each: int | None) -> int:
    if each is not None:
        return int(each)
    return len(graph.states) if len(graph.arrows) <= MOST_ARROWS else 2


def _strongest(graph: InvasionGraph, each: int | None) -> list[Any]:
    most = _each(graph, each)
    shown = []
    for state in graph.states:
        leaving = [one for one in graph.arrows if one.resident == state]
        shown += sorted(leaving, key=lambda one: -one.log_probability)[:most]
    return shown


def _first(graph: InvasionGraph, one: Any) -> bool:
    """Whether this is the first of the two ways between two states that drift into each other."""
    return graph.states.index(one.resident) < graph.states.index(one.invader)


def _arrows(ax: Axes, shown: Sequence[Any], places: Any, areas: Any, few: bool) -> None:
    logs = [max(0.0, math.log(one.relative)) for one in shown]
    top = max(logs, default=1.0) or 1.0
    for number, (one, log) in enumerate(zip(shown, logs, strict=True)):
        start, end = places[one.resident], places[one.invader]
        ax.annotate(
            "",
            xy=tuple(end),
            xytext=tuple(start),
            arrowprops={
                "arrowstyle": "-|>",
                "mutation_scale": 13 if few else 9,
                "color": MUTED,
                "linewidth": (0.8 + 3.2 * log / top) * (1 if few else 0.6),
                "shrinkA": 3 + math.sqrt(areas[one.resident] / math.pi),
                "shrinkB": 3 + math.sqrt(areas[one.invader] / math.pi),
                "connectionstyle": "arc3,rad=0.0",
            },
            zorder=2,
            gid="arrow",
        )
        if len(shown) <= MOST_ARROWS:
            # Off the middle, so that the numbers of arrows that cross do not meet.
            part = 0.36 if number % 2 else 0.62
            x, y = map(float, start + part * (end - start))
            ax.text(
                x,
                y,
                f"×{one.relative:.3g}",
                ha="center",
                va="center",
                fontsize=8,
                bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "linewidth": 0},
                zorder=3,
                gid="odds",
            )


def _nodes(
    ax: Axes, graph: InvasionGraph, areas: Any, places: Any, known: bool, few: bool
) -> None:
    names = [one if isinstance(one, str) else one[0] for one in graph.states]
    colours, markers = colours_of(names), markers_of(names)
    for k, (state, colour) in enumerate(zip(graph.states, colours, strict=True)):
        x, y = map(float, places[state])
        node = ax.scatter(
            [x], [y], s=areas[state], color=colour, marker=markers[k], zorder=4, clip_on=False
        )
        node.set_gid("node")
        label = _label(state)
        if known:
            number = percent(graph.long_run[k])
            label += f"\n{number}" if few else f"  {number}"
        way = np.array([x, y]) if len(graph.states) > 1 else np.array([0.0, -1.0])
        out = way * (math.sqrt(areas[state] / math.pi) + (18 if few else 7))
        angle = math.atan2(y, x)
        upright = few or len(graph.states) == 1
        side = "left" if x > 0.1 else "right" if x < -0.1 else "center"
        ax.annotate(
            label,
            (x, y),
            (float(out[0]), float(out[1])),
            textcoords="offset points",
            ha=(side if few else "left" if math.cos(angle) > -1e-9 else "right"),
            va="center",
            multialignment="center",
            rotation=0 if upright else _readable(math.degrees(angle)),
            rotation_mode="anchor",
            color=colour,
            fontweight="bold",
            fontsize=9 if few else 8,
            zorder=5,
            annotation_clip=False,
            gid="name",
        )


def _readable(angle: float) -> float:
    return angle if -90.001 <= angle <= 90.001 else angle + 180


def _label(state: Any) -> str:
    if isinstance(state, str):
        return short_names([state])[0]
    return ", ".join(short_names(state))


def percent(share: float) -> str:
    """Write a share of time: in percent, or as a power of ten where that would be 0.

    Examples
    --------
    >>> percent(0.9999), percent(0.25), percent(3.2e-17)
    ('100 %', '25 %', '3e-17')
    """
    if share >= 0.9995:
        return "100 %"
    if share >= 0.0005:
        return f"{100 * share:.3g} %"
    return f"{share:.0e}".replace("e-0", "e-") if share > 0 else "0"
