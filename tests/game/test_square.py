"""Games on the square: from an alliance's polynomial back to its matrices."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings

import dilemma.testing as random
from dilemma import Alliance
from dilemma.alliance import coopetition, private_and_common_benefits, strategy_grid
from dilemma.game import SquareGame


@given(random.alliances())
@settings(max_examples=25, deadline=None)
def test_the_square_restricted_to_postures_is_the_alliances_game(alliance):
    assert alliance.square().restricted() == alliance.game()


@pytest.mark.parametrize("model", [coopetition, private_and_common_benefits])
def test_other_models_and_grids_agree_too(model):
    alliance = Alliance(model=model, power=0.25, stakes=(1, 2), strategies=strategy_grid(3))
    square = alliance.square()
    assert square.restricted() == alliance.game()
    assert not square.is_symmetric
    assert Alliance(model=model).square().is_symmetric


def test_payoffs_at_a_point_are_those_of_its_strategy():
    square = Alliance(opportunism=(0.2, 0.9)).square()
    game = Alliance(opportunism=(0.2, 0.9)).game()
    assert square.payoffs_at((1, 0), (1, 1)) == tuple(game.exact_payoffs[:, 1, 0])


def test_bad_input():
    with pytest.raises(TypeError, match="square: requires rational numbers"):
        Alliance(trust=sympy.Symbol("tau")).square()
    with pytest.raises(TypeError, match="square: requires numbers for all terms, got arrays"):
        Alliance(trust=np.array([0.1, 0.2])).square()

    def floating(focal, partner, terms):
        return 0.5 * focal.receptivity, 0.5 * partner.receptivity

    with pytest.raises(TypeError, match="model: requires rational constants"):
        Alliance(model=floating).square()

    def dividing(focal, partner, terms):
        return focal.receptivity / (1 + partner.receptivity), 0 * focal.receptivity

    with pytest.raises(ValueError, match="model: requires payoffs that are polynomials"):
        Alliance(model=dividing).square()
    one = np.ones((1, 1, 1, 1), dtype=object)
    with pytest.raises(ValueError, match="coefficients: requires two arrays"):
        SquareGame([one])
    with pytest.raises(ValueError, match=r"coefficients\[1\]: requires an array with four axes"):
        SquareGame([one, one[0]])
    with pytest.raises(ValueError, match=r"landmarks.*: requires a point of the unit square"):
        SquareGame([one, one], [("far", 2, 0)])
    with pytest.raises(ValueError, match="x: requires a point of the unit square"):
        SquareGame([one, one]).payoffs_at((Fraction(3, 2), 0), (0, 0))
    with pytest.raises(ValueError, match="points: requires at least one point"):
        SquareGame([one, one]).restricted()
