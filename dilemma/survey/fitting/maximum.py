r"""Maxima of a smooth log-likelihood between bounds, and its profile.

**Scoring.** A step solves :math:`(I + \mu\,\mathrm{diag}\,I)\,d = s` in the parameters that are
not held at a bound, with the score s, the information I, and a damping μ that rises when a step
climbs less than it should (levenberg1944; Fisher's scoring for μ = 0). Steps are cut at the
bounds; a parameter at a bound is let go when the score points inward. The last steps take the
observed information instead, so that they converge quadratically.

**Profile.** With one parameter held at ψ and the others at their best, the signed root
:math:`r(\psi) = \sqrt{2(\hat l - l_p(\psi))}` is nearly linear, and has the derivative
:math:`-s_\psi / r`, where :math:`s_\psi` is the score at the constrained maximum. Newton's method
within a bracket finds where r crosses the normal quantile (venzon1988).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dilemma.survey.fitting.likelihood import Evaluation

Floats = NDArray[np.float64]
Function = Callable[[Floats], Evaluation]
_STEPS = 200
# Twice the height that is left to climb, where steps change from the expected information to the
# observed one, and where they end.
_NEAR, _THERE = 1e-7, 1e-16
# Where steps with a new metric do not shrink below this, only rounding is left.
_STALLED = 1e-10
# A profile that has not crossed so many standard errors away has no end on that side.
_FAR = 1e4


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where a climb ended.

    Attributes
    ----------
    values, score : numpy.ndarray
    value : float
    held : numpy.ndarray of bool
        Which parameters are held at a bound, with the score pointing outward.
    converged : bool
    """

    values: Floats
    value: float
    score: Floats
    held: NDArray[np.bool_]
    converged: bool


def climb(
    function: Function,
    start: Floats,
    low: Floats,
    high: Floats,
    metric: Floats | None = None,
    rough: float = 0.0,
) -> Maximum:
    """Climb from a start to a maximum between bounds (equal bounds hold a parameter).

    Near a maximum that is known, the observed information there may be given as a metric. A rough
    climb ends where no more than about that is left to climb.
    """
    values = np.clip(start, low, high)
    now = function(values)
    damping, converged = 0.0, False
    observed, last, stalls, refused = metric, math.inf, 0, 0
    for _ in range(_STEPS):
        held = _held(values, now.score, low, high)
        loose = np.flatnonzero(~held)
        if not len(loose):
            converged = True
            break
        score = now.score[loose]
        chosen = now.information if observed is None else observed
        step = _step(chosen[np.ix_(loose, loose)], score, damping)
        if step is None:
            if observed is not None:
                observed = None
                continue
            damping = max(10 * damping, 1e-3)
            continue
        gain = float(score @ step)
        if gain * (1 + damping) < rough:
            converged = True
            break
        if observed is not None and gain > last / 4:
            if gain < _STALLED * (1 + abs(now.value)) and stalls > 1:
                converged = True  # as far as the score can be told from rounding
                break
            # The metric is from too far away to converge fast.
            observed, last, stalls = None, math.inf, stalls + 1
            continue
        last = gain if observed is not None else math.inf
        if observed is None and damping == 0.0 and gain < _NEAR * (1 + abs(now.value)):
            observed = observed_information(function, values, low, high)
            if not _positive(observed[np.ix_(loose, loose)]):
                observed = None
            else:
                continue
        trial = values.copy()
        trial[loose] = np.clip(values[loose] + step, low[loose], high[loose])
        then = function(trial)
        rounding = 1e-13 * (1 + abs(now.value))
        if np.isfinite(then.value) and then.value >= now.value - rounding:
            settled = gain * (1 + damping) < max(_THERE * (1 + abs(now.value)), 1e-20)
            stuck = np.array_equal(trial, values)
            promised = gain - float(step @ chosen[np.ix_(loose, loose)] @ step) / 2
            # What it climbs by less than rounding says nothing.
            kept = (then.value - now.value) / promised if promised > 1e3 * rounding else 1.0
            values, now = trial, then
            if kept < 0.25:  # so far the metric does not hold
                damping = max(4 * damping, 0.1)
            elif kept > 0.5:
                damping = damping / 10 if damping > 1e-6 else 0.0
            if settled or stuck:
                converged = True
                break
            continue
        if gain * (1 + damping) < 1e-9 * (1 + abs(now.value)):
            # Nothing is left but rounding.
            converged = True
            break
        observed, refused = None, refused + 1
        damping = max(10 * damping, 1e-3)
        if refused % 3 == 0:
            # The expected information may vanish where the likelihood is curved all the same.
            curved = observed_information(function, values, low, high)
            if _positive(curved[np.ix_(loose, loose)]):
                observed, last, damping = curved, math.inf, 0.0
        if damping > 1e12:
            break
    return Maximum(values, now.value, now.score, _held(values, now.score, low, high), converged)


def _held(values: Floats, score: Floats, low: Floats, high: Floats) -> NDArray[np.bool_]:
    return np.asarray(
        ((values <= low) & (score <= 0)) | ((values >= high) & (score >= 0)) | (low == high)
    )


def _step(metric: Floats, score: Floats, damping: float) -> Floats | None:
    scale = np.sqrt(np.maximum(np.diag(metric), 1e-300))
    matrix = metric / np.outer(scale, scale) + damping * np.eye(len(scale))
    try:
        factor = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return None
    if np.diag(factor).min() < 1e-7:
        return None
    half = np.linalg.solve(factor, score / scale)
    return np.asarray(np.linalg.solve(factor.T, half) / scale)


def _positive(matrix: Floats) -> bool:
    return _step(matrix, np.zeros(len(matrix)), 0.0) is not None


def observed_information(function: Function, values: Floats, low: Floats, high: Floats) -> Floats:
    """Minus the derivative of the score, by central differences within the bounds."""
    size = len(values)
    matrix = np.zeros((size, size))
    for k in range(size):
        if low[k] == high[k]:
            matrix[k, k] = 1.0
            continue
        width = 1e-5 * max(abs(values[k]), 1e-2)
        up, down = values.copy(), values.copy()
        up[k] = min(values[k] + width, high[k])
        down[k] = max(values[k] - width, low[k])
        matrix[k] = -(function(up).score - function(down).score) / (up[k] - down[k])
    return np.asarray((matrix + matrix.T) / 2)


def surely_climbed(
    function: Function, start: Floats, low: Floats, high: Floats, rough: float = 0.0
) -> Maximum:
    """Climb; where that does not settle, let scipy's L-BFGS-B go first."""
    found = climb(function, start, low, high, rough=rough)
    if found.converged:
        return found
    from scipy.optimize import minimize

    def descent(values: Floats) -> tuple[float, Floats]:
        at = function(values)
        return (-at.value, -at.score) if np.isfinite(at.value) else (1e300, -at.score)

    ends = list(zip(low, high, strict=True))
    near = minimize(descent, found.values, jac=True, method="L-BFGS-B", bounds=ends).x
    again = climb(function, near, low, high, rough=rough)
    close = 1e-9 * (1 + abs(found.value)) if again.converged else 0.0
    return again if again.value >= found.value - close else found


@dataclass(frozen=True)
class Crossing:
    """Where a profile crosses, on one side.

    Attributes
    ----------
    value : float
    at_bound : bool
        True if the domain ends before the profile has fallen so far.
    """

    value: float
    at_bound: bool


def crossing(
    function: Function,
    best: Maximum,
    k: int,
    error: float,
    drop: float,
    low: Floats,
    high: Floats,
    side: int,
    metric: Floats,
) -> Crossing:
    """Where twice the profile log-likelihood of parameter k has fallen by ``drop``.

    Parameters
    ----------
    function : function
    best : Maximum
    k : int
    error : float
        A first guess of the standard error.
    drop : float
        A quantile of the χ² distribution with 1 degree of freedom.
    low, high : numpy.ndarray
    side : int
        -1 for the lower crossing, +1 for the upper.
    metric : numpy.ndarray
        The observed information at the maximum.
    """
    target = math.sqrt(drop)
    centre, end = float(best.values[k]), float((low, high)[side > 0][k])
    if side * (end - centre) <= 0:
        return Crossing(end, True)
    near, far = centre, math.nan
    at, others = centre + side * target * error, best.values
    drift = _drift(metric, best, k)
    for _ in range(100):
        if side * (at - end) >= 0:
            at = end
        begin = others + drift * (at - others[k])
        others, level, slope = _profiled(function, begin, k, at, low, high, metric)
        root = math.sqrt(max(2 * (best.value - level), 0.0))
        if abs(root - target) < 1e-9 * target:
            return Crossing(at, False)
        if root < target:
            if at == end:
                return Crossing(end, True)
            if abs(at - centre) > _FAR * error:
                return Crossing(side * math.inf, True)
            near = at
        else:
            far = at
        change = side * -slope / root if root > 0 else 0.0
        step = side * (target - root) / change if change > 0 else side * math.inf
        at = at + step
        if math.isnan(far):
            if not side * (at - near) > 0 or abs(at - near) > 4 * abs(near - centre) + 4 * error:
                at = near + side * 2 * max(abs(near - centre), error)
        elif not min(near, far) < at < max(near, far):
            at = (near + far) / 2
        if not math.isnan(far) and abs(far - near) < 1e-13 * (abs(near) + abs(far)):
            return Crossing(at, False)
    raise RuntimeError(
        f"profile_intervals: the profile of parameter {k} was not followed to its crossing"
    )


def _drift(metric: Floats, best: Maximum, k: int) -> Floats:
    """How the best values of the others move with parameter k, to first order."""
    drift = np.zeros(len(metric))
    others = np.flatnonzero(~best.held & (np.arange(len(metric)) != k))
    if len(others):
        inner = metric[np.ix_(others, others)]
        drift[others] = -np.linalg.lstsq(inner, metric[others, k], rcond=None)[0]
    drift[k] = 1.0
    return drift


def _profiled(
    function: Function,
    start: Floats,
    k: int,
    at: float,
    low: Floats,
    high: Floats,
    metric: Floats,
) -> tuple[Floats, float, float]:
    floor, ceiling = low.copy(), high.copy()
    floor[k] = ceiling[k] = at
    begin = start.copy()
    begin[k] = at
    found = climb(function, begin, floor, ceiling, metric)
    if not found.converged:
        found = climb(function, begin, floor, ceiling)
    return found.values, found.value, float(found.score[k])
