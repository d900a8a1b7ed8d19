"""Adaptive dynamics against definitions: finite differences, brute-force mutants, closed forms."""

from fractions import Fraction

import numpy as np
import pytest

from dilemma import Alliance
from dilemma.evolution import (
    adaptive_dynamics,
    adaptive_paths,
    pairwise_invasibility,
    square_equilibria,
)
from dilemma.game import SquareGame

CASES = [
    {},
    {"trust": 0.9},
    {"trust": 1},
    {"stakes": 4, "trust": 0.1},
    {"stakes": 2, "trust": 0.9},
]


def fitness(square, mutant, resident):
    def payoff(own):
        return sum(
            float(v) * own[0] ** a * own[1] ** b * resident[0] ** c * resident[1] ** d
            for (a, b, c, d), v in np.ndenumerate(square.coefficients[0])
        )

    return payoff(mutant) - payoff(resident)


@pytest.mark.parametrize("terms", CASES)
def test_the_gradient_is_the_slope_of_invasion_fitness(terms):
    square = Alliance(**terms).square()
    answer = adaptive_dynamics(square)
    for x in np.random.default_rng(1).random((5, 2)):
        for axis in (0, 1):
            step = np.eye(2)[axis] * 1e-6
            slope = (fitness(square, x + step, x) - fitness(square, x - step, x)) / 2e-6
            assert answer.gradient(x)[axis] == pytest.approx(slope, abs=1e-8)


@pytest.mark.parametrize("terms", CASES)
def test_uninvadable_means_no_mutant_of_a_grid_and_the_symmetric_equilibria(terms):
    square = Alliance(**terms).square()
    answer = adaptive_dynamics(square)
    axis = np.linspace(0, 1, 41)
    for one in answer:
        resident = [float(x) for x in one.point]
        best = max(fitness(square, (r, t), resident) for r in axis for t in axis)
        assert (best <= 1e-12) == one.uninvadable
        assert one.gain == pytest.approx(max(best, 0), abs=2e-3)
    uninvadable = sorted(tuple(map(float, one.point)) for one in answer if one.uninvadable)
    symmetric = sorted(
        tuple(map(float, one.row))
        for one in square_equilibria(square, grids=())
        if one.row == one.column
    )
    assert np.array(uninvadable) == pytest.approx(np.array(symmetric), abs=1e-12)


@pytest.mark.parametrize("terms", CASES)
def test_paths_end_at_attracting_points(terms):
    alliance = Alliance(**terms)
    answer = adaptive_dynamics(alliance)
    starts = [(0.9, 0.8), (0.5, 0.4), (0.2, 0.3), "competition"]
    ends = adaptive_paths(alliance, starts, [0, 400]).position.values[:, -1]
    stable = np.array([list(map(float, p.point)) for p in answer if p.convergence == "stable"])
    assert np.abs(ends[:, None] - stable[None]).max(axis=2).min(axis=1).max() < 1e-6


def test_paths_agree_with_small_projected_steps():
    alliance = Alliance(trust=0.9)
    answer = adaptive_dynamics(alliance)
    x = np.array([0.3, 0.9])
    for _ in range(8_000):
        x = np.clip(x + 5e-4 * answer.gradient(x), 0, 1)
    path = adaptive_paths(alliance, [(0.3, 0.9)], [0, 1, 4]).position.values[0]
    assert path[-1] == pytest.approx(x, abs=1e-3)
    assert np.all((path >= 0) & (path <= 1))


def snowdrift(benefit, second, cost, bend):
    """u(y, x) = b₁(y + x) + b₂(y + x)² − c₁y − c₂y², in receptivity alone (doebeli2004)."""
    payoff = np.full((3, 1, 3, 1), Fraction(0), dtype=object)
    payoff[1, 0, 0, 0] = Fraction(benefit) - Fraction(cost)
    payoff[0, 0, 1, 0] = Fraction(benefit)
    payoff[2, 0, 0, 0] = Fraction(second) - Fraction(bend)
    payoff[1, 0, 1, 0] = 2 * Fraction(second)
    payoff[0, 0, 2, 0] = Fraction(second)
    # Transparency costs a little, so that it plays no part.
    whole = np.full((3, 2, 3, 1), Fraction(0), dtype=object)
    whole[:, 0] = payoff[:, 0]
    whole[0, 1, 0, 0] = Fraction(-1, 10)
    return SquareGame([whole, whole])


def game_of(**terms):
    """A symmetric game: ``_1010=1`` is the term r r', the own coordinates first."""
    payoff = np.full((3, 3, 3, 3), Fraction(0), dtype=object)
    for powers, value in terms.items():
        payoff[tuple(map(int, powers[1:]))] = Fraction(value)
    return SquareGame([payoff, payoff])


def test_paths_rest_where_there_is_no_selection():
    starts = [(0, 0), (1, 1), (0, 1), (Fraction(1, 2), 0)]
    position = adaptive_paths(game_of(), starts, [0, 1, 2]).position.values
    assert np.array_equal(position, np.repeat(np.array(starts, dtype=float)[:, None], 3, axis=1))


def test_an_irrational_point_of_a_side_is_not_found_inside_too():
    """D = (r − 1, t² − 1/2): its zero (1, √½) was found a rounding beyond the square again."""
    answer = adaptive_dynamics(game_of(_1010=1, _1000=-1, _0102=1, _0100="-1/2"))
    assert answer.complete
    points = [one.point for one in answer if not one.exact]
    assert points == [(0, pytest.approx(0.5**0.5)), (1, pytest.approx(0.5**0.5))]
    assert "repels along its side" in answer[2].words


@pytest.mark.parametrize(
    ("terms", "convergence", "branching"),
    [
        (("6", "-1.4", "4.56", "-1.6"), "stable", True),
        (("7", "-1.5", "4.6", "-1"), "stable", False),
        (("3.4", "-0.5", "4", "-1.5"), "unstable", False),
    ],
)
def test_the_continuous_snowdrift_game(terms, convergence, branching):
    """Doebeli, Hauert & Killingback (2004): x* = (c₁ − b₁)/(4b₂ − 2c₂), converging if
    2b₂ − c₂ < 0, branching if b₂ − c₂ > 0 there."""
    b1, b2, c1, c2 = map(Fraction, terms)
    answer = adaptive_dynamics(snowdrift(*terms))
    inner = [one for one in answer if one.point[0] not in (0, 1)]
    assert [one.point for one in inner] == [((c1 - b1) / (4 * b2 - 2 * c2), 0)]
    assert inner[0].convergence == convergence == ("stable" if 2 * b2 - c2 < 0 else "unstable")
    assert inner[0].branching is branching
    assert branching == (convergence == "stable" and b2 - c2 > 0)


def test_a_tie_at_an_irrational_point_is_left_open():
    """u = (1 - 2c²)a - (a - c)² + t² - t: at c = √½ the mutant (c, 1) earns as much as (c, 0)."""
    payoff = np.full((3, 3, 3, 1), Fraction(0), dtype=object)
    payoff[1, 0, 0, 0], payoff[1, 0, 2, 0] = Fraction(1), Fraction(-2)
    payoff[2, 0, 0, 0], payoff[1, 0, 1, 0], payoff[0, 0, 2, 0] = map(Fraction, (-1, 2, -1))
    payoff[0, 2, 0, 0], payoff[0, 1, 0, 0] = Fraction(1), Fraction(-1)
    answer = adaptive_dynamics(SquareGame([payoff, payoff]))
    (one,) = [p for p in answer if p.point[1] == 0]
    assert one.point[0] == pytest.approx(0.5**0.5, abs=1e-15)
    assert (one.convergence, one.local) == ("stable", "uninvadable")
    assert not one.uninvadable
    assert "undecided" in one.words
    assert not answer.complete


def test_invasion_among_landmarks_and_along_a_line_is_exact():
    alliance = Alliance(trust=0.75)
    answer = adaptive_dynamics(alliance)
    payoff = alliance.payoffs()[0]
    assert np.all(answer.invasion == payoff - np.diagonal(payoff)[None, :])
    plot = pairwise_invasibility(alliance, "avoidance", "collaboration", 5)
    assert plot.fitness.sel(mutant=1, resident=0).item() == float(answer.invasion[0, 4])
    assert plot.sign.sel(mutant=1, resident=0).item() == np.sign(answer.invasion[0, 4])


def test_bad_input():
    with pytest.raises(ValueError, match="model: requires a symmetric game"):
        adaptive_dynamics(Alliance(stakes=(1, 2)))
    with pytest.raises(ValueError, match="starts: requires points or names among"):
        adaptive_paths(Alliance(), ["nobody"], [0, 1])
    with pytest.raises(ValueError, match=r"starts\[0\]: requires a point of the unit square"):
        adaptive_paths(Alliance(), [(2, 0)], [0, 1])
    with pytest.raises(ValueError, match="times: requires numbers that increase"):
        adaptive_paths(Alliance(), ["avoidance"], [1, 0])
    with pytest.raises(ValueError, match="second: requires a point other than the first"):
        pairwise_invasibility(Alliance(), "avoidance", (0, 0))
    with pytest.raises(ValueError, match="points: requires an integer"):
        pairwise_invasibility(Alliance(), "avoidance", "collaboration", 1)
