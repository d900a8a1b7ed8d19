r"""Raters who err: how likely their codes are, given what a firm truly did.

A confusion matrix C holds the probability :math:`C_{io}` that a rater codes the true strategy i as
o. Ratings of one choice are independent given the truth, so those that code it :math:`n_o` times
as o have the probability :math:`\prod_o C_{io}^{n_o}` if it is i.

**From the ratings alone** (dawid1979): with shares p of the true strategies, one matrix for all
raters, and

.. math:: L = \prod_{\text{choices}} \sum_i p_i \prod_o C_{io}^{n_o},

expectation and maximization climb from the majority's codes. Two ratings of each choice don't
determine a whole matrix (they have m(m + 1)/2 − 1 frequencies for m² − 1 unknowns); three do if
raters are right more often than not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import STRATEGIES, Strategy
from dilemma.arrays.exact import fraction, to_float
from dilemma.survey.coding.cases import CaseSurvey
from dilemma.survey.coding.classes import StrategyPairs

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_STEPS = 20_000
# How small a step of expectation and maximization is the last one.
_STILL = 1e-10


def rater_confusion(
    survey: CaseSurvey, strategies: Sequence[Strategy] = STRATEGIES, ties: str = "missing"
) -> Floats:
    """Estimate how raters confuse strategies, from choices that several of them rated.

    Parameters
    ----------
    survey : CaseSurvey
        Some choices with at least three ratings.
    strategies, ties
        As in `classify`.

    Returns
    -------
    numpy.ndarray, shape (m, m), read-only
        The probability of coding [a true strategy, as another], the same for all raters.

    Raises
    ------
    ValueError
        If no choice has three ratings with a code: fewer don't determine a matrix.

    References
    ----------
    dawid1979 in ``references.bib``.

    Examples
    --------
    >>> from dilemma import Alliance
    >>> from dilemma.survey import simulate_survey
    >>> survey = simulate_survey(Alliance(trust=0.8), 2000, raters=4, seed=1, noise=0.2)
    >>> rater_confusion(survey).diagonal().round(2)
    array([0.81, 0.8 , 0.8 , 0.79, 0.79])
    """
    votes, _ = _votes(survey, strategies, ties)
    return _dawid_skene(votes)


def rated_patterns(
    survey: CaseSurvey,
    pairs: StrategyPairs,
    strategies: Sequence[Strategy],
    confusion: Any,
    ties: str,
) -> tuple[Integers, Floats, str]:
    """What was observed of each choice, and how likely that is under each true strategy.

    Returns
    -------
    (patterns, emissions, note)
        Patterns have the shape (pairs, 2), with -1 where there is no code; emissions the shape
        (patterns, strategies).
    """
    votes, place = _votes(survey, strategies, ties)
    m = len(strategies)
    if isinstance(confusion, str):
        if confusion != "raters":
            raise ValueError(
                f"confusion: requires a matrix, a number or 'raters', got {confusion!r}"
            )
        matrix = _dawid_skene(votes)
        note = "raters' errors are estimated from the ratings, and then taken as known"
    else:
        matrix = _matrix(confusion, m)
        note = "raters' errors are taken as given"
    kinds, which = np.unique(votes, axis=0, return_inverse=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(kinds[:, None, :] > 0, kinds[:, None, :] * np.log(matrix), 0.0).sum(axis=2)
    emissions = np.exp(logs)
    if (emissions.max(axis=1) == 0).any():
        raise ValueError(
            "confusion: requires a matrix under which every set of ratings is possible, got one "
            "under which some have probability 0"
        )
    known = {
        (int(case), int(period)): k
        for k, (case, period) in enumerate(zip(pairs.case, pairs.period, strict=True))
    }
    patterns = np.full((len(pairs), 2), -1)
    for (case, period, side), kind in zip(place, which.ravel(), strict=True):
        patterns[known[case, period], side] = kind
    return patterns, emissions, note


def _votes(
    survey: CaseSurvey, strategies: Sequence[Strategy], ties: str
) -> tuple[Integers, list[tuple[int, int, int]]]:
    """How often each choice was coded as each strategy; and case, period and side of each."""
    found = survey.classified(strategies, ties).strategy
    index = {name: k for k, name in enumerate(survey.cases)}
    coded = np.flatnonzero(found >= 0)
    keys = np.array(
        [[index[survey.case[k]], survey.period[k], survey.side[k]] for k in coded], dtype=np.int64
    ).reshape(-1, 3)
    kinds, which = np.unique(keys, axis=0, return_inverse=True)
    votes = np.zeros((len(kinds), len(strategies)), dtype=np.int64)
    np.add.at(votes, (which.ravel(), found[coded]), 1)
    return votes, [(a, b, c) for a, b, c in kinds.tolist()]


def _dawid_skene(votes: Integers) -> Floats:
    if not len(votes) or votes.sum(axis=1).max() < 3:
        raise ValueError(
            "confusion: requires some choices with at least 3 ratings to estimate it from "
            "(fewer don't determine a matrix), got none; give a matrix or a number"
        )
    kinds, counts = np.unique(votes, axis=0, return_counts=True)
    m = votes.shape[1]
    # From the codes of the majority, a little blurred.
    posterior = kinds / kinds.sum(axis=1, keepdims=True) + 0.01
    posterior /= posterior.sum(axis=1, keepdims=True)
    matrix = np.full((m, m), 1.0 / m)
    for _ in range(_STEPS):
        weighted = posterior * counts[:, None]
        shares = weighted.sum(axis=0) / counts.sum()
        raw = weighted.T @ kinds
        totals = raw.sum(axis=1, keepdims=True)
        # A strategy that no firm seems to have followed is coded as it is.
        new = np.where(totals > 0, raw / np.where(totals > 0, totals, 1.0), np.eye(m))
        change = np.abs(new - matrix).max()
        matrix = new
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(kinds[:, None, :] > 0, kinds[:, None, :] * np.log(matrix), 0.0).sum(
                axis=2
            ) + np.log(shares)
        posterior = np.exp(logs - logs.max(axis=1, keepdims=True))
        posterior /= posterior.sum(axis=1, keepdims=True)
        if change < _STILL:
            break
    matrix.setflags(write=False)
    return matrix


def _matrix(given: Any, m: int) -> Floats:
    if np.ndim(given) == 0:
        error = to_float(fraction(given, "confusion"))
        if not 0 <= error < 1:
            raise ValueError(f"confusion: requires a number in [0, 1), got {given!r}")
        matrix = np.full((m, m), error / (m - 1) if m > 1 else 0.0)
        np.fill_diagonal(matrix, 1.0 - error)
        return matrix
    matrix = np.array(given, dtype=np.float64)
    if matrix.shape != (m, m):
        raise ValueError(f"confusion: requires the shape ({m}, {m}), got {matrix.shape}")
    if not np.isfinite(matrix).all() or matrix.min() < 0:
        raise ValueError("confusion: requires probabilities of at least 0")
    if np.abs(matrix.sum(axis=1) - 1).max() > 1e-9:
        raise ValueError(
            f"confusion: requires rows that sum to 1, got the sums {matrix.sum(axis=1)}"
        )
    if np.linalg.matrix_rank(matrix) < m:
        raise ValueError(
            "confusion: requires strategies that raters can tell apart, but rows of this matrix "
            "are mixtures of each other"
        )
    return matrix
