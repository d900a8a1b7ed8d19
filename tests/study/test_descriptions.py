"""Descriptions: equal for equal things in any process, and different for different ones."""

import functools
from fractions import Fraction

import numpy as np
import pytest
import xarray

from dilemma.alliance import Alliance, strategy_grid
from dilemma.study.measures import welfare
from dilemma.study.sweeps.descriptions import described


class Plain:
    """A class whose own words name a place in memory."""

    def __init__(self, size):
        self.size = size


def typed(text):
    """A function whose source is nowhere to be read, as one typed at a prompt."""
    names = {"__name__": "__main__"}
    exec(text, names)
    return names["measure"]


SAME = [
    lambda: Alliance(stakes=("1/2", 2)),
    lambda: Alliance(strategies=strategy_grid(3)),
    lambda: functools.partial(welfare, at="worst"),
    lambda: np.arange(5.0),
    lambda: np.array([Fraction(1, 3), 2], dtype=object),
    lambda: xarray.DataArray([1, 2], dims="x"),
    lambda: {"a": [Fraction(1, 3), None, {1, 2}], 2: (True, 0.5)},
    lambda: Plain(3),
    lambda: len,
    lambda: typed("def measure(game):\n    return sorted(map(lambda x: -x, [1, game]))"),
]


class TestDescribed:
    @pytest.mark.parametrize("make", SAME)
    def test_equal_things_are_described_alike_without_places_in_memory(self, make):
        assert described(make()) == described(make())
        assert " at 0x" not in str(described(make()))

    def test_different_things_differently(self):
        things = [make() for make in SAME] + [
            Alliance(stakes=("1/2", 3)),
            functools.partial(welfare, at="best"),
            np.arange(5),
            Plain(4),
            typed("def measure(game):\n    return sorted(map(lambda x: +x, [1, game]))"),
        ]
        texts = [str(described(one)) for one in things]
        assert len(set(texts)) == len(texts)
