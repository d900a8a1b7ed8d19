r"""Extreme rays of cones :math:`\{z \ge 0 : Ez = 0\}`, exactly: the double description method.

One equation after another cuts the cone. The rays of the cut are those on which the equation
holds, and for each pair of *adjacent* rays on opposite sides the point between them where it
holds. Two rays are adjacent if no third one is 0 wherever both are (motzkin1953, fukuda1996). All
numbers are integers; each ray is divided by its greatest common divisor.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

# More rays than this in an intermediate cone mean minutes for the next equation.
MOST_RAYS = 4_000

Ray = tuple[int, ...]


def extreme_rays(equations: Sequence[Sequence[int]], width: int) -> list[Ray]:
    r"""Find all extreme rays of :math:`\{z \ge 0 : Ez = 0\}`.

    Parameters
    ----------
    equations : sequence of sequences of int
        The rows of E.
    width : int
        How many coordinates z has.

    Returns
    -------
    list of tuples of int
        Each ray once, without a common divisor; empty if the cone is only its apex.

    Raises
    ------
    ValueError
        If an intermediate cone has more than 4,000 rays.

    References
    ----------
    motzkin1953, fukuda1996 in ``references.bib``.

    Examples
    --------
    >>> extreme_rays([[1, 1, -2]], 3)
    [(2, 0, 1), (0, 2, 1)]
    """
    rays: list[Ray] = [tuple(int(i == j) for j in range(width)) for i in range(width)]
    for equation in equations:
        values = [sum(e * z for e, z in zip(equation, ray, strict=True) if z) for ray in rays]
        supports = [_support(ray) for ray in rays]
        kept = [ray for ray, value in zip(rays, values, strict=True) if value == 0]
        above = [u for u, value in enumerate(values) if value > 0]
        below = [u for u, value in enumerate(values) if value < 0]
        for p in above:
            for q in below:
                union = supports[p] | supports[q]
                if any(
                    other | union == union and u not in (p, q) for u, other in enumerate(supports)
                ):
                    continue
                mixed = [
                    -values[q] * here + values[p] * there
                    for here, there in zip(rays[p], rays[q], strict=True)
                ]
                divisor = gcd(*mixed)
                kept.append(tuple(value // divisor for value in mixed))
        rays = kept
        if len(rays) > MOST_RAYS:
            raise ValueError(
                f"equations: requires a cone of at most {MOST_RAYS:,} rays, got {len(rays):,}"
            )
    return rays


def _support(ray: Ray) -> int:
    return sum(1 << j for j, value in enumerate(ray) if value)
