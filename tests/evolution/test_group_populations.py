"""Finite populations that play in groups, and the gradient of selection: by brute force."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from dilemma.evolution import Population, gradient_of_selection, transition_matrix
from dilemma.game import Game, GroupGame

DRAW = np.random.default_rng(3)
WAYS = [("fermi", "exponential"), ("moran", "exponential"), ("moran", "linear"),
        ("introspection", "exponential")]  # fmt: skip
# Groups smaller than the population, and as large.
SIZES = [(3, 3, 3), (4, 3, 5), (5, 2, 9)]


def drawn(size, count):
    table = DRAW.integers(0, 20, (count, math.comb(size + count - 1, size)))
    return GroupGame(size, [f"s{i}" for i in range(count)], table / 4)


GAMES = [(drawn(size, count), players) for size, count, players in SIZES]


def by_definition(game, size, strength, rate, process, fitness):
    """All states and the matrix of steps, from the words of `Population`."""
    n = len(game.strategies)
    states = [s for s in itertools.product(range(size + 1), repeat=n) if sum(s) == size]
    number = {state: place for place, state in enumerate(states)}
    steps = np.zeros((len(states),) * 2)
    for state in states:
        earned = [None if v is None else float(v) for v in game.sampled_payoffs(state)]
        if fitness == "linear":
            fit = [0 if v is None else 1 - strength + strength * v for v in earned]
        else:
            fit = [0 if v is None else math.exp(strength * v) for v in earned]
        total = sum(k * f for k, f in zip(state, fit, strict=True))
        born = [k * f / total for k, f in zip(state, fit, strict=True)]
        for j, i in itertools.permutations(range(n), 2):
            if not state[j]:
                continue
            after = list(state)
            after[j] -= 1
            after[i] += 1
            if process == "moran":
                others = sum(born) - born[i]
                likely = born[i] * (1 - rate) + others * rate / (n - 1)
            elif process == "introspection":
                hoped = float(game.sampled_payoffs(after)[i])
                likely = (1 - rate) / (1 + math.exp(-strength * (hoped - earned[j]))) + rate
                likely /= n - 1
            else:
                likely = rate / (n - 1)
                if state[i]:
                    taken = 1 / (1 + math.exp(-strength * (earned[i] - earned[j])))
                    likely += (1 - rate) * state[i] / (size - 1) * taken
            steps[number[state], number[tuple(after)]] = state[j] / size * likely
        steps[number[state], number[state]] = 1 - steps[number[state]].sum()
    return states, steps


def lasting(steps):
    system = np.vstack([steps.T - np.eye(len(steps)), np.ones(len(steps))])
    return np.linalg.lstsq(system, np.r_[np.zeros(len(steps)), 1], rcond=None)[0]


@pytest.mark.parametrize(("process", "fitness"), WAYS)
@pytest.mark.parametrize(("game", "size"), GAMES, ids=map(str, SIZES))
def test_the_chain_and_its_law(game, size, process, fitness):
    population = Population(game, size, "1/2", process, "1/10", fitness)
    states, steps = by_definition(game, size, 0.5, 0.1, process, fitness)
    assert np.allclose(transition_matrix(population).toarray(), steps, rtol=0, atol=1e-15)
    law = population.stationary_distribution()
    assert law.states.tolist() == [list(one) for one in states]
    assert np.allclose([law[k] for k in range(len(states))], lasting(steps), rtol=0, atol=1e-13)


@pytest.mark.parametrize(("process", "fitness"), WAYS[:3])
@pytest.mark.parametrize(("game", "size"), GAMES, ids=map(str, SIZES))
def test_fixation_the_graph_of_invasions_and_rare_mutations(game, size, process, fitness):
    population = Population(game, size, "1/2", process, fitness=fitness)
    states, steps = by_definition(game, size, 0.5, 0, process, fitness)
    n = len(game.strategies)
    rho = np.eye(n) / size
    for i, j in itertools.permutations(range(n), 2):
        line = [states.index(tuple((k if s == i else size - k) if s in (i, j) else 0
                                   for s in range(n))) for k in range(1, size + 1)]  # fmt: skip
        inside = line[:-1]
        away = np.eye(size - 1) - steps[np.ix_(inside, inside)]
        rho[i, j] = np.linalg.solve(away, steps[inside, line[-1]])[0]
    assert np.allclose(population.fixation_probabilities(), rho, rtol=1e-12, atol=0)
    chain = rho.T / (n - 1)
    np.fill_diagonal(chain, 0)
    np.fill_diagonal(chain, 1 - chain.sum(axis=1))
    law = population.stationary_distribution()
    assert np.allclose([law[k] for k in range(n)], lasting(chain), rtol=0, atol=1e-13)
    for one in population.invasion_graph().invasions:
        i, j = map(game.strategies.index, (one.invader, one.resident))
        assert one.invasion == np.sign(round(rho[i, j] - 1 / size, 12))
        assert one.replacement == np.sign(round(rho[i, j] - rho[j, i], 12))


def sanctioned(strategy, group, *, pool):
    """Contributors, defectors, loners and punishers, of a pool or peers (sigmund2010)."""
    taking_part = sum(group) - group[2]
    if strategy == 2 or taking_part == 1:
        return 1
    others = [k - (j == strategy) for j, k in enumerate(group)]
    made = Fraction(3 * (others[0] + others[3]), taking_part - 1)
    price = Fraction(7, 10) * (1 if pool else group[1])
    return made - (1, Fraction(7, 10) * group[3], 0, 1 + price)[strategy]


@pytest.mark.parametrize(
    ("pool", "shares"), [(True, (2, 2, 2, 1)), (False, (2, 2, 2, 102))], ids=["pool", "peers"]
)
def test_strong_imitation_of_rare_mutants_as_published(pool, shares):
    game = GroupGame(
        5, ["give", "take", "alone", "punish"], lambda i, g: sanctioned(i, g, pool=pool)
    )
    law = Population(game, 100, math.inf).stationary_distribution()
    assert [law[k] for k in range(4)] == pytest.approx(np.array(shares) / sum(shares), rel=1e-14)


def test_huge_payoffs_and_close_ones():
    huge = GroupGame(4, ["a", "b", "c"], lambda i, group: 1e300 * (group[i] - i))
    logs = Population(huge, 8, 1).log_fixation_probabilities()
    assert np.all(np.isfinite(logs))
    assert np.all(logs[~np.eye(3, dtype=bool)] < -1e299)
    close = GroupGame(4, ["a", "b"], lambda i, group: 10**9 + Fraction(group[i] - 2 * i, 10**6))
    plain = GroupGame(4, ["a", "b"], lambda i, group: group[i] - 2 * i)
    rho = [
        Population(game, 8, beta).fixation_probabilities()
        for game, beta in ((close, 10**6), (plain, 1))
    ]
    assert rho[0] == pytest.approx(rho[1], rel=1e-12)
    with pytest.raises(ValueError, match="within the range of a float"):
        Population(huge, 8, 10**9).fixation_probabilities()
    with pytest.raises(ValueError, match="at least 4 players, as many as a group has"):
        Population(huge, 3, 1)
    with pytest.raises(ValueError, match="one population for a game in groups"):
        Population(huge, (5, 5), 1)


# ---- the gradient of selection ------------------------------------------------------------------


def hunt(strategy, group):
    """Pacheco et al.: five hunt, three are needed, four times the cost comes back."""
    return Fraction(4 * group[0] * (group[0] >= 3), 5) - (strategy == 0)


HUNT = GroupGame(5, ["hunt", "rest"], hunt)


@pytest.mark.parametrize("mutation", ["rare", "1/10"])
@pytest.mark.parametrize(("process", "fitness"), WAYS)
def test_gradients_are_differences_of_probabilities(process, fitness, mutation):
    game, size = GAMES[2]
    rate = 0 if mutation == "rare" else 0.1
    _, steps = by_definition(game, size, 0.5, rate, process, fitness)
    wanted = np.zeros(size + 1)
    wanted[:-1] += np.diag(steps, 1)
    wanted[1:] -= np.diag(steps, -1)
    found = gradient_of_selection(Population(game, size, "1/2", process, mutation, fitness))
    assert np.allclose(found.gradient, wanted, rtol=0, atol=1e-15)
    assert found.signs.tolist() == np.sign(wanted.round(14)).astype(int).tolist()
    assert found.exact == (rate == 0 and process != "introspection")
    assert not found.gradient.flags.writeable


@pytest.mark.parametrize("process", ["fermi", "moran"])
def test_turns_come_to_the_roots_of_the_large_population(process):
    found = gradient_of_selection(Population(HUNT, 3000, "1/10", process))
    assert [turn.kind for turn in found.turns] == ["unstable", "stable"]
    # The published roots for five, three and four.
    assert [turn.share for turn in found.turns] == pytest.approx([0.41212, 0.81551], abs=2e-3)


def test_signs_are_exact_where_floats_are_not():
    least = Fraction(1, 10**400)
    game = GroupGame(3, ["a", "b"], lambda i, group: 5 + least * (2 * group[0] - 3) * (i == 0))
    found = gradient_of_selection(Population(game, 9, 1))
    assert found.exact
    assert set(found.signs.tolist()) == {-1, 0, 1}
    assert np.abs(found.gradient).max() < 1e-300
    drift = gradient_of_selection(Population(HUNT, 9, 0))
    assert not drift.gradient.any()
    assert drift.turns == ()
    assert "0 throughout" in drift.status


def test_infinite_selection_and_zeros_between():
    flat = GroupGame(2, ["a", "b"], lambda i, group: 0)
    assert gradient_of_selection(Population(flat, 9, math.inf)).turns == ()
    coordination = Game.symmetric([[1, 0], [0, 1]])
    for process in ("fermi", "moran"):
        found = gradient_of_selection(Population(coordination, 9, math.inf, process))
        # The one mutant is chosen to be replaced, or to look at another, and gives in.
        assert found.gradient[1] == pytest.approx(-1 / 9)
        [turn] = found.turns
        assert (turn.low, turn.high, turn.kind) == (4, 5, "unstable")
        assert turn.share == 0.5
    even = gradient_of_selection(Population(coordination, 8, 1)).turns[0]
    assert (even.low, even.high, even.share) == (3, 5, 0.5)


def test_pairs_of_more_strategies_are_named():
    game, size = GAMES[0]
    found = gradient_of_selection(Population(game, size, 1), ["s2", 0])
    back = gradient_of_selection(Population(game, size, 1), [0, "s2"])
    assert found.strategies == ("s2", "s0")
    assert np.allclose(found.gradient, -back.gradient[::-1], rtol=0, atol=1e-15)
    with pytest.raises(ValueError, match="strategies: requires two of s0, s1, s2, got none"):
        gradient_of_selection(Population(game, size, 1))
    with pytest.raises(ValueError, match="strategies: requires each strategy once"):
        gradient_of_selection(Population(game, size, 1), [0, 0])
    with pytest.raises(TypeError, match="strategies: requires two names or indices"):
        gradient_of_selection(Population(game, size, 1), "s0")
    with pytest.raises(ValueError, match="rare mutations where there are more than two"):
        gradient_of_selection(Population(game, size, 1, mutation=0.1), [0, 1])
    with pytest.raises(ValueError, match="population: requires one population"):
        gradient_of_selection(Population(Game.symmetric([[1, 0], [0, 1]]), (4, 4), 1))
    alone = GroupGame(3, ["only"], lambda i, group: 1)
    with pytest.raises(ValueError, match="at least two strategies, got one"):
        gradient_of_selection(Population(alone, 4, 1))


def test_a_gradient_of_what_is_no_population():
    with pytest.raises(TypeError, match="population: requires a Population, got GroupGame"):
        gradient_of_selection(HUNT)
