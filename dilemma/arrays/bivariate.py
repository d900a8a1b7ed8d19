r"""Integer polynomials in two variables: factors, signs over tiles, and roots along lines.

A polynomial is a *plane polynomial* of FLINT (`fmpz_mpoly` over `RING`), in x and y. An
*irreducible curve* is the zero set of one of its irreducible factors, which are kept with a
positive leading coefficient. Over a line with a rational coordinate a curve becomes a polynomial
in one variable, whose roots `dilemma.arrays.algebraic` isolates.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import comb
from typing import Any

import numpy as np
from flint import fmpz_mpoly_ctx

from dilemma.arrays.algebraic import AlgebraicNumber, Real, between, roots_in
from dilemma.arrays.exact import common_denominator
from dilemma.arrays.parametric import Polynomial

RING = fmpz_mpoly_ctx.get(("x", "y"), "lex")
X, Y = RING.gens()

# The terms of a polynomial, sorted: ((power of x, power of y), coefficient). It can be hashed.
Terms = tuple[tuple[tuple[int, int], int], ...]


def terms_of(polynomial: Any) -> Terms:
    """Return the terms of a plane polynomial, sorted.

    >>> terms_of(2 * X * Y - 1)
    (((0, 0), -1), ((1, 1), 2))
    """
    found = polynomial.to_dict().items()
    return tuple(sorted(((int(i), int(j)), int(c)) for (i, j), c in found))


def plane_polynomial(terms: Terms | Mapping[tuple[int, int], int]) -> Any:
    """Return the plane polynomial with these terms.

    >>> plane_polynomial((((0, 0), -1), ((1, 1), 2)))
    2*x*y - 1
    """
    known: Any = dict(terms)
    return RING.from_dict(known)


def factors_of(polynomial: Any) -> tuple[int, tuple[tuple[Terms, int], ...]]:
    """Factor a plane polynomial that is not 0: the sign of its constant, and irreducible factors.

    >>> factors_of(-2 * (X - Y) ** 2 * (X * Y - 1))[0]
    -1
    """
    constant, factors = polynomial.factor()
    sign = 1 if constant > 0 else -1
    found = []
    for factor, power in factors:
        if factor.leading_coefficient() < 0:
            factor = -factor
            sign = -sign if power % 2 else sign
        found.append((terms_of(factor), int(power)))
    return sign, tuple(found)


def along_second(terms: Terms, first: Fraction) -> Polynomial:
    """Return a positive multiple of p(first, y): integer coefficients, constant first.

    >>> along_second(terms_of(2 * X * Y - 1), Fraction(1, 3))
    (-3, 2)
    """
    return _along(terms, first, 0)


def along_first(terms: Terms, second: Fraction) -> Polynomial:
    """Return a positive multiple of p(x, second): integer coefficients, constant first.

    >>> along_first(terms_of(2 * X * Y - 1), Fraction(1, 3))
    (-3, 2)
    """
    return _along(terms, second, 1)


@lru_cache(maxsize=65536)
def _along(terms: Terms, value: Fraction, held: int) -> Polynomial:
    highest = max((powers[held] for powers, _ in terms), default=0)
    free = max((powers[1 - held] for powers, _ in terms), default=-1)
    above, below = [1], [1]
    for _ in range(highest):
        above.append(above[-1] * value.numerator)
        below.append(below[-1] * value.denominator)
    result = [0] * (free + 1)
    for powers, c in terms:
        result[powers[1 - held]] += c * above[powers[held]] * below[highest - powers[held]]
    while result and not result[-1]:
        result.pop()
    return tuple(result)


def sign_of_terms(terms: Terms, first: Fraction, second: Fraction) -> int:
    """Return the sign of a plane polynomial at a rational point.

    >>> sign_of_terms(terms_of(X * Y - 1), Fraction(2), Fraction(1, 2))
    0
    """
    line = _along(terms, first, 0)
    total, power = 0, 1
    for one in reversed(line):
        total = total * second.numerator + one * power
        power *= second.denominator
    return (total > 0) - (total < 0)


def value_at(terms: Terms, first: Fraction, second: Fraction) -> Fraction:
    """Evaluate a plane polynomial at a rational point.

    >>> value_at(terms_of(X * Y - 1), Fraction(2), Fraction(1, 3))
    Fraction(-1, 3)
    """
    return sum((c * first**i * second**j for (i, j), c in terms), Fraction(0))


def is_vertical(terms: Terms) -> bool:
    """Whether y does not occur.

    >>> is_vertical(terms_of(X - 1)), is_vertical(terms_of(X - Y))
    (True, False)
    """
    return all(not j for (_, j), _ in terms)


@lru_cache(maxsize=4096)
def turning_polynomial(terms: Terms) -> Polynomial:
    """Return a polynomial in x that vanishes wherever the curve has a double point or turns back.

    The discriminant in y. Between its roots the real roots in y move without meeting.

    >>> turning_polynomial(terms_of(Y**2 - X))
    (0, 4)
    """
    return _univariate(plane_polynomial(terms).discriminant("y"))


@lru_cache(maxsize=65536)
def meeting_polynomial(one: Terms, two: Terms) -> Polynomial:
    """Return a polynomial in x that vanishes wherever two curves meet: their resultant in y.

    >>> meeting_polynomial(terms_of(X * Y - 1), terms_of(X - Y))
    (-1, 0, 1)
    """
    return _univariate(plane_polynomial(one).resultant(plane_polynomial(two), "y"))


def _univariate(polynomial: Any) -> Polynomial:
    found = dict(terms_of(polynomial))
    highest = max((i for i, _ in found), default=-1)
    return tuple(found.get((i, 0), 0) for i in range(highest + 1))


def on_line(terms: Terms, first: Real) -> Polynomial:
    """Return a polynomial in y that vanishes at all roots of p(first, y), and maybe elsewhere.

    For an irrational `first` the roots are those above all of its conjugates.

    >>> on_line(terms_of(X - Y), roots_in((-2, 0, 1), 0, 2)[0])
    (-2, 0, 1)
    """
    if isinstance(first, Fraction):
        return along_second(terms, first)
    minimal = plane_polynomial({(i, 0): c for i, c in enumerate(first.polynomial) if c})
    crossed = dict(terms_of(minimal.resultant(plane_polynomial(terms), "x")))
    highest = max(j for _, j in crossed)
    return tuple(crossed.get((0, j), 0) for j in range(highest + 1))


def limit_of_branch(
    terms: Terms, branch: int, start: Fraction, end: Real, low: Fraction, high: Fraction
) -> Real:
    """Where a branch of a curve arrives: its limit in y as x goes from `start` to `end`.

    Parameters
    ----------
    terms : Terms
        An irreducible curve that is no vertical line.
    branch : int
        Which of the roots in y in (low, high), counted from below. Between `start` and `end`
        these roots must not meet, nor reach `low` or `high`.
    start : Fraction
    end : Fraction or AlgebraicNumber

    Returns
    -------
    Fraction or AlgebraicNumber
        From low to high.
    """
    whole = on_line(terms, end)
    spots: list[Real] = [low, *(roots_in(whole, low, high) if len(whole) > 1 else ()), high]
    walls = [between(a, b) for a, b in pairwise(spots)]
    # Beyond the last crossing of a horizontal wall, a branch stays between two of these.
    near: Real = start
    for wall in walls:
        crossing = along_first(terms, wall)
        if len(crossing) < 2:
            continue
        if start < end:
            found = roots_in(crossing, start, bound_of(end, above=True))
            near = max([near, *(one for one in found if one < end)])
        else:
            found = roots_in(crossing, bound_of(end, above=False), start)
            near = min([near, *(one for one in found if one > end)])
    close = between(near, end) if near < end else between(end, near)
    value = roots_in(along_second(terms, close), low, high)[branch]
    return spots[sum(1 for wall in walls if wall < value)]


def bound_of(value: Real, *, above: bool) -> Fraction:
    """Return a rational number at or beyond a real one.

    >>> bound_of(Fraction(1, 2), above=True)
    Fraction(1, 2)
    """
    if isinstance(value, AlgebraicNumber):
        return value.high if above else value.low
    return value


class Tiling:
    """Signs of polynomials over dyadic tiles of a box, by exact Bernstein coefficients.

    A tile is (depth, i, j): number (i, j) of the 2^depth by 2^depth that divide the box. Asking
    for a tile asks for those around it, so that each is divided once.
    """

    def __init__(self, low: tuple[Fraction, Fraction], high: tuple[Fraction, Fraction]) -> None:
        self.low, self.high = low, high
        self._coefficients: dict[tuple[Terms, int, int, int], Any] = {}

    def sign(self, terms: Terms, depth: int, i: int, j: int) -> int:
        """+1 or −1 if that is the sign all over the tile, as far as it is inside; 0 if unknown.

        The tile is taken with its own edges, except for those on the edge of the box.
        """
        return _strict_sign(self._bernstein(terms, depth, i, j), depth, i, j)

    def edges(self, depth: int, i: int, j: int) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """The tile's range in x and in y: four numbers."""
        parts = 1 << depth
        (left, below), (right, above) = self.low, self.high
        width, height = (right - left) / parts, (above - below) / parts
        return (
            left + i * width,
            left + (i + 1) * width,
            below + j * height,
            below + (j + 1) * height,
        )

    def _bernstein(self, terms: Terms, depth: int, i: int, j: int) -> Any:
        key = (terms, depth, i, j)
        known = self._coefficients.get(key)
        if known is not None:
            return known
        if not depth:
            result = _over_box(terms, self.low, self.high)
        else:
            whole = self._bernstein(terms, depth - 1, i >> 1, j >> 1)
            m, n = whole.shape
            result = _half(m - 1, i & 1) @ whole @ _half(n - 1, j & 1).T
        self._coefficients[key] = result
        return result


def _strict_sign(coefficients: Any, depth: int, i: int, j: int) -> int:
    """The one sign of a polynomial on a tile without the edges that are on the edge of the box."""
    least, most = coefficients.min(), coefficients.max()
    if least < 0 < most or least == most == 0:
        return 0
    # One sign, and somewhere not 0: strict within. On an edge or a corner inside the box only
    # the coefficients there count.
    last = (1 << depth) - 1
    inner_x = [place for place, inside in ((0, i > 0), (-1, i < last)) if inside]
    inner_y = [place for place, inside in ((0, j > 0), (-1, j < last)) if inside]
    edges = [coefficients[x, :] for x in inner_x] + [coefficients[:, y] for y in inner_y]
    corners = [coefficients[x, y] for x in inner_x for y in inner_y]
    if all(any(edge) for edge in edges) and all(corners):
        return 1 if most > 0 else -1
    return 0


def _over_box(
    terms: Terms, low: tuple[Fraction, Fraction], high: tuple[Fraction, Fraction]
) -> Any:
    """Bernstein coefficients over the box, times a positive integer."""
    m, n = (max(powers[k] for powers, _ in terms) for k in (0, 1))
    powers: Any = np.zeros((m + 1, n + 1), dtype=object)
    for place, c in terms:
        powers[place] = c
    first, second = (_to_unit(d, low[k], high[k]) for k, d in ((0, m), (1, n)))
    return first @ powers @ second.T


@lru_cache(maxsize=256)
def _to_unit(degree: int, low: Fraction, high: Fraction) -> Any:
    """From powers of x to Bernstein coefficients over (low, high), times a positive integer."""
    change: Any = np.full((degree + 1, degree + 1), Fraction(0), dtype=object)
    for power in range(degree + 1):
        for k in range(power + 1):
            value = comb(power, k) * low ** (power - k) * (high - low) ** k
            for place in range(k, degree + 1):
                change[place, power] += value * Fraction(comb(place, k), comb(degree, k))
    scale = common_denominator(change.flat)
    return np.array([[int(one * scale) for one in row] for row in change], dtype=object)


@lru_cache(maxsize=64)
def _half(degree: int, second: int) -> Any:
    """De Casteljau's matrix for one half of the range, times 2 to the degree."""
    half: Any = np.zeros((degree + 1, degree + 1), dtype=object)
    for row in range(degree + 1):
        for k in range(row + 1):
            half[row, k] = comb(row, k) << (degree - row)
    return half[::-1, ::-1] if second else half
