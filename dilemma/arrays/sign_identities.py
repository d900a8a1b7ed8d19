r"""That a system of inequalities has no point in a part of a box, by an identity.

Where a polynomial is nowhere negative because it is a sum of products of others that are not,
subdivision alone does not end: both vanish at the same points. An identity does it at once: let
the system say that :math:`s_k f_k \ge 0` for some factors; if

.. math:: \sum_k q_k \prod_{j \in P_k} s_j f_j + r = 0

with all Bernstein coefficients of the :math:`q_k` and of r at least 0 over the part, and one of
these terms is positive, no point satisfies the system. For given products it is a linear program
in the coefficients (handelman1988 for linear factors, schweighofer2002 for more general ones).
It is solved in floating point; then exactly on the variables that were not 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import comb, prod
from typing import Any

import numpy as np

from dilemma.arrays.bernstein import to_unit
from dilemma.arrays.programs import linear_program
from dilemma.arrays.sign_systems import ANY, Polynomial, Side, Signs

# Programs that are larger are not tried.
MOST_ROWS = 400
MOST_ENTRIES = 40_000
MOST_WAYS = 8
NEGLIGIBLE = 1e-9

Part = tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True)
class Term:
    r"""One term of an identity.

    Attributes
    ----------
    factors : tuple of (factor, sign)
        A product of factors with signs, each nowhere negative; none for 1.
    multiplier : tuple of (index, coefficient)
        Coefficients, all positive, of :math:`\prod u_i^{k_i} (1 - u_i)^{d_i - k_i}`, in the
        coordinates u of the part.
    degrees : tuple of int
        The degrees d of the multiplier.
    """

    factors: tuple[tuple[int, int], ...]
    multiplier: tuple[tuple[tuple[int, ...], Fraction], ...]
    degrees: tuple[int, ...]


@dataclass(frozen=True)
class Identity:
    """Terms whose sum is nowhere positive, though one of them is positive.

    Attributes
    ----------
    signs : tuple of (factor, signs)
        What it assumes of the factors.
    terms : tuple of Term
    """

    signs: tuple[tuple[int, Signs], ...]
    terms: tuple[Term, ...]


def merged(ways: Iterable[Mapping[int, int]]) -> list[dict[int, Signs]]:
    """Ways to choose signs, put together where they differ in one factor alone.

    >>> merged([{0: 1, 1: 0}, {0: 1, 1: 1}])
    [{0: frozenset({1}), 1: frozenset({0, 1})}]
    """
    sets = [{f: frozenset({s}) for f, s in way.items()} for way in ways]
    again = True
    while again:
        again = False
        for one, two in combinations(sets, 2):
            differing = [f for f in one if one[f] != two[f]]
            if len(differing) == 1:
                both = one[differing[0]] | two[differing[0]]
                if both == {-1, 1}:
                    continue
                sets = [other for other in sets if other is not one and other is not two]
                sets.append({**one, differing[0]: both})
                again = True
                break
    return sets


def exact_tensor(polynomial: Polynomial, sides: Sequence[Side], part: Part) -> Any:
    """Scaled Bernstein coefficients, those of u^k (1 - u)^(d - k), over a part, exactly.

    An endless side multiplies the polynomial by (1 - t) to its degree.

    >>> x = (((0,), -1), ((1,), 2))
    >>> exact_tensor(x, [Side(Fraction(0), Fraction(1))], ((Fraction(0), Fraction(1, 2)),))
    array([Fraction(-1, 1), Fraction(0, 1)], dtype=object)
    """
    degrees = [max((e[k] for e, _ in polynomial), default=0) for k in range(len(sides))]
    tensor: Any = np.full([d + 1 for d in degrees], Fraction(0), dtype=object)
    for exponents, coefficient in polynomial:
        tensor[exponents] = Fraction(coefficient)
    for axis, (side, (low, high)) in enumerate(zip(sides, part, strict=True)):
        d = degrees[axis]
        if d:
            change = _restriction(d, low, high) @ to_unit(d, side.low, side.high)
            scale = np.array([comb(d, k) for k in range(d + 1)], dtype=object)
            change = change * scale[:, None]
            tensor = np.moveaxis(np.tensordot(change, tensor, axes=(1, axis)), 0, axis)
    return tensor


def _restriction(degree: int, low: Fraction, high: Fraction) -> Any:
    """From Bernstein coefficients over [0, 1] to those over [low, high]: the blossom."""
    matrix: Any = np.full((degree + 1, degree + 1), Fraction(0), dtype=object)
    for i in range(degree + 1):
        for j in range(degree + 1):
            matrix[i, j] = sum(
                (
                    comb(i, k) * high**k * (1 - high) ** (i - k)
                    * comb(degree - i, j - k) * low ** (j - k)
                    * (1 - low) ** (degree - i - j + k)
                    for k in range(max(0, i + j - degree), min(i, j) + 1)
                ),
                Fraction(0),
            )  # fmt: skip
    return matrix


def identities(
    factors: Sequence[Polynomial],
    sides: Sequence[Side],
    part: Part,
    ways: Sequence[Mapping[int, int]],
) -> tuple[Identity, ...] | None:
    """Rule out every way to choose the signs of factors in a part, if it is found how.

    Parameters
    ----------
    factors : sequence of polynomials
    sides : sequence of Side
    part : tuple of (low, high)
        In the coordinates of the unit cube.
    ways : sequence of mappings of factors to signs
        Those that satisfy the system.

    Returns
    -------
    tuple of Identity, or None

    References
    ----------
    handelman1988 and schweighofer2002 in ``references.bib``.

    Examples
    --------
    x > 0, y > 0 and x + y < 0, where all might have any sign:

    >>> x, y, both = (((1, 0), 1),), (((0, 1), 1),), (((0, 1), 1), ((1, 0), 1))
    >>> square = [Side(Fraction(-1), Fraction(1))] * 2
    >>> found = identities([x, y, both], square, ((0, 1), (0, 1)), [{0: 1, 1: 1, 2: -1}])
    >>> [term.factors for term in found[0].terms]
    [((0, 1),), ((1, 1),), ((2, -1),)]
    """
    own_part = tuple((Fraction(a), Fraction(b)) for a, b in part)
    found = []
    together = merged(ways)
    if len(together) > MOST_WAYS:
        return None
    tensors: dict[int, Any] = {}
    used = {factor for way in together for factor in way}
    if all(low == 0 and high == 1 for low, high in own_part):
        sums = [_sum(way, factors, sides) for way in together]
        if None not in sums:
            return tuple(one for one in sums if one is not None)
    if prod(1 + max(e[k] for f in used for e, _ in factors[f]) for k in range(len(sides))) > (
        MOST_ROWS
    ):
        return None
    for way in together:
        for factor in way:
            if factor not in tensors:
                tensors[factor] = exact_tensor(factors[factor], sides, own_part)
        one = _identity(way, tensors) or _identity(way, tensors, pairs=True)
        if one is None:
            return None
        found.append(one)
    return tuple(found)


def _sum(
    way: Mapping[int, Signs], factors: Sequence[Polynomial], sides: Sequence[Side]
) -> Identity | None:
    """An identity with constant multipliers, in the whole box and of any size.

    Degrees differ on endless sides, where a factor of lower degree is multiplied by a power of
    1 - t, which is positive.
    """
    signed = [
        (factor, one, 0 not in signs)
        for factor, signs in way.items()
        for one in (1, -1)
        if -one not in signs and signs != ANY
    ]
    if not any(strict for *_, strict in signed):
        return None
    monomials = sorted({e for factor, *_ in signed for e, _ in factors[factor]})
    columns = [dict(factors[factor]) for factor, *_ in signed]
    rows = [
        [one * column.get(e, 0) for (_, one, _), column in zip(signed, columns, strict=True)]
        for e in monomials
    ]
    found = linear_program(
        [0] * len(signed),
        equalities=[*rows, [int(strict) for *_, strict in signed]],
        values=[*([0] * len(rows)), 1],
    )
    if found.outcome != "optimal":
        return None
    kept = [(one, value) for one, value in zip(signed, found.point, strict=True) if value]

    def degree(factor: int, axis: int) -> int:
        return max(e[axis] for e, _ in factors[factor])

    endless = [k for k, side in enumerate(sides) if side.high is None]
    top = {k: max(degree(factor, k) for (factor, *_), _ in kept) for k in endless}
    zero = (0,) * len(sides)
    return Identity(
        tuple(sorted(way.items())),
        tuple(
            Term(
                ((factor, one),),
                ((zero, value),),
                tuple(top[k] - degree(factor, k) if k in top else 0 for k in range(len(sides))),
            )
            for (factor, one, _), value in kept
        ),
    )


def _identity(
    way: Mapping[int, Signs], tensors: Mapping[int, Any], *, pairs: bool = False
) -> Identity | None:
    singles: list[tuple[tuple[tuple[int, int], ...], Any, bool]] = []
    for factor, signs in way.items():
        singles += [
            (((factor, one),), one * tensors[factor], 0 not in signs)
            for one in (1, -1)
            if -one not in signs and signs != ANY
        ]
    products = list(singles)
    if pairs:
        products += [
            (a[0] + b[0], _convolved(a[1], b[1]), a[2] and b[2])
            for a, b in combinations(singles, 2)
        ]
    if not products:
        return None
    dims = products[0][1].ndim
    degrees = [max(one[1].shape[k] - 1 for one in products) for k in range(dims)]
    rows = prod(d + 1 for d in degrees)
    room = [
        tuple(d + 1 - s for d, s in zip(degrees, one[1].shape, strict=True)) for one in products
    ]
    sizes = [prod(k + 1 for k in own) for own in room]
    if rows > MOST_ROWS or rows * sum(sizes) > MOST_ENTRIES:
        return None
    columns: list[Any] = []
    owners: list[tuple[int, tuple[int, ...] | None]] = []
    for k, ((_, tensor, strict), own) in enumerate(zip(products, room, strict=True)):
        offsets = list(product(*(range(one + 1) for one in own)))
        for offset in offsets:
            columns.append(_placed(tensor, offset, degrees))
            owners.append((k, offset))
        if strict:
            columns.append(sum(_one(own, at) * _placed(tensor, at, degrees) for at in offsets))
            owners.append((k, None))
    whole = np.array(columns, dtype=object).reshape(len(columns), rows).T
    weights = [1 if place is None else 0 for _, place in owners]
    chosen = _solved(whole, weights) if any(weights) else None
    if chosen is None:
        return None
    gathered: dict[int, dict[tuple[int, ...], Fraction]] = {}
    for (k, place), value in zip(owners, chosen, strict=True):
        if value:
            terms = gathered.setdefault(k, {})
            spread = product(*(range(n + 1) for n in room[k])) if place is None else [place]
            for at in spread:
                scale = _one(room[k], at) if place is None else 1
                terms[at] = terms.get(at, Fraction(0)) + value * scale
    return Identity(
        tuple(sorted(way.items())),
        tuple(
            Term(products[k][0], tuple(sorted(own.items())), room[k])
            for k, own in sorted(gathered.items())
        ),
    )


def _one(degrees: Sequence[int], index: Sequence[int]) -> int:
    """The coefficients of the polynomial 1."""
    return prod(comb(d, j) for d, j in zip(degrees, index, strict=True))


def _convolved(one: Any, two: Any) -> Any:
    """The product of two polynomials in scaled Bernstein coefficients."""
    shape = [a + b - 1 for a, b in zip(one.shape, two.shape, strict=True)]
    result: Any = np.full(shape, Fraction(0), dtype=object)
    for index in np.ndindex(one.shape):
        if one[index]:
            place = tuple(slice(k, k + n) for k, n in zip(index, two.shape, strict=True))
            result[place] += one[index] * two
    return result


def _placed(tensor: Any, offset: tuple[int, ...], degrees: Sequence[int]) -> Any:
    whole: Any = np.full([d + 1 for d in degrees], Fraction(0), dtype=object)
    whole[tuple(slice(k, k + n) for k, n in zip(offset, tensor.shape, strict=True))] = tensor
    return whole


def _solved(whole: Any, weights: Sequence[int]) -> list[Fraction] | None:
    """Find z >= 0 with whole z <= 0 and weights z = 1: in floats, then exactly."""
    from scipy.optimize import linprog

    rows, columns = whole.shape
    scale = np.array([max(1, *(abs(float(one)) for one in row)) for row in whole])
    floats = whole.astype(np.float64) / scale[:, None]
    found = linprog(
        np.ones(columns),
        A_ub=floats,
        b_ub=np.zeros(rows),
        A_eq=[weights],
        b_eq=[1],
        method="highs-ds",
    )
    if found.status != 0:
        return None
    used = [k for k in range(columns) if found.x[k] > NEGLIGIBLE]
    exact = linear_program(
        [0] * len(used),
        rows=[[row[k] for k in used] for row in whole if any(row[k] for k in used)],
        bounds=[0] * sum(any(row[k] for k in used) for row in whole),
        equalities=[[weights[k] for k in used]],
        values=[1],
    )
    if exact.outcome != "optimal":
        return None
    result = [Fraction(0)] * columns
    for k, value in zip(used, exact.point, strict=True):
        result[k] = value
    return result
