"""One game, exactly: `nash` against pygambit in rational arithmetic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks import peers
from benchmarks.table import Row, by_turns, missing
from dilemma.equilibria import nash
from dilemma.game import Game


def _single(task: str, size: int, high: int, count: int) -> list[Row]:
    payoffs = np.random.default_rng(5).integers(0, high, size=(count, 2, size, size)).astype(float)
    games = [Game(one) for one in payoffs]
    name = "pygambit enummixed, rational"
    if not peers.has("pygambit"):
        mine, _ = by_turns(lambda: [nash(game) for game in games], None)
        return [missing(task, name, mine / count)]
    others = peers.gambit_games(payoffs)
    mine, theirs = by_turns(
        lambda: [nash(game) for game in games], lambda: peers.gambit_solve(others, True), 2
    )
    assert theirs is not None
    ours, common = 0, 0
    for game, answer in zip(games, peers.gambit_solve(others, True), strict=True):
        found = {(*one.row, *one.column) for one in nash(game)}
        known = {
            tuple(_fraction(p) for strategy in profile for _, p in strategy) for profile in answer
        }
        ours += len(found)
        common += len(found & known) if len(found) == len(known) else 0
    agree = f"agree on all {ours:,} equilibria, as fractions" if ours == common else "differ"
    return [Row(task, name, mine / count, theirs / count, agree)]


def _fraction(value: object) -> object:
    from fractions import Fraction

    return Fraction(int(value.numerator), int(value.denominator))  # type: ignore[attr-defined]


def five(quick: bool) -> list[Row]:
    return _single("one 5 x 5 game, exact: nash(), payoffs 0 to 99", 5, 100, 10 if quick else 50)


def ten(quick: bool) -> list[Row]:
    return _single("one 10 x 10 game, exact: nash(), payoffs 0 to 99", 10, 100, 1 if quick else 2)


TASKS: dict[str, Callable[[bool], list[Row]]] = {"nash-5": five, "nash-10": ten}
