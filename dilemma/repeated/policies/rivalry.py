r"""Partners and rivals: does a policy share, or does it win? For games of two strategies.

By the definitions of hilbe2015, in the iterated prisoner's dilemma a policy is

- *nice* if it is never the first to defect: it opens with C and replies C to (C, C);
- a **partner** if it is nice, and a co-player that gets the reward R for mutual cooperation, or
  more, leaves it R: :math:`\pi' \ge R \Rightarrow \pi = \pi' = R`. Who wants all of R
  must cooperate;
- a **rival** (or *competitive*) if it never gets less than its co-player:
  :math:`\pi \ge \pi'` against all.

"All co-players" are infinitely many, but what they can reach, as points (π, π′), is the convex
hull of what the 2 · 16 deterministic policies of one period's memory reach: a co-player faces a
Markov decision problem whose discounted (or long-run) laws of acts are mixtures of those of
deterministic policies (puterman1994). Both definitions are decided at the corners, exactly.

Sources: hilbe2015, puterman1994.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from dilemma.game import Game, RepeatedGame, repetition
from dilemma.game.display import number
from dilemma.repeated.policies.averages import average_payoffs
from dilemma.repeated.policies.encounters import conduct, require_fitting, unending
from dilemma.repeated.policies.memory import Policy, folded
from dilemma.solution import Solution

Pair = tuple[Fraction, Fraction]


@dataclass(frozen=True, kw_only=True, repr=False)
class Stance(Solution):
    """Whether a policy is a partner, a rival, both or neither, exact.

    Attributes
    ----------
    nice : bool
        True if the policy is never the first to defect.
    partner, rival : bool
        See the module's text.
    kind : str
        "partner", "rival", "partner and rival", or "neither".
    exploiter : Policy
        The co-player that earns most against the policy (of several, one that leaves it least).
    exploited : pair of Fraction
        What the policy and that co-player then earn.
    outdoer : Policy
        The co-player that is ahead by most (or, against a rival, behind by least).
    outdone : pair of Fraction
        What the policy and that co-player then earn.
    """

    nice: bool
    partner: bool
    rival: bool
    kind: str
    exploiter: Policy
    exploited: Pair
    outdoer: Policy
    outdone: Pair

    def __str__(self) -> str:
        lines = [self.status]
        furthest = "least that a co-player lags" if self.rival else "most that one gets ahead"
        for what, pair in (
            ("the most that a co-player can get", self.exploited),
            (f"the {furthest}", self.outdone),
        ):
            lines.append(f"  {what}: {number(pair[1])}, to the policy's {number(pair[0])}")
        return folded(lines)


def partner_or_rival(
    policy: Policy, game: Game | RepeatedGame, discount: Any = None, *, player: int = 0
) -> Stance:
    """Decide whether a policy is a partner or a rival, against all co-players, exactly.

    Parameters
    ----------
    policy : Policy
    game : Game or RepeatedGame
        Of two strategies each; the first is to cooperate. Play is without errors.
    discount : number in [0, 1]
        1 stands for the limit of means.
    player : int
        Whose policy it is.

    Returns
    -------
    Stance

    Raises
    ------
    TypeError, ValueError
        If the game has other numbers of strategies, acts can go wrong, or the policy does not fit.

    Notes
    -----
    Thirty-two encounters of at most four states each. In games that are no prisoner's dilemma the
    definitions are taken by the letter.

    References
    ----------
    hilbe2015 in ``references.bib``.

    Examples
    --------
    >>> from dilemma.repeated import always, generous_tit_for_tat, tit_for_tat
    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> for one in (tit_for_tat(stage), always(stage, "hide"), always(stage, "share")):
    ...     print(partner_or_rival(one, stage, 1).kind)
    partner and rival
    rival
    neither
    """
    play = unending(repetition(game, discount))
    stage = play.stage
    if stage.shape != (2, 2):
        raise ValueError(f"game: requires two strategies for each player, got {stage.shape}")
    if play.suspicion:
        raise ValueError(
            "game: requires play without errors, for which partners and rivals are defined, got "
            f"suspicion {play.suspicion}"
        )
    if isinstance(player, bool) or player not in (0, 1):
        raise ValueError(f"player: requires 0 (row) or 1 (column), got {player!r}")
    require_fitting(policy, stage, player, "policy")
    acts = conduct(policy, play)
    names = stage.strategies[::-1] if player == 0 else stage.strategies
    met: list[tuple[Fraction, Fraction, Policy]] = []
    for first, *rest in product((0, 1), repeat=5):
        other = Policy(first, [rest[:2], rest[2:]], names, "co-player")
        theirs = conduct(other, play)
        if player == 0:
            own, co = average_payoffs(acts, theirs, play)
        else:
            co, own = average_payoffs(theirs, acts, play)
        met.append((own, co, other))
    reward, shared = (stage.exact_payoffs[who][0, 0] for who in (player, 1 - player))
    nice = policy.opening[0] == 1 == policy.replies[0, 0, 0]
    partner = nice and all(co < shared or (co, own) == (shared, reward) for own, co, _ in met)
    rival = all(own >= co for own, co, _ in met)
    kinds = [name for name, holds in (("partner", partner), ("rival", rival)) if holds]
    kind = " and ".join(kinds) or "neither"
    most = max(met, key=lambda one: (one[1], -one[0]))
    ahead = max(met, key=lambda one: (one[1] - one[0], one[1]))
    return Stance(
        method="all deterministic co-players of one period's memory, in rational numbers",
        exact=True,
        complete=True,
        status=_status(policy.name, kind, nice),
        nice=nice,
        partner=partner,
        rival=rival,
        kind=kind,
        exploiter=most[2],
        exploited=(most[0], most[1]),
        outdoer=ahead[2],
        outdone=(ahead[0], ahead[1]),
    )


def _status(name: str, kind: str, nice: bool) -> str:
    if kind == "neither":
        what = "neither a partner nor a rival"
    else:
        what = " and ".join(f"a {one}" for one in kind.split(" and "))
    return f"{name} is {what}{'; it is nice' if nice and 'partner' not in kind else ''}."
