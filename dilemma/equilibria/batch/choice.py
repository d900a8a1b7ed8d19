"""Choosing one equilibrium of each game of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from dilemma.equilibria.batch.chunks import Records

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
        chosen = _payoff_dominant(records, _unit_payoffs(payoffs, m, n), game)
    elif choice == "risk-dominant":
        chosen = _risk_dominant(records, _unit_payoffs(payoffs, m, n), game)
    else:
        row, column = choice
        chosen = (records.supports[:, 0] == 1 << row) & (records.supports[:, 1] == 1 << column)
    position = np.full(len(records.counts), -1, dtype=np.int64)
    # The first of a game is written last.
    where = np.flatnonzero(chosen)[::-1]
    position[game[where]] = place[where]
    return position


def _unit_payoffs(payoffs: NDArray[np.float64], m: int, n: int) -> NDArray[np.float64]:
    """Shift and scale each player's payoffs to run from 0 to 1, shape (2, m, n, games).

    A level far above the differences would swamp them in sums, and products of very large or small
    ones leave the range of floats. By a power of two first, which is exact.
    """
    both = payoffs.reshape(2, m, n, -1)
    exponent = np.frexp(np.abs(both).max(axis=(1, 2), keepdims=True))[1]
    both = np.ldexp(both, -exponent)
    both -= both.min(axis=(1, 2), keepdims=True)
    width = both.max(axis=(1, 2), keepdims=True)
    return np.asarray(both / np.where(width > 0, width, 1.0))


def _payoff_dominant(
    records: Records, both: NDArray[np.float64], game: NDArray[np.intp]
) -> NDArray[np.bool_]:
    m = both.shape[1]
    rows, columns = records.mixtures[:, :m], records.mixtures[:, m:]
    best = np.ones(len(game), dtype=np.bool_)
    for own in both:
        values = np.einsum("ei,ije,ej->e", rows, own[:, :, game], columns)
        most = np.maximum.reduceat(values, records.offsets)
        best &= values >= (most - TOLERANCE)[game]
    return best


def _risk_dominant(
    records: Records, both: NDArray[np.float64], game: NDArray[np.intp]
) -> NDArray[np.bool_]:
    m, n = both.shape[1:3]
    strict = np.flatnonzero(records.strict)
    rows = np.log2(records.supports[strict, 0].astype(np.float64)).astype(np.intp)
    columns = np.log2(records.supports[strict, 1].astype(np.float64)).astype(np.intp)
    own = game[strict]
    best = np.zeros(len(game), dtype=np.bool_)
    best[strict] = True
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
