r"""Rest points of any rule, searched for by Newton's method from many states.

The Jacobian is taken from differences towards the vertices, so that a rule is never asked about a
state off the simplex. Each face is searched by itself: rules under which absent strategies stay
absent have rest points on the boundary, which Newton's method would reach only slowly from inside.

**When the answer is complete.** With two strategies in one population `logit` and
`replicator_mutator` are solved outright. `logit` has one rest point if :math:`\lambda\Delta < 4`
(two populations: :math:`\lambda^2 \Delta_1 \Delta_2 < 16`), Δ being the largest double difference
:math:`a_{ij} - a_{i'j} - a_{ij'} + a_{i'j'}`: then its replies contract in the distance
:math:`\sum_i |x_i - y_i|`, since the mean absolute deviation of n numbers is at most half their
range (derived here); and if the game is contractive (hofbauer2007), or zero-sum up to rescaling.
In all other cases rest points may be missing, and the status says so. Where velocities point
inwards along the boundary, the indices of all rest points, −1 to the power of how many eigenvalues
are positive, sum to +1 (Poincaré and Hopf; milnor1965): a sum that differs proves that some are
missing or degenerate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution import rules
from dilemma.evolution.flows.trajectories import checked_rules
from dilemma.evolution.rest import forms
from dilemma.evolution.rest.answers import RestPoint, RestPoints, order_of, status_of
from dilemma.evolution.rest.arenas import Arena, GroupArena
from dilemma.evolution.rest.faces import rest_faces
from dilemma.evolution.rest.one_variable import (
    group_mutator_shares,
    logit_shares,
    mutator_shares,
)
from dilemma.evolution.rest.resting import called
from dilemma.evolution.rest.starting import spread_states
from dilemma.evolution.rest.words import describe_state

Floats = NDArray[np.float64]

STEPS = 80
# Velocities below this, in units of the largest that was met, are those of a rest point.
REST = 1e-10
# Two points closer than this are the same.
SAME = 1e-6
# Real parts of eigenvalues below this have no certain sign: relative to the largest eigenvalue, or
# to the largest velocity, if that is larger.
NEUTRAL = 1e-6
# Shares below this may be the rounding of Newton's method.
TRACE = 1e-9
STEP = 1e-5
MOST_SINGULAR = 50


@dataclass(frozen=True)
class Field:
    """The velocity of all populations, as one function of their shares side by side.

    Attributes
    ----------
    place : Arena
    rules : tuple of functions (state, fitness) → velocity
        One for each population.
    """

    place: Arena
    rules: tuple[Callable[..., Any], ...]

    @property
    def parts(self) -> tuple[slice, ...]:
        """Where each population's shares are."""
        ends = np.cumsum([0, *self.place.sizes])
        return tuple(slice(int(a), int(b)) for a, b in pairwise(ends))

    def __call__(self, states: Floats) -> Floats:
        """Return the velocities at states of shape (..., n), or (..., m + n)."""
        shares = [states[..., part] for part in self.parts]
        found = []
        for population, (x, rule) in enumerate(zip(shares, self.rules, strict=True)):
            fitness = self.place.fitness(shares, population)
            velocity = np.asarray(rule(x.copy(), fitness))
            name = rules.rule_name(rule)
            if velocity.shape != x.shape or velocity.dtype.kind not in "fiu":
                raise ValueError(
                    f"rule: requires velocities of the shape of the state, {x.shape}, got "
                    f"{velocity.shape} of type {velocity.dtype} from {name}"
                )
            if not np.all(np.isfinite(velocity)):
                raise ValueError(f"rule: requires finite velocities, got others from {name}")
            size = max(float(np.abs(velocity).max(initial=0)), float(np.abs(fitness).max()), 1.0)
            off = float(np.abs(velocity.sum(axis=-1)).max(initial=0))
            if off > 1e-8 * size:
                raise ValueError(
                    f"rule: requires velocities that sum to 0, got the sum {off:.3g} from {name}"
                )
            found.append(velocity.astype(np.float64))
        return np.concatenate(found, axis=-1)

    def slopes(self, states: Floats, towards: Floats) -> Floats:
        """Derivatives of the velocity at states (k, N) along directions (k, d, N): (k, d, N)."""
        here = self(states)[:, None, :]
        near = self(states[:, None, :] + STEP * towards)
        far = self(states[:, None, :] + 2 * STEP * towards)
        return np.asarray((4 * near - far - 3 * here) / (2 * STEP))

    def directions(self, states: Floats, used: Sequence[Sequence[int]]) -> Floats:
        """From each state (k, N) towards each vertex that is used: shape (k, d, N)."""
        arrows = []
        for part, members in zip(self.parts, used, strict=True):
            for i in members:
                arrow = np.zeros_like(states)
                arrow[:, part] = -states[:, part]
                arrow[:, part.start + i] += 1
                arrows.append(arrow)
        return np.stack(arrows, axis=1)

    def jacobian(self, state: Floats) -> Floats:
        """The Jacobian on the tangent space, in an orthonormal basis of it."""
        all_of_them = [range(size) for size in self.place.sizes]
        arrows = self.directions(state[None], all_of_them)
        slopes = self.slopes(state[None], arrows)[0]
        basis = self.tangent()
        if basis.shape[1] == 0:
            return np.zeros((0, 0))
        return np.asarray(basis.T @ slopes.T @ np.linalg.pinv(basis.T @ arrows[0].T))

    @cached_property
    def scale(self) -> float:
        """The largest velocity among quasi-random states: what eigenvalues near 0 are small to."""
        states = np.concatenate(spread_states(self.place.sizes, 64, 0), axis=1)
        return float(np.abs(self(states)).max(initial=0))

    def tangent(self) -> Floats:
        """An orthonormal basis of the directions that keep all sums: columns."""
        total = sum(self.place.sizes)
        sums = np.zeros((self.place.populations, total))
        for row, part in zip(sums, self.parts, strict=True):
            row[part] = 1
        return np.asarray(np.linalg.svd(sums)[2][self.place.populations :].T)


def searched(
    place: Arena, rule: Callable[..., Any], starts: Any, seed: Any, limit: float
) -> RestPoints:
    """Search for the rest points of a rule of which nothing exact is known.

    In groups (a `GroupArena`) only `replicator_mutator` of two strategies is solved outright.
    """
    if isinstance(starts, bool) or not isinstance(starts, int) or starts < 1:
        raise ValueError(f"starts: requires a positive integer, got {starts!r}")
    own = checked_rules(rule, place.populations)
    for one, size in zip(own, place.sizes, strict=True):
        _require_payoffs(place, one, size)
    field = Field(place, own)
    solved = _in_one_variable(place, own[0])
    if solved is not None:
        found = solved
        method = "all roots in one variable"
    else:
        found = _polished(field, _found(field, starts, seed, limit))
        method = "Newton's method from quasi-random states, on every face"
    points = sorted((_point(field, state) for state in found), key=order_of)
    singular = sum(point.kind == "undecided" for point in points)
    complete, remark = _completeness(place, own, points, solved is not None)
    if singular > MOST_SINGULAR:
        remark += (
            f" {singular} points are singular, so that they may belong to continua; "
            f"{MOST_SINGULAR} of them are kept."
        )
        complete = False
        kept = [point for point in points if point.kind != "undecided"]
        points = kept + [point for point in points if point.kind == "undecided"][:MOST_SINGULAR]
        points.sort(key=order_of)
    counts = status_of(points, ()) if points else "No rest point was found."
    if not complete:
        counts = counts.replace(", and no others:", " found:")
    return RestPoints(
        method=method,
        exact=False,
        complete=complete,
        status=f"{counts}{remark}",
        points=tuple(points),
        continua=(),
        populations=place.populations,
        rule=called(rule),
        game=place.game,
        revision=own,
    )


def _require_payoffs(place: Arena, rule: Any, size: int) -> None:
    if not isinstance(rule, rules.ReplicatorMutator):
        return
    lowest = min(float(payoffs.min()) for payoffs in place.payoffs)
    if lowest < 0:
        raise ValueError(
            "game: requires payoffs of at least 0 for replicator_mutator (numbers of offspring; "
            f"add a constant to all payoffs), got {lowest:g}"
        )
    if size != len(rule.matrix):
        raise ValueError(
            f"rule: requires a matrix of mutation for {size} strategies, got one for "
            f"{len(rule.matrix)} (two populations take a pair of rules)"
        )


def _in_one_variable(place: Arena, rule: Any) -> list[Floats] | None:
    """All rest points where there are two strategies and a rule that is solved outright."""
    if place.sizes != (2,):
        return None
    if isinstance(place, GroupArena):
        if isinstance(rule, rules.ReplicatorMutator):
            return group_mutator_shares(place.group, rule.matrix)
        return None
    if isinstance(rule, rules.Logit):
        return logit_shares(place.exact[0], rule.rationality)
    if isinstance(rule, rules.ReplicatorMutator):
        return mutator_shares(place.exact[0], rule.matrix)
    return None


def _found(field: Field, starts: int, seed: Any, limit: float) -> Floats:
    """Rest points, many of them several times: shape (k, N)."""
    place = field.place
    inside_only = all(_points_inwards(place, rule) for rule in field.rules)
    choices = [
        [tuple(range(size))] if inside_only else list(_supports(size)) for size in place.sizes
    ]
    count = int(np.prod([len(one) for one in choices]))
    if count > limit or max(place.sizes) > 12:
        raise ValueError(
            f"game: requires at most {limit:,} faces of the state space and 12 strategies for a "
            f"search, got {count:,} and {max(place.sizes)}; restrict the game"
        )
    found = []
    for used in product(*choices):
        dimension = sum(map(len, used)) - len(used)
        each = 1 if dimension == 0 else max(8, starts * dimension // sum(place.sizes))
        each = starts if all(len(u) == n for u, n in zip(used, place.sizes, strict=True)) else each
        spread = spread_states([len(one) for one in used], each, seed)
        states = np.zeros((each, sum(place.sizes)))
        for part, members, drawn in zip(field.parts, used, spread, strict=True):
            states[:, [part.start + i for i in members]] = drawn
        if any(isinstance(rule, rules.Logit) for rule in field.rules):
            states = np.concatenate([states, _hints(place)])
        found.append(_newton(field, states, used))
    return np.concatenate(found)


def _supports(size: int) -> Any:
    return chain.from_iterable(combinations(range(size), k) for k in range(1, size + 1))


def _hints(place: Arena) -> Floats:
    """States near the replicator's rest points, beside which rest points of `logit` are."""
    if isinstance(place, GroupArena):
        return np.full((1, place.sizes[0]), 1 / place.sizes[0])
    faces = rest_faces(place, equilibria_only=False, limit=10_000) if sum(place.sizes) < 13 else []
    hints = [np.concatenate([np.array(one, float) for one in face.middle]) for face in faces]
    even = np.concatenate([np.full(size, 1 / size) for size in place.sizes])
    weights = (1e-9, 1e-3, 0.03)
    return np.array([even, *((1 - w) * hint + w * even for hint in hints for w in weights)])


def _newton(field: Field, states: Floats, used: Sequence[Sequence[int]]) -> Floats:
    """Newton's method from all states at once; those that came to rest."""
    scale = max(1.0, float(np.abs(field(states)).max(initial=0)))
    done = []
    for _ in range(STEPS):
        velocity = field(states)
        resting = np.abs(velocity).max(axis=1) <= REST * scale
        done.append(states[resting])
        states, velocity = states[~resting], velocity[~resting]
        if not len(states):
            break
        arrows = field.directions(states, used)
        slopes = field.slopes(states, arrows)
        weights = -np.einsum("kij,kj->ki", np.linalg.pinv(slopes.swapaxes(1, 2), 1e-9), velocity)
        step = np.einsum("kd,kdn->kn", weights, arrows)
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(step < 0, -states / step, np.inf).min(axis=1)
        length = np.minimum(1, np.where(room > 1, 1, 0.9 * room))
        states = states + length[:, None] * step
        for part in field.parts:
            states[:, part] = np.maximum(states[:, part], 0)
            states[:, part] /= states[:, part].sum(axis=1, keepdims=True)
    return np.concatenate(done)


def _polished(field: Field, found: Floats) -> list[Floats]:
    """Each rest point once, the ones with the smallest velocities first."""
    if not len(found):
        return []
    found = _without_traces(field, found)
    speed = np.abs(field(found)).max(axis=1)
    kept: list[Floats] = []
    for state in found[np.argsort(speed, kind="stable")]:
        if not kept or np.abs(np.array(kept) - state).max(axis=1).min() > SAME:
            kept.append(state)
    return kept


def _without_traces(field: Field, found: Floats) -> Floats:
    """The same points, with shares that rounding left put to 0 where they then rest exactly."""
    bare = np.where(found < TRACE, 0, found)
    for part in field.parts:
        bare[:, part] /= bare[:, part].sum(axis=1, keepdims=True)
    rests = np.all((bare > 0) | (field(bare) == 0), axis=1)
    return np.where(rests[:, None], bare, found)


def _point(field: Field, state: Floats) -> RestPoint:
    place = field.place
    residual = float(np.abs(field(state[None])).max())
    values = np.linalg.eigvals(field.jacobian(state))
    values = values[np.lexsort((-values.imag, -values.real))]
    size = max(float(np.abs(values).max(initial=0)), field.scale)
    right = int(np.sum(values.real > NEUTRAL * size))
    left = int(np.sum(values.real < -NEUTRAL * size))
    if right:
        kind, because = ("saddle" if left else "unstable"), f"{right} positive real parts"
        because = "1 positive real part" if right == 1 else because
    elif left == len(values):
        kind, because = "stable", "all eigenvalues have negative real parts"
    else:
        kind, because = "undecided", "some eigenvalues have real parts too close to 0"
    shares = tuple(tuple(map(float, state[part])) for part in field.parts)
    name = describe_state(place.game, shares)
    return RestPoint(
        shares=shares,
        kind=kind,
        internal=tuple(complex(value) for value in values),
        transversal=(),
        equilibrium=None,
        residual=residual,
        words=f"{name}: {kind}; {because}",
    )


def _completeness(
    place: Arena, own: tuple[Any, ...], points: Sequence[RestPoint], solved: bool
) -> tuple[bool, str]:
    """Whether nothing can be missing, and what to add to the status."""
    singular = any(point.kind == "undecided" for point in points)
    if solved or sum(place.sizes) == place.populations:
        return True, ""
    if _only_one(place, own):
        if len(points) == 1:
            return True, " There can be only one."
        return False, " There is exactly one, which the search did not single out: raise starts."
    missing = " Others may be missing: raise starts to search further."
    if not all(_points_inwards(place, rule) for rule in own):
        return False, missing
    if singular:
        return False, f"{missing} Some are too close to singular for a count of indices."
    index = sum((-1) ** sum(value.real > 0 for value in point.internal) for point in points)
    if index == 1:
        return False, f" Their indices sum to +1, as those of all must.{missing}"
    return False, (f" Their indices sum to {index:+d}, and those of all to +1: some are missing.")


def _points_inwards(place: Arena, rule: Any) -> bool:
    """Whether velocities are known to point inwards all along the boundary."""
    if isinstance(rule, rules.Logit):
        return True
    return (
        isinstance(rule, rules.ReplicatorMutator)
        and min(map(min, rule.matrix)) > 0
        and min(float(payoffs.min()) for payoffs in place.payoffs) > 0
    )


def _only_one(place: Arena, own: tuple[Any, ...]) -> bool:
    """Whether `logit` is known to have exactly one rest point."""
    if isinstance(place, GroupArena) or not all(isinstance(rule, rules.Logit) for rule in own):
        return False
    bends = []
    for table in place.exact:
        columns = list(zip(*table, strict=True))
        changes = [
            [a - b for a, b in zip(one, other, strict=True)]
            for one, other in product(columns, repeat=2)
        ]
        bends.append(max(max(change) - min(change) for change in changes))
    bound = np.prod([rule.rationality * float(b) / 4 for rule, b in zip(own, bends, strict=True)])
    # Far more than the rounding of the rationalities and of this product.
    if bound < 1 - 1e-12:
        return True
    if place.populations == 1:
        return forms.is_contractive(place.exact[0])
    return forms.rescaling(*place.exact) is not None
