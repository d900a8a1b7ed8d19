"""Things as tables in HTML, by the structure that they show to everybody: their public fields.

`record` in `dilemma.show` writes the same fields for machines. Everything is escaped, so that a
strategy named ``<script>`` is shown and not run. No colour is set and none is needed: text and
lines have those of the page, in light and in dark themes. Nothing is loaded from anywhere.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from dilemma.writing.numerals import number

# More than this is said, not shown.
ROWS, COLUMNS, LETTERS, DEPTH = 40, 12, 600, 3
# Of an answer that is a list by itself.
MOST = 1000
# How an answer was obtained goes below its table.
_HOW = ("method", "exact", "complete", "status")
# Numbers to the right would hide which words belong together; long cells break.
_CELL = ' style="text-align: left; vertical-align: top; white-space: normal"'
_CAPTION = ' style="text-align: left; caption-side: top"'


class Displayed:
    """What notebooks show as a table: `page` of it.

    The one line that classes need, for notebooks look for a method. A class with a better table of
    its own overrides it.
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        return page(self)


def page(thing: Any) -> str:
    """Write a noun or an answer as a table: a row for each public field.

    Parameters
    ----------
    thing : a dataclass
        If it has a ``status``, that is the caption, and how the answer was obtained goes below.
        What it prints is there, too, folded up.

    Returns
    -------
    str
        HTML. Fields that hold many things are tables within the table; what would be too long
        says how much was left out.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class SharedCost:
    ...     payers: tuple
    ...     amount: Fraction
    >>> print(page(SharedCost(("<b>", "me"), Fraction(1, 3))))  # doctest: +ELLIPSIS
    <div style="overflow-x: auto"><table><caption...>Shared cost</caption><tbody>...
    """
    own = own_fields(thing)
    answer = all(hasattr(thing, name) for name in _HOW)
    shown = [name for name in own if not (answer and name in _HOW)]
    caption = str(thing.status) if answer else in_words(type(thing).__name__)
    rows = [(in_words(name), cell(getattr(thing, name), 1)) for name in shown]
    below = (obtained(thing) if answer else "") + _in_full(thing, caption)
    return framed(_pairs(rows, caption) + below)


def grid(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    meanings: Mapping[str, str] | None = None,
) -> str:
    """Write a table with a head; the first cell of each row names it.

    Parameters
    ----------
    caption : str
    head : sequence of str
    rows : iterable of sequences
        Texts, numbers and whatever `page` writes within a cell.
    meanings : mapping of str to str, optional
        What a title means, shown where the pointer rests on it.

    Examples
    --------
    >>> print(grid("Two & two", ["a", "b"], [["<x>", 1]]))  # doctest: +ELLIPSIS
    <table><caption...>Two &amp; two</caption><thead><tr><th scope="col"...>a</th>...
    """
    every = [[cell(one, 1) for one in row] for row in rows]
    return _grid(caption, head, every[:MOST], len(every) - MOST, meanings or {})


def framed(table: str) -> str:
    """Let a table that is too wide scroll by itself.

    >>> framed("<table></table>")
    '<div style="overflow-x: auto"><table></table></div>'
    """
    return f'<div style="overflow-x: auto">{table}</div>'


def obtained(answer: Any) -> str:
    """Say below a table how an answer was obtained.

    >>> from types import SimpleNamespace
    >>> obtained(SimpleNamespace(method="by hand", exact=True, complete=False))
    '<p><small>By hand; exact; not complete.</small></p>'
    """
    method = str(answer.method)
    exact = "exact" if answer.exact else "in floating point"
    complete = "complete" if answer.complete else "not complete"
    words = f"{method[:1].upper()}{method[1:]}; {exact}; {complete}."
    return f"<p><small>{html.escape(words)}</small></p>"


def own_fields(thing: Any) -> list[str]:
    """Return the names of a dataclass' public fields.

    >>> own_fields(3)
    []
    """
    if not is_dataclass(thing):
        return []
    return [one.name for one in fields(thing) if not one.name.startswith("_")]


def in_words(name: str) -> str:
    """Write the name of a class or a field as words.

    >>> in_words("LongRunPlay"), in_words("best_replies")
    ('Long run play', 'best replies')
    """
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").split()
    return " ".join(one if k == 0 or one.isupper() else one.lower() for k, one in enumerate(parts))


def cell(value: Any, depth: int = 0) -> str:
    """Write what a cell of a table holds: a number, words, a list, or a table within it.

    >>> cell(Fraction(1, 3)), cell(None), cell((True, "<b>")), cell(0.1 + 0.2)
    ('1/3', '–', 'yes, &lt;b&gt;', '0.3')
    """
    simple = _simple(value)
    if simple is not None:
        return _text(simple)
    if hasattr(value, "tolist"):
        return _array(value, depth)
    if hasattr(value, "data_vars"):
        sizes = ", ".join(f"{name} ({size})" for name, size in value.sizes.items())
        return _text(f"Dataset of {', '.join(map(str, value.data_vars))} over {sizes}")
    if isinstance(value, Mapping):
        pairs = [(str(key), cell(one, depth + 1)) for key, one in list(value.items())[:ROWS]]
        return _pairs(pairs, None, len(value) - len(pairs)) if pairs else "none"
    if isinstance(value, (tuple, list, set, frozenset)):
        return _several(list(value), depth)
    return _single(value, depth)


def _single(value: Any, depth: int) -> str:
    """A thing with fields of its own: in words where it has such, or folded up."""
    own = own_fields(value)
    if not own or depth >= DEPTH:
        return _text(str(value) if _words(value) is None else _brief(value))
    if "status" in own:
        rows = [(in_words(name), cell(getattr(value, name), depth + 1))
                for name in own if name not in _HOW]  # fmt: skip
        return _folded(str(value.status), _pairs(rows, None)) if rows else _text(value.status)
    if (words := _words(value)) and hasattr(value, "words"):
        return _text(words)
    drawn = getattr(type(value), "_repr_html_", None)
    if drawn not in (None, Displayed._repr_html_):
        return _folded(_brief(value), value._repr_html_())
    if len(own) == 1:
        return cell(getattr(value, own[0]), depth + 1)
    rows = [(in_words(name), cell(getattr(value, name), depth + 1)) for name in own]
    return _folded(_brief(value), _pairs(rows, None)) if len(rows) > 3 else _pairs(rows, None)


def _several(values: list[Any], depth: int) -> str:
    """Many things: a list in words, or a table with a column for each of their fields."""
    if not values:
        return "none"
    simple = [_simple(one) for one in values]
    if None not in simple:
        # Words with commas of their own stay apart.
        between = "; " if any("," in str(one) for one in simple) else ", "
        return _text(between.join(map(str, simple)))
    if depth > 1 and all(isinstance(getattr(one, "words", None), str) for one in values):
        # In a table within a table each says of itself what matters.
        lines = [_text(one.words) for one in values[:ROWS]]
        more = [f"… and {len(values) - ROWS:,} more"] if len(values) > ROWS else []
        return "<br/>".join([*lines, *more])
    own = own_fields(values[0])
    same = own and all(type(one) is type(values[0]) for one in values)
    if same and "status" not in own and depth < DEPTH:
        if len(own) == 1:
            return _several([getattr(one, own[0]) for one in values], depth)
        if len(own) > COLUMNS:
            rows = [[_text(_brief(one))] for one in values[:ROWS]]
            return _grid(None, [in_words(type(values[0]).__name__)], rows, len(values) - ROWS)
        order = sorted(own, key=lambda name: name != "words")
        rows = [[cell(getattr(one, name), depth + 1) for name in order] for one in values[:ROWS]]
        return _grid(None, list(map(in_words, order)), rows, len(values) - ROWS)
    pairs = [(str(k), cell(one, depth + 1)) for k, one in enumerate(values[:ROWS], 1)]
    if all(isinstance(one, (tuple, list)) for one in values) and all(
        _simple(part) is not None for one in values for part in one
    ):
        inner = [f"({', '.join(str(_simple(part)) for part in one)})" for one in values]
        return _text(", ".join(inner))
    return _pairs(pairs, None, len(values) - ROWS)


def _array(value: Any, depth: int) -> str:
    """Numbers of an array: all of them if they are few."""
    shape = tuple(getattr(value, "shape", ()))
    many = 1
    for size in shape:
        many *= size
    if len(shape) < 2 and many <= 2 * COLUMNS:
        return cell(value.tolist(), depth)
    if len(shape) == 2 and shape[0] <= ROWS and shape[1] <= COLUMNS and many:
        return _plain_grid([[cell(one, DEPTH) for one in row] for row in value.tolist()])
    sides = " x ".join(map(str, shape))
    names = [str(name) for name in getattr(value, "dims", ())]
    over = f" over {', '.join(names)}" if names else ""
    if not many:
        return _text(f"array of {sides}{over}: nothing")
    numbers = getattr(value, "values", value)
    try:
        low, high = _simple(numbers.min()), _simple(numbers.max())
    except (TypeError, ValueError):
        return _text(f"array of {sides}{over}")
    return _text(f"array of {sides}{over}, from {low} to {high}")


def _simple(value: Any) -> str | None:
    """What can be said in a word or a number; None if it can't."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float, complex, Fraction)):
        return _numeral(value)
    if hasattr(value, "tolist"):
        # A NumPy number; what has a shape is an array.
        return None if getattr(value, "shape", ()) else _simple(value.tolist())
    if isinstance(value, (tuple, list, set, frozenset, Mapping)) or hasattr(value, "data_vars"):
        return None
    if not is_dataclass(value):
        # A function by its name; a formula as it prints.
        return str(getattr(value, "__name__", value))
    # An exact number that is no Fraction.
    return str(value) if hasattr(type(value), "__float__") and not _words(value) else None


def _numeral(value: complex | Fraction) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and abs(value) < 10**15:
        return str(value)
    return number(Fraction(value)) if isinstance(value, (int, Fraction)) else f"{value:.6g}"


def _in_full(thing: Any, caption: str) -> str:
    """What a thing says of itself in plain text, if that is more than the caption, folded up."""
    if vars(object)["__str__"] is getattr(type(thing), "__str__", None):
        return ""
    words = str(thing)
    if words.strip() == caption:
        return ""
    return f"<details><summary>In words</summary><pre>{html.escape(words)}</pre></details>"


def _words(value: Any) -> str | None:
    """What a thing says of itself in a sentence, or its name."""
    for name in ("words", "name"):
        if isinstance(found := getattr(value, name, None), str):
            return found
    return None


def _brief(value: Any) -> str:
    """One line about a thing."""
    said = repr(value)
    return _words(value) or (said[1:-1] if said[:1] == "<" else in_words(type(value).__name__))


def _text(words: str) -> str:
    """Escaped, and cut with a word where it is too long; lines stay lines."""
    if len(words) > LETTERS:
        words = f"{words[:LETTERS].rstrip()} … ({len(words) - LETTERS:,} letters more)"
    return html.escape(words).replace("\n", "<br/>")


def _opened(caption: str | None) -> str:
    """A table's beginning: with its caption, or within another table."""
    if caption is None:
        return '<table style="margin: 0">'
    return f"<table><caption{_CAPTION}>{_text(caption)}</caption>"


def _pairs(rows: Sequence[tuple[str, str]], caption: str | None, more: int = 0) -> str:
    body = "".join(
        f'<tr><th scope="row"{_CELL}>{html.escape(name)}</th><td{_CELL}>{inner}</td></tr>'
        for name, inner in rows
    )
    return f"{_opened(caption)}<tbody>{body}{_left(more, 2)}</tbody></table>"


def _grid(
    caption: str | None,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    more: int = 0,
    meanings: Mapping[str, str] | None = None,
) -> str:
    titles = {one: f' title="{html.escape(words)}"' for one, words in (meanings or {}).items()}
    heads = "".join(
        f'<th scope="col"{titles.get(one, "")}{_CELL}>{html.escape(one)}</th>' for one in head
    )
    body = "".join(
        f'<tr><th scope="row"{_CELL}>{row[0]}</th>'
        + "".join(f"<td{_CELL}>{one}</td>" for one in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f"{_opened(caption)}<thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}{_left(more, len(head))}</tbody></table>"
    )


def _plain_grid(rows: Sequence[Sequence[str]]) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td{_CELL}>{one}</td>" for one in row) + "</tr>" for row in rows
    )
    return f"{_opened(None)}<tbody>{body}</tbody></table>"


def _left(more: int, columns: int) -> str:
    if more <= 0:
        return ""
    return f'<tr><td colspan="{columns}"{_CELL}>… and {more:,} more</td></tr>'


def _folded(summary: str, inner: str) -> str:
    return f"<details><summary>{_text(summary)}</summary>{inner}</details>"
