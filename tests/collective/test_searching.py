"""Ecosystems whose value drifts, against a plain walk over names, and closed forms."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dilemma.collective import (
    Coalitions,
    Ecosystem,
    compare_patterns,
    continuous_search,
    orchestration,
    tracking_conditions,
)
from dilemma.propositions import Claim, computed, examine, measured, rises
from dilemma.study import axis, model_measure, sweep

TRIO = Coalitions.by_size([0, 5, 6])
LEAN = Ecosystem(TRIO, levels=("1/4", "1/2", 1), start_level=2, outside="6/5")


def uneven(outside=("1/2", "1/2", 1, 0), **terms):
    """Four firms that differ, two of them in the same way."""
    skills = {"a": 2, "b": 2, "c": 4, "d": 1}
    game = Coalitions(list(skills), lambda those: max(0, sum(map(skills.get, those)) - 2))
    return Ecosystem(game, levels=("1/4", "3/4", 1), start_level=2, outside=outside, **terms)


def wild(seed, **terms):
    """Four firms whose coalitions are worth anything, and who get different things outside."""
    draw = np.random.default_rng(seed)
    names = ["a", "b", "c", "d"]
    worth = {
        those: int(draw.integers(0, 3 * size + 3)) * int(size > 1)
        for size in range(1, 5)
        for those in combinations(names, size)
    }
    outside = [Fraction(int(k), 2) for k in draw.permutation(5)[:4]]
    levels = ("1/4", "3/4", 1, "5/4")
    return Ecosystem(Coalitions(names, worth), levels=levels, outside=outside, **terms)


def by_names(eco):
    """One period after the other, over sets of names and floats: (matrix, start, rewards)."""
    firms = eco.coalitions.firms
    outside = dict(zip(firms, map(float, eco.outside_options), strict=True))
    levels = [float(x) for x in eco.levels]
    rise, fall = float(eco.rise), float(eco.fall)
    find, anew = float(eco.search), float(eco.redesign)

    def equal(members, k):
        return levels[k] * float(eco.coalitions.value(members)) / len(members)

    def short(members, k):
        return [n for n in members if equal(members, k) < outside[n] - 1e-12]

    def settle(members, k):
        if len(members) < 2:
            return {None: 1.0}
        out = short(members, k)
        if not out:
            return {frozenset(members): 1.0}
        most = max(outside[n] for n in out)
        first = [n for n in out if outside[n] == most]
        law = {}
        for n in first:
            for left, p in settle([m for m in members if m != n], k).items():
                law[left] = law.get(left, 0) + p / len(first)
        return law

    def step(members, k):
        """(probability, next state or None, firms moved, redesigned)."""
        last = len(levels) - 1
        up, down = (rise if k < last else 0), (fall if k else 0)
        for p, new in ((up, k + 1), (down, k - 1), (1 - up - down, k)):
            if p <= 0:
                continue
            ways = [(1.0, new, 0)]
            if short(members, new):
                ways = [(1 - anew, new, 0), (anew, eco.start_level, 1)]
            for q, at, redesigned in ways:
                for left, r in settle(sorted(members), at).items():
                    if left is None:
                        yield p * q * r, None, 0, redesigned
                        continue
                    gone = len(members) - len(left)
                    others = [n for n in firms if n not in left]
                    stays = 1.0
                    for n in others:
                        if not short([*left, n], at):
                            chance = find / len(others)
                            stays -= chance
                            yield p * q * r * chance, (left | {n}, at), gone + 1, redesigned
                    yield p * q * r * stays, (left, at), gone, redesigned

    states = [
        (frozenset(those), k)
        for size in range(2, len(firms) + 1)
        for those in combinations(firms, size)
        for k in range(len(levels))
    ]
    place = {state: i for i, state in enumerate(states)}
    q = np.zeros((len(states), len(states)))
    value, turnover = np.zeros(len(states)), np.zeros(len(states))
    for state, i in place.items():
        value[i] = levels[state[1]] * float(eco.coalitions.value(state[0]))
        for p, new, moved, redesigned in step(*state):
            value[i] -= p * redesigned * float(eco.redesign_cost) * len(state[0])
            if new is not None:
                q[i, place[new]] += p
                turnover[i] += p * moved
        value[i] -= float(eco.turnover_cost) * turnover[i]
    start = np.zeros(len(states))
    for left, p in settle(list(eco.members), eco.start_level).items():
        if left is not None:
            start[place[left, eco.start_level]] += p
    return q, start, value, turnover


terms = st.fixed_dictionaries(
    {
        "rise": st.sampled_from(["1/10", "3/10", 0]),
        "fall": st.sampled_from(["1/10", "2/5"]),
        "search": st.sampled_from([0, "1/3", 1]),
        "redesign": st.sampled_from([0, "1/4", "9/10"]),
        "redesign_cost": st.sampled_from([0, "1/2"]),
        "turnover_cost": st.sampled_from([0, 1]),
        "start": st.integers(2, 4),
        "start_level": st.integers(1, 2),
    }
)


class TestContinuousSearch:
    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 10**6), terms)
    def test_is_the_walk_over_names(self, seed, given_terms):
        eco = wild(seed, **given_terms)
        q, start, value, turnover = by_names(eco)
        found = continuous_search(eco)
        assume(found.survival is not None)
        # Elsewhere than where it can come to, it may last for ever.
        met = start @ np.linalg.matrix_power(np.eye(len(q)) + q, len(q)) > 0
        q, start, value, turnover = q[np.ix_(met, met)], start[met], value[met], turnover[met]
        visits = np.linalg.solve(np.eye(len(q)) - q.T, start)
        assert found.exact
        assert float(found.survival) == pytest.approx(visits.sum(), rel=1e-9)
        if visits.sum():
            assert float(found.value) == pytest.approx(visits @ value / visits.sum(), rel=1e-9)
            assert float(found.turnover) == pytest.approx(
                visits @ turnover / visits.sum(), rel=1e-9, abs=1e-12
            )
        fading = np.linalg.solve(np.eye(len(q)) - 0.9 * q.T, start)
        assert float(found.present_value) == pytest.approx(fading @ value, rel=1e-9)
        law = start
        for alive in found.curve(12):
            assert alive == pytest.approx(law.sum(), abs=1e-12)
            law = law @ q

    @settings(max_examples=8, deadline=None)
    @given(terms)
    def test_firms_alike_by_size_are_firms_alike_by_name(self, given_terms):
        worths = [0, 5, "15/2", 8]
        short = Coalitions.by_size(worths)
        long = Coalitions(short.firms, lambda those: worths[len(those) - 1] if those else 0)
        common = {"levels": ("1/4", "1/2", 1), "outside": "6/5", **given_terms}
        one = continuous_search(Ecosystem(short, **common))
        other = continuous_search(Ecosystem(long, **common))
        for name in ("survival", "value", "turnover", "size", "present_value"):
            assert getattr(one, name) == getattr(other, name)
        assert len(one.states) <= len(other.states)

    def test_who_is_shortest_leaves_first_and_another_may_join_at_once(self):
        """Of three, a and b are short; once a has left, b is not, and d is found for it."""
        worth = {2: 4, 3: 3, 4: 0}
        game = Coalitions(
            ["a", "b", "c", "d"],
            lambda those: 9 if those == {"b", "c", "d"} else worth.get(len(those), 0),
        )
        eco = Ecosystem(
            game, levels=("1/2", 1), rise=0, fall=1, search=1, redesign=0,
            outside=(2, "3/2", 0, 1), start=("a", "b", "c"), start_level=1,
        )  # fmt: skip
        first = continuous_search(eco)
        assert first.states[0] == (("b", "c"), 1)
        assert first.start.tolist() == [1]
        # The other way about, b leaves and a is content with its half of 4.
        assert continuous_search(eco.replace(**{"outside.2": 3})).states[0] == (("a", "c"), 1)
        # Half of 4 at the lower level leaves b short; above, all three of 9 are content.
        rising = eco.replace(start_level=0, rise=1, fall=0, outside=(2, 1, 0, 1), levels=(1, 2))
        found = continuous_search(rising.replace(start=("a", "b", "c")))
        assert found.states[-1] == (("b", "c", "d"), 2)

    def test_floats_are_the_exact_answer(self, monkeypatch):
        eco = uneven(search="1/3", redesign="1/4", turnover_cost=1)
        exact = continuous_search(eco)
        monkeypatch.setattr("dilemma.collective.searching.solving.MOST_EXACT", 0)
        rough = continuous_search(eco)
        assert not rough.exact
        for name in ("survival", "value", "turnover", "size", "present_value"):
            assert getattr(rough, name) == pytest.approx(float(getattr(exact, name)), rel=1e-12)
        assert rough.transitions.dtype == np.float64

    def test_many_firms_alike(self):
        many = Coalitions.by_size([Fraction(k * (90 - k), 40) for k in range(60)])
        found = continuous_search(
            Ecosystem(many, levels=("1/2", 1, "5/4", "3/2", "7/4", 2), outside="3/2", start=10)
        )
        assert not found.exact
        assert found.survival > 1
        assert found.transitions.min() >= 0
        assert found.transitions.sum(axis=1).max() <= 1 + 1e-12

    def test_without_a_fall_it_lasts_for_ever(self):
        found = continuous_search(LEAN.replace(fall=0, start=2, search="1/2"))
        assert (found.lasting, found.survival) == (1, None)
        assert found.status == "Continuous search lasts for ever."
        assert (found.size, found.value) == (3, 6)

    def test_a_fate_that_chance_decides(self):
        trap = Coalitions(
            ["a", "b", "c"], {"a": 0, "b": 0, "c": 0, ("a", "b"): 4, ("a", "c"): 0, ("b", "c"): 0,
                              ("a", "b", "c"): 9}
        )  # fmt: skip
        # a and b are short at the lower level; three never are, once c is found.
        eco = Ecosystem(trap, levels=("1/2", 1), rise=0, fall="1/2", outside="3/2", redesign=0,
                        search="1/2", start=("a", "b"), start_level=1)  # fmt: skip
        found = continuous_search(eco)
        # In each period: stays above (1/2) and finds c (1/2), stays and finds nobody, or falls.
        assert found.lasting == Fraction(1, 3)
        assert found.survival is None
        assert found.size == 3
        assert found.value == Fraction(9, 2)
        with pytest.raises(ValueError, match="surely ends, or surely lasts"):
            compare_patterns(eco, "search", criterion="value")


class TestOrchestration:
    def test_survival_is_a_hitting_time_of_drift(self):
        """From level k above the fatal one, without a rise: k / fall."""
        levels = ["1/4", 1, 2, 3, 4]
        eco = Ecosystem(TRIO, levels=levels, rise=0, fall="1/7", outside=1)
        for place in range(1, 5):
            found = orchestration(eco.replace(start_level=place))
            assert found.survival == 7 * place
            assert found.turnover == 0
        assert orchestration(eco.replace(start_level=0)).survival == 0
        assert "does not begin" in str(orchestration(eco.replace(start_level=0)))

    def test_the_curve_is_geometric_with_one_level_to_lose(self):
        eco = Ecosystem(TRIO, levels=("1/4", 1), rise=0, fall="1/5", outside=1, start_level=1)
        found = orchestration(eco)
        assert found.curve(5) == pytest.approx(0.8 ** np.arange(5))
        assert found.present_value == 6 / (1 - Fraction(9, 10) * Fraction(4, 5))

    def test_tracking_costs_and_keeps(self):
        eco = uneven(outside=("1/2", "1/2", 2, 0))
        tracked, not_tracked = orchestration(eco), orchestration(eco.replace(tracking=0))
        assert tracked.survival > 0 == not_tracked.survival
        dear = orchestration(eco.replace(tracking_cost="1/10"))
        assert dear.value == tracked.value - Fraction(4, 10)
        assert orchestration(eco.replace(tracking_cost=10)).survival == 0

    def test_two_firms_without_search_or_redesign_are_one_pattern(self):
        eco = Ecosystem(Coalitions.by_size([0, 5]), outside=2, redesign=0, rise="1/5")
        one, other = orchestration(eco), continuous_search(eco)
        for name in ("survival", "value", "turnover", "size", "present_value", "lasting"):
            assert getattr(one, name) == getattr(other, name)


class TestComparison:
    @pytest.mark.parametrize(
        ("parameter", "over", "criterion"),
        [
            ("fall", None, "present value"),
            ("rise", None, "survival"),
            ("search", None, "value"),
            ("redesign", None, "turnover"),
            ("redesign_cost", (0, 3), "present value"),
            ("discount", None, "present value"),
            ("outside", (0, 3), "survival"),
            ("tracking_cost", (0, 1), "present value"),
            ("tracking", None, "value"),
            ("outside.2", (0, 4), "value"),
        ],
    )
    @pytest.mark.parametrize("coming_and_going", [False, True])
    def test_pieces_are_what_the_patterns_say(self, coming_and_going, parameter, over, criterion):
        costs = {"turnover_cost": 1, "redesign_cost": "1/2", "tracking": "4/5"}
        eco = uneven(**costs)
        if coming_and_going:
            # Firms leave while others stay, and others are found in the same period; who leaves
            # first changes where the second gets as much outside as the third.
            eco = wild(9, start_level=2, search="1/3", redesign="1/4", **costs)
        assert bool(continuous_search(eco).turnover) == coming_and_going
        found = compare_patterns(eco, parameter, over, criterion)
        name = criterion.replace(" ", "_")
        assert found.pieces[0].low == found.low
        assert found.pieces[-1].high == found.high
        for one in found.pieces:
            # Not only in the middle: also close to both ends.
            for share in (Fraction(1, 50), Fraction(1, 2), Fraction(9, 10)):
                low, high = Fraction(float(one.low)), Fraction(float(one.high))
                value = low + (high - low) * share
                there = eco.replace(**{parameter: value})
                first, second = orchestration(there), continuous_search(there)
                a, b = getattr(first, name), getattr(second, name)
                if a == b:
                    favoured = "neither"
                else:
                    more = a is None or (b is not None and a > b)
                    favoured = (first if more != (criterion == "turnover") else second).pattern
                assert one.favoured == favoured
                if a is not None and b is not None:
                    along = found.along([value])[:, 0]
                    assert along == pytest.approx([float(a), float(b)])
            at = eco.replace(**{parameter: one.sample})
            assert one.orchestration == getattr(orchestration(at), name)
            assert one.search == getattr(continuous_search(at), name)

    def test_a_crossing_is_exact(self):
        found = compare_patterns(LEAN.replace(redesign=0), "turnover_cost", (0, 40))
        (crossing,) = found.crossings
        assert crossing == Fraction(44775, 3097)
        there = LEAN.replace(redesign=0, turnover_cost=crossing)
        assert orchestration(there).present_value == continuous_search(there).present_value
        assert [one.favoured for one in found.pieces] == [
            "continuous search", "collective orchestration"
        ]  # fmt: skip

    def test_an_irrational_crossing(self):
        found = compare_patterns(LEAN.replace(turnover_cost=12, redesign=0), "fall")
        (crossing,) = found.crossings
        near = Fraction(float(crossing))
        gaps = [
            orchestration(there).present_value - continuous_search(there).present_value
            for there in (
                LEAN.replace(turnover_cost=12, redesign=0, fall=near + step)
                for step in (Fraction(-1, 10**6), Fraction(1, 10**6))
            )
        ]
        assert gaps[0] * gaps[1] < 0

    def test_a_single_value_at_which_all_stay_parts_two_pieces(self):
        """Tracking takes from b what it gives to a, who both stay at one quality of it only."""
        game = Coalitions(["a", "b"], {"a": 4, "b": 0, ("a", "b"): 2})
        eco = Ecosystem(game, levels=["1/4"], rise=0, fall=0, outside=("1/2", 0), search=0)
        assert orchestration(eco.replace(tracking="1/2")).lasting == 1
        found = compare_patterns(eco, "tracking", None, "survival")
        assert found.jumps == (Fraction(1, 2),)
        assert [(one.low, one.high) for one in found.pieces] == [
            (0, Fraction(1, 2)), (Fraction(1, 2), 1)
        ]  # fmt: skip
        assert {one.favoured for one in found.pieces} == {"neither"}

    def test_along_is_infinite_at_a_pole(self):
        """Who never falls lasts for ever."""
        found = compare_patterns(LEAN.replace(redesign=0), "fall", None, "survival")
        assert orchestration(LEAN.replace(fall=0)).survival is None
        assert found.along([0]).tolist() == [[np.inf], [np.inf]]

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (
                lambda: Ecosystem(Coalitions(2, lambda those: len(those) - 1)),
                "worth: requires 0 for nobody, got -1",
            ),
            (lambda: LEAN.margins(3), "level: requires a place from 0 to 2, got 3"),
            (lambda: LEAN.margins(-1), "level: requires a place from 0 to 2, got -1"),
            (lambda: LEAN.margins("high"), "level: requires a finite number"),
            (lambda: Ecosystem(TRIO, start=-5), "start: requires at least 2 firms, got -5"),
            (lambda: Ecosystem(TRIO, levels={1, 2}), "levels: requires a sequence of numbers"),
            (
                lambda: Ecosystem(TRIO, rise=0.6, fall=0.5, tracking=sympy.Symbol("q")),
                "require a sum of at most 1",
            ),
            (lambda: tracking_conditions(3), "coalitions: requires Coalitions, got int"),
            (
                lambda: compare_patterns(LEAN, "fall").along(0.5),
                "values: requires a sequence of numbers, got 0.5",
            ),
            (lambda: compare_patterns(LEAN, "start"), "parameter: requires one of rise"),
            (lambda: compare_patterns(LEAN, "outside"), r"over: requires a pair \(low, high\)"),
            (lambda: compare_patterns(LEAN, "fall", (0, 2)), "over: requires low < high"),
            (lambda: compare_patterns(LEAN, "fall", ("1/2", 1)), "at most 9/10"),
            (lambda: compare_patterns(LEAN, "fall", 1), "over: requires a pair"),
            (lambda: compare_patterns(LEAN, "fall", None, "fame"), "criterion: requires one of"),
            (lambda: compare_patterns(TRIO, "fall"), "ecosystem: requires an Ecosystem"),
            (lambda: orchestration(TRIO), "ecosystem: requires an Ecosystem"),
            (lambda: Ecosystem(3), "coalitions: requires Coalitions, got int"),
            (lambda: Ecosystem(TRIO, levels=()), "levels: requires increasing numbers, got none"),
            (lambda: Ecosystem(TRIO, levels=(1, 1)), "levels: requires increasing"),
            (lambda: Ecosystem(TRIO, levels="12"), "levels: requires a sequence"),
            (lambda: Ecosystem(TRIO, rise=0.6, fall=0.5), "require a sum of at most 1"),
            (lambda: Ecosystem(TRIO, rise=-1), r"rise: requires a number in \[0, 1\], got -1"),
            (lambda: Ecosystem(TRIO, outside=(1, 2)), "outside: requires one number, or 3"),
            (lambda: Ecosystem(TRIO, start=1), "start: requires at least 2 firms"),
            (lambda: Ecosystem(TRIO, start=4), "start: requires at most 3 firms"),
            (lambda: Ecosystem(TRIO, start="firm 1"), "start: requires a number of firms"),
            (lambda: Ecosystem(TRIO, start=["x", "y"]), "start: requires firms among"),
            (lambda: Ecosystem(TRIO, start_level=3), "start_level: requires a place from 0 to 2"),
            (lambda: Ecosystem(TRIO, start_level=0.5), "start_level: requires a whole number"),
            (lambda: Ecosystem(TRIO, discount=1), r"discount: requires a number in \[0, 1\)"),
            (lambda: LEAN.replace(size=2), "size: requires a term among"),
            (lambda: LEAN.replace(**{"outside.9": 2}), "outside.1 to outside.3"),
            (lambda: continuous_search(Ecosystem(Coalitions(9, len))), "at most 8 firms"),
            (lambda: orchestration(LEAN).curve(0), "periods: requires a whole number"),
        ],
    )
    def test_errors_name_what_they_require(self, call, message):
        with pytest.raises((TypeError, ValueError), match=message):
            call()


class TestEcosystem:
    def test_is_a_model_that_can_be_swept(self):
        @model_measure("periods")
        def periods(ecosystem):
            return orchestration(ecosystem).survival

        found = sweep(uneven(), periods, tracking=axis(0, 1, 3), start=[2, 4], progress=False)
        for i, q in enumerate((0, Fraction(1, 2), 1)):
            for j, size in enumerate((2, 4)):
                there = uneven(tracking=q, start=size)
                assert found.periods.values[i, j] == float(orchestration(there).survival)

    def test_claims_on_it_are_proved_and_refuted(self):
        """Value tracked for all: it keeps who adds more than others, and costs who adds less."""
        eco = uneven(outside=("1/2", "1/2", 2, 0))
        able = computed(lambda one: one.margins()[2], "what c gains by staying")
        idle = computed(lambda one: one.margins()[3], "what d gains by staying")
        assert (
            examine(Claim(rises(able, "tracking"), over=["tracking"], model=eco)).kind == "proved"
        )
        assert examine(Claim(able >= 0, over={"tracking": ("1/2", 1)}, model=eco)).kind == "proved"
        wrong = Claim(rises(idle, "tracking"), over=["tracking"], model=eco)
        assert examine(wrong).kind == "refuted"
        # Tracking is a condition: c, which gets 2 outside, stays from some quality on.
        staying = examine(Claim(able >= 0, over=["tracking"], model=eco))
        assert staying.kind == "conditional"
        at = (2 - Fraction(7, 4)) / (eco.coalitions.shapley()["c"] - Fraction(7, 4))
        assert str(at) in str(staying)

        @model_measure("periods")
        def periods(ecosystem):
            return orchestration(ecosystem).survival

        found = examine(
            Claim(measured(periods) >= 1, over={"fall": (0, "1/2")}, model=eco.replace(rise=0))
        )
        assert found.kind not in ("proved", "refuted")

    def test_symbols_have_margins_and_no_life(self):
        q, w = sympy.symbols("q w")
        eco = uneven().replace(tracking=q, **{"outside.3": w})
        assert eco.symbols == ("outside", "tracking")
        there = uneven().replace(tracking="1/3", **{"outside.3": 2})
        found = [one.subs({q: sympy.Rational(1, 3), w: 2}) for one in eco.margins(1)]
        assert found == [sympy.Rational(str(one)) for one in there.margins(1)]
        with pytest.raises(TypeError, match="requires numbers for all terms, got expressions for"):
            orchestration(eco)

    def test_terms_are_read_and_kept(self):
        eco = LEAN.replace(fall=0.3, outside=(1, 2, 3))
        assert eco.fall == Fraction(3, 10)
        assert eco.replace(**{"outside.2": 5}).outside == (1, 5, 3)
        assert eco.replace(outside=[1, 1, 1]).outside == 1
        assert set(eco.terms) <= set(eco.domains)
        assert eco.replace().terms == eco.terms
        assert LEAN.outside == Fraction(6, 5)


class TestTracking:
    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(st.integers(0, 5), min_size=1, max_size=4),
        st.lists(st.integers(0, 4), min_size=4, max_size=4),
    )
    def test_the_region_is_where_everybody_stays(self, skills, outside):
        names = [f"f{k}" for k in range(len(skills))]
        own = dict(zip(names, skills, strict=True))
        game = Coalitions(names, lambda those: sum(own[n] for n in those))
        options = dict(zip(names, outside, strict=False))
        found = tracking_conditions(game, options)
        mean = Fraction(sum(skills), len(skills))

        def stays(q, theta):
            return all(q * own[n] + (1 - q) * mean >= theta * options[n] for n in names)

        for q, theta in found.region:
            assert stays(q, theta)
        kept = [Fraction(k, 20) for k in range(21) if stays(Fraction(k, 20), 1)]
        if found.tracking is None:
            assert not kept
        else:
            low, high = found.tracking
            assert kept == [Fraction(k, 20) for k in range(21) if low <= Fraction(k, 20) <= high]
            assert stays(low, 1)
            assert stays(high, 1)
        if any(outside[: len(skills)]):
            for k in range(21):
                q = Fraction(k, 20)
                tops = [t for t in (Fraction(j, 12) for j in range(120)) if stays(q, t)]
                assert all(t <= found.strongest[1] for t in tops)
        assert found.feasible == (sum(skills) >= sum(options.values()))
        assert found.sufficient == stays(1, 1)

    def test_tracking_only_harms_where_all_get_the_same_outside(self):
        """A theorem: contributions average to the equal share, so that some are below it."""
        game = Coalitions(["a", "b"], lambda those: 1 + 2 * ("a" in those) if those else 0)
        found = tracking_conditions(game, 1)
        assert found.tracking is not None
        assert found.tracking[0] == 0
        assert found.strongest[0] == 0
        assert found.minimal[0] == ()
        assert not found.necessary

    def test_value_tracked_for_all_can_be_necessary_and_sufficient(self):
        game = Coalitions(
            ["a", "b", "c"], lambda those: sum(map({"a": 1, "b": 2, "c": 3}.get, those))
        )
        tight = tracking_conditions(game, {"a": 1, "b": 2, "c": 3})
        assert tight.necessary
        assert tight.sufficient
        assert tight.tracking == (1, 1)
        assert tight.minimal == (("a", "b", "c"),)
        # With less outside, tracking one of them is enough.
        loose = tracking_conditions(game, {"a": 1, "b": 1, "c": 3})
        assert not loose.necessary
        assert loose.minimal == (("c",),)
        # With more, no division is enough.
        none = tracking_conditions(game, {"a": 1, "b": 2, "c": 4})
        assert not none.feasible
        assert none.tracking is None
        assert none.minimal == ()
        assert "together they are worth less" in none.status

    def test_a_division_may_keep_whom_tracking_cannot(self):
        game = Coalitions(["a", "b"], lambda those: 2 + 4 * ("a" in those) if those else 0)
        found = tracking_conditions(game, {"a": 1, "b": 4})
        assert found.feasible
        assert found.tracking is None
        assert "though there are divisions" in found.status

    @pytest.mark.parametrize(
        ("outside", "message"),
        [(-1, "outside: requires numbers ≥ 0"), (lambda *_: 1, "outside: requires a number")],
    )
    def test_errors(self, outside, message):
        with pytest.raises((TypeError, ValueError), match=message):
            tracking_conditions(Coalitions(2, len), outside)
        with pytest.raises(ValueError, match="at most 16"):
            tracking_conditions(Coalitions(17, len))
