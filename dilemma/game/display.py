"""How a game looks: as plain text, HTML and LaTeX, with best replies marked."""

from __future__ import annotations

import html as _html
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from dilemma.writing.lines import WIDTH as WIDTH
from dilemma.writing.lines import wrapped as wrapped
from dilemma.writing.numerals import number as number
from dilemma.writing.pages import framed
from dilemma.writing.tex import tex_array, tex_name, tex_number

Payoffs = NDArray[Any]
Strategies = tuple[tuple[str, ...], tuple[str, ...]]
Players = tuple[str, str]


def listed(parts: Sequence[str]) -> str:
    """Join words with commas and an "and".

    >>> listed(["trust"]), listed(["trust", "stakes", "power"])
    ('trust', 'trust, stakes and power')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def best_reply_marks(payoffs: Payoffs) -> list[list[tuple[bool, bool]]]:
    """For each cell, whether the row is a best reply to the column, and the column to the row."""
    first, second = payoffs
    best_rows, best_columns = first.max(axis=0), second.max(axis=1)
    m, n = first.shape
    return [
        [
            (bool(first[i, j] == best_rows[j]), bool(second[i, j] == best_columns[i]))
            for j in range(n)
        ]
        for i in range(m)
    ]


def text(payoffs: Payoffs, strategies: Strategies, players: Players) -> str:
    """A table of both players' payoffs in plain text, at most 80 columns wide if it can be."""
    _, m, n = payoffs.shape
    marks = best_reply_marks(payoffs)
    cells = [
        [
            ", ".join(number(payoffs[p, i, j]) + "*" * marks[i][j][p] for p in (0, 1))
            for j in range(n)
        ]
        for i in range(m)
    ]
    rows, columns = ([_one_line(name) for name in names] for names in strategies)
    margin = max(map(len, rows))
    widths = [max(len(columns[j]), *(len(cells[i][j]) for i in range(m))) for j in range(n)]
    lines = [f"{players[0]} (rows) against {players[1]} (columns); * best reply"]
    start = 0
    while start < n:
        stop, used = start, margin
        while stop < n and (stop == start or used + 2 + widths[stop] <= WIDTH):
            used += 2 + widths[stop]
            stop += 1
        block = range(start, stop)
        heads = [columns[j].rjust(widths[j]) for j in block]
        lines.append("  ".join([" " * margin, *heads]))
        lines += [
            "  ".join([rows[i].ljust(margin), *(cells[i][j].rjust(widths[j]) for j in block)])
            for i in range(m)
        ]
        start = stop
    return "\n".join(lines)


def _one_line(name: str) -> str:
    return name if name.isprintable() else repr(name)[1:-1]


def html(payoffs: Payoffs, strategies: Strategies, players: Players) -> str:
    """A labelled bimatrix table in HTML, best replies underlined, names escaped."""
    _, m, n = payoffs.shape
    marks = best_reply_marks(payoffs)
    rows, columns = strategies
    first, second = (_html.escape(name) for name in players)

    def cell(i: int, j: int) -> str:
        parts = []
        for p in (0, 1):
            value = _html.escape(number(payoffs[p, i, j]))
            parts.append(f"<b><u>{value}</u></b>" if marks[i][j][p] else value)
        return f"<td>{', '.join(parts)}</td>"

    head = "".join(f'<th scope="col">{_html.escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{_html.escape(rows[i])}</th>'
        + "".join(cell(i, j) for j in range(n))
        + "</tr>"
        for i in range(m)
    )
    return framed(
        '<table><caption style="text-align: left; caption-side: top">'
        f"{first} (rows) against {second} (columns); best replies underlined</caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def latex(payoffs: Payoffs, strategies: Strategies) -> str:
    """The bimatrix as a LaTeX array in mathematics mode, best replies underlined."""
    _, m, n = payoffs.shape
    marks = best_reply_marks(payoffs)
    rows, columns = strategies

    def cell(i: int, j: int) -> str:
        return r",\;".join(
            rf"\underline{{{tex_number(payoffs[p, i, j])}}}"
            if marks[i][j][p]
            else tex_number(payoffs[p, i, j])
            for p in (0, 1)
        )

    return tex_array(
        ["", *map(tex_name, columns)],
        [[tex_name(rows[i]), *(cell(i, j) for j in range(n))] for i in range(m)],
    )
