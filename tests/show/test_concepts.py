"""Tables and records of the concepts: everything is said, exactly and within 80 columns."""

import json
from fractions import Fraction

import pytest

from dilemma.alliance import Alliance
from dilemma.equilibria import (
    evolutionarily_stable,
    evolutionary_sets,
    expectations,
    nash,
    potential,
    rationalizable,
    risk_dominance,
)
from dilemma.game import Game
from dilemma.show import record, table

NAMES = ["an uncommonly long name of a strategy " * 3, "b", "c"]
GAMES = [
    Alliance(trust="3/4").game(),
    Game.symmetric([[1, 1, 0], [1, 1, 0], [0, 1, 2]], NAMES),
    Game.symmetric([["1/3", "1/3"], ["1/3", "1/3"]]),
]
CONCEPTS = [
    evolutionarily_stable,
    evolutionary_sets,
    rationalizable,
    risk_dominance,
    potential,
    lambda game: expectations(nash(game)),
]


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("concept", CONCEPTS)
def test_tables_are_narrow_and_records_are_json(game, concept):
    answer = concept(game)
    lines = table(answer).splitlines()
    assert max(map(len, lines)) <= 80
    assert answer.status.split()[0] in table(answer)
    again = json.loads(json.dumps(record(answer)))
    assert again["status"] == answer.status
    assert again["exact"] is True


def test_records_keep_exact_values():
    contest = Game.symmetric([["-1/2", 2], [0, 1]], ["hawk", "dove"])
    (one,) = record(evolutionarily_stable(contest))["residents"]
    assert one["strategy"] == ["2/3", "1/3"]
    assert one["invader"] is None
    left = record(rationalizable(contest))
    assert left["game"] == record(contest)
    assert left["rows"] == [0, 1]
    assert [Fraction(v) for v in left["beliefs"][0][0]] == [0, 1]
    made = record(expectations(nash(contest)))
    assert "origin" not in json.dumps(made)
    assert made["stabilities"][0]["index"] == 1
