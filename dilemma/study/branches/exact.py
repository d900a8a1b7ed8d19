r"""Branches of rest points of imitative rules along a term, exactly.

Rest points inside each face are ratios of polynomials (`dilemma.study.branches.polynomial_faces`),
so the values at which one of them appears, vanishes, is singular, has an absent strategy earn as
much, or has eigenvalues cross the imaginary axis are roots of polynomials, isolated exactly.
Between two of these values nothing changes, and one exact look with `rest_points` at a rational
value says which rest points there are and which attract: that decides the whole stretch. There are
no folds and no pitchforks inside a face, whose equations are linear.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.algebraic import Real, between, sign_at
from dilemma.arrays.parametric import ball_of
from dilemma.evolution import rest_points
from dilemma.evolution.rest.arenas import arena
from dilemma.evolution.rest.landmarks import Landmarks
from dilemma.game.display import listed
from dilemma.study.branches.answers import (
    Branch,
    Continuation,
    MovingContinuum,
    Shares,
    SpecialPoint,
    mixture_label,
    named_apart,
    read_only,
    written,
)
from dilemma.study.branches.events import NO_SIGN, hopf
from dilemma.study.branches.fields import System
from dilemma.study.branches.polynomial_faces import (
    MovingRest,
    Support,
    moving_rests,
    positive_pieces,
    stability_cuts,
)
from dilemma.study.branches.smooth import counted, eigenvalues_at, summary
from dilemma.study.families import Family, polynomials

Floats = NDArray[np.float64]

# Where a value is asked for in floating point, it is taken this precisely.
FINE = Fraction(1, 2**100)
# About how many values a branch is shown at.
SHOWN = 65


@dataclass(frozen=True)
class _Look:
    """What one rest point is at one value."""

    kind: str
    unstable: int


@dataclass(eq=False)
class _Line:
    """A rest point over consecutive cells in which it is isolated."""

    rest: MovingRest
    first: int
    last: int
    looks: list[_Look]


class _Course:
    """All rest points along a family."""

    def __init__(self, family: Family, rule: Any, populations: int) -> None:
        self.family, self.rule, self.populations = family, rule, populations
        low, high = family.low, family.high
        tables = [polynomials(family, 0)]
        if populations == 2:
            tables.append([list(one) for one in zip(*polynomials(family, 1), strict=True)])
        self.sizes = tuple(len(one) for one in tables)
        self.rests = moving_rests(tables)
        self.by_support = {one.supports: one for one in self.rests}
        self.complete = True
        cuts: set[Real] = set()
        for rest in self.rests:
            pieces = positive_pieces(rest, low, high)
            if not pieces:
                continue
            crossings, known = stability_cuts(rest, tables, low, high)
            self.complete &= known or len(rest.supports[0]) == 3
            inner = rest.cuts(low, high) | rest.ties(low, high) | crossings
            for first, last in pieces:
                cuts.update({first, last} - {low, high})
                cuts.update(one for one in inner if first < one < last)
        self.cuts = sorted(cuts)
        self.ends: list[Real] = [low, *self.cuts, high]
        self.samples = [between(a, b) for a, b in pairwise(self.ends)]
        self.found = [self.look(one) for one in self.samples]
        self.lines: list[_Line] = []
        self.strangers = 0
        for rest in self.rests:
            self._lines_of(rest)
        for k, (_, landmarks) in enumerate(self.found):
            here = sum(one.first <= k <= one.last for one in self.lines)
            self.strangers += here != len(landmarks.found.points)
        self.looked: dict[Fraction, tuple[Any, Landmarks]] = {}

    def look(self, value: Fraction) -> tuple[Any, Landmarks]:
        """The exact rest points at a rational value."""
        game = self.family.game_at(value)
        place = arena(game, self.populations)
        found = rest_points(game, self.rule, populations=self.populations)
        return place, Landmarks(place, found)

    def at_cut(self, value: Fraction) -> Landmarks:
        """The same, remembered."""
        if value not in self.looked:
            self.looked[value] = self.look(value)
        return self.looked[value][1]

    def _lines_of(self, rest: MovingRest) -> None:
        current: _Line | None = None
        for k, (sample, (_, landmarks)) in enumerate(zip(self.samples, self.found, strict=True)):
            look = None
            if rest.exists_at(sample):
                number = landmarks.at(rest.shares_at(sample, self.sizes))
                if 0 <= number < len(landmarks.found.points):
                    point = landmarks.found.points[number]
                    right = sum(one.real > 0 for one in point.eigenvalues)
                    look = _Look(point.kind, right)
            if look is None:
                current = None
                continue
            if current is None or not rest.exists_at(self.ends[k]):
                current = _Line(rest, k, k, [])
                self.lines.append(current)
            current.last = k
            current.looks.append(look)


def exact_branches(
    family: Family,
    rule: Any,
    rule_words: str,
    populations: int,
    system: System,
    system_on: Callable[[tuple[Support, ...]], System],
) -> Continuation:
    """Follow the rest points of imitative rules along a term.

    Parameters
    ----------
    family : Family
    rule : function, or a pair of them
    rule_words : str
    populations : int
    system : System
        The same in floating point, for eigenvalues.
    system_on : function
        The system of a face, for Lyapunov coefficients.
    """
    course = _Course(family, rule, populations)
    lines = sorted(course.lines, key=lambda one: (len(one.rest.supports[0]), one.rest.supports))
    names = tuple(family.strategies[:populations])
    labels = named_apart([mixture_label(names, one.rest.supports) for one in lines])
    special: list[SpecialPoint] = []
    for k, cut in enumerate(course.cuts):
        for members, broad in _meetings(course, lines, k, cut):
            one = _special(course, lines, labels, members, broad, k, cut, system_on)
            if one is not None:
                special.append(one)
    branches = tuple(
        _branch(course, line, label, number, special, system)
        for number, (line, label) in enumerate(zip(lines, labels, strict=True))
    )
    continua = _continua(course)
    complete = course.complete and not course.strangers
    text = f"{counted(len(branches), 'branch', 'branches')} of rest points"
    text += ", and no others" if complete and not continua else ""
    text += f", with {summary(special)} between {written(family.low)} and {written(family.high)}"
    if continua:
        text += f"; {counted(len(continua), 'continuum', 'continua')} of rest points"
    text += "."
    if not course.complete:
        text += " Two eigenvalues cancel for all values, so that some changes may be missing."
    if course.strangers:
        text += " Some stretches have rest points that are on no branch."
    return Continuation(
        method="ratios of polynomials on every face, roots isolated exactly",
        exact=True,
        complete=complete,
        status=text,
        parameter=family.parameter,
        rule=rule_words,
        over=(family.low, family.high),
        populations=populations,
        strategies=names,
        branches=branches,
        special=tuple(special),
        continua=continua,
    )


def _meetings(
    course: _Course, lines: Sequence[_Line], k: int, cut: Real
) -> list[tuple[list[int], bool]]:
    """Which lines meet at the cut after cell k, and whether in a continuum of rest points."""
    groups: list[tuple[set[Any], list[int], bool]] = []
    for number, line in enumerate(lines):
        if not line.first <= k + 1 or not line.last >= k:
            continue
        passes = line.first <= k and line.last >= k + 1
        if passes and not _changes(line, k, cut):
            continue
        limit = line.rest.limit_at(cut)
        if limit is None:  # pragma: no cover
            continue
        if isinstance(cut, Fraction):
            landmarks = course.at_cut(cut)
            keys: set[Any] = set(landmarks.holding(line.rest.shares_at(cut, course.sizes)))
            wide = any(key >= len(landmarks.found.points) for key in keys)
        else:
            keys, wide = _closures(course, line, limit, cut)
        members = [number]
        apart = []
        for one in groups:
            if one[0] & keys:
                keys, members, wide = keys | one[0], one[1] + members, wide or one[2]
            else:
                apart.append(one)
        groups = [*apart, (keys, members, wide)]
    return [(sorted(members), wide) for _, members, wide in groups]


def _changes(line: _Line, k: int, cut: Real) -> bool:
    """Whether anything happens at a cut to a line that goes on beyond it."""
    before, after = (line.looks[one - line.first] for one in (k, k + 1))
    if before != after:
        return True
    polynomials_there = [*line.rest.gains.values(), *line.rest.singular]
    return any(any(one) and sign_at(one, cut) == 0 for one in polynomials_there)


def _closures(
    course: _Course, line: _Line, limit: tuple[Support, ...], cut: Real
) -> tuple[set[Any], bool]:
    """Where a line is at an irrational cut: its face, or those of the continua that it is in."""
    if course.populations == 1:
        rest = course.by_support.get(limit)
        alone = rest is not None and not any(sign_at(one, cut) == 0 for one in rest.singular)
        return {limit}, not alone
    # With one more strategy that earns as much, a line of mixtures levels the other population;
    # where that is so of both populations, two lines cross.
    found = set()
    for p in (0, 1):
        tied = {
            j
            for (q, j), one in line.rest.gains.items()
            if q == p and any(one) and sign_at(one, cut) == 0
        }
        wider = list(limit)
        wider[p] = tuple(sorted({*limit[p], *tied}))
        found.add(tuple(wider))
    return found, any(len(one) != len(other) for one, other in found)


def _special(
    course: _Course,
    lines: Sequence[_Line],
    labels: Sequence[str],
    members: list[int],
    broad: bool,
    k: int,
    cut: Real,
    system_on: Callable[[tuple[Support, ...]], System],
) -> SpecialPoint | None:
    passing = [n for n in members if lines[n].first <= k and lines[n].last > k]
    changed = [
        n for n in passing
        if lines[n].looks[k - lines[n].first] != lines[n].looks[k + 1 - lines[n].first]
    ]  # fmt: skip
    ending = [n for n in members if n not in passing]
    if not changed and not ending:
        return None
    parts = [f"{labels[n]} {'vanishes' if lines[n].last == k else 'appears'}" for n in ending]
    for n in passing:
        before, after = (lines[n].looks[one - lines[n].first].kind for one in (k, k + 1))
        parts.append(
            f"{labels[n]} turns from {before} to {after}"
            if before != after
            else f"{labels[n]} stays {before}"
        )
    there = lines[members[0]].rest
    near = ball_of(cut, FINE)[0]
    state = [
        np.array([float(one) for one in side]) for side in there.shares_at(near, course.sizes)
    ]
    frequency, criticality = 0.0, ""
    same = len({lines[n].rest.supports for n in ending})
    if broad:
        kind = "transcritical" if len(members) > 1 else "degenerate"
        criticality = "degenerate"
        parts.append("at the value itself they lie in a continuum of rest points"
                     if len(members) > 1 else "a continuum of rest points is there")  # fmt: skip
    elif len(members) == 1 and changed and not _ties(there, cut):
        kind = "Hopf"
        frequency, criticality = _hopf(course, there, cut, near, system_on)
        parts = [_hopf_words(criticality, course.populations), *parts]
    elif len(members) == 2 and len(ending) == same:
        kind = "transcritical"
    else:
        kind, criticality = "degenerate", "degenerate"
        if len(ending) > same:
            parts.append("it touches, and does not cross")
        elif len(members) > 2:
            parts.append(f"{len(members)} branches meet at once")
    name = kind if kind != "Hopf" else f"Hopf, {parts.pop(0)}"
    return SpecialPoint(
        kind=kind,
        criticality=criticality,
        value=cut,
        state=tuple(read_only(one) for one in state),
        branches=tuple(members),
        frequency=frequency,
        residual=0.0,
        words=f"at {course.family.parameter} {written(cut)}, {name}: {listed(parts)}",
    )


def _ties(rest: MovingRest, cut: Real) -> bool:
    return any(any(one) and sign_at(one, cut) == 0 for one in rest.gains.values())


def _hopf(
    course: _Course,
    rest: MovingRest,
    cut: Real,
    near: Fraction,
    system_on: Callable[[tuple[Support, ...]], System],
) -> tuple[float, str]:
    """The frequency at a Hopf point, and its criticality."""
    face = system_on(rest.supports)
    shares = rest.shares_at(near, course.sizes)
    inside = np.concatenate(
        [
            [float(side[i]) for i in support]
            for side, support in zip(shares, rest.supports, strict=True)
        ]
    )
    u = face.point(inside, float(cut))
    values, vectors = np.linalg.eig(face.inner(u))
    chosen = int(np.argmin(np.abs(values.real) + 1e3 * (values.imag <= 0)))
    if course.populations == 2:
        return float(values[chosen].imag), "degenerate"
    event = hopf(face, u, vectors[:, chosen], float(values[chosen].imag))
    named = getattr(course.rule, "__name__", "")
    if len(rest.supports[0]) == 3 and named in ("replicator", "adjusted_replicator"):
        return event.frequency, "degenerate"
    relative = event.coefficient / max(event.frequency, 1e-300)
    if not np.isfinite(relative) or abs(relative) < NO_SIGN:
        return event.frequency, "unknown"
    return event.frequency, "supercritical" if relative < 0 else "subcritical"


def _hopf_words(criticality: str, populations: int) -> str:
    if populations == 2:
        return "degenerate (pairs of imaginary eigenvalues meet)"
    return {
        "degenerate": "degenerate (centre: closed orbits there, and no cycles beside it)",
        "unknown": "criticality unknown (the first Lyapunov coefficient is 0 within rounding)",
    }.get(criticality, criticality)


def _branch(
    course: _Course,
    line: _Line,
    label: str,
    number: int,
    special: Sequence[SpecialPoint],
    system: System,
) -> Branch:
    ends = course.ends[line.first : line.last + 2]
    each = max(2, -(-SHOWN // (len(ends) - 1)))
    values: list[float] = []
    at: list[Fraction] = []
    stable: list[bool] = []
    for place, (first, last) in enumerate(pairwise(ends)):
        a, b = ball_of(first, FINE)[0], ball_of(last, FINE)[0]
        steps = range(each) if last is not ends[-1] else range(each + 1)
        for step in steps:
            where = a + (b - a) * step / each
            at.append(where)
            values.append(float(where))
            stable.append(line.looks[place].kind == "stable")
    states = np.array(
        [
            [float(one) for side in line.rest.shares_at(where, course.sizes) for one in side]
            for where in at
        ]
    )
    eigenvalues = np.stack(
        [
            eigenvalues_at(system, system.point(state, value))
            for state, value in zip(states, values, strict=True)
        ]
    )
    kinds = tuple(
        (first, last, look.kind)
        for (first, last), look in zip(pairwise(ends), line.looks, strict=True)
    )

    def evaluate(value: Any) -> tuple[Shares, str]:
        shares = line.rest.shares_at(value, course.sizes)
        for first, last, kind in kinds:
            if first < value < last:
                return shares, kind
        landmarks = course.at_cut(value)
        place = landmarks.at(shares)
        points = landmarks.found.points
        return shares, points[place].kind if place < len(points) else "undecided"

    return Branch(
        label=label,
        low=ends[0],
        high=ends[-1],
        values=read_only(values),
        states=read_only(states),
        eigenvalues=read_only(eigenvalues),
        stable=read_only(stable),
        kinds=kinds,
        special=tuple(k for k, one in enumerate(special) if number in one.branches),
        exact=True,
        evaluate=evaluate,
    )


def _continua(course: _Course) -> tuple[MovingContinuum, ...]:
    """Continua over stretches of the parameter, and at rational values between them."""
    name = course.family.parameter
    found: list[MovingContinuum] = []
    running: dict[Any, int] = {}
    for k, (_, landmarks) in enumerate(course.found):
        here = {one.supports: one for one in landmarks.found.continua}
        now: dict[Any, int] = {}
        for supports, one in here.items():
            if supports in running:
                place = running[supports]
                found[place] = MovingContinuum(
                    found[place].low, course.ends[k + 1], found[place].words
                )
            else:
                place = len(found)
                where = written(course.samples[k])
                found.append(
                    MovingContinuum(
                        course.ends[k], course.ends[k + 1], f"{one.words} (at {name} {where})"
                    )
                )
            now[supports] = place
        running = now
    result = [
        MovingContinuum(
            one.low,
            one.high,
            f"{name} from {written(one.low)} to {written(one.high)}: {one.words}",
        )
        for one in found
    ]
    for k, cut in enumerate(course.cuts):
        if not isinstance(cut, Fraction):
            continue
        known = {
            one.supports for _, marks in course.found[k : k + 2] for one in marks.found.continua
        }
        result += [
            MovingContinuum(cut, cut, f"at {name} {written(cut)} alone: {one.words}")
            for one in course.at_cut(cut).found.continua
            if one.supports not in known
        ]
    return tuple(result)
