r"""Where some polynomials vanish together inside a simplex: points, polytopes, and what is left.

The unknowns are k shares that are positive and sum to 1; the equations are polynomials of all of
them but the last. Row reduction by degree combines the equations to ones of the least degrees
(polynomials that share their leading parts lose them), and those of degree 1 eliminate unknowns
until none is left. What remains is solved

- with no equation left: a polytope, by its vertices;
- one unknown: all roots in an interval, isolated (`dilemma.arrays.algebraic`);
- two unknowns: with :math:`t = x + cy` for an integer c that tells all solutions apart, t is a
  root of a resultant, and y is rational in t, from a greatest common divisor over
  :math:`Q(t)`: points with exact coordinates, double ones too. Where the product of degrees is
  above 16, each simple root t belongs to exactly one solution, so that its y is the only root
  of the other resultant at which balls around both polynomials hold 0: a point in as narrow
  bounds as are asked for;
- more unknowns: every zero is enclosed, and proved to be one, by `dilemma.arrays.boxes`; what
  cannot be proved is told as a doubt;
- fewer equations than unknowns: a curve or surface, which is told and not described further.

Derived from the definitions; resultants as in `dilemma.arrays.bivariate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from flint import ctx, fmpq, fmpq_mat, fmpq_poly

from dilemma.arrays.algebraic import AlgebraicNumber, Real, roots_in
from dilemma.arrays.boxes import zeros_in_box
from dilemma.arrays.cones import extreme_rays
from dilemma.arrays.exact import common_denominator
from dilemma.arrays.located_points import ball, sign_of, value_at
from dilemma.arrays.number_field import Element, generator

# Up to this product of degrees two equations are solved in number fields; up to the other one
# they are where zeros of a high degree are not simple, which takes seconds.
LARGEST_FIELD = 16
LARGEST_RESULTANT = 36
# Bits with which a pair of coordinates is first tried, and last.
FIRST_BITS, MOST_BITS = 256, 4096
# Coefficients of a box's polynomials, all together, above which its search would take minutes.
MOST_COEFFICIENTS = 20_000

Point = tuple[Any, ...]
Vertex = tuple[Fraction, ...]


@dataclass(frozen=True)
class Doubt:
    """A box that may hold zeros beside those found, or a zero that may be on the boundary.

    Attributes
    ----------
    words : str
        Why.
    point : tuple of arb or None
        Bounds of the zero, if it is proved to be one.
    """

    words: str
    point: Point | None = None


@dataclass(frozen=True)
class CommonZeros:
    """The common zeros inside a simplex.

    Attributes
    ----------
    points : tuple of tuples of k numbers
        Isolated ones: the shares, exact (`Fraction`, `Element`) or balls (`arb`).
    polytope : tuple of tuples of k Fraction
        The vertices of the closure, if the zeros are the relative interior of a polytope.
    curve : bool
        Whether there may be a curve or surface of zeros that is no polytope.
    doubts : tuple of Doubt
        Why points may be missing; empty if none can be.
    flat : tuple of tuples of k int
        With a polytope: the linear equations for the shares that it satisfies, with 0 on the
        other side.
    shares : tuple of k fmpq_mpoly
        With a polytope: the shares as polynomials of degree 1 in some of them.
    free : tuple of int
        Which those are.
    """

    points: tuple[Point, ...] = ()
    polytope: tuple[Vertex, ...] = ()
    curve: bool = False
    doubts: tuple[Doubt, ...] = ()
    flat: tuple[tuple[int, ...], ...] = ()
    shares: tuple[Any, ...] = ()
    free: tuple[int, ...] = ()


def common_zeros(equations: Sequence[Any], size: int) -> CommonZeros:
    """Find where polynomials of the shares are all 0, all shares being positive.

    Parameters
    ----------
    equations : sequence of fmpq_mpoly
        In k − 1 variables: the shares but the last.
    size : int
        k, at least 2.

    Returns
    -------
    CommonZeros

    Examples
    --------
    >>> from dilemma.arrays.multinomials import ring
    >>> x, y = ring(2).gens()
    >>> common_zeros([x * y - y**2, x + y - 6 * y**2 - 6 * x * y], 3).points
    ((Fraction(1, 6), Fraction(1, 6), Fraction(2, 3)),)
    >>> common_zeros([x - y], 3).polytope[0]
    (Fraction(0, 1), Fraction(0, 1), Fraction(1, 1))
    """
    system = _System.of(equations, size)
    if system is None:
        return CommonZeros()
    if not system.equations:
        if not system.free:
            return CommonZeros(points=(system.vertices[0],))
        return CommonZeros(
            polytope=system.vertices,
            flat=tuple(system.linear),
            shares=tuple(system.shares),
            free=tuple(system.free),
        )
    if len(system.equations) < len(system.free):
        return _curve(system)
    if len(system.free) == 1:
        return CommonZeros(points=_on_line(system))
    if len(system.free) == 2:
        shared = system.equations[0].gcd(system.equations[1])
        curve = shared.total_degree() > 0 and system.may_vanish(shared)
        left = [one / shared for one in system.equations]
        degree = prod(one.total_degree() for one in left)
        if degree > LARGEST_FIELD:
            found = _in_plane_by_balls(system, left)
            if found is not None:
                return CommonZeros(points=found, curve=curve)
        if degree <= LARGEST_RESULTANT:
            return CommonZeros(points=_in_plane(system, left), curve=curve)
        return CommonZeros(curve=curve, doubts=(Doubt(_unresolved(system)),))
    return _in_boxes(system)


@dataclass(frozen=True)
class _System:
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
    def of(cls, equations: Sequence[Any], size: int) -> _System | None:
        """The reduced system, or None if linear equations alone have no positive solution."""
        from dilemma.arrays.multinomials import ring

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
        table, _ = _dense([polynomial], self.free)
        ends = [self.range_of(variable) for variable in self.free]
        unit = table[0]
        for axis, (low, high) in enumerate(ends):
            unit = np.moveaxis(
                np.tensordot(_to_unit(unit.shape[axis] - 1, low, high), unit, axes=(1, axis)),
                0,
                axis,
            )
        return not (min(unit.flat) > 0 or max(unit.flat) < 0)


def _to_unit(degree: int, low: Fraction, high: Fraction) -> Any:
    from dilemma.arrays.bernstein import to_unit

    return to_unit(degree, low, high)


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

    >>> from dilemma.arrays.multinomials import ring
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


def _curve(system: _System) -> CommonZeros:
    """Fewer equations than unknowns: no zeros, if one of them has one sign."""
    if not all(system.may_vanish(one) for one in system.equations):
        return CommonZeros()
    return CommonZeros(curve=True)


def univariate(polynomial: Any, variable: int) -> Any:
    """Write a polynomial in which one variable occurs as a fmpq_poly.

    >>> from dilemma.arrays.multinomials import ring
    >>> univariate(3 * ring(2).gens()[1] - 1, 1)
    3*x + (-1)
    """
    found = {int(m[variable]): c for m, c in polynomial.to_dict().items()}
    return fmpq_poly([found.get(k, fmpq(0)) for k in range(max(found, default=-1) + 1)])


def _at_root(polynomial: Any, root: Real) -> Any:
    """A univariate polynomial at a rational or algebraic number."""
    if isinstance(root, AlgebraicNumber):
        value = Element(polynomial, generator(root).root)
        if value.polynomial.degree() < 1:
            return value.plain()
        return value
    value = polynomial(fmpq(root.numerator, root.denominator))
    return Fraction(int(value.p), int(value.q))


def _coefficients(polynomial: Any) -> list[Fraction]:
    return [Fraction(int(c.p), int(c.q)) for c in polynomial.coeffs()]


def _on_line(system: _System) -> tuple[Point, ...]:
    (variable,) = system.free
    line = univariate(system.equations[0], variable)
    shares = [univariate(one, variable) for one in system.shares]
    return tuple(
        tuple(_at_root(one, root) for one in shares)
        for root in roots_in(_coefficients(line), *system.range_of(variable))
    )


def _in_plane(system: _System, pair: Sequence[Any]) -> tuple[Point, ...]:
    """All zeros of two polynomials in two unknowns without a common factor."""
    if any(one.total_degree() == 0 for one in pair):
        return ()
    first, second = system.free
    context = pair[0].context()
    x, y = context.gens()[first], context.gens()[second]
    name = context.names()[second]
    for factor in range(2, 60):
        images = list(context.gens())
        images[first] = x - factor * y
        turned = [one.compose(*images) for one in pair]
        crossed = turned[0].resultant(turned[1], name)
        solutions = _told_apart(turned, crossed, system, factor)
        if solutions is not None:
            found = []
            for t, other in solutions:
                values = {first: t - factor * other, second: other}
                point = tuple(_linear_at(one, values) for one in system.shares)
                if all(sign_of(one) == 1 for one in point):
                    found.append(tuple(_plain(one) for one in point))
            return tuple(found)
    raise AssertionError("no combination tells the zeros apart")  # pragma: no cover


def _in_plane_by_balls(system: _System, pair: Sequence[Any]) -> tuple[Point, ...] | None:
    """The same in bounds of 256 bits or more; None if some zero is not simple."""
    first, second = system.free
    context = pair[0].context()
    x, y = context.gens()[first], context.gens()[second]
    images = list(context.gens())
    factor = next(k for k in range(2, 60) if any(_leads(one, first, second, k) for one in pair))
    images[first] = x - factor * y
    turned = [one.compose(*images) for one in pair]
    names = context.names()
    crossed = univariate(turned[0].resultant(turned[1], names[second]), first)
    ends = [
        sum(vertex[i] * f for i, f in ((first, 1), (second, factor))) for vertex in system.vertices
    ]
    sums = roots_in(_coefficients(crossed), min(ends), max(ends))
    repeated = _coefficients(crossed.gcd(crossed.derivative()))
    if len(repeated) > 1 and roots_in(repeated, min(ends), max(ends)):
        return None
    across = univariate(pair[0].resultant(pair[1], names[first]), second)
    others = _real_roots(_coefficients(across))
    found = []
    for total in sums:
        values = _matched(turned, (first, second), total, others, factor)
        with ctx.workprec(FIRST_BITS):
            point = tuple(_ball_at(one, values) for one in system.shares)
        signs = [sign_of(one) for one in point]
        if all(sign == 1 for sign in signs):
            found.append(point)
        elif -1 not in signs:
            return None
    return tuple(found)


def _leads(polynomial: Any, first: int, second: int, factor: int) -> bool:
    """Whether the leading part of a polynomial is not 0 in the direction (−c, 1)."""
    degree = polynomial.total_degree()
    total = fmpq(0)
    for m, c in polynomial.to_dict().items():
        if int(m[first]) + int(m[second]) == degree:
            total += c * (-factor) ** int(m[first])
    return bool(total != 0)


def _matched(
    turned: Sequence[Any],
    free: tuple[int, int],
    total: Real,
    others: Sequence[Real],
    factor: int,
) -> dict[int, Any]:
    """The solution to which a simple root of the resultant belongs; its y is among some."""
    first, second = free
    left, bits = list(others), FIRST_BITS
    while True:
        with ctx.workprec(bits):
            t = _narrow(total, bits)
            found = []
            for other in left:
                y = _narrow(other, bits)
                at = [t if v == first else y for v in range(second + 1)]
                if all(value_at(one, at).contains(0) for one in turned):
                    found.append((other, y))
            if len(found) == 1:
                y = found[0][1]
                return {first: t - factor * y, second: y}
        if bits > MOST_BITS:
            raise AssertionError("a simple zero that balls do not tell")  # pragma: no cover
        left, bits = [other for other, _ in found], bits * 2


def _real_roots(coefficients: Sequence[Fraction]) -> tuple[Real, ...]:
    """All real roots, which Cauchy's bound holds."""
    lead = next(c for c in reversed(coefficients) if c)
    bound = 1 + max(abs(c / lead) for c in coefficients)
    return roots_in(coefficients, -bound, bound)


def _narrow(value: Real, bits: int) -> Any:
    if isinstance(value, AlgebraicNumber):
        near = value.within(Fraction(1, 2**bits))
        return ball(near.low, near.high)
    return ball(value, value)


def _plain(value: Any) -> Any:
    if isinstance(value, Element) and value.polynomial.degree() < 1:
        return value.plain()
    return value


def _linear_at(flat: Any, values: dict[int, Any]) -> Any:
    slopes, constant = _linear_parts(flat)
    total: Any = constant
    for place, slope in slopes.items():
        total = values[place] * slope + total
    return total


def _told_apart(
    pair: Sequence[Any], crossed: Any, system: _System, factor: int
) -> list[tuple[Any, Any]] | None:
    """All real (t, y) on which two polynomials vanish; None if some share their t."""
    first, second = system.free
    eliminated = univariate(crossed, first)
    ends = [
        sum(vertex[i] * f for i, f in ((first, 1), (second, factor))) for vertex in system.vertices
    ]
    found = []
    for root in roots_in(_coefficients(eliminated), min(ends), max(ends)):
        t = generator(root) if isinstance(root, AlgebraicNumber) else root
        lines = [_along(one, first, second, t) for one in pair]
        shared = _shared(*lines)
        if len(shared) > 2:
            shared = _squarefree(shared)
        if len(shared) > 2:
            return None
        if len(shared) == 2:
            found.append((t, -shared[0]))
    return found


def _along(polynomial: Any, first: int, second: int, t: Any) -> list[Any]:
    """The coefficients in the second variable at a value of the first, constant first."""
    highest = max(int(m[second]) for m in polynomial.to_dict())
    lines: list[Any] = [Fraction(0)] * (highest + 1)
    powers: list[Any] = [Fraction(1)]
    for m, c in polynomial.to_dict().items():
        while len(powers) <= int(m[first]):
            powers.append(t * powers[-1])
        place = int(m[second])
        lines[place] = powers[int(m[first])] * Fraction(int(c.p), int(c.q)) + lines[place]
    return _trimmed(lines)


def _trimmed(coefficients: list[Any]) -> list[Any]:
    while coefficients and coefficients[-1] == 0:
        coefficients.pop()
    return coefficients


def _shared(one: list[Any], two: list[Any]) -> list[Any]:
    """The greatest common divisor of two polynomials over a field, with 1 as its last."""
    one, two = list(one), list(two)
    while two:
        two = [1 / two[-1] * c for c in two]
        two[-1] = Fraction(1)
        while len(one) >= len(two):
            lead, shift = one[-1], len(one) - len(two)
            for place, c in enumerate(two[:-1]):
                one[shift + place] = one[shift + place] - lead * c
            one.pop()
            _trimmed(one)
        one, two = two, one
    return one


def _squarefree(polynomial: list[Any]) -> list[Any]:
    slope = [k * c for k, c in enumerate(polynomial)][1:]
    repeated = _shared(polynomial, _trimmed(slope))
    if len(repeated) == 1:
        return polynomial
    # Division without rest.
    left, quotient = list(polynomial), []
    while len(left) >= len(repeated):
        lead, shift = left[-1], len(left) - len(repeated)
        quotient.append(lead)
        for place, c in enumerate(repeated):
            left[shift + place] = left[shift + place] - lead * c
        left.pop()
    return [1 / quotient[0] * c for c in reversed(quotient)]


def _dense(polynomials: Sequence[Any], free: Sequence[int]) -> tuple[list[Any], int]:
    """Arrays of coefficients with one axis for each variable, and how many they have in all."""
    tables = []
    for one in polynomials:
        terms = one.to_dict()
        shape = [max((int(m[v]) for m in terms), default=0) + 1 for v in free]
        table: Any = np.full(shape, Fraction(0), dtype=object)
        for m, c in terms.items():
            table[tuple(int(m[v]) for v in free)] = Fraction(int(c.p), int(c.q))
        tables.append(table)
    return tables, sum(table.size for table in tables)


def _in_boxes(system: _System) -> CommonZeros:
    tables, count = _dense(system.equations, system.free)
    if count > MOST_COEFFICIENTS:
        degrees = _degrees(system.equations)
        return CommonZeros(
            doubts=(
                Doubt(
                    f"polynomials of degrees {degrees} in {len(system.free)} unknowns, too many"
                ),
            )
        )
    shares, _ = _dense(system.shares, system.free)
    ends = [system.range_of(variable) for variable in system.free]
    answer = zeros_in_box(
        tables,
        [float(low) for low, _ in ends],
        [float(high) for _, high in ends],
        shares,
    )
    points: list[Point] = []
    doubts: list[Doubt] = []
    for zero in answer.found:
        exact = zero.exact
        at: Sequence[Any] = (
            exact
            if exact is not None
            else [ball(a, b) for a, b in zip(zero.lower, zero.upper, strict=True)]
        )
        values = dict(zip(system.free, at, strict=True))
        point = tuple(
            _linear_at(one, values) if exact is not None else _ball_at(one, values)
            for one in system.shares
        )
        signs = [sign_of(one) for one in point]
        if exact is None and not zero.proved:  # pragma: no cover
            continue
        if all(sign == 1 for sign in signs):
            points.append(point)
        elif all(sign in (1, None) for sign in signs):
            doubts.append(Doubt("a zero at the boundary, or nearer to it than can be told", point))
    if len(answer.unresolved):
        doubts.append(Doubt(_unresolved(system)))
    return CommonZeros(points=tuple(points), doubts=tuple(doubts))


def _unresolved(system: _System) -> str:
    degrees = _degrees(system.equations)
    return (
        f"polynomials of degrees {degrees} in {len(system.free)} unknowns, which boxes did not "
        "resolve (zeros that are not simple, or too many boxes)"
    )


def _degrees(equations: Sequence[Any]) -> str:
    """The degrees of some polynomials, for a sentence."""
    return ", ".join(str(one.total_degree()) for one in equations)


def _ball_at(flat: Any, values: dict[int, Any]) -> Any:
    slopes, constant = _linear_parts(flat)
    total = ball(constant, constant)
    for place, slope in slopes.items():
        total = total + values[place] * ball(slope, slope)
    return total
