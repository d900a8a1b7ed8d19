"""Intervals from the profile likelihood."""

from __future__ import annotations

import math
from typing import Any

from dilemma.arrays.exact import fraction
from dilemma.survey.fitting.answers import LogitFit, ProfileInterval
from dilemma.survey.fitting.estimating import refreshed
from dilemma.survey.fitting.maximum import crossing, observed_information


def profile_intervals(fit: LogitFit, level: Any = 0.95) -> tuple[ProfileInterval, ...]:
    r"""Return for each parameter the values that the profile likelihood does not reject.

    With a parameter held at ψ and the others at their best, the log-likelihood is the profile
    :math:`l_p(\psi)`; the interval holds the ψ with :math:`2(\hat l - l_p(\psi)) \le
    \chi^2_{1, \text{level}}`. It does not depend on the scale of a parameter, and respects its
    domain: where the profile has not fallen enough at the domain's end, that is the interval's end
    (``low_at_bound``, ``high_at_bound``).

    Where the standard errors are from sums over cases, a likelihood ratio is not χ² but, in large
    samples, that times the ratio of both variances of the parameter (kent1982): so much
    larger is the fall to which the interval goes. It then allows for dependence within cases
    and, in the observed form, for the errors of the shares that firms respond to.

    Parameters
    ----------
    fit : LogitFit
    level : number in (0, 1)

    Returns
    -------
    tuple of ProfileInterval
        In the order of ``fit.names``. Crossings are found to a relative 1e-9 in the root of the
        likelihood ratio; about three climbs each.

    Raises
    ------
    TypeError, ValueError
        If the level is no number between 0 and 1.

    References
    ----------
    venzon1988, kent1982 in ``references.bib``.

    Examples
    --------
    >>> from dilemma.game import Game
    >>> from dilemma.survey import fit_rationality
    >>> pennies = Game([[[9, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> (interval,) = profile_intervals(fit_rationality(pennies, [[70, 30], [40, 60]]))
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.1457, 0.5898)
    """
    from scipy.stats import chi2

    share = float(fraction(level, "level"))
    if not 0 < share < 1:
        raise ValueError(f"level: requires a number in (0, 1), got {level!r}")
    drop = float(chi2.ppf(share, 1))
    estimation = fit._estimation
    likelihood = refreshed(estimation.likelihood)
    likelihood(estimation.found.values)
    metric = observed_information(
        likelihood, estimation.found.values, estimation.low, estimation.high
    )
    found = []
    for k, name in enumerate(fit.names):
        infinite = name in fit.infinite
        error = fit.standard_errors[name]
        value = float(estimation.found.values[k])
        factor = 1.0
        if estimation.inflation is not None and estimation.inflation[k] > 0:
            factor = float(estimation.inflation[k])
        if not math.isfinite(error) or error <= 0:
            error = max(abs(value) / 4, 0.1)
        ends = []
        for side in (-1, 1):
            if infinite and side * value > 0:
                ends.append((side * math.inf, True))
                continue
            end = crossing(
                likelihood, estimation.found, k, error, factor * drop,
                estimation.low, estimation.high, side, metric,
            )  # fmt: skip
            ends.append((end.value, end.at_bound))
        (low, below), (high, above) = ends
        found.append(ProfileInterval(name, share, low, high, below, above))
    return tuple(found)
