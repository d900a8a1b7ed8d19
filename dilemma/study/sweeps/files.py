"""A sweep on the command line: axes as one types them, answers in a file and in a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.study.axes import axis

if TYPE_CHECKING:
    import xarray

KINDS = (".zarr", ".nc", ".csv")
# More answers than this are counted, not listed.
LISTED = 8


def read_axis(text: str) -> tuple[str, Any]:
    """Read an axis such as ``trust=0:1:101`` or ``stakes.row=1/2,1,2``, exactly.

    Raises
    ------
    ValueError
        If the text is neither TERM=LOW:HIGH:COUNT nor TERM=VALUE,VALUE,…

    Examples
    --------
    >>> name, values = read_axis("stakes=1/2:4:8")
    >>> name, values[1]
    ('stakes', Fraction(1, 1))
    """
    name, equals, values = text.partition("=")
    name = name.strip().replace("-", "_")
    if not (equals and name and values.strip()):
        raise ValueError(f"--axis: requires TERM=LOW:HIGH:COUNT or TERM=VALUE,..., got {text!r}")
    if ":" not in values:
        return name, [fraction(one.strip(), name) for one in values.split(",")]
    parts = [one.strip() for one in values.split(":")]
    if len(parts) != 3 or not parts[2].isdecimal():
        raise ValueError(f"--axis: requires TERM=LOW:HIGH:COUNT, got {text!r}")
    return name, axis(parts[0], parts[1], int(parts[2]))


def read_option(text: str) -> tuple[str, Any]:
    """Read an option of a measure such as ``size=50`` or ``selection=1/10``.

    >>> read_option("size=50"), read_option("strategy=avoidance")
    (('size', 50), ('strategy', 'avoidance'))
    """
    name, equals, value = (one.strip() for one in text.partition("="))
    if not (equals and name and value):
        raise ValueError(f"--option: requires NAME=VALUE, got {text!r}")
    return name.replace("-", "_"), int(value) if value.isdecimal() else value


def require_kind(path: Path) -> None:
    """Refuse a file of a kind that can't be written, or where there is no folder for it."""
    if path.suffix not in KINDS:
        raise ValueError(f"--out: requires a name that ends in {', '.join(KINDS)}, got {path}")
    if not path.parent.is_dir():
        raise ValueError(f"--out: requires a folder that exists, got {path.parent}")


def write_sweep(found: xarray.Dataset, path: Path) -> None:
    """Write a sweep as netCDF or as a table of comma-separated values, texts in full.

    Parameters
    ----------
    found : xarray.Dataset
    path : Path
        Ending in ``.nc`` or ``.csv``. Overwritten.
    """
    if path.suffix == ".nc":
        found.to_netcdf(path)
        return
    # Coordinates of a row are its first columns, and each number of the measure a column.
    in_words(found).to_dataframe().to_csv(path)


def in_words(found: xarray.Dataset) -> xarray.Dataset:
    """Return a sweep with texts in place of their numbers, and without the legends."""
    legends = {name: f"{name}s" for name in map(str, found.data_vars) if f"{name}s" in found}
    replaced = {
        name: found[name].copy(data=found[legend].values[found[name].values])
        for name, legend in legends.items()
    }
    return found.drop_vars(list(legends.values())).assign(replaced)


def summary(found: xarray.Dataset) -> str:
    """Sum a sweep up in a few lines: the points, and the range or the shares of each answer.

    Examples
    --------
    >>> import numpy, xarray
    >>> print(summary(xarray.Dataset({"welfare": ("trust", numpy.array([1.0, 3.0]))})))
    points: trust 2, 2 in all
    welfare: from 1 to 3, mean 2
    """
    points = [str(dim) for dim in found.dims if not str(dim).endswith("_code")]
    sizes = ", ".join(f"{dim} {found.sizes[dim]:,}" for dim in points)
    total = int(np.prod([found.sizes[dim] for dim in points]))
    lines = [f"points: {sizes}, {total:,} in all"]
    names = [str(name) for name in found.data_vars]
    legends = {f"{name}s" for name in names if f"{name}s" in names}
    for name in names:
        if name in legends:
            continue
        values = np.asarray(found[name].values)
        if f"{name}s" in legends:
            lines += _shares(name, values, [str(one) for one in found[f"{name}s"].values])
        elif values.dtype == np.bool_:
            lines.append(f"{name}: at {values.mean():.1%} of the points")
        else:
            lines.append(f"{name}: {_range(values)}")
    return "\n".join(lines)


def _range(values: Any) -> str:
    known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    if not known.size:
        return "none anywhere"
    words = f"from {known.min():.6g} to {known.max():.6g}, mean {known.mean():.6g}"
    missing = values.size - known.size
    return words + (f"; none at {missing:,} points" if missing else "")


def _shares(name: str, values: Any, legend: Sequence[str]) -> list[str]:
    counts: Mapping[int, int] = dict(zip(*np.unique(values, return_counts=True), strict=True))
    order = sorted(counts, key=lambda code: -counts[code])
    lines = [f"{name}: {len(order)} different"]
    for code in order[:LISTED]:
        words = legend[code] if len(legend[code]) <= 68 else f"{legend[code][:65]}..."
        lines.append(f"  {counts[code] / values.size:6.1%}  {words}")
    if len(order) > LISTED:
        lines.append(f"  and {len(order) - LISTED} more")
    return lines
