"""Some of the firms of a consortium: smaller ones, and two as an alliance or a batch of games."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.alliance import Alliance
from dilemma.alliance.blocks import payoff_bound
from dilemma.alliance.evaluation import as_floats, batch_of, kind_of_terms, symbols_of
from dilemma.alliance.terms import kind_of
from dilemma.arrays.bounded import decimal_denominator
from dilemma.arrays.exact import common_denominator, fractions, rounded
from dilemma.game import Games

if TYPE_CHECKING:
    from dilemma.collective.consortium.model import Consortium

# Twice half a unit in the last place: that of the goal, and that of the sum.
ROUNDING = 2.0**-52


def smaller(consortium: Consortium, members: Sequence[int]) -> Consortium:
    """The consortium of some firms, counted from 0; see `Consortium.among`."""
    if len(members) < 2:
        raise ValueError(f"members: requires at least 2 firms, got {len(members)}")
    for one in members:
        if members.count(one) > 1:
            raise ValueError(
                f"members: requires each firm once, got {consortium.firms[one]} twice"
            )
    terms: dict[str, Any] = {
        name: tuple(value[one] for one in members) if isinstance(value, tuple) else value
        for name, value in consortium.terms.items()
    }
    if isinstance(terms["power"], tuple):
        terms["power"] = power_among(terms["power"])
    extra = {name: terms.pop(name) for name in consortium.extra}
    return type(consortium)(
        len(members),
        **terms,
        strategies=consortium.strategies,
        model=consortium.model,
        extra=extra,
    )


def power_among(shares: Sequence[Any]) -> tuple[Any, ...]:
    """Shares of power among some of those who had them, so that they sum to 0 again.

    Less their mean; and where then one of them is below -1 (a share of synergy below 0) or above
    1, all are divided by the one farthest from 0. Symbols, whose size is unknown, are taken
    less their mean only.

    >>> [str(one) for one in power_among([Fraction(1), Fraction(-1), Fraction(-1)])]
    ['1', '-1/2', '-1/2']
    """
    mean = sum(shares) * Fraction(1, len(shares))
    apart = tuple(one - mean for one in shares)
    kinds = {kind_of(one) for one in apart}
    if "symbol" in kinds:
        return apart
    widest: Any = Fraction(1)
    for one in apart:
        widest = max(widest, abs(one)) if kinds == {"number"} else np.maximum(widest, abs(one))
    return tuple(one / widest for one in apart)


def as_alliance(consortium: Consortium) -> Alliance:
    """Two firms without a goal; see `Consortium.alliance`."""
    require_two(consortium, "alliance")
    goal = consortium.goal
    if kind_of(goal) != "number" or goal != 0:
        raise ValueError(
            "alliance: requires a consortium without a goal, which an alliance has not (see "
            f"games(), or replace(goal=0)), got goal={goal}"
        )
    return _without_goal(consortium)


def require_two(consortium: Consortium, what: str) -> None:
    """Refuse a consortium of more firms than two."""
    if consortium.size != 2:
        raise ValueError(
            f"{what}: requires a consortium of 2 firms, got {consortium.size} (among([1, 2]) has "
            "two of them)"
        )


def two_firm_games(consortium: Consortium) -> Games:
    """The games of two firms over a batch, with a bound on rounding; see `Consortium.games`.

    The bound is that of the alliance without the goal, plus what adding the goal may round.
    """
    require_two(consortium, "games")
    if kind_of_terms(consortium.terms) == "symbol":
        raise TypeError(
            "games: requires numbers or arrays for all terms, "
            f"got {', '.join(symbols_of(consortium.terms))}"
        )
    values = consortium.payoffs()
    if kind_of_terms(consortium.terms) == "number":
        values = rounded(values)
    values = np.asarray(values)
    dims, _, coords = batch_of(consortium.terms)
    plain = _without_goal(consortium)
    own_dims, own_shape, _ = batch_of(plain.terms)
    error, denominator = payoff_bound(plain, own_shape, own_dims)
    goal, goal_denominator = _size_of(consortium.goal)
    if goal > 0:
        error = error + ROUNDING * (goal + float(np.abs(values).max()))
        if denominator is not None and goal_denominator is not None:
            denominator = int(np.lcm(denominator, goal_denominator, dtype=object))
        else:
            denominator = None
    return Games(
        values,
        dims=dims,
        coords=coords,
        strategies=[[one.name for one in consortium.strategies]] * 2,
        players=consortium.firms,
        source=consortium,
        payoff_error=error,
        payoff_denominator=denominator,
    )


def _size_of(goal: Any) -> tuple[float, int | None]:
    """The largest bonus, and a denominator of all."""
    if kind_of(goal) == "number":
        return float(goal), goal.denominator
    array = goal.values if kind_of(goal) == "labelled array" else goal
    floats = as_floats(array)
    if array.dtype == object:
        exact: list[Fraction] = fractions(array).ravel().tolist()
        return float(floats.max()), common_denominator(exact)
    return float(floats.max()), decimal_denominator(floats)


def _without_goal(consortium: Consortium) -> Alliance:
    terms = {
        name: value
        for name, value in consortium.terms.items()
        if name not in consortium.extra and name not in ("power", "goal", "threshold")
    }
    power = consortium.power
    return Alliance(
        **terms,
        power=power[0] if isinstance(power, tuple) else power,
        strategies=consortium.strategies,
        model=consortium.model,
        extra=dict(consortium.extra),
    )
