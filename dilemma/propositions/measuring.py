"""What a measure says of one alliance, as a plain number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.study.measures.marks import read_measure
from dilemma.study.stage_games import game_of

# Measures that draw are given the same seed at all points, so that they differ by the games.
SEED = 0
POINT = "point"


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
        thing = game_of(model)
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


def measured_values(
    model: Any, measure: Any, output: str | None, terms: Mapping[str, Sequence[Fraction]]
) -> list[Any] | None:
    """Ask a measure of a whole batch at once, where it takes one.

    Parameters
    ----------
    model : Model
    measure, output
        As for `measured_value`.
    terms : mapping of str to sequence of Fraction
        The values of some terms at each point.

    Returns
    -------
    list of Fraction, float or str, or None
        None where the measure takes one alliance at a time, or a value is none that a float
        means.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> trust = {"trust": [Fraction(1, 2), Fraction(1)]}
    >>> [int(one) for one in measured_values(Alliance(), "number_of_equilibria", None, trust)]
    [1, 5]
    """
    read = read_measure(measure)
    if read.mark.takes != "batch" or read.draws or not terms:
        return None
    floats = {name: [float(one) for one in values] for name, values in terms.items()}
    if any(
        fraction(there) != one
        for name, values in terms.items()
        for there, one in zip(floats[name], values, strict=True)
    ):
        return None
    import xarray

    arrays = {name: xarray.DataArray(one, dims=POINT) for name, one in floats.items()}
    value = read.function(model.replace(**arrays))
    if hasattr(value, "data_vars") or isinstance(value, Mapping):
        if output not in value:
            return None
        value = value[output]
    elif output is not None:
        return None
    found = np.asarray(value)
    size = len(next(iter(floats.values())))
    return [_plain(one, read.name) for one in found] if found.shape == (size,) else None


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
