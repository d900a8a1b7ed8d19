"""What partners settle on: solution concepts for games in strategic form."""

from dilemma.equilibria.answers import (
    Component,
    Equilibria,
    Equilibrium,
    LemkeHowsonPath,
    NashSubset,
)
from dilemma.equilibria.correlation import coarse_correlated, correlated, correlated_payoffs
from dilemma.equilibria.enumeration import nash
from dilemma.equilibria.extreme import vertex_enumeration
from dilemma.equilibria.learning import (
    Learning,
    fictitious_play,
    regret_matching,
    stochastic_fictitious_play,
)
from dilemma.equilibria.lists import EquilibriumList
from dilemma.equilibria.mediation import CorrelatedEquilibrium, PayoffRange
from dilemma.equilibria.paths import (
    LemkeHowsonEdge,
    LemkeHowsonGraph,
    lemke_howson,
    lemke_howson_all,
)
from dilemma.equilibria.supports import pure_nash, support_enumeration

__all__ = [
    "Component",
    "CorrelatedEquilibrium",
    "Equilibria",
    "Equilibrium",
    "EquilibriumList",
    "Learning",
    "LemkeHowsonEdge",
    "LemkeHowsonGraph",
    "LemkeHowsonPath",
    "NashSubset",
    "PayoffRange",
    "coarse_correlated",
    "correlated",
    "correlated_payoffs",
    "fictitious_play",
    "lemke_howson",
    "lemke_howson_all",
    "nash",
    "pure_nash",
    "regret_matching",
    "stochastic_fictitious_play",
    "support_enumeration",
    "vertex_enumeration",
]
