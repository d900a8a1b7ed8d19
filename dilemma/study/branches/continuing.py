r"""`continuation`: branches of rest points and of logit equilibria along one parameter."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction
from dilemma.evolution import rest_points, rules
from dilemma.evolution.flows.trajectories import checked_rules
from dilemma.evolution.rest.arenas import arena
from dilemma.evolution.rest.resting import called, known_names
from dilemma.evolution.rest.verdicts import IMITATIVE, INNOVATIVE
from dilemma.game import Game
from dilemma.study.branches.answers import Continuation
from dilemma.study.branches.exact import exact_branches
from dilemma.study.branches.fields import Motion, Payoffs, general_motion, logit_motion, system_of
from dilemma.study.branches.smooth import followed
from dilemma.study.families import Family, Model, family_of
from dilemma.study.stage_games import game_of

Floats = NDArray[np.float64]

# Faces of the state space beyond which exact branches would take minutes.
MOST_FACES = 70_000


def continuation(
    model: Model | Game,
    parameter: str,
    rule: Any = rules.replicator,
    over: Sequence[Any] | None = None,
    *,
    populations: int | None = None,
    values: int = 9,
    starts: int = 100,
    seed: Any = 0,
) -> Continuation:
    r"""Follow the rest points of a rule as a parameter moves: where they meet, turn and are lost.

    Parameters
    ----------
    model : Model or Game
        An alliance, or anything else whose terms `thresholds` takes; a `Game` for parameters of
        the rule.
    parameter : str
        A term of the model, such as "trust"; or an argument of the rule, such as "rationality".
    rule : function (state, fitness) → velocity, or a function that makes one
        For a term: a rule of `dilemma.evolution`, such as ``replicator`` or ``logit(20)``, or a
        user's own; for two populations also a pair. For an argument of the rule: the function
        that takes it, such as ``logit`` itself.
    over : pair of numbers, optional
        (low, high); the term's domain when left out.
    populations : int, optional
        1: members of one population meet each other in a symmetric game. 2: rows meet columns.
        Left out: 1 for symmetric games, 2 for all others.
    values : int
        At how many values, ends included, rest points are searched for to start from (rules other
        than imitative ones).
    starts, seed
        Of each search, as in `rest_points`.

    Returns
    -------
    Continuation
        ``branches``, ``special``, ``at(value)``.

    Raises
    ------
    TypeError, ValueError
        If there is no such term or argument, `over` is no interval of its domain or holds a pole,
        the rule is none or has corners at its rest points, the game is not symmetric where one
        population was asked for, or it has too many faces.

    Notes
    -----
    *Imitative rules* (`replicator`, `adjusted_replicator`, `imitation`) along a term: all is exact
    and complete. Inside each face the rest point is a ratio of polynomials, and special values are
    roots of polynomials: fractions or algebraic numbers. Where a branch reaches the boundary of
    the simplex it crosses, at a *transcritical* point, the branch of a smaller face. In two
    populations that happens through a whole segment of rest points. A *Hopf point* of the
    replicator inside three strategies is degenerate: there are no isolated cycles (zeeman1980).

    *All other smooth rules*: rest points are searched for at some values, the curves through them
    followed by their arclength (keller1977), and their special points polished by Newton's method
    on the equations that define them (kuznetsov2004), commonly to 1e-12. Branches that are not
    reached from any of these values may be missing, so that the answer never claims to be
    complete. A *fold* is where two branches are born or vanish; at a *pitchfork* a symmetric
    branch changes stability and two arms leave it; at a *Hopf point* a pair of eigenvalues crosses
    the imaginary axis, supercritical if the first Lyapunov coefficient is negative: stable cycles
    grow out of the rest point.

    `best_response`, `brown_von_neumann_nash` and `smith` have corners at their rest points, which
    are the Nash equilibria: `thresholds` has those along a term, exactly.

    Time: a default alliance under the replicator 0.4 s, its logit equilibria along trust 1 s; two
    populations of five 2 to 4 s. For two populations under a user's rule most of it is the search,
    on all faces: fewer `values` and `starts` help.

    References
    ----------
    keller1977, kuznetsov2004, zeeman1980 in ``references.bib``. Derived from the definitions.

    Examples
    --------
    Two logit equilibria of a stag hunt are born at a fold as players become more rational:

    >>> from dilemma.evolution import logit
    >>> hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
    >>> found = continuation(hunt, "rationality", logit, over=(0, 6))
    >>> [(one.kind, round(one.value, 6)) for one in found.special]
    [('fold', 3.112974)]
    """
    if isinstance(values, bool) or not isinstance(values, (int, np.integer)) or values < 2:
        raise ValueError(f"values: requires an integer of at least 2, got {values!r}")
    if not isinstance(parameter, str):
        raise TypeError(f"parameter: requires a name, got {parameter!r}")
    if _makes_rules(rule, parameter) and parameter not in getattr(model, "domains", ()):
        if not isinstance(model, Game) and not callable(getattr(model, "game", None)):
            raise TypeError(
                f"model: requires a Game, or a model that has one, got {type(model).__name__}"
            )
        game = model if isinstance(model, Game) else game_of(model)
        return _along_rule(game, parameter, rule, over, populations, values, starts, seed)
    if isinstance(model, Game):
        raise ValueError(
            "parameter: requires an argument of the rule for a Game, such as "
            '"rationality" of logit, or a model with terms such as an Alliance; got '
            f"{parameter!r}"
        )
    return _along_term(model, parameter, rule, over, populations, values, starts, seed)


def _makes_rules(rule: Any, parameter: str) -> bool:
    """Whether the rule is a function that makes rules from the parameter."""
    if isinstance(rule, tuple) or not callable(rule):
        return False
    try:
        arguments = list(inspect.signature(rule).parameters)
    except (TypeError, ValueError):
        return False
    return parameter in arguments and len(arguments) == 1


def _along_rule(
    game: Game,
    parameter: str,
    factory: Callable[..., Any],
    over: Sequence[Any] | None,
    populations: int | None,
    values: int,
    starts: int,
    seed: Any,
) -> Continuation:
    if over is None:
        raise ValueError(f"over: requires (low, high) for {parameter}, an argument of the rule")
    low, high = _pair(over)
    place = arena(game, populations)
    number = place.populations
    sizes = place.sizes
    tables = place.payoffs
    still = tuple(np.zeros_like(one) for one in tables)

    def payoffs(_: float) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
        return tables, still

    def made(value: Any) -> Any:
        return factory(value)

    for end in (low, high):
        checked_rules(made(end), number)
    if factory is rules.logit:

        def rates(value: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
            return (value,) * number, (1.0,) * number

        motion = logit_motion(sizes, payoffs, rates)
    else:
        _require_smooth(made(low), number)

        def rules_at(value: float) -> tuple[Any, ...]:
            # The argument may be defined inside the interval only.
            return checked_rules(made(min(max(value, float(low)), float(high))), number)

        motion = general_motion(sizes, payoffs, rules_at, float(low), float(high))
    system = system_of(motion, float(low), float(high))
    searched = []
    for value in _grid(low, high, values):
        rule = made(value if factory is rules.logit else float(value))
        found = rest_points(game, rule, populations=number, starts=starts, seed=seed)
        searched.append((value, found))
    name = getattr(factory, "__name__", "rule")
    return followed(system, parameter, (low, high), name, game, searched)


def _along_term(
    model: Any,
    parameter: str,
    rule: Any,
    over: Sequence[Any] | None,
    populations: int | None,
    values: int,
    starts: int,
    seed: Any,
) -> Continuation:
    family = family_of(model, parameter, over)
    if family.poles:
        raise ValueError(
            f"model: requires payoffs that are polynomials in {parameter}, got a payoff that is "
            "divided by one"
        )
    number = _populations(family, populations)
    names = known_names(rule, number)
    _require_smooth(rule, number)
    shape = family.shape
    sizes = shape[:1] if number == 1 else shape
    low, high = family.low, family.high
    everyone = tuple(tuple(range(size)) for size in sizes)

    def system_on(supports: tuple[tuple[int, ...], ...]) -> Any:
        payoffs = _payoffs(family, number, supports)
        within = tuple(len(one) for one in supports)
        motion = _motion(rule, number, within, payoffs, float(low), float(high))
        return system_of(motion, float(low), float(high))

    if set(names) <= set(IMITATIVE):
        faces = int(np.prod([2.0**size - 1 for size in sizes]))
        if faces > MOST_FACES or max(sizes) > 8:
            raise ValueError(
                f"model: requires at most {MOST_FACES:,} faces of the state space and 8 "
                f"strategies, got {faces:,} and {max(sizes)}"
            )
        system = system_on(everyone)
        return exact_branches(family, rule, called(rule), number, system, system_on)
    searched = []
    for value in _grid(low, high, values):
        game = game_of(model.replace(**{parameter: value}))
        found = rest_points(game, rule, populations=number, starts=starts, seed=seed)
        searched.append((value, found))
    game = family.game_at((low + high) / 2)
    return followed(system_on(everyone), parameter, (low, high), called(rule), game, searched)


def _pair(over: Any) -> tuple[Fraction, Fraction]:
    if isinstance(over, str) or not isinstance(over, (Sequence, np.ndarray)) or len(over) != 2:
        raise TypeError(f"over: requires a pair (low, high), got {over!r}")
    low, high = fraction(over[0], "over[0]"), fraction(over[1], "over[1]")
    if low >= high:
        raise ValueError(f"over: requires low < high, got {low} and {high}")
    return low, high


def _grid(low: Fraction, high: Fraction, values: int) -> list[Fraction]:
    return [low + (high - low) * k / (values - 1) for k in range(values)]


def _populations(family: Family, populations: int | None) -> int:
    """One for games that are symmetric at all values, otherwise two."""
    if populations is not None and (isinstance(populations, bool) or populations not in (1, 2)):
        raise ValueError(f"populations: requires 1 or 2, got {populations!r}")
    m, n = family.shape
    alike = m == n and family.strategies[0] == family.strategies[1]
    if alike:
        # Each player's payoffs were scaled: equal fractions, crosswise.
        for i in range(m):
            for j in range(n):
                one = np.polynomial.polynomial.polymul(
                    _objects(family.numerators[0][i][j]), _objects(family.scales[1])
                )
                other = np.polynomial.polynomial.polymul(
                    _objects(family.numerators[1][j][i]), _objects(family.scales[0])
                )
                alike = alike and _trimmed(one) == _trimmed(other)
    if populations == 1 and not alike:
        raise ValueError(
            "model: requires symmetric games (the same payoffs when the players change places) "
            "for one population, got others; pass populations=2"
        )
    return populations or (1 if alike else 2)


def _objects(coefficients: Sequence[Any]) -> NDArray[np.object_]:
    return np.array(list(coefficients) or [0], dtype=object)


def _trimmed(polynomial: Any) -> list[Any]:
    found = list(polynomial)
    while found and not found[-1]:
        found.pop()
    return found


def _require_smooth(rule: Any, populations: int) -> None:
    for one in checked_rules(rule, populations):
        if any(one is getattr(rules, name) for name in INNOVATIVE):
            raise ValueError(
                "rule: requires a rule that is smooth at its rest points, got "
                f"{rules.rule_name(one)}, which has corners there; its rest points are the Nash "
                "equilibria, which thresholds(model, parameter) follows exactly"
            )


def _payoffs(family: Family, populations: int, supports: Any) -> Payoffs:
    """The true payoffs of a family in floating point, and their derivatives."""
    above, below = [], []
    for p in range(populations):
        mine, met = supports[p], supports[0 if populations == 1 else 1 - p]
        longest = max((len(c) for row in family.numerators[p] for c in row), default=1)
        table = np.zeros((len(mine), len(met), max(longest, 1)))
        for a, i in enumerate(mine):
            for b, j in enumerate(met):
                cell = family.numerators[p][i][j] if p == 0 else family.numerators[p][j][i]
                table[a, b, : len(cell)] = [float(one) for one in cell]
        above.append(table)
        below.append(np.array([float(one) for one in family.scales[p]]))

    def payoffs(value: float) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
        tables, changes = [], []
        for table, scale in zip(above, below, strict=True):
            powers = value ** np.arange(table.shape[2])
            slopes = np.arange(1, table.shape[2]) * powers[:-1]
            size = float(scale @ value ** np.arange(len(scale)))
            steep = float(
                scale[1:] @ (np.arange(1, len(scale)) * value ** np.arange(len(scale) - 1))
            )
            one = table @ powers
            tables.append(one / size)
            changes.append((table[:, :, 1:] @ slopes) / size - one * (steep / size**2))
        return tuple(tables), tuple(changes)

    return payoffs


def _motion(
    rule: Any, populations: int, sizes: tuple[int, ...], payoffs: Payoffs, low: float, high: float
) -> Motion:
    own = checked_rules(rule, populations)
    if all(isinstance(one, rules.Logit) for one in own):
        speeds = tuple(one.rationality for one in own)

        def rates(_: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
            return speeds, (0.0,) * len(speeds)

        return logit_motion(sizes, payoffs, rates)

    def rules_at(_: float) -> tuple[Any, ...]:
        return own

    return general_motion(sizes, payoffs, rules_at, low, high)
