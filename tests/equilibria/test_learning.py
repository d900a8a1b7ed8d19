"""Learning: where play is known to converge, where it does not, and what it leaves alone."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from dilemma.equilibria import (
    correlated_payoffs,
    fictitious_play,
    nash,
    regret_matching,
    stochastic_fictitious_play,
)
from dilemma.equilibria.mediation import joint_violation
from dilemma.game import Game
from dilemma.testing import degenerate_games

PENNIES = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
CHICKEN = Game.symmetric([[6, 2], [7, 0]])
# Shapley (1964).
SHAPLEY = Game.from_bimatrix([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[0, 1, 0], [0, 0, 1], [1, 0, 0]])
ROCK_PAPER_SCISSORS = Game.from_bimatrix(
    [[0, -1, 1], [1, 0, -1], [-1, 1, 0]], [[0, 1, -1], [-1, 0, 1], [1, -1, 0]]
)
LEARNERS = [fictitious_play, stochastic_fictitious_play, regret_matching]


@pytest.mark.parametrize("learner", LEARNERS)
def test_what_is_said_of_a_history_follows_from_its_plays(learner):
    game = Game(np.random.default_rng(1).integers(0, 5, (2, 3, 4)))
    learned = learner(game, periods=300, seed=7)
    assert learned.plays.shape == (300, 2)
    joint = np.zeros((3, 4), dtype=int)
    for i, j in learned.plays:
        joint[i, j] += 1
    shares = [[Fraction(int(count), 300) for count in line] for line in joint]
    assert learned.joint == tuple(map(tuple, shares))
    assert learned.row == tuple(Fraction(int(count), 300) for count in joint.sum(axis=1))
    assert learned.column == tuple(Fraction(int(count), 300) for count in joint.sum(axis=0))
    assert learned.regret == game.regret(learned.row, learned.column)
    average = [(np.array(shares) * payoffs).sum() for payoffs in game.exact_payoffs]
    assert list(learned.payoffs) == average
    assert learned.correlated_violation == joint_violation(game, shares, coarse=False)
    assert learned.coarse_violation == joint_violation(game, shares, coarse=True)
    assert not learned.complete
    assert "need not settle" in str(learned)
    for player, last in ((0, learned.row), (1, learned.column)):
        running = learned.frequencies(player)
        assert running.shape == (300, len(last))
        assert np.allclose(running.sum(axis=1), 1)
        assert np.allclose(running[-1], np.array(last, dtype=float))
    with pytest.raises(ValueError, match="read-only"):
        learned.plays[0] = 0


@pytest.mark.parametrize("learner", LEARNERS)
def test_a_seed_decides_everything_and_global_randomness_is_left_alone(learner):
    np.random.seed(3)  # noqa: NPY002
    expected = np.random.random(4)  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    first = learner(PENNIES, periods=50, seed=1)
    again = learner(PENNIES, periods=50, seed=np.random.default_rng(1))
    other = learner(PENNIES, periods=50, seed=2)
    assert np.array_equal(np.random.random(4), expected)  # noqa: NPY002
    assert np.array_equal(first.plays, again.plays)
    assert not np.array_equal(first.plays, other.plays)


# ---- fictitious play ----------------------------------------------------------------------------


def test_every_play_is_a_best_reply_to_the_frequencies_before():
    rng = np.random.default_rng(0)
    for _ in range(10):
        m, n = (int(size) for size in rng.integers(1, 5, 2))
        game = Game(rng.integers(0, 4, (2, m, n)))
        learned = fictitious_play(game, periods=60, seed=5)
        assert learned.exact
        rows, columns = np.zeros(m, dtype=int), np.zeros(n, dtype=int)
        for t, (i, j) in enumerate(learned.plays):
            if t:
                x = [Fraction(int(count), t) for count in rows]
                y = [Fraction(int(count), t) for count in columns]
                best = game.best_replies(x, y)
                assert i in best[0]
                assert j in best[1]
            rows[i] += 1
            columns[j] += 1


@pytest.mark.parametrize("game", [PENNIES, ROCK_PAPER_SCISSORS])
def test_zero_sum_games_converge(game):
    early, late = (fictitious_play(game, periods=t, seed=0).regret for t in (100, 10_000))
    assert late < Fraction(1, 20)
    assert late < early
    size = game.shape[0]
    learned = fictitious_play(game, periods=10_000, seed=0)
    assert max(abs(p - Fraction(1, size)) for p in learned.row) < Fraction(1, 30)


def test_shapleys_game_cycles_for_ever_longer():
    learned = fictitious_play(SHAPLEY, periods=20_000, start=([1, 0, 0], [0, 1, 0]), seed=0)
    # The only equilibrium is uniform; the frequencies stay away from it.
    assert [one.row for one in nash(SHAPLEY)] == [(Fraction(1, 3),) * 3]
    away = np.abs(learned.frequencies(0) - 1 / 3).max(axis=1)
    assert away[1_000:].min() > 0.1
    assert learned.regret > Fraction(1, 20)
    # Spells of one pair of strategies grow geometrically.
    code = learned.plays[:, 0] * 3 + learned.plays[:, 1]
    spells = np.diff(np.flatnonzero(np.diff(code)))[4:]
    assert len(spells) >= 10
    growth = spells[6:] / spells[:-6]
    assert growth.min() > 1.3
    # Six pairs of strategies in turn, the same order each time.
    order = code[np.flatnonzero(np.diff(code)) + 1][4:]
    assert len(set(order[:6])) == 6
    assert np.array_equal(order[6:12], order[:6])


def test_where_play_starts_decides_between_strict_equilibria():
    game = Game.symmetric([[2, 0], [0, 1]])
    for start, where in (([9, 1], (1, 0)), ([1, 9], (0, 1))):
        learned = fictitious_play(game, periods=100, start=(start, start), seed=0)
        assert learned.row == learned.column == where
        assert learned.regret == learned.correlated_violation == 0


def test_beliefs_at_the_start_are_not_counted_as_play():
    game = Game.symmetric([[2, 0], [0, 1]])
    learned = fictitious_play(game, periods=10, start=([0, 1000], ["1/2", 1000]), seed=0)
    assert learned.row == (0, 1)
    assert len(learned.plays) == 10


def test_ties_that_floats_would_break_are_kept():
    # 0.1 + 0.2 against 0.3: equal as decimals, so that both rows stay in play.
    game = Game([[[0.1, 0.2], [0.2, 0.1]], [[0, 0], [0, 0]]])
    learned = fictitious_play(game, periods=2000, seed=0)
    assert learned.exact
    assert min(learned.row) > Fraction(1, 10)
    game = Game([[[1e-300, 1.0, 0.0]], [[0.0, 1e300, 1.0]]])
    assert not fictitious_play(game, periods=10, seed=0).exact


@settings(max_examples=25, deadline=None, database=None, derandomize=True)
@given(game=degenerate_games(largest=3))
def test_fictitious_play_has_regret_zero_where_it_only_plays_one_pair(game):
    for one in nash(game):
        if one.strict:
            start = [[1000 * p for p in mixture] for mixture in (one.row, one.column)]
            learned = fictitious_play(game, periods=20, start=start, seed=0)
            assert (learned.row, learned.column) == (one.row, one.column)
            assert learned.regret == 0


# ---- stochastic fictitious play -----------------------------------------------------------------


@pytest.mark.parametrize("rationality", [0, "1/2", 2, 5])
def test_frequencies_approach_the_logit_equilibrium(rationality):
    # Ochs' game as scaled by McKelvey & Palfrey; its logit equilibrium is unique.
    game = Game.from_bimatrix([["1.1141", 0], [0, "0.2785"]], [[0, "1.1141"], ["1.1141", 0]])
    learned = stochastic_fictitious_play(game, 20_000, rationality, seed=4)
    x, y = (np.array(one, dtype=float) for one in (learned.row, learned.column))
    weight = float(Fraction(rationality))
    for own, payoffs in ((x, game.payoffs[0] @ y), (y, x @ game.payoffs[1])):
        reply = np.exp(weight * payoffs)
        assert np.abs(own - reply / reply.sum()).max() < 0.03


def test_payoffs_of_any_level_are_no_trouble():
    low = Game(PENNIES.exact_payoffs - 10**6)
    high = Game(PENNIES.exact_payoffs + 10**6)
    plays = [
        stochastic_fictitious_play(game, 200, rationality=3, perturbation=0.01, seed=1).plays
        for game in (low, PENNIES, high)
    ]
    assert np.array_equal(plays[0], plays[1])
    assert np.array_equal(plays[1], plays[2])
    with pytest.raises(ValueError, match=r"^rationality: requires at most 700 divided by the"):
        stochastic_fictitious_play(PENNIES, 10, rationality=351)


# ---- regret matching ----------------------------------------------------------------------------


@pytest.mark.parametrize("conditional", [True, False])
@pytest.mark.parametrize("game", [PENNIES, CHICKEN, SHAPLEY, ROCK_PAPER_SCISSORS])
def test_joint_frequencies_approach_correlated_equilibria(game, conditional):
    learned = regret_matching(game, 300_000, conditional, seed=1)
    if conditional:  # slower, for the player mostly stays where it is
        assert learned.correlated_violation < Fraction(1, 20)
        assert (
            learned.correlated_violation
            < regret_matching(game, 100, seed=1).correlated_violation / 2
        )
    else:
        assert learned.coarse_violation < Fraction(1, 100)
    attained = correlated_payoffs(game, coarse=not conditional)
    for player, (low, high) in enumerate((attained.row, attained.column)):
        margin = Fraction(1, 10)
        assert low - margin <= learned.payoffs[player] <= high + margin


def test_regret_falls_with_time():
    rng = np.random.default_rng(6)
    for _ in range(10):
        game = Game(rng.random((2, 4, 4)).round(3))
        early, late = (
            regret_matching(game, t, conditional=False, seed=3).coarse_violation
            for t in (300, 100_000)
        )
        assert late < Fraction(1, 50)
        assert late < early or early == 0


def test_the_units_of_payoff_do_not_matter():
    before = regret_matching(CHICKEN, 500, seed=2).plays
    for scale, shift in ((Fraction(1, 10**9), 3), (10**9, -(10**12))):
        moved = Game(CHICKEN.exact_payoffs * scale + shift)
        assert np.array_equal(regret_matching(moved, 500, seed=2).plays, before)


def test_nashpys_regret_minimization_is_another_thing():
    # Why regret matching is ours: theirs takes probabilities from payoffs, and the column player's
    # matrix without transposing it. In a prisoner's dilemma it ends at the dominated strategy of
    # the column player, and stays at uniform play once payoffs are negative.
    for level, theirs in ((0, [[0, 1], [1, 0]]), (-10, [[0.5, 0.5], [0.5, 0.5]])):
        prisoners = Game(Game.symmetric([[3, 0], [5, 1]]).exact_payoffs + level)
        *_, last = prisoners.to_nashpy().regret_minimization()
        assert prisoners.regret(*last) > 0
        assert [list(one) for one in last] == theirs
        ours = regret_matching(prisoners, 1000, conditional=False, seed=0)
        assert min(ours.row[1], ours.column[1]) > Fraction(9, 10)


def test_players_without_a_choice():
    for learner in LEARNERS:
        learned = learner(Game([[[1]], [[2]]]), periods=5, seed=0)
        assert learned.payoffs == (1, 2)
        assert learned.regret == 0


# ---- arguments ----------------------------------------------------------------------------------


@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"periods": 0}, ValueError, "periods: requires an integer of at least 1, got 0"),
        ({"periods": 1.5}, TypeError, "periods: requires an integer of at least 1, got 1.5"),
        ({"periods": True}, TypeError, "periods: requires an integer"),
    ],
)
def test_wrong_periods(learner, arguments, kind, words):
    with pytest.raises(kind, match=f"^{words}"):
        learner(PENNIES, **arguments)
    with pytest.raises(TypeError, match=r"^game: requires a Game, got int"):
        learner(3)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (([1, 2],), "start: requires counts of rows and of columns, got 1 parts"),
        (([1, 2], [1]), "start: requires 2 counts, got 1"),
        (([1, -2], [1, 1]), r"start: requires counts from 0 to 1e\+12"),
        (([1, 1e20], [1, 1]), r"start: requires counts from 0 to 1e\+12"),
    ],
)
def test_wrong_counts_at_the_start(start, words):
    for learner in (fictitious_play, stochastic_fictitious_play):
        with pytest.raises(ValueError, match=f"^{words}"):
            learner(PENNIES, 10, start=start)


def test_other_wrong_arguments():
    with pytest.raises(ValueError, match=r"^rationality: requires a number of at least 0, got -1"):
        stochastic_fictitious_play(PENNIES, 10, rationality=-1)
    with pytest.raises(ValueError, match=r"^perturbation: requires a finite number"):
        stochastic_fictitious_play(PENNIES, 10, perturbation="much")
    with pytest.raises(TypeError, match=r"^conditional: requires True or False, got 1"):
        regret_matching(PENNIES, 10, conditional=1)
    with pytest.raises(ValueError, match=r"^player: requires 0 or 1, got 2"):
        regret_matching(PENNIES, 10).frequencies(2)
