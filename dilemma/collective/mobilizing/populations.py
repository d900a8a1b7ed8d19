r"""Cascades in a population too large to be counted: shares, and a distribution of thresholds.

With F(x) the share whose threshold is at most x (granovetter1978), and a share z that acts
whatever others do, drawn from all alike,

.. math:: x_0 = z, \qquad x_{t+1} = z + (1 - z) F(x_t),

which rises to the least x with :math:`x = z + (1 - z) F(x)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dilemma.arrays.exact import fraction
from dilemma.game.display import number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

# A distribution that is a function is looked at in so many places, and followed so long.
GRID, MOST_ROUNDS, CLOSE = 4096, 100_000, 1e-13


@dataclass(frozen=True, kw_only=True, repr=False)
class ShareCascade(Solution):
    """A cascade in an infinite population.

    Attributes
    ----------
    mobilizers : Fraction or float
        z, the share that acts whatever others do.
    shares : tuple of Fraction or float
        x after each round, from the mobilizers' share to the end.
    equilibria : tuple of Fraction or float
        All shares found at which as many act as are moved by so many, in order.
    needed : Fraction, float or None
        The smallest share of mobilizers with which everybody acts in the end; None if some never
        do.
    distribution : tuple of pairs
        (x, F(x)): where F jumps, and to what; or on a grid.
    """

    mobilizers: Any
    shares: tuple[Any, ...]
    equilibria: tuple[Any, ...]
    needed: Any
    distribution: tuple[tuple[Any, Any], ...]

    def __str__(self) -> str:
        lines = [self.status]
        some = self.shares if len(self.shares) <= 8 else (*self.shares[:6], self.shares[-1])
        dots = ", …" if len(self.shares) > 8 else ""
        *first, last = map(_shown, some)
        lines.append(f"  shares: {', '.join([*first])}{dots}{', ' if first else ''}{last}")
        lines.append(f"  equilibria: {', '.join(map(_shown, self.equilibria))}")
        if self.needed is not None:
            lines.append(f"  mobilizers needed to move all: {_shown(self.needed)}")
        return wrapped(lines)


def cascade_of_shares(distribution: Any, mobilizers: Any = 0) -> ShareCascade:
    r"""Follow a cascade in an infinite population to its end.

    Parameters
    ----------
    distribution : mapping of threshold to weight, or function
        Thresholds are shares of the population; weights add up to at most 1, and the rest never
        joins. Or F itself, a nondecreasing function of a float from 0 to 1, such as the ``cdf``
        of a distribution of SciPy.
    mobilizers : number in [0, 1]
        z.

    Returns
    -------
    ShareCascade
        Exact for weights. For a function the rounds are followed in floats until they hardly move,
        and equilibria are looked for where F − x changes its sign on a grid of 4,096 parts: two
        that are closer than that can be missed.

    Raises
    ------
    TypeError, ValueError
        If weights are negative or exceed 1 in sum, or F falls or leaves [0, 1].

    Notes
    -----
    Everybody acts in the end if and only if :math:`z + (1 - z) F(x) > x` below 1; so the share of
    mobilizers needed is the largest :math:`(x - F(x)) / (1 - F(x))`, for weights just below a
    threshold.

    References
    ----------
    granovetter1978 in ``references.bib``.

    Examples
    --------
    Half of all act by themselves, a third when two thirds do, the others when all of these do:

    >>> print(cascade_of_shares({0: "1/2", "2/3": "1/3", "5/6": "1/6"}))
    The cascade ends at a share of 1/2.
      shares: 0, 1/2
      equilibria: 1/2, 1
      mobilizers needed to move all: 1/3
    >>> cascade_of_shares({0: "1/2", "2/3": "1/3", "5/6": "1/6"}, "1/3").shares[-1]
    Fraction(1, 1)
    """
    first = fraction(mobilizers, "mobilizers")
    if not 0 <= first <= 1:
        raise ValueError(f"mobilizers: requires a share in [0, 1], got {number(first)}")
    if callable(distribution):
        return _of_function(distribution, float(first))
    if not isinstance(distribution, Mapping):
        raise TypeError(
            "distribution: requires a mapping of thresholds to weights, or a function, got "
            f"{type(distribution).__name__}"
        )
    return _of_weights(distribution, first)


def _of_weights(distribution: Mapping[Any, Any], z: Fraction) -> ShareCascade:
    weights: dict[Fraction, Fraction] = {}
    for key, value in distribution.items():
        threshold, weight = fraction(key, "threshold"), fraction(value, "weight")
        if threshold < 0:
            raise ValueError(f"threshold: requires at least 0, got {number(threshold)}")
        if weight < 0:
            raise ValueError(f"weight: requires at least 0, got {number(weight)}")
        weights[threshold] = weights.get(threshold, Fraction(0)) + weight
    steps: list[tuple[Fraction, Fraction]] = []
    total = Fraction(0)
    for threshold in sorted(weights):
        total += weights[threshold]
        steps.append((threshold, total))
    if total > 1:
        raise ValueError(f"weights: requires a sum of at most 1, got {number(total)}")

    def moved(x: Fraction) -> Fraction:
        return max((share for threshold, share in steps if threshold <= x), default=Fraction(0))

    shares = [z]
    while (following := z + (1 - z) * moved(shares[-1])) != shares[-1]:
        shares.append(following)
    levels = {Fraction(0), *(share for _, share in steps)}
    ends = sorted({x for level in levels if moved(x := z + (1 - z) * level) == level})
    needed = None
    if moved(Fraction(1)) == 1:
        below = [(Fraction(0), Fraction(0)), *steps]
        needed = max(
            (
                (threshold - before) / (1 - before)
                for (_, before), (threshold, _) in pairwise(below)
                if before < 1
            ),
            default=Fraction(0),
        )
    return ShareCascade(
        method="round by round, in rational arithmetic",
        exact=True,
        complete=True,
        status=_status(shares[-1], number(shares[-1])),
        mobilizers=z,
        shares=tuple(shares),
        equilibria=tuple(ends),
        needed=needed,
        distribution=tuple(steps),
    )


def _of_function(function: Callable[[float], Any], z: float) -> ShareCascade:
    from scipy.optimize import brentq

    places = [k / GRID for k in range(GRID + 1)]
    values = [float(function(x)) for x in places]
    if not all(0 <= one <= 1 for one in values):
        raise ValueError("distribution: requires values in [0, 1], got some beyond")
    if any(after < before - 1e-12 for before, after in pairwise(values)):
        raise ValueError("distribution: requires a function that never falls, got one that does")

    def gap(x: float) -> float:
        return z + (1 - z) * float(function(x)) - x

    shares = [z]
    while len(shares) <= MOST_ROUNDS and gap(shares[-1]) > CLOSE:
        shares.append(shares[-1] + gap(shares[-1]))
    ends: list[float] = []
    for low, high in pairwise(places):
        if gap(low) == 0:
            ends.append(low)
        elif gap(low) * gap(high) < 0:
            ends.append(float(brentq(gap, low, high, xtol=1e-14)))
    if gap(1.0) == 0:
        ends.append(1.0)
    lacking = [
        (x - value) / (1 - value) for x, value in zip(places, values, strict=True) if value < 1
    ]
    arrived = len(shares) <= MOST_ROUNDS
    status = _status(shares[-1], f"about {shares[-1]:.6g}; equilibria were sought on a grid")
    if not arrived:
        status = f"The cascade was still rising at about {shares[-1]:.6g} when it was stopped."
    return ShareCascade(
        method="iteration and bisection, in floats",
        exact=False,
        complete=False,
        status=status,
        mobilizers=z,
        shares=tuple(shares),
        equilibria=tuple(ends),
        needed=max(0.0, *lacking) if lacking and values[-1] == 1 else None,
        distribution=tuple(zip(places, values, strict=True)),
    )


def _status(last: Any, words: str) -> str:
    if last == 1:
        return "The cascade moves everybody."
    return f"The cascade ends at a share of {words}."


def _shown(value: Any) -> str:
    return number(value) if isinstance(value, Fraction) else f"{value:.6g}"
