"""Equilibria of firms that may choose any point of the square, against brute force."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

import dilemma.testing as random
from dilemma import Alliance
from dilemma.equilibria import pure_nash
from dilemma.evolution import square_equilibria
from dilemma.evolution.square.faces import best_points, own_polynomial, value_of
from dilemma.game import SquareGame

CASES = [
    {},
    {"trust": 0.9},
    {"trust": 1},
    {"stakes": 4, "trust": 0.1},
    {"stakes": 2, "trust": 0.9},
    {"stakes": (1, 2), "trust": 0.9, "opportunism": (0.2, 0.9)},
]


def square_payoffs(square, k):
    """Both payoff matrices on a k × k grid in floats, from the coefficients alone."""
    axis = np.linspace(0, 1, k)
    r, t = (one.ravel() for one in np.meshgrid(axis, axis, indexing="ij"))
    matrices = []
    for coefficients in square.coefficients:
        total = np.zeros((k * k, k * k))
        for (a, b, c, d), value in np.ndenumerate(coefficients):
            total += float(value) * np.outer(r**a * t**b, r**c * t**d)
        matrices.append(total)
    return np.stack([r, t], axis=1), matrices[0], matrices[1].T


@given(random.alliances())
@settings(max_examples=5, deadline=None)
def test_nobody_gains_by_any_point_of_a_fine_grid(alliance):
    square = alliance.square()
    fine = [(Fraction(i, 16), Fraction(j, 16)) for i, j in product(range(17), repeat=2)]
    for one in square_equilibria(square, grids=()):
        for player, (mine, other) in enumerate([(one.row, one.column), (one.column, one.row)]):
            own = own_polynomial(square.coefficients[player], [Fraction(x) for x in other])
            here = value_of(own, tuple(Fraction(x) for x in mine))
            best = max(value_of(own, point) for point in fine)
            slack = 0 if one.exact else 1e-9 * (1 + abs(here))
            assert best <= here + slack


@pytest.mark.parametrize("terms", CASES)
def test_no_equilibrium_is_missed(terms):
    """Wherever both regrets on a fine grid are small, one of those found is near."""
    square = Alliance(**terms).square()
    points, first, second = square_payoffs(square, 49)
    regret = np.maximum(first.max(axis=0)[None, :] - first, second.max(axis=1)[:, None] - second)
    found = np.array([[*map(float, one.row), *map(float, one.column)] for one in
                      square_equilibria(square, grids=())])  # fmt: skip
    # A grid of step h is within h/2 of every equilibrium: its own regret is of order h².
    i, j = np.nonzero(regret < 1e-4)
    near = np.concatenate([points[i], points[j]], axis=1)
    assert len(near)
    distance = np.abs(near[:, None, :] - found[None]).max(axis=2).min(axis=1)
    assert distance.max() < 0.11


@pytest.mark.parametrize("terms", CASES)
def test_conditions_of_the_closed_forms(terms):
    """Collaboration and avoidance on the square, by the inequalities that hold for firms alike."""
    alliance = Alliance(**terms)
    if isinstance(alliance.stakes, tuple):
        return
    a, h = alliance, (1 - alliance.trust) * alliance.opportunism
    openness = 1 - a.leakage
    collaborate = (
        a.stakes * openness * (a.synergy + a.relational_return * a.trust - h)
        >= (1 + a.effort_convexity) * a.transparency_cost
        and a.stakes * (1 + h + a.synergy) >= (1 + a.effort_convexity) * a.receptivity_cost
    )
    avoid = a.stakes * a.leakage * (1 + h) <= (1 - a.effort_convexity) * a.receptivity_cost
    names = {one.landmarks for one in square_equilibria(alliance, grids=())}
    assert (("collaboration",) * 2 in names) == collaborate
    assert (("avoidance",) * 2 in names) == avoid


def test_the_race_has_a_closed_form():
    """With t = 0 for both, S (l (1 + h) + s l² r) = k (1 - n + 2 n r) gives the receptivity r."""
    alliance = Alliance(stakes=4, trust=0.1)
    (one,) = square_equilibria(alliance)
    h = Fraction(9, 10) * Fraction(3, 4)
    r = one.row[0]
    gain = 4 * (Fraction(1, 10) * (1 + h) + Fraction(1, 2) * Fraction(1, 100) * r)
    assert gain == Fraction(1, 2) * (Fraction(1, 4) + 2 * Fraction(3, 4) * r)
    assert one.row == one.column == (Fraction(109, 146), 0)


def test_postures_and_grids_are_those_of_the_pure_equilibria():
    alliance = Alliance(trust=0.9)
    answer = square_equilibria(alliance, grids=[3])
    names = alliance.game().strategies[0]
    pure = {
        (names[one.row.index(1)], names[one.column.index(1)]) for one in pure_nash(alliance.game())
    }
    assert {one.postures for one in answer.postures} == pure
    survivors = {one.postures for one in answer.postures if one.survives}
    assert survivors == {("avoidance", "avoidance")}
    undone = next(one for one in answer.postures if one.postures[0] == "collaboration")
    assert undone.replies[0] == (1, Fraction(53, 60))
    assert max(undone.gains) == Fraction(49, 9600)
    assert "undone by (r = 1, t = 53/60)" in str(answer)
    from dilemma.alliance import strategy_grid

    game = Alliance(trust=0.9, strategies=strategy_grid(3)).game()
    assert len(answer.grids[3]) == len(pure_nash(game))


def test_best_points_hold_the_maximum_of_random_quadratics():
    generator = np.random.default_rng(3)
    axis = np.linspace(0, 1, 201)
    r, t = np.meshgrid(axis, axis, indexing="ij")
    for _ in range(60):
        c = {key: Fraction(int(generator.integers(-9, 10)), 4) for key in
             [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (0, 2)]}  # fmt: skip
        own = {key: c.get(key, Fraction(0)) for key in product(range(3), repeat=2)}
        best = max(value_of(own, point) for _, point in best_points(own))
        brute = sum(float(v) * r**a * t**b for (a, b), v in own.items()).max()
        assert brute <= float(best) + 1e-12
        assert float(best) <= brute + 1e-3


def test_indifference_along_a_side_is_unresolved_not_hidden():
    nothing = np.zeros((1, 1, 1, 1), dtype=object)
    answer = square_equilibria(SquareGame([nothing, nothing]), grids=[2])
    assert not answer.complete
    assert "continuum" in answer.unresolved[0]
    assert len(answer.grids[2]) == 16


def test_no_pure_equilibrium():
    """Matching pennies in receptivity: one wants equal points, the other unequal ones."""
    row = np.full((3, 2, 3, 1), Fraction(0), dtype=object)
    row[2, 0, 0, 0], row[1, 0, 1, 0], row[0, 0, 2, 0] = -1, 2, -1
    column = -row
    for one in (row, column):
        one[0, 1, 0, 0] = Fraction(-1, 10)
    answer = square_equilibria(SquareGame([row, column]), grids=[])
    assert len(answer) == 0
    assert answer.complete
    assert answer.status.startswith("No pure equilibrium on the whole square: proved.")


def test_bad_input():
    with pytest.raises(TypeError, match="model: requires a SquareGame or a model with a method"):
        square_equilibria(Alliance().game())
    with pytest.raises(ValueError, match="grids: requires sizes"):
        square_equilibria(Alliance(), grids=[1])
    cubic = np.zeros((4, 1, 1, 1), dtype=object)
    cubic[3] = 1
    with pytest.raises(ValueError, match="degree at most 2"):
        square_equilibria(SquareGame([cubic, cubic]))


def test_tables_fit_eighty_columns():
    from dilemma.evolution import adaptive_dynamics
    from dilemma.show import table

    for answer in (square_equilibria, adaptive_dynamics):
        found = answer(Alliance(trust=0.9))
        for text in (table(found), str(found)):
            assert max(map(len, text.splitlines())) <= 80
            assert "avoidance (r = 0, t = 0)" in text
