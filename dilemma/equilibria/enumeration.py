r"""All Nash equilibria of a bimatrix game, exactly, degenerate games included.

With payoffs shifted to be positive, the mixed strategies of both players, scaled by what they
leave the opponent, are the points other than 0 of the two *best-reply polytopes*

.. math:: P = \{x \ge 0 : B^T x \le 1\}, \qquad Q = \{y \ge 0 : A y \le 1\}.

Give each inequality a *label*: the row i for :math:`x_i \ge 0` and :math:`(Ay)_i \le 1`, the
column j for :math:`(B^T x)_j \le 1` and :math:`y_j \ge 0`. A pair (x, y) ≠ (0, 0) is an
equilibrium if and only if every label is tight in x or in y: each pure strategy is unplayed or a
best reply. The pairs of vertices with that property are the *extreme* equilibria; maximal sets
U × V of vertices all of whose pairs have it span the *maximal Nash subsets*, convex polytopes
whose union is the set of all equilibria, and whose connected components are those of the graph of
pairs.

**Why pivoting, and not supports.** Enumeration of supports solves a linear system for each of
:math:`\sum_k \binom{m}{k}\binom{n}{k}` pairs of supports (251 for 5 × 5) and fails on singular
ones, so that a degenerate game needs another algorithm. Vertex enumeration visits only what is
there (about 26 vertices a polytope in a random 5 × 5 game, 42 at most), and lexicographic ties
make degeneracy harmless. The same walk yields the equilibria of an infinitesimally perturbed,
nondegenerate game, and with them the index of each component.

Sources: mangasarian1964, winkels1979, jansen1981, avis2010enumeration, vonstengel2002.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np

from dilemma.arrays.exact import common_denominator
from dilemma.arrays.polytope import (
    Vertices,
    affine_dimension,
    determinant_sign,
    vertex_bound,
    vertices,
)
from dilemma.equilibria.answers import (
    Component,
    Equilibria,
    Equilibrium,
    Mixture,
    NashSubset,
    Origin,
    equilibrium_at,
)
from dilemma.equilibria.words import describe_play
from dilemma.game import Game
from dilemma.game.requiring import require_game

# The walk shows its progress where it may take more seconds than these.
WORTH_A_PROGRESS_BAR = 2.0


def nash(game: Game, limit: int = 10_000_000) -> Equilibria:
    r"""Find every Nash equilibrium of a two-player game, exactly.

    Rational arithmetic throughout (floats are read as the decimals that print them): all extreme
    equilibria, the maximal Nash subsets that they span, the connected components of the set of all
    equilibria, each with its dimension, its index and a description in words.

    Parameters
    ----------
    game : Game
        Any m × n game, degenerate or not.
    limit : int
        The largest number of vertices that the two best-reply polytopes of an m × n game may have
        for the enumeration to start, by McMullen's bound. That is a worst case, and far above what
        is usual: raise it for a game that you know to be harmless.

    Returns
    -------
    Equilibria
        A sequence of `Equilibrium`, never empty.

    Raises
    ------
    TypeError
        If the argument is no `Game`.
    ValueError
        If the game is too large: the bound exceeds the limit. `lemke_howson` finds one
        equilibrium of a game of any size.

    Notes
    -----
    The vertices of both polytopes are enumerated by integer pivoting with lexicographic ties
    (see `dilemma.arrays.polytope`), at most ``vertex_bound(m, n)`` and ``vertex_bound(n, m)``
    of them; pairs are matched by the bit masks of their labels. A symmetric game needs one
    polytope. The index of a component is the sum, over the equilibria of the lexicographically
    perturbed game that tend to it, of
    :math:`(-1)^{k+1} \operatorname{sign} \det A_{IJ} \operatorname{sign} \det B_{IJ}` for supports
    I, J of size k and positive payoffs.

    References
    ----------
    avis2010enumeration, shapley1974, jansen1981 in ``references.bib``.

    Examples
    --------
    >>> chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
    >>> for equilibrium in nash(chicken):
    ...     print(equilibrium)
    the row player plays yield; the column player plays insist: payoffs 2 and 7, regret 0, strict
    the row player plays insist; the column player plays yield: payoffs 7 and 2, regret 0, strict
    both mix yield (2/3) and insist (1/3): payoffs 14/3 and 14/3, regret 0, not strict

    Which of them one would expect: ``equilibrium.stability``, and `expectations` as a table.

    A degenerate game, whose equilibria are not isolated:

    >>> for component in nash(Game([[[1, 1], [0, 1]], [[1, 1], [1, 0]]])).components:
    ...     print(f"dimension {component.dimension}, index {component.index}")
    dimension 1, index 1
    """
    require_game(game)
    require_small(*game.shape, limit)
    A, B = positive_integer_payoffs(game)
    P, Q, pairs, degenerate = extreme_pairs(game, A, B)
    rows, columns = mixtures_at(P, Q, pairs)
    origin = Origin(game)
    found = {
        (u, v): equilibrium_at(game, rows[u], columns[v], origin) for u in pairs for v in pairs[u]
    }
    indices = _indices(A, B, P, Q)
    components = [
        _component(game, block, found, indices, rows, columns) for block in _connected(pairs)
    ]
    components.sort(key=lambda component: order(component.equilibria[0]))
    equilibria = tuple(sorted(found.values(), key=order))
    origin.equilibria = Equilibria(
        method="vertex enumeration, lexicographic integer pivoting",
        exact=True,
        complete=True,
        status=_status(len(equilibria), len(components), degenerate),
        equilibria=equilibria,
        components=tuple(components),
        degenerate=degenerate,
    )
    return origin.equilibria


def extreme_pairs(
    game: Game, A: list[list[int]], B: list[list[int]]
) -> tuple[Vertices, Vertices, dict[int, list[int]], bool]:
    """The vertices of both polytopes, which pairs are extreme equilibria, and degeneracy.

    Vertex u + 1 of P is paired with the vertices v + 1 of Q for all v in ``pairs[u]``: vertex 0
    of each is the origin, which is no mixed strategy.
    """
    m, n = game.shape
    P, Q = _best_reply_polytopes(game, A, B)
    everything = (1 << (m + n)) - 1
    # Q's own numbering puts the columns first; labels put the rows first.
    row_labels = [vertex.tight for vertex in P.vertices[1:]]
    column_labels = [_swap(vertex.tight, n, m) for vertex in Q.vertices[1:]]
    pairs = complementary(row_labels, column_labels, everything)
    degenerate = any(mask.bit_count() > m for mask in row_labels) or any(
        mask.bit_count() > n for mask in column_labels
    )
    return P, Q, pairs, degenerate


def mixtures_at(
    P: Vertices, Q: Vertices, pairs: dict[int, list[int]]
) -> tuple[dict[int, Mixture], dict[int, Mixture]]:
    """The mixed strategies of the vertices that are in an equilibrium, by their positions."""
    reached = {v for those in pairs.values() for v in those}
    return (
        {u: normalized(P.vertices[u + 1].point) for u in pairs},
        {v: normalized(Q.vertices[v + 1].point) for v in reached},
    )


def positive_integer_payoffs(game: Game) -> tuple[list[list[int]], list[list[int]]]:
    """Both payoff matrices in positive integers, after a positive affine change for each player.

    Examples
    --------
    >>> positive_integer_payoffs(Game.symmetric([["1/2", 0], [1, "3/2"]]))
    ([[2, 1], [3, 4]], [[2, 3], [1, 4]])
    """
    matrices = []
    for player in (0, 1):
        exact = game.exact_payoffs[player]
        scale = common_denominator(exact.flat)
        whole = [[int(value * scale) for value in row] for row in exact]
        least = min(min(row) for row in whole)
        step = gcd(*(value - least for row in whole for value in row)) or 1
        matrices.append([[(value - least) // step + 1 for value in row] for row in whole])
    return matrices[0], matrices[1]


def _best_reply_polytopes(
    game: Game, A: list[list[int]], B: list[list[int]]
) -> tuple[Vertices, Vertices]:
    """The vertices of P and Q; with those of Q numbered with columns first, then rows."""
    m, n = game.shape
    against_rows = [list(column) for column in zip(*B, strict=True)]
    if worst_case_seconds(m, n) < WORTH_A_PROGRESS_BAR:
        P = vertices(against_rows)
        return P, P if A == against_rows else vertices(A)
    from tqdm.auto import tqdm

    with tqdm(desc="vertices", unit="", mininterval=0.5, delay=2) as bar:
        P = vertices(against_rows, bar.update)
        return P, P if A == against_rows else vertices(A, bar.update)


def worst_case_seconds(m: int, n: int) -> float:
    """About how long the walk over both polytopes of an m × n game takes at worst.

    Measured: a pivot costs about 30 µs, and 0.5 µs for each entry of the tableau.

    >>> worst_case_seconds(5, 5) < 0.01, worst_case_seconds(20, 20) > 3600
    (True, True)
    """
    return sum(
        vertex_bound(d, k) * (30e-6 + 0.5e-6 * k * (d + k + 1)) for d, k in ((m, n), (n, m))
    )


def require_small(m: int, n: int, limit: int) -> None:
    """Refuse a game whose best-reply polytopes may have more vertices than the limit."""
    if isinstance(limit, bool) or not isinstance(limit, (int, float)):
        raise TypeError(f"limit: requires a number of vertices, got {limit!r}")
    if not limit >= 0:
        raise ValueError(f"limit: requires a number of at least 0, got {limit!r}")
    bound = vertex_bound(m, n) + vertex_bound(n, m)
    if bound <= limit:
        return
    hours = worst_case_seconds(m, n) / 3600
    raise ValueError(
        f"game: requires at most {limit:,} vertices of the best-reply polytopes, and those of a "
        f"{m} x {n} game can have {bound:,} ({hours:,.1f} hours at worst; most games have far "
        "fewer); use lemke_howson(game, label) for one equilibrium, restrict the game, or "
        "raise limit"
    )


def _swap(mask: int, low: int, high: int) -> int:
    """Exchange the lowest bits of a mask with the ones above them."""
    return (mask >> low) | ((mask & ((1 << low) - 1)) << high)


def normalized(point: Mixture) -> Mixture:
    """The mixed strategy that a point other than 0 of a best-reply polytope stands for."""
    total = sum(point)
    return tuple(value / total for value in point)


def complementary(
    row_labels: Sequence[int], column_labels: Sequence[int], everything: int
) -> dict[int, list[int]]:
    """For each x, the positions of the y that have all the labels that x lacks."""
    kind = np.int64 if everything.bit_length() < 63 else object
    masks: Any = np.array(column_labels, dtype=kind)
    pairs = {}
    for u, labels in enumerate(row_labels):
        missing = everything & ~labels
        partners = np.flatnonzero((masks & missing) == missing)
        if len(partners):
            pairs[u] = [int(v) for v in partners]
    return pairs


@dataclass(frozen=True)
class _Block:
    """A connected part of the graph of extreme equilibria."""

    neighbours: dict[int, frozenset[int]]


def _connected(pairs: dict[int, list[int]]) -> list[_Block]:
    partners: dict[int, list[int]] = {}
    for u, those in pairs.items():
        for v in those:
            partners.setdefault(v, []).append(u)
    blocks, left = [], set(pairs)
    while left:
        start = min(left)
        stack, block = [start], {start}
        reached: set[int] = set()
        while stack:
            for v in pairs[stack.pop()]:
                if v not in reached:
                    reached.add(v)
                    new = [u for u in partners[v] if u not in block]
                    block.update(new)
                    stack.extend(new)
        left -= block
        blocks.append(_Block({u: frozenset(pairs[u]) for u in sorted(block)}))
    return blocks


def _maximal_products(block: _Block) -> list[tuple[list[int], list[int]]]:
    """All maximal U × V within the graph.

    V of such a product is an intersection of neighbourhoods, and each nonempty intersection is
    the V of exactly one.
    """
    closed: set[frozenset[int]] = set()
    for those in set(block.neighbours.values()):
        closed |= {those & other for other in closed} | {those}
    return [
        ([u for u, those in block.neighbours.items() if V <= those], sorted(V))
        for V in sorted(closed - {frozenset()}, key=sorted)
    ]


def _component(
    game: Game,
    block: _Block,
    found: dict[tuple[int, int], Equilibrium],
    indices: dict[tuple[int, int], int],
    rows: dict[int, Mixture],
    columns: dict[int, Mixture],
) -> Component:
    members = [(u, v) for u, those in block.neighbours.items() for v in those]
    subsets = []
    for U, V in _maximal_products(block):
        first, second = [rows[u] for u in U], [columns[v] for v in V]
        subsets.append(
            NashSubset(
                rows=tuple(first),
                columns=tuple(second),
                dimension=affine_dimension(first) + affine_dimension(second),
                words=describe_play(game, first, second),
            )
        )
    return Component(
        equilibria=tuple(sorted((found[pair] for pair in members), key=order)),
        subsets=tuple(subsets),
        dimension=max(subset.dimension for subset in subsets),
        index=sum(indices.get(pair, 0) for pair in members),
        words=", or ".join(subset.words for subset in subsets),
    )


def _indices(
    A: list[list[int]], B: list[list[int]], P: Vertices, Q: Vertices
) -> dict[tuple[int, int], int]:
    r"""Sum the indices of the perturbed game's equilibria at the extreme equilibrium they tend to.

    The perturbed polytopes belong to the game with payoffs :math:`A_{ij}/(1 + \varepsilon_i)`
    and :math:`B_{ij}/(1 + \delta_j)`, which is nondegenerate; its equilibria are the pairs of
    bases with complementary labels, and its determinants have the signs of A's and B's.
    """
    m, n = len(A), len(A[0])
    everything = (1 << (m + n)) - 1
    sums: dict[tuple[int, int], int] = {}
    for mask, u in P.bases.items():
        v = Q.bases.get(_swap(everything ^ mask, m, n))
        if u == 0 or v is None:
            continue
        rows = [i for i in range(m) if not mask >> i & 1]
        columns = [j for j in range(n) if mask >> (m + j) & 1]
        minors = [[[matrix[i][j] for j in columns] for i in rows] for matrix in (A, B)]
        sign = determinant_sign(minors[0]) * determinant_sign(minors[1])
        pair = (u - 1, v - 1)
        sums[pair] = sums.get(pair, 0) + (sign if len(rows) % 2 else -sign)
    return sums


def order(equilibrium: Equilibrium) -> tuple[Any, ...]:
    """Pure equilibria first, then by size of support; earlier strategies first."""
    first, second = equilibrium.supports
    return (
        len(first) + len(second),
        first,
        second,
        tuple(-weight for weight in equilibrium.row),
        tuple(-weight for weight in equilibrium.column),
    )


def _status(equilibria: int, components: int, degenerate: bool) -> str:
    if equilibria == 1:
        return "One equilibrium, and no other: all were enumerated, in rational arithmetic."
    words = f"{equilibria} extreme equilibria in {components} component"
    words += "s" * (components > 1)
    if degenerate:
        words += " of a degenerate game"
    return f"{words}: all were enumerated, in rational arithmetic."
