"""A governed consortium against its definition, the games it builds on, and brute force."""

import math
import pickle
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma import propositions
from dilemma.alliance import STRATEGIES, Alliance, Domain, PayoffModel, Strategy, Term
from dilemma.arrays.algebraic import AlgebraicNumber, between
from dilemma.collective import (
    Consortium,
    Institution,
    Interval,
    PublicGoods,
    compare_institutions,
    compliance_share,
    deviation_gain,
    first_order_gain,
    funding_share,
    funding_thresholds,
    long_run_payoff,
    second_order_dilemma,
    second_order_gain,
)
from dilemma.equilibria import pure_compositions
from dilemma.study import sweep
from dilemma.testing import institutions, public_goods

POOL, PEER = "collaboration + pool", "collaboration + peer"
FOUR = ["collaboration", "competition", POOL, "loner"]
SANCTIONS = ("pool_fee", "pool_fine", "peer_cost", "peer_fine", "second_order")
NOTHING = dict.fromkeys(SANCTIONS, 0)


def posture_of(name):
    return name.removesuffix(" + pool").removesuffix(" + peer")


def by_turns(institution, names):
    """The definition, firm by firm: who fines whom, one after the other."""
    known = {one.name: one for one in institution.consortium.strategies}
    inside = [k for k, name in enumerate(names) if name != "loner"]
    earned = [Fraction(institution.outside_income)] * len(names)
    if len(inside) < 2:
        return earned
    group = institution.consortium.replace(size=len(inside))
    profile = [posture_of(names[k]) for k in inside]
    opaque = {
        k: max(known[posture].receptivity - known[posture].transparency, 0)
        for k, posture in zip(inside, profile, strict=True)
    }
    s = institution.second_order
    for place, k in enumerate(inside):
        earned[k] = group.payoff(place + 1, profile)
    for k in inside:
        if names[k].endswith(" + pool"):
            earned[k] -= institution.pool_fee
            for j in set(inside) - {k}:
                unpaid = 0 if names[j].endswith(" + pool") else s
                earned[j] -= institution.pool_fine * max(opaque[j], unpaid)
        if names[k].endswith(" + peer"):
            for j in set(inside) - {k}:
                seen = any(opaque.values()) and not names[j].endswith(" + peer")
                graver = max(opaque[j], s if seen else 0)
                earned[j] -= institution.peer_fine * graver
                earned[k] -= institution.peer_cost * graver
    return earned


@settings(max_examples=20, deadline=None)
@given(institution=institutions(largest=4), data=st.data())
def test_payoffs_are_the_transfers_of_the_definition(institution, data):
    n, choices = institution.size, institution.strategies
    names = data.draw(st.lists(st.sampled_from(choices), min_size=n, max_size=n))
    group = [names.count(name) for name in choices]
    for name, earned in zip(names, by_turns(institution, names), strict=True):
        assert institution.payoff(name, group) == earned


class TestLimits:
    @pytest.mark.parametrize("size", [2, 3, 4])
    def test_without_fees_fines_and_loners_it_is_the_consortium(self, size):
        consortium = Consortium(size, trust="1/3", goal=2, threshold="3/2")
        names = [one.name for one in STRATEGIES]
        plain = Institution(consortium, names, **NOTHING).group_game()
        assert plain == consortium.group_game()
        every = Institution(consortium, **NOTHING).compulsory().group_game()
        plain = consortium.group_game()
        for group in every.compositions.tolist():
            counts = [group[k] + (group[5] + group[6]) * (k == 0) for k in range(5)]
            for k, name in enumerate(every.strategies):
                if group[k]:
                    own = plain.payoff(posture_of(name), counts)
                    assert every.payoff(name, group) == own

    def test_two_firms_are_an_alliance(self):
        institution = Institution(Consortium(2, trust="2/3"), **NOTHING)
        game = Alliance(trust="2/3").game()
        for i, row in enumerate(STRATEGIES):
            for j, column in enumerate(STRATEGIES):
                group = [0] * 8
                group[i] += 1
                group[j] += 1
                assert institution.payoff(row.name, group) == game.exact_payoffs[0, i, j]
                if i != j:
                    assert institution.payoff(column.name, group) == game.exact_payoffs[1, i, j]

    def test_with_one_loner_fewer_firms_learn(self):
        institution = Institution(Consortium(4), **NOTHING)
        three = Consortium(3)
        found = institution.payoff("competition", {"competition": 1, "avoidance": 2, "loner": 1})
        assert found == three.payoff(1, ["competition", "avoidance", "avoidance"])

    def test_who_is_alone_has_the_income_of_who_stays_outside(self):
        institution = Institution(Consortium(3), outside_income="2/7")
        group = {POOL: 1, "loner": 2}
        assert institution.payoff(POOL, group) == Fraction(2, 7)
        assert institution.payoff("loner", group) == Fraction(2, 7)

    def test_its_sanctions_are_those_of_the_public_good(self):
        """What is taken from contributors, defectors and punishers, is taken from firms."""
        terms = {"pool_fee": "1/3", "pool_fine": "2/5", "peer_cost": "1/7", "peer_fine": "3/4",
                 "second_order": "1/2"}  # fmt: skip
        goods = PublicGoods(4, **terms)
        free = goods.replace(**NOTHING)
        names = ["collaboration", "competition", "loner", POOL, PEER]
        institution = Institution(Consortium(4), names, **terms)
        bare = institution.replace(**NOTHING)
        for group in goods.group_game().compositions.tolist():
            for k, name in enumerate(names):
                if group[k]:
                    taken = free.payoff(k, group) - goods.payoff(k, group)
                    assert bare.payoff(name, group) - institution.payoff(name, group) == taken

    def test_half_opaque_firms_pay_half_the_fine(self):
        half = Strategy("half", "3/4", "1/4")
        consortium = Consortium(3, strategies=(*STRATEGIES, half))
        names = ["half", POOL, PEER]
        fined = Institution(consortium, names, pool_fine="1/5", peer_fine="1/3", peer_cost="1/9")
        bare = fined.replace(**NOTHING)
        group = [1, 1, 1]
        taken = [bare.payoff(k, group) - fined.payoff(k, group) for k in range(3)]
        assert taken == [Fraction(1, 10) + Fraction(1, 6), fined.pool_fee, Fraction(1, 18)]


@pytest.mark.parametrize("fine", ["1/7", 10**30, "1/1000000007"])
def test_the_group_game_has_the_payoffs(fine):
    """Of sizes that whole numbers of 64 bits hold, and of others."""
    half = Strategy("half", 1, "1/2")
    names = ["half", "competition", "half + pool", POOL, PEER, "loner"]
    terms = {"pool_fee": "1/1000000009", "peer_fine": fine, "second_order": "2/3"}
    pool = Institution(
        Consortium(3, strategies=(*STRATEGIES, half)), names, pool_fine=fine, **terms
    )
    game = pool.group_game()
    for group in game.compositions.tolist():
        for k, present in enumerate(group):
            if present:
                assert game.payoff(k, group) == pool.payoff(k, group)


class TestSecondOrderDilemma:
    @settings(max_examples=15, deadline=None)
    @given(model=st.one_of(institutions(largest=4), public_goods()))
    def test_gains_are_those_of_the_group_game(self, model):
        roles = {one.name: one.role for one in model.choices}
        for resident in [name for name, role in roles.items() if role in ("pool", "peer")]:
            found = second_order_dilemma(model, resident)
            game = model.group_game()
            place = model.strategies.index(resident)
            others = [0] * len(roles)
            others[place] = model.size - 1
            (row,) = np.flatnonzero((game.others == others).all(axis=1))
            own = game.exact_payoffs[row]
            assert found.payoff == own[place]
            assert {one.choice: one.gain for one in found.deviations} == {
                name: own[k] - own[place] for k, name in enumerate(roles) if k != place
            }
            assert found.solved == all(one.gain < 0 for one in found.deviations)
            gains = [one.gain for one in found.deviations]
            assert gains == sorted(gains, reverse=True)
            assert len({one.kind for one in found.deviations}) <= 4

    @settings(max_examples=15, deadline=None)
    @given(model=st.one_of(institutions(largest=4), public_goods()), data=st.data())
    def test_intervals_are_where_the_gains_are_negative(self, model, data):
        assume_funded(model)
        found = second_order_dilemma(model)
        term = data.draw(st.sampled_from(sorted(found.solved_where)))
        value = data.draw(st.fractions(0, 4, max_denominator=12))
        ends = [
            end
            for one in found.solved_where[term]
            for end in (one.low, one.high)
            if end is not None
        ]
        for at in {one for one in (value, *ends) if one in model.domains[term]}:
            there = second_order_dilemma(model.replace(**{term: at}), found.resident)
            assert there.solved == any(at in one for one in found.solved_where[term])
            for one, other in zip(
                sorted(found.deviations, key=lambda d: d.choice),
                sorted(there.deviations, key=lambda d: d.choice),
                strict=True,
            ):
                assert other.is_deterred == any(at in k for k in one.deterred_where[term])

    @settings(max_examples=20, deadline=None)
    @given(
        size=st.integers(2, 6),
        fee=st.fractions(0, 2, max_denominator=10),
        fine=st.fractions(0, 2, max_denominator=10),
        second=st.fractions(0, 1, max_denominator=10),
        trust=st.fractions(0, 1, max_denominator=10),
    )
    def test_closed_forms(self, size, fee, fine, second, trust):
        """Those of the module, with the payoffs of the alliance where n is 2 or more."""
        pool = Institution(Consortium(size, trust=trust), FOUR, fee, fine, second_order=second)
        found = second_order_dilemma(pool)
        alliance = Alliance(trust=trust).dilemma()
        drawn = alliance.temptation[0] - alliance.reward[0]
        assert found.gain("second order") == fee - (size - 1) * fine * second
        assert found.gain("first order") == drawn + fee - (size - 1) * fine
        assert found.gain("outside") == pool.outside_income - (alliance.reward[0] - fee)
        assert found.second_order_solved == (fee < (size - 1) * fine * second)
        assert found.gain("posture") is None

    @pytest.mark.parametrize("second", [0, "1/20", "1/12", 1])
    @pytest.mark.parametrize("trust", [0, "1/5", "29/45"])
    def test_it_is_solved_where_all_paying_is_a_strict_equilibrium(self, second, trust):
        """1/12 is where the fee of 1/10 is the fine of 2/5, thrice, times the severity."""
        terms = {"second_order": second, "pool_fine": "2/5", "outside_income": "1/20"}
        pool = Institution(Consortium(4, trust=trust), FOUR, **terms)
        found = second_order_dilemma(pool)
        group = tuple(4 * (name == POOL) for name in FOUR)
        there = [one for one in pure_compositions(pool.group_game()) if one.composition == group]
        assert found.solved == any(one.strict for one in there)
        assert bool(there) == all(one.gain <= 0 for one in found.deviations)

    def test_without_second_order_sanctions_no_fee_and_no_fine_helps(self):
        pool = Institution(Consortium(5), second_order=0)
        found = second_order_dilemma(pool)
        assert not found.second_order_solved
        assert found.first_order_solved
        assert found.outside_unattractive
        assert found.solved_where["pool_fee"] == ()
        assert found.solved_where["pool_fine"] == ()
        assert "letting others pay for them is not" in " ".join(str(found).split())
        (interval,) = found.solved_where["second_order"]
        assert (interval.low, interval.high, interval.with_low) == (Fraction(1, 8), 1, False)

    def test_peers_are_a_tie_that_second_order_sanctions_do_not_break(self):
        names = ["collaboration", "competition", PEER]
        for second in (0, "1/2", 1):
            peers = Institution(Consortium(5), names, second_order=second)
            found = second_order_dilemma(peers)
            assert found.resident == PEER
            assert second_order_gain(peers) == 0
            assert first_order_gain(peers) < 0
            assert not found.solved
            assert "can drift in" in found.status

    def test_a_tie_deters_nobody(self):
        names = ["collaboration", "competition", PEER]
        peers = Institution(Consortium(3), names, peer_fine=0)
        assert second_order_dilemma(peers).gain("second order") == 0
        assert "nothing deters breaking the rules or letting others pay for them" in (
            second_order_dilemma(peers).status
        )

    def test_postures_of_one_role_are_told_apart(self):
        names = [POOL, "competition + pool", "compromise + pool", "accommodation"]
        found = second_order_dilemma(Institution(Consortium(4), names))
        kinds = {one.choice: one.kind for one in found.deviations}
        assert kinds == {
            "competition + pool": "first order",
            "compromise + pool": "posture",
            "accommodation": "second order",
        }

    def test_the_rules_of_those_who_break_them(self):
        """Among competitors who fund a pool, competing is no offence beyond theirs."""
        names = ["competition", "collaboration", "competition + pool", POOL]
        found = second_order_dilemma(Institution(Consortium(3), names), "competition + pool")
        kinds = {one.choice: one.kind for one in found.deviations}
        assert kinds == {
            "competition": "second order", "collaboration": "second order", POOL: "posture",
        }  # fmt: skip
        assert found.gain("first order") is None

    @pytest.mark.parametrize("most", ["1/4", "1/2", "2/3"])
    def test_nobody_need_be_fully_opaque(self, most):
        """Severities go on to 1 beyond the gravest offence that can be chosen."""
        postures = [Strategy("open", 1, 1), Strategy("half", 1, 1 - Fraction(most))]
        names = ["open", "half", "open + pool", "half + pool", "half + peer"]
        pool = Institution(Consortium(3, strategies=postures), names, peer_fine=1)
        for resident in names[2:]:
            found = second_order_dilemma(pool, resident)
            thresholds = funding_thresholds(pool, "second_order", resident)
            own = thresholds.intervals
            assert found.solved_where["second_order"] == own
            for at, names in zip(thresholds.values, thresholds.binding, strict=True):
                there = second_order_dilemma(pool.replace(second_order=at), resident)
                assert set(names) == {one.choice for one in there.deviations if one.gain == 0}
            for at in map(Fraction, (0, "1/12", most, "3/4", "11/12", 1)):
                there = second_order_dilemma(pool.replace(second_order=at), resident)
                gains = {one.choice: one.gain for one in there.deviations}
                assert there.solved == any(at in one for one in own)
                for one in found.deviations:
                    deterred = any(at in k for k in one.deterred_where["second_order"])
                    assert deterred == (gains[one.choice] < 0)

    def test_nothing_else_to_choose(self):
        found = second_order_dilemma(Institution(Consortium(3), [POOL]))
        assert found.solved
        assert "nothing else" in found.status
        assert found.gain("first order") is None
        assert max(map(len, str(found).splitlines())) <= 80

    def test_models_without_governance_are_refused(self):
        for function in (second_order_dilemma, second_order_gain, funding_share):
            with pytest.raises(
                TypeError, match="model: requires an Institution or PublicGoods, got All"
            ):
                function(Alliance())
        with pytest.raises(TypeError, match="requires an Institution or PublicGoods, got All"):
            funding_thresholds(Alliance(), "trust")
        plain = Institution(Consortium(3), ["collaboration", "competition"])
        with pytest.raises(ValueError, match="model: requires a choice that funds a pool"):
            second_order_dilemma(plain)
        with pytest.raises(ValueError, match=r"resident: requires a choice that funds .*\(coll"):
            second_order_dilemma(Institution(Consortium(3)), "competition")
        with pytest.raises(ValueError, match="resident: requires strategies among"):
            second_order_dilemma(Institution(Consortium(3)), "nobody")


class TestSymbols:
    """Closed forms, of which claims can be proved."""

    fee, fine, severity, income = sympy.symbols("G B s sigma", nonnegative=True)
    trust = sympy.Symbol("tau", nonnegative=True)

    def test_closed_forms(self):
        pool = Institution(
            Consortium(5, trust=self.trust), FOUR, self.fee, self.fine,
            second_order=self.severity, outside_income=self.income,
        )  # fmt: skip
        game = Alliance(trust=self.trust).payoffs()[0]
        reward, temptation = game[0, 0], game[1, 0]
        for choice, gain in {
            "collaboration": self.fee - 4 * self.fine * self.severity,
            "competition": temptation - reward + self.fee - 4 * self.fine,
            "loner": self.income - reward + self.fee,
        }.items():
            assert sympy.expand(deviation_gain(pool, choice) - gain) == 0

    def test_they_are_the_numbers_that_are_put_in(self):
        pool = Institution(
            Consortium(4, trust=self.trust, goal=self.income, threshold=3), pool_fee=self.fee,
            peer_fine=self.fine, peer_cost=self.fee, second_order=self.severity,
        )  # fmt: skip
        values = {
            self.trust: "1/3", self.income: "2/3", self.fee: "1/7", self.fine: "1/9",
            self.severity: "3/4",
        }  # fmt: skip
        numbers = Institution(
            Consortium(4, trust="1/3", goal="2/3", threshold=3), pool_fee="1/7",
            peer_fine="1/9", peer_cost="1/7", second_order="3/4",
        )  # fmt: skip
        for group in (
            [1, 1, 0, 0, 0, 1, 1, 0],
            [2, 0, 0, 0, 0, 1, 1, 0],
            [0, 1, 0, 0, 1, 0, 1, 1],
        ):
            for k, present in enumerate(group):
                if present:
                    found = sympy.sympify(pool.payoff(k, group)).subs(values)
                    assert found == sympy.sympify(numbers.payoff(k, group))

    def test_a_graver_offence_between(self):
        half = Consortium(3, strategies=(*STRATEGIES, Strategy("half", 1, "1/2")))
        pool = Institution(half, ["half", POOL], pool_fine=1, second_order=self.severity)
        bare = pool.replace(pool_fine=0)
        taken = bare.payoff("half", [1, 2]) - pool.payoff("half", [1, 2])
        assert taken == 2 * sympy.Max(self.severity, sympy.Rational(1, 2))

    def test_public_goods(self):
        r, c = sympy.symbols("r c", positive=True)
        goods = PublicGoods(
            multiplier=r, contribution=c, pool_fee=self.fee, pool_fine=self.fine, second_order=1
        )
        assert (
            sympy.expand(deviation_gain(goods, "defector") - (c + self.fee - 4 * self.fine)) == 0
        )
        gain = self.fee - 4 * self.fine
        assert sympy.expand(deviation_gain(goods, "contributor") - gain) == 0

    def test_games_of_symbols_are_refused(self):
        pool = Institution(Consortium(3), pool_fee=self.fee)
        goods = PublicGoods(pool_fee=self.fee)
        for model in (pool, goods):
            with pytest.raises(TypeError, match=r"group_game: requires rational .* for pool_fee"):
                model.group_game()
            with pytest.raises(TypeError, match="model: requires rational numbers"):
                second_order_dilemma(model)
            with pytest.raises(TypeError, match="model: requires rational numbers"):
                funding_thresholds(model, "pool_fine")
        assert hash(pool) == hash(Institution(Consortium(3), pool_fee=self.fee))
        assert "pool_fee='G'" in repr(pool)


class TestClaims:
    def test_second_order_sanctions_solve_the_problem_and_nothing_else_does(self):
        """What others will claim: proved for all fees, fines and severities, or refuted."""
        pool = Institution(Consortium(5), FOUR)

        def free_riding(model):
            return deviation_gain(model, "collaboration")

        gain = propositions.computed(free_riding)
        fee, fine, severity = map(propositions.term, ("pool_fee", "pool_fine", "second_order"))
        over = {"pool_fee": (0, 2), "pool_fine": (0, 2), "second_order": (0, 1)}
        solved = propositions.Claim(
            gain < 0, over=over, assuming=[fee < 4 * fine * severity], model=pool
        )
        assert propositions.examine(solved).kind == "proved"
        without = propositions.Claim(
            gain < 0, over={"pool_fee": (0, 2), "pool_fine": (0, 2)}, model=pool
        )
        assert propositions.examine(without).kind == "refuted"


class TestThresholds:
    TERMS = ("trust", "stakes", "opportunism", "synergy", "leakage", "absorptive_capacity",
             "transparency_cost", "effort_convexity", "prior_interaction", "goal",
             "pool_fee", "pool_fine", "second_order", "outside_income")  # fmt: skip

    @pytest.mark.parametrize("term", TERMS)
    def test_signs_between_and_at_the_values(self, term):
        pool = Institution(
            Consortium(4, trust="3/5", goal="1/4", threshold="7/2"), second_order=1,
            pool_fine="1/20", outside_income="1/5",
        )  # fmt: skip
        found = funding_thresholds(pool, term)
        domain = pool.domains[term]
        points = [domain.low, *found.values, domain.high or max([*found.values, 0]) + 2]
        samples = [between(a, b) for a, b in pairwise(sorted(set(points)))]
        samples += [one for one in found.values if isinstance(one, Fraction)]
        for at in samples:
            solved = second_order_dilemma(pool.replace(**{term: at})).solved
            assert solved == any(at in one for one in found.intervals), at
        for names in found.binding:
            assert names
        for value, names in zip(found.values, found.binding, strict=True):
            if isinstance(value, Fraction):
                there = second_order_dilemma(pool.replace(**{term: value}))
                assert set(names) == {one.choice for one in there.deviations if one.gain == 0}
        assert max(map(len, str(found).splitlines())) <= 80

    def test_irrational_values_are_exact(self):
        """Prior interaction enters by its square."""
        pool = Institution(
            Consortium(4, trust=1), ["collaboration", POOL, "loner"], second_order=1,
            outside_income=1,
        )  # fmt: skip
        found = funding_thresholds(pool, "prior_interaction")
        # S (p + σ p² + η p) − κr − κt − G > σ₀ with p = 1 + π: p²/2 + 3p/2 > 21/10.
        (value,) = found.values
        assert isinstance(value, AlgebraicNumber)
        assert float(value) == pytest.approx((-1.5 + math.sqrt(2.25 + 4.2)) - 1)
        assert found.binding == (("loner",),)

    def test_terms_of_a_public_good(self):
        goods = PublicGoods(second_order=1)
        for term, ends in {
            "pool_fee": (0, Fraction(1)),
            "pool_fine": (Fraction(17, 40), None),
            "multiplier": (Fraction(27, 10), None),
            "contribution": (Fraction(17, 20), Fraction(21, 10)),
        }.items():
            (one,) = funding_thresholds(goods, term).intervals
            assert (one.low, one.high) == ends, term

    def test_a_float_in_an_interval_means_its_decimal(self):
        closed = Interval(Fraction(3, 10), Fraction(11, 10), True, True)
        for value in (0.3, "0.3", 1.1, "11/10", Fraction(1, 2), 1):
            assert value in closed
        inside = Interval(Fraction(3, 10), Fraction(11, 10), False, False)
        for value in (0.3, 1.1, "3/10", 2):
            assert value not in inside

    def test_no_and_all_values(self):
        pool = Institution(Consortium(4), FOUR)
        assert funding_thresholds(pool, "pool_fee").intervals == ()
        assert "for no pool fee" in funding_thresholds(pool, "pool_fee").status
        alone = Institution(Consortium(4), [POOL, "loner"])
        assert "for every pool fine" in funding_thresholds(alone, "pool_fine").status
        # A domain's end that is none of its values is no threshold.
        goods = PublicGoods(strategies=["contributor", "pool punisher"], second_order=1)
        found = funding_thresholds(goods, "multiplier")
        assert found.values == found.binding == ()
        assert [str(one) for one in found.intervals] == ["above 0"]
        assert "for every multiplier" in found.status

    def test_what_is_refused(self):
        pool = Institution(Consortium(4, goal=1, threshold=3))
        with pytest.raises(ValueError, match="term: requires one of pool_fee"):
            funding_thresholds(pool, "fee")
        for term in ("fee", 3, ["trust"]):
            for function in (
                lambda term: funding_thresholds(pool, term),
                lambda term: pool.polynomial(POOL, {POOL: 4}, term),
            ):
                with pytest.raises(ValueError, match=r"term: requires one of pool_fee, .*, got "):
                    function(term)
        with pytest.raises(ValueError, match="polynomials, got 'threshold'"):
            funding_thresholds(pool, "threshold")


class TestLongRun:
    def test_who_pays_for_the_pool(self):
        """Without a second order they are undone; with it the pool lasts."""
        consortium = Consortium(5, trust="1/5")
        first = Institution(consortium, FOUR, pool_fine="2/5", outside_income="1/20")
        second = first.replace(second_order=1)
        found = compare_institutions({"first": first, "second": second}, 50, 20)
        assert [run.institution for run in found.runs] == ["first", "second"]
        assert found.runs[0].funding < 0.5 < 0.99 < found.runs[1].funding
        assert found.runs[0].shares == tuple(first.population(50, 20).stationary_distribution())
        assert funding_share(second, 50, 20) == found.runs[1].funding
        assert compliance_share(first, 50, 20) == found.runs[0].complying
        one = first.population(50, 20).stationary_distribution()
        payoffs = [first.payoff(k, [5 * (k == j) for j in range(4)]) for k in range(4)]
        assert long_run_payoff(first, 50, 20) == pytest.approx(float(np.dot(one, payoffs)))

    def test_classes_between_which_the_start_decides_are_all_reported(self):
        goods = PublicGoods(second_order=1).compulsory()
        found = compare_institutions({"compulsory": goods}, 100, math.inf)
        assert found.exact
        assert [run.title for run in found.runs] == ["compulsory (1 of 2)", "compulsory (2 of 2)"]
        assert [run.funding for run in found.runs] == [0, 1]
        assert [run.complying for run in found.runs] == [0, 1]
        assert found.runs[0].exact_shares == (0, 1, 0, 0)
        with pytest.raises(ValueError, match="selection: requires a finite number where several"):
            funding_share(goods, 100, math.inf)

    def test_institutions_of_different_choices(self):
        goods = PublicGoods()
        pools = goods.replace(strategies=goods.strategies[:4])
        found = compare_institutions({"pools": pools, "peers": goods.replace(
            strategies=["peer punisher", "loner"])}, 20, math.inf)  # fmt: skip
        assert found.strategies == goods.strategies
        assert found.roles == ("free", "free", "outside", "pool", "peer")
        assert found.runs[0].exact_shares == tuple(Fraction(k, 7) for k in (2, 2, 2, 1, 0))
        assert found.runs[1].exact_shares == (0, 0, 0, 0, 1)
        assert max(map(len, str(found).splitlines())) <= 80

    def test_doubt_is_said(self):
        """Logarithms of such sizes are rounded by more than what they decide."""
        found = compare_institutions({"weak": PublicGoods(), "1": PublicGoods()}, 20, 10**12)
        assert not found.complete
        assert "Doubtful: weak and 1" in found.status
        assert "Doubtful" not in compare_institutions({"1": PublicGoods()}, 20, 10).status
        with pytest.raises(ValueError, match="selection: requires a weaker one, or infinity, "):
            funding_share(PublicGoods(), 20, 10**12)

    def test_one_name_has_one_role(self):
        odd = Institution(Consortium(3, strategies=[Strategy("pool punisher", 1, 1)]))
        with pytest.raises(
            ValueError, match="institutions: requires one role for 'pool punisher'"
        ):
            compare_institutions({"goods": PublicGoods(), "odd": odd}, 10, 1)

    def test_what_is_refused(self):
        with pytest.raises(TypeError, match="institutions: requires a mapping"):
            compare_institutions([PublicGoods()], 20, 1)
        with pytest.raises(ValueError, match="institutions: requires at least one"):
            compare_institutions({}, 20, 1)
        with pytest.raises(
            TypeError, match=r"institutions\['alliance'\]: requires an Institution or PublicG"
        ):
            compare_institutions({"alliance": Alliance()}, 20, 1)
        with pytest.raises(TypeError, match="institutions: requires names"):
            compare_institutions({1: PublicGoods()}, 20, 1)
        with pytest.raises(ValueError, match="size: requires at least 5 players"):
            compare_institutions({"goods": PublicGoods()}, 4, 1)


class TestNoun:
    def test_the_usual_choices(self):
        assert Institution(Consortium(3)).strategies == (
            *(one.name for one in STRATEGIES), POOL, PEER, "loner",
        )  # fmt: skip
        # Whatever the order, those take a part who commit most: not the most receptive.
        assert Institution(Consortium(3, strategies=STRATEGIES[::-1])).strategies[5:7] == (
            POOL, PEER,
        )  # fmt: skip

    def test_replacing(self):
        first = Institution(Consortium(4))
        second = first.replace(trust=0.3, pool_fine="1/2", size=3)
        assert second.size == 3
        assert second.consortium == Consortium(3, trust="3/10")
        assert second.replace(trust=0.5, pool_fine=0.2, size=4) == first
        assert hash(second.replace(trust=0.5, pool_fine=0.2, size=4)) == hash(first)
        assert first.compulsory().strategies == first.strategies[:-1]
        assert pickle.loads(pickle.dumps(second)) == second
        for name, domain in first.domains.items():
            value = Fraction(1, 3)
            assert value in domain
            assert first.replace(**{name: value}).terms[name] == value
        with pytest.raises(TypeError, match="fee: requires a term among consortium, strategies"):
            first.replace(fee=1)
        with pytest.raises(TypeError, match=r"stakes\.2: requires a term among") as refused:
            first.replace(**{"stakes.2": 1})
        assert "stakes.1" not in str(refused.value)
        with pytest.raises(TypeError, match="consortium: requires a Consortium, got int"):
            first.replace(consortium=3, trust=1)
        other = first.replace(consortium=Consortium(3), trust=1)
        assert other == Institution(Consortium(3, trust=1))

    def test_a_model_may_not_have_terms_of_governance(self):
        """Of two with one name, neither could be moved with a known meaning."""

        def value(firm, learned, taught, terms):
            return terms.pool_fee * learned

        fee = Term("pool_fee", "q", Domain(0, None), Fraction(2), False, "the model's own")
        model = PayoffModel("odd", value=value, terms=(fee,))
        with pytest.raises(ValueError, match=r"consortium: requires a model .* got pool_fee"):
            Institution(Consortium(3, model=model))

    def test_only_loners_cannot_be_compelled(self):
        for model in (PublicGoods(strategies=["loner"]), Institution(Consortium(3), ["loner"])):
            with pytest.raises(ValueError, match="strategies: requires a choice to take part"):
                model.compulsory()
        with pytest.raises(TypeError, match=r"strategies: requires at least one name \(str\)"):
            Institution(Consortium(3), [])

    def test_what_firms_learn_is_kept_when_governance_changes(self):
        first = Institution(Consortium(3))
        first.group_game()
        assert first.replace(pool_fee=1)._known is first._known
        assert first.replace(trust=1)._known is not first._known
        assert first.compulsory()._known is not first._known

    def test_it_can_be_swept(self):
        pool = Institution(Consortium(3), FOUR, second_order=1, outside_income=0)

        def solved(model):
            return second_order_dilemma(model).solved

        found = sweep(pool, solved, trust=[0, 1], pool_fine=["1/100", "1/2"])
        assert found["solved"].values.tolist() == [[0, 1], [0, 1]]

    def test_printing(self):
        pool = Institution(Consortium(3), FOUR, second_order=1)
        assert repr(pool) == f"Institution(Consortium(3), {tuple(FOUR)!r}, second_order='1')"
        assert max(map(len, str(pool).splitlines())) <= 80

    @pytest.mark.parametrize(
        ("make", "error", "words"),
        [
            (lambda: Institution(Alliance()), TypeError, "consortium: requires a Consortium"),
            (
                lambda: Institution(Consortium(3, stakes=(1, 2, 3))),
                ValueError,
                "consortium: requires firms alike",
            ),
            (
                lambda: Institution(Consortium(3, trust=np.array([0.1, 0.2]))),
                TypeError,
                "consortium: requires numbers or sympy expressions .* arrays for trust",
            ),
            (
                lambda: Institution(Consortium(3, strategies=[Strategy("loner", 1, 1)])),
                ValueError,
                "consortium: requires postures of other names, got 'loner'",
            ),
            (
                lambda: Institution(Consortium(3, strategies=[Strategy("a + pool", 1, 1)])),
                ValueError,
                "consortium: requires postures of other names, got 'a [+] pool'",
            ),
            (
                lambda: Institution(Consortium(3), ["helping + pool"]),
                ValueError,
                "strategies: requires postures among .* got 'helping [+] pool'",
            ),
            (lambda: Institution(Consortium(3), "loner"), TypeError, "strategies: requires a seq"),
            (lambda: Institution(Consortium(3), [POOL] * 2), ValueError, "different"),
            (lambda: Institution(Consortium(3), 3), TypeError, "strategies: requires a sequence"),
            (lambda: Institution(Consortium(3), pool_fee=-1), ValueError, "pool_fee: requires"),
            (
                lambda: Institution(Consortium(3)).payoff("loner", {"avoidance": 3}),
                ValueError,
                "composition: requires at least one loner",
            ),
            (
                lambda: Institution(Consortium(3)).payoff("loner", {"loner": 2}),
                ValueError,
                "composition: requires 3 players in all, got 2",
            ),
            (
                lambda: Institution(Consortium(3)).payoff("loner", {"lone": 3}),
                ValueError,
                "composition: requires strategies among",
            ),
        ],
    )
    def test_what_is_refused(self, make, error, words):
        with pytest.raises(error, match=words):
            make()

    def test_groups_with_too_many_compositions_are_refused_at_once(self):
        for model in (Institution(Consortium(60)), PublicGoods(400)):
            with pytest.raises(ValueError, match="size: requires at most 5,000,000 compositions"):
                model.group_game()
        # What one gains who deviates needs no table.
        found = second_order_dilemma(Institution(Consortium(400), pool_fine=1, second_order=1))
        assert found.gain("second order") == Fraction(1, 10) - 399

    def test_only_loners(self):
        alone = Institution(Consortium(3), ["loner"], outside_income="1/7")
        assert alone.payoff("loner", [3]) == Fraction(1, 7)
        assert list(alone.population(5, 1).stationary_distribution()) == [1]


def assume_funded(model):
    from hypothesis import assume

    assume(any(one.role in ("pool", "peer") for one in model.choices))
