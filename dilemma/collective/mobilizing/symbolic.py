r"""Payoffs as exact polynomials in one term of a model and in a share of its population."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from fractions import Fraction
from typing import Any

from dilemma.arrays.bivariate import Terms
from dilemma.arrays.exact import common_denominator, fraction
from dilemma.collective.mobilizing.playing import expected_over


def interval_of(model: Any, term: str, over: Sequence[Any] | None) -> tuple[Fraction, Fraction]:
    """Return the interval of a model's term: what is asked for, or its domain if that is finite.

    Raises
    ------
    TypeError, ValueError
        If the model has no such term, or no finite interval of it is known.
    """
    domains = getattr(model, "domains", None)
    if domains is None or not callable(getattr(model, "replace", None)):
        raise TypeError(
            "model: requires one with domains and replace, such as a Consortium, got "
            f"{type(model).__name__}"
        )
    if term not in domains:
        raise ValueError(f"term: requires one of {', '.join(domains)}, got {term!r}")
    domain = domains[term]
    if over is None:
        if domain.high is None:
            raise ValueError(f"over: requires an interval, since {term} is {domain.words}")
        return domain.low, domain.high
    ends = [fraction(one, "over") for one in two_ends(over)]
    if not ends[0] < ends[1]:
        raise ValueError(f"over: requires a low and a higher number, got {over!r}")
    if not (ends[0] >= domain.low and (domain.high is None or ends[1] <= domain.high)):
        raise ValueError(f"over: requires values {domain.words}, got {ends[0]} to {ends[1]}")
    return ends[0], ends[1]


def two_ends(over: Any) -> tuple[Any, Any]:
    """Return both ends of an interval as they are given.

    Raises
    ------
    TypeError, ValueError
        If there are not two.
    """
    if isinstance(over, (str, Set)) or not isinstance(over, Iterable):
        raise TypeError(f"over: requires a low and a higher number, got {over!r}")
    ends = tuple(over)
    if len(ends) != 2:
        raise ValueError(f"over: requires a low and a higher number, got {over!r}")
    return ends


def names_of(model: Any) -> tuple[str, ...]:
    """Return the names of a model's strategies.

    Raises
    ------
    ValueError
        If its firms differ, so that a share of them says too little.
    """
    if not getattr(model, "alike", True):
        raise ValueError("model: requires firms that are alike, got different ones")
    return tuple(getattr(one, "name", one) for one in model.strategies)


def symbolic_advantages(
    model: Any, symbol: Any, names: tuple[str, ...], c: int, r: int, over: int
) -> dict[int, Terms]:
    """Return what each strategy earns more than one of them, by the term and the share of c.

    Parameters
    ----------
    model : Consortium, or another model
        One of its terms the symbol.
    symbol : sympy.Symbol
    names : tuple of str
        Of the strategies.
    c, r : int
        A share plays c, the others r.
    over : int
        The strategy that is compared with.

    Returns
    -------
    dict of Terms
        By strategy: integer polynomials in (the term, the share), all up to one positive factor.
    """
    import sympy

    n, size = len(names), model.size
    earned: list[list[Any]] = []
    for m in range(size):
        row = []
        for i in range(n):
            if hasattr(model, "firms"):
                row.append(model.payoff(1, [i, *[c] * m, *[r] * (size - 1 - m)]))
                continue
            counts = [0] * n
            counts[c], counts[r] = m, size - 1 - m
            counts[i] += 1
            row.append(model.payoff(i, counts))
        earned.append(row)
    found: dict[int, dict[tuple[int, int], Fraction]] = {}
    for i in range(n):
        if i == over:
            continue
        powers: dict[tuple[int, int], Fraction] = {}
        for k, value in enumerate(expected_over([row[i] - row[over] for row in earned])):
            expression = sympy.expand(value)
            if not expression.is_polynomial(symbol):
                raise ValueError(f"{symbol}: requires payoffs that are polynomials in it")
            for (power,), number in sympy.Poly(expression, symbol).terms():
                if number:
                    powers[power, k] = fraction(number, f"payoffs of {names[i]}")
        found[i] = powers
    scale = common_denominator(value for one in found.values() for value in one.values())
    return {
        i: tuple(sorted((place, int(value * scale)) for place, value in one.items()))
        for i, one in found.items()
    }
