"""The points of a sweep: terms along named dimensions, cut into blocks of neighbours."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fractions, rounded, unmasked
from dilemma.writing.pages import Displayed

Slices = tuple[slice, ...]


@dataclass(frozen=True)
class Axis(Displayed):
    """The values of one term.

    Attributes
    ----------
    term : str
    dim : str
        The dimension that they run along: of the term's own name, unless terms share one.
    values : array of Fraction, float64 or int64
    labels : array or None
        The coordinate of a shared dimension, if it has one.
    """

    term: str
    dim: str
    values: NDArray[Any]
    labels: NDArray[Any] | None

    @property
    def floats(self) -> NDArray[np.float64]:
        """The values as coordinates."""
        if self.values.dtype == object:
            return rounded(self.values, self.term)
        return self.values.astype(np.float64)

    @property
    def is_exact(self) -> bool:
        """Whether the values came as exact numbers."""
        return self.values.dtype == object

    @property
    def texts(self) -> list[str]:
        """The values as exact texts."""
        return [str(one) if self.is_exact else repr(one) for one in self.values.tolist()]

    @property
    def brief(self) -> str:
        """The values as one would type them, if that is short."""
        if not self.is_exact and len(self.values) > 6:
            low, high = self.values[[0, -1]].tolist()
            return f"<{len(self.values)} values from {low} to {high}>"
        texts = self.texts
        if self.is_exact and len(texts) > 2 and self.dim == self.term:
            steps = {b - a for a, b in zip(self.values[:-1], self.values[1:], strict=True)}
            if len(steps) == 1 and steps.pop() > 0:
                return f"axis({_typed(texts[0])}, {_typed(texts[-1])}, {len(texts)})"
        if len(texts) <= 6:
            return f"[{', '.join(map(_typed, texts))}]"
        return f"<{len(texts)} values from {texts[0]} to {texts[-1]}>"


@dataclass(frozen=True)
class Grid:
    """All points of a sweep, or a block of them.

    Attributes
    ----------
    dims : tuple of str
    shape : tuple of int
    axes : tuple of Axis
    first : tuple of int
        Where a block begins in the whole.
    whole : tuple of int
        The shape of the whole.
    """

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    axes: tuple[Axis, ...]
    first: tuple[int, ...]
    whole: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many points there are."""
        return math.prod(self.shape)

    def block(self, where: Slices) -> Grid:
        """Return the points in one block."""
        along = dict(zip(self.dims, where, strict=True))
        axes = tuple(Axis(a.term, a.dim, a.values[along[a.dim]], None) for a in self.axes)
        shape = tuple(one.stop - one.start for one in where)
        return Grid(self.dims, shape, axes, tuple(one.start for one in where), self.whole)

    def arrays(self) -> dict[str, Any]:
        """Return each term's values as a DataArray of one dimension."""
        import xarray

        return {one.term: xarray.DataArray(one.values, dims=one.dim) for one in self.axes}

    def points(self) -> Iterator[tuple[tuple[int, ...], dict[str, Any]]]:
        """Return each index, and the terms there: Fractions, floats or ints."""
        place = {dim: k for k, dim in enumerate(self.dims)}
        values = [(one.term, place[one.dim], one.values.tolist()) for one in self.axes]
        for index in np.ndindex(self.shape):
            yield index, {term: own[index[k]] for term, k, own in values}

    def number(self, index: Sequence[int]) -> int:
        """Return the position of a point in the whole, in row-major order."""
        full = tuple(a + b for a, b in zip(self.first, index, strict=True))
        return int(np.ravel_multi_index(full, self.whole)) if full else 0

    def coords(self) -> dict[str, Any]:
        """Return the coordinates of the answer: floats, and exact texts as an attribute."""
        coords: dict[str, Any] = {}
        for one in self.axes:
            if one.dim != one.term and one.labels is not None:
                coords[one.dim] = (one.dim, one.labels)
            attributes = {"exact": ", ".join(one.texts)} if one.is_exact else {}
            coords[one.term] = (one.dim, one.floats, attributes)
        return coords


def grid_of(axes: Mapping[str, Any]) -> Grid:
    """Read the axes of a sweep.

    Parameters
    ----------
    axes : mapping of str to one-dimensional arrays or sequences of numbers
        A DataArray names the dimension that its term runs along, which others may share.

    Raises
    ------
    TypeError, ValueError
        If an axis is empty, has more than one dimension or values that are no finite numbers; if
        two that share a dimension differ in length or labels.
    """
    if not axes:
        raise ValueError(
            "axes: requires at least one axis, such as trust=axis(0, 1, 11), got none"
        )
    read = tuple(_axis(name, values) for name, values in axes.items())
    sizes: dict[str, int] = {}
    labels: dict[str, Any] = {}
    terms = {one.term for one in read}
    for one in read:
        if sizes.setdefault(one.dim, len(one.values)) != len(one.values):
            raise ValueError(
                f"{one.term}: requires {sizes[one.dim]} values along {one.dim!r}, as an earlier "
                f"axis has, got {len(one.values)}"
            )
        if one.dim != one.term and one.dim in terms:
            raise ValueError(
                f"{one.term}: requires a dimension that is not called like another axis, "
                f"got {one.dim!r}"
            )
        if one.labels is not None and not np.array_equal(
            labels.setdefault(one.dim, one.labels), one.labels
        ):
            raise ValueError(f"{one.term}: requires the labels along {one.dim!r} of earlier axes")
    shape = tuple(sizes.values())
    return Grid(tuple(sizes), shape, read, (0,) * len(shape), shape)


def block_shape(shape: Sequence[int], chunk: int) -> tuple[int, ...]:
    """Return the shape of blocks of at most so many points, each a run in row-major order.

    >>> block_shape((10, 7, 5), 36), block_shape((10, 7, 5), 3), block_shape((4,), 100)
    ((1, 7, 5), (1, 1, 3), (4,))
    """
    result, left = [1] * len(shape), chunk
    for k in reversed(range(len(shape))):
        result[k] = max(1, min(shape[k], left))
        if result[k] < shape[k]:
            break
        left //= shape[k]
    return tuple(result)


def blocks_of(shape: Sequence[int], each: Sequence[int]) -> list[Slices]:
    """Return all blocks, in row-major order.

    >>> blocks_of((3, 2), (2, 2))
    [(slice(0, 2, None), slice(0, 2, None)), (slice(2, 3, None), slice(0, 2, None))]
    """
    counts = [-(-whole // own) for whole, own in zip(shape, each, strict=True)]
    return [
        tuple(
            slice(i * own, min(whole, (i + 1) * own))
            for i, own, whole in zip(index, each, shape, strict=True)
        )
        for index in np.ndindex(*counts)
    ]


def _axis(name: str, values: Any) -> Axis:
    dim, labels = name, None
    labelled: Any = getattr(sys.modules.get("xarray"), "DataArray", ())
    if isinstance(values, labelled):
        if values.ndim != 1:
            raise ValueError(f"{name}: requires one dimension, got {values.dims}")
        dim = str(values.dims[0])
        if dim != name and dim in values.coords:
            labels = values.coords[dim].values
        values = values.values
    if isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
        raise TypeError(
            f"{name}: requires a sequence of numbers, such as axis(0, 1, 11), got {values!r}"
        )
    if not isinstance(values, np.ndarray):
        own = list(values)
        kinds = {type(one) for one in own}
        values = np.array(own) if kinds <= {int} or kinds <= {int, float} else None
        if values is None or values.dtype.kind not in "fi":
            # One by one, or NumPy would take texts and nested sequences for something else.
            values = np.empty(len(own), dtype=object)
            values[:] = own
    values = unmasked(values, name)
    if values.ndim != 1:
        raise ValueError(f"{name}: requires one dimension, got the shape {values.shape}")
    if not len(values):
        raise ValueError(f"{name}: requires at least one value, got none")
    if values.dtype.kind == "f" and values.dtype.itemsize == 8:
        if not np.isfinite(values).all():
            raise ValueError(f"{name}: requires finite numbers, got {values.tolist()}")
        values = values.astype(np.float64)
    elif values.dtype.kind in "iu":
        values = values.astype(np.int64)
    else:
        # Short floats too: they mean the decimals that print them.
        values = fractions(values.astype(object) if values.dtype.kind in "US" else values, name)
    values = values.copy()
    values.setflags(write=False)
    return Axis(name, dim, values, labels)


def _typed(text: str) -> str:
    return f'"{text}"' if "/" in text else text


def shown(point: Mapping[str, Any]) -> str:
    """Write a point for a message.

    >>> shown({"trust": 0.25, "stakes": 2})
    'trust = 0.25, stakes = 2'
    """
    return ", ".join(f"{name} = {value}" for name, value in point.items())
