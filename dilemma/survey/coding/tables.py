"""Tables as they come: cells of a CSV file, a Parquet file or a DataFrame, with row numbers."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from dilemma.survey.coding.problems import Problems, SurveyError


@dataclass(frozen=True)
class Table:
    """Cells as they stand; a missing one is None.

    Attributes
    ----------
    columns : dict of str to list
        The cells of each column: texts (without blanks around them), or what a DataFrame held.
    rows : list of int
        The number of each row.
    counted : str
        What is counted: "line" of a file, or "row" of the data.
    source : str
    """

    columns: dict[str, list[Any]]
    rows: list[int]
    counted: str
    source: str


def pandas_module(what: str) -> Any:
    """The module pandas, or an error that says how to install it."""
    try:
        return import_module("pandas")
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            f'{what} requires pandas: pip install "dilemma[survey]"'
        ) from None


def read_table(
    source: Any, missing: frozenset[str], delimiter: str, encoding: str, problems: Problems
) -> Table:
    """Read the cells of a CSV file, a Parquet file or a DataFrame.

    Raises
    ------
    TypeError
        If the source is none of these.
    FileNotFoundError, ValueError
        If there is no such file, or it is no text in this encoding.
    """
    if hasattr(source, "columns") and hasattr(source, "iloc"):
        return _from_frame(source, "a DataFrame", missing, problems)
    if not isinstance(source, (str, Path)):
        raise TypeError(
            "source: requires the path of a CSV or Parquet file or a pandas DataFrame, "
            f"got {type(source).__name__}"
        )
    path = Path(source)
    if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
        raise ValueError(
            f"source: requires a CSV or Parquet file, got {path.name!r}; save the sheet as CSV"
        )
    if not path.is_file():
        raise FileNotFoundError(f"source: requires a file, got {str(path)!r}")
    if path.suffix.lower() in (".parquet", ".pq"):
        try:
            frame = pandas_module("reading Parquet").read_parquet(path)
        except ImportError:
            raise ModuleNotFoundError(
                'reading Parquet requires pyarrow: pip install "dilemma[survey]"'
            ) from None
        except ValueError as error:
            raise ValueError(
                f"source: requires a Parquet file, got {path.name!r}: {error}"
            ) from None
        return _from_frame(frame, path.name, missing, problems)
    return _from_csv(path, missing, delimiter, encoding, problems)


def _from_csv(
    path: Path, missing: frozenset[str], delimiter: str, encoding: str, problems: Problems
) -> Table:
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        raise ValueError(f"delimiter: requires one character, got {delimiter!r}")
    try:
        text = path.read_bytes().decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path.name}: requires a text in {encoding}, got other bytes at {error.start}; "
            "say which encoding=, such as 'latin-1'"
        ) from None
    except LookupError:
        raise ValueError(
            f"encoding: requires a known one such as 'utf-8', got {encoding!r}"
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[tuple[int, list[str]]] = []
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            problems.add(f"requires values between {delimiter!r}: {error}", [line])
            if not records:  # nothing can be said without the names of the columns
                raise SurveyError(path.name, "line", problems.found()) from None
        else:
            if record:  # an empty line is no row
                records.append((line, record))
        line = reader.line_num + 1
    if not records:
        problems.add("requires a line with the names of the columns, got an empty file")
        raise SurveyError(path.name, "line", problems.found())
    (_, header), *body = records
    names = [name.strip() for name in header]
    _check_names(names, problems)
    for other in (",", ";", "\t"):
        if len(names) == 1 and other != delimiter and other in names[0]:
            problems.add(
                f"requires values between {delimiter!r}, got {other!r}; say delimiter={other!r}",
                [1],
            )
            raise SurveyError(path.name, "line", problems.found())
    kept: list[tuple[int, list[str]]] = []
    for line, record in body:
        if len(record) != len(names):
            problems.add(
                f"requires {len(names)} values, as many as there are columns, got {len(record)}",
                [line],
            )
        else:
            kept.append((line, record))
    cells = list(zip(*(record for _, record in kept), strict=True)) or [()] * len(names)
    columns = {
        name: [None if (text := cell.strip()) in missing else text for cell in column]
        for name, column in zip(names, cells, strict=True)
    }
    return Table(columns, [line for line, _ in kept], "line", path.name)


def _from_frame(frame: Any, source: str, missing: frozenset[str], problems: Problems) -> Table:
    names = [str(name).strip() for name in frame.columns]
    _check_names(names, problems)
    columns = {}
    for k, name in enumerate(names):
        series = frame.iloc[:, k]
        columns[name] = [
            None if absent else _cell(value, missing)
            for value, absent in zip(series.tolist(), series.isna().tolist(), strict=True)
        ]
    return Table(columns, list(range(1, len(frame) + 1)), "row", source)


def _cell(value: Any, missing: frozenset[str]) -> Any:
    if isinstance(value, str):
        value = value.strip()
        return None if value in missing else value
    return value


def _check_names(names: list[str], problems: Problems) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            problems.add(f"requires columns of different names, got {name!r} {count} times")
