r"""Multinomial forms on a simplex and on its faces, as polynomials of their true degree.

A *multinomial form* of degree d is the mean of a table u over compositions o of d, drawn from a
mixture x of n parts:

.. math:: \pi(x) = \sum_o \frac{d!}{\prod_j o_j!} \prod_j x_j^{o_j}\, u(o).

On the face of the parts S, with the last of them as what the others leave, it is a polynomial of
the other shares whose coefficients are forward differences of u,

.. math:: \binom{d}{a, d - |a|} \Delta^a u(0), \qquad
          (\Delta_i u)(o) = u(o + e_i - e_{last}) - u(o),

so that a table which is a polynomial of low degree in o gives one of that low degree in x: the
form was a degree elevation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mpoly_ctx
from numpy.typing import NDArray

from dilemma.arrays.exact import common_denominator

# Tables with more rows than this are first tried as quadratic ones, which most large ones are.
WORTH_A_GUESS = 60
LOW_DEGREE = 2
# More differences than this would take minutes.
MOST_DIFFERENCES = 2_000_000


class TooManyCoefficientsError(ValueError):
    """Polynomials of more terms than can be handled in a minute."""


def ring(variables: int) -> Any:
    """The polynomials with rational coefficients in so many variables.

    >>> ring(2).gens()
    (x0, x1)
    """
    return fmpq_mpoly_ctx.get([f"x{i}" for i in range(variables)], "degrevlex")


@dataclass(frozen=True, eq=False)
class Forms:
    """Some multinomial forms of one degree, by their tables.

    Attributes
    ----------
    compositions : numpy.ndarray of int, shape (count, n)
        All compositions of the degree into n parts.
    values : numpy.ndarray of int, shape (count, m)
        The tables of m forms, times `scale`, which makes them integers.
    scale : int
        Positive.
    """

    compositions: NDArray[np.int64]
    values: NDArray[np.object_]
    scale: int

    @property
    def parts(self) -> int:
        """Into how many parts a mixture is split."""
        return int(self.compositions.shape[1])

    @cached_property
    def degree(self) -> int:
        """The degree as which the forms are given."""
        return int(self.compositions[0].sum())

    def at_vertex(self, part: int) -> list[int]:
        """The scaled values of all forms where one part has the whole."""
        (row,) = np.flatnonzero(self.compositions[:, part] == self.degree)[:1]
        return [int(value) for value in self.values[row]]

    def rows_on(self, support: Sequence[int]) -> NDArray[np.bool_]:
        """Which compositions use no part outside of a support."""
        outside = [i for i in range(self.parts) if i not in support]
        return np.asarray(~self.compositions[:, outside].any(axis=1))


def forms(compositions: NDArray[np.int64], tables: NDArray[np.object_]) -> Forms:
    """Make forms of tables of Fractions, shape (count, m).

    >>> from dilemma.arrays.exact import fractions
    >>> forms(np.array([[0, 1], [1, 0]]), fractions([["1/2"], [1]])).values.tolist()
    [[1], [2]]
    """
    values: list[Any] = list(tables.flat)
    scale = common_denominator(values)
    whole = np.empty(tables.shape, dtype=object)
    whole.ravel()[:] = [v.numerator * (scale // v.denominator) for v in values]
    return Forms(compositions, whole, scale)


def polynomials_on(given: Forms, support: Sequence[int]) -> list[Any]:
    """Return the forms on a face, as polynomials of all shares of the support but the last.

    Parameters
    ----------
    given : Forms
    support : sequence of k int
        The parts that are used, at least two.

    Returns
    -------
    list of m fmpq_mpoly
        In k − 1 variables, times the scale.

    Raises
    ------
    TooManyCoefficientsError
        If there are more than two million coefficients.

    Notes
    -----
    About :math:`k (d + 1)^{k-1}` subtractions of integers for each form; a table that is
    quadratic is recognised from its corner, and checked in all its rows.

    Examples
    --------
    The chance that exactly one of two is of the first kind:

    >>> from dilemma.arrays.exact import fractions
    >>> pairs = np.array([[0, 2], [1, 1], [2, 0]])
    >>> polynomials_on(forms(pairs, fractions([[0], [1], [0]])), [0, 1])
    [-2*x0^2 + 2*x0]
    """
    rows = given.rows_on(support)
    at = given.compositions[rows][:, list(support[:-1])]
    values = given.values[rows]
    degree = given.degree
    guesses = [LOW_DEGREE, degree] if len(at) > WORTH_A_GUESS and degree > LOW_DEGREE else [degree]
    for guess in guesses:
        if (guess + 1) ** at.shape[1] * values.shape[1] > MOST_DIFFERENCES:
            raise TooManyCoefficientsError(
                f"polynomials of degree {guess} in {at.shape[1]} unknowns have too many terms"
            )
        differences = _differences(at, values, guess)
        if guess == degree or _explains(differences, at, values, guess):
            break
    context = ring(at.shape[1])
    found: list[dict[tuple[int, ...], fmpq]] = [{} for _ in range(values.shape[1])]
    for powers, line in differences.items():
        left = degree - sum(powers)
        ways = math.factorial(degree) // math.factorial(left)
        for power in powers:
            ways //= math.factorial(power)
        for one, value in zip(found, line, strict=True):
            if value:
                one[powers] = fmpq(ways * int(value))
    return [context.from_dict(one) for one in found]


def _differences(
    at: NDArray[np.int64], values: NDArray[np.object_], degree: int
) -> dict[tuple[int, ...], NDArray[np.object_]]:
    """All forward differences up to a degree at the corner where the last part has the whole."""
    variables = at.shape[1]
    near = at.sum(axis=1) <= degree
    cube: Any = np.zeros((degree + 1,) * variables + (values.shape[1],), dtype=object)
    cube[tuple(at[near].T)] = values[near]
    for axis in range(variables):
        moved = np.moveaxis(cube, axis, 0)
        for step in range(1, degree + 1):
            moved[step:] = moved[step:] - moved[step - 1 : -1]
    return {
        powers: cube[powers]
        for powers in product(range(degree + 1), repeat=variables)
        if sum(powers) <= degree and any(cube[powers])
    }


def _explains(
    differences: dict[tuple[int, ...], NDArray[np.object_]],
    at: NDArray[np.int64],
    values: NDArray[np.object_],
    degree: int,
) -> bool:
    """Whether differences up to a degree give the whole table, by Newton's formula."""
    choose = [np.ones(at.shape, dtype=object)]
    for power in range(1, degree + 1):
        choose.append(choose[-1] * (at - power + 1) // power)
    left = values
    for powers, line in differences.items():
        weight: Any = np.ones(len(at), dtype=object)
        for place, power in enumerate(powers):
            if power:
                weight = weight * choose[power][:, place]
        left = left - weight[:, None] * line
    return not left.astype(bool).any()
