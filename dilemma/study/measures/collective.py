"""Measures of many partners: how many committed ones it takes."""

from __future__ import annotations

import math
from typing import Any

from dilemma.collective import tipping_share
from dilemma.study.measures.marks import model_measure


@model_measure(unit="share of the population")
def tipping(
    model: Any,
    committed: int | str = "collaboration",
    resident: int | str = "avoidance",
    population: int | None = None,
) -> dict[str, float]:
    """Which shares of committed players tip a settlement.

    Parameters
    ----------
    model : Consortium, or another model with ``group_game()``
    committed, resident, population
        As for `dilemma.collective.tipping_share`.

    Returns
    -------
    dict of float
        ``share``, beyond which residents have something better to do; and ``takeover``, beyond
        which all others follow. NaN if there is no such share.

    Examples
    --------
    >>> from dilemma.collective import Consortium
    >>> found = tipping(Consortium(5, trust="3/4"))
    >>> f"{found['share']:.4f}, {found['takeover']:.4f}"
    '0.3476, 0.5552'

    How both move with the number of firms, each size a consortium of its own:

    >>> from dilemma.study import sweep
    >>> found = sweep(Consortium(5, trust="3/4"), "tipping", size=[2, 5, 50], progress=False)
    >>> found.share.values.round(4).tolist(), found.takeover.values.round(4).tolist()
    ([0.3347, 0.3476, 0.3497], [0.5072, 0.5552, 0.5694])
    """
    found = tipping_share(model, committed, resident, population)
    return {
        name: math.nan if value is None else float(value)
        for name, value in (("share", found.share), ("takeover", found.takeover))
    }
