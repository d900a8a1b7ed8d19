"""What a population may be: its game, size, selection and mutation, checked.

Each function returns its argument in the standard form, or raises an error that names the
argument, what it requires and what it got.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction, to_float
from dilemma.game import Game, GroupGame, checking


def require_game(game: Any) -> None:
    """Refuse what is no game."""
    if not isinstance(game, (Game, GroupGame)):
        raise TypeError(
            f"game: requires a Game or a GroupGame, got {type(game).__name__} (an alliance's is "
            "alliance.game())"
        )


def sizes_of(game: Game | GroupGame, size: Any) -> int | tuple[int, int]:
    """The number of players of one population, or of two."""
    if isinstance(size, (tuple, list)):
        if len(size) != 2:
            raise ValueError(f"size: requires one number of players, or two, got {len(size)}")
        if isinstance(game, GroupGame):
            raise ValueError(
                f"size: requires one population for a game in groups, got the two of {size}"
            )
        first, second = (checking.count(one, "size", 2, "players") for one in size)
        return first, second
    one = checking.count(size, "size", 2, "players")
    if isinstance(game, GroupGame):
        if one < game.size:
            raise ValueError(
                f"size: requires at least {game.size} players, as many as a group has, got {one}"
            )
    elif not game.is_symmetric:
        raise ValueError(
            "game: requires a symmetric game (the same payoffs when the players change places) in "
            "one population, got one that tells its players apart; pass the two-population form, "
            f"size=({one}, {one})"
        )
    return one


def selection_of(selection: Any) -> Fraction | float:
    """The strength of selection: a Fraction, or infinity."""
    if isinstance(selection, (float, np.floating)) and math.isinf(selection) and selection > 0:
        return math.inf
    value = fraction(selection, "selection")
    if value < 0:
        raise ValueError(f"selection: requires a number of at least 0, got {value}")
    to_float(value, "selection")
    return value


def mutation_of(mutation: Any) -> Fraction | str:
    """The rate of mutation, or "rare"."""
    if isinstance(mutation, str) and mutation == "rare":
        return "rare"
    try:
        value = fraction(mutation, "mutation")
    except ValueError:
        raise ValueError(
            f'mutation: requires "rare" or a probability in (0, 1], got {mutation!r}'
        ) from None
    if not 0 < value <= 1:
        hint = '; the limit of vanishing mutation is "rare"' if value == 0 else ""
        raise ValueError(
            f'mutation: requires "rare" or a probability in (0, 1], got {value}{hint}'
        )
    return value
