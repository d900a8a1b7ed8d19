r"""Rest points of a rule of revision: where populations can stay, and whether they do.

For imitative and innovative rules they are found exactly, on every face (see
`dilemma.evolution.rest.faces`), and judged exactly where a test is known
(`dilemma.evolution.rest.verdicts`); for all other rules they are searched for
(`dilemma.evolution.rest.searching`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dilemma.evolution import rules
from dilemma.evolution.flows.trajectories import checked_rules
from dilemma.evolution.rest.answers import (
    RestContinuum,
    RestPoint,
    RestPoints,
    order_of,
    status_of,
)
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
from dilemma.evolution.rest.words import describe_hull, describe_state
from dilemma.game import GroupGame


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
