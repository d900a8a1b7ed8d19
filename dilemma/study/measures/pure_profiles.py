"""Payoff differences at one pure profile, over a whole batch, with signs that are certain.

A difference of two payoffs is decided in floating point where it exceeds the errors that it can
have; elsewhere the exact game is asked. No game is solved for it, however many strategies it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.game import Game, Games
from dilemma.game.batch import GameBlocks

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]
InFloats = Callable[[Floats, Floats], tuple[NDArray[Any], NDArray[np.bool_]]]

# Games at a time, so that a large batch needs no memory for all of its payoffs.
AT_ONCE = 2**14


def blocks_from(games: Any) -> GameBlocks:
    """Take a batch in any of the forms in which `nash_map` does; a game is a batch of one."""
    if isinstance(games, GameBlocks):
        return games
    if isinstance(games, Game):
        return Games(
            games.exact_payoffs, strategies=games.strategies, players=games.players
        ).blocks()
    for name in ("blocks", "games"):
        method = getattr(games, name, None)
        if callable(method):
            made = method()
            return made if isinstance(made, GameBlocks) else blocks_from(made)
    return Games(games).blocks()


def decided(
    blocks: GameBlocks, in_floats: InFloats, exactly: Callable[[Game], Any], kind: Any
) -> xarray.DataArray:
    """Evaluate something of every game, in floats where that is certain, else exactly.

    Parameters
    ----------
    blocks : GameBlocks
    in_floats : function (payoffs, bounds) -> (values, sure)
        Of some games, the last axis; bounds are on what the payoffs miss of the exact ones.
    exactly : function (Game) -> value
        Asked where it is not sure.
    kind : dtype of the values
    """
    import xarray

    values = np.empty(blocks.size, dtype=kind)
    for start in range(0, blocks.size, AT_ONCE):
        stop = min(start + AT_ONCE, blocks.size)
        block = blocks.block(start, stop)
        # A float means the decimal that prints it, half a unit in its last place away at most.
        bounds = block.error + np.abs(block.payoffs) * 2.0**-53 + 2.0**-1074
        with np.errstate(over="ignore", invalid="ignore"):
            values[start:stop], sure = in_floats(block.payoffs, bounds)
        for place in np.flatnonzero(~sure):
            index = np.unravel_index(start + place, blocks.shape) if blocks.shape else ()
            values[start + place] = exactly(blocks.game(tuple(int(one) for one in index)))
    return xarray.DataArray(values.reshape(blocks.shape), dims=blocks.dims)


@dataclass(frozen=True)
class Difference:
    """One payoff minus another, in many games, and a bound on what the two miss of exact ones."""

    value: Floats
    bound: Floats

    @property
    def sure(self) -> NDArray[np.bool_]:
        """Where the sign is certain."""
        return self.within(1)

    def within(self, part: float) -> NDArray[np.bool_]:
        """Where the value is certain to a part of itself."""
        # Rounding of the difference itself, and of the comparison, many times over.
        wide = np.abs(self.value) * (part * (1 - 2.0**-40))
        return np.asarray(np.isfinite(self.value) & (wide > self.bound))


def losses(payoffs: Floats, bounds: Floats, profile: tuple[int, int]) -> list[Difference]:
    """What each player loses by each deviation from a profile, shape (deviations, games)."""
    i, j = profile
    result = []
    for player, (own, other) in enumerate(((i, j), (j, i))):
        table, error = payoffs[player], bounds[player]
        if player == 1:
            table, error = table.swapaxes(0, 1), error.swapaxes(0, 1)
        others = [k for k in range(len(table)) if k != own]
        here, there = table[own, other], table[others, other]
        result.append(Difference(here - there, error[own, other] + error[others, other]))
    return result
