"""The full chain of a population: every probability from its definition, every law twice."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from dilemma.arrays.chains import stationary_laws
from dilemma.evolution import Population, stationary_law, transition_matrix
from dilemma.evolution.finite import full_chain as full_chain_module
from dilemma.evolution.finite.stepping import drawn_payoffs, grown_payoffs, steps_of
from dilemma.evolution.finite.stepping_kernels import fill_group_payoffs
from dilemma.game import Game, GroupGame

PROCESSES = [
    ("fermi", "exponential"),
    ("moran", "exponential"),
    ("moran", "linear"),
    ("introspection", "exponential"),
]


def random_game(seed: int, rows: int, columns: int | None = None) -> Game:
    draw = np.random.default_rng(seed)
    if columns is None:
        return Game.symmetric(draw.uniform(0.5, 2, (rows, rows)).round(3).tolist())
    return Game(draw.uniform(0.5, 2, (2, rows, columns)).round(3).tolist())


def small_populations() -> list[Population]:
    group = GroupGame(3, ["a", "b", "c"], lambda i, c: 1 + Fraction(c[0] * (i + 1), 4) - c[2])
    high = GroupGame(3, ["a", "b", "c"], lambda i, c: 4 + Fraction(c[0] * (i + 1), 4) - c[2])
    populations = []
    for process, fitness in PROCESSES:
        settings = {"process": process, "mutation": "1/50", "fitness": fitness}
        populations += [
            Population(random_game(0, 3), 6, "1/2", **settings),
            Population(random_game(1, 3, 2), (3, 4), "1/2", **settings),
            Population(high if fitness == "linear" else group, 5, "1/2", **settings),
        ]
    return populations


def by_definition(population: Population) -> tuple[list[tuple[int, ...]], np.ndarray]:
    """All states in order, and the transition matrix, one player and one event at a time."""
    parts = [len(names) for names in population.strategies]
    each = [
        [k for k in itertools.product(range(size + 1), repeat=n) if sum(k) == size]
        for size, n in zip(population.sizes, parts, strict=True)
    ]
    states = [sum(pair, ()) for pair in itertools.product(*each)]
    place = {state: number for number, state in enumerate(states)}
    beta, mu = float(population.selection), float(population.mutation)
    matrix = np.zeros((len(states), len(states)))

    def earns(state: tuple[int, ...]) -> list[float]:
        counts = [state] if len(parts) == 1 else [state[: parts[0]], state[parts[0] :]]
        found = population.payoffs(counts[0] if len(parts) == 1 else counts)
        flat = found if len(parts) == 1 else found[0] + found[1]
        return [math.nan if value is None else float(value) for value in flat]

    def fermi(gain: float) -> float:
        return 1 / (1 + math.exp(-beta * gain))

    for number, state in enumerate(states):
        pay = earns(state)
        first = 0
        for size, n in zip(population.sizes, parts, strict=True):
            own = range(first, first + n)
            first += n
            chosen = size / sum(population.sizes)
            fitness = {
                i: state[i]
                * (
                    1 - beta + beta * pay[i]
                    if population.fitness == "linear"
                    else math.exp(beta * pay[i])
                )
                for i in own
                if state[i]
            }
            for j, i in itertools.product(own, own):
                if not state[j]:
                    continue
                moved = list(state)
                moved[j] -= 1
                moved[i] += 1
                mutant = mu / (n - 1) if i != j else 0.0
                if population.process == "fermi":
                    copied = 0.0
                    if i != j and state[i]:
                        copied = state[i] / (size - 1) * fermi(pay[i] - pay[j])
                    chance = (1 - mu) * copied + mutant
                elif population.process == "introspection":
                    tried = 0.0
                    if i != j:
                        tried = fermi(earns(tuple(moved))[i] - pay[j]) / (n - 1)
                    chance = (1 - mu) * tried + mutant
                else:
                    total = sum(fitness.values())
                    chance = (1 - mu) * fitness.get(i, 0.0) / total + sum(
                        mu / (n - 1) * fitness[q] / total for q in fitness if q != i
                    )
                if i != j:
                    matrix[number, place[tuple(moved)]] += chosen * state[j] / size * chance
        matrix[number, number] = 1 - matrix[number].sum()
    return states, matrix


@pytest.mark.parametrize("population", small_populations(), ids=repr)
def test_every_transition_and_the_law_follow_the_definition(population: Population) -> None:
    states, expected = by_definition(population)
    matrix = transition_matrix(population)
    assert matrix.has_sorted_indices
    np.testing.assert_allclose(matrix.toarray(), expected, rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, rtol=1e-15)
    law = stationary_law(population)
    assert [tuple(row) for row in law.states] == states
    # Elimination without a subtraction, by another implementation.
    np.testing.assert_allclose(law.probabilities, stationary_laws(expected)[0].law, rtol=1e-12)
    vector = np.linalg.svd(expected.T - np.eye(len(expected)))[2][-1]
    np.testing.assert_allclose(law.probabilities, vector / vector.sum(), atol=1e-12)
    assert law.complete


def test_transitions_of_egttools() -> None:
    """Hawks and doves, three of them: the matrix of EGTtools 0.1.14.2, in our order of states."""
    game = Game.symmetric([["-1/2", 2], [0, 0]])
    expected = [
        [0.9, 0.1, 0.0, 0.0],
        [0.06909420993996859, 0.6, 0.3309057900600314, 0.0],
        [0.0, 0.16291305691404878, 0.6, 0.23708694308595124],
        [0.0, 0.0, 0.1, 0.9],
    ]
    matrix = transition_matrix(Population(game, 3, 1, mutation="1/10")).toarray()
    np.testing.assert_allclose(matrix, expected, rtol=1e-14)


@pytest.mark.parametrize("population", small_populations(), ids=repr)
def test_aggregation_finds_what_elimination_finds(
    population: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    direct = stationary_law(population)
    monkeypatch.setattr(full_chain_module, "DIRECT", 1)
    monkeypatch.setattr(full_chain_module, "COARSEST", 8)
    law = stationary_law(population)
    assert "aggregation" in law.method
    assert law.cycles > 0
    assert law.complete
    assert law.residual <= 1e-12
    np.testing.assert_allclose(law.probabilities, direct.probabilities, rtol=1e-7)


def test_one_strategy_has_one_state() -> None:
    law = stationary_law(Population(Game.symmetric([[3]]), 5, 1, mutation=0.5))
    assert law.probabilities.tolist() == [1.0]
    assert law.shares == ((1.0,),)
    assert law.complete


def exact_line(game: Game, size: int, mutation: Fraction, fermi: dict[int, Fraction]) -> list:
    """The law of two strategies with given values of the Fermi function, exactly."""
    weights = [Fraction(1)]
    Z, mu = size, mutation
    for k in range(Z):
        up = Fraction(Z - k, Z) * ((1 - mu) * Fraction(k, Z - 1) * fermi[k] + mu)
        k1 = k + 1
        down = Fraction(k1, Z) * ((1 - mu) * Fraction(Z - k1, Z - 1) * (1 - fermi[k1]) + mu)
        weights.append(weights[-1] * up / down)
    return [weight / sum(weights) for weight in weights]


def test_two_wells_that_no_residual_tells_apart() -> None:
    """[[4, 0], [0, 3]], size 50, strength 1, mutation .001: which well is the right one.

    The oracle multiplies ratios in rational arithmetic, from Fermi values rounded once.
    """
    game, size, mutation = Game.symmetric([[4, 0], [0, 3]]), 50, Fraction(1, 1000)
    fermi = {}
    for k in range(size + 1):
        gain = Fraction(4 * (k - 1) - 3 * (size - k - 1), size - 1)
        fermi[k] = Fraction(1 / (1 + math.exp(-gain)))
    expected = exact_line(game, size, mutation, fermi)
    population = Population(game, size, 1, mutation=mutation)
    law = stationary_law(population)
    np.testing.assert_allclose(law.probabilities, np.array(expected, float), rtol=1e-10)
    assert law.wells[0].words == "all 1"
    assert law.wells[0].weight > 0.999
    assert law.wells[1].weight == pytest.approx(3.077e-10, rel=1e-3)
    # The chain itself cannot tell: with the weights of the wells exchanged, as good a residual.
    P = transition_matrix(population)
    wrong = np.array(law.probabilities)
    for place in (0, 1):
        mine = law.well_of == place
        wrong[mine] *= law.wells[1 - place].weight / law.wells[place].weight
    assert np.abs(P.T @ wrong - wrong).sum() < 1e-15
    assert wrong[:5].sum() > 0.9


def test_aggregation_gets_the_wells_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three wells 1e-5 and 1e-10 in weight: relative accuracy in each, at any well's depth."""
    game = Game.symmetric([[4, 0, 0], [0, 3, 0], [0, 0, "7/2"]])
    population = Population(game, 30, 1, mutation="1/1000")
    monkeypatch.setattr(full_chain_module, "DIRECT", 1000)
    direct = stationary_law(population)
    assert "elimination" in direct.method
    monkeypatch.setattr(full_chain_module, "DIRECT", 1)
    law = stationary_law(population)
    assert "aggregation" in law.method
    assert law.complete
    assert law.agreement < 1e-8
    assert [well.words for well in law.wells] == ["all 1", "all 3", "all 2"]
    np.testing.assert_allclose(
        [well.weight for well in law.wells], [well.weight for well in direct.wells], rtol=1e-6
    )
    np.testing.assert_allclose(law.probabilities, direct.probabilities, rtol=1e-5)


def test_what_is_not_resolved_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_chain_module, "DIRECT", 1)
    game = Game.symmetric([[4, 0, 0], [0, 3, 0], [0, 0, "7/2"]])
    law = stationary_law(Population(game, 40, 1, mutation="1/1000"), most_cycles=2)
    assert not law.complete
    assert law.status.startswith("Unresolved")
    assert not (law.residual <= 1e-12 and law.imbalance <= 1e-6 and law.agreement <= 1e-8)
    # Beyond the range of floats wells are lost, and the residual knows nothing of it.
    law = stationary_law(Population(game, 60, 20, mutation=Fraction(1, 10**18)))
    assert law.residual < 1e-45
    assert law.probabilities.min() == 0
    assert not law.complete
    assert "rare" in law.status


@pytest.mark.parametrize("process", ["fermi", "moran", "introspection"])
def test_a_large_common_part_of_payoffs_costs_no_digits(process: str) -> None:
    """Beside 10^9 a float keeps seven decimals, which made probabilities wrong by 1e-5."""
    small = [[Fraction(value, 10) for value in row] for row in ([1, 23, 4], [0, 7, 9], [8, 2, 3])]
    large = [[value + 10**9 for value in row] for row in small]
    pairs = [Game.symmetric(matrix) for matrix in (small, large)]
    for games, size in (
        (pairs, 8),
        ([GroupGame.from_pairwise(game, 3) for game in pairs], 8),
        ([Game([matrix, small]) for matrix in (small, large)], (4, 3)),
    ):
        plain, shifted = (
            stationary_law(Population(game, size, 5, process, "1/100")) for game in games
        )
        np.testing.assert_allclose(shifted.probabilities, plain.probabilities, rtol=1e-12)
        assert shifted.complete


def test_groups_that_can_be_drawn_in_more_ways_than_floats_hold() -> None:
    """C(1399, 449) is beyond 1e308: mean payoffs were NaN, and the search for wells endless."""
    game = GroupGame(450, ["give", "keep"], lambda i, c: Fraction(3 * c[0], 450) - (i == 0))
    population = Population(game, 1400, 1, mutation="1/100")
    arrays = steps_of(population, "the full chain").lattice.arrays
    table = np.empty((1401, 2))
    for givers in (1, 500, 1399):
        fill_group_payoffs(
            givers, givers + 1, *arrays, np.array(game.others), np.array(game.payoffs), table
        )
        exact = np.array(population.payoffs([givers, 1400 - givers]), dtype=float)
        np.testing.assert_allclose(table[givers], exact, rtol=1e-11)


@pytest.mark.parametrize("strategies", [2, 3])
def test_rates_that_floats_hardly_hold_are_not_complete(strategies: int) -> None:
    """exp(-743) has three bits as a float: the weights of wells would be wrong by 5 %."""
    for height, complete in ((700, True), (743, False), (760, False)):
        game = Game.symmetric(np.diag([height, height - 0.5, height][:strategies]).tolist())
        law = stationary_law(Population(game, 4, 1, "introspection", "rare"))
        assert law.complete is complete
        assert complete or law.status.startswith("Unresolved")


def test_selection_that_rounding_decides_is_doubtful() -> None:
    """Times 1e17 the rounding of payoffs breaks ties, and moves that drift are driven."""
    game = Game.symmetric([[0.1, 0.7, 0.2], [0.3, 0.1, 0.6], [0.1, 0.7, 0.2]])
    assert stationary_law(Population(game, 7, 10**5, mutation=0.01)).complete
    law = stationary_law(Population(game, 7, 10**17, mutation=0.01))
    assert not law.complete
    assert law.status.startswith("Doubtful")


def test_small_chains_beyond_the_range_of_floats_are_solved_in_logs() -> None:
    game = Game.symmetric([[4, 0, 0], [0, 3, 0], [0, 0, 2]])
    population = Population(game, 6, 9, mutation=Fraction(1, 10**170))
    law = stationary_law(population)
    assert law.complete
    assert law.method.endswith("in logs")
    assert law.log_probabilities.min() < -750
    # The same transitions, each float taken as it is, solved in rational arithmetic.
    exact = [[Fraction(value) for value in row] for row in transition_matrix(population).toarray()]
    expected = [
        math.log(value.numerator) - math.log(value.denominator)
        for value in stationary_laws(exact)[0].law
    ]
    np.testing.assert_allclose(law.log_probabilities, expected, rtol=1e-12, atol=1e-12)


def test_a_well_lost_by_aggregation_is_found_in_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Introspection, strong selection: cycles alone end in "all 3", at a residual of 1e-90."""
    monkeypatch.setattr(full_chain_module, "DIRECT", 1)
    monkeypatch.setattr(full_chain_module, "COARSEST", 20)
    game = Game.symmetric([[4, 0, 0], [0, 3, 0], [0, 0, "7/2"]])
    law = stationary_law(Population(game, 14, 150, "introspection", "rare"))
    assert law.method.endswith("in logs")
    assert law.complete
    assert law.wells[0].words == "all 1"


@pytest.mark.parametrize(("process", "fitness"), PROCESSES[:3])
def test_vanishing_mutation_gives_the_law_of_rare_mutations(process: str, fitness: str) -> None:
    game = random_game(4, 3)
    rare = Population(game, 12, "1/2", process, "rare", fitness).stationary_distribution()
    errors = []
    for exponent in (6, 8):
        mutation = Fraction(1, 10**exponent)
        law = Population(game, 12, "1/2", process, mutation, fitness).stationary_distribution()
        errors.append(np.abs(np.array(law.shares) - np.array(rare.shares)).max())
    assert errors[1] < 1e-6
    assert errors[1] < errors[0] / 50


def test_relabelling_strategies_relabels_the_law() -> None:
    game = random_game(5, 3)
    order = [2, 0, 1]
    other = Game.symmetric(game.exact_payoffs[0][np.ix_(order, order)].tolist())
    one = stationary_law(Population(game, 40, 1, mutation="1/100"))
    two = stationary_law(Population(other, 40, 1, mutation="1/100"))
    assert "aggregation" in one.method
    places = {tuple(row): k for k, row in enumerate(two.states.tolist())}
    matched = [places[tuple(row[q] for q in order)] for row in one.states.tolist()]
    np.testing.assert_allclose(one.probabilities, two.probabilities[matched], atol=1e-12)


def test_neutral_play_is_even() -> None:
    law = stationary_law(Population(random_game(6, 4), 25, 0, mutation="1/10"))
    np.testing.assert_allclose(law.shares[0], 0.25, atol=1e-10)


def test_marginals_and_the_dataset() -> None:
    law = stationary_law(Population(random_game(7, 2, 3), (6, 5), 1, mutation="1/10"))
    counts = law.counts_of(1, population=1)
    assert counts.shape == (6,)
    assert counts.sum() == pytest.approx(1)
    assert counts @ np.arange(6) / 5 == pytest.approx(law.shares[1][1])
    data = law.dataset
    assert data.attrs["dilemma"] == "stationary law of a population"
    assert float(data.probability @ data["count"].sel(strategy="row: 1")) / 6 == pytest.approx(
        law.shares[0][0]
    )
    assert sum(well.weight for well in law.wells) == pytest.approx(1)
    assert max(map(len, str(law).splitlines())) <= 80
    with pytest.raises(ValueError, match="strategy"):
        law.counts_of("nobody")
    with pytest.raises(ValueError, match="population"):
        law.counts_of("1", population=2)


def test_arguments_are_checked() -> None:
    game = random_game(8, 3)
    with pytest.raises(ValueError, match="mutation"):
        stationary_law(Population(game, 10, 1))
    with pytest.raises(ValueError, match="states"):
        stationary_law(Population(random_game(8, 9), 40, 1, mutation="1/10"))
    with pytest.raises(ValueError, match="tolerance"):
        stationary_law(Population(game, 10, 1, mutation="1/10"), tolerance=0)
    with pytest.raises(ValueError, match="most_cycles"):
        stationary_law(Population(game, 10, 1, mutation="1/10"), most_cycles=0)
    losing = Population(Game.symmetric([[0, -3], [1, 0]]), 5, 1, "moran", "1/10", "linear")
    with pytest.raises(ValueError, match="payoff"):
        stationary_law(losing)
    with pytest.raises(ValueError, match="range of a float"):
        transition_matrix(Population(Game.symmetric([[1e308, 0], [0, 1]]), 9, 5, mutation=0.1))


def test_without_a_bar_nothing_of_notebooks_is_loaded() -> None:
    # There tqdm's automatic choice warns, where widgets are missing.
    code = """
import sys
from dilemma.evolution import Population, simulate, stationary_law
from dilemma.game import Game
game = Game.symmetric([[2, 0, 1], [1, 2, 0], [0, 1, 2]])
population = Population(game, 45, 1, mutation="1/10")
assert stationary_law(population).cycles > 0
simulate(population, 100, seed=0)
print("tqdm.auto" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(("size", "population"), [(2, 7), (3, 7), (4, 5), (5, 5), (4, 4)])
def test_payoffs_of_groups_are_the_same_drawn_or_grown(size: int, population: int) -> None:
    draw = np.random.default_rng(size)
    count = math.comb(size + 1, 2)
    game = GroupGame.from_others(size, ["a", "b", "c"], draw.integers(-9, 9, (count, 3)))
    steps = steps_of(Population(game, population, 1, mutation="1/100"), "the full chain")
    drawn = drawn_payoffs(game, steps.lattice, steps.group_payoffs)
    grown = grown_payoffs(size, steps.lattice, steps.group_payoffs)
    np.testing.assert_allclose(grown, drawn, rtol=1e-13, atol=1e-13)
    for state, row in zip(steps.lattice.states, grown, strict=True):
        exact = game.sampled_payoffs(state.tolist())
        assert row.tolist() == pytest.approx([float(one or 0) for one in exact], abs=1e-13)


def test_a_group_of_the_whole_population_needs_no_draws() -> None:
    """Twelve players of four strategies, all of one group: the chain's payoffs are the game's."""
    game = GroupGame(
        12, list("abcd"), lambda i, c: Fraction(c[0] * (i + 1) - c[3] * i, 7) + (c[1] >= 3)
    )
    steps = steps_of(Population(game, 12, 1, mutation="1/100"), "the full chain")
    for place in (0, 100, 300, len(steps.table) - 1):
        state = steps.lattice.states[place].tolist()
        for i, often in enumerate(state):
            if often:
                assert steps.table[place, i] == float(game.payoff(i, state))
