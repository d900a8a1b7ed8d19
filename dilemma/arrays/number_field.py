r"""Arithmetic with one irrational root of a polynomial, exactly: the field Q(α).

An element is a polynomial in α with rational coefficients, of a lower degree than α's minimal
polynomial; sums and products are those of polynomials, the inverse comes from Euclid's algorithm.
Order is decided: an element is 0 only if its polynomial is, and otherwise its sign shows in a
narrow enough interval around α. Elements mix with integers and Fractions; with elements of the
field of another root they can only be compared for equality.
"""

from __future__ import annotations

from fractions import Fraction
from functools import total_ordering
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly

from dilemma.arrays.algebraic import AlgebraicNumber, Real, integer_polynomial, roots_in

NARROW = Fraction(1, 2**160)


@total_ordering
class Element:
    """A number of the field Q(α).

    Parameters
    ----------
    polynomial : fmpq_poly
        In α.
    root : AlgebraicNumber
        α.

    Examples
    --------
    >>> from dilemma.arrays.algebraic import roots_in
    >>> root_two = generator(roots_in((-2, 0, 1), 0, 2)[0])
    >>> root_two * root_two == 2, 1 / (root_two - 1) > Fraction(12, 5)
    (True, True)
    >>> float(1 / root_two)
    0.7071067811865476
    """

    __slots__ = ("_modulus", "polynomial", "root")

    def __init__(self, polynomial: Any, root: AlgebraicNumber, modulus: Any = None) -> None:
        self._modulus = fmpq_poly(list(root.polynomial)) if modulus is None else modulus
        self.polynomial = polynomial % self._modulus
        self.root = root

    def _made(self, polynomial: Any) -> Element:
        return Element(polynomial, self.root, self._modulus)

    def _other(self, value: Any) -> Any:
        """The polynomial of another number, which must be in the same field."""
        if isinstance(value, Element):
            same = value.root is self.root or value.root == self.root
            if not same and value.polynomial.degree() > 0:
                raise ValueError(
                    "other: requires a number of the same field, got one of another root, "
                    f"{value.root} instead of {self.root}"
                )
            return value.polynomial
        one = Fraction(value)
        return fmpq_poly([fmpq(one.numerator, one.denominator)])

    def __add__(self, other: Any) -> Element:
        return self._made(self.polynomial + self._other(other))

    __radd__ = __add__

    def __neg__(self) -> Element:
        return self._made(-self.polynomial)

    def __sub__(self, other: Any) -> Element:
        return self._made(self.polynomial - self._other(other))

    def __rsub__(self, other: Any) -> Element:
        return self._made(self._other(other) - self.polynomial)

    def __mul__(self, other: Any) -> Element:
        return self._made(self.polynomial * self._other(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Element:
        divisor, _, inverse = self._modulus.xgcd(self._other(other))
        if divisor.degree() != 0:
            raise ZeroDivisionError("division by zero in a number field")
        return self._made(self.polynomial * inverse * (1 / divisor[0]))

    def __rtruediv__(self, other: Any) -> Element:
        return self._made(self._other(other)) / self

    def __abs__(self) -> Element:
        return -self if self.sign() < 0 else self

    def sign(self) -> int:
        """Return −1, 0 or 1."""
        if self.polynomial.degree() < 1:
            value = self.polynomial[0]
            return int(value > 0) - int(value < 0)
        return self.root.sign_of(integer_polynomial(map(_fraction, self.polynomial.coeffs())))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Element, Fraction, int)):
            return NotImplemented
        if isinstance(other, Element) and other.root != self.root:
            return self.plain() == other.plain()
        return bool(self.polynomial == self._other(other))

    def __lt__(self, other: Any) -> bool:
        return bool((self - other).sign() < 0)

    def __hash__(self) -> int:
        # Equal numbers have equal hashes, Fractions and those of other fields too.
        return hash(self.plain())

    def plain(self) -> Real:
        """Return the number as a Fraction or an AlgebraicNumber."""
        if self.polynomial.degree() < 1:
            return _fraction(self.polynomial[0])
        size = self._modulus.degree()
        rows = []
        power = self._made(fmpq_poly([1]))
        generator_ = self._made(fmpq_poly([0, 1]))
        for _ in range(size):
            image = (power * self).polynomial
            rows.append([image[k] for k in range(size)])
            power = power * generator_
        characteristic = fmpq_mat(rows).charpoly()
        coefficients = list(map(_fraction, characteristic.coeffs()))
        width = NARROW
        while True:  # bounds that hold but one root of the characteristic polynomial
            near = self.root.within(width)
            low, high = self.bound(near.low, near.high)
            found = roots_in(coefficients, low - width, high + width)
            if len(found) == 1:
                return found[0]
            width /= 2**40

    def bound(self, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
        """Bounds of the value where the root is between two others, by Horner's rule."""
        first = last = Fraction(0)
        for one in reversed([_fraction(value) for value in self.polynomial.coeffs()]):
            products = (first * low, first * high, last * low, last * high)
            first, last = min(products) + one, max(products) + one
        return first, last

    def __float__(self) -> float:
        near = self.root.within(NARROW)
        low, high = self.bound(near.low, near.high)
        return float((low + high) / 2)

    def __str__(self) -> str:
        return f"~{float(self):.6g}"

    __repr__ = __str__


def generator(root: AlgebraicNumber) -> Element:
    """Return α itself as an element of Q(α)."""
    return Element(fmpq_poly([0, 1]), root.within(NARROW))


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))
