"""Payoffs that correlated equilibria attain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dilemma.equilibria import PayoffRange
from dilemma.game import Game
from dilemma.show.pictures.labels import label_points
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    OTHERS,
    canvas,
    caption,
    legend_beside,
    look,
    plain,
    short_names,
    tint,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LABELS = 30


@draws(PayoffRange)
def payoff_polygon(
    found: PayoffRange, ax: Axes | None = None, *, game: Game | None = None
) -> Axes:
    """Draw the payoffs of all correlated equilibria: an area, a segment or a point.

    Parameters
    ----------
    found : PayoffRange
    ax : matplotlib Axes, optional
    game : Game, optional
        Whose pure profiles are drawn beside it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError
        If `game` is no game.

    Examples
    --------
    >>> from dilemma.equilibria import correlated_payoffs
    >>> chicken = Game.symmetric([[6, 2], [7, 0]])
    >>> ax = payoff_polygon(correlated_payoffs(chicken))
    >>> ax.patches[0].get_xy().shape  # closed
    (5, 2)
    """
    from matplotlib.patches import Polygon

    if game is not None and not isinstance(game, Game):
        raise TypeError(f"game: requires a Game, got {type(game).__name__}")
    corners = np.array([[float(x), float(y)] for x, y in found.vertices])
    kind = "coarse correlated" if found.coarse else "correlated"
    players = game.players if game is not None else ("row player", "column player")
    with look():
        ax = canvas(ax, (8.4, 4.8))
        if len(corners) > 2:
            ax.add_patch(
                Polygon(
                    corners,
                    facecolor=tint(OTHERS[4], 0.35),
                    edgecolor=OTHERS[4],
                    linewidth=1.6,
                    label=f"payoffs of {kind} equilibria",
                    gid="attained",
                )
            )
        ax.plot(
            corners[:, 0],
            corners[:, 1],
            color=OTHERS[4],
            marker="o",
            markersize=5,
            linestyle="solid" if len(corners) == 2 else "none",
            linewidth=2.5,
            label=("corners" if len(corners) > 2 else f"payoffs of {kind} equilibria"),
            gid="corners",
        )
        seen = corners
        points, names = [], []
        if game is not None:
            rows, columns = (short_names(side) for side in game.strategies)
            groups: dict[tuple[float, float], list[str]] = {}
            for i, j in np.ndindex(game.shape):
                at = float(game.payoffs[0, i, j]), float(game.payoffs[1, i, j])
                groups.setdefault(at, []).append(f"{rows[i]}–{columns[j]}")
            points, names = list(groups), [", ".join(one) for one in groups.values()]
            ax.plot(
                *zip(*points, strict=True), marker="x", color=INK, linestyle="none", markersize=6,
                label="pure profiles", gid="pure profiles",
            )  # fmt: skip
            seen = np.concatenate([corners, np.array(points)])
        for axis, (low, high) in zip(
            ("x", "y"), zip(seen.min(axis=0), seen.max(axis=0), strict=True), strict=True
        ):
            room = 0.1 * (high - low) or 0.5
            ax.set(**{f"{axis}lim": (low - room, high + room)})
        ax.set(
            xlabel=f"{plain(players[0])}'s payoff (value of knowledge)",
            ylabel=f"{plain(players[1])}'s payoff (value of knowledge)",
            title=f"What {kind} equilibria pay",
        )
        legend_beside(ax)
        caption(ax, found.status)
        if len(points) <= MOST_LABELS:
            label_points(ax, points, names)
    return ax
