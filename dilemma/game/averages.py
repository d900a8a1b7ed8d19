r"""What strategies earn on average in a group game, over all groups that form by chance.

An average weighs the payoff among each composition of the others with how likely it is: a product
over strategies of numbers that depend on how many of the others play each. Exact averages are
summed in whole numbers, over the payoffs' common denominator.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.distinct import distinct_objects
from dilemma.arrays.exact import common_denominator

# More weights of compositions than this are not held at once: compiled code sums them one by one.
MOST_WEIGHTS = 5_000_000


class Groups(Protocol):
    """The part of a group game that says what is earned where."""

    @property
    def size(self) -> int:
        """N, how many players a group has."""

    @property
    def strategies(self) -> tuple[str, ...]:
        """The names of the n strategies."""

    @property
    def others(self) -> NDArray[np.int64]:
        """All compositions of the N − 1 others, shape (count, n)."""

    @property
    def payoffs(self) -> NDArray[np.float64]:
        """What each strategy earns among them, shape (count, n)."""

    @property
    def exact_payoffs(self) -> NDArray[np.object_]:
        """The same as Fractions."""

    @property
    def arrangements(self) -> NDArray[np.float64]:
        """In how many orders the others can come, shape (count,)."""


def sampled(game: Groups, population: Sequence[int]) -> tuple[Fraction | None, ...]:
    """Average over groups drawn from a finite population without replacement.

    See `GroupGame.sampled_payoffs`.
    """
    results: list[Fraction | None] = []
    for i, present in enumerate(population):
        if not present:
            results.append(None)
            continue
        rest = [k - (j == i) for j, k in enumerate(population)]
        ways = _products(game, [[math.comb(k, o) for o in range(game.size)] for k in rest])
        results.append(_sum(game, ways, i) / math.comb(sum(rest), game.size - 1))
    return tuple(results)


def expected(game: Groups, mixture: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Average over groups drawn from a mixture, exactly; see `GroupGame.expected_payoffs`."""
    scale = common_denominator(mixture)
    powers = [[int(share * scale) ** o for o in range(game.size)] for share in mixture]
    weights = _products(game, powers) * _orders(game)
    whole = scale ** (game.size - 1)
    return tuple(_sum(game, weights, i) / whole for i in range(len(game.strategies)))


def fitness_of(game: Groups, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average over groups drawn from many mixtures, in floats; see `GroupGame.fitness`."""
    count = len(game.strategies)
    if shares.size * len(game.others) > MOST_WEIGHTS and count > 1:
        from dilemma.arrays.simplex_polynomials import SimplexPolynomials

        return SimplexPolynomials(game.size - 1, count, game.payoffs)(shares)
    powers = shares[..., None] ** np.arange(game.size)
    weights: Any = game.arrangements
    for j in range(count):
        weights = weights * powers[..., j, :][..., game.others[:, j]]
    return np.asarray(weights @ game.payoffs)


def arrangements(others: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """In how many orders so many others can come: multinomial numbers, shape (count,)."""
    choose = np.array(
        [[math.comb(a, b) for b in range(size)] for a in range(size)], dtype=np.float64
    )
    product = np.ones(len(others))
    total = np.zeros(len(others), dtype=np.int64)
    for own in others.T:
        total = total + own
        product *= choose[total, own]
    return product


def _products(game: Groups, factors: list[list[int]]) -> NDArray[np.object_]:
    """A factor for how many others play each strategy, multiplied: whole numbers of any size."""
    weights: Any = np.ones(len(game.others), dtype=object)
    for j, own in enumerate(factors):
        weights = weights * np.array(own, dtype=object)[game.others[:, j]]
    return np.asarray(weights)


def _orders(game: Groups) -> NDArray[np.object_]:
    """In how many orders the others can come, in whole numbers of any size."""
    factorials = [math.factorial(o) for o in range(game.size)]
    repeated = _products(game, [factorials] * len(game.strategies))
    return np.asarray(factorials[-1] // repeated)


def _sum(game: Groups, weights: NDArray[np.object_], strategy: int) -> Fraction:
    """The payoffs of a strategy, times whole numbers, summed up exactly."""
    there = np.flatnonzero(weights)
    if not len(there):
        return Fraction(0)
    values, places = distinct_objects(game.exact_payoffs[there, strategy])
    numbers: list[Fraction] = values.tolist()
    scale = common_denominator(numbers)
    scaled = np.array([int(value * scale) for value in numbers], dtype=object)
    return Fraction(int((weights[there] * scaled[places]).sum()), scale)
