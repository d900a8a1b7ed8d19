"""Conditions: those of the design's closed forms, and that they are exact everywhere."""

from fractions import Fraction

import pytest
import sympy

from dilemma.alliance import Alliance
from dilemma.propositions import (
    Claim,
    derivative,
    examine,
    grim_discount,
    payoff,
    recheck,
    rises,
    strict_equilibrium,
    term,
)

T, R = payoff("row", "competition", "collaboration"), payoff("row", "collaboration")
P = payoff("row", "avoidance")
TERMS = ("trust", "opportunism", "synergy", "relational_return", "leakage")
tau, omega, sigma, eta, ell = map(sympy.Symbol, TERMS)
S, kr, kt = map(sympy.Symbol, ("stakes", "receptivity_cost", "transparency_cost"))
POSITIVE = {"relational_return": ("1/100", None)}


def polynomial_of(relation):
    """left - right of a relation, turned so that it must be positive."""
    gap = sympy.expand(relation.lhs - relation.rhs)
    return gap if relation.rel_op in (">", ">=") else -gap


def proportional(one, two):
    ratio = sympy.cancel(one / two)
    return ratio.is_number and ratio > 0


class TestClosedForms:
    def test_stakes_lower_the_temptation_from_a_trust_on(self):
        """Stakes do so iff trust > (omega - sigma)/(omega + eta)."""
        over = dict.fromkeys(TERMS) | POSITIVE
        verdict = examine(Claim(derivative(T - R, "stakes") < 0, over=over))
        assert verdict.kind == "conditional"
        (inequality,) = verdict.condition.inequalities
        assert proportional(
            polynomial_of(inequality), sympy.expand(tau * (omega + eta) - omega + sigma)
        )
        assert verdict.condition.solved == (
            "trust > (opportunism - synergy)/(opportunism + relational_return)",
        )
        assert recheck(verdict).valid

    def test_without_a_return_the_same_is_not_divided_by_what_may_be_zero(self):
        verdict = examine(Claim(derivative(T - R, "stakes") < 0, over=TERMS))
        assert str(verdict.condition) == (
            "trust*(opportunism + relational_return) > opportunism - synergy"
        )

    def test_stakes_lower_the_critical_discount_where_another_polynomial_is_positive(self):
        """They do so iff alpha kr + beta kt > 0, with alpha and beta of the design."""
        h = (1 - tau) * omega
        alpha = (1 - ell) * (h - sigma - eta * tau)
        beta = 1 + ell * (sigma + eta * tau) + h * (1 - ell)
        over = [*TERMS, "stakes", "receptivity_cost", "transparency_cost"]
        verdict = examine(Claim(derivative(grim_discount(), "stakes") < 0, over=over))
        assert verdict.kind == "conditional"
        (inequality,) = verdict.condition.inequalities
        assert proportional(polynomial_of(inequality), sympy.expand(alpha * kr + beta * kt))
        assert recheck(verdict).valid

    def test_unequal_firms(self):
        """The row firm's own threshold: (w - s(1 + r)(1 + p) a c)/(w + eta)."""
        over = {
            "trust": None, "opportunism.row": ("1/4", 1), "synergy": None, "power": (-1, 1),
            "absorptive_capacity.row": None, "communicative_capacity.column": None,
            "prior_interaction": None,
        }  # fmt: skip
        verdict = examine(Claim(derivative(T - R, "stakes.row") < 0, over=over))
        w, rho, a, c, pi = map(
            sympy.Symbol,
            ("opportunism.row", "power", "absorptive_capacity.row",
             "communicative_capacity.column", "prior_interaction"),
        )  # fmt: skip
        (inequality,) = verdict.condition.inequalities
        # Capacities of the other firm's partner are 1; it is its own a and the partner's c.
        threshold = w - sigma * (1 + rho) * (1 + pi) * 1 - tau * (w + sympy.Rational(1, 2))
        found = polynomial_of(inequality).subs({a: 1, c: 1})
        assert proportional(sympy.expand(found), sympy.expand(-threshold))

    def test_collaboration_is_strict_from_29_45_on(self):
        verdict = examine(Claim(strict_equilibrium("collaboration"), over=["trust"]))
        assert str(verdict.condition) == "trust > 29/45"
        assert verdict.counterexample.terms == {"trust": Fraction(1, 2)}

    def test_risk_dominance_from_5_6_on(self):
        from dilemma.propositions import risk_dominates

        verdict = examine(Claim(risk_dominates("collaboration", "avoidance"), over=["trust"]))
        assert str(verdict.condition) == "trust > 5/6"


class TestForms:
    @pytest.mark.parametrize(
        ("statement", "over", "words"),
        [
            (3 * term("trust") ** 2 > 1, ["trust"], "trust > sqrt(3)/3"),
            (
                term("stakes") ** 2 + 2 < 4 * term("stakes"), ["stakes"],
                "2 - sqrt(2) < stakes < 2 + sqrt(2)",
            ),
            (term("trust") > 0, ["trust"], "trust > 0"),
            (term("trust") ** 2 <= term("leakage"), ["trust", "leakage"], "leakage >= trust^2"),
            (
                (term("trust") > 0) & (term("leakage") <= Fraction(1, 2)), ["trust", "leakage"],
                "trust > 0 and leakage <= 1/2",
            ),
        ],
    )  # fmt: skip
    def test_words(self, statement, over, words):
        verdict = examine(Claim(statement, over=over))
        assert verdict.kind == "conditional"
        assert str(verdict.condition) == words
        assert recheck(verdict).valid

    def test_a_condition_that_would_repeat_the_claim_is_none(self):
        x, y = term("trust"), term("leakage")
        verdict = examine(Claim(x**2 + y**2 >= Fraction(1, 2), over=["trust", "leakage"]))
        assert verdict.kind == "refuted"
        assert verdict.condition is None

    def test_a_claim_that_holds_nowhere_has_no_condition(self):
        verdict = examine(Claim(term("trust") > 2, over=["trust"]))
        assert verdict.kind == "refuted"
        assert "nowhere" in verdict.status

    def test_conditions_hold_at_every_point_of_a_grid(self):
        claim = Claim(
            strict_equilibrium("collaboration"),
            over={"trust": None, "stakes": (1, 4), "opportunism": None},
        )
        verdict = examine(claim)
        symbols = {name: sympy.Symbol(name) for name in claim.over}
        for trust in (Fraction(0), Fraction(1, 3), Fraction(29, 45), Fraction(4, 5), Fraction(1)):
            for stakes in (Fraction(1), Fraction(9, 8), Fraction(3)):
                for opportunism in (Fraction(0), Fraction(3, 4), Fraction(1)):
                    point = {"trust": trust, "stakes": stakes, "opportunism": opportunism}
                    payoffs = Alliance(**point).payoffs()[0]
                    strict = all(payoffs[0, 0] > payoffs[k, 0] for k in range(1, 5))
                    values = {symbols[name]: value for name, value in point.items()}
                    stated = all(bool(one.subs(values)) for one in verdict.condition.inequalities)
                    assert stated is strict

    def test_what_follows_from_assumptions_is_left_out(self):
        claim = Claim(T - R > 0, over=["trust", "stakes"], assuming=R > P)
        verdict = examine(claim)
        assert verdict.kind == "conditional"
        assert len(verdict.condition.inequalities) == 1

    def test_two_alliances(self):
        verdict = examine(Claim(rises(T, "trust"), over=["trust", "opportunism"]))
        assert str(verdict.condition) == "opportunism <= 1/18"
