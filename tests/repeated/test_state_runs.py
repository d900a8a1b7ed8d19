"""Where the state goes: the gambler's ruin of trust, times to reach a level, paths."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance, TrustDynamics
from dilemma.game import Game, StochasticGame
from dilemma.repeated import (
    expected_states,
    long_run_states,
    markov_perfect,
    reaching_times,
    simulate_states,
)

TRUST = TrustDynamics(Alliance()).game()
# Each firm collaborates or competes with equal chances: trust rises with probability
# 1/4 · 1/10 (both collaborate) and falls with 1/2 · 3/10.
COIN = (["1/2", "1/2", 0, 0, 0],) * 2
UP, DOWN = Fraction(1, 40), Fraction(3, 20)
STAGE = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])


def ring(count, keep=0):
    """States visited in turn, whatever is played."""
    arrays = []
    for s in range(count):
        row = [Fraction(0)] * count
        row[s] += Fraction(keep)
        row[(s + 1) % count] += 1 - Fraction(keep)
        arrays.append([[row] * 2] * 2)
    return StochasticGame([STAGE] * count, arrays)


class TestLongRun:
    def test_a_birth_and_death_chain_in_closed_form(self):
        found = long_run_states(TRUST, COIN)
        weights = [(UP / DOWN) ** k for k in range(5)]
        assert found.exact
        assert found.shares == tuple(one / sum(weights) for one in weights)
        assert found.absorbing == ()
        assert found.transient == ()
        assert found.classes[0].probability == 1
        assert "goes round 5 states, trust 0 to trust 1" in found.status

    def test_a_collapse_of_trust_is_absorbing_where_competition_meets_collaboration(self):
        found = long_run_states(TRUST, ("competition", "collaboration"), "trust 1")
        assert found.absorbing == ("trust 0",)
        assert found.transient == TRUST.states[1:]
        assert found.status == "From trust 1, play ends in trust 0 for ever."
        payoffs = TRUST.games[0].expected_payoffs("competition", "collaboration")
        assert found.payoffs == payoffs
        assert found.classes[0].payoffs == payoffs

    def test_two_ends_with_their_chances(self):
        """Collaboration met half the time by competition, ends held by avoidance."""
        play = dict.fromkeys(TRUST.states[1:-1], COIN)
        play |= dict.fromkeys((TRUST.states[0], TRUST.states[-1]), "avoidance")
        found = long_run_states(TRUST, play, "trust 1/2")
        ratio = DOWN / UP
        rise = (1 - ratio**2) / (1 - ratio**4)
        assert found.absorbing == ("trust 0", "trust 1")
        assert [one.probability for one in found.classes] == [1 - rise, rise]
        assert found.shares == (1 - rise, 0, 0, 0, rise)
        assert str(found).count("absorbing") == 2
        assert str(found).count("left for good") == 3
        assert max(map(len, str(found).splitlines())) <= 80

    def test_a_start_may_be_a_law_and_is_uniform_by_default(self):
        still = dict.fromkeys(TRUST.states, "avoidance")
        assert long_run_states(TRUST, still).shares == (Fraction(1, 5),) * 5
        found = long_run_states(TRUST, still, {"trust 0": "1/3", "trust 1": "2/3"})
        assert found.shares == (Fraction(1, 3), 0, 0, 0, Fraction(2, 3))
        assert "probability 2/3" in found.status

    def test_states_visited_in_turn_have_equal_shares(self):
        found = long_run_states(ring(3), "share", "1")
        assert found.shares == (Fraction(1, 3),) * 3
        assert found.status == "From 1, play goes round 1, 2 and 3."

    def test_floats_give_floats_close_to_the_exact_ones(self):
        mixed = ([0.3, 0.7, 0.0, 0.0, 0.0], ["9/10", "1/10", 0, 0, 0])
        exact = (["3/10", "7/10", 0, 0, 0], ["9/10", "1/10", 0, 0, 0])
        one, two = (long_run_states(TRUST, play) for play in (mixed, exact))
        assert not one.exact
        assert two.exact
        assert one.shares == pytest.approx([float(v) for v in two.shares], rel=1e-13)
        assert one.payoffs == pytest.approx([float(v) for v in two.payoffs], rel=1e-12)

    def test_equilibria_can_be_asked_as_they_are(self):
        dynamics = TrustDynamics(Alliance(stakes=2))
        world = dynamics.game()
        equilibria = markov_perfect(world, 0.9, starts=0)
        ends = {long_run_states(world, one, "trust 1/2").absorbing for one in equilibria}
        assert ("trust 0", "trust 1") in ends
        together = [one for one in equilibria if "collaboration" in one.words]
        assert together
        for one in together:
            found = long_run_states(world, one)
            assert sum(found.shares) == pytest.approx(1, abs=1e-12)

    def test_dissolved_alliances_stay_so(self):
        world = TrustDynamics(Alliance(), levels=[0, 1], outside=(2, 3)).game()
        found = long_run_states(world, ("leave", "collaboration"), "trust 1")
        assert found.absorbing == ("dissolved",)
        assert found.payoffs == (2, 3)


class TestReaching:
    def test_building_full_trust_takes_ten_periods_a_level(self):
        found = reaching_times(TRUST, "collaboration", "trust 1")
        assert found.times == (40, 30, 20, 10, 0)
        assert found.probabilities == (1,) * 5
        assert found.status == "Play gets to trust 1 from every state."

    def test_what_cannot_be_reached_is_said(self):
        found = reaching_times(TRUST, "collaboration", "trust 1/2")
        assert found.times == (20, 10, 0, None, None)
        assert found.probabilities == (1, 1, 1, 0, 0)
        assert found.status == "Play never gets to trust 1/2 from trust 3/4 or trust 1."
        assert str(found).splitlines()[-1].split() == ["trust", "1", "0", "-"]

    def test_the_gamblers_ruin_and_a_target_of_two_states(self):
        play = dict.fromkeys(TRUST.states[1:-1], COIN)
        play |= dict.fromkeys((TRUST.states[0], TRUST.states[-1]), "avoidance")
        collapse = reaching_times(TRUST, play, "trust 0")
        ratio = DOWN / UP
        expected = [1, *(1 - (1 - ratio**k) / (1 - ratio**4) for k in (1, 2, 3))]
        assert list(collapse.probabilities) == [*expected, 0]
        assert collapse.times == (0, None, None, None, None)
        both = reaching_times(TRUST, play, ["trust 0", "trust 1"])
        fall = expected[2]
        # Wald: the expected number of steps times the drift is the expected displacement.
        assert both.times[2] * (UP - DOWN) == 2 * (1 - fall) - 2 * fall
        assert both.target == ("trust 0", "trust 1")

    def test_floats_agree(self):
        mixed = ([0.5, 0.5, 0.0, 0.0, 0.0],) * 2
        one = reaching_times(TRUST, mixed, "trust 0")
        two = reaching_times(TRUST, COIN, "trust 0")
        assert one.times == pytest.approx([float(v) for v in two.times])
        assert one.probabilities == (1.0,) * 5

    def test_a_target_nobody_gets_to(self):
        found = reaching_times(TRUST, "avoidance", "trust 0")
        assert found.status == "Play never gets to trust 0 from another state."


class TestOverTime:
    def test_shares_over_time_are_powers_of_the_chain(self):
        found = expected_states(TRUST, COIN, 400, "trust 1")
        matrix = np.diag([float(1 - UP)] + [float(1 - UP - DOWN)] * 3 + [float(1 - DOWN)])
        matrix += np.diag([float(UP)] * 4, 1) + np.diag([float(DOWN)] * 4, -1)
        values = found.probability.values
        assert values[0].tolist() == [0, 0, 0, 0, 1]
        assert values[17] == pytest.approx(np.linalg.matrix_power(matrix, 17)[4], abs=1e-14)
        shares = [float(one) for one in long_run_states(TRUST, COIN).shares]
        assert values[-1] == pytest.approx(shares, abs=1e-6)
        assert found.attrs["dilemma"] == "states over time"
        assert found.state.values.tolist() == list(TRUST.states)

    def test_floats_take_the_same_way(self):
        mixed = ([0.5, 0.5, 0.0, 0.0, 0.0],) * 2
        one, two = (expected_states(TRUST, play, 30).probability.values for play in (mixed, COIN))
        assert one == pytest.approx(two, abs=1e-14)

    def test_many_periods_are_left_to_floats(self):
        found = expected_states(TRUST, COIN, 2000, "trust 1")
        assert found.attrs["arithmetic"] == "floating point"
        assert expected_states(TRUST, COIN, 5).attrs["arithmetic"] == "rational, then rounded"
        shares = [float(one) for one in long_run_states(TRUST, COIN).shares]
        assert found.probability.values[-1] == pytest.approx(shares, abs=1e-12)

    def test_paths_follow_the_law(self):
        found = simulate_states(TRUST, COIN, 60, "trust 1/2", paths=4000, seed=3)
        law = expected_states(TRUST, COIN, 60, "trust 1/2").probability.values
        for t in (1, 10, 59):
            often = np.bincount(found.position.values[:, t], minlength=5) / 4000
            assert np.all(np.abs(often - law[t]) <= 5 * np.sqrt(law[t] / 4000) + 1e-9)
        assert set(found.row.values.ravel()) == {"collaboration", "competition"}
        steps = np.abs(np.diff(found.position.values, axis=1))
        assert steps.max() == 1

    def test_paths_are_reproducible_and_hold_together(self):
        one = simulate_states(TRUST, COIN, 20, paths=2, seed=1)
        assert one.identical(simulate_states(TRUST, COIN, 20, paths=2, seed=1))
        assert not one.identical(simulate_states(TRUST, COIN, 20, paths=2, seed=2))
        for path, t in ((0, 3), (1, 19)):
            here = one.isel(path=path, time=t)
            stage = TRUST.games[int(here.position)]
            assert str(here.state.item()) == TRUST.states[int(here.position)]
            pair = (here.row.item(), here.column.item())
            assert here.payoff.values.tolist() == [float(v) for v in stage.expected_payoffs(*pair)]

    def test_certain_play_makes_certain_paths(self):
        found = simulate_states(ring(3), ("share", "hide"), 5, "2")
        assert found.state.values.tolist() == [["2", "3", "1", "2", "3"]]
        assert found.payoff.values[0].tolist() == [[0, 5]] * 5


@settings(max_examples=20, deadline=None)
@given(
    weights=st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=4, max_size=4)
)
def test_shares_are_stationary_and_reached_in_the_mean(weights):
    """Definition: sπ = π; and absorption by the mean of a long power series."""
    for s, row in enumerate(weights):
        if not any(row):
            row[s] = 1
    chances = [[[[Fraction(v, sum(row)) for v in row]]] for row in weights]
    world = StochasticGame([Game([[[s]], [[-s]]]) for s in range(4)], chances)
    found = long_run_states(world, {}, "2")
    matrix = np.array([one[0][0] for one in chances], dtype=object)
    shares = np.array(found.shares, dtype=object)
    assert list(shares @ matrix) == list(shares)
    law = np.array([0, 1, 0, 0]) @ np.linalg.matrix_power(matrix.astype(float), 720720)
    period = [law]
    for _ in range(11):
        period.append(period[-1] @ matrix.astype(float))
    assert np.mean(period, axis=0) == pytest.approx(shares.astype(float), abs=1e-8)
    assert found.payoffs[0] == sum(s * share for s, share in enumerate(shares))


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: long_run_states(TRUST, "kindness"), ValueError, "requires a strategy among"),
        (lambda: long_run_states(TRUST, {}), ValueError, "a profile for the state 'trust 0'"),
        (lambda: long_run_states(TRUST, 3), TypeError, "strategies: requires a mapping"),
        (lambda: long_run_states(TRUST, (0, 1)), TypeError, "names of strategies or mixtures"),
        (lambda: long_run_states(TRUST, TRUST.games[0]), ValueError, "requires play in 5 states"),
        (lambda: long_run_states(TRUST, {"lost": "avoidance"}), ValueError, "among trust 0"),
        (lambda: long_run_states(TRUST, ("avoidance",) * 3), ValueError, "got 3 entries"),
        (
            lambda: long_run_states(TRUST, ([1, 1, 0, 0, 0], "avoidance")),
            ValueError,
            r"strategies\['trust 0'\].row: requires probabilities that sum to 1",
        ),
        (lambda: long_run_states(TRUST, "avoidance", "lost"), ValueError, "among trust 0"),
        (
            lambda: long_run_states(TRUST, "avoidance", {"trust 0": "1/2"}),
            ValueError,
            "start: requires probabilities that sum to 1",
        ),
        (lambda: long_run_states(STAGE, "share"), TypeError, "requires a StochasticGame"),
        (lambda: reaching_times(TRUST, "avoidance", []), ValueError, "at least one state"),
        (lambda: reaching_times(TRUST, "avoidance", None), TypeError, "target: requires a state"),
        (lambda: long_run_states(TRUST, "avoidance", []), TypeError, "start: requires a state"),
        (lambda: expected_states(TRUST, "avoidance", 0), ValueError, "at least 1, got 0"),
        (lambda: expected_states(TRUST, "avoidance", 2.5), TypeError, "periods: requires an int"),
        (
            lambda: simulate_states(TRUST, "avoidance", 2, paths=0),
            ValueError,
            "paths: requires an integer of at least 1",
        ),
    ],
)
def test_bad_input_is_refused_in_words(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_an_equilibrium_of_another_game_is_refused():
    other = markov_perfect(ring(2), 0.5, starts=0)[0]
    with pytest.raises(ValueError, match="requires play in 5 states, got play in 2"):
        long_run_states(TRUST, other)


def test_an_equilibrium_of_states_with_other_names_is_refused():
    other = markov_perfect(ring(2), 0.5, starts=0)[0]
    world = StochasticGame(ring(2).games, ring(2).exact_transitions, ["calm", "tense"])
    with pytest.raises(ValueError, match="in the states calm, tense, got those of another game"):
        long_run_states(world, other)


def test_states_may_be_told_by_their_positions():
    by_name = dict.fromkeys(TRUST.states, "collaboration")
    by_position = dict(enumerate(by_name.values()))
    assert long_run_states(TRUST, by_position).shares == long_run_states(TRUST, by_name).shares
