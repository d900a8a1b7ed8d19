"""Symmetric equilibria and pure compositions: by definition, against peers and published roots."""

import itertools
import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.algebraic import AlgebraicNumber
from dilemma.arrays.located_points import Enclosed
from dilemma.collective import Consortium
from dilemma.equilibria import (
    evolutionarily_stable,
    nash,
    pure_compositions,
    pure_profiles,
    symmetric_equilibria,
)
from dilemma.game import Game, GroupGame, StrategicGame
from dilemma.testing import degenerate_games, symmetric_games

SMALL = st.integers(-4, 4).map(Fraction)
NAMES = list("abcde")


def drawn(seed, size, count, low=-9, high=10):
    """A group game with random integer payoffs."""
    payoffs = np.random.default_rng(seed).integers(
        low, high, (count, math.comb(size + count - 1, count - 1))
    )
    return GroupGame(size, NAMES[:count], payoffs)


def of_difference(coefficients):
    """Two strategies; what the first earns more, by how many of the others play it."""
    return GroupGame(
        len(coefficients),
        ["first", "second"],
        lambda i, group: Fraction(coefficients[group[0] - 1]) if i == 0 else 0,
    )


def stag_hunt(size, needed, factor):
    """As Pacheco et al. (2009) have it: hunters pay 1; all share the return if enough hunt."""

    def earn(strategy, group):
        return Fraction(factor * group[0], size) * (group[0] >= needed) - (strategy == 0)

    return GroupGame(size, ["hunt", "rest"], earn)


def floats(one):
    return np.array([float(share) for share in one.mixture])


class TestByDefinition:
    @settings(max_examples=25, deadline=None)
    @given(data=st.data(), count=st.integers(1, 3), size=st.integers(2, 4))
    def test_nobody_gains_against_all_others_playing_it(self, data, count, size):
        number = math.comb(size + count - 1, count - 1)
        rows = st.lists(SMALL, min_size=number, max_size=number)
        payoffs = data.draw(st.lists(rows, min_size=count, max_size=count))
        game = GroupGame(size, NAMES[:count], np.array(payoffs, dtype=object))
        found = symmetric_equilibria(game)
        assert len(found) or found.continua or not found.complete
        for one in found:
            if all(isinstance(share, Fraction) for share in one.mixture):
                assert sum(one.mixture) == 1
                assert min(one.mixture) >= 0
                earned = game.expected_payoffs(one.mixture)
                mean = sum(w * v for w, v in zip(one.mixture, earned, strict=True))
                assert max(earned) == mean == one.payoff
                assert one.regret == 0
            x = floats(one)
            earned = game.fitness(x)
            assert abs(x.sum() - 1) < 1e-12
            assert earned.max() - earned @ x < 1e-9
            assert abs(float(one.payoff) - earned @ x) < 1e-9

    @settings(max_examples=40, deadline=None)
    @given(game=symmetric_games(largest=4, entries=SMALL))
    def test_of_two_players_they_are_those_of_nash(self, game):
        found = symmetric_equilibria(GroupGame.from_pairwise(game, 2))
        assert found.complete
        expected = {one.row for one in nash(game) if one.row == one.column}
        assert {one.mixture for one in found} == expected
        stable = {one.strategy for one in evolutionarily_stable(game) if one.kind == "ESS"}
        assert {one.mixture for one in found if one.evolutionarily_stable} == stable
        assert all(one.evolutionarily_stable is not None for one in found)
        assert bool(found.continua) == bool(evolutionarily_stable(game).continua)

    @settings(max_examples=15, deadline=None)
    @given(game=degenerate_games(largest=4))
    def test_degenerate_games_of_two_too(self, game):
        square = Game.symmetric(game.exact_payoffs[0][: min(game.shape), : min(game.shape)])
        found = symmetric_equilibria(GroupGame.from_pairwise(square, 2))
        expected = {one.row for one in nash(square) if one.row == one.column}
        assert {one.mixture for one in found} == expected

    @pytest.mark.parametrize("size", [3, 12])
    def test_payoffs_that_are_linear_whatever_the_size_are_those_of_two(self, size):
        game = Game.symmetric([[0, 6, -4, 1], [-3, 0, 5, 1], [-1, 3, 0, 1], [0, 0, 1, 0]])
        two, many = (
            symmetric_equilibria(GroupGame.from_pairwise(game, number)) for number in (2, size)
        )
        assert [one.mixture for one in two] == [one.mixture for one in many]
        assert [one.payoff for one in two] == [one.payoff for one in many]
        assert many.complete


class TestTwoStrategies:
    @pytest.mark.parametrize(
        ("group", "roots"),
        [
            ((5, 3, 4), [0.41212, 0.81551]),
            ((5, 3, 8), [0.23513]),
            ((6, 5, 4), [0.62076, 0.97151]),
            ((6, 3, 4), []),
        ],
    )
    def test_roots_of_pacheco_et_al(self, group, roots):
        """Groups of N, of whom M are needed, and the factor F: (N, M, F)."""
        found = symmetric_equilibria(stag_hunt(*group))
        mixed = [one for one in found if len(one.played) == 2]
        assert [round(float(one.mixture[0]), 5) for one in mixed] == roots
        assert all(isinstance(one.mixture[0], AlgebraicNumber) for one in mixed)
        assert found.exact
        assert found.complete
        # The lower root divides the basins, the upper one attracts.
        assert [one.evolutionarily_stable for one in mixed] == [False, True][: len(roots)]

    @pytest.mark.parametrize("size", [3, 6, 25])
    def test_all_roots_are_found(self, size):
        """Against numpy's roots of the same polynomial, in well-separated cases."""
        for seed in range(3):
            game = drawn(seed, size, 2)
            mixed = [floats(one)[0] for one in symmetric_equilibria(game) if len(one.played) == 2]
            grid = np.linspace(1e-6, 1 - 1e-6, 4_001)
            advantage = np.diff(game.fitness(np.stack([grid, 1 - grid], axis=-1)))[:, 0]
            changes = grid[:-1][np.diff(np.sign(advantage)) != 0]
            assert len(mixed) == len(changes)
            assert np.allclose(mixed, changes, atol=1e-3)

    def test_double_and_triple_roots(self):
        """(p - 1/2)² and -(p - 1/2)³, with their Bernstein coefficients."""
        double = symmetric_equilibria(of_difference(["1/4", "-1/4", "1/4"]))
        assert [(one.mixture[0], one.evolutionarily_stable) for one in double] == [
            (1, True),
            (Fraction(1, 2), False),
        ]
        eighth = Fraction(1, 8)
        triple = symmetric_equilibria(of_difference([eighth, -eighth, eighth, -eighth]))
        assert [(one.mixture[0], one.evolutionarily_stable) for one in triple] == [
            (Fraction(1, 2), True)
        ]
        turned = symmetric_equilibria(of_difference([-eighth, eighth, -eighth, eighth]))
        assert [one.evolutionarily_stable for one in turned if not one.strict] == [False]

    def test_a_tie_at_the_end_is_decided_by_what_comes_next(self):
        """p² (p - 1): at p = 0 the first ties, and loses as it spreads; the other way round."""
        loses = symmetric_equilibria(of_difference([0, 0, Fraction(-1, 3), 0]))
        assert [(one.mixture[0], one.strict, one.evolutionarily_stable) for one in loses] == [
            (1, False, False),
            (0, False, True),
        ]
        gains = symmetric_equilibria(of_difference([0, 0, Fraction(1, 3), 0]))
        assert [one.evolutionarily_stable for one in gains] == [True, False]

    def test_strategies_that_never_differ_are_a_continuum(self):
        found = symmetric_equilibria(of_difference([0, 0, 0]))
        assert [one.mixture for one in found] == [(1, 0), (0, 1)]
        assert not any(one.isolated or one.evolutionarily_stable for one in found)
        (all_of_them,) = found.continua
        assert all_of_them.dimension == 1
        assert found.complete
        assert "continuum" in found.status

    def test_a_continuum_ends_where_a_third_strategy_gains_even_if_that_is_irrational(self):
        """The third gains p² - 1/2 where the others never differ."""

        def earn(strategy, group):
            return 0 if strategy < 2 else [Fraction(-1, 2), Fraction(-1, 2), Fraction(1, 2)][
                group[0]
            ]  # fmt: skip

        found = symmetric_equilibria(GroupGame(3, NAMES[:3], earn))
        segment = next(one for one in found.continua if one.played == ("a", "b"))
        ends = sorted(float(end[0]) for end in segment.extreme)
        assert ends == pytest.approx([0, math.sqrt(0.5)], abs=1e-15)
        (end,) = [one for one in found if 0 < float(one.mixture[0]) < 1 and one.mixture[2] == 0]
        assert end.mixture[0].polynomial == (-1, 0, 2)
        assert end.evolutionarily_stable is False

    def test_outside_strategies_are_compared_exactly_at_irrational_roots(self):
        """The third earns exactly as much at √½ (p² - 1/2 for both), or 10⁻⁴⁰ more or less."""

        def game(extra):
            table = [Fraction(-1, 2), Fraction(-1, 2), Fraction(1, 2)]

            def earn(strategy, group):
                if strategy == 0:
                    return -table[min(group[0] - 1, 2)]
                return 0 if strategy == 1 else extra * (1 + 2 * group[2])

            return GroupGame(3, NAMES[:3], earn)

        def mixed(found):
            return [one for one in found if one.played == ("a", "b")]

        tiny = Fraction(1, 10**40)
        (tied,) = mixed(symmetric_equilibria(game(Fraction(0))))
        assert tied.mixture[0].polynomial == (-1, 0, 2)
        assert tied.evolutionarily_stable is None  # second derivatives do not decide it
        assert len(mixed(symmetric_equilibria(game(-tiny)))) == 1
        assert not mixed(symmetric_equilibria(game(tiny)))


class TestLargerSupports:
    @pytest.mark.parametrize(
        ("size", "count", "seed"), [(3, 3, 1), (4, 3, 2), (6, 3, 2), (3, 4, 2)]
    )
    def test_a_search_from_many_starts_finds_no_other(self, size, count, seed):
        from scipy.optimize import root

        game = drawn(seed, size, count)
        found = symmetric_equilibria(game)
        assert found.complete
        known = [floats(one) for one in found]
        for share in (share for one in found for share in one.mixture):
            if isinstance(share, Enclosed):
                assert 0 < share.low <= share.high < 1
                assert share.high - share.low < Fraction(1, 10**9)

        def off(weights):
            x = np.append(weights, 1 - weights.sum())
            earned = game.fitness(x)
            return earned[:-1] - earned[-1]

        draw = np.random.default_rng(seed)
        met = 0
        for start in draw.dirichlet(np.ones(count), 60):
            answer = root(off, start[:-1])
            x = np.append(answer.x, 1 - answer.x.sum())
            if answer.success and x.min() > 1e-6:
                met += 1
                assert min(np.abs(x - one).max() for one in known) < 1e-6
        assert met or not any(len(one.played) == count for one in found)

    def test_gambit_finds_the_same_among_three_players(self):
        """All equilibria of the strategic form by polynomial systems; the symmetric ones."""
        import pygambit

        for seed in (3,):
            game = drawn(seed, 3, 2)
            peer = StrategicGame.from_group(game).to_gambit()
            theirs = []
            for profile in pygambit.nash.enumpoly_solve(peer).equilibria:
                mixtures = [
                    [float(value) for _, value in profile[player]] for player in peer.players
                ]
                if np.allclose(mixtures, mixtures[0], atol=1e-6):
                    theirs.append(mixtures[0][0])
            ours = [float(one.mixture[0]) for one in symmetric_equilibria(game)]
            assert sorted(theirs) == pytest.approx(sorted(ours), abs=1e-6)

    def test_a_singular_equilibrium_that_gambit_leaves_out(self):
        """At a half each is indifferent, to first order also if one of the others moves."""
        table = np.random.default_rng(0).integers(-9, 10, (3, 2, 4))[2]
        game = GroupGame(3, ["a", "b"], table)
        half = (Fraction(1, 2), Fraction(1, 2))
        first, second = game.expected_payoffs(half)
        assert first == second
        assert half in [one.mixture for one in symmetric_equilibria(game)]

    def test_thirds_of_three_alike(self):
        """A third of each, where each strategy loses from its own kind alone (by symmetry)."""
        game = GroupGame(3, NAMES[:3], lambda i, group: -(group[i] ** 2))
        found = symmetric_equilibria(game)
        third = (Fraction(1, 3),) * 3
        assert [one.mixture for one in found] == [third]
        assert found[0].evolutionarily_stable

    def test_a_zero_on_the_boundary_belongs_to_the_smaller_support(self):
        """The fourth ties exactly at the thirds of the others: no equilibrium of all four."""

        def earn(strategy, group):
            if strategy == 3:
                return Fraction(-29, 9) + Fraction(1, 5) - Fraction(group[3] ** 2, 5)
            return -(group[strategy] ** 2)

        found = symmetric_equilibria(GroupGame(3, NAMES[:4], earn))
        assert found.complete
        assert [one.mixture for one in found] == [(*(Fraction(1, 3),) * 3, 0)]

    def test_two_strategies_alike_leave_a_curve_which_is_said(self):
        """Duplicates of one strategy in a game of degree 2: a curve of equilibria."""

        def earn(strategy, group):
            return -(group[2] ** 2) if strategy == 2 else -((group[0] + group[1]) ** 2)

        found = symmetric_equilibria(GroupGame(4, NAMES[:3], earn))
        assert {one.mixture for one in found} >= {
            (Fraction(1, 2), 0, Fraction(1, 2)),
            (0, Fraction(1, 2), Fraction(1, 2)),
        }
        assert found.continua or not found.complete


class TestConsortia:
    @pytest.mark.parametrize("size", [3, 12])
    @pytest.mark.parametrize("goal", [0, 1])
    def test_are_solved_completely(self, size, goal):
        terms = {"goal": goal, "threshold": Fraction(2 * size, 3)} if goal else {}
        game = Consortium(size, trust="13/20", **terms).group_game()
        found = symmetric_equilibria(game)
        assert found.complete
        assert len(found) >= 3
        for one in found:
            x = floats(one)
            earned = game.fitness(x)
            assert earned.max() - earned @ x < 1e-9


class TestExtremes:
    def test_one_strategy(self):
        (only,) = symmetric_equilibria(GroupGame(4, ["a"], [[2]]))
        assert (only.mixture, only.payoff, only.strict) == ((1,), 2, True)

    @pytest.mark.parametrize("count", [2, 3, 4])
    def test_constant_payoffs(self, count):
        found = symmetric_equilibria(GroupGame(4, NAMES[:count], lambda i, group: "1/3"))
        (everything,) = found.continua
        assert everything.dimension == count - 1
        assert len(everything.extreme) == len(found) == count
        assert found.complete

    @pytest.mark.parametrize("scale", [Fraction(10) ** 200, Fraction(1, 10**200)])
    def test_huge_and_tiny_payoffs(self, scale):
        game = drawn(3, 4, 3)
        table = np.array(
            [[value * scale for value in row] for row in drawn_table(3, 4, 3)], dtype=object
        )
        plain = symmetric_equilibria(game)
        scaled = symmetric_equilibria(GroupGame(4, NAMES[:3], table))
        assert [floats(one) for one in scaled] == [
            pytest.approx(floats(one), abs=1e-14) for one in plain
        ]
        assert [one.evolutionarily_stable for one in scaled] == [
            one.evolutionarily_stable for one in plain
        ]

    def test_wrong_arguments(self):
        two = Game.symmetric([[1, 0], [0, 1]])
        with pytest.raises(TypeError, match="game: requires a GroupGame, got Game"):
            symmetric_equilibria(two)
        with pytest.raises(TypeError, match="game: requires a GroupGame, got Game"):
            pure_compositions(two)
        game = drawn(0, 3, 3)
        with pytest.raises(TypeError, match="limit: requires a number"):
            symmetric_equilibria(game, limit="all")
        with pytest.raises(ValueError, match="at most 3 supports, and 3 strategies have 7"):
            symmetric_equilibria(game, limit=3)
        with pytest.raises(ValueError, match="game: requires two strategies, got 3"):
            symmetric_equilibria(game).advantage(0.5)

    def test_advantage_vanishes_at_the_roots(self):
        found = symmetric_equilibria(stag_hunt(5, 3, 4))
        roots = [float(one.mixture[0]) for one in found if len(one.played) == 2]
        assert np.abs(found.advantage(roots)).max() < 1e-12

    def test_the_game_is_left_as_it_is(self):
        game = drawn(5, 4, 3)
        before = game.exact_payoffs.copy()
        symmetric_equilibria(game)
        pure_compositions(game)
        assert (game.exact_payoffs == before).all()


def drawn_table(seed, size, count, low=-9, high=10):
    shape = (count, math.comb(size + count - 1, count - 1))
    values = np.random.default_rng(seed).integers(low, high, shape)
    return [[Fraction(int(value)) for value in row] for row in values]


class TestPureCompositions:
    @staticmethod
    def by_profiles(game):
        """All profiles, one by one."""
        count = len(game.strategies)
        found, strict = Counter(), Counter()
        for profile in itertools.product(range(count), repeat=game.size):
            changes = []
            for player, mine in enumerate(profile):
                for other in range(count):
                    if other != mine:
                        moved = [*profile[:player], other, *profile[player + 1 :]]
                        counts = [moved.count(k) for k in range(count)]
                        here = [profile.count(k) for k in range(count)]
                        changes.append(game.payoff(other, counts) - game.payoff(mine, here))
            if all(change <= 0 for change in changes):
                composition = tuple(profile.count(k) for k in range(count))
                found[composition] += 1
                strict[composition] = all(change < 0 for change in changes)
        return found, strict

    @pytest.mark.parametrize(("size", "count"), [(2, 3), (3, 3), (4, 3), (5, 2), (3, 4)])
    def test_against_all_profiles(self, size, count):
        met = 0
        for seed in range(4):
            game = drawn(seed, size, count, 0, 3)
            profiles, strict = self.by_profiles(game)
            found = pure_compositions(game)
            assert {one.composition: one.multiplicity for one in found} == profiles
            assert all(one.strict == strict[one.composition] for one in found)
            assert found.profiles == sum(profiles.values())
            met += len(found)
            for one in found:
                for i, payoff in enumerate(one.payoffs):
                    present = one.composition[i] > 0
                    assert payoff == (game.payoff(i, one.composition) if present else None)
        assert met

    def test_against_the_strategic_form(self):
        game = drawn(2, 4, 3, 0, 4)
        profiles = pure_profiles(StrategicGame.from_group(game))
        assert pure_compositions(game).profiles == len(profiles)

    def test_ties_and_near_ties_are_told_apart(self):
        near = Fraction(1, 10**40)
        for extra, strict in ((0, False), (near, True)):
            game = GroupGame(3, ["a", "b"], lambda i, group, e=extra: 1 + e * (i == 0))
            found = pure_compositions(game)
            assert [one.strict for one in found] == ([True] if strict else [False] * 4)
        assert pure_compositions(of_difference([-1, 0, 0]))[-1].strict is False

    def test_many_players(self):
        game = drawn(0, 25, 5, 0, 1000)
        found = pure_compositions(game)
        assert len(found)
        for one in found[:5]:
            for i, k in enumerate(one.composition):
                for j in range(5):
                    if k and j != i:
                        moved = list(one.composition)
                        moved[i], moved[j] = moved[i] - 1, moved[j] + 1
                        assert game.payoff(j, moved) <= one.payoffs[i]

    def test_none_and_one(self):
        cycle = GroupGame(2, NAMES[:3], lambda i, group: group[(i - 1) % 3] - group[(i + 1) % 3])
        found = pure_compositions(cycle)
        assert len(found) == 0
        assert found.status.startswith("No pure equilibrium")
        assert str(pure_compositions(stag_hunt(6, 3, 4))).splitlines()[1] == (
            "  all 6 rest: strict, 1 profile"
        )

    def test_one_is_strict_or_not_and_not_all_strict(self):
        dominant = GroupGame(3, ["work", "rest"], lambda i, group: 1 - i)
        assert pure_compositions(dominant).status == "1 pure equilibrium, strict, with 1 profile."
        beats = [[0, -1, 1, 0], [1, 0, -1, 0], [-1, 1, 0, 0], [0, 0, 0, 0]]
        tied = GroupGame.from_pairwise(Game.symmetric(beats), 2)
        assert pure_compositions(tied).status == "1 pure equilibrium, not strict, with 1 profile."
        pair = GroupGame.from_pairwise(Game.symmetric([[4, 0], [3, 2]]), 2)
        assert pure_compositions(pair).status == (
            "2 pure equilibria, all strict, with 2 profiles."
        )


def test_a_mutant_that_gains_to_third_order_only():
    """Both a and b tie with c to second order; of many, a loses and b gains."""
    game = GroupGame(3, ["a", "b", "c"], lambda i, group: (group[i] == 3) * (-1, 1, 0)[i])
    (rest,) = (one for one in symmetric_equilibria(game) if one.played == ("c",))
    assert rest.evolutionarily_stable is False
    calm = GroupGame(3, ["a", "b", "c"], lambda i, group: (group[i] == 3) * (-1, -1, 0)[i])
    (rest,) = (one for one in symmetric_equilibria(calm) if one.played == ("c",))
    assert rest.evolutionarily_stable is None
