"""Many games of one size at once, with named dimensions and the way back to exact numbers."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fractions
from dilemma.game.bimatrix import Game
from dilemma.game.checking import Names, player_names, strategy_names

GAME_DIMS = ("player", "row", "column")


class GameSource(Protocol):
    """A model from which the exact game at each place of a batch can be made again."""

    def game_at(self, index: tuple[int, ...]) -> Game:
        """The exact game at one index of the batch."""


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Games:
    """A batch of two-player games of one size, in floating point, exact on request.

    Parameters
    ----------
    payoffs : array_like of shape (..., 2, m, n), or xarray.DataArray
        All payoffs, as numbers that are finite; the leading dimensions are those of the batch.
        A DataArray has the dimensions ``player``, ``row`` and ``column`` (in any place) and any
        others, which name the batch dimensions.
    dims : sequence of str, optional
        Names of the batch dimensions; ``dim_0``, ``dim_1``, … if left out.
    coords : mapping of str to one-dimensional arrays, optional
        Coordinates along batch dimensions.
    strategies, players : optional
        As for `Game`.
    source : object with a method ``game_at(index)``, optional
        The model that the payoffs were computed from. Exact games come from it, and not from the
        rounded payoffs.

    Attributes
    ----------
    payoffs : numpy.ndarray of float64, shape (..., 2, m, n), read-only
    shape : tuple of int
        The batch shape.
    size : int
        How many games there are.

    Raises
    ------
    TypeError, ValueError
        If a payoff is not finite (its index is named), or shapes or names do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> games = Games(np.arange(24.0).reshape(3, 2, 2, 2))
    >>> games.shape, games.dims, games[2].payoffs[0].tolist()
    ((3,), ('dim_0',), [[16.0, 17.0], [18.0, 19.0]])
    """

    payoffs: NDArray[np.float64]
    dims: tuple[str, ...]
    coords: Mapping[str, NDArray[Any]]
    strategies: tuple[Names, Names]
    players: tuple[str, str]
    source: GameSource | None

    def __init__(
        self,
        payoffs: Any,
        dims: Sequence[str] | None = None,
        coords: Mapping[str, Any] | None = None,
        strategies: Sequence[Any] | None = None,
        players: Sequence[str] | None = None,
        source: GameSource | None = None,
    ) -> None:
        xarray = sys.modules.get("xarray")
        if xarray is not None and isinstance(payoffs, xarray.DataArray):
            payoffs, dims, coords, strategies, players = _unlabel(
                payoffs, dims, coords, strategies, players
            )
        if not isinstance(payoffs, np.ndarray):
            # Through objects, or numbers such as Fraction(1, 3) would be rounded for ever.
            payoffs = np.array(payoffs, dtype=object)
        if payoffs.dtype.kind not in "fiuO":
            raise TypeError(
                f"payoffs: requires an array of real numbers, got one of {payoffs.dtype}"
            )
        if source is None and payoffs.dtype.kind == "O":
            source = _ExactPayoffs(fractions(payoffs, "payoffs"), strategies, players)
        try:
            array = np.array(payoffs, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise TypeError(f"payoffs: requires an array of real numbers, got: {error}") from None
        if array.ndim < 3 or array.shape[-3] != 2 or 0 in array.shape[-2:]:
            raise ValueError(
                "payoffs: requires the shape (..., 2, m, n) with m, n ≥ 1 "
                f"(batch, player, row, column), got the shape {array.shape}"
            )
        finite = np.isfinite(array)
        if not finite.all():
            index = tuple(int(i) for i in np.argwhere(~finite)[0])
            raise ValueError(
                f"payoffs: requires finite numbers, got {array[index]} in game {index[:-3]} "
                f"at (player, row, column) = {index[-3:]}"
            )
        array.setflags(write=False)
        batch = array.shape[:-3]
        names = tuple(f"dim_{k}" for k in range(len(batch))) if dims is None else tuple(dims)
        if len(names) != len(batch) or len(set(names) | set(GAME_DIMS)) != len(names) + 3:
            raise ValueError(
                f"dims: requires {len(batch)} different names other than {GAME_DIMS}, got {names}"
            )
        object.__setattr__(self, "payoffs", array)
        object.__setattr__(self, "dims", names)
        object.__setattr__(self, "coords", _checked_coords(coords, names, batch))
        object.__setattr__(
            self, "strategies", strategy_names(strategies, array.shape[-2], array.shape[-1])
        )
        object.__setattr__(self, "players", player_names(players))
        object.__setattr__(self, "source", source)

    @property
    def shape(self) -> tuple[int, ...]:
        """The batch shape."""
        return self.payoffs.shape[:-3]

    @property
    def size(self) -> int:
        """How many games there are."""
        return int(np.prod(self.shape, dtype=np.int64))

    def __getitem__(self, index: int | tuple[int, ...]) -> Game:
        """Return the exact game at one index of the batch."""
        place = index if isinstance(index, tuple) else (index,)
        if len(place) != len(self.shape):
            raise IndexError(
                f"index: requires an integer for each of the dimensions {self.dims}, got {index!r}"
            )
        full = []
        for name, one, size in zip(self.dims, place, self.shape, strict=True):
            number = int(one)
            if not -size <= number < size:
                raise IndexError(
                    f"index: requires an integer from {-size} to {size - 1} along {name}, "
                    f"got {one}"
                )
            full.append(number % size)
        if self.source is not None:
            return self.source.game_at(tuple(full))
        return Game(self.payoffs[tuple(full)], self.strategies, self.players)

    def __repr__(self) -> str:
        m, n = self.payoffs.shape[-2:]
        along = ", ".join(f"{d}: {k}" for d, k in zip(self.dims, self.shape, strict=True))
        return f"<Games {m} x {n}: {self.size} games ({along or 'no dimension'})>"


@dataclass(frozen=True)
class _ExactPayoffs:
    """Exact payoffs that were given, which would be lost in floating point."""

    payoffs: NDArray[np.object_]
    strategies: Any
    players: Any

    def game_at(self, index: tuple[int, ...]) -> Game:
        return Game(self.payoffs[index], self.strategies, self.players)


def _checked_coords(
    coords: Mapping[str, Any] | None, dims: tuple[str, ...], shape: tuple[int, ...]
) -> Mapping[str, NDArray[Any]]:
    checked: dict[str, NDArray[Any]] = {}
    for name, values in (coords or {}).items():
        if name not in dims:
            raise ValueError(f"coords: requires names among the dimensions {dims}, got {name!r}")
        array = np.array(values)
        size = shape[dims.index(name)]
        if array.shape != (size,):
            raise ValueError(
                f"coords: requires {size} values along {name}, got an array of shape {array.shape}"
            )
        array.setflags(write=False)
        checked[name] = array
    return MappingProxyType(checked)


def _unlabel(
    payoffs: Any, dims: Any, coords: Any, strategies: Any, players: Any
) -> tuple[Any, Any, Any, Any, Any]:
    """Take a DataArray apart; names given beside it come first."""
    missing = [dim for dim in GAME_DIMS if dim not in payoffs.dims]
    if missing:
        raise ValueError(
            f"payoffs: requires a DataArray with the dimensions {GAME_DIMS}, "
            f"got {payoffs.dims} without {', '.join(missing)}"
        )
    batch = tuple(str(dim) for dim in payoffs.dims if dim not in GAME_DIMS)
    labels = {
        dim: [str(name) for name in payoffs.coords[dim].values]
        for dim in GAME_DIMS
        if dim in payoffs.coords and payoffs.coords[dim].dtype.kind in "UOT"
    }
    if strategies is None and "row" in labels and "column" in labels:
        strategies = [labels["row"], labels["column"]]
    if players is None and "player" in labels:
        players = labels["player"]
    if coords is None:
        coords = {dim: payoffs.coords[dim].values for dim in batch if dim in payoffs.coords}
    array = payoffs.transpose(*batch, *GAME_DIMS).values
    return array, dims if dims is not None else batch, coords, strategies, players
