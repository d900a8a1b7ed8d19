"""Pure equilibria of n players: by definition, against Gambit, and where ties abound."""

import itertools
from fractions import Fraction

import numpy as np
import pygambit
import pytest
from hypothesis import given, settings

from dilemma.collective import Consortium
from dilemma.equilibria import logit_equilibrium, nash, pure_nash, pure_profiles, rationalizable
from dilemma.game import Game, GroupGame, StrategicGame
from dilemma.testing import degenerate_games, games, strategic_games

CHICKEN = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])


def all_profiles(game):
    return itertools.product(*map(range, game.shape))


def by_definition(game):
    """Profile: whether it is strict, for all profiles from which nobody gains by leaving."""
    found = {}
    for profile in all_profiles(game):
        losses = [
            own[profile] - own[(*profile[:p], i, *profile[p + 1 :])]
            for p, own in enumerate(game.exact_payoffs)
            for i in range(game.shape[p])
            if i != profile[p]
        ]
        if all(loss >= 0 for loss in losses):
            found[profile] = all(loss > 0 for loss in losses)
    return found


def gambits(game):
    solved = pygambit.nash.enumpure_solve(game.to_gambit())
    return {
        tuple(
            next(i for i, name in enumerate(names) if equilibrium[player][name] == 1)
            for player, names in zip(game.players, game.strategies, strict=True)
        )
        for equilibrium in solved.equilibria
    }


@settings(max_examples=50, deadline=None)
@given(game=strategic_games())
def test_all_of_them_by_definition_and_none_else(game):
    answer = pure_profiles(game)
    assert {one.profile: one.strict for one in answer} == by_definition(game)
    assert [one.profile for one in answer] == sorted(one.profile for one in answer)
    assert answer.complete
    assert answer.exact
    for one in answer:
        assert one.payoffs == tuple(game.exact_payoffs[(slice(None), *one.profile)])
        assert one.played == tuple(n[i] for n, i in zip(game.strategies, one.profile, strict=True))
        assert one.regret == game.regret(one.played) == 0


@settings(max_examples=40, deadline=None)
@given(game=strategic_games(fewest_players=2))
def test_gambit_finds_the_same(game):
    assert {one.profile for one in pure_profiles(game)} == gambits(game)


@settings(max_examples=40, deadline=None)
@given(game=degenerate_games() | games())
def test_two_players_are_those_of_pure_nash(game):
    ours, theirs = pure_profiles(StrategicGame.from_game(game)), pure_nash(game)
    assert [one.payoffs for one in ours] == [one.payoffs for one in theirs]
    assert [one.strict for one in ours] == [one.strict for one in theirs]
    assert [one.words for one in ours] == [one.words for one in theirs]


def test_floats_are_compared_as_the_decimals_that_they_mean():
    """Neighbouring floats differ as decimals do; equal decimals tie."""
    low, high = 0.3, np.nextafter(0.3, 1)
    (one,) = pure_profiles(StrategicGame(np.array([[low, high]])))
    assert (one.profile, one.strict) == ((1,), True)
    tied = StrategicGame(np.array([[[[0.1 + 0.2, 0.30000000000000004]]]] * 3))
    assert [one.strict for one in pure_profiles(tied)] == [False, False]


@settings(max_examples=20, deadline=None)
@given(game=strategic_games())
def test_floats_and_fractions_answer_alike(game):
    floats = StrategicGame(game.payoffs)
    exact = StrategicGame(floats.exact_payoffs)
    assert floats.holds_floats
    assert not exact.holds_floats
    assert pure_profiles(floats).equilibria == pure_profiles(exact).equilibria


def test_numbers_beyond_what_machines_hold():
    game = StrategicGame([[[2**64], [Fraction(2**64) + Fraction(1, 3)]], [["1e-300"], [0]]])
    (one,) = pure_profiles(game)
    assert one.payoffs == (2**64 + Fraction(1, 3), 0)
    assert one.strict


def test_no_pure_equilibrium_is_said():
    """Matching pennies beside a third firm that does not matter."""
    pennies = np.array([[1, -1], [-1, 1]])
    game = StrategicGame(
        np.stack([np.dstack([pennies] * 2), np.dstack([-pennies] * 2), np.zeros((2, 2, 2), int)])
    )
    answer = pure_profiles(game)
    assert len(answer) == 0
    assert answer.complete
    assert answer.status == (
        "No pure equilibrium of 3 players; mixed equilibria are not looked for, though there is "
        "at least one."
    )
    assert game.regret([["1/2", "1/2"]] * 2 + [[1, 0]]) == 0


def test_constant_payoffs_make_every_profile_one():
    answer = pure_profiles(StrategicGame(np.full((3, 2, 3, 2), 7)))
    assert len(answer) == 12
    assert not any(one.strict for one in answer)
    assert answer[0].words == "all play 1"
    assert answer[:2] == (answer[0], answer[1])


def test_long_answers_say_how_much_is_not_printed():
    answer = pure_profiles(StrategicGame(np.zeros((6, *(2,) * 6))))
    assert len(answer) == 64
    assert str(answer).endswith("… and 24 more")
    assert len(list(answer)) == 64


def test_one_player():
    (best,) = pure_profiles(StrategicGame([[1, 3]], [["wait", "go"]], ["Ann"]))
    assert str(best) == "Ann plays go: payoff 3, regret 0, strict"
    tied = pure_profiles(StrategicGame([[3, 3]]))
    assert tied.status.endswith("; every mixture of them is one, too.")


def test_a_group_of_three_that_meets_in_pairs():
    """In chicken among three, one insists: 7 for 6; a second would get 7/2 for 4."""
    answer = pure_profiles(StrategicGame.from_group(GroupGame.from_pairwise(CHICKEN, 3)))
    assert {sum(one.profile) for one in answer} == {1}
    assert len(answer) == 3
    assert answer[0].words == "player 1 and player 2 play yield; player 3 plays insist"


def test_six_firms_of_five_strategies():
    """93,750 payoffs, and an equilibrium that is planted: all get 5 there, elsewhere at most 2."""
    rng = np.random.default_rng(1)
    payoffs = rng.integers(0, 3, (6, *(5,) * 6)).astype(object)
    planted = (4, 0, 2, 1, 3, 2)
    for p in range(6):
        payoffs[p][planted] = 5
    answer = pure_profiles(StrategicGame(payoffs))
    (found,) = [one for one in answer if one.profile == planted]
    assert found.strict
    assert all(one.payoffs != found.payoffs for one in answer if one is not found)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (CHICKEN, r"got Game \(StrategicGame\.from_game makes one of it\)$"),
        (GroupGame.from_pairwise(CHICKEN, 3), r"got GroupGame \(StrategicGame\.from_group makes"),
        (Consortium(3), r"got Consortium \(a consortium's is consortium\.game\(\)\)$"),
        ([[1, 2]], "got list$"),
    ],
)
def test_other_games_are_refused(wrong, words):
    with pytest.raises(TypeError, match=f"^game: requires a StrategicGame, {words}"):
        pure_profiles(wrong)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((1, 2), r"\(of one player; pure_profiles takes it\)"),
        ((2, 2, 2), r"\(its to_game\(\) is one\)"),
        ((3, 2, 2, 2), r"\(of 3 players; pure_profiles takes it\)"),
    ],
)
@pytest.mark.parametrize("solve", [nash, pure_nash, rationalizable, logit_equilibrium])
def test_solvers_of_two_players_point_here(solve, shape, words):
    with pytest.raises(TypeError, match=f"^game: requires a Game, got StrategicGame {words}$"):
        solve(StrategicGame(np.zeros(shape)), *([1] if solve is logit_equilibrium else []))
