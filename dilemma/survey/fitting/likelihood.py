r"""The likelihood of choices under logit responses, with its score and information.

A firm in role p and cell c, which expects of its partner the distribution b, chooses strategy i
with a probability

.. math:: P_i \propto \exp\left( \lambda\,(A^{pc} b)_i + \iota\,[i = i_0] \right), \qquad
          b = \beta + \rho\,(e_{j_0} - \beta), \quad \beta = u + \kappa\,(q^{pc} - u)

where q is the belief about the partner's role (`dilemma.survey.fitting.beliefs`), u the uniform
distribution, and :math:`i_0, j_0` what both did last, where that is known. The model that is
fitted has

- **interaction** κ = 1: firms respond to what partners do (0: they ignore it, and respond as if
  the partner's act were a draw at random);
- **reaction** ρ = 0 and **inertia** ι = 0: choices do not depend on the last period.

These three are free only in the tests of the two omissions. Each may be any real number, so that
their special values are not at an end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dilemma.survey.fitting.beliefs import Beliefs
from dilemma.survey.fitting.choices import RoleGroups, only_cells
from dilemma.survey.fitting.payoff_slopes import PayoffModel

Floats = NDArray[np.float64]
EXTRAS = ("rationality", "interaction", "reaction", "inertia")
DEFAULTS = (1.0, 1.0, 0.0, 0.0)


class Evaluation(NamedTuple):
    """The log-likelihood with its score and expected information, by the free parameters."""

    value: float
    score: Floats
    information: Floats


class RolePart(NamedTuple):
    """What one role's choices add: log-probabilities, their index's slopes, weights left over."""

    logs: Floats
    slopes: Floats
    likelihoods: Floats
    posterior: Floats


@dataclass(frozen=True, eq=False)
class LogitLikelihood:
    """The likelihood as a function of the free parameters.

    Attributes
    ----------
    model : PayoffModel
    beliefs : Beliefs
    groups : pair of RoleGroups
    full : numpy.ndarray, shape (coefficients + 4,)
        All parameters: the coefficients of terms, rationality, interaction, reaction, inertia;
        those that are not free keep these values.
    free : numpy.ndarray of int
        Which of them are free.
    """

    model: PayoffModel
    beliefs: Beliefs
    groups: tuple[RoleGroups, RoleGroups]
    full: Floats
    free: NDArray[np.int64]

    def at(self, values: Floats) -> Floats:
        """All parameters, the free ones with these values."""
        whole = self.full.copy()
        whole[self.free] = values
        return whole

    def only(self, cells: NDArray[np.int64]) -> LogitLikelihood:
        """The likelihood of the choices in some of the cells."""
        first, second = (only_cells(one, cells) for one in self.groups)
        return replace(
            self,
            model=self.model.only(cells),
            beliefs=self.beliefs.only(cells),
            groups=(first, second),
        )

    def parts(self, values: Floats) -> tuple[RolePart, RolePart]:
        """What both roles' choices add at some values of the free parameters."""
        whole = self.at(values)
        coefficients = self.model.coefficients
        row, column = self.model.payoffs(whole[:coefficients])
        rate, interaction = float(whole[coefficients]), float(whole[coefficients + 1])
        size = max(float(np.abs(one).max()) for one, _ in (row, column))
        if not rate * size * max(1.0, abs(interaction)) < self.beliefs.largest_index:
            raise OverflowError("the index of strategies is too large to tell probabilities")
        both = self.beliefs.of(row, column, rate, interaction)
        first, second = (
            self._part(payoffs, belief, groups, whole)
            for payoffs, belief, groups in zip((row, column), both, self.groups, strict=True)
        )
        return first, second

    def _part(
        self,
        payoffs: tuple[Floats, Floats],
        belief: tuple[Floats, Floats | None],
        groups: RoleGroups,
        whole: Floats,
    ) -> RolePart:
        A, slopes = payoffs
        q, moved = belief
        rate, interaction, reaction, inertia = whole[-4:]
        even = 1.0 / A.shape[2]
        expected = even + interaction * (q - even)
        earned = _times(A, expected)
        d = [rate * _times(one, expected) for one in slopes]
        d += [earned, rate * _times(A, q - even)]
        if moved is not None:
            d = [
                one + rate * interaction * _times(A, by) for one, by in zip(d, moved, strict=True)
            ]
        cell = groups.cell
        index = rate * earned[cell]
        slope = np.array(d)[:, cell]
        slope = np.concatenate([slope, np.zeros((2, *index.shape))])
        known = groups.partner_last >= 0
        if known.any():
            # Towards the game as it would be if the partner did the same again.
            at, again = cell[known], groups.partner_last[known]
            news = A[at, :, again]
            slope[:-2, known] *= 1.0 - reaction
            for k, one in enumerate(slopes):
                slope[k, known] += reaction * rate * one[at, :, again]
            slope[len(slopes), known] += reaction * news
            slope[-2, known] = rate * (news - earned[at])
            index[known] += reaction * slope[-2, known]
        followed = np.flatnonzero(groups.own_last >= 0)
        slope[-1, followed, groups.own_last[followed]] = 1.0
        index += inertia * slope[-1]
        index -= index.max(axis=1, keepdims=True)
        logs = index - np.log(np.exp(index).sum(axis=1, keepdims=True))
        if groups.errorless:
            likelihoods = logs[groups.group, groups.pattern]
            posterior = groups.emissions[groups.pattern]
        else:
            with np.errstate(divide="ignore"):
                joint = logs[groups.group] + np.log(groups.emissions[groups.pattern])
            top = joint.max(axis=1, keepdims=True)
            raised = np.exp(joint - top)
            sums = raised.sum(axis=1, keepdims=True)
            likelihoods, posterior = (top + np.log(sums))[:, 0], raised / sums
        return RolePart(logs, slope[self.free], likelihoods, posterior)

    def __call__(self, values: Floats) -> Evaluation:
        """The log-likelihood, its score, and the information that errorless codes would hold.

        Minus infinity where the index is beyond what floating point can tell.
        """
        value = 0.0
        size = len(self.free)
        score, information = np.zeros(size), np.zeros((size, size))
        try:
            parts = self.parts(values)
        except OverflowError:
            return Evaluation(-np.inf, score, information)
        for part, groups in zip(parts, self.groups, strict=True):
            value += float(groups.count @ part.likelihoods)
            chances = np.exp(part.logs)
            seen = np.zeros_like(chances)
            np.add.at(seen, groups.group, groups.count[:, None] * part.posterior)
            left = seen - groups.total[:, None] * chances
            flat = part.slopes.reshape(size, -1)
            score += flat @ left.ravel()
            weights = groups.total[:, None] * chances
            means = (part.slopes * chances).sum(axis=2)
            information += (flat * weights.ravel()) @ flat.T - (means * groups.total) @ means.T
        return Evaluation(value, score, information)

    def record_scores(self, values: Floats) -> tuple[Floats, Floats]:
        """The score of a single choice of every record, for each role: shape (records, free)."""
        found = []
        for part, groups in zip(self.parts(values), self.groups, strict=True):
            left = part.posterior - np.exp(part.logs)[groups.group]
            found.append(np.einsum("pri,ri->rp", part.slopes[:, groups.group], left))
        return found[0], found[1]

    def probabilities(self, values: Floats) -> tuple[Floats, Floats]:
        """Each role's probabilities in every group."""
        first, second = (np.exp(part.logs) for part in self.parts(values))
        return first, second


def _times(matrices: Floats, vectors: Floats) -> Floats:
    return np.asarray((matrices @ vectors[:, :, None])[:, :, 0])
