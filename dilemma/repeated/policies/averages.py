"""What two policies bring in the long run: payoffs, and how often what is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.chains import absorption_probabilities, recurrent_classes, stationary_laws
from dilemma.arrays.exact import fractions
from dilemma.game import Game, RepeatedGame, repetition
from dilemma.game.display import number
from dilemma.repeated.policies.automata import Automaton, Machine, fitting_player, meet, prepared
from dilemma.repeated.policies.encounters import (
    Conduct,
    Encounter,
    Pair,
    discounted_law,
    plain,
    require_pair,
    unending,
)
from dilemma.repeated.policies.memory import Policy, folded
from dilemma.solution import Solution
from dilemma.writing.pages import Displayed

Law = NDArray[np.object_]


@dataclass(frozen=True)
class Regularity(Displayed):
    """Pairs of acts that, once reached, are never left: what play settles into.

    With automata it is pairs of their states that are never left; the same acts can then be played
    in several regularities, and on the way to them.

    Attributes
    ----------
    profiles : tuple of pairs of int
        Rows and columns, all that are played again and again.
    probability : Fraction
        Of ending there, from the openings.
    words : str
    """

    profiles: tuple[Pair, ...]
    probability: Fraction
    words: str


@dataclass(frozen=True, kw_only=True, repr=False)
class LongRunPlay(Solution):
    r"""What two policies bring in the long run, exact.

    Attributes
    ----------
    payoffs : pair of Fraction
        Average payoffs, :math:`(1-\delta) \sum_t \delta^t u_t`; for δ = 1 the limit of means.
    law : numpy.ndarray of Fraction, shape (m, n), read-only
        The share of time, discounted in the same way, of each pair of acts that are carried out.
    rates : pair of tuples of Fraction
        How often each player carries out each of its strategies.
    measures : mapping of str to Fraction or pair of Fraction
        The averages of the matrices that were asked for.
    regularities : tuple of Regularity
        The recurrent classes in reach: what play settles into, and how probably.
    play : RepeatedGame
    policies : pair of Policy or Automaton
    method, exact, complete, status
        As in every answer of the library.
    """

    payoffs: tuple[Fraction, Fraction]
    law: Law
    rates: tuple[tuple[Fraction, ...], tuple[Fraction, ...]]
    measures: Mapping[str, Fraction | tuple[Fraction, Fraction]]
    regularities: tuple[Regularity, ...]
    play: RepeatedGame
    policies: tuple[Policy | Automaton, Policy | Automaton]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "measures": dict(self.measures)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, measures=MappingProxyType(state["measures"]))

    def rate(self, strategy: str) -> tuple[Fraction, Fraction]:
        """How often the row player and the column player carry out a strategy of this name.

        Raises
        ------
        ValueError
            If a player has no strategy of that name.
        """
        found = []
        for names, rates in zip(self.play.stage.strategies, self.rates, strict=True):
            if strategy not in names:
                raise ValueError(f"strategy: requires one among {names}, got {strategy!r}")
            found.append(rates[names.index(strategy)])
        return found[0], found[1]

    def __str__(self) -> str:
        stage = self.play.stage
        lines = [self.status]
        for player, name in enumerate(stage.players):
            often = sorted(
                zip(self.rates[player], stage.strategies[player], strict=True),
                key=lambda one: -one[0],
            )
            shares = ", ".join(f"{what} {number(rate)}" for rate, what in often if rate)
            lines.append(
                f"  {name}, {self.policies[player].name}: {number(self.payoffs[player])}; {shares}"
            )
        for what, value in self.measures.items():
            both = value if isinstance(value, tuple) else (value,)
            lines.append(f"  {what}: {', '.join(map(number, both))}")
        if len(self.regularities) > 1:
            lines.append("  play settles into one of:")
            lines += [
                f"    {one.words} (probability {number(one.probability)})"
                for one in self.regularities
            ]
        else:
            lines.append(f"  play settles into {self.regularities[0].words}")
        return folded(lines)


def long_run(
    game: Game | RepeatedGame,
    policies: Sequence[Policy | Automaton],
    discount: Any = None,
    suspicion: Any = None,
    error: str | None = None,
    *,
    measures: Mapping[str, Any] | None = None,
) -> LongRunPlay:
    r"""Compute what two policies bring in the long run, exactly.

    The pairs of acts are a Markov chain with at most m·n states, under errors of execution *and*
    of perception (`dilemma.repeated.policies.encounters` says why); those of automata, with the
    pairs of their states. With its matrix M and the law μ of the first pair, time is spent in the
    states according to :math:`(1-\delta)\,\mu(I-\delta M)^{-1}`; for δ = 1 that is the sum, over
    the recurrent classes, of the probability of being absorbed in the class times its long-run
    law. Both are solved in rational numbers.

    Parameters
    ----------
    game : Game or RepeatedGame
        A RepeatedGame brings its discount, suspicion and error itself.
    policies : pair of Policy or Automaton
        The row player's and the column player's.
    discount : number in [0, 1]
        1 stands for the limit of means.
    suspicion : number in [0, 1], optional
        The probability that an act goes wrong, at the opening as well; none if left out.
    error : str, optional
        "execution" (the default) or "perception", as in `RepeatedGame`. Payoffs are those of the
        acts that were carried out; players who misread are not meant to learn them.
    measures : mapping of str to array_like, optional
        Matrices of shape (m, n), or (2, m, n) with one for each player, to be averaged alike: of
        an alliance, for instance ``{"learning": alliance.outcomes().learning}``.

    Returns
    -------
    LongRunPlay

    Raises
    ------
    TypeError, ValueError
        If a policy does not fit the game, a number lies outside its range, or acts can go wrong
        for a player with one strategy.

    Notes
    -----
    O((mn)³) operations on rational numbers, whose size grows with that of the answer.

    References
    ----------
    nowak1993, press2012 in ``references.bib``; the reduction of perception errors is ours.

    Examples
    --------
    Two who reciprocate, with acts that rarely go wrong: errors echo for ever.

    >>> from dilemma.repeated import tit_for_tat, win_stay_lose_shift
    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> mirrors = [tit_for_tat(stage)] * 2
    >>> long_run(stage, mirrors, discount=1, suspicion="1/1000").payoffs
    (Fraction(9, 4), Fraction(9, 4))
    >>> pair = [win_stay_lose_shift(stage)] * 2
    >>> print(long_run(stage, pair, 0.9, measures={"gap": [[0, -5], [5, 0]]}))
    win-stay-lose-shift meets win-stay-lose-shift: 3 and 3, discounted by 9/10.
      row player, win-stay-lose-shift: 3; share 1
      column player, win-stay-lose-shift: 3; share 1
      gap: 0
      play settles into both play share
    """
    play = unending(repetition(game, discount, suspicion, error))
    first, second = require_pair(policies)
    pair = (
        fitting_player(first, play.stage, 0, "policies"),
        fitting_player(second, play.stage, 1, "policies"),
    )
    wanted = _measures(measures, play.stage)
    meeting = meet(prepared(pair[0], play), prepared(pair[1], play))
    if play.discount == 1:
        law = limit_law(meeting, play.stage)
    else:
        law = spread(meeting, map(plain, discounted_law(meeting, play.discount)), play.stage)
    law.setflags(write=False)
    payoffs = payoffs_under(law, play.stage)
    rows, columns = law.sum(axis=1), law.sum(axis=0)
    names = " meets ".join(one.name for one in pair)
    how = "in the limit of means" if play.discount == 1 else f"discounted by {play.discount}"
    errors = f", suspicion {play.suspicion} ({play.error})" if play.suspicion else ""
    return LongRunPlay(
        method=(
            "recurrent classes, absorption and long-run laws in rational numbers"
            if play.discount == 1
            else "linear system of the discounted time in each pair, in rational numbers"
        ),
        exact=True,
        complete=True,
        status=f"{names}: {number(payoffs[0])} and {number(payoffs[1])}, {how}{errors}.",
        payoffs=payoffs,
        law=law,
        rates=(tuple(rows), tuple(columns)),
        measures=MappingProxyType({name: _average(law, one) for name, one in wanted.items()}),
        regularities=_settling(meeting, play.stage),
        play=play,
        policies=pair,
    )


def spread(meeting: Encounter, values: Any, stage: Game) -> Law:
    """A law over the states in reach as one over all pairs."""
    law = np.full(stage.shape, Fraction(0), dtype=object)
    for acts, value in zip(meeting.acts, values, strict=True):
        for pair, chance in acts.items():
            law[pair] += value if chance == 1 else value * plain(chance)
    return law


def payoffs_under(law: Law, stage: Game) -> tuple[Fraction, Fraction]:
    """Both players' expected payoffs under a law over the pairs."""
    first, second = (Fraction((law * stage.exact_payoffs[player]).sum()) for player in (0, 1))
    return first, second


def average_payoffs(
    first: Conduct | Machine, second: Conduct | Machine, play: RepeatedGame
) -> tuple[Fraction, Fraction]:
    """The long-run payoffs of two policies whose errors are counted in."""
    meeting, stage = meet(first, second), play.stage
    if play.discount == 1:
        return payoffs_under(limit_law(meeting, stage), stage)
    weights = discounted_law(meeting, play.discount)
    return payoffs_under(spread(meeting, map(plain, weights), stage), stage)


def limit_law(meeting: Encounter, stage: Game) -> Law:
    """The long-run share of time in each pair, from the openings."""
    matrix = _fractions(meeting)
    probabilities = _absorbed(matrix, meeting)
    law = np.full(stage.shape, Fraction(0), dtype=object)
    for one, probability in zip(stationary_laws(matrix), probabilities, strict=True):
        law = law + probability * spread(meeting, one.law, stage)
    return law


def _settling(meeting: Encounter, stage: Game) -> tuple[Regularity, ...]:
    """The recurrent classes in reach, with the probabilities of ending there."""
    matrix = _fractions(meeting)
    found = []
    for states, probability in zip(
        recurrent_classes(matrix), _absorbed(matrix, meeting), strict=True
    ):
        profiles = tuple(sorted({pair for state in states for pair in meeting.acts[state]}))
        found.append(Regularity(profiles, probability, _words(profiles, stage)))
    return tuple(found)


def _fractions(meeting: Encounter) -> Law:
    return fractions([[plain(value) for value in row] for row in meeting.moves])


def _absorbed(matrix: Law, meeting: Encounter) -> Sequence[Fraction]:
    """How probably play ends in each recurrent class, from the openings."""
    if len(recurrent_classes(matrix)) == 1:
        return [Fraction(1)]
    start = fractions([plain(value) for value in meeting.start])
    return list(start @ absorption_probabilities(matrix))


def _words(profiles: Sequence[Pair], stage: Game) -> str:
    if len(profiles) > 4:
        return f"{len(profiles)} of the {stage.shape[0] * stage.shape[1]} pairs of strategies"
    said = []
    for i, j in profiles:
        names = stage.strategies[0][i], stage.strategies[1][j]
        said.append(f"both play {names[0]}" if names[0] == names[1] else " with ".join(names))
    return "; ".join(said)


def _measures(measures: Mapping[str, Any] | None, stage: Game) -> dict[str, Law]:
    if measures is None:
        return {}
    if not isinstance(measures, Mapping):
        raise TypeError(
            "measures: requires a mapping from names to arrays, such as {'learning': …}, "
            f"got {type(measures).__name__}"
        )
    read = {}
    for name, values in measures.items():
        array = fractions(values, f"measures[{name!r}]")
        if array.shape not in (stage.shape, (2, *stage.shape)):
            raise ValueError(
                f"measures[{name!r}]: requires the shape {stage.shape}, or "
                f"{(2, *stage.shape)} for both players, got {array.shape}"
            )
        read[name] = array
    return read


def _average(law: Law, values: Law) -> Fraction | tuple[Fraction, Fraction]:
    if values.ndim == 2:
        return Fraction((law * values).sum())
    first, second = (Fraction((law * one).sum()) for one in values)
    return first, second
