"""Cascades against Granovetter's examples and all sets; seeds against all choices."""

import math
from fractions import Fraction
from itertools import combinations, permutations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.collective import (
    Consortium,
    JointProduction,
    SelfInterest,
    ThresholdFollowers,
    cascade,
    cascade_of_shares,
    critical_mass,
    firm_thresholds,
    order_effect,
)

thresholds = st.lists(st.one_of(st.none(), st.integers(0, 6)), min_size=1, max_size=6)


def all_sets(firms):
    for size in range(len(firms) + 1):
        for chosen in combinations(firms, size):
            yield frozenset(chosen)


def is_rest(followers, active, fixed=frozenset()):
    """Nobody wants to change, mobilizers apart."""
    return fixed <= active and all(
        followers.joins(name, active - {name}) == (name in active)
        for name in followers.firms
        if name not in fixed
    )


def follow(followers, first):
    """One firm at a time, in any order: monotone followers end alike."""
    active = frozenset(first)
    while True:
        moved = [n for n in followers.firms if n not in active and followers.joins(n, active)]
        if not moved:
            return active
        active |= {moved[0]}


def test_granovetters_two_crowds():
    riot = cascade(range(100))
    assert riot.everybody
    assert riot.counts == tuple(range(101))
    assert riot.rounds[7] == ("7",)
    quiet = cascade([0, 2, *range(2, 100)])
    assert quiet.adopters == ("1",)
    assert quiet.counts == (0, 1)
    assert [len(one) for one in quiet.equilibria] == [1, 100]
    assert [len(one) for one in riot.equilibria] == [100]
    assert critical_mass([0, 2, *range(2, 100)]).mobilizers == ("2",)
    assert critical_mass(range(100)).cost == 0


def test_granovetters_normal_crowd():
    """granovetter1978: mean 25 of 100; near a deviation of 12.2, from about 6 to nearly all."""

    def crowd(deviation):
        return lambda x: (1 + math.erf((x - 0.25) / deviation / math.sqrt(2))) / 2

    before = cascade_of_shares(crowd(0.122))
    after = cascade_of_shares(crowd(0.123))
    assert 0.05 < before.shares[-1] < 0.06
    assert len(before.equilibria) == 3
    assert after.shares[-1] > 0.99
    assert len(after.equilibria) == 1
    assert not before.exact
    assert not before.complete


@settings(max_examples=50, deadline=None)
@given(thresholds, st.data())
def test_equilibria_are_all_sets_at_rest(values, data):
    followers = ThresholdFollowers(values)
    first = data.draw(st.lists(st.sampled_from(followers.firms), unique=True))
    found = cascade(values, first)
    rests = {one for one in all_sets(followers.firms) if is_rest(followers, one, frozenset(first))}
    # Firms with equal thresholds are moved together, so that numbers tell the sets.
    assert {frozenset(one) for one in found.equilibria} == rests
    assert frozenset(found.adopters) == follow(followers, first)
    assert frozenset(found.adopters) == min(rests, key=len)
    assert not found.regretting


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(0, 2**15 - 1), st.data())
def test_networks_by_all_sets(n, links, data):
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(
        pair for k, pair in enumerate(combinations(range(n), 2)) if links >> k & 1
    )
    shares = st.sampled_from([0, "1/4", "1/2", "2/3", 1])
    values = data.draw(st.lists(shares, min_size=n, max_size=n))
    followers = ThresholdFollowers(values, graph, "share")
    found = cascade(values, graph=graph, counted="share")
    rests = sorted((one for one in all_sets(followers.firms) if is_rest(followers, one)), key=len)
    assert frozenset(found.equilibria[0]) == rests[0]
    assert frozenset(found.equilibria[-1]) == rests[-1]
    for k, name in enumerate(followers.firms):
        around = [str(one) for one in graph.neighbors(k)]
        for active in all_sets(around):
            if around:
                reached = Fraction(len(active), len(around)) >= Fraction(values[k])
                assert followers.joins(name, active) == reached
    seeds = critical_mass(values, graph, "share")
    best = min(len(one) for one in all_sets(followers.firms) if len(follow(followers, one)) == n)
    assert seeds.cost == best
    assert seeds.complete
    assert len(follow(followers, seeds.mobilizers)) == n


def test_directed_links_count_whom_they_come_from():
    chain = nx.DiGraph([(0, 1), (1, 2)])
    assert cascade([1, 1, 1], [0], chain).rounds == (("0",), ("1",), ("2",))
    assert cascade([1, 1, 1], [2], chain).adopters == ("2",)


@settings(max_examples=50, deadline=None)
@given(thresholds, st.data())
def test_seeds_against_all_choices(values, data):
    followers = ThresholdFollowers(values)
    firms = followers.firms
    costs = data.draw(st.lists(st.integers(0, 5), min_size=len(firms), max_size=len(firms)))
    enough = [one for one in all_sets(firms) if len(follow(followers, one)) == len(firms)]
    fewest = critical_mass(values)
    assert fewest.cost == min(map(len, enough))
    assert fewest.complete
    assert len(follow(followers, fewest.mobilizers)) == len(firms)
    cheapest = critical_mass(values, costs=costs)
    price = dict(zip(firms, costs, strict=True))
    assert cheapest.cost == min(sum(price[name] for name in one) for one in enough)
    # Among choices that cost the same, those who are closest to moving by themselves.
    waits = {
        name: len(firms) if one is None else one
        for name, one in zip(firms, followers.needed, strict=True)
    }
    for found, paid in ((fewest, dict.fromkeys(firms, 1)), (cheapest, price)):
        same = [one for one in enough if sum(paid[name] for name in one) == found.cost]
        least = min(sum(waits[name] for name in one) for one in same)
        assert sum(waits[name] for name in found.mobilizers) == least
    assert sum(map(len, cheapest.rounds)) == len(firms)


def test_a_search_that_is_stopped_says_so():
    graph = nx.karate_club_graph()
    halves = ["1/2"] * 34
    best = critical_mass(halves, graph, "share")
    assert best.complete
    assert best.cost == 3
    stopped = critical_mass(halves, graph, "share", most_sets=40)
    assert not stopped.complete
    assert stopped.at_least <= best.cost <= stopped.cost
    assert "at least" in stopped.status
    assert sum(map(len, stopped.rounds)) == 34


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.integers(0, 6), st.integers(0, 4), min_size=1),
    st.integers(0, 8),
)
def test_shares_against_large_crowds(weights, z):
    """A crowd of 6 · total people has the same shares: the others differ by one in so many."""
    total = max(sum(weights.values()), 1)
    distribution = {Fraction(k, 6): Fraction(w, total) for k, w in weights.items()}
    found = cascade_of_shares(distribution, Fraction(z, 8))
    x = found.shares[-1]

    def moved(share):
        return sum(w for k, w in distribution.items() if k <= share)

    share = Fraction(z, 8)
    assert x == share + (1 - share) * moved(x)
    assert list(found.shares) == sorted(found.shares)
    assert x == min(one for one in found.equilibria if one >= share)
    if found.needed is None:
        assert moved(1) < 1
    else:
        assert cascade_of_shares(distribution, found.needed).shares[-1] == 1
        if found.needed > 0:
            less = found.needed * Fraction(999, 1000)
            assert cascade_of_shares(distribution, less).shares[-1] < 1


def test_thresholds_of_firms_by_their_payoffs():
    uneven = Consortium(
        4, trust="9/10", opportunism=[0, "1/2", 1, 1], stakes=(1, 1, 2, 4),
        communicative_capacity=(1, 1, 1, 3),
    )  # fmt: skip
    interest = SelfInterest(uneven)
    found = firm_thresholds(interest)
    wins = {}
    for place, name in enumerate(interest.firms):
        others = [one for one in interest.firms if one != name]
        for active in all_sets(others):
            profile = ["collaboration" if one in active else "avoidance" for one in interest.firms]
            earned = []
            for strategy in uneven.strategies:
                profile[place] = strategy.name
                earned.append(uneven.payoff(name, profile))
            wins[name, active] = earned[0] > max(earned[1:])
            assert interest.joins(name, active) == wins[name, active]
        counts = range(len(others) + 1)
        rows = [[wins[name, one] for one in all_sets(others) if len(one) == k] for k in counts]
        assert found.possible[place] == next((k for k in counts if any(rows[k])), None)
        sure = [k for k in counts if all(all(row) for row in rows[k:])]
        assert found.sure[place] == (min(sure) if sure else None)
        rising = all(
            not wins[name, one] or wins[name, two]
            for one in all_sets(others)
            for two in all_sets(others)
            if one < two
        )
        assert found.monotone[place] == rising
    assert found.possible != found.sure
    assert frozenset(cascade(interest, ["firm 4"]).adopters) == follow(interest, ["firm 4"])
    alike = Consortium(5, trust="9/10")
    by_sets = firm_thresholds(SelfInterest(alike)).sure
    game = alike.group_game()
    gaining = [
        m
        for m in range(5)
        if all(
            game.payoff(0, [m + 1, 0, 0, 0, 4 - m])
            > game.payoff(i, [m, *(int(i == j) for j in (1, 2, 3)), 4 - m + (i == 4)])
            for i in range(1, 5)
        )
    ]
    assert by_sets == (gaining[0],) * 5


class Shy:
    """Joins nobody in company."""

    firms = ("a", "b", "c")
    monotone = False

    def joins(self, firm, active):
        return len(active) < 1


def test_followers_that_shy_away():
    found = cascade(Shy())
    assert found.everybody
    assert found.regretting == ("a", "b", "c")
    assert not found.complete
    assert not found.equilibria
    assert critical_mass(Shy()).cost == 0
    assert firm_thresholds(Shy()).monotone == (False,) * 3


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=4),
    st.lists(st.integers(0, 5), min_size=4, max_size=4),
    st.sampled_from([1, "3/2", 2]),
)
def test_orders_of_contribution(interests, slopes, cost):
    """All orders, one after the other, asked again and again."""
    levels = [0]
    for slope in slopes:
        levels.append(levels[-1] + slope)
    joint = JointProduction(interests, lambda total: levels[int(total)], costs=cost)
    ends = set()
    for order in permutations(joint.firms):
        active = frozenset()
        while True:
            before = active
            for name in order:
                if name not in active and joint.joins(name, active):
                    active |= {name}
            if active == before:
                break
        ends.add(active)
    found = order_effect(joint)
    assert {frozenset(one) for one in found.outcomes} == ends
    assert found.least == min(levels[len(one)] for one in ends)
    assert found.most == max(levels[len(one)] for one in ends)
    used = slopes[: len(interests)]
    if used == sorted(used):
        # Accelerating or linear returns: the order does not matter.
        assert len(ends) == 1
        assert joint.monotone
        assert set(found.outcomes[0]) == set(cascade(joint).adopters)
    if used == sorted(used, reverse=True):
        # Decelerating: whoever contributes in the end would have started.
        assert set().union(*ends) <= set(found.starters)


def test_critical_mass_theory_in_two_examples():
    """oliver1985: who starts, who rides free, and what the order does."""
    rising = JointProduction([3, 3, 3, 2, 2], lambda total: total**2 / 4, costs=3)
    assert rising.shape == "accelerating"
    start = order_effect(rising)
    assert start.outcomes == ((),)
    assert not start.starters
    assert start.most == 0
    seeds = critical_mass(rising)
    assert seeds.cost == 2
    assert sum(map(len, seeds.rounds)) == 5
    assert order_effect(rising, seeds.mobilizers).free_riders == ((),)
    assert order_effect(rising, ["1"]).outcomes == (("1",),)

    falling = JointProduction([5, 4, 3, 2], lambda total: 1 - Fraction(1, 2) ** total, costs="1/2")
    assert falling.shape == "decelerating"
    effect = order_effect(falling)
    assert effect.starters == ("1", "2", "3", "4")
    assert effect.least == Fraction(3, 4)
    assert effect.most == Fraction(7, 8)
    # In turn from the most interested: two provide, two ride free. From the least: three provide.
    assert ("1", "2") in effect.outcomes
    assert ("3", "4") in [
        free
        for free, outcome in zip(effect.free_riders, effect.outcomes, strict=True)
        if outcome == ("1", "2")
    ]
    assert all(len(order) == 3 and order[0] != "1" for order in effect.orders if len(order) > 2)


def test_numbers_by_name_and_in_any_order_of_reading():
    """A mapping of costs goes by names; numbers that are named by numbers are no costs."""
    joint = JointProduction(
        {1: 5, 2: 6}, lambda total: total, costs={2: 8, 1: 7}, contributions={1: 1, 2: 3}
    )
    assert joint.costs == (7, 8)
    assert joint.contributions == (1, 3)
    assert cascade(one for one in (0, 1, 2)).everybody
    assert cascade([0]).status == "The only firm acts, after 1 round."
    assert cascade([1]).status == "The only firm does not act."


def test_who_is_indifferent_does_not_contribute():
    joint = JointProduction([2, 3], lambda total: total, costs=[2, 2])
    assert [joint.joins(name, frozenset()) for name in joint.firms] == [False, True]
    assert order_effect(joint).outcomes == (("2",),)
    assert cascade(joint).adopters == ("2",)


def test_shapes():
    assert JointProduction([1, 1], lambda total: 3 * total).shape == "linear"
    bent = [0, 1, 3, 4]
    assert JointProduction([1] * 3, lambda total: bent[int(total)]).shape == "mixed"
    uneven = JointProduction([1, 1], lambda total: total**2, contributions=[1, 3])
    assert uneven.totals == (0, 1, 3, 4)
    assert uneven.shape == "accelerating"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: cascade([]), "at least one firm"),
        (lambda: cascade([-1]), "at least 0"),
        (lambda: cascade([0], ["9"]), "requires firms among"),
        (lambda: cascade([0], "1"), "sequence of firms"),
        (lambda: cascade(7), "requires numbers"),
        (lambda: cascade([0, 1], counted="weight"), "requires one of"),
        (lambda: cascade([0, 1], graph=nx.path_graph(3)), "one for each of 3"),
        (lambda: cascade({"a": 0}, graph=nx.path_graph(1)), "nodes of the graph"),
        (lambda: cascade(Shy(), graph=nx.path_graph(3)), "followers with a rule"),
        (lambda: critical_mass([0, 1], costs=[1]), "one for each of 2"),
        (lambda: critical_mass([0, 1], costs=[1, -1]), "at least 0"),
        (lambda: cascade_of_shares({0: 2}), "at most 1"),
        (lambda: cascade_of_shares({0: 1}, 2), r"in \[0, 1\]"),
        (lambda: cascade_of_shares(5), "a mapping"),
        (lambda: cascade_of_shares(lambda x: 1 - x), "never falls"),
        (lambda: JointProduction([], lambda r: r), "at least one firm"),
        (lambda: JointProduction([1], 5), "a function"),
        (lambda: JointProduction([1], lambda r: r, contributions=0), "more than 0"),
        (lambda: order_effect(JointProduction([1] * 17, lambda r: r)), "at most 16"),
        (lambda: order_effect(5), "JointProduction"),
        (lambda: JointProduction(5, lambda r: r), "interests: requires numbers"),
        (lambda: JointProduction("12", lambda r: r), "interests: requires numbers"),
        (lambda: JointProduction([1, 2], lambda r: r, costs={"1": 1}), "by name, got 1"),
        (lambda: cascade({0, 1}), "in an order"),
        (lambda: cascade([0, 1], graph=[(0, 1)]), "graph: requires"),
        (lambda: critical_mass([0, 1], costs=3), "costs: requires one number"),
        (lambda: critical_mass([0, 1], costs="12"), "costs: requires one number"),
        (lambda: SelfInterest(5), "requires a Consortium"),
        (lambda: firm_thresholds(range(20)), "at most 14"),
    ],
)
def test_refusals(make, words):
    with pytest.raises((TypeError, ValueError), match=words):
        make()


@settings(max_examples=15, deadline=None)
@given(
    st.integers(2, 5),
    st.sampled_from(["1/2", "9/10", 1]),
    st.lists(st.integers(0, 3), min_size=5, max_size=5),
)
def test_mobilizers_of_firms_alike_by_all_sets(size, trust, costs):
    interest = SelfInterest(Consortium(size, trust=trust, opportunism=0))
    found = critical_mass(interest, costs=costs[:size])
    prices = dict(zip(interest.firms, costs, strict=False))
    moving = [one for one in all_sets(interest.firms) if len(follow(interest, one)) == size]
    assert found.cost == sum(prices[name] for name in found.mobilizers)
    assert found.cost == min(sum(prices[name] for name in one) for one in moving)
    assert frozenset(found.mobilizers) in moving


def test_only_the_number_of_mobilizers_matters_among_firms_alike():
    interest = SelfInterest(Consortium(30, trust="3/4", opportunism=0))
    found = critical_mass(interest, most_sets=1)
    assert (found.complete, found.cost, found.at_least) == (True, 22, 22)
    others = interest.firms[1:]
    assert not any(interest.joins("firm 1", frozenset(others[:k])) for k in range(22))
    assert found.status == "22 mobilizers move all 30 firms, and fewer are too few."
    dear = critical_mass(interest, costs=[2] * 8 + [1] * 22)
    assert (dear.cost, dear.mobilizers) == (22, interest.firms[8:])
