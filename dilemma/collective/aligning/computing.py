"""What follows from the terms of a goal network, in whatever kind of number these are."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.arrays.exact import to_float
from dilemma.collective.aligning.influence import rest_of, rounds_of, weights_of
from dilemma.collective.aligning.solving import Kind, error_bound, solver_of, sparse_matrix
from dilemma.collective.aligning.values import Valued, valued

if TYPE_CHECKING:
    from dilemma.collective.aligning.networks import GoalNetwork

# Up to so many firms equations are solved in rational arithmetic.
MOST_EXACT = 60
# A table of all firms' influence on all has this many rows at most.
MOST_TABLED = 2000


def valued_network(
    network: GoalNetwork, changed: Mapping[str, Any] | None = None, kind: Kind | None = None
) -> Valued:
    """Follow a network to its value; some terms may be replaced by other kinds of number.

    Parameters
    ----------
    network : GoalNetwork
    changed : mapping of str to numbers, optional
        Those of the firms one by one.
    kind : str, optional
        The kind of number in which to compute; the network's own unless given.

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> valued_network(GoalNetwork(2, [0, 1])).total
    Fraction(11, 9)
    """
    own = kind or network.kind
    terms = with_standing(network, network.firms_terms() | dict(changed or {}))
    neighbours: Any = network.neighbours
    pairs: Any = network.pairs
    if own == "float":
        terms = {name: in_floats(value) for name, value in terms.items()}
        neighbours = in_floats(neighbours)
        pairs = in_floats(pairs)
    return valued(neighbours, pairs, terms, own)


def with_standing(network: GoalNetwork, terms: Mapping[str, Any]) -> dict[str, Any]:
    """Put in what architects hold on to: their views, and no susceptibility.

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> led = GoalNetwork(2, 0, goal=1/2).with_architect("stubborn", 0)
    >>> with_standing(led, led.firms_terms())["views"]
    ((Fraction(1, 2),), (Fraction(0, 1),))
    """
    views, lambdas = list(terms["views"]), list(terms["susceptibility"])
    goal = terms["goal"]
    for place, view in network.standing:
        if view is None:
            if isinstance(goal, str):
                raise ValueError(
                    'goal: requires a number where an architect stands for it, got "mean"'
                )
            view = goal if isinstance(goal, tuple) else (goal,) * len(views[place])
        views[place], lambdas[place] = view, Fraction(0)
    return {**terms, "views": tuple(views), "susceptibility": tuple(lambdas)}


def _process(network: GoalNetwork) -> tuple[Any, Any, Any]:
    """Weights, susceptibilities and first views, in the network's kind of number."""
    terms, neighbours = with_standing(network, network.firms_terms()), network.neighbours
    if network.kind == "float":
        terms = {name: in_floats(value) for name, value in terms.items()}
        neighbours = in_floats(neighbours)
    weights = weights_of(neighbours, terms["positions"], terms["decay"], terms["own_weight"])
    return weights, [terms["formation"] * one for one in terms["susceptibility"]], terms["views"]


def weight_table(network: GoalNetwork) -> Any:
    """Return the weights: an exact table, or a sparse one of floats.

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> weight_table(GoalNetwork(1, 0)).tolist()
    [[Fraction(1, 1)]]
    """
    rows = _process(network)[0]
    if network.size > MOST_EXACT:
        return sparse_matrix(rows)
    table = np.full((network.size, network.size), Fraction(0), dtype=object)
    for i, row in enumerate(rows):
        for j, weight in row.items():
            table[i, j] = weight
    return table


def influence_table(network: GoalNetwork) -> Any:
    """Return how much of each firm's settled view comes from each firm's beginning.

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> influence_table(GoalNetwork([[0, 1], [0, 0]], 0))[1].tolist()
    [Fraction(0, 1), Fraction(1, 1)]
    """
    size = network.size
    if size > MOST_TABLED:
        raise ValueError(f"network: requires at most {MOST_TABLED:,} firms for this, got {size}")
    weights, openness, _ = _process(network)
    units = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
    rest = rest_of(weights, openness, units, solver_of(network.kind))
    if len(rest.phases) > 1:
        period = next(one.period for one in rest.groups if not one.settles)
        raise ValueError(
            "network: requires views that settle whatever they are, got a group that goes round "
            f"with period {period}"
        )
    return np.array(rest.phases[0], dtype=np.float64 if network.kind == "float" else object)


def round_by_round(network: GoalNetwork, rounds: int) -> list[list[list[Any]]]:
    """Return all views by round, firm and dimension.

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> round_by_round(GoalNetwork(1, 1), 0)
    [[[Fraction(1, 1)]]]
    """
    weights, openness, first = _process(network)
    return rounds_of(weights, openness, first, rounds)


def error_of(network: GoalNetwork, views: Any) -> float | None:
    """Bound the error of settled views in floating point; None where no bound is known.

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> network = GoalNetwork(100, 1)
    >>> error_of(network, network.views_at_rest()) < 1e-12
    True
    """
    weights, openness, first = _process(network)
    rows = []
    for i, row in enumerate(weights):
        own = {j: -openness[i] * weight for j, weight in row.items()}
        own[i] = own.get(i, 0.0) + 1.0
        rows.append(own)
    sides = (1 - np.array(openness))[:, None] * np.array(first)
    bound = error_bound(sparse_matrix(rows), sides, np.array(views, dtype=np.float64))
    return bound if np.isfinite(bound) else None


def in_floats(value: Any) -> Any:
    """Round all Fractions in nested tuples; the rest stays.

    >>> in_floats((1, (Fraction(1, 4), "mean")))
    (1, (0.25, 'mean'))
    """
    if isinstance(value, tuple):
        return tuple(map(in_floats, value))
    return to_float(value) if isinstance(value, Fraction) else value
