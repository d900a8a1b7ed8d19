"""A game whose state moves with what is played: the noun of stochastic games."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction, fractions, rounded
from dilemma.game import checking
from dilemma.game.bimatrix import Game
from dilemma.game.checking import Names
from dilemma.game.display import WIDTH
from dilemma.writing.pages import Displayed

# What a rule may return: the next state's name, or names with their probabilities.
Next = str | Mapping[str, Any]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class StochasticGame(Displayed):
    r"""A game in each of K states, and chances of moving between them (shapley1953).

    In state s the two players play the game of s; if they choose row i and column j, the next
    period's state is s' with probability :math:`q(s' \mid s, i, j)`. How much the future counts is
    no part of it: the solvers take the discount factor.

    Parameters
    ----------
    games : sequence of Game, or mapping of state names to Game
        The game of each state, all between the same players. They may differ in size: a state that
        is left for ever by choice, say, has one strategy a player.
    transitions : sequence, or mapping of state names
        For each state an array of shape (m, n, K) for its m × n game: the probabilities of the
        next state, which sum to 1 exactly. Numbers are read as `dilemma.arrays.exact.fraction`
        does: a float means the decimal that prints it, so that a third is ``"1/3"``.
    states : sequence of str, optional
        The states' names; those of the mapping, or numbers from 1.

    Attributes
    ----------
    states : tuple of str
    games : tuple of Game
    players : pair of str
    is_symmetric : bool
        True if the players can change places in every state: same payoffs, same transitions.
    exact_transitions : tuple of numpy.ndarray of Fraction, shapes (m, n, K), read-only
    transitions : tuple of numpy.ndarray of float64, shapes (m, n, K), read-only

    Raises
    ------
    TypeError, ValueError
        If there is no state, the players differ between states, names are not different, an array
        has the wrong shape, or probabilities are negative or don't sum to 1; the message names the
        state, and the strategies.

    Notes
    -----
    Stochastic games compare equal, and hash alike, if their games, transitions and states do.

    References
    ----------
    shapley1953 in ``references.bib``.

    Examples
    --------
    Sharing with a partner keeps the good state with certainty, hiding loses it:

    >>> good = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> bad = Game.symmetric([[1, -1], [2, 0]], ["share", "hide"])
    >>> kept, lost = [1, 0], [0, 1]
    >>> chances = [[kept, lost], [lost, lost]]
    >>> world = StochasticGame({"good": good, "bad": bad}, {"good": chances, "bad": chances})
    >>> print(world)
    2 states, row player against column player
      good: 2 x 2; next good or bad
      bad: 2 x 2; next good or bad
    >>> world.chances("good", ("share", "hide"))
    {'bad': Fraction(1, 1)}
    """

    states: Names
    games: tuple[Game, ...]
    exact_transitions: tuple[NDArray[np.object_], ...]

    def __init__(
        self,
        games: Sequence[Game] | Mapping[str, Game],
        transitions: Sequence[Any] | Mapping[str, Any],
        states: Sequence[str] | None = None,
    ) -> None:
        names, chosen = _games(games, states)
        arrays = _in_order(transitions, names, "transitions")
        exact = tuple(
            _transition(array, game, name, len(names))
            for array, game, name in zip(arrays, chosen, names, strict=True)
        )
        object.__setattr__(self, "states", names)
        object.__setattr__(self, "games", chosen)
        object.__setattr__(self, "exact_transitions", exact)

    @classmethod
    def by_rule(
        cls,
        games: Mapping[str, Game],
        rule: Callable[[str, str, str], Next],
    ) -> StochasticGame:
        """Make the game whose next state a rule tells from the state and what is played.

        Parameters
        ----------
        games : mapping of state names to Game
        rule : function (state, row strategy, column strategy) -> name or mapping
            All by their names; the next state, or a mapping of next states to probabilities.

        Examples
        --------
        >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
        >>> def follow(state, row, column):
        ...     return {"calm": "2/3", "tense": "1/3"} if row == column else "tense"
        >>> world = StochasticGame.by_rule({"calm": stage, "tense": stage}, follow)
        >>> world.chances("tense", "hide")
        {'calm': Fraction(2, 3), 'tense': Fraction(1, 3)}
        """
        names, chosen = _games(games, None)
        arrays = []
        for name, game in zip(names, chosen, strict=True):
            m, n = game.shape
            array = np.full((m, n, len(names)), Fraction(0), dtype=object)
            for i, row in enumerate(game.strategies[0]):
                for j, column in enumerate(game.strategies[1]):
                    for state, weight in ruled(rule(name, row, column), "a state").items():
                        array[i, j, _state_index(state, names, "rule")] = weight
            arrays.append(array)
        return cls(chosen, arrays, names)

    @property
    def players(self) -> tuple[str, str]:
        """The two players' names."""
        return self.games[0].players

    @cached_property
    def transitions(self) -> tuple[NDArray[np.float64], ...]:
        """The probabilities of the next state as float64, an array (m, n, K) a state."""
        arrays = tuple(rounded(array, "transitions") for array in self.exact_transitions)
        for array in arrays:
            array.setflags(write=False)
        return arrays

    @cached_property
    def is_symmetric(self) -> bool:
        """True if exchanging the players, strategy for strategy, changes nothing in any state."""
        return all(one.is_symmetric for one in self.games) and all(
            bool(np.all(array == array.swapaxes(0, 1))) for array in self.exact_transitions
        )

    def index(self, state: str | int, name: str = "state") -> int:
        """Return the position of a state, given by name or position.

        Parameters
        ----------
        state : str or int
        name : str
            What the state is, for the error message.

        Examples
        --------
        >>> StochasticGame({"only": Game.symmetric([[0]])}, [[[[1]]]]).index("only")
        0
        """
        return _state_index(state, self.states, name)

    def chances(self, state: str | int, profile: Any) -> dict[str, Fraction]:
        """Return the next states that are possible, each with its probability.

        Parameters
        ----------
        state : str or int
        profile : str, int, or pair of these
            A pure strategy profile of that state; one name or index stands for both players.

        Examples
        --------
        >>> world = StochasticGame({"only": Game.symmetric([[0]], ["wait"])}, [[[[1]]]])
        >>> world.chances("only", "wait")
        {'only': Fraction(1, 1)}
        """
        s = self.index(state)
        game = self.games[s]
        i, j = checking.pure_profile(profile, game.strategies, game.players, "profile")
        row = self.exact_transitions[s][i, j]
        return {name: row[k] for k, name in enumerate(self.states) if row[k]}

    def __len__(self) -> int:
        return len(self.states)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StochasticGame):
            return NotImplemented
        return (
            self.states == other.states
            and self.games == other.games
            and all(
                np.array_equal(one, two)
                for one, two in zip(self.exact_transitions, other.exact_transitions, strict=True)
            )
        )

    def __hash__(self) -> int:
        chances = tuple(tuple(array.flat) for array in self.exact_transitions)
        return hash((self.states, self.games, chances))

    def __reduce__(self) -> tuple[Any, ...]:
        return StochasticGame, (self.games, self.exact_transitions, self.states)

    def __repr__(self) -> str:
        count = len(self)
        states = "one state" if count == 1 else f"{count} states"
        return f"<StochasticGame of {states}: {self.players[0]} against {self.players[1]}>"

    def __str__(self) -> str:
        count = len(self)
        head = "1 state" if count == 1 else f"{count} states"
        lines = [f"{head}, {self.players[0]} against {self.players[1]}"]
        for s, (name, game) in enumerate(zip(self.states, self.games, strict=True)):
            m, n = game.shape
            possible = self.exact_transitions[s] != 0
            after = [self.states[k] for k in range(count) if possible[:, :, k].any()]
            words = "stays for ever" if after == [name] else f"next {' or '.join(after)}"
            line = f"  {name}: {m} x {n}; {words}"
            if len(line) > WIDTH:
                line = f"  {name}: {m} x {n}; next one of {len(after)} states"
            lines.append(line)
        return "\n".join(lines)


def _games(
    games: Sequence[Game] | Mapping[str, Game], states: Sequence[str] | None
) -> tuple[Names, tuple[Game, ...]]:
    """The states' names, and their games."""
    if isinstance(games, Mapping):
        if states is not None:
            raise TypeError("states: the mapping of games names the states; leave them out")
        names, chosen = tuple(games), tuple(games.values())
    else:
        if isinstance(games, (str, Game)):
            raise TypeError(f"games: requires a Game for each state, got {games!r}")
        try:
            chosen = tuple(games)
        except TypeError:
            raise TypeError(f"games: requires a Game for each state, got {games!r}") from None
        if isinstance(states, str):
            raise TypeError(f"states: requires a sequence of names, got {states!r}")
        names = tuple(str(s + 1) for s in range(len(chosen))) if states is None else tuple(states)
    if not chosen:
        raise ValueError("games: requires at least one state, got none")
    for name in names:
        if not isinstance(name, str) or not name:
            raise TypeError(f"states: requires names (str) that are not empty, got {name!r}")
    if len(names) != len(chosen):
        raise ValueError(f"states: requires {len(chosen)} names, got {len(names)}: {names}")
    twice = [name for name, often in Counter(names).items() if often > 1]
    if twice:
        raise ValueError(f"states: requires different names, got {twice[0]!r} twice")
    for name, game in zip(names, chosen, strict=True):
        if not isinstance(game, Game):
            raise TypeError(f"games: requires a Game in state {name!r}, got {game!r}")
        if game.players != chosen[0].players:
            raise ValueError(
                f"games: requires the same players in all states, got {game.players} in state "
                f"{name!r} and {chosen[0].players} in state {names[0]!r}"
            )
    return names, chosen


def _in_order(values: Any, names: Names, argument: str) -> list[Any]:
    """One value a state, in the states' order."""
    if isinstance(values, Mapping):
        found = {_state_index(name, names, argument): one for name, one in values.items()}
        for s, name in enumerate(names):
            if s not in found:
                raise ValueError(f"{argument}: requires an entry for state {name!r}, got none")
        return [found[s] for s in range(len(names))]
    try:
        listed = list(values)
    except TypeError:
        raise TypeError(
            f"{argument}: requires an array (row, column, next state) for each state, "
            f"got {values!r}"
        ) from None
    if len(listed) != len(names):
        raise ValueError(
            f"{argument}: requires one array for each of the {len(names)} states, "
            f"got {len(listed)}"
        )
    return listed


def _transition(values: Any, game: Game, name: str, count: int) -> NDArray[np.object_]:
    where = f"transitions[{name!r}]"
    array = checking.as_array(values, where)
    shape = (*game.shape, count)
    if array.shape != shape:
        raise ValueError(
            f"{where}: requires the shape {shape} (row, column, next state), "
            f"got the shape {array.shape}"
        )
    exact = fractions(array, where)
    for i, j in np.ndindex(*game.shape):
        row = exact[i, j]
        played = f"{game.strategies[0][i]!r} against {game.strategies[1][j]!r}"
        if min(row) < 0:
            raise ValueError(
                f"{where}: requires probabilities of at least 0, got {min(row)} for {played}"
            )
        if sum(row) != 1:
            raise ValueError(
                f"{where}: requires probabilities that sum to 1 exactly, got the sum {sum(row)} "
                f'for {played} (a third is "1/3", not 0.333)'
            )
    exact.setflags(write=False)
    return exact


def _state_index(state: Any, names: Names, argument: str) -> int:
    if isinstance(state, str):
        if state not in names:
            raise ValueError(
                f"{argument}: requires a state among {', '.join(names)}, got {state!r}"
            )
        return names.index(state)
    if isinstance(state, bool) or not isinstance(state, (int, np.integer)):
        raise TypeError(f"{argument}: requires a state by name or index, got {state!r}")
    if not 0 <= state < len(names):
        raise ValueError(
            f"{argument}: requires an index of a state from 0 to {len(names) - 1}, got {state}"
        )
    return int(state)


def ruled(value: Any, of: str) -> Mapping[str, Any]:
    """What a rule returned, a name or names with probabilities, as the latter.

    Examples
    --------
    >>> ruled("calm", "a state")
    {'calm': 1}
    """
    if isinstance(value, str):
        return {value: 1}
    if not isinstance(value, Mapping):
        raise TypeError(
            f"rule: requires the name of {of}, or a mapping of names to probabilities, "
            f"got {value!r}"
        )
    return value


def discount_factor(value: Any) -> Fraction:
    """Read a discount factor below 1, without which there are no discounted values.

    Raises
    ------
    TypeError, ValueError
        If it is no number in [0, 1).

    Examples
    --------
    >>> discount_factor(0.9)
    Fraction(9, 10)
    """
    delta = fraction(value, "discount")
    if not 0 <= delta < 1:
        raise ValueError(
            f"discount: requires a number in [0, 1) (values are discounted), got {delta}"
        )
    return delta
