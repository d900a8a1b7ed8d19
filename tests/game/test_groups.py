"""Games in groups: payoffs by enumerating players, sampling with and without replacement."""

import itertools
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.game import Game, GroupGame
from dilemma.game.makeups import compositions
from dilemma.testing import symmetric_games


def stag_hunt(size, least, factor):
    """Pacheco et al. (2009): F times the contributions is shared if M of N hunt stags."""

    def earn(strategy, group):
        benefit = Fraction(factor * group[0], size) if group[0] >= least else Fraction(0)
        return benefit - (strategy == 0)

    return GroupGame(size, ["stag", "hare"], earn)


@st.composite
def group_games(draw, largest=4):
    size, n = draw(st.integers(2, largest)), draw(st.integers(1, 3))
    count = math.comb(size + n - 1, size)
    values = draw(st.lists(st.integers(-9, 9), min_size=n * count, max_size=n * count))
    names = ["a", "b", "c"][:n]
    return GroupGame(size, names, np.array(values).reshape(n, count))


def by_players(game, players):
    """What each strategy earns on average, over all groups of named players."""
    earned = {}
    for focal, strategy in enumerate(players):
        rest = players[:focal] + players[focal + 1 :]
        payoffs = [
            game.payoff(strategy, np.bincount([strategy, *others], minlength=3)[: game_size(game)])
            for others in itertools.combinations(rest, game.size - 1)
        ]
        earned[strategy] = sum(payoffs, Fraction(0)) / len(payoffs)
    return tuple(earned.get(i) for i in range(game_size(game)))


def game_size(game):
    return len(game.strategies)


class TestPublishedStagHunts:
    @pytest.mark.parametrize(
        ("size", "least", "factor", "roots"),
        [
            (5, 3, 4, [0.41212, 0.81551]),
            (5, 3, 8, [0.23513]),
            (6, 5, 4, [0.62076, 0.97151]),
            (6, 3, 4, []),
        ],
    )
    def test_roots_of_the_replicator_gradient(self, size, least, factor, roots):
        """Pacheco et al. (2009), N, M and F; (6, 3, 4) has none inside."""
        game = stag_hunt(size, least, factor)

        def gain(x):
            first, second = game.expected_payoffs([x, 1 - x])
            return first - second

        grid = np.linspace(0.0005, 0.9995, 2000)
        signs = np.sign([gain(x) for x in grid])
        found = []
        for place in np.flatnonzero(signs[1:] != signs[:-1]):
            low, high = grid[place], grid[place + 1]
            for _ in range(60):
                middle = (low + high) / 2
                if np.sign(gain(middle)) == signs[place]:
                    low = middle
                else:
                    high = middle
            found.append(low)
        assert found == pytest.approx(roots, abs=6e-6)


class TestSampling:
    @given(game=group_games(), data=st.data())
    @settings(max_examples=40, deadline=None)
    def test_without_replacement_is_the_mean_over_all_groups_of_players(self, game, data):
        n = len(game.strategies)
        players = data.draw(
            st.lists(st.integers(0, n - 1), min_size=game.size, max_size=game.size + 3)
        )
        counts = [players.count(i) for i in range(n)]
        assert game.sampled_payoffs(counts) == by_players(game, players)

    @given(game=group_games(), data=st.data())
    @settings(max_examples=40, deadline=None)
    def test_with_replacement_is_the_sum_over_all_sequences_of_others(self, game, data):
        n = len(game.strategies)
        weights = data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n).filter(any))
        x = [Fraction(weight, sum(weights)) for weight in weights]
        expected = [Fraction(0)] * n
        for others in itertools.product(range(n), repeat=game.size - 1):
            chance = math.prod((x[j] for j in others), start=Fraction(1))
            for i in range(n):
                group = [others.count(j) + (i == j) for j in range(n)]
                expected[i] += chance * game.payoff(i, group)
        assert game.expected_payoffs(x) == tuple(expected)
        floats = game.fitness([[float(value) for value in x]] * 2)
        assert floats.shape == (2, n)
        assert floats[1] == pytest.approx([float(value) for value in expected], abs=1e-12)
        assert game.expected_payoffs([float(value) for value in x]) == pytest.approx(
            tuple(floats[0]), abs=1e-9
        )

    def test_many_players_sample_as_an_infinite_population(self):
        game = stag_hunt(5, 3, 4)
        finite = game.sampled_payoffs([40_000, 60_000])
        infinite = game.expected_payoffs([0.4, 0.6])
        assert [float(value) for value in finite] == pytest.approx(infinite, abs=1e-4)

    @given(game=symmetric_games(largest=3), size=st.integers(2, 4), data=st.data())
    @settings(max_examples=30, deadline=None)
    def test_a_pairwise_game_in_groups_earns_what_it_earns_in_pairs(self, game, size, data):
        n = game.shape[0]
        groups = GroupGame.from_pairwise(game, size)
        assert groups.strategies == game.strategies[0]
        counts = data.draw(
            st.lists(st.integers(0, 4), min_size=n, max_size=n).filter(lambda k: sum(k) >= size)
        )
        exact = game.exact_payoffs[0]
        for i, value in enumerate(groups.sampled_payoffs(counts)):
            if counts[i]:
                total = sum(k * v for k, v in zip(counts, exact[i], strict=True)) - exact[i, i]
                assert value == total / (sum(counts) - 1)
        x = [Fraction(1, n)] * n
        assert groups.expected_payoffs(x) == game.deviation_payoffs(x, x)[0]


class TestTables:
    @given(game=group_games())
    @settings(max_examples=20, deadline=None)
    def test_a_function_a_table_and_a_pickle_are_the_same_game(self, game):
        n = len(game.strategies)
        table = [
            [game.payoff(i, group) if group[i] else None for group in game.compositions.tolist()]
            for i in range(n)
        ]
        again = GroupGame(game.size, game.strategies, table)
        third = GroupGame(game.size, list(game.strategies), game.payoff)
        assert again == third == game == pickle.loads(pickle.dumps(game))
        assert hash(again) == hash(game)

    @given(game=group_games())
    @settings(max_examples=20, deadline=None)
    def test_payoffs_among_two_are_those_of_groups_of_two_strategies(self, game):
        n, size = len(game.strategies), game.size
        for i, j, m in np.ndindex(n, n, size):
            group = [0] * n
            group[j] += size - 1 - m
            group[i] += m + 1
            assert game.exact_payoffs_among_two[i, j, m] == game.payoff(i, group)
        assert np.array_equal(game.payoffs_among_two, game.exact_payoffs_among_two.astype(float))

    def test_a_float_is_the_decimal_that_prints_it(self):
        game = GroupGame(2, ["a"], [[0.3]])
        assert game.payoff("a", [2]) == Fraction(3, 10)
        assert game.payoffs.tolist() == [[0.3]]
        assert GroupGame(2, ["a"], lambda i, group: 0.3) == game

    def test_compositions_are_in_lexicographic_order_and_read_only(self):
        game = GroupGame(2, ["a", "b", "c"], lambda i, group: 0)
        assert game.compositions.tolist() == sorted(game.compositions.tolist())
        assert game.others.tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
        for array in (game.others, game.payoffs, game.exact_payoffs, game.compositions):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1

    def test_the_table_that_is_given_is_copied(self):
        table = np.array([[1.0]])
        game = GroupGame(2, ["a"], table)
        table[0, 0] = 5.0
        assert game.payoffs.tolist() == [[1.0]]

    def test_twelve_players_of_five_strategies_and_five_hundred_of_two(self):
        game = GroupGame(12, list("abcde"), np.ones((5, 1820)))
        assert game.fitness(np.full(5, 0.2)) == pytest.approx(np.ones(5), rel=1e-12)
        wide = GroupGame(500, ["a", "b"], np.ones((2, 501)))
        assert wide.fitness([0.3, 0.7]) == pytest.approx([1, 1], rel=1e-10)


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ((1, ["a"], [[0]]), "size: requires at least 2 players, got 1"),
            ((2.0, ["a"], [[0]]), "size: requires a whole number of players, got 2.0"),
            ((True, ["a"], [[0]]), "size: requires a whole number"),
            ((501, ["a"], [[0]]), "size: requires at most 500 players, got 501"),
            ((150, list("abcde"), [[0]]), "at most 5,000,000 compositions"),
            ((2, "ab", [[0]]), "strategies: requires a sequence of names"),
            ((2, [], [[0]]), "strategies: requires at least one name"),
            ((2, ["a", "a"], [[0]]), "'a' twice"),
            ((2, ["a", "b"], [[0, 1, 2]]), r"payoffs: requires the shape \(2, 3\)"),
            ((2, ["a"], [[math.nan]]), "finite number"),
            ((2, ["a"], lambda i, group: "much"), "payoffs.* requires a finite number"),
            ((2, ["a"], lambda i, group: math.inf), "finite number"),
        ],
    )
    def test_games_that_are_none(self, arguments, words):
        with pytest.raises((TypeError, ValueError), match=words):
            GroupGame(*arguments)

    def test_groups_and_mixtures_that_are_none(self):
        game = stag_hunt(5, 3, 4)
        with pytest.raises(ValueError, match="composition: requires 5 players in all, got 4"):
            game.payoff("stag", [2, 2])
        with pytest.raises(ValueError, match="at least one player of stag"):
            game.payoff("stag", [0, 5])
        with pytest.raises(ValueError, match="strategy: requires strategies among"):
            game.payoff("boar", [1, 4])
        with pytest.raises(ValueError, match="counts: requires at least 5 players"):
            game.sampled_payoffs([2, 2])
        with pytest.raises(ValueError, match="counts: requires at least 0 players, got -1"):
            game.sampled_payoffs([-1, 9])
        with pytest.raises(TypeError, match=r"whole number of players, got 2\.5"):
            game.sampled_payoffs([2.5, 9])
        with pytest.raises(ValueError, match="sum to 1"):
            game.expected_payoffs(["1/2", "1/3"])
        with pytest.raises(ValueError, match="game: requires a symmetric game"):
            GroupGame.from_pairwise(Game([[[1, 2]], [[3, 4]]]), 3)
        with pytest.raises(TypeError, match="game: requires a Game"):
            GroupGame.from_pairwise(game, 3)


class TestManyCompositions:
    @settings(max_examples=20, deadline=None)
    @given(group_games())
    def test_a_table_by_others_is_the_game_itself(self, game):
        again = GroupGame.from_others(game.size, game.strategies, game.exact_payoffs)
        assert again == game
        assert hash(again) == hash(game)
        assert GroupGame.from_others(game.size, game.strategies, game.payoffs) == game
        assert pickle.loads(pickle.dumps(again)) == game

    def test_a_table_by_others_is_checked(self):
        with pytest.raises(
            ValueError, match=r"shape \(3, 2\) \(composition of 2 others, strategy"
        ):
            GroupGame.from_others(3, ["a", "b"], np.zeros((2, 3)))
        with pytest.raises(ValueError, match=r"payoffs\[0, 1\]: requires a finite number such as"):
            GroupGame.from_others(2, ["a", "b"], [[0.0, np.nan], [0.0, 0.0]])
        with pytest.raises(ValueError, match="size: requires at least 2 players, got 1"):
            GroupGame.from_others(1, ["a"], [[0]])

    def test_the_table_given_stays_as_it_is(self):
        table = np.array([[0.0, 1.0], [2.0, 3.0]])
        game = GroupGame.from_others(2, ["a", "b"], table)
        table[0, 0] = 9
        assert game.payoffs[0, 0] == 0
        assert table.flags.writeable

    @pytest.mark.parametrize(("total", "parts"), [(0, 1), (0, 3), (4, 1), (5, 3), (3, 5)])
    def test_compositions_are_all_in_order(self, total, parts):
        listed = compositions(total, parts)
        every = [one for one in itertools.product(range(total + 1), repeat=parts)
                 if sum(one) == total]  # fmt: skip
        assert listed.tolist() == [list(one) for one in every]
        assert not listed.flags.writeable
