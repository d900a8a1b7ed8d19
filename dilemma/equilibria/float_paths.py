"""Lemke–Howson paths in floating point, whose ends are verified in rational arithmetic.

The compiled kernel keeps two tableaux of floats, so that a pivot costs one pass over them instead
of growing integers. Nothing that it says is believed: the bases at the end of its path name the
strategies that are played and the inequalities that are tight, two linear systems give both
mixtures exactly, and every inequality is checked exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq_mat, fmpz_mat
from numpy.typing import NDArray

from dilemma.equilibria.answers import Mixture

# Entries are of order 1 after scaling. Below this they count as 0, in the ratio test as a tie.
TOLERANCE = 1e-11
# Pivots between two looks at the keyboard, and the most that a path may take.
CHUNK = 2_000
MOST_PIVOTS = 10_000_000

Matrix = Sequence[Sequence[int]]


class FloatPaths:
    """The Lemke–Howson paths of a game with positive integer payoffs, in floating point.

    Parameters
    ----------
    A, B : positive integer matrices of shape (m, n)
    """

    def __init__(self, A: Matrix, B: Matrix) -> None:
        self._rows = ([list(column) for column in zip(*B, strict=True)], A)
        self._tableaux = tuple(map(_tableau, self._rows))

    def follow(self, label: int) -> tuple[Mixture, Mixture, int] | None:
        """Return the verified equilibrium at the end of a path and the path's length, or None.

        None if the path comes back to bases that it has seen, finds no row to leave, takes more
        than `MOST_PIVOTS` pivots, or ends where the exact check finds no equilibrium.
        """
        from dilemma.equilibria.path_kernels import FOUND, UNFINISHED, follow

        n, m = (len(rows) for rows in self._rows)
        first, second = (tableau.copy() for tableau in self._tableaux)
        bases = (np.arange(m, m + n), np.arange(n, m + n))
        saved = np.full(m + n, -1)
        state = np.array([label, label, 0 if label < m else 1, 0, 1])
        outcome = UNFINISHED
        while outcome == UNFINISHED and state[3] < MOST_PIVOTS:
            outcome = follow(first, second, *bases, saved, state, CHUNK, TOLERANCE)
        if outcome != FOUND:
            return None
        row, column = map(_vertex, self._rows, bases)
        if row is None or column is None:
            return None
        labels = row[1] | {(variable + m) % (m + n) for variable in column[1]}
        return (row[0], column[0], int(state[3])) if len(labels) == m + n else None


def _tableau(rows: Matrix) -> NDArray[np.float64]:
    """The tableau of the origin, with entries between 1/2 and 1 for the sake of rounding.

    A larger constant added to all payoffs, and a positive factor, change no path.
    """
    least, most = min(map(min, rows)), max(map(max, rows))
    spread = max(most - least, 1)
    k, d = len(rows), len(rows[0])
    tableau = np.zeros((k, d + k + 1))
    tableau[:, :d] = [[(value - least) / spread / 2 + 0.5 for value in row] for row in rows]
    tableau[:, d : d + k] = np.eye(k)
    tableau[:, -1] = 1
    return tableau


def _vertex(rows: Matrix, basis: NDArray[Any]) -> tuple[Mixture, set[int]] | None:
    """The mixture and the tight variables of a basis of Mz ≤ 1, exactly; None if it has none."""
    d = len(rows[0])
    basic = {int(variable) for variable in basis}
    played = sorted(variable for variable in basic if variable < d)
    tight = [k for k in range(len(rows)) if d + k not in basic]
    size = len(played)
    if not played or len(tight) != size:
        return None
    system = fmpz_mat(size, size, [rows[k][i] for k in tight for i in played])
    try:
        values: Any = system.solve(fmpz_mat(size, 1, [1] * size))
    except ZeroDivisionError:
        return None
    weights = [Fraction(int(value.p), int(value.q)) for value in values.entries()]
    if min(weights) < 0:
        return None
    used = fmpz_mat(len(rows), size, [row[i] for row in rows for i in played])
    slacks = [1 - value for value in (fmpq_mat(used) * fmpq_mat(values)).entries()]
    if min(slacks) < 0:
        return None
    total = sum(weights)
    mixture = [Fraction(0)] * d
    for i, weight in zip(played, weights, strict=True):
        mixture[i] = weight / total
    zero = {i for i, weight in enumerate(mixture) if not weight}
    return tuple(mixture), zero | {d + k for k, slack in enumerate(slacks) if not slack}
