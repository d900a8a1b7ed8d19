"""What `markov_perfect` answers: equilibria of a stochastic game in strategies of the state."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, overload

from dilemma.equilibria.words import describe_play
from dilemma.game import StochasticGame
from dilemma.game.checking import Names
from dilemma.game.display import WIDTH, number
from dilemma.repeated.states.stationary import Pair, one_shot_gains, values_of
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

Number = Fraction | float
Mixture = tuple[Number, ...]


@dataclass(frozen=True)
class MarkovEquilibrium(Displayed):
    r"""A Markov-perfect equilibrium: play that looks at the state alone.

    Attributes
    ----------
    states : tuple of str
    names : tuple of pairs of tuples of str
        For each state the names of the row and of the column player's strategies.
    strategies : tuple of pairs of tuples
        For each state the row and the column player's mixtures, in the order of its game's
        strategies: Fractions if it is exact, else floats.
    values : tuple of pairs
        For each state what both players expect from there on: average discounted payoffs,
        :math:`(1-\delta) \sum_t \delta^t u_t`.
    regrets : tuple
        For each state the most that a player could gain there by deviating once, recomputed from
        the definition: all 0 exactly for an equilibrium. A deviation for ever gains at most the
        largest of them divided by 1 − δ.
    pure : bool
        True if nobody mixes in any state.
    strict : bool
        True if every deviation in any state makes the deviator worse off; then it is pure.
    exact : bool
        True if strategies, values and regrets are Fractions.
    words : str
        Who plays what in which states.
    """

    states: tuple[str, ...]
    names: tuple[tuple[Names, Names], ...]
    strategies: tuple[tuple[Mixture, Mixture], ...]
    values: tuple[tuple[Number, Number], ...]
    regrets: tuple[Number, ...]
    pure: bool
    strict: bool
    exact: bool
    words: str

    @property
    def regret(self) -> Number:
        """The largest of the states' regrets."""
        return max(self.regrets)

    def at(self, state: str) -> tuple[Mixture, Mixture]:
        """Return what both players play in a state."""
        if state not in self.states:
            raise ValueError(
                f"state: requires a state among {', '.join(self.states)}, got {state!r}"
            )
        return self.strategies[self.states.index(state)]

    def __str__(self) -> str:
        kind = "strict" if self.strict else f"regret {_shown(self.regret)}"
        return f"{self.words} ({kind})"


@dataclass(frozen=True, kw_only=True, repr=False)
class MarkovEquilibria(Solution, Sequence[MarkovEquilibrium]):
    """Markov-perfect equilibria of a stochastic game: a sequence of `MarkovEquilibrium`.

    Attributes
    ----------
    equilibria : tuple of MarkovEquilibrium
        Pure ones first.
    discount : Fraction
    pure_complete : bool
        True if no pure one is missing. (``complete`` is about mixed ones too.)
    method, exact, complete, status
        As in every answer of the library.
    """

    equilibria: tuple[MarkovEquilibrium, ...]
    discount: Fraction
    pure_complete: bool

    @overload
    def __getitem__(self, index: int) -> MarkovEquilibrium: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[MarkovEquilibrium, ...]: ...
    def __getitem__(self, index: int | slice) -> MarkovEquilibrium | tuple[MarkovEquilibrium, ...]:
        return self.equilibria[index]

    def __len__(self) -> int:
        return len(self.equilibria)

    def __iter__(self) -> Iterator[MarkovEquilibrium]:
        return iter(self.equilibria)

    def __str__(self) -> str:
        lines = textwrap.wrap(self.status, WIDTH)
        for one in self.equilibria:
            lines += textwrap.wrap(str(one), WIDTH, initial_indent="  ", subsequent_indent="    ")
        return wrapped(lines)


def markov_equilibrium(
    game: StochasticGame, play: Sequence[Pair], discount: Fraction
) -> MarkovEquilibrium:
    """Put play into words, with its values and its regrets recomputed from the definition."""
    values = values_of(game, play, discount)
    gains = one_shot_gains(game, play, values, discount)
    pure = all(max(one) == 1 for pair in play for one in pair)
    exact = values.dtype == object
    own: Any = Fraction if exact else float
    return MarkovEquilibrium(
        states=game.states,
        names=tuple(stage.strategies for stage in game.games),
        strategies=tuple((tuple(map(own, x)), tuple(map(own, y))) for x, y in play),
        values=tuple((own(one), own(two)) for one, two in values),
        regrets=tuple(own(max(0 * one.max(), one.max(), two.max())) for one, two in gains),
        pure=pure,
        strict=pure
        and all(
            gain < 0
            for pair, those in zip(play, gains, strict=True)
            for mixture, mine in zip(pair, those, strict=True)
            for weight, gain in zip(mixture, mine, strict=True)
            if not weight
        ),
        exact=exact,
        words=play_in_words(game, play),
    )


def play_in_words(game: StochasticGame, play: Sequence[Pair]) -> str:
    """Say who plays what, neighbouring states together where play is the same.

    A state in which nobody has a choice is left out.
    """
    runs: list[tuple[str, list[str]]] = []
    for name, stage, (x, y) in zip(game.states, game.games, play, strict=True):
        if stage.shape == (1, 1):
            continue
        words = describe_play(stage, [_rational(x)], [_rational(y)])
        if runs and runs[-1][0] == words:
            runs[-1][1].append(name)
        else:
            runs.append((words, [name]))
    if not runs:
        return "nobody has a choice"
    if len(runs) == 1 and len(runs[0][1]) > 1:
        return f"in every state {runs[0][0]}"
    return "; ".join(f"{_range(names)}: {words}" for words, names in runs)


def _range(names: list[str]) -> str:
    if len(names) < 3:
        return " and ".join(names)
    return f"{names[0]} to {names[-1]}"


def _rational(mixture: Any) -> list[Fraction]:
    return [Fraction(value) for value in mixture]


def _shown(value: Number) -> str:
    return number(value) if isinstance(value, Fraction) else f"{value:.1e}"
