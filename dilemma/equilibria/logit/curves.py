"""Curves of logit equilibria: followed by the kernel, and evaluated between their points."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dilemma.equilibria.logit import kernels
from dilemma.equilibria.logit.symmetry import Floats, LogitProblem

# Scaled rationalities: double precision cannot tell payoffs apart that differ by the inverse of
# the last. Where payoffs differ by as little as d, nothing counts as settled before ENOUGH / d.
LARGEST = 1e12
ENOUGH = 50.0
SETTLING = 1e-8

# Compiled code takes half a second to load, and the first time ever some ten seconds to make; a
# path takes about 10 ms without it and 0.1 ms with it, and beyond the width NumPy is faster.
PATHS_BEFORE_COMPILING = 40
WIDEST_COMPILED = 300
_paths = 0


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve of logit equilibria of a (scaled, reduced) problem, as the kernel returns it."""

    problem: LogitProblem
    points: Floats
    tangents: Floats
    signs: Floats
    ended: int

    @property
    def functions(self) -> Any:
        """The functions for points between; not kept, so that curves can be pickled."""
        return chosen_functions(self.problem)

    @cached_property
    def turns(self) -> list[int]:
        """The points k between which and k + 1 the rationality turns."""
        rises = self.tangents[:, -1] > 0
        return [int(k) for k in (rises[1:] != rises[:-1]).nonzero()[0]]

    def length(self, k: int) -> float:
        """How far the hyperplane of point k + 1 is from point k, in the measure of point k."""
        return float(self._across(k) @ (self.points[k + 1] - self.points[k]))

    def _across(self, k: int) -> Floats:
        weights = (1.0 / (1.0 + np.abs(self.points[k]))) ** 2
        tangent = self.tangents[k]
        return np.asarray(weights * tangent / math.sqrt(weights @ tangent**2))

    def between(self, k: int, length: float) -> tuple[Floats, Floats, float]:
        """The point of the curve at a length from point k: with its tangent and sign."""
        return self.corrected(self.interpolated(k, length), self._across(k))

    def interpolated(self, k: int, length: float) -> Floats:
        """The point at a length from point k of the cubic with both points and tangents."""
        across = self._across(k)
        first, last = self.points[k], self.points[k + 1]
        whole = float(across @ (last - first))
        if whole == 0.0:  # two points that rounding made one
            return np.array(first)
        start = self.tangents[k] / (across @ self.tangents[k])
        end = self.tangents[k + 1] / (across @ self.tangents[k + 1])
        t = length / whole
        chord = last - first
        bow = whole * t * (1 - t) * ((1 - t) * start - t * end)
        return self.problem.normalized(first + t * t * (3 - 2 * t) * chord + bow)

    def length_at(self, k: int, rate: float) -> float:
        """The length from point k at which that cubic has a rationality."""
        across = self._across(k)
        whole = self.length(k)
        first, last = float(self.points[k, -1]), float(self.points[k + 1, -1])
        start = float(self.tangents[k, -1] / (across @ self.tangents[k]))
        end = float(self.tangents[k + 1, -1] / (across @ self.tangents[k + 1]))

        def missing(t: float) -> float:
            bow = whole * t * (1 - t) * ((1 - t) * start - t * end)
            return first + t * t * (3 - 2 * t) * (last - first) + bow - rate

        return whole * root(missing, 0.0, 1.0)

    def corrected(self, trial: Floats, across: Floats) -> tuple[Floats, Floats, float]:
        """The point of the curve on the hyperplane through a trial point: to full precision."""
        problem = self.problem
        point = trial.copy()
        _, _, _, sign, tangent = self.functions.correct(
            problem.payoffs, problem.weights, problem.starts, point, across, 1e-8, np.inf
        )
        return point, tangent, float(sign)

    def where(
        self,
        k: int,
        measure: Callable[[Floats, Floats, float], float],
        low: float = 0.0,
        high: float | None = None,
    ) -> float:
        """The length from point k at which a measure of point, tangent and sign changes sign."""
        end = self.length(k) if high is None else high
        return root(lambda length: measure(*self.between(k, length)), low, end)

    @cached_property
    def turn_lengths(self) -> dict[int, float]:
        """How far from each point of `turns` the rationality turns."""
        return {k: self.where(k, lambda _p, tangent, _s: float(tangent[-1])) for k in self.turns}


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function changes its sign, by regula falsi with bisections between.

    Examples
    --------
    >>> round(root(lambda x: x * x - 2, 0.0, 2.0), 12)
    1.414213562373
    """
    left, right = function(low), function(high)
    if left == 0.0:
        return low
    if right == 0.0 or (left < 0) == (right < 0):
        return high
    tolerance = 1e-14 * max(abs(low), abs(high))
    for turn in range(200):
        middle = high - right * (high - low) / (right - left) if turn % 3 else (low + high) / 2
        if not low < middle < high:
            middle = (low + high) / 2
        value = function(middle)
        if value == 0.0:
            return middle
        if (value < 0) == (left < 0):
            low, left = middle, value
        else:
            high, right = middle, value
        if high - low <= tolerance:
            break
    return (low + high) / 2


def functions_for(problem: LogitProblem) -> Any:
    """Choose between the compiled functions and the interpreted ones, for one more path."""
    global _paths
    functions = chosen_functions(problem)
    _paths += 1
    return functions


def chosen_functions(problem: LogitProblem) -> Any:
    """The compiled functions once they are worth it, and the interpreted ones before."""
    if len(problem.weights) > WIDEST_COMPILED or _paths < PATHS_BEFORE_COMPILING:
        return kernels.interpreted()
    return kernels.compiled()


def follow_from_uniform(problem: LogitProblem, floor: float, steps: int) -> Curve:
    """Follow the branch from uniform play at least to a (scaled) rationality, until it settles."""
    functions = functions_for(problem)
    point = problem.uniform
    across = np.zeros_like(point)
    across[-1] = 1.0
    _, _, _, sign, tangent = functions.correct(
        problem.payoffs, problem.weights, problem.starts, point, across, 1e-10, np.inf
    )
    return follow(problem, functions, point, tangent, sign, 0.1, floor, steps)


def follow(
    problem: LogitProblem,
    functions: Any,
    point: Floats,
    tangent: Floats,
    sign: float,
    length: float,
    floor: float,
    steps: int,
) -> Curve:
    """Follow a curve from a point along a tangent, until it settles."""
    # Payoffs that differ by little decide late.
    floor = min(max(floor, ENOUGH, ENOUGH / problem.least if problem.least else 0.0), LARGEST)
    points, tangents, signs, ended, _ = functions.follow(
        problem.payoffs,
        problem.weights,
        problem.starts,
        point,
        tangent,
        sign,
        length,
        floor,
        LARGEST,
        SETTLING,
        steps,
    )
    return Curve(problem, points, tangents, signs, int(ended))
