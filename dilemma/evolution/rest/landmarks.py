"""Which rest point, or continuum of them, a state is at or near."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.rest.answers import RestContinuum, RestPoint, RestPoints
from dilemma.evolution.rest.arenas import Arena, State

Floats = NDArray[np.float64]
Landmark = RestPoint | RestContinuum


@dataclass(frozen=True, eq=False)
class Landmarks:
    """The rest points of a rule, as places that trajectories come to.

    Attributes
    ----------
    place : Arena
    found : RestPoints
    """

    place: Arena
    found: RestPoints

    @property
    def all(self) -> tuple[Landmark, ...]:
        """Isolated points, then continua: numbers refer to this order."""
        return (*self.found.points, *self.found.continua)

    @cached_property
    def _points(self) -> Floats:
        flat = [
            [float(weight) for shares in point.shares for weight in shares]
            for point in self.found.points
        ]
        return np.array(flat).reshape(len(flat), sum(self.place.sizes))

    def at(self, state: State) -> int:
        """The landmark that an exact rest point belongs to; −1 if there is none."""
        for number, point in enumerate(self.found.points):
            if point.shares == state:
                return number
        for number, continuum in enumerate(self.found.continua, len(self.found.points)):
            if self._holds(continuum, state):
                return number
        return -1

    def holding(self, state: State) -> tuple[int, ...]:
        """All landmarks that an exact rest point belongs to: continua may cross."""
        points, continua = self.found.points, self.found.continua
        alone = [k for k, point in enumerate(points) if point.shares == state]
        wide = [k for k, one in enumerate(continua, len(points)) if self._holds(one, state)]
        return (*alone, *wide)

    def _holds(self, continuum: RestContinuum, state: State) -> bool:
        for population, shares in enumerate(state):
            support = continuum.supports[population]
            if any(weight and i not in support for i, weight in enumerate(shares)):
                return False
            earned = self.place.earned(state, population)
            if len({earned[i] for i in support}) > 1:
                return False
        return True

    def near(self, states: Floats, tolerance: float) -> NDArray[np.int64]:
        """The landmark that each state (k, N) is closest to, −1 where none is within tolerance."""
        distances = self.distances(states)
        if not distances.shape[1]:
            return np.full(len(states), -1, dtype=np.int64)
        closest = distances.argmin(axis=1)
        near = distances[np.arange(len(states)), closest] <= tolerance
        return np.where(near, closest, -1).astype(np.int64)

    def distances(self, states: Floats) -> Floats:
        """How far each state (k, N) is from each landmark: (k, landmarks)."""
        points = self._points
        found = np.full((len(states), len(self.all)), np.inf)
        if len(points):
            found[:, : len(points)] = np.abs(states[:, None] - points[None]).max(axis=2)
        for number, continuum in enumerate(self.found.continua, len(points)):
            # A state that is as close to a point as to a continuum counts for the point.
            found[:, number] = self._away(continuum, states) * (1 + 1e-9) + 1e-15
        return found

    def without_invaders(self, states: Floats, small: float) -> NDArray[np.bool_]:
        """Whether no strategy with a share below `small` earns more than the others on average."""
        ends = np.cumsum([0, *self.place.sizes])
        parts = [states[:, a:b] for a, b in pairwise(ends)]
        kept = np.ones(len(states), dtype=bool)
        for population, x in enumerate(parts):
            fitness = self.place.fitness(parts, population)
            size = max(float(np.ptp(self.place.payoffs[population])), 1e-300)
            gain = fitness - (x * fitness).sum(axis=1, keepdims=True)
            kept &= ~np.any((x < small) & (gain > small * size), axis=1)
        return kept

    def _away(self, continuum: RestContinuum, states: Floats) -> Floats:
        """How far states are from a continuum: in absent shares, and in what is earned."""
        ends = np.cumsum([0, *self.place.sizes])
        parts = [states[:, a:b] for a, b in pairwise(ends)]
        away = np.zeros(len(states))
        for population, support in enumerate(continuum.supports):
            x = parts[population]
            absent = [i for i in range(x.shape[1]) if i not in support]
            fitness = self.place.fitness(parts, population)[:, list(support)]
            size = max(float(np.ptp(self.place.payoffs[population])), 1e-300)
            away = np.maximum(away, x[:, absent].max(axis=1, initial=0))
            away = np.maximum(away, np.ptp(fitness, axis=1) / size)
        return away


def vertex(size: int, i: int) -> tuple[Fraction, ...]:
    """The shares of a population that uses one strategy only."""
    return tuple(Fraction(int(i == k)) for k in range(size))
