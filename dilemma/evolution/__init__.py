"""What populations drift to: the evolution of strategies among many players.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.evolution.finite.drifting import (
        SelectionGradient,
        SelectionTurn,
        gradient_of_selection,
    )
    from dilemma.evolution.finite.full_chain import FullChainLaw, Well, stationary_law
    from dilemma.evolution.finite.invasion import Invasion, InvasionGraph, InvasionTest
    from dilemma.evolution.finite.populations import Population
    from dilemma.evolution.finite.simulating import simulate
    from dilemma.evolution.finite.stationarity import LastingStates, LongRun
    from dilemma.evolution.finite.stepping import transition_matrix
    from dilemma.evolution.flows.flowing import flow
    from dilemma.evolution.rest.answers import RestContinuum, RestPoint, RestPoints
    from dilemma.evolution.rest.attraction import basins
    from dilemma.evolution.rest.connecting import Connection, Connections, connections
    from dilemma.evolution.rest.ends import Basin, Basins
    from dilemma.evolution.rest.recurring import LimitCycle
    from dilemma.evolution.rest.resting import rest_points
    from dilemma.evolution.rules import (
        Logit,
        ReplicatorMutator,
        adjusted_replicator,
        best_response,
        brown_von_neumann_nash,
        imitation,
        logit,
        replicator,
        replicator_mutator,
        smith,
    )
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

# Loaded when they are first asked for.
_MODULE_OF = {
    "AdaptiveDynamics": "square.adaptive",
    "Basin": "rest.ends",
    "Basins": "rest.ends",
    "Connection": "rest.connecting",
    "Connections": "rest.connecting",
    "FullChainLaw": "finite.full_chain",
    "Invasion": "finite.invasion",
    "InvasionGraph": "finite.invasion",
    "InvasionTest": "finite.invasion",
    "LastingStates": "finite.stationarity",
    "LimitCycle": "rest.recurring",
    "Logit": "rules",
    "LongRun": "finite.stationarity",
    "Population": "finite.populations",
    "PostureTest": "square.refinement",
    "ReplicatorMutator": "rules",
    "RestContinuum": "rest.answers",
    "RestPoint": "rest.answers",
    "RestPoints": "rest.answers",
    "SelectionGradient": "finite.drifting",
    "SelectionTurn": "finite.drifting",
    "SingularPoint": "square.adaptive",
    "SquareEquilibria": "square.refinement",
    "SquareEquilibrium": "square.refinement",
    "Well": "finite.full_chain",
    "adaptive_dynamics": "square.adaptive",
    "adaptive_paths": "square.paths",
    "adjusted_replicator": "rules",
    "basins": "rest.attraction",
    "best_response": "rules",
    "brown_von_neumann_nash": "rules",
    "connections": "rest.connecting",
    "flow": "flows.flowing",
    "gradient_of_selection": "finite.drifting",
    "imitation": "rules",
    "logit": "rules",
    "pairwise_invasibility": "square.paths",
    "replicator": "rules",
    "replicator_mutator": "rules",
    "rest_points": "rest.resting",
    "simulate": "finite.simulating",
    "smith": "rules",
    "square_equilibria": "square.refinement",
    "stationary_law": "finite.full_chain",
    "transition_matrix": "finite.stepping",
}

__all__ = [
    "AdaptiveDynamics",
    "Basin",
    "Basins",
    "Connection",
    "Connections",
    "FullChainLaw",
    "Invasion",
    "InvasionGraph",
    "InvasionTest",
    "LastingStates",
    "LimitCycle",
    "Logit",
    "LongRun",
    "Population",
    "PostureTest",
    "ReplicatorMutator",
    "RestContinuum",
    "RestPoint",
    "RestPoints",
    "SelectionGradient",
    "SelectionTurn",
    "SingularPoint",
    "SquareEquilibria",
    "SquareEquilibrium",
    "Well",
    "adaptive_dynamics",
    "adaptive_paths",
    "adjusted_replicator",
    "basins",
    "best_response",
    "brown_von_neumann_nash",
    "connections",
    "flow",
    "gradient_of_selection",
    "imitation",
    "logit",
    "pairwise_invasibility",
    "replicator",
    "replicator_mutator",
    "rest_points",
    "simulate",
    "smith",
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
