"""Replicator trajectories: dilemma against nashpy, EGTtools and scipy, in one process."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import peers, table
from dilemma.evolution import flow, replicator
from dilemma.game import Game

Floats = NDArray[np.float64]

TOLERANCE = 1e-8
END, POINTS, SIZE = 100, 1000, 5


def scipy_stacked(A: Floats, starts: Floats, times: Floats) -> Floats:
    """All trajectories as one system of equations, by DOP853."""
    from scipy.integrate import solve_ivp

    def velocity(_: float, stacked: Floats) -> Floats:
        x = stacked.reshape(starts.shape)
        f = x @ A.T
        return np.asarray((x * (f - (x * f).sum(axis=1, keepdims=True))).ravel())

    found = solve_ivp(
        velocity, (0, times[-1]), starts.ravel(), "DOP853", times, rtol=TOLERANCE, atol=TOLERANCE
    )
    return np.asarray(np.moveaxis(found.y.reshape(*starts.shape, -1), -1, 1))


def nashpy_one_by_one(A: Floats, starts: Floats, times: Floats) -> Floats:
    """Each trajectory by nashpy, which calls odeint at its own tolerance (1.5e-8)."""
    import nashpy

    game = nashpy.Game(A)
    return np.array([game.replicator_dynamics(y0=x, timepoints=times) for x in starts])


def egttools_one_by_one(A: Floats, starts: Floats, times: Floats) -> Floats:
    """Each trajectory by odeint, on EGTtools' compiled right side."""
    from egttools.analytical import replicator_equation
    from scipy.integrate import odeint

    def velocity(x: Floats, _: float) -> Floats:
        return np.asarray(replicator_equation(x, A))

    return np.array([odeint(velocity, x, times, rtol=TOLERANCE, atol=TOLERANCE) for x in starts])


def replicators(quick: bool) -> list[table.Row]:
    """1,000 trajectories of a game of five strategies, and how far each answer is from the truth.

    The truth is our answer at tolerance 1e-13, with which scipy's DOP853 agrees in the tests.
    Peers that take one start at a time get a sample of them; times are for one trajectory.
    """
    draw = np.random.default_rng(0)
    A = draw.normal(size=(SIZE, SIZE))
    starts = draw.dirichlet(np.ones(SIZE), 1000)
    times = np.linspace(0, END, POINTS)
    game = Game.symmetric(A)
    truth = flow(game, replicator, starts, times, tolerance=1e-13).share.values
    rows: list[table.Row] = []
    contests: list[tuple[str, str, Callable[..., Any], int]] = [
        ("nashpy", "nashpy replicator_dynamics", nashpy_one_by_one, 10 if quick else 50),
        ("egttools", "EGTtools under odeint", egttools_one_by_one, 10 if quick else 50),
        ("scipy", "scipy stacked DOP853", scipy_stacked, len(starts)),
    ]
    task = "replicator to t = 100, 1,000 points"
    for package, name, run, count in contests:
        best = {"ours": np.inf, "theirs": np.inf}
        theirs = None
        for _ in range(2 if quick else 5):
            begin = time.perf_counter()
            found = flow(game, replicator, starts, times, tolerance=TOLERANCE)
            middle = time.perf_counter()
            best["ours"] = min(best["ours"], (middle - begin) / len(starts))
            if peers.has(package):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    theirs = run(A, starts[:count], times)
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


TASKS = {"flow": replicators}
