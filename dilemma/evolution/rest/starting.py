"""Quasi-random states of populations: spread evenly over a simplex, or over two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def spread_states(sizes: Sequence[int], count: int, seed: Any) -> tuple[Floats, ...]:
    r"""Draw states from a scrambled Sobol sequence, uniform on each simplex.

    A point of the cube becomes one of the simplex through the gaps between its sorted
    coordinates, which are uniformly distributed if the point is (devroye1986, chapter V.2).

    Parameters
    ----------
    sizes : sequence of int
        How many strategies each population has.
    count : int
        How many states; a power of 2 is balanced best.
    seed : anything that `numpy.random.default_rng` takes

    Returns
    -------
    tuple of numpy.ndarray, each of shape (count, n)

    Examples
    --------
    >>> (states,) = spread_states([3], 4, seed=0)
    >>> states.shape, bool(np.allclose(states.sum(axis=1), 1))
    ((4, 3), True)
    """
    from scipy.stats import qmc

    dimension = sum(sizes) - len(sizes)
    if dimension == 0:
        return tuple(np.ones((count, 1)) for _ in sizes)
    sampler = qmc.Sobol(dimension, scramble=True, seed=np.random.default_rng(seed))
    # A whole block of the sequence, since a part of one is less balanced.
    cube = sampler.random_base2(int(count - 1).bit_length())[:count]
    states, first = [], 0
    for size in sizes:
        cut = np.sort(cube[:, first : first + size - 1], axis=1)
        ends = np.concatenate([np.zeros((count, 1)), cut, np.ones((count, 1))], axis=1)
        states.append(np.diff(ends, axis=1))
        first += size - 1
    return tuple(states)
