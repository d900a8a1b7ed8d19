r"""Logit choices of many pairs of firms at once.

In each pair :math:`x \propto e^{\lambda A y}` and :math:`y \propto e^{\lambda B^T x}`. The
equilibrium is the one on the branch from uniform play (mckelvey1995), as in
`dilemma.equilibria.logit_equilibrium`, followed for all pairs together while rationality rises
from 0. Pairs in which the branch turns, or moves too fast to be followed so, are left to that
function.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dilemma.equilibria import logit_equilibrium
from dilemma.game import Game

Floats = NDArray[np.float64]

STEPS = 32
# A step that changes a probability by more than this could have left the branch.
FASTEST = 0.15
TOLERANCE = 1e-13


def softmax(values: Floats) -> Floats:
    """Probabilities in proportion to exponentials, over the last axis."""
    shifted = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def equilibrium_choices(
    first: Floats, second: Floats, rationality: float
) -> tuple[Floats, Floats]:
    """The logit equilibrium of each of many games.

    Parameters
    ----------
    first, second : numpy.ndarray, shape (games, m, n)
        Payoffs of the row firm and of the column firm.
    rationality : float

    Returns
    -------
    pair of numpy.ndarray, shapes (games, m) and (games, n)
    """
    together = np.stack([first, second], axis=1)
    different, back = np.unique(together, axis=0, return_inverse=True)
    rows, columns, followed = _follow(different[:, 0], different[:, 1], rationality, STEPS)
    for steps in (4 * STEPS, 16 * STEPS):
        left = np.flatnonzero(~followed)
        rows[left], columns[left], followed[left] = _follow(
            different[left, 0], different[left, 1], rationality, steps
        )
    for k in np.flatnonzero(~followed):
        found = logit_equilibrium(Game(different[k]), rationality)
        rows[k], columns[k] = found.row, found.column
    back = back.reshape(-1)
    return rows[back], columns[back]


def population_choices(first: Floats, second: Floats, rationality: float) -> tuple[Floats, Floats]:
    """Each firm's choices where it knows how partners behave at large, but not its own.

    Every firm responds to the distribution over *all* firms in its partner's role, and these
    distributions are what the responses make: a fixed point of the population, the one that is
    reached from uniform play as rationality rises.

    Returns
    -------
    pair of numpy.ndarray, shapes (m,) and (n,)
        The distributions of the row firms and of the column firms.

    Raises
    ------
    RuntimeError
        If the fixed point could not be followed.
    """
    m, n = first.shape[1:]
    # Games that are the same are worked out once, and count as often as they occur.
    different, often = np.unique(np.stack([first, second], axis=1), axis=0, return_counts=True)
    share = often / len(first)
    first, turned = different[:, 0], np.swapaxes(different[:, 1], 1, 2)

    def average(values: Floats) -> Floats:
        return np.asarray(np.tensordot(share, values, axes=1))

    for steps in (STEPS, 8 * STEPS, 64 * STEPS):
        x, y = np.full(m, 1 / m), np.full(n, 1 / n)
        fine = True
        for rate in np.linspace(0.0, rationality, steps + 1)[1:]:
            old = np.concatenate([x, y])
            for _ in range(30):
                own = softmax(rate * (first @ y))
                other = softmax(rate * (turned @ x))
                residual = np.concatenate([x - average(own), y - average(other)])
                if np.abs(residual).max() < TOLERANCE:
                    break
                slopes = np.eye(m + n)
                slopes[:m, m:] = -rate * average(spread(own) @ first)
                slopes[m:, :m] = -rate * average(spread(other) @ turned)
                move = np.linalg.solve(slopes, residual)
                x, y = x - move[:m], y - move[m:]
            new = np.concatenate([x, y])
            fine &= bool(
                np.abs(residual).max() < 1e-9
                and np.abs(new - old).max() < FASTEST
                and np.linalg.slogdet(slopes)[0] > 0
            )
            if not fine:
                break
        if fine:
            return x, y
    raise RuntimeError(
        "rationality: requires one at which the population's distribution can be followed from "
        f"uniform play, got {rationality}: it turns before; take response='equilibrium' or less"
    )


def spread(choices: Floats) -> Floats:
    """The derivative of a softmax: diag(p) − p pᵀ."""
    return np.asarray(
        choices[..., :, None] * np.eye(choices.shape[-1])
        - choices[..., :, None] * choices[..., None, :]
    )


def _follow(
    first: Floats, second: Floats, rationality: float, steps: int
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Each game's equilibrium, and whether the branch could be followed to it in so many steps."""
    games, m, n = first.shape
    turned = np.swapaxes(second, 1, 2)
    x, y = np.full((games, m), 1 / m), np.full((games, n), 1 / n)
    followed = np.ones(games, dtype=bool)
    slopes = np.broadcast_to(np.eye(m + n), (games, m + n, m + n)).copy()
    for rate in np.linspace(0.0, rationality, steps + 1)[1:]:
        at = np.flatnonzero(followed)
        if not len(at):
            break
        a, b, u, v = first[at], turned[at], x[at], y[at]
        for _ in range(12):
            own = softmax(rate * (a @ v[..., None])[..., 0])
            other = softmax(rate * (b @ u[..., None])[..., 0])
            residual = np.concatenate([u - own, v - other], axis=1)
            here = slopes[: len(at)]
            here[:, :m, m:] = -rate * (spread(own) @ a)
            here[:, m:, :m] = -rate * (spread(other) @ b)
            if np.abs(residual).max() < TOLERANCE:
                break
            sign = np.linalg.slogdet(here)[0]
            here[sign == 0] = np.eye(m + n)
            move = np.linalg.solve(here, residual[..., None])[..., 0]
            u, v = u - move[:, :m], v - move[:, m:]
            u, v = (np.clip(one, -1.0, 2.0) for one in (u, v))  # a game that strays is given up
        sign, _ = np.linalg.slogdet(here)
        fine = (sign > 0) & (np.abs(residual).max(axis=1) < 1e-9)
        fine &= np.abs(u - x[at]).max(axis=1) < FASTEST
        fine &= np.abs(v - y[at]).max(axis=1) < FASTEST
        x[at], y[at] = u, v
        followed[at[~fine]] = False
    return x, y, followed
