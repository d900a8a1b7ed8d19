r"""Maxima of a smooth log-likelihood between bounds, and its profile.

**Scoring.** A step solves :math:`(I + \mu D)\,d = s` in the parameters that are not held at a
bound, with the score s, the expected information I, the largest curvatures D met so far, and a
damping μ that rises when a step climbs less than it should (levenberg1944, more1978; Fisher's
scoring for μ = 0). Steps are cut at the bounds; a parameter at a bound is let go when the score
points inward. The last steps take the observed information instead, so that they converge
quadratically; so do all steps once several by the expected one have failed: it may vanish where
the likelihood is curved all the same.

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
# So many steps by the expected information may fail.
_PATIENCE = 3
# A step that promises less than this, and fails, failed for rounding.
_ROUNDED = 1e-9
# Curvature in correlation form is taken as no less than this.
_FLAT = 1e-12
# A slope of less is rounding.
_SLOPE = 1e-12
# How much height may be left on a profile: less than crossings could tell.
_PROFILED = 1e-9
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
    chord, scoring, converged = metric, True, False
    damping, last, failed = 0.0, math.inf, 0
    sizes = np.zeros(len(values))
    for _ in range(_STEPS):
        held = _held(values, now.score, low, high)
        loose = np.flatnonzero(~held)
        if not len(loose):
            converged = True
            break
        if chord is not None:
            matrix = chord
        elif scoring:
            matrix = now.information
        else:
            matrix = chord = observed_information(function, values, low, high)
            last = math.inf
        inner, sizes[loose] = _raised(
            matrix[np.ix_(loose, loose)], now.score[loose], sizes[loose], damping
        )
        step = np.linalg.solve(inner, now.score[loose])
        trial = values.copy()
        trial[loose] = np.clip(values[loose] + step, low[loose], high[loose])
        gain = float(now.score[loose] @ step) * (1 + damping)
        if gain < rough:
            converged = True
            break
        if chord is not None and gain > last / 4:
            # This metric is from too far away to converge fast.
            chord, last = None, math.inf
            scoring &= gain > _NEAR * (1 + abs(now.value))
            continue
        if scoring and chord is None and gain < _NEAR * (1 + abs(now.value)):
            scoring = False
            continue
        last = gain
        then = function(trial)
        rounding = 1e-13 * (1 + abs(now.value))
        moved = trial[loose] - values[loose]
        promised = float(now.score[loose] @ moved - moved @ inner @ moved / 2)
        kept = (then.value - now.value) / promised if promised > 1e3 * rounding else 1.0
        if np.isfinite(then.value) and then.value >= now.value - rounding:
            settled = gain < max(_THERE * (1 + abs(now.value)), 1e-20)
            if settled or np.array_equal(trial, values):
                values, now, converged = trial, then, True
                break
            values, now = trial, then
        elif gain < _ROUNDED * (1 + abs(now.value)):
            # Nothing is left but rounding.
            converged = True
            break
        else:
            kept = -math.inf
        if kept < 0.25:
            # So far the metric does not hold: what was expected may not be what is observed.
            failed += 1
            chord, scoring, last = None, failed < _PATIENCE, math.inf
            damping = max(4 * damping, 0.1) if kept > -math.inf else max(10 * damping, 1e-2)
        elif kept > 0.5:
            damping = damping / 10 if damping > 1e-6 else 0.0
        if damping > 1e14:
            break
    return Maximum(values, now.value, now.score, _held(values, now.score, low, high), converged)


def _raised(metric: Floats, score: Floats, sizes: Floats, damping: float) -> tuple[Floats, Floats]:
    r"""A positive definite matrix for the next step, and the scale of its damping.

    The curvature :math:`\sum_k \kappa_k v_k v_k^\top` of correlation form becomes
    :math:`\sum_k \max(|\kappa_k|, 10^{-12}) v_k v_k^\top`, so that steps climb also where the
    likelihood is not concave; to its diagonal is added μ times the largest curvature met so far
    (more1978), so that damping means something where the curvature vanishes.
    """
    scale = np.sqrt(np.abs(np.diag(metric)))
    # Without any curvature a step is 1; without a slope either, nothing moves.
    flat = scale < 1e-100
    scale[flat] = np.where(np.abs(score[flat]) > _SLOPE, np.sqrt(np.abs(score[flat])), 1e100)
    form = metric / np.outer(scale, scale)
    form[flat, flat] = 1.0
    values, vectors = np.linalg.eigh(form)
    lifted = (vectors * np.maximum(np.abs(values), _FLAT)) @ vectors.T
    sizes = np.maximum(sizes, scale**2)
    return lifted * np.outer(scale, scale) + damping * np.diag(sizes), sizes


def _held(values: Floats, score: Floats, low: Floats, high: Floats) -> NDArray[np.bool_]:
    return np.asarray(
        ((values <= low) & (score <= 0)) | ((values >= high) & (score >= 0)) | (low == high)
    )


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
                return Crossing(end, True)
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
    found = climb(function, begin, floor, ceiling, metric, _PROFILED)
    return found.values, found.value, float(found.score[k])
