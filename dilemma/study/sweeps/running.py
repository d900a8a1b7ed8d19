"""Blocks in threads of this process, or on the workers of a dask cluster."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from dilemma.study.sweeps.evaluating import Piece, Task, evaluate
from dilemma.study.sweeps.grids import Grid, Slices

Numbered = tuple[int, Slices]
Result = tuple[int, Slices, dict[str, Piece]]

# Blocks that wait on a cluster, so that no worker idles; more workers, more blocks.
WAITING = 64


def missing_extra(what: str, extra: str, error: ImportError) -> ModuleNotFoundError:
    """The error that says which extra to install."""
    package = (error.name or "a package").partition(".")[0]
    return ModuleNotFoundError(
        f'{what} requires {package}: pip install "dilemma[{extra}]"',
        name=error.name,
    )


def in_threads(
    task: Task, grid: Grid, blocks: Sequence[Numbered], workers: int
) -> Iterator[Result]:
    """Evaluate blocks in this process, and return them as they are finished."""
    if workers == 1 or len(blocks) < 2:
        for number, where in blocks:
            yield number, where, evaluate(task, grid.block(where))
        return
    stopping = threading.Event()
    with ThreadPoolExecutor(workers, thread_name_prefix="sweep") as pool:
        waiting: dict[Future[dict[str, Piece]], Numbered] = {}
        coming = iter(blocks)
        try:
            while True:
                while len(waiting) < 2 * workers and (one := next(coming, None)) is not None:
                    waiting[pool.submit(evaluate, task, grid.block(one[1]), stopping)] = one
                if not waiting:
                    return
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    number, where = waiting.pop(future)
                    yield number, where, future.result()
        finally:
            # After Ctrl-C or an error, threads stop at their next point.
            stopping.set()
            for future in waiting:
                future.cancel()


def cluster_client(cluster: Any, workers: Any) -> Any:
    """Return the client to use and whether to close it, or None for threads of this process."""
    if cluster is None:
        if workers is not None or "distributed" not in sys.modules:
            return None
        try:
            return sys.modules["distributed"].default_client(), False
        except ValueError:  # none is active
            return None
    if workers is not None:
        raise ValueError(
            f"workers: requires None beside a cluster, which knows its own, got {workers!r}"
        )
    try:
        import distributed
    except ImportError as error:
        raise missing_extra("cluster", "scale", error) from error
    client_class: Any = distributed.Client
    if isinstance(cluster, client_class):
        return cluster, False
    if isinstance(cluster, str) or hasattr(cluster, "scheduler_address"):
        try:
            return client_class(cluster, set_as_default=False), True
        except (OSError, ValueError) as error:
            raise type(error)(
                f"cluster: requires the address of a dask scheduler that can be reached, "
                f"got {cluster!r}: {error}"
            ) from error
    raise TypeError(
        "cluster: requires the address of a dask scheduler, a Client or a cluster, "
        f"got {type(cluster).__name__}"
    )


def on_cluster(
    task: Task, grid: Grid, blocks: Sequence[Numbered], client: Any
) -> Iterator[Result]:
    """Evaluate blocks on the workers of a cluster, and return them as they are finished."""
    import distributed

    as_completed: Any = distributed.as_completed
    coming = iter(blocks)
    numbered: dict[Any, Numbered] = {}

    def submitted() -> Any:
        one = next(coming, None)
        if one is None:
            return None
        future = client.submit(evaluate, task, grid.block(one[1]), pure=False)
        numbered[future] = one
        return future

    try:
        window = max(WAITING, 2 * sum(client.nthreads().values()))
        running = as_completed([one for _ in range(window) if (one := submitted()) is not None])
        for future in running:
            number, where = numbered[future]
            found = future.result()
            del numbered[future]
            if (another := submitted()) is not None:
                running.add(another)
            yield number, where, found
    finally:
        client.cancel(list(numbered))
