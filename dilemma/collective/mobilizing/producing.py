r"""How the shape of production decides who moves first: accelerating and decelerating returns.

**What is claimed.** Oliver, Marwell and Teixeira (oliver1985; marwell1993) study a collective good
whose level depends on the sum of contributions by a *production function*, among actors of
different interest and resources who decide in turn.

- *Accelerating* (convex): the first contributions return little, so that often nobody starts; but
  each contribution makes the next more worthwhile, and once a critical mass has paid the cost of
  starting, all others join.
- *Decelerating* (concave): the first contributions return most, and each makes the next less
  worthwhile. Action starts easily and limits itself. An *order effect* appears: if the most
  interested contribute first, others ride free; if the least interested do, more is provided.

**The mapping is ours**: firm i has an interest :math:`v_i`, and one contribution of size
:math:`r_i` at a cost :math:`c_i` to make or not to make. At a total R it contributes if

.. math:: v_i \bigl[P(R + r_i) - P(R)\bigr] > c_i,

looking at the present only. All arithmetic is rational.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from dilemma.arrays.exact import fraction
from dilemma.collective.mobilizing.followers import members_of
from dilemma.game.display import listed, number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

# All sets of so many firms can be gone through.
MOST_FIRMS = 16


@dataclass(frozen=True, init=False, eq=False)
class JointProduction(Displayed):
    r"""Firms that may each make one contribution to a collective good.

    Parameters
    ----------
    interests : sequence or mapping of numbers
        :math:`v_i`, what a unit of the good is worth to each firm. Firms of a sequence are named
        1, 2, ….
    returns : function
        P: the level of the good that a total of contributions provides, an exact number for an
        exact number.
    contributions : number, or sequence or mapping of numbers
        :math:`r_i > 0`; a mapping by the firms' names.
    costs : number, or sequence or mapping of numbers
        :math:`c_i`, of the whole contribution.

    Attributes
    ----------
    firms : tuple of str
    interests, contributions, costs : tuples of Fraction

    Raises
    ------
    TypeError, ValueError
        If a number is none, a contribution is not positive, or lengths differ.

    Examples
    --------
    Each further of four contributions adds one more than the last; each costs 2.

    >>> joint = JointProduction([1, 1, 1, 1], lambda total: total * (total + 1) / 2, costs=2)
    >>> joint.shape
    'accelerating'
    >>> joint.joins("1", frozenset()), joint.joins("1", frozenset({"2", "3"}))
    (False, True)
    """

    firms: tuple[str, ...]
    interests: tuple[Fraction, ...]
    returns: Callable[[Fraction], Any]
    contributions: tuple[Fraction, ...]
    costs: tuple[Fraction, ...]

    def __init__(
        self,
        interests: Any,
        returns: Callable[[Fraction], Any],
        contributions: Any = 1,
        costs: Any = 1,
    ) -> None:
        if isinstance(interests, (str, Set)) or not isinstance(interests, Iterable):
            raise TypeError(f"interests: requires numbers in an order, got {interests!r}")
        keys: Iterable[Any] | None = None
        values = list(interests)
        if isinstance(interests, Mapping):
            keys, values = list(interests), list(interests.values())
        if not values:
            raise ValueError("interests: requires at least one firm, got none")
        names = tuple(map(str, range(1, len(values) + 1) if keys is None else keys))
        if len(set(names)) != len(names):
            raise ValueError("interests: requires firms whose names differ as texts")
        if not callable(returns):
            raise TypeError(f"returns: requires a function of a total, got {returns!r}")
        object.__setattr__(self, "firms", names)
        object.__setattr__(self, "interests", _each(values, names, "interests"))
        object.__setattr__(self, "returns", returns)
        object.__setattr__(self, "contributions", _each(contributions, names, "contributions"))
        object.__setattr__(self, "costs", _each(costs, names, "costs"))
        for one in self.contributions:
            if one <= 0:
                raise ValueError(f"contributions: requires more than 0, got {number(one)}")

    def provided(self, active: Iterable[str]) -> Fraction:
        """Return the level of the good that some firms provide."""
        total = sum((self.contributions[self._place[name]] for name in active), Fraction(0))
        return self._level(total)

    def joins(self, firm: str, active: frozenset[str]) -> bool:
        """Return whether a firm gains by contributing when others already do.

        Parameters
        ----------
        firm : str
        active : frozenset of str
            Without the firm itself.
        """
        k = self._place[firm]
        total = sum((self.contributions[self._place[name]] for name in active), Fraction(0))
        gain = self._level(total + self.contributions[k]) - self._level(total)
        return self.interests[k] * gain > self.costs[k]

    @cached_property
    def totals(self) -> tuple[Fraction, ...]:
        """All sums of contributions that there can be, in order.

        Raises
        ------
        ValueError
            If firms contribute differently, and there are more than 16.
        """
        if len(set(self.contributions)) == 1:
            return tuple(k * self.contributions[0] for k in range(len(self.firms) + 1))
        _few(self.firms)
        sums = {Fraction(0)}
        for one in self.contributions:
            sums |= {total + one for total in sums}
        return tuple(sorted(sums))

    @cached_property
    def shape(self) -> str:
        """Accelerating, decelerating, linear or mixed: how returns grow from total to total."""
        slopes = [
            (self._level(high) - self._level(low)) / (high - low)
            for low, high in pairwise(self.totals)
        ]
        rises = {(after > before) - (after < before) for before, after in pairwise(slopes)} - {0}
        if len(rises) > 1:
            return "mixed"
        return {1: "accelerating", -1: "decelerating", 0: "linear"}[max(rises, default=0)]

    @cached_property
    def monotone(self) -> bool:
        """Whether who joins some firms joins more: returns nowhere slow down, interests are ≥ 0.

        False also where that takes too long to see.
        """
        if len(set(self.contributions)) > 1 and len(self.firms) > MOST_FIRMS:
            return False
        return self.shape in ("accelerating", "linear") and min(self.interests) >= 0

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: k for k, name in enumerate(self.firms)}

    @cached_property
    def _known(self) -> dict[Fraction, Fraction]:
        return {}

    def _level(self, total: Fraction) -> Fraction:
        if total not in self._known:
            self._known[total] = fraction(self.returns(total), f"returns at {total}")
        return self._known[total]

    def __repr__(self) -> str:
        return f"<JointProduction of {len(self.firms)} firms, {self.shape} returns>"

    def __str__(self) -> str:
        return wrapped(
            [
                f"{self.shape} returns to the contributions of {len(self.firms)} firms",
                f"  interests: {', '.join(map(number, self.interests))}",
                f"  contributions: {', '.join(map(number, self.contributions))}",
                f"  costs: {', '.join(map(number, self.costs))}",
            ]
        )


@dataclass(frozen=True, kw_only=True, repr=False)
class OrderEffect(Solution):
    """What firms that decide in turn provide, in every order.

    Attributes
    ----------
    firms : tuple of str
    shape : str
        How returns grow: accelerating, decelerating, linear or mixed.
    starters : tuple of str
        Who would contribute if nobody else does.
    outcomes : tuple of tuples of str
        All sets of contributors with which an order can end, the least provided first.
    levels : tuple of Fraction
        What each of them provides.
    orders : tuple of tuples of str
        For each, in which order its members may have come.
    free_riders : tuple of tuples of str
        For each, who benefits (has a positive interest) without contributing.
    """

    firms: tuple[str, ...]
    shape: str
    starters: tuple[str, ...]
    outcomes: tuple[tuple[str, ...], ...]
    levels: tuple[Fraction, ...]
    orders: tuple[tuple[str, ...], ...]
    free_riders: tuple[tuple[str, ...], ...]

    @property
    def least(self) -> Fraction:
        """The least that is provided, in the worst order."""
        return self.levels[0]

    @property
    def most(self) -> Fraction:
        """The most that is provided, in the best order."""
        return self.levels[-1]

    def __str__(self) -> str:
        lines = [self.status]
        shown = list(zip(self.levels, self.orders, strict=True))
        if len(shown) > 8:
            shown = [*shown[:4], *shown[-4:]]
        for level, order in shown:
            lines.append(f"  {number(level)}: {' then '.join(order) if order else 'nobody'}")
        if len(self.outcomes) > 8:
            lines.append(f"  and {len(self.outcomes) - 8} more in between")
        return wrapped(lines)


def order_effect(production: JointProduction, mobilizers: Iterable[Any] = ()) -> OrderEffect:
    r"""Find what is provided in every order in which firms may be asked to contribute.

    Firms are asked in some order, again and again, until nobody wants to contribute any more.
    Contributions are not taken back.

    Parameters
    ----------
    production : JointProduction
        Of at most 16 firms.
    mobilizers : iterable of firms
        By name: those who contribute first, whether it pays or not.

    Returns
    -------
    OrderEffect

    Raises
    ------
    TypeError, ValueError
        If there are more firms, or a mobilizer is none of them.

    Notes
    -----
    At most n questions for each of 2^n sets. With accelerating returns all orders end alike: who
    wants to join some firms also wants to join more.

    References
    ----------
    oliver1985, marwell1993 in ``references.bib``.

    Examples
    --------
    Decelerating returns: what the more interested firm provides lets the other ride free.

    >>> joint = JointProduction({"low": 3, "high": 5}, lambda total: 1 - Fraction(1, 2) ** total)
    >>> print(order_effect(joint))
    Returns decelerate, and the order matters: 1/2 to 3/4 is provided.
      1/2: high
      3/4: low then high
    """
    if not isinstance(production, JointProduction):
        raise TypeError(f"production: requires a JointProduction, got {type(production).__name__}")
    _few(production.firms)
    first = members_of(mobilizers, production.firms, "mobilizers")
    start = frozenset(first)
    came: dict[frozenset[str], tuple[str, ...]] = {start: first}
    waiting, ends = [start], []
    while waiting:
        active = waiting.pop()
        willing = [
            name
            for name in production.firms
            if name not in active and production.joins(name, active)
        ]
        if not willing:
            ends.append(active)
        for name in willing:
            larger = active | {name}
            if larger not in came:
                came[larger] = (*came[active], name)
                waiting.append(larger)
    ends.sort(key=lambda one: (production.provided(one), sorted(one)))
    outcomes = tuple(tuple(name for name in production.firms if name in one) for one in ends)
    levels = tuple(production.provided(one) for one in ends)
    interest = dict(zip(production.firms, production.interests, strict=True))
    shape = production.shape
    verb = {
        "accelerating": "Returns accelerate",
        "decelerating": "Returns decelerate",
        "linear": "Returns are linear",
        "mixed": "Returns neither accelerate nor decelerate throughout",
    }[shape]
    if len(outcomes) == 1:
        who = "nobody contributes" if not outcomes[0] else f"{number(levels[0])} is provided"
        if len(outcomes[0]) == len(production.firms):
            who = f"all contribute, so that {who}"
        status = f"{verb}; in every order {who}."
    elif levels[0] == levels[-1]:
        status = f"{verb}, and the order decides who provides {number(levels[0])}."
    else:
        status = (
            f"{verb}, and the order matters: {number(levels[0])} to {number(levels[-1])} is "
            "provided."
        )
    return OrderEffect(
        method="all orders, by the sets that they pass through",
        exact=True,
        complete=True,
        status=status,
        firms=production.firms,
        shape=shape,
        starters=tuple(name for name in production.firms if production.joins(name, frozenset())),
        outcomes=outcomes,
        levels=levels,
        orders=tuple(came[one] for one in ends),
        free_riders=tuple(
            tuple(name for name in production.firms if name not in one and interest[name] > 0)
            for one in ends
        ),
    )


def _each(values: Any, names: tuple[str, ...], name: str) -> tuple[Fraction, ...]:
    """One number for each firm."""
    if isinstance(values, Mapping):
        given = {str(key): value for key, value in values.items()}
        if set(given) != set(names) or len(given) != len(values):
            raise ValueError(
                f"{name}: requires one number for each of {listed(names)}, by name, got "
                f"{listed(tuple(given)) if given else 'none'}"
            )
        return tuple(fraction(given[one], f"{name} of {one}") for one in names)
    if isinstance(values, Iterable) and not isinstance(values, str):
        several: Sequence[Any] = list(values)
        if len(several) != len(names):
            raise ValueError(
                f"{name}: requires one number for each of {listed(names)}, got {len(several)}"
            )
        return tuple(fraction(one, name) for one in several)
    return (fraction(values, name),) * len(names)


def _few(firms: tuple[str, ...]) -> None:
    if len(firms) > MOST_FIRMS:
        raise ValueError(
            f"production: requires at most {MOST_FIRMS} firms to go through all sets, "
            f"got {len(firms)}"
        )
