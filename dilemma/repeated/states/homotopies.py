r"""Mixed stationary equilibria: Newton's method on guessed supports, and paths of logit play.

**On a support.** If both players mix over given strategies in each state, indifference, sums of 1
and the values' own equations are as many equations as unknowns, and Newton's method solves them
from a near enough start. A solution counts only if it passes the definition: probabilities of at
least 0, and no gain from any one-shot deviation.

**Supports to try.** Between two pure equilibria: in each state the strategies of either (as the
mixed equilibrium of a coordination game stands between its pure ones). And at the end of a path:
players who choose :math:`x_i \propto \rho_i \exp(\lambda W_i)`, with W what a strategy earns and ρ
a prior, play ρ at λ = 0; the curve of such equilibria that starts there is followed in (log
probabilities, values, λ) by pseudo-arclength steps until a support shows. Different priors lead to
different ends. herings2004 follow a homotopy from a prior likewise; the logit choice is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dilemma.repeated.states.stationary_bounds import Dense

Floats = NDArray[np.float64]
# For each state the strategies of the row and of the column player that have positive weight.
Supports = tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
Play = list[tuple[Floats, Floats]]

NEWTON_STEPS = 15
PATH_STEPS = 600
# A support that held no equilibrium is tried again once λ has grown by this factor.
AGAIN = 1.5
# Of a period's payoffs scaled to [0, 1]: what a deviation may gain by rounding.
SOLVED = 1e-12
NO_GAIN = 1e-8
LEAST_WEIGHT = 1e-7
# Of many pure equilibria not all pairs are tried.
MOST_PURE, MOST_PAIRS = 60, 100


def between(pure: Sequence[Sequence[tuple[int, int]]]) -> list[Supports]:
    """The supports that lie between two pure equilibria, each once, the most alike first."""
    found: dict[Supports, None] = {}
    pairs = sorted(
        combinations(pure[:MOST_PURE], 2),
        key=lambda pair: sum(a != b for a, b in zip(*pair, strict=True)),
    )
    for one, two in pairs:
        supports = tuple(
            (tuple(sorted({a[0], b[0]})), tuple(sorted({a[1], b[1]})))
            for a, b in zip(one, two, strict=True)
        )
        found[supports] = None
        if len(found) >= MOST_PAIRS:
            break
    return list(found)


def on_support(terms: Dense, supports: Supports, guess: Play | None = None) -> Play | None:
    """The equilibrium with these supports that Newton's method finds; None if it finds none."""
    count = len(supports)
    if guess is None:
        guess = [_uniform(terms, s, pair) for s, pair in enumerate(supports)]
    x, y = [one.copy() for one, _ in guess], [two.copy() for _, two in guess]
    values = _values(terms, x, y)
    size = sum(len(rows) + len(columns) for rows, columns in supports)
    total = size + 2 * count
    for _ in range(NEWTON_STEPS):
        residual, jacobian = np.zeros(total), np.zeros((total, total))
        at = 0  # equations and weights of a state share their numbers
        for s, (rows, columns) in enumerate(supports):
            I, J = list(rows), list(columns)  # noqa: E741
            a, b = len(I), len(J)
            grid = np.ix_(I, J)
            q = terms.chances[s][grid]
            first, second = (
                terms.rest * terms.payoffs[p, s][grid] + terms.discount * q @ values[p]
                for p in (0, 1)
            )
            own, other = slice(at, at + a), slice(at + a, at + a + b)
            residual[own] = first @ y[s][J] - values[0, s]
            residual[other] = x[s][I] @ second - values[1, s]
            jacobian[own, other] = first
            jacobian[other, own] = second.T
            for p, block, drift in (
                (0, own, np.einsum("j,ijk->ik", y[s][J], q)),
                (1, other, np.einsum("i,ijk->jk", x[s][I], q)),
            ):
                start = size + p * count
                jacobian[block, start : start + count] = terms.discount * drift
                jacobian[block, start + s] -= 1
            residual[size + s] = x[s][I].sum() - 1
            residual[size + count + s] = y[s][J].sum() - 1
            jacobian[size + s, own] = 1
            jacobian[size + count + s, other] = 1
            at += a + b
        if not np.all(np.isfinite(residual)) or np.abs(residual).max() > 100:
            return None
        step = np.linalg.lstsq(jacobian, residual, rcond=None)[0]
        at = 0
        for s, (rows, columns) in enumerate(supports):
            x[s][list(rows)] -= step[at : at + len(rows)]
            y[s][list(columns)] -= step[at + len(rows) : at + len(rows) + len(columns)]
            at += len(rows) + len(columns)
        values -= step[size:].reshape(2, count)
        if np.abs(step).max() < SOLVED:
            break
    play = []
    for s, (rows, columns) in enumerate(supports):
        weights = x[s][list(rows)], y[s][list(columns)]
        if min(weights[0].min(), weights[1].min()) < LEAST_WEIGHT:
            return None
        play.append((x[s] / x[s].sum(), y[s] / y[s].sum()))
    return play if largest_gain(terms, play) <= NO_GAIN * terms.rest else None


def path_end(terms: Dense, prior: Play) -> Play | None:
    """Follow logit play from a prior until a support shows that holds an equilibrium."""
    path = _LogitPath(terms, prior)
    point = path.start()
    tangent = np.zeros(len(point))
    tangent[-1] = 1.0
    length = 0.1
    tried: dict[Supports, float] = {}
    for taken in range(PATH_STEPS):
        jacobian = path.jacobian(point)
        try:
            tangent = np.linalg.solve(
                np.vstack([jacobian, tangent]), np.append(np.zeros(len(point) - 1), 1.0)
            )
        except np.linalg.LinAlgError:
            return None
        tangent /= np.linalg.norm(tangent)
        while True:
            corrected = path.corrected(point + length * tangent, tangent)
            if corrected is not None:
                break
            length /= 2
            if length < 1e-9:
                return None
        point, steps = corrected
        length *= 2.0 if steps <= 3 else 1.0 if steps <= 5 else 0.5
        if taken % 3 == 2 and point[-1] > 5:
            play = path.play(point)
            for least in (0.05, 1e-3):
                supports = tuple((_carried(x, least), _carried(y, least)) for x, y in play)
                if point[-1] < AGAIN * tried.get(supports, 0.0):
                    continue
                tried[supports] = float(point[-1])
                guess = [
                    (_kept(x, rows), _kept(y, columns))
                    for (x, y), (rows, columns) in zip(play, supports, strict=True)
                ]
                found = on_support(terms, supports, guess)
                if found is not None:
                    return found
    return None


def priors(terms: Dense, starts: int, seed: object) -> list[Play]:
    """The uniform prior, then random ones."""
    generator = np.random.default_rng(seed)  # type: ignore[arg-type]
    found = []
    for k in range(starts):
        play = []
        for s in range(len(terms.exists)):
            pair = []
            for size, there in (
                (terms.exists.shape[1], terms.exists[s].any(axis=1)),
                (terms.exists.shape[2], terms.exists[s].any(axis=0)),
            ):
                weights = np.zeros(size)
                own = int(there.sum())
                weights[there] = 1 / own if k == 0 else generator.dirichlet(np.ones(own))
                weights[there] = np.maximum(weights[there], 1e-6)
                pair.append(weights / weights.sum())
            play.append((pair[0], pair[1]))
        found.append(play)
    return found


def largest_gain(terms: Dense, play: Play) -> float:
    """The most that a player gains by a one-shot deviation, with payoffs scaled to [0, 1]."""
    x, y = [one for one, _ in play], [two for _, two in play]
    values = _values(terms, x, y)
    most = 0.0
    for s in range(len(play)):
        first, second = _worth(terms, s, values)
        there = terms.exists[s]
        rows = (first @ y[s])[there.any(axis=1)] - values[0, s]
        columns = (x[s] @ second)[there.any(axis=0)] - values[1, s]
        most = max(most, float(rows.max()), float(columns.max()))
    return most


def _worth(terms: Dense, s: int, values: Floats) -> Floats:
    onward = np.moveaxis(terms.chances[s] @ values.T, -1, 0)
    return np.asarray(terms.rest * terms.payoffs[:, s] + terms.discount * onward)


def _values(terms: Dense, x: Sequence[Floats], y: Sequence[Floats]) -> Floats:
    """Both players' values, shape (2, K)."""
    rows, columns = np.array(x), np.array(y)
    matrix = np.einsum("si,sj,sijk->sk", rows, columns, terms.chances)
    payoffs = np.einsum("si,sj,psij->sp", rows, columns, terms.payoffs)
    identity = np.eye(len(matrix))
    return np.linalg.solve(identity - terms.discount * matrix, terms.rest * payoffs).T.copy()


def _uniform(
    terms: Dense, s: int, pair: tuple[tuple[int, ...], tuple[int, ...]]
) -> tuple[Floats, Floats]:
    _, m, n = terms.exists.shape
    weights = []
    for size, chosen in ((m, pair[0]), (n, pair[1])):
        one = np.zeros(size)
        one[list(chosen)] = 1 / len(chosen)
        weights.append(one)
    return weights[0], weights[1]


def _carried(weights: Floats, least: float) -> tuple[int, ...]:
    return tuple(int(i) for i in np.flatnonzero(weights >= min(least, weights.max())))


def _kept(weights: Floats, chosen: tuple[int, ...]) -> Floats:
    result = np.zeros_like(weights)
    result[list(chosen)] = weights[list(chosen)]
    return np.asarray(result / result.sum())


class _LogitPath:
    """The equations of logit play, in (log probabilities, values, λ).

    λ is per unit of a period's payoff: it multiplies what a strategy earns divided by 1 − δ.
    """

    def __init__(self, terms: Dense, prior: Play) -> None:
        self.terms = terms
        self.count = len(prior)
        self.prior = prior
        self.rows = [np.flatnonzero(terms.exists[s].any(axis=1)) for s in range(self.count)]
        self.columns = [np.flatnonzero(terms.exists[s].any(axis=0)) for s in range(self.count)]
        self.slices = []
        at = 0
        for s in range(self.count):
            a, b = len(self.rows[s]), len(self.columns[s])
            self.slices.append((slice(at, at + a), slice(at + a, at + a + b)))
            at += a + b
        self.size = at

    def start(self) -> Floats:
        """Play of the prior, at λ = 0."""
        x, y = [one for one, _ in self.prior], [two for _, two in self.prior]
        point = np.zeros(self.size + 2 * self.count + 1)
        for s, (own, other) in enumerate(self.slices):
            point[own] = np.log(x[s][self.rows[s]])
            point[other] = np.log(y[s][self.columns[s]])
        point[self.size : -1] = _values(self.terms, x, y).ravel()
        return point

    def play(self, point: Floats) -> Play:
        """The mixtures of a point."""
        result = []
        _, m, n = self.terms.exists.shape
        for s, (own, other) in enumerate(self.slices):
            x, y = np.zeros(m), np.zeros(n)
            x[self.rows[s]], y[self.columns[s]] = np.exp(point[own]), np.exp(point[other])
            result.append((x / x.sum(), y / y.sum()))
        return result

    def residual(self, point: Floats) -> Floats:
        """What is 0 at logit play."""
        return self._system(point, False)[0]

    def jacobian(self, point: Floats) -> Floats:
        """The residual's derivatives, one column more than rows."""
        return self._system(point, True)[1]

    def _system(self, point: Floats, derivatives: bool) -> tuple[Floats, Floats]:
        terms, count, size = self.terms, self.count, self.size
        values, rationality = point[size:-1].reshape(2, count), point[-1] / terms.rest
        residual = np.zeros(len(point) - 1)
        jacobian = np.zeros((len(point) - 1, len(point)) if derivatives else (0, 0))
        for s, both in enumerate(self.slices):
            grid = np.ix_(self.rows[s], self.columns[s])
            q = terms.chances[s][grid]
            x, y = np.exp(point[both[0]]), np.exp(point[both[1]])
            for p, (own, other) in enumerate((both, both[::-1])):
                mine, theirs = (x, y) if p == 0 else (y, x)
                chances = q if p == 0 else q.transpose(1, 0, 2)
                stage = terms.payoffs[p, s][grid]
                worth = terms.rest * (stage if p == 0 else stage.T)
                worth = worth + terms.discount * chances @ values[p]
                earned = worth @ theirs
                prior = self.prior[s][p][(self.rows, self.columns)[p][s]]
                level = point[own] - np.log(prior) - rationality * earned
                first = own.start
                residual[own] = level - level[0]
                residual[first] = np.log(mine.sum())
                place = size + p * count + s
                residual[place] = values[p, s] - mine @ earned
                if not derivatives:
                    continue
                drift = terms.discount * np.einsum("j,ijk->ik", theirs, chances)
                block = jacobian[own]
                block[:, own] = np.eye(len(mine))
                block[:, other] = -rationality * worth * theirs
                block[:, size + p * count : size + (p + 1) * count] = -rationality * drift
                block[:, -1] = -earned / terms.rest
                block -= block[0].copy()
                jacobian[own] = block
                jacobian[first] = 0
                jacobian[first, own] = mine / mine.sum()
                jacobian[place, own] = -mine * earned
                jacobian[place, other] = -theirs * (mine @ worth)
                jacobian[place, size + p * count : size + (p + 1) * count] = -mine @ drift
                jacobian[place, place] += 1
        return residual, jacobian

    def corrected(self, guess: Floats, tangent: Floats) -> tuple[Floats, int] | None:
        """Newton's method back to the curve, across the tangent; None if it does not converge."""
        point = guess.copy()
        for steps in range(1, 9):
            if point[: self.size].max() > 50:
                return None
            residual, jacobian = self._system(point, True)
            right = np.append(residual, tangent @ (point - guess))
            try:
                step = np.linalg.solve(np.vstack([jacobian, tangent]), right)
            except np.linalg.LinAlgError:
                return None
            point = point - step
            if not np.all(np.isfinite(point)):
                return None
            if np.abs(step).max() < 1e-9 * (1 + np.abs(point).max()):
                return point, steps
        return None
