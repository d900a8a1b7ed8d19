"""Which strategies invade which, in finite populations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.evolution import InvasionGraph
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    MUTED,
    canvas,
    caption,
    colours_of,
    ink_on,
    look,
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
    replace it. Its width and number give the invader's odds: its fixation probability over that of
    a neutral mutant. Dashed lines: mutants drift. The area and number of a node: the long-run share
    of time in that state.

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
    whole = graph.to_networkx()
    import networkx

    layout = networkx.circular_layout(list(graph.states)[::-1])
    turn = math.pi / 2 + 2 * math.pi / len(graph.states)
    rotation = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    places = {
        state: (np.asarray(at) @ rotation if len(graph.states) > 1 else np.zeros(2))
        for state, at in layout.items()
    }
    shown = _strongest(graph, each)
    known = len(graph.long_run.classes) == 1
    few = len(graph.states) <= 8
    with look():
        ax = canvas(ax, (6.6, 6.2) if few else (8.4, 8.2))
        ax.set_axis_off()
        _arrows(ax, shown, places, few)
        drawn = [one for one in graph.neutral if _first(graph, one)]
        for one in drawn:
            start, end = places[one.resident], places[one.invader]
            (line,) = ax.plot(
                *np.array([start, end]).T, linestyle=(0, (4, 3)), color=MUTED, linewidth=1, zorder=1
            )
            line.set_gid("drift")
        _nodes(ax, graph, whole, places, known, few)
        reach = 1.5 if few else 1.42
        ax.set(xlim=(-reach, reach), ylim=(-1.36, 1.36), aspect="equal")
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


def _arrows(ax: Axes, shown: Sequence[Any], places: Any, few: bool) -> None:
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
                "shrinkA": 19 if few else 9,
                "shrinkB": 21 if few else 10,
                "connectionstyle": "arc3,rad=0.0",
            },
            zorder=2,
            gid="arrow",
        )
        if len(shown) <= MOST_ARROWS:
            # Off the middle, so that the numbers of arrows that cross do not meet.
            part = 0.36 if number % 2 else 0.62
            at = start + part * (end - start)
            ax.text(
                *map(float, at),
                f"×{one.relative:.3g}",
                ha="center",
                va="center",
                fontsize=8,
                bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "linewidth": 0},
                zorder=3,
                gid="odds",
            )


def _nodes(ax: Axes, graph: InvasionGraph, whole: Any, places: Any, known: bool, few: bool) -> None:
    names = [one if isinstance(one, str) else one[0] for one in graph.states]
    colours = colours_of(names)
    largest, least = (2200, 500) if few else (700, 60)
    for state, colour in zip(graph.states, colours, strict=True):
        share = whole.nodes[state]["probability"] if known else None
        area = least + (largest - least) * (share if share is not None else 0.3)
        x, y = map(float, places[state])
        node = ax.scatter([x], [y], s=area, color=colour, zorder=4, clip_on=False)
        node.set_gid("node")
        number = "" if share is None else _percent(share)
        if few:
            ax.text(x, y, number, ha="center", va="center", color=ink_on(colour), fontsize=8,
                    zorder=5, gid="share")  # fmt: skip
        label = _label(state, few)
        if not few and share is not None and share >= 0.0005:
            label += f" {number}"
        angle = math.atan2(y, x)
        out = 1.24 if few else 1.09
        upright = few or len(graph.states) == 1
        ax.text(
            x * out,
            y * out,
            label,
            ha="center" if upright else ("left" if math.cos(angle) >= 0 else "right"),
            va="center",
            rotation=0 if upright else _readable(math.degrees(angle)),
            rotation_mode="anchor",
            color=colour,
            fontweight="bold",
            fontsize=10 if few else 8,
            zorder=5,
            gid="name",
        )


def _readable(angle: float) -> float:
    return angle if -90 <= angle <= 90 else angle + 180


def _label(state: Any, few: bool) -> str:
    if isinstance(state, str):
        return short_names([state])[0]
    return (",\n" if few else ", ").join(short_names(state))


def _percent(share: float) -> str:
    if share >= 0.9995:
        return "100 %"
    if share >= 0.0005:
        return f"{100 * share:.3g} %"
    return f"{share:.0e}".replace("e-0", "e-") if share > 0 else "0"
