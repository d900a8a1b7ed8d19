r"""The payoffs of n firms: means of what each learns from and teaches the others, then its value.

.. math::

    f_i = \frac{1}{n-1} \sum_{j \ne i} f_{ij}, \qquad g_i = \frac{1}{n-1} \sum_{j \ne i} f_{ji},

where :math:`f_{ij}` is what firm i learns from firm j by the payoff model's notion of learning. A
payoff is the model's value of :math:`(f_i, g_i)`, plus the goal's bonus where the group's
commitment reaches the threshold. Exact payoffs are found from whole numbers: means over a common
denominator, each distinct pair of them valued once.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, Protocol

import numpy as np
from flint import fmpq, fmpz
from numpy.typing import NDArray

from dilemma.alliance import PayoffModel, Strategy, Term
from dilemma.alliance.evaluation import (
    batch_of,
    cast_terms,
    caster,
    kind_of_terms,
    mutual_terms,
    own_terms,
)
from dilemma.alliance.terms import kind_of
from dilemma.arrays.distinct import distinct_rows
from dilemma.arrays.exact import common_denominator, fractions

Layout = Callable[[Sequence[Fraction]], Any]


class Firms(Protocol):
    """The part of a consortium that makes its payoffs."""

    @property
    def size(self) -> int:
        """How many firms there are."""

    @property
    def terms(self) -> dict[str, Any]:
        """All terms by name."""

    @property
    def descriptions(self) -> tuple[Term, ...]:
        """What the terms are."""

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        """What the firms choose from."""

    @property
    def model(self) -> PayoffModel:
        """What learning and teaching are worth."""


def firm_of(
    firms: Firms, values: dict[str, Any], firm: int, receptivity: Any, transparency: Any
) -> SimpleNamespace:
    """One firm as payoff models know it."""
    return SimpleNamespace(
        receptivity=receptivity,
        transparency=transparency,
        **own_terms(values, firms.descriptions, firm),
    )


def firms_at(
    firms: Firms, profile: Sequence[Strategy]
) -> tuple[list[SimpleNamespace], SimpleNamespace]:
    """All firms as payoff models know them, each with its strategy; and what they share."""
    values, cast = cast_terms(firms.terms, 0), caster(firms.terms, 0)
    each = [
        firm_of(firms, values, k, cast(one.receptivity), cast(one.transparency))
        for k, one in enumerate(profile)
    ]
    return each, mutual_terms(values, firms.descriptions)


def mean_learning(
    firms: Firms, each: Sequence[SimpleNamespace], firm: int, mutual: SimpleNamespace
) -> tuple[Any, Any]:
    """What one firm learns from all others, and they from it."""
    own, rest = each[firm], [*each[:firm], *each[firm + 1 :]]
    learning = firms.model.learning
    learned: Any = sum(learning(own, other, mutual) for other in rest)
    taught: Any = sum(learning(other, own, mutual) for other in rest)
    if kind_of_terms(firms.terms) == "number":
        learned, taught = (exact_number(one, "learning") for one in (learned, taught))
    return mean_of(firms, learned), mean_of(firms, taught)


def mean_of(firms: Firms, total: Any) -> Any:
    """A sum over all others, divided by their number."""
    kind = kind_of_terms(firms.terms)
    if kind == "number":
        return total * Fraction(1, firms.size - 1)
    if kind == "symbol":
        import sympy

        return total * sympy.Rational(1, firms.size - 1)
    return total / (firms.size - 1)


def exact_learning(firms: Firms, learner: int, teacher: int) -> NDArray[np.object_]:
    """What a firm learns from another by strategy, (learner's, teacher's), terms being numbers."""
    values = cast_terms(firms.terms, 0)
    r = np.array([one.receptivity for one in firms.strategies], dtype=object)
    t = np.array([one.transparency for one in firms.strategies], dtype=object)
    learned = firms.model.learning(
        firm_of(firms, values, learner, r[:, None], t[:, None]),
        firm_of(firms, values, teacher, r[None, :], t[None, :]),
        mutual_terms(values, firms.descriptions),
    )
    table = np.array(np.broadcast_to(learned, (len(r), len(r))), dtype=object)
    for place, value in np.ndenumerate(table):
        table[place] = exact_number(value, "learning")
    return table


def whole_numbers(table: NDArray[np.object_], times: int) -> tuple[NDArray[Any], int]:
    """A table of Fractions as whole numbers over their denominator.

    Sums of so many `times` entries fit into the type of the result: int64 if that is enough.
    """
    exact: list[Fraction] = table.ravel().tolist()
    scale = common_denominator(exact)
    flat = [int(value * scale) for value in exact]
    small = max(map(abs, flat), default=0) * max(times, 1) < 2**62
    return np.array(flat, dtype=np.int64 if small else object).reshape(table.shape), scale


def commitments(strategies: Sequence[Strategy], times: int) -> tuple[NDArray[Any], int]:
    """Each strategy's commitment to the goal, r t, as whole numbers over a denominator."""
    each = np.array([one.receptivity * one.transparency for one in strategies], dtype=object)
    return whole_numbers(each, times)


def exact_values(
    firms: Firms,
    firm: int,
    strategy: Strategy,
    learned: NDArray[Any],
    taught: NDArray[Any],
    scale: int,
    reached: NDArray[np.bool_] | None,
) -> NDArray[np.object_]:
    """A firm's exact payoffs where it plays one strategy, all terms being numbers.

    Parameters
    ----------
    firms : Consortium
    firm : int
    strategy : Strategy
    learned, taught : arrays of whole numbers, shape (count,)
        What is learned and taught, times the scale.
    scale : int
    reached : array of bool, shape (count,), or None
        Where the goal is met; None where there is none.

    Returns
    -------
    numpy.ndarray of Fraction, shape (count,)
        Equal payoffs of one cause are one object.
    """
    keys = [learned, taught] if reached is None else [learned, taught, reached.astype(np.int64)]
    chosen, kinds = distinct_rows(keys)

    def evaluated(number: Callable[[int, int], Any], cast: Callable[[Any], Any]) -> Any:
        values = {
            name: tuple(map(cast, value)) if isinstance(value, tuple) else cast(value)
            for name, value in firms.terms.items()
        }
        own = firm_of(firms, values, firm, cast(strategy.receptivity), cast(strategy.transparency))
        both = [
            np.array([number(int(whole), scale) for whole in one[chosen]], dtype=object)
            for one in (learned, taught)
        ]
        value: Any = firms.model.value
        return value(own, *both, mutual_terms(values, firms.descriptions))

    try:
        found = evaluated(fmpq, quick)
    except TypeError:
        # A Fraction in a user's formula: python-flint's rationals know of none.
        found = evaluated(Fraction, lambda value: value)
    # Through objects, or a payoff that is the same for all would be a number of NumPy's.
    each = np.array(np.broadcast_to(found, chosen.shape), dtype=object)
    exact = [exact_number(value, "payoff") for value in each]
    if reached is not None:
        goal = firms.terms["goal"]
        exact = [
            value + goal if there else value
            for value, there in zip(exact, reached[chosen], strict=True)
        ]
    result = np.empty(len(exact), dtype=object)
    result[:] = exact
    return result[kinds]


def quick(value: Fraction) -> Any:
    """A rational number of python-flint, ten times as fast as a Fraction."""
    return fmpq(value.numerator, value.denominator)


def exact_number(value: Any, what: str) -> Fraction:
    """What a model's formula gives, as a Fraction; a float would not be exact."""
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, bool) or not isinstance(value, (int, Fraction, fmpz)):
        raise TypeError(
            "model: requires a formula of exact numbers with +, − and × (write 1/5 as "
            f"Fraction(1, 5), not as 0.2), got the {what} {value!r}"
        )
    return Fraction(int(value)) if isinstance(value, fmpz) else Fraction(value)


def exact_reached(firms: Firms, total: NDArray[Any], scale: int) -> NDArray[np.bool_] | None:
    """Where a commitment, times the scale, meets the goal, for numbers; None if there is none."""
    if firms.terms["goal"] == 0:
        return None
    return np.asarray(total >= math.ceil(firms.terms["threshold"] * scale), dtype=np.bool_)


def bonus(firms: Firms, total: NDArray[Any], scale: int) -> Any:
    """The goal's bonus by commitment, times the scale, for terms of any kind.

    Commitments are compared with thresholds exactly, also with those in arrays of floats.
    """
    goal, threshold = firms.terms["goal"], firms.terms["threshold"]
    if kind_of(goal) == "number" and goal == 0:
        return 0
    values = cast_terms({**firms.terms}, total.ndim)
    if kind_of(threshold) == "symbol":
        return values["goal"] * _symbolically(total, scale, threshold)
    levels, ranks = np.unique(total, return_inverse=True)
    exact = [Fraction(int(level), scale) for level in levels]
    ranks = ranks.reshape(total.shape)
    if kind_of(threshold) == "number":
        there = ranks >= bisect.bisect_left(exact, threshold)
        # Python's integers, which symbols and Fractions know.
        return values["goal"] * there.astype(np.int64).astype(
            object if kind_of_terms(firms.terms) in ("number", "symbol") else np.float64
        )
    numbers = threshold.values if kind_of(threshold) == "labelled array" else threshold
    known: dict[Any, int] = {}
    for one in numbers.flat:
        if one not in known:
            known[one] = bisect.bisect_left(exact, fractions(np.array(one))[()])
    least = np.array([known[one] for one in numbers.flat], dtype=np.int64).reshape(numbers.shape)
    if kind_of(threshold) == "labelled array":
        least = threshold.copy(data=least)
    return values["goal"] * (ranks >= caster(firms.terms, total.ndim)(least))


def _symbolically(total: NDArray[Any], scale: int, threshold: Any) -> NDArray[np.object_]:
    import sympy

    known = {
        level: sympy.Piecewise((1, threshold <= sympy.Rational(level, scale)), (0, True))
        for level in {int(one) for one in total.flat}
    }
    result = np.empty(total.shape, dtype=object)
    for index, one in np.ndenumerate(total):
        result[index] = known[int(one)]
    return result


def laid(values: Sequence[Fraction], axis: int, axes: int, cast: Callable[[Any], Any]) -> Any:
    """Numbers along one of so many axes."""
    each = [cast(value) for value in values]
    floating = all(isinstance(value, float) for value in each)
    array = np.array(each, dtype=np.float64 if floating else object)
    return array.reshape([-1 if k == axis else 1 for k in range(axes)])


def scalar(value: Any) -> Any:
    """What an array of no dimensions holds; anything else as it is."""
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def full_shape(firms: Firms, cell: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a batch, followed by that of each of its members."""
    return (*batch_of(firms.terms)[1], *cell)


def as_payoffs(firms: Firms, values: Any, cell: tuple[int, ...]) -> NDArray[Any]:
    """Payoffs of a whole batch as an array of floats, or of expressions."""
    dtype = object if kind_of_terms(firms.terms) in ("number", "symbol") else np.float64
    full = full_shape(firms, cell)
    try:
        return np.array(np.broadcast_to(values, full), dtype=dtype)
    except ValueError:
        raise ValueError(
            f"model: requires values of a shape that broadcasts to {full}, got {np.shape(values)}"
        ) from None
