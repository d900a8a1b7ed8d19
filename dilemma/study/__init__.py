"""How answers move as terms move: exact thresholds, sweeps over grids, sensitivity.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.study.axes import axis
    from dilemma.study.branches.answers import (
        Branch,
        BranchState,
        Continuation,
        MovingContinuum,
        SpecialPoint,
    )
    from dilemma.study.branches.continuing import continuation
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
    from dilemma.study.two_terms.dividing import regions
    from dilemma.study.two_terms.partition import (
        Arc,
        Curve,
        PlaneEquilibrium,
        Region,
        Regions,
        Strip,
    )
    from dilemma.study.two_terms.planes import Plane, plane_of

# Loaded when they are first asked for.
_MODULE_OF = {
    "Arc": "two_terms.partition",
    "Branch": "branches.answers",
    "BranchState": "branches.answers",
    "ConceptStretch": "one_term.concepts",
    "ConceptThreshold": "one_term.concepts",
    "ConceptThresholds": "one_term.concepts",
    "Continuation": "branches.answers",
    "Curve": "two_terms.partition",
    "Family": "families",
    "Model": "families",
    "MovingContinuum": "branches.answers",
    "MovingEquilibrium": "one_term.moving",
    "Plane": "two_terms.planes",
    "PlaneEquilibrium": "two_terms.partition",
    "Region": "two_terms.partition",
    "Regions": "two_terms.partition",
    "SpecialPoint": "branches.answers",
    "Stretch": "one_term.moving",
    "Strip": "two_terms.partition",
    "Threshold": "one_term.moving",
    "Thresholds": "one_term.moving",
    "axis": "axes",
    "batch_measure": "measures.marks",
    "concept_thresholds": "one_term.concepts",
    "continuation": "branches.continuing",
    "family_of": "families",
    "game_measure": "measures.marks",
    "model_measure": "measures.marks",
    "one_at_a_time": "influence.swings",
    "plane_of": "two_terms.planes",
    "regions": "two_terms.dividing",
    "screening": "influence.sensitivities",
    "sensitivity": "influence.sensitivities",
    "sweep": "sweeps.sweeping",
    "thresholds": "one_term.critical",
}

__all__ = [
    "Arc",
    "Branch",
    "BranchState",
    "ConceptStretch",
    "ConceptThreshold",
    "ConceptThresholds",
    "Continuation",
    "Curve",
    "Family",
    "Model",
    "MovingContinuum",
    "MovingEquilibrium",
    "Plane",
    "PlaneEquilibrium",
    "Region",
    "Regions",
    "SpecialPoint",
    "Stretch",
    "Strip",
    "Threshold",
    "Thresholds",
    "axis",
    "batch_measure",
    "concept_thresholds",
    "continuation",
    "family_of",
    "game_measure",
    "model_measure",
    "one_at_a_time",
    "plane_of",
    "regions",
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
