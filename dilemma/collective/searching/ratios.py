r"""Means of a life as ratios of polynomials in one parameter.

With A = I − Q and the first law s, expected sums of a reward r before the end are

.. math:: s A^{-1} r = \frac{\det(A + r s) - \det A}{\det A}

(the matrix determinant lemma). Rows of A and entries of r are affine in the parameter, so that the
determinants have at most degree n, and n + 1 exact values determine them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpq_poly

from dilemma.collective.searching.steps import Steps

# So many determinants of so many rows take some seconds.
MOST_STATES = 100

At = Callable[[fmpq], tuple[Steps, fmpq]]
"""The chain with its weights at a value of the parameter, and the discount factor there."""


@dataclass(frozen=True)
class Ratio:
    """A ratio of polynomials in lowest terms, with a leading denominator of 1; or infinity."""

    numerator: fmpq_poly
    denominator: fmpq_poly
    infinite: bool = False

    def at(self, value: Fraction) -> Fraction | None:
        """The ratio at a value; None if it is infinite."""
        if self.infinite:
            return None
        point = fmpq(value.numerator, value.denominator)
        found = self.numerator(point) / self.denominator(point)
        return Fraction(int(found.p), int(found.q))

    @property
    def formula(self) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]] | None:
        """The coefficients of both polynomials, constant first; None of infinity."""
        if self.infinite:
            return None
        above, below = (
            tuple(Fraction(int(one.p), int(one.q)) for one in part.coeffs())
            for part in (self.numerator, self.denominator)
        )
        return above, below


def ratio_of(at: At, criterion: str) -> Ratio:
    """Return a criterion as a ratio of polynomials.

    Parameters
    ----------
    at : function
        What is asked for the chain at integer values of the parameter, also outside its domain.
    criterion : {"present value", "value", "survival", "turnover"}
    """
    steps, discount = at(fmpq(0))
    n = len(steps.states)
    # What is affine and the same at two values does not depend on the parameter.
    degree = 0 if at(fmpq(1)) == (steps, discount) else n
    if not n:
        return _lowest(fmpq_poly([]), fmpq_poly([1]))
    if n > MOST_STATES:
        raise ValueError(
            f"ecosystem: requires at most {MOST_STATES} states for exact crossings, got {n}; "
            "compare the patterns in a sweep"
        )
    reward = criterion if criterion == "turnover" else "value"
    if criterion == "present value":
        return _lowest(*_sums(at, degree, reward, fading=True))
    # Which transitions are possible is the same throughout the interval.
    mortal, recurrent = _fates(steps)
    if mortal:
        whole, below = _sums(at, degree, None)
        if criterion == "survival":
            return _lowest(whole, below)
        return _lowest(_sums(at, degree, reward)[0], whole)
    if recurrent is None:
        raise ValueError(
            "ecosystem: requires a pattern that surely ends, or surely lasts in one way, for "
            "exact crossings; compare the patterns in a sweep"
        )
    if criterion == "survival":
        return Ratio(fmpq_poly([]), fmpq_poly([1]), infinite=True)
    return _lowest(*_long_run(at, degree, reward, recurrent))


def _sums(
    at: At, degree: int, reward: str | None, fading: bool = False
) -> tuple[fmpq_poly, fmpq_poly]:
    """Expected sums before the end: of periods if no reward is named."""

    def values(point: fmpq) -> tuple[fmpq, fmpq]:
        steps, discount = at(point)
        rows = _matrix(steps, discount if fading else fmpq(1))
        below = fmpq_mat(rows).det()
        n = len(rows)
        each = (fmpq(1),) * n if reward is None else steps.rewards[reward]
        for i in range(n):
            for j, share in steps.start.items():
                rows[i][j] += each[i] * share
        return fmpq_mat(rows).det() - below, below

    return _interpolated(values, degree)


def _long_run(at: At, degree: int, reward: str, recurrent: int) -> tuple[fmpq_poly, fmpq_poly]:
    """The long-run mean g of a reward: g + (I − Q) h = r, where h of a recurrent state is 0."""

    def values(point: fmpq) -> tuple[fmpq, fmpq]:
        steps, _ = at(point)
        n = len(steps.states)
        found = []
        for column in (steps.rewards[reward], (fmpq(1),) * n):
            rows = _matrix(steps, fmpq(1))
            for i in range(n):
                rows[i][recurrent] = column[i]
            found.append(fmpq_mat(rows).det())
        return found[0], found[1]

    return _interpolated(values, degree)


def _matrix(steps: Steps, discount: fmpq) -> list[list[fmpq]]:
    n = len(steps.states)
    rows = [[fmpq(int(i == j)) for j in range(n)] for i in range(n)]
    for i, row in enumerate(steps.rows):
        for j, chance in row.items():
            rows[i][j] -= discount * chance
    return rows


def _fates(steps: Steps) -> tuple[bool, int | None]:
    """Whether every state leads to the end; and a state of the only class without one, if so."""
    n = len(steps.states)
    onward = [set(row) for row in steps.rows]
    ends = steps.ending
    leads = set(ends)
    while True:
        more = {i for i in range(n) if i not in leads and onward[i] & leads}
        if not more:
            break
        leads |= more
    if len(leads) == n:
        return True, None
    if leads:
        return False, None
    # A state that all others lead to.
    for target in range(n):
        known = {target}
        while True:
            more = {i for i in range(n) if i not in known and onward[i] & known}
            if not more:
                break
            known |= more
        if len(known) == n:
            return False, target
    return False, None


def _interpolated(
    values: Callable[[fmpq], tuple[fmpq, fmpq]], degree: int
) -> tuple[fmpq_poly, fmpq_poly]:
    points = [fmpq(k) for k in range(degree + 1)]
    found = [values(point) for point in points]
    first, second = ([pair[k] for pair in found] for k in (0, 1))
    return _through(points, first), _through(points, second)


def _through(points: Sequence[fmpq], values: Sequence[fmpq]) -> fmpq_poly:
    """The polynomial of least degree through some points, by Newton's divided differences."""
    divided = list(values)
    for order in range(1, len(points)):
        for k in range(len(points) - 1, order - 1, -1):
            divided[k] = (divided[k] - divided[k - 1]) / (points[k] - points[k - order])
    total = fmpq_poly([])
    for point, coefficient in zip(reversed(points), reversed(divided), strict=True):
        total = total * fmpq_poly([-point, 1]) + coefficient
    return total


def _lowest(numerator: fmpq_poly, denominator: fmpq_poly) -> Ratio:
    shared = numerator.gcd(denominator)
    above, below = numerator // shared, denominator // shared
    leading = below.coeffs()[-1]
    return Ratio(above / leading, below / leading)
