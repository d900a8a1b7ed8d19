"""Finite automata: those that do as policies do, and those that remember more."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance
from dilemma.game import Game
from dilemma.repeated import (
    Automaton,
    Policy,
    best_reply,
    grim,
    long_run,
    named_policies,
    policy_game,
    tit_for_tat,
)

NAMES = ["share", "hide"]
PRISONERS = Game.symmetric([[3, 0], [5, 1]], NAMES)
CHANCES = st.fractions(0, 1, max_denominator=4)
TWO_TATS = Automaton(
    {"calm": "share", "warned": "share", "angry": "hide"},
    lambda state, own, other: (
        "calm" if other == "share" else "warned" if state == "calm" else "angry"
    ),
    NAMES,
    "tit for two tats",
)
# Grim in the strict sense: whatever happens afterwards, it never shares again.
UNFORGIVING = Automaton(
    {"trusting": "share", "deceived": "hide"},
    lambda state, own, other: (
        "trusting" if state == "trusting" and (own, other) == ("share", "share") else "deceived"
    ),
    NAMES,
    "unforgiving",
)


def as_automaton(policy):
    """A state for the opening, and one for each (own act, what was read) of the last period."""
    own, other = policy.strategies
    acts = {"opening": policy.opening}
    for i, one in enumerate(own):
        for j, two in enumerate(other):
            acts[f"{one} {two}"] = policy.replies[i, j]
    return Automaton(acts, lambda state, one, two: f"{one} {two}", policy.strategies, policy.name)


@st.composite
def memory_one(draw):
    return Policy.from_cooperation([draw(CHANCES) for _ in range(4)], draw(CHANCES), NAMES)


@pytest.mark.parametrize(
    "terms",
    [
        ("2/3", 0),
        ("2/3", "1/10"),
        ("2/3", "1/10", "perception"),
        (1, "1/10", "perception"),
        (1, 0),
    ],
)
@settings(max_examples=8, deadline=None)
@given(pair=st.tuples(memory_one(), memory_one()))
def test_private_records_as_states_give_what_true_pairs_give(terms, pair):
    """The automata keep each player's own record, so that nothing of the reduction is used."""
    short = long_run(PRISONERS, pair, *terms)
    for automata in (
        [as_automaton(one) for one in pair], [pair[0], as_automaton(pair[1])],
    ):  # fmt: skip
        found = long_run(PRISONERS, automata, *terms)
        assert np.array_equal(found.law, short.law)
        assert found.payoffs == short.payoffs


def test_five_strategies_of_an_unequal_alliance():
    game = Alliance(trust=Fraction(1, 2), stakes=(1, 3)).game()
    first, second = (named_policies(game, player) for player in (0, 1))
    pair = [first["win-stay-lose-shift"], second["forgiving grim"]]
    short = long_run(game, pair, "9/10", "1/20", "perception")
    found = long_run(game, [pair[0], as_automaton(pair[1])], "9/10", "1/20", "perception")
    assert np.array_equal(found.law, short.law)


def test_grim_for_ever_ends_where_the_memory_of_one_period_slips_back():
    wrong = Fraction(1, 10)
    for_ever = long_run(PRISONERS, [UNFORGIVING] * 2, 1, wrong)
    # Both hide, but for errors.
    assert for_ever.payoffs[0] == (
        wrong**2 * 3 + wrong * (1 - wrong) * (0 + 5) + (1 - wrong) ** 2 * 1
    )
    short = long_run(PRISONERS, [grim(PRISONERS)] * 2, 1, wrong)
    assert short.payoffs[0] > for_ever.payoffs[0]
    # Without errors both share.
    assert long_run(PRISONERS, [UNFORGIVING, grim(PRISONERS)], "1/2").payoffs == (3, 3)


def test_two_tats_forgive_one():
    once = Policy("hide", [["share", "share"], ["share", "share"]], NAMES)
    delta = Fraction(1, 2)
    found = long_run(PRISONERS, [TWO_TATS, once], delta)
    assert found.payoffs == (3 * delta, 5 * (1 - delta) + 3 * delta)
    always = Policy("hide", [["hide", "hide"], ["hide", "hide"]], NAMES)
    found = long_run(PRISONERS, [TWO_TATS, always], delta)
    assert found.payoffs[0] == delta**2 * 1
    assert found.regularities[0].words == "both play hide"


def test_contests_take_both_kinds():
    contest = policy_game(PRISONERS, [TWO_TATS, UNFORGIVING, tit_for_tat(PRISONERS)], "9/10", 0.01)
    assert contest.is_symmetric
    assert contest.strategies[0] == ("tit for two tats", "unforgiving", "tit for tat")
    pair = [tit_for_tat(PRISONERS), TWO_TATS]
    assert tuple(contest.exact_payoffs[:, 2, 0]) == long_run(PRISONERS, pair, "9/10", 0.01).payoffs


def test_mixed_moves_and_acts():
    lazy = Automaton(
        {"on": ["1/2", "1/2"], "off": "hide"},
        {
            (state, own, other): {"on": "1/4", "off": "3/4"} if state == "on" else "off"
            for state in ("on", "off") for own in NAMES for other in NAMES
        },
        PRISONERS,
        "fading",
    )  # fmt: skip
    found = long_run(PRISONERS, [lazy, lazy], "1/2")
    # Both start on; each is still on after t periods with probability (1/4)^t.
    on = Fraction(1, 2) / (1 - Fraction(1, 8))
    assert found.rates[0][0] == on / 2
    assert "on: plays share (1/2) or hide (1/2); always on to on (1/4) or off (3/4)" in str(lazy)
    assert max(map(len, str(lazy).splitlines())) <= 80
    assert lazy == lazy
    assert hash(lazy) != hash(TWO_TATS)


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            (({}, len, NAMES), ValueError, "acts: requires at least one state"),
            ((["share"], len, NAMES), TypeError, "acts: requires a mapping from states"),
            (({"a": "shout"}, len, NAMES), ValueError, r"acts\[a\]: requires strategies among"),
            (({"a": "share"}, {}, NAMES), ValueError, r"a state after \(a, share, share\)"),
            (({"a": "share"}, 3, NAMES), TypeError, "moves: requires a function"),
            (
                ({"a": "share"}, lambda *_: "b", NAMES),
                ValueError,
                r"moves\[a, share, share\]: requires strategies among \('a',\), got 'b'",
            ),
            (({"a": [1, 1]}, lambda *_: "a", NAMES), ValueError, r"acts\[a\]: .* the sum 2"),
            (({"a": "share"}, lambda *_: "a", NAMES, ""), TypeError, "name: requires a text"),
        ],
    )
    def test_what_is_no_automaton(self, arguments, error, message):
        with pytest.raises(error, match=message):
            Automaton(*arguments)

    def test_where_it_does_not_serve(self):
        with pytest.raises(TypeError, match="policy: requires a Policy, got Automaton"):
            best_reply(TWO_TATS, PRISONERS, 0.9)
        with pytest.raises(TypeError, match="requires a Policy or an Automaton, got int"):
            long_run(PRISONERS, [TWO_TATS, 3], 0.9)
        with pytest.raises(ValueError, match="for the row firm, a policy of 5 own"):
            long_run(Alliance().game(), [TWO_TATS, TWO_TATS], 0.9)
