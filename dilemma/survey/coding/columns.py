"""Columns of cells into arrays: identifiers, periods, codes and numbers, each cell checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import Domain
from dilemma.alliance.terms import UNIT
from dilemma.arrays.exact import fraction, to_float
from dilemma.survey.coding.problems import Problems

Floats = NDArray[np.float64]

# Periods beyond this are slips (and would not fit the integers that hold them).
LARGEST_PERIOD = 10**15
# Beyond this, different integers become the same float.
LARGEST_FLOAT = 2**53


class CellError(Exception):
    """A cell that does not say what its column requires; the message is for the user."""


def converted(
    cells: Sequence[Any],
    rows: Sequence[int],
    convert: Callable[[Any], Any],
    absent: Any,
    problems: Problems,
) -> tuple[list[Any], list[bool]]:
    """Each cell converted, and whether it could be; the same cell is looked at once."""
    known: dict[Any, tuple[Any, str | None]] = {}
    values: list[Any] = []
    fine: list[bool] = []
    for cell, row in zip(cells, rows, strict=True):
        if cell is None:
            found: tuple[Any, str | None] = (absent, None)
            if isinstance(absent, CellError):
                found = (None, str(absent))
        else:
            try:
                key = (type(cell), cell)
                if key not in known:
                    known[key] = _tried(convert, cell)
                found = known[key]
            except (TypeError, ArithmeticError):  # can't be hashed: a list, a signalling NaN
                found = _tried(convert, cell)
        value, words = found
        if words is not None:
            problems.add(words, [row])
        values.append(value)
        fine.append(words is None)
    return values, fine


def _tried(convert: Callable[[Any], Any], cell: Any) -> tuple[Any, str | None]:
    try:
        return convert(cell), None
    except CellError as wrong:
        return None, str(wrong)


def identifier(name: str) -> Callable[[Any], str]:
    """Read the name of a case, a firm or a rater: a text or an integer."""

    def convert(cell: Any) -> str:
        if isinstance(cell, str):
            return cell
        if isinstance(cell, (bool, np.bool_)):
            raise CellError(f"{name}: requires a name or a number, got the truth value {cell}")
        if isinstance(cell, (int, np.integer)):
            return str(int(cell))
        if isinstance(cell, (float, np.floating)) and float(cell).is_integer():
            if abs(float(cell)) > LARGEST_FLOAT:
                raise CellError(
                    f"{name}: requires a text or an integer where numbers are so large that "
                    f"decimals lose digits, got {_shown(cell)}"
                )
            return str(int(cell))  # what integers become in a DataFrame where one is missing
        raise CellError(f"{name}: requires a name or a whole number, got {_shown(cell)}")

    return convert


def period(name: str) -> Callable[[Any], int]:
    """Read a period: an integer."""

    def convert(cell: Any) -> int:
        try:
            value = fraction(cell)
        except (TypeError, ValueError):
            raise CellError(f"{name}: requires an integer, got {_shown(cell)}") from None
        if value.denominator != 1 or abs(value) > LARGEST_PERIOD:
            raise CellError(f"{name}: requires an integer, got {_shown(cell)}")
        return int(value)

    return convert


def number(name: str, domain: Domain | None) -> Callable[[Any], float]:
    """Read a number of a domain."""
    required = f"a number {domain.words}" if domain else "a number"

    def convert(cell: Any) -> float:
        try:
            value = fraction(cell)
            close = to_float(value)
        except (TypeError, ValueError, OverflowError):
            raise CellError(f"{name}: requires {required}, got {_shown(cell)}") from None
        if not np.isfinite(close) or (domain is not None and value not in domain):
            raise CellError(f"{name}: requires {required}, got {_shown(cell)}")
        return close

    return convert


def code(name: str, levels: Mapping[Any, float]) -> Callable[[Any], float]:
    """Read a code: a level of the mapping, or a number in [0, 1].

    Where a level is itself written as a number (1 to 5, say), only levels are read: a 1 can't be
    both the lowest level and the highest number.
    """
    texts = {key.strip().casefold(): value for key, value in levels.items() if _is_text(key)}
    numerals = {fraction(key): value for key, value in levels.items() if not _is_text(key)}
    shown = ", ".join(str(key) for key in levels)
    as_number = number(name, UNIT)
    if numerals:
        required = f"one of the levels {shown}"
    elif texts:
        required = f"one of the levels {shown}, or a number in [0, 1]"
    else:
        required = "a number in [0, 1]"

    def convert(cell: Any) -> float:
        if isinstance(cell, str) and cell.casefold() in texts:
            return texts[cell.casefold()]
        try:
            if numerals:
                return numerals[fraction(cell)]
            return as_number(cell)
        except (CellError, KeyError, TypeError, ValueError):
            raise CellError(f"{name}: requires {required}, got {_shown(cell)}") from None

    return convert


def checked_levels(levels: Any) -> dict[Any, float]:
    """A mapping from levels to numbers in [0, 1], with no level twice."""
    if not isinstance(levels, Mapping):
        raise TypeError(f"levels: requires a mapping of levels to numbers, got {levels!r}")
    found: dict[Any, float] = {}
    seen = set()
    for key, value in levels.items():
        label = fraction(key) if not _is_text(key) else key.strip().casefold()
        if label in seen:
            raise ValueError(f"levels: requires each level once, got {key!r} twice")
        seen.add(label)
        position = fraction(value, f"levels[{key!r}]")
        if position not in UNIT:
            raise ValueError(f"levels[{key!r}]: requires a number in [0, 1], got {value}")
        found[key] = to_float(position)
    return found


def _is_text(key: Any) -> bool:
    if not isinstance(key, str):
        return False
    try:
        fraction(key)
    except ValueError:
        return True
    return False


def _shown(cell: Any) -> str:
    text = repr(cell) if isinstance(cell, str) else str(cell)
    return text if len(text) <= 40 else f"{text[:37]}..."


def floats(values: Sequence[Any]) -> Floats:
    """An array of the numbers; what could not be read is NaN."""
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)
