"""Logit choices of many pairs of firms at once: of each pair, or of the population.

In each pair both firms play the logit equilibrium of their own game on the principal branch
(`dilemma.survey.designs.branch`), or each responds to the distribution over all partners.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dilemma.survey.designs.branch import principal, softmax, times

Floats = NDArray[np.float64]

STEPS = 32
# A step that changes a probability by more than this could have left the branch.
FASTEST = 0.15
TOLERANCE = 1e-13


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
    turned = np.swapaxes(different[:, 1], 1, 2)
    rows = softmax(principal(different[:, 0], turned, rationality))
    columns = softmax(rationality * times(turned, rows))
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
