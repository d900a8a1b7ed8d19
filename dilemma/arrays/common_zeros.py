r"""Where some polynomials vanish together inside a simplex: points, polytopes, and what is left.

The unknowns are k shares that are positive and sum to 1; the equations are polynomials of all of
them but the last. Row reduction by degree combines the equations to ones of the least degrees
(polynomials that share their leading parts lose them), and those of degree 1 eliminate unknowns
until none is left. What remains is solved

- with no equation left: a polytope, by its vertices;
- one unknown: all roots in an interval, isolated (`dilemma.arrays.algebraic`);
- two unknowns: by resultants (`dilemma.arrays.plane_zeros`): points with exact coordinates, double
  ones too, or, where the product of degrees is above 16, simple ones in narrow bounds;
- more unknowns: every zero is enclosed, and proved to be one, by `dilemma.arrays.boxes`; what
  cannot be proved is told as a doubt;
- fewer equations than unknowns: a curve or surface, which is told and not described further.

Derived from the definitions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from dilemma.arrays.algebraic import AlgebraicNumber, Real, roots_in
from dilemma.arrays.boxes import zeros_in_box
from dilemma.arrays.located_points import ball, sign_of
from dilemma.arrays.number_field import Element, generator
from dilemma.arrays.plane_zeros import zeros_in_balls, zeros_in_field
from dilemma.arrays.reduced_systems import (
    Point,
    ReducedSystem,
    Vertex,
    ball_at,
    coefficients_of,
    dense,
    linear_at,
    univariate,
)

# Up to this product of degrees two equations are solved in number fields; up to the other one
# they are where zeros of a high degree are not simple, which takes seconds.
LARGEST_FIELD = 16
LARGEST_RESULTANT = 36
# Coefficients of a box's polynomials, all together, above which its search would take minutes.
MOST_COEFFICIENTS = 20_000


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
        At most k − 1, in k − 1 variables: the shares but the last.
    size : int
        k, at least 2.

    Returns
    -------
    CommonZeros

    Raises
    ------
    ValueError
        If there are more equations.

    Examples
    --------
    >>> from dilemma.arrays.multinomials import ring
    >>> x, y = ring(2).gens()
    >>> common_zeros([x * y - y**2, x + y - 6 * y**2 - 6 * x * y], 3).points
    ((Fraction(1, 6), Fraction(1, 6), Fraction(2, 3)),)
    >>> common_zeros([x - y], 3).polytope[0]
    (Fraction(0, 1), Fraction(0, 1), Fraction(1, 1))
    """
    if len(equations) >= size:
        raise ValueError(
            f"equations: requires at most {size - 1} of {size} shares, got {len(equations)}"
        )
    system = ReducedSystem.of(equations, size)
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
        degree = math.prod(one.total_degree() for one in left)
        if degree > LARGEST_FIELD:
            found = zeros_in_balls(system, left)
            if found is not None:
                return CommonZeros(points=found, curve=curve)
        if degree <= LARGEST_RESULTANT:
            return CommonZeros(points=zeros_in_field(system, left), curve=curve)
        return CommonZeros(curve=curve, doubts=(Doubt(_unresolved(system)),))
    return _in_boxes(system)


def _curve(system: ReducedSystem) -> CommonZeros:
    """Fewer equations than unknowns: no zeros, if one of them has one sign."""
    if not all(system.may_vanish(one) for one in system.equations):
        return CommonZeros()
    return CommonZeros(curve=True)


def _at_root(polynomial: Any, root: Real) -> Any:
    """A univariate polynomial at a rational or algebraic number."""
    if isinstance(root, AlgebraicNumber):
        value = Element(polynomial, generator(root).root)
        if value.polynomial.degree() < 1:
            return value.plain()
        return value
    value = polynomial(fmpq(root.numerator, root.denominator))
    return Fraction(int(value.p), int(value.q))


def _on_line(system: ReducedSystem) -> tuple[Point, ...]:
    (variable,) = system.free
    line = univariate(system.equations[0], variable)
    shares = [univariate(one, variable) for one in system.shares]
    return tuple(
        tuple(_at_root(one, root) for one in shares)
        for root in roots_in(coefficients_of(line), *system.range_of(variable))
    )


def _in_boxes(system: ReducedSystem) -> CommonZeros:
    tables, count = dense(system.equations, system.free)
    if count > MOST_COEFFICIENTS:
        degrees = _degrees(system.equations)
        return CommonZeros(
            doubts=(
                Doubt(
                    f"polynomials of degrees {degrees} in {len(system.free)} unknowns, too many"
                ),
            )
        )
    shares, _ = dense(system.shares, system.free)
    ends = [system.range_of(variable) for variable in system.free]
    answer = zeros_in_box(
        tables,
        [math.nextafter(float(low), -math.inf) for low, _ in ends],
        [math.nextafter(float(high), math.inf) for _, high in ends],
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
            linear_at(one, values) if exact is not None else ball_at(one, values)
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


def _unresolved(system: ReducedSystem) -> str:
    degrees = _degrees(system.equations)
    return (
        f"polynomials of degrees {degrees} in {len(system.free)} unknowns, which boxes did not "
        "resolve (zeros that are not simple, or too many boxes)"
    )


def _degrees(equations: Sequence[Any]) -> str:
    """The degrees of some polynomials, for a sentence."""
    return ", ".join(str(one.total_degree()) for one in equations)
