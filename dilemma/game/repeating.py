"""A game that the same players play again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.game import checking
from dilemma.game.bimatrix import Game
from dilemma.writing.pages import Displayed

# How an act can go wrong: see `RepeatedGame`.
ERRORS = ("execution", "perception")


@dataclass(frozen=True)
class RepeatedGame(Displayed):
    r"""A stage game, how much its players care for the future, and how well they see.

    Parameters
    ----------
    stage : Game
        What is played in every period.
    discount : in [0, 1]
        δ, the weight of the next period against this one: long-term orientation. Payoffs are
        averages, :math:`(1 - \delta) \sum_t \delta^t u_t`; 1 means the limit of means.
    suspicion : in [0, 1]
        ε, the probability that, in a period, an act goes wrong: it is then one of the other
        strategies of that player, each equally likely.
    error : str
        What goes wrong: "execution" (another act is carried out, and everybody sees that one) or
        "perception" (the act is as intended, but the partner's reading of it is wrong: each player
        has its own record of the past).
    horizon : int, optional
        After how many periods play ends; never, if left out.

    Raises
    ------
    TypeError, ValueError
        If a number lies outside its range.

    Examples
    --------
    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> play = RepeatedGame(stage, 0.5)
    >>> play.payoffs_of([("share", "hide")], cycle=[("hide", "hide")])
    (Fraction(1, 2), Fraction(3, 1))
    """

    stage: Game
    discount: Fraction
    suspicion: Fraction = Fraction(0)
    error: str = "execution"
    horizon: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.stage, Game):
            raise TypeError(f"stage: requires a Game, got {type(self.stage).__name__}")
        for field in ("discount", "suspicion"):
            value = fraction(getattr(self, field), field)
            if not 0 <= value <= 1:
                raise ValueError(f"{field}: requires a number in [0, 1], got {value}")
            object.__setattr__(self, field, value)
        if self.error not in ERRORS:
            raise ValueError(f"error: requires one of {', '.join(ERRORS)}, got {self.error!r}")
        if self.horizon is not None:
            if isinstance(self.horizon, bool) or not isinstance(self.horizon, (int, np.integer)):
                raise TypeError(f"horizon: requires an integer or None, got {self.horizon!r}")
            if self.horizon < 1:
                raise ValueError(f"horizon: requires at least 1 period, got {self.horizon}")
            object.__setattr__(self, "horizon", int(self.horizon))

    def payoffs_of(
        self, path: Sequence[Any], cycle: Sequence[Any] = ()
    ) -> tuple[Fraction, Fraction]:
        r"""Return both players' average payoffs along a path of pure strategy profiles.

        Parameters
        ----------
        path : sequence of pairs
            What is played in the first periods, by names or indices.
        cycle : sequence of pairs
            What is played over and over afterwards. It may be empty where there is a horizon and
            the path reaches it; what lies beyond a horizon is not counted.

        Returns
        -------
        pair of Fraction
            :math:`(1-\delta)\sum_t \delta^t u_t`, with a horizon T divided by
            :math:`1-\delta^T`; for δ = 1 the (limit of the) mean.

        Raises
        ------
        TypeError, ValueError
            If a profile names no strategies of the game, or play ends too early.
        """
        first = [self._stage_payoffs(one, "path") for one in path]
        again = [self._stage_payoffs(one, "cycle") for one in cycle]
        periods = len(first) if self.horizon is None else self.horizon
        if not again and (self.horizon is None or len(first) < periods):
            needed = "an unending game needs one" if self.horizon is None else f"{periods} periods"
            raise ValueError(f"cycle: requires at least one profile ({needed}), got none")
        if self.horizon is not None:
            while len(first) < periods:
                first += again
            first, again = first[:periods], []
        row, column = (
            self._average([one[player] for one in first], [one[player] for one in again])
            for player in (0, 1)
        )
        return row, column

    def _average(self, first: list[Fraction], again: list[Fraction]) -> Fraction:
        delta = self.discount
        if delta == 1:
            counted = again or first
            return sum(counted, Fraction(0)) / len(counted)
        total = Fraction(0)
        for value in reversed(first):
            total = value + delta * total
        if not again:
            return total * (1 - delta) / (1 - delta ** len(first))
        round_of = Fraction(0)
        for value in reversed(again):
            round_of = value + delta * round_of
        tail = round_of * (1 - delta) / (1 - delta ** len(again))
        return (1 - delta) * total + delta ** len(first) * tail

    def _stage_payoffs(self, profile: Any, name: str) -> tuple[Fraction, Fraction]:
        i, j = checking.pure_profile(profile, self.stage.strategies, self.stage.players, name)
        exact = self.stage.exact_payoffs
        return exact[0, i, j], exact[1, i, j]


def repetition(
    game: Game | RepeatedGame,
    discount: Any = None,
    suspicion: Any = None,
    error: str | None = None,
    *,
    patient: bool = True,
) -> RepeatedGame:
    """Read the arguments (game, discount, suspicion, error) that functions on repeated play take.

    Parameters
    ----------
    game : Game or RepeatedGame
        A RepeatedGame brings its own discount, suspicion and error, which must then be left out.
    discount, suspicion, error
        As in `RepeatedGame`; without a suspicion there is none.
    patient : bool
        Whether a discount factor of 1, the limit of means, will do.

    Raises
    ------
    TypeError, ValueError
        If one is missing, given twice, or outside its range.

    Examples
    --------
    >>> repetition(Game.symmetric([[3, 0], [5, 1]]), 0.9).discount
    Fraction(9, 10)
    """
    if isinstance(game, RepeatedGame):
        for name, value in (("discount", discount), ("suspicion", suspicion), ("error", error)):
            if value is not None:
                raise TypeError(f"{name}: the RepeatedGame has one of its own; got {value!r} too")
        play = game
    else:
        if not isinstance(game, Game):
            raise TypeError(f"game: requires a Game or a RepeatedGame, got {type(game).__name__}")
        if discount is None:
            upper = "]" if patient else ")"
            raise TypeError(f"discount: requires a discount factor in [0, 1{upper}, got none")
        given = {"suspicion": suspicion, "error": error}
        play = RepeatedGame(
            game, discount, **{name: one for name, one in given.items() if one is not None}
        )
    if play.discount == 1 and not patient:
        raise ValueError("discount: requires a number in [0, 1), got 1: no limit of means here")
    return play
