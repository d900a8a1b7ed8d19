"""Play whose state moves, such as trust: where it goes, how soon, and what is played in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.repeated import LongRunStates, MarkovEquilibria, MarkovEquilibrium, ReachingTimes
from dilemma.show.pictures.mixtures import cell_of, key
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    OTHERS,
    canvas,
    caption,
    colours_of,
    legend_beside,
    look,
    plain,
    short_names,
)
from dilemma.writing.numerals import number

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

_BAR = OTHERS[4]
_MOST_ROWS = 8


@draws("states over time")
def likely_states(
    states: xarray.Dataset, ax: Axes | None = None, *, levels: Sequence[Any] | None = None
) -> Axes:
    """Draw how likely each state is over time, stacked; with levels, the expected one besides.

    Parameters
    ----------
    states : xarray.Dataset
        What `dilemma.repeated.expected_states` returns.
    ax : matplotlib Axes, optional
    levels : sequence of numbers, optional
        A number for each state, such as the levels of trust: their expectation is a line over the
        areas, on the same scale from 0 to 1.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is not one level from 0 to 1 for each state.
    """
    names = [str(one) for one in states.state.values]
    times, law = states.time.values, states.probability.transpose("time", "state").values
    if levels is not None:
        given = [float(one) for one in levels]
        if len(given) != len(names) or not all(0 <= one <= 1 for one in given):
            raise ValueError(f"levels: requires {len(names)} numbers from 0 to 1, got {levels}")
    with look():
        ax = canvas(ax, (7.2, 4.2))
        if len(times) == 1:
            times, law = np.array([times[0] - 0.5, times[0] + 0.5]), np.repeat(law, 2, axis=0)
        areas = ax.stackplot(
            times,
            law.T,
            labels=[plain(one) for one in names],
            colors=_shades(len(names)),
            edgecolor="white",
            linewidth=0.8,
        )
        for name, area in zip(names, areas, strict=True):
            area.set_gid(name)
        if levels is not None:
            line = ax.plot(times, law @ np.array(given), color="white", linewidth=4)[0]
            line = ax.plot(
                times,
                law @ np.array(given),
                color=INK,
                linewidth=1.8,
                linestyle="--",
                label="expected level",
            )[0]
            line.set_gid("expected level")
        ax.set(
            xlim=(times[0], times[-1]),
            ylim=(0, 1),
            xlabel="time (periods)",
            ylabel="probability",
            title="The state over time",
        )
        _whole_ticks(ax, states.time.values)
        handles, words = ax.get_legend_handles_labels()
        legend_beside(ax, handles[::-1], words[::-1])
    return ax


@draws("simulated states")
def drawn_paths(states: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """Draw paths of the state, period by period.

    Up to ten paths are lines, a little apart; of more, the darker a cell, the larger the share of
    paths that are in the state then.

    Parameters
    ----------
    states : xarray.Dataset
        What `dilemma.repeated.simulate_states` returns.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    position = states.position.transpose("path", "time").values
    names = {
        int(p): str(s)
        for p, s in zip(
            position.ravel(), states.state.transpose("path", "time").values.ravel(), strict=True
        )
    }
    times, paths = states.time.values, len(position)
    most = max(names)
    with look():
        ax = canvas(ax, (7.2, 1.8 + 0.5 * (most + 1)))
        if paths <= 10:
            for k, one in enumerate(position):
                apart = 0.5 * (k - (paths - 1) / 2) / max(paths, 4)
                line = ax.plot(
                    times,
                    one + apart,
                    drawstyle="steps-mid",
                    linewidth=1.6,
                    color=OTHERS[k % len(OTHERS)],
                    linestyle=("-", "--")[k // 5],
                    marker=".",
                    markersize=4,
                    label=f"path {k + 1}",
                )[0]
                line.set_gid("path")
            if paths > 1:
                legend_beside(ax)
        else:
            shares = np.stack([(position == s).mean(axis=0) for s in range(most + 1)])
            image = ax.imshow(
                shares,
                cmap="Blues",
                vmin=0,
                vmax=1,
                aspect="auto",
                origin="lower",
                extent=(times[0] - 0.5, times[-1] + 0.5, -0.5, most + 0.5),
            )
            image.set_gid("shares of paths")
            ax.figure.colorbar(image, ax=ax, label="share of the paths", fraction=0.06, pad=0.03)
        ax.set(
            xlim=(times[0] - 0.5, times[-1] + 0.5),
            ylim=(-0.6, most + 0.6),
            yticks=sorted(names),
            xlabel="time (periods)",
            title=f"{paths} drawn path{'s' * (paths > 1)} of the state",
        )
        ax.set_yticklabels([plain(names[k]) for k in sorted(names)])
        _whole_ticks(ax, states.time.values)
        if paths <= 10:
            ax.grid(axis="y", color="#e4e4e4", linewidth=0.8)
    return ax


@draws(LongRunStates)
def long_run_shares(answer: LongRunStates, ax: Axes | None = None) -> Axes:
    """Draw the long-run share of time in each state.

    Parameters
    ----------
    answer : LongRunStates
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    notes = [
        "absorbing"
        if one in answer.absorbing
        else "left for good"
        if one in answer.transient
        else ""
        for one in answer.states
    ]
    words = [
        f"{_value(share)}{'; ' * bool(note)}{note}"
        for share, note in zip(answer.shares, notes, strict=True)
    ]
    with look():
        ax = canvas(ax, (6.4, 1.5 + 0.4 * len(answer.states)))
        _bars(ax, answer.states, [float(one) for one in answer.shares], words)
        ax.set(xlim=(0, 1), xlabel="share of time in the long run", title="Where the state ends")
        caption(ax, answer.status)
    return ax


@draws(ReachingTimes)
def times_to_reach(answer: ReachingTimes, ax: Axes | None = None) -> Axes:
    """Draw how many periods it takes on average to get somewhere, from each state.

    Where play may never get there, no bar but a word, and the probability that it does.

    Parameters
    ----------
    answer : ReachingTimes
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    words = [
        f"{_value(time)}" if time is not None else _never(chance)
        for time, chance in zip(answer.times, answer.probabilities, strict=True)
    ]
    with look():
        ax = canvas(ax, (6.8, 1.5 + 0.4 * len(answer.states)))
        times = [0.0 if one is None else float(one) for one in answer.times]
        _bars(ax, answer.states, times, words)
        ax.set(
            xlim=(0, max(times) or 1),
            xlabel="expected time (periods)",
            title=f"How soon play gets to {plain(', '.join(answer.target))}",
        )
        caption(ax, answer.status)
    return ax


@draws(MarkovEquilibria, MarkovEquilibrium)
def play_by_state(
    answer: MarkovEquilibria | MarkovEquilibrium, ax: Axes | None = None, *, most: int = _MOST_ROWS
) -> Axes:
    """Draw what both players play in each state, in the colours of the strategies.

    A row for each equilibrium; in each cell the row player above and the column player below, a
    mixture as parts as wide as its probabilities.

    Parameters
    ----------
    answer : MarkovEquilibria or MarkovEquilibrium
    ax : matplotlib Axes, optional
    most : int
        How many equilibria, from the first one, are drawn at most.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If at most none is to be drawn.
    """
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise ValueError(f"most: requires at least 1 equilibrium, got {most!r}")
    every = [answer] if isinstance(answer, MarkovEquilibrium) else list(answer)
    shown = every[:most]
    states = shown[0].states if shown else ()
    names = [one.names for one in shown[:1]]
    with look():
        ax = canvas(ax, (3.4 + 0.95 * max(len(states), 3), 1.9 + 0.75 * max(len(shown), 1)))
        ax.set(xlim=(-0.5, max(len(states), 1) - 0.5), ylim=(max(len(shown), 1) - 0.5, -0.5))
        every_name = _united(names[0]) if names else []
        hues = dict(zip(every_name, colours_of(every_name), strict=True))
        brief = dict(zip(every_name, short_names(every_name), strict=True))
        for place, one in enumerate(shown):
            for s, mixtures in enumerate(one.strategies):
                for player, mixture in enumerate(mixtures):
                    own = one.names[s][player]
                    cell_of(
                        ax,
                        (s - 0.47, place - 0.42 + 0.42 * player, 0.94, 0.4),
                        mixture,
                        [hues[k] for k in own],
                        [brief[k] for k in own],
                    )
        ax.set_xticks(range(len(states)), [plain(one) for one in states])
        if len(states) > 5:
            ax.tick_params(axis="x", rotation=45)
        labels = [f"{k}{', strict' * one.strict}" for k, one in enumerate(shown, 1)]
        ax.set_yticks(range(len(shown)), labels)
        ax.tick_params(length=0)
        for side in ax.spines.values():
            side.set_visible(False)
        ax.set_xlabel("state")
        ax.set_ylabel("equilibrium")
        ax.set_title("Play by state: row player above, column player below")
        if every_name:
            key(ax, every_name)
        left = f" {len(shown)} of {len(every)} are drawn." if len(shown) < len(every) else ""
        status = answer.words if isinstance(answer, MarkovEquilibrium) else answer.status
        caption(ax, f"{status}{left}")
    return ax


def _united(names: Any) -> list[str]:
    """All strategies of all states and both players, each once, in order."""
    return list(dict.fromkeys(name for pair in names for side in pair for name in side))


def _bars(ax: Axes, states: Sequence[str], values: Sequence[float], words: Sequence[str]) -> None:
    bars = ax.barh(range(len(states)), values, color=_BAR, height=0.6)
    for bar in bars:
        bar.set_gid("value")
    for place, text in enumerate(words):
        ax.annotate(
            text,
            (1.02, place),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=9,
            color=INK,
            annotation_clip=False,
        )
    ax.set_yticks(range(len(states)), [plain(one) for one in states])
    ax.set_ylim(len(states) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)


def _never(chance: Any) -> str:
    return f"infinite: gets there with probability {_value(chance)}" if chance else "never"


def _whole_ticks(ax: Axes, times: Any) -> None:
    """Periods are whole numbers."""
    if len(times) < 8:
        ax.set_xticks(times)
    else:
        ax.locator_params(axis="x", integer=True)


def _value(value: Any) -> str:
    if hasattr(value, "numerator") and not isinstance(value, (int, float)):
        return number(value)
    return f"{float(value):.4g}"


def _shades(count: int) -> list[Any]:
    """Colours in an order: the first state darkest, all readable against white."""
    from matplotlib import colormaps

    return [colormaps["viridis"](x) for x in np.linspace(0.0, 0.58, max(count, 1))]
