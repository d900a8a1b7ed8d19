"""The terms of a goal network: their domains, and how what a user passes is read."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.alliance.terms import BELOW_ONE, NONNEGATIVE, UNIT, Domain, Term, read_term, term_of
from dilemma.collective.aligning.values import MEAN

_COUNT = Domain(Fraction(1), Fraction(50))


GOAL_TERMS: tuple[Term, ...] = (
    term_of("views", "x(0)", UNIT, "0", True, "the firm's view of the goal to begin with"),
    term_of("positions", "d", UNIT, "0", True, "the firm's place among domains"),
    term_of(
        "susceptibility", "λ", UNIT, "1/2", True, "weight of others' views, against one's own"
    ),
    term_of("formation", "φ", UNIT, "1", False, "how far the goal is formed together: times λ"),
    term_of(
        "decay", "β", NONNEGATIVE, "1", False, "how fast influence falls with domain distance"
    ),
    term_of("own_weight", "s", NONNEGATIVE, "0", False, "tie of a firm to its own present view"),
    term_of("goal", "g", UNIT, "1", False, "the system-level goal"),
    term_of("exponent", "k", _COUNT, "1", False, "how steeply commitment rises with alignment"),
    term_of(
        "threshold", "m", BELOW_ONE, "0", False, "alignment^k below which nothing is committed"
    ),
    term_of("own_value", "v", NONNEGATIVE, "1", False, "value of a firm's commitment by itself"),
    term_of("synergy", "σ", NONNEGATIVE, "1", False, "value of two tied firms' joint commitment"),
)
"""The terms of `GoalNetwork`, in the order of its fields."""

BY_NAME = {term.name: term for term in GOAL_TERMS}


def read_value(term: Term, value: Any, name: str | None = None) -> Any:
    """Read one number or expression.

    Raises
    ------
    TypeError, ValueError
        If it is an array, of no kind that a term can have, or outside its domain.

    Examples
    --------
    >>> read_value(BY_NAME["decay"], 0.3)
    Fraction(3, 10)
    """
    place = name or term.name
    labelled: Any = getattr(sys.modules.get("xarray"), "DataArray", ())
    if isinstance(value, (np.ndarray, labelled)) and value.ndim:
        raise TypeError(
            f"{place}: requires one number or sympy expression, got an array (a network has no "
            "batches: study.sweep takes it point by point, with model_measure)"
        )
    try:
        return read_term(Term(term.name, "", term.domain, term.default, False, ""), value, place)
    except TypeError as error:
        words = str(error).replace(", a sympy expression or an array", " or a sympy expression")
        raise TypeError(words) from None


def read_exponent(value: Any) -> int:
    """Read a whole number of at least 1.

    Examples
    --------
    >>> read_exponent(Fraction(2))
    2
    """
    number = read_value(BY_NAME["exponent"], value)
    if not isinstance(number, Fraction) or number.denominator != 1:
        raise ValueError(f"exponent: requires a whole number from 1 to 50, got {value}")
    return int(number)


def read_firms(name: str, value: Any, size: int) -> tuple[Any, ...]:
    """Read a term of the firms: one value for all, or one for each.

    Examples
    --------
    >>> read_firms("susceptibility", 0.5, 2)
    (Fraction(1, 2), Fraction(1, 2))
    """
    term = BY_NAME[name]
    if isinstance(value, np.ndarray) and value.ndim:
        value = value.tolist()
    if not _is_row(value):
        return (read_value(term, value),) * size
    if len(value) != size:
        raise ValueError(
            f"{name}: requires one value, or one for each of {size} firms, got {len(value)}"
        )
    return tuple(read_value(term, one, f"{name}.{k}") for k, one in enumerate(value, 1))


def read_views(value: Any, size: int) -> tuple[tuple[Any, ...], ...]:
    """Read views: one number for each firm, or a row of numbers, one for each dimension.

    Examples
    --------
    >>> read_views([0, [1]], 2)
    Traceback (most recent call last):
    ...
    ValueError: views: requires as many dimensions of the goal from each firm, got 1 and 1 numbers
    """
    term = BY_NAME["views"]
    if isinstance(value, np.ndarray) and value.ndim:
        value = value.tolist()
    if not _is_row(value):
        return ((read_value(term, value),),) * size
    if len(value) != size:
        raise ValueError(
            f"views: requires one value, or one for each of {size} firms, got {len(value)}"
        )
    rows = []
    for k, one in enumerate(value, 1):
        if isinstance(one, np.ndarray) and one.ndim:
            one = one.tolist()
        if _is_row(one):
            rows.append(
                tuple(read_value(term, part, f"views.{k}.{d}") for d, part in enumerate(one, 1))
            )
        else:
            rows.append((read_value(term, one, f"views.{k}"),))
    kinds = {(_is_row(one), len(row)) for one, row in zip(value, rows, strict=True)}
    if len(kinds) > 1 or not rows[0]:
        lengths = sorted({length for _, length in kinds}, reverse=True)
        shown = " and ".join(map(str, lengths * (2 if len(lengths) == 1 else 1)))
        raise ValueError(
            f"views: requires as many dimensions of the goal from each firm, got {shown} numbers"
        )
    return tuple(rows)


def read_goal(value: Any, dims: int) -> Any:
    """Read a goal: a number, one for each dimension, or "mean".

    Examples
    --------
    >>> read_goal(0.5, 1), read_goal("mean", 2)
    (Fraction(1, 2), 'mean')
    """
    term = BY_NAME["goal"]
    if isinstance(value, str) and value == MEAN:
        return MEAN
    if isinstance(value, np.ndarray) and value.ndim:
        value = value.tolist()
    if not _is_row(value):
        return read_value(term, value)
    if len(value) != dims:
        raise ValueError(
            f"goal: requires one number, or one for each of {dims} dimensions, got {len(value)}"
        )
    return tuple(read_value(term, one, f"goal.{k}") for k, one in enumerate(value, 1))


def read_terms(given: Mapping[str, Any], size: int) -> dict[str, Any]:
    """Read terms of a network of so many firms.

    Examples
    --------
    >>> read_terms({"views": [0, 1], "goal": 1}, 2)["views"]
    ((Fraction(0, 1),), (Fraction(1, 1),))
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name == "views":
            found[name] = read_views(value, size)
        elif name == "goal":
            found[name] = read_goal(value, len(found["views"][0]))
        elif name == "exponent":
            found[name] = read_exponent(value)
        elif BY_NAME[name].per_firm:
            found[name] = read_firms(name, value, size)
        else:
            found[name] = read_value(BY_NAME[name], value)
    return found


def is_symbolic(value: Any) -> bool:
    """Whether there is a symbol in a term.

    >>> is_symbolic((Fraction(1), Fraction(0))), is_symbolic("mean")
    (False, False)
    """
    if isinstance(value, tuple):
        return any(map(is_symbolic, value))
    return not isinstance(value, (Fraction, int, str))


def _is_row(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
