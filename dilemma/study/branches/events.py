r"""Special points on a curve of rest points: located, polished and named.

A sign that changes on a step says that there is one. It is located on the step, and polished by
Newton's method on equations that it solves and that are regular there (kuznetsov2004, govaerts2000
has these systems), for G(z, t) = 0 with Jacobian J:

- fold: G = 0, J v = 0, |v| fixed;
- simple branch point: G + b φ = 0, Jᵀ φ = 0, φᵀ ∂G/∂t = 0, |φ| = 1 with b = 0 in the end;
- Hopf point: G = 0, J(v + iw) = iω(v + iw), v + iw normalised.

At a branch point the two tangents solve :math:`\varphi^T G''[p, p] = 0` for p in the kernel of all
first derivatives. If the parameter stands still along one of them, it is a pitchfork.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.study.branches.fields import System
from dilemma.study.branches.tracing import Trace, corrected, tangent_at

Floats = NDArray[np.float64]
Complexes = NDArray[Any]

# Steps of differences of the first derivatives, which are precise to about 1e-12 or better.
STEP = 1e-3
# Components below this, of vectors of length 1, are 0: the derivatives behind them have errors.
FLAT = 1e-4
# First Lyapunov coefficients below this, relative to the frequency, have no certain sign.
NO_SIGN = 1e-6
# How far a polished point may be from where it was located.
NEAR = 0.02


@dataclass(frozen=True, eq=False)
class Event:
    """A special point, in the coordinates of the system.

    Attributes
    ----------
    kind : str
        "fold", "transcritical", "pitchfork", "Hopf" or "degenerate".
    point : array of shape (d + 1,)
    residual : float
        Of the equations that define it; infinite if it could not be polished.
    turns : bool
        Whether the parameter turns round along the curve on which it was found.
    direction : array of shape (d + 1,), or None
        The tangent of the other curve at a branch point.
    frequency : float
    coefficient : float
        The first Lyapunov coefficient of a Hopf point; NaN elsewhere.
    """

    kind: str
    point: Floats
    residual: float
    turns: bool
    direction: Floats | None = None
    frequency: float = 0.0
    coefficient: float = float("nan")


def events_on(system: System, curve: Trace) -> list[tuple[int, Event]]:
    """All special points along a curve, each with the point after which it lies."""
    if len(curve.points) < 2 or system.size == 0:
        return []
    values = [np.linalg.eigvals(system.inner(u)) for u in curve.points]
    right = np.array([int(np.sum(one.real > 0)) for one in values])
    bordered = np.array(
        [_bordered(system, u, t) for u, t in zip(curve.points, curve.tangents, strict=True)]
    )
    onward = np.sign(curve.tangents[:, -1])
    for k in range(1, len(onward)):
        # A point right on a fold belongs to the step after it.
        onward[k] = onward[k] or onward[k - 1]
    size = max(float(np.abs(system.whole(curve.points[k])).max()) for k in (0, -1))
    found: list[tuple[int, Event]] = []
    event: Event | None
    for k in range(len(curve.points) - 1):
        turns = onward[k] * onward[k + 1] < 0
        crosses = bordered[k] * bordered[k + 1] < 0
        if crosses:
            guess = _located(system, curve, k, lambda u, t: _bordered(system, u, t))
            event = _branch_point(system, guess, curve.tangents[k], turns, size)
            if turns and event.kind == "transcritical":
                # The parameter turns beside it, on the same step.
                fold = _fold(system, curve, k)
                t = curve.tangents[k]
                event = replace(event, turns=False)
                pair = sorted([event, fold], key=lambda one: float(one.point @ t))
                found += [(k, one) for one in pair]
                continue
        elif turns:
            event = fold = _fold(system, curve, k)
            if _rank_lost(system, fold.point, size):
                # The sign of the determinant was noise, so near to a branch point.
                other = _branch_point(system, fold.point, curve.tangents[k], True, size)
                event = other if other.residual < fold.residual + 1e-10 else fold
        elif right[k] != right[k + 1]:
            event = _crossing(system, curve, k)
        else:
            continue
        if event is not None:
            found.append((k, event))
    return found


def _bordered(system: System, u: Floats, t: Floats) -> float:
    return float(np.linalg.det(np.concatenate([system.whole(u), t[None]])))


def _located(
    system: System, curve: Trace, k: int, sign: Callable[[Floats, Floats], float]
) -> Floats:
    """Where a function changes its sign on a step: by bisection, then by false position."""
    u, t = curve.points[k], curve.tangents[k]
    low, high = 0.0, float((curve.points[k + 1] - u) @ t)
    below = sign(u, t)
    best = (curve.points[k] + curve.points[k + 1]) / 2
    for _ in range(34):
        middle = (low + high) / 2
        found = corrected(system, u + middle * t, t)
        if found is None:
            break
        best = found[0]
        if (sign(best, tangent_at(system, best, t)) > 0) == (below > 0):
            low = middle
        else:
            high = middle
    return np.asarray(best)


def solved(
    equations: Callable[[Floats], Floats], start: Floats, steps: int = 15
) -> tuple[Floats, float]:
    """Newton's method with differences; the best point met, and how far it is from a solution."""
    x = start.copy()
    value = equations(x)
    best, least = x, float(np.abs(value).max())
    h = 1e-5
    for _ in range(steps):
        slopes = np.stack(
            [(equations(x + h * e) - equations(x - h * e)) / (2 * h) for e in np.eye(len(x))],
            axis=1,
        )
        step = np.linalg.lstsq(slopes, value, rcond=1e-14)[0]
        x = x - step
        value = equations(x)
        size = float(np.abs(value).max())
        if not np.isfinite(size) or float(np.abs(x).max()) > 1e6:
            break
        if size < least:
            best, least = x, size
        if float(np.abs(step).max()) < 1e-14:
            break
    return best, least


def _fold(system: System, curve: Trace, k: int) -> Event:
    guess = _located(system, curve, k, lambda _, t: float(t[-1]))
    d = system.size
    v = np.linalg.svd(system.inner(guess))[2][-1]

    def equations(x: Floats) -> Floats:
        u, w = x[: d + 1], x[d + 1 :]
        return np.array([*system(u), *(system.inner(u) @ w), v @ w - 1])

    x, residual = solved(equations, np.concatenate([guess, v]))
    if np.abs(x[: d + 1] - guess).max() > NEAR:
        return Event("fold", guess, float("inf"), True)
    return Event("fold", x[: d + 1], residual, True)


def second(system: System, u: Floats, a: Floats, b: Floats) -> Floats:
    """G''[a, b], for vectors of shape (d + 1,)."""
    h = STEP
    near = system.whole(u + h * b) - system.whole(u - h * b)
    far = system.whole(u + 2 * h * b) - system.whole(u - 2 * h * b)
    return np.asarray((8 * near - far) / (12 * h) @ a)


def _rank_lost(system: System, u: Floats, size: float) -> bool:
    sizes = np.linalg.svd(system.whole(u), compute_uv=False)
    return bool(sizes[-1] < 1e-4 * max(size, 1e-300))


def _branch_point(system: System, guess: Floats, along: Floats, turns: bool, size: float) -> Event:
    d = system.size
    start = np.linalg.svd(system.whole(guess))[0][:, -1]

    def equations(x: Floats) -> Floats:
        u, b, w = x[: d + 1], x[d + 1], x[d + 2 :]
        matrix = system.whole(u)
        return np.array([*(system(u) + b * w), *(matrix.T @ w), w @ w - 1])

    x, residual = solved(equations, np.concatenate([guess, [0.0], start]))
    u, unfolding = x[: d + 1], abs(float(x[d + 1]))
    if np.abs(u - guess).max() > NEAR or residual > 1e-8:
        return Event("degenerate", guess, float("inf"), turns)
    residual = max(residual, unfolding)
    left, sizes, rows = np.linalg.svd(system.whole(u))
    if len(sizes) > 1 and sizes[-2] < 1e-6 * max(size, 1e-300):
        return Event("degenerate", u, residual, turns)
    w, kernel = left[:, -1], rows[-2:]
    pair = _tangents(system, u, w, kernel)
    if pair is None:
        return Event("degenerate", u, residual, turns)
    first, direction = sorted(pair, key=lambda one: -abs(float(one @ along)))
    still = [abs(float(one[-1])) < FLAT for one in (first, direction)]
    if any(still):
        # The parameter turns on the arms, also where rounding hides the sign.
        return Event("pitchfork", u, residual, still[0], direction)
    return Event("transcritical", u, residual, turns, direction)


def _tangents(
    system: System, u: Floats, w: Floats, kernel: Floats
) -> tuple[Floats, Floats] | None:
    """The tangents of both curves through a branch point, of length 1."""
    p, q = kernel
    a, b, c = (float(w @ second(system, u, *one)) for one in ((p, p), (p, q), (q, q)))
    square = b * b - a * c
    if square <= 1e-12 * max(a * a, b * b, c * c, 1e-300):
        return None
    # αp + βq with aα² + 2bαβ + cβ² = 0, without cancellation.
    m = -(b + (1.0 if b >= 0 else -1.0) * square**0.5)
    one, other = m * p + a * q, c * p + m * q
    return one / np.linalg.norm(one), other / np.linalg.norm(other)


def _crossing(system: System, curve: Trace, k: int) -> Event | None:
    """Several eigenvalues cross the imaginary axis at once: a Hopf point, or none with a name."""
    before = int(np.sum(np.linalg.eigvals(system.inner(curve.points[k])).real > 0))

    def more(u: Floats, _: Floats) -> float:
        return 1.0 if int(np.sum(np.linalg.eigvals(system.inner(u)).real > 0)) == before else -1.0

    guess = _located(system, curve, k, more)
    values, vectors = np.linalg.eig(system.inner(guess))
    scale = max(float(np.abs(values).max()), 1e-300)
    near = np.argmin(np.abs(values.real) + 1e-9 * (values.imag <= 0))
    omega = abs(float(values[near].imag))
    if omega < 1e-6 * scale:
        return Event("degenerate", guess, float("inf"), False)
    return hopf(system, guess, vectors[:, near] if values[near].imag > 0
                else vectors[:, near].conj(), omega)  # fmt: skip


def hopf(system: System, guess: Floats, vector: Complexes, omega: float) -> Event:
    """Polish a Hopf point, and compute its first Lyapunov coefficient."""
    d = system.size
    fixed = vector / np.linalg.norm(vector)

    def equations(x: Floats) -> Floats:
        u, q, w = x[: d + 1], x[d + 1 : 2 * d + 1] + 1j * x[2 * d + 1 : 3 * d + 1], x[-1]
        off = system.inner(u) @ q - 1j * w * q
        length = fixed.conj() @ q - 1
        return np.array([*system(u), *off.real, *off.imag, length.real, length.imag])

    start = np.concatenate([guess, fixed.real, fixed.imag, [omega]])
    x, residual = solved(equations, start)
    u = x[: d + 1]
    if np.abs(u - guess).max() > NEAR or abs(x[-1]) < omega / 2:
        return Event("Hopf", guess, float("inf"), False, None, omega)
    return Event("Hopf", u, residual, False, None, abs(float(x[-1])), lyapunov(system, u))


def lyapunov(system: System, u: Floats) -> float:
    r"""The first Lyapunov coefficient at a Hopf point (kuznetsov2004, section 5.4).

    .. math:: \ell_1 = \frac{1}{2\omega}\operatorname{Re}\bigl[\langle p, C(q, q, \bar q)\rangle
        - 2\langle p, B(q, J^{-1}B(q, \bar q))\rangle
        + \langle p, B(\bar q, (2i\omega - J)^{-1}B(q, q))\rangle\bigr]

    Negative: stable cycles surround the unstable side (supercritical). Of length 1 is q.
    """
    J = system.inner(u)
    values, vectors = np.linalg.eig(J)
    chosen = int(np.argmin(np.abs(values.real) + 1e3 * (values.imag <= 0)))
    omega, q = float(values[chosen].imag), np.asarray(vectors[:, chosen], dtype=np.complex128)
    others, rows = np.linalg.eig(J.T)
    p = rows[:, int(np.argmin(np.abs(others + 1j * omega)))]
    p = p / np.conj(p.conj() @ q)

    def along(a: Floats, amount: float) -> Floats:
        return system.inner(u + amount * np.array([*a, 0.0]))

    def bilinear(a: Floats, b: Floats) -> Floats:
        h = STEP
        near, far = along(b, h) - along(b, -h), along(b, 2 * h) - along(b, -2 * h)
        return np.asarray((8 * near - far) / (12 * h) @ a)

    def both(a: Complexes, b: Complexes) -> Complexes:
        return np.asarray(
            bilinear(a.real, b.real) - bilinear(a.imag, b.imag)
            + 1j * (bilinear(a.real, b.imag) + bilinear(a.imag, b.real))
        )  # fmt: skip

    def twice(a: Floats) -> Floats:
        """The second derivative of J along a direction, twice."""
        h = 1e-2
        near, far = along(a, h) + along(a, -h), along(a, 2 * h) + along(a, -2 * h)
        return np.asarray((16 * near - far - 30 * J) / (12 * h * h))

    x, y = q.real, q.imag
    # C(q, q, q̄) = C(x,x,q) + C(y,y,q), since C is symmetric.
    cubic = (twice(x) + twice(y)) @ q
    shift = np.asarray(np.linalg.solve(J, both(q, q.conj())), dtype=np.complex128)
    double = np.linalg.solve(2j * omega * np.eye(len(q)) - J, both(q, q))
    total = p.conj() @ cubic - 2 * p.conj() @ both(q, shift) + p.conj() @ both(q.conj(), double)
    return float(total.real / (2 * omega))
