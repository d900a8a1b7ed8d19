"""Any measure of a model over any of its terms, in memory, in a store, or on a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.arrays.threads import checked_workers, progress_bar
from dilemma.study.measures.marks import Measure, read_measure
from dilemma.study.sweeps.evaluating import Task, is_function
from dilemma.study.sweeps.grids import Axis, Grid, block_shape, blocks_of, grid_of, shown
from dilemma.study.sweeps.provenances import identity_of, provenance, variable_attributes
from dilemma.study.sweeps.running import (
    Result,
    cluster_client,
    in_threads,
    on_cluster,
)

if TYPE_CHECKING:
    import xarray

    from dilemma.study.sweeps.stores import Keeper

# How many points a block has: enough that the work on a block outweighs the work around it, and
# few enough that little is lost with a block.
BATCH_BLOCK = 2**15
POINT_BLOCK = 2**6
RESERVED = ("player", "row", "column")


def sweep(
    model: Any,
    measure: Any,
    more: Mapping[str, Any] | None = None,
    /,
    *,
    store: Any = None,
    workers: int | None = None,
    cluster: Any = None,
    chunk: int | None = None,
    seed: Any = None,
    progress: bool = True,
    **axes: Any,
) -> xarray.Dataset:
    r"""Evaluate a measure at every combination of some terms' values.

    Parameters
    ----------
    model : Model, or function of terms
        An alliance, or anything with ``replace(**terms)`` and ``game()``, whose other terms are
        numbers. Or a plain function: it is called with the terms of each point by name, and may
        return a model, a game, or whatever else the measure takes.
    measure : function or str
        What to know at each point. A plain function is called with the exact `Game` there (of a
        model that is a function: with what it returns, if that is no model), and returns a
        number, a text, None (a missing number), an `xarray.DataArray` with named dimensions, or a
        mapping or named tuple of these. `model_measure` and `batch_measure` mark functions that
        take the model at a point, or a whole batch at once, which is far faster where compiled
        code solves it. A text is the name of one of `dilemma.study.measures`, such as
        ``"regime"``; `functools.partial` fixes options.
    more : mapping of str to values, optional
        Axes that can't be written as keywords, as ``axes`` below.
    store : str or Path, optional
        Where to write a zarr store, block by block. If it is there already, the same sweep goes
        on where it was stopped; a store of another sweep is refused, and so is one that another
        process is writing (where the file system has locks).
    workers : int, optional
        How many threads; all cores if left out, for batch measures (other ones are Python, which
        runs one thread at a time: a cluster gives them processes). The answer does not depend on
        it.
    cluster : str, `distributed.Client` or cluster, optional
        The address of a dask scheduler, for example. An active client is used without being named,
        unless `workers` asks for threads. The measure must be importable there, or be small
        enough to be sent; the blocks come back here, so that workers need not see the store.
    chunk : int, optional
        The most points of a block, which is computed and stored at once.
    seed : int or other argument of `numpy.random.default_rng`
        For a measure that draws: one that has a parameter ``seed``, and is given a sequence of its
        own at each point (a batch measure: at each block).
    progress : bool
        Whether to show a bar if the sweep takes more than a second.
    **axes : one-dimensional arrays or sequences of numbers
        Values by term, such as ``trust=axis(0, 1, 101)``, exact as they are given (a float means
        the decimal that prints it); ``**{"stakes.row": [1, 2]}`` moves one firm's. Terms given as
        `xarray.DataArray` s that share a dimension move together along it. Also what a model's
        ``counts`` name, in whole numbers: ``size=range(2, 21)`` for the firms of a consortium.

    Returns
    -------
    xarray.Dataset
        Over the axes, in their order, one variable for each number of the measure: floats as a
        rule; what a batch measure returns keeps its type. Texts are numbers, with a legend beside
        them: of ``kind``, the variable ``kinds`` along ``kind_code``, in order of first
        appearance. Coordinates are floats; where values came as exact numbers, their attribute
        ``exact`` has them as texts. Attributes say in words how it was obtained. With a store the
        values are read when they are needed, and large answers are dask arrays.

    Raises
    ------
    TypeError, ValueError
        If there is no such term or measure, or a value lies outside its domain, before anything is
        computed. Errors in a measure say at which point they came up.
    ModuleNotFoundError
        If an extra is missing: ``scale`` for stores and clusters.

    Notes
    -----
    After Ctrl-C, an error or a kill, blocks that were finished are in the store and are not
    computed again.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> from dilemma.study import axis
    >>> found = sweep(Alliance(), "number_of_equilibria", trust=axis(0, 1, 5), stakes=[1, 8])
    >>> found.number_of_equilibria.values.tolist()
    [[1, 1], [1, 1], [1, 3], [5, 1], [5, 1]]
    >>> found.trust.attrs["exact"]
    '0, 1/4, 1/2, 3/4, 1'

    A measure of one's own, here of an exact game:

    >>> def temptation(game):
    ...     return game.exact_payoffs[0, 1, 0] - game.exact_payoffs[0, 0, 0]
    >>> sweep(Alliance(), temptation, trust=["29/45"]).temptation.values
    array([0.])
    """
    grid = _read_axes(axes, more)
    what = read_measure(measure)
    _require_points(model, grid, what)
    if not isinstance(progress, (bool, np.bool_)):
        raise TypeError(f"progress: requires True or False, got {progress!r}")
    batch = what.mark.takes == "batch"
    # Functions of one game are Python, which runs one thread at a time.
    threads = checked_workers(1 if workers is None and not batch else workers)
    most = _checked_chunk(chunk, batch)
    each = block_shape(grid.shape, most)
    entropy = entropy_of(seed) if what.draws else None
    about = provenance(model, what, grid)
    keeper: Keeper
    if store is None:
        from dilemma.study.sweeps.stores import Memory

        keeper = Memory(grid)
    else:
        from dilemma.study.sweeps.stores import Store

        if not isinstance(store, (str, Path)):
            raise TypeError(f"store: requires a path, got {type(store).__name__}")
        identity = identity_of(model, what, grid, entropy)
        keeper = kept = Store(Path(store), grid, each, identity, any_seed=seed is None)
        each, entropy = kept.each, kept.seed
    try:
        about["seed"] = "none needed" if entropy is None else str(entropy)
        task = Task(model, what.function, what.mark.takes, what.name, entropy)
        finished = keeper.finished()
        blocks = [
            (number, where)
            for number, where in enumerate(blocks_of(grid.shape, each))
            if number not in finished
        ]
        client = cluster_client(cluster, workers)
        _run(task, grid, blocks, keeper, threads, client, bool(progress))
        return keeper.dataset(partial(variable_attributes, what), about)
    finally:
        keeper.close()


def _run(
    task: Task,
    grid: Grid,
    blocks: list[Any],
    keeper: Keeper,
    threads: int,
    client: Any,
    progress: bool,
) -> None:
    left = sum(grid.block(where).size for _, where in blocks)
    results: Iterator[Result]
    try:
        if client is None:
            results = in_threads(task, grid, blocks, threads)
        else:
            results = on_cluster(task, grid, blocks, client[0])
        with progress_bar(grid.size, progress, "sweep", " points") as bar:
            bar.n = bar.initial = grid.size - left
            try:
                for number, where, pieces in results:
                    keeper.take(number, where, pieces)
                    bar.update(grid.block(where).size)
            finally:
                results.close()  # type: ignore[attr-defined]
    finally:
        if client is not None and client[1]:
            client[0].close()


def _read_axes(axes: Mapping[str, Any], more: Mapping[str, Any] | None) -> Grid:
    if more is not None and not isinstance(more, Mapping):
        raise TypeError(
            "more: requires a mapping of terms to values (or write trust=..., by name), "
            f"got {type(more).__name__}"
        )
    twice = sorted(set(more or {}) & set(axes))
    if twice:
        raise ValueError(f"axes: requires each term once, got {twice[0]} twice")
    for name in {**(more or {}), **axes}:
        if not isinstance(name, str):
            raise TypeError(f"axes: requires terms named by texts, got {name!r}")
    grid = grid_of({**(more or {}), **axes})
    for dim in grid.dims:
        if dim in RESERVED:
            raise ValueError(f"axes: requires names other than {', '.join(RESERVED)}, got {dim!r}")
    return grid


def _require_points(model: Any, grid: Grid, what: Measure) -> None:
    """Refuse a model or values that don't go together, before anything is computed."""
    if is_function(model):
        if not callable(model):
            raise TypeError(
                "model: requires a model such as an Alliance, or a function of terms, "
                f"got {type(model).__name__}"
            )
        return
    domains = getattr(model, "domains", None)
    if isinstance(domains, Mapping):
        counts = getattr(model, "counts", {})
        known = {**domains, **counts}
        for one in grid.axes:
            if one.term not in known:
                raise ValueError(
                    f"axes: requires terms among {', '.join(known)}, got {one.term!r}"
                )
            _require_domain(one, known[one.term])
            if one.term in counts:
                _require_whole(one, what)
    _, point = next(grid.points())
    at = model.replace(**point)
    if what.mark.takes == "model" or not callable(getattr(at, "game", None)):
        # It may need no game of all firms' profiles, which can be far too many, or have none.
        return
    try:
        at.game()
    except TypeError as error:
        raise TypeError(f"model: requires numbers for all terms but the axes: {error}") from error
    except Exception as error:
        error.add_note(f"at {shown(point)}")
        raise


def _require_domain(one: Axis, domain: Any) -> None:
    """Refuse values outside an interval: the ends of an axis tell."""
    for place in (int(one.values.argmin()), int(one.values.argmax())):
        value = fraction(one.values[place], one.term)
        low, high = domain.low, domain.high
        above = low is None or value > low or (value == low and not domain.low_open)
        below = high is None or value < high or (value == high and not domain.high_open)
        if not (above and below):
            words = getattr(domain, "words", f"between {low} and {high}")
            raise ValueError(f"{one.term}[{place}]: requires a number {words}, got {value}")


def _require_whole(one: Axis, what: Measure) -> None:
    """Refuse other numbers than whole ones, and measures of a whole batch at once."""
    for value in one.values.tolist():
        if isinstance(value, float) or value.denominator != 1:
            raise ValueError(
                f"{one.term}: requires whole numbers, such as range(2, 11), got {value}"
            )
    if what.mark.takes == "batch":
        raise ValueError(
            f"{one.term}: requires a measure that goes point by point, got {what.name}, which "
            "takes a whole batch of games of one shape"
        )


def _checked_chunk(chunk: Any, batch: bool) -> int:
    if chunk is None:
        return BATCH_BLOCK if batch else POINT_BLOCK
    if isinstance(chunk, bool) or not isinstance(chunk, (int, np.integer)):
        raise TypeError(f"chunk: requires a number of points or None, got {chunk!r}")
    if chunk < 1:
        raise ValueError(f"chunk: requires at least 1 point, got {chunk}")
    return int(chunk)


def entropy_of(seed: Any) -> int:
    """One integer from which the seeds of all points follow."""
    if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool):
        if seed < 0:
            raise ValueError(f"seed: requires a number of at least 0, got {seed}")
        return int(seed)
    try:
        return int(np.random.default_rng(seed).integers(2**63))
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"seed: requires what numpy.random.default_rng takes, got {seed!r}"
        ) from error
