"""Automata as graphs: states, what is played in them, and what leads from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.repeated import Automaton
from dilemma.show.pictures.mixtures import key
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    MUTED,
    canvas,
    caption,
    colours_of,
    ink_on,
    look,
    plain,
    short_names,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Point = NDArray[np.float64]
# Words on one arrow; more are counted.
_WORDS = 4


@draws(Automaton)
def automaton_graph(automaton: Automaton, ax: Axes | None = None) -> Axes:
    """Draw an automaton: its states, what is played in each, and where the partner's acts lead.

    A state has the colour of what is played most often in it. Arrows carry the partner's acts
    that lead along them, in short, with their probability if it is below 1; where the own act
    matters, too, it comes first ("own/partner's").

    Parameters
    ----------
    automaton : Automaton
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ModuleNotFoundError
        If networkx is not installed: it is in the extra ``plot``.
    """
    from matplotlib.patches import Circle

    places = _circle(len(automaton.states))
    own = automaton.strategies[0]
    radius = 0.24 if len(places) < 7 else 1.1 / len(places)
    hues, brief = colours_of(own), short_names(own)
    with look():
        ax = canvas(ax, (8.2, 5.4))
        taken = list(places)
        for s, t, words in moves_in_words(automaton):
            _arrow(ax, places, s, t, words, radius, taken)
        for s, (state, at) in enumerate(zip(automaton.states, places, strict=True)):
            played = automaton.acts[s]
            colour = hues[int(np.argmax(played.astype(np.float64)))]
            node = Circle(
                (at[0], at[1]), radius, facecolor=colour, edgecolor=INK, linewidth=1.2, zorder=3
            )
            node.set_gid(f"state {state}")
            ax.add_patch(node)
            acts = [
                name if p == 1 else f"{name} {float(p):.2g}"
                for name, p in zip(brief, played, strict=True)
                if p
            ]
            more = [f"+{len(acts) - 2}"] if len(acts) > 2 else []
            _write(ax, at, "\n".join([plain(_cut(state)), *acts[:2], *more]), ink_on(colour))
        _start(ax, places[0], radius, alone=len(places) == 1)
        # No fixed limits: in Axes of another shape they grow, so that circles stay round.
        ax.dataLim.set_points(np.array([[-2.4, -1.8], [2.4, 1.8]]))
        ax.set_aspect("equal", adjustable="datalim")
        ax.autoscale_view()
        ax.axis("off")
        ax.set_title(plain(automaton.name if len(automaton.name) < 50 else "An automaton"))
        key(ax, own)
        caption(ax, "Arrows: what the partner was seen to play, leading to the next state.")
    return ax


def moves_in_words(automaton: Automaton) -> list[tuple[int, int, list[str]]]:
    """List the moves of an automaton: from which state to which, and after what.

    Parameters
    ----------
    automaton : Automaton

    Returns
    -------
    list of (int, int, list of str)

    Examples
    --------
    >>> grim = Automaton(
    ...     {"calm": "share", "angry": "hide"},
    ...     lambda state, own, other: "calm" if (state, other) == ("calm", "share") else "angry",
    ...     ["share", "hide"],
    ... )
    >>> moves_in_words(grim)
    [(0, 0, ['share']), (0, 1, ['hide']), (1, 1, ['any'])]
    """
    own, theirs = (short_names(names) for names in automaton.strategies)
    found = []
    for s, t in np.ndindex(len(automaton.states), len(automaton.states)):
        chances = automaton.moves[s, :, :, t]
        if not any(chances.flat):
            continue
        if len(set(chances.flat)) == 1:
            words = [f"any{_chance(chances[0, 0])}"]
        else:
            words = []
            for j, column in enumerate(chances.T):
                if len(set(column)) == 1:
                    words += [f"{theirs[j]}{_chance(column[0])}"] if column[0] else []
                    continue
                words += [f"{own[i]}/{theirs[j]}{_chance(p)}" for i, p in enumerate(column) if p]
        found.append((s, t, words))
    return found


def _chance(probability: Any) -> str:
    return "" if probability == 1 else f" ({float(probability):.2g})"


def _circle(count: int) -> list[Point]:
    """Where the states stand: on a circle, the first one on the left."""
    try:
        import networkx
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "plot: requires networkx for graphs, which is not installed: "
            'pip install "dilemma[plot]"',
            name="networkx",
        ) from None
    if count == 1:
        return [np.zeros(2)]
    found = networkx.circular_layout(networkx.empty_graph(count))
    return [np.array([-found[k][0], found[k][1]]) for k in range(count)]


def _arrow(
    ax: Axes,
    places: Sequence[Point],
    s: int,
    t: int,
    words: Sequence[str],
    radius: float,
    taken: list[Point],
) -> None:
    """An arrow between two states, or a loop away from the middle, with its words."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    more = [f"+{len(words) - _WORDS}"] if len(words) > _WORDS else []
    lines = "\n".join([*words[:_WORDS], *more])
    here, there = places[s], places[t]
    if s == t:
        out = _unit(here) if here.any() else np.array([1.0, 0.0])
        side = np.array([-out[1], out[0]])
        points = [
            here + radius * (0.8 * out + 0.6 * side),
            here + radius * (3 * out + 2 * side),
            here + radius * (3 * out - 2 * side),
            here + radius * (0.8 * out - 0.6 * side),
        ]
        codes = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
        at, away = here + out * radius * 2.65, out
    else:
        along = _unit(there - here)
        side = np.array([along[1], -along[0]])
        bend = (here + there) / 2 + side * 0.28 * float(np.linalg.norm(there - here))
        points = [here + radius * _unit(bend - here), bend, there + radius * _unit(bend - there)]
        codes = [Path.MOVETO, Path.CURVE3, Path.CURVE3]
        at, away = _free(points, taken), np.zeros(2)
    taken.append(at)
    arrow = FancyArrowPatch(
        path=Path(points, codes),
        arrowstyle="-|>",
        mutation_scale=14,
        color=INK,
        linewidth=1.2,
        zorder=2,
    )
    arrow.set_gid(f"move {s} {t}")
    ax.add_patch(arrow)
    _write(ax, at, lines, INK, away=away, behind="white")


def _free(points: Sequence[Point], taken: Sequence[Point]) -> Point:
    """A point on an arrow away from where words and states are: its middle, if that is free."""
    spots = [
        (1 - share) ** 2 * points[0] + 2 * share * (1 - share) * points[1] + share**2 * points[2]
        for share in (0.5, 0.4, 0.3, 0.6, 0.22)
    ]
    room = [min(float(np.hypot(*(spot - one) / (1.5, 1))) for one in taken) for spot in spots]
    return next(
        (spot for spot, free in zip(spots, room, strict=True) if free > 0.2),
        spots[int(np.argmax(room))],
    )


def _start(ax: Axes, at: Point, radius: float, *, alone: bool) -> None:
    """An arrow to the first state, from a side where no loop is."""
    from matplotlib.patches import FancyArrowPatch

    out = np.array([-1.0, 0.0]) if alone else _unit(np.array([-0.5, 1.0]))
    tail, head = at + out * (radius + 0.4), at + out * radius
    arrow = FancyArrowPatch(
        (tail[0], tail[1]), (head[0], head[1]), arrowstyle="-|>", mutation_scale=14, color=MUTED
    )
    arrow.set_gid("start")
    ax.add_patch(arrow)
    _write(ax, tail, "start", MUTED, away=out)


def _write(
    ax: Axes,
    at: Point,
    words: str,
    colour: Any,
    away: Point | None = None,
    behind: str | None = None,
) -> None:
    """Words at a point, or beside it on one side, which do not change the layout."""
    dx, dy = (0.0, 0.0) if away is None else away
    text = ax.text(
        at[0],
        at[1],
        words,
        ha="left" if dx > 0.3 else "right" if dx < -0.3 else "center",
        va="bottom" if dy > 0.3 else "top" if dy < -0.3 else "center",
        fontsize=8,
        color=colour,
        zorder=4,
    )
    if behind:
        text.set_bbox({"boxstyle": "round,pad=0.1", "facecolor": behind, "edgecolor": "none"})
    text.set_in_layout(False)


def _unit(vector: Point) -> Point:
    return vector / float(np.linalg.norm(vector))


def _cut(name: str) -> str:
    return name if len(name) <= 12 else f"{name[:11]}…"
