r"""Convex polygons in the plane, in rational arithmetic: hulls, half-planes, areas, weights.

A polygon is the tuple of its vertices, counterclockwise from the lexicographically least one,
none of them in the middle of an edge: equal sets are equal tuples. Every convex hull of finitely
many points is one, whatever its dimension: ``()`` is empty, ``(v,)`` a point and ``(v, w)`` a
segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from dilemma.arrays.exact import fraction

Point = tuple[Fraction, Fraction]
Polygon = tuple[Point, ...]


def hull(points: Iterable[Sequence[Any]]) -> Polygon:
    """Return the convex hull of finitely many points.

    Parameters
    ----------
    points : iterable of pairs
        Numbers of any kind that `dilemma.arrays.exact.fraction` reads; repetitions are allowed.

    Returns
    -------
    tuple of pairs of Fraction
        The vertices, counterclockwise from the lexicographically least.

    Raises
    ------
    TypeError, ValueError
        If a point is no pair of numbers.

    Notes
    -----
    Andrew's monotone chain (andrew1979): sorting, and a turn for each point.

    Examples
    --------
    >>> square = hull([(0, 0), (1, 0), (1, 1), (0, 1), ("1/2", 0), ("1/3", "1/3")])
    >>> [(str(x), str(y)) for x, y in square]
    [('0', '0'), ('1', '0'), ('1', '1'), ('0', '1')]
    >>> len(hull([(0, 0), (1, 1), (2, 2)])), len(hull([(1, 1), (1, 1)])), hull([])
    (2, 1, ())
    """
    ordered = sorted({as_point(one, f"points[{k}]") for k, one in enumerate(points)})
    if len(ordered) < 3:
        return tuple(ordered)
    lower, upper = _chain(ordered), _chain(reversed(ordered))
    return tuple(lower[:-1] + upper[:-1])


def _chain(ordered: Iterable[Point]) -> list[Point]:
    kept: list[Point] = []
    for one in ordered:
        while len(kept) > 1 and turn(kept[-2], kept[-1], one) <= 0:
            kept.pop()
        kept.append(one)
    return kept


def turn(first: Point, second: Point, third: Point) -> Fraction:
    """Twice the signed area of a triangle: positive if it runs counterclockwise.

    >>> turn((0, 0), (1, 0), (0, 1)), turn((0, 0), (1, 1), (2, 2))
    (1, 0)
    """
    return (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (
        third[0] - first[0]
    )


def clip(polygon: Polygon, normal: Sequence[Any], level: Any) -> Polygon:
    r"""Keep the part of a polygon in the half-plane :math:`a \cdot v \ge b`.

    Parameters
    ----------
    polygon : tuple of pairs of Fraction
        As `hull` makes them.
    normal : pair of numbers
        a. If it is (0, 0), all is kept where :math:`b \le 0` and nothing elsewhere.
    level : number
        b.

    Returns
    -------
    tuple of pairs of Fraction
        A polygon again: perhaps a segment, a point, or empty.

    Examples
    --------
    >>> triangle = hull([(0, 0), (2, 0), (0, 2)])
    >>> [(str(x), str(y)) for x, y in clip(triangle, (1, 0), 1)]
    [('1', '0'), ('2', '0'), ('1', '1')]
    >>> clip(triangle, (1, 0), 2), clip(triangle, (1, 0), 3)
    (((Fraction(2, 1), Fraction(0, 1)),), ())
    """
    a, b = as_point(normal, "normal")
    bound = fraction(level, "level")
    over = [a * x + b * y - bound for x, y in polygon]
    if all(value >= 0 for value in over):
        return polygon
    kept: list[Point] = []
    for k, one in enumerate(polygon):
        other, value, following = polygon[k - 1], over[k], over[k - 1]
        # The vertices on the boundary are kept as they are; only a strict crossing makes a new
        # one, so that no vertex comes twice (but for a segment, which is walked to and fro).
        if (value < 0 < following) or (following < 0 < value):
            share = value / (value - following)
            crossing = (
                one[0] + share * (other[0] - one[0]),
                one[1] + share * (other[1] - one[1]),
            )
            if crossing not in kept:
                kept.append(crossing)
        if value >= 0:
            kept.append(one)
    if not kept:
        return ()
    start = kept.index(min(kept))
    return tuple(kept[start:] + kept[:start])


def contains(polygon: Polygon, point: Sequence[Any]) -> bool:
    """Say whether a point lies in a polygon, its edges and vertices included.

    >>> triangle = hull([(0, 0), (2, 0), (0, 2)])
    >>> contains(triangle, (1, 1)), contains(triangle, (1, "1.01")), contains((), (0, 0))
    (True, False, False)
    """
    one = as_point(point, "point")
    if len(polygon) < 3:
        return one in polygon or (len(polygon) == 2 and _between(polygon[0], polygon[1], one))
    return all(turn(polygon[k - 1], polygon[k], one) >= 0 for k in range(len(polygon)))


def _between(first: Point, second: Point, one: Point) -> bool:
    """Whether a point lies on the segment from one to another, the lexicographically larger."""
    return turn(first, second, one) == 0 and first <= one <= second


def area(polygon: Polygon) -> Fraction:
    """Return the area of a polygon: 0 for a segment, a point and the empty set.

    >>> area(hull([(0, 0), (2, 0), (0, 2)])), area(hull([(0, 0), (2, 0)]))
    (Fraction(2, 1), Fraction(0, 1))
    """
    twice = sum((turn(polygon[0], polygon[k - 1], polygon[k]) for k in range(2, len(polygon))),
                Fraction(0))  # fmt: skip
    return twice / 2


def weights(polygon: Polygon, point: Sequence[Any]) -> tuple[Fraction, ...] | None:
    r"""Write a point as a convex combination of at most three vertices of a polygon.

    Parameters
    ----------
    polygon : tuple of pairs of Fraction
    point : pair of numbers

    Returns
    -------
    tuple of Fraction, or None
        A weight for each vertex, not negative, with the sum 1: from the triangles that the
        first vertex makes with each edge. None if the point lies outside.

    Examples
    --------
    >>> [str(one) for one in weights(hull([(0, 0), (2, 0), (2, 2), (0, 2)]), (1, 1))]
    ['1/2', '0', '1/2', '0']
    >>> weights(hull([(0, 0), (2, 0)]), (3, 0)) is None
    True
    """
    one = as_point(point, "point")
    if not contains(polygon, one):
        return None
    result = [Fraction(0)] * len(polygon)
    if one in polygon:
        result[polygon.index(one)] = Fraction(1)
        return tuple(result)
    if len(polygon) == 2:
        (x, y), (u, v) = polygon
        share = (one[0] - x) / (u - x) if u != x else (one[1] - y) / (v - y)
        return 1 - share, share
    first = polygon[0]
    # The first triangle of the fan that reaches as far around the first vertex as the point.
    k = next(k for k in range(2, len(polygon)) if turn(first, one, polygon[k]) >= 0)
    whole = turn(first, polygon[k - 1], polygon[k])
    result[k - 1] = turn(first, one, polygon[k]) / whole
    result[k] = turn(first, polygon[k - 1], one) / whole
    result[0] = 1 - result[k - 1] - result[k]
    return tuple(result)


def upper_right(polygon: Polygon) -> Polygon:
    r"""Return the Pareto frontier's vertices, from the most for the second to that for the first.

    These are the vertices v with no other point of the polygon at least as large in both
    coordinates; the frontier is the path that joins them.

    Examples
    --------
    >>> [(str(x), str(y)) for x, y in upper_right(hull([(0, 0), (5, 0), (3, 3), (0, 5)]))]
    [('0', '5'), ('3', '3'), ('5', '0')]
    """
    if not polygon:
        return ()
    first = max(polygon)
    last = max(polygon, key=lambda one: (one[1], one[0]))
    # Counterclockwise from the one to the other, edges go up and to the left.
    start = polygon.index(first)
    around = polygon[start:] + polygon[:start]
    return tuple(reversed(around[: around.index(last) + 1]))


def as_point(values: Sequence[Any], name: str = "point") -> Point:
    """Read a pair of numbers exactly.

    Raises
    ------
    TypeError, ValueError
        If it is none.

    Examples
    --------
    >>> as_point([0.5, "1/3"])
    (Fraction(1, 2), Fraction(1, 3))
    """
    if isinstance(values, str) or not hasattr(values, "__len__") or len(values) != 2:
        raise TypeError(f"{name}: requires a pair of numbers, got {values!r}")
    x, y = values
    if type(x) is Fraction and type(y) is Fraction:
        return x, y
    return fraction(x, f"{name}[0]"), fraction(y, f"{name}[1]")
