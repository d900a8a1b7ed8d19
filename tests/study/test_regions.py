"""Regions in the plane of two terms, against `nash`, `nash_map` and `thresholds`."""

from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest
import sympy

from dilemma import Alliance, Game, nash, nash_map, thresholds
from dilemma.alliance.terms import Domain
from dilemma.arrays.algebraic import AlgebraicNumber, roots_in
from dilemma.arrays.bivariate import along_second, sign_of_terms
from dilemma.study import axis, regions
from dilemma.study.patterns import patterns_of

PLANES = [
    ("trust", "stakes", {"stakes": ("1/10", 8)}),
    ("trust", "opportunism", None),
    ("leakage", "trust", None),
    ("stakes.row", "stakes.column", ((0, 4), (0, 4))),
]
X, Y = sympy.symbols("a b")


class Plane:
    """A user's own model: payoffs that are any expressions in a and b, each from 0 to 1."""

    domains = MappingProxyType({name: Domain(Fraction(0), Fraction(1)) for name in ("a", "b")})

    def __init__(self, cells, a=X, b=Y):
        self.cells, self.a, self.b = cells, a, b

    def replace(self, **terms):
        return Plane(self.cells, terms.get("a", self.a), terms.get("b", self.b))

    def payoffs(self):
        result = np.empty(self.cells.shape, dtype=object)
        for index in np.ndindex(*result.shape):
            cell = sympy.sympify(self.cells[index])
            result[index] = cell.subs({X: self.a, Y: self.b}, simultaneous=True)
        return result

    def game(self):
        return Game(self.payoffs())


def bilinear(random, m, n, size=3):
    """Payoffs c + d a + e b + f a b with small random integers."""
    c = random.integers(-size, size + 1, (2, m, n, 4))
    return Plane(c[..., 0] + c[..., 1] * X + c[..., 2] * Y + c[..., 3] * X * Y)


def labels(game):
    """E from its definition: supports and best replies of all extreme equilibria, by name."""
    return {
        tuple(
            tuple(game.strategies[k % 2][i] for i in side)
            for k, side in enumerate((*one.supports, *game.best_replies(one.row, one.column)))
        )
        for one in nash(game)
    }


def of_region(region):
    return {(*one.played, *one.best_replies) for one in region.equilibria}


def check_point(model, names, found, first, second):
    """A point of a region has its equilibria, by the exact solver; a point of none says so."""
    game = model.replace(**{names[0]: first, names[1]: second}).game()
    if any(not sign_of_terms(c.coefficients, first, second) for c in found.curves):
        return False
    region = found.at(first, second)
    assert of_region(region) == labels(game)
    assert {one.at(first, second) for one in region.equilibria} == {
        (one.row, one.column) for one in nash(game)
    }
    return True


@pytest.fixture(scope="module")
def alliances():
    return {plane[:2]: regions(Alliance(), *plane) for plane in PLANES}


@pytest.mark.parametrize("plane", PLANES, ids=lambda plane: "-".join(plane[:2]))
def test_a_grid_by_the_batch_solver(alliances, plane):
    """At every point of a 60 × 60 grid inside a region: the supports by `nash_map`."""
    found = alliances[plane[:2]]
    axes = [axis(low, high, 62)[1:-1] for low, high in found.over]
    games = Alliance(**terms_on_grid(plane[:2], axes)).games()
    batch = nash_map(games, progress=False)
    rows, columns = (batch[f"{side}_support"].values for side in ("row", "column"))
    grid = found.locate(*([float(v) for v in one] for one in axes))
    expected = [
        {
            tuple(
                sum(1 << Alliance().game().strategies[0].index(name) for name in side)
                for side in one.played
            )
            for one in region.equilibria
        }
        for region in found.regions
    ]
    on_curves = 0
    for i, first in enumerate(axes[0]):
        for j, second in enumerate(axes[1]):
            if any(not sign_of_terms(c.coefficients, first, second) for c in found.curves):
                on_curves += 1
                continue
            pairs = {(r, c) for r, c in zip(rows[i, j], columns[i, j], strict=True) if r}
            assert pairs == expected[grid[i, j]], (first, second)
    assert on_curves < 200


def terms_on_grid(names, axes):
    first, second = axes[0][:, None], axes[1][None, :]
    if names == ("stakes.row", "stakes.column"):
        return {"stakes": (first, second)}
    return {names[0]: first, names[1]: second}


@pytest.mark.parametrize("plane", PLANES, ids=lambda plane: "-".join(plane[:2]))
def test_random_points_and_grid_lines_exactly(alliances, plane):
    found = alliances[plane[:2]]
    random = np.random.default_rng(7)
    inside = 0
    for _ in range(60):
        point = [
            low + (high - low) * Fraction(int(random.integers(1, 97)), 97)
            for low, high in found.over
        ]
        inside += check_point(Alliance(), plane[:2], found, *point)
    assert inside > 50
    for region in found.regions:
        assert found.at(*region.sample) is region
        assert check_point(Alliance(), plane[:2], found, *region.sample)


@pytest.mark.parametrize("plane", PLANES, ids=lambda plane: "-".join(plane[:2]))
def test_lines_cross_the_curves_at_the_thresholds(alliances, plane):
    """Along a line second = c (and first = c) the critical values are the crossings, exactly."""
    found = alliances[plane[:2]]
    for k, part in ((0, Fraction(3, 11)), (0, Fraction(37, 60)), (1, Fraction(5, 7))):
        check_line(Alliance(), found, k, part)


def check_line(model, found, k, part):
    names = found.first, found.second
    low, high = found.over[k]
    value = low + (high - low) * part
    line = thresholds(model.replace(**{names[k]: value}), names[1 - k], found.over[1 - k])
    crossings = set()
    for curve in found.curves:
        for arc in curve.arcs:
            crossings |= crossing(arc, k, value)
    inside = [v for v in line.values if found.over[1 - k][0] < v < found.over[1 - k][1]]
    # Where the line runs through a corner, or along a curve, its own picture is another.
    assert sorted(crossings) == inside


def crossing(arc, k, value):
    """Where an arc meets the line on which term k has a value."""
    terms = arc.coefficients
    if arc.branch is None:
        inside = arc.second[0] < value < arc.second[1]
        return {arc.first[0]} if k == 1 and inside else set()
    if k == 0:
        if not arc.first[0] < value < arc.first[1]:
            return set()
        return {roots_in(along_second(terms, value), *arc.within)[arc.branch]}
    turned = tuple(((j, i), c) for (i, j), c in terms)
    found = set()
    for root in roots_in(along_second(turned, value), -100, 100):
        if arc.first[0] < root < arc.first[1]:
            near = (
                root.within(Fraction(1, 10**9)).low if isinstance(root, AlgebraicNumber) else root
            )
            branch = roots_in(along_second(terms, near), *arc.within)[arc.branch]
            if abs(float(branch) - float(value)) < 1e-6:
                found.add(root)
    return found


def test_where_temptation_equals_reward(alliances):
    """T = R by hand (DESIGN, closed forms): (1 − l) S (h − s − e t) + kt = 0, h = (1 − t) w."""
    trust, stakes, opportunism = sympy.symbols("trust stakes opportunism")
    half, leak = sympy.Rational(1, 2), sympy.Rational(9, 10)
    for plane, weight, amount in (
        (("trust", "stakes"), sympy.Rational(3, 4), stakes),
        (("trust", "opportunism"), opportunism, 1),
    ):
        by_hand = leak * amount * ((1 - trust) * weight - half - half * trust) + half
        strict = [
            curve
            for curve in alliances[plane].curves
            if any(
                "mutual collaboration is a strict" in words for words in curve.words.split("; ")
            )
            and sympy.cancel(curve.expression() / by_hand).is_Rational
        ]
        assert len(strict) == 1
    (curve,) = (
        one
        for one in alliances["trust", "stakes"].curves
        if "45*trust*stakes - 9" in one.polynomial
    )
    assert curve.polynomial == "45*trust*stakes - 9*stakes - 20"
    assert curve.solved == "stakes = 20/(45*trust - 9)"
    assert curve.words.startswith("above it, mutual collaboration is a strict equilibrium")


@pytest.mark.parametrize("seed", range(18))
def test_random_planes(seed):
    random = np.random.default_rng(seed)
    m, n = [(2, 2), (2, 3), (3, 3)][seed % 3]
    model = bilinear(random, m, n)
    found = regions(model, "a", "b")
    inside = 0
    for _ in range(12):
        first, second = (Fraction(int(k), 101) for k in random.integers(1, 101, 2))
        inside += check_point(model, ("a", "b"), found, first, second)
    assert inside >= 11
    check_line(model, found, seed % 2, Fraction(int(random.integers(1, 89)), 89))
    check_arcs(model, found)


def check_arcs(model, found):
    """On both sides of each arc there is what it says, and E differs across it or on it."""
    for curve in found.curves:
        for arc in curve.arcs:
            if arc.branch is None:
                continue
            first = middle(*arc.first)
            (root,) = crossing(arc, 0, first)
            near = Fraction(1, 10**9)
            sides = (
                (root.within(near).low, root.within(near).high)
                if isinstance(root, AlgebraicNumber)
                else (root - near, root + near)
            )
            for second, number in zip(sides, (arc.below, arc.above), strict=True):
                game = model.replace(a=first, b=second).game()
                assert labels(game) == of_region(found.regions[number])
            if isinstance(root, Fraction) and not curve.pole:
                game = model.replace(a=first, b=root).game()
                one, two = (of_region(found.regions[k]) for k in (arc.below, arc.above))
                assert not one == two == labels(game)
                assert found_words(game) == set(arc.there)


def found_words(game):
    from dilemma.study.patterns import pattern_words

    return {pattern_words(game.strategies, one) for one in patterns_of(game)}


def middle(low, high):
    return Fraction((float(low) + float(high)) / 2).limit_denominator(10**9)


@pytest.mark.parametrize("seed", range(6))
def test_degenerate_planes_with_copies_of_strategies(seed):
    """Strategies that are alike everywhere make ties everywhere, which hide nothing."""
    random = np.random.default_rng(50 + seed)
    small = bilinear(random, 2, 2, 2).cells
    doubled = small[:, [0, 1, 1], :][:, :, [0, 0, 1] if seed % 2 else [0, 1]]
    model = Plane(doubled)
    found = regions(model, "a", "b")
    for _ in range(10):
        first, second = (Fraction(int(k), 101) for k in random.integers(1, 101, 2))
        check_point(model, ("a", "b"), found, first, second)
    check_line(model, found, seed % 2, Fraction(5, 13))
    check_arcs(model, found)
