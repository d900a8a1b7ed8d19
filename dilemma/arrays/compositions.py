r"""Compositions: the ways to split a whole number into ordered parts, as states of a chain.

A population of Z players with n strategies is in one of :math:`\binom{Z+n-1}{n-1}` states. They
are numbered in lexicographic order, and so are pairs of compositions, for two populations.
Halving the partial sums :math:`k_l + k_{l+1} + \dots` of a composition of Z gives a composition
of ⌊Z/2⌋: a hierarchy of ever coarser lattices of the same shape, for methods of several levels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Lattice:
    """The compositions of a number, or the pairs of compositions of two.

    Attributes
    ----------
    sizes : tuple of int
        The totals, one or two.
    parts : tuple of int
        Into how many parts each is split.

    Examples
    --------
    >>> triangle = Lattice((2,), (3,))
    >>> triangle.states.tolist()
    [[0, 0, 2], [0, 1, 1], [0, 2, 0], [1, 0, 1], [1, 1, 0], [2, 0, 0]]
    >>> triangle.number([0, 2, 0])
    2
    """

    sizes: tuple[int, ...]
    parts: tuple[int, ...]

    @cached_property
    def count(self) -> int:
        """How many states there are."""
        return math.prod(
            math.comb(size + parts - 1, parts - 1)
            for size, parts in zip(self.sizes, self.parts, strict=True)
        )

    @cached_property
    def arrays(self) -> tuple[Integers, Integers, Integers]:
        """Sizes, parts and binomial coefficients, as the kernels take them."""
        from dilemma.arrays.composition_kernels import pascal

        table = pascal(max(self.sizes) + max(self.parts) + 1, max(self.parts) + 1)
        return np.array(self.sizes), np.array(self.parts), table

    @cached_property
    def states(self) -> NDArray[np.int32]:
        """All states in order, one a row: shape (count, sum of parts), read-only."""
        from dilemma.arrays.composition_kernels import fill_states

        states = np.empty((self.count, sum(self.parts)), dtype=np.int32)
        fill_states(*self.arrays, states)
        states.setflags(write=False)
        return states

    def number(self, state: Sequence[int]) -> int:
        """Return the number of a state."""
        from dilemma.arrays.composition_kernels import rank

        return int(rank(np.asarray(state, dtype=np.int64), *self.arrays))

    def half(self) -> tuple[Lattice, NDArray[np.int32]]:
        """Return the lattice of half the totals, and the number in it of each state of this one.

        >>> Lattice((2,), (3,)).half()[1].tolist()
        [0, 1, 1, 2, 2, 2]
        """
        from dilemma.arrays.composition_kernels import fill_halves

        half = Lattice(tuple(size // 2 for size in self.sizes), self.parts)
        halves = np.empty(self.count, dtype=np.int32)
        sizes, parts, binomial = self.arrays
        fill_halves(sizes, parts, binomial, half.arrays[0], half.arrays[2], halves)
        return half, halves
