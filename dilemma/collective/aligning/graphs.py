"""Reading networks: from networkx, from a table of weights, or all with all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction, unmasked

Tie = tuple[int, int, Fraction]


def read_graph(graph: Any) -> tuple[tuple[str, ...], tuple[Tie, ...], bool]:
    """Read a network.

    Parameters
    ----------
    graph : networkx graph, int, or array of shape (n, n)
        See `dilemma.collective.GoalNetwork`.

    Returns
    -------
    firms : tuple of str
    ties : tuple of (listener, heard, weight)
        In both directions if the graph has none; a firm's own may be among them.
    directed : bool

    Raises
    ------
    TypeError, ValueError
        If it is none of these, empty, or a weight is no number or negative.

    Examples
    --------
    >>> read_graph([[0, 2], [0, 0]])[1:]
    (((0, 1, Fraction(2, 1)),), True)
    """
    if isinstance(graph, (bool, np.bool_)):
        raise TypeError(f"graph: requires a network, got {graph!r}")
    if isinstance(graph, (int, np.integer)):
        size = int(graph)
        if size < 1:
            raise ValueError(f"graph: requires at least 1 firm, got {size}")
        one = Fraction(1)
        ties = tuple((i, j, one) for i in range(size) for j in range(size) if i != j)
        return tuple(str(k + 1) for k in range(size)), ties, False
    if hasattr(graph, "nodes") and hasattr(graph, "edges") and hasattr(graph, "is_directed"):
        return _from_networkx(graph)
    labelled: Any = getattr(sys.modules.get("xarray"), "DataArray", ())
    if isinstance(graph, labelled):
        graph = graph.values
    if hasattr(graph, "toarray"):
        return _from_sparse(graph)
    if isinstance(graph, np.ndarray) or (
        isinstance(graph, Sequence) and not isinstance(graph, str)
    ):
        return _from_table(graph)
    raise TypeError(
        "graph: requires a networkx graph, a number of firms, or a square table of weights, got "
        f"{type(graph).__name__}"
    )


def _from_networkx(graph: Any) -> tuple[tuple[str, ...], tuple[Tie, ...], bool]:
    nodes = list(graph.nodes)
    if not nodes:
        raise ValueError("graph: requires at least 1 firm, got none")
    firms = tuple(map(str, nodes))
    if len(set(firms)) < len(firms):
        twice = next(one for one in firms if firms.count(one) > 1)
        raise ValueError(f"graph: requires nodes whose names differ, got {twice!r} twice")
    place = {node: k for k, node in enumerate(nodes)}
    directed = bool(graph.is_directed())
    sums: dict[tuple[int, int], Fraction] = {}
    for tail, head, data in graph.edges(data=True):
        i, j = place[tail], place[head]
        weight = _weight(data.get("weight", 1), f"graph[{tail}, {head}]")
        pairs = {(i, j)} if directed else {(i, j), (j, i)}
        for pair in pairs:
            sums[pair] = sums.get(pair, Fraction(0)) + weight
    return firms, _sorted(sums), directed


def _from_table(graph: Any) -> tuple[tuple[str, ...], tuple[Tie, ...], bool]:
    table: Any
    plain = isinstance(graph, np.ndarray) and graph.dtype.kind in "fiub"
    try:
        source = unmasked(graph, "graph") if isinstance(graph, np.ndarray) else graph
        table = source if plain else np.array(source, dtype=object)
    except ValueError as error:
        if "masked" in str(error):
            raise
        table = np.empty(0)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise ValueError(
            f"graph: requires a square table of weights, got one of shape {table.shape}"
        )
    # Large tables hold zeros for the most part; NaN is none of them.
    places: Any = np.argwhere(table).tolist() if plain else np.ndindex(table.shape)
    sums = {}
    for i, j in places:
        weight = _weight(table[i, j], f"graph[{i}, {j}]")
        if weight:
            sums[i, j] = weight
    return _made(sums, len(table))


def _from_sparse(graph: Any) -> tuple[tuple[str, ...], tuple[Tie, ...], bool]:
    if graph.ndim != 2 or graph.shape[0] != graph.shape[1] or not graph.shape[0]:
        raise ValueError(f"graph: requires a square table of weights, got shape {graph.shape}")
    found = graph.tocoo()
    sums: dict[tuple[int, int], Fraction] = {}
    for i, j, value in zip(
        found.row.tolist(), found.col.tolist(), found.data.tolist(), strict=True
    ):
        sums[i, j] = sums.get((i, j), Fraction(0)) + _weight(value, f"graph[{i}, {j}]")
    return _made(sums, graph.shape[0])


def _made(
    sums: dict[tuple[int, int], Fraction], size: int
) -> tuple[tuple[str, ...], tuple[Tie, ...], bool]:
    directed = any(sums.get((j, i)) != weight for (i, j), weight in sums.items())
    return tuple(str(k + 1) for k in range(size)), _sorted(sums), directed


def _sorted(sums: dict[tuple[int, int], Fraction]) -> tuple[Tie, ...]:
    return tuple((i, j, weight) for (i, j), weight in sorted(sums.items()) if weight)


def _weight(value: Any, name: str) -> Fraction:
    if isinstance(value, (bool, np.bool_)):  # tables of ties are often tables of truth values
        value = int(value)
    number = fraction(value, name)
    if number < 0:
        raise ValueError(f"{name}: requires a weight of at least 0, got {value}")
    return number


def to_networkx(
    firms: Sequence[str], ties: Sequence[Tie], directed: bool, what: str = "to_networkx"
) -> Any:
    """Return a network as a networkx graph, its weights as floats.

    Raises
    ------
    ModuleNotFoundError
        If networkx is not installed.

    Examples
    --------
    >>> to_networkx("ab", [(0, 1, Fraction(1)), (1, 0, Fraction(1))], False).number_of_edges()
    1
    """
    try:
        import networkx
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            f'{what}: requires networkx, which is not installed: pip install "dilemma[networks]"',
            name="networkx",
        ) from None
    graph = networkx.DiGraph() if directed else networkx.Graph()
    graph.add_nodes_from(firms)
    for i, j, weight in ties:
        graph.add_edge(firms[i], firms[j], weight=float(weight))
    return graph
