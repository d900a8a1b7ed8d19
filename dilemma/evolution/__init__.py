"""What populations drift to: the evolution of strategies among many players.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    "PostureTest": "square.refinement",
    "SingularPoint": "square.adaptive",
    "SquareEquilibria": "square.refinement",
    "SquareEquilibrium": "square.refinement",
    "adaptive_dynamics": "square.adaptive",
    "adaptive_paths": "square.paths",
    "pairwise_invasibility": "square.paths",
    "square_equilibria": "square.refinement",
}

__all__ = [
    "AdaptiveDynamics",
    "PostureTest",
    "SingularPoint",
    "SquareEquilibria",
    "SquareEquilibrium",
    "adaptive_dynamics",
    "adaptive_paths",
    "pairwise_invasibility",
    "square_equilibria",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.evolution.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
