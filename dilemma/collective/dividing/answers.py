"""Divisions of a value among firms, and what the core says."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.game.display import listed, number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped


@dataclass(frozen=True, kw_only=True, repr=False)
class Division(Solution):
    """A share for each firm.

    Attributes
    ----------
    firms : tuple of str
    shares : tuple of Fraction, or of float if sampled
        In the order of the firms.
    errors : tuple of float
        Standard errors: 0 unless sampled.
    """

    firms: tuple[str, ...]
    shares: tuple[Any, ...]
    errors: tuple[float, ...]

    def __getitem__(self, firm: str) -> Any:
        """Return one firm's share."""
        if firm not in self.firms:
            raise KeyError(f"firm: requires one of {', '.join(self.firms)}, got {firm!r}")
        return self.shares[self.firms.index(firm)]

    def __str__(self) -> str:
        lines = [self.status]
        for firm, share, error in zip(self.firms, self.shares, self.errors, strict=True):
            lines.append(f"  {firm}: {_shown(share)}{f' ± {error:.2g}' if error else ''}")
        return wrapped(lines)


@dataclass(frozen=True, kw_only=True, repr=False)
class Core(Solution):
    """Divisions that no coalition can improve upon.

    Attributes
    ----------
    firms : tuple of str
    empty : bool
    point : tuple of Fraction
        A division in the core; if it is empty, one in the least core.
    excess : Fraction
        The least core's: the smallest ε for which some division leaves no coalition (but that of
        all) more than ε short of its value. The core is empty if and only if it is above 0.
    ranges : tuple of pairs of Fraction
        The least and the largest share of each firm over the core; none if it is empty.
    balanced : tuple of pairs (tuple of str, Fraction)
        If the core is empty, why: coalitions with positive weights, each firm's of which add up
        to 1, and whose weighted values exceed what all firms can divide (bondareva1963,
        shapley1967). Otherwise none.
    """

    firms: tuple[str, ...]
    empty: bool
    point: tuple[Fraction, ...]
    excess: Fraction
    ranges: tuple[tuple[Fraction, Fraction], ...]
    balanced: tuple[tuple[tuple[str, ...], Fraction], ...]

    def __str__(self) -> str:
        lines = [self.status]
        for k, firm in enumerate(self.firms):
            here = f"  {firm}: {number(self.point[k])}"
            if self.ranges:
                low, high = self.ranges[k]
                alone = "" if low == high else f", from {number(low)} to {number(high)}"
                here += alone
            lines.append(here)
        lines += [
            f"  weight {number(weight)} on {listed(members)}" for members, weight in self.balanced
        ]
        return wrapped(lines)


@dataclass(frozen=True, kw_only=True, repr=False)
class Membership(Solution):
    """Whether a coalition lasts: who would gain by leaving it, and who by joining.

    Attributes
    ----------
    firms : tuple of str
        All of them.
    members : tuple of str
    rule : str
        How each coalition divides its value.
    shares : tuple of Fraction
        Of the members, in their order.
    leaving : tuple of (str, Fraction)
        For each member, how much it would gain by leaving, if all others stay.
    joining : tuple of (str, Fraction)
        For each firm outside, how much it would gain by joining.
    welcome : tuple of str
        The firms outside by whose joining no member would lose.
    internal, external : bool
        True if no member gains by leaving, and if nobody outside gains by joining.
    guarded : bool
        True if nobody outside who gains by joining is welcome: external stability where members
        have to agree.
    """

    firms: tuple[str, ...]
    members: tuple[str, ...]
    rule: str
    shares: tuple[Fraction, ...]
    leaving: tuple[tuple[str, Fraction], ...]
    joining: tuple[tuple[str, Fraction], ...]
    welcome: tuple[str, ...]
    internal: bool
    external: bool
    guarded: bool

    @property
    def stable(self) -> bool:
        """True if nobody gains by leaving or by joining."""
        return self.internal and self.external

    def __str__(self) -> str:
        lines = [self.status]
        for (name, gain), share in zip(self.leaving, self.shares, strict=True):
            lines.append(f"  {name}, a member with {number(share)}: {_gain(gain)} by leaving")
        for name, gain in self.joining:
            known = ", and is welcome" if gain > 0 and name in self.welcome else ""
            lines.append(f"  {name}, outside: {_gain(gain)} by joining{known}")
        return wrapped(lines)


@dataclass(frozen=True, kw_only=True, repr=False)
class StableMemberships(Solution):
    """All coalitions of at least two firms that nobody gains by leaving or by joining.

    Attributes
    ----------
    firms : tuple of str
    rule : str
    memberships : tuple of tuples of str
        Internally and externally stable; of firms that are alike, one for each size.
    internal : tuple of tuples of str
        The internally stable ones, whether outsiders gain by joining or not.
    by_size : bool
        True if the firms are alike, and sizes stand for all coalitions of that size.
    """

    firms: tuple[str, ...]
    rule: str
    memberships: tuple[tuple[str, ...], ...]
    internal: tuple[tuple[str, ...], ...]
    by_size: bool

    def __str__(self) -> str:
        lines = [self.status]
        for members in self.internal:
            words = f"any {len(members)} firms" if self.by_size else listed(members)
            kept = "stable" if members in self.memberships else "others gain by joining"
            lines.append(f"  {words}: {kept}")
        return wrapped(lines)


Partition = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, repr=False)
class StablePartitions(Solution):
    """Ways in which all firms form coalitions, and which of them last, by what notion.

    Attributes
    ----------
    firms : tuple of str
    rule : str
        How each coalition divides its value.
    partitions : int
        How many there are.
    rational : tuple of partitions
        Nobody prefers to be alone.
    individual : tuple of partitions
        Nobody gains by moving to another coalition, or to be alone, without a loss to those it
        moves to.
    nash : tuple of partitions
        Nobody gains by moving, whether welcome or not.
    core : tuple of partitions
        No new coalition makes all its members better off.
    strict_core : tuple of partitions
        No new coalition makes one member better off, and none worse.
    efficient : tuple of partitions
        The sum of values is the greatest.
    """

    firms: tuple[str, ...]
    rule: str
    partitions: int
    rational: tuple[Partition, ...]
    individual: tuple[Partition, ...]
    nash: tuple[Partition, ...]
    core: tuple[Partition, ...]
    strict_core: tuple[Partition, ...]
    efficient: tuple[Partition, ...]

    def __str__(self) -> str:
        lines = [self.status]
        for words, found in (
            ("individually rational", self.rational),
            ("individually stable", self.individual),
            ("Nash stable", self.nash),
            ("core stable", self.core),
            ("strictly core stable", self.strict_core),
            ("of greatest value", self.efficient),
        ):
            shown = "; ".join(_in_blocks(one) for one in found[:3])
            more = f"; and {len(found) - 3:,} more" if len(found) > 3 else ""
            lines.append(f"  {words}: {len(found):,}{': ' if shown else ''}{shown}{more}")
        return wrapped(lines)


def _in_blocks(partition: Partition) -> str:
    return " | ".join(", ".join(block) for block in partition)


def _gain(gain: Fraction) -> str:
    if gain == 0:
        return "neither gains nor loses"
    return f"{'gains' if gain > 0 else 'loses'} {number(abs(gain))}"


def _shown(share: Any) -> str:
    return number(share) if isinstance(share, Fraction) else f"{share:.6g}"
