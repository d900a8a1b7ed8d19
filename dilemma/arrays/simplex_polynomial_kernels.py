"""Compiled values of polynomials on a simplex, from their Bernstein coefficients.

See `dilemma.arrays.simplex_polynomials` for the form and for the order of the coefficients.
"""

from typing import Any

from dilemma.arrays.kernels import kernel


@kernel
def write_values(
    point: Any, coefficients: Any, rests: Any, binomials: Any, weights: Any, powers: Any,
    partial: Any, result: Any,
) -> None:  # fmt: skip
    """Write the values at one point: means over one variable after the other, the last two first.

    `rests` has a row of what prefixes of 0, 1, ... exponents leave of the degree, one row after
    the other; `weights` is room of shape (degree + 1, degree + 1), `powers` of (2, degree + 1),
    and `partial` of a row for each prefix that leaves out the last two exponents.
    """
    n, degree, many = len(point), len(binomials) - 1, coefficients.shape[1]
    last = n - 2
    powers[0, 0] = powers[1, 0] = 1.0
    for k in range(degree):
        powers[0, k + 1] = powers[0, k] * point[last]
        powers[1, k + 1] = powers[1, k] * point[last + 1]
    # Of two variables only one prefix is there, the empty one.
    for r in range(0 if n > 2 else degree, degree + 1):
        for k in range(r + 1):
            weights[r, k] = binomials[r, k] * powers[0, k] * powers[1, r - k]
    row, end = 0, len(rests)
    count = len(partial)
    start = end - count
    for prefix in range(count):
        r = rests[start + prefix]
        for i in range(many):
            partial[prefix, i] = 0.0
        for k in range(r + 1):
            weight = weights[r, k]
            for i in range(many):
                partial[prefix, i] += weight * coefficients[row, i]
            row += 1
    for level in range(last - 1, -1, -1):
        for k in range(degree):
            powers[0, k + 1] = powers[0, k] * point[level]
        end = start
        # There are C(degree + level, level) prefixes of so many exponents.
        count = count * (level + 1) // (degree + level + 1)
        start = end - count
        row = 0
        for prefix in range(count):
            r = rests[start + prefix]
            # No row is read after it was written to.
            for i in range(many):
                partial[prefix, i] = partial[row, i]
            row += 1
            for k in range(1, r + 1):
                weight = binomials[r, k] * powers[0, k]
                for i in range(many):
                    partial[prefix, i] += weight * partial[row, i]
                row += 1
    for i in range(many):
        result[i] = partial[0, i]


@kernel
def write_all_values(
    points: Any, coefficients: Any, rests: Any, binomials: Any, weights: Any, powers: Any,
    partial: Any, results: Any,
) -> None:  # fmt: skip
    """Write the values at many points, one a row."""
    for place in range(len(points)):
        write_values(
            points[place], coefficients, rests, binomials, weights, powers, partial,
            results[place],
        )  # fmt: skip
