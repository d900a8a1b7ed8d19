"""Names, numbers and polynomials in LaTeX, specials escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

_SPECIAL = {
    # As signs of their own: the commands that print them differ between text and mathematics,
    # and between LaTeX and MathJax.
    "\\": "⧵",
    **{sign: "\\" + sign for sign in "&%#_{}$"},
    "~": "∼",
    "^": "ˆ",
}


def tex_name(name: str) -> str:
    r"""Write a name as text within a formula; what LaTeX would read as a command is shown.

    >>> print(tex_name("a & b_c"))
    \text{a \& b\_c}
    """
    plain = " ".join(name.split())
    return rf"\text{{{''.join(_SPECIAL.get(sign, sign) for sign in plain)}}}"


def tex_number(value: Fraction) -> str:
    r"""Write a rational number.

    >>> print(tex_number(Fraction(-7, 16)), tex_number(Fraction(3)))
    -\tfrac{7}{16} 3
    """
    if value.denominator == 1:
        return str(value)
    sign = "-" if value < 0 else ""
    return rf"{sign}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def tex_polynomial(coefficients: Sequence[int], symbol: str = "x") -> str:
    """Write an integer polynomial, its coefficients given from the constant on.

    >>> tex_polynomial((-1, -1, 0, 2)), tex_polynomial((0,))
    ('2 x^{3} - x - 1', '0')
    """
    parts: list[str] = []
    for power, factor in reversed(list(enumerate(coefficients))):
        if not factor:
            continue
        variable = "" if power == 0 else symbol if power == 1 else f"{symbol}^{{{power}}}"
        size = str(abs(factor)) if abs(factor) != 1 or not variable else ""
        sign = ("- " if factor < 0 else "+ ") if parts else ("-" if factor < 0 else "")
        parts.append(sign + " ".join(one for one in (size, variable) if one))
    return " ".join(parts) or "0"


def tex_array(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Set rows of formulas under a head, the first column apart: a display of its own.

    >>> print(tex_array(["", "a"], [["b", "1"]]))
    $\begin{array}{r|c}  & a \\ \hline b & 1 \end{array}$
    """
    body = r" \\ ".join(" & ".join(row) for row in rows)
    layout = "r|" + "c" * (len(head) - 1)
    return rf"$\begin{{array}}{{{layout}}} {' & '.join(head)} \\ \hline {body} \end{{array}}$"
