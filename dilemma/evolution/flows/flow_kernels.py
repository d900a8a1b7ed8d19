"""Compiled trajectories of the smooth named rules: one after the other, each with its own steps.

The state of a trajectory has one number for each strategy of each population. Where the rule is
imitative, it is the *logarithm* of the share, whose time derivative is the growth rate: shares
stay positive and sum to 1 by construction, however small they get (1e-300, or the 1e-100000 of a
heteroclinic cycle), and a strategy at 0, whose logarithm is −∞, stays there. Near a vertex the
logarithms are nearly straight lines, so that steps there are long. Elsewhere the state is the
share itself, and a step that would make one negative is taken again, shorter.
"""

from typing import Any

import numpy as np

from dilemma.arrays.kernels import kernel
from dilemma.arrays.runge_kutta_kernels import (
    ALL_STAGES,
    CHECK_WEIGHTS,
    DENSE_WEIGHTS,
    ERROR_WEIGHTS,
    STAGE_WEIGHTS,
    STAGES,
)
from dilemma.arrays.simplex_polynomial_kernels import write_values

# What a population's rule is; the first LAST_IMITATIVE + 1 are imitative.
REPLICATOR = 0
ADJUSTED_REPLICATOR = 1
IMITATION = 2
LAST_IMITATIVE = 2
REPLICATOR_MUTATOR = 3
LOGIT = 4
BROWN_VON_NEUMANN_NASH = 5
SMITH = 6

# How a trajectory ended.
DONE = 0
TOO_MANY_STEPS = 1
NO_STEP = 2
NOT_POSITIVE = 3
STOPPED = 4

# Errors of shares below this are not held to be relative to the share, unless a rule is imitative.
SMALL_SHARE = 1e-3
# Rounding of a logarithm, as a part of it: no error estimate falls below.
ROUNDING = 1e-14
# The error of a step is held below this part of the tolerance, so that errors of whole
# trajectories stay near it. What the polynomial between two steps adds stays within the tolerance.
SAFETY = 0.01
# Where a velocity has kinks, or may have, estimates of error miss some of it.
KINK_SAFETY = 0.01
SHORTEST = 1e-13
SMALLEST_FACTOR = 0.2
LARGEST_FACTOR = 10.0


@kernel
def read_shares(state: Any, ends: Any, kinds: Any, shares: Any) -> None:
    """Turn a state into shares that sum to 1 in each population."""
    start = 0
    for population in range(len(ends)):
        stop = ends[population]
        total = 0.0
        if kinds[population] <= LAST_IMITATIVE:
            largest = -np.inf
            for i in range(start, stop):
                largest = max(largest, state[i])
            for i in range(start, stop):
                shares[i] = np.exp(state[i] - largest)
                total += shares[i]
        else:
            for i in range(start, stop):
                shares[i] = state[i]
                total += shares[i]
        for i in range(start, stop):
            shares[i] /= total
        start = stop


@kernel
def velocity(
    state: Any,
    game: Any,
    ends: Any,
    kinds: Any,
    numbers: Any,
    mutation: Any,
    shares: Any,
    fitness: Any,
    slope: Any,
) -> bool:
    """Write the time derivative of a state; return False where the rule is not defined."""
    read_shares(state, ends, kinds, shares)
    size = len(state)
    if len(game) > size * size:
        write_values(shares, game, fitness)
    else:
        for i in range(size):
            total = 0.0
            for j in range(size):
                total += game[i * size + j] * shares[j]
            fitness[i] = total
    start = 0
    for population in range(len(ends)):
        stop = ends[population]
        kind = kinds[population]
        mean = 0.0
        for i in range(start, stop):
            mean += shares[i] * fitness[i]
        if kind == REPLICATOR:
            for i in range(start, stop):
                slope[i] = fitness[i] - mean
        elif kind == ADJUSTED_REPLICATOR:
            if not mean > 0.0:
                return False
            for i in range(start, stop):
                slope[i] = (fitness[i] - mean) / mean
        elif kind == IMITATION:
            for i in range(start, stop):
                slope[i] = 0.0
            for i in range(start, stop):
                for j in range(start, i):
                    lean = np.tanh(0.5 * (fitness[i] - fitness[j]))
                    slope[i] += shares[j] * lean
                    slope[j] -= shares[i] * lean
        elif kind == REPLICATOR_MUTATOR:
            for i in range(start, stop):
                slope[i] = -shares[i] * mean
            for j in range(start, stop):
                born = shares[j] * fitness[j]
                for i in range(start, stop):
                    slope[i] += born * mutation[population, j - start, i - start]
        elif kind == LOGIT:
            largest = -np.inf
            for i in range(start, stop):
                largest = max(largest, fitness[i])
            total = 0.0
            for i in range(start, stop):
                slope[i] = np.exp(numbers[population] * (fitness[i] - largest))
                total += slope[i]
            for i in range(start, stop):
                slope[i] = slope[i] / total - shares[i]
        elif kind == BROWN_VON_NEUMANN_NASH:
            total = 0.0
            for i in range(start, stop):
                slope[i] = max(fitness[i] - mean, 0.0)
                total += slope[i]
            for i in range(start, stop):
                slope[i] -= shares[i] * total
        else:
            for i in range(start, stop):
                slope[i] = 0.0
            for i in range(start, stop):
                for j in range(start, i):
                    gain = fitness[i] - fitness[j]
                    moved = gain * (shares[j] if gain > 0.0 else shares[i])
                    slope[i] += moved
                    slope[j] -= moved
        start = stop
    return True


@kernel
def combine(state: Any, slopes: Any, row: int, count: int, step: float, result: Any) -> None:
    """Add a step along the weighted slopes of the stages before to a state."""
    for i in range(len(state)):
        total = 0.0
        for stage in range(count):
            total += STAGE_WEIGHTS[row, stage] * slopes[stage, i]
        result[i] = state[i] + step * total


@kernel
def fits(state: Any, ends: Any, kinds: Any) -> bool:
    """Tell whether a state has numbers throughout, and no negative share."""
    start = 0
    for population in range(len(ends)):
        stop = ends[population]
        for i in range(start, stop):
            if np.isnan(state[i]) or state[i] == np.inf:
                return False
            if kinds[population] > LAST_IMITATIVE and state[i] < 0.0:
                return False
        start = stop
    return True


@kernel
def step_error(
    state: Any, ahead: Any, slopes: Any, step: float, ends: Any, kinds: Any, tolerance: float
) -> float:
    """Estimate a step's error, in units of what is allowed (hairer1993, §II.10)."""
    fifth, third, used = 0.0, 0.0, 0
    start = 0
    for population in range(len(ends)):
        stop = ends[population]
        for i in range(start, stop):
            if kinds[population] <= LAST_IMITATIVE:
                if state[i] == -np.inf:
                    continue
                allowed = tolerance + ROUNDING * abs(ahead[i])
            else:
                allowed = tolerance * (max(state[i], ahead[i]) + SMALL_SHARE)
            used += 1
            first, second = 0.0, 0.0
            for stage in range(STAGES):
                first += ERROR_WEIGHTS[0, stage] * slopes[stage, i]
                second += ERROR_WEIGHTS[1, stage] * slopes[stage, i]
            third += (step * first / allowed) ** 2
            fifth += (step * second / allowed) ** 2
        start = stop
    if fifth == 0.0 and third == 0.0:
        return 0.0
    error: float = fifth / np.sqrt((fifth + 0.01 * third) * used)
    return error


@kernel
def follow(
    start: Any,
    game: Any,
    ends: Any,
    kinds: Any,
    numbers: Any,
    mutation: Any,
    times: Any,
    tolerance: float,
    most_steps: int,
    stopping: Any,
    room: Any,
    result: Any,
) -> Any:
    """Follow one trajectory, and return (how it ended, the number of steps, the time reached)."""
    size = len(start)
    slopes = room[:ALL_STAGES]
    state, ahead, stage_state = room[16], room[17], room[18]
    shares, fitness, between = room[19], room[20], room[21]
    dense = room[22:29]
    goal = SAFETY * tolerance
    first = 0
    for population in range(len(ends)):
        for i in range(first, ends[population]):
            if kinds[population] <= LAST_IMITATIVE:
                state[i] = np.log(start[i]) if start[i] > 0.0 else -np.inf
            else:
                state[i] = start[i]
        first = ends[population]
    time, taken, due = 0.0, 0, 0
    if not velocity(state, game, ends, kinds, numbers, mutation, shares, fitness, slopes[0]):
        return NOT_POSITIVE, 0, 0.0
    while due < len(times) and times[due] <= 0.0:
        for i in range(size):
            result[due, i] = shares[i]
        due += 1
    if due == len(times):
        return DONE, 0, 0.0
    end = times[-1]
    fastest = 0.0
    for i in range(size):
        fastest = max(fastest, abs(slopes[0, i]))
    step = end if fastest * end < 0.05 else 0.05 / fastest
    grown = LARGEST_FACTOR
    while True:
        if stopping[0]:
            return STOPPED, taken, time
        if taken >= most_steps:
            return TOO_MANY_STEPS, taken, time
        if not step > SHORTEST * max(time, 1e-300):
            return NO_STEP, taken, time
        taken += 1
        last = time + step >= end
        if last:
            step = end - time
        # Not their sum, which rounding may put beyond the end.
        until = end if last else time + step
        defined = True
        for stage in range(1, STAGES):
            combine(state, slopes, stage, stage, step, stage_state)
            defined &= velocity(
                stage_state, game, ends, kinds, numbers, mutation, shares, fitness, slopes[stage]
            )
        combine(state, slopes, STAGES, STAGES, step, ahead)
        error = step_error(state, ahead, slopes, step, ends, kinds, goal)
        if not (error <= 1.0 and defined and fits(ahead, ends, kinds)):
            factor = SMALLEST_FACTOR
            if defined and error > 1.0 and error < np.inf:
                factor = max(factor, 0.9 * error**-0.125)
            step *= factor
            grown = 1.0
            continue
        if not velocity(ahead, game, ends, kinds, numbers, mutation, shares, fitness, slopes[12]):
            return NOT_POSITIVE, taken, time
        if times[due] < until:
            off = interpolate(
                state, ahead, step, game, ends, kinds, numbers, mutation, tolerance, slopes,
                dense, stage_state, between, shares, fitness,
            )  # fmt: skip
            if off > 1.0:
                step *= max(SMALLEST_FACTOR, 0.9 * off**-0.125)
                grown = 1.0
                continue
            due = write_between(
                state, time, step, until, game, ends, kinds, numbers, mutation, times, due,
                slopes, dense, stage_state, between, shares, fitness, result,
            )  # fmt: skip
        if last:
            read_shares(ahead, ends, kinds, result[due])
            return DONE, taken, end
        time = until
        for i in range(size):
            slopes[0, i] = slopes[12, i]
        first = 0
        for population in range(len(ends)):
            if kinds[population] > LAST_IMITATIVE:
                total = 0.0
                for i in range(first, ends[population]):
                    total += ahead[i]
                for i in range(first, ends[population]):
                    state[i] = ahead[i] / total
            else:
                for i in range(first, ends[population]):
                    state[i] = ahead[i]
            first = ends[population]
        factor = LARGEST_FACTOR if error == 0.0 else min(LARGEST_FACTOR, 0.9 * error**-0.125)
        step *= min(grown, max(SMALLEST_FACTOR, factor))
        grown = LARGEST_FACTOR


@kernel
def interpolate(
    state: Any, ahead: Any, step: float, game: Any, ends: Any, kinds: Any, numbers: Any,
    mutation: Any, tolerance: float, slopes: Any, dense: Any, stage_state: Any, between: Any,
    shares: Any, fitness: Any,
) -> float:  # fmt: skip
    """Make the polynomial between two steps; return its defect, in units of what is allowed."""
    for stage in range(STAGES + 1, ALL_STAGES):
        combine(state, slopes, stage, stage, step, stage_state)
        velocity(stage_state, game, ends, kinds, numbers, mutation, shares, fitness, slopes[stage])
    for i in range(len(state)):
        between[i] = state[i]
        if state[i] == -np.inf:
            for part in range(7):
                dense[part, i] = 0.0
            continue
        difference = ahead[i] - state[i]
        dense[0, i] = difference
        dense[1, i] = step * slopes[0, i] - difference
        dense[2, i] = 2.0 * difference - step * (slopes[12, i] + slopes[0, i])
        for part in range(4):
            total = 0.0
            for stage in range(ALL_STAGES):
                total += DENSE_WEIGHTS[part, stage] * slopes[stage, i]
            dense[3 + part, i] = step * total
        for part in range(7):
            between[i] += CHECK_WEIGHTS[0, part] * dense[part, i]
    # A slope that is not defined there, or a negative share, is left to `creep`.
    slope = stage_state
    if not fits(between, ends, kinds) or not velocity(
        between, game, ends, kinds, numbers, mutation, shares, fitness, slope
    ):
        return 0.0
    worst = 0.0
    start = 0
    for population in range(len(ends)):
        for i in range(start, ends[population]):
            if state[i] == -np.inf:
                continue
            if kinds[population] <= LAST_IMITATIVE:
                allowed = tolerance + ROUNDING * abs(between[i])
            else:
                allowed = tolerance * (between[i] + SMALL_SHARE)
            total = -step * slope[i]
            for part in range(7):
                total += CHECK_WEIGHTS[1, part] * dense[part, i]
            worst = max(worst, abs(total) / allowed)
        start = ends[population]
    return worst


@kernel
def write_between(
    state: Any, time: float, step: float, until: float, game: Any, ends: Any, kinds: Any,
    numbers: Any, mutation: Any, times: Any, due: int, slopes: Any, dense: Any,
    stage_state: Any, between: Any, shares: Any, fitness: Any, result: Any,
) -> int:  # fmt: skip
    """Write the shares at the times within a step; return which time is due next."""
    size = len(state)
    while due < len(times) and times[due] < until:
        part = (times[due] - time) / step
        rest = 1.0 - part
        for i in range(size):
            value = dense[6, i] * part
            value = (value + dense[5, i]) * rest
            value = (value + dense[4, i]) * part
            value = (value + dense[3, i]) * rest
            value = (value + dense[2, i]) * part
            value = (value + dense[1, i]) * rest
            value = (value + dense[0, i]) * part
            between[i] = state[i] + value
        if not fits(between, ends, kinds):
            creep(
                state, times[due] - time, game, ends, kinds, numbers, mutation, slopes,
                stage_state, between, shares, fitness,
            )  # fmt: skip
        read_shares(between, ends, kinds, result[due])
        due += 1
    return due


@kernel
def creep(
    state: Any, span: float, game: Any, ends: Any, kinds: Any, numbers: Any, mutation: Any,
    slopes: Any, stage_state: Any, between: Any, shares: Any, fitness: Any,
) -> None:  # fmt: skip
    """Take steps to a time between two, where a polynomial would make a share negative.

    They are shorter than the step whose error was accepted, and halved until shares stay positive.
    """
    size = len(state)
    own = np.empty((STAGES, size))
    here, there = state.copy(), np.empty(size)
    done, step = 0.0, span
    while done < span:
        step = min(step, span - done)
        velocity(here, game, ends, kinds, numbers, mutation, shares, fitness, own[0])
        for stage in range(1, STAGES):
            combine(here, own, stage, stage, step, stage_state)
            velocity(
                stage_state, game, ends, kinds, numbers, mutation, shares, fitness, own[stage]
            )
        combine(here, own, STAGES, STAGES, step, there)
        if fits(there, ends, kinds) or step < 1e-9 * span:
            done += step
            here[:] = there
        else:
            step *= 0.5
    between[:] = here


@kernel
def follow_all(
    starts: Any,
    matrices: Any,
    payoffs: Any,
    groups: Any,
    which: Any,
    ends: Any,
    kinds: Any,
    numbers: Any,
    mutation: Any,
    times: Any,
    tolerance: float,
    most_steps: int,
    stopping: Any,
    result: Any,
    means: Any,
    endings: Any,
    steps: Any,
    reached: Any,
) -> None:
    """Follow trajectories from many starts, each in the game of its matrix.

    Or all in one game in groups: `groups` is then what `write_values` takes, and empty for pairs.
    Either is told by its length from here on: packed, n polynomials take more than n² numbers.
    """
    room = np.zeros((29, starts.shape[1]))
    for place in range(len(starts)):
        game = groups if len(groups) else matrices[which[place]].ravel()
        ending, taken, time = follow(
            starts[place], game, ends, kinds, numbers, mutation, times, tolerance, most_steps,
            stopping, room, result[place],
        )  # fmt: skip
        endings[place] = ending
        steps[place] = taken
        reached[place] = time
        for moment in range(len(times)):
            mean_fitness(result[place, moment], payoffs[which[place]], ends, means[place, moment])
        if ending != DONE:
            for moment in range(len(times)):
                if times[moment] > time:
                    result[place, moment] = np.nan
                    means[place, moment] = np.nan


@kernel
def mean_fitness(shares: Any, payoffs: Any, ends: Any, means: Any) -> None:
    """Write the mean fitness of each population at some shares."""
    start = 0
    for population in range(len(ends)):
        stop = ends[population]
        first = stop if population == 0 and len(ends) == 2 else 0
        last = start if population == 1 else len(shares)
        mean = 0.0
        for i in range(start, stop):
            fitness = 0.0
            for j in range(first, last):
                fitness += payoffs[i, j] * shares[j]
            mean += shares[i] * fitness
        means[population] = mean
        start = stop
