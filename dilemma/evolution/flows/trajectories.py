"""Trajectories as plain arrays: what `flow` labels, and what others build on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.threads import checked_workers, in_chunks, progress_bar
from dilemma.evolution.flows.groups import AnyMeetings, GroupMeetings
from dilemma.evolution.flows.meetings import Meetings
from dilemma.evolution.rules import (
    Logit,
    ReplicatorMutator,
    adjusted_replicator,
    best_response,
    brown_von_neumann_nash,
    imitation,
    logit,
    replicator,
    replicator_mutator,
    rule_name,
    smith,
)

Floats = NDArray[np.float64]

TOLERANCE = 1e-8
MOST_STEPS = 1_000_000
# How many trajectories a thread takes at once; more where they advance side by side.
CHUNK = 32
LANE_CHUNK = 512

# How a trajectory ended; the same numbers as in the kernels.
DONE, TOO_MANY_STEPS, NO_STEP, NOT_POSITIVE, STOPPED, TOO_MANY_TIED, NO_TARGET = range(7)
WORDS = {
    TOO_MANY_STEPS: "needed more steps than most_steps allows",
    NO_STEP: "needed steps too short for floating point (the velocity jumps or explodes)",
    NOT_POSITIVE: "came to a state whose mean fitness is not positive",
    STOPPED: "was stopped",
    TOO_MANY_TIED: "came to a state where more than 12 strategies are best replies",
    NO_TARGET: "came to a tie of best replies that floating point can't resolve",
}

_CODES: dict[Callable[..., Any], int] = {
    replicator: 0,
    adjusted_replicator: 1,
    imitation: 2,
    brown_von_neumann_nash: 5,
    smith: 6,
}
_REPLICATOR_MUTATOR, _LOGIT = 3, 4
_FIRST_WITH_KINKS = 5
# Those that a constant added to all payoffs against one strategy changes.
_OF_LEVELS = (1, _REPLICATOR_MUTATOR)


@dataclass(frozen=True, eq=False)
class Trajectories:
    """Shares at given times, from many starts.

    Attributes
    ----------
    shares : array of shape (trajectories, times, N)
        NaN at times that were not reached.
    means : array of shape (trajectories, times, populations)
        The mean fitness of each population.
    endings : array of int, shape (trajectories,)
        0 where all times were reached; others by `WORDS`.
    steps : array of int, shape (trajectories,)
    reached : array of float, shape (trajectories,)
        The time up to which the trajectory was followed.
    method : str
    unique : array of bool, shape (trajectories,), or None
        For best responses: whether no other solution starts there.
    """

    shares: Floats
    means: Floats
    endings: NDArray[np.int64]
    steps: NDArray[np.int64]
    reached: Floats
    method: str
    unique: NDArray[np.bool_] | None = None


def checked_rules(rule: Any, populations: int) -> tuple[Any, ...]:
    """Return the rule of each population; one rule stands for both."""
    pair = isinstance(rule, tuple)
    rules = rule if pair else (rule,) * populations
    if pair and (len(rule) != 2 or populations == 1):
        raise ValueError(
            "rule: requires one rule, or for two populations a pair of rules, got "
            f"{len(rule)} for {populations} population{'s' * (populations > 1)}"
        )
    for one in rules:
        if one is logit or one is replicator_mutator:
            missing = "rationality" if one is logit else "matrix"
            raise TypeError(f"rule: requires {one.__name__}({missing}), got {one.__name__} alone")
        if not callable(one):
            raise TypeError(
                "rule: requires a function (state, fitness) → velocity such as replicator, got "
                f"{type(one).__name__}"
            )
    if any(one is best_response for one in rules) and any(
        one is not best_response for one in rules
    ):
        raise ValueError(
            "rule: requires best_response for both populations or for neither, got "
            f"{' and '.join(map(rule_name, rules))}"
        )
    return tuple(rules)


def is_compiled(rule: Any) -> bool:
    """Tell whether there are compiled trajectories of a rule."""
    return isinstance(rule, (Logit, ReplicatorMutator)) or rule in _CODES


def trajectories(
    meetings: AnyMeetings,
    rules: tuple[Any, ...],
    states: Floats,
    which: NDArray[np.int64],
    times: Floats,
    tolerance: float = TOLERANCE,
    most_steps: int = MOST_STEPS,
    workers: int | None = None,
    progress: bool = False,
) -> Trajectories:
    """Follow many trajectories.

    Parameters
    ----------
    meetings : Meetings or GroupMeetings
        Games as matrices, from `dilemma.evolution.flows.meetings.meetings`, or one in groups.
    rules : tuple
        One rule for each population; from `checked_rules`.
    states : array of shape (trajectories, N)
        Starting states, which are not checked.
    which : array of int, shape (trajectories,)
        Which game each is followed in.
    times : array of increasing float, the first at least 0
    tolerance, most_steps, workers, progress
        As for `flow`.
    """
    count, size = states.shape
    shares = np.empty((count, len(times), size))
    endings = np.zeros(count, dtype=np.int64)
    steps = np.zeros(count, dtype=np.int64)
    reached = np.zeros(count)
    stopping = np.zeros(1, dtype=np.int64)
    threads = checked_workers(workers)
    means = np.empty((count, len(times), len(meetings.ends)))
    results = (shares, means, endings, steps, reached)
    unique = None
    chunk = CHUNK
    if rules[0] is best_response:
        from dilemma.evolution.flows.replies import follow_replies

        unique = np.ones(count, dtype=np.bool_)
        if isinstance(meetings, GroupMeetings):
            from dilemma.evolution.flows.group_replies import follow_group_replies

            method = (
                "straight lines towards best replies, with turns at roots of polynomials; along "
                "ties the Runge-Kutta method of order 8"
            )
            follow = follow_group_replies(
                meetings, states, times, tolerance, most_steps, stopping, results, unique
            )
        else:
            method = "straight lines towards best replies, with the times of turns in closed form"
            follow = follow_replies(
                meetings, states, which, times, most_steps, stopping, results, unique
            )
    elif all(map(is_compiled, rules)):
        method = (
            "Dormand and Prince's Runge-Kutta method of order 8 with adaptive steps, compiled; in "
            "logarithms of shares where the rule is imitative"
        )
        _require_defined(rules, meetings, states, which)
        if isinstance(meetings, Meetings) and all(rule is replicator for rule in rules):
            chunk = LANE_CHUNK
            follow = _replicated(
                meetings, states, which, times, tolerance, most_steps, stopping, results
            )
        else:
            follow = _compiled(
                meetings, rules, states, which, times, tolerance, most_steps, stopping, results
            )
    else:
        from dilemma.evolution.flows.functions import follow_function

        chunk = LANE_CHUNK
        method = "Dormand and Prince's Runge-Kutta method of order 8 with adaptive steps, in NumPy"
        follow = follow_function(
            meetings, rules, states, which, times, tolerance, most_steps, stopping, results
        )
    bar = progress_bar(count, progress, "flow", " trajectories")
    with bar:
        try:
            in_chunks(follow, count, chunk, threads, bar, stopping)
        except KeyboardInterrupt:
            stopping[0] = 1
            raise
    return Trajectories(shares, means, endings, steps, reached, method, unique)


def _replicated(
    meetings: Meetings,
    states: Floats,
    which: NDArray[np.int64],
    times: Floats,
    tolerance: float,
    most_steps: int,
    stopping: NDArray[np.int64],
    results: tuple[Any, ...],
) -> Callable[[int, int], None]:
    from dilemma.evolution.flows.lane_flow_kernels import replicate

    matrices = meetings.centred([True] * len(meetings.ends)), meetings.matrices
    ends = np.array(meetings.ends)

    def follow(start: int, stop: int) -> None:
        part = slice(start, stop)
        replicate(
            states[part], *matrices, which[part], ends, times, tolerance, most_steps, stopping,
            *(one[part] for one in results),
        )  # fmt: skip

    return follow


def _compiled(
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
    from dilemma.evolution.flows.flow_kernels import KINK_SAFETY, follow_all

    kinds, numbers, mutation = coded(rules, meetings)
    differences = [kind not in _OF_LEVELS for kind in kinds]
    matrices = meetings.matrices_of(differences)
    ends = np.array(meetings.ends)
    if kinds.max() >= _FIRST_WITH_KINKS:
        tolerance *= KINK_SAFETY
    shares, means, *_ = results

    def follow(start: int, stop: int) -> None:
        part = slice(start, stop)
        follow_all(
            states[part], *matrices, meetings.groups_of(differences), which[part], ends, kinds,
            numbers, mutation, times, tolerance, most_steps, stopping,
            *(one[part] for one in results),
        )  # fmt: skip
        if isinstance(meetings, GroupMeetings):
            means[part] = meetings.mean_fitness(shares[part], which[part])

    return follow


def coded(
    rules: tuple[Any, ...], meetings: AnyMeetings
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return the rules in the numbers that kernels read: kinds, rationalities, mutation."""
    widest = max(part.stop - part.start for part in meetings.slices)
    kinds = np.zeros(len(rules), dtype=np.int64)
    numbers = np.zeros(len(rules))
    mutation = np.zeros((len(rules), widest, widest))
    for population, (rule, own) in enumerate(zip(rules, meetings.slices, strict=True)):
        size = own.stop - own.start
        if isinstance(rule, Logit):
            kinds[population], numbers[population] = _LOGIT, rule.rationality
        elif isinstance(rule, ReplicatorMutator):
            kinds[population] = _REPLICATOR_MUTATOR
            if len(rule.matrix) != size:
                raise ValueError(
                    f"rule: requires a matrix of mutation for {size} strategies, got one for "
                    f"{len(rule.matrix)} (two populations take a pair of rules)"
                )
            mutation[population, :size, :size] = rule.matrix
        else:
            kinds[population] = _CODES[rule]
    return kinds, numbers, mutation


def _require_defined(
    rules: tuple[Any, ...], meetings: AnyMeetings, states: Floats, which: NDArray[np.int64]
) -> None:
    """Refuse payoffs for which a rule is not defined, before anything is computed."""
    if not len(states):
        return
    for rule, own, least in zip(rules, meetings.slices, meetings.lowest, strict=True):
        if isinstance(rule, ReplicatorMutator) and least < 0:
            raise ValueError(
                "rule: replicator_mutator requires payoffs of at least 0 (numbers of offspring; "
                f"add a constant to all payoffs), got {least:g}"
            )
        if rule is adjusted_replicator:
            mean = (states * meetings.fitness(states, which))[:, own].sum(axis=-1)
            if not mean.min() > 0:
                place = int(np.argmin(mean))
                raise ValueError(
                    "rule: adjusted_replicator requires positive mean fitness (add a constant to "
                    f"all payoffs), got {mean[place]:.6g} at the start "
                    f"{states[place].tolist()}"
                )
