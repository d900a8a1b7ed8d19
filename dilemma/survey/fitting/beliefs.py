r"""What firms expect of their partners: the observed distribution, or that of equilibrium.

In the **observed form** a firm expects of its partner what partners in its role were observed to
do in cases of its kind; these shares are put in before the terms are estimated (hotz1993,
bajari2010).

In the **equilibrium form** firms expect of each other what both do: for each cell the logit
equilibrium

.. math:: x \propto e^{\lambda A y}, \qquad y \propto e^{\lambda B^\top x}

(mckelvey1995), of several equilibria that on the principal branch, as
`dilemma.equilibria.logit_equilibrium` gives it.

**The fixed points of all cells at once.** In the unknowns :math:`z = \lambda A y` there are no
bounds to keep. From uniform play, rationality is raised in steps, with Euler's predictor and
Newton's corrections, for all cells together. A cell whose branch turns or is crossed by another on
the way (Newton's method does not settle near the prediction, or the sign of the Jacobian's
determinant changes) is handed to `logit_equilibrium`, which follows the branch around turns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dilemma.equilibria import logit_equilibrium
from dilemma.game import Game

Floats = NDArray[np.float64]
# Per role: beliefs (cells, partner's strategies), derivatives (parameters, cells, same) or None.
Belief = tuple[Floats, Floats | None]
# How far scaled rationality goes in one step, and by how much a correction may move play.
_STRIDE = 1.0
_MOVED = 0.2


class Beliefs(Protocol):
    """Beliefs of both roles at some payoffs, rationality and interaction."""

    def of(
        self,
        row: tuple[Floats, Floats],
        column: tuple[Floats, Floats],
        rationality: float,
        interaction: float,
    ) -> tuple[Belief, Belief]:
        """Return both roles' beliefs with their derivatives.

        The derivatives are by the coefficients, then rationality, then interaction.
        """


@dataclass(frozen=True, eq=False)
class Observed:
    """Shares that were observed, whatever the parameters.

    Attributes
    ----------
    partners_of_rows, partners_of_columns : numpy.ndarray, shape (cells, partner's strategies)
    from_cells : bool
        True if they are the frequencies in each cell.
    """

    partners_of_rows: Floats
    partners_of_columns: Floats
    from_cells: bool = True

    def of(
        self,
        row: tuple[Floats, Floats],
        column: tuple[Floats, Floats],
        rationality: float,
        interaction: float,
    ) -> tuple[Belief, Belief]:
        """Both roles' beliefs; they do not move."""
        return (self.partners_of_rows, None), (self.partners_of_columns, None)


@dataclass(eq=False)
class InEquilibrium:
    """The logit equilibria of all cells, found anew at all parameters.

    The last equilibria are kept, unless they are not to be, and Newton's method tries first from
    there; `forget` lets the next ones be found from uniform play.
    """

    keep: bool = True
    _last: Floats | None = field(default=None)

    def forget(self) -> None:
        """Start from uniform play the next time."""
        self._last = None

    def of(
        self,
        row: tuple[Floats, Floats],
        column: tuple[Floats, Floats],
        rationality: float,
        interaction: float,
    ) -> tuple[Belief, Belief]:
        """Both roles' equilibrium play as the other's belief, with derivatives."""
        (A, slopes_of_A), (B, slopes_of_B) = row, column
        n = A.shape[2]
        m = B.shape[2]
        # Expecting u + k (y - u) is to play a game with payoffs k A + (1 - k) A u.
        played_A = interaction * A + (1 - interaction) * A.mean(axis=2, keepdims=True)
        played_B = interaction * B + (1 - interaction) * B.mean(axis=2, keepdims=True)
        z = None
        if self._last is not None and len(self._last) == len(A):
            z = _polished(self._last, played_A, played_B, rationality)
        if z is None:
            z = principal(played_A, played_B, rationality)
        self._last = z if self.keep else None
        x = softmax(z)
        y = softmax(rationality * _times(played_B, x))
        # Differentiate x = L(z), z = rate A y and y = L(w), w = rate B x.
        direct_z = [rationality * _times(one, _mixed(y, interaction, n)) for one in slopes_of_A]
        direct_w = [rationality * _times(one, _mixed(x, interaction, m)) for one in slopes_of_B]
        direct_z += [_times(played_A, y), rationality * _times(A, y - 1.0 / n)]
        direct_w += [_times(played_B, x), rationality * _times(B, x - 1.0 / m)]
        rates_z, rates_w = np.array(direct_z), np.array(direct_w)
        spread_x, spread_y = spread(x), spread(y)
        towards_y = rationality * played_A @ spread_y
        towards_x = rationality * played_B @ spread_x
        right = rates_z + np.einsum("cij,pcj->pci", towards_y, rates_w)
        system = np.eye(A.shape[1]) - towards_y @ towards_x
        dz = np.linalg.solve(system, right.transpose(1, 2, 0)).transpose(2, 0, 1)
        dx = np.einsum("cij,pcj->pci", spread_x, dz)
        dw = rates_w + rationality * np.einsum("cij,pcj->pci", played_B, dx)
        dy = np.einsum("cij,pcj->pci", spread_y, dw)
        return (y, dy), (x, dx)


def principal(A: Floats, B: Floats, rationality: float) -> Floats:
    """The row role's expected payoffs times rationality on the principal branch of each cell."""
    cells, m, _ = A.shape
    z = np.zeros((cells, m))
    size = max(np.ptp(A, axis=(1, 2)).max(initial=0.0), np.ptp(B, axis=(1, 2)).max(initial=0.0))
    steps = max(1, int(np.ceil(rationality * size / _STRIDE)))
    settled = np.ones(cells, dtype=bool)
    rates = np.linspace(0.0, rationality, steps + 1)
    for before, now in zip(rates[:-1], rates[1:], strict=True):
        guess = z + (now - before) * _tangent(z, A, B, before)
        z, fine = _newton(guess, A, B, now)
        near = np.abs(softmax(z) - softmax(guess)).max(axis=1) < _MOVED
        settled &= fine & near
        z[~settled] = 0.0
    for cell in np.flatnonzero(~settled):
        game = Game(np.stack([A[cell], B[cell].T]))
        answer = logit_equilibrium(game, rationality)
        z[cell] = rationality * (A[cell] @ answer.column)
    return z


def _tangent(z: Floats, A: Floats, B: Floats, rate: float) -> Floats:
    x = softmax(z)
    by_row = _times(B, x)
    y = softmax(rate * by_row)
    onward = rate * A @ spread(y)
    right = _times(A, y) + _times(onward, by_row)
    system = np.eye(A.shape[1]) - onward @ (rate * B @ spread(x))
    return np.asarray(np.linalg.solve(system, right[:, :, None])[:, :, 0])


def _newton(z: Floats, A: Floats, B: Floats, rate: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Correct all cells; which of them settled, on a branch that did not turn."""
    fine = np.zeros(len(z), dtype=bool)
    for _ in range(8):
        x = softmax(z)
        y = softmax(rate * _times(B, x))
        error = z - rate * _times(A, y)
        system = np.eye(A.shape[1]) - (rate * A @ spread(y)) @ (rate * B @ spread(x))
        positive = np.linalg.det(system) > 1e-9
        system[~positive] = np.eye(A.shape[1])
        step = np.linalg.solve(system, error[:, :, None])[:, :, 0]
        z = z - step
        size = np.abs(step).max(axis=1, initial=0.0)
        fine = positive & (size < 1e-9 * (1.0 + np.abs(z).max(axis=1, initial=0.0)))
        if (fine | ~positive).all():
            break
    return z, fine


def _polished(z: Floats, A: Floats, B: Floats, rate: float) -> Floats | None:
    """The equilibria near earlier ones; None if a cell does not settle nearby."""
    new, fine = _newton(z, A, B, rate)
    if fine.all() and np.abs(softmax(new) - softmax(z)).max() < _MOVED:
        return new
    return None


def softmax(values: Floats) -> Floats:
    """Probabilities in proportion to exponentials, along the last axis."""
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def spread(mixture: Floats) -> Floats:
    """The derivative of `softmax`: diag(x) - x x'."""
    return np.asarray(
        mixture[:, :, None] * np.eye(mixture.shape[1]) - mixture[:, :, None] * mixture[:, None, :]
    )


def _mixed(mixture: Floats, interaction: float, size: int) -> Floats:
    return np.asarray(1.0 / size + interaction * (mixture - 1.0 / size))


def _times(matrices: Floats, vectors: Floats) -> Floats:
    return np.asarray((matrices @ vectors[:, :, None])[:, :, 0])
