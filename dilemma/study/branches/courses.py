r"""All rest points of imitative rules along a term, cell by cell between exact cuts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dilemma.arrays.algebraic import Real, between
from dilemma.evolution import rest_points
from dilemma.evolution.rest.arenas import arena
from dilemma.evolution.rest.landmarks import Landmarks
from dilemma.study.branches.polynomial_faces import (
    MovingRest,
    moving_rests,
    positive_pieces,
    stability_cuts,
)
from dilemma.study.families import Family, polynomials


@dataclass(frozen=True)
class Look:
    """What one rest point is at one value."""

    kind: str
    unstable: int


@dataclass(eq=False)
class Line:
    """A rest point over consecutive cells in which it is isolated."""

    rest: MovingRest
    first: int
    last: int
    looks: list[Look]


class Course:
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
        self.lines: list[Line] = []
        self.strangers = 0
        for rest in self.rests:
            self._find_lines(rest)
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

    def _find_lines(self, rest: MovingRest) -> None:
        current: Line | None = None
        for k, (sample, (_, landmarks)) in enumerate(zip(self.samples, self.found, strict=True)):
            look = None
            if rest.exists_at(sample):
                number = landmarks.at(rest.shares_at(sample, self.sizes))
                if 0 <= number < len(landmarks.found.points):
                    point = landmarks.found.points[number]
                    right = sum(one.real > 0 for one in point.eigenvalues)
                    look = Look(point.kind, right)
            if look is None:
                current = None
                continue
            if current is None or not rest.exists_at(self.ends[k]):
                current = Line(rest, k, k, [])
                self.lines.append(current)
            current.last = k
            current.looks.append(look)
