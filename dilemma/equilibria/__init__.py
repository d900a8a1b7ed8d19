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
from dilemma.equilibria.paths import (
    LemkeHowsonEdge,
    LemkeHowsonGraph,
    lemke_howson,
    lemke_howson_all,
)

if TYPE_CHECKING:
    from dilemma.equilibria.batch.mapping import nash_map
    from dilemma.equilibria.continua import EvolutionarySet, EvolutionarySets, evolutionary_sets
    from dilemma.equilibria.correlation import coarse_correlated, correlated, correlated_payoffs
    from dilemma.equilibria.dominance import Elimination, Rationalizable, rationalizable
    from dilemma.equilibria.evolutionary import (
        EvolutionarilyStable,
        Resident,
        ResidentFace,
        evolutionarily_stable,
    )
    from dilemma.equilibria.expectation import Expectations, expectations
    from dilemma.equilibria.extreme import vertex_enumeration
    from dilemma.equilibria.groups.answers import (
        PureComposition,
        PureCompositions,
        SymmetricContinuum,
        SymmetricEquilibria,
        SymmetricEquilibrium,
        UnresolvedSupport,
    )
    from dilemma.equilibria.groups.compositions import pure_compositions
    from dilemma.equilibria.groups.symmetric import symmetric_equilibria
    from dilemma.equilibria.learning import (
        Learning,
        fictitious_play,
        regret_matching,
        stochastic_fictitious_play,
    )
    from dilemma.equilibria.lists import EquilibriumList
    from dilemma.equilibria.logit.answers import (
        Bifurcation,
        LogitEquilibrium,
        LogitLimit,
        LogitPath,
        TurningPoint,
    )
    from dilemma.equilibria.logit.branching import logit_branches
    from dilemma.equilibria.logit.following import logit_path
    from dilemma.equilibria.logit.points import logit_equilibrium
    from dilemma.equilibria.mediation import CorrelatedEquilibrium, PayoffRange
    from dilemma.equilibria.potentials import Potential, potential
    from dilemma.equilibria.profiles import PureProfile, PureProfiles, pure_profiles
    from dilemma.equilibria.selection import (
        PureEquilibrium,
        RiskComparison,
        RiskDominance,
        risk_dominance,
    )
    from dilemma.equilibria.stability import Stability
    from dilemma.equilibria.supports import pure_nash, support_enumeration

# Loaded when they are first asked for.
_MODULE_OF = {
    "Bifurcation": "logit.answers",
    "CorrelatedEquilibrium": "mediation",
    "Elimination": "dominance",
    "EquilibriumList": "lists",
    "EvolutionarilyStable": "evolutionary",
    "EvolutionarySet": "continua",
    "EvolutionarySets": "continua",
    "Expectations": "expectation",
    "Learning": "learning",
    "LogitEquilibrium": "logit.answers",
    "LogitLimit": "logit.answers",
    "LogitPath": "logit.answers",
    "PayoffRange": "mediation",
    "Potential": "potentials",
    "PureComposition": "groups.answers",
    "PureCompositions": "groups.answers",
    "PureEquilibrium": "selection",
    "PureProfile": "profiles",
    "PureProfiles": "profiles",
    "Rationalizable": "dominance",
    "Resident": "evolutionary",
    "ResidentFace": "evolutionary",
    "RiskComparison": "selection",
    "RiskDominance": "selection",
    "Stability": "stability",
    "SymmetricContinuum": "groups.answers",
    "SymmetricEquilibria": "groups.answers",
    "SymmetricEquilibrium": "groups.answers",
    "TurningPoint": "logit.answers",
    "UnresolvedSupport": "groups.answers",
    "coarse_correlated": "correlation",
    "correlated": "correlation",
    "correlated_payoffs": "correlation",
    "evolutionarily_stable": "evolutionary",
    "evolutionary_sets": "continua",
    "expectations": "expectation",
    "fictitious_play": "learning",
    "logit_branches": "logit.branching",
    "logit_equilibrium": "logit.points",
    "logit_path": "logit.following",
    "nash_map": "batch.mapping",
    "potential": "potentials",
    "pure_compositions": "groups.compositions",
    "pure_profiles": "profiles",
    "pure_nash": "supports",
    "rationalizable": "dominance",
    "regret_matching": "learning",
    "risk_dominance": "selection",
    "stochastic_fictitious_play": "learning",
    "support_enumeration": "supports",
    "symmetric_equilibria": "groups.symmetric",
    "vertex_enumeration": "extreme",
}

__all__ = [
    "Bifurcation",
    "Component",
    "CorrelatedEquilibrium",
    "Elimination",
    "Equilibria",
    "Equilibrium",
    "EquilibriumList",
    "EvolutionarilyStable",
    "EvolutionarySet",
    "EvolutionarySets",
    "Expectations",
    "Learning",
    "LemkeHowsonEdge",
    "LemkeHowsonGraph",
    "LemkeHowsonPath",
    "LogitEquilibrium",
    "LogitLimit",
    "LogitPath",
    "NashSubset",
    "PayoffRange",
    "Potential",
    "PureComposition",
    "PureCompositions",
    "PureEquilibrium",
    "PureProfile",
    "PureProfiles",
    "Rationalizable",
    "Resident",
    "ResidentFace",
    "RiskComparison",
    "RiskDominance",
    "Stability",
    "SymmetricContinuum",
    "SymmetricEquilibria",
    "SymmetricEquilibrium",
    "TurningPoint",
    "UnresolvedSupport",
    "coarse_correlated",
    "correlated",
    "correlated_payoffs",
    "evolutionarily_stable",
    "evolutionary_sets",
    "expectations",
    "fictitious_play",
    "lemke_howson",
    "lemke_howson_all",
    "logit_branches",
    "logit_equilibrium",
    "logit_path",
    "nash",
    "nash_map",
    "potential",
    "pure_compositions",
    "pure_nash",
    "pure_profiles",
    "rationalizable",
    "regret_matching",
    "risk_dominance",
    "stochastic_fictitious_play",
    "support_enumeration",
    "symmetric_equilibria",
    "vertex_enumeration",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.equilibria.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
