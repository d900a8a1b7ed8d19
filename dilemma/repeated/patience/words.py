"""What `critical_discount` found, in a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from dilemma.arrays.algebraic import Real
from dilemma.equilibria.words import name_in_a_sentence
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.repeated.patience.guarantees import Minmax
from dilemma.repeated.patience.penal_codes import Intervals, Punishment
from dilemma.repeated.patience.targets import DrawnProfile, Names, Target
from dilemma.repeated.patience.threats import Threat


def why_unsustained(game: Game, wanted: Target, held: Minmax, value: Real | None) -> str:
    """Say why no punishment whatever sustains a target; nothing if one might."""
    if value is not None:
        return ""
    if not wanted.ways:
        return (
            f"No discount factor sustains {wanted.words}: they are not feasible, no lottery over "
            "pure profiles pays them."
        )
    for player in (0, 1):
        if wanted.payoffs[player] < held.mixed[player]:
            who = name_in_a_sentence(game.players[player])
            return (
                f"No discount factor sustains {wanted.words}: {who} gets "
                f"{number(wanted.payoffs[player])}, less than its minmax payoff "
                f"{number(held.mixed[player])}, which it can secure on its own."
            )
    return ""


def sentence(
    game: Game,
    target: str,
    intervals: Intervals,
    by_player: Sequence[Real | None],
    deviations: Names,
    threat: Threat,
    punishments: tuple[Punishment | None, Punishment | None],
) -> str:
    """Say which discount factors sustain a target, whom it tempts, and what is threatened."""
    words = _range(game, target, intervals, by_player, deviations, threat)
    if threat.kind == "minmax":
        return f"{words}. {_code(game, intervals, deviations, punishments)}"
    if threat.kind == "worst":
        return (
            f"{words}. The punishment is credible: each player's worst equilibrium of the stage "
            "game."
        )
    if threat.credible:
        return f"{words}. The punishment is credible: an equilibrium of the stage game."
    return (
        f"{words}. The punishment is not credible: it is no equilibrium of the stage game, "
        "so that carrying it out for ever is not in everybody's interest."
    )


def _range(
    game: Game,
    target: str,
    intervals: Intervals,
    by_player: Sequence[Real | None],
    deviations: Names,
    threat: Threat,
) -> str:
    if not intervals and threat.kind == "minmax":
        return f"No penal code of this class sustains {target} at any discount factor below 1"
    if not intervals and None not in by_player:
        return (
            f"No discount factor sustains {target} for both: one player needs more patience than "
            "the other can have, whom the punishment pays more than the target"
        )
    if not intervals:
        return (
            f"No discount factor below 1 sustains {target}: a deviation gains, and the punishment "
            "does not leave the deviator worse off than the target"
        )
    value, largest = intervals[0][0], intervals[-1][1]
    if len(intervals) > 1:
        parts = ", ".join(_interval(low, high) for low, high in intervals)
        return f"The discount factors that sustain {target} are {parts}, and no others"
    if value == largest:
        return (
            f"Only the discount factor {shown(value)} sustains {target}: the less patient are "
            "tempted at once, and the more patient by what would follow"
        )
    if largest != 1:
        why = "" if threat.kind == "minmax" else (
            ": the punishment pays a player more than the target, which tempts the more patient"
        )  # fmt: skip
        return f"Discount factors from {shown(value)} to {shown(largest)} sustain {target}{why}"
    if value == 0:
        return f"Any discount factor sustains {target}: nobody gains by deviating"
    words = f"A discount factor of at least {shown(value)} sustains {target}"
    tempted = _tempted(game, value, by_player, deviations)
    return f"{words}; {tempted}" if tempted else words


def _tempted(game: Game, value: Real, by_player: Sequence[Real | None], deviations: Names) -> str:
    if by_player[0] == by_player[1] == value and deviations[0] == deviations[1]:
        who = "firm" if game.players[0].endswith("firm") else "player"
        return f"either {who}'s best deviation is {deviations[0]}"
    return " and ".join(
        f"{name_in_a_sentence(game.players[p])}'s best deviation is {deviations[p]}"
        for p in (0, 1)
        if by_player[p] == value and deviations[p] is not None
    )


class Answer(Protocol):
    """The part of a `CriticalDiscount` that is told line by line."""

    @property
    def value(self) -> Real | None:
        """The least discount factor."""

    @property
    def by_player(self) -> tuple[Real | None, Real | None]:
        """Each player's own."""

    @property
    def deviations(self) -> Names:
        """Their best deviations."""

    @property
    def drawn(self) -> tuple[DrawnProfile, ...]:
        """What the target plays."""

    @property
    def punishment(self) -> str:
        """The kind of punishment."""

    @property
    def lottery(self) -> bool:
        """Whether it is about payoffs that a lottery reaches."""

    @property
    def bound(self) -> Fraction | None:
        """Below which nothing sustains it."""


def details(found: Answer) -> list[str]:
    """Tell each player's own patience, what a lottery draws, and what no punishment can reach."""
    lines = []
    if len(found.drawn) > 1:
        for one in found.drawn:
            gains = " and ".join("-" if g is None else number(g) for g in one.gains)
            lines.append(
                f"drawn with {number(one.weight)}: {' with '.join(one.profile)} (deviations gain "
                f"{gains})"
            )
    if len(set(found.by_player)) > 1:
        own = ["none" if one is None else shown(one) for one in found.by_player]
        lines.append(f"each player's own least discount factor: {own[0]} and {own[1]}")
    harsh = found.punishment != "given"
    if harsh and found.value is not None and found.bound is not None and found.bound < found.value:
        what = "no such lottery sustains them" if found.lottery else "nothing sustains it"
        lines.append(f"below {number(found.bound)} {what}, whatever the punishment")
    return lines


def _interval(low: Real, high: Real) -> str:
    if low == high:
        return f"{shown(low)} alone"
    return f"those from {shown(low)} {'on' if high == 1 else f'to {shown(high)}'}"


def _code(
    game: Game,
    intervals: Intervals,
    deviations: Names,
    punishments: tuple[Punishment | None, Punishment | None],
) -> str:
    if not intervals:
        return "Longer sticks or other carrots may."
    parts = [
        f"{name_in_a_sentence(game.players[p])} is threatened with {punishments[p]}"
        for p in (0, 1)
        if punishments[p] is not None
    ]
    text = "; ".join(parts)
    return f"The code is subgame perfect: {text}."


def shown(value: Real) -> str:
    """Write a discount factor: a short fraction in full, other numbers as decimals after ~.

    >>> from fractions import Fraction
    >>> shown(Fraction(49, 93))
    '49/93'
    """
    return number(value) if isinstance(value, Fraction) else str(value)
