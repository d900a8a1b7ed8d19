r"""Large Markov chains: the stationary law by aggregation on several levels, with a certificate.

**The method.** If the law within each group of states were right, the chain that watches only the
groups, with rates weighted by that law, would have the right weights of the groups
(takahashi1975, koury1984). So: sweep over the states, each of which in turn takes the weight that
balances its flows (Gauss-Seidel); join states to groups, and these to larger ones, down to a
chain so small that it is solved directly (grassmann1985); multiply each weight by the factor of
its group on the way back, and sweep again (horton1994). Between such cycles the logarithms of the
last iterates are combined so that their errors cancel (anderson1965), which keeps every weight
positive.

Sums, products and quotients are all there is in the last cycles: no number is subtracted, so that
weights far below the rounding of the largest still have a small relative error.

**The certificate.** A chain of several *wells* (sets of states that it hardly ever leaves) has
laws with wrong weights of the wells whose residual is below any rounding. So the states are
parted into the basins of the law's peaks, down to the ridges between them, or to where hardly any
flow leads on; the chain is aggregated
to these basins, and its law, solved directly, is compared with the weights of the basins. Where
they differ the weights are corrected and the cycles go on; if they still differ at the end, the
answer says so.

Sources: takahashi1975, koury1984, horton1994, anderson1965, grassmann1985. The flooding that
finds the basins, and the combination of logarithms, are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.threads import progress_bar

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]

# A chain of at most so many states is solved directly, within the cycles.
COARSEST = 500
# The iterates that are combined; two vectors are kept of each.
MEMORY = 3
# Over-relaxation of the sweeps, until the law is nearly there.
RELAXATION = 1.25
# A peak this many times as probable as the ridge to a higher one has a basin of its own.
DEPTH = 10.0
# States touch if the flow between them is this share of the less probable one's weight.
WEAKEST = 1e-5
# The weights of basins agree with the aggregated chain if none differs by more, relatively.
AGREEMENT = 1e-8
# How far the flows of any one state may be from balance, relatively.
BALANCE = 1e-6
# A law with smaller numbers may have lost whole wells: floats end there.
SMALLEST = 1e-290
# After so many cycles without a residual half as large, relaxation ends; then the cycles do.
PATIENCE = 25
# Only so many of the highest peaks are told apart.
MOST_WELLS = 400


@dataclass(frozen=True, eq=False)
class IncomingFlows:
    """A Markov chain, held by what comes into each state; without the diagonal.

    Attributes
    ----------
    starts : numpy.ndarray of shape (states + 1,)
        Where the entries of each state start.
    source : numpy.ndarray
        The state that each entry comes from.
    rate : numpy.ndarray
        Its probability, or rate.
    leaving : numpy.ndarray of shape (states,)
        The sum of the rates out of each state.
    """

    starts: NDArray[np.int64]
    source: Indices
    rate: Floats
    leaving: Floats

    @property
    def parts(self) -> tuple[Any, Any, Any, Any]:
        """What the kernels take."""
        return self.starts, self.source, self.rate, self.leaving

    def balance(self, law: Floats) -> tuple[float, float]:
        """Return the sum of |inflow - outflow| under a law, and the largest relative one."""
        from dilemma.arrays.aggregation_kernels import imbalance

        total, largest = imbalance(*self.parts, law)
        return float(total), float(largest)


@dataclass(frozen=True, eq=False)
class Wells:
    """The basins of a law's peaks, and the chain that watches only them.

    Attributes
    ----------
    basin : numpy.ndarray of shape (states,)
        The basin of each state.
    peaks : numpy.ndarray of shape (basins,)
        The most probable state of each, in decreasing order of probability.
    weights : numpy.ndarray of shape (basins,)
        What the law gives to each basin.
    aggregated : numpy.ndarray of shape (basins,)
        What the law of the aggregated chain gives to it.
    agreement : float
        The largest relative difference between the two; infinite if a basin has no way in or out
        among floating-point numbers.
    """

    basin: Indices
    peaks: NDArray[np.int64]
    weights: Floats
    aggregated: Floats
    agreement: float


@dataclass(frozen=True, eq=False)
class LargeLaw:
    """The stationary law of a large chain, as far as it was found.

    Attributes
    ----------
    law : numpy.ndarray of shape (states,)
    residual : float
        The sum of |inflow - outflow| over all states.
    imbalance : float
        The largest |inflow / outflow - 1| of a state.
    wells : Wells
    cycles : int
        How many cycles it took; 0 for a direct solution.
    converged : bool
        Whether the residual and the agreement are what was asked for.
    """

    law: Floats
    residual: float
    imbalance: float
    wells: Wells
    cycles: int
    converged: bool


@dataclass(frozen=True, eq=False)
class _Level:
    flows: IncomingFlows
    group: Indices
    target: Indices


def incoming_flows(starts: Any, columns: Any, values: Any) -> IncomingFlows:
    """Turn a transition matrix in compressed sparse rows into what comes into each state.

    Parameters
    ----------
    starts, columns, values : numpy.ndarray
        ``indptr``, ``indices`` and ``data`` of a `scipy.sparse.csr_array` with entries of at
        least 0; the diagonal is not read.

    Examples
    --------
    >>> flows = incoming_flows(*map(np.array, ([0, 1, 2], [1, 0], [0.25, 0.75])))
    >>> flows.rate.tolist(), flows.balance(np.array([0.75, 0.25]))
    ([0.75, 0.25], (0.0, 0.0))
    """
    from dilemma.arrays.aggregation_kernels import count_incoming, transpose

    states = len(starts) - 1
    counts = np.zeros(states, dtype=np.int64)
    count_incoming(starts, columns, counts)
    places = np.zeros(states + 1, dtype=np.int64)
    np.cumsum(counts, out=places[1:])
    source = np.empty(places[-1], dtype=np.int32)
    rate = np.empty(places[-1])
    leaving = np.empty(states)
    transpose(starts, columns, values, places[:-1].copy(), source, rate, leaving)
    return IncomingFlows(places, source, rate, leaving)


def direct_law(flows: IncomingFlows) -> Floats:
    """Solve a chain of few states directly, each probability with a small relative error.

    About :math:`2 n^3 / 3` operations (grassmann1985; see `dilemma.arrays.chains`).

    Examples
    --------
    >>> flows = incoming_flows(*map(np.array, ([0, 1, 2], [1, 0], [0.25, 0.75])))
    >>> direct_law(flows).tolist()
    [0.75, 0.25]
    """
    law = _eliminated(flows)
    return np.asarray(law / law.sum())


def find_wells(
    flows: IncomingFlows, law: Floats, depth: float = DEPTH, weakest: float = WEAKEST
) -> Wells:
    """Part the states into the basins of a law's peaks, and compare with the chain of basins.

    Parameters
    ----------
    flows : IncomingFlows
    law : numpy.ndarray of shape (states,)
    depth : float
        A peak has a basin of its own if it is at least so many times as probable as the ridge
        that leads to a higher one.
    weakest : float
        States touch if the flow between them is at least this share of the less probable one's
        weight.

    Returns
    -------
    Wells
    """
    from dilemma.arrays.aggregation_kernels import eliminate, group_flows, watershed

    states = len(law)
    order = np.argsort(-law, kind="stable").astype(np.int32)
    basin = np.empty(states, dtype=np.int32)
    peaks = np.empty(states, dtype=np.int32)
    parent = np.empty(states, dtype=np.int32)
    while True:
        count = watershed(
            order,
            flows.starts,
            flows.source,
            flows.rate,
            law,
            depth,
            weakest,
            basin,
            peaks,
            parent,
        )
        if count <= MOST_WELLS:
            break
        depth *= 10.0
        weakest /= 10.0
    exchanged = np.empty((count, count))
    weights = np.empty(count)
    group_flows(flows.starts, flows.source, flows.rate, law, basin, exchanged, weights)
    factors = np.ones(count)
    if count > 1:
        eliminate(exchanged, factors)
    with np.errstate(all="ignore"):
        aggregated = weights * factors / (weights @ factors)
        difference = np.max(np.abs(aggregated / weights - 1))
    sound = np.all(np.isfinite(factors)) and np.all(factors > 0) and np.isfinite(difference)
    return Wells(
        basin=basin,
        peaks=peaks[:count].astype(np.int64),
        weights=weights,
        aggregated=aggregated,
        agreement=float(difference) if sound else float("inf"),
    )


def solve_directly(flows: IncomingFlows) -> LargeLaw:
    """Solve a chain of few states directly, and compare with its aggregated chain."""
    law = direct_law(flows)
    wells = find_wells(flows, law)
    residual, relative = flows.balance(law)
    sound = bool(law.min() >= SMALLEST) and wells.agreement <= AGREEMENT
    return LargeLaw(law, residual, relative, wells, 0, sound)


def solve_by_aggregation(
    flows: IncomingFlows,
    groupings: Sequence[Indices],
    tolerance: float = 1e-12,
    most_cycles: int = 300,
    progress: bool = False,
) -> LargeLaw:
    """Solve a large chain by cycles over several levels of aggregation.

    Parameters
    ----------
    flows : IncomingFlows
        Of an irreducible chain.
    groupings : sequence of numpy.ndarray
        The group of each state, then the group of each of these groups, and so on.
    tolerance : float
        The residual to reach.
    most_cycles : int
    progress : bool
        Whether to show how the residual falls.

    Returns
    -------
    LargeLaw

    Notes
    -----
    A cycle takes about six times as long as reading the chain once; some 15 to 50 are needed. It
    holds 12 bytes a transition for the chain, 4 for the groups, and 100 bytes a state.
    """
    levels = _levels(flows, groupings)
    states = len(flows.leaving)
    law = np.full(states, 1.0 / states)
    mixing = _Mixing(states)
    relaxation = RELAXATION
    best, since, last = np.inf, 0, np.inf
    wells: Wells | None = None
    cycles = 0
    with progress_bar(most_cycles, progress, "cycles", "") as bar:
        for cycles in range(1, most_cycles + 1):
            before = law.copy()
            met = _cycle(levels, 0, law, relaxation)
            law /= law.sum()
            bar.update()
            bar.set_postfix_str(f"residual {met:.1e}")
            best, since = (met, 0) if met < best / 2 else (best, since + 1)
            stuck = since >= PATIENCE
            if met <= tolerance or stuck:
                # The last word: sweeps without a subtraction, then the weights of the basins.
                _cycle(levels, 0, law, 1.0)
                law /= law.sum()
                residual, relative = flows.balance(law)
                found = find_wells(flows, law)
                agreed = found.agreement <= AGREEMENT
                balanced = residual <= tolerance and relative <= BALANCE
                if agreed and balanced:
                    wells = found
                    break
                # When sweeps alone make no headway, only weights of wells that get closer do.
                worse = not found.agreement < last / 2
                if not np.isfinite(found.agreement) or (stuck and relaxation == 1.0 and worse):
                    break
                if balanced or stuck:
                    last = found.agreement
                    law *= (found.aggregated / found.weights)[found.basin]
                    relaxation, since = 1.0, 0
                    mixing.forget()
                    continue
            if cycles > 2:
                law = mixing.mix(before, law)
    if wells is None:
        wells = find_wells(flows, law)
    residual, relative = flows.balance(law)
    converged = (
        residual <= tolerance
        and relative <= BALANCE
        and wells.agreement <= AGREEMENT
        and bool(law.min() >= SMALLEST)
    )
    return LargeLaw(law, residual, relative, wells, cycles, converged)


def _levels(flows: IncomingFlows, groupings: Sequence[Indices]) -> list[_Level]:
    from dilemma.arrays.aggregation_kernels import join_pattern, list_members

    nothing = np.empty(0, dtype=np.int32)
    levels = []
    for group in groupings:
        groups = int(group.max()) + 1
        member_starts = np.zeros(groups + 1, dtype=np.int64)
        members = np.empty(len(group), dtype=np.int32)
        list_members(group, member_starts, members)
        target = np.empty(len(flows.source), dtype=np.int32)
        starts = np.zeros(groups + 1, dtype=np.int64)
        source = np.empty(len(flows.source), dtype=np.int32)
        entries = join_pattern(
            flows.starts, flows.source, group, member_starts, members, starts, source, target
        )
        levels.append(_Level(flows, group, target))
        flows = IncomingFlows(starts, source[:entries].copy(), np.empty(entries), np.empty(groups))
    return [*levels, _Level(flows, nothing, nothing)]


def _cycle(levels: Sequence[_Level], depth: int, law: Floats, relaxation: float) -> float:
    """Improve a law in place; below the first level, twice. Returns the residual met last."""
    from dilemma.arrays.aggregation_kernels import join_flows, spread, sweep

    level = levels[depth]
    flows = level.flows
    if depth + 1 == len(levels):
        law[:] = _eliminated(flows)
        return 0.0
    below = levels[depth + 1].flows
    met = 0.0
    for _ in range(2 if depth else 1):
        sweep(*flows.parts, law, True, relaxation)
        join_flows(
            flows.starts, flows.source, flows.rate, law, level.target, below.rate, below.leaving,
            below.source,
        )  # fmt: skip
        factors = np.ones(len(below.leaving))
        _cycle(levels, depth + 1, factors, relaxation)
        spread(level.group, factors, law)
        for forward in (False, True):
            met = sweep(*flows.parts, law, forward, relaxation)
    return met


def _eliminated(flows: IncomingFlows) -> Floats:
    from dilemma.arrays.aggregation_kernels import eliminate

    states = len(flows.leaving)
    dense = np.zeros((states, states))
    dense[flows.source, np.repeat(np.arange(states), np.diff(flows.starts))] = flows.rate
    law = np.empty(states)
    eliminate(dense, law)
    return law


class _Mixing:
    """Anderson's combination of the last iterates, of their logarithms."""

    def __init__(self, states: int) -> None:
        self.images = np.empty((MEMORY + 1, states))
        self.steps = np.empty((MEMORY + 1, states))
        self.kept = 0

    def forget(self) -> None:
        """Start anew."""
        self.kept = 0

    def mix(self, before: Floats, after: Floats) -> Floats:
        """Keep an iterate and its image; return their best combination with earlier ones."""
        from dilemma.arrays.aggregation_kernels import combine_logs, keep_logs, weighted_products

        place = self.kept % (MEMORY + 1)
        if not keep_logs(before, after, self.images[place], self.steps[place]):
            return after
        self.kept += 1
        used = min(self.kept, MEMORY + 1)
        if used == 1:
            return after
        order = np.arange(self.kept - used, self.kept) % (MEMORY + 1)
        products = np.empty((used, used))
        weighted_products(self.steps, order, after, products)
        gram = np.triu(products[:-1, :-1]) + np.triu(products[:-1, :-1], 1).T
        ridge = 1e-14 * np.trace(gram) * np.eye(used - 1)
        try:
            share = np.linalg.solve(gram + ridge, products[:-1, -1])
        except np.linalg.LinAlgError:
            return after
        # The last image, less each change of images by its share.
        shares = np.append(share, 0.0) - np.append(0.0, share)
        shares[-1] += 1.0
        law = np.empty_like(after)
        if np.all(np.isfinite(shares)) and combine_logs(self.images, order, shares, law):
            return law
        return after
