"""Claims on what a function computes from a model, also from models that are no game of two."""

from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

import pytest

from dilemma.alliance import Alliance
from dilemma.alliance.terms import Domain
from dilemma.collective import Consortium
from dilemma.propositions import (
    Claim,
    computed,
    derivative,
    equilibrium,
    examine,
    keeps,
    payoff,
    recheck,
    rises,
    term,
)
from dilemma.propositions.measuring import measured_value
from dilemma.study.measures.population import stationary_share


@dataclass(frozen=True)
class Commons:
    """A model without payoffs: what n alike firms get from a share that all of them give."""

    share: object = Fraction(1, 2)
    price: object = Fraction(1, 2)

    @property
    def domains(self):
        unit = Domain(Fraction(0), Fraction(1))
        return MappingProxyType({"share": unit, "price": unit})

    def replace(self, **terms):
        return replace(self, **terms)


def value(commons):
    return commons.share * (1 - commons.share * commons.price)


class TestComputed:
    def test_it_says_what_the_payoffs_say(self):
        def reward(alliance):
            return alliance.payoffs()[0, 0, 0]

        box = ["trust", "stakes"]
        own = Claim(computed(reward) > Fraction(1, 2), over=box)
        known = Claim(payoff("row", "collaboration") > Fraction(1, 2), over=box)
        found, expected = examine(own), examine(known)
        assert found.kind == expected.kind == "conditional"
        assert str(found.condition) == str(expected.condition)
        assert recheck(found).valid

    def test_a_model_that_is_no_game_is_spoken_of(self):
        claim = Claim(derivative(computed(value), "share") >= 0, over=["price"], model=Commons())
        verdict = examine(claim)
        assert verdict.kind == "proved"
        assert recheck(verdict).valid
        # The slope is 1 - 2 share price, so that it is not so everywhere.
        whole = Claim(rises(computed(value), "share"), over=["share", "price"], model=Commons())
        verdict = examine(whole)
        assert verdict.kind != "proved"
        assert recheck(verdict).valid

    def test_two_functions_may_have_one_name(self):
        both = (computed(lambda c: c.price) > 0) & (computed(lambda c: 1 - c.price) > 0)
        verdict = examine(Claim(both, over=["price"], model=Commons()))
        assert str(verdict.condition) == "price > 0 and price < 1"
        assert recheck(verdict).valid
        refuted = examine(
            Claim(both & (computed(lambda c: 0 * c.price) > 0), over=["price"], model=Commons())
        )
        assert refuted.kind == "refuted"
        assert recheck(refuted).valid

    def test_what_lasts_is_spoken_of_too(self):
        large = computed(value, "the value") >= Fraction(1, 4)
        claim = Claim(
            keeps(large, "price", growing=False), over=["share", "price"], model=Commons()
        )
        assert "the value >= 1/4" in str(claim)
        assert examine(claim).kind == "proved"

    def test_floating_point_proves_nothing(self):
        claim = Claim(computed(lambda commons: 0.5, "half") > 0, over=["price"], model=Commons())
        with pytest.raises(TypeError, match=r"^function: requires an exact number .* from half"):
            examine(claim)

    def test_two_firms_are_required_only_where_they_are_spoken_of(self):
        for statement in (equilibrium("avoidance"), payoff("row", "avoidance") > 0):
            with pytest.raises(TypeError, match=r"^model: requires a model with payoffs and game"):
                Claim(statement, over=["price"], model=Commons())
        with pytest.raises(TypeError, match=r"^model: requires a model with domains and replace"):
            Claim(term("price") > 0, over=["price"], model=3)

    @pytest.mark.parametrize("given", [3, "payoff", None])
    def test_it_takes_a_function(self, given):
        with pytest.raises(TypeError, match=r"^function: requires a function of a model"):
            computed(given)

    def test_a_claim_without_strategies_has_none(self):
        assert Claim(term("trust") >= 0, over=["trust"]).names == ((), ())
        assert Claim(equilibrium("avoidance"), over=["trust"]).names == (
            Alliance().game().strategies
        )


def test_a_measure_of_a_game_takes_a_consortium_of_two():
    two = Consortium(2, trust="1/4", stakes=2)
    share = measured_value(two, "stationary_share")
    assert share == stationary_share(two.game().to_game())
    assert measured_value(Consortium(3), lambda game: len(game.players)) == 3
