"""Payoffs of firms alike: by how many of the others play each strategy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.evaluation import cast_terms, caster, kind_of_terms, mutual_terms
from dilemma.collective.consortium.evaluation import (
    Firms,
    as_payoffs,
    bonus,
    commitments,
    exact_learning,
    exact_reached,
    exact_values,
    firm_of,
    laid,
    mean_of,
    whole_numbers,
)


def payoffs_by_composition(firms: Firms, others: NDArray[np.int64]) -> NDArray[Any]:
    """What each strategy earns among others: (…, compositions of others, strategy)."""
    strategies = firms.strategies
    committed, unit = commitments(strategies, firms.size)
    total = (others.astype(committed.dtype) @ committed)[:, None] + committed
    if kind_of_terms(firms.terms) == "number":
        table, scale = whole_numbers(exact_learning(firms, 0, 0), firms.size)
        among = others.astype(table.dtype)
        learned, taught = among @ table.T, among @ table
        reached = exact_reached(firms, total, unit)
        scale *= firms.size - 1
        columns = [
            exact_values(
                firms, 0, strategy, learned[:, s], taught[:, s], scale,
                None if reached is None else reached[:, s],
            )
            for s, strategy in enumerate(strategies)
        ]  # fmt: skip
        return np.stack(columns, axis=1)
    learned, taught = learning_by_composition(firms, others)
    values = cast_terms(firms.terms, 2)
    cast = caster(firms.terms, 2)
    own = firm_of(
        firms, values, 0,
        laid([one.receptivity for one in strategies], 1, 2, cast),
        laid([one.transparency for one in strategies], 1, 2, cast),
    )  # fmt: skip
    value: Any = firms.model.value
    found = value(own, learned, taught, mutual_terms(values, firms.descriptions))
    return as_payoffs(firms, found + bonus(firms, total, unit), total.shape)


def learning_by_composition(
    firms: Firms, others: NDArray[np.int64]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """What each strategy learns from others and teaches them, (…, compositions, strategy) each.

    For symbols and arrays; whole numbers serve exact payoffs.
    """
    values, cast = cast_terms(firms.terms, 2), caster(firms.terms, 2)
    r = [one.receptivity for one in firms.strategies]
    t = [one.transparency for one in firms.strategies]
    found = firms.model.learning(
        firm_of(firms, values, 0, laid(r, 0, 2, cast), laid(t, 0, 2, cast)),
        firm_of(firms, values, 0, laid(r, 1, 2, cast), laid(t, 1, 2, cast)),
        mutual_terms(values, firms.descriptions),
    )
    table = as_payoffs(firms, found, (len(r), len(r)))
    among = others.astype(table.dtype)
    return mean_of(firms, among @ np.swapaxes(table, -1, -2)), mean_of(firms, among @ table)
