"""Pictures of cascades, tipping shares, shocks and their upkeep: what is drawn is the answer."""

from fractions import Fraction
from functools import cache

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pytest

from dilemma.collective import (
    Consortium,
    JointProduction,
    SelfInterest,
    cascade,
    cascade_of_shares,
    maintenance,
    order_effect,
    shock,
    tipping_curve,
    tipping_share,
)
from dilemma.game import Game, GroupGame
from dilemma.show import plot

ODD = Game.symmetric([[6, 0], [3, 2]], ["<script>", "a strategy of $x_1$ with a long name"])
THREE = Consortium(3, trust="3/4")


def with_gid(ax, gid):
    return [one for one in ax.get_children() if one.get_gid() == gid]


def one_with(ax, gid):
    (found,) = with_gid(ax, gid)
    return found


ANSWERS = {
    "crowd": lambda: cascade([0, 2, *range(2, 100)]),
    "moved crowd": lambda: cascade([0, 1, 1, 3, 7, 7, 7, None], ["8"]),
    "one firm": lambda: cascade([0]),
    "nobody": lambda: cascade([1, 1]),
    "network": lambda: cascade([1] * 6, [0], nx.path_graph(6)),
    "long path": lambda: cascade(
        {f"participant {k}": 1 for k in range(12)},
        ["participant 0"],
        nx.path_graph([f"participant {k}" for k in range(12)]),
    ),
    "network of long names": lambda: cascade(
        {"<script>": 1, "$x_1$ and $x_2$ of Ruritania": 1, "no-one-in-particular": 2, "": None},
        ["<script>"],
        nx.complete_graph(
            ["<script>", "$x_1$ and $x_2$ of Ruritania", "no-one-in-particular", ""]
        ),
        "share",
    ),
    "shares": lambda: cascade_of_shares({"1/5": "1/2", "3/5": "1/4"}, "1/4"),
    "a function": lambda: cascade_of_shares(lambda x: x**2, "1/10"),
    "tipping": lambda: tipping_share(ODD, 0, 1),
    "never tipping": lambda: tipping_share(Game.symmetric([[3, 0], [5, 1]]), 0, 1),
    "finite tipping": lambda: tipping_share(THREE, 0, 4, 20),
    "curve": lambda: tipping_curve(THREE, "stakes", 0, 4, ("1/4", 5)),
    "takeover": lambda: tipping_curve(THREE, "stakes", 0, 4, ("1/4", 5), "takeover"),
    "survived": lambda: shock(ODD, 0, 1, replaced="1/2"),
    "not survived": lambda: shock(ODD, 0, 1, replaced="2/3"),
    "no settlement left": lambda: shock(THREE, 0, 1, {"trust": 0}, "1/10"),
    "still": lambda: shock(ODD, 0, 1),
    "maintenance": lambda: maintenance(THREE, "trust", ["1/2", "7/10", 1], 0, 4, 1, 1, 3),
    "orders": lambda: order_effect(JointProduction([3, 5], lambda total: total / (1 + total))),
    "no order": lambda: order_effect(JointProduction([1], lambda total: 0)),
}


@cache
def answer(name):
    """Each is found once."""
    return ANSWERS[name]()


@pytest.mark.parametrize("name", list(ANSWERS))
def test_readable(name, assert_nothing_clipped):
    assert_nothing_clipped(plot(answer(name)).figure)


@pytest.mark.parametrize(
    "name", ["crowd", "tipping", "curve", "survived", "maintenance", "orders"]
)
def test_on_given_axes(name):
    _, (left, right) = plt.subplots(1, 2)
    assert plot(answer(name), ax=right) is right
    assert not left.lines


def test_the_staircase_is_the_cascade():
    thresholds = [0, 1, 1, 3, 7, 7, 7, None]
    found = cascade(thresholds)
    ax = plot(found)
    moved = one_with(ax, "moved")
    for k in range(9):
        waits = [one for one in thresholds if one is not None and one <= k]
        assert moved.get_ydata()[k] == len(waits)
    assert one_with(ax, "end").get_xydata().tolist() == [[4, 4]]
    way = one_with(ax, "cascade").get_xydata()
    assert sorted(set(way[:, 0])) == [0, 1, 3, 4]
    shares = cascade_of_shares({"1/5": "1/2", "3/5": "1/4"}, "1/4")
    ax = plot(shares)
    ends = [float(one) for one in shares.equilibria]
    assert one_with(ax, "equilibria").get_xdata().tolist() == ends
    assert one_with(ax, "end").get_xdata()[0] == float(shares.shares[-1])


def test_the_rounds_of_a_network():
    ax = plot(answer("network"))
    assert one_with(ax, "rounds").get_ydata().tolist() == [1, 2, 3, 4, 5, 6]


def test_few_firms_are_named_in_the_round_in_which_they_move(assert_nothing_clipped):
    uneven = Consortium(4, trust="9/10", opportunism=0, stakes=(1, 1, 2, 4))
    found = cascade(SelfInterest(uneven), ["firm 1"])
    ax = plot(found)
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == [f"{k}\n{', '.join(movers)}" for k, movers in enumerate(found.rounds)]
    assert ax.get_xlabel() == "round, and who moves in it"
    assert all(float(tick).is_integer() for tick in ax.get_yticks())
    assert_nothing_clipped(ax.figure)
    alike = SelfInterest(Consortium(12, trust="9/10", opportunism=0))
    ax = plot(cascade(alike, alike.firms[:11]))
    assert ax.get_xticklabels()[1].get_text() == "1\nfirm 12"
    assert_nothing_clipped(ax.figure)
    nobody = plot(cascade(alike))
    assert nobody.get_xticklabels()[0].get_text() == "0\nnobody"
    for answer_of in ("long path", "network of long names"):
        assert_nothing_clipped(plot(answer(answer_of)).figure)
    assert plot(answer("long path")).get_xlabel() == "round"
    _, (left, right) = plt.subplots(1, 2, layout="constrained")
    plot(found, ax=left)
    plot(cascade(alike, alike.firms[:11]), ax=right)
    assert_nothing_clipped(left.figure)


def test_tipping_strips_and_curves():
    found = tipping_share(ODD, 0, 1)
    ax = plot(found)
    drawn = {line.get_gid(): line.get_xdata().tolist() for line in ax.lines if line.get_gid()}
    assert drawn["<script>\ntakes over"] == [0.4, 1]
    curve = answer("curve")
    ax = plot(curve)
    lines = [line for line in ax.lines if str(line.get_gid()).startswith("piece")]
    shown = [piece for piece in curve.pieces if piece.first is not None]
    assert len(lines) == len(shown)
    for line, piece in zip(lines, shown, strict=True):
        x, y = line.get_data()
        assert (x[0], x[-1]) == (float(piece.low), float(piece.high))
        assert (y[0], y[-1]) == (float(piece.first), float(piece.last))
        middle = len(x) // 2
        if piece.moves:
            near = curve.at(Fraction(float(x[middle])).limit_denominator(10**7))
            assert y[middle] == pytest.approx(float(near.share), abs=1e-6)


def test_the_path_of_a_shock():
    found = shock(GroupGame.from_pairwise(ODD, 4), 0, 1, replaced="1/2")
    ax = plot(found)
    path = one_with(ax, "path").get_xydata()
    assert path[0, 1] == path[1, 1] == 1
    assert path[2:].tolist() == [list(point) for point in found.path]
    assert one_with(ax, "boundary").get_ydata()[0] == float(found.boundary)
    assert one_with(ax, "end").get_marker() == "o"
    lost = plot(shock(THREE, 0, 1, {"trust": 0}, "1/10"))
    assert one_with(lost, "end").get_marker() == "X"
    assert one_with(lost, "grace").get_xdata()[0] > 0


def words_below(ax):
    return " ".join(text.get_text() for text in ax.figure.texts + ax.texts).replace("\n", " ")


def test_words_below():
    assert "of its players" in words_below(plot(answer("survived")))
    still = plot(answer("still"))
    assert "Replaced" not in words_below(still)
    # Without a path there is still a unit of time to see.
    assert still.get_xlim()[1] > 0.5
    assert "from 20 players" in words_below(plot(answer("finite tipping")))
    assert "infinite number of players" in words_below(plot(answer("tipping")))


def test_orders_that_are_left_out_are_counted():
    many = order_effect(
        JointProduction([5, 4, 3, 2, 2, 2], lambda total: 1 - Fraction(1, 2) ** total, costs="1/4")
    )
    assert len(many.levels) > 16
    ax = plot(many)
    assert len(ax.patches) == 16
    assert f"Of {len(many.levels)} ends" in words_below(ax)


def test_firms_are_counted_in_whole_numbers():
    for one in (plot(answer("nobody")), plot(answer("one firm"))):
        ticks = [*one.get_xticks(), *one.get_yticks()]
        assert all(float(tick).is_integer() for tick in ticks)


def test_bars_are_shares_of_time():
    found = answer("maintenance")
    ax = plot(found)
    for side, law in enumerate(found.laws):
        heights = [
            bar.get_height() for bar in ax.patches if str(bar.get_gid()).endswith(f"{side}")
        ]
        assert np.sum(heights) == pytest.approx(1)
        inside = [
            bar.get_height() for bar in ax.patches if str(bar.get_gid()).endswith(f"True {side}")
        ]
        assert np.sum(inside) == pytest.approx(float(found.settled[side]))
        assert len(law) == len(found.states)
    orders = answer("orders")
    bars = [bar.get_width() for bar in plot(orders).patches]
    assert bars == [float(level) for level in orders.levels]
