r"""Branches of rest points of a smooth rule: searched for, followed, joined where they meet.

At several values of the parameter the rest points are searched for (`rest_points`). The curve
through each of them is followed in both directions to the ends of the interval
(`dilemma.study.branches.tracing`), its special points are located
(`dilemma.study.branches.events`), and at branch points the other curve is followed too. Curves are
then cut where the parameter turns round, so that a branch has one state for each value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.rest.words import describe_state
from dilemma.game import Game
from dilemma.game.display import listed
from dilemma.study.branches.answers import (
    Branch,
    Continuation,
    Shares,
    SpecialPoint,
    mixture_label,
    named_apart,
    read_only,
    written,
)
from dilemma.study.branches.events import NO_SIGN, Event, events_on
from dilemma.study.branches.fields import System
from dilemma.study.branches.tracing import (
    Trace,
    corrected,
    inside,
    kernel_at,
    settled,
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
# Real parts below this, relative to the largest eigenvalue, have no certain sign.
NEUTRAL = 1e-8
# Defining equations solved to this are solved to the precision of the arithmetic.
POLISHED = 1e-9
MOST_CURVES = 500


@dataclass(eq=False)
class _Atlas:
    """What has been followed so far."""

    system: System
    curves: list[Trace] = field(default_factory=list)
    marks: list[list[tuple[int, int, bool]]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sides: dict[int, str] = field(default_factory=dict)

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
        queue = [] if self.holds(start) else self.add(
            trace(self.system, start, kernel_at(self.system, start))
        )  # fmt: skip
        while queue and len(self.curves) < MOST_CURVES:
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


def followed(
    system: System,
    parameter: str,
    over: tuple[Fraction, Fraction],
    rule: str,
    game: Game,
    searched: Sequence[tuple[Fraction, Any]],
) -> Continuation:
    """Follow all branches from the rest points that were searched for at some values.

    Parameters
    ----------
    system : System
    parameter : str
    over : pair of Fraction
    rule : str
        What to call the rule.
    game : Game
        Any of the games, for the names.
    searched : sequence of pairs (value, RestPoints)
    """
    atlas = _Atlas(system)
    singular = 0
    for value, found in searched:
        for point in found:
            state = np.concatenate([np.array(one, float) for one in point.shares])
            start = settled(system, system.point(state, float(value)))
            if start is None or _is_singular(system, start):
                singular += 1
                continue
            if inside(system, start):
                atlas.explore(start)
    return _answer(atlas, parameter, over, rule, game, searched, singular)


def _is_singular(system: System, u: Floats) -> bool:
    if system.size == 0:
        return False
    sizes = np.linalg.svd(system.whole(u), compute_uv=False)
    return bool(sizes[-1] < 1e-6 * max(float(sizes[0]), 1e-300))


def kind_of(values: NDArray[np.complex128]) -> str:
    """What eigenvalues say of a rest point.

    >>> kind_of(np.array([-1.0 + 0j, 2.0 + 0j]))
    'saddle'
    """
    size = NEUTRAL * max(float(np.abs(values).max(initial=0)), 1e-300)
    right, left = int(np.sum(values.real > size)), int(np.sum(values.real < -size))
    if right:
        return "saddle" if left else "unstable"
    return "stable" if left == len(values) else "undecided"


def eigenvalues_at(system: System, u: Floats) -> NDArray[np.complex128]:
    """All eigenvalues on the tangent space, the largest real part first."""
    values = np.linalg.eigvals(system.inner(u)).astype(np.complex128)
    return np.asarray(values[np.lexsort((-values.imag, -values.real))])


@dataclass(eq=False)
class _Piece:
    points: Floats
    marks: list[tuple[int, int]]


def _pieces(atlas: _Atlas) -> tuple[list[_Piece], bool]:
    """All curves, cut where the parameter turns; and whether each has one state a value."""
    pieces, plain = [], True
    for curve, marks in zip(atlas.curves, atlas.marks, strict=True):
        cuts = [0, *(k for k, _, turns in marks if turns), len(curve.points) - 1]
        for first, last in pairwise(cuts):
            if last <= first:
                continue
            points = curve.points[first : last + 1]
            mine = [(k - first, number) for k, number, _ in marks if first <= k <= last]
            if points[-1][-1] < points[0][-1]:
                points = points[::-1]
                mine = sorted((len(points) - 1 - k, number) for k, number in mine)
            plain &= bool(np.all(np.diff(points[:, -1]) > -1e-6))
            pieces.append(_Piece(points, mine))
    return pieces, plain


def _evaluator(system: System, points: Floats) -> Callable[[Any], tuple[Shares, str]]:
    values = np.maximum.accumulate(points[:, -1])

    def evaluate(value: Any) -> tuple[Shares, str]:
        t = (float(value) - system.low) / (system.high - system.low)
        k = int(np.clip(np.searchsorted(values, t, side="right") - 1, 0, len(values) - 2))
        u = _between(system, points[k], points[k + 1], t)
        state = system.state(u)
        shares = tuple(tuple(float(one) for one in state[part]) for part in system.motion.parts)
        return shares, kind_of(eigenvalues_at(system, u))

    return evaluate


def _between(system: System, first: Floats, last: Floats, t: float) -> Floats:
    """The rest point at a value, on a step of a curve that passes it."""
    chord = last - first
    length = float(np.linalg.norm(chord))
    across = chord / length if length else chord
    low, high = 0.0, length
    best = first if abs(first[-1] - t) <= abs(last[-1] - t) else last
    for _ in range(50):
        if abs(best[-1] - t) < 1e-13 or not length:
            break
        middle = (low + high) / 2
        found = corrected(system, first + middle * across, across)
        if found is None:
            break
        best = found[0]
        low, high = (middle, high) if best[-1] < t else (low, middle)
    guess = best.copy()
    guess[-1] = t
    polished = settled(system, guess)
    return polished if polished is not None and np.abs(polished - best).max() < 1e-4 else best


def _answer(
    atlas: _Atlas,
    parameter: str,
    over: tuple[Fraction, Fraction],
    rule: str,
    game: Game,
    searched: Sequence[tuple[Fraction, Any]],
    singular: int,
) -> Continuation:
    system = atlas.system
    atlas.join()
    populations = len(system.motion.sizes)
    names = tuple(tuple(side) for side in game.strategies[:populations])
    pieces, plain = _pieces(atlas)
    pieces.sort(key=lambda one: (-round(one.points[-1, -1], 6), round(one.points[0, -1], 6)))
    order = sorted(range(len(atlas.events)), key=lambda k: float(atlas.events[k].point[-1]))
    place = {number: k for k, number in enumerate(order)}
    labels = named_apart([_label(system, one, names) for one in pieces])
    branches = []
    for piece, label in zip(pieces, labels, strict=True):
        branches.append(_branch(system, piece, label, place, over, names))
    special = []
    for number in order:
        members = tuple(
            k for k, one in enumerate(pieces) if any(mark == number for _, mark in one.marks)
        )
        special.append(_special(atlas, number, members, branches, parameter, game))
    complete_there = all(found.complete for _, found in searched)
    return Continuation(
        method="search at some values, then pseudo-arclength continuation",
        exact=False,
        complete=False,
        status=_status(atlas, branches, special, len(searched), singular, plain, complete_there),
        parameter=parameter,
        rule=rule,
        over=over,
        populations=populations,
        strategies=names,
        branches=tuple(branches),
        special=tuple(special),
        continua=(),
    )


def _label(system: System, piece: _Piece, names: tuple[tuple[str, ...], ...]) -> str:
    """After the state that is furthest from all strategies alike."""
    states = system.centre + piece.points[:, : system.size] @ system.basis.T
    state = states[np.argmax((states**2).sum(axis=1))]
    used = tuple(
        tuple(int(i) for i in np.flatnonzero(state[part] >= 0.1 * state[part].max()))
        for part in system.motion.parts
    )
    return mixture_label(names, used)


def _branch(
    system: System,
    piece: _Piece,
    label: str,
    place: dict[int, int],
    over: tuple[Fraction, Fraction],
    names: tuple[tuple[str, ...], ...],
) -> Branch:
    points = piece.points
    values = np.array([system.value(u) for u in points])
    states = system.centre + points[:, : system.size] @ system.basis.T
    eigenvalues = np.stack([eigenvalues_at(system, u) for u in points])
    low: Any = over[0] if abs(points[0, -1]) < 1e-12 else float(values[0])
    high: Any = over[1] if abs(points[-1, -1] - 1) < 1e-12 else float(values[-1])
    cuts = sorted({0, len(points) - 1, *(k for k, _ in piece.marks)})
    kinds, stable = [], np.zeros(len(points), dtype=bool)
    for first, last in pairwise(cuts):
        ends = [low if k == 0 else high if k == len(points) - 1 else float(values[k])
                for k in (first, last)]  # fmt: skip
        if last - first > 1:
            kind = kind_of(eigenvalues[(first + last) // 2])
        else:
            middle = _between(
                system, points[first], points[last], float(points[[first, last], -1].mean())
            )
            kind = kind_of(eigenvalues_at(system, middle))
        kinds.append((ends[0], ends[1], kind))
        stable[first : last + 1] = kind == "stable"
    return Branch(
        label=label,
        low=low,
        high=high,
        values=read_only(values),
        states=read_only(states),
        eigenvalues=read_only(eigenvalues),
        stable=read_only(stable),
        kinds=tuple(kinds),
        special=tuple(sorted({place[number] for _, number in piece.marks})),
        exact=False,
        evaluate=_evaluator(system, points),
    )


def _special(
    atlas: _Atlas,
    number: int,
    members: tuple[int, ...],
    branches: Sequence[Branch],
    parameter: str,
    game: Game,
) -> SpecialPoint:
    system, event = atlas.system, atlas.events[number]
    state = system.state(event.point)
    value = system.value(event.point)
    shares = tuple(
        tuple(float(max(one, 0.0)) for one in state[part]) for part in system.motion.parts
    )
    where = f"{parameter} {written(value)}"
    involved = [branches[k] for k in members]
    criticality = ""
    if event.kind == "fold":
        above = [one for one in involved if float(one.high) > value + 1e-12]
        verb = "appear" if above and not any(float(one.low) < value - 1e-12 for one in involved) \
            else "meet and vanish"  # fmt: skip
        words = f"fold: {listed([one.label for one in involved])} {verb}"
    elif event.kind == "Hopf":
        relative = event.coefficient / max(event.frequency, 1e-300)
        if not np.isfinite(relative):
            criticality = "unknown"
        elif abs(relative) < NO_SIGN:
            criticality = "degenerate"
        else:
            criticality = "supercritical" if relative < 0 else "subcritical"
        meaning = {
            "supercritical": "stable cycles are born",
            "subcritical": "unstable cycles vanish into it",
            "degenerate": "the first Lyapunov coefficient is 0 within rounding",
            "unknown": "the first Lyapunov coefficient is unknown",
        }[criticality]
        words = f"Hopf, {criticality}: {listed([one.label for one in involved])}; {meaning}"
    elif event.kind == "pitchfork":
        criticality = atlas.sides.get(number, "unknown")
        words = f"pitchfork, {criticality}: {listed([one.label for one in involved])}"
    elif event.kind == "transcritical":
        words = f"transcritical: {listed([one.label for one in involved])} cross"
    else:
        criticality = "degenerate"
        words = f"degenerate: several eigenvalues vanish on {listed([o.label for o in involved])}"
    return SpecialPoint(
        kind=event.kind,
        criticality=criticality,
        value=value,
        state=tuple(read_only(state[part]) for part in system.motion.parts),
        branches=members,
        frequency=event.frequency,
        residual=event.residual,
        words=f"at {where}, {words}, at {describe_state(game, shares)}",
    )


def _status(
    atlas: _Atlas,
    branches: Sequence[Branch],
    special: Sequence[SpecialPoint],
    values: int,
    singular: int,
    plain: bool,
    complete_there: bool,
) -> str:
    text = f"{counted(len(branches), 'branch', 'branches')} found, from rest points at {values} "
    text += f"values of the parameter, with {summary(special)}. "
    text += (
        "At those values no rest point is missing; branches that live only between them may be."
        if complete_there
        else "Others may be missing: raise values or starts to search further."
    )
    rough = sum(one.residual > POLISHED for one in special)
    if rough:
        text += f" {counted(rough, 'special point is', 'special points are')} located roughly."
    if singular:
        what = counted(singular, "rest point was", "rest points were")
        text += f" {what} singular, as at branch points and in continua, and not followed."
    stuck = sum(1 for one in atlas.curves for end in one.finished if not end)
    if stuck:
        text += f" {counted(stuck, 'curve ends', 'curves end')} where steps became too short."
    if not plain:
        text += " A branch turns twice within a step, so that its states may be out of order."
    return text


def counted(number: int, one: str, several: str) -> str:
    """Write a number with its noun.

    >>> counted(1, "branch", "branches"), counted(2, "branch", "branches")
    ('1 branch', '2 branches')
    """
    return f"{number} {one if number == 1 else several}"


def summary(special: Sequence[SpecialPoint]) -> str:
    """How many special points there are of each kind."""
    if not special:
        return "no special point"
    kinds = [one.kind for one in special]
    nouns = {
        "fold": ("fold", "folds"),
        "transcritical": ("transcritical point", "transcritical points"),
        "pitchfork": ("pitchfork", "pitchforks"),
        "Hopf": ("Hopf point", "Hopf points"),
        "degenerate": ("degenerate point", "degenerate points"),
    }
    return listed([counted(kinds.count(kind), *nouns[kind]) for kind in nouns if kind in kinds])
