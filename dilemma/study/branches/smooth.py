r"""Branches of rest points of a smooth rule: searched for, followed, joined where they meet.

At several values of the parameter the rest points are searched for (`rest_points`). The curve
through each of them is followed in both directions to the ends of the interval
(`dilemma.study.branches.tracing`), its special points are located
(`dilemma.study.branches.events`), and at branch points the other curve is followed too. Curves are
then cut where the parameter turns round, so that a branch has one state for each value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from dilemma.study.branches.atlas import CLOSE, Atlas
from dilemma.study.branches.events import NO_SIGN
from dilemma.study.branches.fields import System
from dilemma.study.branches.tracing import MOST_POINTS, corrected, inside, settled

Floats = NDArray[np.float64]

# Special points so near to the ends of the interval are not inside.
EDGE = 1e-9
# Real parts below this, relative to the largest eigenvalue, have no certain sign.
NEUTRAL = 1e-8
# Defining equations solved to this are solved to the precision of the arithmetic.
POLISHED = 1e-9


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
    atlas = Atlas(system)
    singular: list[Floats] = []
    for value, found in searched:
        for point in found:
            state = np.concatenate([np.array(one, float) for one in point.shares])
            start = settled(system, system.point(state, float(value)))
            if start is None or _is_singular(system, start):
                singular.append(system.point(state, float(value)))
            elif inside(system, start):
                atlas.explore(start)
    # What was met at a branch point is known by now.
    alone = [
        u
        for u in singular
        if not any(np.abs(u - event.point).max() < CLOSE for event in atlas.events)
        and not atlas.holds(u)
    ]
    return _answer(atlas, parameter, over, rule, game, searched, len(alone))


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


def _pieces(atlas: Atlas) -> tuple[list[_Piece], bool]:
    """All curves, cut where the parameter turns; and whether each has one state a value."""
    pieces, plain = [], True
    for curve, marks in zip(atlas.curves, atlas.marks, strict=True):
        cuts = [0, *(k for k, _, turns in marks if turns), len(curve.points) - 1]
        for first, last in pairwise(cuts):
            if last <= first or np.ptp(curve.points[first : last + 1, -1]) < EDGE:
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
    atlas: Atlas,
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
    inner = [k for k, one in enumerate(atlas.events) if EDGE < one.point[-1] < 1 - EDGE]
    order = sorted(inner, key=lambda k: float(atlas.events[k].point[-1]))
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
    """After the state in the middle of its values."""
    states = system.centre + piece.points[:, : system.size] @ system.basis.T
    middle = (piece.points[0, -1] + piece.points[-1, -1]) / 2
    state = states[np.argmin(np.abs(piece.points[:, -1] - middle))]
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
    cuts = sorted({0, len(points) - 1, *(k for k, number in piece.marks if number in place)})
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
        special=tuple(sorted({place[number] for _, number in piece.marks if number in place})),
        exact=False,
        evaluate=_evaluator(system, points),
    )


def _special(
    atlas: Atlas,
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
    atlas: Atlas,
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
        text += f" {what} singular, as in continua, and not followed."
    stuck = sum(1 for one in atlas.curves for end in one.finished if not end)
    if stuck:
        text += f" {counted(stuck, 'curve ends', 'curves end')} where steps became too short."
    if atlas.continua:
        text += " Some rest points are part of continua, which are not followed."
    if atlas.given_up:
        text += f" It was given up after {MOST_POINTS:,} points: look at a shorter stretch."
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
