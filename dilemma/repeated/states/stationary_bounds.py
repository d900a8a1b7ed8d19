r"""All pure stationary equilibria of a stochastic game, by branch and bound.

A *box* allows in each state s some pure profiles D(s). Let V be the values of any pure equilibrium
in the box, payoffs scaled to [0, 1]. Then, with
:math:`w(s, i, j; X) = (1 - \delta) u(s, i, j) + \delta \sum q(s' \mid s, i, j) X(s')`,

.. math:: \min_{j : D(s) \ni (\cdot, j)} \max_{i'} w_1(s, i', j; V) \le V_1(s)
          \le \max_{(i, j) \in D(s)} w_1(s, i, j; V)

and likewise for player 2: nobody earns less than from a best deviation. Both sides are monotone
contractions, so their fixed points L and H bound V. No equilibrium in the box plays (i, j) in s if
for some i'

.. math:: (1 - \delta)(u_1(s, i, j) - u_1(s, i', j))
          + \delta \max_{L \le X \le H} \sum_{s'} (q(s' \mid s, i, j) - q(s' \mid s, i', j)) X(s')

is negative. Such profiles are removed until none is left to be; a box with an empty state is
dropped, one with several profiles in a state is split there, and one with a single profile in each
state is a candidate, to be decided exactly by its owner.

All in floating point with outward rounding: a fixed point is used only if, moved outwards by a
margin, it is verified to be a bound (:math:`TH \le H` implies :math:`V \le H`; :math:`L \le TL`
implies :math:`L \le V`), and a profile is removed only where the expression is below minus a
margin that exceeds the rounding. So no equilibrium is lost.

The method is ours; values and one-shot deviations as in shapley1953 and maskin2001.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import rounded, to_float
from dilemma.game import StochasticGame

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]
# How many boxes are worked on at once: enough that NumPy's overhead is shared.
TOGETHER = 128
# Newton's steps (policy iteration) for a bound; then the bound of the box before must do.
MOST_STEPS = 12


@dataclass(frozen=True, eq=False)
class Dense:
    """A stochastic game in arrays of one size, payoffs scaled to [0, 1] for each player.

    Attributes
    ----------
    payoffs : array of shape (2, K, m, n)
        Those of strategies that a state has not are 0.
    chances : array of shape (K, m, n, K)
    exists : array of bool, shape (K, m, n)
    discount, rest : float
        δ and 1 − δ.
    margin : float
        More than the rounding error of any payoff plus continuation.
    """

    payoffs: Floats
    chances: Floats
    exists: Masks
    discount: float
    rest: float
    margin: float


def dense(game: StochasticGame, discount: Fraction) -> Dense:
    """Scale a game's payoffs to [0, 1] exactly, and round everything to floats."""
    count = len(game)
    m = max(one.shape[0] for one in game.games)
    n = max(one.shape[1] for one in game.games)
    payoffs = np.zeros((2, count, m, n))
    chances, exists = np.zeros((count, m, n, count)), np.zeros((count, m, n), dtype=bool)
    for player in (0, 1):
        low = min(one.exact_payoffs[player].min() for one in game.games)
        high = max(one.exact_payoffs[player].max() for one in game.games)
        scale = high - low or Fraction(1)
        for s, one in enumerate(game.games):
            rows, columns = one.shape
            scaled = (one.exact_payoffs[player] - low) / scale
            payoffs[player, s, :rows, :columns] = rounded(scaled)
    for s, one in enumerate(game.games):
        rows, columns = one.shape
        chances[s, :rows, :columns] = game.transitions[s]
        exists[s, :rows, :columns] = True
    # A sum of K + 1 products of numbers in [0, 1], each factor rounded: K + 8 half-units suffice.
    margin = 8 * (count + 8) * 2.0**-52
    return Dense(
        payoffs, chances, exists, to_float(discount), to_float(1 - discount), margin
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Candidates:
    """What the search left.

    Attributes
    ----------
    profiles : list of tuples of pairs
        For each candidate the row and the column of each state.
    boxes : int
        How many boxes were looked at.
    finished : bool
        False if the limit of boxes stopped the search, so that candidates may be missing.
    """

    profiles: list[tuple[tuple[int, int], ...]]
    boxes: int
    finished: bool


def candidates(game: StochasticGame, discount: Fraction, limit: int) -> Candidates:
    """Find a set of pure stationary profiles that holds every equilibrium."""
    search = _Search(dense(game, discount))
    count = len(game)
    whole = (search.terms.exists, np.zeros((2, count)), np.ones((2, count)))
    stack: list[tuple[Masks, Floats, Floats]] = [whole]
    profiles: list[tuple[tuple[int, int], ...]] = []
    boxes = 0
    while stack and boxes < limit:
        taken, stack = stack[-TOGETHER:], stack[:-TOGETHER]
        boxes += len(taken)
        allowed, low, high = search.tightened(
            np.array([one[0] for one in taken]),
            np.array([one[1] for one in taken]),
            np.array([one[2] for one in taken]),
        )
        sizes = allowed.sum(axis=(2, 3))
        for b in range(len(allowed)):
            if (sizes[b] == 1).all():
                cells = [np.argwhere(allowed[b, s])[0] for s in range(count)]
                profiles.append(tuple((int(i), int(j)) for i, j in cells))
                continue
            s = int(np.argmin(np.where(sizes[b] > 1, sizes[b], np.inf)))
            for i, j in np.argwhere(allowed[b, s]):
                part = allowed[b].copy()
                part[s] = False
                part[s, i, j] = True
                stack.append((part, low[b], high[b]))
    return Candidates(sorted(profiles), boxes, not stack)


class _Search:
    """The bounds of boxes, many boxes at a time: the first axis of every array is the box's."""

    def __init__(self, terms: Dense) -> None:
        self.terms = terms
        _, count, m, n = terms.payoffs.shape
        self.shape = (count, m, n)
        q, exists = terms.chances, terms.exists
        self.flat = q.reshape(-1, count)
        differences = (
            q[:, :, :, None, :] - q.transpose(0, 2, 1, 3)[:, None],  # (s, i, j, i', s')
            q[:, :, :, None, :] - q[:, :, None],  # (s, i, j, j', s')
        )
        self.up = [np.maximum(one, 0).reshape(-1, count).T.copy() for one in differences]
        self.down = [np.maximum(-one, 0).reshape(-1, count).T.copy() for one in differences]
        u, v = terms.payoffs
        now = (
            u[:, :, :, None] - u.transpose(0, 2, 1)[:, None],
            v[:, :, :, None] - v[:, :, None],
        )
        there = (exists.transpose(0, 2, 1)[:, None], exists[:, :, None])
        self.now = [
            np.where(exists[..., None] & one, terms.rest * difference, np.inf)
            for one, difference in zip(there, now, strict=True)
        ]

    def tightened(self, allowed: Masks, low: Floats, high: Floats) -> tuple[Masks, Floats, Floats]:
        """Remove profiles and narrow bounds until neither goes on; drop empty boxes."""
        active = np.arange(len(allowed))
        alive = np.ones(len(allowed), dtype=bool)
        while len(active):
            part = allowed[active]
            for player in (0, 1):
                high[active, player] = self._highest(player, part, high[active, player])
                low[active, player] = self._lowest(player, part, low[active, player])
            left = part & ~self._refuted(low[active], high[active])
            allowed[active] = left
            empty = np.any(~left.any(axis=(2, 3)), axis=1)
            alive[active[empty]] = False
            changed = (left != part).any(axis=(1, 2, 3)) & ~empty
            active = active[changed]
        return allowed[alive], low[alive], high[alive]

    def _refuted(self, low: Floats, high: Floats) -> Masks:
        refuted = np.zeros((len(low), *self.shape), dtype=bool)
        for player in (0, 1):
            drift = high[:, player] @ self.up[player] - low[:, player] @ self.down[player]
            gap = self.now[player] + self.terms.discount * drift.reshape(
                len(low), *self.now[player].shape
            )
            refuted |= (gap < -self.terms.margin).any(axis=-1)
        return refuted

    def _worth(self, player: int, values: Floats) -> Floats:
        """Payoff plus continuation of every profile, shape (box, state, row, column)."""
        onward = (values @ self.flat.T).reshape(len(values), *self.shape)
        return np.asarray(
            self.terms.rest * self.terms.payoffs[player] + self.terms.discount * onward
        )

    def _highest(self, player: int, allowed: Masks, before: Floats) -> Floats:
        def step(values: Floats) -> tuple[Floats, Any]:
            worth = np.where(allowed, self._worth(player, values), -np.inf)
            flat = worth.reshape(*worth.shape[:2], -1)
            best = flat.argmax(axis=2)
            return np.take_along_axis(flat, best[..., None], 2)[..., 0], best

        return self._bound(player, step, before, +1)

    def _lowest(self, player: int, allowed: Masks, before: Floats) -> Floats:
        # In the layout (own strategy, other's strategy).
        axes = (0, 1, 2, 3) if player == 0 else (0, 1, 3, 2)
        open_to_other = allowed.transpose(axes).any(axis=2)
        own = self.terms.exists.transpose(axes[1] - 1, axes[2] - 1, axes[3] - 1)
        n = self.shape[2]

        def step(values: Floats) -> tuple[Floats, Any]:
            worth = self._worth(player, values).transpose(axes)
            worth = np.where(own, worth, -np.inf)
            reply = worth.argmax(axis=2)
            best = np.take_along_axis(worth, reply[:, :, None, :], 2)[:, :, 0]
            best = np.where(open_to_other, best, np.inf)
            other = best.argmin(axis=2)
            mine = np.take_along_axis(reply, other[..., None], 2)[..., 0]
            cell = mine * n + other if player == 0 else other * n + mine
            return np.take_along_axis(best, other[..., None], 2)[..., 0], cell

        return self._bound(player, step, before, -1)

    def _bound(self, player: int, step: Any, before: Floats, side: int) -> Floats:
        """The fixed point of a monotone contraction, moved outwards and verified.

        Policy iteration from the bound before; where its end is not verified, one step of the
        contraction from there.
        """
        terms = self.terms
        count = self.shape[0]
        states = np.arange(count)
        payoffs = terms.payoffs[player].reshape(count, -1)
        chances = terms.chances.reshape(count, -1, count)
        values, cells = step(before)
        fallback = values + side * terms.margin
        for _ in range(MOST_STEPS):
            matrix = np.eye(count) - terms.discount * chances[states, cells]
            right = terms.rest * payoffs[states, cells]
            values = np.linalg.solve(matrix, right[..., None])[..., 0]
            _, again = step(values)
            if np.array_equal(again, cells):
                break
            cells = again
        moved = values + side * 4 * terms.margin / terms.rest
        after, _ = step(moved)
        verified = (side * (moved - after) >= terms.margin).all(axis=1)
        bound = np.where(verified[:, None], moved, fallback)
        return np.asarray(np.minimum(bound, before) if side > 0 else np.maximum(bound, before))
