"""Rest points where members of a population meet in groups: by definition and in known games."""

import math
from fractions import Fraction
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.located_points import Enclosed
from dilemma.evolution import (
    adjusted_replicator,
    best_response,
    brown_von_neumann_nash,
    imitation,
    logit,
    replicator,
    replicator_mutator,
    rest_points,
    smith,
)
from dilemma.evolution.rest.groups import _Search
from dilemma.game import Game, GroupGame
from dilemma.testing import symmetric_games

SMALL = st.integers(-4, 4).map(Fraction)
NAMES = list("abcde")
IMITATIVE = [replicator, adjusted_replicator, imitation]
INNOVATIVE = [best_response, brown_von_neumann_nash, smith]


def drawn(seed, size, count, low=1, high=20):
    payoffs = np.random.default_rng(seed).integers(
        low, high, (count, math.comb(size + count - 1, count - 1))
    )
    return GroupGame(size, NAMES[:count], payoffs)


def of_difference(coefficients):
    return GroupGame(
        len(coefficients),
        ["first", "second"],
        lambda i, group: 5 + Fraction(coefficients[group[0] - 1]) if i == 0 else 5,
    )


def stag_hunt(size, needed, factor):
    def earn(strategy, group):
        return Fraction(factor * group[0], size) * (group[0] >= needed) - (strategy == 0) + 2

    return GroupGame(size, ["hunt", "rest"], earn)


def face_by_face(game, rule):
    """The search among groups itself, also where a game of two would be solved instead."""
    search = _Search(game, rule.__name__)
    count = range(len(game.strategies))
    for support in chain.from_iterable(combinations(count, k + 1) for k in count):
        search.look(support)
    return search.answer(rule)


def jacobian_values(game, rule, shares):
    """Eigenvalues by central differences on the tangent space."""
    x = np.array([float(share) for share in shares])
    basis = np.linalg.svd(np.ones((1, len(x))))[2][1:].T
    step = 1e-6
    slopes = [
        (rule(x + step * b, game.fitness(x + step * b))
         - rule(x - step * b, game.fitness(x - step * b))) / (2 * step)
        for b in basis.T
    ]  # fmt: skip
    return np.linalg.eigvals(basis.T @ np.array(slopes).T)


def in_order(values):
    return sorted((complex(value) for value in values), key=lambda z: (round(z.real, 4), z.imag))


class TestAgainstGamesOfTwo:
    @settings(max_examples=30, deadline=None)
    @given(game=symmetric_games(largest=4, entries=SMALL), k=st.integers(0, 2))
    def test_groups_of_two_are_the_game_itself(self, game, k):
        rule = [replicator, imitation, smith][k]
        pairs = GroupGame.from_pairwise(game, 2)
        expected, direct, found = (
            rest_points(game, rule),
            rest_points(pairs, rule),
            face_by_face(pairs, rule),
        )
        assert [str(one) for one in direct] == [str(one) for one in expected]
        assert direct.game is pairs
        theirs = {one.shares: one for one in expected}
        ours = {one.shares: one for one in found}
        assert set(ours) == set(theirs)
        for shares, one in ours.items():
            other = theirs[shares]
            assert one.kind in (other.kind, "undecided")
            assert one.equilibrium == other.equilibrium
            # In floating point an eigenvalue of multiplicity k is good to the k-th root of 1e-16.
            assert np.allclose(in_order(one.eigenvalues), in_order(other.eigenvalues), atol=1e-4)
        assert {frozenset(one.extreme[0]) for one in found.continua} == {
            frozenset(one.extreme[0]) for one in expected.continua
        }
        assert found.complete

    def test_payoffs_that_are_linear_are_left_to_the_game_of_two(self):
        game = Game.symmetric([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]])
        found = rest_points(GroupGame.from_pairwise(game, 7))
        assert [str(one) for one in found] == [str(one) for one in rest_points(game)]
        assert found.strategies == (("1", "2", "3"),)

    def test_which_hard_cases_are_decided_alike(self):
        """Ties and double roots, all of which the game of two decides."""
        for A in ([[1, 2, 0], [1, 0, 0], [0, 3, 0]], [[1, 1, 0], [1, 2, 0], [1, 0, 0]]):
            game = Game.symmetric(A)
            for rule in (replicator, imitation):
                kinds = {one.shares: one.kind for one in rest_points(game, rule)}
                found = face_by_face(GroupGame.from_pairwise(game, 2), rule)
                assert {one.shares: one.kind for one in found} == kinds


class TestTwoStrategies:
    @pytest.mark.parametrize("rule", [*IMITATIVE, *INNOVATIVE])
    def test_roots_of_pacheco_et_al(self, rule):
        for group, roots in (
            ((5, 3, 4), [0.41212, 0.81551]),
            ((5, 3, 8), [0.23513]),
            ((6, 5, 4), [0.62076, 0.97151]),
            ((6, 3, 4), []),
        ):
            found = rest_points(stag_hunt(*group), rule)
            mixed = sorted(
                (one for one in found if all(one.shares[0])),
                key=lambda one: float(one.shares[0][0]),
            )
            assert [round(float(one.shares[0][0]), 5) for one in mixed] == roots
            assert [one.kind for one in mixed] == ["unstable", "stable"][: len(roots)]
            assert found.complete
            assert found.exact

    @pytest.mark.parametrize(
        ("coefficients", "kinds"),
        [
            (["1/4", "-1/4", "1/4"], {1: "stable", Fraction(1, 2): "saddle", 0: "unstable"}),
            (["1/8", "-1/8", "1/8", "-1/8"],
             {1: "unstable", Fraction(1, 2): "stable", 0: "unstable"}),
            (["-1/8", "1/8", "-1/8", "1/8"],
             {1: "stable", Fraction(1, 2): "unstable", 0: "stable"}),
            ([0, 0, "-1/3", 0], {1: "unstable", 0: "stable"}),
            ([0, 0, "1/3", 0], {1: "stable", 0: "unstable"}),
        ],
    )  # fmt: skip
    def test_multiple_roots_are_decided(self, coefficients, kinds):
        for rule in (replicator, imitation, adjusted_replicator):
            found = rest_points(of_difference(coefficients), rule)
            assert {one.shares[0][0]: one.kind for one in found} == kinds

    def test_a_continuum_of_all_states(self):
        found = rest_points(of_difference([0, 0, 0]))
        assert len(found) == 0
        (everything,) = found.continua
        assert everything.dimension == 1

    def test_mutation_and_noise_move_the_roots_a_little(self):
        game = stag_hunt(5, 3, 4)
        rare = replicator_mutator([[0.999, 0.001], [0.001, 0.999]])
        mutated = rest_points(game, rare)
        assert mutated.complete
        assert len(mutated) == 3  # all hunters turn into a state with mutants, which flows on
        noisy = rest_points(game, logit(100), starts=40)
        assert not noisy.complete
        for found in (mutated, noisy):
            for one in found:
                assert max(map(abs, found.velocities(one.shares[0])[0])) < 1e-9


class TestByDefinition:
    @pytest.mark.parametrize("rule", IMITATIVE)
    @pytest.mark.parametrize(
        ("size", "count", "seed"), [(3, 3, 0), (3, 3, 4), (5, 3, 1), (6, 3, 2)]
    )
    def test_points_rest_and_have_the_eigenvalues_of_the_jacobian(self, rule, size, count, seed):
        game = drawn(seed, size, count)
        found = rest_points(game, rule)
        assert found.complete
        assert len(found) >= count
        for one in found:
            shares = [float(share) for share in one.shares[0]]
            assert np.abs(found.velocities(shares)[0]).max() < 1e-9
            if rule is not imitation or min(shares) > 0:  # absent strategies: a corner of tanh
                values = jacobian_values(game, rule, one.shares[0])
                assert np.allclose(in_order(one.eigenvalues), in_order(values), atol=1e-4)
            right = sum(value.real > 1e-9 for value in one.eigenvalues)
            left = sum(value.real < -1e-9 for value in one.eigenvalues)
            if right + left == count - 1:
                assert one.kind == ("stable" if not right else "saddle" if left else "unstable")

    def test_stable_points_draw_in_what_is_near(self):
        game = drawn(2, 4, 3)
        for one in rest_points(game):
            x = np.array([float(share) for share in one.shares[0]])
            draw = np.random.default_rng(1)
            state = 0.999 * x + 0.001 * draw.dirichlet(np.ones(3), 20)
            before = np.abs(state - x).max()
            for _ in range(4000):
                state = state + 0.02 * replicator(state, game.fitness(state))
            drawn_in = np.abs(state - x).max() < before / 10
            assert drawn_in == (one.kind == "stable")

    def test_innovative_rules_rest_at_equilibria_alone(self):
        game = drawn(5, 4, 3)
        all_of_them = {one.words.split(":")[0]: one for one in rest_points(game)}
        for rule in INNOVATIVE:
            found = rest_points(game, rule)
            expected = {name for name, one in all_of_them.items() if one.equilibrium}
            assert {one.words.split(":")[0] for one in found} == expected
            for one in found:
                if rule is not best_response:  # which jumps where floats break ties
                    velocity = found.velocities([float(share) for share in one.shares[0]])[0]
                    assert np.abs(velocity).max() < 1e-6

    def test_points_in_bounds_say_so(self):
        found = rest_points(drawn(2, 6, 3))
        bounded = [
            one for one in found if any(isinstance(share, Enclosed) for share in one.shares[0])
        ]
        assert bounded
        assert found.complete
        for one in bounded:
            assert sum(float(share) for share in one.shares[0]) == pytest.approx(1, abs=1e-12)


class TestArguments:
    def test_what_does_not_fit_is_refused(self):
        game = drawn(0, 3, 3)
        with pytest.raises(ValueError, match="populations: requires 1 for a GroupGame"):
            rest_points(game, populations=2)
        with pytest.raises(
            ValueError, match="at most 3 faces of the state space, and 3 strategies"
        ):
            rest_points(game, limit=3)
        with pytest.raises(TypeError, match="limit: requires a number of faces"):
            rest_points(game, limit="all")
        with pytest.raises(ValueError, match=r"requires the shape \(..., 3\), got \(2,\)"):
            rest_points(game).velocities([0.5, 0.5])
        with pytest.raises(ValueError, match="requires positive mean fitness"):
            rest_points(drawn(0, 3, 3, -9, -1), adjusted_replicator)
        with pytest.raises(ValueError, match="requires payoffs of at least 0"):
            rest_points(drawn(0, 3, 2, -9, -1), replicator_mutator([[0.9, 0.1], [0.1, 0.9]]))

    def test_one_population_and_no_other_may_be_asked_for(self):
        game = drawn(0, 3, 3)
        assert [str(one) for one in rest_points(game, populations=1)] == [
            str(one) for one in rest_points(game)
        ]
