"""Firms on terms: fields that are read and checked, what they tell, and how they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from dilemma.alliance import (
    INTERORGANIZATIONAL_LEARNING,
    STRATEGIES,
    Domain,
    PayoffModel,
    Strategy,
    Term,
)
from dilemma.alliance.evaluation import batch_of, kind_of_terms, pick
from dilemma.alliance.fields import (
    alike,
    changes,
    domains_of,
    hash_of,
    read_extra,
    read_model,
    replaced,
)
from dilemma.alliance.strategies import checked_strategies
from dilemma.alliance.terms import read_term
from dilemma.collective.consortium.terms import (
    CONSORTIUM_TERMS,
    MEMBERS,
    balanced,
    firm_numbers,
    require_balance,
)
from dilemma.collective.consortium.values import require_value
from dilemma.game import checking
from dilemma.writing.pages import Displayed

_DEFAULTS = {term.name: term.default for term in CONSORTIUM_TERMS}


@dataclass(frozen=True, eq=False, repr=False)
class FirmsOnTerms(Displayed):
    """The terms of a consortium, which says what they mean; its games are made of them.

    Examples
    --------
    >>> FirmsOnTerms(3, stakes=[1, 2, "1/2"]).terms["stakes"]
    (Fraction(1, 1), Fraction(2, 1), Fraction(1, 2))
    """

    size: int
    trust: Any = _DEFAULTS["trust"]
    stakes: Any = _DEFAULTS["stakes"]
    opportunism: Any = _DEFAULTS["opportunism"]
    synergy: Any = _DEFAULTS["synergy"]
    relational_return: Any = _DEFAULTS["relational_return"]
    leakage: Any = _DEFAULTS["leakage"]
    absorptive_capacity: Any = _DEFAULTS["absorptive_capacity"]
    communicative_capacity: Any = _DEFAULTS["communicative_capacity"]
    receptivity_cost: Any = _DEFAULTS["receptivity_cost"]
    transparency_cost: Any = _DEFAULTS["transparency_cost"]
    effort_convexity: Any = _DEFAULTS["effort_convexity"]
    prior_interaction: Any = _DEFAULTS["prior_interaction"]
    power: Any = _DEFAULTS["power"]
    goal: Any = _DEFAULTS["goal"]
    threshold: Any = _DEFAULTS["threshold"]
    strategies: tuple[Strategy, ...] = STRATEGIES
    model: PayoffModel = INTERORGANIZATIONAL_LEARNING
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", checking.count(self.size, "size", 2, "firms"))
        firms = firm_numbers(self.size)
        for term in CONSORTIUM_TERMS:
            value = read_term(term, getattr(self, term.name), firms=firms)
            object.__setattr__(self, term.name, value)
        object.__setattr__(self, "strategies", checked_strategies(self.strategies))
        model = read_model(self.model)
        require_value(model, self.size)
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "extra", read_extra(model, self.extra, firms))
        batch_of(self.terms)
        require_balance(self.power, self.size)

    @property
    def terms(self) -> dict[str, Any]:
        """All terms by name, the model's own included; a tuple where firms differ."""
        return {one.name: getattr(self, one.name) for one in CONSORTIUM_TERMS} | dict(self.extra)

    @property
    def descriptions(self) -> tuple[Term, ...]:
        """What the terms are, in their order."""
        return (*CONSORTIUM_TERMS, *self.model.terms)

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain of each term that `replace` moves, such as ``stakes`` and ``stakes.2``.

        Power is not among them: only all firms' shares together can change.
        """
        movable = [term for term in self.descriptions if term.name != "power"]
        return domains_of(movable, firm_numbers(self.size))

    @property
    def counts(self) -> dict[str, Domain]:
        """What is counted in whole numbers, and a sweep may move: ``size``, of firms alike."""
        return {"size": MEMBERS}

    @property
    def firms(self) -> tuple[str, ...]:
        """The firms' names, "firm 1" to "firm n"."""
        return tuple(f"firm {number}" for number in firm_numbers(self.size))

    @property
    def alike(self) -> bool:
        """Whether all firms have the same terms."""
        return not any(isinstance(value, tuple) for value in self.terms.values())

    def replace(self, **terms: Any) -> Self:
        """Return the consortium with some terms changed.

        Parameters
        ----------
        **terms
            Terms by name, also ``size`` (of firms alike), ``strategies``, ``model``, ``extra`` and
            the model's own terms. ``stakes`` changes all firms', and ``**{"stakes.2": value}``
            those of the second alone.

        Raises
        ------
        TypeError
            If there is no such term.

        Examples
        --------
        >>> from dilemma.collective import Consortium
        >>> Consortium(3).replace(trust=0.3, **{"stakes.2": 4}).stakes
        (Fraction(1, 1), Fraction(4, 1), Fraction(1, 1))
        """
        size = terms.get("size", self.size)
        firms = firm_numbers(checking.count(size, "size", 2, "firms"))
        return type(self)(**replaced(self, CONSORTIUM_TERMS, firms, terms))

    def at(self, index: tuple[int, ...]) -> Self:
        """Return the consortium at one index of its batch, all its terms exact numbers.

        Shares of power in arrays of floats may miss a sum of 0 by their rounding: the smallest
        share then makes up for it.

        Raises
        ------
        IndexError
            If the batch has no such index.

        Examples
        --------
        >>> from dilemma.collective import Consortium
        >>> import numpy as np
        >>> Consortium(5, trust=np.array([0.1, 0.2])).at((1,)).trust
        Fraction(1, 5)
        """
        chosen = pick(self.terms, index)
        if isinstance(self.power, tuple) and kind_of_terms(self.terms) in (
            "array",
            "labelled array",
        ):
            chosen["power"] = balanced(chosen["power"])
        extra = {name: chosen.pop(name) for name in self.extra}
        return self.replace(**chosen, extra=extra)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self.size == other.size and alike(self, other)

    def __hash__(self) -> int:
        return hash((self.size, hash_of(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        values = [getattr(self, one.name) for one in fields(self)]
        return type(self), (*values[:-1], dict(values[-1]))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join([str(self.size), *changes(self, _DEFAULTS)])})"
