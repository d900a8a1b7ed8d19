"""Who meets whom: games and starting states as the arrays that trajectories are computed from.

One population plays a symmetric game against itself. Of two populations, the first plays the rows
and the second the columns. Either way the shares of all strategies stand in one row of N numbers,
population by population, and what they earn is a matrix times that row.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fractions, rounded, unmasked
from dilemma.game import Game, Games
from dilemma.game.checking import SUM_TOLERANCE, Names

Floats = NDArray[np.float64]

# What the answer itself names, which no dimension of a batch may be called.
RESERVED = frozenset(
    {
        "column", "column_mean_fitness", "column_share", "complete", "mean_fitness", "reached",
        "row", "row_mean_fitness", "row_share", "share", "start", "steps", "strategy", "time",
        "unique",
    }
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Meetings:
    """Games as matrices, one for each game.

    Attributes
    ----------
    matrices : array of shape (games, N, N)
        What each strategy earns is a matrix times the shares of all strategies.
    ends : tuple of int
        Where each population's strategies end: (n,) or (m, m + n).
    strategies : tuple of tuples of str
        Their names, for each population.
    shape, dims, coords
        Those of the batch of games; empty for one game.
    """

    matrices: Floats
    ends: tuple[int, ...]
    strategies: tuple[Names, ...]
    shape: tuple[int, ...]
    dims: tuple[str, ...]
    coords: Mapping[str, Any]

    @property
    def slices(self) -> tuple[slice, ...]:
        """Where each population's strategies are."""
        return tuple(map(slice, (0, *self.ends), self.ends))

    @property
    def games(self) -> int:
        """How many games there are."""
        return len(self.matrices)

    @property
    def lowest(self) -> tuple[float, ...]:
        """The least payoff of each population."""
        return tuple(float(self.matrices[:, part].min()) for part in self.slices)

    def fitness(self, states: Floats, which: NDArray[np.int64]) -> Floats:
        """Return what each strategy earns, at states of shape (trajectories, N)."""
        return np.asarray(np.matmul(self.matrices[which], states[:, :, None])[:, :, 0])

    def mean_fitness(self, shares: Floats, which: NDArray[np.int64]) -> Floats:
        """Return each population's mean fitness, shape (trajectories, times, populations)."""
        earned = np.matmul(shares, self.matrices[which].swapaxes(-1, -2)) * shares
        return np.stack([earned[..., part].sum(axis=-1) for part in self.slices], axis=-1)

    def centred(self, populations: list[bool]) -> Floats:
        """Return the matrices with the mean of each column taken from some populations' payoffs.

        What matters to most rules are differences between strategies; these are exact to rounding
        even where payoffs are much larger.
        """
        matrices = self.matrices.copy()
        for own, wanted in zip(self.slices, populations, strict=True):
            if wanted:
                part = matrices[:, own]
                # First by a payoff, then by the mean: large equal payoffs leave no rounding.
                part -= part[:, :1].copy()
                part -= part.mean(axis=1, keepdims=True)
        return matrices

    def matrices_of(self, populations: list[bool]) -> tuple[Floats, Floats]:
        """Return the matrices, `centred` for some populations, and as they are."""
        return self.centred(populations), self.matrices

    def groups_of(self, populations: list[bool]) -> Floats:
        """Return what kernels take of a game in groups: nothing."""
        return np.zeros(0)


def meetings(game: Any, populations: int) -> Meetings:
    """Read a game or a batch of games for one population or for two."""
    if not isinstance(game, (Game, Games)) and callable(getattr(game, "games", None)):
        game = game.games()
    if not isinstance(game, (Game, Games)):
        raise TypeError(
            "game: requires a Game or a batch of games (Games), or a GroupGame, got "
            f"{type(game).__name__}"
        )
    payoffs = game.payoffs[None]
    shape: tuple[int, ...] = ()
    dims: tuple[str, ...] = ()
    coords: Mapping[str, Any] = {}
    if isinstance(game, Games):
        payoffs = game.payoffs.reshape(-1, *game.payoffs.shape[-3:])
        shape, dims, coords = game.shape, game.dims, game.coords
        for name in dims:
            if name in RESERVED:
                raise ValueError(
                    f"game: requires dimensions with names other than those of the answer, "
                    f"got {name!r}"
                )
    m, n = payoffs.shape[-2:]
    if populations == 1:
        _require_symmetric(game, payoffs)
        return Meetings(payoffs[:, 0].copy(), (n,), game.strategies[:1], shape, dims, coords)
    matrices = np.zeros((len(payoffs), m + n, m + n))
    matrices[:, :m, m:] = payoffs[:, 0]
    matrices[:, m:, :m] = payoffs[:, 1].swapaxes(-1, -2)
    return Meetings(matrices, (m, m + n), game.strategies, shape, dims, coords)


def _require_symmetric(game: Game | Games, payoffs: Floats) -> None:
    words = (
        "game: requires a symmetric game for one population, got {}; pass the two-population "
        "form, start=(row_state, column_state)"
    )
    if isinstance(game, Game):
        if not game.is_symmetric:
            m, n = game.shape
            raise ValueError(words.format(f"an asymmetric one of {m} x {n}"))
    else:
        m, n = payoffs.shape[-2:]
        if m != n:
            raise ValueError(words.format(f"games of {m} x {n}"))
        differ = np.any(payoffs[:, 0] != payoffs[:, 1].swapaxes(-1, -2), axis=(1, 2))
        for position in np.flatnonzero(differ):
            index = tuple(int(i) for i in np.unravel_index(position, game.shape))
            # Payoffs that a model builds may differ in rounding alone.
            if not game[index].is_symmetric:
                raise ValueError(words.format(f"an asymmetric one at {index}"))
    rows, columns = game.strategies
    if rows != columns:
        raise ValueError(
            words.format(f"different strategies for rows and columns ({rows[0]}, {columns[0]}, …)")
        )


@dataclass(frozen=True, eq=False)
class Starts:
    """Starting states, one row of N shares each.

    Attributes
    ----------
    states : array of shape (starts, N)
    shape : tuple of int
        That of the starts; empty for one start.
    dims : tuple of str
    coords : mapping
        Coordinates along these dimensions.
    """

    states: Floats
    shape: tuple[int, ...]
    dims: tuple[str, ...]
    coords: Mapping[str, Any]


def is_pair(start: Any) -> bool:
    """Tell whether a start is of the two-population form: a tuple of two states."""
    return (
        isinstance(start, tuple)
        and len(start) == 2
        and all(isinstance(one, str) or np.ndim(_plain(one)) > 0 for one in start)
    )


def starts(start: Any, strategies: tuple[Names, ...]) -> Starts:
    """Read starting states for one population, or a tuple of two."""
    if len(strategies) == 1:
        one, dims, coords = _states(start, strategies[0], "start")
        return _starts(one, dims, coords)
    parts = [
        _states(one, names, f"start[{player}]")
        for player, (one, names) in enumerate(zip(start, strategies, strict=True))
    ]
    (first, dims, coords), (second, others, other_coords) = parts
    if dims and others and dims != others:
        raise ValueError(
            f"start: requires the same dimensions for both populations, got {dims} and {others}"
        )
    try:
        shape = np.broadcast_shapes(first.shape[:-1], second.shape[:-1])
    except ValueError:
        raise ValueError(
            "start: requires as many states of one population as of the other (or one), got "
            f"{first.shape[:-1]} and {second.shape[:-1]}"
        ) from None
    both = [np.broadcast_to(one, (*shape, one.shape[-1])) for one in (first, second)]
    return _starts(np.concatenate(both, axis=-1), dims or others, {**coords, **other_coords})


def _starts(states: Floats, dims: tuple[str, ...], coords: Mapping[str, Any]) -> Starts:
    flat = np.ascontiguousarray(states.reshape(-1, states.shape[-1]))
    return Starts(flat, states.shape[:-1], dims, coords)


def _plain(one: Any) -> Any:
    try:
        array = one if isinstance(one, np.ndarray) else np.array(one, dtype=object)
    except ValueError:
        array = np.empty(1, dtype=object)
        array[0] = []
    if array.dtype == object and any(isinstance(value, (list, tuple)) for value in array.flat):
        raise ValueError(f"start: requires states of equal length, got {one!r}")
    return array


def _states(
    start: Any, names: Names, which: str
) -> tuple[Floats, tuple[str, ...], Mapping[str, Any]]:
    """One population's states, the names of their leading dimensions, and coordinates."""
    labelled: Any = getattr(sys.modules.get("xarray"), "DataArray", ())
    dims: tuple[str, ...] | None = None
    coords: Mapping[str, Any] = {}
    if isinstance(start, labelled):
        if "strategy" not in start.dims:
            raise ValueError(
                f"{which}: requires a DataArray with the dimension strategy, got {start.dims}"
            )
        dims = tuple(str(dim) for dim in start.dims if dim != "strategy")
        for name in dims:
            if name in RESERVED - {"start"}:
                raise ValueError(
                    f"{which}: requires dimensions with names other than those of the answer, "
                    f"got {name!r}"
                )
        coords = {dim: start.coords[dim].values for dim in dims if dim in start.coords}
        if "strategy" in start.coords and tuple(start.coords["strategy"].values) != names:
            start = start.sel(strategy=list(names))
        start = start.transpose(*dims, "strategy").values
    if isinstance(start, str):
        start = _vertex(start, names, which)
    elif isinstance(start, (list, tuple)) and any(isinstance(one, str) for one in start):
        if all(one in names for one in start):
            start = [_vertex(one, names, which) for one in start]
        elif len(start) != len(names):
            odd = next(one for one in start if one not in names)
            _vertex(odd, names, which)
    array = unmasked(_plain(start), which)
    if array.dtype.kind not in "fiuO":
        raise TypeError(f"{which}: requires shares, got an array of {array.dtype}")
    if array.ndim == 0 or array.shape[-1] != len(names):
        raise ValueError(
            f"{which}: requires {len(names)} shares on the last axis, one for each strategy, got "
            f"{'one number' if array.ndim == 0 else f'the shape {array.shape}'}"
        )
    if not array.size:
        raise ValueError(f"{which}: requires at least one state, got the shape {array.shape}")
    if array.dtype.kind == "O":
        kinds = {type(value) for value in array.flat}
        if kinds <= {int, float}:
            array = array.astype(np.float64)
        else:
            array = rounded(fractions(array, which), which)
    states = np.array(array, dtype=np.float64)
    bad = ~np.isfinite(states)
    if bad.any():
        raise ValueError(f"{which}: requires finite shares, got {states[bad][0]}")
    if states.min() < 0:
        raise ValueError(f"{which}: requires shares of at least 0, got {states.min():g}")
    sums = states.sum(axis=-1, keepdims=True)
    worst = sums.flat[np.argmax(np.abs(sums - 1))]
    if abs(worst - 1) > SUM_TOLERANCE:
        raise ValueError(f"{which}: requires shares that sum to 1, got the sum {worst:g}")
    if dims is None:
        leading = states.ndim - 1
        dims = ("start",) if leading == 1 else tuple(f"start_{k}" for k in range(leading))
    return states / sums, dims, coords


def _vertex(name: Any, names: Names, which: str) -> list[float]:
    if name not in names:
        raise ValueError(f"{which}: requires a strategy among {', '.join(names)}, got {name!r}")
    return [float(one == name) for one in names]
