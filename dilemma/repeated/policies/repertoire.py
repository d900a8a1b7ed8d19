r"""Policies with a name: what theorists of repeated play mean when they say grim or reciprocity.

All have the memory of one period, and so are these words made precise. *Last* means what was
carried out (or, with errors of perception, what the owner read) in the period before.

================================  ===========  ==================================================
policy                            opens with   then
================================  ===========  ==================================================
`always`                          X            X
`reciprocate`                     COL          what the partner played last
`cautious_reciprocity`            CMP          what the partner played last
`grim`                            COL          COL after (COL, COL), AVO after all else: for
                                               ever, unless both slip back into COL at once
`forgiving_grim`                  COL          as `grim`, but back to COL after (AVO, AVO):
                                               together the two punish for one period
`win_stay_lose_shift`             COL          the same after a payoff that reaches the
                                               aspiration; otherwise COL, or AVO after own COL
`learn_and_leave`                 COM          AVO, for ever
================================  ===========  ==================================================

For other games the strategies in the roles of collaboration, competition, compromise and avoidance
are named by the caller; in games of two strategies without these names, the first is taken to
cooperate and the second to defect.

Sources: axelrod1984 (tit for tat), friedman1971 (grim), nowak1993 (win-stay, lose-shift),
nowak1992 (generous tit for tat).
"""

from __future__ import annotations

from typing import Any

from dilemma.arrays.exact import fraction
from dilemma.game import Game, checking
from dilemma.game.requiring import require_game
from dilemma.repeated.policies.memory import Policy

COLLABORATION, COMPETITION, COMPROMISE, AVOIDANCE = (
    "collaboration",
    "competition",
    "compromise",
    "avoidance",
)


def always(game: Game, strategy: Any, player: int = 0) -> Policy:
    """Return the policy that plays one strategy whatever happens.

    Parameters
    ----------
    game : Game
    strategy : str or int
    player : int
        Whose policy: 0 for the row player, 1 for the column player.

    Examples
    --------
    >>> print(always(Game.symmetric([[3, 0], [5, 1]], ["share", "hide"]), "hide"))
    always hide: opens with hide
      after anything: hide
    """
    own = _names(game, player)[0]
    chosen = checking.chosen([strategy], own, "strategy")[0]
    return _policy(game, player, chosen, lambda i, j: chosen, f"always {own[chosen]}")


def reciprocate(
    game: Game, opening: Any = None, player: int = 0, name: str = "reciprocate"
) -> Policy:
    """Return the policy that plays what the partner played last: a mirror.

    Parameters
    ----------
    game : Game
        Both players have strategies of the same names (or as many, which are matched in order).
    opening : str or int, optional
        What is played first; collaboration if left out.
    player : int
    name : str

    Examples
    --------
    >>> reciprocate(Game.symmetric([[3, 0], [5, 1]]), opening="1").replies[0, 1].tolist()
    [Fraction(0, 1), Fraction(1, 1)]
    """
    own, other = _names(game, player)
    first = _role(game, player, opening, COLLABORATION, "opening", 0)
    if set(own) == set(other):
        mirror = [own.index(one) for one in other]
    elif len(own) == len(other):
        mirror = list(range(len(own)))
    else:
        raise ValueError(
            "game: requires players with the same strategies, so that one can do what the other "
            f"did, got the shape {game.shape}"
        )
    return _policy(game, player, first, lambda i, j: mirror[j], name)


def cautious_reciprocity(game: Game, opening: Any = None, player: int = 0) -> Policy:
    """Return the mirror that opens with compromise, or with what is given.

    Examples
    --------
    >>> hawks = Game.symmetric([[2, 0], [3, -1]], ["compromise", "competition"])
    >>> cautious_reciprocity(hawks).opening
    (Fraction(1, 1), Fraction(0, 1))
    """
    first = _role(game, player, opening, COMPROMISE, "opening", None)
    return reciprocate(game, first, player, "cautious reciprocity")


def grim(
    game: Game, cooperate: Any = None, punish: Any = None, player: int = 0, name: str = "grim"
) -> Policy:
    """Return the policy that cooperates after mutual cooperation, and punishes after all else.

    Parameters
    ----------
    game : Game
        The strategy of cooperation exists for both players.
    cooperate, punish : str or int, optional
        Collaboration and avoidance if left out.
    player : int
    name : str

    Examples
    --------
    >>> print(grim(Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])))
    grim: opens with share
      after own share and share: share
      after own share and hide: hide
      after own hide and anything: hide
    """
    first, last = _both(game, player, cooperate, punish)
    mine = _partners(game, player, first)
    return _policy(
        game, player, first, lambda i, j: first if (i, j) == (first, mine) else last, name
    )


def forgiving_grim(
    game: Game, cooperate: Any = None, punish: Any = None, player: int = 0
) -> Policy:
    """Return grim that starts again: after both have punished, it cooperates.

    A breach is punished by one period of mutual punishment; a partner that does not join in
    (that goes on exploiting) is punished for as long. Parameters as in `grim`.

    Examples
    --------
    >>> print(forgiving_grim(Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])))
    forgiving grim: opens with share
      after own share and share: share
      after own share and hide: hide
      after own hide and share: hide
      after own hide and hide: share
    """
    first, last = _both(game, player, cooperate, punish)
    again = {(one, _partners(game, player, one)) for one in (first, last)}
    return _policy(
        game, player, first, lambda i, j: first if (i, j) in again else last, "forgiving grim"
    )


def win_stay_lose_shift(
    game: Game,
    aspiration: Any = None,
    cooperate: Any = None,
    retreat: Any = None,
    player: int = 0,
) -> Policy:
    """Return the policy that stays with what paid, and shifts from what did not.

    After a payoff that reaches the aspiration it plays the same again; otherwise it goes to
    cooperation, or from cooperation to the retreat.

    Parameters
    ----------
    game : Game
    aspiration : number, optional
        If left out, the owner's payoff in mutual compromise where the game has a compromise, else
        in mutual cooperation (with the payoffs T > R > P > S of a prisoner's dilemma that is the
        rule of nowak1993: stay after T and R).
    cooperate, retreat : str or int, optional
        Collaboration and avoidance if left out.
    player : int

    Examples
    --------
    >>> print(win_stay_lose_shift(Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])))
    win-stay-lose-shift: opens with share
      after own share and share: share
      after own share and hide: hide
      after own hide and share: hide
      after own hide and hide: share
    """
    first, last = _both(game, player, cooperate, retreat)
    own, other = _names(game, player)
    payoffs = game.exact_payoffs[0] if player == 0 else game.exact_payoffs[1].T
    if aspiration is not None:
        level = fraction(aspiration, "aspiration")
    else:
        agreed = own.index(COMPROMISE) if COMPROMISE in own and COMPROMISE in other else first
        level = payoffs[agreed, _partners(game, player, agreed)]

    def next_after(i: int, j: int) -> int:
        if payoffs[i, j] >= level:
            return i
        return last if i == first else first

    return _policy(game, player, first, next_after, "win-stay-lose-shift")


def learn_and_leave(game: Game, learn: Any = None, leave: Any = None, player: int = 0) -> Policy:
    """Return the policy that competes once and then avoids, for ever.

    Parameters
    ----------
    game : Game
    learn, leave : str or int, optional
        Competition and avoidance if left out.
    player : int

    Examples
    --------
    >>> race = Game.symmetric([[1, 4], [0, 0]], ["competition", "avoidance"])
    >>> print(learn_and_leave(race))
    learn and leave: opens with competition
      after anything: avoidance
    """
    first = _role(game, player, learn, COMPETITION, "learn", None)
    last = _role(game, player, leave, AVOIDANCE, "leave", None)
    return _policy(game, player, first, lambda i, j: last, "learn and leave")


def tit_for_tat(game: Game, player: int = 0) -> Policy:
    """Return tit for tat: `reciprocate` in a game of two strategies, which opens with the first.

    Examples
    --------
    >>> tit_for_tat(Game.symmetric([[3, 0], [5, 1]])).name
    'tit for tat'
    """
    _require_two(game)
    return reciprocate(game, 0, player, "tit for tat")


def generous_tit_for_tat(game: Game, generosity: Any = None, player: int = 0) -> Policy:
    r"""Return the tit for tat of two strategies that forgives a defection with some probability.

    Parameters
    ----------
    game : Game
        Of two strategies each; the first is to cooperate.
    generosity : number in [0, 1], optional
        The probability of cooperation after a defection. If left out it is
        :math:`\min\{1 - \frac{T - R}{R - S}, \frac{R - P}{T - P}\}` of the owner's payoffs
        (nowak1992), which takes T > R > P > S and T + S < 2R.
    player : int

    Raises
    ------
    ValueError
        If the generosity is outside [0, 1], or the payoffs are no prisoner's dilemma.

    References
    ----------
    nowak1992 in ``references.bib``.

    Examples
    --------
    >>> generous_tit_for_tat(Game.symmetric([[3, 0], [5, 1]])).replies[0, 1, 0]
    Fraction(1, 3)
    """
    _require_two(game)
    own, other = _names(game, player)
    if generosity is None:
        payoffs = game.exact_payoffs[0] if player == 0 else game.exact_payoffs[1].T
        (reward, sucker), (temptation, punishment) = payoffs.tolist()
        if not (temptation > reward > punishment > sucker and temptation + sucker < 2 * reward):
            raise ValueError(
                "generosity: requires a number, since the payoffs are no prisoner's dilemma "
                "(T > R > P > S, T + S < 2R) from which it could follow, got none"
            )
        chance = min(
            1 - (temptation - reward) / (reward - sucker),
            (reward - punishment) / (temptation - punishment),
        )
    else:
        chance = fraction(generosity, "generosity")
        if not 0 <= chance <= 1:
            raise ValueError(f"generosity: requires a number in [0, 1], got {chance}")
    forgiven = [1, chance, 1, chance]
    return Policy.from_cooperation(forgiven, 1, (own, other), "generous tit for tat")


def named_policies(game: Game, player: int = 0) -> dict[str, Policy]:
    """Return all the policies of this module that a game has the strategies for, by name.

    Parameters
    ----------
    game : Game
    player : int

    Returns
    -------
    dict of str to Policy
        For the game of an alliance eleven: five that always do the same, `reciprocate`,
        `cautious_reciprocity`, `grim`, `forgiving_grim`, `win_stay_lose_shift` and
        `learn_and_leave`. For two strategies, `generous_tit_for_tat` where its generosity follows
        from the payoffs. A policy that does the same as an earlier one under another name (as
        forgiving grim and win-stay-lose-shift can in games of two strategies) is listed too.

    Examples
    --------
    >>> list(named_policies(Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])))[2:4]
    ['reciprocate', 'grim']
    """
    own, _ = _names(game, player)
    makers: list[Any] = [lambda s=one: always(game, s, player) for one in own]
    makers += [
        lambda: reciprocate(game, None, player),
        lambda: cautious_reciprocity(game, None, player),
        lambda: grim(game, None, None, player),
        lambda: forgiving_grim(game, None, None, player),
        lambda: win_stay_lose_shift(game, player=player),
        lambda: learn_and_leave(game, player=player),
    ]
    if game.shape == (2, 2):
        makers.append(lambda: generous_tit_for_tat(game, None, player))
    found = {}
    for make in makers:
        try:
            policy = make()
        except ValueError:  # the game lacks a strategy of that name, or a dilemma
            continue
        found[policy.name] = policy
    return found


def _names(game: Game, player: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    require_game(game)
    if isinstance(player, bool) or player not in (0, 1):
        raise ValueError(f"player: requires 0 (row) or 1 (column), got {player!r}")
    first, second = game.strategies
    return (first, second) if player == 0 else (second, first)


def _policy(game: Game, player: int, opening: int, reply: Any, name: str) -> Policy:
    names = _names(game, player)
    m, n = map(len, names)
    return Policy(opening, [[reply(i, j) for j in range(n)] for i in range(m)], names, name)


def _role(
    game: Game, player: int, given: Any, usual: str, argument: str, of_two: int | None
) -> int:
    """The strategy in a role: as given, else the one that is called so, else by place."""
    own, _ = _names(game, player)
    if given is not None:
        return checking.chosen([given], own, argument)[0]
    if usual in own:
        return own.index(usual)
    if of_two is not None and len(own) == 2:
        return of_two
    raise ValueError(
        f"{argument}: requires a strategy among {own}, since none is called {usual}; got none"
    )


def _both(game: Game, player: int, cooperate: Any, punish: Any) -> tuple[int, int]:
    first = _role(game, player, cooperate, COLLABORATION, "cooperate", 0)
    last = _role(game, player, punish, AVOIDANCE, "punish", 1)
    return first, last


def _partners(game: Game, player: int, strategy: int) -> int:
    """The partner's strategy of the same name, or, failing that, at the same place."""
    own, other = _names(game, player)
    if own[strategy] in other:
        return other.index(own[strategy])
    if len(own) == len(other):
        return strategy
    raise ValueError(
        f"game: requires a strategy {own[strategy]!r} of both players, got {other} for the partner"
    )


def _require_two(game: Game) -> None:
    if not isinstance(game, Game) or game.shape != (2, 2):
        shape = game.shape if isinstance(game, Game) else type(game).__name__
        raise ValueError(f"game: requires two strategies for each player, got {shape}")
