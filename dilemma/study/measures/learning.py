"""Measures of an alliance beyond its payoffs: what partners learn, and their kind of dilemma."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.study.measures.marks import batch_measure
from dilemma.study.measures.settling import chosen_at, require_at, solved

if TYPE_CHECKING:
    import xarray


@batch_measure(unit="units of knowledge")
def joint_learning(model: Any, at: str = "best") -> xarray.DataArray:
    """What both firms learn together in equilibrium, expected over mixed strategies.

    Parameters
    ----------
    model : Alliance, or a model with outcomes()
    at : {"best", "worst", "mean"}
        The most or the least joint learning among all equilibria, each of which some extreme one
        has; or the mean over extreme equilibria, as if each were equally likely.

    Returns
    -------
    xarray.DataArray of float

    Raises
    ------
    TypeError
        If the model says nothing of learning, as games alone don't.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> [float(joint_learning(Alliance(trust="3/4"), at)) for at in ("best", "worst")]
    [2.0, 0.0]
    """
    import xarray

    require_at(at)
    if not callable(getattr(model, "outcomes", None)):
        raise TypeError(
            "joint_learning: requires a model with outcomes(), such as an Alliance, "
            f"got {type(model).__name__}"
        )
    found = solved(model)
    batch = found.equilibria.dims
    joint = model.outcomes().joint
    values = np.asarray(getattr(joint, "values", joint), dtype=np.float64)
    learned = xarray.DataArray(values, dims=(*batch, "row", "column"))
    expected = (found.row_strategy * learned).sum("row", skipna=False)
    expected = (found.column_strategy * expected).sum("column", skipna=False)
    return chosen_at(expected, at).transpose(*batch)


@batch_measure()
def kind_of_dilemma(model: Any) -> Any:
    """The kind of game that collaboration and competition make: chicken, stag hunt and so on.

    Parameters
    ----------
    model : Alliance, or a model with dilemma()

    Returns
    -------
    array or xarray.DataArray of str

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> kind_of_dilemma(Alliance())
    "prisoner's dilemma"
    """
    if not callable(getattr(model, "dilemma", None)):
        raise TypeError(
            "kind_of_dilemma: requires a model with dilemma(), such as an Alliance, "
            f"got {type(model).__name__}"
        )
    return model.dilemma().kind
