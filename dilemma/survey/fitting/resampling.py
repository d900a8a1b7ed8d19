"""How much estimates vary if other cases had been surveyed: the bootstrap over cases."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction
from dilemma.game.checking import count
from dilemma.game.display import wrapped
from dilemma.solution import Solution
from dilemma.survey.fitting.answers import LogitFit
from dilemma.survey.fitting.beliefs import InEquilibrium, Observed
from dilemma.survey.fitting.choices import grouped
from dilemma.survey.fitting.estimating import Estimation, highest
from dilemma.survey.fitting.maximum import Maximum

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class BootstrapFit(Solution):
    """Estimates from cases drawn again and again from the survey.

    Attributes
    ----------
    names : tuple of str
    estimates : numpy.ndarray, shape (repetitions, parameters), read-only
    standard_errors : mapping of str to float
        Standard deviations over the repetitions.
    intervals : mapping of str to (float, float)
        Percentiles.
    level : float
    failed : int
        Repetitions without a maximum; they are not among the estimates.
    """

    names: tuple[str, ...]
    estimates: Floats
    standard_errors: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    level: float
    failed: int

    def __str__(self) -> str:
        width = max(map(len, self.names))
        lines = [self.status]
        for name in self.names:
            low, high = self.intervals[name]
            lines.append(
                f"  {name:<{width}}  std. error {self.standard_errors[name]:.5g}, "
                f"{self.level:.0%} interval {low:.5g} to {high:.5g}"
            )
        return wrapped(lines)


def bootstrap_fit(
    fit: LogitFit, repetitions: int = 200, seed: Any = 0, level: Any = 0.95
) -> BootstrapFit:
    """Fit again to cases that are drawn, with replacement, from those of the survey.

    Whole cases are drawn, so that choices within a case may depend on each other; and in the
    observed form the shares to which firms respond are counted anew, so that their errors are in
    the answer, which they are not in those of the observed information.

    Parameters
    ----------
    fit : LogitFit
        From a survey with at least 2 cases.
    repetitions : int
    seed : anything that `numpy.random.default_rng` takes
    level : number in (0, 1)

    Returns
    -------
    BootstrapFit

    Raises
    ------
    TypeError, ValueError
        If there are too few cases or repetitions, or the level is outside (0, 1).

    Notes
    -----
    Each repetition climbs from the fit's estimates alone. Estimated errors of raters are kept.

    References
    ----------
    efron1979 in ``references.bib``.

    Examples
    --------
    >>> from dilemma import Alliance
    >>> from dilemma.survey import fit_logit, simulate_survey
    >>> survey = simulate_survey(Alliance(), cases=200, seed=1)
    >>> fit = fit_logit(survey, Alliance(), free="rationality")
    >>> again = bootstrap_fit(fit, repetitions=50, seed=2)
    >>> again.estimates.shape, again.failed
    ((50, 1), 0)
    """
    if not isinstance(fit, LogitFit):
        raise TypeError(f"fit: requires a LogitFit, got {type(fit).__name__}")
    many = count(repetitions, "repetitions", 2, "repetitions")
    share = float(fraction(level, "level"))
    if not 0 < share < 1:
        raise ValueError(f"level: requires a number in (0, 1), got {level!r}")
    estimation = fit._estimation
    choices = estimation.choices
    cases, place = np.unique(choices.case, return_inverse=True)
    if len(cases) < 2:
        raise ValueError(f"fit: requires at least 2 cases to draw from, got {len(cases)}")
    generator = np.random.default_rng(seed)
    found, failed = [], 0
    for _ in range(many):
        times = np.bincount(generator.integers(len(cases), size=len(cases)), minlength=len(cases))
        again = _again(estimation, times[place.ravel()].astype(np.float64))
        if again is None or not again.converged:
            failed += 1
            continue
        found.append(again.values)
    estimates = np.array(found).reshape(len(found), len(fit.names))
    estimates.setflags(write=False)
    deviations = (
        estimates.std(axis=0, ddof=1) if len(found) > 1 else np.full(len(fit.names), np.nan)
    )
    tails = [(1 - share) / 2, (1 + share) / 2]
    ends = (
        np.quantile(estimates, tails, axis=0) if found else np.full((2, len(fit.names)), math.nan)
    )
    without = f"; {failed} had no maximum and are left out" if failed else ""
    return BootstrapFit(
        method="bootstrap over cases",
        exact=False,
        complete=not failed,
        status=f"{len(found)} fits to {len(cases)} cases drawn from the survey's{without}.",
        names=fit.names,
        estimates=estimates,
        standard_errors=MappingProxyType(dict(zip(fit.names, deviations.tolist(), strict=True))),
        intervals=MappingProxyType(
            {name: (float(a), float(b)) for name, (a, b) in zip(fit.names, ends.T, strict=True)}
        ),
        level=share,
        failed=failed,
    )


def _again(estimation: Estimation, times: Floats) -> Maximum | None:
    """The maximum with each choice counted so many times; None if a role has no choice."""
    choices = replace(estimation.choices, weight=estimation.choices.weight * times)
    likelihood = estimation.likelihood
    beliefs = likelihood.beliefs
    if isinstance(beliefs, Observed):
        stratum = beliefs.stratum
        by_stratum = replace(choices, cell=stratum[choices.cell], cells=int(stratum.max()) + 1)
        first, second = by_stratum.shares(pooled=estimation.pooled)
        if np.isnan(first).any() or np.isnan(second).any():
            return None
        beliefs = Observed(second[stratum], first[stratum], stratum)
    else:
        beliefs = InEquilibrium()
    groups = grouped(choices, 0, past=False), grouped(choices, 1, past=False)
    new = replace(likelihood, beliefs=beliefs, groups=groups)
    best, _ = highest(new, [estimation.found.values], estimation.low, estimation.high)
    return best
