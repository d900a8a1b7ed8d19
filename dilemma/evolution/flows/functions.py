"""Trajectories of any rule that is a Python function: many at once, in NumPy.

The method is that of the compiled rules, on shares: a step that would make a share negative is
taken again, shorter, so that the rule is asked about points of the simplex alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.runge_kutta_kernels import (
    ALL_STAGES,
    CHECK_WEIGHTS,
    DENSE_WEIGHTS,
    ERROR_WEIGHTS,
    STAGE_WEIGHTS,
    STAGES,
)
from dilemma.evolution.flows.flow_kernels import (
    DONE,
    KINK_SAFETY,
    LARGEST_FACTOR,
    NO_STEP,
    SAFETY,
    SHORTEST,
    SMALL_SHARE,
    SMALLEST_FACTOR,
    STOPPED,
    TOO_MANY_STEPS,
)
from dilemma.evolution.flows.groups import AnyMeetings
from dilemma.evolution.rules import rule_name

Floats = NDArray[np.float64]

# What velocities may miss of a sum of 0, and point out of the simplex, in units of the largest of
# velocities and payoffs.
ROUNDING = 1e-9


def follow_function(
    meetings: AnyMeetings,
    rules: tuple[Any, ...],
    states: Floats,
    which: NDArray[np.int64],
    times: Floats,
    tolerance: float,
    most_steps: int,
    stopping: NDArray[np.int64],
    results: tuple[Any, ...],
) -> Callable[[int, int], None]:
    """Return the function that follows trajectories from start to stop and keeps them."""
    goal = KINK_SAFETY * SAFETY * tolerance
    shares, means, *others = results
    rest = (shares, *others)

    def follow(start: int, stop: int) -> None:
        part = slice(start, stop)
        _follow(
            meetings, rules, states[part], which[part], times,
            goal, tolerance, most_steps, stopping, tuple(one[part] for one in rest),
        )  # fmt: skip
        means[part] = meetings.mean_fitness(shares[part], which[part])

    return follow


def _follow(
    meetings: AnyMeetings,
    rules: tuple[Any, ...],
    starts: Floats,
    which: NDArray[np.int64],
    times: Floats,
    goal: float,
    tolerance: float,
    most_steps: int,
    stopping: NDArray[np.int64],
    results: tuple[Any, ...],
) -> None:
    shares, endings, steps, reached = results
    parts, end = meetings.slices, times[-1]
    # Trajectories that still go on; arrays below have a row for each of them.
    going = np.arange(len(starts))
    state = starts.copy()
    time = np.zeros(len(starts))
    due = np.zeros(len(starts), dtype=np.int64)
    if times[0] <= 0.0:
        shares[:, 0] = starts
        due += 1
        if len(times) == 1:
            endings[:], steps[:], reached[:] = DONE, 0, 0.0
            return
    slope = _velocity(meetings, rules, state, which, time)
    with np.errstate(divide="ignore"):
        step = np.minimum(end, 0.05 / np.abs(slope).max(axis=1))
    grown = np.full(len(starts), LARGEST_FACTOR)
    taken = np.zeros(len(starts), dtype=np.int64)
    while len(going):
        ending = np.full(len(going), DONE)
        ending[~(step > SHORTEST * np.maximum(time, 1e-300))] = NO_STEP
        ending[taken >= most_steps] = TOO_MANY_STEPS
        if stopping[0]:
            ending[:] = STOPPED
        over = ending != DONE
        for row in np.flatnonzero(over):
            place = going[row]
            endings[place], steps[place], reached[place] = ending[row], taken[row], time[row]
            shares[place, due[row] :] = np.nan
        if over.any():
            going, state, time, due, slope, step, grown, taken, which = (
                one[~over] for one in (going, state, time, due, slope, step, grown, taken, which)
            )
            continue
        taken += 1
        final = time + step >= end
        step = np.where(final, end - time, step)
        slopes, ahead, fits = _attempt(meetings, rules, state, slope, which, time, step)
        error = _error(state, ahead, slopes, step, goal)
        good = fits & (error <= 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.where(error > 0.0, 0.9 * error**-0.125, LARGEST_FACTOR)
        factor = np.where(fits, np.clip(factor, SMALLEST_FACTOR, LARGEST_FACTOR), SMALLEST_FACTOR)
        factor = np.minimum(factor, np.where(good, grown, 0.9))
        until = np.where(final, end, time + step)
        rows = np.flatnonzero(good & (times[np.minimum(due, len(times) - 1)] < until))
        if len(rows):
            dense, smooth, off = _interpolated(
                meetings, rules, state[rows], ahead[rows], slopes[:, rows], which[rows],
                time[rows], step[rows], tolerance,
            )  # fmt: skip
            fine = off <= 1.0
            good[rows] = fine
            with np.errstate(divide="ignore"):
                factor[rows] = np.where(
                    fine, factor[rows], np.maximum(SMALLEST_FACTOR, 0.9 * off**-0.125)
                )
            _write_between(
                meetings, rules, state, dense[:, fine], smooth[fine], which, time, step, until,
                times, due, going, rows[fine], shares,
            )  # fmt: skip
        grown = np.where(good, LARGEST_FACTOR, 1.0)
        finished = good & final
        for row in np.flatnonzero(finished):
            place = going[row]
            shares[place, -1] = _on_simplex(ahead[row : row + 1], parts)[0]
            endings[place], steps[place], reached[place] = DONE, taken[row], end
        state = np.where(good[:, None], _on_simplex(ahead, parts), state)
        slope = np.where(good[:, None], slopes[STAGES], slope)
        time = np.where(good, until, time)
        step = step * factor
        if finished.any():
            going, state, time, due, slope, step, grown, taken, which = (
                one[~finished]
                for one in (going, state, time, due, slope, step, grown, taken, which)
            )


def _attempt(
    meetings: AnyMeetings,
    rules: tuple[Any, ...],
    state: Floats,
    slope: Floats,
    which: NDArray[np.int64],
    time: Floats,
    step: Floats,
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Take a step: the slopes of all stages, the state ahead, and whether no share is negative."""
    slopes = np.zeros((ALL_STAGES, *state.shape))
    slopes[0] = slope
    fits = np.ones(len(state), dtype=np.bool_)
    ahead = state
    for stage in range(1, STAGES + 1):
        ahead = _stage(state, slopes, stage, step)
        fits &= _inside(ahead)
        # Steps that fail already go on from where they were, at no harm.
        asked = _on_simplex(np.where(fits[:, None], ahead, state), meetings.slices)
        slopes[stage] = _velocity(meetings, rules, asked, which, time + step)
    return slopes, ahead, fits


def _stage(state: Floats, slopes: Floats, stage: int, step: Floats) -> Floats:
    moved = np.tensordot(STAGE_WEIGHTS[stage, :stage], slopes[:stage], axes=1)
    return np.asarray(state + step[:, None] * moved)


def _inside(state: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.all(state >= 0.0, axis=1))


def _on_simplex(state: Floats, parts: tuple[slice, ...]) -> Floats:
    """Shares whose sums are 1 but for rounding, with sums of 1."""
    state = state.copy()
    for part in parts:
        total = state[:, part].sum(axis=1, keepdims=True)
        state[:, part] /= np.where(total > 0, total, 1.0)
    return state


def _error(state: Floats, ahead: Floats, slopes: Floats, step: Floats, goal: float) -> Floats:
    allowed = goal * (np.maximum(state, ahead) + SMALL_SHARE)
    long = step[:, None]
    third, fifth = (
        np.square(long * np.tensordot(weights, slopes[: STAGES + 1], axes=1) / allowed).sum(axis=1)
        for weights in ERROR_WEIGHTS
    )
    under = np.sqrt((fifth + 0.01 * third) * state.shape[1])
    return np.asarray(fifth / np.where(under > 0, under, 1.0))


def _velocity(
    meetings: AnyMeetings,
    rules: tuple[Any, ...],
    state: Floats,
    which: NDArray[np.int64],
    time: Floats,
) -> Floats:
    """The velocities by the rules, checked."""
    fitness = meetings.fitness(state, which)
    velocity = np.empty_like(state)
    for rule, part in zip(rules, meetings.slices, strict=True):
        earned = fitness[:, part]
        try:
            answer = rule(state[:, part].copy(), earned.copy())
        except Exception as error:
            error.add_note(f"raised by the rule {rule_name(rule)}, called by flow")
            raise
        velocity[:, part] = _checked(answer, rule, state[:, part], earned, time)
    return velocity


def _checked(answer: Any, rule: Any, state: Floats, fitness: Floats, time: Floats) -> Floats:
    name = rule_name(rule)
    if np.iscomplexobj(answer):
        # Turned into floats they would lose their imaginary parts.
        raise TypeError(
            f"rule: requires {name} to return an array of velocities, got numbers of type "
            f"{np.asarray(answer).dtype}"
        )
    try:
        array = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(
            f"rule: requires {name} to return an array of velocities, got {type(answer).__name__}"
        ) from None
    if array.shape != state.shape:
        raise ValueError(
            f"rule: requires {name} to return velocities of the shape of the states, (..., n), "
            f"here {state.shape}; got {array.shape}"
        )
    finite = np.isfinite(array).all(axis=1)
    scale = np.abs(array).max(axis=1, initial=0.0, where=np.isfinite(array))
    scale = np.maximum(scale, np.abs(fitness).max(axis=1))
    balanced = np.abs(array.sum(axis=1)) <= ROUNDING * scale * state.shape[1]
    inward = np.all((state > 0.0) | (array >= -ROUNDING * scale[:, None]), axis=1)
    for fine, wanted in (
        (finite, "finite velocities"),
        (balanced, "velocities that sum to 0"),
        (inward, "no negative velocity of a share at 0 (it would leave the simplex)"),
    ):
        if not fine.all():
            row = int(np.flatnonzero(~fine)[0])
            raise ValueError(
                f"rule: requires {name} to return {wanted}, got {array[row].tolist()} at time "
                f"{time[row]:.6g} at the state {state[row].tolist()}"
            )
    return array


def _interpolated(
    meetings: AnyMeetings,
    rules: tuple[Any, ...],
    state: Floats,
    ahead: Floats,
    slopes: Floats,
    which: NDArray[np.int64],
    time: Floats,
    step: Floats,
    tolerance: float,
) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Make polynomials between two steps, and return (coefficients, made inside, defects).

    Coefficients have the shape (7, rows, N); a polynomial is made inside if all the states that
    the rule was asked about for it are on the simplex; defects are in units of what is allowed.
    """
    smooth = np.ones(len(state), dtype=np.bool_)
    for stage in range(STAGES + 1, ALL_STAGES):
        point = _stage(state, slopes, stage, step)
        smooth &= _inside(point)
        asked = np.where(smooth[:, None], point, state)
        slopes[stage] = _velocity(meetings, rules, asked, which, time)
    difference = ahead - state
    long = step[:, None]
    dense = np.stack(
        [
            difference,
            long * slopes[0] - difference,
            2.0 * difference - long * (slopes[STAGES] + slopes[0]),
            *(long * np.tensordot(weights, slopes, axes=1) for weights in DENSE_WEIGHTS),
        ]
    )
    value, slope = np.tensordot(CHECK_WEIGHTS, dense, axes=1)
    value += state
    # Negative shares between steps are left to `_creep`.
    inside = smooth & _inside(value)
    asked = np.where(inside[:, None], value, state)
    wanted = long * _velocity(meetings, rules, _on_simplex(asked, meetings.slices), which, time)
    allowed = tolerance * (np.abs(value) + SMALL_SHARE)
    off = (np.abs(slope - wanted) / allowed).max(axis=1)
    return dense, smooth, np.where(inside, off, 0.0)


def _write_between(
    meetings: AnyMeetings,
    rules: tuple[Any, ...],
    state: Floats,
    dense: Floats,
    smooth: NDArray[np.bool_],
    which: NDArray[np.int64],
    time: Floats,
    step: Floats,
    until: Floats,
    times: Floats,
    due: NDArray[np.int64],
    going: NDArray[np.intp],
    rows: NDArray[np.intp],
    shares: Floats,
) -> None:
    """Write shares at times within the steps of some rows, and count on what is due there."""
    parts = meetings.slices
    for k, row in enumerate(rows):
        stop = int(np.searchsorted(times, until[row], side="left"))
        moments = times[due[row] : stop]
        part = ((moments - time[row]) / step[row])[:, None]
        value = np.zeros((len(moments), state.shape[1]))
        for place in range(6, -1, -1):
            value = (value + dense[place][k]) * (part if place % 2 == 0 else 1.0 - part)
        points = state[row] + value
        unfit = ~_inside(points) if smooth[k] else np.ones(len(points), dtype=np.bool_)
        for bad in np.flatnonzero(unfit):
            points[bad] = _creep(
                meetings, rules, state[row : row + 1], which[row : row + 1],
                time[row], moments[bad] - time[row],
            )  # fmt: skip
        shares[going[row], due[row] : stop] = _on_simplex(points, parts)
        due[row] = stop


def _creep(
    meetings: AnyMeetings,
    rules: tuple[Any, ...],
    state: Floats,
    which: NDArray[np.int64],
    time: float,
    span: float,
) -> Floats:
    """Take steps to a time between two, where a polynomial would make a share negative."""
    done, step = 0.0, span
    while done < span:
        step = min(step, span - done)
        now = np.array([time + done])
        slope = _velocity(meetings, rules, state, which, now)
        _, ahead, fits = _attempt(meetings, rules, state, slope, which, now, np.array([step]))
        if fits[0]:
            state = _on_simplex(ahead, meetings.slices)
            done += step
        elif step < 1e-12 * span:
            break
        else:
            step /= 2
    return np.asarray(state[0])
