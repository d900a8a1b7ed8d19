"""Iterated dominance: certificates by definition, HiGHS as an oracle, and any order."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dilemma.alliance import Alliance
from dilemma.equilibria import nash, rationalizable
from dilemma.game import Game
from dilemma.testing import degenerate_games, games

ANY = st.one_of(
    games(largest=5), games(largest=5, entries=st.integers(0, 3).map(Fraction)), degenerate_games()
)
PEARCE_LIKE = Game([[[3, 0], [0, 3], [1, 1]], [[0, 1], [1, 0], [2, 0]]])


def own_payoffs(game, player):
    """By the player's strategy, then the opponent's."""
    return game.exact_payoffs[0] if player == 0 else game.exact_payoffs[1].T


def guaranteed(game, player, i, own, others, weak):
    """The oracle: HiGHS's largest guaranteed gain over strategy i (the sum of gains, if weak)."""
    payoffs = own_payoffs(game, player).astype(float)
    rivals = [k for k in own if k != i]
    if not rivals:
        return -1.0
    gains = (payoffs[np.ix_(rivals, others)] - payoffs[i, others]).T
    if weak:
        done = linprog(-gains.sum(axis=0), -gains, np.zeros(len(others)),
                       np.ones((1, len(rivals))), [1])  # fmt: skip
        return -1.0 if done.status == 2 else -done.fun
    rows = np.column_stack([-gains, np.ones(len(others))])
    count = len(rivals)
    done = linprog(
        [0] * count + [-1],
        A_ub=rows,
        b_ub=np.zeros(len(others)),
        A_eq=[[1] * count + [0]],
        b_eq=[1],
        bounds=[(0, None)] * count + [(None, None)],
    )
    return -done.fun


@settings(max_examples=120, deadline=None)
@given(game=ANY, weak=st.booleans())
def test_each_step_and_each_survivor_is_proved(game, weak):
    found = rationalizable(game, weak=weak)
    left = [set(range(size)) for size in game.shape]
    for number in range(1, found.rounds + 1):
        now = [one for one in found.eliminations if one.round == number]
        assert now
        for one in now:
            payoffs = own_payoffs(game, one.player)
            assert one.strategy in left[one.player]
            assert set(one.against) == left[1 - one.player]
            played = {k for k, weight in enumerate(one.mixture) if weight}
            assert played <= left[one.player] - {one.strategy}
            assert sum(one.mixture) == 1
            assert min(one.mixture) >= 0
            gains = np.array(one.mixture) @ payoffs - payoffs[one.strategy]
            assert tuple(gains[list(one.against)]) == one.gains
            assert min(one.gains) >= 0 < max(one.gains) if weak else min(one.gains) > 0
        for one in now:
            left[one.player].remove(one.strategy)
    assert (set(found.rows), set(found.columns)) == tuple(left)
    assert found.game == game.restrict(found.rows, found.columns)
    for player, survivors in enumerate((found.rows, found.columns)):
        others = (found.columns, found.rows)[player]
        payoffs = own_payoffs(game, player)
        for i, belief in zip(survivors, found.beliefs[player], strict=True):
            assert sum(belief) == 1
            held = {j for j, weight in enumerate(belief) if weight}
            assert held == set(others) if weak else held <= set(others)
            earned = payoffs @ np.array(belief)
            assert earned[i] == max(earned[list(survivors)])


@settings(max_examples=40, deadline=None)
@given(game=ANY, weak=st.booleans())
def test_highs_finds_the_same_strategies_dominated_in_the_first_round(game, weak):
    first = {(one.player, one.strategy) for one in rationalizable(game, weak=weak).eliminations
             if one.round == 1}  # fmt: skip
    for player in (0, 1):
        own, others = range(game.shape[player]), range(game.shape[1 - player])
        for i in own:
            gain = guaranteed(game, player, i, list(own), list(others), weak)
            assert ((player, i) in first) == (gain > 1e-7)


@settings(max_examples=60, deadline=None)
@given(game=ANY, data=st.data())
def test_strict_dominance_leaves_the_same_in_any_order(game, data):
    """One strategy at a time, drawn from those that are dominated in what is left."""
    rows, columns = list(range(game.shape[0])), list(range(game.shape[1]))
    while True:
        now = game.restrict(rows, columns)
        steps = [one for one in rationalizable(now).eliminations if one.round == 1]
        if not steps:
            break
        one = data.draw(st.sampled_from(steps))
        del (rows, columns)[one.player][one.strategy]
    found = rationalizable(game)
    assert (found.rows, found.columns) == (tuple(rows), tuple(columns))


@settings(max_examples=60, deadline=None)
@given(game=ANY)
def test_equilibria_survive_strict_dominance_and_one_survives_weak_dominance(game):
    strict, weak = rationalizable(game), rationalizable(game, weak=True)
    supports = [one.supports for one in nash(game)]
    assert all(set(r) <= set(strict.rows) and set(c) <= set(strict.columns) for r, c in supports)
    assert set(weak.rows) <= set(strict.rows)
    assert set(weak.columns) <= set(strict.columns)
    # An equilibrium of what weak dominance leaves is one of the game.
    assert any(set(r) <= set(weak.rows) and set(c) <= set(weak.columns) for r, c in supports)


def test_a_row_that_only_a_mixture_dominates():
    """Pearce's (1984) point: no pure strategy dominates it, and yet it is never a best reply."""
    found = rationalizable(PEARCE_LIKE)
    (one,) = found.eliminations
    assert (one.player, one.strategy, one.mixture) == (0, 2, (Fraction(1, 2), Fraction(1, 2), 0))
    assert one.gains == (Fraction(1, 2), Fraction(1, 2))


def test_the_prisoners_dilemma_ends_in_one_round():
    found = rationalizable(Game.symmetric([[3, 0], [5, 1]], ["share", "hide"]))
    assert (found.rows, found.columns, found.rounds) == ((1,), (1,), 1)
    assert str(found) == (
        "Strict dominance leaves 1 of 2 rows and 1 of 2 columns after 1 round.\n"
        "  round 1, the row player: hide dominates share\n"
        "  round 1, the column player: hide dominates share"
    )


def test_the_order_of_weak_dominance_matters_and_is_reported():
    """A textbook game: both lower rows are weakly dominated at once."""
    game = Game([[[1, 0], [1, 1], [0, 1]], [[1, 0], [2, 2], [0, 1]]])
    found = rationalizable(game, weak=True)
    assert found.rows == (1,)
    assert found.columns == (0, 1)
    assert [one.strategy for one in found.eliminations] == [0, 2]
    # Were only the last row taken first, the left column would weakly dominate the right one.
    assert rationalizable(game.restrict([0, 1], [0, 1]), weak=True).columns == (0,)
    assert "other orders" in found.status
    assert rationalizable(game).rounds == 0


def test_duplicates_never_eliminate_each_other():
    game = Game([[[2, 0], [2, 0], [1, 0]], [[1, 0], [1, 0], [0, 0]]])
    assert rationalizable(game, weak=True).rows == (0, 1)


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (4, 1)])
def test_games_in_which_a_player_has_no_choice(shape):
    m, n = shape
    payoffs = np.arange(2 * m * n).reshape(2, m, n)
    found = rationalizable(Game(payoffs))
    assert (found.rows, found.columns) == ((m - 1,), (n - 1,))


@pytest.mark.parametrize("scale", ["1e-9", "1e9"])
def test_units_do_not_matter(scale):
    other = Game(PEARCE_LIKE.exact_payoffs * Fraction(scale))
    assert rationalizable(other).rows == (0, 1)


def test_avoidance_survives_in_the_default_alliance():
    """Up to trust 1/2 avoidance is alone (by an independent solver), so it survives."""
    found = rationalizable(Alliance().game())
    assert 4 in found.rows
    assert 4 in found.columns


def test_wrong_arguments():
    with pytest.raises(TypeError, match=r"game: requires a Game, got list"):
        rationalizable([[1]])
    with pytest.raises(TypeError, match="weak: requires True or False, got 'yes'"):
        rationalizable(PEARCE_LIKE, weak="yes")
