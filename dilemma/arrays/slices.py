r"""Linear programs over a slice of a cone, in floating point first and then exactly.

.. math:: \max c \cdot z \quad\text{subject to}\quad Gz \le 0,\; e \cdot z \le 1,\; z \ge 0,

with integers throughout and e ≥ 0: sets of probability distributions that satisfy homogeneous
inequalities have this form. HiGHS finds a vertex in floating point. Which of its coordinates are
positive and which inequalities are tight there determine the vertex, and those of the dual
solution determine multipliers; two linear systems are solved in rational arithmetic. The pair is
believed if it is feasible and of equal value, all checked exactly: then it is optimal, by weak
duality, whatever the tolerances of HiGHS were. Where that fails (payoffs of very different sizes,
a degenerate vertex that rounding misreads) the exact simplex method of `dilemma.arrays.programs`
takes over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpz_mat

from dilemma.arrays.programs import linear_program

# A row of G: the positions of its entries that are not 0, and the entries.
SparseRow = tuple[tuple[int, ...], tuple[int, ...]]

# HiGHS keeps feasibility to 1e-9 when asked; what it leaves below one of these is read as 0.
SMALL = (1e-8, 1e-6, 1e-10)
# The largest tableau for the exact simplex method: that of an 8 x 8 game. Its integers grow with
# its size, so that twice as many strategies can take hours.
LARGEST_TABLEAU = 20_000


@dataclass(frozen=True)
class Optimum:
    """A best point of a slice.

    Attributes
    ----------
    point : tuple of Fraction
        Exactly optimal if ``exact``; else what HiGHS found, read as decimals.
    exact : bool
    method : str
    """

    point: tuple[Fraction, ...]
    exact: bool
    method: str


def best_on_slice(
    objective: Sequence[int], rows: Sequence[SparseRow], normal: Sequence[int]
) -> Optimum:
    """Maximise a linear function over a bounded slice of a cone.

    Parameters
    ----------
    objective : sequence of d int
        c, positive at some feasible point.
    rows : sequence of SparseRow
        G; none of the rows is empty.
    normal : sequence of d int of at least 0
        e; the slice must be bounded.

    Returns
    -------
    Optimum
        Exact, unless the program is too large for an exact method and HiGHS's answer is not
        confirmed.

    Raises
    ------
    ArithmeticError
        If it is too large for an exact method, and HiGHS gives up.

    Examples
    --------
    >>> best_on_slice([1, 3], [((0, 1), (-1, 2))], [1, 1]).point
    (Fraction(2, 3), Fraction(1, 3))
    """
    floats = _by_highs(objective, rows, normal)
    if floats is not None:
        for small in SMALL:
            exact = _certified(objective, rows, normal, floats, small)
            if exact is not None:
                return Optimum(exact, True, "HiGHS, its vertex confirmed in rational arithmetic")
    if len(rows) * (len(objective) + len(rows)) <= LARGEST_TABLEAU:
        exact = _by_simplex(objective, rows, normal)
        return Optimum(exact, True, "exact simplex method, after HiGHS was not confirmed")
    if floats is None:
        raise ArithmeticError(
            "HiGHS found no best distribution, and the game is too large for the exact simplex "
            "method; bring the payoffs to similar sizes, or restrict the game to fewer strategies"
        )
    values = [Fraction(max(float(value), 0.0)) for value in floats[0]]
    total = sum((e * value for e, value in zip(normal, values, strict=True)), Fraction(0))
    point = tuple(value / total for value in values)
    return Optimum(point, False, "HiGHS in floating point, not confirmed")


def _by_highs(
    objective: Sequence[int], rows: Sequence[SparseRow], normal: Sequence[int]
) -> tuple[Any, Any, Any] | None:
    """The point, the slacks' multipliers and the reduced costs; None if HiGHS gives up."""
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    values: list[float] = []
    columns: list[int] = []
    starts = [0]
    for places, entries in [*rows, _sparse(normal)]:
        size = max(map(abs, entries))
        values += [entry / size for entry in entries]
        columns += places
        starts.append(len(columns))
    largest = max(map(abs, objective))
    matrix = csr_array((values, columns, starts), shape=(len(rows) + 1, len(objective)))
    bound = np.zeros(len(rows) + 1)
    bound[-1] = 1 / max(normal)
    found = linprog(
        [-value / largest for value in objective],
        A_ub=matrix,
        b_ub=bound,
        method="highs-ds",
        options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
    )
    if found.status != 0:
        return None
    return found.x, -found.ineqlin.marginals, found.lower.marginals


def _certified(
    objective: Sequence[int],
    rows: Sequence[SparseRow],
    normal: Sequence[int],
    floats: tuple[Any, Any, Any],
    small: float,
) -> tuple[Fraction, ...] | None:
    """The exact vertex that the floats stand for, if it is optimal; else None."""
    point, multipliers, costs = floats
    d = len(objective)
    support = [k for k in range(d) if point[k] > small]
    place = {k: position for position, k in enumerate(support)}
    system = [_restricted(_sparse(normal), place)]
    for row in rows:
        size = max(map(abs, row[1]))
        slack = sum(v / size * point[k] for k, v in zip(*row, strict=True) if k in place)
        if slack > -small:
            system.append(_restricted(row, place))
    values = _solution(system, [1] + [0] * (len(system) - 1))
    if values is None or min(values) < 0:
        return None
    z = dict(zip(support, values, strict=True))
    for places, entries in rows:
        if sum(v * z[k] for k, v in zip(places, entries, strict=True) if k in z) > 0:
            return None
    # The dual: least λ with λe + Gᵀμ ≥ c and λ, μ ≥ 0; λ is the value.
    value = sum((objective[k] * z[k] for k in support), Fraction(0))
    used = [i for i in range(len(rows)) if multipliers[i] > small]
    tight = [k for k in range(d) if costs[k] < small]
    transposed: dict[int, dict[int, int]] = {k: {} for k in range(d)}
    for position, i in enumerate(used):
        for k, v in zip(*rows[i], strict=True):
            transposed[k][position] = v
    dense = [[transposed[k].get(position, 0) for position in range(len(used))] for k in tight]
    sides = [objective[k] - value * normal[k] for k in tight]
    mu = _solution(dense, sides)
    if value < 0 or mu is None or min(mu, default=0) < 0:
        return None
    for k in range(d):
        total = value * normal[k] + sum(v * mu[position] for position, v in transposed[k].items())
        if total < objective[k]:
            return None
    return tuple(z.get(k, Fraction(0)) for k in range(d))


def _solution(
    rows: Sequence[Sequence[int]], sides: Sequence[int | Fraction]
) -> list[Fraction] | None:
    """One solution of a linear system, with 0 where there is a choice; None if there is none."""
    if not rows:
        return []
    width = len(rows[0])
    flat = []
    for row, side in zip(rows, sides, strict=True):
        scale = side.denominator
        flat += [*(value * scale for value in row), side.numerator]
    reduced, denominator, rank = fmpz_mat(len(rows), width + 1, flat).rref()
    entries = reduced.entries()
    solution = [Fraction(0)] * width
    scale = int(denominator)
    for i in range(rank):
        start = i * (width + 1)
        column = next(c for c in range(width + 1) if entries[start + c])
        if column == width:
            return None
        solution[column] = Fraction(int(entries[start + width]), scale)
    return solution


def _by_simplex(
    objective: Sequence[int], rows: Sequence[SparseRow], normal: Sequence[int]
) -> tuple[Fraction, ...]:
    """The simplex method in integers, from z = 0."""
    dense = [_restricted(row, dict(enumerate(range(len(objective))))) for row in rows]
    return linear_program(objective, [*dense, normal], [0] * len(rows) + [1]).point


def _sparse(values: Sequence[int]) -> SparseRow:
    places = tuple(k for k, value in enumerate(values) if value)
    return places, tuple(values[k] for k in places)


def _restricted(row: SparseRow, place: dict[int, int]) -> list[int]:
    """The entries of a row at the positions of a support, dense."""
    result = [0] * len(place)
    for k, value in zip(*row, strict=True):
        if k in place:
            result[place[k]] = value
    return result
