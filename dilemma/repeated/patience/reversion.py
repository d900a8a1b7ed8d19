"""How much patience sustains a target: reversion to a punishment, of ever harsher kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.algebraic import Real, tex_real, united
from dilemma.game import Game
from dilemma.game.repeating import RepeatedGame
from dilemma.repeated.patience.guarantees import Pair, minmax, stage_of
from dilemma.repeated.patience.penal_codes import (
    Code,
    Intervals,
    Punishment,
    best_code,
    starts_better,
)
from dilemma.repeated.patience.regions import pure_points
from dilemma.repeated.patience.targets import DrawnProfile, Gains, Target, Way, read_target
from dilemma.repeated.patience.threats import read_threat, worst_equilibria
from dilemma.repeated.patience.words import details, sentence, why_unsustained
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.tex import tex_name

CARROTS = ("target", "any")
METHODS = {
    "given": "grim reversion, in closed form",
    "worst": "reversion to each player's worst stage equilibrium, in closed form",
    "minmax": "simple penal codes with stick and carrot, by isolating algebraic roots",
}


@dataclass(frozen=True, kw_only=True, repr=False)
class CriticalDiscount(Solution):
    """The discount factors that sustain a target, by the punishment asked for.

    Attributes
    ----------
    value : Fraction, AlgebraicNumber or None
        The least discount factor that sustains the target; None if none below 1 does. An
        `dilemma.arrays.algebraic.AlgebraicNumber` turns into a float and compares exactly.
    largest : Fraction, AlgebraicNumber or None
        The largest one: 1, unless the patient are tempted: by a punishment that pays a player
        more than the target does, or by leaving a penal code.
    by_player : pair of (Fraction, AlgebraicNumber or None)
        Each player's own least discount factor: 0 for one whom no deviation pays. With penal
        codes: the least one at which a credible punishment keeps this player to the target, if
        the other were not tempted to leave it.
    target : pair of str
        The strategies to be sustained; of a payoff pair, the payoffs.
    deviations : pair of (str or None)
        Each player's best deviation from the target, None where no deviation gains at once.
    credible : bool
        True if the punishment is an equilibrium of the stage game, so that carrying it out is in
        each player's interest, or a penal code, whose conditions include that.
    payoffs : pair of Fraction
        What the target pays.
    drawn : tuple of DrawnProfile
        The profiles that the target plays, each with its weight and what deviating from it
        gains: one for a profile, up to three for payoffs that a public lottery reaches; none if
        these are not feasible.
    intervals : tuple of pairs
        All discount factors that sustain the target, as closed intervals; an end of 1 means all
        below 1.
    monotone : bool
        True if every discount factor from ``value`` on does (False if none does).
    punishment : str
        The kind that was asked for: "given", "worst" or "minmax".
    punishments : pair of (Punishment or None)
        What awaits each player who deviates, at ``value``.
    lottery : bool
        True if the target is a pair of payoffs. Then everything here is about play that draws by
        the same lottery in every period; play that changes over time may sustain the same
        payoffs with less patience, as `payoff_set` tells.
    bound : Fraction or None
        The least discount factor at which even a reversion to minmax in mixed strategies would
        deter deviations: below it nothing sustains the target, whatever the punishment (of
        payoffs: no lottery that is the same in every period does).
    pure_bound : Fraction or None
        The same with minmax in pure strategies: a bound for punishments in pure strategies.
    """

    value: Real | None
    largest: Real | None
    by_player: tuple[Real | None, Real | None]
    target: tuple[str, str]
    deviations: tuple[str | None, str | None]
    credible: bool
    payoffs: Pair
    drawn: tuple[DrawnProfile, ...]
    intervals: Intervals
    monotone: bool
    punishment: str
    punishments: tuple[Punishment | None, Punishment | None]
    lottery: bool
    bound: Fraction | None
    pure_bound: Fraction | None

    def __str__(self) -> str:
        return wrapped([self.status, *(f"  {one}" for one in details(self))])

    def _repr_latex_(self) -> str:
        if self.value is None:
            return rf"${tex_name('no discount factor below 1 sustains the target')}$"
        return rf"$\delta^* = {tex_real(self.value)}$"


def critical_discount(
    game: Game | RepeatedGame,
    target: Any,
    punishment: Any,
    *,
    longest: int = 8,
    carrot: str = "target",
) -> CriticalDiscount:
    r"""Find the least discount factor at which a punishment sustains a target, exactly.

    Both players play the target as long as nobody has deviated, and the punishment for ever
    after. With :math:`R_i` the target's payoff to player i, :math:`D_i` that of the best deviation
    and :math:`P_i` the punishment's, in average discounted payoffs nobody deviates if and only if
    :math:`R_i \ge (1 - \delta) D_i + \delta P_i` for both players. Where a deviation gains
    (:math:`D_i > R_i`) and the punishment hurts (:math:`P_i < R_i`), that is

    .. math:: \delta \ge \delta_i^* = \frac{D_i - R_i}{D_i - P_i},

    which grows with :math:`D_i`, so that the best deviation decides. Where none gains and the
    punishment does not reward, any discount factor will do; where one gains and the punishment
    does not hurt, none below 1. A "punishment" that pays more than the target
    (:math:`P_i > R_i \ge D_i`) tempts the patient: it bounds the discount factor from above, by
    :math:`(R_i - D_i)/(P_i - D_i)`.

    Harsher than one given punishment for both is the stage equilibrium that is worst for the
    deviator (``"worst"``), and harsher still a penal code with stick and carrot (``"minmax"``,
    abreu1988): see `dilemma.repeated.patience.penal_codes` for the class that is searched. Nothing
    is harsher than the minmax payoffs for ever, which ``bound`` reports: so, for one target, the
    least discount factors fall in this order, equal ones apart.

    Parameters
    ----------
    game : Game or RepeatedGame
        The stage game, or a repeated game with that stage: without a horizon and without
        suspicion, and its own discount is not used.
    target : str, int, pair of these, pair of payoffs, pair of mixtures, or Equilibrium
        A pure strategy profile, by names or indices; one name or index stands for both players.
        Two numbers of which one is a float or a Fraction are payoffs, reached by a public lottery
        over pure profiles, the same in every period: the one that needs least patience is found.
        Two sequences of weights are a mixed profile, with mixtures that the players observe.
    punishment : str, int, pair of these, Equilibrium, or pair of Equilibrium
        What is played for ever after a deviation: a pure profile, or one of ``nash(game)``, or
        one of these for each deviator. ``"worst"``: for each player its worst stage equilibrium.
        ``"minmax"``: the harshest penal code of its class. (Strategies of these names go first.)
    longest : int
        With "minmax": the most periods of stick before the carrot.
    carrot : str
        With "minmax": what follows the stick, the "target" again or "any" pure profile for ever.
        The latter is a larger class, and takes as many times longer as there are profiles.

    Returns
    -------
    CriticalDiscount
        Its ``status`` says so where the punishment is not credible: where it is no equilibrium of
        the stage game, grim reversion to it is not subgame perfect. It also says why nothing
        sustains a target, where that is so (an infeasible one, one below minmax).

    Raises
    ------
    TypeError, ValueError
        If a profile names no strategies of the game; if an option is out of its range; with
        "worst" and "minmax" if the game is too large for `nash`.

    References
    ----------
    friedman1971, abreu1988 in ``references.bib``.

    Examples
    --------
    >>> prisoners = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> patience = critical_discount(prisoners, "share", "hide")
    >>> patience.value, patience.deviations, patience.credible
    (Fraction(1, 2), ('hide', 'hide'), True)
    >>> critical_discount(prisoners, "share", "share").value is None
    True
    >>> critical_discount(prisoners, (2.5, 3.0), "worst").value
    Fraction(4, 7)

    A duopoly with three outputs, in the manner of abreu1988: at 4/7, reversion to the stage
    equilibrium does not yet sustain the least output of both, and stick and carrot do.

    >>> duopoly = Game.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]], ["low", "medium", "high"])
    >>> critical_discount(duopoly, "low", "worst").value
    Fraction(5, 8)
    >>> critical_discount(duopoly, "low", "minmax").value < Fraction(4, 7)
    True
    """
    game = _endless(game)
    if isinstance(longest, bool) or not isinstance(longest, (int, np.integer)):
        raise TypeError(f"longest: requires a number of periods, got {longest!r}")
    if longest < 1:
        raise ValueError(f"longest: requires at least 1 period, got {longest}")
    if carrot not in CARROTS:
        raise ValueError(f"carrot: requires one of {', '.join(CARROTS)}, got {carrot!r}")
    wanted = read_target(game, target)
    threat = read_threat(game, punishment)
    held = minmax(game)

    def reversion(worths: Pair) -> Callable[[Way, Gains], Code]:
        def solve(way: Way, gains: Gains) -> Code:
            return _reversion(wanted.payoffs, gains, worths, threat.punishments)

        return solve

    if threat.worths is not None:
        solve = reversion(threat.worths)
    else:
        worst = worst_equilibria(game)
        floors = tuple(min(held.pure[p], worst[p].payoffs[p], wanted.payoffs[p]) for p in (0, 1))
        # Nobody stays for ever in a profile that pays less than any punishment could.
        carrots = [
            cell
            for cell, point in pure_points(game).items()
            if carrot == "any" and all(point[p] >= floors[p] for p in (0, 1))
        ]

        def solve(way: Way, gains: Gains) -> Code:
            return best_code(
                game, wanted.payoffs, gains, worst, (floors[0], floors[1]), int(longest), carrots
            )

    code, way = _best_way(wanted, solve, None)
    by_player = [_first(_best_way(wanted, solve, player)[0].intervals) for player in (0, 1)]
    bounds = [
        _first(_best_way(wanted, reversion(floor), None)[0].intervals)
        for floor in (held.mixed, held.pure)
    ]
    value = _first(code.intervals)
    largest = code.intervals[-1][1] if code.intervals else None
    monotone = bool(code.intervals) and code.intervals[0][1] == 1
    deviations = (None, None) if way is None else way.deviations
    punishments = code.punishments or threat.punishments
    rational = [one if isinstance(one, Fraction) else None for one in bounds]
    never = why_unsustained(game, wanted, held, value)
    status = never or sentence(
        game, wanted.reached, code.intervals, by_player, deviations, threat, punishments
    )
    complete = code.complete
    if (
        wanted.lottery
        and not never
        and threat.worths is not None
        and any(
            worth > reward for worth, reward in zip(threat.worths, wanted.payoffs, strict=True)
        )
    ):
        # The ways to draw were chosen for the least gains, not for the largest losses.
        complete = False
        status += " Other lotteries with these payoffs may be sustained at other discount factors."
    if not code.complete:
        status += " The search was cut short: some penal codes were not tried."
    return CriticalDiscount(
        method=METHODS[threat.kind],
        exact=True,
        complete=complete,
        status=status,
        value=value,
        largest=largest,
        by_player=(by_player[0], by_player[1]),
        target=wanted.names,
        deviations=deviations,
        credible=threat.credible,
        payoffs=wanted.payoffs,
        drawn=() if way is None else way.drawn,
        intervals=code.intervals,
        monotone=monotone,
        punishment=threat.kind,
        punishments=punishments,
        lottery=wanted.lottery,
        bound=rational[0],
        pure_bound=rational[1],
    )


def _endless(game: Game | RepeatedGame) -> Game:
    if isinstance(game, RepeatedGame) and game.horizon is not None:
        raise ValueError(
            f"game: requires play without end, got a horizon of {game.horizon} periods "
            "(backward_induction knows about those)"
        )
    if isinstance(game, RepeatedGame) and game.suspicion:
        raise ValueError(
            f"game: requires perfect monitoring, got suspicion {game.suspicion} "
            "(public_monitoring knows about that)"
        )
    return stage_of(game)


def _first(intervals: Intervals) -> Real | None:
    return intervals[0][0] if intervals else None


def _best_way(
    wanted: Target, solve: Callable[[Way, Gains], Code], player: int | None
) -> tuple[Code, Way | None]:
    """Where some way to reach the target is sustained, and the way that needs least patience.

    With a player, as if nothing tempted the other.
    """
    every: list[tuple[Real, Real]] = []
    best: tuple[Code, Way | None] = (Code((), None, True), wanted.ways[0] if wanted.ways else None)
    complete = True
    for way in wanted.ways:
        gains = way.gains
        if player is not None:
            gains = (gains[0], None) if player == 0 else (None, gains[1])
        code = solve(way, gains)
        complete &= code.complete
        every += code.intervals
        if code.intervals and starts_better(
            code.intervals[0], best[0].intervals[0] if best[0].intervals else None
        ):
            best = code, way
    return Code(united(every), best[0].punishments, complete), best[1]


def _reversion(
    payoffs: Pair,
    gains: Gains,
    worths: Pair,
    punishments: tuple[Punishment | None, Punishment | None],
) -> Code:
    """Where reversion to constant payoffs keeps both players to the target."""
    low: Real = Fraction(0)
    high: Real = Fraction(1)
    for player in (0, 1):
        one = _sustaining(gains[player], payoffs[player] - worths[player])
        if one is None:
            return Code((), None, True)
        low, high = max(low, one[0]), min(high, one[1])
    return Code(((low, high),) if low <= high else (), None, True)


def _sustaining(gain: Fraction | None, loss: Fraction) -> tuple[Fraction, Fraction] | None:
    """The least and the largest discount factor at which one player does not deviate."""
    if gain is None or (gain <= 0 and loss >= 0):
        return Fraction(0), Fraction(1)
    if gain > 0:
        return (gain / (gain + loss), Fraction(1)) if loss > 0 else None
    return Fraction(0), gain / (gain + loss)
