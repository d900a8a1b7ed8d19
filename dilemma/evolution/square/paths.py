"""Where selection on the square leads from given points, and who can invade whom on a line."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.square.faces import Polynomial, point_words
from dilemma.evolution.square.gradients import gradient_of
from dilemma.game.square import COORDINATES, SquareGame, SquareModel, square_game, square_point
from dilemma.solution import VERSION

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]

# A path that changes sides so often makes no progress any more.
MOST_PIECES = 200


def adaptive_paths(
    model: SquareGame | SquareModel, starts: Any, times: Sequence[float]
) -> xarray.Dataset:
    r"""Follow the selection gradient from some points: :math:`\dot x = D(x)`, kept in the square.

    At a side the part of D that points outwards has no effect; a path leaves the side where D
    turns inwards again.

    Parameters
    ----------
    model : SquareGame, or a model with a method ``square()``
        Symmetric.
    starts : sequence of points (receptivity, transparency) or names of landmarks
    times : sequence of float
        Increasing, from 0 on, in units of evolutionary time (mutational variance 1).

    Returns
    -------
    xarray.Dataset
        ``position`` with the dimensions start, time and coordinate.

    Raises
    ------
    ValueError
        If a start is outside the square or times do not increase from at least 0.

    Notes
    -----
    scipy's DOP853 at relative tolerance 1e-10, from one side of the square to the next.

    Examples
    --------
    >>> give = np.zeros((2, 3, 2, 2), dtype=int).astype(object)
    >>> give[1, 0, 0, 1], give[0, 2, 0, 0], give[1, 0, 0, 0] = 1, Fraction(-1, 2), 1
    >>> game = SquareGame([give, give], [("open", 1, 1), ("closed", 1, 0)])
    >>> paths = adaptive_paths(game, ["open"], [0, 1, 2])
    >>> paths.position.sel(start="open", coordinate="transparency").values.round(6)
    array([1.      , 0.367879, 0.135335])
    """
    import xarray

    game = square_game(model)
    if not game.is_symmetric:
        raise ValueError("model: requires a symmetric game, got players with different payoffs")
    by_name = {one.name: one[1:] for one in game.landmarks}
    if isinstance(starts, str):
        starts = [starts]
    points, labels = [], []
    for k, one in enumerate(starts):
        if isinstance(one, str) and one not in by_name:
            raise ValueError(
                f"starts: requires points or names among {', '.join(by_name)}, got {one!r}"
            )
        point = by_name[one] if isinstance(one, str) else square_point(one, f"starts[{k}]")
        points.append(np.array([float(x) for x in point]))
        labels.append(
            one if isinstance(one, str) else ", ".join(f"{x:g}" for x in map(float, point))
        )
    moments = np.asarray(times, dtype=np.float64)
    if moments.ndim != 1 or not len(moments) or not np.all(np.isfinite(moments)):
        raise ValueError("times: requires a sequence of finite numbers, got something else")
    if moments[0] < 0 or np.any(np.diff(moments) <= 0):
        raise ValueError("times: requires numbers that increase from at least 0, got others")
    gradient = gradient_of(game)
    positions = np.array([_path(gradient, start, moments) for start in points])
    return xarray.Dataset(
        {"position": (("start", "time", "coordinate"), positions.reshape(-1, len(moments), 2))},
        {"start": labels, "time": moments, "coordinate": list(COORDINATES)},
        {"dilemma": "adaptive paths", "version": VERSION, "method": "DOP853 between the sides"},
    )


def pairwise_invasibility(
    model: SquareGame | SquareModel, first: Any, second: Any, points: int = 101
) -> xarray.Dataset:
    r"""Return who can invade whom along the segment between two points of the square.

    Parameters
    ----------
    model : SquareGame, or a model with a method ``square()``
        Symmetric.
    first, second : points (receptivity, transparency) or names of landmarks
    points : int
        How many, evenly spaced, ends included.

    Returns
    -------
    xarray.Dataset
        ``fitness`` with the dimensions mutant and resident (positions on the segment, from 0 at
        the first point to 1 at the second): :math:`s(y, x)`; and ``sign``, which is exact.

    Examples
    --------
    >>> give = np.zeros((2, 3, 2, 2), dtype=int).astype(object)
    >>> give[1, 0, 0, 1], give[0, 2, 0, 0] = 1, Fraction(-1, 2)
    >>> game = SquareGame([give, give], [("open", 1, 1), ("closed", 1, 0)])
    >>> pairwise_invasibility(game, "open", "closed", 3).sign.values.tolist()
    [[0, -1, -1], [1, 0, -1], [1, 1, 0]]
    """
    import xarray

    game = square_game(model)
    if not game.is_symmetric:
        raise ValueError("model: requires a symmetric game, got players with different payoffs")
    if isinstance(points, bool) or not isinstance(points, (int, np.integer)) or points < 2:
        raise ValueError(f"points: requires an integer of at least 2, got {points!r}")
    by_name = {one.name: one[1:] for one in game.landmarks}
    ends = []
    for name, one in (("first", first), ("second", second)):
        if isinstance(one, str):
            if one not in by_name:
                raise ValueError(
                    f"{name}: requires a point or a name among {', '.join(by_name)}, got {one!r}"
                )
            ends.append(by_name[one])
        else:
            ends.append(square_point(one, name))
    if ends[0] == ends[1]:
        raise ValueError("second: requires a point other than the first, got the same")
    steps = [Fraction(k, points - 1) for k in range(points)]
    along = [(f"{s}", *((1 - s) * a + s * b for a, b in zip(*ends, strict=True))) for s in steps]
    exact = game.restricted(along).exact_payoffs[0]
    fitness = exact - np.diagonal(exact)[None, :]
    axis = [float(s) for s in steps]
    return xarray.Dataset(
        {
            "fitness": (("mutant", "resident"), fitness.astype(np.float64)),
            "sign": (("mutant", "resident"), np.sign(fitness).astype(np.int8)),
        },
        {"mutant": axis, "resident": axis},
        {
            "dilemma": "pairwise invasibility",
            "version": VERSION,
            "first": point_words(game, ends[0]),
            "second": point_words(game, ends[1]),
        },
    )


def _path(gradient: Sequence[Polynomial], start: Floats, times: Floats) -> Floats:
    """One path, integrated piece by piece between changes of the sides that hold it."""
    from scipy.integrate import solve_ivp

    floats = [one.astype(np.float64) for one in gradient]

    def slope(point: Floats) -> Floats:
        return np.array(
            [np.polynomial.polynomial.polyval2d(point[0], point[1], one) for one in floats]
        )

    result = np.empty((len(times), 2))
    point, now = start.copy(), 0.0
    position = 0
    while position < len(times) and times[position] <= now:
        result[position] = point
        position += 1
    released = np.zeros(2, dtype=bool)
    for _ in range(MOST_PIECES):
        if position >= len(times):
            return result
        at = slope(point)
        # A side lets go where the slope across it is 0, so that its sign says nothing there.
        held = (((point <= 0) & (at <= 0)) | ((point >= 1) & (at >= 0))) & ~released

        def moving(_: float, x: Floats, held: Any = held) -> Floats:
            return np.where(held, 0.0, slope(np.clip(x, 0, 1)))

        events = []
        for axis in (0, 1):
            if held[axis]:

                def event(_: float, x: Floats, axis: int = axis) -> float:
                    inward = slope(x)[axis] * (1 if x[axis] <= 0 else -1)
                    return float(inward)

                direction = 1.0
            else:

                def event(_: float, x: Floats, axis: int = axis) -> float:
                    return float(min(x[axis], 1 - x[axis]) + 1e-13)

                direction = -1.0
            setattr(event, "terminal", True)  # noqa: B010
            setattr(event, "direction", direction)  # noqa: B010
            events.append(event)
        left = times[position:]
        done = solve_ivp(
            moving,
            (now, times[-1]),
            point,
            method="DOP853",
            rtol=1e-10,
            atol=1e-13,
            t_eval=left,
            events=events,
        )
        count = len(done.t)
        if count:
            result[position : position + count] = np.clip(done.y.T, 0, 1)
        position += count
        if done.status != 1:
            return result
        axis = 0 if len(done.t_events[0]) else 1
        before, now = now, float(done.t_events[axis][0])
        point = np.clip(done.y_events[axis][0], 0, 1)
        # Both sides of a corner may let go at the same time, one after the other.
        fresh = held & (np.arange(2) == axis)
        released = fresh | released if now == before else fresh
        point[np.abs(point) < 1e-12] = 0.0
        point[np.abs(point - 1) < 1e-12] = 1.0
    raise RuntimeError(
        f"adaptive_paths: the path from {start.tolist()} changes sides {MOST_PIECES} times "
        f"before time {now:g}; ask for fewer times"
    )
