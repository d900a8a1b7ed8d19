"""Payoffs of every pair of strategies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dilemma.game import Game
from dilemma.game.display import number
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import FRAME, canvas, ink_on, look, short_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draws(Game)
def bimatrix(game: Game, ax: Axes | None = None) -> Axes:
    """Draw a game's payoffs as a heat map, with the best replies marked.

    Each cell is cut in two: below the diagonal the row player's payoff and its colour, above it
    the column player's. A payoff that is a best reply to the other's strategy is bold and
    underlined; a cell in which both are is framed: a pure equilibrium.

    Parameters
    ----------
    game : Game
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    from matplotlib.collections import PolyCollection
    from matplotlib.patches import Rectangle

    m, n = game.shape
    with look():
        ax = canvas(ax, (1.6 + 1.15 * n, 1.3 + 0.85 * m))
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
        cells = PolyCollection(
            halves, array=np.array(values), cmap="cividis", edgecolor="white", linewidth=0.8
        )
        cells.set_gid("payoffs")
        ax.add_collection(cells)
        faces = cells.cmap(cells.norm(np.array(values)))
        size = 10 if max(m, n) <= 6 else 7
        for i in range(m):
            for j in range(n):
                for player, (dx, dy) in enumerate(((-0.2, 0.24), (0.2, -0.24))):
                    marked = best[player, i, j]
                    ax.text(
                        j + dx,
                        i + dy,
                        number(exact[player, i, j]),
                        ha="center",
                        va="center",
                        fontsize=size,
                        fontweight="bold" if marked else "normal",
                        color=ink_on(faces[2 * (i * n + j) + player]),
                        bbox=(
                            {"boxstyle": "round,pad=0.2", "fill": False, "linewidth": 1.4,
                             "edgecolor": ink_on(faces[2 * (i * n + j) + player])}
                            if marked else None
                        ),
                    )  # fmt: skip
                if best[:, i, j].all():
                    frame = Rectangle(
                        (j - 0.48, i - 0.48),
                        0.96,
                        0.96,
                        fill=False,
                        linewidth=3,
                        edgecolor=FRAME,
                    )
                    frame.set_gid("pure equilibrium")
                    ax.add_patch(frame)
        ax.set(
            xlim=(-0.5, n - 0.5),
            ylim=(m - 0.5, -0.5),
            xticks=range(n),
            yticks=range(m),
            xlabel=game.players[1],
            ylabel=game.players[0],
            title="Payoffs",
        )
        ax.set_xticklabels(short_names(game.strategies[1]))
        ax.set_yticklabels(short_names(game.strategies[0]))
        ax.tick_params(length=0)
        for side in ax.spines.values():
            side.set_visible(False)
        bar = ax.figure.colorbar(cells, ax=ax, fraction=0.05, pad=0.03)
        bar.set_label("payoff (value of knowledge)")
        bar.outline.set_visible(False)
    return ax
