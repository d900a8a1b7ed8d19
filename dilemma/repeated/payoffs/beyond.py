"""Whether repeated play pays more than any equilibrium of the stage game."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.arrays.polygons import hull
from dilemma.equilibria import nash
from dilemma.game import Game, RepeatedGame
from dilemma.game.display import WIDTH, number
from dilemma.repeated.payoffs.sustained import PayoffSet
from dilemma.repeated.payoffs.sustaining import payoff_set
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

Pair = tuple[Any, Any]
# What is compared; each is linear, so that vertices of polygons, and extreme equilibria, decide.
MEASURES: dict[str, Callable[[Pair], Any]] = {
    "sum": lambda payoffs: payoffs[0] + payoffs[1],
    "row": lambda payoffs: payoffs[0],
    "column": lambda payoffs: payoffs[1],
}


@dataclass(frozen=True)
class Comparison(Displayed):
    """The best of the repeated game and of the stage game, by one measure.

    Attributes
    ----------
    measure : str
        ``"sum"`` of both players' payoffs, ``"row"``, ``"column"``, or ``"equal"``: what both
        get where both get the same.
    stage : Fraction or None
        The most that Nash equilibria of the stage game give, mixed ones and lotteries over
        equilibria included; None for ``"equal"`` where none pays both alike.
    low, high : Fraction or None
        Equilibria of the repeated game give at least the first, and none more than the second;
        None where there are none.
    more : bool or None
        True if the repeated game surely gives more, False if it surely does not, None if the
        certificates do not decide.
    """

    measure: str
    stage: Fraction | None
    low: Fraction | None
    high: Fraction | None
    more: bool | None

    @property
    def words(self) -> str:
        """The comparison as a sentence's part."""
        verdict = {True: "more", False: "no more", None: "undecided whether more"}[self.more]
        best = "nothing" if self.low is None else number(self.low)
        stage = "nothing" if self.stage is None else number(self.stage)
        return f"{self.measure}: {best} repeated, {stage} at once: {verdict}"

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class StageComparison(Solution):
    """What a shared future adds to the equilibria of the stage game.

    Attributes
    ----------
    comparisons : tuple of Comparison
        By the sum of payoffs, by each player's, and by what both get alike.
    payoffs : PayoffSet
        The payoffs of the repeated game, in pure strategies.
    method, exact, complete, status
        As in every answer of the library; complete if every comparison is decided.
    """

    comparisons: tuple[Comparison, ...]
    payoffs: PayoffSet

    def __str__(self) -> str:
        lines = textwrap.wrap(self.status, WIDTH)
        return wrapped([*lines, *(f"  {one}" for one in self.comparisons)])


def compare_with_stage(game: Game | RepeatedGame, discount: Any = None) -> StageComparison:
    """Ask whether equilibria of the repeated game pay more than any of the stage game.

    "Yes" is certified by a polygon of equilibrium payoffs, "no" by one outside of which there are
    none, and the equilibria of the stage game are all of them (`dilemma.equilibria.nash`), mixed
    ones included. The repeated game's strategies are pure: where its answer is "no", mixed ones
    might do better.

    Parameters
    ----------
    game, discount
        As in `payoff_set`.

    Returns
    -------
    StageComparison

    Raises
    ------
    TypeError, ValueError
        As `payoff_set` and `nash`.

    Examples
    --------
    >>> prisoners = Game.symmetric([[9, 1], [10, 3]], ["share", "hide"])
    >>> print(compare_with_stage(prisoners, 0.2))
    At a discount factor of 1/5, repeated play sustains a larger sum than the stage
    game.
      sum: 18 repeated, 6 at once: more
      row: 9 repeated, 3 at once: more
      column: 9 repeated, 3 at once: more
      equal: 9 repeated, 3 at once: more
    """
    answer = payoff_set(game, discount)
    stage = nash(answer.game)
    found = []
    for name, measure in MEASURES.items():
        best = max((measure(one.payoffs) for one in stage), default=None)
        low = max((measure(vertex) for vertex in answer.inner), default=None)
        high = max((measure(vertex) for vertex in answer.outer), default=None)
        found.append(Comparison(name, best, low, high, _more(best, low, high)))
    best = _alike(hull(one.payoffs for one in stage))
    low, high = _alike(answer.inner), _alike(answer.outer)
    found.append(Comparison("equal", best, low, high, _more(best, low, high)))
    at = f"At a discount factor of {answer.discount}"
    status = {
        True: f"{at}, repeated play sustains a larger sum than the stage game.",
        False: f"{at}, pure strategies sustain no larger sum than the stage game does.",
        None: f"{at}, it is undecided whether repeated play sustains a larger sum.",
    }[found[0].more]
    return StageComparison(
        method=f"{answer.method}; {stage.method}",
        exact=answer.exact and stage.exact,
        complete=stage.complete and all(one.more is not None for one in found),
        status=status,
        comparisons=tuple(found),
        payoffs=answer,
    )


def _more(best: Any, low: Any, high: Any) -> bool | None:
    if low is not None and (best is None or low > best):
        return True
    if high is None or (best is not None and high <= best):
        return False
    return None


def _alike(polygon: Sequence[Pair]) -> Any:
    """The most that both players get alike in a polygon, or None."""
    values = []
    for k, (x, y) in enumerate(polygon):
        u, v = polygon[k - 1]
        here, there = x - y, u - v
        if here == 0:
            values.append(x)
        elif (here < 0 < there) or (there < 0 < here):
            values.append(x + here / (here - there) * (u - x))
    return max(values, default=None)
