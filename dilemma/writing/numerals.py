"""Numbers in plain text, short enough for a cell of a table."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction


def number(value: Fraction) -> str:
    """Write a rational number shortly: an integer, a fraction, or a decimal if that is too long.

    >>> number(Fraction(3)), number(Fraction(-7, 16)), number(Fraction(10**20 + 1, 10**20))
    ('3', '-7/16', '~1')
    """
    if value.numerator.bit_length() + value.denominator.bit_length() < 64:
        short = str(value)
        if len(short) <= 11:
            return short
    # Decimals, since a fraction may be beyond the range of floats.
    decimal = Context(prec=6).divide(Decimal(value.numerator), Decimal(value.denominator))
    return f"~{decimal.normalize():g}"
