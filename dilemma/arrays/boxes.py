r"""Every zero of a small system of polynomials in a box, with a proof.

The box is cut into smaller ones. A part is thrown away when interval arithmetic shows that some
polynomial has no zero in it, and a zero is *proved* by Krawczyk's operator

.. math:: K(X) = m - Y F(m) + (I - Y F'(X))(X - m), \qquad m \in X,\; Y \approx F'(m)^{-1}:

if K(X) lies inside X, then X holds exactly one zero, and K(X) holds it too. All intervals are
rounded outwards, so that nothing rests on floating point. What can be neither thrown away nor
proved, such as a double zero or a curve of zeros, is returned as unresolved (krawczyk1969,
neumaier1990).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Interval = tuple[Floats, Floats]

# Boxes narrower than this, with no proof either way, are left unresolved.
NARROWEST = 2.0**-18
# A curve of zeros would fill the memory with boxes: give up at so many.
MOST_BOXES = 2_000
# The search goes a little beyond the box, so that zeros on its boundary can be enclosed.
MARGIN = 2.0**-7 * 1.1
LARGEST_DENOMINATOR = 10**6


@dataclass(frozen=True)
class Zero:
    """One zero of a system.

    Attributes
    ----------
    lower, upper : numpy.ndarray of float64, shape (k,)
        Bounds that hold it.
    exact : tuple of Fraction or None
        Its coordinates, where they are rational with moderate denominators: then all polynomials
        vanish there exactly.
    proved : bool
        True if it is proved that the bounds hold exactly one zero.
    alone : numpy.ndarray of float64, shape (2, k)
        A larger box (lower, upper) in which it is the only zero, if that is proved.
    """

    lower: Floats
    upper: Floats
    exact: tuple[Fraction, ...] | None
    proved: bool
    alone: Floats

    @property
    def point(self) -> Floats:
        """The zero in floating point, shape (k,)."""
        if self.exact is not None:
            return np.array([float(one) for one in self.exact])
        return (self.lower + self.upper) / 2


@dataclass(frozen=True)
class Zeros:
    """All zeros of a system in a box.

    Attributes
    ----------
    found : tuple of Zero
    unresolved : numpy.ndarray of float64, shape (b, 2, k)
        Boxes (lower, upper) that may hold zeros beside those found.
    """

    found: tuple[Zero, ...]
    unresolved: Floats


def zeros_in_box(
    system: Sequence[NDArray[np.object_]],
    lower: Sequence[float],
    upper: Sequence[float],
    nonnegative: Sequence[NDArray[np.object_]] = (),
) -> Zeros:
    """Find every zero of k polynomials in k variables in a box.

    Parameters
    ----------
    system : sequence of k arrays of Fraction, each with k axes
        Entry (a, b, …) is the coefficient of the first variable to the power a, times the second
        to the power b, and so on.
    lower, upper : sequences of k floats
    nonnegative : sequence of arrays of Fraction, each with k axes
        Polynomials that must not be negative at a zero for it to be of interest: parts where one
        certainly is are thrown away. A zero that is returned may still violate one.

    Returns
    -------
    Zeros
        Zeros on the boundary included. Those beyond it by less than a float's rounding can't be
        told from them unless they are rational.

    Notes
    -----
    Meant for k up to 4 and low degrees: the number of boxes grows exponentially with k.

    Examples
    --------
    The unit circle and a diagonal, in the unit square: 25 (x² + y²) = 25 and 4 x = 3 y.

    >>> from dilemma.arrays.exact import fractions
    >>> circle = fractions([[-25, 0, 25], [0, 0, 0], [25, 0, 0]])
    >>> line = fractions([[0, -3], [4, 0]])
    >>> zeros_in_box([circle, line], [0, 0], [1, 1]).found[0].exact
    (Fraction(3, 5), Fraction(4, 5))
    """
    size = len(system)
    if any(one.ndim != size for one in system):
        raise ValueError(f"system: requires {size} arrays of {size} axes, got another number")
    low, high = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    if size == 0:
        empty: Floats = np.empty(0)
        return Zeros((Zero(empty, empty, (), True, np.empty((2, 0))),), np.empty((0, 2, 0)))
    scaled = [_scaled(one) for one in system]
    values = _enclosed(scaled)
    signs = _enclosed([_scaled(one) for one in nonnegative])
    slopes = _enclosed([derivative(one, axis) for one in scaled for axis in range(size)])
    margin = MARGIN * (high - low)
    boxes: Floats = np.stack([low - margin, high + margin])[None]
    proved: list[tuple[Floats, Floats, Floats]] = []
    stuck: list[Floats] = []
    while len(boxes):
        boxes = boxes[_may_vanish(values, signs, boxes)]
        for region_low, region_high, _ in proved:
            inside = np.all((boxes[:, 0] >= region_low) & (boxes[:, 1] <= region_high), axis=1)
            boxes = boxes[~inside]
        if not len(boxes):
            break
        boxes, fresh = _contracted(values, slopes, boxes, proved)
        proved += fresh
        width = (boxes[:, 1] - boxes[:, 0]) / np.maximum(high - low, 1e-300)
        narrow = np.max(width, axis=1, initial=0.0) < NARROWEST
        stuck += list(boxes[narrow])
        boxes, width = boxes[~narrow], width[~narrow]
        if len(boxes) + len(stuck) > MOST_BOXES:
            stuck += list(boxes)
            break
        boxes = _halved(boxes, width)
    found = [_zero(system, one, low, high) for one in proved]
    kept = [one for one in found if np.all((one.upper >= low) & (one.lower <= high))]
    kept = [
        one
        for one in kept
        if one.exact is None
        or all(a <= x <= b for a, x, b in zip(low, one.exact, high, strict=True))
    ]
    doubtful = [
        box
        for box in stuck
        if np.all((box[1] >= low) & (box[0] <= high))
        and not any(np.all((box[0] >= a) & (box[1] <= b)) for a, b, _ in proved)
    ]
    singular, doubtful = _singular(system, doubtful, low, high)
    kept += singular
    kept.sort(key=lambda one: tuple(one.point))
    left = np.array(doubtful).reshape(-1, 2, size)
    return Zeros(tuple(kept), left)


def value_at(polynomial: NDArray[np.object_], point: Sequence[Fraction]) -> Fraction:
    """Evaluate a polynomial exactly.

    >>> from dilemma.arrays.exact import fractions
    >>> value_at(fractions([[0, 1], [2, 0]]), [Fraction(1, 2), Fraction(1, 3)])
    Fraction(4, 3)
    """
    values: NDArray[np.object_] = polynomial
    for x in reversed(list(point)):
        total = values[..., -1]
        for power in range(values.shape[-1] - 2, -1, -1):
            total = total * x + values[..., power]
        values = np.asarray(total, dtype=object)
    value: Fraction = Fraction(0) + values.item()
    return value


def bounds_in(
    polynomial: NDArray[np.object_], lower: Floats, upper: Floats
) -> tuple[float, float]:
    """Bound a polynomial's values on a box, rounded outwards.

    >>> from dilemma.arrays.exact import fractions
    >>> low, high = bounds_in(fractions([[0, 1], [2, 0]]), np.zeros(2), np.ones(2))
    >>> low <= 0 and 3 <= high < 3.000001
    True
    """
    low, high = _horner(_enclosed([polynomial]), lower[None], upper[None])
    return float(low[0, 0]), float(high[0, 0])


def derivative(polynomial: NDArray[np.object_], axis: int) -> NDArray[np.object_]:
    """Differentiate a polynomial with respect to one of its variables.

    >>> from dilemma.arrays.exact import fractions
    >>> derivative(fractions([[0, 1], [2, 5]]), 0).tolist()
    [[Fraction(2, 1), Fraction(5, 1)]]
    """
    moved = np.moveaxis(polynomial, axis, 0)
    if len(moved) == 1:
        return np.moveaxis(moved * 0, 0, axis)
    return np.moveaxis(np.array([k * moved[k] for k in range(1, len(moved))]), 0, axis)


def _scaled(polynomial: NDArray[np.object_]) -> NDArray[np.object_]:
    """The same but for a positive factor, with 1 as its largest coefficient.

    So neither huge nor tiny coefficients leave the range of floats.
    """
    values: list[Any] = [abs(value) for value in polynomial.flat]
    largest = max(values)
    return np.asarray(polynomial * (1 / largest)) if largest else polynomial


def _enclosed(polynomials: Sequence[NDArray[np.object_]]) -> Interval:
    """The coefficients as intervals of floats, of all polynomials in one array: [which, a, b, …].

    Arrays are filled up with zeros to the same shape.
    """
    if not polynomials:
        return np.zeros((0, 1)), np.zeros((0, 1))
    shape = tuple(np.max([one.shape for one in polynomials], axis=0))
    low, high = np.zeros((2, len(polynomials), *shape))
    for number, one in enumerate(polynomials):
        near: Floats = one.astype(np.float64)
        exact = np.array(
            [Fraction(float(a)) == b for a, b in zip(near.flat, one.flat, strict=True)]
        )
        same = exact.reshape(near.shape)
        place = (number, *map(slice, one.shape))
        low[place] = np.where(same, near, np.nextafter(near, -np.inf))
        high[place] = np.where(same, near, np.nextafter(near, np.inf))
    return low, high


def _times(a: Interval, b: Interval) -> Interval:
    ends = (a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1])
    low = np.minimum(np.minimum(ends[0], ends[1]), np.minimum(ends[2], ends[3]))
    high = np.maximum(np.maximum(ends[0], ends[1]), np.maximum(ends[2], ends[3]))
    return np.nextafter(low, -np.inf), np.nextafter(high, np.inf)


def _plus(a: Interval, b: Interval) -> Interval:
    return np.nextafter(a[0] + b[0], -np.inf), np.nextafter(a[1] + b[1], np.inf)


def _horner(polynomials: Interval, lower: Floats, upper: Floats) -> Interval:
    """Bounds of m polynomials on b boxes, shape (m, b) each; the boxes have shape (b, k)."""
    low, high = polynomials[0][..., None], polynomials[1][..., None]
    for axis in range(lower.shape[1] - 1, -1, -1):
        x = (lower[:, axis], upper[:, axis])
        total = (low[..., -1, :], high[..., -1, :])
        for power in range(low.shape[-2] - 2, -1, -1):
            total = _plus(_times(total, x), (low[..., power, :], high[..., power, :]))
        low, high = total
    shape = (len(low), len(lower))
    return np.broadcast_to(low, shape), np.broadcast_to(high, shape)


def _may_vanish(values: Interval, signs: Interval, boxes: Floats) -> NDArray[np.bool_]:
    alive = np.ones(len(boxes), dtype=bool)
    if len(signs[0]):
        alive &= np.all(_horner(signs, boxes[:, 0], boxes[:, 1])[1] >= 0, axis=0)
    low, high = _horner(values, boxes[:, 0], boxes[:, 1])
    return np.asarray(alive & np.all((low <= 0) & (high >= 0), axis=0))


def _krawczyk(values: Interval, slopes: Interval, boxes: Floats) -> Floats:
    """Krawczyk's operator on boxes, shape (b, 2, k); NaN where the slope is singular."""
    count, _, size = boxes.shape
    middle = (boxes[:, 0] + boxes[:, 1]) / 2
    at = [one.T for one in _horner(values, middle, middle)]
    around = [
        one.T.reshape(count, size, size) for one in _horner(slopes, boxes[:, 0], boxes[:, 1])
    ]
    center = (around[0] + around[1]) / 2
    inverse = np.full((count, size, size), np.nan)
    determinants = np.linalg.det(center)
    regular = np.isfinite(determinants) & (determinants != 0)
    inverse[regular] = np.linalg.inv(center[regular])
    inverse[~np.isfinite(inverse).all(axis=(1, 2))] = np.nan
    offset = (np.nextafter(boxes[:, 0] - middle, -np.inf),
              np.nextafter(boxes[:, 1] - middle, np.inf))  # fmt: skip
    total: Interval = (middle, middle)
    steps = _times((-inverse, -inverse), (at[0][:, None], at[1][:, None]))
    for j in range(size):
        total = _plus(total, (steps[0][..., j], steps[1][..., j]))
    # Indices: box, i, j, k.
    columns = (-inverse[..., None], -inverse[..., None])
    products = _times(columns, (around[0][:, None], around[1][:, None]))
    one = np.broadcast_to(np.eye(size), (count, size, size))
    rest: Interval = (one, one)
    for j in range(size):
        rest = _plus(rest, (products[0][:, :, j], products[1][:, :, j]))
    moved = _times(rest, (offset[0][:, None], offset[1][:, None]))
    for k in range(size):
        total = _plus(total, (moved[0][..., k], moved[1][..., k]))
    image = np.stack(total, axis=1)
    image[~np.isfinite(image).all(axis=(1, 2))] = np.nan
    return image


Region = tuple[Floats, Floats, Floats]


def _contracted(
    values: Interval, slopes: Interval, boxes: Floats, proved: list[Region]
) -> tuple[Floats, list[Region]]:
    """Shrink boxes to what may hold zeros; prove zeros, and drop the boxes around them."""
    image = _krawczyk(values, slopes, boxes)
    open_ = np.isnan(image[:, 0, 0])
    shrunk = np.stack(
        [np.maximum(image[:, 0], boxes[:, 0]), np.minimum(image[:, 1], boxes[:, 1])], axis=1
    )
    # A zero in a box would be in its image too.
    shrunk = shrunk[~open_ & ~np.any(shrunk[:, 0] > shrunk[:, 1], axis=1)]
    fresh: list[Region] = []
    points, reach = _led_to(values, slopes, shrunk)
    kept = np.ones(len(shrunk), dtype=bool)
    # Boxes around one zero lead to the same point: it is proved once.
    there = np.flatnonzero(np.isfinite(reach))
    _, first, number = np.unique(
        np.round(points[there], 12), axis=0, return_index=True, return_inverse=True
    )
    for which, start in enumerate(there[first]):
        point = points[start]
        mine = there[number.ravel() == which]
        region = next(
            (one for one in (*proved, *fresh) if np.all((one[0] <= point) & (point <= one[1]))),
            None,
        )
        if region is None:
            region = _proof_near(values, slopes, point, float(reach[mine].max()))
            if region is None:
                continue
            known = [*proved, *fresh]
            if not any(np.all((region[2][0] <= b[1]) & (region[2][1] >= b[0])) for *_, b in known):
                fresh.append(region)
        inside = (shrunk[mine, 0] >= region[0]) & (shrunk[mine, 1] <= region[1])
        kept[mine] = ~inside.all(axis=1)
    return np.concatenate([boxes[open_], shrunk[kept]]), fresh


def _led_to(values: Interval, slopes: Interval, boxes: Floats) -> tuple[Floats, Floats]:
    """Where Newton's method leads from the middles of boxes, and how wide these are.

    The width is NaN for those from which it goes astray.
    """
    count, _, size = boxes.shape
    start = (boxes[:, 0] + boxes[:, 1]) / 2
    points = start.copy()
    reach = np.max(boxes[:, 1] - boxes[:, 0], axis=1, initial=0.0)
    moving = np.arange(count)
    for _ in range(20):
        here = points[moving]
        at = _horner(values, here, here)[0].T
        slope = _horner(slopes, here, here)[0].T.reshape(len(here), size, size)
        determinants = np.linalg.det(slope)
        regular = np.isfinite(determinants) & (determinants != 0)
        reach[moving[~regular]] = np.nan
        moving, here = moving[regular], here[regular]
        step = np.linalg.solve(slope[regular], at[regular][..., None])[..., 0]
        points[moving] = here - step
        near = np.abs(points[moving] - start[moving]) <= 2 * reach[moving, None] + 1e-12
        astray = ~near.all(axis=1)
        reach[moving[astray]] = np.nan
        moving = moving[~astray & (np.max(np.abs(step), axis=1, initial=0.0) >= 1e-15)]
        if not len(moving):
            break
    return points, reach


def _proof_near(values: Interval, slopes: Interval, point: Floats, reach: float) -> Region | None:
    """A region with exactly one zero around a point, as large as a reach if that succeeds."""
    radius = min(max(reach, 1e-10), 0.05)
    while radius > 1e-13:
        region = np.stack([point - radius, point + radius])
        (image,) = _krawczyk(values, slopes, region[None])
        if np.all((image[0] > region[0]) & (image[1] < region[1])):
            tight = image
            for _ in range(8):
                (again,) = _krawczyk(values, slopes, tight[None])
                if np.isnan(again).any():
                    break
                closer = np.stack([np.maximum(tight[0], again[0]), np.minimum(tight[1], again[1])])
                if np.array_equal(closer, tight):
                    break
                tight = closer
            return region[0], region[1], tight
        radius /= 4
    return None


def _halved(boxes: Floats, width: Floats) -> Floats:
    if not len(boxes):
        return boxes
    side = np.argmax(width, axis=1)
    at = np.arange(len(boxes))
    # Not the middle: zeros like to sit at halves and quarters.
    cut = boxes[at, 0, side] * 0.5137 + boxes[at, 1, side] * 0.4863
    left, right = boxes.copy(), boxes.copy()
    left[at, 1, side] = cut
    right[at, 0, side] = cut
    return np.concatenate([left, right])


def _zero(system: Sequence[NDArray[np.object_]], proof: Region, low: Floats, high: Floats) -> Zero:
    tight = proof[2]
    exact = _rational(system, tight, low, high)
    return Zero(tight[0].copy(), tight[1].copy(), exact, True, np.stack(proof[:2]))


def _rational(
    system: Sequence[NDArray[np.object_]], box: Floats, low: Floats, high: Floats
) -> tuple[Fraction, ...] | None:
    """The zero in a box as fractions, if simple ones in it are a zero exactly."""
    guess = []
    for a, b in zip(box[0], box[1], strict=True):
        middle = Fraction((a + b) / 2)
        for denominator in (1, 10, 1000, LARGEST_DENOMINATOR):
            simple = middle.limit_denominator(denominator)
            if Fraction(a) <= simple <= Fraction(b):
                break
        else:
            return None
        guess.append(simple)
    point = tuple(guess)
    return point if all(value_at(one, point) == 0 for one in system) else None


def _singular(
    system: Sequence[NDArray[np.object_]], boxes: list[Floats], low: Floats, high: Floats
) -> tuple[list[Zero], list[Floats]]:
    """Rational zeros in boxes where no zero could be proved; the boxes stay doubtful."""
    found: list[Zero] = []
    seen: set[tuple[Fraction, ...]] = set()
    for box in boxes[:2000]:
        point = _rational(system, box, low, high)
        inside = point is not None and all(
            a <= x <= b for a, x, b in zip(low, point, high, strict=True)
        )
        if point is not None and inside and point not in seen:
            seen.add(point)
            found.append(Zero(box[0], box[1], point, False, box))
    return found, boxes
