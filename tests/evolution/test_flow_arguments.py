"""Bad input to trajectories, rules that misbehave, and work that is cut short."""

import subprocess
import sys

import numpy as np
import pytest

from dilemma.arrays import threads
from dilemma.evolution import (
    adjusted_replicator,
    best_response,
    flow,
    imitation,
    logit,
    replicator,
    replicator_mutator,
    smith,
)
from dilemma.game import Game, Games

GAME = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
PENNIES = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])


@pytest.mark.parametrize(
    ("start", "kind", "words"),
    [
        ([0.5, 0.6], ValueError, r"start: requires shares that sum to 1, got the sum 1\.1"),
        ([1.5, -0.5], ValueError, r"start: requires shares of at least 0, got -0\.5"),
        ([0.5, np.nan], ValueError, "start: requires finite shares, got nan"),
        ([0.2, 0.3, 0.5], ValueError, r"start: requires 2 shares on the last axis.*\(3,\)"),
        (0.5, ValueError, "start: requires 2 shares .* got one number"),
        ([[0.5, 0.5], [1.0]], ValueError, "start: requires states of equal length"),
        ("hid", ValueError, "start: requires a strategy among share, hide, got 'hid'"),
        (["share", "hid", "hide"], ValueError, "start: requires a strategy among share, hide"),
        (np.zeros((0, 2)), ValueError, "start: requires at least one state"),
        (np.array([True, False]), TypeError, "start: requires shares, got an array of bool"),
        (["much", "little"], ValueError, r"start\[0\]: requires a finite number|start: requires"),
        (([0.5, 0.5], [0.5, 0.2, 0.3]), ValueError, r"start\[1\]: requires 2 shares"),
        (
            (np.full((3, 2), 0.5), np.full((4, 2), 0.5)), ValueError,
            "start: requires as many states of one population as of the other",
        ),
    ],
)  # fmt: skip
def test_starts_off_the_simplex(start, kind, words):
    with pytest.raises(kind, match=f"^{words}"):
        flow(GAME, replicator, start, [1])


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ([-1, 1], "times: requires numbers of at least 0, got -1"),
        ([0, 2, 1], "times: requires increasing numbers, got 2 before 1"),
        ([1, 1], "times: requires increasing numbers, got 1 before 1"),
        ([], r"times: requires a row of numbers, got the shape \(0,\)"),
        (3.0, r"times: requires a row of numbers, got the shape \(\)"),
        ([0, np.inf], "times: requires finite numbers, got inf"),
        ([0, np.nan], "times: requires finite numbers, got nan"),
        (["soon"], "times: requires an array of numbers"),
    ],
)
def test_times_that_are_none(times, words):
    with pytest.raises(ValueError, match=f"^{words}"):
        flow(GAME, replicator, [0.5, 0.5], times)


def test_asymmetric_games_need_two_populations():
    words = (
        r"^game: requires a symmetric game for one population.*start=\(row_state, column_state\)"
    )
    others = [
        Game.from_bimatrix(np.ones((2, 3)), np.ones((2, 3))),
        Games(np.stack([PENNIES.payoffs, PENNIES.payoffs])),
        Game(GAME.payoffs, [["a", "b"], ["c", "d"]]),
    ]
    for game in (PENNIES, *others):
        with pytest.raises(ValueError, match=words):
            flow(game, replicator, [0.5, 0.5], [1])
    assert flow(PENNIES, replicator, ([0.5, 0.5], "1"), [1]).row_share.shape == (1, 2)


@pytest.mark.parametrize(
    ("rule", "kind", "words"),
    [
        ("replicator", TypeError, "rule: requires a function .*, got str"),
        (logit, TypeError, r"rule: requires logit\(rationality\), got logit alone"),
        (replicator_mutator, TypeError, r"rule: requires replicator_mutator\(matrix\)"),
        ((replicator, smith), ValueError, "rule: requires one rule, or for two populations"),
        (
            replicator_mutator(np.eye(3)), ValueError,
            "rule: requires a matrix of mutation for 2 strategies, got one for 3",
        ),
    ],
)  # fmt: skip
def test_what_is_no_rule(rule, kind, words):
    with pytest.raises(kind, match=f"^{words}"):
        flow(GAME, rule, [0.5, 0.5], [1])


def test_other_wrong_arguments():
    with pytest.raises(TypeError, match=r"^game: requires a Game or a batch .* got int"):
        flow(3, replicator, [0.5, 0.5], [1])
    for tolerance, kind in ((0, ValueError), (1, ValueError), ("small", TypeError)):
        with pytest.raises(kind, match=r"^tolerance: requires a number"):
            flow(GAME, replicator, [0.5, 0.5], [1], tolerance=tolerance)
    for name, value in (("most_steps", 0), ("workers", 0)):
        with pytest.raises(ValueError, match=f"^{name}: requires a positive integer"):
            flow(GAME, replicator, [0.5, 0.5], [1], **{name: value})
        with pytest.raises(TypeError, match=f"^{name}: requires a positive integer"):
            flow(GAME, replicator, [0.5, 0.5], [1], **{name: 1.5})
    with pytest.raises(TypeError, match=r"^progress: requires True or False"):
        flow(GAME, replicator, [0.5, 0.5], [1], progress="yes")
    with pytest.raises(ValueError, match=r"^game: requires dimensions with names other than"):
        flow(Games(GAME.payoffs[None], dims=["time"]), replicator, [0.5, 0.5], [1])
    with pytest.raises(ValueError, match=r"^rule: requires best_response for both populations"):
        flow(GAME, (replicator, best_response), ([0.5, 0.5], "hide"), [1])


def test_payoffs_for_which_a_rule_is_not_defined():
    losses = Game.symmetric([[-1, -10], [0, -5]])
    with pytest.raises(ValueError, match=r"^rule: adjusted_replicator requires positive mean.*-4"):
        flow(losses, adjusted_replicator, [0.5, 0.5], [1])
    with pytest.raises(
        ValueError, match=r"^rule: replicator_mutator requires payoffs of at least"
    ):
        flow(losses, replicator_mutator(np.eye(2)), [0.5, 0.5], [1])
    # Fitness falls through 0 on the way.
    falling = Game.symmetric([[1, -3], [2, -1]])
    found = flow(falling, adjusted_replicator, [0.9, 0.1], [0, 0.01, 50])
    assert not bool(found.complete)
    assert np.isnan(found.share.values[-1]).all()
    assert 0.01 <= float(found.reached) < 50
    assert "ended early" in found.attrs["status"]
    assert np.abs(found.share.values[:2].sum(axis=1) - 1).max() < 1e-12


def _wrong_shape(state, fitness):
    return fitness[..., :1]


def _not_a_number(state, fitness):
    return np.where(state[..., :1] > 0.9, np.nan, replicator(state, fitness))


def _unbalanced(state, fitness):
    return state * fitness


def _outward(state, fitness):
    return np.stack([np.ones(state.shape[:-1]), -np.ones(state.shape[:-1])], axis=-1)


def _nothing(state, fitness):
    return None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (_wrong_shape, "_wrong_shape to return velocities of the shape of the states"),
        (_not_a_number, "_not_a_number to return finite velocities, got .* at time"),
        (_unbalanced, "_unbalanced to return velocities that sum to 0, got .* at the state"),
        (_outward, "_outward to return no negative velocity of a share at 0"),
        (_nothing, "_nothing to return velocities of the shape|_nothing to return an array"),
    ],
)  # fmt: skip
def test_rules_that_misbehave_are_named_with_time_and_state(rule, words):
    game = Game.symmetric([[1, 1], [0, 0]])
    start = "1" if rule is _outward else [0.5, 0.5]
    with pytest.raises((ValueError, TypeError), match=f"^rule: requires {words}"):
        flow(game, rule, start, [0, 20])


def test_a_rules_own_error_says_where_it_came_from():
    def broken(state, fitness):
        return state / {}["payoff"]

    with pytest.raises(KeyError) as caught:
        flow(GAME, broken, [0.5, 0.5], [1])
    assert caught.value.__notes__ == ["raised by the rule broken, called by flow"]


def test_velocities_that_jump_or_explode_end_a_trajectory_in_words():
    def jumping(state, fitness):
        sign = np.where(state[..., 0] > 0.4, -1.0, 1.0)
        return np.stack([sign, -sign], axis=-1)

    found = flow(GAME, jumping, [0.9, 0.1], [0, 0.4, 1], most_steps=2000)
    assert found.complete.values.tolist() is False
    assert found.share.values[1] == pytest.approx([0.5, 0.5])
    assert np.isnan(found.share.values[2]).all()
    assert "ended early" in found.attrs["status"]
    assert "jumping" in found.attrs["status"]
    assert float(found.reached) == pytest.approx(0.5)


def test_steps_run_out():
    for rule in (replicator, imitation, lambda x, f: replicator(x, f)):
        found = flow(
            Game.symmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]), rule,
            [[0.5, 0.3, 0.2], [1, 0, 0]], [0, 1e-9, 1000], most_steps=20,
        )  # fmt: skip
        assert found.complete.values.tolist() == [False, True]
        assert int(found.steps[0]) == 20
        assert "1 ended early" in found.attrs["status"]
        assert "most_steps" in found.attrs["status"]
        assert np.isnan(found.share.values[0, 2]).all()
        assert np.isnan(found.mean_fitness.values[0, 2])
        assert not np.isnan(found.share.values[0, :2]).any()


def test_progress_is_shown_on_request(capsys, monkeypatch):
    flow(GAME, replicator, [0.5, 0.5], [1])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(threads, "BAR_DELAY", 0.0)
    flow(GAME, replicator, [0.5, 0.5], [1], progress=True)
    assert "flow" in capsys.readouterr().err


def test_an_interrupt_ends_the_work_at_once():
    code = (
        "import os, signal, threading, time, numpy as np\n"
        "from dilemma.evolution import flow, smith\n"
        "from dilemma.game import Game\n"
        "game = Game.symmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])\n"
        "starts = np.random.default_rng(0).dirichlet(np.ones(3), 200)\n"
        "flow(game, smith, starts, [0, 1])\n"
        "timer = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "timer.start()\n"
        "begin = time.perf_counter()\n"
        "try:\n"
        "    flow(game, smith, starts, [0, 1e9], most_steps=10**9, workers=2)\n"
        "except KeyboardInterrupt:\n"
        "    print('stopped', time.perf_counter() - begin < 30)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "stopped True", done.stderr


def test_no_games_and_masked_starts():
    none = flow(Games(np.zeros((0, 2, 2, 2))), replicator, [0.5, 0.5], [0, 1])
    assert none.share.shape == (0, 2, 2)
    with pytest.raises(ValueError, match=r"^start\[1\]: requires a number, got a masked value"):
        flow(GAME, replicator, np.ma.array([0.5, 0.5], mask=[0, 1]), [1])


def test_too_many_tied_best_replies_end_in_words():
    game = Game.symmetric(np.r_[np.zeros((1, 20)), np.ones((19, 20))])
    found = flow(game, best_response, "1", [0, 1])
    assert found.share.values[0, 0] == 1
    assert np.isnan(found.share.values[1]).all()
    assert "more than 12 strategies are best replies" in found.attrs["status"]
