"""Exact payoff sets: vertices solved for, and proved from within and from without."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.polygons import Polygon, turn
from dilemma.repeated.payoffs import binding, generation
from dilemma.repeated.payoffs.closing import closes_in, motions
from dilemma.repeated.payoffs.generation import Label, Stage

# Points closer than this share of the payoffs' size are taken for one vertex, to begin with.
ONE_POINT = 1e-9
Pair = tuple[Any, Any]


def solved(outer: Polygon, stage: Stage) -> tuple[tuple[Pair, ...], bool]:
    """Return exact vertices of equilibrium payoffs, and whether they are proved to span all.

    Parameters
    ----------
    outer : tuple of pairs of Fraction
        A polygon that contains the equilibrium payoffs, and hardly more.
    stage : Stage

    Returns
    -------
    tuple
        The vertices of a self-generating polygon, Fractions or elements of one number field,
        counterclockwise from the lexicographically least; () if none was found. Whether outer
        polygons are proved to close in on it.
    """
    threats = [max(stage.minmax[i], min(w[i] for w in outer)) for i in (0, 1)]
    made = generation.step(outer, stage, threats)
    near, labels = outline(made)
    found: tuple[Pair, ...] = ()
    for candidate in binding.solutions(near, labels, stage):
        polygon = ordered(candidate)
        if polygon != found and generation.supports(polygon, stage):
            if closed(polygon, outer, stage):
                return polygon, True
            found = polygon
    return found, False


def outline(made: dict[Any, Label]) -> tuple[list[tuple[float, float]], list[list[Label]]]:
    """The vertices of a hull in floating point, and the labels of all points close to each."""
    points = sorted((float(v[0]), float(v[1]), label) for v, label in made.items())
    size = max(max(abs(x), abs(y)) for x, y, _ in points) or 1.0
    tolerance = ONE_POINT * size
    groups: list[list[tuple[float, float, Label]]] = []
    for one in points:
        for group in groups:
            if max(abs(one[0] - group[0][0]), abs(one[1] - group[0][1])) < tolerance:
                group.append(one)
                break
        else:
            groups.append([one])
    corners = [(group[0][0], group[0][1]) for group in groups]
    order = rim(corners, tolerance)
    return [corners[k] for k in order], [
        list(dict.fromkeys(label for _, _, label in groups[k])) for k in order
    ]


def rim(points: Sequence[tuple[float, float]], tolerance: float) -> list[int]:
    """Indices of a hull's vertices, leaving out those within a tolerance of its edges."""
    # Points about above each other get one abscissa, for otherwise their order would be chance.
    places = sorted(x for x, _ in points)
    same: dict[float, float] = {}
    for k, x in enumerate(places):
        near = k > 0 and x - places[k - 1] <= tolerance
        same[x] = same[places[k - 1]] if near else x
    points = [(same[x], y) for x, y in points]
    order = sorted(range(len(points)), key=lambda k: points[k])

    def height(p: int, q: int, r: int) -> float:
        (a, b), (x, y), (c, d) = points[p], points[q], points[r]
        length = ((c - a) ** 2 + (d - b) ** 2) ** 0.5
        return ((x - a) * (d - b) - (y - b) * (c - a)) / length if length else 0.0

    chains = []
    for sweep in (order, order[::-1]):
        chain: list[int] = []
        for k in sweep:
            while len(chain) > 1 and height(chain[-2], chain[-1], k) <= tolerance:
                chain.pop()
            chain.append(k)
        chains.append(chain)
    return (chains[0][:-1] + chains[1][:-1]) or order[:1]


def ordered(vertices: Sequence[Pair]) -> tuple[Pair, ...]:
    """A polygon as a canonical tuple: no vertex twice or within an edge, the least one first."""
    kept: list[Pair] = []
    for one in vertices:
        if not any(one[0] == other[0] and one[1] == other[1] for other in kept):
            kept.append(one)
    k = 0
    while k < len(kept) and len(kept) > 2:
        if turn(kept[k - 1], kept[k], kept[(k + 1) % len(kept)]) <= 0:
            del kept[k]
            k = max(k - 1, 0)
        else:
            k += 1
    start = min(range(len(kept)), key=lambda k: kept[k])
    return tuple(kept[start:] + kept[:start])


def closed(polygon: tuple[Pair, ...], outer: Polygon, stage: Stage) -> bool:
    """Whether outer polygons, from a given one on, are proved to close in on a polygon."""
    from dilemma.repeated.payoffs.generation_kernels import distance

    rim_ = np.array([[float(x), float(y)] for x, y in polygon])
    points = np.array([[float(x), float(y)] for x, y in outer])
    size = max(float(np.abs(points).max()), 1e-300)
    reach = 2 * max(float(distance(rim_, len(rim_), point)) for point in points) + 1e-13 * size
    growth = Fraction(math.ceil(reach / size * 2**60)) * Fraction(size) / 2**60
    share = 1 - Fraction(1, 1024) * (1 - stage.discount)
    for motion in motions(polygon, growth, stage, share):
        covers = all(generation.inside(motion.end, point) for point in outer)
        if covers and closes_in(motion, stage, share):
            return True
    return False
