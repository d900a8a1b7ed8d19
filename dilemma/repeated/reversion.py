"""How much patience sustains a target: reversion for ever to a punishment."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.arrays.exact import fractions
from dilemma.equilibria import Equilibrium
from dilemma.equilibria.words import name_in_a_sentence
from dilemma.game import Game, checking
from dilemma.solution import Solution


@dataclass(frozen=True, kw_only=True, repr=False)
class CriticalDiscount(Solution):
    """The discount factors that sustain a target under grim reversion.

    Attributes
    ----------
    value : Fraction or None
        The least discount factor that sustains the target; None if none below 1 does.
    largest : Fraction or None
        The largest one: 1, unless the punishment pays a player more than the target does.
    by_player : pair of (Fraction or None)
        Each player's own least discount factor: 0 for one whom no deviation pays.
    target : pair of str
        The strategies to be sustained.
    deviations : pair of (str or None)
        Each player's best deviation from the target, None where no deviation gains at once.
    credible : bool
        True if the punishment is an equilibrium of the stage game, so that carrying it out is in
        each player's interest.
    """

    value: Fraction | None
    largest: Fraction | None
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
    :math:`R_i \ge (1 - \delta) D_i + \delta P_i` for both players. Where a deviation gains
    (:math:`D_i > R_i`) and the punishment hurts (:math:`P_i < R_i`), that is

    .. math:: \delta \ge \delta_i^* = \frac{D_i - R_i}{D_i - P_i},

    which grows with :math:`D_i`, so that the best deviation decides. Where none gains and the
    punishment does not reward, any discount factor will do; where one gains and the punishment
    does not hurt, none below 1. A "punishment" that pays more than the target
    (:math:`P_i > R_i \ge D_i`) tempts the patient: it bounds the discount factor from above, by
    :math:`(R_i - D_i)/(P_i - D_i)`.

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
    row, column = checking.pure_profile(target, game.strategies, game.players, "target")
    x, y = _punishment(game, punishment)
    exact = game.exact_payoffs
    punished = game.expected_payoffs(x, y)
    ranges: list[tuple[Fraction, Fraction] | None] = []
    deviations: list[str | None] = []
    for player, own in ((0, row), (1, column)):
        payoffs = list(exact[0, :, column] if player == 0 else exact[1, row, :])
        reward = payoffs.pop(own)
        names_left = [*game.strategies[player][:own], *game.strategies[player][own + 1 :]]
        best = max(payoffs, default=None)
        gains = best is not None and best > reward
        deviations.append(names_left[payoffs.index(best)] if gains else None)
        ranges.append(_sustaining(reward, best, Fraction(punished[player])))
    first, second = ranges
    value = largest = None
    if first is not None and second is not None:
        low, high = max(first[0], second[0]), min(first[1], second[1])
        if low <= high:
            value, largest = low, high
    by_player = [None if one is None else one[0] for one in ranges]
    credible = game.regret(x, y) == 0
    names = (game.strategies[0][row], game.strategies[1][column])
    return CriticalDiscount(
        method="grim reversion, in closed form",
        exact=True,
        complete=True,
        status=_status(game, value, largest, by_player, names, deviations, credible),
        value=value,
        largest=largest,
        by_player=(by_player[0], by_player[1]),
        target=names,
        deviations=(deviations[0], deviations[1]),
        credible=credible,
    )


def _sustaining(
    reward: Fraction, best: Fraction | None, punished: Fraction
) -> tuple[Fraction, Fraction] | None:
    """The least and the largest discount factor at which one player does not deviate."""
    if best is None or max(best, punished) <= reward:
        return Fraction(0), Fraction(1)
    if best > reward:
        return ((best - reward) / (best - punished), Fraction(1)) if punished < reward else None
    return Fraction(0), (reward - best) / (punished - best)


def _status(
    game: Game,
    value: Fraction | None,
    largest: Fraction | None,
    by_player: list[Fraction | None],
    names: tuple[str, str],
    deviations: list[str | None],
    credible: bool,
) -> str:
    target = f"mutual {names[0]}" if names[0] == names[1] else f"{names[0]} with {names[1]}"
    if value is None and None not in by_player:
        words = (
            f"No discount factor sustains {target} for both: one player needs more patience than "
            "the other can have, whom the punishment pays more than the target"
        )
    elif value is None:
        words = (
            f"No discount factor below 1 sustains {target}: a deviation gains, and the punishment "
            "does not leave the deviator worse off than the target"
        )
    elif largest != 1:
        words = (
            f"Discount factors from {value} to {largest} sustain {target}: the punishment pays "
            "a player more than the target, which tempts the more patient"
        )
    elif value == 0:
        words = f"Any discount factor sustains {target}: nobody gains by deviating"
    else:
        player = by_player.index(value)
        if by_player[0] == by_player[1] and deviations[0] == deviations[1]:
            who = "firm" if game.players[0].endswith("firm") else "player"
            tempted = f"either {who}'s best deviation is {deviations[player]}"
        else:
            tempted = " and ".join(
                f"{name_in_a_sentence(game.players[p])}'s best deviation is {deviations[p]}"
                for p in (0, 1)
                if by_player[p] == value
            )
        words = f"A discount factor of at least {value} sustains {target}; {tempted}"
    if credible:
        return f"{words}. The punishment is credible: an equilibrium of the stage game."
    return (
        f"{words}. The punishment is not credible: it is no equilibrium of the stage game, "
        "so that carrying it out for ever is not in everybody's interest."
    )


def _punishment(game: Game, punishment: Any) -> tuple[list[Any], list[Any]]:
    if isinstance(punishment, Equilibrium):
        sizes = (len(punishment.row), len(punishment.column))
        if sizes != game.shape:
            raise ValueError(
                f"punishment: requires an equilibrium of a game of shape {game.shape}, "
                f"got one of shape {sizes}"
            )
        return list(fractions(punishment.row)), list(fractions(punishment.column))
    row, column = checking.pure_profile(punishment, game.strategies, game.players, "punishment")
    m, n = game.shape
    return [int(i == row) for i in range(m)], [int(j == column) for j in range(n)]
