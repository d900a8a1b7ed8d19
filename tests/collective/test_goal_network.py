"""Goal networks: views against independent solvers, moderation against its definition."""

import pickle
from fractions import Fraction
from itertools import combinations, pairwise

import networkx
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.ratios import pieces
from dilemma.collective import (
    Consortium,
    GoalNetwork,
    architect,
    goals_at_work,
    moderation,
    random_goal_network,
    sampled_moderation,
)
from dilemma.collective.aligning.along import changed_term, sign_ranges
from dilemma.collective.aligning.centers import centralities
from dilemma.collective.aligning.computing import valued_network
from dilemma.collective.aligning.solving import solve_sparse, sparse_matrix
from dilemma.propositions import Claim, computed, derivative, examine
from dilemma.study import axis, model_measure, one_at_a_time, sweep
from dilemma.testing import goal_networks

F = Fraction
few = settings(max_examples=15, deadline=None, derandomize=True, database=None)
ROW = GoalNetwork([[0, 1, 0], [1, 0, 1], [0, 1, 0]], [0, F(1, 2), 1], positions=[0, F(1, 4), 1])
PAIR = [[0, 1], [1, 0]]


def plain_weights(network):
    """W from its definition, in floats."""
    n = network.size
    adjacency = np.zeros((n, n))
    for i, j, weight in network.ties:
        adjacency[i, j] += float(weight)
    places = np.array(network.positions, dtype=float)
    near = 1 / (1 + float(network.decay) * np.abs(places[:, None] - places[None, :]))
    table = adjacency * near + float(network.own_weight) * np.eye(n)
    for i in range(n):
        if table[i].sum() == 0:
            table[i, i] = 1
    return table / table.sum(axis=1, keepdims=True)


def plain_views(network):
    """x* by one dense solve in floats."""
    w = plain_weights(network)
    openness = np.diag(float(network.formation) * np.array(network.susceptibility, dtype=float))
    first = np.array(network.views, dtype=float)
    eye = np.eye(network.size)
    return np.linalg.solve(eye - openness @ w, (eye - openness) @ first)


def plain_value(network, views):
    """V from its definition."""
    goal = np.mean(views, axis=0) if network.goal == "mean" else float(network.goal)
    alignment = 1 - np.abs(np.array(views, dtype=float) - goal).mean(axis=1)
    commitment = np.maximum(0, alignment**network.exponent - float(network.threshold))
    joint = sum(
        float(weight) / 2 * commitment[i] * commitment[j]
        for i, j, weight in network.ties
        if i != j
    )
    return float(network.own_value) * commitment.sum() + float(network.synergy) * joint


class TestViews:
    def test_two_firms_by_hand(self):
        # x = λ y and y = 1 − λ + λ x: x = λ / (1 + λ).
        for share in (F(1, 3), F(1, 2), F(9, 10)):
            first, second = GoalNetwork(2, [0, 1], susceptibility=share).views_at_rest()
            assert first == (share / (1 + share),)
            assert second == (1 / (1 + share),)

    @few
    @given(network=goal_networks())
    def test_rest_and_value_are_those_of_the_definition(self, network):
        found = network.goals()
        lonely = any(one == 1 for one in network.susceptibility) and network.formation == 1
        if not lonely:
            assert np.allclose(np.array(found.views, dtype=float), plain_views(network))
        assert float(found.value) == pytest.approx(plain_value(network, found.views))
        # One more round changes nothing, exactly.
        again = network.replace(views=found.views).path(1).views[1]
        openness = [network.formation * one for one in network.susceptibility]
        for k, share in enumerate(openness):
            held = again[k][0] - (1 - share) * (found.views[k][0] - network.views[k][0])
            assert held == found.views[k][0]
        assert sum(found.values) == found.value

    @few
    @given(network=goal_networks(dimensions=2), data=st.data())
    def test_laws(self, network, data):
        views = network.views_at_rest()
        for d in range(2):
            own, first = [one[d] for one in views], [one[d] for one in network.views]
            assert min(first) <= min(own) <= max(own) <= max(first)
            alone = network.replace(views=first, goal="mean").views_at_rest()
            assert [one for (one,) in alone] == own
        table = network.influence()
        assert all(sum(row) == 1 and min(row) >= 0 for row in table.tolist())
        assert (table.dot(np.array(network.views, dtype=object)) == np.array(views)).all()
        order = data.draw(st.permutations(range(network.size)))
        weights = np.zeros((network.size, network.size), dtype=object)
        for i, j, weight in network.ties:
            weights[i, j] = weight
        moved = GoalNetwork(
            weights[np.ix_(order, order)],
            [network.views[k] for k in order],
            positions=[network.positions[k] for k in order],
            susceptibility=[network.susceptibility[k] for k in order],
            **{name: getattr(network, name) for name in ("formation", "decay", "own_weight")},
        )
        assert moved.views_at_rest() == tuple(views[k] for k in order)

    def test_only_decay_times_distance_counts(self):
        near = ROW.replace(positions=[0, F(1, 8), F(1, 2)], decay=4)
        assert near.views_at_rest() == ROW.replace(decay=2).views_at_rest()

    def test_a_path_goes_to_where_views_settle(self):
        path = ROW.path(80)
        assert path.views[0] == ROW.views
        assert path.views[1][0] == (F(1, 4),)
        assert np.allclose(
            np.array(path.views[-1], dtype=float), np.array(ROW.goals().views, dtype=float)
        )
        far = [abs(one[1][0] - ROW.goals().views[1][0]) for one in path.views]
        assert all(after <= before for before, after in pairwise(far))

    def test_a_graph_is_read_whatever_it_comes_in(self):
        graph = networkx.Graph()
        graph.add_edge("a", "b", weight=0.1)
        graph.add_edge("b", "c")
        one = GoalNetwork(graph, [0, 0, 1])
        assert one.firms == ("a", "b", "c")
        assert not one.directed
        assert (1, 0, F(1, 10)) in one.ties
        table = [[0, 0.1, 0], [0.1, 0, 1], [0, 1, 0]]
        exact = [[0, "1/10", 0], [F(1, 10), 0, True], [0, 1, 0]]
        from scipy.sparse import coo_array

        others = [table, exact, np.array(table), coo_array(np.array(table))]
        for other in others:
            assert GoalNetwork(other, [0, 0, 1]).ties == one.ties
        assert networkx.utils.graphs_equal(one.graph, GoalNetwork(one.graph, 0).graph)
        arrow = GoalNetwork(networkx.DiGraph([("a", "b")]), [0, 1])
        # The one who listens is the tail; the other listens to itself.
        assert arrow.views_at_rest() == ((F(1, 2),), (F(1),))
        assert arrow.pairs == ((0, 1, F(1, 2)),)
        double = networkx.MultiGraph([("a", "b"), ("a", "b")])
        assert GoalNetwork(double, 0).ties == ((0, 1, F(2)), (1, 0, F(2)))
        assert GoalNetwork(1, "1/3").value() == F(1, 3)

    def test_inputs_stay_as_they_are(self):
        table, views = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0.25, 1.0])
        before = table.copy(), views.copy()
        network = GoalNetwork(table, views)
        network.goals()
        network.with_architect("stubborn", 0)
        assert (table == before[0]).all()
        assert (views == before[1]).all()
        assert network.architects == ()


class TestExistence:
    def test_a_consensus_weighs_by_degree(self):
        # Listening is a walk on the network: its law is by degree, where there is no period.
        graph = networkx.karate_club_graph()
        views = [F(k % 7, 7) for k in range(34)]
        found = GoalNetwork(graph, views, susceptibility=1).goals()
        degree = dict(graph.degree(weight="weight"))
        mean = F(sum(degree[k] * views[k] for k in range(34)), sum(degree.values()))
        assert set(found.views) == {(mean,)}
        assert found.groups == (tuple(map(str, range(34))),)
        assert found.periods == (1,)

    def test_a_pair_that_only_echoes_has_no_limit(self):
        found = GoalNetwork(PAIR, [0, 1], susceptibility=1).goals()
        assert not found.converges
        assert not found.complete
        assert found.views == (None, None)
        assert found.value is None
        assert found.periods == (2,)
        assert "period 2" in found.status
        with pytest.raises(
            ValueError, match=r"views that settle, got a group .* period 2: 1 and 2"
        ):
            GoalNetwork(PAIR, [0, 1], susceptibility=1).value()

    def test_it_has_one_where_views_agree_or_somebody_holds_on(self):
        assert GoalNetwork(PAIR, [1, 1], susceptibility=1).goals().converges
        held = GoalNetwork(PAIR, [0, 1], susceptibility=[1, 0]).goals()
        assert held.views == ((1,), (1,))
        assert GoalNetwork(PAIR, [0, 1], susceptibility=1, own_weight=1).goals().converges
        # Both sides of a square have the same mean: the views meet in one round.
        square = GoalNetwork(networkx.cycle_graph(4), [0, 0, 1, 1], susceptibility=1)
        assert square.views_at_rest() == ((F(1, 2),),) * 4

    def test_who_hears_both_sides_alike_settles(self):
        # Firms 1 and 2 echo; firm 3 hears both alike, firm 4 one of them, firm 5 firm 4.
        table = np.zeros((5, 5), dtype=int)
        table[0, 1] = table[1, 0] = table[2, 0] = table[2, 1] = table[3, 0] = table[4, 3] = 1
        network = GoalNetwork(table, [0, 1, 0, 0, 0], susceptibility=[1, 1, F(1, 2), 1, F(1, 2)])
        found = network.goals()
        assert found.views == (None, None, (F(1, 4),), None, None)
        assert "4 of 5 firms" in found.status
        late = network.path(61).views
        assert abs(late[60][2][0] - F(1, 4)) < F(1, 10**9)
        assert late[60][3][0] - late[61][3][0] in (1, -1)

    def test_a_period_is_after_how_many_rounds_views_come_back(self):
        """Four firms in a circle that hear the next one: views 0, 1, 0, 1 are back after two."""
        circle = np.roll(np.eye(4, dtype=int), 1, axis=1)
        for views, period in (([0, 1, 0, 1], 2), ([0, 0, 1, 1], 4), ([1, 1, 1, 1], 1)):
            network = GoalNetwork(circle, views, susceptibility=1)
            path = network.path(4).views
            assert period == next(k for k in (1, 2, 3, 4) if path[k] == path[0])
            assert network.goals().periods == (period,)

    @pytest.mark.parametrize("views", ["1/10", ["3/10", "3/10", "1/10", "1/10"]])
    def test_roundings_are_no_quarrel(self, views):
        """Both sides of a circle agree on average, also where it is too large for Fractions."""
        for copies in (10, 25):
            first = views if isinstance(views, str) else views * copies
            circle = GoalNetwork(networkx.cycle_graph(4 * copies), first, susceptibility=1)
            found = circle.goals()
            assert found.converges, found.status
            mean = sum(one for (one,) in circle.views) / circle.size
            assert [float(one) for (one,) in found.views] == pytest.approx(
                [float(mean)] * 4 * copies
            )

    def test_who_hears_both_sides_alike_settles_in_a_large_network_too(self):
        table = np.zeros((70, 70), dtype=int)
        table[0, 1] = table[1, 0] = table[2, 0] = table[2, 1] = 1
        table[3:, 2] = 1
        views, heard = ["1/10", "7/10", *["3/10"] * 68], [1, 1, *["7/10"] * 68]
        found = GoalNetwork(table, views, susceptibility=heard).goals()
        assert found.views[:2] == (None, None)
        assert found.views[2] == (pytest.approx(0.7 * 0.4 + 0.3 * 0.3),)
        assert None not in found.views[2:]

    @few
    @given(network=goal_networks(largest=4, settles=False))
    def test_what_settles_settles_round_by_round(self, network):
        """Against the process itself: late views repeat with the period, or are the limit."""
        found = network.goals()
        if any(0 < 1 - network.formation * one < F(1, 8) for one in network.susceptibility):
            return  # too slow to tell
        late = network.replace(views=[float(one) for (one,) in network.views])
        weights = plain_weights(late)
        share = float(network.formation) * np.array(network.susceptibility, dtype=float)
        first = np.array([float(one) for (one,) in network.views])
        now = first
        path = []
        for _ in range(4000):
            now = share * (weights @ now) + (1 - share) * first
            path.append(now)
        last = np.array(path[-12:])
        for k, view in enumerate(found.views):
            if view is None:
                assert np.ptp(last[:, k]) > 1e-6
            else:
                assert last[:, k] == pytest.approx(float(view[0]), abs=1e-5)

    def test_several_groups(self):
        table = np.zeros((5, 5), dtype=int)
        table[0, 0] = table[1, 1] = 1
        table[2, 0] = table[2, 1] = table[3, 2] = table[4, 4] = 1
        found = GoalNetwork(table, [0, 1, 0, 0, F(1, 3)], susceptibility=1).goals()
        assert found.views == ((0,), (1,), (F(1, 2),), (F(1, 2),), (F(1, 3),))
        assert len(found.groups) == 3
        assert "3 groups of firms end in a consensus of its own" in found.status


class TestNumbers:
    @pytest.mark.parametrize("share", ["1/2", "999/1000", 1])
    def test_floats_are_within_their_bound(self, share):
        network = random_goal_network(61, seed=2, density="1/10", susceptibility=share)
        found = network.goals()
        assert not found.exact
        exact = valued_network(network, kind="number")
        worst = max(abs(F(a[0]) - b[0]) for a, b in zip(found.views, exact.views, strict=True))
        if share == 1:
            assert found.error is None
            assert worst < 1e-11
        else:
            assert worst <= found.error < 1e-9
        assert found.value == pytest.approx(float(exact.total))

    def test_a_large_network_by_iteration_is_as_by_factors(self):
        network = random_goal_network(1600, seed=3, density="1/400", susceptibility="9/10")
        found = network.goals()
        assert found.error < 1e-11
        weights = network.weights()
        matrix = sparse_matrix([{0: 1.0}])
        assert solve_sparse(matrix, np.ones((1, 1))).tolist() == [[1.0]]
        from scipy.sparse import eye_array
        from scipy.sparse.linalg import splu

        first = np.array([float(one) for (one,) in network.views])
        wanted = splu((eye_array(1600) - 0.9 * weights).tocsc()).solve(0.1 * first)
        assert np.abs(np.array(found.views)[:, 0] - wanted).max() < 1e-11

    def test_symbols_say_what_numbers_say(self):
        phi, beta = sympy.symbols("phi beta")
        symbolic = ROW.replace(formation=phi, decay=beta)
        value = symbolic.value()
        for f, b in ((F(0), F(1)), (F(1), F(0)), (F(2, 3), F(5, 2))):
            there = value.subs({phi: sympy.Rational(f), beta: sympy.Rational(b)})
            assert F(int(there.p), int(there.q)) == ROW.replace(formation=f, decay=b).value()
        view = sympy.Symbol("view")
        kinked = GoalNetwork(2, [view, 0], goal=F(1, 2), threshold=F(1, 4)).value()
        assert kinked.subs(view, 1) == GoalNetwork(2, [1, 0], goal="1/2", threshold="1/4").value()
        with pytest.raises(TypeError, match="numbers for all terms, got symbols"):
            symbolic.goals()

    def test_along_a_term_as_at_its_points(self):
        """Formulas along a term against plain numbers, kinks included."""
        from dilemma.arrays.ratios import pieces

        for seed in range(4):
            network = random_goal_network(4, seed, goal="1/2", threshold="1/4", exponent=2)
            for term in ("goal", "decay", "positions.2", "susceptibility"):
                found = pieces(
                    lambda t, network=network, term=term: [
                        valued_network(
                            network, changed_term(network, term, t),
                            "function",
                        ).total
                    ],
                    F(0),
                    F(1),
                )  # fmt: skip
                for k in range(1, 20, 3):
                    at = F(k, 20)
                    for low, high, (value,) in found:
                        if low <= at <= high:
                            assert value.at(at) == network.replace(**{term: at}).value()


class TestModeration:
    def test_similarity_helps_only_goals_on_one_side(self):
        found = moderation(ROW, "decay", (4, 0), along="goal")
        assert found.interaction == F(31, 162)
        assert [(one.low, one.high, one.sign) for one in found.ranges] == [
            (0, F(17, 36), -1), (F(17, 36), 1, 1),
        ]  # fmt: skip
        assert found.reverses
        at = {
            (f, b): ROW.replace(formation=f, decay=b, goal=F(17, 36)).value()
            for f in (0, 1)
            for b in (4, 0)
        }
        assert at[1, 0] - at[0, 0] == at[1, 4] - at[0, 4]

    def test_convex_commitment_turns_formation_round(self):
        # c = x²: views 0 and 1 become 1/3 and 2/3; 1 against 5/9 + 4σ/81, equal at σ = 9.
        network = GoalNetwork(2, [0, 1], exponent=2)
        found = moderation(network, "own_value", (1, 2), along="synergy", over=(0, 20))
        low = found.effect_ranges[0]
        assert [(one.low, one.high, one.sign) for one in low] == [(0, 9, -1), (9, 20, 1)]
        assert network.replace(synergy=9, formation=1).value() == 1

    def test_an_architect_half_way_helps_those_who_are_not_there_yet(self):
        network = GoalNetwork(3, [0, F(1, 4), F(1, 4)])
        found = moderation(
            network, lambda one: one.with_architect("stubborn", 0, view="1/2"), along="views"
        )
        assert [(one.low, one.high, one.sign) for one in found.ranges] == [
            (0, F(1, 2), 1), (F(1, 2), 1, -1),
        ]  # fmt: skip
        assert found.levels == ("without", "with")

    @few
    @given(network=goal_networks(largest=3), data=st.data())
    def test_signs_are_those_at_points_in_each_range(self, network, data):
        along = data.draw(
            st.sampled_from(["views.1", "susceptibility", "decay", "threshold", "positions.1"])
        )
        measure = data.draw(st.sampled_from(["value", "commitment", "alignment"]))
        moderator, levels = ("own_weight", (1, "1/5"))
        network = network.replace(threshold=F(1, 5))
        found = moderation(
            network, moderator, levels, measure=measure, along=along, over=(0, "9/10")
        )
        assert found.ranges[0].low == 0
        assert found.ranges[-1].high == F(9, 10)
        assert all(one.high == two.low for one, two in pairwise(found.ranges))

        def interaction(at):
            values = [
                getattr(network.replace(**{along: at, moderator: m, "formation": f}), measure)()
                for f in (0, 1)
                for m in levels
            ]
            return values[3] - values[1] - values[2] + values[0]

        for one in found.ranges[:6]:
            for share in (F(1, 3), F(2, 3)):
                low, high = F(float(one.low)), F(float(one.high))
                at = low + share * (high - low)
                if one.low < at < one.high:
                    value = interaction(at)
                    assert (value > 0) - (value < 0) == one.sign

    def test_ranges_are_open_where_something_touches_0(self):
        def found(function):
            return sign_ranges([(a, b, one) for a, b, [one] in pieces(function, F(0), F(1))])

        halves = [(0, F(1, 2)), (F(1, 2), 1)]
        for touching in (lambda t: [(2 * t - 1) ** 2], lambda t: [abs(2 * t - 1)]):
            assert [(one.low, one.high) for one in found(touching)] == halves
            assert {one.sign for one in found(touching)} == {1}
        # A kink above 0 parts nothing.
        assert [(one.low, one.high) for one in found(lambda t: [1 + abs(2 * t - 1)])] == [(0, 1)]

    def test_mixed_derivatives_are_those_of_the_formula(self):
        phi, beta = sympy.symbols("phi beta")
        value = ROW.replace(formation=phi, decay=beta).value()
        mixed = sympy.diff(value, phi, beta)
        network = ROW.replace(formation=F(2, 3), decay=F(1, 2))
        found = moderation(network, "decay", (4, 0), along="decay", over=(0, 5))
        here = mixed.subs({phi: sympy.Rational(2, 3), beta: sympy.Rational(1, 2)})
        assert found.derivative == F(int(here.p), int(here.q))
        assert found.ranges == ()
        for one in found.derivative_ranges:
            middle = (float(one.low) + float(one.high)) / 2
            there = float(mixed.subs({phi: sympy.Rational(2, 3), beta: middle}))
            assert np.sign(there) == one.sign

    def test_who_only_echoes_is_no_kink_where_others_hold_on(self):
        """One firm with λ = 1 at φ = 1: views are smooth, unless nobody in a group holds on."""
        phi, beta = sympy.symbols("phi beta")
        led = ROW.replace(susceptibility=[1, F(1, 2), F(1, 2)])
        mixed = sympy.diff(led.replace(formation=phi, decay=beta).value(), phi, beta)
        here = mixed.subs({phi: 1, beta: 1})
        found = moderation(led, "decay", (4, 0))
        assert found.derivative == F(int(here.p), int(here.q))
        assert "no mixed derivative" not in found.status
        for lonely in (
            led.replace(susceptibility=1, own_weight=1),
            GoalNetwork(1, 0, susceptibility=1),
        ):
            assert moderation(lonely, "decay", (4, 0)).derivative is None

    def test_where_there_is_a_kink_there_is_no_derivative(self):
        network = GoalNetwork(
            2, [F(1, 2), F(1, 2)], goal="mean", susceptibility=[F(1, 2), F(1, 4)]
        )
        at_a_kink = network.replace(views=[F(1, 4), F(3, 4)], goal=F(1, 2), formation=0)
        found = moderation(at_a_kink.replace(threshold=F(3, 4)), "views.1", (F(1, 4), F(1, 2)))
        assert found.derivative is None
        assert "no mixed derivative at these very terms, at a kink" in found.status
        # Where λ φ reaches 1 for all, firms stop holding on to anything.
        free = GoalNetwork(2, [0, 1], susceptibility=1, own_weight=1)
        edge = moderation(free, "own_weight", (1, 2), along="synergy", over=(0, 1))
        assert edge.derivative is None
        assert edge.derivative_ranges == ()
        assert "where firms begin to hold on" in edge.status

    def test_an_exponent_moderates_by_steps_alone(self):
        found = moderation(ROW, "exponent", (1, 2), along="goal")
        assert found.derivative is None
        assert found.derivative_ranges == ()
        assert found.ranges

    def test_architects_hold_on_while_terms_move(self):
        led = GoalNetwork(3, 0).with_architect("stubborn", 1)
        moved = led.replace(goal=F(1, 2), susceptibility=F(3, 4), views=F(1, 4))
        assert moved.beginnings[1] == (F(1, 2),)
        assert moved.views_at_rest()[1] == (F(1, 2),)
        assert moved.architects == (1,)

    def test_samples_are_reproducible_and_their_errors_follow_from_them(self):
        def central(one):
            return one.with_architect("central", centrality="influence")

        found, again = (sampled_moderation(5, central, samples=30, seed=4) for _ in range(2))
        assert found == again
        gaps = np.array(found.interactions)
        assert found.mean == pytest.approx(gaps.mean())
        assert found.error == pytest.approx(gaps.std(ddof=1) / np.sqrt(30))
        assert found.interval[0] < found.mean < found.interval[1]
        assert sum(found.shares) == pytest.approx(1)
        assert not found.exact
        # One network of the sample by itself.
        draw = np.random.default_rng(4)
        first = moderation(random_goal_network(5, draw), central)
        assert found.interactions[0] == float(first.interaction)

    def test_networks_without_a_limit_are_counted(self):
        def draw(generator):
            views = [F(int(generator.integers(0, 2))), F(1)]
            return GoalNetwork(PAIR, views, susceptibility=1, positions=[0, 1])

        found = sampled_moderation(draw, "synergy", (0, 1), samples=20, seed=1)
        assert 0 < found.unsettled < 20
        assert len(found.interactions) == 20 - found.unsettled
        assert not found.complete
        assert "never settle" in found.status


class TestArchitects:
    def test_a_stubborn_centre_of_a_star_by_hand(self):
        for leaves in (2, 5):
            star = GoalNetwork(networkx.star_graph(leaves), 0, susceptibility=F(2, 3))
            found = architect(star, "stubborn", "0")
            assert found.network.views_at_rest() == ((1,), *((F(2, 3),),) * leaves)
            assert found.effect == 1 + leaves * (F(2, 3) + F(2, 3))

    @pytest.mark.parametrize(
        "name", ["degree", "closeness", "betweenness", "eigenvector", "pagerank"]
    )
    def test_centralities_are_those_of_networkx(self, name):
        graph = networkx.karate_club_graph()
        distances = networkx.Graph()
        for a, b, data in graph.edges(data=True):
            distances.add_edge(a, b, weight=data["weight"], distance=1 / data["weight"])
        wanted = {
            "degree": lambda: dict(graph.degree(weight="weight")),
            "closeness": lambda: networkx.closeness_centrality(distances, distance="distance"),
            "betweenness": lambda: networkx.betweenness_centrality(distances, weight="distance"),
            "eigenvector": lambda: networkx.eigenvector_centrality_numpy(graph, weight="weight"),
            "pagerank": lambda: networkx.pagerank(graph),
        }[name]()
        network = GoalNetwork(graph, 0)
        found = np.array(centralities(network, name), dtype=float)
        other = np.array([wanted[k] for k in range(34)])
        if name == "eigenvector":
            found, other = found / found.sum(), other / other.sum()
        assert found == pytest.approx(other, rel=1e-6)
        place = int(np.argmax(other))
        assert architect(network, "central", centrality=name).firm == str(place)

    @pytest.mark.parametrize("scale", [F(1, 10**10), 10**10])
    @pytest.mark.parametrize("name", ["closeness", "eigenvector", "betweenness", "pagerank"])
    def test_the_scale_of_weights_hides_no_centre(self, name, scale):
        ties = np.zeros((4, 4), dtype=object)
        ties[3, :3] = ties[:3, 3] = F(scale)
        assert architect(GoalNetwork(ties, 0), "central", centrality=name).firm == "4"
        found = np.array(centralities(GoalNetwork(ties, 0), "eigenvector"))
        assert found[3] / found[0] == pytest.approx(3**0.5)

    def test_influence_is_the_mean_share_in_settled_views(self):
        found = centralities(ROW, "influence")
        assert sum(found) == 1
        # Raising one firm's first view by 1 raises the mean by its influence.
        for k in range(3):
            base = ROW.replace(views=[int(j == k) for j in range(3)])
            assert sum(one for (one,) in base.views_at_rest()) / 3 == found[k]

    def test_the_best_ties_are_the_best(self):
        network = random_goal_network(5, 7, density="1/4")
        tied = {frozenset((i, j)) for i, j, _ in network.ties}
        free = [set(p) for p in combinations(range(5), 2) if frozenset(p) not in tied]
        graph = network.graph
        values = []
        for chosen in combinations(free, 2):
            other = graph.copy()
            for i, j in chosen:
                other.add_edge(str(i + 1), str(j + 1), weight=1)
            terms = {name: getattr(network, name) for name in ("views", "positions")}
            values.append(GoalNetwork(other, **terms).value())
        found = architect(network, "ties", ties=2)
        assert found.values[1] == max(values)
        assert found.tried == len(values)
        assert found.complete
        assert found.network.value() == max(values)

    def test_greedy_choices_say_so(self):
        network = GoalNetwork(networkx.path_graph(14), [0, 0, 1, 1, 0, 0, 1] * 2)
        found = architect(network, "ties", ties=2)
        assert not found.complete
        assert "others may be better" in found.status
        one = architect(network, "ties")
        assert one.complete
        assert found.values[1] >= one.values[1]
        assert found.built[0] == one.built[0]

    def test_ties_of_one_firm_and_of_a_direction(self):
        network = GoalNetwork(np.zeros((3, 3), dtype=int), [0, 1, 0])
        mine = architect(network, "ties", "3", ties=2, weight=2)
        assert {"3"} <= set.intersection(*map(set, mine.built))
        assert mine.network.architects == (2,)
        arrows = GoalNetwork([[0, 1, 0], [0, 0, 0], [0, 0, 0]], [0, 1, 0])
        assert arrows.directed
        assert architect(arrows, "ties").tried == 5


class TestWork:
    def test_committed_firms_collaborate(self):
        network = GoalNetwork(3, [F(1, 4), F(1, 4), 1], susceptibility=["3/4", "3/4", "1/10"])
        joint = Consortium(3, trust="3/4", goal=1, threshold=3)
        found = goals_at_work(network, joint)
        # Three collaborators with the bonus: S(1 + σ + ητ) − κr − κt + G each.
        assert found.payoffs[1] == (F(15, 8),) * 3
        assert found.reached == (False, True)
        assert found.profiles[0].count("collaboration") == 1
        game = joint.game()
        assert found.regrets == tuple(game.regret(list(one)) for one in found.profiles)

    def test_a_commitment_at_the_cutoff_is_enough(self):
        alike = GoalNetwork(2, F(1, 2))
        assert alike.goals().commitment == (F(1, 2), F(1, 2))
        for cutoff, plays in ((F(1, 2), "collaboration"), (F(51, 100), "avoidance")):
            assert goals_at_work(alike, Consortium(2), cutoff).profiles[1] == (plays,) * 2

    def test_sizes_have_to_agree(self):
        with pytest.raises(ValueError, match="consortium: requires 2 firms"):
            goals_at_work(GoalNetwork(2, 0), Consortium(3))
        with pytest.raises(ValueError, match="committed: requires one of collaboration"):
            goals_at_work(GoalNetwork(2, 0), Consortium(2), committed="love")


class TestClaims:
    """Claims on networks are proved, or bounded, in rational arithmetic."""

    def test_formation_raises_the_value_of_a_pair_for_any_synergy(self):
        raises = derivative(computed(GoalNetwork.value), "formation") >= 0
        pair = GoalNetwork(2, [0, 1])
        assert examine(Claim(raises, over=["formation", "synergy"], model=pair)).kind == "proved"

    def test_where_commitment_is_convex_it_does_so_only_beyond_a_synergy(self):
        raises = derivative(computed(GoalNetwork.value), "formation") >= 0
        convex = GoalNetwork(2, [0, 1], exponent=2)
        found = examine(Claim(raises, over=["formation", "synergy"], model=convex))
        assert found.kind == "conditional"
        # x = φ/(2 + φ) and 1 − x: V = x² + (1 − x)² + σ x² (1 − x)².
        assert str(found.condition) == "2*formation*synergy >= formation^2 + 4*formation + 4"

    def test_it_can_take_value_from_a_row_whose_domains_differ(self):
        raises = derivative(computed(GoalNetwork.value), "formation") >= 0
        found = examine(Claim(raises, over={"formation": None, "decay": (0, 4)}, model=ROW))
        assert found.kind == "conditional"
        assert str(found.condition) == "decay == 0"


class TestModel:
    def test_it_can_be_swept(self):
        @model_measure(unit="value")
        def worth(network):
            return network.value()

        found = sweep(ROW, worth, formation=axis(0, 1, 3), decay=[0, 4])
        for i, f in enumerate((F(0), F(1, 2), F(1))):
            for j, b in enumerate((0, 4)):
                there = ROW.replace(formation=f, decay=b).value()
                assert found.worth.values[i, j] == float(there)
        swings = one_at_a_time(
            ROW, worth, base={"formation": 1}, points=3, formation=(0, 1), goal=(0, 1)
        )
        assert float(swings.at_low.sel(term="formation")[0]) == float(
            ROW.replace(formation=0).value()
        )

    def test_terms_are_replaced_by_name(self):
        moved = ROW.replace(susceptibility=F(1, 4), **{"susceptibility.2": 1, "views.3": 0})
        assert moved.susceptibility == (F(1, 4), 1, F(1, 4))
        assert moved.views == ((0,), (F(1, 2),), (0,))
        assert set(ROW.domains) >= {"decay", "views", "views.3", "positions.1", "goal"}
        assert "goal" not in ROW.replace(goal="mean").domains
        wide = GoalNetwork(2, [[0, 1], [1, 0]], goal=[1, 0])
        assert not {"views", "views.1", "goal"} & set(wide.domains)
        assert wide.replace(**{"views.1": [1, 1]}).views[0] == (1, 1)
        assert ROW.replace(graph=3).ties != ROW.ties
        led = ROW.with_architect("stubborn", "1")
        assert led.replace(graph=3) == ROW.replace(graph=3).with_architect("stubborn", "1")

    def test_equal_networks_are_equal(self):
        same = GoalNetwork(ROW.graph, [0, 0.5, 1], positions=[0, 0.25, 1])
        assert same != ROW.replace(decay=2)
        again = ROW.replace(decay=2).replace(decay=1)
        assert again == ROW
        assert hash(again) == hash(ROW)
        assert pickle.loads(pickle.dumps(ROW)).goals() == ROW.goals()
        assert ROW != 3

    def test_it_says_what_it_is(self):
        assert repr(ROW) == "<GoalNetwork of 3 firms and 2 ties>"
        assert "positions (0, 1/4, 1)" in " ".join(str(ROW).split())
        assert "architects: 2" in str(ROW.with_architect("stubborn", "2"))
        assert "… and 6 more firms" in str(GoalNetwork(30, 1).goals())
        assert "round 30" in str(ROW.path(30))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: GoalNetwork(0, 0), "graph: requires at least 1 firm, got 0"),
        (lambda: GoalNetwork(True, 0), "graph: requires a network"),
        (lambda: GoalNetwork("abc", 0), "graph: requires a networkx graph"),
        (lambda: GoalNetwork(networkx.Graph(), 0), "graph: requires at least 1 firm, got none"),
        (lambda: GoalNetwork([[0, 1]], 0), "graph: requires a square table"),
        (lambda: GoalNetwork([[0, 1], [1]], 0), "graph: requires a square table"),
        (lambda: GoalNetwork(np.array([[0, np.nan], [1, 0]]), 0), r"graph\[0, 1\]: .* finite"),
        (lambda: GoalNetwork(np.ma.masked_equal([[0, 9], [1, 0]], 9), 0), "masked"),
        (lambda: GoalNetwork([[0, -1], [1, 0]], 0), r"graph\[0, 1\]: requires a weight"),
        (lambda: GoalNetwork([[0, "x"], [1, 0]], 0), r"graph\[0, 1\]: requires a finite number"),
        (lambda: GoalNetwork(networkx.Graph([(1, "1")]), 0), "names differ, got '1' twice"),
        (lambda: GoalNetwork(2, [0, 1, 0]), "views: requires one value, or one for each of 2"),
        (lambda: GoalNetwork(2, [0, 2]), r"views.2: requires a number in \[0, 1\], got 2"),
        (lambda: GoalNetwork(2, [[0, 1], [1]]), "dimensions of the goal from each firm"),
        (lambda: GoalNetwork(2, [[], []]), "dimensions of the goal from each firm"),
        (lambda: GoalNetwork(2, 0, goal=[1, 0]), "goal: requires one number, or one for each"),
        (lambda: GoalNetwork(2, 0, goal="modal"), "goal: requires a number"),
        (lambda: GoalNetwork(2, 0, exponent=1.5), "exponent: requires a whole number"),
        (lambda: GoalNetwork(2, 0, threshold=1), r"threshold: requires a number in \[0, 1\)"),
        (lambda: GoalNetwork(2, None), "views: .* or a sympy expression, got None"),
        (lambda: GoalNetwork(2, 0, decay=np.ones(3)), "decay: requires one number"),
        (lambda: GoalNetwork(2, 0, susceptibility=[0]), "susceptibility: requires one value"),
        (lambda: ROW.replace(love=1), "love: requires a term among"),
        (lambda: ROW.replace(**{"views.4": 1}), "views.4: requires the number of a firm"),
        (lambda: ROW.replace(**{"decay.1": 1}), "decay.1: requires a term among"),
        (lambda: ROW.path(-1), "rounds: requires a whole number of at least 0, got -1"),
        (lambda: ROW.path(1.5), "rounds: requires a whole number"),
        (lambda: ROW.with_architect("saint", 0), "kind: requires one of stubborn"),
        (lambda: ROW.with_architect("stubborn"), "firm: requires the firm that stands"),
        (lambda: ROW.with_architect("stubborn", 3), "firm: requires a place from 0 to 2, got 3"),
        (lambda: ROW.with_architect("stubborn", "x"), "firm: requires one of 1, 2, 3, got 'x'"),
        (lambda: ROW.with_architect("central", 1), "firm: requires none for a central"),
        (lambda: ROW.with_architect("central", centrality="fame"), "centrality: requires one of"),
        (lambda: ROW.with_architect("ties", ties=2), "ties: requires at most 1"),
        (lambda: ROW.with_architect("ties", weight=0), "weight: requires a number above 0"),
        (lambda: ROW.replace(goal="mean").with_architect("stubborn", 0), "view: requires what"),
        (
            lambda: ROW.with_architect("stubborn", 0).replace(goal="mean").value(),
            "goal: requires a number where an architect stands for it",
        ),
        (lambda: moderation(ROW, "decay"), "levels: requires a pair of numbers for decay"),
        (lambda: moderation(ROW, "love", (0, 1)), "moderator: requires a term among"),
        (lambda: moderation(ROW, lambda one: 3), "moderator: requires a term, a function"),
        (lambda: moderation(ROW, "decay", (0, 1), measure="fun"), "measure: requires one of"),
        (lambda: moderation(ROW, "decay", (0, 1), formation=1), "formation: requires a pair"),
        (lambda: moderation(ROW, "decay", (0, 1), along="synergy"), "over: requires a pair"),
        (lambda: moderation(ROW, "decay", (0, 1), along="goal", over=(1, 0)), "low < high"),
        (
            lambda: moderation(GoalNetwork(41, 0), "decay", (0, 1), along="goal"),
            "along: requires at most",
        ),
        (
            lambda: moderation(ROW, GoalNetwork(2, 0), along="views.3"),
            "along: requires a term of the moderated network too, got 'views.3'",
        ),
        (
            lambda: ROW.with_architect("stubborn", 0).replace(graph=2, views=0, positions=0,
                                                              susceptibility=0),
            "graph: requires 3 firms, as many as where there are architects, got 2",
        ),
        (lambda: sampled_moderation(3, "decay", (0, 1), samples=1), "samples: requires"),
        (lambda: sampled_moderation("x", "decay", (0, 1)), "make: requires a function"),
        (lambda: sampled_moderation(3, ROW), "moderator: requires a term or a function"),
        (lambda: random_goal_network(3, density=2), "density: requires a number in"),
    ],
)  # fmt: skip
def test_errors_name_what_is_wrong(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
