r"""The principal branch of logit equilibria, of many games at once.

In each game :math:`x \propto e^{\lambda A y}` and :math:`y \propto e^{\lambda B x}`
(mckelvey1995). In the unknowns :math:`z = \lambda A y` there are no bounds to keep. From uniform
play rationality rises in steps, with Euler's predictor and Newton's corrections, for all games
together. A game whose branch could have turned, or been crossed, on the way (Newton's method does
not settle near the prediction, or a determinant is not positive) is followed in smaller steps, and
in the end left to `dilemma.equilibria.logit_equilibrium`, which goes around turns.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dilemma.equilibria import logit_equilibrium
from dilemma.game import Game

Floats = NDArray[np.float64]
# Steps of rationality times the largest payoff difference; the most that corrections may move.
_STRIDE, _CORRECTED = 0.75, 0.05
# What is not followed is tried again with so many times the steps.
_FINER = (1, 4, 16)
_MOST_STEPS = 500
# By how much Newton's method may move play from earlier equilibria.
_MOVED = 0.2


def softmax(values: Floats) -> Floats:
    """Probabilities in proportion to exponentials, over the last axis."""
    shifted = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def principal(A: Floats, B: Floats, rationality: float) -> Floats:
    """Expected payoffs of the row role, times rationality, on the principal branch of each game.

    Parameters
    ----------
    A, B : numpy.ndarray, shapes (games, m, n) and (games, n, m)
        Payoffs of each role, its own strategies first.
    rationality : float
    """
    z = np.zeros(A.shape[:2])
    size = max(float(np.ptp(one, axis=1).max(initial=0.0)) for one in (A, B))
    least = max(1, int(np.ceil(rationality * size / _STRIDE)))
    left = np.arange(len(A))
    for finer in _FINER:
        if not len(left) or finer * least > _MOST_STEPS:
            break
        z[left], fine = _followed(A[left], B[left], np.linspace(0, rationality, finer * least + 1))
        left = left[~fine]
    for game in left:
        answer = logit_equilibrium(Game(np.stack([A[game], B[game].T])), rationality)
        z[game] = rationality * (A[game] @ answer.column)
    return z


def polished(z: Floats, A: Floats, B: Floats, rationality: float) -> Floats | None:
    """The equilibria near earlier ones; None if a game does not settle nearby."""
    new, fine = _newton(z, A, B, rationality)
    if fine.all() and np.abs(softmax(new) - softmax(z)).max(initial=0.0) < _MOVED:
        return new
    return None


def times(matrices: Floats, vectors: Floats) -> Floats:
    """A matrix times a vector in every game."""
    return np.asarray((matrices @ vectors[:, :, None])[:, :, 0])


def through(matrices: Floats, mixtures: Floats) -> Floats:
    r"""Matrices times the derivative of a softmax, :math:`M (\mathrm{diag}\,p - p p^\top)`."""
    return np.asarray((matrices - matrices @ mixtures[:, :, None]) * mixtures[:, None, :])


def _followed(A: Floats, B: Floats, rates: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Follow all branches through some values of rationality; which of them surely."""
    z = np.zeros(A.shape[:2])
    settled = np.ones(len(A), dtype=bool)
    for before, now in pairwise(rates.tolist()):
        guess = z + (now - before) * _tangent(z, A, B, before)
        z, fine = _newton(guess, A, B, now)
        settled &= fine & (np.abs(softmax(z) - softmax(guess)).max(axis=1) < _CORRECTED)
        if not settled.any():
            break
        z[~settled] = 0.0
    return z, settled


def _tangent(z: Floats, A: Floats, B: Floats, rate: float) -> Floats:
    """The derivative of z by rationality along the branch."""
    x = softmax(z)
    earned = times(B, x)
    y = softmax(rate * earned)
    onward = rate * through(A, y)
    right = times(A, y) + times(onward, earned)
    system = np.eye(A.shape[1]) - onward @ (rate * through(B, x))
    system[np.linalg.det(system) <= 1e-9] = np.eye(A.shape[1])
    return np.asarray(np.linalg.solve(system, right[:, :, None])[:, :, 0])


def _newton(z: Floats, A: Floats, B: Floats, rate: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Correct all games; which of them settled, on a branch that did not turn."""
    fine = np.zeros(len(z), dtype=bool)
    for _ in range(8):
        x = softmax(z)
        y = softmax(rate * times(B, x))
        error = z - rate * times(A, y)
        system = np.eye(A.shape[1]) - (rate * through(A, y)) @ (rate * through(B, x))
        positive = np.linalg.det(system) > 1e-9
        system[~positive] = np.eye(A.shape[1])
        step = np.linalg.solve(system, error[:, :, None])[:, :, 0]
        z = z - step
        size = np.abs(step).max(axis=1, initial=0.0)
        fine = positive & (size < 1e-9 * (1.0 + np.abs(z).max(axis=1, initial=0.0)))
        if (fine | ~positive).all():
            break
    return z, fine
