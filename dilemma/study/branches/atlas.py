r"""Curves of rest points, followed one after another, and joined where they meet."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dilemma.study.branches.events import Event, events_on
from dilemma.study.branches.fields import System
from dilemma.study.branches.tracing import (
    MOST_POINTS,
    Trace,
    corrected,
    inside,
    kernel_at,
    tangent_at,
    trace,
)

Floats = NDArray[np.float64]

# Two special points closer than this are the same.
SAME = 2e-5
# How far from a branch point the other curve is met.
ASIDE = 0.01
# Points closer to a curve's polygon than this are corrected onto the curve, and compared.
CLOSE = 2e-3


@dataclass(eq=False)
class Atlas:
    """What has been followed so far.

    Attributes
    ----------
    system : System
    curves : list of Trace
        With their special points among the points.
    marks : list of lists of (point, special point, whether the parameter turns there)
        For each curve, in order.
    events : list of Event
    sides : dict
        The criticality of each pitchfork.
    continua : list of points
        Rest points whose surroundings rest, too.
    given_up : bool
        Whether there was more to follow than is allowed.
    """

    system: System
    curves: list[Trace] = field(default_factory=list)
    marks: list[list[tuple[int, int, bool]]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sides: dict[int, str] = field(default_factory=dict)
    continua: list[Floats] = field(default_factory=list)
    given_up: bool = False

    def holds(self, u: Floats) -> bool:
        """Whether a rest point lies on a curve that was followed."""
        for curve in self.curves:
            points = curve.points
            if len(points) < 2:
                if np.abs(points[0] - u).max() < 1e-7:
                    return True
                continue
            steps = np.diff(points, axis=0)
            sizes = np.maximum((steps**2).sum(axis=1), 1e-300)
            where = np.clip(((u - points[:-1]) * steps).sum(axis=1) / sizes, 0, 1)
            feet = points[:-1] + where[:, None] * steps
            gaps = np.sqrt(((feet - u) ** 2).sum(axis=1))
            for k in np.argsort(gaps)[:2]:
                if gaps[k] > CLOSE:
                    break
                across = steps[k] / np.sqrt(sizes[k])
                foot = feet[k] + ((u - feet[k]) @ across) * across
                found = corrected(self.system, foot, across)
                if found is not None and np.abs(found[0] - u).max() < 1e-6:
                    return True
        return False

    def add(self, curve: Trace) -> list[int]:
        """Keep a curve with its special points; return those that are new."""
        found = events_on(self.system, curve)
        points, tangents = list(curve.points), list(curve.tangents)
        marks: list[tuple[int, int, bool]] = []
        new = []
        for offset, (k, event) in enumerate(found):
            number = self._number(event)
            if number == len(self.events):
                self.events.append(event)
                new.append(number)
            kept = self.events[number]
            points.insert(k + 1 + offset, kept.point)
            tangents.insert(k + 1 + offset, curve.tangents[k])
            marks.append((k + 1 + offset, number, event.turns))
        self.curves.append(
            Trace(np.array(points), np.array(tangents), curve.closed, curve.finished)
        )
        self.marks.append(marks)
        return new

    def join(self) -> None:
        """Mark degenerate points on the other curves through them, where no sign may change."""
        for number, event in enumerate(self.events):
            if event.kind != "degenerate":
                continue
            for place, (curve, marks) in enumerate(zip(self.curves, self.marks, strict=True)):
                gaps = np.abs(curve.points - event.point).max(axis=1)
                k = int(np.argmin(gaps))
                if any(mark[1] == number for mark in marks) or gaps[k] > 2 * ASIDE:
                    continue
                along = curve.tangents[k]
                ahead = float((event.point - curve.points[k]) @ along)
                found = corrected(self.system, curve.points[k] + ahead * along, along)
                if found is None or np.abs(found[0] - event.point).max() > 1e-4:
                    continue
                after = k + int(ahead > 0)
                self.curves[place] = Trace(
                    np.insert(curve.points, after, event.point, axis=0),
                    np.insert(curve.tangents, after, along, axis=0),
                    curve.closed,
                    curve.finished,
                )
                moved = [(m + (m >= after), n, turns) for m, n, turns in marks]
                self.marks[place] = sorted([*moved, (after, number, False)])

    def _number(self, event: Event) -> int:
        for number, other in enumerate(self.events):
            if np.abs(other.point - event.point).max() < SAME and (other.kind == "Hopf") == (
                event.kind == "Hopf"
            ):
                return number
        return len(self.events)

    def explore(self, start: Floats) -> None:
        """Follow the curve through a point, and all that branch off."""
        if self.holds(start):
            return
        if sum(len(one.points) for one in self.curves) > MOST_POINTS:
            self.given_up = True
            return
        curve = trace(self.system, start, kernel_at(self.system, start))
        if curve.continuum:
            self.continua.append(start)
            return
        queue = self.add(curve)
        while queue:
            if sum(len(one.points) for one in self.curves) > MOST_POINTS:
                self.given_up = True
                return
            number = queue.pop()
            event = self.events[number]
            if event.direction is not None:
                queue += self._switch(number, event)

    def _switch(self, number: int, event: Event) -> list[int]:
        """Follow the other curve through a branch point."""
        system, u, along = self.system, event.point, event.direction
        assert along is not None
        if event.kind == "pitchfork":
            on = next(k for k, one in enumerate(self.marks) if any(m[1] == number for m in one))
            self.sides[number] = self._criticality(event, self.curves[on])
        halves: list[Trace | None] = []
        for sign in (1.0, -1.0):
            found = corrected(system, u + sign * ASIDE * along, along)
            half = None
            if found is not None and inside(system, found[0]) and not self.holds(found[0]):
                tangent = tangent_at(system, found[0], sign * along)
                half = trace(system, found[0], tangent, both=False)
                if half.continuum:
                    self.continua.append(found[0])
                    half = None
            halves.append(half)
        ahead, behind = halves
        if ahead is None and behind is None:
            return []
        points, tangents = [u], [along]
        finished = [True, True]
        if behind is not None:
            points = [*behind.points[::-1], *points]
            tangents = [*(-behind.tangents[::-1]), *tangents]
            finished[0] = behind.finished[1]
        at = len(points) - 1
        if ahead is not None:
            points = [*points, *ahead.points]
            tangents = [*tangents, *ahead.tangents]
            finished[1] = ahead.finished[1]
        return self._joined(number, points, tangents, at, (finished[0], finished[1]))

    def _joined(
        self,
        number: int,
        points: list[Floats],
        tangents: list[Floats],
        at: int,
        finished: tuple[bool, bool],
    ) -> list[int]:
        """Keep a curve through a known branch point: its halves are searched apart."""
        new: list[int] = []
        marks: list[tuple[int, int, bool]] = []
        whole: list[Floats] = []
        ways: list[Floats] = []
        for part in (slice(0, at), slice(at + 1, None)):
            some, turned = points[part], tangents[part]
            if part.start:
                turns = bool(whole) and bool(some) and (
                    (whole[-1][-1] - points[at][-1]) * (some[0][-1] - points[at][-1]) > 0
                )  # fmt: skip
                marks.append((len(whole), number, turns))
                whole.append(points[at])
                ways.append(tangents[at])
            base = len(whole)
            if len(some) < 2:
                whole += some
                ways += turned
                continue
            piece = Trace(np.array(some), np.array(turned), False, (True, True))
            for offset, (k, event) in enumerate(events_on(self.system, piece)):
                known = self._number(event)
                if known == len(self.events):
                    self.events.append(event)
                    new.append(known)
                some.insert(k + 1 + offset, self.events[known].point)
                turned.insert(k + 1 + offset, turned[k + offset])
                marks.append((base + k + 1 + offset, known, event.turns))
            whole += some
            ways += turned
        self.curves.append(Trace(np.array(whole), np.array(ways), False, finished))
        self.marks.append(sorted(marks))
        return new

    def _criticality(self, event: Event, curve: Trace) -> str:
        """Whether the arms of a pitchfork are on the side where its handle has lost stability."""
        system, u = self.system, event.point
        assert event.direction is not None
        tangent = event.direction
        place = int(np.argmin(np.abs(curve.points - u).max(axis=1)))
        neighbour = curve.points[place - 1] if place else curve.points[place + 1]
        main = np.asarray(neighbour - u)
        handle, arm = (tangent, main) if event.turns else (main, tangent)
        handle = handle / np.linalg.norm(handle)
        arm = arm / np.linalg.norm(arm)
        reached = corrected(system, u + ASIDE * arm, arm)
        if reached is None or abs(handle[-1]) < 1e-9:
            return "unknown"
        side = float(np.sign(reached[0][-1] - u[-1]))
        counts = []
        for sign in (side, -side):
            way = sign * float(np.sign(handle[-1])) * handle
            found = corrected(system, u + ASIDE * way, way)
            if found is None:
                return "unknown"
            counts.append(int(np.sum(np.linalg.eigvals(system.inner(found[0])).real > 0)))
        if side == 0 or counts[0] == counts[1]:
            return "unknown"
        return "supercritical" if counts[0] > counts[1] else "subcritical"
