r"""Who must move first: the fewest, or the cheapest, mobilizers that move everybody.

**What is claimed.** A *critical mass* of firms that bear the cost of starting makes collective
action worthwhile for the others (oliver1985, marwell1993). **Formalised here** as the cheapest set
of mobilizers whose cascade reaches all firms.

**All firms see each other.** Let k mobilizers be chosen. Of the others, the j-th to join (from 0)
must have a threshold of at most k + j. In order of thresholds a firm is therefore either a
mobilizer or the next to join, and dynamic programming over (firms seen, firms that joined) finds
the cheapest choice for each k. **Firms alike** (of `SelfInterest`) all join where one does, and
only the number of mobilizers matters: the numbers are tried in turn. **On a network**, or with any
other rule, the problem is NP-hard (kempe2003): sets are tried in the order of their cost, as many
as are allowed, and after that a greedy choice stands with a bound.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any

from dilemma.arrays.exact import fraction
from dilemma.collective.mobilizing.followers import (
    Followers,
    ThresholdFollowers,
    follow,
    followers_of,
)
from dilemma.collective.mobilizing.interests import SelfInterest
from dilemma.game import checking
from dilemma.game.display import number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

Cost = tuple[Fraction, Fraction]


@dataclass(frozen=True, kw_only=True, repr=False)
class CriticalMass(Solution):
    """The cheapest mobilizers that move everybody.

    Attributes
    ----------
    firms : tuple of str
    mobilizers : tuple of str
        Where several choices cost the same, and all firms see each other, the one whose members'
        thresholds sum to least: those who are closest to moving by themselves.
    cost : Fraction
        Of all mobilizers; their number if no costs were given.
    at_least : Fraction
        No choice costs less. Below `cost` only where the search was stopped.
    rounds : tuple of tuples of str
        Who moves: the mobilizers, those whom they move, and so on.
    """

    firms: tuple[str, ...]
    mobilizers: tuple[str, ...]
    cost: Fraction
    at_least: Fraction
    rounds: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        lines = [self.status]
        if self.mobilizers:
            lines.append(f"  first: {', '.join(self.mobilizers)}")
        steps = len(self.rounds) - 1
        lines.append(f"  all follow after {steps} round{'' if steps == 1 else 's'}")
        return wrapped(lines)


def critical_mass(
    thresholds: Any,
    graph: Any = None,
    counted: str = "number",
    costs: Any = None,
    most_sets: int = 20_000,
) -> CriticalMass:
    r"""Find the fewest or cheapest mobilizers whose cascade reaches all firms.

    Parameters
    ----------
    thresholds, graph, counted
        As for `cascade`: thresholds, perhaps on a network, or followers of any kind.
    costs : sequence or mapping of numbers, optional
        What it costs to have each firm act first, at least 0. Left out: 1 each.
    most_sets : int
        How many sets to try at most on a network, or with followers of another kind.

    Returns
    -------
    CriticalMass
        ``complete`` if no choice is cheaper.

    Raises
    ------
    TypeError, ValueError
        As `cascade`; or if a cost is missing or negative.

    Notes
    -----
    Where all firms see each other, of the order of n² operations, or n³ with costs; where they are
    a consortium's, alike, at most n questions whether one joins.

    References
    ----------
    oliver1985, marwell1993, kempe2003 in ``references.bib``.

    Examples
    --------
    >>> print(critical_mass([0, 2, *range(2, 100)]))
    One mobilizer moves all 100 firms, and none is too few.
      first: 2
      all follow after 99 rounds
    >>> critical_mass([3, 3, 3, 3]).mobilizers
    ('1', '2', '3')
    """
    most = checking.count(most_sets, "most_sets", 1, "sets")
    followers = followers_of(thresholds, graph, counted)
    prices = _prices(costs, followers.firms)
    if isinstance(followers, ThresholdFollowers) and followers.neighbours is None:
        chosen = _by_order(followers, prices, costs is None)
        method = "dynamic programming over the order of thresholds"
        return _answer(followers, chosen, prices, None, costs is None, method)
    if isinstance(followers, SelfInterest) and followers.alike:
        chosen = _by_number(followers, prices)
        method = "every number of firms alike, from none on"
        return _answer(followers, chosen, prices, None, costs is None, method)
    method = "sets in the order of their cost"
    return _answer(followers, *_by_search(followers, prices, most), costs is None, method)


def _prices(costs: Any, firms: tuple[str, ...]) -> dict[str, Fraction]:
    if costs is None:
        return dict.fromkeys(firms, Fraction(1))
    if isinstance(costs, Mapping):
        given = {str(key): value for key, value in costs.items()}
    else:
        if isinstance(costs, (str, Set)) or not isinstance(costs, Iterable):
            raise TypeError(f"costs: requires one number for each firm, got {costs!r}")
        values = list(costs)
        if len(values) != len(firms):
            raise ValueError(f"costs: requires one for each of {len(firms)} firms, got {values!r}")
        given = dict(zip(firms, values, strict=True))
    if set(given) != set(firms):
        raise ValueError("costs: requires one for each firm, by its name")
    prices = {name: fraction(given[name], f"cost of {name}") for name in firms}
    for name, price in prices.items():
        if price < 0:
            raise ValueError(f"cost of {name}: requires at least 0, got {number(price)}")
    return prices


def _by_order(
    followers: ThresholdFollowers, prices: dict[str, Fraction], alike: bool
) -> tuple[str, ...]:
    """The cheapest choice where all see each other."""
    n = len(followers.firms)
    order = sorted(range(n), key=lambda k: n if (one := followers.needed[k]) is None else one)
    needed = [followers.needed[k] for k in order]
    # Ties are broken by thresholds; who never follows comes last, and costs most.
    waits = [Fraction(n if one is None else one) for one in needed]
    paid = [(prices[followers.firms[k]], wait) for k, wait in zip(order, waits, strict=True)]
    least = next(
        k
        for k in range(n + 1)
        if all(one is not None and one <= k + j for j, one in enumerate(needed[: n - k]))
    )
    best: tuple[Cost, list[int]] | None = None
    # With k mobilizers those with the highest thresholds do; fewer than these never suffice.
    for k in [least] if alike else range(least, n + 1):
        found = _cheapest(needed, paid, k)
        if best is None or found[0] < best[0]:
            best = found
    assert best is not None
    chosen = {order[place] for place in best[1]}
    return tuple(name for k, name in enumerate(followers.firms) if k in chosen)


def _cheapest(
    needed: Sequence[int | None], paid: Sequence[Cost], k: int
) -> tuple[Cost, list[int]]:
    """The cheapest k mobilizers, by place in the order of thresholds; k must suffice."""
    n = len(needed)
    # After i firms, j of which joined by themselves: what the other i − j cost.
    layer: dict[int, Cost] = {0: (Fraction(0), Fraction(0))}
    ways: list[dict[int, bool]] = []
    for i in range(n):
        following: dict[int, Cost] = {}
        way: dict[int, bool] = {}
        wait = needed[i]
        for j, (cost, sum_of) in layer.items():
            if wait is not None and wait <= k + j and j < n - k:
                following[j + 1], way[j + 1] = (cost, sum_of), True
        for j, (cost, sum_of) in layer.items():
            with_it = (cost + paid[i][0], sum_of + paid[i][1])
            if i - j < k and (j not in following or with_it < following[j]):
                following[j], way[j] = with_it, False
        layer = following
        ways.append(way)
    chosen, j = [], n - k
    for i in reversed(range(n)):
        if ways[i][j]:
            j -= 1
        else:
            chosen.append(i)
    return layer[n - k], chosen


def _by_number(followers: SelfInterest, prices: dict[str, Fraction]) -> tuple[str, ...]:
    """The cheapest choice among firms alike, all of which join where one does.

    Prices are not negative: the cheapest of the smallest number that suffices cost least, even
    where more company deters.
    """
    firms = followers.firms
    chosen = sorted(firms, key=lambda name: prices[name])
    for count, following in enumerate(chosen):
        if followers.joins(following, frozenset(chosen[:count])):
            chosen = chosen[:count]
            break
    return tuple(name for name in firms if name in chosen)


def _by_search(
    followers: Followers, prices: dict[str, Fraction], most: int
) -> tuple[tuple[str, ...], dict[str, Fraction], Fraction | None]:
    """The cheapest choice by trial, or a greedy one with a bound on the cheapest."""
    firms = followers.firms
    everyone = frozenset(firms)
    bound: list[str] = list(firms)
    certain: tuple[str, ...] = ()
    if followers.monotone:
        # Some must be mobilizers, whoever else is; some need not, as they start by themselves.
        certain = tuple(name for name in firms if not followers.joins(name, everyone - {name}))
        bound = [
            name
            for name in firms
            if name not in certain and not followers.joins(name, frozenset())
        ]
    base = sum((prices[name] for name in certain), Fraction(0))
    bound.sort(key=lambda name: prices[name])
    for tried, (cost, places) in enumerate(_subsets([prices[name] for name in bound])):
        if tried == most:
            return _greedy(followers, certain, bound, prices), prices, base + cost
        chosen = (*certain, *(bound[k] for k in places))
        if len(_reached(followers, chosen)) == len(firms):
            return tuple(name for name in firms if name in chosen), prices, None
    raise AssertionError("all firms together are everybody")  # pragma: no cover


def _subsets(prices: Sequence[Fraction]) -> Iterator[tuple[Fraction, tuple[int, ...]]]:
    """All subsets of some prices in increasing order, by their sum; the smaller ones first."""
    yield Fraction(0), ()
    if not prices:
        return
    waiting: list[tuple[Fraction, int, tuple[int, ...]]] = [(prices[0], 1, (0,))]
    while waiting:
        cost, size, places = heapq.heappop(waiting)
        yield cost, places
        last = places[-1]
        if last + 1 < len(prices):
            one = prices[last + 1]
            heapq.heappush(waiting, (cost + one, size + 1, (*places, last + 1)))
            heapq.heappush(waiting, (cost - prices[last] + one, size, (*places[:-1], last + 1)))


def _greedy(
    followers: Followers,
    certain: tuple[str, ...],
    others: Sequence[str],
    prices: dict[str, Fraction],
) -> tuple[str, ...]:
    """Add whoever moves most, then leave out whoever is not needed, the dearest first."""
    firms = followers.firms
    chosen = list(certain)
    reached = _reached(followers, chosen)
    while len(reached) < len(firms):
        spread = {
            name: len(_reached(followers, [*chosen, name]))
            for name in others
            if name not in reached
        }
        if not spread:
            # Only followers that shy away from company: whoever is missing has to be moved.
            chosen += [name for name in firms if name not in reached]
            break
        chosen.append(max(spread, key=lambda name: (spread[name], -prices[name])))
        reached = _reached(followers, chosen)
    for name in sorted(chosen, key=lambda name: -prices[name]):
        rest = [one for one in chosen if one != name]
        if name not in certain and len(_reached(followers, rest)) == len(firms):
            chosen = rest
    return tuple(name for name in firms if name in chosen)


def _reached(followers: Followers, first: Sequence[str]) -> frozenset[str]:
    """Everybody whom some firms move in the end."""
    return frozenset(chain.from_iterable(follow(followers, first)))


def _answer(
    followers: Followers,
    chosen: tuple[str, ...],
    prices: dict[str, Fraction],
    bound: Fraction | None,
    alike: bool,
    method: str,
) -> CriticalMass:
    cost = sum((prices[name] for name in chosen), Fraction(0))
    least = cost if bound is None else min(bound, cost)
    firms = followers.firms
    many = "the only firm" if len(firms) == 1 else f"all {len(firms)} firms"
    if not chosen:
        status = f"No mobilizer is needed: {many} act{'s' if len(firms) == 1 else ''}."
    elif len(chosen) == 1:
        status = f"One mobilizer moves {many}"
    else:
        status = f"{len(chosen)} mobilizers move {many}"
    if chosen and not alike:
        status += f", at a cost of {number(cost)}"
    if chosen:
        less = "none is too few" if len(chosen) == 1 else "fewer are too few"
        if not alike:
            less = "no choice is cheaper"
        if least == cost:
            status += f", and {less}."
        else:
            status += (
                f", by a greedy choice: the search was stopped, and the best costs at least "
                f"{number(least)}; more sets (most_sets) may settle it."
            )
    return CriticalMass(
        method=method,
        exact=True,
        complete=least == cost,
        status=status,
        firms=firms,
        mobilizers=chosen,
        cost=cost,
        at_least=least,
        rounds=follow(followers, chosen),
    )
