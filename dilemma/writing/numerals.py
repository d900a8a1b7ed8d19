"""Numbers in plain text, short enough for a cell of a table."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction


def number(value: Fraction) -> str:
    """Write a rational number shortly: an integer, a fraction, or a decimal if that is too long.

    >>> number(Fraction(3)), number(Fraction(-7, 16)), number(Fraction(6 * 10**20 + 1, 10**19))
    ('3', '-7/16', '~60')
    """
    if value.numerator.bit_length() + value.denominator.bit_length() < 64:
        short = str(value)
        if len(short) <= 11:
            return short
    # Decimals, since a fraction may be beyond the range of floats.
    decimal = Context(prec=6).divide(Decimal(value.numerator), Decimal(value.denominator))
    least = decimal.normalize()
    # Without trailing zeros 60 would be 6e+1.
    return f"~{least:f}" if 0 <= least.adjusted() < 6 else f"~{least:g}"
