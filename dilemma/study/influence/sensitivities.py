r"""Which terms an answer hangs on, over whole ranges of them: Sobol indices and Morris screening.

Each term is drawn evenly from its range, independently of the others, and the variance of the
measure is taken apart (sobol2001):

.. math:: S_i = \frac{V[E(Y \mid X_i)]}{V(Y)}, \qquad
          S_{ij} = \frac{V[E(Y \mid X_i, X_j)]}{V(Y)} - S_i - S_j, \qquad
          S_{Ti} = 1 - \frac{V[E(Y \mid X_{\sim i})]}{V(Y)}:

what is due to a term alone, to two together beyond that, and to a term with all that it takes part
in. The :math:`S_i` add up to 1 at most. They are estimated from n (2k + 2) points for k terms
(saltelli2002, saltelli2010), by SALib (herman2017), from a scrambled Sobol sequence.

Screening (morris1991) is cheaper, and tells which terms can be left alone: it moves one term at a
time, along random paths through a grid, and looks at the sizes of the steps.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.study.influence.sampling import (
    answers_at,
    count,
    is_constant,
    labelled,
    level_of,
    problem_of,
    seeds_of,
    unit_of,
    with_intervals,
)
from dilemma.study.sweeps.running import missing_extra

if TYPE_CHECKING:
    import xarray


def sensitivity(
    model: Any,
    measure: Any,
    more: Mapping[str, Any] | None = None,
    /,
    *,
    samples: int = 1024,
    confidence: float = 0.95,
    resamples: int = 200,
    seed: Any = None,
    store: Any = None,
    workers: int | None = None,
    cluster: Any = None,
    chunk: int | None = None,
    progress: bool = True,
    **ranges: Any,
) -> xarray.Dataset:
    """Take the variance of a measure apart, by terms and pairs of terms.

    Parameters
    ----------
    model, measure
        As for `sweep`, with numbers as answers. A plain function of the terms is
        ``sensitivity(function, float, x=(0, 1), …)``.
    more : mapping of str to pairs, optional
        Ranges that can't be written as keywords, as ``ranges`` below.
    samples : int
        A power of two, n: the measure is evaluated n (2k + 2) times for k terms.
    confidence : float
        The level of the intervals, such as 0.95.
    resamples : int
        How many bootstrap samples the intervals come from.
    seed : int or other argument of `numpy.random.default_rng`
        Of the points and the intervals.
    store, workers, cluster, chunk, progress
        As for `sweep`; a store needs a seed, so that it can be continued with the same points.
    **ranges : pairs of numbers
        (low, high) by term, such as ``trust=(0, 1)``; with ``**{"stakes.row": (1, 4)}`` of one
        firm's.

    Returns
    -------
    xarray.Dataset
        Over ``output`` (the numbers of the measure, by name), ``term``, ``other`` (for pairs) and
        ``bound`` (low, high): `first_order`, `total` and `second_order` (the upper triangle; NaN
        elsewhere), each with its interval, such as ``first_order_interval``; the `mean` and the
        `variance`. Intervals are the estimate and so many standard errors of its bootstrap to both
        sides, and may reach below 0. A measure that does not vary has no indices, NaN.

    Raises
    ------
    TypeError, ValueError
        If a range is no part of its term's domain, or the measure is not a finite number
        everywhere; if `samples` is no power of two.
    ModuleNotFoundError
        If the extra ``sensitivity`` is missing.

    References
    ----------
    sobol2001, saltelli2002, saltelli2010, herman2017 in ``references.bib``.

    Examples
    --------
    What the sum a + 2b hangs on: variances are as 1 to 4.

    >>> found = sensitivity(lambda a, b: a + 2 * b, float, seed=1, a=(0, 1), b=(0, 1))
    >>> found.first_order.sel(output="measure").values.round(2).tolist()
    [0.2, 0.8]
    """
    try:
        from SALib.analyze import sobol as analysis
        from SALib.sample import sobol as sampling
    except ImportError as error:
        raise missing_extra("sensitivity", "sensitivity", error) from error
    samples = count(samples, "samples", 2)
    if samples & (samples - 1):
        raise ValueError(f"samples: requires a power of two, got {samples}")
    level, draws = level_of(confidence), count(resamples, "resamples", 2)
    problem = problem_of(model, ranges, more)
    terms = problem["names"]
    whole, points_seed, interval_seed, measure_seed = seeds_of(seed, store)
    points = sampling.sample(problem, samples, calc_second_order=True, seed=points_seed)
    options = {"store": store, "workers": workers, "cluster": cluster, "chunk": chunk}
    answers = answers_at(model, measure, terms, points, progress, measure_seed, options)
    k = len(terms)
    sizes = {"first_order": (k,), "total": (k,), "second_order": (k, k)}
    found = {name: np.full((len(answers), *own), np.nan) for name, own in sizes.items()}
    margins = {name: np.full((len(answers), *own), np.nan) for name, own in sizes.items()}
    doubtful: list[str] = []
    for place, (label, values) in enumerate(answers.items()):
        if is_constant(values):
            continue
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            result = analysis.analyze(
                problem, values / unit_of(values), calc_second_order=True, num_resamples=draws,
                conf_level=level, seed=interval_seed,
            )  # fmt: skip
        if said:
            doubtful.append(label)
        for name, key in (("first_order", "S1"), ("total", "ST"), ("second_order", "S2")):
            found[name][place], margins[name][place] = result[key], result[f"{key}_conf"]
    dims = {"first_order": ("term",), "total": ("term",), "second_order": ("term", "other")}
    long_names = {
        "first_order": "share of the variance due to a term alone",
        "total": "share of the variance that a term takes part in",
        "second_order": "share of the variance due to two terms together, beyond each alone",
    }
    variables = with_intervals(found, margins, dims, long_names)
    return labelled(
        model, measure, answers, variables, problem,
        kind="sensitivity", level=level, evaluations=len(points), seed=whole, doubtful=doubtful,
        method=f"Sobol indices by SALib from {samples} base points, intervals from {draws} "
        "bootstrap samples",
    )  # fmt: skip


def screening(
    model: Any,
    measure: Any,
    more: Mapping[str, Any] | None = None,
    /,
    *,
    paths: int = 32,
    levels: int = 4,
    confidence: float = 0.95,
    resamples: int = 200,
    seed: Any = None,
    store: Any = None,
    workers: int | None = None,
    cluster: Any = None,
    chunk: int | None = None,
    progress: bool = True,
    **ranges: Any,
) -> xarray.Dataset:
    r"""Screen terms by their elementary effects: which matter at all, and which by themselves.

    Along each of r random paths through a grid, each term moves once, by a step
    :math:`\Delta`, measured as a part of its range: the effects :math:`d = (Y' - Y) / \Delta`.

    Parameters
    ----------
    model, measure, more, ranges
        As for `sensitivity`.
    paths : int
        r, at least 2: the measure is evaluated r (k + 1) times for k terms.
    levels : int
        How many values the grid has for each term; even.
    confidence, resamples, seed, store, workers, cluster, chunk, progress
        As for `sensitivity`.

    Returns
    -------
    xarray.Dataset
        Over ``output``, ``term`` and ``bound``: `mean_effect` (μ), `mean_absolute_effect` (μ*, how
        much a term matters) with ``mean_absolute_effect_interval``, and `spread` (σ, the standard
        deviation of its effects: 0 if they are the same everywhere, that is, if the term takes
        part in the measure linearly and by itself). All are in units of the measure, for a move
        through the whole range.

    Raises
    ------
    TypeError, ValueError, ModuleNotFoundError
        As `sensitivity`.

    References
    ----------
    morris1991, campolongo2007, herman2017 in ``references.bib``.

    Examples
    --------
    >>> found = screening(lambda a, b, c: a + 4 * b, float, seed=1, a=(0, 1), b=(0, 1), c=(0, 1))
    >>> found.mean_absolute_effect.sel(output="measure").values.round(9).tolist()
    [1.0, 4.0, 0.0]
    """
    try:
        from SALib.analyze import morris as analysis
        from SALib.sample import morris as sampling
    except ImportError as error:
        raise missing_extra("screening", "sensitivity", error) from error
    paths, levels = count(paths, "paths", 2), count(levels, "levels", 2)
    if levels % 2:
        raise ValueError(f"levels: requires an even number, got {levels}")
    level, draws = level_of(confidence), count(resamples, "resamples", 2)
    problem = problem_of(model, ranges, more)
    terms = problem["names"]
    whole, points_seed, interval_seed, measure_seed = seeds_of(seed, store)
    points = sampling.sample(problem, paths, num_levels=levels, seed=points_seed)
    # Corners of the grid, which scaling would put beside the ends of the ranges.
    low, high = np.array(problem["bounds"]).T
    points = np.clip(points, low, high)
    options = {"store": store, "workers": workers, "cluster": cluster, "chunk": chunk}
    answers = answers_at(model, measure, terms, points, progress, measure_seed, options)
    names = {"mean_effect": "mu", "mean_absolute_effect": "mu_star", "spread": "sigma"}
    found = {name: np.zeros((len(answers), len(terms))) for name in names}
    margins = {"mean_absolute_effect": np.zeros((len(answers), len(terms)))}
    for place, values in enumerate(answers.values()):
        if is_constant(values):
            continue
        unit = unit_of(values)
        result = analysis.analyze(
            problem, points, values / unit, num_resamples=draws, conf_level=level,
            num_levels=levels, seed=interval_seed,
        )  # fmt: skip
        for name, key in names.items():
            found[name][place] = result[key] * unit
        margins["mean_absolute_effect"][place] = result["mu_star_conf"] * unit
    long_names = {
        "mean_effect": "mean of the elementary effects",
        "mean_absolute_effect": "mean of their absolute values: how much a term matters",
        "spread": "standard deviation of the elementary effects",
    }
    variables = with_intervals(found, margins, dict.fromkeys(names, ("term",)), long_names)
    return labelled(
        model, measure, answers, variables, problem,
        kind="screening", level=level, evaluations=len(points), seed=whole,
        method=f"Morris screening by SALib along {paths} paths through {levels} levels",
    )  # fmt: skip
