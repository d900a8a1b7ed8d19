"""Which strategies meet, and what follows what: heat maps of counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import canvas, caption, fit_labels, ink_on, look, short_names
from dilemma.survey import StrategyPairs, Transitions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Behind rows of which nothing is known.
EMPTY = "#cfcfcf"


@draws(StrategyPairs)
def pairs_of_strategies(pairs: StrategyPairs, ax: Axes | None = None) -> Axes:
    """Draw how often each pair of strategies occurs, as a heat map.

    Parameters
    ----------
    pairs : StrategyPairs
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma import Alliance
    >>> from dilemma.survey import simulate_survey
    >>> ax = pairs_of_strategies(simulate_survey(Alliance(), 50, seed=1).pairs())
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['COL', 'COM', 'CMP', 'ACC', 'AVO']
    """
    counts = pairs.counts
    names = short_names([one.name for one in pairs.strategies])
    total = int(counts.sum())
    with look():
        size = min(2.6 + 0.62 * len(names), 9.0)
        ax = canvas(ax, (size + 1.1, size))
        shares = np.ma.masked_array(counts / max(total, 1), mask=np.full(counts.shape, not total))
        _heat(ax, shares, counts, names, "share of pairs")
        ax.set(
            xlabel="column firm's strategy", ylabel="row firm's strategy",
            title="How often pairs of strategies occur",
        )  # fmt: skip
        missing = len(pairs) - total
        lacking = f"; in {missing:,} more a strategy is missing" if missing else ""
        caption(ax, f"numbers: how many of {total:,} cases and periods{lacking}")
        fit_labels(ax)
    return ax


@draws(Transitions)
def transition_map(found: Transitions, ax: Axes | None = None) -> Axes:
    """Draw how pairs of strategies follow each other, as a heat map.

    A row is a pair in one period (the row firm's strategy first), a column the pair in the next;
    its colour is the share of what followed. Pairs that were never seen are left out; a grey
    row was never seen to be followed.

    Parameters
    ----------
    found : Transitions
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma import Alliance
    >>> from dilemma.survey import simulate_survey, transition_counts
    >>> survey = simulate_survey(Alliance(), 50, periods=4, seed=1, policies={"grim": 1})
    >>> ax = transition_map(transition_counts(survey))
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['COL–COL']
    """
    short = short_names([one.name for one in found.strategies])
    m = len(short)
    whole = found.matrix
    seen = np.flatnonzero(whole.sum(axis=0) + whole.sum(axis=1))
    counts = whole[np.ix_(seen, seen)]
    totals = counts.sum(axis=1, keepdims=True)
    names = [f"{short[k // m]}–{short[k % m]}" for k in seen]
    with look():
        size = min(3.2 + 0.3 * len(names), 9.5)
        ax = canvas(ax, (size + 1.2, size))
        if not len(seen):
            ax.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1))
            ax.text(0.5, 0.5, "no transition was observed", ha="center", va="center")
        else:
            shares = np.ma.masked_array(
                counts / np.maximum(totals, 1), mask=np.broadcast_to(totals == 0, counts.shape)
            )
            _heat(ax, shares, counts, names, "share of what followed")
        ax.set(
            xlabel="pair in the next period", ylabel="pair in one period",
            title="What follows what",
        )  # fmt: skip
        never = m * m - len(seen)
        words = f"{found.observed:,} transitions; numbers: how many; row firm first"
        if found.incomplete:
            words += f"; {found.incomplete:,} more lack a choice"
        if len(seen) and not totals.all():
            words += "; grey rows: no next period was seen"
        if never:
            words += f"; {never} of {m * m} pairs were never seen"
        caption(ax, words)
        fit_labels(ax)
    return ax


def _heat(
    ax: Axes, shares: Any, counts: NDArray[np.int64], names: Sequence[str], unit: str
) -> None:
    """A heat map of shares from 0 on, with counts where they are not 0 and can be read."""
    n = len(names)
    ends = np.arange(n + 1) - 0.5
    largest = float(shares.max()) if shares.count() else 1.0
    mesh = ax.pcolormesh(
        ends, ends, shares, cmap="Blues", vmin=0, vmax=largest or 1.0, edgecolor="#e2e2e2",
        linewidth=0.6, gid="shares",
    )  # fmt: skip
    box = ax.get_window_extent()
    cell = min(box.width, box.height) / ax.figure.dpi * 72 * 0.8 / n
    letters = len(str(int(counts.max(initial=0))))
    fontsize = min(10.0, 0.55 * cell, 1.45 * cell / max(letters, 1))
    if fontsize >= 4.5:
        for i, j in np.argwhere(counts > 0):
            ax.text(
                j, i, f"{counts[i, j]}", ha="center", va="center", fontsize=fontsize,
                color=ink_on(mesh.cmap(mesh.norm(shares[i, j]))),
            )  # fmt: skip
    ax.set_facecolor(EMPTY)
    every = max(1, int(np.ceil(8.5 / max(cell, 1e-9))))
    places = range(0, n, every)
    upright = max(map(len, names)) * 6 > cell
    ax.set(
        xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5), xticks=places, yticks=places, aspect="equal"
    )
    ax.set_xticklabels([names[k] for k in places], rotation=90 if upright else 0)
    ax.set_yticklabels([names[k] for k in places])
    ax.tick_params(length=0, labelsize=min(9.0, max(6.0, 0.85 * cell)))
    for side in ax.spines.values():
        side.set_visible(False)
    bar: Any = ax.figure.colorbar(mesh, ax=ax, fraction=0.05, pad=0.03)
    bar.set_label(unit)
    bar.outline.set_visible(False)
