"""Batches: `nash_map` against solvers that take one game at a time."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.table import Row, by_turns, missing
from dilemma.alliance import Alliance
from dilemma.equilibria import nash_map


def _rows(
    task: str, payoffs: Any, comparisons: list[tuple[str, str, int, Any, Any, Any]]
) -> list[Row]:
    """Compare one batch with several peers: (name, module, sample, make, solve, arrays)."""
    nash_map(payoffs[:10], progress=False)

    def ours() -> Any:
        return nash_map(payoffs, workers=1, progress=False)

    rows = []
    for name, module, sample, make, solve, arrays in comparisons:
        if not peers.has(module):
            rows.append(missing(task, name, by_turns(ours, None)[0] / len(payoffs)))
            continue
        games = make(payoffs[:sample])
        mine, theirs = by_turns(ours, lambda games=games, solve=solve: solve(games))
        assert theirs is not None
        agree = peers.compare(nash_map(payoffs[:sample], progress=False), arrays(solve(games)))
        rows.append(Row(task, name, mine / len(payoffs), theirs / sample, agree))
    return rows


def _same(answers: Any) -> Any:
    return answers


def _quantecon(sample: int) -> tuple[Any, ...]:
    name = "quantecon support_enumeration"
    return name, "quantecon", sample, peers.quantecon_games, peers.quantecon_solve, _same


def _gambit(sample: int, rational: bool) -> tuple[Any, ...]:
    return (
        f"pygambit enummixed, {'rational' if rational else 'float'}",
        "pygambit",
        sample,
        peers.gambit_games,
        lambda games: peers.gambit_solve(games, rational),
        peers.gambit_arrays,
    )


def random_games(quick: bool) -> list[Row]:
    count = 20_000 if quick else 100_000
    payoffs = np.random.default_rng(1).normal(size=(count, 2, 5, 5))
    nashpy = ("nashpy support_enumeration", "nashpy", 20 if quick else 60)
    return _rows(
        f"{count:,} random 5 x 5 games, one thread",
        payoffs,
        [
            _quantecon(1000 if quick else 5000),
            _gambit(200 if quick else 1000, rational=False),
            (*nashpy, peers.nashpy_games, peers.nashpy_solve, _same),
        ],
    )


def symmetric_games(quick: bool) -> list[Row]:
    count = 20_000 if quick else 100_000
    A = np.random.default_rng(2).normal(size=(count, 5, 5))
    return _rows(
        f"{count:,} random symmetric 5 x 5 games, one thread",
        np.stack([A, A.transpose(0, 2, 1)], axis=1),
        [_quantecon(1000 if quick else 5000)],
    )


def degenerate_games(quick: bool) -> list[Row]:
    count = 20_000 if quick else 100_000
    A = np.random.default_rng(3).integers(0, 4, size=(count, 5, 5)).astype(float)
    return _rows(
        f"{count:,} degenerate 5 x 5 games (symmetric, payoffs 0 to 3), one thread",
        np.stack([A, A.transpose(0, 2, 1)], axis=1),
        [_gambit(50 if quick else 200, rational=True), _quantecon(200 if quick else 1000)],
    )


def alliance_grid(quick: bool) -> list[Row]:
    side = 300 if quick else 1000
    axis = np.linspace(0, 1, side)
    alliance = Alliance(trust=axis[:, None], opportunism=axis[None, :])
    task = f"{side:,} x {side:,} alliances (trust x opportunism), supports and regimes"
    nash_map(Alliance(trust=axis[:3]), keep="supports", progress=False)

    def ours() -> Any:
        return nash_map(alliance, workers=2, keep="supports", progress=False)

    name = "quantecon support_enumeration, one thread"
    if not peers.has("quantecon"):
        return [missing(task, name, by_turns(ours, None, 2)[0] / side**2)]
    sample = 1000 if quick else 3000
    places = np.random.default_rng(4).integers(0, side, size=(2, sample))
    chosen = Alliance(trust=axis[places[0]], opportunism=axis[places[1]])
    games = peers.quantecon_games(chosen.payoffs())
    mine, theirs = by_turns(ours, lambda: peers.quantecon_solve(games), 2)
    assert theirs is not None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak *= 1 if sys.platform == "darwin" else 1024
    agree = peers.compare(nash_map(chosen, progress=False), peers.quantecon_solve(games))
    memory = f"; peak memory of the process {peak / 1e9:.2f} GB"
    task += ", payoffs included, two threads"
    return [Row(task, name, mine / side**2, theirs / sample, agree + memory)]


# The grid comes first, so that the peak of memory is its own.
TASKS: dict[str, Callable[[bool], list[Row]]] = {
    "alliance-grid": alliance_grid,
    "random": random_games,
    "symmetric": symmetric_games,
    "degenerate": degenerate_games,
}
