r"""Bifurcations of logit branches: found along a branch, located and named.

**Finding.** A bifurcation within the equations that a branch is followed in shows as a lasting
change of the sign of their bordered determinant. One that leaves them (symmetry breaks) is looked
for in the complement: with C the projection on vectors that sum to 0 within each player, S the
derivative of the mixtures by the logarithms, and Q an orthonormal basis of what is orthogonal to
the reduced space, the derivative of the full equations acts on the quotient as :math:`I - \lambda
Q^T C U S Q`. It is singular where λ κ = 1 for a real eigenvalue κ of :math:`Q^T C U S Q`; the
number of real κ above 1/λ changes there, also where several eigenvalues cross at once and the
determinant keeps its sign.

**Naming.** With v in the null space of the derivative J, w in that of its transpose, τ the tangent
of the branch, and F'' the second derivative, the branches' tangents satisfy to second order
:math:`2 \alpha \beta\, w F''[\tau, v] + \beta^2\, w F''[v, v] = 0` (allgower1990): besides τ there
is the direction :math:`v - \tau\, w F''[v, v] / (2 w F''[\tau, v])`. If the rationality's part of
it is 0 the bifurcation is a pitchfork, and the third order says on which side its branches lie;
otherwise it is transcritical.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np

from dilemma.equilibria.logit.answers import Bifurcation, Floats, read_only
from dilemma.equilibria.logit.curves import Curve, root
from dilemma.equilibria.logit.symmetry import LogitProblem
from dilemma.game import Game

# Singular values below this, relative to the largest, count as 0 at a located bifurcation.
RANK = 1e-6
FLAT = 1e-6
# The same where the branch's own equations are singular, and its points less precise.
ROUGHLY_FLAT = 1e-3


class _Derivatives:
    """The full logit equations at one point: F(u, λ) = u − λ C U p(u), u over both players."""

    def __init__(self, problem: LogitProblem, logs: Floats, rate: float) -> None:
        m = len(problem.row_class)
        n = len(logs) - m
        whole = np.zeros((m + n, m + n))
        whole[:m, m:] = problem.gains[0] / problem.scale
        whole[m:, :m] = problem.gains[1] / problem.scale
        self.blocks = (slice(0, m), slice(m, m + n))
        self.p = np.exp(logs)
        self.U = self.centred(whole)
        self.rate = rate
        self.F_u = np.eye(m + n) - rate * self.U @ np.stack(
            [self.moved(one) for one in np.eye(m + n)], axis=1
        )

    def centred(self, values: Floats) -> Floats:
        result = np.array(values, dtype=np.float64)
        for block in self.blocks:
            result[block] -= result[block].mean(axis=0)
        return result

    def _about_mean(self, values: Floats) -> Floats:
        result = np.array(values)
        for block in self.blocks:
            result[block] -= self.p[block] @ result[block]
        return result

    def moved(self, a: Floats) -> Floats:
        """The derivative of the mixtures in a direction."""
        return np.asarray(self.p * self._about_mean(a))

    def second(self, a: Floats, b: Floats, along: float = 0.0) -> Floats:
        """F'' in the directions (a, along) and (b, 0)."""
        both = self._about_mean(a) * self._about_mean(b)
        curved = self.p * self._about_mean(both)
        return np.asarray(-self.rate * (self.U @ curved) - along * (self.U @ self.moved(b)))

    def third(self, a: Floats) -> Floats:
        """F''' three times in the direction (a, 0)."""
        c = self._about_mean(a)
        variance = np.concatenate(
            [np.full(len(c[block]), self.p[block] @ c[block] ** 2) for block in self.blocks]
        )
        curved = self.p * (self._about_mean(c**3) - 3 * variance * c)
        return np.asarray(-self.rate * (self.U @ curved))


def _complement(problem: LogitProblem) -> Floats:
    """An orthonormal basis of the centred vectors that are orthogonal to the reduced space."""
    m, n = len(problem.row_class), len(problem.column_class)
    classes = np.concatenate([problem.row_class, problem.column_class])
    spanning = np.zeros((m + n, len(problem.weights) + 2))
    spanning[range(m + n), classes] = 1.0
    spanning[:m, -2] = spanning[m:, -1] = 1.0
    left, sizes, _ = np.linalg.svd(spanning)
    return np.asarray(left[:, int((sizes > 1e-9).sum()) :])


def _quotients(curve: Curve, basis: Floats, points: Floats) -> Floats:
    """The matrices Qᵀ C U S Q at many points, shape (k, c, c)."""
    problem = curve.problem
    m = len(problem.row_class)
    p = np.exp(problem.expand(points))
    U = np.zeros((len(basis), len(basis)))
    U[:m, m:] = problem.gains[0] / problem.scale
    U[m:, :m] = problem.gains[1] / problem.scale
    moved = np.repeat(basis[None], len(points), axis=0)
    for block in (slice(0, m), slice(m, None)):
        moved[:, block] -= p[:, None, block] @ basis[block]
    moved *= p[:, :, None]
    # Q is centred, so that C may be left out.
    return np.asarray((basis.T @ U) @ moved)


# Eigenvalues of nilpotent blocks, which are 0, come out of rounding as large as the cube root of
# the machine's epsilon and more; below this, and so beyond the scaled rationality that is its
# inverse, a symmetry that breaks can't be told from noise.
NOISE = 1e-5


def _crossed(quotients: Floats, rates: Floats) -> tuple[list[int], Floats]:
    """How many real eigenvalues κ of each matrix are above 1/λ, and the determinants' values."""
    values = np.linalg.eigvals(quotients)
    size = np.abs(values)
    real = np.abs(values.imag) <= 1e-7 * size
    counts = (real & (rates[:, None] * values.real > 1.0)).sum(axis=1)
    return [int(count) for count in counts], np.asarray(values)


def last_crossing(game: Game, curve: Curve) -> float:
    """The last scaled rationality at which symmetry breaks if mixtures stay as at the end."""
    basis = _complement(curve.problem)
    if basis.shape[1] == 0:
        return 0.0
    values = np.linalg.eigvals(_quotients(curve, basis, curve.points[-1:])[0])
    real = values.real[(np.abs(values.imag) <= 1e-7 * np.abs(values)) & (values.real > 0)]
    late = 1.0 / real[real > NOISE]
    return float(late.max()) if len(late) else 0.0


def bifurcations_of(game: Game, curve: Curve) -> tuple[Bifurcation, ...]:
    """Locate and name all bifurcations that are seen along a curve, in its order."""
    places = [
        (int(k), _singular(curve, int(k)), False)
        for k in np.flatnonzero(curve.signs[1:] != curve.signs[:-1])
    ]
    if curve.problem.reduced and len(curve.points) > 1:
        places += [(k, length, True) for k, length in _symmetry_breaks(curve)]
    named = [_name(game, curve, k, length, breaks) for k, length, breaks in sorted(places)]
    return tuple(one for one in named if one is not None)


def _singular(curve: Curve, k: int) -> float:
    """Where the determinant changes its sign on a step over a bifurcation.

    On the cubic between the points, without correction: next to a bifurcation there is none.
    """

    def determinant(length: float) -> float:
        point = curve.interpolated(k, length)
        logs = curve.problem.expand(point)
        return float(np.linalg.det(_Derivatives(curve.problem, logs, float(point[-1])).F_u))

    return root(determinant, 0.0, curve.length(k))


def _symmetry_breaks(curve: Curve) -> list[tuple[int, float]]:
    basis = _complement(curve.problem)
    if basis.shape[1] == 0:
        return []
    points = curve.points

    def crossed(point: Floats) -> int:
        return _crossed(_quotients(curve, basis, point[None]), point[-1:])[0][0]

    def determinant(point: Floats) -> float:
        matrix = _quotients(curve, basis, point[None])[0]
        return float(np.linalg.det(np.eye(len(matrix)) - point[-1] * matrix))

    def search(k: int, low: float, high: float, below: int, above: int) -> list[float]:
        if below == above:
            return []
        if abs(above - below) == 1:
            return [root(lambda s: determinant(curve.between(k, s)[0]), low, high)]
        middle = (low + high) / 2
        if high - low <= 1e-12 * max(curve.length(k), 1e-300):
            return [middle]
        between = crossed(curve.between(k, middle)[0])
        return search(k, low, middle, below, between) + search(k, middle, high, between, above)

    counts, _ = _crossed(_quotients(curve, basis, points), points[:, -1])
    found = []
    for k, (below, above) in enumerate(pairwise(counts)):
        if below != above and max(points[k, -1], points[k + 1, -1]) < 1.0 / NOISE:
            found += [(k, place) for place in search(k, 0.0, curve.length(k), below, above)]
    return found


def _name(game: Game, curve: Curve, k: int, length: float, breaks: bool) -> Bifurcation | None:
    """Describe the bifurcation at a place of a curve; None if the equations are regular there."""
    problem = curve.problem
    if breaks:
        point, tangent, _ = curve.between(k, length)
    else:
        point, tangent = (
            curve.interpolated(k, length),
            np.asarray(curve.points[k + 1] - curve.points[k]),
        )
    logs, tau = problem.expand(point), problem.spread(tangent)
    equations = _Derivatives(problem, logs, float(point[-1]))
    left, sizes, right = np.linalg.svd(equations.F_u)
    lost = int((sizes <= RANK * sizes[0]).sum())
    if not breaks:
        # The sign has turned for good: what is left of the rank is rounding.
        lost = max(lost, 1)
    if lost == 0:
        # Two real eigenvalues have met and left the real line: no branch crosses here.
        return None
    m, _ = game.shape
    directions = right[len(sizes) - lost :]
    kind: Literal["pitchfork", "transcritical", "multiple"] = "multiple"
    side: Literal["beyond", "before", "both"] = "both"
    if lost == 1:
        v, w = directions[0], left[:, -1]
        cross = float(w @ equations.second(tau, v, float(tangent[-1])))
        square = float(w @ equations.second(v, v))
        shift = square / (2.0 * cross) if cross else np.inf
        size = float(np.abs(equations.rate * equations.U).max())
        if abs(square) <= (FLAT if breaks else ROUGHLY_FLAT) * size:
            kind = "pitchfork"
            bend = np.asarray(
                np.linalg.lstsq(equations.F_u, -equations.second(v, v), rcond=RANK)[0],
                dtype=np.float64,
            )
            cubic = float(w @ equations.third(v) + 3 * w @ equations.second(v, bend))
            side = "beyond" if cubic * cross < 0 else "before"
        else:
            kind = "transcritical"
            directions = (v - shift * tau)[None] if np.isfinite(shift) else directions
    mixture = np.exp(logs)
    return Bifurcation(
        rationality=float(point[-1]) / problem.scale,
        row=read_only(mixture[:m]),
        column=read_only(mixture[m:]),
        log_row=read_only(logs[:m].copy()),
        log_column=read_only(logs[m:].copy()),
        kind=kind,
        breaks_symmetry=breaks,
        side=side,
        rank_lost=lost,
        directions=read_only(np.array(directions)),
        after=k,
    )
