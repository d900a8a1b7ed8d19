r"""Functions of one variable that arithmetic, absolute values and comparisons make, in pieces.

A formula in +, −, × and ÷ of one variable is a ratio of two polynomials. Where it asks for a sign,
as an absolute value or the larger of two numbers does, it is a ratio on each of several intervals.
A `Ratio` answers such a question at a sample point and keeps it in mind; `pieces` then finds up to
where the answers hold, and takes new samples elsewhere. So any code that is written for Fractions
can be run along a whole interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import total_ordering
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_poly

from dilemma.arrays.algebraic import Coefficients, Real, between, integer_polynomial, roots_in


class Asked:
    """A sample point, and the polynomials whose signs there were asked for."""

    __slots__ = ("polynomials", "sample")

    def __init__(self, sample: Fraction) -> None:
        self.sample = sample
        self.polynomials: set[Coefficients] = set()


@total_ordering
class Ratio:
    """A ratio of two polynomials with rational coefficients, compared at a sample point.

    Examples
    --------
    >>> t = variable(Asked(Fraction(1, 2)))
    >>> str(1 / (1 + t) - t), t * t < t, abs(t - 1) == 1 - t
    ('(1 + -1 t^1 + -1 t^2)/(1 + 1 t^1)', True, True)
    """

    __slots__ = ("above", "asked", "below")

    def __init__(self, above: Any, below: Any, asked: Asked) -> None:
        if below.degree() > 0:
            shared = above.gcd(below)
            if shared.degree() > 0:
                above, below = above // shared, below // shared
        leading = below[below.degree()]
        if leading != 1:
            above, below = above / leading, below / leading
        self.above, self.below, self.asked = above, below, asked

    def _other(self, other: Any) -> tuple[Any, Any] | None:
        if isinstance(other, Ratio):
            return other.above, other.below
        if isinstance(other, (int, Fraction)):
            return fmpq_poly([fmpq(other.numerator, other.denominator)]), fmpq_poly([1])
        return None

    def __add__(self, other: Any) -> Any:
        pair = self._other(other)
        if pair is None:
            return NotImplemented
        above, below = pair
        if below == self.below:
            return Ratio(self.above + above, below, self.asked)
        return Ratio(self.above * below + above * self.below, self.below * below, self.asked)

    __radd__ = __add__

    def __neg__(self) -> Ratio:
        return Ratio(-self.above, self.below, self.asked)

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        pair = self._other(other)
        if pair is None:
            return NotImplemented
        return Ratio(self.above * pair[0], self.below * pair[1], self.asked)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        pair = self._other(other)
        if pair is None:
            return NotImplemented
        if pair[0].degree() < 0:
            raise ZeroDivisionError("division by zero among ratios of polynomials")
        return Ratio(self.above * pair[1], self.below * pair[0], self.asked)

    def __rtruediv__(self, other: Any) -> Any:
        above, below = self._other(other) or (None, None)
        return Ratio(above, below, self.asked) / self

    def __pow__(self, power: int) -> Ratio:
        return Ratio(self.above**power, self.below**power, self.asked)

    def sign(self) -> int:
        """Return the sign at the sample point, and keep the question in mind."""
        if self.above.degree() < 0:
            return 0
        for one in (self.above, self.below):
            if one.degree() > 0:
                self.asked.polynomials.add(_whole(one))
        value = self.at(self.asked.sample)
        return (value > 0) - (value < 0)

    def at(self, value: Fraction) -> Fraction:
        """Return the value at a number."""
        point = fmpq(value.numerator, value.denominator)
        found = self.above(point) / self.below(point)
        return Fraction(int(found.numer()), int(found.denom()))

    def __abs__(self) -> Ratio:
        return -self if self.sign() < 0 else self

    def __eq__(self, other: object) -> bool:
        """Whether two are the same function, on all of the line."""
        pair = self._other(other)
        if pair is None:
            return NotImplemented
        return bool(self.above * pair[1] == pair[0] * self.below)

    def __lt__(self, other: Any) -> bool:
        return bool((self - other).sign() < 0)

    def __hash__(self) -> int:
        return hash((_whole(self.above), _whole(self.below)))

    @property
    def sign_polynomial(self) -> Coefficients:
        """An integer polynomial that has the function's sign wherever the function is defined."""
        return _whole(self.above * self.below)

    @property
    def parts(self) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
        """The coefficients of the numerator and of the denominator, constant first."""
        above, below = (
            tuple(Fraction(int(c.numer()), int(c.denom())) for c in one.coeffs())
            for one in (self.above, self.below)
        )
        return above, below

    def __str__(self) -> str:
        above, below = map(_shown, self.parts)
        return above if below == "1" else f"({above})/({below})"

    __repr__ = __str__


def _shown(coefficients: Sequence[Fraction]) -> str:
    terms = [f"{one}" if k == 0 else f"{one} t^{k}" for k, one in enumerate(coefficients) if one]
    return " + ".join(terms) or "0"


def variable(asked: Asked) -> Ratio:
    """Return the variable itself.

    >>> variable(Asked(Fraction(0)))
    1 t^1
    """
    return Ratio(fmpq_poly([0, 1]), fmpq_poly([1]), asked)


def constant(value: Fraction, asked: Asked) -> Ratio:
    """Return a number as a function.

    >>> constant(Fraction(1, 2), Asked(Fraction(0)))
    1/2
    """
    return Ratio(fmpq_poly([fmpq(value.numerator, value.denominator)]), fmpq_poly([1]), asked)


def _whole(polynomial: Any) -> Coefficients:
    return integer_polynomial(
        Fraction(int(one.numer()), int(one.denom())) for one in polynomial.coeffs()
    )


def pieces(
    function: Callable[[Ratio], Any], low: Fraction, high: Fraction
) -> tuple[tuple[Real, Real, tuple[Ratio, ...]], ...]:
    """Run a function of numbers along an open interval.

    Parameters
    ----------
    function : callable
        From a number to a sequence of numbers, by arithmetic, absolute values and comparisons.
    low, high : Fraction

    Returns
    -------
    tuple of (low, high, ratios)
        Intervals in order, which together make up the whole, and the values on each.

    Examples
    --------
    >>> for low, high, [value] in pieces(lambda t: [abs(2 * t - 1)], Fraction(0), Fraction(1)):
    ...     print(low, high, value)
    0 1/2 1 + -2 t^1
    1/2 1 -1 + 2 t^1
    """
    waiting: list[tuple[Real, Real]] = [(low, high)]
    found: list[tuple[Real, Real, tuple[Ratio, ...]]] = []
    while waiting:
        first, last = waiting.pop()
        sample = between(first, last)
        asked = Asked(sample)
        values = tuple(
            one if isinstance(one, Ratio) else constant(Fraction(one), asked)
            for one in function(variable(asked))
        )
        ends = (_below(first, low), _above(last, high))
        cuts = sorted(
            {
                root
                for one in asked.polynomials
                for root in roots_in(one, *ends)
                if first < root < last
            }
        )
        if sample in cuts:  # where a sign is 0 that is not 0 around
            waiting += [(first, sample), (sample, last)]
            continue
        marks = [first, *cuts, last]
        for one, two in pairwise(marks):
            if one < sample < two:
                found.append((one, two, values))
            else:
                waiting.append((one, two))
    return tuple(sorted(found, key=lambda piece: between(piece[0], piece[1])))


def _below(value: Real, low: Fraction) -> Fraction:
    """A rational number that is at most this one; the whole interval's end if it is irrational."""
    return value if isinstance(value, Fraction) else low


def _above(value: Real, high: Fraction) -> Fraction:
    return value if isinstance(value, Fraction) else high
