"""What a sweep says of itself: its identity for a store, and its provenance in words."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from typing import Any

import numpy as np

from dilemma.solution import VERSION
from dilemma.study.measures.marks import Measure
from dilemma.study.sweeps.descriptions import described
from dilemma.study.sweeps.evaluating import is_function
from dilemma.study.sweeps.grids import Grid


def identity_of(model: Any, what: Measure, grid: Grid, entropy: int | None) -> dict[str, Any]:
    """What a store must agree in to be continued, part by part."""
    parts = {
        "version": VERSION,
        "model": described(model),
        "measure": described(what.function),
        "axes": {
            one.term: {
                "along": one.dim,
                "values": described(one.values),
                "labels": described(one.labels),
            }
            for one in grid.axes
        },
        "dimensions": list(grid.dims),
        "seed": entropy,
    }
    return dict(json.loads(json.dumps(parts)))


def variable_attributes(what: Measure, name: str) -> dict[str, str]:
    """The attributes of one variable: its unit, and what it is."""
    found = {"units": what.mark.units.get(name, what.mark.unit)}
    if name == what.name and what.words:
        found["long_name"] = what.words.rstrip(".")
    return found


def model_name(model: Any) -> str:
    """What to call a model."""
    name = getattr(model, "__name__", type(model).__name__) if is_function(model) else repr(model)
    return str(name)


def provenance(model: Any, what: Measure, grid: Grid) -> dict[str, str]:
    """What the answer says of itself, in words."""
    import xarray

    name = model_name(model)
    typed = [
        f"{one.term}={one.brief}"
        if one.term.isidentifier()
        else f'**{{"{one.term}": {one.brief}}}'
        for one in grid.axes
    ]
    options = ", ".join(f"{key}={value!r}" for key, value in what.options.items())
    called = what.name if not options else f"partial({what.name}, {options})"
    takes = {
        "batch": "a whole batch at once",
        "game": "the exact game at each point",
        "model": "the model at each point",
    }
    found = {
        "dilemma": "sweep",
        "status": f"All {grid.size:,} points were evaluated.",
        "method": f"{what.name} takes {takes[what.mark.takes]}",
        "model": name,
        "measure": what.name,
        "options": options or "none",
        "command": f"sweep({name}, {called}, {', '.join(typed)})",
        "versions": (
            f"dilemma {VERSION}, numpy {np.__version__}, xarray {xarray.__version__}, "
            f"Python {platform.python_version()}"
        ),
    }
    terms = getattr(model, "terms", None)
    if isinstance(terms, Mapping):
        moved = {one.term for one in grid.axes}
        words = [
            f"{term} {_in_words(value)}" for term, value in terms.items() if term not in moved
        ]
        found["terms"] = ", ".join(words)
    return found


def _in_words(value: Any) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(map(str, value)) + ")"
    return str(value)
