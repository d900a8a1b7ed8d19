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
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.parametric import ball_of
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
from dilemma.study.branches.courses import Course, Line
from dilemma.study.branches.fields import System
from dilemma.study.branches.meetings import FINE, meetings_at, special_point
from dilemma.study.branches.polynomial_faces import (
    Support,
)
from dilemma.study.branches.smooth import counted, eigenvalues_at, summary
from dilemma.study.families import Family

Floats = NDArray[np.float64]

# About how many values a branch is shown at.
SHOWN = 65


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
    course = Course(family, rule, populations)
    lines = sorted(course.lines, key=lambda one: (len(one.rest.supports[0]), one.rest.supports))
    names = tuple(family.strategies[:populations])
    labels = named_apart([mixture_label(names, one.rest.supports) for one in lines])
    special: list[SpecialPoint] = []
    for k, cut in enumerate(course.cuts):
        for members, broad in meetings_at(course, lines, k, cut):
            one = special_point(course, lines, labels, members, broad, k, cut, system_on)
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


def _branch(
    course: Course,
    line: Line,
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


def _continua(course: Course) -> tuple[MovingContinuum, ...]:
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
