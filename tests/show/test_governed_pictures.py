"""Pictures of who pays for the rules: the numbers are those of the answers."""

import math

import matplotlib.pyplot as plt
import pytest

from dilemma.alliance import Strategy
from dilemma.collective import (
    Consortium,
    Institution,
    PublicGoods,
    compare_institutions,
    funding_thresholds,
    second_order_dilemma,
)
from dilemma.show import plot
from dilemma.show.pictures.theme import COLOURS

GOODS = PublicGoods()
ODD = Institution(
    Consortium(3, strategies=[Strategy("<script>", 1, 1), Strategy("a $x_1$ that is long", 1, 0)]),
    second_order=1,
)
COMPARED = compare_institutions(
    {"both": GOODS, "second order": GOODS.replace(second_order=1).compulsory(), "$odd$": ODD},
    20,
    math.inf,
)
POOL = Institution(Consortium(5, trust="1/5"), pool_fine="1/10", second_order="1/5")


def with_gid(ax, start):
    return {one.get_gid(): one for one in ax.patches if (one.get_gid() or "").startswith(start)}


def words_of(ax):
    return [one.get_text() for one in ax.get_legend().get_texts()]


def caption_of(ax):
    [found] = [one for one in ax.texts if one.get_gid() == "caption"]
    return " ".join(found.get_text().split())


def test_shares_are_parts_of_bars(assert_nothing_clipped):
    ax = plot(COMPARED)
    for k, name in enumerate(COMPARED.strategies):
        bars = [one for one in ax.patches if one.get_gid() == f"share of {name}"]
        assert [bar.get_width() for bar in bars] == pytest.approx(
            [run.shares[k] for run in COMPARED.runs]
        )
    rows = [one.get_text() for one in ax.get_yticklabels()]
    assert rows[1:3] == [
        "second order (1 of 2)\nearns 0",
        "second order (2 of 2)\nearns 1.3",
    ]
    assert rows[0] == f"both\nearns {COMPARED.runs[0].payoff:.3g}"
    assert "funds the pool" in words_of(ax)
    assert "populations of 20" in caption_of(ax)
    assert_nothing_clipped(ax.figure)


def test_a_posture_has_its_colour_in_every_role_and_a_hatch_for_each():
    compared = compare_institutions({"pool": POOL}, 10, 1)
    ax = plot(compared)
    bars = with_gid(ax, "share of collaboration")
    from matplotlib.colors import to_hex

    assert {to_hex(one.get_facecolor()) for one in bars.values()} == {COLOURS["collaboration"]}
    assert len({one.get_hatch() for one in bars.values()}) == 3


def test_gains_are_bars(assert_nothing_clipped):
    found = second_order_dilemma(POOL)
    ax = plot(found)
    bars = with_gid(ax, "gain of")
    assert len(bars) == len(found.deviations) == 7
    for one in found.deviations:
        assert bars[f"gain of {one.choice}"].get_width() == pytest.approx(float(one.gain))
    assert [one.get_text() for one in ax.get_yticklabels()] == [
        one.choice for one in found.deviations
    ]
    assert words_of(ax) == ["breaks the rules", "lets others pay for them", "stays outside"]
    assert " ".join(found.status.split()) == caption_of(ax)
    assert_nothing_clipped(ax.figure)


@pytest.mark.parametrize("term", ["trust", "pool_fine", "second_order", "pool_fee"])
def test_intervals_are_strips(term, assert_nothing_clipped):
    found = funding_thresholds(POOL, term)
    ax = plot(found)
    spans = [one for one in ax.patches if one.get_gid() == "strict"]
    assert len(spans) == len(found.intervals)
    for span, one in zip(spans, found.intervals, strict=True):
        assert span.get_x() == pytest.approx(float(one.low))
        if one.high is not None:
            assert span.get_x() + span.get_width() == pytest.approx(float(one.high))
    lines = [one.get_xdata()[0] for one in ax.lines if one.get_gid() == "threshold"]
    assert lines == pytest.approx([float(one) for one in found.values])
    assert term.replace("_", " ") in ax.get_xlabel()
    assert_nothing_clipped(ax.figure)


@pytest.mark.parametrize("value", ["1/1000000", "1000000"])
def test_a_threshold_of_any_size_is_in_view(value):
    """It was lost at the edge of an axis that reached to 1."""
    names = ["collaboration", "collaboration + pool"]
    pool = Institution(Consortium(2), names, pool_fee=value, second_order=1)
    found = funding_thresholds(pool, "pool_fine")
    assert [str(one) for one in found.values] == [value]
    low, high = plot(found).get_xlim()
    assert low == 0
    assert high == pytest.approx(2 * float(found.values[0]))


@pytest.mark.parametrize(
    "thing",
    [
        compare_institutions({"a rather long name of many choices": POOL, "odd": ODD}, 20, "1/2"),
        second_order_dilemma(POOL),
        second_order_dilemma(
            POOL.replace(
                strategies=[name + end for name in POOL.strategies[:5] for end in ("", " + pool")]
            )
        ),
    ],
)
def test_many_and_narrow_ones_can_be_read(thing, assert_nothing_clipped):
    assert_nothing_clipped(plot(thing).figure)
    figure, axes = plt.subplots(1, 3, figsize=(13, 4), layout="constrained")
    for ax in axes:
        plot(thing, ax)
    assert_nothing_clipped(figure)


@pytest.mark.parametrize(
    "thing",
    [
        COMPARED,
        compare_institutions({"a rather long name of a pool": ODD}, 9, 1),
        second_order_dilemma(ODD),
        second_order_dilemma(Institution(Consortium(3), ["collaboration + pool"])),
        second_order_dilemma(PublicGoods(strategies=["contributor", "peer punisher"])),
        funding_thresholds(Institution(Consortium(3)), "pool_fee"),
        funding_thresholds(ODD, "trust"),
    ],
)
def test_odd_and_small_ones_can_be_read(thing, assert_nothing_clipped):
    assert_nothing_clipped(plot(thing).figure)
    figure, axes = plt.subplots(1, 2, figsize=(13, 4.6), layout="constrained")
    assert plot(thing, axes[0]) is axes[0]
    plot(thing, axes[1])
    assert_nothing_clipped(figure)
