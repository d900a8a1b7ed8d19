"""The probabilities of all moves out of a state of a population, for three processes: compiled.

One routine, `rates`, serves the transition matrix and the simulation. Populations are numbered
one after the other: with two, strategies of the second follow those of the first, and `payoffs`
holds blocks of zeros on its diagonal, since nobody plays within the own population.
"""

from typing import Any

import numpy as np

from dilemma.arrays.composition_kernels import advance, change, rank, reaches, unrank
from dilemma.arrays.kernels import kernel

FERMI = 0
MORAN = 1
MORAN_LINEAR = 2
INTROSPECTION = 3


@kernel
def rates(
    process: int, selection: float, mutation: float, sizes: Any, parts: Any, payoffs: Any,
    own: Any, divisors: Any, table: Any, number: int, up: Any, down: Any, state: Any, pay: Any,
    matrix: Any,
) -> float:  # fmt: skip
    r"""Fill `matrix[j, i]`: the probability that one step replaces a j-player by an i-player.

    Returns the probability of any change. `pay` is scratch. If `table` has rows, payoffs are
    read there (row `number`, and for introspection those of the neighbours by `up` and `down`);
    otherwise they are :math:`(\sum_j k_j A_{ij} - own_i) / divisor_i`.
    """
    width = len(state)
    if len(table):
        for i in range(width):
            pay[i] = table[number, i]
    else:
        for i in range(width):
            total = 0.0
            for j in range(width):
                total += state[j] * payoffs[i, j]
            # Introspection compares with what one would earn after the switch: see below.
            if process != INTROSPECTION:
                total -= own[i]
            pay[i] = total / divisors[i]
    everyone = 0
    for p in range(len(sizes)):
        everyone += sizes[p]
    moving = 0.0
    first = 0
    for p in range(len(sizes)):
        n, size = parts[p], sizes[p]
        last = first + n
        share = size / everyone
        mutant = mutation / (n - 1) if n > 1 else 0.0
        if process == FERMI:
            kept = (1.0 - mutation) / (size - 1) if size > 1 else 0.0
            each = share / size
            # One exponential a strategy serves all pairs, unless it might vanish.
            highest = -np.inf
            lowest = np.inf
            for i in range(first, last):
                if state[i] > 0:
                    highest = max(highest, pay[i])
                    lowest = min(lowest, pay[i])
            narrow = selection * (highest - lowest) < 300.0
            if narrow:
                for i in range(first, last):
                    if state[i] > 0:
                        pay[i] = np.exp(selection * (pay[i] - highest))
            for j in range(first, last):
                for i in range(first, j):
                    better = 0.0
                    worse = 0.0
                    if state[i] > 0 and state[j] > 0:
                        if narrow:
                            both = kept / (pay[i] + pay[j])
                            better = pay[i] * both
                            worse = pay[j] * both
                        else:
                            gain = selection * (pay[i] - pay[j])
                            small = np.exp(-abs(gain))
                            better = kept / (1.0 + small)
                            worse = small * better
                            if gain < 0:
                                better, worse = worse, better
                    one = each * state[j] * (state[i] * better + mutant)
                    two = each * state[i] * (state[j] * worse + mutant)
                    matrix[j, i] = one
                    matrix[i, j] = two
                    moving += one + two
        elif process == INTROSPECTION:
            for j in range(first, last):
                for i in range(first, last):
                    if i == j:
                        continue
                    if state[j] == 0:
                        matrix[j, i] = 0.0
                        continue
                    if len(table):
                        after = table[number + change(j, i, up, down), i]
                        before = pay[j]
                    else:
                        after = pay[i] - payoffs[i, j] / divisors[i]
                        before = pay[j] - own[j] / divisors[j]
                    gain = selection * (after - before)
                    small = np.exp(-abs(gain))
                    chance = (1.0 if gain >= 0 else small) / (1.0 + small)
                    one = (
                        share * (state[j] / size) * ((1.0 - mutation) / (n - 1) * chance + mutant)
                    )
                    matrix[j, i] = one
                    moving += one
        else:
            largest = -np.inf
            for i in range(first, last):
                if state[i] > 0:
                    largest = max(largest, selection * pay[i])
            total = 0.0
            for i in range(first, last):
                fitness = 0.0
                if state[i] > 0:
                    if process == MORAN:
                        fitness = np.exp(selection * pay[i] - largest)
                    else:
                        fitness = 1.0 - selection + selection * pay[i]
                pay[i] = state[i] * fitness
                total += pay[i]
            for j in range(first, last):
                for i in range(first, last):
                    if i == j:
                        continue
                    one = 0.0
                    if state[j] > 0:
                        others = 0.0
                        for q in range(first, last):
                            if q != i:
                                others += pay[q]
                        born = ((1.0 - mutation) * pay[i] + mutant * others) / total
                        one = share * (state[j] / size) * born
                    matrix[j, i] = one
                    moving += one
        first = last
    return moving


@kernel
def count_entries(
    start: int, stop: int, sizes: Any, parts: Any, binomial: Any, counts: Any
) -> None:
    """How many entries each row of the transition matrix has: the diagonal, and all moves."""
    width = 0
    for p in range(len(parts)):
        width += parts[p]
    state = np.zeros(width, dtype=np.int64)
    unrank(start, sizes, parts, binomial, state)
    for number in range(start, stop):
        entries = 1
        first = 0
        for p in range(len(parts)):
            present = 0
            for q in range(first, first + parts[p]):
                if state[q] > 0:
                    present += 1
            entries += present * (parts[p] - 1)
            first += parts[p]
        counts[number] = entries
        advance(state, sizes, parts)


@kernel
def fill_transitions(
    start: int, stop: int, process: int, selection: float, mutation: float, sizes: Any,
    parts: Any, binomial: Any, payoffs: Any, own: Any, divisors: Any, table: Any, givers: Any,
    takers: Any, starts: Any, columns: Any, values: Any,
) -> None:  # fmt: skip
    """Rows `start` to `stop` of the transition matrix, columns in increasing order.

    `givers` and `takers` are all moves in the order of the numbers that they lead to, which is the
    same in all states; a pair of equal ones is the diagonal.
    """
    width = payoffs.shape[0]
    state = np.zeros(width, dtype=np.int64)
    up = np.zeros(width, dtype=np.int64)
    down = np.zeros(width, dtype=np.int64)
    pay = np.zeros(width)
    matrix = np.zeros((width, width))
    unrank(start, sizes, parts, binomial, state)
    for number in range(start, stop):
        reaches(state, sizes, parts, binomial, up, down)
        moving = rates(
            process, selection, mutation, sizes, parts, payoffs, own, divisors, table, number,
            up, down, state, pay, matrix,
        )  # fmt: skip
        place = starts[number]
        for move in range(len(givers)):
            j, i = givers[move], takers[move]
            if i == j:
                columns[place] = number
                values[place] = 1.0 - moving
                place += 1
            elif state[j] > 0:
                columns[place] = number + change(j, i, up, down)
                values[place] = matrix[j, i]
                place += 1
        advance(state, sizes, parts)


@kernel
def fill_group_payoffs(
    start: int, stop: int, sizes: Any, parts: Any, binomial: Any, groups: Any, group_payoffs: Any,
    table: Any,
) -> None:  # fmt: skip
    """Mean payoffs in groups drawn without replacement, for states `start` to `stop`.

    `groups` holds the compositions of the others in a group, and `group_payoffs[c, i]` what an
    i-player earns with them.
    """
    width = table.shape[1]
    state = np.zeros(width, dtype=np.int64)
    unrank(start, sizes, parts, binomial, state)
    for number in range(start, stop):
        for i in range(width):
            total = 0.0
            weight = 0.0
            if state[i] > 0:
                state[i] -= 1
                for c in range(len(groups)):
                    # Binomials over that of the whole, draw by draw: never beyond 1, whereas the
                    # number of ways leaves the range of floats.
                    ways = 1.0
                    drawn = 0
                    for q in range(width):
                        if groups[c, q] > state[q]:
                            ways = 0.0
                            break
                        for step in range(groups[c, q]):
                            ways *= (state[q] - step) * (drawn + 1)
                            ways /= (step + 1) * (sizes[0] - 1 - drawn)
                            drawn += 1
                    total += ways * group_payoffs[c, i]
                    weight += ways
                state[i] += 1
                total /= weight
            table[number, i] = total
        advance(state, sizes, parts)


@kernel
def fill_larger_groups(
    start: int, stop: int, sizes: Any, parts: Any, binomial: Any, before: Any, after: Any
) -> None:
    """Mean payoffs among M others of whom one is left out at random, for groups `start` to `stop`.

    `before` has the payoffs among M − 1, by composition and strategy, and `after` is filled.
    """
    width = after.shape[1]
    state = np.zeros(width, dtype=np.int64)
    unrank(start, sizes, parts, binomial, state)
    fewer = sizes - 1
    for number in range(start, stop):
        for i in range(width):
            after[number, i] = 0.0
        for j in range(width):
            if state[j] > 0:
                state[j] -= 1
                smaller = rank(state, fewer, parts, binomial)
                state[j] += 1
                for i in range(width):
                    after[number, i] += state[j] * before[smaller, i]
        for i in range(width):
            after[number, i] /= sizes[0]
        advance(state, sizes, parts)


@kernel
def fill_from_others(
    start: int, stop: int, sizes: Any, parts: Any, binomial: Any, among: Any, table: Any
) -> None:
    """Payoffs by the composition of the whole, from those by the composition of the others."""
    width = table.shape[1]
    state = np.zeros(width, dtype=np.int64)
    unrank(start, sizes, parts, binomial, state)
    fewer = sizes - 1
    for number in range(start, stop):
        for i in range(width):
            table[number, i] = 0.0
            if state[i] > 0:
                state[i] -= 1
                table[number, i] = among[rank(state, fewer, parts, binomial), i]
                state[i] += 1
        advance(state, sizes, parts)
