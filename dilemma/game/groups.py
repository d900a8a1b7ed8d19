r"""A game of more than two at once, among players alike: payoffs from the make-up of a group.

In a group of N players a player's payoff depends on the own strategy and on how many of the group
play each one. Since all are alike, the :math:`\binom{N+n-1}{n-1}` compositions of a group say what
:math:`n^N` profiles would.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fractions
from dilemma.game import checking
from dilemma.game.averages import arrangements, expected, fitness_of, sampled
from dilemma.game.bimatrix import Game, Number
from dilemma.game.checking import Names
from dilemma.game.makeups import MOST_COMPOSITIONS, compositions, place_of
from dilemma.writing.pages import Displayed

# Up to here multinomial numbers fit into floats.
LARGEST_GROUP = 500

Composition = tuple[int, ...]
Payoff = Callable[[int, Composition], Any]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class GroupGame(Displayed):
    r"""A symmetric game played in groups of N, given by payoffs for each composition of a group.

    Parameters
    ----------
    size : int
        N, the number of players in a group, at least 2. Every group is full.
    strategies : sequence of str
        The names of the n strategies, different from each other.
    payoffs : function, or array_like of shape (n, compositions)
        A function (strategy index, composition) → number, the composition a tuple of n counts that
        sum to N, *the focal player included*; it is called only for players who are there. Or a
        table of the same: entry (i, c) is what an i-player gets in a group of composition
        ``compositions[c]`` (in lexicographic order), where entries of absent strategies are not
        read. A float means the decimal that prints it.

    Attributes
    ----------
    size : int
    strategies : tuple of str
    others : numpy.ndarray of int, shape (count, n), read-only
        All compositions of the N − 1 others, in lexicographic order.
    payoffs : numpy.ndarray of float64, shape (count, n), read-only
        Entry (c, i): what an i-player gets when the others are ``others[c]``.
    exact_payoffs : numpy.ndarray of Fraction, shape (count, n), read-only
        The same, exactly.

    Raises
    ------
    TypeError, ValueError
        If a payoff is no finite number, the names or the shape do not fit, or groups are
        larger than 500 or have more than 5,000,000 compositions.

    Notes
    -----
    Games compare equal, and hash alike, if their exact payoffs, sizes and names are equal.

    Examples
    --------
    A public good: a contribution costs 1 and returns 3, in equal parts to all five.

    >>> def earn(strategy, group):
    ...     return Fraction(3 * group[0], 5) - (strategy == 0)
    >>> game = GroupGame(5, ["contribute", "hold back"], earn)
    >>> game.payoff("contribute", [5, 0]), game.payoff("hold back", [4, 1])
    (Fraction(2, 1), Fraction(12, 5))
    >>> game
    <GroupGame: groups of 5, strategies contribute, hold back>
    """

    size: int
    strategies: Names
    _given: NDArray[Any]

    def __init__(self, size: int, strategies: Sequence[str], payoffs: Payoff | Any) -> None:
        size, names = _checked_size(size, strategies)
        if callable(payoffs):
            given = _called(payoffs, size, len(names))
        else:
            given = _tabulated(payoffs, size, len(names))
        self._keep(size, names, given)

    def _keep(self, size: int, names: Names, given: NDArray[Any]) -> None:
        if given.dtype == np.float64:
            checking.require_finite(given)
        else:
            given = fractions(given, "payoffs")
        given.setflags(write=False)
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "strategies", names)
        object.__setattr__(self, "_given", given)

    @classmethod
    def from_others(cls, size: int, strategies: Sequence[str], payoffs: Any) -> GroupGame:
        """Make the game of a table by what the others play, as the attribute `payoffs` has it.

        Parameters
        ----------
        size : int
            N, at least 2.
        strategies : sequence of str
        payoffs : array_like of shape (count, n)
            Entry (c, i): what an i-player gets when the N − 1 others are the composition c of
            N − 1 in lexicographic order.

        Examples
        --------
        >>> GroupGame.from_others(3, ["stag", "hare"], [[0, 2], [2, 2], [4, 3]]).payoff(0, [2, 1])
        Fraction(2, 1)
        """
        game = object.__new__(cls)
        size, names = _checked_size(size, strategies)
        array = checking.as_array(payoffs, "payoffs")
        shape = (math.comb(size + len(names) - 2, size - 1), len(names))
        if array.shape != shape:
            raise ValueError(
                f"payoffs: requires the shape {shape} (composition of {size - 1} others, "
                f"strategy), got the shape {array.shape}"
            )
        game._keep(size, names, np.array(array))
        return game

    @classmethod
    def from_pairwise(cls, game: Game, size: int) -> GroupGame:
        r"""Make the game of a group whose members each play a symmetric game with all the others.

        An i-player gets the mean of its N − 1 payoffs, :math:`\sum_j o_j A_{ij} / (N - 1)` among
        others o. With N = 2 that is the pairwise game itself.

        Parameters
        ----------
        game : Game
            A symmetric one.
        size : int
            N, at least 2.

        Raises
        ------
        ValueError
            If the game is not symmetric.

        Examples
        --------
        >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
        >>> GroupGame.from_pairwise(stag_hunt, 3).payoff("stag", [2, 1])
        Fraction(2, 1)
        """
        if not isinstance(game, Game):
            raise TypeError(f"game: requires a Game, got {type(game).__name__}")
        if not game.is_symmetric:
            raise ValueError("game: requires a symmetric game, got one that tells players apart")
        size = checking.count(size, "size", 2, "players")
        exact = game.exact_payoffs[0]

        def earn(strategy: int, group: Composition) -> Fraction:
            total = sum(
                (k * value for k, value in zip(group, exact[strategy], strict=True)), Fraction(0)
            )
            return Fraction(total - exact[strategy, strategy]) / (size - 1)

        return cls(size, game.strategies[0], earn)

    @cached_property
    def others(self) -> NDArray[np.int64]:
        """All compositions of the N − 1 others, shape (count, n), read-only."""
        return compositions(self.size - 1, len(self.strategies))

    @cached_property
    def compositions(self) -> NDArray[np.int64]:
        """All compositions of a whole group, shape (count, n), read-only."""
        return compositions(self.size, len(self.strategies))

    @cached_property
    def exact_payoffs(self) -> NDArray[np.object_]:
        """The payoffs as Fractions, shape (count, n): among which others, with what."""
        return checking.exact_view(self._given)

    @cached_property
    def payoffs(self) -> NDArray[np.float64]:
        """The payoffs as float64, shape (count, n): among which others, with what."""
        return checking.float_view(self._given)

    def exact_payoffs_at(self, rows: Any) -> NDArray[np.object_]:
        """Return some rows of `exact_payoffs`, without reading all the others exactly.

        Parameters
        ----------
        rows : array_like of int
            Numbers of compositions in `others`.

        Returns
        -------
        numpy.ndarray of Fraction, shape (rows, n)
        """
        chosen = np.asarray(rows, dtype=np.int64)
        if "exact_payoffs" in vars(self) or self._given.dtype != np.float64:
            return np.asarray(self.exact_payoffs[chosen])
        return fractions(self._given[chosen], "payoffs")

    @cached_property
    def payoffs_among_two(self) -> NDArray[np.float64]:
        """What i gets when m of the others play i too and the rest j: [i, j, m], read-only."""
        values = self.payoffs[self._places_among_two]
        values.setflags(write=False)
        return values

    @cached_property
    def exact_payoffs_among_two(self) -> NDArray[np.object_]:
        """The same as Fractions."""
        values = self.exact_payoffs[self._places_among_two]
        values.setflags(write=False)
        return values

    @cached_property
    def _places_among_two(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        n = len(self.strategies)
        places = np.empty((n, n, self.size), dtype=np.int64)
        for i, j, m in np.ndindex(n, n, self.size):
            among = [0] * n
            among[j] += self.size - 1 - m
            among[i] += m
            places[i, j, m] = place_of(among)
        return places, np.arange(n)[:, None, None]

    def payoff(self, strategy: int | str, composition: Sequence[int]) -> Fraction:
        """Return what a player gets in a group, itself included in the composition.

        Parameters
        ----------
        strategy : int or str
            The focal player's, by index or name.
        composition : sequence of n int
            How many of the N play each strategy, at least one the focal player's.

        Raises
        ------
        ValueError
            If the composition is none of such a group.
        """
        (focal,) = checking.chosen([strategy], self.strategies, "strategy")
        group = checking.composition(
            composition, self.size, len(self.strategies), "composition", "players"
        )
        if not group[focal]:
            raise ValueError(
                f"composition: requires at least one player of {self.strategies[focal]}, "
                f"got {group}"
            )
        among = list(group)
        among[focal] -= 1
        value: Fraction = self.exact_payoffs[place_of(among), focal]
        return value

    def sampled_payoffs(self, counts: Sequence[int]) -> tuple[Fraction | None, ...]:
        r"""Return what each strategy earns on average in a finite population, exactly.

        The N − 1 others of an i-player are drawn without replacement from the Z − 1 other
        players (multivariate hypergeometric):

        .. math:: \pi_i(k) = \binom{Z-1}{N-1}^{-1} \sum_o \prod_j \binom{k_j - [j = i]}{o_j}\,
                  u_i(o).

        Parameters
        ----------
        counts : sequence of n int
            k, how many of the population play each strategy; N in sum at least.

        Returns
        -------
        tuple of Fraction or None
            None for strategies that nobody plays.

        Raises
        ------
        ValueError
            If the population is smaller than a group.

        Examples
        --------
        >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
        >>> GroupGame.from_pairwise(stag_hunt, 5).sampled_payoffs([1, 9])
        (Fraction(0, 1), Fraction(19, 9))
        """
        population = checking.composition(counts, None, len(self.strategies), "counts", "players")
        total = sum(population)
        if total < self.size:
            raise ValueError(
                f"counts: requires at least {self.size} players, as many as a group has, "
                f"got {total}"
            )
        return sampled(self, population)

    def expected_payoffs(self, x: Sequence[Any] | str) -> tuple[Number, ...]:
        r"""Return what each strategy earns on average in an infinite population.

        The N − 1 others are drawn independently from the mixture x (multinomial):

        .. math:: \pi_i(x) = \sum_o \frac{(N-1)!}{\prod_j o_j!} \prod_j x_j^{o_j}\, u_i(o).

        Parameters
        ----------
        x : sequence of n numbers, or str
            The shares of the strategies, or the name of the only one. Exact as in
            `Game.expected_payoffs`: with a float, floats come back.

        Raises
        ------
        TypeError, ValueError
            If x has the wrong length, a negative entry or the wrong sum.

        Examples
        --------
        >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
        >>> GroupGame.from_pairwise(stag_hunt, 5).expected_payoffs(["1/2", "1/2"])
        (Fraction(2, 1), Fraction(5, 2))
        """
        values = checking.weights(x, "x")
        floating = any(isinstance(value, (float, np.floating)) for value in values)
        mixture = checking.mixed(values, self.strategies, "x", floating)
        if floating:
            return tuple(float(value) for value in self.fitness(mixture))
        return expected(self, mixture.tolist())

    def fitness(self, states: Any) -> NDArray[np.float64]:
        """Return `expected_payoffs` of many states of an infinite population at once, in floats.

        Parameters
        ----------
        states : array_like of shape (..., n)
            Shares of the strategies. They are not checked.

        Returns
        -------
        numpy.ndarray of shape (..., n)

        Examples
        --------
        >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
        >>> GroupGame.from_pairwise(stag_hunt, 5).fitness([[0.5, 0.5], [1, 0]]).tolist()
        [[2.0, 2.5], [4.0, 3.0]]
        """
        return fitness_of(self, np.asarray(states, dtype=np.float64))

    @cached_property
    def arrangements(self) -> NDArray[np.float64]:
        """In how many orders the others can come: multinomial numbers, (count,), read-only."""
        values = arrangements(self.others, self.size)
        values.setflags(write=False)
        return values

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GroupGame):
            return NotImplemented
        return (
            self.size == other.size
            and self.strategies == other.strategies
            and np.array_equal(self.exact_payoffs, other.exact_payoffs)
        )

    def __hash__(self) -> int:
        return hash((self.size, self.strategies, tuple(self.exact_payoffs.flat)))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.size, self.strategies, np.array(self._given))

    def __repr__(self) -> str:
        return f"<GroupGame: groups of {self.size}, strategies {', '.join(self.strategies)}>"

    def __str__(self) -> str:
        return repr(self)[1:-1]


def _checked_size(size: Any, strategies: Any) -> tuple[int, Names]:
    size = checking.count(size, "size", 2, "players")
    if size > LARGEST_GROUP:
        raise ValueError(f"size: requires at most {LARGEST_GROUP} players, got {size}")
    names = checking.own_names(strategies)
    if math.comb(size + len(names) - 1, size) > MOST_COMPOSITIONS:
        raise ValueError(
            f"size: requires at most {MOST_COMPOSITIONS:,} compositions of a group, got "
            f"{math.comb(size + len(names) - 1, size):,} for {size} players and "
            f"{len(names)} strategies"
        )
    return size, names


def _restored(size: int, strategies: Names, given: NDArray[Any]) -> GroupGame:
    """The game of a table as it is kept, for `pickle`."""
    game = object.__new__(GroupGame)
    given.setflags(write=False)
    for name, value in (("size", size), ("strategies", strategies), ("_given", given)):
        object.__setattr__(game, name, value)
    return game


def _called(payoffs: Payoff, size: int, count: int) -> NDArray[Any]:
    """The table of a function of strategy and composition."""
    values = []
    for row in compositions(size - 1, count).tolist():
        others = tuple(row)
        for i in range(count):
            group = tuple(k + (j == i) for j, k in enumerate(others))
            value = payoffs(i, group)
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(
                    f"payoffs: requires finite numbers, got {value} for strategy {i} in the group "
                    f"{group}"
                )
            values.append(value)
    floats = all(isinstance(value, float) for value in values)
    table: NDArray[Any] = np.empty(len(values), dtype=np.float64 if floats else object)
    table[:] = values
    return table.reshape(-1, count)


def _tabulated(payoffs: Any, size: int, count: int) -> NDArray[Any]:
    """What is needed of a table over the compositions of a whole group."""
    array = checking.as_array(payoffs, "payoffs")
    number = math.comb(size + count - 1, size)
    if array.shape != (count, number):
        raise ValueError(
            f"payoffs: requires the shape {(count, number)} (strategy, composition of {size} "
            f"players), got the shape {array.shape}"
        )
    whole = compositions(size, count)
    # With one i-player taken away the compositions stay in lexicographic order.
    return np.stack([array[i, whole[:, i] > 0] for i in range(count)], axis=1)
