r"""Credible punishments that are harsher than a stage equilibrium: the stick and the carrot.

A *simple* strategy profile (abreu1988) has three paths: the target, and one punishment for each
player. Whoever deviates, from whichever path, is led back to the start of its own punishment. It
is subgame perfect if and only if no single deviation pays. The punishment of player i considered
here is one of

- *stick and carrot*: L periods of a pure profile :math:`b^i` (the stick), then for ever the
  carrot: the target itself, or, on request, any pure profile :math:`c^i`;
- a pure profile for ever (L infinite);
- the stage equilibrium that is worst for i, for ever;
- nothing (the target goes on), for a player whom no deviation tempts.

With :math:`w_i(\delta)` the discounted average that i gets from the start of its own punishment,
one period of stick with k periods to go is worth :math:`(1-\delta^k) u_j(b) + \delta^k u_j(c)` to
player j, who carries it out if that is at least :math:`(1-\delta) D_j(b) + \delta w_j(\delta)`.
It is monotone in k, so that the first or the last period decides. All conditions are polynomial
inequalities in δ, at most of degree L + 1 + the other's L: a pair of punishments sustains the
target on finitely many intervals between isolated algebraic numbers. The pairs are searched in
the order of a lower bound on their least δ (each punishment by itself, against the harshest that
could befall its executor), until none can be better.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_poly

from dilemma.arrays.algebraic import Real, united, where_nonnegative
from dilemma.equilibria import Equilibrium
from dilemma.game import Game
from dilemma.repeated.patience.guarantees import Pair
from dilemma.repeated.patience.regions import pure_points
from dilemma.repeated.patience.targets import DrawnProfile, Gains, drawn_profile
from dilemma.writing.pages import Displayed

Intervals = tuple[tuple[Real, Real], ...]
MOST_PAIRS = 20_000
DELTA = fmpq_poly([0, 1])


@dataclass(frozen=True)
class Punishment(Displayed):
    """What awaits a player who deviates.

    Attributes
    ----------
    stick : pair of str or None
        The profile that is played first; None if a stage equilibrium, or nothing, follows.
    periods : int or None
        For how many periods; None for ever.
    carrot : pair of str or None
        What follows for ever; None for the target, or if nothing follows.
    words : str
    """

    stick: tuple[str, str] | None
    periods: int | None
    carrot: tuple[str, str] | None
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Candidate:
    """A punishment of one player, with its conditions as polynomials in δ.

    ``worth`` is what the player gets; ``own`` must be at least 0 whatever the other's punishment;
    ``executor`` is the other player's payoff from the punishment, less what it gets from
    deviating this period: at least δ times its own punishment's worth is asked of each.
    """

    punishment: Punishment
    worth: Any
    own: tuple[Any, ...]
    executor: tuple[Any, ...]


def _number(value: Fraction) -> Any:
    return fmpq(value.numerator, value.denominator)


def candidates(
    game: Game,
    payoffs: Pair,
    gains: Gains,
    worst: tuple[Equilibrium, Equilibrium],
    player: int,
    longest: int,
    carrots: Sequence[tuple[int, int]],
) -> list[Candidate]:
    """Return the punishments of one player that could deter it at some discount factor."""
    other = 1 - player
    reward, gain = payoffs[player], gains[player]
    found: list[Candidate] = []
    seen: set[Any] = set()

    def add(punishment: Punishment, worth: Any, own: list[Any], executor: list[Any]) -> None:
        deterred = [] if gain is None else [_deterrence(reward, worth, gain)]
        key = (str(worth), tuple(sorted(map(str, own))), tuple(sorted(map(str, executor))))
        if key not in seen:
            seen.add(key)
            found.append(Candidate(punishment, worth, (*own, *deterred), tuple(executor)))

    equilibrium = worst[player]
    add(
        Punishment(None, None, None, f"for ever the stage equilibrium in which "
                   f"{equilibrium.words}"),
        fmpq_poly([_number(equilibrium.payoffs[player])]), [], [],
    )  # fmt: skip
    if gain is None or gain <= 0:
        add(Punishment(None, 0, None, "none: the target goes on"),
            fmpq_poly([_number(reward)]), [], [])  # fmt: skip
    every = {cell: drawn_profile(game, cell, Fraction(1)) for cell in pure_points(game)}
    ends: list[tuple[Pair, DrawnProfile | None]] = [(payoffs, None)]
    ends += [(every[cell].payoffs, every[cell]) for cell in carrots]
    for stick in every.values():
        worth = fmpq_poly([_number(stick.payoffs[player])])
        own = _forever(stick, player, worth)
        name = " with ".join(stick.profile)
        add(Punishment(stick.profile, None, None, f"for ever {name}"),
            worth, own, _execution(stick, other, stick.payoffs, None))  # fmt: skip
        for end, carrot in ends:
            low = stick.payoffs[player]
            best = low + max(stick.gains[player] or Fraction(0), Fraction(0))
            if low >= end[player] or (best > low and best >= end[player]):
                continue  # no stick, or no carrot: the player would rather stay, or leave
            if gain is not None and gain > 0 and low >= reward:
                continue  # never worse than the target
            for periods in range(1, longest + 1):
                worth = _average(low, end[player], periods)
                own = [] if stick.gains[player] is None else [
                    worth - _number(low + (stick.gains[player] or 0))
                ]  # fmt: skip
                executor = _execution(stick, other, end, periods)
                if carrot is not None:
                    own += _forever(carrot, player, worth)
                    executor += _execution(carrot, other, end, None)
                then = "the target again" if carrot is None else " with ".join(carrot.profile)
                words = f"{periods} period{'s' * (periods > 1)} of {name}, then {then}"
                add(
                    Punishment(
                        stick.profile, periods, None if carrot is None else carrot.profile, words
                    ),
                    worth, own, executor,
                )  # fmt: skip
    return found


def _average(first: Fraction, then: Fraction, periods: int) -> Any:
    """The average of some periods of one payoff and for ever another."""
    return _number(first) + DELTA**periods * _number(then - first)


def _deterrence(reward: Fraction, worth: Any, gain: Fraction) -> Any:
    """At least 0 where a gain now is not worth the punishment from the next period on."""
    return DELTA * (_number(reward) - worth) - (1 - DELTA) * _number(gain)


def _forever(one: DrawnProfile, player: int, worth: Any) -> list[Any]:
    """What keeps a player in a profile that is played for ever."""
    gain = one.gains[player]
    return [] if gain is None else [_deterrence(one.payoffs[player], worth, gain)]


def _execution(one: DrawnProfile, player: int, end: Pair, periods: int | None) -> list[Any]:
    """A player's payoff in the tightest period of a phase, less that of deviating there."""
    gain, now = one.gains[player], one.payoffs[player]
    if gain is None:
        return []
    if periods is None:
        value = fmpq_poly([_number(now)])
    else:
        # The value with k periods to go falls or grows with k.
        value = _average(now, end[player], periods if now <= end[player] else 1)
    return [value - (1 - DELTA) * _number(now + gain)]


@dataclass(frozen=True)
class Code:
    """The best that a class of penal codes can do for one target."""

    intervals: Intervals
    punishments: tuple[Punishment, Punishment] | None
    complete: bool


def best_code(
    game: Game,
    payoffs: Pair,
    gains: Gains,
    worst: tuple[Equilibrium, Equilibrium],
    floors: Pair,
    longest: int,
    carrots: Sequence[tuple[int, int]],
) -> Code:
    """Find where some pair of the candidates sustains a target, the least end exactly."""
    lists = [
        _sorted(
            candidates(game, payoffs, gains, worst, player, longest, carrots), floors[1 - player]
        )
        for player in (0, 1)
    ]
    found: Intervals = ()
    best: tuple[Punishment, Punishment] | None = None
    reach: tuple[Real, Real] | None = None
    complete = True
    tried = 0
    for low, one, two in _pairs(lists[0], lists[1]):
        if found and _settled(found, low):
            break
        if tried >= MOST_PAIRS:
            complete = False
            break
        tried += 1
        more = _together(one, two)
        if not more:
            continue
        if starts_better(more[0], reach):
            best, reach = (one.punishment, two.punishment), more[0]
        found = united([*found, *more])
    return Code(found, best, complete)


def starts_better(one: tuple[Real, Real], other: tuple[Real, Real] | None) -> bool:
    """Whether an interval starts lower than another, or there and goes on for longer.

    Codes that work at a single discount factor are common: a reward as a punishment, say.

    >>> starts_better((Fraction(1, 3), Fraction(1)), (Fraction(1, 3), Fraction(1, 3)))
    True
    """
    if other is None or one[0] != other[0]:
        return other is None or one[0] < other[0]
    return one[1] > other[1]


def _settled(found: Intervals, low: Real) -> bool:
    """Whether no pair that starts at ``low`` or later can add to what was found."""
    return found[0][0] <= low and found[-1][1] == 1 and any(a <= low and b == 1 for a, b in found)


def _together(one: Candidate, two: Candidate) -> Intervals:
    return where_nonnegative(
        [
            list(p)
            for p in (
                *one.own,
                *two.own,
                *(value - DELTA * two.worth for value in one.executor),
                *(value - DELTA * one.worth for value in two.executor),
            )
        ]
    )


def _sorted(those: list[Candidate], floor: Fraction) -> list[tuple[Real, Candidate]]:
    """Candidates by the least δ at which each could work, against the harshest for the other."""
    known = []
    for one in those:
        hopeful = [value - DELTA * _number(floor) for value in one.executor]
        where = where_nonnegative([list(p) for p in (*one.own, *hopeful)])
        if where:
            known.append((where[0][0], one))
    known.sort(key=lambda pair: pair[0])
    return known


def _pairs(
    first: list[tuple[Real, Candidate]], second: list[tuple[Real, Candidate]]
) -> Iterator[tuple[Real, Candidate, Candidate]]:
    """All pairs, in the order of the larger of their two lower bounds."""
    i = j = 0
    while i < len(first) or j < len(second):
        if j == len(second) or (i < len(first) and first[i][0] <= second[j][0]):
            low, one = first[i]
            i += 1
            yield from ((low, one, two) for _, two in second[:j])
        else:
            low, two = second[j]
            j += 1
            yield from ((low, one, two) for _, one in first[:i])
