"""What suspicion makes of signals and of payoffs: acts that are misread, or that go wrong."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.game import Game, checking


def misread_signals(game: Game, target: Any, suspicion: Any) -> tuple[Fraction, ...]:
    r"""Return how likely a public record shows something else than the mutual target.

    Each act is recorded as one of the player's other strategies, each equally likely, with
    probability ε in all: errors as in `RepeatedGame`, recorded in public. The signal is bad if
    the record is not the target by both: :math:`p = 1 - (1-\varepsilon)^2` and
    :math:`q_k = 1 - (1-\varepsilon)\,\varepsilon/(m-1)`.

    Parameters
    ----------
    game : Game
        A symmetric game of m strategies.
    target : str or int
    suspicion : number in [0, 1]
        ε.

    Returns
    -------
    tuple of m Fractions
        As `public_monitoring` takes them.

    Examples
    --------
    >>> prisoners = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> misread_signals(prisoners, "share", "1/10")
    (Fraction(19, 100), Fraction(91, 100))
    """
    epsilon = _suspicion(game, suspicion)
    own, m = strategy_of_both(game, target, "target"), game.shape[0]
    right = 1 - epsilon
    if m == 1:
        return (Fraction(0),)
    return tuple(1 - right * (right if k == own else epsilon / (m - 1)) for k in range(m))


def trembling(game: Game, suspicion: Any) -> Game:
    r"""Return the stage game in which acts go wrong: expected payoffs of what is intended.

    Parameters
    ----------
    game : Game
    suspicion : number in [0, 1]
        ε, the probability that one of the player's other strategies, each equally likely, is
        carried out instead.

    Examples
    --------
    >>> trembling(Game.symmetric([[3, 0], [5, 1]]), "1/10").exact_payoffs[0, 0, 0]
    Fraction(289, 100)
    """
    epsilon = _suspicion(game, suspicion)

    def carried_out(size: int) -> Any:
        if size == 1:
            return np.array([[Fraction(1)]], dtype=object)
        wrong = epsilon / (size - 1)
        return np.array(
            [[1 - epsilon if i == k else wrong for k in range(size)] for i in range(size)],
            dtype=object,
        )

    m, n = game.shape
    rows, columns = carried_out(m), carried_out(n)
    payoffs = np.array([rows @ one @ columns.T for one in game.exact_payoffs], dtype=object)
    return Game(payoffs, game.strategies, game.players)


def _suspicion(game: Game, suspicion: Any) -> Fraction:
    if not isinstance(game, Game):
        raise TypeError(f"game: requires a Game, got {type(game).__name__}")
    epsilon = fraction(suspicion, "suspicion")
    if not 0 <= epsilon <= 1:
        raise ValueError(f"suspicion: requires a number in [0, 1], got {epsilon}")
    return epsilon


def strategy_of_both(game: Game, strategy: Any, name: str) -> int:
    """Return the index of a strategy that both players play.

    >>> strategy_of_both(Game.symmetric([[3, 0], [5, 1]], ["share", "hide"]), "hide", "target")
    1
    """
    i, j = checking.pure_profile(strategy, game.strategies, game.players, name)
    if i != j:
        raise ValueError(f"{name}: requires one strategy for both players, got {strategy!r}")
    return i
