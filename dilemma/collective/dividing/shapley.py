r"""Shapley's division: what each firm adds, on average over all orders of arrival."""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.arrays.exact import to_float
from dilemma.collective.dividing.answers import Division

if TYPE_CHECKING:
    from dilemma.collective.dividing.coalitions import Coalitions


def shapley_shares(coalitions: Coalitions, samples: int = 10_000, seed: Any = None) -> Division:
    r"""Compute the Shapley value (shapley1953value).

    .. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|!\,(n - |S| - 1)!}{n!}
              \bigl(v(S \cup \{i\}) - v(S)\bigr)

    Exactly, with up to 20 firms: the values are summed by size, in integers, with and without
    each firm. Beyond that, over a sample of orders with their reversals (castro2009; an order and
    its reversal go together, which lowers the error).

    Parameters
    ----------
    coalitions : Coalitions
        Of firms known to be alike, any number has equal shares.
    samples : int
        Orders, beyond 20 firms that differ; an even number, at least 4.
    seed : int or what numpy.random.default_rng takes

    Returns
    -------
    Division
        ``errors`` are standard errors, of pairs of orders, if sampled.

    Raises
    ------
    ValueError
        If `samples` is odd or less than 4.

    Notes
    -----
    n 2^n additions; or n values a sampled order.

    Examples
    --------
    >>> from dilemma.collective import Coalitions
    >>> runway = {"small": 8, "middle": 11, "large": 13}
    >>> airport = Coalitions(list(runway), lambda planes: -max(map(runway.get, planes), default=0))
    >>> [str(share) for share in shapley_shares(airport).shares]
    ['-8/3', '-25/6', '-37/6']
    """
    if isinstance(samples, bool) or not isinstance(samples, (int, np.integer)):
        raise TypeError(f"samples: requires a whole number, got {samples!r}")
    if samples < 4 or samples % 2:
        raise ValueError(f"samples: requires an even number, at least 4, got {samples}")
    n = len(coalitions.firms)
    from dilemma.collective.dividing.coalitions import MOST_LISTED

    if coalitions.sizes:
        return _exactly(coalitions, (coalitions.sizes[-1] / n,) * n, "equal, for firms alike")
    if n > MOST_LISTED:
        return _sampled(coalitions, int(samples), seed)
    values, scale = coalitions.scaled
    masks = np.arange(1 << n)
    sizes = np.bitwise_count(masks)
    order = np.argsort(sizes, kind="stable")
    starts = np.searchsorted(sizes[order], np.arange(n + 1))
    ranked = values[order]
    everywhere = np.add.reduceat(ranked, starts)
    shares = []
    for i in range(n):
        within = np.add.reduceat(ranked * (order >> i & 1), starts)
        total = Fraction(0)
        for size in range(1, n + 1):
            weight = factorial(size - 1) * factorial(n - size)
            total += weight * int(within[size])
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1)
            total -= weight * int(everywhere[size] - within[size])
        shares.append(total / (factorial(n) * scale))
    return _exactly(coalitions, tuple(shares), "sums by size over all coalitions, in integers")


def _exactly(coalitions: Coalitions, shares: tuple[Fraction, ...], method: str) -> Division:
    n = len(coalitions.firms)
    return Division(
        method=method,
        exact=True,
        complete=True,
        status=f"Shapley shares of {n} {'firm' if n == 1 else 'firms'}, exactly.",
        firms=coalitions.firms,
        shares=shares,
        errors=(0.0,) * n,
    )


def _sampled(coalitions: Coalitions, samples: int, seed: Any) -> Division:
    n = len(coalitions.firms)
    draw = np.random.default_rng(seed)
    pairs = samples // 2
    means, squares = np.zeros(n), np.zeros(n)
    for count in range(1, pairs + 1):
        order = draw.permutation(n)
        added = (_added(coalitions, order) + _added(coalitions, order[::-1])) / 2
        step = added - means
        means += step / count
        squares += step * (added - means)
    errors = np.sqrt(squares / (pairs - 1) / pairs)
    return Division(
        method="orders of arrival and their reversals, sampled",
        exact=False,
        complete=False,
        status=(
            f"Shapley shares of {n} firms, estimated from {samples:,} orders of arrival; the "
            f"largest standard error is {errors.max():.2g}."
        ),
        firms=coalitions.firms,
        shares=tuple(map(float, means)),
        errors=tuple(map(float, errors)),
    )


def _added(coalitions: Coalitions, order: Any) -> Any:
    """What each firm adds to those before it."""
    added = np.zeros(len(order))
    there: list[str] = []
    before = 0.0
    for i in order:
        there.append(coalitions.firms[i])
        now = to_float(coalitions.value(there), f"worth of {len(there)} firms")
        added[i] = now - before
        before = now
    return added
