"""Where several piecewise polynomials of one number are all negative, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.alliance.terms import Domain
from dilemma.arrays.algebraic import (
    AlgebraicNumber,
    Real,
    between,
    integer_polynomial,
    roots_in,
    sign_at,
)
from dilemma.arrays.exact import fraction
from dilemma.game.display import number
from dilemma.writing.pages import Displayed

# Coefficients, constant first, from a number on (up to where the next piece starts).
Piece = tuple[Fraction, Sequence[Fraction]]


@dataclass(frozen=True)
class Interval(Displayed):
    """Numbers between two ends.

    Attributes
    ----------
    low, high : Fraction or AlgebraicNumber
        ``high`` is None if there is no upper end.
    with_low, with_high : bool
        Whether the ends belong to it.

    Notes
    -----
    Of a value that is asked for by ``in``, a float means the decimal that prints it.

    Examples
    --------
    >>> print(Interval(Fraction(1, 2), None, False, False))
    above 1/2
    >>> Fraction(1) in Interval(Fraction(0), Fraction(1), True, False)
    False
    """

    low: Real
    high: Real | None
    with_low: bool
    with_high: bool

    def __contains__(self, value: Any) -> bool:
        if not isinstance(value, AlgebraicNumber):
            value = fraction(value)
        above = value > self.low or (self.with_low and value == self.low)
        if self.high is None:
            return bool(above)
        return bool(above and (value < self.high or (self.with_high and value == self.high)))

    def __str__(self) -> str:
        low = shown(self.low)
        if self.high is None:
            return f"{'from' if self.with_low else 'above'} {low}{' on' * self.with_low}"
        high = shown(self.high)
        if self.low == self.high:
            return f"at {low}"
        return f"in {'[' if self.with_low else '('}{low}, {high}{']' if self.with_high else ')'}"


def shown(value: Real) -> str:
    """A number as it is printed: exactly, or an irrational one to six digits.

    >>> shown(Fraction(2, 4))
    '1/2'
    """
    return str(value) if isinstance(value, AlgebraicNumber) else number(value)


def where_negative(functions: Iterable[Sequence[Piece]], domain: Domain) -> tuple[Interval, ...]:
    """Find where some continuous, piecewise polynomial functions are all below 0.

    Parameters
    ----------
    functions : iterable of sequences of (start, coefficients)
        The pieces of each in order; the first one starts at the lower end of the domain or below.
    domain : Domain

    Returns
    -------
    tuple of Interval
        In order, none touching another; all of the domain if there are no functions.

    Examples
    --------
    >>> kinked = [(Fraction(0), (-1, 2)), (Fraction(1), (1, 0))]
    >>> print(*where_negative([kinked, [(Fraction(0), (0, -1))]], Domain(Fraction(0), None)))
    in (0, 1/2)
    """
    wholes = [
        [(start, integer_polynomial(coefficients)) for start, coefficients in pieces]
        for pieces in functions
    ]
    low, high = domain.low, domain.high
    cuts: set[Real] = {low} if high is None else {low, high}
    for pieces in wholes:
        for k, (start, polynomial) in enumerate(pieces):
            if low < start and (high is None or start < high):
                cuts.add(start)
            if len(polynomial) < 2:
                continue
            end = pieces[k + 1][0] if k + 1 < len(pieces) else high
            if end is None:
                end = max(start, _beyond(polynomial))
            if start < end:
                cuts.update(roots_in(polynomial, start, end))
    ends = sorted(one for one in cuts if low <= one and (high is None or one <= high))

    def negative(value: Real) -> bool:
        return all(sign_at(_piece_at(pieces, value), value) < 0 for pieces in wholes)

    parts: list[tuple[Real, Real | None, bool]] = []
    for k, cut in enumerate(ends):
        open_end = domain.low_open if cut == low else domain.high_open and cut == high
        parts.append((cut, cut, not open_end and negative(cut)))
        if k + 1 < len(ends):
            parts.append((cut, ends[k + 1], negative(between(cut, ends[k + 1]))))
        elif high is None:
            top = cut.high if isinstance(cut, AlgebraicNumber) else cut
            parts.append((cut, None, negative(top + 1)))
    return _joined(parts)


def _joined(parts: Sequence[tuple[Real, Real | None, bool]]) -> tuple[Interval, ...]:
    """Points and open stretches, one after the other, as intervals."""
    found: list[Interval] = []
    run: list[tuple[Real, Real | None]] = []
    for low, high, belongs in [*parts, (Fraction(0), Fraction(0), False)]:
        if belongs:
            run.append((low, high))
        elif run:
            first, last = run[0], run[-1]
            found.append(Interval(first[0], last[1], first[0] == first[1], last[0] == last[1]))
            run = []
    return tuple(found)


def _piece_at(pieces: Sequence[tuple[Fraction, Sequence[int]]], value: Real) -> Sequence[int]:
    chosen = pieces[0][1]
    for start, polynomial in pieces:
        if start <= value:
            chosen = polynomial
    return chosen


def _beyond(polynomial: Sequence[int]) -> Fraction:
    """A number above all roots (Cauchy's bound)."""
    return 2 + Fraction(max(abs(one) for one in polynomial[:-1]), abs(polynomial[-1]))
