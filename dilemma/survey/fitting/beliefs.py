r"""What firms expect of their partners: the observed distribution, or that of equilibrium.

In the **observed form** a firm expects of its partner what firms in the partner's role were
observed to do, in all cases or in those of its kind; these shares are put in before the terms are
estimated (hotz1993, bajari2010).

In the **equilibrium form** firms expect of each other what both do: for each cell the logit
equilibrium

.. math:: x \propto e^{\lambda A y}, \qquad y \propto e^{\lambda B^\top x}

(mckelvey1995), of several equilibria that on the principal branch, as
`dilemma.equilibria.logit_equilibrium` gives it.

Along a climb, Newton's method begins at the last equilibria of all cells
(`dilemma.survey.designs.branch`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from dilemma.survey.designs.branch import polished, principal, softmax, through, times
from dilemma.survey.fitting.choices import Choices

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
# Per role: beliefs (cells, partner's strategies), derivatives (parameters, cells, same) or None.
Belief = tuple[Floats, Floats | None]
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

    @property
    def largest_index(self) -> float:
        """The largest rationality times payoff at which probabilities can still be told."""

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
    largest_index: ClassVar[float] = 1e7

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

    # Rounding of one firm's play moves the index of the other by this, of that by its square.
    largest_index: ClassVar[float] = 1e5
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
            z = polished(self._last, played_A, played_B, rationality)
        if z is None:
            z = principal(played_A, played_B, rationality)
        self._last = z if self.keep else None
        x = softmax(z)
        y = softmax(rationality * times(played_B, x))
        # Differentiate x = L(z), z = rate A y and y = L(w), w = rate B x; parameters are last.
        direct_z = [rationality * times(one, _mixed(y, interaction, n)) for one in slopes_of_A]
        direct_w = [rationality * times(one, _mixed(x, interaction, m)) for one in slopes_of_B]
        direct_z += [times(played_A, y), rationality * times(A, y - 1.0 / n)]
        direct_w += [times(played_B, x), rationality * times(B, x - 1.0 / m)]
        rates_z, rates_w = np.stack(direct_z, axis=2), np.stack(direct_w, axis=2)
        towards_y = rationality * through(played_A, y)
        system = np.eye(A.shape[1]) - towards_y @ (rationality * through(played_B, x))
        dx = _softened(x, np.linalg.solve(system, rates_z + towards_y @ rates_w))
        dy = _softened(y, rates_w + rationality * played_B @ dx)
        return (y, np.moveaxis(dy, 2, 0)), (x, np.moveaxis(dx, 2, 0))


def _softened(mixture: Floats, moved: NDArray[Any]) -> Floats:
    """How a softmax moves with its index, by each parameter."""
    mean = (mixture[:, :, None] * moved).sum(axis=1, keepdims=True)
    return np.asarray(mixture[:, :, None] * (moved - mean))


def _mixed(mixture: Floats, interaction: float, size: int) -> Floats:
    return np.asarray(1.0 / size + interaction * (mixture - 1.0 / size))


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
