"""Records for machines: JSON holds them, and nothing is rounded."""

import json
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings

from dilemma.alliance import STRATEGIES, Alliance
from dilemma.arrays.algebraic import AlgebraicNumber
from dilemma.collective import Consortium
from dilemma.equilibria import (
    lemke_howson,
    logit_path,
    nash,
    pure_compositions,
    pure_profiles,
    symmetric_equilibria,
)
from dilemma.game import Game, GroupGame, StrategicGame
from dilemma.repeated import critical_discount, exact_payoff_set, payoff_set
from dilemma.show import record
from dilemma.testing import alliances, degenerate_games, strategic_games


@settings(max_examples=30, deadline=None)
@given(game=degenerate_games())
def test_a_game_and_its_equilibria_survive_json(game):
    held = json.loads(json.dumps(record(game)))
    matrices = [held["payoffs"][name] for name in held["players"]]
    assert Game(matrices, held["strategies"], held["players"]) == game
    equilibria = nash(game)
    answer = json.loads(json.dumps(record(equilibria)))
    assert answer["degenerate"] is equilibria.degenerate
    for one, there in zip(equilibria, answer["equilibria"], strict=True):
        assert tuple(map(Fraction, there["row"])) == one.row
        assert tuple(map(Fraction, there["column"])) == one.column
        assert tuple(map(Fraction, there["payoffs"])) == one.payoffs
        assert Fraction(there["regret"]) == 0
        assert there["strict"] is one.strict
    for component, there in zip(equilibria.components, answer["components"], strict=True):
        assert [equilibria[place] for place in there["equilibria"]] == list(component.equilibria)
        assert there["index"] == component.index
        assert len(there["subsets"]) == len(component.subsets)


@settings(max_examples=20, deadline=None)
@given(alliance=alliances())
def test_an_alliance_survives_json(alliance):
    held = json.loads(json.dumps(record(alliance)))
    terms = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in held["terms"].items()
    }
    assert Alliance(**terms) == alliance


def test_answers_of_every_kind():
    alliance = Alliance(trust=0.1)
    game = alliance.game()
    path = lemke_howson(game, 2)
    patience = critical_discount(game, "collaboration", "avoidance")
    for thing in (alliance.outcomes(), alliance.dilemma(), path, patience):
        json.dumps(record(thing))
    assert record(path)["length"] == path.length
    assert record(patience)["value"] == "49/93"
    assert record(alliance.dilemma())["learning_dilemma"] is True
    assert record(alliance.outcomes())["division"][3][3] is None


@settings(max_examples=20, deadline=None)
@given(game=strategic_games())
def test_games_of_many_players_and_their_pure_equilibria_survive_json(game):
    held = json.loads(json.dumps(record(game)))
    tables = [held["payoffs"][name] for name in held["players"]]
    assert StrategicGame(tables, held["strategies"], held["players"]) == game
    answer = pure_profiles(game)
    there = json.loads(json.dumps(record(answer)))["equilibria"]
    assert [(tuple(one["profile"]), one["strict"]) for one in there] == [
        (one.profile, one.strict) for one in answer
    ]
    assert [tuple(map(Fraction, one["payoffs"])) for one in there] == [
        one.payoffs for one in answer
    ]


def test_players_of_one_name_keep_their_payoffs_apart():
    game = Game([[[1]], [[2]]], players=["firm", "firm"])
    assert record(game)["players"] == ["firm", "firm"]
    assert record(game)["payoffs"] == {"firm_1": [["1"]], "firm_2": [["2"]]}


def test_symbolic_dilemmas_leave_open_what_is_open():
    held = record(Alliance(trust=sympy.Symbol("x")).dilemma())
    assert held["learning_dilemma"] is None
    json.dumps(held)


def test_batches_have_no_record():
    batch = Alliance(leakage=np.array([0.1, 0.2]))
    for thing in (batch.dilemma(), batch.outcomes()):
        with pytest.raises(TypeError, match="of one alliance, got those of a batch"):
            record(thing)


def test_other_things_have_no_record():
    with pytest.raises(TypeError, match="thing: requires a result of the library"):
        record("thing")


def test_payoff_sets_keep_exact_coordinates():
    example = Game.from_bimatrix(
        [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
    )
    kept = record(exact_payoff_set(example, 0.3))
    json.dumps(kept)
    assert kept["coordinates"][0][0]["polynomial"] == [-130490, 201281, -79764, 3495]
    assert kept["coordinates"][0][1] == "14/5"
    low, high = (Fraction(kept["coordinates"][0][0][end]) for end in ("low", "high"))
    assert low < Fraction("1.1256824") < high + Fraction(1, 10**7)
    assert len(kept["inner"]) >= 6
    assert record(payoff_set(Game([[[5]], [[7]]]), 0.5))["coordinates"] == [["5", "7"]]


def test_truth_values_in_arrays_stay_truth_values():
    line = Consortium(3, goal=1, threshold=2).along()
    there = json.loads(json.dumps(record(line)))["met"]
    assert there == line.met.tolist()
    assert {type(one) for row in there for one in row} == {bool}
    assert there != [[False] * len(line.strategies)] * 3


@pytest.mark.parametrize(("size", "count"), [(2, 1), (2, 3), (4, 2), (3, 3)])
def test_games_of_groups_survive_json(size, count):
    drawn = np.random.default_rng(size * count)

    def earn(strategy, group):
        return Fraction(int(drawn.integers(-9, 9)), int(drawn.integers(1, 9)))

    game = GroupGame(size, [f"s{k}" for k in range(count)], earn)
    held = json.loads(json.dumps(record(game)))
    assert held["others"] == game.others.tolist()
    assert held["left_out"] is None
    assert GroupGame.from_others(held["size"], held["strategies"], held["payoffs"]) == game
    for answer in (pure_compositions(game), symmetric_equilibria(game)):
        assert json.loads(json.dumps(record(answer)))["game"] == held


def test_large_games_of_groups_say_what_is_left_out():
    def earn(strategy, group):
        return group[strategy]

    assert record(GroupGame(42, list("abc"), earn))["payoffs"][-1] == ["42", "1", "1"]
    held = record(GroupGame(45, list("abc"), earn))
    assert (held["size"], held["strategies"]) == (45, ["a", "b", "c"])
    assert held["others"] is held["payoffs"] is None
    assert held["left_out"] == "payoffs among 1,035 compositions of others, more than 1,000"


def test_records_hold_public_fields_only():
    def names(held):
        if isinstance(held, dict):
            yield from held
            held = list(held.values())
        if isinstance(held, list):
            for one in held:
                yield from names(one)

    game = GroupGame(3, ["a", "b"], lambda strategy, group: group[strategy])
    for thing in (pure_compositions(game), logit_path(Game.symmetric([[4, 0], [3, 2]]))):
        assert not [name for name in names(record(thing)) if name.startswith("_")]


def test_bounds_of_thousands_of_digits_have_a_record():
    two = [one for one in STRATEGIES if one.name in ("collaboration", "avoidance")]
    consortium = Consortium(100, strategies=two, goal=10, threshold=50)
    found = symmetric_equilibria(consortium.group_game())
    (mixed,) = (one for one in found if len(one.played) == 2)
    assert mixed.payoff.low.denominator > 10**5000
    there = json.loads(json.dumps(record(found)))
    (held,) = (one for one in there["equilibria"] if len(one["played"]) == 2)
    low, high = Fraction(held["payoff"]["low"]), Fraction(held["payoff"]["high"])
    assert low < mixed.payoff.low < mixed.payoff.high < high
    assert high - low < Fraction(1, 10**35)
    (share, _) = held["mixture"]
    root = AlgebraicNumber(
        tuple(share["polynomial"]), Fraction(share["low"]), Fraction(share["high"])
    )
    assert root == mixed.mixture[0]
    assert max(len(one[end]) for one in (held["payoff"], share) for end in ("low", "high")) < 100
