r"""Correlated and coarse correlated equilibria: linear programs over distributions.

A mediator draws a pair of strategies from a distribution p and tells each player its own part. p
is a *correlated equilibrium* if nobody gains by playing something else than what is recommended,

.. math:: \sum_j p_{ij} (A_{kj} - A_{ij}) \le 0 \;\;\forall i, k, \qquad
          \sum_i p_{ij} (B_{ik} - B_{ij}) \le 0 \;\;\forall j, k,

and a *coarse* one if nobody gains by ignoring the mediator altogether,
:math:`\sum_{ij} p_{ij} (A_{kj} - A_{ij}) \le 0` and
:math:`\sum_{ij} p_{ij} (B_{ik} - B_{ij}) \le 0` for all k. Both sets are polytopes; every Nash
equilibrium is in the first, and the first is in the second. The programs are solved by HiGHS and
confirmed exactly (`dilemma.arrays.slices`).

Sources: aumann1974, aumann1987, moulin1978.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from dilemma.arrays.exact import fraction, fractions
from dilemma.arrays.slices import Optimum, SparseRow, best_on_slice
from dilemma.equilibria.enumeration import positive_integer_payoffs
from dilemma.equilibria.mediation import (
    CorrelatedEquilibrium,
    Joint,
    Pair,
    PayoffRange,
    coarse_rows,
    incentive_rows,
    joint_violation,
    recommend,
    whole_numbers,
)
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.game.requiring import require_game

OBJECTIVES = ("welfare", "egalitarian", "row", "column")
# Entries of the incentive constraints; at 20 million they take a few gigabytes.
MOST_ENTRIES = 20_000_000
# Where HiGHS is not confirmed, a corner this flat is taken for rounding: a share of the range of
# payoffs.
ROUGH = Fraction(1, 10**6)

Farthest = Callable[[Any, Any], Pair]
Slack = Callable[[], Fraction]


def correlated(game: Game, objective: Any = "welfare") -> CorrelatedEquilibrium:
    r"""Find the best correlated equilibrium of a game.

    Parameters
    ----------
    game : Game
        Any m × n game.
    objective : {"welfare", "egalitarian", "row", "column"} or array_like
        What to maximise: the sum of both payoffs; the smaller payoff (among those that are best
        in it, the sum); one player's payoff; or the expected value of a given worth of each
        outcome, shape (m, n), or of each outcome to each player, shape (2, m, n) with dims
        (player, row, column), summed over players: ``game.payoffs`` would be "welfare".

    Returns
    -------
    CorrelatedEquilibrium
        Exactly optimal where ``exact`` is True, which is so in all but very large games.
        ``complete`` is False: other distributions may do as well.

    Raises
    ------
    TypeError, ValueError
        If the argument is no `Game`, the objective is none of the above, or the game has too many
        incentive constraints.

    Notes
    -----
    A linear program with mn variables and m(m − 1) + n(n − 1) incentive constraints.

    References
    ----------
    aumann1974, aumann1987 in ``references.bib``.

    Examples
    --------
    Aumann's chicken, in which a mediator helps both players:

    >>> chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
    >>> best = correlated(chicken)
    >>> [[str(probability) for probability in row] for row in best.distribution]
    [['1/2', '1/4'], ['1/4', '0']]
    >>> print(*best.payoffs, best.violation)
    21/4 21/4 0
    >>> print(*correlated(chicken, "row").payoffs)
    7 2
    """
    return _best(game, objective, coarse=False)


def coarse_correlated(game: Game, objective: Any = "welfare") -> CorrelatedEquilibrium:
    r"""Find the best coarse correlated equilibrium of a game.

    Players decide whether to follow the mediator before they learn what is recommended to them.
    Play that leaves nobody with regret for any fixed strategy has its frequencies in this set.

    Parameters
    ----------
    game : Game
        Any m × n game.
    objective : {"welfare", "egalitarian", "row", "column"} or array_like
        As in `correlated`.

    Returns
    -------
    CorrelatedEquilibrium
        With ``coarse`` True.

    Raises
    ------
    TypeError, ValueError
        As in `correlated`.

    Notes
    -----
    A linear program with mn variables and m + n incentive constraints.

    References
    ----------
    moulin1978 in ``references.bib``.

    Examples
    --------
    >>> chicken = Game.symmetric([[6, 2], [7, 0]])
    >>> print(*coarse_correlated(chicken).payoffs)
    21/4 21/4
    """
    return _best(game, objective, coarse=True)


def correlated_payoffs(game: Game, coarse: bool = False, tolerance: Any = 0) -> PayoffRange:
    r"""Find all payoffs that correlated equilibria attain, as a polygon.

    The projection of the polytope of correlated equilibria on the plane of payoffs: a linear
    program in each direction in which the polygon might still extend, starting with both axes,
    until each edge is confirmed.

    Parameters
    ----------
    game : Game
        Any m × n game.
    coarse : bool
        True for coarse correlated equilibria.
    tolerance : number of at least 0
        Corners of the polygon that lie no farther than this beyond an edge between others may be
        left out; in units of payoff.

    Returns
    -------
    PayoffRange
        With ``vertices``, and the extents ``row``, ``column`` and ``welfare``. Complete if the
        tolerance is 0, and the game not so large that HiGHS's answers can't be confirmed exactly.

    Raises
    ------
    TypeError, ValueError
        As in `correlated`.
    ArithmeticError
        If the game is too large to be solved exactly and HiGHS gives up.

    Notes
    -----
    At most 4 linear programs and 2 for each corner. Random games have many corners (80 and 313 in
    two games of 10 × 10 and 9 × 9, in 10 to 15 seconds); a tolerance of a thousandth of the range
    of payoffs leaves some dozens.

    Examples
    --------
    >>> attained = correlated_payoffs(Game.symmetric([[6, 2], [7, 0]]))
    >>> print(attained)
    A polygon with 4 corners: the payoffs of all correlated equilibria, found
        exactly.
      row player's payoff: 2 to 7
      column player's payoff: 2 to 7
      both payoffs together: 36/5 to 21/2
    """
    rows, cells = _program(game, coarse)
    solved: list[Optimum] = []

    def farthest(first: int | Fraction, second: int | Fraction) -> Pair:
        """The payoffs of an equilibrium that is best in a direction."""
        worth = [first * u + second * v for u, v in cells]
        found = _maximize(worth, rows)
        solved.append(found)
        return _expected(found.point, cells)

    allowed = fraction(tolerance, "tolerance")
    if allowed < 0:
        raise ValueError(f"tolerance: requires a number of at least 0, got {tolerance}")
    rounding = _rounding(cells)

    def slack() -> Fraction:
        # What rounding puts beyond an edge would have no end.
        return allowed if all(one.exact for one in solved) else max(allowed, rounding)

    corners = _polygon(farthest, slack)
    exact = all(one.exact for one in solved)
    shape = f"A polygon with {len(corners)} corners"
    shape = {1: "A point", 2: "A segment"}.get(len(corners), shape)
    kind = "coarse correlated equilibria" if coarse else "correlated equilibria"
    how = "found exactly"
    if not exact:
        how = "up to rounding, for the game is too large to confirm them"
    elif allowed:
        how = f"each corner exact, and the others at most {number(allowed)} beyond an edge"
    return PayoffRange(
        method=f"projection by linear programs: {solved[-1].method}",
        exact=exact,
        complete=exact and not allowed,
        status=f"{shape}: the payoffs of all {kind}, {how}.",
        vertices=corners,
        coarse=coarse,
    )


def _best(game: Game, objective: Any, coarse: bool) -> CorrelatedEquilibrium:
    rows, cells = _program(game, coarse)
    name, worth = _worth(game, objective, cells)
    if worth is None:
        found = _egalitarian(rows, cells)
        value = min(_expected(found.point, cells))
    else:
        found = _maximize(worth, rows)
        value = sum((p * w for p, w in zip(found.point, worth, strict=True) if p), Fraction(0))
    m, n = game.shape
    joint: Joint = tuple(found.point[i * n : (i + 1) * n] for i in range(m))
    kind = "coarse correlated equilibrium" if coarse else "correlated equilibrium"
    status = f"No {kind} does better in {name}, though another may do as well."
    if not found.exact:
        status = (
            f"A {kind} up to rounding: the game is too large to confirm it exactly, and a player "
            "may gain the violation by departing from it."
        )
    return CorrelatedEquilibrium(
        method=f"linear program: {found.method}",
        exact=found.exact,
        complete=False,
        status=status,
        distribution=joint,
        payoffs=_expected(found.point, cells),
        objective=name,
        value=value,
        coarse=coarse,
        violation=joint_violation(game, joint, coarse),
        words=recommend(game, joint),
    )


def _program(game: Game, coarse: bool) -> tuple[list[SparseRow], list[Pair]]:
    """The incentive constraints, and both players' payoffs in each cell."""
    require_game(game)
    if not isinstance(coarse, bool):
        raise TypeError(f"coarse: requires True or False, got {coarse!r}")
    m, n = game.shape
    entries = m * n * ((m + n) if coarse else (m + n - 2))
    if entries > MOST_ENTRIES:
        raise ValueError(
            f"game: requires at most {MOST_ENTRIES:,} entries of incentive constraints, and a "
            f"{m} x {n} game has {entries:,}; restrict the game to the strategies that matter"
        )
    A, B = positive_integer_payoffs(game)
    rows = coarse_rows(A, B) if coarse else incentive_rows(A, B)
    return rows, list(zip(*(matrix.flat for matrix in game.exact_payoffs), strict=True))


def _worth(game: Game, objective: Any, cells: Sequence[Pair]) -> tuple[str, list[Fraction] | None]:
    """What the objective is called, and what it gives to each cell; None for the egalitarian."""
    if isinstance(objective, str):
        if objective not in OBJECTIVES:
            raise ValueError(
                'objective: requires "welfare", "egalitarian", "row", "column" or an array of '
                f"the worth of each outcome, got {objective!r}"
            )
        if objective == "egalitarian":
            return "the smaller payoff", None
        if objective == "welfare":
            return "the sum of payoffs", [first + second for first, second in cells]
        player = ("row", "column").index(objective)
        return f"the {objective} player's payoff", [pair[player] for pair in cells]
    values = fractions(objective, "objective")
    m, n = game.shape
    if values.shape not in ((m, n), (2, m, n)):
        raise ValueError(
            f"objective: requires the shape ({m}, {n}) or (2, {m}, {n}), got {values.shape}"
        )
    total = values if values.ndim == 2 else values[0] + values[1]
    return "the given worth of outcomes", list(total.flat)


def _maximize(worth: Sequence[Fraction], rows: Sequence[SparseRow]) -> Optimum:
    values, _ = whole_numbers(worth)
    least = min(values)
    # A constant changes no distribution's rank, and makes it best to use all probability.
    return best_on_slice([value - least + 1 for value in values], rows, [1] * len(values))


def _egalitarian(rows: Sequence[SparseRow], cells: Sequence[Pair]) -> Optimum:
    """The best smaller payoff, and among those the best sum.

    Along the edge of the polygon of payoffs from the best for one player to the best for the
    other, both payoffs are compared: where they cross, the smaller one is largest.
    """

    def best(first: Fraction, second: Fraction) -> Optimum:
        return _maximize([first * u + second * v for u, v in cells], rows)

    right, top = best(Fraction(1), Fraction(0)), best(Fraction(0), Fraction(1))
    exact = right.exact and top.exact
    ends = [_expected(one.point, cells) for one in (right, top)]
    # Whoever has less even at its own best decides alone; the other's payoff breaks the tie.
    decides = [ends[0][0] <= ends[0][1], ends[1][1] <= ends[1][0]]
    limits = ends[0][0], ends[1][1]
    while ends[0] != ends[1]:
        (x, y), (z, w) = ends
        beyond = best(w - y, x - z)
        exact = exact and beyond.exact
        there = _expected(beyond.point, cells)
        # Without an exact answer, only what is surely beyond rounding is taken up.
        noise = Fraction(0) if exact else _rounding(cells) * (w - y + x - z)
        if _turn(ends[0], there, ends[1]) <= noise:
            break
        if decides[0]:
            is_right = there[0] == limits[0]
        elif decides[1]:
            is_right = there[1] < limits[1]
        else:
            is_right = there[0] > there[1]
        if is_right:
            right, ends[0] = beyond, there
        else:
            top, ends[1] = beyond, there
    (x, y), (z, w) = ends
    # Along a vertical or a horizontal edge one payoff is the same: its better end is the answer.
    if x == z:
        weight = Fraction(0)
    elif y == w:
        weight = Fraction(1)
    elif decides[0]:
        weight = Fraction(int(z < limits[0]))
    elif decides[1]:
        weight = Fraction(int(y == limits[1]))
    else:
        weight = (w - z) / (x - y + w - z)
    point = tuple(
        weight * p + (1 - weight) * q for p, q in zip(right.point, top.point, strict=True)
    )
    return Optimum(point, exact, right.method)


def _rounding(cells: Sequence[Pair]) -> Fraction:
    values = [value for pair in cells for value in pair]
    return (max(values) - min(values)) * ROUGH


def _expected(point: Sequence[Fraction], cells: Sequence[Pair]) -> Pair:
    first = sum((p * u for p, (u, _) in zip(point, cells, strict=True) if p), Fraction(0))
    second = sum((p * v for p, (_, v) in zip(point, cells, strict=True) if p), Fraction(0))
    return first, second


def _polygon(farthest: Farthest, slack: Slack) -> tuple[Pair, ...]:
    """The corners of a convex polygon, counterclockwise, from its farthest points.

    Corners that are no farther than the slack beyond the edge between others may be left out.
    """
    start = [farthest(1, 0), farthest(0, 1), farthest(-1, 0), farthest(0, -1)]
    corners: list[Pair] = []
    for here, there in zip(start, [*start[1:], start[0]], strict=True):
        corners += _along(here, there, farthest, slack)
    corners = list(dict.fromkeys(corners))
    if len(corners) < 3:
        return tuple(corners)
    # A best point may lie within an edge: it is no corner.
    around = zip([corners[-1], *corners[:-1]], corners, [*corners[1:], corners[0]], strict=True)
    kept = [here for before, here, after in around if _turn(before, here, after) > 0]
    if not kept:
        return max(corners), min(corners)
    first = kept.index(max(kept))
    return (*kept[first:], *kept[:first])


def _along(here: Pair, there: Pair, farthest: Farthest, slack: Slack) -> list[Pair]:
    """The corners from one farthest point to another, the first included, in order."""
    corners, ahead = [here], [there]
    while ahead:
        here, there = corners[-1], ahead[-1]
        across, up = there[0] - here[0], there[1] - here[1]
        if here != there:
            beyond = farthest(up, -across)
            # Twice the area of the triangle is the edge's length times the distance beyond it.
            area = _turn(here, beyond, there)
            if area > 0 and area * area > slack() ** 2 * (across * across + up * up):
                ahead.append(beyond)
                continue
        corners.append(ahead.pop())
    return corners[:-1]


def _turn(first: Pair, second: Pair, third: Pair) -> Fraction:
    """Twice the area to the left of the way from the first point over the second to the third."""
    return (second[0] - first[0]) * (third[1] - second[1]) - (second[1] - first[1]) * (
        third[0] - second[0]
    )
