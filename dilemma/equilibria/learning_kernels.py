"""Compiled regret matching."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.kernels import kernel


@kernel
def drawn(weights: NDArray[Any], total: float, draw: float) -> int:
    """The index that a uniform draw from [0, 1) picks with the given weights."""
    left = draw * total
    last = 0
    for k in range(len(weights)):
        if weights[k] > 0.0:
            last = k
            left -= weights[k]
            if left < 0.0:
                return k
    return last


@kernel
def next_play(
    regrets: NDArray[Any],
    weights: NDArray[Any],
    last: int,
    periods: int,
    conditional: bool,
    inertia: float,
    draw: float,
) -> int:
    """What a player plays next, by positive parts of regrets (see `regret_matching`)."""
    count = len(weights)
    if periods == 0:
        return min(int(draw * count), count - 1)
    total = 0.0
    if conditional:
        for k in range(count):
            weights[k] = 0.0
            if k != last and regrets[last, k] > 0.0:
                weights[k] = regrets[last, k] / (periods * inertia)
                total += weights[k]
        weights[last] = max(1.0 - total, 0.0)
        return drawn(weights, total + weights[last], draw)
    for k in range(count):
        weights[k] = max(regrets[0, k], 0.0)
        total += weights[k]
    if total == 0.0:
        return last
    return drawn(weights, total, draw)


@kernel
def match_regrets(
    A: NDArray[Any],
    B: NDArray[Any],
    draws: NDArray[Any],
    conditional: bool,
    inertia: NDArray[Any],
    plays: NDArray[Any],
) -> None:
    """Fill in both players' plays, period after period.

    Parameters
    ----------
    A, B : float arrays of shape (m, n)
    draws : float array of shape (periods, 2), uniform on [0, 1)
    conditional : bool
        Regrets for each strategy played, or for all play together.
    inertia : float array of 2
    plays : integer array of shape (periods, 2)
        Filled in.
    """
    m, n = A.shape
    first_regrets = np.zeros((m if conditional else 1, m))
    second_regrets = np.zeros((n if conditional else 1, n))
    first_weights, second_weights = np.zeros(m), np.zeros(n)
    i = j = 0
    for t in range(len(plays)):
        i = next_play(first_regrets, first_weights, i, t, conditional, inertia[0], draws[t, 0])
        j = next_play(second_regrets, second_weights, j, t, conditional, inertia[1], draws[t, 1])
        plays[t, 0] = i
        plays[t, 1] = j
        own = i if conditional else 0
        for k in range(m):
            first_regrets[own, k] += A[k, j] - A[i, j]
        own = j if conditional else 0
        for k in range(n):
            second_regrets[own, k] += B[i, k] - B[i, j]
