"""The branches of logit equilibria that leave a bifurcation, followed to their limits."""

from __future__ import annotations

import numpy as np

from dilemma.equilibria.logit.answers import Bifurcation, Floats, LogitPath
from dilemma.equilibria.logit.curves import Curve, follow, functions_for
from dilemma.equilibria.logit.following import path_of, residuals
from dilemma.equilibria.logit.points import at, passages
from dilemma.equilibria.logit.symmetry import logit_problem
from dilemma.game import Game
from dilemma.game.requiring import require_game

# How far from the bifurcation a branch is first sought, in logarithms of probabilities.
FIRST_STEPS = (1e-2, 1e-3, 1e-1)
SAME = 1e-6


def logit_branches(
    game: Game, bifurcation: Bifurcation, steps: int = 10_000
) -> tuple[LogitPath, ...]:
    """Follow the other branches of logit equilibria that leave a bifurcation.

    Parameters
    ----------
    game : Game
    bifurcation : Bifurcation
        One of ``logit_path(game).bifurcations``, or of another branch's.
    steps : int
        The largest number of steps on each branch.

    Returns
    -------
    tuple of LogitPath
        A path for each half of each branch, from near the bifurcation. Of a pitchfork, or a
        transcritical bifurcation, there are two; but if a branch leaves at one bifurcation and
        comes back at another, both halves are one closed curve, and one path. Where several
        branches meet (a *multiple* bifurcation) those are sought on which as many strategies as
        possible stay alike; others may exist.

    Raises
    ------
    TypeError
        If the game or the bifurcation is none.
    ValueError
        If the bifurcation is not one of the game's.

    Notes
    -----
    At a distance from the bifurcation, in a direction of its null space, the equations are solved
    for the rest of the direction and for the rationality, in the space of those strategies that
    the direction and the game do not tell apart (vanderbauwhede1982: a direction that is the only
    one with its symmetry is the direction of a branch). From there the branch is followed as in
    `logit_path`.

    Examples
    --------
    >>> from dilemma.equilibria import logit_path
    >>> chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
    >>> (bifurcation,) = logit_path(chicken).bifurcations
    >>> for branch in logit_branches(chicken, bifurcation):
    ...     print(branch.limit.equilibrium.words)
    the row player plays yield; the column player plays insist
    the row player plays insist; the column player plays yield
    """
    require_game(game)
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)):
        raise TypeError(f"steps: requires an integer, got {steps!r}")
    if steps < 1:
        raise ValueError(f"steps: requires a positive integer, got {steps}")
    if not isinstance(bifurcation, Bifurcation):
        raise TypeError(
            f"bifurcation: requires one of logit_path(game).bifurcations, "
            f"got {type(bifurcation).__name__}"
        )
    m, n = game.shape
    if (len(bifurcation.row), len(bifurcation.column)) != (m, n):
        raise ValueError(
            f"bifurcation: requires one of this {m} x {n} game, got one of a "
            f"{len(bifurcation.row)} x {len(bifurcation.column)} game"
        )
    logs = np.concatenate([bifurcation.log_row, bifurcation.log_column])
    problem = logit_problem(game, (tuple(range(m)), tuple(range(m, m + n))))
    residual = residuals(problem, logs[None], np.array([bifurcation.rationality]))[0]
    if residual > SAME:
        raise ValueError(
            f"bifurcation: requires one of this game's, got mixtures that are off its logit "
            f"responses by {residual:.3g}"
        )
    curves: list[Curve] = []
    for direction in _directions(bifurcation, m):
        for sign in (1.0, -1.0):
            curve = _curve(game, bifurcation, sign * direction, steps)
            if curve is not None and not any(
                _begins_on(curve, other) or _begins_on(other, curve) for other in curves
            ):
                curves.append(curve)
    return tuple(path_of(game, curve, "the bifurcation") for curve in curves)


def _directions(bifurcation: Bifurcation, m: int) -> list[Floats]:
    """Directions in the null space: of a larger one, those that single out a set of strategies."""
    space = bifurcation.directions
    if bifurcation.rank_lost == 1:
        return [space[0] / np.abs(space[0]).max()]
    # The projections of each strategy, of each pair of a row and a column, and of differences.
    units = np.eye(space.shape[1])
    rows, columns = units[:m], units[m:]
    wanted = [*units]
    wanted += [row + sign * column for row in rows for column in columns for sign in (1.0, -1.0)]
    wanted += [one - other for part in (rows, columns) for one in part for other in part]
    found: list[Floats] = []
    for unit in wanted:
        direction = space.T @ (space @ unit)
        size = np.abs(direction).max()
        if size < 1e-9:
            continue
        direction = direction / size
        if all(
            min(np.abs(direction - one).max(), np.abs(direction + one).max()) > SAME
            for one in found
        ):
            found.append(direction)
    return found


def _curve(game: Game, bifurcation: Bifurcation, direction: Floats, steps: int) -> Curve | None:
    """Follow the branch in a direction, unless there is none."""
    m, _ = game.shape
    _, names = np.unique(np.round(direction, 6) + 0.0, return_inverse=True)
    labels = tuple(map(int, names[:m])), tuple(map(int, names[m:]))
    problem = logit_problem(game, labels)
    logs = np.concatenate([bifurcation.log_row, bifurcation.log_column])
    centre = np.append(problem.gather(logs), bifurcation.rationality * problem.scale)
    along = np.append(problem.gather(direction) - problem.weights, 0.0)
    functions = functions_for(problem)
    for size in FIRST_STEPS:
        trial = problem.normalized(centre + size * along)
        converged, _, _, sign, tangent = functions.correct(
            problem.payoffs, problem.weights, problem.starts, trial, along, 1e-9, np.inf
        )
        if converged and np.abs(trial - centre).max() < 10 * size * (1 + centre[-1]):
            return follow(problem, functions, trial, tangent, sign, size, 0.0, steps)
    return None


def _begins_on(curve: Curve, other: Curve) -> bool:
    """True if a curve's first point is on another curve."""
    first, rate = curve.problem.expand(curve.points[0]), float(curve.points[0, -1])
    near = [other.points[0], *(at(other, passage, rate) for passage in passages(other, rate))]
    return any(np.abs(other.problem.expand(point) - first).max() < SAME for point in near)
