"""Compiled best-response trajectories as long as each population heads for one pure strategy."""

from typing import Any

import numpy as np

from dilemma.arrays.kernels import kernel

# Why a glide ended.
ALL_TIMES = 0
TOO_MANY = 1
TIE = 2
INTERRUPTED = 4


@kernel
def glide(
    state: Any,
    matrix: Any,
    ends: Any,
    targets: Any,
    times: Any,
    due: int,
    time: float,
    ties: Any,
    left: int,
    stopping: Any,
    result: Any,
) -> Any:
    """Go straight to the targets, turning to another where it becomes the one best reply.

    The state and the targets are changed in place. Return (why it ended, which time is due, the
    time reached, how many turns).
    """
    size = len(state)
    fitness, ahead = np.zeros(size), np.zeros(size)
    turns = 0
    while True:
        if stopping[0]:
            return INTERRUPTED, due, time, turns
        if turns >= left:
            return TOO_MANY, due, time, turns
        for i in range(size):
            now, then = 0.0, 0.0
            for j in range(size):
                now += matrix[i, j] * state[j]
            for population in range(len(ends)):
                then += matrix[i, targets[population]]
            fitness[i], ahead[i] = now, then
        span, who, which = np.inf, -1, -1
        start = 0
        for population in range(len(ends)):
            target = targets[population]
            for j in range(start, ends[population]):
                behind = fitness[target] - fitness[j]
                later = ahead[target] - ahead[j]
                if j == target or later >= 0.0:
                    continue
                if behind <= ties[population]:
                    return TIE, due, time, turns
                crossing = np.log1p(behind / -later)
                if crossing < span:
                    span, who, which = crossing, population, j
            start = ends[population]
        while due < len(times) and times[due] <= time + span:
            part = np.exp(time - times[due])
            head_for(state, ends, targets, part, result[due])
            due += 1
        if due == len(times):
            return ALL_TIMES, due, times[-1], turns
        head_for(state, ends, targets, np.exp(-span), state)
        time += span
        turns += 1
        # Another strategy that ties here as well, or a strategy that is no best reply to itself,
        # needs more thought.
        start = 0
        for population in range(len(ends)):
            target = targets[population]
            for j in range(start, ends[population]):
                if j == target or (population == who and j == which):
                    continue
                behind, there = 0.0, ahead[target] - ahead[j]
                for k in range(size):
                    behind += (matrix[target, k] - matrix[j, k]) * state[k]
                if behind <= ties[population] and there <= 0.0:
                    return TIE, due, time, turns
                if population == who and behind <= ties[population]:
                    return TIE, due, time, turns
            start = ends[population]
        old = targets[who]
        if len(ends) == 1 and matrix[which, which] - matrix[old, which] <= ties[0]:
            return TIE, due, time, turns
        targets[who] = which


@kernel
def head_for(state: Any, ends: Any, targets: Any, part: float, result: Any) -> None:
    """Write the state that is left of a state when all but a part has gone over to the targets."""
    start = 0
    for population in range(len(ends)):
        rest = 0.0
        for i in range(start, ends[population]):
            if i != targets[population]:
                result[i] = part * state[i]
                rest += result[i]
        result[targets[population]] = 1.0 - rest
        start = ends[population]
