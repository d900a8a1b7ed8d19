r"""Following a curve of logit equilibria: the arithmetic, interpreted or compiled.

**The system.** Strategies of all populations are stacked in one vector: those of the row player,
then those of the column player, or of one population that plays against itself. U is the square
matrix of what each gets against each (0 within a player), w the logarithm of how many pure
strategies each stands for, q the logarithms of the probabilities. With a reference r, the most
probable strategy of the same population, the equations are, for every other i,

.. math:: F_i = (q_i - w_i) - (q_r - w_r) - \lambda \sum_j (U_{ij} - U_{rj}) e^{q_j} = 0,

in the unknowns :math:`q_i - q_r` and λ. Nothing is cut off: a probability of 1e-400 is a q of
-921.

**The step.** Lengths are measured with the weights :math:`1/(1+|q_i|)` and :math:`1/(1+\lambda)`
of the point where the step begins, so that one step serves vanishing probabilities and
rationalities of 1e12 as it serves the beginning. The predictor is the cubic with the last two
points and tangents; the corrector is Newton's method on the hyperplane across the tangent. A step
is refused if the corrector fails, if the curve bends too much, or if the sign of the bordered
determinant turns: on a smooth curve it never does, so that a turn means a jump to another curve,
or a bifurcation. Steps are shortened until the turn is gone; one that is there at the shortest
length is a bifurcation, and is stepped over.

**Two ways to run it.** The functions below are plain Python: with the NumPy forms of `assemble`
and `solve` they serve single games at once, without the time to load and compile; `compiled` turns
the same functions into machine code, with loops in place of those two.

Sources: allgower1990, turocy2005.
"""

from __future__ import annotations

from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Why a curve ended.
SETTLED, CAPPED, TOO_MANY_STEPS, STALLED, LEFT, CLOSED = 0, 1, 2, 3, 4, 5

# Lengths of steps: the shortest, and the one with which bifurcations are stepped over at least.
SHORTEST = 1e-6
OVER = 1e-3
LARGE = 60
LATE = 300.0
EPSILON = 2.220446049250313e-16


def assemble(
    U: Floats,
    w: Floats,
    starts: Integers,
    q: Floats,
    p: Floats,
    rate: float,
    references: Integers,
    across: Floats,
    system: Floats,
    right: Floats,
) -> None:
    """Fill the bordered matrix and both right-hand sides: NumPy's form of `assemble_in_loops`."""
    total = len(p)
    q = q[:total]
    kept = np.delete(np.arange(total), references)
    block = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    reference = references[block[kept]]
    gaps = (U[kept] - U[reference]) * p
    sums = np.add.reduceat(gaps, starts[:-1], axis=1)
    gain = sums.sum(axis=1)
    size = total - len(references)
    system[:size, :size] = -rate * (gaps[:, kept] - p[kept] * sums[:, block[kept]])
    system[range(size), range(size)] += 1.0
    system[:size, size] = -gain
    normal = np.add.reduceat(across[:total], starts[:-1])
    system[size, :size] = across[kept] - p[kept] * normal[block[kept]]
    system[size, size] = across[total]
    right[:size, 0] = -((q - w)[kept] - (q - w)[reference] - rate * gain)
    right[:size, 1] = 0.0
    right[size, 1] = 1.0


def assemble_in_loops(
    U: Floats,
    w: Floats,
    starts: Integers,
    q: Floats,
    p: Floats,
    rate: float,
    references: Integers,
    across: Floats,
    system: Floats,
    right: Floats,
) -> None:
    """Fill the bordered matrix, and the right-hand sides of the correction and the tangent.

    ``right[-1, 0]``, how far the point is from the hyperplane, is left to the caller.
    """
    total = len(p)
    blocks = len(starts) - 1
    size = total - blocks
    at = 0
    for b in range(blocks):
        r = references[b]
        for i in range(starts[b], starts[b + 1]):
            if i == r:
                continue
            gain = 0.0
            column = 0
            for c in range(blocks):
                if c == b and blocks == 2:
                    # A player's own strategies do not enter its payoffs.
                    for _ in range(starts[c], starts[c + 1] - 1):
                        system[at, column] = 0.0
                        column += 1
                    continue
                part = 0.0
                for j in range(starts[c], starts[c + 1]):
                    part += (U[i, j] - U[r, j]) * p[j]
                for j in range(starts[c], starts[c + 1]):
                    if j != references[c]:
                        system[at, column] = -rate * p[j] * (U[i, j] - U[r, j] - part)
                        column += 1
                gain += part
            system[at, at] += 1.0
            system[at, size] = -gain
            right[at, 0] = -((q[i] - w[i]) - (q[r] - w[r]) - rate * gain)
            right[at, 1] = 0.0
            at += 1
    column = 0
    for c in range(blocks):
        normal = 0.0
        for j in range(starts[c], starts[c + 1]):
            normal += across[j]
        for j in range(starts[c], starts[c + 1]):
            if j != references[c]:
                system[size, column] = across[j] - p[j] * normal
                column += 1
    system[size, size] = across[total]
    right[size, 1] = 1.0


def solve(system: Floats, right: Floats) -> float:
    """Solve in place, and return the sign of the determinant: NumPy's form of `eliminate`."""
    scale = np.abs(system).max(axis=1)
    if not np.all(np.isfinite(scale)) or scale.min() == 0.0:
        return 0.0
    system /= scale[:, None]
    right /= scale[:, None]
    if len(system) > LARGE:
        # One factorization for both; scipy is not worth loading for less.
        from scipy.linalg.lapack import dgesv

        factors, pivots, right[:], failed = dgesv(system, right)
        odd = (pivots != np.arange(len(pivots))).sum() % 2
        sign = np.prod(np.sign(np.diag(factors)))
        return 0.0 if failed else float(-sign if odd else sign)
    try:
        right[:] = np.linalg.solve(system, right)
    except np.linalg.LinAlgError:
        return 0.0
    return float(np.linalg.slogdet(system)[0])


def eliminate(system: Floats, right: Floats) -> float:
    """Solve for two right-hand sides in place by elimination; return the determinant's sign.

    Rows are scaled to the same size before pivots are chosen. A singular system gives the sign 0.
    """
    n = len(system)
    for i in range(n):
        scale = 0.0
        for j in range(n):
            scale = max(scale, abs(system[i, j]))
        if not (scale > 0.0 and scale < np.inf):
            return 0.0
        scale = 1.0 / scale
        for j in range(n):
            system[i, j] *= scale
        right[i, 0] *= scale
        right[i, 1] *= scale
    sign = 1.0
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            if abs(system[i, k]) > abs(system[best, k]):
                best = i
        if system[best, k] == 0.0:
            return 0.0
        if best != k:
            sign = -sign
            for j in range(k, n):
                system[k, j], system[best, j] = system[best, j], system[k, j]
            for j in range(2):
                right[k, j], right[best, j] = right[best, j], right[k, j]
        pivot = system[k, k]
        if pivot < 0.0:
            sign = -sign
        pivot = 1.0 / pivot
        for i in range(k + 1, n):
            factor = system[i, k] * pivot
            if factor != 0.0:
                for j in range(k + 1, n):
                    system[i, j] -= factor * system[k, j]
                right[i, 0] -= factor * right[k, 0]
                right[i, 1] -= factor * right[k, 1]
    for k in range(n - 1, -1, -1):
        for j in range(k + 1, n):
            right[k, 0] -= system[k, j] * right[j, 0]
            right[k, 1] -= system[k, j] * right[j, 1]
        right[k, 0] /= system[k, k]
        right[k, 1] /= system[k, k]
    return sign


def correct(
    U: Floats,
    w: Floats,
    starts: Integers,
    z: Floats,
    across: Floats,
    tolerance: float,
    widest: float,
) -> tuple[bool, float, float, float, Floats]:
    """Bring a point back to the curve along a hyperplane, by Newton's method, in place.

    The point z holds the logarithms of the probabilities and, last, λ; ``across`` is the normal of
    the hyperplane that the point is in at the start.

    Returns whether it converged, the size of the first correction, how much the second was
    smaller, the sign of the bordered determinant, and the tangent with across · tangent = 1.
    """
    total = len(z) - 1
    blocks = len(starts) - 1
    size = total - blocks
    references = np.empty(blocks, np.int64)
    for b in range(blocks):
        references[b] = starts[b] + np.argmax(z[starts[b] : starts[b + 1]])
    system = np.empty((size + 1, size + 1))
    right = np.empty((size + 1, 2))
    moves = np.zeros(total)
    tangent = np.zeros(total + 1)
    weights = 1.0 / (1.0 + np.abs(z))
    start = np.dot(across, z)
    first, second, last, sign = 0.0, 0.0, np.inf, 0.0
    converged = False
    for iteration in range(8):
        p = np.exp(z[:total])
        assemble(U, w, starts, z, p, z[total], references, across, system, right)
        right[size, 0] = 0.0 if iteration == 0 else start - np.dot(across, z)
        sign = solve(system, right)
        if sign == 0.0:
            break
        error = 0.0
        column = 0
        rate = z[total]
        for b in range(blocks):
            low, high, r = starts[b], starts[b + 1], references[b]
            mean, slope = 0.0, 0.0
            for i in range(low, high):
                moves[i] = 0.0
                tangent[i] = 0.0
                if i != r:
                    moves[i] = right[column, 0]
                    tangent[i] = right[column, 1]
                    column += 1
                    mean += p[i] * moves[i]
                    slope += p[i] * tangent[i]
            top = -np.inf
            for i in range(low, high):
                move = moves[i] - mean
                tangent[i] -= slope
                error = max(error, abs(move) * weights[i])
                z[i] += move
                top = max(top, z[i])
            mass = 0.0
            for i in range(low, high):
                mass += np.exp(z[i] - top)
            shift = top + np.log(mass)
            for i in range(low, high):
                z[i] -= shift
        z[total] += right[size, 0]
        tangent[total] = right[size, 1]
        error = max(error, abs(right[size, 0]) * weights[total])
        if iteration == 0:
            first = error
            if not error <= widest:
                break
        elif iteration == 1:
            second = error / max(first, 1e-300)
        # What is left after this correction is its square, times the rationality in the mixtures.
        if error <= tolerance / (1.0 + np.sqrt(abs(rate))):
            converged = True
            break
        if not error <= 0.5 * last:
            # Rounding errors of payoffs times the rationality can't be corrected away; near a
            # degenerate limit they are enlarged once more by the rationality.
            noise = EPSILON * abs(rate) * max(64.0, abs(rate))
            converged = error <= min(noise, 1e-4)
            break
        last = error
    return converged, first, second, sign, tangent


def follow(
    U: Floats,
    w: Floats,
    starts: Integers,
    z: Floats,
    tangent: Floats,
    sign: float,
    length: float,
    floor: float,
    cap: float,
    settling: float,
    most: int,
) -> tuple[Floats, Floats, Floats, int, int]:
    """Follow a curve of logit equilibria from the point z along the tangent, until it settles.

    Parameters are those of `assemble_in_loops`, and the sign of the determinant at the start, the
    first step's length, the rationality below which nothing counts as settled, the one above
    which the curve is not followed, the largest change of a probability with log λ that counts as
    settled, and the largest number of steps.

    Returns the points, the tangents, the sign of the determinant before each step and after the
    last, and why the curve ended.
    """
    total = len(z) - 1
    points = np.empty((64, total + 1))
    tangents = np.empty((64, total + 1))
    signs = np.empty(64)
    points[0] = z
    tangents[0] = tangent
    signs[0] = sign
    k = 0
    refused = 0
    ended = TOO_MANY_STEPS
    held = False
    held_point = z
    held_tangent = tangent
    held_sign = sign
    z = z.copy()
    tangent = tangent.copy()
    while k < most:
        weights = (1.0 / (1.0 + np.abs(z))) ** 2
        norm = np.sqrt(np.sum(weights * tangent * tangent))
        tangent = tangent / norm
        across = weights * tangent
        trial = z + length * tangent
        expected = tangent.copy()
        if k > 0:
            back = -np.dot(across, points[k - 1] - z)
            if back > 0.0 and length < 4.0 * back:
                slope = tangents[k - 1] / np.dot(across, tangents[k - 1]) - tangent
                chord = (points[k - 1] - z) / back + tangent
                second_order = (slope + 3.0 * chord) / back
                third_order = (slope + 2.0 * chord) / (back * back)
                trial += length * length * (second_order + length * third_order)
                expected += length * (2.0 * second_order + 3.0 * length * third_order)
        for b in range(len(starts) - 1):
            low, high = starts[b], starts[b + 1]
            top = np.max(trial[low:high])
            trial[low:high] -= top + np.log(np.sum(np.exp(trial[low:high] - top)))
        converged, first, second, new_sign, ahead = correct(U, w, starts, trial, across, 1e-5, 0.1)
        turn, surprise = 1.0, 1.0
        if converged:
            surprise = np.sqrt(np.sum(weights * (ahead - expected) ** 2))
            steep = np.sqrt(np.sum(weights * ahead * ahead))
            turn = np.arccos(min(1.0, 1.0 / steep))
        smooth = converged and turn <= 0.3 and surprise <= 0.2 and second <= 0.3
        if not smooth or new_sign != sign:
            refused += 1
            if smooth and length > OVER:
                # Straight ahead, the curve goes on smoothly, but for the sign.
                held = True
                held_point = trial
                held_tangent = ahead
                held_sign = new_sign
            if length > SHORTEST:
                length = max(0.4 * length, SHORTEST)
                continue
            if held:
                # A bifurcation: over it at one stroke, since next to it all is rounding error.
                trial = held_point
                ahead = held_tangent
                new_sign = held_sign
                length = OVER
            elif not converged:
                ended = STALLED
                break
        if held and np.sum(weights * tangent * (held_point - trial)) <= 0.0:
            held = False
        k += 1
        if k == len(points):
            points = np.concatenate((points, np.empty_like(points)))
            tangents = np.concatenate((tangents, np.empty_like(tangents)))
            signs = np.concatenate((signs, np.empty_like(signs)))
        z = trial
        tangent = ahead
        sign = new_sign
        points[k] = z
        tangents[k] = tangent
        signs[k] = sign
        rate = z[total]
        if rate < 0.0:
            ended = LEFT
            break
        if k > 10 and np.sum(weights * (z - points[0]) ** 2) < 0.25 * length * length:
            ended = CLOSED
            break
        longest = 1.0
        if tangent[total] > 0.0:
            fastest = 0.0
            for i in range(total):
                fastest = max(fastest, np.exp(z[i]) * abs(tangent[i]))
            fastest *= rate / tangent[total]
            if rate >= floor and fastest <= max(settling, 16.0 * EPSILON * rate):
                ended = SETTLED
                break
            # Where mixtures hardly change with the logarithm of rationality any more, go far.
            if rate >= min(floor, LATE):
                longest = min(max(1.0, 0.1 / np.sqrt(fastest + 1e-300)), 20.0)
        if rate >= cap:
            ended = CAPPED
            break
        ratio = max(
            (first / 0.003) ** 0.25, (second / 0.05) ** 0.5, turn / 0.15, surprise / 0.05, 0.33
        )
        length = min(length / min(ratio, 2.5), longest)
    return points[: k + 1], tangents[: k + 1], signs[: k + 1], ended, refused


@cache
def interpreted() -> Any:
    """Return the functions of this file as they are, on NumPy."""
    return SimpleNamespace(correct=correct, follow=follow)


@cache
def compiled() -> Any:
    """Return the same functions in machine code: each calls the others' compiled forms."""
    from dilemma.arrays.kernels import kernel

    names: dict[str, Any] = dict(globals())
    forms = {"assemble": assemble_in_loops, "solve": eliminate}
    for name in ("assemble", "solve", "correct", "follow"):
        function = forms.get(name) or names[name]
        names[name] = kernel(FunctionType(function.__code__, names, function.__name__))
    return SimpleNamespace(correct=names["correct"], follow=names["follow"])
