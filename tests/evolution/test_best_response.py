"""Best-response trajectories: straight lines, exact turns, sliding, and ties."""

import numpy as np
import pytest

from dilemma.evolution import best_response, flow, logit
from dilemma.game import Game

CYCLE = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])


def cyclic(win, loss):
    return Game.symmetric(np.where(CYCLE > 0, win, np.where(CYCLE < 0, -loss, 0)))


def test_a_straight_line_turns_where_payoffs_tie():
    # Coordination: towards the first if its share exceeds 1/3.
    game, times = Game.symmetric([[2, 0], [0, 1]]), np.linspace(0, 5, 11)
    up = flow(game, best_response, [0.4, 0.6], times).share.values
    assert np.abs(up[:, 0] - (1 - 0.6 * np.exp(-times))).max() < 1e-14
    down = flow(game, best_response, [0.3, 0.7], times).share.values
    assert np.abs(down[:, 0] - 0.3 * np.exp(-times)).max() < 1e-14


def test_hawks_and_doves_reach_their_mixture_in_finite_time_and_stay():
    game = Game.symmetric([[-1, 4], [0, 2]])
    reached = np.log(3)
    found = flow(game, best_response, [0, 1], [0.5, reached, 2 * reached, 50])
    expected = [1 - np.exp(-0.5), 2 / 3, 2 / 3, 2 / 3]
    assert np.abs(found.share.values[:, 0] - expected).max() < 1e-14
    assert bool(found.complete)
    assert bool(found.unique)


def test_sliding_along_a_face_of_ties():
    # The first two earn the same where their shares are equal, and each is worse against itself:
    # the trajectory slides along x = y, and away from the third strategy.
    game = Game.symmetric([[0, 2, 2], [2, 0, 2], [0, 0, 0]])
    times = np.linspace(0, 6, 25)
    found = flow(game, best_response, [0.3, 0.1, 0.6], times)
    x = found.share.values
    # Towards the second until shares tie: 0.3 w = 1 - 0.9 w, at w = 5/6.
    tie = np.log(6 / 5)
    before, after = times <= tie, times > tie
    assert np.abs(x[before, 0] - 0.3 * np.exp(-times[before])).max() < 1e-14
    assert np.abs(x[after, 0] - x[after, 1]).max() < 1e-12
    assert np.abs(x[:, 2] - 0.6 * np.exp(-times)).max() < 1e-13
    assert int(found.steps) <= 4


def test_bad_rock_paper_scissors_ends_in_shapleys_triangle():
    # gaunersdorfer1995: the corners lie where two best replies tie and the third earns what makes
    # the largest payoff 0; a turn from one corner to the next takes a third of the period.
    game = cyclic(1, 2)
    A = game.payoffs[0]
    late = np.linspace(200, 203, 301)
    found = flow(game, best_response, [0.5, 0.3, 0.2], late)
    assert bool(found.complete)
    # On the triangle the best payoff is 0.
    assert np.abs((found.share.values @ A.T).max(axis=1)).max() < 1e-9
    again = flow(game, best_response, [0.1, 0.1, 0.8], late)
    assert np.abs((again.share.values @ A.T).max(axis=1)).max() < 1e-9


def test_good_rock_paper_scissors_ends_at_its_equilibrium_in_finite_time():
    found = flow(cyclic(2, 1), best_response, [0.5, 0.3, 0.2], [1, 10, 1000])
    assert bool(found.complete)
    assert np.abs(found.share.values[1:] - 1 / 3).max() < 1e-9


def test_play_that_turns_ever_faster_is_given_up_in_words():
    # In zero-sum games the largest payoff falls like exp(-t), and turns come ever faster.
    times = np.linspace(0, 6, 13)
    found = flow(cyclic(1, 1), best_response, [0.5, 0.3, 0.2], times)
    largest = (found.share.values @ CYCLE.T).max(axis=1)
    assert np.abs(largest - largest[0] * np.exp(-times)).max() < 1e-12
    found = flow(cyclic(1, 1), best_response, [0.5, 0.3, 0.2], [1, 100], most_steps=10_000)
    assert not bool(found.complete)
    assert 5 < float(found.reached) < 100
    assert np.isnan(found.share.values[1]).all()
    assert "most_steps" in found.attrs["status"]


def test_two_populations_matching_pennies():
    game = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    times = np.linspace(0, 5, 11)
    found = flow(game, best_response, ([0.9, 0.1], [0.6, 0.4]), times)
    x, y = found.row_share.values, found.column_share.values
    # brown1950's value: what best replies would earn, together, falls like exp(-t).
    gap = (y @ game.payoffs[0].T).max(axis=1) + (x @ game.payoffs[1]).max(axis=1)
    assert np.abs(gap - gap[0] * np.exp(-times)).max() < 1e-12
    assert np.abs(x.sum(axis=1) - 1).max() < 1e-14
    # The first turn: rows head for the first, columns for the second strategy until y = 1/2.
    quick = flow(game, best_response, ([0.9, 0.1], [0.6, 0.4]), [np.log(1.2)])
    assert np.abs(quick.column_share.values[0] - 0.5).max() < 1e-14


def test_it_is_the_limit_of_logit():
    game = Game.symmetric(np.random.default_rng(1).normal(size=(4, 4)))
    starts = np.random.default_rng(2).dirichlet(np.ones(4), 5)
    times = np.linspace(0, 3, 7)
    exact = flow(game, best_response, starts, times).share.values
    near = flow(game, logit(3000), starts, times).share.values
    assert np.abs(exact - near).max() < 5e-3


def test_a_start_where_best_replies_tie_has_several_solutions():
    game = Game.symmetric([[2, 0], [0, 1]])
    found = flow(game, best_response, [[1 / 3, 2 / 3], [0.5, 0.5]], [0, 1, 10])
    assert np.abs(found.share.values[0] - [1 / 3, 2 / 3]).max() < 1e-12
    assert found.unique.values.tolist() == [False, True]
    # Equal strategies: everything is a solution, and the start is at rest.
    flat = flow(Game.symmetric(np.ones((3, 3))), best_response, [0.2, 0.3, 0.5], [0, 9])
    assert np.array_equal(flat.share.values[0], flat.share.values[1])


@pytest.mark.parametrize("size", [2, 5])
def test_the_right_side_is_a_best_reply_everywhere(size):
    # The definition: x + dx/dt is a mixture of best replies, by differences of the trajectory.
    draw = np.random.default_rng(size)
    short = 1e-6
    for _ in range(8):
        A = draw.integers(-3, 4, (size, size)).astype(float)
        times = np.sort(np.concatenate([draw.uniform(0, 4, 20)] * 2))
        times[1::2] += short
        found = flow(Game.symmetric(A), best_response, draw.dirichlet(np.ones(size)), times)
        x = found.share.values
        if not bool(found.complete):
            assert np.isnan(x[-1]).all()
            continue
        reply = x[:-1:2] + (x[1::2] - x[:-1:2]) / short
        payoffs = x[:-1:2] @ A.T
        regret = payoffs.max(axis=1) - (payoffs * reply).sum(axis=1)
        # A turn may fall between the two times.
        assert np.median(np.abs(regret)) < 1e-5
        assert np.mean(np.abs(regret) < 1e-4) > 0.85
