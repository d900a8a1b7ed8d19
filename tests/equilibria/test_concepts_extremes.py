"""Where a concept could be wrong at an edge: each case once was, in a review."""

import math
from fractions import Fraction

import numpy as np
import pytest

from dilemma.equilibria import (
    correlated,
    correlated_payoffs,
    evolutionarily_stable,
    fictitious_play,
    lemke_howson_all,
    logit_branches,
    logit_equilibrium,
    logit_path,
    nash,
    pure_nash,
    risk_dominance,
    support_enumeration,
)
from dilemma.game import Game

STAG_HUNT = Game.symmetric([[4, 0], [3, 3]])


@pytest.mark.parametrize(
    ("A", "B", "payoffs"),
    [
        ([[1], [1]], [[0], [2]], (1, 2)),
        ([[3], [3]], [[1], [35]], (3, 35)),
        ([[3], [3]], [[35], [1]], (3, 35)),
        ([[3, 3], [3, 3]], [[1, 1], [5, 5]], (3, 5)),
        ([[0, 2]], [[1, 1]], (2, 1)),
    ],
)
def test_the_egalitarian_best_is_the_best_of_its_edge(A, B, payoffs):
    assert correlated(Game.from_bimatrix(A, B), "egalitarian").payoffs == payoffs


def test_without_a_pure_equilibrium_the_number_of_mixed_ones_is_not_claimed():
    game = Game([[[2, 2, 0], [3, 1, 0], [1, 0, 2]], [[3, 1, 3], [0, 1, 0], [1, 3, 2]]])
    assert len(pure_nash(game)) == 0
    assert "at least one" in pure_nash(game).status
    assert len(nash(game)) == 3


def test_half_dominance_can_tie_at_one_half():
    found = risk_dominance(Game.symmetric([[1, 0], [0, 1]]))
    assert len(found.half_dominant) == 2
    assert found.dominant is None


@pytest.mark.parametrize("solver", [nash, support_enumeration, evolutionarily_stable])
@pytest.mark.parametrize("limit", [math.nan, -1])
def test_limits_are_numbers_of_at_least_nothing(solver, limit):
    with pytest.raises(ValueError, match="limit: requires a number of at least 0"):
        solver(STAG_HUNT, limit=limit)


@pytest.mark.parametrize(
    ("block", "kind"), [(None, TypeError), (True, TypeError), (0, ValueError)]
)
def test_the_largest_block_is_checked_for_every_game(block, kind):
    with pytest.raises(kind, match="largest_block: requires a positive integer"):
        evolutionarily_stable(STAG_HUNT, largest_block=block)


@pytest.mark.parametrize("payoffs", [None, 3, "12"])
def test_payoffs_that_are_none_are_named(payoffs):
    with pytest.raises(TypeError, match="payoffs: requires two numbers"):
        correlated_payoffs(STAG_HUNT).contains(payoffs)


@pytest.mark.parametrize(
    "game",
    [
        Game.symmetric([[1, 0, 0], [0, 0, 1], [1, 0, 0]]),
        Game.from_bimatrix([[0] * 3] * 4, [[0, 1, 1], [0, 0, 1], [1, 1, 0], [1, 0, 0]]),
        Game.from_bimatrix(
            [[0] * 5] * 4,
            [[0, 1, 1, 1, 0], [0, 0, 0, 1, 1], [1, 0, 1, 1, 0], [0, 1, 1, 1, 1]],
        ),
    ],
)
def test_nilpotent_derivatives_are_no_bifurcations(game):
    """Where one player is indifferent throughout, the logit equilibrium is unique."""
    assert logit_path(game).bifurcations == ()


def test_no_game_of_zeros_and_ones_breaks_its_symmetry_at_an_absurd_rationality():
    draw = np.random.default_rng(8)
    for _ in range(120):
        size = int(draw.integers(2, 5))
        path = logit_path(Game.symmetric(draw.integers(0, 2, size=(size, size))))
        assert all(one.rationality < 1e6 for one in path.bifurcations)


def test_branches_that_crawl_do_not_divide_by_nothing():
    game = Game.symmetric([[1, 1, 0, 1], [0, 1, 2, 1], [2, 1, 1, 1], [0, 2, 0, 1]])
    bifurcation = logit_path(game).bifurcations[0]
    branches = logit_branches(game, bifurcation, steps=500)
    assert len(branches) == 2


def test_a_bubble_is_told_as_a_closed_curve():
    game = Game.symmetric([[-6, 7], [12, 8]])
    for bifurcation in logit_path(game).bifurcations:
        for branch in logit_branches(game, bifurcation):
            assert "closed curve" in branch.limit.status or branch.complete


def test_payoffs_that_floats_cannot_tell_apart_are_refused():
    tiny = Game.symmetric([[Fraction(3, 10**400), 0], [0, Fraction(1, 10**400)]])
    with pytest.raises(ValueError, match="game: requires payoffs whose largest difference"):
        logit_path(tiny)
    assert logit_path(Game.symmetric([[1, 1], [1, 1]])).complete


@pytest.mark.parametrize(("steps", "kind"), [("x", TypeError), (True, TypeError), (0, ValueError)])
def test_steps_of_branches_are_checked(steps, kind):
    game = Game.symmetric([[1, 0], [0, 1]])
    bifurcation = logit_path(game).bifurcations[0]
    with pytest.raises(kind, match="steps: requires"):
        logit_branches(game, bifurcation, steps=steps)


def test_rationality_beyond_floats_is_named():
    with pytest.raises(ValueError, match="rationality: requires"):
        logit_equilibrium(STAG_HUNT, 10**400)


@pytest.mark.parametrize("start", [3, [3, 4], {0: 1, 1: 2}, "ab", iter([[1, 1], [1, 1]])])
def test_a_start_that_is_no_pair_of_counts_is_named(start):
    with pytest.raises(TypeError, match="start: requires counts of rows and counts of columns"):
        fictitious_play(STAG_HUNT, 10, start=start)


@pytest.mark.parametrize(("seed", "kind"), [(-1, ValueError), ("x", TypeError)])
def test_a_wrong_seed_is_named(seed, kind):
    with pytest.raises(kind, match=r"seed: requires what numpy\.random\.default_rng takes"):
        fictitious_play(STAG_HUNT, 10, seed=seed)


def test_pivoting_is_one_of_two_words():
    with pytest.raises(ValueError, match="pivoting: requires"):
        lemke_howson_all(STAG_HUNT, np.array([1, 2]))
