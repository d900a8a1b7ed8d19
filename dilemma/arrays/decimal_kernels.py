"""Payoffs in floating point as the whole numbers that they stand for."""

from typing import Any

import numpy as np

from dilemma.arrays.kernels import kernel


@kernel
def read_decimals(payoffs: Any, digits: int, whole: Any, readable: Any) -> None:
    r"""Read payoffs as whole multiples of a power of ten, game by game.

    A float is the decimal :math:`r / 10^d`, with :math:`|r| < 10^{15}`, if that quotient rounds to
    it: no two decimals of 15 digits round to the same float, so the shortest one that does is it.
    """
    entries, games = payoffs.shape
    for game in range(games):
        power = 1.0
        for _ in range(digits + 1):
            fits = True
            for entry in range(entries):
                value = payoffs[entry, game]
                scaled = np.rint(value * power)
                if not (abs(scaled) < 1e15 and scaled / power == value):
                    fits = False
                    break
                whole[entry, game] = np.int64(scaled)
            readable[game] = fits
            if fits:
                break
            power *= 10.0


@kernel
def read_multiples(
    payoffs: Any, errors: Any, denominator: float, whole: Any, readable: Any
) -> None:
    """Read payoffs that are known to be whole multiples of 1/denominator, up to their errors."""
    entries, games = payoffs.shape
    one_error = errors.shape[1] == 1
    for game in range(games):
        readable[game] = True
        for entry in range(entries):
            value = payoffs[entry, game]
            own = errors[entry, 0] if one_error else errors[entry, game]
            scaled = np.rint(value * denominator)
            # A product below 2**50 is rounded by less than 1/8.
            if not (abs(scaled) < 2.0**50 and own * denominator < 0.25):
                readable[game] = False
                break
            whole[entry, game] = np.int64(scaled)
