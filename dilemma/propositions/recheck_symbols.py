"""From sympy to plain polynomials, for the second look at a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from dilemma.arrays.plain_polynomials import Powers, positive_multiple, times
from dilemma.propositions.formulas import ALLOWED


def says(relation: Any, bound: Powers, allowed: set[int], variables: Sequence[str]) -> bool:
    """Whether a relation holds exactly where a polynomial has an allowed sign.

    Parameters
    ----------
    relation : sympy relation, or an "and" or "or" of these
        One inequality, and that other polynomials are 0 (by "or") or are not (by "and").
    bound : Powers
    allowed : set of int
    variables : sequence of str

    Examples
    --------
    >>> import sympy
    >>> x, y = sympy.symbols("x y")
    >>> bound = {(2, 1): Fraction(-1)}  # -x^2 y
    >>> says(sympy.And(y < 0, sympy.Ne(x, 0)), bound, {1}, ["x", "y"])
    True
    >>> says(sympy.And(y <= 0, sympy.Ne(x, 0)), bound, {1}, ["x", "y"])
    False
    >>> says(y < 0, bound, {1}, ["x", "y"])
    False
    """
    import sympy

    weak = 0 in allowed
    symbols = [sympy.Symbol(one) for one in variables]
    parts = list(_joined(relation, sympy.Or if weak else sympy.And))
    if any(not isinstance(one, sympy.core.relational.Relational) for one in parts):
        return False
    gaps = [numerator_and_denominator(one.lhs - one.rhs, symbols)[0] for one in parts]
    zero_sign = "==" if weak else "!="
    if allowed in ({0}, {-1, 1}):
        whole = prod((one.lhs - one.rhs for one in parts), start=sympy.Integer(1))
        first, second = (
            sympy.Poly(one, *symbols).sqf_part().monic()
            for one in (whole, _expression(bound, symbols))
        )
        return all(one.rel_op == zero_sign for one in parts) and bool(first == second)
    signed = [k for k, one in enumerate(parts) if one.rel_op not in ("==", "!=")]
    product: Powers = {(0,) * len(variables): Fraction(1)}
    for k, gap in enumerate(gaps):
        if k not in signed:
            product = times(product, times(gap, gap))
            if parts[k].rel_op != zero_sign:
                return False
    if len(signed) > 1:
        return False
    if signed:
        product = times(product, gaps[signed[0]])
    for turn in (1, -1):
        same = positive_multiple({k: turn * v for k, v in product.items()}, bound)
        if same and signed:
            return {turn * one for one in ALLOWED[parts[signed[0]].rel_op]} == allowed
        if same:
            # turn times squares: allowed where it is 0, or where it is not.
            return (turn in allowed) is not weak
    return False


def _joined(relation: Any, by: Any) -> Iterator[Any]:
    if isinstance(relation, by):
        for one in relation.args:
            yield from _joined(one, by)
    else:
        yield relation


def _expression(polynomial: Powers, symbols: Sequence[Any]) -> Any:
    import sympy

    return sympy.Add(
        *(
            sympy.Rational(c.numerator, c.denominator)
            * sympy.prod([x**e for x, e in zip(symbols, k, strict=True)])
            for k, c in polynomial.items()
        )
    )


def numerator_and_denominator(ratio: Any, symbols: Sequence[Any]) -> tuple[Powers, Powers]:
    """Both parts of a ratio of polynomials, multiplied out."""
    import sympy

    pair = []
    for part in sympy.together(ratio).as_numer_denom():
        powers: Powers = {}
        for monomial, coefficient in sympy.expand(part).as_coefficients_dict(*symbols).items():
            value = sympy.Rational(coefficient)
            own = monomial.as_powers_dict()
            place = tuple(int(own.get(symbol, 0)) for symbol in symbols)
            powers[place] = powers.get(place, Fraction(0)) + Fraction(int(value.p), int(value.q))
        pair.append({k: v for k, v in powers.items() if v})
    return pair[0], pair[1]
