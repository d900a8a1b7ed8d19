"""Suspicion: the closed forms against linear programs and against simulated punishment phases."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance
from dilemma.arrays.algebraic import AlgebraicNumber
from dilemma.arrays.programs import linear_program
from dilemma.game import Game
from dilemma.game.repeating import RepeatedGame
from dilemma.repeated import critical_discount, misread_signals, public_monitoring, trembling
from dilemma.show import record, table
from dilemma.testing import symmetric_games

PRISONERS = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
CLEAR = ["1/10", "9/10"]


def best_value(game, signals, target, floor, delta):
    """The best v whose continuations lie between the floor and v itself: a linear program.

    Variables: v, and by how much the continuations after good and bad signals exceed the floor.
    The definition of a strongly symmetric equilibrium that is factored by its own best payoff.
    """
    column = game.exact_payoffs[0][:, target]
    R, p = column[target], signals[target]
    # v = (1 - d) R + d (floor + (1 - p) g + p b)
    value = [1, -delta * (1 - p), -delta * p]
    # The bad signal is the one that is punished: b <= g.
    rows, bounds = [[-1, 1, 0], [-1, 0, 1], [0, -1, 1]], [-floor, -floor, 0]
    for k, one in enumerate(column):
        # (1 - d)(T - R) + d (p - q)(g - b) <= 0
        q = signals[k]
        rows.append([0, delta * (p - q), delta * (q - p)])
        bounds.append((1 - delta) * (R - one))
    found = linear_program(
        [1, 0, 0], rows, bounds, [value], [(1 - delta) * R + delta * floor], free=[0]
    )
    return found.value


@settings(max_examples=40, deadline=None)
@given(
    game=symmetric_games(largest=3, entries=st.integers(-4, 6).map(Fraction)),
    data=st.data(),
)
def test_the_bound_against_linear_programs(game, data):
    probability = st.fractions(0, 1, max_denominator=6)
    m = game.shape[0]
    signals = data.draw(st.lists(probability, min_size=m, max_size=m))
    target, low = data.draw(st.integers(0, m - 1)), data.draw(st.integers(0, m - 1))
    found = public_monitoring(game, signals, target, low)
    floor = game.exact_payoffs[0][low, low]
    if found.value is None:
        for delta in (Fraction(1, 2), Fraction(99, 100), 1 - Fraction(1, 10**9)):
            value = best_value(game, signals, target, floor, delta)
            # What is left may be the punishment itself, where nothing ever deters.
            assert value is None or value <= floor
        return
    step = Fraction(1, 10**6)
    above = found.discount + (1 - found.discount) / 2
    if found.value >= floor:
        assert best_value(game, signals, target, floor, found.discount) == found.value
        assert best_value(game, signals, target, floor, above) == found.value
    if found.discount:
        value = best_value(game, signals, target, floor, found.discount * (1 - step))
        assert value is None


def test_the_formulas_of_the_design_by_hand():
    found = public_monitoring(PRISONERS, CLEAR, "share", "hide")
    # One deviation: T - R = 2, q/p = 9.
    assert found.value == 3 - Fraction(2) / (9 - 1) == Fraction(11, 4)
    assert found.cost == Fraction(1, 4)
    needed = Fraction(2) / (2 + Fraction(8, 10) * (found.value - 1))
    assert found.discount == needed == Fraction(10, 17)
    assert found.ratios == (9,)
    assert (found.binding, found.credible) == ("hide", True)


def test_a_perfect_signal_is_grim_reversion():
    found = public_monitoring(PRISONERS, [0, 1], "share", "hide")
    assert (found.value, found.cost) == (3, 0)
    assert found.discount == critical_discount(PRISONERS, "share", "hide").value
    assert found.ratios == (None,)
    assert found.phases[-1].discount == found.discount


class TestPhases:
    def test_the_least_discount_of_each_length_is_where_deviations_stop_paying(self):
        found = public_monitoring(PRISONERS, CLEAR, "share", "hide", longest=5)
        R, T, P, p, q = 3, 5, 1, Fraction(1, 10), Fraction(9, 10)
        previous = None
        for phase in found.phases:
            if phase.discount is None:
                assert phase.periods == 1
                continue
            if isinstance(phase.discount, AlgebraicNumber):
                tight = phase.discount.within(Fraction(1, 10**12))
                spots = [(tight.low - Fraction(1, 10**9), False),
                         (tight.high + Fraction(1, 10**9), True)]  # fmt: skip
            else:
                tiny = Fraction(1, 10**9)
                spots = [(phase.discount - tiny, False), (phase.discount, True)]
            for delta, sustained in spots:
                lost = Fraction(1) if phase.periods is None else 1 - delta**phase.periods
                # v = (1 - d) R + d (v - p lost (v - P)), solved for v, and the one-shot deviation
                v = ((1 - delta) * R + delta * p * lost * P) / (1 - delta + delta * p * lost)
                deviate = (1 - delta) * T + delta * (v - q * lost * (v - P))
                assert (v >= deviate) == sustained
                assert float(v) == pytest.approx(float(found.value), abs=1e-6)
            assert previous is None or phase.discount < previous
            previous = phase.discount
        assert found.phases[-1].periods is None
        assert found.phases[-1].discount == found.discount

    def test_payoffs_at_a_discount_fall_with_the_length(self):
        found = public_monitoring(
            PRISONERS, CLEAR, "share", "hide", longest=6, discount=Fraction(9, 10)
        )
        worth = [one.payoff for one in found.phases]
        assert worth[0] is None
        known = worth[1:]
        assert known == sorted(known, reverse=True)
        assert max(known) <= found.value
        delta, p = Fraction(9, 10), Fraction(1, 10)
        lost = 1 - delta**2
        v = ((1 - delta) * 3 + delta * p * lost) / (1 - delta + delta * p * lost)
        assert known[0] == v


def test_deviations_that_nobody_notices_and_signals_that_say_nothing():
    found = public_monitoring(PRISONERS, ["1/2", "1/2"], "share", "hide")
    assert found.value is None
    assert "nobody would notice" in found.status
    assert all(one.discount is None for one in found.phases)
    noisy = public_monitoring(PRISONERS, ["1/2", "3/5"], "share", "hide")
    assert noisy.value is None
    assert "worth no more than the punishment" in noisy.status


def test_a_loss_that_keeps_the_signal_good_can_tempt():
    game = Game.symmetric([[3, 0, 0], [5, 1, 1], ["29/10", 0, 0]], ["share", "hide", "pretend"])
    free = public_monitoring(game, ["1/2", 1, "1/2"], "share", "hide")
    assert free.value == 1 + Fraction(0) or free.value is None
    fair = public_monitoring(game, ["1/10", "9/10", "1/10"], "share", "hide")
    assert fair.value == Fraction(11, 4)
    swayed = public_monitoring(game, ["1/10", "9/10", 0], "share", "hide")
    # x = 2/(8/10) = 5/2 is needed, and pretending loses 1/10 for 1/10 fewer bad signals: x <= 1.
    assert swayed.value is None
    assert "keep the signal good" in swayed.status


@pytest.mark.parametrize(
    ("payoffs", "signals", "target", "better"),
    [
        # Two strict stage equilibria, and the phase is the better one of them.
        ([[6, 3], [5, 3]], ["1/6", "5/6"], 1, 0),
        # The target's one gainful deviation makes the bad signal, and so the reward, rarer.
        ([[1, 0], [2, 4]], ["2/3", "1/6"], 0, 1),
    ],
)
def test_phases_that_reward(payoffs, signals, target, better):
    game, delta = Game.symmetric(payoffs), Fraction(7, 8)
    found = public_monitoring(game, signals, target, better, longest=3, discount=delta)
    column = game.exact_payoffs[0][:, target]
    R, P = column[target], game.exact_payoffs[0][better, better]
    bad = [Fraction(one) for one in signals]
    for phase in found.phases:
        left = 0 if phase.periods is None else delta**phase.periods
        # v = (1 - d) R + d ((1 - p) v + p ((1 - left) P + left v)), and the same with k for once.
        p = bad[target]
        v = ((1 - delta) * R + delta * p * (1 - left) * P) / (
            1 - delta * (1 - p) - delta * p * left
        )
        follows = [v + q * (1 - left) * (P - v) for q in bad]
        holds = all(
            v >= (1 - delta) * one + delta * then
            for one, then in zip(column, follows, strict=True)
        )
        assert holds == (phase.discount is not None and phase.discount <= delta <= phase.largest)
        assert phase.payoff == (v if holds else None)
    assert holds  # the last one, for ever


def test_signals_of_suspicion_by_counting_records():
    game = Alliance().game()
    epsilon, m = Fraction(1, 10), 5
    signals = misread_signals(game, "collaboration", epsilon)
    for k in range(m):
        right = (1 - epsilon) if k == 0 else epsilon / (m - 1)
        assert signals[k] == 1 - right * (1 - epsilon)
    assert misread_signals(game, 0, 0) == (0, 1, 1, 1, 1)
    assert misread_signals(Game.symmetric([[1]]), 0, "1/2") == (0,)


@settings(max_examples=20, deadline=None)
@given(game=symmetric_games(largest=3), epsilon=st.fractions(0, 1, max_denominator=9))
def test_trembling_payoffs_are_expectations(game, epsilon):
    shaken = trembling(game, epsilon)
    m = game.shape[0]

    def mixture(k):
        if m == 1:
            return [Fraction(1)]
        return [1 - epsilon if i == k else epsilon / (m - 1) for i in range(m)]

    for i in range(m):
        for j in range(m):
            expected = game.expected_payoffs(mixture(i), mixture(j))
            assert tuple(shaken.exact_payoffs[:, i, j]) == expected


def test_a_repeated_game_brings_its_suspicion():
    game = Alliance(trust="1/10", stakes=2).game()
    wary = RepeatedGame(game, "9/10", "1/100", "perception")
    found = public_monitoring(wary, None, "collaboration", "avoidance")
    by_hand = public_monitoring(
        game, misread_signals(game, 0, "1/100"), 0, "avoidance", discount="9/10"
    )
    assert found == by_hand
    clumsy = public_monitoring(
        RepeatedGame(game, "9/10", "1/100"), None, "collaboration", "avoidance"
    )
    assert clumsy.reward == trembling(game, "1/100").exact_payoffs[0, 0, 0]
    trusting = public_monitoring(RepeatedGame(game, "9/10"), None, "collaboration", "avoidance")
    assert trusting.cost == 0
    assert trusting.discount == Fraction(29, 113)
    assert found.cost > 0
    assert found.discount > trusting.discount


def test_a_target_that_needs_no_signal():
    found = public_monitoring(PRISONERS, ["1/2", "1/2"], "hide", "hide")
    assert (found.value, found.cost, found.discount, found.binding) == (1, 0, 0, None)
    assert found.status.startswith("Any discount factor")


def test_a_punishment_that_is_no_equilibrium_is_named():
    game = Game.symmetric([[3, 0, 0], [5, 1, 0], [0, 1, -1]])
    assert "not credible" in public_monitoring(game, [0, 1, 1], 0, 2).status


def test_tables_and_records():
    for answer in (
        public_monitoring(PRISONERS, CLEAR, "share", "hide", discount="9/10"),
        public_monitoring(PRISONERS, [0, 1], "share", "hide"),
        public_monitoring(PRISONERS, ["1/2", "1/2"], "share", "hide"),
    ):
        assert max(map(len, table(answer).splitlines())) <= 80
        assert json.loads(json.dumps(record(answer)))["exact"] is True


@pytest.mark.parametrize(
    ("arguments", "options", "kind", "words"),
    [
        (([[1]], [1], 0, 0), {}, TypeError, "game: requires a Game or a RepeatedGame"),
        ((Game([[[1, 2]], [[1, 2]]]), [1], 0, 0), {}, ValueError, "game: requires a symmetric"),
        ((PRISONERS, None, 0, 1), {}, TypeError, "signals: requires the probability"),
        ((PRISONERS, 3, 0, 1), {}, TypeError, "signals: requires a sequence"),
        ((PRISONERS, [[0, 1], [1, 0]], 0, 1), {}, TypeError, "signals: requires one probability"),
        ((PRISONERS, [1], 0, 1), {}, ValueError, "signals: requires 2 probabilities"),
        ((PRISONERS, [0, 2], 0, 1), {}, ValueError, r"signals\[1\]: requires a number in"),
        ((PRISONERS, [0, 1], (0, 1), 1), {}, ValueError, "target: requires one strategy for both"),
        (
            (PRISONERS, [0, 1], 0, 1),
            {"discount": 1},
            ValueError,
            "discount: requires a number",
        ),
        ((PRISONERS, [0, 1], 0, 1), {"longest": -1}, ValueError, "longest: requires at least 0"),
        (
            (RepeatedGame(PRISONERS, 0.5, horizon=3), None, 0, 1),
            {},
            ValueError,
            "game: requires play without end",
        ),
    ],
)
def test_wrong_arguments(arguments, options, kind, words):
    with pytest.raises(kind, match=words):
        public_monitoring(*arguments, **options)


def test_only_games_tremble():
    for function in (lambda: trembling([[1]], 0), lambda: misread_signals([[1]], 0, 0)):
        with pytest.raises(TypeError, match="game: requires a Game, got list"):
            function()


@pytest.mark.parametrize("wrong", [-1, 2])
def test_suspicion_is_a_probability(wrong):
    for function in (lambda: trembling(PRISONERS, wrong),
                     lambda: misread_signals(PRISONERS, 0, wrong)):  # fmt: skip
        with pytest.raises(ValueError, match=r"suspicion: requires a number in \[0, 1\]"):
            function()
