r"""Relations between payoffs that one player can enforce alone, in games of two strategies.

Let a player cooperate with probability :math:`p_s` after the pair s (own act, partner's act) = CC,
CD, DC, DD, and :math:`p_0` at the opening. With v the discounted law of the pairs, and
:math:`p^{Rep} = (1, 1, 0, 0)` the indicator of its own cooperation, counting its cooperations
twice gives

.. math:: \sum_s v_s \bigl[\delta p_s + (1 - \delta) p_0 - p^{Rep}_s\bigr] = 0

whatever the partner does. So if the bracket is :math:`\alpha u_s + \beta u'_s + \gamma` with
the payoffs u and u′ of the player and of the partner, then
:math:`\alpha \pi + \beta \pi' + \gamma = 0` for their long-run payoffs: a *zero-determinant*
policy (press2012 for δ = 1, hilbe2015 with discounting). Errors leave a policy of the same kind
(`dilemma.repeated.policies.encounters`), to which the same applies.

Written as :math:`\pi' - l = s (\pi - l)`, with a baseline l and a slope s: policies are called
*equalizers* where s = 0 (the partner gets l whatever it does), and, in a prisoner's dilemma with
0 < s < 1, *extortionate* where l = P and *generous* where l = R.

Sources: press2012, hilbe2015; the form with errors is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import fmpq_mat

from dilemma.arrays.exact import fraction
from dilemma.game import Game, RepeatedGame, repetition
from dilemma.game.display import number
from dilemma.repeated.policies.encounters import (
    conduct,
    plain,
    rational,
    require_fitting,
    unending,
)
from dilemma.repeated.policies.memory import Policy
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

# Own cooperation after CC, CD, DC and DD.
REPEAT = (Fraction(1), Fraction(1), Fraction(0), Fraction(0))


@dataclass(frozen=True, kw_only=True, repr=False)
class LinearRelation(Solution):
    """Which relation between the payoffs a policy enforces on every partner, exact.

    Attributes
    ----------
    coefficients : triple of Fraction, or None
        (α, β, γ) with α·own + β·partner's + γ = 0 in the long run whatever the partner does; None
        if the policy enforces no such relation in this way.
    baseline, slope : Fraction or None
        The same as partner's − baseline = slope (own − baseline). No slope where β = 0, and no
        baseline where the slope is 1.
    kind : str
        "equalizer", "extortionate", "generous", "fair" (slope 1 through equal payoffs), "other",
        or "none"; P and R are what both get in mutual defection and in mutual cooperation.
    game : Game
        The stage game.
    player : int
        Whose policy it is: 0 for the row player, 1 for the column player.
    """

    coefficients: tuple[Fraction, Fraction, Fraction] | None
    baseline: Fraction | None
    slope: Fraction | None
    kind: str
    game: Game
    player: int

    def __str__(self) -> str:
        return wrapped([self.status])


def zero_determinant(
    game: Game,
    baseline: Any,
    slope: Any,
    discount: Any = 1,
    *,
    opening: Any = None,
    scale: Any = None,
    player: int = 0,
) -> Policy:
    r"""Make a policy that enforces a linear relation between the payoffs on every partner.

    In the long run, partner's payoff − baseline = slope × (own payoff − baseline), by

    .. math:: p = \frac{1}{\delta} \bigl[p^{Rep} - (1 - \delta) p_0
              + \phi\,(s u - u' + (1 - s) l)\bigr].

    Parameters
    ----------
    game : Game
        Of two strategies each; the first is called to cooperate.
    baseline : number
        l. P makes the relation extortionate, R generous, for slopes between 0 and 1.
    slope : number
        s; 0 sets the partner's payoff. (1/s is the extortion factor of press2012.)
    discount : number in (0, 1]
    opening : number in [0, 1], optional
        The probability of cooperation at first; if left out, one that allows the largest scale.
    scale : number other than 0, optional
        φ, how strongly the policy reacts; the largest that leaves probabilities, if left out.
    player : int
        Whose policy: 0 for the row player, 1 for the column player.

    Returns
    -------
    Policy

    Raises
    ------
    ValueError
        If no policy enforces the relation, or every one does.

    References
    ----------
    press2012, hilbe2015 in ``references.bib``.

    Examples
    --------
    The extortioner of press2012, who takes three times the surplus that it leaves:

    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> extortion = zero_determinant(stage, 1, "1/3", scale="3/26")
    >>> [str(p) for p in extortion.replies[..., 0].flat]
    ['11/13', '1/2', '7/26', '0']
    >>> from dilemma.repeated import always, long_run
    >>> long_run(stage, [extortion, always(stage, "share")], 1).payoffs
    (Fraction(41, 11), Fraction(21, 11))
    """
    own, other = _payoffs(game, player)
    level, s, delta = (
        fraction(value, name)
        for value, name in ((baseline, "baseline"), (slope, "slope"), (discount, "discount"))
    )
    if not 0 < delta <= 1:
        raise ValueError(f"discount: requires a number in (0, 1], got {delta}")
    weights = [s * u - v + (1 - s) * level for u, v in zip(own, other, strict=True)]
    words = f"partner's payoff - {level} = {s} x (own payoff - {level})"
    if not any(weights):
        raise ValueError(f"slope: requires a relation that play can break; {words} always holds")
    given = None if opening is None else fraction(opening, "opening")
    if given is not None and not 0 <= given <= 1:
        raise ValueError(f"opening: requires a number in [0, 1], got {given}")
    size = None if scale is None else fraction(scale, "scale")
    if size == 0:
        raise ValueError("scale: requires a number other than 0, got 0")
    found = [
        point
        for point in _corners(weights, delta, given, size)
        if point[0] and (size is None or point[0] == size)
    ]
    if not found:
        raise ValueError(
            f"slope: requires a relation that a policy can enforce at discount factor {delta}"
            f"{'' if size is None and given is None else ' with this opening or scale'}, "
            f"which none can: {words}"
        )
    # A positive scale where there is one; of the largest, the most cooperative opening.
    phi, first = max(found, key=lambda point: (point[0] > 0, abs(point[0]), point[1]))
    chances = [
        (repeat - (1 - delta) * first + phi * weight) / delta
        for repeat, weight in zip(REPEAT, weights, strict=True)
    ]
    names = game.strategies if player == 0 else game.strategies[::-1]
    return Policy.from_cooperation(chances, first, names, f"zero-determinant ({level}, {s})")


def _corners(
    weights: list[Fraction], delta: Fraction, opening: Fraction | None, scale: Fraction | None
) -> Iterator[tuple[Fraction, Fraction]]:
    """Corners (φ, p₀) of the region in which all entries of a policy are probabilities.

    The region is cut out by a φ + b p₀ ≤ c: each p_s at least 0 and at most 1, p₀ likewise.
    """
    zero, one = Fraction(0), Fraction(1)
    limits = [(zero, -one, zero), (zero, one, one)]
    for repeat, weight in zip(REPEAT, weights, strict=True):
        limits.append((-weight, 1 - delta, repeat))
        limits.append((weight, delta - 1, delta - repeat))
    fixed = [(zero, one, opening)] if opening is not None else []
    fixed += [(one, zero, scale)] if scale is not None else []
    for first, second in combinations(limits + fixed, 2):
        (a, b, c), (d, e, f) = first, second
        determinant = a * e - b * d
        if determinant:
            phi, start = (c * e - b * f) / determinant, (a * f - c * d) / determinant
            inside = all(x * phi + y * start <= z for x, y, z in limits)
            if inside and (opening is None or start == opening):
                yield phi, start


def enforced_relation(
    policy: Policy,
    game: Game | RepeatedGame,
    discount: Any = None,
    suspicion: Any = None,
    error: str | None = None,
    *,
    player: int = 0,
) -> LinearRelation:
    """Find the linear relation between the payoffs that a policy enforces, if it does, exactly.

    Parameters
    ----------
    policy : Policy
    game : Game or RepeatedGame
        Of two strategies each.
    discount, suspicion, error
        As for `long_run`; 1 stands for the limit of means.
    player : int
        Whose policy it is.

    Returns
    -------
    LinearRelation

    Raises
    ------
    TypeError, ValueError
        If the game has other numbers of strategies, or the policy does not fit.

    References
    ----------
    press2012, hilbe2015 in ``references.bib``.

    Examples
    --------
    >>> from dilemma.repeated import tit_for_tat
    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> print(enforced_relation(tit_for_tat(stage), stage, 1))
    tit for tat enforces partner's payoff = own payoff (fair).
    """
    play = unending(repetition(game, discount, suspicion, error))
    own, other = _payoffs(play.stage, player)
    require_fitting(policy, play.stage, player, "policy")
    acts = conduct(policy, play)
    delta, start = play.discount, plain(acts.opening[0])
    bracket = [
        delta * plain(acts.replies[s // 2][s % 2][0]) + (1 - delta) * start - REPEAT[s]
        for s in range(4)
    ]
    found = _combination(own, other, bracket) if any(bracket) else None
    baseline = slope = None
    kind = "none"
    if found is not None:
        alpha, beta, gamma = found
        kind = "other"
        if beta:
            slope = -alpha / beta
            if slope != 1:
                baseline = -gamma / (alpha + beta)
            elif gamma == 0:
                kind = "fair"
            if slope == 0:
                kind = "equalizer"
            elif 0 < slope < 1:
                # After DD and CC, and of both players: the baseline is one for both payoffs.
                if own[0] == other[0] == baseline:
                    kind = "generous"
                elif own[3] == other[3] == baseline:
                    kind = "extortionate"
    return LinearRelation(
        method="linear dependence of the policy and the payoffs, in rational numbers",
        exact=True,
        complete=True,
        status=_status(policy.name, found, baseline, slope, kind),
        coefficients=found,
        baseline=baseline,
        slope=slope,
        kind=kind,
        game=play.stage,
        player=player,
    )


def _status(
    name: str,
    found: tuple[Fraction, Fraction, Fraction] | None,
    baseline: Fraction | None,
    slope: Fraction | None,
    kind: str,
) -> str:
    if found is None:
        return f"{name} enforces no linear relation between the payoffs."
    if slope == 0 and baseline is not None:
        return f"{name} sets the partner's payoff to {number(baseline)} (equalizer)."
    if kind == "fair":
        return f"{name} enforces partner's payoff = own payoff (fair)."
    label = "" if kind == "other" else f" ({kind})"
    if baseline is not None and slope is not None:
        least = number(baseline)
        return (
            f"{name} enforces partner's payoff - {least} = {number(slope)} x "
            f"(own payoff - {least}){label}."
        )
    terms = " + ".join(
        f"{number(value)} x {what}"
        for value, what in zip(found, ("own payoff", "partner's payoff", "1"), strict=True)
        if value
    )
    return f"{name} enforces {terms} = 0{label}."


def _combination(
    own: list[Fraction], other: list[Fraction], bracket: list[Fraction]
) -> tuple[Fraction, Fraction, Fraction] | None:
    """The bracket as a combination of both payoffs and 1, if it is one.

    Where these depend on each other (payoffs that are constant, opposed or in common) there are
    several; this one does without the own payoff, or else without the partner's, if it can.
    """
    rows = [
        [rational(Fraction(1)), rational(v), rational(u), rational(w)]
        for u, v, w in zip(own, other, bracket, strict=True)
    ]
    reduced, rank = fmpq_mat(rows).rref()
    values = [Fraction(0)] * 3
    for row in range(rank):
        pivot = next(column for column in range(4) if reduced[row, column])
        if pivot == 3:
            return None
        values[pivot] = plain(reduced[row, 3])
    gamma, beta, alpha = values
    return alpha, beta, gamma


def _payoffs(game: Any, player: Any) -> tuple[list[Fraction], list[Fraction]]:
    """The player's and the partner's payoffs after CC, CD, DC and DD, seen by the player."""
    if not isinstance(game, Game):
        raise TypeError(f"game: requires a Game, got {type(game).__name__}")
    if game.shape != (2, 2):
        raise ValueError(f"game: requires two strategies for each player, got {game.shape}")
    if isinstance(player, bool) or player not in (0, 1):
        raise ValueError(f"player: requires 0 (row) or 1 (column), got {player!r}")
    first, second = game.exact_payoffs
    if player == 0:
        return list(first.flat), list(second.flat)
    return list(second.T.flat), list(first.T.flat)
