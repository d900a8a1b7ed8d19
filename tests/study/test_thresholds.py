"""Exact thresholds, against `nash` on both sides, at, and between them."""

import re
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dilemma import Alliance, Game, nash, thresholds
from dilemma.arrays.algebraic import AlgebraicNumber, roots_in
from dilemma.study import axis, family_of
from dilemma.study.one_term.moving import closed_forms


def pattern(game):
    """E(θ) by the exact solver, from its definition."""
    return {(*one.supports, *game.best_replies(one.row, one.column)) for one in nash(game)}


def check(model, name, found, samples=3):
    """The stretches are those of `nash`, and each critical value is one."""
    for stretch in found.intervals:
        low, high = float(stretch.low), float(stretch.high)
        fixed = None
        for k in range(1, samples + 1):
            value = Fraction(low + (high - low) * k / (samples + 1)).limit_denominator(10**12)
            game = model.replace(**{name: value}).game()
            if not stretch.low < value < stretch.high:
                continue
            exact = {(one.row, one.column) for one in nash(game)}
            assert {one.at(value) for one in stretch.equilibria} == exact
            assert sum(one.strict for one in nash(game)) == len(stretch.strict)
            now = pattern(game)
            assert fixed is None or now == fixed
            fixed = now
    for one in found.critical:
        if one.pole or not found.over[0] < one.value < found.over[1]:
            continue
        near = Fraction(1, 10**14)
        if isinstance(one.value, Fraction):
            sides = [one.value - near, one.value, one.value + near]
        else:
            tight = one.value.within(near)
            sides = [tight.low, tight.high]
        patterns = [pattern(model.replace(**{name: side}).game()) for side in sides]
        # A touch at an irrational value is alike on both sides, and says so.
        touch = isinstance(one.value, AlgebraicNumber) and not (one.appear or one.vanish)
        assert touch or any(p != patterns[0] for p in patterns)


def test_the_default_alliance_along_trust():
    """Thresholds by hand: T = R at 29/45; counts between by an exact solver."""
    found = thresholds(Alliance(), "trust")
    assert found.values[0] == Fraction(29, 45)
    counts = {Fraction(1, 2): 1, Fraction(13, 20): 3, Fraction(3, 4): 5, Fraction(9, 10): 7}
    for trust, count in counts.items():
        assert len(found.at(trust).equilibria) == count
        assert len(nash(Alliance(trust=trust).game())) == count
    assert len(found.at(1).equilibria) == 5
    check(Alliance(), "trust", found)
    collaboration = next(one for one in found.at("3/4").equilibria if one.strict)
    assert collaboration.words == "mutual collaboration"


def test_the_surd_is_a_root_of_its_minimal_polynomial():
    found = thresholds(Alliance(), "trust")
    irrational = [one for one in found.critical if isinstance(one.value, AlgebraicNumber)]
    assert irrational
    for one in irrational:
        t = sympy.Symbol("t")
        polynomial = sum(c * t**k for k, c in enumerate(one.polynomial))
        shown = sympy.sympify(re.sub(r"(\d) sqrt", r"\1*sqrt", one.closed_form))
        assert sympy.expand(polynomial.subs(t, shown)) == 0
        assert float(shown) == pytest.approx(float(one), abs=1e-14)
        assert one.isolated[0] < one.value < one.isolated[1]


@pytest.mark.parametrize(
    ("alliance", "name", "over"),
    [
        (Alliance(trust="1/10"), "stakes", ("1/10", 8)),
        (Alliance(trust="9/10", opportunism=("1/5", "9/10")), "stakes.row", (1, 4)),
        (Alliance(stakes=2, trust="9/10"), "effort_convexity", None),
        (Alliance(), "leakage", None),
    ],
)
def test_other_terms(alliance, name, over):
    check(alliance, name, thresholds(alliance, name, over))


@pytest.mark.parametrize("seed", range(25))
def test_random_families_between_and_at_thresholds(seed, polynomials):
    random = np.random.default_rng(seed)
    shape = [(2, 2, 2), (2, 3, 2), (2, 3, 3), (2, 2, 4)][seed % 4]
    model = polynomials(random.integers(-4, 5, (*shape, 2 + seed % 2)))
    found = thresholds(model, "theta")
    check(model, "theta", found)
    # None is missed: wherever two samples differ there is a critical value in between.
    grid = [Fraction(k, 61) for k in range(1, 61)]
    patterns = [pattern(model.replace(value).game()) for value in grid]
    for a, b, one, two in zip(grid, grid[1:], patterns, patterns[1:], strict=False):
        between = [v for v in found.values if a <= v <= b]
        assert bool(between) or one == two


@given(st.data())
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_degenerate_families_with_copies_of_strategies(polynomials, data):
    """Strategies that are alike for all θ make structural ties, which hide nothing."""
    numbers = st.integers(-2, 2)
    cells = np.array(data.draw(st.lists(numbers, min_size=16, max_size=16)), dtype=int).reshape(
        2, 2, 2, 2
    )
    doubled = cells[:, [0, 1, 1], :][:, :, [0, 0, 1]]
    model = polynomials(doubled)
    check(model, "theta", thresholds(model, "theta"))


def test_bisection_finds_the_same_values():
    model, found = Alliance(), thresholds(Alliance(), "trust")
    for one in found.critical:
        low, high = Fraction(float(one) - 1e-4), Fraction(float(one) + 1e-4)
        first = pattern(model.replace(trust=low).game())
        for _ in range(30):
            middle = (low + high) / 2
            if pattern(model.replace(trust=middle).game()) == first:
                low = middle
            else:
                high = middle
        assert float(low) == pytest.approx(float(one), abs=1e-12)


def test_a_touch_is_a_threshold_though_both_sides_are_alike(polynomials):
    """The deviation's gain −(θ − 1/3)² vanishes at one point only."""
    cells = np.zeros((2, 2, 1, 3), dtype=int)
    cells[0, 1, 0] = [-1, 6, -9]
    found = thresholds(polynomials(cells), "theta")
    assert found.values == (Fraction(1, 3),)
    assert "ties change" in found.critical[0].words or "equilibri" in found.critical[0].words


def test_formulas_hold_where_a_basis_is_singular(polynomials):
    """The rows (θ, −θ) and (1 − θ, θ − 1) tie at equal weights, and are one row at 1/2."""
    cells = np.zeros((2, 4, 2, 2), dtype=int)
    cells[0, :, 0] = [[0, 1], [5, 0], [-5, 0], [1, -1]]
    cells[0, :, 1] = -cells[0, :, 0]
    model = polynomials(cells)
    found = thresholds(model, "theta")
    assert not found.values
    for value in (Fraction(1, 3), Fraction(1, 2)):
        exact = {(one.row, one.column) for one in nash(model.replace(value).game())}
        assert {one.at(value) for one in found.at(value).equilibria} == exact


SENTENCE = re.compile(r"(above|below) theta \S+, (.*) (?:is|becomes) a strict equilibrium(, .*)?")


@pytest.mark.parametrize("seed", range(6))
def test_words_about_strict_equilibria_are_true_there_and_on_both_sides(seed, polynomials):
    random = np.random.default_rng(100 + seed)
    model = polynomials(random.integers(-3, 4, (2, 2, 3, 2)))
    near = Fraction(1, 10**9)

    def strict(value):
        pairs = [one.supports for one in nash(model.replace(value).game()) if one.strict]
        profiles = [(x[0] + 1, y[0] + 1) for x, y in pairs]
        return {f"mutual {i}" if i == j else f"{i} with {j}" for i, j in profiles}

    for one in thresholds(model, "theta").critical:
        if not 0 < one.value < 1 or not isinstance(one.value, Fraction):
            continue
        sides = [strict(one.value + k * near) for k in (-1, 0, 1)]
        said = [SENTENCE.fullmatch(part) for part in one.words.split("; ") if "strict" in part]
        for match in said:
            holds = {"above": [False, False, True], "below": [True, False, False]}[match[1]]
            assert [match[2] in side for side in sides] == holds
        assert {match[2] for match in said} == sides[0] ^ sides[2]


def test_poles_are_critical(polynomials):
    class Ratio(polynomials):
        def payoffs(self):
            pay = np.zeros((2, 2, 1), dtype=object)
            pay[0, 0, 0] = 1 / (self.theta - sympy.Rational(1, 2))
            return pay

        def replace(self, theta):
            return Ratio(None, sympy.sympify(theta))

        def game(self):
            return Game(self.payoffs())

    found = thresholds(Ratio(None), "theta")
    assert found.values == (Fraction(1, 2),)
    assert found.critical[0].pole
    first, second = found.intervals
    assert first.equilibria[0].at(Fraction(1, 4))[0] == (0, 1)
    assert second.equilibria[0].at(Fraction(3, 4))[0] == (1, 0)


def test_ends_are_compared_with_the_inside(polynomials):
    cells = np.zeros((2, 2, 1, 2), dtype=int)
    cells[0, 0, 0] = [0, 1]  # θ against 0: a tie at 0
    found = thresholds(polynomials(cells), "theta")
    assert found.values == (0,)
    assert len(found.intervals) == 1


def test_a_family_is_the_model_up_to_a_positive_factor():
    family = family_of(Alliance(), "trust")
    game = family.game_at("1/3")
    assert {(e.row, e.column) for e in nash(game)} == {
        (e.row, e.column) for e in nash(Alliance(trust="1/3").game())
    }


def test_bad_input():
    with pytest.raises(ValueError, match="parameter: requires a term among trust, stakes"):
        thresholds(Alliance(), "trsut")
    with pytest.raises(ValueError, match=r"over: requires \(low, high\), since stakes"):
        thresholds(Alliance(), "stakes")
    with pytest.raises(TypeError, match="over: requires a pair"):
        thresholds(Alliance(), "stakes", {1, 2})
    with pytest.raises(ValueError, match="over: requires low < high, got 1 and 0"):
        thresholds(Alliance(), "trust", (1, 0))
    with pytest.raises(ValueError, match="over: requires values of trust"):
        thresholds(Alliance(), "trust", (0, 2))
    with pytest.raises(TypeError, match="model: requires a model with domains"):
        thresholds(Alliance().game(), "trust")
    with pytest.raises(TypeError, match="numbers for all terms"):
        thresholds(Alliance(stakes=sympy.Symbol("S")), "trust")
    found = thresholds(Alliance(), "trust")
    with pytest.raises(ValueError, match="value: requires one between critical values"):
        found.at("29/45")
    with pytest.raises(ValueError, match="n: requires an integer of at least 2"):
        axis(0, 1, 1)
    with pytest.raises(ValueError, match="high: requires more than low"):
        axis(1, 1, 3)


def test_an_open_end_has_no_stretch():
    """Stakes of 0 are no stakes: thresholds looks beside them, and `at` says so."""
    found = thresholds(Alliance(), "stakes", (0, 2))
    assert found.open_ends == (True, False)
    with pytest.raises(
        ValueError, match="value: requires one inside the domain of stakes, got it"
    ):
        found.at(0)
    assert found.at(2) is found.intervals[-1]


def test_close_critical_values_are_told_apart_in_words(polynomials):
    """Ties at 1/3 ± 1e-12, and at two irrational values that near to one another."""
    scale = 10**12
    cells = np.zeros((2, 3, 1, 2), dtype=object)
    cells[0, 1, 0] = [-(scale + 3), 3 * scale]
    cells[0, 2, 0] = [scale - 3, -3 * scale]
    found = thresholds(polynomials(cells), "theta")
    assert len(found.values) == 2
    assert len({one.closed_form for one in found.critical}) == 2
    assert len({one.words.partition(",")[0] for one in found.critical}) == 2
    near = [roots_in((-1 - k, 0, 0, 3 * scale), 0, 1)[0] for k in (0, 1)]
    shown = closed_forms([near[0], near[0].within(Fraction(1, 10**30)), near[1]])
    assert shown[0] == shown[1] != shown[2]
    very = [roots_in((-(scale**2) - k, 0, 0, 2 * scale**2), 0, 1)[0] for k in (0, 1)]
    first, second = closed_forms(very)
    assert first != second
    assert abs(Fraction(first[1:]) - very[0].within(Fraction(1, 10**40)).low) < Fraction(1, 10**24)
