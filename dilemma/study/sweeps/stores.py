"""Where the blocks of a sweep are kept: in memory, or in a zarr store that survives a kill.

A block counts as finished when its entry in ``sweep_progress/done`` is written, which is after
all of its variables. (The files of chunks prove nothing: a chunk that equals the fill value is
never written.) Texts are kept as the numbers of a legend; while blocks come in any order, so do
these numbers, and when all are there they are put in the order of first appearance.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from dilemma.study.sweeps.descriptions import difference
from dilemma.study.sweeps.evaluating import Piece
from dilemma.study.sweeps.grids import Grid, Slices
from dilemma.study.sweeps.locks import locked
from dilemma.study.sweeps.running import missing_extra

if TYPE_CHECKING:
    import xarray

# Answers of more bytes are read as dask arrays, which need not fit into memory.
LARGE = 2**27
# The group of what is not the answer itself.
PROGRESS = "sweep_progress"
Attributes = Callable[[str], Mapping[str, str]]


class Keeper(Protocol):
    """What takes blocks in, and gives the whole back."""

    def finished(self) -> set[int]:
        """The numbers of the blocks that need not be computed again."""

    def take(self, number: int, where: Slices, pieces: Mapping[str, Piece]) -> None:
        """Keep one block."""

    def dataset(self, attributes: Attributes, about: Mapping[str, str]) -> xarray.Dataset:
        """Return all blocks as one Dataset."""

    def close(self) -> None:
        """Let others write."""


def require_names(pieces: Mapping[str, Piece], grid: Grid) -> None:
    """Refuse variables and dimensions that are called like something else in the answer.

    Raises
    ------
    ValueError
        With the name.
    """
    if not pieces:
        raise ValueError("measure: requires at least one number or text, got none")
    taken = {*grid.dims, *(one.term for one in grid.axes), PROGRESS}
    for name, one in pieces.items():
        legends = {f"{name}s", f"{name}_code"} & ({*pieces} | taken) if one.is_text else set()
        wrong = sorted(({name, *one.dims} & taken) | legends)
        if wrong or not name or "/" in name or name.startswith("."):
            raise ValueError(
                "measure: requires names other than those of axes, legends of texts (kinds and "
                f"kind_code for kind) and {PROGRESS!r}, and without '/' or a dot before them, "
                f"got {wrong[0] if wrong else name!r}"
            )


def require_layout(known: Mapping[str, Any], pieces: Mapping[str, Piece], dims: int) -> None:
    """Refuse a block whose variables are not those of the blocks before.

    Raises
    ------
    ValueError
        With the variable that differs.
    """
    found = {name: one.layout(dims) for name, one in pieces.items()}
    if set(found) != set(known):
        raise ValueError(
            f"measure: requires the same variables at all points, got {', '.join(found)} "
            f"after {', '.join(known)}"
        )
    for name, own in found.items():
        if own != known[name]:
            parts = [key for key in own if own[key] != known[name][key]]
            raise ValueError(
                f"measure: requires the same {parts[0]} of {name} at all points, "
                f"got {own[parts[0]]} after {known[name][parts[0]]}"
            )


class Memory:
    """Blocks in arrays of this process."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.layout: dict[str, Any] | None = None
        self.arrays: dict[str, NDArray[Any]] = {}
        self.samples: dict[str, Piece] = {}
        self.texts: dict[str, dict[str, int]] = {}

    def finished(self) -> set[int]:
        """None: nothing was there before."""
        return set()

    def take(self, number: int, where: Slices, pieces: Mapping[str, Piece]) -> None:
        """Keep one block."""
        dims = len(self.grid.dims)
        if self.layout is None:
            require_names(pieces, self.grid)
            self.layout = {name: one.layout(dims) for name, one in pieces.items()}
            for name, one in pieces.items():
                kind = np.int32 if one.is_text else one.values.dtype
                self.arrays[name] = np.empty(self.grid.shape + one.values.shape[dims:], kind)
                self.samples[name] = one
        require_layout(self.layout, pieces, dims)
        for name, one in pieces.items():
            values = one.values
            if one.is_text:
                values = coded(values, self.texts.setdefault(name, {}))
            self.arrays[name][where] = values

    def dataset(self, attributes: Attributes, about: Mapping[str, str]) -> xarray.Dataset:
        """Return all blocks as one Dataset."""
        import xarray

        variables: dict[str, Any] = {}
        coords = self.grid.coords()
        for name, array in self.arrays.items():
            sample = self.samples[name]
            if sample.is_text:
                texts = list(self.texts[name])
                order = in_order_of_appearance([array])
                array = renumbering(order, len(texts))[array]
                variables[f"{name}s"] = legend_of(name, [texts[one] for one in order])
            coords |= {dim: (dim, values) for dim, values in sample.coords.items()}
            variables[name] = (
                (*self.grid.dims, *sample.dims),
                array,
                dict(attributes(name)),
            )
        return xarray.Dataset(variables, coords, dict(about))

    def close(self) -> None:
        """Nothing: nobody else can write there."""


def legend_of(name: str, texts: Sequence[str]) -> Any:
    """The variable that says in words what the numbers of another stand for."""
    values = np.empty(len(texts), dtype=object)
    values[:] = list(texts)
    return (f"{name}_code",), values


def in_order_of_appearance(parts: Iterable[NDArray[Any]]) -> list[int]:
    """The numbers that appear in some arrays, by where they do first.

    >>> in_order_of_appearance([np.array([2, 2, 0]), np.array([1, 2])])
    [2, 0, 1]
    """
    order: dict[int, None] = {}
    for part in parts:
        numbers, first = np.unique(part, return_index=True)
        order |= dict.fromkeys(numbers[np.argsort(first)].tolist())
    return list(order)


def renumbering(order: Sequence[int], count: int) -> NDArray[np.int32]:
    """The new number of each old one."""
    new = np.zeros(count, dtype=np.int32)
    new[list(order)] = np.arange(len(order))
    return new


def coded(texts: NDArray[Any], known: dict[str, int]) -> NDArray[np.int32]:
    """Write texts as numbers, and note the texts that are new."""
    flat = [known.setdefault(one, len(known)) for one in texts.ravel().tolist()]
    return np.array(flat, dtype=np.int32).reshape(texts.shape)


class Store:
    """Blocks in a zarr store: format 2, which holds texts and all metadata in one place.

    Parameters
    ----------
    path : Path
    grid : Grid
    each : tuple of int
        The shape of a block, where the store is new.
    identity : mapping
        What the sweep is of. A store of another one is refused.
    any_seed : bool
        True if none was given, so that the one of an earlier beginning will do.
    """

    # Of a library whose types say little, and differ between releases.
    root: Any
    progress: Any

    def __init__(
        self,
        path: Path,
        grid: Grid,
        each: tuple[int, ...],
        identity: Mapping[str, Any],
        any_seed: bool,
    ) -> None:
        try:
            import zarr
        except ImportError as error:
            raise missing_extra("store", "scale", error) from error
        self.path, self.grid = path, grid
        blocks = [-(-whole // own) for whole, own in zip(grid.shape, each, strict=True)]
        if not path.exists():
            self._create(each, int(np.prod(blocks)), identity)
        theirs = self._open(zarr)
        # Among the files of an array, where no other file is missed or minded.
        self.lock: IO[bytes] | None = None
        if "complete" not in self.progress.attrs:
            self.lock = locked(path / PROGRESS / "done" / "lock")
            if self.lock is None:
                raise ValueError(
                    "store: requires a path to which no other sweep is writing, "
                    f"got {str(path)!r}, which another one holds"
                )
            theirs = self._open(zarr)  # again: it may have moved on
        self.seed: int | None = theirs.get("seed")
        try:
            wanted = identity if not any_seed else {**identity, "seed": self.seed}
            self._require_same(wanted, theirs)
        except ValueError:
            self.close()
            raise
        self.opened: dict[tuple[str, str], Any] = {}
        self.each = tuple(int(one) for one in self.progress.attrs["block"])
        self.texts: dict[str, dict[str, int]] = {
            name: {text: k for k, text in enumerate(texts)}
            for name, texts in json.loads(str(self.progress.attrs.get("texts", "{}"))).items()
        }
        layout = self.progress.attrs.get("layout")
        self.layout: dict[str, Any] | None = None if layout is None else json.loads(str(layout))

    def _open(self, zarr: Any) -> Any:
        """Open what is there, and return what it is of."""
        try:
            # Not the metadata put together for readers, which are older than the last mark.
            self.root = zarr.open_group(
                str(self.path), mode="r+", zarr_format=2, use_consolidated=False
            )
            self.progress = self.root[PROGRESS]
            return json.loads(str(self.progress.attrs["identity"]))
        except (KeyError, ValueError, FileNotFoundError, FileExistsError, NotADirectoryError):
            raise ValueError(
                "store: requires a new path, or the store of the same sweep to be continued, "
                f"got {str(self.path)!r}, which is something else"
            ) from None

    def close(self) -> None:
        """Let others write."""
        if self.lock is not None:
            self.lock.close()

    def _create(self, each: tuple[int, ...], blocks: int, identity: Mapping[str, Any]) -> None:
        """Make the store beside its place, so that a killed sweep leaves all of it or nothing."""
        import xarray
        import zarr

        making = self.path.with_name(f"{self.path.name}.{uuid4().hex}.making")
        making.parent.mkdir(parents=True, exist_ok=True)
        try:
            frame = xarray.Dataset(coords=self.grid.coords())
            frame.to_zarr(str(making), mode="w-", zarr_format=2, consolidated=False)
            root = zarr.open_group(str(making), mode="r+", zarr_format=2)
            progress = root.create_group(PROGRESS)
            progress.create_array("done", shape=(blocks,), chunks=(1,), dtype="u1", fill_value=0)
            progress.attrs.update({"identity": json.dumps(identity), "block": list(each)})
            making.rename(self.path)
        except OSError:
            if not self.path.exists():  # made by another process meanwhile
                raise
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def _require_same(self, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        for part, own in mine.items():
            other = theirs.get(part)
            if own != other:
                raise ValueError(
                    f"store: requires the store of the same sweep, got {str(self.path)!r}, whose "
                    f"{part} differs ({difference(own, other)}); choose another path, or remove it"
                )

    def finished(self) -> set[int]:
        """The numbers of the blocks that need not be computed again."""
        return {int(k) for k in np.flatnonzero(self._array(self.progress, "done")[:] == 1)}

    def _array(self, group: Any, name: str) -> Any:
        """An array of the store, whose metadata are read once."""
        place = group.path, name
        if place not in self.opened:
            self.opened[place] = group[name]
        return self.opened[place]

    def take(self, number: int, where: Slices, pieces: Mapping[str, Piece]) -> None:
        """Write one block: its variables, then the mark that it is finished."""
        dims = len(self.grid.dims)
        if self.layout is None:
            require_names(pieces, self.grid)
            self._lay_out(pieces)
        require_layout(self.layout or {}, pieces, dims)
        for name, one in pieces.items():
            if not one.is_text:
                self._array(self.root, name)[where] = one.values
                continue
            known = self.texts.setdefault(name, {})
            before = len(known)
            values = coded(one.values, known)
            if len(known) > before:
                # Before the numbers that stand for them: a legend too long does no harm.
                texts = {variable: list(own) for variable, own in self.texts.items()}
                self.progress.attrs["texts"] = json.dumps(texts)
            self._array(self.progress, name)[where] = values
        self._array(self.progress, "done")[number] = 1

    def _lay_out(self, pieces: Mapping[str, Piece]) -> None:
        """Make the arrays, and say so when all are there."""
        import xarray

        dims = len(self.grid.dims)
        coords = {
            dim: (dim, values) for one in pieces.values() for dim, values in one.coords.items()
        }
        if coords:
            xarray.Dataset(coords=coords).to_zarr(
                str(self.path), mode="a", zarr_format=2, consolidated=False
            )
        for name, one in pieces.items():
            extra = one.values.shape[dims:]
            kind = np.dtype(np.int32) if one.is_text else one.values.dtype
            for group in (self.root, self.progress) if one.is_text else (self.root,):
                group.create_array(
                    name,
                    shape=self.grid.shape + extra,
                    chunks=tuple(self.each) + extra,
                    dtype=kind,
                    # Any other would be read as missing values.
                    fill_value=np.nan if kind.kind == "f" else None,
                    attributes={"_ARRAY_DIMENSIONS": [*self.grid.dims, *one.dims]},
                    overwrite=True,
                )
        self.layout = {name: one.layout(dims) for name, one in pieces.items()}
        self.progress.attrs["layout"] = json.dumps(self.layout)

    def dataset(self, attributes: Attributes, about: Mapping[str, str]) -> xarray.Dataset:
        """Finish the store, and return it as a Dataset whose values are read when needed."""
        import xarray
        import zarr

        layout = self.layout or {}
        if "complete" not in self.progress.attrs:
            for name, own in layout.items():
                if own["kind"] == "text":
                    self._put_in_order(name)
                self.root[name].attrs.update(dict(attributes(name)))
            self.root.attrs.update(dict(about))
            zarr.consolidate_metadata(str(self.path), zarr_format=2)
            self.progress.attrs["complete"] = "yes"
        options: dict[str, Any] = {"decode_times": False, "zarr_format": 2}
        found = xarray.open_zarr(str(self.path), chunks=None, **options)
        if found.nbytes > LARGE:
            found = xarray.open_zarr(str(self.path), chunks={}, **options)
        legends = {f"{name}s" for name, own in layout.items() if own["kind"] == "text"}
        for name in sorted(legends):
            texts = [str(one) for one in found[name].values]
            found = found.assign({name: legend_of(name.removesuffix("s"), texts)})
        pairs = [(f"{name}s", name) if f"{name}s" in legends else (name,) for name in layout]
        ordered: xarray.Dataset = found[[name for pair in pairs for name in pair]]
        return ordered

    def _put_in_order(self, name: str) -> None:
        """Write the final numbers of texts, by first appearance; again, if it was cut short."""
        import xarray

        from dilemma.study.sweeps.grids import blocks_of

        texts = list(self.texts[name])
        raw: Any = self.progress[name]
        final: Any = self.root[name]
        blocks = blocks_of(self.grid.shape, self.each)
        order = in_order_of_appearance(raw[where] for where in blocks)
        new = renumbering(order, len(texts))
        for where in blocks:
            final[where] = new[raw[where]]
        legend = xarray.Dataset({f"{name}s": legend_of(name, [texts[one] for one in order])})
        legend.to_zarr(str(self.path), mode="a", zarr_format=2, consolidated=False)
