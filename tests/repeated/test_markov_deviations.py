"""Given play of stochastic games: equilibria pass, everything else shows a deviation that pays."""

from fractions import Fraction

import numpy as np
import pytest

from dilemma import Alliance, Game
from dilemma.alliance import TrustDynamics
from dilemma.game import StochasticGame
from dilemma.repeated import is_markov_perfect, markov_perfect
from dilemma.repeated.states.stationary import read_strategies, values_of
from dilemma.show import table


def random_world(seed, states=2, size=2):
    random = np.random.default_rng(seed)
    games = {str(s): Game(random.integers(-4, 5, (2, size, size))) for s in range(states)}
    weights = random.integers(1, 5, (states, size, size, states))
    chances = [
        [[[Fraction(int(w), int(sum(cell))) for w in cell] for cell in row] for row in one]
        for one in weights
    ]
    return StochasticGame(games, chances)


@pytest.mark.parametrize("seed", range(6))
def test_pure_profiles_pass_exactly_where_they_are_equilibria(seed):
    """Against every stationary pure profile, and every unilateral stationary deviation."""
    world = random_world(seed)
    names = [game.strategies for game in world.games]
    profiles = [
        {"0": (names[0][0][a], names[0][1][b]), "1": (names[1][0][c], names[1][1][d])}
        for a in (0, 1) for b in (0, 1) for c in (0, 1) for d in (0, 1)
    ]  # fmt: skip
    delta = Fraction(7, 10)
    worth = [values_of(world, read_strategies(world, one), delta) for one in profiles]
    count = 0
    for one, values in zip(profiles, worth, strict=True):
        better = any(
            (other_values[:, player] > values[:, player]).any()
            for player in (0, 1)
            for other, other_values in zip(profiles, worth, strict=True)
            if all(other[s][1 - player] == one[s][1 - player] for s in "01")
        )
        answer = is_markov_perfect(world, one, delta)
        assert answer.perfect == (not better)
        assert answer.exact
        assert answer.values == tuple(map(tuple, values.tolist()))
        assert bool(answer.deviations) == better
        count += answer.perfect
    assert count == sum(one.pure for one in markov_perfect(world, delta, starts=0))


def test_found_equilibria_pass_and_neighbours_fail():
    world = TrustDynamics(Alliance(), levels=["0", "1/2", 1]).game()
    for one in markov_perfect(world, "1/2", starts=0):
        assert is_markov_perfect(world, one, "1/2").perfect
    answer = is_markov_perfect(world, "collaboration", "1/2")
    assert not answer.perfect
    assert answer.deviations[0].gain == max(one.gain for one in answer.deviations)
    assert "by competition" in str(answer)
    assert max(map(len, table(answer).splitlines())) <= 80


def test_floats_are_judged_beyond_their_rounding():
    world = StochasticGame({"only": Game.symmetric([[0, 1], [1, 0]])}, [[[[1], [1]], [[1], [1]]]])
    assert is_markov_perfect(world, ([0.5, 0.5], [0.5, 0.5]), 0.9).perfect
    assert not is_markov_perfect(world, ([0.6, 0.4], [0.5, 0.5]), 0.9).perfect


def test_bad_input():
    world = random_world(0)
    with pytest.raises(TypeError, match="stochastic_game: requires a StochasticGame"):
        is_markov_perfect(Alliance().game(), "collaboration", 0.5)
    with pytest.raises(ValueError, match="discount"):
        is_markov_perfect(world, {"0": ("1", "1")}, 1)
    with pytest.raises(ValueError, match="strategies: requires a profile for the state '1'"):
        is_markov_perfect(world, {"0": (world.games[0].strategies[0][0],) * 2}, 0.5)
