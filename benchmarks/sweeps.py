"""Sweeps against the batch solver called directly: what axes, blocks and stores cost."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import xarray

from benchmarks.table import Row, by_turns
from dilemma.alliance import Alliance
from dilemma.equilibria import nash_map
from dilemma.study import sweep
from dilemma.study.measures import number_of_equilibria, welfare


def against_the_solver(quick: bool) -> list[Row]:
    """A grid of alliances, by `sweep` in memory and in a store, and by `nash_map` at once."""
    side = 150 if quick else 500
    axis = np.linspace(0, 1, side)
    alliance = Alliance(
        trust=xarray.DataArray(axis, dims="trust"),
        opportunism=xarray.DataArray(axis, dims="opportunism"),
    )

    def direct(keep: str) -> Any:
        return nash_map(alliance, workers=1, keep=keep, progress=False)

    def swept(measure: Any, **options: Any) -> Any:
        return sweep(
            Alliance(), measure, trust=axis, opportunism=axis, workers=1, progress=False, **options
        )

    def stored(measure: Any) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            return swept(measure, store=Path(folder) / "a.zarr").load()

    counts = direct("regimes").equilibria
    sums = direct("everything").payoff.sum("player", skipna=False).max("equilibrium")
    rows = []
    for measure, keep, expected in (
        (number_of_equilibria, "regimes", counts),
        (welfare, "everything", sums),
    ):
        name = measure.__name__
        for task, run in (("in memory", swept), ("in a store", stored)):
            found = run(measure)[name]
            ours, theirs = by_turns(
                lambda run=run, measure=measure: run(measure), lambda keep=keep: direct(keep)
            )
            assert theirs is not None
            rows.append(
                Row(
                    f"{name} of {side} x {side} alliances, {task}",
                    f"nash_map of the whole batch, {keep}",
                    ours / side**2,
                    theirs / side**2,
                    "agree" if np.array_equal(found, expected) else "DIFFER",
                )
            )
    return rows


TASKS = {"sweep": against_the_solver}
