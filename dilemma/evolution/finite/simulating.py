r"""Simulated runs of a finite population, one population or two.

A run says what one history looks like; many steps together estimate the long run where the full
chain has too many states, with standard errors from the means of batches of steps.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.threads import progress_bar
from dilemma.evolution.finite.full_chain import labels
from dilemma.evolution.finite.stepping import Steps, moves, steps_of

if TYPE_CHECKING:
    import xarray

    from dilemma.evolution.finite.populations import Population

# Steps between two looks at the keyboard.
STEPS_A_CALL = 20_000_000
# Where there are more states, visits to each are not counted.
MOST_VISITED = 2_000_000
# Memory in bytes for the probabilities of all moves in all states, over all runs at a time.
MOST_KEPT = 500_000_000
# Into how many batches the steps of a run are parted for standard errors.
BATCHES = 20
MOST_STEPS = 2**60
MOST_RECORDS = 100_000_000


def simulate(
    population: Population,
    steps: int,
    start: Sequence[Any] | None = None,
    runs: int = 1,
    every: int | None = None,
    burn_in: int = 0,
    seed: Any = None,
    progress: bool = False,
) -> xarray.Dataset:
    r"""Simulate a finite population step by step, as often as wanted.

    Parameters
    ----------
    population : Population
        With a rate of mutation (introspection may have rare ones).
    steps : int
        How many steps each run takes; a step replaces at most one player. Z steps are often
        called a generation.
    start : sequence of int, or pair of such sequences
        The counts to start from; by default as equal as can be.
    runs : int
        How many independent runs.
    every : int
        How many steps between two records, a divisor of `steps`. By default the least
        that makes at most 1,000 records.
    burn_in : int
        How many steps of each run are left out of `share` and `frequency`; a multiple of `every`.
    seed : anything that `numpy.random.default_rng` takes
        The same seed gives the same runs.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    xarray.Dataset
        Over the dims `run`, `time` (steps, the coordinate says which), `strategy` and `state`:

        - ``count`` (run, time, strategy): how many players there are of each strategy;
        - ``mean_share`` (run, time, strategy): the mean share over the `every` steps before;
        - ``share`` (strategy): the mean share over all steps after the burn-in;
        - ``share_error`` (strategy): its standard error, from the means of 20 batches of each run
          (of fewer if there are fewer records; NaN if there is one batch only). Batches must be
          longer than the population remembers, or the error is too small;
        - ``frequency`` (state): the share of time in each state after the burn-in, and
          ``state_count`` (state, strategy) which state that is, if there are at most 2,000,000.

        With two populations strategies are named ``row: NAME`` and ``column: NAME``.

    Raises
    ------
    TypeError, ValueError
        If an argument lies outside its range, or mutations are rare.

    Notes
    -----
    Steps in which nothing changes cost nothing. Random numbers are those of xoshiro256++
    (blackman2021), seeded for each run by NumPy; runs go on side by side.

    References
    ----------
    blackman2021 in ``references.bib``.

    Examples
    --------
    >>> from dilemma.evolution import Population
    >>> from dilemma.game import Game
    >>> hawk_dove = Game.symmetric([["-1/2", 2], [0, 1]], ["hawk", "dove"])
    >>> population = Population(hawk_dove, size=50, selection=1, mutation=0.01)
    >>> result = simulate(population, steps=200_000, burn_in=10_000, seed=1)
    >>> result.sizes["time"], abs(float(result.share[0]) - 0.6876) < 0.02
    (1000, True)
    """
    setting = steps_of(population, "a simulation")
    steps = _whole(steps, "steps", 1, MOST_STEPS)
    runs = _whole(runs, "runs", 1, 1_000_000)
    if every is None:
        every = _default_interval(steps, burn_in)
    every = _whole(every, "every", 1, steps)
    if steps % every:
        raise ValueError(f"every: requires a divisor of steps = {steps}, got {every}")
    burn_in = _whole(burn_in, "burn_in", 0, steps - 1)
    if burn_in % every:
        raise ValueError(f"burn_in: requires a multiple of every = {every}, got {burn_in}")
    records = steps // every
    width = sum(setting.lattice.parts)
    if records * runs * width > MOST_RECORDS:
        raise ValueError(
            f"every: requires at most {MOST_RECORDS // (runs * width):,} records of each run, got "
            f"{records:,}; record less often"
        )
    first = _start(population, setting, start)
    words = np.random.default_rng(seed).integers(0, 2**64, (runs, 4), dtype=np.uint64)
    counts = np.empty((runs, records, width), dtype=np.int32)
    means = np.empty((runs, records, width))
    visits = np.zeros(setting.lattice.count if setting.lattice.count <= MOST_VISITED else 0)
    _run_all(setting, first, words, every, burn_in, counts, means, visits, progress)
    return _dataset(population, setting, counts, means, visits, every, burn_in)


def _run_all(
    setting: Steps, first: NDArray[np.int64], words: NDArray[np.uint64], every: int, burn_in: int,
    counts: NDArray[np.int32], means: NDArray[np.float64], visits: NDArray[np.float64],
    progress: bool,
) -> None:  # fmt: skip
    """Runs side by side, each in pieces that leave time for a look at the keyboard."""
    from dilemma.evolution.finite.simulation_kernels import run

    runs, records, _ = counts.shape
    parameters = setting.parameters
    number = setting.lattice.number(first.tolist())
    at_once = max(1, STEPS_A_CALL // every)
    states = np.repeat(first[None], runs, axis=0)
    places = np.repeat(np.array([[number, 0, -1]], dtype=np.int64), runs, axis=0)

    givers, takers = moves(setting.lattice.parts)
    givers, takers = givers[givers != takers], takers[givers != takers]
    # A few runs at a time, since each holds a count of visits, and what it knows of states.
    workers = min(os.cpu_count() or 1, runs)
    rows = setting.lattice.count
    if rows * (len(givers) + 1) * 8 * workers > MOST_KEPT:
        rows = 1
    known = [np.zeros((rows, len(givers) + 1)) for _ in range(workers)]

    def go_on(one: int, start: int) -> NDArray[np.float64]:
        stop = min(start + at_once, records)
        seen = np.zeros(len(visits))
        run(
            *parameters, givers, takers, known[one % workers], states[one], places[one],
            words[one], every, burn_in, counts[one, start:stop], means[one, start:stop],
            seen,
        )  # fmt: skip
        return seen

    with (
        ThreadPoolExecutor(workers) as pool,
        progress_bar(runs * records, progress, "records", "") as bar,
    ):
        for low in range(0, runs, workers):
            group = range(low, min(low + workers, runs))
            for start in range(0, records, at_once):
                for seen in pool.map(go_on, group, [start] * len(group)):
                    visits += seen
                bar.update(len(group) * (min(start + at_once, records) - start))


def _dataset(
    population: Population, setting: Steps, counts: NDArray[np.int32], means: NDArray[np.float64],
    visits: NDArray[np.float64], every: int, burn_in: int,
) -> xarray.Dataset:  # fmt: skip
    import xarray

    runs, records, _ = counts.shape
    lattice = setting.lattice
    sizes = np.repeat(lattice.sizes, lattice.parts)
    means /= sizes
    kept = means[:, burn_in // every :]
    length = kept.shape[1] // min(BATCHES, kept.shape[1])
    batches = kept.shape[1] // length
    # Records that fill no batch are left out of the error, not of the mean.
    parts = kept[:, kept.shape[1] - batches * length :].reshape(runs * batches, length, -1)
    of_batches = parts.mean(axis=1)
    error = np.full(len(sizes), np.nan)
    if len(of_batches) > 1:
        error = of_batches.std(axis=0, ddof=1) / np.sqrt(len(of_batches))
    data: dict[str, Any] = {
        "count": (("run", "time", "strategy"), counts),
        "mean_share": (("run", "time", "strategy"), means),
        "share": ("strategy", kept.mean(axis=(0, 1))),
        "share_error": ("strategy", error),
    }
    if len(visits):
        data["frequency"] = ("state", visits / visits.sum())
        data["state_count"] = (("state", "strategy"), lattice.states)
    return xarray.Dataset(
        data,
        coords={
            "time": np.arange(1, records + 1) * every,
            "strategy": labels(population.strategies),
        },
        attrs={
            "dilemma": "simulated runs of a population",
            "sizes": " ".join(map(str, lattice.sizes)),
            "process": population.process,
            "selection": str(population.selection),
            "mutation": str(population.mutation),
            "burn_in": burn_in,
        },
    )


def _start(
    population: Population, setting: Steps, start: Sequence[Any] | None
) -> NDArray[np.int64]:
    if start is not None:
        chosen = population.composition(start, "start")
        return np.array([count for part in chosen for count in part], dtype=np.int64)
    lattice = setting.lattice
    equal = [
        size // parts + (place < size % parts)
        for size, parts in zip(lattice.sizes, lattice.parts, strict=True)
        for place in range(parts)
    ]
    return np.array(equal, dtype=np.int64)


def _default_interval(steps: int, burn_in: int) -> int:
    """The smallest interval that gives at most 1,000 records and divides both numbers."""
    whole = math.gcd(steps, burn_in)
    for records in range(1000 * whole // steps, 0, -1):
        if records and whole % records == 0:
            return whole // records
    return whole


def _whole(value: Any, name: str, least: int, most: int) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: requires a whole number, got {value!r}")
    if not least <= value <= most:
        raise ValueError(
            f"{name}: requires a whole number from {least:,} to {most:,}, got {value}"
        )
    return int(value)
