r"""Where multinomial forms are equal on a face of the simplex, and which others are larger there.

With forms :math:`\pi_1, \dots, \pi_n` of a mixture x of n parts (`dilemma.arrays.multinomials`),
the *level set* of a face with parts S is

.. math:: \{x : x_i > 0 \text{ for } i \in S,\; x_i = 0 \text{ off } S,\;
          \pi_i(x) = \pi_j(x) \text{ for } i, j \in S\},

and the *gain* of a part j off S is :math:`\pi_j(x) - \pi_i(x)`, i in S. Its points come from
`dilemma.arrays.common_zeros`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq, fmpq_poly
from numpy.typing import NDArray

from dilemma.arrays.algebraic import AlgebraicNumber, Real, where_nonnegative
from dilemma.arrays.common_zeros import CommonZeros, Doubt, common_zeros
from dilemma.arrays.cones import extreme_rays
from dilemma.arrays.copositivity import copositivity
from dilemma.arrays.located_points import bounds_of, is_exact, sign_of, value_at
from dilemma.arrays.multinomials import Forms, TooManyCoefficientsError, polynomials_on, ring
from dilemma.arrays.number_field import generator
from dilemma.arrays.reduced_systems import Point, Vertex, homogeneous, univariate

Support = tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """A convex part of a level set that is a polytope.

    Attributes
    ----------
    extreme : tuple of points
        The vertices of its closure: all shares, those off the support too.
    """

    extreme: tuple[Point, ...]


@dataclass(frozen=True)
class Curvature:
    """Whether all small moves from a level point lose.

    Attributes
    ----------
    sign : int or None
        1 if all do, −1 if some does not, and 0 or None if that is not decided.
    """

    sign: int | None


class LevelFaces:
    """The level sets of some forms on all faces, each found when it is first asked for.

    Parameters
    ----------
    given : Forms
        As many forms as parts.

    Examples
    --------
    >>> from dilemma.arrays.exact import fractions
    >>> from dilemma.arrays.multinomials import forms
    >>> hawks = forms(np.array([[0, 1], [1, 0]]), fractions([[2, 1], ["-1/2", 0]]))
    >>> LevelFaces(hawks).zeros((0, 1)).points
    ((Fraction(2, 3), Fraction(1, 3)),)
    """

    def __init__(self, given: Forms) -> None:
        self.given = given
        self._polynomials: dict[Support, list[Any]] = {}
        self._zeros: dict[Support, CommonZeros] = {}

    @property
    def scale(self) -> int:
        """By what the tables were multiplied."""
        return self.given.scale

    @property
    def parts(self) -> int:
        """How many parts and forms there are."""
        return self.given.parts

    @cached_property
    def _tables(self) -> NDArray[Any]:
        """The tables in 64 bits if they fit: differences of them do, too."""
        values = self.given.values
        largest = max((abs(int(value)) for value in values.flat), default=0)
        return values.astype(np.int64) if largest < 2**61 else values

    def polynomials(self, support: Support) -> list[Any]:
        """All forms on a face of at least two parts, in all shares of the support but the last."""
        if support not in self._polynomials:
            self._polynomials[support] = polynomials_on(self.given, support)
        return self._polynomials[support]

    def value(self, support: Support, point: Sequence[Any], part: int) -> Any:
        """A form at a point of a face, given by the shares of the support."""
        if len(support) == 1:
            total: Any = Fraction(self.given.at_vertex(support[0])[part])
        else:
            total = value_at(self.polynomials(support)[part], point[:-1])
        return total * Fraction(1, self.scale) if is_exact(total) else total / self.scale

    def excess(self, support: Support, part: int) -> Any:
        """What a form is more than that of the last part of a support: a scaled polynomial."""
        found = self.polynomials(support)
        return found[part] - found[support[-1]]

    def gain(self, support: Support, point: Sequence[Any], part: int) -> Any:
        """What a part off a support gains at a point of the level set, times the scale."""
        if len(support) == 1:
            values = self.given.at_vertex(support[0])
            return Fraction(values[part] - values[support[0]])
        return value_at(self.excess(support, part), point[:-1])

    def gains(self, support: Support, point: Sequence[Any]) -> dict[int, Any]:
        """What all parts off a support gain at a point of the level set, times the scale."""
        return {j: self.gain(support, point, j) for j in range(self.parts) if j not in support}

    def slopes(self, support: Support, point: Sequence[Any]) -> list[list[Any]]:
        r"""How differences change at a point, as shares move from the last part to others.

        Returns
        -------
        list of k − 1 lists of k − 1 numbers
            Entry (i, j): :math:`\partial_j (\pi_i - \pi_{last})`, times the scale.
        """
        rows = []
        for i in support[:-1]:
            excess = self.excess(support, i)
            rows.append(
                [value_at(excess.derivative(j), point[:-1]) for j in range(len(support) - 1)]
            )
        return rows

    def sign_beside(self, pair: tuple[int, int], share: Any, way: int) -> int | None:
        """The sign of what one of two parts gains over the other just beside a share of it.

        Parameters
        ----------
        pair : pair of int
        share : number
            The first one's, where both are equal.
        way : int
            1 for a little more of it, −1 for a little less.

        Returns
        -------
        int or None
            0 if they are equal throughout; None if a ball does not tell.
        """
        excess = self.excess(pair, pair[0])
        side = 1
        while excess != 0:
            sign = sign_of(value_at(excess, [share]))
            if sign != 0:
                return sign if sign is None else sign * side
            excess, side = excess.derivative(0), side * way
        return 0

    def growth(self, support: Support, point: Sequence[Any], step: Sequence[Fraction]) -> int:
        r"""The sign of :math:`\sum_i z_i \pi_i(x + \varepsilon z)` for small ε > 0, exactly.

        Parameters
        ----------
        support : tuple of k int
        point, step : sequences of k Fraction
            x and z, whose sum is 0.
        """
        (epsilon,) = ring(1).gens()
        path = [
            _flint(x) + _flint(z) * epsilon for x, z in zip(point[:-1], step[:-1], strict=True)
        ]
        total: Any = 0 * epsilon
        for i, z in zip(support[:-1], step[:-1], strict=True):
            total += _flint(z) * self.excess(support, i).compose(*path, ctx=ring(1))
        terms = sorted((int(m[0]), c) for m, c in total.to_dict().items())
        return 0 if not terms else 1 if terms[0][1] > 0 else -1

    def curvature(self, support: Support, point: Sequence[Any], tied: Sequence[int]) -> Curvature:
        r"""Whether small moves from a level point, within the support and to ties, lose.

        To second order what a move z gains is :math:`z^T G z` with the `slopes` G, on the cone
        of moves that take no tied part below 0.

        Parameters
        ----------
        support : tuple of int
        point : sequence of numbers
            Of its level set.
        tied : sequence of int
            Parts off the support whose gain is 0.
        """
        face = (*tied, *support)
        whole = [*([Fraction(0)] * len(tied)), *point]
        slopes = self.slopes(face, whole) if len(face) > 1 else []
        form = [
            [-(slopes[i][j] + slopes[j][i]) / 2 for j in range(len(slopes))]
            for i in range(len(slopes))
        ]
        if all(isinstance(value, Fraction) for row in form for value in row):
            found = copositivity(form, range(len(tied), len(form)))
            if found.sign or not found.witness:
                return Curvature(found.sign)
            # To second order nothing is lost there: higher orders tell, and towards each part too.
            steps = [[*found.witness, -sum(found.witness, Fraction(0))]]
            steps += [
                [int(place == other) - x for other, x in enumerate(whole)]
                for place in range(len(face))
                if len(support) > 1 or place < len(tied)
            ]
            lose = all(self.growth(face, whole, step) < 0 for step in steps)
            return Curvature(0 if lose else -1)
        return Curvature(_definite(form, len(tied)))

    def beaten(self, support: Support, by: Sequence[int]) -> bool:
        """Whether some form of a support is below another one all over the face.

        Told by the tables alone: then the level set is empty (if the other is of the support), or
        has no point without gains.
        """
        table = self._tables[self.given.rows_on(support)]
        for i in support:
            for j in by:
                if i != j:
                    less = table[:, j] - table[:, i]
                    if bool((less >= 0).all()) and bool(less.any()):
                        return True
        return False

    def zeros(self, support: Support) -> CommonZeros:
        """The level set of a face: its points, or the vertices of a polytope; of the support."""
        if support not in self._zeros:
            self._zeros[support] = self._found(support)
        return self._zeros[support]

    def _found(self, support: Support) -> CommonZeros:
        if len(support) == 1:
            return CommonZeros(points=((Fraction(1),),))
        if self.beaten(support, support):
            return CommonZeros()
        try:
            self.polynomials(support)
        except TooManyCoefficientsError as error:
            return CommonZeros(doubts=(Doubt(str(error)),))
        found = common_zeros([self.excess(support, i) for i in support[:-1]], len(support))
        doubts = tuple(
            one
            for one in found.doubts
            if one.point is None or not self._on_smaller(support, one.point)
        )
        return replace(found, doubts=doubts)

    def _on_smaller(self, support: Support, box: Sequence[Any]) -> bool:
        """Whether the zero that a box holds is an exact one of a smaller face."""
        kept = [place for place, share in enumerate(box) if sign_of(share) == 1]
        smaller = tuple(support[place] for place in kept)
        if not smaller:
            return False
        for point in self.zeros(smaller).points:
            if not all(is_exact(share) for share in point):
                continue
            near = True
            shares = dict(zip(smaller, point, strict=True))
            for i, around in zip(support, box, strict=True):
                low, high = bounds_of(shares.get(i, Fraction(0)))
                least, most = bounds_of(around)
                near = near and least <= low and high <= most
            tied = all(
                sign_of(self.gain(smaller, point, j)) == 0 for j in support if j not in smaller
            )
            if near and tied:
                return True
        return False

    def spread(self, support: Support, point: Sequence[Any]) -> Point:
        """The shares of all parts, from those of a support."""
        whole: list[Any] = [Fraction(0)] * self.parts
        for i, share in zip(support, point, strict=True):
            whole[i] = share
        return tuple(whole)

    def without_gains(self, support: Support) -> tuple[Part, ...] | None:
        """The parts of a level set that is a polytope where no part off the support gains.

        Returns
        -------
        tuple of Part, or None
            Disjoint; None if they were not found: where gains are no linear functions on a
            polytope of two dimensions or more.
        """
        vertices = self.zeros(support).polytope
        outside = [j for j in range(self.parts) if j not in support]
        table = self._tables[self.given.rows_on(support)]
        last = support[-1]
        left = [j for j in outside if not bool((table[:, j] <= table[:, last]).all())]
        if not left:
            return (Part(tuple(self.spread(support, one) for one in vertices)),)
        level = self.zeros(support)
        gains = [self.excess(support, j).compose(*level.shares[:-1]) for j in left]
        if len(vertices) == 2:
            return self._on_segment(support, vertices, gains)
        if any(gain.total_degree() > 1 for gain in gains):
            return None
        size, count = len(support), len(gains)
        rows = [[*row, *([0] * count)] for row in level.flat]
        for place, gain in enumerate(gains):
            slack = [int(place == other) for other in range(count)]
            rows.append([*homogeneous(gain, size), *slack])
        rays = [ray[:size] for ray in extreme_rays(rows, size + count) if any(ray[:size])]
        points = [tuple(Fraction(z, sum(ray)) for z in ray) for ray in rays]
        if not all(any(point[i] for point in points) for i in range(size)):
            return ()
        return (Part(tuple(self.spread(support, one) for one in points)),)

    def _on_segment(
        self, support: Support, vertices: tuple[Vertex, ...], gains: list[Any]
    ) -> tuple[Part, ...]:
        start, end = vertices
        # The one variable left runs from its value at the start to that at the end.
        lines = []
        for gain in gains:
            (variable,) = self.zeros(support).free
            line = univariate(gain, variable)
            first, last = start[variable], end[variable]
            moved = line(fmpq_poly([_flint(first), _flint(last - first)]))
            lines.append([-Fraction(int(c.p), int(c.q)) for c in moved.coeffs()])
        found = []
        for low, high in where_nonnegative(lines):
            # Where only an end of the segment is left, it is a point of a smaller face.
            if low == high == 0:
                continue
            ends = [
                [_between(a, b, value) for a, b in zip(start, end, strict=True)]
                for value in ((low,) if low == high else (low, high))
            ]
            found.append(Part(tuple(self.spread(support, one) for one in ends)))
        return tuple(found)


def _definite(form: list[list[Any]], signed: int) -> int | None:
    """Whether a form is positive where its first variables are not negative, by elimination.

    1 or −1 if so or not; None if it is not decided.
    """
    left = [list(row) for row in form]
    while len(left) > signed:
        pivot = left[-1][-1]
        sign = sign_of(pivot)
        if sign is None or sign == 0:
            return None
        if sign < 0:
            return -1
        inner = range(len(left) - 1)
        left = [[left[i][j] - left[i][-1] * left[-1][j] / pivot for j in inner] for i in inner]
    signs = [[sign_of(value) for value in row] for row in left]
    if any(signs[i][i] == -1 for i in range(signed)):
        return -1
    if all(signs[i][j] in (0, 1) for i in range(signed) for j in range(signed)) and all(
        signs[i][i] == 1 for i in range(signed)
    ):
        return 1
    return None


def _between(start: Fraction, end: Fraction, share: Real) -> Any:
    """The point at a share of the way."""
    if isinstance(share, AlgebraicNumber):
        return start + (end - start) * generator(share) if start != end else start
    return start + (end - start) * share


def _flint(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
