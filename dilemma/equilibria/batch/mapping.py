"""Every equilibrium of every game in a batch, certified.

Payoffs in floating point settle nearly all games: see `dilemma.arrays.minors` for what is computed
and why its signs are certain. What they can't settle (ties above all) goes to whole numbers in
machine words, and what these can't hold to `dilemma.equilibria.nash`. The answer is that of
`nash`, game by game.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.arrays.threads import checked_workers, progress_bar
from dilemma.game import Game, Games
from dilemma.game.batch import GameBlocks

if TYPE_CHECKING:
    import xarray

    from dilemma.equilibria.batch.chunks import Solver

KEEP = ("everything", "supports", "regimes")
# The same for any number of workers, so that the answers are the same to the last bit; and no
# power of two, so that the entries of a game don't compete for one place in the cache.
CHUNK = 65 * 64
LARGEST = 64


def nash_map(
    games: Any,
    workers: int | None = None,
    *,
    keep: str = "everything",
    select: str | Sequence[str] | None = None,
    progress: bool = True,
) -> xarray.Dataset:
    r"""Find every Nash equilibrium of every game in a batch.

    The extreme equilibria of each game, as `nash` finds them and in the same order, ties and
    degenerate games included. Floating point decides what it can decide with certainty, and
    exact arithmetic the rest.

    Parameters
    ----------
    games : Games, array_like of shape (..., 2, m, n), xarray.DataArray, or a model
        A batch of games; a DataArray has the dimensions ``player``, ``row`` and ``column``. A
        model is anything with a method ``blocks()`` or ``games()``, such as an `Alliance` with
        array terms, which is solved from its terms: its payoffs are built block by block, with a
        bound on their rounding errors.
    workers : int, optional
        How many threads to use; the number of cores at hand if left out. The answer does not
        depend on it.
    keep : {"everything", "supports", "regimes"}
        What to keep of each game: the variables below; without mixtures, payoffs and regret,
        but with regimes; or regimes and the numbers of equilibria alone.
    select : str or pair of str, optional
        Keep one equilibrium of each game, at most; ``equilibrium`` then has length 1, and
        ``position`` says where the equilibrium is in the list of all, −1 if the game has none
        of this kind (its masks are then 0, its numbers NaN). One of

        - ``"payoff-dominant"``: in which both players get at least what they get in every other
          extreme equilibrium, up to 1e−9 of the range of each player's payoffs; the first, if
          there are several;
        - ``"risk-dominant"``: the strict equilibrium that risk-dominates every other strict one
          (harsanyi1988): the product of both players' losses from deviating alone to
          the other equilibrium's strategy is larger than the other way round, by more than 1e−9
          of it. A game without a strict equilibrium, or with a tie, has none;
        - ``"mutual NAME"``: the pure equilibrium in which both players use the strategy
          of that name, such as ``"mutual collaboration"``;
        - a pair of names: the pure equilibrium in which the row player uses the first
          strategy and the column player the second.
    progress : bool
        Whether to show a bar for a batch that takes more than a second.

    Returns
    -------
    xarray.Dataset
        Over the dimensions of the batch and ``equilibrium`` (as long as the longest list; shorter
        ones are filled up with masks of 0, NaN and False):

        - ``equilibria``: how many extreme equilibria the game has;
        - ``row_support``, ``column_support``: bit masks; bit i is set if strategy i is played;
        - ``row_strategy``, ``column_strategy`` (last dimensions ``row`` and ``column``): the mixed
          strategies, each within 1e−9 of the exact one, as a rule within 1e−15;
        - ``payoff`` (last dimension ``player``): expected payoffs;
        - ``regret``: the most that a player could gain by deviating alone, from its
          definition, in floating point: a few units of roundoff where it is 0;
        - ``strict``: whether every deviation makes the deviator worse off;
        - ``exact``: whether the game was decided in exact arithmetic;
        - ``degenerate``: whether some mixture has more pure best replies than its support is
          large;
        - ``complete``: whether nothing can be missing: True throughout;
        - ``regime`` (unless everything is kept): a number for the set of support pairs of
          all extreme equilibria, in order of first appearance; ``regimes`` says in words what
          each stands for.

        Attributes say how it was obtained, in words.

    Raises
    ------
    TypeError, ValueError
        If an argument is of no kind described above; a payoff that is not finite is named with
        its index in the batch.

    Notes
    -----
    Games of up to 8 × 8 strategies are solved by compiled code: :math:`\binom{m+n}{m-1} +
    \binom{m+n}{n-1}` determinants each, in vectors of eight games. Larger ones are solved by
    `nash`, one by one. The first call on a computer compiles the code, in less than a
    minute; it is kept for later processes.

    References
    ----------
    mangasarian1964, winkels1979, harsanyi1988, shewchuk1997, higham2002 in ``references.bib``.

    Examples
    --------
    >>> import numpy as np
    >>> from dilemma.equilibria import nash_map
    >>> dilemma, stag_hunt = [[3, 0], [5, 1]], [[4, 0], [3, 3]]
    >>> games = np.array([[A, np.transpose(A)] for A in (dilemma, stag_hunt)])
    >>> answer = nash_map(games)
    >>> answer.equilibria.values, answer.row_support.values
    (array([1, 3], dtype=int32), array([[2, 0, 0],
           [1, 2, 3]], dtype=uint8))
    >>> answer.row_strategy.values[1, 2], answer.strict.values[1]
    (array([0.75, 0.25]), array([ True,  True, False]))
    """
    if keep not in KEEP:
        raise ValueError(f"keep: requires one of {', '.join(KEEP)}, got {keep!r}")
    if not isinstance(progress, (bool, np.bool_)):
        raise TypeError(f"progress: requires True or False, got {progress!r}")
    threads = checked_workers(workers)
    blocks = _blocks(games)
    choice = _checked_choice(select, blocks, keep)
    first, second = (len(names) for names in blocks.strategies)
    if max(first, second) > LARGEST:
        raise ValueError(
            f"games: requires at most {LARGEST} strategies a player, got {first} x {second}"
        )
    import numba

    from dilemma.equilibria.batch.assembly import Assembly
    from dilemma.equilibria.batch.chunks import Solver

    settings: Any = numba.config
    if settings.DISABLE_JIT:
        raise RuntimeError(
            "nash_map: requires compiled code, and NUMBA_DISABLE_JIT forbids it; unset it, or use "
            "nash(game) for each game"
        )
    full = keep == "everything" or select is not None
    solver = Solver(blocks, full)
    assembly = Assembly(blocks, keep, choice)
    with progress_bar(blocks.size, bool(progress), "nash_map", " games") as bar:
        seconds = _warm_up(solver, bar)
        for parts in _in_order(solver, assembly, threads, bar):
            assembly.add(parts)
    return assembly.dataset(seconds)


def _blocks(games: Any) -> GameBlocks:
    if isinstance(games, GameBlocks):
        return games
    if isinstance(games, Game):
        raise TypeError("games: requires a batch of games, got a Game; use nash(game)")
    for name in ("blocks", "games"):
        method = getattr(games, name, None)
        if callable(method):
            made = method()
            return made if isinstance(made, GameBlocks) else _blocks(made)
    return Games(games).blocks()


def _checked_choice(select: Any, blocks: GameBlocks, keep: str) -> Any:
    """None, "payoff-dominant", "risk-dominant", or a pair of positions."""
    if select is None or select in ("payoff-dominant", "risk-dominant"):
        choice = select
    else:
        if isinstance(select, str) and select.startswith("mutual "):
            names = [select.removeprefix("mutual ")] * 2
        elif not isinstance(select, str) and isinstance(select, Sequence) and len(select) == 2:
            names = list(select)
        else:
            raise ValueError(
                'select: requires "payoff-dominant", "risk-dominant", "mutual NAME" with the name '
                f"of a strategy, or a pair of names, got {select!r}"
            )
        for name, own in zip(names, blocks.strategies, strict=True):
            if name not in own:
                raise ValueError(f"select: requires names among {', '.join(own)}, got {name!r}")
        choice = tuple(own.index(name) for name, own in zip(names, blocks.strategies, strict=True))
    if choice is not None and keep != "everything":
        raise ValueError(
            f'select: requires keep="everything" (one equilibrium of each game), got keep={keep!r}'
        )
    return choice


def _warm_up(solver: Solver, bar: Any) -> float:
    """Load the kernels, or compile them; return how long it took to compile, 0 if it was not."""
    from dilemma.equilibria.batch.chunks import compiled_kernels, load_kernels

    before = time.perf_counter()
    if solver.blocks.size == 0 or all(kernel.signatures for kernel in compiled_kernels()):
        return 0.0
    bar.set_description("nash_map (loading, or the first time compiling)", refresh=False)
    load_kernels()
    seconds = time.perf_counter() - before
    fresh = any(sum(kernel.stats.cache_misses.values()) for kernel in compiled_kernels())
    bar.set_description(f"nash_map (compiled in {seconds:.0f} s)" if fresh else "nash_map")
    return seconds if fresh else 0.0


def _in_order(solver: Solver, assembly: Any, threads: int, bar: Any) -> Iterator[Any]:
    """Solve all chunks in threads, and hand on the results in the order of the batch."""
    size = solver.blocks.size
    stopping, lock = threading.Event(), threading.Lock()

    def solved(games: int) -> None:
        with lock:
            bar.update(games)

    def one(start: int) -> Any:
        stop = min(start + CHUNK, size)
        return assembly.reduced(*solver.solve(start, stop, stopping, solved))

    starts = range(0, size, CHUNK)
    if threads == 1 or len(starts) < 2:
        yield from map(one, starts)
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="nash_map") as pool:
        waiting: dict[Future[Any], int] = {}
        done: dict[int, Any] = {}
        coming, due = iter(starts), 0
        try:
            while due < size:
                while len(waiting) < 2 * threads and (start := next(coming, None)) is not None:
                    waiting[pool.submit(one, start)] = start
                if due not in done:
                    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                        done[waiting.pop(future)] = future.result()
                while due in done:
                    yield done.pop(due)
                    due += CHUNK
        finally:
            # After Ctrl-C or an error, threads stop at their next game.
            stopping.set()
            for future in waiting:
                future.cancel()
