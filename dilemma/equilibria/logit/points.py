"""The logit equilibrium at one rationality, on the branch from uniform play."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction, to_float
from dilemma.equilibria.logit.answers import Floats, LogitEquilibrium, LogitPath, read_only
from dilemma.equilibria.logit.curves import LARGEST, Curve
from dilemma.equilibria.logit.following import principal_path, residuals
from dilemma.game import Game
from dilemma.game.requiring import require_game


def logit_equilibrium(game: Game, rationality: Any) -> LogitEquilibrium:
    r"""Find the logit equilibrium on the principal branch at a rationality.

    .. math:: x_i \propto e^{\lambda (A y)_i}, \qquad y_j \propto e^{\lambda (B^T x)_j}

    (mckelvey1995), on the branch that begins at uniform play (see `logit_path`). If the branch
    turns it may pass a rationality several times: **the first passage is returned**, the one that
    play reaches if rationality grows slowly from 0, as long as that can be followed; ``passes``
    and ``status`` say how many there are.

    Parameters
    ----------
    game : Game
        Any m × n game.
    rationality : number
        λ ≥ 0, in the inverse unit of the payoffs; infinity for the limit of the branch.

    Returns
    -------
    LogitEquilibrium
        Polished by Newton's method. ``residual`` is recomputed from the definition: about 1e-16
        times λ and the payoffs' size.

    Raises
    ------
    TypeError, ValueError
        If the game is none; if the rationality is no number, negative, or finite but so large
        (1e12 over the largest difference of payoffs) that floating point can't tell payoffs apart.
    RuntimeError
        If the branch could not be followed so far.

    References
    ----------
    mckelvey1995 in ``references.bib``.

    Examples
    --------
    >>> pennies = Game([[[9, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> answer = logit_equilibrium(pennies, 0.5)
    >>> answer.row.round(6), answer.column.round(6), answer.residual < 1e-14
    (array([0.770096, 0.229904]), array([0.368143, 0.631857]), True)
    >>> logit_equilibrium(pennies, float("inf")).column.round(6)
    array([0.166667, 0.833333])
    """
    require_game(game)
    rate = _rationality(rationality)
    if rate == math.inf:
        return _at_infinity(game)
    path = principal_path(game, rate)
    curve, problem = path._curve, path._curve.problem
    target = rate * problem.scale
    if target > LARGEST:
        raise ValueError(
            f"rationality: requires at most {LARGEST / problem.scale:.4g} (beyond which floating "
            f"point cannot tell this game's payoffs apart), or inf, got {rationality!r}"
        )
    places = passages(curve, target)
    if not places:
        raise RuntimeError(
            f"logit_equilibrium: the branch could not be followed so far. {path.status}"
        )
    return describe(path, at(curve, places[0], target), rate, len(places))


@dataclass(frozen=True)
class Passage:
    """A stretch of a curve, between two lengths from point k, that passes a rationality once."""

    k: int
    low: float
    high: float


def passages(curve: Curve, target: float) -> list[Passage]:
    """The stretches of a curve that pass a (scaled) rationality, in its order."""
    rates = curve.points[:, -1]
    if target <= rates[0] and rates[0] == 0.0:
        return [Passage(0, 0.0, 0.0)]
    above = rates >= target
    crossed = {int(k) for k in np.flatnonzero(above[1:] != above[:-1])}
    found = []
    for k in sorted(crossed | set(curve.turns)):
        whole = curve.length(k)
        if k not in curve.turn_lengths:
            found.append(Passage(k, 0.0, whole))
            continue
        # The rationality rises, or falls, on either side of the turn.
        turn = curve.turn_lengths[k]
        top = curve.between(k, turn)[0][-1] >= target
        if top != above[k]:
            found.append(Passage(k, 0.0, turn))
        if top != above[k + 1]:
            found.append(Passage(k, turn, whole))
    return found


def at(curve: Curve, passage: Passage, target: float) -> Floats:
    """The point of a curve at which it passes a rationality, to nearly full precision."""
    k = passage.k
    if curve.points[k, -1] == target:
        return np.asarray(curve.points[k])
    across = np.zeros_like(curve.points[k])
    across[-1] = 1.0
    if k not in curve.turn_lengths:
        # The cubic is near enough for Newton's method, and rationality a good coordinate.
        guess = curve.interpolated(k, curve.length_at(k, target))
        guess[-1] = target
        point, _, _ = curve.corrected(guess, across)
        if np.abs(np.exp(point[:-1]) - np.exp(guess[:-1])).max() < 1e-3:
            return point
    length = curve.where(
        k, lambda point, _t, _s: float(point[-1]) - target, passage.low, passage.high
    )
    near, _, _ = curve.between(k, length)
    near[-1] = target
    point, _, _ = curve.corrected(near, across)
    moved = np.abs(np.exp(point[:-1]) - np.exp(near[:-1])).max()
    # Close to a turning point rationality is no good coordinate: stay where the curve is then.
    return point if moved < 1e-6 else near


def describe(path: LogitPath, point: Floats, rate: float, passes: int) -> LogitEquilibrium:
    """Describe a point of a path in the terms of the game."""
    game, problem = path.game, path._curve.problem
    m, _ = game.shape
    logs = problem.expand(point)
    if passes == 1:
        status = "On the branch from uniform play, which passes this rationality once."
    else:
        status = (
            f"The first of {passes} points at which the branch from uniform play, which turns, "
            "passes this rationality."
        )
    mixture = np.exp(logs)
    row, column = mixture[:m], mixture[m:]
    return LogitEquilibrium(
        method=f"{path.method}, polished by Newton's method",
        exact=False,
        complete=False,
        status=status,
        rationality=rate,
        row=read_only(row),
        column=read_only(column),
        log_row=read_only(logs[:m].copy()),
        log_column=read_only(logs[m:].copy()),
        payoffs=_payoffs(game, row, column),
        residual=float(residuals(problem, logs[None], np.array([rate]))[0]),
        passes=passes,
    )


def _at_infinity(game: Game) -> LogitEquilibrium:
    path = principal_path(game, 0.0)
    limit = path.limit
    with np.errstate(divide="ignore"):
        logs = np.log(limit.row), np.log(limit.column)
    return LogitEquilibrium(
        method=limit.method,
        exact=False,
        complete=False,
        status=f"The limit of the branch from uniform play. {limit.status}",
        rationality=math.inf,
        row=limit.row,
        column=limit.column,
        log_row=read_only(logs[0]),
        log_column=read_only(logs[1]),
        payoffs=_payoffs(game, limit.row, limit.column),
        residual=limit.regret,
        passes=1,
    )


def _payoffs(game: Game, row: Floats, column: Floats) -> tuple[float, float]:
    first, second = (float(row @ game.payoffs[player] @ column) for player in (0, 1))
    return first, second


def _rationality(value: Any) -> float:
    if isinstance(value, (float, np.floating)) and math.isinf(value) and value > 0:
        return math.inf
    number = to_float(fraction(value, "rationality"), "rationality")
    if number < 0:
        raise ValueError(f"rationality: requires a number of at least 0, got {value!r}")
    return number
