"""The public good with pools and peers: dilemma against EGTtools, on the same payoffs."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.fixation import blocks
from benchmarks.peers import has
from benchmarks.table import Row, missing
from dilemma.collective import PublicGoods
from dilemma.evolution import Population

PLAYERS = 100


def public_goods(quick: bool) -> list[Row]:
    """The long run of all five strategies in groups of five; and of the compulsory game.

    Ours is asked of a new population of the same game each time; EGTtools' is the eigenvector of
    its own transition matrix of rare mutations. They agree where no fixation probability is below
    1e-7, which EGTtools takes for 0: so not in the second task.
    """
    rounds = 3 if quick else 10
    goods = PublicGoods()
    return [
        _compared(goods, 0.1, rounds, "long run of the public good, 5 strategies, groups of 5"),
        _compared(
            goods.replace(second_order=1).compulsory(), 0.3, rounds,
            "long run of the compulsory public good, second order, selection 0.3",
        ),
    ]  # fmt: skip


def _compared(goods: PublicGoods, selection: float, rounds: int, task: str) -> Row:
    game = goods.group_game()

    def ours() -> Any:
        return Population(game, PLAYERS, selection).stationary_distribution()

    if not has("egttools"):
        return missing(task, "EGTtools", blocks(ours, None, rounds)[0])
    import egttools
    from egttools.analytical import PairwiseComparison
    from egttools.games import MatrixNPlayerGameHolder

    table = np.zeros((len(goods.strategies), len(game.compositions)))
    for group in game.compositions.tolist():
        for k, present in enumerate(group):
            if present:
                column = egttools.calculate_state(goods.size, group)
                table[k, column] = float(game.payoff(k, group))
    # The peer keeps no reference to its game, which must not be collected before it.
    holder = MatrixNPlayerGameHolder(len(goods.strategies), goods.size, table)
    peer = PairwiseComparison(PLAYERS, holder)

    def theirs() -> Any:
        moves, _ = peer.calculate_transition_and_fixation_matrix_sml(selection)
        values, vectors = np.linalg.eig(np.asarray(moves).T)
        law = np.abs(vectors[:, np.argmax(values.real)].real)
        return law / law.sum()

    fast, slow = blocks(ours, theirs, rounds)
    mine, other = np.array(ours()), theirs()
    words = "agree"
    if not np.allclose(mine, other, atol=1e-9):
        k = goods.strategies.index("pool punisher")
        words = f"share of pool punishers: ours {mine[k]:.3g}, theirs {other[k]:.3g}"
    return Row(task, "EGTtools", fast, slow, words)


TASKS = {"public_goods": public_goods}
