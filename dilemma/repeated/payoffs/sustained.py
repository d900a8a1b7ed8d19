"""The answer to what a shared future sustains: a set of payoffs, and how each is sustained."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.polygons import Polygon, hull
from dilemma.equilibria.lists import EquilibriumList
from dilemma.equilibria.supports import pure_nash
from dilemma.game import Game
from dilemma.repeated.patience.regions import FeasibleSet, feasible_set
from dilemma.repeated.payoffs.generation import STAY, Stage
from dilemma.repeated.payoffs.scaling import unscaled
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Support(Displayed):
    """How one vertex of a payoff set is sustained: what is played first, and what follows.

    Attributes
    ----------
    payoffs : pair of float
        The vertex.
    profile : pair of str
        What is played in the first period.
    continuation : pair of float
        The (expected) payoffs from the second period on if nobody deviates. A player who deviates
        gets the worst equilibrium payoff from then on.
    binding : pair of bool
        For which players the continuation deters deviations only just.
    """

    payoffs: tuple[float, float]
    profile: tuple[str, str]
    continuation: tuple[float, float]
    binding: tuple[bool, bool]

    @property
    def stationary(self) -> bool:
        """Whether the profile is simply played for ever."""
        return self.payoffs == self.continuation

    @property
    def words(self) -> str:
        """The support as a sentence's part."""
        played = " with ".join(self.profile)
        at = ", ".join(map(short, self.payoffs))
        if self.stationary:
            return f"({at}): {played} for ever"
        then = ", ".join(map(short, self.continuation))
        return f"({at}): {played}, then ({then})"

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class PayoffSet(Solution):
    """All payoffs of pure-strategy subgame-perfect equilibria, with public randomization.

    Attributes
    ----------
    game : Game
        The stage game.
    discount : Fraction
        δ.
    vertices : numpy.ndarray of float64, shape (k, 2), read-only
        The vertices, counterclockwise: of the exact set where ``exact`` is true, otherwise of
        the inner polygon, but for those which the gap cannot tell from points of an edge. k is 0
        for the empty set, 1 for a point, 2 for a segment.
    gap : float
        No point of the outer polygon lies further than this from the inner one (in units of
        payoffs, Euclidean); 0 if ``exact``, and infinite where there is no inner polygon.
    inner, outer : tuples of pairs of Fraction
        Polygons with rational vertices: the first consists of equilibrium payoffs, for it is
        self-generating; outside the second there are none. Made when first asked for.
    coordinates : tuple of pairs of (Fraction or AlgebraicNumber)
        The exact vertices; empty unless ``exact`` (or if the set is empty).
    threats : pair of numbers, or None
        Each player's least equilibrium payoff, which answers its deviations (of the inner polygon
        unless ``exact``).
    supports : tuple of Support
        How each of the vertices is sustained.
    feasible : FeasibleSet
        What the stage game can pay, and the part of it that pays both players the least to which
        the other's pure strategies can hold them.
    stage_equilibria : EquilibriumList
        The pure equilibria of the stage game: each, played for ever, is in the set.
    steps : int
        How many outer steps were taken.
    method, exact, complete, status
        As in every answer of the library. ``exact`` says that ``coordinates`` are the set itself;
        complete that the gap is at most a millionth of the payoffs' range.
    """

    game: Game
    discount: Fraction
    vertices: Floats
    gap: float
    coordinates: tuple[tuple[Any, Any], ...]
    supports: tuple[Support, ...]
    steps: int
    _inner: Polygon | tuple[Floats, NDArray[np.int64]] = field(default=(), compare=False)
    _outer: Polygon | Floats = field(default=(), compare=False)

    @cached_property
    def inner(self) -> Polygon:
        """A polygon of equilibrium payoffs, with rational vertices; () if none was found."""
        given = self._inner
        if not (given and isinstance(given[0], np.ndarray)):
            return given
        stage = Stage.of(self.game, self.discount)
        scaled, made = given
        points = unscaled(scaled, self.game)
        threats = [min(point[i] for point in points) for i in (0, 1)]
        # Profiles that deter their own deviations belong to the set with their exact payoffs, and
        # replace what was computed a little further within.
        exact = []
        for point, (a, kind) in zip(points, made, strict=True):
            need, now = stage.need(int(a), threats), stage.payoffs[int(a)]
            stays = kind == STAY and now[0] >= need[0] and now[1] >= need[1]
            exact.append(now if stays else point)
        return hull([*exact, *(stage.payoffs[a] for a in stage.nash)])

    @cached_property
    def outer(self) -> Polygon:
        """A polygon outside of which there is no equilibrium payoff, with rational vertices."""
        given = self._outer
        return hull(unscaled(given, self.game)) if isinstance(given, np.ndarray) else given

    @property
    def threats(self) -> tuple[Any, Any] | None:
        """Each player's least equilibrium payoff."""
        points = self.coordinates or self.inner
        return (min(w[0] for w in points), min(w[1] for w in points)) if points else None

    @cached_property
    def feasible(self) -> FeasibleSet:
        """What the stage game can pay, and what pays both their pure minmax; when first asked."""
        return feasible_set(self.game, "pure")

    @cached_property
    def stage_equilibria(self) -> EquilibriumList:
        """The pure equilibria of the stage game; made when first asked for."""
        return pure_nash(self.game)

    @property
    def dimension(self) -> int:
        """2 for a polygon, 1 for a segment, 0 for a point, −1 for the empty set."""
        return min(len(self.vertices), 3) - 1

    @property
    def area(self) -> float:
        """The area within the vertices."""
        x, y = self.vertices.T
        return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2

    def __str__(self) -> str:
        return wrapped([self.status, *(f"  {one}" for one in self.supports)])


def short(value: float) -> str:
    """Write a payoff with six significant digits at most.

    >>> short(9.750000000001), short(-0.0)
    ('9.75', '0')
    """
    return f"{value:.6g}" if value else "0"
