"""What populations drift to: the evolution of strategies among many players.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.evolution.adaptive import (
        AdaptiveDynamics,
        SingularPoint,
        adaptive_dynamics,
        adaptive_paths,
        pairwise_invasibility,
    )
    from dilemma.evolution.refinement import (
        PostureTest,
        SquareEquilibria,
        SquareEquilibrium,
        square_equilibria,
    )

_MODULE_OF = {
    "AdaptiveDynamics": "adaptive",
    "PostureTest": "refinement",
    "SingularPoint": "adaptive",
    "SquareEquilibria": "refinement",
    "SquareEquilibrium": "refinement",
    "adaptive_dynamics": "adaptive",
    "adaptive_paths": "adaptive",
    "pairwise_invasibility": "adaptive",
    "square_equilibria": "refinement",
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
