"""Critical discount factors by kind of target and punishment: definitions, laws, and by hand."""

import itertools
import json
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance
from dilemma.arrays.algebraic import AlgebraicNumber
from dilemma.arrays.polygons import contains
from dilemma.arrays.programs import linear_program
from dilemma.equilibria import nash
from dilemma.game import Game
from dilemma.game.repeating import RepeatedGame
from dilemma.repeated import (
    critical_discount,
    exact_payoff_set,
    feasible_set,
    punishment_ladder,
)
from dilemma.show import record, table
from dilemma.testing import games

PRISONERS = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
DUOPOLY = Game.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]], ["low", "medium", "high"])
SMALL = games(largest=2, entries=st.integers(-3, 6).map(Fraction))


def near(value, step):
    """A rational number just above or below a threshold."""
    if isinstance(value, AlgebraicNumber):
        tight = value.within(abs(step) / 1000)
        return (tight.high if step > 0 else tight.low) + step
    return value + step


def cells(game, profile):
    return tuple(game.strategies[p].index(profile[p]) for p in (0, 1))


class Code:
    """A simple strategy profile, checked by its definition: every one-shot deviation."""

    def __init__(self, game, target, discount):
        self.game, self.target = game, target
        self.play = RepeatedGame(game, discount)

    def path(self, punishment):
        """(first profiles, what is repeated), or the payoffs of a stage equilibrium."""
        stick, periods, carrot = punishment
        if stick is None:
            return (), (self.target,)
        if periods is None:
            return (), (stick,)
        return (stick,) * periods, (carrot or self.target,)

    def worth(self, punishment, player):
        if isinstance(punishment[0], Fraction):
            return punishment[player]
        return self.play.payoffs_of(*self.path(punishment))[player]

    def holds(self, punishments):
        after = [self.worth(punishments[p], p) for p in (0, 1)]
        paths = [((), (self.target,))]
        paths += [self.path(one) for one in punishments if not isinstance(one[0], Fraction)]
        for first, again in paths:
            for t in range(len(first) + 1):
                now = (*first, *again)[t]
                value = self.play.payoffs_of(first[t:], again)
                for player in (0, 1):
                    for own in range(self.game.shape[player]):
                        if own == now[player]:
                            continue
                        cell = (own, now[1]) if player == 0 else (now[0], own)
                        delta = self.play.discount
                        at_once = Fraction(self.game.exact_payoffs[player][cell])
                        if (1 - delta) * at_once + delta * after[player] > value[player]:
                            return False
        return True


def found_code(game, found):
    """The punishments of an answer in the form of `Code`."""
    made = []
    for player in (0, 1):
        one = found.punishments[player]
        if one.stick is None and one.periods is None:
            made.append(min((e.payoffs for e in nash(game)), key=lambda pair: pair[player]))
        elif one.stick is None:
            made.append((None, 0, None))
        else:
            carrot = None if one.carrot is None else cells(game, one.carrot)
            made.append((cells(game, one.stick), one.periods, carrot))
    return made


def all_codes(game, longest):
    """Every punishment of the class for each player."""
    profiles = list(itertools.product(*map(range, game.shape)))
    made = [(None, 0, None), *((b, None, None) for b in profiles)]
    made += [(b, k, None) for b in profiles for k in range(1, longest + 1)]
    worst = [min((e.payoffs for e in nash(game)), key=lambda pair: pair[p]) for p in (0, 1)]
    return [[*made, worst[0]], [*made, worst[1]]]


@settings(max_examples=12, deadline=None)
@given(game=SMALL)
def test_penal_codes_by_definition_and_against_every_code_of_the_class(game):
    found = critical_discount(game, (0, 0), "minmax", longest=2)
    assert found.complete
    every = list(itertools.product(*all_codes(game, 2)))
    spots = [Fraction(k, 6) for k in range(6)]
    tiny = Fraction(1, 10**6)
    for low, high in found.intervals:
        spots += [near(one, step) for one in (low, high) for step in (tiny, -tiny)]
    for delta in {one for one in spots if 0 <= one < 1}:
        inside = any(low <= delta <= high for low, high in found.intervals)
        code = Code(game, (0, 0), delta)
        if not any(code.holds(one) for one in every):
            assert not inside
        else:
            # Sticks that pay more than the carrot are in this list, not in the library's class;
            # a longer or shorter one of the class does as well, or they are carrots themselves.
            assert inside or not any(code.holds(one) for one in every if proper(game, one, (0, 0)))
    if found.value is not None:
        least = near(found.value, tiny)
        if any(low <= least <= high for low, high in found.intervals):
            assert Code(game, (0, 0), least).holds(found_code(game, found))


def proper(game, pair, target):
    return all(
        isinstance(one[0], Fraction)
        or not one[1]
        or game.exact_payoffs[p][one[0]] < game.exact_payoffs[p][target]
        for p, one in enumerate(pair)
    )


@settings(max_examples=30, deadline=None)
@given(game=games(largest=3, entries=st.integers(-3, 6).map(Fraction)))
def test_harsher_punishments_need_no_more_patience(game):
    grim = [critical_discount(game, 0, one).value for one in nash(game)]
    worst = critical_discount(game, 0, "worst")
    code = critical_discount(game, 0, "minmax", longest=3)
    ladder = [worst.value, code.value, worst.bound]
    assert code.bound == worst.bound
    assert worst.credible
    for harsh in ladder:
        for one in grim:
            if one is not None:
                assert harsh is not None
                assert harsh <= one
    for one, harsher in itertools.pairwise(ladder):
        if one is not None:
            assert harsher is not None
            assert harsher <= one
    if worst.pure_bound is not None:
        assert worst.bound <= worst.pure_bound


def test_stick_and_carrot_by_hand_in_abreu_s_duopoly():
    grim = critical_discount(DUOPOLY, "low", "medium")
    assert grim.value == critical_discount(DUOPOLY, "low", "worst").value == Fraction(5, 8)
    code = critical_discount(DUOPOLY, "low", "minmax")
    # One period of (medium, high), -4 for the deviator, then 10 for ever: w = 14 d - 4. The target
    # holds from d (10 - w) >= 5 (1 - d), that is 14 d >= 5; the stick from w >= 0, d >= 2/7; the
    # executor, who gets 5 + 5 d, from 5 + 5 d >= 7 (1 - d) + d w, that is d >= 1/7.
    assert code.value == Fraction(5, 14)
    assert code.monotone
    assert [one.stick for one in code.punishments] == [("medium", "high"), ("high", "medium")]
    assert [one.periods for one in code.punishments] == [1, 1]
    assert code.bound == code.pure_bound == Fraction(1, 3)
    assert "1 period of medium with high, then the target again" in code.status


def test_a_code_that_goes_on_working_is_preferred_to_one_that_works_at_a_point():
    # The row player's only equilibria pay it 3, more than the target's 1: threatened with that, it
    # stays up to 1/3 only, where the column player's own threat starts to bite.
    game = Game.from_bimatrix([[1, 3], [0, 3]], [[2, 3], [-1, 0]])
    found = critical_discount(game, (0, 0), "minmax", longest=2)
    assert found.intervals == ((Fraction(1, 3), 1),)
    assert found.punishments[0].words == "none: the target goes on"
    point = critical_discount(game, (0, 0), "worst")
    assert point.intervals == ((Fraction(1, 3),) * 2,)
    assert point.status.startswith("Only the discount factor 1/3 sustains mutual 1")


def test_any_carrot_is_a_larger_class():
    for target in (("low", "low"), ("low", "medium"), ("high", "high")):
        same = critical_discount(DUOPOLY, target, "minmax", longest=2)
        larger = critical_discount(DUOPOLY, target, "minmax", longest=2, carrot="any")
        if same.value is not None:
            assert larger.value <= same.value
        if larger.value is not None:
            just = near(larger.value, Fraction(1, 10**9))
            code = Code(DUOPOLY, cells(DUOPOLY, target), just)
            assert code.holds(found_code(DUOPOLY, larger))


def test_abreu_s_optimal_penal_code_at_four_sevenths():
    # (medium, high), then (low, medium) for ever, holds the row player to 0, its minmax payoff.
    play = RepeatedGame(DUOPOLY, Fraction(4, 7))
    path = play.payoffs_of([("medium", "high")], [("low", "medium")])
    assert path == (0, Fraction(75, 7))
    code = Code(DUOPOLY, (0, 0), Fraction(4, 7))
    assert code.holds([((1, 2), 1, (0, 1)), ((2, 1), 1, (1, 0))])


def test_an_irrational_threshold_by_hand():
    game = Game.symmetric([[1, 3, 2], [1, 4, 2], [2, 6, 4]], ["idle", "share", "race"])
    found = critical_discount(game, "share", "minmax", longest=4)
    # Two periods of mutual idling: w = 1 + 3 d^2, and racing meanwhile earns 2: 3 d^2 >= 1. The
    # target holds earlier, from 3 d (1 + d) >= 2 on.
    assert found.value.polynomial == (-1, 0, 3)
    assert float(found.value) == pytest.approx(3**-0.5)
    assert Fraction(577, 1000) < found.value < Fraction(578, 1000)
    assert [one.periods for one in found.punishments] == [2, 2]
    assert record(found)["value"]["polynomial"] == [-1, 0, 3]
    assert "~0.57735" in found.status


class TestPayoffTargets:
    def test_a_profile_s_payoffs_need_no_more_than_the_profile(self):
        found = critical_discount(PRISONERS, (3.0, 3.0), "worst")
        assert found.value == critical_discount(PRISONERS, "share", "worst").value
        assert found.drawn[0].profile == ("share", "share")
        assert found.target == ("3", "3")

    def test_a_lottery_by_hand(self):
        # (5/2, 3): share with hide (0, 5) and hide with share (5, 0) gain at most 1, share 2.
        found = critical_discount(PRISONERS, (Fraction(5, 2), 3), "hide")
        weights = {one.profile: one.weight for one in found.drawn}
        total = [sum(one.weight * one.payoffs[p] for one in found.drawn) for p in (0, 1)]
        assert total == [Fraction(5, 2), 3]
        assert sum(weights.values()) == 1
        # The row player gains 2 and loses 3/2 a period: 2/(2 + 3/2); the column player 2/(2 + 2).
        assert found.by_player == (Fraction(4, 7), Fraction(1, 2))
        assert found.value == Fraction(4, 7)

    @settings(max_examples=25, deadline=None)
    @given(game=games(largest=3, entries=st.integers(-3, 6).map(Fraction)), data=st.data())
    def test_the_best_lottery_against_all_of_few_profiles(self, game, data):
        feasible = feasible_set(game).feasible.points
        pair = data.draw(st.tuples(st.sampled_from(feasible), st.sampled_from(feasible)))
        target = tuple((pair[0][p] + pair[1][p]) / 2 for p in (0, 1))
        threat = nash(game)[0]
        assume(all(target[p] >= threat.payoffs[p] for p in (0, 1)))
        found = critical_discount(game, target, threat)
        best = least_by_enumeration(game, target, threat.payoffs)
        assert (found.value is None) == (best is None)
        if best is not None:
            assert found.value == best
            for p in (0, 1):
                assert sum(one.weight * one.payoffs[p] for one in found.drawn) == target[p]

    def test_infeasible_and_below_minmax(self):
        far = critical_discount(PRISONERS, (6.0, 6.0), "worst")
        assert (far.value, far.drawn, far.intervals, far.monotone) == (None, (), (), False)
        assert "not feasible" in far.status
        low = critical_discount(PRISONERS, (0.5, 3.5), "minmax")
        assert low.value is None
        assert "the row player gets 1/2, less than its minmax payoff 1" in low.status
        assert critical_discount(PRISONERS, ("share", "hide"), "hide").value is None


def least_by_enumeration(game, target, floor):
    """The least limit for which profiles that need no more patience reach the target."""
    every = list(itertools.product(*map(range, game.shape)))
    exact, best = game.exact_payoffs, None
    limits = []
    for i, j in every:
        gains = (max(exact[0][:, j]) - exact[0][i, j], max(exact[1][i]) - exact[1][i, j])
        losses = [target[p] - floor[p] for p in (0, 1)]
        needs = [
            gain / (gain + loss) if gain else Fraction(0)
            for gain, loss in zip(gains, losses, strict=True)
        ]
        limits.append(max(needs))
    for limit in sorted({one for one in limits if one < 1}):
        allowed = [c for c, one in zip(every, limits, strict=True) if one <= limit]
        rows = [[exact[p][c] for c in allowed] for p in (0, 1)] + [[1] * len(allowed)]
        found = linear_program([0] * len(allowed), equalities=rows, values=[*target, 1])
        if found.outcome == "optimal":
            best = limit
            break
    return best


class TestMixedTargets:
    def test_a_mixed_equilibrium_needs_no_patience(self):
        chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
        mixed = nash(chicken)[2]
        found = critical_discount(chicken, mixed, "worst")
        assert found.value == 0
        assert found.deviations == (None, None)

    def test_observed_mixtures_by_hand(self):
        half = Fraction(1, 2)
        found = critical_discount(PRISONERS, ((half, half), ("1/2", 0.5)), "hide")
        # R = 9/4, the best deviation earns 3, the punishment 1.
        assert found.payoffs == (Fraction(9, 4),) * 2
        assert found.value == Fraction(3, 4) / (3 - 1)
        assert "mixtures observed" in found.status

    def test_a_pure_mixture_is_a_profile(self):
        pure = critical_discount(PRISONERS, ((1, 0), (1, 0)), "hide")
        assert pure == critical_discount(PRISONERS, "share", "hide")


class TestPunishments:
    def test_each_player_its_own_equilibrium(self):
        battle = Game.from_bimatrix([[3, 0], [0, 2], [4, 0]], [[2, 0], [0, 3], [0, 0]])
        pair = critical_discount(battle, (0, 1), "worst")
        named = [one.words for one in pair.punishments]
        assert len(named) == 2
        chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
        worst = critical_discount(chicken, "yield", "worst")
        assert worst.value == Fraction(1, 5)
        for_each = min(nash(chicken), key=lambda e: e.payoffs[0])
        for_other = min(nash(chicken), key=lambda e: e.payoffs[1])
        same = critical_discount(chicken, "yield", (for_each, for_other))
        assert (same.value, same.credible) == (worst.value, True)
        assert critical_discount(chicken, "yield", nash(chicken)[2]).value > worst.value

    def test_names_of_strategies_go_first(self):
        game = Game.symmetric([[3, 0], [5, 1]], ["minmax", "worst"])
        assert critical_discount(game, "minmax", "worst").punishment == "given"

    def test_nothing_sustains_it(self):
        found = critical_discount(PRISONERS, ("hide", "share"), "minmax")
        assert found.value is None
        assert found.intervals == ()

    def test_a_single_strategy_each(self):
        alone = Game([[[1]], [[2]]])
        for punishment in ("worst", "minmax", 0):
            found = critical_discount(alone, 0, punishment)
            assert (found.value, found.largest, found.monotone) == (0, 1, True)

    def test_a_repeated_game_stands_for_its_stage(self):
        play = RepeatedGame(PRISONERS, "9/10")
        assert critical_discount(play, "share", "worst") == critical_discount(
            PRISONERS, "share", "worst"
        )

    def test_a_reward_for_deviating_from_a_lottery_leaves_other_lotteries_open(self):
        found = critical_discount(PRISONERS, (1.5, 1.5), "share")
        assert not found.complete
        assert "Other lotteries" in found.status

    @pytest.mark.parametrize("payoffs", [(2.5, 9.0), (0.5, 4.0)])
    def test_but_none_where_no_lottery_whatever_can_be_sustained(self, payoffs):
        found = critical_discount(PRISONERS, payoffs, ("share", "share"))
        assert found.status.startswith("No discount factor sustains the payoffs")
        assert found.complete
        assert "Other lotteries" not in found.status

    @pytest.mark.parametrize(
        ("play", "words"),
        [
            (
                RepeatedGame(PRISONERS, "1/2", horizon=3),
                "requires play without end, got a horizon",
            ),
            (RepeatedGame(PRISONERS, "1/2", "1/10"), "requires perfect monitoring, got suspicion"),
        ],
    )
    def test_play_that_ends_or_is_misread_is_for_others(self, play, words):
        with pytest.raises(ValueError, match=words):
            critical_discount(play, "share", "hide")

    @pytest.mark.parametrize(
        ("arguments", "options", "kind", "words"),
        [
            (("share", "harsh"), {}, ValueError, 'or "worst", or "minmax"'),
            (("share", "minmax"), {"longest": 0}, ValueError, "longest: requires at least 1"),
            (("share", "minmax"), {"longest": 1.5}, TypeError, "longest: requires a number"),
            (("share", "minmax"), {"carrot": "none"}, ValueError, "carrot: requires one of"),
            ((((1, 0), (1, 1)), "hide"), {}, ValueError, "target: requires probabilities"),
            (((float("nan"), 1.0), "hide"), {}, ValueError, r"target\[0\]: requires a finite"),
        ],
    )
    def test_wrong_arguments(self, arguments, options, kind, words):
        with pytest.raises(kind, match=words):
            critical_discount(PRISONERS, *arguments, **options)


def test_the_alliance_at_all_rungs():
    game = Alliance(trust="1/10").game()
    grim = critical_discount(game, "collaboration", "avoidance")
    assert grim.value == Fraction(49, 93)
    assert critical_discount(game, "collaboration", "worst").value == Fraction(49, 93)
    code = critical_discount(game, "collaboration", "minmax")
    assert code.value == Fraction(49, 93)
    assert code.bound == Fraction(1, 2)


def test_the_ladder_of_punishments():
    ladder = punishment_ladder(DUOPOLY, "low", "medium")
    assert [one.value for one in ladder.rungs] == [
        Fraction(5, 8), Fraction(5, 8), Fraction(5, 14), Fraction(1, 3),
    ]  # fmt: skip
    assert [one.credible for one in ladder.rungs] == [True, True, True, False]
    assert ladder.code == critical_discount(DUOPOLY, "low", "minmax")
    assert len(punishment_ladder(PRISONERS, "share").rungs) == 3
    same = punishment_ladder(PRISONERS, "share", "hide")
    assert "of 1/2 at least, whatever the punishment" in same.status
    assert str(same.rungs[0]) == "reversion to mutual hide: 1/2"
    mixed = punishment_ladder(PRISONERS, "share", ("hide", "share"))
    assert mixed.rungs[0].punishment == "reversion to hide with share"
    never = punishment_ladder(PRISONERS, ("share", "hide"))
    assert "No discount factor sustains share with hide, whatever" in never.status
    far = punishment_ladder(Alliance(trust="1/10").game(), "compromise")
    assert far.rungs[0].value >= far.rungs[1].value > far.rungs[2].value
    for one in (ladder, same, never, far):
        assert max(map(len, table(one).splitlines())) <= 80
        assert len(record(one)["rungs"]) == len(one.rungs)


def test_the_ladder_says_it_plainly_where_nobody_gains():
    ladder = punishment_ladder(PRISONERS, "hide")
    assert {one.value for one in ladder.rungs} == {0}
    assert ladder.status == "Any discount factor sustains mutual hide: nobody gains by deviating."


def test_payoffs_that_changing_play_sustains_with_less_patience_than_any_lottery():
    game = Game.symmetric([[9, 1], [10, 3]], ["share", "hide"])
    for payoffs in ((Fraction(97, 10), Fraction(61, 20)), (Fraction(39, 4), Fraction(3))):
        # Who is behind today can be ahead tomorrow, which no lottery drawn afresh promises.
        assert contains(exact_payoff_set(game, "9/10").coordinates, payoffs)
        for punishment in ("worst", "minmax"):
            found = critical_discount(game, payoffs, punishment)
            assert found.bound is None or found.bound > Fraction(9, 10)
            assert found.lottery
            assert "by the same lottery in every period" in found.status
            assert "nothing sustains" not in str(found)
        ladder = punishment_ladder(game, payoffs)
        assert "by the same lottery in every period" in " ".join(ladder.status.split())
    assert not critical_discount(game, "share", "minmax").lottery
    low = critical_discount(DUOPOLY, (9.5, 9.5), "worst")
    assert low.bound < low.value
    assert "no such lottery sustains" in str(low)


def test_tables_and_records():
    for answer in (
        critical_discount(PRISONERS, (2.5, 3.0), "worst"),
        critical_discount(DUOPOLY, "low", "minmax"),
        critical_discount(DUOPOLY, ("low", "high"), "minmax", longest=2),
    ):
        assert max(map(len, table(answer).splitlines())) <= 80
        assert json.loads(json.dumps(record(answer)))["exact"] is True
