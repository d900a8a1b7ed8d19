"""Terms that move: exact thresholds and regions, and one step of a slider in the explorer."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from benchmarks import peers
from benchmarks.table import Row, by_turns
from dilemma.alliance import Alliance
from dilemma.show import explore
from dilemma.show.explorer import panels
from dilemma.study import axis, regions, thresholds


def _gambit_seconds(sample: int) -> float | None:
    """A game's time in pygambit, exactly, on alliances spread over trust."""
    if not peers.has("pygambit"):
        return None
    payoffs = np.array(
        [Alliance(trust=value).game().payoffs for value in axis("1/100", "99/100", sample)]
    )
    games = peers.gambit_games(payoffs)
    return by_turns(lambda: peers.gambit_solve(games, True), None, 1)[0] / sample


def moving_terms(quick: bool) -> list[Row]:
    """Against one exact solution of a game by pygambit at each point of a grid.

    The grid locates what changes to one part in 1,000 along a term, and to one in 100 in the
    plane; ours locates it exactly.
    """
    theirs = _gambit_seconds(5 if quick else 20)
    found = thresholds(Alliance(), "trust")
    span = {"trust": (Fraction(1, 10), Fraction(9, 10))}
    along = by_turns(lambda: thresholds(Alliance(), "trust"), None, 2)[0]
    plane = by_turns(lambda: regions(Alliance(), "trust", "opportunism", span), None, 1)[0]
    explorer = explore(Alliance(trust="3/4"))
    explorer._box()
    turn = iter(range(10**6))

    def moves_the_map() -> None:
        explorer.set(synergy=Fraction(1, 2) + Fraction(next(turn) % 9, 10))

    moves_the_map()
    step = by_turns(moves_the_map, None, 5)[0]
    alone = by_turns(lambda: panels.answers(Alliance(trust="7/10")), None, 5)[0]
    at_points = None if theirs is None else theirs * 1000
    in_plane = None if theirs is None else theirs * 10_000
    return [
        Row(
            "thresholds along trust, exact", "pygambit at 1,000 points (from a sample)", along,
            at_points, f"{len(found.values)} critical values",
        ),
        Row(
            "regions, trust x opportunism, exact", "pygambit at 100 x 100 points (from a sample)",
            plane, in_plane, "exact curves",
        ),
        Row(
            "explorer, a slider step with a map of 100 x 100 games",
            "pygambit at 100 x 100 points (from a sample)", step, in_plane, "bar: 0.3 s",
        ),
        Row("explorer, the answers beside the map", "none", alone, None, "exact"),
    ]  # fmt: skip


TASKS = {"moving terms": moving_terms}
