"""The condition under which a claim holds, where it holds in a part of the box only.

A comparison of the claim is the sign of a product of irreducible factors. Those that have one sign
wherever the assumptions hold are divided out; what is left is the condition, and no weaker or
stronger one is equivalent. Where it is linear in a term whose coefficient has one sign, it is
solved for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from dilemma.arrays.algebraic import AlgebraicNumber, Real, between, roots_in, sign_at
from dilemma.arrays.sign_search import decide
from dilemma.arrays.sign_systems import (
    SIGNS_OF,
    Constraint,
    Polynomial,
    Signs,
    System,
)
from dilemma.propositions.certificates import Certificate, ConditionHolds, SystemProof
from dilemma.propositions.quantities import Derivative, Elsewhere, Outcome, Payoff
from dilemma.propositions.reducing import Reduction, disjunction
from dilemma.propositions.statements import Comparison
from dilemma.propositions.verdicts import Condition
from dilemma.study.one_term.moving import closed_form

# Parts of the box that are looked at to find the sign of one factor.
PARTS_FOR_A_SIGN = 256
IDENTITIES_FOR_A_SIGN = 3
MOST_INEQUALITIES = 3
# A condition that is longer says less than the claim.
MOST_MONOMIALS = 24
# Letters of an inequality that is solved for a term.
LONGEST = 72
MIRRORED = {">": "<", ">=": "<=", "==": "==", "!=": "!="}


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
            whole *= context.from_dict(dict(self._factor(factor))) ** power
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
            named = (Payoff, Outcome, Derivative, Elsewhere)
            sides = (comparison.left, comparison.right)
            if any(isinstance(part, named) for side in sides for part in side.walk()):
                continue
            whole = self.reduction.atom(comparison).polynomial
            if self.expanded(one.constraint) in (whole, tuple((e, -c) for e, c in whole)) and all(
                max(e[k] for e, _ in whole) != 1 for k in range(len(self.reduction.variables))
            ):
                return len(self.reduction.variables) > 1
        return False

    def in_words(self, bounds: Iterable[Bound]) -> Condition | None:
        """The condition as sympy relations and in words; None if it is too long to be one."""
        relations, words = [], []
        for one in bounds:
            if not one.factors and not one.weak:
                return None
            expression, text = self._relation(one)
            if sum(len(self._factor(f)) for f, _ in one.factors) > MOST_MONOMIALS:
                return None
            relations.append(expression)
            words.append(text)
        return Condition(tuple(relations), tuple(words))

    def _factor(self, factor: int) -> Polynomial:
        return self.reduction.factoring.factors[factor]

    def _relation(self, bound: Bound) -> tuple[Any, str]:
        import sympy

        names = self.reduction.variables
        whole = sympy.Integer(bound.sign)
        for factor, _ in bound.factors:
            whole *= expression_of(self._factor(factor), names)
        relation = next(name for name, signs in SIGNS_OF.items() if signs == bound.allowed)
        side = {">": ">", "<": "<"}.get(relation, relation)
        texts = []
        if bound.factors:
            texts.append(self._solved(bound, whole, side))
        zeros = [self._zero(one, sign, bound.allowed) for one, sign in bound.weak]
        relations = {
            ">": sympy.Gt, ">=": sympy.Ge, "<": sympy.Lt, "<=": sympy.Le, "==": sympy.Eq,
            "!=": sympy.Ne,
        }  # fmt: skip
        held = relations[side](whole, 0, evaluate=False) if bound.factors else None
        for one, _ in bound.weak:
            weak = expression_of(self._factor(one), names)
            zero = (sympy.Eq if 0 in bound.allowed else sympy.Ne)(weak, 0, evaluate=False)
            join = sympy.Or if 0 in bound.allowed else sympy.And
            held = zero if held is None else join(held, zero, evaluate=False)
        joined = (" or " if 0 in bound.allowed else " and ").join([*texts, *zeros])
        return held, joined

    def _zero(self, factor: int, sign: int, allowed: Signs) -> str:
        """That a factor is 0, or that it is not, by the sign that it has there."""
        expression = expression_of(self._factor(factor), self.reduction.variables)
        if 0 in allowed:
            return _text(expression, "==")
        return _text(expression, {1: ">", -1: "<", 0: "!="}[sign])

    def _solved(self, bound: Bound, whole: Any, relation: str) -> str:
        """One inequality solved for a term, where that is possible without dividing by zero."""
        import sympy

        names = list(self.reduction.variables)
        order = sorted(names, key=lambda name: (name != "trust", names.index(name)))
        if len(bound.factors) > 1:
            return _text(sympy.factor(whole), relation)
        expanded = sympy.expand(whole)
        texts: list[tuple[int, str]] = []
        for name in order:
            symbol = sympy.Symbol(name)
            poly = sympy.Poly(expanded, symbol)
            if poly.degree() != 1:
                continue
            slope, rest = poly.all_coeffs()
            sign = self._coefficient_sign(slope)
            if sign is None or (abs(sign) == 2 and relation in ("==", "!=")):
                continue
            turned = relation if sign > 0 else {**MIRRORED, "<": ">", "<=": ">="}[relation]
            slope, rest = (slope, rest) if sign > 0 else (-slope, -rest)
            if abs(sign) == 2:
                left = _shown(symbol * sympy.factor(slope))
                text = f"{left} {turned} {_shown(sympy.expand(-rest))}"
            else:
                text = (
                    f"{name} {turned} {_shown(_tidy(sympy.factor(sympy.cancel(-rest / slope))))}"
                )
            # Trust if it is there; of other terms the one with the shortest formula.
            texts.append((0 if name == "trust" and len(text) <= LONGEST else len(text), text))
        best = min(texts, key=lambda one: one[0], default=(LONGEST + 1, ""))
        if best[0] <= LONGEST:
            return best[1]
        if len(expanded.free_symbols) == 1:
            return self._univariate(expanded, relation)
        return _text(expanded, relation)

    def _univariate(self, expression: Any, relation: str) -> str:
        """An inequality in one term alone, by the roots of its polynomial in the term's range."""
        import sympy

        (symbol,) = expression.free_symbols
        name = symbol.name
        side = self.reduction.sides[self.reduction.variables.index(name)]
        coefficients = [int(one) for one in sympy.Poly(expression, symbol).all_coeffs()[::-1]]
        bound = 1 + max(abs(Fraction(one, coefficients[-1])) for one in coefficients)
        top = Fraction(max(bound, side.low + 1) if side.high is None else side.high)
        inner = roots_in(coefficients, side.low, top)
        at_end = any(sign_at(coefficients, one) == 0 for one in (side.low, top))
        long = any(isinstance(one, AlgebraicNumber) and len(one.polynomial) > 3 for one in inner)
        if relation not in (">", ">=", "<", "<=") or not inner or at_end or long:
            return _text(expression, relation)
        ends: list[Real] = [side.low, *inner, top]
        wanted = 1 if relation in (">", ">=") else -1
        strict = relation in (">", "<")
        pieces = []
        for k, (low, high) in enumerate(pairwise(ends)):
            if sign_at(coefficients, between(low, high)) == wanted:
                less = "<" if strict else "<="
                first = f"{closed_form(low)} {less} " if k else ""
                last = f" {less} {closed_form(high)}" if k < len(ends) - 2 else ""
                if first and not last:
                    pieces.append(f"{name} {'>' if strict else '>='} {closed_form(low)}")
                else:
                    pieces.append(f"{first}{name}{last}")
        touching = any(
            sign_at(coefficients, between(a, b)) == sign_at(coefficients, between(b, c))
            for a, b, c in zip(ends, ends[1:], ends[2:], strict=False)
        )
        return " or ".join(pieces) if pieces and not touching else _text(expression, relation)

    def _coefficient_sign(self, slope: Any) -> int | None:
        """1 or −1 where the coefficient has that sign; 2 or −2 where it may also vanish."""
        import sympy

        poly = sympy.Poly(slope, *(sympy.Symbol(one) for one in self.reduction.variables))
        terms = {tuple(map(int, e)): Fraction(int(c.p), int(c.q)) for e, c in poly.terms()}
        from dilemma.arrays.sign_systems import integral

        constant, powers = self.reduction.factoring.factored(integral(terms)[0])
        vanishing = False
        for factor, power in powers:
            signs = self.signs(self._factor(factor))
            if power % 2 == 0:
                signs = frozenset(one * one for one in signs)
            if {-1, 1} <= signs:
                return None
            vanishing |= 0 in signs
            constant *= -1 if -1 in signs else 1
        return constant * (2 if vanishing else 1)


def _shortest(expression: Any) -> Any:
    """The same expression in the shortest of several ways to collect its monomials."""
    import sympy

    if len(sympy.Add.make_args(expression)) <= 2:
        return expression
    symbols = sorted(expression.free_symbols, key=str)
    pairs = [[one, two] for one, two in combinations(symbols, 2)] + [[one] for one in symbols]
    rough = sorted(pairs, key=lambda pair: (_length(sympy.collect(expression, pair)), str(pair)))
    ways = [expression, *(sympy.collect(expression, pair, sympy.factor) for pair in rough[:3])]
    return min(ways, key=lambda way: (_length(way), str(way)))


def _length(expression: Any) -> int:
    return len(str(expression))


def _tidy(value: Any) -> Any:
    """A ratio with the sign in its numerator, both expanded."""
    import sympy

    above, below = sympy.fraction(value)
    above, below = sympy.expand(above), sympy.expand(below)
    if below.could_extract_minus_sign():
        above, below = sympy.expand(-above), sympy.expand(-below)
    return above / below


def _text(expression: Any, relation: str) -> str:
    import sympy

    if relation in ("<", "<="):
        # An inequality reads best with something positive.
        expression, relation = sympy.expand(-expression), {"<": ">", "<=": ">="}[relation]
    if sympy.expand(expression) == expression:
        expression = _shortest(expression)
    expanded = sympy.expand(expression)
    if expanded.is_Add and len(expanded.args) == 2:
        # a - b > 0 is easier to read as a > b
        plus = [one for one in expanded.args if not one.could_extract_minus_sign()]
        minus = [-one for one in expanded.args if one.could_extract_minus_sign()]
        if len(plus) == len(minus) == 1:
            left, right = plus[0], minus[0]
            if left.is_number:
                turned = {**MIRRORED, "<": ">", "<=": ">="}[relation]
                return f"{_shown(right)} {turned} {_shown(left)}"
            return f"{_shown(left)} {relation} {_shown(right)}"
    return f"{_shown(expression)} {relation} 0"


def _shown(expression: Any) -> str:
    return str(expression).replace("**", "^")


def expression_of(polynomial: Polynomial, names: Iterable[str]) -> Any:
    """A polynomial as a sympy expression.

    >>> expression_of((((0,), -1), ((1,), 2)), ["trust"])
    2*trust - 1
    """
    import sympy

    symbols = [sympy.Symbol(name) for name in names]
    return sympy.Add(
        *(
            sympy.Mul(c, *(x**e for x, e in zip(symbols, exponents, strict=True)))
            for exponents, c in polynomial
        )
    )


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
    words = finder.in_words(bounds)
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
