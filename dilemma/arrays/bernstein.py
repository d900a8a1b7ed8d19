r"""The sign of a polynomial over a box, by its Bernstein coefficients.

Over the unit box a polynomial lies between the least and the largest of its Bernstein coefficients
(garloff1993): if they have one sign, so has it. Otherwise the box is divided, which brings the
coefficients closer to the polynomial, until each part is decided or two corners disagree.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction
from math import comb
from typing import Any

import numpy as np

# How often a box is divided before a sign is left open.
MOST_PARTS = 512


def polynomial_sign(expression: Any, ranges: Mapping[Any, Any]) -> int | None:
    r"""Find the sign of a polynomial over a box: of its factors, by Bernstein coefficients.

    Parameters
    ----------
    expression : sympy expression
    ranges : mapping of sympy.Symbol to (low, high)
        With None for no bound.

    Returns
    -------
    int or None
        1 or −1 if it has that sign throughout, but for zeros on parts of lower dimension; 0 if
        it is zero; None if it has no single sign or none was found.

    Examples
    --------
    >>> import sympy
    >>> x, y = sympy.symbols("x y")
    >>> box = {x: (Fraction(0), Fraction(1)), y: (Fraction(0), None)}
    >>> polynomial_sign(x**2 - x + 1 + y, box), polynomial_sign(x - y, box)
    (1, None)
    """
    import sympy

    if expression == 0:
        return 0
    number, factors = sympy.factor_list(expression)
    sign = 1 if number > 0 else -1
    for factor, power in factors:
        if power % 2:
            one = _factor_sign(factor, ranges)
            if one is None:
                return None
            sign *= one
    return sign


def _factor_sign(factor: Any, ranges: Mapping[Any, Any]) -> int | None:
    import sympy

    symbols = sorted(factor.free_symbols, key=str)
    if not symbols:
        return 1 if factor > 0 else -1
    polynomial = sympy.Poly(factor, *symbols)
    if not all(one.is_Rational for one in polynomial.coeffs()):
        return None
    degrees = polynomial.degree_list()
    coefficients: Any = np.zeros([degree + 1 for degree in degrees], dtype=object)
    for powers, value in polynomial.terms():
        coefficients[powers] = Fraction(int(value.p), int(value.q))
    for axis, symbol in enumerate(symbols):
        low, high = ranges.get(symbol, (None, None))
        change = to_unit(degrees[axis], low, high)
        if change is None:
            return None
        coefficients = np.moveaxis(np.tensordot(change, coefficients, axes=(1, axis)), 0, axis)
    return _sign_of_bernstein(coefficients)


def to_unit(degree: int, low: Fraction | None, high: Fraction | None) -> Any:
    """The map from powers of x to Bernstein coefficients over the range of x; None if all reals.

    An endless range is :math:`x = low + t/(1 - t)`, times :math:`(1 - t)` to the degree, which
    changes no sign.
    """
    if low is None and high is None:
        return None
    change: Any = np.full((degree + 1, degree + 1), Fraction(0), dtype=object)
    for power in range(degree + 1):
        # x to this power as a polynomial of t, with its degree raised to that of the whole.
        for k in range(power + 1):
            if low is not None and high is not None:
                # (low + (high − low) t)^power
                value = comb(power, k) * low ** (power - k) * (high - low) ** k
                for place in range(k, degree + 1):
                    change[place, power] += value * Fraction(comb(place, k), comb(degree, k))
            else:
                # (base ± t/(1−t))^power (1−t)^degree: t^k (1−t)^(degree−k) is a Bernstein
                # polynomial but for its factor.
                base, way = (low, 1) if low is not None else (high or Fraction(0), -1)
                value = comb(power, k) * base ** (power - k) * way**k
                change[k, power] += value / comb(degree, k)
    return change


def _sign_of_bernstein(coefficients: Any) -> int | None:
    """The one sign of all coefficients over some subdivision of the unit box, if found."""
    waiting, parts, sign = [coefficients], 0, 0
    while waiting:
        part = waiting.pop()
        parts += 1
        low, high = min(part.flat), max(part.flat)
        if low >= 0 or high <= 0:
            one = 1 if high > 0 else (-1 if low < 0 else 0)
            if one and sign and one != sign:
                return None
            sign = sign or one
            continue
        corners = [part[index] for index in itertools.product(*((0, -1) for _ in part.shape))]
        if min(corners) < 0 < max(corners) or parts + len(waiting) > MOST_PARTS:
            return None
        waiting += halves(part, int(np.argmax(part.shape)))
    return sign


def halves(part: Any, axis: int) -> list[Any]:
    """Both halves along an axis, by de Casteljau's scheme.

    Without divisions, so that integers stay integers: each half is scaled by a positive number,
    2 to the degree.

    >>> [one.tolist() for one in halves(np.array([0, 1], dtype=object), 0)]
    [[0, 1], [1, 2]]
    """
    values = np.moveaxis(part, axis, 0)
    degree = len(values) - 1
    first, second = [values[0] * 2**degree], [values[-1] * 2**degree]
    for k in range(1, degree + 1):
        values = values[:-1] + values[1:]
        first.append(values[0] * 2 ** (degree - k))
        second.append(values[-1] * 2 ** (degree - k))
    return [np.moveaxis(np.array(one, dtype=object), 0, axis) for one in (first, second[::-1])]
