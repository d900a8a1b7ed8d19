"""What proves a claim: signs of factors in parts of the box, all in rational numbers."""

from __future__ import annotations

from dataclasses import dataclass

from dilemma.arrays.sign_search import DonePart
from dilemma.arrays.sign_systems import Polynomial, Signs, System
from dilemma.propositions.statements import Statement
from dilemma.writing.pages import Displayed


@dataclass(frozen=True, repr=False)
class ConditionHolds(Statement):
    """One inequality of a condition, or its opposite.

    Attributes
    ----------
    number : int
        Which of the certificate's bounds.
    true : bool
    """

    number: int
    true: bool = True

    def negated(self) -> Statement:
        """The opposite."""
        return ConditionHolds(self.number, not self.true)

    def __str__(self) -> str:
        return f"condition {self.number + 1} {'holds' if self.true else 'fails'}"


@dataclass(frozen=True)
class SystemProof(Displayed):
    """That a system of inequalities has no point in its box.

    Attributes
    ----------
    comparisons : tuple of Comparison and ConditionHolds
        What holds together in it: assumptions, and the negation of the claim.
    system : System
        The same as signs of products of polynomials.
    parts : tuple of DonePart
        They cover the box; in each, the signs that the factors can have satisfy no system.
    """

    comparisons: tuple[Statement, ...]
    system: System
    parts: tuple[DonePart, ...]


@dataclass(frozen=True)
class Certificate(Displayed):
    """A proof of a claim, to be checked by `recheck`.

    The claim fails only where one of several systems of inequalities holds; for each the box is
    divided into parts in which the signs of Bernstein coefficients rule it out.

    Attributes
    ----------
    variables : tuple of str
        The terms that vary; endless ones are brought to [0, 1] by low + t/(1 - t).
    proofs : tuple of SystemProof
    bounds : tuple of (polynomial, allowed signs)
        For a claim that is conditional: the inequalities of its condition. The proofs then show
        that the claim fails nowhere where all of them hold, and holds nowhere else.
    """

    variables: tuple[str, ...]
    proofs: tuple[SystemProof, ...]
    bounds: tuple[tuple[Polynomial, Signs], ...] = ()

    @property
    def size(self) -> int:
        """How many parts there are in all."""
        return sum(len(one.parts) for one in self.proofs)

    def __str__(self) -> str:
        systems = "1 system" if len(self.proofs) == 1 else f"{len(self.proofs)} systems"
        parts = "1 part" if self.size == 1 else f"{self.size:,} parts"
        return f"{systems} of inequalities ruled out on {parts} of the box"
