"""What populations drift to: the evolution of strategies among many players.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.evolution.attraction import Basin, Basins, basins
    from dilemma.evolution.connecting import Connection, Connections, connections
    from dilemma.evolution.flows import flow
    from dilemma.evolution.recurring import LimitCycle
    from dilemma.evolution.resting import RestContinuum, RestPoint, RestPoints, rest_points
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

_MODULE_OF: dict[str, str] = {
    "Basin": "attraction",
    "Basins": "attraction",
    "Connection": "connecting",
    "Connections": "connecting",
    "LimitCycle": "recurring",
    "Logit": "rules",
    "ReplicatorMutator": "rules",
    "RestContinuum": "resting",
    "RestPoint": "resting",
    "RestPoints": "resting",
    "adjusted_replicator": "rules",
    "basins": "attraction",
    "best_response": "rules",
    "brown_von_neumann_nash": "rules",
    "connections": "connecting",
    "flow": "flows",
    "imitation": "rules",
    "logit": "rules",
    "replicator": "rules",
    "replicator_mutator": "rules",
    "rest_points": "resting",
    "smith": "rules",
}

__all__ = [
    "Basin",
    "Basins",
    "Connection",
    "Connections",
    "LimitCycle",
    "Logit",
    "ReplicatorMutator",
    "RestContinuum",
    "RestPoint",
    "RestPoints",
    "adjusted_replicator",
    "basins",
    "best_response",
    "brown_von_neumann_nash",
    "connections",
    "flow",
    "imitation",
    "logit",
    "replicator",
    "replicator_mutator",
    "rest_points",
    "smith",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.evolution.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
