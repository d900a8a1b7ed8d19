"""Payoff sets of repeated play: dilemma against QuantEcon, on the same games."""

from __future__ import annotations

import multiprocessing
import time
import warnings
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import table
from dilemma.alliance import Alliance
from dilemma.game import Game
from dilemma.repeated import PayoffSet, payoff_set

Floats = NDArray[np.float64]
DISCOUNTS = ("3/10", "3/5", "9/10")
KINDS = ("random", "symmetric", "dilemma")
# Seconds, None where the peer raised an error, and its vertices.
Result = tuple[float | None, Floats | None]


def sample(kind: str, games: int, seed: int) -> list[Game]:
    """Games of 5 x 5: uniform payoffs, the same symmetric, or alliances with random terms."""
    draw = np.random.default_rng(seed)
    if kind == "dilemma":
        return [
            Alliance(
                trust=round(float(draw.uniform()), 3),
                stakes=round(float(draw.uniform(0.5, 6)), 3),
                opportunism=round(float(draw.uniform()), 3),
            ).game()
            for _ in range(games)
        ]
    tables = draw.uniform(size=(games, 2, 5, 5))
    if kind == "symmetric":
        tables[:, 1] = tables[:, 0].transpose(0, 2, 1)
    return [Game(one) for one in tables]


def _solve(pipe: Connection, payoffs: list[Floats], discount: float, rounds: int) -> None:
    """QuantEcon on all games, in a process of its own: it can end in corrupted memory."""
    from quantecon.game_theory import NormalFormGame, RepeatedGame

    warnings.simplefilter("ignore")
    warm = np.array([[[9.0, 9], [1, 10]], [[10, 1], [3, 3]]])
    RepeatedGame(NormalFormGame(warm), 0.9).equilibrium_payoffs()
    for one in payoffs:
        play = RepeatedGame(NormalFormGame(np.stack([one[0], one[1]], axis=-1)), discount)
        best, found = None, None
        try:
            for _ in range(rounds):
                start = time.perf_counter()
                hull = play.equilibrium_payoffs()
                seconds = time.perf_counter() - start
                best = seconds if best is None else min(best, seconds)
            found = hull.points[hull.vertices]
        except Exception:  # a Qhull error for points and segments, a ValueError for empty sets
            best = None
        pipe.send((best, found))


def peers(games: list[Game], discount: float, rounds: int) -> Iterator[Result]:
    """QuantEcon's answers; where its process dies, a new one goes on with the next game."""
    context = multiprocessing.get_context("spawn")
    left = [np.array(game.payoffs) for game in games]
    while left:
        mine, theirs = context.Pipe()
        worker = context.Process(target=_solve, args=(theirs, left, discount, rounds))
        worker.start()
        theirs.close()
        try:
            while left:
                found: Any = mine.recv()
                left = left[1:]
                yield found
        except EOFError:
            left = left[1:]
            yield None, None
        worker.join()


def payoff_sets_against_quantecon(
    games: int = 100, seed: int = 0, rounds: int = 3
) -> list[table.Row]:
    """Solve the same games at three discount factors; times are means over what the peer answers.

    Ours includes reading the game and the certificate; each game's time is the best of the rounds,
    and our kernels are compiled before. "agree": each of the peer's vertices lies within 1e-6 of
    our outer polygon, and each of ours within 1e-6 of the hull of the peer's.
    """
    rows = []
    for kind in KINDS:
        some = sample(kind, games, seed)
        for discount in DISCOUNTS:
            payoff_set(some[0], discount)
            mine: list[tuple[float, PayoffSet]] = []
            for game in some:
                best = float("inf")
                for _ in range(rounds):
                    start = time.perf_counter()
                    answer = payoff_set(game, discount)
                    best = min(best, time.perf_counter() - start)
                mine.append((best, answer))
            delta = float(mine[0][1].discount)
            theirs = list(peers(some, delta, rounds))
            both = [
                (one, other[0], _agree(one[1], other[1]))
                for one, other in zip(mine, theirs, strict=True)
                if other[0] is not None and other[1] is not None
            ]
            certified = sum(answer.complete for _, answer in mine)
            agree = sum(good for _, _, good in both)
            rows.append(
                table.Row(
                    f"payoff set, {kind} 5 x 5, discount {discount}",
                    "quantecon abreu_sannikov",
                    float(np.mean([one[0] for one, _, _ in both])),
                    float(np.mean([seconds for _, seconds, _ in both])),
                    f"certified {certified} of {games}, peer answers {len(both)}, agree {agree}",
                )
            )
    return rows


def _agree(answer: PayoffSet, vertices: Floats) -> bool:
    from dilemma.repeated.payoffs.generation_kernels import distance

    if len(answer.vertices) < 1:
        return False
    ours = np.ascontiguousarray(answer.vertices)
    order = np.ascontiguousarray(vertices)
    return all(distance(ours, len(ours), v) < 1e-6 for v in order) and all(
        distance(order, len(order), v) < 1e-6 for v in ours
    )


def payoff_sets(quick: bool) -> list[table.Row]:
    """The rows for the table of all benchmarks; a missing peer is a row that says so."""
    try:
        import quantecon  # noqa: F401
    except ModuleNotFoundError:
        return [table.missing("payoff set, 5 x 5", "quantecon", float("nan"))]
    return payoff_sets_against_quantecon(games=15 if quick else 100, rounds=2 if quick else 3)


TASKS = {"payoff_sets": payoff_sets}
