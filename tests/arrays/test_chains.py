"""Markov chains: closed forms, balance, exact against floats and logs, and the definition."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.chains import (
    absorption_probabilities,
    log_stationary_laws,
    long_run_law,
    recurrent_classes,
    stationary_laws,
)

SPARSE = st.sampled_from([Fraction(0)] * 4 + [Fraction(1, 5), Fraction(1, 4), Fraction(1, 3)])


@st.composite
def chains(draw, largest=5):
    n = draw(st.integers(1, largest))
    values = draw(st.lists(SPARSE, min_size=n * n, max_size=n * n))
    matrix = np.array(values, dtype=object).reshape(n, n)
    for i in range(n):
        matrix[i] /= max(sum(matrix[i]), Fraction(1))
        matrix[i, i] += 1 - sum(matrix[i])
    return matrix


def reaches(matrix):
    """What leads to what, in any number of steps, by the definition."""
    n = len(matrix)
    power = np.eye(n, dtype=bool) | (matrix > 0)
    for _ in range(n):
        power = power @ power
    return power


class TestClasses:
    @given(matrix=chains())
    @settings(max_examples=60, deadline=None)
    def test_they_are_those_of_the_definition(self, matrix):
        leads = reaches(matrix)
        n = len(matrix)
        recurrent = [i for i in range(n) if all(leads[j, i] for j in range(n) if leads[i, j])]
        sets = {tuple(j for j in range(n) if leads[i, j]) for i in recurrent}
        assert recurrent_classes(matrix) == tuple(sorted(sets))
        assert recurrent_classes(matrix.astype(float)) == tuple(sorted(sets))

    def test_one_state(self):
        assert recurrent_classes([[1]]) == ((0,),)
        assert stationary_laws([[0.3]])[0].law.tolist() == [1.0]
        assert stationary_laws([[1]])[0].law.tolist() == [Fraction(1)]
        assert absorption_probabilities([[1]]).tolist() == [[1]]


class TestLaws:
    @given(matrix=chains())
    @settings(max_examples=60, deadline=None)
    def test_exact_laws_balance_and_floats_and_logs_agree(self, matrix):
        with np.errstate(divide="ignore"):
            logs = np.log(matrix.astype(float))
        exact, floats = stationary_laws(matrix), stationary_laws(matrix.astype(float))
        in_logs = log_stationary_laws(logs)
        assert [one.states for one in exact] == [one.states for one in floats]
        for one, other, third in zip(exact, floats, in_logs, strict=True):
            assert sum(one.law) == 1
            assert np.array_equal(one.law @ matrix, one.law)
            assert {i for i, share in enumerate(one.law) if share} == set(one.states)
            np.testing.assert_allclose(other.law, one.law.astype(float), rtol=1e-13)
            np.testing.assert_allclose(np.exp(third.law), one.law.astype(float), rtol=1e-13)

    def test_a_birth_and_death_chain_far_below_the_smallest_float(self):
        """Detailed balance: each state 1e-150 times as likely as the one before."""
        n = 6
        rates = np.zeros((n, n))
        for k in range(n - 1):
            rates[k, k + 1], rates[k + 1, k] = 1e-150, 1.0
        (found,) = stationary_laws(rates)
        assert found.law[:3] == pytest.approx([1, 1e-150, 1e-300], rel=1e-12, abs=0)
        assert found.law[3:].tolist() == [0, 0, 0]
        with np.errstate(divide="ignore"):
            (logs,) = log_stationary_laws(np.log(rates))
        assert logs.law == pytest.approx(-150 * math.log(10) * np.arange(n), rel=1e-14)

    def test_tiny_rates_do_not_vanish_beside_one(self):
        """1 - 1e-30 is 1 in floats; the law is that of the rates off the diagonal."""
        (found,) = stationary_laws([[1, 1e-30], [3e-30, 1]])
        assert found.law == pytest.approx([0.75, 0.25], rel=1e-15)
        (found,) = stationary_laws([[0, 1e-320], [1e-320, 0]])
        assert found.law == pytest.approx([0.5, 0.5], rel=1e-12)

    def test_a_nearly_decomposable_chain_against_fractions(self):
        tiny = Fraction(1, 10**18)
        matrix = np.array(
            [
                [0, "1/2", tiny, 0],
                ["1/3", 0, 0, 2 * tiny],
                [5 * tiny, 0, 0, "1/4"],
                [0, tiny, "1/5", 0],
            ],
            dtype=object,
        )
        matrix = np.vectorize(Fraction, otypes=[object])(matrix)
        (exact,) = stationary_laws(matrix)
        (floats,) = stationary_laws(matrix.astype(float))
        np.testing.assert_allclose(floats.law, exact.law.astype(float), rtol=1e-14)

    def test_the_input_stays_as_it_was_and_the_answer_is_read_only(self):
        matrix = np.array([[0.5, 0.5], [0.25, 0.75]])
        before = matrix.copy()
        (found,) = stationary_laws(matrix)
        absorption_probabilities(matrix)
        log_stationary_laws(matrix)
        assert np.array_equal(matrix, before)
        with pytest.raises(ValueError, match="read-only"):
            found.law[0] = 1


class TestAbsorption:
    @given(matrix=chains())
    @settings(max_examples=60, deadline=None)
    def test_it_is_harmonic_and_sums_to_one(self, matrix):
        found = absorption_probabilities(matrix)
        assert np.array_equal(matrix @ found, found)
        assert found.sum(axis=1).tolist() == [1] * len(matrix)
        for place, states in enumerate(recurrent_classes(matrix)):
            assert all(found[i, place] == 1 for i in states)
        floats = absorption_probabilities(matrix.astype(float))
        np.testing.assert_allclose(floats, found.astype(float), rtol=1e-12, atol=0)

    @pytest.mark.parametrize("tiny", [1e-100, 1e-280])
    def test_ways_out_that_nearly_never_happen(self, tiny):
        """Two states that swap for ages; one leaves for A, the other, twice as often, for B."""
        matrix = np.zeros((5, 5))
        matrix[0, 1] = matrix[1, 0] = matrix[1, 2] = matrix[2, 1] = 1.0
        matrix[0, 3], matrix[2, 4] = tiny, 2 * tiny
        found = absorption_probabilities(matrix)
        assert found[1] == pytest.approx([1 / 3, 2 / 3], rel=1e-12)

    def test_products_below_the_smallest_float(self):
        """From 0 the only ways on are 1e-200, and from there 1e-200 to B beside 1 back."""
        matrix = np.zeros((4, 4))
        matrix[0, 1], matrix[1, 0] = 1e-200, 1.0
        matrix[1, 2], matrix[1, 3] = 1e-200, 3e-200
        assert absorption_probabilities(matrix)[0] == pytest.approx([0.25, 0.75], rel=1e-12)

    def test_the_gambler(self):
        """Fair odds: from k of n, k/n."""
        n = 12
        matrix = np.zeros((n + 1, n + 1))
        for k, step in itertools.product(range(1, n), (-1, 1)):
            matrix[k, k + step] = 0.5
        assert absorption_probabilities(matrix)[:, 1] == pytest.approx(np.arange(n + 1) / n)


class TestLongRun:
    @given(matrix=chains(largest=4))
    @settings(max_examples=40, deadline=None)
    def test_it_is_what_a_lazy_chain_settles_at(self, matrix):
        n = len(matrix)
        lazy = (matrix.astype(float) + np.eye(n)) / 2
        settled = np.linalg.matrix_power(lazy, 2**20)
        for i in range(n):
            start = [int(i == j) for j in range(n)]
            law = long_run_law(matrix, start)
            assert law.dtype == object
            np.testing.assert_allclose(settled[i], law.astype(float), atol=1e-8)

    def test_a_cycle_spends_the_same_time_everywhere(self):
        cycle = np.roll(np.eye(4, dtype=int), 1, axis=1)
        assert long_run_law(cycle, [1, 0, 0, 0]).tolist() == [Fraction(1, 4)] * 4


class TestBadInput:
    @pytest.mark.parametrize(
        ("matrix", "words"),
        [
            ([[1, 0]], r"square matrix of numbers \(from, to\), got the shape \(1, 2\)"),
            ([], "square matrix"),
            ([[0, -0.5], [1, 0]], r"matrix\[0, 1\]: requires a probability or rate of at least 0"),
            ([[0, math.nan], [1, 0]], "finite"),
            ([[0, math.inf], [1, 0]], "finite"),
            ([[0, "a"], [1, 0]], "square matrix of numbers"),
            ([[True, False], [False, True]], "square matrix of numbers"),
        ],
    )
    @pytest.mark.parametrize(
        "function", [recurrent_classes, stationary_laws, absorption_probabilities]
    )
    def test_matrices_that_are_none(self, function, matrix, words):
        with pytest.raises(ValueError, match=words):
            function(matrix)

    def test_objects_that_are_no_numbers(self):
        with pytest.raises(ValueError, match="matrix: requires numbers"):
            stationary_laws(np.array([[0, "a"], [1, 0]], dtype=object))

    @pytest.mark.parametrize("value", [math.nan, math.inf])
    def test_logs_that_are_none(self, value):
        with pytest.raises(ValueError, match="finite or -inf"):
            log_stationary_laws([[0, value], [0, 0]])

    @pytest.mark.parametrize("start", [[1], [0.5, 0.4], [2, -1], [math.nan, 1]])
    def test_starts_that_are_none(self, start):
        with pytest.raises(ValueError, match="start: requires"):
            long_run_law([[0.5, 0.5], [0.5, 0.5]], start)
