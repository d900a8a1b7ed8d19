"""Repeated games: their numbers, and what a path of play is worth."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dilemma.game import Game, RepeatedGame, repetition

STAGE = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
PROFILES = st.tuples(st.integers(0, 1), st.integers(0, 1))


def rational(top):
    return st.fractions(0, top, max_denominator=12)


@given(
    path=st.lists(PROFILES, max_size=4),
    cycle=st.lists(PROFILES, min_size=1, max_size=3),
    discount=rational(Fraction(9, 10)),
)
def test_average_is_the_discounted_sum_to_its_tail(path, cycle, discount):
    played = path + cycle * 400
    direct = [0.0, 0.0]
    for t, (i, j) in enumerate(played[:400]):
        for player in (0, 1):
            direct[player] += float(
                (1 - discount) * discount**t * STAGE.exact_payoffs[player, i, j]
            )
    got = RepeatedGame(STAGE, discount).payoffs_of(path, cycle)
    assert [float(one) for one in got] == pytest.approx(direct, abs=1e-9)


@given(cycle=st.lists(PROFILES, min_size=1, max_size=3), horizon=st.integers(1, 7))
def test_a_horizon_cuts_play_and_weights_sum_to_one(cycle, horizon):
    play = RepeatedGame(STAGE, Fraction(1, 2), horizon=horizon)
    weights = [Fraction(1, 2) ** t for t in range(horizon)]
    for player, got in enumerate(play.payoffs_of([], cycle)):
        total = sum(
            weight * STAGE.exact_payoffs[player][cycle[t % len(cycle)]]
            for t, weight in enumerate(weights)
        )
        assert got == total / sum(weights)


def test_the_limit_of_means_forgets_the_beginning():
    play = RepeatedGame(STAGE, 1)
    assert play.payoffs_of([(0, 0)] * 5, [(0, 1), (1, 0)]) == (Fraction(5, 2), Fraction(5, 2))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"discount": 1.2}, r"discount: requires a number in \[0, 1\], got 6/5"),
        ({"discount": 0.5, "suspicion": -1}, "suspicion: requires a number in"),
        ({"discount": 0.5, "error": "fog"}, "error: requires one of execution, perception"),
        ({"discount": 0.5, "horizon": 0}, "horizon: requires at least 1 period, got 0"),
    ],
)
def test_numbers_outside_their_ranges(arguments, words):
    with pytest.raises(ValueError, match=words):
        RepeatedGame(STAGE, **arguments)


def test_play_that_ends_too_early():
    with pytest.raises(ValueError, match="cycle: requires at least one profile"):
        RepeatedGame(STAGE, 0.5).payoffs_of([(0, 0)])
    with pytest.raises(ValueError, match=r"\(3 periods\)"):
        RepeatedGame(STAGE, 0.5, horizon=3).payoffs_of([(0, 0)])


def test_reading_the_arguments_of_functions():
    play = RepeatedGame(STAGE, 0.5, 0.1)
    assert repetition(play) is play
    assert repetition(STAGE, 0.5, 0.1) == play
    with pytest.raises(TypeError, match="discount: the RepeatedGame has one of its own"):
        repetition(play, 0.4)
    with pytest.raises(TypeError, match="discount: requires a discount factor"):
        repetition(STAGE)
    with pytest.raises(ValueError, match="no limit of means here"):
        repetition(STAGE, 1, patient=False)
