"""What several raters say together: one observation out of many, by a rule that is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dilemma.survey.coding.structure import groups

if TYPE_CHECKING:
    from dilemma.survey.coding.cases import CaseSurvey

Floats = NDArray[np.float64]


def agreed(survey: CaseSurvey, rule: str = "mean") -> CaseSurvey:
    """Make one observation of what several raters coded.

    Parameters
    ----------
    survey : CaseSurvey
    rule : str
        Applied to each code, moderator and outcome by itself, to the ratings that are not missing:
        "mean"; "median"; "majority", the value that more than half of them gave, missing if there
        is none; "unanimous", the value that all of them gave, missing if they differ; or
        "rater NAME", that rater's values alone.

    Returns
    -------
    CaseSurvey
        Without raters, in the order of first appearance, with a note of the rule and of what it
        left missing. Where nobody rated something it stays missing.

    Raises
    ------
    ValueError
        If the rule is none of these.

    Examples
    --------
    >>> import pandas
    >>> from dilemma.survey import CaseSurvey
    >>> table = pandas.DataFrame({
    ...     "case": "A", "period": 1, "firm": ["i", "j", "i", "j"], "rater": [1, 1, 2, 2],
    ...     "receptivity": [1, 0, 0.5, 0], "transparency": [1, 1, 1, None],
    ... })
    >>> survey = CaseSurvey.read(table)
    >>> survey.consensus("mean").receptivity, survey.consensus("unanimous").receptivity
    (array([0.75, 0.  ]), array([nan,  0.]))
    """
    if isinstance(rule, str) and rule.startswith("rater "):
        return _one_rater(survey, rule)
    if rule not in RULES:
        raise ValueError(
            f"rule: requires one of {', '.join(map(repr, RULES))} or 'rater NAME', got {rule!r}"
        )
    group = groups(*(_numbered(one) for one in (survey.case, survey.firm)), survey.period)
    _, first, member = np.unique(group, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    member = place[member]
    first = first[order]
    undecided: dict[str, int] = {}

    def together(name: str, values: Floats) -> Floats:
        there = ~np.isnan(values)
        made = _by_group(values[there], member[there], len(first), RULES[rule])
        rated = np.bincount(member[there], minlength=len(first)) > 0
        undecided[name] = int((rated & np.isnan(made)).sum())
        return made

    fields = {
        name: together(name, getattr(survey, name))
        for name in ("receptivity", "transparency", "outcome")
    }
    moderators = {name: together(name, values) for name, values in survey.moderators.items()}
    count = max(len(survey.raters), 1)
    note = f"consensus of {count} rater{'s' * (count != 1)} by rule {rule!r}"
    open_ones = [f"{n:,} of {name}" for name, n in undecided.items() if n]
    if open_ones:
        note += f", which leaves missing {', '.join(open_ones)}"
    return survey.noted(
        note,
        **{name: getattr(survey, name)[first] for name in ("case", "period", "firm")},
        **{name: getattr(survey, name)[first] for name in ("side", "rows")},
        rater=np.full(len(first), "", dtype=object),
        moderators=moderators,
        **fields,
    )


def _one_rater(survey: CaseSurvey, rule: str) -> CaseSurvey:
    name = rule.removeprefix("rater ")
    if name not in survey.raters:
        known = ", ".join(survey.raters) or "none"
        raise ValueError(f"rule: requires a rater of the survey ({known}), got {name!r}")
    mine = survey.rater == name
    kept = ("case", "period", "firm", "receptivity", "transparency", "outcome", "side", "rows")
    return survey.noted(
        f"the ratings of {name!r} alone, {int(mine.sum()):,} of {len(survey):,}",
        **{one: getattr(survey, one)[mine] for one in kept},
        rater=np.full(int(mine.sum()), "", dtype=object),
        moderators={one: values[mine] for one, values in survey.moderators.items()},
    )


def _numbered(values: NDArray[np.object_]) -> NDArray[np.int64]:
    known: dict[str, int] = {}
    return np.array([known.setdefault(one, len(known)) for one in values], dtype=np.int64)


def _by_group(
    values: Floats, member: NDArray[np.int64], count: int, rule: Callable[[Floats], float]
) -> Floats:
    made = np.full(count, np.nan)
    order = np.lexsort((values, member))
    parts = np.split(order, np.flatnonzero(np.diff(member[order])) + 1) if len(order) else []
    for part in parts:
        made[member[part[0]]] = rule(values[part])
    return made


def _mean(values: Floats) -> float:
    # Ratings that are all the same are their mean, without rounding.
    return float(values[0]) if values[0] == values[-1] else float(values.mean())


def _majority(values: Floats) -> float:
    different, counts = np.unique(values, return_counts=True)
    most = int(counts.argmax())
    return float(different[most]) if 2 * counts[most] > len(values) else np.nan


def _unanimous(values: Floats) -> float:
    return float(values[0]) if values[0] == values[-1] else np.nan


# Each takes the ratings of one observation, in rising order.
RULES: dict[str, Callable[[Floats], float]] = {
    "mean": _mean,
    "median": lambda values: float(np.median(values)),
    "majority": _majority,
    "unanimous": _unanimous,
}
