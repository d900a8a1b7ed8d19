"""What partners settle on: solution concepts for games in strategic form."""

from dilemma.equilibria.answers import (
    Component,
    Equilibria,
    Equilibrium,
    LemkeHowsonPath,
    NashSubset,
)
from dilemma.equilibria.enumeration import nash
from dilemma.equilibria.extreme import vertex_enumeration
from dilemma.equilibria.lists import EquilibriumList
from dilemma.equilibria.paths import (
    LemkeHowsonEdge,
    LemkeHowsonGraph,
    lemke_howson,
    lemke_howson_all,
)
from dilemma.equilibria.supports import pure_nash, support_enumeration

__all__ = [
    "Component",
    "Equilibria",
    "Equilibrium",
    "EquilibriumList",
    "LemkeHowsonEdge",
    "LemkeHowsonGraph",
    "LemkeHowsonPath",
    "NashSubset",
    "lemke_howson",
    "lemke_howson_all",
    "nash",
    "pure_nash",
    "support_enumeration",
    "vertex_enumeration",
]
