"""Points of a system of inequalities that lie where subdivision only closes in on them.

An equation holds on a surface, which the corners of parts mostly miss, and a polynomial that
touches zero does so at single points. Near the parts that a search has left, such points are
guessed as rational numbers with small denominators, or as roots along one axis; each guess is
checked exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from dilemma.arrays.algebraic import AlgebraicNumber, Real, roots_in, sign_at
from dilemma.arrays.exact import common_denominator
from dilemma.arrays.sign_systems import Polynomial, Side, System

Part = tuple[tuple[Fraction, Fraction], ...]

DENOMINATORS = (1, 2, 3, 4, 6, 10, 12, 100, 1000)
# Parts that are looked at, spread evenly over those that are left.
MOST_PARTS = 40


def hidden_point(system: System, parts: Sequence[Part]) -> tuple[Real, ...] | None:
    """Look for a point of a system near the parts that a search has left.

    Parameters
    ----------
    system : System
    parts : sequence of parts
        In the coordinates of the unit cube.

    Returns
    -------
    tuple of Fraction, one of which may be an AlgebraicNumber; or None

    Examples
    --------
    -(x^2 - 2)^2 >= 0 on [1, 3]:

    >>> from dilemma.arrays.sign_search import search
    >>> from dilemma.arrays.sign_systems import Constraint, SIGNS_OF
    >>> square = Constraint(-1, ((0, 2),), SIGNS_OF[">="])
    >>> system = System(((((0,), -2), ((2,), 1)),), (square,), (Side(Fraction(1), Fraction(3)),))
    >>> found = hidden_point(system, search(system, 100).left)
    >>> f"{float(found[0]):.6f}"
    '1.414214'
    """
    step = max(1, len(parts) // MOST_PARTS)
    chosen = list(parts)[::step]
    for part in chosen:
        for point in _near(part, system.sides):
            if system.holds_at(point):
                return point
    for part in chosen:
        for point in _near(part, system.sides):
            along = _along_axes(system, point)
            if along is not None:
                return along
    return None


def _near(part: Part, sides: Sequence[Side]) -> Iterator[tuple[Fraction, ...]]:
    """Rational points near the middle of a part, from simple ones to close ones."""
    middle = []
    for (low, high), side in zip(part, sides, strict=True):
        value = side.at((low + high) / 2)
        assert value is not None, "the middle of a part is finite"
        middle.append(value)
    seen = set()
    for bound in DENOMINATORS:
        point = tuple(one.limit_denominator(bound) for one in middle)
        if point not in seen:
            seen.add(point)
            yield point


def _along_axes(system: System, point: tuple[Fraction, ...]) -> tuple[Real, ...] | None:
    """A point of the system on a line through a point, parallel to an axis."""
    used = sorted({f for one in system.constraints for f, _ in one.powers})
    for axis, side in enumerate(system.sides):
        if any(
            value not in other
            for k, (value, other) in enumerate(zip(point, system.sides, strict=True))
            if k != axis
        ):
            continue
        lines = {f: _restricted(system.factors[f], point, axis) for f in used}
        high = side.high if side.high is not None else 2 * abs(point[axis]) + 2
        roots: dict[Real, None] = {}
        for line in lines.values():
            if len(line) > 1:
                roots.update(dict.fromkeys(roots_in(line, side.low, high)))
        for root in roots:
            signs = {f: sign_at(line, root) for f, line in lines.items()}
            if all(one.holds(signs) for one in system.constraints):
                return (*point[:axis], root, *point[axis + 1 :])
    return None


def _restricted(polynomial: Polynomial, point: Sequence[Fraction], axis: int) -> tuple[int, ...]:
    """A polynomial along an axis, as integers, constant first."""
    sums: dict[int, Fraction] = {}
    for exponents, coefficient in polynomial:
        value: Any = Fraction(coefficient)
        for k, (x, e) in enumerate(zip(point, exponents, strict=True)):
            if k != axis and e:
                value *= x**e
        sums[exponents[axis]] = sums.get(exponents[axis], Fraction(0)) + value
    size = max((e for e, c in sums.items() if c), default=-1) + 1
    line = [sums.get(k, Fraction(0)) for k in range(size)]
    below = common_denominator(line)
    return tuple(int(one * below) for one in line)


def is_rational(point: Sequence[Real]) -> bool:
    """Whether no coordinate is an irrational algebraic number.

    >>> is_rational((Fraction(1, 2),))
    True
    """
    return not any(isinstance(one, AlgebraicNumber) for one in point)
