"""Compiled trajectories of the replicator rule, many side by side, for the vector units.

As in `dilemma.evolution.flows.flow_kernels` the state is the logarithm of each share. WIDE
trajectories advance at once, each at its own time with its own step: entry (i, lane) of an array
belongs to strategy i of the trajectory in that lane. Every loop runs over lanes, or over the times
that are due within a step, so that the compiler makes vector instructions of it; no lane looks at
another, so that an answer does not depend on its neighbours. A lane whose trajectory has ended
takes the next.
"""

from typing import Any

import numpy as np

from dilemma.arrays.kernels import kernel
from dilemma.arrays.product_kernels import (
    NARROW,
    WIDE,
    add_multiples_narrow,
    add_products,
    add_products_narrow,
    between_steps,
)
from dilemma.arrays.runge_kutta_kernels import (
    ALL_STAGES,
    DENSE_WEIGHTS,
    ERROR_WEIGHTS,
    STAGE_WEIGHTS,
    STAGES,
)
from dilemma.evolution.flows.flow_kernels import (
    DONE,
    LARGEST_FACTOR,
    NO_STEP,
    ROUNDING,
    SAFETY,
    SHORTEST,
    SMALLEST_FACTOR,
    STOPPED,
    TOO_MANY_STEPS,
    mean_fitness,
)

AT_ONCE = 4


def _compressed(table: Any) -> Any:
    """Weights that are not 0 and where they stand, filled up to a multiple of AT_ONCE."""
    counts = np.array([-(-np.count_nonzero(row) // AT_ONCE) * AT_ONCE for row in table])
    places = np.zeros((len(table), counts.max()), dtype=np.int64)
    weights = np.zeros((len(table), counts.max()))
    for line, row in enumerate(table):
        found = np.flatnonzero(row)
        places[line, : len(found)] = found
        weights[line, : len(found)] = row[found]
    return counts, places, weights


STAGE_COUNTS, STAGE_PLACES, STAGE_NONZERO = _compressed(STAGE_WEIGHTS)
ERROR_COUNTS, ERROR_PLACES, ERROR_NONZERO = _compressed(ERROR_WEIGHTS)
DENSE_COUNTS, DENSE_PLACES, DENSE_NONZERO = _compressed(DENSE_WEIGHTS)

# exp(x) = 2^k exp(r), with |r| ≤ ln(2)/2 and the Taylor series of exp(r); adding MAGIC leaves k in
# the last bits of a float.
MAGIC = 1.5 * 2.0**52
LOG2_E = 1.4426950408889634
# ln 2 in two parts, the first with so few bits that k times it is exact.
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
LOWEST, HIGHEST = -708.0, 709.0
EXPONENT_BIAS = 1023
MANTISSA_BITS = 52


@kernel
def exponentials(values: Any, result: Any, bits: Any, count: int) -> None:
    """Write exp of some values: 0 below exp(−708), and within 2 units of the last place above."""
    shifted = bits.view(np.float64)
    for q in range(count):
        x = values[q]
        x = LOWEST if x < LOWEST else x
        x = HIGHEST if x > HIGHEST else x
        magic = x * LOG2_E + MAGIC
        k = magic - MAGIC
        r = (x - k * LN2_HIGH) - k * LN2_LOW
        p = 1.0 / 479001600.0
        p = p * r + 1.0 / 39916800.0
        p = p * r + 1.0 / 3628800.0
        p = p * r + 1.0 / 362880.0
        p = p * r + 1.0 / 40320.0
        p = p * r + 1.0 / 5040.0
        p = p * r + 1.0 / 720.0
        p = p * r + 1.0 / 120.0
        p = p * r + 1.0 / 24.0
        p = p * r + 1.0 / 6.0
        p = p * r + 0.5
        p = p * r + 1.0
        p = p * r + 1.0
        shifted[q] = magic
        result[q] = p if values[q] >= LOWEST or np.isnan(values[q]) else 0.0
    for q in range(count):
        bits[q] = (bits[q] + EXPONENT_BIAS) << MANTISSA_BITS
    for q in range(count):
        result[q] *= shifted[q]


@kernel
def weighted(
    slopes: Any, count: int, places: Any, weights: Any, scale: Any, start: Any, result: Any
) -> None:
    """Write start + scale × the weighted sum of slopes, entry by entry."""
    size = len(result)
    for q in range(size):
        result[q] = 0.0
    for first in range(0, count, AT_ONCE):
        one, two = slopes[places[first]], slopes[places[first + 1]]
        three, four = slopes[places[first + 2]], slopes[places[first + 3]]
        a, b, c, d = weights[first], weights[first + 1], weights[first + 2], weights[first + 3]
        for q in range(size):
            result[q] += (a * one[q] + b * two[q]) + (c * three[q] + d * four[q])
    for q in range(size):
        result[q] = start[q] + scale[q] * result[q]


@kernel
def growth(
    state: Any, matrices: Any, ends: Any, ones: Any, weight: Any, bits: Any, total: Any, slope: Any
) -> None:
    """Write the growth rates of all shares in all lanes: fitness less the mean fitness."""
    size = len(state) // WIDE
    exponentials(state, weight, bits, len(state))
    start = 0
    for population in range(len(ends)):
        stop = ends[population]
        add_products(total, 0, ones, 0, weight, start * WIDE, stop - start, WIDE)
        for lane in range(WIDE):
            total[lane] = 1.0 / total[lane]
        for i in range(start, stop):
            at = i * WIDE
            for lane in range(WIDE):
                weight[at + lane] *= total[lane]
        start = stop
    start = 0
    for population in range(len(ends)):
        stop = ends[population]
        # Of one population all, of two those of the other.
        first = stop if population == 0 and len(ends) == 2 else 0
        last = start if population == 1 else size
        for i in range(start, stop):
            row = (i * size + first) * WIDE
            add_products(slope, i * WIDE, matrices, row, weight, first * WIDE, last - first, WIDE)
        add_products(total, 0, weight, start * WIDE, slope, start * WIDE, stop - start, WIDE)
        for i in range(start, stop):
            at = i * WIDE
            for lane in range(WIDE):
                slope[at + lane] -= total[lane]
        start = stop


@kernel
def replicate(
    starts: Any,
    matrices: Any,
    payoffs: Any,
    which: Any,
    ends: Any,
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

    Beside the matrices that fitness is computed from, less the mean of each column, stand the
    payoffs as they are, for the mean fitness.
    """
    size = starts.shape[1]
    wide = size * WIDE
    slopes = np.zeros((ALL_STAGES, wide))
    state, ahead, stage_state = np.zeros(wide), np.zeros(wide), np.zeros(wide)
    nothing, ones, weight = np.zeros(wide), np.ones(wide), np.zeros(wide)
    errors = np.zeros((2, wide))
    steps_wide = np.zeros(wide)
    bits = np.zeros(wide, dtype=np.int64)
    total = np.zeros(WIDE)
    own_matrices = np.zeros(size * size * WIDE)
    dense = np.zeros((7, wide))
    parts, values, coefficients = np.zeros(WIDE), np.zeros(wide), np.zeros(8)
    trajectory = np.full(WIDE, -1)
    time, step, grown = np.zeros(WIDE), np.zeros(WIDE), np.zeros(WIDE)
    due, taken = np.zeros(WIDE, dtype=np.int64), np.zeros(WIDE, dtype=np.int64)
    used = np.ones(WIDE)
    fresh, accepted = np.zeros(WIDE, dtype=np.bool_), np.zeros(WIDE, dtype=np.bool_)
    final = np.zeros(WIDE, dtype=np.bool_)
    factors = np.zeros(WIDE)
    goal = SAFETY * tolerance
    end = times[-1]
    waiting, active = 0, 0
    while True:
        any_fresh = False
        for lane in range(WIDE):
            while trajectory[lane] < 0 and waiting < len(starts):
                place = waiting
                waiting += 1
                endings[place], steps[place], reached[place] = DONE, 0, 0.0
                due[lane] = 0
                if times[0] <= 0.0:
                    result[place, 0] = starts[place]
                    mean_fitness(starts[place], payoffs[which[place]], ends, means[place, 0])
                    due[lane] = 1
                if due[lane] == len(times):
                    continue
                trajectory[lane] = place
                active += 1
                time[lane], taken[lane], used[lane] = 0.0, 0, 0.0
                for i in range(size):
                    share = starts[place, i]
                    state[i * WIDE + lane] = np.log(share) if share > 0.0 else -np.inf
                    used[lane] += 1.0 if share > 0.0 else 0.0
                    for j in range(size):
                        own_matrices[(i * size + j) * WIDE + lane] = matrices[which[place], i, j]
                fresh[lane] = True
                any_fresh = True
        if active == 0:
            return
        if any_fresh:
            growth(state, own_matrices, ends, ones, weight, bits, total, slopes[12])
            for lane in range(WIDE):
                if fresh[lane]:
                    fastest = 0.0
                    for i in range(size):
                        rate = slopes[12, i * WIDE + lane]
                        slopes[0, i * WIDE + lane] = rate
                        fastest = max(fastest, abs(rate))
                    step[lane] = end if fastest * end < 0.05 else 0.05 / fastest
                    grown[lane] = LARGEST_FACTOR
                    fresh[lane] = False
        for lane in range(WIDE):
            if trajectory[lane] < 0:
                continue
            ending = DONE
            if stopping[0]:
                ending = STOPPED
            elif taken[lane] >= most_steps:
                ending = TOO_MANY_STEPS
            elif not step[lane] > SHORTEST * max(time[lane], 1e-300):
                ending = NO_STEP
            if ending != DONE:
                place = trajectory[lane]
                endings[place], steps[place], reached[place] = ending, taken[lane], time[lane]
                result[place, due[lane] :] = np.nan
                means[place, due[lane] :] = np.nan
                trajectory[lane] = -1
                active -= 1
                step[lane] = 0.0
                for i in range(size):
                    state[i * WIDE + lane] = 0.0
                continue
            taken[lane] += 1
            final[lane] = time[lane] + step[lane] >= end
            if final[lane]:
                step[lane] = end - time[lane]
        for i in range(size):
            own = steps_wide[i * WIDE : (i + 1) * WIDE]
            for lane in range(WIDE):
                own[lane] = step[lane]
        for stage in range(1, STAGES):
            weighted(
                slopes, STAGE_COUNTS[stage], STAGE_PLACES[stage], STAGE_NONZERO[stage],
                steps_wide, state, stage_state,
            )  # fmt: skip
            growth(stage_state, own_matrices, ends, ones, weight, bits, total, slopes[stage])
        weighted(
            slopes, STAGE_COUNTS[STAGES], STAGE_PLACES[STAGES], STAGE_NONZERO[STAGES],
            steps_wide, state, ahead,
        )  # fmt: skip
        growth(ahead, own_matrices, ends, ones, weight, bits, total, slopes[STAGES])
        for kind in range(2):
            weighted(
                slopes, ERROR_COUNTS[kind], ERROR_PLACES[kind], ERROR_NONZERO[kind],
                ones, nothing, errors[kind],
            )  # fmt: skip
        between = False
        for lane in range(WIDE):
            accepted[lane] = False
            if trajectory[lane] < 0:
                continue
            third, fifth, sane = 0.0, 0.0, True
            for i in range(size):
                at = i * WIDE + lane
                sane &= not (np.isnan(ahead[at]) or ahead[at] == np.inf)
                allowed = goal + ROUNDING * abs(ahead[at])
                third += (step[lane] * errors[0, at] / allowed) ** 2
                fifth += (step[lane] * errors[1, at] / allowed) ** 2
            error = 0.0
            if fifth != 0.0 or third != 0.0:
                error = fifth / np.sqrt((fifth + 0.01 * third) * used[lane])
            if sane and error <= 1.0:
                accepted[lane] = True
                factor = LARGEST_FACTOR
                if error > 0.0:
                    factor = min(LARGEST_FACTOR, 0.9 * error**-0.125)
                factors[lane] = min(grown[lane], max(SMALLEST_FACTOR, factor))
                grown[lane] = LARGEST_FACTOR
                between |= times[due[lane]] < time[lane] + step[lane]
            else:
                factors[lane] = SMALLEST_FACTOR
                if sane and error < np.inf:
                    factors[lane] = max(SMALLEST_FACTOR, 0.9 * error**-0.125)
                grown[lane] = 1.0
        if between:
            for stage in range(STAGES + 1, ALL_STAGES):
                weighted(
                    slopes, STAGE_COUNTS[stage], STAGE_PLACES[stage], STAGE_NONZERO[stage],
                    steps_wide, state, stage_state,
                )  # fmt: skip
                growth(stage_state, own_matrices, ends, ones, weight, bits, total, slopes[stage])
            for q in range(wide):
                difference = ahead[q] - state[q]
                dense[0, q] = difference
                dense[1, q] = steps_wide[q] * slopes[0, q] - difference
                dense[2, q] = 2.0 * difference - steps_wide[q] * (slopes[12, q] + slopes[0, q])
            for part in range(4):
                weighted(
                    slopes, DENSE_COUNTS[part], DENSE_PLACES[part], DENSE_NONZERO[part],
                    steps_wide, nothing, dense[3 + part],
                )  # fmt: skip
        for lane in range(WIDE):
            if trajectory[lane] < 0:
                continue
            if not accepted[lane]:
                step[lane] *= factors[lane]
                continue
            place = trajectory[lane]
            until = end if final[lane] else time[lane] + step[lane]
            while due[lane] < len(times) and times[due[lane]] < until:
                due[lane] = write_block(
                    state, dense, lane, ends, time[lane], step[lane], until, times, due[lane],
                    payoffs[which[place]].ravel(), ones, total, parts, coefficients,
                    values, weight, bits, result[place], means[place],
                )  # fmt: skip
            if final[lane]:
                moment = len(times) - 1
                write_last(ahead, lane, ends, result[place, moment])
                mean_fitness(
                    result[place, moment], payoffs[which[place]], ends, means[place, moment]
                )
                endings[place], steps[place], reached[place] = DONE, taken[lane], end
                trajectory[lane] = -1
                active -= 1
                step[lane] = 0.0
                for i in range(size):
                    state[i * WIDE + lane] = 0.0
                continue
            time[lane] = until
            step[lane] *= factors[lane]
            for i in range(size):
                at = i * WIDE + lane
                state[at] = ahead[at]
                slopes[0, at] = slopes[STAGES, at]


@kernel
def write_block(
    state: Any, dense: Any, lane: int, ends: Any, time: float, step: float, until: float,
    times: Any, due: int, payoffs: Any, ones: Any, total: Any, parts: Any,
    coefficients: Any, values: Any, shares: Any, bits: Any, result: Any, means: Any,
) -> int:  # fmt: skip
    """Write one lane's shares at up to WIDE times within a step; return which is due next."""
    size = len(state) // WIDE
    count = 0
    while count < WIDE and due + count < len(times) and times[due + count] < until:
        parts[count] = (times[due + count] - time) / step
        count += 1
    # Whole vectors; rows of shares are as long.
    row = -(-count // NARROW) * NARROW
    for q in range(count, row):
        parts[q] = 0.0
    for i in range(size):
        at = i * WIDE + lane
        coefficients[0] = state[at]
        for place in range(7):
            coefficients[1 + place] = dense[place, at] if state[at] > -np.inf else 0.0
        for q in range(0, row, NARROW):
            between_steps(values, i * row + q, parts, q, coefficients)
    exponentials(values, shares, bits, -(-size * row // NARROW) * NARROW)
    start = 0
    for population in range(len(ends)):
        stop = ends[population]
        for q in range(0, row, NARROW):
            add_products_narrow(total, q, ones, 0, shares, start * row + q, stop - start, row)
        for q in range(row):
            total[q] = 1.0 / total[q]
        for i in range(start, stop):
            at = i * row
            for q in range(row):
                shares[at + q] *= total[q]
        start = stop
    for q in range(count):
        for i in range(size):
            result[due + q, i] = shares[i * row + q]
    start = 0
    for population in range(len(ends)):
        stop = ends[population]
        first = stop if population == 0 and len(ends) == 2 else 0
        last = start if population == 1 else size
        for q in range(0, row, NARROW):
            for i in range(start, stop):
                add_multiples_narrow(
                    values, i * row + q, payoffs, i * size + first, shares, first * row + q,
                    last - first, row,
                )  # fmt: skip
            add_products_narrow(
                total, q, shares, start * row + q, values, start * row + q, stop - start, row
            )
        for q in range(count):
            means[due + q, population] = total[q]
        start = stop
    return due + count


@kernel
def write_last(ahead: Any, lane: int, ends: Any, result: Any) -> None:
    """Write one lane's shares at the end of its last step."""
    start = 0
    for population in range(len(ends)):
        stop = ends[population]
        total = 0.0
        for i in range(start, stop):
            result[i] = np.exp(ahead[i * WIDE + lane])
            total += result[i]
        for i in range(start, stop):
            result[i] /= total
        start = stop
