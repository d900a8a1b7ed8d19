"""Pictures of the square of receptivity and transparency, and bifurcation diagrams."""

import numpy as np
import pytest
from matplotlib.path import Path

from dilemma.alliance import Alliance, strategy_grid
from dilemma.evolution import (
    adaptive_dynamics,
    adaptive_paths,
    logit,
    pairwise_invasibility,
    square_equilibria,
)
from dilemma.game import Game, SquareGame
from dilemma.show import plot
from dilemma.show.pictures.theme import COLOURS
from dilemma.study import continuation

NOTHING = np.zeros((2, 2, 2, 2), dtype=int).astype(object)
FLAT = SquareGame([NOTHING, NOTHING], [("a", 0, 0), ("$b$", 1, 1)])
POSTURES = {
    "collaboration": (1, 1),
    "competition": (1, 0),
    "compromise": (0.5, 0.5),
    "accommodation": (0, 1),
    "avoidance": (0, 0),
}
STAG_HUNT = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])


def with_gid(ax, gid):
    return [one for one in ax.get_children() if one.get_gid() == gid]


def words_of(ax):
    [found] = [text for text in ax.texts if text.get_gid() == "caption"]
    return " ".join(found.get_text().split())


@pytest.mark.parametrize("trust", ["1/2", "3/4", "9/10"])
def test_selection_and_where_it_stops(trust, assert_nothing_clipped):
    alliance = Alliance(trust=trust)
    dynamics = adaptive_dynamics(alliance)
    ax = plot(dynamics, terms=alliance)
    for kind in ("stable", "saddle", "unstable", "undecided"):
        wanted = [tuple(map(float, one.point)) for one in dynamics if one.convergence == kind]
        drawn = [tuple(p) for one in with_gid(ax, f"singular points: {kind}")
                 for p in one.get_xydata()]  # fmt: skip
        assert drawn == wanted
    rings = with_gid(ax, "no mutant of the square invades")
    assert len(rings[0].get_xdata()) == sum(one.uninvadable for one in dynamics)
    places = {
        one.get_markeredgecolor(): tuple(one.get_xydata()[0]) for one in with_gid(ax, "landmark")
    }
    assert places == {COLOURS[name]: place for name, place in POSTURES.items()}
    [streams] = with_gid(ax, "streamlines")
    for path in streams.get_paths():
        middle, steps = path.vertices[:-1], np.diff(path.vertices, axis=0)
        slope = dynamics.gradient(middle)
        out = ((middle <= 0) & (slope < 0)) | ((middle >= 1) & (slope > 0))
        assert np.all(np.sum(np.where(out, 0, slope) * steps, axis=1) > -1e-9)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("receptivity (0 to 1)", "transparency (0 to 1)")
    assert "opportunism 3/4" in words_of(ax)
    assert_nothing_clipped(ax.figure)


def test_a_grid_of_postures_is_marked_without_names(assert_nothing_clipped):
    ax = plot(adaptive_dynamics(Alliance(strategies=strategy_grid(5))))
    assert len(with_gid(ax, "landmark")) == 25
    assert_nothing_clipped(ax.figure)


def test_the_gradient_is_arrows(assert_nothing_clipped):
    field = adaptive_dynamics(Alliance(trust="9/10")).field(9)
    ax = plot(field)
    [arrows] = with_gid(ax, "gradient")
    gradient = field.gradient.transpose("transparency", "receptivity", "coordinate").values
    assert arrows.U == pytest.approx(gradient[..., 0].ravel())
    assert arrows.V == pytest.approx(gradient[..., 1].ravel())
    assert arrows.XY[:, 0] == pytest.approx(np.tile(field.receptivity.values, 9))
    assert_nothing_clipped(ax.figure)
    assert "0 everywhere" in words_of(plot(adaptive_dynamics(FLAT).field(3)))


def test_adaptive_paths_are_lines(assert_nothing_clipped):
    starts = ["accommodation", "competition", (0.3, 0.6)]
    paths = adaptive_paths(Alliance(trust="9/10"), starts, np.linspace(0, 20, 40))
    ax = plot(paths)
    for line, wanted in zip(with_gid(ax, "path"), paths.position.values, strict=True):
        assert line.get_xydata() == pytest.approx(wanted)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["accommodation", "competition", "from (0.3, 0.6)"]
    assert_nothing_clipped(ax.figure)


def test_who_can_invade_whom(assert_nothing_clipped):
    found = pairwise_invasibility(Alliance(trust="9/10"), "collaboration", "avoidance", 21)
    ax = plot(found)
    [regions] = with_gid(ax, "sign")
    inside = regions.get_paths()[1].to_polygons()
    sign = found.sign.values
    for i, j in np.ndindex(sign.shape):
        # Away from boundaries, which pass between grid points.
        near = sign[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2]
        if np.all(near == sign[i, j]):
            # Just inside of the square, so that no point lies on the border of a region.
            at = 0.01 + 0.98 * np.array([found.resident.values[j], found.mutant.values[i]])
            within = [Path(one).contains_point(at) for one in inside]
            assert any(within) == (sign[i, j] > 0)
    assert "collaboration" in ax.get_xlabel()
    assert "avoidance" in ax.get_xlabel()
    assert_nothing_clipped(ax.figure)


def test_ties_everywhere_are_cells(assert_nothing_clipped):
    ax = plot(pairwise_invasibility(FLAT, "a", "$b$", 5))
    [cells] = with_gid(ax, "sign")
    assert not np.any(cells.get_array())
    assert "a tie (0)" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert_nothing_clipped(ax.figure)


@pytest.mark.parametrize(
    "terms",
    [{"trust": "9/10"}, {"trust": "1/2", "stakes": (2, 3)}, {"trust": "3/10", "stakes": 8}],
)
def test_equilibria_of_the_square(terms, assert_nothing_clipped):
    found = square_equilibria(Alliance(**terms))
    ax = plot(found)
    marks = [one for one in with_gid(ax, "equilibrium") if one.get_linestyle() == "None"]
    drawn = [(one.get_marker(), *one.get_xydata()[0]) for one in marks]
    wanted = []
    for one in found:
        alike = one.row == one.column
        for point, marker in zip((one.row, one.column), "o" if alike else "><", strict=False):
            wanted.append((marker, *map(float, point)))
    assert drawn == wanted
    lost = sum(gain > 0 for one in found.postures if not one.survives for gain in one.gains)
    assert len(with_gid(ax, "best reply")) == lost
    assert_nothing_clipped(ax.figure)


def test_squares_on_which_nothing_matters(assert_nothing_clipped):
    found = square_equilibria(FLAT)
    ax = plot(found)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert f"and {len(found) - 6} more" in labels
    assert_nothing_clipped(ax.figure)
    assert_nothing_clipped(plot(adaptive_dynamics(FLAT)).figure)


def test_branches_of_a_fold(assert_nothing_clipped):
    found = continuation(STAG_HUNT, "rationality", logit, over=(0, 6))
    ax = plot(found)
    lines = {kind: with_gid(ax, f"branch: {kind}") for kind in ("stable", "unstable")}
    assert {one.get_linestyle() for one in lines["stable"]} == {"-"}
    assert {one.get_linestyle() for one in lines["unstable"]} == {"--"}
    for kind, drawn in lines.items():
        wanted = [one for one in found.branches if one.kinds[0][2] == kind]
        assert [one.get_ydata().tolist() for one in drawn] == [
            one.states[:, 0].tolist() for one in wanted
        ]
    [fold] = with_gid(ax, "special: fold")
    assert fold.get_xydata().tolist() == [[found.special[0].value, found.special[0].state[0][0]]]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "fold:\n3.113" in labels
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("rationality", "share of stag")
    assert_nothing_clipped(ax.figure)


def test_branches_of_five_strategies(assert_nothing_clipped):
    found = continuation(Alliance(), "trust")
    ax = plot(found)
    panels = ax.child_axes[:5]
    assert [one.get_ylabel() for one in panels] == [
        f"share of {name}" for name in ("COL", "COM", "CMP", "ACC", "AVO")
    ]
    for place, (panel, colour) in enumerate(zip(panels, COLOURS.values(), strict=True)):
        pieces = sum(len(one.kinds) for one in found.branches)
        kinds = {kind for one in found.branches for _, _, kind in one.kinds}
        assert sum(len(with_gid(panel, f"branch: {kind}")) for kind in kinds) == pieces
        assert {one.get_color() for one in with_gid(panel, "branch: stable")} == {colour}
        [crossings] = with_gid(panel, "special: transcritical")
        assert crossings.get_ydata() == pytest.approx(
            [one.state[0][place] for one in found.special]
        )
    # Mutual collaboration becomes stable at trust 29/45.
    ends = [one.get_xdata()[[0, -1]] for one in with_gid(panels[0], "branch: stable")
            if np.all(one.get_ydata() == 1)]  # fmt: skip
    assert ends[0][0] == pytest.approx(29 / 45)
    assert_nothing_clipped(ax.figure)
    one = plot(found.to_dataset(), strategies=["collaboration"])
    assert one.get_xlabel() == "trust (0 to 1)"
    assert {line.get_linestyle() for line in with_gid(one, "branch: stable")} == {"-"}
    assert_nothing_clipped(one.figure)
    with pytest.raises(ValueError, match="strategies: requires names among"):
        plot(found, strategies=["cooperation"])


def test_branches_of_two_populations(assert_nothing_clipped):
    found = continuation(STAG_HUNT, "rationality", logit, over=(0, 6), populations=2)
    ax = plot(found)
    rows, columns = ax.child_axes
    assert (rows.get_ylabel(), columns.get_ylabel()) == (
        "share of stag, rows",
        "share of stag, columns",
    )
    drawn = sorted(one.get_ydata()[0] for one in with_gid(columns, "branch: stable"))
    wanted = sorted(
        one.states[0, 2] for one in found.branches for piece in one.kinds if piece[2] == "stable"
    )
    assert drawn == pytest.approx(wanted)
    assert_nothing_clipped(ax.figure)
