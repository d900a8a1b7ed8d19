"""Descriptions: equal for equal things in any process, and different for different ones."""

import functools
from fractions import Fraction

import numpy as np
import pandas
import pytest
import xarray

from dilemma.alliance import Alliance, strategy_grid
from dilemma.study.measures import welfare
from dilemma.study.sweeps.descriptions import described


class Plain:
    """A class whose own words name a place in memory."""

    def __init__(self, size):
        self.size = size

    def measure(self, game):
        """A method, which says what its object holds."""
        return self.size


def typed(text):
    """A function whose source is nowhere to be read, as one typed at a prompt."""
    names = {"__name__": "__main__"}
    exec(text, names)
    return names["measure"]


def keyword(default):
    """A function whose default is not in its text."""

    def one(game, *, factor=default):
        return factor

    return one


def wrapped(factor):
    """A function in the clothes of another."""
    around = [lambda game: 2 * len(game), lambda game: 3 * len(game)][factor - 2]
    return functools.update_wrapper(around, keyword)


def each_other():
    """Functions that call each other, and one that calls what is not there yet."""

    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n > 0 and even(n - 1)

    def waits():
        return late

    if even is None:
        late = 1
    return [even, waits]


def own_class(factor):
    """Two classes of the same name."""
    if factor == 2:

        class Model:
            def payoffs(self):
                return 2

    else:

        class Model:
            def payoffs(self):
                return 3

    return Model()


def frame(middle):
    """A table that its own words cut short."""
    values = np.arange(200.0)
    values[100] = middle
    return pandas.DataFrame({"a": values})


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
    lambda: Plain(3).measure,
    lambda: [1, 2].count,
    lambda: keyword(3),
    lambda: wrapped(2),
    lambda: each_other(),
    lambda: own_class(2),
    lambda: frame(0),
    lambda: xarray.DataArray([1, 2], dims="x", coords={"x": [1, 2]}),
    lambda: xarray.Dataset({"a": ("x", [1, 2])}, {"x": [1, 2]}),
    *[lambda: lambda trust, stakes: trust + 1, lambda: lambda stakes, trust: stakes + 1],
    *[lambda: lambda game: game + 1, lambda: lambda game: game in {"a", "b", "c"}],
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
            Plain(4).measure,
            [1, 3].count,
            keyword(4),
            wrapped(3),
            own_class(3),
            frame(1),
            xarray.DataArray([1, 2], dims="x", coords={"x": [1, 3]}),
            xarray.Dataset({"a": ("x", [1, 2])}, {"x": [1, 3]}),
            typed("def measure(game):\n    return sorted(map(lambda x: +x, [1, game]))"),
        ]
        texts = [str(described(one)) for one in things]
        assert len(set(texts)) == len(texts)
