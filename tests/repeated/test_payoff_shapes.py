"""Where payoff sets change their shape, and what they add to the stage game."""

from fractions import Fraction

import pytest

from dilemma.alliance import Alliance
from dilemma.game import Game
from dilemma.repeated import (
    compare_with_stage,
    critical_discount,
    payoff_set,
    payoff_set_changes,
)

PRISONERS = Game.symmetric([[9, 1], [10, 3]], ["share", "hide"])
PENNIES = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])


def test_cooperation_appears_at_its_closed_form():
    found = payoff_set_changes(PRISONERS, points=15)
    first, second = found.changes
    patience = critical_discount(PRISONERS, "share", "hide").value
    assert first.low == first.high == patience == Fraction(1, 7)
    assert first.exact
    assert (first.before.dimension, first.after.dimension) == (0, 1)
    assert ("share", "share") in first.after.played
    assert ("share", "share") not in first.before.played
    # The other one is no equality of stage payoffs: bracketed, and certified on both sides.
    assert not second.exact
    assert 0 < second.high - second.low <= Fraction(1, 10**6)
    assert payoff_set(PRISONERS, second.low).dimension == 1
    assert payoff_set(PRISONERS, second.high).dimension == 2
    assert not found.complete
    assert "1/7" in str(found)


@pytest.mark.parametrize(("size", "level"), [(1, 10**6), (10**9, 0), ("1e-12", 10**3)])
def test_moving_and_scaling_payoffs_moves_no_change(size, level):
    expected = payoff_set_changes(PRISONERS, points=8, tolerance="1e-3").changes
    game = Game(PRISONERS.exact_payoffs * Fraction(size) + level, ["share", "hide"])
    assert payoff_set_changes(game, points=8, tolerance="1e-3").changes == expected


def test_every_change_has_different_shapes_on_its_sides():
    game = Alliance(trust=Fraction(1, 10)).game()
    found = payoff_set_changes(game, points=12, tolerance="1e-4")
    assert found.changes
    for one in found.changes:
        assert one.low <= one.high
        assert one.before != one.after
    ends = [one.low for one in found.changes]
    assert ends == sorted(ends)
    at = [one for one in found.changes if one.exact and one.low == Fraction(49, 93)]
    assert len(at) <= 1
    for (low, before), (high, after) in zip(found.shapes, found.shapes[1:], strict=False):
        if before != after:
            assert any(low <= one.low and one.high <= high for one in found.changes)


def test_a_set_that_stays_empty_changes_nothing():
    found = payoff_set_changes(PENNIES, points=5)
    assert found.changes == ()
    assert {shape.dimension for _, shape in found.shapes} == {-1}


def test_the_range_of_a_sweep_is_checked():
    for bad in ({"low": 0.5, "high": 0.5}, {"high": 1}, {"low": -1}, {"points": 1},
                {"points": True}, {"tolerance": 0}, {"tolerance": "wide"}):  # fmt: skip
        with pytest.raises(ValueError, match=next(iter(bad))):
            payoff_set_changes(PRISONERS, **bad)
    with pytest.raises(TypeError, match="game"):
        payoff_set_changes([[1]])


def test_patience_adds_to_the_stage_game_from_the_critical_discount_on():
    for discount, more in (
        (0, False),
        (Fraction(1, 8), False),
        (Fraction(1, 7), True),
        (0.9, True),
    ):
        found = compare_with_stage(PRISONERS, discount)
        by = {one.measure: one for one in found.comparisons}
        assert by["sum"].more is more
        assert by["sum"].stage == 6
        assert found.complete
        assert by["sum"].low == (18 if more else 6)
        assert all(len(line) <= 80 for line in str(found).splitlines())
    assert by["row"].low > Fraction("9.7499999")
    assert by["row"].high < Fraction("9.7500001")
    assert by["equal"].low == 9


def test_lotteries_over_stage_equilibria_are_not_credited_to_patience():
    # The battle of the sexes: a coin over both pure equilibria pays both 3/2 without a future.
    battle = Game.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    by = {one.measure: one for one in compare_with_stage(battle, 0.5).comparisons}
    assert by["equal"].stage == Fraction(3, 2)
    assert by["equal"].more is False


def test_pure_strategies_may_sustain_less_than_a_mixed_stage_equilibrium():
    found = compare_with_stage(PENNIES, 0.5)
    assert all(one.low is None and one.more is False for one in found.comparisons)
    assert "no larger sum" in found.status
