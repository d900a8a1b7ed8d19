"""Where a batch could be wrong at the edge of arithmetic: each case once was, in a review."""

import os
import subprocess
import sys

import numpy as np
import pytest

from dilemma.alliance import Alliance, Strategy
from dilemma.equilibria import nash, nash_map
from dilemma.game import Game, Games


def assert_same(answer, index, game):
    """The batch's answer for one game is the exact solver's: counts, supports and mixtures."""
    exact = nash(game)
    one = answer.isel(dim_0=index)
    assert int(one.equilibria) == len(exact)
    for place, equilibrium in enumerate(exact):
        for name, mixture in (("row", equilibrium.row), ("column", equilibrium.column)):
            found = one[f"{name}_strategy"].values[place]
            np.testing.assert_allclose(found, [float(w) for w in mixture], atol=1e-9, rtol=0)
        assert bool(one.strict[place]) is equilibrium.strict
    assert bool(one.degenerate) is exact.degenerate


def test_large_integers_of_low_rank():
    """Minors far below their bounds: weights must not be certified by a sum that cancels."""
    draw = np.random.default_rng(0)
    w = draw.integers(-15_000_000_000, 15_000_000_000, size=(1500, 2, 4, 1))
    c = draw.integers(-5, 6, size=(1500, 2, 1, 4))
    payoffs = (w * c // 5 + draw.integers(-1000, 1000, size=(1500, 2, 4, 4))).astype(float)
    payoffs[:, 1] = payoffs[:, 1].transpose(0, 2, 1).copy()
    found = nash_map(payoffs, keep="supports", progress=False)
    mixed = ((found.row_support == 15) & (found.column_support == 15)).any("equilibrium").values
    chosen = payoffs[mixed]
    assert len(chosen) > 5
    answer = nash_map(chosen, progress=False)
    for index, one in enumerate(chosen):
        assert_same(answer, index, Game(one))


def test_integers_beyond_floats():
    payoffs = np.array([[[[2**53, 0], [2**53 + 1, 0]], [[1, 0], [0, 1]]]])
    assert_same(nash_map(payoffs, progress=False), 0, Game(payoffs[0]))


def test_short_floats_are_the_decimals_that_print_them():
    A = [[0.1, 0.3], [0.3, 0.1], [0.2, 0.2]]
    B = [[1, 0], [0, 1], [0, 0]]
    payoffs = np.array([[A, B]], dtype=np.float32)
    assert_same(nash_map(payoffs, progress=False), 0, Game(payoffs[0]))


def test_lists_and_fractions_agree_with_arrays():
    draw = np.random.default_rng(2)
    payoffs = draw.integers(0, 3, size=(60, 2, 3, 3))
    array, listed = nash_map(payoffs, progress=False), nash_map(payoffs.tolist(), progress=False)
    assert array.equals(listed)
    assert Games(payoffs.tolist()).source is None


def test_terms_whose_products_leave_the_range_of_floats():
    small = Alliance(
        absorptive_capacity=np.array([1e-170]),
        communicative_capacity=1e-160,
        stakes=1e10,
        receptivity_cost=0,
        transparency_cost=0,
    )
    assert_same(nash_map(small, progress=False), 0, small.game_at((0,)))


def test_a_bound_that_overflows_is_no_bound():
    """Two factors that are large at different places: their bounds overflow, no payoff does."""

    def tied(focal, partner, terms):
        size = terms.synergy * terms.relational_return * 2

        def payoff(firm):
            shown = firm.opportunism * firm.transparency * terms.effort_convexity
            heard = firm.opportunism * firm.receptivity
            return size * (heard * terms.trust + heard * terms.leakage + shown)

        return payoff(focal), payoff(partner)

    synergy, relational_return = np.ones(21), np.ones(21)
    synergy[0], relational_return[1] = 1e200, 1e200
    alliance = Alliance(
        model=tied,
        strategies=[Strategy("r", 1, 0), Strategy("t", 0, 1)],
        opportunism=np.array([round(0.05 * k, 2) for k in range(21)]),
        trust=0.1,
        leakage=0.2,
        effort_convexity=0.3,
        synergy=synergy,
        relational_return=relational_return,
    )
    answer = nash_map(alliance, progress=False)
    for index in range(21):
        assert_same(answer, index, alliance.game_at((index,)))
    assert not np.isnan(alliance.games().payoff_error).any()


def test_floats_in_a_formula_are_refused_where_the_exact_game_is_wanted():
    def noisy(focal, partner, terms):
        return focal.receptivity * 0.1 + focal.transparency * 0.2, partner.receptivity * 0.1

    alliance = Alliance(
        model=noisy, strategies=[Strategy("a", 1, 0), Strategy("b", 0, 1)], trust=np.ones(3) / 4
    )
    with pytest.raises(TypeError, match="model: requires a formula of exact numbers"):
        alliance.game_at((0,))


@pytest.mark.parametrize("offset", [1e8, 1e12])
def test_payoff_dominance_does_not_depend_on_the_level_of_payoffs(offset):
    draw = np.random.default_rng(3)
    A = draw.integers(0, 3, size=(300, 4, 4)).astype(float)
    payoffs = np.stack([A, A.transpose(0, 2, 1)], axis=1)
    plain = nash_map(payoffs, select="payoff-dominant", progress=False)
    moved = nash_map(payoffs + offset, select="payoff-dominant", progress=False)
    assert np.array_equal(plain.position, moved.position)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_risk_dominance_does_not_depend_on_the_scale_of_payoffs(scale):
    payoffs = np.array([[[[4, 0], [3, 2]], [[4, 3], [0, 2]]]] * 2, dtype=float)
    plain = nash_map(payoffs, select="risk-dominant", progress=False)
    scaled = nash_map(payoffs * scale, select="risk-dominant", progress=False)
    assert plain.position.values.tolist() == scaled.position.values.tolist() == [1, 1]


@pytest.mark.parametrize("name", ["exact", "regime", "equilibria", "position"])
def test_dimensions_named_as_the_answer_s_variables_are_refused(name):
    games = Games(np.zeros((2, 2, 2, 2)), dims=[name], coords={name: [1, 2]})
    with pytest.raises(ValueError, match="dims: requires names other than those of the answer"):
        nash_map(games, progress=False)


def test_a_formula_with_an_array_of_its_own_is_named():
    def shifted(focal, partner, terms):
        return focal.receptivity * terms.trust + np.eye(5), partner.receptivity * terms.trust

    with pytest.raises(ValueError, match="model: requires a formula"):
        nash_map(Alliance(model=shifted, trust=np.linspace(0, 1, 7)), progress=False)


def test_without_compiled_code_it_says_so():
    code = "import numpy, dilemma; dilemma.nash_map(numpy.zeros((2, 2, 2, 2)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )
    assert done.returncode == 1
    assert "RuntimeError: nash_map: requires compiled code" in done.stderr


def test_two_threads_may_be_the_first_to_call():
    code = (
        "import numpy, threading, dilemma\n"
        "answers = []\n"
        "def call(): answers.append(dilemma.nash_map(numpy.zeros((2, 2, 2, 2)), progress=False))\n"
        "threads = [threading.Thread(target=call) for _ in range(2)]\n"
        "[one.start() for one in threads]; [one.join() for one in threads]\n"
        "print(len(answers))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "2", done.stderr
