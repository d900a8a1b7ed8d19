"""Numbers that carry derivatives: by two variables, and the mixed second one.

Any code that is written for Fractions gives, run on such numbers, exact derivatives of what it
computes; over ratios of polynomials it gives them along a whole interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import total_ordering
from typing import Any

from dilemma.arrays.ratios import Ratio


class KinkError(ArithmeticError):
    """A derivative was asked for where there is none, such as at a kink of an absolute value."""


@total_ordering
class Jet:
    """A number with its derivatives by x and by y, and the mixed second one.

    Examples
    --------
    >>> x, y = Jet(Fraction(2), 1, 0, 0), Jet(Fraction(3), 0, 1, 0)
    >>> product = x * x / y
    >>> [str(one) for one in (product.value, product.x, product.y, product.xy)]
    ['4/3', '4/3', '-4/9', '-4/9']
    """

    __slots__ = ("value", "x", "xy", "y")

    def __init__(self, value: Any, x: Any = 0, y: Any = 0, xy: Any = 0) -> None:
        self.value, self.x, self.y, self.xy = value, x, y, xy

    def __add__(self, other: Any) -> Jet:
        one = _jet(other)
        return Jet(self.value + one.value, self.x + one.x, self.y + one.y, self.xy + one.xy)

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return Jet(-self.value, -self.x, -self.y, -self.xy)

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Jet:
        a, b = self, _jet(other)
        return Jet(
            a.value * b.value,
            a.x * b.value + a.value * b.x,
            a.y * b.value + a.value * b.y,
            a.xy * b.value + a.x * b.y + a.y * b.x + a.value * b.xy,
        )

    __rmul__ = __mul__

    def _inverse(self) -> Jet:
        one = Fraction(1) / self.value
        square = one * one
        return Jet(
            one,
            -self.x * square,
            -self.y * square,
            2 * self.x * self.y * square * one - self.xy * square,
        )

    def __truediv__(self, other: Any) -> Jet:
        return self * _jet(other)._inverse()

    def __rtruediv__(self, other: Any) -> Any:
        return self._inverse() * other

    def __pow__(self, power: int) -> Jet:
        result = Jet(Fraction(1))
        for _ in range(power):
            result = result * self
        return result

    @property
    def is_constant(self) -> bool:
        """Whether all derivatives are 0."""
        return bool(self.x == 0 and self.y == 0 and self.xy == 0)

    def __abs__(self) -> Jet:
        if self.value == 0 and not self.is_constant:
            raise KinkError("at a kink")
        return -self if self.value < 0 else self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Jet, Ratio, Fraction, int)):
            return NotImplemented
        gap = self - other
        return bool(gap.value == 0 and gap.is_constant)

    def __lt__(self, other: Any) -> bool:
        gap = self - other
        if gap.value == 0 and not gap.is_constant:
            raise KinkError("at a kink")
        return bool(gap.value < 0)

    def __hash__(self) -> int:
        return hash((self.value, self.x, self.y, self.xy))

    def __repr__(self) -> str:
        return f"Jet({self.value}, {self.x}, {self.y}, {self.xy})"


def _jet(value: Any) -> Jet:
    return value if isinstance(value, Jet) else Jet(value)


def eliminated(matrix: Sequence[Sequence[Any]], right: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Solve linear equations by elimination, over any numbers with +, −, × and ÷.

    Parameters
    ----------
    matrix : n rows of n numbers
    right : n rows of k numbers

    Returns
    -------
    list of n lists of k numbers

    Raises
    ------
    ZeroDivisionError
        If there is not one solution.

    Notes
    -----
    About n³/3 multiplications; each costs more the more the numbers have grown.

    Examples
    --------
    >>> eliminated([[2, 1], [0, Fraction(3)]], [[Fraction(1)], [Fraction(1)]])
    [[Fraction(1, 3)], [Fraction(1, 3)]]
    """
    n = len(matrix)
    rows = [[*left, *side] for left, side in zip(matrix, right, strict=True)]
    for k in range(n):
        pivot = next((i for i in range(k, n) if _nonzero(rows[i][k])), None)
        if pivot is None:
            raise ZeroDivisionError("the matrix is singular")
        rows[k], rows[pivot] = rows[pivot], rows[k]
        inverse = Fraction(1) / rows[k][k]
        rows[k] = [*rows[k][: k + 1], *(one * inverse for one in rows[k][k + 1 :])]
        for i in range(n):
            factor = rows[i][k]
            if i == k or (not isinstance(factor, Jet) and factor == 0):
                continue
            rows[i] = [
                *rows[i][: k + 1],
                *(one - factor * two for one, two in zip(rows[i][k + 1 :], rows[k][k + 1 :],
                                                         strict=True)),
            ]  # fmt: skip
    return [row[n:] for row in rows]


def _nonzero(value: Any) -> bool:
    return bool((value.value if isinstance(value, Jet) else value) != 0)
