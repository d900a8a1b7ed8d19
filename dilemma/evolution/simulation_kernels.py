"""Runs of a finite population, event by event: compiled.

In a state that changes in a step with probability p, the number of steps until it changes is
geometric. So one random number stands for all steps in which nothing happens, and another chooses
the change among all that are possible: the process is the same, in law, as step by step.
"""

from typing import Any

import numpy as np

from dilemma.arrays.composition_kernels import change, reaches
from dilemma.arrays.kernels import kernel
from dilemma.evolution.stepping_kernels import rates


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
    payoffs: Any, own: Any, divisors: Any, table: Any, state: Any, place: Any, words: Any,
    every: int, counted_from: int, counts: Any, means: Any, visits: Any,
) -> None:  # fmt: skip
    """Go on for `len(counts)` intervals of `every` steps.

    `state`, `words` (of the random numbers) and `place` are changed: `place` holds the number of
    the state, the steps so far, and the steps that are left until the next change (-1: unknown;
    the changed state is drawn when they are over). `counts` takes the state at the end of each
    interval, `means` the mean over the steps of it, and `visits` how many steps, from step
    `counted_from` on, were spent in each state (if it has any room).
    """
    width = len(state)
    up = np.zeros(width, dtype=np.int64)
    down = np.zeros(width, dtype=np.int64)
    pay = np.zeros(width)
    matrix = np.zeros((width, width))
    total = np.zeros(width)
    number, now, left = place[0], place[1], place[2]
    known = False
    moving = 0.0
    for interval in range(len(counts)):
        end = now + every
        total[:] = 0.0
        while now < end:
            if not known:
                reaches(state, sizes, parts, binomial, up, down)
                moving = rates(
                    process, selection, mutation, sizes, parts, payoffs, own, divisors, table,
                    number, up, down, state, pay, matrix,
                )  # fmt: skip
                known = True
            if left < 0:
                # The state is kept for `left` more steps, then it changes.
                left = 1
                if moving <= 0.0:
                    left = 2**62
                elif moving < 1.0:
                    stay = np.log(uniform(words)) / np.log1p(-moving)
                    left = 2**62 if stay > 2.0**61 else int(stay) + 1
            spent = min(left, end - now)
            for l in range(width):
                total[l] += spent * state[l]
            if len(visits) and now + spent > counted_from:
                visits[number] += now + spent - max(now, counted_from)
            now += spent
            left -= spent
            if left > 0:
                continue
            left = -1
            known = False
            # The change: proportional to its probability.
            goal = uniform(words) * moving
            giver = -1
            taker = -1
            first = 0
            for p in range(len(parts)):
                for j in range(first, first + parts[p]):
                    if state[j] > 0 and goal >= 0.0:
                        for i in range(first, first + parts[p]):
                            if i != j and matrix[j, i] > 0.0 and goal >= 0.0:
                                giver = j
                                taker = i
                                goal -= matrix[j, i]
                first += parts[p]
            number += change(giver, taker, up, down)
            state[giver] -= 1
            state[taker] += 1
        for l in range(width):
            counts[interval, l] = state[l]
            means[interval, l] = total[l] / every
    place[0], place[1], place[2] = number, now, left
