"""Counterexamples made as simple as possible, and checked in the model itself."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from dilemma.arrays.exact import fraction
from dilemma.arrays.sign_systems import Side, System
from dilemma.propositions.claiming import Claim
from dilemma.propositions.reducing import Reduction
from dilemma.propositions.setting import Setting
from dilemma.propositions.statements import Comparison, Every, Some, Statement
from dilemma.propositions.statements import failing as because
from dilemma.propositions.verdicts import Instance, Sides

RELATIONS = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
# Denominators of the values that Hypothesis tries.
DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 10)
MOST_EXAMPLES = 500


def simplest(
    systems: Sequence[System], point: Sequence[Fraction], reduction: Reduction
) -> tuple[Fraction, ...]:
    """A simple point that satisfies one of several systems, given one that does.

    Hypothesis draws the values of each term from a list that begins with the simplest, and
    shrinks towards it; the given point is in the lists too, so that thin regions are not missed.
    """
    from hypothesis import HealthCheck, Phase, currently_in_test_context, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import NoSuchExample

    def holds_at(one: Sequence[Fraction]) -> bool:
        return any(system.holds_at(one) for system in systems)

    own = [default_of(reduction.claim, name) for name in reduction.variables]
    lists = [
        candidates(side, value, default)
        for side, value, default in zip(reduction.sides, point, own, strict=True)
    ]
    if currently_in_test_context():  # Hypothesis does not run within itself
        return simplified(holds_at, tuple(point), lists)
    strategy = st.tuples(*(st.sampled_from(one) for one in lists))
    chosen = settings(
        derandomize=True,
        database=None,
        max_examples=MOST_EXAMPLES,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    try:
        found = find(strategy, holds_at, settings=chosen)
    except NoSuchExample:
        found = tuple(point)
    return simplified(holds_at, tuple(found), lists)


def simplified(
    holds_at: Callable[[Sequence[Fraction]], bool],
    point: tuple[Fraction, ...],
    lists: Sequence[Sequence[Fraction]],
) -> tuple[Fraction, ...]:
    """Replace one value after the other by the first of its list that still does."""
    while True:
        before = point
        for k, values in enumerate(lists):
            for value in values:
                if value == point[k]:
                    break
                other = (*point[:k], value, *point[k + 1 :])
                if holds_at(other):
                    point = other
                    break
        if point == before:
            return point


def default_of(claim: Claim, name: str) -> Fraction | None:
    """The value that a term has in the claim's model."""
    try:
        value = Setting(claim.model, claim.names).term(name)
        return fraction(value)
    except (TypeError, ValueError):
        return None


def candidates(side: Side, value: Fraction, default: Fraction | None) -> list[Fraction]:
    """Values of a term, simplest first, then a value that is known to do, many times.

    >>> candidates(Side(Fraction(0), Fraction(1)), Fraction(3, 7), None)[:4]
    [Fraction(0, 1), Fraction(1, 1), Fraction(1, 2), Fraction(1, 3)]
    """
    high = side.high if side.high is not None else max(side.low + 10, value)
    found: dict[Fraction, None] = {}
    for below in DENOMINATORS:
        first = -((-side.low * below) // 1)
        count = 0
        k = int(first)
        while Fraction(k, below) <= high and count < 24:
            one = Fraction(k, below)
            if one in side and one.denominator == below:
                found.setdefault(one)
            k, count = k + 1, count + 1
    simple = list(found)
    for bound in (10, 100, 1000, 10**4, 10**6):
        near = value.limit_denominator(bound)
        if near in side and near not in found:
            simple.append(near)
    if default is not None and default in side:
        simple = [default, *(one for one in simple if one != default)]
    return simple + [value] * max(1, len(simple))


def settings_at(reduction: Reduction, point: Sequence[Fraction]) -> Setting:
    """The real model at a point."""
    values = dict(zip(reduction.variables, point, strict=True))
    here = {name: values.pop(name) for name in reduction.claim.over}
    return Setting(reduction.claim.at(here), reduction.claim.names, values)


def instance_of(reduction: Reduction, point: Sequence[Fraction], failing: bool) -> Instance:
    """One alliance with both sides of the comparisons there, computed by the model itself.

    Raises
    ------
    AssertionError
        If the model contradicts the polynomials.
    """
    setting = settings_at(reduction, point)
    if not holds(reduction.assumption, setting):
        raise AssertionError("the model contradicts the polynomials of the assumptions")
    if holds(reduction.goal, setting) is failing:
        raise AssertionError("the model contradicts the polynomials of the claim")
    said = (
        because(reduction.goal, lambda one: holds(one, setting))
        if failing
        else reduction.goal.comparisons()
    )
    sides = [Sides(str(one), *values_of(one, setting)) for one in dict.fromkeys(said)]
    terms: Mapping[str, Any] = dict(zip(reduction.variables, point, strict=True))
    return Instance(terms, tuple(sides))


def values_of(comparison: Comparison, setting: Setting) -> tuple[Any, Any]:
    """Both sides of a comparison."""
    left, right = comparison.left.value(setting), comparison.right.value(setting)
    return _number(left), _number(right)


def _number(value: Any) -> Any:
    try:
        return fraction(value)
    except (TypeError, ValueError):
        return value


def holds(statement: Statement, setting: Setting) -> bool:
    """Whether a plain statement holds where all terms are numbers."""
    if isinstance(statement, Comparison):
        left, right = values_of(statement, setting)
        return bool(RELATIONS[statement.relation](left, right))
    assert isinstance(statement, (Every, Some))
    judged = (holds(one, setting) for one in statement.parts)
    return all(judged) if isinstance(statement, Every) else any(judged)
