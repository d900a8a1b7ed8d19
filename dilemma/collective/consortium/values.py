"""A payoff model for more than two firms: its value has to say of two what its payoffs say."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from dilemma.alliance import INTERORGANIZATIONAL_LEARNING, STRATEGIES, TERMS, PayoffModel
from dilemma.alliance.evaluation import evaluate
from dilemma.alliance.terms import Term


def require_value(model: PayoffModel, size: int) -> None:
    """Refuse a model of pairs alone, and one whose two functions contradict each other."""
    if model.value is None:
        raise TypeError(
            "model: requires a PayoffModel with a value (firm, learned, taught, terms), for "
            f"payoffs of pairs say nothing of {size} firms, got {model.name!r}"
        )
    if model == INTERORGANIZATIONAL_LEARNING:
        return
    try:
        told = contradiction(model)
    except TypeError:
        # Functions that can't be hashed are compared anew each time.
        told = contradiction.__wrapped__(model)
    if told is not None:
        names, pair, value = told
        raise ValueError(
            "model: requires a value that says of two firms what the payoffs say, got "
            f"{float(value):g} and {float(pair):g} for {' against '.join(names)} in {model.name!r}"
        )


@lru_cache(maxsize=64)
def contradiction(model: PayoffModel) -> tuple[tuple[str, str], Any, Any] | None:
    """Where a model's value and its payoffs of two firms differ, at some terms that tell.

    That is two strategies, what the first firm earns by the payoffs, and by the value. A formula
    that takes no rational numbers is not compared.
    """
    described = (*TERMS, *model.terms)
    terms = {one.name: _telling(one, place) for place, one in enumerate(described)}
    plain = PayoffModel(model.name, learning=model.learning, terms=model.terms, value=model.value)
    try:
        pairs = evaluate(model.payoffs, terms, described, STRATEGIES)[0]
        values = evaluate(plain.payoffs, terms, described, STRATEGIES)[0]
    except Exception:
        # Whatever a user's function raises on rational numbers: nothing is known of it.
        return None
    for i, row in enumerate(STRATEGIES):
        for j, column in enumerate(STRATEGIES):
            if pairs[i, j] != values[i, j]:
                return (row.name, column.name), pairs[i, j], values[i, j]
    return None


def _telling(term: Term, place: int) -> Any:
    """A value of a term that hides no part of a formula, different for two firms."""
    low = term.domain.low
    span = 1 if term.domain.high is None else term.domain.high - low
    first, second = (low + span * Fraction(part, place + 29) for part in (7, 11))
    return (first, second) if term.per_firm else first
