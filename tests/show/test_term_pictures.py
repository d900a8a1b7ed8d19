"""Maps and diagrams over terms: the regions, lines and values drawn are those of the results."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray

from dilemma import plot
from dilemma.alliance import STRATEGIES, Alliance
from dilemma.equilibria import nash_map
from dilemma.show.pictures.regimes import in_short, read_regime
from dilemma.show.pictures.theme import COLOURS
from dilemma.study import axis, batch_measure, concept_thresholds, regions, sweep, thresholds


def labelled(name, values):
    return xarray.DataArray(values, dims=name, coords={name: values})


@pytest.fixture(scope="module")
def over_two():
    return Alliance(
        trust=labelled("trust", np.linspace(0, 1, 15)),
        stakes=labelled("stakes", np.linspace(0.5, 8, 12)),
    )


def gids(ax, of):
    return [one for one in ax.get_children() if one.get_gid() == of]


def texts_of(ax, gid):
    return [one.get_text() for one in ax.texts if one.get_gid() == gid]


def ranked(codes):
    present, counts = np.unique(codes, return_counts=True)
    order = present[np.argsort(-counts, kind="stable")]
    return np.searchsorted(np.sort(order), codes), order


def test_a_regime_map_fills_each_cell_by_its_regime(over_two, assert_nothing_clipped):
    found = nash_map(over_two, keep="regimes", progress=False)
    ax = plot(found)
    (mesh,) = gids(ax, "classes")
    drawn = mesh.get_array().reshape(12, 15).T
    codes = found.regime.values
    # Alike where the regimes are, and nowhere else; the largest first.
    pairs = {(int(a), int(b)) for a, b in zip(drawn.flat, codes.flat, strict=True)}
    assert len(pairs) == len(np.unique(codes)) == len({a for a, _ in pairs})
    counts = np.bincount(drawn.ravel().astype(int))
    assert (np.diff(counts) <= 0).all()
    # Every border between two regimes, and no other.
    (borders,) = gids(ax, "borders")
    edges = (codes[1:] != codes[:-1]).sum() + (codes[:, 1:] != codes[:, :-1]).sum()
    assert len(borders.get_segments()) == edges
    legend = [one.get_text() for one in ax.get_legend().get_texts()]
    first = read_regime(found.regimes.values[dict(pairs)[0]])
    assert legend[0].replace("\n     ", " ").startswith(f"1: {in_short(first[0])}")
    assert ax.get_xlabel() == "trust (0 to 1)"
    assert_nothing_clipped(ax.figure)


def test_a_regime_map_is_the_same_whatever_was_kept(over_two):
    maps = [
        gids(plot(nash_map(over_two, keep=keep, progress=False)), "classes")[0].get_array()
        for keep in ("everything", "supports", "regimes")
    ]
    for one in maps[:2]:
        pairs = set(zip(one.ravel().tolist(), maps[2].ravel().tolist(), strict=True))
        assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def test_regime_maps_in_the_order_of_the_axis():
    stakes = labelled("stakes", np.array([8.0, 1.0, 4.0]))
    found = nash_map(Alliance(trust=labelled("trust", np.array([0.1, 0.9])), stakes=stakes))
    (mesh,) = gids(plot(found.drop_vars([])), "classes")
    (other,) = gids(plot(found.sortby("stakes")), "classes")
    np.testing.assert_array_equal(mesh.get_array(), other.get_array())


@pytest.mark.parametrize("shape", [(), (2, 2, 2), (0,)])
def test_regime_maps_need_one_or_two_terms(shape):
    games = np.zeros((*shape, 2, 2, 2))
    with pytest.raises(ValueError, match="found: requires one or two batch dimensions"):
        plot(nash_map(games, progress=False))


def test_strips_along_one_term_are_where_the_equilibria_are(assert_nothing_clipped):
    where = np.linspace(0, 1, 21)
    found = nash_map(Alliance(trust=labelled("trust", where)), progress=False)
    ax = plot(found)
    lines = gids(ax, "COL–COL")
    edges = np.concatenate([[0], (where[1:] + where[:-1]) / 2, [1]])
    there = ((found.row_support == 1) & (found.column_support == 1)).values.any(axis=1)
    assert [list(one.get_xdata()) for one in lines] == [[edges[there.argmax()], 1.0]]
    strict = {one.get_linewidth() for one in lines}
    loose = {one.get_linewidth() for one in gids(ax, "{COL, COM}")}
    assert min(strict) > max(loose)
    assert_nothing_clipped(ax.figure)


def test_thresholds_are_labelled_exactly_and_equilibria_live_between(assert_nothing_clipped):
    found = thresholds(Alliance(), "trust")
    ax = plot(found)
    labels = texts_of(ax, "critical value")
    assert [one.split()[0] for one in labels][:1] == ["29/45"]
    assert len(labels) == len(found.critical)
    for one, label in zip(found.critical, labels, strict=True):
        assert label.startswith(one.closed_form.replace("sqrt", "√"))
    across = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"]
    assert across == [float(one.value) for one in found.critical]
    for stretch in found.intervals:
        for one in stretch.equilibria:
            covering = [
                line
                for line in gids(ax, in_short(one.played))
                if line.get_xdata()[0] <= float(stretch.low)
                and line.get_xdata()[1] >= float(stretch.high)
            ]
            assert [line.get_linewidth() > 5 for line in covering] == [one.strict]
    assert_nothing_clipped(ax.figure)


def test_mixing_is_drawn_as_the_exact_probabilities(assert_nothing_clipped):
    found = thresholds(Alliance(strategies=STRATEGIES[:2]), "trust", ("13/20", "7/10"))
    ax = plot(found, mixing="row")
    (stretch,) = found.intervals
    (mixed,) = [one for one in stretch.equilibria if len(one.played[0]) > 1]
    (area,) = gids(ax, "collaboration in {COL, COM}")
    corners = area.get_paths()[0].vertices
    at = mixed.at("27/40")
    middle = corners[np.abs(corners[:, 0] - 0.675) < 1e-6][:, 1]
    assert np.ptp(middle) == pytest.approx(0.8 * float(at[0][0]), abs=1e-5)
    assert_nothing_clipped(ax.figure)
    with pytest.raises(ValueError, match='mixing: requires "row" or "column"'):
        plot(found, mixing="both")


def test_a_term_without_thresholds_or_mixtures(assert_nothing_clipped):
    found = thresholds(Alliance(strategies=STRATEGIES[:2]), "trust", ("1/10", "2/10"))
    assert not found.critical
    assert_nothing_clipped(plot(found).figure)
    ax = plot(found, mixing="column")
    assert "it never mixes" in [one.get_text() for one in ax.texts]


@pytest.mark.parametrize("concept", ["risk dominance", "evolutionary stability"])
def test_concepts_hold_where_they_are_drawn(concept, assert_nothing_clipped):
    found = concept_thresholds(Alliance(strategies=STRATEGIES[:3]), "trust", concept)
    ax = plot(found)
    for stretch in found.intervals:
        middle = (float(stretch.low) + float(stretch.high)) / 2
        drawn = {
            line.get_gid()
            for line in ax.lines
            if line.get_gid() and line.get_xdata()[0] <= middle <= line.get_xdata()[1]
        }
        assert drawn == set(stretch.statements)
    assert len(texts_of(ax, "critical value")) == len(found.critical)
    assert_nothing_clipped(ax.figure)


def test_regions_are_filled_and_bordered_by_their_exact_curves(assert_nothing_clipped):
    model = Alliance(strategies=STRATEGIES[:2])
    found = regions(model, "trust", "stakes", ((0, 1), ("1/2", 4)))
    ax = plot(found)
    (mesh,) = gids(ax, "regions")
    corners = mesh.get_coordinates()
    x, y = corners[0, :, 0], corners[:, 0, 1]
    numbers = mesh.get_array().reshape(len(y) - 1, len(x) - 1)
    for region in found.regions:
        first, second = map(float, region.sample)
        at = np.searchsorted(y, second) - 1, np.searchsorted(x, first) - 1
        assert numbers[at] == region.number
    segments = [
        segment
        for name in ("borders", "strict borders")
        for one in gids(ax, name)
        for segment in one.get_segments()
    ]
    assert len(segments) == sum(len(curve.arcs) for curve in found.curves)
    # On the curves themselves, by their polynomials.
    for curve in found.curves:
        for arc in curve.arcs:
            points = arc.points(40)
            assert any(np.array_equal(points, one) for one in segments)
    legend = [one.get_text() for one in ax.get_legend().get_texts()]
    assert len(legend) >= min(len(found.regions), 14)
    assert_nothing_clipped(ax.figure)
    fewer = plot(found, borders="strict")
    assert not gids(fewer, "borders")[0].get_segments()
    with pytest.raises(ValueError, match='borders: requires "all" or "strict"'):
        plot(found, borders="none")


@batch_measure(unit="value of knowledge")
def payoff(model):
    """What the row firm earns."""
    return model.payoffs().isel(player=0, column=0, drop=True).rename(row="strategy")


def quiet(*arguments, **axes):
    return sweep(*arguments, progress=False, **axes)


def test_a_sweep_along_one_term_is_a_line(assert_nothing_clipped):
    found = quiet(Alliance(), "critical_discount", trust=axis(0, 1, 11))
    ax = plot(found)
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), found.trust)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), found.critical_discount)
    assert ax.get_ylabel() == "critical discount (discount factor)"
    # Eleven points, each marked; in the colour of no strategy.
    assert ax.lines[0].get_marker() == "o"
    assert ax.lines[0].get_markevery() == 1
    assert ax.lines[0].get_color() not in COLOURS.values()
    assert "opportunism 3/4" in "".join(texts_of(ax, "caption")).replace("\n", " ")
    assert_nothing_clipped(ax.figure)


def test_whole_numbers_have_no_ticks_between():
    def reward(game):
        return game.payoffs[0, 0, 0]

    for stakes, whole in (([3, 4, 5, 6], True), (["7/2", 4, 5, 6], False)):
        ax = plot(sweep(Alliance(), reward, stakes=stakes))
        assert (ax.get_xticks() % 1 == 0).all() == whole


def test_a_line_for_each_strategy_in_its_colour(assert_nothing_clipped):
    found = quiet(Alliance(), payoff, trust=axis(0, 1, 5))
    ax = plot(found)
    words = [one.get_text() for one in ax.get_legend().get_texts()]
    assert words == [one.name for one in STRATEGIES]
    for k, line in enumerate(ax.lines):
        np.testing.assert_array_equal(line.get_ydata(), found.payoff.values[:, k])
    assert len({line.get_marker() for line in ax.lines}) == 5
    assert_nothing_clipped(ax.figure)


def test_a_sweep_over_two_terms_is_a_heat_map(assert_nothing_clipped):
    found = quiet(Alliance(), "welfare", trust=axis(0, 1, 6), stakes=[1, 2, 8])
    (mesh,) = gids(plot(found), "values")
    np.testing.assert_array_equal(mesh.get_array().reshape(3, 6), found.welfare.values.T)
    assert_nothing_clipped(plt.gcf())


def test_missing_numbers_are_hatched(assert_nothing_clipped):
    def where_it_is(game):
        return None if game.exact_payoffs[0, 0, 0] < 1 else game.exact_payoffs[0, 0, 0]

    found = quiet(Alliance(), where_it_is, trust=axis(0, 1, 4), stakes=[1, 2])
    ax = plot(found)
    (mesh,) = gids(ax, "values")
    assert mesh.get_array().mask.sum() == np.isnan(found.where_it_is.values).sum() > 0
    assert [one.get_text() for one in ax.get_legend().get_texts()] == ["missing"]
    assert_nothing_clipped(ax.figure)
    line = plot(quiet(Alliance(stakes=2), where_it_is, trust=axis(0, 1, 4)))
    assert_nothing_clipped(line.figure)


@pytest.mark.parametrize("measure", ["kind_of_dilemma", "is_equilibrium", "regime"])
def test_texts_and_truths_are_strips_and_areas(measure, assert_nothing_clipped):
    found = quiet(Alliance(), measure, trust=axis(0, 1, 6), stakes=[1, 2, 8])
    ax = plot(found)
    (mesh,) = gids(ax, "classes")
    drawn = mesh.get_array().reshape(3, 6).T
    np.testing.assert_array_equal(drawn, found[measure].values.astype(int))
    assert_nothing_clipped(ax.figure)
    along = plot(found.isel(stakes=0))
    assert len(along.get_yticklabels()) == len(np.unique(found[measure].values[:, 0]))
    assert_nothing_clipped(along.figure)


def test_a_third_term_makes_small_multiples(assert_nothing_clipped):
    found = quiet(
        Alliance(), "is_equilibrium", trust=axis(0, 1, 6), stakes=[1, 2, 8], synergy=[0, 1, 2]
    )
    ax = plot(found)
    shown = [one for one in ax.child_axes if one.get_visible()]
    assert [one.get_title(loc="left") for one in shown] == [
        f"is equilibrium, synergy {k}" for k in (0, 1, 2)
    ]
    for k, panel in enumerate(shown):
        (mesh,) = gids(panel, "classes")
        drawn = mesh.get_array().reshape(3, 6).T
        np.testing.assert_array_equal(drawn, found.is_equilibrium.values[:, :, k])
    assert_nothing_clipped(ax.figure)


def test_sweeps_with_too_much_to_draw_say_so():
    found = quiet(
        Alliance(), "is_equilibrium", trust=[0, 1], stakes=[1, 2], synergy=axis(0, 1, 17)
    )
    with pytest.raises(ValueError, match="at most 16 panels, got 17"):
        plot(found)
    with pytest.raises(ValueError, match="variable: requires one of is_equilibrium"):
        plot(found, variable="welfare")


def test_one_point_of_a_sweep_is_a_point(assert_nothing_clipped):
    found = quiet(Alliance(), "is_equilibrium", trust=[0.5]).astype(float)
    found.attrs["dilemma"] = "sweep"
    ax = plot(found)
    assert ax.lines[0].get_marker() == "o"
    assert_nothing_clipped(ax.figure)
