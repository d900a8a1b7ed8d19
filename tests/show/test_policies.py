"""What is found about policies, as tables and as records."""

import json

import pytest

from dilemma.alliance import Alliance
from dilemma.game import Game
from dilemma.repeated import (
    Automaton,
    best_reply,
    enforced_relation,
    grim,
    is_equilibrium,
    long_run,
    named_policies,
    partner_or_rival,
    reciprocate,
    tit_for_tat,
)
from dilemma.show import record, table

GAME = Alliance(trust=0.1).game()
PRISONERS = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
PAIR = [reciprocate(GAME), grim(GAME)]
THINGS = [
    PAIR[0],
    Automaton({"on": 0}, lambda *past: "on", GAME, "stubborn"),
    long_run(GAME, PAIR, 0.9, 0.1, measures={"payoffs": GAME.exact_payoffs}),
    best_reply(PAIR[1], GAME, 0.9, 0.1),
    is_equilibrium(GAME, PAIR, 0.2),
    partner_or_rival(tit_for_tat(PRISONERS), PRISONERS, 1),
    enforced_relation(tit_for_tat(PRISONERS), PRISONERS, 1),
]


@pytest.mark.parametrize("thing", THINGS, ids=lambda one: type(one).__name__)
def test_tables_fit_and_records_are_json(thing):
    text = table(thing)
    assert max(map(len, text.splitlines())) <= 80
    assert getattr(thing, "status", str(thing))[:60] in text
    assert json.loads(json.dumps(record(thing)))


def test_records_keep_what_is_exact():
    found = record(THINGS[2])
    assert found["payoffs"] == [str(value) for value in THINGS[2].payoffs]
    assert found["measures"]["payoffs"] == found["payoffs"]
    assert found["play"]["discount"] == "9/10"
    assert found["policies"][1]["name"] == "grim"
    assert record(THINGS[3])["policy"]["opening"].count("1") == 1


def test_every_named_policy_has_a_table():
    for name, policy in named_policies(GAME).items():
        assert table(policy).startswith(f"{name}: opens with")
