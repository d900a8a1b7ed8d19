"""How central the firms of a network are, by several measures."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.collective.aligning.graphs import to_networkx
from dilemma.collective.aligning.networks import GoalNetwork

CENTRALITIES = ("degree", "closeness", "betweenness", "eigenvector", "pagerank", "influence")


def most_central(network: GoalNetwork, centrality: str) -> int:
    """Return the place of the most central firm, the first of several.

    Examples
    --------
    >>> most_central(GoalNetwork([[0, 0, 1], [0, 0, 1], [1, 1, 0]], 0), "degree")
    2
    """
    scores = centralities(network, centrality)
    # Floats that differ by roundings are ties.
    best = max(scores)
    slack = 0 if isinstance(best, Fraction) else 1e-9 * abs(float(best))
    return next(k for k, one in enumerate(scores) if one >= best - slack)


def centralities(network: GoalNetwork, centrality: str) -> tuple[Any, ...]:
    """Return how central each firm is: Fractions for "degree", and for "influence" if exact.

    Parameters
    ----------
    network : GoalNetwork
    centrality : str
        See `architect`.

    Examples
    --------
    >>> centralities(GoalNetwork([[0, 1], [0, 0]], 0), "influence")
    (Fraction(1, 4), Fraction(3, 4))
    """
    if centrality not in CENTRALITIES:
        raise ValueError(
            f"centrality: requires one of {', '.join(CENTRALITIES)}, got {centrality!r}"
        )
    if centrality == "degree":
        sums = [Fraction(0)] * network.size
        for i, j, weight in network.ties:
            if i != j:
                sums[j] += weight
        return tuple(sums)
    if centrality == "influence":
        table = network.influence()
        return tuple(sum(table[:, k]) / network.size for k in range(network.size))
    graph = to_networkx(network.firms, network.ties, network.directed, "centrality")
    import networkx

    # Listening goes from the listener to whom it hears: those heard are the central ones.
    for _, _, data in graph.edges(data=True):
        data["distance"] = 1 / data["weight"]
    if centrality == "closeness":
        found = networkx.closeness_centrality(graph, distance="distance")
    elif centrality == "betweenness":
        found = networkx.betweenness_centrality(graph, weight="distance")
    elif centrality == "eigenvector":
        return tuple(_eigenvector(network))
    else:
        found = networkx.pagerank(graph, weight="weight")
    return tuple(float(found[name]) for name in network.firms)


def _eigenvector(network: GoalNetwork) -> list[float]:
    """Eigenvector centrality by power iteration on A + I, which has no period."""
    size = network.size
    now = np.full(size, 1 / size)
    heads = np.array([j for _, j, _ in network.ties], dtype=np.int64)
    tails = np.array([i for i, _, _ in network.ties], dtype=np.int64)
    weights = np.array([float(w) for _, _, w in network.ties])
    weights /= weights.max(initial=0) or 1  # their scale is that of I beside them
    for _ in range(20_000):
        after = now.copy()
        np.add.at(after, heads, weights * now[tails])
        after /= after.sum()
        if np.abs(after - now).max() < 1e-14:
            break
        now = after
    return [float(one) for one in after]
