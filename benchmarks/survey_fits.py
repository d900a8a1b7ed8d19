"""Fits of surveys: dilemma against scipy's minimizer on a likelihood written out, same choices."""

from __future__ import annotations

import time

import numpy as np
from scipy.optimize import minimize

from benchmarks import table
from dilemma.alliance import Alliance
from dilemma.survey import fit_logit, simulate_survey

Row = tuple[str, float, str, float, bool]


def survey_fit_against_scipy(cases: int = 5000, seed: int = 0, rounds: int = 3) -> list[Row]:
    """Fit trust and rationality to 10,000 choices of the observed form.

    SciPy minimizes minus the log-likelihood of the five shares, with its own differences (BFGS):
    what one would write by hand. Ours includes reading strategies, four starts, the look for what
    can't be told apart, and standard errors. They agree if estimates differ by less than 1e-4.

    Parameters
    ----------
    cases, seed, rounds : int
        Two choices a case; the best of so many rounds.

    Returns
    -------
    list of (task, our seconds, peer, its seconds, do they agree)
    """
    survey = simulate_survey(Alliance(trust=0.8), cases, seed=seed)
    ours, theirs = [], []
    agree = True
    for _ in range(rounds):
        start = time.perf_counter()
        fit = fit_logit(survey, Alliance())
        middle = time.perf_counter()
        strategy = survey.classified().strategy
        counts = np.bincount(strategy, minlength=5)
        shares = counts / counts.sum()

        def loss(point: np.ndarray, counts: np.ndarray = counts, q: np.ndarray = shares) -> float:
            trust = float(np.clip(point[0], 0.0, 1.0))
            payoffs = Alliance(trust=np.array([trust])).payoffs()[0, 0]
            values = point[1] * (payoffs @ q)
            return -float(counts @ (values - np.log(np.exp(values).sum())))

        found = minimize(loss, [0.5, 2.0], method="BFGS")
        end = time.perf_counter()
        ours.append(middle - start)
        theirs.append(end - middle)
        agree &= bool(np.abs(found.x - list(fit.estimates.values())).max() < 1e-4)
    return [(f"fit_logit, {2 * cases:,} choices", min(ours), "scipy", min(theirs), agree)]


def survey_fits(quick: bool) -> list[table.Row]:
    rows = survey_fit_against_scipy(500 if quick else 5000)
    return [
        table.Row(task, "scipy BFGS", ours, theirs, "agree" if agree else "DIFFER")
        for task, ours, _, theirs, agree in rows
    ]


TASKS = {"survey fits": survey_fits}
