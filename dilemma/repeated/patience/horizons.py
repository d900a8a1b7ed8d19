r"""Play that ends: what can be sustained when the last period is known, by backward induction.

With one period to go only stage equilibria are left. If they all pay the same, there is nothing
to reward or to punish with, and so it goes back to the first period: the game unravels. If they
pay different amounts, the end itself can be the reward, and other play is sustained before it
(benoit1985).
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.arrays.exact import fraction
from dilemma.arrays.polygons import Point, clip, hull, weights
from dilemma.equilibria import nash
from dilemma.equilibria.words import describe_mixture
from dilemma.game import Game
from dilemma.game.display import WIDTH, number
from dilemma.game.repeating import RepeatedGame
from dilemma.repeated.patience.guarantees import Pair
from dilemma.repeated.patience.regions import PayoffPolygon, pure_points
from dilemma.repeated.patience.targets import Cell, DrawnProfile, drawn_profile
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

Profile = tuple[str, str]


@dataclass(frozen=True)
class Stage(Displayed):
    """One period on the path, and what its choice rests on.

    Attributes
    ----------
    profile : pair of str
        What is played; of a mixed stage equilibrium, the mixtures in words.
    weight : Fraction
        How likely the public lottery at the start of the period draws this: 1 without lottery.
    payoffs : pair of Fraction
        The average payoffs of the periods from this one on, once it is drawn.
    """

    profile: Profile
    weight: Fraction
    payoffs: Pair

    def __str__(self) -> str:
        chance = "" if self.weight == 1 else f" (drawn with {number(self.weight)})"
        return f"{' with '.join(self.profile)}{chance}"


@dataclass(frozen=True, kw_only=True, repr=False)
class BackwardInduction(Solution):
    """What subgame-perfect play can pay, by how many periods are left.

    Attributes
    ----------
    discount : Fraction
    horizon : int
    sets : tuple of PayoffPolygon
        Entry k − 1: the average payoffs that are possible with k periods to go.
    playable : tuple of tuples of pairs of str
        Entry k − 1: the pure profiles that can be played with k periods to go, this one counted.
    path : tuple of Stage
        Equilibrium play from the first period on: among the possible averages the one with the
        largest sum, and the same for what follows wherever a lottery decides.
    unravels : bool
        True if with the whole horizon to go only averages of stage equilibria are possible and
        only pure stage equilibria are playable, in every period.
    """

    discount: Fraction
    horizon: int
    sets: tuple[PayoffPolygon, ...]
    playable: tuple[tuple[Profile, ...], ...]
    path: tuple[Stage, ...]
    unravels: bool

    def last_chance(self, row: str, column: str | None = None) -> int | None:
        """Return the fewest periods to go, this one counted, in which a profile can be played.

        Parameters
        ----------
        row, column : str
            The profile; one name stands for both players.

        Returns
        -------
        int or None
            1 for a stage equilibrium; None if not within the horizon.
        """
        wanted = (row, row if column is None else column)
        return next((k for k, those in enumerate(self.playable, 1) if wanted in those), None)

    def __str__(self) -> str:
        lines = textwrap.wrap(self.status, WIDTH)
        for k in sorted({1, 2, self.horizon}):
            if k <= self.horizon:
                polygon = self.sets[k - 1]
                words = f"{k} to go: averages {polygon}"
                lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ")
        lines += [f"  period {k}: {stage}" for k, stage in enumerate(self.path, 1)]
        return wrapped(lines)


def backward_induction(
    game: Game | RepeatedGame, horizon: int | None = None, discount: Any = None
) -> BackwardInduction:
    r"""Find what finitely repeated play can sustain, from the last period back, exactly.

    With :math:`U_k` the possible total payoffs (discounted to the first of k periods to go),
    :math:`U_1` is the hull of the stage equilibria's payoffs, and :math:`U_{k+1}` the hull of

    .. math:: u(a) + \delta \{v \in U_k : \delta v_i \ge \delta \min_{U_k} v_i + g_i(a)\}

    over the pure profiles a, with :math:`g_i(a)` what the best deviation gains, and of
    :math:`e + \delta U_k` over the stage equilibria e. So the class is: public lotteries before
    each period, and pure play or a stage equilibrium in it. (Other mixed play, and equilibria
    in which what follows depends on how a mixture came out, are not in it.)

    Parameters
    ----------
    game : Game or RepeatedGame
        The stage game; or a repeated game, which brings its own horizon and discount.
    horizon : int
        How many periods.
    discount : number in [0, 1]
        1, total payoffs, if left out.

    Returns
    -------
    BackwardInduction

    Raises
    ------
    TypeError, ValueError
        If the horizon is missing or given twice, a number is out of its range, or the stage game
        too large for `nash`; if the repeated game has suspicion, which this does not know.

    References
    ----------
    benoit1985 in ``references.bib``.

    Examples
    --------
    >>> prisoners = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> print(backward_induction(prisoners, 3).status)
    It unravels: in each of 3 periods only stage equilibria are played, (1, 1) on average.

    With a second, worse equilibrium there is something to lose at the end:

    >>> more = Game.symmetric([[3, 0, -2], [5, 1, -2], [-2, -2, -1]], ["share", "hide", "spoil"])
    >>> found = backward_induction(more, 3)
    >>> found.last_chance("share"), [stage.profile[0] for stage in found.path]
    (2, ['share', 'share', 'hide'])
    """
    play = _play(game, horizon, discount)
    stage, delta, periods = play.stage, play.discount, play.horizon or 1
    points = pure_points(stage)
    drawn = {cell: drawn_profile(stage, cell, Fraction(1)) for cell in points}
    mixed = [
        (
            (
                describe_mixture(stage.strategies[0], one.row),
                describe_mixture(stage.strategies[1], one.column),
            ),
            one.payoffs,
        )
        for one in nash(stage)
        if max(one.row) < 1 or max(one.column) < 1
    ]
    steps: list[dict[Point, _Origin]] = []
    playable: list[tuple[Profile, ...]] = []
    before: dict[Point, _Origin] | None = None
    for _ in range(periods):
        now, played = _one_more(drawn, mixed, before, delta)
        steps.append(now)
        playable.append(played)
        before = now
    sums = [sum((delta**t for t in range(k)), Fraction(0)) for k in range(1, periods + 1)]
    sets = tuple(
        PayoffPolygon(hull((x / total, y / total) for x, y in step))
        for step, total in zip(steps, sums, strict=True)
    )
    ends = set(playable[0])
    first = PayoffPolygon(hull(steps[0]))
    unravels = all(set(those) <= ends for those in playable) and all(
        point in first for one in sets for point in one.points
    )
    return BackwardInduction(
        method="backward induction on polygons of payoffs in rational arithmetic",
        exact=True,
        complete=True,
        status=_status(stage, periods, sets, playable, unravels),
        discount=delta,
        horizon=periods,
        sets=sets,
        playable=tuple(playable),
        path=_path(steps, delta, sums),
        unravels=unravels,
    )


def _play(game: Game | RepeatedGame, horizon: int | None, discount: Any) -> RepeatedGame:
    if isinstance(game, RepeatedGame):
        for name, value in (("horizon", horizon), ("discount", discount)):
            if value is not None:
                raise TypeError(f"{name}: the RepeatedGame has one of its own; got {value!r} too")
        if game.horizon is None:
            raise ValueError("game: requires a RepeatedGame with a horizon, got one without end")
        if game.suspicion:
            raise ValueError(
                f"game: requires perfect monitoring (suspicion 0), got suspicion {game.suspicion}"
            )
        return game
    if not isinstance(game, Game):
        raise TypeError(f"game: requires a Game or a RepeatedGame, got {type(game).__name__}")
    if horizon is None:
        raise TypeError("horizon: requires a number of periods, got none")
    delta = Fraction(1) if discount is None else fraction(discount, "discount")
    return RepeatedGame(game, delta, horizon=horizon)


@dataclass(frozen=True)
class _Origin:
    """Where a vertex comes from: what is played, and what is continued with."""

    profile: Profile
    then: Point | None


def _one_more(
    drawn: dict[Cell, DrawnProfile],
    mixed: list[tuple[Profile, Pair]],
    before: dict[Point, _Origin] | None,
    delta: Fraction,
) -> tuple[dict[Point, _Origin], tuple[Profile, ...]]:
    """The vertices with one more period to go, where they come from, and what can be played."""
    polygon = hull(before or ())
    found: dict[Point, _Origin] = {}
    played: list[Profile] = []

    def add(profile: Profile, payoffs: Pair, ends: tuple[Point, ...]) -> None:
        if before is None:
            found.setdefault(payoffs, _Origin(profile, None))
        for end in ends:
            total = (payoffs[0] + delta * end[0], payoffs[1] + delta * end[1])
            found.setdefault(total, _Origin(profile, end))

    for one in drawn.values():
        gains = [gain if gain is not None and gain > 0 else Fraction(0) for gain in one.gains]
        ends = polygon
        if any(gains):
            if before is None or not delta:
                continue
            for player, gain in enumerate(gains):
                least = min(v[player] for v in polygon)
                normal = (1 - player, player)
                ends = clip(ends, normal, least + gain / delta)
            if not ends:
                continue
        played.append(one.profile)
        add(one.profile, one.payoffs, ends)
    for profile, payoffs in mixed:
        add(profile, payoffs, polygon)
    return {vertex: found[vertex] for vertex in hull(found)}, tuple(played)


def _path(
    steps: list[dict[Point, _Origin]], delta: Fraction, sums: list[Fraction]
) -> tuple[Stage, ...]:
    path: list[Stage] = []
    target: Point | None = None
    for k in reversed(range(len(steps))):
        vertices = tuple(steps[k])
        if target is None:
            shares: tuple[Fraction, ...] = tuple(
                Fraction(one == max(vertices, key=_order)) for one in vertices
            )
        else:
            shares = weights(vertices, target) or ()
        used = [one for one, share in zip(vertices, shares, strict=True) if share]
        best = max(used, key=_order)
        origin = steps[k][best]
        share = shares[vertices.index(best)]
        total = sums[k]
        path.append(Stage(origin.profile, share, (best[0] / total, best[1] / total)))
        target = origin.then
    return tuple(path)


def _order(one: Point) -> tuple[Fraction, Fraction]:
    return one[0] + one[1], min(one)


def _status(
    game: Game,
    periods: int,
    sets: tuple[PayoffPolygon, ...],
    playable: list[tuple[Profile, ...]],
    unravels: bool,
) -> str:
    count = f"{periods} period{'s' * (periods > 1)}"
    last = sets[-1]
    if unravels:
        pays = f"{last} on average" if last.shape == "point" else "with different payoffs"
        return f"It unravels: in each of {count} only stage equilibria are played, {pays}."
    ends = set(playable[0])
    first: dict[Profile, int] = {}
    for k, those in enumerate(playable, 1):
        for one in those:
            if one not in ends:
                first.setdefault(one, k)
    if not first:
        return f"Over {count} only stage equilibria are played, in turns or by lot."
    k = min(first.values())
    names = [" with ".join(one) for one, when in first.items() if when == k]
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} others" if len(names) > 3 else "")
    later = "the last period" if k == 2 else f"the last {k - 1} periods"
    return (
        f"Over {count} more than stage equilibria can be played until {later}: "
        f"with {k} to go first {shown}."
    )
