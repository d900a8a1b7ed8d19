"""What partners settle on: mixed strategies as bars, and the concepts that select among them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.equilibria import Equilibria, Expectations
from dilemma.game.display import number
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    MUTED,
    canvas,
    caption,
    colours_of,
    ink_on,
    legend_beside,
    look,
    plain,
    short_names,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draws(Equilibria)
def equilibrium_bars(found: Equilibria, ax: Axes | None = None) -> Axes:
    """Draw each equilibrium's mixed strategies as two bars: the row player's above the column's.

    Parameters
    ----------
    found : Equilibria
        ``nash(game)``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.equilibria import nash
    >>> from dilemma.game import Game
    >>> ax = equilibrium_bars(nash(Game.symmetric([[4, 0], [3, 3]], ["stag", "hare"])))
    >>> [label.get_text() for label in ax.get_yticklabels()][0]
    '1, strict: 4, 4'
    """
    from matplotlib.patches import Patch

    game = found[0].origin.game if found and found[0].origin is not None else None
    players = game.players if game is not None else ("row player", "column player")
    names: tuple[Any, ...] = ((), ())
    if len(found):
        names = (
            game.strategies
            if game is not None
            else tuple(
                [str(i + 1) for i in range(len(side))] for side in (found[0].row, found[0].column)
            )
        )
    everything = list(dict.fromkeys([*names[0], *names[1]]))
    colour = dict(zip(everything, colours_of(everything), strict=True))
    short = dict(zip(everything, short_names(everything), strict=True))
    with look():
        count = len(found)
        ax = canvas(ax, (7.6, min(1.8 + 0.55 * count, 24.0)))
        width = ax.get_window_extent().width / ax.figure.dpi * 72
        room = ax.get_window_extent().height / ax.figure.dpi * 72 * 0.8
        # Words stand inside of bars that are high enough for them.
        legible = 0.38 * room / max(count, 1) >= 8
        used = set()
        for place, one in enumerate(found):
            for player, mixture in enumerate((one.row, one.column)):
                left = 0.0
                for name, weight in zip(names[player], mixture, strict=True):
                    if not weight:
                        continue
                    used.add(name)
                    ax.barh(
                        place + (-0.21, 0.21)[player],
                        float(weight),
                        0.38,
                        left,
                        color=colour[name],
                        edgecolor="white",
                        linewidth=0.8,
                        gid=f"{name} of player {player + 1} in equilibrium {place + 1}",
                    )
                    text = short[name] if weight == 1 else f"{short[name]} {number(weight)}"
                    for words in (text, short[name]):
                        if legible and len(words) * 5.2 < float(weight) * width * 0.75:
                            ax.text(
                                left + float(weight) / 2,
                                place + (-0.21, 0.21)[player],
                                words,
                                ha="center",
                                va="center",
                                fontsize=7.5,
                                color=ink_on(colour[name]),
                            )
                            break
                    left += float(weight)
        ax.set(
            xlim=(0, 1),
            ylim=(max(count, 1) - 0.4, -0.6),
            xlabel=f"probability (above: {plain(players[0])}, below: {plain(players[1])})",
            title="Equilibria and their payoffs",
        )
        step = max(1, int(np.ceil(11 * count / room)))
        ax.set_yticks(range(0, count, step))
        ax.set_yticklabels(
            [
                f"{k + 1}{', strict' if found[k].strict else ''}: "
                f"{', '.join(map(number, found[k].payoffs))}"
                for k in range(0, count, step)
            ]
        )
        ax.tick_params(axis="y", length=0)
        shown = [name for name in everything if name in used]
        if shown:
            legend_beside(
                ax, [Patch(color=colour[name]) for name in shown], [plain(name) for name in shown]
            )
        continua = [
            f"component {place} (dimension {component.dimension}): {component.words}"
            for place, component in enumerate(found.components, 1)
            if component.dimension
        ]
        for words in (found.status, *continua[:6]):
            caption(ax, words)
        if len(continua) > 6:
            caption(ax, f"and {len(continua) - 6} more components that are no points")
    return ax


@draws(Expectations)
def expectation_table(found: Expectations, ax: Axes | None = None) -> Axes:
    """Draw which concepts select which equilibria.

    Parameters
    ----------
    found : Expectations
        ``expectations(game)``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.equilibria import expectations
    >>> from dilemma.game import Game
    >>> ax = expectation_table(expectations(Game.symmetric([[4, 0], [3, 3]])))
    >>> [one for one in (line.get_gid() for line in ax.lines) if "selects" in one][:2]
    ['Evolutionary stability selects 1', 'Evolutionary stability selects 2']
    """
    concepts = [name for name, _ in found.selected]
    count = len(found.equilibria)
    described = [
        textwrap.fill(f"{k + 1}: {plain(one.words)}", 44) for k, one in enumerate(found.equilibria)
    ]
    lines = max((words.count("\n") + 1 for words in described), default=1)
    with look():
        ax = canvas(ax, (8.2, min(1.6 + (0.2 + 0.16 * lines) * count, 24.0)))
        for column, (name, places) in enumerate(found.selected):
            for place in range(count):
                chosen = place in places
                ax.plot(
                    column,
                    place,
                    marker="o" if chosen else "_",
                    color=INK if chosen else MUTED,
                    markersize=9 if chosen else 6,
                    linestyle="none",
                    gid=f"{name} {'selects' if chosen else 'leaves out'} {place + 1}",
                )
        ax.set(
            xlim=(-0.6, len(concepts) - 0.4),
            ylim=(max(count, 1) - 0.4, -0.6),
            xticks=range(len(concepts)),
            yticks=range(count),
            title="What concepts select",
        )
        ax.xaxis.tick_top()
        ax.set_xticklabels([textwrap.fill(name, 12) for name in concepts])
        ax.set_yticklabels(described, fontsize=8 if count <= 12 else 6)
        ax.tick_params(length=0)
        ax.grid(visible=True, color=MUTED, alpha=0.2)
        for side in ax.spines.values():
            side.set_visible(False)
        caption(ax, "a dot: the concept selects it; a dash: it does not")
    return ax
