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


def _shown(share: Any) -> str:
    return number(share) if isinstance(share, Fraction) else f"{share:.6g}"
