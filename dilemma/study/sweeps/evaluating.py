"""One block of a sweep: the model at its points, the measure there, and arrays of what it says.

Everything here is sent to the workers of a cluster, and knows nothing of how blocks are run or
stored.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.game import Game, Games
from dilemma.study.stage_games import game_of
from dilemma.study.sweeps.grids import Grid, shown


class Stopped(Exception):  # noqa: N818
    """The user has had enough."""


@dataclass(frozen=True)
class Piece:
    """What a measure says of one variable in a block.

    Attributes
    ----------
    values : array of shape (block, extra dimensions)
        Of numbers, or of texts as objects.
    dims : tuple of str
        The extra dimensions.
    coords : mapping of str to array
        Their coordinates.
    """

    values: NDArray[Any]
    dims: tuple[str, ...] = ()
    coords: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def is_text(self) -> bool:
        """Whether the values are texts."""
        return self.values.dtype == object

    def layout(self, dims: int) -> dict[str, Any]:
        """What all blocks must have in common, as data."""
        return {
            "kind": "text" if self.is_text else str(self.values.dtype),
            "dims": list(self.dims),
            "shape": list(self.values.shape[dims:]),
            "coords": {name: list(map(str, one.tolist())) for name, one in self.coords.items()},
        }


@dataclass(frozen=True)
class Task:
    """What to do at every point.

    Attributes
    ----------
    model : model, or function of terms
    measure : function
    takes : {"game", "model", "batch"}
    name : str
        What a single number is called.
    entropy : int or None
        Where the seeds of all points come from, for a measure that draws.
    """

    model: Any
    measure: Callable[..., Any]
    takes: str
    name: str
    entropy: int | None

    def made(self, terms: Mapping[str, Any]) -> Any:
        """The model with these terms, or what a model that is a function returns for them."""
        if is_function(self.model):
            return self.model(**terms)
        return self.model.replace(**terms)


def is_function(model: Any) -> bool:
    """Whether a model is a plain function of its terms."""
    return not callable(getattr(model, "replace", None))


def evaluate(task: Task, block: Grid, stopping: threading.Event | None = None) -> dict[str, Piece]:
    """Return what the measure says at all points of a block."""
    if task.takes == "batch":
        return _whole(task, block, stopping)
    found = []
    for index, point in block.points():
        _heed(stopping)
        try:
            thing = task.made(point)
            if task.takes == "game" and callable(getattr(thing, "game", None)):
                thing = game_of(thing)
            value = task.measure(thing, **_seed(task, block, index))
            found.append(_parts(value, task.name))
        except Exception as error:
            error.add_note(f"at {shown(point)}")
            raise
    names = list(found[0])
    for one, (_, point) in zip(found, block.points(), strict=True):
        if set(one) != set(names):
            raise ValueError(
                "measure: requires the same variables at all points (None for a missing number), "
                f"got {', '.join(one)} after {', '.join(names)}, at {shown(point)}"
            )
    return {name: _stacked(name, [one[name] for one in found], block) for name in names}


def _heed(stopping: threading.Event | None) -> None:
    if stopping is not None and stopping.is_set():
        raise Stopped


def _seed(task: Task, block: Grid, index: tuple[int, ...]) -> dict[str, Any]:
    """A seed of its own for each point, whatever the blocks and the workers are."""
    if task.entropy is None:
        return {}
    return {"seed": np.random.SeedSequence(task.entropy, spawn_key=(block.number(index),))}


def _parts(value: Any, name: str) -> dict[str, Any]:
    """Take apart what a measure says of one point."""
    if hasattr(value, "data_vars"):  # a Dataset
        return {str(key): value[key] for key in value.data_vars}
    if isinstance(value, Mapping):
        return {str(key): one for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return dict(value._asdict())
    return {name: value}


def _stacked(name: str, values: list[Any], block: Grid) -> Piece:
    """Put one variable's values at all points together."""
    first = values[0]
    if any(isinstance(one, str) for one in values):
        texts = np.empty(len(values), dtype=object)
        for k, one in enumerate(values):
            if not isinstance(one, str):
                raise TypeError(f"measure: requires a text at all points, got {one!r} for {name}")
            texts[k] = one
        return Piece(texts.reshape(block.shape))
    if isinstance(getattr(first, "dims", None), tuple) and first.dims:
        dims = tuple(map(str, first.dims))
        coords = {dim: first.coords[dim].values for dim in dims if dim in first.coords}
        for one in values:
            same = getattr(one, "dims", None) == first.dims and one.shape == first.shape
            if not same or any(
                (dim in one.coords) != (dim in coords)
                or (dim in coords and not np.array_equal(one.coords[dim].values, coords[dim]))
                for dim in dims
            ):
                raise ValueError(
                    f"measure: requires the same dimensions and coordinates of {name} at all "
                    f"points, got {getattr(one, 'sizes', one)} after {first.sizes}"
                )
        try:
            rows = np.stack([np.asarray(one.values, dtype=np.float64) for one in values])
        except (TypeError, ValueError):
            raise TypeError(
                f"measure: requires a DataArray of numbers, got one of {first.dtype} for {name}"
            ) from None
        return Piece(rows.reshape(block.shape + first.shape), dims, coords)
    numbers = np.array([_number(one, name) for one in values], dtype=np.float64)
    return Piece(numbers.reshape(block.shape))


def _number(value: Any, name: str) -> float:
    if value is None:
        return float("nan")
    try:
        return float(value)
    except (TypeError, ValueError):
        text = repr(value)
        raise TypeError(
            "measure: requires a number, a text, a DataArray with named dimensions, or a mapping "
            f"of names to these, got {text if len(text) <= 60 else text[:57] + '...'} for {name}"
        ) from None


def _whole(task: Task, block: Grid, stopping: threading.Event | None) -> dict[str, Piece]:
    """Call a batch measure once for a block."""
    _heed(stopping)
    if is_function(task.model):
        batch, dims = _gathered(task, block, stopping), block.dims
    else:
        batch = task.made(block.arrays())
        dims = None
    options = _seed(task, block, (0,) * len(block.shape))
    found = task.measure(batch, **options)
    return {
        name: _laid_out(name, one, block, batch, dims)
        for name, one in _parts(found, task.name).items()
    }


def _gathered(task: Task, block: Grid, stopping: threading.Event | None) -> Any:
    """A batch of what a model that is a function returns at all points."""
    things = []
    for _, point in block.points():
        _heed(stopping)
        try:
            thing = task.made(point)
            things.append(game_of(thing) if callable(getattr(thing, "game", None)) else thing)
        except Exception as error:
            error.add_note(f"at {shown(point)}")
            raise
    first = things[0]
    if isinstance(first, Game):
        for one in things:
            if not isinstance(one, Game) or one.strategies != first.strategies:
                raise ValueError(
                    "model: requires games with the same strategies at all points for a batch "
                    f"measure, got {one!r} after {first!r}"
                )
        payoffs = np.stack([one.exact_payoffs for one in things])
        shape = block.shape + payoffs.shape[1:]
        return Games(payoffs.reshape(shape), block.dims, None, first.strategies, first.players)
    return np.array([_number(one, "the model") for one in things]).reshape(block.shape)


def _laid_out(
    name: str, value: Any, block: Grid, batch: Any, dims: tuple[str, ...] | None
) -> Piece:
    """Bring one variable of a batch measure into the order of the sweep's dimensions."""
    if hasattr(value, "dims") and hasattr(value, "transpose"):
        missing = [dim for dim in block.dims if dim not in value.dims]
        if missing:
            raise ValueError(
                f"measure: requires the dimensions {block.dims} of {name}, got {value.dims}"
            )
        extra = tuple(str(dim) for dim in value.dims if dim not in block.dims)
        array = value.transpose(*block.dims, *extra).values
        coords = {dim: value.coords[dim].values for dim in extra if dim in value.coords}
    else:
        array, extra, coords = np.asarray(value), (), {}
        own = dims or batch_dims(batch)
        if array.shape != tuple(block.shape[block.dims.index(dim)] for dim in own):
            raise ValueError(
                f"measure: requires an array over the batch, of shape {block.shape}, for {name} "
                f"(or a DataArray that names further dimensions), got the shape {array.shape}"
            )
        if np.ma.is_masked(value):  # as None at one point
            array = np.ma.filled(np.ma.asarray(value).astype(np.float64), np.nan)
        array = np.transpose(array, [own.index(dim) for dim in block.dims])
    if array.shape[: len(block.shape)] != block.shape:
        raise ValueError(
            f"measure: requires {name} at all {block.shape} points, got the shape {array.shape}"
        )
    if array.dtype.kind in "OUT":
        if all(issubclass(kind, str) for kind in set(map(type, array.ravel().tolist()))):
            return Piece(array.astype(object), extra, coords)
        flat = [_number(one, name) for one in array.ravel().tolist()]
        array = np.array(flat, dtype=np.float64).reshape(array.shape)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"measure: requires numbers or texts, got {name} of type {array.dtype}")
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:  # which few machines can read
        array = array.astype(np.float64)
    return Piece(np.ascontiguousarray(array), extra, coords)


def batch_dims(batch: Any) -> tuple[str, ...]:
    """The dimensions of a batch, in the order in which its arrays have them."""
    for name in ("blocks", "games"):
        method = getattr(batch, name, None)
        if callable(method):
            return tuple(method().dims)
    return tuple(batch.dims)
