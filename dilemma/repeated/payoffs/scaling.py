"""Stage games in floating point for the compiled steps: payoffs scaled to [0, 1], and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import common_denominator
from dilemma.arrays.polygons import Point, Polygon
from dilemma.game import Game

Floats = NDArray[np.float64]
Pair = tuple[Fraction, Fraction]

MOST_STEPS = 20_000
# Outer steps end when they move less than this; inner ones are tightened by these, in turn.
STILL = 1e-12
TIGHTENINGS = np.array([1e-11, 1e-10, 1e-9, 1e-8])
# By how much each outer polygon is enlarged.
RADIUS = 2e-14
# Payoffs that are larger than this, for a range of 1, are scaled as Fractions.
LARGEST_LEVEL = 4.0


@dataclass(frozen=True)
class Certified:
    """What the compiled runs found, in scaled payoffs.

    Attributes
    ----------
    empty, settled : bool
        Whether an outer polygon was empty; whether the last one was found where it stands still.
    outer : array (k, 2)
    inner : array (l, 2)
        A self-generating polygon; l is 0 if none was found.
    made : array (l, 2) of int
        Which profile generates each of the inner vertices, and which constraints bind.
    gap : float
        How far the outer polygon's vertices lie from the inner polygon at most.
    steps : int
    """

    empty: bool
    settled: bool
    outer: Floats
    inner: Floats
    made: NDArray[np.int64]
    gap: float
    steps: int


def scaled(game: Game) -> tuple[Floats, Floats, Floats, Floats]:
    """Return payoffs and best deviations' gains per profile, in [0, 1], and the threats' floor.

    Returns
    -------
    tuple of arrays
        Payoffs and gains, of shape (profiles, 2), within 1.2e-15 (a gain is 0 if and only if it
        is exactly); the pure minmax, minus that; and the ranges of the payoffs, of shape (2,).
    """
    payoffs = game.payoffs
    low, high = payoffs.min(axis=(1, 2)), payoffs.max(axis=(1, 2))
    # Payoffs that differ may be equal as floats, which is then mended below.
    span = high - low
    span[span == 0] = 1.0
    # A float stands for the decimal that prints it, which half a unit in the last place divides
    # from it; payoffs given otherwise could be rounded to equal floats.
    if game.holds_floats and np.abs(payoffs).max() <= LARGEST_LEVEL * span.min():
        best = payoffs[0].max(axis=0)[None, :], payoffs[1].max(axis=1)[:, None]
        gains = np.stack([(best[i] - payoffs[i]) / span[i] for i in (0, 1)])
        values = (payoffs - low[:, None, None]) / span[:, None, None]
    else:
        values, gains = _exactly_scaled(game)
        span = np.array([float(one) for one in _box(game)[1]])
    floor = np.array([values[0].max(axis=0).min(), values[1].max(axis=1).min()]) - 4e-15
    flat = [np.ascontiguousarray(one.reshape(2, -1).T) for one in (values, gains)]
    return flat[0], flat[1], floor, span


def _exactly_scaled(game: Game) -> tuple[Floats, Floats]:
    """Payoffs and gains, each rounded but once: quotients of integers."""
    exact = game.exact_payoffs
    scale = common_denominator(exact.ravel().tolist())
    values, gains = np.empty(exact.shape), np.empty(exact.shape)
    for player, table in enumerate(exact):
        whole = [[one.numerator * (scale // one.denominator) for one in row] for row in table]
        least, most = min(map(min, whole)), max(map(max, whole))
        span = most - least or 1
        best = [max(column) for column in zip(*whole, strict=True)] if player == 0 else None
        for i, row in enumerate(whole):
            tops = [max(row)] * len(row) if best is None else best
            values[player, i] = [(one - least) / span for one in row]
            gains[player, i] = [(top - one) / span for top, one in zip(tops, row, strict=True)]
    return values, gains


def certified(game: Game, discount: Fraction) -> tuple[Certified, Floats]:
    """Run the compiled steps; return what they found, and the ranges of the payoffs."""
    from dilemma.repeated.payoffs import generation_kernels as kernels

    payoffs, gains, floor, span = scaled(game)
    weights = np.array([float(one) for one in (discount, 1 - discount, 1 / discount - 1)])
    room = 16 * len(payoffs) + 64
    outer, inner = np.empty((room, 2)), np.empty((room, 2))
    made = np.empty((room, 2), dtype=np.int64)
    outcome, size, steps, inner_size, _, gap = kernels.run(
        payoffs, gains, floor, weights, RADIUS, STILL, TIGHTENINGS, MOST_STEPS, outer, inner, made
    )
    found = Certified(
        empty=outcome == kernels.EMPTY,
        settled=outcome == kernels.SETTLED,
        outer=outer[:size],
        inner=inner[:inner_size],
        made=made[:inner_size],
        gap=gap,
        steps=steps,
    )
    return found, span


def _box(game: Game) -> tuple[Pair, Pair]:
    """Each player's least payoff, and the range of its payoffs (1 if they are constant)."""
    exact = game.exact_payoffs
    least = [min(exact[i].flat) for i in (0, 1)]
    width = [max(exact[i].flat) - least[i] or Fraction(1) for i in (0, 1)]
    return (least[0], least[1]), (width[0], width[1])


def unscaled(points: Iterable[Sequence[Any]], game: Game) -> list[Any]:
    """Return scaled points in exact payoffs; floats are read as exact numbers."""
    (a, b), (width, height) = _box(game)
    return [(a + width * _exact(x), b + height * _exact(y)) for x, y in points]


def in_units(points: Iterable[Point], game: Game) -> Polygon:
    """Return payoffs, scaled: a polygon as `unscaled` takes it back."""
    (a, b), (width, height) = _box(game)
    return tuple(((x - a) / width, (y - b) / height) for x, y in points)


def _exact(value: Any) -> Any:
    return Fraction(float(value)) if isinstance(value, float) else value
