"""Systems of linear equations in the kinds of number that a goal network can have."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from dilemma.arrays.exact import fractions
from dilemma.arrays.jets import eliminated
from dilemma.arrays.linear import solve_rational
from dilemma.collective.aligning.influence import Row, Solver

Kind = Literal["number", "symbol", "function", "float"]
# Sparse matrices of random networks fill up when they are factored: beyond so many firms the
# equations are solved by iteration, and the error is bounded.
MOST_FACTORED = 1500
# The iteration stops where it is at the level of roundings.
TIGHT = 1e-14


def solver_of(kind: Kind) -> Solver:
    """Return what solves equations in one kind of number.

    Parameters
    ----------
    kind : {"number", "symbol", "function", "float"}
        Fractions, sympy expressions, ratios of polynomials or numbers with derivatives, floats.

    Examples
    --------
    >>> solver_of("number")([{0: Fraction(2)}], [[Fraction(1)]])
    [[Fraction(1, 2)]]
    """
    return {"number": _exactly, "symbol": _symbolic, "function": _functions, "float": _sparse}[
        kind
    ]


def _dense(rows: Sequence[Row]) -> list[list[Any]]:
    return [[row.get(k, Fraction(0)) for k in range(len(rows))] for row in rows]


def _exactly(rows: Sequence[Row], right: Sequence[Sequence[Any]]) -> list[list[Any]]:
    found: list[list[Any]] = solve_rational(fractions(_dense(rows)), fractions(right)).tolist()
    return found


def _functions(rows: Sequence[Row], right: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return eliminated(_dense(rows), right)


def _symbolic(rows: Sequence[Row], right: Sequence[Sequence[Any]]) -> list[list[Any]]:
    import sympy
    from sympy.polys.matrices import DomainMatrix

    size = (len(rows), len(rows))
    sides = [list(map(sympy.sympify, one)) for one in right]
    left = [list(map(sympy.sympify, one)) for one in _dense(rows)]
    one = DomainMatrix.from_list_sympy(*size, left)
    two = DomainMatrix.from_list_sympy(len(rows), len(right[0]), sides)
    one, two = one.to_field().unify(two.to_field())
    found = one.to_field().lu_solve(two.to_field()).to_Matrix()
    return [[found[i, k] for k in range(found.cols)] for i in range(found.rows)]


def sparse_matrix(rows: Sequence[Row]) -> Any:
    """Return rows as a sparse matrix of floats.

    >>> sparse_matrix([{0: 1.0}, {0: 2.0}]).toarray().tolist()
    [[1.0, 0.0], [2.0, 0.0]]
    """
    from scipy.sparse import csr_array

    counts = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.array([k for row in rows for k in row], dtype=np.int64)
    values = np.array([float(one) for row in rows for one in row.values()])
    return csr_array((values, columns, counts), shape=(len(rows), len(rows)))


def _sparse(rows: Sequence[Row], right: Sequence[Sequence[Any]]) -> list[list[Any]]:
    matrix = sparse_matrix(rows)
    sides = np.array([[float(one) for one in side] for side in right])
    return [list(map(float, one)) for one in solve_sparse(matrix, sides)]


def solve_sparse(matrix: Any, sides: Any) -> Any:
    """Solve sparse equations in floating point: by factors, or by iteration where those fill up.

    Parameters
    ----------
    matrix : sparse array of shape (n, n)
    sides : numpy.ndarray of shape (n, k)

    Examples
    --------
    >>> solve_sparse(sparse_matrix([{0: 2.0}]), np.array([[1.0]])).tolist()
    [[0.5]]
    """
    from scipy.sparse.linalg import bicgstab, splu

    if matrix.shape[0] > MOST_FACTORED:
        columns = []
        for k in range(sides.shape[1]):
            found, _ = bicgstab(matrix, sides[:, k], rtol=TIGHT, atol=0.0, maxiter=2000)
            scale = max(1.0, float(np.abs(found).max(initial=0)))
            far = np.abs(matrix @ found - sides[:, k]).max() > 1e-12 * scale
            if far or not np.isfinite(found).all():
                break
            columns.append(found)
        else:
            return np.stack(columns, axis=1)
    return splu(matrix.tocsc()).solve(sides)


def error_bound(matrix: Any, sides: Any, found: Any) -> float:
    r"""Bound the error of a solution where the matrix is I − ΛW.

    Its inverse has no negative entry: if some y > 0 has :math:`(My)_i \ge c > 0` for all i, then
    :math:`\lVert M^{-1} \rVert_\infty \le \max_i y_i / c`, and no entry of the solution is off by
    more than that times the largest residual (but for roundings of the residual itself, of which
    a few are allowed for).

    Examples
    --------
    >>> matrix, side = sparse_matrix([{0: 2.0}]), np.array([[1.0]])
    >>> error_bound(matrix, side, np.array([[0.5]])) < 1e-14
    True
    """
    ones = np.ones((matrix.shape[0], 1))
    guess = solve_sparse(matrix, ones)
    least = float((matrix @ guess).min())
    if not (least > 0 and float(guess.min()) > 0):
        return float("inf")
    entries = max(1, int(np.diff(matrix.indptr).max()))
    roundings = (entries + 3) * float(np.finfo(np.float64).eps) * 2
    residual = float(np.abs(matrix @ found - sides).max(initial=0))
    size = float(np.abs(found).max(initial=0)) + float(np.abs(sides).max(initial=0))
    return float(guess.max()) / least * (residual + roundings * size)
