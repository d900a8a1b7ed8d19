"""Symmetric equilibria of two strategies: what one earns more than the other, and where none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.equilibria import SymmetricEquilibria
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    MUTED,
    canvas,
    caption,
    colours_of,
    legend_beside,
    look,
    plain,
    short_names,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Filled: a rare other mixture earns less. Open: some earns as much or more.
STYLES = {
    True: ("evolutionarily stable (ESS)", {"marker": "o", "fillstyle": "full"}),
    False: ("equilibrium, no ESS", {"marker": "o", "fillstyle": "none"}),
    None: ("equilibrium, undecided", {"marker": "D", "fillstyle": "none"}),
}
ARROWS = 16


@draws(SymmetricEquilibria)
def advantage_curve(found: SymmetricEquilibria, ax: Axes | None = None) -> Axes:
    """Draw what the first of two strategies earns more than the second, over its share.

    Its zeros and the ends where nobody gains are the symmetric equilibria. Arrows on the axis
    show where selection leads: to more of whichever strategy earns more.

    Parameters
    ----------
    found : SymmetricEquilibria
        Of a game of two strategies.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If the game has not two strategies.

    Examples
    --------
    >>> from dilemma.equilibria import symmetric_equilibria
    >>> from dilemma.game import Game, GroupGame
    >>> contest = GroupGame.from_pairwise(Game.symmetric([[-1, 4], [0, 2]], ["hawk", "dove"]), 3)
    >>> ax = advantage_curve(symmetric_equilibria(contest))
    >>> ax.get_xlabel()
    'share of hawk (0: all dove)'
    """
    names = found.game.strategies
    if len(names) != 2:
        raise ValueError(
            f"found: requires the equilibria of a game of two strategies, got {len(names)}"
        )
    first, second = short_names(names)
    x = np.linspace(0, 1, 801)
    gain = found.advantage(x)
    colours = colours_of(names)
    with look():
        ax = canvas(ax, (7.4, 4.2))
        ax.axhline(0, color=INK, linewidth=1, zorder=1)
        (curve,) = ax.plot(x, gain, color=MUTED, linewidth=1.8, zorder=3)
        curve.set_gid("advantage")
        for sign, colour, name in ((1, colours[0], first), (-1, colours[1], second)):
            ax.fill_between(
                x,
                gain,
                0,
                where=sign * gain > 0,
                color=colour,
                alpha=0.22,
                linewidth=0,
                label=f"{name} earns more" if np.any(sign * gain > 0) else None,
            )
        _arrows(ax, x, gain)
        for number, one in enumerate(found.continua):
            ends = sorted(float(end[0]) for end in one.extreme)
            ax.plot(
                ends,
                [0, 0],
                color=INK,
                linewidth=4,
                solid_capstyle="butt",
                zorder=4,
                gid="continuum",
                label=None if number else "continuum of equilibria",
            )
        for kind, (label, style) in STYLES.items():
            places = [float(e.mixture[0]) for e in found if e.evolutionarily_stable is kind]
            if places:
                _marks(ax, places, label, style)
        ax.set(
            xlim=(0, 1),
            xlabel=plain(f"share of {names[0]} (0: all {names[1]})"),
            ylabel=f"payoff of {first} minus\nthat of {second} (value)",
            title=f"Symmetric equilibria of {found.game.size} players",
        )
        if not np.any(gain):
            ax.set_ylim(-1, 1)
        ax.margins(y=0.14)
        legend_beside(ax)
        caption(ax, found.status)
    return ax


def _arrows(ax: Axes, x: Any, gain: Any) -> None:
    """Where selection leads, along the axis of shares."""
    size = float(np.abs(gain).max())
    for place in range(25, 800, 800 // ARROWS):
        # None where the curve is too close to 0 to have a sign in the picture.
        if abs(gain[place]) > 1e-3 * size > 0:
            way = 0.012 if gain[place] > 0 else -0.012
            ax.annotate(
                "",
                xy=(x[place] + way, 0),
                xytext=(x[place] - way, 0),
                arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4},
                zorder=4,
                gid="arrow",
            )


def _marks(ax: Axes, places: list[float], label: str, style: dict[str, Any]) -> None:
    open_mark = style["fillstyle"] == "none"
    (drawn,) = ax.plot(
        places,
        [0.0] * len(places),
        linestyle="none",
        marker=style["marker"],
        markersize=10,
        markeredgewidth=1.4,
        markeredgecolor=INK,
        color="white" if open_mark else INK,
        label=label,
        zorder=6,
        clip_on=False,
    )
    drawn.set_gid("equilibria")
