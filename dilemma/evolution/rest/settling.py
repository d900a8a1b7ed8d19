"""Follow many starts until each has settled, or is seen never to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.flows.groups import any_meetings
from dilemma.evolution.flows.trajectories import trajectories
from dilemma.evolution.rest.landmarks import Landmarks
from dilemma.evolution.rest.recurring import (
    LimitCycle,
    Orbit,
    alike,
    heteroclinic_cycle,
    periodic_orbit,
)
from dilemma.evolution.rest.searching import Field

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Labels other than those of rest points and continua (0, 1, …) and of cycles (beyond those).
UNSETTLED, CLOSED, ELSEWHERE = -1, -2, -3
# Times of the rounds, in units of the inverse of the largest velocity. Cycles are looked for
# after each group of rounds, and heteroclinic cycles after the last.
ROUNDS = ((25.0, 100.0), (400.0,), (1600.0, 6400.0))
CLOSE, CLOSER = 1e-3, 1e-4
# A velocity so much smaller than the largest is rest, where not all rest points are known:
# what trajectories of this tolerance still move is some 1e-8 of it.
STILL = 1e-7
# Closer than this a trajectory need not come any closer.
ARRIVED = 1e-8
# How much closer it has to come in the second half of its time: 1/t halves, 1/√t gives .71.
APPROACH = 0.75
# For how long orbits are looked at for periods, and by how much their averages may differ between
# an early and a late look if they are to be periodic.
WINDOWS, STEADY = (25.0, 100.0, 400.0), 5e-4
SAMPLES = 1500
# Of so many starts each is measured; others are compared with the limit cycles found there.
PROBES = 24
AT_A_TIME = 128
# Of trajectories: what decides between ends is further apart.
TOLERANCE = 1e-6
MOST_STEPS = 50_000


@dataclass(frozen=True)
class Settled:
    """Where each start came to.

    Attributes
    ----------
    labels : array of int
        The number of a landmark, of a cycle (a key below), UNSETTLED, CLOSED, or ELSEWHERE for
        states at rest that the search for rest points did not list.
    cycles : dict of int to LimitCycle
    chains : dict of int to tuple of int
        Heteroclinic cycles: the landmarks that they visit in turn.
    """

    labels: Integers
    cycles: dict[int, LimitCycle]
    chains: dict[int, tuple[int, ...]]


def settle(
    marks: Landmarks,
    rules: tuple[Any, ...],
    states: Floats,
    longest: float | None,
    workers: int | None,
    progress: bool,
) -> Settled:
    """Follow starts (k, N) in rounds that get longer, each from the start, until they settle.

    Each round starts anew, since shares that underflow in between would be lost.
    """
    place = marks.place
    field = Field(place, rules)
    speed = float(np.abs(field(states)).max(initial=0))
    labels = np.full(len(states), UNSETTLED)
    if speed == 0:
        labels[:] = marks.near(states, CLOSER)
        return Settled(labels, {}, {})
    met = any_meetings(place.game, place.populations)

    def follow(rows: Integers, times: Floats) -> tuple[Floats, Integers]:
        which = np.zeros(len(rows), dtype=np.int64)
        found = trajectories(
            met, rules, states[rows], which, times, TOLERANCE, MOST_STEPS, workers, progress
        )
        return found.shares, found.endings

    unit = 1 / speed if longest is None else longest / ROUNDS[-1][-1]
    search = _Search(marks, field, follow, labels, unit, STILL * speed)
    for rounds in ROUNDS:
        for end in rounds:
            search.come_to_rest(end)
        if rounds is ROUNDS[-1]:
            search.follow_chains(end)
        search.find_cycles(end)
    return search.settled()


def arrivals(marks: Landmarks, before: Floats, after: Floats) -> Integers:
    """The landmarks that trajectories have settled on, from two states of each; −1 if none."""
    reached = np.isfinite(after.sum(axis=1))
    after, before = np.where(reached[:, None], after, 2), np.where(reached[:, None], before, 2)
    numbers = marks.near(after, CLOSE)
    rows = np.arange(len(after))
    if not marks.all:
        return numbers
    now, then = marks.distances(after)[rows, numbers], marks.distances(before)[rows, numbers]
    points = len(marks.found.points)
    kinds = np.array([one.kind for one in marks.all], dtype=object)[numbers]
    wide = numbers >= points
    limit = np.where(kinds == "stable", CLOSE, np.where((kinds == "undecided") | wide, CLOSER, -1))
    settled = (now <= limit) & ((now <= APPROACH * then) | (now <= ARRIVED))
    settled &= ~wide | marks.without_invaders(after, CLOSE)
    return np.where(reached & settled, numbers, UNSETTLED)


class _Search:
    """Starts that have not settled yet, and the cycles found so far."""

    def __init__(
        self,
        marks: Landmarks,
        field: Field,
        follow: Any,
        labels: Integers,
        unit: float,
        still: float,
    ) -> None:
        self.marks, self.field, self.follow = marks, field, follow
        self.labels, self.unit, self.still = labels, unit, still
        self.cycles: list[Orbit] = []
        self.members: list[list[int]] = []
        self.chains: dict[tuple[int, ...], list[int]] = {}

    @property
    def waiting(self) -> Integers:
        return np.flatnonzero(self.labels == UNSETTLED)

    def come_to_rest(self, end: float) -> None:
        """Follow to a time, and see who has settled on a rest point or a continuum."""
        rows = self.waiting
        if len(rows):
            shares, endings = self.follow(rows, np.array([0.5, 1.0]) * end * self.unit)
            numbers = arrivals(self.marks, shares[:, 0], shares[:, 1])
            known = self.marks.found.exact and self.marks.found.complete
            if not known and end >= ROUNDS[0][-1]:
                numbers = np.where(
                    (numbers == UNSETTLED) & self.resting(shares[:, 1]), ELSEWHERE, numbers
                )
            self.labels[rows] = np.where(endings == 0, numbers, UNSETTLED)

    def resting(self, states: Floats) -> NDArray[np.bool_]:
        """Whether states move no more, though no rest point is known there: on a continuum.

        Cycles linger near saddles, which are no ends.
        """
        there = np.where(np.isfinite(states), states, 0.5)
        still = np.abs(self.field(there)).max(axis=1) <= self.still
        still &= np.isfinite(states.sum(axis=1))
        numbers = self.marks.near(there, CLOSE)
        kinds = np.array([*(one.kind for one in self.marks.all), ""], dtype=object)[numbers]
        return np.asarray(still & (kinds != "saddle") & (kinds != "unstable"))

    def follow_chains(self, end: float) -> None:
        """See who follows heteroclinic cycles, whose visits last longer and longer."""
        rows = self.waiting
        if not len(rows):
            return
        times = np.geomspace(end / 100, 2 * end, SAMPLES) * self.unit
        for row, states in self._followed(rows, times):
            chain = heteroclinic_cycle(self.marks, states)
            if chain is not None:
                self.chains.setdefault(chain, []).append(row)
                # Any number that is not UNSETTLED, until cycles get theirs in the end.
                self.labels[row] = CLOSED

    def find_cycles(self, end: float) -> None:
        """Measure the orbits of some, find out what they share, and compare the others."""
        probes = self.waiting[:PROBES]
        if not len(probes):
            return
        first = self._orbits(probes, end)
        again = self._orbits(np.array([*first], dtype=np.int64), 3 * end)
        kept = {
            row: orbit for row, orbit in again.items() if orbit.difference(first[row]) <= STEADY
        }
        for row in [row for row in kept if self._known(kept[row])]:
            self._join(kept.pop(row), [row])
        groups = alike(list(kept.values()))
        rows = list(kept)
        together = sum(len(group) for group in groups if len(group) > 1)
        lonely = not rows or together < 0.9 * len(rows)
        if not lonely:
            for group in groups:
                members = [rows[number] for number in group]
                self._join(kept[members[0]], members)
        elif rows:
            self.labels[rows] = CLOSED
        others = self.waiting
        if (rows or self.cycles) and len(others):
            for row, orbit in self._orbits(others, end).items():
                if self._known(orbit):
                    self._join(orbit, [row])
                elif rows and lonely:
                    self.labels[row] = CLOSED

    def _known(self, orbit: Orbit) -> bool:
        return any(orbit.like(cycle) for cycle in self.cycles)

    def _join(self, orbit: Orbit, rows: list[int]) -> None:
        """Count starts for the cycle that an orbit belongs to, a new one if it is like none."""
        like = [number for number, cycle in enumerate(self.cycles) if orbit.like(cycle)]
        if like:
            self.members[like[0]] += rows
        else:
            self.cycles.append(orbit)
            self.members.append(rows)
        self.labels[rows] = CLOSED

    def _orbits(self, rows: Integers, end: float) -> dict[int, Orbit]:
        """The periodic ones among some trajectories, from a time on."""
        found: dict[int, Orbit] = {}
        for window in WINDOWS:
            left = np.array([row for row in rows if int(row) not in found], dtype=np.int64)
            if len(left):
                times = np.linspace(end, end + window, SAMPLES) * self.unit
                for row, states in self._followed(left, times):
                    orbit = periodic_orbit(times, states)
                    if orbit is not None:
                        found[row] = orbit
        return found

    def _followed(self, rows: Integers, times: Floats) -> Iterator[tuple[int, Floats]]:
        """Trajectories that got to the end, a few at a time, since all would take much memory."""
        for first in range(0, len(rows), AT_A_TIME):
            some = rows[first : first + AT_A_TIME]
            shares, endings = self.follow(some, times)
            for row, states, ending in zip(some, shares, endings, strict=True):
                if ending == 0:
                    yield int(row), states

    def settled(self) -> Settled:
        """Give each cycle a number beyond those of the landmarks."""
        free = len(self.marks.all)
        chains, cycles = {}, {}
        for chain, rows in self.chains.items():
            chains[free] = chain
            self.labels[rows] = free
            free += 1
        cuts = np.cumsum(self.marks.place.sizes)[:-1]
        for orbit, rows in zip(self.cycles, self.members, strict=True):
            parts = [
                tuple(tuple(map(float, part)) for part in np.split(values, cuts))
                for values in (orbit.mean, orbit.least, orbit.most)
            ]
            cycles[free] = LimitCycle(orbit.period, *parts)
            self.labels[rows] = free
            free += 1
        return Settled(self.labels, cycles, chains)
