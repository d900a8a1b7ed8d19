"""Claims at their edges: pairs of alliances, ratios that cancel, faces, and words that are wrong."""

from dilemma.propositions import Claim, equal, examine, falls, recheck, rises, term

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
