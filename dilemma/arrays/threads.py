"""Work in chunks: on how many threads, under which bar, and stopped how."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Seconds before a bar is shown.
BAR_DELAY = 1.0


def checked_workers(workers: Any) -> int:
    """Return a number of threads; that of the cores at hand for None.

    >>> checked_workers(3)
    3
    """
    if workers is None:
        try:
            return max(1, len(os.sched_getaffinity(0)))
        except AttributeError:  # not on every platform
            return os.cpu_count() or 1
    if isinstance(workers, bool) or not isinstance(workers, (int, np.integer)):
        raise TypeError(f"workers: requires a positive integer or None, got {workers!r}")
    if workers < 1:
        raise ValueError(f"workers: requires a positive integer, got {workers}")
    return int(workers)


def progress_bar(size: int, shown: bool, title: str, unit: str) -> Any:
    """Return a bar that appears after a second, or one that never does."""
    if not shown:
        # In a notebook without widgets, the automatic choice warns.
        from tqdm import tqdm as plain

        return plain(disable=True)
    from tqdm.auto import tqdm

    return tqdm(total=size, desc=title, unit=unit, delay=BAR_DELAY)


def in_chunks(
    work: Callable[[int, int], None],
    size: int,
    chunk: int,
    threads: int,
    bar: Any,
    stopping: NDArray[np.int64],
) -> None:
    """Do some work on all chunks (start, stop) of a range, in threads.

    Parameters
    ----------
    work : function (start, stop)
        Keeps its own results. In a thread it should release the interpreter lock, and look at
        ``stopping`` often.
    size, chunk : int
        The length of the range and of a chunk.
    threads : int
        How many threads to use.
    bar : object with a method ``update(number)``
        Is told of each chunk that is done.
    stopping : array of one integer
        Set to 1 when an error or Ctrl-C ends the work, which then ends as it returns.

    >>> done = []
    >>> in_chunks(lambda *part: done.append(part), 5, 2, 1, progress_bar(5, False, "", ""), None)
    >>> done
    [(0, 2), (2, 4), (4, 5)]
    """
    parts = [(start, min(start + chunk, size)) for start in range(0, size, chunk)]
    if threads == 1 or len(parts) < 2:
        for start, stop in parts:
            work(start, stop)
            bar.update(stop - start)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting = {pool.submit(work, *part): part for part in parts}
        try:
            while waiting:
                # With a time limit, or Ctrl-C would wait for the next chunk.
                for future in wait(waiting, timeout=0.5, return_when=FIRST_EXCEPTION).done:
                    start, stop = waiting.pop(future)
                    future.result()
                    bar.update(stop - start)
        finally:
            stopping[0] = 1
            for future in waiting:
                future.cancel()
