"""All pure equilibria of many players: dilemma against Gambit, on the same consortia."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.table import Row
from dilemma.collective import Consortium
from dilemma.equilibria import pure_profiles
from dilemma.game import StrategicGame

TERMS = {"trust": "3/4", "opportunism": "4/5"}


def against_gambit(firms: int, rounds: int = 3) -> Row:
    """Find the pure equilibria of a consortium of five strategies a firm, as exact rationals.

    Both have made their game objects; ours is a new one each time, for it keeps what it computed.
    """
    name = f"pure equilibria, {firms} unequal firms of 5 strategies"
    try:
        import pygambit
    except ModuleNotFoundError:
        return Row(name, "pygambit", float("nan"), None, "not installed")
    game = Consortium(firms, stakes=tuple(range(1, firms + 1)), **TERMS).game()
    theirs = game.to_gambit()
    ours_seconds, their_seconds = [], []
    for _ in range(rounds):
        fresh = StrategicGame(game.exact_payoffs, game.strategies, game.players)
        start = time.perf_counter()
        found = pure_profiles(fresh)
        middle = time.perf_counter()
        solved = pygambit.nash.enumpure_solve(theirs)
        ours_seconds.append(middle - start)
        their_seconds.append(time.perf_counter() - middle)
    same = {one.played for one in found} == {_played(one, game) for one in solved.equilibria}
    return Row(
        name,
        "pygambit enumpure",
        min(ours_seconds),
        min(their_seconds),
        f"{len(found)} found, {'agree' if same else 'DIFFER'}",
    )


def _played(profile: Any, game: StrategicGame) -> tuple[str, ...]:
    return tuple(
        next(name for name in names if profile[player][name] == 1)
        for player, names in zip(game.players, game.strategies, strict=True)
    )


def profiles(quick: bool) -> list[Row]:
    """The rows for the table of all benchmarks."""
    return [against_gambit(firms) for firms in ((3, 4) if quick else (3, 4, 5))]


TASKS = {"profiles": profiles}
