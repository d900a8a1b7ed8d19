r"""Suspicion as imperfect public monitoring: what mutual restraint costs when signals mislead.

After each period everybody sees a signal, "good" or "bad". It is bad with probability p if both
play the target a, and with probability :math:`q_k` if one of them plays k instead. Payoffs are
symmetric: R for the target, :math:`T_k` for the deviation k, P for the punishment, an equilibrium
of the stage game.

**The bound** (abreu1991, for strongly symmetric equilibria with a public lottery). After a bad
signal, with probability β, the punishment follows for ever. The value of the target solves

.. math:: v = (1-\delta) R + \delta [v - p \beta (v - P)], \quad\text{so}\quad
          R - v = p x, \qquad x = \frac{\delta \beta (v - P)}{1 - \delta},

and no deviation pays if and only if :math:`T_k - R \le (q_k - p) x` for all k. The least x that
does is the largest :math:`M = (T_k - R)/(q_k - p)` over the deviations with :math:`T_k > R`, which
all need :math:`q_k > p`: the best value is :math:`v = R - pM = R - \max_k (T_k - R)/(q_k/p - 1)`.
A deviation that *loses* and makes the bad signal rarer, :math:`q_k < p`, becomes tempting when x
is large: :math:`x \le (R - T_k)/(p - q_k)` is needed, too. A β of at most 1 reaches x = M if
:math:`\delta (v - P) \ge (1 - \delta) M`, that is for

.. math:: \delta \ge \frac{M}{M + v - P}
          = \max_k \frac{T_k - R}{(T_k - R) + (q_k - p)(v - P)},

with v > P if M > 0. No continuation between P and v does better: the incentives depend only on
how much the bad signal lowers the continuation payoff, and the target's own value falls by p times
that. (A harsher continuation than P, where there is one, would leave v and lower the least δ.
Punishments follow the bad signal only: where the good one betrays deviations, exchange the two.)

**Punishment phases** (green1984): after a bad signal T periods of P, then the target again.
Then :math:`x = \delta(1-\delta^T)(v-P)/(1-\delta)` and
:math:`v - P = (1-\delta)(R-P)/(1-\delta+\delta p(1-\delta^T))`: with
:math:`s = \delta + \dots + \delta^T`,

.. math:: x = \frac{s (R - P)}{1 + p s}, \qquad v = R - p x,

so that the target is sustained if and only if :math:`x \ge M`, that is
:math:`s \ge M/((R-P) - pM)`. An unending phase needs the same discount factor as the bound, every
finite one needs more, and at its least discount factor each pays the bound, :math:`R - pM`.
Where the "punishment" pays more than the target, x is negative, and the same two formulas and the
constraints :math:`T_k - R \le (q_k - p) x` say where a phase sustains the target.

These formulas are derived here from the definitions; the sources treat more general games.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.algebraic import Real, where_nonnegative
from dilemma.arrays.exact import fraction, fractions
from dilemma.game import Game
from dilemma.game.display import WIDTH, number
from dilemma.game.repeating import RepeatedGame
from dilemma.repeated.patience.signals import misread_signals, strategy_of_both, trembling
from dilemma.repeated.patience.words import shown
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

# One deviation: its name, what it gains, and how likely it makes the bad signal.
Deviation = tuple[str, Fraction, Fraction]


@dataclass(frozen=True)
class PunishmentPhase(Displayed):
    """A punishment of fixed length after each bad signal.

    Attributes
    ----------
    periods : int or None
        T; None for ever.
    discount : Fraction, AlgebraicNumber or None
        The least discount factor at which it sustains the target; None if none below 1 does.
    largest : Fraction, AlgebraicNumber or None
        The largest one: 1 means all below 1.
    payoff : Fraction or None
        What the target is worth at the discount factor that was asked for; None if none was, or
        if the phase does not sustain the target there.
    """

    periods: int | None
    discount: Real | None
    largest: Real | None
    payoff: Fraction | None

    def __str__(self) -> str:
        length = "for ever" if self.periods is None else f"T = {self.periods}"
        if self.discount is None:
            return f"{length}: no discount factor"
        words = f"{length}: from {shown(self.discount)}"
        if self.largest != 1:
            words += f" to {shown(self.largest)}" if self.largest is not None else ""
        return words if self.payoff is None else f"{words}, worth {number(self.payoff)}"


@dataclass(frozen=True, kw_only=True, repr=False)
class PublicMonitoring(Solution):
    """What a target is worth to each when all that is seen of play is a public signal.

    Attributes
    ----------
    value : Fraction or None
        v, the best symmetric payoff that sustains the target; None if nothing does.
    cost : Fraction or None
        R − v, what suspicion costs in each period, however patient the players are.
    discount : Fraction or None
        The least discount factor that sustains it.
    binding : str or None
        The deviation that decides; None if none gains.
    reward, punishment : Fraction
        R and P.
    bad : Fraction
        p, the probability of the bad signal when both play the target.
    deviations : tuple of (str, Fraction, Fraction)
        For each deviation k its name, the gain :math:`T_k - R`, and :math:`q_k`.
    ratios : tuple of (Fraction or None)
        The likelihood ratio :math:`q_k / p` of each; None for an infinite one.
    phases : tuple of PunishmentPhase
        Punishments of 1, 2, … periods and for ever.
    credible : bool
        True if the punishment is an equilibrium of the stage game.
    """

    value: Fraction | None
    cost: Fraction | None
    discount: Fraction | None
    binding: str | None
    reward: Fraction
    punishment: Fraction
    bad: Fraction
    deviations: tuple[Deviation, ...]
    ratios: tuple[Fraction | None, ...]
    phases: tuple[PunishmentPhase, ...]
    credible: bool

    def __str__(self) -> str:
        lines = textwrap.wrap(self.status, WIDTH)
        for (name, gain, bad), ratio in zip(self.deviations, self.ratios, strict=True):
            likely = "certain to show" if ratio is None else f"likelihood ratio {number(ratio)}"
            words = f"{name}: gains {number(gain)}, bad signal {number(bad)}, {likely}"
            lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ")
        if self.value is not None and self.binding is not None:
            lines.append("  punishment phases:")
            lines += [f"    {one}" for one in self.phases]
        return wrapped(lines)


def public_monitoring(
    game: Game | RepeatedGame,
    signals: Sequence[Any] | None,
    target: Any,
    punishment: Any,
    *,
    longest: int = 6,
    discount: Any = None,
) -> PublicMonitoring:
    r"""Find the best symmetric payoff under a public signal, and what suspicion costs, exactly.

    Parameters
    ----------
    game : Game or RepeatedGame
        A symmetric stage game. A repeated game also brings the discount (for the phases'
        payoffs), and without ``signals`` its suspicion makes them: see `misread_signals`. With
        errors of execution its payoffs are then those of the trembling stage game.
    signals : sequence of m numbers in [0, 1], or None
        The probability of the bad signal when one player plays strategy k and the other the
        target: the target's own entry is p, the others are the :math:`q_k`.
    target, punishment : str or int
        Strategies that both play, by name or index.
    longest : int
        The longest finite punishment phase to be compared.
    discount : number in [0, 1), optional
        Where the phases' payoffs are compared.

    Returns
    -------
    PublicMonitoring
        The bound and its discount factor as in the notes of this module; ``phases`` of fixed
        length beside it.

    Raises
    ------
    TypeError, ValueError
        If the game is not symmetric, a signal no probability, or a profile not symmetric.

    References
    ----------
    abreu1991, green1984 in ``references.bib``.

    Examples
    --------
    >>> prisoners = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> found = public_monitoring(prisoners, ["1/10", "9/10"], "share", "hide", longest=2)
    >>> print(found)
    A discount factor of at least 10/17 sustains mutual share under suspicion; it is
    worth 11/4, so that suspicion costs 1/4 a period. The binding deviation is hide.
      hide: gains 2, bad signal 9/10, likelihood ratio 9
      punishment phases:
        T = 1: no discount factor
        T = 2: from ~0.795597
        for ever: from 10/17
    """
    stage, bad_signals, delta = _read(game, signals, target, discount)
    if not stage.is_symmetric:
        raise ValueError(
            "game: requires a symmetric game, got one that treats players differently"
        )
    if isinstance(longest, bool) or not isinstance(longest, (int, np.integer)):
        raise TypeError(f"longest: requires a number of periods, got {longest!r}")
    if longest < 0:
        raise ValueError(f"longest: requires at least 0 periods, got {longest}")
    own = strategy_of_both(stage, target, "target")
    low = strategy_of_both(stage, punishment, "punishment")
    names, payoffs = stage.strategies[0], stage.exact_payoffs[0]
    R, P, p = Fraction(payoffs[own, own]), Fraction(payoffs[low, low]), bad_signals[own]
    deviations = tuple(
        (names[k], Fraction(payoffs[k, own]) - R, bad_signals[k])
        for k in range(len(names))
        if k != own
    )
    credible = stage.regret(*[[int(k == low) for k in range(len(names))]] * 2) == 0
    least, most, binding, hidden = _steps(deviations, p)
    value = cost = needed = None
    if hidden is None and (most is None or least <= most):
        v = R - p * least
        if not least or v > P:
            value, cost, needed = v, p * least, least / (least + v - P) if least else Fraction(0)
    phases = tuple(
        _phase(periods, R, P, p, _window(deviations, p), delta)
        for periods in (*range(1, int(longest) + 1), None)
    )
    return PublicMonitoring(
        method="incentive constraints of strongly symmetric equilibria, in closed form",
        exact=True,
        complete=True,
        status=_status(names[own], value, cost, needed, binding, hidden, least, most, credible),
        value=value,
        cost=cost,
        discount=needed,
        binding=binding,
        reward=R,
        punishment=P,
        bad=p,
        deviations=deviations,
        ratios=tuple(q / p if p else (None if q else Fraction(1)) for _, _, q in deviations),
        phases=phases,
        credible=credible,
    )


def _read(
    game: Game | RepeatedGame, signals: Sequence[Any] | None, target: Any, discount: Any
) -> tuple[Game, list[Fraction], Fraction | None]:
    """The stage game, the probabilities of the bad signal, and the discount, if there is one."""
    stage, delta = game, None if discount is None else fraction(discount, "discount")
    if isinstance(game, RepeatedGame):
        if discount is not None:
            raise TypeError(f"discount: the RepeatedGame has one of its own; got {discount!r} too")
        if game.horizon is not None:
            raise ValueError(
                f"game: requires play without end, got a horizon of {game.horizon} periods"
            )
        stage, delta = game.stage, game.discount if game.discount < 1 else None
        if signals is None:
            made = misread_signals(stage, target, game.suspicion)
            if game.error == "execution":
                stage = trembling(stage, game.suspicion)
            return stage, list(made), delta
    if not isinstance(stage, Game):
        raise TypeError(f"game: requires a Game or a RepeatedGame, got {type(game).__name__}")
    if delta is not None and not 0 <= delta < 1:
        raise ValueError(f"discount: requires a number in [0, 1), got {delta}")
    if signals is None:
        raise TypeError(
            "signals: requires the probability of the bad signal for each strategy, got none "
            "(a RepeatedGame's suspicion makes them)"
        )
    if isinstance(signals, str) or not hasattr(signals, "__len__"):
        raise TypeError(f"signals: requires a sequence of probabilities, got {signals!r}")
    if any(hasattr(one, "__len__") and not isinstance(one, str) for one in signals):
        raise TypeError("signals: requires one probability for each strategy, got a table")
    known = list(fractions(list(signals), "signals"))
    if len(known) != stage.shape[0]:
        raise ValueError(
            f"signals: requires {stage.shape[0]} probabilities, one for each strategy, "
            f"got {len(known)}"
        )
    for k, one in enumerate(known):
        if not 0 <= one <= 1:
            raise ValueError(f"signals[{k}]: requires a number in [0, 1], got {one}")
    return stage, known, delta


def _steps(
    deviations: Sequence[Deviation], p: Fraction
) -> tuple[Fraction, Fraction | None, str | None, str | None]:
    """The least and the largest x, the deviation that decides, and one that nothing deters."""
    least, most = Fraction(0), None
    binding = hidden = None
    for name, gain, q in deviations:
        if gain > 0 and q <= p:
            hidden = hidden or name
        elif gain > 0:
            step = gain / (q - p)
            if step > least:
                least, binding = step, name
        elif q < p:
            step = -gain / (p - q)
            most = step if most is None else min(most, step)
    return least, most, binding, hidden


# What x must be at least, and at most: None for no bound.
Window = tuple[Fraction | None, Fraction | None]


def _window(deviations: Sequence[Deviation], p: Fraction) -> Window | None:
    """The steps x, of either sign, that deter all deviations; None if there are none.

    A phase that pays more than the target has x < 0, and deters other deviations.
    """
    lows = [gain / (q - p) for _, gain, q in deviations if q > p]
    highs = [-gain / (p - q) for _, gain, q in deviations if q < p]
    if any(gain > 0 and q == p for _, gain, q in deviations):
        return None
    return max(lows, default=None), min(highs, default=None)


def _phase(
    periods: int | None,
    R: Fraction,
    P: Fraction,
    p: Fraction,
    window: Window | None,
    delta: Fraction | None,
) -> PunishmentPhase:
    """Where x, which is s (R − P)/(1 + p s), lies between its bounds."""
    none = PunishmentPhase(periods, None, None, None)
    if window is None:
        return none
    # In powers of δ: s (R − P) − bound · (1 + p s) with the right sign; for ever s = δ/(1 − δ).
    if periods is None:
        over, under = [Fraction(0), Fraction(1)], [Fraction(1), Fraction(-1)]
    else:
        over = [Fraction(0), *[Fraction(1)] * periods]
        under = [Fraction(1), *[Fraction(0)] * periods]
    conditions = [
        [way * ((R - P - p * bound) * s - bound * one) for s, one in zip(over, under, strict=True)]
        for way, bound in zip((1, -1), window, strict=True)
        if bound is not None
    ]
    where = where_nonnegative(conditions)
    if not where:
        return none
    low, high = where[0][0], where[-1][1]
    payoff = None
    if delta is not None and low <= delta <= high:
        s = delta / (1 - delta) if periods is None else sum(
            (delta**t for t in range(1, periods + 1)), Fraction(0)
        )  # fmt: skip
        payoff = R - p * s * (R - P) / (1 + p * s)
    return PunishmentPhase(periods, low, high, payoff)


def _status(
    name: str,
    value: Fraction | None,
    cost: Fraction | None,
    discount: Fraction | None,
    binding: str | None,
    hidden: str | None,
    least: Fraction,
    most: Fraction | None,
    credible: bool,
) -> str:
    target = f"mutual {name}"
    if hidden is not None:
        return (
            f"No punishment after bad signals sustains {target}: {hidden} gains and does not make "
            "them more likely, so that nobody would notice."
        )
    if value is None and most is not None and least > most:
        return (
            f"No discount factor sustains {target}: punishments that deter {binding} make it "
            "worth a loss to keep the signal good."
        )
    if value is None:
        return (
            f"No discount factor sustains {target}: with so misleading a signal it would be worth "
            "no more than the punishment."
        )
    if binding is None:
        words = f"Any discount factor sustains {target}: nobody gains by deviating"
    else:
        words = (
            f"A discount factor of at least {number(discount or Fraction(0))} sustains {target} "
            f"under suspicion; it is worth {number(value)}, so that suspicion costs "
            f"{number(cost or Fraction(0))} a period. The binding deviation is {binding}"
        )
    if credible:
        return f"{words}."
    return f"{words}. The punishment is not credible: it is no equilibrium of the stage game."
