"""Best replies and equilibria of policies, against every deterministic policy there is."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance
from dilemma.game import Game
from dilemma.repeated import (
    Policy,
    always,
    best_reply,
    critical_discount,
    grim,
    is_equilibrium,
    learn_and_leave,
    long_run,
    named_policies,
    tit_for_tat,
    win_stay_lose_shift,
)
from dilemma.testing import games

PRISONERS = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
# All 2 · 16 deterministic policies of one period's memory for two strategies.
ALL = [
    Policy(first, np.reshape(rest, (2, 2)).tolist()) for first, *rest in product((0, 1), repeat=5)
]
CHANCES = st.fractions(0, 1, max_denominator=4)


@st.composite
def two_by_two(draw):
    payoffs = st.integers(-3, 3).map(Fraction)
    return Game([[[draw(payoffs) for _ in range(2)] for _ in range(2)] for _ in range(2)])


@st.composite
def mixed(draw):
    return Policy.from_cooperation([draw(CHANCES) for _ in range(4)], draw(CHANCES))


def earned(game, reply, policy, player, *terms):
    pair = (reply, policy) if player == 0 else (policy, reply)
    return long_run(game, pair, *terms).payoffs[player]


def starting_at(policy, own):
    return Policy(own, policy.replies, policy.strategies)


class TestBestReply:
    @settings(max_examples=6, deadline=None)
    @given(
        game=two_by_two(), policy=mixed(), player=st.integers(0, 1),
        discount=st.sampled_from(["0", "1/2", "9/10"]), suspicion=st.sampled_from(["0", "1/5"]),
    )  # fmt: skip
    def test_none_of_all_deterministic_policies_earns_more(
        self, game, policy, player, discount, suspicion
    ):
        found = best_reply(policy, game, discount, suspicion, player=player)
        values = [earned(game, one, policy, player, discount, suspicion) for one in ALL]
        assert found.value == max(values)
        assert earned(game, found.policy, policy, player, discount, suspicion) == found.value
        # After every pair of acts too: the next acts become the opening.
        for i, j in product((0, 1), (0, 1)):
            later = Policy(policy.replies[j, i], policy.replies)
            best = max(earned(game, one, later, player, discount, suspicion) for one in ALL)
            assert found.values[i, j] == best

    @settings(max_examples=10, deadline=None)
    @given(game=games(largest=3), draw=st.data())
    def test_all_optimal_acts_are_listed_and_no_other(self, game, draw):
        m, n = game.shape
        replies = [[draw.draw(st.integers(0, n - 1)) for _ in range(m)] for _ in range(n)]
        policy = Policy(0, replies)
        found = best_reply(policy, game, "2/3")
        delta, payoffs = Fraction(2, 3), game.exact_payoffs[0]
        for i, j in product(range(m), range(n)):
            k = replies[j][i]
            worths = [(1 - delta) * payoffs[a, k] + delta * found.values[a, k] for a in range(m)]
            best = [found.policy.strategies[0][a] for a in range(m) if worths[a] == max(worths)]
            assert list(found.choices[i][j]) == best
            assert found.values[i, j] == max(worths)
        assert found.unique == (
            len(found.openings) == 1
            and all(len(acts) == 1 for row in found.choices for acts in row)
        )

    def test_ties_are_told(self):
        constant = Game.symmetric([[1, 1], [1, 1]])
        found = best_reply(ALL[0], constant, 0.5)
        assert not found.unique
        assert found.choices == ((("1", "2"), ("1", "2")), (("1", "2"), ("1", "2")))
        assert "as good an opening: 2" in str(found)

    def test_against_the_patience_of_tit_for_tat(self):
        # Sharing for ever is best from max{(T - R)/(T - P), (T - R)/(R - S)} = 2/3 on.
        tat = tit_for_tat(PRISONERS)
        for discount, value in (("9/10", 3), ("2/3", 3)):
            assert best_reply(tat, PRISONERS, discount).value == value
        assert best_reply(tat, PRISONERS, "1/10").value > 3

    def test_five_strategies_of_an_unequal_alliance(self):
        game = Alliance(trust=Fraction(1, 2), stakes=(1, 3)).game()
        for player in (0, 1):
            partner = grim(game, player=1 - player)
            found = best_reply(partner, game, 0.9, 0.05, player=player)
            assert earned(game, found.policy, partner, player, 0.9, 0.05) == found.value
            rivals = named_policies(game, player).values()
            assert all(
                earned(game, one, partner, player, 0.9, 0.05) <= found.value for one in rivals
            )
            assert max(map(len, str(found).splitlines())) <= 80

    @pytest.mark.parametrize(
        ("terms", "message"),
        [
            ({"discount": 1}, r"discount: requires a number in \[0, 1\), got 1"),
            ({"discount": 1.1}, r"discount: requires a number in \[0, 1\]"),
            ({"discount": 0.5, "suspicion": 0.1, "error": "perception"}, "partially observed"),
            ({"discount": 0.5, "player": 2}, "player: requires 0"),
            ({"discount": 0.5, "suspicion": 2}, r"suspicion: requires a number in \[0, 1\]"),
        ],
    )
    def test_bad_input(self, terms, message):
        with pytest.raises(ValueError, match=message):
            best_reply(tit_for_tat(PRISONERS), PRISONERS, **terms)

    def test_policies_that_do_not_fit(self):
        game = Game([[[1, 2, 3], [0, 1, 2]], [[1, 1, 1], [2, 2, 2]]])
        with pytest.raises(ValueError, match="policy: requires, for the column player"):
            best_reply(Policy(0, [[0, 0, 0], [1, 1, 1]]), game, 0.5)
        assert best_reply(Policy(0, [[0, 0], [1, 1], [2, 2]]), game, 0.5).value == 1
        with pytest.raises(TypeError, match="policy: requires a Policy, got Game"):
            best_reply(PRISONERS, PRISONERS, 0.5)
        # Reading without errors is seeing.
        assert best_reply(tit_for_tat(PRISONERS), PRISONERS, 0.9, 0, "perception").value == 3


class TestIsEquilibrium:
    @settings(max_examples=6, deadline=None)
    @given(
        game=two_by_two(), places=st.tuples(st.integers(0, 31), st.integers(0, 31)),
        discount=st.sampled_from(["1/3", "4/5"]), suspicion=st.sampled_from(["0", "1/10"]),
    )  # fmt: skip
    def test_by_the_definition(self, game, places, discount, suspicion):
        pair = [ALL[place] for place in places]
        found = is_equilibrium(game, pair, discount, suspicion)
        payoffs = long_run(game, pair, discount, suspicion).payoffs
        gains = [
            max(earned(game, one, pair[1 - k], k, discount, suspicion) for one in ALL) - payoffs[k]
            for k in (0, 1)
        ]
        assert found.payoffs == payoffs
        assert found.gains == tuple(gains)
        assert found.nash == (gains == [0, 0])
        # Subgame perfect: the same after every pair of acts.
        perfect = found.nash
        for i, j in product((0, 1), (0, 1)):
            later = [
                Policy(pair[0].replies[i, j], pair[0].replies),
                Policy(pair[1].replies[j, i], pair[1].replies),
            ]
            own = long_run(game, later, discount, suspicion).payoffs
            for k in (0, 1):
                best = max(earned(game, one, later[1 - k], k, discount, suspicion) for one in ALL)
                perfect &= best == own[k]
        assert found.subgame_perfect == perfect
        assert (found.deviation is None) == perfect

    @pytest.mark.parametrize("column", [win_stay_lose_shift, grim, tit_for_tat])
    def test_a_reported_deviation_gains_what_it_says(self, column):
        pair = [win_stay_lose_shift(PRISONERS), column(PRISONERS)]
        found = is_equilibrium(PRISONERS, pair, "1/2", "1/100")
        assert {one.player for one in found.deviations} == {0, 1}
        names = list(PRISONERS.strategies[0])
        for one in found.deviations:
            acts = [0, 0] if one.after is None else [names.index(act) for act in one.after]
            mine = pair[one.player]
            opening = mine.replies[acts[one.player], acts[1 - one.player]]
            theirs = pair[1 - one.player]
            other = theirs.replies[acts[1 - one.player], acts[one.player]]
            if one.after is None:
                opening, other = mine.opening, theirs.opening
            # Deviating once is another opening, followed by the policy itself.
            follow, leave = Policy(opening, mine.replies), starting_at(mine, one.strategy)
            partner = Policy(other, theirs.replies)
            values = [
                earned(PRISONERS, start, partner, one.player, "1/2", "1/100")
                for start in (follow, leave)
            ]
            assert values[1] - values[0] == one.gain > 0

    def test_grim_is_perfect_exactly_from_the_critical_discount_factor_on(self):
        game = Alliance(trust=Fraction(1, 10)).game()
        patience = critical_discount(game, "collaboration", "avoidance")
        assert patience.value == Fraction(49, 93)
        assert patience.credible
        pair = [grim(game)] * 2
        at = is_equilibrium(game, pair, patience.value)
        below = is_equilibrium(game, pair, patience.value - Fraction(1, 10**9))
        assert at.subgame_perfect
        assert at.nash
        assert not below.nash
        assert below.deviation.strategy == "competition"
        assert below.deviation.reached
        assert "no equilibrium" in str(below)

    def test_a_second_deviation_can_pay_where_the_first_does_not(self):
        """No one-shot deviation gains where play gets, and yet it is no Nash equilibrium."""
        found = 0
        for first, second in product(ALL, ALL):
            answer = is_equilibrium(PRISONERS, [first, second], "3/5")
            if not answer.nash and not any(one.reached for one in answer.deviations):
                found += 1
                break
        assert found

    def test_nash_but_not_perfect_and_stage_equilibria(self):
        tat = is_equilibrium(PRISONERS, [tit_for_tat(PRISONERS)] * 2, "9/10")
        assert tat.nash
        assert not tat.subgame_perfect
        assert not tat.deviation.reached
        hide = is_equilibrium(PRISONERS, [always(PRISONERS, "hide")] * 2, "9/10", "1/10")
        assert hide.subgame_perfect
        assert hide.deviation is None

    def test_unequal_sizes_and_one_strategy(self):
        game = Game([[[1, 2, 0]], [[0, 1, 5]]])
        pair = [Policy(0, [[0, 0, 0]]), Policy(2, [[2], [2], [2]])]
        assert is_equilibrium(game, pair, 0).subgame_perfect
        lazy = [pair[0], Policy(1, [[2], [2], [2]])]
        answer = is_equilibrium(game, lazy, 0.5)
        assert (answer.nash, answer.deviation.after, answer.deviation.gain) == (False, None, 2)

    def test_patience_without_end_is_refused(self):
        with pytest.raises(ValueError, match="no limit of means here"):
            is_equilibrium(PRISONERS, [tit_for_tat(PRISONERS)] * 2, 1)
        game = Alliance().game()
        with pytest.raises(ValueError, match="partially observed"):
            is_equilibrium(game, [learn_and_leave(game)] * 2, 0.5, 0.1, "perception")
