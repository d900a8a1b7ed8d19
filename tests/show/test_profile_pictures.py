"""Pure equilibria of many players as pictures: what is drawn is what the answer says."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from dilemma import plot
from dilemma.collective import Consortium
from dilemma.equilibria import pure_profiles
from dilemma.game import StrategicGame
from dilemma.game.display import number
from dilemma.show.pictures.theme import COLOURS, SHORT

UNEQUAL = pure_profiles(Consortium(3, stakes=(1, 2, 4), trust="3/4").game())


def cells(ax):
    """Row and column: the name and the colour of what is drawn there."""
    found = {}
    for bar in ax.patches:
        name, player, place = re.fullmatch(
            r"(.*) of player (\d+) in equilibrium (\d+)", bar.get_gid()
        ).groups()
        middle = bar.get_y() + bar.get_height() / 2, bar.get_x() + bar.get_width() / 2
        assert middle == pytest.approx((int(place) - 1, int(player) - 1))
        found[int(place) - 1, int(player) - 1] = name, to_hex(bar.get_facecolor())
    return found


def caption_of(ax):
    (found,) = (one.get_text() for one in ax.texts if one.get_gid() == "caption")
    return re.sub(r"\s+", " ", found)


def test_each_cell_has_the_players_strategy_and_payoff(assert_nothing_clipped):
    ax = plot(UNEQUAL, terms="trust 3/4")
    assert cells(ax) == {
        (k, p): (name, COLOURS[name])
        for k, one in enumerate(UNEQUAL)
        for p, name in enumerate(one.played)
    }
    words = {tuple(map(round, t.get_position()[::-1])): t.get_text()
             for t in ax.texts if t.get_gid() is None}  # fmt: skip
    assert words == {
        (k, p): f"{SHORT[name]}\n{number(one.payoffs[p])}"
        for k, one in enumerate(UNEQUAL)
        for p, name in enumerate(one.played)
    }
    assert [label.get_text() for label in ax.get_xticklabels()] == ["firm 1", "firm 2", "firm 3"]
    assert all(label.get_fontweight() == "bold" for label in ax.get_yticklabels())
    assert UNEQUAL.status in caption_of(ax)
    assert caption_of(ax).endswith("trust 3/4")
    assert_nothing_clipped(ax.figure)


def test_many_equilibria_say_how_many_are_left_out(assert_nothing_clipped):
    game = StrategicGame(np.zeros((5, *(2,) * 5)))
    ax = plot(pure_profiles(game))
    assert len(cells(ax)) == 24 * 5
    assert "and 8 more equilibria that are not drawn" in caption_of(ax)
    assert not any(label.get_fontweight() == "bold" for label in ax.get_yticklabels())
    assert_nothing_clipped(ax.figure)


def test_small_axes_have_rows_that_can_be_read(assert_nothing_clipped):
    found = pure_profiles(Consortium(6, trust="3/4").game())
    figure, axes = plt.subplots(2, 2, figsize=(8, 6), layout="constrained")
    plot(found, axes[0, 0])
    plot(UNEQUAL, axes[1, 1])
    shown = len(cells(axes[0, 0])) // 6
    assert 0 < shown < len(found)
    assert f"and {len(found) - shown} more equilibria" in caption_of(axes[0, 0])
    assert_nothing_clipped(figure)


@pytest.mark.parametrize(
    "game",
    [
        StrategicGame([[1, 2, 2]]),
        StrategicGame(
            np.zeros((3, 2, 1, 1)),
            [["$x_1$ and words", "<script>alert(1)"], ["_b"], ["c"]],
            ["a very long player indeed", "_x", "$y$"],
        ),
        StrategicGame([[["1e300", 0], [0, "-1/3"]]] * 2),
        StrategicGame([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]),
    ],
)
def test_odd_answers_can_be_read(game, assert_nothing_clipped):
    found = pure_profiles(game)
    ax = plot(found)
    assert len(cells(ax)) == len(found) * len(game.players)
    assert_nothing_clipped(ax.figure)
