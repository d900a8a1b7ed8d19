"""How a game looks: as plain text, HTML and LaTeX, with best replies marked."""

from __future__ import annotations

import html as _html
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.writing.lines import WIDTH as WIDTH
from dilemma.writing.lines import wrapped as wrapped
from dilemma.writing.numerals import number as number
from dilemma.writing.pages import framed
from dilemma.writing.tex import tex_array, tex_name, tex_number

# A game of more players takes a table for each profile of the others: no more than so many.
MOST_TABLES = 25

Payoffs = NDArray[Any]
Marks = NDArray[np.bool_]
Strategies = tuple[tuple[str, ...], ...]
Players = tuple[str, ...]


def listed(parts: Sequence[str]) -> str:
    """Join words with commas and an "and".

    >>> listed(["trust"]), listed(["trust", "stakes", "power"])
    ('trust', 'trust, stakes and power')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _best_replies(payoffs: Payoffs, profile: Sequence[int] = ()) -> Marks:
    """For each payoff in a table, whether its player's strategy is best against the others'.

    The table is that of the first two players when the others play a profile.
    """
    marks = []
    for player, own in enumerate(payoffs):
        line: list[Any] = [*profile]
        if player > 1:
            line[player - 2] = slice(None)
        best = own[(..., *line)].max(axis=min(player, 2), keepdims=player < 2)
        marks.append(own[(..., *profile)] == best)
    return np.stack(marks)


def _who(players: Players) -> str:
    """Who chooses what in the tables of a game."""
    if len(players) == 1:
        return f"{players[0]} alone (rows)"
    if len(players) == 2:
        return f"{players[0]} (rows) against {players[1]} (columns)"
    return listed([f"{players[0]} (rows)", f"{players[1]} (columns)", *players[2:]])


def _tables(
    payoffs: Payoffs, strategies: Strategies, players: Players
) -> Iterator[tuple[str, Payoffs, Marks]]:
    """The first two players' table for each profile of the others, and what that profile is."""
    profiles = itertools.product(*map(range, payoffs.shape[3:]))
    for profile in itertools.islice(profiles, MOST_TABLES):
        words = "; ".join(
            f"{player}: {names[i]}"
            for player, names, i in zip(players[2:], strategies[2:], profile, strict=True)
        )
        place: Any = (..., *profile)
        values, marks = payoffs[place], _best_replies(payoffs, profile)
        if len(players) == 1:
            values, marks = values[..., None], marks[..., None]
        yield words, values, marks


def _left_out(payoffs: Payoffs) -> str:
    """How many tables of a large game are not shown, in words, if any."""
    more = math.prod(payoffs.shape[3:]) - MOST_TABLES
    return f"… and {more:,} more tables" if more > 0 else ""


def text(payoffs: Payoffs, strategies: Strategies, players: Players) -> str:
    """Tables of all players' payoffs in plain text, at most 80 columns wide if they can be."""
    lines = [f"{_who(players)}; * best reply"]
    if len(players) > 2:
        lines = [wrapped(lines)]
    names = [*strategies, ("",)][:2]
    for words, values, marks in _tables(payoffs, strategies, players):
        lines += [wrapped([_one_line(words)])] if words else []
        lines += _text_table(values, marks, *([_one_line(name) for name in one] for one in names))
    left = _left_out(payoffs)
    return "\n".join([*lines, left] if left else lines)


def _text_table(
    payoffs: Payoffs, marks: Marks, rows: Sequence[str], columns: Sequence[str]
) -> list[str]:
    """The lines of one table of cells; columns that don't fit go on below."""
    players, m, n = payoffs.shape
    cells = [
        [
            ", ".join(number(payoffs[p, i, j]) + "*" * int(marks[p, i, j]) for p in range(players))
            for j in range(n)
        ]
        for i in range(m)
    ]
    margin = max(map(len, rows))
    widths = [max(len(columns[j]), *(len(cells[i][j]) for i in range(m))) for j in range(n)]
    lines = []
    start = 0
    while start < n:
        stop, used = start, margin
        while stop < n and (stop == start or used + 2 + widths[stop] <= WIDTH):
            used += 2 + widths[stop]
            stop += 1
        block = range(start, stop)
        heads = [columns[j].rjust(widths[j]) for j in block]
        if any(columns):
            lines.append("  ".join([" " * margin, *heads]))
        lines += [
            "  ".join([rows[i].ljust(margin), *(cells[i][j].rjust(widths[j]) for j in block)])
            for i in range(m)
        ]
        start = stop
    return lines


def _one_line(name: str) -> str:
    return name if name.isprintable() else repr(name)[1:-1]


def html(payoffs: Payoffs, strategies: Strategies, players: Players) -> str:
    """Labelled tables in HTML, best replies underlined, names escaped."""
    names = [*strategies, ("payoff",)][:2]
    head = f"{_who(players)}; best replies underlined"
    tables = []
    for words, values, marks in _tables(payoffs, strategies, players):
        caption = f"{head}: {words}" if words else head
        tables.append(_html_table(caption, values, marks, *names))
    left = _left_out(payoffs)
    return framed("".join(tables) + (f"<p><small>{left}</small></p>" if left else ""))


def _html_table(
    caption: str, payoffs: Payoffs, marks: Marks, rows: Sequence[str], columns: Sequence[str]
) -> str:
    players, m, n = payoffs.shape

    def cell(i: int, j: int) -> str:
        parts = []
        for p in range(players):
            value = _html.escape(number(payoffs[p, i, j]))
            parts.append(f"<b><u>{value}</u></b>" if marks[p, i, j] else value)
        return f"<td>{', '.join(parts)}</td>"

    head = "".join(f'<th scope="col">{_html.escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{_html.escape(rows[i])}</th>'
        + "".join(cell(i, j) for j in range(n))
        + "</tr>"
        for i in range(m)
    )
    return (
        '<table><caption style="text-align: left; caption-side: top">'
        f"{_html.escape(caption)}</caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def latex(payoffs: Payoffs, strategies: Strategies) -> str:
    """The bimatrix as a LaTeX array in mathematics mode, best replies underlined."""
    _, m, n = payoffs.shape
    marks = _best_replies(payoffs)
    rows, columns = strategies

    def cell(i: int, j: int) -> str:
        return r",\;".join(
            rf"\underline{{{tex_number(payoffs[p, i, j])}}}"
            if marks[p, i, j]
            else tex_number(payoffs[p, i, j])
            for p in (0, 1)
        )

    return tex_array(
        ["", *map(tex_name, columns)],
        [[tex_name(rows[i]), *(cell(i, j) for j in range(n))] for i in range(m)],
    )
