r"""Whether choices can tell parameters apart.

Two directions in which all choice probabilities stay the same can't be told apart by any number of
choices. The derivative of the probabilities of all groups by the parameters, weighted by
:math:`\sqrt{n_g / P}`, is a matrix J whose :math:`J^\top J` is the expected information; a
direction in its null space at *every* parameter value is one along which the likelihood is flat.
The rank is taken at several points, drawn at random within the domains: at special points (where
rationality is 0, say) more may be lost.

Payoffs enter through the product with rationality alone: rationality on one side, and stakes and
both costs together on the other, are the case in point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dilemma.game.display import listed
from dilemma.survey.fitting.likelihood import LogitLikelihood

Floats = NDArray[np.float64]
_TOLERANCE = 1e-8


@dataclass(frozen=True, eq=False)
class Flatness:
    """A direction in which no choice probability moves.

    Attributes
    ----------
    names : tuple of str
        The parameters that move in it, the first one upwards.
    direction : numpy.ndarray
        By how much of itself each moves, the largest part 1.
    """

    names: tuple[str, ...]
    direction: Floats

    @property
    def words(self) -> str:
        """Which parameters trade off, and which way."""
        return trade_off(self.names, self.direction)


def trade_off(names: Sequence[str], direction: Floats) -> str:
    """Say which parameters rise and which fall along a direction.

    >>> trade_off(["rationality", "stakes", "power"], np.array([1.0, -1.0, -0.99]))
    'rationality up with stakes and power down'
    """
    up = [name for name, part in zip(names, direction, strict=True) if part > 0]
    down = [name for name, part in zip(names, direction, strict=True) if part < 0]
    if not up or not down:
        return f"{listed(up or down)} {'together' if len(up or down) > 1 else 'alone'}"
    return f"{listed(up)} up with {listed(down)} down"


def flatness(
    likelihood: LogitLikelihood, names: Sequence[str], points: Sequence[Floats]
) -> Flatness | None:
    """A direction that is flat at all of these points, or None if there is none."""
    best: tuple[int, Floats, Floats] | None = None
    for point in points:
        try:
            J, scale = weighted_slopes(likelihood, point)
        except OverflowError:
            continue
        _, values, directions = np.linalg.svd(np.linalg.qr(J, mode="r"), full_matrices=True)
        rank = int((values > _TOLERANCE * max(values.max(initial=0.0), 1e-300)).sum())
        if rank == len(names):
            return None
        if best is None or rank > best[0]:
            best = rank, directions[rank:], scale
    if best is None:
        return None
    # Of several flat directions, the one that moves the fewest parameters.
    rank, null, _ = best
    reduced = _sparsest(null)
    reduced = reduced / reduced[np.abs(reduced).argmax()]
    moving = np.abs(reduced) > 1e-6
    direction = reduced[moving]
    if direction[0] < 0:
        direction = -direction
    return Flatness(tuple(np.array(names)[moving]), direction)


def _sparsest(null: Floats) -> Floats:
    """Of the reduced row echelon form of a null space, the row with most zeros."""
    rows = null.copy()
    at = 0
    for column in range(rows.shape[1] - 1, -1, -1):
        if at == len(rows):
            break
        pivot = at + int(np.abs(rows[at:, column]).argmax())
        if abs(rows[pivot, column]) < 1e-6:
            continue
        rows[[at, pivot]] = rows[[pivot, at]]
        rows[at] /= rows[at, column]
        for other in range(len(rows)):
            if other != at:
                rows[other] -= rows[other, column] * rows[at]
        at += 1
    return np.asarray(rows[(np.abs(rows) > 1e-6).sum(axis=1).argmin()])


def weighted_slopes(likelihood: LogitLikelihood, point: Floats) -> tuple[Floats, Floats]:
    """The weighted derivative of all choice probabilities, by shares of each parameter's size.

    Returns
    -------
    (matrix, scale)
        The matrix has a row for each strategy of each group; a column's unit is the ``scale`` of
        its parameter: its size, or 1 if that is 0.
    """
    blocks = []
    scale = np.where(point != 0, np.abs(point), 1.0)
    for part, groups in zip(likelihood.parts(point), likelihood.groups, strict=True):
        chances = np.exp(part.logs)
        centred = part.slopes - (part.slopes * chances).sum(axis=2, keepdims=True)
        weighted = centred * np.sqrt(groups.total[:, None] * chances)
        blocks.append(weighted.reshape(len(point), -1).T * scale)
    return np.concatenate(blocks), scale


def with_free(
    likelihood: LogitLikelihood, at: Floats, more: Sequence[int], fixed: dict[int, float]
) -> tuple[LogitLikelihood, Floats]:
    """The likelihood with further parameters free, or some fixed; and a start for it."""
    full = likelihood.at(at)
    free = [int(one) for one in likelihood.free if int(one) not in fixed] + list(more)
    for place, value in fixed.items():
        full[place] = value
    chosen = np.array(free, dtype=np.int64)
    return replace(likelihood, full=full, free=chosen), full[chosen]
