r"""What a shock does to a settlement: whether it survives, how long it takes to come back.

**What is claimed.** Collective action among firms is vulnerable to shocks, and lasts where it is
maintained (matinheikki2019). **The mapping is ours.** A *settlement* on a strategy s, against an
alternative a, is the stable rest point with the most s among those who choose between the two. A
*shock* changes the game for good (trust falls, members leave), or has some of those who play s
replaced by players of a, or both. The settlement *survives* if

1. in the game after the shock there is a settlement on s, and the path of

   .. math:: \dot x = x (1 - x)\, d(x), \qquad d = \pi_s - \pi_a,

   from the shocked share x of s leads there: by the signs of d between its roots, exactly;
2. there, no other strategy of the whole game earns more: so that it is an equilibrium.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.arrays.algebraic import (
    AlgebraicNumber,
    Real,
    integer_polynomial,
    roots_in,
    sign_at,
)
from dilemma.arrays.bivariate import X, Y, meeting_polynomial, terms_of
from dilemma.arrays.exact import fraction
from dilemma.collective.mobilizing.playing import advantages, group_game_of, pair_of
from dilemma.collective.mobilizing.timing import advantage_along, leaving_time, timed_path
from dilemma.collective.mobilizing.tipping import ZERO, rest_points_of, shown
from dilemma.game import GroupGame
from dilemma.game.display import listed, number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

# The ratio of two roots is written as a root of a polynomial of at most this degree.
MOST_DEGREES = 64


@dataclass(frozen=True, kw_only=True, repr=False)
class ShockSurvival(Solution):
    """What a shock does to a settlement.

    Attributes
    ----------
    settlement, against : str
    change : dict of str
        What is different in the game after the shock, in words.
    replaced : Fraction
        The share of those who played the settlement's strategy that do so no longer.
    settled : Fraction or AlgebraicNumber
        The share of the strategy before the shock.
    shocked : Fraction or AlgebraicNumber
        Its share just after.
    settled_after : Fraction, AlgebraicNumber or None
        Its share in the settlement of the game after the shock; None if there is none.
    boundary : Fraction, AlgebraicNumber or None
        From which share on paths lead there: the settlement's basin ends.
    ends_at : Fraction or AlgebraicNumber
        Where the path from the shocked share leads.
    upset_by : tuple of str
        Strategies of the whole game that earn more there, if the path leads to a settlement.
    survives : bool
    largest_replaced : Fraction, AlgebraicNumber or None
        In the game after the shock, and from its settlement: the share of its players beyond
        which being replaced is not survived. None if there is no settlement, or if both shares
        are roots of polynomials of so high degrees that their ratio takes too long.
    recovery_time : float or None
        How long the path takes until it is as close to the settlement as `distance`: units of
        time in which a payoff advantage of 1 makes a share's odds grow e-fold. None if it never
        is; infinite where the share is too close to a rest point to tell in floats.
    grace : float or None
        If the settlement does not survive: after how long the path leaves the basin of the
        settlement before the shock, so that undoing the change of the game later is too late. 0
        if it is outside at once, None if it never leaves it.
    distance : Fraction
    path : tuple of pairs of float
        (time, share) on the way, until within `distance` of its end.
    """

    settlement: str
    against: str
    change: dict[str, str]
    replaced: Fraction
    settled: Real
    shocked: Real
    settled_after: Real | None
    boundary: Real | None
    ends_at: Real
    upset_by: tuple[str, ...]
    survives: bool
    largest_replaced: Real | None
    recovery_time: float | None
    grace: float | None
    distance: Fraction
    path: tuple[tuple[float, float], ...]

    def __str__(self) -> str:
        lines = [self.status]
        lines.append(
            f"  share of {self.settlement}: {shown(self.settled)} before, {shown(self.shocked)} "
            f"after, then to {shown(self.ends_at)}"
        )
        if self.boundary is not None:
            lines.append(f"  its basin begins at a share of {shown(self.boundary)}")
        if self.largest_replaced is not None:
            lines.append(f"  up to {shown(self.largest_replaced)} of its players can be replaced")
        if self.recovery_time is not None:
            lines.append(
                f"  within {number(self.distance)} of it after a time of {self.recovery_time:.6g}"
            )
        if self.grace is not None:
            lines.append(f"  too late to undo after a time of {self.grace:.6g}")
        return wrapped(lines)


def shock(
    model: Any,
    settlement: int | str,
    against: int | str,
    change: Any = None,
    replaced: Any = 0,
    distance: Any = "1/100",
) -> ShockSurvival:
    r"""Decide whether a settlement survives a shock, exactly, and how long it takes to recover.

    Parameters
    ----------
    model : GroupGame, symmetric Game, or a model with ``group_game()``
        Such as a `Consortium` of firms alike.
    settlement, against : int or str
        s and a, by index or name.
    change : mapping of terms, or a game or model, optional
        What ``model.replace`` takes: ``{"trust": "1/4"}``, or ``{"size": 5}`` when all but five
        members leave. Or the game after the shock itself, with the same strategies.
    replaced : number in [0, 1]
        The share of the settlement's players that play a after the shock.
    distance : number in (0, 1)
        How close the share has to come to that of the settlement to be back.

    Returns
    -------
    ShockSurvival
        Its times are floats, by quadrature; all else is exact.

    Raises
    ------
    TypeError, ValueError
        If there is no such strategy, no settlement on it to begin with, or no such change.

    Notes
    -----
    Roots of n − 1 polynomials of degree N − 1 at most. How much of a term's fall a settlement
    survives is `lasting_range`; how its basin moves with the term, `tipping_curve` with
    ``kind="takeover"``, whose share is the basin's boundary.

    References
    ----------
    matinheikki2019 in ``references.bib``.

    Examples
    --------
    Five who hunt stag, half of whom turn to hares; then each stag is worth less as well:

    >>> from dilemma.game import Game
    >>> def hunt(worth):
    ...     pair = Game.symmetric([[worth, 0], [3, 2]], ["stag", "hare"])
    ...     return GroupGame.from_pairwise(pair, 5)
    >>> print(shock(hunt(6), "stag", "hare", replaced="1/2"))
    The settlement on stag survives.
      share of stag: 1 before, 1/2 after, then to 1
      its basin begins at a share of 2/5
      up to 3/5 of its players can be replaced
      within 1/100 of it after a time of 2.44159
    >>> print(shock(hunt(6), "stag", "hare", hunt(4), replaced="1/2").status)
    The settlement on stag does not survive: the share of stag falls to 0.
    """
    before = group_game_of(model)
    s, a = pair_of(before, settlement, against, "settlement, against")
    after, words = _changed(model, before, change)
    lost = fraction(replaced, "replaced")
    if not 0 <= lost <= 1:
        raise ValueError(f"replaced: requires a share in [0, 1], got {number(lost)}")
    near = fraction(distance, "distance")
    if not 0 < near < 1:
        raise ValueError(f"distance: requires a number between 0 and 1, got {number(near)}")
    name, other = before.strategies[s], before.strategies[a]
    old, boundary_before = _settled(_edge(before, s, a))
    if old is None:
        raise ValueError(
            f"settlement: requires a strategy with a stable rest point, got {name}, which has "
            f"none against {other}"
        )
    gain = _edge(after, s, a)
    start = scaled(old, 1 - lost)
    new, boundary = _settled(gain)
    end = _end(gain, start)
    upset: tuple[str, ...] = ()
    if new is not None and end == new:
        upset = tuple(
            after.strategies[i]
            for i, one in advantages(after, s, a, s).items()
            if i != a and sign_at(integer_polynomial(one), new) > 0
        )
    survives = new is not None and end == new and not upset
    advantage = advantage_along(after, s, a)
    path = timed_path(advantage, start, end, near)
    recovery = path[-1][0] if survives else None
    told = math.isfinite(path[-1][0])
    grace = None
    if not survives and boundary_before is not None:
        grace = leaving_time(advantage, start, end, boundary_before)
    if survives:
        status = f"The settlement on {name} survives"
        status += "." if told else "; it is too close to its basin's boundary to tell how long."
    elif upset:
        status = f"The settlement on {name} does not survive: {listed(upset)} pays more in it."
    elif new is None:
        status = (
            f"The settlement on {name} does not survive: there is none against {other} any more."
        )
    else:
        way = "falls" if end < start else "rises" if end > start else "stays"
        status = (
            f"The settlement on {name} does not survive: the share of {name} {way} "
            f"{'at' if way == 'stays' else 'to'} {shown(end)}"
        )
        stable = (end, True) in rest_points_of(gain)
        status += "." if stable or way != "stays" else ", a rest point that is not stable."
    return ShockSurvival(
        method="signs between roots of polynomials, exact; times by quadrature in floats",
        exact=True,
        complete=told,
        status=status,
        settlement=name,
        against=other,
        change=words,
        replaced=lost,
        settled=old,
        shocked=start,
        settled_after=new,
        boundary=boundary,
        ends_at=end,
        upset_by=upset,
        survives=survives,
        largest_replaced=(
            None
            if new is None or boundary is None or _degrees(boundary, new) > MOST_DEGREES
            else one_less_ratio(boundary, new)
        ),
        recovery_time=recovery,
        grace=grace,
        distance=near,
        path=path,
    )


def _changed(model: Any, before: GroupGame, change: Any) -> tuple[GroupGame, dict[str, str]]:
    """The game after a shock, and what is different in words."""
    if change is None:
        return before, {}
    if isinstance(change, Mapping):
        if not callable(getattr(model, "replace", None)):
            raise TypeError(
                "change: requires a game where the model has no terms to replace, got "
                f"{dict(change)!r}"
            )
        after = group_game_of(model.replace(**change))
        words = {str(name): str(value) for name, value in change.items()}
    else:
        after = group_game_of(change)
        words = {"game": repr(after)[1:-1]}
    if after.strategies != before.strategies:
        raise ValueError(
            f"change: requires the strategies {', '.join(before.strategies)}, got "
            f"{', '.join(after.strategies)}"
        )
    return after, words


def _edge(game: GroupGame, s: int, a: int) -> tuple[int, ...]:
    """A positive multiple of what s earns more than a, by the share of s."""
    return integer_polynomial(advantages(game, s, a, a)[s])


def _settled(gain: tuple[int, ...]) -> tuple[Real | None, Real | None]:
    """The stable rest point with the largest share above 0, and where its basin begins."""
    points = rest_points_of(gain)
    for k in reversed(range(1, len(points))):
        if points[k][1]:
            return points[k][0], points[k - 1][0]
    return None, None


def _end(gain: tuple[int, ...], start: Real) -> Real:
    """The rest point to which the path from a share leads."""
    points = [point for point, _ in rest_points_of(gain)]
    if start in points or not gain:
        return start
    if sign_at(gain, start) > 0:
        return min(point for point in points if point > start)
    return max(point for point in points if point < start)


def scaled(value: Real, factor: Fraction) -> Real:
    """Return a nonnegative rational multiple of a real number.

    >>> float(scaled(roots_in((-2, 0, 1), 0, 2)[0], Fraction(1, 2)))
    0.7071067811865476
    """
    if isinstance(value, Fraction):
        return value * factor
    if not factor:
        return ZERO
    powers = [one / factor**k for k, one in enumerate(value.polynomial)]
    polynomial = integer_polynomial(powers)
    return AlgebraicNumber(polynomial, value.low * factor, value.high * factor)


def one_less_ratio(one: Real, two: Real) -> Real:
    """Return 1 − one/two for numbers with 0 ≤ one < two ≤ 1, exactly.

    >>> str(one_less_ratio(Fraction(1, 4), Fraction(1, 2)))
    '1/2'
    """
    if isinstance(one, Fraction) and isinstance(two, Fraction):
        return 1 - one / two
    # With z = 1 − one/two, both p(x) = 0 at x = two and q((1 − z) x) = 0: z is a root of their
    # resultant in x, which stands second here.
    first = sum((c * Y**k for k, c in enumerate(_minimal(two))), 0 * X)
    second = sum((c * ((1 - X) * Y) ** k for k, c in enumerate(_minimal(one))), 0 * X)
    found = roots_in(meeting_polynomial(terms_of(first), terms_of(second)), -1, 2)
    close = Fraction(1, 2**16)
    while True:
        low, high = _bounds(one, close), _bounds(two, close)
        least, most = 1 - low[1] / high[0], 1 - low[0] / high[1]
        fitting = [root for root in found if least <= root <= most]
        if len(fitting) == 1:
            return fitting[0]
        close /= 2**16


def _degrees(one: Real, two: Real) -> int:
    """The degree, at most, of the ratio of two numbers."""
    return (len(_minimal(one)) - 1) * (len(_minimal(two)) - 1)


def _minimal(value: Real) -> tuple[int, ...]:
    if isinstance(value, Fraction):
        return (-value.numerator, value.denominator)
    return value.polynomial


def _bounds(value: Real, width: Fraction) -> tuple[Fraction, Fraction]:
    if isinstance(value, Fraction):
        return value, value
    near = value.within(min(width, value.low / 2 if value.low > 0 else width))
    return near.low, near.high
