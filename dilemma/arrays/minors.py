r"""Which minors decide all equilibria of an m × n game, and how far floating point can miss them.

The best-reply polytope :math:`Q = \{y \ge 0 : Ay \le 1\}` of a matrix A with m rows and n columns
(positive after adding a constant, which nothing below sees) has a vertex for a set J of k
columns, its support, and a set I of k rows that are equalities there. By Cramer's rule, all that
is to be known of it are *bordered minors*: for :math:`|I| = |J| + 1`,

.. math:: E(I, J) = \det [\, 1 \mid A_{IJ} \,].

With a common factor :math:`\det A_{IJ}`, the coordinate of the t-th column of J (t = 0, 1, …) is
:math:`(-1)^t E(I, J \setminus j_t)`, and the slack of a row i outside I, that comes p-th in
:math:`I \cup i`, is :math:`(-1)^p E(I \cup i, J)`. So (I, J) is the basis of a vertex with support
J if and only if

- all k coordinates have one strict sign (then :math:`\det A_{IJ} \ne 0` has it too, since A > 0),
- and no slack has the opposite sign. A slack of 0 is one more best reply: the game is
  degenerate.

Every vertex has such a basis, whatever ties there are: if y has support J, the columns of J are
independent on the rows that are equalities, and k of those rows, I, keep them so. The rows that
are equalities at y are I and the rows of slack 0; together with J they determine the vertex. So
**the signs of the bordered minors of A and of** :math:`B^T` **decide all extreme equilibria of the
game, degenerate or not**, and which of them are strict. There are
:math:`\sum_k \binom{m}{k} \binom{n}{k-1} = \binom{m+n}{m-1}` of them, 210 in a 5 × 5 game, and
each is a Laplace expansion over minors of the order below,

.. math:: E(I, J) = \sum_p (-1)^{p + |J|}\, a_{i_p j}\, E(I \setminus i_p, J \setminus j),
          \qquad j = \max J,

575 multiplications in all, the same ones for each game: no branch, no pivot, nothing for one game
that is not for the next, so that the lanes of a vector register hold as many games.

**The filter.** Adding a constant to a column of A, or multiplying a column by a positive number,
changes no sign: column j is shifted to make its first entry 0, and scaled to make its largest 1.
Let :math:`\varepsilon` bound the error of every entry after that, and u the unit roundoff. By
Hadamard's inequality a minor of order k is at most :math:`H_k = k^{k/2} (1 + \varepsilon)^k`, and
the computed one misses it by at most

.. math:: e_k = k \left[(1 + \varepsilon)\, e_{k-1} + \varepsilon H_{k-1}\right]
                + \gamma_k\, k\, (1 + \varepsilon)(H_{k-1} + e_{k-1}),
          \qquad e_1 = 0, \quad \gamma_k = \frac{ku}{1 - ku}

(higham2002, §3.1). `error_constants` gives :math:`\alpha_k, \beta_k` with
:math:`e_k \le \alpha_k + \beta_k \varepsilon` for :math:`\varepsilon \le 1/1000`: 6e−13 for
order 5 and floats. A minor larger than its bound has a certain sign. A pair (I, J) is settled if
its m signs are certain and agree, or if two of them are certain and disagree; a game in which
every pair is settled is nondegenerate, and its equilibria are the pairs that are settled as
vertices of both polytopes. Completeness needs no argument about paths: all bases have been
looked at.

**Pairs in doubt that don't matter.** Some games have minors that vanish for structural reasons
(effort that is linear makes one strategy the midpoint of two others) at pairs that are no
vertices. They are saved by the graph of the polytope. A pair whose signs are certain and agree is
a simple vertex: n facets meet there, and n edges leave it. An edge has two ends; so if, for each
of the n ways to drop one facet, another certain vertex lies on the remaining n − 1, then that is
the other end. If this holds at every certain vertex, and each of the n edges at the origin has a
certain other end, then the certain vertices and the origin are closed under going to neighbours;
and since the graph of a polytope is connected, there are no other vertices: the polytope is
simple, and known.

**Exactly, in machine words.** For payoffs that are whole multiples of one number, the same
recursion in 64-bit integers that *wrap around* gives every minor modulo :math:`2^{64}`. Where the
floating-point value is larger than its bound, the sign is certain; where it is not, the minor is
at most twice the bound, and as long as that is below :math:`2^{63}` the wrapped integer is the
minor itself. The two halves together reach about 106 bits: payoffs of 7 to 8 digits in a
5 × 5 game, with no test for overflow in the loop.

Sources: mangasarian1964, winkels1979, avis2010enumeration (vertices of the best-reply polytopes),
higham2002 (rounding errors), shewchuk1997 (filters before exact arithmetic).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.kernels import LANES

UNIT_ROUNDOFF = 2.0**-53
LARGEST_SIZE = 8


@dataclass(frozen=True)
class MinorTables:
    """How the bordered minors of a matrix of m rows and n columns come from each other.

    Attributes
    ----------
    rows, columns : int
        m and n.
    count : int
        The number of minors; those of order 1, which are 1, come first.
    first : array of int64, shape (orders + 1,)
        Where the minors of each order start.
    parents, entries : arrays of int64, flat, `LANES` a minor
        Offsets (times `LANES`) of the minors and of the entries that each expansion multiplies.
    """

    rows: int
    columns: int
    count: int
    first: NDArray[np.int64]
    parents: NDArray[np.int64]
    entries: NDArray[np.int64]


@dataclass(frozen=True)
class GameTables:
    """What decides the equilibria of m × n games.

    Attributes
    ----------
    row_side : MinorTables
        Of :math:`B^T`: mixtures of the rows.
    column_side : MinorTables
        Of A: mixtures of the columns.
    sizes : array of int64
        For each pair (I, J) of sets of k rows and k columns, k; pairs are in the order in which
        `dilemma.equilibria.nash` gives equilibria.
    row_masks, column_masks : arrays of int64
        I and J as bit masks.
    row_terms, column_terms : arrays of int64, shapes (pairs, n) and (pairs, m)
        The minors that are the coordinates (first k) and the slacks of the pair, as twice
        the position of the minor, plus 1 if its sign is to be changed.
    row_slacks, column_slacks : arrays of int64, same shapes
        The column, or row, that each slack belongs to.
    row_members, column_members : arrays of int64, shape (pairs, 8)
        The elements of I and J, −1 after the last.
    pair_at : array of int64, shape (2**(m + n),)
        The position of the pair with row mask r and column mask c, at r·2**n + c; −1 for none.
    rank : array of int64
        The position of each bit mask among the sorted tuples of its elements.
    """

    row_side: MinorTables
    column_side: MinorTables
    sizes: NDArray[np.int64]
    row_masks: NDArray[np.int64]
    column_masks: NDArray[np.int64]
    row_terms: NDArray[np.int64]
    column_terms: NDArray[np.int64]
    row_slacks: NDArray[np.int64]
    column_slacks: NDArray[np.int64]
    row_members: NDArray[np.int64]
    column_members: NDArray[np.int64]
    pair_at: NDArray[np.int64]
    rank: NDArray[np.int64]


Sets = tuple[tuple[int, ...], tuple[int, ...]]


def _minors(m: int, n: int) -> tuple[MinorTables, dict[Sets, int]]:
    place: dict[Sets, int] = {}
    first = [0]
    for k in range(1, min(m, n + 1) + 1):
        for rows in combinations(range(m), k):
            for columns in combinations(range(n), k - 1):
                place[rows, columns] = len(place)
        first.append(len(place))
    parents = np.zeros((len(place), LANES), dtype=np.int64)
    entries = np.zeros((len(place), LANES), dtype=np.int64)
    for (rows, columns), q in place.items():
        if columns:
            for p, row in enumerate(rows):
                parents[q, p] = place[rows[:p] + rows[p + 1 :], columns[:-1]] * LANES
                entries[q, p] = (row * n + columns[-1]) * LANES
    tables = MinorTables(
        m,
        n,
        len(place),
        np.array(first),
        np.ascontiguousarray(parents.ravel()),
        np.ascontiguousarray(entries.ravel()),
    )
    return tables, place


def _terms(
    tight: tuple[int, ...], support: tuple[int, ...], rows: int, place: dict[Sets, int]
) -> tuple[list[int], list[int]]:
    codes, slacks = [], []
    for t in range(len(support)):
        codes.append(2 * place[tight, support[:t] + support[t + 1 :]] + t % 2)
        slacks.append(-1)
    for row in range(rows):
        if row not in tight:
            more = tuple(sorted((*tight, row)))
            codes.append(2 * place[more, support] + more.index(row) % 2)
            slacks.append(row)
    return codes, slacks


def _mask(members: tuple[int, ...]) -> int:
    return sum(1 << one for one in members)


@cache
def game_tables(m: int, n: int) -> GameTables:
    """Return the tables for m × n games, 1 ≤ m, n ≤ 8.

    Examples
    --------
    >>> tables = game_tables(5, 5)
    >>> tables.column_side.count, len(tables.sizes)
    (210, 251)
    """
    column_side, column_place = _minors(m, n)
    row_side, row_place = (column_side, column_place) if m == n else _minors(n, m)
    pairs = [
        (rows, columns)
        for k in range(1, min(m, n) + 1)
        for rows in combinations(range(m), k)
        for columns in combinations(range(n), k)
    ]
    on_rows = [_terms(columns, rows, n, row_place) for rows, columns in pairs]
    on_columns = [_terms(rows, columns, m, column_place) for rows, columns in pairs]
    pair_at = np.full(1 << (m + n), -1)
    for position, (rows, columns) in enumerate(pairs):
        pair_at[_mask(rows) << n | _mask(columns)] = position
    size = max(m, n)
    subsets = sorted(s for k in range(size + 1) for s in combinations(range(size), k))
    rank = [0] * (1 << size)
    for position, subset in enumerate(subsets):
        rank[_mask(subset)] = position
    return GameTables(
        row_side=row_side,
        column_side=column_side,
        sizes=np.array([len(rows) for rows, _ in pairs]),
        row_masks=np.array([_mask(rows) for rows, _ in pairs]),
        column_masks=np.array([_mask(columns) for _, columns in pairs]),
        row_terms=np.array([codes for codes, _ in on_rows]),
        column_terms=np.array([codes for codes, _ in on_columns]),
        row_slacks=np.array([slacks for _, slacks in on_rows]),
        column_slacks=np.array([slacks for _, slacks in on_columns]),
        row_members=np.array([_padded(rows) for rows, _ in pairs]),
        column_members=np.array([_padded(columns) for _, columns in pairs]),
        pair_at=pair_at,
        rank=np.array(rank),
    )


def _padded(members: tuple[int, ...]) -> list[int]:
    return [*members, *[-1] * (LARGEST_SIZE - len(members))]


@cache
def error_constants() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Return :math:`\alpha_k` and :math:`\beta_k`, k = 0, …, 9, of the bound above.

    :math:`\varepsilon` is the error of the entries beyond 3 units of roundoff, which the shift
    and the scaling of a column cost, and which :math:`\alpha_k` contains.

    Examples
    --------
    >>> alpha, beta = error_constants()
    >>> [float(f"{value:.1g}") for value in alpha[1:6]], float(round(beta[5]))
    ([0.0, 1e-15, 7e-15, 5e-14, 3e-13], 426.0)
    """
    u, orders = UNIT_ROUNDOFF, LARGEST_SIZE + 2

    def bounds(entry: float) -> list[float]:
        errors = [0.0, 0.0]
        for k in range(2, orders):
            largest = (k - 1) ** ((k - 1) / 2) * (1 + entry) ** (k - 1)
            gamma = k * u / (1 - k * u)
            errors.append(
                k * ((1 + entry) * errors[-1] + entry * largest)
                + gamma * k * (1 + entry) * (largest + errors[-1])
            )
        return errors

    # e_k is a polynomial in ε with coefficients ≥ 0, so convex: its chord bounds it between the
    # ends. The factor covers the rounding of these lines and of the bounds made from them.
    end = 1e-3
    low, high = np.array(bounds(3 * u)), np.array(bounds(3 * u + end))
    safety = 1 + 1e-6
    return low * safety, (high - low) / end * safety
