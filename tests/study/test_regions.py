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
    for _ in range(25):
        point = [
            low + (high - low) * Fraction(int(random.integers(1, 97)), 97)
            for low, high in found.over
        ]
        inside += check_point(Alliance(), plane[:2], found, *point)
    assert inside > 20
    for region in found.regions:
        assert found.at(*region.sample) is region
        assert of_region(region) == labels(
            Alliance().replace(**dict(zip(plane[:2], region.sample, strict=True))).game()
        )
    assert sum(region.share for region in found.regions) == pytest.approx(1, abs=1e-12)
    assert found.accuracy < 1e-9


@pytest.mark.parametrize("plane", PLANES, ids=lambda plane: "-".join(plane[:2]))
def test_lines_cross_the_curves_at_the_thresholds(alliances, plane):
    """Along a line second = c (and first = c) the critical values are the crossings, exactly."""
    found = alliances[plane[:2]]
    for k, part in ((0, Fraction(37, 60)), (1, Fraction(5, 7))):
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
    """T = R by hand: (1 − l) S (h − s − e t) + kt = 0, h = (1 − t) w."""
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


@pytest.mark.parametrize("seed", range(12))
def test_random_planes(seed):
    random = np.random.default_rng(seed)
    m, n = [(2, 2), (2, 3), (3, 3)][seed % 3]
    model = bilinear(random, m, n)
    found = regions(model, "a", "b")
    inside = 0
    for _ in range(6):
        first, second = (Fraction(int(k), 101) for k in random.integers(1, 101, 2))
        inside += check_point(model, ("a", "b"), found, first, second)
    assert inside >= 5
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


@pytest.mark.parametrize("seed", range(4))
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


def one_player(*gains):
    """The row player gains these by other rows than the first; the column player has no say."""
    cells = np.zeros((2, len(gains) + 1, 1), dtype=object)
    cells[0, 1:, 0] = gains
    return Plane(cells)


HALF = sympy.Rational(1, 2)
# What the second row gains, the number of regions and of arcs, and the largest region's share.
SHAPES = {
    "a touch": (-((X + Y - 1) ** 2), 2, 1, 1 / 2),
    "a touch at an irrational line": (-((2 * X**2 - 1) ** 2), 2, 1, 2**-0.5),
    "an irrational line": (2 * X**2 - 1, 2, 1, 2**-0.5),
    "a horizontal line": (3 * Y - 1, 2, 1, 2 / 3),
    "a line and an irrational line": ((2 * X**2 - 1) * (X - Y), 4, 4, 2**-0.5 - 1 / 4),
    "a circle": ((X - HALF) ** 2 + (Y - HALF) ** 2 - HALF**4, 2, 2, 1 - np.pi / 16),
    "a cusp": ((X - HALF) ** 3 - (Y - HALF) ** 2, 2, 2, 1 - 4 / 5 * 2**-2.5),
    "a node": ((X - HALF) ** 2 * X - (Y - HALF) ** 2, 4, 4, None),
    "four lines": ((X + Y - 1) * (X - Y) * (2 * X - 1) * (2 * Y - 1), 8, 8, 1 / 8),
    "a pole": (1 / (X - Y), 2, 1, 1 / 2),
    "two poles": (1 / (3 * X**2 - 1) + 1 / (3 * Y - 1), 6, 6, None),
    "a zero on the edge": (X * Y, 1, 0, 1),
    "a tie everywhere": (0 * X, 1, 0, 1),
    "a single point": (-((2 * X - 1) ** 2) - (3 * Y - 1) ** 2, 1, 0, 1),
    "an irrational point": (-((2 * X**2 - 1) ** 2) - (3 * Y**2 - 1) ** 2, 1, 0, 1),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_of_curves_by_hand(name):
    gain, count, arcs, share = SHAPES[name]
    model = one_player(gain)
    found = regions(model, "a", "b")
    assert len(found.regions) == count
    assert sum(len(curve.arcs) for curve in found.curves) == arcs
    assert share is None or found.regions[0].share == pytest.approx(share, abs=1e-9)
    value = sympy.lambdify((X, Y), gain)
    grid = found.locate([0.137, 0.57, 0.91], [0.071, 0.4, 0.613, 0.97])
    for i, a in enumerate((0.137, 0.57, 0.91)):
        for j, b in enumerate((0.071, 0.4, 0.613, 0.97)):
            region = found.regions[grid[i, j]]
            assert found.at(a, b) is region
            played = {one.played[0] for one in region.equilibria}
            gained = value(a, b)
            assert played == {("2",)} if gained > 0 else played >= {("1",)}
            assert (len(played) == 2) == (gained == 0)
    for curve in found.curves:
        size = sympy.lambdify(
            (X, Y), sympy.Poly(curve.expression(), *sympy.symbols("a b")).as_expr()
        )
        for arc in curve.arcs:
            points = arc.points(7)
            assert points.shape == (7, 2)
            scale = max(abs(c) for _, c in curve.coefficients)
            assert max(abs(size(*point)) for point in points) < 1e-9 * scale


def test_a_curve_that_turns_round_is_told_by_its_sign():
    found = regions(one_player(SHAPES["a circle"][0]), "a", "b")
    assert found.curves[0].words == (
        "where it is positive, 2 with 1 is a strict equilibrium; "
        "where it is negative, mutual 1 is a strict equilibrium"
    )
    low, high = found.curves[0].arcs
    assert low.first == high.first == (Fraction(1, 4), Fraction(3, 4))
    assert low.second == high.second == (Fraction(1, 2), Fraction(1, 2))


def test_a_tie_on_the_curve_alone():
    found = regions(one_player(SHAPES["a touch"][0]), "a", "b")
    (arc,) = found.curves[0].arcs
    assert arc.words == "on it, ties change what is a best reply or add equilibria"
    assert set(arc.there) == {"mutual 1", "2 with 1"}


def test_the_depth_of_tiles_changes_nothing(monkeypatch):
    """Tiles only save work: with few or many the curves, arcs and regions are the same."""
    from dilemma.study.two_terms import strips, survivors

    model = bilinear(np.random.default_rng(3), 2, 2)
    answers = []
    for depth in (0, 3, 6):
        for module in (strips, survivors):
            monkeypatch.setattr(module, "DEEPEST", depth)
        found = regions(model, "a", "b")
        arcs = [(arc.first, arc.second, arc.changes) for c in found.curves for arc in c.arcs]
        answers.append((arcs, [of_region(one) for one in found.regions]))
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("seed", range(3))
def test_neighbours_of_different_regions_have_a_curve_between(seed):
    """Nothing that belongs together is kept apart: between two regions runs an arc."""
    model = bilinear(np.random.default_rng(80 + seed), 2, 3)
    found = regions(model, "a", "b")
    values = [Fraction(k, 17) for k in range(1, 17)]
    grid = found.locate([float(v) for v in values], [float(v) for v in values])
    for k, line in ((1, grid), (0, grid.T)):
        for j, at in enumerate(values):
            crossings = [v for c in found.curves for arc in c.arcs for v in crossing(arc, k, at)]
            for i in range(len(values) - 1):
                between = [v for v in crossings if values[i] <= v <= values[i + 1]]
                assert between or line[i, j] == line[i + 1, j]


def test_edges_and_points_on_curves():
    found = regions(one_player(X - Y), "a", "b")
    assert found.at(1, "1/2") is found.at("9/10", "1/2")
    with pytest.raises(ValueError, match="a 1/2 and b 1/2 is on a boundary curve"):
        found.at(0.5, 0.5)
    with pytest.raises(ValueError, match="is on a boundary curve"):
        found.at(0, 0)
    with pytest.raises(ValueError, match="a: requires a value from 0 to 1, got 2"):
        found.at(2, 0)
    on_edge = regions(one_player(X * Y), "a", "b")
    with pytest.raises(ValueError, match="at a 0 and b 1/2 there are other equilibria"):
        on_edge.at(0, 0.5)
    point = regions(one_player(SHAPES["a single point"][0]), "a", "b")
    with pytest.raises(ValueError, match="at a 1/2 and b 1/3 there are other equilibria"):
        point.at(0.5, "1/3")
    pole = regions(one_player(SHAPES["a pole"][0]), "a", "b")
    with pytest.raises(ValueError, match="at a 1/2 and b 1/2 a payoff has a pole"):
        pole.at(0.5, 0.5)
    assert pole.curves[0].pole
    assert pole.curves[0].arcs[0].there is None
    open_end = regions(Alliance(), "opportunism", "stakes", {"stakes": (0, 1)})
    with pytest.raises(ValueError, match="stakes: requires a value inside its domain, got its op"):
        open_end.at(0.5, 0)


def test_a_grid_outside_of_the_box_and_no_grid():
    found = regions(one_player(X - Y), "a", "b", {"a": (0, 0.5)})
    assert found.over == ((0, Fraction(1, 2)), (0, 1))
    assert found.locate([-1, 0.25, 0.75], [0.1, 2]).tolist() == [[-1, -1], [1, -1], [-1, -1]]
    assert found.locate([], [0.5]).shape == (0, 1)
    with pytest.raises(ValueError, match=r"first_values: requires a row of values, got the shape"):
        found.locate([[0.5]], [0.5])


def test_bad_input():
    with pytest.raises(ValueError, match="first: requires a term among trust, stakes"):
        regions(Alliance(), "trsut", "stakes")
    with pytest.raises(ValueError, match="second: requires another term than the first, got 'tr"):
        regions(Alliance(), "trust", "trust")
    with pytest.raises(ValueError, match="second: requires a term that the first does not move"):
        regions(Alliance(), "stakes", "stakes.row", ((0, 1), (0, 1)))
    with pytest.raises(
        ValueError, match=r"over\['stakes'\]: requires \(low, high\), since stakes"
    ):
        regions(Alliance(), "trust", "stakes")
    with pytest.raises(ValueError, match=r"over\['trust'\]: requires low < high, got 1 and 0"):
        regions(Alliance(), "trust", "opportunism", ((1, 0), None))
    with pytest.raises(ValueError, match="over: requires ranges of trust and opportunism alone"):
        regions(Alliance(), "trust", "opportunism", {"stakes": (0, 1)})
    with pytest.raises(TypeError, match="over: requires"):
        regions(Alliance(), "trust", "opportunism", 3)
    with pytest.raises(TypeError, match="model: requires a model with domains"):
        regions(Alliance().game(), "trust", "opportunism")
    with pytest.raises(TypeError, match="numbers for all terms but"):
        regions(Alliance(stakes=sympy.Symbol("S")), "trust", "opportunism")
    with pytest.raises(
        ValueError, match="model: requires payoffs that are polynomials in a and b"
    ):
        regions(one_player(sympy.sqrt(X)), "a", "b")
    with pytest.raises(
        ValueError, match="model: requires a game with at most 4000 bases a player"
    ):
        regions(Plane(np.zeros((2, 8, 8), dtype=object)), "a", "b")
    arc = regions(one_player(X - Y), "a", "b").curves[0].arcs[0]
    with pytest.raises(ValueError, match="count: requires at least 2 points, got 1"):
        arc.points(1)


def test_how_it_reads():
    found = regions(Alliance(), "trust", "opportunism")
    text = str(found)
    assert max(map(len, text.splitlines())) <= 80
    assert "18*trust*opportunism + 9*trust - 18*opportunism - 1 = 0" in text
    assert "region 0: 51.2 % of the box, 1 equilibrium; strict: mutual avoidance" in text
    assert isinstance(hash(found), int)
