"""Payoffs along a line of compositions: so many of the others play one strategy, the rest another.

What a theorist of collective action looks at first: what each posture earns as ever more of the
others collaborate (the diagrams of schelling1973).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import Strategy
from dilemma.collective.consortium.compositions import payoffs_by_composition
from dilemma.collective.consortium.evaluation import Firms, commitments, exact_reached
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed


@dataclass(frozen=True, repr=False, eq=False)
class PayoffLine(Displayed):
    """What each strategy earns when k of the others play one strategy, and the rest another.

    Attributes
    ----------
    strategy, rest : str
        What k of the n − 1 others play, and what all other others do.
    strategies : tuple of str
        Of the firm that earns.
    payoffs : numpy.ndarray of Fraction, shape (n, m), read-only
        Entry (k, s): what an s-player earns.
    met : numpy.ndarray of bool, shape (n, m), read-only
        Whether the goal is met then; False where there is none.
    best : tuple of n tuples of str
        The best replies for each k.
    """

    strategy: str
    rest: str
    strategies: tuple[str, ...]
    payoffs: NDArray[np.object_]
    met: NDArray[np.bool_]
    best: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        for array in (self.payoffs, self.met):
            array.setflags(write=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PayoffLine):
            return NotImplemented
        return self._kept() == other._kept()

    def __hash__(self) -> int:
        return hash(self._kept())

    def _kept(self) -> tuple[Any, ...]:
        rows = (tuple(self.payoffs.ravel().tolist()), tuple(self.met.ravel().tolist()))
        return (self.strategy, self.rest, self.strategies, *rows)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, one.name) for one in fields(self))

    def __repr__(self) -> str:
        return (
            f"<PayoffLine: up to {len(self.best) - 1} others play {self.strategy}, the rest "
            f"{self.rest}>"
        )

    def __str__(self) -> str:
        lines = [
            f"Best replies when so many of {len(self.best) - 1} others play {self.strategy} and "
            f"the rest {self.rest}:"
        ]
        start = 0
        for k, best in enumerate(self.best):
            if k + 1 == len(self.best) or self.best[k + 1] != best:
                numbers = str(k) if k == start else f"{start} to {k}"
                lines.append(f"  {numbers}: {', '.join(best)}")
                start = k + 1
        return wrapped(lines)


def payoff_line(firms: Firms, strategy: int, rest: int) -> PayoffLine:
    """Find the payoffs; see `Consortium.along`."""
    names = tuple(one.name for one in firms.strategies)
    n, m = firms.size, len(names)
    others = np.zeros((n, m), dtype=np.int64)
    others[:, strategy] = np.arange(n)
    others[:, rest] += n - 1 - np.arange(n)
    payoffs = payoffs_by_composition(firms, others)
    whole, scale = commitments(firms.strategies, n)
    total = (others.astype(whole.dtype) @ whole)[:, None] + whole
    reached = exact_reached(firms, total, scale)
    met = np.zeros((n, m), dtype=bool) if reached is None else reached
    best = tuple(
        tuple(name for name, value in zip(names, row, strict=True) if value == max(row))
        for row in payoffs
    )
    return PayoffLine(names[strategy], names[rest], names, payoffs, met, best)


def ends_of(strategies: Sequence[Strategy]) -> tuple[int, int]:
    """The most and the least committed strategy: avoidance, where it is one of them."""
    committed = [one.receptivity * one.transparency for one in strategies]
    least = committed.index(min(committed))
    for s, one in enumerate(strategies):
        if one.receptivity == one.transparency == 0:
            least = s
    return committed.index(max(committed)), least
