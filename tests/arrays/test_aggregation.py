"""Large chains by aggregation: against elimination, and chains that fall apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array, random_array

from dilemma.arrays.aggregation import (
    direct_law,
    find_wells,
    incoming_flows,
    solve_by_aggregation,
    solve_directly,
)
from dilemma.arrays.chains import stationary_laws


def flows_of(matrix: np.ndarray) -> object:
    sparse = csr_array(matrix)
    return incoming_flows(sparse.indptr.astype(np.int64), sparse.indices, sparse.data)


def random_chain(seed: int, states: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    matrix = random_array((states, states), density=0.2, rng=draw).toarray()
    matrix += np.roll(np.eye(states), 1, axis=1) * 0.1
    return matrix / matrix.sum(axis=1, keepdims=True)


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 1000), st.integers(3, 40))
def test_both_solutions_are_the_law(seed: int, states: int) -> None:
    matrix = random_chain(seed, states)
    expected = stationary_laws(matrix)[0].law
    flows = flows_of(matrix)
    np.testing.assert_allclose(direct_law(flows), expected, rtol=1e-12)
    groups = (np.arange(states) // 3).astype(np.int32)
    found = solve_by_aggregation(flows, [groups])
    assert found.converged
    np.testing.assert_allclose(found.law, expected, rtol=1e-9)


def two_wells(coupling: float) -> np.ndarray:
    """Two wells of three states, left with a tiny probability, and thrice as easily one way."""
    inner = np.array([[0.5, 0.3, 0.2], [0.4, 0.4, 0.2], [0.1, 0.6, 0.3]])
    matrix = np.zeros((6, 6))
    matrix[:3, :3] = matrix[3:, 3:] = inner
    matrix[2, 3], matrix[3, 2] = coupling, 3 * coupling
    return matrix


@pytest.mark.parametrize("coupling", [1e-6, 1e-18, 1e-60])
def test_wells_that_hardly_touch_get_their_weights(coupling: float) -> None:
    matrix = two_wells(coupling)
    expected = stationary_laws(matrix)[0].law
    # Groups across the wells: what is right comes from the wells that are found.
    found = solve_by_aggregation(flows_of(matrix), [np.array([0, 0, 1, 1, 2, 2], np.int32)])
    np.testing.assert_allclose(found.law, expected, rtol=1e-7)
    assert found.converged


def test_a_wrong_law_with_no_residual_is_found_out() -> None:
    for matrix in (two_wells(1e-18), walled_wells(1e-18)):
        flows = flows_of(matrix)
        law = direct_law(flows)
        right = find_wells(flows, law)
        assert len(right.peaks) == 2
        assert right.agreement < 1e-12
        for wrong in wrong_laws(law, right.basin):
            residual, relative = flows.balance(wrong)
            assert residual < 1e-15
            assert max(relative, find_wells(flows, wrong).agreement) > 0.3


def walled_wells(coupling: float) -> np.ndarray:
    """The two wells with a state between them that is hardly ever reached, and soon left."""
    matrix = np.zeros((7, 7))
    keep = [0, 1, 2, 4, 5, 6]
    matrix[np.ix_(keep, keep)] = two_wells(0)
    matrix[2, 3], matrix[4, 3] = coupling, 3 * coupling
    matrix[3, 2] = matrix[3, 4] = 0.5
    return matrix


def wrong_laws(law: np.ndarray, basin: np.ndarray) -> list[np.ndarray]:
    """The weight of the first well five times as large, with or without its last state."""
    laws = []
    for states in (basin == basin[0], np.arange(len(law)) < 3):
        wrong = np.where(states, 5 * law, law)
        laws.append(wrong / wrong.sum())
    return laws


def test_a_chain_that_never_returns_is_not_complete() -> None:
    """Two absorbing parts: no law is the only one."""
    matrix = two_wells(0)
    assert not solve_directly(flows_of(matrix)).converged
    found = solve_by_aggregation(flows_of(matrix), [np.array([0, 0, 0, 1, 1, 1], np.int32)])
    assert not found.converged
