r"""What is to be sustained: a pure profile, a mixed one, or a pair of payoffs.

For each target only two things matter: what it pays, and what a deviation gains at once. A pair
of payoffs is reached by a public lottery over pure profiles, drawn afresh in every period: then
each profile that can be drawn must resist deviations, and what is to be lost is the expected
payoff, not that of the profile drawn. So the largest gain in the support decides, and of several
lotteries with the same mean those matter whose pair of largest gains no other one undercuts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.polygons import as_point, contains, hull, weights
from dilemma.equilibria import Equilibrium
from dilemma.equilibria.words import describe_mixture
from dilemma.game import Game, checking
from dilemma.game.display import number
from dilemma.repeated.patience.guarantees import Pair
from dilemma.repeated.patience.regions import pure_points
from dilemma.writing.pages import Displayed

Cell = tuple[int, int]
SAME = "the same lottery in every period"
# What a player's best deviation gains; None for a player with nothing else to do.
Gains = tuple[Fraction | None, Fraction | None]
Names = tuple[str | None, str | None]


@dataclass(frozen=True)
class DrawnProfile(Displayed):
    """A profile that the target plays, and the temptation there.

    Attributes
    ----------
    weight : Fraction
        How often it is drawn: 1 where nothing is drawn.
    profile : pair of str
        What both play.
    payoffs : pair of Fraction
    gains : pair of (Fraction or None)
        What each player's best deviation would gain at once (perhaps less than 0); None for one
        who has no other strategy.
    deviations : pair of (str or None)
        Those deviations, where they gain.
    """

    weight: Fraction
    profile: tuple[str, str]
    payoffs: Pair
    gains: Gains
    deviations: Names


@dataclass(frozen=True)
class Way:
    """One way to reach the target: the profiles drawn, and the largest gains among them."""

    drawn: tuple[DrawnProfile, ...]
    gains: Gains
    deviations: Names


@dataclass(frozen=True)
class Target:
    """What is to be sustained, and the ways to reach it: none if it is not feasible."""

    names: tuple[str, str]
    words: str
    payoffs: Pair
    ways: tuple[Way, ...]
    lottery: bool = False

    @property
    def reached(self) -> str:
        """The words, and how payoffs are reached: changing play may need less patience."""
        return f"{self.words} by {SAME}" if self.lottery else self.words


def read_target(game: Game, target: Any) -> Target:
    """Read a target: a pure profile, a pair of payoffs, a mixed profile or an equilibrium.

    Raises
    ------
    TypeError, ValueError
        If it is none of these.

    Examples
    --------
    >>> prisoners = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> read_target(prisoners, "share").ways[0].gains
    (Fraction(2, 1), Fraction(2, 1))
    >>> [one.profile for one in read_target(prisoners, (2.0, 2.0)).ways[0].drawn]
    [('share', 'hide'), ('hide', 'hide'), ('hide', 'share')]
    """
    if isinstance(target, Equilibrium):
        target = (target.row, target.column)
    if _is_payoffs(target):
        return _lottery(game, as_point(list(target), "target"))
    if _is_mixed(target):
        x, y = (
            checking.mixed(list(target[p]), game.strategies[p], "target", False) for p in (0, 1)
        )
        if max(x) < 1 or max(y) < 1:
            return _mixture(game, tuple(x), tuple(y))
        target = (list(x).index(1), list(y).index(1))
    cell = checking.pure_profile(target, game.strategies, game.players, "target")
    one = drawn_profile(game, cell, Fraction(1))
    words = f"mutual {one.profile[0]}"
    if one.profile[0] != one.profile[1]:
        words = f"{one.profile[0]} with {one.profile[1]}"
    return Target(one.profile, words, one.payoffs, (Way((one,), one.gains, one.deviations),))


def drawn_profile(game: Game, cell: Cell, weight: Fraction) -> DrawnProfile:
    """Return a pure profile's payoffs, and what deviations from it gain."""
    exact = game.exact_payoffs
    i, j = cell
    gains: list[Fraction | None] = []
    deviations: list[str | None] = []
    for player, own in ((0, i), (1, j)):
        payoffs = list(exact[0, :, j] if player == 0 else exact[1, i, :])
        reward = payoffs.pop(own)
        names = [*game.strategies[player][:own], *game.strategies[player][own + 1 :]]
        best = max(payoffs, default=None)
        gains.append(None if best is None else best - reward)
        pays = best is not None and best > reward
        deviations.append(names[payoffs.index(best)] if pays else None)
    return DrawnProfile(
        weight,
        (game.strategies[0][i], game.strategies[1][j]),
        (Fraction(exact[0, i, j]), Fraction(exact[1, i, j])),
        (gains[0], gains[1]),
        (deviations[0], deviations[1]),
    )


def _is_payoffs(target: Any) -> bool:
    """Integers are indices of strategies; floats and Fractions are payoffs."""
    if isinstance(target, np.ndarray):
        return target.shape == (2,) and target.dtype.kind in "fO"
    return (
        isinstance(target, (tuple, list))
        and len(target) == 2
        and all(
            isinstance(one, (float, int, np.number, Fraction)) and not isinstance(one, bool)
            for one in target
        )
        and any(isinstance(one, (float, np.floating, Fraction)) for one in target)
    )


def _is_mixed(target: Any) -> bool:
    return (
        isinstance(target, (tuple, list))
        and len(target) == 2
        and all(isinstance(one, (tuple, list, np.ndarray)) for one in target)
    )


def _mixture(game: Game, x: tuple[Fraction, ...], y: tuple[Fraction, ...]) -> Target:
    """A mixed profile, mixtures observed: to mix otherwise is to deviate."""
    each = game.deviation_payoffs(x, y)
    row, column = game.expected_payoffs(x, y)
    payoffs = (Fraction(row), Fraction(column))
    gains: list[Fraction | None] = []
    deviations: list[str | None] = []
    for player in (0, 1):
        best = max(each[player])
        gain = Fraction(best) - payoffs[player]
        gains.append(gain if len(each[player]) > 1 else None)
        place = each[player].index(best)
        deviations.append(game.strategies[player][place] if gain > 0 else None)
    names = (describe_mixture(game.strategies[0], x), describe_mixture(game.strategies[1], y))
    way = Way(
        (
            DrawnProfile(
                Fraction(1), names, payoffs, (gains[0], gains[1]), (deviations[0], deviations[1])
            ),
        ),
        (gains[0], gains[1]),
        (deviations[0], deviations[1]),
    )
    return Target(names, f"{names[0]} with {names[1]} (mixtures observed)", payoffs, (way,))


def _lottery(game: Game, payoffs: Pair) -> Target:
    """A pair of payoffs, and the lotteries that reach it without needless temptation."""
    words = f"the payoffs {number(payoffs[0])} and {number(payoffs[1])}"
    names = (number(payoffs[0]), number(payoffs[1]))
    points = pure_points(game)
    if not contains(hull(points.values()), payoffs):
        return Target(names, words, payoffs, (), lottery=True)
    drawn = {cell: drawn_profile(game, cell, Fraction(1)) for cell in points}
    levels = [sorted({_gain(one, p) for one in drawn.values()}) for p in (0, 1)]
    ways: list[Way] = []
    column = len(levels[1]) - 1
    found = None
    for low in levels[0]:
        # As the row player's gains grow, the column player's may shrink: a staircase.
        while column >= 0:
            way = _way(game, points, drawn, payoffs, (low, levels[1][column]))
            if way is None:
                break
            found = way
            column -= 1
        if found is not None:
            ways.append(found)
            found = None
    return Target(names, words, payoffs, tuple(ways), lottery=True)


def _gain(one: DrawnProfile, player: int) -> Fraction:
    """What a deviation gains, counting losses, and nothing to deviate to, as no gain."""
    gain = one.gains[player]
    return Fraction(0) if gain is None or gain < 0 else gain


def _way(
    game: Game,
    points: dict[Cell, Pair],
    drawn: dict[Cell, DrawnProfile],
    payoffs: Pair,
    most: Pair,
) -> Way | None:
    allowed = {
        cell: point
        for cell, point in points.items()
        if all(_gain(drawn[cell], p) <= most[p] for p in (0, 1))
    }
    corners = hull(allowed.values())
    shares = weights(corners, payoffs)
    if shares is None:
        return None
    used = []
    for corner, share in zip(corners, shares, strict=True):
        if share:
            cell = min(
                (one for one, point in allowed.items() if point == corner),
                key=lambda one: (_gain(drawn[one], 0) + _gain(drawn[one], 1), one),
            )
            used.append(drawn_profile(game, cell, share))
    return way_of(used)


def way_of(used: Sequence[DrawnProfile]) -> Way:
    """Return the way that draws from some profiles: the largest gain of each player decides."""
    gains: list[Fraction | None] = []
    deviations: list[str | None] = []
    for player in (0, 1):
        known = [(one.gains[player], one.deviations[player]) for one in used]
        tempted = [(gain, name) for gain, name in known if gain is not None]
        best = max(tempted, key=lambda pair: pair[0], default=(None, None))
        gains.append(best[0])
        deviations.append(best[1])
    return Way(tuple(used), (gains[0], gains[1]), (deviations[0], deviations[1]))
