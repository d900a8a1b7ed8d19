"""The condition under which a claim holds, where it holds in a part of the box only.

A comparison of the claim is the sign of a product of irreducible factors. Those that have one sign
wherever the assumptions hold are divided out; what is left is the condition, and no weaker or
stronger one is equivalent. Where it is linear in a term whose coefficient has one sign, it is
solved for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dilemma.arrays.sign_search import decide
from dilemma.arrays.sign_systems import (
    SIGNS_OF,
    Constraint,
    Polynomial,
    Signs,
    System,
)
from dilemma.propositions.certificates import Certificate, ConditionHolds, SystemProof
from dilemma.propositions.quantities import Computed, Derivative, Elsewhere, Outcome, Payoff
from dilemma.propositions.reducing import Reduction, disjunction
from dilemma.propositions.statements import Comparison
from dilemma.propositions.verdicts import Condition
from dilemma.propositions.wording import Wording

# Parts of the box that are looked at to find the sign of one factor.
PARTS_FOR_A_SIGN = 256
IDENTITIES_FOR_A_SIGN = 3
MOST_INEQUALITIES = 3


@dataclass(frozen=True)
class Bound:
    """One inequality of a condition, in factors.

    Attributes
    ----------
    factors : tuple of (factor, exponent)
        Of no known sign; their product, times `sign`, must have an allowed sign.
    sign : int
    weak : tuple of (factor, sign)
        Factors that, times their sign, are nowhere negative; where one is 0 the product is.
    allowed : frozenset of int
    """

    factors: tuple[tuple[int, int], ...]
    sign: int
    weak: tuple[tuple[int, int], ...]
    allowed: Signs

    @property
    def constraint(self) -> Constraint:
        """The bound itself."""
        squares = tuple((one, 2) for one, _ in self.weak)
        return Constraint(self.sign, tuple(sorted((*self.factors, *squares))), self.allowed)

    @property
    def opposite(self) -> Constraint:
        """What holds where it does not."""
        own = self.constraint
        return Constraint(own.sign, own.powers, frozenset({-1, 0, 1}) - own.allowed)


class Conditions:
    """Finds the condition of one claim."""

    def __init__(self, reduction: Reduction) -> None:
        self.reduction = reduction
        ways = disjunction(reduction.assumption)
        self.assumed = [reduction.system(one).constraints for one in ways]
        self._signs: dict[Polynomial, Signs] = {}
        self.bounds: dict[Comparison, Bound] = {}

    def found(self) -> tuple[Bound, ...] | None:
        """The bounds that together are the condition; None if there are none so simple."""
        bounds: list[Bound] = []
        for clause in disjunction(self.reduction.goal.negated()):
            if len(clause) > 1:
                if not self._impossible(self.reduction.system(clause).constraints):
                    return None
                continue
            failing = self.reduction.system(clause).constraints
            if self._impossible(failing):
                continue
            goal = clause[0].negated()
            assert isinstance(goal, Comparison)
            self.bounds[goal] = self.bound(goal)
            bounds.append(self.bounds[goal])
        bounds = self._without_repetition(list(dict.fromkeys(bounds)))
        if not 1 <= len(bounds) <= MOST_INEQUALITIES:
            return None
        return tuple(bounds)

    def _without_repetition(self, bounds: list[Bound]) -> list[Bound]:
        """Without those that follow from the others."""
        kept = list(bounds)
        for one in bounds:
            others = [other.constraint for other in kept if other is not one]
            if others and self._impossible([*others, one.opposite]):
                kept.remove(one)
        return kept

    def bound(self, comparison: Comparison) -> Bound:
        """One comparison without the factors of known sign."""
        factoring = self.reduction.factoring
        sign, powers = factoring.factored(self.reduction.atom(comparison).polynomial)
        open_ones: list[tuple[int, int]] = []
        weak: list[tuple[int, int]] = []
        for factor, power in powers:
            own = self.signs(factoring.factors[factor])
            signs = frozenset(one * one for one in own) if power % 2 == 0 else own
            if 0 not in signs and len(signs) == 1:
                sign *= next(iter(signs))
            elif signs <= {0, 1} or signs <= {-1, 0}:
                sign *= -1 if -1 in signs else 1
                weak.append((factor, 0 if {-1, 1} <= own else -1 if -1 in own else 1))
            else:
                open_ones.append((factor, 1))
        return Bound(tuple(open_ones), sign, tuple(weak), SIGNS_OF[comparison.relation])

    def signs(self, polynomial: Polynomial) -> Signs:
        """The signs that a factor may have where the assumptions hold."""
        if polynomial not in self._signs:
            self.reduction.factoring.factored(polynomial)
            factor = self.reduction.factoring.factors.index(polynomial)
            self._signs[polynomial] = frozenset(
                one
                for one in (-1, 0, 1)
                if not self._impossible([Constraint(1, ((factor, 1),), frozenset({one}))])
            )
        return self._signs[polynomial]

    def _impossible(self, constraints: Iterable[Constraint]) -> bool:
        """Whether constraints are shown to have no point where the assumptions hold."""
        own = tuple(constraints)
        for assumed in self.assumed:
            system = self.system((*assumed, *own))
            found = decide(system, PARTS_FOR_A_SIGN, identify=IDENTITIES_FOR_A_SIGN)
            if found.point is not None or found.left:
                return False
        return True

    def expanded(self, constraint: Constraint) -> Polynomial:
        """The product of a constraint, multiplied out."""
        context = self.reduction.factoring.context
        whole = context.constant(constraint.sign)
        for factor, power in constraint.powers:
            whole *= context.from_dict(dict(self.reduction.factoring.factors[factor])) ** power
        return tuple(sorted((tuple(map(int, e)), int(c)) for e, c in whole.terms()))

    def system(self, constraints: Iterable[Constraint]) -> System:
        """Constraints over the box of the claim."""
        factors = tuple(self.reduction.factoring.factors)
        return System(factors, tuple(dict.fromkeys(constraints)), self.reduction.sides)

    def restated(self, bounds: Iterable[Bound]) -> bool:
        """Whether the condition would say what the claim says, in the same words.

        That is so where the claim is a polynomial of terms from which nothing is divided out, and
        which is linear in none of them.
        """
        for comparison, one in self.bounds.items():
            if one not in bounds:
                continue
            named = (Payoff, Outcome, Derivative, Elsewhere, Computed)
            sides = (comparison.left, comparison.right)
            if any(isinstance(part, named) for side in sides for part in side.walk()):
                continue
            whole = self.reduction.atom(comparison).polynomial
            if not whole:
                continue
            if self.expanded(one.constraint) in (whole, tuple((e, -c) for e, c in whole)) and all(
                max(e[k] for e, _ in whole) != 1 for k in range(len(self.reduction.variables))
            ):
                return len(self.reduction.variables) > 1
        return False


@dataclass(frozen=True)
class Found:
    """The condition of a claim, what satisfies it, and what proves it.

    Attributes
    ----------
    condition : Condition
    system : System
        The assumptions and the condition.
    certificate : Certificate
        That the claim fails nowhere where the condition holds, and holds nowhere else.
    """

    condition: Condition
    system: System
    certificate: Certificate


def condition_of(reduction: Reduction, budget: int) -> Found | None:
    """The condition of a claim, if it is simple and shown to be exact."""
    finder = Conditions(reduction)
    bounds = finder.found() if len(finder.assumed) == 1 else None
    if bounds is None or finder.restated(bounds):
        return None
    words = Wording(reduction, finder.signs).in_words(bounds)
    if words is None:
        return None
    (assumed,) = disjunction(reduction.assumption)
    holding = tuple(one.constraint for one in bounds)
    tasks = [
        (
            (*assumed, *clause, *map(ConditionHolds, range(len(bounds)))),
            (*assumed, *clause),
            holding,
        )
        for clause in disjunction(reduction.goal.negated())
    ]
    for goal in reduction.goal.comparisons():
        for k, one in enumerate(bounds):
            if one == finder.bounds.get(goal):
                tasks.append(
                    ((*assumed, goal, ConditionHolds(k, False)), (*assumed, goal), (one.opposite,))
                )
    proofs = []
    for statements, comparisons, more in tasks:
        system = finder.system((*reduction.system(comparisons).constraints, *more))
        found = decide(system, budget)
        if found.left or found.point is not None:
            return None
        proofs.append(SystemProof(statements, system, found.done))
    polynomials = tuple((finder.expanded(one.constraint), one.allowed) for one in bounds)
    return Found(
        words,
        finder.system((*finder.assumed[0], *holding)),
        Certificate(reduction.variables, tuple(proofs), polynomials),
    )
