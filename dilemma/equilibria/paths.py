"""One equilibrium along a path of almost complementary vertices: Lemke and Howson's algorithm."""

from __future__ import annotations

import numpy as np

from dilemma.arrays.polytope import Tableau
from dilemma.equilibria.answers import LemkeHowsonPath, Mixture, equilibrium_at
from dilemma.equilibria.enumeration import positive_integer_payoffs
from dilemma.game import Game


def lemke_howson(game: Game, label: int = 0) -> LemkeHowsonPath:
    r"""Follow one Lemke–Howson path to an equilibrium, exactly.

    From the pair (0, 0) of vertices of the best-reply polytopes (see
    `dilemma.equilibria.enumeration`) the path drops one label, and pivots in the two polytopes by
    turns, each time on the label that has become double, until the dropped label is found
    again. Ties are lexicographic, so that the path is that of a nondegenerate game nearby: it
    visits no vertex twice and always ends.

    Parameters
    ----------
    game : Game
        Any m × n game.
    label : int
        The label to drop: a row 0 to m − 1, or m + j for the column j.

    Returns
    -------
    LemkeHowsonPath
        Exact; ``complete`` is False, since one path finds one equilibrium.

    Raises
    ------
    TypeError, ValueError
        If the argument is no game, or the label is none of its m + n.

    Notes
    -----
    Each pivot updates n(m + n + 1) or m(m + n + 1) integers. Paths are short in most games, and
    exponentially long in some (savani2006).

    References
    ----------
    lemke1964, vonstengel2002 in ``references.bib``.

    Examples
    --------
    >>> path = lemke_howson(Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"]), label=0)
    >>> path.equilibrium.words, path.length
    ('the row player plays yield; the column player plays insist', 2)
    """
    if not isinstance(game, Game):
        raise TypeError(f"game: requires a Game, got {type(game).__name__}")
    m, n = game.shape
    if isinstance(label, bool) or not isinstance(label, (int, np.integer)):
        raise TypeError(f"label: requires an integer, got {label!r}")
    if not 0 <= label < m + n:
        raise ValueError(f"label: requires an integer from 0 to {m + n - 1}, got {label}")
    label = int(label)
    A, B = positive_integer_payoffs(game)
    tableaux = {
        "row": Tableau.at_origin([list(column) for column in zip(*B, strict=True)]),
        "column": Tableau.at_origin(A),
    }
    # A variable of P has the number of its label; Q's own numbering puts the columns first.
    side = "row" if label < m else "column"
    entering, length = label, 0
    while True:
        tableau = tableaux[side]
        variable = entering if side == "row" else (entering - m) % (m + n)
        row = tableau.leaving_row(variable)
        left = tableau.basis[row]
        tableaux[side] = tableau.pivot(row, variable)
        length += 1
        entering = left if side == "row" else (left + m) % (m + n)
        if entering == label:
            break
        side = "column" if side == "row" else "row"
    mixtures: list[Mixture] = []
    for which in ("row", "column"):
        point = tableaux[which].vertex().point
        total = sum(point)
        mixtures.append(tuple(value / total for value in point))
    return LemkeHowsonPath(
        method="Lemke–Howson, lexicographic integer pivoting",
        exact=True,
        complete=False,
        status=f"One equilibrium, at the end of a path of {length} pivots; there may be others.",
        equilibrium=equilibrium_at(game, mixtures[0], mixtures[1]),
        label=label,
        length=length,
    )
