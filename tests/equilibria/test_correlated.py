"""Correlated and coarse correlated equilibria: by definition, by duality, and published ones."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dilemma.alliance import Alliance
from dilemma.arrays import slices
from dilemma.equilibria import coarse_correlated, correlated, correlated_payoffs, nash
from dilemma.equilibria.mediation import joint_violation
from dilemma.game import Game
from dilemma.testing import degenerate_games, games

OBJECTIVES = ("welfare", "egalitarian", "row", "column")
LAWS = settings(max_examples=40, deadline=None, database=None, derandomize=True)
CHICKEN = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])


def gains(game, joint, coarse):
    """What departures gain, written out from the definition, in Fractions."""
    A, B = game.exact_payoffs
    m, n = game.shape
    rows, columns = range(m), range(n)
    if coarse:
        for k in rows:
            yield sum(joint[i][j] * (A[k, j] - A[i, j]) for i, j in product(rows, columns))
        for k in columns:
            yield sum(joint[i][j] * (B[i, k] - B[i, j]) for i, j in product(rows, columns))
    else:
        for i, k in product(rows, rows):
            yield sum(joint[i][j] * (A[k, j] - A[i, j]) for j in columns)
        for j, k in product(columns, columns):
            yield sum(joint[i][j] * (B[i, k] - B[i, j]) for i in rows)


def by_dense_floats(game, worth, coarse):
    """The value of the linear program, by HiGHS's interior-point method on dense floats."""
    A, B = game.payoffs
    m, n = game.shape
    constraints = []
    for k in range(m):
        block = A[k] - A
        constraints += [block] if coarse else [np.diag(np.eye(m)[i]) @ block for i in range(m)]
    for k in range(n):
        block = B[:, [k]] - B
        constraints += [block] if coarse else [block @ np.diag(np.eye(n)[j]) for j in range(n)]
    found = linprog(
        -worth.ravel(),
        A_ub=np.array([one.ravel() for one in constraints]),
        b_ub=np.zeros(len(constraints)),
        A_eq=np.ones((1, m * n)),
        b_eq=[1],
        method="highs-ipm",
    )
    return -found.fun


def batch():
    rng = np.random.default_rng(12)
    for _ in range(25):
        m, n = (int(size) for size in rng.integers(1, 6, 2))
        yield Game(rng.integers(0, int(rng.integers(1, 4)), (2, m, n)))
        yield Game(rng.normal(size=(2, m, n)))
        yield Game.symmetric(rng.integers(0, 10, (m, m)))


@pytest.mark.parametrize("coarse", [False, True])
def test_constraints_hold_by_definition_and_values_are_those_of_another_method(coarse):
    solve = coarse_correlated if coarse else correlated
    for game in batch():
        worth = {
            "welfare": game.payoffs.sum(axis=0),
            "row": game.payoffs[0],
            "column": game.payoffs[1],
        }
        for objective in OBJECTIVES:
            found = solve(game, objective)
            joint = found.distribution
            assert found.exact
            assert found.coarse is coarse
            assert min(map(min, joint)) >= 0
            assert sum(map(sum, joint)) == 1
            assert max(gains(game, joint, coarse)) <= 0
            assert found.violation == joint_violation(game, joint, coarse) == 0
            expected = [
                sum(p * u for p, u in zip(np.ravel(joint), payoffs.flat, strict=True))
                for payoffs in game.exact_payoffs
            ]
            assert list(found.payoffs) == expected
            if objective in worth:
                value = by_dense_floats(game, worth[objective], coarse)
                assert float(found.value) == pytest.approx(value, abs=1e-6)
            else:
                assert found.value == min(found.payoffs)


def test_aumanns_chicken():
    # Aumann (1974): a mediator who never recommends (insist, insist) gives both 21/4, more than
    # any mixture of the Nash equilibria gives to both.
    found = correlated(CHICKEN)
    half, quarter = Fraction(1, 2), Fraction(1, 4)
    assert found.distribution == ((half, quarter), (quarter, 0))
    assert found.payoffs == (Fraction(21, 4), Fraction(21, 4))
    assert found.value == Fraction(21, 2)
    assert correlated(CHICKEN, "egalitarian").payoffs == found.payoffs
    assert correlated(CHICKEN, "row").payoffs == (7, 2)
    assert correlated(CHICKEN, "column").payoffs == (2, 7)
    third = Fraction(1, 3)
    assert joint_violation(CHICKEN, ((third, third), (third, 0)), coarse=False) == 0
    # The range is the quadrilateral of the three Nash payoffs' directions and the best for both.
    attained = correlated_payoffs(CHICKEN)
    worst = Fraction(18, 5)
    assert attained.vertices == (
        (7, 2),
        (Fraction(21, 4), Fraction(21, 4)),
        (2, 7),
        (worst, worst),
    )
    assert attained.row == attained.column == (2, 7)
    assert attained.welfare == (2 * worst, Fraction(21, 2))


def test_moulin_and_vials_idea_that_coarse_correlation_can_do_better():
    # The row player's 0s are never worth a departure on the whole, though they are when told.
    game = Game.symmetric([[3, 1, -2], [1, 3, -2], [5, -3, 0]])
    assert coarse_correlated(game).value >= correlated(game).value


def test_zero_sum_games_leave_a_mediator_nothing():
    rng = np.random.default_rng(5)
    for _ in range(20):
        A = rng.integers(-9, 10, (3, 4))
        game = Game.from_bimatrix(A, -A)
        value = nash(game)[0].payoffs
        for coarse in (False, True):
            attained = correlated_payoffs(game, coarse)
            assert attained.vertices == (value,)
            assert attained.status.startswith("A point")


def test_a_tolerance_leaves_out_corners_and_says_so():
    game = Game(np.random.default_rng(0).normal(size=(2, 7, 7)).round(3))
    whole, rough = correlated_payoffs(game), correlated_payoffs(game, tolerance="1/100")
    assert whole.complete
    assert not rough.complete
    assert rough.exact
    assert "at most 1/100 beyond an edge" in rough.status
    assert 3 <= len(rough.vertices) < len(whole.vertices)
    for corner in rough.vertices:
        assert whole.contains(corner)
    for x, y in whole.vertices:  # each is within the tolerance of every edge's line
        for p, q in zip(rough.vertices, [*rough.vertices[1:], rough.vertices[0]], strict=True):
            across, up = q[0] - p[0], q[1] - p[1]
            outside = up * (x - p[0]) - across * (y - p[1])
            assert outside <= 0 or outside**2 <= (across**2 + up**2) / Fraction(100) ** 2
    with pytest.raises(ValueError, match=r"^tolerance: requires a number of at least 0, got -1"):
        correlated_payoffs(CHICKEN, tolerance=-1)


def test_dominated_strategies_are_not_recommended():
    prisoners = Game.symmetric([[3, 0], [5, 1]])
    for solve in (correlated, coarse_correlated):
        assert solve(prisoners).distribution == ((0, 0), (0, 1))
    assert correlated(prisoners).words == "recommend (2, 2)"


@LAWS
@given(game=st.one_of(games(largest=4), degenerate_games()))
def test_nash_equilibria_are_correlated_and_their_payoffs_within_the_range(game):
    attained, wider = correlated_payoffs(game), correlated_payoffs(game, coarse=True)
    best = correlated(game, "welfare").value
    fair = correlated(game, "egalitarian").value
    for one in nash(game):
        joint = [[p * q for q in one.column] for p in one.row]
        assert joint_violation(game, joint, coarse=False) == 0
        assert joint_violation(game, joint, coarse=True) == 0
        assert attained.contains(one.payoffs)
        assert sum(one.payoffs) <= best
        assert min(one.payoffs) <= fair
    for corner in attained.vertices:
        assert attained.contains(corner)
        assert wider.contains(corner)
    assert attained.welfare[1] == best


@LAWS
@given(game=games(largest=3), data=st.data())
def test_the_range_is_as_wide_as_any_objective_reaches(game, data):
    first, second = data.draw(st.tuples(st.integers(-5, 5), st.integers(-5, 5)))
    for coarse in (False, True):
        attained = correlated_payoffs(game, coarse)
        solve = coarse_correlated if coarse else correlated
        worth = first * game.exact_payoffs[0] + second * game.exact_payoffs[1]
        best = max(first * x + second * y for x, y in attained.vertices)
        found = solve(game, worth)
        assert found.value == best
        assert attained.contains(found.payoffs)
        assert len(set(attained.vertices)) == len(attained.vertices)


@LAWS
@given(game=games(largest=3), scale=st.sampled_from([Fraction(1, 10**9), 10**9, Fraction(7, 3)]))
def test_units_of_payoff_change_nothing(game, scale):
    moved = Game(game.exact_payoffs * scale - 1)
    for objective in ("welfare", "egalitarian"):
        before, after = correlated(game, objective), correlated(moved, objective)
        shift = 2 if objective == "welfare" else 1
        assert after.value == before.value * scale - shift
        assert after.exact


def test_payoffs_of_very_different_sizes_are_solved_exactly_nonetheless():
    rng = np.random.default_rng(8)
    methods = set()
    for _ in range(15):
        game = Game(rng.normal(size=(2, 4, 4)) * 10.0 ** rng.integers(-9, 10, (2, 4, 4)))
        found = correlated(game)
        methods.add(found.method)
        assert found.exact
        assert found.violation == 0
        assert found.value >= max(sum(one.payoffs) for one in nash(game))
    assert len(methods) == 2  # some are confirmed, and some need the simplex method


def test_the_egalitarian_objective_prefers_more_for_the_other_player():
    game = Game([[[1, 1]], [[1, 1]]])
    assert correlated(game, "egalitarian").payoffs == (1, 1)
    game = Game([[[1], [1]], [[2], [5]]])
    assert correlated(game, "egalitarian").payoffs == (1, 5)


def test_worth_of_outcomes():
    alliance = Alliance(trust=0.65)
    game, joint = alliance.game(), alliance.outcomes().joint
    found = correlated(game, joint)
    assert found.objective == "the given worth of outcomes"
    weights = np.array(found.distribution)
    assert found.value == (weights * joint).sum()
    by_player = correlated(game, alliance.outcomes().learning)
    assert by_player.value == found.value
    assert correlated(game, game.payoffs).value == correlated(game).value


def test_what_cannot_be_confirmed_is_called_inexact(monkeypatch):
    monkeypatch.setattr(slices, "_certified", lambda *_: None)
    monkeypatch.setattr(slices, "LARGEST_TABLEAU", 0)
    for objective in OBJECTIVES:
        found = correlated(CHICKEN, objective)
        assert not found.exact
        assert 0 <= found.violation < 1e-6
        assert found.violation == max(*gains(CHICKEN, found.distribution, False), 0)
        assert "up to rounding" in found.status
    attained = correlated_payoffs(CHICKEN)
    assert not attained.exact
    assert not attained.complete
    assert float(attained.welfare[1]) == pytest.approx(10.5)
    assert 4 <= len(attained.vertices) <= 8


@pytest.mark.parametrize("solve", [correlated, coarse_correlated])
@pytest.mark.parametrize(
    ("objective", "kind", "words"),
    [
        ("fair", ValueError, "objective: requires \"welfare\", .* got 'fair'"),
        ([1, 2], ValueError, r"objective: requires the shape \(2, 2\) or \(2, 2, 2\), got \(2,\)"),
        ([[1, "x"], [0, 0]], ValueError, r"objective\[0, 1\]: requires a finite number"),
        (None, TypeError, "objective: requires a number"),
    ],
)
def test_wrong_objectives_are_refused(solve, objective, kind, words):
    with pytest.raises(kind, match=f"^{words}"):
        solve(CHICKEN, objective)


def test_other_wrong_input_is_refused():
    for solve in (correlated, coarse_correlated, correlated_payoffs):
        with pytest.raises(TypeError, match=r"^game: requires a Game, got Alliance"):
            solve(Alliance())
        with pytest.raises(ValueError, match=r"^game: requires at most 20,000,000 entries"):
            solve(Game(np.zeros((2, 300, 300))))
    with pytest.raises(TypeError, match=r"^coarse: requires True or False, got 'yes'"):
        correlated_payoffs(CHICKEN, coarse="yes")
    with pytest.raises(ValueError, match=r"^payoffs: requires two numbers, got 3"):
        correlated_payoffs(CHICKEN).contains((1, 2, 3))


def test_ranges_that_are_points_or_segments():
    segment = correlated_payoffs(Game([[[0, 0]], [[0, 0]]]))
    assert segment.vertices == ((0, 0),)
    segment = correlated_payoffs(Game([[[0, 3]], [[1, 1]]]))
    assert segment.vertices == ((3, 1), (0, 1))
    assert segment.status.startswith("A segment")
    assert segment.contains((2, 1))
    assert not segment.contains((4, 1))
    assert not segment.contains((-1, 1))
    assert not segment.contains((2, "1.0000001"))
    assert "0 to 3" in segment._repr_html_()
