"""What partners settle on: solution concepts for games in strategic form."""

from dilemma.equilibria.answers import (
    Component,
    Equilibria,
    Equilibrium,
    LemkeHowsonPath,
    NashSubset,
)
from dilemma.equilibria.continua import (
    EvolutionarySet,
    EvolutionarySets,
    evolutionary_sets,
)
from dilemma.equilibria.correlation import (
    coarse_correlated,
    correlated,
    correlated_payoffs,
)
from dilemma.equilibria.dominance import (
    Elimination,
    Rationalizable,
    rationalizable,
)
from dilemma.equilibria.enumeration import (
    nash,
)
from dilemma.equilibria.evolutionary import (
    EvolutionarilyStable,
    Resident,
    ResidentFace,
    evolutionarily_stable,
)
from dilemma.equilibria.expectation import (
    Expectations,
    expectations,
)
from dilemma.equilibria.extreme import (
    vertex_enumeration,
)
from dilemma.equilibria.learning import (
    Learning,
    fictitious_play,
    regret_matching,
    stochastic_fictitious_play,
)
from dilemma.equilibria.lists import (
    EquilibriumList,
)
from dilemma.equilibria.mediation import (
    CorrelatedEquilibrium,
    PayoffRange,
)
from dilemma.equilibria.paths import (
    LemkeHowsonEdge,
    LemkeHowsonGraph,
    lemke_howson,
    lemke_howson_all,
)
from dilemma.equilibria.potentials import (
    Potential,
    potential,
)
from dilemma.equilibria.selection import (
    PureEquilibrium,
    RiskComparison,
    RiskDominance,
    risk_dominance,
)
from dilemma.equilibria.stability import (
    Stability,
)
from dilemma.equilibria.supports import (
    pure_nash,
    support_enumeration,
)

__all__ = [
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
    "NashSubset",
    "PayoffRange",
    "Potential",
    "PureEquilibrium",
    "Rationalizable",
    "Resident",
    "ResidentFace",
    "RiskComparison",
    "RiskDominance",
    "Stability",
    "coarse_correlated",
    "correlated",
    "correlated_payoffs",
    "evolutionarily_stable",
    "evolutionary_sets",
    "expectations",
    "fictitious_play",
    "lemke_howson",
    "lemke_howson_all",
    "nash",
    "potential",
    "pure_nash",
    "rationalizable",
    "regret_matching",
    "risk_dominance",
    "stochastic_fictitious_play",
    "support_enumeration",
    "vertex_enumeration",
]
