r"""Where two polynomials in two unknowns vanish together, exactly or in narrow bounds.

With :math:`t = x + cy` for an integer c that tells all solutions apart, t is a root of a
resultant. *In the field* of t, y comes from a greatest common divisor over :math:`Q(t)`: double
solutions too have exact coordinates. *In balls*, a simple root t belongs to exactly one solution,
whose y is the only root of the other resultant at which balls around both polynomials hold 0.

Derived from the definitions; resultants as in `dilemma.arrays.bivariate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import ctx, fmpq

from dilemma.arrays.algebraic import AlgebraicNumber, Real, roots_in
from dilemma.arrays.located_points import ball, sign_of, value_at
from dilemma.arrays.number_field import Element, generator
from dilemma.arrays.reduced_systems import (
    Point,
    ReducedSystem,
    ball_at,
    coefficients_of,
    linear_at,
    univariate,
)

# Bits with which a pair of coordinates is first tried, and last.
FIRST_BITS, MOST_BITS = 256, 4096


def zeros_in_field(system: ReducedSystem, pair: Sequence[Any]) -> tuple[Point, ...]:
    """Find all zeros of two polynomials in two unknowns without a common factor, exactly.

    Parameters
    ----------
    system : ReducedSystem
        With two free variables.
    pair : pair of fmpq_mpoly
        In these.

    Returns
    -------
    tuple of tuples of k numbers
        All shares, Fractions or elements of number fields, where they are positive.
    """
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
                point = tuple(linear_at(one, values) for one in system.shares)
                if all(sign_of(one) == 1 for one in point):
                    found.append(tuple(_plain(one) for one in point))
            return tuple(found)
    raise AssertionError("no combination tells the zeros apart")  # pragma: no cover


def zeros_in_balls(system: ReducedSystem, pair: Sequence[Any]) -> tuple[Point, ...] | None:
    """Find them in bounds of 256 bits or more: all shares as balls; None if one is not simple."""
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
    sums = roots_in(coefficients_of(crossed), min(ends), max(ends))
    repeated = coefficients_of(crossed.gcd(crossed.derivative()))
    if len(repeated) > 1 and roots_in(repeated, min(ends), max(ends)):
        return None
    across = univariate(pair[0].resultant(pair[1], names[first]), second)
    others = _real_roots(coefficients_of(across))
    found = []
    for total in sums:
        values = _matched(turned, (first, second), total, others, factor)
        with ctx.workprec(FIRST_BITS):
            point = tuple(ball_at(one, values) for one in system.shares)
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


def _told_apart(
    pair: Sequence[Any], crossed: Any, system: ReducedSystem, factor: int
) -> list[tuple[Any, Any]] | None:
    """All real (t, y) on which two polynomials vanish; None if some share their t."""
    first, second = system.free
    eliminated = univariate(crossed, first)
    ends = [
        sum(vertex[i] * f for i, f in ((first, 1), (second, factor))) for vertex in system.vertices
    ]
    found = []
    for root in roots_in(coefficients_of(eliminated), min(ends), max(ends)):
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
    # A polynomial whose partner was 0 comes as it was given.
    return [*(1 / one[-1] * c for c in one[:-1]), Fraction(1)]


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
