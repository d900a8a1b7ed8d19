"""Measures of what a shared future sustains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma import repeated
from dilemma.game import Game
from dilemma.game.checking import pure_profile
from dilemma.study.measures.marks import batch_measure
from dilemma.study.measures.pure_profiles import blocks_from, decided, difference, losses

if TYPE_CHECKING:
    import xarray

# Bounds on the discount factor closer than this are compared exactly.
CLOSE = 1e-9


@batch_measure(unit="discount factor")
def critical_discount(
    games: Any, target: Any = "collaboration", punishment: Any = "avoidance"
) -> xarray.DataArray:
    """The least discount factor at which a punishment sustains a target; NaN if none below 1 does.

    As `dilemma.repeated.critical_discount` has it, which is asked for each game unless target and
    punishment are pure profiles: then payoffs decide in floating point, where they can.

    Parameters
    ----------
    games : what `nash_map` takes, or a Game
    target, punishment
        As for `dilemma.repeated.critical_discount`.

    Returns
    -------
    xarray.DataArray of float

    Examples
    --------
    >>> prisoners = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> float(critical_discount(prisoners, "share", "hide"))
    0.5
    """
    blocks = blocks_from(games)

    def exactly(game: Game) -> float:
        value = repeated.critical_discount(game, target, punishment).value
        return float("nan") if value is None else float(value)

    def unsure(payoffs: Any, bounds: Any) -> Any:
        games_here = payoffs.shape[-1]
        return np.zeros(games_here), np.zeros(games_here, dtype=np.bool_)

    try:
        wanted, threat = (
            pure_profile(one, blocks.strategies, blocks.players, name)
            for one, name in ((target, "target"), (punishment, "punishment"))
        )
    except (TypeError, ValueError):
        return decided(blocks, unsure, exactly, np.float64)

    def in_floats(payoffs: Any, bounds: Any) -> Any:
        size = payoffs.shape[-1]
        low, high = np.zeros(size), np.ones(size)
        never, sure = np.zeros(size, dtype=np.bool_), np.ones(size, dtype=np.bool_)
        for player, (loss, known) in enumerate(losses(payoffs, bounds, wanted)):
            if not len(loss):
                continue
            gain = -loss.min(axis=0)  # of the best deviation
            harm, harm_known = difference(
                payoffs[(player, *wanted)],
                payoffs[(player, *threat)],
                bounds[(player, *wanted)] + bounds[(player, *threat)],
            )
            tempts = gain > 0
            # That some deviation gains is as good as knowing the sign of each.
            gains_known = np.where(tempts, (known & (loss < 0)).any(axis=0), known.all(axis=0))
            sure &= gains_known & harm_known
            with np.errstate(divide="ignore", invalid="ignore"):
                bound = gain / (gain + harm)
            low = np.where(tempts & (harm > 0), np.maximum(low, bound), low)
            high = np.where(~tempts & (harm < 0), np.minimum(high, bound), high)
            never |= tempts & (harm < 0)
        sure &= never | (np.abs(low - high) > CLOSE)
        return np.where(never | (low > high), np.nan, low), sure

    return decided(blocks, in_floats, exactly, np.float64)
