r"""How long a path takes from share to share, by quadrature in floats.

Along an edge the share x of a strategy moves as :math:`\dot x = x (1 - x)\, d(x)`, so that its log
odds :math:`y = \log(x / (1 - x))` move at the speed d itself. Times are integrals of 1/d over y:
log odds tell shares from 0 and 1 that floats do not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from dilemma.arrays.algebraic import Real
from dilemma.collective.mobilizing.playing import earned_among
from dilemma.game import GroupGame

# So many parts of a path are kept.
PATH = 48


def advantage_along(game: GroupGame, s: int, a: int) -> Callable[[float], float]:
    """Return d(x) as a function of a float, by its mean over groups of others."""
    import numpy as np

    gains = np.array([float(row[s] - row[a]) for row in earned_among(game, s, a)])
    met = np.arange(game.size)
    ways = np.array([math.comb(game.size - 1, int(m)) for m in met], dtype=np.float64)

    def advantage(x: float) -> float:
        weights = ways * x**met * (1 - x) ** met[::-1]
        return float(weights @ gains)

    return advantage


def _time(advantage: Callable[[float], float], first: float, last: float) -> float:
    """How long log odds take; infinite where floats cannot tell them from a rest point's."""
    from scipy.integrate import quad

    if first == last or not advantage(_share_at(first)):
        return 0.0 if first == last else math.inf
    time, _, *trouble = quad(
        lambda y: 1 / advantage(_share_at(y)), first, last, epsabs=0, epsrel=1e-10, full_output=1
    )
    # A third part explains what went wrong; a path never runs backwards.
    return math.inf if len(trouble) > 1 or time < 0 else float(time)


def timed_path(
    advantage: Callable[[float], float], start: Real, end: Real, near: Fraction
) -> tuple[tuple[float, float], ...]:
    """Return times and shares from a share to within a distance of the path's end."""
    low, high = _rational(start), _rational(end)
    way = 1 if high > low else -1
    stop = high - way * near
    if start == end or (stop - low) * way <= 0:
        return ((0.0, float(start)),)
    # Evenly spaced in their log odds, in which a path moves about evenly.
    first, last = _log_odds(low), _log_odds(stop)
    places = [first + (last - first) * k / PATH for k in range(PATH)] + [last]
    total, found = 0.0, [(0.0, float(low))]
    for one, two in pairwise(places):
        total += _time(advantage, one, two)
        found.append((total, _share_at(two)))
    found[-1] = (total, float(stop))
    return tuple(found)


def leaving_time(
    advantage: Callable[[float], float], start: Real, end: Real, boundary: Real
) -> float | None:
    """Return how long a path takes to fall to a boundary; None if it never does."""
    if start <= boundary:
        return 0.0
    if end < boundary:
        return _time(advantage, _log_odds(_rational(start)), _log_odds(_rational(boundary)))
    return None


def _rational(share: Real) -> Fraction:
    """A share from 0 to 1, or a rational so near that neither of both odds shows it."""
    if isinstance(share, Fraction):
        return share
    one = share
    while one.low <= 0 or one.high >= 1:
        one = one.within((one.high - one.low) / 16)
    near = one.within(min(one.low, 1 - one.high) / 2**64)
    return (near.low + near.high) / 2


def _log_odds(share: Fraction) -> float:
    """log(x/(1 − x)), also of shares that are 0 or 1 as floats."""
    part = share.numerator
    return math.log(part) - math.log(share.denominator - part)


def _share_at(odds: float) -> float:
    """The share whose log odds these are."""
    if odds >= 0:
        return 1 / (1 + math.exp(-odds))
    return math.exp(odds) / (1 + math.exp(odds))
