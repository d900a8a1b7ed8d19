r"""Whether a system of polynomial inequalities has a point in a box: a search by subdivision.

In each part of the box the Bernstein coefficients of the factors bound their signs (garloff1993).
A part is *done* where no choice of possible signs satisfies all constraints: its signs are the
certificate. Where a corner satisfies them all, a point is found. Else the part is divided, which
brings the coefficients closer to the polynomials. Endless sides are brought to the unit interval
by :math:`x = low + t/(1 - t)`.

Bounds on a closed part decide strict signs also where a factor vanishes on an open end alone: a
polynomial whose Bernstein coefficients are all at least 0 vanishes somewhere in the relative
interior of a face of the part only if all coefficients of that face are 0.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any

import numpy as np

from dilemma.arrays.bernstein import halves, to_unit
from dilemma.arrays.sign_identities import Identity, identities
from dilemma.arrays.sign_systems import (
    ANY,
    Polynomial,
    Side,
    Signs,
    System,
    consistent,
    sign,
)

# Corners of a part that are looked at for a point.
MOST_CORNERS = 256
# Parts before identities are looked for, and parts in which they are.
QUICK = 128
IDENTIFIED = 48

Part = tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True)
class DonePart:
    """A part of the unit cube in which a system has no point, with why.

    Attributes
    ----------
    part : tuple of (low, high)
        In the coordinates t of the unit cube.
    signs : tuple of (factor, signs)
        The signs that some factors can have in it.
    identities : tuple of Identity
        What rules out the ways to choose among these signs that satisfy the system.
    """

    part: Part
    signs: tuple[tuple[int, Signs], ...]
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True)
class Search:
    """What a search came to.

    Attributes
    ----------
    done : tuple of DonePart
    left : tuple of parts
        Those in which neither a point was found nor shown that there is none.
    point : tuple of Fraction or None
        A point of the box that satisfies the system.
    parts : int
        How many were looked at.
    """

    done: tuple[DonePart, ...]
    left: tuple[Part, ...]
    point: tuple[Fraction, ...] | None
    parts: int


def bernstein_tensor(polynomial: Polynomial, sides: Sequence[Side]) -> Any:
    """The Bernstein coefficients over a box, up to a positive factor, as integers.

    Examples
    --------
    >>> bernstein_tensor((((0,), -1), ((1,), 2)), (Side(Fraction(0), None),)).tolist()
    [-1, 2]
    """
    degrees = [max((e[k] for e, _ in polynomial), default=0) for k in range(len(sides))]
    tensor: Any = np.zeros([d + 1 for d in degrees], dtype=object)
    for exponents, coefficient in polynomial:
        tensor[exponents] = coefficient
    for axis, side in enumerate(sides):
        if degrees[axis]:
            change = to_unit(degrees[axis], side.low, side.high)
            scale = lcm(*(one.denominator for one in change.flat))
            change = np.vectorize(lambda one, s=scale: int(one * s), otypes=[object])(change)
            tensor = np.moveaxis(np.tensordot(change, tensor, axes=(1, axis)), 0, axis)
    return tensor


class _Cell:
    """One part: what is known of the factors' signs there."""

    __slots__ = ("part", "signs", "tensors")

    def __init__(self, part: Part, tensors: dict[int, Any], signs: dict[int, Signs]) -> None:
        self.part, self.tensors, self.signs = part, tensors, signs


def search(
    system: System,
    budget: int = 4096,
    *,
    tick: Callable[[int], None] = lambda _: None,
    identify: int = 0,
) -> Search:
    """Look for a point of a system, or prove that there is none.

    Parameters
    ----------
    system : System
    budget : int
        How many parts are looked at.
    tick : function (int)
        Is told of each part that was looked at.
    identify : int
        In how many parts an identity (`dilemma.arrays.sign_identities`) is looked for, too.

    Returns
    -------
    Search

    Notes
    -----
    The work for a part is the number of Bernstein coefficients of the factors whose sign is still
    open there, times their degrees.

    References
    ----------
    garloff1993 in ``references.bib``.

    Examples
    --------
    x - 1/2 > 0 and 1/4 - x > 0 have no point in [0, 1]:

    >>> from dilemma.arrays.sign_systems import Constraint, SIGNS_OF
    >>> factors = ((((0,), -1), ((1,), 2)), (((0,), 1), ((1,), -4)))
    >>> both = tuple(Constraint(1, ((k, 1),), SIGNS_OF[">"]) for k in (0, 1))
    >>> found = search(System(factors, both, (Side(Fraction(0), Fraction(1)),)))
    >>> found.point, found.left, [one.part for one in found.done]
    (None, (), [((Fraction(0, 1), Fraction(1, 2)),), ((Fraction(1, 2), Fraction(1, 1)),)])
    """
    used = sorted({f for one in system.constraints for f, _ in one.powers})
    whole: Part = tuple((Fraction(0), Fraction(1)) for _ in system.sides)
    tensors = {f: bernstein_tensor(system.factors[f], system.sides) for f in used}
    waiting = deque([_Cell(whole, tensors, {})])
    done: list[DonePart] = []
    point: tuple[Fraction, ...] | None = None
    parts = 0
    while waiting and parts < budget:
        cell = waiting.popleft()
        parts += 1
        tick(1)
        signs = dict(cell.signs)
        for factor, tensor in cell.tensors.items():
            signs[factor] = signs_of(tensor, _included(cell.part, system.sides))
        ways = consistent(system.constraints, signs)
        if not ways:
            facts = tuple((f, signs[f]) for f in used if signs[f] != ANY)
            done.append(DonePart(cell.part, facts))
            continue
        point = _corner(system, cell, signs)
        if point is not None:
            waiting.appendleft(cell)
            break
        if identify > 0:
            identify -= 1
            shown = identities(system.factors, system.sides, cell.part, ways)
            if shown is not None:
                facts = tuple((f, signs[f]) for f in used if signs[f] != ANY)
                done.append(DonePart(cell.part, facts, shown))
                continue
        open_ones = {f: t for f, t in cell.tensors.items() if len(signs[f]) > 1}
        axis = _axis(open_ones)
        if axis is None:
            # Nothing is left to divide: the signs are settled, and satisfy the system.
            point = _inside(cell.part, system)
            waiting.appendleft(cell)
            break
        settled = {f: s for f, s in signs.items() if len(s) == 1}
        waiting.extend(_divided(cell, open_ones, settled, axis))
    return Search(tuple(done), tuple(one.part for one in waiting), point, parts)


def decide(
    system: System,
    budget: int = 4096,
    tick: Callable[[int], None] = lambda _: None,
    identify: int = IDENTIFIED,
) -> Search:
    """Search by signs alone, which mostly is enough; if it is not, again with identities.

    Parameters
    ----------
    system, budget, tick, identify
        As for `search`.

    Returns
    -------
    Search

    Examples
    --------
    x > 0, y > 0 and x + y < 0 on [-1, 1]: subdivision alone never ends at (0, 0).

    >>> from dilemma.arrays.sign_systems import Constraint, SIGNS_OF
    >>> factors = ((((1, 0), 1),), (((0, 1), 1),), (((0, 1), 1), ((1, 0), 1)))
    >>> signs = [SIGNS_OF[">"], SIGNS_OF[">"], SIGNS_OF["<"]]
    >>> every = tuple(Constraint(1, ((k, 1),), one) for k, one in enumerate(signs))
    >>> square = (Side(Fraction(-1), Fraction(1)),) * 2
    >>> decide(System(factors, every, square)).left
    ()
    """
    first = search(system, min(budget, QUICK), tick=tick)
    if not first.left or first.point is not None or budget <= QUICK:
        return first
    second = search(system, budget - first.parts, tick=tick, identify=identify)
    return Search(second.done, second.left, second.point, first.parts + second.parts)


def _included(part: Part, sides: Sequence[Side]) -> tuple[tuple[bool, bool], ...]:
    """For each axis, whether the two ends of a part belong to the box."""
    return tuple(
        (
            low > 0 or not side.low_open,
            high < 1 or not (side.high_open or side.high is None),
        )
        for (low, high), side in zip(part, sides, strict=True)
    )


def signs_of(tensor: Any, included: Sequence[tuple[bool, bool]]) -> Signs:
    """The signs that a polynomial can have in a part, by its Bernstein coefficients.

    Parameters
    ----------
    tensor : array of int or Fraction
    included : sequence of pairs of bool
        For each axis, whether its two ends belong to the part.

    Examples
    --------
    >>> [sorted(signs_of(np.array([0, 1]), [(low, True)])) for low in (True, False)]
    [[0, 1], [1]]
    """
    low, high = tensor.min(), tensor.max()
    if low > 0:
        return frozenset({1})
    if high < 0:
        return frozenset({-1})
    if low < 0 < high:
        return ANY
    if low == high == 0:
        return frozenset({0})
    one = 1 if high > 0 else -1
    faces: list[list[Any]] = []
    for ends, size in zip(included, tensor.shape, strict=True):
        own: list[Any] = [k for k, there in zip((0, -1), ends, strict=True) if there]
        faces.append(own if own and size > 1 else [slice(None)])
    strictly = all(np.any(tensor[face] != 0) for face in product(*faces))
    return frozenset({one}) if strictly else frozenset({0, one})


def _corner(system: System, cell: _Cell, signs: dict[int, Signs]) -> tuple[Fraction, ...] | None:
    """A corner of the part that satisfies the system; its signs are corner coefficients."""
    included = _included(cell.part, system.sides)
    ends: Iterator[tuple[int, ...]] = product(
        *([k for k in (0, 1) if there[k]] for there in included)
    )
    for count, corner in enumerate(ends):
        if count >= MOST_CORNERS:
            break
        own = {
            f: next(iter(s)) if len(s) == 1 else sign(cell.tensors[f][tuple(-k for k in corner)])
            for f, s in signs.items()
        }
        if all(one.holds(own) for one in system.constraints):
            place = [pair[k] for pair, k in zip(cell.part, corner, strict=True)]
            return _point(place, system.sides)
    return None


def _inside(part: Part, system: System) -> tuple[Fraction, ...] | None:
    point = _point([(low + high) / 2 for low, high in part], system.sides)
    return point if point is not None and system.holds_at(point) else None


def _point(place: Sequence[Fraction], sides: Sequence[Side]) -> tuple[Fraction, ...] | None:
    values = [side.at(one) for one, side in zip(place, sides, strict=True)]
    return None if None in values else tuple(one for one in values if one is not None)


def _axis(tensors: dict[int, Any]) -> int | None:
    """The axis along which the open factors vary most, for their size."""
    best, axis = 0.0, None
    shapes = [t.ndim for t in tensors.values()]
    totals = [0.0] * (shapes[0] if shapes else 0)
    for tensor in tensors.values():
        largest = max(abs(int(tensor.max())), abs(int(tensor.min()))) or 1
        floats = (tensor / largest).astype(np.float64)
        for k, size in enumerate(tensor.shape):
            if size > 1:
                totals[k] += float(np.abs(np.diff(floats, axis=k)).max()) * (size - 1)
    for k, total in enumerate(totals):
        if total > best:
            best, axis = total, k
    return axis


def _divided(
    cell: _Cell, tensors: dict[int, Any], settled: dict[int, Signs], axis: int
) -> list[_Cell]:
    low, high = cell.part[axis]
    middle = (low + high) / 2
    two: list[dict[int, Any]] = [{}, {}]
    for factor, tensor in tensors.items():
        pair = halves(tensor, axis) if tensor.shape[axis] > 1 else (tensor, tensor)
        for own, half in zip(two, pair, strict=True):
            own[factor] = half
    ends = ((low, middle), (middle, high))
    return [
        _Cell((*cell.part[:axis], one, *cell.part[axis + 1 :]), own, settled)
        for one, own in zip(ends, two, strict=True)
    ]
