"""One population or two: who meets whom, and what the members of each earn.

In one population all play a symmetric game against each other; in two, rows meet columns. Both are
told as a tuple of populations, each with its matrix of payoffs against the population that it
meets (itself, or the other one), so that what is said of rest points is said once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import common_denominator
from dilemma.game import Game, GroupGame
from dilemma.game.requiring import require_game

Mixture = tuple[Fraction, ...]
State = tuple[Mixture, ...]
Floats = NDArray[np.float64]
Matrix = list[list[Fraction]]


@dataclass(frozen=True, eq=False)
class Arena:
    """The populations of a game.

    Attributes
    ----------
    game : Game
    populations : int
        1 or 2.
    names : tuple of tuples of str
        The strategies of each population.
    exact : tuple of list of lists of Fraction
        For each population what strategy i (row) earns against strategy j of those it meets.
    whole : tuple of list of lists of int
        The same times a positive number, in integers.
    payoffs : tuple of numpy.ndarray
        The same as `exact`, in floating point.
    """

    game: Game
    populations: int
    names: tuple[tuple[str, ...], ...]
    exact: tuple[Matrix, ...]
    whole: tuple[list[list[int]], ...]
    payoffs: tuple[Floats, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many strategies each population has."""
        return tuple(len(names) for names in self.names)

    def met(self, population: int) -> int:
        """The population whose members a population meets."""
        return 0 if self.populations == 1 else 1 - population

    def earned(self, state: State, population: int) -> list[Fraction]:
        """What each strategy of a population earns, exactly."""
        other = state[self.met(population)]
        played = [(j, weight) for j, weight in enumerate(other) if weight]
        return [
            sum((row[j] * weight for j, weight in played), Fraction(0))
            for row in self.exact[population]
        ]

    def fitness(self, state: Sequence[Floats], population: int) -> Floats:
        """The same in floating point, for arrays of states of shape (…, n)."""
        found: Floats = state[self.met(population)] @ self.payoffs[population].T
        return found


@dataclass(frozen=True, eq=False)
class GroupArena(Arena):
    """One population whose members meet in groups: payoffs are no matrix, `exact` is empty."""

    group: GroupGame

    def earned(self, state: State, population: int) -> list[Fraction]:
        """What each strategy earns, exactly."""
        return [Fraction(one) for one in self.group.expected_payoffs(state[population])]

    def fitness(self, state: Sequence[Floats], population: int) -> Floats:
        """What each strategy earns, for arrays of states of shape (…, n)."""
        return self.group.fitness(state[population])


def group_arena(game: GroupGame) -> GroupArena:
    """The one population of a game of groups.

    >>> group_arena(GroupGame(3, ["left", "right"], lambda i, group: i)).sizes
    (2,)
    """
    return GroupArena(
        game=cast(Any, game),
        populations=1,
        names=(game.strategies,),
        exact=(),
        whole=(),
        payoffs=(game.payoffs,),
        group=game,
    )


def arena(game: Any, populations: int | None = None) -> Arena:
    """Read a game as one population or two.

    Parameters
    ----------
    game : Game
    populations : int, optional
        1 needs a symmetric game. Left out: 1 for a symmetric game, 2 for any other.

    Raises
    ------
    TypeError, ValueError

    Examples
    --------
    >>> arena(Game.symmetric([[0, 1], [1, 0]])).populations
    1
    """
    require_game(game)
    alike = game.is_symmetric and game.strategies[0] == game.strategies[1]
    if populations is None:
        populations = 1 if alike else 2
    if isinstance(populations, bool) or populations not in (1, 2):
        raise ValueError(f"populations: requires 1 or 2, got {populations!r}")
    if populations == 1 and not alike:
        m, n = game.shape
        what = f"a {m} x {n} game" if m != n else "a game that treats its players differently"
        what = "different names of rows and columns" if game.is_symmetric else what
        raise ValueError(
            "game: requires a symmetric game (the same payoffs when the players change places) "
            f"for one population, got {what}; pass populations=2"
        )
    rows, columns = game.exact_payoffs[0], game.exact_payoffs[1].T
    tables = [[[Fraction(v) for v in row] for row in one] for one in (rows, columns)]
    floats = [np.ascontiguousarray(one) for one in (game.payoffs[0], game.payoffs[1].T)]
    return Arena(
        game=game,
        populations=populations,
        names=game.strategies[:populations],
        exact=tuple(tables[:populations]),
        whole=tuple(_whole(one) for one in tables[:populations]),
        payoffs=tuple(floats[:populations]),
    )


def _whole(table: Matrix) -> list[list[int]]:
    scale = common_denominator(value for row in table for value in row)
    return [[int(value * scale) for value in row] for row in table]
