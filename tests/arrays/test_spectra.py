"""Signs of eigenvalues and rays of cones: against numpy, by construction, by definition."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from flint import fmpz_mat

from dilemma.arrays.cones import extreme_rays
from dilemma.arrays.spectra import spectrum


def exact(values):
    return [[Fraction(int(value)) for value in row] for row in values]


def test_random_matrices_as_numpy_has_them():
    draw = np.random.default_rng(3)
    for size in (1, 2, 3, 4, 6):
        for _ in range(10):
            matrix = draw.integers(-9, 10, (size, size))
            found = spectrum(exact(matrix))
            theirs = np.linalg.eigvals(matrix.astype(float))
            for value in theirs:
                assert np.abs(np.array(found.values) - value).min() < 1e-5
            clear = np.abs(theirs.real) > 1e-6
            if clear.all():
                assert found.positive == np.sum(theirs.real > 0)
                assert found.negative == np.sum(theirs.real < 0)
                assert found.zero == found.imaginary == 0


@pytest.mark.parametrize("seed", range(6))
def test_matrices_with_known_eigenvalues(seed):
    """Blocks with chosen eigenvalues, hidden by a change of basis of determinant 1."""
    draw = np.random.default_rng(seed)
    blocks = [
        [[0, -3], [1, 0]],
        [[0, -3], [1, 0]],
        [[0]],
        [[2]],
        [[-1, -1], [1, -1]],
        [[0, 1], [0, 0]],
    ]
    size = sum(map(len, blocks))
    matrix, first = np.zeros((size, size), dtype=int), 0
    for block in blocks:
        matrix[first : first + len(block), first : first + len(block)] = block
        first += len(block)
    change = np.tril(draw.integers(-2, 3, (size, size)), -1) + np.eye(size, dtype=int)
    change = change @ change[::-1, ::-1].T
    inverse = np.rint(np.linalg.inv(change))
    hidden = change @ matrix @ inverse.astype(int)
    found = spectrum(exact(hidden))
    assert (found.positive, found.zero, found.imaginary, found.negative) == (1, 3, 4, 2)
    assert len(found.values) == size


def test_a_real_part_that_floating_point_cannot_see():
    tiny = Fraction(1, 10**60)
    matrix = [[tiny, Fraction(-1)], [Fraction(1), tiny]]
    assert spectrum(matrix).positive == 2
    matrix[0][0] = matrix[1][1] = -tiny
    assert spectrum(matrix).negative == 2


def test_zeros_that_do_not_count():
    assert spectrum(exact([[0, 0], [0, 1]]), known_zeros=1).values == (1 + 0j,)
    assert spectrum([]).values == ()
    with pytest.raises(ValueError, match=r"known_zeros: requires at most 1, .* got 2"):
        spectrum(exact([[0, 0], [0, 1]]), known_zeros=2)


def test_extreme_rays_by_minimal_supports():
    """The rays of {z ≥ 0 : Ez = 0} are its vectors of minimal support: found by all supports."""
    draw = np.random.default_rng(8)
    for _ in range(25):
        width = int(draw.integers(1, 7))
        equations = draw.integers(-2, 3, (int(draw.integers(0, 4)), width)).tolist()
        minimal = {}
        for bits in sorted(product((0, 1), repeat=width), key=sum):
            support = [j for j in range(width) if bits[j]]
            if not support or any(set(known) <= set(support) for known in minimal):
                continue
            if equations:
                basis, nullity = fmpz_mat(
                    [[row[j] for j in support] for row in equations]
                ).nullspace()
                vector = [int(basis[i, 0]) for i in range(len(support))] if nullity == 1 else []
            else:
                vector = [1] if len(support) == 1 else []
            if vector and (min(vector) > 0 or max(vector) < 0):
                minimal[tuple(support)] = vector
        found = extreme_rays(equations, width)
        assert {tuple(np.flatnonzero(ray).tolist()) for ray in found} == set(minimal)
        assert len(found) == len(minimal)
        for ray in found:
            assert min(ray) >= 0
            assert all(sum(e * z for e, z in zip(row, ray, strict=True)) == 0 for row in equations)
