"""Sweeps over a Markov chain and its aggregated chains, without a subtraction: compiled.

A chain is held by what comes into each state: from `source[e]` at `rate[e]`, for the entries e
from `starts[s]` to `starts[s + 1]`, without the diagonal; `leaving[s]` is the sum of the rates out
of s. Every number here is a sum, product or quotient of numbers that are not negative, so that
probabilities keep a small relative error however small they are.
"""

from typing import Any

import numpy as np

from dilemma.arrays.kernels import LANES, kernel


@kernel
def count_incoming(starts: Any, columns: Any, counts: Any) -> None:
    """How many entries off the diagonal each column of a matrix of sparse rows has."""
    for s in range(len(starts) - 1):
        for e in range(starts[s], starts[s + 1]):
            if columns[e] != s:
                counts[columns[e]] += 1


@kernel
def transpose(
    starts: Any, columns: Any, values: Any, places: Any, source: Any, rate: Any, leaving: Any
) -> None:
    """Sort the entries off the diagonal by column; `places` starts as the columns' starts."""
    for s in range(len(starts) - 1):
        total = 0.0
        for e in range(starts[s], starts[s + 1]):
            t = columns[e]
            if t != s:
                total += values[e]
                source[places[t]] = s
                rate[places[t]] = values[e]
                places[t] += 1
        leaving[s] = total


@kernel
def sweep(
    starts: Any, source: Any, rate: Any, leaving: Any, law: Any, forward: bool, relaxation: float
) -> float:  # fmt: skip
    """One Gauss-Seidel sweep: each state in turn gets the weight that balances its flows.

    With a relaxation above 1 it goes beyond that by the excess; with 1 nothing is subtracted.
    Returns the sum of |inflow - outflow|, each as it was met.
    """
    states = len(law)
    found = 0.0
    for k in range(states):
        s = k if forward else states - 1 - k
        if leaving[s] > 0:
            total = 0.0
            for e in range(starts[s], starts[s + 1]):
                total += law[source[e]] * rate[e]
            balanced = total / leaving[s]
            found += abs(total - law[s] * leaving[s])
            if relaxation == 1.0:
                law[s] = balanced
            else:
                beyond = balanced + (relaxation - 1.0) * (balanced - law[s])
                law[s] = max(beyond, 0.1 * balanced)
    return found


@kernel
def imbalance(starts: Any, source: Any, rate: Any, leaving: Any, law: Any) -> tuple[float, float]:
    """The sum of |inflow - outflow|, and the largest |inflow / outflow - 1|."""
    total = 0.0
    largest = 0.0
    for s in range(len(law)):
        inflow = 0.0
        for e in range(starts[s], starts[s + 1]):
            inflow += law[source[e]] * rate[e]
        outflow = law[s] * leaving[s]
        difference = abs(inflow - outflow)
        total += difference
        if outflow > 1e-280:
            largest = max(largest, difference / outflow)
    return total, largest


@kernel
def list_members(group: Any, starts: Any, members: Any) -> None:
    """Sort the states by their group; `starts` has one place more than there are groups."""
    for s in range(len(group)):
        starts[group[s] + 1] += 1
    for g in range(len(starts) - 1):
        starts[g + 1] += starts[g]
    places = starts.copy()
    for s in range(len(group)):
        members[places[group[s]]] = s
        places[group[s]] += 1


@kernel
def join_pattern(
    starts: Any, source: Any, group: Any, member_starts: Any, members: Any, joint_starts: Any,
    joint_source: Any, target: Any,
) -> int:  # fmt: skip
    """The pattern of the aggregated chain, and the entry of it that each entry adds to (or -1)."""
    groups = len(member_starts) - 1
    seen = np.full(groups, -1, dtype=np.int64)
    entries = 0
    for g in range(groups):
        joint_starts[g] = entries
        for m in range(member_starts[g], member_starts[g + 1]):
            s = members[m]
            for e in range(starts[s], starts[s + 1]):
                other = group[source[e]]
                if other == g:
                    target[e] = -1
                    continue
                if seen[other] < joint_starts[g]:
                    seen[other] = entries
                    joint_source[entries] = other
                    entries += 1
                target[e] = seen[other]
    joint_starts[groups] = entries
    return entries


@kernel
def join_flows(
    starts: Any, source: Any, rate: Any, law: Any, target: Any, joint_rate: Any,
    joint_leaving: Any, joint_source: Any,
) -> None:  # fmt: skip
    """The flows of the aggregated chain under the present law (not divided by weights)."""
    joint_rate[:] = 0.0
    joint_leaving[:] = 0.0
    for s in range(len(law)):
        for e in range(starts[s], starts[s + 1]):
            t = target[e]
            if t >= 0:
                joint_rate[t] += law[source[e]] * rate[e]
    for t in range(len(joint_rate)):
        joint_leaving[joint_source[t]] += joint_rate[t]


@kernel
def spread(group: Any, factors: Any, law: Any) -> None:
    """Multiply each weight by the factor of its group."""
    for s in range(len(law)):
        law[s] *= factors[group[s]]


@kernel
def eliminate(q: Any, law: Any) -> None:
    """The stationary law of a dense chain by the algorithm of Grassmann, Taksar and Heyman.

    `q` is overwritten; its diagonal is not read. grassmann1985.
    """
    n = len(law)
    leaving = np.zeros(n)
    for k in range(n - 1, 0, -1):
        total = 0.0
        for j in range(k):
            total += q[k, j]
        leaving[k] = total
        if total > 0:
            for i in range(k):
                factor = q[i, k] / total
                if factor > 0:
                    for j in range(k):
                        q[i, j] += factor * q[k, j]
    law[0] = 1.0
    for k in range(1, n):
        total = 0.0
        for i in range(k):
            total += law[i] * q[i, k]
        law[k] = total / leaving[k] if leaving[k] > 0 else 0.0


@kernel
def watershed(
    order: Any, starts: Any, source: Any, rate: Any, law: Any, depth: float, weakest: float,
    group: Any, peaks: Any, parent: Any,
) -> int:  # fmt: skip
    """Part the states into the basins of the law's peaks.

    States are flooded from the most probable one down (`order`). One that touches no flooded
    state is a new peak; one that touches several basins joins that of its most probable
    neighbour, and any of those basins whose peak is less than `depth` times as probable as this
    state is no basin of its own: it joins the one with the highest peak. States touch only if the
    flow between them is at least `weakest` of the less probable one's weight. `parent` and `peaks`
    are scratch, as long as the law; returns how many basins there are, numbered by their peaks
    from the highest, with the peaks' states in `peaks`.
    """
    states = len(law)
    basins = 0
    group[:] = -1
    for k in range(states):
        s = order[k]
        best = -1
        best_law = -1.0
        top = -1
        for e in range(starts[s], starts[s + 1]):
            t = source[e]
            # What is flooded is more probable; its flow to s stands for that between the two.
            if group[t] < 0 or law[t] * rate[e] < weakest * law[s]:
                continue
            b = group[t]
            while parent[b] != b:
                parent[b] = parent[parent[b]]
                b = parent[b]
            if law[t] > best_law:
                best_law = law[t]
                best = b
            if top < 0 or b < top:
                top = b
        if best < 0:
            parent[basins] = basins
            peaks[basins] = s
            group[s] = basins
            basins += 1
            continue
        group[s] = best
        for e in range(starts[s], starts[s + 1]):
            t = source[e]
            if group[t] < 0 or law[t] * rate[e] < weakest * law[s]:
                continue
            b = group[t]
            while parent[b] != b:
                b = parent[b]
            if b != top and law[peaks[b]] <= depth * law[s]:
                parent[b] = top
    # Roots in order of their peaks: a basin is never joined to one with a lower peak.
    kept = 0
    for b in range(basins):
        if parent[b] == b:
            peaks[kept] = peaks[b]
            kept += 1
    # Second pass: new numbers for the roots, in place of their old ones.
    number = np.full(basins, -1, dtype=np.int64)
    kept = 0
    for b in range(basins):
        if parent[b] == b:
            number[b] = kept
            kept += 1
    for s in range(states):
        b = group[s]
        while parent[b] != b:
            b = parent[b]
        group[s] = number[b]
    return kept


@kernel
def group_flows(
    starts: Any, source: Any, rate: Any, law: Any, group: Any, flows: Any, weights: Any
) -> None:  # fmt: skip
    """The flows between a few groups of states, dense, and the groups' weights."""
    flows[:] = 0.0
    weights[:] = 0.0
    for s in range(len(law)):
        g = group[s]
        weights[g] += law[s]
        for e in range(starts[s], starts[s + 1]):
            h = group[source[e]]
            if h != g:
                flows[h, g] += law[source[e]] * rate[e]


@kernel
def keep_logs(before: Any, after: Any, image: Any, step: Any) -> bool:
    """Logarithms of an iterate, and how far it moved; whether both were positive all over."""
    for s in range(len(after)):
        if not (before[s] > 0.0 and after[s] > 0.0):
            return False
        image[s] = np.log(after[s])
        step[s] = image[s] - np.log(before[s])
    return True


@kernel
def weighted_products(steps: Any, order: Any, weight: Any, products: Any) -> None:
    """Scalar products of the changes from each step to the next, and of these with the last."""
    count = len(order) - 1
    states = len(weight)
    change = np.zeros((count + 1, LANES))
    weighted = np.zeros(LANES)
    sums = np.zeros((count, count + 1, LANES))
    for start in range(0, states, LANES):
        lanes = min(LANES, states - start)
        if lanes < LANES:
            change[:] = 0.0
        for a in range(count):
            first, second = steps[order[a]], steps[order[a + 1]]
            for lane in range(lanes):
                change[a, lane] = second[start + lane] - first[start + lane]
        last = steps[order[count]]
        for lane in range(lanes):
            change[count, lane] = last[start + lane]
        for a in range(count):
            for lane in range(lanes):
                weighted[lane] = weight[start + lane] * change[a, lane]
            for b in range(a, count + 1):
                for lane in range(LANES):
                    sums[a, b, lane] += weighted[lane] * change[b, lane]
    for a in range(count):
        for b in range(count + 1):
            products[a, b] = sums[a, b].sum()


@kernel
def combine_logs(images: Any, order: Any, shares: Any, law: Any) -> bool:
    """The iterate whose logarithm is a combination of others; whether it is positive all over."""
    highest = -np.inf
    for s in range(len(law)):
        value = 0.0
        for a in range(len(order)):
            value += shares[a] * images[order[a], s]
        law[s] = value
        highest = max(highest, value)
    sound = True
    total = 0.0
    for s in range(len(law)):
        law[s] = np.exp(law[s] - highest)
        sound = sound and law[s] > 0.0
        total += law[s]
    for s in range(len(law)):
        law[s] /= total
    return sound
