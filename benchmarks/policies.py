"""Long-run payoffs of all pairs among many policies: dilemma against NumPy's linear solver."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from benchmarks import table
from dilemma.alliance import Alliance
from dilemma.game import Game
from dilemma.repeated import long_run_payoffs

Floats = NDArray[np.float64]


def all_pairs(
    kind: str, count: int = 1000, discount: float = 0.9, seed: int = 0, rounds: int = 3
) -> table.Row:
    """All pairs of policies with the memory of one period, over the five strategies.

    An unequal alliance, so that no pair is the mirror of another. NumPy gets a sample of the row
    policies: building the matrices and solving them, in one call for each row policy. Both are
    warm, and take turns. They agree if payoffs differ by less than 1e-12.

    Parameters
    ----------
    kind : "noisy" or "deterministic"
        Mixed policies with errors of execution at suspicion 1/100, or deterministic ones without.
    count : int
        Policies of each player.
    discount : float
    seed, rounds : int
    """
    draw = np.random.default_rng(seed)
    stage = Alliance(trust=0.3, stakes=(1, 2)).game()
    if kind == "noisy":
        suspicion = 0.01
        policies = draw.dirichlet(np.ones(5), count), draw.dirichlet(np.ones(5), (count, 5, 5))
    else:
        suspicion = 0.0
        chosen = draw.integers(0, 5, count), draw.integers(0, 5, (count, 5, 5))
        policies = np.eye(5)[chosen[0]], np.eye(5)[chosen[1]]
    sample = range(max(1, count // 500))
    long_run_payoffs(stage, tuple(one[:20] for one in policies), discount, suspicion)
    ours, theirs = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        found = long_run_payoffs(stage, policies, discount, suspicion).payoff.values
        middle = time.perf_counter()
        peer = [by_numpy(stage, policies, place, discount, suspicion) for place in sample]
        ours.append((middle - start) / count**2)
        theirs.append((time.perf_counter() - middle) / (len(sample) * count))
    gap = max(np.abs(found[:, a] - one).max() for a, one in zip(sample, peer, strict=True))
    return table.Row(
        f"long-run payoffs, {kind} policies, {count:,} x {count:,} pairs",
        "numpy.linalg.solve",
        min(ours),
        min(theirs),
        f"agree to {gap:.0e}" if gap < 1e-12 else "DIFFER",
    )


def by_numpy(
    stage: Game, policies: tuple[Floats, Floats], place: int, discount: float, suspicion: float
) -> Floats:
    """One row policy against all column policies, as one batch of linear systems."""
    slip = np.full((5, 5), suspicion / 4)
    np.fill_diagonal(slip, 1 - suspicion)
    openings, replies = (one @ slip for one in policies)
    moves = np.einsum("ijk,bjil->bijkl", replies[place], replies).reshape(-1, 25, 25)
    first = np.einsum("i,bj->bij", openings[place], openings).reshape(-1, 25, 1)
    systems = np.eye(25) - discount * np.swapaxes(moves, 1, 2)
    law = np.linalg.solve(systems, (1 - discount) * first)[..., 0]
    return stage.payoffs.reshape(2, 25) @ law.T


def policies(quick: bool) -> list[table.Row]:
    """The rows for the table of all benchmarks."""
    return [all_pairs(kind, count=300 if quick else 1000) for kind in ("noisy", "deterministic")]


TASKS = {"policies": policies}
