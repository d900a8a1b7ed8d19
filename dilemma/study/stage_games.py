"""The game of a model at one point, as what the solvers of two players take."""

from __future__ import annotations

from typing import Any

from dilemma.game import StrategicGame


def game_of(model: Any) -> Any:
    """Return a model's game: a `Game` if there are two players, whatever the model calls it.

    Examples
    --------
    >>> from dilemma.collective import Consortium
    >>> game_of(Consortium(2)).shape, game_of(Consortium(3)).shape
    ((5, 5), (5, 5, 5))
    """
    game = model.game()
    if isinstance(game, StrategicGame) and len(game.players) == 2:
        return game.to_game()
    return game
