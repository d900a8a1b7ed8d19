r"""Compositions of whole numbers, and pairs of them, as the states of a lattice: compiled.

A *lattice* here is one or two populations: `sizes` holds their totals, `parts` the number of
parts of each, and a state the parts of all, one after the other. States are numbered in
lexicographic order, that of the first population first. With
:math:`r_q = k_q + k_{q+1} + \dots` the number of a composition k of Z into n parts is

.. math:: \binom{Z + n - 1}{n - 1} - 1 - \sum_{q=1}^{n-1} \binom{r_q + n - q - 1}{n - q},

so that moving one unit from part j to part i changes it by a sum of binomial coefficients of the
:math:`r_q` between i and j alone.
"""

from typing import Any

import numpy as np

from dilemma.arrays.kernels import kernel


@kernel
def pascal(rows: int, columns: int) -> Any:
    """Binomial coefficients; those beyond 64 bits are wrong, and nobody reads them."""
    table = np.zeros((rows, columns), dtype=np.int64)
    for a in range(rows):
        table[a, 0] = 1
        for b in range(1, min(a + 1, columns)):
            table[a, b] = table[a - 1, b - 1] + table[a - 1, b]
    return table


@kernel
def rank(state: Any, sizes: Any, parts: Any, binomial: Any) -> int:
    """The number of a state."""
    number = 0
    first = 0
    for p in range(len(sizes)):
        n = parts[p]
        number = number * binomial[sizes[p] + n - 1, n - 1] + binomial[sizes[p] + n - 1, n - 1] - 1
        rest = sizes[p]
        for q in range(1, n):
            rest -= state[first + q - 1]
            if rest > 0:
                number -= binomial[rest + n - q - 1, n - q]
        first += n
    return number


@kernel
def unrank(number: int, sizes: Any, parts: Any, binomial: Any, state: Any) -> None:
    """The state of a number."""
    after = 1
    for p in range(1, len(sizes)):
        after *= binomial[sizes[p] + parts[p] - 1, parts[p] - 1]
    first = 0
    for p in range(len(sizes)):
        n = parts[p]
        here = number // after
        number -= here * after
        if p + 1 < len(sizes):
            after //= binomial[sizes[p + 1] + parts[p + 1] - 1, parts[p + 1] - 1]
        rest = sizes[p]
        for q in range(n - 1):
            # Skip the compositions whose part q is smaller.
            value = 0
            block = binomial[rest + n - q - 2, n - q - 2]
            while here >= block:
                here -= block
                value += 1
                block = binomial[rest - value + n - q - 2, n - q - 2]
            state[first + q] = value
            rest -= value
        state[first + n - 1] = rest
        first += n


@kernel
def advance(state: Any, sizes: Any, parts: Any) -> None:
    """Turn a state into the next one; the last into the first."""
    first = len(state)
    for p in range(len(sizes) - 1, -1, -1):
        n = parts[p]
        first -= n
        # The last part that is not 0 gives one unit to the part before, and keeps the rest last.
        q = n - 1
        while q > 0 and state[first + q] == 0:
            q -= 1
        if q > 0:
            rest = state[first + q] - 1
            state[first + q] = 0
            state[first + q - 1] += 1
            state[first + n - 1] = rest
            return
        rest = state[first]
        state[first] = 0
        state[first + n - 1] = rest


@kernel
def reaches(state: Any, sizes: Any, parts: Any, binomial: Any, up: Any, down: Any) -> None:
    """Sums from which the changes of number are read: see `change`."""
    first = 0
    for p in range(len(sizes)):
        n = parts[p]
        stride = 1
        for other in range(p + 1, len(sizes)):
            stride *= binomial[sizes[other] + parts[other] - 1, parts[other] - 1]
        rest = sizes[p]
        up[first] = 0
        down[first] = 0
        for q in range(1, n):
            rest -= state[first + q - 1]
            lost = binomial[rest + n - q - 2, n - q - 1] if rest > 0 else 0
            up[first + q] = up[first + q - 1] + stride * lost
            down[first + q] = down[first + q - 1] + stride * binomial[rest + n - q - 1, n - q - 1]
        first += n


@kernel
def change(giver: int, taker: int, up: Any, down: Any) -> int:
    """By how much the number changes when one unit moves from a part to another."""
    if taker < giver:
        return int(up[giver] - up[taker])
    return int(down[giver] - down[taker])


@kernel
def fill_states(sizes: Any, parts: Any, binomial: Any, states: Any) -> None:
    """All states in order, one a row."""
    state = np.zeros(states.shape[1], dtype=np.int64)
    unrank(0, sizes, parts, binomial, state)
    for number in range(len(states)):
        for q in range(len(state)):
            states[number, q] = state[q]
        advance(state, sizes, parts)


@kernel
def fill_halves(
    sizes: Any, parts: Any, binomial: Any, half_sizes: Any, half_binomial: Any, halves: Any
) -> None:
    """For each state its state in the lattice of half the size: each :math:`r_q` is halved."""
    width = 0
    for p in range(len(parts)):
        width += parts[p]
    state = np.zeros(width, dtype=np.int64)
    half = np.zeros(width, dtype=np.int64)
    unrank(0, sizes, parts, binomial, state)
    for number in range(len(halves)):
        first = 0
        for p in range(len(sizes)):
            rest = sizes[p]
            for q in range(parts[p]):
                onward = rest - state[first + q]
                half[first + q] = rest // 2 - onward // 2
                rest = onward
            first += parts[p]
        halves[number] = rank(half, half_sizes, parts, half_binomial)
        advance(state, sizes, parts)
