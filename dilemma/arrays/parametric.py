r"""Vertices that move with a parameter: :math:`\{(x, v): x \ge 0, \sum x = 1, M(\theta)x \le v\}`.

The entries of M are polynomials in one parameter. A vertex of the polyhedron at some value of
the parameter has a *basis*: a support I and as many rows J that are tight, such that

.. math:: M_{JI}\, x_I = v, \qquad \sum x_I = 1

has one solution. By Cramer's rule it is a ratio of polynomials, :math:`x_i = N_i/D`, and so is the
slack of every other row, :math:`S_j/D`: both follow from the minors of M. A basis whose D is the
zero polynomial is singular for every value, and is no basis at any.

Which bases are feasible where (N_i/D ≥ 0 and S_j/D ≥ 0) then only asks for signs of polynomials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import comb
from typing import Any

from flint import fmpz_poly

from dilemma.arrays.algebraic import AlgebraicNumber, Real, between, roots_in, sign_at

Polynomial = tuple[int, ...]


@dataclass(frozen=True)
class Basis:
    """A support and as many tight rows, and the vertex they make.

    Attributes
    ----------
    support, tight : tuples of int
        I and J, of the same length.
    numerators : tuple of polynomials
        :math:`N_i` for i in the support: coefficients, constant first.
    slacks : tuple of pairs (row, polynomial)
        :math:`S_j` for the rows that are not tight.
    denominator : polynomial
        D.
    """

    support: tuple[int, ...]
    tight: tuple[int, ...]
    numerators: tuple[Polynomial, ...]
    slacks: tuple[tuple[int, Polynomial], ...]
    denominator: Polynomial

    @property
    def conditions(self) -> tuple[Polynomial, ...]:
        """All polynomials that must have the sign of the denominator, or vanish."""
        return (*self.numerators, *(one for _, one in self.slacks))

    def labels_at(self, value: Real) -> tuple[int, int] | None:
        """Support and tight rows of the vertex at a value, as bit masks; None if it is no vertex.

        Rows that happen to be tight there count, and coordinates that happen to be 0 don't.
        """
        base = sign_at(self.denominator, value)
        if base == 0:
            return None
        support = tight = 0
        for i, one in zip(self.support, self.numerators, strict=True):
            sign = sign_at(one, value) * base
            if sign < 0:
                return None
            support |= (sign > 0) << i
        for j in self.tight:
            tight |= 1 << j
        for j, one in self.slacks:
            sign = sign_at(one, value) * base
            if sign < 0:
                return None
            tight |= (sign == 0) << j
        return support, tight


def basis_count(rows: int, columns: int) -> int:
    """Return how many bases there can be: choices of as many of the rows as of the columns.

    >>> basis_count(5, 5)
    251
    """
    return comb(rows + columns, rows) - 1


def feasible_bases(matrix: Sequence[Sequence[Any]], low: Fraction, high: Fraction) -> list[Basis]:
    """Find the bases that may be feasible somewhere in an open interval of the parameter.

    Parameters
    ----------
    matrix : sequence of rows of fmpz_poly
        M, with integer polynomials.
    low, high : Fraction

    Returns
    -------
    list of Basis
        Those left out are infeasible in the whole open interval: two of their conditions, or one
        and the denominator, have strictly opposite signs all over it.
    """
    signs = _Signs(low, high)
    return [
        Basis(
            one.support,
            one.tight,
            tuple(map(coefficients, one.numerators)),
            tuple((j, coefficients(slack)) for j, slack in one.slacks),
            coefficients(one.denominator),
        )
        for one in cramer_bases(matrix, signs.of)
    ]


@dataclass(frozen=True)
class CramerBasis:
    """A basis as `Basis`, its polynomials as the entries of the matrix are: of any ring.

    Attributes
    ----------
    support, tight, numerators, slacks, denominator
        As in `Basis`.
    """

    support: tuple[int, ...]
    tight: tuple[int, ...]
    numerators: tuple[Any, ...]
    slacks: tuple[tuple[int, Any], ...]
    denominator: Any


def cramer_bases(
    matrix: Sequence[Sequence[Any]], sign_of: Callable[[Any], int | None]
) -> Iterator[CramerBasis]:
    """Go through the bases of a matrix of polynomials by Cramer's rule.

    Parameters
    ----------
    matrix : sequence of rows of polynomials
        Of one variable or of several.
    sign_of : callable
        The sign that a polynomial has all over the range of interest: 1 or −1, 0 for the zero
        polynomial, None if there is no such sign, or none was found.

    Yields
    ------
    CramerBasis
        Without those that are singular everywhere, or infeasible all over the range.
    """
    rows, columns = len(matrix), len(matrix[0])
    found_minors = minors(matrix)
    for (tight, support), determinant in found_minors.items():
        if not support:
            continue
        inside = [i for i in range(columns) if support >> i & 1]
        upon = [j for j in range(rows) if tight >> j & 1]
        numerators, denominator = levelling(found_minors, upon, inside)
        base = sign_of(denominator)
        if base == 0:
            continue
        known = {sign_of(one) for one in numerators} - {0, None}
        if base:
            known.add(base)
        if len(known) > 1:
            continue
        slacks = []
        for j in range(rows):
            if tight >> j & 1:
                continue
            total = determinant
            for i, one in zip(inside, numerators, strict=True):
                total = total - matrix[j][i] * one
            slacks.append((j, total))
        known |= {sign_of(one) for _, one in slacks} - {0, None}
        if len(known) > 1:
            continue
        yield CramerBasis(
            tuple(inside), tuple(upon), tuple(numerators), tuple(slacks), denominator
        )


def where_feasible(
    basis: Basis, low: Fraction, high: Fraction
) -> tuple[list[Real], list[tuple[Real, Real]]]:
    """Where a basis is feasible in an open interval, and where its labels change.

    Returns
    -------
    pair
        The values at which one of its polynomials vanishes, as far as the basis is feasible there
        or beside them; and the open pieces in which it is feasible.
    """
    cuts: set[Real] = set()
    for one in (*basis.conditions, basis.denominator):
        if any(one[1:]):
            cuts.update(roots_in(one, low, high))
    ordered = sorted(cuts)
    ends: list[Real] = [low, *ordered, high]
    pieces = [basis.labels_at(between(a, b)) is not None for a, b in pairwise(ends)]
    changing = [
        cut
        for k, cut in enumerate(ordered)
        if pieces[k] or pieces[k + 1] or basis.labels_at(cut) is not None
    ]
    open_pieces = [
        (a, b) for (a, b), held in zip(pairwise(ends), pieces, strict=True)
        if held
    ]  # fmt: skip
    return changing, open_pieces


class _Signs:
    """Signs of polynomials that are the same all over an open interval, by Descartes' rule."""

    def __init__(self, low: Fraction, high: Fraction) -> None:
        # x = (a + b t) / (c + d t) runs from low to high as t runs from 0 to infinity.
        self.above = fmpz_poly(
            [low.numerator * high.denominator, high.numerator * low.denominator]
        )
        self.below = fmpz_poly([low.denominator * high.denominator] * 2)
        self.powers = [fmpz_poly([1])]
        self.known: dict[Polynomial, int | None] = {}

    def of(self, polynomial: Any) -> int | None:
        """+1 or −1 if that is its sign everywhere inside, 0 for the zero polynomial, else None."""
        degree = polynomial.degree()
        if degree < 0:
            return 0
        key = coefficients(polynomial)
        if key in self.known:
            return self.known[key]
        total = fmpz_poly([])
        above = fmpz_poly([1])
        for k, one in enumerate(key):
            total = total + one * above * self._power(degree - k)
            above = above * self.above
        signs = {(one > 0) - (one < 0) for one in total.coeffs()} - {0}
        result = signs.pop() if len(signs) == 1 else None
        self.known[key] = result
        return result

    def _power(self, exponent: int) -> Any:
        while len(self.powers) <= exponent:
            self.powers.append(self.powers[-1] * self.below)
        return self.powers[exponent]


def minors(matrix: Sequence[Sequence[Any]]) -> dict[tuple[int, int], Any]:
    """Compute all square minors of a matrix of polynomials, of one variable or of several.

    Returns
    -------
    dict
        By (mask of rows, mask of columns); the empty one is 1.

    Examples
    --------
    >>> x = fmpz_poly([0, 1])
    >>> minors([[x, x], [x, 2 * x]])[3, 3]
    x^2
    """
    rows, columns = len(matrix), len(matrix[0])
    zero = matrix[0][0] * 0
    found: dict[tuple[int, int], Any] = {(0, 0): zero + 1}
    layer = {(0, 0)}
    for _ in range(min(rows, columns)):
        following: set[tuple[int, int]] = set()
        for upper, left in layer:
            first = upper.bit_length()
            for j in range(first, rows):
                for i in range(columns):
                    if not left >> i & 1:
                        following.add((upper | 1 << j, left | 1 << i))
        for tight, support in following:
            last = tight.bit_length() - 1
            rest = tight ^ 1 << last
            inside = [i for i in range(columns) if support >> i & 1]
            total = zero
            for place, i in enumerate(inside):
                term = matrix[last][i] * found[rest, support ^ 1 << i]
                total = total - term if (place + len(inside) - 1) % 2 else total + term
            found[tight, support] = total
        layer = following
    return found


def levelling(
    known: dict[tuple[int, int], Any], tight: Sequence[int], support: Sequence[int]
) -> tuple[list[Any], Any]:
    """Return N and D of the mixture x = N/D of some columns that makes as many rows equal.

    Parameters
    ----------
    known : dict
        All minors of a matrix, as `minors` returns them.
    tight, support : sequences of int
        The rows and the columns.

    Examples
    --------
    >>> one = fmpz_poly([1])
    >>> levelling(minors([[2 * one, 0 * one], [0 * one, one]]), (0, 1), (0, 1))
    ([1, 2], 3)
    """
    rows, columns = (sum(1 << k for k in members) for members in (tight, support))
    zero = known[0, 0] * 0
    numerators = []
    for place, i in enumerate(support):
        total = zero
        for turn, j in enumerate(tight):
            minor = known[rows ^ 1 << j, columns ^ 1 << i]
            total = total - minor if (place + turn) % 2 else total + minor
        numerators.append(total)
    denominator = sum(numerators, zero)
    return numerators, denominator


def coefficients(polynomial: Any) -> Polynomial:
    """Return the coefficients of an fmpz_poly, constant first; none of the zero polynomial.

    >>> coefficients(fmpz_poly([1, 0, 2]))
    (1, 0, 2)
    """
    return tuple(int(one) for one in polynomial.coeffs())


def polynomial_at(polynomial: Iterable[int], value: Fraction) -> Fraction:
    """Evaluate an integer polynomial exactly.

    >>> polynomial_at((1, 0, 2), Fraction(1, 2))
    Fraction(3, 2)
    """
    total = Fraction(0)
    for one in reversed(tuple(polynomial)):
        total = total * value + one
    return total


def ball_of(value: Real, width: Fraction) -> tuple[Fraction, Fraction]:
    """Return rational bounds of a real number, at most so far apart.

    >>> ball_of(Fraction(1, 3), Fraction(1, 10))
    (Fraction(1, 3), Fraction(1, 3))
    """
    if isinstance(value, AlgebraicNumber):
        near = value.within(width)
        return near.low, near.high
    return value, value
