"""Stochastic games: pairs of policies and Markov-perfect equilibria, against plain NumPy."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray

from benchmarks import table
from dilemma.alliance import Alliance, TrustDynamics
from dilemma.game import Game, StochasticGame
from dilemma.repeated import markov_perfect, pure_state_policies, state_policy_play
from dilemma.repeated.states.policies import StatePolicy

Floats = NDArray[np.float64]
ERROR = 0.001


def tournament() -> StochasticGame:
    """The two donation games of Hilbe et al. (2018): mutual cooperation leads to the better."""
    games = {
        name: Game.symmetric([[benefit - 1, -1], [benefit, 0]], ["C", "D"])
        for name, benefit in (("better", Fraction(2)), ("worse", Fraction(6, 5)))
    }
    return StochasticGame.by_rule(
        games, lambda state, row, column: "better" if row == column == "C" else "worse"
    )


def linear_solves(game: StochasticGame, policies: tuple[StatePolicy, ...]) -> Floats:
    """The row player's payoffs by NumPy's batched linear solve of every pair's stationary law."""
    count, n = len(game), game.games[0].shape[0]
    size = count * n * n
    chances = np.array(game.transitions)
    stage = np.array([one.payoffs[0] for one in game.games]).ravel()
    own = np.array([one.float_response for one in policies])
    own = (1 - ERROR) * own + ERROR * (1 - own)
    payoffs = np.empty((len(policies), len(policies)))
    right = np.zeros((len(policies), size, 1))
    right[:, -1] = 1
    for a in range(len(policies)):
        chains = np.einsum("sijt,tijk,btjil->bsijtkl", chances, own[a], own, optimize=True)
        systems = np.eye(size) - chains.reshape(-1, size, size).transpose(0, 2, 1)
        systems[:, -1] = 1
        payoffs[a] = np.linalg.solve(systems, right)[..., 0] @ stage
    return payoffs


def one_profile_at_a_time(
    game: StochasticGame, discount: float
) -> list[tuple[tuple[int, int], ...]]:
    """All pure profiles from which no one-shot deviation gains more than rounding."""
    count = len(game)
    cells = [list(product(*map(range, one.shape))) for one in game.games]
    stages, chances = [one.payoffs for one in game.games], game.transitions
    found = []
    for profile in product(*cells):
        matrix = np.array([chances[s][cell] for s, cell in enumerate(profile)])
        earned = np.array([stages[s][:, cell[0], cell[1]] for s, cell in enumerate(profile)])
        values = np.linalg.solve(np.eye(count) - discount * matrix, (1 - discount) * earned)
        for s, (i, j) in enumerate(profile):
            rows = (1 - discount) * stages[s][0, :, j] + discount * chances[s][:, j] @ values[:, 0]
            if rows.max() > values[s, 0] + 1e-12:
                break
            columns = (1 - discount) * stages[s][1, i] + discount * chances[s][i] @ values[:, 1]
            if columns.max() > values[s, 1] + 1e-12:
                break
        else:
            found.append(profile)
    return found


def stochastic(quick: bool) -> list[table.Row]:
    """The rows for the table of all benchmarks."""
    game = tournament()
    policies = pure_state_policies(game)
    state_policy_play(game, policies[:40], 1, ERROR)
    seconds: list[tuple[float, float]] = []
    for _ in range(3):
        start = time.perf_counter()
        ours = state_policy_play(game, policies, 1, ERROR).payoffs[0]
        middle = time.perf_counter()
        theirs = linear_solves(game, policies)
        seconds.append((middle - start, time.perf_counter() - middle))
    mine, peer = np.min(seconds, axis=0)
    agree = "agree" if np.abs(ours - theirs).max() < 1e-9 else "DIFFER"
    rows = [
        table.Row(
            "256 x 256 state policies", "numpy.linalg.solve", float(mine), float(peer), agree
        )
    ]
    levels = [0, 1] if quick else [0, 0.5, 1]
    world = TrustDynamics(Alliance(stakes=2), levels=levels).game()
    start = time.perf_counter()
    equilibria = markov_perfect(world, 0.9, starts=0)
    middle = time.perf_counter()
    expected = one_profile_at_a_time(world, 0.9)
    end = time.perf_counter()
    found = sorted(
        tuple((x.index(1), y.index(1)) for x, y in one.strategies)
        for one in equilibria
        if one.pure
    )
    agree = "agree" if found == sorted(expected) else "DIFFER"
    rows.append(
        table.Row(
            f"pure Markov-perfect equilibria, {len(levels)} trust levels",
            "all profiles in NumPy",
            middle - start,
            end - middle,
            agree,
        )
    )
    return rows


TASKS = {"stochastic": stochastic}
