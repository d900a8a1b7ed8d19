"""Finite populations: the definition by players, published numbers, closed forms, laws."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance
from dilemma.arrays.chains import absorption_probabilities
from dilemma.evolution import Population
from dilemma.game import Game, GroupGame
from dilemma.testing import games, symmetric_games

SMALL = st.integers(-3, 3).map(Fraction)
STAG_HUNT = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
CHICKEN = Game.symmetric([["-1/2", 2], [0, 0]], ["hawk", "dove"])
BATTLE = Game([[[2, 0, 1], [0, 1, 3]], [[1, 0, 2], [0, 2, 1]]], [["a", "b"], ["c", "d", "e"]])


def in_pairs_or_groups(game, players, focal):
    """What one player earns: the mean over all groups of others, itself left out."""
    rest = players[:focal] + players[focal + 1 :]
    if isinstance(game, Game):
        earned = [game.exact_payoffs[0, players[focal], other] for other in rest]
    else:
        n = len(game.strategies)
        earned = [
            game.payoff(players[focal], np.bincount([players[focal], *others], minlength=n))
            for others in itertools.combinations(rest, game.size - 1)
        ]
    return sum(earned, Fraction(0)) / len(earned)


def chain_of_two(population, i, j):
    """The chain of the number of i-players among j-players, without mutation, by players."""
    size = population.size
    selection = float(population.selection)
    chain = np.zeros((size + 1, size + 1))
    for count in range(1, size):
        players = [i] * count + [j] * (size - count)
        earned = [float(in_pairs_or_groups(population.game, players, f)) for f in range(size)]
        if population.process == "fermi":
            for focal, model in itertools.permutations(range(size), 2):
                copies = 1 / (1 + math.exp(-selection * (earned[model] - earned[focal])))
                shift = (players[model] == i) - (players[focal] == i)
                chain[count, count + shift] += copies / (size * (size - 1)) * (shift != 0)
        else:
            if population.fitness == "linear":
                fitness = [1 - selection + selection * value for value in earned]
            else:
                fitness = [math.exp(selection * value) for value in earned]
            for parent, dead in itertools.product(range(size), repeat=2):
                shift = (players[parent] == i) - (players[dead] == i)
                chance = fitness[parent] / sum(fitness) / size
                chain[count, count + shift] += chance * (shift != 0)
    return chain


def brute_fixation(population, i, j):
    return absorption_probabilities(chain_of_two(population, i, j))[1, 1]


def stag_groups(size=3):
    def earn(strategy, group):
        return Fraction(4 * group[0], size) * (group[0] >= 2) - (strategy == 0)

    return GroupGame(size, ["stag", "hare"], earn)


class TestFixationByDefinition:
    @given(
        game=symmetric_games(largest=3, entries=SMALL),
        size=st.integers(2, 6),
        selection=st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(2)]),
        process=st.sampled_from(["fermi", "moran"]),
    )
    @settings(max_examples=40, deadline=None)
    def test_pairs(self, game, size, selection, process):
        population = Population(game, size, selection, process)
        rho, logs = population.fixation_probabilities(), population.log_fixation_probabilities()
        assert rho.shape == (game.shape[0],) * 2
        for i, j in np.ndindex(rho.shape):
            expected = brute_fixation(population, i, j) if i != j else 1 / size
            assert rho[i, j] == pytest.approx(expected, rel=1e-10)
            assert math.exp(logs[i, j]) == pytest.approx(expected, rel=1e-10)

    @pytest.mark.parametrize("process", ["fermi", "moran"])
    @pytest.mark.parametrize(("group", "size"), [(2, 5), (3, 3), (3, 6), (4, 6)])
    def test_groups(self, process, group, size):
        population = Population(stag_groups(group), size, Fraction(3, 4), process)
        rho = population.fixation_probabilities()
        for i, j in ((0, 1), (1, 0)):
            assert rho[i, j] == pytest.approx(brute_fixation(population, i, j), rel=1e-11)

    @given(
        game=symmetric_games(largest=3, entries=st.integers(0, 5).map(Fraction)),
        size=st.integers(2, 6),
        selection=st.sampled_from([Fraction(1, 10), Fraction(1, 2)]),
    )
    @settings(max_examples=30, deadline=None)
    def test_linear_fitness_exactly(self, game, size, selection):
        population = Population(game, size, selection, "moran", fitness="linear")
        rho, exact = population.fixation_probabilities(), population.exact_fixation_probabilities()
        for i, j in np.ndindex(rho.shape):
            assert rho[i, j] == pytest.approx(float(exact[i, j]), rel=1e-12)
            if i != j:
                assert rho[i, j] == pytest.approx(brute_fixation(population, i, j), rel=1e-11)

    def test_linear_fitness_in_groups_exactly(self):
        population = Population(stag_groups(4), 9, "1/3", "moran", fitness="linear")
        rho, exact = population.fixation_probabilities(), population.exact_fixation_probabilities()
        np.testing.assert_allclose(rho, exact.astype(float), rtol=1e-13)
        assert rho[0, 1] == pytest.approx(brute_fixation(population, 0, 1), rel=1e-11)

    @pytest.mark.parametrize("selection", [Fraction(1, 3), 3])
    @pytest.mark.parametrize("process", ["fermi", "moran"])
    def test_two_populations(self, process, selection):
        """One mutant among residents whose partners all play the same: a ratio to a power."""
        population = Population(BATTLE, (4, 7), selection, process)
        rho = population.fixation_probabilities()
        places = {state: place for place, state in enumerate(population.states)}
        for (a, c), (b, d) in itertools.product(places, repeat=2):
            value = rho[places[a, c], places[b, d]]
            if (a == b) == (c == d):
                assert math.isnan(value) if a == b else value == 0
                continue
            first = BATTLE.restrict([a], [c]).payoffs[:, 0, 0]
            second = BATTLE.restrict([b], [d]).payoffs[:, 0, 0]
            player = int(a == b)
            ratio = math.exp(-float(selection) * (first - second)[player])
            size = (4, 7)[player]
            assert value == pytest.approx(1 / sum(ratio**k for k in range(size)), rel=1e-12)

    def test_two_populations_of_linear_fitness_exactly(self):
        population = Population(BATTLE, (4, 7), "1/2", "moran", fitness="linear")
        exact = population.exact_fixation_probabilities()
        rho = population.fixation_probabilities()
        places = {state: place for place, state in enumerate(population.states)}
        there, back = places["b", "d"], places["b", "e"]
        assert exact[there, back] == 1 / sum(Fraction(2, 3) ** k for k in range(7))
        assert exact[back, there] == 1 / sum(Fraction(3, 2) ** k for k in range(7))
        assert exact[places["a", "c"], there] == 0
        assert exact[there, there] is None
        for i, j in np.ndindex(rho.shape):
            if i != j:
                assert rho[i, j] == pytest.approx(float(exact[i, j]), rel=1e-13)


class TestPublishedFixation:
    def test_egttools_hawks_and_doves(self):
        """The value that EGTtools 0.1.14 has in its own tests."""
        rho = Population(CHICKEN, 100, 1).fixation_probabilities()
        assert rho[0, 1] == pytest.approx(0.8641155742462664, rel=1e-14)

    def test_the_stag_hunt_of_one_hundred(self):
        """In balls of 200 bits: 2.8e-31 and 1.1e-8, where EGTtools has 0 for both."""
        population = Population(STAG_HUNT, 100, 1)
        rho = population.fixation_probabilities()
        for i, j, shown in ((0, 1, "2.8e-31"), (1, 0, "1.1e-08")):
            assert f"{rho[i, j]:.1e}" == shown
            assert rho[i, j] == pytest.approx(math.exp(in_balls(population, i, j)), rel=1e-12)
        run = population.stationary_distribution()
        assert int(np.argmax(run)) == 1
        assert run[0] == pytest.approx(rho[0, 1] / (rho[0, 1] + rho[1, 0]), rel=1e-12)

    def test_constant_fitness_is_morans_own_formula(self):
        """Nowak et al. (2004): fitness r against 1 gives (1 - 1/r) / (1 - 1/r^Z)."""
        game = Game.symmetric([[2, 2], [1, 1]])
        (rho, exact) = (
            getattr(Population(game, 20, 1, "moran", fitness="linear"), name)()[0, 1]
            for name in ("fixation_probabilities", "exact_fixation_probabilities")
        )
        assert exact == Fraction(1, 2) / (1 - Fraction(1, 2**20))
        assert rho == pytest.approx(float(exact), rel=1e-14)


def in_balls(population, i, j):
    """log ρ by ball arithmetic, from the payoffs of each composition."""
    before, ctx.prec = ctx.prec, 200
    try:
        exponent, total = Fraction(0), arb(1)
        for count in range(1, population.size):
            counts = [0] * len(population.states)
            counts[i], counts[j] = count, population.size - count
            earned = population.payoffs(counts)
            exponent -= population.selection * (earned[i] - earned[j])
            total += arb(fmpq(exponent.numerator, exponent.denominator)).exp()
        return float(-total.log())
    finally:
        ctx.prec = before


class TestExtremes:
    @pytest.mark.parametrize(("size", "selection"), [(1000, 10), (300, 1000), (50, 10**7)])
    def test_logs_far_below_the_smallest_float(self, size, selection):
        for game in (STAG_HUNT, stag_groups(5)):
            population = Population(game, size, selection)
            logs = population.log_fixation_probabilities()
            assert min(logs[0, 1], logs[1, 0]) < -800
            for i, j in ((0, 1), (1, 0)):
                assert logs[i, j] == pytest.approx(in_balls(population, i, j), rel=1e-13)
        assert population.fixation_probabilities().min() == 0

    @pytest.mark.parametrize("constant", [0, 0.3, "1/7", 10**9])
    @pytest.mark.parametrize("selection", [1, 1000])
    def test_neutral_is_one_over_z_to_the_last_bit(self, constant, selection):
        pairs = Game.symmetric([[constant] * 3] * 3)
        for game in (pairs, GroupGame.from_pairwise(pairs, 5)):
            for process in ("fermi", "moran"):
                rho = Population(game, 77, selection, process).fixation_probabilities()
                assert np.all(rho == 1 / 77)

    def test_no_selection_is_neutral_in_every_process(self):
        for arguments in (("fermi",), ("moran",), ("moran", "rare", "linear")):
            population = Population(STAG_HUNT, 10, 0, *arguments)
            assert np.all(population.fixation_probabilities() == 0.1)
            assert population.exact_fixation_probabilities()[0, 1] == Fraction(1, 10)

    def test_a_strategy_and_its_double_drift(self):
        game = Game.symmetric([[0.3, 0.3, 0.7], [0.3, 0.3, 0.7], [0.1, 0.1, 0.6]])
        rho = Population(game, 30, 5).fixation_probabilities()
        assert rho[0, 1] == rho[1, 0] == 1 / 30

    def test_a_tie_that_floats_break_stays_a_tie(self):
        """With Z = 3, S(1) is (2 * 0.15 - 0.1 - 0.2) / 2: not 0 in floats, and 0."""
        assert 2 * 0.15 - 0.1 - 0.2 != 0
        game = Game.symmetric([[5, 0.15], [0.1, 0.2]])
        for selection in (10**18, math.inf):
            assert Population(game, 3, selection).fixation_probabilities()[0, 1] == 0.5

    @given(game=symmetric_games(largest=3, entries=SMALL), size=st.integers(2, 9))
    @settings(max_examples=30, deadline=None)
    def test_unbounded_selection_is_the_limit(self, game, size):
        population = Population(game, size, math.inf)
        exact = population.exact_fixation_probabilities()
        assert np.array_equal(population.fixation_probabilities(), exact.astype(float))
        strong = Population(game, size, 10**5).fixation_probabilities()
        np.testing.assert_allclose(strong, exact.astype(float), atol=1e-12)
        logs = population.log_fixation_probabilities()
        assert np.array_equal(logs == -math.inf, exact == 0)

    @pytest.mark.parametrize("process", ["fermi", "moran"])
    def test_a_large_common_part_costs_no_digits(self, process):
        """Beside 10^9 a float keeps seven decimals: 2e-5 in an exponent of a hundred players."""
        small = [[Fraction(1, 10), Fraction(23, 10)], [Fraction(0), Fraction(7, 10)]]
        large = [[value + 10**9 for value in row] for row in small]
        pairs = [Game.symmetric(matrix) for matrix in (small, large)]
        for first, second, size in (
            (*pairs, 100),
            (*(GroupGame.from_pairwise(game, 3) for game in pairs), 100),
            (*(Game([matrix, small]) for matrix in (small, large)), (100, 50)),
        ):
            plain, shifted = (
                Population(game, size, 1, process).log_fixation_probabilities()
                for game in (first, second)
            )
            np.testing.assert_allclose(shifted, plain, rtol=1e-13)
        one, other = (Population(game, 100, 1, process).favoured(0, 1) for game in pairs)
        assert one.result.invasion == other.result.invasion

    def test_many_strategies_are_taken_in_chunks(self, monkeypatch):
        game = Game.symmetric(np.random.default_rng(1).uniform(size=(9, 9)))
        whole = Population(game, 40, 1).fixation_probabilities()
        monkeypatch.setattr("dilemma.evolution.finite.fixation.CHUNK", 2000)
        assert np.array_equal(Population(game, 40, 1).fixation_probabilities(), whole)

    def test_one_strategy(self):
        population = Population(Game.symmetric([[3]]), 5, 1)
        assert population.fixation_probabilities().tolist() == [[0.2]]
        assert list(population.stationary_distribution()) == [1.0]
        assert population.invasion_graph().invasions == ()

    def test_huge_payoffs(self):
        population = Population(Game.symmetric([[1e300, 0], [0, 1e300]]), 10, 1)
        assert population.fixation_probabilities().tolist() == [[0.1, 0], [0, 0.1]]
        # S(k) = (k(k + 1) - 10 k) / 9 * 1e300, least at k = 4 and 5.
        logs = population.log_fixation_probabilities()
        assert logs[0, 1] == pytest.approx(-20 / 9 * 1e300, rel=1e-13)
        for arguments in (("fermi",), ("moran",)):
            for size in (10, (10, 10)):
                beyond = Population(population.game, size, 1e10, *arguments)
                with pytest.raises(ValueError, match=r"selection: .* within the range of a float"):
                    beyond.fixation_probabilities()
        apart = GroupGame(3, ["a", "b"], lambda i, group: 1e308 * (-1) ** i)
        linear = Population(apart, 5, 1, "moran", fitness="linear")
        with pytest.raises(ValueError, match=r"selection: .* within the range of a float"):
            linear.fixation_probabilities()
        assert Population(population.game, 10, math.inf).fixation_probabilities()[0, 1] == 0


class TestLaws:
    @given(game=symmetric_games(largest=4), data=st.data())
    @settings(max_examples=25, deadline=None)
    def test_relabelling_and_a_constant_change_nothing(self, game, data):
        n = game.shape[0]
        order = data.draw(st.permutations(range(n)))
        rho = Population(game, 12, "1/50").fixation_probabilities()
        other = Game.symmetric(game.exact_payoffs[0][np.ix_(order, order)] + Fraction(7, 3))
        np.testing.assert_allclose(
            Population(other, 12, "1/50").fixation_probabilities(),
            rho[np.ix_(order, order)],
            rtol=1e-9,
        )

    @given(game=symmetric_games(largest=3), factor=st.sampled_from(["1/3", 7]))
    @settings(max_examples=25, deadline=None)
    def test_payoffs_and_selection_trade_off(self, game, factor):
        scaled = Game.symmetric(game.exact_payoffs[0] * Fraction(factor))
        np.testing.assert_allclose(
            Population(game, 9, Fraction(factor) / 20).log_fixation_probabilities(),
            Population(scaled, 9, "1/20").log_fixation_probabilities(),
            rtol=1e-10,
        )

    @given(game=symmetric_games(largest=3), size=st.integers(2, 5))
    @settings(max_examples=15, deadline=None)
    def test_a_pairwise_game_in_groups_is_the_same_population(self, game, size):
        groups = GroupGame.from_pairwise(game, size)
        one, other = (Population(g, 12, "1/10") for g in (game, groups))
        np.testing.assert_allclose(
            one.log_fixation_probabilities(), other.log_fixation_probabilities(), atol=1e-9
        )
        counts = [12, *[0] * (game.shape[0] - 1)]
        assert one.payoffs(counts) == other.payoffs(counts)

    @given(game=games(largest=3, entries=SMALL), data=st.data())
    @settings(max_examples=20, deadline=None)
    def test_exchanging_the_two_populations_exchanges_the_states(self, game, data):
        m, n = game.shape
        turned = Game(game.exact_payoffs[::-1].transpose(0, 2, 1))
        rho = Population(game, (5, 8), 1).fixation_probabilities()
        other = Population(turned, (8, 5), 1).fixation_probabilities()
        order = np.arange(m * n).reshape(m, n).T.ravel()
        np.testing.assert_array_equal(other, rho[np.ix_(order, order)])

    def test_inputs_stay_as_they_were_and_answers_are_read_only(self):
        population = Population(STAG_HUNT, 10, 1)
        for values in (
            population.fixation_probabilities(),
            population.log_fixation_probabilities(),
            population.stationary_distribution().probabilities,
            population.stationary_distribution().states,
        ):
            with pytest.raises(ValueError, match="read-only"):
                values[0] = 0

    def test_equal_populations_are_equal(self):
        one = Population(STAG_HUNT, 10, 0.1, mutation=0.01)
        other = Population(STAG_HUNT, np.int64(10), "1/10", mutation=Fraction(1, 100))
        assert one == other
        assert hash(one) == hash(other)
        assert one != Population(STAG_HUNT, 10, 0.1)


class TestPayoffs:
    @given(game=symmetric_games(largest=3, entries=SMALL), data=st.data())
    @settings(max_examples=20, deadline=None)
    def test_they_are_the_means_over_the_other_players(self, game, data):
        n = game.shape[0]
        players = data.draw(st.lists(st.integers(0, n - 1), min_size=2, max_size=6))
        found = Population(game, len(players), 1).payoffs([players.count(i) for i in range(n)])
        for focal, strategy in enumerate(players):
            assert found[strategy] == in_pairs_or_groups(game, players, focal)
        assert all((found[i] is None) == (i not in players) for i in range(n))

    def test_two_populations_meet_each_other(self):
        first, second = Population(BATTLE, (2, 4), 1).payoffs([[2, 0], [1, 0, 3]])
        assert first == (Fraction(2 + 3, 4), None)
        assert second == (1, None, 2)


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ((STAG_HUNT, 1, 1), "size: requires at least 2 players, got 1"),
            ((STAG_HUNT, 2.0, 1), "size: requires a whole number of players, got 2.0"),
            ((STAG_HUNT, (5,), 1), "size: requires one number of players, or two, got 1"),
            ((STAG_HUNT, (5, 1), 1), "size: requires at least 2 players, got 1"),
            ((BATTLE, 5, 1), r"symmetric.*pass the two-population form, size=\(5, 5\)"),
            ((stag_groups(5), 4, 1), "size: requires at least 5 players, as many as a group has"),
            ((stag_groups(5), (9, 9), 1), "size: requires one population for a game in groups"),
            ((Alliance(), 5, 1), r"game: requires a Game.*alliance\.game\(\)"),
            ((STAG_HUNT, 5, -1), "selection: requires a number of at least 0, got -1"),
            ((STAG_HUNT, 5, math.nan), "selection: requires a finite number"),
            ((STAG_HUNT, 5, -math.inf), "selection: requires a finite number"),
            ((STAG_HUNT, 5, 10**400), "selection: requires a number within the range of a float"),
            ((STAG_HUNT, 5, "strong"), "selection: requires a finite number"),
            ((STAG_HUNT, 5, math.inf, "fermi", 0.1), "selection: requires a finite number unless"),
            ((STAG_HUNT, 5, math.inf, "introspection"), "selection: requires a finite number"),
            ((STAG_HUNT, 5, 1, "wright"), "process: requires one of fermi, moran, introspection"),
            ((STAG_HUNT, 5, 1, "fermi", 0), r'in \(0, 1\], got 0; the limit .* is "rare"'),
            ((STAG_HUNT, 5, 1, "fermi", 1.5), r'mutation: requires "rare" .* \(0, 1\], got 3/2'),
            ((STAG_HUNT, 5, 1, "fermi", "often"), 'mutation: requires "rare" or a probability'),
            ((STAG_HUNT, 5, 1, "fermi", math.nan), 'mutation: requires "rare" or a probability'),
            ((STAG_HUNT, 5, 1, "fermi", None), "mutation: requires a number"),
            ((STAG_HUNT, 5, 1, "fermi", "rare", "linear"), 'fitness: requires process="moran"'),
            ((STAG_HUNT, 5, 1, "moran", "rare", "flat"), "fitness: requires one of exponential"),
            ((STAG_HUNT, 5, 2, "moran", "rare", "linear"), r"selection: .* \[0, 1\] for linear"),
        ],
    )
    def test_populations_that_are_none(self, arguments, words):
        with pytest.raises((TypeError, ValueError), match=words):
            Population(*arguments)

    @pytest.mark.parametrize("size", [5, (5, 5)])
    def test_fitness_that_would_be_negative(self, size):
        """0.6 + 0.4 * payoff is below 0 for a payoff of -2; below 1/3 all is well."""
        game = Game.symmetric([[0, -2], [1, 0]])
        population = Population(game, size, "2/5", "moran", fitness="linear")
        for ask in (population.fixation_probabilities, population.exact_fixation_probabilities):
            with pytest.raises(ValueError, match=r"requires positive fitness.* below 1/3 will do"):
                ask()
        Population(game, size, "33/100", "moran", fitness="linear").fixation_probabilities()

    def test_introspection_has_no_fixation(self):
        population = Population(STAG_HUNT, 5, 1, "introspection")
        for ask in (
            population.fixation_probabilities,
            population.log_fixation_probabilities,
            population.exact_fixation_probabilities,
            population.invasion_graph,
            lambda: population.favoured(0, 1),
        ):
            with pytest.raises(ValueError, match="process: requires one that copies"):
                ask()

    def test_exponentials_have_no_exact_probabilities(self):
        with pytest.raises(ValueError, match=r"selection: requires .* for exact probabilities"):
            Population(STAG_HUNT, 5, 1).exact_fixation_probabilities()

    def test_compositions_that_are_none(self):
        with pytest.raises(ValueError, match="counts: requires 5 players in all, got 4"):
            Population(STAG_HUNT, 5, 1).payoffs([2, 2])
        with pytest.raises(ValueError, match="counts: requires counts of both populations, got 1"):
            Population(BATTLE, (5, 5), 1).payoffs([[2, 3]])
        with pytest.raises(TypeError, match="counts: requires counts of both populations, got 7"):
            Population(BATTLE, (5, 5), 1).payoffs(7)
