r"""When tracking what each firm contributes keeps a membership together."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

from dilemma.arrays.polygons import clip, hull
from dilemma.collective.dividing.memberships import read_outside
from dilemma.collective.dividing.rules import divided
from dilemma.collective.searching.answers import TrackingConditions
from dilemma.game.display import number

if TYPE_CHECKING:
    from dilemma.collective.dividing.coalitions import Coalitions

# 2^n sets of firms are tried.
MOST_FIRMS = 16


def tracking_conditions(
    coalitions: Coalitions, outside: Any = None, rule: str = "shapley"
) -> TrackingConditions:
    r"""Find how well, and whose, contributions must be tracked for all firms to stay together.

    With tracking of quality q, firm i's share of v(N) is :math:`q \varphi_i + (1 - q) v(N)/n`,
    φ by the rule, and it stays while that is at least what it gets outside, :math:`\theta w_i`.
    All (q, θ) at which everybody stays are a convex polygon: each firm draws one line.

    Since contributions average to v(N)/n, tracking takes from those who add little what it gives
    to those who add much. If all get the same outside, it can only do harm: the least contributor
    is the first to leave. It is *necessary* where somebody gets more outside than an equal share;
    it is *sufficient* if then each :math:`\varphi_i \ge w_i`. That value is *tracked for all* is a
    condition of its own: where the contributions of some firms are tracked and the others divide
    the rest equally, do all stay? Where one firm only is not tracked, it gets what is left, which
    is its contribution: it is as if all were tracked.

    Parameters
    ----------
    coalitions : Coalitions
        Of at most 16 firms.
    outside : number, or mapping of names to numbers, optional
        w ≥ 0; what each firm is worth alone unless given.
    rule : str
        What a contribution is; see `dilemma.collective.dividing.rules.divided`.

    Returns
    -------
    TrackingConditions

    Raises
    ------
    ValueError
        If an outside option is below 0, there are more firms, or the rule has no answer.

    Notes
    -----
    oskam2021 argues that actors stay in an ecosystem if the value that each of them brings and
    gets is made visible and weighed; the formal condition is ours.

    Examples
    --------
    >>> from dilemma.collective import Coalitions
    >>> skills = {"a": 1, "b": 1, "c": 4}
    >>> game = Coalitions(list(skills), lambda those: sum(map(skills.get, those)))
    >>> print(tracking_conditions(game, {"a": "1/2", "b": "1/2", "c": 3}))
    Everybody stays if contributions are tracked with a quality from 1/2 to 1.
      a: 1 if tracked, 2 if not, 1/2 outside
      b: 1 if tracked, 2 if not, 1/2 outside
      c: 4 if tracked, 2 if not, 3 outside
      outside options may be 4/3 times as good, with tracking of 1
      enough: tracking c
    """
    from dilemma.collective.dividing.coalitions import Coalitions

    if not isinstance(coalitions, Coalitions):
        raise TypeError(f"coalitions: requires Coalitions, got {type(coalitions).__name__}")
    n = len(coalitions.firms)
    if n > MOST_FIRMS:
        raise ValueError(f"firms: requires at most {MOST_FIRMS}, got {n}")
    if callable(outside):
        raise TypeError("outside: requires a number, or a mapping of names to numbers")
    gets = read_outside(coalitions, outside)
    options = tuple(gets(name, ()) for name in coalitions.firms)
    for name, option in zip(coalitions.firms, options, strict=True):
        if option < 0:
            raise ValueError(f"outside: requires numbers ≥ 0, got {option} for {name}")
    shares = tuple(divided(coalitions, rule).shares)
    whole = coalitions.value(coalitions.firms)
    equal = whole / n
    region = _region(shares, equal, options)
    slices = [q for q, theta in clip(clip(region, (0, 1), 1), (0, -1), -1)]
    tracking = (min(slices), max(slices)) if slices else None
    top = max((theta for _, theta in region), default=None)
    strongest = None if top is None else min(one for one in region if one[1] == top)
    enough = list(_enough(shares, whole, options))
    minimal = [one for one in enough if not any(set(other) < set(one) for other in enough)]
    sufficient = all(share >= option for share, option in zip(shares, options, strict=True))
    return TrackingConditions(
        method="half-planes and all sets of firms, in rational arithmetic",
        exact=True,
        complete=True,
        status=_status(tracking, whole, options),
        firms=coalitions.firms,
        contributions=shares,
        equal=equal,
        outside=options,
        tracking=tracking,
        region=region,
        strongest=strongest,
        feasible=whole >= sum(options),
        necessary=all(len(one) == n for one in minimal) and n > 1,
        sufficient=sufficient,
        minimal=tuple(tuple(coalitions.firms[k] for k in one) for one in minimal),
    )


def _region(
    shares: tuple[Fraction, ...], equal: Fraction, options: tuple[Fraction, ...]
) -> tuple[tuple[Fraction, Fraction], ...]:
    """All (q, θ) with q from 0 to 1 and θ ≥ 0 at which nobody is short."""
    tops = [
        max(equal, share) / option for share, option in zip(shares, options, strict=True) if option
    ]
    height = max(min(tops), Fraction(0)) if tops else Fraction(1)
    region = hull([(0, 0), (1, 0), (1, height), (0, height)])
    for share, option in zip(shares, options, strict=True):
        region = clip(region, (share - equal, -option), -equal)
    return region


def _enough(
    shares: tuple[Fraction, ...], whole: Fraction, options: tuple[Fraction, ...]
) -> Iterator[tuple[int, ...]]:
    """The sets of firms to be tracked for all to stay, by size; all but one are as good as all."""
    n = len(shares)
    for size in (*range(max(n - 1, 1)), n):
        for tracked in combinations(range(n), size):
            if any(shares[k] < options[k] for k in tracked):
                continue
            rest = [k for k in range(n) if k not in tracked]
            left = whole - sum(shares[k] for k in tracked)
            if all(left >= options[k] * len(rest) for k in rest):
                yield tracked


def _status(
    tracking: tuple[Fraction, Fraction] | None, whole: Fraction, options: tuple[Fraction, ...]
) -> str:
    if tracking is None:
        if whole < sum(options):
            return "No division keeps everybody: together they are worth less than outside."
        return (
            "Somebody leaves at every quality of tracking, though there are divisions that would "
            "keep everybody."
        )
    low, high = tracking
    if low == 0 and high == 1:
        return "Everybody stays, however well contributions are tracked."
    if low == high:
        return (
            f"Everybody stays if contributions are tracked with a quality of {number(low)} only."
        )
    return (
        "Everybody stays if contributions are tracked with a quality from "
        f"{number(low)} to {number(high)}."
    )
