"""What is wrong with a file of coded cases: every problem, with the numbers of its rows."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dilemma.game.display import WIDTH
from dilemma.writing.pages import Displayed

# A message shows so many row numbers (or runs of them) of one problem; `rows` has them all.
SHOWN = 40


@dataclass(frozen=True)
class Problem(Displayed):
    """One thing that is wrong, and where.

    Attributes
    ----------
    words : str
        What is required, and what was found.
    rows : tuple of int
        The numbers of all rows that have it; empty if it is the whole table's.
    """

    words: str
    rows: tuple[int, ...] = ()


class SurveyError(ValueError):
    """A table of coded cases that can't be read: all that is wrong with it, at once.

    Attributes
    ----------
    problems : tuple of Problem
        In the order of the rows; problems of the whole table first.
    counted : str
        What `rows` number: "line" (of the file, the header being line 1) or "row" (of the data,
        from 1).

    Examples
    --------
    >>> print(SurveyError("cases.csv", "line", [Problem("period: requires an integer", (2, 3))]))
    cases.csv: 1 problem, nothing was read
      lines 2, 3: period: requires an integer
    """

    def __init__(self, source: str, counted: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.counted = counted
        self.problems = tuple(sorted(problems, key=lambda one: one.rows[:1]))
        count = len(self.problems)
        lines = [f"{source}: {count} problem{'s' * (count != 1)}, nothing was read"]
        lines += [f"{self._where(one.rows)}{one.words}" for one in self.problems]
        super().__init__(
            "\n".join(
                textwrap.fill(
                    line, WIDTH, initial_indent="  " * bool(k), subsequent_indent="    " * bool(k)
                )
                for k, line in enumerate(lines)
            )
        )

    def __reduce__(self) -> tuple[type[SurveyError], tuple[str, str, tuple[Problem, ...]]]:
        return SurveyError, (self.source, self.counted, self.problems)

    def _where(self, rows: Sequence[int]) -> str:
        if not rows:
            return ""
        runs = _runs(rows)
        shown = ", ".join(f"{a}-{b}" if b > a else str(a) for a, b in runs[:SHOWN])
        left = sum(b - a + 1 for a, b in runs[SHOWN:])
        more = f" and {left:,} more (all are in `problems`)" if left else ""
        return f"{self.counted}{'s' * (len(rows) > 1)} {shown}{more}: "


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Rows as runs, first and last; two neighbours are no run yet.

    >>> _runs([2, 3, 5, 6, 7])
    [(2, 2), (3, 3), (5, 7)]
    """
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    split = [[(a, a), (b, b)] if b == a + 1 else [(a, b)] for a, b in runs]
    return [one for part in split for one in part]


class Problems:
    """A list of problems in the making: rows with the same words are put together."""

    def __init__(self) -> None:
        self._rows: dict[str, list[int]] = {}

    def add(self, words: str, rows: Iterable[int] = ()) -> None:
        """Note a problem of some rows, or of the whole table."""
        self._rows.setdefault(words, []).extend(rows)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def found(self) -> list[Problem]:
        """All problems, the rows of each in order."""
        return [Problem(words, tuple(sorted(set(rows)))) for words, rows in self._rows.items()]
