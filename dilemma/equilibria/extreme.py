"""The extreme equilibria alone, by enumeration of vertices: the algorithm inside `nash`."""

from __future__ import annotations

from dilemma.equilibria.answers import equilibrium_at
from dilemma.equilibria.enumeration import (
    extreme_pairs,
    mixtures_at,
    order,
    positive_integer_payoffs,
    require_small,
)
from dilemma.equilibria.lists import EquilibriumList
from dilemma.game import Game
from dilemma.game.requiring import require_game


def vertex_enumeration(game: Game, limit: int = 1_000_000) -> EquilibriumList:
    r"""Find all extreme Nash equilibria by enumerating the vertices of both best-reply polytopes.

    With payoffs made positive, the vertices x ≠ 0 of :math:`\{x \ge 0 : B^T x \le 1\}` and y ≠ 0
    of :math:`\{y \ge 0 : A y \le 1\}` are enumerated exactly; a pair of them is an equilibrium if
    each pure strategy is unplayed or a best reply (mangasarian1964). In a nondegenerate game these
    are all equilibria. In a degenerate one they are the extreme points of the sets of equilibria:
    `nash`, which uses the same enumeration, adds which of them span a set, the components and
    their indices.

    Parameters
    ----------
    game : Game
        Any m × n game, degenerate or not.
    limit : int
        As in `nash`: the largest number of vertices that the polytopes may have.

    Returns
    -------
    EquilibriumList
        Exact and complete: all extreme equilibria, never none.

    Raises
    ------
    TypeError, ValueError
        If the argument is no `Game`, or one that is too large.

    Notes
    -----
    At most ``vertex_bound(m, n) + vertex_bound(n, m)`` vertices, one pivot each.

    References
    ----------
    mangasarian1964, avis2010enumeration in ``references.bib``.

    Examples
    --------
    >>> chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
    >>> print(vertex_enumeration(chicken))
    3 equilibria, and no other: all were enumerated, in rational arithmetic.
      the row player plays yield; the column player plays insist: payoffs 2 and 7,
        regret 0, strict
      the row player plays insist; the column player plays yield: payoffs 7 and 2,
        regret 0, strict
      both mix yield (2/3) and insist (1/3): payoffs 14/3 and 14/3, regret 0, not
        strict
    """
    require_game(game)
    require_small(*game.shape, limit)
    P, Q, pairs, degenerate = extreme_pairs(game, *positive_integer_payoffs(game))
    rows, columns = mixtures_at(P, Q, pairs)
    found = [equilibrium_at(game, rows[u], columns[v]) for u in pairs for v in pairs[u]]
    return EquilibriumList(
        method="vertex enumeration, lexicographic integer pivoting",
        exact=True,
        complete=True,
        status=f"{extreme_words(len(found), degenerate)}, in rational arithmetic.",
        equilibria=tuple(sorted(found, key=order)),
    )


def extreme_words(count: int, degenerate: bool) -> str:
    """Say how many extreme equilibria there are, and what they stand for.

    >>> extreme_words(1, False)
    '1 equilibrium, and no other: all were enumerated'
    """
    noun = "equilibrium" if count == 1 else "equilibria"
    if degenerate and count > 1:
        return (
            f"{count} extreme {noun} of a degenerate game, in which mixtures of them may be "
            "equilibria too (nash says which): all were enumerated"
        )
    return f"{count} {noun}, and no other: all were enumerated"
