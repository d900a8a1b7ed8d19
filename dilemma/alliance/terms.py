"""The terms of an alliance: their domains, and how what a user passes is read and checked.

A term is a number (kept as a `Fraction`), a sympy expression, a NumPy array or an
`xarray.DataArray`; a term that belongs to each firm may also be a pair, row firm first.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from dilemma.arrays.exact import fraction, unmasked
from dilemma.writing.pages import Displayed

FIRMS = ("row", "column")

Kind = Literal["number", "symbol", "array", "labelled array"]


@dataclass(frozen=True)
class Domain(Displayed):
    """An interval of numbers; an end that is None is infinite.

    A float is in it if the decimal that prints it is.

    Examples
    --------
    >>> Domain(Fraction(0), Fraction(1), high_open=True).words
    'in [0, 1)'
    >>> Domain(Fraction(0), None, low_open=True).words, Fraction(0) in Domain(Fraction(0), None)
    ('> 0', True)
    >>> 0.3 in Domain(Fraction(3, 10), Fraction(1))
    True
    """

    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, value: Any) -> bool:
        # A float means the decimal that prints it; NaN and infinity mean none.
        if isinstance(value, (float, np.float32, np.float16)) and math.isfinite(value):
            value = fraction(value)
        above = value > self.low if self.low_open else value >= self.low
        if self.high is None:
            return bool(above)
        return bool(above and (value < self.high if self.high_open else value <= self.high))

    @property
    def words(self) -> str:
        """The domain as a condition, after which a number may stand."""
        if self.high is None:
            return f"{'>' if self.low_open else '≥'} {self.low}"
        opening, closing = "[("[self.low_open], "])"[self.high_open]
        return f"in {opening}{self.low}, {self.high}{closing}"

    def outside(self, values: Any) -> Any:
        """For an array of floats, a mask of those that are not in the domain (NaN is not)."""
        low = 0.0 + self.low.numerator / self.low.denominator
        inside = values > low if self.low_open else values >= low
        if self.high is not None:
            high = self.high.numerator / self.high.denominator
            inside &= values < high if self.high_open else values <= high
        return ~(inside & np.isfinite(values))


@dataclass(frozen=True)
class Term(Displayed):
    """One term of the model.

    Attributes
    ----------
    name, symbol, meaning : str
    domain : Domain
    default : Fraction
    per_firm : bool
        True if the two firms may differ in it.
    """

    name: str
    symbol: str
    domain: Domain
    default: Fraction
    per_firm: bool
    meaning: str


# The domains that terms have, here and in the models that build on this one.
UNIT = Domain(Fraction(0), Fraction(1))
POSITIVE = Domain(Fraction(0), None, low_open=True)
NONNEGATIVE = Domain(Fraction(0), None)
BELOW_ONE = Domain(Fraction(0), Fraction(1), high_open=True)
SIGNED_UNIT = Domain(Fraction(-1), Fraction(1))


def term_of(
    name: str, symbol: str, domain: Domain, default: str, per_firm: bool, meaning: str
) -> Term:
    """Return a term whose default is written as a text.

    >>> term_of("trust", "τ", UNIT, "1/2", False, "mutual trust").default
    Fraction(1, 2)
    """
    return Term(name, symbol, domain, Fraction(default), per_firm, meaning)


TERMS: tuple[Term, ...] = (
    term_of("trust", "τ", UNIT, "1/2", False, "mutual trust"),
    term_of("stakes", "S", POSITIVE, "1", True, "value of a unit of knowledge"),
    term_of("opportunism", "ω", UNIT, "3/4", True, "own weight on winning the learning race"),
    term_of("synergy", "σ", NONNEGATIVE, "1/2", False, "value of knowledge created jointly"),
    term_of(
        "relational_return", "η", NONNEGATIVE, "1/2", False,
        "what a trusted partner's learning returns to the teacher",
    ),
    term_of("leakage", "ℓ", BELOW_ONE, "1/10", False, "what is learned from an opaque partner"),
    term_of("absorptive_capacity", "a", POSITIVE, "1", True, "ability to absorb"),
    term_of("communicative_capacity", "c", POSITIVE, "1", True, "ability to communicate"),
    term_of("receptivity_cost", "κr", NONNEGATIVE, "1/2", True, "cost of full receptivity"),
    term_of("transparency_cost", "κt", NONNEGATIVE, "1/2", True, "cost of full transparency"),
    term_of("effort_convexity", "ν", UNIT, "3/4", False, "0: cost linear in effort; 1: quadratic"),
    term_of("prior_interaction", "π", UNIT, "0", False, "learning from earlier ties"),
    term_of("power", "ρ", SIGNED_UNIT, "0", False, "the row firm's extra share of synergy"),
)  # fmt: skip
"""The terms of the alliance game, in the order of the fields of `Alliance`."""


def kind_of(value: Any) -> Kind:
    """Which of the four kinds of value a (checked) term has."""
    if isinstance(value, Fraction):
        return "number"
    if isinstance(value, np.ndarray):
        return "array"
    labelled: Any = getattr(sys.modules.get("xarray"), "DataArray", ())
    if isinstance(value, labelled):
        return "labelled array"
    return "symbol"


def same(one: Any, two: Any) -> bool:
    """Whether two values of terms are equal; arrays by their numbers, dimensions and labels."""
    kind = kind_of(one)
    if isinstance(one, tuple) or isinstance(two, tuple):
        return one is two
    if kind != kind_of(two):
        return False
    if kind == "array":
        return np.array_equal(one, two)
    if kind == "labelled array":
        return one.dims == two.dims and bool(one.equals(two))
    return bool(one == two)


def read_term(
    term: Term, value: Any, name: str | None = None, firms: Sequence[str] = FIRMS
) -> Any:
    """Check the value of a term, and bring it into its standard form.

    Parameters
    ----------
    term : Term
    value : number, sympy expression, array, or a tuple or list of one for each firm
    name : str, optional
        What to call the value in errors; the term's name if left out.
    firms : sequence of str
        What the firms are called after the dot of ``stakes.row``.

    Returns
    -------
    Fraction, sympy expression, read-only array, or a tuple of these
        Where all firms have an equal value, it is one value.

    Raises
    ------
    TypeError
        If the value is of no kind that a term can have.
    ValueError
        If it is outside the domain; the term, the domain and the value are named.

    Examples
    --------
    >>> read_term(TERMS[0], 0.3), read_term(TERMS[1], (1, 2))
    (Fraction(3, 10), (Fraction(1, 1), Fraction(2, 1)))
    >>> read_term(TERMS[0], 1.2)
    Traceback (most recent call last):
    ...
    ValueError: trust: requires a number in [0, 1], got 1.2
    """
    name = term.name if name is None else name
    if isinstance(value, (tuple, list)):
        if not term.per_firm:
            raise TypeError(
                f"{name}: requires one value for {'both' if len(firms) == 2 else 'all'} firms, "
                f"got the {type(value).__name__} {value!r} (a batch is a NumPy array)"
            )
        if len(value) != len(firms):
            several = (
                "a pair (row firm, column firm)"
                if tuple(firms) == FIRMS
                else f"{len(firms)}, one for each firm"
            )
            raise ValueError(
                f"{name}: requires one value, or {several}, "
                f"got {len(value)} values: {value!r} (a batch is a NumPy array)"
            )
        each = tuple(
            _read_one(term, one, f"{name}.{firm}") for one, firm in zip(value, firms, strict=True)
        )
        return each[0] if all(same(one, each[0]) for one in each) else each
    return _read_one(term, value, name)


def _read_one(term: Term, value: Any, name: str) -> Any:
    labelled: Any = getattr(sys.modules.get("xarray"), "DataArray", ())
    if isinstance(value, labelled):
        if value.ndim == 0:
            return _read_one(term, value.values[()], name)
        if not all(isinstance(dim, str) for dim in value.dims):
            raise TypeError(f"{name}: requires dimensions named by texts, got {value.dims}")
        if len(set(value.dims)) < value.ndim:
            raise ValueError(f"{name}: requires dimensions of different names, got {value.dims}")
        copy = value.copy(deep=True)
        if copy.dims == (term.name,) and term.name not in copy.coords:
            copy = copy.assign_coords({term.name: copy.values})
        copy.values.setflags(write=False)
        _check_array(term, copy.values, name)
        return copy
    if isinstance(value, np.ndarray) and value.ndim > 0:
        array = np.array(unmasked(value, name))
        array.setflags(write=False)
        _check_array(term, array, name)
        return array
    expression: Any = getattr(sys.modules.get("sympy"), "Expr", ())
    if isinstance(value, expression) and not value.is_Rational:
        return _read_symbolic(term, value, name)
    try:
        number = fraction(value, name)
    except ValueError:
        raise ValueError(
            f"{name}: requires a number {term.domain.words}, got {_shown(value)}"
        ) from None
    except TypeError:
        raise TypeError(
            f"{name}: requires a number {term.domain.words}, a sympy expression or an array, "
            f"got {value!r} ({type(value).__name__})"
        ) from None
    if number not in term.domain:
        raise ValueError(f"{name}: requires a number {term.domain.words}, got {_shown(value)}")
    return number


def _read_symbolic(term: Term, value: Any, name: str) -> Any:
    if value.is_Float:
        return _read_one(term, fraction(value, name), name)
    # Here too a float means the decimal that prints it.
    floats = value.atoms(sys.modules["sympy"].Float)
    value = value.xreplace({one: sys.modules["sympy"].Rational(str(one)) for one in floats})
    # NaN is a sympy number that knows nothing of itself and refuses to be compared.
    if value.is_number and not value.is_comparable:
        raise ValueError(f"{name}: requires a number {term.domain.words}, got {value}")
    try:
        inside = value.is_real is not False and not (value.is_number and value not in term.domain)
    except TypeError:
        raise ValueError(
            f"{name}: requires a number {term.domain.words}, and sympy can't tell whether {value} "
            "is one (simplify it)"
        ) from None
    if not inside:
        raise ValueError(f"{name}: requires a number {term.domain.words}, got {value}")
    return value


def _check_array(term: Term, array: Any, name: str) -> None:
    if array.size == 0:
        raise ValueError(f"{name}: requires an array with at least one value, got none")
    if array.dtype.kind == "O":
        for index in np.ndindex(array.shape):
            place = f"{name}[{', '.join(map(str, index))}]"
            if kind_of(_read_one(term, array[index], place)) != "number":
                raise TypeError(f"{place}: requires a number, got {array[index]}")
        return
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name}: requires an array of real numbers, got one of {array.dtype}")
    outside = term.domain.outside(array.astype(np.float64))
    if outside.any():
        index = tuple(int(i) for i in np.argwhere(outside)[0])
        raise ValueError(
            f"{name}[{', '.join(map(str, index))}]: requires a number {term.domain.words}, "
            f"got {array[index]}"
        )


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str) else str(value)
