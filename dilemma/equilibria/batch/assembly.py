"""From the records of chunks to one labelled Dataset."""

from __future__ import annotations

import platform
from typing import Any

import numpy as np
import xarray
from numpy.typing import NDArray

from dilemma.arrays.layout_kernels import spread
from dilemma.equilibria.batch.choice import selected_position
from dilemma.equilibria.batch.chunks import Records, mask_type
from dilemma.game.batch import GameBlocks
from dilemma.solution import VERSION

METHOD = (
    "signs of all bordered minors, in floating point with certified error bounds; games with a "
    "sign in doubt in integers modulo 2**64, then by rational vertex enumeration"
)


# What the answer itself names, which no dimension of a batch may be called.
VARIABLES = frozenset(
    {
        "column", "column_strategy", "column_support", "complete", "degenerate", "equilibria",
        "equilibrium", "exact", "payoff", "player", "position", "regime", "regime_code",
        "regimes", "regret", "row", "row_strategy", "row_support", "strict",
    }
)  # fmt: skip


class Assembly:
    """Collects what is kept of each chunk, and makes the Dataset of it."""

    def __init__(self, blocks: GameBlocks, keep: str, choice: Any) -> None:
        for name in blocks.dims:
            if name in VARIABLES:
                raise ValueError(
                    f"dims: requires names other than those of the answer, got {name!r}"
                )
        self.blocks = blocks
        self.keep = keep
        self.choice = choice
        self.parts: list[Any] = []
        self.codes: dict[bytes, int] = {}

    def reduced(self, records: Records, payoffs: NDArray[np.float64]) -> Any:
        """Keep of one chunk what was asked for. Called in threads."""
        position = None
        if self.choice is not None:
            first, second = (len(names) for names in self.blocks.strategies)
            position = selected_position(records, payoffs, first, second, self.choice)
        regimes = None
        if self.keep != "everything":
            regimes = _regimes(records)
        return records, position, regimes

    def add(self, part: Any) -> None:
        """Take the next chunk, in the order of the batch."""
        records, position, regimes = part
        codes = None
        if regimes is not None:
            keys, inverse = regimes
            codes = np.array(
                [self.codes.setdefault(key, len(self.codes)) for key in keys], dtype=np.int32
            )[inverse]
        kept: dict[str, Any] = {
            "counts": records.counts.astype(np.int32),
            "slots": records.counts,
            "exact": records.exact,
            "degenerate": records.degenerate,
            "fractional": int(records.fractional.sum()),
            "regime": codes,
            "position": position,
        }
        if self.keep != "regimes":
            rows: Any = slice(None)
            if position is not None:
                rows = (records.offsets + position)[position >= 0]
                kept["position"] = position.astype(np.int32)
                kept["slots"] = (position >= 0).astype(np.int64)
            kept["supports"] = records.supports[rows]
            if self.keep == "everything":
                kept["strict"] = records.strict[rows]
                kept["mixtures"] = records.mixtures[rows]
                kept["values"] = records.values[rows]
        self.parts.append(kept)

    def _all(self, name: str, empty: Any) -> NDArray[Any]:
        return np.concatenate([part[name] for part in self.parts]) if self.parts else empty

    def dataset(self, compile_seconds: float) -> xarray.Dataset:
        """Return the answer."""
        blocks, shape = self.blocks, self.blocks.shape
        m, n = (len(names) for names in blocks.strategies)
        masks = mask_type(max(m, n))
        counts = self._all("counts", np.zeros(0, np.int32))
        exact = self._all("exact", np.zeros(0, np.bool_))
        degenerate = self._all("degenerate", np.zeros(0, np.bool_))
        variables: dict[str, Any] = {"equilibria": (blocks.dims, counts.reshape(shape))}
        coords: dict[str, Any] = dict(blocks.coords)
        if self.keep != "regimes":
            slots = counts
            if self.choice is not None:
                position = self._all("position", np.zeros(0, np.int32))
                variables["position"] = (blocks.dims, position.reshape(shape))
                slots = (position >= 0).astype(np.int32)
            length = 1 if self.choice is not None else int(counts.max(initial=0))
            filled = np.arange(length)[None, :] < slots[:, None]
            dims = (*blocks.dims, "equilibrium")

            def padded(flat: Any, kind: Any) -> Any:
                array = np.zeros((len(counts), length), dtype=kind)
                array[filled] = flat
                return array.reshape(*shape, length)

            def numbers(name: str, first: int, width: int) -> Any:
                array = np.empty((len(counts), length, width))
                start = 0
                for part in self.parts:
                    own = part["slots"]
                    spread(part[name], first, width, own, array[start : start + len(own)])
                    start += len(own)
                return array.reshape(*shape, length, width)

            supports = self._all("supports", np.zeros((0, 2), masks))
            variables["row_support"] = (dims, padded(supports[:, 0], masks))
            variables["column_support"] = (dims, padded(supports[:, 1], masks))
            if self.keep == "everything":
                strict = self._all("strict", np.zeros(0, np.bool_))
                variables |= {
                    "row_strategy": ((*dims, "row"), numbers("mixtures", 0, m)),
                    "column_strategy": ((*dims, "column"), numbers("mixtures", m, n)),
                    "payoff": ((*dims, "player"), numbers("values", 0, 2)),
                    "regret": (dims, numbers("values", 2, 1)[..., 0]),
                    "strict": (dims, padded(strict, np.bool_)),
                }
                coords |= {
                    "row": list(blocks.strategies[0]),
                    "column": list(blocks.strategies[1]),
                    "player": list(blocks.players),
                }
        variables |= {
            "exact": (blocks.dims, exact.reshape(shape)),
            "degenerate": (blocks.dims, degenerate.reshape(shape)),
            "complete": (blocks.dims, np.ones(shape, dtype=np.bool_)),
        }
        if self.keep != "everything":
            regime = self._all("regime", np.zeros(0, np.int32))
            variables["regime"] = (blocks.dims, regime.reshape(shape))
            variables["regimes"] = (("regime_code",), self._legend(masks))
        return xarray.Dataset(variables, coords, self._attributes(exact, compile_seconds))

    def _legend(self, masks: Any) -> NDArray[Any]:
        rows, columns = self.blocks.strategies
        known: dict[bytes, str] = {}
        words = np.empty(len(self.codes), dtype=object)
        size = 2 * np.dtype(masks).itemsize
        for position, key in enumerate(self.codes):
            pairs = []
            for start in range(0, len(key), size):
                pair = key[start : start + size]
                if pair not in known:
                    one, two = np.frombuffer(pair, dtype=masks)
                    known[pair] = f"{_support(int(one), rows)} × {_support(int(two), columns)}"
                pairs.append(known[pair])
            words[position] = " | ".join(pairs)
        return words

    def _attributes(self, exact: NDArray[np.bool_], compile_seconds: float) -> dict[str, str]:
        games, fell_back = len(exact), int(exact.sum())
        fractional = sum(part["fractional"] for part in self.parts)
        share = fell_back / games if games else 0.0
        m, n = (len(names) for names in self.blocks.strategies)
        status = (
            f"All extreme equilibria of {games:,} games of {m} x {n}: "
            f"{games - fell_back:,} were decided in floating point with certainty, "
            f"{fell_back:,} exactly."
        )
        if self.choice is not None:
            status += " One of each is kept at most, by the choice named in 'select'."
        attributes = {
            "dilemma": "nash_map",
            "status": status,
            "method": METHOD,
            "keep": self.keep,
            "fell_back": f"{share:.6g}",
            "solved_in_fractions": str(fractional),
            "versions": (
                f"dilemma {VERSION}, "
                f"numpy {np.__version__}, xarray {xarray.__version__}, "
                f"Python {platform.python_version()}"
            ),
        }
        if self.choice is not None:
            chosen = self.choice
            if not isinstance(chosen, str):
                names = self.blocks.strategies
                chosen = f"{names[0][chosen[0]]} × {names[1][chosen[1]]}"
            attributes["select"] = chosen
        if compile_seconds:
            attributes["compiled_in"] = f"{compile_seconds:.1f} s"
        return attributes


def _support(mask: int, names: tuple[str, ...]) -> str:
    played = [name for i, name in enumerate(names) if mask >> i & 1]
    return played[0] if len(played) == 1 else "{" + ", ".join(played) + "}"


def _regimes(records: Records) -> tuple[list[bytes], NDArray[np.intp]]:
    """Find the different sets of support pairs, in order of appearance, and each game's own."""
    supports = records.supports
    # Equilibria are sorted by their supports, so that equal pairs are neighbours.
    fresh = np.ones(len(supports), dtype=np.bool_)
    fresh[1:] = np.any(supports[1:] != supports[:-1], axis=1)
    fresh[records.offsets] = True
    counts = np.add.reduceat(fresh, records.offsets, dtype=np.int64)
    offsets = np.cumsum(counts) - counts
    pairs = np.ascontiguousarray(supports[fresh])
    hashes = np.add.reduceat(_mixed(pairs), offsets)
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    model = first[inverse]
    # Two sets with one hash are not to be expected; if there are, whole sets are compared.
    same = np.array_equal(counts[model], counts) and np.array_equal(
        pairs[np.repeat(offsets[model] - offsets, counts) + np.arange(len(pairs))], pairs
    )
    if not same:
        known: dict[bytes, int] = {}
        places = [
            known.setdefault(pairs[start : start + count].tobytes(), len(known))
            for start, count in zip(offsets, counts, strict=True)
        ]
        return list(known), np.array(places, dtype=np.intp)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    keys = [pairs[offsets[game] : offsets[game] + counts[game]].tobytes() for game in first[order]]
    return keys, place[inverse]


def _mixed(pairs: NDArray[Any]) -> NDArray[np.uint64]:
    """Scramble pairs of masks, so that sums of them tell sets of them apart."""
    words = pairs[:, 0].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    words += pairs[:, 1].astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        words ^= words >> np.uint64(shift)
        words *= np.uint64(factor)
    return np.asarray(words ^ (words >> np.uint64(31)))
