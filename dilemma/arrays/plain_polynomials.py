r"""Polynomials as dictionaries of Fractions, and what certificates say of them, step by step.

For checking what faster code has found: nothing is shared with `dilemma.arrays.sign_search` or
`dilemma.arrays.bernstein`, and each function does what its definition says. A polynomial maps
exponents to coefficients.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Powers = dict[tuple[int, ...], Fraction]


def ruled_out(
    constraints: Iterable[Any],
    stated: Mapping[int, set[int]],
    excluded: Sequence[Mapping[int, set[int]]],
) -> bool:
    """Whether no choice of signs satisfies all constraints, but for excluded ones."""
    every = list(constraints)
    order = list(dict.fromkeys(f for one in every for f, _ in one.powers))

    def search(chosen: dict[int, int]) -> bool:
        for one in every:
            if all(f in chosen for f, _ in one.powers):
                value = one.sign
                for f, power in one.powers:
                    value *= chosen[f] ** power
                if value not in one.allowed:
                    return True
        if any(
            all(f in chosen and chosen[f] in signs for f, signs in one.items()) for one in excluded
        ):
            return True
        free = [f for f in order if f not in chosen]
        if not free:
            return False
        return all(search({**chosen, free[0]: s}) for s in stated.get(free[0], {-1, 0, 1}))

    return search({})


def filled(parts: Sequence[Any], size: int) -> bool:
    """Whether parts fill the unit cube without overlap: cut it where no part is cut."""

    def inside(region: tuple[Any, ...], own: Sequence[Any]) -> bool:
        if not own:
            return False
        if len(own) == 1:
            return tuple(own[0]) == region
        for axis in range(size):
            low, high = region[axis]
            cuts = sorted({end for one in own for end in one[axis] if low < end < high})
            for cut in sorted(cuts, key=lambda c: abs(2 * c - low - high)):
                first = [one for one in own if one[axis][1] <= cut]
                second = [one for one in own if one[axis][0] >= cut]
                if len(first) + len(second) == len(own):
                    before = (*region[:axis], (low, cut), *region[axis + 1 :])
                    after = (*region[:axis], (cut, high), *region[axis + 1 :])
                    return inside(before, first) and inside(after, second)
        return False

    for one in parts:
        if len(one) != size or any(not low < high for low, high in one):
            return False
    return inside(((Fraction(0), Fraction(1)),) * size, [tuple(map(tuple, one)) for one in parts])


def powers_of(polynomial: Iterable[Any]) -> Powers:
    """A polynomial from pairs (exponents, coefficient).

    >>> powers_of([((1,), 2), ((0,), 0)])
    {(1,): Fraction(2, 1)}
    """
    return {tuple(e): Fraction(c) for e, c in polynomial if c}


def add_to(total: Powers, other: Powers, scale: Fraction) -> None:
    """Add a multiple of a polynomial to another one, in place."""
    for place, value in other.items():
        total[place] = total.get(place, Fraction(0)) + scale * value
        if not total[place]:
            del total[place]


def times(one: Powers, two: Powers) -> Powers:
    """Multiply two polynomials.

    >>> times({(1,): Fraction(1)}, {(1,): Fraction(1), (0,): Fraction(2)})
    {(2,): Fraction(1, 1), (1,): Fraction(2, 1)}
    """
    result: Powers = {}
    for a, x in one.items():
        for b, y in two.items():
            place = tuple(i + j for i, j in zip(a, b, strict=True))
            result[place] = result.get(place, Fraction(0)) + x * y
    return {k: v for k, v in result.items() if v}


def value_at(polynomial: Powers, point: Sequence[Fraction]) -> Fraction:
    """The value of a polynomial at a point."""
    return sum(
        (
            c * math.prod(x**e for x, e in zip(point, k, strict=True))
            for k, c in polynomial.items()
        ),
        Fraction(0),
    )


def positive_multiple(one: Powers, two: Powers) -> bool:
    """Whether one polynomial is a positive number times the other."""
    if not one or not two:
        return not one and not two
    if set(one) != set(two):
        return False
    ratios = {one[k] / two[k] for k in one}
    return len(ratios) == 1 and next(iter(ratios)) > 0


def same_zeros(one: Powers, two: Powers) -> bool:
    """Whether one polynomial is a number other than 0 times the other."""
    return positive_multiple(one, two) or positive_multiple({k: -v for k, v in one.items()}, two)


def pulled_back(polynomial: Powers, sides: Sequence[Any], part: Any) -> tuple[Powers, list[int]]:
    """A polynomial in the coordinates u of a part, times (1 - t)^d on endless sides."""
    size = len(sides)
    degrees = [max((k[i] for k in polynomial), default=0) for i in range(size)]
    # Each variable as a polynomial in its own u: value and, for endless sides, 1 - t.
    result: Powers = {}
    cache: dict[tuple[int, int], list[Fraction]] = {}
    for place, coefficient in polynomial.items():
        lines = []
        for i, e in enumerate(place):
            if (i, e) not in cache:
                low, high, _, _ = sides[i]
                a, b = part[i]
                t = [a, b - a]
                rest = [1 - a, a - b]
                if high is not None:
                    base = [low + (high - low) * t[0], (high - low) * t[1]]
                    cache[i, e] = _line_power(base, e)
                else:
                    # low + t/(1 - t), times 1 - t
                    base = [low * r + s for r, s in zip(rest, t, strict=True)]
                    cache[i, e] = _line_times(
                        _line_power(base, e), _line_power(rest, degrees[i] - e)
                    )
            lines.append(cache[i, e])
        for index in itertools.product(*(range(len(one)) for one in lines)):
            value = coefficient
            for one, k in zip(lines, index, strict=True):
                value *= one[k]
                if not value:
                    break
            if value:
                result[index] = result.get(index, Fraction(0)) + value
    return {k: v for k, v in result.items() if v}, degrees


def _line_times(one: Sequence[Fraction], two: Sequence[Fraction]) -> list[Fraction]:
    result = [Fraction(0)] * (len(one) + len(two) - 1)
    for i, x in enumerate(one):
        for j, y in enumerate(two):
            result[i + j] += x * y
    return result


def _line_power(base: Sequence[Fraction], power: int) -> list[Fraction]:
    result = [Fraction(1)]
    for _ in range(power):
        result = _line_times(result, base)
    return result


def bernstein(polynomial: Powers, degrees: Sequence[int]) -> Powers:
    """Coefficients b of a polynomial in the basis C(d, k) u^k (1 - u)^(d - k)."""
    current = polynomial
    for axis, degree in enumerate(degrees):
        changed: Powers = {}
        for place, value in current.items():
            j = place[axis]
            for i in range(j, degree + 1):
                to = (*place[:axis], i, *place[axis + 1 :])
                scale = Fraction(math.comb(i, j), math.comb(degree, j))
                changed[to] = changed.get(to, Fraction(0)) + value * scale
        current = changed
    return current


def bernstein_monomial(index: Sequence[int], degrees: Sequence[int]) -> Powers:
    """u^k (1 - u)^(d - k) in powers of u."""
    result: Powers = {(): Fraction(1)}
    for k, d in zip(index, degrees, strict=True):
        line = {k + j: Fraction((-1) ** j * math.comb(d - k, j)) for j in range(d - k + 1)}
        result = {(*place, e): v * c for place, v in result.items() for e, c in line.items()}
    return result


def signs_hold(polynomial: Powers, sides: Sequence[Any], part: Any, signs: Iterable[int]) -> bool:
    """Whether a polynomial has only the stated signs in a part."""
    stated = set(signs)
    if stated == {-1, 0, 1}:
        return True
    if stated == {-1, 1}:
        return False
    pulled, degrees = pulled_back(polynomial, sides, part)
    if stated == {0}:
        return not pulled
    if -1 in stated:
        pulled = {k: -v for k, v in pulled.items()}
    coefficients = bernstein(pulled, degrees)
    if any(value < 0 for value in coefficients.values()):
        return False
    if 0 in stated:
        return True
    return positive(coefficients, degrees, sides, part)


def positive(
    coefficients: Powers, degrees: Sequence[int], sides: Sequence[Any], part: Any
) -> bool:
    """Whether Bernstein coefficients, none negative, are positive on each face of a part.

    A face counts if it belongs to the part; it suffices that some coefficient there is positive.
    """
    faces = []
    for (_, high, low_open, high_open), (a, b), degree in zip(sides, part, degrees, strict=True):
        own: list[set[int]] = []
        if a > 0 or not low_open:
            own.append({0})
        if b < 1 or not (high is None or high_open):
            own.append({degree})
        faces.append(own or [set(range(degree + 1))])
    return all(
        any(
            value > 0 and all(k in own for k, own in zip(place, face, strict=True))
            for place, value in coefficients.items()
        )
        for face in itertools.product(*faces)
    )
