"""One term at a time: how far each moves a measure through its range, the others held."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.solution import VERSION
from dilemma.study.axes import axis
from dilemma.study.influence.sampling import answers_at, count, problem_of
from dilemma.study.measures.marks import read_measure
from dilemma.study.sweeps.evaluating import is_function
from dilemma.study.sweeps.provenances import model_name
from dilemma.study.sweeps.sweeping import entropy_of

if TYPE_CHECKING:
    import xarray


def one_at_a_time(
    model: Any,
    measure: Any,
    more: Mapping[str, Any] | None = None,
    /,
    *,
    base: Mapping[str, Any] | None = None,
    points: int = 33,
    seed: Any = None,
    progress: bool = False,
    **ranges: Any,
) -> xarray.Dataset:
    """Move each term through its range, all others held at the model's own values.

    What a tornado chart shows. It says nothing of terms that matter together: `sensitivity` does.

    Parameters
    ----------
    model, measure, more, ranges
        As for `sensitivity`.
    base : mapping of str to numbers, optional
        Where the terms are held: for a model, in place of its own terms; for a plain function,
        each of them is required.
    points : int
        How many evenly spaced values of each range, its ends included: at least 2. The measure is
        evaluated so often for each term; extremes in between are seen at these values only.
    seed, progress
        As for `sweep`.

    Returns
    -------
    xarray.Dataset
        Over ``output`` (the numbers of the measure, by name), ``term`` and ``point``: `base`,
        the measure at the base; `at_low` and `at_high`, at the ends of the ranges; `least` and
        `greatest`, of all points; `value`, the measure at each ``position`` of each term.

    Raises
    ------
    TypeError, ValueError
        As `sensitivity`; if a function has no base for a term.

    Examples
    --------
    >>> found = one_at_a_time(lambda a, b: (a - 1) ** 2 + b, float, base={"a": 1, "b": 0},
    ...                       a=(0, 2), b=(0, 3))
    >>> found.at_high.sel(output="measure").values.tolist()
    [1.0, 3.0]
    >>> found.least.sel(output="measure").values.tolist()
    [0.0, 0.0]
    """
    import xarray

    size = count(points, "points", 2)
    problem = problem_of(model, ranges, more)
    terms = problem["names"]
    held: dict[str, Any] = {}
    if base is not None and not isinstance(base, Mapping):
        raise TypeError(f"base: requires a mapping of terms to numbers, got {type(base).__name__}")
    if is_function(model):
        missing = [term for term in terms if term not in (base or {})]
        if missing:
            raise ValueError(f"base: requires a number for each term, got none for {missing[0]}")
        held = {name: fraction(value, f"base[{name}]") for name, value in (base or {}).items()}
        at_base: Any = partial(model, **held)
    else:
        at_base = model.replace(**(base or {}))
    # One seed for all: a measure that draws differs by the terms, not by its luck.
    entropy = entropy_of(seed) if read_measure(measure).draws else None
    ask = partial(answers_at, measure=measure, progress=progress, seed=entropy, options={})
    first = _at_base(at_base, held, terms[0], ask)
    outputs = list(first)
    positions = np.empty((len(terms), size))
    values = np.empty((len(outputs), len(terms), size))
    for k, (term, (low, high)) in enumerate(zip(terms, problem["bounds"], strict=True)):
        positions[k] = axis(low, high, size).astype(np.float64)
        rest = {name: value for name, value in held.items() if name != term}
        moving = partial(model, **rest) if held else at_base
        answers = ask(moving, terms=[term], points=positions[k][:, None])
        if list(answers) != outputs:
            raise ValueError("measure: requires the same numbers everywhere, by name")
        values[:, k] = list(answers.values())
    start = np.array([float(one[0]) for one in first.values()])
    # The base lies in most ranges without being among their points.
    beside = np.broadcast_to(start[:, None, None], (*values.shape[:2], 1))
    reached = np.concatenate([values, beside], axis=-1)
    own = ("output", "term")
    what = read_measure(measure)
    pairs = zip(terms, problem["bounds"], strict=True)
    attributes = {
        "dilemma": "tornado",
        "status": f"{len(terms) * size + 1:,} evaluations: {size} values of each term, the others "
        "held.",
        "method": "one term at a time",
        "model": model_name(model),
        "measure": what.name,
        "units": what.mark.unit,
        "ranges": ", ".join(f"{term} {low:g} to {high:g}" for term, (low, high) in pairs),
        "seed": "none needed" if entropy is None else str(entropy),
        "versions": f"dilemma {VERSION}, numpy {np.__version__}, xarray {xarray.__version__}, "
        f"Python {platform.python_version()}",
    }
    own_terms = held or getattr(at_base, "terms", {})
    if isinstance(own_terms, Mapping):
        attributes["terms"] = ", ".join(f"{name} {_words(one)}" for name, one in own_terms.items())
    return xarray.Dataset(
        {
            "base": ("output", start, {"long_name": "the measure where all terms are held"}),
            "at_low": (own, values[:, :, 0], {"long_name": "at the low end of the range"}),
            "at_high": (own, values[:, :, -1], {"long_name": "at the high end of the range"}),
            "least": (own, reached.min(axis=-1), {"long_name": "the least in the range"}),
            "greatest": (own, reached.max(axis=-1), {"long_name": "the greatest in the range"}),
            "value": ((*own, "point"), values, {"long_name": "the measure along the range"}),
            "position": (("term", "point"), positions, {"long_name": "the term along its range"}),
        },
        {"output": outputs, "term": terms},
        attributes,
    )


def _at_base(
    model: Any, held: Mapping[str, Any], term: str, ask: Callable[..., Any]
) -> dict[str, Any]:
    """The measure at the base: at the own value of one term, or of one firm's part of it."""
    if held:
        function = partial(model.func, **{k: v for k, v in held.items() if k != term})
        own: Any = held[term]
        return dict(ask(function, terms=[term], points=np.array([[float(own)]])))
    whole, _, firm = term.partition(".")
    own = model.terms[whole]
    if isinstance(own, tuple):
        firm = firm or "row"
        own, term = own[0 if firm == "row" else 1], f"{whole}.{firm}"
    return dict(ask(model, terms=[term], points=np.array([[float(own)]])))


def _words(value: Any) -> str:
    return f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value)
