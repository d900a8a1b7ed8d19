"""Claims on more than two partners: verdicts as derived by hand, and as found by trying models."""

import math
import random
import re
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
import sympy

from dilemma.alliance import Alliance
from dilemma.alliance.terms import Domain
from dilemma.collective import (
    Consortium,
    GoalNetwork,
    Institution,
    maintenance,
    orchestration,
    second_order_gain,
    tipping_share,
)
from dilemma.propositions import (
    ARTICLE,
    CLAIMS,
    COLLECTIVE,
    Claim,
    examine,
    examine_claims,
    recheck,
)
from dilemma.propositions.acting_first import CHOICES, free_riding_gain, paying_is_best, takeover
from dilemma.propositions.common_goals import in_a_row
from dilemma.propositions.formulas import true_at
from dilemma.propositions.lasting_settlements import (
    LEVELS,
    RATES,
    settled,
    worth_of_maintenance,
)
from dilemma.propositions.parameters import Parameters
from dilemma.propositions.setting import Setting
from dilemma.propositions.tracked_value import SKILLS, all_stay, lasting, unequal_firms

HALF = Fraction(1, 2)
NOT_PROVED = {
    # Whom others hear must be nearer the goal than those who hear it.
    "goal formation in a row: commitment": "conditional",
    "goal formation in a row: network value": "conditional",
    # Where the others stand for the goal already, nothing is left to form with an architect.
    "architect: network value": "refuted",
    # The middle firm hears more of the believer where domains matter.
    "domain similarity, believer near: commitment": "conditional",
    "domain similarity, believer near: network value": "conditional",
    # The goal is met without the one that leaves.
    "common goal: one can be spared": "refuted",
    # All fines for not paying together are more than the fee.
    "second order: with sanctions": "conditional",
    # So are those of the mobilizers alone, and trust keeps firms from competing.
    "mobilizers pay: one of three": "conditional",
    "mobilizers pay: two of three": "conditional",
    # Where shocks are so many that what is repaired does not last.
    "maintenance: it pays": "refuted",
    # No firm may add less than it gets outside.
    "tracked value: sufficient": "conditional",
    # Equal shares are enough for all where options are poor.
    "tracked value: necessary": "refuted",
    # Those who add least are the first to leave.
    "tracked value, options alike: survival": "refuted",
}
SAMPLED = {
    # Trust curbs what a collaborator wins of avoiders' leaks.
    "mobilizers: trust": "refuted",
    "mobilizers: stakes": "supported",
    "mobilizers: more partners": "supported",
    "mobilizers: a common goal": "supported",
    "continuous search: survival": "supported",
}
POLYNOMIAL = [name for name in COLLECTIVE if name not in SAMPLED]


@pytest.fixture(scope="module")
def verdicts():
    return examine_claims({name: COLLECTIVE[name] for name in POLYNOMIAL})


@pytest.fixture(scope="module")
def told():
    """The words of the README by the claim's name."""
    text = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")
    section = text.partition("## What claims on more than two partners come to")[2]
    section = section.partition("\n## ")[0]
    words = {}
    for kind, names in re.findall(r"^- \*\*(\w+)\*\*: (.*?)\.$", section, re.M | re.S):
        for name in " ".join(names.split()).split("; "):
            words[re.sub(r" \(.*?\)$", "", name)] = kind
    return words


class TestVerdicts:
    def test_each_is_as_expected(self, verdicts):
        assert verdicts.kinds == {name: NOT_PROVED.get(name, "proved") for name in POLYNOMIAL}
        assert verdicts.complete
        assert verdicts.exact

    @pytest.mark.parametrize("name", POLYNOMIAL)
    def test_each_stands_up_to_a_second_look(self, verdicts, name):
        assert recheck(verdicts[name]).valid

    @pytest.mark.parametrize("name", SAMPLED)
    def test_what_is_sampled(self, name):
        found = examine_claims({name: COLLECTIVE[name]}, samples=4)[name]
        assert found.kind == SAMPLED[name]

    def test_the_readme_tells_all(self, told):
        short = {"proved": "proved", "refuted": "no", "conditional": "if", "supported": "held"}
        kinds = {**dict.fromkeys(POLYNOMIAL, "proved"), **NOT_PROVED, **SAMPLED}
        assert told == {name: short[kind] for name, kind in kinds.items()}

    def test_they_join_the_others(self):
        assert {**ARTICLE, **COLLECTIVE} == dict(CLAIMS)
        assert {claim.source for claim in COLLECTIVE.values()} == {
            "matinheikki2017", "matinheikki2019", "oskam2021",
        }  # fmt: skip
        assert len({claim.words for claim in CLAIMS.values()}) == len(CLAIMS)


class TestGoalFormation:
    def test_in_a_row_it_is_the_middle_firm_that_decides(self, verdicts):
        """By the views after many rounds, at random beginnings."""
        condition = verdicts["goal formation in a row: commitment"].condition
        assert str(condition) == "views.1 <= 2*views.2 - views.3"
        draw = random.Random(1)
        seen = set()
        for _ in range(40):
            views = [Fraction(draw.randrange(21), 20) for _ in range(3)]
            network = in_a_row().replace(views=views)
            before = [float(one) for one in views]
            now = list(before)
            for _ in range(80):
                heard = [now[1], (now[0] + now[2]) / 2, now[1]]
                now = [(x + h) / 2 for x, h in zip(before, heard, strict=True)]
            assert math.isclose(sum(now), network.commitment(), abs_tol=1e-12)
            expected = views[0] + views[2] <= 2 * views[1]
            assert (network.commitment() >= sum(views)) == expected
            seen.add(expected)
        assert seen == {True, False}

    def test_an_architect_can_be_in_the_way(self, verdicts):
        """All stand for the goal with one; without, the doubter still comes nearer to it."""
        point = verdicts["architect: network value"].counterexample
        views = [point.terms[f"views.{k}"] for k in (1, 2, 3)]
        assert views == [0, 1, 1]
        firms = GoalNetwork(3, views, susceptibility="1/2")
        assert firms.value() > firms.replace(formation=0).value()
        with_one = firms.with_architect("stubborn", 0)
        assert with_one.value() == with_one.replace(formation=0).value()


class TestMobilizers:
    def test_more_trust_can_ask_for_more_of_them(self):
        four = Consortium(4, stakes=3)
        shares = [takeover(four.replace(trust=trust)) for trust in ("1/2", "3/4", 1)]
        assert shares == sorted(set(shares))
        # What an avoider leaks a collaborator wins in the race, and less of it with more trust.
        gains = [Alliance(stakes=3, trust=trust).payoffs()[0, 0, 4] for trust in ("1/2", "3/4", 1)]
        assert gains == sorted(gains, reverse=True)

    def test_takeover_is_the_tipping_share(self):
        four = Consortium(4, trust="9/10")
        share = tipping_share(four, "collaboration", "avoidance").takeover
        assert abs(float(share) - takeover(four)) < 1e-9
        assert takeover(Consortium(4, stakes="1/10")) == 2


def holds_at(condition, point):
    """Whether an exact condition holds at a point."""
    values = {name: sympy.Rational(one.numerator, one.denominator) for name, one in point.items()}
    return all(
        bool(one.subs({symbol: values[str(symbol)] for symbol in one.free_symbols}))
        for one in condition.inequalities
    )


class TestSecondOrder:
    def test_a_fine_solves_it_where_it_exceeds_the_fee(self):
        """Three others fine whoever does not pay."""
        for fee, fine, severity in (("3/10", "1/10", 1), ("3/10", "1/5", "1/2"), (1, "2/5", 1)):
            terms = {"pool_fee": fee, "pool_fine": fine, "second_order": severity}
            pool = Institution(Consortium(4), CHOICES, **terms)
            expected = Fraction(fee) - 3 * Fraction(fine) * Fraction(severity)
            assert free_riding_gain(pool) == second_order_gain(pool) == expected

    def test_conditions_are_those_of_all_groups_one_by_one(self, verdicts):
        """Payoffs of learning less fees and fines, written out; points close to each condition."""
        conditions = {
            number: verdicts[f"mobilizers pay: {number} of three"].condition
            for number in ("one", "two")
        }
        assert str(conditions["two"]) == (
            "pool_fee <= 2*pool_fine*second_order and "
            "trust >= 8*pool_fee/9 - 16*pool_fine/9 + 29/45"
        )
        least = {1: Fraction(371, 450), 2: Fraction(29, 45)}
        draw = random.Random(2)
        seen = []
        for _ in range(60):
            trust = Fraction(draw.randrange(11), 10)
            fine = Fraction(draw.randrange(1, 9), 20)
            severity = Fraction(draw.randrange(5), 4)
            count, condition = draw.choice([*enumerate(conditions.values(), 1)])
            edge = draw.choice(
                [
                    count * fine * severity,
                    # As the condition says, solved for the fee.
                    Fraction(9, 8) * (trust - least[count]) + count * fine,
                ]
            )  # fmt: skip
            fee = edge + draw.choice([0, Fraction(1, 10**6), -Fraction(1, 10**6)])
            if fee <= 0:
                continue
            point = {"pool_fee": fee, "pool_fine": fine, "second_order": severity, "trust": trust}
            three = Consortium(3, trust=trust)

            def earns(own, others, terms=(fee, fine, severity), three=three):
                paid, bite, severe = terms
                postures = [one.partition(" +")[0] for one in (own, *others)]
                learned = three.payoff(1, postures)
                if own == CHOICES[2]:
                    return learned - paid
                offence = 1 if own == "competition" else severe
                return learned - bite * others.count(CHOICES[2]) * offence

            best = all(
                earns(CHOICES[2], others) >= earns(own, others)
                for rest in product(CHOICES, repeat=2 - count)
                for others in [(CHOICES[2],) * count + rest]
                for own in CHOICES
            )
            pool = Institution(Consortium(3), CHOICES)
            assert holds_at(condition, point) == best
            assert true_at(paying_is_best(count), Setting(pool.replace(**point), ((), ()))) == best
            seen.append(best)
        assert {True, False} == set(seen)


class TestShocks:
    def test_flows_balance_as_the_chain_says(self):
        """Three levels of trust, of which two sustain collaboration."""
        for shocks, repair, effort in ((1, 1, 2), (2, 3, 0), (Fraction(1, 2), 5, Fraction(1, 3))):
            rates = RATES.replace(shocks=shocks, repair=repair, effort=effort)
            known = maintenance(
                Consortium(4), "trust", LEVELS, "collaboration", "avoidance",
                shocks=shocks, repair=repair, maintained=repair + effort,
            )  # fmt: skip
            assert known.holds == (False, True, True)
            kept = rates.replace(repair=repair + effort)
            assert (settled(rates), settled(kept)) == known.settled
            assert worth_of_maintenance(rates) == known.worth


class TestTrackedValue:
    def test_survival_by_chances_of_each_level(self):
        """With options alike, somebody leaves at the low level, but only if all are tracked."""
        ecosystem = unequal_firms().replace(outside="3/4", rise="1/10", fall="1/10")
        assert lasting(ecosystem.replace(tracking=0)) == 1
        alive, law = 1, {1: Fraction(1)}
        for _ in range(4):
            law = {
                1: law.get(1, 0) * Fraction(8, 10) + law.get(2, 0) * Fraction(1, 10),
                2: law.get(1, 0) * Fraction(1, 10) + law.get(2, 0) * Fraction(9, 10),
            }
            alive = sum(law.values())
        assert lasting(ecosystem.replace(tracking=1)) == alive
        assert orchestration(ecosystem.replace(tracking=1)).survival is not None

    @pytest.mark.parametrize("by_skill", [False, True])
    def test_all_stay_where_shares_are_enough(self, by_skill):
        """Shares by hand, at each level; who stays at more levels is likelier to last."""
        ecosystem = unequal_firms()
        for tracking, outside in product(
            [0, Fraction(1, 2), 1], [Fraction(1, 2), 1, Fraction(3, 2)]
        ):
            there = ecosystem.replace(tracking=tracking, outside=outside)
            options = [outside * (skill if by_skill else 1) for skill in SKILLS.values()]
            shares = [tracking * skill + (1 - tracking) * 2 for skill in SKILLS.values()]
            stay = [
                all(level * one >= two for one, two in zip(shares, options, strict=True))
                for level in ecosystem.levels
            ]
            assert true_at(all_stay(by_skill=by_skill), Setting(there, ((), ()))) == stay[1]
            if stay[1]:
                whole = lasting(there.replace(outside=tuple(options)))
                assert (whole == 1) == all(stay)
        if by_skill:
            series = [
                lasting(ecosystem.replace(tracking=Fraction(k, 8), outside=(HALF, HALF, 2)))
                for k in range(9)
            ]
            assert series == sorted(series)
            assert series[0] < series[-1]


class TestParameters:
    def test_values_are_checked(self):
        rates = Parameters(speed=(0, 1), size=(1, None))
        assert rates.speed == 0
        assert rates.replace(speed="1/2").speed == Fraction(1, 2)
        assert rates == Parameters(speed=(0, 1), size=(1, None))
        assert rates != rates.replace(size=2)
        for wrong, said in (
            ({"speed": 2}, r"^speed: requires a number in \[0, 1\], got 2"),
            ({"pace": 1}, r"^pace: requires a term among speed, size"),
        ):
            with pytest.raises((TypeError, ValueError), match=said):
                rates.replace(**wrong)
        with pytest.raises(AttributeError, match=r"^pace: requires a term among speed, size"):
            _ = rates.pace
        with pytest.raises(ValueError, match=r"^domains: requires at least one term, got none"):
            Parameters()
        with pytest.raises(ValueError, match=r"^speed: requires low < high, got 1 and 0"):
            Parameters(speed=(1, 0))
        with pytest.raises(TypeError, match=r"^speed: requires a pair"):
            Parameters(speed="fast")

    def test_they_begin_inside_their_domains(self):
        open_ends = {"low_open": True, "high_open": True}
        rates = Parameters(
            share=Domain(Fraction(0), Fraction(1), **open_ends),
            rate=Domain(Fraction(2), None, low_open=True),
            size=(3, 4),
        )
        assert dict(rates.terms) == {"share": Fraction(1, 2), "rate": 3, "size": 3}
        assert all(rates.terms[name] in domain for name, domain in rates.domains.items())

    def test_they_are_copied_with_their_values(self):
        import copy
        import pickle

        rates = Parameters(speed=(0, 1)).replace(speed="1/3")
        assert pickle.loads(pickle.dumps(rates)) == copy.deepcopy(rates) == rates
        assert hash(copy.copy(rates)) == hash(rates)

    def test_a_claim_on_them_has_no_strategies(self):
        claim = next(iter(COLLECTIVE.values()))
        assert isinstance(claim, Claim)
        assert COLLECTIVE["shocks: settlement"].names == ((), ())
        assert examine(COLLECTIVE["tracked value: necessary"]).counterexample is not None
