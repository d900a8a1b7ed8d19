"""Claims as users write them: arguments, models of their own, and what is refused."""

import pickle
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest

from dilemma.alliance import Alliance, Domain
from dilemma.game import Game
from dilemma.propositions import (
    Claim,
    derivative,
    elsewhere,
    equal,
    equilibrium,
    examine,
    joint_learning,
    measured,
    ordered,
    payoff,
    recheck,
    rises,
    strict_equilibrium,
    term,
)

R = payoff("row", "collaboration")


@dataclass(frozen=True)
class StagHunt:
    """A model of a user's own: two hunters, and how large the stag is."""

    stag: Fraction = Fraction(4)
    risk: Fraction = Fraction(1)

    @property
    def domains(self):
        return {"stag": Domain(Fraction(0), None), "risk": Domain(Fraction(0), Fraction(3))}

    def replace(self, **terms):
        return replace(self, **terms)

    def payoffs(self):
        table = np.array(
            [[self.stag, -self.risk + 0], [3 - self.risk, 3 - self.risk]], dtype=object
        )
        return np.stack([table, table.T])

    def game(self):
        return Game(self.payoffs(), [["stag", "hare"]] * 2)

    def games(self):
        raise NotImplementedError


class TestOwnModels:
    def test_claims_on_them_are_proved(self):
        claim = Claim(
            strict_equilibrium("stag"),
            over={"stag": (3, None), "risk": ("1/10", 3)},
            model=StagHunt(),
        )
        verdict = examine(claim)
        assert verdict.kind == "proved"
        assert recheck(verdict).valid

    def test_their_conditions_are_found(self):
        claim = Claim(strict_equilibrium("stag"), over=["stag", "risk"], model=StagHunt())
        verdict = examine(claim)
        assert str(verdict.condition) == "stag > 3 - risk"

    def test_learning_is_none_of_theirs(self):
        claim = Claim(joint_learning("stag") > 0, over=["stag"], model=StagHunt())
        with pytest.raises(TypeError, match="requires a model with outcomes"):
            examine(claim)


class TestArguments:
    @pytest.mark.parametrize(
        ("arguments", "error", "words"),
        [
            ({"statement": 3}, TypeError, "statement: requires a statement"),
            ({"over": ["trsut"]}, ValueError, "over: requires terms among .*, got 'trsut'"),
            ({"over": []}, ValueError, "over: requires at least one term"),
            ({"over": 3}, TypeError, "over: requires ranges"),
            ({"over": {"trust": 3}}, TypeError, "trust: requires a pair"),
            ({"over": {"trust": (1, 0)}}, ValueError, "trust: requires low < high, got 1 and 0"),
            ({"over": {"trust": (0, 2)}}, ValueError, r"trust: requires a range in \[0, 1\]"),
            ({"over": {"trust": (0, None)}}, ValueError, "got 0 to no end"),
            ({"over": {"stakes": None, "stakes.row": None}}, ValueError, "requires stakes or"),
            ({"assuming": "chicken"}, ValueError, 'requires statements or "dilemma"'),
            ({"assuming": 3}, TypeError, "assuming: requires statements"),
            ({"assuming": [3]}, TypeError, r"assuming\[0\]: requires a statement"),
            ({"model": "alliance"}, TypeError, "model: requires a model"),
            ({"words": 3}, TypeError, "words: requires a text"),
            ({"statement": strict_equilibrium("colaboration")}, ValueError, "got 'colaboration'"),
        ],
    )
    def test_claims_that_are_none(self, arguments, error, words):
        with pytest.raises(error, match=words):
            Claim(**{"statement": R > 0, "over": ["trust"], **arguments})

    @pytest.mark.parametrize(
        ("make", "error", "words"),
        [
            (lambda: payoff("left", "collaboration"), ValueError, "firm: requires row or column"),
            (lambda: payoff("row", 3), TypeError, "row: requires the name of a strategy"),
            (lambda: term(3), TypeError, "name: requires the name of a term"),
            (lambda: R**0.5, ValueError, "power: requires a whole number"),
            (lambda: R > "much", ValueError, "requires a finite number"),
            (lambda: bool(R > 0), TypeError, "join statements by & and"),
            (lambda: ordered(R, ">"), ValueError, "chain: requires quantities"),
            (lambda: derivative(measured("basin"), "trust"), ValueError, "no derivative"),
            (lambda: measured("basins"), ValueError, "measure: requires a function, or one of"),
            (lambda: ~rises(R, "trust"), TypeError, "can't be turned round"),
            (lambda: examine("claim"), TypeError, "claim: requires a Claim"),
        ],
    )
    def test_words_that_are_none(self, make, error, words):
        with pytest.raises(error, match=words):
            make()

    @pytest.mark.parametrize("arguments", [{"budget": 0}, {"samples": 0}, {"budget": 2.5}])
    def test_numbers_that_are_none(self, arguments):
        with pytest.raises((TypeError, ValueError), match="requires"):
            examine(Claim(R > 0, over=["trust"]), **arguments)

    def test_strategies_and_terms_are_checked_where_they_are_used(self):
        with pytest.raises(ValueError, match="requires strategies among"):
            examine(Claim(payoff("row", "colaboration") > 0, over=["trust"]))
        with pytest.raises(ValueError, match="requires terms among"):
            examine(Claim(term("trsut") > 0, over=["trust"]))
        with pytest.raises(ValueError, match="requires it among the terms of over"):
            examine(Claim(rises(R, "stakes"), over=["trust"]))

    def test_a_ratio_without_denominator(self):
        nothing = payoff("row", "avoidance")
        with pytest.raises(ValueError, match="denominator that is 0 everywhere"):
            examine(Claim(R / nothing > 0, over=["trust"]))


class TestMeanings:
    def test_chains_need_words(self):
        with pytest.raises(TypeError):
            assert 0 < R < 1

    def test_open_ends_are_kept(self):
        open_end = Domain(Fraction(0), Fraction(1), low_open=True)
        assert examine(Claim(term("trust") > 0, over={"trust": open_end})).kind == "proved"
        assert examine(Claim(term("trust") > 0, over={"trust": (0, 1)})).refuted

    def test_firms_are_moved_alone_or_together(self):
        alone = Claim(equal(derivative(R, "opportunism.column"), 0), over=["stakes"])
        assert examine(alone).kind == "proved"
        both = Claim(
            equal(
                derivative(R, "stakes"),
                derivative(R, "stakes.row") + derivative(R, "stakes.column"),
            ),
            over=["stakes.row", "stakes.column", "trust"],
        )
        assert examine(both).kind == "proved"

    def test_elsewhere(self):
        claim = Claim(elsewhere(R, trust=1) >= R, over=["trust", "stakes"])
        assert examine(claim).kind == "proved"

    def test_other_terms_are_those_of_the_model(self):
        claim = Claim(equilibrium("collaboration"), over={"stakes": (1, 2)})
        assert examine(claim).refuted
        trusting = Claim(claim.statement, over=claim.over, model=Alliance(trust=1))
        assert examine(trusting).kind == "proved"

    def test_a_ratio_says_nothing_where_it_is_none(self):
        claim = Claim(equal(term("trust") / term("trust"), 1), over=["trust"])
        assert examine(claim).kind == "proved"

    def test_assumptions_that_nothing_satisfies(self):
        verdict = examine(Claim(R > 0, over=["trust"], assuming=term("trust") > 1))
        assert verdict.kind == "proved"
        assert "in vain" in verdict.status

    def test_undecided_says_what_is_left(self):
        x, y, z = term("trust"), term("leakage"), term("opportunism")
        means = x**2 + y**2 + z**2 >= x * y + y * z + x * z
        claim = Claim(means, over=["trust", "leakage", "opportunism"])
        verdict = examine(claim, budget=1)
        assert verdict.kind == "undecided"
        assert not verdict.complete
        halves = [(one["trust"].low, one["trust"].high) for one in verdict.left]
        assert halves == [(0, Fraction(1, 2)), (Fraction(1, 2), 1)]
        assert all(one["leakage"] == claim.over["leakage"] for one in verdict.left)
        assert verdict.share_left == 1
        further = examine(claim, budget=200)
        assert further.kind == "undecided"
        assert 0 < further.share_left < 1
        assert "what is left lies in" in str(further)

    def test_claims_pickle_and_compare(self):
        claim = Claim(R > 0, over=["trust"], assuming="dilemma", words="w", source="s")
        again = pickle.loads(pickle.dumps(claim))
        assert again == claim
        assert hash(again) == hash(claim)
        assert claim != Claim(R > 0, over=["trust"])
        assert str(claim) == "w"

    def test_the_same_claim_has_the_same_verdict(self):
        claim = Claim(
            derivative(R, "trust") > Fraction(1, 3), over=["relational_return", "stakes"]
        )
        assert examine(claim) == examine(claim)
