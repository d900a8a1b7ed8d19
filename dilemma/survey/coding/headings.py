"""The columns of a survey: what a table calls them, and how the cells of each are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dilemma.alliance import TERMS, Domain
from dilemma.survey.coding import columns as reading
from dilemma.survey.coding.problems import Problems
from dilemma.survey.coding.structure import SPANS
from dilemma.survey.coding.tables import Table

REQUIRED = ("case", "period", "firm", "receptivity", "transparency")
OPTIONAL = ("outcome", "rater")


def column_names(columns: Any) -> dict[str, str]:
    """What the table calls each column of a survey."""
    if columns is None:
        columns = {}
    if not isinstance(columns, Mapping):
        raise TypeError(f"columns: requires a mapping such as {{'case': 'id'}}, got {columns!r}")
    for name in columns:
        if name not in (*REQUIRED, *OPTIONAL):
            raise ValueError(
                f"columns: requires keys among {', '.join((*REQUIRED, *OPTIONAL))}, got {name!r}"
            )
    names = {name: str(columns.get(name, name)).strip() for name in (*REQUIRED, *OPTIONAL)}
    for name, title in names.items():
        if list(names.values()).count(title) > 1:
            raise ValueError(f"columns: requires a column of its own for {name!r}, got {title!r}")
    return names


def checked_spans(moderators: Any) -> dict[str, str] | None:
    """Each moderator with its span; None if the table's own are to be taken."""
    if moderators is None:
        return None
    if isinstance(moderators, str) or not isinstance(moderators, Iterable):
        raise TypeError(f"moderators: requires a sequence of names, got {moderators!r}")
    moderators = moderators if isinstance(moderators, Mapping) else tuple(moderators)
    for name in moderators:
        if not isinstance(name, str) or name in (*REQUIRED, *OPTIONAL):
            raise ValueError(
                f"moderators: requires names other than those of the survey itself, got {name!r}"
            )
    if not isinstance(moderators, Mapping):
        return {name: usual_span(name) for name in moderators}
    for name, span in moderators.items():
        if span not in SPANS:
            raise ValueError(
                f"moderators[{name}]: requires one of {', '.join(SPANS)}, got {span!r}"
            )
    return dict(moderators)


_MUTUAL = {term.name for term in TERMS if not term.per_firm}


def usual_span(name: str) -> str:
    """A mutual term is measured per case and period; others may vary freely."""
    return "case-period" if name in _MUTUAL or "." in name else "observation"


def texts(values: Any, name: str) -> frozenset[str]:
    """A sequence of texts as a set."""
    fine = isinstance(values, Iterable) and not isinstance(values, str)
    given = tuple(values) if fine else ()
    if not fine or not all(isinstance(one, str) for one in given):
        raise TypeError(f"{name}: requires a sequence of texts, got {values!r}")
    return frozenset(given)


def check_columns(
    table: Table,
    names: Mapping[str, str],
    spans: Mapping[str, str],
    left_out: frozenset[str],
    problems: Problems,
) -> None:
    """Note what columns are missing, unknown, or both asked for and ignored."""
    have = ", ".join(map(repr, table.columns)) or "none"
    for title in sorted(left_out & {*names.values(), *spans}):
        problems.add(f"ignore: requires columns that nothing else asks for, got {title!r}")
    for name in (*REQUIRED, *(one for one in OPTIONAL if names[one] != one), *spans):
        title = names.get(name, name)
        if title not in table.columns:
            hint = "" if name in spans else f" (or columns={{{name!r}: ...}})"
            problems.add(f"requires a column {title!r}{hint}, got the columns {have}")
    known = {*names.values(), *spans, *left_out}
    for title in table.columns:
        if title not in known:
            problems.add(
                f"column {title!r}: requires a known name; name it in moderators= or ignore="
            )
    for title in sorted(left_out - set(table.columns)):
        problems.add(f"ignore: requires columns of the table ({have}), got {title!r}")


def reader_of(
    name: str, title: str, scale: Mapping[Any, float], domains: Mapping[str, Domain]
) -> tuple[Any, Any]:
    """How cells of a column are read, and what a missing one is."""
    if name == "period":
        return reading.period(title), reading.CellError(f"{title}: requires an integer, got none")
    if name in ("case", "firm", "rater"):
        return reading.identifier(title), reading.CellError(f"{title}: requires a name, got none")
    if name in ("receptivity", "transparency"):
        return reading.code(title, scale), np.nan
    return reading.number(title, domains.get(name)), np.nan


def sides(
    found: Mapping[str, list[Any]], firms: Any, rows: list[int], problems: Problems
) -> list[int]:
    """Which firm of each row stands for the row firm (0), and which for its partner (1)."""
    if firms is None:
        first: dict[Any, Any] = {}
        return [
            int(first.setdefault(case, firm) != firm)
            for case, firm in zip(found["case"], found["firm"], strict=True)
        ]
    if isinstance(firms, str) or len(firms) != 2 or firms[0] == firms[1]:
        raise ValueError(f"firms: requires two different names, got {firms!r}")
    for firm, row in zip(found["firm"], rows, strict=True):
        if firm is not None and firm not in firms:
            problems.add(
                f"firm: requires one of {firms[0]!r} and {firms[1]!r}, got {firm!r}", [row]
            )
    return [int(firm == firms[1]) for firm in found["firm"]]
