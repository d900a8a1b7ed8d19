"""Claims on measures: supported or refuted, never proved."""

from fractions import Fraction
from functools import partial

import pytest

from dilemma.alliance import Alliance
from dilemma.propositions import (
    Claim,
    elsewhere,
    equal,
    examine,
    falls,
    measured,
    payoff,
    recheck,
    rises,
    term,
)
from dilemma.propositions.measuring import measured_value, measured_values
from dilemma.study import game_measure, model_measure
from dilemma.study.measures import fixation_odds

TRUST = {"trust": None, "stakes": (1, 2)}


@game_measure()
def temptation(game):
    """Exact, and a polynomial that the sampler does not know of."""
    return game.exact_payoffs[0, 1, 0] - game.exact_payoffs[0, 0, 0]


@model_measure()
def cost(alliance):
    return float(alliance.receptivity_cost)


def nothing(game):
    return None


class TestKinds:
    def test_what_holds_is_supported_and_no_more(self):
        verdict = examine(Claim(falls(measured(temptation), "trust"), over=TRUST), samples=30)
        assert verdict.kind == "supported"
        assert verdict.samples == 30
        assert not verdict.exact
        assert not verdict.complete
        assert not recheck(verdict).valid

    def test_what_fails_is_refuted_exactly(self):
        verdict = examine(Claim(measured(temptation) > 0, over=TRUST))
        assert verdict.kind == "refuted"
        assert verdict.exact
        (sides,) = verdict.counterexample.sides
        point = verdict.counterexample.terms
        assert sides.left == temptation(Alliance(**point).game()) <= 0
        assert recheck(verdict).valid

    def test_counterexamples_are_simple(self):
        terms = examine(Claim(measured(temptation) > 0, over=TRUST)).counterexample.terms
        assert terms == {"trust": Fraction(1), "stakes": Fraction(1)}

    def test_seeds(self):
        claim = Claim(measured(temptation) > Fraction(-2, 5), over=TRUST)
        assert examine(claim, seed=1, samples=20) == examine(claim, seed=1, samples=20)

    def test_assumptions_are_kept(self):
        reward = payoff("row", "competition", "collaboration") > payoff("row", "collaboration")
        claim = Claim(measured(temptation) > 0, over=TRUST, assuming=reward)
        assert examine(claim, samples=20).kind == "supported"

    def test_assumptions_that_nothing_satisfies(self):
        claim = Claim(measured(temptation) > 0, over=TRUST, assuming=term("trust") > 1)
        verdict = examine(claim, samples=5)
        assert verdict.kind == "undecided"
        assert verdict.samples == 0

    def test_what_has_no_value_supports_nothing(self):
        assert examine(Claim(measured(nothing) > 0, over=TRUST), samples=5).kind == "undecided"

    def test_tolerance(self):
        claim = Claim(measured(cost) <= Fraction(1, 2) - Fraction(1, 10**6), over=TRUST)
        assert examine(claim, samples=5).kind == "refuted"
        assert examine(claim, samples=5, tolerance=1e-3).kind == "supported"

    def test_texts(self):
        kinds = Claim(equal(measured("kind_of_dilemma"), "prisoner's dilemma"), over=TRUST)
        verdict = examine(kinds, samples=30)
        assert verdict.kind == "refuted"
        assert verdict.counterexample.sides[0].left != "prisoner's dilemma"

    def test_two_alliances_differ_in_one_term(self):
        verdict = examine(Claim(rises(measured(temptation), "trust"), over=TRUST), samples=10)
        terms = verdict.counterexample.terms
        assert terms["later trust"] > terms["trust"]


class TestBatches:
    def test_batches_say_what_single_alliances_say(self):
        for name in ("number_of_equilibria", "is_equilibrium", "joint_learning"):
            trust = [Fraction(k, 7) if k % 7 == 0 else Fraction(k, 10) for k in range(8)]
            many = measured_values(Alliance(), name, None, {"trust": trust})
            one = [measured_value(Alliance(trust=value), name) for value in trust]
            assert many == one

    def test_values_that_no_float_means_are_asked_one_by_one(self):
        assert measured_values(Alliance(), "regime", None, {"trust": [Fraction(1, 3)]}) is None
        assert measured_values(Alliance(), temptation, None, {"trust": [Fraction(1, 2)]}) is None

    def test_elsewhere(self):
        more = elsewhere(measured("number_of_equilibria"), trust=1)
        verdict = examine(
            Claim(more >= measured("number_of_equilibria"), over=["trust"]), samples=40
        )
        assert verdict.refuted  # seven at 9/10, five at 1
        assert verdict.counterexample.sides[0].left == 5

    def test_equilibria_need_no_tolerance(self):
        claim = Claim(rises(measured("is_equilibrium"), "trust"), over=TRUST)
        assert examine(claim, samples=100).kind == "supported"

    def test_several_outputs(self):
        odds = partial(fixation_odds, size=10)
        with pytest.raises(ValueError, match="output: requires"):
            measured_value(Alliance(), odds, "nonsense")
