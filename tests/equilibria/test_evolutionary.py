"""Evolutionary stability: published games, the definition, random invaders, and laws."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance, strategy_grid
from dilemma.equilibria import evolutionarily_stable, evolutionary_sets, nash
from dilemma.game import Game
from dilemma.testing import alliances, degenerate_games, symmetric_games

THIRD = Fraction(1, 3)
SMALL = st.integers(0, 2).map(Fraction)
TIED = symmetric_games(largest=4, entries=SMALL)
ANY = st.one_of(symmetric_games(largest=5), symmetric_games(largest=5, entries=SMALL))


def kinds(game):
    return {one.strategy: one.kind for one in evolutionarily_stable(game)}


def earn(A, x, y):
    return sum(A[i][j] * p * q for i, p in enumerate(x) for j, q in enumerate(y) if p and q)


def rock_paper_scissors(win):
    """Winning earns ``win`` and losing costs 1."""
    return Game.symmetric([[0, -1, win], [win, 0, -1], [-1, win, 0]])


class TestPublishedGames:
    @pytest.mark.parametrize(("V", "C"), [(2, 3), (1, 10), (Fraction(1, 3), Fraction(1, 2))])
    def test_hawks_and_doves_mix_v_over_c(self, V, C):
        """Maynard Smith & Price (1973): the ESS plays hawk with probability V/C."""
        game = Game.symmetric([[Fraction(V - C) / 2, V], [0, Fraction(V) / 2]])
        share = Fraction(V) / C
        assert kinds(game) == {(share, 1 - share): "ESS"}

    def test_where_fights_are_cheap_hawks_are_the_ess(self):
        game = Game.symmetric([[1, 4], [0, 2]])
        assert kinds(game) == {(1, 0): "ESS"}

    @pytest.mark.parametrize(("win", "kind"), [(2, "ESS"), (1, "NSS"), ("1/2", None)])
    def test_rock_paper_scissors_good_standard_and_bad(self, win, kind):
        """Maynard Smith (1982), Weibull (1995): the interior is an ESS, an NSS or neither."""
        found = evolutionarily_stable(rock_paper_scissors(Fraction(win)))
        middle = (THIRD, THIRD, THIRD)
        assert kinds(rock_paper_scissors(Fraction(win))) == ({middle: kind} if kind else {})
        assert [one.strategy for one in found.rejected] == ([] if kind else [middle])
        sets = evolutionary_sets(rock_paper_scissors(Fraction(win)))
        assert len(sets) == (kind == "ESS")

    def test_zeemans_game_has_a_pure_ess_beside_an_attractor_that_is_none(self):
        """Zeeman (1980): the interior equilibrium attracts the replicator dynamics."""
        A = np.array([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]])
        found = evolutionarily_stable(Game.symmetric(A))
        assert [(one.kind, one.strategy) for one in found] == [("ESS", (1, 0, 0))]
        assert [one.strategy for one in found.rejected] == [
            (Fraction(4, 5), 0, Fraction(1, 5)),
            (THIRD, THIRD, THIRD),
        ]
        x = np.full(3, 1 / 3)
        jacobian = np.diag(A @ x - x @ A @ x) + np.diag(x) @ (
            A - np.outer(np.ones(3), x @ (A + A.T))
        )
        tangent = np.array([[1, -1, 0], [1, 1, -2]]).T
        reduced = np.linalg.lstsq(tangent, jacobian @ tangent, rcond=None)[0]
        assert np.linalg.eigvals(reduced).real.max() < -0.1

    def test_the_first_strategy_of_0_0_0_1_is_neither(self):
        """An equilibrium that the other strategy invades (the issue's own example)."""
        found = evolutionarily_stable(Game.symmetric([[0, 0], [0, 1]]))
        assert [(one.kind, one.strategy) for one in found] == [("ESS", (0, 1))]
        (rejected,) = found.rejected
        assert (rejected.strategy, rejected.invader, rejected.advantage) == ((1, 0), (0, 1), 1)

    def test_aumanns_chicken_mixes(self):
        """Aumann (1974): 6, 2; 7, 0. Only the mixed equilibrium is symmetric."""
        assert kinds(Game.symmetric([[6, 2], [7, 0]])) == {(Fraction(2, 3), THIRD): "ESS"}

    def test_youngs_game_has_three_ess(self):
        """Young (1993): strict equilibria on the diagonal 6, 7, 8; mixed ones are no NSS."""
        found = evolutionarily_stable(Game.symmetric([[6, 0, 0], [5, 7, 5], [0, 5, 8]]))
        assert [one.strategy for one in found] == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
        assert {one.kind for one in found} == {"ESS"}

    def test_kandori_mailath_and_robs_coordination(self):
        """Kandori, Mailath & Rob (1993), example: both conventions are ESS."""
        found = evolutionarily_stable(Game.symmetric([[2, 0], [0, 1]]))
        assert [one.strategy for one in found] == [(1, 0), (0, 1)]
        assert [one.strategy for one in found.rejected] == [(THIRD, 2 * THIRD)]

    def test_the_alliance_at_much_trust(self):
        """With trust 3/4, collaboration and avoidance are strict, so ESS."""
        found = evolutionarily_stable(Alliance(trust="3/4").game())
        ess = [one.strategy.index(1) for one in found if 1 in one.strategy]
        assert ess == [0, 4]


class TestContinua:
    def test_all_payoffs_equal(self):
        found = evolutionarily_stable(Game.symmetric([[1] * 3] * 3))
        assert [one.kind for one in found] == ["NSS"] * 3
        assert sorted(one.dimension for one in found.continua) == [1, 1, 1, 2]
        assert {one.kind for one in found.continua} == {"NSS"}
        (whole,) = evolutionary_sets(Game.symmetric([[1] * 3] * 3))
        assert (whole.dimension, len(whole.extreme)) == (2, 3)

    def test_a_segment_that_is_stable_but_for_one_end(self):
        """At the third's end of the segment the punisher is invaded, so that no set is stable.

        Strategies 1 and 2 earn 1 among themselves; the third does as well against the second
        alone, and better against itself.
        """
        game = Game.symmetric([[1, 1, 0], [1, 1, 0], [0, 1, 2]])
        found = evolutionarily_stable(game)
        assert {one.strategy: one.kind for one in found} == {(1, 0, 0): "NSS", (0, 0, 1): "ESS"}
        assert (0, 1, 0) in [one.strategy for one in found.rejected]
        segment = [one for one in found.continua if set(one.extreme) == {(1, 0, 0), (0, 1, 0)}]
        assert [one.kind for one in segment] == ["NSS"]
        assert [one.extreme for one in evolutionary_sets(game)] == [((0, 0, 1),)]

    def test_duplicates_of_an_ess_form_a_stable_set(self):
        """Thomas (1985): a strategy in two copies is no ESS; their mixtures are a stable set."""
        game = Game.symmetric([[-1, -1, 4], [-1, -1, 4], [0, 0, 2]])
        assert set(kinds(game).values()) == {"NSS"}
        (one,) = evolutionary_sets(game)
        assert set(one.extreme) == {(2 * THIRD, 0, THIRD), (0, 2 * THIRD, THIRD)}

    def test_neutral_drift_out_of_the_component_is_no_stable_set(self):
        """The standard RPS with a copy of rock: NSS, but drift leads to what is no equilibrium."""
        A = [[0, 0, -1, 1], [0, 0, -1, 1], [1, 1, 0, -1], [-1, -1, 1, 0]]
        found = evolutionarily_stable(Game.symmetric(A))
        assert {one.kind for one in found} == {"NSS"}
        assert [one.kind for one in found.continua] == ["NSS"]
        assert len(evolutionary_sets(Game.symmetric(A))) == 0

    @settings(max_examples=60, deadline=None)
    @given(game=TIED, seed=st.integers(0, 10**6))
    def test_each_nss_is_listed_or_inside_one_continuum(self, game, seed):
        """A random mixture of the corners of any face has the verdict of the face."""
        A = game.exact_payoffs[0]
        found = evolutionarily_stable(game)
        rng = np.random.default_rng(seed)
        for face in found.continua:
            weights = [Fraction(int(w)) for w in rng.integers(1, 9, len(face.extreme))]
            x = tuple(
                sum(w * p for w, p in zip(weights, column, strict=True)) / sum(weights)
                for column in zip(*face.extreme, strict=True)
            )
            assert game.regret(x, x) == 0
            y = face.middle.invader
            z = [b - a for a, b in zip(face.middle.strategy, y, strict=True)]
            bend = earn(A, z, z)
            assert bend == face.middle.advantage
            assert (bend > 0) == (face.kind == "neither")
            step = min(p / -d for p, d in zip(x, z, strict=True) if d < 0)
            there = tuple(p + step * d for p, d in zip(x, z, strict=True))
            assert earn(A, there, x) == earn(A, x, x)
            assert earn(A, there, there) - earn(A, x, there) == step**2 * bend

    @settings(max_examples=80, deadline=None)
    @given(game=TIED, seed=st.integers(0, 10**6))
    def test_stable_sets_beat_what_is_near_by_definition(self, game, seed):
        """Near points y of best replies to x in the set: E(x, y) > E(y, y), or y is in it."""
        A = game.exact_payoffs[0]
        rng = np.random.default_rng(seed)
        for one in evolutionary_sets(game):
            for face in one.faces:
                corners = [one.extreme[u] for u in face]
                weights = [Fraction(int(w)) for w in rng.integers(0, 3, len(corners))]
                assume(any(weights))
                x = [
                    sum(w * p for w, p in zip(weights, column, strict=True)) / sum(weights)
                    for column in zip(*corners, strict=True)
                ]
                earned = A @ np.array(x)
                best = [k for k, v in enumerate(earned) if v == max(earned)]
                for _ in range(10):
                    other = [Fraction(0)] * len(x)
                    for k in best:
                        other[k] = Fraction(int(rng.integers(0, 4)))
                    if not any(other):
                        continue
                    step = Fraction(1, 10**9)
                    y = [(1 - step) * p + step * q / sum(other)
                         for p, q in zip(x, other, strict=True)]  # fmt: skip
                    gain = earn(A, x, y) - earn(A, y, y)
                    assert gain >= 0
                    if gain == 0:
                        assert game.regret(y, y) == 0


def some_invaders(rng, A, x, count):
    """Random strategies, half of them near x, as floats; and the sign of the definition."""
    n = len(x)
    mutants = rng.dirichlet(np.full(n, 0.5), count)
    near = rng.random(count) < 0.5
    mutants[near] = x + (mutants[near] - x) * 10 ** rng.uniform(-3, 0, (near.sum(), 1))
    first = x @ A @ x - mutants @ (A @ x)
    second = ((x - mutants) @ A * mutants).sum(axis=1)
    distance = abs(mutants - x).max(axis=1)
    return first, second, distance


def grid(parts, n):
    """All mixtures whose weights are multiples of 1/parts."""
    if n == 1:
        return [(Fraction(parts),)]
    return [
        (Fraction(first), *rest)
        for first in range(parts + 1)
        for rest in grid(parts - first, n - 1)
    ]


def kind_by_definition(A, x, mutants):
    """What the definition says of x, with these mutants alone."""
    kind = "ESS"
    for y in mutants:
        gap = earn(A, x, x) - earn(A, y, x)
        assert gap >= 0
        if gap == 0 and tuple(y) != tuple(x):
            second = earn(A, x, y) - earn(A, y, y)
            if second < 0:
                return "neither"
            if second == 0:
                kind = "NSS"
    return kind


class TestDefinition:
    def test_a_grid_of_mutants_finds_the_same_kinds(self):
        """Small integers, 3 strategies: mutants with weights in eighths, far and near."""
        mutants = [tuple(v / 8 for v in y) for y in grid(8, 3)]
        rng = np.random.default_rng(3)
        met = {"ESS": 0, "NSS": 0, "neither": 0}
        for _ in range(150):
            A = rng.integers(0, 3, (3, 3)).tolist()
            found = evolutionarily_stable(Game.symmetric(A))
            for one in (*found, *found.rejected):
                near = [
                    tuple((99 * p + q) / 100 for p, q in zip(one.strategy, y, strict=True))
                    for y in mutants
                ]
                assert kind_by_definition(A, one.strategy, mutants + near) == one.kind
                met[one.kind] += 1
        assert min(met.values()) >= 30

    def test_a_grid_of_near_mutants_finds_the_same_stable_sets(self):
        """Each point of a set repels what is near, but for points of the set; no other does."""
        mutants = [tuple(v / 6 for v in y) for y in grid(6, 3)]
        rng = np.random.default_rng(5)
        step, met = Fraction(1, 10**6), [0, 0]
        for _ in range(150):
            A = rng.integers(0, 2, (3, 3)).tolist()
            game = Game.symmetric(A)
            found = evolutionarily_stable(game)
            inside = {x for one in evolutionary_sets(game) for x in one.extreme}
            broken = set()
            spots = [(one.strategy, (one.strategy,)) for one in (*found, *found.rejected)]
            spots += [(face.middle.strategy, face.extreme) for face in found.continua]
            for x, corners in spots:
                for far in mutants:
                    y = tuple((1 - step) * p + step * q for p, q in zip(x, far, strict=True))
                    if y == x or earn(A, y, x) < earn(A, x, x):
                        continue
                    gap = earn(A, x, y) - earn(A, y, y)
                    # Near points that are equilibria belong to the same component.
                    if gap < 0 or (gap == 0 and game.regret(y, y) > 0):
                        broken.update(corners)
            # What breaks a point of a component breaks all of it.
            while True:
                wider = broken | {
                    corner
                    for face in found.continua
                    if broken & set(face.extreme)
                    for corner in face.extreme
                }
                if wider == broken:
                    break
                broken = wider
            extreme = {one.strategy for one in (*found, *found.rejected)}
            assert inside == extreme - broken
            met[0] += any(one.dimension for one in evolutionary_sets(game))
            met[1] += bool(broken)
        assert min(met) >= 15

    def test_no_random_invader_breaks_an_ess(self):
        """10,000 mutants for each ESS of 60 games: E(x, x) > E(y, x), or E(x, y) > E(y, y)."""
        rng = np.random.default_rng(7)
        met = mixed = 0
        for _ in range(60):
            n = int(rng.integers(2, 6))
            integers = rng.integers(-9, 10, (n, n))
            for one in evolutionarily_stable(Game.symmetric(integers)):
                x, A = np.array([float(v) for v in one.strategy]), integers.astype(float)
                first, second, distance = some_invaders(rng, A, x, 10_000)
                tie = abs(first) < 1e-11
                assert first.min() > -1e-11
                slack = 1e-12 if one.kind == "NSS" else 0
                assert np.all((second > -slack) | ~tie | (distance < 1e-5))
                met += 1
                mixed += 0 < x.max() < 1
        assert met >= 60
        assert mixed >= 20

    @settings(max_examples=100, deadline=None)
    @given(game=ANY, seed=st.integers(0, 10**6))
    def test_no_exact_invader_among_best_replies_breaks_a_stable_strategy(self, game, seed):
        """Small invasions by mixtures of best replies, where the second condition decides."""
        A = game.exact_payoffs[0]
        rng = np.random.default_rng(seed)
        for one in evolutionarily_stable(game):
            x = np.array(one.strategy)
            best = [k for k, value in enumerate(A @ x) if value == max(A @ x)]
            for _ in range(10):
                weights = [Fraction(int(w)) for w in rng.integers(0, 5, len(best))]
                if not any(weights):
                    continue
                y = np.array([Fraction(0)] * len(x))
                for k, weight in zip(best, weights, strict=True):
                    y[k] = weight / sum(weights)
                if any(y != x):
                    gap = x @ A @ y - y @ A @ y
                    assert gap > 0 if one.kind == "ESS" else gap >= 0

    @settings(max_examples=150, deadline=None)
    @given(game=ANY)
    def test_every_invader_invades(self, game):
        A = game.exact_payoffs[0]
        found = evolutionarily_stable(game)
        for one in (*found, *found.rejected):
            x, y = one.strategy, one.invader
            if one.kind == "ESS":
                assert y is None
                continue
            assert y != x
            assert min(y) >= 0
            assert sum(y) == 1
            assert earn(A, y, x) == earn(A, x, x)
            assert earn(A, y, y) - earn(A, x, y) == one.advantage
            assert one.advantage > 0 if one.kind == "neither" else one.advantage == 0


class TestLaws:
    @settings(max_examples=120, deadline=None)
    @given(game=ANY)
    def test_candidates_are_the_symmetric_equilibria(self, game):
        symmetric = {one.row for one in nash(game) if one.row == one.column}
        found = evolutionarily_stable(game)
        assert {one.strategy for one in (*found, *found.rejected)} == symmetric

    @settings(max_examples=120, deadline=None)
    @given(game=ANY)
    def test_strict_implies_ess_and_an_interior_ess_is_alone(self, game):
        found = kinds(game)
        for one in nash(game):
            if one.strict and one.row == one.column:
                assert found[one.row] == "ESS"
        if any(kind == "ESS" and min(x) > 0 for x, kind in found.items()):
            assert len({one.row for one in nash(game) if one.row == one.column}) == 1

    @settings(max_examples=60, deadline=None)
    @given(game=ANY)
    def test_no_ess_supports_another(self, game):
        """Bishop & Cannings: the best replies to an ESS hold no other ESS's support."""
        A = game.exact_payoffs[0]
        ess = [x for x, kind in kinds(game).items() if kind == "ESS"]
        for x in ess:
            earned = A @ np.array(x)
            best = {k for k, value in enumerate(earned) if value == max(earned)}
            for other in ess:
                if other != x:
                    assert not {k for k, weight in enumerate(other) if weight} <= best

    @settings(max_examples=60, deadline=None)
    @given(game=ANY, scale=st.sampled_from(["1e-9", "1e9", "1/7"]), seed=st.integers(0, 99))
    def test_units_and_names_do_not_matter(self, game, scale, seed):
        """Payoffs times a positive number plus a constant a column; another order."""
        A = game.exact_payoffs[0]
        n = len(A)
        rng = np.random.default_rng(seed)
        shift = np.array([Fraction(int(v)) for v in rng.integers(-9, 10, n)])
        order = rng.permutation(n)
        other = Game.symmetric((A * Fraction(scale) + shift)[order][:, order])
        expected = {tuple(x[k] for k in order): kind for x, kind in kinds(game).items()}
        assert kinds(other) == expected

    @settings(max_examples=25, deadline=None)
    @given(alliance=alliances(unequal=False))
    def test_alliances_of_equal_firms(self, alliance):
        found = evolutionarily_stable(alliance.game())
        assert found.complete
        assert all(alliance.game().regret(one.strategy, one.strategy) == 0 for one in found)


class TestSize:
    def test_what_dominance_removes_from_a_large_game_changes_nothing(self):
        """A game of 4 strategies among 30 that are dominated has the same kinds."""
        small = Game.symmetric([[6, 0, 0, 0], [5, 7, 5, 0], [0, 5, 8, 0], [6, 0, 0, 0]])
        A = np.full((34, 34), Fraction(-1), dtype=object)
        A[10:14, 10:14] = small.exact_payoffs[0]
        A[10:14, :10] = A[10:14, 14:] = Fraction(3)
        found, expected = evolutionarily_stable(Game.symmetric(A)), evolutionarily_stable(small)
        assert {one.strategy[10:14]: one.kind for one in found} == kinds(small)
        assert all(sum(one.strategy[10:14]) == 1 for one in found)
        assert len(found.rejected) == len(expected.rejected)
        assert [one.dimension for one in found.continua] == [
            one.dimension for one in expected.continua
        ]
        sets = evolutionary_sets(Game.symmetric(A))
        assert [len(one.extreme) for one in sets] == [
            len(one.extreme) for one in evolutionary_sets(small)
        ]

    def test_alliances_whose_firms_choose_from_a_grid(self):
        """25 strategies, of which dominance leaves few where trust is low."""
        game = Alliance(trust="1/10", strategies=strategy_grid(5)).game()
        found = evolutionarily_stable(game)
        assert [one.kind for one in found] == ["ESS"]
        assert game.regret(found[0].strategy, found[0].strategy) == 0


class TestRefusals:
    def test_an_asymmetric_game_is_told_what_to_do(self):
        with pytest.raises(ValueError, match=r"game: requires a symmetric game .* nash\(game\)"):
            evolutionarily_stable(Game([[[1, 0], [0, 1]], [[1, 0], [0, 2]]]))
        with pytest.raises(ValueError, match="got a 1 x 2 game"):
            evolutionary_sets(Game([[[1, 0]], [[1, 0]]]))

    def test_a_limit_that_is_no_number(self):
        with pytest.raises(TypeError, match="limit: requires a number of vertices, got 'high'"):
            evolutionarily_stable(Game.symmetric([[1]]), limit="high")

    def test_no_game(self):
        with pytest.raises(TypeError, match="game: requires a Game, got Alliance"):
            evolutionarily_stable(Alliance())

    def test_a_game_that_is_too_large(self):
        with pytest.raises(ValueError, match=r"that of 17 strategies can have 2,163,150"):
            evolutionarily_stable(Game.symmetric(np.eye(17)))

    @settings(max_examples=30, deadline=None)
    @given(game=degenerate_games())
    def test_degenerate_games_end(self, game):
        assume(game.is_symmetric)
        found = evolutionarily_stable(game)
        assert len(found) + len(found.rejected) >= 1
        assert " ".join(str(found).split()).startswith(found.status)
