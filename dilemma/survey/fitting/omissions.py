r"""Tests of two omissions: interaction between partners, and change over time.

Both compare the likelihood of a larger model with a restricted one (wilks1938). In the larger one
a firm's index of strategies is (see `dilemma.survey.fitting.likelihood`)

.. math:: \lambda A \left[ \beta + \rho\,(e_{j_0} - \beta) \right] + \iota\,e_{i_0}, \qquad
          \beta = u + \kappa\,(q - u).

- **No interaction**: κ = 0 against any κ, one degree of freedom. Firms weigh their own strategies
  as if the partner's act were drawn uniformly: what partners do has no influence.
- **No dynamics**: ρ = ι = 0 against any ρ and ι, two degrees of freedom. *Reaction* ρ is the
  weight of the partner's act of the last period in what a firm expects; *inertia* ι is the gain of
  doing the same again. The restricted model is the one that was fitted.

All three may be any real number, so the restricted values are not at an end, and the statistic has
a χ² distribution in large samples. That the two omissions are the ones that larsson1998 names is
theirs; these forms are ours.
"""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from dilemma.game.display import listed
from dilemma.survey.fitting.answers import LikelihoodRatio, LogitFit
from dilemma.survey.fitting.choices import grouped
from dilemma.survey.fitting.estimating import Estimation, highest, refreshed
from dilemma.survey.fitting.identification import flatness, with_free
from dilemma.survey.fitting.likelihood import LogitLikelihood
from dilemma.survey.fitting.scales import RATIONALITY

_INTERACTION, _REACTION, _INERTIA = 1, 2, 3


def omission_tests(fit: LogitFit) -> tuple[LikelihoodRatio, ...]:
    """Test "no interaction" and "no dynamics" within larger models than the fitted one."""
    if fit.infinite:
        problem = f"{listed(fit.infinite)} {'are' if len(fit.infinite) > 1 else 'is'} infinite"
        return _impossible("no interaction", problem), _impossible("no dynamics", problem)
    return _interaction(fit._estimation), _dynamics(fit._estimation)


def _interaction(estimation: Estimation) -> LikelihoodRatio:
    name = "no interaction"
    best = estimation.found
    place = estimation.likelihood.model.coefficients + _INTERACTION
    likelihood = refreshed(estimation.likelihood)
    larger, start = with_free(likelihood, best.values, [place], {})
    low, high = np.append(estimation.low, -np.inf), np.append(estimation.high, np.inf)
    names = (*estimation.names, "interaction")
    problem = _why_not(estimation, larger, names, start)
    if problem:
        return _impossible(name, problem)
    full, _ = highest(larger, [start], low, high)
    none, _ = with_free(likelihood, best.values, [], {place: 0.0})
    restricted, _ = highest(none, estimation.starts[:3], estimation.low, estimation.high)
    # The larger model holds the restricted one, so it can't be lower.
    again, _ = highest(larger, [np.append(restricted.values, 0.0)], low, high)
    full = max([full, again], key=lambda one: one.value)
    return _ratio(
        name, restricted.value, full.value, {"interaction": float(full.values[-1])},
        "firms respond to what partners do", "firms ignore what partners do",
    )  # fmt: skip


def _dynamics(estimation: Estimation) -> LikelihoodRatio:
    name = "no dynamics"
    if not estimation.choices.has_past:
        return _impossible(
            name, "no choice follows a period in which both firms' choices are known"
        )
    place = estimation.likelihood.model.coefficients
    groups = grouped(estimation.choices, 0, past=True), grouped(estimation.choices, 1, past=True)
    likelihood = replace(refreshed(estimation.likelihood), groups=groups)
    for extras in ((_REACTION, _INERTIA), (_INERTIA,)):
        larger, start = with_free(
            likelihood, estimation.found.values, [place + one for one in extras], {}
        )
        added = ("reaction", "inertia")[-len(extras) :]
        problem = _why_not(estimation, larger, (*estimation.names, *added), start)
        if not problem:
            break
    else:
        return _impossible(name, problem)
    wide = np.full(len(extras), np.inf)
    full, _ = highest(
        larger, [start], np.append(estimation.low, -wide), np.append(estimation.high, wide)
    )
    values = dict(zip(added, full.values[-len(extras) :].tolist(), strict=True))
    return _ratio(
        name, estimation.found.value, full.value, values,
        "choices depend on the last period", "choices are independent of the last period",
    )  # fmt: skip


def _why_not(
    estimation: Estimation, larger: LogitLikelihood, names: tuple[str, ...], start: np.ndarray
) -> str:
    """Why the larger model can't be estimated, or nothing."""
    if RATIONALITY in names:
        at = names.index(RATIONALITY)
        if estimation.found.values[at] <= 0:
            return "rationality is 0"
    points = []
    for one in estimation.probes:
        point = start.copy()
        point[: len(one)] = one
        # Away from the restricted values, where more could seem flat than is.
        point[len(one) :] += 0.3
        points.append(point)
    flat = flatness(larger, names, points)
    return "" if flat is None else f"{flat.words} leaves every choice probability as it is"


def _impossible(name: str, problem: str) -> LikelihoodRatio:
    return LikelihoodRatio(
        name, math.nan, 0, math.nan, (math.nan, math.nan), MappingProxyType({}),
        f"{name}: cannot be tested here, since {problem}",
    )  # fmt: skip


def _ratio(
    name: str, restricted: float, full: float, values: dict[str, float], yes: str, no: str
) -> LikelihoodRatio:
    from scipy.stats import chi2

    statistic, degrees = max(2 * (full - restricted), 0.0), len(values)
    chance = float(chi2.sf(statistic, degrees))
    verdict = f"rejected at 5 %: {yes}" if chance < 0.05 else f"not rejected at 5 %: {no}, perhaps"
    found = listed([f"{key} {value:.4g}" for key, value in values.items()])
    words = (
        f"{name}: {verdict} (chi-squared {statistic:.4g} on {degrees} degree"
        f"{'s' * (degrees > 1)} of freedom, p = {chance:.3g}; {found})"
    )
    return LikelihoodRatio(
        name, statistic, degrees, chance, (restricted, full), MappingProxyType(values), words
    )
