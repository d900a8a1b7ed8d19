"""Rules as functions: their definitions, what all of them keep, and where they rest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dilemma.equilibria import logit_equilibrium
from dilemma.evolution import (
    Logit,
    ReplicatorMutator,
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
from dilemma.game import Game

IMITATIVE = [replicator, adjusted_replicator, imitation]
NASH = [best_response, brown_von_neumann_nash, smith]
MUTATION = [[0.9, 0.1, 0], [0, 1, 0], [0.2, 0.3, 0.5]]
RULES = [*IMITATIVE, *NASH, logit(2), replicator_mutator(MUTATION)]
LAWS = settings(max_examples=30, deadline=None)


@st.composite
def meetings(draw):
    """Several states on the simplex, faces included, and positive fitness with ties."""
    count = draw(st.integers(1, 3))
    weights = draw(
        hnp.arrays(np.float64, (count, 3), elements=st.sampled_from([0.0, 1e-9, 0.25, 1.0, 7.0]))
    )
    weights[:, draw(st.integers(0, 2))] += 1.0
    fitness = draw(
        hnp.arrays(np.float64, (count, 3), elements=st.sampled_from([0.5, 1.0, 1.5, 40.0]))
    )
    return weights / weights.sum(axis=1, keepdims=True), fitness


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
@LAWS
@given(case=meetings())
def test_velocities_stay_on_the_simplex(rule, case):
    state, fitness = case
    before = state.copy(), fitness.copy()
    velocity = rule(state, fitness)
    assert velocity.shape == state.shape
    assert np.abs(velocity.sum(axis=-1)).max() < 1e-13 * max(1, np.abs(fitness).max())
    assert np.all(velocity[state == 0] >= 0)
    if rule in IMITATIVE:
        assert np.all(velocity[state == 0] == 0)
    assert np.array_equal(state, before[0])
    assert np.array_equal(fitness, before[1])
    # One state at a time gives the same.
    for one, own, expected in zip(state, fitness, velocity, strict=True):
        assert np.allclose(rule(one, own), expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("rule", [*IMITATIVE, *NASH, logit(2)], ids=rule_name)
@LAWS
@given(case=meetings(), order=st.permutations(range(3)))
def test_the_order_of_strategies_does_not_matter(rule, case, order):
    state, fitness = case
    expected = rule(state, fitness)[:, order]
    assert np.allclose(rule(state[:, order], fitness[:, order]), expected, atol=1e-12)


def test_definitions_sum_by_sum():
    x, f = np.array([0.2, 0.3, 0.5]), np.array([1.0, 4.0, 2.0])
    mean = sum(x * f)
    n = range(3)
    expected = {
        replicator: [x[i] * (f[i] - mean) for i in n],
        adjusted_replicator: [x[i] * (f[i] - mean) / mean for i in n],
        imitation: [x[i] * sum(x[j] * np.tanh((f[i] - f[j]) / 2) for j in n) for i in n],
        brown_von_neumann_nash: [
            max(f[i] - mean, 0) - x[i] * sum(max(f[j] - mean, 0) for j in n) for i in n
        ],
        smith: [
            sum(x[j] * max(f[i] - f[j], 0) for j in n) - x[i] * sum(max(f[j] - f[i], 0) for j in n)
            for i in n
        ],
        best_response: [-0.2, 0.7, -0.5],
        logit(0.5): [np.exp(f[i] / 2) / sum(np.exp(f / 2)) - x[i] for i in n],
        replicator_mutator(MUTATION): [
            sum(x[j] * f[j] * MUTATION[j][i] for j in n) - x[i] * mean for i in n
        ],
    }
    for rule, velocity in expected.items():
        assert np.allclose(rule(x, f), velocity, atol=1e-15), rule


def test_imitation_is_the_drift_of_pairwise_comparison():
    # One of two players, drawn at random, copies the other with the Fermi probability.
    x, f = np.array([0.2, 0.3, 0.5]), np.array([1.0, 4.0, 2.0])
    fermi = 1 / (1 + np.exp(-(f[None, :] - f[:, None])))
    switch = x[:, None] * x[None, :] * fermi
    assert np.allclose(imitation(x, f), switch.sum(axis=0) - switch.sum(axis=1))


@pytest.mark.parametrize("rule", NASH, ids=lambda rule: rule.__name__)
def test_these_rest_at_nash_equilibria_alone(rule):
    # Hawk and dove: both vertices are no equilibria, the mixture is.
    A = np.array([[-1, 4], [0, 2]])
    for state, rests in (([1, 0], False), ([0, 1], False), ([2 / 3, 1 / 3], True)):
        velocity = rule(np.array(state), A @ state)
        assert (np.abs(velocity).max() < 1e-12) == rests or rule is best_response
    assert np.all(replicator([1, 0], A @ [1, 0]) == 0)


def test_logit_flows_to_the_logit_equilibrium():
    game = Game.symmetric([[-1, 4], [0, 2]])
    end = flow(game, logit(3), [0.9, 0.1], [100]).share.values[0]
    assert np.abs(end - np.array(logit_equilibrium(game, 3).row, dtype=float)).max() < 1e-8


def test_rules_with_parameters_compare_and_name_themselves():
    assert logit(2) == logit("2") == Logit(2.0)
    assert len({logit(2), logit(2.0), logit(3)}) == 2
    assert replicator_mutator(np.eye(2)) == ReplicatorMutator(((1.0, 0.0), (0.0, 1.0)))
    assert str(logit(0.5)) == "logit(0.5)"
    assert np.allclose(logit(1e6)([0.5, 0.5], [1e300, 0]), [0.5, -0.5])
    assert np.allclose(imitation([0.5, 0.5], [1e300, 0]), [0.25, -0.25])


@pytest.mark.parametrize(
    ("make", "given_", "kind", "words"),
    [
        (logit, -1, ValueError, "rationality: requires a number of at least 0, got -1"),
        (logit, "inf", ValueError, "rationality: requires a finite number"),
        (logit, [1, 2], TypeError, "rationality: requires a number"),
        (replicator_mutator, [[0.5, 0.4], [0, 1]], ValueError, "matrix: requires rows that sum"),
        (replicator_mutator, [[1.5, -0.5], [0, 1]], ValueError, "matrix: requires probabilities"),
        (replicator_mutator, [[1, 0]], ValueError, "matrix: requires a square matrix"),
    ],
)
def test_wrong_parameters(make, given_, kind, words):
    with pytest.raises(kind, match=f"^{words}"):
        make(given_)


def test_fitness_for_which_a_rule_is_not_defined():
    with pytest.raises(ValueError, match="adjusted_replicator: requires positive mean fitness"):
        adjusted_replicator([0.5, 0.5], [-1, 1])
    rule = replicator_mutator(np.eye(2))
    with pytest.raises(ValueError, match="replicator_mutator: requires fitness of at least 0"):
        rule([0.5, 0.5], [-1, 1])
    with pytest.raises(ValueError, match="replicator_mutator: requires 2 strategies"):
        rule([0.5, 0.3, 0.2], [1, 1, 1])
