"""The terms of a consortium: those of an alliance, power for each firm, and a common goal."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.alliance import TERMS, Domain, Term
from dilemma.alliance.evaluation import as_floats
from dilemma.alliance.terms import NONNEGATIVE, kind_of
from dilemma.arrays.exact import fraction
from dilemma.game.checking import SUM_TOLERANCE

MEMBERS = Domain(Fraction(2), None)
"""How many members a group can have: whole numbers."""

CONSORTIUM_TERMS: tuple[Term, ...] = (
    *(
        dataclasses.replace(term, per_firm=True, meaning="the firm's extra share of synergy")
        if term.name == "power"
        else term
        for term in TERMS
    ),
    Term("goal", "G", NONNEGATIVE, Fraction(0), False, "bonus to each firm if the goal is met"),
    Term(
        "threshold", "m", NONNEGATIVE, Fraction(0), False,
        "commitment of the group, Σ r t, at which the goal is met",
    ),
)  # fmt: skip
"""The terms of a consortium, in the order of the fields of `Consortium`."""


def firm_numbers(size: int) -> tuple[str, ...]:
    """What comes after the dot: ``stakes.1`` to ``stakes.n``.

    >>> firm_numbers(3)
    ('1', '2', '3')
    """
    return tuple(str(k) for k in range(1, size + 1))


def require_balance(power: Any, size: int) -> None:
    """Refuse shares of synergy that do not add up to 0: what one firm gains another loses."""
    each = power if isinstance(power, tuple) else (power,) * size
    kinds = {kind_of(one) for one in each}
    if kinds == {"number"}:
        fits = sum(each) == 0
    elif "symbol" in kinds:
        import sympy

        fits = sympy.expand(sympy.Add(*map(sympy.sympify, each))) == 0
    else:
        fits = _balanced_arrays(each)
    if not fits:
        raise ValueError(
            f"power: requires 0, or {size} numbers that sum to 0 (what one firm gains of the "
            f"synergy others lose), got {_in_words(power)}"
        )


def balanced(power: Sequence[Any]) -> tuple[Fraction, ...]:
    """Shares of power out of arrays, in sum 0 exactly: the smallest makes up for their rounding.

    Of two firms the second one's, for an alliance has the first one's.

    >>> balanced((0.1, 0.2, -0.30000000000000004))[0]
    Fraction(2500000000000001, 25000000000000000)
    """
    each = [fraction(one, "power") for one in power]
    least = min(range(len(each)), key=lambda k: abs(each[k])) if len(each) > 2 else 1
    each[least] -= sum(each)
    return tuple(each)


def _balanced_arrays(each: Sequence[Any]) -> bool:
    """Whether arrays sum to 0, but for rounding; those of two firms have to be opposite."""
    labelled = [one for one in each if kind_of(one) == "labelled array"]
    total: Any = 0.0
    for one in each:
        if kind_of(one) == "number":
            total = total + one.numerator / one.denominator
        elif labelled:
            total = total + one.copy(data=as_floats(one.values))
        else:
            total = total + as_floats(one)
    return bool(np.all(np.abs(np.asarray(total)) <= (SUM_TOLERANCE if len(each) > 2 else 0)))


def _in_words(power: Any) -> str:
    if isinstance(power, tuple):
        return f"({', '.join(map(_in_words, power))})"
    return f"<array {power.shape}>" if hasattr(power, "shape") else str(power)
