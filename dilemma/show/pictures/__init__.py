"""The pictures: one function for each kind of result, found by `dilemma.plot`.

Each is a function (thing, ax=None, *, options) that draws on `ax`, or on a new figure, and returns
the Axes. They read public fields only.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from dilemma.show.pictures.registry import BY_DATASET, BY_TYPE

# The files that hold pictures; each registers its own when it is loaded.
_FILES = (
    "attraction",
    "automata",
    "bifurcations",
    "cascading",
    "consortia",
    "divisions",
    "ecosystems",
    "goals",
    "governed",
    "gradients",
    "group_equilibria",
    "histories",
    "influence",
    "interactions",
    "invasions",
    "long_runs",
    "matrices",
    "mediated",
    "mobilizing",
    "one_term",
    "orbits_between",
    "outcomes_of_learning",
    "patience",
    "payoff_sets",
    "policies",
    "portraits",
    "profiles",
    "rationality",
    "regimes",
    "selection",
    "settling",
    "states_over_time",
    "surfaces",
    "survey_fits",
    "survey_pairs",
    "surveys",
    "two_terms",
    "verdicts",
)


def picture_of(thing: Any, options: Mapping[str, Any]) -> Callable[..., Any]:
    """Return the function that draws a thing.

    Raises
    ------
    TypeError
        If there is none, or if it does not take such options.

    Examples
    --------
    >>> from dilemma.game import Game
    >>> picture_of(Game.symmetric([[2, 0], [3, 1]]), {}).__name__
    'bimatrix'
    """
    for name in _FILES:
        importlib.import_module(f"dilemma.show.pictures.{name}")
    kind = getattr(thing, "attrs", {}).get("dilemma")
    if kind is not None:
        if kind not in BY_DATASET:
            known = ", ".join(sorted(BY_DATASET))
            raise TypeError(f"thing: requires a Dataset of {known}, got one of {kind}")
        found = BY_DATASET[kind]
    else:
        classes = [one for one in type(thing).__mro__ if one in BY_TYPE]
        if not classes:
            raise TypeError(
                f"thing: requires a result of the library that has a picture, "
                f"got {type(thing).__name__}"
            )
        found = BY_TYPE[classes[0]]
    taken = list(inspect.signature(found).parameters)[2:]
    for name in options:
        if name not in taken:
            known = ", ".join(taken) or "none"
            raise TypeError(f"{name}: the picture {found.__name__} takes {known} as options")
    return found
