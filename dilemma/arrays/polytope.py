r"""Vertices of polytopes :math:`\{z \ge 0 : Mz \le 1\}` with positive M, exactly, ties included.

The *simplex tableau* of the polytope is kept in integers: entry divided by the common denominator
(the determinant of the basis) is the rational tableau, and a pivot divides without remainder
(Bareiss; the same arithmetic as lrs). Ties in the ratio test are broken *lexicographically*, as
if the right-hand sides were :math:`1 + \varepsilon, 1 + \varepsilon^2, \dots` for an
infinitesimal :math:`\varepsilon`. The perturbed polytope is simple, whatever M is: so each of its
vertices has one basis and d neighbours, the graph of vertices is connected and has at most as
many as McMullen's upper bound theorem allows, and every vertex of the polytope itself is the
limit of at least one of them. Degeneracy costs nothing.

Sources: avis2000lrs, avis2010enumeration, mcmullen1970, bareiss1968.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

from flint import fmpz, fmpz_mat

from dilemma.arrays.exact import common_denominator


@dataclass(frozen=True)
class Vertex:
    """A vertex, and which inequalities hold with equality there.

    Attributes
    ----------
    tight : int
        A bit mask. Bit v < d: coordinate v is 0; bit d + i: row i of Mz ≤ 1 is an equality. It
        determines the vertex.
    point : tuple of Fraction
        Its d coordinates.
    """

    tight: int
    point: tuple[Fraction, ...]


@dataclass(frozen=True)
class Vertices:
    """All vertices of a polytope, and all bases of its lexicographic perturbation.

    Attributes
    ----------
    vertices : tuple of Vertex
        Each vertex once; the first is the origin.
    bases : dict of int to int
        For each vertex of the perturbed polytope, the mask of its d tight inequalities, with the
        position in `vertices` of the vertex from which the perturbation moved it.
    """

    vertices: tuple[Vertex, ...]
    bases: dict[int, int]


class Tableau:
    """An integer simplex tableau for Mz ≤ 1, z ≥ 0, at one lexicographically feasible basis.

    Variables 0 to d − 1 are the coordinates, d to d + k − 1 the slacks of the k rows. `pivot`
    makes a new tableau, and leaves this one as it is. Rows of reduced costs may stand below.
    ``right`` holds the last column.
    """

    __slots__ = ("basis", "denominator", "matrix", "right", "width")

    def __init__(self, matrix: Any, denominator: Any, basis: tuple[int, ...]) -> None:
        self.matrix = matrix
        self.denominator = denominator
        self.basis = basis
        self.width: int = matrix.ncols()
        self.right = self.column(self.width - 1)

    @classmethod
    def at_origin(cls, rows: Sequence[Sequence[int]]) -> Tableau:
        """The tableau of the vertex 0, whose basis is all slacks."""
        k, d = len(rows), len(rows[0])
        flat = [
            entry
            for i, row in enumerate(rows)
            for entry in (*row, *(int(i == j) for j in range(k)), 1)
        ]
        return cls(fmpz_mat(k, d + k + 1, flat), fmpz(1), tuple(range(d, d + k)))

    def row(self, i: int) -> list[Any]:
        """One row, right-hand side last. Entries are read from the matrix when asked for."""
        matrix = self.matrix
        return [matrix[i, j] for j in range(self.width)]

    def column(self, j: int) -> list[Any]:
        """One column, rows of reduced costs included."""
        matrix = self.matrix
        return [matrix[i, j] for i in range(matrix.nrows())]

    def leaving_row(self, entering: int) -> int:
        """The row that leaves when a variable enters, by the lexicographic ratio test.

        The ratio of row i is the vector (right-hand side, columns of the slacks) divided by its
        entry in the entering column. No two rows have the same, since the columns of the slacks
        are an inverse matrix.
        """
        matrix, right = self.matrix, self.right
        slacks = range(self.width - 1 - len(self.basis), self.width - 1)
        best, best_entry = -1, None
        for i in range(len(self.basis)):
            entry = matrix[i, entering]
            if entry <= 0:
                continue
            if best >= 0:
                difference = right[i] * best_entry - right[best] * entry
                if not difference:
                    difference = next(
                        found
                        for j in slacks
                        if (found := matrix[i, j] * best_entry - matrix[best, j] * entry)
                    )
                if difference > 0:
                    continue
            best, best_entry = i, entry
        if best < 0:
            raise ValueError("rows: requires positive entries, or the polytope is unbounded")
        return best

    def pivot(self, row: int, entering: int) -> Tableau:
        """The tableau after a variable has entered the basis in the place of a row's."""
        pivot = self.matrix[row, entering]
        # p·T − c·T[row] leaves the pivot row as it is where c[row] = p − denominator.
        column = self.column(entering)
        column[row] = pivot - self.denominator
        outer = fmpz_mat(len(column), 1, column) * fmpz_mat(1, self.width, self.row(row))
        matrix = (self.matrix * pivot - outer) / self.denominator
        basis = (*self.basis[:row], entering, *self.basis[row + 1 :])
        return Tableau(matrix, pivot, basis)

    def vertex(self) -> Vertex:
        """The basic solution of this basis."""
        width = self.width
        k = len(self.basis)
        d = width - 1 - k
        tight = (1 << (width - 1)) - 1
        denominator = int(self.denominator)
        point = [Fraction(0)] * d
        for variable, value in zip(self.basis, self.right, strict=True):
            if value:
                tight ^= 1 << variable
                if variable < d:
                    point[variable] = Fraction(int(value), denominator)
        return Vertex(tight, tuple(point))

    def cobasis(self) -> int:
        """The mask of the variables outside the basis."""
        mask = (1 << (self.width - 1)) - 1
        for variable in self.basis:
            mask ^= 1 << variable
        return mask


def vertices(
    rows: Sequence[Sequence[int]], progress: Callable[[int], object] | None = None
) -> Vertices:
    r"""Enumerate all vertices of :math:`\{z \ge 0 : Mz \le 1\}`, exactly.

    A depth-first walk over the graph of the lexicographically perturbed polytope: d ratio tests
    at each of its vertices, and one pivot for each vertex.

    Parameters
    ----------
    rows : sequence of k sequences of d positive int
        The matrix M.
    progress : function, optional
        Called with 1 for each vertex of the perturbed polytope.

    Returns
    -------
    Vertices

    Notes
    -----
    At most ``vertex_bound(d, k)`` pivots of k(d + k + 1) integers each, whatever the degeneracy.

    Examples
    --------
    A triangle, and the same with a third inequality that touches it in one corner:

    >>> [vertex.point for vertex in vertices([[1, 2]]).vertices[1:]]
    [(Fraction(1, 1), Fraction(0, 1)), (Fraction(0, 1), Fraction(1, 2))]
    >>> found = vertices([[1, 2], [1, 1]])
    >>> len(found.vertices), len(found.bases)
    (3, 4)
    """
    tableau = Tableau.at_origin(rows)
    origin = tableau.vertex()
    found, place = [origin], {origin.tight: 0}
    bases = {tableau.cobasis(): 0}
    stack = [(tableau, tableau.cobasis())]
    while stack:
        tableau, cobasis = stack.pop()
        if progress is not None:
            progress(1)
        for entering in range(tableau.width - 1):
            if not cobasis >> entering & 1:
                continue
            row = tableau.leaving_row(entering)
            neighbour = cobasis ^ (1 << entering) ^ (1 << tableau.basis[row])
            if neighbour in bases:
                continue
            there = tableau.pivot(row, entering)
            vertex = there.vertex()
            position = place.get(vertex.tight)
            if position is None:
                position = place[vertex.tight] = len(found)
                found.append(vertex)
            bases[neighbour] = position
            stack.append((there, neighbour))
    return Vertices(tuple(found), bases)


def vertex_bound(d: int, k: int) -> int:
    """The largest number of vertices of a polytope in d dimensions with d + k facets.

    McMullen's upper bound theorem; attained by the duals of cyclic polytopes.

    >>> vertex_bound(5, 5), vertex_bound(10, 10), vertex_bound(1, 3)
    (42, 4004, 2)
    """
    n = d + k
    return comb(n - (d + 1) // 2, n - d) + comb(n - d // 2 - 1, n - d)


def affine_dimension(points: Sequence[Sequence[Fraction]]) -> int:
    """The dimension of the convex hull of some points, exactly: 0 for a single point.

    >>> affine_dimension([(Fraction(0), Fraction(1)), (Fraction(1), Fraction(0))])
    1
    """
    base = points[0]
    flat = []
    for point in points[1:]:
        difference = [here - there for here, there in zip(point, base, strict=True)]
        scale = common_denominator(difference)
        flat += [int(value * scale) for value in difference]
    return int(fmpz_mat(len(points) - 1, len(base), flat).rank())


def determinant_sign(rows: Sequence[Sequence[int]]) -> int:
    """The sign of the determinant of a square integer matrix: −1, 0 or 1.

    >>> determinant_sign([[0, 1], [1, 0]])
    -1
    """
    determinant = fmpz_mat([list(row) for row in rows]).det()
    return int(determinant > 0) - int(determinant < 0)
