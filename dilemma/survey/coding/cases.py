"""The case survey: coded observations of firms in alliances, checked and unchangeable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import STRATEGIES, Domain, Strategy
from dilemma.alliance.model import Alliance
from dilemma.survey.coding import columns as reading
from dilemma.survey.coding.headings import (
    OPTIONAL,
    REQUIRED,
    check_columns,
    checked_spans,
    column_names,
    reader_of,
    sides,
    texts,
    usual_span,
)
from dilemma.survey.coding.problems import Problems, SurveyError
from dilemma.survey.coding.structure import check_structure
from dilemma.survey.coding.tables import pandas_module, read_table
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    import pandas

    from dilemma.survey.coding.classes import Classification, StrategyPairs

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Names = NDArray[np.object_]

LEVELS: Mapping[str, Any] = MappingProxyType({"low": 0, "medium": "1/2", "high": 1})
"""What the levels of receptivity and transparency mean, unless a survey says otherwise."""

MISSING = ("", "NA", "NaN", "nan")
"""Cells that stand for a missing value, unless a survey says otherwise."""


@dataclass(frozen=True, eq=False, repr=False)
class CaseSurvey(Displayed):
    """Coded observations of firms in alliances: who was how receptive and transparent, and when.

    Make one with `CaseSurvey.read` or `simulate_survey`. One observation is what one rater coded
    of one firm of one case in one period. All arrays are read-only and have one entry for each
    observation, in the order of the table's rows; a missing number is NaN.

    Attributes
    ----------
    case, firm : numpy.ndarray of str
    rater : numpy.ndarray of str
        Empty texts if the survey has no raters.
    period : numpy.ndarray of int
    receptivity, transparency : numpy.ndarray of float
        Codes in [0, 1].
    moderators : mapping of str to numpy.ndarray of float
        Terms of the alliance, and other numbers, that were measured.
    spans : mapping of str to str
        Over which rows each moderator is constant: "case", "case-period", "case-firm" or
        "observation".
    outcome : numpy.ndarray of float
        All NaN if none was measured.
    side : numpy.ndarray of int
        0 for the firm that stands for the row firm of an alliance, 1 for its partner.
    rows : numpy.ndarray of int
        Row numbers in the table.
    counted : str
        What they count: "line" of a file or "row" of the data, both from 1.
    source : str
        Where the observations come from.
    notes : tuple of str
        What was done to them since.
    truth : object
        Of a simulated survey, what it was simulated from; otherwise None.
    """

    case: Names
    period: Integers
    firm: Names
    receptivity: Floats
    transparency: Floats
    rater: Names
    outcome: Floats
    side: Integers
    rows: Integers
    moderators: Mapping[str, Floats] = field(default_factory=dict)
    spans: Mapping[str, str] = field(default_factory=dict)
    counted: str = "row"
    source: str = "arrays"
    notes: tuple[str, ...] = ()
    truth: Any = None

    def __post_init__(self) -> None:
        kinds = {
            "case": object, "firm": object, "rater": object, "period": np.int64,
            "side": np.int64, "rows": np.int64, "receptivity": np.float64,
            "transparency": np.float64, "outcome": np.float64,
        }  # fmt: skip
        for name, kind in kinds.items():
            object.__setattr__(self, name, _frozen(getattr(self, name), kind))
        moderators = {name: _frozen(one, np.float64) for name, one in self.moderators.items()}
        object.__setattr__(self, "moderators", MappingProxyType(moderators))
        object.__setattr__(self, "spans", MappingProxyType(dict(self.spans)))
        lengths = {len(getattr(self, name)) for name in kinds} | set(map(len, moderators.values()))
        if len(lengths) > 1:
            raise ValueError(f"CaseSurvey: requires arrays of one length, got {sorted(lengths)}")
        for name in ("receptivity", "transparency"):
            codes = getattr(self, name)
            if np.any((codes < 0) | (codes > 1)):
                raise ValueError(f"{name}: requires codes in [0, 1]")
        if not np.isin(self.side, (0, 1)).all():
            raise ValueError("side: requires 0 or 1")

    @classmethod
    def read(
        cls,
        source: Any,
        *,
        columns: Mapping[str, str] | None = None,
        moderators: Iterable[str] | Mapping[str, str] | None = None,
        levels: Mapping[Any, Any] = LEVELS,
        ignore: Iterable[str] = (),
        firms: tuple[str, str] | None = None,
        domains: Mapping[str, Domain] | None = None,
        missing: Iterable[str] = MISSING,
        delimiter: str = ",",
        encoding: str = "utf-8",
    ) -> CaseSurvey:
        """Read coded cases from a tidy table, and check every row.

        The table has a row for each case, period and firm (and rater, if there are several), and
        the columns case, period, firm, receptivity and transparency; outcome, rater and moderators
        if they were measured. Nothing is dropped or guessed: either every row is fine, or
        all that is wrong is listed at once.

        Parameters
        ----------
        source : path of a CSV or Parquet file, or pandas.DataFrame
            Not changed, and not kept.
        columns : mapping of str to str
            What the table calls a column, for example ``{"case": "alliance id"}``.
        moderators : sequence of str, or mapping of str to span
            Columns to read as moderators. A term of the alliance must be in its domain; any other
            column may hold any numbers. A span says over which rows it must be constant: "case",
            "case-period", "case-firm" or "observation"; raters may differ. Left out: all columns
            that are named like terms, mutual ones per case-period, the others per observation.
        levels : mapping
            What the levels of receptivity and transparency mean, as numbers in [0, 1]; `LEVELS`
            unless given. Upper and lower case are the same. Numbers in [0, 1] are read beside
            levels, unless the levels are themselves numbers such as 1 to 5.
        ignore : sequence of str
            Columns to leave out. A column that is neither known nor ignored is a problem.
        firms : pair of str
            Which firm of every case stands for the row firm, and which for the column firm, if all
            cases name them alike ("focal", "partner"). Otherwise it is the order in which a case's
            firms appear in the table.
        domains : mapping of str to Domain
            Domains of moderators, beside those of `Alliance().domains`; those of a payoff model's
            own terms, for example.
        missing : sequence of str
            Cells that stand for a missing value; `MISSING` unless given. Codes, outcomes and
            moderators may be missing, names and periods not.
        delimiter, encoding : str
            Of a CSV file.

        Returns
        -------
        CaseSurvey

        Raises
        ------
        SurveyError
            A ValueError that lists every problem with its rows: numbers of lines for a CSV file
            (the header is line 1), numbers of rows from 1 otherwise.
        TypeError, ValueError, FileNotFoundError
            If an argument is of the wrong kind, or there is no such file.

        Examples
        --------
        >>> import pandas
        >>> table = pandas.DataFrame({
        ...     "case": ["A", "A"], "period": [1, 1], "firm": ["Nummi", "Toyo"],
        ...     "receptivity": ["high", "low"], "transparency": [0.2, None], "trust": 0.4,
        ... })
        >>> survey = CaseSurvey.read(table)
        >>> survey.receptivity, survey.transparency, survey.moderators["trust"]
        (array([1., 0.]), array([0.2, nan]), array([0.4, 0.4]))
        >>> CaseSurvey.read(table.assign(firm="Nummi", trust=[0.4, 1.4]))
        Traceback (most recent call last):
        ...
        dilemma.survey.coding.problems.SurveyError: a DataFrame: 3 problems, nothing was read
          rows 1, 2: case 'A', period 1: requires two firms, got 1 ('Nummi')
          row 2: trust: requires a number in [0, 1], got 1.4
          row 2: the same case, period, firm and rater as in row 1: requires one row for
            each
        """
        names = column_names(columns)
        known = {**Alliance().domains, **(domains or {})}
        spans = checked_spans(moderators)
        scale = reading.checked_levels(levels)
        absent = texts(missing, "missing")
        left_out = texts(ignore, "ignore")
        problems = Problems()
        table = read_table(source, absent, delimiter, encoding, problems)
        if spans is None:
            spans = {
                name: usual_span(name)
                for name in table.columns
                if name in known and name not in left_out and name not in names.values()
            }
        check_columns(table, names, spans, left_out, problems)
        rows, count = table.rows, len(table.rows)
        if not count and not problems:
            problems.add("requires at least one row of data, got none")
        found: dict[str, list[Any]] = {}
        sound: dict[str, list[bool]] = {}
        for name in (*REQUIRED, *OPTIONAL, *spans):
            title = names.get(name, name)
            if title not in table.columns:
                found[name] = ["" if name == "rater" else None] * count
                sound[name] = [name == "rater"] * count
                continue
            convert, otherwise = reader_of(name, title, scale, known)
            found[name], sound[name] = reading.converted(
                table.columns[title], rows, convert, otherwise, problems
            )
        measured = {name: (span, found[name], sound[name]) for name, span in spans.items()}
        check_structure(found, sound, rows, measured, table.counted, problems)
        side = sides(found, firms, rows, problems)
        if problems:
            raise SurveyError(table.source, table.counted, problems.found())
        arrays: dict[str, Any] = {
            name: found[name] for name in ("case", "period", "firm", "rater")
        }
        for name in ("receptivity", "transparency", "outcome"):
            arrays[name] = reading.floats(found[name])
        return cls(
            **arrays,
            side=np.array(side),
            rows=np.array(rows),
            moderators={name: reading.floats(found[name]) for name in spans},
            spans=spans,
            counted=table.counted,
            source=table.source,
            notes=tuple(f"column {name!r} was left out" for name in sorted(left_out)),
        )

    def __len__(self) -> int:
        return len(self.case)

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases, in the order of the table."""
        return tuple(dict.fromkeys(self.case))

    @property
    def raters(self) -> tuple[str, ...]:
        """The raters, in the order of the table; none if the survey names none."""
        return tuple(one for one in dict.fromkeys(self.rater) if one)

    @property
    def observations(self) -> pandas.DataFrame:
        """A new DataFrame with a row for each observation, to be changed at will."""
        frame = {"case": self.case, "period": self.period, "firm": self.firm}
        if self.raters:
            frame["rater"] = self.rater
        frame |= {"receptivity": self.receptivity, "transparency": self.transparency}
        frame |= self.moderators
        if not np.isnan(self.outcome).all():
            frame["outcome"] = self.outcome
        made: pandas.DataFrame = pandas_module("observations").DataFrame(
            {name: values.copy() for name, values in frame.items()}
        )
        return made

    def classified(
        self, strategies: Iterable[Strategy] = STRATEGIES, ties: str = "missing"
    ) -> Classification:
        """Return the nearest strategy of each observation; see `classify`."""
        from dilemma.survey.coding.classes import classify

        return classify(self.receptivity, self.transparency, strategies, ties)

    def pairs(
        self, strategies: Iterable[Strategy] = STRATEGIES, ties: str = "missing"
    ) -> StrategyPairs:
        """Return the two firms' strategies in each case and period; see `strategy_pairs`."""
        from dilemma.survey.coding.classes import strategy_pairs

        return strategy_pairs(self, strategies, ties)

    def consensus(self, rule: str = "mean") -> CaseSurvey:
        """Return the survey with one observation where several raters coded; see `agreed`."""
        from dilemma.survey.raters.consensus import agreed

        return agreed(self, rule)

    def describe(self) -> str:
        """Say in words what the survey holds, and what it lacks."""
        from dilemma.survey.coding.descriptions import described

        return described(self)

    def noted(self, *notes: str, **fields: Any) -> CaseSurvey:
        """Return the survey with fields replaced, and a note of what was done."""
        return replace(self, notes=(*self.notes, *notes), **fields)

    def __str__(self) -> str:
        return self.describe()

    def __repr__(self) -> str:
        return f"<CaseSurvey {self.source}: {len(self):,} observations>"

    def __getstate__(self) -> dict[str, Any]:
        return {
            **self.__dict__,
            "moderators": dict(self.moderators),
            "spans": dict(self.spans),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()


def _frozen(values: Any, kind: Any) -> NDArray[Any]:
    array = np.array(values, dtype=kind)
    array.setflags(write=False)
    return array
