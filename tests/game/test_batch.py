"""Batches of games: shapes, names, and the way back to exact games."""

import copy
import pickle
from fractions import Fraction

import numpy as np
import pytest
import xarray as xr

from dilemma.alliance import Alliance
from dilemma.game import Game, Games


def test_indexing_gives_exact_games():
    array = np.random.default_rng(0).normal(size=(3, 4, 2, 2, 5))
    games = Games(array)
    assert games.shape == (3, 4)
    assert games.size == 12
    assert games[2, 1] == Game(array[2, 1])
    assert games[-1, -1] == Game(array[2, 3])


def test_fractions_are_kept():
    thirds = np.full((2, 2, 1, 1), Fraction(1, 3), dtype=object)
    assert Games(thirds)[1].exact_payoffs[0, 0, 0] == Fraction(1, 3)


def test_integers_beyond_floats_and_short_floats_are_exact():
    assert Games(np.full((1, 2, 1, 1), 2**53 + 1))[0].exact_payoffs[0, 0, 0] == 2**53 + 1
    short = np.full((1, 2, 1, 1), 0.3, dtype=np.float32)
    assert Games(short)[0] == Game(short[0])
    assert Games(short)[0].exact_payoffs[0, 0, 0] == Fraction(3, 10)


def test_masked_payoffs_are_refused():
    masked = np.ma.array(np.zeros((2, 2, 1, 1)), mask=True)
    with pytest.raises(ValueError, match="got a masked value"):
        Games(masked)
    with pytest.raises(ValueError, match="got a masked value"):
        Game(masked[0])


def test_batches_survive_pickling_and_copying():
    games = Alliance(trust=np.array([0.1, 0.2])).games()
    for copied in (pickle.loads(pickle.dumps(games)), copy.deepcopy(games)):
        assert np.array_equal(copied.payoffs, games.payoffs)
        assert copied[1] == games[1] == Alliance(trust=0.2).game()


def test_labelled_arrays_name_dimensions_strategies_and_players():
    array = xr.DataArray(
        np.arange(24.0).reshape(2, 2, 3, 2),
        dims=("row", "player", "trust", "column"),
        coords={
            "trust": [0.1, 0.2, 0.3],
            "player": ["me", "you"],
            "row": ["a", "b"],
            "column": ["x", "y"],
        },
    )
    games = Games(array)
    assert games.dims == ("trust",)
    assert games.coords["trust"].tolist() == [0.1, 0.2, 0.3]
    assert games.strategies == (("a", "b"), ("x", "y"))
    assert games.players == ("me", "you")
    assert games[1].payoffs[1, 0, 1] == float(array[0, 1, 1, 1])


def test_the_input_is_copied_and_the_payoffs_read_only():
    array = np.zeros((2, 2, 2, 2))
    games = Games(array)
    array[:] = 1
    assert not games.payoffs.any()
    with pytest.raises(ValueError, match="read-only"):
        games.payoffs[0] = 1


@pytest.mark.parametrize(
    ("payoffs", "kind", "words"),
    [
        (np.zeros((2, 2)), ValueError, r"payoffs: requires the shape \(\.\.\., 2, m, n\)"),
        (np.zeros((4, 3, 2, 2)), ValueError, r"got the shape \(4, 3, 2, 2\)"),
        (np.full((3, 2, 1, 1), np.inf), ValueError, r"got inf in game \(0,\)"),
        ("games", ValueError, "payoffs: requires"),
        (np.full((2, 1, 1), 1j), TypeError, "payoffs: requires an array of real numbers"),
        (
            xr.DataArray(np.zeros((2, 2, 2))),
            ValueError,
            "requires a DataArray with the dimensions",
        ),
    ],
)
def test_wrong_payoffs(payoffs, kind, words):
    with pytest.raises(kind, match=words):
        Games(payoffs)


def test_the_game_with_a_wrong_payoff_is_named():
    array = np.zeros((5, 2, 2, 2))
    array[3, 1, 0, 1] = np.nan
    with pytest.raises(ValueError, match=r"got nan in game \(3,\) at .* = \(1, 0, 1\)"):
        Games(array)


def test_wrong_names():
    array = np.zeros((3, 2, 2, 2))
    with pytest.raises(ValueError, match="dims: requires 1 different names"):
        Games(array, dims=["row"])
    with pytest.raises(ValueError, match="dims: requires 1 different names"):
        Games(array, dims=["a", "b"])
    with pytest.raises(ValueError, match="coords: requires names among the dimensions"):
        Games(array, dims=["a"], coords={"b": [1, 2, 3]})
    with pytest.raises(ValueError, match="coords: requires 3 values along a"):
        Games(array, dims=["a"], coords={"a": [1, 2]})


@pytest.mark.parametrize("index", [3, (0, 0), -4, (), 1.7, "1", True, slice(2), None, ...])
def test_wrong_indices(index):
    with pytest.raises(IndexError, match="index: requires"):
        Games(np.zeros((3, 2, 2, 2)))[index]
