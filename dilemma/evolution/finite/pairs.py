r"""Two strategies alone in a finite population: what each earns, and how the odds add up.

Let l of Z players be of the invading strategy i, the others of the resident j, and let :math:`d(l)
= \pi_i(l) - \pi_j(l)`. With payoffs :math:`a_{ij}(m)` of an i-player among m other i-players and
N − 1 − m j-players, and the hypergeometric weights

.. math:: H_{qm} = \binom{q}{m} \binom{Z-1-q}{N-1-m} \Big/ \binom{Z-1}{N-1},

:math:`\pi_i(l) = \sum_m H_{l-1,m}\, a_{ij}(m)` and
:math:`\pi_j(l) = \sum_m H_{l,m}\, a_{ji}(N-1-m)`. Pairwise games are the case N = 2. The sums that
fixation asks for telescope:

.. math:: S(k) = \sum_{l=1}^{k} d(l) = \sum_m (a_{ij}(m) - a_{ji}(N-1-m)) \sum_{l=1}^{k} H_{lm}
          + \sum_m a_{ij}(m)\, (H_{0m} - H_{km}).

The first bracket, and :math:`a_{ij} - a_{jj}` in the second, vanish where payoffs are all the
same, so that neutral strategies are neutral in floats too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import common_denominator
from dilemma.game import Game, GroupGame

Floats = NDArray[np.float64]
Integers = NDArray[np.object_]

# How many numbers to hold at once.
CHUNK = 2_000_000
# A payoff so many times as large as the spread of all loses a few bits of the differences at most.
LARGEST_COMMON_PART = 8


@lru_cache(maxsize=32)
def sampling(size: int, group: int) -> tuple[Integers, int]:
    """The weights H as integers of shape (size, group), and their common denominator."""
    weights = np.array(
        [
            [math.comb(q, m) * math.comb(size - 1 - q, group - 1 - m) for m in range(group)]
            for q in range(size)
        ],
        dtype=object,
    )
    weights.setflags(write=False)
    return weights, math.comb(size - 1, group - 1)


@lru_cache(maxsize=32)
def sampling_as_floats(size: int, group: int) -> tuple[Floats, Floats, Floats]:
    r"""H, :math:`\sum_{l \le k} H_l`, and :math:`H_0 - H_k`, k from 0 to Z − 1; each rounded once.

    Shapes (size, group) and twice (group, size).
    """
    if group == 2:
        # The same in machine integers: one of q is met, or one of the Z - 1 - q others.
        met = np.arange(size, dtype=np.int64)
        weights: Any = np.stack([size - 1 - met, met], axis=1)
        total = size - 1
    else:
        weights, total = sampling(size, group)
    sums = np.cumsum(weights, axis=0) - weights[0]
    arrays = tuple(
        np.asarray(table / total, dtype=np.float64)
        for table in (weights, sums.T, (weights[0] - weights).T)
    )
    for array in arrays:
        array.setflags(write=False)
    return arrays[0], arrays[1], arrays[2]


@lru_cache(maxsize=16)
def summing(size: int, group: int) -> Floats:
    """Return the last two of `sampling_as_floats`, one above the other, for a single product."""
    both = np.concatenate(sampling_as_floats(size, group)[1:])
    both.setflags(write=False)
    return both


@dataclass(frozen=True, eq=False)
class Pairs:
    """All pairs of strategies of a game in a population of a given size.

    Attributes
    ----------
    game : Game or GroupGame
        A symmetric one.
    size : int
        Z.
    """

    game: Game | GroupGame
    size: int

    @property
    def group(self) -> int:
        """N, how many play at once."""
        return self.game.size if isinstance(self.game, GroupGame) else 2

    @cached_property
    def payoffs(self) -> Floats:
        """What an i-player gets among m others of its kind and the rest j: [i, j, m], floats."""
        if isinstance(self.game, Game):
            return _of_two(self.game.payoffs[0])
        return self.game.payoffs_among_two

    @cached_property
    def relative_payoffs(self) -> Floats:
        """The same less a common part, which no difference of payoffs depends on."""
        return without_common_part(self.payoffs, lambda: self.exact_payoffs)

    @cached_property
    def exact_payoffs(self) -> NDArray[np.object_]:
        """The same as Fractions."""
        if isinstance(self.game, Game):
            return _of_two(self.game.exact_payoffs[0])
        return self.game.exact_payoffs_among_two

    @cached_property
    def integer_payoffs(self) -> tuple[Integers, int]:
        """The same as integers over a common denominator."""
        values: list[Any] = list(self.exact_payoffs.flat)
        scale = common_denominator(values)
        numerators = np.empty(len(values), dtype=object)
        numerators[:] = [int(value * scale) for value in values]
        return numerators.reshape(self.exact_payoffs.shape), scale

    def sums(self, invaders: slice | list[int] = slice(None)) -> Floats:
        """S(k) for k = 0, …, Z − 1, of some invaders against all residents: [i, j, k]."""
        a = self.relative_payoffs
        own = a[invaders]
        opposite = a[:, invaders, ::-1].swapaxes(0, 1)
        resident = a.diagonal()[0]
        gaps = np.concatenate([own - opposite, own - resident[:, None]], axis=2)
        flat: Floats = gaps.reshape(-1, gaps.shape[2]) @ summing(self.size, self.group)
        return flat.reshape(*gaps.shape[:2], self.size)

    def exact_sums(self, invader: int, resident: int) -> tuple[Integers, int]:
        """S(k) for k = 0, …, Z − 1 of one pair, as integers over a common denominator."""
        a, scale = self.integer_payoffs
        weights, total = sampling(self.size, self.group)
        first = np.concatenate([[0], weights[:-1] @ a[invader, resident]])
        second = weights @ a[resident, invader, ::-1]
        second[0] = 0
        return np.cumsum(first - second), scale * total

    def earned(self, invaders: slice | list[int] = slice(None)) -> tuple[Floats, Floats]:
        """What invaders and residents earn with l = 1, …, Z − 1 invaders: twice [i, j, l − 1]."""
        a = self.payoffs
        weights, _, _ = sampling_as_floats(self.size, self.group)
        resident = a[np.arange(len(a)), np.arange(len(a)), 0][:, None]
        own = a[invaders] - resident
        opposite = a[:, invaders, ::-1].swapaxes(0, 1) - resident
        return (
            own @ weights[:-1].T + resident,
            opposite @ weights[1:].T + resident,
        )

    def exactly_earned(self, invader: int, resident: int) -> tuple[Integers, Integers, int]:
        """The same of one pair as integers, and their common denominator."""
        a, scale = self.integer_payoffs
        weights, total = sampling(self.size, self.group)
        return (
            weights[:-1] @ a[invader, resident],
            weights[1:] @ a[resident, invader, ::-1],
            scale * total,
        )


def without_common_part(payoffs: Floats, exact: Callable[[], NDArray[np.object_]]) -> Floats:
    """Payoffs less the least one, for what depends on their differences only.

    The least is taken away before rounding where it is large beside the differences, whose digits
    floats would lose: 1,000,000,000.1 and 1,000,000,000.3 differ by a fifth.
    """
    if float(np.abs(payoffs).max()) <= LARGEST_COMMON_PART * spread(payoffs):
        return payoffs
    values: Any = exact()
    return np.asarray((values - min(values.flat)).astype(np.float64))


def spread(payoffs: Floats) -> float:
    """The largest difference between two payoffs; infinite if it is beyond the largest float."""
    return float(payoffs.max()) - float(payoffs.min())


def _of_two(matrix: NDArray[Any]) -> NDArray[Any]:
    """Entry [i, j, m]: against a j-player, and against another i-player."""
    result = np.empty((*matrix.shape, 2), dtype=matrix.dtype)
    result[:, :, 0] = matrix
    result[:, :, 1] = matrix.diagonal()[:, None]
    return result
