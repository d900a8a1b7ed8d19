"""Many games of one size at once, with named dimensions and the way back to exact numbers."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import common_denominator, fractions, rounded, unmasked
from dilemma.game.bimatrix import Game
from dilemma.game.checking import Names, player_names, strategy_names
from dilemma.writing.pages import Displayed

# Beyond this a common denominator is of no use to arithmetic in machine words.
LARGEST_DENOMINATOR = 2**50

GAME_DIMS = ("player", "row", "column")


class GameSource(Protocol):
    """A model from which the exact game at each place of a batch can be made again."""

    def game_at(self, index: tuple[int, ...]) -> Game:
        """The exact game at one index of the batch."""


class Block(NamedTuple):
    """The payoffs of some consecutive games of a batch, with what is known of their errors.

    Attributes
    ----------
    payoffs : array of float64, shape (2, m, n, games)
    error : array of float64, shape (2, m, n, games or 1)
        A bound on what the payoffs miss of the exact ones, beyond the decimals that floats mean.
    denominator : int or None
        The exact payoffs are whole multiples of its inverse, if that is known.
    """

    payoffs: NDArray[np.float64]
    error: NDArray[np.float64]
    denominator: int | None


@dataclass(frozen=True)
class GameBlocks:
    """A batch of games that is built block by block, so that it need not fit into memory.

    Anything with a method ``blocks()`` that returns this can be solved as a batch.

    Attributes
    ----------
    shape, dims, coords, strategies, players
        As for `Games`.
    block : function (start, stop) -> Block
        The games from one position to another, in row-major order of the batch.
    game : function (index) -> Game
        The exact game at one index of the batch, a tuple.
    """

    shape: tuple[int, ...]
    dims: tuple[str, ...]
    coords: Mapping[str, NDArray[Any]]
    strategies: tuple[Names, Names]
    players: tuple[str, str]
    block: Callable[[int, int], Block]
    game: Callable[[tuple[int, ...]], Game]

    @property
    def size(self) -> int:
        """How many games there are."""
        return int(np.prod(self.shape, dtype=np.int64))


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Games(Displayed):
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
    payoff_error : array_like that broadcasts to the payoffs, optional
        A bound on what each payoff misses of the exact one that `source` makes. Infinite if left
        out beside a source, so that every answer is sought exactly; without a source, the floats
        are what is meant, and 0.
    payoff_denominator : int, optional
        A number of whose inverse all exact payoffs are whole multiples, if one is known.

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
    payoff_error: NDArray[np.float64]
    payoff_denominator: int | None

    def __init__(
        self,
        payoffs: Any,
        dims: Sequence[str] | None = None,
        coords: Mapping[str, Any] | None = None,
        strategies: Sequence[Any] | None = None,
        players: Sequence[str] | None = None,
        source: GameSource | None = None,
        payoff_error: Any = None,
        payoff_denominator: int | None = None,
    ) -> None:
        labelled: Any = getattr(sys.modules.get("xarray"), "DataArray", ())
        if isinstance(payoffs, labelled):
            payoffs, dims, coords, strategies, players = _unlabel(
                payoffs, dims, coords, strategies, players
            )
        if not isinstance(payoffs, np.ndarray):
            # Through objects, or numbers such as Fraction(1, 3) would be rounded for ever.
            payoffs = np.array(payoffs, dtype=object)
        payoffs = unmasked(payoffs, "payoffs")
        if payoffs.dtype.kind == "f" and payoffs.dtype.itemsize < 8:
            # A short float means the decimal that prints it, which is not that of its float64.
            payoffs = payoffs.astype("U").astype(np.float64)
        if payoffs.dtype.kind in "iu" and (np.abs(payoffs.astype(np.float64)) >= 2.0**53).any():
            payoffs = payoffs.astype(object)
        if payoffs.dtype.kind == "f" and payoffs.dtype.itemsize > 8:
            payoffs = payoffs.astype(object)
        if payoffs.dtype.kind not in "fiuO":
            raise TypeError(
                f"payoffs: requires an array of real numbers, got one of {payoffs.dtype}"
            )
        if payoffs.dtype.kind == "O":
            exact = fractions(payoffs, "payoffs")
            array = rounded(exact, "payoffs")
            if source is None and not _mean_themselves(array, exact):
                source = _ExactPayoffs(exact, strategies, players)
                if payoff_error is None:
                    # Half a unit in the last place, and the smallest of all numbers.
                    payoff_error = np.abs(array) * 2.0**-53 + 2.0**-1074
                common = common_denominator(exact.ravel().tolist())
                if payoff_denominator is None and common <= LARGEST_DENOMINATOR:
                    payoff_denominator = common
        else:
            array = np.array(payoffs, dtype=np.float64)
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
        if payoff_error is None:
            payoff_error = 0.0 if source is None else np.inf
        object.__setattr__(self, "payoff_error", _checked_error(payoff_error, array.shape))
        if payoff_denominator is not None and not (
            isinstance(payoff_denominator, int) and payoff_denominator > 0
        ):
            raise ValueError(
                f"payoff_denominator: requires a positive integer, got {payoff_denominator!r}"
            )
        object.__setattr__(self, "payoff_denominator", payoff_denominator)

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
            if isinstance(one, (bool, np.bool_)) or not hasattr(one, "__index__"):
                raise IndexError(f"index: requires integers, got {one!r} along {name}")
            number = operator.index(one)
            if not -size <= number < size:
                raise IndexError(
                    f"index: requires an integer from {-size} to {size - 1} along {name}, "
                    f"got {one}"
                )
            full.append(number % size)
        if self.source is not None:
            return self.source.game_at(tuple(full))
        return Game(self.payoffs[tuple(full)], self.strategies, self.players)

    def blocks(self) -> GameBlocks:
        """Return the batch in the form in which solvers of batches take it.

        Examples
        --------
        >>> blocks = Games(np.zeros((6, 2, 3, 4))).blocks()
        >>> blocks.size, blocks.block(2, 5).payoffs.shape
        (6, (2, 3, 4, 3))
        """
        game_shape = self.payoffs.shape[-3:]
        flat = self.payoffs.reshape(self.size, *game_shape)
        error = self.payoff_error
        if self.source is not None:
            # Then the floats stand for what the source says, and not for their decimals.
            error = np.maximum(error, np.finfo(np.float64).smallest_normal)
        if error.ndim < 4 or all(size == 1 for size in error.shape[:-3]):
            flat_error = error.reshape(1, *error.shape[-3:])
        else:
            flat_error = np.broadcast_to(error, self.payoffs.shape).reshape(flat.shape)
        flat_error = np.broadcast_to(flat_error, (len(flat_error), *game_shape))

        def block(start: int, stop: int) -> Block:
            own = flat_error[start:stop] if len(flat_error) > 1 else flat_error
            return Block(
                np.ascontiguousarray(np.moveaxis(flat[start:stop], 0, -1)),
                np.ascontiguousarray(np.moveaxis(own, 0, -1)),
                self.payoff_denominator,
            )

        return GameBlocks(
            shape=self.shape,
            dims=self.dims,
            coords=self.coords,
            strategies=self.strategies,
            players=self.players,
            block=block,
            game=self.__getitem__,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return Games, (
            np.array(self.payoffs),
            self.dims,
            dict(self.coords),
            self.strategies,
            self.players,
            self.source,
            np.array(self.payoff_error),
            self.payoff_denominator,
        )

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


def _mean_themselves(floats: NDArray[np.float64], exact: NDArray[np.object_]) -> bool:
    """Whether the decimals that print some floats are the exact numbers that were given."""
    return all(
        one.denominator == 1 or Fraction(repr(number)) == one
        for number, one in zip(floats.ravel().tolist(), exact.ravel().tolist(), strict=True)
    ) and bool(np.all(np.abs(floats) < 2.0**53))


def _checked_error(error: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    try:
        array = np.array(error, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(
            f"payoff_error: requires an array of numbers ≥ 0, got {type(error).__name__}"
        ) from None
    if not np.all(array >= 0):
        raise ValueError("payoff_error: requires numbers ≥ 0, got one that is not")
    array = array.reshape((1,) * (3 - array.ndim) + array.shape)
    try:
        np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(
            f"payoff_error: requires a shape that broadcasts to {shape}, got {np.shape(error)}"
        ) from None
    array.setflags(write=False)
    return array


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
