"""Games of two players, where they are required, and what to do with other things."""

from __future__ import annotations

from typing import Any

from dilemma.game.bimatrix import Game
from dilemma.game.strategic import StrategicGame


def require_game(game: Any) -> None:
    """Refuse what is no `Game`, and say how one is made of what it is.

    Examples
    --------
    >>> require_game(StrategicGame([[1, 2]]))
    Traceback (most recent call last):
    ...
    TypeError: game: requires a Game, got StrategicGame (of one player; pure_profiles takes it)
    """
    if isinstance(game, Game):
        return
    hint = "an alliance's is alliance.game()"
    if isinstance(game, StrategicGame):
        count = len(game.players)
        words = "one player" if count == 1 else f"{count} players"
        hint = "its to_game() is one" if count == 2 else f"of {words}; pure_profiles takes it"
    raise TypeError(f"game: requires a Game, got {type(game).__name__} ({hint})")
