"""Sobol indices, screening and tornado charts: lengths, intervals and order."""

import numpy as np
import pytest

from dilemma import plot
from dilemma.study import one_at_a_time, screening, sensitivity

RANGES = {"small": (0, 1), "large_one": (0, 1), "idle": (0, 1)}


def surface(small, large_one, idle):
    return small + 3 * large_one * (1 + small)


def gids(ax, of):
    return [one for one in ax.get_children() if one.get_gid() == of]


@pytest.fixture(scope="module")
def indices():
    return sensitivity(surface, float, samples=64, seed=1, progress=False, **RANGES)


def test_bars_are_the_indices_with_their_intervals(indices, assert_nothing_clipped):
    ax = plot(indices)
    one = indices.sel(output="measure")
    names = [label.get_text() for label in ax.get_yticklabels()]
    order = [names.index(str(term).replace("_", " ")) for term in one.term.values]
    assert names[0] == "large one"
    for variable, bars, whiskers in zip(
        ("first_order", "total"), ax.containers[::2], ax.containers[1::2], strict=True
    ):
        for k, place in enumerate(order):
            assert bars[place].get_width() == pytest.approx(float(one[variable][k]))
            (ends,) = [
                segment[:, 0]
                for segment in whiskers[2][0].get_segments()
                if abs(segment[0, 1] - bars[place].get_y() - bars[place].get_height() / 2) < 1e-9
            ]
            np.testing.assert_allclose(ends, one[f"{variable}_interval"][k], atol=1e-12)
    assert {one.get_hatch() for one in ax.containers[2]} == {"////"}
    assert_nothing_clipped(ax.figure)


def test_pairs_are_cells_with_their_numbers(indices, assert_nothing_clipped):
    ax = plot(indices, pairs=True)
    (mesh,) = gids(ax, "second_order")
    drawn = mesh.get_array().reshape(3, 3)
    expected = indices.second_order.values[0]
    np.testing.assert_array_equal(drawn.mask, np.isnan(expected))
    np.testing.assert_array_equal(drawn.compressed(), expected[np.isfinite(expected)])
    texts = [one.get_text() for one in ax.texts]
    assert all(f"{value:.2f}" in texts for value in expected[np.isfinite(expected)])
    assert_nothing_clipped(ax.figure)


def test_screening_shows_size_against_spread(assert_nothing_clipped):
    found = screening(surface, float, seed=1, progress=False, **RANGES).sel(output=["measure"])
    ax = plot(found)
    points = ax.lines[0].get_xydata()
    np.testing.assert_array_equal(points[:, 0], found.mean_absolute_effect[0])
    np.testing.assert_array_equal(points[:, 1], found.spread[0])
    words = [one.get_text() for one in ax.texts]
    assert {"small", "large one", "idle"} <= set(words)
    assert_nothing_clipped(ax.figure)


def test_a_tornado_is_ordered_by_its_widths(assert_nothing_clipped):
    base = {"small": "1/2", "large_one": 0, "idle": 1}
    found = one_at_a_time(surface, float, base=base, **RANGES)
    ax = plot(found)
    names = [one.get_text().rsplit(" 0 to 1")[0] for one in ax.get_yticklabels()]
    assert names == ["large one", "small", "idle"]
    widths = [gids(ax, term)[0].get_width() for term in ("large_one", "small", "idle")]
    assert widths == [4.5, 1.0, 0.0]
    assert gids(ax, "large_one")[0].get_x() == 0.5
    low, high = (line for line in ax.lines if line.get_linestyle() == "None")
    assert list(low.get_xdata()) == [0.5, 0.0, 0.5]
    assert list(high.get_xdata()) == [5.0, 1.0, 0.5]
    assert_nothing_clipped(ax.figure)


def test_a_measure_that_does_not_vary_says_so(assert_nothing_clipped):
    found = sensitivity(
        lambda a, b: 1, float, samples=8, seed=1, progress=False, a=(0, 1), b=(0, 1)
    )
    ax = plot(found)
    assert "the measure does not vary" in [one.get_text() for one in ax.texts]
    assert_nothing_clipped(ax.figure)
    assert_nothing_clipped(plot(found, pairs=True).figure)
    still = one_at_a_time(lambda a, b: 1, float, base={"a": 0, "b": 0}, a=(0, 1), b=(0, 1))
    assert_nothing_clipped(plot(still).figure)
    screened = screening(lambda a, b: 1, float, seed=1, progress=False, a=(0, 1), b=(0, 1))
    assert_nothing_clipped(plot(screened).figure)


def test_several_outputs_need_a_choice():
    def both(a, b):
        return {"one": a, "two": a * b}

    found = one_at_a_time(both, lambda x: x, base={"a": 1, "b": 1}, a=(0, 1), b=(0, 2))
    with pytest.raises(ValueError, match="output: requires one of one, two"):
        plot(found)
    assert plot(found, output="two").get_xlabel() == "two"
    with pytest.raises(TypeError, match="pairs: requires True or False"):
        plot(
            sensitivity(
                lambda a, b: a, float, samples=2, seed=1, progress=False, a=(0, 1), b=(0, 1)
            ),
            pairs="yes",
        )
