"""What games have in common whose rules somebody has to pay for."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.terms import Domain, Term
from dilemma.collective.consortium.terms import MEMBERS
from dilemma.collective.governing.sanctioning import Choice
from dilemma.game import GroupGame, checking
from dilemma.game.makeups import MOST_COMPOSITIONS, compositions
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    from dilemma.evolution import Population


class Governed(Displayed, ABC):
    """A game in groups of players alike, who choose a part in governing it, too.

    `PublicGoods` and `Institution` are such games.
    """

    @property
    @abstractmethod
    def size(self) -> int:
        """The number of players in a group, those outside included."""

    @property
    @abstractmethod
    def strategies(self) -> tuple[str, ...]:
        """The names of the choices."""

    @property
    @abstractmethod
    def choices(self) -> tuple[Choice, ...]:
        """What there is to choose: strategies with their roles and offences."""

    @property
    @abstractmethod
    def terms(self) -> dict[str, Any]:
        """All terms by name."""

    @property
    @abstractmethod
    def domains(self) -> dict[str, Domain]:
        """The domain of each term that can be moved."""

    @property
    def counts(self) -> dict[str, Domain]:
        """What is counted in whole numbers, and a sweep may move: ``size``."""
        return {"size": MEMBERS}

    @abstractmethod
    def replace(self, **terms: Any) -> Self:
        """Return the same with some terms changed."""

    @abstractmethod
    def payoff(self, strategy: int | str, composition: Any) -> Any:
        """Return what a player gets in a group, itself included in the composition."""

    @abstractmethod
    def group_game(self) -> GroupGame:
        """Return the game of one group, exact."""

    @property
    def is_voluntary(self) -> bool:
        """Whether one may stay outside."""
        return any(one.role == "outside" for one in self.choices)

    def compulsory(self) -> Self:
        """Return the game without the choice to stay outside.

        Raises
        ------
        ValueError
            If there is no other.

        Examples
        --------
        >>> from dilemma.collective import PublicGoods
        >>> PublicGoods().compulsory().is_voluntary
        False
        """
        inside = [one.name for one in self.choices if one.role != "outside"]
        if not inside:
            raise ValueError(
                f"strategies: requires a choice to take part, got {', '.join(self.strategies)}"
            )
        return self.replace(strategies=inside)

    def population(
        self, size: int, selection: Any, mutation: Any = "rare", process: str = "fermi"
    ) -> Population:
        """Return a population from which groups are drawn, and whose members copy what pays.

        Parameters
        ----------
        size : int
            Of the population, at least that of a group.
        selection, mutation, process
            As for `dilemma.evolution.Population`; infinite selection is strong imitation.

        Examples
        --------
        >>> from dilemma.collective import PublicGoods
        >>> PublicGoods().population(100, 10).sizes
        (100,)
        """
        from dilemma.evolution import Population

        return Population(self.group_game(), size, selection, process, mutation)

    def _read_group(
        self, strategy: int | str, composition: Sequence[int] | Mapping[str, int]
    ) -> tuple[int, tuple[int, ...]]:
        """A player's choice and the composition of its group, checked."""
        (focal,) = checking.chosen([strategy], self.strategies, "strategy")
        if isinstance(composition, Mapping):
            counts = [0] * len(self.strategies)
            for name, count in composition.items():
                counts[checking.chosen([name], self.strategies, "composition")[0]] = count
            composition = counts
        group = checking.composition(
            composition, self.size, len(self.strategies), "composition", "players"
        )
        if not group[focal]:
            raise ValueError(
                f"composition: requires at least one {self.strategies[focal]}, got {group}"
            )
        return focal, group


def others_of(model: Governed) -> NDArray[np.int64]:
    """List the compositions of a player's others, unless they are too many.

    Raises
    ------
    ValueError
        If there are more compositions of a group than a `GroupGame` may have.

    Examples
    --------
    >>> from dilemma.collective import PublicGoods
    >>> others_of(PublicGoods(3)).shape
    (15, 5)
    """
    choices = len(model.strategies)
    number = math.comb(model.size + choices - 1, model.size)
    if number > MOST_COMPOSITIONS:
        raise ValueError(
            f"size: requires at most {MOST_COMPOSITIONS:,} compositions of a group, got "
            f"{number:,} for {model.size} players and {choices} strategies (take fewer strategies)"
        )
    return compositions(model.size - 1, choices)


def require_governed(model: Any, name: str) -> None:
    """Refuse what is no such game.

    >>> require_governed(3, "model")
    Traceback (most recent call last):
    ...
    TypeError: model: requires an Institution or PublicGoods, got int
    """
    if not isinstance(model, Governed):
        raise TypeError(
            f"{name}: requires an Institution or PublicGoods, got {type(model).__name__}"
        )


def require_term(model: Governed, term: Any) -> None:
    """Refuse what is no term that can be moved.

    >>> from dilemma.collective import PublicGoods
    >>> require_term(PublicGoods(), "pool_fine")
    """
    if not isinstance(term, str) or term not in model.domains:
        raise ValueError(f"term: requires one of {', '.join(model.domains)}, got {term!r}")


def changes(model: Any, terms: Sequence[Term]) -> list[str]:
    """Say which terms are not at their defaults, as one would type them.

    >>> from dilemma.collective import PublicGoods
    >>> PublicGoods(second_order=1, pool_fee="1/2")
    PublicGoods(5, pool_fee='1/2', second_order='1')
    """
    return [
        f"{one.name}={str(getattr(model, one.name))!r}"
        for one in terms
        if getattr(model, one.name) != one.default
    ]
