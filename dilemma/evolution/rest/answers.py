"""What rest points are told as: points, continua of them, and all of a rule's together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.rest.words import names_of
from dilemma.game import Game, GroupGame
from dilemma.game.display import WIDTH, listed
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

KINDS = ("stable", "centre", "undecided", "saddle", "unstable")


@dataclass(frozen=True)
class RestPoint(Displayed):
    """A state in which nothing changes, alone in its neighbourhood.

    Attributes
    ----------
    shares : tuple of tuples
        The shares of the strategies, for each population (one or two): Fractions where the point
        is exact, otherwise floats. In groups of three or more also irrational numbers, exact or
        in proven bounds (`AlgebraicNumber`, `Enclosed`); all turn into floats by ``float``.
    kind : str
        ``"stable"`` (it attracts all states nearby), ``"saddle"`` (it attracts from some
        directions and repels in others), ``"unstable"`` (it does not keep what is nearby, and no
        direction is known from which it attracts), ``"centre"`` (orbits circle it) or
        ``"undecided"`` (`words` say what is known).
    eigenvalues : tuple of complex
        All eigenvalues of the linearised rule on the tangent space: `internal`, then
        `transversal`. Empty for rules that have corners at rest points.
    internal, transversal : tuples
        Those within the face of the strategies in use, and those of the absent strategies, in
        order (imitative rules; for others all are internal).
    equilibrium : bool
        Whether no absent strategy earns more, and those in use earn the same: a Nash equilibrium
        (symmetric, of one population); None for points in floating point, and if it is too close
        to tell.
    residual : float
        The largest velocity at the point; 0 for exact points.
    words : str
    """

    shares: tuple[tuple[Any, ...], ...]
    kind: str
    internal: tuple[complex, ...]
    transversal: tuple[float, ...]
    equilibrium: bool | None
    residual: float
    words: str

    @property
    def eigenvalues(self) -> tuple[complex, ...]:
        """All eigenvalues on the tangent space."""
        return (*self.internal, *map(complex, self.transversal))

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class RestContinuum(Displayed):
    """A continuum of rest points: a polytope, which is no part of a larger one.

    Attributes
    ----------
    extreme : tuple of tuples of tuples of Fraction
        For each population the extreme points (irrational ones too, in groups); with two
        populations all pairs of them rest.
    supports : tuple of tuples of int
        The strategies that are in use somewhere in it, for each population.
    dimension : int
        At least 1.
    stable_part : tuple of tuples of tuples of Fraction
        The extreme points, for each population, of the part where no absent strategy earns more;
        empty if there is none. Outside of it the states cannot last: something invades.
    kind : str
        ``"stable"`` if states near the middle of the stable part settle on the continuum;
        ``"unstable"`` if there is no stable part; otherwise the verdict on its middle.
    words : str
    """

    extreme: tuple[tuple[tuple[Any, ...], ...], ...]
    supports: tuple[tuple[int, ...], ...]
    dimension: int
    stable_part: tuple[tuple[tuple[Any, ...], ...], ...]
    kind: str
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class RestPoints(Solution, Sequence[RestPoint]):
    """The rest points of a rule: the sequence holds the isolated ones, stable ones first.

    Attributes
    ----------
    points : tuple of RestPoint
        What the sequence holds.
    continua : tuple of RestContinuum
        All others, as polytopes. Extreme points of a continuum are not repeated in the sequence.
    populations : int
    rule : str
        What it is called; ``velocities`` are those that it gives.
    game : Game or GroupGame
    revision : tuple of functions (state, fitness) → velocity
        The rule itself, for each population.
    method, exact, complete, status
        As in every answer of the library.
    """

    points: tuple[RestPoint, ...]
    continua: tuple[RestContinuum, ...]
    populations: int
    rule: str
    game: Game | GroupGame
    revision: tuple[Callable[..., Any], ...]

    @overload
    def __getitem__(self, index: int) -> RestPoint: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[RestPoint, ...]: ...
    def __getitem__(self, index: int | slice) -> RestPoint | tuple[RestPoint, ...]:
        return self.points[index]

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[RestPoint]:
        return iter(self.points)

    @property
    def strategies(self) -> tuple[tuple[str, ...], ...]:
        """The names of the strategies, for each population."""
        return names_of(self.game)[: self.populations]

    @property
    def players(self) -> tuple[str, ...]:
        """What the populations are called, if there are two."""
        return () if isinstance(self.game, GroupGame) else self.game.players[: self.populations]

    def velocities(self, *states: Any) -> tuple[NDArray[np.float64], ...]:
        r"""Return how fast shares change at some states, in floating point.

        Parameters
        ----------
        *states : array_like of shape (..., n)
            The shares, for each population.

        Returns
        -------
        tuple of numpy.ndarray
            For each population, in the shape of its states.

        Raises
        ------
        ValueError
            If there are not as many arrays as populations, or of other shapes.

        Examples
        --------
        >>> from dilemma.evolution import rest_points
        >>> from dilemma.game import Game
        >>> contest = Game.symmetric([["-1/2", 2], [0, 1]], ["hawk", "dove"])
        >>> found = rest_points(contest)
        >>> found.velocities([[0.5, 0.5], [0, 1]])[0].tolist()
        [[0.0625, -0.0625], [0.0, 0.0]]
        """
        if len(states) != self.populations:
            raise ValueError(
                f"states: requires one array of shares for each population, "
                f"{self.populations} in all, got {len(states)}"
            )
        if isinstance(self.game, GroupGame):
            return (self._in_groups(np.asarray(states[0], dtype=np.float64), self.game),)
        rows, columns = self.game.payoffs[0], self.game.payoffs[1].T
        found = []
        for k, (rule, payoffs) in enumerate(zip(self.revision, (rows, columns), strict=False)):
            own = np.asarray(states[k], dtype=np.float64)
            met = np.asarray(states[1 - k if self.populations == 2 else k], dtype=np.float64)
            for state, size in zip((own, met), payoffs.shape, strict=True):
                if state.shape[-1:] != (size,):
                    raise ValueError(
                        f"states: requires the shape (..., {size}), got {state.shape}"
                    )
            found.append(np.asarray(rule(own, met @ payoffs.T), dtype=np.float64))
        return tuple(found)

    def _in_groups(self, state: NDArray[np.float64], game: GroupGame) -> NDArray[np.float64]:
        if state.shape[-1:] != (len(game.strategies),):
            raise ValueError(
                f"states: requires the shape (..., {len(game.strategies)}), got {state.shape}"
            )
        return np.asarray(self.revision[0](state, game.fitness(state)), dtype=np.float64)

    def __str__(self) -> str:
        import textwrap

        lines = [str(one) for one in (*self.points, *self.continua)]
        return wrapped(
            [
                textwrap.fill(self.status, WIDTH),
                *(textwrap.fill(f"  {line}", WIDTH, subsequent_indent="    ") for line in lines),
            ]
        )


def status_of(points: Sequence[RestPoint], continua: Sequence[RestContinuum]) -> str:
    """One sentence: how many rest points of which kinds, and how many continua."""
    parts = []
    if points:
        kinds = [point.kind for point in points]
        counts = [f"{kinds.count(kind)} {kind}" for kind in KINDS if kind in kinds]
        what = "rest point" if len(points) == 1 else "rest points"
        others = "" if continua else ", and no others"
        parts.append(f"{len(points)} isolated {what}" if continua else f"{len(points)} {what}")
        parts[-1] += f"{others}: {listed(counts)}"
    if continua:
        what = "continuum" if len(continua) == 1 else "continua"
        parts.append(f"{len(continua)} {what} of rest points")
    return f"{'; '.join(parts)}."


def order_of(point: RestPoint) -> tuple[Any, ...]:
    """Stable ones first, and among equals those that use fewer strategies."""
    used = [weight for shares in point.shares for weight in shares]
    return (
        KINDS.index(point.kind),
        sum(1 for weight in used if weight),
        tuple(-float(weight) for weight in used),
    )
