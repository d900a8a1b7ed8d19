"""What a measure says of one alliance, as a plain number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.study.measures.marks import read_measure

# Measures that draw are given the same seed at all points, so that they differ by the games.
SEED = 0


def measured_value(model: Any, measure: Any, output: str | None = None) -> Any:
    """Ask a measure of a model whose terms are all numbers.

    Returns
    -------
    Fraction, float or str
        Fractions where the measure is exact, and for integers and truth values.

    Raises
    ------
    TypeError, ValueError
        If the measure returns several numbers and `output` names none of them, or no number.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> measured_value(Alliance(), "number_of_equilibria")
    Fraction(1, 1)
    """
    read = read_measure(measure)
    thing = model
    if read.mark.takes == "game":
        thing = model.game()
    options = {"seed": SEED} if read.draws else {}
    value = read.function(thing, **options)
    if hasattr(value, "data_vars"):
        value = {str(name): value[name] for name in value.data_vars}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        if output not in value:
            raise ValueError(
                f"output: requires one of {', '.join(map(str, value))}, which {read.name} "
                f"returns, got {output!r}"
            )
        value = value[output]
    elif output is not None:
        raise ValueError(f"output: requires None for {read.name}, which returns one number")
    return _plain(value, read.name)


def _plain(value: Any, name: str) -> Any:
    if hasattr(value, "item") and getattr(value, "size", 1) == 1:
        value = value.item()
    if isinstance(value, (bool, int, np.bool_)):
        return Fraction(int(value))
    if isinstance(value, (Fraction, str)):
        return value
    if value is None:
        return math.nan
    if isinstance(value, (float, np.floating)):
        return float(value)
    raise TypeError(f"measure: requires one number or text from {name}, got {value!r}")
