"""The selection gradient of a symmetric game on the square, as polynomials."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from dilemma.arrays.boxes import derivative
from dilemma.evolution.square.faces import Polynomial
from dilemma.game.square import SquareGame


def gradient_of(game: SquareGame) -> tuple[Polynomial, Polynomial]:
    """D as two polynomials in the resident's (r, t)."""
    payoff = game.coefficients[0]
    return diagonal(derivative(payoff, 0)), diagonal(derivative(payoff, 1))


def diagonal(polynomial: Polynomial) -> Polynomial:
    """A polynomial in (own point, other's point) where both are the same."""
    a, b, c, d = polynomial.shape
    result = np.full((a + c - 1, b + d - 1), Fraction(0), dtype=object)
    for i in range(a):
        for j in range(b):
            result[i : i + c, j : j + d] += polynomial[i, j]
    return result
