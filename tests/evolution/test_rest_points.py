"""Rest points: by definition, against other methods, and in published games."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance
from dilemma.equilibria import evolutionarily_stable, logit_equilibrium, nash
from dilemma.evolution import (
    adjusted_replicator,
    best_response,
    brown_von_neumann_nash,
    flow,
    imitation,
    logit,
    replicator,
    replicator_mutator,
    rest_points,
    smith,
)
from dilemma.game import Game
from dilemma.testing import degenerate_games, games, symmetric_games

ZEEMAN = Game.symmetric([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]])
IMITATIVE = [replicator, adjusted_replicator, imitation]
INNOVATIVE = [best_response, brown_von_neumann_nash, smith]
SMALL = st.integers(-4, 4).map(Fraction)


def rock_paper_scissors(win):
    return Game.symmetric([[0, -1, win], [win, 0, -1], [-1, win, 0]])


def plus(game, constant):
    return Game(game.exact_payoffs + constant, game.strategies)


def own(x, f):
    """A rule of a user's, which the library knows nothing of."""
    return x * (f - (x * f).sum(axis=-1, keepdims=True))


def velocities(game, rule, shares):
    x = np.array(shares[0], float)
    if len(shares) == 1:
        return rule(x, game.payoffs[0] @ x)
    y = np.array(shares[1], float)
    return np.concatenate([rule(x, game.payoffs[0] @ y), rule(y, game.payoffs[1].T @ x)])


def jacobian_values(game, rule, shares):
    """Eigenvalues of a Jacobian by central differences, on the tangent space."""
    sizes = [len(one) for one in shares]
    flat = np.concatenate([np.array(one, float) for one in shares])
    cuts = np.cumsum(sizes)[:-1]
    sums = np.zeros((len(sizes), len(flat)))
    for row, part in zip(sums, np.split(np.arange(len(flat)), cuts), strict=True):
        row[part] = 1
    basis = np.linalg.svd(sums)[2][len(sizes) :].T
    step = 1e-6

    def at(z):
        return velocities(game, rule, np.split(z, cuts))

    slopes = [(at(flat + step * b) - at(flat - step * b)) / (2 * step) for b in basis.T]
    return np.linalg.eigvals(basis.T @ np.array(slopes).T)


def same_spectrum(first, second, tolerance=1e-5):
    first, second = list(first), list(second)
    if len(first) != len(second):
        return False
    for value in first:
        gaps = [abs(value - other) for other in second]
        if min(gaps) > tolerance:
            return False
        second.pop(int(np.argmin(gaps)))
    return True


class TestByDefinition:
    @settings(max_examples=25, deadline=None)
    @given(game=symmetric_games(largest=4, entries=SMALL))
    def test_exact_points_rest_and_extreme_points_too(self, game):
        found = rest_points(game)
        states = [point.shares for point in found]
        states += [(x,) for one in found.continua for x in one.extreme[0]]
        assert states
        for (x,) in states:
            assert sum(x) == 1
            assert min(x) >= 0
            earned = [
                sum(a * w for a, w in zip(row, x, strict=True)) for row in game.exact_payoffs[0]
            ]
            assert len({earned[i] for i, w in enumerate(x) if w}) == 1

    @settings(max_examples=25, deadline=None)
    @given(game=degenerate_games(largest=3))
    def test_points_of_two_populations_rest(self, game):
        found = rest_points(game, populations=2)
        states = [point.shares for point in found]
        states += [
            (x, y) for one in found.continua for x in one.extreme[0] for y in one.extreme[1]
        ]
        assert states
        for x, y in states:
            rows, columns = game.deviation_payoffs(x, y)
            assert len({rows[i] for i, w in enumerate(x) if w}) == 1
            assert len({columns[j] for j, w in enumerate(y) if w}) == 1

    def test_none_is_missed_in_random_games(self):
        """Every support of three strategies, by solving its equations in floating point."""
        draw = np.random.default_rng(1)
        counts = []
        for _ in range(60):
            A = draw.integers(-20, 21, (3, 3))
            expected = 3
            for i, j in combinations(range(3), 2):
                low, high = A[j, i] - A[i, i], A[j, j] - A[i, j]
                expected += low * high < 0
            system = np.vstack([A[1:] - A[0], np.ones(3)])
            if abs(np.linalg.det(system)) > 1e-9:
                expected += bool(np.linalg.solve(system, [0, 0, 1]).min() > 1e-12)
            found = rest_points(Game.symmetric(A))
            if not found.continua:
                assert len(found) == expected
                counts.append(expected)
        assert len(counts) > 40
        assert max(counts) == 7

    @settings(max_examples=20, deadline=None)
    @given(game=symmetric_games(largest=4, entries=SMALL))
    def test_a_users_rule_finds_the_same_where_none_is_singular(self, game):
        exact = rest_points(game)
        if exact.continua or any(point.kind in ("undecided", "centre") for point in exact):
            return
        if any(abs(value.real) < 0.05 for point in exact for value in point.eigenvalues):
            return
        found = rest_points(game, own, starts=60)
        assert len(found) >= len(exact)
        for point in exact:
            gaps = [
                np.abs(np.array(point.shares[0], float) - other.shares[0]).max() for other in found
            ]
            assert min(gaps) < 1e-6
            assert found[int(np.argmin(gaps))].kind == point.kind
        assert len(found) == len(exact)
        assert not found.exact
        assert found.complete == (game.shape == (1, 1))


class TestEigenvalues:
    @pytest.mark.parametrize("rule", IMITATIVE)
    @pytest.mark.parametrize("populations", [1, 2])
    def test_as_a_jacobian_by_differences_has_them(self, rule, populations):
        draw = np.random.default_rng(2)
        for _ in range(4):
            game = Game.symmetric(draw.integers(1, 12, (3, 3)))
            for point in rest_points(game, rule, populations=populations):
                theirs = jacobian_values(game, rule, point.shares)
                assert same_spectrum(point.eigenvalues, theirs)

    @pytest.mark.parametrize("rule", [logit(3), replicator_mutator(0.9 * np.eye(3) + 1 / 30)])
    @pytest.mark.parametrize("populations", [1, 2])
    def test_of_points_that_are_searched_for(self, rule, populations):
        game = Game.symmetric(np.random.default_rng(2).integers(1, 12, (3, 3)))
        for point in rest_points(game, rule, populations=populations):
            assert np.abs(velocities(game, rule, point.shares)).max() < 1e-8
            assert same_spectrum(
                point.eigenvalues, jacobian_values(game, rule, point.shares), 1e-4
            )


class TestPublished:
    def test_zeeman(self):
        """Two attractors, a pure and a mixed one: the mixed one is no ESS (zeeman1980)."""
        found = rest_points(ZEEMAN)
        stable = [point.shares[0] for point in found if point.kind == "stable"]
        assert stable == [(1, 0, 0), (Fraction(1, 3),) * 3]
        assert [one.strategy for one in evolutionarily_stable(ZEEMAN)] == [(1, 0, 0)]
        assert len(found) == 6
        kinds = {point.shares[0]: point.kind for point in found}
        assert kinds[(0, 1, 0)] == "unstable"
        assert kinds[(0, 0, 1)] == kinds[(0, Fraction(5, 8), Fraction(3, 8))] == "saddle"
        assert kinds[(Fraction(4, 5), 0, Fraction(1, 5))] == "saddle"

    @pytest.mark.parametrize(("win", "kind"), [(2, "stable"), (1, "centre"), ("1/2", "unstable")])
    def test_rock_paper_scissors(self, win, kind):
        """Eigenvalues of the mixture: (win − 1 ± i√3 (win + 1)) / 6 times −1 in the real part."""
        found = rest_points(rock_paper_scissors(win))
        inside = next(point for point in found if min(point.shares[0]) > 0)
        assert inside.kind == kind
        w = float(Fraction(win))
        expected = [complex((1 - w) / 6, s * np.sqrt(3) * (w + 1) / 6) for s in (1, -1)]
        assert same_spectrum(inside.eigenvalues, expected, 1e-12)
        assert [point.kind for point in found].count("saddle") == 3

    def test_centres_of_rescaled_zero_sum_games_of_more_strategies(self):
        game = Game.symmetric(
            [
                [0, 1, -1, 1, -1],
                [-1, 0, 1, -1, 1],
                [1, -1, 0, 1, -1],
                [-1, 1, -1, 0, 1],
                [1, -1, 1, -1, 0],
            ]
        )
        inside = next(point for point in rest_points(game) if min(point.shares[0]) > 0)
        assert inside.kind == "centre"
        scaled = Game.symmetric(game.exact_payoffs[0] * np.array([1, 2, 3, 1, 1]))
        inside = next(point for point in rest_points(scaled) if min(point.shares[0]) > 0)
        assert inside.kind == "centre"

    def test_matching_pennies_of_two_populations(self):
        game = Game.from_bimatrix([[2, 0], [0, 1]], [[0, 1], [1, 0]])
        inside = next(point for point in rest_points(game) if min(map(min, point.shares)) > 0)
        assert inside.kind == "centre"
        assert inside.shares == ((Fraction(1, 2),) * 2, (Fraction(1, 3), Fraction(2, 3)))
        coordination = Game.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 1]])
        kinds = sorted(point.kind for point in rest_points(coordination))
        assert kinds == ["saddle", "stable", "stable", "unstable", "unstable"]

    def test_the_default_alliance_collapses_by_way_of_competition(self):
        game = Alliance(trust=Fraction(1, 2)).game()
        stable = [point for point in rest_points(game) if point.kind == "stable"]
        assert [point.shares[0].index(1) for point in stable] == [4]


class TestStability:
    @settings(max_examples=25, deadline=None)
    @given(game=symmetric_games(largest=4, entries=SMALL))
    def test_evolutionarily_stable_strategies_are_stable(self, game):
        stable = {point.shares[0] for point in rest_points(game) if point.kind == "stable"}
        positive = plus(game, 10)
        adjusted = rest_points(positive, adjusted_replicator)
        for one in evolutionarily_stable(game):
            if one.kind == "ESS":
                assert one.strategy in stable
        assert {point.shares[0] for point in adjusted if point.kind == "stable"} == stable

    @settings(max_examples=20, deadline=None)
    @given(game=games(largest=3, entries=SMALL))
    def test_with_two_populations_exactly_strict_equilibria_are_stable(self, game):
        found = rest_points(game, populations=2)
        stable = {point.shares for point in found if point.kind == "stable"}
        strict = {(one.row, one.column) for one in nash(game) if one.strict}
        assert stable == strict

    def test_one_tie_is_decided_by_the_center_manifold(self):
        """The second strategy earns as much against the first; what it earns later decides."""
        for own_payoff, kind in ((0, "stable"), (2, "unstable")):
            game = Game.symmetric([[1, 1], [1, own_payoff]])
            first = next(point for point in rest_points(game) if point.shares[0][0] == 1)
            assert first.kind == kind
            state = flow(game, replicator, [0.9, 0.1], [0, 400]).share.values[-1, 0]
            assert (state > 0.97) == (kind == "stable")

    @pytest.mark.parametrize("rule", INNOVATIVE)
    def test_of_two_strategies_under_innovative_rules(self, rule):
        stag = Game.symmetric([[4, 0], [3, 2]])
        found = rest_points(stag, rule)
        assert [point.kind for point in found] == ["stable", "stable", "unstable"]
        assert all(point.eigenvalues == () for point in found)
        assert rest_points(rock_paper_scissors(1), rule)[0].kind == "stable"
        assert rest_points(rock_paper_scissors("1/2"), rule)[0].kind == "undecided"


class TestFamilies:
    @settings(max_examples=20, deadline=None)
    @given(game=symmetric_games(largest=4, entries=SMALL))
    def test_imitative_rules_share_rest_points(self, game):
        game = plus(game, 5)
        expected = [point.shares for point in rest_points(game)]
        for rule in (imitation, adjusted_replicator):
            found = rest_points(game, rule)
            assert sorted(point.shares for point in found) == sorted(expected)
            for point in found:
                assert np.abs(velocities(game, rule, point.shares)).max() < 1e-9

    @settings(max_examples=20, deadline=None)
    @given(game=symmetric_games(largest=4, entries=SMALL))
    @example(game=Game.symmetric([[0, 0, 0], [0, 0, 0], [0, 1, 1]]))
    def test_innovative_rules_rest_at_symmetric_equilibria(self, game):
        found = rest_points(game, smith)
        if found.continua:
            return
        expected = {one.row for one in nash(game) if one.row == one.column}
        assert {point.shares[0] for point in found} == expected
        under_replicators = rest_points(game)
        points = {point.shares[0] for point in under_replicators if point.equilibrium}
        # An equilibrium can be the one point of a replicator's continuum where nobody invades.
        part = {one for c in under_replicators.continua for side in c.stable_part for one in side}
        assert points | part == expected

    @settings(max_examples=15, deadline=None)
    @given(game=games(largest=3, entries=SMALL))
    def test_of_two_populations_at_all_equilibria(self, game):
        found = rest_points(game, best_response, populations=2)
        if not found.continua:
            assert {point.shares for point in found} == {
                (one.row, one.column) for one in nash(game)
            }

    def test_pairs_of_rules(self):
        game = Game.from_bimatrix([[2, 0], [0, 1]], [[0, 1], [1, 0]])
        found = rest_points(game, (replicator, imitation))
        assert found.exact
        assert found.rule == "replicator and imitation"
        inside = next(point for point in found if min(map(min, point.shares)) > 0)
        assert inside.kind == "undecided"
        theirs = jacobian_values(game, own, inside.shares)
        assert same_spectrum(np.array(inside.eigenvalues), theirs / np.sqrt(2))


class TestContinua:
    def test_constant_payoffs_are_one_continuum(self):
        found = rest_points(Game.symmetric(np.ones((3, 3))))
        assert len(found) == 0
        (whole,) = found.continua
        assert whole.dimension == 2
        assert "every state rests" in str(whole)

    def test_the_part_that_keeps_invaders_out(self):
        """The third strategy earns 0, and 1 more for each unit of the second beyond 2/7."""
        game = Game.symmetric([[0, 0, -2], [0, 0, -2], [-2, 5, -9]], ["stay", "give", "take"])
        one = next(one for one in rest_points(game).continua if one.supports == ((0, 1),))
        assert set(one.stable_part[0]) == {(1, 0, 0), (Fraction(5, 7), Fraction(2, 7), 0)}
        assert "stay with up to 2/7 give" in one.words
        assert one.kind == "stable"
        inside = flow(game, replicator, [0.85, 0.1, 0.05], [0, 200]).share.values[-1]
        assert inside[2] < 1e-9
        outside = flow(game, replicator, [0.2, 0.799, 0.001], [0, 3]).share.values[-1]
        assert outside[2] > 0.05

    def test_duplicates(self):
        game = Game.symmetric([[0, 0, 3], [0, 0, 3], [1, 1, 1]])
        found = rest_points(game)
        assert all(one.dimension == 1 for one in found.continua)
        assert len(found.continua) == 2
        assert [point.shares[0] for point in found] == [(0, 0, 1)]

    def test_of_two_populations(self):
        game = Game.from_bimatrix([[1, 1], [0, 2]], [[1, 1], [0, 1]])
        found = rest_points(game)
        assert found.populations == 2
        assert any(
            one.extreme[0] == ((1, 0),) and len(one.extreme[1]) == 2 for one in found.continua
        )


class TestSearched:
    @pytest.mark.parametrize("rationality", [0, 0.5, 2, 8, 300])
    def test_two_strategies_under_logit_by_scanning(self, rationality):
        game = Game.symmetric([[4, 0], [3, 2]])
        found = rest_points(game, logit(rationality))
        assert found.complete
        odds = np.linspace(-700, 700, 400_002)
        share = 1 / (1 + np.exp(-odds))
        # What the first strategy earns more: 4x against 3x + 2(1 - x).
        signs = np.sign(rationality * (3 * share - 2) - odds)
        signs = signs[signs != 0]
        assert len(found) == np.sum(signs[:-1] != signs[1:])
        for point in found:
            assert np.abs(velocities(game, logit(rationality), point.shares)).max() < 1e-12

    def test_where_logit_branches_the_point_is_undecided(self):
        """With the unit matrix the pitchfork is at rationality 2, where the eigenvalue is 0."""
        (only,) = rest_points(Game.symmetric(np.eye(2)), logit(2))
        assert only.kind == "undecided"
        assert len(rest_points(Game.symmetric(np.eye(2)), logit("2.001"))) == 3

    def test_two_strategies_with_mutation_by_numpys_roots(self):
        matrix = [["0.995", "0.005"], ["0.004", "0.996"]]
        rule, game = replicator_mutator(matrix), Game.symmetric([[4, 0], [3, 2]])
        found = rest_points(game, rule)
        assert found.complete
        nodes = np.array([0.1, 0.3, 0.6, 0.9])
        states = np.stack([nodes, 1 - nodes], axis=-1)
        cubic = np.polyfit(nodes, rule(states, states @ game.payoffs[0].T)[:, 0], 3)
        roots = np.roots(cubic)
        real = sorted(r.real for r in roots if abs(r.imag) < 1e-9 and 0 <= r.real <= 1)
        assert np.allclose(sorted(point.shares[0][0] for point in found), real, atol=1e-9)
        assert len(real) == 3

    @pytest.mark.parametrize("trust", ["1/2", "3/4"])
    def test_logit_equilibria_are_among_them(self, trust):
        game = Alliance(trust=trust).game()
        for rationality in (1, 300):
            found = rest_points(game, logit(rationality))
            theirs = logit_equilibrium(game, rationality)
            gaps = [np.abs(np.array(point.shares[0]) - theirs.row).max() for point in found]
            assert min(gaps) < 1e-6
            index = sum((-1) ** sum(v.real > 0 for v in point.eigenvalues) for point in found)
            assert index == 1

    def test_when_there_can_be_only_one(self):
        found = rest_points(rock_paper_scissors(1), logit(40))
        assert found.complete
        assert len(found) == 1
        assert np.allclose(found[0].shares[0], 1 / 3)
        game = Game.from_bimatrix([[2, 0], [0, 1]], [[-2, 0], [0, -1]])
        assert rest_points(game, logit(40)).complete
        assert not rest_points(ZEEMAN, logit(4)).complete

    def test_little_mutation_keeps_stable_points_nearby(self):
        game = plus(ZEEMAN, 5)
        rule = replicator_mutator(0.998 * np.eye(3) + 0.002 / 3)
        stable = [point.shares[0] for point in rest_points(game, rule) if point.kind == "stable"]
        for expected in ((1, 0, 0), (1 / 3, 1 / 3, 1 / 3)):
            assert min(np.abs(np.array(one) - expected).max() for one in stable) < 0.05


class TestArguments:
    def test_named_errors(self):
        asymmetric = Game.from_bimatrix([[1, 0], [0, 2]], [[3, 0], [0, 2]])
        with pytest.raises(ValueError, match=r"game: requires a symmetric .*populations=2"):
            rest_points(asymmetric, populations=1)
        with pytest.raises(TypeError, match="game: requires a Game, got list"):
            rest_points([[1, 2], [3, 4]])
        with pytest.raises(ValueError, match="populations: requires 1 or 2, got 3"):
            rest_points(ZEEMAN, populations=3)
        with pytest.raises(TypeError, match="rule: requires logit"):
            rest_points(ZEEMAN, logit)
        with pytest.raises(TypeError, match="rule: requires a function"):
            rest_points(ZEEMAN, "replicator")
        with pytest.raises(ValueError, match="requires at most 100,000 faces"):
            rest_points(Game.symmetric(np.eye(17)))
        with pytest.raises(ValueError, match="positive mean fitness for adjusted_replicator"):
            rest_points(ZEEMAN, adjusted_replicator)
        with pytest.raises(ValueError, match="payoffs of at least 0 for replicator_mutator"):
            rest_points(ZEEMAN, replicator_mutator(np.eye(3)))
        with pytest.raises(ValueError, match="starts: requires a positive integer"):
            rest_points(ZEEMAN, own, starts=0)
        with pytest.raises(TypeError, match="limit: requires a number of faces"):
            rest_points(ZEEMAN, limit="many")

    @pytest.mark.parametrize(
        ("rule", "words"),
        [
            (lambda x, f: f, "velocities that sum to 0"),
            (lambda x, f: f[..., :2], "velocities of the shape of the state"),
            (lambda x, f: f * np.nan, "finite velocities"),
            (lambda x, f: 0j * x, "velocities of the shape .* of type complex128"),
        ],
    )
    def test_rules_that_misbehave(self, rule, words):
        with pytest.raises(ValueError, match=f"rule: requires {words}"):
            rest_points(plus(ZEEMAN, 1), rule)

    def test_one_strategy(self):
        game = Game.symmetric([[3]])
        for rule in (replicator, smith, logit(2), own):
            found = rest_points(game, rule)
            assert [point.shares for point in found] == [((1,),)]
            assert found[0].kind == "stable"
            assert found.complete

    def test_huge_and_tiny_payoffs(self):
        for scale in (Fraction(10) ** 200, Fraction(1, 10**200)):
            found = rest_points(Game.symmetric(ZEEMAN.exact_payoffs[0] * scale))
            assert [point.kind for point in found] == [point.kind for point in rest_points(ZEEMAN)]

    def test_what_is_printed_fits(self):
        for populations in (1, 2):
            text = str(rest_points(Alliance().game(), populations=populations))
            assert max(map(len, text.splitlines())) <= 80
            assert text.isascii()


def test_rest_points_know_the_velocities_of_their_rule():
    game = Game.symmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    found = rest_points(game, smith)
    assert found.game is game
    assert found.revision == (smith,)
    state = np.array([[0.5, 0.3, 0.2], [1, 0, 0]])
    [velocity] = found.velocities(state)
    assert velocity == pytest.approx(smith(state, state @ game.payoffs[0].T))
    for point in found:
        [at_rest] = found.velocities([float(share) for share in point.shares[0]])
        assert np.abs(at_rest).max() < 1e-12


def test_velocities_of_two_populations_are_those_of_each_rule():
    game = Game([[[3, 0, 1], [2, 2, 0]], [[1, 4, 0], [0, 1, 5]]])
    found = rest_points(game, (replicator, logit(2)))
    x, y = np.array([0.25, 0.75]), np.array([0.2, 0.3, 0.5])
    rows, columns = found.velocities(x, y)
    assert rows == pytest.approx(replicator(x, game.payoffs[0] @ y))
    assert columns == pytest.approx(logit(2)(y, x @ game.payoffs[1]))
    with pytest.raises(ValueError, match="states: requires one array of shares"):
        found.velocities(x)
    with pytest.raises(ValueError, match=r"states: requires the shape \(\.\.\., 3\)"):
        found.velocities(x, x)
