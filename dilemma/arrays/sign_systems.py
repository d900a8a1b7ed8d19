"""Systems of polynomial inequalities over a box: factors, and which signs products may have.

A system asks for a point of a box at which several polynomials have given signs. Each polynomial
is kept as the sign of a constant times powers of shared irreducible factors, since the sign of a
product follows from those of its factors, and these are easier to bound: (x - 1/3)^2 is the
square of a factor that changes its sign, which no bound on the whole finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import gcd, lcm
from typing import Any

Exponents = tuple[int, ...]
Polynomial = tuple[tuple[Exponents, int], ...]
Signs = frozenset[int]

ANY: Signs = frozenset({-1, 0, 1})
SIGNS_OF: dict[str, Signs] = {
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
    "==": frozenset({0}),
    "!=": frozenset({-1, 1}),
}


@dataclass(frozen=True)
class Side:
    """The range of one variable: from `low` to `high`, which is None if it has no end.

    Attributes
    ----------
    low : Fraction
    high : Fraction or None
    low_open, high_open : bool
        True if the end itself does not belong to it.
    """

    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, value: Any) -> bool:
        above = value > self.low if self.low_open else value >= self.low
        if self.high is None:
            return bool(above)
        return bool(above and (value < self.high if self.high_open else value <= self.high))

    def at(self, place: Fraction) -> Fraction | None:
        """The value at a place in [0, 1]: linear, or low + t/(1 - t); None if it is infinite."""
        if self.high is not None:
            return self.low + (self.high - self.low) * place
        return None if place == 1 else self.low + place / (1 - place)


@dataclass(frozen=True)
class Constraint:
    """The sign that a product of factors must have.

    Attributes
    ----------
    sign : int
        The sign of the constant before the product; 0 if the whole is zero.
    powers : tuple of (factor, exponent)
        Which factors, by number.
    allowed : frozenset of int
        The signs, among −1, 0 and 1, that satisfy it.
    """

    sign: int
    powers: tuple[tuple[int, int], ...]
    allowed: Signs

    def holds(self, signs: Mapping[int, int] | Sequence[int]) -> bool:
        """Whether it holds where the factors have these signs."""
        value = self.sign
        for factor, power in self.powers:
            one = signs[factor]
            value *= one if power % 2 else one * one
        return value in self.allowed


@dataclass(frozen=True)
class System:
    """Constraints on the signs of products of polynomials over a box.

    Attributes
    ----------
    factors : tuple of polynomials
        Each a sorted tuple of (exponents, integer coefficient).
    constraints : tuple of Constraint
    sides : tuple of Side
        One a variable.
    """

    factors: tuple[Polynomial, ...]
    constraints: tuple[Constraint, ...]
    sides: tuple[Side, ...]

    def holds_at(self, point: Sequence[Fraction]) -> bool:
        """Whether a point satisfies all constraints, and lies in the box.

        Examples
        --------
        >>> x = (((0,), -1), ((1,), 2))
        >>> unit = (Side(Fraction(0), Fraction(1)),)
        >>> system = System((x,), (Constraint(1, ((0, 1),), SIGNS_OF[">"]),), unit)
        >>> [system.holds_at([Fraction(k, 4)]) for k in range(5)]
        [False, False, False, True, True]
        """
        if not all(value in side for value, side in zip(point, self.sides, strict=True)):
            return False
        signs = [sign(evaluated(one, point)) for one in self.factors]
        return all(one.holds(signs) for one in self.constraints)


def sign(value: Any) -> int:
    """−1, 0 or 1.

    >>> sign(Fraction(-1, 3))
    -1
    """
    return int(value > 0) - int(value < 0)


def evaluated(polynomial: Polynomial, point: Sequence[Fraction]) -> Fraction:
    """The value of a polynomial.

    >>> evaluated((((0, 1), 3), ((2, 0), 1)), (Fraction(1, 2), Fraction(1)))
    Fraction(13, 4)
    """
    powers: list[dict[int, Fraction]] = [{0: Fraction(1)} for _ in point]
    total = Fraction(0)
    for exponents, coefficient in polynomial:
        value = Fraction(coefficient)
        for own, x, e in zip(powers, point, exponents, strict=True):
            if e:
                if e not in own:
                    own[e] = x**e
                value *= own[e]
        total += value
    return total


def integral(terms: Mapping[Exponents, Fraction]) -> tuple[Polynomial, Fraction]:
    """A polynomial as integers without a common divisor, and the positive factor taken out.

    >>> integral({(1,): Fraction(2, 3), (0,): Fraction(-4, 9)})
    ((((0,), -2), ((1,), 3)), Fraction(2, 9))
    """
    kept = {e: c for e, c in terms.items() if c}
    if not kept:
        return (), Fraction(1)
    below = lcm(*(c.denominator for c in kept.values()))
    above = gcd(*(int(c * below) for c in kept.values()))
    scale = Fraction(above, below)
    return tuple(sorted((e, int(c / scale)) for e, c in kept.items())), scale


def consistent(
    constraints: Iterable[Constraint], signs: Mapping[int, Signs]
) -> list[dict[int, int]]:
    """All ways to choose a sign for each factor, among those possible, that satisfy constraints.

    >>> both = [Constraint(1, ((0, 1), (1, 2)), SIGNS_OF[">"])]
    >>> consistent(both, {0: frozenset({-1, 0}), 1: ANY})
    []
    """
    found: list[dict[int, int]] = [{}]
    for one in sorted(constraints, key=lambda c: len(c.powers)):
        new = [f for f, _ in one.powers if not found or f not in found[0]]
        found = [
            chosen
            for old in found
            for values in product(*(sorted(signs.get(f, ANY)) for f in new))
            if one.holds(chosen := {**old, **dict(zip(new, values, strict=True))})
        ]
        if not found:
            return []
    return found
