"""Play that ends: unravelling, and what a second equilibrium sustains before the end."""

import itertools
import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance
from dilemma.arrays.programs import linear_program
from dilemma.equilibria import nash
from dilemma.game import Game
from dilemma.game.repeating import RepeatedGame
from dilemma.repeated import backward_induction
from dilemma.show import record, table
from dilemma.testing import games

PRISONERS = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
# benoit1985's idea: a second stage equilibrium that is worse for both.
SPOILED = Game.symmetric([[3, 0, -2], [5, 1, -2], [-2, -2, -1]], ["share", "hide", "spoil"])
DIRECTIONS = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 2), (2, -1), (-1, -1)]


def farthest(game, delta, vertices, direction):
    """The most in a direction with one more period to go, by a linear program a profile.

    The definition: a profile, and a lottery over what can follow that no deviation beats.
    """
    best = None
    lowest = [min(v[p] for v in vertices) for p in (0, 1)]
    for i, j in itertools.product(*map(range, game.shape)):
        now = [game.exact_payoffs[p][i, j] for p in (0, 1)]
        rows, bounds = [], []
        for p, lines in ((0, game.exact_payoffs[0][:, j]), (1, game.exact_payoffs[1][i])):
            for other in lines:
                # now + delta v >= other + delta lowest
                rows.append([-delta * v[p] for v in vertices])
                bounds.append(now[p] - other - delta * lowest[p])
        value = [direction[0] * v[0] + direction[1] * v[1] for v in vertices]
        found = linear_program(
            [delta * one for one in value], rows, bounds, [[1] * len(vertices)], [1]
        )
        if found.outcome == "optimal":
            total = direction[0] * now[0] + direction[1] * now[1] + found.value
            best = total if best is None else max(best, total)
    for one in nash(game):
        stage = direction[0] * one.payoffs[0] + direction[1] * one.payoffs[1]
        after = max(direction[0] * v[0] + direction[1] * v[1] for v in vertices)
        total = stage + delta * after
        best = total if best is None else max(best, total)
    return best


@settings(max_examples=10, deadline=None)
@given(
    game=games(largest=3, entries=st.integers(-2, 4).map(Fraction)),
    delta=st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(9, 10)]),
)
def test_each_step_by_its_definition(game, delta):
    found = backward_induction(game, 3, delta)
    total = Fraction(1)
    for k in (1, 2):
        before = [(x * total, y * total) for x, y in found.sets[k - 1].points]
        total = 1 + delta * total
        now = [(x * total, y * total) for x, y in found.sets[k].points]
        for direction in DIRECTIONS:
            reached = max(direction[0] * v[0] + direction[1] * v[1] for v in now)
            assert reached == farthest(game, delta, before, direction)


@settings(max_examples=10, deadline=None)
@given(game=games(largest=3, entries=st.integers(-2, 4).map(Fraction)))
def test_one_equilibrium_payoff_unravels(game):
    payoffs = {one.payoffs for one in nash(game)}
    found = backward_induction(game, 4, "9/10")
    if len(payoffs) == 1:
        assert found.unravels
        assert all(one.points == tuple(payoffs) for one in found.sets)
    for stage in found.path:
        assert 0 < stage.weight <= 1
    assert found.path[0].payoffs in found.sets[-1]


def test_the_prisoner_s_dilemma_unravels_however_long_it_is():
    found = backward_induction(PRISONERS, 30, "99/100")
    assert found.unravels
    assert found.sets[-1].points == ((1, 1),)
    assert found.last_chance("share") is None
    assert found.last_chance("hide") == 1
    assert all(stage.profile == ("hide", "hide") for stage in found.path)
    assert found.status.startswith("It unravels: in each of 30 periods")


def test_a_second_equilibrium_sustains_sharing_until_it_matters():
    # Mixing hide (1/4) and spoil (3/4) is an equilibrium, too, worth -5/4. With two to go, hiding
    # now gains 2, and the end can fall from 1 to -5/4: sharing needs delta * 9/4 >= 2. With three
    # to go, two periods can fall.
    patient = backward_induction(SPOILED, 3)
    assert patient.last_chance("share") == 2
    assert not patient.unravels
    assert [stage.profile for stage in patient.path] == [("share",) * 2] * 2 + [("hide",) * 2]
    assert [str(stage) for stage in patient.path] == [*["share with share"] * 2, "hide with hide"]
    play = RepeatedGame(SPOILED, 1, horizon=3)
    assert patient.path[0].payoffs == play.payoffs_of([stage.profile for stage in patient.path])
    assert backward_induction(SPOILED, 3, "8/9").last_chance("share") == 2
    less = backward_induction(SPOILED, 3, "17/20")
    assert less.last_chance("share") == 3
    assert less.status.startswith("Over 3 periods more than stage equilibria can be played")
    assert backward_induction(SPOILED, 3, "1/10").last_chance("share") is None


def test_average_payoffs_are_those_of_repeated_games():
    play = RepeatedGame(SPOILED, "9/10", horizon=4)
    found = backward_induction(play)
    assert (found.horizon, found.discount) == (4, Fraction(9, 10))
    if all(stage.weight == 1 for stage in found.path):
        assert found.path[0].payoffs == play.payoffs_of([s.profile for s in found.path])
    assert found.sets[3].vertices.shape[1] == 2


def test_only_a_mixed_equilibrium():
    pennies = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], ["heads", "tails"])
    found = backward_induction(pennies, 3, "1/2")
    assert found.unravels
    assert found.playable == ((), (), ())
    assert found.path[0].profile == ("heads (1/2) and tails (1/2)",) * 2


def test_the_alliance_with_and_without_a_second_equilibrium():
    assert backward_induction(Alliance(trust="1/10").game(), 5).unravels
    trusting = backward_induction(Alliance(trust="13/20").game(), 5)
    assert trusting.last_chance("collaboration") == 1


def test_discount_zero_and_one_period():
    for delta in (0, 1):
        found = backward_induction(SPOILED, 1, delta)
        assert len(found.sets) == 1
        assert {one.payoffs for one in nash(SPOILED)} >= set(found.sets[0].points)
    assert backward_induction(SPOILED, 3, 0).last_chance("share") is None


def test_tables_and_records():
    for answer in (backward_induction(SPOILED, 3, "9/10"), backward_induction(PRISONERS, 1)):
        assert max(map(len, table(answer).splitlines())) <= 80
        assert json.loads(json.dumps(record(answer)))["horizon"] == answer.horizon


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        (([[1]], 3), TypeError, "game: requires a Game or a RepeatedGame"),
        ((PRISONERS,), TypeError, "horizon: requires a number of periods, got none"),
        ((PRISONERS, 0), ValueError, "horizon: requires at least 1 period"),
        ((PRISONERS, 2, 2), ValueError, r"discount: requires a number in \[0, 1\], got 2"),
        ((RepeatedGame(PRISONERS, 0.5),), ValueError, "game: requires a RepeatedGame with a hor"),
        ((RepeatedGame(PRISONERS, 0.5, horizon=2), 3), TypeError, "horizon: the RepeatedGame has"),
        (
            (RepeatedGame(PRISONERS, 0.5, "1/10", horizon=2),),
            ValueError,
            "game: requires perfect monitoring",
        ),
    ],
)
def test_wrong_arguments(arguments, kind, words):
    with pytest.raises(kind, match=words):
        backward_induction(*arguments)


def test_numpy_horizons():
    assert backward_induction(PRISONERS, np.int64(2)).horizon == 2
