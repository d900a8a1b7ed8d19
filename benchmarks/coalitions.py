"""Divisions of value: dilemma, exactly, against coopgame (Rust, in floating point and exactly)."""

from __future__ import annotations

import numpy as np

from benchmarks.table import Row, by_turns, missing
from dilemma.collective import Coalitions


def drawn(firms: int, seed: int = 0) -> tuple[list[int], Coalitions]:
    """A game of random whole values, and more for all; by the sum of 2^k over a coalition."""
    values = np.random.default_rng(seed).integers(0, 100, 1 << firms).tolist()
    values[0], values[-1] = 0, 100 * firms
    names = [f"firm {k + 1}" for k in range(firms)]
    place = {name: 1 << k for k, name in enumerate(names)}
    game = Coalitions(names, lambda those: values[sum(map(place.get, those))])
    # Values of both are there before time is taken.
    _ = game.scaled
    return values, game


def shapley(quick: bool) -> list[Row]:
    firms = 18 if quick else 20
    task = f"Shapley shares of {firms} firms"
    values, game = drawn(firms)
    try:
        import coopgame
    except ModuleNotFoundError:
        return [missing(task, "coopgame", by_turns(game.shapley, None)[0])]
    theirs = coopgame.Game([float(value) for value in values[1:]])
    ours, peer = by_turns(game.shapley, lambda: coopgame.shapley(theirs))
    found = np.array(game.shapley().shares, dtype=float)
    agree = np.allclose(found, coopgame.shapley(theirs))
    return [Row(task, "coopgame (floats)", ours, peer, "agree" if agree else "DIFFER")]


def nucleolus(quick: bool) -> list[Row]:
    firms = 7 if quick else 9
    task = f"nucleolus of {firms} firms, exactly"
    values, game = drawn(firms)
    try:
        import coopgame
    except ModuleNotFoundError:
        return [missing(task, "coopgame", by_turns(game.nucleolus, None)[0])]

    def theirs() -> object:
        return coopgame.nucleolus_exact(values[1:], "imputation", "binary")

    ours, peer = by_turns(game.nucleolus, theirs)
    found: object = theirs()
    shares = found["allocation"] if isinstance(found, dict) else found
    agree = list(map(str, game.nucleolus().shares)) == list(map(str, shares))  # type: ignore[call-overload]
    return [Row(task, "coopgame (exact)", ours, peer, "agree" if agree else "DIFFER")]


TASKS = {"shapley": shapley, "nucleolus": nucleolus}
