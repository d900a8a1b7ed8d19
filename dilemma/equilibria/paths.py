"""Equilibria along paths of almost complementary vertices: Lemke and Howson's algorithm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dilemma.arrays.polytope import Tableau
from dilemma.equilibria.answers import Equilibrium, LemkeHowsonPath, Mixture, equilibrium_at
from dilemma.equilibria.enumeration import normalized, order, positive_integer_payoffs
from dilemma.equilibria.float_paths import FloatPaths
from dilemma.equilibria.lists import EquilibriumList
from dilemma.game import Game
from dilemma.game.requiring import require_game
from dilemma.writing.pages import Displayed

EXACT = "Lemke–Howson, lexicographic integer pivoting"
FLOAT = "Lemke–Howson, lexicographic pivoting in floating point, end verified exactly"
FALLBACK = f"{EXACT}, after pivoting in floating point had failed"


def lemke_howson(game: Game, label: int = 0, pivoting: str = "exact") -> LemkeHowsonPath:
    r"""Follow one Lemke–Howson path to an equilibrium.

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
    pivoting : {"exact", "float"}
        In integers, or in compiled floating point, which is faster in games with hundreds of
        strategies. The equilibrium is exact either way: the end of a path in floating point is
        computed again, and checked, in rational arithmetic; if that fails, or the path goes round
        in circles, the path is followed in integers.

    Returns
    -------
    LemkeHowsonPath
        ``complete`` is False, since one path finds one equilibrium. ``exact`` is False if the path
        was followed in floating point: rounding may then have led to another equilibrium than the
        one at the end of this label's path.

    Raises
    ------
    TypeError, ValueError
        If the argument is no game, the label none of its m + n, or the arithmetic none of the two.

    Notes
    -----
    Each pivot updates n(m + n + 1) or m(m + n + 1) numbers. Paths are short in most games, and
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
    require_game(game)
    m, n = game.shape
    if isinstance(label, bool) or not isinstance(label, (int, np.integer)):
        raise TypeError(f"label: requires an integer, got {label!r}")
    if not 0 <= label < m + n:
        raise ValueError(f"label: requires an integer from 0 to {m + n - 1}, got {label}")
    _require_pivoting(pivoting)
    A, B = positive_integer_payoffs(game)
    if pivoting == "float":
        method, row, column, length = _in_floats(FloatPaths(A, B), A, B, int(label))
    else:
        end, length = _follow(_origin(A, B), int(label))
        method, (row, column) = EXACT, end.mixtures
    return _path(method, equilibrium_at(game, row, column), int(label), length)


@dataclass(frozen=True)
class LemkeHowsonEdge(Displayed):
    """A path that leads from one equilibrium to another, by dropping one label.

    Attributes
    ----------
    start, end : int or None
        Positions among the equilibria; None for the pair (0, 0), the artificial equilibrium. The
        path leads from the end to the start just as well.
    label : int
        The label that is dropped.
    length : int
        How many pivots it takes.
    """

    start: int | None
    end: int | None
    label: int
    length: int


@dataclass(frozen=True, kw_only=True, repr=False)
class LemkeHowsonGraph(EquilibriumList):
    """All equilibria that Lemke–Howson paths reach, and the paths between them.

    Attributes
    ----------
    equilibria : tuple of Equilibrium
        Pure ones first, then by size of support.
    paths : tuple of m + n LemkeHowsonPath
        The path of each label from the artificial equilibrium.
    edges : tuple of LemkeHowsonEdge
        These paths, and those that drop a label at an equilibrium already found; each once.
    method, exact, complete, status
        ``complete`` is False: some equilibria can be out of reach of every path.
    """

    paths: tuple[LemkeHowsonPath, ...]
    edges: tuple[LemkeHowsonEdge, ...]


def lemke_howson_all(game: Game, pivoting: str = "exact") -> LemkeHowsonGraph:
    r"""Follow the Lemke–Howson paths of every label, and on from every equilibrium found.

    Dropping a label at an equilibrium leads to another one, or back to the artificial equilibrium
    (0, 0). All that can be reached by dropping labels again and again is found; the rest of the
    game's equilibria, if there are any, form groups that no path enters (shapley1974). In a
    nondegenerate game the two ends of a path have opposite index, and every equilibrium has a path
    for each of the m + n labels. In a degenerate game the paths are those of its lexicographic
    perturbation, several of whose equilibria may be the same equilibrium of the game: then it has
    more paths, some of them from itself to itself.

    Parameters
    ----------
    game : Game
        Any m × n game.
    pivoting : {"exact", "float"}
        As in `lemke_howson`. In floating point only the m + n paths from the artificial
        equilibrium are followed.

    Returns
    -------
    LemkeHowsonGraph
        A sequence of the different equilibria, with ``paths`` and ``edges``.

    Raises
    ------
    TypeError, ValueError
        As in `lemke_howson`.

    Notes
    -----
    With k equilibria found, about (k + 1)(m + n)/2 paths.

    References
    ----------
    shapley1974, vonstengel2002 in ``references.bib``.

    Examples
    --------
    >>> found = lemke_howson_all(Game.symmetric([[6, 2], [7, 0]]))
    >>> [path.length for path in found.paths], len(found), len(found.edges)
    ([2, 2, 2, 2], 3, 8)

    Three coordination equilibria in which each label leads to the same pure ones; the mixed
    equilibria are reached from those:

    >>> game = Game.symmetric([[3, 0, 0], [0, 2, 0], [0, 0, 1]])
    >>> len({path.equilibrium for path in lemke_howson_all(game).paths})
    3
    >>> len(lemke_howson_all(game))
    7
    """
    require_game(game)
    _require_pivoting(pivoting)
    A, B = positive_integer_payoffs(game)
    if pivoting == "float":
        return _graph_in_floats(game, A, B)
    nodes, links = _explore(A, B)
    at = [equilibrium_at(game, *node.mixtures) for node in nodes[1:]]
    found = _distinct(at)
    places = {one: place for place, one in enumerate(found)}
    position: list[int | None] = [None, *(places[one] for one in at)]
    edges = tuple(
        LemkeHowsonEdge(position[start], position[end], label, length)
        for start, end, label, length in links
    )
    paths = tuple(
        _path(EXACT, at[end - 1], label, length)
        for start, end, label, length in links
        if not start
    )
    return _graph(EXACT, found, paths, edges)


def _graph_in_floats(game: Game, A: list[list[int]], B: list[list[int]]) -> LemkeHowsonGraph:
    """The paths of all labels from the artificial equilibrium, in floating point."""
    known: dict[tuple[Mixture, Mixture], Equilibrium] = {}
    paths, compiled = [], FloatPaths(A, B)
    for label in range(sum(game.shape)):
        method, row, column, length = _in_floats(compiled, A, B, label)
        if (row, column) not in known:
            known[row, column] = equilibrium_at(game, row, column)
        paths.append(_path(method, known[row, column], label, length))
    found = _distinct(known.values())
    places = {one: place for place, one in enumerate(found)}
    edges = tuple(
        LemkeHowsonEdge(None, places[path.equilibrium], path.label, path.length) for path in paths
    )
    return _graph(FLOAT, found, tuple(paths), edges)


def _in_floats(
    compiled: FloatPaths, A: list[list[int]], B: list[list[int]], label: int
) -> tuple[str, Mixture, Mixture, int]:
    """How a path was followed, both mixtures at its end, and its length."""
    found = compiled.follow(label)
    if found is not None:
        return FLOAT, *found
    end, length = _follow(_origin(A, B), label)
    return FALLBACK, *end.mixtures, length


@dataclass(frozen=True)
class _Pair:
    """A pair of vertices of the two polytopes, at one basis of each."""

    row: Tableau
    column: Tableau

    @property
    def key(self) -> tuple[int, int]:
        return self.row.cobasis(), self.column.cobasis()

    @property
    def mixtures(self) -> tuple[Mixture, Mixture]:
        return normalized(self.row.vertex().point), normalized(self.column.vertex().point)


def _origin(A: list[list[int]], B: list[list[int]]) -> _Pair:
    against_rows = [list(column) for column in zip(*B, strict=True)]
    return _Pair(Tableau.at_origin(against_rows), Tableau.at_origin(A))


def _follow(start: _Pair, label: int) -> tuple[_Pair, int]:
    """Drop a label at a pair that has all; return the pair at the path's end, and its length."""
    n, m = len(start.row.basis), len(start.column.basis)
    tableaux = [start.row, start.column]
    # A variable of P has the number of its label; Q's own numbering puts the columns first. The
    # label is tight in one of the two polytopes, where its variable is outside the basis.
    side = 0 if label not in start.row.basis else 1
    entering, length = label, 0
    while True:
        tableau = tableaux[side]
        variable = (entering - m) % (m + n) if side else entering
        row = tableau.leaving_row(variable)
        left = tableau.basis[row]
        tableaux[side] = tableau.pivot(row, variable)
        length += 1
        entering = (left + m) % (m + n) if side else left
        if entering == label:
            return _Pair(tableaux[0], tableaux[1]), length
        side = 1 - side


def _explore(
    A: list[list[int]], B: list[list[int]]
) -> tuple[list[_Pair], list[tuple[int, int, int, int]]]:
    """All pairs that paths reach, the artificial one first, and the paths: start to end, label."""
    nodes = [_origin(A, B)]
    places = {nodes[0].key: 0}
    links = []
    done: set[tuple[int, int]] = set()
    start = 0
    while start < len(nodes):
        for label in range(len(A) + len(A[0])):
            if (start, label) in done:
                continue
            there, length = _follow(nodes[start], label)
            end = places.setdefault(there.key, len(nodes))
            if end == len(nodes):
                nodes.append(there)
            done |= {(start, label), (end, label)}
            links.append((start, end, label, length))
        start += 1
    return nodes, links


def _distinct(equilibria: Iterable[Equilibrium]) -> tuple[Equilibrium, ...]:
    return tuple(sorted(dict.fromkeys(equilibria), key=order))


def _path(method: str, equilibrium: Equilibrium, label: int, length: int) -> LemkeHowsonPath:
    status = f"One equilibrium, at the end of a path of {length} pivots; there may be others."
    if method == FLOAT:
        status = (
            f"One equilibrium, verified exactly, at the end of a path of {length} pivots in "
            'floating point; there may be others, and pivoting="exact" decides where this label '
            "leads if rounding misled the path."
        )
    return LemkeHowsonPath(
        method=method,
        exact=method != FLOAT,
        complete=False,
        status=status,
        equilibrium=equilibrium,
        label=label,
        length=length,
    )


def _graph(
    method: str,
    found: tuple[Equilibrium, ...],
    paths: tuple[LemkeHowsonPath, ...],
    edges: tuple[LemkeHowsonEdge, ...],
) -> LemkeHowsonGraph:
    noun = "equilibrium" if len(found) == 1 else "equilibria"
    if method == EXACT:
        status = (
            f"{len(found)} {noun} on the paths that drop any label at any of them; others may be "
            "out of reach of all paths, and nash(game) would find them."
        )
    else:
        status = (
            f"{len(found)} {noun}, verified exactly, on the paths from (0, 0); there may be "
            'others, and pivoting="exact" goes on from those found.'
        )
    return LemkeHowsonGraph(
        method=method,
        exact=all(path.exact for path in paths),
        complete=False,
        status=status,
        equilibria=found,
        paths=paths,
        edges=edges,
    )


def _require_pivoting(pivoting: str) -> None:
    if not isinstance(pivoting, str) or pivoting not in ("exact", "float"):
        raise ValueError(f'pivoting: requires "exact" or "float", got {pivoting!r}')
