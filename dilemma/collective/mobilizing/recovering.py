r"""How long a finite population takes to come back to a settlement, on average.

With two strategies the number k of players of one of them moves by one at a time, up with
probability :math:`T^+_k` and down with :math:`T^-_k`. The expected number of steps from k to k + 1
obeys

.. math:: t_k = \frac{1 + T^-_k\, t_{k-1}}{T^+_k}, \qquad T^-_0 = 0,

a recursion without a subtraction (karlin1975), so that even times of :math:`10^{200}` steps have
small relative errors.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.evolution import Population
from dilemma.game import checking
from dilemma.game.display import number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

# Longer fractions are not written out.
LONGEST = 60


@dataclass(frozen=True, kw_only=True, repr=False)
class Recovery(Solution):
    """How many steps a finite population takes to a number of players of a strategy.

    Attributes
    ----------
    strategy : str
    size : int
        Z.
    goal : int
        How many are to play the strategy.
    start : int
    expected : Fraction or float
        The expected number of steps from the start until the goal is first reached.
    steps : tuple of Fraction or float, of length Z + 1
        The same from every number of players of the strategy.
    """

    strategy: str
    size: int
    goal: int
    start: int
    expected: Any
    steps: tuple[Any, ...]

    @property
    def generations(self) -> Any:
        """The expected number of steps for each player."""
        return self.expected / self.size

    def __str__(self) -> str:
        return wrapped([self.status])


def expected_recovery(
    population: Population, strategy: int | str, start: int, goal: int | None = None
) -> Recovery:
    r"""Compute the expected time in which a finite population comes to play a strategy.

    Parameters
    ----------
    population : Population
        One population with two strategies and a rate of mutation, or introspection.
    strategy : int or str
    start : int
        How many play it at first.
    goal : int, optional
        How many shall play it; all, when left out.

    Returns
    -------
    Recovery
        Exact, as Fractions, without selection and for the Moran process with linear fitness;
        otherwise floats.

    Raises
    ------
    TypeError, ValueError
        If there are more strategies or populations, mutations are rare, or a number of players is
        beyond the population's.

    Notes
    -----
    Z steps, each with the payoffs of one composition of the population, exact.

    References
    ----------
    karlin1975 in ``references.bib``.

    Examples
    --------
    >>> from dilemma.game import Game
    >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
    >>> print(expected_recovery(Population(stag_hunt, 10, 0, mutation="1/10"), "stag", start=5))
    From 5 of 10 players of stag to 10 it takes 457.778 steps on average, exactly
        4120/9.
    """
    if not isinstance(population, Population):
        raise TypeError(f"population: requires a Population, got {type(population).__name__}")
    if len(population.sizes) != 1 or population.numbers != (2,):
        raise ValueError("population: requires one population with two strategies")
    if population.mutation == "rare" and population.process != "introspection":
        raise ValueError("population: requires a rate of mutation, got rare mutations")
    size = population.sizes[0]
    (s,) = checking.chosen([strategy], population.strategies[0], "strategy")
    first = _number(start, "start", size)
    last = size if goal is None else _number(goal, "goal", size)
    moves = [_moves(population, s, k) for k in range(size + 1)]
    exact = all(isinstance(one, Fraction) for pair in moves for one in pair)
    if not exact:
        moves = [(float(up), float(down)) for up, down in moves]
    zero: Any = Fraction(0) if exact else 0.0
    steps: list[Any] = [zero] * (size + 1)
    # Below the goal one at a time upwards, above it one at a time downwards.
    for places, way in ((range(last), 0), (range(size, last, -1), 1)):
        before: Any = zero
        one_step = {}
        for k in places:
            # A move whose probability vanishes in floats takes longer than they can tell.
            ahead, back = moves[k][way], moves[k][1 - way]
            before = (1 + (back * before if back else 0)) / ahead if ahead else math.inf
            one_step[k] = before
        total: Any = zero
        for k in reversed(places):
            total = total + one_step[k]
            steps[k] = total
    expected = steps[first]
    name = population.strategies[0][s]
    finite = exact or math.isfinite(expected)
    about = f"{float(expected):.6g}" if expected <= sys.float_info.max else "more than 1e308"
    status = (
        f"From {first} of {size} players of {name} to {last} it takes {about} steps on average"
    )
    if exact and number(expected) != about and len(str(expected)) <= LONGEST:
        status += f", exactly {expected}"
    return Recovery(
        method="the recursion of a chain of births and deaths, without a subtraction",
        exact=exact,
        complete=finite,
        status=f"{status}.",
        strategy=name,
        size=size,
        goal=last,
        start=first,
        expected=expected,
        steps=tuple(steps),
    )


def _number(value: Any, name: str, size: int) -> int:
    count = checking.count(value, name, 0, "players")
    if count > size:
        raise ValueError(f"{name}: requires at most {size} players, got {count}")
    return count


def _moves(population: Population, s: int, k: int) -> tuple[Any, Any]:
    """The probabilities that the number of players of s grows and falls in a step, from k."""
    size = population.sizes[0]
    rare = population.mutation == "rare"
    mutation: Any = Fraction(0) if rare else population.mutation
    beta = population.selection
    counts = [size - k, size - k]
    counts[s] = k
    if population.process != "moran":
        up, down = (
            _share(counts[j], size)
            * ((1 - mutation) * _adopting(population, counts, j) + mutation)
            if counts[j]
            else Fraction(0)
            for j in (1 - s, s)
        )
        return up, down
    earned: Any = population.payoffs(counts)
    if population.fitness == "linear":
        fit = [
            Fraction(0) if one is None else counts[j] * (1 - beta + beta * one)
            for j, one in enumerate(earned)
        ]
    elif not beta:
        fit = [Fraction(one) for one in counts]
    else:
        most = max(one for one in earned if one is not None)
        fit = [
            0.0 if one is None else counts[j] * math.exp(float(beta * (one - most)))
            for j, one in enumerate(earned)
        ]
    born = [((1 - mutation) * fit[j] + mutation * fit[1 - j]) / (fit[0] + fit[1]) for j in (0, 1)]
    return born[s] * _share(counts[1 - s], size), born[1 - s] * _share(counts[s], size)


def _adopting(population: Population, counts: list[int], j: int) -> Any:
    """How likely a j-player who does not mutate takes the other strategy."""
    earned: Any = population.payoffs(counts)
    i = 1 - j
    if population.process == "introspection":
        # What it would earn after the switch, all others staying.
        after: Any = population.payoffs([counts[0] + 1 - 2 * i, counts[1] - 1 + 2 * i])
        return _chosen(after[i] - earned[j], population.selection)
    if not counts[i]:
        return Fraction(0)
    odds = _chosen(earned[i] - earned[j], population.selection)
    return _share(counts[i], sum(counts) - 1) * odds


def _chosen(gain: Any, beta: Any) -> Any:
    """The probability of a switch that gains so much."""
    if not beta:
        return Fraction(1, 2)
    power = float(beta * gain)
    # Without overflow in either direction.
    if power >= 0:
        return 1 / (1 + math.exp(-power))
    return math.exp(power) / (1 + math.exp(power))


def _share(count: int, size: int) -> Fraction:
    return Fraction(count, size)
