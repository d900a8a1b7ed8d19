r"""Which ways of forming coalitions last: every partition of a few firms, by every notion.

With a rule of division, each firm has a share in each coalition that it may be in, and so a
preference over them: a hedonic game (banerjee2001, bogomolnaia2002; the shares by Shapley's rule
within each coalition are those of aumann1974structures).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.collective.dividing.answers import Partition, StablePartitions
from dilemma.collective.dividing.rules import shares_of_every_coalition

if TYPE_CHECKING:
    from dilemma.collective.dividing.coalitions import Coalitions

# 10 firms have 115,975 partitions, and 1,023 coalitions to hold against each.
MOST_FIRMS = 10


def stable_partitions_of(coalitions: Coalitions, rule: str = "shapley") -> StablePartitions:
    """Go through every partition of the firms, and find those that last.

    A firm compares its shares in the coalitions that it may be in; nobody moves who is
    indifferent.

    Parameters
    ----------
    coalitions : Coalitions
        Of at most 10 firms.
    rule : str
        As for `dilemma.collective.dividing.rules.divided`.

    Returns
    -------
    StablePartitions

    Raises
    ------
    ValueError
        If there are more firms, or the rule has no answer for some coalition.

    Notes
    -----
    As many partitions as Bell's number (4,140 for 8 firms, which take a second; 115,975 for 10,
    some twenty), 2^n coalitions against each. Only the order of a firm's shares matters, so that
    they are compared exactly by their ranks.

    Examples
    --------
    Three firms, any two of which can make 6, and all three 7:

    >>> from dilemma.collective import Coalitions
    >>> pairs = Coalitions(["a", "b", "c"], lambda those: (0, 0, 6, 7)[len(those)])
    >>> print(stable_partitions_of(pairs))
    Of 5 partitions of 3 firms, 3 are core stable.
      individually rational: 5: a | b | c; a | b, c; a, b | c; and 2 more
      individually stable: 4: a | b, c; a, b | c; a, b, c; and 1 more
      Nash stable: 1: a, b, c
      core stable: 3: a | b, c; a, b | c; a, c | b
      strictly core stable: 0
      of greatest value: 1: a, b, c
    """
    firms = coalitions.firms
    n = len(firms)
    if n > MOST_FIRMS:
        raise ValueError(f"firms: requires at most {MOST_FIRMS} to list partitions, got {n}")
    shares = shares_of_every_coalition(coalitions, rule)
    ranks = _ranks(shares)
    masks = np.arange(1 << n)
    within = (masks[:, None] >> np.arange(n) & 1).astype(bool)
    found: dict[str, list[Partition]] = {
        name: [] for name in ("rational", "individual", "nash", "core", "strict_core")
    }
    values = coalitions.values
    best: Any = None
    efficient: list[Partition] = []
    count = 0
    for blocks in _partitions(n):
        count += 1
        named: Partition = tuple(sorted(coalitions.members(block) for block in blocks))
        total = sum(values[block] for block in blocks)
        if best is None or total > best:
            best, efficient = total, []
        if total == best:
            efficient.append(named)
        own = np.zeros(n, dtype=np.int64)
        for block in blocks:
            inside = within[block]
            own[inside] = ranks[block, inside]
        if any(ranks[1 << k, k] > own[k] for k in range(n)):
            continue
        found["rational"].append(named)
        nash, individual = _moves(blocks, own, ranks, n)
        better, worse = (ranks > own) & within, (ranks < own) & within
        # Coalition 0 is nobody's.
        blocked = (better | ~within).all(axis=1)[1:].any()
        weakly = (better.any(axis=1) & ~worse.any(axis=1)).any()
        for name, holds in (
            ("individual", individual), ("nash", nash), ("core", not blocked),
            ("strict_core", not weakly),
        ):  # fmt: skip
            if holds:
                found[name].append(named)
    stable = len(found["core"])
    return StablePartitions(
        method="all partitions, by the exact order of each firm's shares",
        exact=True,
        complete=True,
        status=(
            f"Of {count:,} {'partition' if count == 1 else 'partitions'} of {n} "
            f"{'firm' if n == 1 else 'firms'}, {f'{stable:,}' if stable else 'none'} "
            f"{'is' if stable < 2 else 'are'} core stable."
        ),
        firms=firms,
        rule=rule,
        partitions=count,
        efficient=tuple(sorted(efficient)),
        **{name: tuple(sorted(those)) for name, those in found.items()},
    )


def _ranks(shares: Any) -> Any:
    """For each firm, the place of each coalition's share among all that it can have."""
    ranks = np.zeros(shares.shape, dtype=np.int64)
    for k in range(shares.shape[1]):
        own = [mask for mask in range(len(shares)) if mask >> k & 1]
        place = {share: p for p, share in enumerate(sorted({shares[mask, k] for mask in own}))}
        ranks[own, k] = [place[shares[mask, k]] for mask in own]
    return ranks


def _moves(blocks: list[int], own: Any, ranks: Any, n: int) -> tuple[bool, bool]:
    """Whether nobody gains by moving; and whether nobody who gains would be let in."""
    nash = individual = True
    for k in range(n):
        for block in (*blocks, 0):
            joined = block | 1 << k
            if block >> k & 1 or ranks[joined, k] <= own[k]:
                continue
            nash = False
            if all(ranks[joined, i] >= own[i] for i in range(n) if block >> i & 1):
                return False, False
    return nash, individual


def _partitions(n: int) -> Iterator[list[int]]:
    """All partitions of n firms into coalitions, each once."""
    if n == 0:
        yield []
        return
    last = 1 << n - 1
    for smaller in _partitions(n - 1):
        yield [*smaller, last]
        for k, block in enumerate(smaller):
            yield [*smaller[:k], block | last, *smaller[k + 1 :]]
