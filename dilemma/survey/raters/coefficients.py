r"""Coefficients of agreement as functions of how often each unit counts.

Every coefficient here takes weights of shape (resamples, units): how often a unit is in each
bootstrap sample, or ones for the data as they are. So a thousand resamples are a few matrix
products. Where a coefficient is undefined (0/0) it is NaN; who asks says so in words.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Coefficient = Callable[[Floats], Floats]

# Resamples are worked out so many numbers at a time.
BLOCK = 1 << 21


def krippendorff_alpha(counts: Floats, values: Floats, metric: str) -> Coefficient:
    r"""Krippendorff's α (krippendorff2011), from the ratings that each unit has of each value.

    .. math:: \alpha = 1 - \frac{D_o}{D_e}
              = 1 - (n - 1) \frac{\sum_u \frac{1}{m_u - 1} \sum_{c,k} n_{uc} n_{uk} \delta_{ck}}
                {\sum_{c,k} n_c n_k \delta_{ck}}

    over the units that have :math:`m_u \ge 2` ratings. The differences δ are 1 for different
    values (nominal), :math:`(c - k)^2` (interval), :math:`((c - k)/(c + k))^2` (ratio); ordinal is
    interval on the mid-ranks of the values among all n ratings, which differ between resamples.

    Parameters
    ----------
    counts : numpy.ndarray, shape (units, values)
        Units with fewer than two ratings add nothing.
    values : numpy.ndarray, shape (values,)
        In rising order.
    metric : "nominal", "ordinal", "interval" or "ratio"
    """
    sizes = counts.sum(axis=1)
    pairable = sizes >= 2
    counts = np.where(pairable[:, None], counts, 0.0)
    sizes = np.where(pairable, sizes, 0.0)
    scale = np.where(pairable, 1.0 / np.maximum(sizes - 1.0, 1.0), 0.0)

    def squares(weights: Floats, marks: Floats, totals: Floats) -> tuple[Floats, Floats]:
        """Observed and expected sums of squared differences of marks, (resamples or 1, values)."""
        size = np.maximum(totals.sum(axis=1, keepdims=True), 1.0)
        marks = marks - (totals * marks).sum(axis=1, keepdims=True) / size
        sums, sums_of_squares = marks @ counts.T, marks**2 @ counts.T
        within = 2.0 * scale * (sizes * sums_of_squares - sums**2)
        between = 2.0 * (
            totals.sum(axis=1) * (totals * marks**2).sum(axis=1)
            - (totals * marks).sum(axis=1) ** 2
        )
        return (weights * within).sum(axis=1), between

    def coefficient(weights: Floats) -> Floats:
        totals = weights @ counts
        size = totals.sum(axis=1)
        if metric == "nominal":
            observed = weights @ (scale * (sizes**2 - (counts**2).sum(axis=1)))
            expected = size**2 - (totals**2).sum(axis=1)
        elif metric == "interval":
            observed, expected = squares(weights, np.broadcast_to(values, totals.shape), totals)
        elif metric == "ordinal":
            ranks = totals.cumsum(axis=1) - totals / 2.0
            observed, expected = squares(weights, ranks, totals)
        else:
            sums = values[:, None] + values
            apart = values[:, None] - values
            with np.errstate(invalid="ignore", divide="ignore"):
                different = np.where(sums > 0, (apart / sums) ** 2, 0.0)
            observed = weights @ (scale * ((counts @ different) * counts).sum(axis=1))
            expected = ((totals @ different) * totals).sum(axis=1)
        # All ratings alike: no difference is expected, and none says nothing.
        alike = (totals > 0).sum(axis=1) < 2
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(alike, np.nan, 1.0 - (size - 1.0) * observed / expected))

    return coefficient


def cohen_kappa(first: NDArray[np.int64], second: NDArray[np.int64], apart: Floats) -> Coefficient:
    r"""Cohen's κ (cohen1960; weighted: cohen1968), from two raters' categories.

    .. math:: \kappa = 1 - \frac{\sum_{ij} v_{ij} p_{ij}}{\sum_{ij} v_{ij} p_{i\cdot} p_{\cdot j}}

    Parameters
    ----------
    first, second : numpy.ndarray of int, shape (units,)
    apart : numpy.ndarray, shape (categories, categories)
        The disagreement v of two categories, 0 for the same one.
    """
    size = len(apart)
    one, two = np.eye(size)[first], np.eye(size)[second]
    each = apart[first, second]

    def coefficient(weights: Floats) -> Floats:
        observed = (weights @ each) * weights.sum(axis=1)
        expected = ((weights @ one) @ apart * (weights @ two)).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(expected > 0, 1.0 - observed / expected, np.nan))

    return coefficient


def fleiss_kappa(counts: Floats) -> Coefficient:
    r"""Fleiss' κ (fleiss1971), from counts (units, categories) with one sum for all units.

    .. math:: \kappa = \frac{\bar P - \bar P_e}{1 - \bar P_e}, \qquad
              P_u = \frac{\sum_j n_{uj}^2 - m}{m (m - 1)}, \qquad \bar P_e = \sum_j p_j^2
    """
    agreeing = pairwise_agreement(counts)

    def coefficient(weights: Floats) -> Floats:
        totals = weights @ counts
        expected = ((totals / totals.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
        alike = (totals > 0).sum(axis=1) < 2
        with np.errstate(invalid="ignore", divide="ignore"):
            kappa = (agreeing(weights) - expected) / (1.0 - expected)
        return np.asarray(np.where(alike, np.nan, kappa))

    return coefficient


def pairwise_agreement(counts: Floats) -> Coefficient:
    """The share of pairs of raters that agree, in a unit; averaged over the units with a pair."""
    sizes = counts.sum(axis=1)
    paired = (sizes >= 2).astype(np.float64)
    pairs = np.maximum(sizes * (sizes - 1.0), 1.0)
    share = paired * ((counts**2).sum(axis=1) - sizes) / pairs

    def coefficient(weights: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((weights @ share) / (weights @ paired))

    return coefficient


def resampled(
    coefficient: Coefficient,
    cluster: NDArray[np.int64],
    resamples: int,
    generator: np.random.Generator,
    width: int = 1,
) -> Floats:
    """A coefficient in each of many samples of clusters of units, drawn with replacement.

    Parameters
    ----------
    cluster : numpy.ndarray of int, shape (units,)
        The number of each unit's cluster, from 0; units by themselves have their own.
    width : int
        How many numbers the coefficient holds for each resample, beside the weights.
    """
    clusters = int(cluster.max()) + 1
    at_once = max(BLOCK // max(len(cluster), width), 1)
    found = []
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        drawn = generator.integers(clusters, size=(size, clusters))
        drawn += np.arange(size)[:, None] * clusters
        often = np.bincount(drawn.ravel(), minlength=size * clusters).reshape(size, clusters)
        found.append(coefficient(often.astype(np.float64)[:, cluster]))
    return np.concatenate(found) if found else np.empty(0)
