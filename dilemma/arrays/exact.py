"""Exact numbers: how what a user types becomes a rational number.

One rule serves the whole library: **a float means the decimal that prints it**. ``0.3`` is
3/10, though the binary number stored is 0.299999999999999988897769753748. Integers,
`fractions.Fraction`, `decimal.Decimal`, rational numbers of sympy and python-flint and texts such
as ``"3/10"``, ``"0.3"`` or ``"3e-1"`` are taken as they are.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Hashable, Iterable
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational
from typing import Any

import numpy as np
from flint import fmpq, fmpz
from numpy.typing import NDArray

from dilemma.arrays.distinct import distinct_objects

# A number typed with a larger exponent is a slip; building 10**(10**9) would hang the machine.
LARGEST_EXPONENT = 1000
# Python converts texts to integers of 4300 digits at most.
LONGEST_TEXT = 4300
# Larger tables of exact numbers often hold the same ones many times.
MANY = 4096

_EXPONENT = re.compile(r"[eE]([+-]?\d[\d_]*)\s*$")


def fraction(value: object, name: str = "value") -> Fraction:
    """Read one number exactly.

    Parameters
    ----------
    value : int, float, str, Fraction, Decimal, or a rational number of NumPy, sympy or flint
        A float means the decimal that prints it.
    name : str
        What the number is, for the error message.

    Returns
    -------
    Fraction

    Raises
    ------
    TypeError
        If the value is no number (a bool is none).
    ValueError
        If it is not finite, or a text that is no number.

    Examples
    --------
    >>> fraction(0.3), fraction("3/10"), fraction(0.1 + 0.2)
    (Fraction(3, 10), Fraction(3, 10), Fraction(7500000000000001, 25000000000000000))
    >>> fraction("high", "trust")
    Traceback (most recent call last):
    ...
    ValueError: trust: requires a finite number such as 0.3 or "3/10", got 'high'
    """
    if isinstance(value, Fraction):
        return value
    if value is np.ma.masked:
        raise ValueError(f"{name}: requires a number, got a masked value")
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}: requires a number, got the truth value {value}")
    if isinstance(value, (Integral, Rational)):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, float):
        return _from_text(float.__repr__(value), name, value)
    if isinstance(value, (str, Decimal, np.floating)):
        return _from_text(str(value), name, value)
    if isinstance(value, fmpz):
        return Fraction(int(value))
    if isinstance(value, fmpq):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return fraction(value[()], name)
    sympy: Any = sys.modules.get("sympy")
    expression: Any = getattr(sympy, "Expr", ())
    if isinstance(value, expression):
        if value.is_Rational:
            return Fraction(int(value.p), int(value.q))
        if value.is_Float:
            return _from_text(str(value), name, value)
        if value.is_number and (value.is_finite is False or value == sympy.nan):
            raise ValueError(f"{name}: requires a finite number, got {value}")
        if value.is_number:
            raise TypeError(f"{name}: requires a rational number, got the expression {value}")
        raise TypeError(f"{name}: requires a number, got the symbolic expression {value}")
    raise TypeError(f"{name}: requires a number, got {value!r} ({type(value).__name__})")


def _from_text(text: str, name: str, value: object) -> Fraction:
    exponent = _EXPONENT.search(text)
    if exponent and (len(exponent[1]) > 9 or abs(int(exponent[1])) > LARGEST_EXPONENT):
        raise ValueError(
            f"{name}: requires an exponent of ten of at most {LARGEST_EXPONENT} in size, "
            f"got {_shown(value)}"
        )
    if len(text) > LONGEST_TEXT:
        raise ValueError(
            f"{name}: requires a number of at most {LONGEST_TEXT} characters, got {len(text)}"
        )
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise ValueError(f"{name}: requires a denominator other than 0, got {text!r}") from None
    except ValueError:
        raise ValueError(
            f'{name}: requires a finite number such as 0.3 or "3/10", got {_shown(value)}'
        ) from None


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def fractions(values: Any, name: str = "values") -> NDArray[np.object_]:
    """Read an array of numbers exactly, by the rule of `fraction`.

    Parameters
    ----------
    values : array_like
        Numbers of any of the kinds that `fraction` reads.
    name : str
        What they are; an offending entry is named with its index.

    Returns
    -------
    numpy.ndarray of Fraction
        An object array of the same shape, new.

    Examples
    --------
    >>> fractions([[0.5, "1/3"]])
    array([[Fraction(1, 2), Fraction(1, 3)]], dtype=object)
    """
    source = values if isinstance(values, np.ndarray) else np.array(values, dtype=object)
    if source.dtype == object and set(map(type, source.flat)) == {Fraction}:
        return np.array(source)
    result: NDArray[Any] = np.empty(source.shape, dtype=object)
    seen: dict[Any, Fraction] = {}
    for index in np.ndindex(source.shape):
        value: Any = source[index]
        if isinstance(value, Fraction):  # whose hash would take longer than it saves
            result[index] = value
            continue
        # A signalling NaN is a Decimal that refuses to be hashed.
        hashable = isinstance(value, Hashable) and not isinstance(value, Decimal)
        known = seen.get((type(value), value)) if hashable else None
        if known is None:
            place = f"{name}[{', '.join(map(str, index))}]" if index else name
            known = fraction(value, place)
            if hashable:
                seen[type(value), value] = known
        result[index] = known
    return result


def unmasked(values: NDArray[Any], name: str) -> NDArray[Any]:
    """Return an array as a plain one; a masked array must not have a masked value.

    >>> unmasked(np.ma.array([1, 2]), "trust").tolist()
    [1, 2]
    """
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        index = tuple(int(i) for i in np.argwhere(np.ma.getmaskarray(values))[0])
        raise ValueError(
            f"{name}[{', '.join(map(str, index))}]: requires a number, got a masked value"
        )
    return np.asarray(values)


def to_float(value: Any, name: str = "value") -> float:
    """Round an exact number to the nearest float; one beyond the largest float is refused.

    >>> to_float(Fraction(1, 3))
    0.3333333333333333
    """
    try:
        return float(value.numerator / value.denominator)
    except OverflowError:
        raise ValueError(
            f"{name}: requires a number within the range of a float (about 1.8e308), "
            "got one beyond it"
        ) from None


def rounded(values: NDArray[np.object_], name: str = "values") -> NDArray[np.float64]:
    """Round an array of exact numbers to the nearest floats.

    >>> rounded(fractions([["1/2", 2]])).tolist()
    [[0.5, 2.0]]
    """
    if values.size > MANY:
        objects, places = distinct_objects(values)
        return rounded_each(objects, name)[places]
    return rounded_each(values, name)


def rounded_each(values: NDArray[np.object_], name: str) -> NDArray[np.float64]:
    """Round one by one, however often a number comes.

    >>> rounded_each(fractions(["1/2"]), "values").tolist()
    [0.5]
    """
    flat = [to_float(value, name) for value in values.flat]
    return np.array(flat, dtype=np.float64).reshape(values.shape)


def common_denominator(values: Iterable[Fraction]) -> int:
    """Return the least common multiple of the denominators.

    >>> common_denominator([Fraction(1, 4), Fraction(5, 6)])
    12
    """
    return math.lcm(1, *{value.denominator for value in values})
