"""Policies: what may be one, what it says, and that the named ones do what their names promise."""

import pickle
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from dilemma.alliance import Alliance
from dilemma.game import Game
from dilemma.repeated import (
    Policy,
    cautious_reciprocity,
    forgiving_grim,
    generous_tit_for_tat,
    grim,
    learn_and_leave,
    named_policies,
    reciprocate,
    tit_for_tat,
    win_stay_lose_shift,
)

NAMES = ["share", "hide"]
PRISONERS = Game.symmetric([[3, 0], [5, 1]], NAMES)
ALLIANCE = Alliance(trust=Fraction(13, 20)).game()
COL, COM, CMP, ACC, AVO = range(5)


def played(policy, own, other):
    """The pure reply of a deterministic policy."""
    return list(policy.replies[own, other]).index(1)


class TestConstruction:
    def test_mapping_function_and_arrays_make_the_same(self):
        mirror = Policy([1, 0], [[[1, 0], [0, 1]], [[1, 0], [0, 1]]], NAMES)
        pairs = {(one, two): two for one, two in product(NAMES, NAMES)}
        assert mirror == Policy("share", pairs, NAMES)
        assert mirror == Policy(0, lambda own, other: {other: 1}, NAMES)
        assert mirror == Policy(0, np.array([[0, 1], [0, 1]]), PRISONERS)
        assert mirror == Policy({"share": 1.0}, np.array([[[1.0, 0], [0, 1]]] * 2), NAMES)
        assert hash(mirror) == hash(Policy("share", pairs, NAMES))
        assert mirror != Policy("hide", pairs, NAMES)
        assert pickle.loads(pickle.dumps(mirror)) == mirror

    def test_floats_mean_their_decimals(self):
        policy = Policy([0.3, 0.7], [[[0.1, 0.9]] * 2] * 2)
        assert policy.opening == (Fraction(3, 10), Fraction(7, 10))
        assert not policy.is_deterministic

    def test_random_floats_are_divided_by_their_sum(self):
        rows = np.random.default_rng(1).dirichlet(np.ones(3), size=(3, 4))
        before = rows.copy()
        policy = Policy([1, 0, 0], rows)
        assert policy.shape == (3, 4)
        assert all(sum(policy.replies[i, j]) == 1 for i in range(3) for j in range(4))
        assert np.allclose(policy.replies.astype(float), rows, atol=1e-15)
        assert np.array_equal(rows, before)

    @pytest.mark.parametrize(
        ("opening", "replies", "message"),
        [
            (0, {("share", "share"): 0}, r"requires a reply to \(share, hide\) too"),
            (0, [[[1, 0], [1, 1]], [[1, 0], [1, 0]]], r"replies\[share, hide\]: .* the sum 2"),
            (0, [[[1, 0], ["1/2", "1/3"]]] * 2, r"replies\[share, hide\]: .* the sum 5/6"),
            (0, [[[2, -1], [1, 0]]] * 2, r"replies\[share, share\]: .* at least 0, got -1"),
            ([0.5, 0.4], [[0, 1]] * 2, r"opening: .* sum to 1, got the sum 9/10"),
            ([1], [[0, 1]] * 2, "opening: requires 2 probabilities, got 1"),
            ("shout", [[0, 1]] * 2, "opening: requires strategies among"),
            (0, [[0, 1, 1]] * 2, r"replies: requires the shape \(2, 2, 2\)"),
            (0, [[0, 7]] * 2, r"replies\[share, hide\]: requires indices from 0 to 1, got 7"),
            (0, lambda own, other: "shout", r"replies\[share, share\]: requires strategies"),
            (0, [[0], [0, 1]], r"replies: requires the shape .* got the shape \(2,\)"),
            (
                {"share": 1, 0: 0},
                [[0, 1]] * 2,
                "opening: requires each strategy once, got 0 twice",
            ),
            (
                0,
                {**dict.fromkeys(product((0, 1), repeat=2), 0), ("share", "hide"): 1},
                r"replies: requires one reply to \(share, hide\), got two",
            ),
        ],
    )
    def test_what_is_no_policy_is_refused_by_the_row(self, opening, replies, message):
        with pytest.raises(ValueError, match=message):
            Policy(opening, replies, NAMES)

    def test_wrong_types(self):
        with pytest.raises(TypeError, match="opening: requires a strategy by name or index"):
            Policy(0.5, [[0, 1]] * 2, NAMES)
        with pytest.raises(TypeError, match="strategies: requires the owner's"):
            Policy(0, lambda own, other: other)
        with pytest.raises(TypeError, match=r"pairs .* as keys, got 'share'"):
            Policy(0, {"share": 0}, NAMES)
        with pytest.raises(TypeError, match="opening: requires a strategy by name or index"):
            Policy({Fraction(1, 3), Fraction(2, 3)}, [[0, 1]] * 2, NAMES)

    @pytest.mark.parametrize(
        ("probabilities", "opening", "message"),
        [
            ([1, 0], 1, "probabilities: requires four numbers"),
            (3, 1, "probabilities: requires four numbers"),
            ([1.5, 0, 0, 0], 1, r"probabilities: requires numbers in \[0, 1\], got 3/2"),
            ([1, 0, 0, 0], -1, r"opening: requires numbers in \[0, 1\], got -1"),
        ],
    )
    def test_chances_of_cooperation_are_probabilities(self, probabilities, opening, message):
        with pytest.raises(ValueError, match=message):
            Policy.from_cooperation(probabilities, opening)

    def test_text_names_every_distinction_within_eighty_columns(self):
        for policy in named_policies(ALLIANCE).values():
            assert max(map(len, str(policy).splitlines())) <= 80
            assert str(policy).startswith(f"{policy.name}: opens with ")
        mixed = Policy(0, [[["1/3", "2/3"], [1, 0]], [[0, 1], [0, 1]]], NAMES)
        assert "after own share and share: share (1/3) or hide (2/3)" in str(mixed)


class TestNamedPolicies:
    def test_of_an_alliance_there_are_eleven(self):
        names = list(named_policies(ALLIANCE))
        assert names == [
            *(f"always {one}" for one in ALLIANCE.strategies[0]),
            "reciprocate", "cautious reciprocity", "grim", "forgiving grim",
            "win-stay-lose-shift", "learn and leave",
        ]  # fmt: skip

    def test_mirrors(self):
        for policy, first in ((reciprocate(ALLIANCE), COL), (cautious_reciprocity(ALLIANCE), CMP)):
            assert policy.opening[first] == 1
            assert all(played(policy, i, j) == j for i in range(5) for j in range(5))

    def test_a_mirror_goes_by_names_where_the_orders_differ(self):
        game = Game.from_bimatrix(
            [[1, 2], [3, 4]], [[1, 2], [3, 4]], [["share", "hide"], ["hide", "share"]]
        )
        policy = reciprocate(game, "share")
        assert played(policy, 0, 0) == 1
        assert played(policy, 0, 1) == 0

    def test_grim_and_its_forgiving_kind(self):
        strict, kind = grim(ALLIANCE), forgiving_grim(ALLIANCE)
        for i, j in product(range(5), range(5)):
            assert played(strict, i, j) == (COL if (i, j) == (COL, COL) else AVO)
            assert played(kind, i, j) == (COL if (i, j) in ((COL, COL), (AVO, AVO)) else AVO)

    @pytest.mark.parametrize("player", [0, 1])
    def test_win_stay_lose_shift_on_an_unequal_alliance(self, player):
        game = Alliance(trust=Fraction(1, 2), stakes=(1, 3)).game()
        own = game.exact_payoffs[0] if player == 0 else game.exact_payoffs[1].T
        policy = win_stay_lose_shift(game, player=player)
        seen = set()
        for i, j in product(range(5), range(5)):
            won = own[i, j] >= own[CMP, CMP]
            seen.add(bool(won))
            expected = i if won else (AVO if i == COL else COL)
            assert played(policy, i, j) == expected
        assert seen == {True, False}
        high = win_stay_lose_shift(game, aspiration=10**6, player=player)
        assert {played(high, i, j) for i in range(1, 5) for j in range(5)} == {COL}

    def test_learn_and_leave_leaves_for_ever(self):
        policy = learn_and_leave(ALLIANCE)
        assert policy.opening[COM] == 1
        assert {played(policy, i, j) for i in range(5) for j in range(5)} == {AVO}

    def test_generosity_is_the_smaller_of_two_bounds(self):
        # Nowak & Sigmund (1992): min{1 - (T - R)/(R - S), (R - P)/(T - P)}.
        for matrix, expected in (
            ([[3, 0], [5, 1]], Fraction(1, 3)),
            ([[3, 0], [4, 0.5]], min(Fraction(2, 3), Fraction(5, 7))),
        ):
            policy = generous_tit_for_tat(Game.symmetric(matrix))
            assert policy.replies[0, 1, 0] == policy.replies[1, 1, 0] == expected
            assert policy.replies[1, 0, 0] == 1

    def test_for_other_games_the_roles_are_named(self):
        game = Game.symmetric(np.arange(9).reshape(3, 3), ["give", "take", "rest"])
        assert list(named_policies(game)) == ["always give", "always take", "always rest"]
        policy = grim(game, "give", "rest")
        assert played(policy, 0, 0) == 0
        assert played(policy, 0, 1) == 2
        with pytest.raises(ValueError, match="cooperate: requires a strategy among"):
            grim(game)

    def test_bad_arguments(self):
        with pytest.raises(ValueError, match=r"player: requires 0 \(row\) or 1 \(column\), got 2"):
            grim(PRISONERS, player=2)
        with pytest.raises(TypeError, match="game: requires a Game, got Alliance"):
            grim(Alliance())
        with pytest.raises(ValueError, match="game: requires two strategies for each player"):
            tit_for_tat(ALLIANCE)
        with pytest.raises(ValueError, match=r"generosity: requires a number in \[0, 1\], got 2"):
            generous_tit_for_tat(PRISONERS, 2)
        with pytest.raises(ValueError, match="no prisoner's dilemma"):
            generous_tit_for_tat(Game.symmetric([[5, 1], [0, 2]]))
        with pytest.raises(ValueError, match="game: requires players with the same strategies"):
            reciprocate(Game.from_bimatrix([[1, 2]], [[1, 2]]), 0)


def test_generosity_follows_from_the_own_payoffs():
    game = Game([[[3, 0], [5, 1]], [[3, 4], [0, 1]]])
    assert generous_tit_for_tat(game).replies[0, 1, 0] == Fraction(1, 3)  # 1 - 2/3 and 2/4
    assert generous_tit_for_tat(game, player=1).replies[0, 1, 0] == Fraction(2, 3)  # both
