"""Payoffs, outcomes and dilemmas as pictures: what is drawn is what the results say."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy
from matplotlib.text import Text

from dilemma import plot
from dilemma.alliance import Alliance, strategy_grid
from dilemma.equilibria import logit_path, nash
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.show.pictures.theme import colours_of
from dilemma.study import axis, sweep


def gids(ax, of):
    return [one for one in ax.get_children() if one.get_gid() == of]


def test_the_bimatrix_shows_every_payoff_best_reply_and_pure_equilibrium(assert_nothing_clipped):
    alliance = Alliance(trust="3/4")
    ax = plot(alliance)
    game = alliance.game()
    (cells,) = gids(ax, "payoffs")
    np.testing.assert_array_equal(cells.get_array(), game.payoffs.transpose(1, 2, 0).ravel())
    texts = [one.get_text() for one in ax.texts]
    for value in game.exact_payoffs.flat:
        assert number(value) in texts
    boxed = [one for one in ax.texts if one.get_bbox_patch() is not None]
    assert len(boxed) == sum(map(len, best_replies(game)))
    assert all(one.get_fontweight() == "bold" for one in boxed)
    frames = {(f.get_x() + 0.48, f.get_y() + 0.48) for f in gids(ax, "pure equilibrium")}
    assert frames == {(0, 0), (4, 4)}
    assert "trust 3/4" in caption_of(ax)
    assert [one.get_text() for one in ax.get_yticklabels()] == ["COL", "COM", "CMP", "ACC", "AVO"]
    assert_nothing_clipped(ax.figure)


def best_replies(game):
    m, n = game.shape
    first = [int(k == 0) for k in range(m)], [int(k == 0) for k in range(n)]
    rows = [game.best_replies(first[0], one.tolist())[0] for one in np.eye(n, dtype=int)]
    columns = [game.best_replies(one.tolist(), first[1])[1] for one in np.eye(m, dtype=int)]
    return [*rows, *columns]


def caption_of(ax):
    (found,) = (one.get_text() for one in ax.texts if one.get_gid() == "caption")
    return re.sub(r"\s+", " ", found)


def test_payoffs_too_many_for_numbers_have_dots_at_best_replies(assert_nothing_clipped):
    game = Alliance(strategies=strategy_grid(5)).game()
    ax = plot(game)
    dots = [line.get_xydata()[0] for line in gids(ax, "best reply")]
    assert len(dots) == sum(map(len, best_replies(game)))
    assert "dots: best replies" in caption_of(ax)
    assert_nothing_clipped(ax.figure)


@pytest.mark.parametrize(
    "game",
    [
        Game([[[1]], [[2]]]),
        Game.symmetric([[1, 1], [1, 1]]),
        Game.symmetric(
            [["123456789/987654321", 1e-9], [1e12, "355/113"]],
            ["<script>alert(1)</script>", "$x_1$ and then some words"],
            ["$a$", "_b"],
        ),
        Game(np.arange(48).reshape(2, 2, 12)),
        Game.symmetric(np.eye(3), ["_one", "one that is long indeed", "one that is long in fact"]),
    ],
)
def test_odd_games_can_be_read(game, assert_nothing_clipped):
    assert_nothing_clipped(plot(game).figure)


def test_names_are_shown_as_they_are():
    ax = plot(Game.symmetric([[1, 2], [3, 4]], ["$x_1$", "y"]))
    ax.figure.canvas.draw()
    label = ax.get_xticklabels()[0]
    # A text without mathematics is as wide as its letters.
    drawn = label.get_window_extent().width
    label.set_text("x1")
    assert drawn > 2 * label.get_window_extent().width


def test_pictures_of_alliances_need_numbers():
    with pytest.raises(TypeError, match="game: requires numbers"):
        plot(Alliance(trust=np.array([0.1, 0.2])))


def test_the_outcome_map_has_every_pair_at_its_learning_and_division(assert_nothing_clipped):
    outcomes = Alliance().outcomes()
    ax = plot(outcomes)
    drawn = {line.get_gid(): line for line in ax.lines if line.get_gid()}
    names = [one.short for one in outcomes.strategies]
    colours = colours_of([one.name for one in outcomes.strategies])
    seen = 0
    for i, j in np.ndindex(5, 5):
        name = f"{names[i]}–{names[j]}"
        if outcomes.division[i, j] is None:
            assert name in caption_of(ax)
            continue
        (label,) = (one for one in drawn if name in one.split(", "))
        place = (float(outcomes.division[i, j]), float(outcomes.joint[i, j]))
        assert drawn[label].get_xydata().tolist() == [list(place)]
        if label.startswith(name):
            seen += 1
            assert drawn[label].get_markerfacecolor() == colours[i]
            assert drawn[label].get_markerfacecoloralt() == colours[j]
    assert seen == len(drawn)
    assert {one.get_text() for one in ax.texts} >= set(drawn)
    assert_nothing_clipped(ax.figure)


def test_outcomes_of_many_strategies_are_all_there_without_labels(assert_nothing_clipped):
    outcomes = Alliance(strategies=strategy_grid(3)).outcomes()
    ax = plot(outcomes)
    points = {tuple(line.get_xydata()[0]) for line in ax.lines if line.get_gid()}
    there = {
        (float(outcomes.division[i]), float(outcomes.joint[i]))
        for i in np.ndindex(outcomes.joint.shape)
        if outcomes.division[i] is not None
    }
    assert points == there
    assert "without labels" in caption_of(ax)
    assert_nothing_clipped(ax.figure)


def test_the_ladder_has_its_rungs_at_the_payoffs(assert_nothing_clipped):
    dilemma = Alliance(stakes=(1, 3), trust="9/10").dilemma()
    ax = plot(dilemma)
    for player, firm in enumerate(("row", "column")):
        for name in ("temptation", "reward", "punishment", "sucker", "avoidance"):
            (rung,) = gids(ax, f"{name} of the {firm} firm")
            value = getattr(dilemma, name)[player]
            assert set(rung.get_ydata()) == {float(value)}
            assert any(number(value) in one.get_text() for one in ax.texts)
    assert ax.get_title(loc="left") == dilemma.kind
    assert_nothing_clipped(ax.figure)


@pytest.mark.parametrize("what", ["outcomes", "dilemma"])
@pytest.mark.parametrize("leakage", [np.array([0.1, 0.2]), sympy.Symbol("l")])
def test_batches_and_symbols_are_refused(what, leakage):
    with pytest.raises(TypeError, match=f"{what}: requires"):
        plot(getattr(Alliance(leakage=leakage), what)())


def test_four_pictures_share_a_figure(assert_nothing_clipped):
    figure, axes = plt.subplots(2, 2, figsize=(14, 11), layout="constrained")
    alliance = Alliance()
    for thing, ax in zip(
        (alliance, alliance.game(), alliance.outcomes(), alliance.dilemma()),
        axes.flat,
        strict=True,
    ):
        assert plot(thing, ax) is ax
    figure.canvas.draw()  # captions change the layout once more
    assert_nothing_clipped(figure)


def test_an_unknown_option_is_named():
    with pytest.raises(TypeError, match="colour: the picture bimatrix takes none as options"):
        plot(Game([[[1]], [[2]]]), colour="red")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Alliance(trust="3/4"),
        lambda: Alliance(trust="3/4").outcomes(),
        lambda: nash(Alliance(trust="3/4").game()),
        lambda: logit_path(Alliance(trust="3/4").game()),
        lambda: sweep(
            Alliance(), "joint_learning", trust=axis(0, 1, 6), stakes=axis(1, 8, 4), progress=False
        ),
    ],
    ids=["alliance", "outcomes", "nash", "logit_path", "sweep"],
)
def test_small_figures_have_small_words(make):
    """Three by 2.4 inches: the layout does not collapse, which would be a warning, an error."""
    figure = plt.figure(figsize=(3, 2.4), layout="constrained")
    ax = plot(make(), figure.add_subplot())
    figure.canvas.draw()
    assert ax.get_window_extent().width > 0.15 * figure.bbox.width
    assert ax.get_window_extent().height > 0.25 * figure.bbox.height
    sizes = [text.get_fontsize() for text in ax.findobj(Text) if text.get_text()]
    assert 5 <= min(sizes) < max(sizes) < 8


def test_the_payoffs_are_whole_in_a_small_figure(assert_nothing_clipped):
    figure = plt.figure(figsize=(3, 2.4), layout="constrained")
    plot(Alliance(trust="3/4"), figure.add_subplot())
    assert_nothing_clipped(figure)
