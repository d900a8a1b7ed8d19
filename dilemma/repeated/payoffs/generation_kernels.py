"""Compiled steps between polygons of continuation payoffs, and the check of self-generation.

Everything here is scaled so that each player's payoffs lie in [0, 1]. What the steps compute, and
why errors of rounding are covered, is told in `dilemma.repeated.payoffs.generation`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.kernels import kernel

# More than how far a computed point can lie from the true one.
ROUNDING = 4e-15
# What `settle` reports.
SETTLED, UNFINISHED, EMPTY, THIN = 0, 1, 2, 3
# How a point is generated: by staying with the profile for ever, or by a continuation at which
# the row player's (1), the column player's (2), both (3) or neither's (4) constraint binds.
STAY, BOTH, SLACK = 0, 3, 4
# An outer polygon that is thinner has no interior to speak of.
THINNEST = 1e-7


@kernel
def turn(p: NDArray[Any], q: NDArray[Any], r: NDArray[Any]) -> float:
    """Twice the area of the triangle, positive if r lies to the left of the way from p to q."""
    value: float = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    return value


@kernel
def copy(source: NDArray[Any], size: int, target: NDArray[Any]) -> None:
    """Copy points one by one: assigning slices takes seconds to compile."""
    for k in range(size):
        target[k, 0], target[k, 1] = source[k, 0], source[k, 1]


@kernel
def least(polygon: NDArray[Any], size: int, axis: int) -> float:
    """The least coordinate of a polygon's vertices."""
    value: float = polygon[0, axis]
    for k in range(1, size):
        value = min(value, polygon[k, axis])
    return value


@kernel
def crossing(polygon: NDArray[Any], size: int, axis: int, level: float) -> tuple[float, float]:
    """The least and the largest other coordinate where a polygon meets a line; or (1, −1)."""
    other = 1 - axis
    low, high = np.inf, -np.inf
    for k in range(size):
        after = k + 1 if k + 1 < size else 0
        start, end = polygon[k, axis], polygon[after, axis]
        if start == level:
            value = polygon[k, other]
        elif (start < level < end) or (end < level < start):
            step = polygon[after, other] - polygon[k, other]
            value = polygon[k, other] + (level - start) / (end - start) * step
        else:
            continue
        low, high = min(low, value), max(high, value)
    if low > high:
        return 1.0, -1.0
    return low, high


@kernel
def generate(
    polygon: NDArray[Any],
    size: int,
    payoffs: NDArray[Any],
    gains: NDArray[Any],
    alive: NDArray[Any],
    threats: NDArray[Any],
    weights: NDArray[Any],
    shift: float,
    push: float,
    centre: NDArray[Any],
    points: NDArray[Any],
    labels: NDArray[Any],
) -> int:
    """Write the points that all profiles generate, and return how many; −1 if they do not fit.

    `weights` is (δ, 1 − δ, (1 − δ)/δ); `shift` is added to the constraint of a player whom a
    deviation would pay, and `push` moves continuations towards the centre (0 in outer steps).
    Profiles that generate nothing are no longer alive.
    """
    discount, present, patience = weights
    count = 0
    need = np.empty(2)
    for a in range(len(payoffs)):
        if not alive[a]:
            continue
        if count + 5 + size > len(points):
            return -1
        before = count
        stays = True
        for i in range(2):
            need[i] = threats[i]
            if gains[a, i] > 0.0:
                need[i] += patience * gains[a, i] + shift
            slack = 0.0 if push > 0.0 and gains[a, i] > 0.0 else ROUNDING
            stays = stays and payoffs[a, i] + slack >= need[i]
        if stays:
            points[count, 0], points[count, 1] = payoffs[a, 0], payoffs[a, 1]
            labels[count, 0], labels[count, 1] = a, STAY
            count += 1
        else:
            for i in range(2):
                j = 1 - i
                low, high = crossing(polygon, size, i, need[i])
                if low > high or high < need[j] - ROUNDING:
                    continue
                points[count, i], points[count, j] = need[i], high
                labels[count, 0], labels[count, 1] = a, i + 1
                count += 1
                if max(low, need[j]) < high:
                    both = low <= need[j]
                    points[count, i], points[count, j] = need[i], need[j] if both else low
                    labels[count, 0], labels[count, 1] = a, BOTH if both else i + 1
                    count += 1
            if push == 0.0 and size > 1:
                count = in_sight(polygon, size, payoffs[a], need, a, points, labels, count)
        alive[a] = count > before
        for k in range(before, count):
            for i in range(2):
                points[k, i] += push * (centre[i] - points[k, i])
                if not stays:
                    points[k, i] = present * payoffs[a, i] + discount * points[k, i]
    return count


@kernel
def in_sight(
    polygon: NDArray[Any],
    size: int,
    payoff: NDArray[Any],
    need: NDArray[Any],
    a: int,
    points: NDArray[Any],
    labels: NDArray[Any],
    count: int,
) -> int:
    """Add the slack ends of those edges that separate the polygon from a profile's payoffs."""
    last = turn(polygon[size - 1], polygon[0], payoff) < ROUNDING
    for k in range(size):
        after = k + 1 if k + 1 < size else 0
        this = turn(polygon[k], polygon[after], payoff) < ROUNDING
        if (last or this) and polygon[k, 0] > need[0] and polygon[k, 1] > need[1]:
            points[count, 0], points[count, 1] = polygon[k, 0], polygon[k, 1]
            labels[count, 0], labels[count, 1] = a, SLACK
            count += 1
        last = this
    return count


@kernel
def hull(points: NDArray[Any], count: int, order: NDArray[Any], chosen: NDArray[Any]) -> int:
    """Write the indices of a convex hull's vertices, counterclockwise, and return how many."""
    for k in range(count):
        x, y = points[k, 0], points[k, 1]
        place = k
        while place > 0:
            other = order[place - 1]
            if points[other, 0] < x or (points[other, 0] == x and points[other, 1] <= y):
                break
            order[place] = other
            place -= 1
        order[place] = k
    size = 0
    for sweep in range(2):
        floor = size
        for k in range(count):
            here = order[k] if sweep == 0 else order[count - 1 - k]
            while (
                size >= floor + 2
                and turn(points[chosen[size - 2]], points[chosen[size - 1]], points[here]) <= 0.0
            ):
                size -= 1
            chosen[size] = here
            size += 1
        size -= 1  # each chain ends where the other begins
    if size <= 0:
        return 1
    if size == 2:
        p, q = chosen[0], chosen[1]
        if points[p, 0] == points[q, 0] and points[p, 1] == points[q, 1]:
            return 1
    return size


@kernel
def distance(polygon: NDArray[Any], size: int, point: NDArray[Any]) -> float:
    """How far a point lies from a convex polygon, to a few roundings; 0 within it."""
    if size > 2:
        inside = True
        for k in range(size):
            if turn(polygon[k], polygon[(k + 1) % size], point) < 0.0:
                inside = False
                break
        if inside:
            return 0.0
    nearest = np.inf
    for k in range(size):
        p, q = polygon[k], polygon[(k + 1) % size]
        dx, dy = q[0] - p[0], q[1] - p[1]
        length = dx * dx + dy * dy
        t = 0.0
        if length > 0.0:
            t = ((point[0] - p[0]) * dx + (point[1] - p[1]) * dy) / length
            t = min(1.0, max(0.0, t))
        x, y = point[0] - p[0] - t * dx, point[1] - p[1] - t * dy
        nearest = min(nearest, np.sqrt(x * x + y * y))
    return nearest


@kernel
def inflate(polygon: NDArray[Any], size: int, radius: float, larger: NDArray[Any]) -> int:
    """Write the Minkowski sum of a convex polygon and a square; return its number of vertices."""
    if size == 1:
        for corner in range(4):
            larger[corner, 0] = polygon[0, 0] + (-radius if corner in (1, 2) else radius)
            larger[corner, 1] = polygon[0, 1] + (radius if corner < 2 else -radius)
        return 4
    count = 0
    for k in range(size):
        before, after = polygon[k - 1 if k else size - 1], polygon[k + 1 if k + 1 < size else 0]
        # The corners between the outward normals of the edge that comes and of that which goes.
        x, y = polygon[k, 1] - before[1], before[0] - polygon[k, 0]
        corner = 3
        if x > 0.0 and y >= 0.0:
            corner = 0
        elif x <= 0.0 and y > 0.0:
            corner = 1
        elif x < 0.0:
            corner = 2
        x, y = after[1] - polygon[k, 1], polygon[k, 0] - after[0]
        last = 3
        if x >= 0.0 and y > 0.0:
            last = 0
        elif x < 0.0 and y >= 0.0:
            last = 1
        elif x <= 0.0 and y < 0.0:
            last = 2
        while True:
            larger[count, 0] = polygon[k, 0] + (-radius if corner in (1, 2) else radius)
            larger[count, 1] = polygon[k, 1] + (radius if corner < 2 else -radius)
            count += 1
            if corner == last:
                break
            corner = (corner + 1) % 4
    return count


@kernel
def settle(
    polygon: NDArray[Any],
    size: int,
    payoffs: NDArray[Any],
    gains: NDArray[Any],
    alive: NDArray[Any],
    threats: NDArray[Any],
    weights: NDArray[Any],
    shift: float,
    push: float,
    radius: float,
    still: float,
    limit: int,
    points: NDArray[Any],
    labels: NDArray[Any],
    made: NDArray[Any],
) -> tuple[int, int, int]:
    """Repeat the step from a polygon, in place, until it moves by less than `still`.

    An outer run (`push` 0) inflates each polygon by `radius` and by what its hull misses. An inner
    one (`push` > 0) ends as soon as its polygon is found to be self-generating. `made` becomes the
    labels of the last hull's vertices.

    Returns
    -------
    tuple of int
        The outcome, the number of vertices and the number of steps.
    """
    room = len(points)
    order, chosen = np.empty(room, dtype=np.int64), np.empty(2 * room + 2, dtype=np.int64)
    before, corners = np.empty((len(polygon), 2)), np.empty((room, 2))
    centre = np.zeros(2)
    outer = push == 0.0
    for step in range(limit):
        for i in range(2):
            if step == 0:  # and no later one: a mean of vertices jumps where one comes and goes
                for k in range(size):
                    centre[i] += polygon[k, i] / size
            threats[i] = max(threats[i], least(polygon, size, i))
        count = generate(
            polygon, size, payoffs, gains, alive, threats, weights, shift, push, centre,
            points, labels,
        )  # fmt: skip
        if count == 0:
            return EMPTY, 0, step + 1
        if count < 0:
            return UNFINISHED, size, step
        old = size
        copy(polygon, old, before)
        size = hull(points, count, order, chosen)
        if 4 * size > len(polygon):
            return UNFINISHED, old, step
        for k in range(size):
            for i in range(2):
                corners[k, i] = points[chosen[k], i]
                made[k, i] = labels[chosen[k], i]
        missed = 0.0
        if outer:
            for k in range(count):
                missed = max(missed, distance(corners, size, points[k]))
        if outer:
            size_now = inflate(corners, size, radius + 2.0 * missed, polygon)
        else:
            copy(corners, size, polygon)
            size_now = size
        moved = 0.0
        for k in range(old):
            moved = max(moved, distance(polygon, size_now, before[k]))
        number = size
        size = size_now
        if moved <= still:
            if outer:
                return SETTLED, size, step + 1
            if number < 3:
                return THIN, size, step + 1
            if generates_itself(polygon, size, payoffs, gains, weights, made):
                return SETTLED, size, step + 1
    return UNFINISHED, size, limit


@kernel
def generates_itself(
    polygon: NDArray[Any],
    size: int,
    payoffs: NDArray[Any],
    gains: NDArray[Any],
    weights: NDArray[Any],
    made: NDArray[Any],
) -> bool:
    """Whether each vertex surely has a continuation within the polygon that deters deviations.

    The vertices are taken as they are, and `made` says which profile to try at each. A
    continuation must lie to the left of all edges by more than its error can undo; so must each
    constraint of a player whom a deviation would pay. (One whom none would is deterred by any
    continuation, for its own worst is the threat.)
    """
    discount, present, patience = weights
    error = ROUNDING * (1.0 + 1.0 / discount)
    threats = (least(polygon, size, 0), least(polygon, size, 1))
    following = np.empty(2)
    for k in range(size):
        a = made[k, 0]
        for i in range(2):
            following[i] = (polygon[k, i] - present * payoffs[a, i]) / discount
            if gains[a, i] > 0.0:
                need = threats[i] + patience * gains[a, i]
                if not following[i] - need > error + ROUNDING * need:
                    return False
        for e in range(size):
            p, q = polygon[e], polygon[(e + 1) % size]
            length = abs(q[0] - p[0]) + abs(q[1] - p[1])
            if not turn(p, q, following) > (error + ROUNDING) * length:
                return False
    return True


@kernel
def width(polygon: NDArray[Any], size: int) -> float:
    """The least distance of two parallel lines, one along an edge, with the polygon in between."""
    narrowest = np.inf
    for k in range(size):
        p, q = polygon[k], polygon[(k + 1) % size]
        length = np.sqrt((q[0] - p[0]) ** 2 + (q[1] - p[1]) ** 2)
        if length > 1e-9:
            most = 0.0
            for other in range(size):
                most = max(most, turn(p, q, polygon[other]) / length)
            narrowest = min(narrowest, most)
    return 0.0 if narrowest == np.inf else narrowest


@kernel
def run(
    payoffs: NDArray[Any],
    gains: NDArray[Any],
    threats: NDArray[Any],
    weights: NDArray[Any],
    radius: float,
    still: float,
    tightenings: NDArray[Any],
    limit: int,
    outer: NDArray[Any],
    inner: NDArray[Any],
    made: NDArray[Any],
) -> tuple[int, int, int, int, int, float]:
    """An outer run from all payoffs, then inner runs from where it ends, ever less tight.

    Returns
    -------
    tuple
        The outcome of the outer run, its number of vertices and of steps; the number of vertices
        of a self-generating inner polygon (0 if none was found), the number of its steps; how far
        the outer polygon's vertices lie from the inner one at most.
    """
    number = len(payoffs)
    room = len(outer) + 8 * number
    points, labels = np.empty((room, 2)), np.empty((room, 2), dtype=np.int64)
    order, chosen = np.empty(room, dtype=np.int64), np.empty(2 * room + 2, dtype=np.int64)
    alive = np.ones(number, dtype=np.bool_)
    size = hull(payoffs, number, order, chosen)
    for k in range(size):
        points[k, 0], points[k, 1] = payoffs[chosen[k], 0], payoffs[chosen[k], 1]
    size = inflate(points, size, radius, outer)
    outcome, size, steps = settle(
        outer, size, payoffs, gains, alive, threats, weights, -ROUNDING / weights[0], 0.0, radius,
        still, limit, points, labels, made,
    )  # fmt: skip
    if outcome == EMPTY:
        return outcome, 0, steps, 0, 0, 0.0
    inner_steps = 0
    if width(outer, size) < THINNEST:
        return outcome, size, steps, 0, 0, np.inf
    for tightening in tightenings:
        copy(outer, size, inner)
        still_alive, raised = alive.copy(), threats.copy()
        found, inner_size, more = settle(
            inner, size, payoffs, gains, still_alive, raised, weights, 2.0 * tightening,
            tightening, 0.0, 0.1 * tightening, 100 + 3 * steps, points, labels, made,
        )  # fmt: skip
        inner_steps += more
        if found == SETTLED:
            gap = 0.0
            for k in range(size):
                gap = max(gap, distance(inner, inner_size, outer[k]))
            return outcome, size, steps, inner_size, inner_steps, gap
        if found == THIN:
            break
    return outcome, size, steps, 0, inner_steps, np.inf
