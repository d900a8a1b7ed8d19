r"""Linear programs in rational arithmetic, with a certificate for every outcome.

The simplex method in two phases on an integer tableau (see `dilemma.arrays.polytope`, whose
fraction-free pivots and lexicographic ratio test are used here as they are). Since the columns of
the first basis stay in the tableau, the rows are lexicographically positive throughout, the
objective grows lexicographically with each pivot, and no basis returns, whichever variable enters
(dantzig1955): the method ends on every program, degenerate ones included.

Phase 1 maximises minus the sum of the artificial variables. Phase 2 keeps its row of reduced
costs: a variable whose cost there is negative is 0 in all feasible points and never enters, so
that artificial variables which are left in the basis at 0, those of redundant equations, stay
at 0.

Sources: dantzig1955, bareiss1968.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpz, fmpz_mat

from dilemma.arrays.exact import common_denominator, fraction
from dilemma.arrays.polytope import Tableau

Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class LinearSolution:
    r"""What a linear program came to, with what proves it.

    Attributes
    ----------
    outcome : str
        ``"optimal"``, ``"infeasible"`` or ``"unbounded"``.
    value : Fraction or None
        The largest value of the objective; None unless optimal.
    point : tuple of Fraction
        An optimal vertex, or a feasible one if unbounded; empty if infeasible.
    row_multipliers, equality_multipliers : tuples of Fraction
        The dual: :math:`u \ge 0` for the rows and v of any sign for the equations. If optimal,
        :math:`M^T u + E^T v \ge c` (equal for free variables) and :math:`b \cdot u + f \cdot v`
        is the value. If infeasible, :math:`M^T u + E^T v \ge 0` (equal for free variables) and
        :math:`b \cdot u + f \cdot v < 0`. Empty if unbounded.
    ray : tuple of Fraction
        If unbounded, a direction :math:`\rho` with :math:`M\rho \le 0`, :math:`E\rho = 0`,
        :math:`\rho \ge 0` but for free variables, and :math:`c \cdot \rho > 0`. Otherwise empty.
    pivots : int
    """

    outcome: str
    value: Fraction | None
    point: Vector
    row_multipliers: Vector
    equality_multipliers: Vector
    ray: Vector
    pivots: int


def linear_program(
    objective: Sequence[Any],
    rows: Sequence[Sequence[Any]] = (),
    bounds: Sequence[Any] = (),
    equalities: Sequence[Sequence[Any]] = (),
    values: Sequence[Any] = (),
    free: Iterable[int] = (),
) -> LinearSolution:
    r"""Maximise :math:`c \cdot z` subject to :math:`Mz \le b` and :math:`Ez = f`, exactly.

    Parameters
    ----------
    objective : sequence of d numbers
        c. Numbers of any kind that `dilemma.arrays.exact.fraction` reads.
    rows : sequence of k sequences of d numbers
        M.
    bounds : sequence of k numbers
        b.
    equalities : sequence of sequences of d numbers
        E. Its rows may depend on each other.
    values : sequence of numbers
        f, as many as E has rows.
    free : iterable of int
        The variables that may be negative; all others are at least 0.

    Returns
    -------
    LinearSolution

    Raises
    ------
    TypeError, ValueError
        If a number is none, or the lengths don't fit.

    Notes
    -----
    A pivot updates :math:`(k + 2)(d + 2k)` integers, k counting rows and equations; the number of
    pivots is a small multiple of k in practice, and exponential at worst.

    References
    ----------
    dantzig1955 in ``references.bib``.

    Examples
    --------
    >>> found = linear_program([3, 2], rows=[[1, 1], [2, 1]], bounds=[4, "13/2"])
    >>> found.outcome, found.value, found.point
    ('optimal', Fraction(21, 2), (Fraction(5, 2), Fraction(3, 2)))
    >>> found.row_multipliers
    (Fraction(1, 1), Fraction(1, 1))
    >>> linear_program([1], rows=[[-1]], bounds=[0]).ray
    (Fraction(1, 1),)
    >>> linear_program([0], rows=[[1]], bounds=[-1]).outcome
    'infeasible'
    """
    return _Program(objective, rows, bounds, equalities, values, free).solve()


class _Program:
    """One program on its way: the tableau, and what its rows and columns stand for."""

    def __init__(
        self,
        objective: Sequence[Any],
        rows: Sequence[Sequence[Any]],
        bounds: Sequence[Any],
        equalities: Sequence[Sequence[Any]],
        values: Sequence[Any],
        free: Iterable[int],
    ) -> None:
        costs = _numbers(objective, lambda j: f"objective[{j}]")
        self.d = d = len(costs)
        self.free = sorted(set(free))
        if any(not 0 <= j < d for j in self.free):
            raise ValueError(f"free: requires variables from 0 to {d - 1}, got {self.free}")
        inequalities = _constraints(rows, bounds, d, ("rows", "bounds"))
        equations = _constraints(equalities, values, d, ("equalities", "values"))
        self.costs, self.count = costs, len(inequalities)

        constraints = [*inequalities, *equations]
        k = len(constraints)
        # Each constraint in integers, times a factor that also makes its right-hand side ≥ 0.
        self.factors: list[int] = []
        whole: list[list[int]] = []
        for constraint in constraints:
            factor = common_denominator(constraint)
            factor = -factor if constraint[-1] < 0 else factor
            self.factors.append(factor)
            whole.append(_scaled(constraint, factor))
        # An inequality that was turned around has a surplus; it and each equation start with an
        # artificial variable, all other rows with their slack.
        turned = [i for i in range(self.count) if self.factors[i] < 0]
        self.artificial = [i >= self.count or self.factors[i] < 0 for i in range(k)]
        self.first_slack = d + len(self.free) + len(turned)
        self.cost_scale = common_denominator(costs)
        body = [
            [
                *line[:-1],
                *(-line[j] for j in self.free),
                *(-int(i == t) for t in turned),
                *(int(i == other) for other in range(k)),
                line[-1],
            ]
            for i, line in enumerate(whole)
        ]
        # The last two rows: reduced costs of phase 2 and of phase 1, with minus the value at
        # their ends.
        scaled = _scaled(costs, self.cost_scale)
        ends = [0] * (len(turned) + k + 1)
        body.append([*scaled, *(-scaled[j] for j in self.free), *ends])
        width = self.first_slack + k + 1
        first = [sum(body[i][j] for i in range(k) if self.artificial[i]) for j in range(width)]
        first[self.first_slack : -1] = [0] * k
        body.append(first)
        basis = tuple(range(self.first_slack, self.first_slack + k))
        self.tableau = Tableau(fmpz_mat(body), fmpz(1), basis)
        self.pivots = 0

    def solve(self) -> LinearSolution:
        k = len(self.factors)
        if self._climb(phase=1) is not None:  # pragma: no cover
            raise AssertionError("phase 1 is bounded by 0")
        if self.tableau.row(k + 1)[-1]:
            multipliers = self._multipliers(self._phase_1_dual())
            return LinearSolution("infeasible", None, (), *multipliers, (), self.pivots)
        column = self._climb(phase=2)
        point = self._point()
        if column is not None:
            ray = self._ray(column)
            return LinearSolution("unbounded", None, point, (), (), ray, self.pivots)
        value = sum((c * z for c, z in zip(self.costs, point, strict=True)), Fraction(0))
        multipliers = self._multipliers(self._phase_2_dual())
        return LinearSolution("optimal", value, point, *multipliers, (), self.pivots)

    def _climb(self, phase: int) -> int | None:
        """Pivot until the phase's objective is largest; the column that shows it to be unbounded.

        The variable with the largest reduced cost enters.
        """
        k = len(self.factors)
        eligible = [
            *range(self.first_slack),
            *(self.first_slack + i for i in range(k) if not self.artificial[i]),
        ]
        while True:
            costs = self.tableau.row(k + (phase == 1))
            if phase == 2:
                infeasible = self.tableau.row(k + 1)
                candidates = [j for j in eligible if costs[j] > 0 and not infeasible[j]]
            else:
                candidates = [j for j in eligible if costs[j] > 0]
            if not candidates:
                return None
            entering: int = max(candidates, key=costs.__getitem__)
            if all(entry <= 0 for entry in self.tableau.column(entering)[:k]):
                return entering
            row = self.tableau.leaving_row(entering)
            self.tableau = self.tableau.pivot(row, entering)
            self.pivots += 1

    def _unfold(self, all_values: dict[int, Fraction]) -> Vector:
        """The program's own variables from those of the tableau."""
        point = [all_values.get(j, Fraction(0)) for j in range(self.d)]
        for place, j in enumerate(self.free):
            point[j] -= all_values.get(self.d + place, Fraction(0))
        return tuple(point)

    def _point(self) -> Vector:
        denominator = int(self.tableau.denominator)
        return self._unfold(
            {
                variable: Fraction(int(self.tableau.row(i)[-1]), denominator)
                for i, variable in enumerate(self.tableau.basis)
            }
        )

    def _ray(self, entering: int) -> Vector:
        denominator = int(self.tableau.denominator)
        changes = {
            variable: Fraction(-int(self.tableau.row(i)[entering]), denominator)
            for i, variable in enumerate(self.tableau.basis)
        }
        return self._unfold({**changes, entering: Fraction(1)})

    def _phase_1_dual(self) -> list[Fraction]:
        """The multipliers that prove minus the sum of the artificial variables to be largest."""
        denominator = int(self.tableau.denominator)
        costs = self.tableau.row(len(self.factors) + 1)[self.first_slack : -1]
        return [
            -int(artificial) - Fraction(int(cost), denominator)
            for artificial, cost in zip(self.artificial, costs, strict=True)
        ]

    def _phase_2_dual(self) -> list[Fraction]:
        """Those of the objective, plus as many of phase 1's as the excluded variables need."""
        k, denominator = len(self.factors), int(self.tableau.denominator)
        costs, infeasible = self.tableau.row(k), self.tableau.row(k + 1)
        weight = max(
            (
                Fraction(int(costs[j]), -int(infeasible[j]))
                for j in range(self.first_slack + k)
                if infeasible[j] < 0 < costs[j]
            ),
            default=Fraction(0),
        )
        plain = [Fraction(-int(cost), denominator) for cost in costs[self.first_slack : -1]]
        first = self._phase_1_dual()
        return [
            (here + weight * there) / self.cost_scale
            for here, there in zip(plain, first, strict=True)
        ]

    def _multipliers(self, dual: list[Fraction]) -> tuple[Vector, Vector]:
        own = [value * factor for value, factor in zip(dual, self.factors, strict=True)]
        return tuple(own[: self.count]), tuple(own[self.count :])


def _constraints(
    rows: Sequence[Sequence[Any]], bounds: Sequence[Any], d: int, names: tuple[str, str]
) -> list[list[Fraction]]:
    """Coefficients and right-hand side of each constraint."""
    if len(rows) != len(bounds):
        raise ValueError(f"{names[1]}: requires {len(rows)} numbers, got {len(bounds)}")
    result = []
    for i, (row, bound) in enumerate(zip(rows, bounds, strict=True)):
        if len(row) != d:
            raise ValueError(f"{names[0]}[{i}]: requires {d} numbers, got {len(row)}")
        line = _numbers(row, lambda j, i=i: f"{names[0]}[{i}, {j}]")  # type: ignore[misc]
        result.append([*line, fraction(bound, f"{names[1]}[{i}]")])
    return result


def _numbers(values: Sequence[Any], name: Callable[[int], str]) -> list[Fraction]:
    """Numbers as Fractions; what are Fractions already need no name made up."""
    return [
        value if type(value) is Fraction else fraction(value, name(j))
        for j, value in enumerate(values)
    ]


def _scaled(values: Sequence[Fraction], factor: int) -> list[int]:
    """Numbers times a multiple of all their denominators."""
    return [value.numerator * (factor // value.denominator) for value in values]
