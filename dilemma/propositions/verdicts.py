"""What became of a claim: proved, refuted, conditional, supported or undecided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.alliance.terms import Domain
from dilemma.arrays.algebraic import AlgebraicNumber, closed_form
from dilemma.game.display import listed, number, wrapped
from dilemma.propositions.certificates import Certificate
from dilemma.propositions.claiming import Claim
from dilemma.solution import Solution
from dilemma.writing.pages import Displayed

KINDS = ("proved", "refuted", "conditional", "supported", "undecided")


@dataclass(frozen=True)
class Sides:
    """One comparison at one point.

    Attributes
    ----------
    words : str
        The comparison.
    left, right : Fraction, AlgebraicNumber or float
        Its sides there.
    """

    words: str
    left: Any
    right: Any

    def __str__(self) -> str:
        return f"{self.words}: {_shown(self.left)} against {_shown(self.right)}"


@dataclass(frozen=True)
class Instance(Displayed):
    """One alliance of the box, and how the claim fares there.

    Attributes
    ----------
    terms : mapping of str to Fraction
        The terms that vary; an AlgebraicNumber where the claim fails at irrational terms alone.
    sides : tuple of Sides
        The comparisons that fail (of a witness: all of the claim's), with both sides' values.
    """

    terms: Mapping[str, Any]
    sides: tuple[Sides, ...]

    @property
    def words(self) -> str:
        """The terms in words."""
        return listed([f"{name} {_shown(value)}" for name, value in self.terms.items()])

    def __str__(self) -> str:
        return f"{self.words} ({'; '.join(map(str, self.sides))})"


@dataclass(frozen=True)
class Condition(Displayed):
    """Where exactly a claim holds, among the alliances that it speaks of.

    Attributes
    ----------
    inequalities : tuple of sympy relations
        All must hold; each polynomial without factors of known sign.
    solved : tuple of str
        The same in words, solved for a term where that is possible.
    """

    inequalities: tuple[Any, ...]
    solved: tuple[str, ...]

    def __str__(self) -> str:
        return " and ".join(self.solved)


@dataclass(frozen=True, kw_only=True, repr=False)
class Verdict(Solution):
    """What became of a claim.

    Attributes
    ----------
    claim : Claim
    kind : str
        "proved": it holds in the whole box, with a certificate that `recheck` verifies.
        "refuted": it fails at the counterexample.
        "conditional": it fails at the counterexample, holds at the witness, and holds exactly
        where the condition does.
        "supported": it held at all points that were sampled; no proof.
        "undecided": neither was found, and `left` says where.
    certificate : Certificate or None
    counterexample : Instance or None
        An alliance in which the claim fails, as simple as was found.
    witness : Instance or None
        For "conditional": one in which it holds.
    condition : Condition or None
    samples : int
        How many points were sampled; 0 if the claim is a matter of polynomials.
    left : tuple of mappings of str to Domain
        The parts of the box in which nothing was decided.
    share_left : Fraction
        Their share of the box's volume (an endless side x counts as t, x = low + t/(1 - t)).
    parts : int
        How many parts of the box were looked at.
    """

    claim: Claim
    kind: str
    certificate: Certificate | None = None
    counterexample: Instance | None = None
    witness: Instance | None = None
    condition: Condition | None = None
    samples: int = 0
    left: tuple[Mapping[str, Domain], ...] = ()
    share_left: Fraction = Fraction(0)
    parts: int = 0

    def _hull(self) -> str:
        """The smallest box around all that is left, in words."""
        parts = []
        for name in self.left[0]:
            sides = [one[name] for one in self.left]
            low = number(min(one.low for one in sides))
            highs = [one.high for one in sides if one.high is not None]
            if len(highs) < len(sides):
                parts.append(f"{name} from {low} on")
            else:
                parts.append(f"{name} from {low} to {number(max(highs))}")
        return listed(parts)

    @property
    def refuted(self) -> bool:
        """True if the claim as it stands is false: a counterexample is known."""
        return self.counterexample is not None

    def __str__(self) -> str:
        lines = [f"{self.kind}: {self.claim.words}", f"  {self.claim.where}", f"  {self.status}"]
        if self.condition is not None:
            lines.append(f"  holds exactly where {self.condition}")
        if self.counterexample is not None:
            lines.append(f"  fails at {self.counterexample.words}")
            lines += [f"    {one}" for one in self.counterexample.sides]
        if self.witness is not None:
            lines.append(f"  holds at {self.witness.words}")
        if self.left:
            lines.append(f"  what is left lies in {self._hull()}")
        if self.certificate is not None:
            lines.append(f"  certificate: {self.certificate}")
        return wrapped(lines)


def _shown(value: Any) -> str:
    if isinstance(value, Fraction):
        return number(value)
    if isinstance(value, AlgebraicNumber):
        return closed_form(value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)
