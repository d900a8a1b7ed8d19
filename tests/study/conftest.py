"""The smallest model that the study room takes: payoffs that are polynomials in one term."""

from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest
import sympy

from dilemma import Game
from dilemma.alliance.terms import Domain

THETA = sympy.Symbol("theta")


class Polynomials:
    """Integer coefficients, shape (2, m, n, powers), of payoffs in theta from 0 to 1."""

    domains = MappingProxyType({"theta": Domain(Fraction(0), Fraction(1))})

    def __init__(self, cells, theta=THETA):
        self.cells, self.theta = cells, theta

    def replace(self, theta):
        return type(self)(self.cells, theta)

    def payoffs(self):
        result = np.empty(self.cells.shape[:3], dtype=object)
        for index in np.ndindex(*result.shape):
            result[index] = sum(int(c) * self.theta**k for k, c in enumerate(self.cells[index]))
        return result

    def game(self):
        return Game(self.payoffs())


@pytest.fixture
def polynomials():
    return Polynomials
