"""Replicator trajectories of a game in groups: dilemma against EGTtools and scipy."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import peers, table
from dilemma.evolution import flow, replicator
from dilemma.game import GroupGame

Floats = NDArray[np.float64]

TOLERANCE = 1e-8
GROUP, STRATEGIES, END, POINTS = 5, 5, 50, 100


def quorum_game(seed: int = 0) -> GroupGame:
    """A random game with a bonus for those groups in which enough play the first two."""
    draw = np.random.default_rng(seed)
    count = math.comb(GROUP + STRATEGIES - 1, GROUP)
    payoffs = draw.normal(size=(STRATEGIES, count))
    game = GroupGame(GROUP, [f"s{i}" for i in range(STRATEGIES)], payoffs)
    bonus = game.compositions[:, :2].sum(axis=1) >= 3
    return GroupGame(GROUP, game.strategies, payoffs + bonus)


def whole_table(game: GroupGame, order: Any) -> Floats:
    """Payoffs over the compositions of whole groups, in an order: (strategies, compositions)."""
    return np.array(
        [
            [float(game.payoff(i, group)) if group[i] else 0.0 for group in order]
            for i in range(len(game.strategies))
        ]
    )


def egttools_velocity(game: GroupGame) -> Callable[[Floats], Floats]:
    """EGTtools' compiled right side."""
    import egttools
    from egttools.analytical import replicator_equation_n_player

    count = egttools.calculate_nb_states(GROUP, STRATEGIES)
    order = [tuple(map(int, egttools.sample_simplex(k, GROUP, STRATEGIES))) for k in range(count)]
    payoffs = whole_table(game, order)

    def velocity(x: Floats) -> Floats:
        return np.asarray(replicator_equation_n_player(x, payoffs, GROUP))

    return velocity


def definition(game: GroupGame) -> Callable[[Floats], Floats]:
    """The sum over all compositions of the others, in NumPy."""
    return lambda x: np.asarray(replicator(x, game.fitness(x)))


def by_scipy(velocity: Callable[[Floats], Floats], starts: Floats, times: Floats) -> Floats:
    """Each trajectory by scipy's compiled LSODA."""
    from scipy.integrate import odeint

    def slope(x: Floats, _: float) -> Floats:
        # Rounding may leave the simplex, on which a peer insists.
        kept = np.maximum(x, 0.0)
        return velocity(kept / kept.sum())

    return np.array([odeint(slope, x, times, rtol=TOLERANCE, atol=TOLERANCE) for x in starts])


def groups(quick: bool) -> list[table.Row]:
    """Trajectories of five strategies in groups of five; the truth is ours at tolerance 1e-13."""
    game = quorum_game()
    starts = np.random.default_rng(1).dirichlet(np.ones(STRATEGIES), 200)
    times = np.linspace(0, END, POINTS)
    truth = flow(game, replicator, starts, times, tolerance=1e-13).share.values
    rows: list[table.Row] = []
    contests: list[tuple[str, str, Callable[..., Any], int]] = [
        ("egttools", "EGTtools under odeint", egttools_velocity, 5 if quick else 20),
        ("scipy", "the definition in NumPy under odeint", definition, 5 if quick else 20),
    ]
    task = "replicator in groups of 5, 5 strategies, to t = 50"
    for package, name, made, count in contests:
        best = {"ours": np.inf, "theirs": np.inf}
        theirs = None
        velocity = made(game) if peers.has(package) else None
        for _ in range(2 if quick else 5):
            begin = time.perf_counter()
            found = flow(game, replicator, starts, times, tolerance=TOLERANCE)
            middle = time.perf_counter()
            best["ours"] = min(best["ours"], (middle - begin) / len(starts))
            if velocity is not None:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    theirs = by_scipy(velocity, starts[:count], times)
                best["theirs"] = min(best["theirs"], (time.perf_counter() - middle) / count)
        if theirs is None:
            rows.append(table.missing(task, name, best["ours"]))
            continue
        errors = [
            np.abs(shares - truth[: len(shares)]).max()
            for shares in (found.share.values[:count], theirs)
        ]
        words = "largest error {:.0e}, the peer's {:.0e}".format(*errors)
        rows.append(table.Row(task, name, best["ours"], best["theirs"], words))
    return rows


TASKS = {"group-flow": groups}
