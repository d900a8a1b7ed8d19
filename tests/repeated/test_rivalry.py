"""Partners and rivals: published conditions, and play against mixed co-players."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.game import Game, RepeatedGame
from dilemma.repeated import (
    Policy,
    always,
    generous_tit_for_tat,
    grim,
    long_run,
    partner_or_rival,
    tit_for_tat,
    win_stay_lose_shift,
    zero_determinant,
)

R, S, T, P = 3, 0, 5, 1
PRISONERS = Game.symmetric([[R, S], [T, P]], ["share", "hide"])
MILD = Game.symmetric([[3, 0], [4, 1]], ["share", "hide"])
CHANCES = st.fractions(0, 1, max_denominator=8)


class TestPublishedConditions:
    @settings(max_examples=20, deadline=None)
    @given(p=st.tuples(CHANCES, CHANCES, CHANCES))
    def test_nice_policies_in_the_limit_of_means(self, p):
        """Akin (2016), as in Hilbe, Traulsen & Sigmund (2015): when a nice policy is a partner."""
        after_sucker, after_temptation, after_punishment = p
        policy = Policy.from_cooperation([1, *p], 1, PRISONERS)
        expected = (
            (T - R) * after_temptation < (R - S) * (1 - after_sucker)
            and (T - R) * after_punishment < (R - P) * (1 - after_sucker)
        )  # fmt: skip
        found = partner_or_rival(policy, PRISONERS, 1)
        assert found.nice
        assert found.partner == expected

    @settings(max_examples=12, deadline=None)
    @given(
        p=st.tuples(st.fractions(0, Fraction(7, 8), max_denominator=8), CHANCES, CHANCES),
        last=st.sampled_from([Fraction(0), Fraction(1, 5)]),
    )
    def test_policies_that_slip_from_cooperation(self, p, last):
        """Hilbe, Traulsen & Sigmund (2015): rivals have p_DD = 0 and p_CD + p_DC at most 1."""
        policy = Policy.from_cooperation([*p, last], 0, PRISONERS)
        found = partner_or_rival(policy, PRISONERS, 1)
        assert found.rival == (last == 0 and p[1] + p[2] <= 1)
        assert not found.partner

    def test_named_policies(self):
        expected = [
            (tit_for_tat(PRISONERS), PRISONERS, "partner and rival"),
            (always(PRISONERS, "hide"), PRISONERS, "rival"),
            (always(PRISONERS, "share"), PRISONERS, "neither"),
            (generous_tit_for_tat(PRISONERS, "1/4"), PRISONERS, "partner"),
            # At the bound itself a defector gets all of R, and leaves less.
            (generous_tit_for_tat(PRISONERS), PRISONERS, "neither"),
            # (T + P) / 2 reaches R here, and does not there.
            (win_stay_lose_shift(PRISONERS), PRISONERS, "neither"),
            (win_stay_lose_shift(MILD), MILD, "partner"),
            (zero_determinant(PRISONERS, P, "1/3", opening=0), PRISONERS, "rival"),
            (zero_determinant(PRISONERS, R, "1/2", opening=1), PRISONERS, "partner"),
            (grim(PRISONERS), PRISONERS, "partner and rival"),
        ]
        for policy, game, kind in expected:
            assert partner_or_rival(policy, game, 1).kind == kind, policy

    def test_patience_that_tit_for_tat_takes_to_be_a_partner(self):
        # Defecting once, or for ever, must not reach R: delta > (T - R)/(R - S) = 2/3.
        tat = tit_for_tat(PRISONERS)
        assert partner_or_rival(tat, PRISONERS, "67/100").partner
        assert not partner_or_rival(tat, PRISONERS, "66/100").partner
        assert not partner_or_rival(tat, PRISONERS, "9/10").rival  # the first loss stays


class TestDefinition:
    @settings(max_examples=12, deadline=None)
    @given(
        chances=st.lists(CHANCES, min_size=10, max_size=10),
        discount=st.sampled_from(["1/2", "9/10", "1"]), player=st.integers(0, 1),
    )  # fmt: skip
    def test_no_mixed_co_player_contradicts(self, chances, discount, player):
        policy = Policy.from_cooperation([1, *chances[1:4]], 1)
        other = Policy.from_cooperation(chances[5:9], chances[9])
        found = partner_or_rival(policy, PRISONERS, discount, player=player)
        pair = (policy, other) if player == 0 else (other, policy)
        payoffs = long_run(PRISONERS, pair, discount).payoffs
        own, co = payoffs[player], payoffs[1 - player]
        assert co <= found.exploited[1]
        assert co - own <= found.outdone[1] - found.outdone[0]
        if found.partner and co >= R:
            assert own == co == R

    def test_the_co_players_that_are_named_earn_that(self):
        policy = always(PRISONERS, "share")
        found = partner_or_rival(policy, PRISONERS, 1)
        assert found.exploited == found.outdone == (S, T)
        assert long_run(PRISONERS, [policy, found.exploiter], 1).payoffs == found.exploited
        assert "neither a partner nor a rival; it is nice" in str(found)
        assert max(map(len, str(found).splitlines())) <= 80

    def test_bad_input(self):
        tat = tit_for_tat(PRISONERS)
        with pytest.raises(ValueError, match="requires two strategies"):
            partner_or_rival(Policy(0, [[0]]), Game.symmetric([[1]]), 1)
        with pytest.raises(ValueError, match="play without errors"):
            partner_or_rival(tat, RepeatedGame(PRISONERS, 1, 0.1))
        with pytest.raises(ValueError, match="player: requires 0"):
            partner_or_rival(tat, PRISONERS, 1, player=3)
