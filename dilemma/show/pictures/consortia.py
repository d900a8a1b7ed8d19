"""What each posture earns in a consortium as ever more of the others collaborate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dilemma.collective import Consortium, PayoffLine
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    FRAME,
    LONGEST,
    canvas,
    caption,
    colours_of,
    fit_labels,
    legend_beside,
    look,
    markers_of,
    plain,
    terms_in_words,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Of so many firms on, markers would touch.
CROWDED = 25


@draws(PayoffLine)
def payoff_lines(line: PayoffLine, ax: Axes | None = None) -> Axes:
    """Draw a line of payoffs for each strategy, against how many of the others play one.

    Markers are filled where the goal is met and hollow where it is not (all filled if there is
    no goal). A ring stands around the best replies.

    Parameters
    ----------
    line : PayoffLine
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> ax = payoff_lines(Consortium(5, goal=1, threshold=3).along())
    >>> ax.get_xlabel()
    'others that play collaboration, of 4 (the rest avoidance)'
    """
    from matplotlib.ticker import MaxNLocator

    payoffs = np.array(line.payoffs, dtype=np.float64)
    numbers = np.arange(len(payoffs))
    many = len(numbers) > CROWDED
    goal = bool(line.met.any())
    drawn_best = False
    with look():
        ax = canvas(ax, (7.2, 4.6))
        colours, markers = colours_of(line.strategies), markers_of(line.strategies)
        for s, name in enumerate(line.strategies):
            best = np.array([name in names for names in line.best])
            if best.any():
                ax.plot(
                    numbers[best], payoffs[best, s], linestyle="none", marker="o",
                    markersize=7 if many else 12, markerfacecolor="none", markeredgecolor=FRAME,
                    markeredgewidth=1.2, zorder=2.5, gid=f"best: {name}", clip_on=False,
                    label=None if drawn_best else "best reply",
                )  # fmt: skip
                drawn_best = True
            (path,) = ax.plot(
                numbers, payoffs[:, s], color=colours[s], linewidth=1.3, zorder=2, gid=name,
            )  # fmt: skip
            there = line.met[:, s] if goal else np.ones(len(numbers), dtype=bool)
            for where, filled in ((there, True), (~there, False)):
                if not where.any():
                    # An empty line that is not clipped would count for the layout.
                    continue
                ax.plot(
                    numbers[where], payoffs[where, s], linestyle="none", marker=markers[s],
                    markersize=3.5 if many else 6, color=colours[s],
                    markerfacecolor=colours[s] if filled else "white",
                    zorder=3, clip_on=False, gid=f"{name}, goal {'met' if filled else 'missed'}",
                )  # fmt: skip
            path.set_label(plain(name))
            path.set_marker(markers[s])
            path.set_markevery([])
        _mark_goal(ax, line)
        ax.set(
            xlabel=(
                f"others that play {plain(line.strategy)}, of {numbers[-1]} "
                f"(the rest {plain(line.rest)})"
            ),
            ylabel="payoff (value of knowledge)",
            title="What a firm earns among others",
        )
        ax.set_xlim(-0.02 * numbers[-1], 1.02 * numbers[-1])
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.margins(y=0.08)
        handles, labels = ax.get_legend_handles_labels()
        ranked = sorted(zip(handles, labels, strict=True), key=lambda one: one[1] == "best reply")
        legend_beside(ax, [one for one, _ in ranked], [label for _, label in ranked])
        if max(map(len, labels)) > LONGEST:
            # A legend of such names leaves less of the Axes' width than labels reckon with.
            fit_labels(ax, 0.6)
        caption(ax, _goal_in_words(line))
    return ax


@draws(Consortium)
def consortium_lines(
    consortium: Consortium,
    ax: Axes | None = None,
    strategy: int | str | None = None,
    rest: int | str | None = None,
) -> Axes:
    """Draw what each posture earns among more and more collaborators: see `payoff_lines`.

    Parameters
    ----------
    consortium : Consortium
        Of firms alike, all of whose terms are numbers.
    ax : matplotlib Axes, optional
    strategy, rest : int or str, optional
        What ever more of the others play, and what the rest do; as in `Consortium.along`.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If firms differ, or a term is no number.

    Examples
    --------
    >>> ax = consortium_lines(Consortium(20, goal=1, threshold=12), rest="competition")
    >>> ax.get_xlabel()
    'others that play collaboration, of 19 (the rest competition)'
    """
    line = consortium.along(strategy, rest)
    ax = payoff_lines(line, ax)
    caption(ax, f"{consortium.size} firms: {terms_in_words(consortium)}")
    return ax


def _mark_goal(ax: Axes, line: PayoffLine) -> None:
    """Dotted lines where the goal begins to be met by the most and by the least committed."""
    if not line.met.any() or line.met.all():
        return
    for least in (1, line.met.shape[1]):
        met = line.met.sum(axis=1) >= least
        steps = np.flatnonzero(met[1:] != met[:-1])
        for k in steps:
            ax.axvline(k + 0.5, color="#5f5f5f", linewidth=0.8, linestyle=":", zorder=0)


def _goal_in_words(line: PayoffLine) -> str:
    if not line.met.any():
        return ""
    return (
        "filled markers: the goal is met, hollow: it is not; dotted: where it begins to be, with "
        "the firm's help and without"
    )
