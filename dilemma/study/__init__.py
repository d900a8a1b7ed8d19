"""How answers move as terms move: exact thresholds, sweeps over grids, sensitivity.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.study.axes import axis
    from dilemma.study.families import Family, Model, family_of
    from dilemma.study.influence.sensitivities import screening, sensitivity
    from dilemma.study.influence.swings import one_at_a_time
    from dilemma.study.measures.marks import batch_measure, game_measure, model_measure
    from dilemma.study.one_term.concepts import (
        ConceptStretch,
        ConceptThreshold,
        ConceptThresholds,
        concept_thresholds,
    )
    from dilemma.study.one_term.critical import thresholds
    from dilemma.study.one_term.moving import MovingEquilibrium, Stretch, Threshold, Thresholds
    from dilemma.study.sweeps.sweeping import sweep

# Loaded when they are first asked for.
_MODULE_OF = {
    "ConceptStretch": "one_term.concepts",
    "ConceptThreshold": "one_term.concepts",
    "ConceptThresholds": "one_term.concepts",
    "Family": "families",
    "Model": "families",
    "MovingEquilibrium": "one_term.moving",
    "Stretch": "one_term.moving",
    "Threshold": "one_term.moving",
    "Thresholds": "one_term.moving",
    "axis": "axes",
    "batch_measure": "measures.marks",
    "concept_thresholds": "one_term.concepts",
    "family_of": "families",
    "game_measure": "measures.marks",
    "model_measure": "measures.marks",
    "one_at_a_time": "influence.swings",
    "screening": "influence.sensitivities",
    "sensitivity": "influence.sensitivities",
    "sweep": "sweeps.sweeping",
    "thresholds": "one_term.critical",
}

__all__ = [
    "ConceptStretch",
    "ConceptThreshold",
    "ConceptThresholds",
    "Family",
    "Model",
    "MovingEquilibrium",
    "Stretch",
    "Threshold",
    "Thresholds",
    "axis",
    "batch_measure",
    "concept_thresholds",
    "family_of",
    "game_measure",
    "model_measure",
    "one_at_a_time",
    "screening",
    "sensitivity",
    "sweep",
    "thresholds",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.study.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
