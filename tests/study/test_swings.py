"""One term at a time: values at the base, along each range, and their extremes."""

from fractions import Fraction

import numpy as np
import pytest

from dilemma.alliance import Alliance
from dilemma.study import axis, model_measure, one_at_a_time, sweep


@model_measure(unit="value of knowledge")
def reward(alliance):
    return alliance.dilemma().reward[0]


def test_each_term_moves_as_a_sweep_of_it_alone():
    alliance = Alliance(trust="3/4", stakes=2)
    found = one_at_a_time(alliance, reward, points=9, trust=(0, 1), synergy=(0, 2))
    assert found.attrs["dilemma"] == "tornado"
    assert found.base.item() == float(reward(alliance))
    for term, high in (("trust", 1), ("synergy", 2)):
        alone = sweep(alliance, reward, progress=False, **{term: axis(0, high, 9)})
        one = found.sel(term=term, output="reward")
        np.testing.assert_array_equal(one.value, alone.reward)
        np.testing.assert_array_equal(one.position, alone[term])
        assert (one.at_low, one.at_high) == (alone.reward[0], alone.reward[-1])


def test_extremes_between_the_ends_and_at_the_base_are_seen():
    def hump(a, b):
        return a * (1 - a) + b

    found = one_at_a_time(hump, float, base={"a": "1/3", "b": 0}, points=3, a=(0, 1), b=(1, 2))
    one = found.sel(output="measure", term="a")
    assert (one.at_low, one.at_high, one.least, one.greatest) == (0, 0, 0, 0.25)
    # The base is below b's whole range.
    assert found.least.sel(term="b").item() == pytest.approx(2 / 9)


def test_a_term_of_both_firms_that_differ():
    alliance = Alliance(stakes=(1, 3))
    found = one_at_a_time(
        alliance, reward, {"stakes.row": (1, 2)}, points=2, stakes=(1, 2), trust=(0, 1)
    )
    assert found.base.item() == float(reward(alliance))
    # Both firms' stakes move together; one firm's alone.
    expected = [reward(alliance.replace(stakes=Fraction(2))), reward(Alliance(stakes=(2, 3)))]
    for term, value in zip(("stakes", "stakes.row"), expected, strict=True):
        assert found.at_high.sel(term=term).item() == float(value)


def test_a_base_may_be_given_for_a_model():
    found = one_at_a_time(
        Alliance(), reward, base={"trust": "3/4"}, points=2, trust=(0, 1), stakes=(1, 2)
    )
    assert found.base.item() == float(reward(Alliance(trust="3/4")))
    assert found.at_low.sel(term="stakes").item() == found.base.item()


def test_what_it_refuses():
    with pytest.raises(ValueError, match="base: requires a number for each term, got none for b"):
        one_at_a_time(lambda a, b: a, float, base={"a": 1}, a=(0, 1), b=(0, 1))
    with pytest.raises(TypeError, match="base: requires a mapping"):
        one_at_a_time(Alliance(), reward, base=3, trust=(0, 1), stakes=(1, 2))
    with pytest.raises(ValueError, match="points: requires an integer of at least 2"):
        one_at_a_time(Alliance(), reward, points=1, trust=(0, 1), stakes=(1, 2))
    with pytest.raises(ValueError, match="ranges: requires terms among"):
        one_at_a_time(Alliance(), reward, faith=(0, 1), stakes=(1, 2))
