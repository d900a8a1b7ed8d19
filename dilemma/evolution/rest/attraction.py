r"""Basins of attraction: from how much of the state space populations come to which end.

Starts are spread evenly over the simplex (over both, with two populations) by scrambled Sobol
sequences, and followed until they settle. Several sequences with independent scrambles give
several estimates of each share, whose scatter is the standard error (owen1997).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from dilemma.arrays.algebraic import Real, between, integer_polynomial, roots_in, sign_at
from dilemma.arrays.multinomials import forms, polynomials_on
from dilemma.evolution import rules
from dilemma.evolution.flows.trajectories import checked_rules
from dilemma.evolution.rest.answers import RestContinuum, RestPoint
from dilemma.evolution.rest.arenas import Arena, GroupArena, arena, group_arena
from dilemma.evolution.rest.ends import Basin, Basins
from dilemma.evolution.rest.landmarks import Landmarks
from dilemma.evolution.rest.resting import called, known_names, rest_points
from dilemma.evolution.rest.settling import ELSEWHERE, UNSETTLED, Settled, settle
from dilemma.evolution.rest.starting import spread_states
from dilemma.evolution.rest.verdicts import IMITATIVE, INNOVATIVE
from dilemma.evolution.rest.words import describe_hull, describe_state
from dilemma.game import GroupGame

Floats = NDArray[np.float64]

# Rest points at irrational shares are told by their roundings.
ROUNDED = 1e-9


def basins(
    game: Any,
    rule: Callable[..., Any] = rules.replicator,
    *,
    populations: int | None = None,
    starts: int = 2048,
    replicates: int = 8,
    longest: float | None = None,
    seed: Any = 0,
    workers: int | None = None,
    progress: bool = False,
) -> Basins:
    r"""Find what populations come to, and from how much of the state space.

    Parameters
    ----------
    game : Game or GroupGame
    rule : function (state, fitness) → velocity
        As for `rest_points`.
    populations : int, optional
        As for `rest_points`.
    starts : int
        How many trajectories in all: at least two for each replicate. Numbers that are a power of
        2 for each replicate are balanced best.
    replicates : int
        How many independent quasi-random sequences the starts are made of; at least 2.
    longest : float, optional
        How long trajectories are followed before those that have not settled are looked at for
        cycles; 6,400 times the inverse of the largest velocity among the starts if left out.
    seed : anything that `numpy.random.default_rng` takes
    workers : int, optional
        How many threads; the number of cores at hand if left out.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    Basins
        A sequence of `Basin`, the largest first.

    Raises
    ------
    TypeError, ValueError
        As for `rest_points`; if a number is out of its range.

    Notes
    -----
    A trajectory has settled if it is within 1/1000 of a stable rest point and has come closer
    during the second half of its time, or within 1/10,000 of one of which it is not decided
    whether it is stable. It has settled on a continuum if it is as close to it and no absent
    strategy earns more. What has not settled in the end is looked at for limit cycles (period and
    extent measured over several returns; the same for many starts), for closed orbits (a different
    one for each start, as around a centre) and for heteroclinic cycles (`connections` has their
    links), and otherwise counted as unsettled.

    A standard error says nothing of ends that no start came to: they are not listed, and where all
    starts came to one, its error is 0. With k starts, an end that is reached from more than 3/k of
    the state space is missed with a probability of 1/20 at most, if starts were independent.

    In symmetric games of two strategies, under imitative and innovative rules, the shares are
    lengths of intervals between rest points, and exact. In groups of N players these are the roots
    of a polynomial of degree N − 1, isolated exactly.

    References
    ----------
    owen1997 in ``references.bib``.

    Examples
    --------
    The stag hunt: everybody hunts the stag once two thirds do.

    >>> from dilemma.game import Game
    >>> print(basins(Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])))
    Exact: 2 attractors of replicator, by the lengths of intervals between rest
    points.
      2/3              hare (rest point)
      1/3              stag (rest point)

    From how much of the state space firms come to collaborate:

    >>> from dilemma.alliance import Alliance
    >>> found = basins(Alliance(trust="9/10").game(), starts=1024)
    >>> round(found.share_of("collaboration"), 1)
    0.2
    """
    place = _place(game, populations)
    names = known_names(rule, place.populations)
    own = checked_rules(rule, place.populations)
    _require_counts(starts, replicates, longest)
    found = rest_points(game, rule, populations=place.populations, seed=seed)
    marks = Landmarks(place, found)
    if place.sizes == (2,) and set(names) <= {*IMITATIVE, *INNOVATIVE}:
        return _intervals(marks, rule)
    draw = np.random.default_rng(seed)
    each = starts // replicates
    blocks = [spread_states(place.sizes, each, one) for one in draw.spawn(replicates)]
    states = np.concatenate([np.concatenate(block, axis=1) for block in blocks])
    settled = settle(marks, own, states, longest, workers, progress)
    return _answer(marks, rule, states, settled, replicates)


def _place(game: Any, populations: int | None) -> Arena:
    if not isinstance(game, GroupGame):
        return arena(game, populations)
    if populations not in (None, 1):
        raise ValueError(
            "populations: requires 1 for a GroupGame, whose players are alike, got "
            f"{populations!r}"
        )
    return group_arena(game)


def _require_counts(starts: Any, replicates: Any, longest: Any) -> None:
    for name, value, least in (("replicates", replicates, 2), ("starts", starts, 2)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{name}: requires an integer of at least {least}, got {value!r}")
        if value < least:
            raise ValueError(f"{name}: requires an integer of at least {least}, got {value}")
    if starts < 2 * replicates:
        raise ValueError(
            f"starts: requires at least two for each of the {replicates} replicates, got {starts}"
        )
    if longest is None:
        return
    if isinstance(longest, bool) or not isinstance(longest, (int, float, np.floating)):
        raise TypeError(f"longest: requires a time, got {longest!r}")
    if not 0 < longest < math.inf:
        raise ValueError(f"longest: requires a positive, finite time, got {longest:g}")


def _intervals(marks: Landmarks, rule: Any) -> Basins:
    """Two strategies in one population: from each interval the flow goes to one of its ends."""
    gain = _advantage(marks.place)
    shares: dict[int, Fraction | float] = {}
    if not gain:
        shares[0] = Fraction(1)
    else:
        # Shares of the first strategy.
        stops: list[Real] = [Fraction(0), *roots_in(gain, 0, 1), Fraction(1)]
        for before, after in pairwise(stops):
            end = after if sign_at(gain, between(before, after)) > 0 else before
            number = _number(marks, end)
            shares[number] = shares.get(number, Fraction(0)) + _length(before, after)
    found = [
        Basin(_attractor(marks, number), _kind(marks, number), part, 0.0, _words(marks, number))
        for number, part in sorted(shares.items(), key=lambda item: -item[1])
    ]
    what = "attractor" if len(found) == 1 else "attractors"
    return Basins(
        method="lengths of intervals between rest points",
        exact=True,
        complete=True,
        status=(
            f"Exact: {len(found)} {what} of {called(rule)}, by the lengths of intervals between "
            "rest points."
        ),
        basins=tuple(found),
        rest=marks.found,
        starts=(),
        reached=np.zeros(0, dtype=np.int64),
        rule=called(rule),
    )


def _advantage(place: Arena) -> tuple[int, ...]:
    """What the first of two strategies earns beyond the second, over its share: a polynomial."""
    if isinstance(place, GroupArena):
        given = forms(place.group.others, place.group.exact_payoffs)
    else:
        # Among one of the second strategy, and among one of the first.
        table = np.array(place.exact[0], dtype=object).T[::-1]
        given = forms(np.array([[0, 1], [1, 0]]), table)
    first, second = polynomials_on(given, (0, 1))
    terms = (first - second).to_dict()
    degree = max((powers[0] for powers in terms), default=-1)
    values = [terms.get((power,), fmpq(0)) for power in range(degree + 1)]
    return integer_polynomial(Fraction(int(one.p), int(one.q)) for one in values)


def _number(marks: Landmarks, share: Real) -> int:
    """The landmark at which the first of two strategies has a share."""
    if isinstance(share, Fraction):
        return marks.at(((share, 1 - share),))
    rounded = float(share)
    return int(marks.near(np.array([[rounded, 1 - rounded]]), ROUNDED)[0])


def _length(low: Real, high: Real) -> Fraction | float:
    """How far two numbers are apart: exactly if both are rational."""
    if isinstance(low, Fraction) and isinstance(high, Fraction):
        return high - low
    width = Fraction(1, 10**30)
    ends = [one if isinstance(one, Fraction) else one.within(width).low for one in (low, high)]
    return float(ends[1] - ends[0])


def _attractor(marks: Landmarks, number: int) -> RestPoint | RestContinuum:
    return marks.all[number]


def _kind(marks: Landmarks, number: int) -> str:
    return "rest point" if number < len(marks.found.points) else "continuum"


def _words(marks: Landmarks, number: int) -> str:
    return f"{name_of(marks, number)} ({_kind(marks, number)})"


def name_of(marks: Landmarks, number: int) -> str:
    """What a rest point or a continuum is called."""
    one = marks.all[number]
    if isinstance(one, RestPoint):
        return describe_state(marks.place.game, one.shares)
    return describe_hull(marks.place.game, one.extreme)


def _answer(
    marks: Landmarks, rule: Any, states: Floats, settled: Settled, replicates: int
) -> Basins:
    place = marks.place
    labels = settled.labels.reshape(replicates, -1)
    rows = []
    for label in np.unique(settled.labels):
        parts = (labels == label).mean(axis=1)
        error = float(parts.std(ddof=1) / math.sqrt(replicates))
        rows.append((int(label), _basin(marks, settled, int(label), float(parts.mean()), error)))
    rows.sort(key=lambda row: (row[0] == UNSETTLED, -row[1].share))
    order = {label: position for position, (label, _) in enumerate(rows)}
    reached = np.array([order[int(label)] for label in settled.labels])
    reached.setflags(write=False)
    lost = int(np.sum(settled.labels == UNSETTLED))
    ends = len(rows) - (lost > 0)
    unsettled = f"; {lost:,} did not settle" if lost else ""
    return Basins(
        method=f"{replicates} scrambled Sobol sequences of starts, followed until they settle",
        exact=False,
        complete=lost == 0,
        status=(
            f"{len(states):,} starts under {called(rule)} came to {ends} "
            f"{'end' if ends == 1 else 'ends'}{unsettled}."
        ),
        basins=tuple(basin for _, basin in rows),
        rest=marks.found,
        starts=_parts(place, states),
        reached=reached,
        rule=called(rule),
    )


def _parts(place: Arena, states: Floats) -> tuple[Floats, ...]:
    parts = tuple(
        np.ascontiguousarray(part)
        for part in np.split(states, np.cumsum(place.sizes)[:-1], axis=1)
    )
    for part in parts:
        part.setflags(write=False)
    return parts


def _basin(marks: Landmarks, settled: Settled, label: int, part: float, error: float) -> Basin:
    if 0 <= label < len(marks.all):
        what = _words(marks, label)
        return Basin(_attractor(marks, label), _kind(marks, label), part, error, what)
    if label in settled.cycles:
        cycle = settled.cycles[label]
        mean = describe_state(marks.place.game, cycle.mean)
        words = f"limit cycle of period {cycle.period:.4g}, on average {mean}"
        return Basin(cycle, "limit cycle", part, error, words)
    if label in settled.chains:
        chain = settled.chains[label]
        through = " -> ".join(name_of(marks, number) for number in (*chain, chain[0]))
        return Basin(None, "heteroclinic cycle", part, error, f"heteroclinic cycle {through}")
    if label == UNSETTLED:
        return Basin(None, "unsettled", part, error, "not settled (raise longest)")
    if label == ELSEWHERE:
        words = "at rest, in states that the search for rest points does not list"
        return Basin(None, "at rest", part, error, words)
    words = "closed orbits, a different one from each start: nothing attracts"
    return Basin(None, "closed orbits", part, error, words)
