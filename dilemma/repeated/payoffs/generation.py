r"""How continuation payoffs generate payoffs: the step of Abreu and Sannikov, and its proof.

Player i's payoff from the pure profile a is :math:`g_i(a)`, and what its best deviation gains at
once :math:`h_i(a) \ge 0`. A pair of continuation payoffs w *deters* deviations from a, if these
are answered by the threats u, where

.. math:: w_i \ge u_i + \frac{1 - \delta}{\delta}\, h_i(a) \quad (i = 1, 2);

:math:`Q(a, W, u)` are those in W. A compact set is *self-generating* if it is within

.. math:: B(W) = \operatorname{co} \bigcup_a
          \big((1 - \delta)\, g(a) + \delta\, Q(a, W, P(W))\big),
          \qquad P_i(W) = \min_{w \in W} w_i,

and then all its points are payoffs of subgame-perfect equilibria with public randomization; the
set V of all of these is the largest one (abreupearcestacchetti1990).

**The step.** From a polygon :math:`W \supseteq V` and threats :math:`u \le P(V)` it makes the
convex hull of these points, for every profile a (abreusannikov2014):

1. :math:`g(a)` itself, where :math:`g(a)` deters deviations from a;
2. elsewhere :math:`(1 - \delta)\, g(a) + \delta w` for the extreme points w of
   :math:`Q(a, W, u)` at which a constraint binds: at most four;
3. and, where moreover :math:`g(a) \notin W`, the same for those ends w of the edges of W that
   separate W from :math:`g(a)` at which no constraint binds.

**It keeps V.** Otherwise some linear λ has a unique maximum over V at a point v that exceeds all
generated points. As an extreme point, :math:`v = (1 - \delta)\, g(a) + \delta w` with
:math:`w \in Q(a, V, P(V)) \subseteq Q(a, W, u)`, so that :math:`\lambda(w) \le \lambda(v) \le
\lambda(g(a))`. So :math:`g(a)` was not generated, and violates a constraint which w satisfies. If
the way from w to :math:`g(a)` meets a binding constraint before it leaves W, then at a point where
λ is at least λ(w), and so at one of the extreme points of item 2 that face, which generates a
value of at least λ(v). If not, it leaves W through an edge that separates W from
:math:`g(a)`, at a point of Q where λ is at least λ(v) ≥ λ(w); the part of that edge in Q has an
end at which λ is no less, and that is among the points of item 2 or 3. Either contradicts the
choice of v. (Item 3 is ours: it lets the proof need nothing of W but :math:`W \supseteq V`.) Lower
threats, larger constraint sets and further points keep V too.

**A polygon that the step repeats is V**: it contains V, and it is self-generating, since item 1
then has :math:`g(a) \in Q(a, W, P(W))`.

**Rounding.** In the compiled steps polygons are those of the floats that stand for their vertices,
read as exact numbers between −1 and 2; payoffs and gains are within 1.2e−15. As both the polygon
and the constraint's line are then known exactly, an edge meets it within 2e−15 of the computed
point whatever the edge's slope, and the generated point is within 4e−15. Constraints are loosened
by 4e−15/δ, more than payoffs, gains and their multiplication by (1 − δ)/δ can have lost, and each
outer polygon is enlarged by a square of 2e−14, and by twice what its hull misses.

Sources: abreupearcestacchetti1990, abreusannikov2014 in ``references.bib``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from dilemma.arrays.polygons import Point, Polygon, hull, turn
from dilemma.game import Game

STAY, BOTH, SLACK = 0, 3, 4
# A label: the profile, and what binds (as in `generation_kernels`).
Label = tuple[int, int]


@dataclass(frozen=True)
class Stage:
    """A stage game as the steps see it: profiles in order, their payoffs and gains, patience.

    Attributes
    ----------
    payoffs, gains : tuple of pairs of Fraction
        g(a) and h(a) for each profile, row by row.
    shape : pair of int
    discount : Fraction
        δ, in (0, 1).
    """

    payoffs: tuple[Point, ...]
    gains: tuple[Point, ...]
    shape: tuple[int, int]
    discount: Fraction

    @classmethod
    def of(cls, game: Game, discount: Fraction) -> Stage:
        """Read a game."""
        first, second = game.exact_payoffs
        m, n = game.shape
        best_row = [max(first[:, j]) for j in range(n)]
        best_column = [max(second[i, :]) for i in range(m)]
        cells = [(i, j) for i in range(m) for j in range(n)]
        return cls(
            payoffs=tuple((first[c], second[c]) for c in cells),
            gains=tuple((best_row[c[1]] - first[c], best_column[c[0]] - second[c]) for c in cells),
            shape=(m, n),
            discount=discount,
        )

    def rough(self) -> Stage:
        """The same in floating point, for guesses."""
        pairs = [
            tuple((float(x), float(y)) for x, y in some) for some in (self.payoffs, self.gains)
        ]
        return Stage(pairs[0], pairs[1], self.shape, float(self.discount))  # type: ignore[arg-type]

    def in_units(self) -> Stage:
        """The same with each player's payoffs moved and stretched to [0, 1].

        There tolerances mean the same however large, small or uneven the payoffs are.
        """
        low = [min(g[i] for g in self.payoffs) for i in (0, 1)]
        width = [max(g[i] for g in self.payoffs) - low[i] or Fraction(1) for i in (0, 1)]
        return replace(
            self,
            payoffs=tuple(((x - low[0]) / width[0], (y - low[1]) / width[1])
                          for x, y in self.payoffs),
            gains=tuple((x / width[0], y / width[1]) for x, y in self.gains),
        )  # fmt: skip

    @cached_property
    def minmax(self) -> Point:
        """Each player's least best-reply payoff to a pure strategy: below no equilibrium pays."""
        m, n = self.shape
        best = [(g[0] + h[0], g[1] + h[1]) for g, h in zip(self.payoffs, self.gains, strict=True)]
        return min(best[j][0] for j in range(n)), min(best[i * n][1] for i in range(m))

    @cached_property
    def nash(self) -> tuple[int, ...]:
        """The profiles from which nobody gains by deviating."""
        return tuple(a for a, h in enumerate(self.gains) if h[0] == 0 == h[1])

    def need(self, a: int, threats: Sequence[Any]) -> tuple[Any, Any]:
        """The least continuation payoffs that deter deviations from a profile."""
        patience = (1 - self.discount) / self.discount
        gain = self.gains[a]
        return threats[0] + patience * gain[0], threats[1] + patience * gain[1]

    def value(self, a: int, following: Sequence[Any]) -> tuple[Any, Any]:
        """The payoffs of playing a profile now, and continuation payoffs from then on."""
        delta = self.discount
        now = self.payoffs[a]
        return (
            delta * following[0] + (1 - delta) * now[0],
            delta * following[1] + (1 - delta) * now[1],
        )

    def following(self, a: int, value: Sequence[Any]) -> tuple[Any, Any]:
        """The continuation payoffs with which a profile gives these payoffs."""
        delta = self.discount
        now = self.payoffs[a]
        return (
            (value[0] - (1 - delta) * now[0]) / delta,
            (value[1] - (1 - delta) * now[1]) / delta,
        )


def section(polygon: Sequence[Any], axis: int, level: Any) -> tuple[Any, Any] | None:
    """The least and the largest other coordinate where a polygon meets a line, or None.

    >>> section(((0, 0), (2, 0), (0, 2)), 0, 1)
    (Fraction(0, 1), Fraction(1, 1))
    """
    found = []
    for k, end in enumerate(polygon):
        start = polygon[k - 1]
        first, last = start[axis] - level, end[axis] - level
        if last == 0:
            found.append(end[1 - axis])
        elif (first < 0 < last) or (last < 0 < first):
            share = first * Fraction(1) / (first - last)
            found.append(start[1 - axis] + share * (end[1 - axis] - start[1 - axis]))
    return (min(found), max(found)) if found else None


def inside(polygon: Sequence[Any], point: Sequence[Any]) -> bool:
    """Whether a point lies in a convex polygon, also with coordinates other than Fractions."""
    if not polygon:
        return False
    if len(polygon) == 1:
        return bool(point[0] == polygon[0][0] and point[1] == polygon[0][1])
    if any(turn(polygon[k - 1], polygon[k], point) < 0 for k in range(len(polygon))):  # type: ignore[arg-type]
        return False
    if len(polygon) > 2:
        return True
    (a, b), (c, d) = polygon
    across = abs(c - a) >= abs(d - b)
    low, high, here = (a, c, point[0]) if across else (b, d, point[1])
    return bool(min(low, high) <= here <= max(low, high))


def step(polygon: Polygon, stage: Stage, threats: Sequence[Fraction]) -> dict[Point, Label]:
    """Return the points of one step, exactly, each with a profile and what binds there."""
    made: dict[Point, Label] = {}
    for a, now in enumerate(stage.payoffs):
        need = stage.need(a, threats)
        if now[0] >= need[0] and now[1] >= need[1]:
            made[now] = (a, STAY)
            continue
        for w, kind in binding(polygon, need):
            made.setdefault(stage.value(a, w), (a, kind))
        for w in in_sight(polygon, now):
            if w[0] > need[0] and w[1] > need[1]:
                made.setdefault(stage.value(a, w), (a, SLACK))
    return made


def binding(polygon: Polygon, need: Sequence[Fraction]) -> list[tuple[Point, int]]:
    """The extreme points, with a constraint that binds, of a polygon's part beyond two."""
    found: dict[Point, int] = {}
    for i in (0, 1):
        j = 1 - i
        line = section(polygon, i, need[i])
        if line is None or line[1] < need[j]:
            continue
        for value in (max(line[0], need[j]), line[1]):
            w = (need[i], value) if i == 0 else (value, need[i])
            found.setdefault(w, BOTH if value == need[j] else i + 1)
    return list(found.items())


def in_sight(polygon: Polygon, point: Point) -> list[Point]:
    """The ends of the edges that separate a polygon from a point; none if it lies within."""
    if inside(polygon, point):
        return []
    if len(polygon) < 3:
        return list(polygon)
    ends: list[Point] = []
    for k, one in enumerate(polygon):
        if turn(polygon[k - 1], one, point) < 0:
            ends += [polygon[k - 1], one]
    return list(dict.fromkeys(ends))


def supports(
    polygon: Sequence[Any], stage: Stage
) -> tuple[tuple[Label, tuple[Any, Any]], ...] | None:
    """Say how each vertex is generated by the polygon itself; None if one is not.

    Returns
    -------
    tuple of (label, continuation), or None
        For each vertex a profile, what binds, and the continuation payoffs; staying with a
        profile is preferred. If there is one for each, the polygon is self-generating.
    """
    if not polygon:
        return ()
    threats = (min(w[0] for w in polygon), min(w[1] for w in polygon))
    found = []
    for vertex in polygon:
        how = None
        for a, now in enumerate(stage.payoffs):
            w = stage.following(a, vertex)
            need = stage.need(a, threats)
            if not (w[0] >= need[0] and w[1] >= need[1] and inside(polygon, w)):
                continue
            stays = now[0] == vertex[0] and now[1] == vertex[1]
            kind = int(bool(w[0] == need[0])) + 2 * int(bool(w[1] == need[1])) or SLACK
            if stays or how is None:
                how = ((a, STAY if stays else kind), w)
            if stays:
                break
        if how is None:
            return None
        found.append(how)
    return tuple(found)


def stationary(stage: Stage) -> tuple[int, ...]:
    """The profiles of the largest set that can be played for ever, each threatened by the others.

    The payoffs of such a set span a self-generating polygon: a first answer from within.
    """
    kept = list(range(len(stage.payoffs)))
    while kept:
        threats = [min(stage.payoffs[a][i] for a in kept) for i in (0, 1)]
        left = []
        for a in kept:
            need, now = stage.need(a, threats), stage.payoffs[a]
            if now[0] >= need[0] and now[1] >= need[1]:
                left.append(a)
        if left == kept:
            break
        kept = left
    return tuple(kept)


def repeat(
    polygon: Polygon, stage: Stage, limit: int = 40, longest: int = 3_000
) -> tuple[Polygon, bool, int]:
    """Repeat the exact step until it changes nothing, or numbers grow too long.

    Returns
    -------
    tuple
        The last polygon, which contains all equilibrium payoffs; whether it is all of them; and
        the number of steps.
    """
    threats = stage.minmax
    for taken in range(limit):
        if polygon:
            threats = (
                max(threats[0], min(w[0] for w in polygon)),
                max(threats[1], min(w[1] for w in polygon)),
            )
        following = hull(step(polygon, stage, threats))
        if following == polygon:
            return polygon, supports(polygon, stage) is not None, taken + 1
        polygon = following
        if any(x.denominator.bit_length() > longest for w in polygon for x in w):
            return polygon, False, taken + 1
    return polygon, False, limit
