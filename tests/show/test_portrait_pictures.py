"""Phase portraits: what is drawn is what the rest points and the velocities say."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dilemma.alliance import Alliance
from dilemma.evolution import connections, flow, logit, replicator, rest_points, smith
from dilemma.game import Game
from dilemma.show import plot
from dilemma.show.pictures.marks import hull
from dilemma.show.pictures.streams import streamlines
from dilemma.show.pictures.triangles import from_plane, on_plane

CYCLE = Game.symmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], ["rock", "paper", "scissors"])
HAWK_DOVE = Game.symmetric([["-1/2", 2], [0, 1]], ["hawk", "dove"])
PENNIES = Game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], [["heads", "tails"]] * 2)
# Two names for one strategy: a continuum of rest points.
ALIKE = Game.symmetric([[3, 3, 0], [3, 3, 0], [5, 5, 1]], ["share", "share too", "$x_1$ <b>"])


def axes_of(ax):
    """The Axes and all insets."""
    return [ax, *(one for child in ax.child_axes for one in axes_of(child))]


def with_gid(ax, gid):
    found = [one for each in axes_of(ax) for one in each.get_children() if one.get_gid() == gid]
    assert found, gid
    return found


def marked(ax, kind):
    """Where rest points of a kind are marked, in all panels."""
    return np.concatenate([one.get_xydata() for one in with_gid(ax, f"rest points: {kind}")])


def shown(ax):
    return {text.get_text() for one in axes_of(ax) for text in one.texts}


def test_two_strategies_are_a_velocity_over_a_line(assert_nothing_clipped):
    rest = rest_points(HAWK_DOVE)
    ax = plot(rest)
    [curve] = with_gid(ax, "velocity")
    x, v = curve.get_xydata().T
    # By hand: x (1 − x) (f_hawk − f_dove) with f_hawk − f_dove = 1 − 3x/2.
    assert v == pytest.approx(x * (1 - x) * (1 - 1.5 * x))
    assert marked(ax, "stable").tolist() == [[pytest.approx(2 / 3), 0]]
    assert sorted(marked(ax, "unstable")[:, 0]) == [0, 1]
    arrows = with_gid(ax, "arrow")
    for arrow in arrows:
        start, end = arrow.xyann[0], arrow.xy[0]
        assert np.sign(end - start) == np.sign(2 / 3 - (start + end) / 2)
    assert "hawk" in ax.get_xlabel()
    assert "per unit of time" in ax.get_ylabel()
    assert_nothing_clipped(ax.figure)


def test_three_strategies_are_a_triangle(assert_nothing_clipped):
    rest = rest_points(CYCLE)
    orbit = flow(CYCLE, replicator, [0.5, 0.3, 0.2], np.linspace(0, 8, 60))
    ax = plot(rest, trajectories=orbit)
    assert marked(ax, "centre").ravel() == pytest.approx(on_plane([1 / 3] * 3))
    assert {tuple(one) for one in from_plane(marked(ax, "saddle")).round(9)} == {
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
    }
    line = with_gid(ax, "trajectory")[0]
    assert from_plane(line.get_xydata()) == pytest.approx(orbit.share.values, abs=1e-12)
    assert {"rock", "paper", "scissors"} <= shown(ax)
    assert "trajectory, from its dot" in [one.get_text() for one in ax.get_legend().texts]
    assert_nothing_clipped(ax.figure)


def test_streamlines_keep_what_the_rule_keeps():
    # The replicator keeps rock·paper·scissors in this game: a closed orbit around the centre.
    ax = plot(rest_points(CYCLE))
    [streams] = with_gid(ax, "streamlines")
    inside = [from_plane(path.vertices) for path in streams.get_paths()]
    assert len(inside) > 15
    for line in inside:
        assert line.min() > -1e-9
        product = line.prod(axis=1)
        assert np.ptp(product) < 2e-3


def test_streamlines_go_with_the_velocity():
    rest = rest_points(HAWK_DOVE, populations=2)
    ax = plot(rest)
    [streams] = with_gid(ax, "streamlines")
    for path in streams.get_paths():
        x, y = path.vertices[:-1].T
        states = np.stack([x, 1 - x], -1), np.stack([y, 1 - y], -1)
        velocity = np.stack([one[:, 0] for one in rest.velocities(*states)], -1)
        assert np.all(np.sum(velocity * np.diff(path.vertices, axis=0), axis=1) > -1e-9)


def test_streamlines_of_no_velocity_are_none():
    still = streamlines(np.zeros_like, lambda points: points, np.array([[0.5, 0.5]]), 0.1)
    assert still == []


def test_two_populations_are_a_square(assert_nothing_clipped):
    rest = rest_points(PENNIES)
    paths = flow(PENNIES, replicator, ([[0.6, 0.4]], [[0.5, 0.5]]), [0, 1, 2])
    ax = plot(rest, trajectories=paths, terms="matching pennies")
    assert marked(ax, "centre").tolist() == [[0.5, 0.5]]
    assert len(marked(ax, "saddle")) == 4
    line = with_gid(ax, "trajectory")[0]
    assert line.get_xdata() == pytest.approx(paths.row_share.values[0, :, 0])
    assert line.get_ydata() == pytest.approx(paths.column_share.values[0, :, 0])
    assert "heads" in ax.get_xlabel()
    assert "tails" in ax.get_ylabel()
    assert any("matching pennies" in text.get_text() for text in ax.texts)
    assert_nothing_clipped(ax.figure)


@pytest.mark.parametrize("trust", ["1/2", "3/4", "9/10"])
def test_five_strategies_are_ten_faces(trust, assert_nothing_clipped):
    rest = rest_points(Alliance(trust=trust).game())
    ax = plot(rest, terms=Alliance(trust=trust))
    faces = with_gid(ax, "face")
    assert len(faces) == 10
    # A rest point of k strategies is on as many faces as contain those.
    faces_with = {1: 6, 2: 3, 3: 1}
    for kind in {point.kind for point in rest}:
        used = [
            sum(1 for share in point.shares[0] if share) for point in rest if point.kind == kind
        ]
        assert len(marked(ax, kind)) == sum(faces_with.get(k, 0) for k in used)
    assert {"COL", "COM", "CMP", "ACC", "AVO"} <= shown(ax)
    assert_nothing_clipped(ax.figure)


def test_faces_carry_the_points_of_their_own_strategies():
    game = Alliance(trust="3/4").game()
    rest = rest_points(game)
    ax = plot(rest, strategies=["collaboration", "competition", "avoidance"])
    wanted = {
        tuple(float(point.shares[0][i]) for i in (0, 1, 4))
        for point in rest
        if not point.shares[0][2] and not point.shares[0][3]
    }
    found = np.concatenate([marked(ax, kind) for kind in ("stable", "saddle")])
    assert {tuple(one) for one in from_plane(found).round(9)} == {
        tuple(round(value, 9) + 0 for value in one) for one in wanted
    }


def test_the_projection_says_where_points_lie(assert_nothing_clipped):
    rest = rest_points(Alliance(trust="3/4").game())
    ax = plot(rest, view="projection")
    corners = np.exp(2j * np.pi * (np.arange(5) / 5 + 1 / 4))
    for kind in ("stable", "saddle", "unstable"):
        wanted = [np.dot(np.array(p.shares[0], float), corners) for p in rest if p.kind == kind]
        found = marked(ax, kind) @ [1, 1j]
        assert sorted(found.round(9), key=lambda z: (z.real, z.imag)) == pytest.approx(
            sorted(np.round(wanted, 9), key=lambda z: (z.real, z.imag))
        )
    [caption] = [text for text in ax.texts if text.get_gid() == "caption"]
    assert "mean of the corners" in " ".join(caption.get_text().split())
    ends = [path.vertices[-1] for one in with_gid(ax, "orbits") for path in one.get_paths()]
    near = np.abs(np.array(ends)[:, None] - marked(ax, "stable")[None]).max(axis=2).min(axis=1)
    assert np.mean(near < 0.06) > 0.9
    assert_nothing_clipped(ax.figure)


def test_rules_that_leave_faces_get_the_projection(assert_nothing_clipped):
    rest = rest_points(Alliance().game(), smith)
    ax = plot(rest)
    assert not [one for one in axes_of(ax) if one.get_gid() == "face"]
    assert_nothing_clipped(ax.figure)
    with pytest.raises(ValueError, match="view: requires a rule under which absent"):
        plot(rest, view="faces")
    with pytest.raises(ValueError, match="strategies: requires a rule under which absent"):
        plot(rest, strategies=[0, 1, 2])


def test_four_strategies_are_four_faces(assert_nothing_clipped):
    game = Alliance(trust="3/4").game()
    four = Game.symmetric(game.exact_payoffs[0][:4, :4], game.strategies[0][:4])
    paths = flow(four, replicator, [[0.5, 0.3, 0.2, 0], [0.1, 0, 0.9, 0]], [0, 1, 2])
    ax = plot(rest_points(four), trajectories=paths)
    assert len(with_gid(ax, "face")) == 4
    # One start lies in one face, the other on an edge of two: a line and a dot each.
    assert len(with_gid(ax, "trajectory")) == 2 * (1 + 2)
    assert_nothing_clipped(ax.figure)
    inside = flow(four, replicator, [0.25] * 4, [0, 1])
    with pytest.raises(ValueError, match="trajectories: requires at most three"):
        plot(rest_points(four), trajectories=inside)
    with pytest.raises(ValueError, match="trajectories: requires shares of the strategies shown"):
        plot(rest_points(four), trajectories=inside, strategies=[0, 1, 2])


def test_continua_of_rest_points_are_drawn(assert_nothing_clipped):
    ax = plot(rest_points(ALIKE))
    [line] = with_gid(ax, "continuum of rest points")
    assert sorted(from_plane(line.get_xydata()).round(9).tolist()) == [[0, 1, 0], [1, 0, 0]]
    assert r"\$x_1\$ <b>" in shown(ax)
    assert_nothing_clipped(ax.figure)


@pytest.mark.parametrize("populations", [1, 2])
def test_games_in_which_nothing_matters(populations, assert_nothing_clipped):
    ax = plot(rest_points(Game.symmetric([[1, 1], [1, 1]]), populations=populations))
    with_gid(ax, "its part without invaders")
    assert_nothing_clipped(ax.figure)


def test_other_rules_and_small_figures(assert_nothing_clipped):
    figure, ((first, second), (third, fourth)) = plt.subplots(
        2, 2, figsize=(11, 8), layout="constrained"
    )
    assert plot(rest_points(CYCLE, smith), first) is first
    plot(rest_points(PENNIES, logit(3)), second)
    plot(rest_points(Alliance(trust="3/4").game()), third)
    plot(rest_points(HAWK_DOVE, smith), fourth)
    assert_nothing_clipped(figure)


def test_ternary_axes_are_taken_as_they_are():
    ax = plt.figure().add_subplot(projection="ternary")
    assert plot(rest_points(CYCLE), ax) is ax
    assert from_plane(marked(ax, "centre")[0]) == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"view": "sideways"}, "view: requires one of faces, projection"),
        ({"view": "faces"}, "view: requires four strategies"),
        ({"strategies": ["rock"]}, "strategies: requires at least two different"),
        ({"strategies": ["rock", "well"]}, "strategies: requires names among rock, paper"),
        ({"strategies": [0, True]}, "strategies: requires names among"),
        ({"trajectories": 3}, "trajectories: requires a Dataset of dilemma.evolution.flow"),
    ],
)
def test_options_that_do_not_fit(options, words):
    with pytest.raises(ValueError, match=words):
        plot(rest_points(CYCLE), **options)


def test_large_games_of_two_populations_want_a_face():
    rest = rest_points(Alliance(trust="3/4").game(), populations=2)
    with pytest.raises(ValueError, match=r"draw the face of two of each"):
        plot(rest)
    ax = plot(rest, strategies=([0, 1], ["collaboration", "competition"]))
    assert [1, 1] in marked(ax, "stable").tolist()


def test_a_trajectory_of_other_strategies_is_refused():
    other = flow(HAWK_DOVE, replicator, [0.5, 0.5], [0, 1])
    with pytest.raises(ValueError, match="trajectories: requires the strategies of the rest"):
        plot(rest_points(CYCLE), trajectories=other)


def test_without_mpltern_the_extra_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "mpltern", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "dilemma\[plot\]"'):
        plot(rest_points(CYCLE))


def test_hulls_of_points_on_a_line_are_segments():
    assert hull(np.array([[0, 0], [2, 2], [1, 1]])).tolist() == [[0, 0], [2, 2]]


@pytest.mark.parametrize("game", [CYCLE, HAWK_DOVE, ALIKE, Alliance(trust="3/4").game()])
def test_connections_are_arrows_between_rest_points(game, assert_nothing_clipped):
    found = connections(game)
    ax = plot(found)
    assert len(with_gid(ax, "connection")) == len(found)
    assert_nothing_clipped(ax.figure)


def test_connections_of_two_populations_are_named(assert_nothing_clipped):
    found = connections(HAWK_DOVE, populations=2)
    ax = plot(found)
    assert len(with_gid(ax, "connection")) == len(found)
    texts = {" ".join(text.get_text().split()) for text in ax.texts}
    assert set(found.names) <= texts
    assert_nothing_clipped(ax.figure)
