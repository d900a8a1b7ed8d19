"""All extreme equilibria of games with whole payoffs, ties included, in machine words.

Compiled. The signs of all bordered minors are exact here (floats where they are certain, wrapping
64-bit integers where they are not: see `dilemma.arrays.minors`), so that a tie is known as a tie.
A game whose numbers are too large for that is left unsettled.
"""

from typing import Any

import numpy as np

from dilemma.arrays.kernels import LANES, kernel
from dilemma.arrays.lane_kernels import expand_exactly
from dilemma.arrays.minor_kernels import BLOCK, EVERY, GROUPS, NONE, ONE, describe, set_bounds

# A float of at most this size and its bound add up to less than 2**63.
WRAP_LIMIT = 2.0**62
# Sums of numerators below this are compared exactly by `first_is_larger`.
COMPARABLE = 2.0**53


@kernel
def common_divisor(one: int, two: int) -> int:
    """Give the greatest common divisor of two integers."""
    one, two = abs(one), abs(two)
    while two:
        one, two = two, one % two
    return one


@kernel
def load_whole(
    payoffs: Any, player: int, start: int, count: int, rows: int, columns: int, alpha: Any,
    entries: Any, whole: Any, widths: Any, slack: Any,
) -> None:  # fmt: skip
    """Shift the columns of one integer matrix for each game of a block, and divide by the gcd.

    `slack` is 0 for a game that wrapping integers can settle, and infinite for any other.
    """
    first = 0 if player == 0 else rows * columns
    row_step = columns if player == 0 else 1
    column_step = 1 if player == 0 else rows
    size = rows * columns
    largest = np.empty(columns)
    for lane in range(BLOCK):
        g, within = lane // LANES, lane % LANES
        slack[lane] = 0.0
        divisor = 0
        for c in range(columns):
            for r in range(rows):
                value = 0
                if lane < count:
                    at = first + c * column_step
                    value = payoffs[at + r * row_step, start + lane] - payoffs[at, start + lane]
                whole[(g * size + r * columns + c) * LANES + within] = value
                if divisor != 1:
                    divisor = common_divisor(value, divisor)
        divisor = max(divisor, 1)
        for c in range(columns):
            width = 0.0
            for r in range(rows):
                place = (g * size + r * columns + c) * LANES + within
                whole[place] //= divisor
                width = max(width, abs(float(whole[place])))
            width = max(width, 1.0)
            largest[c] = width
            widths[c * BLOCK + lane] = width
            for r in range(rows):
                place = (g * size + r * columns + c) * LANES + within
                entries[place] = float(whole[place]) * (1.0 / width)
        largest.sort()
        product = 1.0
        for k in range(2, min(rows, columns + 1) + 1):
            product *= largest[columns - k + 1]
            if not alpha[k] * product < WRAP_LIMIT:
                slack[lane] = np.inf


@kernel
def fill_exactly(
    entries: Any, whole: Any, bounds: Any, first: Any, parents: Any, whats: Any, size: int,
    orders: int, minors: Any, whole_minors: Any, signs: Any, groups: int,
) -> None:  # fmt: skip
    """Compute all minors of a block in floats and in wrapping integers, with their exact signs."""
    count = first[len(first) - 1]
    for g in range(groups):
        base = g * count * LANES
        for q in range(first[1]):
            for lane in range(LANES):
                minors[base + q * LANES + lane] = 1.0
                whole_minors[base + q * LANES + lane] = 1
            signs[2 * q * GROUPS + g] = 255
            signs[(2 * q + 1) * GROUPS + g] = 0
        for k in range(2, len(first)):
            for q in range(first[k - 1], first[k]):
                expand_exactly(
                    minors, entries, bounds, parents, whats, signs, base, g * size * LANES,
                    (g * orders + k) * LANES, q, k, 2 * q * GROUPS + g, whole_minors, whole,
                )  # fmt: skip


@kernel
def settle_exactly(words: Any, terms: Any, sizes: Any, vertices: Any) -> Any:
    """Tell for each pair of sets in which games it is a vertex; return the degenerate games."""
    degenerate = NONE
    for p in range(terms.shape[0]):
        positive, negative, tie = EVERY, EVERY, NONE
        for t in range(sizes[p]):
            code = terms[p, t]
            positive &= words[code]
            negative &= words[code ^ 1]
        for t in range(sizes[p], terms.shape[1]):
            code = terms[p, t]
            above, below = words[code], words[code ^ 1]
            positive &= ~below
            negative &= ~above
            tie |= ~(above | below)
        vertices[p] = positive | negative
        degenerate |= tie & vertices[p]
    return degenerate


@kernel
def exact_weights(
    minors: Any, whole_minors: Any, widths: Any, bounds: Any, terms: Any, members: int,
    size: int, lane: int, orders: int, count: int, target: Any, numerators: Any,
) -> float:  # fmt: skip
    """Write the mixture at a vertex, and its integer numerators if they are known.

    Returns 0 if the numerators are known, with their sum at the end of `numerators`; otherwise
    that is 0, and a bound on the error of the weights is returned.
    """
    g, within = lane // LANES, lane % LANES
    product = 1.0
    k = 0
    for c in range(size):
        if members >> c & 1:
            k += 1
            product *= widths[c * BLOCK + lane]
    total, missed, largest = 0.0, 0.0, 0.0
    known = True
    whole_total = 0
    t = 0
    for c in range(size):
        target[c] = 0.0
        numerators[c] = 0
        if members >> c & 1:
            q = terms[t] >> 1
            place = (g * count + q) * LANES + within
            unit = product / widths[c * BLOCK + lane]
            own = unit * bounds[(g * orders + k) * LANES + within]
            value = abs(minors[place]) * unit
            if value + own < COMPARABLE:
                numerators[c] = abs(whole_minors[place])
                value, own = float(numerators[c]), 0.0
                whole_total += numerators[c]
            else:
                known = False
            target[c] = value
            total += value
            missed += own
            largest = max(largest, own)
            t += 1
    known = known and total < COMPARABLE
    for c in range(size):
        target[c] /= total
    numerators[size] = whole_total if known else 0
    if known:
        return 0.0
    # A sum that its own error could cancel says nothing of the weights.
    return (missed + largest) / (total - missed) + 1e-15 if missed < total else np.inf


@kernel
def first_is_larger(x: Any, y: Any, over: Any, under: Any, size: int) -> int:
    """Compare two mixtures from the first strategy on: 1, 0 or −1, or 2 if it can't be known.

    If the floats of two quotients of known integers a/b and c/d, of at most 1, differ by less than
    1e−15, then ad − bc is less than 2e−15 bd < 2**63 in size: the wrapped integer is it.
    """
    b, d = over[size], under[size]
    for i in range(size):
        difference = x[i] - y[i]
        if b and d:
            if abs(difference) > 1e-15:
                return 1 if difference > 0 else -1
            exact = over[i] * d - under[i] * b
            if exact:
                return 1 if exact > 0 else -1
        else:
            if abs(difference) < 4e-9:
                return 2
            return 1 if difference > 0 else -1
    return 0


@kernel
def collect(
    vertices: Any, words: Any, terms: Any, slacks: Any, sizes: Any, supports: Any, own: Any,
    lane: int, found: Any,
) -> int:  # fmt: skip
    """List the vertices of one game: support, equalities, and the pair they were found from."""
    bit = ONE << np.uint64(lane)
    length = 0
    for p in range(len(vertices)):
        if vertices[p] & bit == NONE:
            continue
        tight = own[p]
        for t in range(sizes[p], terms.shape[1]):
            code = terms[p, t]
            if (words[code] | words[code ^ 1]) & bit == NONE:
                tight |= 1 << slacks[p, t]
        known = False
        for v in range(length):
            if found[v, 0] == supports[p] and found[v, 1] == tight:
                known = True
                break
        if not known:
            found[length, 0] = supports[p]
            found[length, 1] = tight
            found[length, 2] = p
            length += 1
    return length


@kernel
def decide_exactly(
    whole: Any, payoffs: Any, m: int, n: int, groups: int, alpha: Any, beta: Any, row_side: Any,
    column_side: Any, pairs: Any, more: Any, most: int, tolerance: float, full: bool,
    counts: Any, offsets: Any, settled: Any, degenerate: Any, supports: Any, strict: Any,
    mixtures: Any, values: Any,
) -> int:  # fmt: skip
    """Find all extreme equilibria of every game of a chunk with whole payoffs, exactly.

    As `minor_kernels.decide_games`, with these besides:

    whole : (2mn, games) int64
        Payoffs after a positive affine change for each player, below 2**53 in size.
    more : tuple (row slacks, column slacks, rank)
    most : int
        The largest number of vertices of either polytope.
    degenerate : (games,) bool, written
    strict : (capacity,) bool, written
    """
    row_first, row_parents, row_entries = row_side
    column_first, column_parents, column_entries = column_side
    sizes, row_masks, column_masks, row_terms, column_terms = pairs[:5]
    row_slacks, column_slacks, rank = more
    games = whole.shape[1]
    block = groups * LANES
    orders = len(alpha)
    size = m * n
    row_count = row_first[len(row_first) - 1]
    column_count = column_first[len(column_first) - 1]
    slack, slack2 = np.empty(BLOCK), np.empty(BLOCK)
    row_widths, column_widths = np.empty(m * BLOCK), np.empty(n * BLOCK)
    row_matrix, column_matrix = np.zeros(size * BLOCK), np.zeros(size * BLOCK)
    row_whole = np.zeros(size * BLOCK, dtype=np.int64)
    column_whole = np.zeros(size * BLOCK, dtype=np.int64)
    row_bounds, column_bounds = np.empty(orders * BLOCK), np.empty(orders * BLOCK)
    row_minors, column_minors = np.empty(row_count * block), np.empty(column_count * block)
    row_exact = np.empty(row_count * block, dtype=np.int64)
    column_exact = np.empty(column_count * block, dtype=np.int64)
    row_signs = np.zeros(2 * row_count * GROUPS, dtype=np.uint8)
    column_signs = np.zeros(2 * column_count * GROUPS, dtype=np.uint8)
    row_words, column_words = row_signs.view(np.uint64), column_signs.view(np.uint64)
    row_vertices = np.empty(len(row_masks), dtype=np.uint64)
    column_vertices = np.empty(len(row_masks), dtype=np.uint64)
    rows_found = np.empty((most, 3), dtype=np.int64)
    columns_found = np.empty((most, 3), dtype=np.int64)
    x, y = np.empty((most, m)), np.empty((most, n))
    over = np.empty((most, m + 1), dtype=np.int64)
    under = np.empty((most, n + 1), dtype=np.int64)
    error = np.empty((2, most))
    list_size = 256
    listed = np.empty((list_size, 3), dtype=np.int64)
    capacity = supports.shape[0]
    used = 0
    for start in range(0, games, block):
        count = min(block, games - start)
        load_whole(
            whole, 0, start, count, m, n, alpha, column_matrix, column_whole, column_widths, slack
        )
        set_bounds(slack, alpha, beta, orders, groups, column_bounds)
        fill_exactly(
            column_matrix, column_whole, column_bounds, column_first, column_parents,
            column_entries, size, orders, column_minors, column_exact, column_signs, groups,
        )  # fmt: skip
        ties = settle_exactly(column_words, column_terms, sizes, column_vertices)
        load_whole(whole, 1, start, count, n, m, alpha, row_matrix, row_whole, row_widths, slack2)
        set_bounds(slack2, alpha, beta, orders, groups, row_bounds)
        fill_exactly(
            row_matrix, row_whole, row_bounds, row_first, row_parents, row_entries, size,
            orders, row_minors, row_exact, row_signs, groups,
        )  # fmt: skip
        ties |= settle_exactly(row_words, row_terms, sizes, row_vertices)
        for lane in range(count):
            game = start + lane
            degenerate[game] = (ties >> np.uint64(lane)) & ONE != NONE
            counts[game] = 0
            offsets[game] = used
            settled[game] = slack[lane] == 0.0 and slack2[lane] == 0.0
            if not settled[game]:
                continue
            first = collect(
                row_vertices, row_words, row_terms, row_slacks, sizes, row_masks, column_masks,
                lane, rows_found,
            )  # fmt: skip
            second = collect(
                column_vertices, column_words, column_terms, column_slacks, sizes, column_masks,
                row_masks, lane, columns_found,
            )  # fmt: skip
            for u in range(first):
                p = rows_found[u, 2]
                error[0, u] = exact_weights(
                    row_minors, row_exact, row_widths, row_bounds, row_terms[p], row_masks[p], m,
                    lane, orders, row_count, x[u], over[u],
                )  # fmt: skip
            for v in range(second):
                p = columns_found[v, 2]
                error[1, v] = exact_weights(
                    column_minors, column_exact, column_widths, column_bounds, column_terms[p],
                    column_masks[p], n, lane, orders, column_count, y[v], under[v],
                )  # fmt: skip
            length = 0
            for u in range(first):
                for v in range(second):
                    if rows_found[u, 0] & ~columns_found[v, 1]:
                        continue
                    if columns_found[v, 0] & ~rows_found[u, 1]:
                        continue
                    if not max(error[0, u], error[1, v]) <= tolerance:
                        settled[game] = False
                    if length == list_size:
                        longer = np.empty((2 * list_size, 3), dtype=np.int64)
                        longer[:list_size] = listed
                        listed, list_size = longer, 2 * list_size
                    total = 0
                    for i in range(m):
                        total += rows_found[u, 0] >> i & 1
                    for j in range(n):
                        total += columns_found[v, 0] >> j & 1
                    key = (
                        (total << 20) | (rank[rows_found[u, 0]] << 10) | rank[columns_found[v, 0]]
                    )
                    # Insertion into the sorted list.
                    at = length
                    while at > 0:
                        if listed[at - 1, 0] < key:
                            break
                        if listed[at - 1, 0] == key:
                            s, t = listed[at - 1, 1], listed[at - 1, 2]
                            larger = 0
                            if s != u:
                                larger = first_is_larger(x[s], x[u], over[s], over[u], m)
                            if larger == 0 and t != v:
                                larger = first_is_larger(y[t], y[v], under[t], under[v], n)
                            if larger == 2:
                                settled[game] = False
                            if larger > 0:
                                break
                        listed[at] = listed[at - 1]
                        at -= 1
                    listed[at, 0], listed[at, 1], listed[at, 2] = key, u, v
                    length += 1
            counts[game] = length
            used += length
            if used > capacity:
                continue
            for e in range(length):
                u, v = listed[e, 1], listed[e, 2]
                at = used - length + e
                supports[at, 0] = rows_found[u, 0]
                supports[at, 1] = columns_found[v, 0]
                # Strict: pure, and the only best reply to each other.
                strict[at] = (
                    rows_found[u, 0] == columns_found[v, 1]
                    and columns_found[v, 0] == rows_found[u, 1]
                    and listed[e, 0] >> 20 == 2
                )
                if full:
                    mixtures[at, :m] = x[u]
                    mixtures[at, m:] = y[v]
                    values[at, 2] = describe(payoffs, game, m, n, x[u], y[v], values[at])
    return used
