"""Logit paths: dilemma against Gambit, on the same games in one process."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks import table
from dilemma.equilibria import LogitEquilibrium, LogitPath, logit_equilibrium, logit_path
from dilemma.equilibria.logit.curves import PATHS_BEFORE_COMPILING
from dilemma.game import Game

Floats = NDArray[np.float64]
Row = tuple[str, float, str, float, bool]


def logit_path_against_gambit(
    games: int = 40, size: int = 5, seed: int = 0, rounds: int = 5
) -> list[Row]:
    """Follow the principal logit branch of random games to its end, and to one rationality.

    Both are warm: our kernels are compiled, and each has solved a game. The mean over the games,
    in the best of the rounds of each; nothing is converted within the time that is measured.
    Accuracy: Gambit stops at a regret of 1e-8 (its default), we where mixtures change by less than
    1e-8 with the logarithm of rationality. They agree if mixtures differ by less than 1e-6:
    Gambit's last with our limit, and those at rationality 10.

    Parameters
    ----------
    games, size, seed, rounds : int
        How many games with uniformly distributed payoffs, of how many strategies a player; and
        how many rounds of all games, first ours and then Gambit's.

    Returns
    -------
    list of (task, our seconds, peer, its seconds, do they agree)
    """
    import pygambit

    draw = np.random.default_rng(seed)
    games_of_ours = [Game(draw.uniform(size=(2, size, size))) for _ in range(games)]
    games_of_theirs = [game.to_gambit() for game in games_of_ours]
    for _ in range(PATHS_BEFORE_COMPILING + 1):
        logit_path(games_of_ours[0])
    pygambit.qre.logit_solve_branch(games_of_theirs[0])

    def compare(task: str, mine: Callable[[Game], Floats], peers: Callable[..., Floats]) -> Row:
        seconds: list[tuple[float, float]] = []
        for _ in range(rounds):
            start = time.perf_counter()
            first = [mine(game) for game in games_of_ours]
            middle = time.perf_counter()
            second = [peers(game) for game in games_of_theirs]
            seconds.append((middle - start, time.perf_counter() - middle))
        agree = all(
            np.abs(ends(one) - profile(other, game)).max() < 1e-6
            for one, other, game in zip(first, second, games_of_theirs, strict=True)
        )
        ours, peer = np.min(seconds, axis=0) / games
        return task, float(ours), "Gambit", float(peer), agree

    return [
        compare(f"logit branch, {size} x {size}", logit_path, pygambit.qre.logit_solve_branch),
        compare(
            f"logit equilibrium at rationality 10, {size} x {size}",
            lambda game: logit_equilibrium(game, 10),
            lambda game: pygambit.qre.logit_solve_lambda(game, [10.0]),
        ),
    ]


def ends(answer: LogitPath | LogitEquilibrium) -> Floats:
    """The mixtures of a point, or those that a path tends to."""
    point = answer.limit if isinstance(answer, LogitPath) else answer
    return np.concatenate([point.row, point.column])


def profile(answers: list[object], game: object) -> Floats:
    """The mixtures of the last of Gambit's answers."""
    mixtures = answers[-1].profile
    return np.array([float(value) for player in game.players for _, value in mixtures[player]])


def logit(quick: bool) -> list[table.Row]:
    """The rows for the table of all benchmarks; a missing peer is a row that says so."""
    try:
        found = logit_path_against_gambit(games=10 if quick else 40)
    except ModuleNotFoundError:
        return [table.Row("logit branch, 5 x 5", "pygambit", float("nan"), None, "not installed")]
    return [
        table.Row(task, "pygambit logit", ours, theirs, "agree" if agree else "DIFFER")
        for task, ours, _, theirs, agree in found
    ]


TASKS = {"logit": logit}
