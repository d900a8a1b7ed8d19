r"""The logit equations of a game, scaled, and reduced to what its symmetries leave free.

Strategies that the game does not tell apart are played with the same probability wherever the
branch from uniform play leads: the equations keep the subspace in which they are, the branch
begins in it, and near rationality 0 there is no other branch. They are found by refinement of
colours: two strategies of a player keep the same colour as long as their payoffs against every
colour of the opponent, summed over its strategies, are equal, exactly; and the two players'
strategies are coloured together, so that a row and a column have the same colour if they are in
the same place. If each colour has as many rows as columns, the players are one population.

In the reduced equations what would make a naive continuation stall, the bifurcations at which
symmetry breaks, is not there: the symmetric branch goes through them as a smooth curve.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import common_denominator
from dilemma.game import Game

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Labels = tuple[int, ...]

# Sums of floats this close, relative to the payoffs, are compared exactly.
CLOSE = 1e-9
# Where payoffs are this much larger than their differences, differences are taken exactly.
FAR_FROM_ZERO = 1e3
# The range of differences of payoffs that leaves room for rationality.
SCALES = 1e280


@dataclass(frozen=True, eq=False)
class LogitProblem:
    """The logit equations of a game, in the form that `kernels` follows.

    Attributes
    ----------
    payoffs : numpy.ndarray, shape (N, N)
        What each class of strategies gets against each, less what the worst gets, over the scale.
    weights : numpy.ndarray, shape (N,)
        The logarithms of how many strategies the classes have.
    starts : numpy.ndarray of int
        Where the players' classes begin, and N.
    row_class, column_class : numpy.ndarray of int, shapes (m,) and (n,)
        The class of every strategy.
    scale : float
        The largest difference of payoffs that one player's choice makes; 1 if there is none. The
        rationality of the scaled game is the game's, times the scale.
    least : float
        The smallest such difference other than 0, over the scale; infinity if there is none.
    gains : pair of numpy.ndarray, shapes (m, n) and (n, m)
        Each player's payoffs less the worst reply's, not scaled: own strategies first.
    """

    payoffs: Floats
    weights: Floats
    starts: Integers
    row_class: Integers
    column_class: Integers
    scale: float
    least: float
    gains: tuple[Floats, Floats]

    @property
    def reduced(self) -> bool:
        """True if there are fewer classes than strategies."""
        return len(self.weights) < len(self.row_class) + len(self.column_class)

    @property
    def uniform(self) -> Floats:
        """The point of uniform play, with rationality 0."""
        point = np.zeros(len(self.weights) + 1)
        rows = int(self.starts[1])
        point[:rows] = self.weights[:rows] - math.log(len(self.row_class))
        point[rows:-1] = self.weights[rows:] - math.log(len(self.column_class))
        return point

    def normalized(self, point: Floats) -> Floats:
        """Return a point with probabilities that sum to 1 for each player."""
        result = point.copy()
        for low, high in pairwise(self.starts):
            result[low:high] -= np.logaddexp.reduce(point[low:high])
        return result

    def expand(self, points: Floats) -> Floats:
        """Return the logarithms of all strategies' probabilities: rows, then columns."""
        each = points[..., :-1] - self.weights
        if not self.reduced:
            return np.asarray(each)
        return np.concatenate([each[..., self.row_class], each[..., self.column_class]], axis=-1)

    def spread(self, tangent: Floats) -> Floats:
        """Return the change of the logarithms of all strategies' probabilities along a tangent."""
        each = tangent[:-1]
        return np.concatenate([each[self.row_class], each[self.column_class]])

    def gather(self, logs: Floats) -> Floats:
        """Return the logarithms of the classes' probabilities: `expand` undone."""
        classes = np.concatenate([self.row_class, self.column_class])
        _, first = np.unique(classes, return_index=True)
        return np.asarray(logs[first] + self.weights)


def logit_problem(game: Game, labels: tuple[Labels, Labels] | None = None) -> LogitProblem:
    """Write a game's logit equations, on the classes of strategies that it does not tell apart.

    Parameters
    ----------
    game : Game
    labels : pair of tuples of int, optional
        Strategies with different labels are told apart in any case; by default none are.

    Raises
    ------
    ValueError
        If payoffs differ by so much, or so little, that rationality would leave the range of
        floats.

    Examples
    --------
    >>> rock_paper_scissors = Game.symmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    >>> logit_problem(rock_paper_scissors).weights.round(4)
    array([1.0986])
    """
    gains = _gains(game, 0), _gains(game, 1)
    largest = max(float(gain.max()) for gain in gains)
    # Differences that are 0 in floating point alone are too small, and not none.
    vanished = largest == 0.0 and any(
        len(set(line)) > 1
        for lines in (game.exact_payoffs[0].T.tolist(), game.exact_payoffs[1].tolist())
        for line in lines
    )
    if vanished or not (largest == 0.0 or 1 / SCALES < largest < SCALES):
        raise ValueError(
            f"game: requires payoffs whose largest difference is between {1 / SCALES:g} and "
            f"{SCALES:g}, got {largest:g}: measure them in another unit"
        )
    scale = largest or 1.0
    least = min(_least(gains[0]), _least(gains[1])) / scale
    if labels is None and _all_told_apart(game, gains, scale):
        return plain_problem(game, gains, scale, least)
    rows, columns = _colours(game, labels)
    names = sorted({*rows, *columns})
    one = all(rows.count(name) == columns.count(name) for name in names)
    row_names = names if one else sorted(set(rows))
    column_names = names if one else sorted(set(columns))
    row_class = np.array([row_names.index(name) for name in rows])
    column_class = np.array([column_names.index(name) for name in columns])
    if not one and len({*rows}) + len({*columns}) == len(rows) + len(columns):
        return plain_problem(game, gains, scale, least)
    k = len(row_names)
    own, other = (
        np.zeros((len(names), one_class.size))
        for names, one_class in ((row_names, row_class), (column_names, column_class))
    )
    own[row_class, range(len(rows))] = 1.0
    other[column_class, range(len(columns))] = 1.0
    # The mean over equal classes is the exact value for all of them, but for rounding.
    first = _means(own, gains[0], other) / scale
    if one:
        weights = np.log(own.sum(axis=1))
        return LogitProblem(
            first, weights, np.array([0, k]), row_class, column_class, scale, least, gains
        )
    second = _means(other, gains[1], own) / scale
    total = k + len(column_names)
    payoffs = np.zeros((total, total))
    payoffs[:k, k:], payoffs[k:, :k] = first, second
    weights = np.log(np.concatenate([own.sum(axis=1), other.sum(axis=1)]))
    starts = np.array([0, k, total])
    return LogitProblem(payoffs, weights, starts, row_class, column_class + k, scale, least, gains)


def plain_problem(
    game: Game, gains: tuple[Floats, Floats], scale: float, least: float
) -> LogitProblem:
    """Write the logit equations with a class for each strategy."""
    m, n = game.shape
    payoffs = np.zeros((m + n, m + n))
    payoffs[:m, m:], payoffs[m:, :m] = gains[0] / scale, gains[1] / scale
    return LogitProblem(
        payoffs,
        np.zeros(m + n),
        np.array([0, m, m + n]),
        np.arange(m),
        np.arange(m, m + n),
        scale,
        least,
        gains,
    )


def _means(own: Floats, gains: Floats, other: Floats) -> Floats:
    """Mean payoffs of each class against each class."""
    means = own @ gains @ other.T / own.sum(axis=1)[:, None] / other.sum(axis=1)
    return np.asarray(means, dtype=np.float64)


def _gains(game: Game, player: int) -> Floats:
    """What a player's strategies get more than the worst against each of the opponent's."""
    floats = game.payoffs[player] if player == 0 else game.payoffs[1].T
    with np.errstate(over="ignore"):
        gains = floats - floats.min(axis=0)
    spread = gains.max()
    if np.isfinite(spread) and np.abs(floats).max() <= FAR_FROM_ZERO * spread:
        return np.asarray(gains)
    exact = game.exact_payoffs[player] if player == 0 else game.exact_payoffs[1].T
    differences = exact - exact.min(axis=0)
    if differences.max() > SCALES:
        return np.full(gains.shape, np.inf)
    return np.asarray(differences.astype(np.float64))


def _all_told_apart(game: Game, gains: tuple[Floats, Floats], scale: float) -> bool:
    """True if floats show that no two strategies, and no two players, are alike."""
    m, n = game.shape
    close = CLOSE * scale * m * n
    sums = []
    for gain in gains:
        rows = sorted(gain.sum(axis=1).tolist())
        if any(after - before <= close for before, after in pairwise(rows)):
            return False
        mean = sum(rows) / len(rows)
        sums.append([value - mean for value in rows])
    return m != n or any(abs(a - b) > close for a, b in zip(*sums, strict=True))


def _least(gains: Floats) -> float:
    """The smallest positive difference within a column."""
    ordered = np.sort(gains, axis=0)
    steps = ordered[1:] - ordered[:-1]
    return float(steps.min(where=steps > 0, initial=np.inf))


def _colours(game: Game, labels: tuple[Labels, Labels] | None) -> tuple[list[int], list[int]]:
    """The coarsest colouring of rows and columns that payoffs respect, exactly."""
    m, n = game.shape
    matrices: list[list[list[int]]] = []
    common = common_denominator(game.exact_payoffs.ravel().tolist())
    for player, own in ((0, m), (1, n)):
        exact: Any = game.exact_payoffs[player] if player == 0 else game.exact_payoffs[1].T
        whole = [[int(value * common) for value in row] for row in exact]
        # Less the mean reply's payoff, times both numbers of strategies: comparable between
        # players.
        means = [sum(column) for column in zip(*whole, strict=True)]
        matrices.append(
            [[value * own - mean for value, mean in zip(row, means, strict=True)] for row in whole]
        )
    if labels is not None:
        rows, columns = list(labels[0]), list(labels[1])
    else:
        rows, columns = [0] * m, [0 if m == n else 1] * n
    colours = len({*rows}) + len({*columns})
    while True:
        signs = [
            [(name, _sums(values, against)) for name, values in zip(mine, matrix, strict=True)]
            for mine, against, matrix in (
                (rows, columns, matrices[0]),
                (columns, rows, matrices[1]),
            )
        ]
        order = {sign: place for place, sign in enumerate(sorted({*signs[0], *signs[1]}))}
        rows, columns = ([order[sign] for sign in one] for one in signs)
        found = len({*rows}) + len({*columns})
        if found == colours:
            return rows, columns
        colours = found


def _sums(values: list[int], colours: list[int]) -> tuple[tuple[int, int], ...]:
    sums: dict[int, int] = {}
    for value, colour in zip(values, colours, strict=True):
        sums[colour] = sums.get(colour, 0) + value
    return tuple(sorted(sums.items()))


def exact_quotient(
    game: Game, problem: LogitProblem
) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    """The exact payoffs of each class against each of the opponent's, for both players.

    Of one population the two are the same.
    """
    k = int(problem.starts[1])
    shift = 0 if len(problem.starts) == 2 else k
    sides = (
        (game.exact_payoffs[0], problem.row_class, problem.column_class - shift),
        (game.exact_payoffs[1].T, problem.column_class - shift, problem.row_class),
    )
    result = []
    for matrix, own, other in sides:
        _, first = np.unique(own, return_index=True)
        others = range(int(other.max()) + 1)
        members = [np.flatnonzero(other == c) for c in others]
        result.append(
            [[Fraction(sum(matrix[i, those])) / len(those) for those in members] for i in first]
        )
    return result[0], result[1]
