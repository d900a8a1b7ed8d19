"""Tables of ratings: a row for each unit, a column for each rater."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.survey.coding.cases import CaseSurvey
from dilemma.survey.coding.structure import groups

Integers = NDArray[np.int64]
# Metrics that reckon with the values themselves.
NUMERIC = ("interval", "ratio")


def ratings_from_counts(counts: Any) -> NDArray[np.float64]:
    """Turn a table of counts into one of ratings, for `agreement`.

    Parameters
    ----------
    counts : array_like of int, shape (units, categories)
        How many raters gave a unit each category. Which rater it was is not known, so that
        measures in which raters are exchangeable can be had of it: α, Fleiss' κ, percent.

    Returns
    -------
    numpy.ndarray of float, shape (units, largest number of ratings)
        Indices of categories, NaN where a unit has fewer ratings.

    Raises
    ------
    ValueError
        If the counts are no integers ≥ 0 in two dimensions.

    Examples
    --------
    >>> ratings_from_counts([[2, 0], [1, 1]])
    array([[0., 0.],
           [0., 1.]])
    """
    table = np.array(counts)
    if table.ndim != 2 or table.dtype.kind not in "iu" or (table < 0).any():
        raise ValueError("counts: requires integers ≥ 0 of shape (units, categories)")
    ratings = np.full((len(table), int(table.sum(axis=1).max(initial=0))), np.nan)
    for unit, row in zip(ratings, table, strict=True):
        given = np.repeat(np.arange(table.shape[1]), row)
        unit[: len(given)] = given
    return ratings


def table_of(ratings: Any) -> NDArray[np.object_]:
    """Ratings of any kind as objects, shape (units, raters)."""
    values = ratings.to_numpy() if hasattr(ratings, "to_numpy") else ratings
    table = np.array(values, dtype=object)
    if table.ndim != 2:
        raise ValueError(
            f"ratings: requires a table of shape (units, raters), got shape {table.shape}"
        )
    return table


def survey_table(
    survey: CaseSurvey, variable: str
) -> tuple[NDArray[np.object_], Integers, str, str]:
    """A survey's ratings: the table, each unit's cluster, the variable, what is resampled."""
    if len(survey.raters) < 2:
        raise ValueError(
            f"ratings: requires a survey with at least two raters, got {len(survey.raters)}"
        )
    columns: dict[str, NDArray[Any]] = {
        "receptivity": survey.receptivity,
        "transparency": survey.transparency,
        "outcome": survey.outcome,
        **survey.moderators,
    }
    if variable == "strategy":
        values = np.array(survey.classified().names, dtype=object)
    elif variable in columns:
        values = columns[variable].astype(object)
    else:
        known = ", ".join(map(repr, ("strategy", *columns)))
        raise ValueError(f"variable: requires one of {known}, got {variable!r}")
    _, case = np.unique(survey.case.astype(str), return_inverse=True)
    _, firm = np.unique(survey.firm.astype(str), return_inverse=True)
    unit = groups(case, firm, survey.period)
    place = {name: k for k, name in enumerate(survey.raters)}
    table = np.full((int(unit.max()) + 1, len(place)), None, dtype=object)
    table[unit, [place[name] for name in survey.rater]] = values
    cluster = np.empty(len(table), dtype=np.int64)
    cluster[unit] = case
    return table, cluster, variable, "cases"


def coded(
    table: NDArray[np.object_], categories: Sequence[Any] | None, metric: str
) -> tuple[Integers, list[Any]]:
    """Each rating as the index of its value, −1 where it is missing; and the values in order."""
    flat = [_plain(one) for one in table.ravel()]
    found = list(dict.fromkeys(one for one in flat if one is not None))
    numbers = all(isinstance(one, float) for one in found)
    if metric != "nominal" and not numbers and (categories is None or metric in NUMERIC):
        odd = next(one for one in found if not isinstance(one, float))
        need = "numbers" if metric in NUMERIC else "numbers, or categories= in their order,"
        raise TypeError(f"ratings: requires {need} for the metric {metric!r}, got {odd!r}")
    if categories is None:
        values = sorted(found) if numbers else sorted(found, key=str)
    else:
        values = [_plain(one) for one in categories]
        if len(set(values)) < len(values) or None in values:
            raise ValueError("categories: requires different values, none of them missing")
        if metric in NUMERIC:
            values = sorted(values)
        for one in found:
            if one not in values:
                raise ValueError(f"categories: requires all values that occur, lacks {one!r}")
    if metric == "ratio" and found and min(found) < 0:
        raise ValueError(f"ratings: requires numbers ≥ 0 for the metric 'ratio', got {min(found)}")
    index = {one: k for k, one in enumerate(values)}
    codes = np.array([-1 if one is None else index[one] for one in flat], dtype=np.int64)
    return codes.reshape(table.shape), values


def _plain(value: Any) -> Any:
    """A rating as a float or a text; None where it is missing."""
    if value is None or value != value or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return str(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"ratings: requires numbers and texts, got {value!r}") from None
    if not np.isfinite(number):
        raise ValueError(f"ratings: requires finite numbers, got {number}")
    return number
