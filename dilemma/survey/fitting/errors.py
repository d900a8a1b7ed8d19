r"""Standard errors: from the information, or from sums of scores over cases.

**Cases.** The choices of one alliance may depend on each other. With the score
:math:`s_c` of case c, the sandwich :math:`I^{-1} (\sum_c \psi_c \psi_c^\top) I^{-1}` holds
whatever the dependence within cases (white1982, liang1986). In the observed form a case also moves
the shares that others respond to, and that is counted too (newey1994): with the mean
:math:`\hat q` of choices :math:`e_i` of n partners in a cell,

.. math:: \psi_c = s_c - \sum_{i \in c} \frac1n G^\top (e_i - \hat q), \qquad
          G = \sum_g n_g\, D_g^\top (\mathrm{diag} P_g - P_g P_g^\top)\, \lambda A

where :math:`-G` is the expected derivative of the score by q.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dilemma.survey.fitting.beliefs import Observed

if TYPE_CHECKING:
    from dilemma.survey.fitting.estimating import Estimation

Floats = NDArray[np.float64]
# Less of the variance that the information gives is none.
_ALIKE = 1e-9


def information_errors(
    information: Floats, loose: NDArray[np.bool_]
) -> tuple[Floats, float, Floats | None]:
    """The covariance of the loose parameters, the condition number, and the weakest direction.

    What is not loose has no error: NaN. The condition number is that of the information in
    correlation form; the direction is in units of each parameter's own error.
    """
    size = len(information)
    covariance = np.full((size, size), np.nan)
    places = np.flatnonzero(loose)
    if not len(places):
        return covariance, 1.0, None
    inner = information[np.ix_(places, places)]
    diagonal = np.diag(inner)
    if (diagonal <= 0).any():
        return covariance, np.inf, None
    scale = np.sqrt(diagonal)
    values, vectors = np.linalg.eigh(inner / np.outer(scale, scale))
    weakest = np.zeros(size)
    weakest[places] = vectors[:, 0] / scale
    condition = float(values[-1] / values[0]) if values[0] > 0 else np.inf
    if values[0] > 1e-13:
        inverse = (vectors / values) @ vectors.T / np.outer(scale, scale)
        covariance[np.ix_(places, places)] = inverse
    return covariance, condition, weakest


def sandwich(
    estimation: Estimation, covariance: Floats, loose: NDArray[np.bool_]
) -> tuple[Floats, int]:
    """The covariance that allows for dependence within cases, and for the first stage.

    With how many cases it is from.

    Raises
    ------
    ValueError
        If there is one case only.
    """
    likelihood, choices = estimation.likelihood, estimation.choices
    at = estimation.found.values
    names, case = np.unique(choices.case, return_inverse=True)
    case, cases = case.ravel(), len(names)
    if cases < 2:
        raise ValueError(
            "errors: requires 'information' where there is one case only (sums over cases need "
            "several), got 'cases'"
        )
    influence = np.zeros((cases, len(at)))
    scores = likelihood.record_scores(at)
    for role in (0, 1):
        mine = choices.role == role
        own = scores[role][likelihood.groups[role].record]
        np.add.at(influence, case[mine], choices.weight[mine, None] * own)
    if isinstance(likelihood.beliefs, Observed):
        _first_stage(estimation, influence, case)
    places = np.flatnonzero(loose & ~np.isnan(np.diag(covariance)))
    bread = covariance[np.ix_(places, places)]
    meat = influence[:, places].T @ influence[:, places]
    result = np.full_like(covariance, np.nan)
    found = cases / (cases - 1) * bread @ meat @ bread
    # Cases that are all alike add up to no score each, which says nothing on how they vary.
    alike = np.diag(found) < _ALIKE * np.diag(bread)
    found[alike] = found[:, alike] = np.nan
    result[np.ix_(places, places)] = found
    return result, cases


def _first_stage(estimation: Estimation, influence: Floats, case: NDArray[np.int64]) -> None:
    """Take away what a case adds to the shares that others respond to."""
    likelihood, choices = estimation.likelihood, estimation.choices
    assert isinstance(likelihood.beliefs, Observed)
    stratum = likelihood.beliefs.stratum
    strata = int(stratum.max()) + 1
    whole = likelihood.at(estimation.found.values)
    rate, interaction, reaction = whole[-4:-1]
    payoffs = likelihood.model.payoffs(whole[: likelihood.model.coefficients])
    parts = likelihood.parts(estimation.found.values)
    moved: list[Floats] = []
    for part, groups, (A, _) in zip(parts, likelihood.groups, payoffs, strict=True):
        chances = np.exp(part.logs)
        centred = part.slopes - (part.slopes * chances).sum(axis=2, keepdims=True)
        weight = groups.total * (1 - reaction * (groups.partner_last >= 0))
        by_index = centred * (chances * weight[:, None])
        by_share = rate * interaction * np.einsum("pgi,gij->gpj", by_index, A[groups.cell])
        total = np.zeros((strata, *by_share.shape[1:]))
        np.add.at(total, stratum[groups.cell], by_share)
        moved.append(total)
    shares = likelihood.beliefs.partners_of_columns, likelihood.beliefs.partners_of_rows
    for partner in (0, 1):
        # Choices in this role make the shares that the other role responds to; pooled, both.
        mine = (
            (choices.role == partner)
            if not estimation.pooled
            else np.ones_like(choices.role, bool)
        )
        gradient = moved[1 - partner]
        cell, weight = choices.cell[mine], choices.weight[mine]
        place = stratum[cell]
        size = np.bincount(place, weight, minlength=strata)
        chosen = choices.emissions[partner][choices.pattern[mine]]
        surprise = (chosen - shares[partner][cell]) * (weight / size[place])[:, None]
        effect = np.einsum("npj,nj->np", gradient[place], surprise)
        np.subtract.at(influence, case[mine], effect)
