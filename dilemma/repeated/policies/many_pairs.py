r"""Long-run payoffs of all pairs among many policies, compiled, with a bound on the error.

Every pair of policies makes a chain on m·n pairs of acts (`dilemma.repeated.policies.encounters`).
Solving it by leaving out state after state (grassmann1985) takes no subtraction. So a bound on the
error can be given beforehand. By the tree formula a long-run probability of a chain of N states is
a ratio of sums of products of N − 1 entries off the diagonal: if each entry has a relative error
of at most e, it has at most about 2(N − 1)e. A step of the elimination makes entries of the
smaller chain with n + 8 roundings at most, n being the states that are left, so that all steps
together cost at most :math:`\sum_n 2n(n + 8)` roundings, less than (N + 8)³ (ocinneide1993 has the
argument). The payoffs are measured from the least one, so that they are averages of numbers of one
sign; their error is at most that number of roundings times the range of the payoffs, plus what the
policies' entries cost.

The bound takes it that no product leaves the range of normal floats. That is sure where all
entries are positive and none is tiny, as with errors; pairs in which a product of N entries might,
are solved in rational numbers instead.

Sources: grassmann1985, ocinneide1993; kernels in `pair_kernels`.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import to_float
from dilemma.arrays.kernels import LANES
from dilemma.game import Game, RepeatedGame, repetition
from dilemma.repeated.policies.crowds import Crowd, read_crowd
from dilemma.repeated.policies.encounters import require_fitting, require_others, unending
from dilemma.repeated.policies.memory import Policy
from dilemma.solution import VERSION

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]

# So few pairs are solved exactly before a compiler has started.
PAIRS_BEFORE_COMPILING = 64
# The least entry of a chain all of whose entries are positive, and the least product of entries
# along a path in others, that keep the elimination within the range of floats.
LEAST_ENTRY, LEAST_PRODUCT = 1e-95, 1e-285
# The least product of a policy's probability and an error's that is sure not to become 0.
LEAST_SLIP = 1e-300
ROUNDING = 2.0**-53
# Pairs of acts that numbers of 16 bits can tell apart.
MOST_NUMBERED = 2**16 - 1


def long_run_payoffs(
    game: Game | RepeatedGame,
    policies: Any,
    discount: Any = None,
    suspicion: Any = None,
    error: str | None = None,
    *,
    against: Any = None,
    workers: int | None = None,
    progress: bool = False,
) -> xarray.Dataset:
    r"""Compute the long-run payoffs of all pairs among many policies, in floating point.

    Parameters
    ----------
    game : Game or RepeatedGame
    policies : sequence of Policy, or pair of arrays
        The row player's. As arrays: openings of shape (k, m) and replies of shape (k, m, n, m),
        [policy, own last, partner's last, own next]. Distributions may miss a sum of 1 by 1e-9,
        and are divided by their sum.
    discount, suspicion, error
        As for `long_run`.
    against : like ``policies``, optional
        The column player's; the row player's policies if left out, in a square game.
    workers : int, optional
        How many threads; as many as there are processors, if left out.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    xarray.Dataset
        ``payoff`` with the dimensions player, row_policy and column_policy, and ``error_bound``
        (player): the most that a payoff can miss of the exact one by rounding.

    Raises
    ------
    TypeError, ValueError
        If a policy does not fit (its position is named), or a number lies outside its range.

    Notes
    -----
    Deterministic policies without errors are followed until a pair of acts comes back. Others take
    about :math:`(mn)^3/3` multiplications a pair, eight pairs in a vector. In the limit of means
    with several recurrent classes, and where probabilities are so small that floats might not hold
    their products, a pair costs more. A symmetric game with the same policies on both sides takes
    half of the pairs.

    References
    ----------
    grassmann1985, ocinneide1993 in ``references.bib``.

    Examples
    --------
    >>> stage = Game.symmetric([[3, 0], [5, 1]])
    >>> rng = np.random.default_rng(1)
    >>> openings, replies = rng.dirichlet([1, 1], 9), rng.dirichlet([1, 1], (9, 2, 2))
    >>> found = long_run_payoffs(stage, (openings, replies), 0.9, 0.01)
    >>> dict(found.payoff.sizes), bool(found.error_bound.max() < 1e-11)
    ({'player': 2, 'row_policy': 9, 'column_policy': 9}, True)
    """
    play = unending(repetition(game, discount, suspicion, error))
    stage = play.stage
    require_others(play)
    if workers is not None and (
        isinstance(workers, bool) or not isinstance(workers, int) or workers < 1
    ):
        raise ValueError(f"workers: requires at least 1 thread, got {workers!r}")
    rows = read_crowd(policies, stage, 0, "policies")
    same = against is None
    if same and stage.shape[0] != stage.shape[1]:
        raise ValueError(
            "against: requires the column player's policies in a game with unequal numbers of "
            f"strategies, {stage.shape}, got none"
        )
    columns = rows if same else read_crowd(against, stage, 1, "against")
    if same and rows.given is not None:
        for one in rows.given:
            require_fitting(one, stage, 1)
    half = same and stage.is_symmetric
    if len(rows) * len(columns) <= PAIRS_BEFORE_COMPILING:
        payoffs, method = _exactly(play, rows, columns), "exact"
        solved_exactly = len(rows) * len(columns)
    else:
        solve = _Solver(play, rows, columns, half, workers, progress)
        payoffs, method, solved_exactly = solve.payoffs(), solve.method, solve.solved_exactly
    return _dataset(play, rows, columns, payoffs, method, solved_exactly)


class _Solver:
    """All pairs of two crowds, in chunks of row policies."""

    def __init__(
        self, play: RepeatedGame, rows: Crowd, columns: Crowd, half: bool,
        workers: int | None, progress: bool,
    ) -> None:  # fmt: skip
        self.play, self.rows, self.columns, self.half = play, rows, columns, half
        self.workers, self.progress = workers or os.cpu_count() or 1, progress
        exact = play.stage.exact_payoffs
        self.least = [min(exact[player].flat) for player in (0, 1)]
        shifted = [exact[player] - self.least[player] for player in (0, 1)]
        # Of order 1, so that no product of a payoff leaves the range of floats.
        self.scales = [max(one.flat) or Fraction(1) for one in shifted]
        self.rewards = np.array(
            [
                [[to_float(v / scale) for v in row] for row in one]
                for one, scale in zip(shifted, self.scales, strict=True)
            ]
        )
        self.solved_exactly = 0
        self.method = ""

    def payoffs(self) -> Floats:
        """The payoffs, shape (2, rows, columns)."""
        play, rows, columns = self.play, self.rows, self.columns
        pure = rows.is_deterministic and columns.is_deterministic and not play.suspicion
        if pure and self.rewards[0].size <= MOST_NUMBERED:
            self.method = "orbits"
            result = self._orbits()
        else:
            self.method = "elimination"
            result = self._chains()
        # What overflows here, or is no number, is solved exactly hereafter.
        with np.errstate(over="ignore", invalid="ignore"):
            for player in (0, 1):
                result[player] *= to_float(self.scales[player], "game: the range of its payoffs")
                result[player] += to_float(self.least[player])
        if self.method == "elimination":
            self._repair(result)
        if self.half:
            lower = np.tril_indices(len(rows), -1)
            result[:, lower[0], lower[1]] = result[::-1, lower[1], lower[0]]
            itself = np.arange(len(rows))
            result[1, itself, itself] = result[0, itself, itself]
        return result

    def _in_chunks(self, run: Callable[[int, int], None]) -> None:
        count = len(self.rows)
        size = max(1, min(64, count // (4 * self.workers)))
        starts = range(0, count, size)
        if self.progress:
            from tqdm.auto import tqdm

            bar = tqdm(total=count, unit="policy")
        with ThreadPoolExecutor(self.workers) as pool:
            waiting = [pool.submit(run, at, min(at + size, count)) for at in starts]
            try:
                for at, one in zip(starts, waiting, strict=True):
                    one.result()
                    if self.progress:
                        bar.update(min(at + size, count) - at)
            except BaseException:
                for one in waiting:
                    one.cancel()
                raise
            finally:
                if self.progress:
                    bar.close()

    def _orbits(self) -> Floats:
        from dilemma.repeated.policies.pair_kernels import average_along_orbits

        delta, size = self.play.discount, self.rewards[0].size
        powers = np.array([to_float(delta**k) for k in range(size + 1)])
        shares = np.array(
            [0.0]
            + [
                to_float((1 - delta) / (1 - delta**k) if delta < 1 else Fraction(1, k))
                for k in range(1, size + 1)
            ]
        )
        result = np.empty((2, len(self.rows), len(self.columns)))
        n = self.rewards.shape[2]
        rows, columns = (
            (crowd.openings.argmax(axis=1), crowd.replies.argmax(axis=3))
            for crowd in (self.rows, self.columns)
        )
        # Both tables by the pair (row's act, column's act), so that their sum is the next pair.
        tables = (
            rows[0] * n,
            (rows[1] * n).reshape(-1, size),
            columns[0],
            columns[1].swapaxes(1, 2).reshape(-1, size),
        )
        given: tuple[Any, ...] = tuple(table.astype(np.uint16) for table in tables)
        rewards = np.ascontiguousarray(self.rewards.reshape(2, size).T)
        weights = (rewards, to_float(1 - delta), powers, shares)

        def run(start: int, stop: int) -> None:
            place = (start, stop, self.half)
            average_along_orbits(*(*given, *weights, *place, result))

        self._in_chunks(run)
        return result

    def _chains(self) -> Floats:
        from dilemma.repeated.policies.pair_kernels import average_in_lanes, average_one_by_one

        count, delta = len(self.columns), self.play.discount
        blocks = -(-count // LANES)
        rows = self._with_errors(self.rows)
        columns = self._with_errors(self.columns)
        # The last block is filled with the last policy.
        places = np.minimum(np.arange(blocks * LANES), count - 1).reshape(blocks, LANES)
        openings = np.ascontiguousarray(np.moveaxis(columns[0][places], 1, -1)).ravel()
        table = np.ascontiguousarray(np.moveaxis(columns[1][places], 1, -1)).ravel()
        result = np.empty((2, len(self.rows), blocks * LANES))
        first, second = to_float(delta), to_float(1 - delta)
        self._in_chunks(
            lambda start, stop: average_in_lanes(
                *rows, openings, table, self.rewards, first, second, start, stop, self.half, result
            )
        )
        result = np.ascontiguousarray(result[:, :, :count])
        if self.half:
            lower = np.tril_indices(len(self.rows), -1)
            result[:, lower[0], lower[1]] = 0.0
        if delta == 1:
            average_one_by_one(*rows, *columns, self.rewards, result)
        self._doubtful = self._tiny(rows, columns)
        return result

    def _with_errors(self, crowd: Crowd) -> tuple[Floats, Floats]:
        """What the policies do when errors are counted in, by sums of positive products."""
        wrong, error = self.play.suspicion, self.play.error
        openings, replies = crowd.openings, crowd.replies
        if wrong:
            m, n = replies.shape[1:3]
            if error == "execution":
                slip = _slip(wrong, m)
                openings, replies = openings @ slip, replies @ slip
            else:
                replies = np.einsum("jb,kiba->kija", _slip(wrong, n), replies)
        return np.ascontiguousarray(openings), np.ascontiguousarray(replies)

    def _least_slip(self) -> float:
        """The least positive probability of what becomes of an act; 0 if no float can hold it."""
        wrong, most = self.play.suspicion, max(self.play.stage.shape) - 1
        return min(to_float(one) for one in (wrong / most, 1 - wrong) if one) if wrong else 1.0

    def _tiny(self, rows: tuple[Floats, Floats], columns: tuple[Floats, Floats]) -> Any:
        """Pairs in which products of probabilities might leave the range of floats."""
        least, dense = [], []
        for crowd, (openings, replies) in ((self.rows, rows), (self.columns, columns)):
            flat = np.concatenate([openings, replies.reshape(len(replies), -1)], axis=1)
            held = crowd.least * self._least_slip() > LEAST_SLIP
            least.append(np.where(held, np.where(flat > 0, flat, np.inf).min(axis=1), 0.0))
            dense.append(np.all(replies.reshape(len(replies), -1) > 0, axis=1))
        delta = self.play.discount
        factor = min(to_float(one) for one in (delta, 1 - delta) if one)
        entry = least[0][:, None] * least[1] * factor
        states = self.rewards[0].size + 1
        full = dense[0][:, None] & dense[1]
        return np.where(full, entry < LEAST_ENTRY, entry < LEAST_PRODUCT ** (1 / states))

    def _repair(self, result: Floats) -> None:
        """Solve pairs exactly where floats might not do."""
        names = self.play.stage.strategies
        doubtful = self._doubtful | ~np.isfinite(result).all(axis=0)
        for a, b in np.argwhere(doubtful):
            if self.half and b < a:
                continue
            pair = self.rows.exact(a, names), self.columns.exact(b, names[::-1])
            result[:, a, b] = _one(self.play, *pair)
            self.solved_exactly += 1


def _one(play: RepeatedGame, first: Policy, second: Policy) -> list[float]:
    from dilemma.repeated.policies.averages import average_payoffs
    from dilemma.repeated.policies.encounters import conduct

    found = average_payoffs(conduct(first, play), conduct(second, play), play)
    return [to_float(value) for value in found]


def _exactly(play: RepeatedGame, rows: Crowd, columns: Crowd) -> Floats:
    names = play.stage.strategies
    result = np.empty((2, len(rows), len(columns)))
    first = [rows.exact(a, names) for a in range(len(rows))]
    second = [columns.exact(b, names[::-1]) for b in range(len(columns))]
    for a, b in np.ndindex(len(rows), len(columns)):
        result[:, a, b] = _one(play, first[a], second[b])
    return result


def _slip(wrong: Fraction, size: int) -> Floats:
    """What becomes of an act that may go wrong."""
    matrix = np.full((size, size), to_float(wrong / (size - 1)))
    np.fill_diagonal(matrix, to_float(1 - wrong))
    return matrix


def error_bound(stage: Game) -> list[float]:
    """The most that a payoff of each player can miss by rounding: see the module's text.

    >>> error_bound(Game.symmetric([[3, 0], [5, 1]]))[0] < 1e-11
    True
    """
    m, n = stage.shape
    states = m * n + 1
    entry = 4 * max(m, n) + 12
    roundings = 2 * ((states + 8) ** 3 + 4 * states * entry)
    bounds = []
    for values in stage.exact_payoffs:
        least, most = to_float(min(values.flat)), to_float(max(values.flat))
        size = max(abs(least), abs(most))
        bounds.append(ROUNDING * (roundings * (most - least) + 4 * size))
    return bounds


def _dataset(
    play: RepeatedGame, rows: Crowd, columns: Crowd, payoffs: Floats, method: str, exactly: int
) -> xarray.Dataset:
    import xarray

    stage = play.stage
    how = {
        "exact": "linear systems in rational numbers",
        "orbits": "orbits of deterministic play, followed until they close",
        "elimination": "elimination without subtraction, eight pairs in a vector",
    }[method]
    coords: dict[str, Any] = {"player": list(stage.players)}
    for dimension, crowd in (("row_policy", rows), ("column_policy", columns)):
        if crowd.names is not None:
            coords[dimension] = crowd.names
    pairs = len(rows) * len(columns)
    return xarray.Dataset(
        {
            "payoff": (("player", "row_policy", "column_policy"), payoffs),
            "error_bound": (("player",), np.array(error_bound(stage))),
        },
        coords,
        {
            "dilemma": "long_run_payoffs",
            "status": f"Long-run payoffs of {pairs:,} pairs of policies, each within its bound.",
            "method": how,
            "discount": str(play.discount),
            "suspicion": str(play.suspicion),
            "error": play.error,
            "solved_exactly": exactly,
            "versions": (
                f"dilemma {VERSION}, numpy {np.__version__}, xarray {xarray.__version__}, "
                f"Python {platform.python_version()}"
            ),
        },
    )
