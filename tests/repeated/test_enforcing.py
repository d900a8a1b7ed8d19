"""Zero-determinant policies: the relation holds exactly against random partners."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.game import Game
from dilemma.repeated import (
    Policy,
    always,
    enforced_relation,
    long_run,
    tit_for_tat,
    win_stay_lose_shift,
    zero_determinant,
)

R, S, T, P = 3, 0, 5, 1
PRISONERS = Game.symmetric([[R, S], [T, P]], ["share", "hide"])
CHANCES = st.fractions(0, 1, max_denominator=6)


@st.composite
def memory_one(draw):
    return Policy.from_cooperation([draw(CHANCES) for _ in range(4)], draw(CHANCES))


class TestPressAndDyson:
    def test_their_extortioner(self):
        """Press & Dyson (2012): chi = 3, phi = 1/26: p = (11/13, 1/2, 7/26, 0)."""
        extortion = zero_determinant(PRISONERS, P, Fraction(1, 3), scale=Fraction(3, 26))
        chances = [extortion.replies[i, j, 0] for i in (0, 1) for j in (0, 1)]
        assert chances == [Fraction(11, 13), Fraction(1, 2), Fraction(7, 26), 0]
        # Full cooperation, the best reply, leads to 3.73 and 1.91.
        own, partners = long_run(PRISONERS, [extortion, always(PRISONERS, "share")], 1).payoffs
        assert (own, partners) == (Fraction(41, 11), Fraction(21, 11))
        assert own - P == 3 * (partners - P)

    def test_equalizers_set_a_score_between_punishment_and_reward(self):
        """Press & Dyson (2012), equations (8) and (9): from p1 and p4 the rest follows."""
        p1, p4 = Fraction(4, 5), Fraction(1, 10)
        p2 = (p1 * (T - P) - (1 + p4) * (T - R)) / (R - P)
        p3 = ((1 - p1) * (P - S) + p4 * (R - S)) / (R - P)
        policy = Policy.from_cooperation([p1, p2, p3, p4], "1/2", PRISONERS)
        relation = enforced_relation(policy, PRISONERS, 1)
        assert relation.kind == "equalizer"
        assert relation.baseline == ((1 - p1) * P + p4 * R) / ((1 - p1) + p4)
        assert relation.slope == 0

    def test_nobody_sets_the_own_score(self):
        # Beta = 0 takes p1 >= 1 and p4 <= 0: repeating, which enforces nothing in the limit.
        repeat = Policy.from_cooperation([1, 1, 0, 0], "1/2", PRISONERS)
        assert enforced_relation(repeat, PRISONERS, 1).coefficients is None


class TestEnforcement:
    @pytest.mark.parametrize("player", [0, 1])
    @settings(max_examples=20, deadline=None)
    @given(
        partner=memory_one(),
        terms=st.sampled_from(
            [(P, "1/3", 1), (P, "1/2", "9/10"), (R, "1/2", 1), (R, "2/3", "9/10"), (2, 0, 1),
             (2, 0, "19/20"), ("5/2", "1/4", "9/10"), (1, 1, 1)]
        ),
    )  # fmt: skip
    def test_every_partner_is_held_to_the_relation(self, player, partner, terms):
        baseline, slope, discount = terms
        policy = zero_determinant(PRISONERS, baseline, slope, discount, player=player)
        pair = (policy, partner) if player == 0 else (partner, policy)
        payoffs = long_run(PRISONERS, pair, discount).payoffs
        own, others = payoffs[player], payoffs[1 - player]
        level = Fraction(baseline)
        assert others - level == Fraction(slope) * (own - level)
        found = enforced_relation(policy, PRISONERS, discount, player=player)
        assert found.slope == Fraction(slope)
        assert found.baseline == (None if found.slope == 1 else level)
        kinds = {P: "extortionate", R: "generous"}
        expected = {0: "equalizer", 1: "fair"}.get(Fraction(slope), kinds.get(baseline, "other"))
        assert found.kind == expected

    @settings(max_examples=25, deadline=None)
    @given(
        policy=memory_one(), partner=memory_one(),
        terms=st.sampled_from(
            [("1/2", 0, None), (1, "1/10", "execution"), ("9/10", "1/5", "perception")]
        ),
        unequal=st.booleans(),
    )  # fmt: skip
    def test_whatever_is_found_holds_with_errors_and_unequal_payoffs(
        self, policy, partner, terms, unequal
    ):
        game = Game([[[3, 0], [5, 1]], [[2, 7], [0, 1]]]) if unequal else PRISONERS
        found = enforced_relation(policy, game, *terms)
        if found.coefficients is not None:
            alpha, beta, gamma = found.coefficients
            own, others = long_run(game, [policy, partner], *terms).payoffs
            assert alpha * own + beta * others + gamma == 0

    def test_a_policy_with_errors_can_enforce(self):
        # An extortioner's conduct, divided by what errors leave of it, enforces the same.
        wrong = Fraction(1, 10)
        conduct = zero_determinant(PRISONERS, 2, 0, scale="1/8", opening="1/2")
        chances = [
            (conduct.replies[i, j, 0] - wrong) / (1 - 2 * wrong) for i in (0, 1) for j in (0, 1)
        ]
        policy = Policy.from_cooperation(chances, "1/2", PRISONERS)
        found = enforced_relation(policy, PRISONERS, 1, wrong)
        assert (found.kind, found.baseline) == ("equalizer", 2)
        for one in ("share", "hide"):
            assert long_run(PRISONERS, [policy, always(PRISONERS, one)], 1, wrong).payoffs[1] == 2

    @pytest.mark.parametrize(
        ("own", "partners", "chances"),
        [
            ([[R, T], [S, P]], [[R, T], [S, P]], ["2/3", 0, "2/3", "1/3"]),  # in common
            ([[1, 0], [2, 1]], [[1, 2], [0, 1]], [1, 0, 1, 0]),  # opposed
            ([[1, 1], [1, 1]], [[1, 2], [0, 1]], [1, 0, 1, 0]),  # indifferent oneself
        ],
    )
    def test_an_equalizer_is_one_also_where_payoffs_depend_on_each_other(
        self, own, partners, chances
    ):
        game = Game([own, partners])
        policy = Policy.from_cooperation(chances, "1/2", game)
        found = enforced_relation(policy, game, 1)
        assert found.kind == "equalizer"
        for partner in ([0, 0, 0, 0], [1, 1, 1, 1], ["1/2", "1/3", 1, "1/5"]):
            pair = [policy, Policy.from_cooperation(partner, "1/2", game)]
            assert long_run(game, pair, 1).payoffs[1] == found.baseline

    def test_a_partner_whose_payoff_is_constant_is_told_nothing_about(self):
        game = Game([[[R, S], [T, P]], [[1, 1], [1, 1]]])
        policy = Policy.from_cooperation([1, 0, 1, 0], 1, game)  # the bracket is no payoff
        assert enforced_relation(policy, game, 1).kind == "none"
        game = Game([[[1, 1], [0, 0]], [[1, 1], [1, 1]]])
        policy = Policy.from_cooperation(["1/2", "1/2", "1/2", "1/2"], 1, game)
        found = enforced_relation(policy, game, 1)
        assert found.coefficients == (-1, 0, Fraction(1, 2))
        assert long_run(game, [policy, policy], 1).payoffs[0] == Fraction(1, 2)

    def test_no_extortion_of_a_partner_with_another_punishment(self):
        game = Game([[[3, 0], [5, 1]], [[3, 5], [0, 0]]])
        policy = zero_determinant(game, 1, "1/2", scale="1/20")
        found = enforced_relation(policy, game, 1)
        assert (found.kind, found.baseline, found.slope) == ("other", 1, Fraction(1, 2))

    def test_others_enforce_nothing(self):
        found = enforced_relation(win_stay_lose_shift(PRISONERS), PRISONERS, 1)
        assert found.coefficients is None
        assert found.kind == "none"
        assert str(found) == "win-stay-lose-shift enforces no linear relation between the payoffs."
        fair = enforced_relation(tit_for_tat(PRISONERS), PRISONERS, 1)
        assert (fair.kind, fair.slope) == ("fair", 1)
        # The loss at the start is not made up for where the future counts less.
        assert enforced_relation(tit_for_tat(PRISONERS), PRISONERS, "1/2").kind == "none"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((4, 0), "which none can"),
            ((P, "1/2", "1/10"), "at discount factor 1/10"),
            ((P, "1/2", 0), r"discount: requires a number in \(0, 1\], got 0"),
            ((P, "1/2", 2), r"discount: requires a number in \(0, 1\], got 2"),
        ],
    )
    def test_what_nobody_can_enforce(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            zero_determinant(PRISONERS, *arguments)

    @pytest.mark.parametrize("discount", [1, "9/10"])
    def test_no_larger_scale_leaves_probabilities(self, discount):
        policy = zero_determinant(PRISONERS, P, "1/3", discount)
        first, delta = policy.opening[0], Fraction(discount)
        # After DC the payoffs above P are 4 and -1, so that phi is multiplied by 4/3 + 1.
        scale = (delta * policy.replies[1, 0, 0] + (1 - delta) * first) / Fraction(7, 3)
        found = zero_determinant(PRISONERS, P, "1/3", discount, opening=first, scale=scale)
        assert found == policy
        with pytest.raises(ValueError, match="which none can"):
            zero_determinant(PRISONERS, P, "1/3", discount, scale=scale * Fraction(1001, 1000))

    def test_bad_input(self):
        with pytest.raises(ValueError, match="scale: requires a number other than 0"):
            zero_determinant(PRISONERS, P, "1/2", scale=0)
        with pytest.raises(ValueError, match="which none can"):
            zero_determinant(PRISONERS, P, "1/2", scale=7)
        with pytest.raises(ValueError, match=r"opening: requires a number in \[0, 1\], got 2"):
            zero_determinant(PRISONERS, P, "1/2", opening=2)
        with pytest.raises(ValueError, match="always holds"):
            zero_determinant(Game.symmetric([[1, 1], [1, 1]]), 0, 1)
        with pytest.raises(ValueError, match="requires two strategies"):
            zero_determinant(Game.symmetric([[1]]), 0, 1)
        with pytest.raises(TypeError, match="game: requires a Game"):
            zero_determinant(None, 0, 1)
