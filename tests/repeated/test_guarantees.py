"""Minmax payoffs and feasible sets: by definition, and against floating-point peers."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import linprog
from scipy.spatial import ConvexHull

from dilemma.alliance import Alliance
from dilemma.arrays.polygons import contains
from dilemma.equilibria import nash
from dilemma.game import Game
from dilemma.game.repeating import RepeatedGame
from dilemma.repeated import feasible_set, minmax
from dilemma.show import record, table
from dilemma.testing import degenerate_games, games

PENNIES = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], ["heads", "tails"])


@settings(max_examples=20, deadline=None)
@given(game=games(largest=3))
def test_the_definition(game):
    found = minmax(game)
    for player in (0, 1):
        own = game.exact_payoffs[0] if player == 0 else game.exact_payoffs[1].T
        assert found.pure[player] == min(max(own[:, j]) for j in range(own.shape[1]))
        row, column = (game.strategies[p].index(found.pure_profiles[player][p]) for p in (0, 1))
        assert game.exact_payoffs[player, row, column] == found.pure[player]
        # The other's mixture lets no strategy earn more, and the player's own never earns less:
        # together they prove the value.
        earned = own @ np.array(found.punishing[player], dtype=object)
        assert max(earned) == found.mixed[player]
        assert min(np.array(found.securing[player], dtype=object) @ own) == found.mixed[player]
        assert sum(found.punishing[player]) == sum(found.securing[player]) == 1
        assert min(*found.punishing[player], *found.securing[player], 0) == 0
        best = {game.strategies[player][i] for i, v in enumerate(earned) if v == max(earned)}
        assert set(found.replies[player]) == best
        assert found.mixed[player] <= found.pure[player]


def test_against_scipy_s_linear_programs():
    rng = np.random.default_rng(3)
    for _ in range(5):
        payoffs = rng.integers(-9, 9, (2, 4, 5))
        A = payoffs[0]
        found = linprog(
            [0] * 5 + [1], np.column_stack([A, -np.ones(4)]), np.zeros(4),
            [[1] * 5 + [0]], [1], [(0, None)] * 5 + [(None, None)],
        )  # fmt: skip
        assert float(minmax(Game(payoffs)).mixed[0]) == pytest.approx(found.fun)


@settings(max_examples=20, deadline=None)
@given(game=degenerate_games())
def test_feasible_sets_hold_all_payoffs_and_the_rational_part_all_equilibria(game):
    found = feasible_set(game)
    held = minmax(game)
    for point in game.exact_payoffs.reshape(2, -1).T:
        assert tuple(point) in found.feasible
    for one in nash(game):
        assert one.payoffs in found.individually_rational
    for point in found.individually_rational.points:
        assert point in found.feasible
        assert all(point[p] >= held.mixed[p] for p in (0, 1))
    stricter = feasible_set(game, floor="pure")
    assert all(one in found.individually_rational for one in stricter.individually_rational.points)
    for vertex, cells in zip(found.feasible.points, found.profiles, strict=True):
        for row, column in cells:
            cell = (game.strategies[0].index(row), game.strategies[1].index(column))
            assert tuple(game.exact_payoffs[:, cell[0], cell[1]]) == vertex


def test_the_feasible_set_against_qhull():
    payoffs = np.random.default_rng(5).integers(-20, 20, (2, 5, 5))
    found = feasible_set(Game(payoffs))
    peer = ConvexHull(payoffs.reshape(2, -1).T)
    assert found.vertices.shape == (len(peer.vertices), 2)
    assert float(found.area) == pytest.approx(peer.volume)
    assert not found.vertices.flags.writeable
    assert found.exact_vertices.dtype == object


def test_shapes_of_every_dimension():
    assert feasible_set(Game.symmetric([[2]])).feasible.shape == "point"
    line = feasible_set(PENNIES, floor="pure")
    assert line.feasible.shape == "segment"
    assert line.area == 0
    assert line.individually_rational.shape == "empty"
    assert line.individually_rational.vertices.shape == (0, 2)
    assert "none" in line.status
    assert feasible_set(PENNIES).individually_rational.points == ((0, 0),)
    assert (0, 0) in line.feasible
    assert not contains(line.individually_rational.points, (0, 0))


def test_the_alliance_at_low_trust():
    game = Alliance(trust="1/10").game()
    held = minmax(game)
    assert held.pure == held.mixed
    both = feasible_set(RepeatedGame(game, "1/2"))
    assert both.minmax == held.mixed
    reward = Fraction(game.exact_payoffs[0, 0, 0])
    assert (reward, reward) in both.individually_rational
    assert (("collaboration", "collaboration"),) in both.profiles


def test_tables_and_records():
    for answer in (minmax(PENNIES), feasible_set(PENNIES), feasible_set(Alliance().game())):
        assert max(map(len, table(answer).splitlines())) <= 80
        assert json.loads(json.dumps(record(answer)))["exact"] is True


@pytest.mark.parametrize("function", [minmax, feasible_set])
def test_only_games(function):
    with pytest.raises(TypeError, match="game: requires a Game or a RepeatedGame, got list"):
        function([[1]])


def test_wrong_floors():
    with pytest.raises(ValueError, match="floor: requires one of mixed, pure, got 'none'"):
        feasible_set(PENNIES, floor="none")
