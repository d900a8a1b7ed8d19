r"""The best reply to a policy: the opponent's Markov decision problem, solved exactly.

Against a partner with the memory of one period, whose acts everybody sees once they are carried
out, the last pair of acts (i, j) is all that matters. With the partner's conduct
:math:`\tilde q(j' \mid j, i)` (its errors counted in) and one's own errors E, intending the act a
is worth

.. math:: Q(i, j; a) = \sum_{i'} E_{a i'} \sum_{j'} \tilde q(j' \mid j, i)
          \bigl[(1 - \delta)\, u(i', j') + \delta V(i', j')\bigr], \qquad
          V(i, j) = \max_a Q(i, j; a).

Howard's policy iteration improves a deterministic policy until no act at any of the m·n states is
better; there are finitely many, and each is better than the one before, so that it ends
(puterman1994). The values are solutions of linear systems in rational numbers, the comparisons
are exact, and so are ties.

Sources: puterman1994.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from dilemma.game import Game, RepeatedGame, repetition
from dilemma.game.display import number
from dilemma.repeated.policies.encounters import (
    Conduct,
    conduct,
    mistaken,
    plain,
    rational,
    require_fitting,
    unending,
)
from dilemma.repeated.policies.memory import Policy, folded
from dilemma.solution import Solution

Values = list[list[fmpq]]
# For each (own last, partner's last): a distribution over what is intended.
Intentions = list[list[list[fmpq]]]


@dataclass(frozen=True)
class Problem:
    """What one player faces against a partner of known conduct, all in flint's rationals.

    Attributes
    ----------
    payoffs : m lists of n fmpq
        The player's own, [own act, partner's act].
    partner : Conduct
        The partner's, errors counted in.
    delta, wrong : fmpq
        The discount factor, and how probably one's own act goes wrong.
    """

    payoffs: Values
    partner: Conduct
    delta: fmpq
    wrong: fmpq

    @property
    def shape(self) -> tuple[int, int]:
        """How many strategies the player has, and how many the partner."""
        return len(self.payoffs), len(self.payoffs[0])

    def partner_after(self, i: int, j: int) -> list[fmpq]:
        """What the partner does after this player did i, and the partner j."""
        return self.partner.replies[j][i]

    def worth(self, values: Values, mixture: list[fmpq]) -> list[fmpq]:
        """What intending each act is worth against a partner's mixture, Q."""
        m, n = self.shape
        now = 1 - self.delta
        met = [j for j in range(n) if mixture[j]]
        exact = [
            sum(
                (mixture[j] * (now * self.payoffs[i][j] + self.delta * values[i][j]) for j in met),
                fmpq(0),
            )
            for i in range(m)
        ]
        return self.carried_out(exact)

    def carried_out(self, intended: list[fmpq]) -> list[fmpq]:
        """A mixture over acts, or their values, with one's own errors counted in."""
        return mistaken(intended, self.wrong) if self.wrong else intended

    def evaluate(self, intentions: Intentions) -> Values:
        """What it is worth, from each state on, to follow these intentions for ever."""
        m, n = self.shape
        size = m * n
        system: list[list[Any]] = [[fmpq(0)] * size for _ in range(size)]
        right = []
        for i in range(m):
            for j in range(n):
                own, other = self.carried_out(intentions[i][j]), self.partner_after(i, j)
                row, now = system[i * n + j], fmpq(0)
                for k in range(m):
                    for l in range(n):  # noqa: E741
                        chance = own[k] * other[l]
                        now += chance * self.payoffs[k][l]
                        row[k * n + l] -= self.delta * chance
                row[i * n + j] += 1
                right.append([(1 - self.delta) * now])
        solved = fmpq_mat(system).solve(fmpq_mat(right)).tolist()
        return [[solved[i * n + j][0] for j in range(n)] for i in range(m)]


def problem_of(partner: Policy, play: RepeatedGame, player: int) -> Problem:
    """What a player faces against the other's policy, under errors that everybody sees."""
    if play.suspicion and play.error == "perception":
        raise ValueError(
            "error: requires errors of execution, got perception with suspicion "
            f"{play.suspicion}: players who misread do not know what the partner reacts to, so "
            "that a best reply depends on the belief about it that one's own record of the whole "
            "past gives (a partially observed decision problem)"
        )
    payoffs = play.stage.exact_payoffs[player]
    own = payoffs if player == 0 else payoffs.T
    return Problem(
        payoffs=[[rational(value) for value in row] for row in own],
        partner=conduct(partner, play),
        delta=rational(play.discount),
        wrong=rational(play.suspicion),
    )


def optimum(problem: Problem) -> tuple[Values, list[list[tuple[int, ...]]], tuple[int, ...], fmpq]:
    """Solve the problem: values and best acts at all states, best openings, and their worth."""
    m, n = problem.shape
    pairs = [(i, j) for i in range(m) for j in range(n)]
    unit = [[fmpq(int(i == k)) for i in range(m)] for k in range(m)]
    myopic = [[fmpq(0)] * n for _ in range(m)]
    chosen = {
        (i, j): _best(problem.worth(myopic, problem.partner_after(i, j)))[0] for i, j in pairs
    }
    while True:
        values = problem.evaluate([[unit[chosen[i, j]] for j in range(n)] for i in range(m)])
        worths = {(i, j): problem.worth(values, problem.partner_after(i, j)) for i, j in pairs}
        better = {
            pair: _best(worths[pair])[0]
            for pair in pairs
            if max(worths[pair]) > worths[pair][chosen[pair]]
        }
        if not better:
            break
        chosen.update(better)
    best = [[_best(worths[i, j]) for j in range(n)] for i in range(m)]
    first = problem.worth(values, problem.partner.opening)
    return values, best, _best(first), max(first)


def _best(worths: list[fmpq]) -> tuple[int, ...]:
    top = max(worths)
    return tuple(k for k, value in enumerate(worths) if value == top)


@dataclass(frozen=True, kw_only=True, repr=False)
class BestReply(Solution):
    """All best replies to a policy, exact, at every state that play can be in.

    Attributes
    ----------
    policy : Policy
        Optimal after every pair of acts, deterministic; of several best acts the first.
    value : Fraction
        What it earns on average from the opening on.
    values : numpy.ndarray of Fraction, shape (m, n), read-only
        What it earns on average after (own last, partner's last).
    openings : tuple of str
        All optimal openings.
    choices : tuple of m tuples of n tuples of str
        All optimal acts after (own last, partner's last).
    unique : bool
        True if there is one optimal act everywhere.
    player : str
        Who replies.
    """

    policy: Policy
    value: Fraction
    values: NDArray[np.object_]
    openings: tuple[str, ...]
    choices: tuple[tuple[tuple[str, ...], ...], ...]
    unique: bool
    player: str

    def __str__(self) -> str:
        lines = [self.status, *(f"  {line}" for line in str(self.policy).splitlines())]
        if not self.unique:
            own, other = self.policy.strategies
            lines += [
                f"  as good after own {own[i]} and {other[j]}: {', '.join(acts[1:])}"
                for i, row in enumerate(self.choices)
                for j, acts in enumerate(row)
                if len(acts) > 1
            ]
            if len(self.openings) > 1:
                lines.append(f"  as good an opening: {', '.join(self.openings[1:])}")
        return folded(lines)


def best_reply(
    policy: Policy,
    game: Game | RepeatedGame,
    discount: Any = None,
    suspicion: Any = None,
    error: str | None = None,
    *,
    player: int = 0,
) -> BestReply:
    r"""Find the best replies to a policy among all policies whatever, exactly.

    Against a policy that remembers one period, one that remembers one period is best; it is the
    solution of a Markov decision problem with m·n states (the module's text has it).

    Parameters
    ----------
    policy : Policy
        The partner's: the column player's if the row player replies.
    game : Game or RepeatedGame
    discount : number in [0, 1)
        The limit of means is refused: there, whatever is done in any finite time is a best reply.
    suspicion, error
        As for `long_run`; errors of perception are refused (see below).
    player : int
        Who replies: 0 for the row player, 1 for the column player.

    Returns
    -------
    BestReply

    Raises
    ------
    TypeError, ValueError
        If the policy does not fit, a number lies outside its range, or acts are misread: then a
        best reply depends on a belief about the partner's record, a partially observed problem.

    Notes
    -----
    Policy iteration: a linear system of m·n unknowns in rational numbers at each step, and as a
    rule fewer than ten steps.

    References
    ----------
    puterman1994 in ``references.bib``.

    Examples
    --------
    >>> from dilemma.repeated import tit_for_tat
    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> found = best_reply(tit_for_tat(stage), stage, "9/10")
    >>> found.value, found.unique
    (Fraction(3, 1), True)
    >>> print(best_reply(tit_for_tat(stage), stage, "1/10"))
    The row player's best reply to tit for tat earns 23/5.
      best reply to tit for tat: opens with hide
        after anything: hide
    """
    play = unending(repetition(game, discount, suspicion, error, patient=False))
    if isinstance(player, bool) or player not in (0, 1):
        raise ValueError(f"player: requires 0 (row) or 1 (column), got {player!r}")
    require_fitting(policy, play.stage, 1 - player, "policy")
    values, best, openings, worth = optimum(problem_of(policy, play, player))
    own, other = play.stage.strategies[player], play.stage.strategies[1 - player]
    table: NDArray[Any] = np.array([[plain(v) for v in row] for row in values], dtype=object)
    table.setflags(write=False)
    unique = len(openings) == 1 and all(len(acts) == 1 for row in best for acts in row)
    who = play.stage.players[player]
    value = plain(worth)
    reply = Policy(
        openings[0],
        [[acts[0] for acts in row] for row in best],
        (own, other),
        f"best reply to {policy.name}",
    )
    subject = f"The {who}" if who[:1].islower() else who
    others = "" if unique else ", and others earn as much"
    return BestReply(
        method="policy iteration in rational numbers",
        exact=True,
        complete=True,
        status=f"{subject}'s best reply to {policy.name} earns {number(value)}{others}.",
        policy=reply,
        value=value,
        values=table,
        openings=tuple(own[k] for k in openings),
        choices=tuple(tuple(tuple(own[k] for k in acts) for acts in row) for row in best),
        unique=unique,
        player=who,
    )
