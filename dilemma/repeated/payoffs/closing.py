r"""A proof that outer polygons close in on a self-generating one, which is then the whole set.

Let V be self-generating, and W(s), for s from 0 to 1, polygons that contain it whose vertices move
along straight lines, with W(0) = V and edges that keep their directions. The lines of the
constraints at the threats of W(s) move at a steady pace too. So each point that the step of
`dilemma.repeated.payoffs.generation` makes from W(s) moves along a straight line, as long as it
comes from the same edge; and whether it does is decided by the signs of quantities that are affine
in s. A quantity whose signs at 0 and at 1 are not opposite keeps its sign in between. It is then
enough to look at s = 0 and s = 1: if all generated points lie in V at 0 and in W(θ) at 1, with θ <
1, then those made from W(s) lie in W(θs) for every s. If moreover all equilibrium payoffs are
known to lie in W(1), they lie in W(θ), in W(θ²), and so on, and so in V.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.repeated.payoffs.generation import Stage, inside

Pair = tuple[Any, Any]
# Terms of the series that makes a motion fit.
MOST_TERMS = 120


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


class UndecidedError(Exception):
    """A sign changes on the way, so that this motion proves nothing."""


def motions(
    polygon: tuple[Pair, ...], reach: Fraction, stage: Stage, share: Fraction
) -> Iterator[Motion]:
    """Ways for a polygon to grow by at least `reach` in all directions, to be tried in turn.

    Boxes for polygons without an interior. For others all edges move outwards: first alike, and
    then each by what absorbs the step's effect on the others.
    """
    if len(polygon) < 3:
        for aspect in (1, 8, Fraction(1, 8), 64, Fraction(1, 64), 512, Fraction(1, 512)):
            width, height = (reach, reach * aspect) if aspect >= 1 else (reach / aspect, reach)
            yield _boxed(polygon, width, height)
        return
    yield _moved(polygon, [reach] * len(polygon))
    for unit in (1e-7, 1e-9):
        offsets = _fitted(polygon, stage, float(share), unit)
        least = min(offsets)
        yield _moved(polygon, [reach * _simple(one / least) for one in offsets])


def _fitted(polygon: tuple[Pair, ...], stage: Stage, share: float, unit: float) -> list[float]:
    """Offsets t of the edges with F(t) < θ t, about, where F says how far the step then reaches.

    The sum of the series t ← 1 + F(t)/θ, in floating point: nobody needs to believe it.
    """
    rough = tuple((float(x), float(y)) for x, y in polygon)
    stage = stage.rough()
    size = max(abs(x) for v in rough for x in v)
    ones = offsets = [1.0] * len(polygon)
    for _ in range(MOST_TERMS):
        motion = _moved(rough, [unit * size * one for one in offsets])
        try:
            reached = [after for _, after in generated(motion, stage, 1e-13 * size)]
        except UndecidedError:
            break
        before = offsets
        offsets = [
            one + max(0.0, *(
                normal[0] * (v[0] - start[0]) + normal[1] * (v[1] - start[1]) for v in reached
            )) / (unit * size * share)
            for one, (start, normal) in zip(ones, _edges(rough), strict=True)
        ]  # fmt: skip
        change = max(abs(b - a) for a, b in zip(before, offsets, strict=True))
        if not 1e-4 < change < 1e6:
            break
    return offsets


def _edges(polygon: tuple[Pair, ...]) -> list[tuple[Pair, Pair]]:
    """Each edge's start and its outward normal, of length about 1."""
    found = []
    for p, q in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        x, y = q[1] - p[1], p[0] - q[0]
        scale = Fraction(1 / math.hypot(float(x), float(y))).limit_denominator(10**6)
        scale = scale or Fraction(1 / math.hypot(float(x), float(y)))
        found.append((p, (x * scale, y * scale)))
    return found


def _moved(polygon: tuple[Pair, ...], offsets: Sequence[Any]) -> Motion:
    """Move each edge outwards by its offset; vertices stay where neighbouring edges meet."""
    normals = [normal for _, normal in _edges(polygon)]
    end = []
    for k, (x, y) in enumerate(polygon):
        (a, b), (c, d) = normals[k - 1], normals[k]
        first, second = offsets[k - 1], offsets[k]
        scale = a * d - b * c
        end.append((x + (first * d - second * b) / scale, y + (second * a - first * c) / scale))
    return Motion(polygon, polygon, tuple(end))


def _simple(value: float) -> Fraction:
    """A fraction of few digits, at least as large."""
    exponent = math.frexp(value)[1]
    return Fraction(math.ceil(math.ldexp(value, 20 - exponent))) * Fraction(2) ** (exponent - 20)


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
        for before, after in generated(motion, stage):
            if before is None and after is None:
                return False
            if not (inside(motion.rest, before) and inside(closer, after)):
                return False
    except UndecidedError:
        return False
    return True


def generated(motion: Motion, stage: Stage, slack: float = 0) -> Iterator[tuple[Any, Any]]:
    """All points that the step may make, at 0 and at 1; what is below `slack` counts as 0."""
    threats = []
    for i in (0, 1):
        low = min(v[i] for v in motion.rest)
        place = min(range(len(motion.end)), key=lambda k: motion.end[k][i])
        if abs(motion.start[place][i] - low) > slack:
            raise UndecidedError
        floor = stage.minmax[i]
        threats.append((low, low) if abs(floor - low) <= slack else (low, motion.end[place][i]))
    for a, now in enumerate(stage.payoffs):
        first = stage.need(a, [one[0] for one in threats])
        last = stage.need(a, [one[1] for one in threats])
        if now[0] >= last[0] and now[1] >= last[1]:
            yield now, now
            continue
        for before, after in _candidates(motion, now, first, last, slack):
            yield stage.value(a, before), stage.value(a, after)


def _candidates(
    motion: Motion, now: Pair, first: Pair, last: Pair, slack: float
) -> Iterator[tuple[Pair, Pair]]:
    """Continuation payoffs at which constraints bind, or ends in sight, at 0 and at 1."""
    size = len(motion.end)
    signs = []
    for i in (0, 1):
        j = 1 - i
        ways = [(motion.start[k][i] - first[i], motion.end[k][i] - last[i]) for k in range(size)]
        signs.append([_sign(*way, slack) for way in ways])
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
            if _sign(values[0] - first[j], values[1] - last[j], slack) >= 0:
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


def _sign(before: Any, after: Any, slack: float) -> int:
    """The sign of an affine quantity between 0 and 1, if it has but one."""
    first, last = ((one > slack) - (one < -slack) for one in (before, after))
    if first * last < 0:
        raise UndecidedError
    return int(last or first)
