"""What `nash` refuses, and how it says so."""

import re
from fractions import Fraction
from math import comb

import numpy as np
import pytest

from dilemma.alliance import Alliance
from dilemma.equilibria import nash
from dilemma.game import Game


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ([[1, 0], [0, 1]], "list"),
        (np.zeros((2, 2, 2)), "ndarray"),
        (None, "NoneType"),
        ("game.nfg", "str"),
        (Game, "type"),
        (Alliance(), "Alliance"),
    ],
)
def test_what_is_no_game_is_refused_by_its_type(what: object, name: str) -> None:
    with pytest.raises(TypeError, match=f"^game: requires a Game, got {name} "):
        nash(what)


def test_an_alliance_is_told_how_to_become_a_game() -> None:
    with pytest.raises(TypeError, match=re.escape("alliance.game()")):
        nash(Alliance())


def test_a_game_too_large_is_refused_before_the_start_with_an_estimate_and_a_way_out() -> None:
    with pytest.raises(
        ValueError, match=r"^game: requires at most 10,000,000 vertices"
    ) as refused:
        nash(Game(np.zeros((2, 20, 20))))
    message = str(refused.value)
    # McMullen's bound for 20 dimensions and 40 facets, C(30, 10) + C(29, 9), twice.
    assert "20 x 20" in message
    assert f"{2 * (comb(30, 10) + comb(29, 9)):,}" in message
    assert "hours" in message
    assert "lemke_howson(game, label)" in message
    assert "raise limit" in message


def test_the_limit_is_on_the_bound_and_can_be_moved() -> None:
    game = Game.symmetric(np.eye(5))
    # 42 vertices at most in 5 dimensions with 10 facets, and two polytopes.
    assert len(nash(game, limit=84)) == 31
    with pytest.raises(ValueError, match=r"requires at most 83 vertices .* can have 84 "):
        nash(game, limit=83)
    assert len(nash(game, limit=float("inf"))) == 31


@pytest.mark.parametrize("limit", ["many", None, True, [10], Fraction])
def test_a_limit_that_is_no_number_is_refused(limit: object) -> None:
    with pytest.raises(TypeError, match=r"^limit: requires a number of vertices, got"):
        nash(Game(np.zeros((2, 2, 2))), limit=limit)


def test_a_small_game_is_never_too_large() -> None:
    one = nash(Game([[[3]], [[-2]]]), limit=4)
    assert [(e.row, e.column, e.payoffs, e.strict) for e in one] == [((1,), (1,), (3, -2), True)]
    assert one.components[0].index == 1
    assert not one.degenerate
