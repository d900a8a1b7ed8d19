"""Grim reversion: the closed form, the definition, and when it is credible."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance
from dilemma.equilibria import nash
from dilemma.game import Game
from dilemma.repeated import critical_discount
from dilemma.testing import games

# Low trust and high opportunism, where the dilemma T > R > P is common.
TEMPTED = st.builds(
    Alliance,
    trust=st.fractions(0, Fraction(1, 4), max_denominator=20),
    opportunism=st.fractions(Fraction(1, 2), 1, max_denominator=20),
    stakes=st.fractions(Fraction(3, 4), 6, max_denominator=20),
    leakage=st.fractions(0, Fraction(9, 10), max_denominator=20),
    effort_convexity=st.fractions(0, 1, max_denominator=20),
)
PRISONERS = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])


def deviation_gains(game, target, punishment, discount):
    """The definition: does some one-shot deviation, then punished for ever, pay a player?"""
    payoffs = game.exact_payoffs
    gains = []
    for player in (0, 1):
        now = payoffs[player][target]
        after = payoffs[player][punishment]
        for own in set(range(game.shape[player])) - {target[player]}:
            profile = (own, target[1]) if player == 0 else (target[0], own)
            deviant = (1 - discount) * payoffs[player][profile] + discount * after
            gains.append(deviant > now)
    return any(gains)


@settings(max_examples=80, deadline=None)
@given(game=games(largest=3))
def test_the_least_discount_factor_is_where_deviations_stop_paying(game):
    m, n = game.shape
    for target in ((0, 0), (m - 1, n - 1)):
        for punishment in ((0, 0), (m - 1, 0)):
            found = critical_discount(game, target, punishment)
            if found.value is None:
                for k in range(20):
                    assert deviation_gains(game, target, punishment, Fraction(k, 20))
                continue
            low, high = found.value, found.largest
            assert 0 <= low < 1
            assert low <= high <= 1
            assert not deviation_gains(game, target, punishment, low)
            assert not deviation_gains(game, target, punishment, (low + high) / 2)
            if low:
                assert deviation_gains(game, target, punishment, low * (1 - Fraction(1, 10**9)))
            if high < 1:
                above = high + (1 - high) / 10**9
                assert deviation_gains(game, target, punishment, above)


@settings(max_examples=80, deadline=None)
@given(alliance=TEMPTED)
def test_the_design_s_closed_form_where_it_applies(alliance):
    kind = alliance.dilemma()
    T, R, P = kind.temptation[0], kind.reward[0], kind.avoidance[0]
    assume(T > R > P)
    found = critical_discount(alliance.game(), "collaboration", "avoidance")
    closed = (T - R) / (T - P)
    if found.deviations[0] == "competition":
        assert found.value == closed
    else:
        assert found.value > closed


def test_the_default_alliance():
    found = critical_discount(Alliance().game(), "collaboration", "avoidance")
    assert found.value == Fraction(13, 73)
    assert found.by_player == (Fraction(13, 73),) * 2
    assert found.deviations == ("competition", "competition")
    assert found.credible
    assert "13/73" in found.status
    assert "credible: an equilibrium" in found.status


def test_a_punishment_that_is_no_equilibrium_is_named():
    alliance = Alliance(trust="1/10", stakes=8)
    found = critical_discount(alliance.game(), "collaboration", "avoidance")
    assert not found.credible
    assert "not credible" in found.status
    assert all(one.words != "both play avoidance" for one in nash(alliance.game()))


def test_unequal_firms_have_their_own():
    found = critical_discount(
        Alliance(opportunism=(0.2, 0.9)).game(), "collaboration", "avoidance"
    )
    assert found.by_player[0] < found.by_player[1] == found.value
    assert "the column firm's best deviation is competition" in found.status


def test_a_target_from_which_nobody_deviates_needs_no_patience():
    found = critical_discount(PRISONERS, "hide", "hide")
    assert (found.value, found.largest) == (0, 1)
    assert found.deviations == (None, None)
    assert found.status.startswith("Any discount factor sustains mutual hide")


def test_a_punishment_that_does_not_hurt_sustains_nothing():
    found = critical_discount(PRISONERS, "share", "share")
    assert found.value is None
    assert found.status.startswith("No discount factor below 1 sustains mutual share")


def test_a_punishment_that_rewards_bounds_the_discount_factor_from_above():
    found = critical_discount(PRISONERS, "hide", "share")
    assert (found.value, found.largest) == (0, (1 - Fraction(0)) / 3)
    assert found.status.startswith("Discount factors from 0 to 1/3 sustain mutual hide")


def test_players_with_different_deviations_are_both_named():
    game = Game.from_bimatrix(
        [[3, 0, 0], [5, 1, 0], [0, 0, 0]], [[3, 0, 5], [0, 1, 0], [0, 0, 0]], ["s", "p", "q"]
    )
    found = critical_discount(game, "s", "p")
    assert found.deviations == ("p", "q")
    assert "the row player's best deviation is p and the column player's best deviation is q" in (
        found.status
    )


def test_ranges_of_patience_that_do_not_meet():
    both = Game.from_bimatrix([[2, 0], [4, 1]], [[2, 1], [0, 3]])
    apart = critical_discount(both, (0, 0), (1, 1))
    assert apart.by_player[0] == Fraction(2, 3)
    assert apart.value is None
    assert "for both: one player needs more patience than the other can have" in apart.status


def test_a_mixed_equilibrium_can_punish():
    chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
    mixed = nash(chicken)[2]
    found = critical_discount(chicken, "yield", mixed)
    assert found.value == (7 - Fraction(6)) / (7 - Fraction(14, 3))
    assert found.credible


def test_profiles_by_index_and_by_pair():
    one = critical_discount(PRISONERS, "share", "hide")
    assert critical_discount(PRISONERS, 0, 1) == one
    assert critical_discount(PRISONERS, np.int64(0), (np.int8(1), 1)) == one
    assert critical_discount(PRISONERS, ("share", 0), [1, "hide"]) == one


@pytest.mark.parametrize(
    ("target", "punishment", "kind", "words"),
    [
        ("steal", "hide", ValueError, "target: requires a strategy of the row player among share"),
        ("share", "steal", ValueError, "punishment: requires a strategy of the row player"),
        (2, "hide", ValueError, "target: requires an index from 0 to 1"),
        (("share",), "hide", TypeError, "target: requires a strategy, or a pair"),
        (None, "hide", TypeError, "target: requires a strategy, or a pair"),
        (("share", None), "hide", TypeError, "target: requires names or indices"),
        (True, "hide", TypeError, "target: requires"),
    ],
)
def test_wrong_profiles(target, punishment, kind, words):
    with pytest.raises(kind, match=words):
        critical_discount(PRISONERS, target, punishment)


def test_an_equilibrium_of_another_game_is_refused():
    other = nash(Game([[[1, 2, 3]], [[1, 2, 3]]]))[0]
    with pytest.raises(ValueError, match="punishment: requires an equilibrium of a game of shape"):
        critical_discount(PRISONERS, "share", other)


def test_only_games():
    with pytest.raises(TypeError, match="game: requires a Game"):
        critical_discount([[1]], "share", "hide")
