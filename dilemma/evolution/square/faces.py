r"""A player's square, face by face: where a quadratic payoff can have its maximum."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from flint import arb, fmpq
from numpy.typing import NDArray

from dilemma.game.display import number
from dilemma.game.square import SquareGame

# A face of a player's square: each coordinate is 0, 1, or free (None).
Face = tuple[int | None, int | None]
FACES: tuple[Face, ...] = tuple((r, t) for r in (0, 1, None) for t in (0, 1, None))
Polynomial = NDArray[np.object_]
Point = tuple[Any, Any]


def own_polynomial(coefficients: Polynomial, other: Sequence[Any]) -> dict[tuple[int, int], Any]:
    """One player's payoff as a polynomial in its own point, the other's point being given."""
    c, t = other
    result: dict[tuple[int, int], Any] = {}
    for a, b in product(*map(range, coefficients.shape[:2])):
        total = None
        for (i, j), value in np.ndenumerate(coefficients[a, b]):
            if value:
                term = _number(value, c) * c**i * t**j
                total = term if total is None else total + term
        result[a, b] = _number(Fraction(0), c) if total is None else total
    for a, b in product(range(3), range(3)):
        result.setdefault((a, b), _number(Fraction(0), c))
    return result


def best_points(own: dict[tuple[int, int], Any]) -> list[tuple[Face, Point]]:
    """The stationary points of an own polynomial that can be its maximum over the square.

    One a face at most: corners always, sides and the inside where it is strictly concave there.
    A face along which it is flat adds nothing: its value is attained on the boundary too.
    """
    points: list[tuple[Face, Point]] = []
    for face in FACES:
        r, t = face
        if r is not None and t is not None:
            points.append((face, (_like(own, r), _like(own, t))))
        elif r is not None:
            slope, bend = own[0, 1] + r * own[1, 1] + r * own[2, 1], own[0, 2]
            points += _on_side(face, slope, bend, lambda x, r=r: (_like(own, r), x))
        elif t is not None:
            slope, bend = own[1, 0] + t * own[1, 1] + t * own[1, 2], own[2, 0]
            points += _on_side(face, slope, bend, lambda x, t=t: (x, _like(own, t)))
        else:
            determinant = 4 * own[2, 0] * own[0, 2] - own[1, 1] * own[1, 1]
            if determinant > 0 and own[2, 0] < 0:
                x = (own[1, 1] * own[0, 1] - 2 * own[0, 2] * own[1, 0]) / determinant
                y = (own[1, 1] * own[1, 0] - 2 * own[2, 0] * own[0, 1]) / determinant
                if not (x < 0 or x > 1 or y < 0 or y > 1):
                    points.append((face, (x, y)))
    return points


def enclosure(low: float, high: float) -> arb:
    """A ball that holds an interval."""
    return arb(float(low)).union(arb(float(high)))


def value_of(own: dict[tuple[int, int], Any], point: Point) -> Any:
    """An own polynomial's value at a point."""
    r, t = point
    total = own[0, 0]
    for (a, b), value in own.items():
        if a or b:
            total = total + value * r**a * t**b
    return total


def _on_side(face: Face, slope: Any, bend: Any, place: Any) -> list[tuple[Face, Point]]:
    if not bend < 0:
        return []
    at = slope / (-2 * bend)
    return [] if at < 0 or at > 1 else [(face, place(at))]


def _number(value: Fraction, like: Any) -> Any:
    if isinstance(like, arb):
        return arb(fmpq(value.numerator, value.denominator))
    return value


def _like(own: dict[tuple[int, int], Any], value: int) -> Any:
    return arb(value) if isinstance(own[0, 0], arb) else Fraction(value)


def reduced(polynomial: Polynomial, fixed: Sequence[int | None]) -> Polynomial:
    """A polynomial in the free variables alone."""
    for axis in range(len(fixed) - 1, -1, -1):
        if fixed[axis] == 0:
            polynomial = np.take(polynomial, 0, axis=axis)
        elif fixed[axis] == 1:
            polynomial = np.sum(polynomial, axis=axis)
    return np.asarray(polynomial, dtype=object)


def name_of(game: SquareGame, point: Point) -> str | None:
    """The landmark at a point, if there is one."""
    for one in game.landmarks:
        if (one.receptivity, one.transparency) == point:
            return one.name
    return None


def point_words(game: SquareGame, point: Point) -> str:
    """A point in words: its name, if it has one, and its coordinates."""
    r, t = (number(x) if isinstance(x, Fraction) else f"{float(x):.6g}" for x in point)
    name = name_of(game, point)
    return f"{name} (r = {r}, t = {t})" if name else f"(r = {r}, t = {t})"


def pair_words(game: SquareGame, points: tuple[Point, Point]) -> str:
    """A pair of points in words."""
    first, second = (point_words(game, one) for one in points)
    return f"both play {first}" if first == second else f"{first} meets {second}"
