"""A second look at a verdict, by arithmetic of its own.

Nothing of what proves claims is used here, neither its polynomials nor its Bernstein coefficients:
polynomials are dictionaries of Fractions, substituted and multiplied out from their definition. A
certificate is accepted if

1. each way in which the claim could fail satisfies all comparisons of one of its systems;
2. each constraint of a system is, up to a positive factor, what the model's own payoffs say of a
   comparison (or that a denominator is not 0);
3. the parts of each system fill the box;
4. in each part the signs that are stated follow from the coefficients of
   :math:`u^k (1 - u)^{d - k}`, and no choice among them satisfies all constraints but those that
   an identity rules out.

Of a statement on two alliances, such as `keeps`, the comparisons that it is reduced to are held
against what it means, at random points.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from dilemma.arrays.plain_polynomials import (
    Powers,
    add_to,
    bernstein,
    bernstein_monomial,
    filled,
    positive,
    positive_multiple,
    powers_of,
    pulled_back,
    ruled_out,
    same_zeros,
    signs_hold,
    times,
    value_at,
)
from dilemma.propositions.certificates import Certificate, ConditionHolds, SystemProof
from dilemma.propositions.claiming import Claim
from dilemma.propositions.defining import holds_as_defined
from dilemma.propositions.formulas import ALLOWED, covered, in_pairs, negation, true_at
from dilemma.propositions.recheck_symbols import numerator_and_denominator, says
from dilemma.propositions.setting import Setting
from dilemma.propositions.statements import Comparison, Every, Some, Statement, later_name
from dilemma.propositions.verdicts import Instance, Verdict
from dilemma.solution import Solution

SPOT_CHECKS = 12
# What reading a certificate that was tampered with may raise.
MALFORMED = (
    ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
# What a verdict of each kind holds, of certificate, counterexample, witness and condition.
HELD = {"proved": "1000", "refuted": "0100", "conditional": "1111"}


@dataclass(frozen=True, kw_only=True, repr=False)
class Recheck(Solution):
    """Whether a verdict stands up to a second look.

    Attributes
    ----------
    valid : bool
        True if no fault was found, and there was something to check.
    faults : tuple of str
    checked : int
        How many facts were verified: signs in parts, constraints, points.
    """

    valid: bool
    faults: tuple[str, ...]
    checked: int

    def __bool__(self) -> bool:
        return self.valid


class Fault(Exception):  # noqa: N818
    """Something in a certificate that does not hold."""


def recheck(verdict: Verdict) -> Recheck:
    """Verify a verdict independently of what found it.

    A certificate is verified as `dilemma.propositions.rechecking` says; counterexamples and
    witnesses are looked up in the model itself; the condition of a conditional verdict has a
    certificate of its own, that the claim holds exactly where it does.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    Recheck
        ``valid`` is False for a verdict with nothing to check ("supported" and "undecided").

    Raises
    ------
    TypeError
        If `verdict` is none.

    Notes
    -----
    Takes a multiple of the time that the proof took, as it uses plain Fractions throughout.

    Examples
    --------
    >>> from dilemma.propositions import Claim, examine, payoff
    >>> claim = Claim(payoff("row", "collaboration") > 0, over={"trust": (0, 1)})
    >>> print(recheck(examine(claim)))
    All of the proof holds: 27 facts were verified.
    """
    if not isinstance(verdict, Verdict):
        raise TypeError(f"verdict: requires a Verdict, got {type(verdict).__name__}")
    faults: list[str] = []
    checker = _Checker(verdict.claim)
    nothing = True
    try:
        _consistent(verdict)
        if verdict.certificate is not None:
            nothing = False
            checker.certificate(verdict)
        for instance, failing in ((verdict.counterexample, True), (verdict.witness, False)):
            if instance is not None:
                nothing = False
                checker.instance(instance, failing)
    except Fault as fault:
        faults.append(str(fault))
    except MALFORMED as fault:
        faults.append(f"it can't be read ({type(fault).__name__}: {fault})")
    valid = not faults and not nothing
    if nothing:
        status = f"There is nothing to check: the claim is {verdict.kind}."
    elif faults:
        status = f"Not verified: {faults[0]}."
    else:
        facts = "1 fact was" if checker.checked == 1 else f"{checker.checked:,} facts were"
        status = f"All of the proof holds: {facts} verified."
    return Recheck(
        method="expansion and substitution in Fractions",
        exact=True,
        complete=valid,
        status=status,
        valid=valid,
        faults=tuple(faults),
        checked=checker.checked,
    )


def _consistent(verdict: Verdict) -> None:
    """Whether a verdict holds what its kind says, and no more."""
    parts = {
        "certificate": verdict.certificate,
        "counterexample": verdict.counterexample,
        "witness": verdict.witness,
        "condition": verdict.condition,
    }
    wanted = HELD.get(verdict.kind, "0000")
    for (name, part), there in zip(parts.items(), wanted, strict=True):
        if there == "1" and part is None:
            raise Fault(f"there is no {name}")
        if there == "0" and part is not None:
            raise Fault(f"there is a {name}, though it is {verdict.kind}")


class _Checker:
    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.checked = 0
        assumed = Every(tuple(one.plain(claim.names) for one in claim.assuming))
        goal = claim.statement.plain(claim.names)
        self.goal, self.assumption, later = in_pairs(goal, assumed)
        self.variables = (*claim.over, *map(later_name, later))
        self.domains = [*claim.over.values(), *(claim.over[name] for name in later)]
        self._known: dict[Comparison, tuple[Powers, Powers]] = {}
        self._divisors: list[Powers] = []

    def instance(self, instance: Instance, failing: bool) -> None:
        """Whether the claim fails, or holds, at a point, by the model's own payoffs."""
        terms = instance.terms
        if tuple(terms) != self.variables:
            raise Fault("a point names other terms than the claim")
        values = dict(terms)
        if not all(isinstance(one, Fraction) for one in values.values()):
            self._irrational(values, failing)
            return
        for value, domain in zip(values.values(), self.domains, strict=True):
            if value not in domain:
                raise Fault(f"a point lies outside the box: {value} is not {domain.words}")
        setting = self._setting(values)
        if not true_at(self.assumption, setting):
            raise Fault("a point does not satisfy the assumptions")
        if (
            true_at(self.goal, setting) is failing
            or holds_as_defined(self.claim, values) is failing
        ):
            raise Fault(f"the claim {'holds' if failing else 'fails'} at a point")
        self._sides(instance, setting)
        self.checked += 1

    def _sides(self, instance: Instance, setting: Setting) -> None:
        """Whether the sides of comparisons have the values that are stated."""
        # Functions of a user's own may go by the same name, such as "<lambda>".
        known: dict[str, list[Comparison]] = {}
        for one in self.goal.comparisons():
            known.setdefault(str(one), []).append(one)
        for stated in instance.sides:
            meant = known.get(stated.words)
            if meant is None:
                raise Fault(f"a point speaks of {stated.words}, which the claim does not")
            there = [(one.left.value(setting), one.right.value(setting)) for one in meant]
            if (stated.left, stated.right) not in there:
                raise Fault(f"a side of {stated.words} has another value at a point")
            self.checked += 1

    def _irrational(self, values: Mapping[str, Any], failing: bool) -> None:
        """The same where one term is a root of a polynomial, by sympy's algebraic numbers."""
        import sympy

        exact: dict[str, Any] = {}
        for (name, value), domain in zip(values.items(), self.domains, strict=True):
            if isinstance(value, Fraction):
                exact[name] = sympy.Rational(value.numerator, value.denominator)
                continue
            symbol = sympy.Symbol("root")
            polynomial = sympy.Poly(list(value.polynomial)[::-1], symbol)
            roots = [one for one in polynomial.real_roots() if value.low <= one <= value.high]
            if len(roots) != 1:
                raise Fault("a point is no single root of its polynomial")
            exact[name] = roots[0]
            high = domain.high is None or roots[0] < domain.high
            if not (roots[0] > domain.low and high):
                raise Fault("a point lies outside the box")

        def true(statement: Statement) -> bool:
            if isinstance(statement, (Every, Some)):
                every = [true(one) for one in statement.parts]
                return all(every) if isinstance(statement, Every) else any(every)
            assert isinstance(statement, Comparison)
            above, below = self._ratio(statement)
            value = sum(
                sympy.Rational(c.numerator, c.denominator)
                * sympy.prod(exact[name] ** e for name, e in zip(self.variables, k, strict=True))
                for k, c in times(above, below).items()
            )
            zero = sympy.minimal_polynomial(value, sympy.Symbol("z")) == sympy.Symbol("z")
            sign = 0 if zero else (1 if value > 0 else -1)
            return sign in ALLOWED[statement.relation]

        if not true(self.assumption) or true(self.goal) is failing:
            raise Fault("the claim does not fare as stated at an irrational point")
        self.checked += 1

    def _setting(self, values: Mapping[str, Any]) -> Setting:
        here = {name: values[name] for name in self.claim.over}
        others = {name: one for name, one in values.items() if name not in here}
        return Setting(self.claim.model.replace(**here), self.claim.names, others)

    def certificate(self, verdict: Verdict) -> None:
        certificate = verdict.certificate
        assert isinstance(certificate, Certificate)
        if certificate.variables != self.variables:
            raise Fault("the certificate is of other terms than the claim")
        self._meaning()
        formulas = [Every((self.assumption, negation(self.goal)))]
        if verdict.kind == "conditional":
            # The claim fails nowhere where the condition holds, and holds nowhere else.
            bounds = tuple(ConditionHolds(k) for k in range(len(certificate.bounds)))
            self._condition(verdict.condition, certificate.bounds)
            formulas = [
                Every((self.assumption, negation(self.goal), *bounds)),
                Every((self.assumption, self.goal, Some(tuple(negation(one) for one in bounds)))),
            ]
        elif certificate.bounds:
            raise Fault("the certificate has conditions that the verdict does not state")
        systems = [frozenset(one.comparisons) for one in certificate.proofs]
        for formula in formulas:
            if not covered(formula, systems):
                raise Fault("a way in which the claim could fail is in no system")
        for proof in certificate.proofs:
            self._proof(proof, certificate.bounds)

    def _meaning(self) -> None:
        """The comparisons against the statement as it is defined, where it compares alliances."""
        pairs = [
            (self.variables.index(name.removeprefix("later ")), k)
            for k, name in enumerate(self.variables)
            if name not in self.claim.over
        ]
        draw = random.Random(2)
        for _ in range(SPOT_CHECKS if pairs else 0):
            point = self._draw(draw)
            for now, later in pairs:
                point[now], point[later] = sorted((point[now], point[later]))
            values = dict(zip(self.variables, point, strict=True))
            try:
                told = true_at(self.goal, self._setting(values))
                meant = holds_as_defined(self.claim, values)
            except ZeroDivisionError:
                continue
            if told is not meant:
                raise Fault("the comparisons are not what the statement means")
            self.checked += 1

    def _condition(self, condition: Any, bounds: Sequence[Any]) -> None:
        """Whether the condition that is stated is the one of the certificate: read, and tried."""
        if condition is None or len(condition.inequalities) != len(bounds):
            raise Fault("the condition is not that of the certificate")
        draw = random.Random(1)
        for relation, (polynomial, allowed) in zip(condition.inequalities, bounds, strict=True):
            if not says(relation, powers_of(polynomial), set(allowed), self.variables):
                raise Fault("the condition is not that of the certificate")
            for _ in range(SPOT_CHECKS // 4):
                point = self._draw(draw)
                value = value_at(powers_of(polynomial), point)
                values = dict(zip(self.variables, point, strict=True))
                stated = relation.subs({one: values[one.name] for one in relation.free_symbols})
                if bool(stated) is not (((value > 0) - (value < 0)) in allowed):
                    raise Fault("the condition is not that of the certificate")
                self.checked += 1

    def _draw(self, draw: random.Random) -> list[Fraction]:
        point = []
        for domain in self.domains:
            place = Fraction(draw.randrange(1, 997), 997)
            high = domain.high if domain.high is not None else domain.low + 7
            point.append(domain.low + (high - domain.low) * place)
        return point

    def _proof(self, proof: SystemProof, bounds: Sequence[Any]) -> None:
        system = proof.system
        sides = [(s.low, s.high, s.low_open, s.high_open) for s in system.sides]
        if sides != [(d.low, d.high, d.low_open, d.high_open) for d in self.domains]:
            raise Fault("a system has another box than the claim")
        factors = [powers_of(one) for one in system.factors]
        self._constraints(proof, factors, bounds)
        if not filled([one.part for one in proof.parts], len(sides)):
            raise Fault("the parts do not fill the box, or they overlap")
        for done in proof.parts:
            stated = {}
            for factor, signs in done.signs:
                if not signs or not signs_hold(factors[factor], sides, done.part, signs):
                    raise Fault(f"a sign that is stated of factor {factor} does not hold")
                stated[factor] = set(signs)
                self.checked += 1
            for one in done.identities:
                self._identity(one, factors, sides, done.part)
            excluded = [{f: set(s) for f, s in one.signs} for one in done.identities]
            if not ruled_out(system.constraints, stated, excluded):
                raise Fault("in a part the stated signs do not contradict the system")
            self.checked += 1

    def _constraints(
        self, proof: SystemProof, factors: Sequence[Powers], bounds: Sequence[Any]
    ) -> None:
        """Each constraint is one of the comparisons, or says that a denominator is not 0."""
        wanted = []
        for one in proof.comparisons:
            if isinstance(one, ConditionHolds):
                polynomial, allowed = bounds[one.number]
                signs = set(allowed) if one.true else {-1, 0, 1} - set(allowed)
                one_power: Powers = {(0,) * len(self.variables): Fraction(1)}
                wanted.append((powers_of(polynomial), one_power, signs))
            else:
                assert isinstance(one, Comparison)
                above, below = self._ratio(one)
                wanted.append((above, below, ALLOWED[one.relation]))
        for one in self._comparisons():
            self._ratio(one)
        for constraint in proof.system.constraints:
            whole = powers_of([((0,) * len(self.variables), constraint.sign)])
            for factor, power in constraint.powers:
                if power < 1:
                    raise Fault("a constraint has a factor to a power below 1")
                for _ in range(power):
                    whole = times(whole, factors[factor])
            allowed = set(constraint.allowed)
            if allowed == {-1, 1} and any(same_zeros(whole, one) for one in self._divisors):
                self.checked += 1
                continue
            for above, below, signs in wanted:
                if signs == allowed and positive_multiple(whole, times(above, below)):
                    break
            else:
                raise Fault("a constraint of a system is none of its comparisons")
            self.checked += 1

    def _comparisons(self) -> Iterator[Comparison]:
        for part in (self.assumption, self.goal):
            yield from part.comparisons()

    def _ratio(self, one: Comparison) -> tuple[Powers, Powers]:
        """Left minus right as a ratio, from the model in symbols and looked up in numbers."""
        key = one
        if key not in self._known:
            import sympy

            symbols = {name: sympy.Symbol(name) for name in self.variables}
            setting = self._setting(symbols)
            gap = sympy.sympify(one.left.value(setting)) - sympy.sympify(one.right.value(setting))
            pair = numerator_and_denominator(gap, list(symbols.values()))
            self._divisors.append(pair[1])
            self._divisors += [
                numerator_and_denominator(sympy.sympify(divisor), list(symbols.values()))[0]
                for divisor in setting.divisors
            ]
            self._known[key] = pair[0], pair[1]
            self._spot_check(one, pair[0], pair[1])
        return self._known[key]

    @cached_property
    def _spots(self) -> list[tuple[list[Fraction], Setting]]:
        """The model at random points of the box, the same for all comparisons."""
        draw = random.Random(0)
        points = [self._draw(draw) for _ in range(SPOT_CHECKS)]
        named = [dict(zip(self.variables, point, strict=True)) for point in points]
        return [(point, self._setting(one)) for point, one in zip(points, named, strict=True)]

    def _spot_check(self, one: Comparison, above: Powers, below: Powers) -> None:
        """The ratio against the model's own payoffs in Fractions, at random points of the box."""
        for point, setting in self._spots:
            under = value_at(below, point)
            if not under:
                continue
            try:
                sides = one.left.value(setting), one.right.value(setting)
            except (ValueError, ZeroDivisionError):
                # A term is moved outside its domain, or a ratio that cancels has no value.
                continue
            if any(isinstance(side, float) for side in sides):
                raise Fault("the model computes in floating point, which proves nothing")
            if Fraction(sides[0]) - Fraction(sides[1]) != value_at(above, point) / under:
                raise Fault("the polynomials are not those of the model")
            self.checked += 1

    def _identity(self, identity: Any, factors: Sequence[Powers], sides: Any, part: Any) -> None:
        """A sum of terms that are nowhere negative, one of them positive, is nowhere positive."""
        stated = {f: set(s) for f, s in identity.signs}
        degrees = None
        total: Powers = {}
        strictly = False
        for term in identity.terms:
            whole: Powers = {(0,) * len(sides): Fraction(1)}
            strict = bool(term.factors)
            degree = list(term.degrees)
            for factor, sign in term.factors:
                if sign not in (-1, 1) or -sign in stated[factor]:
                    raise Fault("an identity uses a sign that it does not state")
                strict &= 0 not in stated[factor]
                pulled, own = pulled_back(factors[factor], sides, part)
                degree = [a + b for a, b in zip(degree, own, strict=True)]
                whole = times(whole, {k: sign * v for k, v in pulled.items()})
            if degrees is None:
                degrees = degree
            multiplier: Powers = {}
            for index, coefficient in term.multiplier:
                if coefficient < 0 or any(
                    not 0 <= k <= d for k, d in zip(index, term.degrees, strict=True)
                ):
                    raise Fault("a multiplier of an identity may be negative")
                add_to(multiplier, bernstein_monomial(index, term.degrees), coefficient)
            positive_one = positive(dict(term.multiplier), term.degrees, sides, part)
            strictly |= strict and positive_one
            add_to(total, times(whole, multiplier), Fraction(1))
        if degrees is None or not strictly:
            raise Fault("no term of an identity is positive")
        bound = [max([k[i] for k in total] + [d]) for i, d in enumerate(degrees)]
        if any(one > 0 for one in bernstein(total, bound).values()):
            raise Fault("the terms of an identity do not cancel")
        self.checked += 1
