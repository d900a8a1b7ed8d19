"""Policies that look at the present state and at what was played last, in a stochastic game."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fractions, rounded
from dilemma.game import StochasticGame, checking
from dilemma.game.stochastic import ruled
from dilemma.repeated.states.stationary import require_stochastic_game
from dilemma.writing.pages import Displayed

# 2 strategies in 2 states make 256 pure policies, in 4 states 65,536; in 3 strategies and 2
# states there are 387 million.
MOST_POLICIES = 100_000


@dataclass(frozen=True, eq=False)
class StatePolicy(Displayed):
    r"""A memory-one policy of a stochastic game: the state, and last period's strategies.

    Parameters
    ----------
    name : str
    response : array_like of shape (K, n, n, n)
        Entry [s, a, b, c] is the probability of strategy c in state s after the policy's own
        player has played a, and its partner b, in the period before (in whatever state that was).
    opening : array_like of shape (K, n), optional
        What is played in the first period if that begins in each state; the first strategy if it
        is left out.

    Raises
    ------
    TypeError, ValueError
        If the shapes don't fit, or probabilities are negative or don't sum to 1.

    Notes
    -----
    `StatePolicy.by_rule` says the same in names. Policies compare equal, and hash alike, if name,
    response and opening do.

    References
    ----------
    hilbe2018 in ``references.bib``.

    Examples
    --------
    >>> keep, change = [1, 0], [0, 1]
    >>> mirror = [[keep, change], [keep, change]]
    >>> StatePolicy("reciprocate", [mirror, mirror])
    <StatePolicy reciprocate: 2 states, 2 strategies>
    """

    name: str
    response: NDArray[np.object_]
    opening: NDArray[np.object_]

    def __init__(self, name: str, response: Any, opening: Any = None) -> None:
        if not isinstance(name, str) or not name:
            raise TypeError(f"name: requires a text that is not empty, got {name!r}")
        exact = fractions(checking.as_array(response, "response"), "response")
        if exact.ndim != 4 or exact.shape[1:] != (exact.shape[1],) * 3 or 0 in exact.shape:
            raise ValueError(
                "response: requires the shape (states, own last, partner's last, own now) with "
                f"three equal sizes, got the shape {exact.shape}"
            )
        states, n = exact.shape[:2]
        if opening is None:
            first = np.full((states, n), Fraction(0), dtype=object)
            first[:, 0] = Fraction(1)
        else:
            first = fractions(checking.as_array(opening, "opening"), "opening")
            if first.shape != (states, n):
                raise ValueError(
                    f"opening: requires the shape {(states, n)} (states, strategies), "
                    f"got the shape {first.shape}"
                )
        for what, array in (("response", exact), ("opening", first)):
            _require_probabilities(array, what)
            array.setflags(write=False)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "response", exact)
        object.__setattr__(self, "opening", first)

    @classmethod
    def by_rule(
        cls,
        name: str,
        game: StochasticGame,
        rule: Callable[[str, str, str], Any],
        opening: str | Mapping[str, str] | None = None,
    ) -> StatePolicy:
        """Make a policy from a rule in names.

        Parameters
        ----------
        name : str
        game : StochasticGame
            With the same strategies for both players in all states.
        rule : function (state, own, partner) -> name, or mapping of names to probabilities
            What to play in a state after a player's own and its partner's last strategies.
        opening : str, or mapping of state names to strategies, optional
            The first strategy if left out.

        Examples
        --------
        >>> from dilemma.game import Game
        >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
        >>> world = StochasticGame({"calm": stage}, [[[[1], [1]], [[1], [1]]]])
        >>> mirror = StatePolicy.by_rule("mirror", world, lambda state, own, partner: partner)
        >>> mirror.response[0, 0].tolist() == [[1, 0], [0, 1]]
        True
        """
        names = shared_strategies(game)
        n, count = len(names), len(game)
        response = np.full((count, n, n, n), Fraction(0), dtype=object)
        for s, state in enumerate(game.states):
            for (a, own), (b, partner) in product(enumerate(names), repeat=2):
                now = ruled(rule(state, own, partner), "a strategy")
                for one, weight in now.items():
                    response[s, a, b, checking.chosen([one], names, "rule")[0]] = weight
        first = None
        if opening is not None and not isinstance(opening, (str, Mapping)):
            raise TypeError(
                "opening: requires a strategy's name, or a mapping of states to names, "
                f"got {opening!r}"
            )
        if opening is not None:
            first = np.full((count, n), Fraction(0), dtype=object)
            for s, state in enumerate(game.states):
                wanted = opening if isinstance(opening, str) else opening.get(state)
                if wanted is None:
                    raise ValueError(f"opening: requires a strategy for state {state!r}, got none")
                first[s, checking.chosen([wanted], names, "opening")[0]] = Fraction(1)
        return cls(name, response, first)

    @cached_property
    def float_response(self) -> NDArray[np.float64]:
        """The response as float64."""
        return rounded(self.response)

    @cached_property
    def float_opening(self) -> NDArray[np.float64]:
        """The opening as float64."""
        return rounded(self.opening)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StatePolicy):
            return NotImplemented
        return (
            self.name == other.name
            and np.array_equal(self.response, other.response)
            and np.array_equal(self.opening, other.opening)
        )

    def __hash__(self) -> int:
        return hash((self.name, tuple(self.response.flat), tuple(self.opening.flat)))

    def __reduce__(self) -> tuple[Any, ...]:
        return StatePolicy, (self.name, self.response, self.opening)

    def __repr__(self) -> str:
        states, n = self.response.shape[:2]
        what = f"{states} state{'s' * (states > 1)}, {n} strateg{'ies' if n > 1 else 'y'}"
        return f"<StatePolicy {self.name}: {what}>"


def pure_state_policies(game: StochasticGame) -> tuple[StatePolicy, ...]:
    r"""Return all pure state policies of a game: :math:`n^{K n^2}` for K states, n strategies.

    Parameters
    ----------
    game : StochasticGame
        With the same strategies for both players in all states.

    Returns
    -------
    tuple of StatePolicy
        All open with the first strategy. A name has for each state the strategies (by their first
        letters if these differ, else by numbers from 1) after both played the first, after the
        player's own first met the partner's second, and so on.

    Raises
    ------
    TypeError, ValueError
        If the strategies differ, or there are more than 100,000 policies.

    References
    ----------
    hilbe2018 in ``references.bib``.

    Examples
    --------
    >>> from dilemma.game import Game
    >>> stage = Game.symmetric([[1, -1], [2, 0]], ["cooperate", "defect"])
    >>> stay = [[[1, 0]] * 2] * 2
    >>> policies = pure_state_policies(StochasticGame([stage, stage], [stay, stay]))
    >>> len(policies), policies[0].name, policies[-1].name
    (256, 'cccc/cccc', 'dddd/dddd')
    """
    names = shared_strategies(game)
    n, count = len(names), len(game)
    total = n ** (count * n * n)
    if total > MOST_POLICIES:
        raise ValueError(
            f"game: requires at most {MOST_POLICIES:,} pure policies, and {count} states with {n} "
            f"strategies have {n}^{count * n * n}; choose some with StatePolicy.by_rule"
        )
    letters = [name[0] for name in names]
    if len(set(letters)) < n:
        letters = [str(k + 1) for k in range(n)]
    units = fractions(np.eye(n, dtype=int).astype(object))
    found = []
    for choice in product(range(n), repeat=count * n * n):
        text = "".join(letters[c] for c in choice)
        name = "/".join(text[s * n * n : (s + 1) * n * n] for s in range(count))
        found.append(StatePolicy(name, units[list(choice)].reshape(count, n, n, n)))
    return tuple(found)


def shared_strategies(game: StochasticGame) -> tuple[str, ...]:
    """The strategies' names of a game in which they are the same everywhere."""
    require_stochastic_game(game)
    names = game.games[0].strategies[0]
    for state, stage in zip(game.states, game.games, strict=True):
        if stage.strategies != (names, names):
            raise ValueError(
                "stochastic_game: requires the same strategies for both players in all states, "
                f"got others in state {state!r} (policies remember what was played)"
            )
    return names


def checked_policies(
    game: StochasticGame, policies: Sequence[StatePolicy], name: str = "policies"
) -> tuple[StatePolicy, ...]:
    """Policies that fit a game, at least one, all named differently."""
    size = (len(game), len(shared_strategies(game)))
    try:
        chosen = tuple(policies)
    except TypeError:
        raise TypeError(f"{name}: requires a sequence of StatePolicy, got {policies!r}") from None
    if not chosen:
        raise ValueError(f"{name}: requires at least one, got none")
    seen = set()
    for one in chosen:
        if not isinstance(one, StatePolicy):
            raise TypeError(f"{name}: requires a sequence of StatePolicy, got {one!r} in it")
        if one.response.shape[:2] != size:
            raise ValueError(
                f"{name}: requires policies for {size[0]} states and {size[1]} strategies, "
                f"got {one!r}"
            )
        if one.name in seen:
            raise ValueError(f"{name}: requires different names, got {one.name!r} twice")
        seen.add(one.name)
    return chosen


def _require_probabilities(array: NDArray[np.object_], what: str) -> None:
    rows = array.reshape(-1, array.shape[-1])
    for place, row in zip(np.ndindex(array.shape[:-1]), rows, strict=True):
        if sum(row) != 1 or min(row) < 0:
            raise ValueError(
                f"{what}[{', '.join(map(str, place))}]: requires probabilities of at least 0 that "
                f"sum to 1, got {', '.join(map(str, row))}"
            )
