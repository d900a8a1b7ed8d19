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
    values = [_enclosed(one) for one in scaled]
    signs = [_enclosed(_scaled(one)) for one in nonnegative]
    slopes = [[_enclosed(derivative(one, axis)) for axis in range(size)] for one in scaled]
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
    low, high = _horner(_enclosed(polynomial), lower[None], upper[None])
    return float(low[0]), float(high[0])


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


def _enclosed(polynomial: NDArray[np.object_]) -> Interval:
    """The coefficients as intervals of floats."""
    near: Floats = polynomial.astype(np.float64)
    exact = np.array(
        [Fraction(float(a)) == b for a, b in zip(near.flat, polynomial.flat, strict=True)]
    )
    same = exact.reshape(near.shape)
    return (
        np.where(same, near, np.nextafter(near, -np.inf)),
        np.where(same, near, np.nextafter(near, np.inf)),
    )


def _times(a: Interval, b: Interval) -> Interval:
    ends = (a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1])
    low = np.minimum(np.minimum(ends[0], ends[1]), np.minimum(ends[2], ends[3]))
    high = np.maximum(np.maximum(ends[0], ends[1]), np.maximum(ends[2], ends[3]))
    return np.nextafter(low, -np.inf), np.nextafter(high, np.inf)


def _plus(a: Interval, b: Interval) -> Interval:
    return np.nextafter(a[0] + b[0], -np.inf), np.nextafter(a[1] + b[1], np.inf)


def _horner(polynomial: Interval, lower: Floats, upper: Floats) -> Interval:
    """Bounds of a polynomial on b boxes, shape (b,) each; the boxes have shape (b, k)."""
    low, high = polynomial[0][..., None], polynomial[1][..., None]
    for axis in range(lower.shape[1] - 1, -1, -1):
        x = (lower[:, axis], upper[:, axis])
        total = (low[..., -1, :], high[..., -1, :])
        for power in range(low.shape[-2] - 2, -1, -1):
            total = _plus(_times(total, x), (low[..., power, :], high[..., power, :]))
        low, high = total
    return np.broadcast_to(low, (len(lower),)), np.broadcast_to(high, (len(lower),))


def _may_vanish(values: list[Interval], signs: list[Interval], boxes: Floats) -> NDArray[np.bool_]:
    alive = np.ones(len(boxes), dtype=bool)
    for one in signs:
        alive &= _horner(one, boxes[:, 0], boxes[:, 1])[1] >= 0
    for one in values:
        low, high = _horner(one, boxes[:, 0], boxes[:, 1])
        alive &= (low <= 0) & (high >= 0)
    return alive


def _krawczyk(
    values: list[Interval], slopes: list[list[Interval]], box: Floats
) -> tuple[Floats, Floats] | None:
    """Krawczyk's operator on one box, or None where the slope is singular."""
    size = len(values)
    middle = (box[0] + box[1]) / 2
    at = [_horner(one, middle[None], middle[None]) for one in values]
    around = [[_horner(one, box[:1], box[1:]) for one in row] for row in slopes]
    center = np.array([[(one[0][0] + one[1][0]) / 2 for one in row] for row in around])
    try:
        inverse = np.linalg.inv(center)
    except np.linalg.LinAlgError:
        return None
    if not np.all(np.isfinite(inverse)):
        return None
    offset = (np.nextafter(box[0] - middle, -np.inf), np.nextafter(box[1] - middle, np.inf))
    low, high = np.empty(size), np.empty(size)
    for i in range(size):
        total: Interval = (middle[i : i + 1], middle[i : i + 1])
        for j in range(size):
            y = np.array([inverse[i, j]])
            step = _times((-y, -y), at[j])
            total = _plus(total, step)
        for k in range(size):
            entry: Interval = (np.array([float(i == k)]), np.array([float(i == k)]))
            for j in range(size):
                y = np.array([inverse[i, j]])
                entry = _plus(entry, _times((-y, -y), around[j][k]))
            total = _plus(total, _times(entry, (offset[0][k : k + 1], offset[1][k : k + 1])))
        low[i], high[i] = total[0][0], total[1][0]
    if not (np.all(np.isfinite(low)) and np.all(np.isfinite(high))):
        return None
    return low, high


Region = tuple[Floats, Floats, Floats]


def _contracted(
    values: list[Interval],
    slopes: list[list[Interval]],
    boxes: Floats,
    proved: list[Region],
) -> tuple[Floats, list[Region]]:
    """Shrink boxes to what may hold zeros; prove zeros, and drop the boxes around them."""
    kept: list[Floats] = []
    fresh: list[Region] = []
    for box in boxes:
        if any(np.all((box[0] >= a) & (box[1] <= b)) for a, b, _ in fresh):
            continue
        image = _krawczyk(values, slopes, box)
        if image is None:
            kept.append(box)
            continue
        low, high = np.maximum(image[0], box[0]), np.minimum(image[1], box[1])
        if np.any(low > high):
            continue  # a zero in the box would be in its image too
        shrunk = np.stack([low, high])
        region = _proof_near(values, slopes, shrunk)
        if region is not None:
            known = [*proved, *fresh]
            if not any(np.all((region[2][0] <= b[1]) & (region[2][1] >= b[0])) for *_, b in known):
                fresh.append(region)
            if np.all((shrunk[0] >= region[0]) & (shrunk[1] <= region[1])):
                continue
        kept.append(shrunk)
    return np.array(kept).reshape(-1, 2, boxes.shape[2]), fresh


def _proof_near(
    values: list[Interval], slopes: list[list[Interval]], box: Floats
) -> Region | None:
    """A region with exactly one zero around the point to which Newton's method leads."""
    size = len(values)
    start = point = (box[0] + box[1]) / 2
    reach = np.max(box[1] - box[0])
    for _ in range(20):
        at = np.array([_horner(one, point[None], point[None])[0][0] for one in values])
        slope = np.array(
            [[_horner(one, point[None], point[None])[0][0] for one in row] for row in slopes]
        )
        try:
            step = np.linalg.solve(slope, at)
        except np.linalg.LinAlgError:
            return None
        point = point - step
        if not np.all(np.abs(point - start) <= 2 * reach + 1e-12):
            return None
        if np.max(np.abs(step)) < 1e-15:
            break
    radius = min(max(reach, 1e-10), 0.05)
    while radius > 1e-13:
        region = np.stack([point - radius, point + radius])
        image = _krawczyk(values, slopes, region)
        if image is not None and np.all((image[0] > region[0]) & (image[1] < region[1])):
            tight = np.stack(image)
            for _ in range(8):
                again = _krawczyk(values, slopes, tight)
                if again is None:
                    break
                closer = np.stack([np.maximum(tight[0], again[0]), np.minimum(tight[1], again[1])])
                if np.array_equal(closer, tight):
                    break
                tight = closer
            return region[0], region[1], tight.reshape(2, size)
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
