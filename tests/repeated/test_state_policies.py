"""State policies: their chains, the limit of means, and the tournament of Hilbe et al. (2018)."""

import pickle
from fractions import Fraction

import numpy as np
import pytest

from dilemma.alliance import Alliance, TrustDynamics
from dilemma.arrays.chains import stationary_laws
from dilemma.evolution import Population
from dilemma.game import Game, StochasticGame
from dilemma.repeated import (
    StatePolicy,
    pure_state_policies,
    state_policy_play,
    stochastic_policy_game,
)
from dilemma.repeated.states import meetings
from dilemma.repeated.states.stationary import read_strategies, values_of


def donation(benefit):
    """Cooperation costs 1 and gives the other player a benefit."""
    return Game.symmetric([[benefit - 1, -1], [benefit, 0]], ["C", "D"])


def after_mutual_cooperation(state, row, column):
    return "1" if row == column == "C" else "2"


RICH, POOR = donation(2), donation(Fraction(6, 5))
BOTH = StochasticGame.by_rule({"1": RICH, "2": POOR}, after_mutual_cooperation)


def rare_mutations(payoffs, size=100, strength=1):
    """The share of time at each strategy, from the definition: an oracle beside `Population`."""
    count = len(payoffs)
    k = np.arange(1, size)[:, None, None]
    mutant = ((k - 1) * np.diag(payoffs)[:, None] + (size - k) * payoffs) / (size - 1)
    resident = (k * payoffs.T + (size - k - 1) * np.diag(payoffs)) / (size - 1)
    fixation = 1 / (1 + np.exp(np.cumsum(-strength * (mutant - resident), axis=0)).sum(axis=0))
    (only,) = stationary_laws(fixation.T / (count - 1))
    return only.law


def cooperation(play):
    return play.strategy_shares[0].diagonal()[0].astype(float)


class TestHilbeAndOthers:
    """hilbe2018: b₁ = 2, b₂ = 1.2, c = 1, ε = .001, Z = 100, β = 1; rates to 1e-3."""

    def test_cooperation_where_only_mutual_cooperation_leads_to_the_better_game(self):
        play = state_policy_play(BOTH, pure_state_policies(BOTH), 1, 0.001)
        assert play.game.is_symmetric
        law = rare_mutations(play.payoffs[0])
        assert law @ cooperation(play) == pytest.approx(0.9837, abs=1e-3)
        long_run = Population(play.game, size=100, selection=1).stationary_distribution()
        assert np.array(long_run) == pytest.approx(law, rel=1e-6, abs=1e-12)

    @pytest.mark.parametrize(("benefit", "rate"), [(2, 0.1494), (1.2, 0.0806)])
    def test_cooperation_in_each_game_alone(self, benefit, rate):
        world = StochasticGame.by_rule({"1": donation(benefit)}, lambda *given: "1")
        play = state_policy_play(world, pure_state_policies(world), 1, 0.001)
        assert play.exact
        found = rare_mutations(play.payoffs[0].astype(float)) @ cooperation(play)
        assert found == pytest.approx(rate, abs=1e-3)

    def test_256_rules_in_two_copies_of_a_game_are_the_16_rules_of_one(self):
        rates = []
        for names in (["1"], ["1", "2"]):
            world = StochasticGame.by_rule(dict.fromkeys(names, RICH), lambda *given: "1")
            play = state_policy_play(world, pure_state_policies(world), 1, 0.001)
            law = rare_mutations(play.payoffs[0].astype(float))
            rates.append(law @ cooperation(play))
        assert rates[1] == pytest.approx(rates[0], rel=1e-9)


class TestTheirChains:
    def test_exact_and_floats_agree_and_so_does_each_order(self, monkeypatch):
        chosen = pure_state_policies(BOTH)[::23]
        exact = state_policy_play(BOTH, chosen, 1, 0.01)
        monkeypatch.setattr(meetings, "EXACT_WORK", 0)
        floats = state_policy_play(BOTH, chosen, 1, 0.01)
        assert exact.exact
        assert not floats.exact
        for name in ("payoffs", "strategy_shares", "state_shares"):
            one, two = getattr(exact, name), getattr(floats, name)
            assert two == pytest.approx(one.astype(float), rel=1e-11, abs=1e-14)
        assert (floats.payoffs[1] == floats.payoffs[0].T).all()
        assert (exact.payoffs[1] == exact.payoffs[0].T).all()

    @pytest.mark.parametrize("discount", ["1/2", "9/10"])
    def test_discounted_payoffs_are_the_sum_over_periods(self, discount, monkeypatch):
        """Play simulated as a law, period by period, by the definition."""
        shape = StochasticGame(
            [Game([[[1, 2], [0, 4]], [[3, 3], [0, 1]]], ["a", "b"]), Game.symmetric(
                [[2, -1], [5, 0]], ["a", "b"])],
            [[[["1/3", "2/3"], [0, 1]], [[1, 0], [1, 0]]], [[[0, 1], [1, 0]], [[0, 1], [1, 0]]]],
        )  # fmt: skip
        first = StatePolicy.by_rule(
            "first", shape, lambda state, own, other: {"a": "1/4", "b": "3/4"}
            if own == other else "a", opening={"1": "a", "2": "b"},
        )  # fmt: skip
        second = StatePolicy.by_rule("second", shape, lambda state, own, other: other, "b")
        delta, slip = float(Fraction(discount)), 0.1
        plays = [state_policy_play(shape, [first, second], discount, slip, "2")]
        monkeypatch.setattr(meetings, "EXACT_WORK", 0)
        plays.append(state_policy_play(shape, [first, second], discount, slip, "2"))

        def slipped(weights):
            return [(1 - slip) * w + slip * (1 - w) for w in weights]

        x0 = slipped([float(v) for v in first.opening[1]])
        y0 = slipped([float(v) for v in second.opening[1]])
        law = {(1, i, j): x0[i] * y0[j] for i in (0, 1) for j in (0, 1)}
        total = np.zeros(2)
        for t in range(400):
            after = {}
            for (s, i, j), weight in law.items():
                total += (1 - delta) * delta**t * weight * shape.games[s].payoffs[:, i, j]
                for s2, chance in enumerate(shape.transitions[s][i, j]):
                    x = slipped([float(v) for v in first.response[s2, i, j]])
                    y = slipped([float(v) for v in second.response[s2, j, i]])
                    for i2 in (0, 1):
                        for j2 in (0, 1):
                            key = (s2, i2, j2)
                            step = weight * chance * x[i2] * y[j2]
                            after[key] = after.get(key, 0) + step
            law = after
        for play in plays:
            assert play.payoffs[:, 0, 1].astype(float) == pytest.approx(total, abs=1e-9)

    def test_without_errors_the_start_and_the_opening_decide(self):
        """Always-cooperate and the unforgiving: mutual cooperation, or its loss for ever."""
        trusting = StatePolicy.by_rule("trusting", BOTH, lambda state, own, other: "C")
        grim = StatePolicy.by_rule(
            "grim", BOTH, lambda state, own, other: "C" if own == other == "C" else "D"
        )
        wary = StatePolicy.by_rule(
            "wary", BOTH, lambda state, own, other: "C" if own == other == "C" else "D", "D"
        )
        play = state_policy_play(BOTH, [trusting, grim, wary], 1)
        assert play.payoffs[0, 1].tolist() == [1, 1, 0]
        assert play.payoffs[0, 2].tolist() == [Fraction(6, 5), 0, 0]
        assert play.state_shares[1, 1].tolist() == [1, 0]
        assert play.state_shares[1, 2].tolist() == [0, 1]
        assert play.game.strategies[0] == ("trusting", "grim", "wary")

    def test_win_stay_lose_shift_corrects_a_slip(self):
        """A slip costs its player two periods of defection, and the other player one."""
        rule = StatePolicy.by_rule(
            "win-stay", BOTH, lambda state, own, other: "C" if own == other else "D"
        )
        error = Fraction(1, 10**6)
        play = state_policy_play(BOTH, [rule], 1, error)
        assert abs((1 - play.strategy_shares[0, 0, 0, 0]) / error - 3) < Fraction(1, 10**4)

    def test_policies_that_ignore_the_past_are_stationary_play(self):
        world = TrustDynamics(Alliance(), levels=[0, 1]).game()
        names = world.games[0].strategies[0]
        plans = [{"trust 0": "competition", "trust 1": "collaboration"}, dict.fromkeys(
            world.states, "accommodation")]  # fmt: skip
        chosen = [
            StatePolicy.by_rule(f"plan {k}", world, lambda s, o, p, plan=plan: plan[s], plan)
            for k, plan in enumerate(plans)
        ]
        found = state_policy_play(world, chosen, 0.9, start="trust 1")
        play = {s: (plans[0][s], plans[1][s]) for s in world.states}
        values = values_of(world, read_strategies(world, play), Fraction(9, 10))
        assert found.payoffs[:, 0, 1].astype(float) == pytest.approx(values[1].astype(float))
        assert found.strategies == names
        assert not found.exact


class TestPolicies:
    def test_all_pure_ones_in_order(self):
        found = pure_state_policies(BOTH)
        assert len(found) == len(set(found)) == 256
        assert found[1].name == "CCCC/CCCD"
        assert found[1].response[1, 1, 1].tolist() == [0, 1]
        assert found[1].response[1, 1, 0].tolist() == [1, 0]
        numbers = StochasticGame(
            [Game.symmetric([[0, 0], [0, 0]], ["x1", "x2"])], [[[[1]] * 2] * 2]
        )
        assert pure_state_policies(numbers)[5].name == "1212"

    def test_equality_and_pickling(self):
        one, two = pure_state_policies(BOTH)[:2]
        assert one == StatePolicy(one.name, one.response)
        assert one != two
        assert one != "one"
        assert pickle.loads(pickle.dumps(two)) == two
        assert hash(pickle.loads(pickle.dumps(two))) == hash(two)
        with pytest.raises(ValueError, match="read-only"):
            one.response[0, 0, 0, 0] = 0


def flat(state, own, other):
    return {"C": "1/2"}


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: StatePolicy("", [[[[1]]]]), TypeError, "name: requires a text"),
        (lambda: StatePolicy("x", [[[1]]]), ValueError, "response: requires the shape"),
        (lambda: StatePolicy("x", [[[[0.9]]]]), ValueError, r"response\[0, 0, 0\].*sum to 1"),
        (lambda: StatePolicy("x", [[[[1]]]], [[1], [1]]), ValueError, "opening: requires the sh"),
        (lambda: StatePolicy.by_rule("x", BOTH, flat), ValueError, "sum to 1, got 1/2, 0"),
        (lambda: StatePolicy.by_rule("x", BOTH, lambda *g: 1), TypeError, "rule: requires the n"),
        (lambda: StatePolicy.by_rule("x", BOTH, lambda *g: "E"), ValueError, "rule: requires"),
        (
            lambda: StatePolicy.by_rule("x", BOTH, lambda *g: "C", {"1": "C"}),
            ValueError,
            "opening: requires a strategy for state '2'",
        ),
        (
            lambda: StatePolicy.by_rule("x", BOTH, lambda *g: "C", 3),
            TypeError,
            "opening: requires",
        ),
        (
            lambda: state_policy_play(
                BOTH, pure_state_policies(BOTH), Fraction(10**40 - 1, 10**40)
            ),
            ValueError,
            "discount: requires 1, or a number up to 1 - 1e-12",
        ),
        (lambda: state_policy_play(BOTH, [], 1), ValueError, "policies: requires at least one"),
        (lambda: state_policy_play(BOTH, 3, 1), TypeError, "policies: requires a sequence"),
        (lambda: state_policy_play(BOTH, ["grim"], 1), TypeError, "got 'grim' in it"),
        (
            lambda: state_policy_play(BOTH, [StatePolicy("x", [[[[1]]]])], 1),
            ValueError,
            "policies for 2 states and 2 strategies",
        ),
        (
            lambda: state_policy_play(BOTH, pure_state_policies(BOTH)[:1] * 2, 1),
            ValueError,
            "different names, got 'CCCC/CCCC' twice",
        ),
        (
            lambda: state_policy_play(BOTH, pure_state_policies(BOTH)[:1], 1.5),
            ValueError,
            r"discount: requires a number in \[0, 1\], got 3/2",
        ),
        (
            lambda: state_policy_play(BOTH, pure_state_policies(BOTH)[:1], 1, -1),
            ValueError,
            r"suspicion: requires a number in \[0, 1\], got -1",
        ),
        (
            lambda: pure_state_policies(TrustDynamics(Alliance()).game()),
            ValueError,
            "requires at most 100,000 pure policies",
        ),
        (
            lambda: pure_state_policies(TrustDynamics(Alliance(), outside=0).game()),
            ValueError,
            "the same strategies for both players in all states, got others in state 'dissolved'",
        ),
        (lambda: pure_state_policies(RICH), TypeError, "requires a StochasticGame"),
    ],
)
def test_bad_input_is_refused_in_words(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_the_game_is_the_plays():
    chosen = pure_state_policies(BOTH)[:3]
    play = state_policy_play(BOTH, chosen, "1/2", 0.1)
    assert stochastic_policy_game(BOTH, chosen, "1/2", 0.1) == play.game
    assert np.array_equal(play.game.exact_payoffs, play.payoffs)
