"""Trajectories of shares: against definitions, closed forms, scipy, and published cases."""

import numpy as np
import pytest
import xarray
from scipy.integrate import solve_ivp

from dilemma.alliance import Alliance
from dilemma.evolution import (
    adjusted_replicator,
    best_response,
    brown_von_neumann_nash,
    flow,
    imitation,
    logit,
    replicator,
    replicator_mutator,
    smith,
)
from dilemma.evolution.rules import rule_name
from dilemma.game import Game, Games

MUTATION = 0.9 * np.eye(4) + 0.025
IMITATIVE = [replicator, adjusted_replicator, imitation]
INNOVATIVE = [logit(3), replicator_mutator(MUTATION), brown_von_neumann_nash, smith]
SMOOTH = [*IMITATIVE, *INNOVATIVE]
PRISONERS = Game.symmetric([[-1, -10], [0, -5]], ["silence", "confession"])
# Rock, paper, scissors that win as much as they lose.
CYCLE = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])


def scipys(rule, A, B, start, times):
    """The same trajectory by scipy's DOP853 at tolerance 1e-12."""
    m = A.shape[0]

    def velocity(_, z):
        if B is None:
            return rule(z, A @ z)
        x, y = z[:m], z[m:]
        return np.concatenate([rule(x, A @ y), rule(y, B.T @ x)])

    found = solve_ivp(
        velocity, (0, times[-1]), start, "DOP853", times, rtol=1e-12, atol=1e-15, max_step=0.05
    )
    assert found.success
    return found.y.T


def plain(rule):
    """The same rule as a function that is not known, so that it takes the path of NumPy."""
    return lambda state, fitness: rule(state, fitness)


# ---- against scipy ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [lambda rule: rule, plain], ids=["compiled", "function"])
@pytest.mark.parametrize("rule", SMOOTH, ids=rule_name)
def test_one_population_as_scipy_has_it(rule, path):
    draw = np.random.default_rng(5)
    times = np.linspace(0, 12, 40)
    for _ in range(2):
        A = draw.uniform(0.5, 3, (4, 4))
        start = draw.dirichlet(np.ones(4))
        ours = flow(Game.symmetric(A), path(rule), start, times).share.values
        assert np.abs(ours - scipys(rule, A, None, start, times)).max() < 1e-7


@pytest.mark.parametrize("path", [lambda rule: rule, plain], ids=["compiled", "function"])
@pytest.mark.parametrize("rule", SMOOTH, ids=rule_name)
def test_two_populations_as_scipy_has_them(rule, path):
    draw = np.random.default_rng(6)
    times = np.linspace(0, 12, 40)
    A, B = draw.uniform(0.5, 3, (2, 4, 4))
    x, y = draw.dirichlet(np.ones(4), 2)
    ours = flow(Game.from_bimatrix(A, B), path(rule), (x, y), times)
    both = np.concatenate([ours.row_share.values, ours.column_share.values], axis=1)
    theirs = scipys(rule, A, B, np.concatenate([x, y]), times)
    assert np.abs(both - theirs).max() < 1e-7
    assert np.allclose(
        ours.row_mean_fitness, np.einsum("ti,ij,tj->t", both[:, :4], A, both[:, 4:])
    )
    assert np.allclose(
        ours.column_mean_fitness, np.einsum("ti,ij,tj->t", both[:, :4], B, both[:, 4:])
    )


def test_populations_of_different_sizes_and_rules():
    draw = np.random.default_rng(7)
    A, B = draw.uniform(0.5, 3, (2, 2, 3))
    x, y = draw.dirichlet(np.ones(2)), draw.dirichlet(np.ones(3))
    times = np.linspace(0, 10, 21)
    pairs = [(replicator, logit(4)), (smith, imitation)]
    for first, second in [*pairs, (plain(replicator), logit(4))]:
        ours = flow(Game.from_bimatrix(A, B), (first, second), (x, y), times)

        def velocity(_, z, first=first, second=second):
            return np.concatenate([first(z[:2], A @ z[2:]), second(z[2:], B.T @ z[:2])])

        theirs = solve_ivp(
            velocity, (0, 10), np.r_[x, y], "DOP853", times, rtol=1e-12, atol=1e-15, max_step=0.05
        ).y
        assert np.abs(ours.row_share.values.T - theirs[:2]).max() < 1e-7
        assert np.abs(ours.column_share.values.T - theirs[2:]).max() < 1e-7


@pytest.mark.parametrize("rule", [*SMOOTH, logit(20)], ids=rule_name)
def test_accuracy_is_what_was_asked_for_also_between_steps(rule):
    # Steps are long in logarithms, and under logit near a target: shares between them come from a
    # polynomial, whose error step control does not see.
    draw, times = np.random.default_rng(12), np.linspace(0, 50, 101)
    for _ in range(3):
        matrix = draw.uniform(0.5, 4, (4, 4))
        game, starts = Game.symmetric(matrix), draw.dirichlet(np.ones(4), 10)
        best = flow(game, rule, starts, times, tolerance=1e-13).share.values
        allowed = best if rule in IMITATIVE else best + 1e-3
        ways = [(rule, 1e-8)]
        if rule == logit(20):
            ways += [(rule, 1e-5), (plain(rule), 1e-6)]
        for way, tolerance in ways:
            ours = flow(game, way, starts, times, tolerance=tolerance).share.values
            assert (np.abs(ours - best) / allowed)[best > 1e-300].max() < tolerance


def test_accuracy_of_shares_of_all_sizes():
    # Shares down to 1e-40, seen at many times between few steps.
    draw, times = np.random.default_rng(8), np.linspace(0, 100, 101)
    for _ in range(3):
        game, starts = Game.symmetric(draw.normal(size=(5, 5))), draw.dirichlet(np.ones(5), 40)
        best = flow(game, replicator, starts, times, tolerance=1e-13).share.values
        for tolerance in (1e-6, 1e-8, 1e-10):
            ours = flow(game, replicator, starts, times, tolerance=tolerance).share.values
            assert np.abs(ours / best - 1)[best > 1e-300].max() < tolerance


# ---- closed forms and invariants ----------------------------------------------------------------


def test_two_strategies_without_frequency_dependence_are_logistic():
    times = np.linspace(0, 100, 51)
    game = Game.symmetric([[3, 3], [1, 1]])
    for path in (replicator, plain(replicator)):
        share = flow(game, path, [0.01, 0.99], times).share.values
        exact = 1 / (1 + 99 * np.exp(-2 * times))
        assert np.abs(share[:, 0] - exact).max() < 1e-8
    log_share = np.log(flow(game, replicator, [0.01, 0.99], times).share.values[:, 1])
    assert (
        np.abs(log_share - (np.log(99) - 2 * times - np.log1p(99 * np.exp(-2 * times)))).max()
        < 1e-8
    )
    # A share of 1e-302, and none at all.
    late = flow(game, replicator, [0.5, 0.5], [347.5, 1e6])
    assert late.share.values[0, 1] == pytest.approx(np.exp(-695), rel=1e-7)
    assert late.share.values[1].tolist() == [1, 0]
    # Imitation is logistic as well, at the rate tanh(1).
    share = flow(game, imitation, [0.01, 0.99], times).share.values[:, 0]
    assert np.abs(share - 1 / (1 + 99 * np.exp(-np.tanh(1) * times))).max() < 1e-8


def test_constant_payoffs_under_logit_are_exponential():
    times = np.linspace(0, 20, 21)
    game = Game.symmetric([[3, 3], [1, 1]])
    goal = 1 / (1 + np.exp(-4))
    share = flow(game, logit(2), [0, 1], times).share.values[:, 0]
    assert np.abs(share - goal * (1 - np.exp(-times))).max() < 1e-9


def test_a_zero_sum_cycle_keeps_the_product_of_shares():
    found = flow(Game.symmetric(CYCLE), replicator, [0.5, 0.3, 0.2], np.linspace(0, 1000, 500))
    product = found.share.values.prod(axis=1)
    assert np.abs(product / product[0] - 1).max() < 1e-6
    two = flow(
        Game.from_bimatrix(CYCLE, -CYCLE), replicator, ([0.5, 0.3, 0.2], [0.2, 0.2, 0.6]),
        np.linspace(0, 300, 100),
    )  # fmt: skip
    product = two.row_share.values.prod(axis=1) * two.column_share.values.prod(axis=1)
    assert np.abs(product / product[0] - 1).max() < 1e-6


def test_affine_change_of_payoffs_rescales_time():
    draw = np.random.default_rng(3)
    A, start = draw.normal(size=(4, 4)).round(2), draw.dirichlet(np.ones(4))
    times = np.linspace(0, 10, 11)
    for rule in (replicator, smith, brown_von_neumann_nash):
        before = flow(Game.symmetric(A), rule, start, times).share.values
        after = flow(Game.symmetric(8 * A + 1000), rule, start, times / 8).share.values
        assert np.abs(before - after).max() < 1e-7


def test_a_unit_matrix_of_mutation_is_the_replicator():
    draw = np.random.default_rng(4)
    A, start = draw.uniform(1, 2, (3, 3)), draw.dirichlet(np.ones(3))
    rule = replicator_mutator(np.eye(3))
    first, second = (flow(Game.symmetric(A), one, start, [9]).share for one in (rule, replicator))
    assert np.abs(first - second).max() < 1e-8


def test_levels_of_payoffs_do_not_blur_differences():
    A = np.array([[0, 2], [1, 0.0]])
    times = [1, 5]
    near, far = (
        flow(Game.symmetric(A + level), replicator, [0.2, 0.8], times).share.values
        for level in (0, 2.0**40)
    )
    assert np.abs(near - far).max() < 1e-8


# ---- the simplex --------------------------------------------------------------------------------


def test_prisoners_stay_on_the_simplex_which_nashpy_leaves():
    times = np.linspace(0, 1e4, 1001)
    start = np.array([0.5, 0.5])
    theirs = PRISONERS.to_nashpy().replicator_dynamics(y0=start, timepoints=times)
    assert not (np.abs(theirs.sum(axis=1) - 1).max() < 1e-3 and theirs.min() >= 0)
    for rule in (
        replicator,
        imitation,
        smith,
        brown_von_neumann_nash,
        logit(2),
        plain(replicator),
    ):
        found = flow(PRISONERS, rule, start, times)
        shares = found.share.values
        assert bool(found.complete)
        assert np.abs(shares.sum(axis=1) - 1).max() < 1e-12
        assert shares.min() >= 0
        assert shares[-1, 1] > 0.99


@pytest.mark.parametrize("rule", [*IMITATIVE, plain(replicator)], ids=rule_name)
def test_faces_are_invariant_under_imitation(rule):
    draw = np.random.default_rng(2)
    A = draw.uniform(1, 2, (4, 4))
    found = flow(Game.symmetric(A), rule, [0.3, 0, 0.7, 0], np.linspace(0, 50, 20)).share.values
    assert np.all(found[:, [1, 3]] == 0)
    smaller = flow(Game.symmetric(A[np.ix_([0, 2], [0, 2])]), rule, [0.3, 0.7], [50]).share.values
    assert np.abs(found[-1, [0, 2]] - smaller[-1]).max() < 1e-8
    for vertex in range(4):
        kept = flow(Game.symmetric(A), rule, np.eye(4)[vertex], [0, 1e3]).share.values
        assert np.array_equal(kept, np.eye(4)[[vertex, vertex]])


@pytest.mark.parametrize("rule", [smith, brown_von_neumann_nash, logit(1)], ids=rule_name)
def test_unused_strategies_are_taken_up_when_they_pay(rule):
    found = flow(Game.symmetric([[3, 0], [5, 1]]), rule, "1", [0, 0.1, 30]).share.values
    assert found[0].tolist() == [1, 0]
    assert 0 < found[1, 1] < found[2, 1]
    same = flow(Game.symmetric([[3, 0], [5, 1]]), plain(rule), "1", [0, 0.1, 30]).share.values
    assert np.abs(found - same).max() < 1e-7


def test_a_heteroclinic_cycle_slows_down_for_ever_and_does_not_stop():
    # Losses exceed gains: outwards. From one vertex to the next each stay lasts 2 times as long as
    # the one before, the ratio of the eigenvalues there (linearised at the vertices).
    game = Game.symmetric([[0, -2, 1], [1, 0, -2], [-2, 1, 0]])
    times = np.arange(0, 20_000, 0.5)
    found = flow(game, replicator, [0.4, 0.3, 0.3], times)
    assert bool(found.complete)
    leader = found.share.values.argmax(axis=1)
    turns = times[1:][np.diff(leader) != 0]
    stays = np.diff(turns)[-6:]
    assert np.abs(stays[1:] / stays[:-1] - 2).max() < 0.02
    assert found.share.values.min() == 0
    assert np.abs(found.share.values.sum(axis=1) - 1).max() < 1e-12


# ---- published cases ----------------------------------------------------------------------------


def test_zeemans_game_has_a_sink_inside_beside_a_pure_one():
    # zeeman1980: an attractor inside that is no ESS, and the first strategy, which is one.
    game = Game.symmetric([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]])
    starts = [[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.9, 0.05, 0.05], [0.8, 0.1, 0.1]]
    ends = flow(game, replicator, starts, [0, 300]).share.values[:, -1]
    assert np.abs(ends[:2] - 1 / 3).max() < 1e-8
    assert np.abs(ends[2:] - [1, 0, 0]).max() < 1e-8


def test_rock_paper_scissors_spirals_in_or_out_with_what_is_won():
    start, times = [0.4, 0.3, 0.3], np.linspace(0, 60, 200)
    for win, inward in ((2, True), (0.5, False)):
        A = np.where(CYCLE > 0, win, CYCLE)
        product = flow(Game.symmetric(A), replicator, start, times).share.values.prod(axis=1)
        assert np.all(np.diff(product) > -1e-12 if inward else np.diff(product) < 1e-12)
        assert (abs(product[-1] - 1 / 27) < 1e-6) if inward else (product[-1] < 1e-6)


# ---- many at once -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule", [replicator, logit(2), plain(replicator), best_response], ids=rule_name
)
def test_many_games_and_starts_are_each_as_if_alone(rule):
    draw = np.random.default_rng(9)
    A = draw.normal(size=(3, 4, 4)).round(2)
    games = Games(
        np.stack([A, A.swapaxes(1, 2)], axis=1), dims=["case"], coords={"case": list("abc")}
    )
    starts = draw.dirichlet(np.ones(4), 37)
    times = np.linspace(0, 20, 15)
    together = flow(games, rule, starts, times, workers=2)
    assert together.share.dims == ("case", "start", "time", "strategy")
    assert together.mean_fitness.shape == (3, 37, 15)
    for case, start in ((0, 0), (1, 36), (2, 5)):
        alone = flow(Game.symmetric(A[case]), rule, starts[start], times, workers=1)
        own = together.isel(case=case, start=start)
        assert np.array_equal(alone.share, own.share)
        assert np.allclose(alone.mean_fitness, own.mean_fitness)
        assert int(alone.steps) == int(own.steps)
        f = alone.share.values @ A[case].T
        assert np.allclose(alone.mean_fitness, (f * alone.share.values).sum(axis=1))


def test_shares_are_labelled_and_stored(tmp_path):
    game = Alliance(trust="3/4").game()
    found = flow(game, replicator, ["collaboration", "avoidance"], [1, 2])
    assert list(found.strategy.values) == list(game.strategies[0])
    assert found.share.sel(strategy="collaboration").values.tolist() == [[1, 1], [0, 0]]
    assert found.attrs["dilemma"] == "flow"
    assert found.attrs["rule"] == "replicator"
    assert all(isinstance(value, str) for value in found.attrs.values())
    two = flow(game, smith, ("collaboration", [[1, 0, 0, 0, 0], [0, 0, 0, 0, 1]]), [0.0, 2.0])
    assert two.row_share.dims == ("start", "time", "row")
    assert list(two.column.values) == list(game.strategies[1])
    assert two.row_share.values[:, 0, 0].tolist() == [1, 1]


def test_a_batch_of_an_alliances_games():
    games = Alliance(trust=np.array([0.1, 0.9])).games()
    found = flow(games, replicator, np.full(5, 0.2), [0, 200])
    assert found.share.dims == (*games.dims, "time", "strategy")
    for trust, place in ((0.1, 0), (0.9, 1)):
        alone = flow(Alliance(trust=trust).game(), replicator, np.full(5, 0.2), [0, 200])
        assert np.abs(alone.share.values - found.share.values[place]).max() < 1e-8


def test_starts_of_a_dataarray_keep_their_dimensions():
    game = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    shares = xarray.DataArray(
        [[[0.2, 0.8], [1, 0]]], dims=["city", "year", "strategy"],
        coords={"year": [1998, 2001], "strategy": ["hide", "share"]},
    )  # fmt: skip
    found = flow(game, replicator, shares, [0, 1])
    assert found.share.dims == ("city", "year", "time", "strategy")
    assert found.share.sel(year=1998, time=0, strategy="share").values.tolist() == [0.8]
    assert flow(game, replicator, np.full((2, 3, 2), 0.5), [1]).share.dims[:2] == (
        "start_0", "start_1",
    )  # fmt: skip


def test_inputs_are_left_alone_and_names_are_read():
    start, times = np.array([[0.5, 0.5]]), np.array([0.0, 1.0])
    before = start.copy(), times.copy()
    flow(PRISONERS, plain(replicator), start, times)
    flow(PRISONERS, replicator, start, times)
    flow(PRISONERS, best_response, start, times)
    assert np.array_equal(start, before[0])
    assert np.array_equal(times, before[1])
    exact = flow(PRISONERS, replicator, ["1/2", "1/2"], ["1/2", 1]).share
    assert np.array_equal(exact, flow(PRISONERS, replicator, [0.5, 0.5], [0.5, 1]).share)


def test_one_strategy_and_equal_payoffs():
    for rule in (replicator, smith, logit(1), best_response, plain(replicator)):
        one = flow(Game.symmetric([[7]]), rule, [1], [0, 5]).share.values
        assert one.tolist() == [[1], [1]]
        flat = flow(Game.symmetric(np.full((3, 3), 0.1)), rule, [0.2, 0.3, 0.5], [0, 5, 9])
        if rule != logit(1):
            assert np.abs(flat.share.values - [0.2, 0.3, 0.5]).max() < 1e-15


def test_huge_and_tiny_payoffs():
    for scale in (1e-300, 1e-9, 1e9, 1e300):
        game = Game.symmetric(np.array([[3.0, 0], [5, 1]]) * scale)
        found = flow(game, replicator, [0.9, 0.1], np.array([0.5, 1]) / scale)
        plain_units = flow(Game.symmetric([[3, 0], [5, 1]]), replicator, [0.9, 0.1], [0.5, 1])
        assert np.abs(found.share.values - plain_units.share.values).max() < 1e-8
    long = flow(Game.symmetric([[0, 0], [1e300, 1e300]]), replicator, [0.9, 0.1], [0, 1])
    assert long.share.values[-1].tolist() == [0, 1]
