"""What to ask of every game: the named measures, for `sweep` and `sensitivity`.

Each is a plain function, to be called directly on a batch or a game, or passed by name; options
are fixed by `functools.partial`, as in ``partial(stationary_share, size=50)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dilemma.study.measures.collective import tipping
from dilemma.study.measures.learning import joint_learning, kind_of_dilemma
from dilemma.study.measures.patience import critical_discount
from dilemma.study.measures.population import basin, fixation_odds, stationary_share
from dilemma.study.measures.settling import (
    is_equilibrium,
    is_strict_equilibrium,
    number_of_equilibria,
    regime,
    risk_dominant,
    welfare,
)

__all__ = [
    "basin",
    "critical_discount",
    "fixation_odds",
    "is_equilibrium",
    "is_strict_equilibrium",
    "joint_learning",
    "kind_of_dilemma",
    "number_of_equilibria",
    "regime",
    "risk_dominant",
    "stationary_share",
    "tipping",
    "welfare",
]


def measure_named(name: str) -> Callable[..., Any]:
    """Return the measure of a name.

    Raises
    ------
    ValueError
        If there is none; all names are listed.

    Examples
    --------
    >>> measure_named("regime") is regime
    True
    """
    if name not in __all__:
        known = ", ".join(__all__)
        raise ValueError(f"measure: requires a function, or one of {known}, got {name!r}")
    found: Callable[..., Any] = globals()[name]
    return found
