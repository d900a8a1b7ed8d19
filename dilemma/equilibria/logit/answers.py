"""What the logit functions answer: paths, what happens on them, their limits, single points."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dilemma.equilibria.answers import Component, Equilibrium
from dilemma.equilibria.logit.curves import Curve
from dilemma.game import Game
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TurningPoint(Displayed):
    """A point of a path at which the rationality turns.

    Attributes
    ----------
    rationality : float
    row, column : numpy.ndarray, shapes (m,) and (n,)
        Both mixed strategies there.
    turns : "down" or "up"
        Where the rationality goes from here.
    after : int
        It lies between this point of the path and the next.
    """

    rationality: float
    row: Floats
    column: Floats
    turns: Literal["down", "up"]
    after: int


@dataclass(frozen=True, eq=False)
class Bifurcation(Displayed):
    r"""A point of a path that other branches of logit equilibria go through.

    Attributes
    ----------
    rationality : float
    row, column : numpy.ndarray, shapes (m,) and (n,)
        Both mixed strategies there.
    log_row, log_column : numpy.ndarray
        The logarithms of their probabilities.
    kind : "pitchfork", "transcritical" or "multiple"
        A *pitchfork*: two branches leave at right angles to the rationality, mirror images of each
        other to first order. *Transcritical*: one branch passes through. *Multiple*: the equations
        lose more than one rank, as they do in games with more symmetries, and more branches meet.
    breaks_symmetry : bool
        True if the other branches tell strategies or players apart that the path does not.
    side : "beyond", "before" or "both"
        On which side of this point, along the path, the other branches lie near it; for multiple
        ones "both", which is not decided there.
    rank_lost : int
        By how much the rank of the equations drops: 1 for the first two kinds.
    directions : numpy.ndarray, shape (k, m + n)
        Directions, in logarithms of the probabilities (rows, then columns), in which other
        branches leave; each also in reverse.
    after : int
        It lies between this point of the path and the next.
    """

    rationality: float
    row: Floats
    column: Floats
    log_row: Floats
    log_column: Floats
    kind: Literal["pitchfork", "transcritical", "multiple"]
    breaks_symmetry: bool
    side: Literal["beyond", "before", "both"]
    rank_lost: int
    directions: Floats
    after: int


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class LogitLimit(Solution):
    """Where a path tends to as rationality grows.

    Attributes
    ----------
    row, column : numpy.ndarray, shapes (m,) and (n,)
        The limit; in floating point where it is not identified exactly.
    regret : float
        The most that a player could gain there by deviating alone, from its definition.
    equilibrium : Equilibrium or None
        The Nash equilibrium, exactly, if it could be identified.
    component : Component or None
        The component of the set of Nash equilibria that it belongs to, as `nash` lists it; None if
        the game is too large for `nash`, or the limit is too uncertain.
    method, exact, complete, status
        As in every answer; ``exact`` if ``equilibrium`` was found and verified in rational
        arithmetic. That the path tends to it is then concluded from its nearness.
    """

    row: Floats
    column: Floats
    regret: float
    equilibrium: Equilibrium | None
    component: Component | None


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class LogitPath(Solution):
    """A branch of logit equilibria, in the order in which it is followed.

    Attributes
    ----------
    game : Game
    rationality : numpy.ndarray, shape (k,)
        Of every point of the path; not monotone if there are turning points.
    log_row, log_column : numpy.ndarray, shapes (k, m) and (k, n)
        The logarithms of the probabilities, also of those too small for a float.
    turning_points : tuple of TurningPoint
        Located when they are first asked for, as are those below.
    bifurcations : tuple of Bifurcation
    residual : float
        The largest of the points' residuals (see `LogitEquilibrium`).
    limit : LogitLimit
        Where the path tends to; worked out when it is first asked for.
    method, exact, complete, status
        As in every answer; ``complete`` if the path was followed until its mixtures settled.
    """

    game: Game
    rationality: Floats
    log_row: Floats
    log_column: Floats
    bifurcations: tuple[Bifurcation, ...]
    _curve: Curve = field(repr=False)

    @cached_property
    def row(self) -> Floats:
        """The row player's mixed strategies, shape (k, m)."""
        return read_only(np.exp(self.log_row))

    @cached_property
    def column(self) -> Floats:
        """The column player's mixed strategies, shape (k, n)."""
        return read_only(np.exp(self.log_column))

    @cached_property
    def turning_points(self) -> tuple[TurningPoint, ...]:
        """Where the rationality turns, in the order of the path."""
        from dilemma.equilibria.logit.following import turning_points_of

        return turning_points_of(self.game, self._curve)

    @cached_property
    def residual(self) -> float:
        """The largest |probability − logit response| of all points, from the definition."""
        from dilemma.equilibria.logit.following import residuals

        logs = np.concatenate([self.log_row, self.log_column], axis=1)
        return float(residuals(self._curve.problem, logs, self.rationality).max())

    @cached_property
    def limit(self) -> LogitLimit:
        """Where the path tends to as rationality grows; exactly where it can be identified."""
        from dilemma.equilibria.logit.limits import limit_of

        return limit_of(self.game, self._curve.problem, self._curve.points[-1], self.complete)

    def __len__(self) -> int:
        return len(self.rationality)

    def __str__(self) -> str:
        lines = [self.status]
        lines += [
            f"  rationality {turn.rationality:.6g}: turns {turn.turns}"
            for turn in self.turning_points
        ]
        for one in self.bifurcations:
            what = ", which breaks symmetry" if one.breaks_symmetry else ""
            lines.append(f"  rationality {one.rationality:.6g}: {one.kind} bifurcation{what}")
        lines.append(f"  limit: {self.limit.status}")
        return wrapped(lines)


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class LogitEquilibrium(Solution):
    r"""A logit equilibrium: each plays its strategies with the logit of their expected payoffs.

    Attributes
    ----------
    rationality : float
    row, column : numpy.ndarray, shapes (m,) and (n,)
        Both mixed strategies.
    log_row, log_column : numpy.ndarray
        The logarithms of their probabilities, also of those too small for a float.
    payoffs : pair of float
        What the row and the column player expect.
    residual : float
        The largest difference between a probability and the logit response to the other player's
        mixture, from the definition; at infinite rationality, the regret.
    passes : int
        How often the principal branch passes this rationality; 1 unless it turns.
    method, exact, complete, status
        As in every answer; ``complete`` is False, since other branches may have more.
    """

    rationality: float
    row: Floats
    column: Floats
    log_row: Floats
    log_column: Floats
    payoffs: tuple[float, float]
    residual: float
    passes: int


def read_only(array: Floats) -> Floats:
    """Return the array, from now on not to be changed."""
    array.setflags(write=False)
    return array
