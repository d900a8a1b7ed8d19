"""Invasion and replacement: the laws of weak selection, exact signs, the graph."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.evolution import Population
from dilemma.game import Game, GroupGame
from dilemma.show import record, table
from dilemma.testing import symmetric_games

SMALL = st.integers(-3, 3).map(Fraction)
STAG_HUNT = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])


def sign(value):
    return (value > 0) - (value < 0)


def two_by_two(draw_entries):
    return st.lists(draw_entries, min_size=4, max_size=4).map(
        lambda v: Game.symmetric([v[:2], v[2:]])
    )


class TestLaws:
    @given(game=two_by_two(SMALL), size=st.integers(3, 300))
    @settings(max_examples=60, deadline=None)
    def test_weak_selection_in_a_population_of_any_size(self, game, size):
        """Nowak et al. (2004): a(N - 2) + b(2N - 1) > c(N + 1) + d(2N - 4), and so on."""
        (a, b), (c, d) = game.exact_payoffs[0]
        test = Population(game, size, "1/1000").favoured(0, 1)
        assert test.weak_invasion == sign(
            a * (size - 2) + b * (2 * size - 1) - c * (size + 1) - d * (2 * size - 4)
        )
        assert test.weak_replacement == sign(a * (size - 2) + b * size - c * size - d * (size - 2))
        assert test.one_third == sign(a + 2 * b - c - 2 * d)
        assert test.risk_dominance == sign(a + b - c - d)
        assert test.neutral == Fraction(1, size)

    @given(game=two_by_two(SMALL), size=st.integers(3, 40))
    @settings(max_examples=60, deadline=None)
    def test_they_hold_where_selection_is_weak_enough(self, game, size):
        for process in ("fermi", "moran"):
            test = Population(game, size, Fraction(1, 10**9), process).favoured(0, 1)
            if test.weak_invasion:
                assert test.result.invasion == test.weak_invasion
            assert test.result.replacement == test.weak_replacement

    @given(game=two_by_two(SMALL), size=st.integers(3, 40))
    @settings(max_examples=40, deadline=None)
    def test_linear_fitness_obeys_them_too(self, game, size):
        test = Population(game, size, Fraction(1, 10**9), "moran", fitness="linear").favoured(0, 1)
        if test.weak_invasion:
            assert test.result.invasion == test.weak_invasion
        if test.weak_replacement:
            assert test.result.replacement == test.weak_replacement

    def test_the_one_third_law_is_a_limit(self):
        """7(N - 2) > (N + 1) + 2.9(2N - 4) from 18 players on, though 7 > 1 + 5.8 throughout."""
        game = Game.symmetric([[7, 0], [1, "2.9"]])
        tests = [Population(game, size, "1/100000").favoured(0, 1) for size in (10, 17, 1000)]
        assert [one.one_third for one in tests] == [1, 1, 1]
        assert [one.weak_invasion for one in tests] == [-1, 0, 1]
        assert [one.result.invasion for one in tests] == [-1, -1, 1]

    @pytest.mark.parametrize("size", [3, 5, 8])
    def test_groups(self, size):
        """Kurokawa & Ihara (2009): Σ (N - m)(a_m - b_m), as the limit of many players."""

        def earn(strategy, group):
            benefit = Fraction(7 * group[0], 2 * size) if group[0] >= 2 else 0
            return benefit - (strategy == 0)

        game = GroupGame(size, ["stag", "hare"], earn)
        test = Population(game, 3000, Fraction(1, 10**12)).favoured("stag", "hare")
        first = second = 0
        for m in range(size):
            gain = game.payoff(0, [m + 1, size - 1 - m]) - game.payoff(1, [m, size - m])
            first, second = first + (size - m) * gain, second + gain
        assert test.one_third == sign(first) != 0
        assert test.risk_dominance == sign(second)
        assert test.result.invasion == test.weak_invasion == test.one_third
        assert test.result.replacement == test.weak_replacement == test.risk_dominance

    @given(game=symmetric_games(largest=3, entries=SMALL), size=st.integers(2, 4))
    @settings(max_examples=20, deadline=None)
    def test_a_pairwise_game_in_groups_has_the_same_signs(self, game, size):
        if game.shape[0] < 2:
            return
        groups = GroupGame.from_pairwise(game, size)
        one, other = (Population(g, 9, "1/7").favoured(1, 0) for g in (game, groups))
        for name in ("weak_invasion", "weak_replacement", "one_third", "risk_dominance"):
            assert getattr(one, name) == getattr(other, name)


class TestSigns:
    @given(game=symmetric_games(largest=3, entries=SMALL), size=st.integers(2, 9))
    @settings(max_examples=30, deadline=None)
    def test_neutral_only_if_nothing_differs_on_the_way(self, game, size):
        for one in Population(game, size, "1/2").invasion_graph().invasions:
            i, j = (game.strategies[0].index(name) for name in (one.invader, one.resident))
            population = Population(game, size, "1/2")
            gaps = []
            for count in range(1, size):
                counts = [0] * game.shape[0]
                counts[i], counts[j] = count, size - count
                earned = population.payoffs(counts)
                gaps.append(earned[i] - earned[j])
            assert (one.invasion == 0) == (not any(gaps))
            assert one.replacement == sign(sum(gaps))

    def test_what_floats_cannot_tell_from_a_tie_is_decided_by_balls(self):
        """Σ S is 1/2, or with the payoffs of the strategies exchanged -1/2: at strength 1e-30."""
        for invader, expected in ((0, 1), (1, -1)):
            game = Game.symmetric([[0, 1], [0, 2]])
            test = Population(game, 3, Fraction(1, 10**30)).favoured(invader, 1 - invader)
            assert test.result.relative == pytest.approx(1, rel=1e-15)
            assert test.result.invasion == expected

    def test_second_order_effects_oppose_invasion_at_a_first_order_tie(self):
        """With S = 0, -1, 1 the sum 1 + exp(β) + exp(-β) exceeds 3."""
        game = Game.symmetric([[4, 0], [0, 2]])
        test = Population(game, 3, Fraction(1, 10**9)).favoured(0, 1)
        assert test.weak_invasion == 0
        assert test.result.invasion == -1
        assert not test

    @pytest.mark.parametrize("selection", [0, math.inf])
    def test_without_selection_and_without_bound(self, selection):
        graph = Population(STAG_HUNT, 20, selection).invasion_graph()
        expected = 0 if selection == 0 else -1
        assert [one.invasion for one in graph.invasions] == [expected] * 2
        assert [one.replacement for one in graph.invasions] == [0, 0]
        assert len(graph.neutral) == 2 * (selection == 0)

    def test_two_populations_go_by_the_payoffs(self):
        game = Game.from_bimatrix([[2, 0], [2, 1]], [[1, 0], [0, 2]], [["a", "b"]] * 2)
        population = Population(game, (10, 30), 1)
        test = population.favoured(("b", "a"), ("a", "a"))
        assert (test.result.invasion, test.weak_invasion, test.one_third) == (0, 0, None)
        assert test.result.relative == pytest.approx(1, rel=1e-14)
        assert population.favoured(("b", "b"), ("b", "a"))
        assert not population.favoured((0, 1), (0, 0))
        assert population.favoured((0, 1), (0, 0)).neutral == Fraction(1, 30)


class TestGraph:
    def test_rock_paper_scissors(self):
        names = ["rock", "paper", "scissors"]
        game = Game.symmetric([[0, -1, 2], [2, 0, -1], [-1, 2, 0]], names)
        graph = Population(game, 50, 1).invasion_graph()
        assert {(one.resident, one.invader) for one in graph.arrows} == {
            ("rock", "paper"), ("paper", "scissors"), ("scissors", "rock"),
        }  # fmt: skip
        assert graph.uninvaded == ()
        assert len(graph.invasions) == 6

    def test_networkx_gets_every_pair(self):
        population = Population(STAG_HUNT, 30, "1/5")
        graph = population.invasion_graph()
        net = graph.to_networkx()
        assert set(net.nodes) == {"stag", "hare"}
        rho = population.fixation_probabilities()
        assert net.edges["stag", "hare"]["probability"] == pytest.approx(rho[1, 0], rel=1e-12)
        assert net.nodes["hare"]["probability"] == graph.long_run[1]
        assert net.edges["stag", "hare"]["favoured"] == (graph.invasions[0] in graph.arrows)

    def test_several_classes_give_nodes_no_probability(self):
        graph = Population(STAG_HUNT, 30, math.inf).invasion_graph()
        assert graph.to_networkx().nodes["hare"] == {}
        assert graph.uninvaded == ("stag", "hare")

    def test_without_networkx_it_says_what_to_install(self, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "networkx", None)
        with pytest.raises(ModuleNotFoundError, match=r"dilemma\[networks\]"):
            Population(STAG_HUNT, 30, 1).invasion_graph().to_networkx()

    def test_tables_and_records(self):
        game = Game.symmetric(np.zeros((3, 3)), ["a" * 40, "b" * 40, "c"])
        population = Population(game, 10, 1)
        for answer in (population.invasion_graph(), population.favoured(0, 1)):
            assert max(map(len, table(answer).splitlines())) <= 80
            assert json.loads(json.dumps(record(answer)))["status"] == answer.status
        assert "in 6 a mutant drifts" in population.invasion_graph().status

    def test_tiny_probabilities_are_written_as_powers_of_ten(self):
        test = Population(STAG_HUNT, 2000, 10).favoured("stag", "hare")
        assert "10^-" in str(test)


class TestBadInput:
    def test_pairs_that_are_none(self):
        population = Population(STAG_HUNT, 10, 1)
        with pytest.raises(ValueError, match="invader: requires one that differs"):
            population.favoured(0, "stag")
        with pytest.raises(ValueError, match="invader: requires strategies among"):
            population.favoured("boar", "stag")
        with pytest.raises(TypeError, match="resident: requires one strategy, got"):
            population.favoured(0, (0, 1))
        two = Population(STAG_HUNT, (10, 10), 1)
        with pytest.raises(TypeError, match="invader: requires a pair of strategies"):
            two.favoured("stag", "hare")
        with pytest.raises(ValueError, match="differs from the resident in one population"):
            two.favoured((0, 0), (1, 1))
