"""Stacks of Markov chains against one at a time, and where probabilities nearly vanish."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.chains import long_run_law
from dilemma.arrays.exact import fractions
from dilemma.arrays.linear import solve_rational
from dilemma.arrays.many_chains import discounted_laws, long_run_laws


@settings(max_examples=40, deadline=None)
@given(data=st.data(), n=st.integers(1, 5))
def test_a_stack_is_what_its_chains_are(data, n):
    """Several classes, transient states, cycles: zeros are common among these entries."""
    rows = st.lists(st.integers(0, 2), min_size=n * n, max_size=n * n)
    chains = np.array([data.draw(rows) for _ in range(3)], dtype=float).reshape(3, n, n)
    chains[..., 0] += chains.sum(axis=2) == 0
    chains /= chains.sum(axis=2, keepdims=True)
    starts = np.full((3, n), 1 / n)
    before = chains.copy()
    found = long_run_laws(chains, starts)
    assert np.array_equal(chains, before)
    for k in range(3):
        assert found[k] == pytest.approx(long_run_law(chains[k], starts[k]), abs=1e-12)
    alike = long_run_laws(chains[[0, 0]], starts[:2])
    assert alike == pytest.approx(found[[0, 0]], abs=1e-15)


def test_rare_moves_keep_their_small_probabilities():
    """Two wells: half the time of the first is left at 1e-30, the second at 1.5e-30."""
    chain = np.array([[[0.5, 0.5, 0], [0.5, 0.5, 1e-30], [0, 1.5e-30, 1]]])
    (found,) = long_run_laws(chain, np.array([[1.0, 0, 0]]))
    assert found == pytest.approx([3 / 8, 3 / 8, 1 / 4], rel=1e-12)


def test_what_leaves_the_range_of_floats_is_taken_in_logs():
    """A ladder whose steps up and down differ by a factor of 1e200 each."""
    up, down = 0.5, 0.5e-200
    chain = np.diag([up] * 3, 1) + np.diag([down] * 3, -1)
    chain += np.diag(1 - chain.sum(axis=1))
    found = long_run_laws(np.array([chain, np.eye(4)]), np.array([[1.0, 0, 0, 0]] * 2))
    assert found[0] == pytest.approx([0, 0, 1e-200, 1], rel=1e-9)
    assert found[1].tolist() == [1, 0, 0, 0]


def test_discounted_laws_are_sums_over_periods():
    generator = np.random.default_rng(0)
    chains = generator.dirichlet(np.ones(4), (3, 4))
    starts = generator.dirichlet(np.ones(4), 3)
    found = discounted_laws(chains, starts, 0.8)
    for k in range(3):
        law, total = starts[k], np.zeros(4)
        for t in range(300):
            total += 0.2 * 0.8**t * law
            law = law @ chains[k]
        assert found[k] == pytest.approx(total, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(data=st.data(), n=st.integers(1, 4))
def test_rational_systems_are_solved_exactly(data, n):
    entry = st.fractions(-5, 5, max_denominator=7)
    matrix = np.array([[data.draw(entry) for _ in range(n)] for _ in range(n)], dtype=object)
    matrix += fractions(50 * np.eye(n, dtype=int).astype(object))
    right = np.array([[data.draw(entry)] * 2 for _ in range(n)], dtype=object)
    solved = solve_rational(matrix, right)
    assert (matrix @ solved == right).all()
    assert all(isinstance(value, Fraction) for value in solved.flat)


def test_a_singular_system_is_refused():
    with pytest.raises(ZeroDivisionError):
        solve_rational(fractions([[1, 2], [2, 4]]), fractions([[1], [1]]))
