r"""Means over the life of a chain that may end: by linear equations, or without a subtraction.

With Q the transitions among living states, expected visits are :math:`s (I - Q)^{-1}` from the
start s. In floating point they come from the long-run law of the chain that begins anew whenever
it ends (`dilemma.arrays.chains`), which subtracts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from dilemma.arrays.chains import (
    absorption_probabilities,
    long_run_law,
    recurrent_classes,
    stationary_laws,
)
from dilemma.collective.searching.steps import Steps

# Beyond so many states, exact linear equations take more than a few seconds.
MOST_EXACT = 150


@dataclass(frozen=True)
class Means:
    """What a life is like on average: Fractions if the chain is small, floats otherwise.

    Attributes
    ----------
    exact : bool
    lasting : number
        The probability never to end.
    survival : number or None
    rewards : dict of str to number
        Means per period of each reward.
    """

    exact: bool
    lasting: Any
    survival: Any
    rewards: dict[str, Any]


def means_of(steps: Steps) -> Means:
    """Return what a life is like on average."""
    n = len(steps.states)
    names = list(steps.rewards)
    if not n:
        zero = Fraction(0)
        return Means(True, zero, zero, dict.fromkeys(names, zero))
    exact = n <= MOST_EXACT
    whole = _with_end(steps, exact)
    start = _start(steps, exact)
    classes = recurrent_classes(whole)
    mortal = all(n in states for states in classes)
    if mortal:
        visits = _visits(steps) if exact else _visits_in_floats(whole, start)
        survival = visits.sum()
        lasting: Any = Fraction(0) if exact else 0.0
        law = visits / survival if survival else visits
    else:
        ends = absorption_probabilities(whole)
        place = next((k for k, states in enumerate(classes) if n in states), None)
        dead = Fraction(0) if exact else 0.0
        if place is not None:
            dead = start @ ends[:, place]
        lasting, survival = 1 - dead, None
        law = long_run_law(whole, start.tolist())[:n]
        law = law / law.sum()
    rewards = {name: law @ _numbers(values, exact) for name, values in steps.rewards.items()}
    return Means(exact, lasting, survival, rewards)


def discounted(steps: Steps, discount: Fraction) -> Any:
    """Return the expected discounted sum of values."""
    if not steps.states:
        return Fraction(0)
    exact = len(steps.states) <= MOST_EXACT
    factor = fmpq(discount.numerator, discount.denominator)
    rows = tuple({k: factor * p for k, p in row.items()} for row in steps.rows)
    fading = replace(steps, rows=rows)
    if exact:
        visits = _visits(fading)
    else:
        visits = _visits_in_floats(_with_end(fading, exact), _start(fading, exact))
    return visits @ _numbers(steps.rewards["value"], exact)


def transitions_of(steps: Steps) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the transitions among living states, and the first law; read-only."""
    n = len(steps.states)
    exact = n <= MOST_EXACT
    square = _with_end(steps, exact)[:n, :n].copy()
    first = _start(steps, exact)[:n].copy()
    square.setflags(write=False)
    first.setflags(write=False)
    return square, first


def _with_end(steps: Steps, exact: bool) -> NDArray[Any]:
    """All transitions, the end as the last state, where it stays."""
    n = len(steps.states)
    zero: Any = Fraction(0) if exact else 0.0
    whole = np.full((n + 1, n + 1), zero, dtype=object if exact else np.float64)
    for i, row in enumerate(steps.rows):
        for j, chance in row.items():
            whole[i, j] = _plain(chance, exact)
        # Taken from exact numbers, so that nothing cancels.
        whole[i, n] = _plain(1 - sum(row.values(), fmpq(0)), exact)
    whole[n, n] = zero + 1
    return whole


def _start(steps: Steps, exact: bool) -> NDArray[Any]:
    law = [steps.start.get(k, fmpq(0)) for k in range(len(steps.states))]
    return _numbers((*law, 1 - sum(law, fmpq(0))), exact)


def _visits(steps: Steps) -> NDArray[Any]:
    n = len(steps.states)
    rows = [[fmpq(0)] * n for _ in range(n)]
    for i, row in enumerate(steps.rows):
        rows[i][i] += 1
        for j, chance in row.items():
            rows[j][i] -= chance
    right = fmpq_mat(n, 1, [steps.start.get(k, fmpq(0)) for k in range(n)])
    solved = fmpq_mat(rows).solve(right)
    return _numbers(tuple(solved[k, 0] for k in range(n)), True)


def _visits_in_floats(whole: NDArray[Any], start: NDArray[Any]) -> NDArray[Any]:
    """Expected visits before the end: those for each visit of the end, when it begins anew."""
    n = len(whole) - 1
    if start[n] == 1:
        return np.zeros(n)
    renewed = whole.copy()
    renewed[n, :n], renewed[n, n] = start[:n], 0.0
    law = next(one.law for one in stationary_laws(renewed) if n in one.states)
    return np.asarray(law[:n] / law[n])


def _numbers(values: Any, exact: bool) -> NDArray[Any]:
    return np.array([_plain(one, exact) for one in values], dtype=object if exact else np.float64)


def _plain(value: fmpq, exact: bool) -> Any:
    found = Fraction(int(value.p), int(value.q))
    return found if exact else found.numerator / found.denominator
