"""Compiled long-run payoffs of many pairs of policies: censored chains, and orbits.

`average_in_lanes` solves eight pairs at once: one row policy against eight column policies, the
chain of each in one lane. It is the elimination of `dilemma.arrays.chains` (no subtraction, so
that every number has a small relative error), except that the time and the payoffs of what is left
out are led on as three more columns; then nothing has to be substituted back. With the last state
left alone, payoffs divided by time are its average.

With discounting, a further state starts anew: every pair of acts leads to it with probability
1 − δ, and it leads to the opening. With none (the limit of means) the state that is left is the
first pair of acts, if play comes back to it from everywhere; elsewhere a lane becomes NaN, and
`average_one_by_one` solves that pair with all its recurrent classes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dilemma.arrays.kernels import LANES, kernel
from dilemma.arrays.lane_kernels import fill, leave_out

# Columns before those of the states: time, and both players' payoffs.
EXTRA = 3


@kernel
def average_in_lanes(
    opening: Any, replies: Any, openings: Any, table: Any, rewards: Any, delta: float,
    restart: float, first: int, stop: int, half: bool, result: Any,
) -> None:  # fmt: skip
    """Solve row policies from ``first`` to ``stop`` against all column policies.

    Arrays, with their shapes:

    opening : (rows, m) float64
    replies : (rows, m, n, m) float64
    openings : (blocks · n · LANES) float64, lanes last
    table : (blocks · n · m · n · LANES) float64, [block, own last, other's last, own next, lane]
    rewards : (2, m, n) float64, at least 0
    restart : 1 − δ
    half : whether to leave out the blocks of column policies before the row policy's
    result : (2, rows, blocks · LANES) float64, written
    """
    m, n = replies.shape[1], replies.shape[2]
    start = 1 if restart > 0.0 else 0
    states = m * n + start
    width = states + EXTRA
    blocks = openings.size // (n * LANES)
    work = np.zeros(states * width * LANES)
    for a in range(first, stop):
        for block in range(a // LANES if half else 0, blocks):
            if start:
                for lane in range((EXTRA + 1) * LANES):
                    work[lane] = 0.0
                for i in range(m):
                    fill(work, EXTRA + 1 + i * n, openings, block * n, opening[a, i], n)
            for i in range(m):
                for j in range(n):
                    state = (start + i * n + j) * width
                    for lane in range(LANES):
                        work[state * LANES + lane] = 1.0
                        work[(state + 1) * LANES + lane] = rewards[0, i, j]
                        work[(state + 2) * LANES + lane] = rewards[1, i, j]
                        if start:
                            work[(state + EXTRA) * LANES + lane] = restart
                    column = ((block * n + j) * m + i) * n
                    for k in range(m):
                        place = state + EXTRA + start + k * n
                        fill(work, place, table, column, delta * replies[a, i, j, k], n)
            for state in range(states - 1, 0, -1):
                leave_out(work, width, state, EXTRA)
            for lane in range(LANES):
                for player in range(2):
                    result[player, a, block * LANES + lane] = (
                        work[(1 + player) * LANES + lane] / work[lane]
                    )


@kernel
def average_one_by_one(
    opening: Any, replies: Any, openings: Any, replies_of_others: Any, rewards: Any, result: Any
) -> None:
    """Solve the pairs whose result is NaN in the limit of means, however many classes they have.

    Arrays as in `average_in_lanes`, but the column policies as the row policies are: (columns, n)
    and (columns, n, m, n). A state that leads to none that is left stands for a recurrent class;
    it stays, and the opening leads to it with the probability of ending in the class.
    """
    m, n = replies.shape[1], replies.shape[2]
    states = m * n + 1
    work = np.zeros((states, EXTRA + states))
    roots = np.zeros(states, dtype=np.int64)
    for a in range(len(replies)):
        for b in range(len(replies_of_others)):
            if not np.isnan(result[0, a, b]):
                continue
            work[0, :] = 0.0
            for i in range(m):
                for j in range(n):
                    state = 1 + i * n + j
                    work[0, EXTRA + state] = opening[a, i] * openings[b, j]
                    work[state, 0] = 1.0
                    work[state, 1] = rewards[0, i, j]
                    work[state, 2] = rewards[1, i, j]
                    work[state, EXTRA] = 0.0
                    for k in range(m):
                        for l in range(n):  # noqa: E741
                            work[state, EXTRA + 1 + k * n + l] = (
                                replies[a, i, j, k] * replies_of_others[b, j, i, l]
                            )
            found = 0
            for state in range(states - 1, 0, -1):
                leaving = 0.0
                for other in range(state):
                    leaving += work[state, EXTRA + other]
                for place in range(found):
                    leaving += work[state, EXTRA + roots[place]]
                if leaving == 0.0:
                    roots[found] = state
                    found += 1
                    continue
                for row in range(state):
                    factor = work[row, EXTRA + state] / leaving
                    if factor == 0.0:
                        continue
                    for column in range(EXTRA + state):
                        work[row, column] += factor * work[state, column]
                    for place in range(found):
                        column = EXTRA + roots[place]
                        work[row, column] += factor * work[state, column]
            reached = 0.0
            for place in range(found):
                reached += work[0, EXTRA + roots[place]]
            for player in range(2):
                total = 0.0
                for place in range(found):
                    root = roots[place]
                    average = work[root, 1 + player] / work[root, 0]
                    total += work[0, EXTRA + root] / reached * average
                result[player, a, b] = total


@kernel
def average_along_orbits(
    opening: Any, replies: Any, openings: Any, replies_of_others: Any, rewards: Any,
    restart: float, powers: Any, shares: Any, first: int, stop: int, half: bool, result: Any,
) -> None:  # fmt: skip
    """Follow two deterministic policies without errors until a pair of acts comes back.

    Arrays, with their shapes; a pair (i, j) of acts is the number i·n + j:

    opening, openings : (rows,) and (columns,) uint16
        The row's act times n, and the column's act.
    replies, replies_of_others : (rows, m · n) and (columns, m · n) uint16
        After each pair: the row's act times n, and the column's act.
    rewards : (m · n, 2) float64
    restart : 1 − δ
    powers : (m · n + 1,) float64, δ^t
    shares : (m · n + 1,) float64
        The weight of one round of a cycle of length k: (1 − δ) / (1 − δ^k), or 1 / k in the limit
        of means.
    half : whether to leave out the column policies before the row policy
    result : (2, rows, columns) float64, written

    Notes
    -----
    A cycle's sum is the difference of two sums from the opening on. Its error is absolute, some
    roundings of a sum of at most m · n payoffs; divided among the periods, as it then is, by at
    least one, that is far below the bound of `many_pairs`.
    """
    states = replies.shape[1]
    # When each pair of acts was last met; times before `begun` belong to other encounters.
    seen = np.full(states, -1)
    before = np.zeros((states, 2))
    begun = 0
    for a in range(first, stop):
        for b in range(a if half else 0, len(openings)):
            state = opening[a] + openings[b]
            steps = 0
            one, two = 0.0, 0.0
            while seen[state] < begun:
                seen[state] = begun + steps
                before[steps, 0] = one
                before[steps, 1] = two
                one += powers[steps] * rewards[state, 0]
                two += powers[steps] * rewards[state, 1]
                steps += 1
                state = replies[a, state] + replies_of_others[b, state]
            back = seen[state] - begun
            begun += steps
            share = shares[steps - back]
            result[0, a, b] = restart * before[back, 0] + share * (one - before[back, 0])
            result[1, a, b] = restart * before[back, 1] + share * (two - before[back, 1])
