r"""Following a curve of rest points by its arclength: through folds, past branch points.

Keller's method (keller1977): a step along the tangent, then Newton's method in the hyperplane
across it. Steps shorten where the curve bends. On the way four signs are watched: whether the
parameter still moves the same way (folds), the determinant of all first derivatives bordered by
the tangent (simple branch points, at which it changes its sign and at folds it does not), and the
number of eigenvalues to the right of the imaginary axis (Hopf points, and branch points at which
several cross at once).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dilemma.study.branches.fields import System

Floats = NDArray[np.float64]

FIRST, SHORTEST, LONGEST = 0.005, 1e-7, 0.02
CONVERGED = 1e-12
MOST_STEPS = 6_000
# Steps whose tangents differ by more are halved.
STRAIGHT = 0.985
# Shares below this have left the simplex.
OUTSIDE = -1e-7
# First derivatives whose smallest singular value is below this, relative to the largest, don't
# single out a curve; neither does a tangent along which the parameter stands still to this.
SINGULAR = 1e-9
# So many such points one after another lie in a continuum.
WIDE = 6
# Longer followings are given up: all curves together.
MOST_POINTS = 40_000


@dataclass(frozen=True, eq=False)
class Trace:
    """A curve of rest points.

    Attributes
    ----------
    points : array of shape (k, d + 1)
    tangents : array of shape (k, d + 1)
        Of length 1, all in the direction in which the curve was followed.
    closed : bool
        Whether the curve comes back to its beginning.
    finished : tuple of bool
        Whether either end is at an end of the interval or of the simplex (False: the steps ran
        out, or became too short).
    continuum : bool
        Whether it was given up, since rest points fill more than a curve, or a line at one value.
    """

    points: Floats
    tangents: Floats
    closed: bool
    finished: tuple[bool, bool]
    continuum: bool = False


def tangent_at(system: System, u: Floats, along: Floats) -> Floats:
    """The unit tangent that points along a direction."""
    border = np.concatenate([system.whole(u), along[None]])
    right = np.zeros(len(u))
    right[-1] = 1
    try:
        found = np.linalg.solve(border, right)
    except np.linalg.LinAlgError:
        found = np.linalg.lstsq(border, right, rcond=None)[0]
    size = float(np.linalg.norm(found))
    return np.asarray(found / size) if np.isfinite(size) and size > 0 else along


def kernel_at(system: System, u: Floats) -> Floats:
    """A unit vector of the kernel of all first derivatives: the tangent, up to its sign."""
    return np.asarray(np.linalg.svd(system.whole(u))[2][-1])


def corrected(
    system: System, guess: Floats, across: Floats, steps: int = 12
) -> tuple[Floats, int] | None:
    """Newton's method in the hyperplane through a guess; None if it does not converge."""
    u = guess.copy()
    size = 0.0
    for k in range(steps):
        right = np.array([*system(u), across @ (u - guess)])
        border = np.concatenate([system.whole(u), across[None]])
        try:
            step = np.linalg.solve(border, right)
        except np.linalg.LinAlgError:
            step = np.linalg.lstsq(border, right, rcond=None)[0]
        u = u - step
        before, size = size, float(np.abs(step).max())
        if not np.isfinite(size) or size > 1:
            return None
        if size <= CONVERGED or (k > 3 and size < 1e-10 and size >= before / 2):
            return u, k
    return (u, steps) if size < 1e-9 else None


def settled(system: System, guess: Floats) -> Floats | None:
    """Newton's method at a fixed value of the parameter."""
    across = np.zeros(len(guess))
    across[-1] = 1
    found = corrected(system, guess, across, 30)
    return None if found is None else found[0]


def inside(system: System, u: Floats) -> bool:
    """Whether a point is in the simplex and the interval, up to rounding."""
    return bool(system.state(u).min() >= OUTSIDE and -1e-12 <= u[-1] <= 1 + 1e-12)


def _half(system: System, start: Floats, along: Floats) -> tuple[list[Floats], list[Floats], str]:
    """Follow from a point in one direction: points, tangents, and why it ended."""
    points, tangents = [start], [along]
    step = FIRST
    wide = 0
    for _ in range(MOST_STEPS):
        u, t = points[-1], tangents[-1]
        wide = wide + 1 if _is_wide(system, u, t) else 0
        if wide >= WIDE:
            return points, tangents, "continuum"
        end = _at_the_end(system, u, t, step)
        if end is not None:
            points.append(end)
            tangents.append(tangent_at(system, end, t))
            return points, tangents, "interval"
        found = corrected(system, u + step * t, t)
        ok = found is not None
        if found is not None:
            new = tangent_at(system, found[0], t)
            near = float(np.linalg.norm(found[0] - u))
            ok = float(new @ t) > STRAIGHT and near < 1.5 * step
        if not ok or found is None:
            step /= 2
            if step < SHORTEST:
                return points, tangents, "stuck"
            continue
        v, count = found
        if not inside(system, v):
            end, why = _clipped(system, u, t, step)
            if end is not None:
                points.append(end)
                tangents.append(tangent_at(system, end, t))
            return points, tangents, why
        points.append(v)
        tangents.append(new)
        if len(points) > 10 and np.linalg.norm(v - start) < step and new @ along > 0.9:
            return points, tangents, "closed"
        if count <= 3 and float(new @ t) > 1 - (1 - STRAIGHT) / 8:
            step = min(LONGEST, 1.5 * step)
    return points, tangents, "long"


def _at_the_end(system: System, u: Floats, t: Floats, step: float) -> Floats | None:
    """The point at an end of the interval, if the next step would go beyond it."""
    ahead = u[-1] + step * t[-1]
    if 0 <= ahead <= 1:
        return None
    edge = 0.0 if ahead < 0 else 1.0
    guess = u + (edge - u[-1]) / t[-1] * t
    guess[-1] = edge
    found = settled(system, guess)
    if found is None or not inside(system, found):
        return None
    near = float(np.linalg.norm(found - guess)) < 0.1 * step
    straight = float(tangent_at(system, found, t) @ t) > STRAIGHT
    return found if near and straight else None


def _is_wide(system: System, u: Floats, t: Floats) -> bool:
    if system.size == 0:
        return False
    sizes = np.linalg.svd(system.whole(u), compute_uv=False)
    return bool(sizes[-1] <= SINGULAR * max(float(sizes[0]), 1e-300) or abs(t[-1]) < SINGULAR)


def _clipped(system: System, u: Floats, t: Floats, step: float) -> tuple[Floats | None, str]:
    """The last point of a curve that leaves the interval or the simplex within a step."""
    low, high = 0.0, step
    best = None
    for _ in range(60):
        middle = (low + high) / 2
        found = corrected(system, u + middle * t, t)
        if found is not None and inside(system, found[0]):
            low, best = middle, found[0]
        else:
            high = middle
        if high - low < 1e-13:
            break
    if best is not None and min(best[-1], 1 - best[-1]) < 1e-6:
        exact = best.copy()
        exact[-1] = round(best[-1])
        polished = settled(system, exact)
        if polished is not None and np.abs(polished - best).max() < 1e-3:
            return polished, "interval"
    if best is not None and best[-1] > 1e-9 and best[-1] < 1 - 1e-9:
        return best, "simplex"
    return best, "interval"


def trace(system: System, start: Floats, along: Floats, both: bool = True) -> Trace:
    """Follow the curve through a point, in one direction or both."""
    points, tangents, why = _half(system, start, along)
    if why in ("closed", "continuum") or not both:
        done = why in ("interval", "simplex", "closed")
        flat = why == "continuum"
        return Trace(np.array(points), np.array(tangents), why == "closed", (True, done), flat)
    back, turned, other = _half(system, start, -along)
    whole = back[:0:-1] + points
    ways = [-one for one in turned[:0:-1]] + tangents
    ends = (other in ("interval", "simplex"), why in ("interval", "simplex"))
    flat = "continuum" in (why, other)
    return Trace(np.array(whole), np.array(ways), False, ends, flat)
