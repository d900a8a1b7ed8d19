r"""The cascade that follows when some act first: who moves in which round, and where it ends.

**What is claimed.** Granovetter (granovetter1978): groups with nearly the same preferences can end
up far apart, because collective action depends on the whole distribution of thresholds. With F(x)
the share of people whose threshold is at most x, the share of active ones next is F of the share
now, and it rests where :math:`F(x) = x`. His example: a hundred people with thresholds 0, 1, …, 99
all riot; let the person with 1 have 2, and there is one rioter. **Added here**: mobilizers, who
act whatever others do, and networks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeGuard

from dilemma.collective.mobilizing.followers import (
    Followers,
    ThresholdFollowers,
    follow,
    followers_of,
    members_of,
)
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped


@dataclass(frozen=True, kw_only=True, repr=False)
class Cascade(Solution):
    """Who moves in which round, and where it ends.

    Attributes
    ----------
    firms : tuple of str
    mobilizers : tuple of str
        Those who act whatever others do.
    rounds : tuple of tuples of str
        Who moves: the mobilizers (perhaps none), then all whom those before moved, and so on.
    adopters : tuple of str
        All who act in the end.
    regretting : tuple of str
        Those among them who would rather not have moved, given who acts in the end; none where
        followers join more firms whenever they join fewer.
    thresholds : tuple of Fraction or None
        Of the firms, if they follow thresholds; otherwise none at all.
    needed : tuple of int or None
        How many others each firm waits for, if it counts all others; otherwise none at all.
    equilibria : tuple of tuples of str
        Sets of firms at which nobody wants to change, mobilizers apart, the smallest first: all
        of them where each firm counts all others; otherwise the smallest and the largest if who
        joins some firms always joins more of them, and none if that is not so.
    """

    firms: tuple[str, ...]
    mobilizers: tuple[str, ...]
    rounds: tuple[tuple[str, ...], ...]
    adopters: tuple[str, ...]
    regretting: tuple[str, ...]
    thresholds: tuple[Fraction | None, ...]
    needed: tuple[int | None, ...]
    equilibria: tuple[tuple[str, ...], ...]

    @property
    def everybody(self) -> bool:
        """Whether all firms act in the end."""
        return len(self.adopters) == len(self.firms)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many act after each round."""
        found, total = [], 0
        for one in self.rounds:
            total += len(one)
            found.append(total)
        return tuple(found)

    def __str__(self) -> str:
        lines = [self.status]
        shown = 6
        for k, movers in enumerate(self.rounds):
            if not movers:
                continue
            if shown < k < len(self.rounds) - 1:
                if k == shown + 1:
                    lines.append("  …")
                continue
            who = "mobilizers" if k == 0 else f"round {k}"
            names = ", ".join(movers[:8]) + (f" and {len(movers) - 8} more" * (len(movers) > 8))
            lines.append(f"  {who}: {names}")
        if self.regretting:
            lines.append(f"  would rather not have moved: {', '.join(self.regretting)}")
        if self.equilibria:
            sizes = ", ".join(str(len(one)) for one in self.equilibria)
            lines.append(f"  nobody wants to change with so many active: {sizes}")
        return wrapped(lines)


def cascade(
    thresholds: Any,
    mobilizers: Iterable[Any] = (),
    graph: Any = None,
    counted: str = "number",
) -> Cascade:
    r"""Follow a cascade from its mobilizers to its end.

    In each round all join who are moved by those active before; who has joined stays.

    Parameters
    ----------
    thresholds : sequence or mapping of numbers, or followers
        As for `ThresholdFollowers`: how many others have to act before a firm does. Or anything
        with ``firms``, ``monotone`` and ``joins(firm, active)``, such as `JointProduction`.
    mobilizers : iterable of firms
        By name; a number stands for its text.
    graph : networkx graph, optional
        Firms count their neighbours only.
    counted : {"number", "share"}
        What thresholds mean: of all others, or of the neighbours.

    Returns
    -------
    Cascade

    Raises
    ------
    TypeError, ValueError
        As `ThresholdFollowers`; or if a mobilizer is no firm.

    Notes
    -----
    n questions a round, in at most n rounds.

    References
    ----------
    granovetter1978 in ``references.bib``.

    Examples
    --------
    >>> print(cascade(range(100)).status)
    All 100 firms act, after 100 rounds.
    >>> print(cascade([0, 2, *range(2, 100)]))
    Of 100 firms 1 acts, after 1 round.
      round 1: 1
      nobody wants to change with so many active: 1, 100
    >>> cascade([0, 2, *range(2, 100)], mobilizers=["2"]).everybody
    True
    """
    followers = followers_of(thresholds, graph, counted)
    firms = followers.firms
    first = members_of(mobilizers, firms, "mobilizers")
    rounds = follow(followers, first)
    acting = frozenset(name for one in rounds for name in one)
    adopters = tuple(name for name in firms if name in acting)
    equilibria, complete = _equilibria(followers, frozenset(first), acting)
    steps = len(rounds) - 1
    after = f"after {steps} round{'' if steps == 1 else 's'}"
    if len(firms) == 1 and adopters:
        status = f"The only firm acts, {after}."
    elif len(adopters) == len(firms):
        status = f"All {len(firms)} firms act, {after}."
    else:
        verb = "acts" if len(adopters) == 1 else "act"
        status = f"Of {len(firms)} firms {len(adopters) or 'none'} {verb}, {after}."
        if not adopters:
            status = f"None of {len(firms)} firms acts."
            if len(firms) == 1:
                status = "The only firm does not act."
    if not complete:
        status = status[:-1] + "; other ends than these were not all looked for."
    return Cascade(
        method="round by round, in rational arithmetic",
        exact=True,
        complete=complete,
        status=status,
        firms=firms,
        mobilizers=first,
        rounds=rounds,
        adopters=adopters,
        regretting=tuple(
            name
            for name in adopters
            if name not in first and not followers.joins(name, acting - {name})
        ),
        thresholds=followers.thresholds if isinstance(followers, ThresholdFollowers) else (),
        needed=followers.needed if _counts_all(followers) else (),
        equilibria=equilibria,
    )


def _counts_all(followers: Followers) -> TypeGuard[ThresholdFollowers]:
    """Whether firms follow thresholds and count all others."""
    return isinstance(followers, ThresholdFollowers) and followers.neighbours is None


def _equilibria(
    followers: Followers, fixed: frozenset[str], least: frozenset[str]
) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """Sets at which nobody wants to change, and whether these are all."""
    firms = followers.firms
    if _counts_all(followers):
        needed = dict(zip(firms, followers.needed, strict=True))
        free = [needed[name] for name in firms if name not in fixed]
        waits = [one for one in free if one is not None]
        found = []
        for count in range(len(fixed), len(firms) + 1):
            # Each active one sees count − 1 others, and all others see count.
            inside = sum(one <= count - 1 for one in waits)
            if inside + len(fixed) == count and inside == sum(one <= count for one in waits):
                found.append(
                    tuple(
                        name
                        for name in firms
                        if name in fixed or ((one := needed[name]) is not None and one < count)
                    )
                )
        return tuple(found), True
    if not followers.monotone:
        return (), False
    largest = set(firms)
    while True:
        leaving = [
            name
            for name in largest
            if name not in fixed and not followers.joins(name, frozenset(largest - {name}))
        ]
        if not leaving:
            break
        largest -= set(leaving)
    both = {least, frozenset(largest)}
    listed = sorted((tuple(name for name in firms if name in one) for one in both), key=len)
    return tuple(listed), len(both) == 1
