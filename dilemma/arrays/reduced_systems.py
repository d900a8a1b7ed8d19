r"""Systems of polynomials of shares, reduced: what linear equations leave of them.

The unknowns are k shares that sum to 1; polynomials are those of FLINT (`fmpq_mpoly`), of all
shares but the last. Row reduction by degree combines equations to ones of the least degrees, and
those of degree 1 eliminate unknowns, until none is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpq_poly

from dilemma.arrays.bernstein import to_unit
from dilemma.arrays.cones import extreme_rays
from dilemma.arrays.exact import common_denominator
from dilemma.arrays.located_points import ball
from dilemma.arrays.multinomials import ring

Point = tuple[Any, ...]
Vertex = tuple[Fraction, ...]


@dataclass(frozen=True)
class ReducedSystem:
    """Equations in the unknowns that linear equations left.

    Attributes
    ----------
    equations : list of fmpq_mpoly
        None of them linear.
    free : list of int
        The variables that occur, of the ring.
    shares : list of k fmpq_mpoly
        All shares, in these variables: of degree 1.
    vertices : tuple of vertices
        Of the part of the simplex on which the linear equations hold.
    linear : list of tuples of int
        Those equations.
    """

    equations: list[Any]
    free: list[int]
    shares: list[Any]
    vertices: tuple[Vertex, ...]
    linear: list[tuple[int, ...]]

    @classmethod
    def of(cls, equations: Sequence[Any], size: int) -> ReducedSystem | None:
        """The reduced system, or None if linear equations alone have no positive solution."""
        context = ring(size - 1)
        unknown = list(context.gens())
        shares = [*unknown, 1 - sum(unknown, context.constant(0))]
        free = list(range(size - 1))
        linear: list[tuple[int, ...]] = []
        left = [one for one in equations if one != 0]
        while True:
            left = _reduced(left)
            if left and left[-1].total_degree() == 0:
                return None
            if not left or left[-1].total_degree() > 1:
                break
            flat = left.pop()
            linear.append(homogeneous(flat, size))
            variable, replacement = _solved(flat)
            free.remove(variable)
            images = list(unknown)
            images[variable] = replacement
            shares = [one.compose(*images) for one in shares]
            left = [one.compose(*images) for one in left]
        # A linear equation that came late holds for the unknowns as they were replaced before.
        rays = extreme_rays(linear, size)
        vertices = tuple(tuple(Fraction(z, sum(ray)) for z in ray) for ray in rays)
        if not vertices or not all(any(v[i] for v in vertices) for i in range(size)):
            return None
        if not free and left:
            return None  # pragma: no cover
        return cls(left, free, shares, vertices, linear)

    def range_of(self, variable: int) -> tuple[Fraction, Fraction]:
        """Between which values a variable is."""
        values = [vertex[variable] for vertex in self.vertices]
        return min(values), max(values)

    def may_vanish(self, polynomial: Any) -> bool:
        """Whether a polynomial may have a zero with positive shares: False is proved."""
        table, _ = dense([polynomial], self.free)
        ends = [self.range_of(variable) for variable in self.free]
        unit = table[0]
        for axis, (low, high) in enumerate(ends):
            unit = np.moveaxis(
                np.tensordot(to_unit(unit.shape[axis] - 1, low, high), unit, axes=(1, axis)),
                0,
                axis,
            )
        return not (min(unit.flat) > 0 or max(unit.flat) < 0)


def _reduced(equations: Sequence[Any]) -> list[Any]:
    """Combinations of the equations by row reduction, those of the least degree last."""
    if not equations:
        return []
    context = equations[0].context()
    known = [{tuple(map(int, m)): c for m, c in one.to_dict().items()} for one in equations]
    monomials = sorted({m for one in known for m in one}, key=lambda m: (-sum(m), m))
    table = fmpq_mat([[one.get(m, fmpq(0)) for m in monomials] for one in known])
    echelon, rank = table.rref()
    return [
        context.from_dict(
            {m: echelon[i, j] for j, m in enumerate(monomials) if echelon[i, j] != 0}
        )
        for i in range(rank)
    ]


def _linear_parts(flat: Any) -> tuple[dict[int, Fraction], Fraction]:
    slopes: dict[int, Fraction] = {}
    constant = Fraction(0)
    for powers, c in flat.to_dict().items():
        value = Fraction(int(c.p), int(c.q))
        places = [place for place, power in enumerate(powers) if power]
        if places:
            slopes[places[0]] = value
        else:
            constant = value
    return slopes, constant


def homogeneous(flat: Any, size: int) -> tuple[int, ...]:
    """Write a polynomial of degree 1 as a linear form of all shares, which sum to 1, in integers.

    Times a positive number.

    >>> x, y = ring(2).gens()
    >>> homogeneous(x - y / 2 + 1, 3)
    (4, 1, 2)
    """
    slopes, constant = _linear_parts(flat)
    row = [slopes.get(i, Fraction(0)) + constant for i in range(size)]
    scale = common_denominator(row)
    return tuple(int(value * scale) for value in row)


def _solved(flat: Any) -> tuple[int, Any]:
    """A variable of a linear equation, and what it equals."""
    slopes, _ = _linear_parts(flat)
    variable = max(slopes, key=lambda place: (abs(slopes[place]), -place))
    slope = slopes[variable]
    gen = flat.context().gens()[variable]
    return variable, gen - flat * fmpq(slope.denominator, slope.numerator)


def univariate(polynomial: Any, variable: int) -> Any:
    """Write a polynomial in which one variable occurs as a fmpq_poly.

    >>> univariate(3 * ring(2).gens()[1] - 1, 1)
    3*x + (-1)
    """
    found = {int(m[variable]): c for m, c in polynomial.to_dict().items()}
    return fmpq_poly([found.get(k, fmpq(0)) for k in range(max(found, default=-1) + 1)])


def coefficients_of(polynomial: Any) -> list[Fraction]:
    """The coefficients of a fmpq_poly, constant first.

    >>> coefficients_of(fmpq_poly([fmpq(1, 2), 3]))
    [Fraction(1, 2), Fraction(3, 1)]
    """
    return [Fraction(int(c.p), int(c.q)) for c in polynomial.coeffs()]


def linear_at(flat: Any, values: dict[int, Any]) -> Any:
    """Evaluate a polynomial of degree 1 at exact values of its variables.

    >>> x, y = ring(2).gens()
    >>> linear_at(x - y / 2, {0: Fraction(1), 1: Fraction(1)})
    Fraction(1, 2)
    """
    slopes, constant = _linear_parts(flat)
    total: Any = constant
    for place, slope in slopes.items():
        total = values[place] * slope + total
    return total


def ball_at(flat: Any, values: dict[int, Any]) -> Any:
    """Evaluate a polynomial of degree 1 at balls.

    >>> x, y = ring(2).gens()
    >>> ball_at(x - y / 2, {0: ball(1, 1), 1: ball(1, 1)}) > 0
    True
    """
    slopes, constant = _linear_parts(flat)
    total = ball(constant, constant)
    for place, slope in slopes.items():
        total = total + values[place] * ball(slope, slope)
    return total


def dense(polynomials: Sequence[Any], free: Sequence[int]) -> tuple[list[Any], int]:
    """Return arrays of coefficients with one axis for each variable, and their size in all.

    >>> x, y = ring(2).gens()
    >>> dense([x * y], [0, 1])[1]
    4
    """
    tables = []
    for one in polynomials:
        terms = one.to_dict()
        shape = [max((int(m[v]) for m in terms), default=0) + 1 for v in free]
        table: Any = np.full(shape, Fraction(0), dtype=object)
        for m, c in terms.items():
            table[tuple(int(m[v]) for v in free)] = Fraction(int(c.p), int(c.q))
        tables.append(table)
    return tables, sum(table.size for table in tables)
