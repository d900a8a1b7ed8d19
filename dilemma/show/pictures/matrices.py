"""Payoffs of every pair of strategies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.alliance import Alliance
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    FRAME,
    canvas,
    caption,
    ink_on,
    look,
    plain,
    short_names,
    terms_in_words,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# In points: numbers smaller than this can't be read, and best replies are dots instead.
SMALLEST = 5.0


@draws(Game)
def bimatrix(game: Game, ax: Axes | None = None) -> Axes:
    """Draw a game's payoffs as a heat map, with the best replies marked.

    Each cell is cut in two: below the diagonal the row player's payoff and its colour, above it
    the column player's. A payoff that is a best reply to the other's strategy is bold and
    boxed; a cell in which both are is framed: a pure equilibrium. Where cells are too small
    for numbers, dots mark the best replies.

    Parameters
    ----------
    game : Game
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> ax = bimatrix(Game.symmetric([[3, 0], [5, 1]], ["share", "hide"]))
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['share', 'hide']
    """
    from matplotlib.collections import PolyCollection
    from matplotlib.patches import Rectangle

    m, n = game.shape
    with look():
        margin = 0.07 * max(map(len, short_names(game.strategies[0])))
        size = (min(max(1.6 + margin + 1.15 * n, 3.4), 11.0), min(max(1.3 + 0.85 * m, 2.8), 9.0))
        ax = canvas(ax, size)
        exact = game.exact_payoffs
        best = np.stack(
            [exact[0] == exact[0].max(axis=0), exact[1] == exact[1].max(axis=1)[:, None]]
        )
        halves, values = [], []
        for i in range(m):
            for j in range(n):
                left, right, top, bottom = j - 0.5, j + 0.5, i - 0.5, i + 0.5
                halves.append([(left, top), (left, bottom), (right, bottom)])
                halves.append([(left, top), (right, top), (right, bottom)])
                values += list(game.payoffs[:, i, j])
        payoffs = np.array(values)
        cells = PolyCollection(
            halves, array=payoffs, cmap="cividis", edgecolor="white", linewidth=0.8
        )
        constant = payoffs.min() == payoffs.max()
        if constant:
            cells.set_clim(payoffs[0] - 1, payoffs[0] + 1)
        cells.set_gid("payoffs")
        ax.add_collection(cells)
        faces = cells.cmap(cells.norm(payoffs))
        texts = [[[number(exact[p, i, j]) for j in range(n)] for i in range(m)] for p in (0, 1)]
        fontsize = _font_size(ax, m, n, max(len(t) for side in texts for row in side for t in row))
        for p, i, j in np.ndindex(2, m, n):
            # The middle of what a line of text has of its half of the cell.
            x, y = j + (-0.15, 0.15)[p], i + (0.28, -0.28)[p]
            ink = ink_on(faces[2 * (i * n + j) + p])
            if fontsize is not None:
                box = {"boxstyle": "round,pad=0.15", "fill": False, "linewidth": 1.2,
                       "edgecolor": ink} if best[p, i, j] else None  # fmt: skip
                ax.text(
                    x, y, texts[p][i][j], ha="center", va="center", fontsize=fontsize,
                    fontweight="bold" if best[p, i, j] else "normal", color=ink, bbox=box,
                )  # fmt: skip
            elif best[p, i, j]:
                ax.plot(x, y, "o", color=ink, markersize=3, gid="best reply")
        for i, j in np.argwhere(best.all(axis=0)):
            frame = Rectangle(
                (j - 0.48, i - 0.48), 0.96, 0.96, fill=False, linewidth=3, edgecolor=FRAME
            )
            frame.set_gid("pure equilibrium")
            ax.add_patch(frame)
        ax.set(
            xlim=(-0.5, n - 0.5),
            ylim=(m - 0.5, -0.5),
            xticks=range(n),
            yticks=range(m),
            xlabel=plain(game.players[1]),
            ylabel=plain(game.players[0]),
            title="Payoffs",
        )
        columns = short_names(game.strategies[1])
        upright = max(map(len, columns)) * 6.5 > _width(ax) / n
        ax.set_xticklabels(columns, rotation=90 if upright else 0)
        ax.set_yticklabels(short_names(game.strategies[0]))
        ax.tick_params(length=0, labelsize=9 if max(m, n) <= 12 else 8)
        for side in ax.spines.values():
            side.set_visible(False)
        bar: Any = ax.figure.colorbar(
            cells, ax=ax, fraction=0.05, pad=0.03, ticks=[payoffs[0]] if constant else None
        )
        bar.set_label("payoff (value of knowledge)")
        bar.outline.set_visible(False)
        mark = "boxed" if fontsize is not None else "dots"
        caption(
            ax,
            f"below each diagonal the {game.players[0]}, above it the {game.players[1]}; "
            f"{mark}: best replies; frames: pure equilibria",
        )
    return ax


def _width(ax: Axes) -> float:
    """The width that is left for the cells, in points, once labels and colours have theirs."""
    return float(ax.get_window_extent().width / ax.figure.dpi * 72 * 0.9)


def _font_size(ax: Axes, m: int, n: int, letters: int) -> float | None:
    height = ax.get_window_extent().height / ax.figure.dpi * 72 * 0.85 / m
    size = min(10.0, 0.68 * _width(ax) / n / (0.68 * letters), 0.26 * height)
    return size if size >= SMALLEST else None


@draws(Alliance)
def alliance_payoffs(alliance: Alliance, ax: Axes | None = None) -> Axes:
    """Draw an alliance as the payoffs of its game, with its terms below.

    Parameters
    ----------
    alliance : Alliance
        All of whose terms are numbers.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError
        If a term is an array or a symbol: draw ``nash_map(alliance)``, or one alliance of it.

    Examples
    --------
    >>> ax = alliance_payoffs(Alliance(trust=0.75))
    >>> "trust 3/4" in ax.texts[-1].get_text()
    True
    """
    ax = bimatrix(alliance.game(), ax)
    with look():
        caption(ax, terms_in_words(alliance))
    return ax
