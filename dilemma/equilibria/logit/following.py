"""The branch of logit equilibria that begins at uniform play, followed to its limit."""

from __future__ import annotations

from typing import Literal

import numpy as np

from dilemma.equilibria.logit import kernels
from dilemma.equilibria.logit.answers import (
    Floats,
    LogitPath,
    TurningPoint,
    read_only,
)
from dilemma.equilibria.logit.bifurcations import bifurcations_of, last_crossing
from dilemma.equilibria.logit.curves import Curve, follow_from_uniform
from dilemma.equilibria.logit.symmetry import LogitProblem, logit_problem
from dilemma.game import Game
from dilemma.game.requiring import require_game

ENDS = {
    kernels.SETTLED: ", where its mixtures have settled.",
    kernels.CAPPED: ", beyond which floating point cannot tell the payoffs apart; its "
    "mixtures have not settled: see the limit's regret.",
    kernels.TOO_MANY_STEPS: "; it goes on: raise steps.",
    kernels.STALLED: ", where no step however short succeeds: please report the game.",
    kernels.LEFT: ", where it has passed uniform play.",
    kernels.CLOSED: ", where it has come back to where it began: a closed curve.",
}
METHOD = "predictor-corrector continuation in log-probabilities"


def logit_path(game: Game, steps: int = 10_000) -> LogitPath:
    r"""Follow the principal branch of logit equilibria from uniform play to its limit.

    In a logit equilibrium with rationality λ each player chooses a strategy with a probability
    that is proportional to the exponential of λ times its expected payoff,

    .. math:: x_i \propto e^{\lambda (A y)_i}, \qquad y_j \propto e^{\lambda (B^T x)_j}

    (mckelvey1995). At λ = 0 there is one, uniform play; in almost all games the branch that begins
    there is a smooth curve without end, and tends to one Nash equilibrium as λ grows: a selection
    among the equilibria of `nash`. The rationality need not grow all along it: it may *turn*.

    **Symmetric games.** Branches may cross where strategies, or players, could begin to be told
    apart: there a naive continuation stalls. The principal branch is the one that never tells
    apart what the game does not, as continuity from uniform play demands. It is followed in the
    equations that are left when such strategies and players are identified
    (`dilemma.equilibria.logit.symmetry`), in which it is smooth; the crossings are then found in
    the full equations, and reported as ``bifurcations``, up to the rationality of 1e5 over the
    largest difference of payoffs, beyond which they can't be told from rounding.
    `logit_branches` follows the branches that leave there.

    Parameters
    ----------
    game : Game
        Any m × n game.
    steps : int
        The largest number of steps; fewer than 100 are usual.

    Returns
    -------
    LogitPath
        ``rationality`` is in the inverse unit of the payoffs. ``limit`` names the Nash
        equilibrium.

    Raises
    ------
    TypeError, ValueError
        If the argument is no game, or the number of steps is no positive integer.

    Notes
    -----
    A step solves two to four linear systems of size m + n − 1, or smaller in symmetric games. The
    first calls of a process are interpreted (about 10 ms each for 5 × 5 games); later ones are
    compiled (about 0.2 ms), and may differ in the last digits.

    A bifurcation at which no symmetry breaks is exceptional. If the branch turns more sharply than
    1e-6 (in relative units), as it does in a game that misses a symmetry by less than about 1e-9,
    it is taken for one and crossed straight ahead. Pairs of bifurcations between two neighbouring
    points of the path cancel each other's sign and are not seen.

    References
    ----------
    mckelvey1995, turocy2005, allgower1990 in ``references.bib``.

    Examples
    --------
    A stag hunt: the branch leads to the risk-dominant equilibrium.

    >>> path = logit_path(Game.symmetric([[9, 0], [8, 7]], ["stag", "hare"]))
    >>> path.row[0], path.limit.equilibrium.words, len(path.turning_points)
    (array([0.5, 0.5]), 'both play hare', 0)

    In the battle of the sexes the two players stay in the same position, past the bifurcation:

    >>> path = logit_path(Game([[[2, 0], [0, 1]], [[1, 0], [0, 2]]], ["ball", "play"]))
    >>> [(one.kind, round(one.rationality, 6)) for one in path.bifurcations]
    [('pitchfork', 1.372184)]
    >>> path.limit.equilibrium.row
    (Fraction(2, 3), Fraction(1, 3))
    """
    require_game(game)
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)):
        raise TypeError(f"steps: requires an integer, got {steps!r}")
    if steps < 1:
        raise ValueError(f"steps: requires a positive integer, got {steps}")
    return principal_path(game, 0.0, int(steps))


def principal_path(game: Game, at_least: float, steps: int = 10_000) -> LogitPath:
    """Follow the principal branch until it settles, but to a certain rationality in any case."""
    problem = logit_problem(game)
    # Twice: what is not settled at the end of the range cannot be polished there.
    floor = 2.0 * at_least * problem.scale
    curve = follow_from_uniform(problem, floor, steps)
    if problem.reduced and curve.ended == kernels.SETTLED:
        # The mixtures have settled, but symmetry may break later still.
        crossing = last_crossing(game, curve)
        if crossing > curve.points[-1, -1]:
            curve = follow_from_uniform(problem, max(floor, 2.0 * crossing), steps)
    return path_of(game, curve, "uniform play")


def path_of(game: Game, curve: Curve, origin: str) -> LogitPath:
    """Describe a curve in the terms of the game, with what happens along it."""
    problem, points = curve.problem, curve.points
    m, _ = game.shape
    logs = problem.expand(points)
    crossings = bifurcations_of(game, curve)
    finished = curve.ended == kernels.SETTLED
    rationality = points[:, -1] / problem.scale
    return LogitPath(
        method=METHOD,
        exact=False,
        complete=finished,
        status=_status(curve, rationality, origin, len(crossings)),
        game=game,
        rationality=read_only(rationality),
        log_row=read_only(logs[:, :m]),
        log_column=read_only(logs[:, m:]),
        bifurcations=crossings,
        _curve=curve,
    )


def turning_points_of(game: Game, curve: Curve) -> tuple[TurningPoint, ...]:
    """Locate where the rationality's part of the tangent changes sign."""
    m, _ = game.shape
    rises = curve.tangents[:, -1] > 0
    found = []
    for k in curve.turns:
        point, _, _ = curve.between(k, curve.turn_lengths[k])
        mixture = np.exp(curve.problem.expand(point))
        turns: Literal["down", "up"] = "down" if rises[k] else "up"
        found.append(
            TurningPoint(
                rationality=float(point[-1]) / curve.problem.scale,
                row=read_only(mixture[:m]),
                column=read_only(mixture[m:]),
                turns=turns,
                after=k,
            )
        )
    return tuple(found)


def residuals(problem: LogitProblem, logs: Floats, rationality: Floats) -> Floats:
    """The largest |probability − logit response| of each point, from the definition."""
    m = len(problem.row_class)
    mixtures = np.exp(logs)
    largest = np.zeros(len(logs))
    for player, own, other in ((0, slice(0, m), slice(m, None)), (1, slice(m, None), slice(0, m))):
        earned = rationality[:, None] * (mixtures[:, other] @ problem.gains[player].T)
        earned -= earned.max(axis=1, keepdims=True)
        response = np.exp(earned)
        response /= response.sum(axis=1, keepdims=True)
        largest = np.maximum(largest, np.abs(response - mixtures[:, own]).max(axis=1))
    return largest


def _status(
    curve: Curve,
    rationality: Floats,
    origin: str,
    crossings: int,
) -> str:
    count = len(rationality) - 1
    words = f"Followed from {origin} to rationality {rationality[-1]:.4g} in {count} steps"
    events = [
        f"{count} {name}{'s' * (count > 1)}"
        for count, name in ((len(curve.turns), "turning point"), (crossings, "bifurcation"))
        if count
    ]
    if events:
        words += f" past {' and '.join(events)}"
    return words + ENDS[curve.ended]
