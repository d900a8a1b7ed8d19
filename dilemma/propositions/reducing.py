"""From a claim to systems of polynomial inequalities that must have no point in its box.

A claim holds if no point of the box satisfies the assumptions and the claim's negation. Written as
a disjunction of conjunctions, the negation makes one system for each conjunction. Each comparison
``left > right`` becomes a sign of N D, where N/D = left - right; since the claim says nothing
where a ratio has a denominator of 0, D != 0 joins the assumptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from dilemma.alliance.terms import Domain
from dilemma.arrays.sign_search import decide
from dilemma.arrays.sign_systems import (
    SIGNS_OF,
    Constraint,
    Exponents,
    Polynomial,
    Side,
    Signs,
    System,
    integral,
)
from dilemma.game.display import listed
from dilemma.propositions.claiming import Claim
from dilemma.propositions.quantities import Elsewhere, Number, Quantity, TermValue
from dilemma.propositions.setting import Changes, Setting
from dilemma.propositions.statements import (
    Comparison,
    Every,
    Monotone,
    OfPairs,
    Some,
    Statement,
    later_name,
    leaves,
)

# Parts of the box that are looked at for a term that is moved outside its domain.
PARTS_FOR_A_MOVE = 256


class NotPolynomialError(ValueError):
    """A comparison that is no matter of polynomials with rational coefficients."""


@dataclass(frozen=True)
class Atom:
    """A comparison as the sign of a polynomial.

    Attributes
    ----------
    comparison : Comparison
    polynomial : Polynomial
        Integer coefficients; a positive multiple of N D, N/D being left minus right.
    allowed : frozenset of int
    """

    comparison: Comparison
    polynomial: Polynomial
    allowed: Signs


@dataclass(frozen=True)
class Reduction:
    """A claim as polynomials.

    Attributes
    ----------
    claim : Claim
    variables : tuple of str
        The terms that vary, and the later values of those that a statement compares at two.
    sides : tuple of Side
    goal, assumption : Statement
        In comparisons, `Every` and `Some`.
    atoms : mapping of Comparison to Atom
    denominators : tuple of Polynomial
        Assumed not to vanish.
    exact : bool
        False if the model computes in floating point; its numbers are read as decimals.
    """

    claim: Claim
    variables: tuple[str, ...]
    sides: tuple[Side, ...]
    goal: Statement
    assumption: Statement
    atoms: Mapping[Comparison, Atom]
    denominators: tuple[Polynomial, ...]
    exact: bool = True

    @cached_property
    def factoring(self) -> Factoring:
        """All polynomials of the claim in shared irreducible factors."""
        return Factoring(self.variables)

    def systems(self) -> list[System]:
        """One for each way in which the claim could fail."""
        ways = disjunction(Every((self.assumption, self.goal.negated())))
        return [self.system(one) for one in ways]

    def system(self, comparisons: Iterable[Comparison]) -> System:
        """The system of several comparisons, with the denominators not 0."""
        constraints = [
            self.factoring.constraint(self.atom(one).polynomial, SIGNS_OF[one.relation])
            for one in comparisons
        ]
        constraints += [
            self.factoring.constraint(one, SIGNS_OF["!="]) for one in self.denominators
        ]
        kept = tuple(dict.fromkeys(constraints))
        return System(tuple(self.factoring.factors), kept, self.sides)

    def atom(self, comparison: Comparison) -> Atom:
        """The atom of a comparison, or of its negation."""
        if comparison in self.atoms:
            return self.atoms[comparison]
        negated = comparison.negated()
        assert isinstance(negated, Comparison)
        return self.atoms[negated]


class Factoring:
    """Polynomials in shared irreducible factors, each numbered when it first comes up."""

    def __init__(self, variables: tuple[str, ...]) -> None:
        from flint import Ordering, fmpz_mpoly_ctx

        self.context = fmpz_mpoly_ctx.get(variables, Ordering.lex)
        self.factors: list[Polynomial] = []
        self._places: dict[Polynomial, int] = {}
        self._known: dict[Polynomial, tuple[int, tuple[tuple[int, int], ...]]] = {}

    def constraint(self, polynomial: Polynomial, allowed: Signs) -> Constraint:
        """The sign of a polynomial as that of a product."""
        sign, powers = self.factored(polynomial)
        return Constraint(sign, powers, allowed)

    def factored(self, polynomial: Polynomial) -> tuple[int, tuple[tuple[int, int], ...]]:
        """The sign of the constant, and (factor, exponent) pairs."""
        if polynomial in self._known:
            return self._known[polynomial]
        if not polynomial:
            return 0, ()
        whole = self.context.from_dict(dict(polynomial))
        constant, parts = whole.factor()
        sign = 1 if constant > 0 else -1
        powers: dict[int, int] = {}
        for part, power in parts:
            terms, _ = integral({tuple(map(int, e)): Fraction(int(c)) for e, c in part.terms()})
            if terms[-1][1] < 0:
                terms = tuple((e, -c) for e, c in terms)
                sign *= -1 if power % 2 else 1
            place = self._places.setdefault(terms, len(self.factors))
            if place == len(self.factors):
                self.factors.append(terms)
            powers[place] = powers.get(place, 0) + int(power)
        self._known[polynomial] = sign, tuple(sorted(powers.items()))
        return self._known[polynomial]


def reduce_claim(claim: Claim) -> Reduction:
    """Write a claim as polynomials.

    Raises
    ------
    NotPolynomialError
        If it is no matter of polynomials with rational coefficients.
    """
    goal = claim.statement.plain(claim.names)
    assumed = [one.plain(claim.names) for one in claim.assuming]
    variables = list(claim.over)
    sides = [_side(one) for one in claim.over.values()]
    goal, assumed, later = compared(goal, assumed)
    for name in later:
        if name not in claim.over:
            raise ValueError(
                f"statement: compares two values of {name}, which requires it among the terms of "
                f"over, got {', '.join(claim.over)}"
            )
        variables.append(later_name(name))
        sides.append(_side(claim.over[name]))
    assumption = Every(tuple(assumed))
    import sympy

    symbols = {name: sympy.Symbol(name) for name in variables}
    here = {name: symbols[name] for name in claim.over}
    others = {name: one for name, one in symbols.items() if name not in claim.over}
    parts = (goal, assumption)
    every = [one for part in parts for one in part.comparisons()]
    if any(one.sampled for one in every):
        raise NotPolynomialError("a measure is in it")
    setting = Setting(claim.model.replace(**here), claim.names, others)
    atoms: dict[Comparison, Atom] = {}
    denominators: list[Polynomial] = []
    for one in dict.fromkeys(every):
        polynomial, below = _difference(one, setting, symbols)
        atoms[one] = Atom(one, polynomial, SIGNS_OF[one.relation])
        denominators += below
    reduction = Reduction(
        claim,
        tuple(variables),
        tuple(sides),
        goal,
        assumption,
        atoms,
        tuple(dict.fromkeys(denominators)),
        exact=not any(
            sympy.sympify(side.value(setting)).has(sympy.Float)
            for one in atoms
            for side in (one.left, one.right)
        ),
    )
    for one in dict.fromkeys(every):
        for side in (one.left, one.right):
            for name, value in _moves(side):
                _refuse_outside(name, value, reduction, setting, symbols)
    return reduction


def _moves(quantity: Quantity, changes: Changes = ()) -> Iterator[tuple[str, Quantity]]:
    """The terms that `elsewhere` changes, with their values in the alliance itself."""
    if isinstance(quantity, Elsewhere):
        for name, value in quantity.terms:
            yield name, Elsewhere(value, changes) if changes else value
        if changes:
            # Changes within changes: first the outer ones, then those that depend on them.
            outer = dict(changes)
            inner = {name: Elsewhere(one, changes) for name, one in quantity.terms}
            changes = tuple(sorted({**outer, **inner}.items()))
        yield from _moves(quantity.quantity, changes or quantity.terms)
    else:
        for part in quantity.parts:
            yield from _moves(part, changes)


def _refuse_outside(
    name: str, value: Quantity, reduction: Reduction, setting: Setting, symbols: Mapping[str, Any]
) -> None:
    """Refuse a value of a term that leaves the term's domain somewhere in the box."""
    if isinstance(value, Number) or value in (TermValue(name), TermValue(later_name(name))):
        return
    domain = reduction.claim.model.domains[name]
    outside = [Comparison(value, "<=" if domain.low_open else "<", Number(domain.low))]
    if domain.high is not None:
        outside.append(Comparison(value, ">=" if domain.high_open else ">", Number(domain.high)))
    atoms = {
        one: Atom(one, _difference(one, setting, symbols)[0], SIGNS_OF[one.relation])
        for one in outside
    }
    own = replace(reduction, atoms={**reduction.atoms, **atoms})
    for way in disjunction(Every((reduction.assumption, Some(tuple(outside))))):
        point = decide(own.system(way), PARTS_FOR_A_MOVE).point
        if point is not None:
            where = zip(reduction.variables, point, strict=True)
            raise ValueError(
                f"{name}: requires values {domain.words}, got {value} at "
                f"{listed([f'{one} {number}' for one, number in where])}"
            )


def compared(
    goal: Statement, assumed: Sequence[Statement]
) -> tuple[Statement, list[Statement], tuple[str, ...]]:
    """Write monotone statements as comparisons of a present and a later alliance.

    Of both it speaks only where both satisfy the assumptions. If nothing else is claimed, that is
    assumed; else it is a condition of this statement alone, since the others speak of present
    alliances that have no later one, too.

    Returns
    -------
    goal : Statement
    assumed : list of Statement
    later : tuple of str
        The terms of which two values are compared.
    """
    every = list(leaves(goal))
    later = tuple(dict.fromkeys(one.term for one in every if isinstance(one, Monotone)))
    alone = len(later) == 1 and all(isinstance(one, Monotone) for one in every)

    def pairs(name: str) -> list[Statement]:
        value = TermValue(later_name(name))
        return [
            Comparison(value, ">", TermValue(name)),
            *(moved(other, {name: value}) for other in assumed),
        ]

    def plain(one: Statement) -> Statement:
        if isinstance(one, Monotone):
            (comparison,) = one.comparisons()
            if alone:
                return comparison
            return OfPairs((*(other.negated() for other in pairs(one.term)), comparison))
        if isinstance(one, (Every, Some)):
            return type(one)(tuple(map(plain, one.parts)))
        return one

    return plain(goal), [*assumed, *(pairs(later[0]) if alone else ())], later


def moved(statement: Statement, terms: Mapping[str, Quantity]) -> Statement:
    """The same statement of the alliance with some terms changed."""
    if isinstance(statement, Comparison):
        left, right = (
            Elsewhere(one, tuple(terms.items())) for one in (statement.left, statement.right)
        )
        return Comparison(left, statement.relation, right)
    assert isinstance(statement, (Every, Some))
    return type(statement)(tuple(moved(one, terms) for one in statement.parts))


def disjunction(statement: Statement) -> list[tuple[Comparison, ...]]:
    """A plain statement as conjunctions, at least one of which holds where it does."""
    if isinstance(statement, Comparison):
        return [(statement,)]
    if isinstance(statement, Some):
        return [way for one in statement.parts for way in disjunction(one)]
    assert isinstance(statement, Every)
    ways: list[tuple[Comparison, ...]] = [()]
    for one in statement.parts:
        ways = [tuple(dict.fromkeys(a + b)) for a in ways for b in disjunction(one)]
    return ways


def _side(one: Domain) -> Side:
    return Side(one.low, one.high, one.low_open, one.high_open)


def _difference(
    one: Comparison, setting: Setting, symbols: Mapping[str, Any]
) -> tuple[Polynomial, list[Polynomial]]:
    """A comparison as the sign of a polynomial, and what must not be 0 for it to say anything.

    That is the denominator of left minus right, and each divisor that cancelled, as in x/x.
    """
    import sympy

    generators = list(symbols.values())
    setting.divisors.clear()

    def ratio(value: Any) -> tuple[Any, Any]:
        if value.has(sympy.zoo, sympy.nan, sympy.oo):
            raise ValueError(f"claim: has a denominator that is 0 everywhere in {one}")
        parts = sympy.fraction(sympy.together(value))
        try:
            above, below = (sympy.Poly(part, *generators, domain="QQ") for part in parts)
        except (sympy.PolynomialError, sympy.CoercionFailed) as fault:
            raise NotPolynomialError(f"{value} is no ratio of polynomials") from fault
        return above, below

    try:
        gap = sympy.sympify(one.left.value(setting)) - sympy.sympify(one.right.value(setting))
    except ZeroDivisionError:
        raise ValueError(f"claim: has a denominator that is 0 everywhere in {one}") from None
    above, below = ratio(gap)
    divisors = [ratio(sympy.sympify(divisor))[0] for divisor in setting.divisors]
    if any(divisor.is_zero for divisor in (below, *divisors)):
        raise ValueError(f"claim: has a denominator that is 0 everywhere in {one}")
    cancelled = [divisor for divisor in divisors if not below.rem(divisor).is_zero]
    every = [_terms(divisor) for divisor in (below, *cancelled) if not divisor.is_ground]
    return _terms(above * below), every


def _terms(poly: Any) -> Polynomial:
    terms: dict[Exponents, Fraction] = {
        tuple(map(int, e)): Fraction(int(c.p), int(c.q)) for e, c in poly.terms()
    }
    return integral(terms)[0]
