"""Simulated runs: against the exact law of the full chain, and against themselves."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from dilemma.evolution import Population, simulate, stationary_law, transition_matrix
from dilemma.evolution.finite import simulating
from dilemma.game import Game, GroupGame

PROCESSES = [
    ("fermi", "exponential"),
    ("moran", "exponential"),
    ("moran", "linear"),
    ("introspection", "exponential"),
]


def populations() -> list[Population]:
    one = Game.symmetric([[2, "1/2", 1], [1, "3/2", "1/2"], ["1/2", 2, 1]])
    two = Game([[[1, 2, "1/2"], ["3/2", 1, 2]], [[2, 1, 1], ["1/2", 1, 2]]])
    group = GroupGame(3, ["a", "b"], lambda i, c: 2 + Fraction(c[0], 3) - (i == 0))
    settings = [
        {"process": process, "fitness": fitness, "mutation": "1/20"}
        for process, fitness in PROCESSES
    ]
    return [
        *(Population(one, 5, 1, **setting) for setting in settings),
        *(Population(two, (3, 4), 1, **setting) for setting in settings),
        *(Population(group, 6, 1, **setting) for setting in settings),
    ]


@pytest.mark.parametrize("population", populations(), ids=repr)
@pytest.mark.parametrize("kept", [True, False])
def test_frequencies_are_those_of_the_full_chain(
    population: Population, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within seven standard errors of 16 runs (some 700 states); with fixed seeds."""
    if not kept:
        monkeypatch.setattr(simulating, "MOST_KEPT", 0)
    law = stationary_law(population)
    runs = [simulate(population, 60_000, every=1000, burn_in=1000, seed=seed) for seed in range(8)]
    frequencies = np.array([run.frequency.values for run in runs])
    error = frequencies.std(axis=0, ddof=1) / np.sqrt(len(runs))
    assert np.all(np.abs(frequencies.mean(axis=0) - law.probabilities) < 7 * error + 1e-4)
    exact = np.concatenate(law.shares)
    for run in runs:
        assert np.all(np.abs(run["share"] - exact) < 7 * run["share_error"])
        assert np.all(run["share_error"] < 0.1)
    np.testing.assert_array_equal(runs[0].state_count, law.states)


def test_single_steps_follow_the_transition_matrix() -> None:
    """Counts at every step: the moves out of each state, as often as they are likely."""
    population = populations()[0]
    matrix = transition_matrix(population).toarray()
    run = simulate(population, 100_000, every=1, seed=3)
    states = {tuple(row): place for place, row in enumerate(run.state_count.values)}
    path = [states[tuple(row)] for row in run["count"].values[0]]
    moves = np.zeros(matrix.shape)
    np.add.at(moves, (path[:-1], path[1:]), 1)
    visits = moves.sum(axis=1, keepdims=True)
    expected = visits * matrix
    spread = np.sqrt(expected * (1 - matrix))
    assert np.all(moves[matrix == 0] == 0)
    assert np.all(np.abs(moves - expected) <= 5 * spread + 3)


def test_a_seed_gives_the_same_runs_however_they_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    population = populations()[0]
    first = simulate(population, 5000, runs=3, every=50, burn_in=500, seed=7)
    monkeypatch.setattr(simulating, "STEPS_A_CALL", 100)
    second = simulate(population, 5000, runs=3, every=50, burn_in=500, seed=7)
    monkeypatch.setattr(simulating, "MOST_KEPT", 0)
    third = simulate(population, 5000, runs=3, every=50, burn_in=500, seed=7)
    assert first.equals(second)
    assert first.equals(third)
    assert not first.equals(simulate(population, 5000, runs=3, every=50, burn_in=500, seed=8))
    assert not np.array_equal(first["count"][0], first["count"][1])


def test_records_fit_together() -> None:
    population = populations()[4]
    start = [[3, 0], [0, 0, 4]]
    result = simulate(population, 1000, start=start, runs=2, every=1, seed=1)
    counts = result["count"].values
    assert np.all(counts[..., :2].sum(axis=-1) == 3)
    assert np.all(counts[..., 2:].sum(axis=-1) == 4)
    assert np.all(np.abs(np.diff(counts, axis=1)).sum(axis=-1) <= 2)
    assert np.abs(counts[:, 0] - [3, 0, 0, 0, 4]).sum(axis=-1).max() <= 2
    # The mean over the one step before a record is the state that the step began in.
    sizes = np.array([3, 3, 4, 4, 4])
    np.testing.assert_allclose(result["mean_share"][:, 1:] * sizes, counts[:, :-1], atol=1e-12)
    assert float(result.frequency.sum()) == pytest.approx(1)
    assert result.strategy.values.tolist()[:3] == ["row: 1", "row: 2", "column: 1"]
    whole = (result.frequency @ result.state_count).values / sizes
    np.testing.assert_allclose(whole, result["share"], atol=1e-12)


def test_the_error_is_that_of_batch_means() -> None:
    result = simulate(populations()[0], 4000, every=100, burn_in=2000, seed=0)
    kept = result["mean_share"].values[0, 20:]
    expected = kept.std(axis=0, ddof=1) / np.sqrt(20)
    np.testing.assert_allclose(result["share_error"], expected)
    np.testing.assert_allclose(result["share"], kept.mean(axis=0))
    short = simulate(populations()[0], 100, every=100, seed=0)
    assert np.all(np.isnan(short["share_error"]))


def test_one_strategy_stays() -> None:
    result = simulate(Population(Game.symmetric([[1]]), 4, 1, mutation=0.5), 100, seed=0)
    assert np.all(result["count"] == 4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"steps": 0}, "steps: requires"),
        ({"steps": 1.5}, "steps: requires"),
        ({"steps": 10, "every": 3}, "every: requires a divisor"),
        ({"steps": 10, "every": 5, "burn_in": 4}, "burn_in: requires a multiple"),
        ({"steps": 10, "burn_in": 10}, "burn_in: requires"),
        ({"steps": 10, "runs": 0}, "runs: requires"),
        ({"steps": 10, "start": [1, 1, 1]}, "start: requires"),
        ({"steps": 10**9, "every": 1}, "every: requires at most"),
    ],
)
def test_arguments_are_checked(arguments: dict[str, object], words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=words):
        simulate(populations()[0], **arguments)


def test_rare_mutations_are_refused() -> None:
    with pytest.raises(ValueError, match="mutation"):
        simulate(Population(Game.symmetric([[1, 2], [2, 1]]), 5, 1), 10)
