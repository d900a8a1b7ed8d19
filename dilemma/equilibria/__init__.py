"""What partners settle on: solution concepts for games in strategic form."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dilemma.equilibria.answers import (
    Component,
    Equilibria,
    Equilibrium,
    LemkeHowsonPath,
    NashSubset,
)
from dilemma.equilibria.enumeration import nash
from dilemma.equilibria.paths import lemke_howson

if TYPE_CHECKING:
    from dilemma.equilibria.logit_answers import (
        Bifurcation,
        LogitEquilibrium,
        LogitLimit,
        LogitPath,
        TurningPoint,
    )
    from dilemma.equilibria.logit_branching import logit_branches
    from dilemma.equilibria.logit_following import logit_path
    from dilemma.equilibria.logit_points import logit_equilibrium

# Loaded when they are first asked for.
_MODULE_OF = {
    "Bifurcation": "logit_answers",
    "LogitEquilibrium": "logit_answers",
    "LogitLimit": "logit_answers",
    "LogitPath": "logit_answers",
    "TurningPoint": "logit_answers",
    "logit_branches": "logit_branching",
    "logit_equilibrium": "logit_points",
    "logit_path": "logit_following",
}

__all__ = [
    "Bifurcation",
    "Component",
    "Equilibria",
    "Equilibrium",
    "LemkeHowsonPath",
    "LogitEquilibrium",
    "LogitLimit",
    "LogitPath",
    "NashSubset",
    "TurningPoint",
    "lemke_howson",
    "logit_branches",
    "logit_equilibrium",
    "logit_path",
    "nash",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.equilibria.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
