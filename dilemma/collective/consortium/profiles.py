"""Payoffs of firms that differ: by what each of them plays."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import Strategy
from dilemma.alliance.evaluation import cast_terms, caster, kind_of_terms, mutual_terms
from dilemma.collective.consortium.evaluation import (
    Firms,
    as_payoffs,
    bonus,
    commitments,
    exact_learning,
    exact_number,
    exact_reached,
    exact_values,
    firm_of,
    firms_at,
    laid,
    mean_learning,
    scalar,
    whole_numbers,
)


def payoffs_by_profile(firms: Firms) -> NDArray[Any]:
    """What each firm earns in each profile: (…, firm, strategy of firm 1, …, of firm n)."""
    n, m = firms.size, len(firms.strategies)
    committed, unit = commitments(firms.strategies, n)
    total: Any = sum(_along(committed, k, n) for k in range(n))
    if kind_of_terms(firms.terms) == "number":
        return _exactly(firms, total, unit)
    values, cast = cast_terms(firms.terms, n), caster(firms.terms, n)
    mutual = mutual_terms(values, firms.descriptions)
    r = [one.receptivity for one in firms.strategies]
    t = [one.transparency for one in firms.strategies]
    each = [firm_of(firms, values, k, laid(r, k, n, cast), laid(t, k, n, cast)) for k in range(n)]
    value: Any = firms.model.value
    extra = bonus(firms, total, unit)
    payoffs = []
    for i, own in enumerate(each):
        found = value(own, *mean_learning(firms, each, i, mutual), mutual)
        payoffs.append(as_payoffs(firms, found + extra, (m,) * n))
    return np.stack(payoffs, axis=-1 - n)


def payoff_of(firms: Firms, firm: int, profile: tuple[Strategy, ...]) -> Any:
    """What one firm earns in one profile: a Fraction, an expression, or an array of the batch."""
    each, mutual = firms_at(firms, profile)
    value: Any = firms.model.value
    committed, unit = commitments(firms.strategies, firms.size)
    total = sum(committed[firms.strategies.index(one)] for one in profile)
    found = value(each[firm], *mean_learning(firms, each, firm, mutual), mutual)
    if kind_of_terms(firms.terms) == "number":
        found = exact_number(scalar(found), "payoff")
    return scalar(found + bonus(firms, np.array(total), unit))


def _exactly(firms: Firms, total: NDArray[Any], unit: int) -> NDArray[np.object_]:
    n, m = firms.size, len(firms.strategies)
    tables = np.full((n, n, m, m), Fraction(0), dtype=object)
    for i, j in itertools.permutations(range(n), 2):
        tables[i, j] = exact_learning(firms, i, j)
    whole, scale = whole_numbers(tables, n)
    reached = exact_reached(firms, total, unit)
    payoffs = np.empty((n, *(m,) * n), dtype=object)
    for i in range(n):
        learned = np.zeros((m,) * n, dtype=whole.dtype)
        taught = np.zeros((m,) * n, dtype=whole.dtype)
        for j in range(n):
            if j != i:
                learned += _between(whole[i, j], i, j, n)
                taught += _between(whole[j, i].T, i, j, n)
        for s, strategy in enumerate(firms.strategies):
            here = (slice(None),) * i + (s,)
            payoffs[(i, *here)] = exact_values(
                firms, i, strategy, learned[here].ravel(), taught[here].ravel(), scale * (n - 1),
                None if reached is None else reached[here].ravel(),
            ).reshape((m,) * (n - 1))  # fmt: skip
    return payoffs


def _along(values: NDArray[Any], axis: int, axes: int) -> NDArray[Any]:
    return values.reshape([-1 if k == axis else 1 for k in range(axes)])


def _between(table: NDArray[Any], first: int, second: int, axes: int) -> NDArray[Any]:
    """A table of two firms' strategies along their axes."""
    if first > second:
        table, first, second = table.T, second, first
    size = len(table)
    return table.reshape([size if k in (first, second) else 1 for k in range(axes)])
