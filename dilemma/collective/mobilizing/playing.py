r"""What strategies earn along an edge: some of a population play one strategy, the rest another.

With a share x of an infinite population on strategy c and the rest on r, the N − 1 others in a
group are drawn independently, and what an i-player earns is the polynomial

.. math:: \pi_i(x) = \sum_{m=0}^{N-1} \binom{N-1}{m} x^m (1 - x)^{N-1-m}\, u_i(m, N-1-m).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from dilemma.game import Game, GroupGame, checking

Powers = tuple[Fraction, ...]


def group_game_of(model: Any) -> GroupGame:
    """Return the symmetric group game that a model stands for.

    Parameters
    ----------
    model : GroupGame, symmetric Game, or a model with ``group_game()``

    Raises
    ------
    TypeError, ValueError
        If there is none.

    Examples
    --------
    >>> group_game_of(Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])).size
    2
    """
    if isinstance(model, GroupGame):
        return model
    if isinstance(model, Game):
        return GroupGame.from_pairwise(model, 2)
    make = getattr(model, "group_game", None)
    if not callable(make):
        raise TypeError(
            "game: requires a GroupGame, or a model with one such as a Consortium of firms "
            f"alike, got {type(model).__name__}"
        )
    made = make()
    if not isinstance(made, GroupGame):
        raise TypeError(f"game: requires group_game() to be a GroupGame, got {made!r}")
    return made


def pair_of(game: GroupGame, first: int | str, second: int | str, names: str) -> tuple[int, int]:
    """Return two different strategies of a game as indices."""
    i, j = checking.chosen([first, second], game.strategies, names)
    return i, j


def earned_among(game: GroupGame, first: int, second: int) -> list[list[Fraction]]:
    """Return what each strategy earns when m of the others play the first and the rest the second.

    Returns
    -------
    list of list of Fraction
        Entry [m][i], m from 0 to N − 1.

    Examples
    --------
    >>> game = GroupGame.from_pairwise(Game.symmetric([[4, 0], [3, 2]]), 3)
    >>> [str(value) for value in earned_among(game, 0, 1)[1]]
    ['2', '5/2']
    """
    rows: list[list[Fraction]] = []
    for m in range(game.size):
        others = [0] * len(game.strategies)
        others[first], others[second] = m, game.size - 1 - m
        row = []
        for i in range(len(game.strategies)):
            group = list(others)
            group[i] += 1
            row.append(game.payoff(i, group))
        rows.append(row)
    return rows


def expected_over(values: Sequence[Any]) -> tuple[Any, ...]:
    r"""Return the powers of x in the mean of values[m] over a binomial number m.

    .. math:: \sum_m \binom{n}{m} x^m (1 - x)^{n - m}\, v_m, \quad n + 1 \text{ values.}

    Parameters
    ----------
    values : sequence of numbers, or of anything that can be added and multiplied by integers

    Examples
    --------
    >>> expected_over([0, 0, 1])
    (0, 0, 1)
    """
    # The k-th power's coefficient is the k-th forward difference times a binomial number.
    rows = _differences(len(values) - 1)
    return tuple(
        sum((weight * value for weight, value in zip(row, values, strict=False)), 0 * values[0])
        for row in rows
    )


@lru_cache(maxsize=64)
def _differences(n: int) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple((-1) ** (k - m) * math.comb(n, k) * math.comb(k, m) for m in range(k + 1))
        for k in range(n + 1)
    )


def advantages(game: GroupGame, share_of: int, rest: int, over: int) -> dict[int, Powers]:
    r"""Return by how much each other strategy beats one of them, as polynomials in a share.

    Parameters
    ----------
    game : GroupGame
    share_of, rest : int
        A share x of the population plays the first, the others the second.
    over : int
        The strategy that is compared with.

    Returns
    -------
    dict of tuple of Fraction
        By strategy i: the powers of :math:`\pi_i(x) - \pi_{over}(x)`, constant first.

    Examples
    --------
    >>> game = GroupGame.from_pairwise(Game.symmetric([[4, 0], [3, 2]]), 5)
    >>> [str(one) for one in advantages(game, 0, 1, over=1)[0]]
    ['-2', '3', '0', '0', '0']
    """
    earned = earned_among(game, share_of, rest)
    return {
        i: expected_over([row[i] - row[over] for row in earned])
        for i in range(len(game.strategies))
        if i != over
    }
