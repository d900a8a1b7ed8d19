r"""Exact tests of quadratic forms that decide stability where eigenvalues do not.

With :math:`E(x, y) = x^T A y`, a symmetric equilibrium x is *evolutionarily stable* if
:math:`z^T A z < 0` for all directions z ≠ 0 from x to its best replies (haigh1975, abakuks1980);
a game is *contractive* if :math:`z^T A z \le 0` for all z with :math:`\sum_k z_k = 0`
(hofbauer2009, who call it stable); it is a *rescaled zero-sum game* if numbers
:math:`c_j` and :math:`d_j > 0` make :math:`a_{ij} d_j + c_j` antisymmetric (hofbauer1998, chapter
11). All are decided in rational arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dilemma.arrays.copositivity import copositivity
from dilemma.arrays.programs import linear_program
from dilemma.evolution.rest.arenas import Arena, Matrix, State


def stability_sign(place: Arena, state: State) -> int:
    """1 for an evolutionarily stable symmetric equilibrium, 0 if only neutrally, −1 if neither.

    >>> from dilemma.evolution.rest.arenas import arena
    >>> from dilemma.game import Game
    >>> hawks = arena(Game.symmetric([["-1/2", 2], [0, 1]]))
    >>> stability_sign(hawks, ((Fraction(2, 3), Fraction(1, 3)),))
    1
    """
    A, x = place.exact[0], state[0]
    earned = place.earned(state, 0)
    support = [k for k, weight in enumerate(x) if weight]
    best = [k for k, value in enumerate(earned) if value == max(earned)]
    if any(k not in best for k in support):
        return -1
    base, *others = [*support, *(k for k in best if not x[k])]
    if not others:
        return 1
    return copositivity(_bends(A, base, others), range(len(support) - 1)).sign


def is_contractive(A: Matrix) -> bool:
    """Whether a one-population game has :math:`z^T A z` ≤ 0 on all tangent directions.

    >>> one = Fraction(1)
    >>> is_contractive([[0 * one, -one], [one, 0 * one]])
    True
    """
    base, *others = range(len(A))
    return not others or copositivity(_bends(A, base, others), range(len(others))).sign >= 0


def is_zero_sum(A: Matrix, B: Matrix) -> bool:
    """Whether a two-population game is zero-sum, up to what does not depend on one's own choice.

    B holds what the columns (first index) earn against the rows.
    """
    return rescaling(A, B) == 1


def rescaling(A: Matrix, B: Matrix) -> Fraction | None:
    r"""The γ > 0 for which A + γBᵀ only has row and column effects; None if there is none.

    1 for two players without any interaction.
    """
    ratio: Fraction | None = None
    for i in range(1, len(A)):
        for j in range(1, len(B)):
            first = A[i][j] - A[i][0] - A[0][j] + A[0][0]
            second = B[j][i] - B[0][i] - B[j][0] + B[0][0]
            if first == second == 0:
                continue
            if first * second >= 0 or ratio not in (None, -first / second):
                return None
            ratio = -first / second
    return Fraction(1) if ratio is None else ratio


def is_rescaled_zero_sum(A: Matrix, support: Sequence[int]) -> bool:
    """Whether a symmetric game, on some strategies, is a rescaled zero-sum game.

    >>> one = Fraction(1)
    >>> cycle = [[0 * one, -one, 2 * one], [2 * one, 0 * one, -one], [-one, 2 * one, 0 * one]]
    >>> is_rescaled_zero_sum(cycle, range(3))
    False
    """
    equations = []
    for place, i in enumerate(support):
        for other in range(place + 1, len(support)):
            j = support[other]
            row = [Fraction(0)] * (len(support) + 1)
            row[other] = A[i][j] - A[j][j]
            row[place] = A[j][i] - A[i][i]
            equations.append(row)
    size = len(support)
    # Largest t with d ≥ t and Σd = 1.
    rows = [[-int(i == k) for k in range(size)] + [1] for i in range(size)]
    found = linear_program(
        [0] * size + [1],
        rows,
        [0] * size,
        [*equations, [1] * size + [0]],
        [0] * len(equations) + [1],
    )
    return found.value is not None and found.value > 0


def _bends(A: Matrix, base: int, others: Sequence[int]) -> Matrix:
    """The form −zᵀAz in the directions from a base strategy to others."""

    def bend(k: int, j: int) -> Fraction:
        return A[k][j] - A[k][base] - A[base][j] + A[base][base]

    return [[-(bend(k, j) + bend(j, k)) / 2 for j in others] for k in others]
