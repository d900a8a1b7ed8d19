"""Connections: against flow from nearby, and the paths that they add up to."""

from fractions import Fraction

import numpy as np
import pytest

from dilemma.alliance import Alliance
from dilemma.evolution import connections, flow, logit, replicator, rest_points, smith
from dilemma.game import Game
from dilemma.show import record, table

ZEEMAN = Game.symmetric([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]])


def test_the_path_by_which_collaboration_collapses():
    found = connections(Alliance(trust=Fraction(1, 2)).game())
    path = found.path("collaboration", "avoidance")
    assert [one.words for one in path] == [
        "collaboration -> competition (exact)",
        "competition -> avoidance (exact)",
    ]
    assert [one.source.shares[0].index(1) for one in path] == [0, 1]
    assert path[-1].target.kind == "stable"


def test_where_collaboration_is_stable_nothing_leads_away_from_it():
    found = connections(Alliance(trust=Fraction(3, 4)).game())
    assert found.path("collaboration", "avoidance") == ()
    assert not any(one.source.shares[0][0] == 1 for one in found)


@pytest.mark.parametrize("game", [ZEEMAN, Alliance(trust=Fraction(3, 4)).game()])
def test_flow_from_beside_the_source_on_the_edge_comes_to_the_target(game):
    names = game.strategies[0]
    found = connections(game)
    assert {one.exact for one in found} == {True, False}
    for one in found:
        if not one.exact:
            continue
        source, target = (np.array(p.shares[0], float) for p in (one.source, one.target))
        start = 0.999 * source + 0.001 * target
        assert {names[i] for i in np.flatnonzero(start)} <= set(one.strategies[0])
        end = flow(game, replicator, start, [0, 3000]).share.values[-1]
        assert np.abs(end - target).max() < 1e-6


def test_edges_are_all_there():
    """Each edge of a game without continua has one connection, or two to or from its inside."""
    draw = np.random.default_rng(0)
    for _ in range(10):
        A = draw.integers(-50, 51, (4, 4))
        game = Game.symmetric(A)
        expected = 0
        for i in range(4):
            for j in range(i):
                low, high = A[j, i] - A[i, i], A[j, j] - A[i, j]
                expected += 2 if low * high < 0 else 1
        if not rest_points(game).continua:
            assert sum(one.exact for one in connections(game)) == expected


def test_zeemans_saddle_inside_an_edge_leads_to_the_mixture():
    found = connections(ZEEMAN)
    (numeric,) = [one for one in found if not one.exact]
    assert numeric.source.shares == ((0, Fraction(5, 8), Fraction(3, 8)),)
    assert numeric.target.shares == ((Fraction(1, 3),) * 3,)


def test_two_populations():
    game = Game.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 1]], [["a", "b"], ["c", "d"]])
    found = connections(game)
    assert sum(one.exact for one in found) == 4
    ends = {one.target.shares for one in found if not one.exact}
    assert ends == {((1, 0), (1, 0)), ((0, 1), (0, 1))}
    assert [one.words for one in found.path("a against d", "a against c")] == [
        "a against d -> a against c (exact)"
    ]


def test_other_rules():
    stag = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
    assert len(connections(stag, smith)) == 2
    assert all(one.exact for one in connections(stag, smith))
    found = connections(stag, logit(8))
    assert len(found) == 2
    assert not any(one.exact for one in found)
    assert {one.target.kind for one in found} == {"stable"}


def test_degenerate_games():
    assert len(connections(Game.symmetric(np.ones((3, 3))))) == 0
    assert len(connections(Game.symmetric([[1]]))) == 0
    duplicated = connections(Game.symmetric([[0, 0, 3], [0, 0, 3], [1, 1, 1]]))
    assert all(one.exact for one in duplicated if len(one.strategies[0]) == 2)
    assert len(duplicated) >= 3


def test_answers():
    found = connections(ZEEMAN)
    assert not found.complete
    assert not found.exact
    assert table(found).isascii()
    pairs = str(connections(ZEEMAN, populations=2))
    assert max(map(len, pairs.splitlines())) <= 80
    assert record(found)["connections"][0]["exact"] is True
    with pytest.raises(ValueError, match=r"source: requires a rest point among 1; .*'seven'"):
        found.path("seven", "1")
    with pytest.raises(TypeError, match="game: requires a Game"):
        connections(None)
