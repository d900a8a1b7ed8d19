"""What a shared future sustains: all payoffs of equilibria of repeated play, with certificates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.number_field import Element
from dilemma.arrays.polygons import Polygon, hull
from dilemma.game import Game, RepeatedGame
from dilemma.game.repeating import repetition
from dilemma.repeated.payoffs import generation
from dilemma.repeated.payoffs.generation import STAY, Stage
from dilemma.repeated.payoffs.scaling import Certified, certified, in_units, unscaled
from dilemma.repeated.payoffs.solving import solved
from dilemma.repeated.payoffs.sustained import PayoffSet, Support

Floats = NDArray[np.float64]

# An inner and an outer polygon further apart than this share of the payoffs' range are no answer.
TOLERANCE = 1e-6
METHOD = "steps of Abreu and Sannikov"
# Exact steps before, and after, an attempt to solve for the vertices.
FEW_STEPS, MANY_STEPS = 8, 60


def payoff_set(game: Game | RepeatedGame, discount: Any = None) -> PayoffSet:
    r"""Find all payoffs that pure-strategy subgame-perfect equilibria sustain, with a certificate.

    The game is played in every period for ever, all see what was played, and before each period
    all see the outcome of a public lottery (so that the set is convex). Payoffs are averages,
    :math:`(1 - \delta) \sum_t \delta^t u_t`. Strategies are pure, and so is the minmax below which
    no threat goes: mixed actions, whose punishments can be harsher, are not considered.

    Parameters
    ----------
    game : Game or RepeatedGame
        The latter without suspicion and without a horizon.
    discount : number in [0, 1)
        δ, unless the RepeatedGame has it. A float means the decimal that prints it.

    Returns
    -------
    PayoffSet
        It may be a polygon, a segment, a point, or empty (only games without a pure equilibrium
        can have none). Empty is claimed only if an outer polygon is.

    Raises
    ------
    TypeError, ValueError
        If the discount factor is missing, given twice, 1 or above, or negative; for suspicion or
        a horizon.

    Notes
    -----
    The step of Abreu and Sannikov from all feasible payoffs inwards, compiled, each polygon
    enlarged by more than rounding can have lost: all of them contain the set. From where that
    settles, the step with constraints made a little stricter, and continuation payoffs moved a
    little inwards, leads to a polygon whose vertices are all generated with room to spare: it is
    self-generating, as they are checked with bounds on all errors. Sets without an interior, and
    those at a discount factor that is just critical for something, leave no such room: these are
    decided in rational arithmetic. The proofs are in `dilemma.repeated.payoffs.generation`. A step
    takes time proportional to the number of profiles that still matter, times the number of
    vertices.

    References
    ----------
    abreusannikov2014, abreupearcestacchetti1990 in ``references.bib``.

    Examples
    --------
    >>> prisoners = Game.symmetric([[9, 1], [10, 3]], ["share", "hide"])
    >>> patient = payoff_set(prisoners, 0.9)
    >>> patient.vertices.round(6).tolist()
    [[3.0, 3.0], [9.75, 3.0], [9.0, 9.0], [3.0, 9.75]]
    >>> print(payoff_set(prisoners, 0.1))
    One payoff pair is sustained at a discount factor of 1/10, exactly.
      (3, 3): hide with hide for ever
    """
    play = perfect_play(game, discount)
    stage_game, delta = play.stage, play.discount
    if delta == 0:
        return _at_once(stage_game)
    found, span = certified(stage_game, delta)
    reach = float(span.max())
    if found.empty:
        return exact_answer(stage_game, delta, (), found.steps)
    if not len(found.inner) or found.gap > TOLERANCE:
        return _by_hand(stage_game, delta, found, reach)
    gap = found.gap * reach * (1 + 1e-9) + 1e-14 * reach
    kept = _significant(found.inner, 4 * found.gap + 1e-12)
    vertices = _lifted(found.inner[kept], stage_game, span)
    return PayoffSet(
        method=METHOD,
        exact=False,
        complete=True,
        status=_status(len(kept), delta, f"up to {gap:.1e}"),
        game=stage_game,
        discount=delta,
        vertices=vertices,
        gap=gap,
        coordinates=(),
        supports=_supports(stage_game, delta, vertices, found.made[kept].tolist()),
        steps=found.steps,
        _inner=(found.inner, found.made),
        _outer=found.outer,
    )


def exact_payoff_set(game: Game | RepeatedGame, discount: Any = None) -> PayoffSet:
    r"""Find the payoffs of `payoff_set`, with exact vertices wherever these can be solved for.

    The approximate vertices tell which constraints bind where. The system of these equations is
    solved exactly; its solution is checked to be self-generating, and outer polygons are proved to
    close in on it. Coordinates are rational, or algebraic: then all lie in one number field.

    Parameters
    ----------
    game, discount
        As in `payoff_set`.

    Returns
    -------
    PayoffSet
        With ``exact`` and ``coordinates``; if the system cannot be solved (more than two circles
        of coordinates that depend on each other, or two different fields), or the proof fails,
        what `payoff_set` finds, whose status then says so.

    Raises
    ------
    TypeError, ValueError
        As `payoff_set`.

    Notes
    -----
    A few milliseconds where coordinates are rational, about a second where they are algebraic.

    References
    ----------
    abreusannikov2014 in ``references.bib``, whose example this is:

    Examples
    --------
    >>> example = Game.from_bimatrix(
    ...     [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
    ... )
    >>> exact = exact_payoff_set(example, 0.3)
    >>> least = exact.threats[0]
    >>> print(least, least.polynomial, exact.exact)
    ~1.12568 (-130490, 201281, -79764, 3495) True
    """
    answer = payoff_set(game, discount)
    if answer.exact:
        return answer
    stage_game = answer.game
    stage = Stage.of(stage_game, answer.discount).in_units()
    found, proved = solved(in_units(answer.outer, stage_game), stage)
    if not proved:
        status = f"{answer.status} Exact vertices were not found, or not proved."
        return replace(answer, status=status)
    vertices = unscaled(found, stage_game)
    return exact_answer(
        stage_game, answer.discount, vertices, answer.steps, answer.inner, answer.outer
    )


def plain(value: Any) -> Any:
    """A coordinate as a Fraction or an AlgebraicNumber."""
    return value.plain() if isinstance(value, Element) else value


def perfect_play(game: Game | RepeatedGame, discount: Any) -> RepeatedGame:
    """Read a repeated game without suspicion, without an end, and with a discount below 1.

    Raises
    ------
    TypeError, ValueError
        As in `payoff_set`.
    """
    play = repetition(game, discount, patient=False)
    if play.suspicion:
        raise ValueError(
            f"suspicion: requires 0 (here all see what was played), got {play.suspicion}"
        )
    if play.horizon is not None:
        raise ValueError(f"horizon: requires None (play without an end), got {play.horizon}")
    return play


def exact_answer(
    game: Game,
    discount: Fraction,
    coordinates: Sequence[tuple[Any, Any]],
    steps: int,
    inner: Polygon | None = None,
    outer: Polygon | None = None,
    method: str = METHOD,
) -> PayoffSet:
    """Make the answer whose vertices are known exactly, and checked to be generated."""
    vertices = np.array([[float(x), float(y)] for x, y in coordinates]).reshape(-1, 2)
    vertices.setflags(write=False)
    supports: tuple[Support, ...] = ()
    if discount:
        stage = Stage.of(game, discount)
        found = generation.supports(coordinates, stage) or ()
        supports = _supports(game, discount, vertices, [how for how, _ in found])
    elif len(coordinates):
        made = [_cell_of(game, one) for one in coordinates]
        supports = _supports(game, Fraction(1), vertices, [(a, STAY) for a in made])
    polygon = tuple((plain(x), plain(y)) for x, y in coordinates)
    rational = all(isinstance(x, Fraction) for point in polygon for x in point)
    return PayoffSet(
        method=method,
        exact=True,
        complete=True,
        status=_status(len(vertices), discount, "exactly"),
        game=game,
        discount=discount,
        vertices=vertices,
        gap=0.0,
        coordinates=polygon,
        supports=supports,
        steps=steps,
        _inner=polygon if rational or inner is None else inner,
        _outer=polygon if rational or outer is None else outer,
    )


def _at_once(game: Game) -> PayoffSet:
    """Without a future only equilibria of the stage game are left, and lotteries over them."""
    stage = Stage.of(game, Fraction(1, 2))
    polygon = hull(stage.payoffs[a] for a in stage.nash)
    return exact_answer(game, Fraction(0), polygon, 0, method="equilibria of the stage game")


def _cell_of(game: Game, payoffs: tuple[Any, Any]) -> int:
    stage = Stage.of(game, Fraction(1, 2))
    return next(a for a in stage.nash if stage.payoffs[a] == tuple(payoffs))


def _by_hand(game: Game, delta: Fraction, found: Certified, reach: float) -> PayoffSet:
    """Decide in rational arithmetic, in scaled payoffs, what leaves no room for rounding."""
    stage = Stage.of(game, delta).in_units()
    outer = hull((Fraction(x), Fraction(y)) for x, y in found.outer.tolist())
    threats = [max(stage.minmax[i], min(w[i] for w in outer)) for i in (0, 1)]
    made = generation.step(outer, stage, threats)
    start = hull(stage.payoffs)
    if all(kind == STAY for _, kind in made.values()):
        start = hull(made)
    # A few steps settle most such sets, unless numbers grow; then the binding constraints do.
    polygon, settled, more = generation.repeat(start, stage, FEW_STEPS)
    exact, proved = (polygon, True) if settled else solved(outer, stage)
    inner = hull(stage.payoffs[a] for a in generation.stationary(stage))
    if proved:
        steps = found.steps + more
        inner, outer = (tuple(unscaled(one, game)) for one in (inner, outer))
        return exact_answer(game, delta, unscaled(exact, game), steps, inner, outer)
    if all(isinstance(x, Fraction) for vertex in exact for x in vertex):
        inner = hull([*exact, *inner])
    polygon, settled, more = generation.repeat(start, stage, MANY_STEPS)
    steps = found.steps + more
    if settled:
        return exact_answer(game, delta, unscaled(polygon, game), steps)
    if len(found.inner):
        inner = hull([*((Fraction(x), Fraction(y)) for x, y in found.inner.tolist()), *inner])
    apart = polygon_gap(outer, inner)
    complete = apart <= TOLERANCE
    gap = apart * reach * (1 + 1e-9)
    how = [label for label, _ in generation.supports(inner, stage) or ()]
    inner, outer = (tuple(unscaled(one, game)) for one in (inner, outer))
    vertices = np.array([[float(x), float(y)] for x, y in inner]).reshape(-1, 2)
    vertices.setflags(write=False)
    return PayoffSet(
        method=METHOD,
        exact=False,
        complete=complete,
        status=_status(len(vertices), delta, f"up to {gap:.1e}", complete, found.settled),
        game=game,
        discount=delta,
        vertices=vertices,
        gap=gap,
        coordinates=(),
        supports=_supports(game, delta, vertices, how),
        steps=steps,
        _inner=inner,
        _outer=outer,
    )


def polygon_gap(outer: Polygon, inner: Polygon) -> float:
    """Return a bound on how far the points of one polygon lie from another within it."""
    if not outer:
        return 0.0
    if not inner:
        return math.inf
    from dilemma.repeated.payoffs.generation_kernels import distance

    rim = np.array([[float(x), float(y)] for x, y in inner])
    most = max(float(distance(rim, len(rim), np.array([float(x), float(y)]))) for x, y in outer)
    size = max(abs(float(x)) for point in outer for x in point)
    return most * (1 + 1e-9) + 1e-14 * size


def _significant(polygon: Floats, tolerance: float) -> list[int]:
    """The vertices of a polygon, but for those that lie within a tolerance of a shorter one."""
    kept = list(range(len(polygon)))
    points = polygon.tolist()
    k = 0
    while k < len(kept) and len(kept) > 3:
        (a, b), (x, y), (c, d) = (
            points[kept[k - 1]], points[kept[k]], points[kept[(k + 1) % len(kept)]],
        )  # fmt: skip
        length = math.hypot(c - a, d - b)
        height = abs((x - a) * (d - b) - (y - b) * (c - a))
        near = min(math.hypot(x - a, y - b), math.hypot(x - c, y - d))
        if near <= tolerance or height <= tolerance * length:
            del kept[k]
            k = max(k - 1, 0)
        else:
            k += 1
    return kept


def _lifted(points: Floats, game: Game, span: Floats) -> Floats:
    """Scaled points in payoffs."""
    lifted: Floats = game.payoffs.min(axis=(1, 2)) + points * span
    lifted.setflags(write=False)
    return lifted


def _supports(
    game: Game, delta: Fraction, vertices: Floats, made: Sequence[Sequence[int]]
) -> tuple[Support, ...]:
    rows, columns = game.strategies
    now = game.payoffs.reshape(2, -1)
    share = float(delta)
    found = []
    for (x, y), (a, kind) in zip(vertices.tolist(), made, strict=True):
        then = (x, y)
        if kind != STAY:
            then = tuple(
                (value - (1 - share) * float(now[i, a])) / share
                for i, value in ((0, x), (1, y))
            )  # fmt: skip
        profile = (rows[a // len(columns)], columns[a % len(columns)])
        binding = (kind in (1, 3), kind in (2, 3))
        found.append(Support((x, y), profile, (then[0], then[1]), binding))
    return tuple(found)


def _status(
    size: int, delta: Fraction, how: str, complete: bool = True, settled: bool = True
) -> str:
    at = f"at a discount factor of {delta}"
    if size == 0 and complete:
        return f"No pure-strategy equilibrium exists {at}: the set of payoffs is empty."
    what = {
        0: "No payoff pair was shown to be sustained",
        1: "One payoff pair is sustained",
        2: "The payoff pairs of a segment are sustained",
    }.get(size, f"The payoff pairs of a polygon with {size} vertices are sustained")
    if complete:
        return f"{what} {at}, {how}."
    why = "the steps had not settled" if not settled else "the discount factor may be critical"
    return f"{what} {at}, and perhaps more, {how} away: {why}."
