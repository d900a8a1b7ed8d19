r"""Rest points of a rule of revision: where populations can stay, and whether they do.

For imitative and innovative rules they are found exactly, on every face (see
`dilemma.evolution.rest.faces`), and judged exactly where a test is known
(`dilemma.evolution.rest.verdicts`); for all other rules they are searched for
(`dilemma.evolution.rest.searching`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution import rules
from dilemma.evolution.flows.trajectories import checked_rules
from dilemma.evolution.rest.arenas import Arena, State, arena
from dilemma.evolution.rest.faces import RestFace, equilibrium_part, rest_faces, split
from dilemma.evolution.rest.verdicts import (
    IMITATIVE,
    INNOVATIVE,
    Verdict,
    gains,
    imitative_verdict,
    innovative_verdict,
)
from dilemma.evolution.rest.words import describe_hull, describe_state, names_of
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


def rest_points(
    game: Any,
    rule: Callable[..., Any] = rules.replicator,
    *,
    populations: int | None = None,
    starts: int = 200,
    seed: Any = 0,
    limit: int = 100_000,
) -> RestPoints:
    r"""Find where a rule of revision rests, and whether those states attract.

    Parameters
    ----------
    game : Game or GroupGame
        A `GroupGame` is played by one population whose members meet in groups.
    rule : function (state, fitness) → velocity
        One of the room's rules, or a user's own; for two populations also a pair of rules.
    populations : int, optional
        1: all members of one population meet each other in a symmetric game. 2: rows meet
        columns. Left out: 1 for a symmetric game, 2 for any other.
    starts : int
        For rules whose rest points are searched for: how many starts, from quasi-random states,
        on each face.
    seed : anything that `numpy.random.default_rng` takes
        For the same.
    limit : int
        The most faces that the state space may have: :math:`2^n - 1`, with two populations the
        product of both numbers.

    Returns
    -------
    RestPoints
        A sequence of `RestPoint`, with ``.continua``.

    Raises
    ------
    TypeError, ValueError
        If the game is none, is not symmetric where one population was asked for, or is too large;
        if the rule is none, or its velocities are no finite numbers that sum to 0.

    Notes
    -----
    For `replicator`, `adjusted_replicator` and `imitation` all rest points are found, on every
    face, in rational arithmetic. The three share them: under `imitation`, where all strategies
    with positive shares rest, the one of them that earns most has only terms tanh ≥ 0, which add
    up to 0, so that all of them earn the same; and then every tanh is 0. A mean payoff divides the
    velocities of `adjusted_replicator` and adds no zero.

    `best_response`, `brown_von_neumann_nash` and `smith` rest at the Nash equilibria alone: at
    those of the replicator's rest points where no absent strategy earns more.

    In groups of N the expected payoffs are polynomials of degree N − 1 at most: of two strategies
    all rest points are found, irrational ones too; of more as far as `symmetric_equilibria` of the
    game is complete, and otherwise the status says where some may be missing.

    `logit`, `replicator_mutator` and rules of a user's own have their rest points searched for;
    see `dilemma.evolution.rest.searching` for when the answer is complete.

    Time grows with the number of faces, one small linear system each; five strategies take a few
    milliseconds, ten about 0.1 s, and two populations of seven 0.5 s.

    References
    ----------
    taylor1978, hofbauer1998, zeeman1980 in ``references.bib``.

    Examples
    --------
    An evolutionarily stable mixture and the two states without it:

    >>> from dilemma.game import Game
    >>> contest = Game.symmetric([["-1/2", 2], [0, 1]], ["hawk", "dove"])
    >>> print(rest_points(contest))
    3 rest points, and no others: 1 stable and 2 unstable.
      hawk (2/3) and dove (1/3): stable; all eigenvalues have negative real parts
      hawk: unstable; dove invades
      dove: unstable; hawk invades
    """
    if isinstance(game, GroupGame):
        if populations not in (None, 1):
            raise ValueError(
                f"populations: requires 1 for a GroupGame, whose players are alike, got "
                f"{populations!r}"
            )
        from dilemma.evolution.rest.groups import group_rest_points

        return group_rest_points(game, rule, starts, seed, _checked_limit(limit))
    place = arena(game, populations)
    names = known_names(rule, place.populations)
    _checked_limit(limit)
    imitative, innovative = set(names) <= set(IMITATIVE), set(names) <= set(INNOVATIVE)
    if not imitative and not innovative:
        from dilemma.evolution.rest.searching import searched

        return searched(place, rule, starts, seed, limit)
    faces = rest_faces(place, innovative, limit)
    isolated, wide = split(faces)
    alone = len(isolated) == 1 and not wide
    points = []
    for face in isolated:
        state = face.middle
        if imitative:
            verdict = imitative_verdict(place, state, names)
        else:
            verdict = innovative_verdict(place, state, alone)
        points.append(_point(place, state, verdict))
    points.sort(key=order_of)
    continua = tuple(_continuum(place, face, names) for face in wide)
    return RestPoints(
        method="all faces of the state space, by linear equations",
        exact=True,
        complete=True,
        status=status_of(points, continua),
        points=tuple(points),
        continua=continua,
        populations=place.populations,
        rule=called(rule),
        game=game,
        revision=checked_rules(rule, place.populations),
    )


def _checked_limit(limit: Any) -> int:
    if isinstance(limit, bool) or not isinstance(limit, (int, float)):
        raise TypeError(f"limit: requires a number of faces, got {limit!r}")
    return int(min(limit, 2**62))


def known_names(rule: Any, populations: int) -> tuple[str, ...]:
    """Name each population's rule, "other" if its rest points are not known exactly.

    >>> known_names(rules.smith, 1), known_names((rules.imitation, rules.logit(2)), 2)
    (('smith',), ('imitation', 'other'))
    """
    names = []
    for one in checked_rules(rule, populations):
        known = (name for name in (*IMITATIVE, *INNOVATIVE) if one is getattr(rules, name))
        names.append(next(known, "other"))
    return tuple(names)


def called(rule: Any) -> str:
    """What to call a rule, or a pair of rules.

    >>> called((rules.smith, rules.replicator))
    'smith and replicator'
    """
    pair = rule if isinstance(rule, tuple) else (rule,)
    return " and ".join(map(rules.rule_name, pair))


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


def _point(place: Arena, state: State, verdict: Verdict) -> RestPoint:
    name = describe_state(place.game, state)
    return RestPoint(
        shares=state,
        kind=verdict.kind,
        internal=verdict.internal,
        transversal=verdict.transversal,
        equilibrium=all(value <= 0 for value in verdict.gains),
        residual=0.0,
        words=f"{name}: {verdict.kind}; {verdict.because}",
    )


def _continuum(place: Arena, face: RestFace, names: tuple[str, ...]) -> RestContinuum:
    part = equilibrium_part(place, face)
    what = describe_hull(place.game, face.extreme)
    if face.dimension == sum(place.sizes) - place.populations:
        kind, because = "undecided", "every state rests"
    elif not all(part):
        kind, because = "unstable", "everywhere on it some absent strategy earns more"
    else:
        kind, because = _part_verdict(place, face, RestFace(face.supports, part), names)
    return RestContinuum(
        extreme=face.extreme,
        supports=face.supports,
        dimension=face.dimension,
        stable_part=part if all(part) else (),
        kind=kind,
        words=f"{what}: {kind}; {because}",
    )


def _part_verdict(
    place: Arena, face: RestFace, part: RestFace, names: tuple[str, ...]
) -> tuple[str, str]:
    whole = all(
        set(here) == set(there) for here, there in zip(part.extreme, face.extreme, strict=True)
    )
    where = "everywhere on it" if whole else f"on {describe_hull(place.game, part.extreme)}"
    last = f"no absent strategy earns more {where}"
    state = part.middle
    full = all(
        all(shares[i] for i in support)
        for shares, support in zip(state, face.supports, strict=True)
    )
    if not full:
        return "undecided", f"{last}, at its edge"
    if set(names) <= set(INNOVATIVE):
        strict = all(value < 0 for value in gains(place, state).values())
        if strict and place.populations == 1 and face.dimension == len(face.supports[0]) - 1:
            return "undecided", f"{last}; strategies not in use die out nearby"
        return "undecided", last
    verdict = imitative_verdict(place, state, names, face.dimension)
    if verdict.kind == "stable":
        return "stable", f"{last}, and states near its middle settle on it"
    return verdict.kind, f"{last}; {verdict.because}"


def order_of(point: RestPoint) -> tuple[Any, ...]:
    """Stable ones first, and among equals those that use fewer strategies."""
    used = [weight for shares in point.shares for weight in shares]
    return (
        KINDS.index(point.kind),
        sum(1 for weight in used if weight),
        tuple(-float(weight) for weight in used),
    )
