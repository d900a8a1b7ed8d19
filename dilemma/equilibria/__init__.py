"""What partners settle on: solution concepts for games in strategic form.

`nash` and `lemke_howson` are loaded at once; the other concepts when they are first asked for.
"""

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
    from dilemma.equilibria.continua import EvolutionarySet, EvolutionarySets, evolutionary_sets
    from dilemma.equilibria.dominance import Elimination, Rationalizable, rationalizable
    from dilemma.equilibria.evolutionary import (
        EvolutionarilyStable,
        Resident,
        ResidentFace,
        evolutionarily_stable,
    )
    from dilemma.equilibria.expectation import Expectations, expectations
    from dilemma.equilibria.potentials import Potential, potential
    from dilemma.equilibria.selection import (
        PureEquilibrium,
        RiskComparison,
        RiskDominance,
        risk_dominance,
    )
    from dilemma.equilibria.stability import Stability

_MODULE_OF = {
    "Elimination": "dominance",
    "EvolutionarilyStable": "evolutionary",
    "EvolutionarySet": "continua",
    "EvolutionarySets": "continua",
    "Expectations": "expectation",
    "Potential": "potentials",
    "PureEquilibrium": "selection",
    "Rationalizable": "dominance",
    "Resident": "evolutionary",
    "ResidentFace": "evolutionary",
    "RiskComparison": "selection",
    "RiskDominance": "selection",
    "Stability": "stability",
    "evolutionarily_stable": "evolutionary",
    "evolutionary_sets": "continua",
    "expectations": "expectation",
    "potential": "potentials",
    "rationalizable": "dominance",
    "risk_dominance": "selection",
}

__all__ = [
    "Component",
    "Elimination",
    "Equilibria",
    "Equilibrium",
    "EvolutionarilyStable",
    "EvolutionarySet",
    "EvolutionarySets",
    "Expectations",
    "LemkeHowsonPath",
    "NashSubset",
    "Potential",
    "PureEquilibrium",
    "Rationalizable",
    "Resident",
    "ResidentFace",
    "RiskComparison",
    "RiskDominance",
    "Stability",
    "evolutionarily_stable",
    "evolutionary_sets",
    "expectations",
    "lemke_howson",
    "nash",
    "potential",
    "rationalizable",
    "risk_dominance",
]


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        module = importlib.import_module(f"dilemma.equilibria.{_MODULE_OF[name]}")
        value = getattr(module, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'dilemma.equilibria' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
