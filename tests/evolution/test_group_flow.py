"""Trajectories in games in groups: against definitions, games of pairs, closed forms and scipy."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from dilemma.arrays.simplex_polynomials import SimplexPolynomials, largest_root, reduced
from dilemma.evolution import (
    adjusted_replicator,
    best_response,
    brown_von_neumann_nash,
    flow,
    imitation,
    logit,
    replicator,
    replicator_mutator,
    smith,
)
from dilemma.evolution.rules import rule_name
from dilemma.game import Game, GroupGame

MUTATION = 0.9 * np.eye(3) + 0.1 / 3
SMOOTH = [
    replicator, adjusted_replicator, imitation, logit(3), replicator_mutator(MUTATION),
    brown_von_neumann_nash, smith,
]  # fmt: skip
RULES = [*SMOOTH, best_response]
TIMES = np.linspace(0, 12, 25)


def with_a_goal(strategy, group):
    """What is made together, less its cost, and a bonus if enough take part."""
    made = 0.3 + 0.5 * group[0] / 5 + 0.2 * group[2] / 5
    return made + (group[0] + group[2] / 2 >= 3) - (0.4, 0.0, 0.15)[strategy]


GOAL = GroupGame(5, ["give", "hide", "half"], with_a_goal)


def crowded(strategy, group):
    """Strategies that get worse the more use them, at a growing rate."""
    return -(group[strategy] ** 2) * (1, 1.5, 2)[strategy] / 9


def by_the_definition(game, x):
    """The sum over all compositions of the others, as it is written."""
    others = game.others
    orders = [
        math.factorial(game.size - 1) / math.prod(map(math.factorial, map(int, one)))
        for one in others
    ]
    weights = [
        number * math.prod(share ** int(k) for share, k in zip(x, one, strict=True))
        for number, one in zip(orders, others, strict=True)
    ]
    return np.array(weights) @ game.payoffs


@pytest.mark.parametrize("path", [lambda rule: rule, lambda rule: lambda x, f: rule(x, f)],
                         ids=["compiled", "function"])  # fmt: skip
@pytest.mark.parametrize("rule", SMOOTH, ids=rule_name)
def test_groups_of_five_with_a_goal_as_scipy_has_them(rule, path):
    start = np.array([0.55, 0.3, 0.15])
    theirs = solve_ivp(
        lambda _, x: rule(x, by_the_definition(GOAL, x)),
        (0, 12), start, "DOP853", TIMES, rtol=1e-10, atol=1e-13,
    ).y.T  # fmt: skip
    ours = flow(GOAL, path(rule), start, TIMES)
    assert np.abs(ours.share.values - theirs).max() < 1e-7
    earned = (ours.share.values * GOAL.fitness(ours.share.values)).sum(axis=-1)
    assert np.allclose(ours.mean_fitness.values, earned, rtol=0, atol=1e-13)
    assert ours.complete.item()


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_groups_of_two_are_the_game_of_pairs(rule):
    game = Game.symmetric([[2, 1, 3], [3, 1, 1], [1, 2, 2]])
    starts = np.random.default_rng(1).dirichlet(np.ones(3), 3)
    ours = flow(GroupGame.from_pairwise(game, 2), rule, starts, TIMES)
    assert ours.equals(flow(game, rule, starts, TIMES).assign_coords(strategy=ours.strategy))


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_groups_that_meet_in_pairs_flow_as_pairs_whatever_their_degree(rule, monkeypatch):
    # Without the reduction of degrees, the path of groups is the one that is taken.
    monkeypatch.setattr("dilemma.evolution.flows.groups.reduced", lambda polynomials: polynomials)
    game = Game.symmetric([[2, 1, 3], [3, 1, 1], [1, 2, 2]])
    starts = np.random.default_rng(2).dirichlet(np.ones(3), 4)
    pairs = flow(game, rule, starts, TIMES)
    groups = flow(GroupGame.from_pairwise(game, 5), rule, starts, TIMES)
    assert np.allclose(pairs.share, groups.share, rtol=0, atol=2e-8)
    assert groups.complete.all()


def test_a_mixture_that_nobody_leaves_is_slid_into():
    game = Game.symmetric(-np.diag([1, 2, 3]))
    pairs = flow(game, best_response, [0.6, 0.3, 0.1], TIMES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dilemma.evolution.flows.groups.reduced", lambda polynomials: polynomials)
        groups = flow(GroupGame.from_pairwise(game, 4), best_response, [0.6, 0.3, 0.1], TIMES)
    assert np.allclose(pairs.share, groups.share, rtol=0, atol=1e-9)


def test_best_responses_along_curves_as_tiny_steps_have_them():
    game = GroupGame(4, ["a", "b", "c"], crowded)
    step, x, path = 1e-3, np.array([0.6, 0.3, 0.1]), []
    for _ in range(2000):
        path.append(x)
        best = np.eye(3)[np.argmax(by_the_definition(game, x))]
        x = best + math.exp(-step) * (x - best)
    ours = flow(game, best_response, [0.6, 0.3, 0.1], step * np.arange(2000))
    assert np.abs(ours.share.values - path).max() < 2e-3
    assert int(ours.steps) == 2
    assert ours.complete.item()


def test_two_strategies_stay_where_they_tie():
    # A step: with a quorum of others to give pays.
    def quorum(strategy, group):
        return (group[0] >= 3) * 2 - (strategy == 0) if strategy == 0 else 0.5

    game = GroupGame(4, ["give", "hide"], quorum)
    low = flow(game, best_response, [0.2, 0.8], [0, 1])
    assert low.share.values[-1] == pytest.approx([0.2 / math.e, 1 - 0.2 / math.e], abs=1e-15)
    high = flow(game, best_response, [0.9, 0.1], [1.0])
    assert high.share.values[0, 1] == pytest.approx(0.1 / math.e, abs=1e-15)


def test_absent_strategies_stay_absent_and_tiny_shares_are_followed():
    answer = flow(GOAL, replicator, [0.9, 0, 0.1], TIMES)
    assert np.all(answer.share.sel(strategy="hide") == 0)
    doomed = GroupGame(3, ["fit", "unfit"], lambda i, group: -30 * i - group[0] / 30)
    end = flow(doomed, replicator, [0.5, 0.5], [20.0])
    # The log odds fall at 30 less 1/30.
    assert math.log(end.share[0, 1]) == pytest.approx(-20 * (30 - 1 / 30), abs=1e-5)


def test_what_does_not_matter():
    starts = [[0.5, 0.3, 0.2]]
    shifted = GroupGame(5, GOAL.strategies, lambda i, g: with_a_goal(i, g) + 7 * g[1] + 1000)
    # Adding to all payoffs of a group what depends on the others alone changes nothing.
    alike = GroupGame(
        5, GOAL.strategies, lambda i, g: with_a_goal(i, g) + 7 * (g[1] - (i == 1)) + 1000
    )
    plain = flow(GOAL, replicator, starts, TIMES).share
    assert np.allclose(flow(alike, replicator, starts, TIMES).share, plain, rtol=0, atol=1e-9)
    assert not np.allclose(flow(shifted, replicator, starts, TIMES).share, plain, atol=1e-3)


def test_fifty_firms_without_a_goal_are_quadratic():
    def learn(strategy, group):
        v, r = (0.9, 0.1), (1.0, 0.5)
        others = [k - (j == strategy) for j, k in enumerate(group)]
        taught = sum(k * one for k, one in zip(others, v, strict=True)) / 49
        asked = sum(k * one for k, one in zip(others, r, strict=True)) / 49
        return r[strategy] * taught * (1 + v[strategy] * asked)

    game = GroupGame(50, ["open", "closed"], learn)
    whole = SimplexPolynomials(49, 2, game.payoffs)
    assert reduced(whole).degree == 2
    x = np.random.default_rng(0).dirichlet(np.ones(2), 20)
    assert np.allclose(reduced(whole)(x), game.fitness(x), rtol=0, atol=1e-13)
    # A bonus for a quorum is of full degree.
    stepped = np.array(game.payoffs) + (game.others[:, :1] > 20)
    assert reduced(SimplexPolynomials(49, 2, stepped)).degree == 49


def test_polynomials_of_large_groups_neither_overflow_nor_underflow():
    game = GroupGame(
        500, ["give", "hide"], lambda i, group: float(group[0] > 250) - 0.1 * (i == 0)
    )
    polynomials = SimplexPolynomials(499, 2, game.payoffs)
    tails = polynomials([[0.3, 0.7], [0.5, 0.5], [1, 0], [0, 1], [1e-300, 1]])
    exact = game.expected_payoffs(["1/2", "1/2"])
    assert tails[1] == pytest.approx([float(one) for one in exact], abs=1e-13)
    assert tails[2].tolist() == pytest.approx([0.9, 1], abs=1e-15)
    assert tails[3].tolist() == pytest.approx([-0.1, 0], abs=1e-15)
    assert tails[0, 1] < 1e-15
    assert tails[4, 1] == 0


def test_largest_roots_are_those_of_numpy():
    draw = np.random.default_rng(3)
    for degree in (1, 2, 4):
        for _ in range(10):
            roots = draw.uniform(0, 1.4, degree)
            own = np.polynomial.Polynomial.fromroots(roots)
            own = own if own(1) > 0 else -own
            raised = [
                sum(
                    math.comb(k, i) / math.comb(degree, i) * c
                    for i, c in enumerate(own.coef[: k + 1])
                )
                for k in range(degree + 1)
            ]
            below = roots[roots < 1]
            assert largest_root(raised) == pytest.approx(below.max(initial=0), abs=1e-6)


def test_what_is_refused():
    with pytest.raises(ValueError, match="one population for a game in groups"):
        flow(GOAL, replicator, ("give", "hide"), TIMES)
    with pytest.raises(ValueError, match="payoffs of at least 0"):
        flow(GroupGame(3, ["a", "b"], lambda i, g: i - g[0] ** 2), replicator_mutator(np.eye(2)),
             "a", TIMES)  # fmt: skip
    with pytest.raises(ValueError, match="positive mean fitness"):
        flow(GroupGame(3, ["a", "b"], lambda i, g: -(g[0] ** 2)), adjusted_replicator, [0.5, 0.5],
             TIMES)  # fmt: skip
    with pytest.raises(ValueError, match="a strategy among give, hide, half"):
        flow(GOAL, replicator, "share", TIMES)


def test_games_without_choice_or_difference_stay():
    alone = GroupGame(3, ["only"], lambda i, group: 2)
    for rule in (replicator, smith, best_response, logit(1)):
        assert np.all(flow(alone, rule, "only", TIMES).share == 1)
    flat = GroupGame(4, ["a", "b", "c"], lambda i, group: group[0] ** 3 * 0)
    for rule in (replicator, smith, best_response):
        assert np.allclose(flow(flat, rule, [0.2, 0.3, 0.5], TIMES).share, [0.2, 0.3, 0.5])
