"""Shocks against integrated paths and whole chains; maintenance against simulation and algebra."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from dilemma.collective import (
    Consortium,
    expected_recovery,
    lasting_range,
    maintenance,
    shock,
    tipping_curve,
    tipping_share,
)
from dilemma.evolution import Population, flow, replicator, transition_matrix
from dilemma.game import Game, GroupGame

HUNT = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])


def hunt(worth, size=5):
    return GroupGame.from_pairwise(Game.symmetric([[worth, 0], [3, 2]], ["stag", "hare"]), size)


def threshold_good(size, threshold, factor):
    """The N-person stag hunt of pacheco2009."""

    def earn(strategy, group):
        shared = Fraction(factor * group[0], size) if group[0] >= threshold else 0
        return shared - (strategy == 0)

    return GroupGame(size, ["give", "hold"], earn)


def integrated(game, start, duration):
    """The replicator equation for two strategies, from payoffs in floats."""

    def speed(_time, x):
        earned = game.fitness(np.array([x[0], 1 - x[0]]))
        return [x[0] * (1 - x[0]) * (earned[0] - earned[1])]

    path = solve_ivp(speed, (0, duration), [start], rtol=1e-10, atol=1e-13)
    return path.y[0, -1]


def test_the_basin_begins_at_the_tipping_share():
    found = shock(hunt(6), "stag", "hare", replaced="1/2")
    assert found.survives
    assert found.boundary == tipping_share(hunt(6), "stag", "hare").takeover == Fraction(2, 5)
    assert found.largest_replaced == Fraction(3, 5)
    # Exactly on the boundary nothing moves, and it is not survived.
    upon = shock(hunt(6), "stag", "hare", replaced="3/5")
    assert not upon.survives
    assert upon.ends_at == upon.shocked
    assert shock(hunt(6), "stag", "hare", replaced="599/1000").survives
    assert shock(hunt(6), "stag", "hare").recovery_time == 0


@pytest.mark.parametrize("replaced", ["1/10", "1/3", "1/2"])
def test_times_against_integrated_paths(replaced):
    game = threshold_good(5, 3, 4)
    found = shock(game, "give", "hold", replaced=replaced)
    assert float(found.settled) == pytest.approx(0.81551, abs=6e-6)
    if not found.survives:
        assert found.recovery_time is None
        assert integrated(game, float(found.shocked), 400) < 1e-3
        assert found.grace == 0
        return
    there = integrated(game, float(found.shocked), found.recovery_time)
    assert there == pytest.approx(float(found.settled) - 0.01, abs=1e-6)
    middle, share = found.path[20]
    assert integrated(game, float(found.shocked), middle) == pytest.approx(share, abs=1e-6)


def test_times_are_those_of_the_flow():
    """In pairs the replicator flow of the evolution room follows the same path."""
    game = Game.symmetric([[6, 0], [3, 2]], ["stag", "hare"])
    found = shock(game, "stag", "hare", replaced="1/2")
    path = flow(game, replicator, [0.5, 0.5], [0, found.recovery_time])
    assert path.share.sel(strategy="stag").values[-1] == pytest.approx(0.99, abs=1e-6)


def test_largest_replaced_between_irrational_shares():
    found = shock(threshold_good(5, 3, 4), "give", "hold")
    ratio = 1 - float(found.boundary) / float(found.settled)
    assert float(found.largest_replaced) == pytest.approx(ratio, abs=1e-12)
    exact = found.largest_replaced
    lost = [exact.low, exact.high]
    tried = [shock(threshold_good(5, 3, 4), "give", "hold", replaced=x) for x in lost]
    assert [one.survives for one in tried] == [True, False]
    # So close to the boundary floats cannot tell a time.
    assert math.isinf(tried[0].recovery_time)
    assert not tried[0].complete
    near = exact.low - Fraction(1, 10**6)
    assert 20 < shock(threshold_good(5, 3, 4), "give", "hold", replaced=near).recovery_time < 99


def test_shares_that_floats_take_for_an_end():
    """∫ dx/(x(1 − x)(5x − 2)) in closed form, from 1 − 10⁻⁴⁰ down and from 1/2 up to it."""
    worse = GroupGame.from_pairwise(Game.symmetric([[1, 0], [3, 2]], ["stag", "hare"]), 5)
    tiny = Fraction(1, 10**40)
    # Hares earn 2 more everywhere: odds fall at a rate of 2, the old basin ends at 2/5.
    lost = shock(hunt(6), "stag", "hare", worse, replaced=tiny)
    rate = math.log(10) * 40
    assert lost.grace == pytest.approx((rate - math.log(2 / 3)) / 2, rel=1e-9)
    assert lost.path[-1][0] == pytest.approx((rate + math.log(99)) / 2, rel=1e-9)
    assert not lost.survives
    back = shock(hunt(6), "stag", "hare", replaced="1/2", distance=tiny)
    third = math.log(10) * 40 / 3
    exact = third + (5 / 6) * math.log(3 / 0.5) - math.log(2) / 2 - math.log(2) / 3
    assert back.recovery_time == pytest.approx(exact, rel=1e-9)
    assert back.complete


def test_at_an_end_that_is_not_stable():
    """Nobody of a whole population plays hare: the share cannot move, but rests on no basin."""
    mixed = GroupGame.from_pairwise(Game.symmetric([[3, 1], [4, 0]], ["stag", "hare"]), 5)
    still = shock(hunt(6), "stag", "hare", mixed)
    assert not still.survives
    assert still.status.endswith("stays at 1, a rest point that is not stable.")
    assert shock(hunt(6), "stag", "hare", mixed, replaced=Fraction(1, 10**9)).survives


def test_a_game_that_changes():
    before, after = hunt(6), hunt(4)
    found = shock(before, "stag", "hare", after, replaced="1/2")
    assert not found.survives
    assert found.ends_at == 0
    # The new boundary is 2/3, the old one 2/5: undone in time, the settlement comes back.
    assert integrated(after, 0.5, found.grace) == pytest.approx(0.4, abs=1e-7)
    assert shock(before, "stag", "hare", after, replaced="1/4").survives
    gone = shock(threshold_good(5, 3, 4), "give", "hold", threshold_good(6, 3, 4))
    assert gone.settled_after is gone.boundary is gone.largest_replaced is None
    assert not gone.survives
    assert gone.ends_at == 0


def test_terms_and_members_of_a_consortium():
    eight = Consortium(8, trust="9/10")
    fallen = shock(eight, "collaboration", "avoidance", {"trust": "1/2"}, "1/10")
    # Its basin against avoidance is still there, but others undermine it.
    assert fallen.ends_at == 1
    assert fallen.upset_by == ("competition",)
    assert not fallen.survives
    assert fallen.change == {"trust": "1/2"}
    assert shock(eight, "collaboration", "avoidance", {"trust": "29/45"}).survives
    left = shock(eight, "collaboration", "avoidance", {"size": 3}, "1/20")
    assert left.survives
    assert left.boundary == tipping_share(eight.replace(size=3), 0, 4).takeover
    curve = tipping_curve(eight, "trust", "collaboration", "avoidance", kind="takeover")
    assert curve.at("7/10").takeover == shock(eight, 0, 4, {"trust": "7/10"}).boundary


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 5),
    st.lists(st.integers(-4, 4), min_size=10, max_size=10),
    st.fractions(0, 1, max_denominator=9),
)
def test_ends_follow_the_signs(size, payoffs, replaced):
    def earn(strategy, group):
        return payoffs[5 * strategy + group[0] - (strategy == 0)]

    game = GroupGame(size, ["one", "two"], earn)
    stable = [point for point, on in tipping_share(game, 0, 1).rest_points if on and point > 0]
    if not stable:
        with pytest.raises(ValueError, match="stable rest point"):
            shock(game, 0, 1, replaced=replaced)
        return
    found = shock(game, 0, 1, replaced=replaced)
    assert found.settled == max(stable)
    start = float(found.settled) * (1 - replaced)
    assert float(found.shocked) == pytest.approx(start, abs=1e-12)
    gap = abs(float(found.boundary) - start)
    if gap > 1e-9:
        assert found.survives == (start > float(found.boundary))
    # Nothing rests on the way, and the path moves towards its end.
    low, high = sorted((start, float(found.ends_at)))
    for x in np.linspace(low, high, 7)[1:-1]:
        earned = game.fitness(np.array([x, 1 - x]))
        if high - low > 1e-6:
            assert np.sign(earned[0] - earned[1]) == np.sign(float(found.ends_at) - start)


@pytest.mark.parametrize(
    "options",
    [
        {"process": "fermi"},
        {"process": "moran"},
        {"process": "moran", "fitness": "linear", "selection": "1/10"},
        {"process": "introspection", "mutation": "rare"},
    ],
)
def test_hitting_times_by_the_whole_chain(options):
    chosen = {"selection": 1, "mutation": "1/20", **options}
    population = Population(GroupGame.from_pairwise(HUNT, 3), 9, **chosen)
    matrix = transition_matrix(population).toarray()[::-1, ::-1]
    for strategy, chain in (("hare", matrix), ("stag", matrix[::-1, ::-1])):
        for goal in (9, 4, 0):
            found = expected_recovery(population, strategy, 3, goal)
            rest = [k for k in range(10) if k != goal]
            solved = np.linalg.solve(np.eye(9) - chain[np.ix_(rest, rest)], np.ones(9))
            assert [float(found.steps[k]) for k in rest] == pytest.approx(solved, rel=1e-9)
            assert found.steps[goal] == 0
            assert found.expected == found.steps[3]
            assert found.exact == ("fitness" in options)
            assert found.generations == found.expected / 9


def test_hitting_times_that_floats_can_hardly_hold():
    population = Population(HUNT, 100, 1, mutation="1/1000")
    assert 1e32 < expected_recovery(population, "stag", 5).expected < 1e33
    # Long fractions are not written out, and numbers beyond a float's are said to be so.
    exact = expected_recovery(Population(HUNT, 100, 0, mutation="1/10"), "stag", 5)
    assert exact.exact
    assert len(exact.status) < 100
    for fitness in ("exponential", "linear"):
        chosen = {"process": "moran", "fitness": fitness, "mutation": Fraction(1, 10**400)}
        rare = expected_recovery(Population(HUNT, 9, "1/10", **chosen), "stag", 0)
        assert "more than 1e308" in rare.status
        assert rare.complete == rare.exact == (fitness == "linear")
    still = Population(HUNT, 300, 10_000, "introspection")
    found = expected_recovery(still, "stag", 5)
    assert math.isinf(found.expected)
    assert not found.complete


def test_ranges_that_last():
    six = Consortium(6, trust="9/10")
    found = lasting_range(six, "collaboration", "trust")
    assert (found.low, found.high) == (Fraction(29, 45), 1)
    for term, over in (("trust", None), ("stakes", (0, 6)), ("leakage", None)):
        found = lasting_range(six, "collaboration", term, over)
        low, high = found.over
        for k in range(1, 12):
            value = low + (high - low) * Fraction(k, 12)
            game = six.replace(**{term: value}).group_game()
            earned = game.expected_payoffs([1, 0, 0, 0, 0])
            holds = any(a <= value <= b for a, b in found.holds)
            assert holds == (earned[0] == max(earned))
    # All five of five are needed; with a sixth, each can leave it to the others.
    goal = Consortium(6, goal=1, threshold=5)
    members = lasting_range(goal, "collaboration", "size", (2, 8))
    assert members.holds == ((5, 5),)
    assert members.low is None
    # At trust 29/45 firms are indifferent, and nobody gains by leaving.
    tied = Consortium(4, trust="29/45")
    assert lasting_range(tied, "collaboration", "size").holds == ((2, 4),)
    none = lasting_range(Consortium(4, trust=0, opportunism=1), "collaboration", "synergy", (0, 1))
    assert none.low is None or none.low > 0


def test_maintenance_by_hand():
    """Two levels: with shocks at 1, repair at m and reforming at 1 the law is a fraction."""
    found = maintenance(
        Consortium(5), "trust", ["1/2", "9/10"], "collaboration", "avoidance", 1, 1, 3
    )
    assert found.holds == (False, True)
    # low → high at m; high and settled → low at 1; high and apart → low at 1, → settled at 1.
    for k, m in enumerate((1, 3)):
        high = Fraction(m, m + 1)
        assert found.settled[k] == high / 2
        assert found.lasts[k] == 1
    earned = Consortium(5, trust="9/10").group_game().payoff(0, [5, 0, 0, 0, 0])
    assert found.values == tuple(share * earned for share in found.settled)
    assert found.worth == found.values[1] - found.values[0]
    assert found.pays
    assert sum(found.laws[0]) == 1


def test_maintenance_against_simulation():
    found = maintenance(
        Consortium(3), "trust", ["2/5", "3/5", "7/10", "9/10"], "collaboration", "avoidance",
        1, "1/2", 4, reforming=2, drops={1: "3/4", 2: "1/4"}, price=1,
    )  # fmt: skip
    assert found.holds == (False, False, True, True)
    assert not found.pays
    draw = np.random.default_rng(5)
    for k, repair in enumerate((0.5, 4)):
        level, settled, total, inside = 3, True, 0.0, 0.0
        for wait, event, depth in draw.random((30_000, 3)).tolist():
            rates = [1.0, repair * (level < 3), 2.0 * (found.holds[level] and not settled)]
            stay = -math.log(1 - wait) / sum(rates)
            total, inside = total + stay, inside + stay * settled
            if event * sum(rates) < rates[0]:
                level = max(0, level - (1 if depth < 0.75 else 2))
            elif event * sum(rates) < rates[0] + rates[1]:
                level += 1
            else:
                settled = True
            settled = settled and found.holds[level]
        assert inside / total == pytest.approx(float(found.settled[k]), abs=0.02)


def test_members_leave_and_are_replaced():
    """Five of five are needed for the goal: a consortium of 4 or 6 does not hold together."""
    goal = Consortium(5, goal=1, threshold=5)
    found = maintenance(goal, "size", [4, 5], "collaboration", "avoidance", 1, 1, 3)
    assert found.holds == (False, True)
    assert found.settled == (Fraction(1, 4), Fraction(3, 8))
    assert goal.replace(size=Fraction(5)) == goal
    tied = maintenance(
        Consortium(3), "trust", ["29/45", "2/3"], "collaboration", "avoidance", 1, 1, 1
    )
    assert tied.holds == (True, True)


def test_settlements_that_never_or_always_stand():
    five, options = Consortium(5), ("collaboration", "avoidance")
    calm = maintenance(five, "trust", ["1/2", "9/10"], *options, 0, 1, 1)
    assert calm.settled == (1, 1)
    assert calm.lasts == (None, None)
    assert calm.worth == 0
    low = maintenance(five, "trust", ["1/4", "1/2"], *options, 1, 1, 1)
    assert low.settled == (0, 0)
    sturdy = maintenance(five, "trust", ["7/10", "9/10"], *options, 1, 0, 1)
    assert sturdy.settled == (1, 1)
    assert sturdy.lasts == (None, None)
    # It pays all the same where trust itself does.
    assert sturdy.pays == (sturdy.worth > 0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: shock(HUNT, "stag", "hare", {"trust": 1}), "requires a game"),
        (lambda: shock(HUNT, "stag", "hare", replaced=2), "replaced"),
        (lambda: shock(HUNT, "stag", "hare", distance=0), "distance"),
        (lambda: shock(HUNT, "stag", "hare", Consortium(3)), "requires the strategies"),
        (lambda: shock(Game.symmetric([[3, 0], [5, 1]]), 0, 1), "stable rest point"),
        (lambda: expected_recovery(HUNT, "stag", 1), "a Population"),
        (lambda: expected_recovery(Population(HUNT, 9, 1), "stag", 1), "rare"),
        (lambda: expected_recovery(Population(HUNT, 9, 1, mutation=0.1), "stag", 10), "at most 9"),
        (
            lambda: expected_recovery(Population(HUNT, (9, 9), 1, mutation=0.1), "stag", 1),
            "one population",
        ),
        (lambda: maintenance(Consortium(3), "trust", [1, 0], 0, 4, 1, 1, 1), "increasing"),
        (lambda: maintenance(Consortium(3), "trust", [0, 1], 0, 4, -1, 1, 1), "shocks"),
        (lambda: maintenance(Consortium(3), "trust", [0, 1], 0, 4, 0, 0, 0), "depends on"),
        (lambda: maintenance(Consortium(3), "trust", [0, 1], 0, 4, 1, 1, 1, 0), "reforming"),
        (
            lambda: maintenance(Consortium(3), "trust", [0, 1], 0, 4, 1, 1, 1, drops={1: "1/2"}),
            "sum to 1",
        ),
        (
            lambda: maintenance(Consortium(3), "trust", [0, 1], 0, 4, 1, 1, 1, drops={0: 1}),
            "from 1 on",
        ),
        (lambda: maintenance(HUNT, "trust", [0, 1], 0, 1, 1, 1, 1), "replace"),
        (lambda: maintenance(Consortium(3), "trust", 1, 0, 4, 1, 1, 1), "levels: requires"),
        (
            lambda: maintenance(Consortium(3), "trust", [0, 1], 0, 4, 1, 1, 1, drops=[1]),
            "drops: requires a mapping",
        ),
        (lambda: lasting_range(Consortium(3), 0, "size", (2, 3, 4)), "over: requires a low"),
        (lambda: lasting_range(Consortium(3), 0, "size", 5), "over: requires a low"),
        (lambda: lasting_range(Consortium(3), 0, "trust", 1), "over: requires a low"),
    ],
)
def test_refusals(make, words):
    with pytest.raises((TypeError, ValueError), match=words):
        make()
