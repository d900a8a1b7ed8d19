r"""Whether two policies are an equilibrium, and which deviation pays if they are not.

**Subgame perfect.** Every history ends in some pair of acts (i, j), and every pair ends some
history; what policies of one period's memory do after it depends on nothing else. By the one-shot
deviation principle (payoffs are discounted) the policies are a subgame-perfect equilibrium if and
only if at none of the m·n states, nor at the opening, another act for one period, followed by the
policy again, gains.

**Nash.** At the states that the two policies reach that is necessary (if the future counts at
all: for δ > 0), but it is not enough: a deviation may lead to a state that they never reach, where
the policy that it falls back on is not optimal itself, so that deviating twice gains where once
does not. So it is decided by the best reply (`dilemma.repeated.policies.replies`): the policies
are a Nash equilibrium if and only if neither player's best reply earns more from the opening on.
Where errors make every pair possible, and δ > 0, both notions are one.

Sources: puterman1994.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from flint import fmpq

from dilemma.equilibria.words import name_in_a_sentence
from dilemma.game import Game, RepeatedGame, repetition
from dilemma.game.display import number
from dilemma.repeated.policies.encounters import (
    Pair,
    conduct,
    encounter,
    plain,
    rational,
    read_pair,
    unending,
)
from dilemma.repeated.policies.memory import Policy, folded
from dilemma.repeated.policies.replies import optimum, problem_of
from dilemma.solution import Solution
from dilemma.writing.pages import Displayed


@dataclass(frozen=True)
class Deviation(Displayed):
    """Another act for one period, followed by the policy again, that gains.

    Attributes
    ----------
    player : int
        0 for the row player, 1 for the column player.
    after : pair of str, or None
        What the row player and the column player did last; None for the opening.
    strategy : str
        What is played instead.
    gain : Fraction
        By how much the average payoff from there on rises.
    reached : bool
        True if the two policies reach that situation with positive probability.
    words : str
    """

    player: int
    after: tuple[str, str] | None
    strategy: str
    gain: Fraction
    reached: bool
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class PolicyEquilibrium(Solution):
    """Whether two policies are an equilibrium of repeated play, exact.

    Attributes
    ----------
    subgame_perfect : bool
        True if no one-shot deviation gains at any state, reached or not.
    nash : bool
        True if no policy whatever earns a player more against the other's from the opening on.
    deviation : Deviation or None
        The one-shot deviation that gains most, those where play gets first; None if none gains.
    deviations : tuple of Deviation
        For each player and situation the one that gains most, if one gains: those where play gets
        first, then by their gain.
    gains : pair of Fraction
        How much more each player's best reply earns from the opening on: (0, 0) for Nash.
    payoffs : pair of Fraction
        What the two policies earn.
    """

    subgame_perfect: bool
    nash: bool
    deviation: Deviation | None
    deviations: tuple[Deviation, ...]
    gains: tuple[Fraction, Fraction]
    payoffs: tuple[Fraction, Fraction]

    def __str__(self) -> str:
        lines = [self.status, *(f"  {one}" for one in self.deviations[:5])]
        if len(self.deviations) > 5:
            lines.append(f"  and {len(self.deviations) - 5} more")
        return folded(lines)


def is_equilibrium(
    game: Game | RepeatedGame,
    policies: Sequence[Policy],
    discount: Any = None,
    suspicion: Any = None,
    error: str | None = None,
) -> PolicyEquilibrium:
    """Check exactly whether two policies are a subgame-perfect or a Nash equilibrium.

    Parameters
    ----------
    game : Game or RepeatedGame
    policies : pair of Policy
        The row player's and the column player's.
    discount : number in [0, 1)
    suspicion, error
        As for `best_reply`.

    Returns
    -------
    PolicyEquilibrium
        Read its fields ``subgame_perfect`` and ``nash``; the answer itself is no truth value.

    Raises
    ------
    TypeError, ValueError
        As `best_reply`.

    Notes
    -----
    A linear system of m·n unknowns for each player, and a best reply.

    References
    ----------
    puterman1994 in ``references.bib``.

    Examples
    --------
    >>> from dilemma.repeated import grim, tit_for_tat
    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> print(is_equilibrium(stage, [grim(stage)] * 2, "1/2"))
    grim with grim: a subgame-perfect equilibrium.
    >>> print(is_equilibrium(stage, [tit_for_tat(stage)] * 2, "9/10"))
    tit for tat with tit for tat: a Nash equilibrium, but not subgame perfect.
      after hide with hide (not reached): the row player gains 26/19 with share
      after hide with hide (not reached): the column player gains 26/19 with share
      after share with hide (not reached): the row player gains 7/19 with share
      after hide with share (not reached): the column player gains 7/19 with share
    """
    play = unending(repetition(game, discount, suspicion, error, patient=False))
    pair = read_pair(policies, play.stage)
    problems = [problem_of(pair[1 - player], play, player) for player in (0, 1)]
    meeting = encounter(conduct(pair[0], play), conduct(pair[1], play))
    reached: set[Pair] = set(meeting.states)
    found: list[Deviation] = []
    payoffs, gains = [], []
    for player, (policy, problem) in enumerate(zip(pair, problems, strict=True)):
        m, n = problem.shape
        intentions = [
            [[rational(value) for value in policy.replies[i, j]] for j in range(n)]
            for i in range(m)
        ]
        values = problem.evaluate(intentions)
        opening = [rational(value) for value in policy.opening]
        worths = problem.worth(values, problem.partner.opening)
        start = _mean(opening, worths)
        found += _gainful(play.stage, player, None, worths, start, True)
        for i, j in product(range(m), range(n)):
            state = (i, j) if player == 0 else (j, i)
            worths = problem.worth(values, problem.partner_after(i, j))
            found += _gainful(play.stage, player, state, worths, values[i][j], state in reached)
        best = optimum(problem)[3]
        payoffs.append(plain(start))
        gains.append(plain(best - start))
    found.sort(key=lambda one: (not one.reached, -one.gain))
    nash = gains == [0, 0]
    return PolicyEquilibrium(
        method="one-shot deviations at every state, and both players' best replies",
        exact=True,
        complete=True,
        status=_status(play.stage, pair, not found, nash, gains),
        subgame_perfect=not found,
        nash=nash,
        deviation=found[0] if found else None,
        deviations=tuple(found),
        gains=(gains[0], gains[1]),
        payoffs=(payoffs[0], payoffs[1]),
    )


def _mean(weights: Sequence[fmpq], values: Sequence[fmpq]) -> fmpq:
    return sum((w * v for w, v in zip(weights, values, strict=True)), fmpq(0))


def _gainful(
    stage: Game, player: int, state: Pair | None, worths: list[fmpq], value: fmpq, reached: bool
) -> list[Deviation]:
    """The deviation that gains most in one situation, if one gains."""
    top = max(worths)
    if top <= value:
        return []
    strategy = stage.strategies[player][worths.index(top)]
    gain = plain(top - value)
    who = name_in_a_sentence(stage.players[player])
    after, when = None, "at the opening"
    if state is not None:
        after = (stage.strategies[0][state[0]], stage.strategies[1][state[1]])
        when = f"after {after[0]} with {after[1]}{'' if reached else ' (not reached)'}"
    words = f"{when}: {who} gains {number(gain)} with {strategy}"
    return [Deviation(player, after, strategy, gain, reached, words)]


def _status(
    stage: Game, pair: tuple[Policy, Policy], perfect: bool, nash: bool, gains: list[Fraction]
) -> str:
    names = " with ".join(one.name for one in pair)
    if perfect:
        return f"{names}: a subgame-perfect equilibrium."
    if nash:
        return f"{names}: a Nash equilibrium, but not subgame perfect."
    who = gains.index(max(gains))
    player = name_in_a_sentence(stage.players[who])
    return f"{names}: no equilibrium; {player} can gain {number(gains[who])} from the opening on."
