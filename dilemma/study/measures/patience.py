"""Measures of what a shared future sustains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma import repeated
from dilemma.game import Game
from dilemma.game.checking import pure_profile
from dilemma.study.measures.marks import batch_measure
from dilemma.study.measures.pure_profiles import Difference, blocks_from, decided, losses

if TYPE_CHECKING:
    import xarray

# Bounds on the discount factor closer than this are compared exactly.
CLOSE = 1e-9
# What is certain to this part of itself need not be computed exactly.
PRECISE = 1e-10


@batch_measure(unit="discount factor")
def critical_discount(
    games: Any, target: Any = "collaboration", punishment: Any = "avoidance"
) -> xarray.DataArray:
    """The least discount factor at which a punishment sustains a target; NaN if none below 1 does.

    As `dilemma.repeated.critical_discount` has it, which is asked for each game unless target and
    punishment are pure profiles: then payoffs decide in floating point, where they can, to ten
    digits.

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
        for player, loss in enumerate(losses(payoffs, bounds, wanted)):
            if not len(loss.value):
                continue
            # Of the best deviation, with what any of them may be off.
            gain = Difference(-loss.value.min(axis=0), loss.bound.max(axis=0))
            harm = Difference(
                payoffs[(player, *wanted)] - payoffs[(player, *threat)],
                bounds[(player, *wanted)] + bounds[(player, *threat)],
            )
            tempts, hurts = gain.value > 0, harm.value > 0
            # That some deviation gains is as good as knowing the sign of each.
            some = (loss.sure & (loss.value < 0)).any(axis=0)
            sure &= np.where(tempts, some, loss.sure.all(axis=0)) & harm.sure
            # Where gain and harm have the same sign, their sizes matter too.
            sure &= (tempts != hurts) | (gain.within(PRECISE) & harm.within(PRECISE))
            with np.errstate(divide="ignore", invalid="ignore"):
                bound = gain.value / (gain.value + harm.value)
            low = np.where(tempts & hurts, np.maximum(low, bound), low)
            high = np.where(~tempts & ~hurts, np.minimum(high, bound), high)
            never |= tempts & ~hurts
        sure &= never | (np.abs(low - high) > CLOSE)
        return np.where(never | (low > high), np.nan, low), sure

    return decided(blocks, in_floats, exactly, np.float64)
