"""What partners settle on: solution concepts for games in strategic form."""

from dilemma.equilibria.answers import (
    Component,
    Equilibria,
    Equilibrium,
    LemkeHowsonPath,
    NashSubset,
)
from dilemma.equilibria.enumeration import nash
from dilemma.equilibria.mapping import nash_map
from dilemma.equilibria.paths import lemke_howson

__all__ = [
    "Component",
    "Equilibria",
    "Equilibrium",
    "LemkeHowsonPath",
    "NashSubset",
    "lemke_howson",
    "nash",
    "nash_map",
]
