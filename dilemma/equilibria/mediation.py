"""Correlated equilibria: answers, incentive constraints, and how far they are broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.arrays.exact import common_denominator
from dilemma.arrays.slices import SparseRow
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

Joint = tuple[tuple[Fraction, ...], ...]
Pair = tuple[Fraction, Fraction]


@dataclass(frozen=True, kw_only=True, repr=False)
class CorrelatedEquilibrium(Solution):
    """A distribution over pairs of strategies that no player gains by departing from.

    Attributes
    ----------
    distribution : tuple of m tuples of n Fraction
        The probability with which a mediator recommends each pair (row, column).
    payoffs : pair of Fraction
        What the row and the column player expect.
    objective : str
        What it maximises.
    value : Fraction
        The objective at its maximum.
    coarse : bool
        True if players decide whether to follow before they are told what is recommended to them.
    violation : Fraction
        The most that a player could gain by departing, recomputed from the definition; 0 in an
        exact answer. For a correlated equilibrium: the largest gain from playing one strategy
        whenever another one is recommended, times the probability of that recommendation.
    words : str
        Which pairs are recommended, with which probability.
    method, exact, complete, status
        As in every answer of the library.
    """

    distribution: Joint
    payoffs: Pair
    objective: str
    value: Fraction
    coarse: bool
    violation: Fraction
    words: str

    def __str__(self) -> str:
        first, second = map(number, self.payoffs)
        violation = number(self.violation)
        return wrapped(
            [
                self.status,
                f"  {self.words}: payoffs {first} and {second}, violation {violation}",
            ]
        )


@dataclass(frozen=True, kw_only=True, repr=False)
class PayoffRange(Solution):
    """All pairs of payoffs that correlated equilibria attain: a convex polygon.

    Attributes
    ----------
    vertices : tuple of pairs of Fraction
        Its corners (row player's payoff, column player's), counterclockwise from the one with the
        largest payoff to the row player; two for a segment, one for a point.
    row, column, welfare : pairs of Fraction
        The least and the largest payoff of each player, and of both together.
    coarse : bool
        True for coarse correlated equilibria.
    method, exact, complete, status
        As in every answer of the library.
    """

    vertices: tuple[Pair, ...]
    coarse: bool

    @property
    def row(self) -> Pair:
        """The least and the largest payoff of the row player."""
        return self._extent(1, 0)

    @property
    def column(self) -> Pair:
        """The least and the largest payoff of the column player."""
        return self._extent(0, 1)

    @property
    def welfare(self) -> Pair:
        """The least and the largest sum of payoffs."""
        return self._extent(1, 1)

    def contains(self, payoffs: Sequence[Any]) -> bool:
        """Whether a pair of payoffs is attained, decided exactly.

        >>> from dilemma.equilibria import correlated_payoffs
        >>> chicken = Game.symmetric([[6, 2], [7, 0]])
        >>> attained = correlated_payoffs(chicken)
        >>> attained.contains((5, 5)), attained.contains((6, 6))
        (True, False)
        """
        from dilemma.arrays.exact import fraction

        if isinstance(payoffs, str) or not hasattr(payoffs, "__len__"):
            raise TypeError(f"payoffs: requires two numbers, got {payoffs!r}")
        if len(payoffs) != 2:
            raise ValueError(f"payoffs: requires two numbers, got {len(payoffs)}")
        x, y = (fraction(value, "payoffs") for value in payoffs)
        first = self.vertices[0]
        if len(self.vertices) == 1:
            return (x, y) == first
        corners = zip(self.vertices, [*self.vertices[1:], first], strict=True)
        within = all((q[0] - p[0]) * (y - p[1]) >= (q[1] - p[1]) * (x - p[0]) for p, q in corners)
        return within and self.row[0] <= x <= self.row[1] and self.column[0] <= y <= self.column[1]

    def _extent(self, first: int, second: int) -> Pair:
        values = [first * x + second * y for x, y in self.vertices]
        return min(values), max(values)

    def __str__(self) -> str:
        lines = [self.status]
        for name in ("row", "column", "welfare"):
            low, high = getattr(self, name)
            what = "both payoffs together" if name == "welfare" else f"{name} player's payoff"
            lines.append(f"  {what}: {number(low)} to {number(high)}")
        return wrapped(lines)


def joint_violation(game: Game, joint: Sequence[Sequence[Fraction]], coarse: bool) -> Fraction:
    r"""Return the most that a player gains by departing from a mediator's recommendations.

    For a correlated equilibrium the largest of

    .. math:: \sum_j p_{ij} (A_{kj} - A_{ij}), \qquad \sum_i p_{ij} (B_{ik} - B_{ij})

    over the strategies i or j recommended and k played instead; for a coarse one the largest of
    :math:`\sum_{ij} p_{ij} (A_{kj} - A_{ij})` and :math:`\sum_{ij} p_{ij} (B_{ik} - B_{ij})` over
    k. At least 0 in the first case (k = i); in the second possibly negative, and then given as 0.

    Examples
    --------
    >>> thirds = [[Fraction(1, 3), Fraction(1, 3)], [Fraction(1, 3), Fraction(0)]]
    >>> chicken = Game.symmetric([[6, 2], [7, 0]])
    >>> joint_violation(chicken, thirds, False), joint_violation(chicken, [[1, 0], [0, 0]], False)
    (Fraction(0, 1), Fraction(1, 1))
    """
    m, n = game.shape
    cells = [(i, j) for i in range(m) for j in range(n) if joint[i][j]]
    most = Fraction(0)
    for player in (0, 1):
        own = game.exact_payoffs[player] if player == 0 else game.exact_payoffs[player].T
        told: dict[int, list[tuple[int, Fraction]]] = {}
        for cell in cells:
            entry = (cell[1 - player], joint[cell[0]][cell[1]])
            told.setdefault(cell[player], []).append(entry)
        gains = [
            [
                sum((p * (own[k, other] - own[i, other]) for other, p in those), Fraction(0))
                for i, those in told.items()
            ]
            for k in range(len(own))
        ]
        for gain in gains:
            most = max(most, sum(gain, Fraction(0)) if coarse else max(gain))
    return most


def incentive_rows(A: Sequence[Sequence[int]], B: Sequence[Sequence[int]]) -> list[SparseRow]:
    """The constraints Gp ≤ 0 of correlated equilibria; cell (i, j) has number i·n + j."""
    m, n = len(A), len(A[0])
    rows = []
    for i in range(m):
        for k in range(m):
            gains = [(i * n + j, A[k][j] - A[i][j]) for j in range(n) if A[k][j] != A[i][j]]
            if gains:
                rows.append(_row(gains))
    for j in range(n):
        for k in range(n):
            gains = [(i * n + j, B[i][k] - B[i][j]) for i in range(m) if B[i][k] != B[i][j]]
            if gains:
                rows.append(_row(gains))
    return rows


def coarse_rows(A: Sequence[Sequence[int]], B: Sequence[Sequence[int]]) -> list[SparseRow]:
    """The incentive constraints Gp ≤ 0 of coarse correlated equilibria."""
    m, n = len(A), len(A[0])
    cells = [(i, j) for i in range(m) for j in range(n)]
    by_row = [[(i * n + j, A[k][j] - A[i][j]) for i, j in cells] for k in range(m)]
    by_column = [[(i * n + j, B[i][k] - B[i][j]) for i, j in cells] for k in range(n)]
    kept = [[gain for gain in gains if gain[1]] for gains in (*by_row, *by_column)]
    return [_row(gains) for gains in kept if gains]


def _row(gains: list[tuple[int, int]]) -> SparseRow:
    return tuple(cell for cell, _ in gains), tuple(gain for _, gain in gains)


def whole_numbers(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """The values times their common denominator, and that denominator.

    >>> whole_numbers([Fraction(1, 2), Fraction(2)])
    ([1, 4], 2)
    """
    scale = common_denominator(values)
    return [int(value * scale) for value in values], scale


def recommend(game: Game, joint: Joint) -> str:
    """Say in words what a mediator recommends, the likeliest pair first.

    >>> recommend(Game.symmetric([[1]], ["wait"]), ((Fraction(1),),))
    'recommend (wait, wait)'
    """
    rows, columns = game.strategies
    pairs = [
        (probability, f"({rows[i]}, {columns[j]})")
        for i, line in enumerate(joint)
        for j, probability in enumerate(line)
        if probability
    ]
    if len(pairs) == 1:
        return f"recommend {pairs[0][1]}"
    pairs.sort(key=lambda pair: -pair[0])
    parts = [f"{pair} with probability {number(probability)}" for probability, pair in pairs]
    return f"recommend {', '.join(parts[:-1])} and {parts[-1]}"
