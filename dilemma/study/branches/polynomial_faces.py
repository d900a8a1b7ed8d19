r"""Rest points of imitative rules on each face, as ratios of polynomials in the parameter.

Inside the face of the strategies S, all in use earn the same: :math:`(A x)_i = v` for i in S. By
Cramer's rule :math:`x_i = N_i/D` with minors of the matrix of payoffs, whose entries are
polynomials. With two populations the rows' shares level what the columns earn, and the other way
round. D is not the zero polynomial wherever the rest point is isolated for some value.

For the rest point's stability, :math:`D^2` times the Jacobian within the face is a matrix of
polynomials, whose eigenvalues have the same signs; with q its characteristic polynomial without
the factor z of the direction out of the simplex, two of its roots sum to 0 where the last but one
Hurwitz determinant vanishes (orlando1911): all Hopf points are among its roots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations, pairwise, product
from typing import Any

from flint import fmpz_poly

from dilemma.arrays.algebraic import Real, between, roots_in, sign_at
from dilemma.arrays.parametric import coefficients, levelling, minors, polynomial_at

Polynomial = tuple[int, ...]
Support = tuple[int, ...]
Matrix = Sequence[Sequence[Any]]


@dataclass(frozen=True, eq=False)
class MovingRest:
    """The rest point inside one face, wherever it is isolated there.

    Attributes
    ----------
    supports : tuple of tuples of int
        For each population.
    numerators : tuple of tuples of polynomials
        :math:`N_i` for the strategies in use, without divisors shared with D.
    denominators : tuple of polynomials
        D for each population.
    singular : tuple of polynomials
        What was divided out: where one vanishes, the face's equations are singular.
    gains : dict
        By (population, absent strategy): what it would earn more, times D.
    """

    supports: tuple[Support, ...]
    numerators: tuple[tuple[Polynomial, ...], ...]
    denominators: tuple[Polynomial, ...]
    singular: tuple[Polynomial, ...]
    gains: dict[tuple[int, int], Polynomial]

    def exists_at(self, value: Real) -> bool:
        """Whether all shares are positive there."""
        for above, below in zip(self.numerators, self.denominators, strict=True):
            base = sign_at(below, value)
            if base == 0 or any(sign_at(one, value) != base for one in above):
                return False
        return True

    def limit_at(self, value: Real) -> tuple[Support, ...] | None:
        """The strategies in use there, of a rest point that exists nearby."""
        found = []
        for support, above, below in zip(
            self.supports, self.numerators, self.denominators, strict=True
        ):
            if sign_at(below, value) == 0:
                return None
            found.append(
                tuple(i for i, one in zip(support, above, strict=True) if sign_at(one, value))
            )
        return tuple(found)

    def shares_at(self, value: Fraction, sizes: Sequence[int]) -> tuple[tuple[Fraction, ...], ...]:
        """The rest point at a rational value, exactly."""
        result = []
        for support, above, below, size in zip(
            self.supports, self.numerators, self.denominators, sizes, strict=True
        ):
            base = polynomial_at(below, value)
            shares = [Fraction(0)] * size
            for i, one in zip(support, above, strict=True):
                shares[i] = polynomial_at(one, value) / base
            result.append(tuple(shares))
        return tuple(result)

    def cuts(self, low: Fraction, high: Fraction) -> set[Real]:
        """Values at which it may appear, vanish, or be singular."""
        whole = chain(chain.from_iterable(self.numerators), self.denominators, self.singular)
        return _roots(whole, low, high)

    def ties(self, low: Fraction, high: Fraction) -> set[Real]:
        """Values at which an absent strategy earns as much as those in use."""
        return _roots(self.gains.values(), low, high)


def _roots(polynomials: Any, low: Fraction, high: Fraction) -> set[Real]:
    found: set[Real] = set()
    for one in polynomials:
        if any(one[1:]):
            found.update(roots_in(one, low, high))
    return found


def moving_rests(tables: Sequence[Matrix]) -> list[MovingRest]:
    """Find the rest point inside each face where its equations are not always singular.

    Parameters
    ----------
    tables : sequence of matrices of fmpz_poly
        For each population what its strategies (rows) earn against those that it meets.
    """
    known = [minors(table) for table in tables]
    populations = len(tables)
    sizes = [len(table) for table in tables]
    found = []
    for supports in product(*(_supports(size) for size in sizes)):
        if len({len(one) for one in supports}) > 1:
            continue
        parts = []
        for mixed in range(populations):
            level = 0 if populations == 1 else 1 - mixed
            # The mixture of `mixed` levels what the strategies of `level` earn.
            parts.append(levelling(known[level], supports[level], supports[mixed]))
        if any(below.degree() < 0 for _, below in parts):
            continue
        numerators, denominators, singular = [], [], []
        for above, below in parts:
            shared = below
            for one in above:
                shared = shared.gcd(one)
            numerators.append([one // shared for one in above])
            denominators.append(below // shared)
            if shared.degree() > 0:
                singular.append(coefficients(shared))
        gains: dict[tuple[int, int], Polynomial] = {}
        for mine in range(populations):
            other = 0 if populations == 1 else 1 - mine
            base = supports[mine][0]
            for j in range(sizes[mine]):
                if j in supports[mine]:
                    continue
                total = fmpz_poly([])
                for i, one in zip(supports[other], numerators[other], strict=True):
                    total = total + (tables[mine][j][i] - tables[mine][base][i]) * one
                gains[mine, j] = coefficients(total)
        found.append(
            MovingRest(
                supports,
                tuple(tuple(map(coefficients, one)) for one in numerators),
                tuple(map(coefficients, denominators)),
                tuple(singular),
                gains,
            )
        )
    return found


def _supports(size: int) -> list[Support]:
    whole = (combinations(range(size), k) for k in range(1, size + 1))
    return list(chain.from_iterable(whole))


def stability_cuts(
    rest: MovingRest, tables: Sequence[Matrix], low: Fraction, high: Fraction
) -> tuple[set[Real], bool]:
    """Values at which eigenvalues inside the face may cross the imaginary axis away from 0.

    Returns
    -------
    pair
        The values, and whether all are among them (False where a pair of eigenvalues sums to 0
        for all values, in one population).
    """
    size = len(rest.supports[0])
    if size < 3:
        return set(), True
    if len(tables) == 1:
        return _one_population_cuts(rest, tables[0], low, high)
    return _two_population_cuts(rest, tables, low, high)


def _one_population_cuts(
    rest: MovingRest, table: Matrix, low: Fraction, high: Fraction
) -> tuple[set[Real], bool]:
    support = rest.supports[0]
    above = [fmpz_poly(list(one)) for one in rest.numerators[0]]
    block = _scaled(table, support, support, above, fmpz_poly(list(rest.denominators[0])), above)
    q = characteristic(block)[1:]
    determinant = hurwitz(q)
    if determinant.degree() < 0:
        return set(), False
    return _roots([coefficients(determinant)], low, high), True


def _two_population_cuts(
    rest: MovingRest, tables: Sequence[Matrix], low: Fraction, high: Fraction
) -> tuple[set[Real], bool]:
    """Squares of eigenvalues turn from real to complex where their discriminant vanishes."""
    rows, columns = rest.supports
    x, y = ([fmpz_poly(list(one)) for one in side] for side in rest.numerators)
    D = [fmpz_poly(list(one)) for one in rest.denominators]
    upper = _scaled(tables[0], rows, columns, x, D[0], x)
    lower = _scaled(tables[1], columns, rows, y, D[1], y)
    size = len(rows)
    product_ = [
        [sum((upper[i][k] * lower[k][j] for k in range(size)), fmpz_poly([])) for j in range(size)]
        for i in range(size)
    ]
    q = characteristic(product_)[1:]
    found = discriminant(q)
    if found.degree() < 0:
        return set(), len(q) <= 2
    return _roots([coefficients(found)], low, high), True


def _scaled(
    table: Matrix, rows: Support, columns: Support, above: Any, below: Any, weights: Any
) -> list[list[Any]]:
    """N_i (D a_ij − Σ_k N_k a_kj): D² times the Jacobian inside a face."""
    result = []
    means = [
        sum((weight * table[k][j] for weight, k in zip(weights, rows, strict=True)), fmpz_poly([]))
        for j in columns
    ]
    for one, i in zip(above, rows, strict=True):
        result.append(
            [one * (below * table[i][j] - mean) for j, mean in zip(columns, means, strict=True)]
        )
    return result


def characteristic(matrix: Sequence[Sequence[Any]]) -> list[Any]:
    """Coefficients of det(z − M), constant first, for a matrix of fmpz_poly (Faddeev, Leverrier).

    >>> x = fmpz_poly([0, 1])
    >>> characteristic([[x, x], [0 * x, x]])
    [x^2, (-2)*x, 1]
    """
    n = len(matrix)
    zero, one = fmpz_poly([]), fmpz_poly([1])
    result = [one]
    current = [[one if i == j else zero for j in range(n)] for i in range(n)]
    for k in range(1, n + 1):
        moved = [
            [sum((matrix[i][m] * current[m][j] for m in range(n)), zero) for j in range(n)]
            for i in range(n)
        ]
        trace = sum((moved[i][i] for i in range(n)), zero)
        c = -(trace // k)
        result.append(c)
        current = [
            [moved[i][j] + c if i == j else moved[i][j] for j in range(n)] for i in range(n)
        ]
    return result[::-1]


def hurwitz(q: Sequence[Any]) -> Any:
    r"""The last but one Hurwitz determinant, :math:`\pm\prod_{i<j}(z_i + z_j)` up to a factor.

    >>> hurwitz([fmpz_poly([6]), fmpz_poly([11]), fmpz_poly([6]), fmpz_poly([1])])
    60
    """
    d = len(q) - 1
    down = list(q[::-1])

    def entry(i: int, j: int) -> Any:
        k = 2 * (j + 1) - (i + 1)
        return down[k] if 0 <= k <= d else fmpz_poly([])

    return determinant([[entry(i, j) for j in range(d - 1)] for i in range(d - 1)])


def discriminant(q: Sequence[Any]) -> Any:
    """The resultant of a polynomial and its derivative, by Sylvester's matrix."""
    d = len(q) - 1
    if d < 2:
        return fmpz_poly([1])
    first = list(q[::-1])
    slope = [(d - k) * one for k, one in enumerate(first[:-1])]
    zero = fmpz_poly([])
    size = 2 * d - 1
    rows = [[zero] * k + first + [zero] * (size - d - 1 - k) for k in range(d - 1)]
    rows += [[zero] * k + slope + [zero] * (size - d - k) for k in range(d)]
    return determinant(rows)


def determinant(matrix: Sequence[Sequence[Any]]) -> Any:
    """The determinant of a matrix of fmpz_poly, without fractions (Bareiss).

    >>> determinant([[fmpz_poly([3]), fmpz_poly([4])], [fmpz_poly([1]), fmpz_poly([2])]])
    2
    """
    rows = [list(row) for row in matrix]
    n = len(rows)
    sign, before = 1, fmpz_poly([1])
    for k in range(n - 1):
        pivot = next((i for i in range(k, n) if rows[i][k].degree() >= 0), None)
        if pivot is None:
            return fmpz_poly([])
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            sign = -sign
        for i in range(k + 1, n):
            for j in range(k + 1, n):
                rows[i][j] = (rows[i][j] * rows[k][k] - rows[i][k] * rows[k][j]) // before
        before = rows[k][k]
    return sign * rows[-1][-1] if n else fmpz_poly([1])


def positive_pieces(rest: MovingRest, low: Fraction, high: Fraction) -> list[tuple[Real, Real]]:
    """The open intervals in which a rest point exists."""
    ends: list[Real] = [low, *sorted(rest.cuts(low, high)), high]
    found: list[tuple[Real, Real]] = []
    for first, last in pairwise(ends):
        if rest.exists_at(between(first, last)):
            if found and found[-1][1] == first and rest.exists_at(first):
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
    return found
