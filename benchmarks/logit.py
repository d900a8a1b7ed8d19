"""Logit paths: dilemma against Gambit, on the same games in one process."""

from __future__ import annotations

import time

import numpy as np

Row = tuple[str, float, str, float, bool]


def logit_path_against_gambit(games: int = 40, size: int = 5, seed: int = 0) -> list[Row]:
    """Follow the principal logit branch of random games to its end, and to one rationality.

    Gambit's answer is converted to none of ours outside the time that is measured, and both are
    warm: our kernels are compiled, and each has solved a game. Accuracy: Gambit stops at a regret
    of 1e-8 (its default), ours where mixtures change by less than 1e-8 with the logarithm of
    rationality; they agree if the ends differ by less than 1e-6 wherever both have settled on one
    equilibrium, the points at a rationality by less than 1e-6.

    Parameters
    ----------
    games, size, seed : int
        How many games with uniformly distributed payoffs, of how many strategies a player.

    Returns
    -------
    list of (task, our seconds a game, peer, its seconds a game, do they agree)
    """
    import pygambit

    from dilemma.equilibria import logit_equilibrium, logit_path
    from dilemma.equilibria.logit_curves import PATHS_BEFORE_COMPILING
    from dilemma.game import Game

    draw = np.random.default_rng(seed)
    ours = [Game(draw.uniform(size=(2, size, size))) for _ in range(games)]
    theirs = [game.to_gambit() for game in ours]
    for _ in range(PATHS_BEFORE_COMPILING + 1):
        logit_path(ours[0])
    pygambit.qre.logit_solve_branch(theirs[0])

    def mixtures(answer: object, players: object) -> np.ndarray:
        profile = answer.profile
        return np.concatenate([[float(v) for _, v in profile[player]] for player in players])

    rows: list[Row] = []
    start = time.perf_counter()
    mine = [logit_path(game) for game in ours]
    seconds = (time.perf_counter() - start) / games
    start = time.perf_counter()
    peers = [pygambit.qre.logit_solve_branch(game) for game in theirs]
    peer_seconds = (time.perf_counter() - start) / games
    agree = all(
        np.abs(
            np.concatenate([path.limit.row, path.limit.column])
            - mixtures(branch[-1], game.players)
        ).max()
        < 1e-6
        for path, branch, game in zip(mine, peers, theirs, strict=True)
    )
    rows.append((f"logit branch, {size} x {size}", seconds, "Gambit", peer_seconds, agree))

    rationality = 10.0
    start = time.perf_counter()
    points = [logit_equilibrium(game, rationality) for game in ours]
    seconds = (time.perf_counter() - start) / games
    start = time.perf_counter()
    peer_points = [pygambit.qre.logit_solve_lambda(game, [rationality])[0] for game in theirs]
    peer_seconds = (time.perf_counter() - start) / games
    agree = all(
        np.abs(np.concatenate([point.row, point.column]) - mixtures(peer, game.players)).max()
        < 1e-6
        for point, peer, game in zip(points, peer_points, theirs, strict=True)
    )
    task = f"logit equilibrium at rationality 10, {size} x {size}"
    rows.append((task, seconds, "Gambit", peer_seconds, agree))
    return rows


if __name__ == "__main__":
    for row in logit_path_against_gambit():
        print(row)
