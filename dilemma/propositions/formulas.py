"""Formulas of comparisons, for the second look at a verdict: nothing of `reducing` is used.

Each function does what its definition says, so that a fault of what proves claims is not repeated.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from dilemma.propositions.certificates import ConditionHolds
from dilemma.propositions.quantities import Elsewhere, TermValue
from dilemma.propositions.setting import Setting
from dilemma.propositions.statements import (
    Comparison,
    Every,
    Monotone,
    Some,
    Statement,
    later_name,
)

ALLOWED = {">": {1}, ">=": {0, 1}, "<": {-1}, "<=": {-1, 0}, "==": {0}, "!=": {-1, 1}}
HOLDS = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "==": operator.eq,
    "!=": operator.ne,
}  # fmt: skip


def in_pairs(goal: Statement, assumption: Every) -> tuple[Statement, Statement, tuple[str, ...]]:
    """A goal and an assumption in comparisons, and the terms that a goal compares at two values.

    "Never falls as trust grows" says: of any later trust, if it is larger and the assumption holds
    there too, then the quantity is no less. A goal that says nothing but this, of one term, is
    claimed of pairs of alliances; the "if" is assumed then, which is the same.
    """
    terms: list[str] = []
    others: list[Statement] = []

    def later(one: Statement, name: str) -> Statement:
        if isinstance(one, Comparison):
            change = ((name, TermValue(later_name(name))),)
            return Comparison(
                Elsewhere(one.left, change), one.relation, Elsewhere(one.right, change)
            )
        if isinstance(one, Every):
            return Every(tuple(later(part, name) for part in one.parts))
        assert isinstance(one, Some)
        return Some(tuple(later(part, name) for part in one.parts))

    def gather(one: Statement) -> None:
        if isinstance(one, (Every, Some)):
            for part in one.parts:
                gather(part)
        elif isinstance(one, Monotone):
            terms.append(one.term)
        else:
            others.append(one)

    def pair(name: str) -> tuple[Statement, ...]:
        larger = Comparison(TermValue(later_name(name)), ">", TermValue(name))
        return larger, *(later(one, name) for one in assumption.parts)

    def rewritten(one: Statement) -> Statement:
        if isinstance(one, Every):
            return Every(tuple(map(rewritten, one.parts)))
        if isinstance(one, Some):
            return Some(tuple(map(rewritten, one.parts)))
        if not isinstance(one, Monotone):
            return one
        there = Elsewhere(one.quantity, ((one.term, TermValue(later_name(one.term))),))
        claimed = Comparison(there, ">=" if one.rising else "<=", one.quantity)
        return claimed if simple else Some((*map(negation, pair(one.term)), claimed))

    gather(goal)
    names = tuple(dict.fromkeys(terms))
    simple = len(names) == 1 and not others
    whole = Every((*assumption.parts, *pair(names[0]))) if simple else assumption
    return rewritten(goal), whole, names


def negation(one: Statement) -> Statement:
    """What holds exactly where a formula does not."""
    if isinstance(one, Every):
        return Some(tuple(map(negation, one.parts)))
    if isinstance(one, Some):
        return Every(tuple(map(negation, one.parts)))
    if isinstance(one, ConditionHolds):
        return ConditionHolds(one.number, not one.true)
    assert isinstance(one, Comparison)
    opposite = next(
        name for name, signs in ALLOWED.items() if signs == {-1, 0, 1} - ALLOWED[one.relation]
    )
    return Comparison(one.left, opposite, one.right)


def true_at(statement: Statement, setting: Setting) -> bool:
    """Whether a formula holds where all terms are numbers."""
    if isinstance(statement, Every):
        return all(true_at(one, setting) for one in statement.parts)
    if isinstance(statement, Some):
        return any(true_at(one, setting) for one in statement.parts)
    assert isinstance(statement, Comparison)
    left, right = statement.left.value(setting), statement.right.value(setting)
    return bool(HOLDS[statement.relation](left, right))


def covered(formula: Statement, systems: Sequence[frozenset[Any]]) -> bool:
    """Whether every way to make a formula true makes all comparisons of a system true."""

    def search(waiting: list[Statement], held: frozenset[Any]) -> bool:
        if any(one <= held for one in systems):
            return True
        if not waiting:
            return False
        first, rest = waiting[0], waiting[1:]
        if isinstance(first, Every):
            return search([*first.parts, *rest], held)
        if isinstance(first, Some):
            return all(search([one, *rest], held) for one in first.parts)
        return search(rest, held | {first})

    return search([formula], frozenset())
