"""Runs of a finite population, event by event: compiled.

In a state that changes in a step with probability p, the number of steps until it changes is
geometric. So one random number stands for all steps in which nothing happens, and another chooses
the change among all that are possible: the process is the same, in law, as step by step. What a
state needs is kept for the next visit, if there is room for all states.
"""

from typing import Any

import numpy as np

from dilemma.arrays.composition_kernels import change, reaches
from dilemma.arrays.kernels import kernel
from dilemma.evolution.finite.stepping_kernels import rates


@kernel
def uniform(words: Any) -> float:
    """The next number in (0, 1) of xoshiro256++ (blackman2021), whose state is four words."""
    total = words[0] + words[3]
    result = ((total << np.uint64(23)) | (total >> np.uint64(41))) + words[0]
    shifted = words[1] << np.uint64(17)
    words[2] ^= words[0]
    words[3] ^= words[1]
    words[1] ^= words[2]
    words[0] ^= words[3]
    words[2] ^= shifted
    words[3] = (words[3] << np.uint64(45)) | (words[3] >> np.uint64(19))
    return (float(result >> np.uint64(12)) + 0.5) * 2.0**-52


@kernel
def run(
    process: int, selection: float, mutation: float, sizes: Any, parts: Any, binomial: Any,
    payoffs: Any, own: Any, divisors: Any, table: Any, givers: Any, takers: Any, known: Any,
    state: Any, place: Any, words: Any, every: int, counted_from: int, counts: Any, means: Any,
    visits: Any,
) -> None:  # fmt: skip
    """Go on for `len(counts)` intervals of `every` steps.

    `state`, `words` (of the random numbers) and `place` are changed: `place` holds the number of
    the state, the steps so far, and the steps that are left until the next change (-1: not drawn
    yet). `counts` takes the state at the end of each interval, `means` the mean over the steps of
    it, and `visits` how many steps, from step `counted_from` on, were spent in each state (if it
    has any room). `known` has a row for each state, or only one; a row holds 1 / log(1 - p), or 0
    if it is not known yet, and the cumulated probabilities of the moves.
    """
    width = len(state)
    moves = len(givers)
    up = np.zeros(width, dtype=np.int64)
    down = np.zeros(width, dtype=np.int64)
    pay = np.zeros(width)
    matrix = np.zeros((width, width))
    total = np.zeros(width)
    number, now, left = place[0], place[1], place[2]
    kept = len(known) > 1
    if not kept:
        known[0, 0] = 0.0
    for interval in range(len(counts)):
        end = now + every
        total[:] = 0.0
        while now < end:
            row = number if kept else 0
            if known[row, 0] == 0.0:
                reaches(state, sizes, parts, binomial, up, down)
                moving = rates(
                    process, selection, mutation, sizes, parts, payoffs, own, divisors, table,
                    number, up, down, state, pay, matrix,
                )  # fmt: skip
                sum_so_far = 0.0
                for move in range(moves):
                    if state[givers[move]] > 0:
                        sum_so_far += matrix[givers[move], takers[move]]
                    known[row, move + 1] = sum_so_far
                if moving <= 0.0:
                    known[row, 0] = -np.inf
                elif moving >= 1.0:
                    known[row, 0] = -1e-300
                else:
                    known[row, 0] = 1.0 / np.log1p(-moving)
            if left < 0:
                # The state is kept for `left` steps, then it changes.
                stay = np.log(uniform(words)) * known[row, 0]
                left = 2**62 if stay > 2.0**61 else int(stay) + 1
            spent = min(left, end - now)
            for q in range(width):
                total[q] += spent * state[q]
            if len(visits) and now + spent > counted_from:
                visits[number] += now + spent - max(now, counted_from)
            now += spent
            left -= spent
            if left > 0:
                continue
            left = -1
            # The change: proportional to its probability.
            goal = uniform(words) * known[row, moves]
            move = 0
            while known[row, move + 1] <= goal and move < moves - 1:
                move += 1
            # A goal rounded up to the whole: the last move that has any probability.
            while move > 0 and known[row, move + 1] == known[row, move]:
                move -= 1
            j, i = givers[move], takers[move]
            reaches(state, sizes, parts, binomial, up, down)
            number += change(j, i, up, down)
            state[j] -= 1
            state[i] += 1
            if not kept:
                known[0, 0] = 0.0
        for q in range(width):
            counts[interval, q] = state[q]
            means[interval, q] = total[q] / every
    place[0], place[1], place[2] = number, now, left
