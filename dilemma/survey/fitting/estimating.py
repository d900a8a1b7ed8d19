"""From a likelihood to estimates: starts, the highest maximum, and what is doubtful about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from dilemma.game.display import listed
from dilemma.survey.fitting.answers import LogitFit, Share
from dilemma.survey.fitting.beliefs import InEquilibrium
from dilemma.survey.fitting.choices import Choices
from dilemma.survey.fitting.errors import information_errors, sandwich
from dilemma.survey.fitting.identification import flatness, trade_off
from dilemma.survey.fitting.likelihood import LogitLikelihood
from dilemma.survey.fitting.maximum import Maximum, climb, observed_information
from dilemma.survey.fitting.scales import FARTHEST, RATIONALITY

Floats = NDArray[np.float64]
# A correlation form worse than this is called weak: estimates correlated by more than .998.
WEAK = 1e3
# Sums over fewer cases than this are no basis for standard errors.
FEW_CASES = 30
# Beyond this condition a direction is as good as flat; a fall by less, relative to it, is none.
_FLAT, _LEVEL = 1e8, 1e-9
# How much of the log-likelihood is left to climb where a first climb ends.
_ROUGH = 1e-3
# With how many cells starts are screened; ends that are lower than the highest by more are not
# climbed on from.
_SCREENED, _CLOSE = 300, 2.0


@dataclass(frozen=True, eq=False)
class Estimation:
    """A likelihood with all that fits of it share.

    Attributes
    ----------
    likelihood : LogitLikelihood
    choices : Choices
    names : tuple of str
        Of the free parameters.
    low, high : numpy.ndarray
        Their bounds.
    unbounded : numpy.ndarray of bool
        Those on a scale on which the ends of a domain lie at infinity.
    starts : tuple of numpy.ndarray
    nested : tuple of numpy.ndarray of bool
        What is free in models within this one, of which fits are further starts.
    probes : tuple of numpy.ndarray
        Points at which it is looked whether parameters can be told apart.
    strategies : pair of tuples of str
    pooled : bool
        True if both roles are one population.
    response, method : str
    notes : tuple of str
        What the status is to say besides.
    best : Maximum, optional
        Once it was found.
    inflation : numpy.ndarray, optional
        How many times larger the variance of each estimate is than the information says.
    """

    likelihood: LogitLikelihood
    choices: Choices
    names: tuple[str, ...]
    low: Floats
    high: Floats
    unbounded: NDArray[np.bool_]
    starts: tuple[Floats, ...]
    probes: tuple[Floats, ...]
    strategies: tuple[tuple[str, ...], tuple[str, ...]]
    pooled: bool
    response: str
    method: str
    nested: tuple[NDArray[np.bool_], ...] = ()
    notes: tuple[str, ...] = ()
    best: Maximum | None = None
    inflation: Floats | None = None

    @property
    def found(self) -> Maximum:
        """The maximum."""
        assert self.best is not None
        return self.best


def require_identified(estimation: Estimation) -> None:
    """Refuse parameters that no number of choices could tell apart.

    Raises
    ------
    ValueError
        Naming those that trade off.
    """
    flat = flatness(estimation.likelihood, estimation.names, estimation.probes)
    _fresh(estimation.likelihood)
    if flat is None:
        return
    if len(flat.names) == 1:
        raise ValueError(
            f"free: requires what choices depend on, but no choice probability depends on "
            f"{flat.names[0]} here; leave it out"
        )
    raise ValueError(
        f"free: requires parameters that choices can tell apart, but {flat.words} leaves every "
        f"choice probability as it is; fix at least one of {listed(flat.names)}"
    )


def highest(
    likelihood: LogitLikelihood,
    starts: Sequence[Floats],
    low: Floats,
    high: Floats,
    nested: Sequence[NDArray[np.bool_]] = (),
) -> tuple[Maximum, int]:
    """The highest of the maxima from several starts, and from how many of them it was reached.

    Each nested model, in which only some parameters are free and the others as in the first start,
    is fitted from all starts, and its best fit is a start too: so none of them is higher. Where
    there are many cells, this is done with some of them, and the ends that are about the highest
    are the starts with all.
    """
    cells = likelihood.model.cells
    if cells <= 2 * _SCREENED or len(starts) + len(nested) == 1:
        ends = _ends(likelihood, starts, low, high, nested)
        rivals = [max(ends, key=lambda one: one.value)]
    else:
        some = np.unique(np.linspace(0, cells - 1, _SCREENED).round().astype(np.int64))
        ends = _ends(likelihood.only(some), starts, low, high, nested)
        rivals = []
        for end in sorted(ends, key=lambda one: -one.value):
            if all(2 * _ROUGH < other.value - end.value < _CLOSE for other in rivals):
                rivals.append(end)
    found = []
    for rival in rivals:
        _fresh(likelihood)
        found.append(climb(likelihood, rival.values, low, high))
    best, origin = max(zip(found, rivals, strict=True), key=lambda pair: pair[0].value)
    _fresh(likelihood)
    again = likelihood(best.values).value
    if abs(again - best.value) > 1e-7 * (1 + abs(best.value)):
        # On the way, Newton's method left the principal branch.
        careful = replace(likelihood, beliefs=InEquilibrium(keep=False))
        best = climb(careful, best.values, low, high)
        _fresh(likelihood)
    return best, sum(abs(one.value - origin.value) <= 2 * _ROUGH for one in ends[: len(starts)])


def _ends(
    likelihood: LogitLikelihood,
    starts: Sequence[Floats],
    low: Floats,
    high: Floats,
    nested: Sequence[NDArray[np.bool_]],
) -> list[Maximum]:
    """Where rough climbs end: from the starts, and from the best fit of each nested model."""
    found = [_roughly(likelihood, start, low, high) for start in starts]
    for free in nested:
        inner = [
            _roughly(
                likelihood,
                np.where(free, start, starts[0]),
                np.where(free, low, starts[0]),
                np.where(free, high, starts[0]),
            )
            for start in starts
        ]
        begin = max(inner, key=lambda one: one.value).values
        found.append(_roughly(likelihood, begin, low, high))
    return found


def _roughly(likelihood: LogitLikelihood, start: Floats, low: Floats, high: Floats) -> Maximum:
    _fresh(likelihood)
    return climb(likelihood, start, low, high, rough=_ROUGH)


def refreshed(likelihood: LogitLikelihood) -> LogitLikelihood:
    """The likelihood, which from now on finds its equilibria from uniform play."""
    _fresh(likelihood)
    return likelihood


def _fresh(likelihood: LogitLikelihood) -> None:
    if isinstance(likelihood.beliefs, InEquilibrium):
        likelihood.beliefs.forget()


def estimate(estimation: Estimation, errors: str) -> LogitFit:
    """Find the maximum, and describe it."""
    likelihood, names = estimation.likelihood, estimation.names
    best, reached = highest(
        likelihood, estimation.starts, estimation.low, estimation.high, estimation.nested
    )
    information = observed_information(likelihood, best.values, estimation.low, estimation.high)
    runaways = _runaways(estimation, best, information)
    held = best.held & ~runaways
    loose = ~best.held & ~runaways
    covariance, condition, weakest = information_errors(information, loose)
    estimation = replace(estimation, best=best)
    notes = [*estimation.notes]
    if errors == "cases":
        plain = np.diag(covariance)
        covariance, many = sandwich(estimation, covariance, loose)
        estimation = replace(estimation, inflation=np.diag(covariance) / plain)
        if (np.isnan(np.diag(covariance)) & ~np.isnan(plain)).any():
            notes.append(
                "cases are all alike, so that how much they vary cannot be told: intervals are "
                "those of the likelihood alone"
            )
        elif many < FEW_CASES:
            notes.append(f"standard errors rest on no more than {many} cases")
    # What an estimate at an end of its domain, or at infinity, has no error.
    values = np.where(runaways, np.copysign(math.inf, best.values), best.values)
    deviations = np.sqrt(np.where(np.diag(covariance) >= 0, np.diag(covariance), math.nan))
    covariance.setflags(write=False)
    total, free = estimation.choices.total, len(names)
    bounds = tuple(np.array(names)[held].tolist())
    infinite = tuple(np.array(names)[runaways].tolist())
    direction = None
    if condition > WEAK and weakest is not None:
        big = np.abs(weakest) > 0.1 * np.abs(weakest).max()
        direction = trade_off(np.array(names)[big].tolist(), weakest[big])
    fine = best.converged and not infinite
    return LogitFit(
        method=estimation.method,
        exact=False,
        complete=fine,
        status=_status(best, estimation, reached, bounds, infinite, condition, direction, notes),
        names=names,
        estimates=_mapping(names, values),
        standard_errors=_mapping(names, deviations),
        covariance=covariance,
        errors=_ERRORS[errors],
        response=estimation.response,
        log_likelihood=best.value,
        uniform_log_likelihood=_uniform(estimation.choices),
        aic=2 * free - 2 * best.value,
        bic=free * math.log(total) - 2 * best.value,
        choices=total,
        missing=estimation.choices.missing,
        shares=_shares(estimation),
        at_bounds=bounds,
        infinite=infinite,
        condition=condition,
        converged=best.converged,
        starts=reached,
        _estimation=estimation,
    )


_ERRORS = {
    "information": "the observed information",
    "cases": "sums of scores over cases (a sandwich)",
}


def _mapping(names: Sequence[str], values: Floats) -> MappingProxyType[str, float]:
    return MappingProxyType(dict(zip(names, values.tolist(), strict=True)))


def _runaways(estimation: Estimation, best: Maximum, information: Floats) -> NDArray[np.bool_]:
    """Parameters along which the likelihood does not fall any more, however far they go."""
    found = np.zeros(len(best.values), dtype=bool)
    for k, value in enumerate(best.values):
        far = best.values.copy()
        if information[k, k] * value**2 > 0.1:
            continue  # it has a curvature that ends the matter
        if estimation.unbounded[k]:
            if abs(value) < 8:
                continue
            far[k] = np.clip(2 * value, -FARTHEST * 2, FARTHEST * 2)
        elif math.isinf(estimation.high[k]) and value > 0:
            far[k] = 4 * value
        else:
            continue
        then = estimation.likelihood(far).value
        found[k] = bool(then >= best.value - _LEVEL * (1 + abs(best.value)))
    if not found.any():
        found |= _together(estimation, best, information)
    _fresh(estimation.likelihood)
    return found


def _together(estimation: Estimation, best: Maximum, information: Floats) -> NDArray[np.bool_]:
    """Several coefficients along which, if all go at once, the likelihood does not fall."""
    none = np.zeros(len(best.values), dtype=bool)
    _, condition, direction = information_errors(information, ~best.held)
    if direction is None or condition < _FLAT:
        return none
    moving = np.abs(direction) > 0.1 * np.abs(direction).max()
    if not estimation.unbounded[moving].all() or np.abs(best.values[moving]).max() < 8:
        return none
    direction = np.where(moving, direction, 0.0) / np.abs(direction).max()
    outwards = math.copysign(1.0, float(direction @ best.values))
    # A little further only, since the direction is known from rounded scores.
    then = estimation.likelihood(best.values + 2 * outwards * direction).value
    return moving if then >= best.value - _LEVEL * (1 + abs(best.value)) else none


def _uniform(choices: Choices) -> float:
    total = 0.0
    for role in (0, 1):
        mine = choices.role == role
        chances = choices.emissions[role].mean(axis=1)[choices.pattern[mine]]
        total += float(choices.weight[mine] @ np.log(chances))
    return total


def _shares(estimation: Estimation) -> tuple[Share, ...]:
    likelihood, choices = estimation.likelihood, estimation.choices
    everything = replace(choices, cell=np.zeros_like(choices.cell), cells=1)
    observed = everything.shares(pooled=estimation.pooled)
    both = likelihood.probabilities(estimation.found.values)
    sums = [groups.total @ one for one, groups in zip(both, likelihood.groups, strict=True)]
    if estimation.pooled:
        sums = [sums[0] + sums[1]]
    roles = ["firm"] if estimation.pooled else ["row", "column"]
    return tuple(
        Share(role, name, float(seen), float(predicted))
        for role, names, one, expected in zip(
            roles, estimation.strategies, observed, sums, strict=False
        )
        for name, seen, predicted in zip(
            names, one[0], expected / expected.sum() if expected.sum() else expected, strict=True
        )
    )


def _status(
    best: Maximum,
    estimation: Estimation,
    reached: int,
    bounds: Sequence[str],
    infinite: Sequence[str],
    condition: float,
    direction: str | None,
    notes: Sequence[str],
) -> str:
    tried = len(estimation.starts)
    if infinite:
        words = "The likelihood has no maximum"
    elif not best.converged:
        words = "The climb did not settle: the estimates are no maximum, raise starts"
    elif not reached:
        words = (
            "The highest maximum of the likelihood that was found, from a fit of fewer parameters "
            f"and from none of the {tried} start{'s' * (tried > 1)}"
        )
    elif tried == 1:
        words = "The maximum of the likelihood"
    else:
        words = f"The highest maximum of the likelihood, reached from {reached} of {tried} starts"
    if infinite:
        many = len(infinite) > 1
        words += (
            f": it rises for ever as {listed(infinite)} "
            f"{'go' if many else 'goes'} to infinity; the others are estimated there"
        )
        if RATIONALITY in infinite:
            words += " (every choice is a best reply)"
    if RATIONALITY in bounds:
        words += (
            "; rationality is 0: choices do not respond to these payoffs, and terms cannot be "
            "estimated from them"
        )
        bounds = [one for one in bounds if one != RATIONALITY]
    if bounds:
        words += (
            f"; {listed(bounds)} {'lie' if len(bounds) > 1 else 'lies'} at an end of the domain, "
            "and other errors are given that"
        )
    if direction is not None:
        words += (
            f"; weakly identified (condition number {condition:.1e}): {direction} hardly "
            "changes the likelihood"
        )
    return "; ".join([words, *notes]) + "."
