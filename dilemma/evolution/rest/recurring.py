r"""Trajectories that never come to rest: limit cycles, closed orbits and heteroclinic cycles.

A trajectory is cut by a *section*: the states whose distance from the mean along the direction of
largest variance is 0, crossed upwards. If it always comes back to the same few places of the
section after the same time, it is periodic. If the times between visits to unstable rest points
take up nearly all of it, it follows a heteroclinic cycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.rest.landmarks import Landmarks
from dilemma.writing.pages import Displayed

Floats = NDArray[np.float64]

# Places on the section that differ by less than this part of the orbit's width are the same.
RETURN = 1e-3
# The most crossings of the section within one period.
MOST_LOOPS = 6
# How near a rest point a trajectory lingers, and for what part of the time, on its way along a
# heteroclinic cycle.
LINGER, MOSTLY = 0.02, 0.8
# In how many states in a row each visit has to be seen: an orbit that turns faster than it is
# looked at seems to jump between places that are not connected.
SEEN = 3
# Periods and averages of two orbits that differ by less are the same limit cycle.
ALIKE = 0.01


@dataclass(frozen=True)
class LimitCycle(Displayed):
    """A closed orbit that attracts its neighbours, as seen in trajectories.

    Attributes
    ----------
    period : float
        In units of time.
    mean : tuple of tuples of float
        The mean shares over a period, for each population.
    least, most : tuples of tuples of float
        The smallest and the largest share of each strategy.
    """

    period: float
    mean: tuple[tuple[float, ...], ...]
    least: tuple[tuple[float, ...], ...]
    most: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Orbit(Displayed):
    """One periodic trajectory.

    Attributes
    ----------
    period : float
    mean, spread, least, most : arrays of N shares
        Time averages over one period, standard deviations, and extremes. Averages are what orbits
        are compared by, since they are accurate where orbits have corners.
    """

    period: float
    mean: Floats
    spread: Floats
    least: Floats
    most: Floats

    def like(self, other: Orbit) -> bool:
        """Whether two trajectories have come to the same orbit."""
        alike = abs(self.period - other.period) <= ALIKE * self.period
        return alike and self.difference(other) <= ALIKE

    def difference(self, other: Orbit) -> float:
        """The largest difference between means or spreads."""
        return float(np.abs([self.mean - other.mean, self.spread - other.spread]).max())


def periodic_orbit(times: Floats, states: Floats) -> Orbit | None:
    """Tell whether a trajectory (k times, N shares) has become periodic, and measure one period.

    Examples
    --------
    >>> times = np.linspace(0, 50, 2001)
    >>> wave = np.sin(times) / 4
    >>> orbit = periodic_orbit(times, np.stack([0.5 + wave, 0.5 - wave], axis=1))
    >>> round(orbit.period, 3), orbit.mean.round(3).tolist()
    (6.283, [0.5, 0.5])
    """
    middle = states.mean(axis=0)
    off = states - middle
    width = float(np.ptp(states, axis=0).max())
    if width < 1e-6:
        return None
    axis = np.linalg.svd(off, full_matrices=False)[2][0]
    height = off @ axis
    up = np.flatnonzero((height[:-1] < 0) & (height[1:] >= 0))
    if len(up) < 4:
        return None
    part = (-height[up] / (height[up + 1] - height[up]))[:, None]
    when = times[up] + part[:, 0] * (times[up + 1] - times[up])
    where = states[up] + part * (states[up + 1] - states[up])
    for loops in range(1, min(MOST_LOOPS, len(up) // 3) + 1):
        moved = np.abs(where[loops:] - where[:-loops]).max()
        spans = when[loops:] - when[:-loops]
        period = float(spans.mean())
        if moved <= RETURN * width and np.ptp(spans) <= RETURN * period:
            evenly = np.linspace(when[-1 - loops], when[-1], len(times), endpoint=False)
            once = np.stack([np.interp(evenly, times, column) for column in states.T], axis=1)
            whole = states[up[-1 - loops] : up[-1] + 1]
            return Orbit(
                period, once.mean(axis=0), once.std(axis=0), whole.min(axis=0), whole.max(axis=0)
            )
    return None


def heteroclinic_cycle(marks: Landmarks, states: Floats) -> tuple[int, ...] | None:
    """The rest points that a trajectory (k times, N shares) visits in turn, if nothing else.

    The times should be in geometric progression, since visits get longer and longer.
    """
    near = marks.near(states, LINGER)
    kinds = [one.kind for one in marks.all]
    if np.mean(near >= 0) < MOSTLY:
        return None
    runs = [(int(number), len([*run])) for number, run in groupby(near[near >= 0].tolist())]
    visits = [number for number, _ in runs]
    if any(kinds[number] == "stable" for number in visits[-3:]):
        return None
    for length in range(2, len(visits) // 2 + 1):
        last = visits[-length:]
        # The last visit may have been cut short.
        seen = all(count >= SEEN for _, count in runs[-2 * length : -1])
        if seen and len(set(last)) == length and visits[-2 * length : -length] == last:
            start = last.index(min(last))
            return tuple(last[start:] + last[:start])
    return None


def alike(orbits: Sequence[Orbit]) -> list[list[int]]:
    """Group orbits that are the same: lists of positions."""
    groups: list[list[int]] = []
    for number, orbit in enumerate(orbits):
        for group in groups:
            if orbit.like(orbits[group[0]]):
                group.append(number)
                break
        else:
            groups.append([number])
    return groups
