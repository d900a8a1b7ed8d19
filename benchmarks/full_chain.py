"""The full chain of a finite population, and its simulation, against EGTtools and ARPACK."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

import numpy as np

from benchmarks import table
from dilemma.evolution import Population, stationary_law, transition_matrix
from dilemma.game import Game

SELECTION, MUTATION = 1.0, 0.01

# Run in a process of its own, whose largest memory is then that of one task.
_MEMORY = """
import resource, sys, time
from benchmarks.full_chain import population
from dilemma.evolution import stationary_law
stationary_law(population(15))
start = time.perf_counter()
law = stationary_law(population({size}))
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
unit = 2**30 if sys.platform == "darwin" else 2**20
print(seconds, peak / unit, law.residual, law.agreement, law.complete)
"""


def payoffs(strategies: int = 5, seed: int = 0) -> Any:
    """Payoffs drawn evenly from 0 to 4: two of the five strategies end up together."""
    return np.random.default_rng(seed).uniform(0, 4, (5, 5))[:strategies, :strategies]


def population(size: int, strategies: int = 5) -> Population:
    """The population of all tasks here."""
    return Population(Game.symmetric(payoffs(strategies)), size, SELECTION, mutation=MUTATION)


def matrix_against_egttools(size: int, sample: int, rounds: int = 3) -> table.Row:
    """Build all transition probabilities; EGTtools at the sample size, per state."""
    task = f"transition matrix, size {size}, 5 strategies"
    chain = population(size)
    transition_matrix(population(4))
    ours = min(_timed(lambda: transition_matrix(chain)) for _ in range(rounds))
    try:
        from egttools.analytical import PairwiseComparison
        from egttools.games import Matrix2PlayerGameHolder
    except ModuleNotFoundError:
        return table.missing(task, "EGTtools", ours)
    # EGTtools does not keep its game alive, so we do.
    game = Matrix2PlayerGameHolder(5, payoffs())
    peer = PairwiseComparison(sample, game)
    theirs = _timed(lambda: peer.calculate_transition_matrix(SELECTION, MUTATION))
    small = transition_matrix(population(sample))
    other = peer.calculate_transition_matrix(SELECTION, MUTATION)
    # EGTtools numbers the states in the opposite order.
    agree = np.abs(small[::-1, ::-1] - other).max() < 1e-14
    states = transition_matrix_states(size) / transition_matrix_states(sample)
    words = "agree" if agree else "DIFFER"
    if sample != size:
        words += f"; peer measured at size {sample}, as many times as there are more states"
    return table.Row(task, "EGTtools", ours, theirs * states, words)


def transition_matrix_states(size: int) -> int:
    """How many states there are with five strategies."""
    from math import comb

    return comb(size + 4, 4)


def law_against_arpack(size: int, rounds: int = 3) -> table.Row:
    """The stationary law, the matrix given to ARPACK for nothing and built by us in our time."""
    from scipy.sparse.linalg import eigs

    chain = population(size)
    stationary_law(population(15))
    flows = transition_matrix(chain).T.tocsr()
    best = [np.inf, np.inf]
    for _ in range(rounds):
        start = time.perf_counter()
        law = stationary_law(chain)
        middle = time.perf_counter()
        vector = eigs(flows, k=1, which="LM")[1][:, 0].real
        best = [min(best[0], middle - start), min(best[1], time.perf_counter() - middle)]
    other = vector / vector.sum()
    agree = np.abs(law.probabilities - other).sum() < 1e-8 and law.complete
    words = f"{'agree' if agree else 'DIFFER'}; residual {law.residual:.1e}"
    return table.Row(
        f"stationary law, size {size}, {len(other):,} states, matrix included",
        "scipy eigs, matrix given",
        *best,
        words,
    )


def law_and_memory(size: int) -> table.Row:
    """The stationary law in a process of its own, with its largest memory."""
    states = transition_matrix_states(size)
    task = f"stationary law, size {size}, {states:,} states, own process"
    return in_its_own_process(task, _MEMORY.format(size=size))


def in_its_own_process(task: str, script: str) -> table.Row:
    """A script that prints seconds, GiB at most, residual, agreement and whether complete."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, check=True, env=dict(os.environ),
    )  # fmt: skip
    seconds, peak, residual, agreement, complete = done.stdout.split()
    return table.Row(
        task,
        "none",
        float(seconds),
        None,
        f"{'complete' if complete == 'True' else 'UNRESOLVED'}; residual {float(residual):.1e}, "
        f"agreement {float(agreement):.1e}, {float(peak):.2g} GiB",
    )


def steps_against_egttools(
    strategies: int, size: int = 50, steps: int = 20_000_000, their_steps: int = 200_000
) -> table.Row:
    """Time a simulated step; both skip what they can."""
    task = f"Monte-Carlo step, size {size}, {strategies} strategies"
    chain = population(size, strategies)
    chain.simulate(1000, every=1000, seed=0)
    ours = min(_timed(lambda: chain.simulate(steps, every=steps, seed=1)) for _ in range(3))
    try:
        from egttools.games import Matrix2PlayerGameHolder
        from egttools.numerical import PairwiseComparisonNumerical
    except ModuleNotFoundError:
        return table.missing(task, "EGTtools", ours / steps)
    game = Matrix2PlayerGameHolder(strategies, np.ascontiguousarray(payoffs(strategies)))
    peer = PairwiseComparisonNumerical(size, game, 1_000_000)
    start = np.array([size // strategies] * strategies)
    theirs = min(
        _timed(lambda: peer.evolve(their_steps, SELECTION, MUTATION, start)) for _ in range(3)
    )
    mean = peer.estimate_strategy_distribution(1, their_steps, 10_000, SELECTION, MUTATION)
    share = chain.simulate(steps, every=10_000, burn_in=10_000, seed=1)["share"].values
    agree = np.abs(share - mean).max() < 0.1
    return table.Row(
        task, "EGTtools", ours / steps, theirs / their_steps, "agree" if agree else "DIFFER"
    )


def _timed(function: Any) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def full_chain(quick: bool) -> list[table.Row]:
    """The rows for the table of all benchmarks."""
    rows = [
        matrix_against_egttools(50, 16 if quick else 50),
        law_against_arpack(25 if quick else 50),
        law_and_memory(50),
        steps_against_egttools(2),
        steps_against_egttools(5),
    ]
    return rows if quick else [*rows, law_and_memory(100)]


TASKS = {"full_chain": full_chain}
