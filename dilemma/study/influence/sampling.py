"""Points drawn from ranges of terms, a measure there, and estimates with names."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction, to_float
from dilemma.solution import VERSION
from dilemma.study.measures.marks import read_measure
from dilemma.study.sweeps.evaluating import is_function
from dilemma.study.sweeps.provenances import model_name
from dilemma.study.sweeps.sweeping import entropy_of, sweep

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]
# The dimension of the points, which no term may be called; nor what the answer itself names.
SAMPLE = "sample"
OWN_NAMES = (SAMPLE, "term", "other", "output", "bound")
# Differences below this part of a measure's size are roundings, of a measure that does not vary.
ROUNDING = 1e-12


def problem_of(
    model: Any, ranges: Mapping[str, Any], more: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Read ranges into the form in which SALib takes them."""
    if more is not None and not isinstance(more, Mapping):
        raise TypeError(
            "more: requires a mapping of terms to pairs (or write trust=(0, 1), by name), "
            f"got {type(more).__name__}"
        )
    both = {**(more or {}), **ranges}
    if len(both) < len(ranges) + len(more or {}):
        raise ValueError("ranges: requires each term once")
    if len(both) < 2:
        raise ValueError(f"ranges: requires at least two terms to compare, got {len(both)}")
    domains = {} if is_function(model) else getattr(model, "domains", {})
    bounds = []
    for name, pair in both.items():
        if domains and name not in domains:
            raise ValueError(f"ranges: requires terms among {', '.join(domains)}, got {name!r}")
        if name in OWN_NAMES:
            raise ValueError(f"ranges: requires a term of another name than {name!r}")
        if isinstance(pair, str) or not hasattr(pair, "__len__") or len(pair) != 2:
            raise TypeError(f"{name}: requires a pair (low, high), got {pair!r}")
        low, high = (fraction(one, f"{name}[{k}]") for k, one in enumerate(pair))
        if low >= high:
            raise ValueError(f"{name}: requires low < high, got {low} and {high}")
        domain = domains.get(name)
        if domain is not None and not (
            (domain.low is None or low >= domain.low)
            and (domain.high is None or high <= domain.high)
        ):
            raise ValueError(f"{name}: requires a range {domain.words}, got {low} to {high}")
        ends = [to_float(one, f"{name}[{k}]") for k, one in enumerate((low, high))]
        if ends[0] == ends[1]:
            raise ValueError(f"{name}: requires low < high, also as floats, got {ends[0]} twice")
        bounds.append(ends)
    return {"num_vars": len(both), "names": list(both), "bounds": bounds}


def answers_at(
    model: Any,
    measure: Any,
    terms: Sequence[str],
    points: Floats,
    progress: bool,
    seed: Any,
    options: Mapping[str, Any],
) -> dict[str, Floats]:
    """Every number of the measure at all points, by name."""
    import xarray

    axes = {
        term: xarray.DataArray(points[:, k].copy(), dims=SAMPLE) for k, term in enumerate(terms)
    }
    found = sweep(model, measure, axes, seed=seed, progress=progress, **options).load()
    answers: dict[str, Floats] = {}
    for name, variable in found.data_vars.items():
        if SAMPLE not in variable.dims:
            raise TypeError(
                f"measure: requires numbers, got texts for {str(name).removesuffix('s')}"
            )
        extra = [dim for dim in variable.dims if dim != SAMPLE]
        rows = variable.transpose(*extra, SAMPLE)
        for index in np.ndindex(rows.shape[:-1]):
            labels = [
                f"{dim}={rows.coords[dim].values[i] if dim in rows.coords else i}"
                for dim, i in zip(extra, index, strict=True)
            ]
            label = f"{name}[{', '.join(labels)}]" if labels else str(name)
            answers[label] = np.asarray(rows.values[index], dtype=np.float64)
    for label, values in answers.items():
        wrong = np.flatnonzero(~np.isfinite(values))
        if len(wrong):
            where = ", ".join(
                f"{term} = {points[wrong[0], k]:.6g}" for k, term in enumerate(terms)
            )
            raise ValueError(
                f"measure: requires a finite number everywhere in the ranges, got "
                f"{values[wrong[0]]} of {label} at {len(wrong):,} of {len(values):,} points, such "
                f"as {where}; narrow the ranges, or return what stands for it"
            )
    return answers


def is_constant(values: Floats) -> bool:
    """Whether a measure varies by no more than roundings."""
    return bool(np.ptp(values) <= ROUNDING * np.abs(values).max())


def unit_of(values: Floats) -> float:
    """A power of two near a measure's range: in its units no square is too large or too small."""
    return float(2.0 ** (np.frexp(np.ptp(values))[1] - 1))


def moments(values: Floats) -> tuple[float, float]:
    """The mean and the variance."""
    unit = unit_of(values)
    scaled = values / unit
    return float(scaled.mean()) * unit, float(scaled.var()) * unit * unit


def with_intervals(
    found: Mapping[str, Floats],
    margins: Mapping[str, Floats],
    dims: Mapping[str, tuple[str, ...]],
    long_names: Mapping[str, str],
) -> dict[str, Any]:
    """Lay out estimates, with intervals as far to both sides as their margins are wide."""
    variables: dict[str, Any] = {}
    for name, values in found.items():
        own = ("output", *dims[name])
        variables[name] = (own, values, {"long_name": long_names[name]})
        if name in margins:
            ends = np.stack([values - margins[name], values + margins[name]], axis=-1)
            variables[f"{name}_interval"] = (
                (*own, "bound"),
                ends,
                {"long_name": f"confidence interval: {long_names[name]}"},
            )
    return variables


def labelled(
    model: Any,
    measure: Any,
    answers: Mapping[str, Floats],
    variables: Mapping[str, Any],
    problem: Mapping[str, Any],
    *,
    kind: str,
    level: float,
    evaluations: int,
    seed: Any,
    method: str,
    doubtful: Sequence[str] = (),
) -> xarray.Dataset:
    """The answer, and what it says of itself."""
    import xarray

    still = [label for label, values in answers.items() if is_constant(values)]
    status = f"{evaluations:,} evaluations; intervals at the level {level:g}."
    if still:
        verb = "does" if len(still) == 1 else "do"
        status += f" At all these points {', '.join(still)} {verb} not vary: it has no indices."
    if doubtful:
        status += (
            f" Too few of the samples of {', '.join(doubtful)} differ: its indices of 0, or NaN, "
            "may be no more than that; take more samples."
        )
    what = read_measure(measure)
    means, variances = zip(*map(moments, answers.values()), strict=True)
    pairs = dict(zip(problem["names"], problem["bounds"], strict=True))
    return xarray.Dataset(
        {
            **variables,
            "mean": ("output", list(means)),
            "variance": ("output", list(variances)),
        },
        {
            "output": list(answers),
            "term": list(problem["names"]),
            **({"other": list(problem["names"])} if kind == "sensitivity" else {}),
            "bound": ["low", "high"],
        },
        {
            "dilemma": kind,
            "status": status,
            "method": method,
            "model": model_name(model),
            "measure": what.name,
            "options": ", ".join(f"{k}={v!r}" for k, v in what.options.items()) or "none",
            "ranges": ", ".join(
                f"{term} {low:g} to {high:g}" for term, (low, high) in pairs.items()
            ),
            "seed": str(seed),
            "versions": (
                f"dilemma {VERSION}, SALib {version('SALib')}, numpy {np.__version__}, "
                f"xarray {xarray.__version__}, Python {platform.python_version()}"
            ),
        },
    )


def seeds_of(seed: Any, store: Any) -> tuple[int, int, int, int]:
    """The seed as one number, and three that follow from it; none is 0, SALib's word for none."""
    if seed is None and store is not None:
        raise ValueError("seed: requires a seed beside a store, so that it can be continued")
    whole = entropy_of(seed)
    first, second, third = np.random.default_rng(whole).integers(1, 2**31, size=3).tolist()
    return whole, first, second, third


def count(value: Any, name: str, least: int) -> int:
    """Read a number of things."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: requires an integer of at least {least}, got {value!r}")
    if value < least:
        raise ValueError(f"{name}: requires an integer of at least {least}, got {value}")
    return int(value)


def level_of(confidence: Any) -> float:
    """Read a level of confidence."""
    level = float(fraction(confidence, "confidence"))
    if not 0 < level < 1:
        raise ValueError(f"confidence: requires a number between 0 and 1, got {confidence}")
    return level
