"""Choosing one equilibrium of each game of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from dilemma.equilibria.chunks import Records

TOLERANCE = 1e-9


def selected_position(
    records: Records, payoffs: NDArray[np.float64], m: int, n: int, choice: Any
) -> NDArray[np.int64]:
    """Return the position of the chosen equilibrium in each game's list, −1 where there is none.

    The choices are defined in `dilemma.equilibria.nash_map`.
    """
    game = np.repeat(np.arange(len(records.counts)), records.counts)
    place = np.arange(len(game)) - records.offsets[game]
    if choice == "payoff-dominant":
        chosen = _payoff_dominant(records, payoffs, game)
    elif choice == "risk-dominant":
        chosen = _risk_dominant(records, payoffs, game, m, n)
    else:
        row, column = choice
        chosen = (records.supports[:, 0] == 1 << row) & (records.supports[:, 1] == 1 << column)
    position = np.full(len(records.counts), -1, dtype=np.int64)
    # The first of a game is written last.
    where = np.flatnonzero(chosen)[::-1]
    position[game[where]] = place[where]
    return position


def _payoff_dominant(
    records: Records, payoffs: NDArray[np.float64], game: NDArray[np.intp]
) -> NDArray[np.bool_]:
    both = payoffs.reshape(2, -1, payoffs.shape[1])
    spread = both.max(axis=1) - both.min(axis=1)
    best = np.ones(len(game), dtype=np.bool_)
    for player in (0, 1):
        values = records.values[:, player]
        most = np.maximum.reduceat(values, records.offsets)
        best &= values >= (most - TOLERANCE * spread[player])[game]
    return best


def _risk_dominant(
    records: Records, payoffs: NDArray[np.float64], game: NDArray[np.intp], m: int, n: int
) -> NDArray[np.bool_]:
    strict = np.flatnonzero(records.strict)
    rows = np.log2(records.supports[strict, 0].astype(np.float64)).astype(np.intp)
    columns = np.log2(records.supports[strict, 1].astype(np.float64)).astype(np.intp)
    own = game[strict]
    best = np.zeros(len(game), dtype=np.bool_)
    best[strict] = True
    both = payoffs.reshape(2, m, n, -1)
    # Equilibria of one game are neighbours: compare those that are 1, 2, … places apart.
    for apart in range(1, min(m, n)):
        one, two = np.arange(len(strict) - apart), np.arange(apart, len(strict))
        same = own[one] == own[two]
        one, two = one[same], two[same]
        if not len(one):
            break
        where, i, j, k, h = own[one], rows[one], columns[one], rows[two], columns[two]
        losses = (both[0, i, j, where] - both[0, k, j, where]) * (
            both[1, i, j, where] - both[1, i, h, where]
        )
        others = (both[0, k, h, where] - both[0, i, h, where]) * (
            both[1, k, h, where] - both[1, k, j, where]
        )
        margin = TOLERANCE * np.maximum(losses, others)
        best[strict[one[~(losses > others + margin)]]] = False
        best[strict[two[~(others > losses + margin)]]] = False
    return best
