"""`lemke_howson`: where its paths end, that they end, and how long they are."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from dilemma.equilibria import lemke_howson, nash
from dilemma.game import Game


def games_of_every_kind() -> Iterator[Game]:
    rng = np.random.default_rng(64)
    for _ in range(25):
        shape = tuple(int(size) for size in rng.integers(1, 6, 2))
        yield Game(rng.integers(-50, 50, (2, *shape)))
        yield Game(rng.integers(0, 2, (2, *shape)))
        yield Game(rng.integers(0, 3, (2, *shape)))
        yield Game.symmetric(rng.integers(0, 3, (shape[0], shape[0])))
        twice = rng.integers(0, 5, (2, *shape))
        twice = np.concatenate([twice, twice[:, :1]], axis=1)
        yield Game(np.concatenate([twice, twice[:, :, -1:]], axis=2))
    yield Game(np.zeros((2, 4, 3), dtype=int))
    yield Game.from_bimatrix(np.eye(4, dtype=int), -np.eye(4, dtype=int))


def test_every_label_of_every_game_leads_to_an_extreme_equilibrium() -> None:
    degenerate = 0
    for game in games_of_every_kind():
        found = nash(game)
        degenerate += found.degenerate
        extreme = {(one.row, one.column) for one in found}
        for label in range(sum(game.shape)):
            path = lemke_howson(game, label)
            end = path.equilibrium
            assert (end.row, end.column) in extreme, (game, label)
            assert end in found
            assert end.regret == game.regret(end.row, end.column) == 0
            assert path.label == label
            assert path.exact
            assert not path.complete
            assert path.length >= 2
    assert degenerate >= 75


def test_paths_do_not_cycle_where_ties_are_everywhere() -> None:
    # Payoffs 0 and 1 only, or two rows that are equal but for one entry: each ratio test ties.
    rng = np.random.default_rng(2006)
    for _ in range(60):
        m, n = (int(size) for size in rng.integers(2, 9, 2))
        both = (rng.random((2, m, n)) < rng.choice([0.1, 0.5, 0.9])).astype(int)
        both[0, 1] = both[0, 0]
        both[1, :, 1] = both[1, :, 0]
        game = Game(both)
        for label in range(m + n):
            assert lemke_howson(game, label).equilibrium.regret == 0


def test_games_on_which_careless_tie_breaking_cycles() -> None:
    # Two games of QuantEcon's own tests: the smallest row index, and the smallest variable index,
    # lead round in circles from label 0.
    A = np.array([[0, 0, 0], [0, 1, 1], [1, 1, 0]])
    B = np.array([[1, 0, 1], [1, 1, 0], [0, 0, 2]]).T
    order = [2, 0, 1]
    for game in (Game.from_bimatrix(A, B), Game.from_bimatrix(A[:, order], B[:, order])):
        extreme = set(nash(game))
        ends = [lemke_howson(game, label).equilibrium for label in range(6)]
        assert set(ends) <= extreme


def test_the_textbook_example_label_by_label() -> None:
    # von Stengel (2007), in Algorithmic Game Theory, chapter 3.
    game = Game.from_bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]])
    pure = ((1, 0, 0), (1, 0))
    mixed = ((0, Fraction(1, 3), Fraction(2, 3)), (Fraction(1, 3), Fraction(2, 3)))
    ends = {}
    for label in range(5):
        end = lemke_howson(game, label).equilibrium
        ends[label] = (end.row, end.column)
    assert ends[0] == pure
    assert ends[1] == mixed
    assert set(ends.values()) <= {(one.row, one.column) for one in nash(game)}


def test_a_label_of_a_strict_equilibrium_leads_there_in_two_steps() -> None:
    # Drop the row i: it is played, and the best reply j to it, to which i is the best reply.
    rng = np.random.default_rng(2)
    seen = 0
    for _ in range(60):
        game = Game(rng.integers(0, 100, (2, 4, 3)))
        for strict in (one for one in nash(game) if one.strict):
            (i,), (j,) = strict.supports
            for label in (i, 4 + j):
                path = lemke_howson(game, label)
                assert (path.equilibrium, path.length) == (strict, 2)
                seen += 1
    assert seen >= 60


def test_a_path_is_that_of_a_game_without_ties_nearby() -> None:
    # The lexicographic rule stands for payoffs divided by 1 + ε, 1 + ε², … of positive payoffs.
    # With a small ε in place of an infinitesimal one, the path must have as many steps and end
    # with the same supports, close by.
    rng = np.random.default_rng(5)
    e = Fraction(1, 10**7)
    longer = 0
    for _ in range(60):
        m, n = (int(size) for size in rng.integers(2, 5, 2))
        A, B = (rng.integers(1, 4, (2, m, n))).astype(object)
        near_A = np.array([[A[i, j] / (1 + e ** (i + 1)) for j in range(n)] for i in range(m)])
        near_B = np.array([[B[i, j] / (1 + e ** (j + 1)) for j in range(n)] for i in range(m)])
        game, near = Game.from_bimatrix(A, B), Game.from_bimatrix(near_A, near_B)
        for label in range(m + n):
            path, beside = lemke_howson(game, label), lemke_howson(near, label)
            assert path.length == beside.length, (game, label)
            here, there = path.equilibrium, beside.equilibrium
            for p, q in zip(here.row + here.column, there.row + there.column, strict=True):
                assert abs(p - q) < Fraction(1, 10**4)
            longer += path.length > 2
    assert longer >= 60


def test_a_game_too_large_to_enumerate() -> None:
    game = Game(np.random.default_rng(40).integers(0, 1000, (2, 40, 30)))
    with pytest.raises(ValueError, match=r"lemke_howson"):
        nash(game)
    path = lemke_howson(game, label=69)
    assert path.equilibrium.regret == 0
    assert sum(path.equilibrium.row) == sum(path.equilibrium.column) == 1


# ---- long paths ---------------------------------------------------------------------------------


def labels_of_savani_and_von_stengel(d: int) -> list[int]:
    """The label of each facet 1 to 2d of the second polytope; the first has the identity."""
    labels = [k if k in (1, d) else k + (-1) ** k for k in range(1, d + 1)]
    return labels + [k - (-1) ** k for k in range(d + 1, 2 * d + 1)]


def dual_cyclic(d: int, order: list[int]) -> list[list[Fraction]]:
    """A matrix C such that {z ≥ 0, Cz ≤ 1} is the dual of a cyclic polytope with 2d vertices.

    Facet k of the dual belongs to the point (t, t², …, t^d), t = k. The first d facets of the
    order become the coordinate planes; they meet in a vertex, by Gale's evenness condition.
    """
    points = [[Fraction(t) ** power for power in range(1, d + 1)] for t in range(1, 2 * d + 1)]
    centre = [sum(column) / (2 * d) for column in zip(*points, strict=True)]
    facets = [
        [fmpq((v - c).numerator, (v - c).denominator) for v, c in zip(point, centre, strict=True)]
        for point in points
    ]
    # Points w of the dual have facet·w ≤ 1; their slacks at the first d facets are z = 1 − Mw.
    M = fmpq_mat([facets[k - 1] for k in order[:d]])
    rows = []
    for k in order[d:]:
        coefficients = (fmpq_mat([facets[k - 1]]) * M.inv()).entries()
        room = 1 - sum(coefficients, fmpq(0))
        assert room > 0
        rows.append([Fraction(int((-c / room).p), int((-c / room).q)) for c in coefficients])
    return rows


def hard_game(d: int) -> Game:
    """The d x d game of Savani & von Stengel (2006), built from their two labelled polytopes."""
    labels = labels_of_savani_and_von_stengel(d)
    facet = {label: k for k, label in enumerate(labels, 1)}
    against_rows = dual_cyclic(d, list(range(1, 2 * d + 1)))
    A = dual_cyclic(d, [facet[label] for label in [*range(d + 1, 2 * d + 1), *range(1, d + 1)]])
    return Game.from_bimatrix(A, [list(column) for column in zip(*against_rows, strict=True)])


def path_of_bit_strings(d: int, label: int) -> int:
    """The length of the path from the artificial equilibrium, by combinatorics alone.

    A vertex is the set of its d facets; d of 2d facets meet if and only if each block of them is
    of even size, seen on a circle (Gale's evenness condition for even d).
    """
    labels = labels_of_savani_and_von_stengel(d)
    names = (list(range(1, 2 * d + 1)), labels)
    ends = [frozenset(range(1, d + 1)), frozenset(range(d + 1, 2 * d + 1))]
    side = 0 if label <= d else 1
    dropped, length = label, 0
    while True:
        leaving = names[side].index(dropped) + 1
        rest = ends[side] - {leaving}
        (entering,) = (
            k for k in range(1, 2 * d + 1) if k not in ends[side] and gale(rest | {k}, 2 * d)
        )
        ends[side] = rest | {entering}
        length += 1
        dropped = names[side][entering - 1]
        if dropped == label:
            return length
        side = 1 - side


def gale(facets: frozenset[int], size: int) -> bool:
    outside = [k for k in range(1, size + 1) if k not in facets]
    circle = zip(outside, [*outside[1:], outside[0] + size], strict=True)
    return all((high - low - 1) % 2 == 0 for low, high in circle)


@pytest.mark.parametrize("d", [2, 4, 6, 8])
def test_long_paths_have_the_length_that_combinatorics_gives_them(d: int) -> None:
    game = hard_game(d)
    paths = [lemke_howson(game, label) for label in range(2 * d)]
    assert [path.length for path in paths] == [
        path_of_bit_strings(d, label) for label in range(1, 2 * d + 1)
    ]
    # One equilibrium, at which everybody plays everything, so that all paths end there.
    assert len({path.equilibrium for path in paths}) == 1
    assert min(paths[0].equilibrium.row + paths[0].equilibrium.column) > 0


def test_long_paths_grow_exponentially_and_the_equilibrium_at_their_end_is_alone() -> None:
    longest, shortest = [], []
    for d in (2, 4, 6, 8):
        game = hard_game(d)
        found = nash(game)
        assert len(found) == 1
        assert not found.degenerate
        lengths = [lemke_howson(game, label).length for label in range(2 * d)]
        longest.append(max(lengths))
        shortest.append(min(lengths))
    # By a factor of about φ³ = 4.236 each time, and the shortest by about its square root.
    assert longest == [4, 20, 88, 376]
    assert all(4.2 * low < high for low, high in pairwise(longest))
    assert shortest == [4, 8, 16, 40]


def test_gale_evenness_counts_the_vertices_of_the_dual_cyclic_polytope() -> None:
    sets = (frozenset(chosen) for chosen in combinations(range(1, 9), 4))
    assert sum(gale(chosen, 8) for chosen in sets) == 20  # 2·C(5, 2): McMullen's bound
    assert gale(frozenset({1, 8, 3, 4}), 8)
    assert not gale(frozenset({1, 3, 4, 5}), 8)


# ---- arguments ----------------------------------------------------------------------------------


def test_numpy_integers_are_labels() -> None:
    game = Game.symmetric([[6, 2], [7, 0]])
    assert lemke_howson(game, np.int64(3)) == lemke_howson(game, 3)


@pytest.mark.parametrize("label", [-1, 5, 10**20])
def test_a_label_out_of_range_is_refused_with_the_range(label: int) -> None:
    game = Game(np.zeros((2, 2, 3)))
    with pytest.raises(ValueError, match=f"^label: requires an integer from 0 to 4, got {label}$"):
        lemke_howson(game, label)


@pytest.mark.parametrize("label", [True, 1.0, "0", None, Fraction(1), (0, 1)])
def test_a_label_that_is_no_integer_is_refused(label: object) -> None:
    with pytest.raises(TypeError, match=r"^label: requires an integer, got"):
        lemke_howson(Game(np.zeros((2, 2, 3))), label)


@pytest.mark.parametrize("game", [[[1, 0], [0, 1]], np.zeros((2, 2, 2)), None, "game.nfg"])
def test_what_is_no_game_is_refused(game: object) -> None:
    with pytest.raises(
        TypeError, match=r"^game: requires a Game, got (list|ndarray|NoneType|str)"
    ):
        lemke_howson(game)
