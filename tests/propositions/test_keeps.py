"""What holds once and for all larger values of a term, against every pair on an exact grid."""

from dataclasses import replace
from fractions import Fraction

import pytest

from dilemma.alliance import Alliance
from dilemma.equilibria import pure_nash
from dilemma.propositions import (
    Claim,
    equal,
    equilibrium,
    examine,
    keeps,
    measured,
    payoff,
    recheck,
    rises,
    strict_equilibrium,
    term,
)
from dilemma.propositions.defining import holds_as_defined

GRID = [Fraction(k, 60) for k in range(61)]
x, y = term("trust"), term("leakage")


def one_by_one(holds, growing):
    """Whether some pair of grid points breaks the statement."""
    first = [one for one in GRID if holds(one)]
    return not any(
        (later > now if growing else later < now) and not holds(later)
        for now in first
        for later in GRID
    )


class TestAgainstEveryPair:
    @pytest.mark.parametrize(
        ("statement", "holds", "growing", "kind"),
        [
            (x > "1/2", lambda t: t > Fraction(1, 2), True, "proved"),
            (x > "1/2", lambda t: t > Fraction(1, 2), False, "refuted"),
            (x <= "1/2", lambda t: 2 * t <= 1, False, "proved"),
            ((x - "1/3") * (x - "2/3") >= 0, lambda t: (3 * t - 1) * (3 * t - 2) >= 0, True,
             "refuted"),
            ((x > "1/4") & (x**2 > "1/4"), lambda t: t > Fraction(1, 2), True, "proved"),
            ((x < "1/4") | (x > "1/2"), lambda t: 4 * t < 1 or 2 * t > 1, True, "refuted"),
            (equal(x, 1), lambda t: t == 1, True, "proved"),
            (equal(x, 0), lambda t: t == 0, True, "refuted"),
            (x**3 - x >= -2, lambda t: True, True, "proved"),
        ],
    )  # fmt: skip
    def test_of_one_term(self, statement, holds, growing, kind):
        verdict = examine(Claim(keeps(statement, "trust", growing), over=["trust"]))
        assert verdict.refuted is not one_by_one(holds, growing)
        if kind == "refuted":
            now, later = (verdict.counterexample.terms[k] for k in ("trust", "later trust"))
            first, second = (now, later) if growing else (later, now)
            assert now < later
            assert holds(first)
            assert not holds(second)
        else:
            assert verdict.kind == kind
        assert recheck(verdict).valid

    @pytest.mark.parametrize("posture", ["collaboration", "competition", "avoidance"])
    @pytest.mark.parametrize("growing", [True, False])
    def test_of_equilibria(self, posture, growing):
        strict = {
            t: any(
                one.strict and one.words == f"both play {posture}"
                for one in pure_nash(Alliance(trust=t, stakes=4).game())
            )
            for t in GRID
        }
        claim = Claim(
            keeps(strict_equilibrium(posture), "trust", growing), ["trust"],
            model=Alliance(stakes=4),
        )  # fmt: skip
        verdict = examine(claim)
        assert verdict.kind == ("proved" if one_by_one(strict.__getitem__, growing) else "refuted")
        assert recheck(verdict).valid

    def test_other_terms_stay(self):
        """x > y holds on: the same leakage is meant at both values of trust."""
        over = {"trust": None, "leakage": (0, "1/2")}
        assert examine(Claim(keeps(x > y, "trust"), over)).kind == "proved"
        verdict = examine(Claim(keeps(x > y, "leakage"), over))
        assert verdict.refuted
        assert set(verdict.counterexample.terms) == {"trust", "leakage", "later leakage"}


class TestAssumptions:
    def test_hold_before_and_after(self):
        """Nothing with x above 1/2 twice can lose x > 1/4."""
        claim = Claim(keeps(x < "3/4", "trust"), ["trust"])
        assert examine(claim).refuted
        assert examine(replace(claim, assuming=x < "1/2")).kind == "proved"

    def test_of_a_measure_is_sampled(self):
        counted = measured("number_of_equilibria")
        verdict = examine(Claim(keeps(counted >= 5, "trust"), ["trust"]), samples=32)
        assert verdict.kind == "supported"
        verdict = examine(Claim(keeps(counted <= 1, "trust"), ["trust"]), samples=32)
        now, later = (verdict.counterexample.terms[k] for k in ("trust", "later trust"))
        assert verdict.kind == "refuted"
        assert now < later


class TestDefinition:
    def test_both_alliances_are_looked_up(self):
        claim = Claim(keeps(equilibrium("collaboration"), "trust", growing=False), ["trust"])
        low, high = Fraction(1, 2), Fraction(3, 4)
        assert not holds_as_defined(claim, {"trust": low, "later trust": high})
        assert holds_as_defined(claim, {"trust": high, "later trust": Fraction(1)})
        assert holds_as_defined(claim, {"trust": Fraction(0), "later trust": low})

    def test_a_certificate_of_the_other_direction_is_refused(self):
        proved = examine(Claim(keeps(x > "1/2", "trust"), ["trust"]))
        other = Claim(keeps(x > "1/2", "trust", growing=False), ["trust"])
        assert recheck(proved).valid
        assert not recheck(replace(proved, claim=other))

    def test_comparisons_that_mean_something_else_are_noticed(self, monkeypatch):
        from dilemma.propositions import rechecking

        claim = Claim(keeps(x > "1/2", "trust"), ["trust"])
        verdict = examine(claim)
        turned = Claim(keeps(x > "1/2", "trust", growing=False), ["trust"])
        own = rechecking.in_pairs
        other = turned.statement.plain(turned.names)
        monkeypatch.setattr(rechecking, "in_pairs", lambda goal, assumed: own(other, assumed))
        assert "not what the statement means" in recheck(verdict).faults[0]


class TestWrongInput:
    def test_statements_on_two_alliances(self):
        moving = rises(payoff("row", "collaboration"), "trust")
        for one in (moving, keeps(x > 0, "trust"), (x > 0) & moving):
            with pytest.raises(TypeError, match="requires one on a single alliance"):
                keeps(one, "trust")

    def test_it_is_neither_turned_round_nor_assumed(self):
        with pytest.raises(TypeError, match="can't be turned round"):
            ~keeps(x > 0, "trust")

    def test_names(self):
        with pytest.raises(TypeError, match="name of a term"):
            keeps(x > 0, 1)
        with pytest.raises(TypeError, match="requires a statement"):
            keeps(1, "trust")
        with pytest.raises(ValueError, match="requires it among the terms of over"):
            examine(Claim(keeps(x > 0, "stakes"), ["trust"]))
