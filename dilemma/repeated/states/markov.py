"""Equilibria in play that looks at the state alone: all pure ones, and mixed ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Any

import numpy as np

from dilemma.equilibria import nash
from dilemma.game import StochasticGame
from dilemma.game.stochastic import discount_factor
from dilemma.repeated.states.answers import (
    MarkovEquilibria,
    MarkovEquilibrium,
    markov_equilibrium,
)
from dilemma.repeated.states.homotopies import Play, between, on_support, path_end, priors
from dilemma.repeated.states.stationary import Pair, require_stochastic_game
from dilemma.repeated.states.stationary_bounds import candidates, dense

MOST_PRODUCTS = 5_000
LEAST_IMPATIENCE = Fraction(1, 10**12)
# What a deviation gains once is 1 - δ times a period's payoff, and floats must tell it from 0.
LEAST_IMPATIENCE_TO_MIX = Fraction(1, 10**7)
# Each candidate takes some milliseconds.
WORTH_A_PROGRESS_BAR = 400
LARGEST_FLOAT = 10**300
# Probabilities with larger denominators are not tried as rational ones.
LARGEST_DENOMINATOR = 10**6


def markov_perfect(
    stochastic_game: StochasticGame,
    discount: Any,
    *,
    starts: int = 4,
    limit: int = 50_000,
    seed: Any = 0,
) -> MarkovEquilibria:
    r"""Find Markov-perfect equilibria: all pure ones, and mixed ones where they are found.

    Players condition on the state alone, and do best in every state, reached or not (maskin2001).
    By the one-shot deviation principle a pair of such strategies with values V is an equilibrium
    exactly if in each state s it is a Nash equilibrium of the auxiliary game with payoffs
    :math:`(1 - \delta) u(s, i, j) + \delta \sum_{s'} q(s' \mid s, i, j) V(s')`.

    Parameters
    ----------
    stochastic_game : StochasticGame
    discount : in [0, 1)
        δ, the weight of the next period against this one.
    starts : int
        From how many priors paths to mixed equilibria are followed: the uniform one first, then
        random ones. With 0 only pure equilibria, and mixed ones between them, are looked for.
    limit : int
        How many boxes the search for pure equilibria may look at; see Notes.
    seed : anything that `numpy.random.default_rng` takes
        For the random priors.

    Returns
    -------
    MarkovEquilibria
        Pure ones first. ``pure_complete`` says whether all pure ones are there; ``complete`` is
        True only where the states are *decoupled*: if δ = 0, or what is played does not move the
        state. Then the equilibria are those of `nash` in each state, in all combinations.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range; also if δ is above 1 − 1e-12 where
        states hang together. (Above 1 − 1e-7 mixed ones are not looked for.)

    Notes
    -----
    Pure equilibria: branch and bound on the profiles that each state may have, with bounds on the
    values from best deviations, rounded outwards (`dilemma.repeated.states.stationary_bounds`);
    what is left is decided exactly, by a linear system in Fractions for the values and a
    comparison for each deviation. The worst case grows exponentially with the states. Five trust
    levels of five strategies take some tenths of a second; eleven levels may have thousands of
    equilibria, and then take a minute.

    Mixed equilibria: `dilemma.repeated.states.homotopies`. In general their probabilities are
    algebraic numbers; where they are rational with small denominators they are recognised, and
    verified exactly. Otherwise ``exact`` is False and ``regret`` is what a deviation gains by
    rounding.

    References
    ----------
    shapley1953, fink1964, maskin2001, herings2004 in ``references.bib``.

    Examples
    --------
    Only mutual sharing keeps the world good, where sharing alone would never be an equilibrium:

    >>> from dilemma.game import Game
    >>> good = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> bad = Game.symmetric([[0, -2], [1, 0]], ["share", "hide"])
    >>> def follow(state, row, column):
    ...     return "good" if state == "good" and row == column == "share" else "bad"
    >>> world = StochasticGame.by_rule({"good": good, "bad": bad}, follow)
    >>> for equilibrium in markov_perfect(world, "3/4"):
    ...     print(equilibrium.words)
    good: both play share; bad: both play hide
    in every state both play hide
    good: both mix share (~0.620518) and hide (~0.379482); bad: both play hide
    """
    require_stochastic_game(stochastic_game)
    delta = discount_factor(discount)
    for name, value in (("starts", starts), ("limit", limit)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name}: requires an integer of at least 0, got {value!r}")
        if value < 0:
            raise ValueError(f"{name}: requires an integer of at least 0, got {value}")
    if decoupled(stochastic_game, delta):
        return _products(stochastic_game, delta)
    if 1 - delta < LEAST_IMPATIENCE:
        raise ValueError(
            f"discount: requires a number up to 1 - {float(LEAST_IMPATIENCE):.0e}, since values "
            "are bounded in floating point, got one nearer to 1"
        )
    found = candidates(stochastic_game, delta, limit)
    pure = []
    profiles = []
    for profile in _watched(found.profiles):
        equilibrium = _certified(stochastic_game, _pure_play(stochastic_game, profile), delta)
        if equilibrium is not None:
            pure.append(equilibrium)
            profiles.append(profile)
    patient = 1 - delta < LEAST_IMPATIENCE_TO_MIX
    mixed = [] if patient else _mixed(stochastic_game, delta, profiles, starts, seed)
    equilibria = (*pure, *mixed)
    return MarkovEquilibria(
        method="pure: branch and bound, decided exactly; mixed: Newton's method and logit paths",
        exact=all(one.exact for one in equilibria),
        complete=False,
        status=_status(len(pure), len(mixed), found.finished, limit, patient),
        equilibria=equilibria,
        discount=delta,
        pure_complete=found.finished,
    )


def decoupled(game: StochasticGame, discount: Fraction) -> bool:
    """Whether what is played cannot matter for the future: δ = 0, or the state moves by itself."""
    return discount == 0 or all(
        (chances == chances[:1, :1]).all() for chances in game.exact_transitions
    )


def _watched(profiles: Sequence[Any]) -> Iterable[Any]:
    """The candidates, with a progress bar where there are many."""
    if len(profiles) < WORTH_A_PROGRESS_BAR:
        return profiles
    from tqdm.auto import tqdm

    return tqdm(profiles, desc="candidates", unit="", delay=2)


def _products(game: StochasticGame, delta: Fraction) -> MarkovEquilibria:
    """The equilibria of each state's game, in all combinations."""
    lists = [nash(stage) for stage in game.games]
    total = prod(map(len, lists))
    equilibria = []
    for choice in islice(product(*lists), MOST_PRODUCTS):
        play = [
            (np.array(one.row, dtype=object), np.array(one.column, dtype=object)) for one in choice
        ]
        equilibria.append(markov_equilibrium(game, play, delta))
    equilibria.sort(key=lambda one: not one.pure)
    count = len(equilibria)
    finished = count == total
    reason = "δ = 0" if delta == 0 else "what is played does not move the state"
    words = _counted(count, "Markov-perfect equilibrium", "Markov-perfect equilibria")
    status = f"{words}: since {reason}, those of each state's own game in all combinations"
    if any(found.degenerate for found in lists):
        status += ", extreme ones where a state's game has a continuum"
    status += "." if finished else f"; {total:,} there are, and the first {count:,} are listed."
    return MarkovEquilibria(
        method="nash in each state",
        exact=True,
        complete=finished,
        status=status,
        equilibria=tuple(equilibria),
        discount=delta,
        pure_complete=finished,
    )


def _pure_play(game: StochasticGame, profile: Sequence[tuple[int, int]]) -> list[Pair]:
    zero, one = Fraction(0), Fraction(1)
    play: list[Pair] = []
    for stage, (i, j) in zip(game.games, profile, strict=True):
        m, n = stage.shape
        play.append(
            (
                np.array([one if k == i else zero for k in range(m)], dtype=object),
                np.array([one if k == j else zero for k in range(n)], dtype=object),
            )
        )
    return play


def _certified(
    game: StochasticGame, play: Sequence[Pair], delta: Fraction
) -> MarkovEquilibrium | None:
    """Exact play as an answer, if no deviation gains."""
    equilibrium = markov_equilibrium(game, play, delta)
    return equilibrium if equilibrium.regret == 0 else None


def _mixed(
    game: StochasticGame,
    delta: Fraction,
    pure: Sequence[Sequence[tuple[int, int]]],
    starts: int,
    seed: Any,
) -> list[MarkovEquilibrium]:
    terms = dense(game, delta)
    plays = [on_support(terms, supports) for supports in between(pure)]
    plays += [path_end(terms, prior) for prior in priors(terms, starts, seed)]
    kept: list[Play] = []
    found = []
    # Of payoffs beyond the range of floats only rational mixtures can be reported.
    floats = all(abs(stage.exact_payoffs).max() < LARGEST_FLOAT for stage in game.games)
    for play in plays:
        if play is None or all(max(one) == 1 for pair in play for one in pair):
            continue
        if any(_close(play, other) for other in kept):
            continue
        kept.append(play)
        cut = [
            (x[: stage.shape[0]], y[: stage.shape[1]])
            for stage, (x, y) in zip(game.games, play, strict=True)
        ]
        exact = _rational_play(cut)
        certified = None if exact is None else _certified(game, exact, delta)
        if certified is not None:
            found.append(certified)
        elif floats:
            found.append(markov_equilibrium(game, cut, delta))
    return found


def _rational_play(play: Sequence[Pair]) -> list[Pair] | None:
    """The simple rational numbers near these floats, if they are probabilities."""
    result: list[Pair] = []
    for pair in play:
        near = [
            np.array(
                [Fraction(float(w)).limit_denominator(LARGEST_DENOMINATOR) for w in one],
                dtype=object,
            )
            for one in pair
        ]
        if any(sum(one) != 1 or min(one) < 0 for one in near):
            return None
        result.append((near[0], near[1]))
    return result


def _close(one: Play, two: Play) -> bool:
    return all(
        np.allclose(a, b, rtol=0, atol=1e-7)
        for first, second in zip(one, two, strict=True)
        for a, b in zip(first, second, strict=True)
    )


def _counted(count: int, one: str, many: str) -> str:
    return f"{'One' if count == 1 else count or 'No'} {one if count == 1 else many}"


def _status(pure: int, mixed: int, finished: bool, limit: int, patient: bool) -> str:
    words = _counted(pure, "pure Markov-perfect equilibrium", "pure Markov-perfect equilibria")
    if finished and pure:
        words += ", and no other pure one: all were enumerated, in rational arithmetic"
    elif finished:
        words = "No pure Markov-perfect equilibrium: every pure profile was excluded"
    else:
        words += (
            f", and there may be more: the search stopped at its limit of {limit:,} boxes "
            "(raise limit, or take fewer states)"
        )
    if patient:
        return f"{words}; mixed ones were not looked for, so near to a discount factor of 1."
    if mixed:
        return f"{words}; {mixed} mixed found, and there may be more (raise starts)."
    return f"{words}; no mixed one was found, though there may be some (raise starts)."
