"""Compiled pivoting in floating point along Lemke–Howson paths; answers are verified elsewhere."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from dilemma.arrays.kernels import kernel

# What `follow` reports.
FOUND, UNFINISHED, STUCK = 0, 1, 2


@kernel
def leaving_row(tableau: NDArray[Any], entering: int, tolerance: float) -> int:
    """The row that leaves, by the lexicographic ratio test with ties up to a tolerance; or −1.

    Values, then the columns of the slacks, are compared after division by the entry of the
    entering column, as in `dilemma.arrays.polytope.Tableau.leaving_row`.
    """
    rows, width = tableau.shape
    slacks = width - 1 - rows
    best = -1
    for i in range(rows):
        entry = tableau[i, entering]
        if entry <= tolerance:
            continue
        if best < 0:
            best = i
            continue
        other = tableau[best, entering]
        for k in range(rows + 1):
            column = width - 1 if k == 0 else slacks + k - 1
            here = tableau[i, column] / entry
            there = tableau[best, column] / other
            size = max(1.0, abs(here), abs(there))
            if here < there - tolerance * size:
                best = i
                break
            if here > there + tolerance * size:
                break
    return best


@kernel
def pivot(tableau: NDArray[Any], row: int, entering: int) -> None:
    """Let a variable enter the basis in the place of a row's; the tableau changes in place."""
    rows, width = tableau.shape
    inverse = 1.0 / tableau[row, entering]
    for column in range(width):
        tableau[row, column] *= inverse
    tableau[row, entering] = 1.0
    for i in range(rows):
        factor = tableau[i, entering]
        if i == row or factor == 0.0:
            continue
        for column in range(width):
            tableau[i, column] -= factor * tableau[row, column]
        tableau[i, entering] = 0.0


@kernel
def follow(
    first: NDArray[Any],
    second: NDArray[Any],
    first_basis: NDArray[Any],
    second_basis: NDArray[Any],
    saved: NDArray[Any],
    state: NDArray[Any],
    most: int,
    tolerance: float,
) -> int:
    """Follow a path for at most so many pivots; tableaux, bases and state change in place.

    Parameters
    ----------
    first, second : arrays of shape (n, m + n + 1) and (m, m + n + 1)
        The tableaux of P and Q, whose variables are numbered as in `lemke_howson`.
    first_basis, second_basis : integer arrays of n and m variables
    saved : integer array of m + n
        The bases at an earlier step: a path that comes back to them is going round in circles
        (Brent's way to find a cycle: the step to compare with doubles).
    state : integer array of 5
        The dropped label, the variable that enters next (by its label), the side (0 or 1), the
        length so far, and the length at which the bases are saved next.
    most : int
    tolerance : float

    Returns
    -------
    int
        FOUND, UNFINISHED or STUCK.
    """
    m, n = len(second_basis), len(first_basis)
    for _ in range(most):
        label = state[1]
        if state[2] == 0:
            row = leaving_row(first, label, tolerance)
            if row < 0:
                return STUCK
            left = first_basis[row]
            pivot(first, row, label)
            first_basis[row] = label
        else:
            variable = (label - m) % (m + n)
            row = leaving_row(second, variable, tolerance)
            if row < 0:
                return STUCK
            left = (second_basis[row] + m) % (m + n)
            pivot(second, row, variable)
            second_basis[row] = variable
        state[1] = left
        state[3] += 1
        if left == state[0]:
            return FOUND
        state[2] = 1 - state[2]
        same = True
        for k in range(n):
            if saved[k] != first_basis[k]:
                same = False
                break
        if same:
            for k in range(m):
                if saved[n + k] != second_basis[k]:
                    same = False
                    break
        if same:
            return STUCK
        if state[3] == state[4]:
            saved[:n] = first_basis
            saved[n:] = second_basis
            state[4] *= 2
    return UNFINISHED
