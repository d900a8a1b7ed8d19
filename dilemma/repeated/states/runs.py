"""Where the state goes under given play: long-run shares, and times to get somewhere."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.chains import absorption_probabilities, long_run_law, stationary_laws
from dilemma.arrays.exact import fractions
from dilemma.arrays.linear import solve_rational
from dilemma.game import StochasticGame, checking
from dilemma.game.display import WIDTH, number
from dilemma.repeated.states.stationary import chain_of, read_strategies, require_stochastic_game
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

Number = Fraction | float


@dataclass(frozen=True)
class StateClass(Displayed):
    """States that play never leaves once it is in them, each of which it visits again and again.

    Attributes
    ----------
    states : tuple of str
        One name if the state is absorbing.
    probability : Fraction or float
        That play ends here, from the given start.
    shares : tuple of Fraction or float
        The long-run share of time in each of these states.
    payoffs : pair
        What both players then earn per period.
    """

    states: tuple[str, ...]
    probability: Number
    shares: tuple[Number, ...]
    payoffs: tuple[Number, Number]


@dataclass(frozen=True, kw_only=True, repr=False)
class LongRunStates(Solution):
    """Where the state of a stochastic game ends under given strategies.

    Attributes
    ----------
    states : tuple of str
    shares : tuple of Fraction or float
        The long-run share of time in each state, from the given start.
    classes : tuple of StateClass
        The recurrent classes, by their first states.
    absorbing : tuple of str
        States that are never left: the classes of one state.
    transient : tuple of str
        States that are left for good.
    payoffs : pair
        What both players earn per period in the long run, from the given start.
    """

    states: tuple[str, ...]
    shares: tuple[Number, ...]
    classes: tuple[StateClass, ...]
    absorbing: tuple[str, ...]
    transient: tuple[str, ...]
    payoffs: tuple[Number, Number]

    def __str__(self) -> str:
        width = max(map(len, self.states))
        lines = textwrap.wrap(self.status, WIDTH)
        for name, share in zip(self.states, self.shares, strict=True):
            kind = "absorbing" if name in self.absorbing else ""
            kind = "left for good" if name in self.transient else kind
            lines.append(f"  {name:<{width}}  {_shown(share):>11}  {kind}".rstrip())
        return wrapped(lines)


def long_run_states(
    stochastic_game: StochasticGame, strategies: Any, start: Any = None
) -> LongRunStates:
    """Find where the state goes in the long run: shares of time, and states never left.

    Whether a collapse is absorbing, say of trust, is whether its state is among ``.absorbing``.

    Parameters
    ----------
    stochastic_game : StochasticGame
    strategies : MarkovEquilibrium, mapping of state names to profiles, or one profile
        What is played in each state; see `dilemma.repeated.states.stationary.read_strategies`.
    start : str, or mapping of state names to probabilities, optional
        The first state; each is as likely as the others if it is left out. It matters only where
        play can end in several ways.

    Returns
    -------
    LongRunStates
        Exact, unless there are floats among the probabilities of the strategies.

    Raises
    ------
    TypeError, ValueError
        If the strategies or the start don't fit the game.

    References
    ----------
    grassmann1985 in ``references.bib`` for the long-run laws in floats.

    Examples
    --------
    >>> from dilemma.game import Game
    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> def follow(state, row, column):
    ...     if state == "tense":
    ...         return "tense"
    ...     return {"calm": "9/10", "tense": "1/10"} if row == column else "tense"
    >>> world = StochasticGame.by_rule({"calm": stage, "tense": stage}, follow)
    >>> print(long_run_states(world, "share", start="calm"))
    From calm, play ends in tense for ever.
      calm             0  left for good
      tense            1  absorbing
    """
    require_stochastic_game(stochastic_game)
    game = stochastic_game
    matrix, payoffs = chain_of(game, read_strategies(game, strategies))
    first, words = first_state(game, start)
    exact = matrix.dtype == object
    law: NDArray[Any] = first if exact else first.astype(np.float64)
    ends = law @ absorption_probabilities(matrix)
    own: Any = Fraction if exact else float
    classes = []
    for place, one in enumerate(stationary_laws(matrix)):
        inside = list(one.states)
        earned = one.law[inside] @ payoffs[inside]
        classes.append(
            StateClass(
                states=tuple(game.states[s] for s in inside),
                probability=own(ends[place]),
                shares=tuple(own(one.law[s]) for s in inside),
                payoffs=(own(earned[0]), own(earned[1])),
            )
        )
    shares = long_run_law(matrix, list(law))
    mean = shares @ payoffs
    recurrent = {name for one in classes for name in one.states}
    return LongRunStates(
        method="recurrent classes, their laws and absorption"
        + (" by rational linear systems" if exact else " without a subtraction"),
        exact=exact,
        complete=True,
        status=f"From {words}, play {_ends_in_words(classes)}.",
        states=game.states,
        shares=tuple(map(own, shares)),
        classes=tuple(classes),
        absorbing=tuple(one.states[0] for one in classes if len(one.states) == 1),
        transient=tuple(name for name in game.states if name not in recurrent),
        payoffs=(own(mean[0]), own(mean[1])),
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class ReachingTimes(Solution):
    """How likely, and how soon, play gets to some states.

    Attributes
    ----------
    states : tuple of str
        Where play starts.
    target : tuple of str
    probabilities : tuple of Fraction or float
        For each start, the probability that play ever gets to the target.
    times : tuple of (Fraction, float or None)
        The expected number of periods until it first does, 0 in the target; None where it may
        never get there, so that the expectation is infinite.
    """

    states: tuple[str, ...]
    target: tuple[str, ...]
    probabilities: tuple[Number, ...]
    times: tuple[Number | None, ...]

    def __str__(self) -> str:
        width = max(5, *map(len, self.states))
        lines = textwrap.wrap(self.status, WIDTH)
        lines.append(f"  {'from':<{width}}  {'probability':>11}  {'periods':>11}")
        for name, chance, time in zip(self.states, self.probabilities, self.times, strict=True):
            periods = "-" if time is None else _shown(time)
            lines.append(f"  {name:<{width}}  {_shown(chance):>11}  {periods:>11}")
        return wrapped(lines)


def reaching_times(stochastic_game: StochasticGame, strategies: Any, target: Any) -> ReachingTimes:
    r"""Find how likely and how soon play gets to a state, such as that of lost or of full trust.

    Parameters
    ----------
    stochastic_game : StochasticGame
    strategies
        As in `long_run_states`.
    target : str, or sequence of str
        The state, or the states of which one is enough.

    Returns
    -------
    ReachingTimes
        Exact, unless there are floats among the probabilities of the strategies. The times t from
        states that get there with certainty solve :math:`t = 1 + P t`, with t = 0 in the target.

    Raises
    ------
    TypeError, ValueError
        If the strategies or the target don't fit the game.

    Examples
    --------
    >>> from dilemma.game import Game
    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> def follow(state, row, column):
    ...     return {"calm": "9/10", "tense": "1/10"} if row == column else "tense"
    >>> world = StochasticGame.by_rule({"calm": stage, "tense": stage}, follow)
    >>> reaching_times(world, "share", "tense").times
    (Fraction(10, 1), Fraction(0, 1))
    """
    require_stochastic_game(stochastic_game)
    game = stochastic_game
    names = list(target) if isinstance(target, (list, tuple, set)) else [target]
    if not names:
        raise ValueError("target: requires at least one state, got none")
    wanted = sorted({game.index(name, "target") for name in names})
    matrix, _ = chain_of(game, read_strategies(game, strategies))
    exact = matrix.dtype == object
    own: Any = Fraction if exact else float
    count = len(game)
    # The target is made absorbing, all of it one state, the last.
    others = [s for s in range(count) if s not in wanted]
    size = len(others)
    zero: Any = Fraction(0) if exact else 0.0
    merged = np.full((size + 1, size + 1), zero, dtype=matrix.dtype)
    merged[:size, :size] = matrix[np.ix_(others, others)]
    merged[:size, size] = matrix[np.ix_(others, wanted)].sum(axis=1)
    merged[size, size] = zero + 1
    reach = absorption_probabilities(merged)[:, -1]  # the class of the last state comes last
    # Certainty is a matter of which moves are possible, not of rounding.
    leads = np.linalg.matrix_power((merged != 0) + np.eye(size + 1), size + 1) > 0
    lost = [k for k in range(size) if not leads[k, size]]
    sure = [k for k in range(size) if not leads[k, lost].any()]
    times: list[Any] = [None] * size
    if sure:
        inner = merged[np.ix_(sure, sure)]
        if exact:
            identity = fractions(np.eye(len(sure), dtype=int).astype(object))
            ones = fractions([[1]] * len(sure))
            solved: NDArray[Any] = solve_rational(identity - inner, ones)[:, 0]
        else:
            solved = np.linalg.solve(np.eye(len(sure)) - inner, np.ones(len(sure)))
        for k, value in zip(sure, solved, strict=True):
            times[k] = own(value)
    probabilities = [own(zero + 1)] * count
    periods: list[Any] = [own(zero)] * count
    for k, s in enumerate(others):
        probabilities[s] = own(zero + 1) if k in sure else own(reach[k])
        periods[s] = times[k]
    what = _or([game.states[s] for s in wanted])
    if not lost:
        words = f"Play gets to {what} from every state."
    elif len(lost) == size:
        words = f"Play never gets to {what} from another state."
    else:
        never = _or([game.states[others[k]] for k in lost])
        words = f"Play never gets to {what} from {never}."
    return ReachingTimes(
        method="first-step equations",
        exact=exact,
        complete=True,
        status=words,
        states=game.states,
        target=tuple(game.states[s] for s in wanted),
        probabilities=tuple(probabilities),
        times=tuple(periods),
    )


def first_state(game: StochasticGame, start: Any) -> tuple[NDArray[np.object_], str]:
    """The law of the first state, and in words."""
    count = len(game)
    law = np.full(count, Fraction(0), dtype=object)
    if start is None:
        law[:] = Fraction(1, count)
        return law, game.states[0] if count == 1 else "any state with equal chances"
    if isinstance(start, Mapping):
        weights = np.zeros(count, dtype=object)
        for name, weight in start.items():
            weights[game.index(name, "start")] = weight
        law[:] = checking.mixed(list(weights), game.states, "start", floating=False)
        likely = [s for s in range(count) if law[s]]
        if len(likely) > 1:
            parts = [f"{game.states[s]} ({number(law[s])})" for s in likely]
            return law, _or(parts)
        return law, game.states[likely[0]]
    s = game.index(start, "start")
    law[s] = Fraction(1)
    return law, game.states[s]


def _ends_in_words(classes: Sequence[StateClass]) -> str:
    reached = [one for one in classes if one.probability]
    parts = []
    for one in reached:
        many = len(one.states)
        if many == 1:
            where = f"ends in {one.states[0]} for ever"
        elif many > 3:
            where = f"goes round {many} states, {one.states[0]} to {one.states[-1]}"
        else:
            where = f"goes round {', '.join(one.states[:-1])} and {one.states[-1]}"
        if len(reached) > 1:
            where += f" (probability {_shown(one.probability)})"
        parts.append(where)
    return _or(parts)


def _or(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def _shown(value: Number) -> str:
    return number(value) if isinstance(value, Fraction) else f"{value:.6g}"
