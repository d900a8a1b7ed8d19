"""How much patience sustains a target: reversion for ever to a punishment."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from dilemma.arrays.exact import fractions
from dilemma.equilibria import Equilibrium
from dilemma.game import Game
from dilemma.solution import Solution


@dataclass(frozen=True, kw_only=True)
class CriticalDiscount(Solution):
    """The least discount factor that sustains a target under grim reversion.

    Attributes
    ----------
    value : Fraction or None
        The larger of the two players' critical discount factors; None if no discount factor
        below 1 sustains the target.
    by_player : pair of Fraction or None
        Each player's own: 0 for one who gains nothing by deviating.
    target : pair of str
        The strategies to be sustained.
    deviations : pair of (str or None)
        Each player's best deviation from the target, None where no deviation gains.
    credible : bool
        True if the punishment is an equilibrium of the stage game, so that carrying it out is in
        each player's interest.
    """

    value: Fraction | None
    by_player: tuple[Fraction | None, Fraction | None]
    target: tuple[str, str]
    deviations: tuple[str | None, str | None]
    credible: bool

    def __str__(self) -> str:
        return self.status


def critical_discount(game: Game, target: Any, punishment: Any) -> CriticalDiscount:
    r"""Find the least discount factor at which grim reversion sustains a target, exactly.

    Both players play the target as long as nobody has deviated, and the punishment for ever
    after. With :math:`R_i` the target's payoff to player i, :math:`D_i` that of the best deviation
    and :math:`P_i` the punishment's, in average discounted payoffs nobody deviates if and only if
    :math:`R_i \ge (1 - \delta) D_i + \delta P_i`, that is

    .. math:: \delta \ge \delta_i^* = \frac{D_i - R_i}{D_i - P_i}

    where a deviation gains (:math:`D_i > R_i`) and the punishment hurts (:math:`P_i < R_i`). It
    is 0 where none gains, and there is none below 1 where one gains and the punishment does not
    hurt. :math:`\delta_i^*` grows with :math:`D_i`, so that the best deviation decides.

    Parameters
    ----------
    game : Game
        The stage game.
    target : str, int, or pair of these
        A pure strategy profile, by names or indices; one name or index stands for both players.
    punishment : str, int, pair of these, or Equilibrium
        What is played for ever after a deviation: a pure profile, or one of ``nash(game)``.

    Returns
    -------
    CriticalDiscount
        Its ``status`` says so where the punishment is not credible: where it is no equilibrium of
        the stage game, grim reversion to it is not subgame perfect.

    Raises
    ------
    TypeError, ValueError
        If a profile names no strategies of the game.

    References
    ----------
    friedman1971 in ``references.bib``.

    Examples
    --------
    >>> prisoners = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> patience = critical_discount(prisoners, "share", "hide")
    >>> patience.value, patience.deviations, patience.credible
    (Fraction(1, 2), ('hide', 'hide'), True)
    >>> critical_discount(prisoners, "share", "share").value is None
    True
    """
    if not isinstance(game, Game):
        raise TypeError(f"game: requires a Game, got {type(game).__name__}")
    row, column = _pure_profile(game, target, "target")
    x, y = _punishment(game, punishment)
    exact = game.exact_payoffs
    best_against = (exact[0, :, column], exact[1, row, :])
    rewards: list[Fraction] = [exact[0, row, column], exact[1, row, column]]
    punished = cast("tuple[Fraction, Fraction]", game.expected_payoffs(x, y))
    by_player: list[Fraction | None] = []
    deviations: list[str | None] = []
    for player in (0, 1):
        payoffs = list(best_against[player])
        best, reward, harsh = max(payoffs), rewards[player], punished[player]
        gains = best > reward
        deviations.append(game.strategies[player][payoffs.index(best)] if gains else None)
        if not gains:
            by_player.append(Fraction(0))
        elif harsh >= reward:
            by_player.append(None)
        else:
            by_player.append((best - reward) / (best - harsh))
    first, second = by_player
    value = None if first is None or second is None else max(first, second)
    credible = game.regret(x, y) == 0
    names = (game.strategies[0][row], game.strategies[1][column])
    return CriticalDiscount(
        method="grim reversion, in closed form",
        exact=True,
        complete=True,
        status=_status(game, value, by_player, names, deviations, credible),
        value=value,
        by_player=(first, second),
        target=names,
        deviations=(deviations[0], deviations[1]),
        credible=credible,
    )


def _status(
    game: Game,
    value: Fraction | None,
    by_player: list[Fraction | None],
    names: tuple[str, str],
    deviations: list[str | None],
    credible: bool,
) -> str:
    target = f"mutual {names[0]}" if names[0] == names[1] else f"{names[0]} with {names[1]}"
    if value is None:
        held = [name for name, one in zip(game.players, by_player, strict=True) if one is None]
        words = (
            f"No discount factor below 1 sustains {target}: the punishment costs "
            f"the {' and the '.join(held)} no more than the target pays"
        )
    elif value == 0:
        words = f"Any discount factor sustains {target}: nobody gains by deviating"
    else:
        player = by_player.index(value)
        who = "either firm's" if by_player[0] == by_player[1] else f"the {game.players[player]}'s"
        if not game.players[0].endswith("firm"):
            who = who.replace("either firm's", "either player's")
        words = (
            f"A discount factor of at least {value} sustains {target}; "
            f"{who} best deviation is {deviations[player]}"
        )
    if credible:
        return f"{words}. The punishment is credible: an equilibrium of the stage game."
    return (
        f"{words}. The punishment is not credible: it is no equilibrium of the stage game, "
        "so that carrying it out for ever is not in everybody's interest."
    )


def _pure_profile(game: Game, profile: Any, name: str) -> tuple[int, int]:
    pair = (profile, profile) if isinstance(profile, (str, int)) else profile
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(
            f"{name}: requires a strategy, or a pair (row strategy, column strategy), "
            f"by names or indices, got {profile!r}"
        )
    return _position(game, pair[0], 0, name), _position(game, pair[1], 1, name)


def _position(game: Game, one: Any, player: int, name: str) -> int:
    names = game.strategies[player]
    if isinstance(one, str):
        if one not in names:
            raise ValueError(
                f"{name}: requires a strategy of the {game.players[player]} among "
                f"{', '.join(names)}, got {one!r}"
            )
        return names.index(one)
    if isinstance(one, bool) or not isinstance(one, int):
        raise TypeError(f"{name}: requires names or indices of strategies, got {one!r}")
    if not 0 <= one < len(names):
        raise ValueError(
            f"{name}: requires an index from 0 to {len(names) - 1} for the "
            f"{game.players[player]}, got {one}"
        )
    return one


def _punishment(game: Game, punishment: Any) -> tuple[list[Any], list[Any]]:
    if isinstance(punishment, Equilibrium):
        sizes = (len(punishment.row), len(punishment.column))
        if sizes != game.shape:
            raise ValueError(
                f"punishment: requires an equilibrium of a game of shape {game.shape}, "
                f"got one of shape {sizes}"
            )
        return list(fractions(punishment.row)), list(fractions(punishment.column))
    row, column = _pure_profile(game, punishment, "punishment")
    m, n = game.shape
    return [int(i == row) for i in range(m)], [int(j == column) for j in range(n)]
