"""Curves that leave rest points with one positive eigenvalue, followed to where they end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.flows.meetings import meetings
from dilemma.evolution.flows.trajectories import checked_rules, trajectories
from dilemma.evolution.rest.answers import RestPoint
from dilemma.evolution.rest.arenas import arena
from dilemma.evolution.rest.landmarks import Landmarks
from dilemma.evolution.rest.searching import NEUTRAL, Field

Floats = NDArray[np.float64]
Link = tuple[int, int, tuple[tuple[str, ...], ...]]

# How far from the rest point a curve is picked up: its bend there is the square of that.
OFFSET = 1e-5
# A curve has come to a rest point if it is this close at the end and was ten times as close
# when half of the time was over.
ARRIVED = 1e-5
# In units of the inverse of the positive eigenvalue: escape takes log(1 / OFFSET), about 12.
PATIENCE = 4000.0


def traced(marks: Landmarks, rule: Any, imitative: bool, lines: bool) -> Iterator[Link]:
    """Follow all such curves that are not edges, whose flow is known exactly."""
    place = marks.place
    for number, point in enumerate(marks.found.points):
        if not point.internal and not point.transversal:
            continue
        for used in _faces(marks, point, imitative):
            edge = sum(map(len, used)) == place.populations + 1
            if edge and (imitative or lines):
                continue
            for end in _ends(marks, point, rule, used):
                if end not in (-1, number):
                    names = tuple(
                        tuple(own[i] for i in members)
                        for own, members in zip(place.names, used, strict=True)
                    )
                    yield number, end, names


def _faces(
    marks: Landmarks, point: RestPoint, imitative: bool
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """The faces on which a curve may leave: those in use, alone or with one invader."""
    place = marks.place
    if not imitative:
        yield tuple(tuple(range(size)) for size in place.sizes)
        return
    used = [{i for i, weight in enumerate(shares) if weight} for shares in point.shares]
    positive = sum(value.real > 0 for value in point.internal)
    if positive == 1:
        yield tuple(tuple(sorted(one)) for one in used)
    if positive:
        return
    absent = [
        (p, j)
        for p, shares in enumerate(point.shares)
        for j, weight in enumerate(shares)
        if not weight
    ]
    for (p, j), value in zip(absent, point.transversal, strict=True):
        if value > 0:
            larger = [one | {j} if q == p else one for q, one in enumerate(used)]
            yield tuple(tuple(sorted(one)) for one in larger)


def _ends(
    marks: Landmarks, point: RestPoint, rule: Any, used: tuple[tuple[int, ...], ...]
) -> Iterator[int]:
    """Where the curves that leave a point on a face come to: numbers of landmarks."""
    place = marks.place
    game = place.game.restrict(used[0], used[-1])
    inner = arena(game, place.populations)
    own = checked_rules(rule, place.populations)
    field = Field(inner, own)
    here = np.array(
        [
            float(shares[i])
            for shares, members in zip(point.shares, used, strict=True)
            for i in members
        ]
    )
    values, vectors = np.linalg.eig(field.jacobian(here))
    size = float(np.abs(values).max(initial=0))
    growing = np.flatnonzero(values.real > NEUTRAL * size)
    if len(growing) != 1:
        return
    # Beside an eigenvalue that may be 0, a point that was searched for may lie on a continuum.
    if not marks.found.exact and np.abs(values.real).min() <= NEUTRAL * size:
        return
    rate = float(values[growing[0]].real)
    direction = field.tangent() @ vectors[:, growing[0]].real
    direction /= np.abs(direction).max()
    starts = [
        np.maximum(start, 0)
        for start in (here + OFFSET * direction, here - OFFSET * direction)
        if start.min() > -OFFSET * 1e-3
    ]
    if not starts:
        return
    met = meetings(game, place.populations)
    times = np.array([0.25, 0.5, 1.0]) * PATIENCE / rate
    which = np.zeros(len(starts), dtype=np.int64)
    for part in field.parts:
        for start in starts:
            start[part] /= start[part].sum()
    found = trajectories(met, own, np.array(starts), which, times, 1e-8, 200_000, 1)
    wide = np.zeros((*found.shares.shape[:2], sum(place.sizes)))
    first = 0
    columns = []
    for size_of, members in zip(place.sizes, used, strict=True):
        columns += [first + i for i in members]
        first += size_of
    wide[:, :, columns] = found.shares
    for states, ending in zip(wide, found.endings, strict=True):
        if ending != 0:
            continue
        before, after = marks.near(states[1:2], 10 * ARRIVED), marks.near(states[2:], ARRIVED)
        if before[0] == after[0] >= 0:
            yield int(after[0])
