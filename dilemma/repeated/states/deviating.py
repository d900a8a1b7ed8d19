"""Whether given play of a stochastic game is a Markov-perfect equilibrium, and what breaks it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.game import StochasticGame
from dilemma.game.display import WIDTH, number
from dilemma.game.stochastic import discount_factor
from dilemma.repeated.states.stationary import (
    one_shot_gains,
    read_strategies,
    require_stochastic_game,
    values_of,
)
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

Value = Fraction | float

# Gains of play with floats among its numbers count from here on, in units of the payoffs' size.
ROUNDING = 1e-9


@dataclass(frozen=True)
class StateDeviation(Displayed):
    """Another strategy for one period in one state, which gains.

    Attributes
    ----------
    player : int
    state, strategy : str
    gain : Fraction or float
        By how much the average payoff from that state on rises.
    words : str
    """

    player: int
    state: str
    strategy: str
    gain: Value
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class MarkovPerfection(Solution):
    """Whether stationary strategies are a Markov-perfect equilibrium.

    Attributes
    ----------
    perfect : bool
        True if no one-shot deviation gains in any state.
    deviations : tuple of StateDeviation
        For each player and state the one that gains most, if one gains: the largest gain first.
    values : tuple of pairs of Fraction or float
        Both players' average discounted values of each state, in the order of the states.
    """

    perfect: bool
    deviations: tuple[StateDeviation, ...]
    values: tuple[tuple[Value, Value], ...]

    def __str__(self) -> str:
        lines = [self.status, *(f"  {one}" for one in self.deviations)]
        return wrapped(textwrap.fill(one, WIDTH, subsequent_indent="    ") for one in lines)


def is_markov_perfect(
    stochastic_game: StochasticGame, strategies: Any, discount: Any
) -> MarkovPerfection:
    r"""Decide by the one-shot deviation principle whether stationary play is an equilibrium.

    Against stationary strategies a player faces a Markov decision problem; its own strategy solves
    it if and only if in no state another strategy, played there once, raises

    .. math:: (1 - \delta)\, u(s, i, j) + \delta \sum_{s'} q(s' \mid s, i, j)\, V(s')

    above the value V(s) of going on as planned (blackwell1965).

    Parameters
    ----------
    stochastic_game : StochasticGame
    strategies : mapping of state names to profiles, one profile for all states, or an equilibrium
        As for `long_run_states`. With integers, Fractions and texts the answer is exact; with a
        float among the numbers, gains below 1e-9 of the size of the payoffs do not count.
    discount : in [0, 1)

    Raises
    ------
    TypeError, ValueError
        If the strategies do not fit the game, or the discount factor lies outside its range.

    Examples
    --------
    >>> from dilemma.alliance import Alliance, TrustDynamics
    >>> world = TrustDynamics(Alliance(), levels=["1/2", 1]).game()
    >>> impatient = is_markov_perfect(world, "collaboration", "1/10")
    >>> impatient.perfect, impatient.deviations[0].state, impatient.deviations[0].strategy
    (False, 'trust 1/2', 'competition')
    """
    require_stochastic_game(stochastic_game)
    delta = discount_factor(discount)
    play = read_strategies(stochastic_game, strategies)
    values = values_of(stochastic_game, play, delta)
    exact = values.dtype == object
    size = max(1.0, *(float(abs(game.payoffs).max()) for game in stochastic_game.games))
    least: Value = Fraction(0) if exact else ROUNDING * size
    found = []
    for s, gains in enumerate(one_shot_gains(stochastic_game, play, values, delta)):
        game = stochastic_game.games[s]
        for player, own in enumerate(gains):
            best = int(own.argmax())
            if own[best] > least:
                gain: Value = own[best] if exact else float(own[best])
                strategy, state = game.strategies[player][best], stochastic_game.states[s]
                words = (
                    f"at {state} the {game.players[player]} gains {number(Fraction(gain))} by "
                    f"{strategy}"
                )
                found.append(StateDeviation(player, state, strategy, gain, words))
    found.sort(key=lambda one: -one.gain)
    status = (
        "A Markov-perfect equilibrium: no one-shot deviation gains in any state."
        if not found
        else f"No Markov-perfect equilibrium: deviations gain in {_count(found)}."
    )
    return MarkovPerfection(
        method="one-shot deviations",
        exact=exact,
        complete=True,
        status=status,
        perfect=not found,
        deviations=tuple(found),
        values=tuple((row[0], row[1]) for row in values.tolist()),
    )


def _count(found: list[StateDeviation]) -> str:
    states = len({one.state for one in found})
    return "one state" if states == 1 else f"{states} states"
