"""Records for machines: JSON holds them, and nothing is rounded."""

import json
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings

from dilemma.alliance import Alliance
from dilemma.collective import Consortium
from dilemma.equilibria import lemke_howson, nash, pure_profiles
from dilemma.game import Game, StrategicGame
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
