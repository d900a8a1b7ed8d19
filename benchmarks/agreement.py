"""Agreement between raters: dilemma against the package krippendorff, on the same ratings."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.table import Row, by_turns, missing
from dilemma.survey import agreement

PEER = "krippendorff"


def ratings(units: int, raters: int = 4, seed: int = 0) -> NDArray[np.float64]:
    """Ratings on a scale of five, each right two times in three, a tenth of them missing."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 5, size=(units, 1))
    given = np.where(
        generator.random((units, raters)) < 2 / 3,
        truth,
        generator.integers(0, 5, size=(units, raters)),
    ).astype(np.float64)
    given[generator.random(given.shape) < 0.1] = np.nan
    return given


def alpha_with_its_interval(quick: bool) -> list[Row]:
    """Krippendorff's ordinal alpha of 500 units, with a bootstrap of the units.

    The peer has no bootstrap: it is called once for each resample of the rows, as its users do.
    They agree if alpha is the same, and both standard errors within a fifth.
    """
    table, resamples = ratings(500), 50 if quick else 1000
    task = f"ordinal alpha of 500 units, {resamples:,} resamples"
    found: dict[str, Any] = {}

    def mine() -> None:
        answer = agreement(table, metric="ordinal", resamples=resamples, seed=1)
        found["ours"] = (answer.value, answer.standard_error)

    try:
        alpha = importlib.import_module(PEER).alpha
    except ModuleNotFoundError:
        return [missing(task, PEER, by_turns(mine, None)[0])]

    def theirs() -> None:
        generator = np.random.default_rng(1)

        def value(rows: NDArray[np.float64]) -> float:
            return float(alpha(rows.T, level_of_measurement="ordinal"))

        drawn = generator.integers(len(table), size=(resamples, len(table)))
        spread = np.std([value(table[one]) for one in drawn], ddof=1)
        found["theirs"] = (value(table), float(spread))

    ours, peer = by_turns(mine, theirs)
    same = abs(found["ours"][0] - found["theirs"][0]) < 1e-12
    near = abs(found["ours"][1] / found["theirs"][1] - 1) < (0.5 if quick else 0.2)
    return [Row(task, PEER, ours, peer, "agree" if same and near else "DIFFER")]


TASKS = {"agreement": alpha_with_its_interval}
