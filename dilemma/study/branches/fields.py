r"""The velocity of one or two populations as a function of their state and of one parameter.

A `Motion` gives the velocity and its first derivatives at a state x (the shares of all populations
side by side) and a value θ. Those of `logit` are written out; those of any other rule are central
differences of the fourth order,

.. math:: f'(0) \approx \frac{8 (f(h) - f(-h)) - (f(2h) - f(-2h))}{12 h},

with errors of about 1e-12. They ask the rule about states a little off the simplex, where the
formula of a smooth rule still makes sense.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution import rules

Floats = NDArray[np.float64]
# From a value of the parameter to each population's payoffs (own strategies as rows), and their
# derivatives.
Payoffs = Callable[[float], tuple[tuple[Floats, ...], tuple[Floats, ...]]]

STEP = 1e-3


@dataclass(frozen=True, eq=False)
class Motion:
    """The velocity of all populations and its derivatives.

    Attributes
    ----------
    sizes : tuple of int
        How many strategies each population has.
    velocity : function (state, value) → array of shape (N,)
    jacobian : function (state, value) → array of shape (N, N)
    sensitivity : function (state, value) → array of shape (N,)
        The derivative in the parameter.
    """

    sizes: tuple[int, ...]
    velocity: Callable[[Floats, float], Floats]
    jacobian: Callable[[Floats, float], Floats]
    sensitivity: Callable[[Floats, float], Floats]

    @property
    def parts(self) -> tuple[slice, ...]:
        """Where each population's shares are."""
        ends = np.cumsum([0, *self.sizes])
        return tuple(slice(int(a), int(b)) for a, b in pairwise(ends))


def logit_motion(
    sizes: tuple[int, ...],
    payoffs: Payoffs,
    rates: Callable[[float], tuple[tuple[float, ...], tuple[float, ...]]],
) -> Motion:
    """The motion of `logit`, whose rationalities, one a population, may be the parameter."""
    parts = Motion(sizes, *(None,) * 3).parts  # type: ignore[arg-type]
    met = (0,) if len(sizes) == 1 else (1, 0)

    def replies(x: Floats, value: float) -> tuple[list[Floats], list[Floats]]:
        tables, _ = payoffs(value)
        speed, _ = rates(value)
        fitness = [tables[p] @ x[parts[met[p]]] for p in range(len(sizes))]
        found = []
        for p, earned in enumerate(fitness):
            weight = np.exp(speed[p] * (earned - earned.max()))
            found.append(weight / weight.sum())
        return found, fitness

    def velocity(x: Floats, value: float) -> Floats:
        return np.asarray(np.concatenate(replies(x, value)[0]) - x)

    def jacobian(x: Floats, value: float) -> Floats:
        found, _ = replies(x, value)
        tables, _ = payoffs(value)
        speed, _ = rates(value)
        result = -np.eye(len(x))
        for p, reply in enumerate(found):
            moved = reply[:, None] * (tables[p] - reply @ tables[p])
            result[parts[p], parts[met[p]]] += speed[p] * moved
        return result

    def sensitivity(x: Floats, value: float) -> Floats:
        found, fitness = replies(x, value)
        _, changes = payoffs(value)
        speed, faster = rates(value)
        result = np.zeros(len(x))
        for p, reply in enumerate(found):
            more = speed[p] * (changes[p] @ x[parts[met[p]]]) + faster[p] * fitness[p]
            result[parts[p]] = reply * (more - reply @ more)
        return result

    return Motion(sizes, velocity, jacobian, sensitivity)


def general_motion(
    sizes: tuple[int, ...],
    payoffs: Payoffs,
    rules_at: Callable[[float], tuple[Any, ...]],
    low: float,
    high: float,
) -> Motion:
    """The motion of any smooth rules, for values of the parameter from `low` to `high`."""
    parts = Motion(sizes, *(None,) * 3).parts  # type: ignore[arg-type]
    met = (0,) if len(sizes) == 1 else (1, 0)

    def at(states: Floats, value: float) -> Floats:
        tables, _ = payoffs(value)
        found = []
        for p, rule in enumerate(rules_at(value)):
            x = states[..., parts[p]]
            earned = states[..., parts[met[p]]] @ tables[p].T
            with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
                one = np.asarray(_velocity(rule, np.array(x), earned), dtype=np.float64)
            if one.shape != x.shape:
                raise ValueError(
                    f"rule: requires velocities of the shape of the state, {x.shape}, got "
                    f"{one.shape} from {rules.rule_name(rule)}"
                )
            if not np.all(np.isfinite(one)):
                raise ValueError(
                    "rule: requires a rule that is smooth, so that its velocities are finite "
                    f"also a little off the simplex, got others from {rules.rule_name(rule)}"
                )
            found.append(one)
        return np.concatenate(found, axis=-1)

    def jacobian(x: Floats, value: float) -> Floats:
        moves = STEP * np.eye(len(x))
        near = at(x + moves, value) - at(x - moves, value)
        far = at(x + 2 * moves, value) - at(x - 2 * moves, value)
        return np.asarray(((8 * near - far) / (12 * STEP)).T)

    def sensitivity(x: Floats, value: float) -> Floats:
        h = STEP * (high - low)
        if value - 2 * h < low or value + 2 * h > high:
            # A rule may be defined inside the interval only.
            h = h if value - 2 * h < low else -h
            ahead = [at(x, value + k * h) for k in range(5)]
            weights = (-25, 48, -36, 16, -3)
            total = sum(w * one for w, one in zip(weights, ahead, strict=True))
            return np.asarray(total / (12 * h))
        near = at(x, value + h) - at(x, value - h)
        far = at(x, value + 2 * h) - at(x, value - 2 * h)
        return np.asarray((8 * near - far) / (12 * h))

    return Motion(sizes, at, jacobian, sensitivity)


def _velocity(rule: Any, x: Floats, earned: Floats) -> Any:
    if isinstance(rule, rules.ReplicatorMutator):
        # By its formula: off the simplex the rule would refuse negative offspring.
        offspring = x * earned
        born = offspring @ np.array(rule.matrix)
        return born - x * offspring.sum(axis=-1, keepdims=True)
    return rule(x, earned)


@dataclass(frozen=True, eq=False)
class System:
    r"""G(u) = 0 for u = (z, t): rest points in coordinates in which no sum can be missed.

    The state is :math:`c + Qz`, c the uniform one and Q an orthonormal basis of the directions
    that keep all sums; the parameter is low + t (high − low).
    """

    motion: Motion
    low: float
    high: float
    centre: Floats
    basis: Floats

    @property
    def size(self) -> int:
        """The dimension d of the state space."""
        return int(self.basis.shape[1])

    def point(self, state: Floats, value: float) -> Floats:
        """The coordinates u of a state and a value."""
        z = self.basis.T @ (state - self.centre)
        return np.array([*z, (value - self.low) / (self.high - self.low)])

    def state(self, u: Floats) -> Floats:
        """The shares."""
        return np.asarray(self.centre + self.basis @ u[: self.size])

    def value(self, u: Floats) -> float:
        """The parameter."""
        return float(self.low + u[self.size] * (self.high - self.low))

    def __call__(self, u: Floats) -> Floats:
        """Return the velocity, shape (d,)."""
        found = self.motion.velocity(self.state(u), self.value(u))
        return np.asarray(self.basis.T @ found)

    def inner(self, u: Floats) -> Floats:
        """The Jacobian on the tangent space, shape (d, d)."""
        found = self.motion.jacobian(self.state(u), self.value(u))
        return np.asarray(self.basis.T @ found @ self.basis)

    def slope(self, u: Floats) -> Floats:
        """The derivative in the parameter t, shape (d,)."""
        found = self.motion.sensitivity(self.state(u), self.value(u))
        return np.asarray((self.high - self.low) * (self.basis.T @ found))

    def whole(self, u: Floats) -> Floats:
        """All first derivatives, shape (d, d + 1)."""
        return np.concatenate([self.inner(u), self.slope(u)[:, None]], axis=1)


def system_of(motion: Motion, low: float, high: float) -> System:
    """Choose the coordinates."""
    total = sum(motion.sizes)
    sums = np.zeros((len(motion.sizes), total))
    for row, part in zip(sums, motion.parts, strict=True):
        row[part] = 1
    basis = np.linalg.svd(sums)[2][len(motion.sizes) :].T
    centre = np.concatenate([np.full(size, 1 / size) for size in motion.sizes])
    return System(motion, low, high, centre, np.ascontiguousarray(basis))
