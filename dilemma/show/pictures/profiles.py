"""Who plays what in the pure equilibria of many players."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dilemma.equilibria import PureProfiles
from dilemma.game.display import number
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
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

# At most so many rows, and none lower than a line of text, in points; a caption tells the rest.
MOST_ROWS, LOWEST = 24, 11.0


@draws(PureProfiles)
def who_plays_what(found: PureProfiles, ax: Axes | None = None) -> Axes:
    r"""Draw a row for each pure equilibrium, with each player's strategy and payoff in a cell.

    Strict equilibria are numbered in bold. Of many equilibria the first 24 are drawn, or as many
    as there is room for.

    Parameters
    ----------
    found : PureProfiles
        ``pure_profiles(game)``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.equilibria import pure_profiles
    >>> from dilemma.game import StrategicGame
    >>> game = StrategicGame([[[1, 0]], [[2, 0]]], [["meet"], ["meet", "miss"]], ["Ann", "Bob"])
    >>> ax = who_plays_what(pure_profiles(game))
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['Ann', 'Bob']
    >>> [text.get_text() for text in ax.texts][:2]
    ['meet\n1', 'meet\n2']
    """
    from matplotlib.patches import Patch

    most, players = max(min(len(found), MOST_ROWS), 1), len(found.players)
    with look():
        ax = canvas(ax, (min(max(3.2 + 0.8 * players, 4.4), 12.0), 1.9 + 0.42 * most))
        box = ax.get_window_extent()
        # What labels and the legend leave, about, in points.
        wide = 0.8 * box.width / ax.figure.dpi * 72 / players
        room = 0.75 * box.height / ax.figure.dpi * 72
        rows = found[: min(most, max(int(room / LOWEST), 1))]
        count = len(rows)
        names = list(dict.fromkeys(name for one in rows for name in one.played))
        colour = dict(zip(names, colours_of(names), strict=True))
        short = dict(zip(names, short_names(names), strict=True))
        payoffs = [number(payoff) for one in rows for payoff in one.payoffs]
        both = bool(room / max(count, 1) > 22 and max(map(len, payoffs), default=0) * 5 < wide)
        for place, one in enumerate(rows):
            for player, (name, payoff) in enumerate(zip(one.played, one.payoffs, strict=True)):
                ax.barh(
                    place, 1, 0.94, player - 0.5, color=colour[name], edgecolor="white",
                    linewidth=1.5, gid=f"{name} of player {player + 1} in equilibrium {place + 1}",
                )  # fmt: skip
                if max(map(len, short.values())) * 5 < wide:
                    ax.text(
                        player, place, f"{short[name]}\n{number(payoff)}" if both else short[name],
                        ha="center", va="center", fontsize=7.5, linespacing=1.1,
                        color=ink_on(colour[name]),
                    )  # fmt: skip
        ax.set(
            xlim=(-0.5, players - 0.5),
            ylim=(max(count, 1) - 0.5, -0.5),
            xticks=range(players),
            ylabel="equilibrium",
            title="Pure equilibria" + ": strategies and payoffs" * both,
        )
        heads = short_names(found.players)
        upright = max(map(len, heads)) * 6.0 > wide
        ax.set_xticklabels(heads, rotation=90 if upright else 0)
        ax.set_yticks(range(count), [str(k + 1) for k in range(count)])
        for one, label in zip(rows, ax.get_yticklabels(), strict=True):
            label.set(fontweight="bold" if one.strict else "normal", color=INK)
        ax.tick_params(length=0)
        for side in ax.spines.values():
            side.set_visible(False)
        if names:
            legend_beside(
                ax, [Patch(color=colour[name]) for name in names], [plain(name) for name in names]
            )
        else:
            ax.set_xticks([])
        caption(ax, found.status)
        if count:
            unit = "payoffs: value of knowledge; " * both
            caption(ax, f"{unit}bold numbers: strict equilibria")
        if len(found) > count:
            caption(ax, f"and {len(found) - count:,} more equilibria that are not drawn")
    return ax
