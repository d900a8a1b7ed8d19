"""Compiled values of polynomials on a simplex, from their Bernstein coefficients.

See `dilemma.arrays.simplex_polynomials` for the form and for the order of the coefficients. All
that is needed stands in one row of numbers, with room for what is computed in between, so that a
kernel which passes it on passes one array.
"""

from typing import Any

from dilemma.arrays.kernels import kernel

# What a packed row begins with: the degree, and how many coefficients each polynomial has, how
# many prefixes leave out the last two exponents, and how many prefixes there are in all.
HEAD = 4


@kernel
def write_values(point: Any, packed: Any, result: Any) -> None:
    """Write the values at one point: sums over one variable after the other, the last two first.

    Parameters
    ----------
    point : array of shape (n,)
    packed : array
        From `dilemma.arrays.simplex_polynomials.SimplexPolynomials.packed`; its room is written.
    result : array of shape (polynomials,)
    """
    n, many = len(point), len(result)
    degree = int(packed[0])
    count, size = int(packed[2]), degree + 1
    rests = HEAD + int(packed[1]) * many
    end = rests + int(packed[3])
    binomials = end
    weights = binomials + size * size
    first, second = weights + size * size, weights + size * size + size
    partial = second + size
    last = n - 2
    packed[first] = packed[second] = 1.0
    for k in range(degree):
        packed[first + k + 1] = packed[first + k] * point[last]
        packed[second + k + 1] = packed[second + k] * point[last + 1]
    # Of two variables only one prefix is there, the empty one.
    for r in range(0 if n > 2 else degree, size):
        for k in range(r + 1):
            packed[weights + r * size + k] = (
                packed[binomials + r * size + k] * packed[first + k] * packed[second + r - k]
            )
    row = HEAD
    start = end - count
    for prefix in range(count):
        r = int(packed[start + prefix])
        into, weighed = partial + prefix * many, weights + r * size
        for i in range(many):
            packed[into + i] = 0.0
        for k in range(r + 1):
            weight = packed[weighed + k]
            for i in range(many):
                packed[into + i] += weight * packed[row + i]
            row += many
    for level in range(last - 1, -1, -1):
        for k in range(degree):
            packed[first + k + 1] = packed[first + k] * point[level]
        end = start
        # There are C(degree + level, level) prefixes of so many exponents.
        count = count * (level + 1) // (degree + level + 1)
        start = end - count
        row = partial
        for prefix in range(count):
            r = int(packed[start + prefix])
            into = partial + prefix * many
            # No row is read after it was written to.
            for i in range(many):
                packed[into + i] = packed[row + i]
            row += many
            for k in range(1, r + 1):
                weight = packed[binomials + r * size + k] * packed[first + k]
                for i in range(many):
                    packed[into + i] += weight * packed[row + i]
                row += many
    for i in range(many):
        result[i] = packed[partial + i]


@kernel
def write_all_values(points: Any, packed: Any, results: Any) -> None:
    """Write the values at many points, one a row."""
    for place in range(len(points)):
        write_values(points[place], packed, results[place])
