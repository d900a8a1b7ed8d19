"""Common zeros of polynomials in a simplex: known systems, by every route."""

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq

from dilemma.arrays import common_zeros as module
from dilemma.arrays.common_zeros import common_zeros
from dilemma.arrays.levelled_faces import LevelFaces
from dilemma.arrays.located_points import Enclosed, as_float, located, sign_of, value_at
from dilemma.arrays.multinomials import TooManyCoefficientsError, forms, polynomials_on, ring
from dilemma.arrays.number_field import Element
from dilemma.arrays.routh import signs_of_real_parts
from dilemma.arrays.spectra import spectrum
from dilemma.game import GroupGame

X, Y = ring(2).gens()
HALF = fmpq(1, 2)


def near(points):
    return sorted(tuple(round(as_float(one), 9) for one in point) for point in points)


class TestTwoUnknowns:
    CIRCLE, LINE = 8 * (X**2 + Y**2) - 1, X * Y - fmpq(1, 20)

    def test_zeros_in_fields_are_exact(self):
        found = common_zeros([self.CIRCLE, self.LINE], 3)
        assert len(found.points) == 2
        for point in found.points:
            assert all(isinstance(one, (Fraction, Element)) for one in point)
            assert sign_of(value_at(self.CIRCLE, point[:-1])) == 0
            assert sign_of(value_at(self.LINE, point[:-1])) == 0
            assert sum(point[1:], point[0]) == 1

    def test_balls_find_the_same(self, monkeypatch):
        exact = common_zeros([self.CIRCLE, self.LINE], 3)
        monkeypatch.setattr(module, "LARGEST_FIELD", 0)
        found = common_zeros([self.CIRCLE, self.LINE], 3)
        assert all(isinstance(one, arb) for point in found.points for one in point)
        assert near(found.points) == near(exact.points)
        assert all(isinstance(located(one), Enclosed) for point in found.points for one in point)

    def test_zeros_that_are_not_simple(self, monkeypatch):
        """A parabola touches a line, at a third of each."""
        third = fmpq(1, 3)
        system = [(Y - third) * (X + 1) - (X - third) ** 2, (Y - third) * (X + 2)]
        system[0] += system[1] * Y
        expected = ((Fraction(1, 3),) * 3,)
        assert common_zeros(system, 3).points == expected
        monkeypatch.setattr(module, "LARGEST_FIELD", 0)  # balls give up, and fields decide
        assert common_zeros(system, 3).points == expected

    @pytest.mark.parametrize(("lead", "expected"), [(5, (7, 4, 9)), (8, (10, 2.5, 7.5))])
    def test_a_zero_on_a_line_on_which_one_of_them_is_0(self, lead, expected):
        """The line is one on which x + cy, by which zeros are told apart, is constant."""
        line = X + 2 * Y - fmpq(3, 4)
        conic = line * (X + 1 - 3 * Y)
        cubic = line * (X**2 + X * Y) + lead * Y - 1
        expected = tuple(Fraction(one) / 20 for one in expected)
        assert expected in common_zeros([conic, cubic], 3).points

    def test_more_equations_than_unknowns_are_refused(self):
        with pytest.raises(ValueError, match="equations: requires at most 2 of 3 shares, got 3"):
            common_zeros([self.CIRCLE, self.LINE, X - Y], 3)

    def test_what_is_beyond_is_a_doubt(self, monkeypatch):
        third = fmpq(1, 3)
        system = [(Y - third) * (X + 1) - (X - third) ** 2, (Y - third) * (X + 2)]
        monkeypatch.setattr(module, "LARGEST_FIELD", 0)
        monkeypatch.setattr(module, "LARGEST_RESULTANT", 0)
        found = common_zeros([system[0] + system[1] * Y, system[1]], 3)
        assert found.points == ()
        assert "2 unknowns" in found.doubts[0].words

    def test_a_shared_curve_is_told_and_the_other_points_are_found(self):
        curve = 4 * X * Y - 1 + X
        found = common_zeros([curve * (X - fmpq(1, 4)), curve * (Y * X - fmpq(1, 16))], 3)
        assert found.curve
        assert near(found.points) == [(0.25, 0.25, 0.5)]

    def test_fewer_equations_than_unknowns(self):
        assert common_zeros([X**2 + Y**2 + 1], 3) == module.CommonZeros()
        assert common_zeros([X**2 - Y], 3).curve


class TestLinearParts:
    def test_equations_that_share_their_leading_parts_lose_them(self):
        """Three of degree 9 that differ by linear ones: a line, and one equation on it."""
        x, y, z = ring(3).gens()
        big = (x + 2 * y + 3 * z) ** 9
        system = [big - fmpq(1, 2), big - fmpq(1, 2) + x - y, big - fmpq(1, 2) + y - z]
        found = common_zeros(system, 4)
        share = 0.5 ** (1 / 9) / 6
        assert near(found.points) == [(*(round(share, 9),) * 3, round(1 - 3 * share, 9))]

    def test_polytopes_by_their_vertices(self):
        x, y, z = ring(3).gens()
        found = common_zeros([x + y - z, 2 * (x + y - z)], 4)
        assert len(found.polytope) == 3
        assert all(v[0] + v[1] == v[2] for v in found.polytope)
        assert common_zeros([x + y + z + 1], 4) == module.CommonZeros()
        assert common_zeros([x - x + 1], 4) == module.CommonZeros()

    def test_the_boundary_is_no_part(self):
        assert common_zeros([X * Y, X - Y], 3).points == ()
        assert common_zeros([X, Y - HALF], 3) == module.CommonZeros()


class TestThreeUnknowns:
    def test_boxes_prove_all_zeros(self):
        x, y, z = ring(3).gens()
        found = common_zeros(
            [x**2 - y * z, y**2 + x * y - 2 * z**2, 16 * z**2 + x * y + x * z - fmpq(18, 16)], 4
        )
        assert (Fraction(1, 4),) * 4 in found.points
        assert not found.doubts


class TestForms:
    def test_low_degrees_are_recognised(self):
        """A payoff that is linear in who is there is linear in the mixture, for 30 others."""
        game = GroupGame(31, ["a", "b", "c"], lambda i, group: group[0] * (i + 1) - group[2])
        given = forms(game.others, game.exact_payoffs)
        found = polynomials_on(given, (0, 1, 2))
        assert all(one.total_degree() <= 1 for one in found)

    @pytest.mark.parametrize("size", [2, 4, 7])
    def test_polynomials_are_the_expected_payoffs(self, size):
        values = np.random.default_rng(size).integers(-9, 10, (3, math.comb(size + 2, 2)))
        game = GroupGame(size, ["a", "b", "c"], values)
        given = forms(game.others, game.exact_payoffs)
        x = [Fraction(1, 5), Fraction(1, 2), Fraction(3, 10)]
        for support in ((0, 1, 2), (2, 0, 1)):
            at = [x[i] for i in support]
            found = [
                value_at(one, at[:-1]) / given.scale for one in polynomials_on(given, support)
            ]
            assert tuple(found) == game.expected_payoffs(x)

    def test_too_many_coefficients_are_a_doubt(self, monkeypatch):
        values = np.random.default_rng(0).integers(-9, 10, (3, math.comb(9, 2)))
        game = GroupGame(7, ["a", "b", "c"], values)
        given = forms(game.others, game.exact_payoffs)
        monkeypatch.setattr("dilemma.arrays.multinomials.MOST_DIFFERENCES", 50)
        with pytest.raises(TooManyCoefficientsError, match="degree 6 in 2 unknowns"):
            polynomials_on(given, (0, 1, 2))
        found = LevelFaces(given).zeros((0, 1, 2))
        assert "too many terms" in found.doubts[0].words


class TestRouth:
    def test_counts_are_those_of_the_spectrum(self):
        draw = np.random.default_rng(0)
        decided = 0
        for _ in range(60):
            size = draw.integers(1, 5)
            matrix = [
                [Fraction(int(v)) for v in row] for row in draw.integers(-4, 5, (size, size))
            ]
            counts, exact = signs_of_real_parts(matrix), spectrum(matrix)
            if counts is not None:
                decided += 1
                assert counts == (exact.positive, exact.negative)
            # What lies on the axis is never counted as if it did not.
            if exact.zero + exact.imaginary:
                assert counts is None
            balls = [[arb(int(v)) + arb(0, 1e-12) for v in row] for row in matrix]
            if counts is not None:
                assert signs_of_real_parts(balls) in (counts, None)
        assert decided > 40
