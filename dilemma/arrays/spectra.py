r"""Eigenvalues of a rational matrix: how many lie left of, on and right of the imaginary axis.

Whether a real part is exactly 0 cannot be seen in floating point. Over the rationals it can: the
characteristic polynomial is factored into irreducible ones. If such a factor q has a root
:math:`i\omega \ne 0`, it has the conjugate :math:`-i\omega` too, so that q(z) and q(−z) share a
root, hence are equal up to their sign, and q is even: :math:`q(z) = r(z^2)`. Roots on the axis are
then the negative roots of r, which are simple, and the other roots of q come in pairs
:math:`\pm z`. A factor that is not even has no root on the axis, and certified enclosures of its
roots (flint's) shrink until each shows its sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import ctx, fmpq, fmpq_mat, fmpz_poly

# Enclosures with so many bits separate the real parts of any root met in practice from 0; the
# loop ends for every polynomial, since none of the roots that it is asked about has real part 0.
FIRST_BITS = 64


@dataclass(frozen=True)
class Spectrum:
    """The eigenvalues of a rational matrix, with the signs of their real parts decided exactly.

    Attributes
    ----------
    values : tuple of complex
        Each as often as its multiplicity, rounded from a certified enclosure; the largest real
        part first.
    positive, zero, imaginary, negative : int
        How many have a positive real part, are 0, are imaginary other than 0, or have a negative
        real part, with multiplicity.
    """

    values: tuple[complex, ...]
    positive: int
    zero: int
    imaginary: int
    negative: int


def spectrum(matrix: Sequence[Sequence[Fraction]], known_zeros: int = 0) -> Spectrum:
    r"""Find the eigenvalues of a rational matrix, and the exact signs of their real parts.

    Parameters
    ----------
    matrix : sequence of d sequences of d Fraction
    known_zeros : int
        How many eigenvalues 0 to leave out: those of directions that do not count.

    Returns
    -------
    Spectrum

    Raises
    ------
    ValueError
        If fewer eigenvalues are 0 than are to be left out.

    Examples
    --------
    A rotation, and a contraction that floating point could not tell from it:

    >>> tiny = Fraction(1, 10**40)
    >>> spectrum([[Fraction(0), Fraction(-1)], [Fraction(1), Fraction(0)]]).imaginary
    2
    >>> spectrum([[-tiny, Fraction(-1)], [Fraction(1), Fraction(0)]]).negative
    2
    """
    d = len(matrix)
    entries = [fmpq(value.numerator, value.denominator) for row in matrix for value in row]
    polynomial = fmpq_mat(d, d, entries).charpoly().numer() if d else fmpz_poly([1])
    values: list[complex] = []
    counts = dict.fromkeys(("positive", "zero", "imaginary", "negative"), 0)
    for factor, multiplicity in polynomial.factor()[1]:
        if factor == fmpz_poly([0, 1]):
            counts["zero"] = multiplicity
            continue
        signs, roots = _roots(factor)
        for name, count in signs.items():
            counts[name] += count * multiplicity
        values += roots * multiplicity
    if counts["zero"] < known_zeros:
        raise ValueError(
            f"known_zeros: requires at most {counts['zero']}, which is how often the eigenvalue 0 "
            f"is there, got {known_zeros}"
        )
    counts["zero"] -= known_zeros
    values += [0j] * counts["zero"]
    values.sort(key=lambda z: (-z.real, -z.imag))
    return Spectrum(tuple(values), **counts)


def _roots(factor: Any) -> tuple[dict[str, int], list[complex]]:
    """The signs of the real parts of an irreducible polynomial's roots, and the roots."""
    coefficients = factor.coeffs()
    if not any(coefficients[1::2]):
        halved: Any = fmpz_poly(coefficients[::2])
        squares = [root for root, _ in halved.complex_roots()]
        on_axis = 2 * sum(1 for root in squares if root.imag == 0 and root.real < 0)
        half = (factor.degree() - on_axis) // 2
        roots = []
        for root in squares:
            value = _plain(root)
            if root.imag == 0 and root.real < 0:
                size = abs(value.real) ** 0.5
                roots += [complex(0.0, size), complex(0.0, -size)]
            else:
                principal = value**0.5
                roots += [principal, -principal]
        return {"imaginary": on_axis, "positive": half, "negative": half}, roots
    bits, before = FIRST_BITS, ctx.prec
    try:
        while True:
            ctx.prec = bits
            found = [root for root, _ in factor.complex_roots()]
            right = sum(1 for root in found if root.real > 0)
            left = sum(1 for root in found if root.real < 0)
            if right + left == len(found):
                return {"positive": right, "negative": left}, [_plain(root) for root in found]
            bits *= 2
    finally:
        ctx.prec = before


def _plain(root: Any) -> complex:
    return complex(float(root.real.mid()), float(root.imag.mid()))
