"""`lemke_howson_all` and paths in floating point, against Gambit, QuantEcon and exact paths."""

import io
from fractions import Fraction

import numpy as np
import pygambit
import pytest
import quantecon.game_theory as quantecon
from flint import fmpq, fmpq_mat
from hypothesis import given, settings

from dilemma.alliance import Alliance, strategy_grid
from dilemma.equilibria import float_paths, lemke_howson, lemke_howson_all, nash
from dilemma.game import Game
from dilemma.testing import degenerate_games, games


def accessible_by_gambit(A, B):
    """All equilibria that Gambit's Lemke–Howson reaches, from text that is written here."""
    m, n = A.shape
    payoffs = " ".join(f"{A[i, j]} {B[i, j]}" for j in range(n) for i in range(m))
    text = f'NFG 1 R "game" {{ "1" "2" }} {{ {m} {n} }}\n\n{payoffs}\n'
    game = pygambit.read_nfg(io.StringIO(text))
    found = pygambit.nash.lcp_solve(game, rational=True, use_strategic=True)
    return {
        tuple(
            tuple(Fraction(int(p.numerator), int(p.denominator)) for _, p in strategy)
            for strategy in profile
        )
        for profile in found.equilibria
    }


def test_gambit_reaches_the_same_equilibria():
    rng = np.random.default_rng(1)
    total = out_of_reach = 0
    for _ in range(60):
        m, n = (int(size) for size in rng.integers(2, 6, 2))
        A, B = rng.integers(0, 10_000, (2, m, n))
        game = Game.from_bimatrix(A, B)
        ours = {(one.row, one.column) for one in lemke_howson_all(game)}
        assert ours == accessible_by_gambit(A, B), game
        total += len(ours)
        out_of_reach += len(nash(game)) - len(ours)
    assert total >= 80
    assert out_of_reach >= 0


@pytest.mark.parametrize("size", [5, 10, 15])
def test_quantecon_ends_where_we_do_on_200_random_games(size):
    rng = np.random.default_rng(size)
    for _ in range(200):
        A, B = rng.integers(0, 10**6, (2, size, size))
        label = int(rng.integers(2 * size))
        players = quantecon.Player(A.astype(float)), quantecon.Player(B.T.astype(float))
        x, y = quantecon.lemke_howson(quantecon.NormalFormGame(players), label)
        game = Game.from_bimatrix(A, B)
        path = lemke_howson(game, label)
        assert np.abs(np.array(path.equilibrium.row, dtype=float) - x).max() < 1e-7
        assert np.abs(np.array(path.equilibrium.column, dtype=float) - y).max() < 1e-7
        floating = lemke_howson(game, label, pivoting="float")
        assert floating.equilibrium == path.equilibrium
        assert floating.length == path.length


def test_paths_of_a_nondegenerate_game_join_equilibria_of_opposite_index():
    rng = np.random.default_rng(4)
    joined = 0
    for _ in range(30):
        m, n = (int(size) for size in rng.integers(2, 6, 2))
        game = Game(rng.integers(0, 10**6, (2, m, n)))
        found, reached = nash(game), lemke_howson_all(game)
        assert not found.degenerate
        index = {one.equilibria[0]: one.index for one in found.components}
        index[None] = -1  # the artificial equilibrium
        for edge in reached.edges:
            ends = [None if k is None else reached[k] for k in (edge.start, edge.end)]
            assert index[ends[0]] == -index[ends[1]], (game, edge)
        # Every equilibrium reached, and the artificial one, ends one path of each label.
        labels = [(k, edge.label) for edge in reached.edges for k in (edge.start, edge.end)]
        assert len(set(labels)) == len(labels) == (len(reached) + 1) * (m + n)
        joined += len(reached)
    assert joined >= 50


@settings(max_examples=50, deadline=None, database=None, derandomize=True)
@given(game=degenerate_games(largest=3))
def test_degenerate_games(game):
    found, reached = set(nash(game)), lemke_howson_all(game)
    assert 1 <= len(reached) == len(set(reached))
    assert set(reached) <= found
    m, n = game.shape
    assert [path.label for path in reached.paths] == list(range(m + n))
    for path in reached.paths:
        alone = lemke_howson(game, path.label)
        assert (path.equilibrium, path.length) == (alone.equilibrium, alone.length)
    floating = lemke_howson_all(game, pivoting="float")
    assert set(floating) <= found
    assert [edge.start for edge in floating.edges] == [None] * (m + n)


@settings(max_examples=50, deadline=None, database=None, derandomize=True)
@given(game=games(largest=5))
def test_paths_in_floating_point_end_at_exact_equilibria(game):
    for label in range(sum(game.shape)):
        path = lemke_howson(game, label, pivoting="float")
        end = path.equilibrium
        assert game.regret(end.row, end.column) == 0
        assert sum(end.row) == sum(end.column) == 1
        assert not path.complete


def test_ties_everywhere_in_floating_point():
    rng = np.random.default_rng(2006)
    for _ in range(40):
        m, n = (int(size) for size in rng.integers(2, 9, 2))
        both = (rng.random((2, m, n)) < rng.choice([0.1, 0.5, 0.9])).astype(int)
        both[0, 1], both[1, :, 1] = both[0, 0], both[1, :, 0]
        game = Game(both)
        for label in range(m + n):
            path = lemke_howson(game, label, pivoting="float")
            exact = lemke_howson(game, label)
            assert path.equilibrium == exact.equilibrium
            assert path.length == exact.length


def test_payoffs_of_all_sizes_at_once():
    rng = np.random.default_rng(9)
    for _ in range(30):
        scales = Fraction(10) ** 1 * np.array([Fraction(10) ** int(k) for k in range(-9, 10)])
        entries = rng.choice(scales, (2, 4, 4)) * rng.integers(-9, 10, (2, 4, 4))
        game = Game(entries)
        extreme = set(nash(game))
        for label in range(8):
            assert lemke_howson(game, label, pivoting="float").equilibrium in extreme


def test_where_floats_fail_integers_take_over(monkeypatch):
    game = Game(np.random.default_rng(0).integers(0, 100, (2, 5, 5)))
    exact = lemke_howson(game, 3)
    honest = lemke_howson(game, 3, pivoting="float")
    assert not honest.exact
    assert 'pivoting="exact"' in honest.status
    # A path that is cut off, one whose ratio test accepts nothing, and one that ends wrongly.
    for name, value in (("MOST_PIVOTS", 0), ("TOLERANCE", 1e9), ("_vertex", lambda *_: None)):
        with monkeypatch.context() as patch:
            patch.setattr(float_paths, name, value)
            path = lemke_howson(game, 3, pivoting="float")
        assert path.equilibrium == exact.equilibrium
        assert path.length == exact.length
        assert path.exact
        assert "after" in path.method


@pytest.mark.parametrize(("k", "labels"), [(9, range(0, 162, 18)), (21, [500])])
def test_alliances_over_grids_of_strategies(k, labels):
    game = Alliance(trust="13/20", strategies=strategy_grid(k)).game()
    for label in labels:
        path = lemke_howson(game, label, pivoting="float")
        assert path.equilibrium.regret == 0
        assert "avoidance" in path.equilibrium.words
    if k == 9:
        found = lemke_howson_all(game, pivoting="float")
        assert len(found.paths) == 162
        assert all(one.regret == 0 for one in found)


# ---- long paths ---------------------------------------------------------------------------------


def dual_cyclic(d, order):
    """C such that {z ≥ 0, Cz ≤ 1} is the dual of the cyclic polytope with 2d vertices.

    The first d facets of the order become the coordinate planes.
    """
    curve = [fmpq(2 * k - 2 * d - 1, 2 * d) for k in range(1, 2 * d + 1)]
    points = [[t**power for power in range(1, d + 1)] for t in curve]
    centre = [sum(column, fmpq(0)) / (2 * d) for column in zip(*points, strict=True)]
    facets = [[v - c for v, c in zip(point, centre, strict=True)] for point in points]
    inverse = fmpq_mat([facets[k - 1] for k in order[:d]]).inv()
    rows = []
    for k in order[d:]:
        weights = (fmpq_mat([facets[k - 1]]) * inverse).entries()
        room = 1 - sum(weights, fmpq(0))
        assert room > 0
        rows.append([Fraction(int((-w / room).p), int((-w / room).q)) for w in weights])
    return rows


def hard_game(d):
    """The d × d game of Savani & von Stengel (2006), from its two labelled polytopes.

    Both best-reply polytopes are duals of cyclic polytopes with 2d vertices. Facets of the first
    have the labels 1 to 2d in order, those of the second a permutation of them.
    """
    labels = [k if k in (1, d) else k + (-1) ** k for k in range(1, d + 1)]
    labels += [k - (-1) ** k for k in range(d + 1, 2 * d + 1)]
    facet = {label: k for k, label in enumerate(labels, 1)}
    first = dual_cyclic(d, range(1, 2 * d + 1))
    second = dual_cyclic(
        d, [facet[label] for label in [*range(d + 1, 2 * d + 1), *range(1, d + 1)]]
    )
    return Game.from_bimatrix(second, [list(column) for column in zip(*first, strict=True)])


def fibonacci(k):
    before, here = 0, 1
    for _ in range(k - 1):
        before, here = here, before + here
    return here


@pytest.mark.parametrize("d", [2, 4, 6, 8, 10])
def test_the_longest_path_of_the_hard_games_is_a_fibonacci_number(d):
    # Less 1. In floats up to d = 8; from 10 on their ends are refused, and integers take over.
    game = hard_game(d)
    paths = lemke_howson_all(game, pivoting="float").paths
    assert max(path.length for path in paths) == fibonacci(3 * d // 2 + 2) - 1
    assert len({path.equilibrium for path in paths}) == 1
    assert min(paths[0].equilibrium.row + paths[0].equilibrium.column) > 0


# ---- arguments ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pivoting", ["fast", None, True, 1.0, ["exact"]])
def test_unknown_arithmetic_is_refused(pivoting):
    game = Game(np.zeros((2, 2, 2)))
    for function in (lemke_howson, lemke_howson_all):
        with pytest.raises(ValueError, match=r'^pivoting: requires "exact" or "float", got'):
            function(game, pivoting=pivoting)


def test_what_is_no_game_is_refused():
    with pytest.raises(TypeError, match=r"^game: requires a Game, got list"):
        lemke_howson_all([[1, 0], [0, 1]])


def test_the_answer_says_what_it_does_not_know():
    found = lemke_howson_all(Game.symmetric([[6, 2], [7, 0]]))
    assert found.exact
    assert not found.complete
    assert "nash(game)" in found.status
    assert " ".join(str(found).split()).startswith(found.status)
