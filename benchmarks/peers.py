"""Other solvers of bimatrix games: how each is called, and what it answers as arrays."""

from __future__ import annotations

import importlib.util
import io
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np


def has(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def quantecon_games(payoffs: Any) -> list[Any]:
    import quantecon.game_theory as theory

    games = [
        theory.NormalFormGame(
            (theory.Player(np.ascontiguousarray(A)), theory.Player(np.ascontiguousarray(B.T)))
        )
        for A, B in payoffs
    ]
    theory.support_enumeration(games[0])  # compiles
    return games


def quantecon_solve(games: Sequence[Any]) -> list[list[Any]]:
    from quantecon.game_theory import support_enumeration

    return [support_enumeration(game) for game in games]


def gambit_games(payoffs: Any) -> list[Any]:
    import pygambit

    games = []
    for A, B in payoffs:
        m, n = A.shape
        cells = " ".join(
            f"{_decimal(A[i, j])} {_decimal(B[i, j])}" for j in range(n) for i in range(m)
        )
        text = f'NFG 1 R "" {{ "1" "2" }} {{ {m} {n} }}\n\n{cells}\n'
        games.append(pygambit.read_nfg(io.StringIO(text)))
    return games


def _decimal(value: Any) -> str:
    return np.format_float_positional(value, trim="-")


def gambit_solve(games: Sequence[Any], rational: bool) -> list[list[Any]]:
    import pygambit

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            pygambit.nash.enummixed_solve(game, rational=rational).equilibria for game in games
        ]


def gambit_arrays(answers: Sequence[Any]) -> list[Any]:
    return [
        [tuple([float(p) for _, p in strategy] for strategy in profile) for profile in answer]
        for answer in answers
    ]


def nashpy_games(payoffs: Any) -> list[Any]:
    import nashpy

    return [nashpy.Game(A, B) for A, B in payoffs]


def nashpy_solve(games: Sequence[Any]) -> list[list[Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [list(game.support_enumeration()) for game in games]


def compare(found: Any, answers: Sequence[Any]) -> str:
    """Say how many of our equilibria a peer has, and whether it has others."""
    ours, common, others, twice = 0, 0, 0, 0
    rows, columns = found.row_strategy.values, found.column_strategy.values
    for game, answer in enumerate(answers):
        count = int(found.equilibria[game])
        ours += count
        if not answer:
            continue
        own = np.concatenate([rows[game, :count], columns[game, :count]], axis=-1)
        other = np.array([np.concatenate([np.asarray(x), np.asarray(y)]) for x, y in answer])
        same = np.abs(own[:, None] - other[None]).max(axis=-1) < 1e-6
        common += int(same.any(axis=1).sum())
        others += int((~same.any(axis=0)).sum())
        twice += int((same.sum(axis=1) - 1).clip(0).sum())
    words = f"agree on all {ours:,} equilibria"
    if common < ours or others:
        words = f"peer finds {common:,} of {ours:,} extreme equilibria"
    if others:
        words += f", and {others:,} points that are none"
    if twice:
        words += f" (the peer lists {twice:,} twice)"
    return words
