r"""What firms expect of their partners: the observed distribution, or that of equilibrium.

In the **observed form** a firm expects of its partner what firms in the partner's role were
observed to do, in all cases or in those of its kind; these shares are put in before the terms are
estimated (hotz1993, bajari2010).

In the **equilibrium form** firms expect of each other what both do: for each cell the logit
equilibrium

.. math:: x \propto e^{\lambda A y}, \qquad y \propto e^{\lambda B^\top x}

(mckelvey1995), of several equilibria that on the principal branch, as
`dilemma.equilibria.logit_equilibrium` gives it.

**The fixed points of all cells at once.** In the unknowns :math:`z = \lambda A y` there are no
bounds to keep. From uniform play rationality rises in steps, with Euler's predictor and Newton's
corrections, for all cells together; along a climb, Newton's method begins at the last ones. A
cell whose branch could have turned, or been crossed, on the way (Newton's method does not settle
near the prediction, or a determinant is not positive) is left to `logit_equilibrium`, which goes
around turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dilemma.equilibria import logit_equilibrium
from dilemma.game import Game
from dilemma.survey.designs.responding import softmax, spread
from dilemma.survey.fitting.choices import Choices

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
# Per role: beliefs (cells, partner's strategies), derivatives (parameters, cells, same) or None.
Belief = tuple[Floats, Floats | None]
# By how much Newton's method may move play from the last equilibria.
_MOVED = 0.2
# Steps of rationality times the largest payoff difference; the most that corrections may move.
_STRIDE, _CORRECTED = 0.75, 0.05
RESPONSES = ("observed", "equilibrium")


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

    def only(self, cells: Integers) -> Beliefs:
        """The same beliefs in some of the cells."""


@dataclass(frozen=True, eq=False)
class Observed:
    """Shares that were observed, whatever the parameters.

    Attributes
    ----------
    partners_of_rows, partners_of_columns : numpy.ndarray, shape (cells, partner's strategies)
    stratum : numpy.ndarray of int, shape (cells,)
        Cells of one stratum share their frequencies.
    """

    partners_of_rows: Floats
    partners_of_columns: Floats
    stratum: NDArray[np.int64]

    def of(
        self,
        row: tuple[Floats, Floats],
        column: tuple[Floats, Floats],
        rationality: float,
        interaction: float,
    ) -> tuple[Belief, Belief]:
        """Both roles' beliefs; they do not move."""
        return (self.partners_of_rows, None), (self.partners_of_columns, None)

    def only(self, cells: Integers) -> Observed:
        """The same shares, in some of the cells."""
        return Observed(
            self.partners_of_rows[cells], self.partners_of_columns[cells], self.stratum[cells]
        )


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

    def only(self, cells: Integers) -> InEquilibrium:
        """Equilibria of some of the cells, found anew."""
        return InEquilibrium(self.keep)

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
    """Expected payoffs of the row role, times rationality, on the principal branch of each cell.

    Parameters
    ----------
    A, B : numpy.ndarray, shapes (cells, m, n) and (cells, n, m)
        Payoffs of each role, its own strategies first.
    rationality : float
    """
    z = np.zeros(A.shape[:2])
    size = max(float(np.ptp(one, axis=1).max(initial=0.0)) for one in (A, B))
    steps = max(1, int(np.ceil(rationality * size / _STRIDE)))
    settled = np.ones(len(A), dtype=bool)
    if steps > 500:
        settled[:] = False
        steps = 0
    rates = np.linspace(0.0, rationality, steps + 1)
    for before, now in pairwise(rates):
        guess = z + (now - before) * _tangent(z, A, B, before)
        z, fine = _newton(guess, A, B, now)
        settled &= fine & (np.abs(softmax(z) - softmax(guess)).max(axis=1) < _CORRECTED)
        z[~settled] = 0.0
    for cell in np.flatnonzero(~settled):
        answer = logit_equilibrium(Game(np.stack([A[cell], B[cell].T])), rationality)
        z[cell] = rationality * (A[cell] @ answer.column)
    return z


def _tangent(z: Floats, A: Floats, B: Floats, rate: float) -> Floats:
    """The derivative of z by rationality along the branch."""
    x = softmax(z)
    earned = _times(B, x)
    y = softmax(rate * earned)
    onward = rate * A @ spread(y)
    right = _times(A, y) + _times(onward, earned)
    system = np.eye(A.shape[1]) - onward @ (rate * B @ spread(x))
    system[np.linalg.det(system) <= 1e-9] = np.eye(A.shape[1])
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


def _mixed(mixture: Floats, interaction: float, size: int) -> Floats:
    return np.asarray(1.0 / size + interaction * (mixture - 1.0 / size))


def _times(matrices: Floats, vectors: Floats) -> Floats:
    return np.asarray((matrices @ vectors[:, :, None])[:, :, 0])


def beliefs_of(
    choices: Choices, response: str, partners: str, pooled: bool, notes: list[str]
) -> Beliefs:
    """The beliefs of a form of response; what is doubtful about them is added to the notes.

    Raises
    ------
    ValueError
        If firms are to respond to a role in which nobody was observed.
    """
    if response == "equilibrium":
        return InEquilibrium()
    if partners == "cells":
        stratum = np.arange(choices.cells)
        shares = choices.shares(pooled=pooled)
        sizes = np.bincount(choices.cell, choices.weight, minlength=choices.cells)
        if sizes.min() < 20:
            notes.append(
                f"shares in cells are from as few as {sizes.min():g} choices, and their errors "
                "bias the estimates"
            )
    else:
        stratum = np.zeros(choices.cells, dtype=np.int64)
        whole = replace(choices, cell=np.zeros_like(choices.cell), cells=1)
        first, second = whole.shares(pooled=pooled)
        shares = first[stratum], second[stratum]
    for role, one in zip(("row", "column"), shares, strict=True):
        empty = np.flatnonzero(np.isnan(one).any(axis=1))
        if len(empty):
            where = "" if partners == "population" else f" in {len(empty)} of the cells"
            raise ValueError(
                f"survey: requires choices of the {role} firms, to which their partners respond, "
                f"got none{where}; response='equilibrium' needs none"
            )
    return Observed(shares[1], shares[0], stratum)


def one_of(value: Any, known: Sequence[str], name: str) -> None:
    """Refuse a word that is none of those known."""
    if value not in known:
        raise ValueError(f"{name}: requires one of {', '.join(map(repr, known))}, got {value!r}")
