"""Many policies of one player, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import to_float
from dilemma.game import Game
from dilemma.game.checking import SUM_TOLERANCE
from dilemma.repeated.policies.encounters import require_fitting
from dilemma.repeated.policies.memory import Policy

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Crowd:
    """Many policies of one player as arrays, distributions divided by their sums.

    Attributes
    ----------
    openings : array of shape (k, m)
    replies : array of shape (k, m, n, m)
    names : list of str or None
    given : list of Policy or None
        The exact policies, if they were given so.
    """

    openings: Floats
    replies: Floats
    names: list[str] | None
    given: list[Policy] | None

    def __len__(self) -> int:
        return len(self.replies)

    @property
    def is_deterministic(self) -> bool:
        """True if no probability lies between 0 and 1; none that floats round to these either."""
        if self.given is not None:
            return all(one.is_deterministic for one in self.given)
        return all(
            bool(np.all(np.count_nonzero(one, axis=-1) == 1))
            for one in (self.openings, self.replies)
        )

    @property
    def least(self) -> Floats:
        """The least positive probability of each policy; 0 where it is too small for a float."""
        if self.given is not None:
            exact = [min(v for v in (*one.opening, *one.replies.flat) if v) for one in self.given]
            return np.array([to_float(value) for value in exact], dtype=np.float64)
        flat = np.concatenate([self.openings, self.replies.reshape(len(self), -1)], axis=1)
        least: Floats = np.where(flat > 0, flat, np.inf).min(axis=1)
        return least

    def exact(self, place: int, names: Any) -> Policy:
        """One policy in rational numbers, as it was given."""
        if self.given is not None:
            return self.given[place]
        return Policy(self.openings[place], self.replies[place], names)


def read_crowd(given: Any, stage: Game, player: int, argument: str) -> Crowd:
    """Policies, or a pair of arrays (openings, replies), as a crowd; errors name the row."""
    m, n = stage.shape if player == 0 else stage.shape[::-1]
    if isinstance(given, (tuple, list)) and given and isinstance(given[0], Policy):
        policies = [require_fitting(one, stage, player, argument) for one in given]
        return Crowd(
            np.array([one.opening for one in policies]).astype(np.float64),
            np.array([one.replies for one in policies]).astype(np.float64),
            [one.name for one in policies],
            policies,
        )
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise TypeError(
            f"{argument}: requires policies, or a pair of arrays (openings, replies), "
            f"got {type(given).__name__}"
        )
    arrays = []
    for values, shape, what in zip(given, ((m,), (m, n, m)), ("openings", "replies"), strict=True):
        try:
            array = np.array(values, dtype=np.float64)
        except (TypeError, ValueError):
            raise TypeError(
                f"{argument}: requires policies, or a pair of arrays of numbers (openings, "
                f"replies), got for the {what} what is no such array ({type(values).__name__})"
            ) from None
        if array.shape[1:] != shape or not len(array):
            raise ValueError(
                f"{argument}: requires {what} of shape (policies, "
                f"{', '.join(map(str, shape))}), got the shape {array.shape}"
            )
        sums = array.sum(axis=-1, keepdims=True)
        # A NaN fails these comparisons too.
        wrong = ~((array >= 0).all(axis=-1) & (abs(sums[..., 0] - 1) <= SUM_TOLERANCE))
        if wrong.any():
            place = tuple(int(k) for k in np.argwhere(wrong)[0])
            raise ValueError(
                f"{argument}: requires probabilities of at least 0 that sum to 1 in "
                f"{what}[{', '.join(map(str, place))}], got {array[place].tolist()}"
            )
        arrays.append(array / sums)
    if len(arrays[0]) != len(arrays[1]):
        raise ValueError(
            f"{argument}: requires as many openings as replies, got {len(arrays[0])} and "
            f"{len(arrays[1])}"
        )
    return Crowd(arrays[0], arrays[1], None, None)
