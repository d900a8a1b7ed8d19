"""Trust as state: its transitions by hand, its games level by level, the exit option."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import STRATEGIES, Alliance, Strategy, TrustDynamics, strategy_grid

# Rows and columns in the order of STRATEGIES: COL, COM, CMP, ACC, AVO. By hand from
# φ₁ = r₁t₂, φ₂ = r₂t₁, in units of b and of e.
RISES = [
    [1, 0, "1/2", 0, 0],
    [0, 0, 0, 0, 0],
    ["1/2", 0, "1/4", 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
]
FALLS = [
    [0, 1, 0, 1, 0],
    [1, 0, "1/2", 1, 0],
    [0, "1/2", 0, "1/2", 0],
    [1, 1, "1/2", 0, 0],
    [0, 0, 0, 0, 0],
]


class TestTransitions:
    def test_all_pairs_of_the_five_strategies_by_hand(self):
        dynamics = TrustDynamics(Alliance())
        for i, row in enumerate(STRATEGIES):
            for j, column in enumerate(STRATEGIES):
                rise, fall = dynamics.chances(row, column)
                assert rise == Fraction(RISES[i][j]) / 10
                assert fall == Fraction(FALLS[i][j]) * Fraction(3, 10)

    def test_the_game_moves_one_level_at_a_time_and_stops_at_the_ends(self):
        dynamics = TrustDynamics(Alliance(), levels=[0.2, 0.5, 0.9], build=1, erode="1/2")
        world = dynamics.game()
        assert world.states == ("trust 1/5", "trust 1/2", "trust 9/10")
        pair = ("collaboration", "competition")
        assert world.chances("trust 1/2", "collaboration") == {"trust 9/10": 1}
        assert world.chances("trust 9/10", "collaboration") == {"trust 9/10": 1}
        assert world.chances("trust 1/5", pair) == {"trust 1/5": 1}
        half = Fraction(1, 2)
        assert world.chances("trust 1/2", pair) == {"trust 1/5": half, "trust 1/2": half}
        assert world.chances("trust 9/10", pair) == {"trust 1/2": half, "trust 9/10": half}

    def test_each_level_has_the_alliances_game_at_that_trust(self):
        alliance = Alliance(stakes=(1, 2), opportunism=0.9)
        dynamics = TrustDynamics(alliance)
        world = dynamics.game()
        for level, game, payoffs in zip(
            dynamics.levels, world.games, dynamics.payoffs(), strict=True
        ):
            assert game == alliance.replace(trust=level).game()
            assert np.array_equal(game.exact_payoffs, payoffs)

    @settings(max_examples=30, deadline=None)
    @given(
        build=st.fractions(0, 1, max_denominator=9),
        erode=st.fractions(0, 1, max_denominator=9),
        points=st.tuples(*[st.fractions(0, 1, max_denominator=9)] * 4),
    )
    def test_rising_and_falling_never_exceed_certainty(self, build, erode, points):
        """The bound of the module's docstring: b min + e |diff| ≤ max(b, e) max(φ₁, φ₂) ≤ 1."""
        dynamics = TrustDynamics(Alliance(), build=build, erode=erode)
        row, column = Strategy("row", *points[:2]), Strategy("column", *points[2:])
        rise, fall = dynamics.chances(row, column)
        most = max(row.receptivity * column.transparency, column.receptivity * row.transparency)
        assert 0 <= rise
        assert 0 <= fall
        assert rise + fall <= max(build, erode) * most
        assert dynamics.chances(column, row) == (rise, fall)

    def test_one_level_stays_where_it_is(self):
        world = TrustDynamics(Alliance(), levels=[0.5], build=1, erode=1).game()
        assert all(chances == 1 for chances in world.exact_transitions[0].flat)

    def test_other_strategies_serve_too(self):
        alliance = Alliance(strategies=strategy_grid(3))
        world = TrustDynamics(alliance, levels=[0, 1]).game()
        assert world.games[0].shape == (9, 9)
        pair = ("r=1/2 t=1", "collaboration")  # φ = 1/2 for the row firm, 1 for the column firm
        assert world.chances("trust 0", pair) == {
            "trust 0": Fraction(19, 20),
            "trust 1": Fraction(1, 20),
        }
        assert world.chances("trust 1", pair) == {
            "trust 0": Fraction(3, 20),
            "trust 1": Fraction(17, 20),
        }


class TestLeaving:
    def test_either_firm_ends_it_at_once_and_for_ever(self):
        world = TrustDynamics(Alliance(), levels=[0, 1], outside=(0.2, -1)).game()
        assert world.states[-1] == "dissolved"
        assert world.games[-1].shape == (1, 1)
        assert world.games[-1].exact_payoffs.ravel().tolist() == [Fraction(1, 5), -1]
        assert world.chances("dissolved", (0, 0)) == {"dissolved": 1}
        for state, game in zip(world.states[:2], world.games, strict=False):
            assert game.shape == (6, 6)
            for pair in (("leave", "avoidance"), ("collaboration", "leave"), ("leave", "leave")):
                assert world.chances(state, pair) == {"dissolved": 1}
                assert game.expected_payoffs(*pair) == (Fraction(1, 5), -1)
            assert "dissolved" not in world.chances(state, "collaboration")

    def test_without_outside_payoffs_nobody_leaves(self):
        inside = TrustDynamics(Alliance(), levels=[0, 1]).game()
        leaving = TrustDynamics(Alliance(), levels=[0, 1], outside=0).game()
        assert inside.games[0].shape == (5, 5)
        kept = leaving.games[0].restrict(range(5), range(5))
        assert kept == inside.games[0]


class TestReplacing:
    def test_own_numbers_and_the_alliances_terms(self):
        dynamics = TrustDynamics(Alliance(), levels=[0, 1])
        changed = dynamics.replace(build=0.2, stakes=3, levels=[0, 0.5], outside=1)
        assert (changed.build, changed.alliance.stakes) == (Fraction(1, 5), 3)
        assert changed.levels == (0, Fraction(1, 2))
        assert changed.outside == (1, 1)
        assert dynamics.replace() == dynamics
        assert hash(dynamics.replace()) == hash(dynamics)
        assert dynamics.replace(**{"stakes.row": 2}).alliance.stakes == (2, 1)

    def test_domains_hold_what_can_be_replaced(self):
        dynamics = TrustDynamics(Alliance())
        domains = dynamics.domains
        assert "trust" not in domains
        assert domains["erode"].words == "in [0, 1]"
        for name in ("build", "opportunism", "stakes.row"):
            assert name in domains
            dynamics.replace(**{name: Fraction(1, 2)})


@pytest.mark.parametrize(
    ("terms", "kind", "message"),
    [
        ({"levels": [0, 0]}, ValueError, "levels: requires increasing numbers, got 0 after 0"),
        ({"levels": [0.5, 0.25]}, ValueError, "got 1/4 after 1/2"),
        ({"levels": [0, 1.5]}, ValueError, r"levels\[1\]: requires a number in \[0, 1\], got 3/2"),
        ({"levels": []}, ValueError, "levels: requires at least one, got none"),
        ({"levels": 0.5}, TypeError, "levels: requires a sequence"),
        ({"levels": "01"}, TypeError, "levels: requires a sequence"),
        ({"build": 1.1}, ValueError, r"build: requires a number in \[0, 1\], got 11/10"),
        ({"erode": -0.1}, ValueError, r"erode: requires a number in \[0, 1\], got -1/10"),
        ({"erode": "fast"}, ValueError, "erode: requires a finite number"),
        ({"outside": (1, 2, 3)}, ValueError, "outside: requires one payoff, or a pair"),
        ({"outside": "much"}, ValueError, "outside.row: requires a finite number"),
        ({"alliance": 3}, TypeError, "alliance: requires an Alliance, got int"),
        (
            {"alliance": Alliance(stakes=np.array([1.0, 2.0]))},
            TypeError,
            "requires numbers for all terms.*got an array for stakes",
        ),
        (
            {"outside": 0, "alliance": Alliance(strategies=[Strategy("leave", 0, 0)])},
            ValueError,
            "names other than 'leave'",
        ),
    ],
)
def test_bad_input_is_refused_in_words(terms, kind, message):
    with pytest.raises(kind, match=message):
        TrustDynamics(**({"alliance": Alliance()} | terms))


def test_symbols_and_unknown_terms_are_refused_in_words():
    import sympy

    with pytest.raises(TypeError, match="got a symbol for synergy"):
        TrustDynamics(Alliance(synergy=sympy.Symbol("sigma")))
    with pytest.raises(TypeError, match="trust: is the state of the dynamics"):
        TrustDynamics(Alliance()).replace(trust=0.5)
    with pytest.raises(TypeError, match="friendship"):
        TrustDynamics(Alliance()).replace(friendship=1)
