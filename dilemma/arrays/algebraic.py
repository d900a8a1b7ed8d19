r"""Real roots of integer polynomials, exactly: isolated, compared, and where signs change.

A root is a `Fraction` if it is rational, and otherwise an `AlgebraicNumber`: its minimal
polynomial and an interval with no other root of it. All comparisons are decided: intervals are
bisected until they differ, and equal numbers are recognised by their minimal polynomials.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, total_ordering
from math import gcd
from typing import Any

from flint import fmpz_poly

from dilemma.arrays.exact import common_denominator, fraction
from dilemma.writing.numerals import number
from dilemma.writing.tex import tex_number, tex_polynomial

Coefficients = tuple[int, ...]
# Digits to which an algebraic number is rounded before it becomes a float.
FLOAT_WIDTH = Fraction(1, 2**64)


@total_ordering
@dataclass(frozen=True, eq=False)
class AlgebraicNumber:
    """An irrational real root of an irreducible polynomial.

    Attributes
    ----------
    polynomial : tuple of int
        The coefficients, constant first, without common divisor and with a positive last one:
        the minimal polynomial.
    low, high : Fraction
        An interval around this root, and around no other root of the polynomial.

    Examples
    --------
    >>> golden = roots_in((-1, -1, 1), 0, 2)[0]
    >>> float(golden), golden > Fraction(8, 5), golden.polynomial
    (1.618033988749895, True, (-1, -1, 1))
    """

    polynomial: Coefficients
    low: Fraction
    high: Fraction

    def within(self, width: Fraction) -> AlgebraicNumber:
        """Return the same number in an interval of at most this width."""
        low, high = self.low, self.high
        rising = _sign_at(self.polynomial, high) > 0
        while high - low > width:
            middle = (low + high) / 2
            if (_sign_at(self.polynomial, middle) > 0) == rising:
                high = middle
            else:
                low = middle
        return AlgebraicNumber(self.polynomial, low, high)

    def sign_of(self, polynomial: Sequence[int]) -> int:
        """Return the sign of another integer polynomial at this number."""
        other = fmpz_poly(list(polynomial))
        if (other % fmpz_poly(list(self.polynomial))).degree() < 0:
            return 0
        one = self
        while True:
            bounds = _range_over(polynomial, one.low, one.high)
            if bounds[0] > 0 or bounds[1] < 0:
                return 1 if bounds[0] > 0 else -1
            one = one.within((one.high - one.low) / 4)

    def __float__(self) -> float:
        scale = FLOAT_WIDTH * max(Fraction(1), abs(self.low))
        near = self.within(scale)
        return float((near.low + near.high) / 2)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AlgebraicNumber) or self.polynomial != other.polynomial:
            return False
        low, high = max(self.low, other.low), min(self.high, other.high)
        # Both intervals hold one root each: the same, if it lies in what they share.
        return low < high and _sign_at(self.polynomial, low) != _sign_at(self.polynomial, high)

    def __hash__(self) -> int:
        return hash(self.polynomial)

    def __lt__(self, other: Any) -> bool:
        if isinstance(other, AlgebraicNumber):
            if self == other:
                return False
            one, two = self, other
            while one.high > two.low and two.high > one.low:
                one = one.within((one.high - one.low) / 4)
                two = two.within((two.high - two.low) / 4)
            return one.high <= two.low
        value = fraction(other)
        if not self.low < value < self.high:
            return self.high <= value
        return _sign_at(self.polynomial, value) == _sign_at(self.polynomial, self.high)

    def __str__(self) -> str:
        return f"~{float(self):.6g}"

    def _repr_latex_(self) -> str:
        return f"${tex_real(self)}$"


def in_radicals(value: AlgebraicNumber) -> tuple[int, int, int, int] | None:
    r"""Return (a, b, c, d) with value = (a + b √c) / d, in lowest terms; None beyond degree 2.

    d > 0, and c > 1 has no square factor below a million. b carries the sign of the root.

    Examples
    --------
    >>> in_radicals(roots_in((-1, -1, 1), 0, 2)[0]), in_radicals(roots_in((-2, 0, 0, 1), 0, 2)[0])
    ((1, 1, 5, 2), None)
    """
    if len(value.polynomial) > 3:
        return None
    c, b, a = value.polynomial
    inside, outside = b * b - 4 * a * c, 1
    for k in range(2, 1000):
        while inside % (k * k) == 0:
            inside, outside = inside // (k * k), outside * k
    # The larger root has the plus sign, since a > 0.
    plus = value > Fraction(-b, 2 * a)
    shared = gcd(b, outside, 2 * a)
    return -b // shared, (outside if plus else -outside) // shared, inside, 2 * a // shared


def closed_form(value: Real) -> str:
    """Write a real number: a fraction, a quadratic surd, or a decimal for higher degrees.

    Examples
    --------
    >>> closed_form(roots_in((-1, -1, 1), 0, 2)[0]), closed_form(Fraction(29, 45))
    ('(1 + sqrt(5))/2', '29/45')
    """
    if isinstance(value, Fraction):
        return number(value)
    parts = in_radicals(value)
    if parts is None:
        return str(value)
    first, signed, inside, below = parts
    plus, factor = signed > 0, abs(signed)
    root = f"sqrt({inside})" if factor == 1 else f"{factor} sqrt({inside})"
    if first == 0:
        above = root if plus else f"-{root}"
        return above if below == 1 else f"{above}/{below}"
    above = f"{first} {'+' if plus else '-'} {root}"
    return above if below == 1 else f"({above})/{below}"


def tex_real(value: Real) -> str:
    r"""Write a real number in LaTeX: a fraction, radicals, or the polynomial that it is a root of.

    Examples
    --------
    >>> print(tex_real(Fraction(1, 3)), tex_real(roots_in((-1, -1, 1), 0, 2)[0]))
    \tfrac{1}{3} \tfrac{1 + \sqrt{5}}{2}
    >>> print(tex_real(roots_in((-2, 0, 0, 1), 0, 2)[0]))
    1.25992\ldots,\; x^{3} - 2 = 0
    """
    if isinstance(value, Fraction):
        return tex_number(value)
    parts = in_radicals(value)
    if parts is None:
        return rf"{float(value):.6g}\ldots,\; {tex_polynomial(value.polynomial)} = 0"
    first, factor, inside, below = parts
    root = rf"{'' if abs(factor) == 1 else abs(factor)}\sqrt{{{inside}}}"
    sign = "-" if factor < 0 else "+"
    above = f"{first} {sign} {root}" if first else root if factor > 0 else f"-{root}"
    return above if below == 1 else rf"\tfrac{{{above}}}{{{below}}}"


Real = Fraction | AlgebraicNumber


def integer_polynomial(coefficients: Iterable[Any]) -> Coefficients:
    """Return a positive multiple of a rational polynomial with integer coefficients.

    Parameters
    ----------
    coefficients : iterable of numbers
        The constant first.

    Examples
    --------
    >>> integer_polynomial(["1/2", 0, "-1/3", 0])
    (3, 0, -2)
    """
    exact = [fraction(one) for one in coefficients]
    while exact and not exact[-1]:
        exact.pop()
    scale = common_denominator(exact)
    whole = fmpz_poly([int(one * scale) for one in exact])
    if whole.degree() >= 0:
        whole //= whole.content()
    return tuple(int(one) for one in whole.coeffs())


def roots_in(polynomial: Sequence[Any], low: Any, high: Any) -> tuple[Real, ...]:
    """Return the roots of a rational polynomial in an open interval, in order, each once.

    Parameters
    ----------
    polynomial : sequence of numbers
        The coefficients, constant first. Not all 0.
    low, high : numbers

    Raises
    ------
    ValueError
        If all coefficients are 0.

    Notes
    -----
    Factors over the integers and isolates complex roots by FLINT's certified balls.

    Examples
    --------
    >>> [str(one) for one in roots_in((2, -5, 2), -10, 10)]
    ['1/2', '2']
    >>> roots_in((-2, 0, 1), 2, 3)
    ()
    """
    whole = integer_polynomial(polynomial)
    if not whole:
        raise ValueError("polynomial: requires one that is not 0, got 0")
    first, last = fraction(low, "low"), fraction(high, "high")
    return tuple(one for one in _roots(whole) if first < one < last)


@lru_cache(maxsize=4096)
def _roots(whole: Coefficients) -> tuple[Real, ...]:
    found: list[Real] = []
    for factor, _ in fmpz_poly(list(whole)).factor()[1]:
        coefficients = tuple(int(one) for one in factor.coeffs())
        if coefficients[-1] < 0:  # pragma: no cover
            coefficients = tuple(-one for one in coefficients)
        if len(coefficients) == 2:
            found.append(Fraction(-coefficients[0], coefficients[1]))
            continue
        balls: Any = factor.complex_roots()
        for ball, _ in balls:
            if ball.imag == 0:
                middle, radius = _exactly(ball.real.mid()), _exactly(ball.real.rad())
                found.append(AlgebraicNumber(coefficients, middle - radius, middle + radius))
    return tuple(sorted(found))


def _exactly(ball: Any) -> Fraction:
    """A ball of radius 0 as a fraction."""
    mantissa, exponent = ball.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def where_nonnegative(
    polynomials: Iterable[Sequence[Any]], low: Any = 0, high: Any = 1
) -> tuple[tuple[Real, Real], ...]:
    r"""Find where some polynomials are all at least 0: on which parts of an interval.

    Parameters
    ----------
    polynomials : iterable of sequences of numbers
        Coefficients, constant first.
    low, high : numbers
        The interval :math:`[low, high)`.

    Returns
    -------
    tuple of pairs
        Closed intervals in order, single points among them; an end at ``high`` is meant to be
        open, and nothing is said of that point itself.

    Examples
    --------
    >>> where_nonnegative([(0, 1, -1), (-1, 3)])
    ((Fraction(1, 3), Fraction(1, 1)),)
    >>> [(str(a), str(b)) for a, b in where_nonnegative([(-1, 0, 2)])]
    [('~0.707107', '1')]
    """
    wholes = {integer_polynomial(one) for one in polynomials} - {()}
    first, last = fraction(low, "low"), fraction(high, "high")
    # The start is a cut of its own: it can belong where nothing after it does.
    cuts: list[Real] = sorted(
        {first, *(root for one in wholes for root in roots_in(one, first, last))}
    )
    found: list[tuple[Real, Real]] = []
    for k, cut in enumerate(cuts):
        following = cuts[k + 1] if k + 1 < len(cuts) else last
        sample = between(cut, following)
        if all(_sign_at(one, sample) > 0 for one in wholes):
            found.append((cut, following))
        elif all(sign_at(one, cut) >= 0 for one in wholes):
            found.append((cut, cut))
    return united(found)


def united(intervals: Iterable[tuple[Real, Real]]) -> tuple[tuple[Real, Real], ...]:
    """Return a union of closed intervals, those that touch joined.

    >>> united([(1, 2), (5, 6), (0, 1)])
    ((0, 2), (5, 6))
    """
    joined: list[tuple[Real, Real]] = []
    for low, high in sorted(intervals):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return tuple(joined)


def between(low: Real, high: Real) -> Fraction:
    """Return a rational number between two others.

    >>> between(Fraction(0), Fraction(1))
    Fraction(1, 2)
    """
    if low >= high:
        raise ValueError(f"high: requires more than {low}, got {high}")
    if isinstance(low, Fraction) and isinstance(high, Fraction):
        return (low + high) / 2
    first = low.high if isinstance(low, AlgebraicNumber) else low
    last = high.low if isinstance(high, AlgebraicNumber) else high
    if first <= last and first != last:
        return (first + last) / 2
    one = low.within((low.high - low.low) / 4) if isinstance(low, AlgebraicNumber) else low
    two = high.within((high.high - high.low) / 4) if isinstance(high, AlgebraicNumber) else high
    return between(one, two)


def sign_at(polynomial: Sequence[int], value: Real) -> int:
    """Return the sign of an integer polynomial at a rational or algebraic number.

    >>> sign_at((-1, 2), Fraction(1, 2)), sign_at((-2, 0, 1), roots_in((-3, 0, 1), 0, 2)[0])
    (0, 1)
    """
    if isinstance(value, AlgebraicNumber):
        return value.sign_of(polynomial)
    return _sign_at(polynomial, fraction(value))


def _sign_at(polynomial: Sequence[int], value: Fraction) -> int:
    numerator, denominator = value.numerator, value.denominator
    total, power = 0, 1
    for one in reversed(polynomial):
        total = total * numerator + one * power
        power *= denominator
    return (total > 0) - (total < 0)


def _range_over(
    polynomial: Sequence[int], low: Fraction, high: Fraction
) -> tuple[Fraction, Fraction]:
    """Bounds of a polynomial over an interval, by Horner's rule on intervals."""
    first = last = Fraction(0)
    for one in reversed(polynomial):
        products = (first * low, first * high, last * low, last * high)
        first, last = min(products) + one, max(products) + one
    return first, last
