"""The make-up of a group: how many of it play each strategy, in all the ways there are."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# One payoff table takes eight bytes an entry; beyond this a slip is likelier than a wish.
MOST_COMPOSITIONS = 5_000_000


def compositions(total: int, parts: int) -> NDArray[np.int64]:
    """List the ways to split a number into ordered parts.

    Parameters
    ----------
    total : int
        At least 0.
    parts : int
        At least 1.

    Returns
    -------
    numpy.ndarray of int, shape (count, parts), read-only
        In lexicographic order.

    Examples
    --------
    >>> compositions(2, 2).tolist()
    [[0, 2], [1, 1], [2, 0]]
    """
    # By where the bars between stars are.
    places = total + parts - 1
    count = math.comb(places, parts - 1)
    bars = itertools.chain.from_iterable(itertools.combinations(range(places), parts - 1))
    ends = np.empty((count, parts + 1), dtype=np.int64)
    ends[:, 0], ends[:, -1] = -1, places
    ends[:, 1:-1] = np.fromiter(bars, np.int64, count * (parts - 1)).reshape(count, parts - 1)
    table = np.diff(ends, axis=1) - 1
    table.setflags(write=False)
    return table


def place_of(composition: Sequence[int]) -> int:
    """The place of a composition in lexicographic order."""
    rest, parts = sum(composition), len(composition)
    place = 0
    for k in composition[:-1]:
        parts -= 1
        for smaller in range(k):
            place += math.comb(rest - smaller + parts - 1, parts - 1)
        rest -= k
    return place
