"""Tables and records of what the algorithms, mediators and learners answer."""

import json

import pytest

from dilemma.equilibria import (
    coarse_correlated,
    correlated,
    correlated_payoffs,
    fictitious_play,
    lemke_howson_all,
    pure_nash,
    support_enumeration,
    vertex_enumeration,
)
from dilemma.game import Game
from dilemma.show import record, table

NAMES = ["an uncommonly long name of a strategy " * 3, "b", "c"]
FUNCTIONS = [
    pure_nash,
    support_enumeration,
    vertex_enumeration,
    lemke_howson_all,
    correlated,
    coarse_correlated,
    correlated_payoffs,
    lambda game: fictitious_play(game, periods=7, seed=0),
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_tables_are_narrow_and_records_are_json(function):
    answer = function(Game.symmetric([[1, 1, 0], [1, 1, 0], [0, 1, 2]], NAMES))
    written = table(answer)
    assert max(map(len, written.splitlines())) <= 80
    assert " ".join(written.split()).startswith(answer.status)
    again = json.loads(json.dumps(record(answer)))
    assert again["status"] == answer.status
    assert again["complete"] is answer.complete


def test_a_record_keeps_a_distribution_exactly():
    chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
    found = record(correlated(chicken))
    assert found["distribution"] == [["1/2", "1/4"], ["1/4", "0"]]
    assert found["payoffs"] == ["21/4", "21/4"]
    assert "recommend (yield, yield)" in table(correlated(chicken))
