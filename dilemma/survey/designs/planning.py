"""How many cases a question needs: the power of a survey, by simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import Alliance
from dilemma.arrays.exact import fraction, to_float
from dilemma.game.display import wrapped
from dilemma.solution import Solution
from dilemma.survey.designs.simulating import simulate_survey
from dilemma.survey.fitting.logit_fit import fit_logit

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MEASURED = "measured"
# A statistic below this is no rounding: one of the two maxima was not found.
NEGATIVE = -1e-6
RESPONSES = {"population": "observed", "equilibrium": "equilibrium"}


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class PowerAnalysis(Solution):
    """How often surveys of several sizes detect an effect.

    Attributes
    ----------
    term : str
    effect : float
        The slope that was simulated.
    cases : tuple of int
        Sizes of the surveys.
    power : numpy.ndarray of float, shape (sizes,), read-only
        The share of simulated surveys in which the test rejects that there is no effect. A survey
        whose test was not found counts as one that detects nothing.
    standard_error : numpy.ndarray of float, shape (sizes,), read-only
        Of the power, from the number of simulations.
    statistic : numpy.ndarray of float, shape (sizes, simulations), read-only
        Likelihood-ratio statistics; NaN where none was found.
    estimate : numpy.ndarray of float, shape (sizes, simulations), read-only
        Estimated slopes; infinite where the likelihood rises for ever.
    significance : float
    simulations : int
    method, exact, complete, status
        As in every answer of the library.
    """

    term: str
    effect: float
    cases: tuple[int, ...]
    power: Floats
    standard_error: Floats
    statistic: Floats
    estimate: Floats
    significance: float
    simulations: int

    @property
    def unresolved(self) -> Integers:
        """How many surveys of each size have no test."""
        return np.asarray(np.isnan(self.statistic).sum(axis=1), dtype=np.int64)

    def cases_needed(self, power: Any = 0.8) -> tuple[float, float, float]:
        """How many cases give a power: the estimate, and the ends of a 95 % interval.

        In large samples the statistic of n cases follows a non-central chi-squared law of one
        degree of freedom, whose non-centrality is n times a constant. That constant is estimated
        from the detections at all sizes together, by maximum likelihood; the interval counts the
        chance of the simulations and not what the law misses in small samples. Compare
        `expected_power` with `power` to see that.

        Parameters
        ----------
        power : number between the significance and 1

        Returns
        -------
        tuple of float
            Infinite where the simulations don't exclude that there is no power at all.

        Raises
        ------
        ValueError
            If the power is not between the significance and 1.
        """
        wanted = float(fraction(power, "power"))
        if not self.significance < wanted < 1:
            raise ValueError(
                f"power: requires a number between {self.significance:g} and 1, got {power!r}"
            )
        need = _noncentrality(wanted, self.significance)
        rate, low, high = self._rate()
        return tuple(need / one if one > 0 else math.inf for one in (rate, high, low))  # type: ignore[return-value]

    @property
    def expected_power(self) -> Floats:
        """The power of each size by the law that `cases_needed` fits."""
        rate, _, _ = self._rate()
        return _law(np.array(self.cases) * rate, self.significance)

    def _rate(self) -> tuple[float, float, float]:
        """Non-centrality for each case: the estimate, and where its likelihood has fallen."""
        from scipy.optimize import brentq, minimize_scalar
        from scipy.stats import chi2

        sizes = np.array(self.cases, dtype=np.float64)
        hits = np.rint(self.power * self.simulations)
        top = 400.0 / sizes.min()

        def loss(rate: float) -> float:
            chance = np.clip(_law(sizes * rate, self.significance), 1e-300, 1 - 1e-16)
            misses = self.simulations - hits
            return -float((hits * np.log(chance) + misses * np.log1p(-chance)).sum())

        # The root of the rate is what the power is smooth in.
        found = minimize_scalar(
            lambda root: loss(root * root), bounds=(0.0, math.sqrt(top)), method="bounded",
            options={"xatol": 1e-10},
        )  # fmt: skip
        best, least = float(found.x) ** 2, float(found.fun)
        if loss(0.0) <= least:
            best, least = 0.0, loss(0.0)
        fallen = least + float(chi2.ppf(0.95, 1)) / 2

        def end(a: float, b: float) -> float:
            return float(brentq(lambda one: loss(one) - fallen, a, b, xtol=1e-15))

        low = end(0.0, best) if best > 0 and loss(0.0) > fallen else 0.0
        high = end(best, top) if loss(top) > fallen else math.inf
        return best, low, high

    def __str__(self) -> str:
        lines = [self.status, "  cases  power  std. error  by the law  median slope"]
        for k, size in enumerate(self.cases):
            there = self.estimate[k][~np.isnan(self.estimate[k])]
            middle = f"{np.median(there):12.3f}" if len(there) else f"{'-':>12}"
            lines.append(
                f"  {size:5}  {self.power[k]:5.3f}  {self.standard_error[k]:10.3f}  "
                f"{self.expected_power[k]:10.3f}  {middle}"
            )
        need, low, high = self.cases_needed()
        lines.append(
            f"  power 0.8 needs about {_count(need)} cases (95 % interval {_count(low)} to "
            f"{_count(high)}; simulations only)"
        )
        return wrapped(lines)


def power(
    alliance: Alliance,
    effect: Any,
    *,
    term: str = "trust",
    levels: Sequence[Any] = (-1, 0, 1),
    cases: Sequence[int] = (50, 100, 200, 400),
    periods: int = 1,
    rationality: Any = 4,
    response: str = "population",
    noise: Any = 0,
    missing: Any = 0,
    significance: Any = "1/20",
    simulations: int = 200,
    starts: int = 2,
    seed: Any = None,
    progress: bool = True,
) -> PowerAnalysis:
    r"""Estimate how often a survey detects that a measured moderator moves a term.

    Surveys are simulated in which a moderator z has equally many cases of each level and moves the
    term on the scale of its domain; for trust

    .. math:: \mathrm{logit}\, \tau_c = \mathrm{logit}\, \tau + \beta z_c .

    Each is then estimated by `fit_logit` with the slope β, the term's intercept and rationality
    free, and again without the slope: the effect is detected if the likelihood-ratio test rejects
    β = 0.

    Parameters
    ----------
    alliance : Alliance
        Its value of the term is that of a case where z = 0.
    effect : number
        β, how far one level moves the term on its scale (see `dilemma.survey.fitting.scales`).
    term : str
        Trust unless given.
    levels : sequence of number
        Levels of z, at least two.
    cases : sequence of int
        Sizes of the surveys.
    periods, rationality, noise, missing
        As in `simulate_survey`. The noise of raters is known to the estimate.
    response : "population" or "equilibrium"
        What firms respond to, in the simulation and in the estimate.
    significance : number in (0, 1)
        Of the test.
    simulations : int
        Surveys of each size.
    starts : int
        Of each estimate.
    seed : anything that `numpy.random.default_rng` takes
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    PowerAnalysis

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or outside its domain.

    Notes
    -----
    The surveys follow the model that is estimated: the answer is how many cases are needed *if the
    model holds*. With response="population" the estimate takes the observed frequencies as what
    firms know, so that the test is approximate; ``effect=0`` shows how often it rejects by
    mistake. Time: simulations × sizes × two fits of some hundredths of a second, or tenths for
    "equilibrium".

    Examples
    --------
    >>> found = power(
    ...     Alliance(trust=0.6), effect=1, cases=(60, 240), simulations=20, seed=1, progress=False
    ... )
    >>> found.cases, found.power.shape, bool(found.power[0] < found.power[1])
    ((60, 240), (2,), True)
    """
    slope = to_float(fraction(effect, "effect"))
    alpha = to_float(fraction(significance, "significance"))
    if not 0 < alpha < 1:
        raise ValueError(f"significance: requires a number between 0 and 1, got {significance!r}")
    if response not in RESPONSES:
        known = ", ".join(map(repr, RESPONSES))
        raise ValueError(f"response: requires one of {known}, got {response!r}")
    steps = np.array([to_float(fraction(one, "levels")) for one in levels])
    if len(set(steps.tolist())) < 2:
        raise ValueError(f"levels: requires at least two different numbers, got {levels!r}")
    sizes = tuple(cases) if isinstance(cases, Sequence) else (cases,)
    if not sizes:
        raise ValueError("cases: requires at least one size, got none")
    for name, size in (*(("cases", one) for one in sizes), ("simulations", simulations)):
        if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"{name}: requires integers of at least 1, got {size!r}")
    for size in sizes:
        if size < len(steps):
            raise ValueError(
                f"cases: requires at least one case for each of {len(steps)} levels, got {size}"
            )
    from tqdm.auto import tqdm

    statistic = np.full((len(sizes), simulations), np.nan)
    estimate = np.full((len(sizes), simulations), np.nan)
    generator = np.random.default_rng(seed)
    with tqdm(total=len(sizes) * simulations, disable=not progress, desc="power") as bar:
        for k, size in enumerate(sizes):
            values = steps[np.arange(size) % len(steps)]
            for i in range(simulations):
                survey = simulate_survey(
                    alliance, size, periods, seed=generator, rationality=rationality,
                    response=response, moderators={MEASURED: values},
                    effects={term: {MEASURED: slope}}, noise=noise, missing=missing,
                )  # fmt: skip
                statistic[k, i], estimate[k, i] = _tested(
                    survey, alliance, term, response, noise, starts
                )
                bar.update()
    detected = statistic > _critical(alpha)
    share = detected.mean(axis=1)
    error = np.sqrt(share * (1 - share) / simulations)
    for array in (statistic, estimate, share, error):
        array.setflags(write=False)
    lost = int(np.isnan(statistic).sum())
    status = (
        f"Effect {slope:g} a level on {term}, tested at {100 * alpha:g} %: "
        f"{simulations:,} simulated surveys of each size"
    )
    if lost:
        status += f"; in {lost:,} no test was found, and they count as not detected"
    return PowerAnalysis(
        term=term,
        effect=slope,
        cases=tuple(map(int, sizes)),
        power=share,
        standard_error=error,
        statistic=statistic,
        estimate=estimate,
        significance=alpha,
        simulations=simulations,
        method=f"simulation, likelihood-ratio test of fit_logit (response {response!r})",
        exact=False,
        complete=not lost,
        status=f"{status}.",
    )


def _tested(
    survey: Any, alliance: Alliance, term: str, response: str, noise: Any, starts: int
) -> tuple[float, float]:
    """The statistic of one survey, and the slope; NaN for what was not found."""
    confusion = noise if fraction(noise, "noise") else None
    free = (term, "rationality")

    def fitted(moderators: Any, tries: int) -> Any:
        return fit_logit(
            survey, alliance, free, response=RESPONSES[response], moderators=moderators,
            confusion=confusion, starts=tries,
        )  # fmt: skip

    for tries in (starts, 4 * starts):
        full, null = fitted({term: MEASURED}, tries), fitted(None, tries)
        statistic = 2.0 * (full.log_likelihood - null.log_likelihood)
        if statistic > NEGATIVE:
            slope = float(full.estimates[f"{term}: slope of {MEASURED}"])
            return max(statistic, 0.0), slope
    return math.nan, math.nan


def _critical(significance: float) -> float:
    from scipy.stats import chi2

    return float(chi2.isf(significance, 1))


def _law(noncentrality: Floats, significance: float) -> Floats:
    """Power of the test at a non-centrality: that of a squared normal variable, shifted."""
    from scipy.stats import norm

    root, edge = np.sqrt(noncentrality), math.sqrt(_critical(significance))
    return np.asarray(norm.sf(edge - root) + norm.cdf(-edge - root))


def _noncentrality(power_wanted: float, significance: float) -> float:
    from scipy.optimize import brentq

    def gap(root: float) -> float:
        return float(_law(np.array(root * root), significance)) - power_wanted

    return float(brentq(gap, 0.0, 60.0, xtol=1e-12)) ** 2


def _count(cases: float) -> str:
    return f"{math.ceil(cases):,}" if math.isfinite(cases) else "infinitely many"
