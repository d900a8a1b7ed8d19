r"""Points with algebraic coordinates, or within proven bounds: signs and values of polynomials.

A coordinate is *exact*, a `Fraction` or an `Element` of a number field :math:`Q(\alpha)`, or a
ball of FLINT (`arb`) that is proved to hold it. The sign of a polynomial at an exact point is
always decided; at a ball only if it is not too close to 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from dilemma.arrays.algebraic import Real
from dilemma.arrays.number_field import NARROW, Element
from dilemma.writing.numerals import number

# Values in fields of a higher degree are given in bounds: their minimal polynomials fill pages.
LARGEST_DEGREE = 12
# Bits with which balls are added and multiplied.
BITS = 256


@dataclass(frozen=True)
class Enclosed:
    """A real number of which bounds are proved.

    Attributes
    ----------
    low, high : Fraction

    Examples
    --------
    >>> third = Enclosed(Fraction(33333333333, 10**11), Fraction(33333333334, 10**11))
    >>> print(third, float(third))
    ~0.333333 0.333333333335
    """

    low: Fraction
    high: Fraction

    def __float__(self) -> float:
        return float((self.low + self.high) / 2)

    def __str__(self) -> str:
        return f"~{float(self):.6g}"


Located = Real | Enclosed


def precisely() -> Any:
    """A context in which balls are added and multiplied with 256 bits, or more if that is set.

    >>> with precisely():
    ...     (arb(1) / 3).rad() < 1e-70
    True
    """
    return ctx.workprec(max(BITS, ctx.prec))


def is_exact(value: Any) -> bool:
    """Whether a coordinate is exact, and not a ball.

    >>> is_exact(Fraction(1, 3)), is_exact(arb(1) / 3)
    (True, False)
    """
    return not isinstance(value, arb)


def sign_of(value: Any) -> int | None:
    """Return the sign of a coordinate or a value; None if a ball around it holds 0.

    >>> sign_of(Fraction(-1, 3)), sign_of(arb(0, 1e-9))
    (-1, None)
    """
    if isinstance(value, Element):
        return value.sign()
    if isinstance(value, arb):
        return 1 if value > 0 else -1 if value < 0 else 0 if value == 0 else None
    return int(value > 0) - int(value < 0)


def value_at(polynomial: Any, point: Sequence[Any]) -> Any:
    """Evaluate a polynomial of FLINT (`fmpq_mpoly`) at a point.

    >>> from dilemma.arrays.multinomials import ring
    >>> x, y = ring(2).gens()
    >>> value_at(x * y - 1, [Fraction(2), Fraction(1, 3)])
    Fraction(-1, 3)
    """
    if any(isinstance(one, arb) for one in point):
        with precisely():
            balls = [one if isinstance(one, arb) else ball(*bounds_of(one)) for one in point]
            return _value_at(polynomial, balls, inexact=True)
    return _value_at(polynomial, point, inexact=False)


def _value_at(polynomial: Any, point: Sequence[Any], inexact: bool) -> Any:
    tables: list[list[Any]] = [[1] for _ in point]
    total: Any = arb(0) if inexact else Fraction(0)
    for powers, c in polynomial.to_dict().items():
        term: Any = _as_ball(c) if inexact else Fraction(int(c.p), int(c.q))
        for place, power in enumerate(map(int, powers)):
            known = tables[place]
            while len(known) <= power:
                known.append(known[-1] * point[place])
            if power:
                term = known[power] * term
        total = term + total
    return total


def _as_ball(value: Any) -> Any:
    return arb(fmpq(value))


def ball(low: Any, high: Any) -> Any:
    """A ball that holds all numbers between two floats or Fractions.

    >>> ball(0.25, 0.5).contains(arb(fmpq(1, 3)))
    True
    """
    first, last = Fraction(low), Fraction(high)
    middle, radius = (first + last) / 2, (last - first) / 2
    return arb(fmpq(middle.numerator, middle.denominator)) + arb(
        0, arb(fmpq(radius.numerator, radius.denominator)).abs_upper()
    )


def bounds_of(value: Any) -> tuple[Fraction, Fraction]:
    """Return rational bounds of a coordinate or value: equal if it is rational.

    >>> bounds_of(Fraction(1, 3))
    (Fraction(1, 3), Fraction(1, 3))
    """
    if isinstance(value, arb):
        return _exactly(value.lower()), _exactly(value.upper())
    if isinstance(value, Element):
        near = value.root.within(NARROW)
        return value.bound(near.low, near.high)
    return Fraction(value), Fraction(value)


def located(value: Any) -> Located:
    """Return a coordinate or value for users: rational, algebraic, or in proven bounds.

    >>> located(Fraction(1, 3))
    Fraction(1, 3)
    """
    if isinstance(value, Element):
        if value.polynomial.degree() < 1:
            return value.plain()
        if list(map(int, value.polynomial.numer().coeffs())) == [0, 1] and (
            value.polynomial.denom() == 1
        ):
            return value.root
        if len(value.root.polynomial) - 1 <= LARGEST_DEGREE:
            return value.plain()
    elif not isinstance(value, arb):
        return Fraction(value)
    low, high = bounds_of(value)
    return Enclosed(low, high)


def words_of(value: Located) -> str:
    """Write a number shortly: as a fraction, or as a decimal after a ``~``.

    >>> words_of(Fraction(2, 3))
    '2/3'
    """
    return number(value) if isinstance(value, Fraction) else str(value)


def as_float(value: Any) -> float:
    """Round a coordinate or value.

    >>> as_float(Fraction(1, 4)), as_float(arb(2))
    (0.25, 2.0)
    """
    return float(value.mid()) if isinstance(value, arb) else float(value)


def _exactly(value: Any) -> Fraction:
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
