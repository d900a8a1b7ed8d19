"""Tables and records of stochastic games and of what is found in them."""

import json

from dilemma.alliance import Alliance, TrustDynamics
from dilemma.game import Game, StochasticGame
from dilemma.repeated import (
    long_run_states,
    markov_perfect,
    pure_state_policies,
    reaching_times,
    state_policy_play,
)
from dilemma.show import record, table

WORLD = TrustDynamics(Alliance(stakes=2), levels=[0, 0.5, 1]).game()


def test_everything_fits_eighty_columns_and_has_a_record():
    stage = Game.symmetric([[1, -1], [2, 0]], ["cooperate", "defect"])
    small = StochasticGame.by_rule({"only": stage}, lambda *given: "only")
    things = [
        WORLD,
        markov_perfect(WORLD, 0.5, starts=1),
        long_run_states(WORLD, "collaboration", "trust 1/2"),
        reaching_times(WORLD, "collaboration", "trust 1"),
        state_policy_play(small, pure_state_policies(small), 1, 0.01),
    ]
    for thing in things:
        assert max(map(len, table(thing).splitlines())) <= 80
        assert json.loads(json.dumps(record(thing)))


def test_what_they_show_is_what_the_answers_hold():
    found = markov_perfect(WORLD, 0.5, starts=0)
    text = " ".join(table(found).split())
    assert all(one.words in text for one in found)
    assert record(found)["equilibria"][0]["regrets"] == ["0"] * 3
    assert record(found)["pure_complete"] is True
    times = record(reaching_times(WORLD, "collaboration", "trust 1/2"))["times"]
    assert times == ["10", "0", None]
    assert record(WORLD)["transitions"][0][0][0] == ["9/10", "1/10", "0"]
    stage = Game.symmetric([[1, -1], [2, 0]], ["cooperate", "defect"])
    small = StochasticGame.by_rule({"only": stage}, lambda *given: "only")
    text = table(state_policy_play(small, pure_state_policies(small), 1))
    assert "  cccc: 1; cooperate 1, defect 0" in text.splitlines()
    assert "... and 6 policies more" in text
