"""Pictures of histories, basins, invasions and long runs: the numbers are those of the answers."""

import math
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dilemma.alliance import Alliance, strategy_grid
from dilemma.evolution import (
    Population,
    basins,
    flow,
    gradient_of_selection,
    replicator,
    simulate,
    stationary_law,
)
from dilemma.game import Game, GroupGame
from dilemma.show import plot
from dilemma.show.pictures.theme import COLOURS
from dilemma.show.pictures.triangles import from_plane

FIVE = Alliance(trust="3/4").game()
GRID = Alliance(trust="3/4", strategies=strategy_grid(5)).game()
HAWK_DOVE = Game.symmetric([["-1/2", 2], [0, 1]], ["hawk", "dove"])
CYCLE = Game.symmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], ["rock", "paper", "scissors"])
THREE_ENDS = Game.symmetric([[3, 0, 1], [2, 2, 0], [0, 1, "5/2"]], ["a", "b", "$c$"])
STAG_HUNT = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])


def axes_of(ax):
    return [ax, *(one for child in ax.child_axes for one in axes_of(child))]


def with_gid(ax, gid):
    return [one for each in axes_of(ax) for one in each.get_children() if one.get_gid() == gid]


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def caption_of(ax):
    [found] = [t for one in axes_of(ax) for t in one.texts if t.get_gid() == "caption"]
    return " ".join(found.get_text().split())


def test_a_flow_is_a_line_for_each_strategy_and_start(assert_nothing_clipped):
    starts = np.array([[0.2] * 5, [0.4, 0.3, 0.1, 0.1, 0.1]])
    paths = flow(FIVE, replicator, starts, np.linspace(0, 60, 50))
    ax = plot(paths)
    for name, colour in COLOURS.items():
        lines = with_gid(ax, f"share of {name}")
        assert [one.get_color() for one in lines] == [colour] * 2
        for line, wanted in zip(lines, paths.share.sel(strategy=name).values, strict=True):
            assert line.get_ydata() == pytest.approx(wanted)
            assert line.get_xdata() == pytest.approx(paths.time.values)
    assert legend_of(ax) == list(COLOURS)
    assert ax.get_xlabel() == "time (1 / value of knowledge)"
    assert ax.get_ylabel() == "share of firms"
    assert "replicator" in caption_of(ax)
    assert_nothing_clipped(ax.figure)


def test_two_populations_have_a_panel_each(assert_nothing_clipped):
    paths = flow(HAWK_DOVE, replicator, ([0.6, 0.4], [0.5, 0.5]), np.linspace(0, 9, 20))
    ax = plot(paths)
    rows, columns = ax.child_axes
    assert with_gid(rows, "share of hawk")[0].get_ydata() == pytest.approx(
        paths.row_share.values[:, 0]
    )
    assert with_gid(columns, "share of dove")[0].get_ydata() == pytest.approx(
        paths.column_share.values[:, 1]
    )
    assert (rows.get_ylabel(), columns.get_ylabel()) == ("share of rows", "share of columns")
    assert columns.get_xlabel()
    assert_nothing_clipped(ax.figure)


def test_a_flow_of_three_in_the_triangle(assert_nothing_clipped):
    starts = np.array([[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]])
    paths = flow(CYCLE, replicator, starts, np.linspace(0, 5, 30))
    ax = plot(paths, view="triangle")
    [lines] = with_gid(ax, "trajectories")
    for path, wanted in zip(lines.get_paths(), paths.share.values, strict=True):
        assert from_plane(path.vertices) == pytest.approx(wanted, abs=1e-12)
    [marks] = with_gid(ax, "start")
    assert from_plane(marks.get_xydata()) == pytest.approx(starts)
    assert_nothing_clipped(ax.figure)
    with pytest.raises(ValueError, match="view: requires three strategies"):
        plot(flow(FIVE, replicator, [0.2] * 5, [0, 1]), view="triangle")
    with pytest.raises(ValueError, match="view: requires one of time, triangle"):
        plot(paths, view="circle")


def test_of_many_strategies_those_that_matter_are_named(assert_nothing_clipped):
    paths = flow(GRID, replicator, [1 / 25] * 25, np.linspace(0, 60, 40))
    ax = plot(paths)
    highest = paths.share.max("time")
    named = [str(one) for one in highest.strategy[highest >= 0.05].values]
    assert 5 < len(named) < 25
    assert legend_of(ax) == [*named, f"{25 - len(named)} others, below 5 %"]
    assert len(with_gid(ax, "share of accommodation")) == 1
    assert_nothing_clipped(ax.figure)


def test_a_flow_of_one_time_or_none_reached(assert_nothing_clipped):
    ax = plot(flow(HAWK_DOVE, replicator, [0.5, 0.5], [0]))
    assert_nothing_clipped(ax.figure)
    late = flow(CYCLE, replicator, [0.2, 0.3, 0.5], [1, 50], most_steps=1)
    for view in ("time", "triangle"):
        assert "ended early" in caption_of(plot(late, view=view))


def test_simulated_runs_and_their_long_run_mean(assert_nothing_clipped):
    population = Population(HAWK_DOVE, size=30, selection=1, mutation=0.05)
    runs = simulate(population, steps=5000, runs=2, burn_in=500, seed=1)
    ax = plot(runs)
    lines = with_gid(ax, "share of hawk")
    assert [line.get_ydata().tolist() for line in lines] == runs.mean_share.values[..., 0].tolist()
    assert [one.get_ydata()[0] for one in with_gid(ax, "long-run share")] == pytest.approx(
        runs.share.values
    )
    assert ax.get_xlabel() == "time (steps)"
    assert "2 runs of 30 players" in caption_of(ax)
    assert_nothing_clipped(ax.figure)
    two = Population(STAG_HUNT, size=(10, 12), selection=1, mutation=0.1)
    pair = plot(simulate(two, steps=500, seed=1))
    assert len(pair.child_axes) == 2
    assert len(with_gid(pair.child_axes[1], "share of hare")) == 1
    assert_nothing_clipped(pair.figure)


def test_basins_of_five_strategies_are_bars(assert_nothing_clipped):
    found = basins(FIVE, starts=64)
    for thing in (found, found.to_dataset()):
        ax = plot(thing)
        bars = with_gid(ax, "basin")
        assert [bar.get_width() for bar in bars] == pytest.approx([one.share for one in found])
        assert with_gid(ax, "basin")[0].get_facecolor()[:3] == pytest.approx(
            plt.matplotlib.colors.to_rgb(COLOURS["avoidance"])
        )
        [errors] = ax.collections
        ends = [segment[:, 0] for segment in errors.get_segments()]
        wanted = [[b.share - b.standard_error, b.share + b.standard_error] for b in found]
        assert np.array(ends) == pytest.approx(np.array(wanted))
        assert found.status in caption_of(ax)
        assert_nothing_clipped(ax.figure)
    with pytest.raises(ValueError, match="view: requires starts of three"):
        plot(found, view="starts")


def test_starts_are_coloured_by_where_they_come_to(assert_nothing_clipped):
    found = basins(THREE_ENDS, starts=128)
    ax = plot(found)
    groups = with_gid(ax, "starts")
    assert len(groups) == len(found) == len({one.get_color() for one in groups})
    assert len({one.get_marker() for one in groups}) == len(found)
    for number, group in enumerate(groups):
        wanted = found.starts[0][found.reached == number]
        assert from_plane(group.get_xydata()) == pytest.approx(wanted)
    assert any(r"\$c\$" in text for text in legend_of(ax))
    assert_nothing_clipped(ax.figure)
    assert_nothing_clipped(plot(found, view="shares").figure)


def test_basins_of_two_populations_in_the_square(assert_nothing_clipped):
    found = basins(STAG_HUNT, populations=2, starts=128)
    ax = plot(found)
    points = np.concatenate([one.get_xydata() for one in with_gid(ax, "starts")])
    wanted = np.stack([one[:, 0] for one in found.starts], axis=-1)
    assert sorted(points.tolist()) == sorted(wanted.tolist())
    assert_nothing_clipped(ax.figure)


def test_exact_basins_have_no_errors(assert_nothing_clipped):
    ax = plot(basins(STAG_HUNT))
    assert [bar.get_width() for bar in with_gid(ax, "basin")] == pytest.approx([2 / 3, 1 / 3])
    assert not ax.collections
    assert_nothing_clipped(ax.figure)


def test_an_invasion_graph_shows_odds_and_shares(assert_nothing_clipped):
    graph = Population(FIVE, size=50, selection=1).invasion_graph()
    ax = plot(graph)
    arrows = with_gid(ax, "arrow")
    assert len(arrows) == len(graph.arrows)
    places = {
        state: np.asarray(node.get_offsets())[0]
        for state, node in zip(graph.states, with_gid(ax, "node"), strict=True)
    }
    drawn = {(tuple(one.xyann), tuple(one.xy)) for one in arrows}
    assert drawn == {(tuple(places[a.resident]), tuple(places[a.invader])) for a in graph.arrows}
    odds = {text.get_text() for text in with_gid(ax, "odds")}
    assert odds == {f"×{one.relative:.3g}" for one in graph.arrows}
    widths = {
        one.relative: arrow.arrow_patch.get_linewidth()
        for one, arrow in zip(sorted(graph.arrows, key=_resident(graph)), arrows, strict=True)
    }
    assert widths[max(widths)] == max(widths.values())
    names = [text.get_text().split("\n") for text in with_gid(ax, "name")]
    assert [name for name, _ in names] == ["COL", "COM", "CMP", "ACC", "AVO"]
    assert names[4][1] == f"{100 * graph.long_run[4]:.3g} %"
    areas = [node.get_sizes()[0] for node in with_gid(ax, "node")]
    assert int(np.argmax(areas)) == int(np.argmax(list(graph.long_run)))
    assert_nothing_clipped(ax.figure)


def _resident(graph):
    return lambda one: (graph.states.index(one.resident), -one.log_probability)


def test_weak_arrows_of_a_large_graph_are_hidden_by_a_stated_rule(assert_nothing_clipped):
    graph = Population(GRID, size=50, selection=1).invasion_graph()
    ax = plot(graph)
    arrows = with_gid(ax, "arrow")
    assert len(arrows) < 51 < len(graph.arrows)
    hidden = len(graph.arrows) - len(arrows)
    assert f"{hidden} of {len(graph.arrows)} arrows are hidden" in caption_of(ax)
    assert "the 2 with the greatest odds" in caption_of(ax)
    assert len(with_gid(ax, "name")) == 25
    # Slanted names have boxes that meet at corners; everything else has to keep apart.
    assert_nothing_clipped(ax.figure, overlap=45)
    assert len(with_gid(plot(graph, each=25), "arrow")) == len(graph.arrows)
    with pytest.raises(ValueError, match="each: requires a positive integer"):
        plot(graph, each=0)


def test_drift_is_dashed_and_two_populations_have_pairs(assert_nothing_clipped):
    alike = Game.symmetric([[1, 1], [1, 1]], ["a", "b"])
    ax = plot(Population(alike, size=20, selection=1).invasion_graph())
    assert len(with_gid(ax, "drift")) == 1
    assert not with_gid(ax, "arrow")
    assert_nothing_clipped(ax.figure)
    pair = plot(Population(STAG_HUNT, size=(20, 20), selection=1).invasion_graph())
    assert with_gid(pair, "name")[1].get_text().startswith("stag, hare")
    assert_nothing_clipped(pair.figure)


def test_without_networkx_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(ModuleNotFoundError, match="networkx"):
        plot(Population(STAG_HUNT, size=20, selection=1).invasion_graph())


@pytest.mark.parametrize("game", [FIVE, GRID])
def test_the_long_run_is_bars(game, assert_nothing_clipped):
    law = Population(game, size=50, selection=1).stationary_distribution()
    ax = plot(law)
    assert [bar.get_width() for bar in with_gid(ax, "state")] == pytest.approx(list(law))
    assert_nothing_clipped(ax.figure)


def test_many_states_are_summed_up(assert_nothing_clipped):
    law = Population(FIVE, size=(8, 8), selection=1).stationary_distribution()
    small = Alliance(strategies=strategy_grid(3)).game()
    law = Population(small, size=(8, 8), selection=1).stationary_distribution()
    ax = plot(law)
    widths = [bar.get_width() for bar in with_gid(ax, "state")]
    assert len(law) == 81
    assert len(widths) == 26
    assert sum(widths) == pytest.approx(1)
    assert widths[:25] == pytest.approx(sorted(law, reverse=True)[:25])
    assert "56 others together" in [one.get_text() for one in ax.get_yticklabels()]
    assert_nothing_clipped(ax.figure)


def test_classes_that_last_have_bars_of_their_own(assert_nothing_clipped):
    law = Population(STAG_HUNT, size=20, selection=math.inf).stationary_distribution()
    ax = plot(law)
    assert [bar.get_width() for bar in with_gid(ax, "state")] == [1, 1]
    assert legend_of(ax) == ["class 1", "class 2"]
    assert_nothing_clipped(ax.figure)


def test_the_law_of_two_strategies_is_a_density(assert_nothing_clipped):
    law = stationary_law(Population(HAWK_DOVE, size=50, selection=1, mutation=0.01))
    for thing in (law, law.dataset):
        ax = plot(thing)
        [line] = with_gid(ax, "density of hawk")
        assert line.get_ydata() == pytest.approx(law.counts_of("hawk"))
        assert line.get_xdata() == pytest.approx(np.arange(51) / 50)
        assert_nothing_clipped(ax.figure)


def test_the_law_of_three_strategies_is_a_heat_map(assert_nothing_clipped):
    law = stationary_law(Population(CYCLE, size=12, selection=1, mutation=0.05))
    ax = plot(law)
    [cells] = with_gid(ax, "law")
    assert np.asarray(cells.get_array()) == pytest.approx(law.probabilities)
    middles = [path.vertices[:-1].mean(axis=0) for path in cells.get_paths()]
    assert from_plane(middles) == pytest.approx(law.states / 12, abs=1e-9)
    assert_nothing_clipped(ax.figure)


def test_the_law_of_two_populations_is_a_square(assert_nothing_clipped):
    law = stationary_law(Population(STAG_HUNT, size=(6, 9), selection=1, mutation=0.1))
    ax = plot(law.dataset)
    [image] = with_gid(ax, "law")
    drawn = np.asarray(image.get_array())
    assert drawn.shape == (10, 7)
    for (row, _, column, _), value in zip(law.states, law.probabilities, strict=True):
        assert drawn[column, row] == pytest.approx(max(value, drawn.min()))
    assert_nothing_clipped(ax.figure)


def test_the_law_of_more_strategies_is_a_density_each(assert_nothing_clipped):
    law = stationary_law(Population(FIVE, size=5, selection=1, mutation=0.05))
    ax = plot(law)
    for name in COLOURS:
        [line] = with_gid(ax, f"density of {name}")
        assert line.get_ydata() == pytest.approx(law.counts_of(name))
    assert legend_of(ax) == list(COLOURS)
    assert_nothing_clipped(ax.figure)


def quorum(strategy, group):
    return 4 * group[0] * (group[0] >= 3) / 5 - (strategy == 0)


def test_a_gradient_of_selection_and_its_turns(assert_nothing_clipped):
    game = GroupGame(5, ["hunt", "<script> & $x$"], quorum)
    answer = gradient_of_selection(Population(game, 50, 1))
    ax = plot(answer)
    [curve] = with_gid(ax, "gradient")
    assert curve.get_xdata() == pytest.approx(answer.counts / 50)
    assert curve.get_ydata() == pytest.approx(answer.gradient)
    for turn in answer.turns:
        [mark] = with_gid(ax, f"turns: {turn.kind}")
        assert mark.get_xydata() == pytest.approx(np.array([[turn.share, 0]]))
    assert legend_of(ax) == ["coexistence", "coordination"]
    assert "hunt" in ax.get_ylabel()
    assert answer.status in caption_of(ax).replace("\\$", "$")
    assert_nothing_clipped(ax.figure)
    figure, two = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    plot(gradient_of_selection(Population(game, 5, 0)), ax=two[0])
    plot(gradient_of_selection(Population(game, 6, 1, mutation=0.1)), ax=two[1])
    assert two[0].get_legend() is None
    assert_nothing_clipped(figure)


def test_a_flow_in_groups_is_drawn_as_any(assert_nothing_clipped):
    game = GroupGame(4, ["a", "b", "c"], lambda i, group: -(group[i] ** 2) * (i + 1))
    paths = flow(game, replicator, [[0.2, 0.3, 0.5], [0.6, 0.2, 0.2]], np.linspace(0, 5, 30))
    ax = plot(paths, view="triangle")
    [lines] = with_gid(ax, "trajectories")
    for path, wanted in zip(lines.get_paths(), paths.share.values, strict=True):
        assert from_plane(path.vertices) == pytest.approx(wanted, abs=1e-12)
    assert_nothing_clipped(ax.figure)
    assert len(with_gid(plot(paths), "share of a")) == 2
