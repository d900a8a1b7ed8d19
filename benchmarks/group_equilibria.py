"""Symmetric equilibria among players alike: dilemma against Gambit's polynomial systems."""

from __future__ import annotations

import time

import numpy as np

from benchmarks import table
from dilemma.equilibria import symmetric_equilibria
from dilemma.game import GroupGame, StrategicGame

Row = tuple[str, float, str, float, str]


def symmetric_against_gambit(
    games: int = 6, size: int = 3, seed: int = 0, rounds: int = 3
) -> list[Row]:
    """Find the symmetric equilibria of random games of two strategies.

    Gambit's ``enumpoly_solve`` finds equilibria of the strategic form, in floating point; the
    symmetric ones among them are compared. It leaves out singular ones: at (1/2, 1/2) in the
    third of these games the exact regret is 0, but asymmetric moves change nothing to first
    order. Nothing is converted within the time that is measured.

    Parameters
    ----------
    games, size, seed, rounds : int
        How many games, of how many players, with integer payoffs from −9 to 9.

    Returns
    -------
    list of (task, our seconds, peer, its seconds, how the answers compare)
    """
    import pygambit

    draw = np.random.default_rng(seed)
    ours = [
        GroupGame(size, ["a", "b"], draw.integers(-9, 10, (2, size + 1))) for _ in range(games)
    ]
    peers = [StrategicGame.from_group(game).to_gambit() for game in ours]
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        first = [symmetric_equilibria(game) for game in ours]
        middle = time.perf_counter()
        second = [pygambit.nash.enumpoly_solve(game).equilibria for game in peers]
        seconds.append((middle - start, time.perf_counter() - middle))
    wrong = missed = 0
    for found, game, profiles in zip(first, peers, second, strict=True):
        theirs = []
        for profile in profiles:
            shares = [float(next(iter(profile[player]))[1]) for player in game.players]
            if max(shares) - min(shares) < 1e-6:
                theirs.append(shares[0])
        mine = sorted(float(one.mixture[0]) for one in found)
        wrong += sum(min(abs(one - other) for other in mine) > 1e-6 for one in theirs)
        missed += sum(all(abs(one - other) > 1e-6 for other in theirs) for one in mine)
        wrong += sum(one.regret != 0 for one in found)
    mine_each, theirs_each = np.min(seconds, axis=0) / games
    task = f"symmetric equilibria, {size} players with 2 strategies"
    verdict = "DIFFER" if wrong else f"Gambit misses {missed} (regret 0)" if missed else "agree"
    return [(task, float(mine_each), "Gambit", float(theirs_each), verdict)]


def group_equilibria(quick: bool) -> list[table.Row]:
    """The rows for the table of all benchmarks; a missing peer is a row that says so."""
    try:
        found = symmetric_against_gambit(games=3 if quick else 6)
    except ModuleNotFoundError:
        task = "symmetric equilibria, 3 players with 2 strategies"
        return [table.Row(task, "pygambit", float("nan"), None, "not installed")]
    return [
        table.Row(task, "pygambit enumpoly", ours, theirs, verdict)
        for task, ours, _, theirs, verdict in found
    ]


TASKS = {"group_equilibria": group_equilibria}
