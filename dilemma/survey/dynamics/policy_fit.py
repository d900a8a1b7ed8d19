"""Which policies of repeated play lie behind what firms did: a mixture over named ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import Alliance
from dilemma.alliance.evaluation import kind_of_terms
from dilemma.arrays.exact import fraction, to_float
from dilemma.game.display import listed, wrapped
from dilemma.game.repeating import ERRORS
from dilemma.repeated import Policy, named_policies
from dilemma.solution import Solution
from dilemma.survey.coding.cases import CaseSurvey
from dilemma.survey.dynamics.mixtures import Kinds, likeliest_mixture, mixture_errors
from dilemma.survey.fitting.answers import LikelihoodRatio
from dilemma.writing.pages import Displayed

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


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


def fit_policies(
    survey: CaseSurvey,
    alliance: Alliance,
    policies: Any = None,
    *,
    suspicion: Any = None,
    error: str = "execution",
    opening: bool = True,
    ties: str = "missing",
) -> PolicyFit:
    r"""Fit a mixture over memory-one policies to what firms did from period to period.

    Each firm follows one policy throughout, drawn with the weights w; its act goes wrong with the
    probability ε (`dilemma.game.RepeatedGame`: suspicion). A choice s after own i and the
    partner's j has, under a policy with replies p,

    .. math:: (1 - \varepsilon)\,p(s \mid i, j) + \varepsilon\,\frac{1 - p(s \mid i, j)}{m - 1}
              \quad \text{(execution)}, \qquad
              \sum_{j'} E_{jj'}\,p(s \mid i, j') \quad \text{(perception)}

    with :math:`E_{jj'} = 1 - \varepsilon` for j' = j and ε/(m − 1) otherwise. Given what was
    observed, firms' choices are independent, so that each firm has its own likelihood.

    Parameters
    ----------
    survey : CaseSurvey
        With one rating of each firm, over several periods.
    alliance : Alliance
        Of numbers; its game gives policies their strategies, and aspirations their payoffs.
    policies : sequence of names or Policy, optional
        All of `dilemma.repeated.named_policies` if left out. A `Policy` is one for either firm;
        a name is that policy of each.
    suspicion : number in [0, 1), optional
        The error rate, if it is known; estimated if left out.
    error : "execution" or "perception"
    opening : bool
        Whether a case's first period in the survey is the alliance's first, so that policies'
        openings count; otherwise it is only a past.
    ties : str
        As in `classify`.

    Returns
    -------
    PolicyFit
        Policies that would have made the same choices, as likely, in all observed histories can't
        be told apart: they are one entry, named in ``indistinguishable``.

    Raises
    ------
    TypeError, ValueError
        If a policy is unknown or does not fit the alliance, no choice speaks to policies, or none
        of the policies could have made a firm's choices at the error rate.

    Notes
    -----
    By expectation and maximization from several error rates (dempster1977), errors of estimates
    from the observed information. Without errors, a single act that no policy would have made
    is impossible: leave suspicion to be estimated.

    References
    ----------
    dempster1977, self1987 in ``references.bib``; the idea of estimating a mixture over strategies
    of repeated games from choices is that of dalbo2011.

    Examples
    --------
    >>> from dilemma.survey import simulate_survey
    >>> shares = {"grim": 0.5, "always competition": 0.5}
    >>> survey = simulate_survey(
    ...     Alliance(), 200, periods=8, seed=1, policies=shares, suspicion=0.05
    ... )
    >>> fit = fit_policies(survey, Alliance(), ["grim", "always competition", "reciprocate"])
    >>> {name: round(weight, 2) for name, weight in fit.weights.items()}
    {'grim': 0.52, 'always competition': 0.48, 'reciprocate': 0.0}
    """
    if not isinstance(survey, CaseSurvey):
        raise TypeError(f"survey: requires a CaseSurvey, got {type(survey).__name__}")
    if not isinstance(alliance, Alliance) or kind_of_terms(alliance.terms) != "number":
        raise TypeError(f"alliance: requires an Alliance of numbers, got {alliance!r}")
    if error not in ERRORS:
        raise ValueError(f"error: requires one of {', '.join(ERRORS)}, got {error!r}")
    rate = None
    if suspicion is not None:
        rate = to_float(fraction(suspicion, "suspicion"))
        if not 0 <= rate < 1:
            raise ValueError(f"suspicion: requires a number in [0, 1), got {suspicion!r}")
    both = _both_policies(alliance, policies)
    history = _history(survey, alliance, opening, ties)
    fine, wrong = _chances(both, history, error)
    names, places, same = _told_apart([one.name for one in both[0]], fine, wrong)
    fine, wrong = fine[:, places], wrong[:, places]
    kinds = _counted(fine, wrong, history)
    fit = likeliest_mixture(kinds, rate)
    if not math.isfinite(fit.log_likelihood):
        at = "any error rate" if rate is None else f"an error rate of {rate:g}"
        raise ValueError(
            f"policies: requires ones that could have made every firm's choices at {at}, got "
            f"{listed(names)}; leave suspicion to be estimated, or add policies"
        )
    deviations, error_rate_error = mixture_errors(kinds, fit, rate is None)
    weights = np.where(fit.weights < 1e-7, 0.0, fit.weights)
    free = len(names) - 1 + (rate is None)
    firms = len(history.cases)
    alone = {}
    for k, name in enumerate(names):
        one = likeliest_mixture(kinds.only(np.array([k])), rate)
        alone[name] = (one.error, one.log_likelihood)
    value = fit.log_likelihood
    return PolicyFit(
        method="mixture over policies of one period's memory, by expectation and maximization",
        exact=False,
        complete=fit.converged,
        status=_status(fit.converged, names, weights, same, history, len(names) > 1),
        names=tuple(names),
        weights=MappingProxyType(dict(zip(names, weights.tolist(), strict=True))),
        standard_errors=MappingProxyType(dict(zip(names, deviations.tolist(), strict=True))),
        error_rate=fit.error,
        error_rate_error=error_rate_error,
        alone=MappingProxyType(alone),
        firms=_firms(names, fit.posterior, fine, history),
        tests=_leaving_out(kinds, names, weights, value, rate),
        indistinguishable=same,
        log_likelihood=value,
        aic=2 * free - 2 * value,
        bic=free * math.log(firms) - 2 * value,
        choices=len(history.act),
        unused=history.unused,
        missing=history.missing,
    )


@dataclass(frozen=True, eq=False)
class _History:
    """Choices that speak to policies: whose, after what."""

    firm: Integers
    side: Integers
    act: Integers
    own_last: Integers
    partner_last: Integers
    cases: tuple[str, ...]
    firms: tuple[str, ...]
    unused: int
    missing: int


def _both_policies(alliance: Alliance, policies: Any) -> tuple[list[Policy], list[Policy]]:
    game = alliance.game()
    known = named_policies(game, 0), named_policies(game, 1)
    if policies is None:
        chosen: list[Any] = list(known[0])
    elif isinstance(policies, (str, Policy)):
        chosen = [policies]
    elif isinstance(policies, Iterable):
        chosen = list(policies)
    else:
        raise TypeError(f"policies: requires a sequence of policies, got {policies!r}")
    if not chosen:
        raise ValueError("policies: requires at least one policy, got none")
    both: tuple[list[Policy], list[Policy]] = ([], [])
    for one in chosen:
        if isinstance(one, Policy):
            if one.strategies != game.strategies:
                raise ValueError(
                    f"policies: requires policies with the alliance's strategies, got {one.name} "
                    f"with {one.strategies[0]}"
                )
            pair = (one, one)
        elif isinstance(one, str) and one in known[0] and one in known[1]:
            pair = (known[0][one], known[1][one])
        else:
            raise ValueError(
                f"policies: requires a Policy or a name among {', '.join(known[0])}, got {one!r}"
            )
        if pair[0].name in [other.name for other in both[0]]:
            raise ValueError(f"policies: requires different names, got {pair[0].name!r} twice")
        both[0].append(pair[0])
        both[1].append(pair[1])
    return both


def _history(survey: CaseSurvey, alliance: Alliance, opening: bool, ties: str) -> _History:
    pairs = survey.pairs(alliance.strategies, ties)
    strategy, previous = pairs.strategy, pairs.previous
    before = np.where(previous[:, None] >= 0, strategy[previous], -1)
    after = (before >= 0).all(axis=1)
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = pairs.case[1:] != pairs.case[:-1]
    speaks = after | (first & opening)
    there = np.asarray(strategy >= 0)
    used = there & speaks[:, None]
    row, side = np.nonzero(used)
    if not len(row):
        raise ValueError(
            "survey: requires choices that follow a period in which both firms' strategies are "
            f"known, or first periods, got none among {int(there.sum()):,} choices"
        )
    key = np.stack([pairs.case[row], side], axis=1)
    different, firm = np.unique(key, axis=0, return_inverse=True)
    firm = firm.ravel()
    example = np.full(len(different), -1)
    example[firm[::-1]] = np.arange(len(row))[::-1]
    opened = first[row] & ~np.asarray(after)[row]
    return _History(
        firm=firm,
        side=side,
        act=strategy[row, side],
        own_last=np.where(opened, -1, before[row, side]),
        partner_last=np.where(opened, -1, before[row, 1 - side]),
        cases=tuple(pairs.cases[k] for k in different[:, 0]),
        firms=tuple(str(pairs.firms[row[k], side[k]]) for k in example),
        unused=int((there & ~speaks[:, None]).sum()),
        missing=int((~there).sum()),
    )


def _chances(
    both: tuple[list[Policy], list[Policy]], history: _History, error: str
) -> tuple[Floats, Floats]:
    """The probability of each choice under each policy: as meant, and if something goes wrong."""
    fine = np.empty((len(history.act), len(both[0])))
    wrong = np.empty_like(fine)
    for side in (0, 1):
        mine = history.side == side
        act, own, other = history.act[mine], history.own_last[mine], history.partner_last[mine]
        opened = own < 0
        for k, policy in enumerate(both[side]):
            replies = policy.replies.astype(np.float64)
            m, n, _ = replies.shape
            meant = np.where(
                opened, np.array(policy.opening, dtype=np.float64)[act], replies[own, other, act]
            )
            if error == "execution":
                other_acts = (1.0 - meant) / (m - 1) if m > 1 else meant
            else:
                # Another reading of what the partner did; there is none before the opening.
                summed = replies.sum(axis=1)[own, act]
                misread = (summed - replies[own, other, act]) / (n - 1) if n > 1 else meant
                other_acts = np.where(opened, meant, misread)
            fine[mine, k], wrong[mine, k] = meant, other_acts
    return fine, wrong


def _told_apart(
    names: Sequence[str], fine: Floats, wrong: Floats
) -> tuple[list[str], list[int], tuple[tuple[str, ...], ...]]:
    """Policies that are as likely as each other in all that was observed become one."""
    groups: dict[bytes, list[int]] = {}
    for k in range(len(names)):
        groups.setdefault(fine[:, k].tobytes() + wrong[:, k].tobytes(), []).append(k)
    merged = [" or ".join(names[k] for k in group) for group in groups.values()]
    same = tuple(tuple(names[k] for k in group) for group in groups.values() if len(group) > 1)
    return merged, [group[0] for group in groups.values()], same


def _counted(fine: Floats, wrong: Floats, history: _History) -> Kinds:
    pairs = np.stack([fine.ravel(), wrong.ravel()], axis=1)
    kinds, which = np.unique(pairs, axis=0, return_inverse=True)
    laws, firms = fine.shape[1], len(history.cases)
    law = np.tile(np.arange(laws), len(fine))
    firm = np.repeat(history.firm, laws)
    counts = np.zeros((len(kinds), firms, laws))
    np.add.at(counts, (which.ravel(), firm, law), 1.0)
    return Kinds(kinds[:, 0], kinds[:, 1], counts)


def _firms(
    names: Sequence[str], posterior: Floats, fine: Floats, history: _History
) -> tuple[FirmPolicy, ...]:
    count = len(history.cases)
    away = np.zeros((count, len(names)))
    np.add.at(away, history.firm, 1.0 - fine)
    periods = np.bincount(history.firm, minlength=count)
    found = []
    for f in range(count):
        chance = posterior[f]
        best = tuple(names[k] for k in np.flatnonzero(chance >= chance.max() - 1e-9).tolist())
        found.append(
            FirmPolicy(
                history.cases[f],
                history.firms[f],
                int(periods[f]),
                best,
                MappingProxyType(dict(zip(names, chance.tolist(), strict=True))),
                MappingProxyType(dict(zip(names, away[f].tolist(), strict=True))),
            )
        )
    return tuple(found)


def _leaving_out(
    kinds: Kinds, names: Sequence[str], weights: Floats, full: float, rate: float | None
) -> tuple[LikelihoodRatio, ...]:
    """For each policy with a weight: what is lost without it."""
    from scipy.stats import chi2

    if len(names) == 1:
        return ()
    found = []
    for k in np.flatnonzero(weights > 0).tolist():
        others = np.delete(np.arange(len(names)), k)
        value = likeliest_mixture(kinds.only(others), rate).log_likelihood
        statistic = max(2 * (full - value), 0.0)
        chance = 0.5 * float(chi2.sf(statistic, 1)) if statistic > 0 else 1.0
        verdict = "some firms follow it" if chance < 0.05 else "it could be left out"
        words = f"{names[k]}: {verdict} (likelihood ratio {statistic:.4g}, p = {chance:.3g})"
        found.append(
            LikelihoodRatio(
                names[k],
                statistic,
                1,
                chance,
                (value, full),
                MappingProxyType({names[k]: float(weights[k])}),
                words,
            )
        )
    return tuple(found)


def _status(
    converged: bool,
    names: Sequence[str],
    weights: Floats,
    same: Sequence[Sequence[str]],
    history: _History,
    several: bool,
) -> str:
    count = len(history.cases)
    if not converged:
        words = "The climb did not settle: weights are those of its last step"
    elif several:
        used = int((weights > 0).sum())
        words = f"{used} of {len(names)} policies have a share of the {count} firms"
    else:
        words = f"All {count} firms were given one policy"
    for group in same:
        words += f"; what was observed can't tell {listed(list(group))} apart"
    if history.unused:
        words += f"; {history.unused:,} choices without a known period before say nothing"
    if history.missing:
        words += f"; {history.missing:,} choices are missing"
    return f"{words}."
