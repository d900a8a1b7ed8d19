r"""What state policies earn from each other, over all pairs of them.

Two policies make a Markov chain on (state, row strategy, column strategy): from (s, i, j) the next
state is s' with probability :math:`q(s' \mid s, i, j)`, and there both play as they respond to
(i, j). With the law :math:`v_0` of the first period the average discounted law is
:math:`(1 - \delta) v_0 (I - \delta P)^{-1}`, and for δ = 1 the limit of its means: the chance of
ending in each recurrent class, times that class's own law.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.chains import long_run_law
from dilemma.arrays.exact import fraction, fractions, to_float
from dilemma.arrays.linear import solve_rational
from dilemma.arrays.many_chains import discounted_laws, long_run_laws
from dilemma.game import Game, StochasticGame
from dilemma.game.display import WIDTH
from dilemma.repeated.states.policies import StatePolicy, checked_policies, shared_strategies
from dilemma.repeated.states.runs import first_state
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

Array = NDArray[Any]
# Pairs of policies times cubes of the sizes of their chains: what rational arithmetic does in
# about a second.
EXACT_WORK = 200_000
LEAST_IMPATIENCE = Fraction(1, 10**12)
# Numbers in one block of chains.
BLOCK = 2**18
SHOWN = 10


@dataclass(frozen=True, kw_only=True, repr=False)
class StatePolicyPlay(Solution):
    """What each policy earns, plays and sees against each other.

    Attributes
    ----------
    policies : tuple of str
    states, strategies, players : tuple of str
    payoffs : numpy.ndarray of shape (2, policies, policies), read-only
        Each player's average payoff; entry [p, a, b] if the row player has policy a, and the
        column player b. Fractions where ``exact``, else floats; so are the others.
    strategy_shares : numpy.ndarray of shape (2, policies, policies, strategies), read-only
        How often each player plays each strategy.
    state_shares : numpy.ndarray of shape (policies, policies, states), read-only
        How often play is in each state.
    discount, suspicion : Fraction
    """

    policies: tuple[str, ...]
    states: tuple[str, ...]
    strategies: tuple[str, ...]
    players: tuple[str, ...]
    payoffs: Array
    strategy_shares: Array
    state_shares: Array
    discount: Fraction
    suspicion: Fraction

    @cached_property
    def game(self) -> Game:
        """The game over policies, so that every solver applies to it."""
        return Game(self.payoffs, [list(self.policies)] * 2, self.players)

    def __str__(self) -> str:
        lines = textwrap.wrap(self.status, WIDTH)
        lines.append("  Against itself each earns, and plays each strategy this often:")
        for a, name in enumerate(self.policies[:SHOWN]):
            shares = ", ".join(
                f"{one} {float(share):.4g}"
                for one, share in zip(self.strategies, self.strategy_shares[0, a, a], strict=True)
            )
            words = f"{name}: {float(self.payoffs[0, a, a]):.6g}; {shares}"
            lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ")
        if len(self.policies) > SHOWN:
            lines.append(f"  ... and {len(self.policies) - SHOWN:,} policies more")
        return wrapped(lines)


def stochastic_policy_game(
    stochastic_game: StochasticGame,
    policies: Sequence[StatePolicy],
    discount: Any,
    suspicion: Any = 0,
    start: Any = None,
) -> Game:
    """Return the game whose strategies are policies of a stochastic game.

    Parameters
    ----------
    stochastic_game, policies, discount, suspicion, start
        As in `state_policy_play`, whose ``.game`` this is.

    Examples
    --------
    >>> from dilemma.repeated.states.policies import pure_state_policies
    >>> stage = Game.symmetric([[1, -1], [2, 0]], ["cooperate", "defect"])
    >>> world = StochasticGame({"only": stage}, [[[[1], [1]], [[1], [1]]]])
    >>> game = stochastic_policy_game(world, pure_state_policies(world), 1, "1/1000")
    >>> game.shape, game.is_symmetric
    ((16, 16), True)
    """
    return state_policy_play(stochastic_game, policies, discount, suspicion, start).game


def state_policy_play(
    stochastic_game: StochasticGame,
    policies: Sequence[StatePolicy],
    discount: Any,
    suspicion: Any = 0,
    start: Any = None,
) -> StatePolicyPlay:
    r"""Let policies of a stochastic game play each other, all pairs of them.

    Parameters
    ----------
    stochastic_game : StochasticGame
        With the same strategies for both players in all states.
    policies : sequence of StatePolicy
    discount : in [0, 1]
        δ; 1 means the limit of means.
    suspicion : in [0, 1]
        ε, the probability that an act goes wrong in its execution: it is then one of the other
        strategies, each equally likely, and both players see that one.
    start : str, or mapping of state names to probabilities, optional
        The first state; each is as likely as the others if it is left out. For δ = 1 it matters
        only where play can end in several ways.

    Returns
    -------
    StatePolicyPlay
        Exact where the chains are few and small (pairs × size³ up to 200,000); otherwise in
        floating point: by solving linear systems for δ < 1, and for δ = 1 by elimination without a
        subtraction, which keeps small probabilities where errors are rare.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit.

    Notes
    -----
    For p policies, K states and n strategies :math:`O(p^2 (K n^2)^3)`: 256 policies, 2 states and
    2 strategies take some tenths of a second.

    References
    ----------
    hilbe2018, grassmann1985 in ``references.bib``.

    Examples
    --------
    Sharing unless the partner has hidden keeps the good state; the misstep of one period in a
    thousand costs little:

    >>> good = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> bad = Game.symmetric([[1, -1], [2, 0]], ["share", "hide"])
    >>> world = StochasticGame.by_rule(
    ...     {"good": good, "bad": bad},
    ...     lambda state, row, column: "good" if row == column == "share" else "bad",
    ... )
    >>> stay_or_shift = StatePolicy.by_rule(
    ...     "stay or shift", world, lambda state, own, other: "share" if own == other else "hide"
    ... )
    >>> play = state_policy_play(world, [stay_or_shift], 1, 0.001)
    >>> print(play.status)
    1 policy in all pairs, the limit of means, errors 1/1000: exact.
    >>> round(float(play.strategy_shares[0, 0, 0, 0]), 4), round(float(play.payoffs[0, 0, 0]), 4)
    (0.997, 2.989)
    """
    names = shared_strategies(stochastic_game)
    chosen = checked_policies(stochastic_game, policies)
    delta, error = (
        _probability(value, name)
        for value, name in ((discount, "discount"), (suspicion, "suspicion"))
    )
    law, _ = first_state(stochastic_game, start)
    count, n = len(stochastic_game), len(names)
    work = len(chosen) ** 2 * (count * n * n) ** 3
    exact = work <= EXACT_WORK
    if not exact and 0 < 1 - delta < LEAST_IMPATIENCE:
        raise ValueError(
            f"discount: requires 1, or a number up to 1 - {float(LEAST_IMPATIENCE):.0e} where "
            "play is computed in floating point, got one nearer to 1"
        )
    laws = (_exact_laws if exact else _float_laws)(stochastic_game, chosen, delta, error, law)
    kind = laws.dtype
    stages = np.stack(
        [one.exact_payoffs if exact else one.payoffs for one in stochastic_game.games], axis=1
    )  # (player, state, row, column)
    flat = laws.reshape(*laws.shape[:2], -1)
    payoffs = np.stack([flat @ stages[p].astype(kind).ravel() for p in (0, 1)])
    shares = np.stack([laws.sum(axis=(2, 4)), laws.sum(axis=(2, 3))])
    if stochastic_game.is_symmetric:  # to the last bit, whatever the order of the sums
        payoffs[1], shares[1] = payoffs[0].T, shares[0].swapaxes(0, 1)
    states = laws.sum(axis=(3, 4))
    for array in (payoffs, shares, states):
        array.setflags(write=False)
    many = len(chosen)
    what = f"{many} {'policy' if many == 1 else 'policies'} in all pairs"
    horizon = "the limit of means" if delta == 1 else f"discount factor {delta}"
    return StatePolicyPlay(
        method="Markov chains of pairs of policies"
        + (", by rational linear systems" if exact else " in floating point"),
        exact=exact,
        complete=True,
        status=f"{what}, {horizon}, errors {error}: {'exact' if exact else 'in floating point'}.",
        policies=tuple(one.name for one in chosen),
        states=stochastic_game.states,
        strategies=names,
        players=stochastic_game.players,
        payoffs=payoffs,
        strategy_shares=shares,
        state_shares=states,
        discount=delta,
        suspicion=error,
    )


def _probability(value: Any, name: str) -> Fraction:
    exact = fraction(value, name)
    if not 0 <= exact <= 1:
        raise ValueError(f"{name}: requires a number in [0, 1], got {exact}")
    return exact


def _trembling(weights: Array, error: Any) -> Array:
    """What is carried out, where an act goes wrong with the probability of an error."""
    n = weights.shape[-1]
    if n == 1:
        return weights
    return np.asarray((1 - error) * weights + error * (1 - weights) / (n - 1))


def _exact_laws(
    game: StochasticGame,
    policies: Sequence[StatePolicy],
    delta: Fraction,
    error: Fraction,
    law: Array,
) -> Array:
    """The average law over (state, row, column) of each pair of policies, as Fractions."""
    count, n = len(game), game.games[0].shape[0]
    size = count * n * n
    chances = np.array(game.exact_transitions, dtype=object)
    responses = [_trembling(one.response, error) for one in policies]
    openings = [_trembling(one.opening, error) for one in policies]
    laws = np.empty((len(policies), len(policies), size), dtype=object)
    for a, b in zip(*_pairs(game, len(policies)), strict=True):
        first = law[:, None, None] * openings[a][:, :, None] * openings[b][:, None, :]
        # (s, i, j) -> (s', i', j'): the column player's own last strategy is j.
        rows = responses[a].transpose(1, 2, 0, 3)[None, :, :, :, :, None]
        columns = responses[b].transpose(2, 1, 0, 3)[None, :, :, :, None, :]
        matrix = (chances[..., None, None] * rows * columns).reshape(size, size)
        start = first.reshape(size)
        if delta == 1:
            laws[a, b] = long_run_law(matrix, list(start))
        else:
            identity = fractions(np.eye(size, dtype=int).astype(object))
            system = (identity - delta * matrix).T
            laws[a, b] = solve_rational(system, (1 - delta) * start[:, None])[:, 0]
    return _mirrored(game, laws.reshape(len(policies), len(policies), count, n, n))


def _float_laws(
    game: StochasticGame,
    policies: Sequence[StatePolicy],
    delta: Fraction,
    error: Fraction,
    law: Array,
) -> Array:
    """The average law over (state, row, column) of each pair of policies, as floats."""
    count, n = len(game), game.games[0].shape[0]
    size, many = count * n * n, len(policies)
    chances = np.array(game.transitions)
    slip = to_float(error)
    responses = _trembling(np.array([one.float_response for one in policies]), slip)
    openings = _trembling(np.array([one.float_opening for one in policies]), slip)
    # By the last strategies of the row and of the column player, then the state and the act.
    rows, columns = responses.transpose(0, 2, 3, 1, 4), responses.transpose(0, 3, 2, 1, 4)
    begin = law.astype(np.float64)
    first, second = _pairs(game, many)
    laws = np.empty((many, many, size))
    step = max(1, BLOCK // size**2)
    for low in range(0, len(first), step):
        a, b = first[low : low + step], second[low : low + step]
        joint = rows[a][..., :, None] * columns[b][..., None, :]  # (pair, i, j, s', i', j')
        matrices = (chances[..., None, None] * joint[:, None]).reshape(-1, size, size)
        starts = np.einsum("s,bsk,bsl->bskl", begin, openings[a], openings[b]).reshape(-1, size)
        if delta == 1:
            laws[a, b] = long_run_laws(matrices, starts)
        else:
            laws[a, b] = discounted_laws(matrices, starts, to_float(delta))
    return _mirrored(game, laws.reshape(many, many, count, n, n))


def _pairs(game: StochasticGame, many: int) -> tuple[Array, Array]:
    """The pairs of policies to be computed: where players are alike, each pair in one order."""
    if game.is_symmetric:
        return np.triu_indices(many)
    first, second = np.indices((many, many))
    return first.ravel(), second.ravel()


def _mirrored(game: StochasticGame, laws: Array) -> Array:
    """Fill in the other order of each pair, so that a symmetric game stays so to the last bit."""
    if game.is_symmetric:
        for a in range(len(laws)):
            turned = laws[a, a:].swapaxes(-1, -2)
            laws[a:, a] = turned
            # Against itself a policy's law is symmetric but for rounding.
            laws[a, a] = (turned[0] + turned[0].swapaxes(-1, -2)) / 2
    return laws
