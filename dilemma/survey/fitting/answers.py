"""What a fit of logit responses returns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dilemma.game.display import wrapped
from dilemma.solution import Solution
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    from dilemma.survey.fitting.estimating import Estimation

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Share(Displayed):
    """How often firms in a role chose a strategy, and how often they should have.

    Attributes
    ----------
    role : str
        "row firm", "column firm", or "firm" where both are one population.
    strategy : str
    observed, predicted : float
    """

    role: str
    strategy: str
    observed: float
    predicted: float


@dataclass(frozen=True)
class ProfileInterval(Displayed):
    """An interval of values that the profile likelihood does not reject.

    Attributes
    ----------
    name : str
    level : float
    low, high : float
    low_at_bound, high_at_bound : bool
        True where the interval ends because the domain does: the likelihood has not fallen enough
        to say more. An end at infinity is one of these.
    """

    name: str
    level: float
    low: float
    high: float
    low_at_bound: bool
    high_at_bound: bool

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class LikelihoodRatio(Displayed):
    """A test of a restricted model within a larger one.

    Attributes
    ----------
    name : str
        What the restricted model claims.
    statistic : float
        Twice the difference of the log-likelihoods; NaN if the test can't be made.
    degrees_of_freedom : int
    p_value : float
        Of the χ² distribution.
    log_likelihoods : pair of float
        Of the restricted and of the larger model.
    estimates : mapping of str to float
        The parameters by which the larger model is larger.
    words : str
    """

    name: str
    statistic: float
    degrees_of_freedom: int
    p_value: float
    log_likelihoods: tuple[float, float]
    estimates: Mapping[str, float]
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class LogitFit(Solution):
    """Terms and rationality estimated from choices by maximum likelihood.

    Attributes
    ----------
    names : tuple of str
        What was estimated: terms, or coefficients such as ``"trust: slope of ties"``; rationality.
    estimates, standard_errors : mapping of str to float
        NaN is the error of a parameter at an end of its domain, or at infinity.
    covariance : numpy.ndarray, shape (parameters, parameters)
    errors : str
        What the standard errors are from.
    response : str
        "observed" or "equilibrium".
    log_likelihood : float
    uniform_log_likelihood : float
        If every strategy were chosen equally often.
    aic, bic : float
    choices : float
        How many choices the likelihood holds.
    missing : int
        How many more there are without a code.
    shares : tuple of Share
        Predicted against observed shares.
    at_bounds, infinite : tuple of str
        Parameters that are at an end of their domain, and that go to infinity.
    condition : float
        The condition number of the information in correlation form; large where choices hardly
        tell parameters apart.
    converged : bool
    starts : int
        From how many of the starts this maximum was reached.
    method, exact, complete, status
        As in every answer; ``complete`` if the maximum was found and all estimates are finite.
    """

    names: tuple[str, ...]
    estimates: Mapping[str, float]
    standard_errors: Mapping[str, float]
    covariance: Floats
    errors: str
    response: str
    log_likelihood: float
    uniform_log_likelihood: float
    aic: float
    bic: float
    choices: float
    missing: int
    shares: tuple[Share, ...]
    at_bounds: tuple[str, ...]
    infinite: tuple[str, ...]
    condition: float
    converged: bool
    starts: int
    _estimation: Estimation = field(repr=False)

    @cached_property
    def intervals(self) -> tuple[ProfileInterval, ...]:
        """Profile-likelihood intervals at 95 %, worked out when they are first asked for."""
        from dilemma.survey.fitting.profiles import profile_intervals

        return profile_intervals(self)

    @cached_property
    def tests(self) -> tuple[LikelihoodRatio, ...]:
        """Tests of the two omissions, worked out when they are first asked for.

        "no interaction": κ = 0, firms respond as if their partner's act were drawn uniformly,
        within the model where κ is free. "no dynamics": ρ = ι = 0, choices do not depend on the
        last period, within the model where both are free. See `dilemma.survey.fit_logit`.
        """
        from dilemma.survey.fitting.omissions import omission_tests

        return omission_tests(self)

    def __str__(self) -> str:
        lines = [self.status]
        width = max([len("estimate of"), *map(len, self.names)])
        lines.append(
            f"  {'estimate of':<{width}}  {'value':>10}  {'std. error':>10}  95 % interval"
        )
        for name, interval in zip(self.names, self.intervals, strict=True):
            value, error = self.estimates[name], self.standard_errors[name]
            lines.append(
                f"  {name:<{width}}  {_short(value):>10}  {_short(error):>10}  "
                f"{_short(interval.low)}{'*' * interval.low_at_bound} to "
                f"{_short(interval.high)}{'*' * interval.high_at_bound}"
            )
        if any(one.low_at_bound or one.high_at_bound for one in self.intervals):
            lines.append("  * the domain ends here, or the likelihood does not fall any more")
        lines.append(
            f"  log-likelihood {self.log_likelihood:.4f} (uniform choices: "
            f"{self.uniform_log_likelihood:.4f}), AIC {self.aic:.2f}, BIC {self.bic:.2f}"
        )
        lines.append(f"  {self.choices:g} choices, {self.missing} missing")
        lines += [f"  {one.words}" for one in self.tests]
        roles = list(dict.fromkeys(one.role for one in self.shares))
        names = list(dict.fromkeys(one.strategy for one in self.shares))
        wide = max(map(len, names))
        lines.append(
            f"  {'observed / predicted':<{max(wide, 20)}}"
            + "".join(f"  {role:>16}" for role in roles)
        )
        by = {(one.role, one.strategy): one for one in self.shares}
        for name in names:
            cells = ""
            for role in roles:
                one = by.get((role, name))
                text = "-" if one is None else f"{one.observed:.4f} / {one.predicted:.4f}"
                cells += f"  {text:>16}"
            lines.append(f"  {name:<{max(wide, 20)}}{cells}")
        return wrapped(lines)


def _short(value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:.5g}"
