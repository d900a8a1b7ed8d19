"""A model with what the quantities of a claim need at hand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from dilemma.propositions.quantities import Quantity

FIRMS = ("row", "column")
Changes = tuple[tuple[str, "Quantity"], ...]


class Setting:
    """A model with what its quantities need at hand, computed once.

    Parameters
    ----------
    model : Model
        Terms are numbers or sympy symbols.
    names : pair of tuples of str
        The strategies of the row firm and of the column firm.
    others : mapping of str to value
        Values of variables that are no terms of the model, such as "later trust".
    known : dict of (Measured, changes) to value
        What was measured before, many alliances at once; more is added as it is measured.
    changes : tuple of (term, Quantity)
        What was replaced in the model, for looking these up.

    Attributes
    ----------
    divisors : list
        What quantities were divided by so far, as it is before anything cancels.
    """

    def __init__(
        self,
        model: Any,
        names: tuple[tuple[str, ...], tuple[str, ...]],
        others: Mapping[str, Any] | None = None,
        known: dict[tuple[Quantity, Changes], Any] | None = None,
        changes: Changes = (),
    ) -> None:
        self.model = model
        self.names = names
        self.others = dict(others or {})
        self.known = {} if known is None else known
        self.changes = changes
        self.divisors: list[Any] = []

    @cached_property
    def payoffs(self) -> Any:
        """Both firms' payoffs, shape (2, m, n)."""
        return np.asarray(self.model.payoffs(), dtype=object)

    @cached_property
    def outcomes(self) -> Any:
        """What both firms learn; models without it say so."""
        if not callable(getattr(self.model, "outcomes", None)):
            raise TypeError(
                "claim: speaks of learning, which requires a model with outcomes(), such as an "
                f"Alliance, got {type(self.model).__name__}"
            )
        return self.model.outcomes()

    def cell(self, row: str, column: str) -> tuple[int, int]:
        """The place of a pair of strategies."""
        places = []
        for name, known in zip((row, column), self.names, strict=True):
            if name not in known:
                raise ValueError(
                    f"claim: requires strategies among {', '.join(known)}, got {name!r}"
                )
            places.append(known.index(name))
        return places[0], places[1]

    def term(self, name: str) -> Any:
        """The value of a term, or of another variable of the claim."""
        if name in self.others:
            return self.others[name]
        whole, _, firm = name.partition(".")
        if name not in self.model.domains:
            raise ValueError(
                f"claim: requires terms among {', '.join(self.model.domains)}, got {name!r}"
            )
        value = getattr(self.model, whole, None)
        if value is None:
            value = dict(getattr(self.model, "terms", {})).get(whole)
        if value is None:
            raise ValueError(
                f"{name}: requires a model that tells its value, as an attribute or in terms"
            )
        if isinstance(value, tuple):
            if firm:
                return value[FIRMS.index(firm)]
            raise ValueError(
                f"{name}: requires {name}.row or {name}.column where the firms differ in it"
            )
        return value

    def moved(self, terms: Mapping[str, Any], changes: Changes = ()) -> Setting:
        """The setting with some terms replaced."""
        model = self.model.replace(**terms)
        there = Setting(model, self.names, self.others, self.known, self.changes + changes)
        there.divisors = self.divisors
        return there
