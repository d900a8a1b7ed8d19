"""The noun: what a stochastic game holds, and what it refuses."""

import pickle
from fractions import Fraction

import numpy as np
import pytest

from dilemma.game import Game, StochasticGame

STAGE = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
END = Game([[[1]], [[2]]], [["wait"], ["rest"]])
STAY = [[[1, 0]] * 2] * 2


def two_states(**changes):
    given = {
        "games": {"open": STAGE, "over": END},
        "transitions": {
            "open": [[[1, 0], [0.5, 0.5]], [["1/3", "2/3"], [0, 1]]],
            "over": [[[0, 1]]],
        },
    }
    return StochasticGame(**(given | changes))


class TestWhatItHolds:
    def test_exact_probabilities_and_their_floats(self):
        world = two_states()
        assert world.exact_transitions[0][1, 0].tolist() == [Fraction(1, 3), Fraction(2, 3)]
        assert world.exact_transitions[0][0, 1].tolist() == [Fraction(1, 2)] * 2
        assert world.transitions[0].dtype == np.float64
        assert world.transitions[0][1, 0].tolist() == [1 / 3, 2 / 3]
        assert world.transitions[1].shape == (1, 1, 2)
        assert world.players == STAGE.players
        assert len(world) == 2

    def test_a_float_means_the_decimal_that_prints_it(self):
        world = StochasticGame([STAGE, STAGE], [[[[0.1, 0.9]] * 2] * 2] * 2)
        assert world.exact_transitions[1][0, 0].tolist() == [Fraction(1, 10), Fraction(9, 10)]
        assert world.states == ("1", "2")

    def test_mappings_may_come_in_any_order(self):
        turned = dict(reversed(two_states_transitions().items()))
        assert two_states(transitions=turned) == two_states()

    def test_chances_by_names_and_by_places(self):
        world = two_states()
        assert world.chances("open", ("hide", "share")) == {
            "open": Fraction(1, 3),
            "over": Fraction(2, 3),
        }
        assert world.chances(0, 1) == {"over": 1}
        assert world.chances(1, (0, 0)) == {"over": 1}

    def test_arrays_are_read_only_and_inputs_unchanged(self):
        given = np.array([[[1.0, 0.0]] * 2] * 2)
        world = StochasticGame([STAGE, STAGE], [given, given])
        given[0, 0] = 0.5
        assert world.exact_transitions[0][0, 0].tolist() == [1, 0]
        for array in (*world.exact_transitions, *world.transitions):
            with pytest.raises(ValueError, match="read-only"):
                array[0, 0, 0] = 0

    def test_equality_hash_and_pickling(self):
        world = two_states()
        assert world == two_states()
        assert hash(world) == hash(two_states())
        assert pickle.loads(pickle.dumps(world)) == world
        other = two_states(transitions={**two_states_transitions(), "open": [[[0, 1]] * 2] * 2})
        assert world != other
        assert world != two_states(games={"open": STAGE, "over": Game([[[0]], [[2]]])})
        assert world != "world"

    def test_transitions_may_name_states_by_their_positions(self):
        chances = two_states_transitions()
        by_position = {k: chances[name] for k, name in enumerate(["open", "over"])}
        assert two_states(transitions=by_position) == two_states()

    def test_symmetry_is_that_of_payoffs_and_of_transitions(self):
        assert not two_states().is_symmetric
        both = [[[1, 0], [0, 1]], [[0, 1], [0, 1]]]
        assert StochasticGame([STAGE, STAGE], [both, both]).is_symmetric
        lopsided = [[[1, 0], [0, 1]], [[1, 0], [0, 1]]]
        assert not StochasticGame([STAGE, STAGE], [both, lopsided]).is_symmetric

    def test_words(self):
        assert (
            repr(two_states()) == "<StochasticGame of 2 states: row player against column player>"
        )
        assert str(two_states()).splitlines() == [
            "2 states, row player against column player",
            "  open: 2 x 2; next open or over",
            "  over: 1 x 1; stays for ever",
        ]
        alone = StochasticGame([END], [[[[1]]]])
        assert repr(alone).startswith("<StochasticGame of one state:")
        names = [f"a state with a long name, number {k}" for k in range(12)]
        anywhere = [[[Fraction(1, 12)] * 12] * 2] * 2
        text = str(StochasticGame([STAGE] * 12, [anywhere] * 12, names))
        assert "next one of 12 states" in text
        assert max(map(len, text.splitlines())) <= 80

    def test_a_rule_may_be_certain_or_not(self):
        def rule(state, row, column):
            if state == "over":
                return "over"
            return {"open": 0.25, "over": "3/4"} if (row, column) == ("hide", "share") else "open"

        world = StochasticGame.by_rule({"open": STAGE, "over": END}, rule)
        assert world.chances("open", ("hide", "share")) == {
            "open": Fraction(1, 4),
            "over": Fraction(3, 4),
        }
        assert world.chances("open", "share") == {"open": 1}


def two_states_transitions():
    return {
        "open": [[[1, 0], [0.5, 0.5]], [["1/3", "2/3"], [0, 1]]],
        "over": [[[0, 1]]],
    }


@pytest.mark.parametrize(
    ("games", "transitions", "states", "kind", "message"),
    [
        ([], [], None, ValueError, "games: requires at least one state, got none"),
        (STAGE, [STAY], None, TypeError, "games: requires a Game for each state"),
        ([STAGE, "no"], [STAY, STAY], None, TypeError, "games: requires a Game in state '2'"),
        ([STAGE], [STAY, STAY], None, ValueError, "one array for each of the 1 states, got 2"),
        ([STAGE], 3, None, TypeError, "transitions: requires an array"),
        ([STAGE], [STAY], None, ValueError, r"requires the shape \(2, 2, 1\)"),
        ([STAGE] * 2, [STAY, STAY], ["a", "a"], ValueError, "different names, got 'a' twice"),
        ([STAGE] * 2, [STAY, STAY], ["a"], ValueError, "requires 2 names, got 1"),
        ([STAGE] * 2, [STAY, STAY], ["a", ""], TypeError, "not empty"),
        ([STAGE] * 2, [STAY, STAY], "ab", TypeError, "sequence of names"),
        ({"a": STAGE}, {"b": STAY}, None, ValueError, "requires a state among a, got 'b'"),
        ({"a": STAGE}, {}, None, ValueError, "an entry for state 'a', got none"),
        ({"a": STAGE}, [[[[1]] * 2] * 2], ["a"], TypeError, "leave them out"),
        (
            [STAGE, Game.symmetric([[1]], players=["x", "y"])],
            [STAY, [[[0, 1]]]],
            None,
            ValueError,
            "same players in all states",
        ),
        (
            [STAGE],
            [[[[1], [0.9]], [[1], [1]]]],
            None,
            ValueError,
            "sum to 1 exactly, got the sum 9/10 for 'share' against 'hide'",
        ),
        (
            [STAGE] * 2,
            [STAY, [[[1, 0], [2, -1]], [[1, 0], [1, 0]]]],
            None,
            ValueError,
            "at least 0, got -1 for 'share' against 'hide'",
        ),
        (
            [STAGE],
            [[[[1], ["x"]], [[1], [1]]]],
            None,
            ValueError,
            r"transitions\['1'\]\[0, 1, 0\]",
        ),
    ],
)
def test_bad_input_is_refused_in_words(games, transitions, states, kind, message):
    with pytest.raises(kind, match=message):
        StochasticGame(games, transitions, states)


def test_bad_questions_are_refused_in_words():
    world = two_states()
    with pytest.raises(ValueError, match="state: requires a state among open, over, got 'shut'"):
        world.index("shut")
    with pytest.raises(ValueError, match="from 0 to 1, got 2"):
        world.index(2)
    with pytest.raises(TypeError, match="by name or index, got True"):
        world.index(True)
    with pytest.raises(ValueError, match="requires a strategy of the row player among"):
        world.chances("open", "wait")
    with pytest.raises(TypeError, match="rule: requires the name of a state, or a mapping"):
        StochasticGame.by_rule({"open": STAGE}, lambda *given: 3)
    with pytest.raises(ValueError, match="rule: requires a state among open, got 'shut'"):
        StochasticGame.by_rule({"open": STAGE}, lambda *given: "shut")
