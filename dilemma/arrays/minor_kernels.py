"""Signs of all bordered minors of many matrices, and the equilibria that they decide.

Compiled. Games are worked on in blocks of up to 64: `GROUPS` groups of `LANES` lanes, and a set of
games of a block is one word of 64 bits. The signs of a minor are two words: the games in which it
is surely positive, and those in which it is surely negative. What decides a vertex is then a
handful of logical operations for all 64 games at once. The mathematics is in
`dilemma.arrays.minors`.
"""

from typing import Any

import numpy as np

from dilemma.arrays.kernels import LANES, kernel
from dilemma.arrays.lane_kernels import expand, lowest_bit
from dilemma.arrays.minors import UNIT_ROUNDOFF

GROUPS = 8
BLOCK = GROUPS * LANES
EVERY = np.uint64(0xFFFFFFFFFFFFFFFF)
NONE = np.uint64(0)
ONE = np.uint64(1)


@kernel
def load_side(
    payoffs: Any, errors: Any, player: int, start: int, count: int, rows: int, columns: int,
    entries: Any, scales: Any, slack: Any, work: Any,
) -> None:  # fmt: skip
    """Shift and scale the columns of one matrix for each game of a block.

    The matrix is A for player 0, and the transpose of B for player 1. `slack` gets the largest
    error of an entry that comes with the payoffs: the decimal meant by a float is within half a
    unit in its last place, and `errors` says what building them cost.
    """
    first = 0 if player == 0 else rows * columns
    row_step = columns if player == 0 else 1
    column_step = 1 if player == 0 else rows
    one_error = errors.shape[1] == 1
    base, widest, shift, factor = work[0], work[1], work[2], work[3]
    for lane in range(BLOCK):
        slack[lane] = 0.0
    for c in range(columns):
        at = first + c * column_step
        for lane in range(BLOCK):
            widest[lane] = 0.0
            shift[lane] = 0.0
            base[lane] = 0.0
        for lane in range(count):
            base[lane] = payoffs[at, start + lane]
        for r in range(rows):
            source = payoffs[at + r * row_step]
            error = errors[at + r * row_step]
            for lane in range(count):
                value = source[start + lane]
                own = error[0] if one_error else error[start + lane]
                widest[lane] = max(widest[lane], abs(value - base[lane]))
                shift[lane] = max(shift[lane], own + abs(value) * UNIT_ROUNDOFF)
        for lane in range(BLOCK):
            if widest[lane] > 0.0:
                factor[lane] = 1.0 / widest[lane]
                # Both the entry and the first of its column miss what is meant by it.
                slack[lane] = max(slack[lane], 2.0 * shift[lane] * factor[lane])
                # Far from 1, the bounds would have to know about the ends of the range of floats.
                if not 1e-150 < factor[lane] < 1e150:
                    slack[lane] = np.inf
            else:
                factor[lane] = 1.0
                if rows > 1:
                    slack[lane] = np.inf
            scales[c * BLOCK + lane] = factor[lane]
        for r in range(rows):
            source = payoffs[at + r * row_step]
            for lane in range(count):
                place = ((lane // LANES) * rows * columns + r * columns + c) * LANES + lane % LANES
                entries[place] = (source[start + lane] - base[lane]) * factor[lane]


@kernel
def set_bounds(slack: Any, alpha: Any, beta: Any, orders: int, groups: int, bounds: Any) -> None:
    """Write the error bound of each order of minors, by group, order and lane."""
    for g in range(groups):
        for k in range(orders):
            for lane in range(LANES):
                own = slack[g * LANES + lane]
                bound = np.inf
                # The bound is that of a chord up to 1/1000.
                if own <= 1e-3:
                    bound = alpha[k] + beta[k] * own
                bounds[(g * orders + k) * LANES + lane] = bound


@kernel
def fill_minors(
    entries: Any, bounds: Any, first: Any, parents: Any, whats: Any, size: int, orders: int,
    groups: int, minors: Any, signs: Any,
) -> None:  # fmt: skip
    """Compute all minors of a block, order by order, with the words of their signs."""
    count = first[len(first) - 1]
    for g in range(groups):
        base = g * count * LANES
        for q in range(first[1]):
            for lane in range(LANES):
                minors[base + q * LANES + lane] = 1.0
            signs[2 * q * GROUPS + g] = 255
            signs[(2 * q + 1) * GROUPS + g] = 0
        for k in range(2, len(first)):
            bound_at = (g * orders + k) * LANES
            for q in range(first[k - 1], first[k]):
                expand(
                    minors, entries, bounds, parents, whats, signs,
                    base, g * size * LANES, bound_at, q, k, 2 * q * GROUPS + g,
                )  # fmt: skip


@kernel
def settle(words: Any, terms: Any, vertices: Any) -> Any:
    """Tell in which games each pair of sets is surely a vertex; return the games in doubt."""
    doubt = NONE
    for p in range(terms.shape[0]):
        positive, negative, some_positive, some_negative = EVERY, EVERY, NONE, NONE
        for t in range(terms.shape[1]):
            code = terms[p, t]
            above, below = words[code], words[code ^ 1]
            positive &= above
            negative &= below
            some_positive |= above
            some_negative |= below
        vertex = positive | negative
        vertices[p] = vertex
        doubt |= ~(vertex | (some_positive & some_negative))
    return doubt


@kernel
def open_graphs(
    vertices: Any, doubt: Any, tights: Any, supports: Any, tight_size: int, support_size: int,
    tight_step: int, support_step: int, pair_at: Any,
) -> Any:  # fmt: skip
    """Return the games in doubt in which a neighbour of a certain vertex is not certain.

    In the others, the certain vertices are all there are: see `dilemma.arrays.minors`.
    """
    result = NONE
    for c in range(support_size):
        missing = doubt
        for r in range(tight_size):
            missing &= ~vertices[pair_at[(tight_step << r) + (support_step << c)]]
        result |= missing
    for p in range(len(vertices)):
        here = vertices[p] & doubt & ~result
        if here == NONE:
            continue
        tight, support = tights[p], supports[p]
        own = tight * tight_step + support * support_step
        for facet in range(tight_size + support_size):
            # Drop one facet: a row that is an equality, or a coordinate that is 0.
            if facet < tight_size:
                if not tight >> facet & 1:
                    continue
                without = own - (tight_step << facet)
            else:
                if support >> (facet - tight_size) & 1:
                    continue
                without = own + (support_step << (facet - tight_size))
            missing = here
            for r in range(tight_size):
                if not tight >> r & 1:
                    missing &= ~vertices[pair_at[without + (tight_step << r)]]
            for c in range(support_size):
                if support >> c & 1:
                    place = without - (support_step << c)
                    if place == 0:
                        missing = NONE
                    else:
                        missing &= ~vertices[pair_at[place]]
            result |= missing
    return result


@kernel
def describe(payoffs: Any, game: int, m: int, n: int, x: Any, y: Any, payoff: Any) -> float:
    """Write both payoffs of a pair of mixtures; return the regret, from its definition."""
    regret = 0.0
    gain = 0.0
    best = -np.inf
    for i in range(m):
        value = 0.0
        for j in range(n):
            value += payoffs[i * n + j, game] * y[j]
        gain += x[i] * value
        best = max(best, value)
    payoff[0] = gain
    regret = max(0.0, best - gain)
    gain = 0.0
    best = -np.inf
    for j in range(n):
        value = 0.0
        for i in range(m):
            value += payoffs[(m + i) * n + j, game] * x[i]
        gain += y[j] * value
        best = max(best, value)
    payoff[1] = gain
    return max(regret, best - gain)


@kernel
def decide_games(
    payoffs: Any, errors: Any, m: int, n: int, groups: int, alpha: Any, beta: Any,
    row_side: Any, column_side: Any, pairs: Any, tolerance: float, full: bool,
    counts: Any, offsets: Any, settled: Any, supports: Any, mixtures: Any, values: Any,
) -> int:  # fmt: skip
    """Find all equilibria of every game of a chunk that floating point can settle.

    Arrays, with their shapes:

    payoffs : (2mn, games) float64
    errors : (2mn, games or 1) float64
    row_side, column_side : tuples (first, parents, entries) of the tables
    pairs : tuple (sizes, row masks, column masks, row terms, column terms, row members, column
        members, places by masks)
    counts, offsets : (games,) int64, written
        How many equilibria each game has, and where its first one is.
    settled : (games,) bool, written
    supports : (capacity, 2) uint8, written
    mixtures : (capacity, m + n), written if `full`
    values : (capacity, 3), written if `full`
        Payoffs and regret.

    Returns how many equilibria there are; beyond the capacity they are counted, not written.
    """
    row_first, row_parents, row_entries = row_side
    column_first, column_parents, column_entries = column_side
    sizes, row_masks, column_masks, row_terms, column_terms = pairs[:5]
    row_members, column_members, pair_at = pairs[5:]
    games = payoffs.shape[1]
    block = groups * LANES
    orders = len(alpha)
    size = m * n
    row_count = row_first[len(row_first) - 1]
    column_count = column_first[len(column_first) - 1]
    work = np.empty((4, BLOCK))
    slack, slack2 = np.empty(BLOCK), np.empty(BLOCK)
    row_scales, column_scales = np.empty(m * BLOCK), np.empty(n * BLOCK)
    row_matrix, column_matrix = np.zeros(size * BLOCK), np.zeros(size * BLOCK)
    row_bounds, column_bounds = np.empty(orders * BLOCK), np.empty(orders * BLOCK)
    row_minors, column_minors = np.empty(row_count * block), np.empty(column_count * block)
    row_signs = np.zeros(2 * row_count * GROUPS, dtype=np.uint8)
    column_signs = np.zeros(2 * column_count * GROUPS, dtype=np.uint8)
    row_words, column_words = row_signs.view(np.uint64), column_signs.view(np.uint64)
    row_vertices = np.empty(len(row_masks), dtype=np.uint64)
    column_vertices = np.empty(len(row_masks), dtype=np.uint64)
    place = np.empty(BLOCK, dtype=np.int64)
    x, y = np.empty(m), np.empty(n)
    capacity = supports.shape[0]
    used = 0
    for start in range(0, games, block):
        count = min(block, games - start)
        valid = EVERY if count == 64 else (ONE << np.uint64(count)) - ONE
        symmetric = m == n
        if symmetric:
            for i in range(m):
                for j in range(n):
                    one, two = payoffs[i * n + j], payoffs[size + j * n + i]
                    for lane in range(start, start + count):
                        symmetric &= one[lane] == two[lane]
        load_side(
            payoffs, errors, 0, start, count, m, n, column_matrix, column_scales, slack, work
        )
        if symmetric:
            # One polytope serves both players, with the larger of their errors.
            load_side(payoffs, errors, 1, start, count, n, m, row_matrix, row_scales, slack2, work)
            for lane in range(BLOCK):
                slack[lane] = max(slack[lane], slack2[lane])
        set_bounds(slack, alpha, beta, orders, groups, column_bounds)
        fill_minors(
            column_matrix, column_bounds, column_first, column_parents, column_entries, size,
            orders, groups, column_minors, column_signs,
        )  # fmt: skip
        doubt = settle(column_words, column_terms, column_vertices) & valid
        if doubt != NONE:
            doubt = open_graphs(
                column_vertices, doubt, row_masks, column_masks, m, n, 1 << n, 1, pair_at
            )
        if symmetric:
            other_minors, other_scales, other_bounds = column_minors, column_scales, column_bounds
            # The other polytope is this one, and in doubt where it is.
            settle(column_words, row_terms, row_vertices)
        else:
            other_minors, other_scales, other_bounds = row_minors, row_scales, row_bounds
            load_side(payoffs, errors, 1, start, count, n, m, row_matrix, row_scales, slack, work)
            set_bounds(slack, alpha, beta, orders, groups, row_bounds)
            fill_minors(
                row_matrix, row_bounds, row_first, row_parents, row_entries, size, orders,
                groups, row_minors, row_signs,
            )  # fmt: skip
            more_doubt = settle(row_words, row_terms, row_vertices) & valid
            if more_doubt != NONE:
                more_doubt = open_graphs(
                    row_vertices, more_doubt, column_masks, row_masks, n, m, 1, 1 << n, pair_at
                )
            doubt |= more_doubt
        sure = valid & ~doubt
        for lane in range(count):
            counts[start + lane] = 0
            settled[start + lane] = (sure >> np.uint64(lane)) & ONE != NONE
        for p in range(len(row_masks)):
            both = row_vertices[p] & column_vertices[p] & sure
            row_vertices[p] = both
            while both != NONE:
                counts[start + lowest_bit(both)] += 1
                both &= both - ONE
        for lane in range(count):
            place[lane] = used
            offsets[start + lane] = used
            used += counts[start + lane]
        if used > capacity:
            continue
        for p in range(len(row_masks)):
            both = row_vertices[p]
            while both != NONE:
                lane = lowest_bit(both)
                both &= both - ONE
                at = place[lane]
                place[lane] += 1
                supports[at, 0] = row_masks[p]
                supports[at, 1] = column_masks[p]
                if not full:
                    continue
                # The mixtures, from the minors that are the coordinates. All have order k.
                g, within, k = lane // LANES, lane % LANES, sizes[p]
                bound_at = (g * orders + k) * LANES + within
                total, missed, largest = 0.0, 0.0, 0.0
                row_bound = 0.0 if k == 1 else other_bounds[bound_at]
                for t in range(k):
                    scale = other_scales[row_members[p, t] * BLOCK + lane]
                    q = row_terms[p, t] >> 1
                    x[t] = abs(other_minors[(g * row_count + q) * LANES + within]) * scale
                    total += x[t]
                    missed += scale
                    largest = max(largest, scale)
                error = row_bound * (missed + largest) / (total - row_bound * missed)
                for i in range(m):
                    mixtures[at, i] = 0.0
                for t in range(k):
                    x[t] /= total
                    mixtures[at, row_members[p, t]] = x[t]
                total, missed, largest = 0.0, 0.0, 0.0
                column_bound = 0.0 if k == 1 else column_bounds[bound_at]
                for t in range(k):
                    scale = column_scales[column_members[p, t] * BLOCK + lane]
                    q = column_terms[p, t] >> 1
                    y[t] = abs(column_minors[(g * column_count + q) * LANES + within]) * scale
                    total += y[t]
                    missed += scale
                    largest = max(largest, scale)
                error = max(
                    error, column_bound * (missed + largest) / (total - column_bound * missed)
                )
                for j in range(n):
                    mixtures[at, m + j] = 0.0
                for t in range(k):
                    y[t] /= total
                    mixtures[at, m + column_members[p, t]] = y[t]
                if not error + 1e-15 <= tolerance:
                    settled[start + lane] = False
                # Payoffs and regret, from their definitions.
                regret = 0.0
                gain, best, t = 0.0, -np.inf, 0
                for i in range(m):
                    value = 0.0
                    for s in range(k):
                        value += payoffs[i * n + column_members[p, s], start + lane] * y[s]
                    best = max(best, value)
                    if t < k and row_members[p, t] == i:
                        gain += x[t] * value
                        t += 1
                values[at, 0] = gain
                regret = max(regret, best - gain)
                gain, best, t = 0.0, -np.inf, 0
                for j in range(n):
                    value = 0.0
                    for s in range(k):
                        value += payoffs[size + row_members[p, s] * n + j, start + lane] * x[s]
                    best = max(best, value)
                    if t < k and column_members[p, t] == j:
                        gain += y[t] * value
                        t += 1
                values[at, 1] = gain
                values[at, 2] = max(regret, best - gain)
    return used
