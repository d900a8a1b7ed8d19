"""The pieces of a report: paragraphs, tables, pictures, and words about what is left out."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from typing import Any

from dilemma.alliance import Alliance
from dilemma.arrays.algebraic import AlgebraicNumber, closed_form
from dilemma.game import Game
from dilemma.writing.numerals import number

DIGITS = 4


@dataclass(frozen=True)
class Setting:
    """What all sections of a report share.

    Attributes
    ----------
    alliance : Alliance
    game : Game
        The one that its terms make.
    seed : int
    left_out : list of pairs of str
        What is not in the report, and why: sections add to it.
    """

    alliance: Alliance
    game: Game
    seed: int
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def attempt(self, what: str, write: Callable[[], str]) -> str:
        """Write a part of the report, or say why it can't be written.

        Solvers refuse what they were not made for, in words; these words are the reason.

        Examples
        --------
        >>> alliance = Alliance()
        >>> setting = Setting(alliance, alliance.game(), 0)
        >>> setting.attempt("Roots", lambda: str(Fraction("x")))
        '<p class="missing">Left out: roots. Invalid literal for Fraction: &#x27;x&#x27;.</p>'
        """
        try:
            return write()
        except (ValueError, TypeError, ModuleNotFoundError, RecursionError) as error:
            return self.leave_out(what, " ".join(str(error).split()))

    def leave_out(self, what: str, why: str) -> str:
        """Note that something is not in the report, and why."""
        self.left_out.append((what, why))
        return missing(what, why)

    @property
    def names(self) -> tuple[str, ...]:
        """The strategies of the row firm."""
        names: tuple[str, ...] = self.game.strategies[0]
        return names


@dataclass(frozen=True)
class Section:
    """One section of a report: its title, what it says in short, and its HTML."""

    title: str
    body: str
    short: tuple[str, ...] = ()


def paragraph(text: str, kind: str = "") -> str:
    """Write a paragraph of plain text.

    >>> paragraph("this < that", "muted")
    '<p class="muted">This &lt; that</p>'
    """
    style = f' class="{kind}"' if kind else ""
    return f"<p{style}>{escape(f'{text[:1].upper()}{text[1:]}')}</p>"


def bullets(lines: Iterable[str]) -> str:
    """Write a list.

    >>> bullets(["one", "<two>"])
    '<ul><li>one</li><li>&lt;two&gt;</li></ul>'
    """
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in lines)}</ul>"


def missing(what: str, why: str) -> str:
    """Say what is left out, and why."""
    reason = f"{why[:1].upper()}{why[1:]}".rstrip(".")
    return paragraph(f"Left out: {what[:1].lower()}{what[1:]}. {reason}.", "missing")


def heading(text: str) -> str:
    """Write a heading within a section."""
    return f"<h3>{escape(text)}</h3>"


def shown(value: Any) -> str:
    """Write a number: exactly if that is short.

    >>> shown(Fraction(1, 3)), shown(0.123456), shown(None), shown(True)
    ('1/3', '0.1235', '–', 'yes')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, Fraction)):
        return number(Fraction(value))
    if isinstance(value, str):
        return value
    if isinstance(value, AlgebraicNumber):
        return closed_form(value)
    return f"{float(value):.{DIGITS}g}"


def both(value: Any) -> str:
    """Write an exact number with its decimal.

    >>> both(Fraction(29, 45)), both(Fraction(1, 10)), both(Fraction(1, 2))
    ('29/45 ≈ 0.6444', '1/10 = 0.1', '1/2')
    """
    exact = shown(value)
    short = isinstance(value, Fraction) and value.denominator < 10
    if short or not isinstance(value, (Fraction, AlgebraicNumber)) or exact.startswith("~"):
        return exact
    decimal = f"{float(value):.{DIGITS}g}"
    sign = "=" if isinstance(value, Fraction) and Fraction(decimal) == value else "≈"
    return f"{exact} {sign} {decimal}"


def rounded(value: Any) -> str:
    """Write a number that is known up to a tolerance: what is within it of 0 is 0.

    >>> rounded(3e-11), rounded(0.813529411)
    ('0', '0.8135')
    """
    return f"{round(float(value), 7) + 0:.{DIGITS}g}"


def percent(share: Any) -> str:
    """Write a share in percent, without rounding what is rare to nothing.

    >>> percent(Fraction(1, 8)), percent(0.0000321), percent(1), percent(0)
    ('12.5 %', '0.00321 %', '100 %', '0 %')
    """
    return f"{100 * float(share):.4g} %"


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    numbers: Sequence[int] = (),
    kind: str = "",
    best: Callable[[int, int], bool] | None = None,
) -> str:
    """Write a table that scrolls by itself where it is too wide.

    Parameters
    ----------
    caption : str
    head : sequence of str
    rows : iterable of sequences
        Texts and numbers; the first of each names the row.
    numbers : sequence of int
        Columns that are aligned to the right.
    kind : str
        "matrix": short cells, which stay on one line; "words": long ones, which are written below
        each other on a phone.
    best : function (row, column) to bool, optional
        Which cells are set off.

    Examples
    --------
    >>> print(table("Two", ["a", "b"], [["<x>", Fraction(1, 3)]]))  # doctest: +ELLIPSIS
    <div class="scroll" role="region" aria-label="Two" tabindex="0"><table role="table"...
    """

    def classes(i: int | None, j: int) -> str:
        names = ["number"] if j in numbers else []
        if i is not None and best is not None and j > 0 and best(i, j - 1):
            names.append("best")
        return f' class="{" ".join(names)}"' if names else ""

    heads = "".join(
        f'<th scope="col" role="columnheader"{classes(None, j)}>{escape(one)}</th>'
        for j, one in enumerate(head)
    )
    lines = []
    for i, row in enumerate(rows):
        first, *rest = row
        cells = "".join(
            f'<td role="cell" data-head="{escape(head[j])}"{classes(i, j)}>'
            f"{escape(shown(one))}</td>"
            for j, one in enumerate(rest, 1)
        )
        lines.append(
            f'<tr role="row"><th scope="row" role="rowheader">{escape(shown(first))}</th>'
            f"{cells}</tr>"
        )
    style = f' class="{kind}"' if kind else ""
    # Roles are said, for a table that is shown as blocks would lose them.
    return (
        f'<div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0">'
        f'<table role="table"{style}><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(lines)}</tbody></table></div>'
    )


def picture(thing: Any, alt: str, caption: str, **options: Any) -> str:
    """Draw a thing with `plot`, and embed the picture.

    Parameters
    ----------
    thing
        What `plot` draws.
    alt : str
        What is to be seen, for those who don't see it: with numbers of the thing.
    caption : str
        What the picture is.
    **options
        Of the picture.
    """
    drawn = base64.b64encode(drawing(thing, **options)).decode()
    return (
        f'<figure><div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0">'
        f'<img src="data:image/svg+xml;base64,{drawn}" alt="{escape(alt)}"/></div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def drawing(thing: Any, **options: Any) -> bytes:
    """Draw a thing as SVG, the same bytes every time.

    Letters are drawn as shapes, so that a picture looks the same where its font is missing.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    from dilemma.show.plotting import plot

    ax = plot(thing, **options)
    figure = ax.figure
    assert isinstance(figure, Figure)
    out = io.BytesIO()
    try:
        with rc_context({"svg.fonttype": "path", "svg.hashsalt": "dilemma"}):
            canvas: Any = FigureCanvasSVG(figure)
            canvas.print_svg(
                out, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
            )
    finally:
        from matplotlib import pyplot

        pyplot.close(figure)
    return re.sub(rb"<!DOCTYPE.*?>\s*", b"", out.getvalue(), flags=re.DOTALL)


def several(parts: Sequence[str], most: int = 6) -> str:
    """Join parts with semicolons; what would be too long says how much is left out.

    >>> several(["a", "b", "c"], 2)
    'a; b; and 1 more'
    """
    more = len(parts) - most
    return "; ".join([*parts[:most], *([f"and {more} more"] if more > 0 else [])])
