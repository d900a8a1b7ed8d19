r"""Play that looks at the present state alone, and what it is worth.

A *stationary* (Markov) strategy of a player is a mixture for each state. A pair of them turns a
stochastic game into a Markov chain on its states with transition matrix P and expected stage
payoffs u; its values are averages,

.. math:: V = (1 - \delta) u + \delta P V.

Given the values, each state is a game of its own, in which a pair of strategies earns
:math:`(1 - \delta) u(s, i, j) + \delta \sum_{s'} q(s' \mid s, i, j) V(s')`: its *auxiliary* game.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import to_float
from dilemma.arrays.linear import solve_rational
from dilemma.game import StochasticGame, checking

Array = NDArray[Any]
# The mixtures of both players in one state, Fractions or floats.
Pair = tuple[Array, Array]


def require_stochastic_game(game: Any) -> None:
    """Refuse what is no `StochasticGame`, and say how trust dynamics become one."""
    if not isinstance(game, StochasticGame):
        raise TypeError(
            f"stochastic_game: requires a StochasticGame, got {type(game).__name__} "
            "(that of trust dynamics is dynamics.game())"
        )


def read_strategies(game: StochasticGame, strategies: Any) -> list[Pair]:
    """Read a pair of stationary strategies.

    Parameters
    ----------
    game : StochasticGame
    strategies : mapping of state names to profiles, one profile, or a `MarkovEquilibrium`
        One profile is played in every state. A profile is the name of a strategy, for both
        players, or a pair (row, column), each a name or a sequence of probabilities. States in
        which both players have one strategy only need no entry.

    Returns
    -------
    list of pairs of arrays
        For each state both mixtures: Fractions everywhere, or floats everywhere if a float is
        among the numbers.

    Raises
    ------
    TypeError, ValueError
        If a state has no profile, or a profile does not fit its game.
    """
    given = getattr(strategies, "strategies", strategies)
    if isinstance(given, Mapping):
        named = {game.states[game.index(name, "strategies")]: one for name, one in given.items()}
        profiles = [named.get(name) for name in game.states]
    elif isinstance(strategies, Sequence) and not isinstance(strategies, str):
        if len(strategies) != 2:
            raise ValueError(
                "strategies: requires a mapping of states to profiles, or one profile (row, "
                f"column) for all states, got {len(strategies)} entries"
            )
        profiles = [strategies] * len(game)
    elif isinstance(strategies, str):
        profiles = [strategies] * len(game)
    elif given is not strategies:  # a Markov equilibrium: pairs in the order of the states
        profiles = list(given)
        if len(profiles) != len(game):
            raise ValueError(
                f"strategies: requires play in {len(game)} states, got play in {len(profiles)}"
            )
        if getattr(strategies, "states", None) != game.states:
            raise ValueError(
                f"strategies: requires play in the states {', '.join(game.states)}, got those of "
                f"another game: {strategies!r}"
            )
    else:
        raise TypeError(
            "strategies: requires a mapping of states to profiles, one profile, or a Markov-"
            f"perfect equilibrium, got {strategies!r}"
        )
    play: list[Pair] = []
    raw = [_profile(game, s, one) for s, one in enumerate(profiles)]
    floating = any(
        isinstance(value, (float, np.floating))
        for pair in raw
        for one in pair
        if not isinstance(one, str)
        for value in one
    )
    for s, pair in enumerate(raw):
        names = game.games[s].strategies
        first, second = (
            checking.mixed(
                pair[p], names[p], f"strategies[{game.states[s]!r}].{('row', 'column')[p]}",
                floating,
            )
            for p in (0, 1)
        )  # fmt: skip
        play.append((first, second))
    return play


def _profile(game: StochasticGame, s: int, profile: Any) -> tuple[Any, Any]:
    name, shape = game.states[s], game.games[s].shape
    if shape == (1, 1):
        return (1,), (1,)
    if profile is None:
        raise ValueError(f"strategies: requires a profile for the state {name!r}, got none")
    if isinstance(profile, str):
        return profile, profile
    if not isinstance(profile, Sequence) or len(profile) != 2:
        raise TypeError(
            f"strategies[{name!r}]: requires a strategy's name, or a pair (row, column) of names "
            f"or mixtures, got {profile!r}"
        )
    for one in profile:
        if not isinstance(one, (str, Sequence, np.ndarray)):
            raise TypeError(
                f"strategies[{name!r}]: requires names of strategies or mixtures, got {one!r}"
            )
    first, second = (one if isinstance(one, str) else list(one) for one in profile)
    return first, second


def chain_of(game: StochasticGame, play: Sequence[Pair]) -> tuple[Array, Array]:
    """The chain on the states: transition matrix (K, K), expected stage payoffs (K, 2)."""
    count = len(game)
    floating = play[0][0].dtype != object
    kind: Any = np.float64 if floating else object
    matrix, payoffs = np.empty((count, count), kind), np.empty((count, 2), kind)
    for s, (x, y) in enumerate(play):
        chances = game.transitions[s] if floating else game.exact_transitions[s]
        stage = game.games[s].payoffs if floating else game.games[s].exact_payoffs
        rows, columns = np.flatnonzero(x), np.flatnonzero(y)
        grid = np.ix_(rows, columns)
        weights = np.outer(x[rows], y[columns])
        matrix[s] = (weights[:, :, None] * chances[grid]).sum(axis=(0, 1))
        payoffs[s] = [(weights * stage[player][grid]).sum() for player in (0, 1)]
    return matrix, payoffs


def values_of(game: StochasticGame, play: Sequence[Pair], discount: Fraction) -> Array:
    """Both players' average discounted values of each state, shape (K, 2)."""
    matrix, payoffs = chain_of(game, play)
    count = len(game)
    if matrix.dtype == object:
        identity = np.array([[Fraction(int(i == j)) for j in range(count)] for i in range(count)])
        return solve_rational(identity - discount * matrix, (1 - discount) * payoffs)
    delta = to_float(discount)
    return np.linalg.solve(np.eye(count) - delta * matrix, to_float(1 - discount) * payoffs)


def one_shot_gains(
    game: StochasticGame, play: Sequence[Pair], values: Array, discount: Fraction
) -> list[tuple[Array, Array]]:
    """What each strategy gains over the value of its state if it is played there once.

    By the one-shot deviation principle a pair of stationary strategies is a Markov-perfect
    equilibrium exactly if no gain is positive.
    """
    floating = values.dtype != object
    delta: Any = to_float(discount) if floating else discount
    rest: Any = to_float(1 - discount) if floating else 1 - discount
    gains = []
    for s, (x, y) in enumerate(play):
        stage = game.games[s].payoffs if floating else game.games[s].exact_payoffs
        chances = game.transitions[s] if floating else game.exact_transitions[s]
        I, J = np.flatnonzero(x), np.flatnonzero(y)  # noqa: E741
        # Fractions are slow, and most states follow on few others.
        after = np.flatnonzero((chances != 0).any(axis=(0, 1)))
        first, second = values[after, 0], values[after, 1]
        rows = (rest * stage[0][:, J] + delta * (chances[:, J][..., after] @ first)) @ y[J]
        columns = x[I] @ (rest * stage[1][I] + delta * (chances[I][..., after] @ second))
        gains.append((rows - values[s, 0], columns - values[s, 1]))
    return gains
