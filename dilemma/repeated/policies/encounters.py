r"""Two policies that meet: how errors change them, and the Markov chain that they make.

**Errors.** With suspicion ε, an act that goes wrong is one of the other strategies of that player,
each equally likely; let E be that stochastic matrix (1 − ε on its diagonal). Both kinds of errors
leave a policy of the same kind to be played without errors:

- *execution*: of an intended act a the act carried out has the law :math:`E_{a\cdot}`, and
  everybody sees it, so that the policy p carries out :math:`\sum_a p(a \mid i, j) E_{a a'}`;
- *perception*: each player reads the partner's last act j as j' with probability
  :math:`E_{j j'}`, and reacts to that and to its own act, which it knows:
  :math:`\sum_{j'} E_{j j'} p(a' \mid i, j')`. A reading depends on the true act alone, not on
  earlier readings, nor on the partner's: given the true pair both players' next acts are
  independent. So although monitoring is private, **the true pairs are themselves a Markov chain**,
  and its m·n states are all that is needed, not the m·n·n·m of pairs of records.

**The chain.** From (i, j) to (i', j') it goes with probability
:math:`\tilde p(i' \mid i, j)\, \tilde q(j' \mid j, i)`. Only pairs in reach of the openings
are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from dilemma.game import Game, RepeatedGame
from dilemma.repeated.policies.memory import Policy

Pair = tuple[int, int]


@dataclass(frozen=True)
class Conduct:
    """What a policy does when errors are counted in, in flint's rationals.

    Attributes
    ----------
    opening : list of m fmpq
    replies : list of m lists of n lists of m fmpq
        [own last, partner's last, own next], as *true* acts.
    """

    opening: list[fmpq]
    replies: list[list[list[fmpq]]]


@dataclass(frozen=True)
class Encounter:
    """The Markov chain that two policies make.

    Attributes
    ----------
    states : list of pairs of int
        In reach of the openings, in order: true pairs of acts, or of automata's states.
    start : list of fmpq
        The law of the first state.
    moves : list of lists of fmpq
        Entry [s][t]: the probability of going from state s to state t.
    acts : list of mappings from pairs of int to fmpq
        In each state, the probabilities of the pairs of acts.
    """

    states: list[Pair]
    start: list[fmpq]
    moves: list[list[fmpq]]
    acts: list[dict[Pair, fmpq]]


def rational(value: Fraction) -> fmpq:
    """A Fraction in flint's type.

    >>> rational(Fraction(1, 3))
    1/3
    """
    return fmpq(value.numerator, value.denominator)


def plain(value: Any) -> Fraction:
    """The same back.

    >>> plain(rational(Fraction(1, 3)))
    Fraction(1, 3)
    """
    return Fraction(int(value.p), int(value.q))


def unending(play: RepeatedGame) -> RepeatedGame:
    """The play itself, if it never ends; policies without a clock are for play without end."""
    if play.horizon is not None:
        raise ValueError(
            "game: requires play without an end for policies of one period's memory, "
            f"got a horizon of {play.horizon} periods"
        )
    return play


def require_fitting(policy: Any, game: Game, player: int, argument: str = "policies") -> Policy:
    """A policy that a player of the game can have; an error says what does not fit."""
    if not isinstance(policy, Policy):
        raise TypeError(f"{argument}: requires a Policy, got {type(policy).__name__}")
    require_sizes(policy, game, player, argument)
    return policy


def require_sizes(policy: Any, game: Game, player: int, argument: str) -> None:
    """Refuse a policy or an automaton with other strategies than the game's."""
    own, other = game.strategies if player == 0 else game.strategies[::-1]
    if policy.shape != (len(own), len(other)):
        raise ValueError(
            f"{argument}: requires, for the {game.players[player]}, a policy of {len(own)} own "
            f"strategies against {len(other)}, got {policy.name} with {policy.shape[0]} against "
            f"{policy.shape[1]}"
        )
    for given, names in zip(policy.strategies, (own, other), strict=True):
        numbered = tuple(str(k + 1) for k in range(len(given)))
        # Numbers stand for places, unless the game's strategies are numbers in another order.
        if given != names and (given != numbered or sorted(names) == sorted(numbered)):
            raise ValueError(
                f"{argument}: requires policies with the strategies of the game, {names}, "
                f"got {policy.name} with {given}"
            )


def require_pair(policies: Any) -> tuple[Any, Any]:
    """Two things, the row player's and the column player's."""
    if isinstance(policies, Policy) or not isinstance(policies, Sequence) or len(policies) != 2:
        got = f"{len(policies)}" if isinstance(policies, Sequence) else type(policies).__name__
        raise TypeError(
            f"policies: requires a pair (row player's policy, column player's policy), got {got}"
        )
    return policies[0], policies[1]


def read_pair(policies: Any, game: Game) -> tuple[Policy, Policy]:
    """The row player's and the column player's policy."""
    first, second = require_pair(policies)
    return require_fitting(first, game, 0), require_fitting(second, game, 1)


def require_others(play: RepeatedGame) -> None:
    """Refuse errors where a player has no other strategy for an act to become."""
    for player, size in enumerate(play.stage.shape):
        if play.suspicion and size == 1:
            raise ValueError(
                f"suspicion: requires at least 2 strategies of the {play.stage.players[player]}, "
                "since an act that goes wrong is one of the others, got 1"
            )


def conduct(policy: Policy, play: RepeatedGame) -> Conduct:
    """What a policy does when errors of execution or perception are counted in."""
    require_others(play)
    m, n = policy.shape
    opening = [rational(value) for value in policy.opening]
    replies = [[[rational(v) for v in policy.replies[i, j]] for j in range(n)] for i in range(m)]
    if not play.suspicion:
        return Conduct(opening, replies)
    wrong = rational(play.suspicion)
    if play.error == "execution":
        spread = [mistaken(opening, wrong)]
        return Conduct(
            spread[0], [[mistaken(replies[i][j], wrong) for j in range(n)] for i in range(m)]
        )
    read = []
    for i in range(m):
        # For each own act, probability by probability over what is read instead.
        columns = [mistaken([replies[i][j][a] for j in range(n)], wrong) for a in range(m)]
        read.append([[columns[a][j] for a in range(m)] for j in range(n)])
    return Conduct(opening, read)


def mistaken(values: list[fmpq], wrong: fmpq) -> list[fmpq]:
    """The product of E with a vector (E is symmetric): each value, or the mean of the others."""
    total = sum(values, fmpq(0))
    share = wrong / (len(values) - 1)
    return [(1 - wrong) * value + share * (total - value) for value in values]


def encounter(first: Conduct, second: Conduct) -> Encounter:
    """The chain of pairs that a row player's and a column player's conduct make."""
    m, n = len(first.opening), len(second.opening)
    law = {
        (i, j): first.opening[i] * second.opening[j]
        for i in range(m)
        for j in range(n)
        if first.opening[i] and second.opening[j]
    }
    moves: dict[Pair, dict[Pair, fmpq]] = {}
    waiting = list(law)
    while waiting:
        state = waiting.pop()
        if state in moves:
            continue
        i, j = state
        rows, columns = first.replies[i][j], second.replies[j][i]
        moves[state] = {
            (k, l): rows[k] * columns[l]
            for k in range(m)
            if rows[k]
            for l in range(n)  # noqa: E741
            if columns[l]
        }
        waiting += moves[state]
    states = sorted(moves)
    zero = fmpq(0)
    return Encounter(
        states,
        [law.get(state, zero) for state in states],
        [[moves[state].get(other, zero) for other in states] for state in states],
        [{state: fmpq(1)} for state in states],
    )


def discounted_law(meeting: Encounter, discount: Fraction) -> list[fmpq]:
    r"""The discounted share of time in each state: :math:`(1-\delta)\,\mu (I - \delta M)^{-1}`."""
    delta = rational(discount)
    size = len(meeting.states)
    system = fmpq_mat(
        [
            [(1 if s == t else 0) - delta * meeting.moves[s][t] for s in range(size)]
            for t in range(size)
        ]
    )
    right = fmpq_mat(size, 1, [(1 - delta) * value for value in meeting.start])
    return [value for (value,) in system.solve(right).tolist()]
