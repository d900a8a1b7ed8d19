"""Certificates: what proves a claim is verified by other arithmetic, and nothing else passes."""

import json
import pickle
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import TERMS
from dilemma.arrays.sign_identities import Term
from dilemma.arrays.sign_systems import Constraint
from dilemma.propositions import (
    Claim,
    derivative,
    examine,
    grim_discount,
    payoff,
    recheck,
    strict_equilibrium,
    term,
)
from dilemma.show.records import record
from dilemma.show.tables import table

T, R = payoff("row", "competition", "collaboration"), payoff("row", "collaboration")
x, y, s = term("trust"), term("leakage"), term("stakes")


def mutated(verdict, change):
    """The verdict with its first system's proof changed."""
    first, *rest = verdict.certificate.proofs
    certificate = replace(verdict.certificate, proofs=(change(first), *rest))
    return replace(verdict, certificate=certificate)


@pytest.fixture(scope="module")
def divided():
    """A proof that needs many parts of an endless box."""
    verdict = examine(
        Claim(s**2 - s * x + y + Fraction(1, 3) > 0, over=["trust", "leakage", "stakes"])
    )
    assert verdict.kind == "proved"
    assert verdict.certificate.size > 1
    return verdict


@pytest.fixture(scope="module")
def identified():
    """A proof by an identity."""
    over = ["trust", "opportunism", "stakes", "leakage"]
    verdict = examine(Claim(grim_discount() < 1, over=over, assuming="dilemma"))
    (proof,) = verdict.certificate.proofs
    assert any(one.identities for one in proof.parts)
    return verdict


class TestMutations:
    def test_a_part_that_is_dropped(self, divided):
        assert recheck(divided).valid
        found = recheck(mutated(divided, lambda one: replace(one, parts=one.parts[1:])))
        assert not found
        assert "fill the box" in found.faults[0]

    def test_a_part_that_is_doubled(self, divided):
        found = recheck(
            mutated(divided, lambda one: replace(one, parts=one.parts + one.parts[:1]))
        )
        assert "overlap" in found.faults[0]

    def test_a_part_that_is_enlarged(self, divided):
        def change(one):
            place = next(k for k, part in enumerate(one.parts) if part.part[-1][1] < 1)
            part = one.parts[place]
            *rest, (low, high) = part.part
            wide = replace(part, part=(*rest, (low, (high + 1) / 2)))
            return replace(one, parts=(*one.parts[:place], wide, *one.parts[place + 1 :]))

        assert not recheck(mutated(divided, change))

    @pytest.mark.parametrize("step", [-1, 1, 7])
    def test_a_coefficient_that_is_changed(self, divided, step):
        def change(one):
            exponents, value = one.system.factors[0][0]
            factor = ((exponents, value + step), *one.system.factors[0][1:])
            system = replace(one.system, factors=(factor, *one.system.factors[1:]))
            return replace(one, system=system)

        found = recheck(mutated(divided, change))
        assert "none of its comparisons" in found.faults[0]

    def test_a_sign_that_is_turned(self, divided):
        def change(one):
            turned = [
                replace(
                    part, signs=tuple((f, frozenset(-k for k in own)) for f, own in part.signs)
                )
                for part in one.parts
            ]
            return replace(one, parts=tuple(turned))

        found = recheck(mutated(divided, change))
        assert "does not hold" in found.faults[0]

    def test_a_sign_that_is_left_out(self, divided):
        def change(one):
            return replace(one, parts=tuple(replace(part, signs=()) for part in one.parts))

        found = recheck(mutated(divided, change))
        assert "do not contradict" in found.faults[0]

    def test_a_constraint_that_is_invented(self, divided):
        def change(one):
            more = Constraint(-1, ((0, 2),), frozenset({1}))
            system = replace(one.system, constraints=(*one.system.constraints, more))
            return replace(one, system=system)

        assert "none of its comparisons" in recheck(mutated(divided, change)).faults[0]

    def test_a_power_below_1(self):
        # 1 > 0 is true; as "1 times f to the power -1" it would say that f is positive.
        assumed = 0 * x + 1 > 0
        verdict = examine(Claim(2 * x > -1, over=["trust"], assuming=assumed))
        assert recheck(verdict).valid

        def change(one):
            more = Constraint(1, ((0, -1),), frozenset({1}))
            system = replace(one.system, constraints=(*one.system.constraints, more))
            return replace(one, system=system)

        assert "power below 1" in recheck(mutated(verdict, change)).faults[0]

    def test_what_can_not_be_read(self, divided):
        def change(one):
            more = Constraint(1, ((99, 1),), frozenset({1}))
            system = replace(one.system, constraints=(*one.system.constraints, more))
            return replace(one, system=system)

        assert "can't be read" in recheck(mutated(divided, change)).faults[0]

    def test_a_box_that_is_smaller(self, divided):
        def change(one):
            side = replace(one.system.sides[0], high=Fraction(1, 2))
            return replace(one, system=replace(one.system, sides=(side, *one.system.sides[1:])))

        assert "another box" in recheck(mutated(divided, change)).faults[0]

    def test_an_end_that_is_opened(self):
        proved = examine(Claim(x * y < 1, over=["trust", "leakage"]))
        closed = replace(
            proved, claim=Claim(x * s < 1, over={"trust": None, "stakes": ("1/2", 1)})
        )
        assert recheck(proved).valid
        assert not recheck(closed)

    def test_a_system_that_is_left_out(self):
        verdict = examine(Claim(strict_equilibrium("avoidance"), over={"trust": (0, "1/2")}))
        assert recheck(verdict).valid
        fewer = replace(verdict.certificate, proofs=verdict.certificate.proofs[1:])
        assert "in no system" in recheck(replace(verdict, certificate=fewer)).faults[0]

    def test_another_claim(self, divided):
        other = Claim(s**2 - s * x + y > Fraction(1, 3), over=divided.claim.over)
        assert not recheck(replace(divided, claim=other))

    def test_no_certificate(self, divided):
        assert "no certificate" in recheck(replace(divided, certificate=None)).faults[0]


class TestIdentities:
    def change(self, verdict, how):
        def change(one):
            parts = [
                replace(part, identities=tuple(map(how, part.identities))) for part in one.parts
            ]
            return replace(one, parts=tuple(parts))

        return recheck(mutated(verdict, change))

    def test_they_hold(self, identified):
        assert recheck(identified).valid

    def test_they_serve_all_thirteen_terms_at_once(self):
        terms = [term.name for term in TERMS]
        verdict = examine(Claim(grim_discount() < 1, over=terms, assuming="dilemma"))
        assert verdict.kind == "proved"
        assert recheck(verdict).valid

    def test_a_term_that_is_dropped(self, identified):
        found = self.change(identified, lambda one: replace(one, terms=one.terms[1:]))
        assert not found

    def test_a_multiplier_that_is_changed(self, identified):
        def how(one):
            first = one.terms[0]
            (index, value), *rest = first.multiplier
            changed = Term(first.factors, ((index, value + 1), *rest), first.degrees)
            return replace(one, terms=(changed, *one.terms[1:]))

        assert not self.change(identified, how)

    def test_a_multiplier_that_is_negative(self, identified):
        def how(one):
            first = one.terms[0]
            negative = tuple((index, -value) for index, value in first.multiplier)
            return replace(one, terms=(replace(first, multiplier=negative), *one.terms[1:]))

        assert "negative" in self.change(identified, how).faults[0]

    def test_a_sign_that_it_does_not_state(self, identified):
        def how(one):
            first = one.terms[0]
            turned = tuple((f, -sign) for f, sign in first.factors)
            return replace(one, terms=(replace(first, factors=turned), *one.terms[1:]))

        assert "does not state" in self.change(identified, how).faults[0]


class TestPoints:
    claim = Claim(derivative(T - R, "stakes") < 0, over=["trust", "opportunism"])

    def test_a_counterexample_that_is_none(self):
        verdict = examine(self.claim)
        terms = dict(verdict.counterexample.terms, trust=Fraction(1))
        moved = replace(verdict, counterexample=replace(verdict.counterexample, terms=terms))
        assert "holds at a point" in recheck(moved).faults[0]

    def test_a_point_outside_the_box(self):
        verdict = examine(Claim(x > 0, over=["trust"]))
        narrow = replace(verdict, claim=Claim(x > 0, over={"trust": ("1/2", 1)}))
        assert not recheck(narrow)

    def test_a_condition_that_is_another(self):
        verdict = examine(self.claim)
        other = examine(Claim(derivative(T, "trust") <= 0, over=["trust", "opportunism"]))
        swapped = replace(verdict, condition=other.condition)
        assert "not that of the certificate" in recheck(swapped).faults[0]

    def test_a_condition_that_is_another_at_its_boundary_alone(self):
        verdict = examine(self.claim)
        (relation,) = verdict.condition.inequalities
        assert relation.rel_op == "<"
        wider = replace(verdict.condition, inequalities=(relation.lhs <= 0,))
        found = recheck(replace(verdict, condition=wider))
        assert "not that of the certificate" in found.faults[0]

    def test_conditions_of_all_shapes(self):
        z = term("opportunism")
        for statement, words in (
            (x * y > 0, None), (x**2 * (2 * y - 1) > 0, None), (x**2 * (2 * y - 1) >= 0, None),
            (~(x * y > 0), None), ((2 * x - z) ** 2 * y > 0, None), (x**2 * y <= 0, None),
        ):  # fmt: skip
            over = ["trust", "leakage", "opportunism"]
            verdict = examine(Claim(statement, over=over))
            assert verdict.kind in ("conditional", "refuted")
            found = recheck(verdict)
            assert found.valid, (str(statement), found.faults, words)

    def test_sides_with_other_values(self):
        verdict = examine(self.claim)
        (side,) = verdict.counterexample.sides
        other = replace(verdict.counterexample, sides=(replace(side, left=side.left + 1),))
        assert "another value" in recheck(replace(verdict, counterexample=other)).faults[0]

    def test_a_verdict_that_says_more_than_its_kind(self):
        proved, conditional = examine(Claim(x >= 0, over=["trust"])), examine(self.claim)
        with_condition = replace(proved, condition=conditional.condition)
        assert "there is a condition" in recheck(with_condition).faults[0]
        for kind in ("supported", "proved", "refuted", "undecided"):
            assert not recheck(replace(conditional, kind=kind))

    def test_nothing_to_check(self):
        z = term("opportunism")
        means = x**2 + y**2 + z**2 >= x * y + y * z + x * z
        claim = Claim(means, over=["trust", "leakage", "opportunism"])
        found = recheck(examine(claim, budget=1))
        assert not found.valid
        assert "nothing to check" in found.status
        with pytest.raises(TypeError, match="verdict: requires a Verdict"):
            recheck("a verdict")


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.integers(-3, 3), min_size=6, max_size=6),
    st.lists(st.integers(0, 3), min_size=9, max_size=9),
    st.sampled_from([(0, 1), ("1/3", 2), (0, None)]),
)
def test_polynomials_that_are_nonnegative_by_construction(square, bernstein, high):
    """A square of a polynomial times one with Bernstein coefficients that are not negative."""
    low, top = high
    over = {"synergy": (0, 1), "relational_return": (low, top)}
    g, h = term("synergy"), term("relational_return")
    root = sum((c * g ** (k % 3) * h ** (k // 3) for k, c in enumerate(square)), 0 * g)
    first, second = g, h - Fraction(low)
    weight = sum(
        (c * first**i * (1 - first) ** (2 - i) * second**j for (i, j), c in zip(
            [(i, j) for i in range(3) for j in range(3)], bernstein, strict=True)),
        0 * g,
    )  # fmt: skip
    verdict = examine(Claim(root**2 * weight >= 0, over=over), budget=200)
    assert verdict.kind == "proved"
    assert recheck(verdict).valid
    lower = examine(Claim(root**2 * weight + (g - Fraction(1, 2)) ** 2 >= 0, over=over), budget=60)
    assert not lower.refuted


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(
    st.fractions(0, 1, max_denominator=12),
    st.fractions(0, 1, max_denominator=12),
    st.integers(1, 50),
    st.integers(1, 50),
)
def test_polynomials_that_fail_at_one_known_point(a, b, m, n):
    claim = Claim(
        m * (x - a) ** 2 + n * (term("opportunism") - b) ** 2 > 0, over=["trust", "opportunism"]
    )
    verdict = examine(claim, budget=400)
    assert verdict.refuted
    assert verdict.counterexample.terms == {"trust": a, "opportunism": b}


def test_a_verdict_pickles_and_turns_into_a_record_and_a_table(divided, identified):
    conditional = examine(TestPoints.claim)
    for verdict in (divided, identified, conditional):
        again = pickle.loads(pickle.dumps(verdict))
        assert again.certificate == verdict.certificate
        assert recheck(again).valid
        text = json.dumps(record(verdict))
        assert verdict.kind in text
        assert "Fraction" not in text
        assert table(verdict)
        assert all(len(line) <= 80 for line in table(verdict).splitlines())
    kept = record(conditional)
    assert kept["condition"]["words"] == ["trust > (2*opportunism - 1)/(2*opportunism + 1)"]
    assert kept["counterexample"]["terms"] == {"trust": "0", "opportunism": "3/4"}
