"""How far raters agree beyond chance, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction
from dilemma.game.display import wrapped
from dilemma.solution import Solution
from dilemma.survey.coding.cases import CaseSurvey
from dilemma.survey.coding.descriptions import counted
from dilemma.survey.raters.coefficients import (
    Coefficient,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    pairwise_agreement,
    resampled,
)
from dilemma.survey.raters.ratings import NUMERIC, coded, survey_table, table_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

METRICS = {
    "alpha": ("nominal", "ordinal", "interval", "ratio"),
    "cohen": ("nominal", "linear", "quadratic"),
    "fleiss": ("nominal",),
    "percent": ("nominal",),
}
TITLES = {
    "alpha": "Krippendorff's alpha",
    "cohen": "Cohen's kappa",
    "fleiss": "Fleiss' kappa",
    "percent": "Percent agreement",
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Agreement(Solution):
    """How far raters agree.

    Attributes
    ----------
    value : float
        1 for perfect agreement; 0 for what chance alone brings (percent agreement: for none).
    low, high : float
        Ends of the bootstrap interval; NaN if no resamples were asked for.
    level : float
        Its level, 0.95 unless asked otherwise.
    standard_error : float
        The standard deviation over the resamples.
    resampled : numpy.ndarray of float, read-only
        The value in each resample, NaN where it is undefined.
    measure, metric, variable : str
    units, raters, ratings : int
        Of the units that count: those with at least two ratings.
    categories : tuple
        The values that raters gave.
    method, exact, complete, status
        As in every answer of the library.
    """

    value: float
    low: float
    high: float
    level: float
    standard_error: float
    resampled: Floats
    measure: str
    metric: str
    variable: str
    units: int
    raters: int
    ratings: int
    categories: tuple[Any, ...]

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        name = TITLES[self.measure]
        kind = "" if len(METRICS[self.measure]) == 1 else f" ({self.metric})"
        lines = [f"{name}{kind} of {self.variable}: {self.value:.3f}"]
        if len(self.resampled):
            lines.append(
                f"  {100 * self.level:g} % interval {self.low:.3f} to {self.high:.3f}, "
                f"standard error {self.standard_error:.3f}"
            )
        lines.append(f"  {self.status}")
        return wrapped(lines)


def agreement(
    ratings: Any,
    measure: str = "alpha",
    *,
    metric: str = "nominal",
    variable: str = "strategy",
    categories: Sequence[Any] | None = None,
    resamples: int = 1000,
    level: Any = 0.95,
    seed: Any = None,
) -> Agreement:
    r"""Measure how far raters agree, with a bootstrap interval.

    Parameters
    ----------
    ratings : CaseSurvey, or array_like of shape (units, raters), or pandas.DataFrame
        Of a table: a row for each unit, a column for each rater; NaN or None is missing. The units
        of a survey are the firms of each case and period.
    measure : "alpha", "cohen", "fleiss" or "percent"
        Krippendorff's α, for any number of raters and with missing ratings; Cohen's κ, for two
        raters; Fleiss' κ, for as many ratings of every unit; or the share of pairs of raters that
        agree, averaged over units, which makes no allowance for chance.
    metric : str
        How far apart two values are. For α "nominal", "ordinal", "interval" or "ratio". For κ of
        two raters "nominal", or by places among the categories, "linear" or "quadratic".
    variable : str
        Of a survey: "strategy" (the nearest of the five, ties missing; see `classify`),
        "receptivity", "transparency", "outcome" or a moderator.
    categories : sequence, optional
        All values that a rater could give, in their order. Left out, those that were given:
        numbers by size. Texts have no order of their own, and need it for orders and weights.
    resamples : int
        Bootstrap samples; 0 for none. Units are drawn with replacement; of a survey whole cases,
        since the observations of a case have more in common than chance.
    level : number in (0, 1)
        Of the interval between percentiles of the resamples.
    seed : anything that `numpy.random.default_rng` takes

    Returns
    -------
    Agreement

    Raises
    ------
    ValueError
        If the coefficient is undefined: no unit with two ratings, or all ratings alike (agreement
        that could not have failed says nothing); if a measure can't be had for these ratings:
        Cohen's κ of three raters, Fleiss' κ where ratings are missing; or an argument is none of
        those above.
    TypeError
        If the values of a metric that reckons with them are no numbers.

    Notes
    -----
    From the definitions (krippendorff2011, cohen1960, cohen1968, fleiss1971). For ratings without
    missing ones, α (nominal) exceeds Fleiss' κ by :math:`(1 - \kappa)/n` with n ratings. The
    interval resamples units; krippendorff2011's own proposal resamples differences within the
    coincidence matrix instead. Where few units differ, a resample may have no variation at all:
    such resamples are left out of the interval, and ``status`` says how many. O(resamples × units
    × categories) time.

    References
    ----------
    krippendorff2011, cohen1960, cohen1968, fleiss1971 in ``references.bib``.

    Examples
    --------
    The example of krippendorff2011, with four raters and missing ratings:

    >>> n = None
    >>> table = list(zip(
    ...     [1, 2, 3, 3, 2, 1, 4, 1, 2, n, n, n], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, n, 3],
    ...     [n, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, n], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, n],
    ... ))
    >>> print(agreement(table, metric="ordinal", seed=1))
    Krippendorff's alpha (ordinal) of the table: 0.815
      95 % interval 0.428 to 1.000, standard error 0.148
      40 ratings of 11 units by 4 raters (1 unit with fewer than two ratings left
        out); 1,000 resamples of units.
    >>> round(agreement(table, metric="nominal", resamples=0).value, 3)
    0.743
    """
    if measure not in METRICS:
        raise ValueError(
            f"measure: requires one of {', '.join(map(repr, METRICS))}, got {measure!r}"
        )
    if metric not in METRICS[measure]:
        raise ValueError(
            f"metric: requires one of {', '.join(map(repr, METRICS[measure]))} for {measure!r}, "
            f"got {metric!r}"
        )
    if isinstance(resamples, bool) or not isinstance(resamples, int) or resamples < 0:
        raise ValueError(f"resamples: requires an integer of at least 0, got {resamples!r}")
    wanted = float(fraction(level, "level"))
    if not 0 < wanted < 1:
        raise ValueError(f"level: requires a number between 0 and 1, got {level!r}")
    if isinstance(ratings, CaseSurvey):
        table, cluster, title, drawn = survey_table(ratings, variable)
    else:
        table = table_of(ratings)
        cluster, title, drawn = np.arange(len(table)), "the table", "units"
    codes, values = coded(table, categories, metric)
    paired = (codes >= 0).sum(axis=1) >= 2
    if not paired.any():
        raise ValueError(
            f"ratings: requires units with at least two ratings, got none in {title} "
            f"({counted(len(codes), 'unit')}); {TITLES[measure]} is undefined"
        )
    counts = np.stack([(codes == k).sum(axis=1) for k in range(len(values))], axis=1)
    coefficient, used = _coefficient(measure, metric, codes, counts.astype(np.float64), values)
    found = coefficient(np.ones((1, int(used.sum()))))[0]
    if np.isnan(found):
        given = sorted({str(values[k]) for k in np.flatnonzero(counts[used].sum(axis=0))})
        raise ValueError(
            f"ratings: requires raters that give different values, got {', '.join(given)} only; "
            f"{TITLES[measure]} is undefined: agreement that could not have failed says nothing"
        )
    _, own = np.unique(cluster[used], return_inverse=True)
    made = resampled(coefficient, own, resamples, np.random.default_rng(seed), len(values))
    made.setflags(write=False)
    fine = made[~np.isnan(made)]
    low = high = error = np.nan
    if len(fine):
        low, high = np.quantile(fine, [(1 - wanted) / 2, (1 + wanted) / 2])
        error = float(fine.std(ddof=1)) if len(fine) > 1 else np.nan
    ratings_used, raters = int((codes[used] >= 0).sum()), int((codes >= 0).any(axis=0).sum())
    status = (
        f"{counted(ratings_used, 'rating')} of {counted(int(used.sum()), 'unit')} by "
        f"{counted(raters, 'rater')}"
    )
    left = len(codes) - int(used.sum())
    if left:
        status += f" ({counted(left, 'unit')} with fewer than two ratings left out)"
    if resamples:
        status += f"; {resamples:,} resamples of {drawn}"
    bad = resamples - len(fine)
    if bad:
        status += f", in {bad:,} of which it is undefined: the interval is of the others"
    return Agreement(
        value=float(found),
        low=float(low),
        high=float(high),
        level=wanted,
        standard_error=error,
        resampled=made,
        measure=measure,
        metric=metric,
        variable=title,
        units=int(used.sum()),
        raters=raters,
        ratings=ratings_used,
        categories=tuple(values),
        method=f"{TITLES[measure]} from its definition, percentile bootstrap",
        exact=False,
        complete=not bad,
        status=f"{status}.",
    )


def _coefficient(
    measure: str, metric: str, codes: Integers, counts: Floats, values: Sequence[Any]
) -> tuple[Coefficient, NDArray[np.bool_]]:
    """The coefficient as a function of weights, and the units that it is of."""
    sizes = counts.sum(axis=1)
    used = sizes >= 2
    if measure == "cohen":
        if codes.shape[1] != 2:
            raise ValueError(
                f"ratings: requires two raters for Cohen's kappa, got {codes.shape[1]}; "
                "take two of them, or measure='alpha'"
            )
        places = np.arange(len(values), dtype=np.float64)
        apart = np.abs(places[:, None] - places)
        weights = {"nominal": (apart > 0) * 1.0, "linear": apart, "quadratic": apart**2}[metric]
        return cohen_kappa(codes[used, 0], codes[used, 1], weights), used
    if measure == "fleiss":
        if len(set(sizes.tolist())) > 1:
            raise ValueError(
                "ratings: requires as many ratings of every unit for Fleiss' kappa, got "
                f"{int(sizes.min())} to {int(sizes.max())}; measure='alpha' allows missing ones"
            )
        return fleiss_kappa(counts[used]), used
    if measure == "percent":
        return pairwise_agreement(counts[used]), used
    marks = values if metric in NUMERIC else range(len(values))
    numbers = np.array(marks, dtype=np.float64)
    # No metric depends on the unit, and in this one squares neither overflow nor vanish.
    numbers = numbers / (np.abs(numbers).max() or 1.0)
    return krippendorff_alpha(counts[used], numbers, metric), used
