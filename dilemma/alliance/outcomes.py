"""What two firms learn: how much together, how it is divided, and who is exploited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.strategies import Strategy
from dilemma.writing.pages import Displayed

CELL = ("row", "column")


@dataclass(frozen=True, repr=False)
class Outcomes(Displayed):
    """What two firms learn from each other, for each pair of strategies.

    Attributes
    ----------
    learning : array of shape (..., 2, m, n)
        What each firm learns from the other, f.
    joint : array of shape (..., m, n)
        The joint learning, the sum of both.
    division : array of shape (..., m, n)
        The row firm's share of it, in [0, 1]; where nothing is learned, None (NaN among floats).
    exploitation : array of shape (..., 2, m, n)
        How much more the partner learns from the firm than the firm from it; the two firms'
        add up to 0.
    strategies : tuple of Strategy
    """

    learning: Any
    joint: Any
    division: Any
    exploitation: Any
    strategies: tuple[Strategy, ...]

    def __repr__(self) -> str:
        batch = " x ".join(map(str, self.joint.shape[:-2]))
        who = f"{len(self.strategies)} strategies"
        return f"<Outcomes of {who}{f', batch of {batch}' if batch else ''}>"


def outcomes_of(
    first: NDArray[Any],
    second: NDArray[Any],
    strategies: tuple[Strategy, ...],
    label: Callable[[Any, tuple[str, ...]], Any],
) -> Outcomes:
    """Gather the outcomes from what the row firm and the column firm learn, (..., m, m) each.

    ``label(values, dims)`` puts names to the last dimensions of an array.
    """
    joint = first + second
    if joint.dtype == object:
        division = np.empty(joint.shape, dtype=object)
        for index, total in np.ndenumerate(joint):
            division[index] = None if total == 0 else first[index] / total
    else:
        with np.errstate(invalid="ignore"):
            division = first / joint
    return Outcomes(
        learning=label(np.stack([first, second], axis=-3), ("player", *CELL)),
        joint=label(joint, CELL),
        division=label(division, CELL),
        exploitation=label(np.stack([second - first, first - second], axis=-3), ("player", *CELL)),
        strategies=strategies,
    )
