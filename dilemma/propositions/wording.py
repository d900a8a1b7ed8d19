"""Conditions in words: inequalities solved for a term where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from dilemma.arrays.algebraic import AlgebraicNumber, Real, between, closed_form, roots_in, sign_at
from dilemma.arrays.sign_systems import SIGNS_OF, Polynomial, Signs, integral
from dilemma.propositions.reducing import Reduction
from dilemma.propositions.verdicts import Condition

if TYPE_CHECKING:
    from dilemma.propositions.conditions import Bound

# A condition that is longer says less than the claim.
MOST_MONOMIALS = 24
# Letters of an inequality that is solved for a term.
LONGEST = 84
MIRRORED = {">": "<", ">=": "<=", "==": "==", "!=": "!="}


class Wording:
    """Puts the bounds of one claim into words.

    Parameters
    ----------
    reduction : Reduction
    signs : function (polynomial) -> set of signs
        Those that a factor may have where the assumptions hold.
    """

    def __init__(self, reduction: Reduction, signs: Callable[[Polynomial], Signs]) -> None:
        self.reduction = reduction
        self.signs = signs

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
            if len(text) <= LONGEST:
                # Trust if it is there; of other terms the one with the shortest formula.
                texts.append((0 if name == "trust" else len(text), text))
        if texts:
            return min(texts, key=lambda one: one[0])[1]
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
    """A ratio with the sign in its numerator, or with none if that is a number, both expanded."""
    import sympy

    above, below = sympy.fraction(value)
    above, below = sympy.expand(above), sympy.expand(below)
    if above.is_negative if above.is_number else below.could_extract_minus_sign():
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
    number, rest = expanded.as_coeff_Add()
    if rest.is_Symbol and number:
        return f"{_shown(rest)} {relation} {_shown(-number)}"
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
