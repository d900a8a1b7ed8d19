"""What partners settle on: solution concepts for games in strategic form."""

from dilemma.equilibria.answers import (
    Component,
    Equilibria,
    Equilibrium,
    LemkeHowsonPath,
    NashSubset,
)
from dilemma.equilibria.continua import EvolutionarySet, EvolutionarySets, evolutionary_sets
from dilemma.equilibria.dominance import Elimination, Rationalizable, rationalizable
from dilemma.equilibria.enumeration import nash
from dilemma.equilibria.evolutionary import (
    EvolutionarilyStable,
    Resident,
    ResidentFace,
    evolutionarily_stable,
)
from dilemma.equilibria.expectation import Expectations, expectations
from dilemma.equilibria.paths import lemke_howson
from dilemma.equilibria.potentials import Potential, potential
from dilemma.equilibria.selection import (
    PureEquilibrium,
    RiskComparison,
    RiskDominance,
    risk_dominance,
)
from dilemma.equilibria.stability import Stability

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
