"""What `thresholds` answers: critical values of a term, and the equilibria between them."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from dilemma.arrays.algebraic import AlgebraicNumber, Real, closed_form, tex_real
from dilemma.arrays.exact import fraction
from dilemma.arrays.parametric import ball_of, polynomial_at
from dilemma.game.display import WIDTH
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed
from dilemma.writing.tex import tex_array, tex_name


@dataclass(frozen=True)
class MovingEquilibrium(Displayed):
    r"""An extreme equilibrium that moves with the parameter over an open interval.

    Attributes
    ----------
    row, column : tuples of pairs of polynomials
        For each strategy the numerator and the denominator of its probability: integer
        coefficients, constant first.
    played : pair of tuples of str
        The strategies in both supports.
    best_replies : pair of tuples of str
        The rows that are best against the column player's strategy, and the columns.
    strict : bool
    words : str
    """

    row: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    column: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    played: tuple[tuple[str, ...], tuple[str, ...]]
    best_replies: tuple[tuple[str, ...], tuple[str, ...]]
    strict: bool
    words: str

    def at(self, value: Any) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
        """Return both mixed strategies at a rational value of the parameter, exactly."""
        where = fraction(value, "value")
        row, column = (
            tuple(
                polynomial_at(above, where) / polynomial_at(below, where) for above, below in side
            )
            for side in (self.row, self.column)
        )
        return row, column

    def __str__(self) -> str:
        return f"{self.words}{', strict' if self.strict else ''}"


@dataclass(frozen=True)
class Stretch(Displayed):
    """An open interval of the parameter without a critical value.

    Attributes
    ----------
    low, high : Fraction or AlgebraicNumber
    sample : Fraction
        A value inside.
    equilibria : tuple of MovingEquilibrium
        All extreme equilibria there.
    """

    low: Real
    high: Real
    sample: Fraction
    equilibria: tuple[MovingEquilibrium, ...]

    @property
    def strict(self) -> tuple[MovingEquilibrium, ...]:
        """Those that are strict."""
        return tuple(one for one in self.equilibria if one.strict)


@dataclass(frozen=True)
class Threshold(Displayed):
    """One critical value of the parameter.

    Attributes
    ----------
    value : Fraction or AlgebraicNumber
        It turns into a float.
    polynomial : tuple of int
        Its minimal polynomial, constant first.
    isolated : pair of Fraction
        An interval with no other root of that polynomial (the value twice, if it is rational).
    closed_form : str
        The value in radicals where it has degree 1 or 2, otherwise a decimal.
    appear, vanish : tuples of str
        The equilibria that exist just above and not just below, and the other way round.
    pole : bool
        True if a payoff has a pole there.
    words : str
        "From" and "up to" the value include it, "above" and "below" it do not.
    """

    value: Real
    polynomial: tuple[int, ...]
    isolated: tuple[Fraction, Fraction]
    closed_form: str
    appear: tuple[str, ...]
    vanish: tuple[str, ...]
    pole: bool
    words: str

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        return self.words

    def _repr_latex_(self) -> str:
        return f"${tex_real(self.value)}$"


@dataclass(frozen=True, kw_only=True, repr=False)
class Thresholds(Solution):
    """Every critical value along one term, and the equilibria between them.

    Attributes
    ----------
    parameter : str
    over : pair of Fraction
    critical : tuple of Threshold
    intervals : tuple of Stretch
        One more than critical values strictly inside `over`.
    open_ends : pair of bool
        True if an end of `over` is outside the parameter's domain: there is no game there.
    """

    parameter: str
    over: tuple[Fraction, Fraction]
    critical: tuple[Threshold, ...]
    intervals: tuple[Stretch, ...]
    open_ends: tuple[bool, bool] = (False, False)

    @cached_property
    def values(self) -> tuple[Real, ...]:
        """The critical values, in order: Fractions and AlgebraicNumbers."""
        return tuple(one.value for one in self.critical)

    def at(self, value: Any) -> Stretch:
        """Return the stretch that holds a value.

        Raises
        ------
        ValueError
            If the value is critical, outside, or an end that is outside the parameter's domain.
        """
        where = fraction(value, "value")
        for one in self.intervals:
            if one.low < where < one.high:
                return one
        if where in self.values:
            raise ValueError(f"value: requires one between critical values, got {where}")
        if where in self.over:
            if self.open_ends[self.over.index(where)]:
                raise ValueError(
                    f"value: requires one inside the domain of {self.parameter}, got its open "
                    f"end {where}"
                )
            edge = self.intervals[0 if where == self.over[0] else -1]
            if where in (edge.low, edge.high):
                return edge
        raise ValueError(f"value: requires one from {self.over[0]} to {self.over[1]}, got {where}")

    def __str__(self) -> str:
        lines = [self.status]
        lines += [f"  {one}" for one in self.critical]
        return wrapped(textwrap.fill(line, WIDTH, subsequent_indent="    ") for line in lines)

    def _repr_latex_(self) -> str:
        return tex_of_thresholds(
            self.parameter,
            ("appear", "vanish"),
            [(one.value, one.appear, one.vanish) for one in self.critical],
        )


def tex_of_thresholds(
    parameter: str,
    sides: tuple[str, str],
    critical: Iterable[tuple[Real, Sequence[str], Sequence[str]]],
) -> str:
    r"""Write critical values in LaTeX, with what begins and what ends at each.

    Examples
    --------
    >>> found = tex_of_thresholds("trust", ("appear", "vanish"), [(Fraction(1, 3), ["R&D"], [])])
    >>> print(found.partition(r"\hline")[2])
     \tfrac{1}{3} & \text{R\&D} & \text{} \end{array}$
    """
    rows = [
        [tex_real(value), *(tex_name("; ".join(those)) for those in (begin, end))]
        for value, begin, end in critical
    ]
    return tex_array(list(map(tex_name, (parameter, *sides))), rows)


def closed_forms(values: Sequence[Real]) -> list[str]:
    """Write different real numbers as `closed_form` does, decimals long enough to differ.

    Examples
    --------
    >>> closed_forms([Fraction(1, 2), Fraction(10**9, 3), Fraction(10**9 + 1, 3)])
    ['1/2', '~333333333', '~333333334']
    """
    shown = [closed_form(one) for one in values]
    digits = 6
    while len(set(shown)) < len(set(values)):
        digits += 3
        often = Counter(shown)
        shown = [
            _decimal(value, digits) if often[text] > 1 else text
            for value, text in zip(values, shown, strict=True)
        ]
    return shown


def _decimal(value: Real, digits: int) -> str:
    middle = value
    if isinstance(middle, AlgebraicNumber):
        size = abs(float(middle)) or 1e-300
        low, high = ball_of(middle, Fraction(10) ** (math.floor(math.log10(size)) - digits - 2))
        middle = (low + high) / 2
    decimal = Context(prec=digits).divide(Decimal(middle.numerator), Decimal(middle.denominator))
    return f"~{decimal.normalize():g}"
