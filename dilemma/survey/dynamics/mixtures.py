r"""Mixtures of known laws with one error rate: weights by expectation and maximization.

Firm f follows law k with a probability :math:`w_k`. A choice has the probability
:math:`(1 - \varepsilon)\,a + \varepsilon\,c` under a law: a if nothing went wrong, and c
if something did. Choices with the same pair (a, c) are counted together, :math:`n_{ufk}` of kind u
under law k, so that

.. math:: \log L_{fk}(\varepsilon) = \sum_u n_{ufk}
          \log\left((1 - \varepsilon) a_u + \varepsilon c_u\right), \qquad
          \log L = \sum_f \log \sum_k w_k L_{fk}(\varepsilon).

An iteration replaces each weight by the mean posterior of its law, and ε by the expected share of
choices that went wrong (dempster1977). The likelihood never falls; it is concave in the weights,
but not in ε, which is started at several values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_STARTS = (0.01, 0.1, 0.3, 0.6, 0.9)
_STEPS = 20_000
_STILL = 1e-13


@dataclass(frozen=True, eq=False)
class Kinds:
    """What was observed, as counts of kinds of choices.

    Attributes
    ----------
    fine, wrong : numpy.ndarray, shape (kinds,)
        a and c.
    counts : numpy.ndarray, shape (kinds, firms, laws)
    """

    fine: Floats
    wrong: Floats
    counts: Floats

    def logs(self, error: float) -> Floats:
        """Each firm's log-likelihood under each law, shape (firms, laws)."""
        with np.errstate(divide="ignore"):
            log = np.log((1 - error) * self.fine + error * self.wrong)
        with np.errstate(invalid="ignore"):
            # 0 times minus infinity is 0 here: what never happened.
            terms = np.where(self.counts > 0, self.counts * log[:, None, None], 0.0)
        return np.asarray(terms.sum(axis=0))

    def only(self, laws: NDArray[np.int64]) -> Kinds:
        """The same under some of the laws."""
        return Kinds(self.fine, self.wrong, self.counts[:, :, laws])


@dataclass(frozen=True, eq=False)
class MixtureFit:
    """The likeliest weights and error rate.

    Attributes
    ----------
    weights : numpy.ndarray, shape (laws,)
    error : float
    log_likelihood : float
    posterior : numpy.ndarray, shape (firms, laws)
    converged : bool
    """

    weights: Floats
    error: float
    log_likelihood: float
    posterior: Floats
    converged: bool


def likeliest_mixture(kinds: Kinds, error: float | None = None) -> MixtureFit:
    """The likeliest weights, and error rate unless it is given.

    Where no error rate makes the observations possible the log-likelihood is minus infinity.
    """
    starts = _STARTS if error is None else (error,)
    found = [_climb(kinds, one, error is None) for one in starts]
    return max(found, key=lambda one: one.log_likelihood)


def _climb(kinds: Kinds, error: float, free: bool) -> MixtureFit:
    _, firms, laws = kinds.counts.shape
    weights = np.full(laws, 1.0 / laws)
    total = kinds.counts[:, :, 0].sum() if laws else 0.0
    value, converged = -np.inf, False
    posterior = np.full((firms, laws), 1.0 / laws)
    for _ in range(_STEPS):
        level, posterior = _posterior(kinds.logs(error), weights)
        if not np.isfinite(level):
            return MixtureFit(weights, error, level, posterior, False)
        new = posterior.mean(axis=0)
        rate = error
        if free and total:
            chance = (1 - error) * kinds.fine + error * kinds.wrong
            went = np.divide(error * kinds.wrong, chance, out=np.zeros_like(chance),
                             where=chance > 0)  # fmt: skip
            share = float(np.einsum("ufk,fk,u->", kinds.counts, posterior, went) / total)
            rate = min(share, 1.0)  # but for rounding
        moved = max(float(np.abs(new - weights).max(initial=0.0)), abs(rate - error))
        weights, error = new, rate
        rise = level - value
        value = level
        if rise <= _STILL * (1 + abs(level)) and moved < 1e-9:
            converged = True
            break
    value, posterior = _posterior(kinds.logs(error), weights)
    return MixtureFit(weights, error, value, posterior, converged)


def _posterior(logs: Floats, weights: Floats) -> tuple[float, Floats]:
    with np.errstate(divide="ignore"):
        joint = logs + np.log(weights)
    top = joint.max(axis=1, keepdims=True)
    if not np.isfinite(top).all():
        return -np.inf, np.full_like(logs, np.nan)
    raised = np.exp(joint - top)
    sums = raised.sum(axis=1, keepdims=True)
    return float((top + np.log(sums)).sum()), raised / sums


def mixture_errors(kinds: Kinds, fit: MixtureFit, free_error: bool) -> tuple[Floats, float]:
    r"""Standard errors of the weights and of the error rate, from the observed information.

    Weights at 0 are held there, and have none (NaN); so has an error rate of 0 or 1. The last free
    weight is what the others leave.
    """
    places = np.flatnonzero(fit.weights > 1e-6)
    errors = np.full(len(fit.weights), np.nan)
    moves = free_error and 1e-9 < fit.error < 1 - 1e-9
    size = len(places) - 1 + moves
    if not size:
        return errors, np.nan

    def score(point: Floats) -> Floats:
        weights = np.zeros(len(fit.weights))
        weights[places[:-1]] = point[: len(places) - 1]
        weights[places[-1]] = 1.0 - point[: len(places) - 1].sum()
        error = float(point[-1]) if moves else fit.error
        logs = kinds.logs(error)
        _, posterior = _posterior(logs, weights)
        ratio = posterior[:, places] / weights[places]
        parts = [(ratio[:, :-1] - ratio[:, -1:]).sum(axis=0)]
        if moves:
            chance = (1 - error) * kinds.fine + error * kinds.wrong
            slope = np.divide(kinds.wrong - kinds.fine, chance, out=np.zeros_like(chance),
                              where=chance > 0)  # fmt: skip
            parts.append([float(np.einsum("ufk,fk,u->", kinds.counts, posterior, slope))])
        return np.concatenate(parts)

    at = np.append(fit.weights[places[:-1]], [fit.error] if moves else [])
    matrix = np.zeros((size, size))
    for k in range(size):
        width = 1e-4 * min(abs(at[k]), fit.weights[places[-1]], 1 - at[k] or 1.0)
        up, down = at.copy(), at.copy()
        up[k] += width
        down[k] -= width
        matrix[k] = -(score(up) - score(down)) / (2 * width)
    matrix = (matrix + matrix.T) / 2
    values = np.linalg.eigvalsh(matrix)
    if values[0] <= 1e-10 * max(values[-1], 1.0):
        return errors, np.nan
    covariance = np.linalg.inv(matrix)
    free = len(places) - 1
    errors[places[:-1]] = np.sqrt(np.diag(covariance)[:free])
    errors[places[-1]] = np.sqrt(covariance[:free, :free].sum()) if free else np.nan
    return errors, float(np.sqrt(covariance[-1, -1])) if moves else np.nan
