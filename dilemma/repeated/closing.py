r"""A proof that outer polygons close in on a self-generating one, which is then the whole set.

Let V be self-generating, and W(s), for s from 0 to 1, polygons that contain it whose vertices move
along straight lines, with W(0) = V and edges that keep their directions. The lines of the
constraints at the threats of W(s) move at a steady pace too. So each point that the step of
`dilemma.repeated.generation` makes from W(s) moves along a straight line, as long as it comes
from the same edge; and whether it does is decided by the signs of quantities that are affine in
s. A quantity whose signs at 0 and at 1 are not opposite keeps its sign in between. It is then
enough to look at s = 0 and s = 1: if all generated points lie in V at 0 and in W(θ) at 1, with
θ < 1, then those made from W(s) lie in W(θs) for every s. If moreover all equilibrium payoffs are
known to lie in W(1), they lie in W(θ), in W(θ²), and so on, and so in V.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.arrays.polygons import turn
from dilemma.repeated.generation import Stage, inside

Pair = tuple[Any, Any]


@dataclass(frozen=True)
class Motion:
    """Polygons whose vertices move from `start` to `end` along straight lines.

    Attributes
    ----------
    rest : tuple of pairs
        The polygon at the start, each vertex once.
    start, end : tuples of pairs
        Where the vertices are at 0 and at 1.
    """

    rest: tuple[Pair, ...]
    start: tuple[Pair, ...]
    end: tuple[Pair, ...]

    def at(self, share: Fraction) -> list[Pair]:
        """The vertices at a time."""
        return [
            (a + share * (c - a), b + share * (d - b))
            for (a, b), (c, d) in zip(self.start, self.end, strict=True)
        ]


class Undecided(Exception):
    """A sign changes on the way, so that this motion proves nothing."""


def motions(polygon: tuple[Pair, ...], reach: Fraction) -> Iterator[Motion]:
    """Ways for a polygon to grow by about `reach` in all directions, to be tried in turn."""
    if len(polygon) > 2:
        size = len(polygon)
        centre = tuple(sum(v[i] for v in polygon) / size for i in (0, 1))
        thickness = min(
            abs(turn(p, q, centre))  # type: ignore[arg-type]
            / (abs(q[0] - p[0]) + abs(q[1] - p[1]))
            for p, q in zip(polygon, (*polygon[1:], polygon[0]), strict=True)
        )
        share = _simple(2 * float(reach) / float(thickness))
        end = tuple(
            (v[0] + share * (v[0] - centre[0]), v[1] + share * (v[1] - centre[1])) for v in polygon
        )
        yield Motion(polygon, polygon, end)
    for aspect in (1, 8, Fraction(1, 8), 64, Fraction(1, 64), 512, Fraction(1, 512)):
        width, height = (reach, reach * aspect) if aspect >= 1 else (reach / aspect, reach)
        yield _boxed(polygon, width, height)


def _simple(value: float) -> Fraction:
    """A fraction of few digits, at least as large."""
    return Fraction(value).limit_denominator(10**15) * Fraction(9, 8)


def _boxed(polygon: tuple[Pair, ...], width: Fraction, height: Fraction) -> Motion:
    """The sum of a polygon and of a box that grows."""
    corners = [(width, height), (-width, height), (-width, -height), (width, -height)]
    size = len(polygon)
    start: list[Pair] = []
    end: list[Pair] = []
    for k, (x, y) in enumerate(polygon):
        first, last = 0, 3
        if size > 1:
            before, after = polygon[k - 1], polygon[(k + 1) % size]
            first = _quadrant(y - before[1], before[0] - x, closed=True)
            last = _quadrant(after[1] - y, x - after[0], closed=False)
        for turned in range((last - first) % 4 + 1):
            dx, dy = corners[(first + turned) % 4]
            start.append((x, y))
            end.append((x + dx, y + dy))
    return Motion(polygon, tuple(start), tuple(end))


def _quadrant(x: Any, y: Any, closed: bool) -> int:
    """The quadrant of a direction; an axis belongs to the one after it, or before it."""
    if closed:
        return 0 if x > 0 and y >= 0 else 1 if x <= 0 and y > 0 else 2 if x < 0 else 3
    return 0 if x >= 0 and y > 0 else 1 if x < 0 and y >= 0 else 2 if x <= 0 and y < 0 else 3


def closes_in(motion: Motion, stage: Stage, share: Fraction) -> bool:
    """Whether the step takes each polygon of a motion into the one at `share` of the time.

    Parameters
    ----------
    motion : Motion
        From a self-generating polygon to one that contains it.
    stage : Stage
    share : Fraction
        θ, below 1.
    """
    try:
        closer = motion.at(share)
        for before, after in _generated(motion, stage):
            if before is None and after is None:
                return False
            if not (inside(motion.rest, before) and inside(closer, after)):
                return False
    except Undecided:
        return False
    return True


def _generated(motion: Motion, stage: Stage) -> Iterator[tuple[Any, Any]]:
    """All points that the step may make, at 0 and at 1."""
    threats = []
    for i in (0, 1):
        low = min(v[i] for v in motion.rest)
        place = min(range(len(motion.end)), key=lambda k: motion.end[k][i])  # noqa: B023
        if motion.start[place][i] != low:
            raise Undecided
        floor = stage.minmax[i]
        threats.append((low, low) if floor == low else (low, motion.end[place][i]))
    for a, now in enumerate(stage.payoffs):
        first = stage.need(a, [one[0] for one in threats])
        last = stage.need(a, [one[1] for one in threats])
        if now[0] >= last[0] and now[1] >= last[1]:
            yield now, now
            continue
        for before, after in _candidates(motion, now, first, last):
            yield stage.value(a, before), stage.value(a, after)


def _candidates(
    motion: Motion, now: Pair, first: Pair, last: Pair
) -> Iterator[tuple[Pair, Pair]]:
    """Continuation payoffs at which constraints bind, or ends in sight, at 0 and at 1."""
    size = len(motion.end)
    signs = []
    for i in (0, 1):
        j = 1 - i
        ways = [
            (motion.start[k][i] - first[i], motion.end[k][i] - last[i]) for k in range(size)
        ]
        signs.append([_sign(*way) for way in ways])
        for k in range(size):
            n = (k + 1) % size
            here, there = signs[i][k], signs[i][n]
            if here == 0:
                values = motion.start[k][j], motion.end[k][j]
            elif here * there < 0:
                halfway = _crossing(motion, ways, k, n, j, Fraction(1, 2))
                value = _crossing(motion, ways, k, n, j, Fraction(1))
                values = 2 * halfway - value, value
            else:
                continue
            if _sign(values[0] - first[j], values[1] - last[j]) >= 0:
                before = (first[0], values[0]) if i == 0 else (values[0], first[1])
                after = (last[0], values[1]) if i == 0 else (values[1], last[1])
                yield before, after
    edges = [(k, (k + 1) % size) for k in range(size)]
    if all(_left_of(motion, edge, first, last) for edge in edges):
        yield first, last
    seen = [not _left_of(motion, edge, now, now, strictly=True) for edge in edges]
    for k in range(size):
        if (seen[k] or seen[k - 1]) and signs[0][k] > 0 and signs[1][k] > 0:
            yield motion.start[k], motion.end[k]


def _crossing(
    motion: Motion, ways: Sequence[Pair], k: int, n: int, j: int, share: Fraction
) -> Any:
    first, last = (ways[one][0] + share * (ways[one][1] - ways[one][0]) for one in (k, n))
    here, there = (
        motion.start[one][j] + share * (motion.end[one][j] - motion.start[one][j])
        for one in (k, n)
    )
    return here + first / (first - last) * (there - here)


def _left_of(
    motion: Motion, edge: tuple[int, int], before: Pair, after: Pair, strictly: bool = False
) -> bool:
    """Whether a point may lie left of an edge at some time; strictly: does so all the time."""
    k, n = edge
    way = (motion.end[n][0] - motion.end[k][0], motion.end[n][1] - motion.end[k][1])
    values = [
        way[0] * (point[1] - corner[1]) - way[1] * (point[0] - corner[0])
        for point, corner in ((before, motion.start[k]), (after, motion.end[k]))
    ]
    if strictly:
        return bool(values[0] >= 0 and values[1] >= 0)
    return not (values[0] <= 0 and values[1] <= 0 and (values[0] < 0 or values[1] < 0))


def _sign(before: Any, after: Any) -> int:
    """The sign of an affine quantity between 0 and 1, if it has but one."""
    first, last = ((one > 0) - (one < 0) for one in (before, after))
    if first * last < 0:
        raise Undecided
    return last or first
