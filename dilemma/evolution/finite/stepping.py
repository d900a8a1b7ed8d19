r"""One step of a finite population: the probabilities of all moves, and the matrix of all states.

A state says how many players there are of each strategy. A step replaces at most one player, so
that a state has at most :math:`n(n-1)` others to go to; how likely each is, is said in
`dilemma.evolution.Population` for the three processes. States are numbered in lexicographic
order; with two populations, that of the first comes first.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.compositions import Lattice
from dilemma.evolution.finite.pairs import without_common_part
from dilemma.game import GroupGame

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from dilemma.evolution.finite.populations import Population

Floats = NDArray[np.float64]
# Process, selection, mutation; sizes, parts, binomials; payoffs, own, divisors, table.
Parameters = tuple[int, float, float, Any, Any, Any, Any, Any, Any, Any]

EPSILON = float(np.finfo(float).eps)
# Rows that one task of the pool fills.
CHUNK = 50_000
# The full chain of more states does not fit into the memory of a usual machine.
MOST_STATES = 20_000_000
# Entries of a table of mean payoffs in groups.
MOST_TABULATED = 200_000_000
_PROCESSES = {"fermi": 0, "moran": 1, "linear": 2, "introspection": 3}


@dataclass(frozen=True, eq=False)
class Steps:
    """A population, as the kernels take it.

    Attributes
    ----------
    lattice : Lattice
        Its states.
    process : int
        The code of `stepping_kernels`.
    selection, mutation : float
    payoffs : numpy.ndarray of shape (s, s)
        What a player earns with another, over the strategies of all populations; 0 where they do
        not meet.
    own : numpy.ndarray of shape (s,)
        What a player would earn with itself, which does not count.
    divisors : numpy.ndarray of shape (s,)
        How many others a player meets.
    groups : GroupGame or None
        What is played instead, in groups.
    group_payoffs : numpy.ndarray
        Its payoffs; of no rows for pairs.
    rounding : float
        About what rounded payoffs do to the law, relatively: their effect on the ratio of two
        moves, times the number of players.

    A common part of all payoffs is left out where only their differences count.
    """

    lattice: Lattice
    process: int
    selection: float
    mutation: float
    payoffs: Floats
    own: Floats
    divisors: Floats
    groups: GroupGame | None
    group_payoffs: Floats
    rounding: float

    @cached_property
    def table(self) -> Floats:
        """Mean payoffs in groups, of each strategy in each state; of no rows for pairs."""
        width = len(self.own)
        if self.groups is None:
            return np.empty((0, width))
        if self.lattice.count * width > MOST_TABULATED:
            raise ValueError(
                f"size: requires at most {MOST_TABULATED // width:,} states of the population for "
                f"a game in groups, got {self.lattice.count:,}"
            )
        group, among = self.groups, self.group_payoffs
        if _steps_to_grow(group.size, self.lattice) <= self.lattice.count * len(among):
            return grown_payoffs(group.size, self.lattice, among)
        return drawn_payoffs(group, self.lattice, among)

    @cached_property
    def parameters(self) -> Parameters:
        """What every kernel of steps takes first."""
        sizes, parts, binomial = self.lattice.arrays
        return (
            self.process, self.selection, self.mutation, sizes, parts, binomial, self.payoffs,
            self.own, self.divisors, self.table,
        )  # fmt: skip


def drawn_payoffs(group: GroupGame, lattice: Lattice, among: Floats) -> Floats:
    """Mean payoffs in each state, as the sum over all groups that can be drawn from it."""
    from dilemma.evolution.finite.stepping_kernels import fill_group_payoffs

    table = np.empty((lattice.count, among.shape[1]))
    sizes, parts, binomial = lattice.arrays
    others = np.array(group.others)
    in_chunks(
        lattice.count,
        lambda start, stop: fill_group_payoffs(
            start, stop, sizes, parts, binomial, others, among, table
        ),
    )
    return table


def grown_payoffs(size: int, lattice: Lattice, among: Floats) -> Floats:
    r"""Mean payoffs in each state, from those among ever more others of whom one stays away.

    A draw of N − 1 from M others is one from M − 1, whoever of the M was left out before:

    .. math:: \pi_{M}(k) = \sum_j \frac{k_j}{M}\, \pi_{M-1}(k - e_j),

    which for large groups takes far fewer steps than all draws, and only adds what is positive.
    """
    from dilemma.evolution.finite.stepping_kernels import fill_from_others, fill_larger_groups

    (total,), width = lattice.sizes, lattice.parts[0]
    sizes, parts, binomial = lattice.arrays
    for others in range(size, total):
        fewer, count = among, math.comb(others + width - 1, width - 1)
        among = np.empty((count, width))
        in_chunks(
            count,
            partial(
                _called, fill_larger_groups, np.array([others]), parts, binomial, fewer, among
            ),
        )
    table = np.empty((lattice.count, width))
    in_chunks(
        lattice.count,
        lambda start, stop: fill_from_others(start, stop, sizes, parts, binomial, among, table),
    )
    return table


def _called(kernel: Callable[..., Any], *arguments: Any) -> None:
    """Call a kernel with its range first, which here comes last."""
    *others, start, stop = arguments
    kernel(start, stop, *others)


def _steps_to_grow(size: int, lattice: Lattice) -> int:
    """How many sums `grown_payoffs` takes."""
    (total,), (width,) = lattice.sizes, lattice.parts
    return width * (math.comb(total - 1 + width, width) - math.comb(size - 1 + width, width))


def steps_of(population: Population, purpose: str) -> Steps:
    """Read a population whose every step counts, for the full chain or a simulation.

    Raises
    ------
    ValueError
        If mutations are rare, unless strategies are tried out and not copied; or if the fitness of
        a linear Moran process isn't positive.
    """
    mutation = population.mutation
    if mutation == "rare":
        if population.process != "introspection":
            raise ValueError(
                f'mutation: requires a rate above 0 for {purpose}, got "rare", the limit in which '
                "only whole takeovers count"
            )
        mutation = 0
    lattice = Lattice(population.sizes, tuple(len(names) for names in population.strategies))
    width = sum(lattice.parts)
    linear = population.fitness == "linear"
    payoffs, group_payoffs = np.zeros((width, width)), np.empty((0, width))
    groups = None

    def read(floats: Floats, exact: Callable[[], NDArray[np.object_]]) -> Floats:
        return floats if linear else without_common_part(floats, exact)

    if isinstance(population.game, GroupGame):
        groups = population.game
        if groups.size > lattice.sizes[0]:
            raise ValueError(
                f"size: requires at least {groups.size} players, as many as a group has, got "
                f"{lattice.sizes[0]}"
            )
        group_payoffs = np.array(read(groups.payoffs, lambda: groups.exact_payoffs))
        divisors = np.ones(width)
    elif len(lattice.sizes) == 1:
        game = population.game
        payoffs[:] = read(game.payoffs[0], lambda: game.exact_payoffs[0])
        divisors = np.full(width, lattice.sizes[0] - 1.0)
    else:
        rows = lattice.parts[0]
        game = population.game
        payoffs[:rows, rows:] = read(game.payoffs[0], lambda: game.exact_payoffs[0])
        payoffs[rows:, :rows] = read(game.payoffs[1], lambda: game.exact_payoffs[1]).T
        divisors = np.repeat(np.array(lattice.sizes[::-1], dtype=float), lattice.parts)
    selection = float(population.selection)
    least = float(group_payoffs.min()) if groups is not None else _least(payoffs, lattice)
    if linear and not 1 - selection + selection * least > 0:
        raise ValueError(
            "selection: requires 1 - selection + selection * payoff above 0 for every payoff with "
            f"linear fitness, got {selection} with a payoff of {least}"
        )
    largest = float(np.abs(payoffs if groups is None else group_payoffs).max())
    if not math.isfinite(4 * max(selection, 1) * max(lattice.sizes) * largest):
        raise ValueError(
            "selection: requires selection * size * payoff within the range of a float, got "
            f"{selection} with a payoff of size {largest}"
        )
    smallest = 1 - selection + selection * least if linear else 1.0
    return Steps(
        lattice=lattice,
        process=_PROCESSES["linear" if linear else population.process],
        selection=selection,
        mutation=float(mutation),
        payoffs=payoffs,
        own=np.diag(payoffs).copy(),
        divisors=divisors,
        groups=groups,
        group_payoffs=group_payoffs,
        # Means over groups are sums and products of as many roundings as there are players.
        rounding=4
        * EPSILON
        * max(lattice.sizes)
        * selection
        * largest
        / smallest
        * (1 if groups is None else max(lattice.sizes)),
    )


def transition_matrix(population: Population) -> csr_array:
    r"""Return the transition matrix of the full chain of a population, sparse.

    Parameters
    ----------
    population : Population
        Of at most 20,000,000 states; its mutation a rate, not ``"rare"`` (but introspection may
        have rare mutations).

    Returns
    -------
    scipy.sparse.csr_array of shape (states, states)
        Entry [from, to]; rows sum to 1. State number s is ``states[s]`` of `stationary_law`: the
        counts of all strategies, in lexicographic order. Columns of a row are in order.

    Raises
    ------
    ValueError
        If mutations are rare, or there are more states.

    Notes
    -----
    About :math:`n(n-1)` exponentials and 12 bytes a state and move.

    Examples
    --------
    >>> from dilemma.evolution import Population
    >>> from dilemma.game import Game
    >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
    >>> population = Population(stag_hunt, size=2, selection=0, mutation=0.5)
    >>> transition_matrix(population).toarray().tolist()
    [[0.5, 0.5, 0.0], [0.375, 0.25, 0.375], [0.0, 0.5, 0.5]]
    """
    from scipy.sparse import csr_array

    starts, columns, values = transitions(steps_of(population, "the full chain"))
    count = len(starts) - 1
    # scipy wants both arrays of indices of one type, and copies what is not.
    index = np.int32 if len(values) < 2**31 else np.int64
    arrays = values, columns.astype(index, copy=False), starts.astype(index)
    return csr_array(arrays, shape=(count, count))


def transitions(steps: Steps) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
    """Return the transition matrix in compressed sparse rows: starts, columns and values."""
    from dilemma.evolution.finite.stepping_kernels import count_entries, fill_transitions

    lattice = steps.lattice
    if lattice.count > MOST_STATES:
        raise ValueError(
            f"size: requires at most {MOST_STATES:,} states for the full chain, got "
            f"{lattice.count:,}; simulate it, or take rare mutations"
        )
    sizes, parts, binomial = lattice.arrays
    starts = np.zeros(lattice.count + 1, dtype=np.int64)
    counts = starts[1:]
    in_chunks(
        lattice.count,
        lambda start, stop: count_entries(start, stop, sizes, parts, binomial, counts),
    )
    np.cumsum(counts, out=counts)
    columns = np.empty(starts[-1], dtype=np.int32)
    values = np.empty(starts[-1])
    givers, takers = moves(lattice.parts)
    parameters = steps.parameters
    in_chunks(
        lattice.count,
        lambda start, stop: fill_transitions(
            start, stop, *parameters, givers, takers, starts, columns, values
        ),
    )
    return starts, columns, values


def in_chunks(count: int, fill: Callable[[int, int], Any], chunk: int = CHUNK) -> None:
    """Call a kernel on consecutive ranges, in a pool of threads where there are several."""
    ranges = [(start, min(start + chunk, count)) for start in range(0, count, chunk)]
    if len(ranges) == 1:
        fill(*ranges[0])
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(lambda bounds: fill(*bounds), ranges):
            pass


def _least(payoffs: Floats, lattice: Lattice) -> float:
    """The least payoff of an encounter that happens."""
    rows = lattice.parts[0]
    if len(lattice.sizes) == 1:
        return float(payoffs.min())
    return float(min(payoffs[:rows, rows:].min(), payoffs[rows:, :rows].min()))


def moves(parts: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs (who gives a player, who takes it) in the order of the states they lead to.

    That order is the same from every state, since the lexicographic order is kept when the same
    vector is added to both sides. The pair (0, 0) is the step that changes nothing.
    """
    width = sum(parts)
    unit = np.eye(width, dtype=int)
    first = np.repeat(np.cumsum([0, *parts[:-1]]), parts)
    found = [
        (tuple(unit[i] - unit[j]), j, i)
        for j in range(width)
        for i in range(width)
        if first[i] == first[j] and i != j
    ]
    found = sorted([*found, (tuple(unit[0] * 0), 0, 0)])
    return np.array([move[1] for move in found]), np.array([move[2] for move in found])
