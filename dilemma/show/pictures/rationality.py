"""Logit equilibria along rationality: the path, its turning points, bifurcations and limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.equilibria import LogitPath
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.strips import label_values
from dilemma.show.pictures.theme import (
    INK,
    MUTED,
    canvas,
    caption,
    colours_of,
    legend_beside,
    look,
    markers_of,
    panels,
    plain,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# With more strategies, only those that are played much are named beside the picture.
MOST_NAMED = 16


@draws(LogitPath)
def logit_diagram(
    path: LogitPath, ax: Axes | None = None, *, branches: Sequence[LogitPath] = ()
) -> Axes:
    """Draw each strategy's probability along a path of logit equilibria.

    Rationality runs on a logarithmic axis, whose left end stands for all that is less. Beyond the
    right end a marker of each strategy shows the limit. Players who mix alike all along share a
    panel.

    Parameters
    ----------
    path : LogitPath
    ax : matplotlib Axes, optional
    branches : sequence of LogitPath
        Others, drawn dashed: such as ``logit_branches(game, bifurcation)``.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError
        If one of `branches` is no path of a game of the same shape.

    Examples
    --------
    >>> from dilemma.equilibria import logit_path
    >>> from dilemma.game import Game
    >>> ax = logit_diagram(logit_path(Game.symmetric([[3, 0], [5, 1]])))
    >>> ax.get_xscale(), ax.get_ylabel()
    ('log', 'probability (both players)')
    """
    others = list(branches)
    for one in others:
        if not isinstance(one, LogitPath) or one.game.shape != path.game.shape:
            raise TypeError("branches: requires logit paths of the same game")
    whole = [path, *others]
    alike = all(
        one.row.shape == one.column.shape
        and np.allclose(one.row, one.column, atol=1e-9)
        and one.game.strategies[0] == one.game.strategies[1]
        for one in whole
    )
    rates = np.concatenate([one.rationality[one.rationality > 0] for one in whole])
    low, high = _limits(path, rates)
    with look():
        ax = canvas(ax, (7.4, 4.6) if alike else (7.6, 7.2))
        places = [ax] if alike else panels(ax, 2, 1, (0.3, 0.42))
        named = ["both players"] if alike else list(path.game.players)
        for player, place in enumerate(places):
            _panel(place, path, others, player, (low, high))
            place.set_ylabel(f"probability ({plain(named[player])})")
            if not alike and player == 0:
                place.set_xlabel("")
            else:
                place.set_xlabel("rationality (per unit of payoff; logarithmic)")
        places[0].set_title("Logit equilibria")
        marks = [
            (float(one.rationality), f"{one.kind} {one.rationality:.3g}")
            for one in path.bifurcations
            if low <= one.rationality <= high
        ]
        _label_marks(places[0], marks)
        for place in places[1:]:
            for value, _ in marks:
                place.axvline(value, color=INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        caption(ax, f"{path.status} Limit: {path.limit.status}")
    return ax


def _label_marks(ax: Axes, marks: Sequence[tuple[float, str]]) -> None:
    """Bifurcations by name; the axis is logarithmic, so labels are spread in its logarithm."""
    if not marks:
        return
    # Labels that fall together are joined: symmetric games have several at one point.
    joined: dict[float, list[str]] = {}
    for value, words in marks:
        joined.setdefault(float(f"{value:.3g}"), []).append(words)
    label_values(
        ax,
        [
            (value, words[0] + (f" ({len(words)})" if len(words) > 1 else ""))
            for value, words in joined.items()
        ],
    )


def _limits(path: LogitPath, rates: Any) -> tuple[float, float]:
    """Where to begin and end: from where nearly nothing has happened to where all has."""
    if not len(rates):
        return 0.1, 10.0
    high = float(rates.max())
    start = np.concatenate([path.row[0], path.column[0]])
    moved = np.abs(np.concatenate([path.row, path.column], axis=1) - start).max(axis=1)
    begun = path.rationality[(moved > 0.005) & (path.rationality > 0)]
    low = float(begun.min()) / 3 if len(begun) else float(rates.min())
    low = max(low, float(rates.min()), high * 1e-8)
    return (low, high) if low < high else (high / 10, high * 10)


def _panel(
    ax: Axes, path: LogitPath, others: Sequence[LogitPath], player: int, over: tuple[float, float]
) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    names = path.game.strategies[player]
    colours, markers = colours_of(names), markers_of(names)
    low, high = over
    ax.set_xscale("log")
    # As many decades as there is room for their numbers, of about 40 points each.
    room = ax.get_window_extent().width / ax.figure.dpi * 72
    ax.xaxis.set_major_locator(LogLocator(numticks=max(2, min(8, int(room / 48)))))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    end = high * (high / low) ** 0.04
    for order, one in enumerate([path, *others]):
        mixtures = one.row if player == 0 else one.column
        limit = one.limit.row if player == 0 else one.limit.column
        shown = one.rationality >= low
        for k, name in enumerate(names):
            ax.plot(
                one.rationality[shown],
                mixtures[shown, k],
                color=colours[k],
                linestyle="dashed" if order else "solid",
                linewidth=1.4 if order else 2.0,
                marker=markers[k],
                markevery=max(1, int(shown.sum()) // 6),
                markersize=4,
                gid=f"{name}{f' on branch {order}' if order else ''}",
            )
            ax.plot(
                end, limit[k], marker=markers[k], color=colours[k], markersize=7,
                markerfacecolor=colours[k] if not order else "white", linestyle="none",
                clip_on=False, gid=f"limit of {name}",
            )  # fmt: skip
        for turn in one.turning_points:
            mixture = turn.row if player == 0 else turn.column
            ax.plot(
                np.full(len(names), turn.rationality), mixture, marker="o", linestyle="none",
                markerfacecolor="white", markeredgecolor=INK, markersize=5, gid="turning point",
            )  # fmt: skip
    ax.axvline(high, color=MUTED, linewidth=0.6)
    ax.set(xlim=(low, high * (high / low) ** 0.08), ylim=(-0.02, 1.02))
    named = list(range(len(names)))
    if len(names) > MOST_NAMED:
        # Those that are ever played more than at the start.
        peaks = (path.row if player == 0 else path.column).max(axis=0)
        named = [k for k in np.argsort(-peaks, kind="stable") if peaks[k] > 1.05 / len(names)]
        named = named[:MOST_NAMED]
    handles: list[Any] = [Line2D([], [], color=colours[k], marker=markers[k]) for k in named]
    words = [plain(names[k]) for k in named]
    if len(named) < len(names):
        handles.append(Line2D([], [], linestyle="none"))
        words.append(f"and {len(names) - len(named)} others")
    if others:
        handles.append(Line2D([], [], color=MUTED, linestyle="dashed"))
        words.append("other branches")
    if any(one.turning_points for one in (path, *others)):
        handles.append(
            Line2D(
                [], [], marker="o", markerfacecolor="white", markeredgecolor=INK, linestyle="none"
            )
        )
        words.append("turning point")
    if player == 0 or names != path.game.strategies[0]:
        legend_beside(ax, handles, words, title="limits: beyond the line")
