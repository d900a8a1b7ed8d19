"""What populations drift to: the evolution of strategies among many players.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.evolution.finite.full_chain import FullChainLaw, Well, stationary_law
    from dilemma.evolution.finite.invasion import Invasion, InvasionGraph, InvasionTest
    from dilemma.evolution.finite.populations import Population
    from dilemma.evolution.finite.simulating import simulate
    from dilemma.evolution.finite.stationarity import LastingStates, LongRun
    from dilemma.evolution.finite.stepping import transition_matrix
    from dilemma.evolution.square.adaptive import (
        AdaptiveDynamics,
        SingularPoint,
        adaptive_dynamics,
    )
    from dilemma.evolution.square.paths import adaptive_paths, pairwise_invasibility
    from dilemma.evolution.square.refinement import (
        PostureTest,
        SquareEquilibria,
        SquareEquilibrium,
        square_equilibria,
    )

_MODULE_OF = {
    "AdaptiveDynamics": "square.adaptive",
    "FullChainLaw": "finite.full_chain",
    "Invasion": "finite.invasion",
    "InvasionGraph": "finite.invasion",
    "InvasionTest": "finite.invasion",
    "LastingStates": "finite.stationarity",
    "LongRun": "finite.stationarity",
    "Population": "finite.populations",
    "PostureTest": "square.refinement",
    "SingularPoint": "square.adaptive",
    "SquareEquilibria": "square.refinement",
    "SquareEquilibrium": "square.refinement",
    "Well": "finite.full_chain",
    "adaptive_dynamics": "square.adaptive",
    "adaptive_paths": "square.paths",
    "pairwise_invasibility": "square.paths",
    "simulate": "finite.simulating",
    "square_equilibria": "square.refinement",
    "stationary_law": "finite.full_chain",
    "transition_matrix": "finite.stepping",
}

__all__ = [
    "AdaptiveDynamics",
    "FullChainLaw",
    "Invasion",
    "InvasionGraph",
    "InvasionTest",
    "LastingStates",
    "LongRun",
    "Population",
    "PostureTest",
    "SingularPoint",
    "SquareEquilibria",
    "SquareEquilibrium",
    "Well",
    "adaptive_dynamics",
    "adaptive_paths",
    "pairwise_invasibility",
    "simulate",
    "square_equilibria",
    "stationary_law",
    "transition_matrix",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.evolution.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
