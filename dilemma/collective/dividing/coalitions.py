r"""What every coalition of firms is worth.

A game of transferable value (neumann1944): a number v(S) for every coalition S of n firms, with
v of nobody 0. How such values come from terms of an alliance is another question; here they are
given, and the question is how the value of all can be divided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import common_denominator, fraction
from dilemma.collective.dividing.answers import (
    Core,
    Division,
    Membership,
    StableMemberships,
    StablePartitions,
)
from dilemma.collective.dividing.worths import (
    Worth,
    WorthBySize,
    firm_names,
    read_mapping,
    read_members,
    require_nothing_for_nobody,
)
from dilemma.writing.pages import Displayed

# Beyond so many firms the values of all coalitions don't fit in memory.
MOST_LISTED = 20
# Exact linear programs over all coalitions of so many take some 15 seconds; of one more, a minute.
MOST_SOLVED = 14


@dataclass(frozen=True, eq=False)
class Coalitions(Displayed):
    """Firms, and the value of every coalition of them.

    Parameters
    ----------
    firms : int, or sequence of str
        Their number, or their names.
    worth : function of a frozenset of names, or mapping of coalitions to numbers
        The value of each coalition; the keys of a mapping are names, or tuples or frozensets of
        names. A mapping has to hold every coalition but the empty one. Nobody is worth 0: a
        function is asked that at once.

    Raises
    ------
    TypeError, ValueError
        If a coalition is missing or unknown, a value is no number, or that of nobody is not 0.

    Notes
    -----
    Values are kept as exact rationals; a float means the decimal that prints it. With up to 20
    firms, all of them are asked for when they are first needed.

    Examples
    --------
    Two firms bring a left glove each and one a right glove; a pair is worth 1:

    >>> def pairs(members):
    ...     right = int("right" in members)
    ...     return min(len(members) - right, right)
    >>> gloves = Coalitions(["left", "other left", "right"], pairs)
    >>> gloves.value(["left", "right"])
    Fraction(1, 1)
    >>> print(gloves.shapley())
    Shapley shares of 3 firms, exactly.
      left: 1/6
      other left: 1/6
      right: 2/3
    >>> gloves.core().point
    (Fraction(0, 1), Fraction(0, 1), Fraction(1, 1))
    """

    firms: tuple[str, ...]
    worth: Worth

    def __init__(self, firms: int | Sequence[str], worth: Worth) -> None:
        names = firm_names(firms)
        object.__setattr__(self, "firms", names)
        if isinstance(worth, Mapping):
            object.__setattr__(self, "worth", read_mapping(worth, names))
        elif callable(worth):
            require_nothing_for_nobody(worth)
            object.__setattr__(self, "worth", worth)
        else:
            raise TypeError(
                "worth: requires a function of a coalition, or a mapping of coalitions to "
                f"numbers, got {type(worth).__name__}"
            )

    @classmethod
    def by_size(cls, worths: Sequence[Any], firms: Sequence[str] | None = None) -> Coalitions:
        """Make a game of firms that are alike: a coalition's value depends on its size only.

        Shares, the core and the nucleolus are then found from the sizes, for any number of firms.

        Parameters
        ----------
        worths : sequence of n numbers
            The values of coalitions of 1, 2, …, n firms.
        firms : sequence of n str, optional

        Examples
        --------
        >>> Coalitions.by_size([0, 1, 3]).core().ranges[0]
        (Fraction(0, 1), Fraction(2, 1))
        """
        if isinstance(worths, (str, Set)) or not isinstance(worths, Iterable):
            raise TypeError(f"worths: requires a sequence of numbers, got {worths!r}")
        read = tuple(fraction(one, f"worths[{k}]") for k, one in enumerate(worths))
        if not read:
            raise ValueError("worths: requires at least 1 number, got none")
        names = firm_names(len(read) if firms is None else firms)
        if len(names) != len(read):
            raise ValueError(f"firms: requires {len(read)} names, one for each size, got {names}")
        return cls(names, WorthBySize((Fraction(0), *read)))

    @classmethod
    def from_consortium(cls, consortium: Any, play: str = "best profile") -> Coalitions:
        """Value each coalition at what its firms could develop as a consortium of their own.

        See `dilemma.collective.dividing.consortia.coalitions_of`.

        Parameters
        ----------
        consortium : Consortium
        play : {"best profile", "collaboration", "best equilibrium", "worst equilibrium"}
        """
        from dilemma.collective.dividing.consortia import coalitions_of

        return coalitions_of(consortium, play)

    @property
    def sizes(self) -> tuple[Fraction, ...] | None:
        """Values by size, from that of nobody, if the firms are known to be alike."""
        return self.worth.values if isinstance(self.worth, WorthBySize) else None

    def __repr__(self) -> str:
        return f"<Coalitions of {len(self.firms)} firms>"

    def value(self, members: Iterable[str]) -> Fraction:
        """Return what a coalition is worth, exactly.

        Parameters
        ----------
        members : iterable of str
        """
        whole = frozenset(read_members(members, self.firms))
        return self._value(whole)

    def _value(self, members: frozenset[str]) -> Fraction:
        if not members:
            return Fraction(0)
        if isinstance(self.worth, Mapping):
            found: Fraction = self.worth[members]
            return found
        return fraction(self.worth(members), f"worth of {', '.join(sorted(members))}")

    @cached_property
    def values(self) -> tuple[Fraction, ...]:
        """All values: that of a coalition at the sum of 2^k over its firms k.

        Raises
        ------
        ValueError
            If there are more than 20 firms.
        """
        n = len(self.firms)
        if n > MOST_LISTED:
            raise ValueError(
                f"firms: requires at most {MOST_LISTED} to list every coalition, got {n}"
            )
        return tuple(self._value(frozenset(self.members(mask))) for mask in range(1 << n))

    def members(self, mask: int) -> tuple[str, ...]:
        """Return the firms of a coalition that is given as a sum of 2^k over its firms k.

        Examples
        --------
        >>> Coalitions(["a", "b", "c"], len).members(5)
        ('a', 'c')
        """
        return tuple(name for k, name in enumerate(self.firms) if mask >> k & 1)

    @cached_property
    def scaled(self) -> tuple[NDArray[Any], int]:
        """All values as integers over one denominator, and that denominator."""
        scale = common_denominator(self.values)
        whole = [int(value * scale) for value in self.values]
        # So that sums over all coalitions of twice the values fit.
        small = max(map(abs, whole)) < 2 ** (62 - len(self.firms))
        return np.array(whole, dtype=np.int64 if small else object), scale

    @cached_property
    def is_superadditive(self) -> bool:
        """True if no two coalitions without a common firm lose by joining."""
        n = len(self.firms)
        if self.sizes:
            v = self.sizes
            return all(v[a + b] >= v[a] + v[b] for a in range(1, n) for b in range(1, n - a + 1))
        if n > MOST_SOLVED:
            raise ValueError(
                f"firms: requires at most {MOST_SOLVED} that differ to compare all pairs of "
                f"coalitions, got {n}"
            )
        found, _ = self.scaled
        masks = np.arange(1 << n)
        for one in range(1, 1 << n):
            apart = masks[(masks & one) == 0]
            if (found[apart | one] < found[apart] + found[one]).any():
                return False
        return True

    @cached_property
    def is_convex(self) -> bool:
        """True if a firm adds no less to a larger coalition; then shapley1971 applies."""
        n = len(self.firms)
        if self.sizes:
            v = self.sizes
            return all(v[k + 1] - v[k] >= v[k] - v[k - 1] for k in range(1, n))
        found, _ = self.scaled
        masks = np.arange(1 << n)
        for i in range(n):
            for j in range(i + 1, n):
                without = masks[(masks >> i & 1 == 0) & (masks >> j & 1 == 0)]
                both, first, second = (without | k for k in (1 << i | 1 << j, 1 << i, 1 << j))
                if (found[both] + found[without] < found[first] + found[second]).any():
                    return False
        return True

    def among(self, members: Iterable[str]) -> Coalitions:
        """Return the game among some of the firms, each coalition worth what it was.

        Parameters
        ----------
        members : iterable of str
            At least one; they keep the order that they have here.

        Examples
        --------
        >>> Coalitions(["a", "b", "c"], len).among(["c", "a"]).firms
        ('a', 'c')
        """
        own = read_members(members, self.firms)
        kept = tuple(name for name in self.firms if name in own)
        if self.sizes:
            return Coalitions(kept, WorthBySize(self.sizes[: len(kept) + 1]))
        return Coalitions(kept, self._value)

    def excess(self, shares: Sequence[Any], members: Iterable[str]) -> Fraction:
        """Return how much a coalition is worth beyond what a division gives its firms.

        Examples
        --------
        >>> Coalitions(["a", "b"], {"a": 1, "b": 0, ("a", "b"): 3}).excess(["3/2", "3/2"], ["a"])
        Fraction(-1, 2)
        """
        own = read_members(members, self.firms)
        count = len(self.firms)
        if isinstance(shares, str) or not isinstance(shares, Iterable):
            raise TypeError(f"shares: requires {count} numbers, got {shares!r}")
        read = [fraction(one, f"shares[{k}]") for k, one in enumerate(shares)]
        if len(read) != count:
            raise ValueError(f"shares: requires {count} numbers, got {len(read)}")
        return self._value(frozenset(own)) - sum(
            (read[self.firms.index(name)] for name in own), Fraction(0)
        )

    def shapley(self, samples: int = 10_000, seed: Any = None) -> Division:
        """Return each firm's mean addition to those who came before it, over all orders.

        See `dilemma.collective.dividing.shapley.shapley_shares`.

        Parameters
        ----------
        samples : int
            Of orders, for more than 20 firms.
        seed : int or what numpy.random.default_rng takes
        """
        from dilemma.collective.dividing.shapley import shapley_shares

        return shapley_shares(self, samples, seed)

    def core(self) -> Core:
        """Return whether some division leaves no coalition short, and why if none does.

        See `dilemma.collective.dividing.excesses.core_of`.
        """
        from dilemma.collective.dividing.excesses import core_of

        return core_of(self)

    def divide(self, rule: str = "shapley", members: Iterable[str] | None = None) -> Division:
        """Divide the value of some firms among them, by a rule.

        See `dilemma.collective.dividing.rules.divided`.

        Parameters
        ----------
        rule : {"shapley", "equal", "contribution", "nucleolus", "prenucleolus"}
        members : iterable of str, optional
            All firms unless given.
        """
        from dilemma.collective.dividing.rules import divided

        return divided(self if members is None else self.among(members), rule)

    def stability(
        self, members: Iterable[str], rule: str = "shapley", outside: Any = None
    ) -> Membership:
        """Return who would gain by leaving a coalition, and who by joining it.

        See `dilemma.collective.dividing.memberships.membership_of`.

        Parameters
        ----------
        members : iterable of str
        rule : {"shapley", "equal", "contribution", "nucleolus", "prenucleolus"}
        outside : number, mapping of names to numbers, or function (firm, members), optional
            What a firm gets outside; what it is worth alone unless given.
        """
        from dilemma.collective.dividing.memberships import membership_of

        return membership_of(self, members, rule, outside)

    def stable_memberships(self, rule: str = "shapley", outside: Any = None) -> StableMemberships:
        """Return all coalitions that nobody gains by leaving or by joining.

        See `dilemma.collective.dividing.memberships.stable_memberships_of`.

        Parameters
        ----------
        rule, outside
            As for `stability`.
        """
        from dilemma.collective.dividing.memberships import stable_memberships_of

        return stable_memberships_of(self, rule, outside)

    def stable_partitions(self, rule: str = "shapley") -> StablePartitions:
        """Return which ways of forming coalitions last, by every notion of lasting.

        See `dilemma.collective.dividing.partitions.stable_partitions_of`.

        Parameters
        ----------
        rule : {"shapley", "equal", "contribution", "nucleolus", "prenucleolus"}
        """
        from dilemma.collective.dividing.partitions import stable_partitions_of

        return stable_partitions_of(self, rule)

    def nucleolus(self) -> Division:
        """Return the division that makes the largest complaints as small as can be, in order.

        See `dilemma.collective.dividing.excesses.nucleolus_of`.
        """
        from dilemma.collective.dividing.excesses import nucleolus_of

        return nucleolus_of(self)

    def prenucleolus(self) -> Division:
        """Return the same among all divisions, those that give a firm less than alone included.

        See `dilemma.collective.dividing.excesses.prenucleolus_of`.
        """
        from dilemma.collective.dividing.excesses import prenucleolus_of

        return prenucleolus_of(self)
