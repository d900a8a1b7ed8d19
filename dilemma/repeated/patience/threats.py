"""What is threatened: a given profile, an equilibrium for each player, or the harshest code."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.arrays.exact import fractions
from dilemma.equilibria import Equilibrium, nash
from dilemma.game import Game, checking
from dilemma.repeated.patience.guarantees import Pair
from dilemma.repeated.patience.penal_codes import Punishment

KINDS = ("worst", "minmax")


@dataclass(frozen=True)
class Threat:
    """A punishment as it was asked for.

    Attributes
    ----------
    kind : str
        "given", "worst" or "minmax".
    worths : pair of Fraction, or None
        What each player gets once it has deviated; None where that depends on the discount.
    punishments : pair of (Punishment or None)
    credible : bool
        True if carrying it out is in each player's interest.
    """

    kind: str
    worths: Pair | None
    punishments: tuple[Punishment | None, Punishment | None]
    credible: bool


def read_threat(game: Game, punishment: Any) -> Threat:
    """Read a punishment: a profile, an equilibrium, a pair of equilibria, "worst" or "minmax".

    Raises
    ------
    TypeError, ValueError
        If it is none of these, or of another game.

    Examples
    --------
    >>> prisoners = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> read_threat(prisoners, "worst").worths
    (Fraction(1, 1), Fraction(1, 1))
    """
    named = isinstance(punishment, str) and punishment not in set().union(*game.strategies)
    if named and punishment == "minmax":
        return Threat("minmax", None, (None, None), True)
    if named and punishment == "worst":
        first, second = worst_equilibria(game)
        return _threat(game, "worst", (first, second))
    if isinstance(punishment, (tuple, list)) and any(
        isinstance(one, Equilibrium) for one in punishment
    ):
        if len(punishment) != 2:
            raise ValueError(
                f"punishment: requires one for each player, got {len(punishment)} of them"
            )
        return _threat(game, "given", (punishment[0], punishment[1]))
    if named and punishment not in KINDS:
        try:
            checking.pure_profile(punishment, game.strategies, game.players, "punishment")
        except ValueError as error:
            raise ValueError(f'{error}; or "worst", or "minmax"') from None
    return _threat(game, "given", (punishment, punishment))


def _threat(game: Game, kind: str, both: tuple[Any, Any]) -> Threat:
    first = _carried_out(game, both[0])
    second = first if both[1] is both[0] else _carried_out(game, both[1])
    return Threat(
        kind,
        (first[0][0], second[0][1]),
        (first[1], second[1]),
        first[2] and second[2],
    )


def _carried_out(game: Game, one: Any) -> tuple[Pair, Punishment, bool]:
    """What a punishment pays both, its description, and whether it is a stage equilibrium."""
    x, y, profile, words = _play(game, one)
    row, column = game.expected_payoffs(x, y)
    punishment = Punishment(profile, None, None, words)
    return (Fraction(row), Fraction(column)), punishment, game.regret(x, y) == 0


def _play(game: Game, punishment: Any) -> tuple[list[Any], list[Any], tuple[str, str] | None, str]:
    """Both mixtures of what is threatened, its names if it is a pure profile, and words."""
    m, n = game.shape
    if isinstance(punishment, Equilibrium):
        sizes = (len(punishment.row), len(punishment.column))
        if sizes != game.shape:
            raise ValueError(
                f"punishment: requires an equilibrium of a game of shape {game.shape}, "
                f"got one of shape {sizes}"
            )
        words = f"for ever the stage equilibrium in which {punishment.words}"
        return list(fractions(punishment.row)), list(fractions(punishment.column)), None, words
    row, column = checking.pure_profile(punishment, game.strategies, game.players, "punishment")
    names = (game.strategies[0][row], game.strategies[1][column])
    played = f"mutual {names[0]}" if names[0] == names[1] else " with ".join(names)
    words = f"for ever {played}"
    return [int(i == row) for i in range(m)], [int(j == column) for j in range(n)], names, words


def worst_equilibria(game: Game) -> tuple[Equilibrium, Equilibrium]:
    """Return, for each player, the stage equilibrium that pays it least.

    In a component of equilibria payoffs are least at an extreme one, so that those of `nash`
    are enough.

    Raises
    ------
    ValueError
        If the game is too large for `nash`.

    Examples
    --------
    >>> chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
    >>> [one.words for one in worst_equilibria(chicken)]
    ['the row player plays yield; the column player plays insist', \
'the row player plays insist; the column player plays yield']
    """
    found = nash(game)
    first, second = (min(found, key=lambda one: one.payoffs[player]) for player in (0, 1))
    return first, second
