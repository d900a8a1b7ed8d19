"""What a fit of policies returns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dilemma.game.display import wrapped
from dilemma.solution import Solution
from dilemma.survey.fitting.answers import LikelihoodRatio
from dilemma.writing.pages import Displayed


@dataclass(frozen=True)
class FirmPolicy(Displayed):
    """Which policy a firm seems to follow.

    Attributes
    ----------
    case, firm : str
    periods : int
        How many of its choices speak to that.
    best : tuple of str
        The policy with the largest posterior; several if they tie.
    posterior : mapping of str to float
        The probability of each policy, given the firm's choices and the weights of all firms.
    deviations : mapping of str to float
        How many of its choices each policy would not have made (of a mixed reply, the expected
        number).
    """

    case: str
    firm: str
    periods: int
    best: tuple[str, ...]
    posterior: Mapping[str, float]
    deviations: Mapping[str, float]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class PolicyFit(Solution):
    """A mixture over policies, estimated from what firms did from period to period.

    Attributes
    ----------
    names : tuple of str
        The policies; those that the observed histories can't tell apart are one, joined by "or".
    weights, standard_errors : mapping of str to float
        Shares of firms; a weight of 0 has no error (NaN).
    error_rate, error_rate_error : float
        The probability that an act goes wrong, and its standard error (NaN at 0, or if given).
    alone : mapping of str to (float, float)
        If all firms followed one policy: the likeliest error rate, and the log-likelihood.
    firms : tuple of FirmPolicy
    tests : tuple of LikelihoodRatio
        For each policy with a positive weight: could it be left out? On the boundary: half of the
        statistic's probability is at 0 (self1987).
    indistinguishable : tuple of tuples of str
        Policies that would have done the same in all that was observed.
    log_likelihood, aic, bic : float
    choices : int
    unused : int
        Choices that say nothing on policies: after a period with a missing choice, or a gap.
    missing : int
        Choices without a strategy.
    method, exact, complete, status
        As in every answer.
    """

    names: tuple[str, ...]
    weights: Mapping[str, float]
    standard_errors: Mapping[str, float]
    error_rate: float
    error_rate_error: float
    alone: Mapping[str, tuple[float, float]]
    firms: tuple[FirmPolicy, ...]
    tests: tuple[LikelihoodRatio, ...]
    indistinguishable: tuple[tuple[str, ...], ...]
    log_likelihood: float
    aic: float
    bic: float
    choices: int
    unused: int
    missing: int

    def __str__(self) -> str:
        lines = [self.status]
        width = min(max(len("policy"), *map(len, self.names)), 34)
        lines.append(
            f"  {'policy':<{width}}  {'share':>6}  {'error':>6}  {'left out: p':>11}  "
            f"{'alone: log-lik.':>15}"
        )
        chances = {one.name: one.p_value for one in self.tests}
        for name in sorted(self.names, key=lambda one: -self.weights[one]):
            label = name if len(name) <= width else name[: width - 3] + "..."
            chance = chances.get(name, math.nan)
            lines.append(
                f"  {label:<{width}}  {self.weights[name]:>6.3f}  "
                f"{_or_dash(self.standard_errors[name], '6.3f'):>6}  "
                f"{_or_dash(chance, '.3g'):>11}  {self.alone[name][1]:>15.2f}"
            )
        lines.append(
            f"  error rate {self.error_rate:.4g} (error "
            f"{_or_dash(self.error_rate_error, '.2g')}); log-likelihood "
            f"{self.log_likelihood:.3f}, AIC {self.aic:.2f}, BIC {self.bic:.2f}"
        )
        return wrapped(lines)


def _or_dash(value: float, form: str) -> str:
    return "-" if math.isnan(value) else f"{value:{form}}"
