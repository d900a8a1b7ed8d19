r"""Which exact branches meet at a value, and what that is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.algebraic import Real, sign_at
from dilemma.arrays.parametric import ball_of
from dilemma.game.display import listed
from dilemma.study.branches.answers import SpecialPoint, read_only, written
from dilemma.study.branches.courses import Course, Line
from dilemma.study.branches.events import NO_SIGN, hopf
from dilemma.study.branches.fields import System
from dilemma.study.branches.polynomial_faces import MovingRest, Support

# Where a value is asked for in floating point, it is taken this precisely.
FINE = Fraction(1, 2**100)


def meetings_at(
    course: Course, lines: Sequence[Line], k: int, cut: Real
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


def _changes(line: Line, k: int, cut: Real) -> bool:
    """Whether anything happens at a cut to a line that goes on beyond it."""
    before, after = (line.looks[one - line.first] for one in (k, k + 1))
    if before != after:
        return True
    polynomials_there = [*line.rest.gains.values(), *line.rest.singular]
    return any(any(one) and sign_at(one, cut) == 0 for one in polynomials_there)


def _closures(
    course: Course, line: Line, limit: tuple[Support, ...], cut: Real
) -> tuple[set[Any], bool]:
    """Where a line is at an irrational cut: its face, or those of the continua that it is in."""
    if course.populations == 1:
        rest = course.by_support.get(limit)
        alone = rest is not None and not any(sign_at(one, cut) == 0 for one in rest.singular)
        return {limit}, not alone
    # With one more strategy that earns as much, a line of mixtures levels the other population;
    # where that is so of both populations, two lines cross.
    if len(limit[0]) != len(limit[1]):
        return {limit}, True
    found = set()
    for p in (0, 1):
        tied = {
            j
            for (q, j), one in line.rest.gains.items()
            if q == p and any(one) and sign_at(one, cut) == 0
        }
        wider = list(limit)
        wider[p] = tuple(sorted({*line.rest.supports[p], *tied}))
        found.add(tuple(wider))
    return found, any(len(one) != len(other) for one, other in found)


def special_point(
    course: Course,
    lines: Sequence[Line],
    labels: Sequence[str],
    members: list[int],
    broad: bool,
    k: int,
    cut: Real,
    system_on: Callable[[tuple[Support, ...]], System],
) -> SpecialPoint | None:
    """Name what happens where some lines meet; None if nothing does.

    Parameters
    ----------
    course : Course
    lines, labels : sequences
        All lines, and what to call them.
    members : list of int
        Those that meet.
    broad : bool
        Whether they meet in a continuum of rest points.
    k : int
        The cell before the cut.
    cut : Fraction or AlgebraicNumber
    system_on : function
        The system of a face.
    """
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
    course: Course,
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
