"""The rare-mutation law: published institutions, closed forms, exact chains, several classes."""

import itertools
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.chains import stationary_laws
from dilemma.evolution import Population
from dilemma.game import Game, GroupGame
from dilemma.show import record, table
from dilemma.testing import symmetric_games

SMALL = st.integers(0, 4).map(Fraction)
ALL = ["contributor", "defector", "loner", "pool", "peer"]
STAG_HUNT = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])


def institutions(names, second_order=False):
    """Sigmund et al. (2010): contributions of 1 return threefold to the other members of a group.

    Fees, fines and what peers pay to punish are 0.7 each; who stays out, or alone, earns 1/2.
    """
    fee = fine = Fraction(7, 10)

    def earn(strategy, group):
        here, own = dict(zip(names, group, strict=True)), names[strategy]
        members = 5 - here.get("loner", 0)
        if own == "loner" or members == 1:
            return Fraction(1, 2)
        pool, peers = here.get("pool", 0), here.get("peer", 0)
        givers = here["contributor"] + pool + peers - (own != "defector")
        value = Fraction(3 * givers, members - 1) - (own != "defector")
        if own == "defector":
            return value - fine * (pool + peers)
        if own == "peer":
            value -= fee * here["defector"]
        if own == "pool":
            return value - fee
        return value - fine * pool * second_order

    return GroupGame(5, names, earn)


class TestPublishedInstitutions:
    @pytest.mark.parametrize(
        ("names", "second_order", "shares"),
        [
            (ALL[:4], False, [2, 2, 2, 1]),
            ([*ALL[:3], "peer"], False, [2, 2, 2, 102]),
            (ALL, False, [6, 6, 4, 1, 306]),
            (ALL[:4], True, [0, 0, 0, 1]),
        ],
    )
    def test_strong_imitation_among_one_hundred(self, names, second_order, shares):
        """Sigmund et al. (2010): (2, 2, 2, 1)/7, (2, 2, 2, M + 2)/(M + 8) and so on, M = 100."""
        game = institutions(names, second_order)
        run = Population(game, 100, math.inf).stationary_distribution()
        assert run.exact
        assert run.exact_probabilities == tuple(Fraction(k, sum(shares)) for k in shares)
        strong = Population(game, 100, 10**6).stationary_distribution()
        assert list(strong) == pytest.approx([float(p) for p in run.exact_probabilities], abs=1e-6)

    def test_compulsory_participation_without_bound_has_two_classes(self):
        """All-defect and all-pool are both absorbing: both are reported, none is picked."""
        names = ["contributor", "defector", "pool"]
        game = institutions(names, second_order=True)
        run = Population(game, 100, math.inf).stationary_distribution()
        assert [one.states for one in run.classes] == [(1,), (2,)]
        assert "2 classes of states are never left" in run.status
        assert run.absorption.tolist() == [[1, 0], [1, 0], [0, 1]]
        for ask in ("probabilities", "log_probabilities", "exact_probabilities", "shares"):
            with pytest.raises(ValueError, match="requires one class of states that last, got 2"):
                getattr(run, ask)
        with pytest.raises(ValueError, match="depends on its start"):
            run[0]
        assert "class 2\n  all pool  1" in str(run)

    @pytest.mark.parametrize("selection", ["1/10", 1, 3, 10, 1000])
    def test_compulsory_participation_at_finite_strength_ends_in_defection(self, selection):
        """Where a float64 solve of the same chain (1e-69 beside 1) can pick the punishers.

        Three states: each law is a sum over the trees that lead to a state, all terms positive.
        """
        game = institutions(["contributor", "defector", "pool"], second_order=True)
        population = Population(game, 100, selection)
        run = population.stationary_distribution()
        assert run[1] > 0.95
        logs = population.log_fixation_probabilities()
        trees = [
            np.logaddexp.reduce(
                [logs[i, j] + logs[i, k], logs[i, j] + logs[j, k], logs[i, k] + logs[k, j]]
            )
            for i, j, k in ((0, 1, 2), (1, 0, 2), (2, 0, 1))
        ]
        assert run.log_probabilities == pytest.approx(
            trees - np.logaddexp.reduce(trees), rel=1e-12, abs=1e-12
        )


class TestClosedForms:
    @given(
        game=symmetric_games(largest=2, entries=SMALL),
        size=st.integers(2, 200),
        selection=st.sampled_from(["1/10", 1, 7]),
    )
    @settings(max_examples=40, deadline=None)
    def test_two_strategies_balance(self, game, size, selection):
        """ρ / ρ' = exp(β Σ d): the odds of the two states, in logs."""
        population = Population(game, size, selection, "moran")
        run = population.stationary_distribution()
        if game.shape[0] == 1:
            return
        (a, b), (c, d) = game.exact_payoffs[0]
        odds = Fraction(selection) * (a * (size - 2) + b * size - c * size - d * (size - 2)) / 2
        assert run.log_probabilities[0] - run.log_probabilities[1] == pytest.approx(
            float(odds), rel=1e-11, abs=1e-11
        )
        assert sum(run) == pytest.approx(1, rel=1e-14)

    @given(game=symmetric_games(largest=4, entries=SMALL), size=st.integers(2, 8))
    @settings(max_examples=30, deadline=None)
    def test_against_the_exact_chain_of_linear_fitness(self, game, size):
        population = Population(game, size, "1/2", "moran", fitness="linear")
        (law,) = stationary_laws(population.exact_fixation_probabilities().T)
        run = population.stationary_distribution()
        assert np.array(run) == pytest.approx(law.law.astype(float), rel=1e-12)
        assert not run.exact
        assert run.shares[0] == pytest.approx(tuple(run), rel=1e-12)

    @pytest.mark.parametrize("selection", [0, 1, 20, math.inf])
    def test_rock_paper_scissors_is_played_equally_often(self, selection):
        game = Game.symmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
        run = Population(game, 60, selection).stationary_distribution()
        assert list(run) == pytest.approx([1 / 3] * 3, rel=1e-12)

    def test_a_chain_that_nearly_falls_apart(self):
        """[[4, 0], [0, 3]], where other solvers find the wrong well: odds exp(24)."""
        run = Population(Game.symmetric([[4, 0], [0, 3]]), 50, 1).stationary_distribution()
        assert run[1] == pytest.approx(1 / (1 + math.exp(24)), rel=1e-11)
        far = Population(Game.symmetric([[4, 0], [0, 3]]), 5000, 1).stationary_distribution()
        assert far[1] == 0
        assert far.log_probabilities[1] == pytest.approx(-2499, rel=1e-12)
        assert "10^-1085.3" in str(far)

    def test_a_tie_within_the_rounding_of_logs_is_doubtful(self):
        """Logs of 2.5e13 are good to 0.004: odds of exp(-0.024) come out as exp(-0.0234)."""
        tall = 10**9
        near = Game.symmetric([[tall, 0], [0, tall + Fraction(1, 10**6)]])
        run = Population(near, 50, 1000).stationary_distribution()
        assert not run.complete
        assert run.status.startswith("Doubtful")
        # Where one state has all the weight, no rounding takes it away.
        far = Game.symmetric([[tall, 0], [0, 2 * tall]])
        assert Population(far, 50, 1000).stationary_distribution().complete

    def test_without_bound_cyclic_dominance_has_one_class_and_coordination_two(self):
        cycle = Game.symmetric([[0, -1, 2], [2, 0, -1], [-1, 2, 0]])
        run = Population(cycle, 10, math.inf).stationary_distribution()
        assert run.exact_probabilities == (Fraction(1, 3),) * 3
        together = Population(Game.symmetric([[1, 0], [0, 1]]), 10, math.inf)
        assert len(together.stationary_distribution().classes) == 2


class TestTwoPopulations:
    def test_the_chain_by_hand(self):
        """Rates: Z_p / (n_p - 1) mutants, times fixation, between pairs that differ in one."""
        game = Game([[[2, 0, 1], [0, 1, 3]], [[1, 0, 2], [0, 2, 1]]])
        sizes = (4, 7)
        population = Population(game, sizes, "1/2", "moran", fitness="linear")
        states = list(itertools.product(range(2), range(3)))
        rates = np.full((6, 6), Fraction(0), dtype=object)
        for (s, (a, c)), (t, (b, d)) in itertools.product(enumerate(states), repeat=2):
            if (a == b) == (c == d):
                continue
            player = int(a == b)
            old, new = (1 + game.exact_payoffs[player][pair] for pair in ((a, c), (b, d)))
            fixation = 1 / sum((old / new) ** k for k in range(sizes[player]))
            rates[s, t] = Fraction(sizes[player], (1, 2)[player]) * fixation
        (law,) = stationary_laws(rates)
        run = population.stationary_distribution()
        assert np.array(run) == pytest.approx(law.law.astype(float), rel=1e-12)
        assert run.states.tolist() == [
            [4 * (a == 0), 4 * (a == 1), *(7 * (c == k) for k in range(3))] for a, c in states
        ]
        assert run.shares[0][0] == pytest.approx(sum(run[:3]), rel=1e-12)
        assert run.shares[1][2] == pytest.approx(run[2] + run[5], rel=1e-12)
        assert "all 1 against all 3" in str(run)

    def test_matching_pennies_is_uniform_even_between_unequal_populations(self):
        game = Game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
        run = Population(game, (20, 20), 1).stationary_distribution()
        assert list(run) == pytest.approx([1 / 4] * 4, rel=1e-12)
        assert list(Population(game, (20, 5), 0).stationary_distribution()) == pytest.approx(
            [1 / 4] * 4, rel=1e-12
        )

    def test_without_bound_strict_equilibria_absorb(self):
        game = Game.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]], [["a", "b"]] * 2)
        run = Population(game, (10, 30), math.inf).stationary_distribution()
        assert [one.states for one in run.classes] == [(0,), (3,)]
        assert run.absorption[1] == pytest.approx([3 / 4, 1 / 4])
        assert run.absorption[2] == pytest.approx([1 / 4, 3 / 4])

    def test_one_side_has_no_choice(self):
        game = Game([[[1], [0]], [[5], [7]]])
        run = Population(game, (10, 10), 1).stationary_distribution()
        assert run[1] / run[0] == pytest.approx(math.exp(-9), rel=1e-12)


class TestFullChain:
    """The other end of the same question: the chain of all compositions, at small mutation."""

    @pytest.mark.parametrize("process", ["fermi", "moran"])
    def test_the_limit_of_vanishing_mutation_is_the_rare_law(self, process):
        cycle = Game.symmetric([[1, 0, 3], [2, 1, 0], [0, 2, "3/2"]])
        public = institutions(["contributor", "defector", "loner"])
        unequal = Game([[[2, 0], [0, 1]], [[1, 0], [1, 2]]])
        for game, size in ((cycle, 12), (public, 8), (unequal, (4, 9))):
            rare = Population(game, size, "1/2", process).stationary_distribution()
            errors = []
            for mutation in ("1e-4", "1e-6", "1e-8"):
                population = Population(game, size, "1/2", process, mutation)
                shares = np.concatenate(population.stationary_distribution().shares)
                errors.append(np.abs(shares - np.concatenate(rare.shares)).max())
            assert errors[2] < 1e-6
            assert errors[0] > 30 * errors[1]

    @pytest.mark.parametrize("mutation", ["rare", "1/10"])
    def test_introspection_without_interaction_has_a_law_in_closed_form(self, mutation):
        """Payoffs of one's own choice alone: each player is at i with odds exp(β a_i)."""
        own, selection = [Fraction(0), Fraction(1), Fraction(-1, 2)], 2
        game = Game.symmetric([[value] * 3 for value in own])
        run = Population(game, 5, selection, "introspection", mutation).stationary_distribution()
        if mutation == "rare":
            weights = np.exp([selection * float(value) for value in own])
            law = weights / weights.sum()
        else:
            chain = np.zeros((3, 3))
            for j, i in itertools.permutations(range(3), 2):
                gain = selection * float(own[i] - own[j])
                chain[j, i] = (0.9 / (1 + math.exp(-gain)) + 0.1) / 2
            law = stationary_laws(chain)[0].law
        assert run.shares[0] == pytest.approx(tuple(law), rel=1e-10)
        for counts, probability in zip(run.states, run, strict=True):
            ways = math.factorial(5) / math.prod(math.factorial(k) for k in counts)
            assert probability == pytest.approx(ways * math.prod(law**counts), rel=1e-9)


class TestAnswers:
    def test_it_is_a_sequence_an_array_a_table_and_a_record(self):
        run = Population(STAG_HUNT, 100, 1).stationary_distribution()
        assert len(run) == 2
        assert run[0] < 1e-20 < run[1] == run[-1]
        assert run[:] == tuple(run)
        assert np.array_equal(np.asarray(run), run.probabilities)
        assert run.complete
        assert max(map(len, table(run).splitlines())) <= 80
        assert json.loads(json.dumps(record(run)))["population"]["size"] == 100

    def test_long_lists_are_cut(self):
        game = Game.symmetric(np.eye(30, dtype=int))
        text = str(Population(game, 10, 1).stationary_distribution())
        assert "... and 18 states more" in text


class TestSimulation:
    def test_by_default_a_thousand_generations_that_agree_with_the_law(self):
        population = Population(STAG_HUNT, 10, "1/2", mutation="1/5")
        result = population.simulate(seed=3)
        assert int(result.time[-1]) == 10_000
        law = population.stationary_distribution()
        assert abs(float(result.share[0]) - law.shares[0][0]) < 5 * float(result.share_error[0])
        again = population.simulate(seed=3)
        assert np.array_equal(again["count"], result["count"])

    def test_rare_mutations_take_longer_than_any_simulation(self):
        with pytest.raises(ValueError, match="mutation: requires a rate above 0 for a simulation"):
            Population(STAG_HUNT, 10, 1).simulate(seed=1)
