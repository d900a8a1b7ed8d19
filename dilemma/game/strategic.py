"""A game in strategic form between any number of players, exact and in floating point at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.game import checking, display
from dilemma.game.bimatrix import Game, Number, Play, plain
from dilemma.game.groups import GroupGame
from dilemma.game.makeups import compositions
from dilemma.game.strategic_form import StrategicForm

# Of a group's profiles: beyond this a slip is likelier than a wish.
MOST_ENTRIES = 5_000_000


@dataclass(frozen=True, init=False, eq=False, repr=False)
class StrategicGame(StrategicForm):
    r"""A game of n players in strategic form, who may differ in strategies and in payoffs.

    Every player chooses a strategy; entry (p, i_1, …, i_n) of the payoffs is what player p then
    gets. For two players `Game` says more, and every solver takes it; players who are all alike
    are described by less, as a `GroupGame`.

    Parameters
    ----------
    payoffs : array_like of shape (n, s_1, …, s_n)
        For n from 1 (a decision) to 30. Numbers of any kind that `dilemma.arrays.exact.fraction`
        reads: a float means the decimal that prints it. The input is copied, never modified.
    strategies : n sequences of str, or one sequence for all players, optional
        Names of each player's strategies, different from each other within a player.
    players : sequence of n str, optional
        The players' names: "player 1", "player 2", … if they are left out.

    Attributes
    ----------
    payoffs : numpy.ndarray of float64, shape (n, s_1, …, s_n), read-only
    exact_payoffs : numpy.ndarray of Fraction, shape (n, s_1, …, s_n), read-only
    strategies : tuple of n tuples of str
    players : tuple of n str
    shape : tuple of n int
        (s_1, …, s_n), how many strategies each has.
    is_symmetric : bool
        True if no permutation of the players changes a payoff, exactly.

    Raises
    ------
    TypeError, ValueError
        If a payoff is no finite number, or the shape or the names do not fit.

    Notes
    -----
    Games compare equal, and hash alike, if their exact payoffs and their names are equal. The
    table has n s_1 ⋯ s_n entries: six firms of five strategies make 93,750.

    Examples
    --------
    Three firms share what those who contribute (at a cost of 1/2) create, if two do.

    >>> from fractions import Fraction
    >>> payoffs = np.zeros((3, 2, 2, 2), dtype=object)
    >>> for profile in np.ndindex(2, 2, 2):
    ...     for firm in range(3):
    ...         payoffs[firm][profile] = (sum(profile) >= 2) - Fraction(profile[firm], 2)
    >>> game = StrategicGame(payoffs, ["hold", "give"], ["Ann", "Bob", "Eve"])
    >>> game.expected_payoffs(["give", "give", "hold"])
    (Fraction(1, 2), Fraction(1, 2), Fraction(1, 1))
    >>> game.regret(["give", "give", "hold"]), game.regret(["give"] * 3), game.is_symmetric
    (Fraction(0, 1), Fraction(1, 2), True)
    >>> print(game)
    Ann (rows), Bob (columns) and Eve; * best reply
    Eve: hold
                hold            give
    hold  0*, 0*, 0*      0, -1/2, 0
    give  -1/2, 0, 0  1/2*, 1/2*, 1*
    Eve: give
                    hold            give
    hold      0, 0, -1/2  1*, 1/2*, 1/2*
    give  1/2*, 1*, 1/2*   1/2, 1/2, 1/2
    """

    def __init__(
        self,
        payoffs: Any,
        strategies: Sequence[Any] | None = None,
        players: Sequence[str] | None = None,
    ) -> None:
        given = checking.payoffs_of_all(payoffs)
        number, *sizes = given.shape
        names = checking.names_of_all(strategies, sizes)
        self._keep(given, names, checking.players_of_all(players, number))

    @classmethod
    def from_game(cls, game: Game) -> StrategicGame:
        """Make the same game of a `Game`, with its names.

        Examples
        --------
        >>> StrategicGame.from_game(Game.symmetric([[3, 0], [5, 1]]))
        <StrategicGame 2 x 2: row player and column player>
        """
        if not isinstance(game, Game):
            raise TypeError(f"game: requires a Game, got {type(game).__name__}")
        payoffs = game.payoffs if game.holds_floats else game.exact_payoffs
        return cls(payoffs, game.strategies, game.players)

    @classmethod
    def from_group(
        cls, group_game: GroupGame, players: Sequence[str] | None = None
    ) -> StrategicGame:
        """Make the game of one group, in which each player has a name and a strategy.

        Parameters
        ----------
        group_game : GroupGame
            Of N players and n strategies.
        players : sequence of N str, optional

        Raises
        ------
        TypeError, ValueError
            If there would be more than 5,000,000 entries, N n^N: the group game itself says the
            same by composition.

        Examples
        --------
        >>> chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
        >>> game = StrategicGame.from_group(GroupGame.from_pairwise(chicken, 3))
        >>> game.expected_payoffs(["insist", "yield", "yield"])
        (Fraction(7, 1), Fraction(4, 1), Fraction(4, 1))
        """
        if not isinstance(group_game, GroupGame):
            raise TypeError(f"group_game: requires a GroupGame, got {type(group_game).__name__}")
        size, count = group_game.size, len(group_game.strategies)
        checking.players_of_all(players, size)
        if size > checking.MOST_PLAYERS or size * count**size > MOST_ENTRIES:
            raise ValueError(
                f"group_game: requires at most {checking.MOST_PLAYERS} players and "
                f"{MOST_ENTRIES:,} payoffs of all players in all profiles, got {size} players "
                f"of {count} strategies"
            )
        # Others in any order are found by their strategies in ascending order.
        places = np.empty((count,) * (size - 1), dtype=np.int64)
        places[tuple(_in_order(group_game.others))] = np.arange(len(group_game.others))
        profiles = np.sort(np.indices(places.shape).reshape(size - 1, -1), axis=0)
        first = group_game.exact_payoffs[places[tuple(profiles)]].T.reshape((count,) * size)
        payoffs = np.stack([np.moveaxis(first, 0, player) for player in range(size)])
        return cls(payoffs, group_game.strategies, players)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many strategies each player has, (s_1, …, s_n)."""
        return self._given.shape[1:]

    @cached_property
    def is_symmetric(self) -> bool:
        r"""True if the players can change places, strategy i for strategy i, without a difference.

        That is :math:`u_{\pi(p)}(s) = u_p(s \circ \pi)` for all permutations π of the players.
        Two of them generate all: the exchange of the first two, and everyone's move by one place.
        """
        given, count = self._given, len(self.players)
        if count == 1 or len(set(self.shape)) > 1:
            return count == 1
        exchanged = [1, 0, *range(2, count)]
        moved = [*range(1, count), 0]
        return bool(
            np.all(np.swapaxes(given, 1, 2)[exchanged] == given)
            and np.all(np.moveaxis(given, -1, 1) == given[moved])
        )

    def expected_payoffs(self, mixtures: Sequence[Play] | str) -> tuple[Number, ...]:
        r"""Return all players' expected payoffs, :math:`\sum_s \prod_q x_q(s_q)\, u_p(s)`.

        Parameters
        ----------
        mixtures : sequence of n mixed strategies, or str
            For each player as many numbers as it has strategies, or a pure strategy by its name; a
            single name stands for that strategy of all. Integers, Fractions and texts give
            Fractions, and must sum to 1 exactly; as soon as a number is a float the arithmetic is
            that of floats, and sums may miss 1 by 1e-9.

        Raises
        ------
        TypeError, ValueError
            If a strategy has the wrong length, a negative entry or the wrong sum.

        Examples
        --------
        >>> game = StrategicGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], ["share", "hide"])
        >>> game.expected_payoffs(["share", ["1/3", "2/3"]])
        (Fraction(1, 1), Fraction(13, 3))
        >>> game.expected_payoffs("hide")
        (Fraction(1, 1), Fraction(1, 1))
        """
        return tuple(plain(own @ values) for own, values in self._weighed(mixtures))

    def deviation_payoffs(self, mixtures: Sequence[Play] | str) -> tuple[tuple[Number, ...], ...]:
        """Return what each pure strategy of each player earns against the others' mixtures.

        Examples
        --------
        >>> game = StrategicGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], ["share", "hide"])
        >>> game.deviation_payoffs(["share", "hide"])
        ((Fraction(0, 1), Fraction(1, 1)), (Fraction(3, 1), Fraction(5, 1)))
        """
        return tuple(tuple(map(plain, values)) for _, values in self._weighed(mixtures))

    def regret(self, mixtures: Sequence[Play] | str) -> Number:
        r"""Return the most that any player could gain by deviating alone.

        It is 0 exactly if the mixtures are a Nash equilibrium, and never less. Arguments and
        arithmetic as in `expected_payoffs`; mixed equilibria that another solver found are
        checked so.

        Examples
        --------
        >>> game = StrategicGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], ["share", "hide"])
        >>> game.regret("share"), game.regret("hide")
        (Fraction(2, 1), Fraction(0, 1))
        """
        return plain(max(max(values) - own @ values for own, values in self._weighed(mixtures)))

    def best_replies(self, mixtures: Sequence[Play] | str) -> tuple[tuple[int, ...], ...]:
        """Return each player's strategies that are best against the others' mixtures.

        Ties are exact where the mixtures are; with floats, rounding decides them.

        Examples
        --------
        >>> game = StrategicGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], ["share", "hide"])
        >>> game.best_replies("share")
        ((1,), (1,))
        """
        return tuple(
            tuple(i for i, value in enumerate(values) if value == max(values))
            for values in self.deviation_payoffs(mixtures)
        )

    def restrict(self, choices: Sequence[Iterable[int | str]]) -> StrategicGame:
        """Return the game on some of the strategies, in the order in which they are given.

        Parameters
        ----------
        choices : sequence of n iterables of int or str
            Each player's strategies by index or by name, at least one, none twice.

        Examples
        --------
        >>> game = StrategicGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], ["share", "hide"])
        >>> game.restrict([["hide"], [0, 1]]).shape
        (1, 2)
        """
        required = f"choices: requires strategies of each of {len(self.players)} players"
        if isinstance(choices, str) or not isinstance(choices, Iterable):
            raise TypeError(f"{required}, got {choices!r}")
        each = list(choices)
        if len(each) != len(self.players):
            raise ValueError(f"{required}, got {len(each)}")
        chosen = [
            checking.chosen(wanted, names, f"choices[{player}]")
            for player, (wanted, names) in enumerate(zip(each, self.strategies, strict=True))
        ]
        return StrategicGame(
            self._given[np.ix_(range(len(self.players)), *chosen)],
            [[names[i] for i in own] for names, own in zip(self.strategies, chosen, strict=True)],
            self.players,
        )

    def to_game(self) -> Game:
        """Return the same game of two players as a `Game`.

        Raises
        ------
        ValueError
            If there are more than two players, or one.

        Examples
        --------
        >>> StrategicGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]]).to_game().is_symmetric
        True
        """
        if len(self.players) != 2:
            raise ValueError(f"to_game: requires two players, got {len(self.players)}")
        return Game(self._given, self.strategies, self.players)

    def to_group(self) -> GroupGame:
        """Return a symmetric game by the make-up of its group, with the first player's names.

        Raises
        ------
        ValueError
            If the game is not symmetric, or of one player.

        Examples
        --------
        >>> chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
        >>> group = GroupGame.from_pairwise(chicken, 4)
        >>> StrategicGame.from_group(group).to_group() == group
        True
        """
        if len(self.players) < 2 or not self.is_symmetric:
            raise ValueError(
                "to_group: requires a symmetric game of two or more players, got "
                + ("one player" if len(self.players) < 2 else "one that tells players apart")
            )

        names = self.strategies[0]
        others = _in_order(compositions(len(self.players) - 1, len(names)))
        return GroupGame.from_others(
            len(self.players), names, self._given[0][(slice(None), *others)].T
        )

    def _weighed(self, mixtures: Sequence[Play] | str) -> list[tuple[NDArray[Any], NDArray[Any]]]:
        """Each player's mixed strategy, and what its pure strategies earn against the others."""
        plays = self._plays(mixtures)
        floating = any(isinstance(v, (float, np.floating)) for one in plays for v in one)
        payoffs = self.payoffs if floating else self.exact_payoffs
        mixed = [
            checking.mixed(one, names, f"mixtures[{player}]", floating)
            for player, (one, names) in enumerate(zip(plays, self.strategies, strict=True))
        ]
        # Fractions are slow, and most mixtures leave most strategies out.
        played = [np.flatnonzero(one) for one in mixed]
        pairs = []
        for player, own in enumerate(mixed):
            held = [*played]
            held[player] = np.arange(len(own))
            values = payoffs[player][np.ix_(*held)]
            for other in reversed(range(len(mixed))):
                if other != player:
                    values = np.moveaxis(values, other, -1) @ mixed[other][played[other]]
            pairs.append((own, values))
        return pairs

    def _plays(self, mixtures: Sequence[Play] | str) -> list[Any]:
        """One play for each player, names left as they are."""
        count = len(self.players)
        required = f"mixtures: requires a mixed strategy for each of {count} players"
        if not isinstance(mixtures, Iterable):
            raise TypeError(f"{required}, got {mixtures!r}")
        each = [mixtures] * count if isinstance(mixtures, str) else list(mixtures)
        if len(each) != count:
            raise ValueError(f"{required}, got {len(each)}")
        for player, one in enumerate(each):
            if not isinstance(one, Iterable):
                raise TypeError(
                    f"mixtures[{player}]: requires probabilities or the name of a strategy, "
                    f"got {one!r}"
                )
        return [one if isinstance(one, str) else list(one) for one in each]

    def __repr__(self) -> str:
        sizes = " x ".join(map(str, self.shape))
        return f"<StrategicGame {sizes}: {display.listed(self.players)}>"


def _in_order(makeups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The strategies of groups by their make-up, in ascending order, shape (player, group)."""
    strategies = np.arange(makeups.shape[1])
    return np.stack([np.repeat(strategies, often) for often in makeups], axis=1)
