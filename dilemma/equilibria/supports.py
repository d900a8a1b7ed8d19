r"""Equilibria by their supports: pure profiles, and every pair of supports of equal size.

**Why equal sizes suffice, degenerate games included.** With payoffs made positive, let

.. math:: P = \{x \ge 0 : B^T x \le 1\}, \qquad Q = \{y \ge 0 : A y \le 1\}.

A vertex x ≠ 0 of P with support I has as many linearly independent equations among
:math:`(B^T x)_j = 1` as I has rows: so there is a set J of as many columns, all best replies to x,
with :math:`B_{IJ}` nonsingular, and x is the only solution of :math:`B_{IJ}^T x_I = 1`. The same
holds for Q. So the linear systems of all pairs (I, J) of equal size, with those that are singular
left out, have every vertex of both polytopes among their solutions. The usual algorithm asks x
and y to come from the *same* pair, which is enough in a nondegenerate game, and drops equilibria
in a degenerate one. Here all candidates are kept with their labels, and matched at the end across
pairs.

Sources: mangasarian1964, dickhaut1991, vonstengel2002.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any

from flint import fmpz_mat

from dilemma.equilibria.answers import Equilibrium, Mixture, Origin, equilibrium_at
from dilemma.equilibria.enumeration import complementary, normalized, order
from dilemma.equilibria.enumeration import positive_integer_payoffs as integers
from dilemma.equilibria.extreme import extreme_words
from dilemma.equilibria.lists import EquilibriumList
from dilemma.equilibria.words import describe_play
from dilemma.game import Game
from dilemma.game.requiring import require_game

# Above this many pairs of supports, the enumeration shows its progress.
WORTH_A_PROGRESS_BAR = 50_000


def pure_nash(game: Game) -> EquilibriumList:
    """Find all pure Nash equilibria: the cells in which both payoffs are best.

    Parameters
    ----------
    game : Game
        Any m × n game.

    Returns
    -------
    EquilibriumList
        Exact, and complete as far as pure equilibria go; it may be empty. In row-major order.

    Raises
    ------
    TypeError
        If the argument is no `Game`.

    Notes
    -----
    One comparison a cell, with exact payoffs, after a positive affine change for each player to
    integers. Payoffs, regret and strictness of a cell are read off its row and its column.

    Examples
    --------
    >>> print(pure_nash(Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])))
    2 pure equilibria, and no other pure one; there may be mixed ones, which
        nash(game) finds.
      the row player plays yield; the column player plays insist: payoffs 2 and 7,
        regret 0, strict
      the row player plays insist; the column player plays yield: payoffs 7 and 2,
        regret 0, strict
    """
    require_game(game)
    m, n = game.shape
    A, B = integers(game)
    best_row = [max(column) for column in zip(*A, strict=True)]
    best_column = [max(row) for row in B]
    row_ties = [column.count(max(column)) for column in zip(*A, strict=True)]
    column_ties = [row.count(max(row)) for row in B]
    units = [[_unit(i, size) for i in range(size)] for size in (m, n)]
    found = []
    for i in range(m):
        for j in range(n):
            if A[i][j] == best_row[j] and B[i][j] == best_column[i]:
                row, column = units[0][i], units[1][j]
                payoffs = game.exact_payoffs[:, i, j]
                found.append(
                    Equilibrium(
                        row=row,
                        column=column,
                        payoffs=(payoffs[0], payoffs[1]),
                        # The definition of regret, for a pure profile.
                        regret=max(
                            max(game.exact_payoffs[0, :, j]) - payoffs[0],
                            max(game.exact_payoffs[1, i, :]) - payoffs[1],
                        ),
                        strict=row_ties[j] == column_ties[i] == 1,
                        played=((game.strategies[0][i],), (game.strategies[1][j],)),
                        words=describe_play(game, [row], [column]),
                        origin=Origin(game),
                    )
                )
    noun = "equilibrium" if len(found) == 1 else "equilibria"
    status = (
        f"{len(found)} pure {noun}, and no other pure one; there may be mixed ones, which "
        "nash(game) finds."
    )
    if not found:
        status = (
            "No pure equilibrium; nash(game) finds the mixed ones, of which there is at least one."
        )
    return EquilibriumList(
        method="comparison of every cell with its row and its column",
        exact=True,
        complete=True,
        status=status,
        equilibria=tuple(found),
    )


def support_enumeration(game: Game, limit: int = 1_000_000) -> EquilibriumList:
    r"""Find all extreme Nash equilibria by solving two linear systems for each pair of supports.

    For each pair (I, J) of equally many rows and columns, :math:`x_I` makes the column player
    indifferent on J, and :math:`y_J` makes the row player indifferent on I. Solutions that are
    positive and to which nothing outside is a better reply are kept; a kept x and a kept y are an
    equilibrium if each pure strategy is unplayed or a best reply. In a nondegenerate game x and y
    of an equilibrium come from the same pair. In a degenerate one they may come from different
    pairs, and are matched across them, so that no extreme equilibrium is missed there either; the
    proof is in this module's docstring. Singular pairs are counted in the status: what they leave
    undetermined is a set of mixtures, whose extreme points other pairs determine.

    Parameters
    ----------
    game : Game
        Any m × n game, degenerate or not.
    limit : int
        The largest number of pairs of supports, :math:`\binom{m+n}{m} - 1`, for the enumeration to
        start.

    Returns
    -------
    EquilibriumList
        Exact and complete: the same extreme equilibria as `vertex_enumeration` and `nash`.

    Raises
    ------
    TypeError, ValueError
        If the argument is no `Game`, or one with too many pairs of supports.

    Notes
    -----
    251 pairs for 5 × 5, 184,755 for 10 × 10: an independent check of `nash` rather than a way to
    solve large games.

    References
    ----------
    mangasarian1964, dickhaut1991 in ``references.bib``.

    Examples
    --------
    >>> hawk_dove = Game.symmetric([[-1, 4], [0, 2]], ["hawk", "dove"])
    >>> support_enumeration(hawk_dove)[2].words
    'both mix hawk (2/3) and dove (1/3)'

    A degenerate game, with an equilibrium whose supports differ in size:

    >>> for equilibrium in support_enumeration(Game([[[2, 2], [0, 3]], [[1, 1], [0, 2]]])):
    ...     print(equilibrium.row, *equilibrium.column)
    (Fraction(1, 1), Fraction(0, 1)) 1 0
    (Fraction(0, 1), Fraction(1, 1)) 0 1
    (Fraction(1, 1), Fraction(0, 1)) 1/3 2/3
    """
    require_game(game)
    m, n = game.shape
    pairs = _require_few(m, n, limit)
    A, B = integers(game)
    transposed = [list(column) for column in zip(*B, strict=True)]
    singular = 0
    rows: dict[Mixture, int] = {}
    columns: dict[Mixture, int] = {}
    for I, J in _progress(_supports(m, n), pairs):  # noqa: E741
        x, y = _indifferent(transposed, J, I), _indifferent(A, I, J)
        singular += x is None or y is None
        if x:
            rows[x[0]] = x[1] | x[2] << m
        if y:
            columns[y[0]] = y[1] << m | y[2]
    first, second = list(rows), list(columns)
    matched = complementary(list(rows.values()), list(columns.values()), (1 << (m + n)) - 1)
    found = [
        equilibrium_at(game, normalized(first[u]), normalized(second[v]))
        for u in matched
        for v in matched[u]
    ]
    degenerate = any(mask.bit_count() > m for mask in rows.values()) or any(
        mask.bit_count() > n for mask in columns.values()
    )
    note = f" ({singular:,} of them singular, which costs no extreme equilibrium)" * bool(singular)
    return EquilibriumList(
        method="support enumeration, rational linear systems, matched across supports",
        exact=True,
        complete=True,
        status=(
            f"{extreme_words(len(found), degenerate)} from {pairs:,} pairs of supports{note}, in "
            "rational arithmetic."
        ),
        equilibria=tuple(sorted(found, key=order)),
    )


def _indifferent(
    matrix: Sequence[Sequence[int]], equal: Sequence[int], played: Sequence[int]
) -> tuple[Mixture, int, int] | tuple[()] | None:
    """The point z with the given support that makes the rows ``equal`` of Mz ≤ 1 tight.

    None if the system is singular; () if its solution is not positive or violates another row.
    Otherwise the point, the mask of its zero coordinates, and that of its tight rows.
    """
    size = len(played)
    system = fmpz_mat(size, size, [matrix[k][i] for k in equal for i in played])
    try:
        solution = system.solve(fmpz_mat(size, 1, [1] * size))
    except ZeroDivisionError:
        return None
    values = [Fraction(int(value.p), int(value.q)) for value in solution.entries()]
    if min(values) <= 0:
        return ()
    tight = 0
    for k, row in enumerate(matrix):
        total = sum(row[i] * value for i, value in zip(played, values, strict=True))
        if total > 1:
            return ()
        if total == 1:
            tight |= 1 << k
    point = [Fraction(0)] * len(matrix[0])
    zero = (1 << len(point)) - 1
    for i, value in zip(played, values, strict=True):
        point[i] = value
        zero ^= 1 << i
    return tuple(point), zero, tight


def _supports(m: int, n: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    for size in range(1, min(m, n) + 1):
        for rows in combinations(range(m), size):
            for columns in combinations(range(n), size):
                yield rows, columns


def _progress(supports: Iterable[Any], pairs: int) -> Iterable[Any]:
    if pairs < WORTH_A_PROGRESS_BAR:
        return supports
    from tqdm.auto import tqdm

    return tqdm(supports, desc="pairs of supports", total=pairs, unit="", delay=2)


def _require_few(m: int, n: int, limit: int) -> int:
    if isinstance(limit, bool) or not isinstance(limit, (int, float)):
        raise TypeError(f"limit: requires a number of pairs of supports, got {limit!r}")
    if not limit >= 0:
        raise ValueError(f"limit: requires a number of at least 0, got {limit!r}")
    pairs = comb(m + n, m) - 1
    if pairs > limit:
        raise ValueError(
            f"game: requires at most {limit:,} pairs of supports of equal size, and a {m} x {n} "
            f"game has {pairs:,}; use nash(game), lemke_howson(game, label) for one equilibrium, "
            "or raise limit"
        )
    return pairs


def _unit(place: int, size: int) -> Mixture:
    return tuple(Fraction(int(i == place)) for i in range(size))
