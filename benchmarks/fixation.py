"""Fixation probabilities and the rare-mutation law: dilemma against EGTtools, on the same game."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.peers import has
from benchmarks.table import Row, missing
from dilemma.evolution import Population
from dilemma.game import Game, GroupGame

SIZE, STRENGTH = 100, 1.0


def fixation(quick: bool) -> list[Row]:
    """The fixation matrix of five strategies, in pairs and in groups of five; a stag hunt.

    Ours is asked of a new population each time, so that nothing is kept from the call before. The
    answers agree where EGTtools' probability is above 1e-6: below 1e-7 it answers 0.
    """
    rounds = 3 if quick else 10
    matrix = np.random.default_rng(0).uniform(-1, 1, (5, 5))
    game = Game.symmetric(matrix)
    groups = GroupGame.from_pairwise(game, 5)

    def ours(played: Any = game) -> Any:
        return Population(played, SIZE, STRENGTH).fixation_probabilities()

    def in_groups_of_five() -> Any:
        return ours(groups)

    task, in_groups = "fixation matrix, 5 strategies, 100 players", "the same in groups of 5"
    hunt, answer = stag_hunt()
    if not has("egttools"):
        return [
            missing(name, "EGTtools", blocks(one, None, rounds)[0])
            for name, one in ((task, ours), (in_groups, in_groups_of_five), (hunt, answer))
        ]
    from egttools.analytical import PairwiseComparison, StochDynamics
    from egttools.games import Matrix2PlayerGameHolder

    # These keep no reference to the game, which must not be collected before them.
    holder = Matrix2PlayerGameHolder(5, matrix)
    compared = PairwiseComparison(SIZE, holder)
    in_python = StochDynamics(5, matrix, SIZE)

    def first() -> Any:
        return compared.calculate_transition_and_fixation_matrix_sml(STRENGTH)[1]

    def second() -> Any:
        return in_python.transition_and_fixation_matrix(STRENGTH)[1]

    rows = []
    for name, peer, mine, theirs in (
        (task, "EGTtools PairwiseComparison", ours, first),
        (task, "EGTtools StochDynamics", ours, second),
        (in_groups, "EGTtools, in pairs", in_groups_of_five, first),
    ):
        fast, slow = blocks(mine, theirs, rounds)
        # Theirs is [resident, invader].
        agree = "agree" if matches(mine(), np.asarray(theirs()).T) else "DIFFER"
        rows.append(Row(name, peer, fast, slow, agree))
    hunters = Matrix2PlayerGameHolder(2, np.array([[4.0, 0.0], [3.0, 2.0]]))
    hunting = PairwiseComparison(SIZE, hunters)

    def peers_answer() -> int:
        moves, _ = hunting.calculate_transition_and_fixation_matrix_sml(STRENGTH)
        values, vectors = np.linalg.eig(np.asarray(moves).T)
        return int(np.argmax(np.abs(vectors[:, np.argmax(values.real)].real)))

    fast, slow = blocks(answer, peers_answer, rounds)
    words = f"ours {answer() + 1}, theirs {peers_answer() + 1}"
    rows.append(Row(hunt, "EGTtools", fast, slow, f"{words}; exact: 2"))
    return rows


def blocks(
    ours: Callable[[], Any], theirs: Callable[[], Any] | None, rounds: int
) -> tuple[float, float | None]:
    """Time two functions by turns, a block of calls each, and return the best time of each.

    In blocks, since EGTtools' idle threads keep the cores busy for a while after each call, which
    would count as ours.
    """
    best = [math.inf, math.inf]
    for _ in range(rounds):
        for place, (function, calls) in enumerate(((ours, 200), (theirs, 20))):
            for _ in range(calls if function is not None else 0):
                start = time.perf_counter()
                function()
                best[place] = min(best[place], time.perf_counter() - start)
    return best[0], best[1] if theirs is not None else None


def stag_hunt() -> tuple[str, Any]:
    """A task, and the strategy that is played most in the long run."""
    game = Game.symmetric([[4, 0], [3, 2]])

    def answer() -> int:
        return int(np.argmax(Population(game, SIZE, STRENGTH).stationary_distribution()))

    return "long-run strategy of the stag hunt 4, 0; 3, 2", answer


def matches(ours: Any, theirs: Any) -> bool:
    """Whether probabilities above 1e-6 are the same to a relative 1e-9."""
    large = ~np.eye(len(ours), dtype=bool) & (ours > 1e-6)
    return bool(np.allclose(ours[large], theirs[large], rtol=1e-9, atol=0))


TASKS = {"fixation": fixation}
