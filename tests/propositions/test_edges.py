"""Claims at their edges: pairs of alliances, ratios that cancel, faces, and wrong words."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest

from dilemma.alliance.terms import Domain
from dilemma.game import Game
from dilemma.propositions import (
    Claim,
    derivative,
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
from dilemma.study import model_measure

x, y, z = term("trust"), term("leakage"), term("opportunism")


class TestPairs:
    def test_what_is_joined_to_a_pair_is_claimed_of_alliances_without_a_later_one(self):
        # At trust 1 there is no later trust, and trust < 1 fails there all the same.
        verdict = examine(Claim(rises(x, "trust") & (x < 1), over=["trust"]))
        assert verdict.refuted
        assert verdict.counterexample.terms["trust"] == 1
        assert [one.words for one in verdict.counterexample.sides] == ["trust < 1"]
        assert recheck(verdict).valid

    def test_one_term_that_an_assumption_fixes_leaves_the_other_free(self):
        both = rises(-x, "trust") & rises(z, "opportunism")
        verdict = examine(Claim(both, over=["trust", "opportunism"], assuming=equal(z, 1)))
        assert verdict.kind == "refuted"
        assert recheck(verdict).valid
        terms = verdict.counterexample.terms
        assert terms["later trust"] > terms["trust"]

    def test_true_ones_are_proved(self):
        both = rises(x * z, "trust") & rises(x * z, "opportunism") & (x <= 1)
        assumed = x + z >= "1/2"
        verdict = examine(Claim(both, over=["trust", "opportunism"], assuming=assumed))
        assert verdict.kind == "proved"
        assert recheck(verdict).valid

    def test_either_of_two(self):
        one_of_two = rises(x * (1 - 2 * z), "trust") | falls(x * (1 - 2 * z), "trust")
        verdict = examine(Claim(one_of_two, over=["trust", "opportunism"]))
        assert verdict.kind == "proved"
        assert recheck(verdict).valid

    def test_both_alliances_satisfy_the_assumption(self):
        tent = x * (1 - x)
        assert examine(Claim(rises(tent, "trust") & (x >= 0), over=["trust"])).refuted
        low = Claim(rises(tent, "trust") & (x >= 0), over=["trust"], assuming=x <= "1/2")
        assert examine(low).kind == "proved"
        assert recheck(examine(low)).valid


def test_an_end_is_told_from_the_inside_in_plain_words():
    condition = examine(Claim(term("power") > -1, over=["power"])).condition
    assert str(condition) == "power > -1"


class TestRatios:
    def test_a_claim_says_nothing_where_a_ratio_that_cancels_has_no_value(self):
        verdict = examine(Claim(1 / (1 / x) > 0, over=["trust"]))
        assert verdict.kind == "proved"
        assert "wherever no denominator is 0" in verdict.status
        assert recheck(verdict).valid
        verdict = examine(Claim(x / x > 2 * x, over=["trust"]))
        assert verdict.counterexample.terms["trust"] > 0
        assert recheck(verdict).valid
        assert examine(Claim((x * y) / x >= y, over=["trust", "leakage"])).kind == "proved"

    def test_a_comparison_of_the_same_is_refuted(self):
        verdict = examine(Claim((x >= 0) & (x - x > 0), over=["trust"]))
        assert verdict.kind == "refuted"
        assert "holds nowhere" in verdict.status


@model_measure()
def trust_of(alliance):
    return float(alliance.trust)


def nothing(game):
    return 0.0


class TestSamples:
    def test_corners_and_faces_are_sampled(self):
        for statement in (measured(trust_of) < 1, measured(trust_of) > 0):
            verdict = examine(Claim(statement, over=["trust"]), samples=16, tolerance=0)
            assert verdict.refuted, verdict
        edge = Claim(measured(trust_of) < 1, over=["trust", "stakes", "leakage", "synergy"])
        assert examine(edge, samples=100, tolerance=0).refuted

    def test_what_holds_within_the_tolerance_alone_is_said_to(self):
        verdict = examine(Claim(measured(nothing) > 0, over=["trust"]), samples=10)
        assert verdict.kind == "supported"
        assert "At all of them it holds only within the tolerance of 1e-09." in verdict.status
        exact = examine(Claim(measured(nothing) > 0, over=["trust"]), samples=10, tolerance=0)
        assert exact.refuted

    def test_texts_are_in_no_order(self):
        for statement in (measured("kind_of_dilemma") > 0, measured("kind_of_dilemma") + 1 > 0):
            with pytest.raises(TypeError, match="returns a text"):
                examine(Claim(statement, over=["trust"]), samples=2)

    def test_nothing_is_left_behind(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        examine(Claim(x < 1, over=["trust"]))
        examine(Claim(measured(trust_of) < "1/2", over=["trust"]), samples=8)
        assert not list(tmp_path.iterdir())


@dataclass(frozen=True)
class Fight:
    """A model of a user's, which computes in floats."""

    cost: object = 2
    domains = {"cost": Domain(Fraction(0), None)}  # noqa: RUF012

    def replace(self, **terms):
        return replace(self, **terms)

    def payoffs(self):
        row = [[0.1 * (1 - self.cost), 1], [0, 0.3]]
        return np.array([row, [list(one) for one in zip(*row, strict=True)]], dtype=object)

    def game(self):
        return Game(self.payoffs())


def test_a_model_that_computes_in_floats_is_not_called_exact():
    verdict = examine(Claim(payoff("row", "1") <= "1/10", over=["cost"], model=Fight()))
    assert verdict.kind == "proved"
    assert not verdict.exact
    assert "floating point" in verdict.status
    assert "floating point" in recheck(verdict).faults[0]


class TestRefusals:
    @pytest.mark.parametrize(
        ("make", "error", "message"),
        [
            (lambda: Claim(term("nope") > 0, over=["trust"]), ValueError, "got 'nope'"),
            (lambda: Claim(derivative(x, "nope") > 0, over=["trust"]), ValueError, "got 'nope'"),
            (lambda: Claim(rises(x, "nope"), over=["trust"]), ValueError, "got 'nope'"),
            (lambda: Claim(payoff("row", "nope") > 0, over=["trust"]), ValueError, "got 'nope'"),
            (
                lambda: Claim(elsewhere(x, trust=2) > 0, over=["trust"]),
                ValueError, r"trust: requires .*\[0, 1\], got 2",
            ),
            (
                lambda: examine(Claim(elsewhere(x, trust=2 * y) > 0, over=["leakage"])),
                ValueError, r"trust: requires values in \[0, 1\], got 2\*leakage at leakage",
            ),
            (
                lambda: Claim(x > 0, over=["trust"], assuming=[y > 0, rises(x, "trust")]),
                TypeError, r"assuming\[1\]: requires a statement on each alliance",
            ),
            (lambda: Claim(x > 0, over={"trust": (None, 1)}), TypeError, "trust: requires a low"),
            (lambda: Claim(x > 0, over={"trust": Domain(None, 1)}), TypeError, "requires a low"),
            (
                lambda: examine(Claim(measured(trust_of) > 0, over=["trust"]), tolerance=-1),
                ValueError, "tolerance: requires at least 0, got -1",
            ),
        ],
    )  # fmt: skip
    def test_errors_say_what_is_required(self, make, error, message):
        with pytest.raises(error, match=message):
            make()

    def test_a_move_within_the_domain_is_allowed(self):
        lower = elsewhere(x, trust=x * y) <= x
        assert examine(Claim(lower, over=["trust", "leakage"])).kind == "proved"
        doubled = Claim(
            elsewhere(x, trust=2 * x) >= x, over=["trust"], assuming=x <= Fraction(1, 2)
        )
        assert examine(doubled).kind == "proved"
        assert recheck(examine(doubled)).valid
