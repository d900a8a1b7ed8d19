"""Solving one chunk of a batch: floats where they are certain, whole numbers, then Fractions.

Imported when a batch is first asked for, since it brings numba.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.bounded import LARGEST_DENOMINATOR
from dilemma.arrays.decimal_kernels import read_decimals, read_multiples
from dilemma.arrays.exact_kernels import decide_exactly
from dilemma.arrays.layout_kernels import spread
from dilemma.arrays.minor_kernels import decide_games
from dilemma.arrays.minors import LARGEST_SIZE, error_constants, game_tables
from dilemma.arrays.polytope import vertex_bound
from dilemma.equilibria.enumeration import nash
from dilemma.game.batch import Block, GameBlocks

# Probabilities that are not known to this many places are computed exactly.
TOLERANCE = 1e-9
DIGITS = 15
_MINORS_IN_CACHE = 2**21


@dataclass(frozen=True)
class Records:
    """The equilibria of some consecutive games, in order: game after game.

    Attributes
    ----------
    counts : (games,) int64
    offsets : (games,) int64
        Where each game's first equilibrium is.
    exact, degenerate : (games,) bool
    fractional : (games,) bool
        Which games were solved in rational arithmetic, the last resort.
    supports : (equilibria, 2) unsigned integers
        Bit masks.
    strict : (equilibria,) bool
    mixtures : (equilibria, m + n)
        Empty if supports are all that was asked for, as are `values`.
    values : (equilibria, 3)
        Both payoffs and the regret.
    """

    counts: NDArray[np.int64]
    offsets: NDArray[np.int64]
    exact: NDArray[np.bool_]
    degenerate: NDArray[np.bool_]
    fractional: NDArray[np.bool_]
    supports: NDArray[Any]
    strict: NDArray[np.bool_]
    mixtures: NDArray[np.float64]
    values: NDArray[np.float64]


class Stopped(Exception):  # noqa: N818
    """The user has had enough."""


@dataclass(frozen=True)
class Solver:
    """How to solve any chunk of one batch.

    Attributes
    ----------
    blocks : GameBlocks
    full : bool
        False if supports are all that is asked for.
    """

    blocks: GameBlocks
    full: bool

    def solve(
        self,
        start: int,
        stop: int,
        stopping: threading.Event | None = None,
        solved: Callable[[int], object] = lambda games: None,
    ) -> tuple[Records, NDArray[np.float64]]:
        """Solve the games from one position to another; return their payoffs as well.

        `solved` is called with the numbers of games, as they are solved.
        """
        block = self.blocks.block(start, stop)
        self._require_finite(block, start)
        _, m, n, games = block.payoffs.shape
        # Kernels are compiled for arrays that can be written, and for no other kind.
        payoffs = np.require(block.payoffs, np.float64, ["C", "W"]).reshape(2 * m * n, games)
        masks = mask_type(max(m, n))
        if max(m, n) <= LARGEST_SIZE:
            parts, left = self._compiled(block, payoffs, masks)
        else:
            parts, left = [], np.arange(games)
        solved(games - len(left))
        if len(left):
            parts.append((left, self._rational(left, start, masks, stopping, solved)))
        return _joined(parts, games, masks, m + n if self.full else 0), payoffs

    def _compiled(
        self, block: Block, payoffs: NDArray[np.float64], masks: Any
    ) -> tuple[list[Any], NDArray[np.int64]]:
        _, m, n, games = block.payoffs.shape
        errors = np.require(block.error, np.float64, ["C", "W"]).reshape(2 * m * n, -1)
        tables = game_tables(m, n)
        alpha, beta = error_constants()
        row_side, column_side = (
            (side.first, side.parents, side.entries)
            for side in (tables.row_side, tables.column_side)
        )
        pairs = (
            tables.sizes,
            tables.row_masks,
            tables.column_masks,
            tables.row_terms,
            tables.column_terms,
            tables.row_members,
            tables.column_members,
            tables.pair_at,
        )
        per_group = 64 * (tables.row_side.count + tables.column_side.count)
        groups = max(1, min(8, _MINORS_IN_CACHE // per_group))
        width = m + n if self.full else 0

        def room(each: int, several: int) -> list[Any]:
            capacity = each * several + 64
            return [
                np.empty((capacity, 2), dtype=np.uint8),
                np.empty((capacity if width else 0, width)),
                np.empty((capacity if width else 0, 3)),
            ]

        counts, offsets = np.empty(games, dtype=np.int64), np.empty(games, dtype=np.int64)
        settled = np.zeros(games, dtype=np.bool_)
        supports, mixtures, values = room(games, 6)
        for _ in range(2):
            used = decide_games(
                payoffs, errors, m, n, groups, alpha, beta, row_side, column_side, pairs,
                TOLERANCE, self.full, counts, offsets, settled, supports, mixtures, values,
            )  # fmt: skip
            if used <= len(supports):
                break
            supports, mixtures, values = room(used, 1)
        supports = supports[:used]
        # Without ties, an equilibrium is strict if and only if it is pure.
        one_each = supports[:, 0] & (supports[:, 0] - 1) == 0
        nothing = np.zeros(games, dtype=np.bool_)
        first = Records(
            counts, offsets, nothing, nothing, nothing, supports, one_each, mixtures, values
        )
        sure = np.flatnonzero(settled)
        parts: list[Any] = [(sure, _chosen(first, sure))] if len(sure) else []
        left = np.flatnonzero(~settled)
        if not len(left):
            return parts, left

        own = np.ascontiguousarray(payoffs[:, left])
        whole = np.empty(own.shape, dtype=np.int64)
        readable = np.empty(len(left), dtype=np.bool_)
        if np.any(errors > 0):
            if block.denominator is None or block.denominator > LARGEST_DENOMINATOR:
                return parts, left
            some = errors if errors.shape[1] == 1 else np.ascontiguousarray(errors[:, left])
            read_multiples(own, some, float(block.denominator), whole, readable)
        else:
            read_decimals(own, DIGITS, whole, readable)
        tried = np.flatnonzero(readable)
        if not len(tried):
            return parts, left
        whole, own = np.ascontiguousarray(whole[:, tried]), np.ascontiguousarray(own[:, tried])
        counts, offsets = np.empty(len(tried), np.int64), np.empty(len(tried), np.int64)
        settled, degenerate = np.zeros(len(tried), np.bool_), np.zeros(len(tried), np.bool_)
        most = max(vertex_bound(m, n), vertex_bound(n, m))
        more = (tables.row_slacks, tables.column_slacks, tables.rank)
        supports, mixtures, values = room(len(tried), 16)
        for _ in range(2):
            strict = np.zeros(len(supports), dtype=np.bool_)
            used = decide_exactly(
                whole, own, m, n, groups, alpha, beta, row_side, column_side, pairs, more, most,
                TOLERANCE, self.full, counts, offsets, settled, degenerate, supports, strict,
                mixtures, values,
            )  # fmt: skip
            if used <= len(supports):
                break
            supports, mixtures, values = room(used, 1)
        second = Records(
            counts, offsets, np.ones(len(tried), np.bool_), degenerate,
            np.zeros(len(tried), np.bool_), supports, strict, mixtures, values,
        )  # fmt: skip
        sure = np.flatnonzero(settled)
        if len(sure):
            parts.append((left[tried[sure]], _chosen(second, sure)))
        keep = np.ones(len(left), dtype=np.bool_)
        keep[tried[sure]] = False
        return parts, left[keep]

    def _rational(
        self,
        places: NDArray[np.int64],
        start: int,
        masks: Any,
        stopping: threading.Event | None,
        solved: Callable[[int], object],
    ) -> Records:
        counts, degenerate, supports, strict, mixtures, values = [], [], [], [], [], []
        for place in places:
            if stopping is not None and stopping.is_set():
                raise Stopped
            index = np.unravel_index(start + place, self.blocks.shape) if self.blocks.shape else ()
            answer = nash(self.blocks.game(tuple(int(one) for one in index)))
            counts.append(len(answer))
            degenerate.append(answer.degenerate)
            for one in answer:
                supports.append([sum(1 << i for i in support) for support in one.supports])
                strict.append(one.strict)
                if self.full:
                    mixtures.append([float(weight) for weight in one.row + one.column])
                    values.append([*map(float, one.payoffs), float(one.regret)])
            solved(1)
        size = np.array(counts, dtype=np.int64)
        everything = np.ones(len(places), dtype=np.bool_)
        return Records(
            size,
            np.cumsum(size) - size,
            everything,
            np.array(degenerate),
            everything,
            np.array(supports, dtype=masks),
            np.array(strict),
            np.array(mixtures),
            np.array(values),
        )

    def _require_finite(self, block: Block, start: int) -> None:
        if np.isfinite(block.payoffs).all():
            return
        player, row, column, game = (int(i) for i in np.argwhere(~np.isfinite(block.payoffs))[0])
        index = tuple(int(i) for i in np.unravel_index(start + game, self.blocks.shape or (1,)))
        raise ValueError(
            f"games: requires finite payoffs, got {block.payoffs[player, row, column, game]} in "
            f"game {index} at (player, row, column) = {(player, row, column)}"
        )


def mask_type(size: int) -> Any:
    """Return the smallest unsigned integers that hold a mask of so many strategies."""
    return next(
        kind
        for kind, bits in ((np.uint8, 8), (np.uint16, 16), (np.uint32, 32), (np.uint64, 64))
        if size <= bits
    )


def _chosen(records: Records, places: NDArray[np.int64]) -> Records:
    """Take the records of some of the games, and of no other."""
    counts = records.counts[places]
    ends = np.cumsum(counts)
    total = int(ends[-1])
    if len(places) == len(records.counts):
        rows: Any = slice(0, total)
    else:
        rows = np.repeat(records.offsets[places] - (ends - counts), counts) + np.arange(total)
    return Records(
        counts,
        ends - counts,
        records.exact[places],
        records.degenerate[places],
        records.fractional[places],
        records.supports[rows],
        records.strict[rows],
        records.mixtures[rows] if len(records.mixtures) else records.mixtures,
        records.values[rows] if len(records.values) else records.values,
    )


def _joined(parts: list[Any], games: int, masks: Any, width: int) -> Records:
    """Put the games of several records back in order."""
    if len(parts) == 1 and len(parts[0][0]) == games:
        records: Records = parts[0][1]
        return records
    order = np.argsort(np.concatenate([places for places, _ in parts]), kind="stable")

    def per_game(name: str) -> Any:
        return np.concatenate([getattr(records, name) for _, records in parts])[order]

    starts = np.cumsum([0, *(len(records.supports) for _, records in parts)])
    offsets = np.concatenate(
        [records.offsets + start for (_, records), start in zip(parts, starts, strict=False)]
    )[order]
    counts = per_game("counts")
    ends = np.cumsum(counts)
    rows = np.repeat(offsets - (ends - counts), counts) + np.arange(int(ends[-1]))

    def per_equilibrium(name: str, kind: Any) -> Any:
        return np.concatenate([getattr(records, name) for _, records in parts]).astype(
            kind, copy=False
        )[rows]

    return Records(
        counts,
        ends - counts,
        per_game("exact"),
        per_game("degenerate"),
        per_game("fractional"),
        per_equilibrium("supports", masks),
        per_equilibrium("strict", np.bool_),
        per_equilibrium("mixtures", np.float64) if width else np.empty((0, 0)),
        per_equilibrium("values", np.float64) if width else np.empty((0, 3)),
    )


def compiled_kernels() -> tuple[Any, ...]:
    """Return the kernels that Python calls."""
    return decide_games, decide_exactly, read_decimals, read_multiples, spread


def load_kernels() -> None:
    """Compile the kernels for the types that they are called with, or load them."""
    payoffs = np.array([[[[2.0], [0.0]], [[0.0], [1.0]]], [[[2.0], [0.0]], [[0.0], [1.0]]]])
    tied = np.concatenate([payoffs, np.zeros_like(payoffs)], axis=-1)
    for denominator, error in ((None, 0.0), (1, 1e-17)):
        block = Block(tied, np.full((2, 2, 2, 1), error), denominator)
        shape, names = (2,), (("1", "2"), ("1", "2"))
        blocks = GameBlocks(
            shape, ("game",), {}, names, ("row player", "column player"),
            lambda start, stop, block=block: block, lambda index: None,  # type: ignore
        )  # fmt: skip
        records, _ = Solver(blocks, full=True).solve(0, 2)
        spread(records.values, 2, 1, records.counts, np.empty((2, 1, 1)))
